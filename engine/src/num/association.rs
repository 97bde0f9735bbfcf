//! Ranks and rank correlations of lists of equal length.

use super::{correlation, ordered_sum};

/// Ranks from 1 for the smallest; equal values share the mean of their places.
///
/// ```
/// use dhi_engine::num::average_ranks;
/// assert_eq!(average_ranks(&[10.0, 30.0, 10.0]), [1.5, 3.0, 1.5]);
/// ```
pub fn average_ranks(values: &[f64]) -> Vec<f64> {
    let mut ranks = vec![0.0; values.len()];
    for_each_tie(values, |before, tied| {
        let mean = before as f64 + f64::midpoint(tied.len() as f64, 1.0);
        for &i in tied {
            ranks[i as usize] = mean;
        }
    });
    ranks
}

/// Calls `f` with the number of smaller values and the positions of every group
/// of equal values, from the smallest.
pub fn for_each_tie(values: &[f64], mut f: impl FnMut(usize, &[u32])) {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    // `total_cmp` orders −0 before 0, which are equal.
    let key = |i: u32| values[i as usize] + 0.0;
    order.sort_unstable_by(|&a, &b| key(a).total_cmp(&key(b)).then(a.cmp(&b)));
    let mut before = 0;
    for tied in order.chunk_by(|&a, &b| key(a) == key(b)) {
        f(before, tied);
        before += tied.len();
    }
}

/// Spearman's rank correlation: Pearson's of the average ranks. `None` when
/// either list is constant or shorter than two. Range −1 to 1.
///
/// ```
/// use dhi_engine::num::spearman;
/// // The example of scipy.stats.spearmanr: 0.8207826816681233
/// let rho = spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[5.0, 6.0, 7.0, 8.0, 7.0]).unwrap();
/// assert!((rho - 0.820_782_681_668_123_3).abs() < 1e-14);
/// ```
pub fn spearman(a: &[f64], b: &[f64]) -> Option<f64> {
    correlation(&average_ranks(a), &average_ranks(b))
}

/// Kendall's τ-b with what its test needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Kendall {
    /// Range −1 to 1, corrected for ties.
    pub tau_b: f64,
    /// Standard normal statistic under independence, its variance corrected for
    /// ties (Kendall 1970, chapter 4).
    pub z: f64,
}

/// Kendall's τ-b in n log n (Knight 1966).
///
/// Formula: `τ = (C − D) / √((n₀ − n₁)(n₀ − n₂))` with concordant and discordant
/// pairs, `n₀ = n(n − 1)/2` and the pairs tied in either list. `None` when either
/// list is constant or shorter than two.
///
/// ```
/// use dhi_engine::num::kendall;
/// // The example of scipy.stats.kendalltau: −0.4714045207910316, p = 0.28274545
/// let out = kendall(&[12.0, 2.0, 1.0, 12.0, 2.0], &[1.0, 4.0, 7.0, 1.0, 0.0]).unwrap();
/// assert!((out.tau_b + 0.471_404_520_791_031_6).abs() < 1e-15);
/// ```
pub fn kendall(a: &[f64], b: &[f64]) -> Option<Kendall> {
    let n = a.len();
    if n < 2 || b.len() != n {
        return None;
    }
    // Dense ranks turn comparing into integers.
    let (x, ties_a) = dense(a);
    let (y, ties_b) = dense(b);
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.sort_unstable_by_key(|&i| (x[i as usize], y[i as usize], i));
    let both = order
        .chunk_by(|&i, &j| x[i as usize] == x[j as usize] && y[i as usize] == y[j as usize])
        .map(|tied| pairs(tied.len() as u64))
        .sum::<u64>();
    let mut ys: Vec<u32> = order.iter().map(|&i| y[i as usize]).collect();
    let mut buffer = ys.clone();
    let discordant = inversions(&mut ys, &mut buffer);
    let all = pairs(n as u64);
    let (in_a, in_b) = (ties_a.pairs(), ties_b.pairs());
    if all == in_a || all == in_b {
        return None;
    }
    // Pairs are counted exactly; 2⁵³ of them would take 10⁸ units.
    let concordant = all + both - in_a - in_b - discordant;
    let difference = concordant as f64 - discordant as f64;
    let tau_b = difference / ((all - in_a) as f64).sqrt() / ((all - in_b) as f64).sqrt();
    let n = n as f64;
    let of_sizes =
        |f: fn(f64) -> f64, ties: &Ties| ordered_sum(ties.sizes.iter().map(|t| f(*t as f64)));
    let v0 = n * (n - 1.0) * (2.0 * n + 5.0);
    let v = |ties| of_sizes(|t| t * (t - 1.0) * (2.0 * t + 5.0), ties);
    let first = |ties| of_sizes(|t| t * (t - 1.0), ties);
    let second = |ties| of_sizes(|t| t * (t - 1.0) * (t - 2.0), ties);
    let mut variance = (v0 - v(&ties_a) - v(&ties_b)) / 18.0;
    variance += first(&ties_a) * first(&ties_b) / (2.0 * n * (n - 1.0));
    if n > 2.0 {
        variance += second(&ties_a) * second(&ties_b) / (9.0 * n * (n - 1.0) * (n - 2.0));
    }
    Some(Kendall {
        tau_b: tau_b.clamp(-1.0, 1.0),
        z: difference / variance.sqrt(),
    })
}

