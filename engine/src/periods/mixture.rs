//! Runs on a mixture of two sides: some of it as before, the rest as after.

pub(super) mod fit;

use super::{End, NoChange, Player, Side};
use crate::aggregate::Aggregation;
use crate::finding::Finding;
use crate::frame::{Cell, Column, Observations, Panel, Provenance, Unit, Units};
use crate::framework::Framework;
use crate::ids::UnitCode;
use crate::normalise::{Normalisation, Scope};
use crate::num;
use crate::pipeline::{Inputs, PipelineError, run};
use crate::spec::Spec;
use crate::treat::{Imputation, Treatment};
use crate::weigh::{WeightSet, Weighting};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

/// The side everything is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Recipe {
    own: End,
    peers: End,
    framework: End,
    treatment: End,
    method: End,
    weights: End,
}

impl Recipe {
    /// From where each player stands; those that take no part are the same on
    /// both sides, and go with what they must fit.
    pub(super) fn new(stands: impl Fn(Player) -> Option<End>) -> Self {
        let own = stands(Player::OwnData);
        let peers = stands(Player::Peers);
        let framework = stands(Player::Framework).unwrap_or(End::From);
        Self {
            own: own.or(peers).unwrap_or(End::From),
            peers: peers.or(own).unwrap_or(End::From),
            framework,
            treatment: stands(Player::Treatment).unwrap_or(End::From),
            method: stands(Player::Method).unwrap_or(End::From),
            weights: stands(Player::Weights).unwrap_or(framework),
        }
    }
}

/// The data of one side in the columns of one framework, without what only the
/// checks look at.
#[derive(Debug)]
struct Data {
    /// Every period with its time, the present one among them.
    timeline: Vec<(f64, Observations)>,
    present: usize,
}

impl Data {
    fn inputs<'b>(&'b self, units: &'b Units, framework: &'b Framework) -> Inputs<'b> {
        Inputs {
            units,
            framework,
            observations: &self.timeline[self.present].1,
            panel: Panel::timed(&self.timeline, self.present),
        }
    }

    /// Each period's distance from the present, in places and in time.
    fn distances(&self) -> impl Iterator<Item = (i64, f64)> {
        let (now, _) = self.timeline[self.present];
        let periods = self.timeline.iter().enumerate();
        periods.map(move |(at, (time, _))| (at as i64 - self.present as i64, time - now))
    }

    fn at(&self, distance: (i64, f64)) -> Option<&Observations> {
        let at = self.distances().position(|d| d == distance)?;
        self.timeline.get(at).map(|(_, observations)| observations)
    }
}

/// Both sides, with what they have in common and the runs made so far.
#[derive(Debug)]
pub(super) struct Mixer<'a> {
    sides: [Side<'a>; 2],
    composites: [Column; 2],
    findings: [Vec<Finding>; 2],
    /// `[data][framework]`: by column, the column of the side's own data.
    columns: [[Vec<Option<usize>>; 2]; 2],
    /// `[weights][framework]`.
    weights: [[WeightSet; 2]; 2],
    looks_at_peers: bool,
    looks_across_time: bool,
    has_other: BTreeSet<Player>,
    has_other_register: bool,
    /// Units whose own data differ.
    changed: BTreeSet<UnitCode>,
    data: [[OnceCell<Data>; 2]; 2],
    /// Runs that serve every unit.
    shared: RefCell<BTreeMap<Recipe, Result<Column, PipelineError>>>,
}

