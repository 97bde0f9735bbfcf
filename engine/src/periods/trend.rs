//! Scores over time: slopes, differences and compound growth.

use super::Side;
use crate::aggregate::NodeScores;
use crate::finding::Finding;
use crate::frame::{Cell, Dataset, Units};
use crate::framework::Framework;
use crate::ids::{Period, UnitCode};
use crate::num;
use crate::pipeline::{Inputs, PipelineError, run};
use crate::spec::Spec;
use crate::weigh::WeightSet;
use serde::{Deserialize, Serialize};

/// A least-squares slope per unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Slope {
    /// Points per unit of time; per year where the labels tell years.
    pub value: f64,
    /// Its standard error; `None` for fewer than three scores.
    pub standard_error: Option<f64>,
}

/// Why there is no rate of growth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum NoGrowth {
    /// Fewer than two scores, or no time between the first and the last.
    #[error("there is no span of time")]
    NoSpan,
    /// The first or the last score is 0 or below.
    #[error("the first or the last score is not above 0")]
    NotPositive,
}

/// What a series of scores does over time.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trend {
    /// Scores there are.
    pub n: u32,
    /// Time and score of the first one.
    pub first: Option<(f64, f64)>,
    /// Time and score of the last one.
    pub last: Option<(f64, f64)>,
    /// Last minus first; `None` for fewer than two scores.
    pub difference: Option<f64>,
    /// Least-squares slope; `None` without two different times.
    pub slope: Option<Slope>,
    /// Theil–Sen slope, which a single odd period does not move.
    pub median_slope: Option<f64>,
    /// Compound growth per unit of time, 0.1 for 10 %.
    pub growth: Result<f64, NoGrowth>,
}

/// Describes scores at `times`; `None` is a period without a score, which is left
/// out, and the times of the others stay what they are.
///
/// | figure | formula | source |
/// | --- | --- | --- |
/// | slope | `b = Σ(t − t̄)(y − ȳ) / Σ(t − t̄)²` | least squares |
/// | its error | `√(Σ e² / (n − 2) / Σ(t − t̄)²)`, e the residuals; n ≥ 3 | least squares |
/// | median slope | median of `(yⱼ − yᵢ)/(tⱼ − tᵢ)` over pairs of different times | Sen 1968 |
/// | growth | `(last/first)^(1/Δt) − 1`, both above 0 | compound interest |
///
/// Few periods make a wide error: three scores leave one degree of freedom.
///
/// ```
/// use dhi_engine::periods::trend;
/// let out = trend(&[2024.0, 2025.0, 2026.0], &[Some(50.0), None, Some(60.5)]);
/// assert_eq!(out.difference, Some(10.5));
/// assert_eq!(out.slope.unwrap().value, 5.25);
/// assert!((out.growth.unwrap() - 0.1).abs() < 1e-15); // 1.1² = 1.21
/// ```
pub fn trend(times: &[f64], scores: &[Option<f64>]) -> Trend {
    let points: Vec<(f64, f64)> = times
        .iter()
        .zip(scores)
        .filter_map(|(t, score)| Some((*t, (*score)?)))
        .collect();
    let (first, last) = (points.first().copied(), points.last().copied());
    let ends = first.zip(last).filter(|_| points.len() > 1);
    Trend {
        n: points.len() as u32,
        first,
        last,
        difference: ends.map(|((_, from), (_, to))| to - from),
        slope: least_squares(&points),
        median_slope: median_slope(&points),
        growth: growth(ends),
    }
}

fn least_squares(points: &[(f64, f64)]) -> Option<Slope> {
    let n = points.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| num::ordered_sum(points.iter().map(of)) / n;
    let (mean_t, mean_y) = (mean(|p| p.0), mean(|p| p.1));
    let moment = |of: &dyn Fn(f64, f64) -> f64| {
        let centred = points.iter().map(|(t, y)| of(t - mean_t, y - mean_y));
        num::ordered_sum(centred)
    };
    let spread = moment(&|t, _| t * t);
    if points.len() < 2 || spread <= 0.0 {
        return None;
    }
    let value = moment(&|t, y| t * y) / spread;
    let residuals = || {
        moment(&|t, y| {
            let residual = y - value * t;
            residual * residual
        })
    };
    Some(Slope {
        value,
        standard_error: (points.len() > 2).then(|| (residuals() / (n - 2.0) / spread).sqrt()),
    })
}

