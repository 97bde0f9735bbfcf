//! The interval of one weight, the others in proportion, within which something
//! stays as it is.

use super::path::Along;
use super::{Level, Segment, WeightSpaceError};
use crate::rank::{Bands, Boundary};

/// One end of a stability interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    /// The weight, 0–1.
    pub at: f64,
    /// Whether things are still as they were exactly there. Where two units are
    /// level neither is below the other, so orders hold at their ends.
    pub is_inside: bool,
    /// The unit that is level there; `None` for the limits 0 and 1 of the weight
    /// and for the edges of a band.
    pub other: Option<usize>,
}

/// Where a weight may lie without a change. Ends at 0 and 1 are limits: with a
/// weight of exactly 1, units without that child have no score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stay {
    /// Current weight, 0–1.
    pub now: f64,
    /// Lower end.
    pub low: End,
    /// Upper end.
    pub high: End,
}

impl Stay {
    fn whole(now: f64) -> Self {
        let end = |at| End {
            at,
            is_inside: true,
            other: None,
        };
        Self {
            now,
            low: end(0.0),
            high: end(1.0),
        }
    }

    /// Narrows to where `upper` is not below `lower`.
    fn narrow(&mut self, upper: Along, lower: Along, other: Option<usize>, tolerance: f64) {
        let is_tied = (upper.score(self.now) - lower.score(self.now)).abs() <= tolerance;
        let (down, up) = upper.minus(lower).stays_from_zero(self.now, is_tied);
        let end = |at| End {
            at,
            is_inside: true,
            other,
        };
        if let Some(at) = down.filter(|at| *at > self.low.at) {
            self.low = end(at);
        }
        if let Some(at) = up.filter(|at| *at < self.high.at) {
            self.high = end(at);
        }
    }

    /// Whether nothing changes at weight `t`.
    pub fn holds(&self, t: f64) -> bool {
        let above = t > self.low.at || (t == self.low.at && self.low.is_inside);
        let below = t < self.high.at || (t == self.high.at && self.high.is_inside);
        above && below
    }
}

/// The weight of `child` within which unit `i`, now not below `j`, stays not below
/// `j`; `None` when the slider cannot move or `i` is below `j`.
///
/// ```
/// use dhi_engine::weight_space::{Level, pair_stay};
/// // 90 t + 50 (1 − t) ≥ 60 from t = 1/4 on.
/// let rows = vec![vec![Some(90.0), Some(50.0)], vec![Some(60.0), Some(60.0)]];
/// let level = Level::from_rows(&[0.5, 0.5], &rows).unwrap();
/// let stay = pair_stay(&level, 0, (0, 1), 1e-9).unwrap().unwrap();
/// assert_eq!((stay.low.at, stay.high.at), (0.25, 1.0));
/// ```
pub fn pair_stay(
    level: &Level,
    child: usize,
    (i, j): (usize, usize),
    tolerance: f64,
) -> Result<Option<Stay>, WeightSpaceError> {
    level.check(i)?;
    level.check(j)?;
    let Some((now, segment)) = slider(level, child) else {
        return Ok(None);
    };
    let (a, b) = (
        Along::new(level, i, &segment),
        Along::new(level, j, &segment),
    );
    if a.score(now) < b.score(now) - tolerance {
        return Ok(None);
    }
    let mut stay = Stay::whole(now);
    stay.narrow(a, b, Some(j), tolerance);
    Ok(Some(stay))
}

/// The weight of `child` within which the leader stays level with or above
/// everyone; of tied leaders the first in register order.
pub fn leader_stay(level: &Level, child: usize, tolerance: f64) -> Option<Stay> {
    top_stay(level, child, 1, tolerance)
}

/// The weight of `child` within which the present first `k` stay the first `k`:
/// none of them falls below one of the others. A tie across the boundary makes
/// the interval end where it is. `None` when the slider cannot move or there are
/// no more than `k` units.
pub fn top_stay(level: &Level, child: usize, k: usize, tolerance: f64) -> Option<Stay> {
    let (now, segment) = slider(level, child)?;
    let order = level.order();
    let (top, rest) = order.split_at_checked(k)?;
    if top.is_empty() || rest.is_empty() {
        return None;
    }
    let all = Along::all(level, &segment);
    let mut stay = Stay::whole(now);
    for &i in top {
        for &j in rest {
            // Who rises names the change.
            stay.narrow(*all.get(i)?, *all.get(j)?, Some(j), tolerance);
        }
    }
    Some(stay)
}

/// The weight of `child` within which a unit stays in its band. A score on an
/// edge belongs to the band the rule says, so one end may be outside.
pub fn band_stay(
    level: &Level,
    child: usize,
    unit: usize,
    bands: &Bands,
    tolerance: f64,
) -> Option<Stay> {
    let (now, segment) = slider(level, child)?;
    level.check(unit).ok()?;
    let own = Along::new(level, unit, &segment);
    let at = bands.band_of(own.score(now), tolerance);
    let edge = |at: usize| bands.list().get(at).and_then(|band| band.from);
    let mut stay = Stay::whole(now);
    let is_closed_below = bands.boundary() == Boundary::AtOrAbove;
    let floor = edge(at).map(|from| (own, Along::line(from), is_closed_below));
    let above = at.checked_sub(1).and_then(edge);
    let ceiling = above.map(|from| (Along::line(from), own, !is_closed_below));
    for (upper, lower, is_closed) in [floor, ceiling].into_iter().flatten() {
        let before = stay;
        // A score within the tolerance counts as on the edge.
        let is_tied = is_closed && (upper.score(now) - lower.score(now)).abs() <= tolerance;
        stay.narrow(upper, lower, None, if is_tied { tolerance } else { 0.0 });
        if stay.low != before.low {
            stay.low.is_inside = is_closed;
        }
        if stay.high != before.high {
            stay.high.is_inside = is_closed;
        }
    }
    Some(stay)
}

/// The current weight of a child and the line its slider moves on.
fn slider(level: &Level, child: usize) -> Option<(f64, Segment)> {
    let now = *level.weights().get(child)?;
    Some((now, Segment::slider(level.weights(), child)?))
}
