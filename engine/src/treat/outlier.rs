//! Treatment of skewed columns, so that one extreme unit does not decide what
//! everyone else's score looks like.

use super::{Applied, ColumnTreatment};
use crate::finding::Problem;
use crate::frame::Column;
use crate::num;
use serde::{Deserialize, Serialize};

/// What is done to a column's values before normalising.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Values stay as reported.
    #[default]
    None,
    /// The rule of the Joint Research Centre: winsorise, else take logarithms.
    Jrc(Jrc),
    /// Winsorising alone, by the same rule.
    Winsorise(Jrc),
    /// `ln(x − min + 0.01 · range)`, whatever the skewness.
    Log,
    /// The logarithm of the Global Innovation Index.
    GiiLog(GiiLog),
    /// Box–Cox.
    BoxCox(BoxCox),
}

/// Parameters of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Jrc {
    /// A column fails when its absolute skewness is at least this …
    pub skewness: f64,
    /// … and its excess kurtosis at least this; both adjusted for sample size.
    pub kurtosis: f64,
    /// Most values that may be winsorised.
    pub max_points: u32,
    /// What the logarithm is taken of when winsorising did not suffice.
    pub log_of: LogOf,
}

impl Default for Jrc {
    fn default() -> Self {
        Self {
            skewness: 2.0,
            kurtosis: 3.5,
            max_points: 5,
            log_of: LogOf::Original,
        }
    }
}

/// What the logarithm is taken of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogOf {
    /// The column as it was; winsorising is undone.
    #[default]
    Original,
    /// The winsorised column.
    Winsorised,
}

/// Parameters of the logarithm of the Global Innovation Index.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GiiLog {
    /// Factor on the maximum; `max · factor` must exceed 1.
    pub factor: f64,
}

impl Default for GiiLog {
    fn default() -> Self {
        Self { factor: 1.0 }
    }
}

/// Parameters of Box–Cox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BoxCox {
    /// Exponent; fitted by maximum likelihood when left out.
    pub lambda: Option<f64>,
}

/// Skewness and excess kurtosis of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Sample-adjusted.
    pub skewness: f64,
    /// Sample-adjusted.
    pub kurtosis: f64,
}

impl Shape {
    /// `None` for fewer than four values or constant ones, which have no shape to
    /// object to.
    pub fn of(values: &[f64]) -> Option<Self> {
        Some(Self {
            skewness: num::skewness(values)?,
            kurtosis: num::excess_kurtosis(values)?,
        })
    }

    fn fails(self, rule: &Jrc) -> bool {
        self.skewness.abs() >= rule.skewness && self.kurtosis >= rule.kurtosis
    }
}

fn fails(values: &[f64], rule: &Jrc) -> bool {
    Shape::of(values).is_some_and(|shape| shape.fails(rule))
}

/// Treats one column; returns what was applied, in order, and what a person
/// should know. The column itself is for the caller to map.
///
/// - **Winsorise**: the end that the skewness points to takes the value of its
///   neighbour, all tied extremes together, and the column is looked at again,
///   until it passes or the next step would touch more than `max_points` values
///   or leave no two that differ.
/// - **Log**: `ln(x − min + 0.01 · range)`, or its mirror image
///   `−ln(max + 0.01 · range − x)` where the skewness is negative, because the
///   plain one would make that worse. Both increase with x.
/// - **GII log**: `ln(x′ + 1)` with `x′ = (max · f − 1)(x − min)/(max − min)`;
///   mirrored likewise.
/// - **Box–Cox**: `(xᵞ − 1)/γ`, ln x for γ = 0; a column that is not positive is
///   first shifted by `0.01 · range − min`.
///
/// A transformation that leaves the skewness no smaller is not applied, and one
/// that helps but does not suffice is applied; both with a finding. Constant
/// columns and those of fewer than four values are left alone; negative values and
/// zeros are shifted, never lost; nothing depends on the order of the units.
/// Sources: OECD/JRC Handbook 2008, step 3; `Treat` of COINr (Becker and others
/// 2022); Global Innovation Index 2020, appendix IV; Box and Cox 1964.
pub(super) fn outlier_treatment(
    column: &Column,
    treatment: Treatment,
) -> (Vec<Applied>, Vec<Problem>) {
    if treatment == Treatment::None {
        return (Vec::new(), Vec::new());
    }
    // Sorted, so that no sum depends on the order of the units: where a column lies
    // exactly on a limit, a last bit would decide.
    let mut values: Vec<f64> = column.present().collect();
    values.sort_unstable_by(f64::total_cmp);
    let Some(before) = Shape::of(&values) else {
        return (Vec::new(), Vec::new());
    };
    let mut problems = Vec::new();
    let steps = match treatment {
        Treatment::None => Vec::new(),
        Treatment::Winsorise(rule) => {
            let (step, clipped) = winsorise(&values, &rule);
            if let Some(shape) = Shape::of(&clipped).filter(|s| s.fails(&rule)) {
                problems.push(still_skewed(shape));
            }
            step.into_iter().collect()
        }
        Treatment::Jrc(rule) => jrc(&values, &rule, &mut problems),
        Treatment::Log => checked(shifted_log(&values, before), &values, before, &mut problems),
        Treatment::GiiLog(GiiLog { factor }) => match gii_log(&values, before, factor) {
            Some(log) => checked(log, &values, before, &mut problems),
            None => {
                problems.push(Problem::NoGiiLog);
                Vec::new()
            }
        },
        Treatment::BoxCox(BoxCox { lambda }) => {
            let step = box_cox(&values, lambda);
            checked(step, &values, before, &mut problems)
        }
    };
    (steps, problems)
}

