//! Linear programmes with few variables, solved on a dense tableau in a fixed
//! order of pivots. General solvers stop at a feasibility tolerance near 10⁻⁷,
//! depend on the clock, and would double what the browser has to load.

use super::ordered_sum;

/// Why there is no optimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinearError {
    /// No point meets all constraints.
    #[error("no point meets all constraints")]
    Infeasible,
    /// The objective grows without limit.
    #[error("the objective grows without limit")]
    Unbounded,
    /// A number is not finite, or a row has the wrong length.
    #[error("a coefficient is not finite or missing")]
    BadInput,
}

/// Where the objective is greatest.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimum {
    /// The variables.
    pub x: Vec<f64>,
    /// The objective there.
    pub objective: f64,
}

/// A number this small beside coefficients near 1 is rounding.
const EPSILON: f64 = 1e-12;

/// Tableau of slack and original variables.
struct Tableau {
    /// Constraint rows, right-hand side last.
    rows: Vec<Vec<f64>>,
    /// Basic variable of each row.
    basis: Vec<usize>,
    n_variables: usize,
}

/// Greatest `c · x` with `a x ≤ b` and `x ≥ 0`; `rows` holds `(a, b)`.
///
/// Two phases, pivots by Bland's rule, which cannot cycle (Bland 1977). Shape:
/// every `a` is as long as `c`. Coefficients should be near 1 in size.
///
/// ```
/// use dhi_engine::num::maximise;
/// // x + y with x + 2y ≤ 4 and 3x + y ≤ 6: both bind at x = 8/5, y = 6/5.
/// let rows = [(vec![1.0, 2.0], 4.0), (vec![3.0, 1.0], 6.0)];
/// let best = maximise(&[1.0, 1.0], &rows).unwrap();
/// assert!((best.objective - 2.8).abs() < 1e-14);
/// ```
pub fn maximise(c: &[f64], rows: &[(Vec<f64>, f64)]) -> Result<Optimum, LinearError> {
    let is_good = |(a, b): &(Vec<f64>, f64)| {
        a.len() == c.len() && a.iter().all(|x| x.is_finite()) && b.is_finite()
    };
    if !(rows.iter().all(is_good) && c.iter().all(|x| x.is_finite())) {
        return Err(LinearError::BadInput);
    }
    let n = c.len();
    let m = rows.len();
    // Columns: variables, slacks, one artificial variable, right-hand side.
    let artificial = n + m;
    let row_of = |(i, (a, b)): (usize, &(Vec<f64>, f64))| {
        let mut row = a.clone();
        row.extend((0..m).map(|k| f64::from(u8::from(k == i))));
        row.extend([-1.0, *b]);
        row
    };
    let mut tableau = Tableau {
        rows: rows.iter().enumerate().map(row_of).collect(),
        basis: (n..n + m).collect(),
        n_variables: n + m + 1,
    };
    let worst = (0..m).min_by(|&i, &j| rows[i].1.total_cmp(&rows[j].1));
    if let Some(worst) = worst.filter(|&i| rows[i].1 < 0.0) {
        // The artificial variable enters where it is needed most; then it is
        // driven out again.
        tableau.pivot(worst, artificial);
        let mut minimise = vec![0.0; n + m + 1];
        minimise[artificial] = -1.0;
        tableau.solve(&minimise)?;
        let left = tableau.value(artificial);
        if left > 1e-9 {
            return Err(LinearError::Infeasible);
        }
        tableau.drive_out(artificial);
    }
    for row in &mut tableau.rows {
        row[artificial] = 0.0;
    }
    let mut objective = c.to_vec();
    objective.resize(n + m + 1, 0.0);
    tableau.solve(&objective)?;
    let x: Vec<f64> = (0..n).map(|v| tableau.value(v).max(0.0)).collect();
    let objective = ordered_sum(x.iter().zip(c).map(|(x, c)| x * c));
    Ok(Optimum { x, objective })
}

impl Tableau {
    fn value(&self, variable: usize) -> f64 {
        let row = self.basis.iter().position(|&b| b == variable);
        row.map_or(0.0, |r| self.rows[r][self.n_variables])
    }

    fn pivot(&mut self, row: usize, column: usize) {
        let by = self.rows[row][column];
        for x in &mut self.rows[row] {
            *x /= by;
        }
        let pivot = self.rows[row].clone();
        for (i, other) in self.rows.iter_mut().enumerate() {
            let factor = other[column];
            if i != row && factor != 0.0 {
                for (x, p) in other.iter_mut().zip(&pivot) {
                    *x -= factor * p;
                }
                other[column] = 0.0;
            }
        }
        self.basis[row] = column;
    }

