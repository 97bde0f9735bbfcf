//! Division by population or by another indicator, so that units of different
//! size can be compared.

use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, Checked, Column, Frame, Units};
use crate::framework::Framework;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a column is divided by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Divisor {
    /// Resident population of the register.
    Population,
    /// Reported values of another indicator, by id.
    Indicator(String),
}

/// How one indicator is denominated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Denominator {
    /// What it is divided by.
    pub by: Divisor,
    /// Factor after division: 1000 for "per thousand". Finite, not 0.
    #[serde(default = "one")]
    pub per: f64,
}

fn one() -> f64 {
    1.0
}

/// Denominators by indicator id.
pub type DenominateSpec = BTreeMap<String, Denominator>;

/// Divides the named columns: `x / d · per`, with `d` as reported, so the order
/// of the columns does not matter.
///
/// Measure: that of `x` per `d`; goalposts must be given in it. Missing cells:
/// a value whose divisor is missing, zero or negative becomes missing, with a
/// finding; not-applicable cells stay. Range: that of the quotient.
/// Source: OECD/JRC Handbook 2008, step 5 preliminaries; `Denominate` of COINr.
pub(super) fn denominate(
    units: &Units,
    framework: &Framework,
    frame: Frame<Checked>,
    spec: &DenominateSpec,
    findings: &mut Vec<Finding>,
) -> Frame<Checked> {
    if spec.is_empty() {
        return frame;
    }
    let n_units = frame.n_units();
    let column_of = |id: &str| {
        let node = framework.find(id)?;
        framework.node(node).column
    };
    let mut columns: Vec<Column> = frame.columns().to_vec();
    for (id, denominator) in spec {
        let Some(at) = column_of(id) else { continue };
        let divisor: Column = match &denominator.by {
            Divisor::Population => Column::from_cells(
                units
                    .list()
                    .iter()
                    .map(|u| u.population.map_or(Cell::Missing, Cell::Value)),
            ),
            Divisor::Indicator(by) => match column_of(by) {
                Some(by) => frame.columns()[by].clone(),
                None => continue,
            },
        };
        let mut lost = 0;
        columns[at] = frame.columns()[at].map(|i, x| {
            let quotient = divisor
                .get(i)
                .value()
                .filter(|d| *d > 0.0)
                .map(|d| x / d * denominator.per);
            lost += u32::from(quotient.is_none());
            quotient
        });
        if lost > 0 {
            let place = Place {
                node: id.clone(),
                ..Place::default()
            };
            findings.push(Finding::new(Problem::NoDenominator { count: lost }, place));
        }
    }
    Frame::of_equal(n_units, columns)
}
