use super::*;
use crate::framework::Text;
use crate::rank::{Band, Boundary};
use proptest::prelude::*;

fn bands(starts: &[f64], boundary: Boundary) -> Bands {
    let band = |from| Band {
        name: Text::default(),
        from,
    };
    let starts = starts.iter().map(|s| band(Some(*s)));
    Bands::new(starts.chain([band(None)]).collect(), boundary).unwrap()
}

fn drawn(found: &Histogram) -> Vec<(f64, f64, u32)> {
    found.bars.iter().map(|b| (b.from, b.to, b.n)).collect()
}

#[test]
fn nothing_has_no_distribution() {
    let nothing = [f64::NAN, f64::INFINITY];
    assert_eq!(quartiles(&nothing), None);
    assert_eq!(histogram(&nothing, &Bands::default(), 1e-9, 100.0), None);
    assert_eq!(medians_by(&[None], &[0]), BTreeMap::new());
    assert_eq!(cross_table(&[], &[], &[], [3, 3]), CrossTable::default());
}

/// One score and a constant one: a bar of a twentieth of the scale.
#[test]
fn scores_that_do_not_spread_make_one_bar() {
    for scores in [&[72.3][..], &[72.3; 9]] {
        let found = histogram(scores, &Bands::default(), 1e-9, 100.0).unwrap();
        assert_eq!(drawn(&found), [(70.0, 75.0, scores.len() as u32)]);
        assert_eq!(found.bars[0].band, 1);
    }
    // On the last edge of the scale there is no bar beyond.
    let found = histogram(&[100.0], &Bands::default(), 1e-9, 100.0).unwrap();
    assert_eq!(drawn(&found), [(100.0, 105.0, 1)]);
}

/// Exactly on a limit: in the upper band or the lower one, as the bands say; a last
/// bit below it counts as on it.
#[test]
fn a_score_on_a_limit_is_in_the_bar_of_its_band() {
    for (score, boundary, bar) in [
        (85.0, Boundary::AtOrAbove, (85.0, 90.0, 1)),
        (85.0 - 1e-12, Boundary::AtOrAbove, (85.0, 90.0, 1)),
        (85.0, Boundary::Above, (80.0, 85.0, 1)),
        (85.0 + 1e-12, Boundary::Above, (80.0, 85.0, 1)),
    ] {
        let found = histogram(&[score], &bands(&[85.0, 70.0], boundary), 1e-9, 100.0).unwrap();
        let full: Vec<_> = drawn(&found).into_iter().filter(|b| b.2 > 0).collect();
        assert_eq!(full, [bar], "{score} {boundary:?}");
    }
}

/// Quartiles 62.5 and 67.5 of five scores: 10/∛5 = 5.85, and the next round width is
/// 10; the limit 63.3 is no multiple of any near it and cuts a bar in two.
#[test]
fn a_limit_that_fits_no_round_width_cuts_a_bar() {
    let scores = [60.0, 62.5, 63.3, 67.5, 71.0];
    let found = histogram(&scores, &bands(&[63.3], Boundary::AtOrAbove), 1e-9, 100.0).unwrap();
    assert_eq!(found.step, 10.0);
    assert_eq!(
        drawn(&found),
        [(60.0, 63.3, 2), (63.3, 70.0, 2), (70.0, 80.0, 1)]
    );
    let of_bars: Vec<u32> = found.bars.iter().map(|b| b.band).collect();
    assert_eq!(of_bars, [1, 0, 0]);
}

/// Tenths are written as the decimals they are: 0.3, not 0.30000000000000004.
#[test]
fn edges_are_round_decimals() {
    let scores = [0.0, 0.11, 0.12, 0.25, 0.31, 0.39];
    let found = histogram(&scores, &bands(&[0.3], Boundary::AtOrAbove), 1e-9, 1.0).unwrap();
    let edges: Vec<f64> = found.bars.iter().map(|b| b.from).collect();
    // Quartiles 0.1125 and 0.295: 0.365/∛6 = 0.201, and 0.3 is no multiple of 0.2;
    // nearest of those of which it is one: 0.1 (ratio 2.01).
    assert_eq!(edges, [0.0, 0.1, 0.2, 0.3]);
}

#[test]
fn the_largest_groups_are_kept_and_the_rest_counted() {
    // Towns 0 (2 values), 1 (1), 2 (3); classes 0 and 1.
    let values = [5.0, 7.0, 9.0, 1.0, 2.0, 3.0].map(Some);
    let found = cross_table(&values, &[0, 0, 1, 2, 2, 2], &[0, 1, 0, 0, 0, 1], [2, 1]);
    let rows: Vec<_> = found
        .rows
        .iter()
        .map(|(g, m)| (*g, m.n, m.median))
        .collect();
    // Town 0 has the greater median though town 2 has more values.
    assert_eq!(rows, [(0, 2, 6.0), (2, 3, 2.0)]);
    let columns: Vec<_> = found.columns.iter().map(|(g, m)| (*g, m.n)).collect();
    assert_eq!(columns, [(0, 4)]);
    let cells: Vec<_> = found.cells.iter().map(|r| r[0].unwrap().median).collect();
    assert_eq!(cells, [5.0, 1.5]);
    assert_eq!(found.left_out, [1, 1]);
}

