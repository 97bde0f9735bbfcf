//! A robustness analysis bound to its data: what varies, and which coordinates of
//! a point decide it.

use super::confidence_set::ConfidenceError;
use super::design::Points;
use super::error::StandardErrors;
use super::spec::{Alternative, RobustSpec};
use super::weights::{OrderError, WeightSampler};
use crate::framework::{Framework, Measure};
use crate::ids::NodeIdx;
use crate::normalise::Scaling;
use crate::pipeline::{Inputs, Outcome, PipelineError, run};
use crate::spec::{Spec, SpecError, digest_of};
use crate::treat::{Imputation, ScreenSpec, Treatment};
use crate::weigh::{WeighError, WeighSpec, WeightSet};

/// Why an analysis cannot start or go on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RobustError {
    /// A run failed.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// The specification of the analysis makes no sense.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// Weights that cannot be used.
    #[error(transparent)]
    Weights(#[from] WeighError),
    /// Weights of the children of a node cannot be drawn.
    #[error("weights under `{node}`: {source}")]
    Order {
        /// Id of the node.
        node: String,
        /// What is wrong.
        source: OrderError,
    },
    /// More alternatives than can be combined.
    #[error("{found} combinations of alternatives are too many; the limit is {limit}")]
    TooManyCombinations {
        /// Combinations there are.
        found: usize,
        /// The most there may be.
        limit: usize,
    },
    /// Standard errors of another shape than units × indicators.
    #[error("the standard errors do not have the shape of the data")]
    Shape,
    /// Choices of shrinkage for a period without survey counts.
    #[error("`shrink`: the period has no survey counts, so no value can be shrunk")]
    NoSurveyCounts,
    /// Nothing varies, so there is nothing to analyse.
    #[error("no input is uncertain")]
    NothingUncertain,
    /// A group names an input that does not vary, or one that is in two groups.
    #[error(
        "`sensitivity.groups.{group}`: `{input}` is not an uncertain input, or is in two groups"
    )]
    Group {
        /// The group.
        group: String,
        /// The input.
        input: String,
    },
    /// No confidence sets.
    #[error(transparent)]
    Confidence(#[from] ConfidenceError),
    /// Two tallies of different analyses.
    #[error("the tallies belong to different analyses")]
    Tally,
}

/// Most combinations of alternatives.
pub const COMBINATION_LIMIT: usize = 256;

/// One uncertain input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Weights of the children of a node.
    Weights(NodeIdx),
    /// Whether survey values are drawn toward their class.
    Shrink,
    /// Choice of imputation.
    Impute,
    /// Choice of treatment.
    Treat,
    /// Choice of normalisation.
    Normalise,
    /// Choice of aggregation.
    Aggregate,
    /// Which indicator is left out.
    LeaveOut,
    /// Sampling error of survey values.
    SurveyError,
    /// Declared measurement error.
    MeasurementError,
}

impl Input {
    /// Name in specifications and tables: `weights.<id>` or the field's name.
    pub fn name(&self, framework: &Framework) -> String {
        match self {
            Self::Weights(node) => format!("weights.{}", framework.node(*node).id),
            Self::Shrink => "shrink".into(),
            Self::Impute => "impute".into(),
            Self::Treat => "treat".into(),
            Self::Normalise => "normalise".into(),
            Self::Aggregate => "aggregate".into(),
            Self::LeaveOut => "leave_out".into(),
            Self::SurveyError => "survey_error".into(),
            Self::MeasurementError => "measurement".into(),
        }
    }
}

/// An input with the coordinates that decide it; errors of values have none, but
/// a stream of their own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Block {
    pub(super) input: Input,
    pub(super) start: usize,
    pub(super) len: usize,
}

/// Standard deviations by unit of one column's values; 0 for certain ones.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Noise {
    pub(super) column: usize,
    pub(super) leaf: NodeIdx,
    pub(super) survey: Vec<f64>,
    pub(super) measurement: Vec<f64>,
    pub(super) measure: Measure,
}

