//! What an office decides and keeps beside its records of 整改销号, as one JSON file or
//! several: times and numbers of the procedure, holidays, restrictions, a checklist with
//! its checks, a plan of visits, inspection suggestions.

mod items;
mod office;
mod procedure;
mod tables;

pub use items::{in_parts, with_items};
pub use office::{Kept, Office};
pub use procedure::{Procedure, Span};
pub use tables::{headings, template};

use crate::calendar::{Calendar, Day};
use crate::framework::Language;
use crate::gate::{Gate, GateError, GateRules, Tenure, from_item};
use crate::inspect::{
    Check, Checklist, ChecklistError, Plan, PlanRules, Suggestion, SuggestionError,
};
use crate::ledger::{Derived, from_checks, from_items};
use crate::signoff::{Item, Rules};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything decided and kept. What is not said is as by default, of which
/// [`Rules::to_be_confirmed`] names what nobody has confirmed.
///
/// ```
/// use dhi_engine::process::Process;
/// let rules = br#"{"rules": {"remind_after": 3}}"#;
/// let holidays = br#"{"calendar": {"holidays": ["2026-10-01"], "until": "2026-12-31"}}"#;
/// let mut process = Process::from_json(rules).unwrap();
/// process.add(Process::from_json(holidays).unwrap()).unwrap();
/// assert_eq!(process.rules.as_ref().unwrap().remind_after, 3);
/// // The same section twice is a question for people.
/// assert!(process.add(Process::from_json(rules).unwrap()).is_err());
/// assert!(Process::from_json(br#"{"rules": {"remind": 3}}"#).is_err());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Process {
    /// Times, numbers and names of the procedure.
    pub rules: Option<Rules>,
    /// Holidays, and weekends that are worked.
    pub calendar: Option<Calendar>,
    /// Numbers behind the restrictions.
    pub gate_rules: Option<GateRules>,
    /// Restrictions that do not follow from items.
    pub gates: Vec<Gate>,
    /// Posts that persons of the committees hold and held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tenures: Vec<Tenure>,
    /// 小微权力清单.
    pub checklist: Option<Checklist>,
    /// What its sampled checks found.
    pub checks: Vec<Check>,
    /// Least numbers of working days.
    pub plan_rules: Option<PlanRules>,
    /// The villages of the round by code; whether each is a key village.
    pub villages: BTreeMap<String, bool>,
    /// The visits of the round.
    pub plan: Option<Plan>,
    /// 巡察建议书.
    pub suggestions: Vec<Suggestion>,
}

/// Why a file is refused; entries count from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// No such JSON; it says at which line and column.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Neither a table nor text.
    #[error("the file is neither a table nor text in UTF-8")]
    NotText,
    /// A section that another file has as well.
    #[error("`{0}` stands in two files; which one holds is for people to decide")]
    Twice(&'static str),
    /// A restriction that does not say what it must.
    #[error("gates, entry {0}: {1}")]
    Gate(usize, GateError),
    /// A post held by nobody, nowhere, or to a day before the first.
    #[error(
        "tenures, entry {0}: a village, a person and a post are needed, and no end before the beginning"
    )]
    Tenure(usize),
    /// A suggestion that does not.
    #[error("suggestions, entry {0}: {1}")]
    Suggestion(usize, SuggestionError),
    /// A file that is no table; why, in Chinese and English.
    #[error("{}", .0[1])]
    File([String; 2]),
    /// A sheet whose headings are those of no table.
    #[error("sheet “{0}”: its headings are those of no table known here")]
    Unknown(String),
    /// A column that was meant and would not be taken.
    #[error("sheet “{sheet}”: the column “{heading}” is not known")]
    Heading {
        /// The sheet; empty for CSV.
        sheet: String,
        /// The heading.
        heading: String,
    },
    /// A sheet of something that is imported in another place.
    #[error("sheet “{sheet}”: “{form}” is imported in another place")]
    Elsewhere {
        /// The sheet; empty for CSV.
        sheet: String,
        /// What it holds.
        form: &'static str,
    },
    /// A ledger without any item.
    #[error("there are no items")]
    NoItems,
    /// A cell that cannot be read, repeats what must stand once, or cannot be taken for
    /// a reason of its own.
    #[error(
        "sheet “{sheet}”, row {row}, {heading}: “{text}” {}",
        why.as_ref().map_or("is missing, unreadable or a repetition", |why| &why[1])
    )]
    Cell {
        /// The sheet; empty for CSV.
        sheet: String,
        /// The row as the file counts.
        row: u32,
        /// The column's heading.
        heading: String,
        /// What stands there.
        text: String,
        /// Why it is not taken, in Chinese and English.
        why: Option<Box<[String; 2]>>,
    },
    /// A checklist that does not hold together.
    #[error("checklist: {0}")]
    Checklist(ChecklistError),
    /// A check of a line the checklist does not have.
    #[error("checks, entry {0}: the checklist has no `{1}`")]
    Check(usize, String),
}

