//! Decisions about committees: made by people, recorded with their reason and with
//! what was shown when they were made (invariant 9).

use crate::i18n::Both;
use dhi_engine::ids::{Period, UnitCode};
use serde::{Deserialize, Serialize};

/// What was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// 推荐.
    Recommend,
    /// 复核.
    Review,
    /// 暂缓.
    Defer,
    /// 资料不足.
    NoEvidence,
}

/// All choices, in the order of their keys 1 to 4.
pub const CHOICES: [Choice; 4] = [
    Choice::Recommend,
    Choice::Review,
    Choice::Defer,
    Choice::NoEvidence,
];

impl Choice {
    /// Its words.
    pub fn key(self) -> Both {
        match self {
            Self::Recommend => Both::ChoiceRecommend,
            Self::Review => Both::ChoiceReview,
            Self::Defer => Both::ChoiceDefer,
            Self::NoEvidence => Both::ChoiceNoEvidence,
        }
    }
}

/// What the page showed when a decision was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
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

/// One decision. A later one about the same committee and period takes its place;
/// the earlier stays.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The committee.
    pub unit: UnitCode,
    /// Period of the data.
    pub period: Period,
    /// What was decided.
    pub choice: Choice,
    /// Why; never blank.
    pub reason: String,
    /// What was shown.
    pub basis: Basis,
    /// When, ISO 8601 in UTC.
    pub at: String,
}

/// The decisions about a committee in a period, the latest last.
pub fn about<'a>(
    decisions: &'a [Decision],
    unit: &'a UnitCode,
    period: &'a Period,
) -> impl DoubleEndedIterator<Item = &'a Decision> {
    decisions
        .iter()
        .filter(move |d| d.unit == *unit && d.period == *period)
}
