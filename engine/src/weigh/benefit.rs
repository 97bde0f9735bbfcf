//! Benefit of the doubt: every unit is scored by the weights that suit it best.

use crate::frame::{Cell, CellState, Column};
use crate::num::{self, maximise};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Bounds on what share of a unit's own score each child may make up. Without
/// them a unit may put all its weight on its one good child.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ShareBounds {
    /// Least share, 0–1; times the number of children at most 1. A child at 0 can
    /// make up no share: above 0, it makes the whole score 0.
    pub lower: f64,
    /// Largest share, 0–1; times the number of children at least 1.
    pub upper: f64,
}

impl Default for ShareBounds {
    fn default() -> Self {
        Self {
            lower: 0.0,
            upper: 1.0,
        }
    }
}

/// Why benefit of the doubt cannot be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BenefitError {
    /// A score below 0.
    #[error("child {0} has scores below 0")]
    Negative(usize),
    /// The bounds leave no shares.
    #[error("the bounds on the shares leave no solution for {0} children")]
    Bounds(usize),
}

/// One unit's most favourable score.
#[derive(Clone, Debug, PartialEq)]
pub struct Benefit {
    /// 0–1; 1 for units that no other dominates under their own weights.
    pub score: f64,
    /// By child, the share of the score it makes up; sums to 1 where the score is
    /// above 0. Not unique in general.
    pub shares: Vec<f64>,
}

/// Scores of all units; `None` where no child has a value.
///
/// Formula: `max Σ w y₀` with `Σ w yⱼ ≤ 1` for every unit j, `w ≥ 0`, and
/// `L ≤ w_c y₀c / Σ w y₀ ≤ U`. Range 0–1. Missing cells: a unit is compared on the
/// children it has a value for, with the units that have them too; bounds then
/// widen to what so few children allow. Work: linear programmes with as many
/// variables as children, against the units that no other dominates.
/// Source: Melyn and Moesen 1991; Cherchye and others 2007 (share bounds);
/// `ci_bod` and `ci_bod_constr` of Compind.
///
/// ```
/// use dhi_engine::frame::{Cell, Column};
/// use dhi_engine::weigh::benefit::{benefit_of_the_doubt, ShareBounds};
/// // (1, 4), (4, 1) and (2, 2): the first two are best at something; the third
/// // takes w = (1/5, 1/5), under which they score 1 and it scores 4/5.
/// let a = Column::from_cells([1.0, 4.0, 2.0].map(Cell::Value));
/// let b = Column::from_cells([4.0, 1.0, 2.0].map(Cell::Value));
/// let out = benefit_of_the_doubt(&[&a, &b], ShareBounds::default()).unwrap();
/// let scores: Vec<f64> = out.iter().map(|u| u.as_ref().unwrap().score).collect();
/// for (score, by_hand) in scores.iter().zip([1.0, 1.0, 0.8]) {
///     assert!((score - by_hand).abs() < 1e-12);
/// }
/// ```
pub fn benefit_of_the_doubt(
    columns: &[&Column],
    bounds: ShareBounds,
) -> Result<Vec<Option<Benefit>>, BenefitError> {
    let k = columns.len() as f64;
    let ShareBounds { lower, upper } = bounds;
    let in_range = (0.0..=1.0).contains(&lower) && (0.0..=1.0).contains(&upper);
    if !in_range || lower * k > 1.0 + 1e-12 || upper * k < 1.0 - 1e-12 {
        return Err(BenefitError::Bounds(columns.len()));
    }
    if let Some(at) = columns.iter().position(|c| c.present().any(|x| x < 0.0)) {
        return Err(BenefitError::Negative(at));
    }
    let n_units = columns.first().map_or(0, |c| c.len());
    let mut by_pattern: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for unit in 0..n_units {
        let is_there = |c: &&Column| c.states()[unit] == CellState::Value;
        by_pattern
            .entry(columns.iter().map(is_there).collect())
            .or_default()
            .push(unit);
    }
    let mut out = vec![None; n_units];
    for (pattern, units) in by_pattern {
        let there: Vec<usize> = (0..columns.len()).filter(|&c| pattern[c]).collect();
        if there.is_empty() {
            continue;
        }
        let few = there.len() as f64;
        let bounds = ShareBounds {
            lower: lower.min(1.0 / few),
            upper: upper.max(1.0 / few),
        };
        let chosen: Vec<&Column> = there.iter().map(|&c| columns[c]).collect();
        let peers = undominated(&chosen);
        for unit in units {
            let (score, shares) = best_weights(&chosen, &peers, unit, bounds);
            let mut all = vec![0.0; columns.len()];
            for (&c, share) in there.iter().zip(shares) {
                all[c] = share;
            }
            out[unit] = Some(Benefit { score, shares: all });
        }
    }
    Ok(out)
}

