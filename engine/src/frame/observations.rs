//! 指标数据 of one period: raw cells with numerator, denominator, standard error
//! and provenance.

use super::{Cell, Column, Frame, Raw};
use serde::{Deserialize, Serialize};

/// The counts a rate was computed from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// Above the line.
    pub numerator: f64,
    /// Below the line; 0 makes the cell not applicable.
    pub denominator: f64,
}

/// Where a value comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Provenance {
    /// Source system or office, or 自报; empty when not told.
    pub source: String,
    /// Day up to which the data counts, `YYYY-MM-DD`; empty when not told.
    pub cut_off: String,
    /// File and sheet it was read from.
    pub file: String,
}

/// Raw cells of one period. Beside the frame, column by column: the ratio a
/// value was computed from, and its provenance as a position in a short list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Observations {
    frame: Frame<Raw>,
    /// By column, then `(unit, ratio)` in unit order.
    ratios: Vec<Vec<(u32, Ratio)>>,
    /// By column, then `(unit, standard error)` in unit order, in the indicator's
    /// measure; no columns at all in files from before there were any.
    #[serde(default)]
    standard_errors: Vec<Vec<(u32, f64)>>,
    /// Distinct provenances; cells point here.
    provenances: Vec<Provenance>,
    /// By column and unit; 0 = unknown, else position + 1. Empty = all unknown.
    provenance_of: Vec<Vec<u16>>,
}

impl Observations {
    /// All cells missing.
    pub fn missing(n_units: usize, n_indicators: usize) -> Self {
        Self {
            frame: Frame::missing(n_units, n_indicators),
            ratios: vec![Vec::new(); n_indicators],
            standard_errors: Vec::new(),
            provenances: Vec::new(),
            provenance_of: vec![Vec::new(); n_indicators],
        }
    }

    /// The cells.
    pub fn frame(&self) -> &Frame<Raw> {
        &self.frame
    }

    /// Replaces one cell; with a ratio, the cell must be what the ratio gives. The
    /// standard error of the cell before goes with it.
    pub fn set(
        &mut self,
        unit: usize,
        column: usize,
        cell: Cell,
        ratio: Option<Ratio>,
        provenance: &Provenance,
    ) {
        self.frame.column_mut(column).set(unit, cell);
        let ratios = &mut self.ratios[column];
        let at = ratios.binary_search_by_key(&(unit as u32), |(u, _)| *u);
        match (at, ratio) {
            (Ok(i), Some(ratio)) => ratios[i].1 = ratio,
            (Ok(i), None) => {
                ratios.remove(i);
            }
            (Err(i), Some(ratio)) => ratios.insert(i, (unit as u32, ratio)),
            (Err(_), None) => {}
        }
        self.set_standard_error(unit, column, None);
        let label = self.provenance_label(provenance);
        let column = &mut self.provenance_of[column];
        if label != 0 || !column.is_empty() {
            column.resize(self.frame.n_units(), 0);
            column[unit] = label;
        }
    }

    fn provenance_label(&mut self, provenance: &Provenance) -> u16 {
        if *provenance == Provenance::default() {
            return 0;
        }
        // The last one first: tables come in runs of the same provenance.
        let found = self.provenances.iter().rposition(|p| p == provenance);
        let at = found.unwrap_or_else(|| {
            self.provenances.push(provenance.clone());
            self.provenances.len() - 1
        });
        u16::try_from(at + 1).unwrap_or(0)
    }

    /// Replaces the cells of a column and keeps what lies beside them, for values
    /// as they might have been.
    pub(crate) fn replace_column(&mut self, column: usize, cells: Column) {
        *self.frame.column_mut(column) = cells;
    }

    /// The same cells in other columns: for each, the one that it was, or none where
    /// all are missing.
    pub(super) fn rearranged(&self, from: &[Option<usize>]) -> Self {
        let n_units = self.frame.n_units();
        let column = |at: &Option<usize>| {
            let found = at.and_then(|at| self.frame.columns().get(at));
            found.map_or_else(|| Column::missing(n_units), Clone::clone)
        };
        Self {
            frame: Frame::of_equal(n_units, from.iter().map(column).collect()),
            ratios: picked(&self.ratios, from),
            // None at all stays none at all.
            standard_errors: if self.standard_errors.is_empty() {
                Vec::new()
            } else {
                picked(&self.standard_errors, from)
            },
            provenances: self.provenances.clone(),
            provenance_of: picked(&self.provenance_of, from),
        }
    }

    /// The ratio behind a cell, if the value was given as one.
    pub fn ratio(&self, unit: usize, column: usize) -> Option<Ratio> {
        let ratios = self.ratios.get(column)?;
        let at = ratios
            .binary_search_by_key(&(unit as u32), |(u, _)| *u)
            .ok()?;
        Some(ratios[at].1)
    }

    /// Ratios of one column in unit order.
    pub fn ratios(&self, column: usize) -> &[(u32, Ratio)] {
        self.ratios.get(column).map_or(&[], Vec::as_slice)
    }