fn median_slope(points: &[(f64, f64)]) -> Option<f64> {
    let mut slopes = Vec::new();
    for (i, (t0, y0)) in points.iter().enumerate() {
        for (t1, y1) in &points[i + 1..] {
            if t0 != t1 {
                slopes.push((y1 - y0) / (t1 - t0));
            }
        }
    }
    num::median(&slopes)
}

fn growth(ends: Option<((f64, f64), (f64, f64))>) -> Result<f64, NoGrowth> {
    let ((t0, from), (t1, to)) = ends
        .filter(|((t0, _), (t1, _))| t1 > t0)
        .ok_or(NoGrowth::NoSpan)?;
    if from <= 0.0 || to <= 0.0 {
        return Err(NoGrowth::NotPositive);
    }
    // e^(ln r / Δt) − 1 keeps the digits that r^(1/Δt) − 1 loses near r = 1.
    Ok(num::exp_m1(num::ln(to / from) / (t1 - t0)))
}

/// Scores of every node in several periods.
#[derive(Clone, Debug)]
pub struct History<'a> {
    times: Vec<f64>,
    moments: Vec<Moment<'a>>,
}

#[derive(Clone, Debug)]
struct Moment<'a> {
    period: &'a Period,
    units: &'a Units,
    framework: &'a Framework,
    scores: NodeScores,
    findings: Vec<Finding>,
}

impl<'a> History<'a> {
    /// Runs every period of a dataset by the same weights and specification.
    pub fn of(
        dataset: &'a Dataset,
        weights: &'a WeightSet,
        spec: &'a Spec,
    ) -> Result<Self, PipelineError> {
        let inputs = dataset.periods().keys().filter_map(|period| {
            let inputs = Inputs::of(dataset, period)?;
            Some((period, inputs))
        });
        Self::run(inputs.map(|(period, inputs)| {
            let side = Side {
                inputs,
                weights,
                spec,
            };
            (period, side)
        }))
    }

    /// Runs periods in the order given, each by what held then: its own
    /// framework, weights and specification. Units are the same by code, nodes
    /// by id.
    pub fn run(
        periods: impl IntoIterator<Item = (&'a Period, Side<'a>)>,
    ) -> Result<Self, PipelineError> {
        let mut moments = Vec::new();
        for (period, side) in periods {
            let outcome = run(side.inputs, side.weights, side.spec)?;
            moments.push(Moment {
                period,
                units: side.inputs.units,
                framework: side.inputs.framework,
                scores: outcome.scores,
                findings: outcome.findings,
            });
        }
        Ok(Self {
            times: Period::times(moments.iter().map(|m| m.period)),
            moments,
        })
    }

    /// The periods in order.
    pub fn periods(&self) -> impl Iterator<Item = &'a Period> {
        self.moments.iter().map(|m| m.period)
    }

    /// The time each period stands for: what the labels say if all of them do,
    /// else its position.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// Findings of every run, with its period.
    pub fn findings(&self) -> impl Iterator<Item = (&'a Period, &Finding)> {
        self.moments.iter().flat_map(|m| {
            let period = m.period;
            m.findings.iter().map(move |f| (period, f))
        })
    }

    /// Scores of a unit at a node, by period; not applicable where that period
    /// has no such unit or node.
    pub fn cells(&self, unit: &UnitCode, node: &str) -> Vec<Cell> {
        let cell = |moment: &Moment<'_>| {
            let unit = moment.units.find(unit)?;
            let node = moment.framework.find(node)?;
            Some(moment.scores.node(node).get(unit.at()))
        };
        let cells = self.moments.iter().map(cell);
        cells.map(|c| c.unwrap_or(Cell::NotApplicable)).collect()
    }

    /// Scores of a unit at a node, by period; `None` where there is none.
    pub fn scores(&self, unit: &UnitCode, node: &str) -> Vec<Option<f64>> {
        let cells = self.cells(unit, node).into_iter();
        cells.map(Cell::value).collect()
    }

    /// What the scores of a unit at a node do over time.
    pub fn trend(&self, unit: &UnitCode, node: &str) -> Trend {
        trend(&self.times, &self.scores(unit, node))
    }
}

#[cfg(test)]
mod tests;
