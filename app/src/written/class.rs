//! The villages that one may be compared with.

use dhi_engine::frame::{Column, Units};
use dhi_engine::num;
use dhi_engine::spec::Spec;

/// The units of a unit's class, itself included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    members: Vec<usize>,
    least: usize,
}

impl Class {
    /// The class of a unit; nobody for a unit that there is not.
    pub fn of(units: &Units, spec: &Spec, unit: usize) -> Self {
        let class = units.list().get(unit).map(|u| &u.class);
        let all = units.list().iter().enumerate();
        let members = all.filter(|(_, u)| Some(&u.class) == class);
        Self {
            members: members.map(|(at, _)| at).collect(),
            least: (spec.min_class as usize).max(1),
        }
    }

    /// Fewest villages with a score for a comparison.
    pub fn least(&self) -> usize {
        self.least
    }

    /// Scores there are, lowest first.
    fn sorted(&self, score: impl Fn(usize) -> Option<f64>) -> Vec<f64> {
        let members = self.members.iter();
        let mut scores: Vec<f64> = members.filter_map(|&at| score(at)).collect();
        scores.retain(|s| s.is_finite());
        scores.sort_unstable_by(f64::total_cmp);
        scores
    }

    /// Median of the scores; `None` where too few of the class have one.
    pub fn median(&self, score: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let scores = self.sorted(score);
        let median = num::quantile_sorted(&scores, 0.5)?;
        (scores.len() >= self.least).then_some(median)
    }

    /// The same of a column.
    pub fn median_of(&self, column: &Column) -> Option<f64> {
        self.median(|at| column.get(at).value())
    }

    /// The village in the middle of those with a score, and how many there are; of
    /// two the lower, of equal ones the first in the register. `None` where they are
    /// too few.
    pub fn middle(&self, column: &Column) -> Option<(usize, usize)> {
        let score = |at: usize| column.get(at).value();
        let scores = self.sorted(score);
        let middle = scores.len().checked_sub(1)? / 2;
        let wanted = scores.get(middle)?.to_bits();
        let lower = scores.iter().position(|s| s.to_bits() == wanted)?;
        let members = self.members.iter().copied();
        let mut equal = members.filter(|at| score(*at).map(f64::to_bits) == Some(wanted));
        let unit = equal.nth(middle - lower)?;
        (scores.len() >= self.least).then_some((unit, scores.len()))
    }
}
