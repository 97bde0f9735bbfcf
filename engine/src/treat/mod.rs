//! Changes to values before normalising, each of them in a ledger: denominators,
//! screening, imputation, declared transformations and outlier treatment, in
//! this order.

mod denominate;
mod impute;
mod outlier;
mod screen;

pub use denominate::{DenominateSpec, Denominator, Divisor};
pub use impute::{
    Expectation, Grouping, Imputation, ImputeSpec, Imputed, Iterations, Neighbours,
    expectation_maximisation, nearest_neighbours, row_means,
};
pub use outlier::{BoxCox, GiiLog, Jrc, LogOf, Shape, Treatment, box_cox_lambda};
pub use screen::{ScreenSpec, Screened};

use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, Checked, Column, Frame, Panel, Treated, Units};
use crate::framework::{Framework, Transformation};
use crate::num;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How values are treated.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TreatSpec {
    /// The treatment of every indicator without one of its own.
    pub method: Treatment,
    /// By indicator id.
    pub indicators: BTreeMap<String, Treatment>,
}

impl TreatSpec {
    /// The treatment of an indicator.
    pub fn method_for(&self, id: &str) -> Treatment {
        self.indicators.get(id).copied().unwrap_or(self.method)
    }
}

/// Everything that may happen to a value before it is normalised.
#[derive(Clone, Copy, Debug)]
pub struct Preparation<'a> {
    /// Divisors.
    pub denominate: &'a DenominateSpec,
    /// Units that leave.
    pub screen: &'a ScreenSpec,
    /// Missing cells.
    pub impute: &'a ImputeSpec,
    /// Outliers.
    pub treat: &'a TreatSpec,
    /// By column, values such as goalposts that normalising will need on the
    /// treated scale; a treatment that has none for them is not applied.
    pub fixed_points: &'a [Vec<f64>],
}

/// A step that one cell went through alone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// A missing cell was filled.
    Imputed(Imputation),
    /// An extreme was replaced by its neighbour.
    Winsorised,
    /// A value has no transform and became missing.
    NoTransform,
}

/// One cell that was changed on its own, not with its whole column.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TouchedCell {
    /// Position of the unit.
    pub unit: u32,
    /// Column of the indicator.
    pub column: u32,
    /// The value before; `None` when it was missing.
    pub before: Option<f64>,
    /// The value after; `None` when it became missing.
    pub after: Option<f64>,
    /// What was done.
    pub step: Step,
    /// Values it was computed from; 0 unless imputed.
    pub donors: u32,
}

/// One change to a whole column; increasing, so it can be undone.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Applied {
    /// The scheme's own natural logarithm.
    Ln,
    /// Values beyond an end take its value.
    Winsorise {
        /// Lower end.
        lower: f64,
        /// Upper end.
        upper: f64,
        /// Values replaced.
        n_points: u32,
    },
    /// `ln(slope · (x − origin) + add)`, or mirrored `−ln(slope · (origin − x) + add)`.
    Log {
        /// Least value, or greatest when mirrored.
        origin: f64,
        /// Factor.
        slope: f64,
        /// Keeps the argument positive.
        add: f64,
        /// Whether it is turned round for negative skewness.
        is_mirrored: bool,
    },
    /// `(((x + shift) / unit)ᵞ − 1) / γ`.
    BoxCox {
        /// Exponent.
        lambda: f64,
        /// Keeps the argument positive.
        shift: f64,
        /// Measure of the argument: 1 for a given exponent; the greatest argument for a
        /// fitted one, since powers below 0 of large numbers vanish beside the 1. It
        /// only moves and stretches the result.
        unit: f64,
    },
}

impl Applied {
    /// The value after the step; `None` where it has none.
    ///
    /// ```
    /// use dhi_engine::treat::Applied;
    /// let log = Applied::Log { origin: 1.0, slope: 1.0, add: 1.0, is_mirrored: false };
    /// assert_eq!(log.apply(1.0), Some(0.0)); // ln 1
    /// assert_eq!(log.apply(0.0), None); // ln 0
    /// ```
    pub fn apply(self, x: f64) -> Option<f64> {
        let log = |argument: f64| (argument > 0.0).then(|| num::ln(argument));
        match self {
            Self::Ln => log(x),
            Self::Winsorise { lower, upper, .. } => Some(x.clamp(lower, upper)),
            Self::Log {
                origin,
                slope,
                add,
                is_mirrored: false,
            } => log(slope * (x - origin) + add),
            Self::Log {
                origin, slope, add, ..
            } => log(slope * (origin - x) + add).map(|y| -y),
            Self::BoxCox {
                lambda: 0.0,
                shift,
                unit,
            } => log((x + shift) / unit),
            Self::BoxCox {
                lambda,
                shift,
                unit,
            } => {
                // e^(λ ln x) − 1 keeps the digits that xᵞ − 1 loses near γ = 0.
                log((x + shift) / unit).map(|l| num::exp_m1(lambda * l) / lambda)
            }
        }
    }

