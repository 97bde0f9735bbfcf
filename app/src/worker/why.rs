//! Why one unit's rank could be another: what moves it, the smallest change of
//! weights that matters, and what it could change itself.

use super::protocol::Failure;
use super::robust::{Job, Subject, give_way, refused, spec_of};
use dhi_engine::framework::Framework;
use dhi_engine::ids::NodeIdx;
use dhi_engine::pipeline::{Inputs, Outcome};
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{Input, Line, Robust, Target as Output};
use dhi_engine::weigh::WeightSet;
use dhi_engine::weight_space::{
    Admissible, Flip, Level, LiftRow, Norm, Reach, Target, flip_line, lift,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Beyond this many units it is not asked what moves one of them.
const MOST_UNITS: usize = 2000;
/// Base points of the sensitivity analysis.
const POINTS: u32 = 256;

/// Everything about one unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// Position in the register.
    pub unit: u32,
    /// By group of inputs, what share of the variance of the rank involves it;
    /// empty where the rank does not vary or it was not asked.
    pub moves: Vec<Move>,
    /// Whether the rank varied.
    pub varies: bool,
    /// Weights of the pillars.
    pub weights: Vec<f64>,
    /// The nearest lines, and the smallest change of pillar weights that crosses.
    pub flips: Vec<FlipShown>,
    /// Score of the next band; `None` in the best.
    pub target: Option<f64>,
    /// The lift table.
    pub lift: Vec<LiftLine>,
}

/// Share of variance that involves a group of inputs (ST), with its interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Move {
    /// Weights under this node, for a pillar at all levels; `None` for the errors
    /// of values.
    pub node: Option<u32>,
    /// Estimate and interval.
    pub share: (f64, f64, f64),
}

/// Whether a line can be crossed by weights of the pillars alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FlipShown {
    /// The line.
    pub score: f64,
    /// Nearest weights on the line; `None` where no weights reach it.
    pub weights: Option<Vec<f64>>,
    /// Sum of absolute changes.
    pub distance: f64,
}

/// One row of the lift table.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LiftLine {
    /// The indicator.
    pub node: u32,
    /// The value as reported.
    pub raw: Option<f64>,
    /// The value that reaches the target, or the best considered.
    pub to: Option<f64>,
    /// Points of score that brings.
    pub gain: Option<f64>,
    /// Whether that is enough.
    pub is_enough: bool,
    /// Whether there is no value yet.
    pub is_missing: bool,
}

/// Works it out, making way between the parts; `None` when it is not wanted any
/// more.
pub async fn explain(
    subject: Subject,
    job: Job,
    unit: u32,
    is_wanted: impl Fn() -> bool,
) -> Result<Option<Why>, Failure> {
    give_way().await;
    let n_units = subject.dataset.units().len();
    let at = unit as usize;
    let mut why = Why {
        unit,
        ..Why::default()
    };
    let inputs = subject.inputs()?;
    let mut spec = spec_of(&job, n_units);
    // Which inputs are uncertain is only known of an analysis.
    let uncertain = subject.robust(&job.shares, &spec)?.uncertain();
    spec.sensitivity.groups = groups(inputs.framework, &uncertain);
    spec.sensitivity.points = POINTS;
    let code = inputs.units.list().get(at).map(|u| u.code.to_string());
    spec.sensitivity.units = code.into_iter().collect();
    let robust = subject.robust(&job.shares, &spec)?;
    let base = robust.base();
    why.flips = flips(
        inputs,
        base,
        &subject.spec,
        (job.line, at),
        &mut why.weights,
    );
    give_way().await;
    if let Some(target) = Target::next_band(base, &subject.spec, at) {
        if let Target::Score(score) = target {
            why.target = Some(score);
        }
        let given = WeightSet::new("current", inputs.framework, &job.shares);
        let given = given.map_err(|e| e.to_string())?;
        let rows = lift(inputs, base, &given, &subject.spec, at, target);
        let rows = rows.map_err(|e| Failure::Refused(refused(&e.into(), inputs)))?;
        why.lift = rows.iter().filter_map(lift_line).collect();
        let gain = |l: &LiftLine| l.gain.unwrap_or(-1.0);
        why.lift.sort_by(|a, b| {
            let enough = b.is_enough.cmp(&a.is_enough);
            enough.then(gain(b).total_cmp(&gain(a)))
        });
    }
    if n_units <= MOST_UNITS && !moves(&robust, at, &is_wanted, &mut why).await? {
        return Ok(None);
    }
    Ok(is_wanted().then_some(why))
}

