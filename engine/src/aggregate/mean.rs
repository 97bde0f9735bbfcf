//! Means of a unit's own children.

use super::Aggregation;
use crate::frame::{Cell, CellState, Column};
use crate::num;
use std::ops::Range;

impl Aggregation {
    /// What a child's score enters the weighted sum as; NaN, which ends as a
    /// missing score, for what the mean is not defined for.
    fn term(self, score: f64) -> f64 {
        match self {
            Self::Power(1.0) => score,
            _ if score < 0.0 && self.needs_scores_from_0() => f64::NAN,
            Self::Geometric | Self::Power(0.0) => num::ln(score),
            Self::Harmonic => 1.0 / score,
            _ => score,
        }
    }

    /// The mean from the weighted sum of terms and, for Mazziotta–Pareto, the
    /// weighted mean square. A score of 0 needs no special case: ln 0 = −∞ with
    /// e^−∞ = 0, and 1/0 = ∞ with 1/∞ = 0.
    ///
    /// Renormalising may round a mean a last bit out of its children's range, as
    /// in 0.35 · 100 / 0.35; it is put back, so no score ever exceeds the scale.
    fn of_terms(self, sum: f64, weight: f64, mean_square: f64, (low, high): (f64, f64)) -> f64 {
        let mean = sum / weight;
        let mean = match self {
            Self::Minimum => low,
            Self::Geometric | Self::Power(0.0) => num::exp(mean),
            Self::Harmonic => 1.0 / mean,
            Self::MazziottaPareto if mean > 0.0 => {
                let variance = (mean_square - mean * mean).max(0.0);
                // The penalty may lead below the weakest child.
                return (mean - variance / mean).max(0.0).min(high);
            }
            _ => mean,
        };
        mean.clamp(low, high)
    }
}

/// A node's column as a mean of its children; relative methods are not means and
/// count as arithmetic here.
///
/// Formula: [`Aggregation`] over the children that have a value, their shares
/// renormalised to sum to 1; sums run in child order. Missing and not-applicable
/// children both leave the mean (invariant 4); without any weighted child left
/// the node is missing. Range: that of the children. Geometric, harmonic, power
/// and Mazziotta–Pareto means need scores ≥ 0: below, the node is missing. Edges: a
/// score of 0 makes geometric, harmonic and power means of p ≤ 0 zero; a share of 0
/// is no child; equal children give their score; other units never matter.
///
/// ```
/// use dhi_engine::aggregate::{Aggregation, mean_column};
/// use dhi_engine::frame::{Cell, Column};
/// let a = Column::from_cells([Cell::Value(80.0), Cell::Value(80.0)]);
/// let b = Column::from_cells([Cell::Value(20.0), Cell::Missing]);
/// let mean = mean_column(&[(&a, 0.5), (&b, 0.5)], Aggregation::Geometric, 2);
/// assert!((mean.get(0).value().unwrap() - 40.0).abs() < 1e-12); // √(80·20)
/// assert_eq!(mean.get(1), Cell::Value(80.0)); // only `a` is left
/// ```
pub fn mean_column(children: &[(&Column, f64)], method: Aggregation, n_units: usize) -> Column {
    let mut column = Column::default();
    mean_into(children, method, n_units, &mut column);
    column
}

/// Units whose sums are kept at once: few enough for the nearest cache.
const BLOCK: usize = 64;

/// Sums over the children of a block of units.
struct Sums {
    terms: [f64; BLOCK],
    squares: [f64; BLOCK],
    weights: [f64; BLOCK],
    low: [f64; BLOCK],
    high: [f64; BLOCK],
}

impl Sums {
    fn add(&mut self, method: Aggregation, share: f64, values: &[f64], states: &[CellState]) {
        for (i, (value, state)) in values.iter().zip(states).enumerate().take(BLOCK) {
            if *state != CellState::Value {
                continue;
            }
            self.terms[i] += share * method.term(*value);
            // Only Mazziotta–Pareto needs the squares.
            if method == Aggregation::MazziottaPareto {
                self.squares[i] += share * (value * value);
            }
            self.weights[i] += share;
            self.low[i] = self.low[i].min(*value);
            self.high[i] = self.high[i].max(*value);
        }
    }

    fn mean(&self, method: Aggregation, i: usize) -> Cell {
        let weight = self.weights[i];
        // With every child present the shares sum to exactly 1.
        if weight > 0.0 {
            let range = (self.low[i], self.high[i]);
            return Cell::Value(method.of_terms(
                self.terms[i],
                weight,
                self.squares[i] / weight,
                range,
            ));
        }
        Cell::Missing
    }
}

