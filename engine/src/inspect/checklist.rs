//! 小微权力清单: any list of items and sub-items, and what sampled checks found.

use crate::calendar::Day;
use crate::survey::{Interval, wilson};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One line of the list; `parent` is empty for an item, an item's code for a
/// sub-item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// Code.
    pub code: String,
    /// Code of the item above.
    #[serde(default)]
    pub parent: String,
    /// What must be so.
    pub text: String,
}

/// What is wrong with a list; rows count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChecklistError {
    /// No rows, or a cell that must not be blank.
    #[error("row {0}: code and text are needed")]
    Blank(usize),
    /// The same code twice.
    #[error("row {row}: code {code} is used before")]
    Duplicate {
        /// The row.
        row: usize,
        /// The code.
        code: String,
    },
    /// A parent that is no item of the list.
    #[error("row {row}: there is no item {parent}")]
    UnknownParent {
        /// The row.
        row: usize,
        /// The parent named.
        parent: String,
    },
}

impl ChecklistError {
    /// In Chinese.
    pub fn zh(&self) -> String {
        match self {
            Self::Blank(row) => format!("第 {row} 条：须有编号和内容"),
            Self::Duplicate { row, code } => format!("第 {row} 条：编号 {code} 重复"),
            Self::UnknownParent { row, parent } => format!("第 {row} 条：没有上级编号 {parent}"),
        }
    }
}

/// A list that holds together. None is shipped: the 23 items with 122 sub-items of
/// 都江堰 are not published, and every county brings its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<ChecklistItem>", try_from = "Vec<ChecklistItem>")]
pub struct Checklist {
    items: Vec<ChecklistItem>,
}

/// One sampled check of a sub-item in a village.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Code in the list.
    pub code: String,
    /// Code of the village.
    pub village: String,
    /// When.
    pub at: Day,
    /// Whether it was as it must be; `None` where it does not apply.
    pub is_met: Option<bool>,
}

/// A rate of compliance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Compliance {
    /// Checks met.
    pub met: u32,
    /// Checks that apply.
    pub n: u32,
    /// Wilson's interval of the rate, 0–1; `None` without checks.
    pub interval: Option<Interval>,
}

impl TryFrom<Vec<ChecklistItem>> for Checklist {
    type Error = ChecklistError;
    fn try_from(items: Vec<ChecklistItem>) -> Result<Self, ChecklistError> {
        Self::new(items)
    }
}

impl From<Checklist> for Vec<ChecklistItem> {
    fn from(list: Checklist) -> Self {
        list.items
    }
}

impl Checklist {
    /// Checks a list: codes once, two levels, every parent an item.
    pub fn new(items: Vec<ChecklistItem>) -> Result<Self, ChecklistError> {
        let mut codes = BTreeSet::new();
        let tops = items.iter().filter(|i| i.parent.is_empty());
        let tops: BTreeSet<&str> = tops.map(|i| i.code.as_str()).collect();
        for (row, item) in (1..).zip(&items) {
            if item.code.trim().is_empty() || item.text.trim().is_empty() {
                return Err(ChecklistError::Blank(row));
            }
            if !codes.insert(&item.code) {
                let code = item.code.clone();
                return Err(ChecklistError::Duplicate { row, code });
            }
            if !item.parent.is_empty() && !tops.contains(item.parent.as_str()) {
                let parent = item.parent.clone();
                return Err(ChecklistError::UnknownParent { row, parent });
            }
        }
        if items.is_empty() {
            return Err(ChecklistError::Blank(1));
        }
        Ok(Self { items })
    }

    /// The lines in their order.
    pub fn items(&self) -> &[ChecklistItem] {
        &self.items
    }

    /// Numbers of items and of sub-items.
    pub fn size(&self) -> (usize, usize) {
        let n_top = self.items.iter().filter(|i| i.parent.is_empty()).count();
        (n_top, self.items.len() - n_top)
    }

    /// Compliance by line of the list over all villages; an item takes in its
    /// sub-items. Checks of codes the list does not have are left out.
    pub fn by_item(&self, checks: &[Check], level: f64) -> Vec<Compliance> {
        let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        let parents = self.items.iter().map(|i| (i.code.as_str(), &i.parent));
        let parents: BTreeMap<&str, &String> = parents.collect();
        for check in checks {
            let Some(parent) = parents.get(check.code.as_str()) else {
                continue;
            };
            let own = (!check.code.is_empty()).then_some(check.code.as_str());
            let above = (!parent.is_empty()).then_some(parent.as_str());
            for code in own.into_iter().chain(above) {
                add(counts.entry(code).or_default(), check);
            }
        }
        let count = |item: &ChecklistItem| counts.get(item.code.as_str()).copied();
        let counts = self.items.iter().map(|i| count(i).unwrap_or_default());
        counts.map(|c| Compliance::of(c, level)).collect()
    }

    /// Compliance of every village that was checked against lines of the list.
    pub fn by_village<'a>(&self, checks: &'a [Check], level: f64) -> BTreeMap<&'a str, Compliance> {
        let codes: BTreeSet<&str> = self.items.iter().map(|i| i.code.as_str()).collect();
        let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
        for check in checks.iter().filter(|c| codes.contains(c.code.as_str())) {
            add(counts.entry(&check.village).or_default(), check);
        }
        let counts = counts.into_iter();
        counts
            .map(|(village, c)| (village, Compliance::of(c, level)))
            .collect()
    }
}

fn add(count: &mut (u32, u32), check: &Check) {
    if let Some(is_met) = check.is_met {
        count.0 += u32::from(is_met);
        count.1 += 1;
    }
}

impl Compliance {
    fn of((met, n): (u32, u32), level: f64) -> Self {
        Self {
            met,
            n,
            interval: wilson(f64::from(met), f64::from(n), level),
        }
    }

    /// The rate in percent; `None` without checks.
    pub fn pct(&self) -> Option<f64> {
        (self.n > 0).then(|| 100.0 * f64::from(self.met) / f64::from(self.n))
    }
}
