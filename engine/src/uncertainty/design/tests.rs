use super::*;
use proptest::prelude::*;

/// Which of n equal intervals a coordinate lies in.
fn cell(u: f64, n: u32) -> u32 {
    (0..n)
        .take_while(|i| u * f64::from(n) >= f64::from(i + 1))
        .count() as u32
}

/// Points 0 to 7 in the first four dimensions, as the authors' program prints
/// them for `new-joe-kuo-6.21201` (also `scipy.stats.qmc.Sobol(scramble=False)`).
#[test]
fn the_first_points_are_those_published() {
    let published = [
        [0.0, 0.0, 0.0, 0.0],
        [0.5, 0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25, 0.25],
        [0.25, 0.75, 0.75, 0.75],
        [0.375, 0.375, 0.625, 0.875],
        [0.875, 0.875, 0.125, 0.375],
        [0.625, 0.125, 0.875, 0.625],
        [0.125, 0.625, 0.375, 0.125],
    ];
    let sobol = Sobol::new(4);
    for (i, point) in published.iter().enumerate() {
        for (d, x) in point.iter().enumerate() {
            let found = f64::from(sobol.bits(i as u32, d)) / (1u64 << 32) as f64;
            assert_eq!(found, *x, "point {i}, dimension {d}");
        }
    }
}

/// Point 1000 in dimensions 1, 2, 10, 21, 64 and 256, times 2³², by
/// `scipy.stats.qmc.Sobol(256, scramble=False, bits=32).fast_forward(1000)`.
#[test]
fn a_far_point_in_high_dimensions_is_that_of_another_program() {
    let sobol = Sobol::new(SOBOL_DIMENSIONS);
    assert_eq!(sobol.dimensions(), SOBOL_DIMENSIONS);
    for (d, x) in [
        (0, 943_718_400),
        (1, 415_236_096),
        (9, 297_795_584),
        (20, 2_243_952_640),
        (63, 1_916_796_928),
        (255, 1_069_547_520),
    ] {
        assert_eq!(sobol.bits(1000, d), x, "dimension {d}");
    }
}

/// The first 2ᵏ points of a net in base 2 have one point in each of 2ᵏ equal
/// intervals, in every dimension; scrambling keeps that.
#[test]
fn scrambled_points_are_still_a_net() {
    for design in [Design::Sobol, Design::SobolShifted, Design::SobolScrambled] {
        let points = Points::new(design, 99, 40, 256);
        for d in 0..40 {
            let mut cells: Vec<u32> = (0..256).map(|i| cell(points.point(i)[d], 256)).collect();
            cells.sort_unstable();
            assert_eq!(cells, (0..256).collect::<Vec<_>>(), "{design:?} {d}");
        }
    }
}

/// Two dimensions, 2⁴ points: every 4 × 4 box holds exactly one of them, since the
/// first two dimensions are a (0, 2)-sequence; nested scrambling keeps that too.
#[test]
fn nested_scrambling_keeps_boxes() {
    let points = Points::new(Design::SobolScrambled, 5, 2, 16);
    let mut boxes: Vec<u32> = (0..16)
        .map(|i| {
            let p = points.point(i);
            cell(p[0], 4) * 4 + cell(p[1], 4)
        })
        .collect();
    boxes.sort_unstable();
    assert_eq!(boxes, (0..16).collect::<Vec<_>>());
}

#[test]
fn seeds_change_random_designs_and_nothing_else_does() {
    for design in [
        Design::PseudoRandom,
        Design::LatinHypercube,
        Design::SobolShifted,
        Design::SobolScrambled,
    ] {
        let points = |seed| Points::new(design, seed, 3, 50).point(7);
        assert_eq!(points(1), points(1));
        assert_ne!(points(1), points(2), "{design:?}");
    }
    assert_eq!(
        Points::new(Design::Sobol, 1, 3, 8).point(7),
        Points::new(Design::Sobol, 2, 3, 8).point(7)
    );
}

proptest! {
    #[test]
    fn a_latin_hypercube_has_one_point_in_every_interval(seed: u64, n in 1u32..60) {
        let points = Points::new(Design::LatinHypercube, seed, 3, n);
        for d in 0..3 {
            let mut at: Vec<u32> = (0..n)
                .map(|i| cell(points.point(i)[d], n))
                .collect();
            at.sort_unstable();
            prop_assert_eq!(&at, &(0..n).collect::<Vec<_>>());
        }
    }

    #[test]
    fn coordinates_lie_inside(seed: u64, i in 0u32..1000, dimensions in 1usize..300) {
        for design in [Design::PseudoRandom, Design::SobolScrambled] {
            let points = Points::new(design, seed, dimensions, 1000);
            let point = points.point(i);
            prop_assert_eq!(point.len(), dimensions);
            prop_assert!(point.iter().all(|u| *u > 0.0 && *u < 1.0));
        }
    }
}
