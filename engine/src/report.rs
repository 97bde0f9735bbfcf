//! Tables out: every stage of a run as rows of text, at full precision, so that
//! anyone can check each step with other software. The caller writes them.

mod appeal;
mod audit;
mod comparison;
mod ledger;
mod periods;
mod process;
mod robust;
mod stages;
mod survey;
mod weight_space;

pub use appeal::{Standing, appeal_cells, appeal_findings, appeal_villages};
pub use comparison::{leave_one_out, shifts, similarity};
pub use ledger::{derived_values, due_list, items, notices};
pub use periods::{changes, no_change_text, trends};
pub use process::{Reader, checklist, count_caps, gates, grades, plan, suggestions};
pub use robust::{confidence, robust, sensitivity, uncertain_inputs, verdict_text};
pub use stages::stages;
pub use survey::survey;
pub use weight_space::{
    CHEAPEST_HEADER, LIFT_HEADER, TriangleDrawing, WeightQuestions, WeightTableError,
};

use crate::frame::Cell;
use crate::framework::{Framework, Language};
use crate::input::write_xlsx::{CellOut, Look, SheetOut, workbook};
use crate::pipeline::{Inputs, Outcome};
use crate::quantity::Rank;
use crate::rank::{Bands, Grade, Withheld};
use crate::spec::Spec;
use serde::{Deserialize, Serialize};

/// Word for a cell that should have a value.
pub const MISSING: &str = "NA";
/// Word for a cell that does not apply.
pub const NOT_APPLICABLE: &str = "n/a";

/// A named table of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// File name without extension.
    pub name: String,
    /// Header.
    pub header: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// As CSV in UTF-8 with a byte-order mark, which spreadsheets need to read
    /// Chinese; `preface` lines come first, each starting with `#`. Nothing in it is a
    /// formula: whatever is no number is [`harmless`].
    pub fn to_csv(&self, preface: &[String]) -> Vec<u8> {
        let mut bytes = Vec::from("\u{feff}");
        for line in preface {
            bytes.extend_from_slice(b"# ");
            // A quotation mark would hide where a spreadsheet takes a cell to begin.
            let line = line.replace(['\r', '\n', '\t', '"'], " ");
            for cell in line.split_inclusive([',', ';']) {
                bytes.extend(harmless(cell).into_bytes());
            }
            bytes.push(b'\n');
        }
        let mut writer = csv::Writer::from_writer(bytes);
        for row in std::iter::once(&self.header).chain(&self.rows) {
            // Writing to memory cannot fail, and rows are as long as the header.
            let _ = writer.write_record(row.iter().map(|cell| match cell.parse::<f64>() {
                Ok(x) if x.is_finite() && !cell.starts_with('+') => cell.clone(),
                _ => harmless(cell),
            }));
        }
        writer.into_inner().unwrap_or_default()
    }

    /// As a workbook of one sheet, the `preface` lines first. The first column is text,
    /// so that no digit of a code is lost; in the others what reads as a number is one.
    /// No text is a formula. `None` beyond 4 GB.
    ///
    /// ```
    /// use dhi_engine::report::Table;
    /// let table = Table {
    ///     name: "scores".into(),
    ///     header: vec!["code".into(), "score".into()],
    ///     rows: vec![vec!["001".into(), "85.5".into()]],
    /// };
    /// assert!(table.to_xlsx(&[]).unwrap().starts_with(b"PK"));
    /// ```
    pub fn to_xlsx(&self, preface: &[String]) -> Option<Vec<u8>> {
        let mut sheet = SheetOut::new("scores");
        sheet.column(16, Look::Text);
        for line in preface {
            sheet.row([CellOut::Text(line)], Look::Plain);
        }
        sheet.row(self.header.iter().map(|h| CellOut::Text(h)), Look::Header);
        for row in &self.rows {
            let cells = row.iter().enumerate().map(|(at, text)| {
                let number = text.parse::<f64>().ok().filter(|x| at > 0 && x.is_finite());
                match number {
                    Some(number) => CellOut::Number(number),
                    None if text.is_empty() => CellOut::Blank,
                    None => CellOut::Text(text),
                }
            });
            sheet.row(cells, Look::Plain);
        }
        workbook(&[sheet])
    }
}

/// The shortest decimal that reads back as the same bits, at most 17 digits.
///
/// ```
/// assert_eq!(dhi_engine::report::number(0.1 + 0.2), "0.30000000000000004");
/// assert_eq!(dhi_engine::report::number(85.0), "85");
/// ```
pub fn number(x: f64) -> String {
    x.to_string()
}

pub(crate) fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A choice as the specification writes it.
fn as_written(choice: &impl Serialize) -> String {
    let json = serde_json::to_string(choice).unwrap_or_default();
    json.trim_matches('"').to_owned()
}

pub(crate) fn optional(x: Option<f64>) -> String {
    x.map_or_else(|| MISSING.to_owned(), number)
}

pub(crate) fn cell(cell: Cell) -> String {
    match cell {
        Cell::Value(x) => number(x),
        Cell::Missing => MISSING.into(),
        Cell::NotApplicable => NOT_APPLICABLE.into(),
    }
}

