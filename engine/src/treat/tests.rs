use super::outlier::outlier_treatment;
use super::*;

fn column(values: &[f64]) -> Column {
    Column::from_cells(values.iter().map(|&x| Cell::Value(x)))
}

fn treated(values: &[f64], treatment: Treatment) -> (Vec<f64>, Vec<Applied>, Vec<Problem>) {
    let (steps, problems) = outlier_treatment(&column(values), treatment);
    let treatment = ColumnTreatment {
        steps: steps.clone(),
    };
    let after = values.iter().filter_map(|&x| treatment.apply(x)).collect();
    (after, steps, problems)
}

fn one_to(n: u32) -> Vec<f64> {
    (1..=n).map(f64::from).collect()
}

/// `treat_num` in the tests of COINr: 1…10, 100 becomes 1…10, 10.
#[test]
fn one_outlier_is_winsorised_to_its_neighbour() {
    let values = [one_to(10), vec![100.0]].concat();
    let (after, steps, problems) = treated(&values, Treatment::Jrc(Jrc::default()));
    assert_eq!(after, [one_to(10), vec![10.0]].concat());
    assert!(problems.is_empty());
    assert!(matches!(
        steps[..],
        [Applied::Winsorise { n_points: 1, .. }]
    ));
    // The mirror image: the low end.
    let mirrored: Vec<f64> = values.iter().map(|x| -x).collect();
    let (after, _, _) = treated(&mirrored, Treatment::Jrc(Jrc::default()));
    assert_eq!(after[10], -10.0);
}

/// Two outliers but only one point allowed (the second case of COINr's test):
/// the logarithm of the original column, ln(x − 1 + 0.01 · 199).
#[test]
fn what_winsorising_cannot_cure_is_logged() {
    let values = [one_to(20), vec![100.0, 200.0]].concat();
    let one_point = Jrc {
        max_points: 1,
        ..Jrc::default()
    };
    let (after, steps, _) = treated(&values, Treatment::Jrc(one_point));
    assert_eq!(steps.len(), 1);
    for (x, y) in values.iter().zip(&after) {
        assert!((y - num::ln(x - 1.0 + 1.99)).abs() < 1e-12);
    }
    let of_winsorised = Jrc {
        log_of: LogOf::Winsorised,
        ..one_point
    };
    let (after, steps, _) = treated(&values, Treatment::Jrc(of_winsorised));
    assert_eq!(steps.len(), 2);
    // 200 was clipped to 100 first: ln(99 + 0.01 · 99).
    assert!((after[21] - num::ln(99.0 + 0.99)).abs() < 1e-12);
    let (_, _, problems) = treated(&values, Treatment::Winsorise(one_point));
    assert!(matches!(problems[..], [Problem::StillSkewed { .. }]));
}

/// All tied extremes go together, or not at all when there are too many.
#[test]
fn tied_extremes_are_one_step() {
    let tied = [one_to(30), vec![500.0; 2]].concat();
    let (after, steps, _) = treated(&tied, Treatment::Jrc(Jrc::default()));
    assert!(matches!(
        steps[..],
        [Applied::Winsorise { n_points: 2, .. }]
    ));
    assert_eq!(after[30..], [30.0, 30.0]);
    let too_many = Jrc {
        max_points: 1,
        ..Jrc::default()
    };
    let (_, steps, _) = treated(&tied, Treatment::Winsorise(too_many));
    assert!(steps.is_empty());
}

/// Clipping the one that differs would leave a constant, which tells nobody apart:
/// it stays, and the finding says how skewed it is.
#[test]
fn winsorising_never_makes_a_constant() {
    let values = [vec![0.0; 20], vec![1.0]].concat();
    for method in [Treatment::Winsorise, Treatment::Jrc] {
        let (after, steps, problems) = treated(&values, method(Jrc::default()));
        assert_eq!(after, values);
        assert!(steps.is_empty());
        let is_said = |p: &Problem| matches!(p, Problem::StillSkewed { .. });
        assert!(problems.iter().any(is_said), "{problems:?}");
    }
}

/// Not a bit of a fitted exponent depends on the order of the units.
#[test]
fn treatment_does_not_depend_on_the_order_of_units() {
    let values = [0.1, 0.1, 0.1, 0.4, 0.7];
    let of = |by: usize| {
        let mut turned = values;
        turned.rotate_left(by);
        treated(&turned, Treatment::BoxCox(BoxCox::default())).1
    };
    assert!(!of(0).is_empty());
    assert!((1..5).all(|by| of(by) == of(0)));
}

/// A left tail is logged in the mirror: its skewness shrinks where the plain
/// logarithm would double it.
#[test]
fn a_left_tail_is_not_made_worse() {
    let values: Vec<f64> = one_to(20).iter().map(|x| -x * x * x).collect();
    let before = Shape::of(&values).unwrap().skewness;
    let (after, steps, problems) = treated(&values, Treatment::Log);
    assert!(matches!(
        steps[..],
        [Applied::Log {
            is_mirrored: true,
            ..
        }]
    ));
    assert!(problems.is_empty());
    assert!(Shape::of(&after).unwrap().skewness.abs() < before.abs());
    // Order is kept.
    assert!(after.windows(2).all(|w| w[0] > w[1]));
    // A symmetric column has nothing to gain, and says so.
    let (after, steps, problems) = treated(&one_to(10), Treatment::Log);
    assert!(steps.is_empty());
    assert_eq!(after, one_to(10));
    assert!(matches!(
        problems[..],
        [Problem::TransformationWorse { .. }]
    ));
}

