//! Where two villages stand level: the nearest weights, or that there are none.

use super::super::html::{Head, Html};
use super::super::{Scene, filled};
use super::{fixed, group_choice, offer, refused, village_field, villages};
use crate::charts::waterfall::signed;
use crate::i18n::{Told, fixed2, percent1};
use crate::worker::lab::flip::{Answer, Asked, Pair};
use dhi_engine::weight_space::{Certainty, Change, Flip, Norm};

const NUMBER: &str = "td class=\"number\"";

fn norm_name(norm: Norm) -> &'static str {
    match norm {
        Norm::L1 => "L1",
        Norm::L2 => "L2",
    }
}

/// A size of a change in percentage points; what is not 0 never looks it.
fn points(size: f64) -> String {
    if size > 0.0 && size < 0.0005 / 100.0 {
        "< 0.001".into()
    } else {
        format!("{:.3}", size * 100.0)
    }
}

/// The question, and its answer or why there is none.
pub fn flip(scene: &Scene<'_>, html: &mut Html, asked: &Asked, answer: &Answer) {
    html.el("p class=\"hint\"", scene.t(Told::FlipHint))
        .open("div class=\"toolbar\"");
    group_choice(scene, html, Some(asked.node), false);
    for (at, name) in asked.names.iter().enumerate() {
        let which = [" ", ["A", "B"][at]].concat();
        village_field(scene, html, (at, &which), name);
    }
    villages(html, &asked.offered);
    html.close("div");
    fixed(scene, html, asked.is_fixed);
    match answer {
        Answer::Unfit(names) => {
            let names = names.join(scene.t(Told::ListComma));
            let words = filled(scene.t(Told::FlipWhich), &[("names", names)]);
            html.el("p class=\"notice\" role=\"status\"", &words);
        }
        Answer::Refused(error) => refused(scene, html, error),
        Answer::Found(pair) => found(scene, html, asked, pair),
    }
}

fn found(scene: &Scene<'_>, html: &mut Html, asked: &Asked, pair: &Pair) {
    let [a, b] = pair.units.map(|unit| scene.unit(unit).to_owned());
    let names = |more: Vec<(&'static str, String)>| {
        let mut values = vec![("a", a.clone()), ("b", b.clone())];
        values.extend(more);
        values
    };
    let now = names(vec![
        ("x", format!("{:.4}", pair.scores[0])),
        ("y", format!("{:.4}", pair.scores[1])),
    ]);
    html.open("p").text(&filled(scene.t(Told::FlipNow), &now));
    if pair.is_tied {
        html.raw(" ").text(scene.t(Told::FlipTied));
    }
    html.close("p");
    if asked.is_beside_methods {
        html.el("p class=\"notice\"", scene.t(Told::FlipMethods));
    }
    let (mut exact, mut said) = (Vec::new(), String::new());
    for (norm, flip) in &pair.flips {
        let name = norm_name(*norm).to_owned();
        let (told, values) = match flip {
            Flip::Change(change) if change.certainty == Certainty::Exact => {
                exact.push([&name, " ", &points(change.distance)].concat());
                continue;
            }
            Flip::Change(change) => (
                Told::FlipBounds,
                vec![
                    ("norm", name),
                    ("high", points(change.distance)),
                    ("low", points(change.at_least)),
                ],
            ),
            Flip::Never { lead, .. } if pair.is_linear => {
                (Told::FlipNever, vec![("lead", format!("{lead:.4}"))])
            }
            Flip::Never { .. } => (Told::FlipNeverGaps, Vec::new()),
            Flip::Open { at_least } => (
                Told::FlipOpen,
                vec![("norm", name), ("low", points(*at_least))],
            ),
        };
        let words = filled(scene.t(told), &names(values));
        // Never is the same by both measures.
        if words != said {
            html.el("p class=\"notice\" role=\"status\"", &words);
            said = words;
        }
    }
    if !exact.is_empty() {
        let sizes = exact.join(scene.t(Told::ListComma));
        let words = filled(scene.t(Told::FlipExact), &[("sizes", sizes)]);
        html.el("p class=\"notice notice--good\" role=\"status\"", &words);
    }
    table(scene, html, asked, pair, [&a, &b]);
}

/// Part by part: what the two have, the weights now and where they are level.
fn table(scene: &Scene<'_>, html: &mut Html, asked: &Asked, pair: &Pair, [a, b]: [&str; 2]) {
    let changes = pair.flips.iter().filter_map(|(norm, flip)| match flip {
        Flip::Change(change) => Some((norm_name(*norm), change)),
        _ => None,
    });
    let changes: Vec<(&'static str, &Change)> = changes.collect();
    let heads: Vec<String> = changes
        .iter()
        .map(|(norm, _)| filled(scene.t(Told::FlipAt), &[("norm", (*norm).into())]))
        .collect();
    let mut head = vec![
        Head::Text(scene.t(Told::FlipPart)),
        Head::Number(a),
        Head::Number(b),
        scene.number(Told::LabNow),
    ];
    head.extend(heads.iter().map(|text| Head::Number(text)));
    html.table(scene.t(Told::LabFlip), "table class=\"table\"", &head);
    let children = &scene.framework.node(asked.node).children;
    for (at, child) in children.iter().enumerate() {
        html.open("tr").el("th scope=\"row\"", scene.node(*child));
        for values in &pair.values {
            let value = values.get(at).copied().flatten();
            html.el(NUMBER, &value.map_or_else(|| "—".into(), fixed2));
        }
        let now = pair.weights.get(at).copied().unwrap_or(0.0);
        html.el(NUMBER, &percent1(now));
        for (_, change) in &changes {
            let there = change.weights.get(at).copied().unwrap_or(0.0);
            let change = signed((there - now) * 100.0);
            html.el(NUMBER, &[&percent1(there), " (", &change, ")"].concat());
        }
        html.close("tr");
    }
    if !asked.is_fixed && !changes.is_empty() {
        html.open("tr")
            .el("th scope=\"row\"", scene.t(Told::LabTake));
        html.raw("<td></td><td></td><td></td>");
        for ((norm, _), shares) in changes.iter().zip(&pair.shares) {
            let by = [*norm, " · ", a, " = ", b].concat();
            html.open(NUMBER);
            offer(scene, html, Told::LabTake, (&by, shares), false);
            html.close(NUMBER);
        }
        html.close("tr");
    }
    html.end_table()
        .el("p class=\"hint\"", scene.t(Told::FlipPartHint));
}
