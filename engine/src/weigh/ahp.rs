//! Analytic hierarchy process: weights from judgements in pairs, with the
//! consistency that decides whether they may be used.

use crate::num;
use serde::{Deserialize, Serialize};

/// Why a matrix of judgements cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AhpError {
    /// Not square, or fewer than two items.
    #[error("the matrix must be square with at least 2 rows")]
    Shape,
    /// A judgement that is not a positive finite number.
    #[error("the judgement in row {row}, column {column} is not a positive number")]
    NotPositive {
        /// Row from 0.
        row: usize,
        /// Column from 0.
        column: usize,
    },
    /// `a_ij · a_ji ≠ 1`, or a diagonal entry that is not 1.
    #[error("row {row}, column {column} is not the reciprocal of its mirror")]
    NotReciprocal {
        /// Row from 0.
        row: usize,
        /// Column from 0.
        column: usize,
    },
}

/// How weights are taken from the matrix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AhpMethod {
    #[default]
    /// Principal right eigenvector (Saaty 1977).
    Eigenvector,
    /// Geometric mean of each row (Crawford and Williams 1985).
    GeometricMean,
}

/// Three items whose judgements contradict each other most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Triple {
    /// The items, `i < j < k`.
    pub items: [usize; 3],
    /// `a_ij · a_jk · a_ki`, turned to be ≥ 1; 1 is perfectly consistent.
    pub factor: f64,
}

/// Weights with their consistency.
#[derive(Clone, Debug, PartialEq)]
pub struct AhpOutcome {
    /// Adding up to exactly 1.
    pub weights: Vec<f64>,
    /// Mean of `(A w)ᵢ / wᵢ`; the principal eigenvalue for the eigenvector
    /// method. Equals the number of items when perfectly consistent.
    pub lambda_max: f64,
    /// `(λmax − n) / (n − 1)`.
    pub consistency_index: f64,
    /// Consistency index over that of random matrices; `None` where no random
    /// index is published for the size, 0 for two items. Below 0.10 is usual.
    pub consistency_ratio: Option<f64>,
    /// The worst triple; `None` for two items.
    pub worst: Option<Triple>,
}

/// Mean consistency index of random reciprocal matrices of 1–10 items
/// (Saaty 1980).
const RANDOM_INDEX: [f64; 10] = [0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49];

/// Reciprocity is accepted to this, so that 0.33 may stand for 1/3.
const RECIPROCAL_TOLERANCE: f64 = 0.02;

/// Weights from a reciprocal matrix of judgements, `a[i][j]` = how many times
/// more item i matters than item j.
///
/// Shape: n × n, n ≥ 2. Entries below the diagonal are replaced by the exact
/// reciprocals of those above. Range of weights 0–1.
///
/// ```
/// use dhi_engine::weigh::ahp::{ahp, AhpMethod};
/// // Perfectly consistent: 2 : 1.
/// let out = ahp(&[vec![1.0, 2.0], vec![0.5, 1.0]], AhpMethod::Eigenvector).unwrap();
/// assert!((out.weights[0] - 2.0 / 3.0).abs() < 1e-12);
/// assert_eq!(out.consistency_ratio, Some(0.0));
/// ```
pub fn ahp(matrix: &[Vec<f64>], method: AhpMethod) -> Result<AhpOutcome, AhpError> {
    let a = validated(matrix)?;
    let n = a.len();
    let raw = match method {
        AhpMethod::GeometricMean => a
            .iter()
            .map(|row| num::exp(num::ordered_sum(row.iter().map(|x| num::ln(*x))) / n as f64))
            .collect(),
        AhpMethod::Eigenvector => principal_eigenvector(&a),
    };
    let weights = num::shares(&raw).ok_or(AhpError::Shape)?;
    let ratios = a
        .iter()
        .zip(&weights)
        .map(|(row, w)| dot(row, &weights) / w);
    let lambda_max = num::ordered_sum(ratios) / n as f64;
    // Rounding may put it a last bit below n, which would be nonsense.
    let consistency_index = ((lambda_max - n as f64) / (n - 1) as f64).max(0.0);
    let consistency_ratio = match RANDOM_INDEX.get(n - 1) {
        Some(random) if *random > 0.0 => Some(consistency_index / random),
        Some(_) => Some(0.0),
        None => None,
    };
    Ok(AhpOutcome {
        weights,
        lambda_max,
        consistency_index,
        consistency_ratio,
        worst: worst_triple(&a),
    })
}

