//! Estimators of variance-based sensitivity indices.

use crate::num;
use crate::uncertainty::stream::{Purpose, Stream};
use serde::{Deserialize, Serialize};

/// One index with a bootstrap interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Index {
    /// Estimate. True indices lie in 0–1; estimates of small ones may fall below.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Outputs of a model on a radial design of two independent halves A and B.
#[derive(Clone, Debug, PartialEq)]
pub struct Outputs {
    /// At the points of A.
    pub a: Vec<f64>,
    /// At the points of B.
    pub b: Vec<f64>,
    /// By input, at the points of A with that input from B.
    pub a_with_b: Vec<Vec<f64>>,
    /// By input, at the points of B with that input from A; empty without pairs.
    pub b_with_a: Vec<Vec<f64>>,
}

/// All indices of one output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indices {
    /// Variance of the output.
    pub variance: f64,
    /// By input, the share of the variance that fixing it would take away (S1).
    pub first: Vec<Index>,
    /// By input, the share that would remain if all others were fixed (ST).
    pub total: Vec<Index>,
    /// By pair (i, j) with i < j, the share due to their interaction (S2).
    pub pairs: Vec<((usize, usize), Index)>,
}

/// How the intervals are made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// Times the points are drawn again; 0 gives intervals without width.
    pub times: u32,
    /// Level, above 0 and below 1.
    pub level: f64,
    /// Seed.
    pub seed: u64,
}

struct Point {
    first: Vec<f64>,
    total: Vec<f64>,
    pairs: Vec<f64>,
    variance: f64,
}

/// Sensitivity indices from the outputs; `None` when they have no variance, are
/// not all of one length, or hold a number that is not finite.
///
/// With outputs centred on the mean f₀ of A and B, and V their variance (divided by
/// 2N), over the N points:
///
/// - `S1ᵢ = (1/N) Σ f(B)·(f(ABᵢ) − f(A)) / V` (Saltelli and others 2010, table 2 b)
/// - `STᵢ = (1/2N) Σ (f(A) − f(ABᵢ))² / V` (Jansen 1999)
/// - `S2ᵢⱼ = (1/N) Σ (f(BAᵢ)·f(ABⱼ) − f(A)·f(B)) / V − S1ᵢ − S1ⱼ` (Saltelli 2002)
///
/// Intervals: the points are drawn again with replacement, the same draw for all
/// indices, and the interval runs between the quantiles (type 7) of the estimates.
/// An input that changes nothing has indices of exactly 0.
pub fn indices(outputs: &Outputs, bootstrap: Bootstrap) -> Option<Indices> {
    let n = outputs.a.len();
    let all = || {
        let with = outputs.a_with_b.iter().chain(&outputs.b_with_a);
        with.chain([&outputs.a, &outputs.b])
    };
    let k = outputs.a_with_b.len();
    let is_paired = outputs.b_with_a.len() == k;
    if all().any(|f| f.len() != n || f.iter().any(|x| !x.is_finite()))
        || !(is_paired || outputs.b_with_a.is_empty())
    {
        return None;
    }
    let rows: Vec<usize> = (0..n).collect();
    let point = estimate(outputs, &rows)?;
    let mut again: Vec<Point> = Vec::new();
    for i in 0..bootstrap.times {
        let mut stream = Stream::new(bootstrap.seed, Purpose::Bootstrap, 0, i);
        let rows: Vec<usize> = (0..n).map(|_| stream.below(n as u32) as usize).collect();
        // A draw without variance says nothing about shares of it.
        again.extend(estimate(outputs, &rows));
    }
    let index = |of: &dyn Fn(&Point) -> f64| {
        let value = of(&point);
        let mut found: Vec<f64> = again.iter().map(of).collect();
        found.sort_unstable_by(f64::total_cmp);
        let outside = (1.0 - bootstrap.level) / 2.0;
        Index {
            value,
            low: num::quantile_sorted(&found, outside).unwrap_or(value),
            high: num::quantile_sorted(&found, 1.0 - outside).unwrap_or(value),
        }
    };
    let pairs = pairs(outputs).into_iter().enumerate();
    Some(Indices {
        variance: point.variance,
        first: (0..k).map(|i| index(&|p| p.first[i])).collect(),
        total: (0..k).map(|i| index(&|p| p.total[i])).collect(),
        pairs: pairs
            .map(|(at, pair)| (pair, index(&|p| p.pairs[at])))
            .collect(),
    })
}

