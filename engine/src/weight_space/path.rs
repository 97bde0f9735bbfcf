//! One line through the weights: where the order changes, exactly.

use super::Level;
use super::WeightSpaceError;
use crate::num;

/// Breakpoints closer than this along a segment count as one.
pub(super) const SAME_POINT: f64 = 1e-12;

/// A straight line of weights from `t = 0` to `t = 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    from: Vec<f64>,
    to: Vec<f64>,
}

impl Segment {
    /// Between two lists of weights, each with sum 1.
    pub fn new(from: Vec<f64>, to: Vec<f64>) -> Result<Self, WeightSpaceError> {
        let is_good = |w: &[f64]| {
            let sum = num::ordered_sum(w.iter().copied());
            w.iter().all(|x| *x >= 0.0) && (sum - 1.0).abs() <= 1e-9
        };
        if from.len() == to.len() && is_good(&from) && is_good(&to) {
            Ok(Self { from, to })
        } else {
            Err(WeightSpaceError::BadWeights)
        }
    }

    /// What a slider does: the weight of `child` is `t`, the others keep their
    /// proportions. `None` when the others have no weight to keep proportions of.
    ///
    /// ```
    /// use dhi_engine::weight_space::Segment;
    /// let slider = Segment::slider(&[0.5, 0.375, 0.125], 0).unwrap();
    /// assert_eq!(slider.at(0.75), [0.75, 0.1875, 0.0625]); // 3 : 1 as before
    /// assert_eq!(Segment::slider(&[1.0, 0.0], 0), None);
    /// ```
    pub fn slider(weights: &[f64], child: usize) -> Option<Self> {
        let rest: Vec<f64> = weights
            .iter()
            .enumerate()
            .map(|(c, w)| if c == child { 0.0 } else { *w })
            .collect();
        let from = num::shares(&rest).filter(|_| child < weights.len())?;
        let to = (0..weights.len()).map(|c| f64::from(u8::from(c == child)));
        Some(Self {
            from,
            to: to.collect(),
        })
    }

    /// The weights at `t`, 0–1.
    pub fn at(&self, t: f64) -> Vec<f64> {
        let ends = self.from.iter().zip(&self.to);
        ends.map(|(a, b)| (1.0 - t) * a + t * b).collect()
    }
}

/// A unit's score along a segment: `((1 − t) n₀ + t n₁) / ((1 − t) d₀ + t d₁)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Along {
    n: (f64, f64),
    d: (f64, f64),
}

impl Along {
    pub(super) fn new(level: &Level, unit: usize, segment: &Segment) -> Self {
        let (n0, d0) = level.ratio(unit, &segment.from);
        let (n1, d1) = level.ratio(unit, &segment.to);
        Self {
            n: (n0, n1),
            d: (d0, d1),
        }
    }

    /// A score that stays the same.
    pub(super) fn line(score: f64) -> Self {
        Self {
            n: (score, score),
            d: (1.0, 1.0),
        }
    }

    pub(super) fn all(level: &Level, segment: &Segment) -> Vec<Self> {
        let units = 0..level.n_units();
        units.map(|i| Self::new(level, i, segment)).collect()
    }

    pub(super) fn score(self, t: f64) -> f64 {
        ((1.0 - t) * self.n.0 + t * self.n.1) / ((1.0 - t) * self.d.0 + t * self.d.1)
    }

    /// `self − other`, as far as its sign goes.
    pub(super) fn minus(self, other: Self) -> Difference {
        // With the same denominator the difference of the numerators decides, and
        // a line cannot be mistaken for a flat parabola.
        if self.d == other.d {
            let exact = |a: f64, b: f64| {
                let gap = a - b;
                // Equal units may differ in last bits, which cross nothing.
                if gap.abs() <= 1e-13 * a.abs().max(b.abs()) {
                    0.0
                } else {
                    gap
                }
            };
            return Difference {
                at: (exact(self.n.0, other.n.0), exact(self.n.1, other.n.1)),
                middle: None,
            };
        }
        let cross = |n: f64, d: f64, m: f64, e: f64| n * e - m * d;
        Difference {
            at: (
                cross(self.n.0, self.d.0, other.n.0, other.d.0),
                cross(self.n.1, self.d.1, other.n.1, other.d.1),
            ),
            middle: Some(
                self.n.0 * other.d.1 + self.n.1 * other.d.0
                    - other.n.0 * self.d.1
                    - other.n.1 * self.d.0,
            ),
        }
    }
}

/// `c₀ (1−t)² + c₁ t(1−t) + c₂ t²`, or the line `(1−t) c₀ + t c₂`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Difference {
    at: (f64, f64),
    middle: Option<f64>,
}

impl Difference {
    pub(super) fn is_zero(&self) -> bool {
        self.at == (0.0, 0.0) && self.middle.unwrap_or(0.0) == 0.0
    }

    pub(super) fn value(&self, t: f64) -> f64 {
        let u = 1.0 - t;
        match self.middle {
            None => u * self.at.0 + t * self.at.1,
            Some(middle) => u * u * self.at.0 + t * u * middle + t * t * self.at.1,
        }
    }

    /// Where the sign changes within (0, 1), in rising order.
    pub(super) fn roots(&self) -> impl Iterator<Item = f64> + use<> {
        let (c0, c2) = self.at;
        let mut roots = [f64::NAN; 2];
        match self.middle {
            None => roots[0] = c0 / (c0 - c2),
            Some(c1) => {
                let (a, b) = (c0 - c1 + c2, c1 - 2.0 * c0);
                let discriminant = b * b - 4.0 * a * c0;
                if discriminant > 0.0 {
                    // The form that does not subtract nearly equal numbers.
                    let q = -0.5 * (b + discriminant.sqrt().copysign(b));
                    roots = [q / a, c0 / q];
                }
            }
        }
        if roots[1] < roots[0] {
            roots.swap(0, 1);
        }
        roots.into_iter().filter(|t| *t > 0.0 && *t < 1.0)
    }

