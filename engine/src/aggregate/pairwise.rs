//! Methods that compare units in pairs.

use super::AggregateError;
use crate::frame::{Cell, CellState, Column};
use serde::{Deserialize, Serialize};

/// Most units whose every pair is compared.
pub const PAIRWISE_LIMIT: usize = 20_000;

/// Scores, and weights for either of a pair, this close are equal, as in ranking: such
/// differences are arithmetic.
const TOLERANCE: f64 = 1e-9;

/// Weight on either side of a pair. Shares are multiples of 2⁻⁵⁰, so these sums
/// have no rounding. Those that a method found differ in their last bits with the order
/// of the units, so a tie of majorities has the tolerance of one of scores.
struct Votes {
    first: f64,
    second: f64,
    tied: f64,
}

fn votes(children: &[(&Column, f64)], i: usize, j: usize) -> Votes {
    let mut votes = Votes {
        first: 0.0,
        second: 0.0,
        tied: 0.0,
    };
    for (column, share) in children {
        let states = column.states();
        if states[i] != CellState::Value || states[j] != CellState::Value {
            continue;
        }
        let difference = column.values()[i] - column.values()[j];
        if difference.abs() <= TOLERANCE {
            votes.tied += share;
        } else if difference > 0.0 {
            votes.first += share;
        } else {
            votes.second += share;
        }
    }
    votes
}

fn check(n_units: usize) -> Result<(), AggregateError> {
    if n_units > PAIRWISE_LIMIT {
        return Err(AggregateError::TooManyUnits {
            n_units,
            limit: PAIRWISE_LIMIT,
        });
    }
    Ok(())
}

/// Copeland's rule: majorities won minus majorities lost.
///
/// Formula: `cᵢ = Σⱼ sign(weight for i − weight for j)` over the `m` units that
/// share a child with i; equal halves count 0. Score `S · (cᵢ + m)/(2m)`: S for
/// winning every pair, S/2 for as many won as lost. Only the children both units
/// have a value for vote, which is what renormalising their weights comes to.
/// Independent of the order of the units. Missing: no unit to compare with.
/// Work: every pair, so at most [`PAIRWISE_LIMIT`] units; sorting decides a pair by one
/// child, but who has the majority of several is not told by their orders one by one.
/// Source: Copeland 1951; Munda and Nardo 2009; `a_copeland` of COINr.
///
/// ```
/// use dhi_engine::aggregate::copeland;
/// use dhi_engine::frame::{Cell, Column};
/// let a = Column::from_cells([3.0, 2.0, 1.0].map(Cell::Value));
/// let b = Column::from_cells([1.0, 2.0, 3.0].map(Cell::Value));
/// // Half of the weight each way: every pair is an exact tie.
/// let tied = copeland(&[(&a, 0.5), (&b, 0.5)], 3, 100.0).unwrap();
/// assert_eq!(tied.present().collect::<Vec<_>>(), [50.0; 3]);
/// let decided = copeland(&[(&a, 0.75), (&b, 0.25)], 3, 100.0).unwrap();
/// assert_eq!(decided.present().collect::<Vec<_>>(), [100.0, 50.0, 0.0]);
/// ```
pub fn copeland(
    children: &[(&Column, f64)],
    n_units: usize,
    scale: f64,
) -> Result<Column, AggregateError> {
    check(n_units)?;
    let mut won_minus_lost = vec![0_i32; n_units];
    let mut compared = vec![0_u32; n_units];
    for i in 0..n_units {
        for j in 0..i {
            let Votes {
                first,
                second,
                tied,
            } = votes(children, i, j);
            if first + second + tied == 0.0 {
                continue;
            }
            compared[i] += 1;
            compared[j] += 1;
            let lead = first - second;
            let sign = i32::from(lead > TOLERANCE) - i32::from(lead < -TOLERANCE);
            won_minus_lost[i] += sign;
            won_minus_lost[j] -= sign;
        }
    }
    let cells = won_minus_lost.iter().zip(compared).map(|(c, m)| {
        if m == 0 {
            return Cell::Missing;
        }
        let m = f64::from(m);
        Cell::Value(scale * ((f64::from(*c) + m) / (2.0 * m)))
    });
    Ok(Column::from_cells(cells))
}

