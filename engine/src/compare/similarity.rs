//! How much two rankings of the same units agree.

use crate::num;
use crate::quantity::Rank;
use serde::{Deserialize, Serialize};

/// Agreement of two rankings over the units ranked in both.
///
/// Coefficients are of the units' places among themselves, ties sharing the mean
/// of their places, so they are the same under every tie policy; shifts are of the
/// ranks as given, so that they can be read off the tables. With fewer than two
/// units there are no coefficients; without any, no shifts either.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Similarity {
    /// Units ranked in both.
    pub n: u32,
    /// Kendall's τ-b, −1 to 1; `None` when all are tied in either ranking.
    pub kendall: Option<f64>,
    /// Spearman's rank correlation, −1 to 1; `None` likewise.
    pub spearman: Option<f64>,
    /// [`weighted_spearman`], −1 to 1.
    pub weighted_spearman: Option<f64>,
    /// [`ws`] with the first ranking as the reference, 0 to 1.
    pub ws: Option<f64>,
    /// Mean absolute difference of the ranks, in places.
    pub mean_shift: Option<f64>,
    /// Largest absolute difference of the ranks, in places.
    pub max_shift: Option<u32>,
}

/// Compares two rankings, `base` being the reference of [`ws`].
///
/// Shape: one rank per unit, in the same order; `None` for units without one.
/// Those, and units beyond the shorter list, are left out of both. n log n.
///
/// ```
/// use dhi_engine::compare::similarity;
/// use dhi_engine::quantity::Rank;
/// let ranks = |of: [u32; 3]| of.map(|r| Some(Rank(r)));
/// let out = similarity(&ranks([1, 2, 3]), &ranks([1, 3, 2]));
/// // 2 of 3 pairs agree, 1 does not.
/// assert!((out.kendall.unwrap() - 1.0 / 3.0).abs() < 1e-15);
/// assert_eq!(out.spearman.unwrap(), 0.5); // 1 − 6·2/(3·8)
/// assert_eq!(out.mean_shift.unwrap(), 2.0 / 3.0);
/// assert_eq!(out.max_shift, Some(1));
/// ```
pub fn similarity(base: &[Option<Rank>], other: &[Option<Rank>]) -> Similarity {
    let both = base.iter().zip(other);
    let (x, y): (Vec<f64>, Vec<f64>) = both
        .clone()
        .filter_map(|(x, y)| Some((f64::from((*x)?.0), f64::from((*y)?.0))))
        .unzip();
    let max_shift = both
        .filter_map(|(x, y)| Some((*x)?.0.abs_diff((*y)?.0)))
        .max();
    let shifts: Vec<f64> = x.iter().zip(&y).map(|(x, y)| (x - y).abs()).collect();
    let (places_x, places_y) = (num::average_ranks(&x), num::average_ranks(&y));
    Similarity {
        n: x.len() as u32,
        kendall: num::kendall(&x, &y).map(|k| k.tau_b),
        spearman: num::correlation(&places_x, &places_y),
        weighted_spearman: weighted_spearman(&places_x, &places_y),
        ws: ws(&places_x, &places_y),
        mean_shift: num::mean(&shifts),
        max_shift,
    }
}

/// Spearman's correlation with more weight on the best places, `r_w`.
///
/// Formula: `1 − 6 Σ (xᵢ − yᵢ)² ((n − xᵢ + 1) + (n − yᵢ + 1)) / (n⁴ + n³ − n² − n)`.
/// Shape: two lists of places 1–n, 1 = best, ties as average ranks; the formula is
/// used as it stands then, without a correction, and equal lists give 1.
/// Symmetric. Range −1 to 1. `None` for fewer than two units, lists of different
/// length, or places outside 1–n. Source: Pinto da Costa and Soares 2005; `rw` of
/// pymcdm.
///
/// ```
/// use dhi_engine::compare::weighted_spearman;
/// // The best two change places: 6 · (9 + 9) / (625 + 125 − 25 − 5) = 0.15.
/// let r = weighted_spearman(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 1.0, 3.0, 4.0, 5.0]);
/// assert!((r.unwrap() - 0.85).abs() < 1e-15);
/// ```
pub fn weighted_spearman(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = length_of_places(x, y)?;
    let terms = x.iter().zip(y).map(|(x, y)| {
        let d = x - y;
        d * d * ((n - x + 1.0) + (n - y + 1.0))
    });
    // n⁴ + n³ − n² − n without the differences of large numbers.
    let total = n * (n + 1.0) * (n * n - 1.0);
    Some((1.0 - 6.0 * num::ordered_sum(terms) / total).clamp(-1.0, 1.0))
}

/// Similarity of a ranking to a reference in which the best places count most.
///
/// Formula: `WS = 1 − Σ 2^(−xᵢ) |xᵢ − yᵢ| / max(|1 − xᵢ|, |n − xᵢ|)`, x being the
/// reference; not symmetric. Shape and missing cells as for [`weighted_spearman`].
/// Powers of two are exact, and 0 far down, where nothing counts any more: half of
/// all that can be lost hangs on the first place. Range 0 to 1, since the powers add
/// up to less than 1, and ties, by convexity, to less still.
/// Source: Sałabun and Urbaniak 2020; `ws` of pymcdm.
///
/// ```
/// use dhi_engine::compare::ws;
/// // The best two change places: 1/2 · 1/4 + 1/4 · 1/3 = 5/24 are lost.
/// let out = ws(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 1.0, 3.0, 4.0, 5.0]);
/// assert!((out.unwrap() - 19.0 / 24.0).abs() < 1e-15);
/// ```
pub fn ws(reference: &[f64], other: &[f64]) -> Option<f64> {
    let n = length_of_places(reference, other)?;
    let terms = reference.iter().zip(other).map(|(x, y)| {
        let farthest = (x - 1.0).max(n - x);
        num::half_to_the(*x) * (x - y).abs() / farthest
    });
    Some((1.0 - num::ordered_sum(terms)).clamp(0.0, 1.0))
}

/// The number of units of two lists of places, if they are such.
fn length_of_places(x: &[f64], y: &[f64]) -> Option<f64> {
    let n = x.len() as f64;
    let are_places = |list: &[f64]| list.iter().all(|place| (1.0..=n).contains(place));
    (x.len() > 1 && x.len() == y.len() && are_places(x) && are_places(y)).then_some(n)
}
