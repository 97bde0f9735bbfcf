//! Units × indicators, stored by column. Every cell is a value, missing, or
//! not applicable: three different things (invariant 4).

mod correction;
mod dataset;
mod observations;
mod panel;
mod survey;
mod units;

pub use correction::{CORRECTED, Correction, Standing};
pub use dataset::{Dataset, DatasetError};
pub use observations::{Observations, Provenance, Ratio};
pub use panel::Panel;
pub use survey::{AnswerCount, GroupSample, SurveyCounts};
pub use units::{Unit, Units, UnitsError};

use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum CellState {
    /// A finite number.
    Value = 0,
    /// Should be there and is not (缺失); counts against coverage.
    Missing = 1,
    /// Does not apply to this unit (不适用); does not count against coverage.
    NotApplicable = 2,
}

/// A cell as an optional value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// A finite number.
    Value(f64),
    /// 缺失.
    Missing,
    /// 不适用.
    NotApplicable,
}

impl Cell {
    /// The value, if there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value(x) => Some(x),
            Self::Missing | Self::NotApplicable => None,
        }
    }
}

/// One number per unit, with its state beside it. Where there is no value the
/// number is 0 and never read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "ColumnRepr", into = "ColumnRepr")]
pub struct Column {
    values: Vec<f64>,
    states: Vec<CellState>,
}

impl Column {
    /// `n_units` missing cells.
    pub fn missing(n_units: usize) -> Self {
        Self {
            values: vec![0.0; n_units],
            states: vec![CellState::Missing; n_units],
        }
    }

    /// From cells; a value that is not finite is stored as missing.
    pub fn from_cells(cells: impl IntoIterator<Item = Cell>) -> Self {
        let mut column = Self::default();
        column.refill(cells);
        column
    }

    /// Puts other cells in place of all, keeping the room there is.
    pub(crate) fn refill(&mut self, cells: impl IntoIterator<Item = Cell>) {
        let cells = cells.into_iter();
        self.clear();
        let (n_units, _) = cells.size_hint();
        self.values.reserve(n_units);
        self.states.reserve(n_units);
        cells.for_each(|cell| self.push(cell));
    }

    /// Takes all cells out, keeping the room there is.
    pub(crate) fn clear(&mut self) {
        self.values.clear();
        self.states.clear();
    }

    /// Adds one cell; a value that is not finite is stored as missing.
    pub(crate) fn push(&mut self, cell: Cell) {
        let (value, state) = stored(cell);
        self.values.push(value);
        self.states.push(state);
    }

    /// Adds cells with these values, stored as one by one.
    pub(crate) fn extend_values(&mut self, values: &[f64]) {
        if values.iter().all(|x| x.is_finite()) {
            self.values.extend_from_slice(values);
            self.states.resize(self.values.len(), CellState::Value);
        } else {
            for x in values {
                self.push(Cell::Value(*x));
            }
        }
    }

    /// Puts another column's cells in place of all, keeping the room there is.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.values.clone_from(&other.values);
        self.states.clone_from(&other.states);
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are no units.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The cell of unit `i`; missing beyond the end.
    pub fn get(&self, i: usize) -> Cell {
        match self.states.get(i) {
            Some(CellState::Value) => Cell::Value(self.values[i]),
            Some(CellState::NotApplicable) => Cell::NotApplicable,
            Some(CellState::Missing) | None => Cell::Missing,
        }
    }

    /// Replaces the cell of unit `i`; a value that is not finite becomes missing.
    pub fn set(&mut self, i: usize, cell: Cell) {
        let (value, state) = stored(cell);
        self.values[i] = value;
        self.states[i] = state;
    }

    /// Numbers by unit; read only where [`Column::states`] says there is a value.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// States by unit.
    pub fn states(&self) -> &[CellState] {
        &self.states
    }

    /// All cells in unit order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        (0..self.len()).map(|i| self.get(i))
    }

    /// The values present, in unit order.
    pub fn present(&self) -> impl Iterator<Item = f64> + '_ {
        self.cells().filter_map(Cell::value)
    }

    /// The same column with every value mapped; `None` becomes missing.
    #[must_use]
    pub fn map(&self, mut f: impl FnMut(usize, f64) -> Option<f64>) -> Self {
        Self::from_cells(self.cells().enumerate().map(|(i, cell)| match cell {
            Cell::Value(x) => f(i, x).map_or(Cell::Missing, Cell::Value),
            other => other,
        }))
    }
}

/// A cell as number and state; a value that is not finite is missing.
fn stored(cell: Cell) -> (f64, CellState) {
    match cell {
        Cell::Value(x) if x.is_finite() => (x, CellState::Value),
        Cell::Value(_) | Cell::Missing => (0.0, CellState::Missing),
        Cell::NotApplicable => (0.0, CellState::NotApplicable),
    }
}

