//! Weights that give each indicator a chosen influence on the mean.

use super::objective::{ObjectiveError, complete};
use crate::frame::Column;
use crate::num::{self, Matrix};

/// Why there are no such weights.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InfluenceError {
    /// The data cannot be used.
    #[error(transparent)]
    Data(#[from] ObjectiveError),
    /// One target per column is needed, all ≥ 0 and not all 0.
    #[error("the targets must be numbers ≥ 0, one for each column, and not all 0")]
    Targets,
    /// No weights ≥ 0 reach the targets.
    #[error("no weights reach these influences; the nearest miss one of them by {gap:.4}")]
    Unreachable {
        /// The weights that come nearest.
        weights: Vec<f64>,
        /// The influences they give.
        influences: Vec<f64>,
        /// Largest difference from a target.
        gap: f64,
    },
}

/// Weights that were verified to give the targets.
#[derive(Clone, Debug, PartialEq)]
pub struct InfluenceOutcome {
    /// Adding up to exactly 1, none below 0.
    pub weights: Vec<f64>,
    /// The influences they give, adding up to 1.
    pub influences: Vec<f64>,
    /// Largest difference from a target, at most the tolerance.
    pub gap: f64,
}

/// Multiplicative rounds before the search by single moves.
const ROUNDS: usize = 4000;

/// Shares of influence under given weights.
///
/// Formula: `Iᵢ = rᵢ·|rᵢ| / Σ|rⱼ|²` with `rᵢ` Pearson's correlation of column i
/// and the weighted mean: the linear part of the correlation ratio. A column that
/// works against the mean has a negative share. Source: Paruolo, Saisana and
/// Saltelli 2013; Becker and others 2017.
fn influences(covariance: &Matrix, weights: &[f64]) -> Vec<f64> {
    let k = weights.len();
    let with_mean: Vec<f64> = (0..k)
        .map(|i| num::ordered_sum((0..k).map(|j| covariance.at(i, j) * weights[j])))
        .collect();
    let squares: Vec<f64> = with_mean
        .iter()
        .enumerate()
        .map(|(i, c)| {
            let variance = covariance.at(i, i);
            if variance > 0.0 {
                c * c.abs() / variance
            } else {
                0.0
            }
        })
        .collect();
    let total = num::ordered_sum(squares.iter().map(|s| s.abs()));
    squares
        .iter()
        .map(|s| if total > 0.0 { s / total } else { 0.0 })
        .collect()
}

fn gap(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |m, (x, y)| m.max((x - y).abs()))
}

fn squared(a: &[f64], b: &[f64]) -> f64 {
    num::ordered_sum(a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)))
}

/// Weights under which every column has its target share of influence.
///
/// Targets count in proportion. The weights returned are ≥ 0 and were checked: the
/// influences are computed again from them, and if one misses its target by more
/// than `tolerance` the answer is a refusal that carries the best weights found.
/// Deterministic. Only units with a value in every column are used.
///
/// ```
/// use dhi_engine::frame::{Cell, Column};
/// use dhi_engine::weigh::influence::weights_for_influence;
/// // Uncorrelated columns of equal variance: influence goes with w², so
/// // 80 % and 20 % take weights of 2 to 1.
/// let a = Column::from_cells([-1.0, -1.0, 1.0, 1.0].map(Cell::Value));
/// let b = Column::from_cells([-1.0, 1.0, -1.0, 1.0].map(Cell::Value));
/// let out = weights_for_influence(&[&a, &b], &[0.8, 0.2], 1e-9).unwrap();
/// assert!((out.weights[0] - 2.0 / 3.0).abs() < 1e-9);
/// ```
pub fn weights_for_influence(
    columns: &[&Column],
    targets: &[f64],
    tolerance: f64,
) -> Result<InfluenceOutcome, InfluenceError> {
    let data = complete(columns)?;
    let is_usable = targets.len() == data.len() && targets.iter().all(|t| t.is_finite());
    let targets = is_usable.then(|| num::shares(targets)).flatten();
    let targets = targets.ok_or(InfluenceError::Targets)?;
    let means: Vec<f64> = data.iter().filter_map(|x| num::mean(x)).collect();
    let n = data.first().map_or(0, Vec::len) as f64;
    let covariance = Matrix::from_fn(data.len(), |i, j| {
        let (i, j) = (i.max(j), i.min(j));
        let products = data[i].iter().zip(&data[j]);
        num::ordered_sum(products.map(|(x, y)| (x - means[i]) * (y - means[j]))) / (n - 1.0)
    });
    if (0..data.len()).all(|i| num::sd(&data[i]) == 0.0) {
        return Err(ObjectiveError::AllConstant.into());
    }
    let mut nearest: Option<InfluenceOutcome> = None;
    for start in starts(data.len()) {
        let mut best = start;
        multiply(&covariance, &targets, &mut best);
        move_singly(&covariance, &targets, &mut best);
        let weights = num::shares(&best).ok_or(InfluenceError::Targets)?;
        let influences = influences(&covariance, &weights);
        let gap = gap(&influences, &targets);
        let found = InfluenceOutcome {
            weights,
            influences,
            gap,
        };
        if gap <= tolerance {
            return Ok(found);
        }
        if nearest.as_ref().is_none_or(|nearest| gap < nearest.gap) {
            nearest = Some(found);
        }
    }
    let InfluenceOutcome {
        weights,
        influences,
        gap,
    } = nearest.ok_or(InfluenceError::Targets)?;
    Err(InfluenceError::Unreachable {
        weights,
        influences,
        gap,
    })
}

