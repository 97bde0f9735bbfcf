//! Ranks from unrounded scores with an explicit tie policy (invariant 6), and
//! the bands that scores fall into.

mod band;
mod falling;
mod overall;

pub use band::{Band, Bands, BandsError, Boundary, Grade, Withheld};
pub(crate) use overall::Ranker;

use crate::frame::Column;
use crate::num;
use crate::quantity::Rank;
use serde::{Deserialize, Serialize};

/// Which rank tied units share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TiePolicy {
    /// The best of their places: 1, 2, 2, 4 (standard competition).
    #[default]
    Best,
    /// The worst of their places: 1, 3, 3, 4.
    Worst,
    /// No gaps: 1, 2, 2, 3.
    Dense,
}

impl TiePolicy {
    /// Rank of a group of this many tied units with so many units and groups before.
    fn rank(self, before: u32, size: u32, groups_before: usize) -> Rank {
        Rank(match self {
            Self::Best => before + 1,
            Self::Worst => before + size,
            Self::Dense => groups_before as u32 + 1,
        })
    }
}

/// How scores become ranks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RankSpec {
    /// Which rank tied units share.
    pub ties: TiePolicy,
    /// Neighbouring scores this close are tied: differences that small are
    /// arithmetic, not performance. In score units, ≥ 0.
    pub tolerance: f64,
    /// Declared convention of rounding scores before ranking; `None`, the
    /// default, ranks unrounded scores.
    pub decimals: Option<u8>,
    /// Whether units without a grade take part. By default they do not: a rank
    /// from too little data would be over-confident.
    pub include_ungraded: bool,
}

impl Default for RankSpec {
    fn default() -> Self {
        Self {
            ties: TiePolicy::Best,
            tolerance: 1e-9,
            decimals: None,
            include_ungraded: false,
        }
    }
}

/// Ranks overall and within groups, with the order they come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ranks {
    /// By unit; `None` for units that take no part.
    pub overall: Vec<Option<Rank>>,
    /// Among the units of the same class.
    pub in_class: Vec<Option<Rank>>,
    /// Among the units of the same town.
    pub in_town: Vec<Option<Rank>>,
    /// Units from best to worst, tied ones in register order; then those with a
    /// score but no rank by score, then those without, in register order.
    pub order: Vec<u32>,
}

/// Ranks the units that `takes_part` marks.
///
/// Ties: sorted from best to worst, a unit is tied with the one before it when
/// their scores differ by at most the tolerance; tied units share a rank by the
/// policy. Shape: `class` and `town` hold each unit's group number.
///
/// ```
/// use dhi_engine::frame::{Cell, Column};
/// use dhi_engine::quantity::Rank;
/// use dhi_engine::rank::{rank, RankSpec};
/// let scores = Column::from_cells([70.0, 90.0, 80.0, 80.0].map(Cell::Value));
/// let ranks = rank(&scores, &[true; 4], &[0, 0, 0, 0], &[0, 1, 1, 0], &RankSpec::default());
/// assert_eq!(ranks.overall, [4, 1, 2, 2].map(|r| Some(Rank(r))));
/// assert_eq!(ranks.in_town, [2, 1, 2, 1].map(|r| Some(Rank(r))));
/// assert_eq!(ranks.order, [1, 2, 3, 0]);
/// ```
pub fn rank(
    scores: &Column,
    takes_part: &[bool],
    class: &[u32],
    town: &[u32],
    spec: &RankSpec,
) -> Ranks {
    let n_units = scores.len();
    let key: Vec<Option<f64>> = scores
        .cells()
        .map(|cell| cell.value().map(|score| rounded(score, spec.decimals)))
        .collect();
    let key_of = |i: u32| key[i as usize].unwrap_or(f64::NEG_INFINITY);
    let (ranked, rest): (Vec<u32>, Vec<u32>) = (0..n_units as u32).partition(|&i| {
        let i = i as usize;
        key[i].is_some() && takes_part.get(i).copied().unwrap_or(false)
    });
    let ranked = by_falling_key(&ranked, key_of);
    // Those without a score come last.
    let rest = by_falling_key(&rest, key_of);
    let mut ranks = Ranks {
        overall: vec![None; n_units],
        in_class: vec![None; n_units],
        in_town: vec![None; n_units],
        order: Vec::with_capacity(n_units),
    };
    share_ranks(&ranked, key_of, spec, |i, r| ranks.overall[i] = Some(r));
    for (groups, target) in [(class, &mut ranks.in_class), (town, &mut ranks.in_town)] {
        for members in by_group(&ranked, groups) {
            share_ranks(&members, key_of, spec, |i, r| target[i] = Some(r));
        }
    }
    ranks.order = in_tie_order(&ranked, key_of, spec.tolerance);
    ranks.order.extend(rest);
    ranks
}

/// Equal keys by register order.
fn by_falling_key(units: &[u32], key_of: impl Fn(u32) -> f64) -> Vec<u32> {
    let mut falling = falling::Falling::default();
    let sorted = falling.sort(units.iter().map(|&i| (key_of(i), i)));
    sorted.iter().map(|(_, i)| *i).collect()
}

fn rounded(score: f64, decimals: Option<u8>) -> f64 {
    decimals.map_or(score, |d| {
        let factor = num::pow(10.0, f64::from(d));
        libm::round(score * factor) / factor
    })
}

/// Runs of tied units in a list sorted from best to worst.
fn tie_groups(sorted: &[u32], key_of: impl Fn(u32) -> f64, tolerance: f64) -> Vec<&[u32]> {
    sorted
        .chunk_by(|&a, &b| key_of(a) - key_of(b) <= tolerance)
        .collect()
}

fn share_ranks(
    sorted: &[u32],
    key_of: impl Fn(u32) -> f64,
    spec: &RankSpec,
    mut assign: impl FnMut(usize, Rank),
) {
    let mut before = 0;
    for (nth, group) in tie_groups(sorted, key_of, spec.tolerance)
        .iter()
        .enumerate()
    {
        let size = group.len() as u32;
        let rank = spec.ties.rank(before, size, nth);
        for &i in *group {
            assign(i as usize, rank);
        }
        before += size;
    }
}

fn by_group(sorted: &[u32], groups: &[u32]) -> Vec<Vec<u32>> {
    let n_groups = groups.iter().max().map_or(0, |g| *g as usize + 1);
    let mut members = vec![Vec::new(); n_groups];
    for &i in sorted {
        if let Some(&group) = groups.get(i as usize) {
            members[group as usize].push(i);
        }
    }
    members
}

fn in_tie_order(sorted: &[u32], key_of: impl Fn(u32) -> f64, tolerance: f64) -> Vec<u32> {
    let mut order = Vec::with_capacity(sorted.len());
    for group in tie_groups(sorted, key_of, tolerance) {
        let start = order.len();
        order.extend_from_slice(group);
        order[start..].sort_unstable();
    }
    order
}

#[cfg(test)]
mod tests;
