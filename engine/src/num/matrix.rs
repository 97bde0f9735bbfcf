//! Small dense symmetric matrices in fixed order: eigenvalues, determinants and
//! inverses of correlation and covariance matrices.

use super::{ln, order_by, ordered_sum};

/// A square matrix, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    n: usize,
    cells: Vec<f64>,
}

/// Eigenvalues from the largest, with the unit eigenvector of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// Largest first.
    pub values: Vec<f64>,
    /// In the order of the values; each oriented so that its sum is ≥ 0.
    pub vectors: Vec<Vec<f64>>,
}

/// Sweeps after which Jacobi's method is given up; it needs fewer than 15.
const MAX_SWEEPS: usize = 100;

impl Matrix {
    /// `n × n` from a function of row and column.
    pub fn from_fn(n: usize, mut cell: impl FnMut(usize, usize) -> f64) -> Self {
        let mut cells = Vec::with_capacity(n * n);
        for i in 0..n {
            for j in 0..n {
                cells.push(cell(i, j));
            }
        }
        Self { n, cells }
    }

    /// Number of rows.
    pub fn n(&self) -> usize {
        self.n
    }

    /// Cell in row `i`, column `j`, both below [`Matrix::n`].
    pub fn at(&self, i: usize, j: usize) -> f64 {
        self.cells[i * self.n + j]
    }

    fn set(&mut self, i: usize, j: usize, x: f64) {
        self.cells[i * self.n + j] = x;
    }

