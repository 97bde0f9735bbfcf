//! Weights that methods suggest, side by side.

use super::super::Scene;
use super::super::html::{Head, Html};
use super::{fixed, group_choice, offer};
use crate::i18n::{Told, percent1};
use crate::spec_form::words;
use crate::worker::lab::{Suggestion, Tried};
use dhi_engine::ids::NodeIdx;
use dhi_engine::weigh::WeighNote;

const NUMBER: &str = "td class=\"number\"";

/// The table; without suggestions there are too many villages to try.
pub fn suggest(
    scene: &Scene<'_>,
    html: &mut Html,
    (node, now): (Option<NodeIdx>, &[f64]),
    found: Option<&[Tried]>,
    is_fixed: bool,
) {
    html.el("p class=\"hint\"", scene.t(Told::SuggestHint))
        .open("div class=\"toolbar\"");
    group_choice(scene, html, node, true);
    html.close("div");
    fixed(scene, html, is_fixed);
    let Some(found) = found else {
        html.el("p class=\"notice\"", scene.t(Told::LabTooMany));
        return;
    };
    let shown = node.unwrap_or(scene.framework.composite());
    let children = &scene.framework.node(shown).children;
    let mut head = vec![Head::Text(scene.t(Told::SuggestMethod))];
    head.extend(children.iter().map(|c| Head::Number(scene.node(*c))));
    head.extend([
        scene.number(Told::AuditKendall),
        scene.number(Told::LeaveOutMax),
        Head::Text(scene.t(Told::SuggestNote)),
        Head::Text(scene.t(Told::LabTake)),
    ]);
    html.table(scene.t(Told::Suggest), "table class=\"table\"", &head)
        .raw("<tr><th scope=\"row\">")
        .text(scene.t(Told::LabNow))
        .raw("</th>");
    let of = |shares: &[f64], child: &NodeIdx| shares.get(child.at()).copied().unwrap_or(0.0);
    for child in children {
        html.el(NUMBER, &percent1(of(now, child)));
    }
    html.raw("<td></td><td></td><td></td><td></td></tr>");
    let place = node.map_or(scene.t(Told::LabTree), |n| scene.node(n));
    for (choice, found) in found {
        let is_scheme = choice.tag == "given";
        let name = if is_scheme {
            scene.t(Told::PresetScheme)
        } else {
            words(choice.name, scene.language)
        };
        html.open_with("tr", "data-method", choice.tag)
            .raw("<th scope=\"row\"")
            .attr(
                "title",
                if is_scheme {
                    ""
                } else {
                    words(choice.about, scene.language)
                },
            )
            .raw(">")
            .text(name)
            .raw("</th>");
        match found {
            Err(refusal) => {
                html.raw("<td class=\"lab__words\"")
                    .attr("colspan", &(children.len() + 4).to_string())
                    .raw(">")
                    .text(&refusal.words(scene.language))
                    .raw("</td>");
            }
            Ok(found) => {
                for child in children {
                    html.el(NUMBER, &percent1(of(&found.shares, child)));
                }
                let similarity = &found.similarity;
                let kendall = similarity.kendall.map(|k| format!("{k:.3}"));
                let largest = similarity.max_shift.map(|m| m.to_string());
                for text in [kendall, largest] {
                    html.el(NUMBER, text.as_deref().unwrap_or("—"));
                }
                html.el("td class=\"lab__words\"", &note(scene, found, shown))
                    .raw("<td>");
                if !is_fixed {
                    let by = [name, " · ", place].concat();
                    offer(scene, html, Told::LabTake, (&by, &found.shares), false);
                }
                html.raw("</td>");
            }
        }
        html.close("tr");
    }
    html.end_table();
}

/// What the method says about the group shown.
fn note(scene: &Scene<'_>, found: &Suggestion, shown: NodeIdx) -> String {
    let of_component = found.notes.iter().find_map(|note| match note {
        WeighNote::Component {
            node, explained, ..
        } if *node == shown => Some(*explained),
        _ => None,
    });
    of_component.map_or_else(String::new, |explained| {
        [scene.t(Told::AuditFirst), " ", &percent1(explained)].concat()
    })
}
