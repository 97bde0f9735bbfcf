//! How scores lie: quartiles, a histogram whose bars no band limit cuts through, and
//! medians of groups.

use crate::num;
use crate::rank::Bands;
use std::collections::BTreeMap;

/// Bars are no narrower than the range of scores divided by this.
const MOST_BARS: f64 = 30.0;
/// Bars are no narrower than the scale divided by this.
const FINEST: f64 = 200.0;
/// Width, as a part of the scale, where scores do not spread.
const BARS_OF_A_POINT: f64 = 20.0;

/// Five numbers about a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quartiles {
    /// Number of values.
    pub n: u32,
    /// Smallest value.
    pub least: f64,
    /// A quarter lies below it.
    pub lower: f64,
    /// Half lies below it.
    pub median: f64,
    /// A quarter lies above it.
    pub upper: f64,
    /// Greatest value.
    pub greatest: f64,
}

/// Quartiles of the finite values, as [`num::quantile_sorted`] has them; `None`
/// when there are none.
///
/// ```
/// use dhi_engine::distribution::quartiles;
/// // Positions 0.75, 1.5 and 2.25 among 1, 2, 4, 8.
/// let found = quartiles(&[8.0, 1.0, f64::NAN, 4.0, 2.0]).unwrap();
/// assert_eq!((found.lower, found.median, found.upper), (1.75, 3.0, 5.0));
/// assert_eq!((found.n, found.least, found.greatest), (4, 1.0, 8.0));
/// ```
pub fn quartiles(values: &[f64]) -> Option<Quartiles> {
    let sorted = sorted_finite(values);
    let at = |p| num::quantile_sorted(&sorted, p);
    Some(Quartiles {
        n: sorted.len() as u32,
        least: at(0.0)?,
        lower: at(0.25)?,
        median: at(0.5)?,
        upper: at(0.75)?,
        greatest: at(1.0)?,
    })
}

fn sorted_finite(values: &[f64]) -> Vec<f64> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|x| x.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// One bar of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Number of scores in it.
    pub n: u32,
    /// The band it lies in, by position.
    pub band: u32,
}

/// How many scores lie where.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Width of a bar that no limit cuts short: a round number.
    pub step: f64,
    /// From the lowest score to the highest without gaps.
    pub bars: Vec<Bar>,
}

/// How many values lie where, in bars of equal width.
#[derive(Clone, Debug, PartialEq)]
pub struct Bins {
    /// Where the first bar begins: a multiple of the width.
    pub from: f64,
    /// Width of a bar: 1, 2 or 5 times a power of ten.
    pub step: f64,
    /// Number of values in each bar.
    pub counts: Vec<u32>,
}

impl Bins {
    /// Where a bar begins, or the one before ends.
    pub fn edge(&self, bar: usize) -> f64 {
        self.from + self.step * bar as f64
    }
}

/// Counts the finite values in at most `most` bars, or one more, that cover them and
/// `reach`, such as goalposts; `None` when there is neither. A value on an edge counts
/// in the bar above it, the greatest of all in the last.
///
/// ```
/// use dhi_engine::distribution::bins;
/// // From 70 to 100 in at most 8 bars: 3.75 each, so 5.
/// let found = bins(&[85.0, 89.9, 90.0, 100.0, f64::NAN], &[70.0, 95.0], 8).unwrap();
/// assert_eq!((found.from, found.step), (70.0, 5.0));
/// assert_eq!(found.counts, [0, 0, 0, 2, 1, 1]);
/// assert_eq!(found.edge(3), 85.0);
/// ```
pub fn bins(values: &[f64], reach: &[f64], most: u32) -> Option<Bins> {
    /// An edge may be off by this part of a bar.
    const NEAR: f64 = 1e-9;
    let finite = || values.iter().copied().filter(|x| x.is_finite());
    let ends = finite().chain(reach.iter().copied().filter(|x| x.is_finite()));
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = ends.fold(none, |(low, high), x| (low.min(x), high.max(x)));
    let width = if low < high {
        high - low
    } else if low.is_finite() {
        low.abs().max(1.0)
    } else {
        return None;
    };
    let wanted = width / f64::from(most.max(1));
    let mut unit = 1.0;
    while unit > wanted && unit > f64::MIN_POSITIVE {
        unit /= 10.0;
    }
    while unit * 10.0 <= wanted {
        unit *= 10.0;
    }
    let steps = [1.0, 2.0, 5.0].map(|factor| factor * unit);
    let step = steps
        .into_iter()
        .find(|step| *step >= wanted * (1.0 - NEAR));
    let step = step.unwrap_or(10.0 * unit);
    let from = (low / step + NEAR).floor() * step;
    let n = ((high - from) / step - NEAR)
        .ceil()
        .clamp(1.0, f64::from(most) + 1.0);
    #[expect(clippy::cast_sign_loss, reason = "at least 1")]
    let mut counts = vec![0; n as usize];
    let last = counts.len() - 1;
    for x in finite() {
        #[expect(clippy::cast_sign_loss, reason = "limited to 0")]
        let at = ((x - from) / step + NEAR).max(0.0) as usize;
        if let Some(count) = counts.get_mut(at.min(last)) {
            *count += 1;
        }
    }
    Some(Bins { from, step, counts })
}