/// The data under one choice of shrinkage, and the errors of its values.
#[derive(Clone, Debug)]
pub(super) struct Values<'a> {
    pub(super) inputs: Inputs<'a>,
    pub(super) noise: Vec<Noise>,
}

/// Where one point's inputs come from: coordinates, and for each kind of error
/// which half of the points and which number its stream has.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draw {
    pub(super) coordinates: Vec<f64>,
    pub(super) survey: (u8, u32),
    pub(super) measurement: (u8, u32),
}

/// An analysis ready to run; the same for all workers.
///
/// Where the specification names methods of weighting, they are used once, for
/// the run without uncertainty; replicates vary round the weights found there, or
/// keep them.
#[derive(Clone, Debug)]
pub struct Robust<'a> {
    pub(super) inputs: Inputs<'a>,
    pub(super) spec: RobustSpec,
    pub(super) base: Outcome,
    /// Every combination of alternatives, with methods of weighting taken out.
    pub(super) specs: Vec<Spec>,
    sizes: [usize; 5],
    pub(super) blocks: Vec<Block>,
    pub(super) dimensions: usize,
    samplers: Vec<(NodeIdx, WeightSampler)>,
    left_out: Vec<NodeIdx>,
    own: Values<'a>,
    /// Those of the choice of shrinkage that the specification does not make.
    other: Option<Values<'a>>,
    is_shrunk: bool,
    points: Points,
}

impl<'a> Robust<'a> {
    /// Checks everything and computes the run without uncertainty. Choices of
    /// shrinkage are refused: see [`Robust::with_shrinkage`].
    pub fn new(
        inputs: Inputs<'a>,
        weights: &WeightSet,
        spec: &Spec,
        robust: &RobustSpec,
        errors: &StandardErrors,
    ) -> Result<Self, RobustError> {
        Self::with_shrinkage(inputs, None, weights, spec, robust, errors)
    }

    /// The same round a run of these inputs and this specification that is there already.
    pub fn around(
        inputs: Inputs<'a>,
        base: Outcome,
        spec: &Spec,
        robust: &RobustSpec,
        errors: &StandardErrors,
    ) -> Result<Self, RobustError> {
        Self::build(inputs, None, || Ok(base), spec, robust, errors)
    }

    /// The same where shrinkage of survey values may be uncertain. Survey counts
    /// become values before a run, so its other choice is other data: `other` is
    /// the same period of [`RobustSpec::other_shrinkage`], and its standard errors
    /// are those beside its values.
    pub fn with_shrinkage(
        inputs: Inputs<'a>,
        other: Option<Inputs<'a>>,
        weights: &WeightSet,
        spec: &Spec,
        robust: &RobustSpec,
        errors: &StandardErrors,
    ) -> Result<Self, RobustError> {
        let base = || run(inputs, weights, spec);
        Self::build(inputs, other, base, spec, robust, errors)
    }