impl<'a> Mixer<'a> {
    pub(super) fn new(from: Side<'a>, to: Side<'a>) -> Result<Self, PipelineError> {
        let sides = [from, to];
        let ends = [
            run(from.inputs, from.weights, from.spec)?,
            run(to.inputs, to.weights, to.spec)?,
        ];
        let composites = [0, 1].map(|end: usize| ends[end].scores.composite().clone());
        let framework = |end: End| sides[end.at()].inputs.framework;
        let columns = End::BOTH
            .map(|data| End::BOTH.map(|wanted| fit::columns(framework(data), framework(wanted))));
        let fitted = |set: End, wanted: End| {
            if set == wanted {
                return Ok(sides[set.at()].weights.clone());
            }
            fit::weights(
                (framework(set), sides[set.at()].weights),
                (framework(wanted), sides[wanted.at()].weights),
            )
        };
        let weights = [
            [fitted(End::From, End::From)?, fitted(End::From, End::To)?],
            [fitted(End::To, End::From)?, fitted(End::To, End::To)?],
        ];
        let looks = |at: fn(&Spec) -> bool| sides.iter().any(|side| at(side.spec));
        let mut mixer = Self {
            sides,
            composites,
            findings: ends.map(|outcome| outcome.findings),
            columns,
            has_other: changed_choices(&sides, &weights),
            weights,
            looks_at_peers: looks(looks_at_peers),
            looks_across_time: looks(looks_across_time),
            has_other_register: false,
            changed: BTreeSet::new(),
            data: Default::default(),
            shared: RefCell::default(),
        };
        mixer.compare_data();
        Ok(mixer)
    }

    fn compare_data(&mut self) {
        let [from, to] = self.sides.map(|side| side.inputs);
        let codes = |inputs: Inputs<'a>| inputs.units.list().iter().map(|u| &u.code);
        self.has_other_register = !codes(from).eq(codes(to));
        let is_elsewhere = self.looks_across_time && !is_same_panel(from.panel, to.panel);
        for (i, unit) in from.units.list().iter().enumerate() {
            let Some(j) = to.units.find(&unit.code) else {
                continue;
            };
            let j = j.at();
            let is_same_row = to.units.list().get(j).is_some_and(|u| is_same_row(unit, u));
            let is_same = is_same_row
                && !is_elsewhere
                && End::BOTH.iter().all(|&wanted| {
                    (0..self.columns[0][wanted.at()].len()).all(|column| {
                        self.cell(End::From, wanted, i, column)
                            == self.cell(End::To, wanted, j, column)
                    })
                });
            if !is_same {
                self.changed.insert(unit.code.clone());
            }
        }
    }

    /// A reported cell of one side in a column of a framework.
    fn cell(&self, data: End, framework: End, unit: usize, column: usize) -> Cell {
        let frame = self.sides[data.at()].inputs.observations.frame();
        let own = self.columns[data.at()][framework.at()][column];
        own.map_or(Cell::NotApplicable, |own| frame.cell(unit, own))
    }

    pub(super) fn findings(&self, end: End) -> &[Finding] {
        &self.findings[end.at()]
    }

    pub(super) fn looks_at_peers(&self) -> bool {
        self.looks_at_peers
    }

    /// Whether a player differs between the sides in a way that may matter to a
    /// unit.
    pub(super) fn differs(&self, player: Player, unit: &UnitCode) -> bool {
        let own = self.changed.contains(unit);
        match player {
            Player::OwnData => own,
            Player::Peers => {
                let n_others = self.changed.len() - usize::from(own);
                self.looks_at_peers && (self.has_other_register || n_others > 0)
            }
            _ => self.has_other.contains(&player),
        }
    }

    /// The unit's scores on both sides.
    pub(super) fn ends(&self, unit: &UnitCode) -> Result<[f64; 2], NoChange> {
        let score = |end: End| {
            let idx = self.find(end, unit)?;
            let cell = self.composites[end.at()].get(idx);
            cell.value().ok_or(NoChange::NoScore(end))
        };
        // Both registers first: a unit that is not there has no score either.
        End::BOTH
            .iter()
            .try_for_each(|&end| self.find(end, unit).map(|_| ()))?;
        Ok([score(End::From)?, score(End::To)?])
    }

    fn find(&self, end: End, unit: &UnitCode) -> Result<usize, NoChange> {
        let idx = self.sides[end.at()].inputs.units.find(unit);
        idx.map(|idx| idx.at()).ok_or(NoChange::NotRegistered(end))
    }

    /// The unit's score under a mixture.
    pub(super) fn score(&self, recipe: Recipe, unit: &UnitCode) -> Result<f64, NoChange> {
        let idx = self.find(recipe.peers, unit)?;
        let cell = if recipe.own == recipe.peers {
            let mut shared = self.shared.borrow_mut();
            let column = shared
                .entry(recipe)
                .or_insert_with(|| self.run_shared(recipe));
            column.as_ref().map(|c| c.get(idx)).map_err(Clone::clone)
        } else {
            let own = self.find(recipe.own, unit)?;
            self.run_mixed(recipe, idx, own).map(|c| c.get(idx))
        };
        let cell = cell.map_err(NoChange::Mixture)?;
        cell.value().ok_or(NoChange::NoScoreBetween)
    }