/// Counts finite scores in bars of round width, which end wherever a band ends;
/// `None` when there are none.
///
/// Width: near `2 (q₀.₇₅ − q₀.₂₅)/∛n` (Freedman and Diaconis 1981), and the nearest
/// of 1, 2, 2.5 and 5 times a power of ten of which every band limit among the scores
/// is a multiple. Where there is none, a bar is cut at the limit: then a bar
/// should be drawn as high as its `n` by its width, not as its `n`. A twentieth of
/// the scale where the quartiles coincide.
///
/// A score on an edge belongs where one on a band limit would, within the same
/// tolerance, so the bars of a band hold exactly the scores that
/// [`Bands::band_of`] puts there.
///
/// ```
/// use dhi_engine::distribution::histogram;
/// use dhi_engine::rank::Bands;
/// let scores = [62.0, 71.0, 74.9, 75.0, 76.0, 83.0, 85.0, 88.0];
/// // Quartiles 73.925 and 83.5: 2 · 9.575/2 = 9.575. Not ten: 85 is no multiple.
/// let found = histogram(&scores, &Bands::default(), 1e-9, 100.0).unwrap();
/// assert_eq!(found.step, 5.0);
/// let bars: Vec<_> = found.bars.iter().map(|b| (b.from, b.n, b.band)).collect();
/// assert_eq!(
///     bars,
///     [(60.0, 1, 2), (65.0, 0, 2), (70.0, 2, 1), (75.0, 2, 1), (80.0, 1, 1), (85.0, 2, 0)]
/// );
/// ```
pub fn histogram(scores: &[f64], bands: &Bands, tolerance: f64, scale: f64) -> Option<Histogram> {
    let sorted = sorted_finite(scores);
    let (&least, &greatest) = (sorted.first()?, sorted.last()?);
    let at = |p| num::quantile_sorted(&sorted, p);
    let between = at(0.75)? - at(0.25)?;
    let wanted = if between > 0.0 {
        2.0 * between / num::pow(sorted.len() as f64, 1.0 / 3.0)
    } else {
        scale / BARS_OF_A_POINT
    };
    let wanted = wanted
        .max((greatest - least) / MOST_BARS)
        .max(scale / FINEST);
    let limits: Vec<f64> = bands.list().iter().filter_map(|b| b.from).collect();
    let within = |limit: &&f64| **limit > least && **limit < greatest;
    let inside: Vec<f64> = limits.iter().filter(within).copied().collect();
    let step = round_step(wanted, &inside)?;
    let is_limit = |edge: f64| limits.iter().any(|l| step.is_same(edge, *l));
    let mut first = libm::floor(least / step.width());
    let mut last = libm::ceil(greatest / step.width()).max(first + 1.0);
    // A score a last bit below a limit counts as on it, one on it may count as below.
    if is_limit(step.edge(first)) && !bands.reaches(least, step.edge(first), tolerance) {
        first -= 1.0;
    }
    if is_limit(step.edge(last)) && bands.reaches(greatest, step.edge(last), tolerance) {
        last += 1.0;
    }
    let edges = step.edges(first, last, &limits);
    let inner = edges.get(1..edges.len().saturating_sub(1))?;
    let mut counts = vec![0; inner.len() + 1];
    for score in sorted {
        counts[inner.partition_point(|edge| bands.reaches(score, *edge, tolerance))] += 1;
    }
    let bars = edges.windows(2).zip(counts).map(|(ends, n)| Bar {
        from: ends[0],
        to: ends[1],
        n,
        band: bands.band_of(f64::midpoint(ends[0], ends[1]), 0.0) as u32,
    });
    Some(Histogram {
        step: step.width(),
        bars: bars.collect(),
    })
}

