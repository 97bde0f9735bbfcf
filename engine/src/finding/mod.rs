//! Data problems: what, how bad, exactly where, and what to do about it.
//! Mistakes of the calling program are errors; everything a table can get
//! wrong is a finding, and the run goes on unless one of them blocks.

mod problem;
mod words;

pub use problem::Problem;

use crate::framework::Language;
use serde::{Deserialize, Serialize};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Good to know.
    Note,
    /// Should be looked at; the data is used.
    Warning,
    /// Nothing of the import is used (invariant 11).
    Blocking,
}

/// Exactly where; unknown parts stay empty. Rows and columns count from 1, as
/// the spreadsheet shows them.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// File name.
    #[serde(default)]
    pub file: String,
    /// Sheet name; empty for CSV.
    #[serde(default)]
    pub sheet: String,
    /// Row, from 1.
    #[serde(default)]
    pub row: Option<u32>,
    /// Column, from 1.
    #[serde(default)]
    pub column: Option<u32>,
    /// Code of the unit concerned.
    #[serde(default)]
    pub unit: String,
    /// Id of the node concerned.
    #[serde(default)]
    pub node: String,
}

impl Place {
    /// Column letters as spreadsheets show them: 1 → A, 27 → AA.
    ///
    /// ```
    /// use dhi_engine::finding::Place;
    /// let place = Place { row: Some(3), column: Some(28), ..Place::default() };
    /// assert_eq!(place.cell_name().unwrap(), "AB3");
    /// ```
    pub fn cell_name(&self) -> Option<String> {
        let mut letters = Vec::new();
        let mut column = self.column?;
        while column > 0 {
            column -= 1;
            letters.push(char::from(b'A' + (column % 26) as u8));
            column /= 26;
        }
        let letters: String = letters.into_iter().rev().collect();
        Some(match self.row {
            Some(row) => format!("{letters}{row}"),
            None => letters,
        })
    }
}

/// A problem at a place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// What is wrong.
    pub problem: Problem,
    /// Where.
    pub place: Place,
}

impl Finding {
    /// A problem at a place.
    pub fn new(problem: Problem, place: Place) -> Self {
        Self { problem, place }
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.problem.severity()
    }

    /// What is wrong, in words.
    pub fn message(&self, language: Language) -> String {
        words::message(&self.problem, language)
    }

    /// What to do about it, in words.
    pub fn hint(&self, language: Language) -> &'static str {
        words::hint(&self.problem, language)
    }
}

/// Whether any finding blocks.
pub fn blocks(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.severity() == Severity::Blocking)
}
