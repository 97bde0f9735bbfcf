//! Means, intervals and their coverage.

use super::Draw;
use crate::survey::*;

/// Newcombe (1998), Statistics in Medicine 17, table I, method 3.
#[test]
fn wilson_as_published() {
    for (x, n, low, high) in [
        (81.0, 263.0, 0.2553, 0.3662),
        (15.0, 148.0, 0.0624, 0.1605),
        (0.0, 20.0, 0.0, 0.1611),
        (1.0, 29.0, 0.0061, 0.1718),
    ] {
        let found = wilson(x, n, 0.95).unwrap();
        assert!((found.low - low).abs() < 5.1e-5, "{x}/{n}: {found:?}");
        assert!((found.high - high).abs() < 5.1e-5, "{x}/{n}: {found:?}");
    }
}

/// Brown, Cai and DasGupta (2001), Statistical Science 16, table 5 (n = 7).
#[test]
fn jeffreys_as_published() {
    for (x, low, high) in [
        (0.0, 0.0, 0.292),
        (1.0, 0.016, 0.501),
        (2.0, 0.065, 0.648),
        (3.0, 0.139, 0.766),
    ] {
        let found = jeffreys(x, 7.0, 0.95).unwrap();
        assert!((found.high - high).abs() < 5.1e-4, "{x}: {found:?}");
        assert!((found.low - low).abs() < 5.1e-4, "{x}: {found:?}");
    }
}

#[test]
fn intervals_refuse_what_is_no_count() {
    for (x, n, level) in [
        (0.0, 0.0, 0.95),
        (-1.0, 5.0, 0.95),
        (6.0, 5.0, 0.95),
        (1.0, 5.0, 1.0),
        (f64::NAN, 5.0, 0.95),
        (1.0, f64::INFINITY, 0.95),
    ] {
        assert_eq!(wilson(x, n, level), None);
        assert_eq!(jeffreys(x, n, level), None);
    }
    let one = wilson(1.0, 1.0, 0.95).unwrap();
    assert!(one.high == 1.0 && one.low > 0.2);
}

/// Coverage by adding up binomial probabilities, with nothing drawn: averaged
/// over p, both methods keep what they promise; for single p they need not.
#[test]
fn intervals_cover_on_average() {
    for n in [10u32, 20, 50] {
        for interval in [wilson, jeffreys] {
            let ends: Vec<Interval> = (0..=n)
                .map(|x| interval(f64::from(x), f64::from(n), 0.95).unwrap())
                .collect();
            let steps = 400;
            let mut sum = 0.0;
            let mut least: f64 = 1.0;
            for step in 0..steps {
                let p = (f64::from(step) + 0.5) / f64::from(steps);
                let mut mass = crate::num::pow(1.0 - p, f64::from(n));
                let mut covered = 0.0;
                for (x, ends) in (0u32..).zip(&ends) {
                    if (ends.low..=ends.high).contains(&p) {
                        covered += mass;
                    }
                    mass *= f64::from(n - x) / f64::from(x + 1) * p / (1.0 - p);
                }
                sum += covered;
                least = least.min(covered);
            }
            let average = sum / f64::from(steps);
            assert!(average >= 0.94, "n = {n}: {average}");
            assert!(least >= 0.82, "n = {n}: {least}");
        }
    }
}

#[test]
fn edges_of_strata() {
    let of = Stratum::of_counts;
    assert_eq!(of(&[], None), Err(EstimateError::Empty(0)));
    assert_eq!(of(&[(1.0, 0)], None), Err(EstimateError::Empty(0)));
    assert_eq!(of(&[(f64::NAN, 1)], None), Err(EstimateError::NotFinite));
    assert_eq!(
        of(&[(1.0, 3)], Some(2.0)),
        Err(EstimateError::Population(0))
    );
    let one = of(&[(80.0, 1)], None).unwrap();
    assert_eq!(one.estimate().standard_error, None);
    // The widest a scale of 100 allows: half of it.
    let (careful, was_needed) = one.careful(100.0);
    assert!(was_needed);
    assert_eq!(careful.estimate().standard_error, Some(50.0));
    // Everybody was asked.
    let all = of(&[(0.0, 1), (100.0, 1)], Some(2.0)).unwrap();
    assert_eq!(all.estimate().standard_error, Some(0.0));
    let alike = of(&[(100.0, 10)], None).unwrap();
    assert_eq!(alike.estimate().standard_error, Some(0.0));
    // sd of Beta(10.5, 0.5): √(10.5 · 0.5 / (11² · 12))
    let error = alike.careful(1.0).0.estimate().standard_error.unwrap();
    assert!((error - (5.25f64 / 1452.0).sqrt()).abs() < 1e-15);
    let mixed = of(&[(0.0, 1), (100.0, 1)], None).unwrap();
    assert!(!mixed.careful(100.0).1);
    for shares in [[0.5, 0.4], [1.5, -0.5], [f64::NAN, 1.0]] {
        let strata = [(all, shares[0]), (all, shares[1])];
        assert_eq!(stratified_mean(&strata), Err(EstimateError::Shares));
    }
    assert_eq!(stratified_mean(&[]), Err(EstimateError::Shares));
    // A stratum of share 0 adds nothing, not even an unknown error.
    let mean = stratified_mean(&[(mixed, 1.0), (one, 0.0)]).unwrap();
    assert_eq!(mean.standard_error, mixed.estimate().standard_error);
    assert_eq!(cluster_mean(&[], None), Err(EstimateError::Empty(0)));
    let one = cluster_mean(&[(8.0, 2.0)], None).unwrap();
    assert_eq!((one.value, one.standard_error), (4.0, None));
    let too_many = cluster_mean(&[(8.0, 2.0), (8.0, 2.0)], Some(1.0));
    assert_eq!(too_many, Err(EstimateError::Population(0)));
}

/// A finite population of five unequal groups, sampled without replacement 4,000
/// times: the interval of the weighted mean covers the truth at 95 % − 1 %, and
/// the plain mean of the groups would be 6 points off.
#[test]
fn stratified_intervals_cover() {
    let mut draw = Draw::new(11);
    let groups = [(60, 0.9), (40, 0.85), (700, 0.7), (120, 0.6), (30, 0.95)];
    let people: Vec<Vec<f64>> = groups
        .iter()
        .map(|(size, p)| {
            (0..*size)
                .map(|_| f64::from(u8::from(draw.unit() < *p)))
                .collect()
        })
        .collect();
    let all: Vec<f64> = people.concat();
    let truth = all.iter().sum::<f64>() / all.len() as f64;
    let (mut covered, n_draws) = (0, 4000);
    for _ in 0..n_draws {
        let strata: Vec<(Stratum, f64)> = people
            .iter()
            .map(|group| {
                let mut left = group.clone();
                let sample: Vec<f64> = (0..20)
                    .map(|_| {
                        let at = draw.below(left.len());
                        left.swap_remove(at)
                    })
                    .collect();
                let size = group.len() as f64;
                let stratum = Stratum::of_values(&sample, Some(size)).unwrap();
                (stratum.careful(1.0).0, size / all.len() as f64)
            })
            .collect();
        let estimate = stratified_mean(&strata).unwrap();
        let n = effective_size(estimate.value, estimate.standard_error, 100.0);
        let ends = wilson(estimate.value * n, n, 0.95).unwrap();
        covered += u32::from((ends.low..=ends.high).contains(&truth));
    }
    let share = f64::from(covered) / f64::from(n_draws);
    assert!(share >= 0.94, "{share}");
}
