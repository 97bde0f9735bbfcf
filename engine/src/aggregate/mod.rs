//! Scores up the tree: every node is a mean of its children.

use crate::frame::{Cell, CellState, Column, Frame, Normalised};
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use crate::weigh::WeightSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the children of a node become its score. `w` are the shares of the
/// children that have a value, renormalised to sum to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mean {
    /// `Σ wᵢ sᵢ`: a weak child is fully made up for by a strong one.
    #[default]
    Arithmetic,
    /// `Π sᵢ^wᵢ`: imbalance costs, and a child at 0 brings 0.
    Geometric,
    /// `1 / Σ (wᵢ / sᵢ)`: imbalance costs more; a child at 0 brings 0.
    Harmonic,
    /// Generalised mean `(Σ wᵢ sᵢᵖ)^(1/p)`; p = 1 arithmetic, 0 geometric,
    /// −1 harmonic. The lower p, the less a strong child makes up.
    Power(f64),
    /// Mazziotta–Pareto with negative penalty: `μ − σ²/μ`, from the weighted
    /// mean and variance of the children (Mazziotta and Pareto 2016). 0 when μ
    /// is 0, and never below 0.
    MazziottaPareto,
    /// The weakest child decides; shares only say which children count.
    Minimum,
}

/// Mean at each level of the tree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

impl Mean {
    /// What a child's score enters the weighted sum as.
    fn term(self, score: f64) -> f64 {
        match self {
            Self::Arithmetic | Self::MazziottaPareto | Self::Minimum => score,
            Self::Geometric | Self::Power(0.0) => num::ln(score),
            Self::Harmonic => 1.0 / score,
            Self::Power(p) => num::pow(score, p),
        }
    }

    /// The mean from the weighted sum of terms and, for Mazziotta–Pareto, the
    /// weighted mean square. A score of 0 needs no special case: ln 0 = −∞ with
    /// e^−∞ = 0, and 1/0 = ∞ with 1/∞ = 0.
    ///
    /// Renormalising may round a mean a last bit out of its children's range, as
    /// in 0.35 · 100 / 0.35; it is put back, so no score ever exceeds the scale.
    fn of_terms(self, sum: f64, weight: f64, mean_square: f64, (low, high): (f64, f64)) -> f64 {
        let mean = sum / weight;
        let mean = match self {
            Self::Arithmetic => mean,
            Self::Minimum => low,
            Self::Geometric | Self::Power(0.0) => num::exp(mean),
            Self::Harmonic => 1.0 / mean,
            Self::Power(p) => num::pow(mean, 1.0 / p),
            Self::MazziottaPareto if mean > 0.0 => {
                let variance = (mean_square - mean * mean).max(0.0);
                // The penalty may lead below the weakest child.
                return (mean - variance / mean).max(0.0).min(high);
            }
            Self::MazziottaPareto => return 0.0,
        };
        mean.clamp(low, high)
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
    // Only Mazziotta–Pareto needs the squares.
    let mut squares = vec![
        0.0;
        if mean == Mean::MazziottaPareto {
            n_units
        } else {
            0
        }
    ];
    let mut weights = vec![0.0; n_units];
    let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); n_units];
    for (column, share) in children.iter().filter(|(_, share)| *share > 0.0) {
        let cells = column.values().iter().zip(column.states());
        for (i, (value, state)) in cells.enumerate().take(n_units) {
            if *state != CellState::Value {
                continue;
            }
            sums[i] += share * mean.term(*value);
            if let Some(sum) = squares.get_mut(i) {
                *sum += share * (value * value);
            }
            weights[i] += share;
            let (low, high) = &mut ranges[i];
            *low = low.min(*value);
            *high = high.max(*value);
        }
    }
    let cells = (0..n_units).map(|i| {
        // With every child present the shares sum to exactly 1.
        if weights[i] > 0.0 {
            let square = squares.get(i).map_or(0.0, |s| s / weights[i]);
            return Cell::Value(mean.of_terms(sums[i], weights[i], square, ranges[i]));
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
