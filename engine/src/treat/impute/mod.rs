//! Values for missing cells, each in the ledger with its method and the number
//! of values it rests on. An imputed cell is a computation, not data: coverage,
//! and with it whether a unit gets a grade, never counts it (invariant 4).

mod expectation;
mod neighbours;

pub use expectation::{Expectation, expectation_maximisation};
pub use neighbours::{Imputed, nearest_neighbours};

use super::{Step, TouchedCell};
use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, CellState, Checked, Column, Frame, Normalised, Panel, Units};
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Peers whose values are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grouping {
    /// Units of the same class.
    Class,
    /// Units of the same town.
    Town,
}

/// How the missing cells of an indicator are filled. Edges: a single donor gives its
/// value and equal ones theirs; without a donor, as where everything is missing, a
/// cell stays missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Imputation {
    /// They stay missing and leave the means.
    #[default]
    None,
    /// Mean of the values present.
    Mean,
    /// Median of the values present.
    Median,
    /// Mean of the values present in the unit's group.
    GroupMean(Grouping),
    /// Median of the values present in the unit's group.
    GroupMedian(Grouping),
    /// Mean of the unit's own scores of the sibling indicators, after
    /// normalising: equal to leaving the cell out of an equal-weights mean.
    RowMean,
    /// Mean of the most similar units: [`nearest_neighbours`].
    NearestNeighbours(Neighbours),
    /// Regression on the sibling indicators: [`expectation_maximisation`].
    Iterative(Iterations),
    /// The unit's latest earlier value.
    LastKnown,
    /// The unit's latest earlier value, or its first later one.
    Constant,
    /// On the line between the unit's neighbouring values in time; beyond the
    /// first or last one, that value.
    Linear,
}

/// Parameters of [`nearest_neighbours`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Neighbours {
    /// Neighbours to take the mean of, ≥ 1.
    pub k: u32,
    /// Donors looked at; beyond it they are evenly spaced by code. ≥ 1.
    pub max_donors: u32,
}

impl Default for Neighbours {
    fn default() -> Self {
        Self {
            k: 5,
            max_donors: 1000,
        }
    }
}

/// Parameters of [`expectation_maximisation`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Iterations {
    /// Rounds before it is called not converged, ≥ 1.
    pub max_rounds: u32,
    /// Largest change of a mean or covariance, in standardised units, that counts
    /// as converged; above 0.
    pub tolerance: f64,
}

impl Default for Iterations {
    fn default() -> Self {
        Self {
            max_rounds: 500,
            tolerance: 1e-10,
        }
    }
}

/// Imputation of every indicator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ImputeSpec {
    /// Unless an indicator has its own.
    pub method: Imputation,
    /// By indicator id.
    pub indicators: BTreeMap<String, Imputation>,
}

impl ImputeSpec {
    /// The method for an indicator.
    pub fn method_for(&self, id: &str) -> Imputation {
        self.indicators.get(id).copied().unwrap_or(self.method)
    }
}

/// Fills missing cells before treatment. Every method reads reported values
/// only, never imputed ones, so the order of the indicators does not matter.
///
/// Missing cells without a donor, or whose value would not be finite, stay missing,
/// with a finding. Not-applicable
/// cells stay (invariant 4).
pub(super) fn impute(
    units: &Units,
    framework: &Framework,
    panel: Panel<'_>,
    frame: Frame<Checked>,
    spec: &ImputeSpec,
    findings: &mut Vec<Finding>,
) -> (Frame<Checked>, Vec<TouchedCell>) {
    if *spec == ImputeSpec::default() {
        return (frame, Vec::new());
    }
    let mut ledger = Vec::new();
    let mut columns = frame.columns().to_vec();
    for (at, &leaf) in framework.leaves().iter().enumerate() {
        let id = framework.node(leaf).id.as_str();
        let method = spec.method_for(id);
        let column = &frame.columns()[at];
        let gaps: Vec<usize> = (0..column.len())
            .filter(|&i| column.states()[i] == CellState::Missing)
            .collect();
        if gaps.is_empty() || matches!(method, Imputation::None | Imputation::RowMean) {
            continue;
        }
        let place = Place {
            node: id.to_owned(),
            ..Place::default()
        };
        let mut filled = match method {
            Imputation::None | Imputation::RowMean => Vec::new(),
            Imputation::Mean => of_group(column, &gaps, &vec![0; column.len()], num::mean),
            Imputation::Median => of_group(column, &gaps, &vec![0; column.len()], num::median),
            Imputation::GroupMean(by) => of_group(column, &gaps, &groups(units, by), num::mean),
            Imputation::GroupMedian(by) => of_group(column, &gaps, &groups(units, by), num::median),
            Imputation::NearestNeighbours(parameters) => {
                let codes: Vec<&str> = units.list().iter().map(|u| u.code.as_str()).collect();
                let features: Vec<&Column> = frame.columns().iter().collect();
                let standardised = neighbours::standardised(&features);
                let features: Vec<&Column> = standardised.iter().collect();
                nearest_neighbours(&features, at, column, &codes, parameters)
            }
            Imputation::Iterative(parameters) => {
                let out = iterative(framework, &frame, leaf, at, parameters);
                if !out.has_converged {
                    let rounds = out.rounds;
                    let problem = Problem::NotConverged { rounds };
                    findings.push(Finding::new(problem, place.clone()));
                }
                out.cells
            }
            Imputation::LastKnown | Imputation::Constant | Imputation::Linear => {
                across_time(panel, at, &gaps, method)
            }
        };
        // Values beyond what can be added up make no average.
        filled.retain(|imputed| imputed.value.is_finite());
        for imputed in &filled {
            columns[at].set(imputed.unit as usize, Cell::Value(imputed.value));
            ledger.push(TouchedCell {
                unit: imputed.unit,
                column: at as u32,
                before: None,
                after: Some(imputed.value),
                step: Step::Imputed(method),
                donors: imputed.donors,
            });
        }
        let count = filled.len() as u32;
        if count > 0 {
            findings.push(Finding::new(Problem::Imputed { count }, place.clone()));
        }
        let left = (gaps.len() - filled.len()) as u32;
        if left > 0 {
            findings.push(Finding::new(Problem::NoDonors { count: left }, place));
        }
    }
    (Frame::of_equal(frame.n_units(), columns), ledger)
}