    fn build(
        inputs: Inputs<'a>,
        other: Option<Inputs<'a>>,
        base: impl FnOnce() -> Result<Outcome, PipelineError>,
        spec: &Spec,
        robust: &RobustSpec,
        errors: &StandardErrors,
    ) -> Result<Self, RobustError> {
        let framework = inputs.framework;
        robust.validate()?;
        robust.check_names(framework, inputs.units)?;
        let found = robust.n_combinations();
        if found > COMBINATION_LIMIT {
            let limit = COMBINATION_LIMIT;
            return Err(RobustError::TooManyCombinations { found, limit });
        }
        let (n_units, n_columns) = (inputs.units.len(), framework.n_indicators());
        let other_fits = |o: Inputs<'_>| o.observations.is_consistent(n_units, n_columns);
        if !errors.fits(n_units, n_columns) || !other.is_none_or(other_fits) {
            return Err(RobustError::Shape);
        }
        if !robust.shrink.is_empty() && other.is_none() {
            return Err(RobustError::NoSurveyCounts);
        }
        let base = base()?;
        let (mut specs, sizes) = robust.combinations(spec);
        for spec in &mut specs {
            spec.weigh = WeighSpec::default();
            spec.validate()?;
            spec.check_names(framework, inputs.units)?;
        }
        let samplers = samplers(framework, &base.weights, robust)?;
        let values = |inputs: Inputs<'a>, errors: &StandardErrors| Values {
            inputs,
            noise: noise(inputs, robust, errors),
        };
        let own = values(inputs, errors);
        let other = other.map(|other| {
            // Everything but the values is the same.
            let other = Inputs {
                units: inputs.units,
                framework,
                ..other
            };
            values(other, &StandardErrors::of(other.observations))
        });
        let left_out = left_out(framework, &base.weights, robust);
        let noise = || own.noise.iter().chain(other.iter().flat_map(|o| &o.noise));
        let (blocks, dimensions) = blocks(&samplers, sizes, &left_out, noise);
        if blocks.is_empty() {
            return Err(RobustError::NothingUncertain);
        }
        let points = Points::new(robust.design, robust.seed, dimensions, robust.replicates);
        Ok(Self {
            inputs,
            spec: robust.clone(),
            base,
            specs,
            sizes,
            blocks,
            dimensions,
            samplers,
            left_out,
            own,
            other,
            is_shrunk: spec.survey.shrink,
            points,
        })
    }

    /// The run without uncertainty.
    pub fn base(&self) -> &Outcome {
        &self.base
    }

    /// What goes in.
    pub fn inputs(&self) -> Inputs<'a> {
        self.inputs
    }

    /// The specification of the analysis.
    pub fn spec(&self) -> &RobustSpec {
        &self.spec
    }

    /// The uncertain inputs.
    pub fn uncertain(&self) -> Vec<Input> {
        self.blocks.iter().map(|b| b.input.clone()).collect()
    }

    /// Share of the weight space that orders of importance leave, by parent, for
    /// the parents that have one.
    pub fn shares_left(&self) -> Vec<(NodeIdx, f64)> {
        let samplers = self.samplers.iter();
        let shares = samplers.map(|(node, sampler)| (*node, sampler.share_left()));
        shares.filter(|(_, share)| *share < 1.0).collect()
    }

    /// Digest of method, analysis and seed: the same digest and data give the same
    /// result.
    pub fn digest(&self) -> String {
        digest_of(&(&self.base.digest, &self.spec))
    }

    /// The point of a replicate.
    pub(super) fn draw(&self, replicate: u32) -> Draw {
        Draw {
            coordinates: self.points.point(replicate),
            survey: (0, replicate),
            measurement: (0, replicate),
        }
    }

    fn coordinates<'d>(&self, draw: &'d Draw, input: &Input) -> &'d [f64] {
        let block = self.blocks.iter().find(|b| b.input == *input);
        let range = block.map_or(0..0, |b| b.start..b.start + b.len);
        draw.coordinates.get(range).unwrap_or(&[])
    }

    /// Position of the combination of alternatives that a point chooses.
    pub(super) fn combination(&self, draw: &Draw) -> usize {
        let robust = &self.spec;
        let choices = [
            (Input::Shrink, chances(&robust.shrink)),
            (Input::Impute, chances(&robust.impute)),
            (Input::Treat, chances(&robust.treat)),
            (Input::Normalise, chances(&robust.normalise)),
            (Input::Aggregate, chances(&robust.aggregate)),
        ];
        let mut at = 0;
        for ((input, chances), size) in choices.iter().zip(self.sizes) {
            let u = self.coordinates(draw, input).first().copied();
            at = at * size + u.map_or(0, |u| chosen(chances, u));
        }
        at
    }

    /// The data that a combination of alternatives is about.
    pub(super) fn values(&self, spec: &Spec) -> &Values<'a> {
        let other = self.other.as_ref();
        let other = other.filter(|_| spec.survey.shrink != self.is_shrunk);
        other.unwrap_or(&self.own)
    }

    /// The weights that a point chooses.
    pub(super) fn weights(&self, draw: &Draw) -> Result<WeightSet, RobustError> {
        let framework = self.inputs.framework;
        let mut weights = self.base.weights.shares().to_vec();
        let mut at = 0;
        for (node, sampler) in &self.samplers {
            let end = at + sampler.n_coordinates();
            let drawn = sampler.weights(draw.coordinates.get(at..end).unwrap_or(&[]));
            for (child, weight) in framework.node(*node).children.iter().zip(drawn) {
                weights[child.at()] = weight;
            }
            at = end;
        }
        if let Some(leaf) = self.leaf_left_out(draw) {
            leave_out(framework, &mut weights, leaf);
        }
        Ok(WeightSet::new(
            self.base.weights.name(),
            framework,
            &weights,
        )?)
    }

    fn leaf_left_out(&self, draw: &Draw) -> Option<NodeIdx> {
        let coordinates = self.coordinates(draw, &Input::LeaveOut);
        let (u, n) = (*coordinates.first()?, self.left_out.len());
        let probability = self.spec.leave_out.probability;
        if u >= probability {
            return None;
        }
        let mut nth = 0;
        while nth + 1 < n && u >= probability * (nth + 1) as f64 / n as f64 {
            nth += 1;
        }
        self.left_out.get(nth).copied()
    }

    /// Whether errors of values can be put into single columns: nothing between
    /// their cells and their scores looks at other cells.
    pub(super) fn is_cellwise(&self, spec: &Spec, ledger: &[Option<Scaling>]) -> bool {
        let imputes = spec.impute.method != Imputation::None
            || spec
                .impute
                .indicators
                .values()
                .any(|m| *m != Imputation::None);
        if imputes || !spec.denominate.is_empty() || spec.screen != ScreenSpec::default() {
            return false;
        }
        self.values(spec).noise.iter().all(|noise| {
            let id = self.inputs.framework.node(noise.leaf).id.as_str();
            let scaling = ledger.get(noise.column).and_then(Option::as_ref);
            spec.treat.method_for(id) == Treatment::None && scaling.is_some_and(Scaling::is_fixed)
        })
    }
}

