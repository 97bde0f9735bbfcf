//! The cheapest combination of changes that reaches a target.

use super::Target;
use super::evaluate::Evaluator;
use crate::frame::Cell;
use crate::num::{self, LinearError, maximise};
use crate::pipeline::{Inputs, Outcome, PipelineError};
use crate::spec::Spec;
use crate::weigh::WeightSet;
use std::collections::BTreeMap;

/// Why an indicator with a cost takes no part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The unit has no value to change.
    NoValue,
    /// Its effect on the composite is no straight line, so the cost of a point is
    /// not constant: transformed, relative, imputed or not an arithmetic mean.
    NotStraight,
    /// The value lies beyond the worse goalpost; the first part of the way would
    /// cost and bring nothing.
    BeyondWorse,
    /// It is at its cap.
    AtCap,
    /// The cost is negative or not finite.
    BadCost,
}

/// One change of the combination.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Column of the indicator.
    pub column: usize,
    /// Reported value now.
    pub raw: f64,
    /// Value it is brought to.
    pub to: f64,
    /// Cost of that.
    pub cost: f64,
    /// Composite points it brings.
    pub gain: f64,
}

/// The cheapest combination.
#[derive(Clone, Debug, PartialEq)]
pub struct Combination {
    /// Changes, in column order; empty when there is no combination or none is
    /// needed.
    pub steps: Vec<Step>,
    /// Their cost.
    pub cost: f64,
    /// Composite points they bring together.
    pub gain: f64,
    /// Composite points missing at the start.
    pub missing: f64,
    /// Whether the target is within reach of the indicators that take part; when
    /// not, the most they bring is `gain` and nothing is proposed.
    pub is_possible: bool,
    /// Whether a run with all changes reached the target.
    pub is_confirmed: bool,
    /// Indicators with a cost that take no part.
    pub left_out: Vec<(usize, LeftOut)>,
}

/// Finds the cheapest combination of changes that reaches the target, given the
/// cost of one unit of each indicator's measure, by column. Indicators without a
/// cost stay as they are.
///
/// Linear programme: least `Σ cost · change` with `Σ points per unit · change` at
/// least what is missing and no change beyond the indicator's cap. Only indicators
/// whose effect is a straight line take part, and the result is confirmed by a run
/// with all changes made.
pub fn cheapest(
    inputs: Inputs<'_>,
    outcome: &Outcome,
    given: &WeightSet,
    spec: &Spec,
    unit: usize,
    target: Target,
    costs: &BTreeMap<usize, f64>,
) -> Result<Combination, PipelineError> {
    let evaluator = Evaluator::new(inputs, outcome, given, spec, unit);
    let line = evaluator.line(target).unwrap_or(f64::NEG_INFINITY);
    let missing = (line - evaluator.now()).max(0.0);
    let mut out = Combination {
        steps: Vec::new(),
        cost: 0.0,
        gain: 0.0,
        missing,
        is_possible: true,
        is_confirmed: evaluator.is_reached(outcome, target),
        left_out: Vec::new(),
    };
    let mut parts = Vec::new();
    for (&column, &cost) in costs {
        match part(&evaluator, column, cost) {
            Ok(part) => parts.push(part),
            Err(why) => out.left_out.push((column, why)),
        }
    }
    if out.is_confirmed {
        return Ok(out);
    }
    let most = num::ordered_sum(parts.iter().map(|p| p.gain));
    let Ok(shares) = programme(&parts, missing) else {
        out.gain = most;
        out.is_possible = false;
        return Ok(out);
    };
    for (part, share) in parts.iter().zip(shares) {
        if share > 0.0 {
            let to = if share >= 1.0 {
                part.to
            } else {
                part.raw + share * (part.to - part.raw)
            };
            out.steps.push(Step {
                to,
                cost: share * part.cost,
                gain: share * part.gain,
                ..*part
            });
        }
    }
    out.cost = num::ordered_sum(out.steps.iter().map(|s| s.cost));
    out.gain = num::ordered_sum(out.steps.iter().map(|s| s.gain));
    let cells: Vec<(usize, f64)> = out.steps.iter().map(|s| (s.column, s.to)).collect();
    let after = evaluator.run(&cells)?;
    out.is_confirmed = evaluator.is_reached(&after, target);
    Ok(out)
}

/// The whole way of one indicator to its cap, with cost and gain.
fn part(evaluator: &Evaluator<'_>, column: usize, cost: f64) -> Result<Step, LeftOut> {
    if !(cost.is_finite() && cost >= 0.0) {
        return Err(LeftOut::BadCost);
    }
    let frame = evaluator.inputs.observations.frame();
    let Cell::Value(raw) = frame.cell(evaluator.unit, column) else {
        return Err(LeftOut::NoValue);
    };
    let (slope, worse, _) = evaluator.slope(column).ok_or(LeftOut::NotStraight)?;
    if evaluator.is_better(column, worse, raw) {
        return Err(LeftOut::BeyondWorse);
    }
    let cap = evaluator.cap(column).map(|(best, _)| best);
    let to = cap.filter(|&best| evaluator.is_better(column, best, raw));
    let to = to.ok_or(LeftOut::AtCap)?;
    let way = (to - raw).abs();
    Ok(Step {
        column,
        raw,
        to,
        cost: cost * way,
        gain: slope * way,
    })
}

/// Share of each way that is gone, 0–1.
fn programme(parts: &[Step], missing: f64) -> Result<Vec<f64>, LinearError> {
    let n = parts.len();
    let size = parts.iter().fold(missing, |m, p| m.max(p.gain));
    let dearest = parts.iter().fold(0.0_f64, |m, p| m.max(p.cost));
    let objective: Vec<f64> = parts
        .iter()
        .map(|p| {
            if dearest > 0.0 {
                -p.cost / dearest
            } else {
                0.0
            }
        })
        .collect();
    let enough: Vec<f64> = parts.iter().map(|p| -p.gain / size).collect();
    let mut rows = vec![(enough, -missing / size)];
    rows.extend((0..n).map(|k| {
        let mut row = vec![0.0; n];
        row[k] = 1.0;
        (row, 1.0)
    }));
    Ok(maximise(&objective, &rows)?.x)
}
