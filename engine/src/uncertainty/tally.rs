//! Counts over replicates. Everything added is an integer, so no order of adding
//! changes a bit.

use super::plan::{Robust, RobustError};
use super::run::Sample;
use crate::ids::NodeIdx;
use crate::quantity::Rank;
use crate::rank::Grade;

/// Most units for which every rank of every unit and every pair is counted; beyond
/// it only what rank intervals need is kept.
pub const PAIR_LIMIT: usize = 2000;

/// Weights are summed on the grid of shares, scores on one of 2⁻³².
const WEIGHT_GRID: f64 = (1u64 << 50) as f64;
const SCORE_GRID: f64 = (1u64 << 32) as f64;

/// What is kept of the replicates seen so far.
///
/// Size: up to [`PAIR_LIMIT`] units n, `2n²` counts of four bytes. Beyond, for r
/// replicates and intervals at level l, the `k = ⌊r(1 − l)/2⌋ + 1` smallest and
/// largest ranks of each unit, which are exactly those an interval needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    digest: String,
    pub(super) n_units: usize,
    pub(super) n_bands: usize,
    pub(super) n_nodes: usize,
    pub(super) replicates: u32,
    pub(super) ranked: Vec<u32>,
    pub(super) rank_sums: Vec<u64>,
    pub(super) scored: Vec<u32>,
    score_sums: Vec<i128>,
    pub(super) graded: Vec<u32>,
    /// By unit and band.
    pub(super) bands: Vec<u32>,
    pub(super) over_line: Vec<u32>,
    pub(super) has_line: bool,
    pub(super) ranks: RankStore,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum RankStore {
    Counts {
        /// By unit and rank less 1.
        counts: Vec<u32>,
        /// By unit and other unit: 2 for being ahead, 1 for a tie.
        half_points: Vec<u32>,
        /// By unit and node: effective weights of the replicates the unit led.
        leading: Vec<u128>,
    },
    Tails {
        k: usize,
        /// By unit, the k smallest ranks, rising; `u32::MAX` where there are fewer.
        low: Vec<u32>,
        /// By unit, the k largest ranks, falling; 0 where there are fewer.
        high: Vec<u32>,
    },
}

/// A score in steps of the grid; few are too many for 64 bits, which are quicker.
fn score_steps(score: f64) -> i128 {
    let steps = libm::rint(score * SCORE_GRID);
    if steps.abs() < (1u64 << 62) as f64 {
        i128::from(steps as i64)
    } else {
        steps as i128
    }
}

/// Ranks to leave out at either end of an interval: `⌊r(1 − l)/2⌋`.
pub(super) fn left_out(replicates: u32, level: f64) -> usize {
    // The product may come out a last bit below a whole number.
    let outside = f64::from(replicates) * (1.0 - level) / 2.0 + 1e-9;
    (0..replicates as usize)
        .take_while(|&k| (k + 1) as f64 <= outside)
        .count()
}

impl Tally {
    pub(super) fn new(robust: &Robust<'_>) -> Self {
        let n_units = robust.inputs.units.len();
        let n_bands = robust.specs.first().map_or(0, |s| s.bands.list().len());
        let n_nodes = robust.inputs.framework.nodes().len();
        let ranks = if n_units <= PAIR_LIMIT {
            RankStore::Counts {
                counts: vec![0; n_units * n_units],
                half_points: vec![0; n_units * n_units],
                leading: vec![0; n_units * n_nodes],
            }
        } else {
            RankStore::tails(robust)
        };
        Self {
            digest: robust.digest(),
            n_units,
            n_bands,
            n_nodes,
            replicates: 0,
            ranked: vec![0; n_units],
            rank_sums: vec![0; n_units],
            scored: vec![0; n_units],
            score_sums: vec![0; n_units],
            graded: vec![0; n_units],
            bands: vec![0; n_units * n_bands],
            over_line: vec![0; n_units],
            has_line: robust.spec.line.is_some(),
            ranks,
        }
    }

    /// The same keeping only what intervals need, whatever the number of units.
    #[cfg(test)]
    pub(super) fn with_tails(mut self, robust: &Robust<'_>) -> Self {
        self.ranks = RankStore::tails(robust);
        self
    }

