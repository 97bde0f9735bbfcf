//! Scores under other weights, recomputing only what a change reaches.

use crate::aggregate::NodeScores;
use crate::check::Coverage;
use crate::frame::Units;
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::pipeline::{Outcome, PipelineError, compute_node, grades, method_digest, rank_units};
use crate::rank::{Grade, Ranks};
use crate::spec::Spec;
use crate::treat::Screened;
use crate::weigh::{WeighError, WeightSet};

/// A run whose weights can be changed again and again.
///
/// Only the nodes whose children's shares changed, and those above them, are
/// computed again, by the same kernel in the same order as a full run, so the
/// scores are the same bits. Coverage, and with it who may have a grade, does
/// not depend on weights at all.
#[derive(Clone, Debug)]
pub struct WhatIf {
    framework: Framework,
    units: Units,
    spec: Spec,
    coverage: Coverage,
    screened: Vec<Option<Screened>>,
    weights: WeightSet,
    scores: NodeScores,
}

impl WhatIf {
    /// Starts from a finished run of the same framework, units and spec.
    pub fn new(outcome: &Outcome, framework: &Framework, units: &Units, spec: &Spec) -> Self {
        Self {
            framework: framework.clone(),
            units: units.clone(),
            spec: spec.clone(),
            coverage: outcome.coverage.clone(),
            screened: outcome.screened.clone(),
            weights: outcome.weights.clone(),
            scores: outcome.scores.clone(),
        }
    }

    /// Changes the weights and recomputes the dirty paths; returns the number
    /// of nodes computed.
    pub fn set_weights(&mut self, weights: WeightSet) -> Result<usize, PipelineError> {
        if !weights.fits(&self.framework) {
            return Err(WeighError::WrongLength {
                found: weights.shares().len(),
                expected: self.framework.nodes().len(),
            }
            .into());
        }
        let n_nodes = self.framework.nodes().len();
        let mut dirty = vec![false; n_nodes];
        for (at, node) in self.framework.nodes().iter().enumerate() {
            let idx = NodeIdx(at as u32);
            if let Some(parent) = node.parent
                && weights.share(idx) != self.weights.share(idx)
            {
                dirty[parent.at()] = true;
                for above in self.framework.ancestors(parent) {
                    dirty[above.at()] = true;
                }
            }
        }
        // Children follow their parent, so backwards every child comes first.
        let nodes = (0..n_nodes)
            .rev()
            .filter(|&at| dirty[at])
            .map(|at| NodeIdx(at as u32));
        let mut former = Vec::new();
        for idx in nodes {
            let done = compute_node(&mut self.scores, &self.framework, &weights, &self.spec, idx);
            match done {
                Ok(column) => former.push((idx, column)),
                Err(error) => {
                    for (idx, column) in former {
                        self.scores.put(idx, column);
                    }
                    return Err(error);
                }
            }
        }
        let n_computed = former.len();
        self.weights = weights;
        Ok(n_computed)
    }

    /// The current weights.
    pub fn weights(&self) -> &WeightSet {
        &self.weights
    }

    /// Scores of every node under the current weights.
    pub fn scores(&self) -> &NodeScores {
        &self.scores
    }

    /// Grades under the current weights.
    pub fn grades(&self) -> Vec<Grade> {
        let composite = self.scores.composite();
        grades(composite, &self.coverage, &self.screened, &self.spec)
    }

    /// Ranks under the current weights.
    pub fn ranks(&self, grades: &[Grade]) -> Ranks {
        rank_units(&self.units, self.scores.composite(), grades, &self.spec)
    }

    /// Digest of the method with the current weights.
    pub fn digest(&self) -> String {
        method_digest(&self.framework, &self.weights, &self.spec)
    }
}
