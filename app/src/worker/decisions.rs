//! Decisions as a table to take away.

use crate::i18n::Told;
use crate::state::decision::Decision;
use dhi_engine::frame::Units;
use dhi_engine::framework::Language;
use dhi_engine::report::{Table, harmless, number};

/// One row per decision, in the order they were made; the last about a committee and
/// period stands.
pub fn table(decisions: &[Decision], units: &Units, language: Language) -> Table {
    let t = |key: Told| key.text(language).to_owned();
    let stands = |at: usize, d: &Decision| {
        let later = decisions.iter().skip(at + 1);
        !later
            .into_iter()
            .any(|l| l.unit == d.unit && l.period == d.period)
    };
    let row = |(at, d): (usize, &Decision)| {
        let unit = units.find(&d.unit);
        let unit = unit.and_then(|u| units.list().get(u.at()));
        let name = unit.map_or("", |u| u.name.as_str());
        let town = unit.map_or("", |u| u.town.as_str());
        let basis = &d.basis;
        let or_blank = |x: Option<f64>| x.map_or_else(String::new, number);
        vec![
            d.unit.to_string(),
            harmless(name),
            harmless(town),
            d.period.to_string(),
            t(d.choice.key().into()),
            harmless(&d.reason),
            t(if stands(at, d) { Told::Yes } else { Told::No }),
            d.at.clone(),
            or_blank(basis.score),
            basis.rank.map_or_else(String::new, |r| r.to_string()),
            or_blank(basis.chance),
            basis.digest.clone(),
        ]
    };
    let head = [
        Told::Code,
        Told::ColName,
        Told::ColTown,
        Told::Period,
        Told::DecisionLabel,
        Told::Reason,
        Told::DecisionStands,
        Told::DecidedAt,
        Told::Score,
        Told::ColRank,
        Told::ChanceOfLine,
        Told::Digest,
    ];
    Table {
        name: "decisions".into(),
        header: head.map(t).to_vec(),
        rows: decisions.iter().enumerate().map(row).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::decision::{Basis, Choice};
    use dhi_engine::ids::{Period, UnitCode};

    #[test]
    fn the_last_decision_stands_and_no_reason_becomes_a_formula() {
        let decision = |choice, reason: &str| Decision {
            unit: UnitCode::new("990000100200").unwrap(),
            period: Period::new("2026").unwrap(),
            choice,
            reason: reason.into(),
            basis: Basis {
                digest: "12ab".into(),
                score: Some(0.1 + 0.2),
                rank: None,
                chance: Some(0.5),
            },
            at: "t".into(),
        };
        let decisions = [
            decision(Choice::Review, "=1+1"),
            decision(Choice::Recommend, "补齐"),
        ];
        let table = table(&decisions, &Units::default(), Language::English);
        assert_eq!(table.header.len(), table.rows[0].len());
        assert_eq!(table.rows[0][4..7], ["Review again", "'=1+1", "no"]);
        assert_eq!(table.rows[1][4..7], ["Recommend", "补齐", "yes"]);
        assert_eq!(table.rows[0][8], "0.30000000000000004");
    }
}