/// A row worth showing: what can bring something, or is missing.
fn lift_line(row: &LiftRow) -> Option<LiftLine> {
    let to = match row.reach {
        Reach::Exact(x) | Reach::Searched(x) => Some(x),
        Reach::TooLittle => row.cap.map(|(best, _)| best),
        Reach::Missing => None,
        Reach::NotApplicable | Reach::NoEffect => return None,
    };
    Some(LiftLine {
        node: row.node.0,
        raw: row.raw,
        to,
        gain: row.gain,
        is_enough: row.is_confirmed,
        is_missing: row.reach == Reach::Missing,
    })
}

/// Groups: weights of the pillars, and all weights under each pillar.
fn groups(framework: &Framework, uncertain: &[Input]) -> BTreeMap<String, Vec<String>> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for input in uncertain {
        let Input::Weights(node) = input else {
            continue;
        };
        let mut path = vec![*node];
        path.extend(framework.ancestors(*node));
        let pillar = path.iter().find(|n| framework.node(**n).depth == 1);
        let group = pillar.copied().unwrap_or(NodeIdx(0));
        let members = groups.entry(format!("{:04}", group.0)).or_default();
        members.push(input.name(framework));
    }
    groups
}

/// What share of the variance of the unit's rank involves each group; whether it
/// was still wanted at the end.
async fn moves(
    robust: &Robust<'_>,
    unit: usize,
    is_wanted: &impl Fn() -> bool,
    why: &mut Why,
) -> Result<bool, Failure> {
    let inputs = robust.inputs();
    let failed = |e| Failure::Refused(refused(&e, inputs));
    let study = robust.study().map_err(failed)?;
    let mut worker = robust.worker();
    let mut outputs = Vec::new();
    let mut run = 0;
    while run < study.n_runs() {
        let start = js_sys::Date::now();
        while run < study.n_runs() && js_sys::Date::now() - start < super::robust::BATCH_MS {
            outputs.extend(study.run(&mut worker, run..run + 1).map_err(failed)?);
            run += 1;
        }
        give_way().await;
        if !is_wanted() {
            return Ok(false);
        }
    }
    let found = study.finish(&outputs);
    let is_rank = |output: Output| matches!(output, Output::Rank(i) if i.at() == unit);
    let indices = found.iter().find(|t| is_rank(t.target));
    if let Some(indices) = indices.and_then(|t| t.indices.as_ref()) {
        why.varies = true;
        let names = study.groups().into_iter().zip(&indices.total);
        why.moves = names
            .map(|(name, index)| Move {
                node: name.parse().ok(),
                share: (index.value, index.low, index.high),
            })
            .collect();
        why.moves.sort_by(|a, b| b.share.0.total_cmp(&a.share.0));
    }
    Ok(true)
}

/// The nomination line and the edges of the unit's band.
fn flips(
    inputs: Inputs<'_>,
    base: &Outcome,
    spec: &Spec,
    (line, unit): (Option<Line>, usize),
    weights: &mut Vec<f64>,
) -> Vec<FlipShown> {
    let level = Level::new(
        inputs.framework,
        &base.weights,
        &base.scores,
        &base.ranks,
        spec,
        NodeIdx(0),
    );
    let Ok(level) = level else { return Vec::new() };
    let Ok(at) = level.find(unit) else {
        return Vec::new();
    };
    weights.extend_from_slice(level.weights());
    let mut lines = Vec::new();
    if let Some(Line::Score(score)) = line {
        lines.push(score);
    }
    if let Some(score) = base.scores.composite().get(unit).value() {
        let band = spec.bands.band_of(score, spec.rank.tolerance);
        let edge = |at: usize| spec.bands.list().get(at).and_then(|b| b.from);
        lines.extend(edge(band));
        lines.extend(band.checked_sub(1).and_then(edge));
    }
    lines.sort_by(f64::total_cmp);
    lines.dedup();
    let admissible = Admissible::simplex(level.n_children());
    let of = |score: f64| {
        let flip = flip_line(&level, &admissible, at, score, Norm::L1).ok()?;
        Some(match flip {
            Flip::Change(change) => FlipShown {
                score,
                weights: Some(change.weights),
                distance: change.distance,
            },
            _ => FlipShown {
                score,
                weights: None,
                distance: 0.0,
            },
        })
    };
    lines.into_iter().filter_map(of).collect()
}