    /// The value before the step. Winsorising cannot tell what it replaced; the
    /// ledger's cells can.
    pub fn undo(self, y: f64) -> f64 {
        match self {
            Self::Ln => num::exp(y),
            Self::Winsorise { .. } => y,
            Self::Log {
                origin,
                slope,
                add,
                is_mirrored: false,
            } => origin + (num::exp(y) - add) / slope,
            Self::Log {
                origin, slope, add, ..
            } => origin - (num::exp(-y) - add) / slope,
            Self::BoxCox {
                lambda: 0.0,
                shift,
                unit,
            } => unit * num::exp(y) - shift,
            Self::BoxCox {
                lambda,
                shift,
                unit,
            } => unit * num::pow(lambda * y + 1.0, 1.0 / lambda) - shift,
        }
    }
}

/// Everything done to one column, in order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnTreatment {
    /// Steps, each on the result of the one before.
    pub steps: Vec<Applied>,
}

impl ColumnTreatment {
    /// The value after all steps.
    pub fn apply(&self, x: f64) -> Option<f64> {
        self.steps.iter().try_fold(x, |x, step| step.apply(x))
    }

    /// A goalpost or target after all steps but clipping, which is for data.
    pub fn apply_to_reference(&self, x: f64) -> Option<f64> {
        let steps = self.steps.iter();
        let mut steps = steps.filter(|s| !matches!(s, Applied::Winsorise { .. }));
        steps.try_fold(x, |x, step| step.apply(x))
    }

    /// The value before all steps.
    pub fn undo(&self, y: f64) -> f64 {
        self.steps.iter().rev().fold(y, |y, step| step.undo(y))
    }
}

