//! Small villages borrow strength from their class: beta-binomial empirical
//! Bayes, with the class's distribution fitted by maximum likelihood.

use super::estimate::Interval;
use crate::num::{beta_quantile, digamma, exp, ln, ln_beta, ordered_sum, trigamma};

/// Why nothing can be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ShrinkError {
    /// Fewer than two villages have answers.
    #[error("only {0} villages have answers")]
    TooFew(usize),
    /// All answers of all villages are alike.
    #[error("all answers of all villages are alike")]
    AllAlike,
    /// No village has more than one answer, so nothing tells villages apart.
    #[error("no village has more than one answer")]
    NoReplication,
    /// A count outside 0 ≤ x ≤ n.
    #[error("village {0} has counts that make no sense")]
    BadCounts(usize),
    /// The likelihood has no maximum that can be found.
    #[error("the fit did not converge in {0} rounds")]
    NotConverged(u32),
}

/// The distribution of the villages of a class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Mean of the class, 0–1.
    pub mean: f64,
    /// `α + β`: how many answers the class counts for. `None` when villages differ
    /// no more than chance makes them: all are then drawn onto the mean.
    pub precision: Option<f64>,
    /// Variance of the estimated mean.
    pub mean_variance: f64,
    /// Logarithm of the likelihood at the maximum, without binomial coefficients.
    pub log_likelihood: f64,
    /// Newton steps taken.
    pub rounds: u32,
}

/// One village after shrinkage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    /// Weight of the class, 0–1: `(α + β)/(α + β + n)`.
    pub class_weight: f64,
    /// `class_weight · class mean + (1 − class_weight) · own share`.
    pub mean: f64,
    /// Standard deviation, with the error of the class mean but not of its spread.
    pub sd: f64,
    /// Interval of a beta distribution with this mean and standard deviation.
    pub interval: Interval,
}

/// Newton steps after which the fit is given up; it needs about ten.
const MAX_ROUNDS: u32 = 200;

/// Fits α and β to villages with `x` favourable of `n` answers, effective numbers
/// allowed; villages without answers take no part.
///
/// Formula: maximises `Σ ln B(x + α, n − x + β) − ln B(α, β)` by Newton's steps on
/// `ln α` and `ln β` from the moments (Griffiths 1973), halved while they lead
/// downhill; where the Hessian is not negative definite a step up the gradient.
/// Whether villages differ at all is asked first: when the likelihood falls as
/// `1/(α + β)` leaves 0, the maximum is the binomial and `precision` is `None`.
///
/// ```
/// use dhi_engine::survey::fit;
/// let alike = fit(&[(5.0, 10.0), (5.0, 10.0)]).unwrap();
/// assert_eq!((alike.mean, alike.precision), (0.5, None));
/// assert!(fit(&[(0.0, 9.0), (9.0, 9.0), (4.0, 9.0)]).unwrap().precision.is_some());
/// ```
pub fn fit(villages: &[(f64, f64)]) -> Result<Fit, ShrinkError> {
    let makes_sense = |&(x, n): &(f64, f64)| x >= 0.0 && x <= n && n.is_finite();
    if let Some(at) = villages.iter().position(|v| !makes_sense(v)) {
        return Err(ShrinkError::BadCounts(at));
    }
    let with_answers: Vec<(f64, f64)> = villages.iter().copied().filter(|v| v.1 > 0.0).collect();
    if with_answers.len() < 2 {
        return Err(ShrinkError::TooFew(with_answers.len()));
    }
    let sum = |f: &dyn Fn(f64, f64) -> f64| ordered_sum(with_answers.iter().map(|&(x, n)| f(x, n)));
    let (yes, all) = (sum(&|x, _| x), sum(&|_, n| n));
    let mean = yes / all;
    if yes <= 0.0 || yes >= all {
        return Err(ShrinkError::AllAlike);
    }
    if with_answers.iter().all(|v| v.1 <= 1.0) {
        return Err(ShrinkError::NoReplication);
    }
    // Slope of the likelihood in 1/(α + β) at 0.
    let slope = sum(&|x, n| {
        let no = n - x;
        x * (x - 1.0) / (2.0 * mean) + no * (no - 1.0) / (2.0 * (1.0 - mean)) - n * (n - 1.0) / 2.0
    });
    if slope <= 1e-9 * all {
        return Ok(Fit {
            mean,
            precision: None,
            mean_variance: mean * (1.0 - mean) / all,
            log_likelihood: yes * ln(mean) + (all - yes) * ln(1.0 - mean),
            rounds: 0,
        });
    }
    climb(&with_answers, start(&with_answers, mean))
}

