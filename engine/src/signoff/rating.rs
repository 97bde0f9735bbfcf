//! 群众评价 of what was put right: counts of five groups, never ballots.

use super::refusal::Refusal;
use super::rules::Rules;
use serde::Serialize;

/// Counts smaller than this are not shown (invariant 8).
pub(super) const LEAST_SHOWN: u32 = 5;

/// Satisfied, not satisfied, 不了解.
const KINDS: usize = 3;

/// Most raters of a group that are believed.
const MOST: u32 = 1_000_000;

/// Counts by group, in the order of [`Rules::groups`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Rating {
    /// Satisfied, not satisfied, 不了解.
    pub groups: Vec<[u32; KINDS]>,
}

/// What of a rating may be shown; `None` where it must not be.
#[derive(Clone, Debug, PartialEq)]
pub struct ShownRating {
    /// Counts by group, in the order of [`Rating::groups`].
    pub groups: Vec<[Option<u32>; KINDS]>,
    /// Satisfied among those with an opinion, 0–1.
    pub share: Option<f64>,
}

/// What a rating comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Satisfied.
    pub satisfied: u32,
    /// With an opinion; 不了解 left the denominator.
    pub valid: u32,
    /// 不了解.
    pub unsure: u32,
    /// Whether it passes, overall and in every group.
    pub passes: bool,
    /// Groups with too few satisfied that are large enough to be named.
    pub low: Vec<usize>,
}

impl Rating {
    /// Satisfied and with an opinion in a group.
    fn group(&self, group: usize) -> (u32, u32) {
        let [yes, no, _] = self.groups.get(group).copied().unwrap_or_default();
        (yes, yes + no)
    }

    /// Judges the counts; refused where there are too few to judge, which is not
    /// the same as failing.
    ///
    /// Formula: `100 · satisfied ≥ p · valid` in whole numbers, overall and in each
    /// group, each with its own p.
    ///
    /// ```
    /// use dhi_engine::signoff::{Rating, Rules};
    /// // 13 of 16 are 81.25 %, and every group has at least three of five.
    /// let rating = Rating { groups: vec![[3, 2, 0], [3, 0, 1], [3, 0, 0], [2, 1, 0], [2, 0, 0]] };
    /// assert!(rating.judge(&Rules::default()).unwrap().passes);
    /// ```
    pub fn judge(&self, rules: &Rules) -> Result<Verdict, Refusal> {
        let expected = rules.groups.len();
        if self.groups.len() != expected || self.groups.iter().flatten().any(|n| *n > MOST) {
            return Err(Refusal::BadRating { expected });
        }
        let groups = || (0..expected).map(|g| self.group(g));
        let (satisfied, valid) = groups().fold((0, 0), |(s, v), (a, b)| (s + a, v + b));
        if valid < rules.min_raters {
            return Err(Refusal::TooFewRaters {
                n: valid,
                min: rules.min_raters,
            });
        }
        let least = rules.min_per_group.max(1);
        if let Some(group) = groups().position(|(_, n)| n < least) {
            let group = rules.groups[group].clone();
            return Err(Refusal::GroupMissing { group, min: least });
        }
        let reaches =
            |(yes, n): (u32, u32), pct: u32| u64::from(yes) * 100 >= u64::from(pct) * u64::from(n);
        let failing: Vec<usize> = groups()
            .enumerate()
            .filter(|(_, counts)| !reaches(*counts, rules.pass_group_pct))
            .map(|(g, _)| g)
            .collect();
        Ok(Verdict {
            satisfied,
            valid,
            unsure: self.groups.iter().map(|g| g[2]).sum(),
            passes: failing.is_empty() && reaches((satisfied, valid), rules.pass_overall_pct),
            // That a group of one is not content would be its ballot.
            low: failing
                .into_iter()
                .filter(|g| self.group(*g).1 >= LEAST_SHOWN)
                .collect(),
        })
    }

    /// Satisfied in percent of those with an opinion; `None` without any.
    pub fn satisfied_pct(&self) -> Option<f64> {
        let sums = (0..self.groups.len()).map(|g| self.group(g));
        let (yes, n) = sums.fold((0u32, 0u32), |(s, v), (a, b)| {
            (s.saturating_add(a), v.saturating_add(b))
        });
        (n > 0).then(|| 100.0 * f64::from(yes) / f64::from(n))
    }

    /// Groups with enough raters to count as covered.
    pub fn n_covered(&self, rules: &Rules) -> usize {
        let groups = 0..rules.groups.len();
        groups
            .filter(|g| self.group(*g).1 >= rules.covered_from)
            .count()
    }

    /// What may be shown: the counts of every group where all of them have at least 5
    /// satisfied and 5 not satisfied, else no group's; how many do not know, from 5 on;
    /// the share, where at least 5 stand on either side.
    ///
    /// All groups or none, since more is told than the table: whether the rating passes,
    /// the share (it is scored) and the number of groups covered. Beside some counts these
    /// would give others away, and so would the choice of what is hidden. Without any
    /// count the groups cannot be told apart, and all that follows is what holds of them
    /// alike. That is, of a share of 0 or 100 %: nobody was satisfied, or nobody was not;
    /// not who took part nor how many, and the page says 95 % or more alike.
    ///
    /// ```
    /// use dhi_engine::signoff::{Rating, Rules};
    /// // 17 of 18, and it fails: one not satisfied, in a group of at most two. That four
    /// // groups have more would tell whose ballot it was.
    /// let rating = Rating { groups: vec![[6, 0, 5], [5, 0, 5], [3, 0, 5], [3, 0, 5], [0, 1, 5]] };
    /// assert!(!rating.judge(&Rules::default()).unwrap().passes);
    /// assert!(rating.shown().groups.iter().flatten().all(Option::is_none));
    /// ```
    pub fn shown(&self) -> ShownRating {
        let is_large = |n: u32| n >= LEAST_SHOWN;
        let is_open = self.groups.iter().all(|g| is_large(g[0]) && is_large(g[1]));
        let of_group = |g: &[u32; KINDS]| g.map(|n| Some(n).filter(|n| is_open && is_large(*n)));
        let [yes, no] = [0, 1].map(|kind| {
            let counts = self.groups.iter().map(|g| g[kind]);
            counts.fold(0, u32::saturating_add)
        });
        let has_both = is_large(yes) && is_large(no);
        ShownRating {
            groups: self.groups.iter().map(of_group).collect(),
            share: has_both.then(|| f64::from(yes) / f64::from(yes.saturating_add(no))),
        }
    }
}
