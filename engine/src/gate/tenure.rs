//! Persons and committees kept apart: what of a period somebody was in the post for.

use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// A post held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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
    /// Whether it names a village, a person and a post, and does not end before it begins.
    pub fn is_whole(&self) -> bool {
        let texts = [&self.village, &self.person, &self.post];
        let is_blank = texts.iter().any(|text| text.trim().is_empty());
        !is_blank && self.to.is_none_or(|to| self.from <= to)
    }

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

/// The same of all posts of one person in a village, one after the other or at one time:
/// no day counts twice, and who changes the post neither joins nor leaves. `None` without
/// a day of the period in any of them. A gap between two posts shows in the days alone.
///
/// # Errors
/// As [`Tenure::within`].
pub fn together(
    tenures: &[&Tenure],
    (first, last): (Day, Day),
) -> Result<Option<Attribution>, ReversedTenure> {
    let mut whole: Option<Attribution> = None;
    let mut spans = Vec::new();
    for tenure in tenures {
        let own = tenure.within(first, last)?;
        if own.days == 0 {
            continue;
        }
        spans.push((tenure.from.max(first), tenure.to.unwrap_or(last).min(last)));
        whole = Some(whole.map_or(own, |whole| Attribution {
            joined_late: whole.joined_late && own.joined_late,
            left_early: whole.left_early && own.left_early,
            ..whole
        }));
    }
    spans.sort_unstable();
    let (mut days, mut after) = (0, first);
    for (from, to) in spans {
        days += (to.since(from.max(after)) + 1).max(0);
        after = after.max(to.plus(1));
    }
    let share = f64::from(days) / f64::from(last.since(first) + 1);
    Ok(whole.map(|whole| Attribution {
        days,
        share,
        ..whole
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 副主任 to the end of June and 主任 from July on: all of the year, nobody new. Both
    /// at a time count once; a month between is 31 days fewer.
    #[test]
    fn posts_of_one_person_count_together() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let held = |from: &str, to: Option<&str>| Tenure {
            village: "510181001201".into(),
            person: "A-01".into(),
            post: "主任".into(),
            from: day(from),
            to: to.map(day),
        };
        let year = (day("2026-01-01"), day("2026-12-31"));
        let sum = |tenures: &[&Tenure]| {
            let found = together(tenures, year).unwrap()?;
            Some((found.days, found.joined_late, found.left_early))
        };
        let before = held("2020-01-01", Some("2026-06-30"));
        let after = held("2026-07-01", None);
        assert_eq!(sum(&[&after, &before]), Some((365, false, false)));
        assert_eq!(sum(&[&after]), Some((184, true, false)));
        assert_eq!(sum(&[&before]), Some((181, false, true)));
        let both = held("2026-03-01", Some("2026-08-31"));
        assert_eq!(sum(&[&before, &both, &after]), Some((365, false, false)));
        let later = held("2026-08-01", None);
        assert_eq!(sum(&[&before, &later]), Some((334, false, false)));
        assert_eq!(sum(&[&held("2027-01-01", None)]), None);
        assert_eq!(sum(&[]), None);
    }

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