    /// Sets or removes the standard error of a cell, in the indicator's measure.
    /// A number that is not finite or below 0 is none.
    pub fn set_standard_error(&mut self, unit: usize, column: usize, error: Option<f64>) {
        let error = error.filter(|e| is_standard_error(*e));
        if unit >= self.frame.n_units() || column >= self.frame.n_indicators() {
            return;
        }
        if self.standard_errors.is_empty() {
            if error.is_none() {
                return;
            }
            self.standard_errors = vec![Vec::new(); self.frame.n_indicators()];
        }
        let Some(errors) = self.standard_errors.get_mut(column) else {
            return;
        };
        let at = errors.binary_search_by_key(&(unit as u32), |(u, _)| *u);
        match (at, error) {
            (Ok(i), Some(error)) => errors[i].1 = error,
            (Ok(i), None) => {
                errors.remove(i);
            }
            (Err(i), Some(error)) => errors.insert(i, (unit as u32, error)),
            (Err(_), None) => {}
        }
    }

    /// The standard error of a cell's value in the indicator's measure, finite and
    /// ≥ 0; `None` where none is known, which is not the same as 0.
    ///
    /// ```
    /// use dhi_engine::frame::{Cell, Observations, Provenance};
    /// let mut observations = Observations::missing(1, 1);
    /// observations.set(0, 0, Cell::Value(80.0), None, &Provenance::default());
    /// assert_eq!(observations.standard_error(0, 0), None);
    /// observations.set_standard_error(0, 0, Some(2.5));
    /// assert_eq!(observations.standard_error(0, 0), Some(2.5));
    /// ```
    pub fn standard_error(&self, unit: usize, column: usize) -> Option<f64> {
        let errors = self.standard_errors.get(column)?;
        let at = errors
            .binary_search_by_key(&(unit as u32), |(u, _)| *u)
            .ok()?;
        let (_, error) = errors.get(at)?;
        Some(*error)
    }

    /// Where a cell comes from, if told.
    pub fn provenance(&self, unit: usize, column: usize) -> Option<&Provenance> {
        let label = *self.provenance_of.get(column)?.get(unit)?;
        self.provenances.get(usize::from(label).checked_sub(1)?)
    }

    /// Columns, read only.
    pub fn columns(&self) -> &[Column] {
        self.frame.columns()
    }

    /// Whether shapes agree after loading from a file.
    pub fn is_consistent(&self, n_units: usize, n_indicators: usize) -> bool {
        let columns = self.frame.columns();
        self.frame.n_units() == n_units
            && columns.len() == n_indicators
            && columns.iter().all(|c| c.len() == n_units)
            && self.ratios.len() == n_indicators
            && (self.standard_errors.is_empty() || self.standard_errors.len() == n_indicators)
            && self
                .standard_errors
                .iter()
                .flatten()
                .all(|(unit, e)| (*unit as usize) < n_units && is_standard_error(*e))
            && self.provenance_of.len() == n_indicators
            && self
                .provenance_of
                .iter()
                .all(|c| c.is_empty() || c.len() == n_units)
    }
}

/// What lies beside each of the columns; nothing beside new ones.
fn picked<T: Clone>(lists: &[Vec<T>], from: &[Option<usize>]) -> Vec<Vec<T>> {
    let list = |at: &Option<usize>| at.and_then(|at| lists.get(at)).cloned().unwrap_or_default();
    from.iter().map(list).collect()
}

fn is_standard_error(error: f64) -> bool {
    error.is_finite() && error >= 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_error_stays_with_its_value() {
        let mut observations = Observations::missing(2, 2);
        let nowhere = Provenance::default();
        observations.set(1, 0, Cell::Value(80.0), None, &nowhere);
        let before = serde_json::to_string(&observations).unwrap();
        observations.set_standard_error(1, 0, Some(f64::NAN));
        observations.set_standard_error(1, 0, Some(-1.0));
        observations.set_standard_error(5, 0, Some(1.0));
        assert_eq!(serde_json::to_string(&observations).unwrap(), before);
        observations.set_standard_error(1, 0, Some(0.0));
        assert_eq!(observations.standard_error(1, 0), Some(0.0));
        assert_eq!(observations.standard_error(0, 0), None);
        assert!(observations.is_consistent(2, 2));
        // A file from before there were standard errors.
        let old = before.replace("\"standard_errors\":[],", "");
        assert!(old.len() < before.len());
        let read: Observations = serde_json::from_str(&old).unwrap();
        assert!(read.is_consistent(2, 2));
        assert_eq!(read.standard_error(1, 0), None);
        observations.set(1, 0, Cell::Value(70.0), None, &nowhere);
        assert_eq!(observations.standard_error(1, 0), None);
        let negative = before.replace(
            "\"standard_errors\":[]",
            "\"standard_errors\":[[[0,-1.0]],[]]",
        );
        let read: Observations = serde_json::from_str(&negative).unwrap();
        assert!(!read.is_consistent(2, 2));
    }

    #[test]
    fn a_cell_keeps_its_ratio_and_provenance() {
        let mut observations = Observations::missing(3, 2);
        let provenance = Provenance {
            source: "三资平台".into(),
            ..Provenance::default()
        };
        let ratio = Ratio {
            numerator: 19.0,
            denominator: 20.0,
        };
        observations.set(2, 1, Cell::Value(95.0), Some(ratio), &provenance);
        assert_eq!(observations.ratio(2, 1), Some(ratio));
        assert_eq!(observations.provenance(2, 1), Some(&provenance));
        assert_eq!(observations.provenance(0, 1), None);
        observations.set(2, 1, Cell::Missing, None, &Provenance::default());
        assert_eq!(observations.ratio(2, 1), None);
        assert_eq!(observations.provenance(2, 1), None);
        assert!(observations.is_consistent(3, 2));
        assert!(!observations.is_consistent(3, 3));
    }
}
