//! The composite as a function of the weights under one node.

use crate::aggregate::{Aggregation, NodeScores};
use crate::frame::CellState;
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use crate::rank::Ranks;
use crate::spec::Spec;
use crate::weigh::WeightSet;

/// Most units of which every pair is compared: a county and more, in seconds.
pub const PAIRS_LIMIT: usize = 1000;

/// Why there are no exact answers about these weights.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightSpaceError {
    /// A mean on the way from the node to the composite is not arithmetic.
    #[error("`{0}` is not an arithmetic mean of its children")]
    NotLinear(String),
    /// Ranks come from rounded scores, so they do not change where scores cross.
    #[error("the specification rounds scores before ranking")]
    Rounded,
    /// The node is an indicator.
    #[error("`{0}` has no children to weigh")]
    NoChildren(String),
    /// A row or a list of weights has the wrong length, or a number is not finite.
    #[error("weights, rows and children do not match, or a number is not finite")]
    Shape,
    /// Weights are negative or have no sum.
    #[error("the weights must be ≥ 0 and not all 0")]
    BadWeights,
    /// No such unit among those compared.
    #[error("unit {0} is not among those compared")]
    UnknownUnit(usize),
    /// The triangle needs three children.
    #[error("{0} children; the triangle is for three")]
    NotThree(usize),
    /// Comparing every pair would take too long.
    #[error("{n_units} units are too many to compare every pair; the limit is {limit}")]
    TooManyUnits {
        /// Units there are.
        n_units: usize,
        /// The most that are compared.
        limit: usize,
    },
    /// The admissible weights leave no area.
    #[error("the admissible weights have no area")]
    NoArea,
}

/// Every unit's composite score as a weighted mean of one value per child of a
/// node, the other weights of the tree as they are.
///
/// Formula: with the children `A` that unit i has a value for,
/// `sᵢ(w) = Σ_A w_c y_ic / Σ_A w_c`. For the composite's own children `y` are their
/// scores; further down, `y = α + β x` with the score `x` of the child, the weight
/// `β` that the node has in this unit's composite and what the rest of the tree
/// brings, `α`. Units are those that have a rank, in register order.
///
/// Missing and not-applicable children leave the mean (invariant 4). A unit whose
/// score does not depend on these weights has the same `y` everywhere.
#[derive(Clone, Debug, PartialEq)]
pub struct Level {
    parent: NodeIdx,
    weights: Vec<f64>,
    units: Vec<u32>,
    /// By unit and child; 0 where there is none.
    values: Vec<f64>,
    /// Which children there are, the same number for the same ones.
    pattern: Vec<u32>,
    patterns: Vec<Vec<bool>>,
}

impl Level {
    /// From a run or a what-if: the node scores under `weights`, and the ranks
    /// that say who is compared.
    pub fn new(
        framework: &Framework,
        weights: &WeightSet,
        scores: &NodeScores,
        ranks: &Ranks,
        spec: &Spec,
        parent: NodeIdx,
    ) -> Result<Self, WeightSpaceError> {
        let node = framework.node(parent);
        if node.children.is_empty() {
            return Err(WeightSpaceError::NoChildren(node.id.to_string()));
        }
        if spec.rank.decimals.is_some() {
            return Err(WeightSpaceError::Rounded);
        }
        for above in std::iter::once(parent).chain(framework.ancestors(parent)) {
            let node = framework.node(above);
            if !is_linear(spec.aggregate.method_at(node.depth)) {
                return Err(WeightSpaceError::NotLinear(node.id.to_string()));
            }
        }
        let shares = node.children.iter().map(|&c| weights.share(c)).collect();
        let mut units = Vec::new();
        let mut rows = Vec::new();
        for unit in 0..scores.composite().len() {
            let is_ranked = ranks.overall.get(unit).is_some_and(Option::is_some);
            let composite = scores.composite().get(unit).value();
            let Some(composite) = composite.filter(|_| is_ranked) else {
                continue;
            };
            let row = match affine(framework, weights, scores, parent, unit) {
                Some((alpha, beta)) => node
                    .children
                    .iter()
                    .map(|&c| scores.node(c).get(unit).value())
                    .map(|x| x.map(|x| alpha + beta * x))
                    .collect(),
                None => vec![Some(composite); node.children.len()],
            };
            units.push(unit as u32);
            rows.push(row);
        }
        Self::build(parent, shares, units, &rows)
    }

    /// From one row of child scores per unit, for a composite that stands alone.
    ///
    /// ```
    /// use dhi_engine::weight_space::Level;
    /// let level = Level::from_rows(&[3.0, 1.0], &[vec![Some(80.0), Some(40.0)]]).unwrap();
    /// assert_eq!(level.score(0, &[0.75, 0.25]), Some(70.0));
    /// ```
    pub fn from_rows(weights: &[f64], rows: &[Vec<Option<f64>>]) -> Result<Self, WeightSpaceError> {
        let shares = num::shares(weights).ok_or(WeightSpaceError::BadWeights)?;
        let units = (0..rows.len() as u32).collect();
        Self::build(NodeIdx(0), shares, units, rows)
    }

