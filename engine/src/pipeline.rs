//! The only file that knows the order of the steps.

use crate::aggregate::{NodeScores, aggregate};
use crate::check::{CheckOutcome, Coverage, check};
use crate::finding::Finding;
use crate::frame::{CellState, Checked, Column, Frame, Normalised, Observations, Treated, Units};
use crate::framework::Framework;
use crate::normalise::{Bounds, NormaliseOutcome, normalise};
use crate::rank::{Grade, Ranks, Withheld, rank};
use crate::spec::{Spec, SpecError, digest_of};
use crate::treat::{TouchedCell, TreatOutcome, treat};
use crate::weigh::WeightSet;

/// Why a run cannot start. Everything about the data itself is a finding.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// Observations of another shape than register × framework.
    #[error("the data does not have {n_units} units × {n_indicators} indicators")]
    Shape {
        /// Units in the register.
        n_units: usize,
        /// Indicators in the framework.
        n_indicators: usize,
    },
    /// Weights made for another framework.
    #[error("the weight set does not fit the framework")]
    Weights,
    /// The specification makes no sense.
    #[error(transparent)]
    Spec(#[from] SpecError),
}

/// What goes in.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The register.
    pub units: &'a Units,
    /// The framework.
    pub framework: &'a Framework,
    /// The period's values.
    pub observations: &'a Observations,
}

/// Every stage of a run, from checked cells to ranks.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Cells as reported.
    pub checked: Frame<Checked>,
    /// Coverage of every unit.
    pub coverage: Coverage,
    /// Cells after treatment.
    pub treated: Frame<Treated>,
    /// Every cell that treatment changed.
    pub treat_ledger: Vec<TouchedCell>,
    /// Cells on the common scale.
    pub normalised: Frame<Normalised>,
    /// Bounds of every indicator.
    pub normalise_ledger: Vec<Option<Bounds>>,
    /// The weights used.
    pub weights: WeightSet,
    /// Scores of every node.
    pub scores: NodeScores,
    /// Grade of every unit.
    pub grades: Vec<Grade>,
    /// Ranks of every unit.
    pub ranks: Ranks,
    /// Findings of all steps, in step order.
    pub findings: Vec<Finding>,
    /// Digest of framework, weights and specification: the same digest means
    /// the same method.
    pub digest: String,
}

/// Runs every step on one period.
pub fn run(inputs: Inputs<'_>, weights: &WeightSet, spec: &Spec) -> Result<Outcome, PipelineError> {
    let Inputs {
        units,
        framework,
        observations,
    } = inputs;
    spec.validate()?;
    let (n_units, n_indicators) = (units.len(), framework.n_indicators());
    if !observations.is_consistent(n_units, n_indicators) {
        return Err(PipelineError::Shape {
            n_units,
            n_indicators,
        });
    }
    if !weights.fits(framework) {
        return Err(PipelineError::Weights);
    }
    let CheckOutcome {
        frame: checked,
        coverage,
        mut findings,
    } = check(units, framework, observations, &spec.check);
    let TreatOutcome {
        frame: treated,
        ledger: treat_ledger,
        findings: treat_findings,
    } = treat(units, framework, &checked, &spec.treat);
    let NormaliseOutcome {
        frame: normalised,
        ledger: normalise_ledger,
        findings: normalise_findings,
    } = normalise(framework, &treated, &spec.normalise, spec.scale);
    findings.extend(treat_findings);
    findings.extend(normalise_findings);
    let scores = aggregate(framework, &normalised, weights, &spec.aggregate);
    let grades = grades(scores.composite(), &coverage, spec);
    let ranks = rank_units(units, scores.composite(), &grades, spec);
    Ok(Outcome {
        checked,
        coverage,
        treated,
        treat_ledger,
        normalised,
        normalise_ledger,
        weights: weights.clone(),
        scores,
        grades,
        ranks,
        findings,
        digest: method_digest(framework, weights, spec),
    })
}

/// Digest of everything that decides how cells become scores.
pub fn method_digest(framework: &Framework, weights: &WeightSet, spec: &Spec) -> String {
    digest_of(&(framework, weights.shares(), spec))
}

/// Grades of all units: a band, unless there is no score or too little data.
pub fn grades(composite: &Column, coverage: &Coverage, spec: &Spec) -> Vec<Grade> {
    let with_state = composite.values().iter().zip(composite.states());
    with_state
        .enumerate()
        .map(|(i, (&score, state))| {
            if *state != CellState::Value {
                return Grade::Withheld(Withheld::NoScore);
            }
            match coverage.failed_floor(i, &spec.check.floors) {
                Some(None) => Grade::Withheld(Withheld::LowCoverage),
                Some(Some(pillar)) => Grade::Withheld(Withheld::LowPillarCoverage(pillar as u32)),
                None => Grade::Band(spec.bands.band_of(score, spec.rank.tolerance) as u32),
            }
        })
        .collect()
}

/// Ranks of all units, overall and within class and town.
pub fn rank_units(units: &Units, composite: &Column, grades: &[Grade], spec: &Spec) -> Ranks {
    let (_, class) = units.groups_by(|u| &u.class);
    let (_, town) = units.groups_by(|u| &u.town);
    let takes_part: Vec<bool> = grades
        .iter()
        .map(|g| spec.rank.include_ungraded || g.is_band())
        .collect();
    rank(composite, &takes_part, &class, &town, &spec.rank)
}

#[cfg(test)]
mod tests;