fn once<T>(name: &'static str, here: &mut Option<T>, other: Option<T>) -> Result<(), ProcessError> {
    match (here.is_some(), other) {
        (true, Some(_)) => Err(ProcessError::Twice(name)),
        (_, None) => Ok(()),
        (false, other) => {
            *here = other;
            Ok(())
        }
    }
}

impl ProcessError {
    /// In words.
    pub fn message(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        match self {
            Self::Json(why) => format!("文件内容不符合格式：{why}"),
            Self::NotText => "文件既不是表格，也不是 UTF-8 文本".into(),
            Self::Twice(name) => {
                format!("两个文件都规定了“{}”，以哪个为准须由人来定", section(name))
            }
            Self::Gate(nth, why) => format!("限制性情形第 {nth} 条：{}", why.zh()),
            Self::Tenure(nth) => {
                format!("任职情况第 {nth} 条：须写明村、人员和职务，截止不得早于起始")
            }
            Self::Suggestion(nth, why) => format!("巡察建议书第 {nth} 份：{}", why.zh()),
            Self::File([zh, _]) => zh.clone(),
            Self::Unknown(sheet) => format!("工作表“{sheet}”：表头不是这里认识的任何一种表"),
            Self::Heading { sheet, heading } => format!("工作表“{sheet}”：不认识“{heading}”这一列"),
            Self::Elsewhere { sheet, form } => {
                format!("工作表“{sheet}”是“{form}”，不在这里导入")
            }
            Self::NoItems => "表中没有事项".into(),
            Self::Cell {
                sheet,
                row,
                heading,
                text,
                why,
            } => {
                let why = why.as_ref().map_or("缺填、有误或重复", |why| &why[0]);
                format!("工作表“{sheet}”第 {row} 行“{heading}”：“{text}”{why}")
            }
            Self::Checklist(why) => format!("权力清单{}", why.zh()),
            Self::Check(nth, code) => format!("抽查记录第 {nth} 条：清单中没有编号 {code}"),
        }
    }
}

/// What a section is called.
fn section(name: &str) -> &str {
    match name {
        "rules" => "期限与人数规则",
        "calendar" => "节假日",
        "gate_rules" => "限制规则",
        "checklist" => "权力清单",
        "plan_rules" => "巡察天数规则",
        "plan" => "巡察安排",
        "villages" => "本轮村名册",
        name => name,
    }
}

impl Process {
    /// Reads a file, JSON or tables ([`Self::from_json`], [`Self::from_tables`]).
    ///
    /// # Errors
    /// With the place, where it is neither.
    pub fn from_file(name: &str, bytes: &[u8]) -> Result<Self, ProcessError> {
        let mark = "\u{feff}".as_bytes();
        let text = bytes.strip_prefix(mark).unwrap_or(bytes).trim_ascii_start();
        if text.starts_with(b"{") {
            Self::from_json(text)
        } else {
            Self::from_tables(&crate::input::decode(name, bytes, None))
        }
    }