fn pairs(outputs: &Outputs) -> Vec<(usize, usize)> {
    let k = outputs.b_with_a.len();
    (0..k)
        .flat_map(|i| (i + 1..k).map(move |j| (i, j)))
        .collect()
}

fn estimate(outputs: &Outputs, rows: &[usize]) -> Option<Point> {
    let n = rows.len() as f64;
    let mean_of = |f: &dyn Fn(usize) -> f64| num::ordered_sum(rows.iter().map(|&r| f(r))) / n;
    let (a, b) = (&outputs.a, &outputs.b);
    let mean = mean_of(&|r| f64::midpoint(a[r], b[r]));
    let variance = mean_of(&|r| {
        let (a, b) = (a[r] - mean, b[r] - mean);
        f64::midpoint(a * a, b * b)
    });
    // Rounding of a constant output is no variance.
    let is_noise = variance <= 1e-24 * mean * mean;
    if rows.is_empty() || variance <= 0.0 || is_noise {
        return None;
    }
    let first: Vec<f64> = outputs
        .a_with_b
        .iter()
        .map(|ab| mean_of(&|r| (b[r] - mean) * (ab[r] - a[r])) / variance)
        .collect();
    let total = outputs.a_with_b.iter().map(|ab| {
        let square = |r: usize| (a[r] - ab[r]) * (a[r] - ab[r]);
        mean_of(&square) / 2.0 / variance
    });
    let pairs = pairs(outputs).into_iter().map(|(i, j)| {
        let (ba, ab) = (&outputs.b_with_a[i], &outputs.a_with_b[j]);
        let both = mean_of(&|r| (ba[r] - mean) * (ab[r] - mean) - (a[r] - mean) * (b[r] - mean));
        both / variance - first[i] - first[j]
    });
    Some(Point {
        total: total.collect(),
        pairs: pairs.collect(),
        first,
        variance,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uncertainty::{Design, Points};

    const BOOTSTRAP: Bootstrap = Bootstrap {
        times: 200,
        level: 0.99,
        seed: 3,
    };

    /// A point of A and one of B.
    type Halves = (Vec<f64>, Vec<f64>);

    /// Outputs of a function on scrambled Sobol' points.
    fn outputs(f: impl Fn(&[f64]) -> f64, k: usize, n: u32) -> Outputs {
        let points = Points::new(Design::SobolScrambled, 8, 2 * k, n);
        let halves: Vec<Halves> = (0..n)
            .map(|i| {
                let mut a = points.point(i);
                let b = a.split_off(k);
                (a, b)
            })
            .collect();
        let mixed = |x: &[f64], y: &[f64], i: usize| {
            let mut x = x.to_vec();
            x[i] = y[i];
            f(&x)
        };
        let by_input = |of: &dyn Fn(&Halves, usize) -> f64| {
            (0..k)
                .map(|i| halves.iter().map(|h| of(h, i)).collect())
                .collect()
        };
        Outputs {
            a: halves.iter().map(|(a, _)| f(a)).collect(),
            b: halves.iter().map(|(_, b)| f(b)).collect(),
            a_with_b: by_input(&|(a, b), i| mixed(a, b, i)),
            b_with_a: by_input(&|(a, b), i| mixed(b, a, i)),
        }
    }

    fn assert_holds(index: &Index, exact: f64, what: &str) {
        let is_in = index.low <= exact && exact <= index.high;
        assert!(is_in, "{what}: {exact} is not in {index:?}");
    }

    /// Ishigami and Homma 1990 with a = 7, b = 0.1: V = a²/8 + bπ⁴/5 + b²π⁸/18 +
    /// 1/2; V₁ = (1 + bπ⁴/5)²/2, V₂ = a²/8, V₃ = 0, V₁₃ = 8b²π⁸/225.
    #[test]
    fn ishigami_indices_lie_in_their_intervals() {
        use std::f64::consts::PI;
        let (a, b) = (7.0, 0.1);
        let f = |u: &[f64]| {
            let x: Vec<f64> = u.iter().map(|u| PI * (2.0 * u - 1.0)).collect();
            let s = num::sin(x[1]);
            num::sin(x[0]) * (1.0 + b * x[2] * x[2] * x[2] * x[2]) + a * s * s
        };
        let found = indices(&outputs(f, 3, 2048), BOOTSTRAP).unwrap();
        let pi4 = PI * PI * PI * PI;
        let v = a * a / 8.0 + b * pi4 / 5.0 + b * b * pi4 * pi4 / 18.0 + 0.5;
        let v1 = (1.0 + b * pi4 / 5.0) * (1.0 + b * pi4 / 5.0) / 2.0;
        let (v2, v13) = (a * a / 8.0, 8.0 * b * b * pi4 * pi4 / 225.0);
        assert!((found.variance / v - 1.0).abs() < 0.02);
        for (i, exact) in [v1, v2, 0.0].iter().enumerate() {
            assert_holds(&found.first[i], exact / v, "S1");
        }
        for (i, exact) in [v1 + v13, v2, v13].iter().enumerate() {
            assert_holds(&found.total[i], exact / v, "ST");
        }
        for (pair, index) in &found.pairs {
            let exact = if *pair == (0, 2) { v13 / v } else { 0.0 };
            assert_holds(index, exact, "S2");
            assert!(index.high - index.low < 0.3);
        }
    }

    /// Sobol's g-function with a = 0, 1, 4.5, 9: Vᵢ = 1/(3(1 + aᵢ)²), V = Π(1 + Vᵢ)
    /// − 1, STᵢ = Vᵢ·Π_{j≠i}(1 + Vⱼ)/V (Saltelli and others 2008).
    #[test]
    fn g_function_indices_lie_in_their_intervals() {
        let a = [0.0, 1.0, 4.5, 9.0];
        let f = |u: &[f64]| {
            let factors = u.iter().zip(a);
            factors.fold(1.0, |p, (u, a)| p * ((4.0 * u - 2.0).abs() + a) / (1.0 + a))
        };
        let found = indices(&outputs(f, 4, 2048), BOOTSTRAP).unwrap();
        let parts = a.map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a)));
        let product = parts.iter().fold(1.0, |p, v| p * (1.0 + v));
        for (i, v) in parts.iter().enumerate() {
            let variance = product - 1.0;
            assert_holds(&found.first[i], v / variance, "S1");
            assert_holds(&found.total[i], v * product / (1.0 + v) / variance, "ST");
        }
        let exact = parts[0] * parts[1] / (product - 1.0);
        assert_holds(&found.pairs[0].1, exact, "S2");
    }

    /// By hand: f(A) = 1, 3; f(B) = 5, 3; mean 3, V = (4 + 0 + 4 + 0)/4 = 2.
    /// f(AB₁) = 3, 3: S1 = ½(2·2 + 0)/2 = 1, ST = ¼·4/2 = ½.
    /// f(AB₂) = f(A): exactly 0. f(BA₁) = 1, 3 and f(BA₂) = f(B):
    /// S2 = ½((−2)(−2) − (−2)(2))/2 − 1 − 0 = 4/2 − 1 = 1.
    #[test]
    fn a_small_design_by_hand() {
        let outputs = Outputs {
            a: vec![1.0, 3.0],
            b: vec![5.0, 3.0],
            a_with_b: vec![vec![3.0, 3.0], vec![1.0, 3.0]],
            b_with_a: vec![vec![1.0, 3.0], vec![5.0, 3.0]],
        };
        let none = Bootstrap {
            times: 0,
            ..BOOTSTRAP
        };
        let found = indices(&outputs, none).unwrap();
        let sure = |value| Index {
            value,
            low: value,
            high: value,
        };
        assert_eq!(found.variance, 2.0);
        assert_eq!(found.first, [sure(1.0), sure(0.0)]);
        assert_eq!(found.total, [sure(0.5), sure(0.0)]);
        assert_eq!(found.pairs, [((0, 1), sure(1.0))]);
    }

    #[test]
    fn an_inert_input_has_indices_of_exactly_0_and_a_constant_none() {
        let found = indices(&outputs(|u| u[0], 2, 64), BOOTSTRAP).unwrap();
        let zero = Index {
            value: 0.0,
            low: 0.0,
            high: 0.0,
        };
        assert_eq!((found.first[1], found.total[1]), (zero, zero));
        assert_eq!(indices(&outputs(|_| 0.1, 2, 64), BOOTSTRAP), None);
        assert_eq!(
            indices(&outputs(|u| 1.0 / (u[0] - u[0]), 2, 8), BOOTSTRAP),
            None
        );
    }
}
