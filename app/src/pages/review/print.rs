//! Decisions on paper, for the file: what was decided, when and why, about which committee,
//! and what was shown of it then, as the exported table says it.

use super::card::side;
use crate::i18n::{Key, line_chance, score_beside};
use crate::state::context::Context;
use crate::state::decision::Decision;
use crate::written::html::Html;
use dhi_engine::frame::Unit;
use dhi_engine::framework::Language;
use dhi_engine::gate::neutral;
use leptos::prelude::*;
use std::collections::BTreeMap;

/// The columns.
const HEADS: [Key; 12] = [
    Key::Code,
    Key::ColName,
    Key::ColTown,
    Key::DecisionLabel,
    Key::Reason,
    Key::DecidedAt,
    Key::ColScore,
    Key::ColRank,
    Key::ColGrade,
    Key::ColLine,
    Key::Gates,
    Key::Digest,
];

/// What stands about a decision: all of it from when it was made, and never why use of the
/// result waited.
fn line(language: Language, unit: Option<&Unit>, decision: &Decision) -> [String; 12] {
    let t = |key: Key| key.text(language).to_owned();
    let basis = &decision.basis;
    let mut choice = t(decision.choice.key().into());
    if basis.is_against(decision.choice) {
        choice = [&choice, " · ", &t(Key::IsAgainst)].concat();
    }
    let mut line = basis.line.clone();
    if let Some(chance) = basis.chance.filter(|_| !line.is_empty()) {
        let chance = line_chance(chance, basis.meets.is_none());
        line = [&line, " · ", &t(side(basis)), " ", &chance].concat();
    }
    let limits = [
        (basis.capped, t(Key::Capped)),
        (basis.held, neutral(language).to_owned()),
    ];
    let limits = limits.into_iter().filter(|(is, _)| *is);
    let limits: Vec<String> = limits.map(|(_, words)| words).collect();
    let at = decision.at.get(..16).unwrap_or(&decision.at);
    [
        String::from(decision.unit.clone()),
        unit.map(|u| u.name.clone()).unwrap_or_default(),
        unit.map(|u| u.town.clone()).unwrap_or_default(),
        choice,
        decision.reason.clone(),
        [&at.replace('T', " "), " UTC"].concat(),
        // Which limits there were then is not known; they are whole numbers.
        basis
            .score
            .map_or_else(String::new, |x| score_beside(x, &[x.round()])),
        basis.rank.map(|rank| rank.to_string()).unwrap_or_default(),
        basis.grade.clone(),
        line,
        limits.join(" · "),
        basis.digest.chars().take(12).collect(),
    ]
}

/// The latest decision about every committee in the period shown.
pub(super) fn printed(app: Context, decided: &BTreeMap<u32, Decision>) -> String {
    let mut html = Html::default();
    let language = app.language.get();
    html.raw("<table class=\"print-table print-table--wide print-table--decisions\"><thead><tr>");
    for head in HEADS {
        html.el("th scope=\"col\"", head.text(language));
    }
    html.raw("</tr></thead><tbody>");
    app.project.with(|p| {
        let units = p.as_ref().map(|p| p.content.dataset.units().list());
        for (unit, decision) in decided {
            html.open("tr");
            let unit = units.and_then(|units| units.get(*unit as usize));
            for cell in line(language, unit, decision) {
                html.el("td", &cell);
            }
            html.close("tr");
        }
    });
    html.raw("</tbody></table>");
    html.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::decision::{Basis, Choice};
    use dhi_engine::ids::{BodyType, Period, UnitCode};

    fn unit() -> Unit {
        Unit {
            code: UnitCode::new("990000100201").unwrap(),
            name: "石桥村".into(),
            town: "甲镇".into(),
            class: "平原".into(),
            body_type: BodyType::VillageCommittee,
            population: None,
        }
    }

    fn decision(basis: Basis) -> Decision {
        Decision {
            unit: unit().code,
            period: Period::new("2026").unwrap(),
            choice: Choice::Recommend,
            reason: "补齐".into(),
            basis,
            at: "2026-11-29T04:31:39.123Z".into(),
        }
    }

    #[test]
    fn a_line_says_what_was_decided_when_and_on_what() {
        let basis = Basis {
            digest: "0123456789abcdef".into(),
            score: Some(61.504),
            rank: Some(7),
            chance: Some(0.72),
            grade: "关注".into(),
            capped: true,
            held: true,
            line: "得分 ≥ 60".into(),
            meets: None,
        };
        let shown = line(Language::Chinese, Some(&unit()), &decision(basis));
        let expected = [
            "990000100201",
            "石桥村",
            "甲镇",
            "推荐 · 与作决定时所示的限制或推荐线不一致",
            "补齐",
            "2026-11-29 04:31 UTC",
            "61.50",
            "7",
            "关注",
            "得分 ≥ 60 · 未定 72%",
        ];
        assert_eq!(shown[..10], expected);
        // That use waited, in the words for everyone; never why.
        let limits = [
            Key::Capped.text(Language::Chinese),
            neutral(Language::Chinese),
        ];
        assert_eq!(shown[10], limits.join(" · "));
        assert_eq!(shown[11], "0123456789ab");
    }

    /// Of an older program, and about a committee that other data no longer has.
    #[test]
    fn what_was_not_recorded_is_left_blank() {
        let shown = line(Language::Chinese, None, &decision(Basis::default()));
        assert_eq!(shown[1..3], ["", ""]);
        assert_eq!(shown[3], "推荐");
        assert_eq!(shown[6..], [""; 6]);
    }
}