/// α and β from the pooled mean and the spread of the shares.
fn start(villages: &[(f64, f64)], mean: f64) -> (f64, f64) {
    let k = villages.len() as f64;
    let deviations = villages.iter().map(|(x, n)| {
        let d = x / n - mean;
        d * d
    });
    let variance = ordered_sum(deviations) / (k - 1.0).max(1.0);
    let chance = mean * (1.0 - mean) * ordered_sum(villages.iter().map(|v| 1.0 / v.1)) / k;
    let between = (variance - chance).max(1e-4 * mean * (1.0 - mean));
    let precision = (mean * (1.0 - mean) / between - 1.0).clamp(0.1, 1e4);
    (mean * precision, (1.0 - mean) * precision)
}

/// Log-likelihood, gradient and Hessian in `ln α` and `ln β`.
struct Slope {
    value: f64,
    gradient: [f64; 2],
    /// aa, ab, bb.
    hessian: [f64; 3],
}

fn slope(villages: &[(f64, f64)], (a, b): (f64, f64)) -> Slope {
    let mut parts: [Vec<f64>; 5] = Default::default();
    for &(x, n) in villages {
        let no = n - x;
        let together = trigamma(a + b) - trigamma(a + b + n);
        let both = digamma(a + b) - digamma(a + b + n);
        let terms = [
            digamma(a + x) - digamma(a) + both,
            digamma(b + no) - digamma(b) + both,
            trigamma(a + x) - trigamma(a) + together,
            together,
            trigamma(b + no) - trigamma(b) + together,
        ];
        for (part, term) in parts.iter_mut().zip(terms) {
            part.push(term);
        }
    }
    let [da, db, daa, dab, dbb] = parts.map(ordered_sum);
    Slope {
        value: log_likelihood(villages, (a, b)),
        gradient: [a * da, b * db],
        hessian: [a * a * daa + a * da, a * b * dab, b * b * dbb + b * db],
    }
}

fn log_likelihood(villages: &[(f64, f64)], (a, b): (f64, f64)) -> f64 {
    let prior = ln_beta(a, b);
    ordered_sum(
        villages
            .iter()
            .map(|&(x, n)| ln_beta(a + x, b + n - x) - prior),
    )
}

fn climb(villages: &[(f64, f64)], start: (f64, f64)) -> Result<Fit, ShrinkError> {
    let (mut a, mut b) = start;
    for round in 0..MAX_ROUNDS {
        let at = slope(villages, (a, b));
        let [ga, gb] = at.gradient;
        let scale = 1.0 + at.value.abs();
        let steepest = ga.abs().max(gb.abs());
        let newton = at.newton();
        let here = at.fit((a, b), round);
        if let Some(fit) = here.filter(|_| steepest <= 1e-11 * scale) {
            return Ok(fit);
        }
        let (mut sa, mut sb) = newton.unwrap_or((ga, gb));
        // No step of more than a factor e² at once.
        let longest = sa.abs().max(sb.abs());
        if longest > 2.0 {
            sa *= 2.0 / longest;
            sb *= 2.0 / longest;
        }
        let before = (a, b);
        for _ in 0..60 {
            let next = (before.0 * exp(sa), before.1 * exp(sb));
            if log_likelihood(villages, next) >= at.value {
                (a, b) = next;
                break;
            }
            sa /= 2.0;
            sb /= 2.0;
        }
        if before == (a, b) {
            // The likelihood is flat to the last bit.
            let top = here.filter(|_| steepest <= 1e-7 * scale);
            return top.ok_or(ShrinkError::NotConverged(round));
        }
        let is_within = |v: f64| (1e-9..1e12).contains(&v);
        if !(is_within(a) && is_within(b)) {
            return Err(ShrinkError::NotConverged(round));
        }
    }
    Err(ShrinkError::NotConverged(MAX_ROUNDS))
}

