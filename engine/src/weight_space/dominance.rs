//! Who is ahead under any admissible weights, and how far a rank can go.

use super::admissible::dot;
use super::path::Along;
use super::triangle::Plane;
use super::{Admissible, Certainty, Level, RankPath, Segment, WeightSpaceError};

/// Leads below this, in points, are rounding.
pub(super) const ROUNDING: f64 = 1e-10;
/// Most parts the weights are split into to settle a pair with different gaps.
const MAX_PARTS: usize = 64;

/// Whether one unit is never below another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dominance {
    /// Never below for any admissible weights: certain.
    Always,
    /// Below for some admissible weights: certain.
    NotAlways,
    /// Not settled; only for pairs with different gaps.
    Open,
}

/// A whole number between two bounds that certainly hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Between {
    /// Not less than this.
    pub at_least: u32,
    /// Not more than this.
    pub at_most: u32,
}

impl Between {
    fn exactly(x: u32) -> Self {
        Self {
            at_least: x,
            at_most: x,
        }
    }

    /// Exact when the bounds meet.
    pub fn certainty(self) -> Certainty {
        if self.at_least == self.at_most {
            Certainty::Exact
        } else {
            Certainty::Bounds
        }
    }
}

/// Best and worst rank of a unit over the admissible weights. Rank: 1 + the number
/// of units above, taken over weights that leave room around them; ties that only
/// happen on a line or in a point do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankRange {
    /// Best possible rank.
    pub best: Between,
    /// Worst possible rank.
    pub worst: Between,
}

/// Whether `i` is never below `j`.
///
/// With the same gaps: the least of a linear function, exact. With different
/// gaps: `sᵢ ≥ sⱼ` where the quadratic form `Nᵢ Dⱼ − Nⱼ Dᵢ ≥ 0`; bounded below by two
/// rounds of linear programmes, above by its value at the points they find, and
/// the weights are halved until the two agree on the sign or
/// [`Dominance::Open`] is all that can be said.
///
/// ```
/// use dhi_engine::weight_space::{Admissible, Dominance, Level, dominates};
/// let rows = vec![vec![Some(90.0), Some(50.0)], vec![Some(60.0), Some(60.0)]];
/// let level = Level::from_rows(&[0.5, 0.5], &rows).unwrap();
/// let all = Admissible::simplex(2);
/// assert_eq!(dominates(&level, &all, 0, 1).unwrap(), Dominance::NotAlways);
/// // 90 · 0.3 + 50 · 0.7 = 62: from a weight of 0.3 on the first never is below.
/// let some = Admissible::new(&[(0.3, 1.0), (0.0, 1.0)], &[]).unwrap();
/// assert_eq!(dominates(&level, &some, 0, 1).unwrap(), Dominance::Always);
/// ```
pub fn dominates(
    level: &Level,
    admissible: &Admissible,
    i: usize,
    j: usize,
) -> Result<Dominance, WeightSpaceError> {
    level.check(i)?;
    level.check(j)?;
    if admissible.n_children() != level.n_children() {
        return Err(WeightSpaceError::Shape);
    }
    let (least, _) = least_lead(level, admissible, i, j);
    Ok(match least {
        (low, _) if low >= -ROUNDING => Dominance::Always,
        (_, high) if high < -ROUNDING => Dominance::NotAlways,
        _ => Dominance::Open,
    })
}

/// By row and column, whether the row's unit is never below the column's.
pub fn dominance(
    level: &Level,
    admissible: &Admissible,
) -> Result<Vec<Vec<Dominance>>, WeightSpaceError> {
    let n = level.n_units();
    level.check_size()?;
    (0..n)
        .map(|i| (0..n).map(|j| dominates(level, admissible, i, j)).collect())
        .collect()
}

