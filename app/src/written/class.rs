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

    /// Scores there are, lowest first; of equal ones the first in the register.
    fn scored(&self, score: impl Fn(usize) -> Option<f64>) -> Vec<(usize, f64)> {
        let members = self.members.iter();
        let mut scored: Vec<(usize, f64)> = members
            .filter_map(|&at| Some((at, score(at).filter(|s| s.is_finite())?)))
            .collect();
        scored.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        scored
    }

    /// Median of the scores; `None` where too few of the class have one.
    pub fn median(&self, score: impl Fn(usize) -> Option<f64>) -> Option<f64> {
        let scored = self.scored(score);
        let scores: Vec<f64> = scored.into_iter().map(|s| s.1).collect();
        let median = num::median(&scores)?;
        (scores.len() >= self.least).then_some(median)
    }

    /// The same of a column.
    pub fn median_of(&self, column: &Column) -> Option<f64> {
        self.median(|at| column.get(at).value())
    }

    /// The village in the middle of those with a score, the lower of two, and how
    /// many there are; `None` where they are too few.
    pub fn middle(&self, column: &Column) -> Option<(usize, usize)> {
        let scored = self.scored(|at| column.get(at).value());
        let (unit, _) = scored.get(scored.len().checked_sub(1)? / 2)?;
        (scored.len() >= self.least).then_some((*unit, scored.len()))
    }
}
