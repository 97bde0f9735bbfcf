//! The only arithmetic whose result could differ between platforms or between
//! two orders of summation, collected so that it cannot (invariant 2).

mod association;
mod beta;
mod least_norm;
mod linear;
mod matrix;
mod moments;
mod order;
mod quantile;

pub use association::{Kendall, average_ranks, for_each_tie, kendall, spearman};
pub use beta::{beta_cdf, beta_quantile, digamma, ln_beta, ln_gamma, trigamma};
pub use least_norm::least_norm;
pub use linear::{LinearError, Optimum, maximise};
pub use matrix::{Eigen, Matrix};
pub use moments::{correlation, excess_kurtosis, mean, sd, skewness};
pub use order::{order_by, sort_by};
pub use quantile::{gamma_quantile, normal_quantile, sin};

/// The lesser of two numbers, neither NaN: a comparison, where [`f64::min`] is the call
/// of a function in WebAssembly.
#[inline]
pub(crate) fn lesser(a: f64, b: f64) -> f64 {
    if b < a { b } else { a }
}

/// The greater of two numbers, neither NaN; see [`lesser`].
#[inline]
pub(crate) fn greater(a: f64, b: f64) -> f64 {
    if b > a { b } else { a }
}

/// `x` between two bounds, or the bound it reaches with the sign that says so.
///
/// ```
/// use dhi_engine::num::bounded;
/// assert_eq!(bounded(95.0, (5.0, 95.0)), ("≥ ", 95.0));
/// assert_eq!(bounded(94.9, (5.0, 95.0)), ("", 94.9));
/// assert_eq!(bounded(0.0, (5.0, 95.0)), ("≤ ", 5.0));
/// ```
pub fn bounded(x: f64, (low, high): (f64, f64)) -> (&'static str, f64) {
    if x >= high {
        ("≥ ", high)
    } else if x <= low {
        ("≤ ", low)
    } else {
        ("", x)
    }
}

/// `e^x`, the same bits natively and in WebAssembly.
///
/// ```
/// assert_eq!(dhi_engine::num::exp(0.0), 1.0);
/// ```
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// `e^x − 1` without losing the digits of a small `x`.
///
/// ```
/// assert_eq!(dhi_engine::num::exp_m1(1e-20), 1e-20);
/// ```
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// `ln(1 + x)` without losing the digits of a small `x`.
///
/// ```
/// assert_eq!(dhi_engine::num::ln_1p(1e-20), 1e-20);
/// ```
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// Natural logarithm, the same bits natively and in WebAssembly.
///
/// ```
/// assert_eq!(dhi_engine::num::ln(1.0), 0.0);
/// ```
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `x^y`, the same bits natively and in WebAssembly.
///
/// ```
/// assert_eq!(dhi_engine::num::pow(4.0, 0.5), 2.0);
/// ```
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// `2^−x` for `x ≥ 0`: exact for whole numbers, and 0 where it is too small to tell
/// from 0.
///
/// ```
/// use dhi_engine::num::half_to_the;
/// assert_eq!(half_to_the(10.0), 1.0 / 1024.0);
/// assert_eq!(half_to_the(0.5), 0.5f64.sqrt());
/// assert_eq!(half_to_the(487_144.0), 0.0);
/// ```
pub fn half_to_the(x: f64) -> f64 {
    let whole = libm::floor(x);
    let part = pow(0.5, x - whole);
    // Beyond 1100 halvings even the smallest number is 0.
    libm::ldexp(part, -(whole.clamp(0.0, 1100.0) as i32))
}

/// Sum from first to last. `Iterator::sum` happens to do the same for `f64`,
/// but here the order is the promise.
///
/// ```
/// assert_eq!(dhi_engine::num::ordered_sum([1.0, 2.0, 3.0]), 6.0);
/// ```
pub fn ordered_sum(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(0.0, |sum, x| sum + x)
}

/// Grid on which shares lie: multiples of 2⁻⁵⁰ in \[0, 1\] add without rounding.
const SHARE_GRID: f64 = 1.0 / (1u64 << 50) as f64;

/// Grid on which contributions lie, about 9·10⁻¹³ points.
const CONTRIBUTION_GRID: f64 = 1.0 / (1u64 << 40) as f64;

/// So many steps of a grid are counted without rounding, with a bit to spare.
const LARGEST_COUNT: f64 = (1u64 << 52) as f64;

fn snap(x: f64, grid: f64) -> f64 {
    // `rint` rounds half to even everywhere; the platform default may not.
    libm::rint(x / grid) * grid
}

