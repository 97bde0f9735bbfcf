use super::*;
use crate::frame::Unit;
use crate::framework::{Goalposts, Measure, NodeRow, Text, Transformation};
use crate::ids::{BodyType, NodeId, UnitCode};
use crate::treat::Applied;
use proptest::prelude::*;

fn framework(direction: Direction, goalposts: Option<Goalposts>, ln: bool) -> Framework {
    let transformation = if ln {
        Transformation::Ln
    } else {
        Transformation::None
    };
    Framework::new(vec![NodeRow {
        id: NodeId::new("x").unwrap(),
        parent: None,
        name: Text::default(),
        weight: 1.0,
        indicator: Some(Indicator {
            direction,
            measure: Measure::Number,
            goalposts,
            transformation,
            numerator: String::new(),
            denominator: String::new(),
            source: String::new(),
            frequency: None,
            office: String::new(),
        }),
    }])
    .unwrap()
}

/// Values as if treated; units are named by position.
fn treated(values: &[f64], steps: &[Applied]) -> TreatOutcome {
    let column = Column::from_cells(values.iter().map(|x| Cell::Value(*x)));
    TreatOutcome {
        prepared: None,
        frame: Frame::new(values.len(), vec![column]).unwrap(),
        columns: vec![ColumnTreatment {
            steps: steps.to_vec(),
        }],
        ledger: Vec::new(),
        screened: vec![None; values.len()],
        findings: Vec::new(),
    }
}

fn units(n: usize) -> Units {
    let unit = |i: usize| Unit {
        code: UnitCode::new(&i.to_string()).unwrap(),
        name: String::new(),
        town: String::new(),
        class: String::new(),
        body_type: BodyType::Other,
        population: None,
    };
    Units::new((0..n).map(unit).collect()).unwrap()
}

fn run(framework: &Framework, values: &[f64], method: Normalisation) -> NormaliseOutcome {
    let spec = NormaliseSpec {
        method,
        ..NormaliseSpec::default()
    };
    let treated = treated(values, &[]);
    normalise(
        &units(values.len()),
        framework,
        &treated,
        None,
        &spec,
        100.0,
    )
}

fn scores(direction: Direction, values: &[f64], method: Normalisation) -> Vec<f64> {
    let framework = framework(direction, Goalposts::new(0.0, 10.0).ok(), false);
    let out = run(&framework, values, method);
    out.frame.columns()[0].present().collect()
}

const HIGHER: Direction = Direction::HigherIsBetter;
const LOWER: Direction = Direction::LowerIsBetter;

/// 30→0 of the default scheme's return rate: 0 is best, 30 worst, 6 is 24/30.
#[test]
fn lower_is_better_turns_the_scale_and_not_the_data() {
    let posts = Goalposts::new(0.0, 30.0).ok();
    let framework = framework(LOWER, posts, false);
    let treated = treated(&[0.0, 6.0, 30.0, 45.0], &[]);
    let before = treated.clone();
    let spec = NormaliseSpec::default();
    let out = normalise(&units(4), &framework, &treated, None, &spec, 100.0);
    assert_eq!(treated, before, "the treated data is not touched");
    let scores: Vec<f64> = out.frame.columns()[0].present().collect();
    assert_eq!(scores, [100.0, 80.0, 0.0, 0.0]);
    let scaling = out.ledger[0].clone().unwrap();
    let by_hand = Reference::Interval {
        lower: 0.0,
        upper: 30.0,
    };
    assert_eq!(scaling.reference, by_hand, "bounds are not swapped either");
    assert_eq!(scaling.n_clamped, 1);
}

/// Min–max of 2, 4, 10: (4 − 2)/(10 − 2) = 1/4; to 1–100 it is 1 + 99/4.
#[test]
fn min_max_spans_the_frame() {
    assert_eq!(
        scores(HIGHER, &[2.0, 4.0, 10.0], Normalisation::MinMax),
        [0.0, 25.0, 100.0]
    );
    assert_eq!(
        scores(LOWER, &[2.0, 4.0, 10.0], Normalisation::MinMax),
        [100.0, 75.0, 0.0]
    );
    let framework = framework(HIGHER, None, false);
    let spec = NormaliseSpec {
        method: Normalisation::MinMax,
        range: Some((1.0, 100.0)),
        ..NormaliseSpec::default()
    };
    let treated = treated(&[2.0, 4.0, 10.0], &[]);
    let out = normalise(&units(3), &framework, &treated, None, &spec, 100.0);
    assert_eq!(out.frame.cell(1, 0), Cell::Value(25.75));
    assert_eq!(out.findings[0].problem, Problem::OffScale);
}