    /// Replicates counted.
    pub fn replicates(&self) -> u32 {
        self.replicates
    }

    /// Digest of the analysis that is counted.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub(super) fn add(&mut self, robust: &Robust<'_>, sample: &Sample) {
        self.replicates += 1;
        let tolerance = robust.specs.first().map_or(0.0, |s| s.rank.tolerance);
        for i in 0..self.n_units {
            let score = sample.scores.get(i).value();
            if let Some(score) = score {
                self.scored[i] += 1;
                self.score_sums[i] += score_steps(score);
            }
            if let Some(Grade::Band(band)) = sample.grades.get(i) {
                self.graded[i] += 1;
                if let Some(count) = self.bands.get_mut(i * self.n_bands + *band as usize) {
                    *count += 1;
                }
            }
            let Some(rank) = sample.ranks.get(i).copied().flatten() else {
                continue;
            };
            self.ranked[i] += 1;
            self.rank_sums[i] += u64::from(rank.0);
            let line = robust.spec.line;
            let is_over = line.is_some_and(|line| line.is_met(score, rank.0, tolerance));
            self.over_line[i] += u32::from(is_over);
        }
        let effective = || -> Vec<u128> {
            let weights = sample.weights.effective(robust.inputs.framework);
            // Weights lie in 0–1.
            #[expect(clippy::cast_sign_loss, reason = "weights are not below 0")]
            let on_grid = |w: f64| libm::rint(w * WEIGHT_GRID) as u128;
            weights.into_iter().map(on_grid).collect()
        };
        self.ranks
            .add(self.n_units, self.n_nodes, &sample.ranks, effective);
    }

    /// Adds what another worker counted of the same analysis.
    pub fn merge(&mut self, other: &Self) -> Result<(), RobustError> {
        if self.digest != other.digest || self.n_units != other.n_units {
            return Err(RobustError::Tally);
        }
        self.replicates += other.replicates;
        add_all(&mut self.ranked, &other.ranked);
        add_all(&mut self.rank_sums, &other.rank_sums);
        add_all(&mut self.scored, &other.scored);
        add_all(&mut self.score_sums, &other.score_sums);
        add_all(&mut self.graded, &other.graded);
        add_all(&mut self.bands, &other.bands);
        add_all(&mut self.over_line, &other.over_line);
        self.ranks.merge(&other.ranks)
    }

    /// Mean score of the replicates in which the unit has one.
    pub fn mean_score(&self, unit: usize) -> Option<f64> {
        let n = *self.scored.get(unit)?;
        let sum = *self.score_sums.get(unit)?;
        (n > 0).then(|| sum as f64 / SCORE_GRID / f64::from(n))
    }

    /// Mean effective weight of every node over the replicates that the unit led,
    /// alone or tied: the weights that suit it, the central weight vector of
    /// Lahdelma and Salminen 2001. `None` if it never led, or beyond
    /// [`PAIR_LIMIT`] units.
    pub fn central_weights(&self, unit: usize) -> Option<Vec<f64>> {
        let RankStore::Counts {
            counts, leading, ..
        } = &self.ranks
        else {
            return None;
        };
        let led = *counts.get(unit * self.n_units)?;
        let sums = leading.get(unit * self.n_nodes..(unit + 1) * self.n_nodes)?;
        let mean = |sum: &u128| *sum as f64 / WEIGHT_GRID / f64::from(led);
        (led > 0).then(|| sums.iter().map(mean).collect())
    }

    /// The same for one node.
    pub fn central_weight(&self, unit: usize, node: NodeIdx) -> Option<f64> {
        self.central_weights(unit)?.get(node.at()).copied()
    }
}

fn add_all<T: Copy + std::ops::AddAssign>(to: &mut [T], from: &[T]) {
    for (to, from) in to.iter_mut().zip(from) {
        *to += *from;
    }
}

