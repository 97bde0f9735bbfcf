//! Ranks from unrounded scores with an explicit tie policy (invariant 6), and
//! the bands that scores fall into.

mod band;
mod falling;
mod overall;
mod window;

pub use band::{Band, Bands, BandsError, Boundary, Grade, Withheld};
pub(crate) use overall::Ranker;
pub(crate) use window::window;

use crate::frame::{CellState, Column};
use crate::num;
use crate::quantity::Rank;
use falling::Falling;
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
    let rounded = rounding(spec.decimals);
    let mut ranked = Vec::with_capacity(n_units);
    let mut rest = Vec::new();
    for (i, (score, state)) in scores.values().iter().zip(scores.states()).enumerate() {
        let has_score = *state == CellState::Value;
        if has_score && takes_part.get(i).copied().unwrap_or(false) {
            ranked.push((rounded(*score), i as u32));
        } else if has_score {
            rest.push((rounded(*score), i as u32));
        } else {
            // Those without a score come last.
            rest.push((f64::NEG_INFINITY, i as u32));
        }
    }
    let (mut falling, mut falling_rest) = (Falling::default(), Falling::default());
    let ranked = falling.sort(ranked.into_iter());
    let rest = falling_rest.sort(rest.into_iter());
    let none = || vec![None; n_units];
    let (mut overall, mut in_class, mut in_town) = (none(), none(), none());
    among(ranked, &mut overall, &|_| Some(0), spec);
    among(ranked, &mut in_class, &|i| class.get(i).copied(), spec);
    among(ranked, &mut in_town, &|i| town.get(i).copied(), spec);
    Ranks {
        overall,
        in_class,
        in_town,
        order: in_tie_order(ranked, rest, spec.tolerance),
    }
}

fn rounding(decimals: Option<u8>) -> impl Fn(f64) -> f64 {
    let factor = decimals.map(|d| num::pow(10.0, f64::from(d)));
    move |score| factor.map_or(score, |factor| libm::round(score * factor) / factor)
}

/// What is known of a group on the way through its units.
#[derive(Clone, Copy, Default)]
struct Passed {
    n_units: u32,
    n_ties: usize,
    last: f64,
    rank: u32,
}

/// Ranks of units, from best to worst, each among its group: a unit within the tolerance
/// of the one before it shares that one's rank.
fn among(
    ranked: &[(f64, u32)],
    ranks: &mut [Option<Rank>],
    group_of: &dyn Fn(usize) -> Option<u32>,
    spec: &RankSpec,
) {
    let group = |i: u32| group_of(i as usize).map(|group| group as usize);
    let n_groups = ranked.iter().filter_map(|(_, i)| group(*i)).max();
    let n_groups = n_groups.map_or(0, |last| last + 1);
    let mut passed = vec![Passed::default(); n_groups];
    let mut pass = |key: f64, i: u32, from: &dyn Fn(usize, &Passed) -> u32| {
        let Some(group) = group(i) else { return };
        let so_far = &mut passed[group];
        let is_tied = (so_far.last - key).abs() <= spec.tolerance;
        if so_far.n_units == 0 || !is_tied {
            so_far.rank = from(group, so_far);
            so_far.n_ties += 1;
        }
        so_far.n_units += 1;
        so_far.last = key;
        ranks[i as usize] = Some(Rank(so_far.rank));
    };
    match spec.ties {
        TiePolicy::Best => {
            for (key, i) in ranked {
                pass(*key, *i, &|_, so_far| so_far.n_units + 1);
            }
        }
        TiePolicy::Dense => {
            for (key, i) in ranked {
                pass(*key, *i, &|_, so_far| so_far.n_ties as u32 + 1);
            }
        }
        TiePolicy::Worst => {
            // From the other end the worst of tied units comes first.
            let mut sizes = vec![0; n_groups];
            for group in ranked.iter().filter_map(|(_, i)| group(*i)) {
                sizes[group] += 1;
            }
            for (key, i) in ranked.iter().rev() {
                pass(*key, *i, &|group, so_far| sizes[group] - so_far.n_units);
            }
        }
    }
}

/// All units, tied ones in register order.
fn in_tie_order(ranked: &[(f64, u32)], rest: &[(f64, u32)], tolerance: f64) -> Vec<u32> {
    let mut order: Vec<u32> = ranked.iter().chain(rest).map(|(_, i)| *i).collect();
    let mut start = 0;
    for tied in ranked.chunk_by(|(a, _), (b, _)| a - b <= tolerance) {
        let end = start + tied.len();
        if tied.len() > 1 {
            order[start..end].sort_unstable();
        }
        start = end;
    }
    order
}

#[cfg(test)]
mod tests;
