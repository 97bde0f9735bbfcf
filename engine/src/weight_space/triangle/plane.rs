//! The arrangement, one village at a time.
//!
//! For one village, every other one is above it on one side of a line. Along each
//! such line the crossings with the others are sorted, so the number of villages
//! above is known on every stretch and on both sides of it. By Green's theorem the
//! area of all places with rank r is half the sum of `p × q` over the stretches
//! that bound them: no cells have to be built, lines through one point only give
//! stretches of length 0, and coinciding lines are walked once.

use super::polygon::{Point, Polygon, at, between, turn};
use crate::num;
use crate::weight_space::{Admissible, Certainty, Level, WeightSpaceError};

/// Differences of scores below this share of the largest are rounding: villages
/// that close are level.
const LEVEL: f64 = 1e-12;
/// Stretches and overlaps shorter than this are rounding.
const SHORT: f64 = 1e-9;

/// Area shares of every rank of one village.
#[derive(Clone, Debug, PartialEq)]
pub struct RankShares {
    /// Share of the admissible area at rank 1, 2, …; adds up to 1 up to rounding.
    /// Where villages are level everywhere they share the best place.
    pub shares: Vec<f64>,
    best: u32,
    worst: u32,
}

impl RankShares {
    /// Share of the area where the rank is `k` or better.
    pub fn top(&self, k: usize) -> f64 {
        let shares = self.shares.iter().take(k).copied();
        num::ordered_sum(shares).clamp(0.0, 1.0)
    }

    /// Best and worst rank over areas wider than rounding.
    pub fn extremes(&self) -> (u32, u32) {
        (self.best, self.worst)
    }
}

/// The admissible part of the triangle with the complete units of a level.
#[derive(Clone, Debug)]
pub(in crate::weight_space) struct Plane {
    area: Polygon,
    share: f64,
    rows: Vec<Point>,
    tolerance: f64,
}

/// A line on which another village is level: above it where `f·w > 0`.
struct Crosser {
    f: Point,
    chord: (Point, Point),
}

impl Plane {
    pub(in crate::weight_space) fn new(
        level: &Level,
        admissible: &Admissible,
    ) -> Result<Self, WeightSpaceError> {
        if level.n_children() != 3 {
            return Err(WeightSpaceError::NotThree(level.n_children()));
        }
        if admissible.n_children() != 3 {
            return Err(WeightSpaceError::Shape);
        }
        let mut area = Polygon::whole();
        for (a, b) in admissible.rows() {
            // a w ≤ b, with the weights adding up to 1.
            let f = [b - a[0], b - a[1], b - a[2]];
            area = area.clipped(f, LEVEL).ok_or(WeightSpaceError::NoArea)?;
        }
        let share = area.share();
        if share <= SHORT * SHORT {
            return Err(WeightSpaceError::NoArea);
        }
        let complete = (0..level.n_units()).filter(|&i| level.is_complete(i));
        let rows: Vec<Point> = complete
            .filter_map(|i| level.values(i).try_into().ok())
            .collect();
        let size = rows.iter().flatten().fold(0.0_f64, |m, x| m.max(x.abs()));
        Ok(Self {
            area,
            share,
            rows,
            tolerance: LEVEL * size,
        })
    }