/// Sets a leaf's weight to 0, and that of every parent left without children.
fn leave_out(framework: &Framework, weights: &mut [f64], leaf: NodeIdx) {
    let mut node = leaf;
    loop {
        weights[node.at()] = 0.0;
        let Some(parent) = framework.node(node).parent else {
            return;
        };
        let siblings = &framework.node(parent).children;
        if siblings.iter().any(|s| weights[s.at()] > 0.0) {
            return;
        }
        // A parent without weight still needs shares among its children.
        weights[node.at()] = 1.0;
        node = parent;
    }
}

fn samplers(
    framework: &Framework,
    weights: &WeightSet,
    robust: &RobustSpec,
) -> Result<Vec<(NodeIdx, WeightSampler)>, RobustError> {
    let mut samplers = Vec::new();
    for (at, node) in framework.nodes().iter().enumerate() {
        let uncertainty = robust
            .nodes
            .get(node.id.as_str())
            .unwrap_or(&robust.weights);
        let children = || node.children.iter();
        let base: Vec<f64> = children().map(|&c| weights.share(c)).collect();
        let ids: Vec<&str> = children().map(|&c| framework.node(c).id.as_str()).collect();
        let sampler = WeightSampler::new(&base, &ids, uncertainty);
        let sampler = sampler.map_err(|source| RobustError::Order {
            node: node.id.to_string(),
            source,
        })?;
        if sampler.n_coordinates() > 0 {
            samplers.push((NodeIdx(at as u32), sampler));
        }
    }
    Ok(samplers)
}

/// Indicators that may be left out: with weight, and not the only one.
fn left_out(framework: &Framework, weights: &WeightSet, robust: &RobustSpec) -> Vec<NodeIdx> {
    if robust.leave_out.probability == 0.0 {
        return Vec::new();
    }
    let effective = weights.effective(framework);
    let has_weight = |leaf: &&NodeIdx| effective[leaf.at()] > 0.0;
    let weighted: Vec<NodeIdx> = framework
        .leaves()
        .iter()
        .filter(has_weight)
        .copied()
        .collect();
    if weighted.len() < 2 {
        return Vec::new();
    }
    let named = &robust.leave_out.indicators;
    let is_named = |leaf: &NodeIdx| {
        named.is_empty()
            || named
                .iter()
                .any(|id| id == framework.node(*leaf).id.as_str())
    };
    weighted.into_iter().filter(is_named).collect()
}

