//! Means with the error that drawing a sample adds, from its design alone.

use crate::num::{beta_quantile, normal_quantile, ordered_sum};

/// Why there is no estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EstimateError {
    /// Nobody answered, or in one of the strata nobody did.
    #[error("stratum {0} has no answers")]
    Empty(usize),
    /// More answers than people.
    #[error("stratum {0} has more answers than people")]
    Population(usize),
    /// Shares that are negative, not finite or do not sum to 1.
    #[error("the population shares do not sum to 1")]
    Shares,
    /// Not a number.
    #[error("a value is not finite")]
    NotFinite,
}

/// A mean and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub value: f64,
    /// Its standard error; `None` where a stratum of one answer leaves it unknown.
    pub standard_error: Option<f64>,
    /// Answers, or clusters, behind it.
    pub n: usize,
}

/// One simple random sample: of a group, or of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    /// Answers.
    pub n: usize,
    /// Their mean.
    pub mean: f64,
    /// Their variance by n − 1; `None` for fewer than two.
    pub variance: Option<f64>,
    /// People it was drawn from; `None` is taken as far more than `n`.
    pub population: Option<f64>,
}

impl Stratum {
    /// From counted values, such as points and how many gave them.
    ///
    /// Errors: no answers, a value that is not finite, more answers than people.
    ///
    /// ```
    /// use dhi_engine::survey::Stratum;
    /// // Twice 1 and twice 3: mean 2, variance 4/3.
    /// let stratum = Stratum::of_counts(&[(1.0, 2), (3.0, 2)], None).unwrap();
    /// assert_eq!(stratum.mean, 2.0);
    /// assert_eq!(stratum.variance, Some(4.0 / 3.0));
    /// ```
    pub fn of_counts(
        counts: &[(f64, u32)],
        population: Option<f64>,
    ) -> Result<Self, EstimateError> {
        if counts.iter().any(|(x, _)| !x.is_finite()) {
            return Err(EstimateError::NotFinite);
        }
        let n: u64 = counts.iter().map(|(_, count)| u64::from(*count)).sum();
        if n == 0 {
            return Err(EstimateError::Empty(0));
        }
        let weight = n as f64;
        if population.is_some_and(|all| all.is_nan() || all < weight) {
            return Err(EstimateError::Population(0));
        }
        let sum = |f: &dyn Fn(f64) -> f64| {
            ordered_sum(counts.iter().map(|(x, count)| f(*x) * f64::from(*count)))
        };
        let mean = sum(&|x| x) / weight;
        let squares = sum(&|x| (x - mean) * (x - mean));
        Ok(Self {
            n: n as usize,
            mean,
            variance: (n > 1).then(|| squares / (weight - 1.0)),
            population,
        })
    }

    /// From single values.
    pub fn of_values(values: &[f64], population: Option<f64>) -> Result<Self, EstimateError> {
        let counts: Vec<(f64, u32)> = values.iter().map(|x| (*x, 1)).collect();
        Self::of_counts(&counts, population)
    }

    /// Share of the population that was not asked, `1 − n/N`.
    fn unsampled(&self) -> f64 {
        self.population
            .map_or(1.0, |all| (1.0 - self.n as f64 / all).max(0.0))
    }

    /// The variance where it shows, else a careful one: when all answers are alike
    /// the sample says nothing of how far others may differ, but an error of 0
    /// would say that nobody does.
    ///
    /// Formula, on a scale of width `span`: for n = 1 the greatest variance there
    /// is, `span²/4`; for more equal answers n times the variance of Jeffreys'
    /// posterior of a share that was n of n, `(n + ½)·½ / ((n + 1)²(n + 2))`. The
    /// second value tells whether it was needed.
    pub fn careful(self, span: f64) -> (Self, bool) {
        if self.variance.is_some_and(|v| v > 0.0) {
            return (self, false);
        }
        let n = self.n as f64;
        let variance = if self.n <= 1 {
            span * span / 4.0
        } else {
            n * span * span * (n + 0.5) * 0.5 / ((n + 1.0) * (n + 1.0) * (n + 2.0))
        };
        let variance = Some(variance);
        (Self { variance, ..self }, true)
    }