    fn run_shared(&self, recipe: Recipe) -> Result<Column, PipelineError> {
        let framework = self.sides[recipe.framework.at()].inputs.framework;
        let own = self.sides[recipe.own.at()].inputs;
        let is_other = self.has_other.contains(&Player::Framework);
        if recipe.own != recipe.framework && is_other {
            let data = self.data(recipe.own, recipe.framework);
            self.run(recipe, data.inputs(own.units, framework))
        } else {
            // The same columns in the same order.
            self.run(recipe, Inputs { framework, ..own })
        }
    }

    /// All units from one side, but for the row of one unit from the other: row
    /// `own` of its register instead of row `idx`.
    fn run_mixed(&self, recipe: Recipe, idx: usize, own: usize) -> Result<Column, PipelineError> {
        let framework = self.sides[recipe.framework.at()].inputs.framework;
        let units = self.sides[recipe.peers.at()].inputs.units;
        let own_units = self.sides[recipe.own.at()].inputs.units;
        let units = with_row(units, idx, own_units.list().get(own));
        let peers = self.data(recipe.peers, recipe.framework);
        let other = self.data(recipe.own, recipe.framework);
        let n_columns = framework.n_indicators();
        let mut distances: Vec<(i64, f64)> = peers.distances().chain(other.distances()).collect();
        num::sort_by(&mut distances, |a, b| {
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        });
        distances.dedup();
        let timeline = distances.iter().map(|&distance| {
            let mut observations = peers
                .at(distance)
                .cloned()
                .unwrap_or_else(|| Observations::missing(units.len(), n_columns));
            let row = other.at(distance);
            for column in 0..n_columns {
                let cell = row.map_or(Cell::Missing, |o| o.frame().cell(own, column));
                observations.set(idx, column, cell, None, &Provenance::default());
            }
            (distance.1, observations)
        });
        let data = Data {
            timeline: timeline.collect(),
            present: distances.iter().position(|d| d.0 == 0).unwrap_or(0),
        };
        self.run(recipe, data.inputs(&units, framework))
    }

    fn run(&self, recipe: Recipe, inputs: Inputs<'_>) -> Result<Column, PipelineError> {
        let of = |end: End| self.sides[end.at()].spec;
        let (treatment, method) = (of(recipe.treatment), of(recipe.method));
        let spec = Spec {
            scale: method.scale,
            denominate: treatment.denominate.clone(),
            screen: treatment.screen.clone(),
            impute: treatment.impute.clone(),
            treat: treatment.treat.clone(),
            normalise: method.normalise.clone(),
            weigh: of(recipe.weights).weigh.clone(),
            aggregate: method.aggregate.clone(),
            ..of(End::From).clone()
        };
        let spec = fit::spec(spec, inputs.framework, inputs.units);
        let weights = &self.weights[recipe.weights.at()][recipe.framework.at()];
        Ok(run(inputs, weights, &spec)?.scores.composite().clone())
    }

    fn data(&self, data: End, framework: End) -> &Data {
        self.data[data.at()][framework.at()].get_or_init(|| {
            let inputs = self.sides[data.at()].inputs;
            let columns = &self.columns[data.at()][framework.at()];
            let fitted = |o: &Observations| fit::observations(o, columns);
            let periods = inputs.panel.periods();
            match inputs.panel.present().filter(|_| self.looks_across_time) {
                Some(present) => Data {
                    timeline: periods.iter().map(|(t, o)| (*t, fitted(o))).collect(),
                    present,
                },
                None => Data {
                    timeline: vec![(0.0, fitted(inputs.observations))],
                    present: 0,
                },
            }
        })
    }
}

