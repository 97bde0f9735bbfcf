//! Restrictions beside the index: what they rest on and what they do. The score stays
//! as it is.

use super::html::Html;
use super::{Scene, filled, shape};
use crate::i18n::Told;
use crate::worker::gates::{Found, Restrictions};
use dhi_engine::gate::{Effect, Gate, neutral};

/// The card.
pub fn gates(scene: &Scene<'_>, html: &mut Html, about: &Restrictions) {
    html.open("section class=\"card\" data-testid=\"gates\"")
        .el("h2", scene.t(Told::Gates));
    let band = |at: usize| {
        let band = scene.spec.bands.list().get(at);
        let name = band.map_or("", |band| band.name.get(scene.language));
        [shape(at as u32), " ", name].concat()
    };
    if about.found.is_empty() {
        html.el("p", scene.t(Told::GatesNone));
    }
    if let Some(grade) = about.grade.filter(|grade| grade.capped != grade.raw) {
        let values = [("raw", band(grade.raw)), ("capped", band(grade.capped))];
        html.el(
            "p class=\"notice\"",
            &filled(scene.t(Told::GatesCapped), &values),
        );
    }
    if !about.found.is_empty() {
        html.open("ul class=\"list\"");
        for found in &about.found {
            let (gate, effect, is_seen) = match found {
                Found::Neutral(person) => {
                    html.open("li").el("strong", neutral(scene.language));
                    self::person(scene, html, person);
                    html.close("li");
                    continue;
                }
                Found::Whole(gate, effect, is_seen) => (gate, *effect, *is_seen),
            };
            let last = scene.spec.bands.list().len().saturating_sub(1);
            let effect = match effect {
                Effect::Cap(best) => {
                    let best = [("band", band(best.unwrap_or(last).min(last)))];
                    filled(scene.t(Told::GateCap), &best)
                }
                Effect::Hold => scene.t(Told::GateHold).to_owned(),
                Effect::NotExcellent => scene
                    .either("个人不评优秀", "the person is not rated excellent")
                    .to_owned(),
                Effect::Notice => scene
                    .either("依法提示，由有权机关处理", "a statutory notice")
                    .to_owned(),
            };
            html.open("li")
                .el("strong", gate.cause.name(scene.language))
                .text(" · ")
                .text(&effect);
            person(scene, html, &gate.person);
            whole(scene, html, gate, is_seen);
            html.close("li");
        }
        html.close("ul");
    }
    let [open, overdue] = about.open.map(|n| n.to_string());
    let values = [
        ("open", open),
        ("overdue", overdue),
        ("day", about.today.to_string()),
    ];
    html.open("p class=\"hint\"")
        .text(&filled(scene.t(Told::GatesItems), &values))
        .raw(" <a href=\"#/signoff\">")
        .text(scene.t(Told::NavSignOff))
        .raw("</a></p>")
        .close("section");
}

/// Whom a restriction is about, where it is not the committee.
fn person(scene: &Scene<'_>, html: &mut Html, code: &str) {
    if !code.is_empty() {
        let words = scene.either("人员", "person");
        html.text(&[" · ", words, " ", code].concat());
    }
}

/// What a restriction rests on.
fn whole(scene: &Scene<'_>, html: &mut Html, gate: &Gate, is_seen: bool) {
    // What is said of an item is for those who see it.
    let reason = if is_seen { &gate.reason } else { "" };
    let end = gate.end.map(String::from).unwrap_or_default();
    for (name, value) in [
        (scene.t(Told::GateReason), reason),
        (scene.t(Told::GateBasis), &gate.basis),
        (scene.t(Told::GateApprover), &gate.approver),
        (scene.t(Told::GateStart), &gate.start.to_string()),
        (scene.either("至", "Until"), &end),
        (scene.either("申诉", "Appeal"), &gate.appeal),
    ] {
        if !value.is_empty() {
            html.text(&[" · ", name, " ", value].concat());
        }
    }
}
