//! Whose side of the nomination line the data cannot tell.

use super::html::Html;
use super::{Scene, filled, line_words, terms, village_link};
use crate::i18n::{Told, line_chance, percent0};
use crate::worker::overview::Sides;
use crate::worker::robust::Known;

/// Units listed; the rest is counted.
const SHOWN: usize = 24;

/// The units with their chances, or why there are none.
pub fn undetermined(scene: &Scene<'_>, html: &mut Html, known: &Known, sides: Option<&Sides>) {
    html.open("section class=\"card\" data-testid=\"undetermined\"")
        .el("h2", &["◐ ", scene.t(Told::LineOpenTitle)].concat());
    match (sides.zip(known.found.as_ref()), &known.refusal, known.line) {
        (None, Some(refusal), _) => scene.refusal(html, refusal),
        (None, None, _) => {
            html.el(
                "p class=\"hint\" role=\"status\"",
                scene.t(Told::LineOpenNotYet),
            );
        }
        (Some(_), _, None) => {
            html.el("p class=\"hint\"", scene.t(Told::LineOpenNoLine));
        }
        (Some((sides, found)), _, Some(line)) => {
            let words = line_words(scene, line);
            let values = [
                ("line", words),
                ("low", percent0(found.level(2))),
                ("high", percent0(found.level(3))),
            ];
            html.el(
                "p class=\"hint\"",
                &filled(scene.t(Told::LineOpenHint), &values),
            );
            list(scene, html, sides);
        }
    }
    html.close("section");
}

fn list(scene: &Scene<'_>, html: &mut Html, sides: &Sides) {
    let [meets, misses, not_assessed] = sides.counts.map(|n| n.to_string());
    let open = sides.open.len();
    let undetermined = scene.t(Told::VerdictUndetermined);
    html.open("dl class=\"facts\"")
        .fact(&["✓ ", scene.t(Told::VerdictMeets)].concat(), &meets)
        .raw("<div class=\"fact\"><dt>◐ ")
        .text(undetermined)
        .term(undetermined, terms::VERDICT)
        .raw("</dt>")
        .el("dd", &open.to_string())
        .close("div")
        .fact(&["✕ ", scene.t(Told::VerdictMisses)].concat(), &misses)
        .fact(&["— ", scene.t(Told::NoRank)].concat(), &not_assessed)
        .close("dl");
    if open == 0 {
        html.el("p class=\"hint\"", scene.t(Told::LineOpenNone));
        return;
    }
    html.open("ul class=\"names\"");
    for (unit, chance) in sides.open.iter().take(SHOWN) {
        html.raw("<li")
            .attr("data-chance", &chance.to_string())
            .raw(">");
        village_link(scene, html, *unit);
        html.text(" ")
            .text(&line_chance(*chance, true))
            .raw("</li>");
    }
    html.close("ul");
    if open > SHOWN {
        let rest = [("n", (open - SHOWN).to_string())];
        let words = filled(scene.t(Told::MoreNotListed), &rest);
        html.el("p class=\"hint\"", &words);
    }
}
