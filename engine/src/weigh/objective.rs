//! Weights that the data suggests: entropy, standard deviation, Gini, CRITIC
//! and MEREC. They describe how much indicators tell units apart, not how much
//! they matter; a person has to choose them knowingly.
//!
//! Every method takes the columns of one group of siblings on a common scale
//! where more is better (or reported values, where a method's paper does so),
//! uses the units that have a value in **every** column, and returns weights
//! that add up to exactly 1.

use crate::frame::Column;
use crate::num;

/// Why a method has no weights for the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectiveError {
    /// Fewer than two units have a value in every column.
    #[error("only {0} units have a value in every column, at least 2 are needed")]
    TooFewUnits(usize),
    /// The method takes logarithms or shares and needs values above (or not
    /// below) zero in this column.
    #[error("column {0} has values the method cannot use (below or at zero)")]
    NotPositive(usize),
    /// No column tells any units apart.
    #[error("all columns are constant")]
    AllConstant,
    /// Every column says what the others say, so none conflicts with another.
    #[error("all columns are perfectly correlated, none conflicts with another")]
    NoConflict,
}

/// The values of the units that are complete, by column.
pub(super) fn complete(columns: &[&Column]) -> Result<Vec<Vec<f64>>, ObjectiveError> {
    let n_units = columns.iter().map(|c| c.len()).min().unwrap_or(0);
    let rows: Vec<usize> = (0..n_units)
        .filter(|&i| columns.iter().all(|c| c.get(i).value().is_some()))
        .collect();
    if rows.len() < 2 {
        return Err(ObjectiveError::TooFewUnits(rows.len()));
    }
    let of = |column: &&Column| rows.iter().map(|&i| column.values()[i]).collect();
    Ok(columns.iter().map(of).collect())
}

fn finish(weights: &[f64]) -> Result<Vec<f64>, ObjectiveError> {
    num::shares(weights).ok_or(ObjectiveError::AllConstant)
}

/// Shannon entropy weights.
///
/// Formula: `p = x / Σx`, `e = −Σ p ln p / ln m`, `w = (1 − e) / Σ(1 − e)` over
/// `m` units; `0 ln 0 = 0`. Needs values ≥ 0 with a positive sum. A constant
/// column gets weight 0. Source: Shannon 1948; Hwang and Yoon 1981.
///
/// ```
/// use dhi_engine::frame::{Cell, Column};
/// use dhi_engine::weigh::objective::entropy;
/// let spread = Column::from_cells([0.0, 10.0].map(Cell::Value)); // e = 0
/// let constant = Column::from_cells([5.0, 5.0].map(Cell::Value)); // e = 1
/// assert_eq!(entropy(&[&spread, &constant]).unwrap(), [1.0, 0.0]);
/// ```
pub fn entropy(columns: &[&Column]) -> Result<Vec<f64>, ObjectiveError> {
    let data = complete(columns)?;
    let mut weights = Vec::with_capacity(data.len());
    for (at, values) in data.iter().enumerate() {
        let total = num::ordered_sum(values.iter().copied());
        if values.iter().any(|&x| x < 0.0) || total <= 0.0 {
            return Err(ObjectiveError::NotPositive(at));
        }
        let terms = values.iter().map(|x| {
            let p = x / total;
            if p > 0.0 { p * num::ln(p) } else { 0.0 }
        });
        let e = -num::ordered_sum(terms) / num::ln(values.len() as f64);
        // A constant column may come out a last bit above 1.
        weights.push((1.0 - e).max(0.0));
    }
    finish(&weights)
}

/// Weights in proportion to the standard deviation (n − 1).
///
/// Formula: `w = s / Σs`. Source: Diakoulaki, Mavrotas and Papayannakis 1995.
///
/// ```
/// use dhi_engine::frame::{Cell, Column};
/// use dhi_engine::weigh::objective::standard_deviation;
/// let a = Column::from_cells([0.0, 3.0].map(Cell::Value));
/// let b = Column::from_cells([1.0, 2.0].map(Cell::Value));
/// assert_eq!(standard_deviation(&[&a, &b]).unwrap(), [0.75, 0.25]);
/// ```
pub fn standard_deviation(columns: &[&Column]) -> Result<Vec<f64>, ObjectiveError> {
    let data = complete(columns)?;
    let weights: Vec<f64> = data.iter().map(|values| num::sd(values)).collect();
    finish(&weights)
}

