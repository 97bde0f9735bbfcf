//! The shortest vector that meets linear constraints, by an active set that
//! ends after finitely many steps.

use super::{LinearError, ordered_sum};

/// Below this a gradient or a residual of unit vectors is rounding.
const EPSILON: f64 = 1e-13;

/// The shortest `x` with `a x ≤ b`; `rows` holds `(a, b)`.
///
/// Least distance programming: non-negative least squares on the constraints
/// gives multipliers, which give `x`, or prove that no point meets them all
/// (Lawson and Hanson 1974, chapter 23). Shape: every `a` has `n` entries. Exact up
/// to rounding for solutions whose length is far below 10⁵.
///
/// ```
/// use dhi_engine::num::least_norm;
/// // The point of x + y ≥ 2 nearest to the origin is (1, 1).
/// let x = least_norm(2, &[(vec![-1.0, -1.0], -2.0)]).unwrap();
/// assert!((x[0] - 1.0).abs() < 1e-15 && (x[1] - 1.0).abs() < 1e-15);
/// ```
pub fn least_norm(n: usize, rows: &[(Vec<f64>, f64)]) -> Result<Vec<f64>, LinearError> {
    let is_good =
        |(a, b): &(Vec<f64>, f64)| a.len() == n && a.iter().all(|x| x.is_finite()) && b.is_finite();
    if !rows.iter().all(is_good) {
        return Err(LinearError::BadInput);
    }
    let mut columns = Vec::with_capacity(rows.len());
    for (a, b) in rows {
        let size = dot(a, a).sqrt();
        if size > 0.0 {
            let mut column: Vec<f64> = a.iter().map(|x| -x / size).collect();
            column.push(-b / size);
            columns.push(column);
        } else if *b < 0.0 {
            return Err(LinearError::Infeasible);
        }
    }
    let mut target = vec![0.0; n];
    target.push(1.0);
    let u = non_negative_least_squares(&columns, &target);
    let mut residual = target;
    for (column, u) in columns.iter().zip(&u) {
        subtract(&mut residual, *u, column);
    }
    // What is left of the last entry is 1/(1 + |x|²).
    let left = residual.pop().unwrap_or(0.0);
    if left < 1e-10 {
        return Err(LinearError::Infeasible);
    }
    Ok(residual.into_iter().map(|r| -r / left).collect())
}

/// `u ≥ 0` with the least `|Σ u column − target|` (Lawson and Hanson 1974,
/// algorithm 23.10).
fn non_negative_least_squares(columns: &[Vec<f64>], target: &[f64]) -> Vec<f64> {
    let mut u = vec![0.0; columns.len()];
    let mut passive: Vec<usize> = Vec::new();
    let mut refused: Vec<usize> = Vec::new();
    // Every step lowers the residual; the bound only guards against rounding.
    for _ in 0..30 * (columns.len() + 1) {
        let mut residual = target.to_vec();
        for &k in &passive {
            subtract(&mut residual, u[k], &columns[k]);
        }
        let enters = (0..columns.len())
            .filter(|k| !passive.contains(k) && !refused.contains(k))
            .map(|k| (dot(&columns[k], &residual), k))
            .filter(|(gain, _)| *gain > EPSILON)
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, enters)) = enters else { break };
        passive.push(enters);
        loop {
            let chosen: Vec<&[f64]> = passive.iter().map(|&k| columns[k].as_slice()).collect();
            let Some(z) = least_squares(&chosen, target) else {
                // The column is a combination of the others.
                passive.retain(|&k| k != enters);
                refused.push(enters);
                break;
            };
            if z.iter().all(|z| *z > 0.0) {
                for (&k, z) in passive.iter().zip(&z) {
                    u[k] = *z;
                }
                refused.clear();
                break;
            }
            // As far towards z as all stay ≥ 0; who arrives at 0 leaves.
            let step = passive
                .iter()
                .zip(&z)
                .filter(|(_, z)| **z <= 0.0)
                .map(|(&k, z)| if u[k] > 0.0 { u[k] / (u[k] - z) } else { 0.0 })
                .fold(1.0, f64::min);
            for (&k, z) in passive.iter().zip(&z) {
                u[k] += step * (z - u[k]);
            }
            let before = passive.len();
            let is_out = |k: usize, z: f64| z <= 0.0 && u[k] <= EPSILON;
            let stay: Vec<usize> = passive
                .iter()
                .zip(&z)
                .filter(|(k, z)| !is_out(**k, **z))
                .map(|(&k, _)| k)
                .collect();
            for &k in passive.iter().filter(|k| !stay.contains(k)) {
                u[k] = 0.0;
            }
            passive = stay;
            if passive.len() == before {
                return u;
            }
            if !passive.contains(&enters) {
                refused.push(enters);
            }
        }
    }
    u
}

