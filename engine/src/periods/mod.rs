//! Scores from one period to the next: trends, and what a change is due to.

mod change;
mod mixture;
mod shapley;
mod trend;

pub use change::{Change, Changes, NoChange, Player};
pub use shapley::shapley;
pub use trend::{History, NoGrowth, Slope, Trend, trend};

use crate::pipeline::Inputs;
use crate::spec::Spec;
use crate::weigh::WeightSet;
use serde::{Deserialize, Serialize};

/// One end of a comparison: the data of a period with all that held then.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Register, framework and values.
    pub inputs: Inputs<'a>,
    /// Weights given.
    pub weights: &'a WeightSet,
    /// Every choice of the run.
    pub spec: &'a Spec,
}

/// One of the two ends of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// What is compared with.
    From,
    /// What is compared.
    To,
}

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::From => "earlier",
            Self::To => "later",
        })
    }
}

impl End {
    /// Both, in order.
    pub const BOTH: [Self; 2] = [Self::From, Self::To];

    /// As an index into pairs.
    fn at(self) -> usize {
        usize::from(self == Self::To)
    }
}

#[cfg(test)]
mod tests;