    fn lead(&self, j: usize, i: usize) -> Point {
        let (a, b) = (self.rows[j], self.rows[i]);
        [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
    }

    /// Where the line crosses the area; `Err(is_above)` when it does not.
    fn chord(&self, f: Point) -> Result<(Point, Point), bool> {
        let value = |p: Point| {
            let x = at(f, p);
            if x.abs() <= self.tolerance { 0.0 } else { x }
        };
        let (mut has_above, mut has_below) = (false, false);
        let mut ends: [Option<Point>; 2] = [None, None];
        for (a, b) in self.area.edges() {
            let (x, y) = (value(a), value(b));
            has_above |= x > 0.0;
            has_below |= x < 0.0;
            let point = if x == 0.0 {
                a
            } else if x * y < 0.0 {
                between(a, b, x / (x - y))
            } else {
                continue;
            };
            let slot = usize::from(ends[0].is_some());
            ends[slot].get_or_insert(point);
        }
        match ends {
            [Some(p), Some(q)] if has_above && has_below => Ok((p, q)),
            _ => Err(has_above && !has_below),
        }
    }

    /// Ranks of the `i`-th complete unit over the area.
    pub(in crate::weight_space) fn ranks(&self, i: usize) -> RankShares {
        let n = self.rows.len();
        let mut always = 0_usize;
        let mut crossers = Vec::new();
        for j in (0..n).filter(|j| *j != i) {
            let f = self.lead(j, i);
            match self.chord(f) {
                Ok(chord) => crossers.push(Crosser { f, chord }),
                Err(is_above) => always += usize::from(is_above),
            }
        }
        let mut sweep = Sweep {
            areas: vec![0.0; n.max(1)],
            seen: vec![false; n.max(1)],
            events: Vec::with_capacity(crossers.len()),
            tolerance: self.tolerance,
        };
        for (a, b) in self.area.edges() {
            // The area lies to the left of its own edges.
            sweep.along((a, b), &crossers, always, None);
        }
        for own in 0..crossers.len() {
            sweep.along(crossers[own].chord, &crossers, always, Some(own));
        }
        let seen = || sweep.seen.iter().zip(1_u32..).filter(|(s, _)| **s);
        let best = seen().map(|(_, r)| r).next().unwrap_or(1);
        let worst = seen().map(|(_, r)| r).last().unwrap_or(1);
        RankShares {
            shares: sweep
                .areas
                .iter()
                .map(|a| (a / self.share).clamp(0.0, 1.0))
                .collect(),
            best,
            worst,
        }
    }

    /// Where the `i`-th complete unit is not below any other.
    fn leads(&self, i: usize) -> Option<Polygon> {
        let mut region = self.area.clone();
        for j in (0..self.rows.len()).filter(|j| *j != i) {
            region = self.keep(&region, self.lead(i, j))?;
        }
        Some(region)
    }

    /// The part where `f·w ≥ 0`; all of it when the two are level everywhere.
    fn keep(&self, region: &Polygon, f: Point) -> Option<Polygon> {
        if f.iter().all(|x| x.abs() <= self.tolerance) {
            return Some(region.clone());
        }
        region.clipped(f, self.tolerance)
    }

    /// Convex parts of the area where fewer than `k` units are above the `i`-th.
    fn top(&self, i: usize, k: usize) -> Vec<Polygon> {
        let mut cells = vec![(self.area.clone(), 0)];
        for j in (0..self.rows.len()).filter(|j| *j != i) {
            let f = self.lead(j, i);
            let mut next = Vec::with_capacity(cells.len());
            for (cell, above) in cells {
                if f.iter().all(|x| x.abs() <= self.tolerance) {
                    next.push((cell, above));
                    continue;
                }
                if above + 1 < k
                    && let Some(part) = cell.clipped(f, self.tolerance)
                {
                    next.push((part, above + 1));
                }
                if let Some(part) = cell.clipped(f.map(|x| -x), self.tolerance) {
                    next.push((part, above));
                }
            }
            cells = next;
        }
        cells.into_iter().map(|(cell, _)| cell).collect()
    }
}

/// What is gathered while walking lines.
struct Sweep {
    /// By number of units above, the area.
    areas: Vec<f64>,
    /// By number of units above, whether a stretch bounds such a place.
    seen: Vec<bool>,
    /// Crossings on the current line: where, and whether the other rises there.
    events: Vec<(f64, bool)>,
    tolerance: f64,
}

impl Sweep {
    /// Walks from `p` to `q`, an edge of the area or the chord of crosser `own`.
    fn along(
        &mut self,
        (p, q): (Point, Point),
        crossers: &[Crosser],
        always: usize,
        own: Option<usize>,
    ) {
        self.events.clear();
        let mut above = always;
        // Units above on the left and on the right, among lines that lie on this.
        let (mut left, mut right) = (0, 0);
        let whole = turn_between(p, q);
        for (at_k, other) in crossers.iter().enumerate() {
            let (x, y) = (at(other.f, p), at(other.f, q));
            let (is_x_level, is_y_level) = (x.abs() <= self.tolerance, y.abs() <= self.tolerance);
            if Some(at_k) == own || (own.is_some() && is_x_level && is_y_level) {
                if own.is_some_and(|own| at_k < own) {
                    // Walked with the earlier line.
                    return;
                }
                // The left of p → q is where the determinant with q − p is
                // positive; f grows to one side of its own line.
                let is_left = whole(other.f) > 0.0;
                left += usize::from(is_left);
                right += usize::from(!is_left);
            } else if is_x_level || is_y_level {
                // Touches at an end: its side is that of the other end.
                above += usize::from(x + y > 0.0);
            } else if (x > 0.0) == (y > 0.0) {
                above += usize::from(x > 0.0);
            } else {
                above += usize::from(x > 0.0);
                self.events.push((x / (x - y), y > 0.0));
            }
        }
        let is_chord = own.is_some();
        self.events.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut from = 0.0;
        let mut start = p;
        let events = std::mem::take(&mut self.events);
        let size = length(p, q);
        for &(t, rises) in events.iter().chain(std::iter::once(&(1.0, true))) {
            let end = if t >= 1.0 { q } else { between(p, q, t) };
            let is_long = (t - from) * size > SHORT;
            let part = turn(start, end);
            self.add(above + left, part, is_long);
            if is_chord {
                self.add(above + right, -part, is_long);
            }
            above = if rises {
                above + 1
            } else {
                above.saturating_sub(1)
            };
            from = t;
            start = end;
        }
        self.events = events;
    }

