//! Patterns that reporting by hand leaves behind: copied rows, all-round
//! numbers, everything at its best. They prove nothing and change nothing.

use super::CheckSpec;
use crate::finding::{Finding, Place, Problem};
use crate::frame::{CellState, Column, Observations, Units};
use crate::framework::{Direction, Framework, Measure};
use std::collections::BTreeMap;

/// Of the hash of Fowler, Noll and Vo for 64 bits.
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0100_0000_01b3;

/// Round means a multiple of this many points.
const ROUND_STEP: f64 = 5.0;

pub(super) fn findings(
    units: &Units,
    framework: &Framework,
    observations: &Observations,
    spec: &CheckSpec,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Rows by their hash: almost always one, and compared cell by cell if not.
    let mut with_hash: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
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
            let alike = with_hash.entry(row.hash).or_default();
            let mut alike_units = alike.iter().map(|&j| j as usize);
            let first = alike_units.find(|&j| are_equal(observations, i, j));
            if let Some(other) = first.and_then(|j| units.list().get(j)) {
                found(Problem::CopiedRow {
                    other: other.code.to_string(),
                    n_values: row.n_values,
                });
            } else {
                alike.push(i as u32);
            }
        }
    }
    findings
}

/// Whether two units have the same states and bits throughout.
fn are_equal(observations: &Observations, a: usize, b: usize) -> bool {
    let is_same = |column: &Column| {
        let (states, values) = (column.states(), column.values());
        states[a] == states[b] && values[a].to_bits() == values[b].to_bits()
    };
    observations.columns().iter().all(is_same)
}

/// What the patterns need to know about one unit's row.
struct Row {
    /// Of the states and bits of every cell.
    hash: u64,
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
            hash: FNV_OFFSET,
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
            for word in [state as u64, value.to_bits()] {
                // FNV-1a by words; the shift brings high bits down to where they mix.
                let mixed = (row.hash ^ word).wrapping_mul(FNV_PRIME);
                row.hash = mixed ^ (mixed >> 32);
            }
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
