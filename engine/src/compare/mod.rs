//! What difference it makes: rankings against each other, the index without one
//! of its parts, and two recipes side by side.

mod leave_one_out;
mod side_by_side;
mod similarity;

pub use leave_one_out::{LeaveOneOut, LeaveOutError, Without};
pub use side_by_side::{CompareError, Comparison, Recipe, compare, compare_under};
pub use similarity::{Similarity, similarity, weighted_spearman, ws};

use crate::framework::Text;
use crate::quantity::Rank;
use crate::rank::{Bands, Grade};
use serde::{Deserialize, Serialize};

/// A unit that is ranked twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shift {
    /// Position in the register.
    pub unit: u32,
    /// Rank before.
    pub from: Rank,
    /// Rank after.
    pub to: Rank,
}

impl Shift {
    /// Places climbed; below 0 for places lost.
    ///
    /// ```
    /// use dhi_engine::{compare::Shift, quantity::Rank};
    /// let shift = Shift { unit: 0, from: Rank(5), to: Rank(2) };
    /// assert_eq!(shift.climbed(), 3);
    /// ```
    pub fn climbed(self) -> i64 {
        i64::from(self.from.0) - i64::from(self.to.0)
    }
}

/// What a change does to all units together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// How much the rankings agree.
    pub similarity: Similarity,
    /// The unit whose rank moves most, the first of equals in the register; `None`
    /// when no rank moves.
    pub largest: Option<Shift>,
    /// Units whose band has another name, or that gain or lose one.
    pub band_changes: u32,
}

/// Ranks and grades of all units, with the bands the grades point to.
#[derive(Clone, Copy, Debug)]
struct Standings<'a> {
    ranks: &'a [Option<Rank>],
    grades: &'a [Grade],
    bands: &'a Bands,
    /// Position of the best band that each unit's grade can be; any where it says nothing.
    best: &'a [u32],
}

impl Standings<'_> {
    fn rank(&self, unit: usize) -> Option<Rank> {
        self.ranks.get(unit).copied().flatten()
    }

    /// The name of the unit's band: two specifications may bound the same bands
    /// otherwise, or have others.
    fn band(&self, unit: usize) -> Option<&Text> {
        let best = self.best.get(unit).copied().unwrap_or(0);
        match self.grades.get(unit)? {
            Grade::Band(at) => {
                let band = self.bands.list().get((*at).max(best) as usize);
                band.map(|b| &b.name)
            }
            Grade::Withheld(_) => None,
        }
    }

    fn effect(&self, other: &Self) -> Effect {
        let mut largest: Option<Shift> = None;
        let mut band_changes = 0;
        for unit in 0..self.ranks.len() {
            band_changes += u32::from(self.band(unit) != other.band(unit));
            let (Some(from), Some(to)) = (self.rank(unit), other.rank(unit)) else {
                continue;
            };
            let unit = unit as u32;
            let shift = Shift { unit, from, to };
            let size = |s: Shift| s.climbed().abs();
            if size(shift) > largest.map_or(0, size) {
                largest = Some(shift);
            }
        }
        Effect {
            similarity: similarity(self.ranks, other.ranks),
            largest,
            band_changes,
        }
    }
}

#[cfg(test)]
mod tests;
