//! Changes to values before normalising, each entered in a ledger: declared
//! transformations now, and the slot for outlier treatment and imputation.

use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, Checked, Column, Frame, Treated, Units};
use crate::framework::{Framework, Transformation};
use serde::{Deserialize, Serialize};

/// What is done to a column's values before transformation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Treatment {
    /// Values stay as reported.
    #[default]
    None,
}

/// How values are treated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TreatSpec {
    /// The treatment of every indicator.
    pub method: Treatment,
}

/// One cell that is not what was reported.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TouchedCell {
    /// Position of the unit.
    pub unit: u32,
    /// Column of the indicator.
    pub column: u32,
    /// The value reported.
    pub before: f64,
    /// The value used; `None` when it became missing.
    pub after: Option<f64>,
    /// What was done.
    pub transformation: Transformation,
}

/// Treated cells, with every cell that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct TreatOutcome {
    /// Values as they go into normalising.
    pub frame: Frame<Treated>,
    /// Every changed cell, by column then unit.
    pub ledger: Vec<TouchedCell>,
    /// Values a transformation does not exist for.
    pub findings: Vec<Finding>,
}

/// Applies the treatment and each indicator's declared transformation.
///
/// Missing and not-applicable cells stay what they are. A value without a
/// transform (ln of 0) becomes missing, with a finding.
pub fn treat(
    units: &Units,
    framework: &Framework,
    checked: &Frame<Checked>,
    spec: &TreatSpec,
) -> TreatOutcome {
    let Treatment::None = spec.method;
    let mut ledger = Vec::new();
    let mut findings = Vec::new();
    let mut columns: Vec<Column> = Vec::with_capacity(checked.n_indicators());
    for (at, (column, (node, indicator))) in checked
        .columns()
        .iter()
        .zip(framework.indicators())
        .enumerate()
    {
        let transformation = indicator.transformation;
        if transformation == Transformation::None {
            columns.push(column.clone());
            continue;
        }
        let treated = column.map(|_, x| transformation.apply(x));
        for (i, before) in column.cells().enumerate() {
            let Cell::Value(before) = before else {
                continue;
            };
            let after = treated.get(i).value();
            if after.is_none() {
                let unit = units.list().get(i).map(|u| u.code.to_string());
                let place = Place {
                    unit: unit.unwrap_or_default(),
                    node: node.id.to_string(),
                    ..Place::default()
                };
                let problem = Problem::NoTransformation { value: before };
                findings.push(Finding::new(problem, place));
            }
            ledger.push(TouchedCell {
                unit: i as u32,
                column: at as u32,
                before,
                after,
                transformation,
            });
        }
        columns.push(treated);
    }
    TreatOutcome {
        frame: Frame::of_equal(checked.n_units(), columns),
        ledger,
        findings,
    }
}
