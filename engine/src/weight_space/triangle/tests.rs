use super::*;
use crate::num;
use crate::weight_space::{Admissible, Certainty, Level, WeightSpaceError, rank_ranges};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

fn level(rows: &[[f64; 3]]) -> Level {
    let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|r| r.map(Some).to_vec()).collect();
    Level::from_rows(&[1.0, 1.0, 1.0], &rows).unwrap()
}

fn whole(rows: &[[f64; 3]]) -> Triangle {
    triangle(&level(rows), &Admissible::simplex(3)).unwrap()
}

fn near(x: f64, y: f64) {
    assert!((x - y).abs() < 1e-12, "{x} is not {y}");
}

/// 4w₁, 2w₂ and w₃ are level at c = (1, 2, 4)/7; in pairs on the edges at
/// (1, 2, 0)/3, (1, 0, 4)/5 and (0, 1, 2)/3. Areas as determinants of corners: the
/// first leads on e₁-(1,2,0)/3-c and e₁-c-(1,0,4)/5, that is 8/21 + 8/35 = 64/105;
/// the second on 2/21 + 4/21 = 30/105; the third on 2/35 + 1/21 = 11/105.
#[test]
fn three_villages_by_hand() {
    let out = whole(&[[4.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 1.0]]);
    for (i, share) in [64.0, 30.0, 11.0].into_iter().enumerate() {
        near(out.leader_share(i), share / 105.0);
        near(out.ranks[i].shares[0], share / 105.0);
        near(out.ranks[i].top(3), 1.0);
    }
    // Every rank is taken once.
    for r in 0..3 {
        near(out.ranks.iter().map(|x| x.shares[r]).sum(), 1.0);
    }
    let corners = &out.leaders[0].as_ref().unwrap().corners;
    assert_eq!(corners.len(), 4);
}

/// w₁ against w₃/2: level through e₂ and (1, 0, 2)/3, which leaves two thirds of
/// the edge e₁e₃, and so of the area, to the first.
#[test]
fn two_villages_by_hand() {
    let out = whole(&[[1.0, 0.0, 0.0], [0.0, 0.0, 0.5]]);
    near(out.leader_share(0), 2.0 / 3.0);
    near(out.ranks[0].shares[0], 2.0 / 3.0);
    near(out.ranks[0].shares[1], 1.0 / 3.0);
    near(out.ranks[1].shares[0], 1.0 / 3.0);
    // With w₁ ≥ w₃ only the first leads.
    let some = Admissible::new(&[(0.0, 1.0); 3], &[(0, 2)]).unwrap();
    let out = triangle(&level(&[[1.0, 0.0, 0.0], [0.0, 0.0, 0.5]]), &some).unwrap();
    near(out.area.share(), 0.5);
    near(out.leader_share(0), 1.0);
    assert_eq!(out.leaders[1], None);
    assert_eq!(out.ranks[1].extremes(), (2, 2));
}

#[test]
fn one_village_equal_villages_and_none() {
    let out = whole(&[[5.0, 5.0, 5.0]]);
    near(out.ranks[0].shares[0], 1.0);
    assert_eq!(whole(&[]).units.len(), 0);
    // Two the same and one always below: both lead everywhere and share rank 1.
    let out = whole(&[[5.0, 4.0, 3.0], [5.0, 4.0, 3.0], [4.0, 3.0, 2.0]]);
    for i in 0..2 {
        near(out.leader_share(i), 1.0);
        near(out.ranks[i].shares[0], 1.0);
        assert_eq!(out.ranks[i].extremes(), (1, 1));
    }
    near(out.ranks[2].shares[2], 1.0);
    let two = Level::from_rows(&[1.0, 1.0], &[]).unwrap();
    assert_eq!(
        triangle(&two, &Admissible::simplex(2)),
        Err(WeightSpaceError::NotThree(2))
    );
    let point = Admissible::new(&[(0.5, 0.5), (0.5, 0.5), (0.0, 0.0)], &[]).unwrap();
    assert_eq!(
        triangle(&level(&[[1.0, 2.0, 3.0]]), &point),
        Err(WeightSpaceError::NoArea)
    );
}

/// Lines that coincide, are parallel to an edge, or meet in one point: the second
/// and third village are above the first on opposite sides of one line.
#[test]
fn coinciding_and_concurrent_lines() {
    let out = whole(&[
        [0.0, 0.0, 0.0],
        [1.0, -1.0, 0.0],
        [-2.0, 2.0, 0.0],
        [1.0, 0.0, -1.0],
        [0.0, 1.0, -1.0],
    ]);
    for r in &out.ranks {
        near(num::ordered_sum(r.shares.iter().copied()), 1.0);
    }
    // Of the pair on one line one is always above the first village; of the other
    // two, by symmetry in w₁ and w₂, both are above where w₁, w₂ > w₃ (1/3 of the
    // area), none where w₁, w₂ < w₃ (1/3), one on the rest.
    let first = &out.ranks[0].shares;
    near(first[0], 0.0);
    near(first[1], 1.0 / 3.0);
    near(first[2], 1.0 / 3.0);
    near(first[3], 1.0 / 3.0);
}

