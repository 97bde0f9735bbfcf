//! The only file that knows the order of the steps.

use crate::aggregate::{AggregateError, NodeScores, aggregate_findings};
use crate::check::{CheckOutcome, Coverage, check};
use crate::finding::Finding;
use crate::frame::{
    CellState, Checked, Column, Dataset, Frame, Normalised, Observations, Panel, Treated, Units,
};
use crate::framework::Framework;
use crate::ids::{NodeIdx, Period};
use crate::normalise::{NormaliseOutcome, Scaling, Scope, exact_scores, normalise};
use crate::rank::{Grade, Ranks, Withheld, rank};
use crate::spec::{Spec, SpecError, digest_of};
use crate::survey::{self, Surveyed};
use crate::treat::{
    ColumnTreatment, Preparation, Screened, TouchedCell, TreatOutcome, pooled_values, row_means,
    treat,
};
use crate::weigh::{WeighError, WeighNote, WeighSpec, WeightSet, WeightingError};
use std::sync::Arc;

/// Why a run cannot start or go on. Everything about single cells is a finding.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PipelineError {
    /// Observations of another shape than register × framework.
    #[error("the data does not have {n_units} units × {n_indicators} indicators")]
    Shape {
        /// Units in the register.
        n_units: usize,
        /// Indicators in the framework.
        n_indicators: usize,
    },
    /// Weights made for another framework.
    #[error("the weight set does not fit the framework")]
    Weights,
    /// Weights that cannot be used.
    #[error(transparent)]
    WeightSet(#[from] WeighError),
    /// The specification makes no sense, or not for this data.
    #[error(transparent)]
    Spec(#[from] SpecError),
    /// A method of weighting does not fit the data.
    #[error("`weigh`, children of `{node}`: {source}")]
    Weighting {
        /// Id of the parent node.
        node: String,
        /// What is wrong.
        source: WeightingError,
    },
    /// A method of aggregation does not fit the data.
    #[error("`aggregate`, node `{node}`: {source}")]
    Aggregate {
        /// Id of the node.
        node: String,
        /// What is wrong.
        source: AggregateError,
    },
}

/// What goes in.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The register.
    pub units: &'a Units,
    /// The framework.
    pub framework: &'a Framework,
    /// The period's values.
    pub observations: &'a Observations,
    /// All periods, for the steps that look at others.
    pub panel: Panel<'a>,
}

impl<'a> Inputs<'a> {
    /// One period on its own.
    pub fn new(units: &'a Units, framework: &'a Framework, observations: &'a Observations) -> Self {
        Self {
            units,
            framework,
            observations,
            panel: Panel::default(),
        }
    }

    /// One period of a dataset, seen among the others; `None` when there is no
    /// such period.
    pub fn of(dataset: &'a Dataset, period: &'a Period) -> Option<Self> {
        Some(Self {
            units: dataset.units(),
            framework: dataset.framework(),
            observations: dataset.periods().get(period)?,
            panel: Panel::new(dataset.periods(), period),
        })
    }
}

/// Every stage of a run, from checked cells to ranks.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Cells as reported.
    pub checked: Arc<Frame<Checked>>,
    /// Coverage of every unit.
    pub coverage: Coverage,
    /// Cells after denominators, screening and imputation, where those changed
    /// any.
    pub prepared: Option<Arc<Frame<Checked>>>,
    /// By unit, why it was screened out.
    pub screened: Vec<Option<Screened>>,
    /// Cells after treatment.
    pub treated: Arc<Frame<Treated>>,
    /// By column, what was done to all of it.
    pub treatments: Vec<ColumnTreatment>,
    /// Every cell that was changed on its own.
    pub treat_ledger: Vec<TouchedCell>,
    /// Cells on the common scale.
    pub normalised: Arc<Frame<Normalised>>,
    /// What every indicator was compared with.
    pub normalise_ledger: Vec<Option<Scaling>>,
    /// The weights used.
    pub weights: WeightSet,
    /// What the methods of weighting say about them.
    pub weigh_notes: Vec<WeighNote>,
    /// Scores of every node.
    pub scores: NodeScores,
    /// Grade of every unit.
    pub grades: Vec<Grade>,
    /// Ranks of every unit.
    pub ranks: Ranks,
    /// Findings of all steps, in step order.
    pub findings: Vec<Finding>,
    /// Digest of framework, weights and specification: the same digest means
    /// the same method.
    pub digest: String,
}

