//! What an office keeps in tables rather than in JSON: restrictions, posts held, checklist
//! and checks, round and plan, holidays, suggestions; the items of a ledger
//! ([`super::items`]). What a sheet holds is told by its headings.

use super::{Process, ProcessError};
use crate::calendar::{Calendar, Day};
use crate::framework::Language;
use crate::gate::{Cause, Gate, Tenure};
use crate::input::{
    CellOut, Decoded, Look, NOT_APPLICABLE_WORDS, RawCell, Row, Sheet, SheetOut, TemplateError,
    code, day, headers, normalised, workbook,
};
use crate::inspect::{Assessment, Check, Checklist, ChecklistItem, Plan, Suggestion, Visit};

/// A kind of sheet: its name, and its columns with the name of the field, how it is
/// headed, and whether it must be there.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Form {
    name: &'static str,
    pub(super) columns: &'static [(&'static str, &'static [&'static str], bool)],
}

/// Items, by the fields of the events that open them; sums in 万元.
pub(super) const ITEMS: Form = Form {
    name: "整改台账",
    columns: &[
        ("item", &["编号", "事项编号", "item"], true),
        ("village", &["村代码", "village"], true),
        ("town", &["镇街", "town"], false),
        ("lead", &["业务主管部门", "牵头部门", "lead"], true),
        ("round", &["轮次", "巡察轮次", "来源", "round"], false),
        ("problem", &["问题", "问题事实", "problem"], true),
        ("kind", &["类型", "类别", "kind"], true),
        ("checklist", &["清单编号", "checklist"], false),
        (
            "to_recover",
            &["应追回万元", "应收回万元", "torecoverwan"],
            false,
        ),
        ("opened", &["立项日期", "opened"], true),
        ("liable", &["责任单位", "责任主体", "liable"], false),
        ("assigned", &["交办日期", "assigned"], false),
        ("due", &["整改期限", "期限", "due"], false),
    ],
};

const CHECKLIST: Form = Form {
    name: "权力清单",
    columns: &[
        ("code", &["编号", "code"], true),
        ("parent", &["上级编号", "parent"], false),
        ("text", &["内容", "事项", "text"], true),
    ],
};
const CHECKS: Form = Form {
    name: "抽查记录",
    columns: &[
        ("code", &["编号", "code"], true),
        ("village", &["村代码", "village"], true),
        ("at", &["检查日期", "at"], true),
        ("is_met", &["是否符合", "ismet"], true),
    ],
};
const VILLAGES: Form = Form {
    name: "本轮名册",
    columns: &[
        ("village", &["村代码", "village"], true),
        ("key", &["重点村", "key"], true),
    ],
};
const PLAN: Form = Form {
    name: "巡察安排",
    columns: &[
        ("village", &["村代码", "village"], true),
        ("team", &["巡察组", "team"], true),
        ("first", &["开始日期", "first"], true),
        ("last", &["结束日期", "last"], true),
    ],
};
const HOLIDAYS: Form = Form {
    name: "节假日",
    columns: &[
        ("date", &["日期", "date"], true),
        ("kind", &["放假或上班", "kind"], true),
    ],
};
const GATES: Form = Form {
    name: "限制性情形",
    columns: &[
        ("village", &["村代码", "village"], true),
        ("person", &["人员代码", "person"], false),
        ("cause", &["情形", "cause"], true),
        ("reason", &["理由", "reason"], true),
        ("basis", &["依据", "basis"], true),
        ("approver", &["批准", "approver"], true),
        ("start", &["起始日期", "start"], true),
        ("end", &["截止日期", "end"], false),
        ("appeal", &["申诉", "appeal"], false),
    ],
};
const TENURES: Form = Form {
    name: "任职情况",
    columns: &[
        ("village", &["村代码", "village"], true),
        ("person", &["人员代码", "person"], true),
        ("post", &["职务", "post"], true),
        ("from", &["任职日期", "任职起", "from"], true),
        ("to", &["离任日期", "任职止", "to"], false),
    ],
};
const SUGGESTIONS: Form = Form {
    name: "巡察建议书",
    columns: &[
        ("number", &["建议书编号", "number"], true),
        ("addressee", &["收件单位", "addressee"], true),
        ("common", &["共性或个性", "common"], true),
        ("items", &["所据事项", "items"], false),
        ("cause", &["原因", "cause"], false),
        ("advice", &["建议", "advice"], true),
        ("issued", &["发出日期", "issued"], true),
        ("due", &["答复期限", "due"], false),
        ("replied", &["答复日期", "replied"], false),
        ("reply", &["答复内容", "reply"], false),
        ("assessment", &["评价", "assessment"], false),
    ],
};
/// Fuller ones first: where a sheet has all headings of two, it holds the first.
const FORMS: [Form; 9] = [
    ITEMS,
    SUGGESTIONS,
    GATES,
    TENURES,
    CHECKS,
    PLAN,
    CHECKLIST,
    VILLAGES,
    HOLIDAYS,
];
/// Columns that say nothing of their own.
const SILENT: [&str; 6] = ["序号", "村名", "备注", "no", "name", "note"];
/// Rows searched for headings; above them stand titles.
const HEADING_ROWS: usize = 20;

