//! Uncertain weights under one parent, from coordinates of the unit cube.

use crate::num;
use serde::{Deserialize, Serialize};

/// What is known about the weights of the children of one node. A child without
/// weight in the base weights never gets any.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum WeightUncertainty {
    /// They are what they are.
    #[default]
    Fixed,
    /// Nothing: uniform on the simplex of weights ≥ 0 that sum to 1.
    Anything,
    /// Dirichlet round the base weights `w`, with parameters `c·w`: mean w,
    /// variance `w(1 − w)/(c + 1)`.
    Dirichlet {
        /// The concentration c, above 0; the larger, the closer.
        concentration: f64,
    },
    /// Each base weight changed by up to this share of itself, uniformly and
    /// independently, then renormalised to sum to 1.
    Within {
        /// 0.25 is ± 25 %; above 0, at most 1.
        share: f64,
    },
    /// Uniform on the part of the simplex that keeps an order of importance.
    Ordered {
        /// Pairs of ids; the first weighs at least as much as the second.
        at_least: Vec<(String, String)>,
    },
}

/// Why weights cannot be drawn in this way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// An id that is not among the children, or that has no weight.
    #[error("`{id}` is not a child with weight")]
    Unknown {
        /// The id.
        id: String,
    },
    /// A child at least as important as itself, by way of others.
    #[error("the order contradicts itself")]
    Cycle,
    /// Counting the orders would take too long.
    #[error("{found} children are too many for an order; the limit is {limit}")]
    TooMany {
        /// Children with weight.
        found: usize,
        /// The most there may be.
        limit: usize,
    },
}

/// Most children an order of importance may have.
pub const ORDER_LIMIT: usize = 16;

/// Draws weights of the children of one node.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightSampler {
    base: Vec<f64>,
    /// Positions of the children with weight.
    free: Vec<usize>,
    method: Method,
}

#[derive(Clone, Debug, PartialEq)]
enum Method {
    Fixed,
    Anything,
    Dirichlet(f64),
    Within(f64),
    Ordered(Orders),
}

impl WeightSampler {
    /// For children with these base weights, which sum to 1, and ids.
    pub fn new(
        base: &[f64],
        ids: &[&str],
        uncertainty: &WeightUncertainty,
    ) -> Result<Self, OrderError> {
        let free: Vec<usize> = (0..base.len()).filter(|&i| base[i] > 0.0).collect();
        let method = match uncertainty {
            _ if free.len() < 2 => Method::Fixed,
            WeightUncertainty::Fixed => Method::Fixed,
            WeightUncertainty::Anything => Method::Anything,
            WeightUncertainty::Dirichlet { concentration } => Method::Dirichlet(*concentration),
            WeightUncertainty::Within { share } => Method::Within(*share),
            WeightUncertainty::Ordered { at_least } => {
                let position = |id: &String| {
                    let mut free = free.iter();
                    let found = free.position(|&i| ids.get(i).is_some_and(|known| known == id));
                    found.ok_or_else(|| OrderError::Unknown { id: id.clone() })
                };
                let mut pairs = Vec::with_capacity(at_least.len());
                for (more, less) in at_least {
                    pairs.push((position(more)?, position(less)?));
                }
                Method::Ordered(Orders::new(free.len(), &pairs)?)
            }
        };
        Ok(Self {
            base: base.to_vec(),
            free,
            method,
        })
    }

    /// Coordinates one draw takes.
    pub fn n_coordinates(&self) -> usize {
        match self.method {
            Method::Fixed => 0,
            Method::Ordered(_) => self.free.len() + 1,
            _ => self.free.len(),
        }
    }

    /// Share of the simplex that an order of importance leaves, 0–1; 1 without.
    pub fn share_left(&self) -> f64 {
        match &self.method {
            Method::Ordered(orders) => orders.share_left(),
            _ => 1.0,
        }
    }

