//! A few places of a ranking without ranking everything.

use super::{RankSpec, TiePolicy, rounding};
use crate::frame::{CellState, Column};
use crate::quantity::Rank;
use std::borrow::Cow;
use std::ops::Range;

/// Scores looked at to guess where the places are.
const SAMPLE: usize = 1 << 10;
/// How many of these the guess may at first be wrong by.
const SLACK: usize = 8;

/// Units at some places of the order from best to worst, with their overall ranks: the
/// same as in [`super::rank`], found by counting the better scores instead of sorting them.
///
/// `None` where counting does not help: places of units without a rank, and ranks without
/// gaps, which depend on every tie before.
pub(crate) fn window(
    scores: &Column,
    takes_part: impl Fn(usize) -> bool,
    spec: &RankSpec,
    places: Range<usize>,
) -> Option<Vec<(u32, Rank)>> {
    if spec.ties == TiePolicy::Dense || places.is_empty() {
        return None;
    }
    let is_ranked = |i: usize| scores.states().get(i) == Some(&CellState::Value) && takes_part(i);
    let keys: Cow<'_, [f64]> = match spec.decimals {
        None => scores.values().into(),
        decimals => scores
            .values()
            .iter()
            .copied()
            .map(rounding(decimals))
            .collect(),
    };
    let stride = keys.len() / SAMPLE + 1;
    let sample = keys.iter().enumerate().step_by(stride);
    let sample = sample.filter(|(i, _)| is_ranked(*i));
    let mut sample: Vec<(f64, u32)> = sample.map(|(i, key)| (*key, i as u32)).collect();
    super::falling::sort_by_comparing(&mut sample);
    let sampled = |at: usize| sample.get(at).map(|(key, _)| *key);
    let mut slack = SLACK;
    loop {
        // No bounds where the guess reaches the ends.
        let above = (places.start / stride).checked_sub(slack).and_then(sampled);
        let below = sampled(places.end / stride + slack);
        let is_end = below.is_none();
        let (above, below) = (
            above.unwrap_or(f64::INFINITY),
            below.unwrap_or(f64::NEG_INFINITY),
        );
        let (mut start, mut near) = (0, Vec::new());
        for (i, key) in keys.iter().enumerate() {
            // Most end here.
            if *key < below || !is_ranked(i) {
                continue;
            }
            if *key > above {
                start += 1;
            } else {
                near.push((*key, i as u32));
            }
        }
        if is_end && places.end > start + near.len() {
            return None;
        }
        super::falling::sort_by_comparing(&mut near);
        let found = placed(&near, start, (is_end, &places), spec);
        if let Some(found) = found.filter(|found| found.len() == places.len()) {
            return Some(found);
        }
        // It was wrong by more, or ties reach further.
        slack *= 4;
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

    /// Spread evenly, in heaps of ties, in one long chain of ties, beside one that lies far
    /// away, and where all that are looked at for a guess lie below the others.
    #[test]
    fn places_of_many_are_those_of_a_full_ranking() {
        let spread = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 7) / 1e5;
        let cases: [Box<dyn Fn(u32) -> f64>; 5] = [
            Box::new(spread),
            Box::new(move |i| if i % 9 == 0 { -1.0 } else { spread(i) }),
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
                        assert!(check(&cells, &out, &spec, places));
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
