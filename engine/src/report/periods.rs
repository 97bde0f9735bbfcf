//! Trends and changes as tables.

use super::{Table, cell, harmless, number, optional};
use crate::frame::Units;
use crate::framework::{Framework, Language};
use crate::periods::{Changes, End, History, NoChange, Player};

/// Trends: one row per unit and node, with the score of every period.
pub fn trends(history: &History<'_>, units: &Units, framework: &Framework) -> Table {
    let mut header: Vec<String> = ["code", "name", "node"].map(String::from).into();
    header.extend(history.periods().map(|p| format!("score_{p}")));
    let figures = [
        "n",
        "difference",
        "slope",
        "slope_standard_error",
        "median_slope",
        "growth",
    ];
    header.extend(figures.map(String::from));
    let mut rows = Vec::with_capacity(units.len() * framework.nodes().len());
    for unit in units.list() {
        for node in framework.nodes() {
            let id = node.id.as_str();
            let trend = history.trend(&unit.code, id);
            let mut row = vec![unit.code.to_string(), harmless(&unit.name), harmless(id)];
            row.extend(history.cells(&unit.code, id).into_iter().map(cell));
            row.push(trend.n.to_string());
            row.extend(
                [
                    trend.difference,
                    trend.slope.map(|s| s.value),
                    trend.slope.and_then(|s| s.standard_error),
                    trend.median_slope,
                    trend.growth.ok(),
                ]
                .map(optional),
            );
            rows.push(row);
        }
    }
    Table {
        name: "trends".into(),
        header,
        rows,
    }
}

/// Changes: one row per unit of `units`, with the parts of its change or why there
/// are none. `progress` is told the number of units done.
pub fn changes(
    changes: &Changes<'_>,
    units: &Units,
    language: Language,
    mut progress: impl FnMut(usize),
) -> Table {
    let mut header: Vec<String> = ["code", "name", "from", "to", "change"]
        .map(String::from)
        .into();
    header.extend(Player::ALL.map(|p| p.name().to_owned()));
    header.push("reason".into());
    let n_numbers = header.len() - 3;
    let rows = units.list().iter().enumerate().map(|(i, unit)| {
        let mut row = vec![unit.code.to_string(), harmless(&unit.name)];
        match changes.of(&unit.code) {
            Ok(change) => {
                row.extend([change.from, change.to, change.change].map(number));
                row.extend(change.parts.map(number));
                row.push(String::new());
            }
            Err(reason) => {
                row.extend((0..n_numbers).map(|_| optional(None)));
                row.push(no_change_text(&reason, language));
            }
        }
        progress(i + 1);
        row
    });
    let rows = rows.collect();
    Table {
        name: "changes".into(),
        header,
        rows,
    }
}

/// Why a change is not divided, in words.
pub fn no_change_text(reason: &NoChange, language: Language) -> String {
    let pick = |zh: &str, en: &str| match language {
        Language::Chinese => zh.to_owned(),
        Language::English => en.to_owned(),
    };
    match reason {
        NoChange::NotRegistered(End::From) => {
            pick("前一期名册中没有", "not in the register before")
        }
        NoChange::NotRegistered(End::To) => pick("后一期名册中没有", "not in the register after"),
        NoChange::NoScore(End::From) => pick("前一期无得分", "no score before"),
        NoChange::NoScore(End::To) => pick("后一期无得分", "no score after"),
        NoChange::NoScoreBetween => pick(
            "前后混合的情形下无得分",
            "no score under a mixture of before and after",
        ),
        NoChange::Mixture(error) => pick(
            &format!("前后混合的情形无法计算:{error}"),
            &format!("a mixture of before and after cannot be run: {error}"),
        ),
    }
}