/// The step before a run: survey counts become values with standard errors, in
/// every period. Without counts the data passes through untouched.
pub fn survey<'a>(dataset: &'a Dataset, spec: &Spec) -> Result<Surveyed<'a>, PipelineError> {
    spec.validate()?;
    spec.check_names(dataset.framework(), dataset.units())?;
    Ok(survey::derive(dataset, &spec.survey))
}

/// Runs every step on one period.
///
/// `weights` are those given; where the specification names a method of weighting
/// for a node, its children's weights are replaced, from the leaves upwards.
pub fn run(inputs: Inputs<'_>, weights: &WeightSet, spec: &Spec) -> Result<Outcome, PipelineError> {
    let Inputs {
        units,
        framework,
        observations,
        panel,
    } = inputs;
    spec.validate()?;
    spec.check_names(framework, units)?;
    let (n_units, n_indicators) = (units.len(), framework.n_indicators());
    if !observations.is_consistent(n_units, n_indicators) {
        return Err(PipelineError::Shape {
            n_units,
            n_indicators,
        });
    }
    if !weights.fits(framework) {
        return Err(PipelineError::Weights);
    }
    let CheckOutcome {
        frame: checked,
        coverage,
        mut findings,
    } = check(units, framework, observations, &spec.check, &spec.survey);
    let fixed_points: Vec<Vec<f64>> = framework
        .indicators()
        .map(|(node, indicator)| spec.normalise.fixed_points(node.id.as_str(), indicator))
        .collect();
    let preparation = Preparation {
        denominate: &spec.denominate,
        screen: &spec.screen,
        impute: &spec.impute,
        treat: &spec.treat,
        fixed_points: &fixed_points,
    };
    let treated = treat(units, framework, panel, &checked, &preparation);
    let pooled = (spec.normalise.scope == Scope::Panel)
        .then(|| pooled_values(units, framework, panel, &treated, &spec.denominate));
    let NormaliseOutcome {
        frame: normalised,
        ledger: normalise_ledger,
        findings: normalise_findings,
    } = normalise(
        units,
        framework,
        &treated,
        pooled.as_deref(),
        &spec.normalise,
        spec.scale,
    );
    let TreatOutcome {
        prepared,
        frame: treated,
        columns: treatments,
        ledger: mut treat_ledger,
        screened,
        findings: treat_findings,
    } = treated;
    findings.extend(treat_findings);
    findings.extend(normalise_findings);
    findings.extend(exact_scores(framework, &spec.normalise, &spec.survey));
    let (normalised, filled) = row_means(framework, normalised, &spec.impute, &mut findings);
    treat_ledger.extend(filled);
    let (weights, weigh_notes, scores) =
        weigh_and_aggregate(framework, &normalised, weights, spec)?;
    findings.extend(aggregate_findings(
        framework,
        &scores,
        &weights,
        &spec.aggregate,
    ));
    let grades = grades(scores.composite(), &coverage, &screened, spec);
    let ranks = rank_units(&Peers::of(units), scores.composite(), &grades, spec);
    let digest = method_digest(framework, &weights, spec);
    Ok(Outcome {
        checked: Arc::new(checked),
        coverage,
        prepared: prepared.map(Arc::new),
        screened,
        treated: Arc::new(treated),
        treatments,
        treat_ledger,
        normalised: Arc::new(normalised),
        normalise_ledger,
        weights,
        weigh_notes,
        scores,
        grades,
        ranks,
        findings,
        digest,
    })
}

/// From the leaves upwards: the children of a node are weighed, then make its
/// score, since a method may need the scores of the level below.
fn weigh_and_aggregate(
    framework: &Framework,
    normalised: &Frame<Normalised>,
    given: &WeightSet,
    spec: &Spec,
) -> Result<(WeightSet, Vec<WeighNote>, NodeScores), PipelineError> {
    let mut scores = NodeScores::of_leaves(framework, normalised);
    let mut weights = given.clone();
    let mut notes = Vec::new();
    // Children follow their parent, so backwards every child comes first.
    for at in (0..framework.nodes().len()).rev() {
        let idx = NodeIdx(at as u32);
        if framework.node(idx).children.is_empty() {
            continue;
        }
        let (next, note) = weigh_node(framework, weights, &scores, &spec.weigh, idx)?;
        weights = next;
        notes.extend(note);
        let spare = Column::default();
        compute_node(&mut scores, framework, &weights, spec, idx, spare)?;
    }
    Ok((weights, notes, scores))
}