proptest! {
    /// The promise of the picture: its bars agree with the grades beside it.
    #[test]
    fn bars_hold_the_scores_of_their_band(
        scores in prop::collection::vec(prop_oneof![-20.0..120.0f64, (0..25i32).prop_map(|k| f64::from(k) * 5.0)], 1..60),
        starts in prop::collection::btree_set(0..1000i32, 0..4),
        is_above in any::<bool>(),
    ) {
        let starts: Vec<f64> = starts.into_iter().rev().map(|s| f64::from(s) / 10.0).collect();
        let boundary = if is_above { Boundary::Above } else { Boundary::AtOrAbove };
        let bands = bands(&starts, boundary);
        let found = histogram(&scores, &bands, 1e-9, 100.0).unwrap();
        for band in 0..bands.list().len() {
            let in_bars: u32 = found.bars.iter().filter(|b| b.band == band as u32).map(|b| b.n).sum();
            let graded = scores.iter().filter(|s| bands.band_of(**s, 1e-9) == band).count();
            prop_assert_eq!(in_bars, graded as u32);
        }
        prop_assert!(found.bars.len() <= 90);
        prop_assert!(found.bars.windows(2).all(|w| w[0].to == w[1].from));
        prop_assert!(found.bars.iter().all(|b| b.from < b.to && b.to - b.from <= found.step * 1.000_001));
        for bar in &found.bars {
            prop_assert!(!starts.iter().any(|s| *s > bar.from && *s < bar.to));
        }
    }

    /// A table that keeps everything has the medians of a plain filter.
    #[test]
    fn cells_are_medians_of_their_members(
        list in prop::collection::vec((0..4u32, 0..3u32, prop::option::of(0.0..100.0f64)), 0..40),
    ) {
        let values: Vec<_> = list.iter().map(|l| l.2).collect();
        let rows: Vec<_> = list.iter().map(|l| l.0).collect();
        let columns: Vec<_> = list.iter().map(|l| l.1).collect();
        let found = cross_table(&values, &rows, &columns, [9, 9]);
        for (r, (row, _)) in found.rows.iter().enumerate() {
            for (c, (column, _)) in found.columns.iter().enumerate() {
                let members: Vec<f64> = list.iter()
                    .filter(|l| l.0 == *row && l.1 == *column)
                    .filter_map(|l| l.2)
                    .collect();
                let cell = found.cells[r][c];
                prop_assert_eq!(cell.map(|m| m.median), num::median(&members));
                prop_assert_eq!(cell.map_or(0, |m| m.n), members.len() as u32);
            }
        }
        let total: u32 = found.rows.iter().map(|r| r.1.n).sum();
        prop_assert_eq!(total as usize, values.iter().flatten().count());
        prop_assert!(found.rows.windows(2).all(|w| w[0].1.median >= w[1].1.median));
    }
}

#[test]
fn bins_hold_every_finite_value_and_no_more_bars_than_asked() {
    // One value, no reach: a twentieth of 40 is 2.
    let one = bins(&[40.0], &[], 20).unwrap();
    assert_eq!((one.from, one.step, one.counts), (40.0, 2.0, vec![1]));
    assert_eq!(bins(&[f64::NAN], &[], 20), None);
    assert_eq!(bins(&[], &[0.0, 1.0], 10).unwrap().counts, [0; 10]);
    // 0.3 is the fourth edge of tenths, though 0.3/0.1 is below 3 in binary.
    let tenths = bins(&[0.3, 0.29], &[0.0, 1.0], 10).unwrap();
    assert_eq!(tenths.counts, [0, 0, 1, 1, 0, 0, 0, 0, 0, 0]);
    for scale in [1e-9, 0.37, 5.0, 1234.5, 8e11] {
        for n in [2_u32, 7, 100] {
            let values: Vec<f64> = (0..n)
                .map(|i| (f64::from(i * i % 13) - 4.0) * scale)
                .collect();
            let found = bins(&values, &[], 12).unwrap();
            assert_eq!(found.counts.iter().sum::<u32>(), n, "{scale} {n}");
            assert!(found.counts.len() <= 13, "{scale} {n}");
            assert!(found.from <= values.iter().copied().fold(f64::INFINITY, f64::min));
        }
    }
}