/// A round width, as a fraction so that its multiples are the nearest numbers to the
/// decimals they stand for.
#[derive(Clone, Copy, Debug)]
struct Step {
    over: f64,
    under: f64,
}

impl Step {
    fn width(self) -> f64 {
        self.over / self.under
    }

    fn edge(self, nth: f64) -> f64 {
        nth * self.over / self.under
    }

    /// Whether two edges are the same but for rounding.
    fn is_same(self, a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * self.width()
    }

    fn has_edge(self, limit: f64) -> bool {
        self.is_same(self.edge(libm::round(limit / self.width())), limit)
    }

    /// All edges from one to another, limits among them exactly.
    fn edges(self, first: f64, last: f64, limits: &[f64]) -> Vec<f64> {
        let mut edges = Vec::new();
        let mut nth = first;
        while nth <= last {
            let edge = self.edge(nth);
            let limit = limits.iter().find(|l| self.is_same(edge, **l));
            edges.push(limit.copied().unwrap_or(edge));
            // Beyond 2⁵³ a number has no successor.
            if nth + 1.0 <= nth {
                break;
            }
            nth += 1.0;
        }
        let (low, high) = (self.edge(first), self.edge(last));
        let inside = limits.iter().filter(|l| **l > low && **l < high);
        edges.extend(inside.filter(|l| !self.has_edge(**l)));
        edges.sort_unstable_by(f64::total_cmp);
        edges
    }
}

/// The round width nearest to what is wanted of which all limits are multiples, or
/// the next one that is no smaller.
fn round_step(wanted: f64, limits: &[f64]) -> Option<Step> {
    let rounds = (-12..=300).flat_map(|exponent| {
        let power = num::pow(10.0, f64::from(i32::abs(exponent)));
        [1.0, 2.0, 2.5, 5.0].map(|factor| {
            if exponent < 0 {
                Step {
                    over: factor,
                    under: power,
                }
            } else {
                Step {
                    over: factor * power,
                    under: 1.0,
                }
            }
        })
    });
    let ratio = |s: &Step| (s.width() / wanted).max(wanted / s.width());
    let fits = |s: &Step| ratio(s) <= 2.5 && limits.iter().all(|l| s.has_edge(*l));
    let nearest = |a: &Step, b: &Step| ratio(a).total_cmp(&ratio(b));
    let fitting = rounds.clone().filter(fits).min_by(nearest);
    fitting.or_else(|| rounds.clone().find(|s| s.width() >= wanted))
}

/// A group's number of values and their median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Middle {
    /// Number of values.
    pub n: u32,
    /// Their median.
    pub median: f64,
}

/// Medians of the groups that have values. Shape: a group number per value; values
/// that are missing or not finite do not count.
///
/// ```
/// use dhi_engine::distribution::medians_by;
/// // The example of the documentation of pandas, `groupby().median()`.
/// let values = [7.0, 2.0, 8.0, 4.0, 3.0, 3.0].map(Some);
/// let found = medians_by(&values, &[0, 0, 0, 1, 1, 1]);
/// assert_eq!((found[&0].median, found[&1].median), (7.0, 3.0));
/// ```
pub fn medians_by(values: &[Option<f64>], groups: &[u32]) -> BTreeMap<u32, Middle> {
    let with_value = groups.iter().zip(values);
    let mut sorted: Vec<(u32, f64)> = with_value
        .filter_map(|(group, value)| Some((*group, value.filter(|x| x.is_finite())?)))
        .collect();
    num::sort_by(&mut sorted, |(g, x), (h, y)| g.cmp(h).then(x.total_cmp(y)));
    let groups = sorted.chunk_by(|(g, _), (h, _)| g == h);
    let of_group = groups.filter_map(|members| {
        let values: Vec<f64> = members.iter().map(|(_, x)| *x).collect();
        let middle = Middle {
            n: values.len() as u32,
            median: num::quantile_sorted(&values, 0.5)?,
        };
        Some((members.first()?.0, middle))
    });
    of_group.collect()
}

