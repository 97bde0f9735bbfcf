//! Which table each sheet holds and which column is what: a proposal that the
//! user may change before anything is read.

use super::header::{Field, Names, TableKind, field, normalised};
use super::workbook::{RawCell, Row, Sheet, Workbook};
use crate::framework::Framework;
use serde::{Deserialize, Serialize};

/// Rows searched for a header.
const HEADER_SEARCH_ROWS: usize = 20;

/// One column of a sheet and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnPlan {
    /// Column number from 1.
    pub column: u32,
    /// Header as written.
    pub header: String,
    /// What it holds.
    pub field: Field,
}

/// How one sheet is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetPlan {
    /// Position of the workbook in the list given.
    pub workbook: usize,
    /// Position of the sheet in the workbook.
    pub sheet: usize,
    /// Kind of table.
    pub kind: TableKind,
    /// Row number of the header; data begins below the last header row.
    pub header_row: u32,
    /// Row number after which data begins; later than the header row where a
    /// second header row names numerators and denominators.
    pub data_after: u32,
    /// Columns that have a header.
    pub columns: Vec<ColumnPlan>,
}

impl SheetPlan {
    /// The first column that holds `field`.
    pub fn column(&self, field: &Field) -> Option<u32> {
        let found = self.columns.iter().find(|c| c.field == *field);
        found.map(|c| c.column)
    }
}

/// Proposes a plan for every sheet.
///
/// Indicators are known by id, Chinese or English name, from framework sheets
/// among `workbooks` first and from `base` otherwise. A sheet without a known
/// header becomes [`TableKind::Ignored`].
pub fn recognise(workbooks: &[Workbook], base: Option<&Framework>) -> Vec<SheetPlan> {
    let mut names = Names::default();
    for sheet in workbooks.iter().flat_map(|w| &w.sheets) {
        collect_indicator_names(sheet, &mut names);
    }
    if names.is_empty()
        && let Some(framework) = base
    {
        for (node, _) in framework.indicators() {
            let known_as = [&node.name.zh, &node.name.en];
            names.add(node.id.as_str(), known_as, node.id.to_string());
        }
    }
    let mut plans = Vec::new();
    for (w, workbook) in workbooks.iter().enumerate() {
        for (s, sheet) in workbook.sheets.iter().enumerate() {
            plans.push(plan(sheet, (w, s), &names));
        }
    }
    plans
}

/// The field a header names: one of the words, or an indicator by name, alone
/// or with a suffix for numerator or denominator.
fn field_of(header: &str, names: &Names<String>) -> Option<Field> {
    let of = |text: &str| names.get(text).cloned();
    if let Some(id) = of(header) {
        return Some(Field::ValueOf(id));
    }
    let text = normalised(header);
    for (suffix, make) in [
        ("分子", Field::NumeratorOf as fn(String) -> Field),
        ("分母", Field::DenominatorOf),
        ("numerator", Field::NumeratorOf),
        ("denominator", Field::DenominatorOf),
        ("num", Field::NumeratorOf),
        ("den", Field::DenominatorOf),
    ] {
        if let Some(id) = text.strip_suffix(suffix).and_then(of) {
            return Some(make(id));
        }
    }
    field(header)
}

fn plan(sheet: &Sheet, at: (usize, usize), names: &Names<String>) -> SheetPlan {
    let mut best: Option<(usize, &Row, Vec<ColumnPlan>)> = None;
    for row in sheet.rows.iter().take(HEADER_SEARCH_ROWS) {
        let columns = columns_of(row, |header| field_of(header, names));
        let n_known = columns.iter().filter(|c| c.field != Field::Ignored).count();
        // A second header row never is the header itself.
        if n_known >= 2 && !is_ratio_header(row) && best.as_ref().is_none_or(|(n, ..)| n_known > *n)
        {
            best = Some((n_known, row, columns));
        }
    }
    let Some((_, header, mut columns)) = best else {
        return SheetPlan {
            workbook: at.0,
            sheet: at.1,
            kind: TableKind::Ignored,
            header_row: sheet.rows.first().map_or(1, |r| r.number),
            data_after: sheet.rows.first().map_or(1, |r| r.number),
            columns: sheet
                .rows
                .first()
                .map(|row| columns_of(row, |_| None))
                .unwrap_or_default(),
        };
    };
    let mut data_after = header.number;
    let below = sheet.rows.iter().find(|r| r.number > header.number);
    if let Some(below) = below.filter(|row| is_ratio_header(row)) {
        columns = two_row_columns(header, below, names);
        data_after = below.number;
    }
    take_id_for_indicator(&mut columns);
    SheetPlan {
        workbook: at.0,
        sheet: at.1,
        kind: kind_of(&columns),
        header_row: header.number,
        data_after,
        columns,
    }
}