/// The tests of COINr's `n_dist2targ` and `n_goalposts`, on a scale of 100: 0, 5,
/// 11 to a target of 10; −1, 1, 10 to 0 where less is better; goalposts 0 to 10.
#[test]
fn the_cases_of_coinr() {
    let target = |target, cap| Normalisation::DistanceToTarget(Target { target, cap });
    let near = |found: Vec<f64>, by_hand: [f64; 3]| {
        for (x, y) in found.iter().zip(by_hand) {
            assert!((x - y).abs() < 1e-12, "{found:?}");
        }
    };
    near(
        scores(HIGHER, &[0.0, 5.0, 11.0], target(10.0, false)),
        [0.0, 50.0, 110.0],
    );
    near(
        scores(HIGHER, &[0.0, 5.0, 11.0], target(10.0, true)),
        [0.0, 50.0, 100.0],
    );
    near(
        scores(LOWER, &[-1.0, 1.0, 10.0], target(0.0, false)),
        [110.0, 90.0, 0.0],
    );
    near(
        scores(LOWER, &[-1.0, 1.0, 10.0], target(0.0, true)),
        [100.0, 90.0, 0.0],
    );
    near(
        scores(HIGHER, &[1.0, 11.0, -1.0], Normalisation::Goalposts),
        [10.0, 100.0, 0.0],
    );
    near(
        scores(LOWER, &[1.0, -1.0, 11.0], Normalisation::Goalposts),
        [90.0, 100.0, 0.0],
    );
    let open = Normalisation::GoalpostsUnclamped;
    near(
        scores(HIGHER, &[1.0, 11.0, -1.0], open),
        [10.0, 110.0, -10.0],
    );
}

/// 1…10 with mean 5.5 and variance 55/6: z of 10 is 4.5/√(55/6).
#[test]
fn z_scores_have_the_mean_and_deviation_asked_for() {
    let values: Vec<f64> = (1..=10).map(f64::from).collect();
    let method = Normalisation::ZScore(ZScore { mean: 5.0, sd: 2.0 });
    let found = scores(HIGHER, &values, method.clone());
    assert!((crate::num::mean(&found).unwrap() - 5.0).abs() < 1e-12);
    assert!((crate::num::sd(&found) - 2.0).abs() < 1e-12);
    assert!((found[9] - (5.0 + 9.0 / (55f64 / 6.0).sqrt())).abs() < 1e-12);
    let turned = scores(LOWER, &values, method);
    assert!((turned[0] - found[9]).abs() < 1e-12);
}

/// (1.1 + 2.3 + 4.7)/3 = 2.7, to the rounding of the order in which it is summed: a
/// village given that mean for a missing value stands at the mean.
#[test]
fn an_imputed_mean_scores_the_mean_in_any_order() {
    let [a, b, c] = [1.1, 2.3, 4.7];
    for imputed in [(a + b + c) / 3.0, (c + b + a) / 3.0, (a + c + b) / 3.0] {
        for values in [[a, b, c, imputed], [imputed, c, b, a], [b, imputed, a, c]] {
            for direction in [HIGHER, LOWER] {
                let method = Normalisation::ZScore(ZScore { mean: 0.0, sd: 1.0 });
                let found = scores(direction, &values, method);
                let at = values.iter().position(|x| *x == imputed).unwrap();
                assert_eq!(found[at], 0.0, "{values:?}");
            }
        }
    }
}