fn noise(inputs: Inputs<'_>, robust: &RobustSpec, errors: &StandardErrors) -> Vec<Noise> {
    let framework = inputs.framework;
    let mut noise = Vec::new();
    for (column, &leaf) in framework.leaves().iter().enumerate() {
        let node = framework.node(leaf);
        let Some(cells) = inputs.observations.columns().get(column) else {
            continue;
        };
        let declared = robust.measurement.get(node.id.as_str());
        let has_errors = robust.survey_error && errors.has(column);
        if declared.is_none() && !has_errors {
            continue;
        }
        let of_value = |sd: &dyn Fn(usize, f64) -> f64| -> Vec<f64> {
            let cells = cells.cells().enumerate();
            let sd = cells.map(|(i, cell)| cell.value().map_or(0.0, |x| sd(i, x)));
            sd.map(|sd| if sd.is_finite() { sd } else { 0.0 }).collect()
        };
        let survey = of_value(&|i, _| {
            let error = has_errors.then(|| errors.get(i, column)).flatten();
            error.unwrap_or(0.0)
        });
        let measurement = of_value(&|_, x| declared.map_or(0.0, |error| error.sd(x)));
        if survey.iter().chain(&measurement).any(|sd| *sd > 0.0) {
            noise.push(Noise {
                column,
                leaf,
                survey,
                measurement,
                measure: node
                    .indicator
                    .as_ref()
                    .map_or(Measure::Number, |i| i.measure),
            });
        }
    }
    noise
}

fn blocks<'n, N: Iterator<Item = &'n Noise>>(
    samplers: &[(NodeIdx, WeightSampler)],
    sizes: [usize; 5],
    left_out: &[NodeIdx],
    noise: impl Fn() -> N,
) -> (Vec<Block>, usize) {
    let mut blocks = Vec::new();
    let mut start = 0;
    let mut push = |input, len| {
        blocks.push(Block { input, start, len });
        start += len;
    };
    // Weights first: `Robust::weights` counts on it.
    for (node, sampler) in samplers {
        push(Input::Weights(*node), sampler.n_coordinates());
    }
    let choices = [
        Input::Shrink,
        Input::Impute,
        Input::Treat,
        Input::Normalise,
        Input::Aggregate,
    ];
    for (input, size) in choices.into_iter().zip(sizes) {
        if size > 1 {
            push(input, 1);
        }
    }
    if !left_out.is_empty() {
        push(Input::LeaveOut, 1);
    }
    let has = |of: fn(&Noise) -> &[f64]| noise().any(|n| of(n).iter().any(|sd| *sd > 0.0));
    if has(|n| &n.survey) {
        push(Input::SurveyError, 0);
    }
    if has(|n| &n.measurement) {
        push(Input::MeasurementError, 0);
    }
    (blocks, start)
}

fn chances<T>(alternatives: &[Alternative<T>]) -> Vec<f64> {
    alternatives.iter().map(|a| a.probability).collect()
}

/// Position of the alternative whose interval of probability holds `u`.
fn chosen(chances: &[f64], u: f64) -> usize {
    let total = crate::num::ordered_sum(chances.iter().copied());
    let mut sum = 0.0;
    let below = |chance: &f64| {
        sum += chance;
        u * total < sum
    };
    let found = chances.iter().position(below);
    found.unwrap_or(chances.len().saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alternatives_are_chosen_by_their_probability() {
        let chances = [1.0, 3.0];
        assert_eq!(chosen(&chances, 0.249), 0);
        assert_eq!(chosen(&chances, 0.251), 1);
        assert_eq!(chosen(&chances, 0.999_999), 1);
        assert_eq!(chosen(&[], 0.5), 0);
    }
}
