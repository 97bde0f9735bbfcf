//! A few places of a ranking without ranking everything.

use super::{RankSpec, TiePolicy, rounded};
use crate::frame::{CellState, Column};
use crate::num;
use crate::quantity::Rank;
use std::ops::Range;

/// Parts of the range of scores among which the places are looked for.
const BUCKETS: usize = 1 << 14;

/// Units at some places of the order from best to worst, with their overall ranks: the
/// same as in [`super::rank`], found by counting how many scores are better instead of by
/// sorting them.
///
/// `None` where counting does not help: places of units without a rank, ranks without
/// gaps, which depend on every tie before, and scores that are all alike.
pub(crate) fn window(
    scores: &Column,
    takes_part: impl Fn(usize) -> bool,
    spec: &RankSpec,
    places: Range<usize>,
) -> Option<Vec<(u32, Rank)>> {
    if spec.ties == TiePolicy::Dense {
        return None;
    }
    let cells = scores.values().iter().zip(scores.states()).enumerate();
    let ranked = cells.filter(|(i, (_, state))| **state == CellState::Value && takes_part(*i));
    let mut keys = Vec::with_capacity(scores.len());
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for (i, (score, _)) in ranked {
        let key = rounded(*score, spec.decimals);
        (low, high) = (num::lesser(low, key), num::greater(high, key));
        keys.push((key, i as u32));
    }
    let per_point = BUCKETS as f64 / (high - low);
    if places.is_empty() || places.end > keys.len() || !(per_point.is_finite() && per_point > 0.0) {
        return None;
    }
    // Each step of the arithmetic keeps the order, so no score is in a later bucket than a
    // worse one.
    #[expect(clippy::cast_sign_loss, reason = "no score is above the highest")]
    let bucket = |key: f64| (((high - key) * per_point) as usize).min(BUCKETS - 1);
    // By bucket, how many scores are in it; then, how many are in those before it.
    let mut starts = vec![0_usize; BUCKETS];
    for (key, _) in &keys {
        starts[bucket(*key)] += 1;
    }
    let mut before = 0;
    for start in &mut starts {
        before += std::mem::replace(start, before);
    }
    let holding = |place: usize| starts.partition_point(|start| *start <= place) - 1;
    let (mut from, mut to) = (holding(places.start), holding(places.end - 1));
    loop {
        let mut near: Vec<(f64, u32)> = keys
            .iter()
            .filter(|(key, _)| (from..=to).contains(&bucket(*key)))
            .copied()
            .collect();
        super::falling::sort_by_comparing(&mut near);
        let start = starts[from];
        let end = start + near.len();
        if let Some(found) = placed(&near, start, (end == keys.len(), &places), spec) {
            return Some(found);
        }
        // Ties reach further than this.
        let more = to - from + 1;
        (from, to) = (from.saturating_sub(more), (to + more).min(BUCKETS - 1));
    }
}

/// The places among units that start at a place, where all ties of theirs are within.
fn placed(
    near: &[(f64, u32)],
    start: usize,
    (is_end, places): (bool, &Range<usize>),
    spec: &RankSpec,
) -> Option<Vec<(u32, Rank)>> {
    let mut found = Vec::with_capacity(places.len());
    let mut at = start;
    for tied in near.chunk_by(|(a, _), (b, _)| a - b <= spec.tolerance) {
        let next = at + tied.len();
        if next > places.start && at < places.end {
            let is_open_before = at == start && start > 0;
            let is_open_after = next == start + near.len() && !is_end;
            if is_open_before || is_open_after {
                return None;
            }
            let rank = spec.ties.rank(at as u32, tied.len() as u32, 0);
            let mut units: Vec<u32> = tied.iter().map(|(_, i)| *i).collect();
            units.sort_unstable();
            let inside = units.into_iter().zip(at..);
            let inside = inside.filter(|(_, place)| places.contains(place));
            found.extend(inside.map(|(unit, _)| (unit, rank)));
        }
        at = next;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Cell;
    use crate::rank::rank;
    use proptest::prelude::*;

    fn check(cells: &[Cell], out: &[bool], spec: &RankSpec, places: Range<usize>) -> bool {
        let scores = Column::from_cells(cells.iter().copied());
        let takes_part = |i: usize| !out.get(i).copied().unwrap_or(false);
        let list: Vec<bool> = (0..cells.len()).map(takes_part).collect();
        let whole = rank(&scores, &list, &[], &[], spec);
        let found = window(&scores, takes_part, spec, places.clone());
        if let Some(found) = &found {
            let expected: Vec<(u32, Rank)> = whole.order[places]
                .iter()
                .map(|unit| (*unit, whole.overall[*unit as usize].unwrap()))
                .collect();
            assert_eq!(found, &expected);
        }
        found.is_some()
    }

    /// Spread evenly, in heaps of ties, in one long chain of ties, and beside one that
    /// lies far away.
    #[test]
    fn places_of_many_are_those_of_a_full_ranking() {
        let spread = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 7) / 1e5;
        let cases: [Box<dyn Fn(u32) -> f64>; 4] = [
            Box::new(spread),
            Box::new(|i| f64::from(i % 7)),
            Box::new(|i| f64::from(i) * 1e-10),
            Box::new(move |i| if i == 9 { -1e15 } else { spread(i) / 1e9 }),
        ];
        let n = 9_000;
        for case in &cases {
            let cells: Vec<Cell> = (0..n)
                .map(|i| match i % 97 {
                    5 => Cell::Missing,
                    _ => Cell::Value(case(i)),
                })
                .collect();
            let out: Vec<bool> = (0..n).map(|i| i % 31 == 3).collect();
            for ties in [TiePolicy::Best, TiePolicy::Worst] {
                for decimals in [None, Some(0)] {
                    let spec = RankSpec {
                        ties,
                        decimals,
                        ..RankSpec::default()
                    };
                    for places in [0..40, 17..18, 4_000..4_030, 8_500..8_540] {
                        let is_alike = decimals.is_some() && case(n) < 0.5 && case(9) >= 0.0;
                        assert_eq!(check(&cells, &out, &spec, places), !is_alike);
                    }
                    // Beyond those with a rank, and nowhere.
                    assert!(!check(&cells, &out, &spec, 8_990..9_000));
                    assert!(!check(&cells, &out, &spec, 5..5));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn places_of_few_are_those_of_a_full_ranking(
            scores in prop::collection::vec(prop_oneof![
                (0..12i32).prop_map(|x| Cell::Value(f64::from(x) / 4.0)),
                (0.0..100.0f64).prop_map(Cell::Value),
                Just(Cell::Missing),
            ], 2..40),
            out in prop::collection::vec(any::<bool>(), 0..20),
            places in (0..30usize, 1..12usize),
            tolerance in prop_oneof![Just(1e-9), Just(0.0), Just(0.5)],
            ties in prop_oneof![Just(TiePolicy::Best), Just(TiePolicy::Worst)],
        ) {
            let spec = RankSpec { ties, tolerance, ..RankSpec::default() };
            check(&scores, &out, &spec, places.0..places.0 + places.1);
        }
    }
}