impl RankStore {
    fn tails(robust: &Robust<'_>) -> Self {
        let n_units = robust.inputs.units.len();
        let k = left_out(robust.spec.replicates, robust.spec.level) + 1;
        Self::Tails {
            k,
            low: vec![u32::MAX; n_units * k],
            high: vec![0; n_units * k],
        }
    }

    fn add(
        &mut self,
        n_units: usize,
        n_nodes: usize,
        ranks: &[Option<Rank>],
        effective: impl Fn() -> Vec<u128>,
    ) {
        let ranks = ranks.iter().enumerate();
        let ranks = ranks.filter_map(|(i, rank)| Some((i, (*rank)?.0)));
        match self {
            Self::Counts {
                counts,
                half_points,
                leading,
            } => {
                let ranks: Vec<(usize, u32)> = ranks.collect();
                let mut weights = Vec::new();
                // Without gaps, ranks side by side let the compiler take many at once.
                let is_complete = ranks.len() == n_units;
                let side_by_side: Vec<u32> = ranks.iter().map(|(_, rank)| *rank).collect();
                for &(i, rank) in &ranks {
                    let row = i * n_units..(i + 1) * n_units;
                    if let Some(count) = counts[row.clone()].get_mut(rank as usize - 1) {
                        *count += 1;
                    }
                    let points = &mut half_points[row];
                    let worth = |other: u32| 2 * u32::from(rank < other) + u32::from(rank == other);
                    if is_complete {
                        for (points, other) in points.iter_mut().zip(&side_by_side) {
                            *points += worth(*other);
                        }
                    } else {
                        for &(j, other) in &ranks {
                            points[j] += worth(other);
                        }
                    }
                    if rank == 1 {
                        if weights.is_empty() {
                            weights = effective();
                        }
                        add_all(&mut leading[i * n_nodes..(i + 1) * n_nodes], &weights);
                    }
                }
            }
            Self::Tails { k, low, high } => {
                for (i, rank) in ranks {
                    let row = i * *k..(i + 1) * *k;
                    insert(&mut low[row.clone()], rank, |a, b| a < b);
                    insert(&mut high[row], rank, |a, b| a > b);
                }
            }
        }
    }

    fn merge(&mut self, other: &Self) -> Result<(), RobustError> {
        match (self, other) {
            (
                Self::Counts {
                    counts,
                    half_points,
                    leading,
                },
                Self::Counts {
                    counts: more_counts,
                    half_points: more_points,
                    leading: more_leading,
                },
            ) => {
                add_all(counts, more_counts);
                add_all(half_points, more_points);
                add_all(leading, more_leading);
            }
            (
                Self::Tails { k, low, high },
                Self::Tails {
                    low: more_low,
                    high: more_high,
                    ..
                },
            ) => {
                for (own, more) in low.chunks_mut(*k).zip(more_low.chunks(*k)) {
                    let more = more.iter().filter(|r| **r != u32::MAX);
                    more.for_each(|&rank| insert(own, rank, |a, b| a < b));
                }
                for (own, more) in high.chunks_mut(*k).zip(more_high.chunks(*k)) {
                    let more = more.iter().filter(|r| **r != 0);
                    more.for_each(|&rank| insert(own, rank, |a, b| a > b));
                }
            }
            _ => return Err(RobustError::Tally),
        }
        Ok(())
    }
}

/// Puts a rank where it belongs in a list of fixed length, dropping the last.
fn insert(list: &mut [u32], rank: u32, before: impl Fn(u32, u32) -> bool) {
    let Some(&last) = list.last() else { return };
    if !before(rank, last) {
        return;
    }
    let at = list.partition_point(|&other| !before(rank, other));
    if let Some(tail) = list.get_mut(at..) {
        tail.rotate_right(1);
        tail[0] = rank;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2³⁰ · 2³² = 2⁶² is the first that does not take the quick way.
    #[test]
    fn scores_of_any_size_have_their_steps() {
        let grid = 1i128 << 32;
        for points in [0, 60, -7, (1 << 30) - 1, 1 << 30, -(1 << 40)] {
            assert_eq!(score_steps(points as f64), points * grid);
        }
        assert_eq!(score_steps(0.25 / grid as f64), 0);
    }
}
