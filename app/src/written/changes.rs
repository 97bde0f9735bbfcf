//! What an import would change, before anybody accepts it.

use super::html::{Head, Html};
use super::village::with_measure;
use super::{Scene, filled};
use crate::bidi::isolated;
use crate::i18n::{Told, percent1};
use crate::worker::changes::Changes;
use dhi_engine::frame::{Dataset, Unit};
use dhi_engine::ids::Period;

const NUMBER: &str = "td class=\"number\"";

/// Villages and periods named; the rest is counted.
const NAMED: usize = 8;

/// The whole dry run: who comes and goes, counts by indicator, the largest changes.
pub fn changes(scene: &Scene<'_>, html: &mut Html, changes: &Changes, before: &Dataset) {
    html.open("section data-testid=\"changes\"")
        .el("h3", scene.t(Told::Changes));
    if changes.is_nothing() {
        html.el(
            "p class=\"notice notice--good\"",
            scene.t(Told::ChangesNone),
        )
        .close("section");
        return;
    }
    let [changed, filled_in, lost, dropped] = changes.total();
    if lost > 0 || !changes.removed.is_empty() {
        let values = [
            ("lost", lost.to_string()),
            ("villages", changes.removed.len().to_string()),
        ];
        let words = filled(scene.t(Told::ChangesLost), &values);
        html.el("p class=\"notice\" data-testid=\"lost\"", &words);
    }
    if changes.corrections_ended > 0 {
        let values = [("n", changes.corrections_ended.to_string())];
        let words = filled(scene.t(Told::ChangesCorrections), &values);
        html.el("p class=\"notice\"", &words);
    }
    html.open("dl class=\"facts\"");
    let who = [
        (Told::ChangesAdded, &changes.added, scene.units.list()),
        (
            Told::ChangesRemoved,
            &changes.removed,
            before.units().list(),
        ),
        (
            Told::ChangesDescribed,
            &changes.described,
            scene.units.list(),
        ),
    ];
    for (key, at, units) in who {
        html.fact(scene.t(key), &villages(scene, at, units));
    }
    let counts = [
        (Told::ChangesChanged, changed),
        (Told::ChangesFilled, filled_in),
        (Told::ChangesToMissing, lost),
        (Told::ChangesToNone, dropped),
        (Told::ChangesOthers, changes.others),
    ];
    for (key, n) in counts {
        html.fact(scene.t(key), &n.to_string());
    }
    for (key, list) in periods(scene, changes) {
        if !list.is_empty() {
            html.fact(
                scene.t(key),
                &named(scene, list.iter().cloned(), list.len()),
            );
        }
    }
    html.close("dl");
    if changes.is_other_framework {
        let gone = changes.indicators_gone.iter();
        let gone = gone.map(|[zh, en]| scene.either(zh, en).to_owned());
        let list = named(scene, gone, changes.indicators_gone.len());
        let words = filled(scene.t(Told::ChangesFramework), &[("list", list)]);
        html.el("p class=\"notice\"", &words);
    }
    by_indicator(scene, html, changes);
    largest(scene, html, changes);
    html.close("section");
}

/// Periods that come and go, and those with other survey counts.
fn periods(scene: &Scene<'_>, changes: &Changes) -> [(Told, Vec<String>); 3] {
    let plain = |periods: &[Period]| periods.iter().map(|p| p.as_str().to_owned()).collect();
    let new = changes.periods_new.iter().map(|(period, n)| {
        let words = [" (", &n.to_string(), " ", scene.t(Told::ValuesRead), ")"];
        [&isolated(period.as_str()), words.concat().as_str()].concat()
    });
    [
        (Told::ChangesPeriodsNew, new.collect()),
        (Told::ChangesPeriodsGone, plain(&changes.periods_gone)),
        (Told::ChangesSurveys, plain(&changes.surveys)),
    ]
}

fn villages(scene: &Scene<'_>, at: &[u32], units: &[Unit]) -> String {
    let names = at.iter().filter_map(|at| units.get(*at as usize));
    let names = named(scene, names.map(|u| u.name.clone()), at.len());
    match at.len() {
        0 => "0".to_owned(),
        n => [&n.to_string(), scene.t(Told::Colon), &names].concat(),
    }
}

/// The first names, with dots where that is not all.
fn named(scene: &Scene<'_>, names: impl Iterator<Item = String>, n: usize) -> String {
    if n == 0 {
        return "—".to_owned();
    }
    let first: Vec<String> = names.take(NAMED).collect();
    let mut list = first.join(scene.t(Told::ListComma));
    if n > NAMED {
        list.push('…');
    }
    list
}

fn by_indicator(scene: &Scene<'_>, html: &mut Html, changes: &Changes) {
    let leaves = scene.framework.leaves().iter().zip(&changes.indicators);
    let mut rows = leaves
        .filter_map(|(node, counts)| Some((*node, counts.as_ref()?.all())))
        .filter(|(_, counts)| counts.iter().any(|n| *n > 0))
        .peekable();
    if rows.peek().is_none() {
        return;
    }
    let head = [
        scene.text(Told::Indicator),
        scene.number(Told::ChangesChanged),
        scene.number(Told::ChangesFilled),
        scene.number(Told::ChangesToMissing),
        scene.number(Told::ChangesToNone),
    ];
    let title = scene.t(Told::ChangesByIndicator);
    html.el("h4", title)
        .long_table(title, "table class=\"table\"", &head);
    for (node, counts) in rows {
        let about = scene.framework.node(node);
        html.open_with("tr", "data-indicator", about.id.as_str())
            .el("th scope=\"row\"", about.name.get(scene.language));
        for n in counts {
            html.el(NUMBER, &n.to_string());
        }
        html.close("tr");
    }
    html.end_table();
}

fn largest(scene: &Scene<'_>, html: &mut Html, changes: &Changes) {
    if changes.largest.is_empty() {
        return;
    }
    let head = [
        scene.text(Told::ColName),
        scene.text(Told::Period),
        scene.text(Told::Indicator),
        scene.number(Told::OldValue),
        scene.number(Told::NewValue),
        Head::Number(scene.t(Told::ChangesShare)),
    ];
    let title = scene.t(Told::ChangesLargest);
    html.el("h4", title)
        .el("p class=\"hint\"", scene.t(Told::ChangesLargestHint))
        .table(
            title,
            "table class=\"table\" data-testid=\"largest\"",
            &head,
        );
    for moved in &changes.largest {
        let Some(leaf) = scene.framework.leaves().get(moved.column) else {
            continue;
        };
        let node = scene.framework.node(*leaf);
        let measure = node.indicator.as_ref().map(|i| i.measure);
        html.raw("<tr")
            .attr("data-from", &moved.from.to_string())
            .attr("data-to", &moved.to.to_string())
            .raw(">")
            .el("th scope=\"row\"", scene.unit(moved.unit))
            .el("td", moved.period.as_str())
            .el("td", node.name.get(scene.language))
            .el(NUMBER, &with_measure(scene, measure, moved.from))
            .el(NUMBER, &with_measure(scene, measure, moved.to))
            .el(NUMBER, &percent1(moved.share))
            .close("tr");
    }
    html.end_table();
}
