//! The weights that may be chosen: bounds and orderings on the simplex.

use crate::num::{self, maximise};
use serde::{Deserialize, Serialize};

/// Why constraints on weights cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConstraintError {
    /// Lists of different length, or a child that does not exist.
    #[error("the constraints do not fit {0} children")]
    Shape(usize),
    /// A bound that is no share, or a lower one above the upper one.
    #[error("the bounds {lower} and {upper} of child {child} are not shares in order")]
    Bounds {
        /// The child.
        child: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// No weights meet all constraints.
    #[error("no weights meet all constraints")]
    Empty,
}

/// Weights `w ≥ 0` with sum 1, within bounds, and `w_a ≥ w_b` for given pairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Admissible {
    lower: Vec<f64>,
    upper: Vec<f64>,
    order: Vec<(usize, usize)>,
    /// Constraints beyond `w ≥ 0` and the sum, as `(a, b)` with `a w ≤ b`.
    rows: Vec<(Vec<f64>, f64)>,
}

/// A proof that a linear function stays above a value: multipliers `y ≥ 0` of the
/// constraints `a w ≤ b`, in the order of [`Admissible::rows`].
///
/// For any admissible `w`: `c·w ≥ c·w + Σ y (a·w − b) ≥ min_c (c + Σ y a) − Σ y b`,
/// since the weights add up to 1. Anyone can check that by hand; without
/// constraints it says that every single coefficient is at least that large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Certificate {
    /// Multipliers.
    pub multipliers: Vec<f64>,
    /// What the function stays at or above, up to rounding.
    pub at_least: f64,
}

