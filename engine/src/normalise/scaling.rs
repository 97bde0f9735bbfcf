//! What a column is compared with, and the scores that follow.

use super::{Normalisation, ReferenceUnit, Target, ZScore, is_better_above};
use crate::finding::Problem;
use crate::frame::{Column, Units};
use crate::framework::{Direction, Indicator};
use crate::ids::UnitCode;
use crate::num;
use crate::treat::ColumnTreatment;
use serde::{Deserialize, Serialize};

/// What a column was normalised by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    /// Method used.
    pub method: Normalisation,
    /// Values compared with, on the treated scale.
    pub reference: Reference,
    /// Values beyond a bound, counted as the bound.
    pub n_clamped: u32,
}

/// Values a column is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference {
    /// The values that score worst and best, or the reverse where less is
    /// better; `lower < upper`.
    Interval {
        /// Lower value.
        lower: f64,
        /// Upper value.
        upper: f64,
    },
    /// Mean and sample standard deviation.
    Moments {
        /// Mean.
        mean: f64,
        /// Standard deviation, above 0.
        sd: f64,
    },
    /// Places among so many values.
    Order {
        /// Values compared.
        n: u32,
    },
}

/// What a scaling is found from.
pub(super) struct Basis<'a> {
    pub(super) units: &'a Units,
    pub(super) indicator: &'a Indicator,
    /// Treated values of this period.
    pub(super) column: &'a Column,
    pub(super) treatment: &'a ColumnTreatment,
    /// Treated values of all periods.
    pub(super) pooled: Option<&'a [f64]>,
}

impl Basis<'_> {
    fn values(&self) -> Vec<f64> {
        let present = || self.column.present().collect();
        self.pooled.map_or_else(present, <[f64]>::to_vec)
    }

    fn reference(&self, x: f64) -> Result<f64, Problem> {
        let mapped = self.treatment.apply_to_reference(x);
        mapped.ok_or(Problem::NoTransformation { value: x })
    }
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
    scale * share(x, lower, upper, direction).clamp(0.0, 1.0)
}

fn share(x: f64, lower: f64, upper: f64, direction: Direction) -> f64 {
    let span = upper - lower;
    match direction {
        Direction::HigherIsBetter => (x - lower) / span,
        Direction::LowerIsBetter => (upper - x) / span,
    }
}

impl Scaling {
    /// Finds what a column is compared with, or why it cannot be; `Err(None)` for
    /// a column without values, which `check` reports.
    ///
    /// With `worst` and `best` of the reference values by direction, `s` the
    /// scale and `[a, b]` the spec's range (`[0, s]` by default):
    ///
    /// | method | score | source |
    /// | --- | --- | --- |
    /// | goalposts | `a + (b − a) · (x − l)/(u − l)`, clamped to 0–1 or not | Handbook 2008 step 5; HDI 2018 |
    /// | min–max | the same between smallest and largest | Handbook 2008 step 5 |
    /// | z-score | `m + d · (x − x̄)/sd`, `−` where less is better, sd by n − 1 | Handbook 2008 step 5 |
    /// | distance to max | `s · (1 − (best − x)/(best − worst))` | COINr `n_dist2max` |
    /// | distance to reference, target | `s · (1 − (ref − x)/(ref − worst))` | COINr `n_dist2ref`, `n_dist2targ` |
    /// | fraction of max | `s · x/max`, `s · (1 − x/max)` where less is better; needs x ≥ 0 | COINr `n_fracmax` |
    /// | rank | 1 + number of worse values | Handbook 2008 step 5; COINr `n_rank` |
    /// | Borda | number of worse values | Handbook 2008 step 6; COINr `n_borda` |
    /// | percentile rank | `s · (number of worse values)/(n − 1)` | COINr `n_prank` |
    ///
    /// Edges: a column whose reference values are all equal (one unit included)
    /// has no relative score. z-scores, ranks and Borda counts do not run from 0
    /// to the scale, and a finding says so.
    pub(super) fn of(basis: &Basis<'_>, method: &Normalisation) -> Result<Self, Option<Problem>> {
        let is_higher = is_better_above(basis.indicator);
        let goalposts = || {
            let posts = basis.indicator.goalposts.ok_or(Problem::NoGoalposts)?;
            let lower = basis.reference(posts.lower())?;
            Ok::<_, Problem>((lower, basis.reference(posts.upper())?))
        };
        let towards = |reference: f64, (low, high): (f64, f64)| {
            if is_higher {
                (low, reference)
            } else {
                (reference, high)
            }
        };
        let (lower, upper) = match method {
            Normalisation::Goalposts | Normalisation::GoalpostsUnclamped => goalposts()?,
            Normalisation::MinMax
            | Normalisation::DistanceToMax
            | Normalisation::Rank
            | Normalisation::PercentileRank
            | Normalisation::Borda
            | Normalisation::ZScore(_) => extremes(&basis.values())?,
            Normalisation::DistanceToReference(ReferenceUnit { unit, .. }) => {
                let code = UnitCode::new(unit).ok();
                let unit = code.and_then(|code| basis.units.find(&code));
                let value = unit.and_then(|u| basis.column.get(u.at()).value());
                let interval = towards(
                    value.ok_or(Problem::NoReference)?,
                    extremes(&basis.values())?,
                );
                beyond_worst(interval)?
            }
            Normalisation::DistanceToTarget(Target { target, .. }) => {
                let target = basis.reference(*target)?;
                beyond_worst(towards(target, extremes(&basis.values())?))?
            }
            Normalisation::FractionOfMax => {
                let (low, high) = extremes(&basis.values())?;
                if low < 0.0 || high <= 0.0 {
                    return Err(Some(Problem::NeedsPositive { value: low }));
                }
                (0.0, high)
            }
        };
        if lower >= upper {
            return Err(Some(Problem::ConstantIndicator { value: lower }));
        }
        let reference = match method {
            Normalisation::ZScore(_) => {
                let values = basis.values();
                Reference::Moments {
                    mean: num::mean(&values).unwrap_or_default(),
                    sd: num::sd(&values),
                }
            }
            Normalisation::Rank | Normalisation::PercentileRank | Normalisation::Borda => {
                Reference::Order {
                    n: basis.values().len() as u32,
                }
            }
            _ => Reference::Interval { lower, upper },
        };
        Ok(Self {
            method: method.clone(),
            reference,
            n_clamped: 0,
        })
    }