/// Where the search begins: with equal weights and, where that ends short of the targets,
/// with most of the weight on each column in turn. A column that is uncorrelated with the
/// mean gains nothing by the first bit more weight, so one beginning may end there while
/// weights that reach the targets lie elsewhere.
fn starts(k: usize) -> impl Iterator<Item = Vec<f64>> {
    let equal = vec![1.0 / k as f64; k];
    let heavy = move |at: usize| -> Vec<f64> {
        let rest = 0.2 / k as f64;
        (0..k)
            .map(|i| if i == at { 0.8 + rest } else { rest })
            .collect()
    };
    std::iter::once(equal).chain((0..k).map(heavy))
}

/// Raises the weight of what has too little influence, and the reverse.
fn multiply(covariance: &Matrix, targets: &[f64], best: &mut Vec<f64>) {
    let mut weights = best.clone();
    let mut least = squared(&influences(covariance, best), targets);
    for _ in 0..ROUNDS {
        let now = influences(covariance, &weights);
        for ((w, target), now) in weights.iter_mut().zip(targets).zip(&now) {
            *w *= ((target + 1e-12) / (now.max(0.0) + 1e-12))
                .sqrt()
                .clamp(0.2, 5.0);
        }
        let total = num::ordered_sum(weights.iter().copied());
        if !(total.is_finite() && total > 0.0) {
            return;
        }
        for w in &mut weights {
            *w /= total;
        }
        let miss = squared(&influences(covariance, &weights), targets);
        if miss < least {
            least = miss;
            best.clone_from(&weights);
        }
        if miss < 1e-26 {
            return;
        }
    }
}

/// Moves weight between pairs as long as that helps, in ever smaller steps; finds
/// the boundary, which multiplying only approaches.
fn move_singly(covariance: &Matrix, targets: &[f64], best: &mut [f64]) {
    let mut least = squared(&influences(covariance, best), targets);
    let mut step = 0.1_f64;
    while step > 1e-12 && least > 1e-26 {
        let mut has_moved = false;
        for from in 0..best.len() {
            for to in 0..best.len() {
                let amount = step.min(best[from]);
                if from == to || amount == 0.0 {
                    continue;
                }
                let (old_from, old_to) = (best[from], best[to]);
                best[from] -= amount;
                best[to] += amount;
                let miss = squared(&influences(covariance, best), targets);
                if miss < least {
                    least = miss;
                    has_moved = true;
                } else {
                    (best[from], best[to]) = (old_from, old_to);
                }
            }
        }
        if !has_moved {
            step /= 2.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weigh::components::tests::arrests;

    #[test]
    fn equal_influence_is_reached_and_verified() {
        let columns = arrests();
        let refs: Vec<&Column> = [0, 2, 3].iter().map(|&c| &columns[c]).collect();
        let out = weights_for_influence(&refs, &[1.0; 3], 1e-9).unwrap();
        assert!(out.weights.iter().all(|w| *w >= 0.0));
        assert!(out.influences.iter().all(|i| (i - 1.0 / 3.0).abs() < 1e-9));
        assert_eq!(num::ordered_sum(out.weights.iter().copied()), 1.0);
    }

    /// From equal weights the search ends where the first column is uncorrelated with the
    /// mean and gains nothing by a little more weight; from elsewhere it goes on. That the
    /// shares are equal is computed here from the weights, by the correlations alone.
    #[test]
    fn weights_beyond_a_dead_end_are_found() {
        let data = [
            [6.0, 2.0, 0.0, 5.0],
            [5.0, 4.0, 6.0, 0.0],
            [2.0, 3.0, 2.0, 6.0],
        ];
        let columns = data.map(|column| Column::from_cells(column.map(crate::frame::Cell::Value)));
        let refs: Vec<&Column> = columns.iter().collect();
        let out = weights_for_influence(&refs, &[1.0; 3], 1e-6).unwrap();
        let mean: Vec<f64> = (0..4)
            .map(|unit| (0..3).map(|c| out.weights[c] * data[c][unit]).sum())
            .collect();
        let centred = |x: &[f64]| -> Vec<f64> {
            let mean = x.iter().sum::<f64>() / 4.0;
            x.iter().map(|x| x - mean).collect()
        };
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let of_mean = centred(&mean);
        let squares: Vec<f64> = data
            .iter()
            .map(|column| {
                let column = centred(column);
                let covariance = dot(&column, &of_mean);
                assert!(covariance > 0.0);
                covariance * covariance / dot(&column, &column)
            })
            .collect();
        let total: f64 = squares.iter().sum();
        for square in squares {
            assert!(
                (square / total - 1.0 / 3.0).abs() < 1e-5,
                "{square} of {total}"
            );
        }
    }

    /// Murder and assault correlate at 0.80: neither can have all the influence,
    /// and none of it can be taken from the other altogether.
    #[test]
    fn what_cannot_be_reached_is_refused_with_the_nearest() {
        let columns = arrests();
        let refs: Vec<&Column> = columns.iter().take(2).collect();
        let error = weights_for_influence(&refs, &[1.0, 0.0], 1e-3).unwrap_err();
        let InfluenceError::Unreachable {
            weights,
            influences,
            gap,
        } = error
        else {
            panic!("{error}");
        };
        assert!(weights.iter().all(|w| *w >= 0.0));
        // All weight on murder: r = 1 and r = 0.8018733, squares 0.6086 : 0.3914.
        assert!((weights[0] - 1.0).abs() < 1e-9, "{weights:?}");
        assert!((influences[0] - 1.0 / (1.0 + 0.801_873_3 * 0.801_873_3)).abs() < 1e-6);
        assert!((gap - (1.0 - influences[0])).abs() < 1e-12);
        for bad in [&[1.0][..], &[0.0, 0.0], &[-1.0, 2.0], &[f64::NAN, 1.0]] {
            assert_eq!(
                weights_for_influence(&refs, bad, 1e-3),
                Err(InfluenceError::Targets)
            );
        }
    }
}
