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

/// A tenure or a period that ends before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it ends before it begins")]
pub struct ReversedTenure;

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
    /// result is the person's own only where neither flag is set. Dates in the wrong
    /// order are refused: as 0 days they would look like an answer.
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
    /// let year = year.unwrap();
    /// // 184 of 365 days.
    /// assert_eq!((year.days, year.joined_late), (184, true));
    /// ```
    pub fn within(&self, first: Day, last: Day) -> Result<Attribution, ReversedTenure> {
        if last < first || self.to.is_some_and(|to| to < self.from) {
            return Err(ReversedTenure);
        }
        let to = self.to.unwrap_or(last);
        let days = to.min(last).since(self.from.max(first)) + 1;
        let days = days.max(0);
        let whole = last.since(first) + 1;
        Ok(Attribution {
            days,
            share: f64::from(days) / f64::from(whole),
            joined_late: self.from > first,
            left_early: to < last,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_the_wrong_order_are_no_answer() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let mut tenure = Tenure {
            village: "510181001201".into(),
            person: "A-01".into(),
            post: "主任".into(),
            from: day("2026-03-01"),
            to: Some(day("2026-03-31")),
        };
        let (first, last) = (day("2026-01-01"), day("2026-12-31"));
        // 31 days of 365.
        let march = tenure.within(first, last).unwrap();
        assert_eq!((march.days, march.left_early), (31, true));
        assert_eq!(tenure.within(last, first), Err(ReversedTenure));
        tenure.to = Some(day("2026-02-28"));
        assert_eq!(tenure.within(first, last), Err(ReversedTenure));
    }
}