    /// Weights from coordinates inside 0–1, in proportion only.
    ///
    /// Every method inverts distribution functions, so evenly spread coordinates
    /// give evenly spread weights: exponential spacings for the simplex, gamma
    /// quantiles for Dirichlet. With an order of importance the sizes are drawn
    /// first and then handed out in one of the admissible orders, each as likely
    /// as the others: the orders cut the admissible set into pieces of equal size,
    /// so this is exact and rejects nothing.
    ///
    /// ```
    /// use dhi_engine::uncertainty::{WeightSampler, WeightUncertainty};
    /// let halves = [0.5, 0.5];
    /// let within = WeightUncertainty::Within { share: 0.2 };
    /// let sampler = WeightSampler::new(&halves, &["a", "b"], &within).unwrap();
    /// // 0.5·(1 − 0.2·0.5) and 0.5·(1 + 0.2·0.5)
    /// assert_eq!(sampler.weights(&[0.25, 0.75]), [0.45, 0.55]);
    /// ```
    pub fn weights(&self, coordinates: &[f64]) -> Vec<f64> {
        let mut weights = self.base.clone();
        let spacing = |u: &f64| -num::ln(*u);
        let free = self.free.iter().zip(coordinates);
        match &self.method {
            Method::Fixed => {}
            Method::Anything => free.for_each(|(&i, u)| weights[i] = spacing(u)),
            Method::Dirichlet(c) => free.for_each(|(&i, u)| {
                weights[i] = num::gamma_quantile(c * weights[i], *u);
            }),
            Method::Within(share) => free.for_each(|(&i, u)| {
                weights[i] *= 1.0 + share * (2.0 * u - 1.0);
            }),
            Method::Ordered(orders) => {
                let mut sizes: Vec<f64> = free.map(|(_, u)| spacing(u)).collect();
                sizes.sort_unstable_by(f64::total_cmp);
                sizes.reverse();
                let choice = coordinates.get(self.free.len()).copied().unwrap_or(0.5);
                for (at, size) in orders.order(choice).into_iter().zip(sizes) {
                    weights[self.free[at]] = size;
                }
            }
        }
        // Tiny concentrations may leave nothing but zeros.
        let total = num::ordered_sum(weights.iter().copied());
        if total.is_finite() && total > 0.0 {
            weights
        } else {
            self.base.clone()
        }
    }
}

/// The orders, from the most important, that keep all pairs.
#[derive(Clone, Debug, PartialEq)]
struct Orders {
    /// By child, the set of those that must come before.
    before: Vec<u32>,
    /// By set of children already placed, the number of ways to go on.
    ways: Vec<u64>,
}

impl Orders {
    fn new(n: usize, at_least: &[(usize, usize)]) -> Result<Self, OrderError> {
        if n > ORDER_LIMIT {
            return Err(OrderError::TooMany {
                found: n,
                limit: ORDER_LIMIT,
            });
        }
        let mut before = vec![0u32; n];
        for &(more, less) in at_least {
            before[less] |= 1 << more;
        }
        let all = (1usize << n) - 1;
        let mut ways = vec![0u64; all + 1];
        ways[all] = 1;
        let mut orders = Self { before, ways };
        for placed in (0..all).rev() {
            let sum = (0..n).filter_map(|i| orders.after(placed, i));
            orders.ways[placed] = sum.map(|next| orders.ways[next]).sum();
        }
        if orders.ways[0] == 0 {
            return Err(OrderError::Cycle);
        }
        Ok(orders)
    }

    /// The set with child i placed next, if it may be.
    fn after(&self, placed: usize, i: usize) -> Option<usize> {
        let is_free = placed >> i & 1 == 0;
        let is_ready = self.before[i] as usize & !placed == 0;
        (is_free && is_ready).then_some(placed | 1 << i)
    }

    /// The order at this position, 0–1, among all; each has the same share.
    fn order(&self, choice: f64) -> Vec<usize> {
        let n = self.before.len();
        let mut left = choice * self.ways[0] as f64;
        let mut placed = 0;
        let mut order = Vec::with_capacity(n);
        while order.len() < n {
            let mut ready = (0..n).filter_map(|i| Some((i, self.after(placed, i)?)));
            let mut chosen = ready.next();
            for next in ready {
                let Some((_, set)) = chosen else { break };
                let ways = self.ways[set] as f64;
                if left < ways {
                    break;
                }
                left -= ways;
                chosen = Some(next);
            }
            // As long as something is unplaced, something is ready.
            let Some((i, set)) = chosen else { break };
            order.push(i);
            placed = set;
        }
        order
    }

