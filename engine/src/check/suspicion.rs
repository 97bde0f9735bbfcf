//! Patterns that reporting by hand leaves behind: copied rows, all-round
//! numbers, everything at its best. They prove nothing and change nothing.

use super::CheckSpec;
use crate::finding::{Finding, Place, Problem};
use crate::frame::{CellState, Observations, Units};
use crate::framework::{Direction, Framework, Measure};
use std::collections::BTreeMap;

/// Round means a multiple of this many points.
const ROUND_STEP: f64 = 5.0;

pub(super) fn findings(
    units: &Units,
    framework: &Framework,
    observations: &Observations,
    spec: &CheckSpec,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut first_with: BTreeMap<Vec<u64>, usize> = BTreeMap::new();
    for (i, unit) in units.list().iter().enumerate() {
        let mut found = |problem| {
            let place = Place {
                unit: unit.code.to_string(),
                ..Place::default()
            };
            findings.push(Finding::new(problem, place));
        };
        let row = Row::of(framework, observations, i);
        let is_enough = row.n_values >= spec.min_suspicious_values;
        if is_enough && row.n_best == row.n_values {
            found(Problem::AllBest {
                n_values: row.n_values,
            });
            continue;
        }
        if row.n_direct >= spec.min_suspicious_values && row.n_round == row.n_direct {
            found(Problem::RoundNumbers {
                n_values: row.n_direct,
            });
        }
        if row.n_values >= spec.min_copied_values {
            let first = *first_with.entry(row.key).or_insert(i);
            if let Some(other) = units.list().get(first).filter(|_| first != i) {
                found(Problem::CopiedRow {
                    other: other.code.to_string(),
                    n_values: row.n_values,
                });
            }
        }
    }
    findings
}

/// What the patterns need to know about one unit's row.
struct Row {
    /// States and bits of every cell: equal exactly for equal rows.
    key: Vec<u64>,
    n_values: u32,
    /// Values at or beyond the better goalpost.
    n_best: u32,
    /// Percentages and points that were reported directly, not as a ratio:
    /// small counts give round rates by themselves.
    n_direct: u32,
    n_round: u32,
}

impl Row {
    fn of(framework: &Framework, observations: &Observations, unit: usize) -> Self {
        let mut row = Self {
            key: Vec::with_capacity(2 * framework.n_indicators()),
            n_values: 0,
            n_best: 0,
            n_direct: 0,
            n_round: 0,
        };
        for (column, (_, indicator)) in framework.indicators().enumerate() {
            let Some(cells) = observations.columns().get(column) else {
                continue;
            };
            let (value, state) = (cells.values()[unit], cells.states()[unit]);
            row.key.push(state as u64);
            row.key.push(value.to_bits());
            if state != CellState::Value {
                continue;
            }
            row.n_values += 1;
            let best = indicator
                .goalposts
                .is_some_and(|posts| match indicator.direction {
                    Direction::HigherIsBetter => value >= posts.upper(),
                    Direction::LowerIsBetter => value <= posts.lower(),
                });
            row.n_best += u32::from(best);
            let is_scale = matches!(indicator.measure, Measure::Percent | Measure::Points);
            if is_scale && observations.ratio(unit, column).is_none() {
                row.n_direct += 1;
                row.n_round += u32::from(value % ROUND_STEP == 0.0);
            }
        }
        row
    }
}
