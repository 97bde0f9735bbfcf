use super::*;
use crate::frame::Cell;

fn ranks_of(scores: &[f64], spec: &RankSpec) -> Vec<u32> {
    let column = Column::from_cells(scores.iter().map(|s| Cell::Value(*s)));
    let n = scores.len();
    let ranks = rank(&column, &vec![true; n], &vec![0; n], &vec![0; n], spec);
    assert_eq!(ranks.overall, ranks.in_class);
    ranks.overall.iter().map(|r| r.unwrap().0).collect()
}

#[test]
fn each_policy_gives_tied_units_its_rank() {
    let scores = [50.0, 80.0, 90.0, 80.0];
    let with = |ties| RankSpec {
        ties,
        ..RankSpec::default()
    };
    assert_eq!(ranks_of(&scores, &with(TiePolicy::Best)), [4, 2, 1, 2]);
    assert_eq!(ranks_of(&scores, &with(TiePolicy::Worst)), [4, 3, 1, 3]);
    assert_eq!(ranks_of(&scores, &with(TiePolicy::Dense)), [3, 2, 1, 2]);
}

/// 0.1 + 0.2 and 0.3 differ in the last bit; that is no reason to lose a rank.
#[test]
fn a_last_bit_does_not_break_a_tie_but_a_real_difference_does() {
    let spec = RankSpec::default();
    assert_eq!(ranks_of(&[0.3, 0.1 + 0.2], &spec), [1, 1]);
    assert_eq!(ranks_of(&[0.3, 0.300_001], &spec), [2, 1]);
}

#[test]
fn rounding_before_ranking_is_possible_only_when_declared() {
    let scores = [0.9531, 0.9534, 0.9539];
    assert_eq!(ranks_of(&scores, &RankSpec::default()), [3, 2, 1]);
    let declared = RankSpec {
        decimals: Some(3),
        ..RankSpec::default()
    };
    assert_eq!(ranks_of(&scores, &declared), [2, 2, 1]);
}

#[test]
fn those_who_take_no_part_come_last_without_a_rank() {
    let column = Column::from_cells([
        Cell::Value(10.0),
        Cell::Value(99.0),
        Cell::Missing,
        Cell::Value(20.0),
    ]);
    let takes_part = [true, false, true, true];
    let ranks = rank(&column, &takes_part, &[0; 4], &[0; 4], &RankSpec::default());
    assert_eq!(ranks.overall, [Some(Rank(2)), None, None, Some(Rank(1))]);
    assert_eq!(ranks.order, [3, 0, 1, 2]);
}

#[test]
fn bands_follow_their_boundary_rule() {
    let band = |from| Band {
        name: crate::framework::Text::default(),
        from,
    };
    let list = vec![band(Some(0.7)), band(Some(0.5)), band(None)];
    let closed = Bands::new(list.clone(), Boundary::AtOrAbove).unwrap();
    let open = Bands::new(list, Boundary::Above).unwrap();
    assert_eq!((closed.band_of(0.7, 0.0), open.band_of(0.7, 0.0)), (0, 1));
    assert_eq!((closed.band_of(0.1, 0.0), open.band_of(0.1, 0.0)), (2, 2));
    // 0.7 computed as 0.1 · 7 is a last bit above 0.7 and still counts as on it.
    assert_eq!(open.band_of(0.1 * 7.0, 1e-9), 1);
    assert_eq!(
        Bands::new(
            vec![band(Some(0.5)), band(Some(0.7)), band(None)],
            Boundary::Above
        ),
        Err(BandsError)
    );
    assert_eq!(
        Bands::new(vec![band(Some(0.5))], Boundary::Above),
        Err(BandsError)
    );
}