/// Treated cells, with everything that was done to them.
#[derive(Clone, Debug, PartialEq)]
pub struct TreatOutcome {
    /// Values after denominators, screening and imputation; `None` when none of
    /// them changed anything.
    pub prepared: Option<Frame<Checked>>,
    /// Values as they go into normalising.
    pub frame: Frame<Treated>,
    /// By column, what was done to all of it.
    pub columns: Vec<ColumnTreatment>,
    /// Cells changed on their own, by step, column and unit.
    pub ledger: Vec<TouchedCell>,
    /// By unit, why it left; `None` for those that stay.
    pub screened: Vec<Option<Screened>>,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

/// Applies every preparation. Not-applicable cells stay what they are, missing
/// ones unless an imputation is asked for (invariant 4).
pub fn treat(
    units: &Units,
    framework: &Framework,
    panel: Panel<'_>,
    checked: &Frame<Checked>,
    preparation: &Preparation<'_>,
) -> TreatOutcome {
    let mut findings = Vec::new();
    let frame = checked.clone();
    let denominators = preparation.denominate;
    let frame = denominate::denominate(units, framework, frame, denominators, &mut findings);
    let (frame, screened) = screen::screen(units, frame, preparation.screen);
    findings.extend(screen_findings(units, &screened));
    let (frame, mut ledger) = impute::impute(
        units,
        framework,
        panel,
        frame,
        preparation.impute,
        &mut findings,
    );
    let prepared = (frame != *checked).then(|| frame.clone());
    let mut treatments = Vec::with_capacity(frame.n_indicators());
    let mut columns = Vec::with_capacity(frame.n_indicators());
    for (at, (column, (node, indicator))) in frame
        .columns()
        .iter()
        .zip(framework.indicators())
        .enumerate()
    {
        let mut treatment = ColumnTreatment::default();
        let mut treated = column.clone();
        if indicator.transformation == Transformation::Ln {
            treatment.steps.push(Applied::Ln);
            treated = column.map(|_, x| Applied::Ln.apply(x));
            let at = at as u32;
            findings.extend(lost_values(units, node.id.as_str(), column, &treated));
            ledger.extend(touched(at, column, &treated, Step::NoTransform));
        }
        let method = preparation.treat.method_for(node.id.as_str());
        let (steps, problems) = outlier::outlier_treatment(&treated, method);
        let mut proposed = treatment.clone();
        proposed.steps.extend(&steps);
        let fixed = preparation
            .fixed_points
            .get(at)
            .map_or(&[][..], Vec::as_slice);
        let place = Place {
            node: node.id.to_string(),
            ..Place::default()
        };
        let is_mappable = |x: &f64| proposed.apply_to_reference(*x).is_some();
        if steps.is_empty() || fixed.iter().all(is_mappable) {
            treatment = proposed;
            findings.extend(problems.into_iter().map(|p| Finding::new(p, place.clone())));
        } else {
            let value = fixed.iter().copied().find(|x| !is_mappable(x));
            let problem = Problem::NoTransformation {
                value: value.unwrap_or_default(),
            };
            findings.push(Finding::new(problem, place.clone()));
        }
        let done =
            treatment.steps.len() - usize::from(indicator.transformation == Transformation::Ln);
        for step in &steps[..done] {
            let before = treated;
            treated = before.map(|_, x| step.apply(x));
            match step {
                Applied::Winsorise { n_points, .. } => {
                    let at = at as u32;
                    ledger.extend(touched(at, &before, &treated, Step::Winsorised));
                    let problem = Problem::Winsorised { count: *n_points };
                    findings.push(Finding::new(problem, place.clone()));
                }
                _ => findings.push(Finding::new(Problem::Transformed, place.clone())),
            }
        }
        columns.push(treated);
        treatments.push(treatment);
    }
    TreatOutcome {
        prepared,
        frame: Frame::of_equal(checked.n_units(), columns),
        columns: treatments,
        ledger,
        screened,
        findings,
    }
}

/// By column, the treated values of all periods, the present one as treated and
/// the others as reported, denominated and transformed in the same way.
pub fn pooled_values(
    units: &Units,
    framework: &Framework,
    panel: Panel<'_>,
    treated: &TreatOutcome,
    denominate: &DenominateSpec,
) -> Vec<Vec<f64>> {
    let present = panel.present();
    let of_present = |c: &Column| c.present().collect();
    let mut pooled: Vec<Vec<f64>> = treated.frame.columns().iter().map(of_present).collect();
    for (at, (_, observations)) in panel.periods().into_iter().enumerate() {
        if Some(at) == present {
            continue;
        }
        let frame = observations.frame().clone().into_stage();
        let frame = denominate::denominate(units, framework, frame, denominate, &mut Vec::new());
        for ((values, column), treatment) in
            pooled.iter_mut().zip(frame.columns()).zip(&treated.columns)
        {
            values.extend(column.present().filter_map(|x| treatment.apply(x)));
        }
    }
    pooled
}

fn screen_findings(units: &Units, screened: &[Option<Screened>]) -> Vec<Finding> {
    let of = |(unit, screened): (&crate::frame::Unit, &Option<Screened>)| {
        let place = Place {
            unit: unit.code.to_string(),
            ..Place::default()
        };
        let problem = match (*screened)? {
            Screened::Gaps {
                present,
                applicable,
            } => Problem::ScreenedForGaps {
                present,
                applicable,
            },
            Screened::Zeros { zeros, present } => Problem::ScreenedForZeros { zeros, present },
            Screened::ByHand => Problem::ScreenedByHand,
        };
        Some(Finding::new(problem, place))
    };
    units.list().iter().zip(screened).filter_map(of).collect()
}

/// Values that a transformation does not exist for.
fn lost_values(units: &Units, id: &str, before: &Column, after: &Column) -> Vec<Finding> {
    let cells = before.cells().zip(after.cells()).enumerate();
    let lost = cells.filter_map(|(i, cells)| match cells {
        (Cell::Value(value), Cell::Missing) => {
            let unit = units.list().get(i).map(|u| u.code.to_string());
            let place = Place {
                unit: unit.unwrap_or_default(),
                node: id.to_owned(),
                ..Place::default()
            };
            Some(Finding::new(Problem::NoTransformation { value }, place))
        }
        _ => None,
    });
    lost.collect()
}

/// Cells whose value changed alone: lost, or winsorised.
fn touched(column: u32, before: &Column, after: &Column, step: Step) -> Vec<TouchedCell> {
    let cells = before.cells().zip(after.cells()).enumerate();
    let changed = cells.filter(|(_, (a, b))| match step {
        Step::NoTransform => a.value().is_some() && b.value().is_none(),
        _ => a != b,
    });
    changed
        .map(|(i, (before, after))| TouchedCell {
            unit: i as u32,
            column,
            before: before.value(),
            after: after.value(),
            step,
            donors: 0,
        })
        .collect()
}

#[cfg(test)]
mod tests;