    /// Sign just right of `t`.
    fn after(&self, t: f64) -> f64 {
        let next = self.roots().find(|r| *r > t + SAME_POINT).unwrap_or(1.0);
        self.value(f64::midpoint(t, next))
    }

    /// Sign just left of `t`.
    fn before(&self, t: f64) -> f64 {
        let last = self.roots().filter(|r| *r < t - SAME_POINT).last();
        self.value(f64::midpoint(last.unwrap_or(0.0), t))
    }

    /// How far from `t` to both sides the difference stays ≥ 0; `None` to a side
    /// where it does up to the end. `is_tied` says that it counts as 0 at `t`.
    pub(super) fn stays_from_zero(&self, t: f64, is_tied: bool) -> (Option<f64>, Option<f64>) {
        // A tie within the tolerance may lie a little off its root.
        let nearest = self
            .roots()
            .min_by(|a, b| (a - t).abs().total_cmp(&(b - t).abs()));
        let here = nearest.filter(|_| is_tied).unwrap_or(t);
        let up = if is_tied && t < 1.0 && self.after(here) < 0.0 {
            Some(t)
        } else {
            self.roots().find(|&r| r > here && self.after(r) < 0.0)
        };
        let down = if is_tied && t > 0.0 && self.before(here) < 0.0 {
            Some(t)
        } else {
            self.roots()
                .filter(|&r| r < here && self.before(r) < 0.0)
                .last()
        };
        (down, up)
    }
}

/// One change of a unit's rank along a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RankStep {
    /// Where the two scores are equal.
    pub at: f64,
    /// The other unit.
    pub other: usize,
    /// Whether the unit passes the other as `t` grows; else it is passed.
    pub is_gain: bool,
    /// Rank just after, ties apart from the point itself sharing the best place.
    pub rank_after: u32,
}

/// Every rank of one unit along a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct RankPath {
    /// Rank just after `t = 0`.
    pub start: u32,
    /// Changes in rising order of `at`; between them the rank is constant.
    pub steps: Vec<RankStep>,
}

impl RankPath {
    /// Follows a unit. Exact for any gaps: breakpoints are roots of linear or
    /// quadratic equations. Rank: 1 + the number of units with a higher score;
    /// units with the same score all along never change places.
    ///
    /// ```
    /// use dhi_engine::weight_space::{Level, RankPath, Segment};
    /// // 90 t + 50 (1 − t) passes 60 at t = 1/4 and 80 at t = 3/4.
    /// let rows = [[90.0, 50.0], [60.0, 60.0], [80.0, 80.0]];
    /// let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|r| r.map(Some).into()).collect();
    /// let level = Level::from_rows(&[0.5, 0.5], &rows).unwrap();
    /// let slider = Segment::slider(level.weights(), 0).unwrap();
    /// let path = RankPath::new(&level, &slider, 0).unwrap();
    /// assert_eq!(path.start, 3);
    /// let steps: Vec<(f64, u32)> = path.steps.iter().map(|s| (s.at, s.rank_after)).collect();
    /// assert_eq!(steps, [(0.25, 2), (0.75, 1)]);
    /// ```
    pub fn new(level: &Level, segment: &Segment, unit: usize) -> Result<Self, WeightSpaceError> {
        level.check(unit)?;
        Ok(Self::among(&Along::all(level, segment), unit))
    }

    pub(super) fn among(all: &[Along], unit: usize) -> Self {
        let Some(&own) = all.get(unit) else {
            return Self {
                start: 1,
                steps: Vec::new(),
            };
        };
        let mut start = 1;
        let mut steps = Vec::new();
        for (other, along) in all.iter().enumerate().filter(|(j, _)| *j != unit) {
            let lead = along.minus(own);
            start += u32::from(lead.after(0.0) > 0.0);
            for at in lead.roots() {
                let (before, after) = (lead.before(at) > 0.0, lead.after(at) > 0.0);
                if before != after {
                    steps.push(RankStep {
                        at,
                        other,
                        is_gain: before,
                        rank_after: 0,
                    });
                }
            }
        }
        num::sort_by(&mut steps, |a, b| {
            a.at.total_cmp(&b.at).then(a.other.cmp(&b.other))
        });
        let mut rank = start;
        for step in &mut steps {
            rank = if step.is_gain {
                rank.saturating_sub(1)
            } else {
                rank + 1
            };
            step.rank_after = rank;
        }
        Self { start, steps }
    }

    /// Best and worst rank on stretches longer than [`SAME_POINT`].
    pub(super) fn extremes(&self) -> (u32, u32) {
        let (mut best, mut worst) = (u32::MAX, 0);
        let mut see = |rank: u32, from: f64, to: f64| {
            if to - from > SAME_POINT {
                best = best.min(rank);
                worst = worst.max(rank);
            }
        };
        let first = self.steps.first().map_or(1.0, |s| s.at);
        see(self.start, 0.0, first);
        for (at, step) in self.steps.iter().enumerate() {
            let next = self.steps.get(at + 1).map_or(1.0, |s| s.at);
            see(step.rank_after, step.at, next);
        }
        (best.min(worst), worst)
    }
}
