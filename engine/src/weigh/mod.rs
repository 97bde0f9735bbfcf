//! Weight sets: non-negative, adding up to exactly 1 under every parent.

pub mod ahp;
pub mod benefit;
pub mod components;
pub mod influence;
pub mod objective;

mod choice;

pub use choice::{
    Judgements, Targets, WeighNote, WeighSpec, Weighed, Weighting, WeightingError, shares_by,
};

use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use serde::{Deserialize, Serialize};

/// Why weights cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WeighError {
    /// One weight per node is needed.
    #[error("{found} weights for {expected} nodes")]
    WrongLength {
        /// Weights given.
        found: usize,
        /// Nodes in the framework.
        expected: usize,
    },
    /// A weight is negative, NaN or infinite.
    #[error("the weight of node {} is not a finite number ≥ 0", .0.0)]
    BadWeight(NodeIdx),
    /// The children of a node have no weight at all.
    #[error("the weights under node {} sum to 0", .0.0)]
    ZeroWeights(NodeIdx),
}

/// A named weight for every node beside its siblings.
///
/// Shares under each parent add up to exactly 1 in any order of addition, and
/// the composite's share is 1. Weights act as trade-offs, not as importance:
/// the variance share an indicator ends up with is another thing (influence).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeightSet {
    name: String,
    shares: Vec<f64>,
}

impl WeightSet {
    /// From one weight per node, in node order; only proportions between
    /// siblings count, and the composite's own weight does not matter.
    pub fn new(name: &str, framework: &Framework, weights: &[f64]) -> Result<Self, WeighError> {
        let nodes = framework.nodes();
        if weights.len() != nodes.len() {
            return Err(WeighError::WrongLength {
                found: weights.len(),
                expected: nodes.len(),
            });
        }
        let mut shares = vec![1.0; nodes.len()];
        let mut of_children = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            of_children.clear();
            of_children.extend(node.children.iter().map(|c| weights[c.at()]));
            for (child, weight) in node.children.iter().zip(&of_children) {
                if !(weight.is_finite() && *weight >= 0.0) {
                    return Err(WeighError::BadWeight(*child));
                }
            }
            if of_children.is_empty() {
                continue;
            }
            if !num::into_shares(&mut of_children) {
                return Err(WeighError::ZeroWeights(NodeIdx(at as u32)));
            }
            for (child, share) in node.children.iter().zip(&of_children) {
                shares[child.at()] = *share;
            }
        }
        Ok(Self {
            name: name.to_owned(),
            shares,
        })
    }

    /// The weights of the scheme itself.
    pub fn from_framework(framework: &Framework) -> Result<Self, WeighError> {
        let weights: Vec<f64> = framework.nodes().iter().map(|n| n.weight).collect();
        Self::new("scheme", framework, &weights)
    }

    /// The same weight for all siblings.
    pub fn equal(framework: &Framework) -> Result<Self, WeighError> {
        Self::new("equal", framework, &vec![1.0; framework.nodes().len()])
    }

    /// The same set with other weights under one parent, in the order of its
    /// children.
    pub fn with_children(
        mut self,
        framework: &Framework,
        parent: NodeIdx,
        weights: &[f64],
    ) -> Result<Self, WeighError> {
        let children = &framework.node(parent).children;
        if weights.len() != children.len() {
            return Err(WeighError::WrongLength {
                found: weights.len(),
                expected: children.len(),
            });
        }
        let bad = weights.iter().position(|w| !(w.is_finite() && *w >= 0.0));
        if let Some(bad) = bad {
            return Err(WeighError::BadWeight(children[bad]));
        }
        let shares = num::shares(weights).ok_or(WeighError::ZeroWeights(parent))?;
        for (child, share) in children.iter().zip(shares) {
            self.shares[child.at()] = share;
        }
        Ok(self)
    }

    /// Name of the set.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Share of a node beside its siblings, 0–1; 0 for an unknown node.
    pub fn share(&self, node: NodeIdx) -> f64 {
        self.shares.get(node.at()).copied().unwrap_or(0.0)
    }

    /// All shares in node order.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// Effective weight of every node: the product of shares from the
    /// composite down. Over the indicators it adds up to 1 (up to rounding).
    ///
    /// ```
    /// use dhi_engine::scheme::default_scheme;
    /// use dhi_engine::weigh::WeightSet;
    /// let framework = default_scheme();
    /// let weights = WeightSet::from_framework(&framework).unwrap();
    /// let a_staffing = framework.find("a_staffing_rate").unwrap();
    /// // 0.35 (pillar A) × 0.40 (A1) × 0.25
    /// assert!((weights.effective(&framework)[a_staffing.at()] - 0.035).abs() < 1e-15);
    /// ```
    pub fn effective(&self, framework: &Framework) -> Vec<f64> {
        let mut effective: Vec<f64> = Vec::with_capacity(self.shares.len());
        for (at, node) in framework.nodes().iter().enumerate() {
            let above = node.parent.map_or(1.0, |p| effective[p.at()]);
            effective.push(above * self.share(NodeIdx(at as u32)));
        }
        effective
    }

    /// Whether the set has one share per node of `framework`.
    pub fn fits(&self, framework: &Framework) -> bool {
        self.shares.len() == framework.nodes().len()
    }
}
