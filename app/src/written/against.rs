//! From the score of the class's median village to this village's, step by step.

use super::Scene;
use super::class::Class;
use super::html::Html;
use crate::charts::waterfall::{Waterfall, signed, svg};
use crate::i18n::{Told, fixed2};
use dhi_engine::aggregate::NodeScores;
use dhi_engine::explain::{Additivity, contributions};
use dhi_engine::frame::Cell;
use dhi_engine::ids::NodeIdx;
use dhi_engine::num;
use dhi_engine::weigh::WeightSet;

const NUMBER: &str = "td class=\"number\"";

/// Two villages of a class, and what their scores differ by.
#[derive(Clone, Debug, PartialEq)]
pub struct Against {
    /// The village in the middle of its class: position in the register.
    pub reference: usize,
    /// Villages of the class with a score.
    pub n: usize,
    /// Their scores: of the median village and of this one.
    pub scores: [f64; 2],
    /// What every node contributes to each score.
    parts: [Vec<Part>; 2],
    /// By node: this village's contribution less the other's. Those of the indicators,
    /// and so those of the children of any node, add up to the difference without
    /// rounding.
    pub steps: Vec<f64>,
}

/// What a node contributes, or why nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Points(f64),
    Missing,
    NotApplicable,
}

/// Why there are no steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSteps {
    /// The village has no score.
    NoScore,
    /// Too few of its class have one.
    ClassTooSmall,
    /// Scores are not sums.
    NotAdditive,
}

/// Compares a village with the median village of its class.
pub fn compare(
    scene: &Scene<'_>,
    weights: &WeightSet,
    scores: &NodeScores,
    unit: usize,
) -> Result<Against, NoSteps> {
    if Additivity::of(scene.framework, &scene.spec.aggregate) != Additivity::Exact {
        return Err(NoSteps::NotAdditive);
    }
    let composite = scores.composite();
    let own = composite.get(unit).value().ok_or(NoSteps::NoScore)?;
    let class = Class::of(scene.units, scene.spec, unit);
    let (reference, n) = class.middle(composite).ok_or(NoSteps::ClassTooSmall)?;
    let from = composite.get(reference).value().ok_or(NoSteps::NoScore)?;
    let nodes = scene.framework.nodes();
    let leaves = scene.framework.leaves();
    let points = [reference, unit].map(|u| contributions(scene.framework, weights, scores, u));
    // A score below 0 is shared out among what does not add up to it.
    let is_split = |points: &Vec<f64>, score: f64| {
        let sum: f64 = leaves.iter().filter_map(|l| points.get(l.at())).sum();
        sum.to_bits() == score.to_bits() && points.iter().all(|p| *p >= 0.0)
    };
    if !points.iter().zip([from, own]).all(|(p, s)| is_split(p, s)) {
        return Err(NoSteps::NotAdditive);
    }
    let of = |points: &[f64], node: NodeIdx| points.get(node.at()).copied().unwrap_or(0.0);
    let [theirs, ours] = &points;
    let mut differences: Vec<f64> = leaves
        .iter()
        .map(|leaf| of(ours, *leaf) - of(theirs, *leaf))
        .collect();
    num::split_change(&mut differences, own - from).ok_or(NoSteps::NotAdditive)?;
    let mut steps = vec![0.0; nodes.len()];
    for (leaf, step) in leaves.iter().zip(differences) {
        if let Some(slot) = steps.get_mut(leaf.at()) {
            *slot = step;
        }
    }
    // Children follow their parent, so backwards every child comes first.
    for (at, node) in nodes.iter().enumerate().rev() {
        if !node.children.is_empty() {
            let of_child = |child: &NodeIdx| steps.get(child.at()).copied();
            let sum = num::ordered_sum(node.children.iter().filter_map(of_child));
            steps[at] = sum;
        }
    }
    let parts = [(reference, theirs), (unit, ours)].map(|(unit, points)| {
        let nodes = points.iter().enumerate();
        let part = |(at, points): (usize, &f64)| {
            let cell = scores.node(NodeIdx(at as u32)).get(unit);
            match cell {
                Cell::Value(_) => Part::Points(*points),
                Cell::Missing => Part::Missing,
                Cell::NotApplicable => Part::NotApplicable,
            }
        };
        nodes.map(part).collect()
    });
    Ok(Against {
        reference,
        n,
        scores: [from, own],
        parts,
        steps,
    })
}

/// The card: what is compared, the picture, and every step as tables.
pub fn against(scene: &Scene<'_>, html: &mut Html, unit: usize, found: &Result<Against, NoSteps>) {
    html.open("section class=\"card\" data-testid=\"against\"")
        .el("h2", scene.t(Told::Against));
    match found {
        Ok(found) => steps(scene, html, unit, found),
        Err(why) => {
            let least = Class::of(scene.units, scene.spec, unit).least();
            let words = match why {
                NoSteps::NoScore => scene.t(Told::AgainstNoScore),
                NoSteps::ClassTooSmall => scene.t(Told::ClassTooFew),
                NoSteps::NotAdditive => scene.t(Told::AgainstNotAdditive),
            };
            let words = super::filled(words, &[("n", least.to_string())]);
            html.el("p class=\"hint\" data-testid=\"no-steps\"", &words);
        }
    }
    html.close("section");
}