/// Documentation of scikit-learn: MinMaxScaler takes −1, −0.5, 0, 1 to 0, 0.25, 0.5, 1
/// and 2, 6, 10, 18 likewise; MaxAbsScaler 1, 2, 0 to 0.5, 1, 0. Of scipy: `zscore`
/// with ddof = 1 of 0.3148, 0.0478, 0.6243, 0.4608; `rankdata` with method "min" takes
/// 0, 2, 3, 2 to 1, 2, 4, 2. Of Excel's PERCENTRANK.INC: in 13, 12, 11, 8, 4, 3, 2, 1,
/// 1, 1 the ranks of 2, 4 and 8 are 0.333, 0.555 and 0.666, cut to three digits.
#[test]
fn scalings_of_published_examples() {
    let near = |method, values: &[f64], printed: &[f64], tolerance: f64| {
        let found = scores(HIGHER, values, method);
        for (x, y) in found.iter().zip(printed) {
            assert!((x - y).abs() <= tolerance, "{found:?} {printed:?}");
        }
    };
    let quarters = [0.0, 25.0, 50.0, 100.0];
    for values in [[-1.0, -0.5, 0.0, 1.0], [2.0, 6.0, 10.0, 18.0]] {
        near(Normalisation::MinMax, &values, &quarters, 0.0);
        near(Normalisation::DistanceToMax, &values, &quarters, 0.0);
    }
    let halves = [50.0, 100.0, 0.0];
    near(Normalisation::FractionOfMax, &[1.0, 2.0, 0.0], &halves, 0.0);
    near(
        Normalisation::ZScore(ZScore::default()),
        &[0.3148, 0.0478, 0.6243, 0.4608],
        &[-0.192_648_23, -1.284_151_19, 1.072_595_84, 0.404_203_58],
        5e-9,
    );
    let (tied, ranks) = ([0.0, 2.0, 3.0, 2.0], [1.0, 2.0, 4.0, 2.0]);
    near(Normalisation::Rank, &tied, &ranks, 0.0);
    near(Normalisation::Borda, &tied, &ranks.map(|r| r - 1.0), 0.0);
    let ten = [2.0, 4.0, 8.0, 13.0, 12.0, 11.0, 3.0, 1.0, 1.0, 1.0];
    let found = scores(HIGHER, &ten, Normalisation::PercentileRank);
    for (x, printed) in found.iter().zip([333.0, 555.0, 666.0]) {
        assert_eq!((x * 10.0).floor(), printed);
    }
}

/// Values 4, 8, 2, 8: worse than each are 1, 2, 0, 2 of 4.
#[test]
fn places_share_the_worse_of_tied_ones() {
    let values = [4.0, 8.0, 2.0, 8.0];
    assert_eq!(
        scores(HIGHER, &values, Normalisation::Rank),
        [2.0, 3.0, 1.0, 3.0]
    );
    assert_eq!(
        scores(HIGHER, &values, Normalisation::Borda),
        [1.0, 2.0, 0.0, 2.0]
    );
    assert_eq!(
        scores(LOWER, &values, Normalisation::Borda),
        [2.0, 0.0, 3.0, 0.0]
    );
    let share = scores(HIGHER, &values, Normalisation::PercentileRank);
    assert_eq!(
        share,
        [
            100.0 * (1.0 / 3.0),
            100.0 * (2.0 / 3.0),
            0.0,
            100.0 * (2.0 / 3.0)
        ]
    );
}

/// To the unit with 6: (4 − 2)/(6 − 2); fraction of 8: 4/8, less is better 1 − 4/8.
#[test]
fn distances_and_fractions() {
    let values = [4.0, 6.0, 2.0, 8.0];
    let to = |unit: &str, cap| {
        Normalisation::DistanceToReference(ReferenceUnit {
            unit: unit.into(),
            cap,
        })
    };
    assert_eq!(
        scores(HIGHER, &values, to("1", false)),
        [50.0, 100.0, 0.0, 150.0]
    );
    assert_eq!(
        scores(HIGHER, &values, to("1", true)),
        [50.0, 100.0, 0.0, 100.0]
    );
    assert_eq!(
        scores(HIGHER, &values, Normalisation::FractionOfMax),
        [50.0, 75.0, 25.0, 100.0]
    );
    assert_eq!(
        scores(LOWER, &values, Normalisation::FractionOfMax),
        [50.0, 25.0, 75.0, 0.0]
    );
    let max = scores(HIGHER, &values, Normalisation::DistanceToMax);
    assert_eq!(max, scores(HIGHER, &values, Normalisation::MinMax));
    let framework = framework(HIGHER, None, false);
    // The worst unit is no reference, and a stranger none at all.
    for unit in ["2", "9"] {
        let out = run(&framework, &values, to(unit, false));
        assert_eq!(out.findings[0].problem, Problem::NoReference);
    }
    let out = run(&framework, &[-1.0, 5.0], Normalisation::FractionOfMax);
    assert_eq!(
        out.findings[0].problem,
        Problem::NeedsPositive { value: -1.0 }
    );
}

