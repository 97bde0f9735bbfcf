//! Why one unit's rank could be another: what moves it, the smallest change of
//! weights that matters, and what it could change itself.

use super::protocol::Failure;
use super::robust::{Job, Subject, give_way, refused, spec_of};
use dhi_engine::framework::Framework;
use dhi_engine::ids::NodeIdx;
use dhi_engine::num;
use dhi_engine::pipeline::{Inputs, Outcome};
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{Input, Line, Robust, Target as Output};
use dhi_engine::weigh::WeightSet;
use dhi_engine::weight_space::{
    Admissible, Flip, Level, LiftRow, Norm, Reach, Target, flip_line, lift,
};
use std::collections::BTreeMap;

/// Beyond this many units it is not asked what moves one of them.
const MOST_UNITS: usize = 2000;
/// Base points of the sensitivity analysis.
const POINTS: u32 = 256;

/// Everything about one unit.
#[derive(Clone, Debug, Default)]
pub struct Why {
    /// Position in the register.
    pub unit: u32,
    /// What moves the rank, most first; empty where the rank does not vary.
    pub moves: Vec<Move>,
    /// Weights of the pillars.
    pub weights: Vec<f64>,
    /// The nearest lines.
    pub crossings: Vec<Crossing>,
    /// Score of the next band; `None` in the best.
    pub target: Option<f64>,
    /// The lift table: what can bring something, or is missing.
    pub lift: Vec<LiftRow>,
}

/// A group of inputs and how much of the variance of the rank involves it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// The node whose weights it is, for a pillar at all levels; none for the
    /// errors of values.
    pub node: Option<NodeIdx>,
    /// Share of the variance, with its interval.
    pub share: [f64; 3],
}

/// A line and the smallest change of pillar weights that crosses it.
#[derive(Clone, Debug, PartialEq)]
pub struct Crossing {
    /// The line.
    pub score: f64,
    /// Sum of absolute changes and the weights there; `None` where none cross.
    pub change: Option<(f64, Vec<f64>)>,
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
    let uncertain = subject.robust(&spec)?.uncertain();
    spec.sensitivity.groups = groups(inputs.framework, &uncertain);
    spec.sensitivity.points = POINTS;
    let code = inputs.units.list().get(at).map(|u| u.code.to_string());
    spec.sensitivity.units = code.into_iter().collect();
    let robust = subject.robust(&spec)?;
    let base = robust.base();
    why.crossings = crossings(
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
        why.lift = lift_rows(inputs, base, &given, &subject.spec, at, target)?;
    }
    if n_units <= MOST_UNITS && !moves(&robust, at, &is_wanted, &mut why).await? {
        return Ok(None);
    }
    Ok(is_wanted().then_some(why))
}

/// The lift table without what brings nothing: what is enough first, then what brings
/// most; what is missing last.
pub(super) fn lift_rows(
    inputs: Inputs<'_>,
    base: &Outcome,
    given: &WeightSet,
    spec: &Spec,
    unit: usize,
    target: Target,
) -> Result<Vec<LiftRow>, Failure> {
    let rows = lift(inputs, base, given, spec, unit, target);
    let rows = rows.map_err(|e| Failure::Refused(refused(&e.into(), inputs)))?;
    let is_shown = |r: &LiftRow| !matches!(r.reach, Reach::NotApplicable | Reach::NoEffect);
    let mut rows: Vec<LiftRow> = rows.into_iter().filter(is_shown).collect();
    let key = |r: &LiftRow| (r.is_confirmed, r.gain.unwrap_or(-1.0));
    num::sort_by(&mut rows, |a, b| {
        let ((a, gain), (b, other)) = (key(a), key(b));
        b.cmp(&a).then(other.total_cmp(&gain))
    });
    Ok(rows)
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
        let names = study.groups().into_iter().zip(&indices.total);
        why.moves = names
            .map(|(name, index)| Move {
                node: name.parse().ok().map(NodeIdx),
                share: [index.value, index.low, index.high],
            })
            .collect();
        num::sort_by(&mut why.moves, |a, b| b.share[0].total_cmp(&a.share[0]));
    }
    Ok(true)
}

/// The nomination line and the edges of the unit's band.
fn crossings(
    inputs: Inputs<'_>,
    base: &Outcome,
    spec: &Spec,
    (line, unit): (Option<Line>, usize),
    weights: &mut Vec<f64>,
) -> Vec<Crossing> {
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
    lines.sort_unstable_by(f64::total_cmp);
    lines.dedup();
    let admissible = Admissible::simplex(level.n_children());
    let of = |score: f64| {
        let flip = flip_line(&level, &admissible, at, score, Norm::L1).ok()?;
        let change = match flip {
            Flip::Change(change) => Some((change.distance, change.weights)),
            _ => None,
        };
        Some(Crossing { score, change })
    };
    lines.into_iter().filter_map(of).collect()
}
