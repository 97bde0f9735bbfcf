//! The smallest change of weights that turns an order round or takes a village
//! across a line, or a proof that none does.

use super::admissible::{Certificate, dot};
use super::dominance::{Form, ROUNDING, lead, least_lead};
use super::path::Along;
use super::{Admissible, Certainty, Level, Segment, WeightSpaceError};
use crate::num::{self, least_norm, maximise};

/// How the size of a change of weights is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Norm {
    /// Sum of absolute changes: twice the weight that is moved.
    L1,
    /// Square root of the sum of squared changes.
    L2,
}

impl Norm {
    /// Size of the change from one list of weights to another.
    pub fn distance(self, from: &[f64], to: &[f64]) -> f64 {
        let changes = from.iter().zip(to).map(|(a, b)| b - a);
        match self {
            Self::L1 => num::ordered_sum(changes.map(f64::abs)),
            Self::L2 => num::ordered_sum(changes.map(|x| x * x)).sqrt(),
        }
    }
}

/// Weights at which the scores are level; any further they have changed places.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The nearest such weights found.
    pub weights: Vec<f64>,
    /// Their distance from the current ones.
    pub distance: f64,
    /// No smaller change does it; the distance itself where that is exact.
    pub at_least: f64,
    /// Whether the distance is the least there is.
    pub certainty: Certainty,
}

/// Whether and how a flip can be had.
#[derive(Clone, Debug, PartialEq)]
pub enum Flip {
    /// By this change.
    Change(Change),
    /// By no admissible weights. The certificate, there for units with the same
    /// gaps and for lines, proves it for the lead by child.
    Never {
        /// The least lead over all admissible weights, in points; 0 when level is
        /// the most that can be reached. With gaps a lower bound, times the weight
        /// of the children that are there.
        lead: f64,
        /// Proof by multipliers.
        certificate: Option<Certificate>,
    },
    /// Neither found nor excluded; only for units with different gaps. No change
    /// smaller than this does it.
    Open {
        /// Certified lower bound.
        at_least: f64,
    },
}

/// The smallest change of weights, from those of the level to admissible ones,
/// after which `i` is level with `j`, on the way to the other side of it than now.
///
/// With the same gaps the lead is linear in the weights: a linear programme for
/// [`Norm::L1`], a least-distance programme for [`Norm::L2`], both exact to
/// rounding. With different gaps the distance found is an upper bound, and a box
/// round the current weights in which no flip exists gives the lower one.
///
/// ```
/// use dhi_engine::weight_space::{Admissible, Flip, Level, Norm, flip_pair};
/// // 90 w + 50 (1 − w) against 60, level at w = 1/4: a quarter of the weight moves.
/// let rows = vec![vec![Some(90.0), Some(50.0)], vec![Some(60.0), Some(60.0)]];
/// let level = Level::from_rows(&[0.5, 0.5], &rows).unwrap();
/// let flip = flip_pair(&level, &Admissible::simplex(2), (0, 1), Norm::L1).unwrap();
/// let Flip::Change(change) = flip else { panic!() };
/// assert!((change.distance - 0.5).abs() < 1e-12);
/// ```
pub fn flip_pair(
    level: &Level,
    admissible: &Admissible,
    (i, j): (usize, usize),
    norm: Norm,
) -> Result<Flip, WeightSpaceError> {
    level.check(i)?;
    level.check(j)?;
    check(level, admissible)?;
    let score = |unit| level.score(unit, level.weights()).unwrap_or(0.0);
    let (upper, lower) = if score(i) >= score(j) { (i, j) } else { (j, i) };
    if level.is_same_pattern(i, j) {
        return Ok(nearest_flip(
            level,
            admissible,
            &lead(level, upper, lower),
            norm,
        ));
    }
    let ((low, high), start) = least_lead(level, admissible, upper, lower);
    if low >= -ROUNDING {
        return Ok(Flip::Never {
            lead: low.max(0.0),
            certificate: None,
        });
    }
    let at_least = safe_distance(level, admissible, (upper, lower), norm);
    if high >= -ROUNDING {
        return Ok(Flip::Open { at_least });
    }
    let weights = search(level, admissible, (upper, lower), norm, start);
    let distance = norm.distance(level.weights(), &weights);
    Ok(Flip::Change(Change {
        weights,
        distance,
        at_least: at_least.min(distance),
        certainty: Certainty::Bounds,
    }))
}

/// The smallest change of weights after which a unit's score is at `line`, on the
/// way to the other side of it than now. Exact whatever the gaps.
pub fn flip_line(
    level: &Level,
    admissible: &Admissible,
    unit: usize,
    line: f64,
    norm: Norm,
) -> Result<Flip, WeightSpaceError> {
    level.check(unit)?;
    check(level, admissible)?;
    let is_above = level.score(unit, level.weights()).unwrap_or(0.0) >= line;
    let cells = level.values(unit).iter().zip(level.there(unit));
    let lead: Vec<f64> = cells
        .map(|(y, there)| match (there, is_above) {
            (false, _) => 0.0,
            (true, true) => y - line,
            (true, false) => line - y,
        })
        .collect();
    Ok(nearest_flip(level, admissible, &lead, norm))
}

fn check(level: &Level, admissible: &Admissible) -> Result<(), WeightSpaceError> {
    if admissible.n_children() == level.n_children() {
        Ok(())
    } else {
        Err(WeightSpaceError::Shape)
    }
}