/// Steps other than data that differ between the sides.
fn changed_choices(sides: &[Side<'_>; 2], weights: &[[WeightSet; 2]; 2]) -> BTreeSet<Player> {
    let [from, to] = sides;
    let [a, b] = [from.spec, to.spec];
    let has_other_framework = !fit::is_same_framework(from.inputs.framework, to.inputs.framework);
    let has_other_weights = || {
        if !has_other_framework {
            return from.weights.shares() != to.weights.shares();
        }
        // Fitting to another framework rounds.
        End::BOTH.iter().any(|&wanted| {
            let [a, b] = [0, 1].map(|set: usize| weights[set][wanted.at()].shares());
            a.iter().zip(b).any(|(a, b)| (a - b).abs() > 1e-14)
        })
    };
    let changed = [
        (Player::Framework, has_other_framework),
        (
            Player::Treatment,
            (&a.denominate, &a.screen, &a.impute, &a.treat)
                != (&b.denominate, &b.screen, &b.impute, &b.treat),
        ),
        (
            Player::Method,
            (a.scale, &a.normalise, &a.aggregate) != (b.scale, &b.normalise, &b.aggregate),
        ),
        (Player::Weights, a.weigh != b.weigh || has_other_weights()),
    ];
    let changed = changed.into_iter().filter(|(_, is_other)| *is_other);
    changed.map(|(player, _)| player).collect()
}

/// Whether any step makes one unit's score depend on the data of others.
fn looks_at_peers(spec: &Spec) -> bool {
    let imputes = |method: &Imputation| match method {
        Imputation::None
        | Imputation::RowMean
        | Imputation::LastKnown
        | Imputation::Constant
        | Imputation::Linear => false,
        Imputation::Mean
        | Imputation::Median
        | Imputation::GroupMean(_)
        | Imputation::GroupMedian(_)
        | Imputation::NearestNeighbours(_)
        | Imputation::Iterative(_) => true,
    };
    let normalises = |method: &Normalisation| {
        !matches!(
            method,
            Normalisation::Goalposts | Normalisation::GoalpostsUnclamped
        )
    };
    let weighs = |method: &Weighting| {
        !matches!(
            method,
            Weighting::Given
                | Weighting::Equal
                | Weighting::Weights(_)
                | Weighting::BudgetAllocation(_)
                | Weighting::Ahp(_)
        )
    };
    let aggregates = |method: &Aggregation| !method.is_mean();
    let is_treated = |method: &Treatment| *method != Treatment::None;
    let Spec {
        impute,
        treat,
        normalise,
        weigh,
        aggregate,
        ..
    } = spec;
    imputes(&impute.method)
        || impute.indicators.values().any(imputes)
        || is_treated(&treat.method)
        || treat.indicators.values().any(is_treated)
        || normalises(&normalise.method)
        || normalise.indicators.values().any(normalises)
        || weighs(&weigh.method)
        || weigh.nodes.values().any(weighs)
        || aggregates(&aggregate.method)
        || aggregate.levels.values().any(aggregates)
}

/// Whether any step looks at other periods.
fn looks_across_time(spec: &Spec) -> bool {
    let looks = |method: &Imputation| {
        matches!(
            method,
            Imputation::LastKnown | Imputation::Constant | Imputation::Linear
        )
    };
    spec.normalise.scope == Scope::Panel
        || looks(&spec.impute.method)
        || spec.impute.indicators.values().any(looks)
}

fn is_same_panel(a: Panel<'_>, b: Panel<'_>) -> bool {
    a.present() == b.present() && a.periods() == b.periods()
}

/// Whether two rows of the register agree in all that a score may depend on.
fn is_same_row(a: &Unit, b: &Unit) -> bool {
    (&a.town, &a.class, a.population) == (&b.town, &b.class, b.population)
}

/// The register with another row in place of row `idx`, which has its code.
fn with_row<'b>(units: &'b Units, idx: usize, row: Option<&Unit>) -> Cow<'b, Units> {
    let (Some(old), Some(row)) = (units.list().get(idx), row) else {
        return Cow::Borrowed(units);
    };
    if is_same_row(old, row) {
        return Cow::Borrowed(units);
    }
    let mut list = units.list().to_vec();
    list[idx] = row.clone();
    // No code changes, so none can be there twice.
    Units::new(list).map_or(Cow::Borrowed(units), Cow::Owned)
}