/// Fills normalised cells of the indicators that ask for [`Imputation::RowMean`].
///
/// Formula: mean of the unit's normalised values over the siblings that were not
/// themselves filled this way. Shape: the ledger holds normalised values.
pub fn row_means(
    framework: &Framework,
    frame: Frame<Normalised>,
    spec: &ImputeSpec,
    findings: &mut Vec<Finding>,
) -> (Frame<Normalised>, Vec<TouchedCell>) {
    let mut ledger = Vec::new();
    let mut columns: Option<Vec<Column>> = None;
    for (at, &leaf) in framework.leaves().iter().enumerate() {
        let node = framework.node(leaf);
        if spec.method_for(node.id.as_str()) != Imputation::RowMean {
            continue;
        }
        let siblings = sibling_columns(framework, leaf);
        let mut count = 0;
        for i in 0..frame.n_units() {
            if frame.cell(i, at) != Cell::Missing {
                continue;
            }
            let own: Vec<f64> = siblings
                .iter()
                .filter_map(|&c| frame.cell(i, c).value())
                .collect();
            let Some(value) = num::mean(&own) else {
                continue;
            };
            let columns = columns.get_or_insert_with(|| frame.columns().to_vec());
            columns[at].set(i, Cell::Value(value));
            count += 1;
            ledger.push(TouchedCell {
                unit: i as u32,
                column: at as u32,
                before: None,
                after: Some(value),
                step: Step::Imputed(Imputation::RowMean),
                donors: own.len() as u32,
            });
        }
        if count > 0 {
            let place = Place {
                node: node.id.to_string(),
                ..Place::default()
            };
            findings.push(Finding::new(Problem::Imputed { count }, place));
        }
    }
    match columns {
        Some(columns) => (Frame::of_equal(frame.n_units(), columns), ledger),
        None => (frame, ledger),
    }
}

fn groups(units: &Units, by: Grouping) -> Vec<u32> {
    let (_, groups) = match by {
        Grouping::Class => units.groups_by(|u| &u.class),
        Grouping::Town => units.groups_by(|u| &u.town),
    };
    groups
}

fn of_group(
    column: &Column,
    gaps: &[usize],
    groups: &[u32],
    average: fn(&[f64]) -> Option<f64>,
) -> Vec<Imputed> {
    let n_groups = groups.iter().max().map_or(0, |last| *last as usize + 1);
    let mut members: Vec<Vec<f64>> = vec![Vec::new(); n_groups];
    for (i, group) in groups.iter().enumerate() {
        if let Some(x) = column.get(i).value() {
            members[*group as usize].push(x);
        }
    }
    let averages: Vec<Option<(f64, u32)>> = members
        .iter()
        .map(|values| Some((average(values)?, values.len() as u32)))
        .collect();
    let fill = gaps.iter().filter_map(|&i| {
        let (value, donors) = averages[groups[i] as usize]?;
        Some(Imputed {
            unit: i as u32,
            value,
            donors,
        })
    });
    fill.collect()
}

/// Columns of the indicators with the same parent, `leaf` itself left out.
fn sibling_columns(framework: &Framework, leaf: NodeIdx) -> Vec<usize> {
    let parent = framework.node(leaf).parent;
    let children = parent.map_or(&[][..], |p| framework.node(p).children.as_slice());
    let others = children.iter().filter(|&&c| c != leaf);
    others.filter_map(|&c| framework.node(c).column).collect()
}

fn iterative(
    framework: &Framework,
    frame: &Frame<Checked>,
    leaf: NodeIdx,
    at: usize,
    parameters: Iterations,
) -> Expectation {
    let mut group = vec![&frame.columns()[at]];
    let siblings = sibling_columns(framework, leaf);
    group.extend(siblings.iter().map(|&c| &frame.columns()[c]));
    expectation_maximisation(&group, 0, parameters)
}

fn across_time(
    panel: Panel<'_>,
    column: usize,
    gaps: &[usize],
    method: Imputation,
) -> Vec<Imputed> {
    let periods = panel.periods();
    let Some(present) = panel.present() else {
        return Vec::new();
    };
    let known = |unit: usize, period: usize| {
        let (time, observations) = periods[period];
        let value = observations.frame().cell(unit, column).value()?;
        Some((time, value))
    };
    let fill = gaps.iter().filter_map(|&unit| {
        let before = (0..present).rev().find_map(|p| known(unit, p));
        let after = || (present + 1..periods.len()).find_map(|p| known(unit, p));
        let (value, donors) = match method {
            Imputation::LastKnown => (before?.1, 1),
            Imputation::Linear => match (before, after()) {
                (Some((t0, x0)), Some((t1, x1))) => {
                    let share = (periods[present].0 - t0) / (t1 - t0);
                    (x0 + (x1 - x0) * share, 2)
                }
                (before, after) => (before.or(after)?.1, 1),
            },
            _ => (before.or_else(after)?.1, 1),
        };
        Some(Imputed {
            unit: unit as u32,
            value,
            donors,
        })
    });
    fill.collect()
}

#[cfg(test)]
mod tests;