    /// Mean and standard error of this sample alone.
    ///
    /// Formula: `se² = (1 − n/N) s²/n`.
    ///
    /// ```
    /// use dhi_engine::survey::Stratum;
    /// // Half of eight people: se² = ½ · (4/3) / 4
    /// let stratum = Stratum::of_counts(&[(1.0, 2), (3.0, 2)], Some(8.0)).unwrap();
    /// let error = stratum.estimate().standard_error.unwrap();
    /// assert!((error * error - 1.0 / 6.0).abs() < 1e-15);
    /// ```
    pub fn estimate(&self) -> Estimate {
        let squared = self
            .variance
            .map(|v| self.unsampled() * v / self.n.max(1) as f64);
        Estimate {
            value: self.mean,
            // Everybody was asked: nothing is left to chance.
            standard_error: if self.unsampled() == 0.0 {
                Some(0.0)
            } else {
                squared.map(f64::sqrt)
            },
            n: self.n,
        }
    }
}

/// Mean over strata with known population shares; after the fact the same with
/// the achieved group sizes held fixed (post-stratification, Holt and Smith 1979).
///
/// Formula: `ȳ = Σ W_h ȳ_h`, `se² = Σ W_h² (1 − n_h/N_h) s_h²/n_h` (Cochran 1977,
/// §5.3–5.4). A stratum of share 0 may be empty of meaning but not of answers.
///
/// Errors: shares that are not ≥ 0 with sum 1 (to 10⁻⁶), no strata.
///
/// ```
/// use dhi_engine::survey::{Stratum, stratified_mean};
/// let old = Stratum::of_counts(&[(0.0, 1), (100.0, 3)], None).unwrap();
/// let young = Stratum::of_counts(&[(0.0, 2), (100.0, 2)], None).unwrap();
/// // 0.2 · 75 + 0.8 · 50; variances 2500 and 10000/3 over n = 4
/// let mean = stratified_mean(&[(old, 0.2), (young, 0.8)]).unwrap();
/// assert!((mean.value - 55.0).abs() < 1e-12);
/// let squared = 0.04 * 625.0 + 0.64 * 2500.0 / 3.0;
/// assert!((mean.standard_error.unwrap() - f64::sqrt(squared)).abs() < 1e-12);
/// ```
pub fn stratified_mean(strata: &[(Stratum, f64)]) -> Result<Estimate, EstimateError> {
    let sum = ordered_sum(strata.iter().map(|(_, share)| *share));
    let is_good = strata.iter().all(|(_, share)| *share >= 0.0) && (sum - 1.0).abs() <= 1e-6;
    if !is_good {
        return Err(EstimateError::Shares);
    }
    if let Some(at) = strata.iter().position(|(s, _)| s.n == 0) {
        return Err(EstimateError::Empty(at));
    }
    let value = ordered_sum(strata.iter().map(|(s, share)| share * s.mean));
    let squares: Option<Vec<f64>> = strata
        .iter()
        .filter(|(_, share)| *share > 0.0)
        .map(|(s, share)| {
            let error = share * s.estimate().standard_error?;
            Some(error * error)
        })
        .collect();
    Ok(Estimate {
        value,
        standard_error: squares.map(|s| ordered_sum(s).sqrt()),
        n: strata.iter().map(|(s, _)| s.n).sum(),
    })
}

/// Mean per person from whole clusters drawn at random: `clusters` holds the
/// total and the size of each.
///
/// Formula: `r = Σ y / Σ m`, `se² = (1 − n/N) · n/(n − 1) · Σ (y_i − r m_i)² / (Σ m)²`
/// (Cochran 1977, §9A). Errors: no people, values that are not finite, more
/// clusters than there are.
///
/// ```
/// use dhi_engine::survey::cluster_mean;
/// // Residuals ±2 about r = 5: se² = 2 · (4 + 4) / 16
/// let mean = cluster_mean(&[(8.0, 2.0), (12.0, 2.0)], None).unwrap();
/// assert_eq!((mean.value, mean.standard_error), (5.0, Some(1.0)));
/// ```
pub fn cluster_mean(
    clusters: &[(f64, f64)],
    n_clusters: Option<f64>,
) -> Result<Estimate, EstimateError> {
    if clusters
        .iter()
        .any(|(y, m)| !(y.is_finite() && m.is_finite() && *m >= 0.0))
    {
        return Err(EstimateError::NotFinite);
    }
    let people = ordered_sum(clusters.iter().map(|(_, m)| *m));
    if people <= 0.0 {
        return Err(EstimateError::Empty(0));
    }
    let n = clusters.len() as f64;
    if n_clusters.is_some_and(|all| all.is_nan() || all < n) {
        return Err(EstimateError::Population(0));
    }
    let value = ordered_sum(clusters.iter().map(|(y, _)| *y)) / people;
    let squares = ordered_sum(clusters.iter().map(|(y, m)| {
        let residual = y - value * m;
        residual * residual
    }));
    let unsampled = n_clusters.map_or(1.0, |all| 1.0 - n / all);
    let standard_error =
        (clusters.len() > 1).then(|| (unsampled * n / (n - 1.0) * squares).sqrt() / people);
    Ok(Estimate {
        value,
        standard_error,
        n: clusters.len(),
    })
}

