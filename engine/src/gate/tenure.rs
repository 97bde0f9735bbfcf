//! Persons and committees kept apart: what of a period somebody was in the post for.

use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// A post held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenure {
    /// Code of the village.
    pub village: String,
    /// The person by a staff code.
    pub person: String,
    /// The post.
    pub post: String,
    /// First day.
    pub from: Day,
    /// Last day; still in the post where empty.
    #[serde(default)]
    pub to: Option<Day>,
}

/// How much of a period a person answers for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attribution {
    /// Days in the post within the period.
    pub days: i32,
    /// Their share of the period, 0–1.
    pub share: f64,
    /// Came after the period began.
    pub joined_late: bool,
    /// Left before it ended.
    pub left_early: bool,
}

impl Tenure {
    /// What of a period, both ends included, falls into the tenure. A committee's
    /// result is the person's own only where neither flag is set.
    ///
    /// ```
    /// use dhi_engine::gate::Tenure;
    /// let tenure = Tenure {
    ///     village: "510181001201".into(),
    ///     person: "A-01".into(),
    ///     post: "主任".into(),
    ///     from: "2026-07-01".parse().unwrap(),
    ///     to: None,
    /// };
    /// let year = tenure.within("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
    /// // 184 of 365 days.
    /// assert_eq!((year.days, year.joined_late), (184, true));
    /// ```
    pub fn within(&self, first: Day, last: Day) -> Attribution {
        let to = self.to.unwrap_or(last);
        let days = to.min(last).since(self.from.max(first)) + 1;
        let days = days.max(0);
        let whole = (last.since(first) + 1).max(1);
        Attribution {
            days,
            share: f64::from(days) / f64::from(whole),
            joined_late: self.from > first,
            left_early: to < last,
        }
    }
}
