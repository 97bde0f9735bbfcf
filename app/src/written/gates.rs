//! Restrictions beside the index: what they rest on and what they do. The score stays
//! as it is.

use super::html::Html;
use super::{Scene, filled, shape};
use crate::i18n::Told;
use crate::worker::gates::Restrictions;
use dhi_engine::gate::Effect;

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
            let gate = &found.gate;
            let last = scene.spec.bands.list().len().saturating_sub(1);
            let effect = match found.effect {
                Effect::Cap(best) => {
                    let best = [("band", band(best.unwrap_or(last).min(last)))];
                    filled(scene.t(Told::GateCap), &best)
                }
                Effect::Hold => scene.t(Told::GateHold).to_owned(),
                Effect::NotExcellent | Effect::Notice => String::new(),
            };
            html.open("li")
                .el("strong", gate.cause.name(scene.language))
                .text(" · ")
                .text(&effect);
            // What is said of an item is for those who see it.
            let reason = if found.is_seen { &gate.reason } else { "" };
            for (name, value) in [
                (Told::GateReason, reason),
                (Told::GateBasis, &gate.basis),
                (Told::GateApprover, &gate.approver),
                (Told::GateStart, &gate.start.to_string()),
            ] {
                if !value.is_empty() {
                    let words = [" · ", scene.t(name), " ", value].concat();
                    html.text(&words);
                }
            }
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