/// Scores as a column on 0–`scale`.
pub fn benefit_column(
    columns: &[&Column],
    bounds: ShareBounds,
    scale: f64,
) -> Result<Column, BenefitError> {
    let benefits = benefit_of_the_doubt(columns, bounds)?;
    Ok(Column::from_cells(benefits.iter().map(|b| {
        b.as_ref()
            .map_or(Cell::Missing, |b| Cell::Value(b.score * scale))
    })))
}

/// Rows of the units with a value in every column that no other equals or
/// exceeds throughout: the only ones that can limit weights ≥ 0.
fn undominated(columns: &[&Column]) -> Vec<Vec<f64>> {
    let n_units = columns.first().map_or(0, |c| c.len());
    let complete = (0..n_units).filter(|&i| columns.iter().all(|c| c.get(i).value().is_some()));
    let rows: Vec<Vec<f64>> = complete
        .map(|i| columns.iter().map(|c| c.values()[i]).collect())
        .collect();
    // A row can only be dominated by one with a greater sum or the same cells.
    let sums: Vec<f64> = rows.iter().map(|row| row.iter().sum()).collect();
    let order = num::order_by(rows.len(), &|a, b| {
        sums[b].total_cmp(&sums[a]).then_with(|| {
            let cells = rows[a].iter().zip(&rows[b]).map(|(x, y)| y.total_cmp(x));
            cells.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        })
    });
    let mut best: Vec<Vec<f64>> = Vec::new();
    for row in order.into_iter().map(|i| &rows[i]) {
        let is_dominated = |other: &Vec<f64>| other.iter().zip(row).all(|(o, x)| o >= x);
        if !best.iter().any(is_dominated) {
            best.push(row.clone());
        }
    }
    best
}

