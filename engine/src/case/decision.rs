//! Decisions as a case file keeps them: in the form of a project's, without anything
//! about persons (invariants 8 and 9).

use crate::frame::Dataset;
use crate::gate::is_against;
use crate::ids::{Period, UnitCode};
use serde::{Deserialize, Serialize};

/// What was shown when a decision was made. What was not yet recorded when an older
/// program kept a decision stays away, so that its digest stays the same; and never why
/// use waited.
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
    /// The grade that counted, in the words shown; empty where that was not recorded, nor
    /// then anything below.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub grade: String,
    /// Whether a cap had lowered it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub capped: bool,
    /// Whether use of the result waited.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// The nomination line, in the words shown; empty where there was none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub line: String,
    /// Whether it met the line for certain, or missed it; none where that was
    /// undetermined, not assessed or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meets: Option<bool>,
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

impl Decision {
    /// Whether it goes against a restriction or the nomination line as they were shown.
    pub fn is_against(&self) -> bool {
        let basis = &self.basis;
        is_against(&self.choice, basis.held || basis.capped, basis.meets)
    }
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
