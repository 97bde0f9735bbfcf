//! Imputation by the EM algorithm for a multivariate normal model.

use super::Iterations;
use super::neighbours::{Imputed, standardised};
use crate::frame::{CellState, Column};
use crate::num::{self, Matrix};
use std::collections::BTreeMap;

/// Added to the diagonal where indicators repeat each other exactly, in
/// standardised units.
const RIDGE: f64 = 1e-8;

/// What the algorithm ended with.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Filled cells of the target.
    pub cells: Vec<Imputed>,
    /// Rounds run.
    pub rounds: u32,
    /// Whether the last round changed no parameter beyond the tolerance.
    pub has_converged: bool,
}

/// Means and covariances, standardised.
#[derive(Clone)]
struct Parameters {
    mean: Vec<f64>,
    covariance: Matrix,
}

impl Parameters {
    fn is_finite(&self) -> bool {
        let n = self.covariance.n();
        let mut cells = (0..n).flat_map(|i| (0..=i).map(move |j| (i, j)));
        self.mean.iter().all(|x| x.is_finite())
            && cells.all(|(i, j)| self.covariance.at(i, j).is_finite())
    }
}

/// Whether a standardised column tells units apart.
fn varies(column: &Column) -> bool {
    column.present().any(|x| x != 0.0)
}

/// Units with the same columns present, of those that tell units apart.
struct Pattern {
    present: Vec<usize>,
    absent: Vec<usize>,
    units: Vec<usize>,
}

/// Conditional means of the missing cells of `columns[target]` given the other
/// columns, with means and covariances by maximum likelihood.
///
/// Formula: repeat until nothing moves — E: `x̂_M = μ_M + Σ_MO Σ_OO⁻¹ (x_O − μ_O)`
/// and its conditional covariance; M: means and covariances of the completed
/// data. Deterministic: no seed is drawn, the start is the mean and variance of
/// the values present. `donors` counts the values present in the target.
///
/// Edges: units without any value in the group stay missing, for nothing is known
/// of them. A column whose present values are all equal tells nothing about the
/// others and is left out of the model, so a unit with nothing but such values has
/// the mean expected of it; the gaps of a constant target take its value. Parameters
/// that are no longer finite are dropped for those of the round before, which counts
/// as not converged.
/// Source: Dempster, Laird and Rubin 1977; Little and Rubin 2019, §11.2.
pub fn expectation_maximisation(
    columns: &[&Column],
    target: usize,
    iterations: Iterations,
) -> Expectation {
    let standard = standardised(columns);
    let telling: Vec<bool> = standard.iter().map(varies).collect();
    let patterns = patterns(&standard, &telling);
    let n_units: usize = patterns.iter().map(|p| p.units.len()).sum();
    let p = columns.len();
    let mut now = Parameters {
        mean: vec![0.0; p],
        covariance: Matrix::from_fn(p, |i, j| f64::from(u8::from(i == j))),
    };
    let mut rounds = 0;
    // A constant target asks nothing of the model.
    let mut has_converged = !telling.get(target).is_some_and(|t| *t);
    while rounds < iterations.max_rounds && !has_converged && n_units > 0 {
        let next = round(&standard, &patterns, n_units, &now);
        if !next.is_finite() {
            break;
        }
        has_converged = distance(&now, &next) <= iterations.tolerance;
        now = next;
        rounds += 1;
    }
    let values: Vec<f64> = columns[target].present().collect();
    let (mean, sd) = (
        crate::num::mean(&values).unwrap_or(0.0),
        crate::num::sd(&values),
    );
    let mut cells = Vec::new();
    if !values.is_empty() {
        for pattern in &patterns {
            let regression = Regression::new(&now, pattern);
            let nth = pattern.absent.iter().position(|&c| c == target);
            for &unit in &pattern.units {
                if columns[target].states()[unit] != CellState::Missing {
                    continue;
                }
                // A constant target is in no pattern: its mean is its value.
                let value = nth.map_or(mean, |n| {
                    mean + sd * regression.predict(&now, &standard, pattern, unit)[n]
                });
                cells.push(Imputed {
                    unit: unit as u32,
                    value,
                    donors: values.len() as u32,
                });
            }
        }
    }
    num::sort_by(&mut cells, |a, b| a.unit.cmp(&b.unit));
    Expectation {
        cells,
        rounds,
        has_converged,
    }
}