/// Villages left out for their gaps turn shares into bounds.
#[test]
fn gaps_give_bounds() {
    let rows = vec![
        vec![Some(1.0), Some(0.0), Some(0.0)],
        vec![Some(0.0), Some(1.0), Some(0.0)],
        vec![Some(0.5), None, Some(0.5)],
    ];
    let level = Level::from_rows(&[1.0, 1.0, 1.0], &rows).unwrap();
    let out = triangle(&level, &Admissible::simplex(3)).unwrap();
    assert_eq!((out.units.len(), out.left_out.as_slice()), (2, &[2][..]));
    let (low, high, certainty) = out.top(0, 1);
    near(low, 0.0);
    near(high, 0.5);
    assert_eq!(certainty, Certainty::Bounds);
}

fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// Uniform on the triangle: gaps between two sorted uniforms.
fn weights(rng: &mut ChaCha8Rng) -> [f64; 3] {
    let (a, b) = (uniform(rng), uniform(rng));
    [a.min(b), (a - b).abs(), 1.0 - a.max(b)]
}

/// 20 random problems of 8 villages on a coarse grid, with ties and parallel
/// lines; 4,000 weights each. Of 1,280 shares some 3.5 lie beyond three standard
/// errors by chance and one in 150,000 beyond four and a half.
#[test]
fn areas_agree_with_sampled_shares() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut n_compared, mut n_beyond) = (0, 0);
    for _ in 0..20 {
        let rows: Vec<[f64; 3]> = (0..8)
            .map(|_| [0; 3].map(|_: i32| (uniform(&mut rng) * 6.0).floor()))
            .collect();
        let out = whole(&rows);
        let samples = 4000;
        let mut counts = vec![[0_u32; 8]; 8];
        for _ in 0..samples {
            let w = weights(&mut rng);
            let scores: Vec<f64> = rows
                .iter()
                .map(|r| r[0] * w[0] + r[1] * w[1] + r[2] * w[2])
                .collect();
            for i in 0..8 {
                let above = scores.iter().filter(|s| **s > scores[i] + 1e-12).count();
                counts[i][above] += 1;
            }
        }
        for (rank, counts) in out.ranks.iter().zip(&counts) {
            for (share, count) in rank.shares.iter().zip(counts) {
                let error = (share * (1.0 - share) / f64::from(samples))
                    .sqrt()
                    .max(1e-9);
                let off = (f64::from(*count) / f64::from(samples) - share).abs() / error;
                n_compared += 1;
                n_beyond += u32::from(off > 3.0);
                assert!(off < 4.5, "{share} against {count}");
            }
        }
    }
    assert_eq!(n_compared, 1280);
    assert!(n_beyond <= 12, "{n_beyond} beyond three standard errors");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Two ways to the same areas: stretches by Green's theorem, and cells cut by
    /// half planes. Coarse scores bring ties, parallels and lines through corners.
    #[test]
    fn stretches_and_cells_agree(
        cells in prop::collection::vec(0..5i32, 21),
        fine in prop::collection::vec(0.0..1.0f64, 21),
        is_coarse: bool,
        lower in 0.0..0.3f64,
    ) {
        let value = |k: usize| if is_coarse { f64::from(cells[k]) } else { fine[k] };
        let rows: Vec<[f64; 3]> = (0..7).map(|i| [0, 1, 2].map(|c| value(3 * i + c))).collect();
        let level = level(&rows);
        let bounds = [(lower, 1.0), (0.0, 1.0), (0.0, 0.8)];
        let admissible = Admissible::new(&bounds, &[(1, 2)]).unwrap();
        let out = triangle(&level, &admissible).unwrap();
        let area = out.area.share();
        for i in 0..7 {
            let sum = num::ordered_sum(out.ranks[i].shares.iter().copied());
            prop_assert!((sum - 1.0).abs() < 1e-12);
            prop_assert!((out.leader_share(i) - out.ranks[i].shares[0]).abs() < 1e-11);
            for k in 1..=7 {
                let cells = top_region(&level, &admissible, i, k).unwrap();
                let by_cells = num::ordered_sum(cells.iter().map(Polygon::share)) / area;
                prop_assert!((by_cells - out.ranks[i].top(k)).abs() < 1e-11);
            }
            let range = rank_ranges(&level, &admissible).unwrap()[i];
            let (best, worst) = out.ranks[i].extremes();
            prop_assert_eq!((range.best.at_most, range.worst.at_least), (best, worst));
            for (at, share) in out.ranks[i].shares.iter().enumerate() {
                let is_within = (best..=worst).contains(&(at as u32 + 1));
                prop_assert!(is_within || *share < 1e-9);
            }
        }
    }
}