const YES_OR_NO: [(&str, bool); 10] = [
    ("是", true),
    ("符合", true),
    ("true", true),
    ("yes", true),
    ("1", true),
    ("否", false),
    ("不符合", false),
    ("false", false),
    ("no", false),
    ("0", false),
];
const OFF_OR_WORKED: [(&str, bool); 6] = [
    ("放假", true),
    ("休", true),
    ("off", true),
    ("上班", false),
    ("班", false),
    ("work", false),
];
const COMMON_OR_NOT: [(&str, bool); 4] = [
    ("共性", true),
    ("common", true),
    ("个性", false),
    ("individual", false),
];
const ASSESSMENTS: [(&str, Assessment); 6] = [
    ("采纳到位", Assessment::Adopted),
    ("adopted", Assessment::Adopted),
    ("部分采纳", Assessment::Partly),
    ("partly", Assessment::Partly),
    ("未采纳", Assessment::NotAdopted),
    ("not adopted", Assessment::NotAdopted),
];

const CAUSES: [Cause; 6] = [
    Cause::Investigation,
    Cause::Penalty,
    Cause::UnderReview,
    Cause::Supervised,
    Cause::Falsified,
    Cause::TwiceUnfit,
];

/// The unit of a sum of money in a heading.
const WAN: &str = "万元";
/// A sheet that explains and is not read.
const NOTES: &str = "说明";

/// Every kind of sheet: its name and its headings in Chinese, those in brackets that may
/// be left out.
pub fn headings() -> impl Iterator<Item = (&'static str, String)> {
    FORMS.into_iter().map(|form| {
        let heads = form.columns.iter().map(|(_, words, is_needed)| {
            let word = words.first().copied().unwrap_or_default();
            if *is_needed {
                word.to_owned()
            } else {
                ["（", word, "）"].concat()
            }
        });
        (form.name, heads.collect::<Vec<_>>().join("、"))
    })
}

/// A workbook with a blank sheet of every kind and a sheet that says what may stand in
/// them. It reads back as nothing decided.
///
/// # Errors
/// Where a workbook cannot be written, which does not happen with these texts.
pub fn template() -> Result<Vec<u8>, TemplateError> {
    let mut sheets: Vec<SheetOut> = Vec::new();
    for form in FORMS {
        let mut sheet = SheetOut::new(form.name);
        let heads = form
            .columns
            .iter()
            .filter_map(|(_, words, _)| words.first());
        headers(&mut sheet, heads.copied());
        sheets.push(sheet);
    }
    let mut notes = SheetOut::new(NOTES);
    notes.column(100, Look::Plain);
    let mut line = |text: &str| notes.row([CellOut::Text(text)], Look::Plain);
    for (name, heads) in headings() {
        line(&[name, "：", &heads].concat());
    }
    let causes = CAUSES.map(|cause| cause.name(Language::Chinese)).join("、");
    line(&["情形：", &causes].concat());
    line("是否符合：是、否、不适用。重点村：是、否。放假或上班：放假、上班。");
    line("共性或个性：共性、个性。评价：采纳到位、部分采纳、未采纳。");
    line(
        "整改台账在“整改事项”处导入。类型：立行立改、限期整改、长期坚持。已交办的，责任单位、交办日期、整改期限都要填；挂牌督办由领导小组另行记录。",
    );
    line("日期写作 2026-06-30；村代码与名册一致；不用的工作表可以空着或删去。");
    sheets.push(notes);
    workbook(&sheets).ok_or(TemplateError)
}

