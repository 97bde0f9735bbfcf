//! Decisions about committees: made by people, recorded with their reason and with
//! what was shown when they were made (invariant 9).

use crate::i18n::Both;
use dhi_engine::gate::is_against;
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
    /// Its name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Recommend => "recommend",
            Self::Review => "review",
            Self::Defer => "defer",
            Self::NoEvidence => "no_evidence",
        }
    }

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

/// What the page showed when a decision was made: never why use waited. An older program
/// recorded nothing from the grade on, which leaves that empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// Digest of framework, weights and specification.
    pub digest: String,
    /// Composite score.
    pub score: Option<f64>,
    /// Rank.
    pub rank: Option<u32>,
    /// Chance of meeting the nomination line, where it was known.
    pub chance: Option<f64>,
    /// The grade that counted, in the words shown.
    #[serde(default)]
    pub grade: String,
    /// Whether a cap had lowered it.
    #[serde(default)]
    pub capped: bool,
    /// Whether use of the result waited.
    #[serde(default)]
    pub held: bool,
    /// The nomination line, in the words shown.
    #[serde(default)]
    pub line: String,
    /// Whether it met the line for certain, or missed it; none where that was
    /// undetermined or not known.
    #[serde(default)]
    pub meets: Option<bool>,
}

impl Basis {
    /// Whether a choice goes against a restriction or the nomination line shown.
    pub fn is_against(&self, choice: Choice) -> bool {
        is_against(choice.id(), self.capped || self.held, self.meets)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What a project keeps is what a case file takes, of today and of before.
    #[test]
    fn a_case_file_reads_decisions_as_a_project_writes_them() {
        let old = r#"{"unit":"1","period":"2026","choice":"recommend","reason":"x",
            "basis":{"digest":"","score":61.5,"rank":7,"chance":0.5},"at":"t"}"#;
        let mut decision: Decision = serde_json::from_str(old).unwrap();
        assert!(!decision.basis.is_against(decision.choice));
        for (choice, capped, held, meets, expected) in [
            (Choice::Recommend, false, false, None, false),
            (Choice::Recommend, false, false, Some(true), false),
            (Choice::Recommend, false, false, Some(false), true),
            (Choice::Recommend, true, false, Some(true), true),
            (Choice::Recommend, false, true, None, true),
            (Choice::Defer, false, false, Some(true), true),
            (Choice::Defer, true, false, Some(true), false),
            (Choice::Defer, false, true, Some(true), false),
            (Choice::Defer, false, false, None, false),
            (Choice::Review, true, true, Some(false), false),
            (Choice::NoEvidence, true, true, Some(true), false),
        ] {
            decision.choice = choice;
            decision.basis = Basis {
                grade: "关注".into(),
                capped,
                held,
                line: "得分 ≥ 60".into(),
                meets,
                ..decision.basis
            };
            let json = serde_json::to_string(&decision).unwrap();
            let read: dhi_engine::case::Decision = serde_json::from_str(&json).unwrap();
            assert_eq!((read.choice.as_str(), read.basis.held), (choice.id(), held));
            assert_eq!(decision.basis.is_against(choice), expected, "{choice:?}");
            assert_eq!(read.is_against(), expected, "{choice:?}");
            let again: Decision = serde_json::from_str(&json).unwrap();
            assert_eq!(again, decision);
        }
    }
}
