//! Days and working days. The program knows no clock: today is an argument, and
//! which days are holidays is data.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// Not a day from 1900 to 2999 written as `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a day such as 2026-06-30")]
pub struct BadDay(pub String);

/// A day of the Gregorian calendar, from 1900 to 2999.
///
/// ```
/// use dhi_engine::calendar::Day;
/// let day: Day = "2026-01-31".parse().unwrap();
/// assert_eq!(day.plus(1).to_string(), "2026-02-01");
/// // A month from the end of January is the end of February.
/// assert_eq!(day.plus_months(1).to_string(), "2026-02-28");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(i32);

/// 1900-01-01 and 2999-12-31 as days from 1970-01-01.
const RANGE: (i32, i32) = (-25_567, 376_199);

/// Days in a month; 0 for a month that does not exist.
fn month_length(year: i32, month: i32) -> i32 {
    let is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i32::from(is_leap),
        _ => 0,
    }
}

/// Days from 1970-01-01 to the first of a March-based month, by the closed form of
/// the proleptic Gregorian calendar.
fn count(year: i32, month: i32, day: i32) -> i32 {
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468
}

impl Day {
    /// A day that exists.
    pub fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let [year, month, day] = [year, month, day].map(|n| i32::try_from(n).unwrap_or(0));
        let is_day =
            (1900..=2999).contains(&year) && (1..=month_length(year, month)).contains(&day);
        is_day.then(|| Self(count(year, month, day)))
    }

    /// Year, month and day: the inverse of the closed form, by eras of 400 years.
    pub fn parts(self) -> (i32, i32, i32) {
        let from_march = self.0 + 719_468;
        let (era, in_era) = (from_march / 146_097, from_march % 146_097);
        let year = (in_era - in_era / 1460 + in_era / 36_524 - in_era / 146_096) / 365;
        let in_year = in_era - (365 * year + year / 4 - year / 100);
        let month = (5 * in_year + 2) / 153;
        let day = in_year - (153 * month + 2) / 5 + 1;
        let year = year + era * 400;
        if month < 10 {
            (year, month + 3, day)
        } else {
            (year + 1, month - 9, day)
        }
    }

    /// So many days later, held within the range of days.
    #[must_use]
    pub fn plus(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(RANGE.0, RANGE.1))
    }

    /// So many months later: the same day of the month, or its last.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let (year, month, day) = self.parts();
        let whole = month - 1 + months.min(12_000) as i32;
        let (year, month) = (year + whole / 12, whole % 12 + 1);
        let at = count(year, month, day.min(month_length(year, month)));
        Self(at.clamp(RANGE.0, RANGE.1))
    }

    /// Days from `earlier` to this one; below 0 where that is later.
    pub fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Day of the week, 0 = Monday.
    pub fn weekday(self) -> u32 {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7).unsigned_abs()
    }
}

impl std::str::FromStr for Day {
    type Err = BadDay;
    fn from_str(text: &str) -> Result<Self, BadDay> {
        let bytes = text.as_bytes();
        let is_shaped = bytes.len() == 10
            && (0..10).all(|i| match i {
                4 | 7 => bytes[i] == b'-',
                _ => bytes[i].is_ascii_digit(),
            });
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse().ok();
        let day = match (part(0..4), part(5..7), part(8..10)) {
            (Some(y), Some(m), Some(d)) if is_shaped => Self::new(y, m, d),
            _ => None,
        };
        day.ok_or_else(|| BadDay(text.chars().take(40).collect()))
    }
}

impl TryFrom<String> for Day {
    type Error = BadDay;
    fn try_from(text: String) -> Result<Self, BadDay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Which days are worked. Monday to Friday, but for what the yearly notice of the
/// State Council moves: holidays off and weekends worked in their stead (调休).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calendar {
    /// Weekdays that are off.
    pub holidays: BTreeSet<Day>,
    /// Weekends that are worked.
    pub worked: BTreeSet<Day>,
    /// Last day the table knows about; later days follow the week alone.
    pub until: Option<Day>,
}

impl Calendar {
    /// Whether a day is worked.
    pub fn is_working(&self, day: Day) -> bool {
        self.worked.contains(&day) || (day.weekday() < 5 && !self.holidays.contains(&day))
    }

    /// Whether the table covers a day; otherwise its answer is a guess by the week.
    pub fn knows(&self, day: Day) -> bool {
        self.until.is_some_and(|until| day <= until)
    }

    /// The `n`-th working day after `day`; `day` itself for 0.
    ///
    /// ```
    /// use dhi_engine::calendar::{Calendar, Day};
    /// let friday: Day = "2026-07-03".parse().unwrap();
    /// let later = Calendar::default().after(friday, 5);
    /// assert_eq!(later.to_string(), "2026-07-10");
    /// ```
    pub fn after(&self, day: Day, n: u32) -> Day {
        let mut at = day;
        let mut left = n;
        while left > 0 && at.0 < RANGE.1 {
            at = at.plus(1);
            left -= u32::from(self.is_working(at));
        }
        at
    }

    /// Working days from `first` to `last`, both included.
    pub fn n_working(&self, first: Day, last: Day) -> u32 {
        (first.0..=last.0)
            .filter(|at| self.is_working(Day(*at)))
            .count() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_of_the_range_is_itself_again() {
        assert_eq!(day("1970-01-01").0, 0);
        assert_eq!((day("1900-01-01").0, day("2999-12-31").0), RANGE);
        let mut at = day("1900-01-01");
        for _ in 0..401 * 366 {
            let (y, m, d) = at.parts();
            let [y, m, d] = [y, m, d].map(i32::unsigned_abs);
            assert_eq!(Day::new(y, m, d), Some(at));
            assert_eq!(at.plus(1).since(at), 1);
            at = at.plus(1);
        }
    }

    #[test]
    fn only_real_days_are_read() {
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-01",
            "+026-01-01",
            "1899-12-31",
            "",
            "２026-01-01",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        assert_eq!(day("2028-02-29").plus_months(12), day("2029-02-28"));
        // 2026-07-01 was a Wednesday.
        assert_eq!(day("2026-07-01").weekday(), 2);
    }

    #[test]
    fn holidays_and_worked_weekends_move_working_days() {
        // The first week of October off, the Saturday after it worked.
        let calendar = Calendar {
            holidays: (1..=7).map(|d| Day::new(2026, 10, d).unwrap()).collect(),
            worked: [day("2026-10-10")].into(),
            until: Some(day("2026-12-31")),
        };
        // 30 September is a Wednesday; then 8, 9 and the worked 10 October.
        assert_eq!(calendar.after(day("2026-09-30"), 3), day("2026-10-10"));
        assert_eq!(calendar.n_working(day("2026-09-30"), day("2026-10-12")), 5);
        assert!(calendar.knows(day("2026-12-31")) && !calendar.knows(day("2027-01-01")));
    }
}
