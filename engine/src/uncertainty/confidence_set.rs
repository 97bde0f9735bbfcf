//! Confidence sets for ranks from estimates and their standard errors.
//!
//! Not the same as a rank interval. A [`super::RankInterval`] says where the rank
//! falls when inputs are varied: it describes the result's dependence on choices
//! and noise, is centred on the ranks of noisy copies of the data, and promises
//! nothing about the truth. With estimates that differ less than their errors,
//! noisy copies even push good units down and bad ones up. A confidence set says
//! which *true* ranks the estimates do not contradict: drawn again and again, it
//! holds the true rank at least as often as its level says.

use super::stream::{Purpose, Stream};
use serde::{Deserialize, Serialize};

/// Whose ranks a set must hold together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// One unit's: for asking about a unit chosen beforehand.
    Marginal,
    /// All units' at once: for looking at a ranking.
    #[default]
    Simultaneous,
}

/// How sets are made.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ConfidenceSpec {
    /// Level, above 0 and below 1.
    pub level: f64,
    /// Whose ranks must be held together.
    pub coverage: Coverage,
    /// Simulated errors, at least 1.
    pub simulations: u32,
    /// Seed.
    pub seed: u64,
}

impl Default for ConfidenceSpec {
    fn default() -> Self {
        Self {
            level: 0.95,
            coverage: Coverage::Simultaneous,
            simulations: 2000,
            seed: 20_260_630,
        }
    }
}

/// True ranks from `low` to `high` that the estimates do not contradict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RankSet {
    /// Best rank.
    pub low: u32,
    /// Worst rank.
    pub high: u32,
}

/// Why there are no sets.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfidenceError {
    /// Not one standard error per estimate, or a number that is none.
    #[error("each estimate must be finite and have a finite standard error ≥ 0")]
    Estimates,
    /// A level or number of simulations that makes no sense.
    #[error("the level must lie above 0 and below 1, with at least one simulation")]
    Spec,
    /// Comparing every pair would take too long.
    #[error("{found} estimates are too many to compare every pair; the limit is {limit}")]
    TooMany {
        /// Estimates there are.
        found: usize,
        /// The most there may be.
        limit: usize,
    },
}

/// Most estimates compared.
pub const ESTIMATE_LIMIT: usize = 1000;

/// Confidence sets for the ranks of units whose larger value is better.
///
/// Rank of a unit: 1 plus the number of units truly better. Errors are taken as
/// independent and normal. For ordered pairs (j, k) the statistic is
/// `t = (θ̂ⱼ − θ̂ₖ)/√(sⱼ² + sₖ²)`; the critical value c is the quantile of the
/// largest error `(zⱼ − zₖ)/√(sⱼ² + sₖ²)` over the pairs still open, at position
/// `⌈level · (B + 1)⌉` of B simulated ones; pairs with t > c are decided, and the
/// others are tried again with their smaller c until nothing is decided
/// (Romano and Wolf 2005). Then `low = 1 +` units decided to be better and `high =
/// n −` units decided to be worse. A pair without any error is decided by its
/// estimates, and not at all when they are equal. One huge error widens only its
/// own unit's set: each pair is measured by its own error.
///
/// Simultaneous sets open all pairs together, marginal ones those of one unit.
/// Source: Mogstad, Romano, Shaikh and Wilhelm 2024, Review of Economic Studies 91,
/// 476–518.
///
/// ```
/// use dhi_engine::uncertainty::{ConfidenceSpec, RankSet, confidence_sets};
/// let sets = confidence_sets(&[90.0, 50.0, 49.0], &[1.0, 1.0, 1.0], ConfidenceSpec::default());
/// let apart = RankSet { low: 1, high: 1 };
/// let open = RankSet { low: 2, high: 3 };
/// assert_eq!(sets.unwrap(), [apart, open, open]);
/// ```
pub fn confidence_sets(
    estimates: &[f64],
    errors: &[f64],
    spec: ConfidenceSpec,
) -> Result<Vec<RankSet>, ConfidenceError> {
    let n = estimates.len();
    let is_good = |(x, s): (&f64, &f64)| x.is_finite() && s.is_finite() && *s >= 0.0;
    if errors.len() != n || !estimates.iter().zip(errors).all(is_good) {
        return Err(ConfidenceError::Estimates);
    }
    if !(spec.level > 0.0 && spec.level < 1.0) || spec.simulations == 0 {
        return Err(ConfidenceError::Spec);
    }
    if n > ESTIMATE_LIMIT {
        let limit = ESTIMATE_LIMIT;
        return Err(ConfidenceError::TooMany { found: n, limit });
    }
    let simulated = simulated(errors, spec);
    let pair = |better: usize, worse: usize| Pair {
        better,
        worse,
        gap: estimates[better] - estimates[worse],
        error: (errors[better] * errors[better] + errors[worse] * errors[worse]).sqrt(),
    };
    let mut sets = vec![
        RankSet {
            low: 1,
            high: n as u32,
        };
        n
    ];
    match spec.coverage {
        Coverage::Simultaneous => {
            let pairs = (0..n).flat_map(|j| (0..n).filter(move |&k| k != j).map(move |k| (j, k)));
            let pairs = pairs.map(|(j, k)| pair(j, k)).collect();
            for decided in decide(pairs, &simulated, spec.level) {
                sets[decided.better].high -= 1;
                sets[decided.worse].low += 1;
            }
        }
        Coverage::Marginal => {
            for (unit, set) in sets.iter_mut().enumerate() {
                let others = (0..n).filter(|&k| k != unit);
                let pairs = others
                    .flat_map(|k| [pair(unit, k), pair(k, unit)])
                    .collect();
                for decided in decide(pairs, &simulated, spec.level) {
                    if decided.better == unit {
                        set.high -= 1;
                    } else {
                        set.low += 1;
                    }
                }
            }
        }
    }
    Ok(sets)
}

