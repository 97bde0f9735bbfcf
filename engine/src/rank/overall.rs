//! Overall ranks alone, again and again, as replicates need them.

use super::falling::Falling;
use super::{RankSpec, rounding};
use crate::frame::{CellState, Column};
use crate::quantity::Rank;

/// Gives the overall ranks of [`super::rank`] and keeps its room from one ranking to
/// the next; in ten thousand replicates the walk for groups would be felt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranker {
    falling: Falling,
}

impl Ranker {
    /// Ranks the units with a score that take part, into `ranks`.
    pub(crate) fn overall(
        &mut self,
        scores: &Column,
        takes_part: impl Fn(usize) -> bool,
        spec: &RankSpec,
        ranks: &mut Vec<Option<Rank>>,
    ) {
        let rounded = rounding(spec.decimals);
        let cells = scores.values().iter().zip(scores.states()).enumerate();
        let ranked = cells.filter(|(i, (_, state))| **state == CellState::Value && takes_part(*i));
        let keys = ranked.map(|(i, (score, _))| (rounded(*score), i as u32));
        let sorted = self.falling.sort(keys);
        ranks.clear();
        ranks.resize(scores.len(), None);
        let mut before = 0;
        let is_tied = |a: &(f64, u32), b: &(f64, u32)| a.0 - b.0 <= spec.tolerance;
        for (nth, group) in sorted.chunk_by(is_tied).enumerate() {
            let size = group.len() as u32;
            let rank = spec.ties.rank(before, size, nth);
            for (_, i) in group {
                ranks[*i as usize] = Some(rank);
            }
            before += size;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Cell;
    use crate::rank::falling::MANY;
    use crate::rank::{TiePolicy, rank};
    use proptest::prelude::*;

    /// The same ranks as in a full ranking, with room used before.
    fn check(ranker: &mut Ranker, cells: &[Cell], out: &[bool], spec: &RankSpec) {
        let scores = Column::from_cells(cells.iter().copied());
        let takes_part: Vec<bool> = (0..cells.len())
            .map(|i| !out.get(i).copied().unwrap_or(false))
            .collect();
        let mut ranks = vec![Some(Rank(7)); 3];
        ranker.overall(&scores, |i| takes_part[i], spec, &mut ranks);
        assert_eq!(ranks, rank(&scores, &takes_part, &[], &[], spec).overall);
    }

    fn specs() -> Vec<RankSpec> {
        let mut specs = Vec::new();
        for ties in [TiePolicy::Best, TiePolicy::Worst, TiePolicy::Dense] {
            for (tolerance, decimals) in [(1e-9, None), (0.0, None), (0.5, None), (1e-9, Some(0))] {
                specs.push(RankSpec {
                    ties,
                    tolerance,
                    decimals,
                    ..RankSpec::default()
                });
            }
        }
        specs
    }

    /// Spread evenly, heaped up beside one that lies far away, all alike, and with 0
    /// from both sides: whichever way they are sorted.
    #[test]
    fn many_scores_get_the_ranks_of_a_full_ranking() {
        let n = 2 * MANY as u32;
        let spread = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 7) / 1e5;
        let cases: [Box<dyn Fn(u32) -> f64>; 6] = [
            Box::new(spread),
            Box::new(move |i| if i == 9 { -1e15 } else { spread(i) / 1e9 }),
            Box::new(|_| 50.0),
            Box::new(|i| f64::from(i % 7)),
            Box::new(|i| if i % 2 == 0 { 0.0 } else { -0.0 }),
            Box::new(|i| if i % 2 == 0 { f64::MAX } else { -f64::MAX }),
        ];
        let mut ranker = Ranker::default();
        for case in &cases {
            let cells: Vec<Cell> = (0..n)
                .map(|i| match i % 97 {
                    5 => Cell::Missing,
                    6 => Cell::NotApplicable,
                    _ => Cell::Value(case(i)),
                })
                .collect();
            let out: Vec<bool> = (0..n).map(|i| i % 31 == 3).collect();
            for spec in specs() {
                check(&mut ranker, &cells, &out, &spec);
            }
        }
    }

    proptest! {
        #[test]
        fn few_scores_get_the_ranks_of_a_full_ranking(
            scores in prop::collection::vec(prop_oneof![
                (0..12i32).prop_map(|x| Cell::Value(f64::from(x) / 4.0)),
                (0.0..100.0f64).prop_map(Cell::Value),
                Just(Cell::Missing),
                Just(Cell::NotApplicable),
            ], 0..20),
            out in prop::collection::vec(any::<bool>(), 0..20),
        ) {
            let mut ranker = Ranker::default();
            for spec in specs() {
                check(&mut ranker, &scores, &out, &spec);
            }
        }
    }
}