fn steps(scene: &Scene<'_>, html: &mut Html, unit: usize, found: &Against) {
    let reference = scene.units.list().get(found.reference);
    let (name, code) = reference.map_or(("", ""), |u| (u.name.as_str(), u.code.as_str()));
    let [from, to] = found.scores;
    let about = [
        ("n", found.n.to_string()),
        ("score", fixed2(from)),
        ("name", name.to_owned()),
    ];
    let hint = super::filled(scene.t(Told::AgainstHint), &about);
    html.el("p class=\"hint\"", &hint);
    if found.reference == unit {
        html.el(
            "p class=\"notice notice--good\"",
            scene.t(Told::AgainstSelf),
        );
        return;
    }
    let root = scene.framework.node(scene.framework.composite());
    let step = |node: &NodeIdx| {
        let points = found.steps.get(node.at()).copied();
        (scene.node(*node).to_owned(), points.unwrap_or(0.0))
    };
    let median = scene.t(Told::MedianVillage);
    let waterfall = Waterfall {
        from: (median.to_owned(), from),
        steps: root.children.iter().map(step).collect(),
        to: (scene.t(Told::ThisVillage).to_owned(), to),
    };
    picture(scene, html, scene.t(Told::Against), &waterfall);
    let href = ["#/village/", code].concat();
    html.raw("<p class=\"hint\"><a")
        .attr("href", &href)
        .raw(">")
        .text(scene.t(Told::OpenMedianVillage))
        .text(name)
        .raw("</a></p>");
    node_table(scene, html, found, scene.framework.composite());
    let differs = |side: &Vec<Part>| side.iter().any(|p| !matches!(p, Part::Points(_)));
    if found.parts.iter().any(differs) {
        html.el("p class=\"hint\"", scene.t(Told::AgainstMissing));
    }
}

/// A waterfall as a picture with its words.
pub fn picture(scene: &Scene<'_>, html: &mut Html, title: &str, waterfall: &Waterfall) {
    let axis = scene.t(Told::ScoreAxis);
    let drawn = svg(waterfall, axis, scene.look.width);
    let ends = [&waterfall.from, &waterfall.to].map(|(name, score)| {
        let score = fixed2(*score);
        [name, " ", &score].concat()
    });
    let label = [title, " · ", &ends.join(" → ")].concat();
    scene.chart(html, &label, &drawn);
}

/// The children of a node in a table, and those of its inner children within.
fn node_table(scene: &Scene<'_>, html: &mut Html, found: &Against, node: NodeIdx) {
    let children = &scene.framework.node(node).children;
    let step_of = |node: NodeIdx| found.steps.get(node.at()).copied().unwrap_or(0.0);
    let is_root = node == scene.framework.composite();
    let name = if is_root {
        scene.t(Told::StepsTable)
    } else {
        scene.node(node)
    };
    html.open("details class=\"fold\"")
        .open("summary")
        .text(name)
        .text(" ")
        .el("span class=\"number\"", &signed(step_of(node)))
        .close("summary");
    let head = [
        scene.text(Told::Indicator),
        scene.number(Told::ThisVillage),
        scene.number(Told::MedianVillage),
        scene.number(Told::Step),
    ];
    html.table(name, "table class=\"table spec__table\"", &head);
    let cell = |side: usize, node: NodeIdx| {
        let part = found.parts.get(side).and_then(|s| s.get(node.at()));
        match part {
            Some(Part::Points(points)) => fixed2(*points),
            Some(Part::NotApplicable) => scene.t(Told::NotApplicable).to_owned(),
            Some(Part::Missing) | None => scene.t(Told::Missing).to_owned(),
        }
    };
    for &child in children {
        html.open("tr")
            .el("th scope=\"row\"", scene.node(child))
            .el(NUMBER, &cell(1, child))
            .el(NUMBER, &cell(0, child))
            .raw("<td class=\"number\"")
            .attr("data-step", &step_of(child).to_string())
            .raw(">")
            .text(&signed(step_of(child)))
            .raw("</td></tr>");
    }
    html.raw("</tbody><tfoot><tr>")
        .el("th scope=\"row\"", scene.t(Told::Total))
        .el(NUMBER, &cell(1, node))
        .el(NUMBER, &cell(0, node))
        .raw("<td class=\"number\"")
        .attr("data-total", &step_of(node).to_string())
        .raw(">")
        .text(&signed(step_of(node)))
        .raw("</td></tr></tfoot></table></div>");
    for &child in children {
        if !scene.framework.node(child).children.is_empty() {
            node_table(scene, html, found, child);
        }
    }
    html.close("details");
}