    /// Reads a file. Unknown names are refused: a number that was meant and not taken
    /// would be worse.
    ///
    /// # Errors
    /// With the place, where it is no such file.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ProcessError> {
        let text = std::str::from_utf8(bytes).map_err(|_| ProcessError::NotText)?;
        let process: Self = serde_json::from_str(text)?;
        process.check()?;
        Ok(process)
    }

    /// Checks every entry by itself.
    fn check(&self) -> Result<(), ProcessError> {
        for (nth, gate) in (1..).zip(&self.gates) {
            gate.validate()
                .map_err(|why| ProcessError::Gate(nth, why))?;
        }
        let mut tenures = (1..).zip(&self.tenures);
        if let Some((nth, _)) = tenures.find(|(_, tenure)| !tenure.is_whole()) {
            return Err(ProcessError::Tenure(nth));
        }
        for (nth, suggestion) in (1..).zip(&self.suggestions) {
            let valid = suggestion.validate();
            valid.map_err(|why| ProcessError::Suggestion(nth, why))?;
        }
        Ok(())
    }

    /// Takes in what another file says.
    ///
    /// # Errors
    /// Where both decide the same.
    pub fn add(&mut self, other: Self) -> Result<(), ProcessError> {
        once("rules", &mut self.rules, other.rules)?;
        once("calendar", &mut self.calendar, other.calendar)?;
        once("gate_rules", &mut self.gate_rules, other.gate_rules)?;
        once("checklist", &mut self.checklist, other.checklist)?;
        once("plan_rules", &mut self.plan_rules, other.plan_rules)?;
        once("plan", &mut self.plan, other.plan)?;
        self.gates.extend(other.gates);
        self.tenures.extend(other.tenures);
        self.checks.extend(other.checks);
        self.suggestions.extend(other.suggestions);
        for (village, is_key) in other.villages {
            if self.villages.insert(village, is_key).is_some() {
                return Err(ProcessError::Twice("villages"));
            }
        }
        Ok(())
    }

    /// The rules, or the default ones.
    pub fn rules(&self) -> Rules {
        self.rules.clone().unwrap_or_default()
    }

    /// The numbers behind restrictions, or the default ones.
    pub fn gate_rules(&self) -> GateRules {
        self.gate_rules.clone().unwrap_or_default()
    }

    /// Restrictions that were decided and that follow from items.
    pub fn gates(&self, items: &[Item], today: Day) -> Vec<Gate> {
        let rules = self.gate_rules();
        let follow = items.iter().flat_map(|item| from_item(item, &rules, today));
        self.gates.iter().cloned().chain(follow).collect()
    }

    /// Values of indicators that follow from items and checks of a span, as known today.
    pub fn derived(&self, items: &[Item], (from, to): (Day, Day), today: Day) -> Vec<Derived> {
        let mut derived = from_items(items, &self.rules(), (from, to), today);
        if let Some(list) = &self.checklist {
            derived.extend(from_checks(list, &self.checks, from, to));
        }
        derived
    }

    /// Checks everything, also what only all files together can say.
    ///
    /// # Errors
    /// Where an entry does not say what it must, or a check is of a line the checklist
    /// does not have.
    pub fn validate(&self) -> Result<(), ProcessError> {
        self.check()?;
        let items = self.checklist.as_ref().map_or(&[][..], Checklist::items);
        let has = |code: &str| items.iter().any(|item| item.code == code);
        let mut checks = (1..).zip(&self.checks);
        match checks.find(|(_, check)| !has(&check.code)) {
            Some((nth, check)) => Err(ProcessError::Check(nth, check.code.clone())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(json: &str) -> String {
        Process::from_json(json.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_place() {
        let gate = r#"{"village": "001", "cause": "penalty", "reason": "r", "basis": "b",
            "approver": "a", "start": "2026-01-01"}"#;
        let found = refusal(&format!(r#"{{"gates": [{gate}]}}"#));
        assert!(found.starts_with("gates, entry 1: a penalty"), "{found}");
        let advice = r#"{"number": "1", "addressee": "A", "is_common": true, "items": [],
            "cause": "c", "advice": "d", "issued": "2026-03-01", "due": "2026-02-01"}"#;
        let found = refusal(&format!(r#"{{"suggestions": [{advice}]}}"#));
        assert!(
            found.starts_with("suggestions, entry 1: a suggestion cannot"),
            "{found}"
        );
        let unknown = r#"{"gates": [{"village": "001", "name": "somebody"}]}"#;
        assert!(refusal(unknown).contains("unknown field `name`"));
        let post = r#"{"village": "001", "person": "A-1", "post": "主任", "from": "2026-07-01",
            "to": "2026-06-30"}"#;
        let found = refusal(&format!(r#"{{"tenures": [{post}]}}"#));
        assert!(found.starts_with("tenures, entry 1: a village"), "{found}");
        assert!(refusal(r#"{"calendar": {"holiday": []}}"#).contains("line 1 column"));
        assert!(
            refusal(r#"{"plan": [{"village": "1", "team": "t", "first": "2026-13-01"}]}"#)
                .contains("2026-13-01")
        );
        assert!(refusal("").contains("EOF"));
    }

    #[test]
    fn files_meet_in_any_order_and_never_decide_twice() {
        let list = r#"{"checklist": [{"code": "1", "text": "公开"}]}"#;
        let checks = r#"{"checks": [{"code": "1", "village": "001", "at": "2026-05-01", "is_met": true},
            {"code": "9", "village": "001", "at": "2026-05-01", "is_met": null}]}"#;
        let read = |json: &str| Process::from_json(json.as_bytes()).unwrap();
        let (mut one, mut other) = (read(list), read(checks));
        one.add(read(checks)).unwrap();
        other.add(read(list)).unwrap();
        assert_eq!(one, other);
        let found = one.validate().unwrap_err().to_string();
        assert_eq!(found, "checks, entry 2: the checklist has no `9`");
        let villages = r#"{"villages": {"001": true}}"#;
        // What is not said is not written: files sealed before it could be said stay.
        assert!(!serde_json::to_string(&one).unwrap().contains("tenures"));
        let post = r#"{"tenures": [{"village": "001", "person": "A-1", "post": "主任",
            "from": "2026-07-01"}]}"#;
        one.add(read(post)).unwrap();
        one.add(read(post)).unwrap();
        assert_eq!(one.tenures.len(), 2);
        one.add(read(villages)).unwrap();
        assert!(one.add(read(villages)).is_err());
    }
}
