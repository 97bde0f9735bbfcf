//! The index without one of its parts.

use super::{Effect, Standings};
use crate::explain::WhatIf;
use crate::frame::{Column, Units};
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use crate::pipeline::{Outcome, PipelineError};
use crate::rank::{Grade, Ranks};
use crate::spec::Spec;
use crate::weigh::WeightSet;

/// Why a node cannot be left out.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LeaveOutError {
    /// Without the composite nothing is left.
    #[error("the composite cannot be left out")]
    Composite,
    /// No node of the framework.
    #[error("the framework has no node {}", .0.0)]
    Unknown(NodeIdx),
    /// It has all the weight under its parent, which would be left without a score;
    /// leave out the parent instead.
    #[error("no sibling has any weight; leave out its parent `{parent}` instead")]
    NoSiblings {
        /// Id of the parent.
        parent: String,
    },
    /// The others alone cannot be aggregated.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
}

/// The run without one node.
#[derive(Clone, Debug, PartialEq)]
pub struct Without {
    /// What that does to all units together, the whole run being the reference.
    pub effect: Effect,
    /// Composite score of every unit.
    pub scores: Column,
    /// Grade of every unit.
    pub grades: Vec<Grade>,
    /// Ranks of every unit.
    pub ranks: Ranks,
}

/// Leaves out the nodes of a finished run, one at a time.
///
/// A node is left out by giving it a share of 0; the shares of its siblings are
/// renormalised in proportion, and only the nodes above are computed again, by
/// [`WhatIf`]. The shares are those of the run: where a method took them from the
/// data, it is not asked again. Coverage, and with it who may have a grade, still
/// counts the indicators left out. Source: OECD/JRC Handbook 2008, step 7.
///
/// ```
/// use dhi_engine::compare::LeaveOneOut;
/// use dhi_engine::demo::{DemoOptions, generate};
/// use dhi_engine::pipeline::{Inputs, run};
/// use dhi_engine::{scheme::default_scheme, spec::Spec, weigh::WeightSet};
/// let data = generate(&default_scheme(), DemoOptions::default()).unwrap();
/// let (_, observations) = data.latest().unwrap();
/// let inputs = Inputs::new(data.units(), data.framework(), observations);
/// let weights = WeightSet::from_framework(data.framework()).unwrap();
/// let spec = Spec::default();
/// let outcome = run(inputs, &weights, &spec).unwrap();
/// let mut leave = LeaveOneOut::new(&outcome, data.framework(), data.units(), &spec);
/// let without = leave.without(data.framework().pillars()[0]).unwrap();
/// assert!(without.effect.similarity.kendall.unwrap() < 1.0);
/// ```
#[derive(Clone, Debug)]
pub struct LeaveOneOut<'a> {
    framework: &'a Framework,
    spec: &'a Spec,
    whole: &'a Outcome,
    what_if: WhatIf,
    best: Vec<u32>,
}

impl<'a> LeaveOneOut<'a> {
    /// Starts from a finished run of the same framework, units and spec.
    pub fn new(
        outcome: &'a Outcome,
        framework: &'a Framework,
        units: &Units,
        spec: &'a Spec,
    ) -> Self {
        Self {
            framework,
            spec,
            whole: outcome,
            what_if: WhatIf::new(outcome, framework, units, spec),
            best: Vec::new(),
        }
    }

    /// Where caps hold grades down: the position of the best band that the grade of every
    /// unit can be. Effects then count changes of the bands that count.
    #[must_use]
    pub fn under(self, best: Vec<u32>) -> Self {
        Self { best, ..self }
    }

    /// The run without `node`: an indicator, a sub-pillar or a pillar. A node of
    /// weight 0 changes nothing.
    pub fn without(&mut self, node: NodeIdx) -> Result<Without, LeaveOutError> {
        let weights = weights_without(self.framework, &self.whole.weights, node)?;
        self.what_if.set_weights(weights)?;
        let grades = self.what_if.grades();
        let ranks = self.what_if.ranks(&grades);
        let bands = &self.spec.bands;
        let before = Standings {
            ranks: &self.whole.ranks.overall,
            grades: &self.whole.grades,
            bands,
            best: &self.best,
        };
        let after = Standings {
            ranks: &ranks.overall,
            grades: &grades,
            bands,
            best: &self.best,
        };
        Ok(Without {
            effect: before.effect(&after),
            scores: self.what_if.scores().composite().clone(),
            grades,
            ranks,
        })
    }

    /// The effect of every node below the composite, in node order. Scores and
    /// ranks are dropped on the way: for all nodes of a large register they would
    /// fill the memory.
    pub fn effects(&mut self) -> Vec<(NodeIdx, Result<Effect, LeaveOutError>)> {
        (1..self.framework.nodes().len())
            .map(|at| {
                let node = NodeIdx(at as u32);
                (node, self.without(node).map(|w| w.effect))
            })
            .collect()
    }
}

fn weights_without(
    framework: &Framework,
    weights: &WeightSet,
    node: NodeIdx,
) -> Result<WeightSet, LeaveOutError> {
    let found = framework.nodes().get(node.at());
    let parent = found.ok_or(LeaveOutError::Unknown(node))?.parent;
    let parent = parent.ok_or(LeaveOutError::Composite)?;
    let children = framework.node(parent).children.iter();
    let shares: Vec<f64> = children
        .map(|&c| if c == node { 0.0 } else { weights.share(c) })
        .collect();
    if num::ordered_sum(shares.iter().copied()) <= 0.0 {
        return Err(LeaveOutError::NoSiblings {
            parent: framework.node(parent).id.to_string(),
        });
    }
    let without = weights.clone().with_children(framework, parent, &shares);
    Ok(without.map_err(PipelineError::from)?)
}
