//! Which committees wait for a decision, and in which order.

use super::decision::{CHOICES, Choice, Decision};
use dhi_engine::uncertainty::Verdict;

/// What the queue shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Show {
    /// All committees.
    #[default]
    All,
    /// Those without a decision.
    Open,
    /// Those on one side of the nomination line, or on neither for certain.
    Line(Verdict),
    /// Those without a grade.
    NoGrade,
    /// Those that a check warns about.
    Flagged,
    /// Those decided so.
    Decided(Choice),
}

impl Show {
    /// Everything there is to choose from, under the names used in lists.
    pub const ALL: [(&'static str, Self); 11] = [
        ("all", Self::All),
        ("open", Self::Open),
        ("undetermined", Self::Line(Verdict::Undetermined)),
        ("meets", Self::Line(Verdict::Meets)),
        ("misses", Self::Line(Verdict::Misses)),
        ("no-grade", Self::NoGrade),
        ("flagged", Self::Flagged),
        ("recommend", Self::Decided(CHOICES[0])),
        ("review", Self::Decided(CHOICES[1])),
        ("defer", Self::Decided(CHOICES[2])),
        ("no-evidence", Self::Decided(CHOICES[3])),
    ];

    /// Whether it shows a committee.
    pub fn has(self, facts: &Facts<'_>) -> bool {
        match self {
            Self::All => true,
            Self::Open => facts.decision.is_none(),
            Self::Line(verdict) => facts.verdict == verdict,
            Self::NoGrade => !facts.is_graded,
            Self::Flagged => facts.is_flagged,
            Self::Decided(choice) => facts.decision.is_some_and(|d| d.choice == choice),
        }
    }
}

/// What the queue knows of a committee.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The latest decision in this period.
    pub decision: Option<&'a Decision>,
    /// Side of the nomination line.
    pub verdict: Verdict,
    /// Whether it has a grade.
    pub is_graded: bool,
    /// Whether a check warns about it.
    pub is_flagged: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::decision::Basis;
    use dhi_engine::ids::{Period, UnitCode};

    #[test]
    fn a_committee_stands_in_every_list_it_belongs_to() {
        let decision = Decision {
            unit: UnitCode::new("1").unwrap(),
            period: Period::new("2026").unwrap(),
            choice: Choice::Defer,
            reason: "x".into(),
            basis: Basis {
                digest: String::new(),
                score: None,
                rank: None,
                chance: None,
            },
            at: String::new(),
        };
        let facts = Facts {
            decision: Some(&decision),
            verdict: Verdict::Undetermined,
            is_graded: true,
            is_flagged: false,
        };
        let lists = |facts: &Facts<'_>| {
            let shown = Show::ALL.iter().filter(|(_, show)| show.has(facts));
            shown.map(|(name, _)| *name).collect::<Vec<_>>()
        };
        assert_eq!(lists(&facts), ["all", "undetermined", "defer"]);
        let open = Facts {
            decision: None,
            verdict: Verdict::NotAssessed,
            is_graded: false,
            is_flagged: true,
        };
        assert_eq!(lists(&open), ["all", "open", "no-grade", "flagged"]);
    }
}
