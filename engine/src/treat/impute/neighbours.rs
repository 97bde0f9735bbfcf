//! Imputation from the most similar units.

use super::Neighbours;
use crate::frame::{Cell, CellState, Column};
use crate::num;

/// One filled cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Imputed {
    /// Position of the unit.
    pub unit: u32,
    /// The value.
    pub value: f64,
    /// How many values it was computed from.
    pub donors: u32,
}

/// Columns with mean 0 and standard deviation 1, so that no measure dominates a
/// distance; constant ones become 0.
pub(super) fn standardised(columns: &[&Column]) -> Vec<Column> {
    let one = |column: &&Column| {
        let values: Vec<f64> = column.present().collect();
        let mean = num::mean(&values).unwrap_or(0.0);
        let sd = num::sd(&values);
        column.map(|_, x| Some(if sd > 0.0 { (x - mean) / sd } else { 0.0 }))
    };
    columns.iter().map(one).collect()
}

/// Mean of the `k` nearest units that have a value in `target`.
///
/// Formula: squared distance `p/|S| · Σ_{S} (xᵢ − xⱼ)²` over the features `S`
/// that both units have, of `p` in all; donors at the distance of the k-th count
/// too, so the result does not depend on the order of the units. `target` itself
/// (position `at` among the features) is not compared. A unit without a
/// comparable donor stays missing.
///
/// Donors: all, or `max_donors` of them evenly spaced by code, which keeps the
/// work linear in units: gaps × donors × features, and a sort of the donors per gap. Source: Troyanskaya and others 2001; distance with gaps
/// as in Dixon 1979.
///
/// ```
/// use dhi_engine::frame::{Cell, Column};
/// use dhi_engine::treat::{nearest_neighbours, Neighbours};
/// // The example in the documentation of scikit-learn's KNNImputer:
/// // 1 2 ? / 3 4 3 / ? 6 5 / 8 8 7 with two neighbours gives 4 and 5.5.
/// let value = |x: f64| if x < 0.0 { Cell::Missing } else { Cell::Value(x) };
/// let a = Column::from_cells([1.0, 3.0, -1.0, 8.0].map(value));
/// let b = Column::from_cells([2.0, 4.0, 6.0, 8.0].map(value));
/// let c = Column::from_cells([-1.0, 3.0, 5.0, 7.0].map(value));
/// let two = Neighbours { k: 2, ..Neighbours::default() };
/// let codes = ["1", "2", "3", "4"];
/// let of = |at: usize, target: &Column| {
///     nearest_neighbours(&[&a, &b, &c], at, target, &codes, two)[0].value
/// };
/// assert_eq!(of(2, &c), 4.0);
/// assert_eq!(of(0, &a), 5.5);
/// ```
pub fn nearest_neighbours(
    features: &[&Column],
    at: usize,
    target: &Column,
    codes: &[&str],
    parameters: Neighbours,
) -> Vec<Imputed> {
    let donors = donors(target, codes, parameters.max_donors as usize);
    let others: Vec<&Column> = features
        .iter()
        .enumerate()
        .filter_map(|(c, column)| (c != at).then_some(*column))
        .collect();
    // A row of features lies together, since columns are far apart in a large register;
    // NaN where there is none.
    let row_of = |i: usize| {
        let of = others.iter().map(move |c| c.get(i).value());
        of.map(|x| x.unwrap_or(f64::NAN))
    };
    let p = others.len();
    let rows: Vec<f64> = donors.iter().flat_map(|&j| row_of(j)).collect();
    let distance = |own: &[f64], nth: usize| {
        let mut sum = 0.0;
        let mut shared = 0_u32;
        for (x, y) in own.iter().zip(&rows[nth * p..(nth + 1) * p]) {
            let d = x - y;
            if !d.is_nan() {
                sum += d * d;
                shared += 1;
            }
        }
        (shared > 0).then(|| sum * p as f64 / f64::from(shared))
    };
    let k = parameters.k.max(1) as usize;
    let fill = (0..target.len()).filter_map(|i| {
        if target.get(i) != Cell::Missing {
            return None;
        }
        let own: Vec<f64> = row_of(i).collect();
        let with_place = donors.iter().enumerate();
        let mut near: Vec<(f64, usize)> = with_place
            .filter_map(|(nth, &j)| Some((distance(&own, nth)?, j)))
            .collect();
        let mut distances: Vec<f64> = near.iter().map(|(d, _)| *d).collect();
        distances.sort_unstable_by(f64::total_cmp);
        let limit = *distances.get(k.min(near.len()).checked_sub(1)?)?;
        near.retain(|(d, _)| *d <= limit);
        // Equal distances by donor order, which is by code: the sum below has
        // the same order whatever the register's.
        num::sort_by(&mut near, |a, b| a.0.total_cmp(&b.0));
        let values: Vec<f64> = near.iter().map(|(_, j)| target.values()[*j]).collect();
        Some(Imputed {
            unit: i as u32,
            value: num::mean(&values)?,
            donors: values.len() as u32,
        })
    });
    fill.collect()
}

/// Units with a value, by code; evenly spaced when there are too many.
fn donors(target: &Column, codes: &[&str], most: usize) -> Vec<usize> {
    let mut donors: Vec<usize> = (0..target.len())
        .filter(|&i| target.states()[i] == CellState::Value)
        .collect();
    let code = |i: &usize| codes.get(*i).copied().unwrap_or_default();
    num::sort_by(&mut donors, |a, b| code(a).cmp(code(b)));
    let most = most.max(1);
    if donors.len() <= most {
        return donors;
    }
    (0..most).map(|n| donors[n * donors.len() / most]).collect()
}