/// Weights in proportion to the Gini coefficient.
///
/// Formula: `G = Σᵢ Σⱼ |xᵢ − xⱼ| / (2 m² x̄)`, computed from sorted values;
/// `w = G / ΣG`. Needs values ≥ 0 with a positive mean. Source: Gini 1912;
/// as a weighting method Li, Chi and others 2009.
///
/// ```
/// use dhi_engine::frame::{Cell, Column};
/// use dhi_engine::weigh::objective::gini;
/// let a = Column::from_cells([0.0, 1.0].map(Cell::Value)); // G = 2·1/(2·4·0.5) = 1/2
/// let b = Column::from_cells([1.0, 3.0].map(Cell::Value)); // G = 2·2/(2·4·2) = 1/4
/// let w = gini(&[&a, &b]).unwrap();
/// assert!((w[0] - 2.0 / 3.0).abs() < 1e-15);
/// ```
pub fn gini(columns: &[&Column]) -> Result<Vec<f64>, ObjectiveError> {
    let data = complete(columns)?;
    let mut weights = Vec::with_capacity(data.len());
    for (at, mut values) in data.into_iter().enumerate() {
        values.sort_unstable_by(f64::total_cmp);
        let m = values.len() as f64;
        let total = num::ordered_sum(values.iter().copied());
        if values.first().is_some_and(|&x| x < 0.0) || total <= 0.0 {
            return Err(ObjectiveError::NotPositive(at));
        }
        // Σᵢ Σⱼ |xᵢ − xⱼ| = 2 Σ (2i − m − 1) x₍ᵢ₎ over sorted values, i from 1.
        let ranked = values.iter().enumerate();
        let half = num::ordered_sum(ranked.map(|(i, x)| (2.0 * i as f64 + 1.0 - m) * x));
        weights.push((half / (m * total)).max(0.0));
    }
    finish(&weights)
}

/// Correlations this close to 1 differ from it by rounding.
const NO_CONFLICT: f64 = 1e-12;

/// CRITIC: spread times conflict with the other indicators.
///
/// Formula: columns rescaled to 0–1 by min–max, `C = s · Σₖ (1 − rₖ)` with the
/// standard deviation (n − 1) and Pearson correlations, `w = C / ΣC`. A constant
/// column gets weight 0 and takes no part in the conflict of the others. Columns
/// that are all perfectly correlated have no conflict to weigh them by: an error,
/// since what rounding leaves of 1 − r is not a weight.
/// Source: Diakoulaki, Mavrotas and Papayannakis 1995.
pub fn critic(columns: &[&Column]) -> Result<Vec<f64>, ObjectiveError> {
    let mut data = complete(columns)?;
    for values in &mut data {
        let first = values[0];
        let (low, high) = values
            .iter()
            .fold((first, first), |(low, high), &x| (low.min(x), high.max(x)));
        let span = high - low;
        for x in values.iter_mut() {
            *x = if span > 0.0 { (*x - low) / span } else { 0.0 };
        }
    }
    let weights: Vec<f64> = data
        .iter()
        .map(|a| {
            let conflict = data.iter().filter_map(|b| num::correlation(a, b));
            let conflict = conflict.map(|r| 1.0 - r).filter(|c| *c > NO_CONFLICT);
            num::sd(a) * num::ordered_sum(conflict)
        })
        .collect();
    let varies: Vec<bool> = data.iter().map(|x| num::sd(x) > 0.0).collect();
    match varies.iter().filter(|v| **v).count() {
        // Alone among constants, with nothing to conflict with.
        1 => Ok(varies.iter().map(|&v| f64::from(u8::from(v))).collect()),
        n if n > 1 && weights.iter().all(|w| *w == 0.0) => Err(ObjectiveError::NoConflict),
        _ => finish(&weights),
    }
}