    fn add(&mut self, above: usize, part: f64, is_long: bool) {
        if let (Some(area), Some(seen)) = (self.areas.get_mut(above), self.seen.get_mut(above)) {
            *area += part;
            *seen |= is_long;
        }
    }
}

/// How fast a function grows to the left of the way from `p` to `q`.
fn turn_between(p: Point, q: Point) -> impl Fn(Point) -> f64 {
    // In x and y, the first two weights: left of (dx, dy) is (−dy, dx).
    let (dx, dy) = (q[0] - p[0], q[1] - p[1]);
    move |f: Point| (f[0] - f[2]) * -dy + (f[1] - f[2]) * dx
}

fn length(p: Point, q: Point) -> f64 {
    let (dx, dy) = (q[0] - p[0], q[1] - p[1]);
    (dx * dx + dy * dy).sqrt()
}

/// The triangle of three weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Triangle {
    /// Positions in the level of the units drawn: those with all three children.
    pub units: Vec<usize>,
    /// Units with gaps, which have curves for lines; see [`Triangle::top`].
    pub left_out: Vec<usize>,
    /// The admissible weights.
    pub area: Polygon,
    /// By unit drawn, where it is not below any other; `None` where that has no
    /// area.
    pub leaders: Vec<Option<Polygon>>,
    /// By unit drawn, area shares of every rank.
    pub ranks: Vec<RankShares>,
    area_share: f64,
}