    /// Pivots until no variable improves the objective.
    fn solve(&mut self, objective: &[f64]) -> Result<(), LinearError> {
        loop {
            let gain = |column: usize| {
                let basic = self.basis.iter().zip(&self.rows);
                objective[column] - ordered_sum(basic.map(|(&b, row)| objective[b] * row[column]))
            };
            let enters = (0..self.n_variables)
                .filter(|v| !self.basis.contains(v))
                .find(|&v| gain(v) > EPSILON);
            let Some(column) = enters else { return Ok(()) };
            let mut leaves: Option<(usize, f64)> = None;
            for (i, row) in self.rows.iter().enumerate() {
                if row[column] <= EPSILON {
                    continue;
                }
                let ratio = row[self.n_variables] / row[column];
                let is_less = leaves.is_none_or(|(at, least)| {
                    ratio < least || (ratio == least && self.basis[i] < self.basis[at])
                });
                if is_less {
                    leaves = Some((i, ratio));
                }
            }
            let (row, _) = leaves.ok_or(LinearError::Unbounded)?;
            self.pivot(row, column);
        }
    }

    /// Takes a basic variable of value 0 out of the basis where it can be.
    fn drive_out(&mut self, variable: usize) {
        let Some(row) = self.basis.iter().position(|&b| b == variable) else {
            return;
        };
        let candidates = (0..self.n_variables).filter(|&v| v != variable);
        let column = candidates
            .filter(|v| !self.basis.contains(v))
            .find(|&v| self.rows[row][v].abs() > EPSILON);
        match column {
            Some(column) => self.pivot(row, column),
            // The row says 0 = 0.
            None => {
                self.rows.remove(row);
                self.basis.remove(row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn impossible_and_unlimited_programmes_are_told_apart() {
        assert_eq!(
            maximise(&[1.0], &[(vec![-1.0], 1.0)]),
            Err(LinearError::Unbounded)
        );
        let apart = [(vec![1.0], 1.0), (vec![-1.0], -2.0)];
        assert_eq!(maximise(&[1.0], &apart), Err(LinearError::Infeasible));
        assert_eq!(
            maximise(&[1.0], &[(vec![], 1.0)]),
            Err(LinearError::BadInput)
        );
        // x ≥ 2 and x ≤ 5, minimised.
        let between = [(vec![-1.0], -2.0), (vec![1.0], 5.0)];
        assert_eq!(maximise(&[-1.0], &between).unwrap().x, [2.0]);
    }

    /// Beale's example, on which the largest-coefficient rule cycles: optimum
    /// 1/20 (Beale 1955; Chvátal 1983, chapter 3).
    #[test]
    fn degenerate_programmes_end() {
        let rows = [
            (vec![0.25, -60.0, -0.04, 9.0], 0.0),
            (vec![0.5, -90.0, -0.02, 3.0], 0.0),
            (vec![0.0, 0.0, 1.0, 0.0], 1.0),
        ];
        let best = maximise(&[0.75, -150.0, 0.02, -6.0], &rows).unwrap();
        assert!((best.objective - 0.05).abs() < 1e-12);
    }

    proptest! {
        /// The optimum is feasible, and the dual has the same value.
        #[test]
        fn the_dual_agrees(
            cells in prop::collection::vec(0.1..1.0f64, 12),
            b in prop::collection::vec(0.5..2.0f64, 4),
            c in prop::collection::vec(0.1..1.0f64, 3),
        ) {
            let rows: Vec<(Vec<f64>, f64)> =
                (0..4).map(|i| (cells[i * 3..i * 3 + 3].to_vec(), b[i])).collect();
            let best = maximise(&c, &rows).unwrap();
            for (a, b) in &rows {
                let used: f64 = a.iter().zip(&best.x).map(|(a, x)| a * x).sum();
                prop_assert!(used <= b + 1e-9);
            }
            // min b·y with Aᵀy ≥ c, y ≥ 0 = −max (−b)·y with −Aᵀy ≤ −c.
            let dual: Vec<(Vec<f64>, f64)> =
                (0..3).map(|j| ((0..4).map(|i| -rows[i].0[j]).collect(), -c[j])).collect();
            let minus_b: Vec<f64> = b.iter().map(|b| -b).collect();
            let least = maximise(&minus_b, &dual).unwrap();
            prop_assert!((best.objective + least.objective).abs() < 1e-9);
        }
    }
}