/// Constraints are added as they are violated; few ever bind.
fn best_weights(
    columns: &[&Column],
    peers: &[Vec<f64>],
    unit: usize,
    bounds: ShareBounds,
) -> (f64, Vec<f64>) {
    let own: Vec<f64> = columns.iter().map(|c| c.values()[unit]).collect();
    let k = own.len();
    // Values are brought near 1 for the solver.
    let size = peers.iter().flatten().fold(0.0_f64, |m, x| m.max(*x));
    if size <= 0.0 || own.iter().all(|x| *x == 0.0) {
        return (0.0, vec![0.0; k]);
    }
    let own: Vec<f64> = own.iter().map(|x| x / size).collect();
    let mut rows: Vec<(Vec<f64>, f64)> = Vec::new();
    for c in 0..k {
        let with = |own_factor: f64, all: f64| -> Vec<f64> {
            let cell = |(i, y): (usize, &f64)| y * (all + if i == c { own_factor } else { 0.0 });
            own.iter().enumerate().map(cell).collect()
        };
        if bounds.upper < 1.0 {
            rows.push((with(1.0, -bounds.upper), 0.0));
        }
        if bounds.lower > 0.0 {
            rows.push((with(-1.0, bounds.lower), 0.0));
        }
    }
    rows.push((own.clone(), 1.0));
    let most = rows.len() + peers.len();
    loop {
        let Ok(best) = maximise(&own, &rows) else {
            return (0.0, vec![0.0; k]);
        };
        let used = |row: &Vec<f64>| {
            let terms = row.iter().zip(&best.x).map(|(y, w)| y / size * w);
            crate::num::ordered_sum(terms)
        };
        let worst = peers
            .iter()
            .map(|row| (used(row), row))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match worst {
            Some((used, row)) if used > 1.0 + 1e-12 && rows.len() < most => {
                rows.push((row.iter().map(|y| y / size).collect(), 1.0));
            }
            _ => {
                let score = best.objective.clamp(0.0, 1.0);
                let parts = own.iter().zip(&best.x);
                let shares = parts.map(|(y, w)| {
                    if score > 0.0 {
                        y * w / best.objective
                    } else {
                        0.0
                    }
                });
                return (score, shares.collect());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn column(values: &[f64]) -> Column {
        Column::from_cells(values.iter().map(|&x| {
            if x.is_nan() {
                Cell::Missing
            } else {
                Cell::Value(x)
            }
        }))
    }

    fn scores(columns: &[Column], bounds: ShareBounds) -> Vec<Option<f64>> {
        let refs: Vec<&Column> = columns.iter().collect();
        let out = benefit_of_the_doubt(&refs, bounds).unwrap();
        out.iter().map(|b| b.as_ref().map(|b| b.score)).collect()
    }

    /// With equal shares forced, w_c y₀c is the same for both children; for (2, 2)
    /// against (1, 4) and (4, 1): w = (1/5, 1/5), score 4/5. For (1, 4) itself
    /// w = (t, t/4), and (4, 1) limits t: 4t + t/4 ≤ 1, t = 4/17, score 8/17.
    #[test]
    fn bounds_bind() {
        let columns = [column(&[1.0, 4.0, 2.0]), column(&[4.0, 1.0, 2.0])];
        let half = ShareBounds {
            lower: 0.5,
            upper: 0.5,
        };
        let out = scores(&columns, half);
        for (score, by_hand) in out.iter().zip([8.0 / 17.0, 8.0 / 17.0, 0.8]) {
            assert!((score.unwrap() - by_hand).abs() < 1e-12, "{out:?}");
        }
        let none = ShareBounds {
            lower: 0.6,
            upper: 1.0,
        };
        let refs: Vec<&Column> = columns.iter().collect();
        assert_eq!(
            benefit_of_the_doubt(&refs, none),
            Err(BenefitError::Bounds(2))
        );
        let negative = column(&[-1.0, 0.0, 0.0]);
        let error = benefit_of_the_doubt(&[&columns[0], &negative], ShareBounds::default());
        assert_eq!(error, Err(BenefitError::Negative(1)));
    }

    /// The first eight states of `USArrests`, by `linprog` of scipy 1.17.1 (HiGHS,
    /// dual simplex).
    #[test]
    fn scores_of_another_solver() {
        let columns: Vec<Column> = crate::weigh::components::tests::arrests()
            .iter()
            .map(|c| Column::from_cells(c.cells().take(8)))
            .collect();
        let solved = [
            1.0,
            1.0,
            1.0,
            0.753_561_916_574_594_7,
            1.0,
            0.936_973_389_822_440_2,
            11.0 / 13.0,
            0.837_398_373_983_739_8,
        ];
        let found = scores(&columns, ShareBounds::default());
        for (score, solved) in found.iter().zip(solved) {
            assert!((score.unwrap() - solved).abs() < 1e-12, "{found:?}");
        }
    }

    #[test]
    fn gaps_zeros_and_single_units() {
        assert_eq!(
            scores(&[column(&[3.0])], ShareBounds::default()),
            [Some(1.0)]
        );
        assert_eq!(
            scores(&[column(&[0.0])], ShareBounds::default()),
            [Some(0.0)]
        );
        let columns = [
            column(&[f64::NAN, 4.0, f64::NAN]),
            column(&[2.0, 4.0, f64::NAN]),
        ];
        // The first is compared on the second child alone: 2/4.
        assert_eq!(
            scores(&columns, ShareBounds::default()),
            [Some(0.5), Some(1.0), None]
        );
    }

    proptest! {
        /// The score is the programme's optimum: no weights on a grid do better,
        /// and the reported shares keep their bounds.
        #[test]
        fn no_weights_do_better(
            cells in prop::collection::vec(0.0..10.0f64, 16),
            lower in 0.0..0.4f64,
        ) {
            let columns = [column(&cells[..8]), column(&cells[8..])];
            let bounds = ShareBounds { lower, upper: 1.0 };
            let refs: Vec<&Column> = columns.iter().collect();
            let out = benefit_of_the_doubt(&refs, bounds).unwrap();
            for (i, benefit) in out.iter().enumerate() {
                let benefit = benefit.as_ref().unwrap();
                let (a, b) = (cells[i], cells[8 + i]);
                if benefit.score > 0.0 {
                    prop_assert!(benefit.shares.iter().all(|s| *s >= lower - 1e-9));
                }
                for step in 0..=100 {
                    let (u, v) = (f64::from(step) / 100.0, 1.0 - f64::from(step) / 100.0);
                    let top = (0..8).map(|j| u * cells[j] + v * cells[8 + j]).fold(0.0, f64::max);
                    let score = (u * a + v * b) / top;
                    let shares = [u * a / (u * a + v * b), v * b / (u * a + v * b)];
                    if shares.iter().all(|s| *s >= lower) {
                        prop_assert!(score <= benefit.score + 1e-9);
                    }
                }
            }
        }
    }
}