/// "The first is better than the second", with the evidence.
#[derive(Clone, Copy, Debug)]
struct Pair {
    better: usize,
    worse: usize,
    gap: f64,
    error: f64,
}

/// Errors of all estimates, simulation by simulation.
fn simulated(errors: &[f64], spec: ConfidenceSpec) -> Vec<Vec<f64>> {
    let simulation = |i| {
        let mut stream = Stream::new(spec.seed, Purpose::Estimate, 0, i);
        errors.iter().map(|s| s * stream.normal()).collect()
    };
    (0..spec.simulations).map(simulation).collect()
}

/// The pairs that can be told, stepping down.
fn decide(pairs: Vec<Pair>, simulated: &[Vec<f64>], level: f64) -> Vec<Pair> {
    let (uncertain, certain): (Vec<Pair>, Vec<Pair>) =
        pairs.into_iter().partition(|p| p.error > 0.0);
    let mut decided: Vec<Pair> = certain.into_iter().filter(|p| p.gap > 0.0).collect();
    let mut open = uncertain;
    while !open.is_empty() {
        let mut largest: Vec<f64> = simulated
            .iter()
            .map(|z| {
                let errors = open.iter().map(|p| (z[p.better] - z[p.worse]) / p.error);
                errors.fold(f64::NEG_INFINITY, f64::max)
            })
            .collect();
        largest.sort_unstable_by(f64::total_cmp);
        let position = libm::ceil(level * (largest.len() + 1) as f64 - 1e-9);
        // Positions lie in 1..=B + 1, and the level is above 0.
        #[expect(clippy::cast_sign_loss, reason = "the level is above 0")]
        let at = (position as usize).clamp(1, largest.len()) - 1;
        let critical = largest[at];
        let (told, rest): (Vec<Pair>, Vec<Pair>) =
            open.into_iter().partition(|p| p.gap / p.error > critical);
        open = rest;
        if told.is_empty() {
            break;
        }
        decided.extend(told);
    }
    decided
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(coverage: Coverage, level: f64) -> ConfidenceSpec {
        ConfidenceSpec {
            level,
            coverage,
            simulations: 199,
            seed: 5,
        }
    }

    /// Share of 1000 data sets in which the sets hold the true ranks: all of them
    /// for simultaneous sets, the given unit's for marginal ones.
    fn held(truth: &[f64], errors: &[f64], of: Option<usize>, level: f64) -> f64 {
        let n = 1000;
        let coverage = of.map_or(Coverage::Simultaneous, |_| Coverage::Marginal);
        let rank = |x: f64| 1 + truth.iter().filter(|y| **y > x).count() as u32;
        let good = (0..n).filter(|&i| {
            let mut stream = Stream::new(77, Purpose::Estimate, 1, i);
            let noisy = truth.iter().zip(errors);
            let estimates: Vec<f64> = noisy.map(|(x, s)| x + s * stream.normal()).collect();
            let sets = confidence_sets(&estimates, errors, spec(coverage, level)).unwrap();
            let holds = |i: usize| (sets[i].low..=sets[i].high).contains(&rank(truth[i]));
            of.map_or_else(|| (0..truth.len()).all(holds), holds)
        });
        good.count() as f64 / f64::from(n)
    }

    /// Nominal 90 % less 1 %, in the cases that are hard: all tied, ties at the
    /// top, one huge error, well apart. The standard error of the share is 0.9 %.
    #[test]
    fn simultaneous_sets_hold_all_true_ranks_often_enough() {
        for (truth, errors) in [
            (vec![0.0; 5], vec![1.0; 5]),
            (vec![5.0, 5.0, 3.0, 1.0], vec![1.0, 0.5, 1.0, 2.0]),
            (vec![4.0, 3.0, 2.0, 1.0], vec![0.5, 1000.0, 0.5, 0.5]),
            (vec![40.0, 30.0, 20.0], vec![1.0; 3]),
        ] {
            let share = held(&truth, &errors, None, 0.9);
            assert!(share >= 0.89, "{truth:?}: {share}");
        }
    }

    #[test]
    fn marginal_sets_hold_one_true_rank_often_enough() {
        for unit in [0, 2] {
            let share = held(
                &[2.0, 1.0, 1.0, 0.0],
                &[1.0, 0.3, 1.0, 0.5],
                Some(unit),
                0.9,
            );
            assert!(share >= 0.89, "{unit}: {share}");
        }
    }

    /// Only the unit with the huge error loses its rank; the others are known up to
    /// where it may fall.
    #[test]
    fn one_huge_error_leaves_the_others_told_apart() {
        let errors = [0.1, 1e6, 0.1, 0.1];
        let sets = confidence_sets(
            &[40.0, 30.0, 20.0, 10.0],
            &errors,
            spec(Coverage::Simultaneous, 0.95),
        );
        let expected = [(1, 2), (1, 4), (2, 3), (3, 4)];
        assert_eq!(
            sets.unwrap(),
            expected.map(|(low, high)| RankSet { low, high })
        );
    }

    /// Two units: P(z ≤ 1.96) in both directions, so |t| > 1.96 decides at 95 %.
    /// Gap 2.2·√2 against error √2 is 2.2 and decides; 1.7 does not. The critical
    /// value from 2000 simulations is 1.96 ± 0.1.
    #[test]
    fn two_units_are_told_apart_at_the_normal_quantile() {
        let root = 2f64.sqrt();
        let with = |gap: f64| {
            confidence_sets(&[gap, 0.0], &[1.0, 1.0], ConfidenceSpec::default()).unwrap()
        };
        assert_eq!(with(2.2 * root)[0], RankSet { low: 1, high: 1 });
        assert_eq!(with(1.7 * root)[0], RankSet { low: 1, high: 2 });
    }

    #[test]
    fn without_errors_the_sets_are_the_ranks_and_ties_stay_open() {
        let sets = confidence_sets(&[3.0, 1.0, 3.0], &[0.0; 3], ConfidenceSpec::default()).unwrap();
        let expected = [(1, 2), (3, 3), (1, 2)];
        assert_eq!(sets, expected.map(|(low, high)| RankSet { low, high }));
        assert_eq!(
            confidence_sets(&[], &[], ConfidenceSpec::default()),
            Ok(Vec::new())
        );
        let one = confidence_sets(&[1.0], &[9.0], ConfidenceSpec::default());
        assert_eq!(one, Ok(vec![RankSet { low: 1, high: 1 }]));
    }

    #[test]
    fn marginal_sets_lie_within_simultaneous_ones() {
        let (x, s) = ([9.0, 7.5, 6.0, 4.0, 3.9], [1.0, 0.8, 0.3, 0.9, 1.0]);
        let all = confidence_sets(&x, &s, spec(Coverage::Simultaneous, 0.9)).unwrap();
        let own = confidence_sets(&x, &s, spec(Coverage::Marginal, 0.9)).unwrap();
        assert!(
            all.iter()
                .zip(&own)
                .all(|(a, o)| a.low <= o.low && o.high <= a.high)
        );
        assert!(all != own);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let spec = ConfidenceSpec::default();
        for (x, s) in [
            (&[1.0][..], &[][..]),
            (&[f64::NAN], &[1.0]),
            (&[1.0], &[-1.0]),
        ] {
            assert_eq!(confidence_sets(x, s, spec), Err(ConfidenceError::Estimates));
        }
        for bad in [
            ConfidenceSpec { level: 1.0, ..spec },
            ConfidenceSpec {
                simulations: 0,
                ..spec
            },
        ] {
            assert_eq!(
                confidence_sets(&[1.0], &[1.0], bad),
                Err(ConfidenceError::Spec)
            );
        }
        let many = vec![1.0; ESTIMATE_LIMIT + 1];
        let refused = confidence_sets(&many, &many, spec);
        assert!(matches!(refused, Err(ConfidenceError::TooMany { .. })));
    }
}