/// Least squares by Gram–Schmidt, each vector made orthogonal twice; `None` when
/// the columns depend on each other.
fn least_squares(columns: &[&[f64]], target: &[f64]) -> Option<Vec<f64>> {
    let k = columns.len();
    let mut basis: Vec<Vec<f64>> = Vec::with_capacity(k);
    let mut r = vec![vec![0.0; k]; k];
    for (j, column) in columns.iter().enumerate() {
        let mut v = column.to_vec();
        let size = dot(&v, &v).sqrt();
        for _ in 0..2 {
            for (i, q) in basis.iter().enumerate() {
                let part = dot(q, &v);
                r[i][j] += part;
                subtract(&mut v, part, q);
            }
        }
        let left = dot(&v, &v).sqrt();
        if left <= 1e-12 * size {
            return None;
        }
        r[j][j] = left;
        basis.push(v.into_iter().map(|x| x / left).collect());
    }
    let mut x: Vec<f64> = basis.iter().map(|q| dot(q, target)).collect();
    for i in (0..k).rev() {
        let known = ordered_sum((i + 1..k).map(|j| r[i][j] * x[j]));
        x[i] = (x[i] - known) / r[i][i];
    }
    Some(x)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    ordered_sum(a.iter().zip(b).map(|(a, b)| a * b))
}

fn subtract(from: &mut [f64], times: f64, vector: &[f64]) {
    for (x, v) in from.iter_mut().zip(vector) {
        *x -= times * v;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn impossible_constraints_are_refused() {
        let apart = [(vec![1.0], -1.0), (vec![-1.0], -1.0)];
        assert_eq!(least_norm(1, &apart), Err(LinearError::Infeasible));
        assert_eq!(
            least_norm(1, &[(vec![0.0], -1.0)]),
            Err(LinearError::Infeasible)
        );
        assert_eq!(
            least_norm(2, &[(vec![1.0], 0.0)]),
            Err(LinearError::BadInput)
        );
        assert_eq!(least_norm(2, &[(vec![1.0, 0.0], 3.0)]).unwrap(), [0.0, 0.0]);
    }

    /// Two constraints bind: x ≥ 1 and x + y ≥ 3 with y ≤ 1 give the corner (2, 1).
    /// The same row three times changes nothing.
    #[test]
    fn corners_and_repeated_rows() {
        let sum = (vec![-1.0, -1.0], -3.0);
        let rows = [
            (vec![-1.0, 0.0], -1.0),
            sum.clone(),
            (vec![0.0, 1.0], 1.0),
            sum.clone(),
            sum,
        ];
        let x = least_norm(2, &rows).unwrap();
        assert!(
            (x[0] - 2.0).abs() < 1e-13 && (x[1] - 1.0).abs() < 1e-13,
            "{x:?}"
        );
    }

    proptest! {
        /// Feasible, and no feasible point y makes an acute angle beyond x:
        /// x · (y − x) ≥ 0 characterises the nearest point of a convex set.
        #[test]
        fn the_nearest_point_is_nearest(
            cells in prop::collection::vec(-1.0..1.0f64, 24),
            inside in prop::collection::vec(-1.0..1.0f64, 4),
            slack in prop::collection::vec(0.0..0.5f64, 6),
            others in prop::collection::vec(-1.0..1.0f64, 40),
        ) {
            // `inside` meets every row by construction.
            let rows: Vec<(Vec<f64>, f64)> = (0..6)
                .map(|i| {
                    let a = cells[i * 4..i * 4 + 4].to_vec();
                    let b = dot(&a, &inside) + slack[i];
                    (a, b)
                })
                .collect();
            let x = least_norm(4, &rows).unwrap();
            for (a, b) in &rows {
                prop_assert!(dot(a, &x) <= b + 1e-9);
            }
            for y in others.chunks(4).chain(std::iter::once(inside.as_slice())) {
                if rows.iter().all(|(a, b)| dot(a, y) <= *b) {
                    prop_assert!(dot(&x, y) - dot(&x, &x) >= -1e-9);
                }
            }
        }
    }
}