fn columns_of(row: &Row, field: impl Fn(&str) -> Option<Field>) -> Vec<ColumnPlan> {
    row.cells
        .iter()
        .map(|(column, cell)| {
            let header = cell.shown();
            ColumnPlan {
                column: *column,
                field: field(&header).unwrap_or(Field::Ignored),
                header,
            }
        })
        .collect()
}

/// Whether a row under the header only says 分子 and 分母.
fn is_ratio_header(row: &Row) -> bool {
    let is_word = |text: &str| {
        matches!(
            field(text),
            Some(Field::Numerator | Field::Denominator | Field::Value)
        )
    };
    row.cells.len() >= 2 && row.cells.iter().all(|(_, cell)| is_word(&cell.shown()))
}

/// Joins a header whose cells span several columns with the row below it.
fn two_row_columns(header: &Row, below: &Row, names: &Names<String>) -> Vec<ColumnPlan> {
    let mut all: Vec<u32> = header.cells.iter().map(|(c, _)| *c).collect();
    all.extend(below.cells.iter().map(|(c, _)| *c));
    all.sort_unstable();
    all.dedup();
    let mut columns = Vec::new();
    for column in all {
        let above = header.cells.iter().rev().find(|(c, _)| *c <= column);
        let above = above.map(|(_, cell)| cell.shown()).unwrap_or_default();
        let text = match below.cell(column) {
            Some(cell) if field(&cell.shown()) != Some(Field::Value) => {
                format!("{above}{}", cell.shown())
            }
            _ => above,
        };
        columns.push(ColumnPlan {
            column,
            field: field_of(&text, names).unwrap_or(Field::Ignored),
            header: text,
        });
    }
    columns
}

/// Beside villages and values, an indicator's id says whose value a row holds; in a
/// framework the same header says whose row it is.
fn take_id_for_indicator(columns: &mut [ColumnPlan]) {
    let has = |field: &Field| columns.iter().any(|c| c.field == *field);
    let is_long = has(&Field::Code) && (has(&Field::Value) || has(&Field::Numerator));
    if is_long
        && !has(&Field::Indicator)
        && let Some(id) = columns.iter_mut().find(|c| c.field == Field::Id)
    {
        id.field = Field::Indicator;
    }
}

fn kind_of(columns: &[ColumnPlan]) -> TableKind {
    let has = |field: &Field| columns.iter().any(|c| c.field == *field);
    let is_value = |f: &Field| {
        matches!(
            f,
            Field::ValueOf(_) | Field::NumeratorOf(_) | Field::DenominatorOf(_)
        )
    };
    if has(&Field::Id) && (has(&Field::Parent) || has(&Field::Direction) || has(&Field::Weight)) {
        TableKind::Framework
    } else if has(&Field::Code)
        && has(&Field::Question)
        && has(&Field::Answer)
        && has(&Field::People)
    {
        TableKind::Survey
    } else if has(&Field::Code) && columns.iter().any(|c| is_value(&c.field)) {
        TableKind::Wide
    } else if has(&Field::Code)
        && has(&Field::Indicator)
        && (has(&Field::Value) || has(&Field::Numerator))
    {
        TableKind::Long
    } else if has(&Field::Code) {
        TableKind::Units
    } else {
        TableKind::Ignored
    }
}

/// Ids and names of the indicators of a framework sheet, if it is one.
fn collect_indicator_names(sheet: &Sheet, names: &mut Names<String>) {
    let plan = plan(sheet, (0, 0), &Names::default());
    if plan.kind != TableKind::Framework {
        return;
    }
    let Some(id_column) = plan.column(&Field::Id) else {
        return;
    };
    let direction = plan.column(&Field::Direction);
    for row in sheet.rows.iter().filter(|r| r.number > plan.data_after) {
        // Only indicators have a direction; pillars must not catch headers.
        let is_leaf = direction.is_some_and(|column| row.cell(column).is_some());
        let Some(id) = row.cell(id_column).filter(|_| is_leaf) else {
            continue;
        };
        let id = id.shown();
        let known_as: Vec<String> = [Field::Name, Field::NameEn]
            .iter()
            .filter_map(|field| row.cell(plan.column(field)?))
            .map(RawCell::shown)
            .collect();
        names.add(&id, &known_as, id.clone());
    }
}