    fn build(
        parent: NodeIdx,
        weights: Vec<f64>,
        units: Vec<u32>,
        rows: &[Vec<Option<f64>>],
    ) -> Result<Self, WeightSpaceError> {
        let mut patterns: Vec<Vec<bool>> = Vec::new();
        let mut pattern = Vec::with_capacity(rows.len());
        let mut values = Vec::with_capacity(rows.len() * weights.len());
        for row in rows {
            if row.len() != weights.len() || row.iter().flatten().any(|y| !y.is_finite()) {
                return Err(WeightSpaceError::Shape);
            }
            let there: Vec<bool> = row.iter().map(Option::is_some).collect();
            let known = patterns.iter().position(|p| *p == there);
            pattern.push(known.unwrap_or_else(|| {
                patterns.push(there);
                patterns.len() - 1
            }) as u32);
            values.extend(row.iter().map(|y| y.unwrap_or(0.0)));
        }
        Ok(Self {
            parent,
            weights,
            units,
            values,
            pattern,
            patterns,
        })
    }

    /// The node whose children's weights move.
    pub fn parent(&self) -> NodeIdx {
        self.parent
    }

    /// Current shares of the children; they add up to 1.
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Number of children.
    pub fn n_children(&self) -> usize {
        self.weights.len()
    }

    /// Units compared, by position in the register. All other functions number
    /// them by position in this list.
    pub fn units(&self) -> &[u32] {
        &self.units
    }

    /// Number of units compared.
    pub fn n_units(&self) -> usize {
        self.units.len()
    }

    /// Position among the units compared of a unit of the register.
    pub fn find(&self, unit: usize) -> Result<usize, WeightSpaceError> {
        let found = self.units.binary_search(&(unit as u32));
        found.map_err(|_| WeightSpaceError::UnknownUnit(unit))
    }

    /// Whether two units have the same children, so that they differ linearly.
    pub fn is_same_pattern(&self, i: usize, j: usize) -> bool {
        self.pattern.get(i) == self.pattern.get(j)
    }

    /// Whether a unit has all children.
    pub fn is_complete(&self, unit: usize) -> bool {
        self.there(unit).iter().all(|t| *t)
    }

    /// Whether a unit has each child.
    pub(super) fn there(&self, unit: usize) -> &[bool] {
        let pattern = self.pattern.get(unit).copied().unwrap_or(0);
        self.patterns
            .get(pattern as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// A unit's values by child; 0 where there is none.
    pub fn values(&self, unit: usize) -> &[f64] {
        let m = self.n_children();
        self.values.get(unit * m..(unit + 1) * m).unwrap_or(&[])
    }

    /// Numerator and denominator of a unit's score at `w`.
    pub(super) fn ratio(&self, unit: usize, w: &[f64]) -> (f64, f64) {
        let values = self.values(unit).iter().zip(self.there(unit));
        let terms = values.zip(w).filter(|((_, there), _)| **there);
        terms.fold((0.0, 0.0), |(n, d), ((y, _), w)| (n + w * y, d + w))
    }

    /// A unit's composite score at weights `w` ≥ 0, whatever their sum; `None`
    /// where the unit has no child with weight.
    pub fn score(&self, unit: usize, w: &[f64]) -> Option<f64> {
        let (n, d) = self.ratio(unit, w);
        (d > 0.0).then(|| n / d)
    }

    /// Scores of all units at the current weights; units without one count as
    /// having the lowest possible.
    pub fn scores(&self) -> Vec<f64> {
        let score = |i| self.score(i, &self.weights).unwrap_or(f64::NEG_INFINITY);
        (0..self.n_units()).map(score).collect()
    }

    /// Units from best to worst at the current weights, equal ones in register
    /// order.
    pub fn order(&self) -> Vec<usize> {
        let scores = self.scores();
        num::order_by(self.n_units(), &|a, b| scores[b].total_cmp(&scores[a]))
    }

    /// Whether every pair, or every triple, may be looked at.
    pub(super) fn check_size(&self) -> Result<(), WeightSpaceError> {
        let n_units = self.n_units();
        if n_units <= PAIRS_LIMIT {
            Ok(())
        } else {
            Err(WeightSpaceError::TooManyUnits {
                n_units,
                limit: PAIRS_LIMIT,
            })
        }
    }

    pub(super) fn check(&self, unit: usize) -> Result<(), WeightSpaceError> {
        if unit < self.n_units() {
            Ok(())
        } else {
            Err(WeightSpaceError::UnknownUnit(unit))
        }
    }
}

/// Whether a mean is linear in the scores of the children.
pub(super) fn is_linear(method: Aggregation) -> bool {
    matches!(method, Aggregation::Arithmetic) || method == Aggregation::Power(1.0)
}

/// `(α, β)` with composite = `α + β · score of the node` for one unit; `None` when
/// the composite does not depend on the node.
fn affine(
    framework: &Framework,
    weights: &WeightSet,
    scores: &NodeScores,
    node: NodeIdx,
    unit: usize,
) -> Option<(f64, f64)> {
    let is_there = |n: NodeIdx| scores.node(n).states().get(unit) == Some(&CellState::Value);
    if !is_there(node) {
        return None;
    }
    let (mut alpha, mut beta) = (0.0, 1.0);
    let mut below = node;
    for above in framework.ancestors(node) {
        if !is_there(above) {
            return None;
        }
        let (mut rest, mut total) = (0.0, 0.0);
        let children = framework.node(above).children.iter().copied();
        for child in children.filter(|&c| is_there(c)) {
            let share = weights.share(child);
            total += share;
            if child != below {
                rest += share * scores.node(child).get(unit).value().unwrap_or(0.0);
            }
        }
        let share = weights.share(below);
        if total <= 0.0 {
            return None;
        }
        alpha = (rest + share * alpha) / total;
        beta = share * beta / total;
        below = above;
    }
    (beta > 0.0).then_some((alpha, beta))
}
