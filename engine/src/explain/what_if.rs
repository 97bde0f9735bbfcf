//! Scores under other weights, recomputing only what a change reaches.

use crate::aggregate::NodeScores;
use crate::frame::{Column, Units};
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::pipeline::{
    Outcome, Peers, PipelineError, compute_node, graded, method_digest, rank_units, weigh_node,
    withheld,
};
use crate::quantity::Rank;
use crate::rank::{Grade, Ranks, Withheld, window};
use crate::spec::Spec;
use crate::weigh::{WeighError, WeighSpec, WeightSet, Weighting};
use std::ops::Range;
use std::sync::Arc;

/// A run whose weights can be changed again and again.
///
/// Only the nodes whose children's shares changed, and those above them, are
/// computed again, by the same kernel in the same order as a full run, so the
/// scores are the same bits. Coverage, and with it who may have a grade, does
/// not depend on weights at all.
#[derive(Clone, Debug)]
pub struct WhatIf {
    framework: Framework,
    spec: Spec,
    /// The run it started from, without what it says about cells and weights.
    base: Outcome,
    peers: Peers,
    withheld: Vec<Option<Withheld>>,
    weights: WeightSet,
    scores: NodeScores,
    /// Room of a column that was replaced.
    spare: Column,
}

impl WhatIf {
    /// Starts from a finished run of the same framework, units and spec.
    pub fn new(outcome: &Outcome, framework: &Framework, units: &Units, spec: &Spec) -> Self {
        Self {
            framework: framework.clone(),
            spec: spec.clone(),
            peers: Peers::of(units),
            withheld: withheld(&outcome.coverage, &outcome.screened, units.len(), spec),
            base: Outcome {
                checked: Arc::clone(&outcome.checked),
                coverage: outcome.coverage.clone(),
                prepared: outcome.prepared.clone(),
                screened: outcome.screened.clone(),
                treated: Arc::clone(&outcome.treated),
                treatments: outcome.treatments.clone(),
                treat_ledger: Vec::new(),
                normalised: Arc::clone(&outcome.normalised),
                normalise_ledger: outcome.normalise_ledger.clone(),
                weights: outcome.weights.clone(),
                weigh_notes: Vec::new(),
                scores: outcome.scores.clone(),
                grades: Vec::new(),
                ranks: Ranks::default(),
                findings: Vec::new(),
                digest: String::new(),
            },
            weights: outcome.weights.clone(),
            scores: outcome.scores.clone(),
            spare: Column::default(),
        }
    }

    /// Takes weights as they are, whatever method of weighting the specification
    /// names, and recomputes the dirty paths; returns the number of nodes computed.
    pub fn set_weights(&mut self, weights: WeightSet) -> Result<usize, PipelineError> {
        self.change(weights, &WeighSpec::default())
    }

    /// Changes the weights given, as a full run would take them: where the
    /// specification names a method of weighting, the given weights do not count,
    /// and the method weighs again if a score below has changed. Returns the
    /// number of nodes computed.
    pub fn set_given_weights(&mut self, given: WeightSet) -> Result<usize, PipelineError> {
        let methods = self.spec.weigh.clone();
        self.change(given, &methods)
    }

    fn change(&mut self, given: WeightSet, methods: &WeighSpec) -> Result<usize, PipelineError> {
        if !given.fits(&self.framework) {
            return Err(WeighError::WrongLength {
                found: given.shares().len(),
                expected: self.framework.nodes().len(),
            }
            .into());
        }
        let mut former = Vec::new();
        match self.recompute(given, methods, &mut former) {
            Ok(weights) => {
                self.weights = weights;
                let n_computed = former.len();
                let replaced = former.pop().and_then(|(_, column)| Arc::into_inner(column));
                self.spare = replaced.unwrap_or_default();
                Ok(n_computed)
            }
            Err(error) => {
                for (idx, column) in former {
                    self.scores.put(idx, column);
                }
                Err(error)
            }
        }
    }

    /// Recomputes what changes, keeping the columns it replaces.
    fn recompute(
        &mut self,
        given: WeightSet,
        methods: &WeighSpec,
        former: &mut Vec<(NodeIdx, Arc<Column>)>,
    ) -> Result<WeightSet, PipelineError> {
        let n_nodes = self.framework.nodes().len();
        let mut is_dirty = vec![false; n_nodes];
        let mut weights = given;
        // Children follow their parent, so backwards every child comes first.
        for at in (0..n_nodes).rev() {
            let idx = NodeIdx(at as u32);
            let node = self.framework.node(idx);
            if node.children.is_empty() {
                continue;
            }
            let children = node.children.iter();
            let is_below = children.clone().any(|c| is_dirty[c.at()]);
            if *methods.method_for(node.id.as_str()) == Weighting::Given {
                let has_moved =
                    |c: &NodeIdx| weights.share(*c).to_bits() != self.weights.share(*c).to_bits();
                is_dirty[at] = is_below || children.clone().any(has_moved);
            } else if is_below {
                let (next, _) = weigh_node(&self.framework, weights, &self.scores, methods, idx)?;
                weights = next;
                is_dirty[at] = true;
            } else {
                let found: Vec<f64> = children.map(|&c| self.weights.share(c)).collect();
                weights = weights.with_children(&self.framework, idx, &found)?;
            }
            if is_dirty[at] {
                let (framework, spec) = (&self.framework, &self.spec);
                let spare = std::mem::take(&mut self.spare);
                let column = compute_node(&mut self.scores, framework, &weights, spec, idx, spare)?;
                former.push((idx, column));
            }
        }
        Ok(weights)
    }

    /// The current weights: those given, and those that methods found.
    pub fn weights(&self) -> &WeightSet {
        &self.weights
    }

    /// Scores of every node under the current weights.
    pub fn scores(&self) -> &NodeScores {
        &self.scores
    }

    /// Grades under the current weights.
    pub fn grades(&self) -> Vec<Grade> {
        graded(self.scores.composite(), &self.withheld, &self.spec).collect()
    }

    /// Ranks under the current weights.
    pub fn ranks(&self, grades: &[Grade]) -> Ranks {
        rank_units(&self.peers, self.scores.composite(), grades, &self.spec)
    }

    /// What a full run returns with the current weights, without what it says about
    /// cells and weights: findings, ledger of treated cells, notes on methods.
    pub fn outcome(&self) -> Outcome {
        let grades = self.grades();
        Outcome {
            weights: self.weights.clone(),
            scores: self.scores.clone(),
            ranks: self.ranks(&grades),
            grades,
            digest: self.digest(),
            ..self.base.clone()
        }
    }

    /// Units at some places of the order from best to worst under the current weights,
    /// with their overall ranks as [`Self::ranks`] gives them, for much less than all of
    /// them; `None` where only all of them tell.
    pub fn places(&self, places: Range<usize>) -> Option<Vec<(u32, Rank)>> {
        let takes_part = |i: usize| {
            let withheld = self.withheld.get(i).copied().flatten();
            self.spec.rank.include_ungraded || withheld.is_none()
        };
        let composite = self.scores.composite();
        window(composite, takes_part, &self.spec.rank, places)
    }

    /// The grade of one unit under the current weights.
    pub fn grade(&self, unit: usize) -> Option<Grade> {
        let score = Column::from_cells([self.scores.composite().get(unit)]);
        let withheld = self.withheld.get(unit..=unit)?;
        graded(&score, withheld, &self.spec).next()
    }

    /// Digest of the method with the current weights.
    pub fn digest(&self) -> String {
        method_digest(&self.framework, &self.weights, &self.spec)
    }
}
