//! What the replicates say about each unit and each pair.

use super::tally::{RankStore, Tally, left_out};
use crate::num;
use serde::{Deserialize, Serialize};

/// Ranks from `low` to `high`, both included, 1 = best.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankInterval {
    /// Best rank.
    pub low: u32,
    /// Worst rank.
    pub high: u32,
    /// Least share of the replicates inside.
    pub level: f64,
}

/// Which side of the nomination line a unit is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The chance of meeting it is at least the upper limit.
    Meets,
    /// The chance is at most the lower limit.
    Misses,
    /// The data cannot tell: no label is given.
    Undetermined,
    /// The unit takes no part, or there is no line.
    NotAssessed,
}

impl Verdict {
    /// From the chance of meeting the line and the two limits.
    ///
    /// ```
    /// use dhi_engine::uncertainty::Verdict;
    /// assert_eq!(Verdict::of(Some(0.9), (0.1, 0.9)), Verdict::Meets);
    /// assert_eq!(Verdict::of(Some(0.5), (0.1, 0.9)), Verdict::Undetermined);
    /// ```
    pub fn of(chance: Option<f64>, (low, high): (f64, f64)) -> Self {
        match chance {
            None => Self::NotAssessed,
            Some(chance) if chance >= high => Self::Meets,
            Some(chance) if chance <= low => Self::Misses,
            Some(_) => Self::Undetermined,
        }
    }
}

fn share(count: u32, of: u32) -> f64 {
    f64::from(count) / f64::from(of)
}

impl Tally {
    /// Shortest interval of ranks that cuts off at most `(1 − level)/2` of the
    /// replicates at either end.
    ///
    /// Of the r ranks in order it runs from number `k + 1` to number `r − k` with
    /// `k = ⌊r(1 − level)/2⌋`, so at least `level` of the replicates lie inside and
    /// both ends are ranks that occurred. Beyond [`super::PAIR_LIMIT`] units only
    /// levels from the analysis's own up are known. `None` for a unit that never
    /// had a rank, or a level not in 0–1.
    pub fn interval(&self, unit: usize, level: f64) -> Option<RankInterval> {
        let ranked = *self.ranked.get(unit)?;
        if ranked == 0 || !(0.0..=1.0).contains(&level) {
            return None;
        }
        let skip = left_out(ranked, level);
        let (low, high) = match &self.ranks {
            RankStore::Counts { counts, .. } => {
                let row = counts.get(unit * self.n_units..(unit + 1) * self.n_units)?;
                let nth = |ranks: &mut dyn Iterator<Item = (usize, &u32)>| {
                    let mut seen = 0;
                    let mut ranks = ranks.map(|(rank, count)| {
                        seen += *count as usize;
                        (rank as u32 + 1, seen)
                    });
                    ranks.find(|(_, seen)| *seen > skip).map(|(rank, _)| rank)
                };
                (
                    nth(&mut row.iter().enumerate())?,
                    nth(&mut row.iter().enumerate().rev())?,
                )
            }
            RankStore::Tails { k, low, high } => {
                if skip >= *k {
                    return None;
                }
                (*low.get(unit * k + skip)?, *high.get(unit * k + skip)?)
            }
        };
        Some(RankInterval { low, high, level })
    }

    /// Mean rank over the replicates in which the unit has one.
    pub fn mean_rank(&self, unit: usize) -> Option<f64> {
        let n = *self.ranked.get(unit)?;
        (n > 0).then(|| self.rank_sums[unit] as f64 / f64::from(n))
    }

    /// Share of the unit's ranked replicates in each rank, from 1; they sum to 1.
    /// `None` if it never had a rank, or beyond [`super::PAIR_LIMIT`] units.
    /// Source: Lahdelma, Hokkanen and Salminen 1998.
    pub fn acceptability(&self, unit: usize) -> Option<Vec<f64>> {
        let RankStore::Counts { counts, .. } = &self.ranks else {
            return None;
        };
        let ranked = *self.ranked.get(unit)?;
        let row = counts.get(unit * self.n_units..(unit + 1) * self.n_units)?;
        (ranked > 0).then(|| row.iter().map(|&count| share(count, ranked)).collect())
    }

    /// Share of the unit's graded replicates in each band; they sum to 1.
    pub fn band_chances(&self, unit: usize) -> Option<Vec<f64>> {
        let graded = *self.graded.get(unit)?;
        let row = self
            .bands
            .get(unit * self.n_bands..(unit + 1) * self.n_bands)?;
        (graded > 0).then(|| row.iter().map(|&count| share(count, graded)).collect())
    }

    /// Share of the unit's ranked replicates that meet the nomination line.
    pub fn line_chance(&self, unit: usize) -> Option<f64> {
        let ranked = *self.ranked.get(unit)?;
        (self.has_line && ranked > 0).then(|| share(self.over_line[unit], ranked))
    }

    /// Share of the replicates in which both are ranked that `unit` is ahead of
    /// `other`, ties counting half. `None` if there are none, for a unit and
    /// itself, or beyond [`super::PAIR_LIMIT`] units.
    pub fn beats(&self, unit: usize, other: usize) -> Option<f64> {
        let RankStore::Counts { half_points, .. } = &self.ranks else {
            return None;
        };
        if unit == other || unit >= self.n_units || other >= self.n_units {
            return None;
        }
        let won = half_points[unit * self.n_units + other];
        let lost = half_points[other * self.n_units + unit];
        let both = u64::from(won) + u64::from(lost);
        (both > 0).then(|| f64::from(won) / both as f64)
    }

    /// Tier of each unit, 1 = best; `None` for units without a rank. `None`
    /// altogether beyond [`super::PAIR_LIMIT`] units.
    ///
    /// Units are taken by mean rank, equal ones in register order. A unit joins the
    /// present tier unless it is separable from one of its members: one of the two
    /// is ahead of the other in at least `level` of the replicates. Then it opens
    /// the next tier. So no two units of a tier are separable, while neighbours in
    /// different tiers may be inseparable from each other: a boundary says that the
    /// tiers differ as wholes, not that every pair across it does.
    pub fn tiers(&self, level: f64) -> Option<Vec<Option<u32>>> {
        if matches!(self.ranks, RankStore::Tails { .. }) {
            return None;
        }
        let mut order: Vec<(f64, usize)> = (0..self.n_units)
            .filter_map(|i| Some((self.mean_rank(i)?, i)))
            .collect();
        num::sort_by(&mut order, |a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut tiers = vec![None; self.n_units];
        let mut members: Vec<usize> = Vec::new();
        let mut tier = 1;
        for (_, unit) in order {
            let is_separable = |member: &usize| {
                let ahead = self.beats(*member, unit);
                ahead.is_some_and(|p| p >= level || 1.0 - p >= level)
            };
            if members.iter().any(is_separable) {
                tier += 1;
                members.clear();
            }
            members.push(unit);
            tiers[unit] = Some(tier);
        }
        Some(tiers)
    }
}