    fn share_left(&self) -> f64 {
        let n = self.before.len() as u64;
        self.ways[0] as f64 / (1..=n).product::<u64>() as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uncertainty::{Design, Points};

    const N: u32 = 20_000;

    /// Normalised draws from a design.
    fn draws(base: &[f64], ids: &[&str], how: &WeightUncertainty, design: Design) -> Vec<Vec<f64>> {
        let sampler = WeightSampler::new(base, ids, how).unwrap();
        let points = Points::new(design, 11, sampler.n_coordinates(), N);
        let draw = |i| num::shares(&sampler.weights(&points.point(i))).unwrap();
        (0..N).map(draw).collect()
    }

    fn mean(draws: &[Vec<f64>], f: impl Fn(&[f64]) -> f64) -> f64 {
        draws.iter().map(|w| f(w)).sum::<f64>() / draws.len() as f64
    }

    fn ordered(pairs: &[(&str, &str)]) -> WeightUncertainty {
        let pairs = pairs.iter().map(|(a, b)| ((*a).into(), (*b).into()));
        WeightUncertainty::Ordered {
            at_least: pairs.collect(),
        }
    }

    /// A weight uniform on the simplex of three is Beta(1, 2): mean 1/3, variance
    /// 1/18, and P(w < t) = 1 − (1 − t)².
    #[test]
    fn anything_is_uniform_on_the_simplex() {
        for design in [
            Design::PseudoRandom,
            Design::LatinHypercube,
            Design::SobolScrambled,
        ] {
            let all = draws(
                &[0.2, 0.3, 0.5],
                &["a", "b", "c"],
                &WeightUncertainty::Anything,
                design,
            );
            let error = 3.0 * (1.0 / 18.0 / f64::from(N)).sqrt();
            for i in 0..3 {
                assert!(
                    (mean(&all, |w| w[i]) - 1.0 / 3.0).abs() < error,
                    "{design:?}"
                );
                let below = mean(&all, |w| f64::from(u8::from(w[i] < 0.25)));
                assert!((below - 0.4375).abs() < 3.0 * (0.25 / f64::from(N)).sqrt());
            }
        }
    }

    /// Dirichlet(c·w): mean w, variance w(1 − w)/(c + 1), here with c = 9.
    #[test]
    fn dirichlet_draws_have_their_mean_and_variance() {
        let how = WeightUncertainty::Dirichlet { concentration: 9.0 };
        let base = [0.2, 0.3, 0.5, 0.0];
        let all = draws(&base, &["a", "b", "c", "d"], &how, Design::PseudoRandom);
        for (i, w) in base.iter().enumerate() {
            let variance = w * (1.0 - w) / 10.0;
            let error = 3.0 * (variance / f64::from(N)).sqrt();
            assert!((mean(&all, |x| x[i]) - w).abs() <= error);
            let found = mean(&all, |x| (x[i] - w) * (x[i] - w));
            // The fourth moment is below 4 squared variances here.
            assert!((found - variance).abs() <= 3.0 * 2.0 * variance / f64::from(N).sqrt());
        }
        assert!(all.iter().all(|x| x[3] == 0.0));
    }

    /// A complete order of three: the largest of three spacings has mean 11/18,
    /// then 5/18 and 2/18 (Pyke 1965).
    #[test]
    fn a_complete_order_is_kept_and_uniform() {
        let how = ordered(&[("c", "a"), ("a", "b")]);
        let all = draws(
            &[0.3, 0.3, 0.4],
            &["a", "b", "c"],
            &how,
            Design::PseudoRandom,
        );
        assert!(all.iter().all(|w| w[2] >= w[0] && w[0] >= w[1]));
        for (i, expected) in [(2, 11.0), (0, 5.0), (1, 2.0)] {
            assert!((mean(&all, |w| w[i]) - expected / 18.0).abs() < 0.003);
        }
    }

    /// Only a ≥ b of three: half of the simplex, where c stays Beta(1, 2) and a + b
    /// is split uniformly above a half: E a = (2/3)·(3/4) = 1/2.
    #[test]
    fn a_partial_order_is_exact_without_rejection() {
        let how = ordered(&[("a", "b")]);
        let base = [0.3, 0.3, 0.4];
        let sampler = WeightSampler::new(&base, &["a", "b", "c"], &how).unwrap();
        assert_eq!(sampler.share_left(), 0.5);
        let all = draws(&base, &["a", "b", "c"], &how, Design::SobolScrambled);
        assert!(all.iter().all(|w| w[0] >= w[1]));
        for (i, expected) in [(0, 0.5), (1, 1.0 / 6.0), (2, 1.0 / 3.0)] {
            assert!((mean(&all, |w| w[i]) - expected).abs() < 0.004, "{i}");
        }
    }

    #[test]
    fn orders_that_make_no_sense_are_refused() {
        let new = |pairs: &[(&str, &str)]| {
            WeightSampler::new(&[0.5, 0.5, 0.0], &["a", "b", "c"], &ordered(pairs)).unwrap_err()
        };
        assert_eq!(new(&[("a", "b"), ("b", "a")]), OrderError::Cycle);
        assert_eq!(new(&[("a", "c")]), OrderError::Unknown { id: "c".into() });
        let ids: Vec<String> = (0..17).map(|i| format!("i{i}")).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let error = WeightSampler::new(&[1.0 / 17.0; 17], &ids, &ordered(&[("i0", "i1")]));
        assert_eq!(
            error,
            Err(OrderError::TooMany {
                found: 17,
                limit: 16
            })
        );
    }

    #[test]
    fn one_child_and_fixed_weights_take_no_coordinates() {
        let one = WeightSampler::new(&[1.0, 0.0], &["a", "b"], &WeightUncertainty::Anything);
        assert_eq!(one.as_ref().map(WeightSampler::n_coordinates), Ok(0));
        assert_eq!(one.unwrap().weights(&[]), [1.0, 0.0]);
        let fixed = WeightSampler::new(&[0.4, 0.6], &["a", "b"], &WeightUncertainty::Fixed);
        assert_eq!(fixed.unwrap().weights(&[]), [0.4, 0.6]);
    }
}