/// Global Innovation Index 2020, appendix IV: ln[(max f − 1)(x − min)/(max − min) + 1].
/// For 0…10 and 100: ln(99 · x/100 + 1), so 0 → 0 and 100 → ln 100.
#[test]
fn the_gii_logarithm_does_not_return_its_input() {
    let values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 100.0];
    let (after, steps, _) = treated(&values, Treatment::GiiLog(GiiLog::default()));
    assert_eq!(steps.len(), 1);
    assert_eq!(after[0], 0.0);
    assert!((after[6] - num::ln(100.0)).abs() < 1e-14);
    assert!((after[1] - num::ln(1.99)).abs() < 1e-14);
    let small: Vec<f64> = values.iter().map(|x| x / 1000.0).collect();
    let (_, steps, problems) = treated(&small, Treatment::GiiLog(GiiLog::default()));
    assert!(steps.is_empty());
    assert_eq!(problems, [Problem::NoGiiLog]);
    let scaled = GiiLog { factor: 1000.0 };
    let (after, _, _) = treated(&small, Treatment::GiiLog(scaled));
    assert!((after[6] - num::ln(100.0)).abs() < 1e-12);
}

/// Radiation of 42 microwave ovens (Johnson and Wichern, Applied Multivariate
/// Statistical Analysis, example 4.14; NIST/SEMATECH e-Handbook, 6.5.2): λ = 0.28 to two
/// digits, 0.27594 by `boxcox_normmax` of scipy 1.17.1; the digits below are where mpmath
/// 1.3, with forty, finds the likelihood level.
#[test]
fn box_cox_of_a_textbook() {
    let measured = [
        0.15, 0.09, 0.18, 0.10, 0.05, 0.12, 0.08, 0.05, 0.08, 0.10, 0.07, 0.02, 0.01, 0.10, 0.10,
        0.10, 0.02, 0.10, 0.01, 0.40, 0.10, 0.05, 0.03, 0.05, 0.15, 0.10, 0.15, 0.09, 0.08, 0.18,
        0.10, 0.20, 0.11, 0.30, 0.02, 0.20, 0.20, 0.30, 0.30, 0.40, 0.30, 0.05,
    ];
    let lambda = box_cox_lambda(&measured);
    assert!((lambda - 0.275_937_279_021_965).abs() < 1e-11, "{lambda}");
}

/// A fitted exponent of about −5: of 16 and more times as much, (xᵞ − 1)/γ would keep
/// half of the digits, of thousands none. A power of 2 as factor changes no bit.
#[test]
fn box_cox_does_not_depend_on_the_measure() {
    let values = [7.157_675_702_275_891, 4.735_814_457_294_358, 5.0, 5.5];
    let (small, _, _) = treated(&values, Treatment::BoxCox(BoxCox::default()));
    for factor in [16.0, 1024.0, 1_048_576.0] {
        let (large, steps, _) = treated(
            &values.map(|x| factor * x),
            Treatment::BoxCox(BoxCox::default()),
        );
        assert_eq!(large, small);
        // And back: the steps are reversible.
        for (x, y) in values.iter().zip(&large) {
            let back = steps[0].undo(*y);
            assert!((back / (factor * x) - 1.0).abs() < 1e-12, "{back}");
        }
    }
}

#[test]
fn box_cox_takes_a_given_exponent() {
    let values = [1.0, 4.0, 9.0, 16.0, 100.0];
    let root = BoxCox { lambda: Some(0.5) };
    let (after, _, _) = treated(&values, Treatment::BoxCox(root));
    // (√x − 1)/0.5
    for (y, by_hand) in after.iter().zip([0.0, 2.0, 4.0, 6.0, 18.0]) {
        assert!((y - by_hand).abs() < 1e-13);
    }
    let (_, steps, _) = treated(
        &[-1.0, 0.0, 1.0, 2.0, 50.0],
        Treatment::BoxCox(BoxCox::default()),
    );
    assert!(matches!(steps[..], [Applied::BoxCox { shift, .. }] if (shift - 1.51).abs() < 1e-12));
}

/// n = 1, 2, 3, constant and tied columns: nothing to treat, nothing breaks.
#[test]
fn short_and_constant_columns_are_left_alone() {
    let methods = [
        Treatment::Jrc(Jrc::default()),
        Treatment::Winsorise(Jrc::default()),
        Treatment::Log,
        Treatment::GiiLog(GiiLog::default()),
        Treatment::BoxCox(BoxCox::default()),
    ];
    for method in methods {
        for values in [
            vec![],
            vec![1.0],
            vec![1.0, 9.0],
            vec![1.0, 9.0, 99.0],
            vec![5.0; 9],
        ] {
            assert_eq!(treated(&values, method).0, values, "{method:?}");
        }
    }
}

#[test]
fn every_step_can_be_undone() {
    let values = [1.0, 2.0, 3.0, 5.0, 8.0, 90.0];
    for method in [
        Treatment::Log,
        Treatment::GiiLog(GiiLog::default()),
        Treatment::BoxCox(BoxCox::default()),
    ] {
        let (after, steps, _) = treated(&values, method);
        let treatment = ColumnTreatment { steps };
        assert_eq!(treatment.steps.len(), 1, "{method:?}");
        for (x, y) in values.iter().zip(after) {
            assert!((treatment.undo(y) - x).abs() < 1e-9, "{method:?}");
        }
    }
}
