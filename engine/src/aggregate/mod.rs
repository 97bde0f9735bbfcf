//! Scores up the tree: every node from its children.

mod distance;
mod mean;
mod pairwise;

pub use distance::{Ideal, Topsis, topsis};
pub use mean::mean_column;
pub use pairwise::{PAIRWISE_LIMIT, Preference, Promethee, copeland, net_flows, outranking_matrix};

use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, CellState, Column, Frame, Normalised};
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::weigh::WeightSet;
use crate::weigh::benefit::{BenefitError, ShareBounds, benefit_column};
use mean::mean_into;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How the children of a node become its score. In the formulas of the means `w`
/// are the shares of the children that have a value, renormalised to sum to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Aggregation {
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
    /// Majorities in pairs: [`copeland`]. Relative to the other units.
    Copeland,
    /// Nearness to the ideal: [`topsis`]. Relative to the other units.
    Topsis(Topsis),
    /// Net preference over the other units: [`net_flows`].
    Promethee(Promethee),
    /// Every unit by the weights that suit it best:
    /// [`crate::weigh::benefit::benefit_of_the_doubt`]. The shares of the weight
    /// set do not count.
    BenefitOfTheDoubt(ShareBounds),
}

/// Why a node cannot be computed in this way.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AggregateError {
    /// Comparing every pair would take too long.
    #[error("{n_units} units are too many to compare every pair; the limit is {limit}")]
    TooManyUnits {
        /// Units there are.
        n_units: usize,
        /// The most that are compared.
        limit: usize,
    },
    /// Benefit of the doubt does not fit.
    #[error(transparent)]
    Benefit(#[from] BenefitError),
}

/// Aggregation at each level of the tree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AggregateSpec {
    /// Unless the level has its own.
    pub method: Aggregation,
    /// By depth of the parent: 0 makes the composite from the pillars.
    pub levels: BTreeMap<usize, Aggregation>,
    /// Least share of a node's applicable children that must have a value for it
    /// to have a score, 0–1; 0 asks for one child.
    pub availability: f64,
    /// The same by depth of the parent.
    pub availability_levels: BTreeMap<usize, f64>,
}

impl AggregateSpec {
    /// What makes a node at this depth from its children.
    pub fn method_at(&self, depth: usize) -> Aggregation {
        self.levels.get(&depth).copied().unwrap_or(self.method)
    }

    /// The availability a node at this depth asks for.
    pub fn availability_at(&self, depth: usize) -> f64 {
        let own = self.availability_levels.get(&depth).copied();
        own.unwrap_or(self.availability)
    }

    fn rule_at(&self, depth: usize, scale: f64) -> NodeRule {
        NodeRule {
            method: self.method_at(depth),
            availability: self.availability_at(depth),
            scale,
        }
    }
}

impl Aggregation {
    /// Whether a unit's score depends on its own children only.
    pub fn is_mean(self) -> bool {
        !matches!(
            self,
            Self::Copeland | Self::Topsis(_) | Self::Promethee(_) | Self::BenefitOfTheDoubt(_)
        )
    }

    /// Whether scores below 0 have no such mean.
    fn needs_scores_from_0(self) -> bool {
        matches!(
            self,
            Self::Geometric | Self::Harmonic | Self::Power(_) | Self::MazziottaPareto
        ) && self != Self::Power(1.0)
    }
}

/// How one node is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeRule {
    /// Method.
    pub method: Aggregation,
    /// Least share of applicable children with a value, 0–1.
    pub availability: f64,
    /// Where the scores of relative methods end; they start at 0.
    pub scale: f64,
}

/// A node's column from its children's columns and shares.
///
/// Missing and not-applicable children both leave the computation, the shares of
/// the others renormalised (invariant 4). Without any weighted child left, or
/// with fewer than the availability asks for, the node is missing; not applicable
/// when every child is.
///
/// ```
/// use dhi_engine::aggregate::{Aggregation, NodeRule, node_column};
/// use dhi_engine::frame::{Cell, Column};
/// let a = Column::from_cells([Cell::Value(80.0), Cell::Value(80.0)]);
/// let b = Column::from_cells([Cell::Value(20.0), Cell::Missing]);
/// let children = [(&a, 0.25), (&b, 0.75)];
/// let strict = NodeRule { method: Aggregation::Arithmetic, availability: 0.6, scale: 100.0 };
/// let mean = node_column(&children, strict, 2).unwrap();
/// assert_eq!(mean.get(0), Cell::Value(35.0)); // 0.25·80 + 0.75·20
/// assert_eq!(mean.get(1), Cell::Missing); // one of two children is 50 %
/// ```
pub fn node_column(
    children: &[(&Column, f64)],
    rule: NodeRule,
    n_units: usize,
) -> Result<Column, AggregateError> {
    let mut column = Column::default();
    node_into(children, rule, n_units, &mut column)?;
    Ok(column)
}