/// Rounds `parts` to a grid and gives the exact remainder to the largest part
/// (the first of equals), so that the parts add up to `total` **without any
/// rounding, in any order of addition**.
///
/// Why it holds: every part is a multiple of the grid or of the last bit of
/// `total`, and no partial sum exceeds `total`, so each is representable.
/// Needs `parts` ≥ 0 whose sum is `total` up to rounding.
fn split_exactly(parts: &mut [f64], total: f64, grid: f64) {
    let Some(mut largest) = parts.first().map(|_| 0) else {
        return;
    };
    for (i, &part) in parts.iter().enumerate() {
        if part.abs() > parts[largest].abs() {
            largest = i;
        }
    }
    let mut others = 0.0;
    for (i, part) in parts.iter_mut().enumerate() {
        if i != largest {
            *part = snap(*part, grid);
            others += *part;
        }
    }
    parts[largest] = total - others;
}

/// Turns non-negative weights into shares that add up to exactly 1, in any
/// order of addition; `None` when the weights sum to zero or are not finite.
///
/// Formula: `share_i = w_i / Σ w`, moved by at most 2⁻⁵¹ so that the sum is exact.
///
/// ```
/// use dhi_engine::num::shares;
/// let thirds = shares(&[1.0, 1.0, 1.0]).unwrap();
/// assert_eq!(thirds[0] + thirds[1] + thirds[2], 1.0);
/// assert_eq!(thirds[2] + (thirds[1] + thirds[0]), 1.0);
/// assert_eq!(shares(&[0.0, 0.0]), None);
/// ```
pub fn shares(weights: &[f64]) -> Option<Vec<f64>> {
    let mut shares = weights.to_vec();
    into_shares(&mut shares).then_some(shares)
}

/// [`shares`] in place of the weights; leaves them alone and returns false where
/// there are none.
pub(crate) fn into_shares(weights: &mut [f64]) -> bool {
    let total = ordered_sum(weights.iter().copied());
    if !(total.is_finite() && total > 0.0) || weights.iter().any(|&w| w < 0.0) {
        return false;
    }
    for weight in weights.iter_mut() {
        *weight /= total;
    }
    split_exactly(weights, 1.0, SHARE_GRID);
    true
}

/// Splits `score` in proportion to `parts` so that the pieces add up to
/// exactly `score`, in any order of addition. All zero when `parts` are.
///
/// `whole` is what the pieces of all splits add up to in the end, `score` itself or
/// more: above 2¹² points the grid grows with it, or sums would be rounded.
///
/// ```
/// use dhi_engine::num::split_score;
/// let mut parts = [30.0, 50.0, 1.0 / 3.0];
/// split_score(&mut parts, 80.0 + 1.0 / 3.0, 80.0 + 1.0 / 3.0);
/// assert_eq!(parts[0] + parts[1] + parts[2], 80.0 + 1.0 / 3.0);
/// ```
pub fn split_score(parts: &mut [f64], score: f64, whole: f64) {
    let total = ordered_sum(parts.iter().copied());
    if total > 0.0 && score > 0.0 {
        for part in parts.iter_mut() {
            *part = score * (*part / total);
        }
        let mut grid = CONTRIBUTION_GRID;
        while whole.is_finite() && whole > grid * LARGEST_COUNT {
            grid *= 2.0;
        }
        split_exactly(parts, score, grid);
    } else {
        parts.fill(0.0);
    }
}

/// Rounds `parts` of either sign so that they add up to exactly the returned
/// total, in any order of addition; parts of 0 stay 0.
///
/// The total is `change`, which the parts must sum to up to rounding, unless that
/// has bits which no sum of such parts can have: where the parts' absolute values
/// together lie below 2ᵉ, it is rounded to a multiple of 2ᵉ⁻⁵³, by less than the
/// rounding of one addition. `None` when the absolute values overflow.
///
/// ```
/// use dhi_engine::num::split_change;
/// let mut parts = [1.0 / 3.0, -5.0 / 6.0, 0.0];
/// assert_eq!(split_change(&mut parts, -0.5), Some(-0.5));
/// assert_eq!(parts[0] + parts[1] + parts[2], -0.5);
/// assert_eq!(parts[2] + (parts[1] + parts[0]), -0.5);
/// ```
pub fn split_change(parts: &mut [f64], change: f64) -> Option<f64> {
    let size = ordered_sum(parts.iter().map(|part| part.abs())).max(change.abs());
    if !size.is_finite() {
        return None;
    }
    if size == 0.0 {
        return Some(0.0);
    }
    // Rounding the parts may add to their size: a hair of room keeps it below 2ᵉ.
    let (_, exponent) = libm::frexp(size * (1.0 + f64::EPSILON * 16.0));
    // Below it lies no float at all.
    let grid = libm::scalbn(1.0, (exponent - 53).max(-1074));
    let total = snap(change, grid);
    split_exactly(parts, total, grid);
    Some(total)
}

