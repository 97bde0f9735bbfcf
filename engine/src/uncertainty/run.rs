//! Replicates: one point of the uncertain inputs each, computed again only where
//! it reaches.

use super::plan::{Draw, Noise, Robust, RobustError, Values};
use super::stream::{Purpose, Stream};
use super::tally::Tally;
use crate::aggregate::NodeScores;
use crate::frame::{Cell, Column};
use crate::framework::Direction;
use crate::ids::NodeIdx;
use crate::num;
use crate::pipeline::{Inputs, Outcome, compute_node, graded, run, withheld};
use crate::quantity::Rank;
use crate::rank::{Grade, Ranker, Withheld};
use crate::spec::Spec;
use crate::weigh::WeightSet;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Most cells of the runs a worker keeps, one run for each combination of
/// alternatives: 32 million are some 300 MB.
const KEPT_CELLS: usize = 32_000_000;

/// What one replicate leads to.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Scores of the composite.
    pub scores: Column,
    /// Grades.
    pub grades: Vec<Grade>,
    /// Ranks over all units.
    pub ranks: Vec<Option<Rank>>,
    /// Weights.
    pub weights: WeightSet,
}

/// Computes replicates, keeping what the next one can use. Workers share nothing
/// but the analysis: any number of them give the same bits.
#[derive(Clone, Debug)]
pub struct Worker<'r, 'a> {
    robust: &'r Robust<'a>,
    states: BTreeMap<usize, State<'r>>,
    /// The replicate computed last, whose room is the next one's.
    last: Sample,
    ranker: Ranker,
}

/// A run under one combination of alternatives, moved from replicate to replicate.
#[derive(Clone, Debug)]
struct State<'r> {
    base: Cow<'r, Outcome>,
    scores: NodeScores,
    weights: WeightSet,
    is_cellwise: bool,
    withheld: Vec<Option<Withheld>>,
    /// Room for the next column computed.
    spare: Column,
}

impl<'a> Robust<'a> {
    /// A worker; a browser needs one, a program may use several at once.
    pub fn worker(&self) -> Worker<'_, 'a> {
        Worker {
            robust: self,
            states: BTreeMap::new(),
            last: Sample {
                scores: self.base.scores.composite().clone(),
                grades: self.base.grades.clone(),
                ranks: self.base.ranks.overall.clone(),
                weights: self.base.weights.clone(),
            },
            ranker: Ranker::default(),
        }
    }

    /// An empty tally for this analysis.
    pub fn tally(&self) -> Tally {
        Tally::new(self)
    }
}

impl<'r> Worker<'r, '_> {
    /// Adds a batch of replicates to a tally. Any cut into batches, in any order
    /// and by any number of workers, gives the same tally, so a batch is the place
    /// to show progress or to stop.
    pub fn run(&mut self, replicates: Range<u32>, tally: &mut Tally) -> Result<(), RobustError> {
        let robust = self.robust;
        let end = replicates.end.min(robust.spec.replicates);
        for replicate in replicates.start..end {
            tally.add(robust, self.at(&robust.draw(replicate))?);
        }
        Ok(())
    }

    /// One replicate.
    pub fn sample(&mut self, replicate: u32) -> Result<Sample, RobustError> {
        self.at(&self.robust.draw(replicate)).cloned()
    }

    /// The result at a point.
    ///
    /// Weights and errors of values reach only some nodes when values are
    /// normalised by fixed goalposts: then those are computed again, by the same
    /// kernels as in a full run and so to the same bits. Otherwise the whole run is
    /// repeated.
    pub(super) fn at(&mut self, draw: &Draw) -> Result<&Sample, RobustError> {
        let robust = self.robust;
        let weights = robust.weights(draw)?;
        let combination = robust.combination(draw);
        let spec = robust.specs.get(combination).unwrap_or(&robust.specs[0]);
        let mut state = match self.states.remove(&combination) {
            Some(state) => state,
            None => State::new(robust, spec)?,
        };
        if !robust.values(spec).noise.is_empty() && !state.is_cellwise {
            self.last = full(robust, draw, &weights, spec)?;
        } else {
            state.move_to(robust, draw, weights, spec)?;
            state.sample(spec, &mut self.last, &mut self.ranker);
        }
        self.keep(combination, state);
        Ok(&self.last)
    }

    /// Keeps a run as long as there is room for it.
    fn keep(&mut self, combination: usize, state: State<'r>) {
        let cells = state.scores.columns().len() * state.scores.composite().len();
        if self.states.is_empty() || (self.states.len() + 1) * cells <= KEPT_CELLS {
            self.states.insert(combination, state);
        }
    }
}

impl<'r> State<'r> {
    fn new(robust: &'r Robust<'_>, spec: &Spec) -> Result<Self, RobustError> {
        // Without alternatives the run without uncertainty is the one to move; a
        // single alternative is another run.
        let base = if robust.spec.has_alternatives() {
            let inputs = robust.values(spec).inputs;
            Cow::Owned(run(inputs, &robust.base.weights, spec)?)
        } else {
            Cow::Borrowed(&robust.base)
        };
        Ok(Self {
            scores: base.scores.clone(),
            weights: base.weights.clone(),
            is_cellwise: robust.is_cellwise(spec, &base.normalise_ledger),
            withheld: withheld(&base.coverage, &base.screened, base.grades.len(), spec),
            spare: Column::default(),
            base,
        })
    }