/// A text from a data file as it may stand in a table that spreadsheets open: a
/// leading `=`, `+`, `-` or `@` would make it a formula, an apostrophe does not.
///
/// ```
/// use dhi_engine::report::harmless;
/// assert_eq!(harmless("=1+1"), "'=1+1");
/// assert_eq!(harmless("甲村"), "甲村");
/// ```
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

pub(crate) fn rank_text(rank: Option<Rank>) -> String {
    rank.map_or_else(String::new, |r| r.0.to_string())
}

/// A grade in words: the band's name, or why there is none.
pub fn grade_text(
    grade: Grade,
    bands: &Bands,
    framework: &Framework,
    language: Language,
) -> String {
    let withheld = |zh: &str, en: &str| match language {
        Language::Chinese => format!("不评级({zh})"),
        Language::English => format!("no grade ({en})"),
    };
    match grade {
        Grade::Band(at) => bands
            .list()
            .get(at as usize)
            .map_or_else(String::new, |b| b.name.get(language).to_owned()),
        Grade::Withheld(Withheld::NoScore) => withheld("无得分", "no score"),
        Grade::Withheld(Withheld::LowCoverage) => withheld("数据覆盖不足", "low coverage"),
        Grade::Withheld(Withheld::Screened) => withheld("已筛除", "screened out"),
        Grade::Withheld(Withheld::LowPillarCoverage(pillar)) => {
            let node = framework.pillars().get(pillar as usize);
            let name = node.map_or("", |&n| framework.node(n).name.get(language));
            withheld(
                &format!("{name}数据覆盖不足"),
                &format!("low coverage in {name}"),
            )
        }
    }
}

/// The result: one row per unit in register order, with grade, ranks, coverage
/// and the score of every node.
pub fn scores(inputs: Inputs<'_>, outcome: &Outcome, spec: &Spec, language: Language) -> Table {
    let framework = inputs.framework;
    let mut header: Vec<String> = [
        "code",
        "name",
        "town",
        "class",
        "score",
        "grade",
        "rank",
        "rank_in_class",
        "rank_in_town",
        "present",
        "applicable",
    ]
    .map(String::from)
    .into();
    header.extend(framework.nodes()[1..].iter().map(|n| n.id.to_string()));
    let rows = inputs.units.list().iter().enumerate().map(|(i, unit)| {
        let coverage = outcome.coverage.overall(i);
        let mut row = vec![
            unit.code.to_string(),
            harmless(&unit.name),
            harmless(&unit.town),
            harmless(&unit.class),
            cell(outcome.scores.composite().get(i)),
            grade_text(outcome.grades[i], &spec.bands, framework, language),
            rank_text(outcome.ranks.overall[i]),
            rank_text(outcome.ranks.in_class[i]),
            rank_text(outcome.ranks.in_town[i]),
            coverage.present.to_string(),
            coverage.applicable.to_string(),
        ];
        let nodes = outcome.scores.columns().skip(1);
        row.extend(nodes.map(|column| cell(column.get(i))));
        row
    });
    Table {
        name: "scores".into(),
        header,
        rows: rows.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_what_needs_it_and_starts_with_a_mark() {
        let table = Table {
            name: "t".into(),
            header: vec!["名称".into(), "b".into()],
            rows: vec![vec!["a,\"b\"".into(), "1".into()]],
        };
        let csv = String::from_utf8(table.to_csv(&["虚构\n示例".into()])).unwrap();
        assert_eq!(csv, "\u{feff}# 虚构 示例\n名称,b\n\"a,\"\"b\"\"\",1\n");
    }

    #[test]
    fn names_cannot_become_formulas() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("@甲村"), "'@甲村");
        assert_eq!(harmless("甲=村"), "甲=村");
    }

    /// Whatever column it stands in, a header too; what is guarded already is not guarded
    /// twice, and a negative number stays one.
    #[test]
    fn no_cell_of_a_table_is_a_formula() {
        let hostile = ["=1+1", "+1", "-x", "@a", "\t=1", "\r=1", "-inf", "'=1"];
        let row = || hostile.map(String::from).to_vec();
        let plain = ["-0.5", "-1e-7", "5", "a=b", "", "—", "NA", "n/a"];
        let table = Table {
            name: "t".into(),
            header: row(),
            rows: vec![row(), plain.map(String::from).to_vec()],
        };
        let csv = table.to_csv(&["=a,=b;\"=c\",-d".into()]);
        let csv = String::from_utf8(csv).unwrap();
        let (preface, csv) = csv.split_once('\n').unwrap();
        assert_eq!(preface, "\u{feff}# '=a,'=b; =c ,'-d");
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.has_headers(false).from_reader(csv.as_bytes());
        let records = reader.deserialize::<Vec<String>>();
        let read: Vec<_> = records.map(|record| record.unwrap()).collect();
        let guarded = [
            "'=1+1", "'+1", "'-x", "'@a", "'\t=1", "'\r=1", "'-inf", "'=1",
        ];
        assert_eq!(read, [guarded, guarded, plain]);
    }

    /// 0.1 + 0.2 needs 17 digits; a third needs 16.
    #[test]
    fn numbers_read_back_as_the_same_bits() {
        for x in [
            0.1 + 0.2,
            1.0 / 3.0,
            1e-300,
            4.9e-324,
            99.999_999_999_999_99,
        ] {
            assert_eq!(number(x).parse::<f64>().unwrap().to_bits(), x.to_bits());
        }
    }
}