/// [`node_column`] into a column that is there already.
fn node_into(
    children: &[(&Column, f64)],
    rule: NodeRule,
    n_units: usize,
    column: &mut Column,
) -> Result<(), AggregateError> {
    let weighted: Vec<(&Column, f64)> = children
        .iter()
        .copied()
        .filter(|(_, share)| *share > 0.0)
        .collect();
    match rule.method {
        Aggregation::Copeland => *column = copeland(&weighted, n_units, rule.scale)?,
        Aggregation::Topsis(parameters) => {
            *column = topsis(&weighted, n_units, parameters, rule.scale);
        }
        Aggregation::Promethee(parameters) => {
            let flows = net_flows(&weighted, n_units, parameters);
            // From −1…1 to 0…scale.
            *column = flows.map(|_, flow| Some(rule.scale * f64::midpoint(flow, 1.0)));
        }
        Aggregation::BenefitOfTheDoubt(bounds) => {
            let columns: Vec<&Column> = weighted.iter().map(|(c, _)| *c).collect();
            *column = benefit_column(&columns, bounds, rule.scale)?;
        }
        _ => mean_into(&weighted, rule.method, n_units, column),
    }
    let is_complete = || column.states().iter().all(|s| *s == CellState::Value);
    if rule.availability <= 0.0 && is_complete() {
        return Ok(());
    }
    for i in 0..n_units {
        if column.states()[i] == CellState::Value && rule.availability > 0.0 {
            let count = |state| {
                weighted
                    .iter()
                    .filter(|(c, _)| c.states()[i] == state)
                    .count()
            };
            let (present, missing) = (count(CellState::Value), count(CellState::Missing));
            let share = present as f64 / (present + missing) as f64;
            if share < rule.availability {
                column.set(i, Cell::Missing);
            }
        } else if column.states()[i] == CellState::Missing {
            let all_out = children
                .iter()
                .all(|(c, _)| c.states()[i] == CellState::NotApplicable);
            if all_out {
                column.set(i, Cell::NotApplicable);
            }
        }
    }
    Ok(())
}

/// Scores of every node for every unit. A copy shares the columns until one is replaced.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeScores {
    columns: Vec<Arc<Column>>,
}

impl NodeScores {
    /// Scores with nothing above the indicators computed yet.
    pub(crate) fn of_leaves(framework: &Framework, normalised: &Frame<Normalised>) -> Self {
        let n_units = normalised.n_units();
        let columns = framework.nodes().iter().map(|node| {
            let leaf = node.column.and_then(|c| normalised.columns().get(c));
            Arc::new(leaf.cloned().unwrap_or_else(|| Column::missing(n_units)))
        });
        Self {
            columns: columns.collect(),
        }
    }

    /// Computes one inner node from its children, which must be up to date, into a
    /// spare column, and returns its former one.
    pub(crate) fn compute(
        &mut self,
        framework: &Framework,
        weights: &WeightSet,
        spec: &AggregateSpec,
        scale: f64,
        idx: NodeIdx,
        mut spare: Column,
    ) -> Result<Arc<Column>, AggregateError> {
        let node = framework.node(idx);
        let children: Vec<(&Column, f64)> = node
            .children
            .iter()
            .map(|&child| (self.node(child), weights.share(child)))
            .collect();
        let n_units = self.columns[idx.at()].len();
        node_into(
            &children,
            spec.rule_at(node.depth, scale),
            n_units,
            &mut spare,
        )?;
        Ok(self.put(idx, Arc::new(spare)))
    }

    /// Replaces a node's column and returns the former one.
    pub(crate) fn put(&mut self, idx: NodeIdx, column: Arc<Column>) -> Arc<Column> {
        std::mem::replace(&mut self.columns[idx.at()], column)
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
    pub fn columns(&self) -> impl ExactSizeIterator<Item = &Column> {
        self.columns.iter().map(Arc::as_ref)
    }
}

/// What a person should know about the means: reweighting for gaps, and scores
/// below 0 that have no such mean.
pub fn aggregate_findings(
    framework: &Framework,
    scores: &NodeScores,
    weights: &WeightSet,
    spec: &AggregateSpec,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, node) in framework.nodes().iter().enumerate() {
        let idx = NodeIdx(at as u32);
        let method = spec.method_at(node.depth);
        let children: Vec<&Column> = node
            .children
            .iter()
            .filter(|&&c| weights.share(c) > 0.0)
            .map(|&c| scores.node(c))
            .collect();
        let n_units = scores.node(idx).len();
        let place = || Place {
            node: node.id.to_string(),
            ..Place::default()
        };
        let is_gap = |c: &&Column, i: usize| c.states()[i] == CellState::Missing;
        let reweighted = (0..n_units).filter(|&i| {
            scores.node(idx).states()[i] == CellState::Value
                && children.iter().any(|c| is_gap(c, i))
        });
        let count = reweighted.count() as u32;
        if count > 0 {
            findings.push(Finding::new(Problem::Reweighted { count }, place()));
        }
        if method.needs_scores_from_0() {
            let is_below = |i: &usize| {
                let mut values = children.iter().filter_map(|c| c.get(*i).value());
                values.any(|x| x < 0.0)
            };
            let count = (0..n_units).filter(is_below).count() as u32;
            if count > 0 {
                findings.push(Finding::new(Problem::BelowZero { count }, place()));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
