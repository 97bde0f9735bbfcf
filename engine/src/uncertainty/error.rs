//! Standard errors that travel with reported values.

use crate::frame::Observations;

/// Standard error of each value, in the indicator's measure; none for values that
/// are not estimates.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StandardErrors {
    /// By column and unit; 0 = none. Empty = none at all, as is a column without any.
    columns: Vec<Vec<f64>>,
    n_units: usize,
}

impl StandardErrors {
    /// Values are what they are.
    pub fn none() -> Self {
        Self::default()
    }

    /// Those that lie beside reported values.
    pub fn of(observations: &Observations) -> Self {
        let frame = observations.frame();
        let (n_units, n_columns) = (frame.n_units(), frame.n_indicators());
        Self::from_fn(n_units, n_columns, |i, c| observations.standard_error(i, c))
    }

    /// From a function of unit and column; what is not a finite number above 0
    /// counts as none.
    ///
    /// ```
    /// use dhi_engine::uncertainty::StandardErrors;
    /// let errors = StandardErrors::from_fn(2, 1, |unit, _| (unit == 1).then_some(2.5));
    /// assert_eq!((errors.get(0, 0), errors.get(1, 0)), (None, Some(2.5)));
    /// ```
    pub fn from_fn(
        n_units: usize,
        n_columns: usize,
        mut error: impl FnMut(usize, usize) -> Option<f64>,
    ) -> Self {
        let mut column = |c| {
            let mut errors = Vec::new();
            for i in 0..n_units {
                let found = error(i, c).filter(|e| e.is_finite() && *e > 0.0);
                if let Some(found) = found {
                    errors.resize(n_units, 0.0);
                    errors[i] = found;
                }
            }
            errors
        };
        Self {
            columns: (0..n_columns).map(&mut column).collect(),
            n_units,
        }
    }

    /// The standard error of a value, if it has one.
    pub fn get(&self, unit: usize, column: usize) -> Option<f64> {
        let error = *self.columns.get(column)?.get(unit)?;
        (error > 0.0).then_some(error)
    }

    /// Whether any value of a column has one.
    pub(super) fn has(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|c| !c.is_empty())
    }

    pub(super) fn fits(&self, n_units: usize, n_columns: usize) -> bool {
        self.columns.is_empty() || (self.columns.len() == n_columns && self.n_units == n_units)
    }
}