/// Compact and self-checking form on disk: one character per unit and the
/// values that are there.
#[derive(Serialize, Deserialize)]
struct ColumnRepr {
    /// `v` value, `m` missing, `n` not applicable.
    states: String,
    values: Vec<f64>,
}

/// A stored column contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stored column: states and values do not match")]
struct ColumnReprError;

impl TryFrom<ColumnRepr> for Column {
    type Error = ColumnReprError;
    fn try_from(repr: ColumnRepr) -> Result<Self, ColumnReprError> {
        let mut values = repr.values.into_iter();
        let mut cells = Vec::with_capacity(repr.states.len());
        for state in repr.states.bytes() {
            cells.push(match state {
                b'v' => Cell::Value(
                    values
                        .next()
                        .filter(|x| x.is_finite())
                        .ok_or(ColumnReprError)?,
                ),
                b'm' => Cell::Missing,
                b'n' => Cell::NotApplicable,
                _ => return Err(ColumnReprError),
            });
        }
        if values.next().is_some() {
            return Err(ColumnReprError);
        }
        Ok(Self::from_cells(cells))
    }
}

impl From<Column> for ColumnRepr {
    fn from(column: Column) -> Self {
        Self {
            states: column
                .states
                .iter()
                .map(|state| match state {
                    CellState::Value => 'v',
                    CellState::Missing => 'm',
                    CellState::NotApplicable => 'n',
                })
                .collect(),
            values: column.present().collect(),
        }
    }
}

/// Values as reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw {}
/// Values that passed the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {}
/// Values after treatment and declared transformations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Treated {}
/// Values on the common scale, larger always better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalised {}

/// The columns of one stage do not agree in length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("column {column} has {found} cells, expected {expected}")]
pub struct ShapeError {
    /// Offending column.
    pub column: usize,
    /// Its length.
    pub found: usize,
    /// The number of units.
    pub expected: usize,
}

/// `n_units` × `n_indicators` at a stage `S`; columns in the framework's order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct Frame<S> {
    n_units: usize,
    columns: Vec<Column>,
    #[serde(skip)]
    stage: PhantomData<S>,
}

impl<S> Frame<S> {
    /// Refuses columns whose length is not `n_units`.
    pub fn new(n_units: usize, columns: Vec<Column>) -> Result<Self, ShapeError> {
        for (column, cells) in columns.iter().enumerate() {
            if cells.len() != n_units {
                return Err(ShapeError {
                    column,
                    found: cells.len(),
                    expected: n_units,
                });
            }
        }
        Ok(Self::of_equal(n_units, columns))
    }

    /// For stages that map columns one to one and so cannot change their length.
    pub(crate) fn of_equal(n_units: usize, columns: Vec<Column>) -> Self {
        Self {
            n_units,
            columns,
            stage: PhantomData,
        }
    }

    /// All cells missing.
    pub fn missing(n_units: usize, n_indicators: usize) -> Self {
        Self::of_equal(n_units, vec![Column::missing(n_units); n_indicators])
    }

    /// Number of units.
    pub fn n_units(&self) -> usize {
        self.n_units
    }

    /// Number of indicators.
    pub fn n_indicators(&self) -> usize {
        self.columns.len()
    }

    /// Columns in the framework's indicator order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The cell of one unit and indicator; missing outside the frame.
    pub fn cell(&self, unit: usize, column: usize) -> Cell {
        self.columns
            .get(column)
            .map_or(Cell::Missing, |c| c.get(unit))
    }

    /// A column to write to; stages own their frames, nothing else writes.
    pub(crate) fn column_mut(&mut self, column: usize) -> &mut Column {
        &mut self.columns[column]
    }

    /// The same cells at the next stage, for stages that change none.
    pub(crate) fn into_stage<T>(self) -> Frame<T> {
        Frame::of_equal(self.n_units, self.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_survives_its_stored_form_bit_for_bit() {
        let column = Column::from_cells([
            Cell::Value(0.1 + 0.2),
            Cell::Missing,
            Cell::NotApplicable,
            Cell::Value(f64::INFINITY),
        ]);
        assert_eq!(column.get(3), Cell::Missing);
        let json = serde_json::to_string(&column).unwrap();
        assert_eq!(json, r#"{"states":"vmnm","values":[0.30000000000000004]}"#);
        let back: Column = serde_json::from_str(&json).unwrap();
        assert_eq!(back, column);
        for broken in [
            r#"{"states":"vv","values":[1.0]}"#,
            r#"{"states":"m","values":[1.0]}"#,
            r#"{"states":"?","values":[]}"#,
        ] {
            assert!(serde_json::from_str::<Column>(broken).is_err());
        }
    }

    #[test]
    fn a_frame_refuses_ragged_columns() {
        let error = Frame::<Raw>::new(2, vec![Column::missing(2), Column::missing(3)]).unwrap_err();
        assert_eq!((error.column, error.found, error.expected), (1, 3, 2));
    }
}