/// Bounds of the least lead of `i` over `j` (in points; for different gaps times
/// both denominators, which are at most 1), and where the upper one is taken.
pub(super) fn least_lead(
    level: &Level,
    admissible: &Admissible,
    i: usize,
    j: usize,
) -> ((f64, f64), Vec<f64>) {
    if level.is_same_pattern(i, j) {
        let lead = lead(level, i, j);
        let (least, w) = admissible
            .least(&lead)
            .unwrap_or((f64::INFINITY, Vec::new()));
        return ((least, least), w);
    }
    let form = Form::new(level, i, j);
    let mut parts = vec![(form.bounds(admissible), admissible.clone())];
    let mut best = (f64::INFINITY, Vec::new());
    loop {
        for ((_, high, w), _) in &parts {
            if *high < best.0 {
                best = (*high, w.clone());
            }
        }
        let lowest = (0..parts.len()).min_by(|&a, &b| parts[a].0.0.total_cmp(&parts[b].0.0));
        let Some(lowest) = lowest else {
            return ((f64::INFINITY, f64::INFINITY), best.1);
        };
        let low = parts[lowest].0.0;
        let is_settled = low >= -ROUNDING || best.0 < -ROUNDING;
        if is_settled || parts.len() >= MAX_PARTS {
            return ((low.min(best.0), best.0), best.1);
        }
        let (_, part) = parts.swap_remove(lowest);
        let halves = part.halves(part.widest());
        parts.extend(halves.into_iter().flatten().map(|h| (form.bounds(&h), h)));
    }
}

/// Lead of `i` over `j` by child, for the same gaps; its sum with the weights has
/// the sign of the difference of scores.
pub(super) fn lead(level: &Level, i: usize, j: usize) -> Vec<f64> {
    let pair = level.values(i).iter().zip(level.values(j));
    pair.map(|(a, b)| a - b).collect()
}

/// `w M w` with the sign of `sᵢ − sⱼ`.
pub(super) struct Form {
    m: Vec<Vec<f64>>,
}

impl Form {
    pub(super) fn new(level: &Level, i: usize, j: usize) -> Self {
        let n = level.n_children();
        let (a, b) = (level.values(i), level.values(j));
        let (has, other) = (level.there(i), level.there(j));
        let q = |r: usize, s: usize| if has[r] && other[s] { a[r] - b[s] } else { 0.0 };
        let row = |r| (0..n).map(|s| f64::midpoint(q(r, s), q(s, r))).collect();
        Self {
            m: (0..n).map(row).collect(),
        }
    }

    fn value(&self, w: &[f64]) -> f64 {
        dot(&self.times(w), w)
    }

    pub(super) fn times(&self, w: &[f64]) -> Vec<f64> {
        self.m.iter().map(|row| dot(row, w)).collect()
    }

    /// A lower bound of the least value, an upper one, and where that is taken:
    /// `w M w ≥ Σ w_r · min_v (M v)_r`.
    fn bounds(&self, admissible: &Admissible) -> (f64, f64, Vec<f64>) {
        let mut best = (f64::INFINITY, Vec::new());
        let mut see = |w: Vec<f64>| {
            let value = self.value(&w);
            if value < best.0 {
                best = (value, w);
            }
        };
        let mut rows = Vec::with_capacity(self.m.len());
        for row in &self.m {
            let Some((least, w)) = admissible.least(row) else {
                return (f64::INFINITY, f64::INFINITY, Vec::new());
            };
            rows.push(least);
            see(w);
        }
        let low = admissible.least(&rows);
        if let Some((_, w)) = &low {
            see(w.clone());
            // A step of steepest descent from there.
            if let Some((_, down)) = admissible.least(&self.times(w)) {
                see(down);
            }
        }
        (low.map_or(f64::INFINITY, |l| l.0), best.0, best.1)
    }
}

