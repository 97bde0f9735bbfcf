//! Which committees wait for a decision, and in which order.

use super::decision::{CHOICES, Choice, Decision};
use super::view::Filter;
use dhi_engine::frame::Unit;
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

/// Those of a list that the filter keeps too, in the order given.
pub fn shown<'a>(
    order: &[u32],
    units: &[Unit],
    (show, filter): (Show, &Filter),
    facts: impl Fn(u32) -> Facts<'a>,
) -> Vec<u32> {
    let keeps = |at: &u32| {
        let unit = units.get(*at as usize);
        unit.is_some_and(|unit| filter.keeps(unit, None)) && show.has(&facts(*at))
    };
    order.iter().copied().filter(keeps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::decision::Basis;
    use dhi_engine::ids::{BodyType, Period, UnitCode};

    #[test]
    fn a_committee_stands_in_every_list_it_belongs_to() {
        let decision = Decision {
            unit: UnitCode::new("1").unwrap(),
            period: Period::new("2026").unwrap(),
            choice: Choice::Defer,
            reason: "x".into(),
            basis: Basis::default(),
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

    #[test]
    fn a_list_is_narrowed_by_text_town_and_class_and_keeps_its_order() {
        let unit = |(code, name, town, class): (&str, &str, &str, &str)| Unit {
            code: UnitCode::new(code).unwrap(),
            name: name.into(),
            town: town.into(),
            class: class.into(),
            body_type: BodyType::VillageCommittee,
            population: None,
        };
        let units = [
            ("101", "青石村", "甲镇", "山区"),
            ("102", "东坡ABC村", "乙镇", "山区"),
            ("203", "青山村", "甲镇", "平原"),
        ]
        .map(unit);
        let facts = |at: u32| Facts {
            decision: None,
            verdict: Verdict::NotAssessed,
            is_graded: true,
            is_flagged: at == 2,
        };
        let rows = |show, [text, town, class]: [&str; 3]| {
            let filter = Filter {
                text: text.into(),
                town: town.into(),
                class: class.into(),
                ..Filter::default()
            };
            // Also a place that the register does not have.
            shown(&[2, 0, 1, 9], &units, (show, &filter), facts)
        };
        assert_eq!(rows(Show::All, ["", "", ""]), [2, 0, 1]);
        assert_eq!(rows(Show::All, ["青", "", ""]), [2, 0]);
        assert_eq!(rows(Show::All, ["10", "", ""]), [0, 1]);
        assert_eq!(rows(Show::All, [" abc", "", ""]), [1]);
        assert_eq!(rows(Show::All, ["", "甲镇", "山区"]), [0]);
        assert_eq!(rows(Show::Flagged, ["", "甲镇", ""]), [2]);
        assert_eq!(rows(Show::Flagged, ["东", "", ""]), [] as [u32; 0]);
        assert_eq!(
            rows(Show::Line(Verdict::Meets), ["", "", ""]),
            [] as [u32; 0]
        );
    }
}
