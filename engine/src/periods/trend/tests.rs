use super::*;
use crate::demo::{DemoOptions, generate};
use crate::scheme::default_scheme;

/// NIST Statistical Reference Datasets, Norris (linear regression, 36
/// observations): certified slope and standard error, 15 digits.
#[test]
fn slope_of_the_norris_dataset() {
    let y = [
        0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1,
        668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3,
        888.0, 998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
    ];
    let x = [
        0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5,
        666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1,
        887.2, 999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
    ];
    let slope = trend(&x, &y.map(Some)).slope.unwrap();
    assert!((slope.value / 1.002_116_818_020_45 - 1.0).abs() < 1e-13);
    let error = slope.standard_error.unwrap();
    assert!(
        (error / 0.429_796_848_199_937e-3 - 1.0).abs() < 1e-12,
        "{error}"
    );
}

/// The example of Sen (1968, section 6): slope 4.
#[test]
fn median_slope_of_a_published_example() {
    let t = [1.0, 2.0, 3.0, 4.0, 10.0, 12.0, 18.0];
    let y = [9.0, 15.0, 19.0, 20.0, 45.0, 55.0, 78.0];
    assert_eq!(trend(&t, &y.map(Some)).median_slope, Some(4.0));
}

#[test]
fn trends_at_the_edges() {
    let none = trend(&[2025.0, 2026.0], &[None, None]);
    assert_eq!((none.n, none.first, none.difference), (0, None, None));
    assert_eq!((none.slope, none.growth), (None, Err(NoGrowth::NoSpan)));
    let one = trend(&[2025.0, 2026.0], &[None, Some(5.0)]);
    assert_eq!(
        (one.n, one.first, one.last),
        (1, one.last, Some((2026.0, 5.0)))
    );
    assert_eq!((one.difference, one.slope), (None, None));
    let two = trend(&[2025.0, 2026.0], &[Some(0.0), Some(5.0)]);
    assert_eq!(two.slope.unwrap().standard_error, None);
    assert_eq!(two.growth, Err(NoGrowth::NotPositive));
    let constant = trend(&[1.0, 2.0, 4.0], &[Some(7.0); 3]);
    let flat = constant.slope.unwrap();
    assert_eq!((flat.value, flat.standard_error), (0.0, Some(0.0)));
    assert_eq!(
        (constant.growth, constant.median_slope),
        (Ok(0.0), Some(0.0))
    );
    let same_time = trend(&[2025.0, 2025.0], &[Some(1.0), Some(2.0)]);
    assert_eq!(same_time.difference, Some(1.0));
    assert_eq!((same_time.slope, same_time.median_slope), (None, None));
    assert_eq!(same_time.growth, Err(NoGrowth::NoSpan));
}

#[test]
fn a_history_has_the_scores_of_every_run() {
    let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let spec = Spec::default();
    let history = History::of(&dataset, &weights, &spec).unwrap();
    assert_eq!(history.times(), [2025.0, 2026.0]);
    assert!(history.periods().eq(dataset.periods().keys()));
    let code = &dataset.units().list()[7].code;
    for (at, period) in dataset.periods().keys().enumerate() {
        let outcome = run(Inputs::of(&dataset, period).unwrap(), &weights, &spec).unwrap();
        let pillar = dataset.framework().pillars()[1];
        let id = dataset.framework().node(pillar).id.as_str();
        let expected = outcome.scores.node(pillar).get(7).value();
        assert_eq!(history.scores(code, id)[at], expected);
    }
    let top = dataset.framework().nodes()[0].id.as_str();
    let trend = history.trend(code, top);
    assert_eq!(trend.difference, trend.slope.map(|s| s.value));
    assert_eq!(
        history.scores(&UnitCode::new("nobody").unwrap(), top),
        [None, None]
    );
    assert_eq!(history.scores(code, "nothing"), [None, None]);
}