impl Admissible {
    /// All weights.
    pub fn simplex(n: usize) -> Self {
        Self {
            lower: vec![0.0; n],
            upper: vec![1.0; n],
            order: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// Refuses constraints that leave nothing.
    pub fn new(bounds: &[(f64, f64)], order: &[(usize, usize)]) -> Result<Self, ConstraintError> {
        let n = bounds.len();
        if n == 0 || order.iter().any(|(a, b)| *a >= n || *b >= n) {
            return Err(ConstraintError::Shape(n));
        }
        for (child, &(lower, upper)) in bounds.iter().enumerate() {
            if !(0.0 <= lower && lower <= upper && upper <= 1.0) {
                return Err(ConstraintError::Bounds {
                    child,
                    lower,
                    upper,
                });
            }
        }
        let unit = |c: usize, x: f64| {
            let mut a = vec![0.0; n];
            a[c] = x;
            a
        };
        let mut rows = Vec::new();
        for (c, &(lower, upper)) in bounds.iter().enumerate() {
            if lower > 0.0 {
                rows.push((unit(c, -1.0), -lower));
            }
            if upper < 1.0 {
                rows.push((unit(c, 1.0), upper));
            }
        }
        for &(a, b) in order.iter().filter(|(a, b)| a != b) {
            let mut row = unit(a, -1.0);
            row[b] = 1.0;
            rows.push((row, 0.0));
        }
        let made = Self {
            lower: bounds.iter().map(|b| b.0).collect(),
            upper: bounds.iter().map(|b| b.1).collect(),
            order: order.to_vec(),
            rows,
        };
        match made.least(&vec![0.0; n]) {
            Some(_) => Ok(made),
            None => Err(ConstraintError::Empty),
        }
    }

    /// Number of children.
    pub fn n_children(&self) -> usize {
        self.lower.len()
    }

    /// Constraints beyond `w ≥ 0` and `Σ w = 1`, as `(a, b)` with `a w ≤ b`: lower
    /// and upper bound of each child, then the orderings.
    pub fn rows(&self) -> &[(Vec<f64>, f64)] {
        &self.rows
    }

    /// Whether nothing but the simplex limits the weights.
    pub fn is_simplex(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether `w` is admissible within `tolerance`.
    pub fn contains(&self, w: &[f64], tolerance: f64) -> bool {
        let sum = num::ordered_sum(w.iter().copied());
        w.len() == self.n_children()
            && (sum - 1.0).abs() <= tolerance
            && w.iter().all(|x| *x >= -tolerance)
            && self.rows.iter().all(|(a, b)| dot(a, w) <= b + tolerance)
    }

    /// The same set with every weight no further than `radius` from `centre`;
    /// `None` when nothing is left.
    pub(super) fn near(&self, centre: &[f64], radius: f64) -> Option<Self> {
        let bounds = self.lower.iter().zip(&self.upper).zip(centre);
        let bounds: Vec<(f64, f64)> = bounds
            .map(|((lower, upper), w)| ((w - radius).max(*lower), (w + radius).min(*upper)))
            .collect();
        Self::new(&bounds, &self.order).ok()
    }

    /// The two halves of the set at the middle of one child's bounds, as far as
    /// there is something in them.
    pub(super) fn halves(&self, child: usize) -> [Option<Self>; 2] {
        let middle = f64::midpoint(self.lower[child], self.upper[child]);
        let with = |(lower, upper): (f64, f64)| {
            let mut bounds: Vec<(f64, f64)> = self
                .lower
                .iter()
                .copied()
                .zip(self.upper.iter().copied())
                .collect();
            bounds[child] = (lower, upper);
            Self::new(&bounds, &self.order).ok()
        };
        [
            with((self.lower[child], middle)),
            with((middle, self.upper[child])),
        ]
    }

    /// The child whose bounds are furthest apart.
    pub(super) fn widest(&self) -> usize {
        let width = |c: usize| self.upper[c] - self.lower[c];
        let children = 0..self.n_children();
        children
            .max_by(|&a, &b| width(a).total_cmp(&width(b)).then(b.cmp(&a)))
            .unwrap_or(0)
    }

    /// Where `c·w` is least, and its value there; `None` when nothing is
    /// admissible or the lengths differ.
    ///
    /// ```
    /// use dhi_engine::weight_space::Admissible;
    /// let half = Admissible::new(&[(0.0, 0.5), (0.0, 1.0)], &[]).unwrap();
    /// assert_eq!(half.least(&[1.0, 3.0]), Some((2.0, vec![0.5, 0.5])));
    /// ```
    pub fn least(&self, c: &[f64]) -> Option<(f64, Vec<f64>)> {
        if c.len() != self.n_children() {
            return None;
        }
        let w = if self.order.is_empty() {
            self.cheapest_first(c)?
        } else {
            self.by_programme(c)?
        };
        Some((dot(c, &w), w))
    }

    /// With bounds alone the weight goes to the smallest coefficients first.
    fn cheapest_first(&self, c: &[f64]) -> Option<Vec<f64>> {
        let mut w = self.lower.clone();
        let mut left = 1.0 - num::ordered_sum(w.iter().copied());
        for child in num::order_by(c.len(), &|a, b| c[a].total_cmp(&c[b])) {
            let more = (self.upper[child] - self.lower[child]).min(left.max(0.0));
            w[child] += more;
            left -= more;
        }
        (left.abs() <= 1e-12).then_some(w)
    }

    fn by_programme(&self, c: &[f64]) -> Option<Vec<f64>> {
        let size = c.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        let objective: Vec<f64> = c
            .iter()
            .map(|x| if size > 0.0 { -x / size } else { 0.0 })
            .collect();
        Some(maximise(&objective, &self.programme()).ok()?.x)
    }

    /// All constraints but `w ≥ 0`, the sum as two of them.
    pub(super) fn programme(&self) -> Vec<(Vec<f64>, f64)> {
        let n = self.n_children();
        let mut rows = self.rows.clone();
        rows.push((vec![1.0; n], 1.0));
        rows.push((vec![-1.0; n], -1.0));
        rows
    }

    /// The best proof that `c·w` stays above something, from the dual programme.
    pub fn certify(&self, c: &[f64]) -> Option<Certificate> {
        if c.len() != self.n_children() {
            return None;
        }
        let size = c.iter().fold(0.0_f64, |m, x| m.max(x.abs())).max(1e-300);
        let k = self.rows.len();
        // max λ⁺ − λ⁻ − b·y with λ⁺ − λ⁻ − Σ y a_c ≤ c_c for every child.
        let mut objective = vec![1.0, -1.0];
        objective.extend(self.rows.iter().map(|(_, b)| -b));
        let dual: Vec<(Vec<f64>, f64)> = c
            .iter()
            .enumerate()
            .map(|(child, c)| {
                let mut row = vec![1.0, -1.0];
                row.extend(self.rows.iter().map(|(a, _)| -a[child]));
                (row, c / size)
            })
            .collect();
        let best = maximise(&objective, &dual).ok()?;
        let multipliers: Vec<f64> = best.x.iter().skip(2).map(|y| y * size).collect();
        debug_assert_eq!(multipliers.len(), k);
        let mut certificate = Certificate {
            multipliers,
            at_least: 0.0,
        };
        certificate.at_least = certificate.bound(c, self)?;
        Some(certificate)
    }
}

impl Certificate {
    /// What the multipliers prove about `c·w`, computed anew; `None` when they do
    /// not fit or one is negative.
    pub fn bound(&self, c: &[f64], admissible: &Admissible) -> Option<f64> {
        let rows = admissible.rows();
        if self.multipliers.len() != rows.len() || self.multipliers.iter().any(|y| *y < 0.0) {
            return None;
        }
        let with = || self.multipliers.iter().zip(rows);
        let coefficient = |(child, c): (usize, &f64)| {
            c + num::ordered_sum(with().map(|(y, (a, _))| y * a[child]))
        };
        let least = c
            .iter()
            .enumerate()
            .map(coefficient)
            .fold(f64::INFINITY, f64::min);
        Some(least - num::ordered_sum(with().map(|(y, (_, b))| y * b)))
    }
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    num::ordered_sum(a.iter().zip(b).map(|(a, b)| a * b))
}
