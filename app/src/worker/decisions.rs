//! Decisions as a table to take away.

use crate::i18n::Told;
use crate::state::decision::CHOICES;
use dhi_engine::frame::Units;
use dhi_engine::framework::Language;
use dhi_engine::gate::{is_against, neutral};
use dhi_engine::ids::UnitCode;
use dhi_engine::report::{Table, harmless, number};
use serde_json::Value;

/// One row per decision of a head record, in the order they were made; the last about a
/// committee and period stands. What an older program did not record is left blank.
pub fn table(head: &str, units: &Units, language: Language) -> Result<Table, String> {
    let head: Value = serde_json::from_str(head).map_err(|e| e.to_string())?;
    let decisions = head["head"]["decisions"].as_array();
    let decisions = decisions.map_or(&[][..], Vec::as_slice);
    let t = |key: Told| key.text(language).to_owned();
    let yes = |is: bool| t(if is { Told::Yes } else { Told::No });
    let row = |(at, d): (usize, &Value)| {
        let later = &mut decisions.iter().skip(at + 1);
        let stands = !later.any(|l| l["unit"] == d["unit"] && l["period"] == d["period"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let or_blank = |value: &Value| value.as_f64().map_or_else(String::new, number);
        let (code, choice, basis) = (text(&d["unit"]), text(&d["choice"]), &d["basis"]);
        let unit = UnitCode::new(&code).ok().and_then(|code| units.find(&code));
        let unit = unit.and_then(|u| units.list().get(u.at()));
        let name = unit.map_or("", |u| u.name.as_str());
        let town = unit.map_or("", |u| u.town.as_str());
        let key = CHOICES.iter().find(|c| c.id() == choice);
        let [capped, held] = ["capped", "held"].map(|name| basis[name] == true);
        let meets = basis["meets"].as_bool();
        let side = match meets {
            Some(true) => Told::VerdictMeets,
            Some(false) => Told::VerdictMisses,
            None => Told::VerdictUndetermined,
        };
        let mut line = text(&basis["line"]);
        if basis["chance"].is_number() && !line.is_empty() {
            line = [&line, " · ", &t(side)].concat();
        }
        let limits = [
            (capped, t(Told::Capped)),
            (held, neutral(language).to_owned()),
        ];
        let limits = limits.into_iter().filter(|(is, _)| *is);
        let limits: Vec<String> = limits.map(|(_, words)| words).collect();
        let grade = text(&basis["grade"]);
        let against = if grade.is_empty() {
            String::new()
        } else {
            yes(is_against(&choice, capped || held, meets))
        };
        vec![
            code,
            harmless(name),
            harmless(town),
            text(&d["period"]),
            key.map_or(choice, |c| t(c.key().into())),
            harmless(&text(&d["reason"])),
            yes(stands),
            text(&d["at"]),
            or_blank(&basis["score"]),
            or_blank(&basis["rank"]),
            harmless(&grade),
            harmless(&line),
            or_blank(&basis["chance"]),
            limits.join(" · "),
            against,
            text(&basis["digest"]),
        ]
    };
    let columns = [
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
        Told::ColGrade,
        Told::ColLine,
        Told::ChanceOfLine,
        Told::Gates,
        Told::IsAgainst,
        Told::Digest,
    ];
    Ok(Table {
        name: "decisions".into(),
        header: columns.map(t).to_vec(),
        rows: decisions.iter().enumerate().map(row).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rows(decisions: &Value) -> Vec<Vec<String>> {
        let head = json!({ "head": { "decisions": decisions } }).to_string();
        let table = table(&head, &Units::default(), Language::English).unwrap();
        assert!(table.rows.iter().all(|r| r.len() == table.header.len()));
        table.rows
    }

    fn decision(choice: &str, reason: &str, basis: &Value) -> Value {
        json!({ "unit": "990000100200", "period": "2026", "choice": choice,
            "reason": reason, "basis": basis, "at": "t" })
    }

    #[test]
    fn the_last_decision_stands_and_no_reason_becomes_a_formula() {
        let basis = json!({ "digest": "12ab", "score": 0.1 + 0.2, "rank": null, "chance": 0.5 });
        let rows = rows(&json!([
            decision("review", "=1+1", &basis),
            decision("recommend", "补齐", &basis),
        ]));
        assert_eq!(rows[0][4..7], ["Review again", "'=1+1", "no"]);
        assert_eq!(rows[1][4..7], ["Recommend", "补齐", "yes"]);
        assert_eq!(rows[0][8..10], ["0.30000000000000004", ""]);
        // From before restrictions were recorded: nothing is said of them.
        assert_eq!(rows[1][10..], ["", "", "0.5", "", "", "12ab"]);
    }

    #[test]
    fn a_decision_against_what_was_shown_is_marked() {
        let basis = |capped: bool, held: bool, meets: Option<bool>| {
            json!({ "digest": "", "score": 1, "rank": 7, "chance": 0.5, "grade": "关注",
                "capped": capped, "held": held, "line": "Score ≥ 60", "meets": meets })
        };
        let last = |choice, basis: &Value| {
            let rows = rows(&json!([decision(choice, "x", basis)]));
            rows[0][9..15].to_vec()
        };
        let (held, capped) = ("use deferred", Told::Capped.text(Language::English));
        for (choice, basis, side, limits, against) in [
            (
                "recommend",
                basis(false, true, None),
                "undetermined",
                held.to_owned(),
                "yes",
            ),
            (
                "recommend",
                basis(true, false, Some(true)),
                "meets",
                capped.to_owned(),
                "yes",
            ),
            (
                "recommend",
                basis(false, false, Some(false)),
                "misses",
                String::new(),
                "yes",
            ),
            (
                "recommend",
                basis(false, false, None),
                "undetermined",
                String::new(),
                "no",
            ),
            (
                "defer",
                basis(false, false, Some(true)),
                "meets",
                String::new(),
                "yes",
            ),
            (
                "defer",
                basis(true, true, Some(true)),
                "meets",
                [capped, " · ", held].concat(),
                "no",
            ),
            (
                "review",
                basis(false, true, Some(false)),
                "misses",
                held.to_owned(),
                "no",
            ),
        ] {
            let line = ["Score ≥ 60 · ", side].concat();
            let expected = ["7", "关注", &line, "0.5", &limits, against];
            assert_eq!(last(choice, &basis), expected);
        }
    }
}