/// An interval at a level of confidence or credibility.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Level, such as 0.95.
    pub level: f64,
}

impl Interval {
    /// The same interval on another scale.
    #[must_use]
    pub fn scaled(self, from: f64, span: f64) -> Self {
        Self {
            low: from + span * self.low,
            high: from + span * self.high,
            ..self
        }
    }
}

/// Whether `x` of `n` at a level makes sense.
fn is_count(x: f64, n: f64, level: f64) -> bool {
    n > 0.0 && n.is_finite() && (0.0..=n).contains(&x) && level > 0.0 && level < 1.0
}

/// Wilson's score interval of a proportion, `x` of `n`; both may be effective
/// numbers that are not whole. `None` unless 0 ≤ x ≤ n, n > 0, 0 < level < 1.
///
/// Formula: `(p + z²/2n ± z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)` (Wilson 1927).
/// It covers the level on average over p; for single p near 0 or 1 it can fall
/// short, for n ≥ 10 at 95 % never under about 83 % (Brown, Cai and DasGupta 2001).
///
/// ```
/// use dhi_engine::survey::wilson;
/// let none = wilson(0.0, 20.0, 0.95).unwrap();
/// // z² / (n + z²) = 3.8415 / 23.8415
/// assert!(none.low == 0.0 && (none.high - 0.161_125).abs() < 1e-6);
/// ```
pub fn wilson(x: f64, n: f64, level: f64) -> Option<Interval> {
    if !is_count(x, n, level) {
        return None;
    }
    let z = normal_quantile(f64::midpoint(1.0, level));
    let p = x / n;
    let z2 = z * z / n;
    let centre = p + z2 / 2.0;
    let half = (z2 * p * (1.0 - p) + z2 * z2 / 4.0).sqrt();
    // Exact ends where rounding would leave 10⁻¹⁷.
    let low = if x == 0.0 {
        0.0
    } else {
        (centre - half) / (1.0 + z2)
    };
    let high = if x == n {
        1.0
    } else {
        (centre + half) / (1.0 + z2)
    };
    Some(Interval {
        low: low.max(0.0),
        high: high.min(1.0),
        level,
    })
}

/// Jeffreys' interval of a proportion: the central part of Beta(x + ½, n − x + ½),
/// with the end at 0 or 1 where no or all answers are favourable (Brown, Cai and
/// DasGupta 2001). Domain and meaning of the level as for [`wilson`].
///
/// ```
/// use dhi_engine::survey::jeffreys;
/// let half = jeffreys(5.0, 10.0, 0.95).unwrap();
/// assert!((half.low + half.high - 1.0).abs() < 1e-12);
/// ```
pub fn jeffreys(x: f64, n: f64, level: f64) -> Option<Interval> {
    if !is_count(x, n, level) {
        return None;
    }
    let tail = (1.0 - level) / 2.0;
    let (a, b) = (x + 0.5, n - x + 0.5);
    Some(Interval {
        low: if x == 0.0 {
            0.0
        } else {
            beta_quantile(tail, a, b)
        },
        high: if x == n {
            1.0
        } else {
            beta_quantile(1.0 - tail, a, b)
        },
        level,
    })
}

/// The number of independent yes-or-no answers that would give a mean `share`
/// (0–1) this standard error: `share (1 − share) / se²` (Korn and Graubard 1998).
/// `n` itself where that is no number.
///
/// ```
/// use dhi_engine::survey::effective_size;
/// assert!((effective_size(0.5, Some(0.05), 7.0) - 100.0).abs() < 1e-12);
/// assert_eq!(effective_size(1.0, Some(0.05), 7.0), 7.0);
/// ```
pub fn effective_size(share: f64, standard_error: Option<f64>, n: f64) -> f64 {
    let spread = share * (1.0 - share);
    match standard_error {
        Some(error) if error > 0.0 && spread > 0.0 => spread / (error * error),
        _ => n,
    }
}
