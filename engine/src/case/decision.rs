//! Decisions as a case file keeps them: in the form of a project's, without anything
//! about persons (invariants 8 and 9).

use crate::frame::Dataset;
use crate::ids::{Period, UnitCode};
use serde::{Deserialize, Serialize};

/// What was shown when a decision was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Digest of framework, weights and specification.
    pub digest: String,
    /// Composite score.
    pub score: Option<f64>,
    /// Rank.
    pub rank: Option<u32>,
    /// Chance of meeting the nomination line, where it was known.
    pub chance: Option<f64>,
}

/// One decision about a committee. Unknown fields are refused, so that no name slips in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The committee.
    pub unit: UnitCode,
    /// Period of the data.
    pub period: Period,
    /// What was decided.
    pub choice: String,
    /// Why; never blank.
    pub reason: String,
    /// What was shown.
    pub basis: Basis,
    /// When, ISO 8601 in UTC.
    pub at: String,
}

/// Position from 1 of the first decision without a reason, or about a committee that
/// is not in the register.
pub(super) fn first_unfounded(decisions: &[Decision], dataset: &Dataset) -> Option<usize> {
    let is_founded = |d: &Decision| {
        dataset.units().find(&d.unit).is_some()
            && !d.reason.trim().is_empty()
            && !d.choice.trim().is_empty()
    };
    let at = decisions.iter().position(|d| !is_founded(d))?;
    Some(at + 1)
}