/// Medians by two groupings at once, with those of each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CrossTable {
    /// Groups of the first grouping, the greatest median first.
    pub rows: Vec<(u32, Middle)>,
    /// Groups of the second in their own order.
    pub columns: Vec<(u32, Middle)>,
    /// By row and column; `None` where there is no value.
    pub cells: Vec<Vec<Option<Middle>>>,
    /// Rows and columns left out, the smallest groups.
    pub left_out: [u32; 2],
}

/// Crosses two groupings, keeping at most so many rows and columns: those with most
/// values, earlier groups first among equals. Medians of rows and columns are of all
/// their values, whether or not the other grouping's group is kept.
///
/// ```
/// use dhi_engine::distribution::cross_table;
/// let values = [1.0, 3.0, 8.0, 6.0].map(Some);
/// let found = cross_table(&values, &[0, 0, 1, 1], &[0, 1, 0, 0], [10, 10]);
/// // Group 1 first: its median is 7.
/// assert_eq!(found.rows.iter().map(|r| r.0).collect::<Vec<_>>(), [1, 0]);
/// assert_eq!(found.cells[0][0].unwrap().median, 7.0);
/// assert_eq!(found.cells[0][1], None);
/// assert_eq!(found.columns[0].1.median, 6.0);
/// ```
pub fn cross_table(
    values: &[Option<f64>],
    rows: &[u32],
    columns: &[u32],
    most: [usize; 2],
) -> CrossTable {
    let (mut kept_rows, rows_out) = largest(medians_by(values, rows), most[0]);
    let (kept_columns, columns_out) = largest(medians_by(values, columns), most[1]);
    num::sort_by(&mut kept_rows, |(_, a), (_, b)| {
        b.median.total_cmp(&a.median)
    });
    let places = |kept: &[(u32, Middle)]| -> BTreeMap<u32, u32> {
        let groups = kept.iter().map(|(group, _)| *group);
        groups.zip(0..).collect()
    };
    let (row_at, column_at) = (places(&kept_rows), places(&kept_columns));
    let n_columns = kept_columns.len() as u32;
    let mut of_both = Vec::with_capacity(values.len());
    let mut kept_values = Vec::with_capacity(values.len());
    for ((row, column), value) in rows.iter().zip(columns).zip(values) {
        if let (Some(row), Some(column)) = (row_at.get(row), column_at.get(column)) {
            of_both.push(row * n_columns + column);
            kept_values.push(*value);
        }
    }
    let found = medians_by(&kept_values, &of_both);
    let cell = |row: u32, column: u32| found.get(&(row * n_columns + column)).copied();
    let cells = (0..kept_rows.len() as u32)
        .map(|row| (0..n_columns).map(|column| cell(row, column)).collect());
    CrossTable {
        cells: cells.collect(),
        rows: kept_rows,
        columns: kept_columns,
        left_out: [rows_out, columns_out],
    }
}

/// The groups with most values in their own order, and how many others there are.
fn largest(groups: BTreeMap<u32, Middle>, most: usize) -> (Vec<(u32, Middle)>, u32) {
    let mut list: Vec<(u32, Middle)> = groups.into_iter().collect();
    num::sort_by(&mut list, |(_, a), (_, b)| b.n.cmp(&a.n));
    let left_out = list.len().saturating_sub(most);
    list.truncate(most);
    num::sort_by(&mut list, |(a, _), (b, _)| a.cmp(b));
    (list, left_out as u32)
}

#[cfg(test)]
mod tests;