    /// Whether scores do not run from 0 to the scale.
    pub fn is_off_scale(&self) -> bool {
        matches!(
            self.method,
            Normalisation::ZScore(_) | Normalisation::Rank | Normalisation::Borda
        )
    }

    /// Score of one treated value and whether it was clamped; `None` where a
    /// score needs more than an interval.
    pub(crate) fn score_on_interval(
        &self,
        x: f64,
        direction: Direction,
        scale: f64,
        (worst, best): (f64, f64),
    ) -> Option<(f64, bool)> {
        let Reference::Interval { lower, upper } = self.reference else {
            return None;
        };
        let (is_floored, is_capped) = match &self.method {
            Normalisation::Goalposts => (true, true),
            Normalisation::DistanceToReference(ReferenceUnit { cap, .. })
            | Normalisation::DistanceToTarget(Target { cap, .. }) => (false, *cap),
            _ => (false, false),
        };
        let (from, to) = match self.method {
            Normalisation::Goalposts
            | Normalisation::GoalpostsUnclamped
            | Normalisation::MinMax => (worst, best),
            _ => (0.0, scale),
        };
        let share = share(x, lower, upper, direction);
        let is_clamped = (is_floored && share < 0.0) || (is_capped && share > 1.0);
        let share = if is_clamped {
            share.clamp(0.0, 1.0)
        } else {
            share
        };
        Some((from + (to - from) * share, is_clamped))
    }

    /// Whether a value's score does not depend on the other units' values.
    pub(crate) fn is_fixed(&self) -> bool {
        matches!(
            self.method,
            Normalisation::Goalposts | Normalisation::GoalpostsUnclamped
        )
    }

    /// The scores of the column; counts the values beyond a bound.
    pub(super) fn scores(
        &mut self,
        basis: &Basis<'_>,
        scale: f64,
        (worst, best): (f64, f64),
    ) -> Column {
        let direction = basis.indicator.direction;
        match self.reference {
            Reference::Interval { .. } => {
                let mut n_clamped = 0;
                let column = basis.column.map(|_, x| {
                    let (score, is_clamped) =
                        self.score_on_interval(x, direction, scale, (worst, best))?;
                    n_clamped += u32::from(is_clamped);
                    Some(score)
                });
                self.n_clamped = n_clamped;
                column
            }
            Reference::Moments { mean, sd } => {
                let ZScore { mean: to, sd: by } = match self.method {
                    Normalisation::ZScore(z) => z,
                    _ => ZScore::default(),
                };
                basis.column.map(|_, x| {
                    let above = match direction {
                        Direction::HigherIsBetter => above_mean(x, mean, sd),
                        Direction::LowerIsBetter => above_mean(mean, x, sd),
                    };
                    Some(to + by * (above / sd))
                })
            }
            Reference::Order { n } => {
                let mut sorted = basis.values();
                sorted.sort_unstable_by(f64::total_cmp);
                basis.column.map(|_, x| {
                    let worse = match direction {
                        Direction::HigherIsBetter => sorted.partition_point(|v| *v < x),
                        Direction::LowerIsBetter => {
                            sorted.len() - sorted.partition_point(|v| *v <= x)
                        }
                    } as f64;
                    Some(match self.method {
                        Normalisation::Rank => worse + 1.0,
                        Normalisation::PercentileRank => scale * (worse / (f64::from(n) - 1.0)),
                        _ => worse,
                    })
                })
            }
        }
    }
}

/// `a − b`, and exactly 0 where only the rounding of the mean's sum parts them: an
/// imputed mean is the mean in whatever order the units stand, and a sign given to it
/// by that order would decide whether a harmonic mean above it exists.
fn above_mean(a: f64, b: f64, sd: f64) -> f64 {
    let rounding = 16.0 * f64::EPSILON * a.abs().max(b.abs()).max(sd);
    let above = a - b;
    if above.abs() <= rounding { 0.0 } else { above }
}

/// A reference that no value is worse than leaves nothing to measure.
fn beyond_worst((lower, upper): (f64, f64)) -> Result<(f64, f64), Problem> {
    if lower < upper {
        Ok((lower, upper))
    } else {
        Err(Problem::NoReference)
    }
}

fn extremes(values: &[f64]) -> Result<(f64, f64), Option<Problem>> {
    let first = *values.first().ok_or(None)?;
    Ok(values
        .iter()
        .fold((first, first), |(low, high), &x| (low.min(x), high.max(x))))
}
