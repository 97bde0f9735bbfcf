//! What a weight does: nominal weight beside influence.

use crate::aggregate::NodeScores;
use crate::frame::Column;
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use crate::weigh::WeightSet;
use serde::{Deserialize, Serialize};

/// Weight and influence of one node on another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Influence {
    /// The node that has the weight.
    pub node: NodeIdx,
    /// The node it acts on: its parent, or the composite.
    pub on: NodeIdx,
    /// Weight: share beside the siblings, or effective weight on the composite.
    pub weight: f64,
    /// Correlation ratio 0–1; `None` with too few or constant scores.
    pub ratio: Option<f64>,
    /// Share of the correlation ratios of all that act on the same node, 0–1.
    pub share: Option<f64>,
}

/// Correlation ratio: the share of the variance of `y` that remains when `x` alone
/// is known.
///
/// Formula: `S = Var E[y|x] / Var y`. Smoother for `E[y|x]`: the least-squares
/// polynomial in x of degree `d = min(3, distinct values − 1, n/10)`, at least 1,
/// by orthogonal polynomials; S is its R² adjusted for d, at least 0. So it is the
/// exact group means for up to four values of x (with n ≥ 30), equals 1 for a
/// polynomial relation whatever its slope, and needs work linear in units.
/// `None` for fewer than four units, or when either is constant.
/// Source: Pearson 1905; as influence of an indicator Paruolo, Saisana and
/// Saltelli 2013.
///
/// ```
/// use dhi_engine::coherence::correlation_ratio;
/// let x: Vec<f64> = (-20..=20).map(f64::from).collect();
/// let y: Vec<f64> = x.iter().map(|x| x * x).collect();
/// // No linear correlation at all, yet x decides everything.
/// assert!((correlation_ratio(&x, &y).unwrap() - 1.0).abs() < 1e-12);
/// ```
pub fn correlation_ratio(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len();
    let (sd_x, sd_y) = (num::sd(x), num::sd(y));
    if n < 4 || y.len() != n || sd_x == 0.0 || sd_y == 0.0 {
        return None;
    }
    let mut distinct = 0;
    num::for_each_tie(x, |_, _| distinct += 1);
    let degree = 3.min(distinct - 1).min((n / 10).max(1));
    let (mean_x, mean_y) = (num::mean(x)?, num::mean(y)?);
    let z: Vec<f64> = x.iter().map(|x| (x - mean_x) / sd_x).collect();
    let mut rest: Vec<f64> = y.iter().map(|y| y - mean_y).collect();
    let square = |v: &[f64]| num::ordered_sum(v.iter().map(|x| x * x));
    let total = square(&rest);
    let mut basis: Vec<Vec<f64>> = vec![vec![1.0 / (n as f64).sqrt(); n]];
    let mut power = vec![1.0; n];
    for _ in 0..degree {
        for (p, z) in power.iter_mut().zip(&z) {
            *p *= z;
        }
        let mut next = power.clone();
        // Twice, against rounding (Gram–Schmidt with reorthogonalisation).
        for _ in 0..2 {
            for known in &basis {
                let along = num::ordered_sum(next.iter().zip(known).map(|(a, b)| a * b));
                for (a, b) in next.iter_mut().zip(known) {
                    *a -= along * b;
                }
            }
        }
        let length = square(&next).sqrt();
        if length <= 1e-10 * (n as f64).sqrt() {
            break;
        }
        for a in &mut next {
            *a /= length;
        }
        let along = num::ordered_sum(rest.iter().zip(&next).map(|(a, b)| a * b));
        for (a, b) in rest.iter_mut().zip(&next) {
            *a -= along * b;
        }
        basis.push(next);
    }
    let freedom = n as f64 - basis.len() as f64;
    let unexplained = square(&rest) / total * ((n as f64 - 1.0) / freedom);
    Some((1.0 - unexplained).clamp(0.0, 1.0))
}

pub(super) fn influences(
    framework: &Framework,
    weights: &WeightSet,
    scores: &NodeScores,
) -> Vec<Influence> {
    let effective = weights.effective(framework);
    let mut all = Vec::new();
    for (at, node) in framework.nodes().iter().enumerate() {
        let on = NodeIdx(at as u32);
        let of = node.children.iter().map(|&c| (c, weights.share(c)));
        all.extend(acting_on(scores, on, of));
    }
    // Where every indicator hangs directly under the composite, that is done.
    let composite = framework.composite();
    let leaves = framework.leaves().iter();
    if leaves
        .clone()
        .any(|&l| framework.node(l).parent != Some(composite))
    {
        let of = leaves.map(|&l| (l, effective[l.at()]));
        all.extend(acting_on(scores, composite, of));
    }
    all
}

fn acting_on(
    scores: &NodeScores,
    on: NodeIdx,
    of: impl Iterator<Item = (NodeIdx, f64)>,
) -> Vec<Influence> {
    let y = scores.node(on);
    let ratio = |column: &Column| {
        let cells = column.cells().zip(y.cells());
        let (x, y): (Vec<f64>, Vec<f64>) = cells
            .filter_map(|(x, y)| Some((x.value()?, y.value()?)))
            .unzip();
        correlation_ratio(&x, &y)
    };
    let mut out: Vec<Influence> = of
        .map(|(node, weight)| Influence {
            node,
            on,
            weight,
            ratio: ratio(scores.node(node)),
            share: None,
        })
        .collect();
    let total = num::ordered_sum(out.iter().filter_map(|i| i.ratio));
    if total > 0.0 {
        for influence in &mut out {
            influence.share = influence.ratio.map(|r| r / total);
        }
    }
    out
}
