//! Scores up the tree: every node is a mean of its children.

use crate::frame::{Cell, CellState, Column, Frame, Normalised};
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use crate::weigh::WeightSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the children of a node become its score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mean {
    /// `Σ wᵢ sᵢ / Σ wᵢ`: a weak child is fully made up for by a strong one.
    #[default]
    Arithmetic,
    /// `Π sᵢ^(wᵢ / Σ wᵢ)`: imbalance costs, and a child at 0 brings 0.
    Geometric,
}

/// Mean at each level of the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AggregateSpec {
    /// Unless the level has its own.
    pub method: Mean,
    /// By depth of the parent: 0 makes the composite from the pillars.
    pub levels: BTreeMap<usize, Mean>,
}

impl AggregateSpec {
    /// The mean that makes a node at this depth from its children.
    pub fn mean_at(&self, depth: usize) -> Mean {
        self.levels.get(&depth).copied().unwrap_or(self.method)
    }
}

/// A node's column from its children's columns and shares.
///
/// Formula: [`Mean`] over the children that have a value, their shares
/// renormalised to sum to 1; sums run in child order. Missing and
/// not-applicable children both leave the mean (invariant 4). Without any
/// weighted child left, the node is not applicable if every child is, else
/// missing. Range: that of the children. Geometric needs scores ≥ 0.
///
/// ```
/// use dhi_engine::aggregate::{Mean, node_column};
/// use dhi_engine::frame::{Cell, Column};
/// let a = Column::from_cells([Cell::Value(80.0), Cell::Value(80.0)]);
/// let b = Column::from_cells([Cell::Value(20.0), Cell::Missing]);
/// let mean = node_column(&[(&a, 0.25), (&b, 0.75)], Mean::Arithmetic, 2);
/// assert_eq!(mean.get(0), Cell::Value(35.0)); // 0.25·80 + 0.75·20
/// assert_eq!(mean.get(1), Cell::Value(80.0)); // only `a` is left
/// let mean = node_column(&[(&a, 0.5), (&b, 0.5)], Mean::Geometric, 2);
/// assert!((mean.get(0).value().unwrap() - 40.0).abs() < 1e-12); // √(80·20)
/// ```
pub fn node_column(children: &[(&Column, f64)], mean: Mean, n_units: usize) -> Column {
    let mut sums = vec![0.0; n_units];
    let mut weights = vec![0.0; n_units];
    for (column, share) in children.iter().filter(|(_, share)| *share > 0.0) {
        let cells = column.values().iter().zip(column.states());
        let totals = sums.iter_mut().zip(weights.iter_mut());
        for ((value, state), (sum, weight)) in cells.zip(totals) {
            if *state == CellState::Value {
                *sum += share
                    * match mean {
                        Mean::Arithmetic => *value,
                        Mean::Geometric => num::ln(*value),
                    };
                *weight += share;
            }
        }
    }
    let cells = sums
        .iter()
        .zip(&weights)
        .enumerate()
        .map(|(i, (sum, weight))| {
            if *weight > 0.0 {
                // With every child present the shares sum to exactly 1.
                let mean_of_terms = sum / weight;
                return Cell::Value(match mean {
                    Mean::Arithmetic => mean_of_terms,
                    // ln 0 = −∞ and e^−∞ = 0: a child at 0 brings 0, as it must.
                    Mean::Geometric => num::exp(mean_of_terms),
                });
            }
            let is_not_applicable = children
                .iter()
                .all(|(column, _)| column.get(i) == Cell::NotApplicable);
            if is_not_applicable {
                Cell::NotApplicable
            } else {
                Cell::Missing
            }
        });
    Column::from_cells(cells)
}

/// Scores of every node for every unit.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeScores {
    columns: Vec<Column>,
}

impl NodeScores {
    /// Scores with nothing above the indicators computed yet.
    pub(crate) fn of_leaves(framework: &Framework, normalised: &Frame<Normalised>) -> Self {
        let n_units = normalised.n_units();
        let columns = framework.nodes().iter().map(|node| {
            let leaf = node.column.and_then(|c| normalised.columns().get(c));
            leaf.cloned().unwrap_or_else(|| Column::missing(n_units))
        });
        Self {
            columns: columns.collect(),
        }
    }

    /// Computes `nodes` again; they must be ordered children first.
    pub(crate) fn update(
        &mut self,
        framework: &Framework,
        weights: &WeightSet,
        spec: &AggregateSpec,
        nodes: impl IntoIterator<Item = NodeIdx>,
    ) {
        for idx in nodes {
            let node = framework.node(idx);
            if node.children.is_empty() {
                continue;
            }
            let children: Vec<(&Column, f64)> = node
                .children
                .iter()
                .map(|&child| (&self.columns[child.at()], weights.share(child)))
                .collect();
            let n_units = self.columns[idx.at()].len();
            let column = node_column(&children, spec.mean_at(node.depth), n_units);
            self.columns[idx.at()] = column;
        }
    }

    /// The scores of a node, by unit.
    pub fn node(&self, node: NodeIdx) -> &Column {
        &self.columns[node.at()]
    }

    /// The scores of the composite, by unit.
    pub fn composite(&self) -> &Column {
        self.node(NodeIdx(0))
    }

    /// Every node's column, in node order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }
}

/// Aggregates from the indicators to the composite.
///
/// Shape: one column per node; leaves are the normalised columns.
pub fn aggregate(
    framework: &Framework,
    normalised: &Frame<Normalised>,
    weights: &WeightSet,
    spec: &AggregateSpec,
) -> NodeScores {
    let mut scores = NodeScores::of_leaves(framework, normalised);
    // Children follow their parent, so backwards every child comes first.
    let all = (0..framework.nodes().len()).rev();
    scores.update(framework, weights, spec, all.map(|i| NodeIdx(i as u32)));
    scores
}

#[cfg(test)]
mod tests;