impl Slope {
    fn determinant(&self) -> f64 {
        let [haa, hab, hbb] = self.hessian;
        haa * hbb - hab * hab
    }

    /// Newton's step; `None` where the likelihood does not bend down every way.
    fn newton(&self) -> Option<(f64, f64)> {
        let [ga, gb] = self.gradient;
        let [haa, hab, hbb] = self.hessian;
        let determinant = self.determinant();
        let bends_down = haa < 0.0 && determinant > 0.0;
        bends_down.then(|| {
            (
                (hab * gb - hbb * ga) / determinant,
                (hab * ga - haa * gb) / determinant,
            )
        })
    }

    fn fit(&self, (a, b): (f64, f64), rounds: u32) -> Option<Fit> {
        self.newton()?;
        let [haa, hab, hbb] = self.hessian;
        let mean = a / (a + b);
        // ln α − ln β is the logit of the mean; delta method.
        let logit_variance = -(haa + hbb + 2.0 * hab) / self.determinant();
        let per_logit = mean * (1.0 - mean);
        Some(Fit {
            mean,
            precision: Some(a + b),
            mean_variance: (logit_variance * per_logit * per_logit).max(0.0),
            log_likelihood: self.value,
            rounds,
        })
    }
}

impl Fit {
    /// A village of the class with `x` favourable of `n` answers; `None` when it
    /// has none, since the class alone says nothing of a village.
    ///
    /// Formula: Beta(α + x, β + n − x), its variance widened by
    /// `class_weight² · var(mean)` (first-order correction, Kass and Steffey 1989).
    ///
    /// ```
    /// use dhi_engine::survey::Fit;
    /// let class = Fit { mean: 0.8, precision: Some(30.0), mean_variance: 0.0,
    ///                   log_likelihood: 0.0, rounds: 0 };
    /// let small = class.posterior(5.0, 10.0, 0.95).unwrap();
    /// assert_eq!(small.class_weight, 0.75);
    /// // ¾ · 0.8 + ¼ · 0.5
    /// assert!((small.mean - 0.725).abs() < 1e-15);
    /// assert!(class.posterior(0.0, 0.0, 0.95).is_none());
    /// ```
    pub fn posterior(&self, x: f64, n: f64, level: f64) -> Option<Posterior> {
        let is_level = level > 0.0 && level < 1.0;
        if !(n > 0.0 && n.is_finite() && (0.0..=n).contains(&x) && is_level) {
            return None;
        }
        let class_weight = self.precision.map_or(1.0, |m| m / (m + n));
        let mean = class_weight * self.mean + (1.0 - class_weight) * (x / n);
        let own = self
            .precision
            .map_or(0.0, |m| mean * (1.0 - mean) / (m + n + 1.0));
        let variance = own + class_weight * class_weight * self.mean_variance;
        let sd = variance.sqrt();
        // A beta distribution needs a variance below mean (1 − mean).
        let size = if variance > 0.0 {
            (mean * (1.0 - mean) / variance - 1.0).max(1e-6)
        } else {
            f64::INFINITY
        };
        let (a, b) = (mean * size, (1.0 - mean) * size);
        let tail = (1.0 - level) / 2.0;
        let end = |p| {
            let at = beta_quantile(p, a, b);
            if at.is_nan() { mean } else { at }
        };
        Some(Posterior {
            class_weight,
            mean,
            sd,
            interval: Interval {
                low: end(tail),
                high: end(1.0 - tail),
                level,
            },
        })
    }
}
