//! Does a group of siblings measure one thing?

use crate::aggregate::NodeScores;
use crate::frame::Column;
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num::{self, Matrix};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Bartlett's test of sphericity: are the correlations all 0?
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bartlett {
    /// Test statistic.
    pub chi_squared: f64,
    /// Degrees of freedom.
    pub freedom: u32,
    /// Probability of one as large if they were.
    pub p: f64,
}

/// One node's children as a scale.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The node.
    pub node: NodeIdx,
    /// Units with a score of every child.
    pub n: u32,
    /// Cronbach's alpha.
    pub alpha: Option<f64>,
    /// Eigenvalues of the children's correlations, the largest first; constant
    /// children left out.
    pub eigenvalues: Vec<f64>,
    /// Share of variance of the first component, 0–1.
    pub explained: Option<f64>,
    /// Loadings of the first component by child; 0 for constant ones.
    pub loadings: Vec<f64>,
    /// Kaiser–Meyer–Olkin measure of sampling adequacy; `None` when children
    /// repeat each other exactly, or there are no more units than children, since
    /// then some combination of them always does.
    pub kmo: Option<f64>,
    /// Test of sphericity; `None` for the same reasons.
    pub bartlett: Option<Bartlett>,
}

/// Cronbach's alpha of items given by column.
///
/// Formula: `α = k/(k − 1) · (1 − Σ s²ᵢ / s²_sum)`. At most 1; below 0 when items
/// contradict each other. `None` for fewer than two items or a constant sum.
/// Source: Cronbach 1951.
///
/// ```
/// use dhi_engine::coherence::cronbach_alpha;
/// // Variances 1 and 4, of the sum (3, 6, 9) 9: 2 · (1 − 5/9) = 8/9.
/// let alpha = cronbach_alpha(&[vec![1.0, 2.0, 3.0], vec![2.0, 4.0, 6.0]]).unwrap();
/// assert!((alpha - 8.0 / 9.0).abs() < 1e-15);
/// ```
pub fn cronbach_alpha(items: &[Vec<f64>]) -> Option<f64> {
    let k = items.len() as f64;
    let n = items.first()?.len();
    let sums: Vec<f64> = (0..n)
        .map(|i| num::ordered_sum(items.iter().map(|x| x[i])))
        .collect();
    let variance = |x: &[f64]| num::sd(x) * num::sd(x);
    let of_sum = variance(&sums);
    if items.len() < 2 || of_sum <= 0.0 {
        return None;
    }
    let of_items = num::ordered_sum(items.iter().map(|x| variance(x)));
    Some(k / (k - 1.0) * (1.0 - of_items / of_sum))
}

