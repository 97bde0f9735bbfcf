//! Scores with their own standard errors, and what these say about true ranks.

use super::confidence_set::{
    ConfidenceError, ConfidenceSpec, Coverage, ESTIMATE_LIMIT, RankSet, confidence_sets,
};
use super::error::StandardErrors;
use super::plan::{Robust, RobustError};
use super::spec::{RobustSpec, SensitivitySpec};
use super::weights::WeightUncertainty;
use crate::num;
use crate::spec::Spec;
use crate::weigh::WeighSpec;

/// Most units whose true ranks are asked for: a county. Every pair is compared in
/// every simulation, which grows with the square of their number.
pub const RANK_SET_LIMIT: usize = 400;

// More could not be compared anyway.
const _: () = assert!(RANK_SET_LIMIT <= ESTIMATE_LIMIT);

/// Replicates of sampling that a standard error is found from; it is then known to
/// `1/√(2 · 2000)`, 1.6 % of itself.
pub const SAMPLING_REPLICATES: u32 = 2000;

/// A ranked unit with the true ranks its estimate does not contradict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankEstimate {
    /// Position in the register.
    pub unit: usize,
    /// Composite score of the run without uncertainty.
    pub score: f64,
    /// Standard error of the score from sampling alone, in points.
    pub standard_error: f64,
    /// For asking about this unit alone.
    pub marginal: RankSet,
    /// For looking at the whole ranking.
    pub simultaneous: RankSet,
}

/// Confidence sets for the true ranks of all ranked units, at the level of the
/// analysis and with its seed.
///
/// The standard error of a score is the standard deviation over
/// [`SAMPLING_REPLICATES`] replicates in which only survey values vary: weights and
/// methods are those of the run without uncertainty, so neither choices nor declared
/// measurement errors enter. This holds for every aggregation; for a weighted mean of
/// independent values it estimates `√Σ(wᵢsᵢ)²` in points. Values end at the bounds of
/// their measure and scores at goalposts, which makes errors there smaller. Errors of
/// different units count as independent, which relative normalisation makes only
/// nearly true. Units without survey values have no error. See [`confidence_sets`].
///
/// `None` where no value of the run has a standard error. More than
/// [`RANK_SET_LIMIT`] ranked units are refused.
pub fn rank_estimates(
    robust: &Robust<'_>,
    spec: &Spec,
    errors: &StandardErrors,
) -> Result<Option<Vec<RankEstimate>>, RobustError> {
    let base = robust.base();
    let ranked = base.ranks.overall.iter().enumerate();
    let ranked: Vec<(usize, f64)> = ranked
        .filter_map(|(unit, rank)| {
            rank.as_ref()?;
            Some((unit, base.scores.composite().get(unit).value()?))
        })
        .collect();
    if ranked.len() > RANK_SET_LIMIT {
        let (found, limit) = (ranked.len(), RANK_SET_LIMIT);
        return Err(ConfidenceError::TooMany { found, limit }.into());
    }
    let only_sampling = RobustSpec {
        seed: robust.spec().seed,
        replicates: SAMPLING_REPLICATES,
        weights: WeightUncertainty::Fixed,
        sensitivity: SensitivitySpec {
            points: 0,
            ..SensitivitySpec::default()
        },
        ..RobustSpec::default()
    };
    // Weights found by a method stay as they were found.
    let spec = Spec {
        weigh: WeighSpec::default(),
        ..spec.clone()
    };
    let sampling = Robust::new(
        robust.inputs(),
        &base.weights,
        &spec,
        &only_sampling,
        errors,
    );
    let sampling = match sampling {
        Err(RobustError::NothingUncertain) => return Ok(None),
        other => other?,
    };
    let mut scores = vec![Vec::with_capacity(SAMPLING_REPLICATES as usize); ranked.len()];
    let mut worker = sampling.worker();
    for replicate in 0..SAMPLING_REPLICATES {
        let sample = worker.sample(replicate)?;
        for (scores, (unit, _)) in scores.iter_mut().zip(&ranked) {
            scores.extend(sample.scores.get(*unit).value());
        }
    }
    let estimates: Vec<f64> = ranked.iter().map(|(_, score)| *score).collect();
    let errors: Vec<f64> = scores.iter().map(|scores| num::sd(scores)).collect();
    let sets = |coverage| {
        let spec = ConfidenceSpec {
            level: robust.spec().level,
            coverage,
            seed: robust.spec().seed,
            ..ConfidenceSpec::default()
        };
        confidence_sets(&estimates, &errors, spec)
    };
    let sets = sets(Coverage::Marginal)?
        .into_iter()
        .zip(sets(Coverage::Simultaneous)?);
    let of_units = ranked.iter().zip(&errors).zip(sets);
    let estimates = of_units.map(|((&(unit, score), &standard_error), sets)| RankEstimate {
        unit,
        score,
        standard_error,
        marginal: sets.0,
        simultaneous: sets.1,
    });
    Ok(Some(estimates.collect()))
}