/// [`mean_column`] into a column that is there already.
pub(super) fn mean_into(
    children: &[(&Column, f64)],
    method: Aggregation,
    n_units: usize,
    column: &mut Column,
) {
    if let Aggregation::Power(p) = method
        && p != 0.0
        && p != 1.0
    {
        *column = power_column(children, p, n_units);
        return;
    }
    column.clear();
    for start in (0..n_units).step_by(BLOCK) {
        let end = (start + BLOCK).min(n_units);
        if method == Aggregation::Arithmetic {
            arithmetic(children, start..end, column);
            continue;
        }
        let mut sums = Sums {
            terms: [0.0; BLOCK],
            squares: [0.0; BLOCK],
            weights: [0.0; BLOCK],
            low: [f64::INFINITY; BLOCK],
            high: [f64::NEG_INFINITY; BLOCK],
        };
        for (child, share) in children.iter().filter(|(_, share)| *share > 0.0) {
            // A child that is too short has nothing more to add.
            let cells = start.min(child.len())..end.min(child.len());
            let (values, states) = (&child.values()[cells.clone()], &child.states()[cells]);
            sums.add(method, *share, values, states);
        }
        (0..end - start).for_each(|i| column.push(sums.mean(method, i)));
    }
}

/// Arithmetic means of a block of units.
///
/// A mean is told from one outside of its own scores by comparing, and only such a one
/// is put right: to keep the least and greatest of all would be a choice for each score,
/// which processors guess wrong every second time.
fn arithmetic(children: &[(&Column, f64)], units: Range<usize>, column: &mut Column) {
    let n = units.len();
    let blocks = || {
        let weighted = children.iter().filter(|(_, share)| *share > 0.0);
        weighted.map(|(child, share)| {
            // A child that is too short has nothing more to add.
            let cells = units.start.min(child.len())..units.end.min(child.len());
            let values = child.values()[cells.clone()].iter();
            (*share, values.zip(&child.states()[cells]))
        })
    };
    let (mut means, mut weights) = ([0.0; BLOCK], [0.0; BLOCK]);
    for (share, cells) in blocks() {
        for ((sum, weight), (value, state)) in means.iter_mut().zip(&mut weights).zip(cells) {
            // The number of a gap is 0 and adds nothing.
            *sum += share * value;
            *weight += share * f64::from(u8::from(*state == CellState::Value));
        }
    }
    for (mean, weight) in means.iter_mut().zip(&weights).take(n) {
        *mean /= weight;
    }
    let (mut is_above, mut is_below) = ([false; BLOCK], [false; BLOCK]);
    for (_, cells) in blocks() {
        let bounds = is_above.iter_mut().zip(&mut is_below);
        for ((mean, (is_above, is_below)), (value, state)) in means.iter().zip(bounds).zip(cells) {
            let is_value = *state == CellState::Value;
            *is_above |= is_value && *mean >= *value;
            *is_below |= is_value && *mean <= *value;
        }
    }
    for i in (0..n).filter(|i| !(is_above[*i] && is_below[*i])) {
        let weighted = children.iter().filter(|(_, share)| *share > 0.0);
        let scores = weighted.filter_map(|(child, _)| child.get(units.start + i).value());
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for score in scores {
            (low, high) = (num::lesser(low, score), num::greater(high, score));
        }
        means[i] = num::lesser(num::greater(means[i], low), high);
    }
    if weights[..n].iter().all(|weight| *weight > 0.0) {
        column.extend_values(&means[..n]);
    } else {
        for (mean, weight) in means.iter().zip(&weights).take(n) {
            column.push(if *weight > 0.0 {
                Cell::Value(*mean)
            } else {
                Cell::Missing
            });
        }
    }
}

/// `(Σ wᵢ sᵢᵖ)^(1/p)` as `r · (1 + Σ wᵢ ((sᵢ/r)ᵖ − 1))^(1/p)` with r the unit's greatest
/// score, or its least for p < 0: no power leaves the range of numbers, and none
/// loses its digits to a p near 0.
fn power_column(children: &[(&Column, f64)], p: f64, n_units: usize) -> Column {
    let with_weight = || children.iter().filter(|(_, share)| *share > 0.0);
    let mut ranges = vec![(f64::INFINITY, f64::NEG_INFINITY); n_units];
    for (column, _) in with_weight() {
        for ((low, high), cell) in ranges.iter_mut().zip(column.cells()) {
            if let Cell::Value(x) = cell {
                *low = low.min(x);
                *high = high.max(x);
            }
        }
    }
    let mut sums = vec![(0.0, 0.0); n_units];
    for (column, share) in with_weight() {
        let with_range = sums.iter_mut().zip(&ranges);
        for (((sum, weight), (low, high)), cell) in with_range.zip(column.cells()) {
            if let Cell::Value(x) = cell {
                let base = if p > 0.0 { *high } else { *low };
                *sum += share * num::exp_m1(p * num::ln(x / base));
                *weight += share;
            }
        }
    }
    let cells = sums
        .iter()
        .zip(ranges)
        .map(|(&(sum, weight), (low, high))| {
            let base = if p > 0.0 { high } else { low };
            if low < 0.0 || weight <= 0.0 {
                Cell::Missing
            } else if base == 0.0 {
                Cell::Value(0.0)
            } else {
                let mean = base * num::exp(num::ln_1p((sum / weight).max(-1.0)) / p);
                Cell::Value(mean.clamp(low, high))
            }
        });
    Column::from_cells(cells)
}
