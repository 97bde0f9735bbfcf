//! Weights from principal components.

use super::objective::{ObjectiveError, complete};
use crate::frame::Column;
use crate::num::{self, Matrix};

/// Weights with the components they come from.
#[derive(Clone, Debug, PartialEq)]
pub struct PrincipalComponents {
    /// Adding up to exactly 1; 0 for constant columns.
    pub weights: Vec<f64>,
    /// Entries of the first unit eigenvector, oriented so that they sum to ≥ 0; a
    /// negative one contradicts the others. Roots of the weights where the first
    /// eigenvalue is repeated and has no one vector.
    pub loadings: Vec<f64>,
    /// Eigenvalues of the correlation matrix, the largest first.
    pub eigenvalues: Vec<f64>,
    /// Share of the variance that the first component explains, 0–1.
    pub explained: f64,
}

/// Eigenvalues this close, of correlations, are one repeated.
const REPEATED: f64 = 1e-9;

/// Weights in proportion to the squared loadings of the first principal
/// component of the correlation matrix.
///
/// Formula: `R v = λ₁ v`, `|v| = 1`, `wᵢ = vᵢ²`. Scaling: columns are
/// standardised, so measures do not matter. Sign: `Σ vᵢ ≥ 0`; weights are never
/// negative, a negative loading is reported instead. Where several components
/// explain the same, as of uncorrelated columns, which comes first is an accident of
/// order: weights are then in proportion to the sum of the squares over all of them.
/// Only units with a value in every column are used. Source: OECD/JRC Handbook 2008, step 6; Nicoletti,
/// Scarpetta and Boylaud 2000, with one component.
///
/// ```
/// use dhi_engine::frame::{Cell, Column};
/// use dhi_engine::weigh::components::principal_components;
/// let a = Column::from_cells([1.0, 2.0, 4.0].map(Cell::Value));
/// let b = Column::from_cells([10.0, 20.0, 40.0].map(Cell::Value));
/// // Perfectly correlated: one component explains everything, evenly.
/// let out = principal_components(&[&a, &b]).unwrap();
/// assert!((out.weights[0] - 0.5).abs() < 1e-12);
/// assert!((out.explained - 1.0).abs() < 1e-12);
/// ```
pub fn principal_components(columns: &[&Column]) -> Result<PrincipalComponents, ObjectiveError> {
    let data = complete(columns)?;
    let varying: Vec<usize> = (0..data.len())
        .filter(|&c| num::sd(&data[c]) > 0.0)
        .collect();
    if varying.is_empty() {
        return Err(ObjectiveError::AllConstant);
    }
    let r = Matrix::from_fn(varying.len(), |i, j| {
        if i == j {
            1.0
        } else {
            // The lower triangle twice, so that the matrix is symmetric to the bit.
            let (i, j) = (varying[i.max(j)], varying[i.min(j)]);
            num::correlation(&data[i], &data[j]).unwrap_or(0.0)
        }
    });
    let eigen = r.eigen().ok_or(ObjectiveError::AllConstant)?;
    let mut loadings = vec![0.0; data.len()];
    let first = eigen
        .values
        .iter()
        .take_while(|v| eigen.values[0] - **v <= REPEATED);
    let first = &eigen.vectors[..first.count()];
    let mut squares = vec![0.0; data.len()];
    for (at, &column) in varying.iter().enumerate() {
        squares[column] = num::ordered_sum(first.iter().map(|v| v[at] * v[at]));
        loadings[column] = match first {
            [only] => only[at],
            _ => (squares[column] / first.len() as f64).sqrt(),
        };
    }
    Ok(PrincipalComponents {
        weights: num::shares(&squares).ok_or(ObjectiveError::AllConstant)?,
        loadings,
        explained: eigen.values[0] / varying.len() as f64,
        eigenvalues: eigen.values,
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::frame::Cell;

    /// `USArrests` of R (McNeil 1977), 50 states: murder, assault, urban
    /// population, rape.
    #[rustfmt::skip]
    pub(crate) const ARRESTS: [[f64; 4]; 50] = [
        [13.2, 236.0, 58.0, 21.2], [10.0, 263.0, 48.0, 44.5], [8.1, 294.0, 80.0, 31.0],
        [8.8, 190.0, 50.0, 19.5], [9.0, 276.0, 91.0, 40.6], [7.9, 204.0, 78.0, 38.7],
        [3.3, 110.0, 77.0, 11.1], [5.9, 238.0, 72.0, 15.8], [15.4, 335.0, 80.0, 31.9],
        [17.4, 211.0, 60.0, 25.8], [5.3, 46.0, 83.0, 20.2], [2.6, 120.0, 54.0, 14.2],
        [10.4, 249.0, 83.0, 24.0], [7.2, 113.0, 65.0, 21.0], [2.2, 56.0, 57.0, 11.3],
        [6.0, 115.0, 66.0, 18.0], [9.7, 109.0, 52.0, 16.3], [15.4, 249.0, 66.0, 22.2],
        [2.1, 83.0, 51.0, 7.8], [11.3, 300.0, 67.0, 27.8], [4.4, 149.0, 85.0, 16.3],
        [12.1, 255.0, 74.0, 35.1], [2.7, 72.0, 66.0, 14.9], [16.1, 259.0, 44.0, 17.1],
        [9.0, 178.0, 70.0, 28.2], [6.0, 109.0, 53.0, 16.4], [4.3, 102.0, 62.0, 16.5],
        [12.2, 252.0, 81.0, 46.0], [2.1, 57.0, 56.0, 9.5], [7.4, 159.0, 89.0, 18.8],
        [11.4, 285.0, 70.0, 32.1], [11.1, 254.0, 86.0, 26.1], [13.0, 337.0, 45.0, 16.1],
        [0.8, 45.0, 44.0, 7.3], [7.3, 120.0, 75.0, 21.4], [6.6, 151.0, 68.0, 20.0],
        [4.9, 159.0, 67.0, 29.3], [6.3, 106.0, 72.0, 14.9], [3.4, 174.0, 87.0, 8.3],
        [14.4, 279.0, 48.0, 22.5], [3.8, 86.0, 45.0, 12.8], [13.2, 188.0, 59.0, 26.9],
        [12.7, 201.0, 80.0, 25.5], [3.2, 120.0, 80.0, 22.9], [2.2, 48.0, 32.0, 11.2],
        [8.5, 156.0, 63.0, 20.7], [4.0, 145.0, 73.0, 26.2], [5.7, 81.0, 39.0, 9.3],
        [2.6, 53.0, 66.0, 10.8], [6.8, 161.0, 60.0, 15.6],
    ];

    pub(crate) fn arrests() -> Vec<Column> {
        (0..4)
            .map(|c| Column::from_cells(ARRESTS.iter().map(|row| Cell::Value(row[c]))))
            .collect()
    }

    /// James, Witten, Hastie and Tibshirani, An Introduction to Statistical
    /// Learning, 2nd edition, §12.5.1, from R's prcomp(USArrests, scale = TRUE):
    /// loadings 0.5358995, 0.5831836, 0.2781909, 0.5434321 and standard deviations
    /// 1.5748783, 0.9948694, 0.5971291, 0.4164494; 62 % explained.
    #[test]
    fn loadings_of_a_textbook() {
        let columns = arrests();
        let refs: Vec<&Column> = columns.iter().collect();
        let out = principal_components(&refs).unwrap();
        let published = [0.535_899_5, 0.583_183_6, 0.278_190_9, 0.543_432_1];
        for (loading, published) in out.loadings.iter().zip(published) {
            assert!((loading - published).abs() < 5e-8, "{:?}", out.loadings);
        }
        let sds = [1.574_878_3, 0.994_869_4, 0.597_129_1, 0.416_449_4];
        for (value, sd) in out.eigenvalues.iter().zip(sds) {
            assert!((value.sqrt() - sd).abs() < 5e-8);
        }
        assert!((out.explained - 0.620_060_4).abs() < 5e-8);
        assert_eq!(num::ordered_sum(out.weights.iter().copied()), 1.0);
    }

    /// Uncorrelated columns have no first component: no order of columns may choose
    /// one. With a copy beside them, the copies are first.
    #[test]
    fn a_repeated_component_favours_no_column() {
        let [a, b] = [[1.0, 1.0, 2.0, 2.0], [1.0, 2.0, 1.0, 2.0]]
            .map(|c| Column::from_cells(c.map(Cell::Value)));
        assert_eq!(principal_components(&[&a, &b]).unwrap().weights, [0.5, 0.5]);
        let out = principal_components(&[&a, &b, &a]).unwrap();
        assert!((out.weights[1]).abs() < 1e-12, "{:?}", out.weights);
        assert!((out.explained - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn a_constant_column_has_no_weight() {
        let columns = [
            Column::from_cells([1.0, 2.0, 3.0].map(Cell::Value)),
            Column::from_cells([5.0; 3].map(Cell::Value)),
        ];
        let refs: Vec<&Column> = columns.iter().collect();
        assert_eq!(principal_components(&refs).unwrap().weights, [1.0, 0.0]);
        assert_eq!(
            principal_components(&refs[1..]),
            Err(ObjectiveError::AllConstant)
        );
    }
}
