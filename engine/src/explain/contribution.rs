//! Splits a unit's score into what each node contributed, exactly.

use crate::aggregate::NodeScores;
use crate::frame::Cell;
use crate::framework::{Framework, Node};
use crate::ids::NodeIdx;
use crate::num;
use crate::weigh::WeightSet;

/// Contribution of every node to a unit's composite score, in points, in node
/// order; 0 for nodes without a score.
///
/// Formula: the composite contributes its score. Going down, a node's
/// contribution is split between its children in proportion to `wᵢ sᵢ`. For an
/// arithmetic mean that is the usual `w̃ᵢ sᵢ` with renormalised effective
/// weights; the other means are not additive, and there every child's arithmetic
/// part is scaled by the same factor, the mean used over the arithmetic mean. Where
/// comparing units gives a node points although all its children are at 0, as in a tie
/// of all, these go by weight alone.
///
/// The sum is exact: contributions are multiples of 2⁻⁴⁰ (of more, above 2¹² points)
/// except along one path, which carries the remainder. So the children of a node add up to it, and the
/// indicators to the score, to the last bit and in any order of addition.
/// Needs scores ≥ 0.
pub fn contributions(
    framework: &Framework,
    weights: &WeightSet,
    scores: &NodeScores,
    unit: usize,
) -> Vec<f64> {
    let mut contributions = vec![0.0; framework.nodes().len()];
    if let (Some(root), Some(score)) = (
        contributions.first_mut(),
        scores.composite().get(unit).value(),
    ) {
        *root = score;
    }
    let mut parts = Vec::new();
    for (at, node) in framework.nodes().iter().enumerate() {
        let to_split = (contributions[at], contributions[0]);
        split(node, to_split, weights, scores, unit, &mut parts);
        for (child, part) in node.children.iter().zip(&parts) {
            contributions[child.at()] = *part;
        }
    }
    contributions
}

/// Contributions of the pillars for every unit: by pillar, then by unit. The
/// same numbers as [`contributions`], without going down to the indicators.
pub fn pillar_contributions(
    framework: &Framework,
    weights: &WeightSet,
    scores: &NodeScores,
) -> Vec<Vec<f64>> {
    let composite = scores.composite();
    let root = framework.node(NodeIdx(0));
    let mut by_pillar = vec![vec![0.0; composite.len()]; root.children.len()];
    let mut parts = Vec::new();
    for unit in 0..composite.len() {
        let score = composite.get(unit).value().unwrap_or(0.0);
        split(root, (score, score), weights, scores, unit, &mut parts);
        for (column, part) in by_pillar.iter_mut().zip(&parts) {
            column[unit] = *part;
        }
    }
    by_pillar
}

fn split(
    node: &Node,
    (contribution, whole): (f64, f64),
    weights: &WeightSet,
    scores: &NodeScores,
    unit: usize,
    parts: &mut Vec<f64>,
) {
    parts.clear();
    parts.extend(
        node.children
            .iter()
            .map(|&child| match scores.node(child).get(unit) {
                Cell::Value(score) => weights.share(child) * score,
                Cell::Missing | Cell::NotApplicable => 0.0,
            }),
    );
    if contribution > 0.0 && parts.iter().all(|part| *part == 0.0) {
        for (part, &child) in parts.iter_mut().zip(&node.children) {
            if scores.node(child).get(unit).value().is_some() {
                *part = weights.share(child);
            }
        }
    }
    num::split_score(parts, contribution, whole);
}
