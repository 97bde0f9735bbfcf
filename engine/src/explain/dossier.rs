//! Everything that stands behind one unit's score, from raw cells upwards.

use super::contribution::contributions;
use crate::aggregate::NodeScores;
use crate::check::Count;
use crate::frame::{Cell, CellState, Column, Provenance, Ratio};
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::normalise::Scaling;
use crate::num;
use crate::pipeline::{Inputs, Outcome};
use crate::spec::Spec;
use crate::weigh::WeightSet;
use serde::{Deserialize, Serialize};

/// One node of the tree as it stands for one unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DossierNode {
    /// Position in the framework.
    pub node: NodeIdx,
    /// Score 0–scale; `None` when missing or not applicable.
    pub score: Option<f64>,
    /// Whether there is a value, and if not, why.
    pub is_not_applicable: bool,
    /// Share beside the siblings, as set.
    pub share: f64,
    /// Effective weight as set, from the composite down.
    pub effective: f64,
    /// Effective weight in this unit's score, after what is missing or not
    /// applicable has left the means; 0 for those.
    pub applied: f64,
    /// Contribution to the score, in points; adds up exactly.
    pub contribution: f64,
    /// Median score of the units of the same class; `None` when fewer of them have one
    /// than the spec's `min_class`.
    pub class_median: Option<f64>,
    /// Value as reported; indicators only.
    pub raw: Option<f64>,
    /// Counts behind the value, where they may be shown.
    pub ratio: Option<Ratio>,
    /// Value after treatment, where that changed it.
    pub treated: Option<f64>,
    /// What it was normalised by, on the treated scale.
    pub scaling: Option<Scaling>,
    /// Where the value comes from.
    pub provenance: Option<Provenance>,
}

/// Everything behind one unit's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// Position in the register.
    pub unit: u32,
    /// One entry per node, in node order, the composite first.
    pub nodes: Vec<DossierNode>,
    /// Coverage over all indicators.
    pub coverage: Count,
    /// Coverage by pillar.
    pub pillar_coverage: Vec<Count>,
    /// Units in the same class, this one included.
    pub class_size: u32,
    /// Units in the same town, this one included.
    pub town_size: u32,
}

/// Explains a unit's score under `weights` and the node `scores` they give;
/// `None` for an unknown unit.
pub fn dossier(
    inputs: Inputs<'_>,
    outcome: &Outcome,
    weights: &WeightSet,
    scores: &NodeScores,
    spec: &Spec,
    unit: usize,
) -> Option<Dossier> {
    let Inputs {
        units,
        framework,
        observations,
        ..
    } = inputs;
    let this = units.list().get(unit)?;
    let class: Vec<usize> = positions(units.list().iter().map(|u| u.class == this.class));
    let town_size = units.list().iter().filter(|u| u.town == this.town).count();
    let contributions = contributions(framework, weights, scores, unit);
    let effective = weights.effective(framework);
    let applied = applied_weights(framework, weights, scores, unit);
    let nodes = framework.nodes().iter().enumerate().map(|(at, node)| {
        let idx = NodeIdx(at as u32);
        let cell = scores.node(idx).get(unit);
        let column = node.column;
        let raw = column.and_then(|c| observations.frame().cell(unit, c).value());
        let treated = column.and_then(|c| outcome.treated.cell(unit, c).value());
        DossierNode {
            node: idx,
            score: cell.value(),
            is_not_applicable: cell == Cell::NotApplicable,
            share: weights.share(idx),
            effective: effective[at],
            applied: applied[at],
            contribution: contributions[at],
            class_median: class_median(scores.node(idx), &class, spec.min_class),
            raw,
            ratio: column
                .and_then(|c| observations.ratio(unit, c))
                .filter(|ratio| spec.survey.may_show(node.id.as_str(), *ratio)),
            treated: treated.filter(|_| treated != raw),
            scaling: column.and_then(|c| outcome.normalise_ledger.get(c).cloned().flatten()),
            provenance: column.and_then(|c| observations.provenance(unit, c).cloned()),
        }
    });
    Some(Dossier {
        unit: unit as u32,
        nodes: nodes.collect(),
        coverage: outcome.coverage.overall(unit),
        pillar_coverage: (0..framework.pillars().len())
            .map(|p| outcome.coverage.pillar(p, unit))
            .collect(),
        class_size: class.len() as u32,
        town_size: town_size as u32,
    })
}