/// A sheet whose headings are known.
pub(super) struct Table<'s> {
    sheet: &'s Sheet,
    pub(super) form: Form,
    /// Columns of the form's fields, in its order.
    columns: Vec<Option<u32>>,
    /// Rows below the headings.
    rows: &'s [Row],
}

impl Process {
    /// Reads a CSV, XLSX or XLS file that was decoded. Every sheet must be known by its
    /// headings ([`headings`]), every cell must be readable; blank sheets and rows are
    /// passed over. Holidays are taken to be those of whole years.
    ///
    /// ```
    /// use dhi_engine::{input::decode, process::Process};
    /// let csv = "村代码,重点村\n001,是\n002,否\n";
    /// let process = Process::from_tables(&decode("a.csv", csv.as_bytes(), None)).unwrap();
    /// assert_eq!(process.villages["001"], true);
    /// ```
    ///
    /// # Errors
    /// With sheet and row, where something is not known or cannot be read.
    pub fn from_tables(file: &Decoded) -> Result<Self, ProcessError> {
        let mut process = Self::default();
        for table in tables(file)? {
            process.add(read(&table)?)?;
        }
        process.check()?;
        Ok(process)
    }
}

/// Every sheet of a file that says something.
pub(super) fn tables(file: &Decoded) -> Result<Vec<Table<'_>>, ProcessError> {
    let blocking =
        |f: &&crate::finding::Finding| f.severity() == crate::finding::Severity::Blocking;
    if let Some(finding) = file.findings.iter().find(blocking) {
        let words = [Language::Chinese, Language::English].map(|l| finding.message(l));
        return Err(ProcessError::File(words));
    }
    let sheets = file.workbook.sheets.iter();
    let said = sheets.filter(|sheet| !sheet.rows.is_empty() && sheet.name != NOTES);
    said.map(recognised).collect()
}

/// What a sheet holds, by the first row whose headings say it.
fn recognised(sheet: &Sheet) -> Result<Table<'_>, ProcessError> {
    for (at, row) in sheet.rows.iter().enumerate().take(HEADING_ROWS) {
        let heads: Vec<(u32, String)> = row
            .cells
            .iter()
            .map(|(column, cell)| {
                let shown = cell.shown();
                let mut head = normalised(&shown);
                // Of a sum the unit is no ornament, also where it stands in brackets.
                if shown.contains(WAN) && !head.contains(WAN) {
                    head.push_str(WAN);
                }
                (*column, head)
            })
            .collect();
        let column = |words: &[&str]| {
            let head = heads.iter().find(|(_, head)| words.contains(&&**head));
            head.map(|(column, _)| *column)
        };
        let fits = |form: &&Form| {
            let mut fields = form.columns.iter();
            fields.all(|(_, words, is_needed)| !is_needed || column(words).is_some())
        };
        let Some(form) = FORMS.iter().find(fits).copied() else {
            continue;
        };
        let columns = form.columns.iter().map(|(_, words, _)| column(words));
        let columns: Vec<Option<u32>> = columns.collect();
        let is_meant = |(column, head): &&(u32, String)| {
            !columns.contains(&Some(*column)) && !SILENT.contains(&&**head)
        };
        if let Some((_, head)) = heads.iter().find(is_meant) {
            return Err(ProcessError::Heading {
                sheet: sheet.name.clone(),
                heading: head.clone(),
            });
        }
        return Ok(Table {
            sheet,
            form,
            columns,
            rows: &sheet.rows[at + 1..],
        });
    }
    Err(ProcessError::Unknown(sheet.name.clone()))
}