/// Quantile of sorted values by linear interpolation of order statistics
/// (Hyndman and Fan 1996, type 7; the default of R and of `PERCENTILE.INC`).
/// `None` for an empty slice; `p` is clamped to \[0, 1\].
///
/// ```
/// use dhi_engine::num::quantile_sorted;
/// assert_eq!(quantile_sorted(&[1.0, 2.0, 3.0, 4.0], 0.5), Some(2.5));
/// ```
pub fn quantile_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = p.clamp(0.0, 1.0) * last as f64;
    let below = libm::floor(position);
    // `position` lies in 0..=last, so the cast neither truncates nor wraps.
    #[expect(clippy::cast_sign_loss, reason = "clamped to 0..=last above")]
    let i = below as usize;
    let low = sorted[i];
    let high = sorted[(i + 1).min(last)];
    Some(low + (high - low) * (position - below))
}

/// Median of finite values in any order; `None` when there are none.
///
/// ```
/// assert_eq!(dhi_engine::num::median(&[3.0, 1.0, 2.0]), Some(2.0));
/// ```
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    quantile_sorted(&sorted, 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hyndman & Fan type 7 on 1..=4: position 0.25·3 = 0.75 → 1 + 0.75·(2 − 1).
    #[test]
    fn quartile_of_four_values() {
        assert_eq!(quantile_sorted(&[1.0, 2.0, 3.0, 4.0], 0.25), Some(1.75));
        assert_eq!(quantile_sorted(&[], 0.5), None);
    }

    #[test]
    fn a_change_of_nothing_or_too_much_is_split_too() {
        assert_eq!(split_change(&mut [], 0.0), Some(0.0));
        assert_eq!(split_change(&mut [0.0, 0.0], 0.0), Some(0.0));
        assert_eq!(split_change(&mut [f64::MAX, -f64::MAX], 0.0), None);
        let mut least = [5e-324, -5e-324];
        assert_eq!(split_change(&mut least, 0.0), Some(0.0));
        assert_eq!(least, [5e-324, -5e-324]);
    }

    proptest! {
        /// Parts of either sign and any size, with the sum that rounding leaves.
        #[test]
        fn parts_of_a_change_sum_to_it_in_any_order(
            parts in prop::collection::vec((-100.0..100f64, -12i32..3), 1..9),
        ) {
            let mut parts: Vec<f64> = parts.iter().map(|(x, e)| x * pow(10.0, f64::from(*e))).collect();
            let change = ordered_sum(parts.iter().copied());
            let size: f64 = parts.iter().map(|x| x.abs()).sum();
            let before = parts.clone();
            let total = split_change(&mut parts, change).unwrap();
            prop_assert!((total - change).abs() <= size * f64::EPSILON);
            prop_assert_eq!(ordered_sum(parts.iter().copied()), total);
            prop_assert_eq!(ordered_sum(parts.iter().rev().copied()), total);
            for (a, b) in before.iter().zip(&parts) {
                prop_assert!((a - b).abs() <= size * f64::EPSILON * 9.0);
            }
            let mut mirrored: Vec<f64> = before.iter().map(|x| -x).collect();
            prop_assert_eq!(split_change(&mut mirrored, -change), Some(-total));
            prop_assert!(parts.iter().zip(&mirrored).all(|(a, b)| *a == -*b));
        }

        #[test]
        fn shares_sum_to_one_in_any_order(weights in prop::collection::vec(0.0..1e6f64, 1..40)) {
            prop_assume!(weights.iter().sum::<f64>() > 0.0);
            let shares = shares(&weights).unwrap();
            prop_assert_eq!(ordered_sum(shares.iter().copied()), 1.0);
            prop_assert_eq!(ordered_sum(shares.iter().rev().copied()), 1.0);
            prop_assert!(shares.iter().all(|s| *s >= 0.0));
        }

        #[test]
        fn score_parts_sum_to_the_score_in_any_order(
            mut parts in prop::collection::vec(0.0..100f64, 1..40),
            score in prop_oneof![0.0..100f64, 0.0..1e9f64],
        ) {
            prop_assume!(parts.iter().sum::<f64>() > 1e-6);
            split_score(&mut parts, score, score);
            prop_assert_eq!(ordered_sum(parts.iter().copied()), score);
            prop_assert_eq!(ordered_sum(parts.iter().rev().copied()), score);
        }
    }
}