/// Cuts the triangle by every order change.
///
/// Areas are exact up to rounding and are shares of the admissible area. Ties on
/// lines have no area; units that are level everywhere share the best place, and
/// each of them leads the same region, so the leaders' shares may add up to more
/// than 1. Work: n³ log n for n units, of which there may be
/// [`PAIRS_LIMIT`](crate::weight_space::PAIRS_LIMIT).
///
/// ```
/// use dhi_engine::weight_space::{Admissible, Level, triangle};
/// // Each is alone at the top of one pillar: by symmetry a third each.
/// let rows = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|r| r.map(Some).into()).collect();
/// let level = Level::from_rows(&[1.0, 1.0, 1.0], &rows).unwrap();
/// let triangle = triangle(&level, &Admissible::simplex(3)).unwrap();
/// assert!((triangle.leader_share(0) - 1.0 / 3.0).abs() < 1e-15);
/// assert!((triangle.ranks[2].shares[0] - 1.0 / 3.0).abs() < 1e-15);
/// ```
pub fn triangle(level: &Level, admissible: &Admissible) -> Result<Triangle, WeightSpaceError> {
    level.check_size()?;
    let plane = Plane::new(level, admissible)?;
    let (units, left_out) = (0..level.n_units()).partition(|&i| level.is_complete(i));
    let n = plane.rows.len();
    Ok(Triangle {
        units,
        left_out,
        leaders: (0..n).map(|i| plane.leads(i)).collect(),
        ranks: (0..n).map(|i| plane.ranks(i)).collect(),
        area_share: plane.share,
        area: plane.area,
    })
}

impl Triangle {
    /// Area share in which the unit drawn at `at` leads, among the units drawn.
    pub fn leader_share(&self, at: usize) -> f64 {
        let region = self.leaders.get(at).and_then(Option::as_ref);
        region.map_or(0.0, |r| r.share() / self.area_share)
    }

    /// Area share in which the unit drawn at `at` is among the first `k`: lower
    /// and upper bound, the same where no unit is left out. A unit left out is at
    /// worst above it everywhere, and at best nowhere.
    pub fn top(&self, at: usize, k: usize) -> (f64, f64, Certainty) {
        let share = |k| self.ranks.get(at).map_or(0.0, |r: &RankShares| r.top(k));
        let out = self.left_out.len();
        let certainty = if out == 0 {
            Certainty::Exact
        } else {
            Certainty::Bounds
        };
        (share(k.saturating_sub(out)), share(k), certainty)
    }
}

/// Where every unit leads, by its position in the level; of the complete units, those
/// that lead anywhere.
///
/// As [`Triangle::leaders`], without the ranks, whose work grows with n³: here it is
/// n² at worst.
///
/// ```
/// use dhi_engine::weight_space::{Admissible, Level, leaders};
/// // The second is best by the third part only, and never more than a fifth behind:
/// // it leads where 0.2 (w₁ + w₂) < 0.8 w₃, a triangle of 0.8² of the whole.
/// let rows = [[0.2, 0.2, 0.0], [0.0, 0.0, 0.8]];
/// let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|r| r.map(Some).into()).collect();
/// let level = Level::from_rows(&[1.0, 1.0, 1.0], &rows).unwrap();
/// let leaders = leaders(&level, &Admissible::simplex(3)).unwrap();
/// assert_eq!(leaders[1].0, 1);
/// assert!((leaders[1].1.share() - 0.64).abs() < 1e-12);
/// ```
pub fn leaders(
    level: &Level,
    admissible: &Admissible,
) -> Result<Vec<(usize, Polygon)>, WeightSpaceError> {
    let plane = Plane::new(level, admissible)?;
    let complete = (0..level.n_units()).filter(|&i| level.is_complete(i));
    let region = |(at, unit)| plane.leads(at).map(|region| (unit, region));
    Ok(complete.enumerate().filter_map(region).collect())
}

/// Convex parts of the area where a unit, given by its position in the level, is
/// among the first `k` of the complete units, for drawing.
pub fn top_region(
    level: &Level,
    admissible: &Admissible,
    unit: usize,
    k: usize,
) -> Result<Vec<Polygon>, WeightSpaceError> {
    level.check(unit)?;
    let plane = Plane::new(level, admissible)?;
    let complete = (0..unit).filter(|&i| level.is_complete(i)).count();
    if !level.is_complete(unit) || k == 0 {
        return Ok(Vec::new());
    }
    Ok(plane.top(complete, k))
}
