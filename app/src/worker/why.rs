//! Why one unit's rank could be another: what moves it, the smallest change of
//! weights that matters, and what it could change itself.

use super::protocol::{Failure, Line};
use super::robust::{Job, Subject, give_way, refused, spec_of};
use dhi_engine::framework::Framework;
use dhi_engine::ids::NodeIdx;
use dhi_engine::pipeline::{Inputs, Outcome};
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{Input, Line as Nomination, Robust, Target as Output};
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

/// Everything about one unit. The rows are [`Line`]s, which the page reads anyway.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Why {
    /// Position in the register.
    pub unit: u32,
    /// By group of inputs, the share of the variance of the rank that involves it
    /// and its interval; the node whose weights it is, for a pillar at all levels,
    /// or none for the errors of values. Empty where the rank does not vary.
    pub moves: Vec<Line>,
    /// Weights of the pillars.
    pub weights: Vec<f64>,
    /// The nearest lines: score, sum of absolute changes of pillar weights that
    /// crosses it, and the weights there; only the score where none do.
    pub flips: Vec<Line>,
    /// Score of the next band; NaN in the best.
    pub target: f64,
    /// The lift table: the indicator; value, value that reaches the target or the
    /// best considered, and gain, NaN for none; [`ENOUGH`] and the like.
    pub lift: Vec<Line>,
}

/// The indicator alone reaches the target.
pub const ENOUGH: &str = "enough";
/// It has no value yet.
pub const MISSING: &str = "missing";

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
        target: f64::NAN,
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
            why.target = score;
        }
        let given = WeightSet::new("current", inputs.framework, &job.shares);
        let given = given.map_err(|e| e.to_string())?;
        let rows = lift(inputs, base, &given, &subject.spec, at, target);
        let rows = rows.map_err(|e| Failure::Refused(refused(&e.into(), inputs)))?;
        why.lift = rows.iter().filter_map(lift_line).collect();
        // What is enough first, then what brings most; NaN last.
        let key = |l: &Line| {
            let gain = l.bars.get(2).copied().filter(|g| !g.is_nan());
            (l.cells == [ENOUGH], gain.unwrap_or(-1.0))
        };
        why.lift.sort_by(|a, b| {
            let ((a, gain), (b, other)) = (key(a), key(b));
            b.cmp(&a).then(other.total_cmp(&gain))
        });
    }
    if n_units <= MOST_UNITS && !moves(&robust, at, &is_wanted, &mut why).await? {
        return Ok(None);
    }
    Ok(is_wanted().then_some(why))
}

/// A row worth showing: what can bring something, or is missing.
fn lift_line(row: &LiftRow) -> Option<Line> {
    let to = match row.reach {
        Reach::Exact(x) | Reach::Searched(x) => Some(x),
        Reach::TooLittle => row.cap.map(|(best, _)| best),
        Reach::Missing => None,
        Reach::NotApplicable | Reach::NoEffect => return None,
    };
    let word = match row.reach {
        Reach::Missing => MISSING,
        _ if row.is_confirmed => ENOUGH,
        _ => "",
    };
    Some(Line {
        nodes: vec![row.node.0],
        cells: vec![word.into()],
        bars: [row.raw, to, row.gain]
            .map(|x| x.unwrap_or(f64::NAN))
            .into(),
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
        let names = study.groups().into_iter().zip(&indices.total);
        why.moves = names
            .map(|(name, index)| Line {
                nodes: name.parse().into_iter().collect(),
                bars: vec![index.value, index.low, index.high],
                ..Line::default()
            })
            .collect();
        let share = |l: &Line| l.bars.first().copied().unwrap_or_default();
        why.moves.sort_by(|a, b| share(b).total_cmp(&share(a)));
    }
    Ok(true)
}

/// The nomination line and the edges of the unit's band.
fn flips(
    inputs: Inputs<'_>,
    base: &Outcome,
    spec: &Spec,
    (line, unit): (Option<Nomination>, usize),
    weights: &mut Vec<f64>,
) -> Vec<Line> {
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
    if let Some(Nomination::Score(score)) = line {
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
        let mut bars = vec![score];
        if let Flip::Change(change) = flip {
            bars.push(change.distance);
            bars.extend(change.weights);
        }
        Some(Line {
            bars,
            ..Line::default()
        })
    };
    lines.into_iter().filter_map(of).collect()
}