fn patterns(columns: &[Column], telling: &[bool]) -> Vec<Pattern> {
    let n_units = columns.first().map_or(0, Column::len);
    let mut by_mask: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
    for unit in 0..n_units {
        let is_there = |c: &Column| c.states()[unit] == CellState::Value;
        let mask: Vec<bool> = columns.iter().map(is_there).collect();
        if mask.contains(&true) {
            by_mask.entry(mask).or_default().push(unit);
        }
    }
    let of_mask = |(mask, units): (Vec<bool>, Vec<usize>)| {
        let where_it_is = |is: bool| {
            let columns = 0..mask.len();
            columns.filter(|&c| telling[c] && mask[c] == is).collect()
        };
        Pattern {
            present: where_it_is(true),
            absent: where_it_is(false),
            units,
        }
    };
    by_mask.into_iter().map(of_mask).collect()
}

/// Coefficients of the absent columns on the present ones.
struct Regression {
    /// By absent, then present column.
    slopes: Vec<Vec<f64>>,
}

impl Regression {
    fn new(parameters: &Parameters, pattern: &Pattern) -> Self {
        let Parameters { covariance, .. } = parameters;
        let present = &pattern.present;
        let block = |ridge: f64| {
            Matrix::from_fn(present.len(), |i, j| {
                covariance.at(present[i], present[j]) + if i == j { ridge } else { 0.0 }
            })
        };
        let inverse = block(0.0).inverse().or_else(|| block(RIDGE).inverse());
        let slope = |absent: usize, j: usize| {
            inverse.as_ref().map_or(0.0, |inverse| {
                let terms = present.iter().enumerate();
                crate::num::ordered_sum(
                    terms.map(|(k, &column)| covariance.at(absent, column) * inverse.at(k, j)),
                )
            })
        };
        let slopes = pattern.absent.iter().map(|&absent| {
            (0..present.len())
                .map(|j| slope(absent, j))
                .collect::<Vec<f64>>()
        });
        Self {
            slopes: slopes.collect(),
        }
    }

    /// Expected values of the absent columns of a unit.
    fn predict(
        &self,
        parameters: &Parameters,
        columns: &[Column],
        pattern: &Pattern,
        unit: usize,
    ) -> Vec<f64> {
        let of = |(slopes, &absent): (&Vec<f64>, &usize)| {
            let terms = slopes.iter().zip(&pattern.present);
            let moved = terms.map(|(b, &c)| b * (columns[c].values()[unit] - parameters.mean[c]));
            parameters.mean[absent] + crate::num::ordered_sum(moved)
        };
        self.slopes.iter().zip(&pattern.absent).map(of).collect()
    }
}

fn round(columns: &[Column], patterns: &[Pattern], n_units: usize, now: &Parameters) -> Parameters {
    let p = columns.len();
    let n = n_units as f64;
    let mut sums = vec![0.0; p];
    let mut products = vec![0.0; p * p];
    let mut row = vec![0.0; p];
    for pattern in patterns {
        let regression = Regression::new(now, pattern);
        for &unit in &pattern.units {
            for &c in &pattern.present {
                row[c] = columns[c].values()[unit];
            }
            let expected = regression.predict(now, columns, pattern, unit);
            for (&c, x) in pattern.absent.iter().zip(expected) {
                row[c] = x;
            }
            for i in 0..p {
                sums[i] += row[i];
                for j in 0..=i {
                    products[i * p + j] += row[i] * row[j];
                }
            }
        }
        // What the absent columns vary around their expectation.
        let size = pattern.units.len() as f64;
        for (slopes, &i) in regression.slopes.iter().zip(&pattern.absent) {
            for &j in pattern.absent.iter().filter(|&&j| j <= i) {
                let terms = slopes.iter().zip(&pattern.present);
                let told = terms.map(|(b, &k)| b * now.covariance.at(k, j));
                let rest = now.covariance.at(i, j) - crate::num::ordered_sum(told);
                products[i * p + j] += size * rest;
            }
        }
    }
    let mean: Vec<f64> = sums.iter().map(|s| s / n).collect();
    let covariance = Matrix::from_fn(p, |i, j| {
        let (i, j) = (i.max(j), i.min(j));
        products[i * p + j] / n - mean[i] * mean[j]
    });
    Parameters { mean, covariance }
}

fn distance(a: &Parameters, b: &Parameters) -> f64 {
    let means = a.mean.iter().zip(&b.mean).map(|(x, y)| (x - y).abs());
    let n = a.covariance.n();
    let cells = (0..n).flat_map(|i| (0..=i).map(move |j| (i, j)));
    let covariances = cells.map(|(i, j)| (a.covariance.at(i, j) - b.covariance.at(i, j)).abs());
    means.chain(covariances).fold(0.0, f64::max)
}
