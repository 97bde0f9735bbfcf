//! Exact answers about weights, without sampling: how far a weight may move, what
//! the smallest change is that flips an order, who is ahead under any weights,
//! and what a village would have to change itself.
//!
//! Everything rests on one fact: along a chain of arithmetic means a unit's
//! composite score is a weighted mean of one number per child of the node whose
//! weights move ([`Level`]). Two units that have the same children differ by a
//! linear function of the weights, and all answers about them are exact. Units
//! that lack different children have their weights renormalised differently; the
//! difference of two such means changes sign where a quadratic form does. Along a
//! line that is a quadratic equation and stays exact; over all weights there are
//! certified bounds, and every answer says which of the two it is
//! ([`Certainty`]).
//!
//! Scores are compared as real numbers: the tie tolerance of ranking only decides
//! who is tied at the current weights.

mod admissible;
mod dominance;
mod flip;
mod level;
mod lift;
mod path;
mod stability;
mod triangle;

pub use admissible::{Admissible, Certificate, ConstraintError};
pub use dominance::{Between, Dominance, RankRange, dominance, dominates, rank_ranges};
pub use flip::{Change, Flip, Norm, flip_line, flip_pair};
pub use level::{Level, PAIRS_LIMIT, WeightSpaceError};
pub use lift::{Cap, Combination, LeftOut, LiftRow, Reach, Step, Target, cheapest, lift};
pub use path::{RankPath, RankStep, Segment};
pub use stability::{End, Stay, band_stay, leader_stay, pair_stay, top_stay};
pub use triangle::{Polygon, RankShares, Triangle, leaders, top_region, triangle};

use serde::{Deserialize, Serialize};

/// Whether an answer is the exact one or lies between certified bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Exact up to rounding.
    Exact,
    /// Between bounds that certainly hold.
    Bounds,
}

#[cfg(test)]
mod tests;