fn read(table: &Table<'_>) -> Result<Process, ProcessError> {
    let mut process = Process::default();
    let (mut items, mut visits, mut calendar) = (Vec::new(), Vec::new(), Calendar::default());
    for cells in table.filled() {
        if table.form == ITEMS {
            return Err(table.is_elsewhere());
        } else if table.form == GATES {
            process.gates.push(Gate {
                village: cells.code("village")?,
                person: cells.code_or_empty("person")?,
                cause: cells.cause("cause")?,
                reason: cells.text("reason")?,
                basis: cells.text("basis")?,
                approver: cells.text("approver")?,
                start: cells.day("start")?,
                end: cells.day_or_none("end")?,
                appeal: cells.text_or_empty("appeal")?,
            });
        } else if table.form == TENURES {
            process.tenures.push(Tenure {
                village: cells.code("village")?,
                person: cells.code("person")?,
                post: cells.text("post")?,
                from: cells.day("from")?,
                to: cells.day_or_none("to")?,
            });
        } else if table.form == CHECKS {
            process.checks.push(Check {
                code: cells.code("code")?,
                village: cells.code("village")?,
                at: cells.day("at")?,
                is_met: cells.answer("is_met")?,
            });
        } else if table.form == CHECKLIST {
            items.push(ChecklistItem {
                code: cells.code("code")?,
                parent: cells.code_or_empty("parent")?,
                text: cells.text("text")?,
            });
        } else if table.form == VILLAGES {
            let village = cells.code("village")?;
            let is_key = cells.is("key")?;
            if process.villages.insert(village, is_key).is_some() {
                return Err(cells.bad("village"));
            }
        } else if table.form == PLAN {
            visits.push(Visit {
                village: cells.code("village")?,
                team: cells.text("team")?,
                first: cells.day("first")?,
                last: cells.day("last")?,
            });
        } else if table.form == HOLIDAYS {
            let day = cells.day("date")?;
            let days = if cells.word("kind", &OFF_OR_WORKED)? {
                &mut calendar.holidays
            } else {
                &mut calendar.worked
            };
            if !days.insert(day) {
                return Err(cells.bad("date"));
            }
            let end = Day::new(day.parts().0.unsigned_abs(), 12, 31);
            calendar.until = calendar.until.max(end);
        } else {
            process.suggestions.push(Suggestion {
                number: cells.code("number")?,
                addressee: cells.text("addressee")?,
                is_common: cells.word("common", &COMMON_OR_NOT)?,
                items: cells.list("items")?,
                cause: cells.text_or_empty("cause")?,
                advice: cells.text("advice")?,
                issued: cells.day("issued")?,
                due: cells.day_or_none("due")?,
                replied: cells.day_or_none("replied")?,
                reply: cells.text_or_empty("reply")?,
                assessment: match cells.cell("assessment") {
                    Some(_) => Some(cells.word("assessment", &ASSESSMENTS)?),
                    None => None,
                },
            });
        }
    }
    if !items.is_empty() {
        let list = Checklist::new(items);
        process.checklist = Some(list.map_err(ProcessError::Checklist)?);
    }
    process.plan = (!visits.is_empty()).then_some(Plan { visits });
    process.calendar = calendar.until.is_some().then_some(calendar);
    Ok(process)
}

impl Table<'_> {
    /// Its rows that say something.
    pub(super) fn filled(&self) -> impl Iterator<Item = Cells<'_>> {
        let is_filled = |row: &&Row| {
            let is_blank = |column: &u32| row.cell(*column).is_none_or(RawCell::is_blank);
            !self.columns.iter().flatten().all(is_blank)
        };
        let rows = self.rows.iter().filter(is_filled);
        rows.map(|row| Cells { table: self, row })
    }

    /// That what it holds is not taken here.
    pub(super) fn is_elsewhere(&self) -> ProcessError {
        ProcessError::Elsewhere {
            sheet: self.sheet.name.clone(),
            form: self.form.name,
        }
    }
}