/// The other periods widen the range: 2, 4 against 0 and 10.
#[test]
fn a_panel_compares_with_all_periods() {
    let framework = framework(HIGHER, None, false);
    let spec = NormaliseSpec {
        method: Normalisation::MinMax,
        scope: Scope::Panel,
        ..NormaliseSpec::default()
    };
    let pooled = [vec![2.0, 4.0, 0.0, 10.0]];
    let treated = treated(&[2.0, 4.0], &[]);
    let out = normalise(&units(2), &framework, &treated, Some(&pooled), &spec, 100.0);
    let scores: Vec<f64> = out.frame.columns()[0].present().collect();
    assert_eq!(scores, [20.0, 40.0]);
}

const RELATIVE: [Normalisation; 8] = [
    Normalisation::MinMax,
    Normalisation::ZScore(ZScore { mean: 0.0, sd: 1.0 }),
    Normalisation::DistanceToMax,
    Normalisation::DistanceToTarget(Target {
        target: 7.0,
        cap: false,
    }),
    Normalisation::Rank,
    Normalisation::PercentileRank,
    Normalisation::Borda,
    Normalisation::Goalposts,
];

/// Nobody to compare with, or all alike: reported, and out of the average.
#[test]
fn a_constant_indicator_is_reported_and_leaves_the_average() {
    let framework = framework(HIGHER, None, false);
    for method in &RELATIVE {
        for values in [vec![7.0], vec![7.0; 2], vec![7.0; 3]] {
            let out = run(&framework, &values, method.clone());
            assert_eq!(out.frame.cell(0, 0), Cell::NotApplicable, "{method:?}");
            assert_eq!(out.findings.len(), 1, "{method:?}");
            assert_eq!(out.ledger, [None]);
        }
        // No value at all: `check` reports it, nothing breaks.
        let empty = run(&framework, &[], method.clone());
        assert_eq!(empty.frame.n_units(), 0);
    }
}

/// UNDP's income index of a GNI of 10,000 between 100 and 75,000:
/// ln(100) / ln(750) = 0.695633…; goalposts are transformed like the values.
#[test]
fn goalposts_follow_the_declared_transformation() {
    let posts = Goalposts::new(100.0, 75_000.0).ok();
    let framework = framework(HIGHER, posts, true);
    let treated = treated(&[crate::num::ln(10_000.0)], &[Applied::Ln]);
    let spec = NormaliseSpec::default();
    let out = normalise(&units(1), &framework, &treated, None, &spec, 100.0);
    let score = out.frame.cell(0, 0).value().unwrap();
    assert!((score - 69.563_3).abs() < 1e-3, "{score}");
}

proptest! {
    /// Relative methods do not see the measure (positive rescaling, shifts too but
    /// for fractions), and no method lowers the score of a better value.
    #[test]
    fn measures_do_not_matter_and_better_is_never_lower(
        values in prop::collection::vec(1.0..100.0f64, 3..12),
        factor in 0.1..10.0f64,
        shift in 0.0..50.0f64,
    ) {
        let rescaled: Vec<f64> = values.iter().map(|x| x * factor + shift).collect();
        for method in [
            Normalisation::MinMax,
            Normalisation::ZScore(ZScore::default()),
            Normalisation::DistanceToMax,
            Normalisation::PercentileRank,
            Normalisation::Rank,
            Normalisation::Borda,
        ] {
            for direction in [HIGHER, LOWER] {
                let a = scores(direction, &values, method.clone());
                let b = scores(direction, &rescaled, method.clone());
                for (x, y) in a.iter().zip(&b) {
                    prop_assert!((x - y).abs() < 1e-6, "{:?}", method);
                }
                for (i, x) in values.iter().enumerate() {
                    for (j, y) in values.iter().enumerate() {
                        let is_better = if direction == HIGHER { x > y } else { x < y };
                        if is_better {
                            prop_assert!(a[i] >= a[j], "{:?}", method);
                        }
                    }
                }
            }
        }
    }
}