/// MEREC: how much a unit's overall performance changes without the indicator.
///
/// Formula (more is better): `n = min x / x`, `S = ln(1 + Σⱼ |ln nⱼ| / k)` over
/// `k` columns, `S₋ⱼ` the same without column j (still divided by `k`),
/// `Eⱼ = Σ |S₋ⱼ − S|`, `w = E / ΣE`. Needs values > 0. Source:
/// Keshavarz-Ghorabaee and others 2021, Symmetry 13(4):525; where less is better
/// the paper uses `n = x / max x`, which `less_is_better` asks for.
pub fn merec(
    columns: &[&Column],
    less_is_better: impl Fn(usize) -> bool,
) -> Result<Vec<f64>, ObjectiveError> {
    let data = complete(columns)?;
    let k = data.len() as f64;
    let mut logs: Vec<Vec<f64>> = Vec::with_capacity(data.len());
    for (at, values) in data.iter().enumerate() {
        if values.iter().any(|&x| x <= 0.0) {
            return Err(ObjectiveError::NotPositive(at));
        }
        let first = values[0];
        let (low, high) = values
            .iter()
            .fold((first, first), |(low, high), &x| (low.min(x), high.max(x)));
        let log = |x: &f64| {
            let n = if less_is_better(at) {
                x / high
            } else {
                low / x
            };
            num::ln(n).abs()
        };
        logs.push(values.iter().map(log).collect());
    }
    let n_units = logs.first().map_or(0, Vec::len);
    let mut effects = vec![0.0; logs.len()];
    for i in 0..n_units {
        let total = num::ordered_sum(logs.iter().map(|l| l[i]));
        let overall = num::ln(1.0 + total / k);
        for (effect, log) in effects.iter_mut().zip(&logs) {
            *effect += (num::ln(1.0 + (total - log[i]) / k) - overall).abs();
        }
    }
    finish(&effects)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Cell;

    fn columns<const K: usize>(rows: &[[f64; K]]) -> Vec<Column> {
        (0..K)
            .map(|c| Column::from_cells(rows.iter().map(|row| Cell::Value(row[c]))))
            .collect()
    }

    fn check(weights: &[f64], published: &[f64], tolerance: f64) {
        assert_eq!(weights.len(), published.len());
        for (w, p) in weights.iter().zip(published) {
            assert!((w - p).abs() <= tolerance, "{weights:?} {published:?}");
        }
        assert_eq!(num::ordered_sum(weights.iter().copied()), 1.0);
    }

    /// Keshavarz-Ghorabaee et al. 2021, Symmetry 13(4):525, table 2 and step 6.
    #[test]
    fn merec_of_its_paper() {
        let data = columns(&[
            [450.0, 8000.0, 54.0, 145.0],
            [10.0, 9100.0, 2.0, 160.0],
            [100.0, 8200.0, 31.0, 153.0],
            [220.0, 9300.0, 1.0, 162.0],
            [5.0, 8400.0, 23.0, 158.0],
        ]);
        let refs: Vec<&Column> = data.iter().collect();
        let weights = merec(&refs, |column| column >= 2).unwrap();
        check(&weights, &[0.5752, 0.0141, 0.4016, 0.0091], 5e-5);
    }

    /// Xu 2004, European Journal of Operational Research 156(2):530–532.
    #[test]
    fn entropy_of_a_published_example() {
        let data = columns(&[
            [30.0, 30.0, 38.0, 29.0],
            [19.0, 54.0, 86.0, 29.0],
            [19.0, 15.0, 85.0, 28.9],
            [68.0, 70.0, 60.0, 29.0],
        ]);
        let refs: Vec<&Column> = data.iter().collect();
        check(
            &entropy(&refs).unwrap(),
            &[0.4630, 0.3992, 0.1378, 0.0000],
            5e-5,
        );
    }

    /// Tuş and Aytaç Adalı 2019, Opsearch 56(2):528–538.
    #[test]
    fn critic_of_a_published_example() {
        let data = columns(&[
            [5000.0, 3.0, 3.0, 4.0, 3.0, 2.0],
            [680.0, 5.0, 3.0, 2.0, 2.0, 1.0],
            [2000.0, 3.0, 2.0, 3.0, 4.0, 3.0],
            [600.0, 4.0, 3.0, 1.0, 2.0, 2.0],
            [800.0, 2.0, 4.0, 3.0, 3.0, 4.0],
        ]);
        let refs: Vec<&Column> = data.iter().collect();
        check(
            &critic(&refs).unwrap(),
            &[0.157, 0.249, 0.168, 0.121, 0.154, 0.151],
            5e-4,
        );
    }

    /// The same matrix by pymcdm 1.4.0, `standard_deviation_weights` and
    /// `gini_weights`.
    #[test]
    fn spreads_of_another_program() {
        let data = columns(&[
            [30.0, 30.0, 38.0, 29.0],
            [19.0, 54.0, 86.0, 29.0],
            [19.0, 15.0, 85.0, 28.9],
            [68.0, 70.0, 60.0, 29.0],
        ]);
        let refs: Vec<&Column> = data.iter().collect();
        check(
            &standard_deviation(&refs).unwrap(),
            &[
                0.328_824_139_872_452_24,
                0.346_469_476_256_444_1,
                0.323_999_303_307_315_13,
                0.000_707_080_563_788_671_5,
            ],
            1e-12,
        );
        check(
            &gini(&refs).unwrap(),
            &[
                0.399_101_686_416_458_16,
                0.384_185_070_318_651_84,
                0.215_824_035_588_816_4,
                0.000_889_207_676_073_422_3,
            ],
            1e-12,
        );
    }

    #[test]
    fn data_without_a_message_is_refused() {
        let constant = Column::from_cells([5.0, 5.0].map(Cell::Value));
        let zero = Column::from_cells([0.0, 1.0].map(Cell::Value));
        let one = Column::from_cells([Cell::Value(1.0), Cell::Missing]);
        assert_eq!(
            standard_deviation(&[&constant]),
            Err(ObjectiveError::AllConstant)
        );
        assert_eq!(critic(&[&constant]), Err(ObjectiveError::AllConstant));
        // A copy and a multiple conflict with nothing; rounding is no conflict.
        let [a, b] = [0.1, 0.3]
            .map(|f| Column::from_cells([1.0, 2.0, 4.0, 9.0].map(|x| Cell::Value(f * x))));
        assert_eq!(critic(&[&a, &b, &b]), Err(ObjectiveError::NoConflict));
        let five = Column::from_cells([5.0; 4].map(Cell::Value));
        assert_eq!(critic(&[&five, &a]), Ok(vec![0.0, 1.0]));
        assert_eq!(
            merec(&[&constant, &zero], |_| false),
            Err(ObjectiveError::NotPositive(1))
        );
        assert_eq!(
            entropy(&[&constant, &one]),
            Err(ObjectiveError::TooFewUnits(1))
        );
    }
}
