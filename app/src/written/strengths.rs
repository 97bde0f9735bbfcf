//! Where a village stands out from its class, either way.

use super::Scene;
use super::class::Class;
use super::html::Html;
use crate::i18n::{Told, fixed2};
use dhi_engine::aggregate::NodeScores;
use dhi_engine::ids::NodeIdx;
use dhi_engine::weigh::WeightSet;

/// At most this many are named on either side.
pub const MOST: usize = 3;
/// A distance that two decimals do not show is none.
const LEAST: f64 = 0.005;

/// An indicator and how far it lies from the median of the class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standout {
    /// The indicator.
    pub node: NodeIdx,
    /// Normalised score.
    pub score: f64,
    /// Median of the class.
    pub median: f64,
}

impl Standout {
    /// Points above the median; below 0 for a weakness.
    pub fn distance(&self) -> f64 {
        self.score - self.median
    }
}

/// What stands out on one side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Side {
    /// The furthest first.
    pub list: Vec<Standout>,
    /// Further ones as far from the median as the last named.
    pub tied: usize,
}

/// Strengths and weaknesses of a village.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strengths {
    /// Above the median.
    pub strong: Side,
    /// Below it.
    pub weak: Side,
}

/// Finds them among the indicators that have a score and count for something.
/// `None` where too few of the class have the indicators to compare any.
pub fn strengths(
    scene: &Scene<'_>,
    weights: &WeightSet,
    scores: &NodeScores,
    unit: usize,
) -> Option<Strengths> {
    let class = Class::of(scene.units, scene.spec, unit);
    let effective = weights.effective(scene.framework);
    let weight = |node: NodeIdx| effective.get(node.at()).copied().unwrap_or(0.0);
    let standout = |node: &NodeIdx| {
        let column = scores.node(*node);
        Some(Standout {
            node: *node,
            score: column.get(unit).value()?,
            median: class.median_of(column)?,
        })
    };
    let leaves = scene.framework.leaves().iter();
    let compared = leaves.filter(|n| weight(**n) > 0.0).filter_map(standout);
    let compared: Vec<Standout> = compared.collect();
    if compared.is_empty() {
        return None;
    }
    let side = |is_meant: fn(f64) -> bool| {
        let mut rest = compared.clone();
        rest.retain(|s| is_meant(s.distance()));
        let mut list: Vec<Standout> = Vec::new();
        while list.len() < MOST {
            // The first of what is equal in both keeps the framework's order.
            let mut furthest: Option<usize> = None;
            for (at, s) in rest.iter().enumerate() {
                let best = furthest.and_then(|f| rest.get(f));
                let key = |s: &Standout| (s.distance().abs(), weight(s.node));
                if best.is_none_or(|best| key(s) > key(best)) {
                    furthest = Some(at);
                }
            }
            let Some(at) = furthest else { break };
            list.push(rest.remove(at));
        }
        let last = list.last().map(|s| s.distance().to_bits());
        let tied = rest.iter().filter(|s| Some(s.distance().to_bits()) == last);
        let tied = tied.count();
        Side { list, tied }
    };
    Some(Strengths {
        strong: side(|d| d >= LEAST),
        weak: side(|d| d <= -LEAST),
    })
}

/// One of them in words, by a name.
pub fn sentence(scene: &Scene<'_>, standout: &Standout, name: &str) -> String {
    let words = if standout.distance() > 0.0 {
        Told::Stronger
    } else {
        Told::Weaker
    };
    super::filled(
        scene.t(words),
        &[
            ("name", name.to_owned()),
            ("score", fixed2(standout.score)),
            ("median", fixed2(standout.median)),
            ("distance", fixed2(standout.distance().abs())),
        ],
    )
}

/// The card.
pub fn card(scene: &Scene<'_>, html: &mut Html, unit: usize, found: Option<&Strengths>) {
    html.open("section class=\"card\" data-testid=\"strengths\"")
        .el("h2", scene.t(Told::Strengths));
    let Some(found) = found else {
        let least = Class::of(scene.units, scene.spec, unit).least();
        let least = [("n", least.to_string())];
        let words = super::filled(scene.t(Told::StrengthsTooFew), &least);
        html.el("p class=\"hint\"", &words).close("section");
        return;
    };
    html.el("p class=\"hint\"", scene.t(Told::StrengthsHint))
        .open("div class=\"sides\"");
    let sides = [
        (Told::Strong, Told::NoneStrong, "▲", &found.strong),
        (Told::Weak, Told::NoneWeak, "▼", &found.weak),
    ];
    for (title, none, mark, side) in sides {
        html.open("div").el("h3", scene.t(title));
        if side.list.is_empty() {
            html.el("p class=\"hint\"", scene.t(none));
        } else {
            html.open("ul class=\"standouts\"");
            for standout in &side.list {
                html.raw("<li")
                    .attr("data-node", &standout.node.0.to_string())
                    .attr("data-distance", &standout.distance().to_string())
                    .raw(">")
                    .el("span aria-hidden=\"true\"", mark)
                    .el(
                        "span",
                        &sentence(scene, standout, scene.node(standout.node)),
                    )
                    .close("li");
            }
            html.close("ul");
        }
        if side.tied > 0 {
            let tied = [("n", side.tied.to_string())];
            let words = super::filled(scene.t(Told::MoreTied), &tied);
            html.el("p class=\"hint\"", &words);
        }
        html.close("div");
    }
    html.raw("</div></section>");
}
