//! 巡察建议书: what the inspection advises somebody to change, and what came of it.

use crate::calendar::Day;
use serde::{Deserialize, Serialize};

/// Months for the reply where nothing else is said; to be confirmed locally.
const REPLY_MONTHS: u32 = 2;

/// What the reply was held to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Assessment {
    /// 采纳到位.
    Adopted,
    /// 部分采纳.
    Partly,
    /// 未采纳.
    NotAdopted,
}

/// One letter of advice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suggestion {
    /// Its number, as issued.
    pub number: String,
    /// To whom.
    pub addressee: String,
    /// 共性 (true) or 个性.
    pub is_common: bool,
    /// Numbers of the items it follows from.
    pub items: Vec<String>,
    /// Root cause.
    pub cause: String,
    /// The advice.
    pub advice: String,
    /// When it was issued.
    pub issued: Day,
    /// By when a reply is due; two months after issue where empty.
    #[serde(default)]
    pub due: Option<Day>,
    /// When the reply came.
    #[serde(default)]
    pub replied: Option<Day>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reply: String,
    /// What it was held to be.
    #[serde(default)]
    pub assessment: Option<Assessment>,
}

/// Where a suggestion stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A reply is due.
    Awaited,
    /// A reply is overdue by so many days.
    Overdue(i32),
    /// A reply came and is not assessed.
    Replied {
        /// Whether in time.
        in_time: bool,
    },
    /// A reply came and was assessed.
    Assessed(Assessment),
}

/// Why a letter is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SuggestionError {
    /// No number, addressee or advice.
    #[error("a suggestion needs a number, an addressee and advice")]
    Blank,
    /// Due or answered before it was issued.
    #[error("a suggestion cannot be due or answered before it is issued")]
    Reversed,
    /// Assessed without an answer.
    #[error("what was not answered cannot be assessed")]
    Unanswered,
    /// An answer of no day.
    #[error("what an answer says needs the day it came")]
    Undated,
}

impl SuggestionError {
    /// In Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Blank => "须写明编号、收件单位和建议",
            Self::Reversed => "答复期限或答复早于发出",
            Self::Unanswered => "没有答复，不能评价",
            Self::Undated => "写了答复内容，须写答复日期",
        }
    }
}

impl Suggestion {
    /// Checks that it says what it must, in an order that can be.
    pub fn validate(&self) -> Result<(), SuggestionError> {
        let texts = [&self.number, &self.addressee, &self.advice];
        let days = [self.due, self.replied];
        if texts.iter().any(|text| text.trim().is_empty()) {
            Err(SuggestionError::Blank)
        } else if days.into_iter().flatten().any(|day| day < self.issued) {
            Err(SuggestionError::Reversed)
        } else if self.assessment.is_some() && self.replied.is_none() {
            Err(SuggestionError::Unanswered)
        } else if !self.reply.is_empty() && self.replied.is_none() {
            Err(SuggestionError::Undated)
        } else {
            Ok(())
        }
    }

    /// By when a reply is due.
    pub fn reply_due(&self) -> Day {
        let default = || self.issued.plus_months(REPLY_MONTHS);
        self.due.unwrap_or_else(default)
    }

    /// Where it stands on a day. An assessment without a reply counts for nothing.
    pub fn standing(&self, today: Day) -> Standing {
        let due = self.reply_due();
        match (self.replied, self.assessment) {
            (Some(_), Some(assessment)) => Standing::Assessed(assessment),
            (Some(replied), None) => Standing::Replied {
                in_time: replied <= due,
            },
            (None, _) if today > due => Standing::Overdue(today.since(due)),
            (None, _) => Standing::Awaited,
        }
    }
}
