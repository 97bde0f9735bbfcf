//! A file as sheets of cells, before anybody asks what they mean.

use serde::{Deserialize, Serialize};

/// What a cell of a file holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RawCell {
    /// Text, as typed.
    Text(String),
    /// A number.
    Number(f64),
    /// A number that the spreadsheet shows as a percentage: 0.95 shown as 95%.
    Percent(f64),
    /// True or false.
    Bool(bool),
    /// A day, `YYYY-MM-DD`.
    Date(String),
    /// An error such as `#DIV/0!`.
    Error(String),
}

impl RawCell {
    /// As a person would read it, trimmed.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.trim().to_owned(),
            Self::Number(x) => x.to_string(),
            Self::Percent(x) => format!("{}%", super::cell::percent_of(*x)),
            Self::Bool(true) => "TRUE".into(),
            Self::Bool(false) => "FALSE".into(),
            Self::Date(day) => day.clone(),
            Self::Error(error) => error.clone(),
        }
    }

    /// Whether the cell holds nothing but blanks.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }
}

/// One row that has cells. Rows and columns count from 1, as spreadsheets show.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Row number.
    pub number: u32,
    /// `(column, cell)` by rising column; blank cells are left out.
    pub cells: Vec<(u32, RawCell)>,
}

impl Row {
    /// The cell in a column, if it holds anything.
    pub fn cell(&self, column: u32) -> Option<&RawCell> {
        let at = self.cells.binary_search_by_key(&column, |(c, _)| *c).ok()?;
        Some(&self.cells[at].1)
    }
}

/// One sheet, or a whole CSV file. Only cells that hold something are stored,
/// so a stray cell in the last corner costs nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sheet {
    /// Its name; empty for CSV.
    pub name: String,
    /// Rows by rising number.
    pub rows: Vec<Row>,
}

/// A file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Workbook {
    /// File name.
    pub file: String,
    /// Its visible sheets.
    pub sheets: Vec<Sheet>,
}