fn positions(matches: impl Iterator<Item = bool>) -> Vec<usize> {
    matches
        .enumerate()
        .filter_map(|(i, is_match)| is_match.then_some(i))
        .collect()
}

fn class_median(column: &Column, class: &[usize], least: u32) -> Option<f64> {
    let values: Vec<f64> = class
        .iter()
        .filter_map(|&i| column.get(i).value())
        .collect();
    num::median(&values).filter(|_| values.len() >= least as usize)
}

/// Effective weights of the nodes that are there, renormalised at every level.
fn applied_weights(
    framework: &Framework,
    weights: &WeightSet,
    scores: &NodeScores,
    unit: usize,
) -> Vec<f64> {
    let is_there = |node: NodeIdx| scores.node(node).states().get(unit) == Some(&CellState::Value);
    let mut applied = vec![0.0; framework.nodes().len()];
    if is_there(framework.composite()) {
        applied[0] = 1.0;
    }
    for (at, node) in framework.nodes().iter().enumerate() {
        let there: Vec<NodeIdx> = node
            .children
            .iter()
            .copied()
            .filter(|&c| is_there(c))
            .collect();
        let total = num::ordered_sum(there.iter().map(|&c| weights.share(c)));
        for child in there {
            if total > 0.0 {
                applied[child.at()] = applied[at] * weights.share(child) / total;
            }
        }
    }
    applied
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{DemoOptions, generate};
    use crate::frame::Cell;
    use crate::pipeline::run;
    use crate::scheme::default_scheme;

    /// Of everything behind the scores of the demonstration: no small number of people
    /// beside a value, nor what is left of their number.
    /// 10 and 30 are two scores of a class of three.
    #[test]
    fn a_class_median_needs_so_many_scores_not_members() {
        let cells = [Cell::Value(10.0), Cell::Missing, Cell::Value(30.0)];
        let column = Column::from_cells(cells);
        assert_eq!(class_median(&column, &[0, 1, 2], 2), Some(20.0));
        assert_eq!(class_median(&column, &[0, 1, 2], 3), None);
        assert_eq!(class_median(&column, &[1], 0), None);
    }

    #[test]
    fn no_small_count_stands_beside_a_value() {
        let data = generate(&default_scheme(), DemoOptions::default()).unwrap();
        let (framework, spec) = (data.framework(), Spec::default());
        let (_, observations) = data.latest().unwrap();
        let inputs = Inputs::new(data.units(), framework, observations);
        let weights = WeightSet::from_framework(framework).unwrap();
        let outcome = run(inputs, &weights, &spec).unwrap();
        let (mut shown, mut hidden) = (0, 0);
        for unit in 0..data.units().len() {
            let all = dossier(inputs, &outcome, &weights, &outcome.scores, &spec, unit).unwrap();
            for about in &all.nodes {
                let node = framework.node(about.node);
                let is_said = spec.survey.indicators.contains_key(node.id.as_str());
                let Some(column) = node.column.filter(|_| is_said) else {
                    continue;
                };
                let is_small = |r: Ratio| r.numerator < 5.0 || r.denominator - r.numerator < 5.0;
                let told = observations.ratio(unit, column);
                assert_eq!(about.ratio, told.filter(|r| !is_small(*r)));
                shown += usize::from(about.ratio.is_some());
                hidden += usize::from(told.is_some() && about.ratio.is_none());
            }
        }
        assert!(shown > 0 && hidden > 0, "{shown} {hidden}");
    }
}