fn pairs(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

/// Sizes of groups of equal values.
struct Ties {
    sizes: Vec<u64>,
}

impl Ties {
    fn pairs(&self) -> u64 {
        self.sizes.iter().map(|&t| pairs(t)).sum()
    }
}

fn dense(values: &[f64]) -> (Vec<u32>, Ties) {
    let mut ranks = vec![0; values.len()];
    let mut sizes = Vec::new();
    for_each_tie(values, |_, tied| {
        for &i in tied {
            ranks[i as usize] = sizes.len() as u32;
        }
        sizes.push(tied.len() as u64);
    });
    (ranks, Ties { sizes })
}

/// Pairs in the wrong order, by merge sort; sorts `values`.
fn inversions(values: &mut [u32], buffer: &mut [u32]) -> u64 {
    let n = values.len();
    if n < 2 {
        return 0;
    }
    let middle = n / 2;
    let (left, right) = values.split_at_mut(middle);
    let (left_buffer, right_buffer) = buffer.split_at_mut(middle);
    let mut count = inversions(left, left_buffer) + inversions(right, right_buffer);
    let (mut i, mut j) = (0, 0);
    for slot in buffer.iter_mut() {
        let take_left = j == right.len() || (i < left.len() && left[i] <= right[j]);
        if take_left {
            *slot = left[i];
            i += 1;
        } else {
            *slot = right[j];
            count += (left.len() - i) as u64;
            j += 1;
        }
    }
    values.copy_from_slice(buffer);
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn constant_or_short_lists_have_no_correlation() {
        assert_eq!(kendall(&[1.0], &[1.0]), None);
        assert_eq!(kendall(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(spearman(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(average_ranks(&[-0.0, 0.0]), [1.5, 1.5]);
    }

    /// Where ties in both lists together outnumber all pairs.
    #[test]
    fn mostly_tied_lists_are_counted() {
        let out = kendall(&[1.0, 1.0, 1.0, 2.0], &[5.0, 5.0, 4.0, 4.0]).unwrap();
        // Discordant: (1,5)-(2,4) twice; pairs untied in a 3, in b 4.
        assert!((out.tau_b + 2.0 / 12.0_f64.sqrt()).abs() < 1e-15);
        let out = kendall(&[1.0, 1.0, 1.0, 1.0, 2.0], &[1.0, 1.0, 1.0, 1.0, 2.0]).unwrap();
        assert!((out.tau_b - 1.0).abs() < 1e-15);
    }

    proptest! {
        /// Knight's count against counting every pair.
        #[test]
        fn kendall_counts_every_pair(
            lists in prop::collection::vec((0u8..6, 0u8..6), 2..60),
        ) {
            let a: Vec<f64> = lists.iter().map(|l| f64::from(l.0)).collect();
            let b: Vec<f64> = lists.iter().map(|l| f64::from(l.1)).collect();
            let mut sum = 0.0;
            let (mut in_a, mut in_b) = (0.0, 0.0);
            for i in 0..a.len() {
                for j in 0..i {
                    let (da, db) = (a[i] - a[j], b[i] - b[j]);
                    if da != 0.0 && db != 0.0 {
                        sum += (da * db).signum();
                    }
                    in_a += f64::from(u8::from(da != 0.0));
                    in_b += f64::from(u8::from(db != 0.0));
                }
            }
            match kendall(&a, &b) {
                Some(out) => prop_assert!((out.tau_b - sum / (in_a * in_b).sqrt()).abs() < 1e-12),
                None => prop_assert!(in_a * in_b == 0.0),
            }
        }
    }
}
