//! What a village's change since the period before is due to.

use super::Scene;
use super::against::picture;
use super::html::Html;
use crate::charts::waterfall::{Waterfall, signed};
use crate::i18n::{Told, fixed2};
use dhi_engine::periods::Change;

/// The causes in the order of the parts.
pub const CAUSES: [Told; 6] = [
    Told::CauseOwnData,
    Told::CausePeers,
    Told::CauseFramework,
    Told::CauseTreatment,
    Told::CauseMethod,
    Told::CauseWeights,
];

/// Both scores, the way from one to the other as a picture, and the parts that add up to their difference.
pub fn since(scene: &Scene<'_>, html: &mut Html, before: &str, change: &Change) {
    let from = [scene.t(Told::SinceFrom), " (", before, ")"].concat();
    html.open("dl class=\"facts\"")
        .fact(&from, &fixed2(change.from))
        .fact(scene.t(Told::SinceTo), &fixed2(change.to))
        .close("dl");
    let parts = CAUSES.into_iter().zip(&change.parts);
    let waterfall = Waterfall {
        from: (from, change.from),
        // What did not change is in the table.
        steps: parts
            .filter(|(_, points)| **points != 0.0)
            .map(|(key, points)| (scene.t(key).to_owned(), *points))
            .collect(),
        to: (scene.t(Told::SinceTo).to_owned(), change.to),
    };
    picture(scene, html, scene.t(Told::Since), &waterfall);
    let head = [
        scene.text(Told::SinceCause),
        scene.number(Told::SincePoints),
    ];
    html.table(
        scene.t(Told::Since),
        "table class=\"table spec__table\"",
        &head,
    );
    for (key, points) in CAUSES.into_iter().zip(&change.parts) {
        html.open("tr")
            .el("th scope=\"row\"", scene.t(key))
            .el("td class=\"number\"", &signed(*points))
            .close("tr");
    }
    let sum: f64 = change.parts.iter().sum();
    html.raw("</tbody><tfoot><tr>")
        .el("th scope=\"row\"", scene.t(Told::SinceChange))
        .raw("<td class=\"number\"")
        .attr("data-sum", &sum.to_string())
        .attr("data-change", &change.change.to_string())
        .raw(">")
        .text(&signed(change.change))
        .raw("</td></tr></tfoot></table></div>");
}