/// A row of a known sheet.
pub(super) struct Cells<'t> {
    table: &'t Table<'t>,
    row: &'t Row,
}

impl Cells<'_> {
    pub(super) fn cell(&self, name: &str) -> Option<&RawCell> {
        let mut fields = self.table.form.columns.iter();
        let at = fields.position(|(field, _, _)| *field == name)?;
        let column = self.table.columns.get(at).copied().flatten()?;
        self.row.cell(column).filter(|cell| !cell.is_blank())
    }

    pub(super) fn shown(&self, name: &str) -> String {
        self.cell(name).map(RawCell::shown).unwrap_or_default()
    }

    /// That a cell cannot be read.
    pub(super) fn bad(&self, name: &str) -> ProcessError {
        self.because(name, None)
    }

    /// That a cell cannot be taken, and why; without a reason it cannot be read.
    pub(super) fn because(&self, name: &str, why: Option<[String; 2]>) -> ProcessError {
        let mut fields = self.table.form.columns.iter();
        let words = fields.find(|(field, _, _)| *field == name);
        let heading = words.and_then(|(_, words, _)| words.first());
        ProcessError::Cell {
            sheet: self.table.sheet.name.clone(),
            row: self.row.number,
            heading: heading.copied().unwrap_or_default().to_owned(),
            text: self.shown(name).chars().take(40).collect(),
            why: why.map(Box::new),
        }
    }

    /// What is there, or that it is not as it must be.
    fn some<T>(&self, name: &str, found: Option<T>) -> Result<T, ProcessError> {
        found.ok_or_else(|| self.bad(name))
    }

    fn text_or_empty(&self, name: &str) -> Result<String, ProcessError> {
        let is_error = matches!(self.cell(name), Some(RawCell::Error(_)));
        self.some(name, (!is_error).then(|| self.shown(name)))
    }

    pub(super) fn text(&self, name: &str) -> Result<String, ProcessError> {
        let text = self.text_or_empty(name)?;
        self.some(name, Some(text).filter(|text| !text.is_empty()))
    }

    /// A code; of a number every digit must be there.
    pub(super) fn code(&self, name: &str) -> Result<String, ProcessError> {
        self.some(name, self.cell(name).and_then(code))
    }

    fn code_or_empty(&self, name: &str) -> Result<String, ProcessError> {
        let code = self.cell(name).map(|_| self.code(name));
        code.unwrap_or_else(|| Ok(String::new()))
    }

    pub(super) fn day(&self, name: &str) -> Result<Day, ProcessError> {
        let text = self.cell(name).and_then(day);
        self.some(name, text.and_then(|text| text.parse().ok()))
    }

    fn day_or_none(&self, name: &str) -> Result<Option<Day>, ProcessError> {
        self.cell(name).map(|_| self.day(name)).transpose()
    }

    /// Which of these words stands there.
    fn word<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<T, ProcessError> {
        let shown = self.shown(name).to_ascii_lowercase();
        let found = words.iter().find(|(word, _)| *word == shown);
        self.some(name, found.map(|(_, meaning)| *meaning))
    }

    fn is(&self, name: &str) -> Result<bool, ProcessError> {
        self.word(name, &YES_OR_NO)
    }

    fn answer(&self, name: &str) -> Result<Option<bool>, ProcessError> {
        if NOT_APPLICABLE_WORDS.contains(&&*self.shown(name).to_ascii_lowercase()) {
            return Ok(None);
        }
        self.is(name).map(Some)
    }

    fn cause(&self, name: &str) -> Result<Cause, ProcessError> {
        let shown = self.shown(name);
        let is_named = |cause: &&Cause| {
            let names = [Language::Chinese, Language::English].map(|l| cause.name(l));
            names.contains(&&*shown)
        };
        self.some(name, CAUSES.iter().find(is_named).copied())
    }

    /// Numbers between separators of either script.
    fn list(&self, name: &str) -> Result<Vec<String>, ProcessError> {
        let text = self.text_or_empty(name)?;
        let parts = text.split([',', ';', '，', '；', '、']).map(str::trim);
        Ok(parts.filter(|p| !p.is_empty()).map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests;
