//! Units with too little data to be scored leave before anything is computed
//! from the others, visibly and with the reason.

use crate::frame::{Cell, CellState, Checked, Frame, Units};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which units leave. By default none do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScreenSpec {
    /// Least share of applicable indicators that must have a value, 0–1.
    pub min_present: Option<f64>,
    /// Largest share of zeros among the values, 0–1.
    pub max_zeros: Option<f64>,
    /// Codes that stay whatever the limits say.
    pub keep: Vec<String>,
    /// Codes that leave whatever the limits say.
    pub drop: Vec<String>,
}

/// Why a unit left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Screened {
    /// Too few values.
    Gaps {
        /// Cells with a value.
        present: u32,
        /// Cells that should have one.
        applicable: u32,
    },
    /// Too many zeros.
    Zeros {
        /// Values that are 0.
        zeros: u32,
        /// Cells with a value.
        present: u32,
    },
    /// Named in the specification.
    ByHand,
}

/// Decides who leaves and blanks their rows to not applicable, so that they
/// count in no bound, mean or rank.
///
/// Shape: one entry per unit, `None` for those that stay. Both limits are
/// inclusive: a share equal to the limit stays. A unit without any applicable
/// indicator stays; it has no score anyway. Source: `Screen` of COINr.
pub(super) fn screen(
    units: &Units,
    frame: Frame<Checked>,
    spec: &ScreenSpec,
) -> (Frame<Checked>, Vec<Option<Screened>>) {
    let n_units = frame.n_units();
    if *spec == ScreenSpec::default() {
        return (frame, vec![None; n_units]);
    }
    let mut counts = vec![(0_u32, 0_u32, 0_u32); n_units];
    for column in frame.columns() {
        for (i, (present, missing, zeros)) in counts.iter_mut().enumerate() {
            match column.get(i) {
                Cell::Value(x) => {
                    *present += 1;
                    *zeros += u32::from(x == 0.0);
                }
                Cell::Missing => *missing += 1,
                Cell::NotApplicable => {}
            }
        }
    }
    let (mut drop, mut keep) = (BTreeSet::new(), BTreeSet::new());
    drop.extend(spec.drop.iter().map(|code| code.trim()));
    keep.extend(spec.keep.iter().map(|code| code.trim()));
    let decide = |(i, unit): (usize, &crate::frame::Unit)| {
        let code = unit.code.as_str();
        if drop.contains(code) {
            return Some(Screened::ByHand);
        }
        if keep.contains(code) {
            return None;
        }
        let (present, missing, zeros) = counts[i];
        let applicable = present + missing;
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole);
        if let Some(least) = spec.min_present
            && applicable > 0
            && share(present, applicable) < least
        {
            return Some(Screened::Gaps {
                present,
                applicable,
            });
        }
        if let Some(most) = spec.max_zeros
            && present > 0
            && share(zeros, present) > most
        {
            return Some(Screened::Zeros { zeros, present });
        }
        None
    };
    let screened: Vec<Option<Screened>> = units.list().iter().enumerate().map(decide).collect();
    if screened.iter().all(Option::is_none) {
        return (frame, screened);
    }
    let mut columns = frame.columns().to_vec();
    for (i, _) in screened.iter().enumerate().filter(|(_, s)| s.is_some()) {
        for column in &mut columns {
            if column.states()[i] != CellState::NotApplicable {
                column.set(i, Cell::NotApplicable);
            }
        }
    }
    (Frame::of_equal(n_units, columns), screened)
}