    /// Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi
    /// rotations (Golub and Van Loan 2013, §8.5). `None` if it does not converge,
    /// which takes a matrix with values that are not finite.
    ///
    /// ```
    /// use dhi_engine::num::Matrix;
    /// // 2 1 / 1 2 has the eigenvalues 3 and 1.
    /// let eigen = Matrix::from_fn(2, |i, j| if i == j { 2.0 } else { 1.0 }).eigen().unwrap();
    /// assert!((eigen.values[0] - 3.0).abs() < 1e-14);
    /// assert!((eigen.vectors[0][0] - 0.5f64.sqrt()).abs() < 1e-14);
    /// ```
    pub fn eigen(&self) -> Option<Eigen> {
        let n = self.n;
        let mut a = self.clone();
        let mut v = Self::from_fn(n, |i, j| f64::from(u8::from(i == j)));
        let scale = ordered_sum(a.cells.iter().map(|x| x * x));
        if !scale.is_finite() {
            return None;
        }
        let mut is_done = false;
        for _ in 0..MAX_SWEEPS {
            let off = (0..n).flat_map(|i| (0..i).map(move |j| (i, j)));
            let off = ordered_sum(off.map(|(i, j)| a.at(i, j) * a.at(i, j)));
            if off <= 1e-32 * scale {
                is_done = true;
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    a.rotate(&mut v, p, q);
                }
            }
        }
        if !is_done {
            return None;
        }
        let order = order_by(n, &|i, j| a.at(j, j).total_cmp(&a.at(i, i)));
        let vectors = order.iter().map(|&k| {
            let vector: Vec<f64> = (0..n).map(|i| v.at(i, k)).collect();
            let sign = if ordered_sum(vector.iter().copied()) < 0.0 {
                -1.0
            } else {
                1.0
            };
            vector.into_iter().map(|x| sign * x).collect()
        });
        Some(Eigen {
            values: order.iter().map(|&k| a.at(k, k)).collect(),
            vectors: vectors.collect(),
        })
    }

    /// One Jacobi rotation that zeroes `(p, q)`, gathered in `v`.
    fn rotate(&mut self, v: &mut Self, p: usize, q: usize) {
        let apq = self.at(p, q);
        if apq == 0.0 {
            return;
        }
        let theta = (self.at(q, q) - self.at(p, p)) / (2.0 * apq);
        let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
        let c = 1.0 / (t * t + 1.0).sqrt();
        let s = t * c;
        for k in 0..self.n {
            let (kp, kq) = (self.at(k, p), self.at(k, q));
            self.set(k, p, c * kp - s * kq);
            self.set(k, q, s * kp + c * kq);
        }
        for k in 0..self.n {
            let (pk, qk) = (self.at(p, k), self.at(q, k));
            self.set(p, k, c * pk - s * qk);
            self.set(q, k, s * pk + c * qk);
        }
        // Rounding leaves a trace of what is 0 by construction.
        self.set(p, q, 0.0);
        self.set(q, p, 0.0);
        for k in 0..self.n {
            let (kp, kq) = (v.at(k, p), v.at(k, q));
            v.set(k, p, c * kp - s * kq);
            v.set(k, q, s * kp + c * kq);
        }
    }

    /// Lower Cholesky factor; `None` unless the matrix is positive definite.
    fn cholesky(&self) -> Option<Self> {
        let n = self.n;
        let mut l = Self::from_fn(n, |_, _| 0.0);
        for j in 0..n {
            for i in j..n {
                let dot = ordered_sum((0..j).map(|k| l.at(i, k) * l.at(j, k)));
                let rest = self.at(i, j) - dot;
                if i == j {
                    // What rounding leaves of a singular matrix is no pivot.
                    if rest.is_nan() || rest <= 1e-13 * self.at(i, i).abs() {
                        return None;
                    }
                    l.set(i, i, rest.sqrt());
                } else {
                    l.set(i, j, rest / l.at(j, j));
                }
            }
        }
        Some(l)
    }

    /// Natural logarithm of the determinant; `None` unless positive definite.
    ///
    /// ```
    /// use dhi_engine::num::Matrix;
    /// let m = Matrix::from_fn(2, |i, j| if i == j { 2.0 } else { 1.0 });
    /// assert!((m.ln_determinant().unwrap() - 3f64.ln()).abs() < 1e-15);
    /// ```
    pub fn ln_determinant(&self) -> Option<f64> {
        let l = self.cholesky()?;
        Some(2.0 * ordered_sum((0..self.n).map(|i| ln(l.at(i, i)))))
    }

    /// Solves `A x = b`; `None` unless positive definite.
    pub fn solve(&self, b: &[f64]) -> Option<Vec<f64>> {
        self.cholesky().map(|l| l.substitute(b))
    }

    /// The inverse; `None` unless positive definite.
    ///
    /// ```
    /// use dhi_engine::num::Matrix;
    /// let m = Matrix::from_fn(2, |i, j| if i == j { 2.0 } else { 1.0 });
    /// assert!((m.inverse().unwrap().at(0, 1) + 1.0 / 3.0).abs() < 1e-15);
    /// ```
    pub fn inverse(&self) -> Option<Self> {
        let l = self.cholesky()?;
        let columns: Vec<Vec<f64>> = (0..self.n)
            .map(|j| {
                let unit: Vec<f64> = (0..self.n).map(|i| f64::from(u8::from(i == j))).collect();
                l.substitute(&unit)
            })
            .collect();
        Some(Self::from_fn(self.n, |i, j| columns[j][i]))
    }

    /// Forward and back substitution with this lower factor.
    fn substitute(&self, b: &[f64]) -> Vec<f64> {
        let n = self.n;
        let mut y = b.to_vec();
        for i in 0..n {
            let dot = ordered_sum((0..i).map(|k| self.at(i, k) * y[k]));
            y[i] = (y[i] - dot) / self.at(i, i);
        }
        for i in (0..n).rev() {
            let dot = ordered_sum((i + 1..n).map(|k| self.at(k, i) * y[k]));
            y[i] = (y[i] - dot) / self.at(i, i);
        }
        y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_singular_matrix_has_no_inverse_but_eigenvalues() {
        let ones = Matrix::from_fn(3, |_, _| 1.0);
        assert_eq!(ones.inverse(), None);
        assert_eq!(ones.ln_determinant(), None);
        let eigen = ones.eigen().unwrap();
        assert!((eigen.values[0] - 3.0).abs() < 1e-14);
        assert!(eigen.values[1].abs() < 1e-14);
        assert_eq!(Matrix::from_fn(1, |_, _| f64::NAN).eigen(), None);
    }

    proptest! {
        /// `A = Σ λ v vᵀ`, and `A A⁻¹ = 1`, for any positive definite A.
        #[test]
        fn eigenvectors_and_inverse_give_the_matrix_back(
            cells in prop::collection::vec(-1.0..1.0f64, 25),
        ) {
            let b = |i: usize, j: usize| cells[i * 5 + j];
            let a = Matrix::from_fn(5, |i, j| {
                (0..5).map(|k| b(i, k) * b(j, k)).sum::<f64>() + f64::from(u8::from(i == j))
            });
            let eigen = a.eigen().unwrap();
            let inverse = a.inverse().unwrap();
            for i in 0..5 {
                for j in 0..5 {
                    let sum: f64 = (0..5)
                        .map(|k| eigen.values[k] * eigen.vectors[k][i] * eigen.vectors[k][j])
                        .sum();
                    prop_assert!((sum - a.at(i, j)).abs() < 1e-12);
                    let one: f64 = (0..5).map(|k| a.at(i, k) * inverse.at(k, j)).sum();
                    prop_assert!((one - f64::from(u8::from(i == j))).abs() < 1e-10);
                }
            }
        }
    }
}