/// Nearest admissible weights with `lead · w ≤ 0`.
fn nearest_flip(level: &Level, admissible: &Admissible, lead: &[f64], norm: Norm) -> Flip {
    let never = |least: f64| Flip::Never {
        lead: least.max(0.0),
        certificate: admissible.certify(lead),
    };
    let least = admissible
        .least(lead)
        .map_or(f64::INFINITY, |(least, _)| least);
    if least >= -ROUNDING {
        return never(least);
    }
    let size = lead.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
    let scaled: Vec<f64> = lead.iter().map(|x| x / size).collect();
    match nearest(level.weights(), admissible, &scaled, norm) {
        Some(weights) => {
            let distance = norm.distance(level.weights(), &weights);
            Flip::Change(Change {
                weights,
                distance,
                at_least: distance,
                certainty: Certainty::Exact,
            })
        }
        None => never(least),
    }
}

/// Nearest admissible `w` with `lead · w ≤ 0`, coefficients near 1.
fn nearest(from: &[f64], admissible: &Admissible, lead: &[f64], norm: Norm) -> Option<Vec<f64>> {
    let n = from.len();
    let mut rows = admissible.rows().to_vec();
    rows.push((lead.to_vec(), 0.0));
    // In terms of the change, whose entries add up to 0.
    let mut rows: Vec<(Vec<f64>, f64)> = rows
        .into_iter()
        .map(|(a, b)| {
            let b = b - dot(&a, from);
            (a, b)
        })
        .collect();
    let change: Vec<f64> = match norm {
        Norm::L2 => {
            rows.extend((0..n).map(|c| {
                let mut a = vec![0.0; n];
                a[c] = -1.0;
                (a, from[c])
            }));
            // Only the part of a row beside (1, …, 1) acts on such changes, and the
            // shortest solution lies in the span of the rows.
            for (a, _) in &mut rows {
                let mean = num::ordered_sum(a.iter().copied()) / n as f64;
                for x in a.iter_mut() {
                    *x -= mean;
                }
            }
            least_norm(n, &rows).ok()?
        }
        Norm::L1 => {
            // change = up − down, with down no more than there is.
            let mut programme: Vec<(Vec<f64>, f64)> = rows
                .iter()
                .map(|(a, b)| (a.iter().copied().chain(a.iter().map(|x| -x)).collect(), *b))
                .collect();
            let sum = |sign: f64| -> Vec<f64> {
                let ups = std::iter::repeat_n(sign, n);
                ups.chain(std::iter::repeat_n(-sign, n)).collect()
            };
            programme.push((sum(1.0), 0.0));
            programme.push((sum(-1.0), 0.0));
            for (c, w) in from.iter().enumerate() {
                let mut a = vec![0.0; 2 * n];
                a[n + c] = 1.0;
                programme.push((a, *w));
            }
            let x = maximise(&vec![-1.0; 2 * n], &programme).ok()?.x;
            (0..n).map(|c| x[c] - x[n + c]).collect()
        }
    };
    let weights = from.iter().zip(&change).map(|(w, d)| (w + d).max(0.0));
    Some(weights.collect())
}

/// A distance within which `upper` stays above `lower`: the change of one weight
/// is at most the L2 distance and at most half of the L1 distance.
fn safe_distance(
    level: &Level,
    admissible: &Admissible,
    (upper, lower): (usize, usize),
    norm: Norm,
) -> f64 {
    let (mut safe, mut unsafe_from) = (0.0, 1.0);
    for _ in 0..20 {
        let radius = f64::midpoint(safe, unsafe_from);
        let is_safe = admissible
            .near(level.weights(), radius)
            .is_none_or(|near| least_lead(level, &near, upper, lower).0.0 > 0.0);
        if is_safe {
            safe = radius;
        } else {
            unsafe_from = radius;
        }
    }
    match norm {
        Norm::L1 => 2.0 * safe,
        Norm::L2 => safe,
    }
}

/// Nearer and nearer flips: the form `w M w` is 0 at the last one, `v`, where its
/// tangent is `(M v)·w`; the line to the tangent's nearest point is searched exactly.
fn search(
    level: &Level,
    admissible: &Admissible,
    (upper, lower): (usize, usize),
    norm: Norm,
    start: Vec<f64>,
) -> Vec<f64> {
    let from = level.weights();
    let on_the_way = |to: &[f64]| -> Option<Vec<f64>> {
        let segment = Segment::new(from.to_vec(), to.to_vec()).ok()?;
        let along = |unit| Along::new(level, unit, &segment);
        let root = along(upper).minus(along(lower)).roots().next()?;
        let w = segment.at(root);
        admissible.contains(&w, 1e-9).then_some(w)
    };
    let mut best = on_the_way(&start).unwrap_or(start);
    let form = Form::new(level, upper, lower);
    for _ in 0..50 {
        let lead = form.times(&best);
        let size = lead.iter().fold(0.0_f64, |m, x| m.max(x.abs()));
        if size <= 0.0 {
            break;
        }
        let lead: Vec<f64> = lead.iter().map(|x| x / size).collect();
        let Some(next) = nearest(from, admissible, &lead, norm) else {
            break;
        };
        // Beyond the linear flip, so that the true one lies between.
        let beyond = from
            .iter()
            .zip(&next)
            .map(|(a, b)| (a + 1.2 * (b - a)).max(0.0));
        let Some(beyond) = num::shares(&beyond.collect::<Vec<f64>>()) else {
            break;
        };
        let Some(found) = on_the_way(&beyond).or_else(|| on_the_way(&next)) else {
            break;
        };
        if norm.distance(from, &found) >= norm.distance(from, &best) - 1e-14 {
            break;
        }
        best = found;
    }
    best
}