fn still_skewed(shape: Shape) -> Problem {
    Problem::StillSkewed {
        skewness: shape.skewness,
        kurtosis: shape.kurtosis,
    }
}

/// A skewness that is smaller by less than this part is the same but for rounding.
const LESS: f64 = 1.0 - 1e-9;

/// The step, unless it leaves the skewness no smaller.
fn checked(
    step: Applied,
    values: &[f64],
    before: Shape,
    problems: &mut Vec<Problem>,
) -> Vec<Applied> {
    let after: Vec<f64> = values.iter().filter_map(|&x| step.apply(x)).collect();
    let after = Shape::of(&after);
    match after {
        Some(after) if after.skewness.abs() < before.skewness.abs() * LESS => vec![step],
        _ => {
            problems.push(Problem::TransformationWorse {
                before: before.skewness,
                after: after.map_or(before.skewness, |a| a.skewness),
            });
            Vec::new()
        }
    }
}

fn jrc(values: &[f64], rule: &Jrc, problems: &mut Vec<Problem>) -> Vec<Applied> {
    if !fails(values, rule) {
        return Vec::new();
    }
    let (winsorised, clipped) = winsorise(values, rule);
    if !fails(&clipped, rule) {
        return winsorised.into_iter().collect();
    }
    let (mut steps, base) = match rule.log_of {
        LogOf::Original => (Vec::new(), values),
        LogOf::Winsorised => (winsorised.into_iter().collect(), clipped.as_slice()),
    };
    let Some(shape) = Shape::of(base) else {
        return steps;
    };
    let log = checked(shifted_log(base, shape), base, shape, problems);
    let logged = log.first().map(|step| {
        let mapped: Vec<f64> = base.iter().filter_map(|&x| step.apply(x)).collect();
        mapped
    });
    let after = logged.as_deref().unwrap_or(base);
    if let Some(shape) = Shape::of(after).filter(|s| s.fails(rule)) {
        problems.push(still_skewed(shape));
    }
    steps.extend(log);
    steps
}

/// The clipping that makes the column pass, or the most that is allowed, and the
/// clipped values.
fn winsorise(sorted: &[f64], rule: &Jrc) -> (Option<Applied>, Vec<f64>) {
    let mut clipped = sorted.to_vec();
    let (mut low, mut high) = (sorted[0], sorted[sorted.len() - 1]);
    let mut touched = 0;
    while let Some(shape) = Shape::of(&clipped).filter(|s| s.fails(rule)) {
        let (new_low, new_high) = if shape.skewness > 0.0 {
            let next = sorted[..sorted.partition_point(|x| *x < high)].last();
            (Some(low), next.copied())
        } else {
            (
                sorted.get(sorted.partition_point(|x| *x <= low)).copied(),
                Some(high),
            )
        };
        let (Some(new_low), Some(new_high)) = (new_low, new_high) else {
            break;
        };
        let below = sorted.partition_point(|x| *x < new_low);
        let above = sorted.len() - sorted.partition_point(|x| *x <= new_high);
        if new_low >= new_high || below + above > rule.max_points as usize {
            break;
        }
        (low, high) = (new_low, new_high);
        touched = below + above;
        for (slot, x) in clipped.iter_mut().zip(sorted) {
            *slot = x.clamp(low, high);
        }
    }
    let step = (touched > 0).then_some(Applied::Winsorise {
        lower: low,
        upper: high,
        n_points: touched as u32,
    });
    (step, clipped)
}

fn extremes(values: &[f64]) -> (f64, f64) {
    let first = values.first().copied().unwrap_or_default();
    values
        .iter()
        .fold((first, first), |(low, high), &x| (low.min(x), high.max(x)))
}

fn shifted_log(values: &[f64], shape: Shape) -> Applied {
    let (low, high) = extremes(values);
    let is_mirrored = shape.skewness < 0.0;
    Applied::Log {
        origin: if is_mirrored { high } else { low },
        slope: 1.0,
        add: 0.01 * (high - low),
        is_mirrored,
    }
}

fn gii_log(values: &[f64], shape: Shape, factor: f64) -> Option<Applied> {
    let (low, high) = extremes(values);
    let slope = (high * factor - 1.0) / (high - low);
    let is_mirrored = shape.skewness < 0.0;
    (slope > 0.0).then_some(Applied::Log {
        origin: if is_mirrored { high } else { low },
        slope,
        add: 1.0,
        is_mirrored,
    })
}

/// Range in which the exponent is sought.
const LAMBDA_RANGE: (f64, f64) = (-5.0, 5.0);