fn validated(matrix: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, AhpError> {
    let n = matrix.len();
    if n < 2 || matrix.iter().any(|row| row.len() != n) {
        return Err(AhpError::Shape);
    }
    let mut a = matrix.to_vec();
    for row in 0..n {
        for column in 0..n {
            let x = matrix[row][column];
            if !(x.is_finite() && x > 0.0) {
                return Err(AhpError::NotPositive { row, column });
            }
            if (x * matrix[column][row] - 1.0).abs() > RECIPROCAL_TOLERANCE {
                return Err(AhpError::NotReciprocal { row, column });
            }
            if row == column {
                a[row][column] = 1.0;
            } else if row > column {
                a[row][column] = 1.0 / matrix[column][row];
            }
        }
    }
    Ok(a)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    num::ordered_sum(a.iter().zip(b).map(|(x, y)| x * y))
}

/// Power iteration; a positive matrix has one dominant eigenvector, which is
/// positive (Perron), so it converges from equal weights.
fn principal_eigenvector(a: &[Vec<f64>]) -> Vec<f64> {
    let n = a.len();
    let mut w = vec![1.0 / n as f64; n];
    for _ in 0..1000 {
        let next: Vec<f64> = a.iter().map(|row| dot(row, &w)).collect();
        let total = num::ordered_sum(next.iter().copied());
        let next: Vec<f64> = next.iter().map(|x| x / total).collect();
        let moved = next
            .iter()
            .zip(&w)
            .fold(0.0_f64, |m, (x, y)| m.max((x - y).abs()));
        w = next;
        if moved < 1e-15 {
            break;
        }
    }
    w
}

fn worst_triple(a: &[Vec<f64>]) -> Option<Triple> {
    let n = a.len();
    let mut worst: Option<Triple> = None;
    for i in 0..n {
        for j in i + 1..n {
            for k in j + 1..n {
                let round = a[i][j] * a[j][k] * a[k][i];
                let factor = round.max(1.0 / round);
                if worst.is_none_or(|w| factor > w.factor) {
                    worst = Some(Triple {
                        items: [i, j, k],
                        factor,
                    });
                }
            }
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The 3 × 3 example of countless textbooks after Saaty (1980): weights
    /// 0.637, 0.258, 0.105, λmax 3.0385, consistency ratio 0.033.
    #[test]
    fn textbook_example() {
        let third = 1.0 / 3.0;
        let matrix = [
            vec![1.0, 3.0, 5.0],
            vec![third, 1.0, 3.0],
            vec![0.2, third, 1.0],
        ];
        let out = ahp(&matrix, AhpMethod::Eigenvector).unwrap();
        for (w, published) in out.weights.iter().zip([0.637, 0.258, 0.105]) {
            assert!((w - published).abs() < 5e-4);
        }
        assert!((out.lambda_max - 3.0385).abs() < 5e-5);
        assert!((out.consistency_ratio.unwrap() - 0.033).abs() < 5e-4);
        // 3 · 3 · 1/5 = 9/5 round the only triple.
        let worst = out.worst.unwrap();
        assert_eq!(worst.items, [0, 1, 2]);
        assert!((worst.factor - 1.8).abs() < 1e-12);
        // With three items both methods agree (Crawford and Williams 1985).
        let rows = ahp(&matrix, AhpMethod::GeometricMean).unwrap();
        for (a, b) in rows.weights.iter().zip(&out.weights) {
            assert!((a - b).abs() < 1e-9);
        }
    }

    #[test]
    fn judgements_that_make_no_sense_are_refused() {
        let of = |rows: &[Vec<f64>]| ahp(rows, AhpMethod::Eigenvector).unwrap_err();
        assert_eq!(of(&[vec![1.0]]), AhpError::Shape);
        assert_eq!(
            of(&[vec![1.0, 0.0], vec![1.0, 1.0]]),
            AhpError::NotPositive { row: 0, column: 1 }
        );
        assert_eq!(
            of(&[vec![1.0, 3.0], vec![3.0, 1.0]]),
            AhpError::NotReciprocal { row: 0, column: 1 }
        );
    }
}
