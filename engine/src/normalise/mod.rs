//! Brings every indicator to one scale on which more is better. The only place
//! where direction acts (invariant 3): data is never negated.

use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, Column, Frame, Normalised, Treated};
use crate::framework::{Direction, Framework, Indicator};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How an indicator is brought to the common scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalisation {
    /// Fixed goalposts, clamped: comparable across periods.
    #[default]
    Goalposts,
    /// Smallest and largest value of this frame: relative to the other units.
    MinMax,
}

/// Normalisation of every indicator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NormaliseSpec {
    /// Unless an indicator has its own.
    pub method: Normalisation,
    /// By indicator id.
    pub indicators: BTreeMap<String, Normalisation>,
}

impl NormaliseSpec {
    /// The method for an indicator.
    pub fn method_for(&self, id: &str) -> Normalisation {
        self.indicators.get(id).copied().unwrap_or(self.method)
    }
}

/// The bounds a column was normalised between.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bounds {
    /// Method used.
    pub method: Normalisation,
    /// Value that maps to the worse end (higher is better) or the better end.
    /// On the treated scale, after any transformation.
    pub lower: f64,
    /// The other end, `lower < upper`.
    pub upper: f64,
    /// Values beyond a bound, counted as the bound.
    pub n_clamped: u32,
}

/// Normalised cells, with the bounds of each column.
#[derive(Clone, Debug, PartialEq)]
pub struct NormaliseOutcome {
    /// Scores 0–`scale`, larger always better.
    pub frame: Frame<Normalised>,
    /// By column; `None` where the indicator could not be normalised.
    pub ledger: Vec<Option<Bounds>>,
    /// Clamped, constant or goalpost-less indicators.
    pub findings: Vec<Finding>,
}

/// Position of `x` between `lower` and `upper`, turned so that more is better.
///
/// Formula: `s = scale · clamp((x − lower) / (upper − lower), 0, 1)` where
/// higher is better, `s = scale · clamp((upper − x) / (upper − lower), 0, 1)`
/// where lower is better (OECD/JRC Handbook 2008, step 5, min–max).
/// Range 0–`scale`. Needs `lower < upper`.
///
/// ```
/// use dhi_engine::framework::Direction;
/// use dhi_engine::normalise::rescale;
/// // 92 between 80 and 100 is 12/20 of the way.
/// assert_eq!(rescale(92.0, 80.0, 100.0, Direction::HigherIsBetter, 100.0), 60.0);
/// assert_eq!(rescale(92.0, 80.0, 100.0, Direction::LowerIsBetter, 100.0), 40.0);
/// ```
pub fn rescale(x: f64, lower: f64, upper: f64, direction: Direction, scale: f64) -> f64 {
    let span = upper - lower;
    let share = match direction {
        Direction::HigherIsBetter => (x - lower) / span,
        Direction::LowerIsBetter => (upper - x) / span,
    };
    scale * share.clamp(0.0, 1.0)
}

/// Normalises every column to 0–`scale`.
///
/// Missing and not-applicable cells stay what they are. An indicator that
/// cannot be normalised — constant under min–max, or without goalposts — tells
/// no unit from another: it becomes not applicable for all, with a finding.
pub fn normalise(
    framework: &Framework,
    treated: &Frame<Treated>,
    spec: &NormaliseSpec,
    scale: f64,
) -> NormaliseOutcome {
    let mut columns = Vec::with_capacity(treated.n_indicators());
    let mut ledger = Vec::with_capacity(treated.n_indicators());
    let mut findings = Vec::new();
    for (column, (node, indicator)) in treated.columns().iter().zip(framework.indicators()) {
        let place = Place {
            node: node.id.to_string(),
            ..Place::default()
        };
        match bounds(indicator, column, spec.method_for(node.id.as_str())) {
            Ok(mut bounds) => {
                let (lower, upper) = (bounds.lower, bounds.upper);
                columns.push(column.map(|_, x| {
                    bounds.n_clamped += u32::from(x < lower || x > upper);
                    Some(rescale(x, lower, upper, indicator.direction, scale))
                }));
                if bounds.n_clamped > 0 {
                    let count = bounds.n_clamped;
                    findings.push(Finding::new(Problem::BeyondGoalposts { count }, place));
                }
                ledger.push(Some(bounds));
            }
            Err(problem) => {
                findings.extend(problem.map(|problem| Finding::new(problem, place)));
                let cells = column.cells().map(|cell| match cell {
                    Cell::Missing => Cell::Missing,
                    Cell::Value(_) | Cell::NotApplicable => Cell::NotApplicable,
                });
                columns.push(Column::from_cells(cells));
                ledger.push(None);
            }
        }
    }
    NormaliseOutcome {
        frame: Frame::of_equal(treated.n_units(), columns),
        ledger,
        findings,
    }
}

/// The bounds of a column, or why there are none; an empty column has no
/// bounds and no problem of its own (`check` reports it).
fn bounds(
    indicator: &Indicator,
    column: &Column,
    method: Normalisation,
) -> Result<Bounds, Option<Problem>> {
    let (lower, upper) = match method {
        Normalisation::Goalposts => {
            let posts = indicator.goalposts.ok_or(Problem::NoGoalposts)?;
            let transform = |x| {
                indicator
                    .transformation
                    .apply(x)
                    .ok_or(Problem::NoTransformation { value: x })
            };
            (transform(posts.lower())?, transform(posts.upper())?)
        }
        Normalisation::MinMax => {
            let first = column.present().next().ok_or(None)?;
            column
                .present()
                .fold((first, first), |(low, high), x| (low.min(x), high.max(x)))
        }
    };
    if lower < upper {
        Ok(Bounds {
            method,
            lower,
            upper,
            n_clamped: 0,
        })
    } else {
        Err(Some(Problem::ConstantIndicator { value: lower }))
    }
}

#[cfg(test)]
mod tests;