    fn move_to(
        &mut self,
        robust: &Robust<'_>,
        draw: &Draw,
        weights: WeightSet,
        spec: &Spec,
    ) -> Result<(), RobustError> {
        let framework = robust.inputs.framework;
        let n_nodes = framework.nodes().len();
        let mut is_dirty = vec![false; n_nodes];
        let mut soil = |child: NodeIdx| {
            for above in framework.ancestors(child) {
                is_dirty[above.at()] = true;
            }
        };
        let mut errors = Errors::new(robust, draw);
        for noise in &robust.values(spec).noise {
            let mut column = std::mem::take(&mut self.spare);
            let reported = &self.base.checked.columns()[noise.column];
            self.score_into(
                robust,
                noise,
                errors.cells(reported, noise),
                spec,
                &mut column,
            );
            let former = self.scores.put(noise.leaf, Arc::new(column));
            self.spare = Arc::try_unwrap(former).unwrap_or_default();
            soil(noise.leaf);
        }
        for at in 0..n_nodes {
            let node = NodeIdx(at as u32);
            if weights.share(node) != self.weights.share(node) {
                soil(node);
            }
        }
        // Children follow their parent, so backwards every child comes first.
        for at in (0..n_nodes).rev().filter(|&at| is_dirty[at]) {
            let former = compute_node(
                &mut self.scores,
                framework,
                &weights,
                spec,
                NodeIdx(at as u32),
                std::mem::take(&mut self.spare),
            )?;
            self.spare = Arc::try_unwrap(former).unwrap_or_default();
        }
        self.weights = weights;
        Ok(())
    }

    /// Values as one column's scores: the column's own treatment and scaling,
    /// value by value.
    fn score_into(
        &self,
        robust: &Robust<'_>,
        noise: &Noise,
        values: impl Iterator<Item = Cell>,
        spec: &Spec,
        column: &mut Column,
    ) {
        let indicator = robust.inputs.framework.node(noise.leaf).indicator.as_ref();
        let direction = indicator.map_or(Direction::HigherIsBetter, |i| i.direction);
        let treatment = self.base.treatments.get(noise.column);
        let scaling = self.base.normalise_ledger.get(noise.column);
        let scaling = scaling.and_then(Option::as_ref);
        let range = spec.normalise.range.unwrap_or((0.0, spec.scale));
        let score = |x| {
            let treated = treatment.map_or(Some(x), |t| t.apply(x))?;
            let score = scaling?.score_on_interval(treated, direction, spec.scale, range);
            score.map(|(score, _)| score)
        };
        column.refill(values.map(|cell| match cell {
            Cell::Value(x) => score(x).map_or(Cell::Missing, Cell::Value),
            other => other,
        }));
    }

    fn sample(&self, spec: &Spec, sample: &mut Sample, ranker: &mut Ranker) {
        let scores = self.scores.composite();
        sample.scores.copy_from(scores);
        sample.grades.clear();
        sample.grades.extend(graded(scores, &self.withheld, spec));
        let grades = &sample.grades;
        let takes_part = |i| {
            let grade: Option<&Grade> = grades.get(i);
            spec.rank.include_ungraded || grade.is_some_and(|g| g.is_band())
        };
        ranker.overall(scores, takes_part, &spec.rank, &mut sample.ranks);
        sample.weights.clone_from(&self.weights);
    }
}

/// The whole run at a point.
pub(super) fn full(
    robust: &Robust<'_>,
    draw: &Draw,
    weights: &WeightSet,
    spec: &Spec,
) -> Result<Sample, RobustError> {
    let Values { inputs, noise } = robust.values(spec);
    let mut observations = inputs.observations.clone();
    let mut errors = Errors::new(robust, draw);
    for noise in noise {
        let values = errors.cells(&observations.columns()[noise.column], noise);
        let values = Column::from_cells(values);
        observations.replace_column(noise.column, values);
    }
    let inputs = Inputs {
        observations: &observations,
        ..*inputs
    };
    let outcome = run(inputs, weights, spec)?;
    Ok(Sample {
        scores: outcome.scores.composite().clone(),
        grades: outcome.grades,
        ranks: outcome.ranks.overall,
        weights: outcome.weights,
    })
}

/// Errors of values at a point, drawn column by column and unit by unit.
struct Errors {
    survey: Stream,
    measurement: Stream,
}

impl Errors {
    fn new(robust: &Robust<'_>, draw: &Draw) -> Self {
        let stream = |purpose, (half, number)| Stream::new(robust.spec.seed, purpose, half, number);
        Self {
            survey: stream(Purpose::Survey, draw.survey),
            measurement: stream(Purpose::Measurement, draw.measurement),
        }
    }

    /// Values with their errors added; what leads out of the measure's range ends
    /// at its bound, since no such value could have been reported.
    fn cells<'e>(
        &'e mut self,
        reported: &'e Column,
        noise: &'e Noise,
    ) -> impl Iterator<Item = Cell> + 'e {
        let (lowest, highest) = noise.measure.range();
        reported.cells().enumerate().map(move |(i, cell)| {
            let Cell::Value(x) = cell else { return cell };
            let sd = |of: &[f64]| of.get(i).copied().unwrap_or(0.0);
            let (survey, measurement) = (sd(&noise.survey), sd(&noise.measurement));
            let mut value = x;
            if survey > 0.0 {
                value += survey * self.survey.normal();
            }
            if measurement > 0.0 {
                value += measurement * self.measurement.normal();
            }
            if value == x {
                return cell;
            }
            Cell::Value(value.clamp(num::lesser(lowest, x), num::greater(highest, x)))
        })
    }
}