/// Best and worst rank of every unit.
///
/// Two children: exact along the one line there is. Three children and complete
/// units: exact through the arrangement of the lines on which orders change.
/// Otherwise certified bounds — units that always beat it are always above — and
/// ranks found on lines through the weights; exact where the two meet.
pub fn rank_ranges(
    level: &Level,
    admissible: &Admissible,
) -> Result<Vec<RankRange>, WeightSpaceError> {
    let (n, m) = (level.n_units(), level.n_children());
    if admissible.n_children() != m {
        return Err(WeightSpaceError::Shape);
    }
    level.check_size()?;
    let is_complete = (0..n).all(|i| level.is_complete(i));
    if m == 3
        && is_complete
        && let Ok(plane) = Plane::new(level, admissible)
    {
        let ranges = (0..n).map(|i| {
            let (best, worst) = plane.ranks(i).extremes();
            RankRange {
                best: Between::exactly(best),
                worst: Between::exactly(worst),
            }
        });
        return Ok(ranges.collect());
    }
    let found = found_ranks(level, admissible);
    let matrix = dominance(level, admissible)?;
    Ok((0..n)
        .map(|i| {
            let mut above = 0;
            let mut below = 0;
            for j in (0..n).filter(|j| *j != i) {
                let is_never_above = matrix[i][j] == Dominance::Always;
                let is_never_below = matrix[j][i] == Dominance::Always;
                above += u32::from(is_never_below && !is_never_above);
                below += u32::from(is_never_above);
            }
            let (best, worst) = (1 + above, n as u32 - below);
            let (seen_best, seen_worst) = found.get(i).copied().flatten().unwrap_or((worst, best));
            // On the one line of two children nothing is missed.
            let is_all = m == 2 && !found.is_empty();
            let (best, worst) = if is_all {
                (seen_best, seen_worst)
            } else {
                (best.min(seen_best), worst.max(seen_worst))
            };
            RankRange {
                best: Between {
                    at_least: best,
                    at_most: if found.is_empty() { worst } else { seen_best },
                },
                worst: Between {
                    at_least: if found.is_empty() { best } else { seen_worst },
                    at_most: worst,
                },
            }
        })
        .collect())
}

/// Best and worst rank of every unit on lines between admissible weights: from the
/// middle to the extremes of every child, and between those. Ranks on a stretch of
/// a line hold around it but for units that are level all along it; those count as
/// above for the best rank and as not above for the worst.
fn found_ranks(level: &Level, admissible: &Admissible) -> Vec<Option<(u32, u32)>> {
    let (n, m) = (level.n_units(), level.n_children());
    let mut corners: Vec<Vec<f64>> = Vec::new();
    for child in 0..m {
        for sign in [1.0, -1.0] {
            let mut c = vec![0.0; m];
            c[child] = sign;
            if let Some((_, w)) = admissible.least(&c)
                && !corners.contains(&w)
            {
                corners.push(w);
            }
        }
    }
    let count = corners.len() as f64;
    let centre: Vec<f64> = (0..m)
        .map(|c| crate::num::ordered_sum(corners.iter().map(|w| w[c])) / count)
        .collect();
    let mut ends: Vec<(Vec<f64>, Vec<f64>)> = Vec::new();
    for (at, a) in corners.iter().enumerate() {
        if m > 2 {
            // Just inside, where no unit loses all its children.
            let inside = |w: &[f64]| -> Vec<f64> {
                let pair = w.iter().zip(&centre);
                pair.map(|(w, c)| 0.999 * w + 0.001 * c).collect()
            };
            ends.push((centre.clone(), inside(a)));
            ends.extend(corners[..at].iter().map(|b| (inside(a), inside(b))));
        } else {
            ends.extend(corners[..at].iter().map(|b| (a.clone(), b.clone())));
        }
    }
    if corners.len() == 1 {
        ends.push((centre.clone(), centre));
    }
    let mut found: Vec<Option<(u32, u32)>> = vec![None; n];
    for (from, to) in ends {
        let Ok(segment) = Segment::new(from, to) else {
            continue;
        };
        let all = Along::all(level, &segment);
        for (unit, range) in found.iter_mut().enumerate() {
            let (best, worst) = RankPath::among(&all, unit).extremes();
            // Level all along this line, but not elsewhere: may be above beside it.
            let is_level = |j: &usize| {
                m > 2
                    && level.values(*j) != level.values(unit)
                    && all[*j].minus(all[unit]).is_zero()
            };
            let best = best + (0..n).filter(is_level).count() as u32;
            let (low, high) = range.unwrap_or((best, worst));
            *range = Some((low.min(best), high.max(worst)));
        }
    }
    found
}
