//! Two recipes on the same data, side by side.

use super::{Effect, Standings};
use crate::pipeline::{Inputs, Outcome, PipelineError, run};
use crate::spec::Spec;
use crate::weigh::WeightSet;

/// Specification and weights of a run.
#[derive(Clone, Copy, Debug)]
pub struct Recipe<'a> {
    /// The weights given.
    pub weights: &'a WeightSet,
    /// Everything else.
    pub spec: &'a Spec,
}

/// Why two recipes cannot be compared.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CompareError {
    /// The first does not run.
    #[error("the base: {0}")]
    Base(#[source] PipelineError),
    /// The second does not run.
    #[error("the other: {0}")]
    Other(#[source] PipelineError),
}

/// Two runs on the same inputs; score, rank, grade and digest of each are in its
/// outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The reference.
    pub base: Outcome,
    /// The run compared with it.
    pub other: Outcome,
    /// What the change does to all units together.
    pub effect: Effect,
    /// By unit, whether its band has another name, or it gains or loses one.
    pub changes_band: Vec<bool>,
}

/// Runs both recipes on the same inputs and compares ranks and bands.
///
/// Scores are left as they are: on scales or by methods of their own they need not
/// be comparable. The digests are equal only if framework, weights and
/// specification all are.
pub fn compare(
    inputs: Inputs<'_>,
    base: Recipe<'_>,
    other: Recipe<'_>,
) -> Result<Comparison, CompareError> {
    compare_under(inputs, base, other, [&[]; 2])
}

/// [`compare`] where caps hold grades down: `best` says, for each recipe, the position of
/// the best band that the grade of every unit can be. Bands are then those that count;
/// the grades of both outcomes stay those of the scores.
pub fn compare_under(
    inputs: Inputs<'_>,
    base: Recipe<'_>,
    other: Recipe<'_>,
    best: [&[u32]; 2],
) -> Result<Comparison, CompareError> {
    let first = run(inputs, base.weights, base.spec).map_err(CompareError::Base)?;
    let second = run(inputs, other.weights, other.spec).map_err(CompareError::Other)?;
    let before = standings(&first, base.spec, best[0]);
    let after = standings(&second, other.spec, best[1]);
    let effect = before.effect(&after);
    let changes_band = (0..inputs.units.len())
        .map(|unit| before.band(unit) != after.band(unit))
        .collect();
    Ok(Comparison {
        effect,
        changes_band,
        base: first,
        other: second,
    })
}

fn standings<'a>(outcome: &'a Outcome, spec: &'a Spec, best: &'a [u32]) -> Standings<'a> {
    Standings {
        ranks: &outcome.ranks.overall,
        grades: &outcome.grades,
        bands: &spec.bands,
        best,
    }
}
