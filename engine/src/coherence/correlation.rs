//! Correlations with their p-values.

use crate::aggregate::NodeScores;
use crate::frame::Column;
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// A correlation with the probability of one as far from 0 if there were none.
///
/// p-values come from statrs, whose logarithms are the platform's: they are for
/// reading and enter no score or digest (invariant 2).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// −1 to 1.
    pub value: f64,
    /// Two-sided, 0–1; `None` for fewer than three units.
    pub p: Option<f64>,
}

/// How two nodes are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// Same parent.
    Siblings,
    /// `b` is the parent of `a`.
    Parent,
    /// Two indicators of different groups.
    Apart,
}

/// Correlations of two nodes over the units that have both scores.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// First node.
    pub a: NodeIdx,
    /// Second node.
    pub b: NodeIdx,
    /// How they are related.
    pub relation: Relation,
    /// Units with both scores.
    pub n: u32,
    /// Of the scores; `None` when one of them is constant.
    pub pearson: Option<Correlation>,
    /// Of the ranks; not computed for indicators of different groups.
    pub spearman: Option<Correlation>,
    /// τ-b; not computed for indicators of different groups.
    pub kendall: Option<Correlation>,
}

/// Pearson, Spearman and Kendall correlation of two lists of equal length.
///
/// p-values: Student's t with n − 2 degrees of freedom of `r √((n − 2)/(1 − r²))`
/// for the first two, the normal approximation with tie-corrected variance for
/// Kendall's τ-b (Kendall 1970).
///
/// ```
/// use dhi_engine::coherence::correlate;
/// // The example of scipy.stats.pearsonr: −0.74261066, p = 0.15055581.
/// let a = [1.0, 2.0, 3.0, 4.0, 5.0];
/// let b = [10.0, 9.0, 2.5, 6.0, 4.0];
/// let [pearson, ..] = correlate(&a, &b);
/// let pearson = pearson.unwrap();
/// assert!((pearson.value + 0.742_610_657_232_505_7).abs() < 1e-14);
/// assert!((pearson.p.unwrap() - 0.150_555_808_848_554_47).abs() < 1e-10);
/// ```
pub fn correlate(a: &[f64], b: &[f64]) -> [Option<Correlation>; 3] {
    let kendall = num::kendall(a, b).map(|k| Correlation {
        value: k.tau_b,
        p: two_sided_normal(k.z).filter(|_| a.len() > 2),
    });
    [
        num::correlation(a, b).map(|r| with_p(r, a.len())),
        num::spearman(a, b).map(|r| with_p(r, a.len())),
        kendall,
    ]
}

fn with_p(r: f64, n: usize) -> Correlation {
    let freedom = n as f64 - 2.0;
    let p = if freedom < 1.0 {
        None
    } else if r.abs() >= 1.0 {
        Some(0.0)
    } else {
        let t = r.abs() * (freedom / (1.0 - r * r)).sqrt();
        StudentsT::new(0.0, 1.0, freedom)
            .ok()
            .map(|d| 2.0 * d.sf(t))
    };
    Correlation { value: r, p }
}

fn two_sided_normal(z: f64) -> Option<f64> {
    let normal = Normal::new(0.0, 1.0).ok()?;
    z.is_finite().then(|| 2.0 * normal.sf(z.abs()))
}

/// Values of two columns for the units that have both.
fn both(a: &Column, b: &Column) -> (Vec<f64>, Vec<f64>) {
    let cells = a.cells().zip(b.cells());
    cells
        .filter_map(|(x, y)| Some((x.value()?, y.value()?)))
        .unzip()
}

pub(super) fn pairs(framework: &Framework, scores: &NodeScores) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut add = |a: NodeIdx, b: NodeIdx, relation| {
        let (x, y) = both(scores.node(a), scores.node(b));
        let [pearson, spearman, kendall] = if relation == Relation::Apart {
            [
                num::correlation(&x, &y).map(|r| with_p(r, x.len())),
                None,
                None,
            ]
        } else {
            correlate(&x, &y)
        };
        pairs.push(Pair {
            a,
            b,
            relation,
            n: x.len() as u32,
            pearson,
            spearman,
            kendall,
        });
    };
    for (at, node) in framework.nodes().iter().enumerate() {
        let idx = NodeIdx(at as u32);
        for (i, &a) in node.children.iter().enumerate() {
            add(a, idx, Relation::Parent);
            for &b in &node.children[i + 1..] {
                add(a, b, Relation::Siblings);
            }
        }
    }
    let leaves = framework.leaves();
    for (i, &a) in leaves.iter().enumerate() {
        for &b in &leaves[i + 1..] {
            if framework.node(a).parent != framework.node(b).parent {
                add(a, b, Relation::Apart);
            }
        }
    }
    pairs
}
