//! The weights lab. Its controls are written with it: what has `data-about` changes
//! the number at that place of the question, what has `data-shares` offers weights.

pub mod beside;
pub mod flip;
pub mod judge;
pub mod suggest;
pub mod triangle;

use super::Scene;
use super::html::Html;
use crate::i18n::Told;
use crate::worker::lab::parents;
use dhi_engine::frame::Unit;
use dhi_engine::ids::NodeIdx;
use dhi_engine::weight_space::WeightSpaceError;

/// Opens a list of choices that changes the question's number at `at`.
pub fn open_choice(html: &mut Html, label: &str, at: usize) {
    html.raw("<label class=\"field\"><span>")
        .text(label)
        .raw("</span><select")
        .attr("id", &["lab-", &at.to_string()].concat())
        .attr("data-about", &at.to_string())
        .raw(">");
}

/// One of the choices.
pub fn option(html: &mut Html, value: &str, text: &str, is_chosen: bool) {
    html.raw("<option").attr("value", value);
    if is_chosen {
        html.raw(" selected");
    }
    html.raw(">").text(text).close("option");
}

/// Closes what [`open_choice`] opened.
pub fn close_choice(html: &mut Html) {
    html.raw("</select></label>");
}

/// Chooses the group of siblings that is asked about; with `None` of `chosen` the
/// whole tree.
pub fn group_choice(scene: &Scene<'_>, html: &mut Html, chosen: Option<NodeIdx>, has_tree: bool) {
    open_choice(html, scene.t(Told::LabGroup), 0);
    if has_tree {
        option(html, "-1", scene.t(Told::LabTree), chosen.is_none());
    }
    for node in parents(scene.framework) {
        let depth = scene.framework.node(node).depth;
        let name = ["\u{3000}".repeat(depth).as_str(), scene.node(node)].concat();
        option(html, &node.0.to_string(), &name, chosen == Some(node));
    }
    close_choice(html);
}

/// A field for a village, the name at `at` of the question.
pub fn village_field(scene: &Scene<'_>, html: &mut Html, (at, which): (usize, &str), name: &str) {
    html.raw("<label class=\"field\"><span>")
        .text(scene.t(Told::FlipVillage))
        .text(which)
        .raw("</span><input type=\"search\" list=\"lab-villages\"")
        .attr("id", &["lab-name-", &at.to_string()].concat())
        .attr("data-name", name)
        .attr("value", name)
        .raw("/></label>");
}

/// What those fields offer while one types.
pub fn villages(html: &mut Html, offered: &[&Unit]) {
    html.raw("<datalist id=\"lab-villages\">");
    for unit in offered {
        html.raw("<option")
            .attr("value", unit.code.as_str())
            .raw(">")
            .text(&unit.name)
            .close("option");
    }
    html.raw("</datalist>");
}

/// Why there are no exact answers about weights.
pub fn refused(scene: &Scene<'_>, html: &mut Html, error: &WeightSpaceError) {
    let words = match error {
        WeightSpaceError::NotLinear(_) => scene.t(Told::FlipNotLinear).to_owned(),
        WeightSpaceError::Rounded => scene.t(Told::FlipRounded).to_owned(),
        error => error.to_string(),
    };
    html.el("p class=\"notice\" role=\"status\"", &words);
}

/// A button that takes weights under a name; kept as a scenario where it says so.
pub fn offer(
    scene: &Scene<'_>,
    html: &mut Html,
    words: Told,
    (by, shares): (&str, &[f64]),
    is_kept: bool,
) {
    let list: Vec<String> = shares.iter().map(f64::to_string).collect();
    html.raw("<button type=\"button\" class=\"button button--small\"")
        .attr("data-by", by)
        .attr("data-shares", &list.join(","));
    if is_kept {
        html.raw(" data-kept");
    }
    html.attr("aria-label", &[scene.t(words), ": ", by].concat())
        .raw(">")
        .text(scene.t(words))
        .close("button");
}

/// That the specification weighs the group, so that weights cannot be taken.
pub fn fixed(scene: &Scene<'_>, html: &mut Html, is_fixed: bool) {
    if is_fixed {
        html.el("p class=\"notice\"", scene.t(Told::WeighedByMethod));
    }
}