/// Weighs the children of one node, with its name on what goes wrong.
pub(crate) fn weigh_node(
    framework: &Framework,
    weights: WeightSet,
    scores: &NodeScores,
    methods: &WeighSpec,
    idx: NodeIdx,
) -> Result<(WeightSet, Option<WeighNote>), PipelineError> {
    let node = framework.node(idx);
    let columns: Vec<&Column> = node.children.iter().map(|&c| scores.node(c)).collect();
    let method = methods.method_for(node.id.as_str());
    let weighed = weights.weighed(framework, idx, &columns, method);
    weighed.map_err(|source| PipelineError::Weighting {
        node: node.id.to_string(),
        source,
    })
}

/// Computes one inner node into a spare column, with its name on what goes wrong;
/// returns its former column.
pub(crate) fn compute_node(
    scores: &mut NodeScores,
    framework: &Framework,
    weights: &WeightSet,
    spec: &Spec,
    idx: NodeIdx,
    spare: Column,
) -> Result<Arc<Column>, PipelineError> {
    let done = scores.compute(framework, weights, &spec.aggregate, spec.scale, idx, spare);
    done.map_err(|source| PipelineError::Aggregate {
        node: framework.node(idx).id.to_string(),
        source,
    })
}

/// Digest of framework, weights and specification: of everything that decides how
/// cells become scores and what is said about them.
pub fn method_digest(framework: &Framework, weights: &WeightSet, spec: &Spec) -> String {
    digest_of(&(framework, weights.shares(), spec))
}

/// Grades of all units: a band, unless there is no score or too little data.
pub fn grades(
    composite: &Column,
    coverage: &Coverage,
    screened: &[Option<Screened>],
    spec: &Spec,
) -> Vec<Grade> {
    let withheld = withheld(coverage, screened, composite.len(), spec);
    graded(composite, &withheld, spec).collect()
}

/// By unit, why no grade is given, whatever the score.
pub(crate) fn withheld(
    coverage: &Coverage,
    screened: &[Option<Screened>],
    n_units: usize,
    spec: &Spec,
) -> Vec<Option<Withheld>> {
    let why = |i: usize| {
        if screened.get(i).copied().flatten().is_some() {
            return Some(Withheld::Screened);
        }
        let failed = coverage.failed_floor(i, &spec.check.floors)?;
        Some(failed.map_or(Withheld::LowCoverage, |pillar| {
            Withheld::LowPillarCoverage(pillar as u32)
        }))
    };
    (0..n_units).map(why).collect()
}

/// Grades of all units, where it is known why none may be given.
pub(crate) fn graded<'c>(
    composite: &'c Column,
    withheld: &'c [Option<Withheld>],
    spec: &'c Spec,
) -> impl Iterator<Item = Grade> + 'c {
    let cells = composite.values().iter().zip(composite.states());
    cells.zip(withheld).map(|((&score, state), withheld)| {
        let is_value = *state == CellState::Value;
        match withheld {
            Some(Withheld::Screened) => Grade::Withheld(Withheld::Screened),
            _ if !is_value => Grade::Withheld(Withheld::NoScore),
            Some(reason) => Grade::Withheld(*reason),
            None => Grade::Band(spec.bands.band_of(score, spec.rank.tolerance) as u32),
        }
    })
}

/// By unit, the number of its class and of its town: whom its ranks are among.
#[derive(Clone, Debug)]
pub struct Peers {
    class: Vec<u32>,
    town: Vec<u32>,
}

impl Peers {
    /// From the register.
    pub fn of(units: &Units) -> Self {
        Self {
            class: units.groups_by(|u| &u.class).1,
            town: units.groups_by(|u| &u.town).1,
        }
    }
}

/// Ranks of all units, overall and within class and town.
pub fn rank_units(peers: &Peers, composite: &Column, grades: &[Grade], spec: &Spec) -> Ranks {
    let takes_part: Vec<bool> = grades
        .iter()
        .map(|g| spec.rank.include_ungraded || g.is_band())
        .collect();
    rank(
        composite,
        &takes_part,
        &peers.class,
        &peers.town,
        &spec.rank,
    )
}

#[cfg(test)]
mod tests;