/// Kaiser–Meyer–Olkin measure of a correlation matrix.
///
/// Formula: `Σ r² / (Σ r² + Σ a²)` over pairs, with the partial correlations
/// `a = −vᵢⱼ/√(vᵢᵢ vⱼⱼ)` of the inverse. Range 0–1; `None` for fewer than two rows
/// or a singular matrix. Source: Kaiser 1970.
///
/// ```
/// use dhi_engine::coherence::kaiser_meyer_olkin;
/// use dhi_engine::num::Matrix;
/// // Three items correlating at r = 1/2: partial r/(1 + r) = 1/3, and
/// // (1/4)/(1/4 + 1/9) = 9/13.
/// let r = Matrix::from_fn(3, |i, j| if i == j { 1.0 } else { 0.5 });
/// assert!((kaiser_meyer_olkin(&r).unwrap() - 9.0 / 13.0).abs() < 1e-14);
/// ```
pub fn kaiser_meyer_olkin(correlations: &Matrix) -> Option<f64> {
    let inverse = correlations.inverse()?;
    let pairs = || (0..correlations.n()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let simple = num::ordered_sum(pairs().map(|(i, j)| {
        let r = correlations.at(i, j);
        r * r
    }));
    let partial = num::ordered_sum(pairs().map(|(i, j)| {
        let v = inverse.at(i, j);
        v * v / (inverse.at(i, i) * inverse.at(j, j))
    }));
    let total = simple + partial;
    (total > 0.0).then(|| simple / total)
}

/// Bartlett's test of a correlation matrix from `n` units.
///
/// Formula: `χ² = −(n − 1 − (2p + 5)/6) · ln |R|` with `p(p − 1)/2` degrees of
/// freedom. `None` for fewer than two rows or a singular matrix.
/// Source: Bartlett 1950.
///
/// ```
/// use dhi_engine::coherence::bartlett;
/// use dhi_engine::num::Matrix;
/// // p = 2, r = 0.6, n = 51: −(50 − 9/6) · ln 0.64 = 21.6447, 1 degree.
/// let r = Matrix::from_fn(2, |i, j| if i == j { 1.0 } else { 0.6 });
/// let test = bartlett(&r, 51).unwrap();
/// assert!((test.chi_squared - 48.5 * -(0.64f64.ln())).abs() < 1e-12);
/// assert_eq!(test.freedom, 1);
/// assert!(test.p < 1e-5);
/// ```
pub fn bartlett(correlations: &Matrix, n: usize) -> Option<Bartlett> {
    let p = correlations.n() as f64;
    if correlations.n() < 2 {
        return None;
    }
    let factor = n as f64 - 1.0 - (2.0 * p + 5.0) / 6.0;
    let chi_squared = (-factor * correlations.ln_determinant()?).max(0.0);
    let freedom = p * (p - 1.0) / 2.0;
    let distribution = ChiSquared::new(freedom).ok()?;
    Some(Bartlett {
        chi_squared,
        freedom: (correlations.n() * (correlations.n() - 1) / 2) as u32,
        p: distribution.sf(chi_squared),
    })
}

pub(super) fn groups(framework: &Framework, scores: &NodeScores) -> Vec<Group> {
    let nodes = framework.nodes().iter().enumerate();
    let with_children = nodes.filter(|(_, node)| node.children.len() > 1);
    with_children
        .map(|(at, node)| {
            let columns: Vec<&Column> = node.children.iter().map(|&c| scores.node(c)).collect();
            group(NodeIdx(at as u32), &columns)
        })
        .collect()
}

fn group(node: NodeIdx, columns: &[&Column]) -> Group {
    let n_units = columns.first().map_or(0, |c| c.len());
    let complete: Vec<usize> = (0..n_units)
        .filter(|&i| columns.iter().all(|c| c.get(i).value().is_some()))
        .collect();
    let data: Vec<Vec<f64>> = columns
        .iter()
        .map(|c| complete.iter().map(|&i| c.values()[i]).collect())
        .collect();
    let varying: Vec<usize> = (0..data.len())
        .filter(|&c| num::sd(&data[c]) > 0.0)
        .collect();
    let r = Matrix::from_fn(varying.len(), |i, j| {
        let (i, j) = (varying[i.max(j)], varying[i.min(j)]);
        if i == j {
            1.0
        } else {
            num::correlation(&data[i], &data[j]).unwrap_or(0.0)
        }
    });
    let eigen = if varying.is_empty() { None } else { r.eigen() };
    let mut loadings = vec![0.0; columns.len()];
    if let Some(eigen) = &eigen {
        for (&c, loading) in varying.iter().zip(&eigen.vectors[0]) {
            loadings[c] = *loading;
        }
    }
    // Rounding would hide that the correlations of so few units are singular.
    let is_enough = complete.len() > varying.len();
    let eigenvalues = eigen.map_or_else(Vec::new, |e| e.values);
    Group {
        node,
        n: complete.len() as u32,
        alpha: cronbach_alpha(&data),
        explained: eigenvalues.first().map(|v| v / varying.len() as f64),
        loadings,
        kmo: is_enough.then(|| kaiser_meyer_olkin(&r)).flatten(),
        bartlett: is_enough.then(|| bartlett(&r, complete.len())).flatten(),
        eigenvalues,
    }
}