/// The outranking matrix: by row and column, the share of weight for the row's
/// unit, ties counting half; `None` on the diagonal and where no child is shared.
///
/// Range 0–1; the two entries of a pair sum to 1. Source: Munda and Nardo 2009;
/// `outrankMatrix` of COINr.
pub fn outranking_matrix(
    children: &[(&Column, f64)],
    n_units: usize,
) -> Result<Vec<Vec<Option<f64>>>, AggregateError> {
    check(n_units)?;
    let entry = |i: usize, j: usize| {
        let Votes {
            first,
            second,
            tied,
        } = votes(children, i, j);
        let all = first + second + tied;
        (i != j && all > 0.0).then(|| (first + tied / 2.0) / all)
    };
    let row = |i| (0..n_units).map(|j| entry(i, j)).collect();
    Ok((0..n_units).map(row).collect())
}

/// How a difference becomes a preference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preference {
    /// Any difference is full preference.
    #[default]
    Usual,
    /// None up to `indifference`, full from `preference`, linear between
    /// (type V; type III when `indifference` is 0, type II when they are equal).
    Linear {
        /// Differences up to this do not count, ≥ 0, in score units.
        indifference: f64,
        /// Differences from this count fully, ≥ `indifference`.
        preference: f64,
    },
}

/// Parameters of [`net_flows`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Promethee {
    /// The same for every child.
    pub preference: Preference,
}

/// PROMETHEE II: net flow of every unit.
///
/// Formula: `φᵢ = Σ_c w̃_c · 1/(n_c − 1) · Σⱼ [P(x_ic − x_jc) − P(x_jc − x_ic)]` with
/// the `n_c` units that have child c, weights renormalised over the children the
/// unit has. Range −1 to 1; a node's score is `S · (φ + 1)/2`. Missing: no child
/// that any other unit has. Work: n log n, by sorting each child once.
/// Source: Brans and Vincke 1985.
///
/// ```
/// use dhi_engine::aggregate::{Promethee, net_flows};
/// use dhi_engine::frame::{Cell, Column};
/// let a = Column::from_cells([3.0, 2.0, 1.0].map(Cell::Value));
/// let flows = net_flows(&[(&a, 1.0)], 3, Promethee::default());
/// assert_eq!(flows.present().collect::<Vec<_>>(), [1.0, 0.0, -1.0]);
/// ```
pub fn net_flows(children: &[(&Column, f64)], n_units: usize, parameters: Promethee) -> Column {
    let mut sums = vec![0.0; n_units];
    let mut weights = vec![0.0; n_units];
    for (column, share) in children {
        let mut sorted: Vec<f64> = column.present().collect();
        if sorted.len() < 2 {
            continue;
        }
        sorted.sort_unstable_by(f64::total_cmp);
        // Sums up to each place, of deviations from the middle to keep digits.
        let centre = sorted[sorted.len() / 2];
        let mut prefix = Vec::with_capacity(sorted.len() + 1);
        let mut sum = 0.0;
        prefix.push(sum);
        for x in &sorted {
            sum += x - centre;
            prefix.push(sum);
        }
        let others = sorted.len() as f64 - 1.0;
        for (i, cell) in column.cells().enumerate() {
            let Cell::Value(x) = cell else { continue };
            let flow = match parameters.preference {
                Preference::Usual => {
                    let below = sorted.partition_point(|y| *y < x - TOLERANCE);
                    let above = sorted.len() - sorted.partition_point(|y| *y <= x + TOLERANCE);
                    below as f64 - above as f64
                }
                Preference::Linear {
                    indifference: q,
                    preference: p,
                } => ramp(&sorted, &prefix, centre, x, q, p),
            };
            sums[i] += share * (flow / others);
            weights[i] += share;
        }
    }
    let cells = sums.iter().zip(weights).map(|(sum, weight)| {
        if weight > 0.0 {
            Cell::Value(sum / weight)
        } else {
            Cell::Missing
        }
    });
    Column::from_cells(cells)
}

/// Σ P(x − y) − P(y − x) over all y for a preference linear between q and p.
fn ramp(sorted: &[f64], prefix: &[f64], centre: f64, x: f64, q: f64, p: f64) -> f64 {
    let n = sorted.len();
    // Below: full up to x − p, partial up to x − q.
    let full = sorted.partition_point(|y| x - y >= p && x - y > q);
    let partial = sorted.partition_point(|y| x - y > q);
    let mut sum = full as f64;
    if partial > full {
        let count = (partial - full) as f64;
        let total = prefix[partial] - prefix[full];
        sum += ((x - centre - q) * count - total) / (p - q);
    }
    // Above, mirrored.
    let from_full = sorted.partition_point(|y| y - x < p || y - x <= q);
    let from_partial = sorted.partition_point(|y| y - x <= q);
    sum -= (n - from_full) as f64;
    if from_full > from_partial {
        let count = (from_full - from_partial) as f64;
        let total = prefix[from_full] - prefix[from_partial];
        sum -= (total - (x - centre + q) * count) / (p - q);
    }
    sum
}