fn box_cox(values: &[f64], lambda: Option<f64>) -> Applied {
    let (low, high) = extremes(values);
    let shift = if low > 0.0 {
        0.0
    } else {
        0.01 * (high - low) - low
    };
    if let Some(lambda) = lambda {
        return Applied::BoxCox {
            lambda,
            shift,
            unit: 1.0,
        };
    }
    let unit = high + shift;
    let arguments: Vec<f64> = values.iter().map(|x| (x + shift) / unit).collect();
    Applied::BoxCox {
        lambda: box_cox_lambda(&arguments),
        shift,
        unit,
    }
}

/// The exponent of greatest likelihood for positive values, between −5 and 5.
///
/// Formula: greatest `(λ − 1) Σ ln x − n/2 · ln σ²(λ)` with the variance of the
/// transformed values divided by n: golden-section search, then the root of its
/// derivative, since a flat summit hides half of the digits of where it is.
/// Source: Box and Cox 1964, §3.
///
/// ```
/// use dhi_engine::treat::box_cox_lambda;
/// // Closed under x → 1/x, so the likelihood is even in λ and greatest at 0.
/// let x = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];
/// assert!(box_cox_lambda(&x).abs() < 1e-6);
/// ```
pub fn box_cox_lambda(values: &[f64]) -> f64 {
    let logs: Vec<f64> = values.iter().map(|x| num::ln(*x)).collect();
    // Centred logs keep powers near 1; the likelihood does not change.
    let centre = num::ordered_sum(logs.iter().copied()) / values.len() as f64;
    let logs: Vec<f64> = logs.iter().map(|l| l - centre).collect();
    let likelihood = |lambda: f64| {
        let scaled: Vec<f64> = logs.iter().map(|&l| box_cox_of_log(lambda, l)).collect();
        -num::ln(num::sd(&scaled))
    };
    let near = golden_section(LAMBDA_RANGE, likelihood);
    let (low, high) = (near - 2.0 * SEARCHED, near + 2.0 * SEARCHED);
    falling_root((low, high), |lambda| likelihood_slope(lambda, &logs)).unwrap_or(near)
}

/// `(e^(λl) − 1)/λ`.
fn box_cox_of_log(lambda: f64, l: f64) -> f64 {
    if lambda == 0.0 {
        l
    } else {
        num::exp_m1(lambda * l) / lambda
    }
}

/// Derivative of `−ln sd` by λ, but for a factor above 0: minus the covariance of the
/// transformed values with their own derivatives.
fn likelihood_slope(lambda: f64, logs: &[f64]) -> f64 {
    let derivative = |l: f64| {
        let t = lambda * l;
        if t.abs() < 0.1 {
            // l² Σ (j + 1)/(j + 2)! tʲ, where the quotient would cancel.
            let (mut sum, mut term) = (0.0, 0.5);
            for j in 0..12 {
                sum += term;
                let j = f64::from(j);
                term *= t * (j + 2.0) / ((j + 1.0) * (j + 3.0));
            }
            l * l * sum
        } else {
            (l * num::exp(t) - box_cox_of_log(lambda, l)) / lambda
        }
    };
    let values: Vec<f64> = logs.iter().map(|&l| box_cox_of_log(lambda, l)).collect();
    let slopes: Vec<f64> = logs.iter().map(|&l| derivative(l)).collect();
    let mean = num::mean(&values).unwrap_or_default();
    let mean_slope = num::mean(&slopes).unwrap_or_default();
    let products = values.iter().zip(&slopes);
    -num::ordered_sum(products.map(|(x, d)| (x - mean) * (d - mean_slope)))
}

/// How near golden-section search comes; beyond it rounding decides.
const SEARCHED: f64 = 1e-4;

/// Where a unimodal function is greatest, to [`SEARCHED`].
fn golden_section((mut low, mut high): (f64, f64), f: impl Fn(f64) -> f64) -> f64 {
    let ratio = (5f64.sqrt() - 1.0) / 2.0;
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_a, mut at_b) = (f(a), f(b));
    while high - low > SEARCHED {
        if at_a >= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - ratio * (high - low);
            at_a = f(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + ratio * (high - low);
            at_b = f(b);
        }
    }
    f64::midpoint(low, high)
}

/// Where a function crosses 0 from above, by halving; `None` if it does not between
/// the ends, as at the limit of the range.
fn falling_root((mut low, mut high): (f64, f64), f: impl Fn(f64) -> f64) -> Option<f64> {
    if f(low) < 0.0 || f(high) > 0.0 {
        return None;
    }
    while high - low > 1e-14 {
        let middle = f64::midpoint(low, high);
        if f(middle) >= 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(f64::midpoint(low, high))
}

impl ColumnTreatment {
    /// Shape of a column before and after this treatment.
    pub fn shapes(&self, column: &Column) -> (Option<Shape>, Option<Shape>) {
        let before: Vec<f64> = column.present().collect();
        let after: Vec<f64> = before.iter().filter_map(|&x| self.apply(x)).collect();
        (Shape::of(&before), Shape::of(&after))
    }
}
