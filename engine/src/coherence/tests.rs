use super::*;
use crate::demo::{DemoOptions, generate};
use crate::frame::{Cell, Observations, Provenance, Unit, Units};
use crate::framework::Language;
use crate::ids::{BodyType, UnitCode};
use crate::num::Matrix;
use crate::pipeline::{Inputs, run};
use crate::scheme::default_scheme;
use crate::spec::Spec;

/// scipy's documentation: spearmanr p = 0.0885870053135438, kendalltau
/// p = 0.2827454599327748 (both printed in full there).
#[test]
fn p_values_of_published_examples() {
    let [_, spearman, _] = correlate(&[1.0, 2.0, 3.0, 4.0, 5.0], &[5.0, 6.0, 7.0, 8.0, 7.0]);
    let p = spearman.unwrap().p.unwrap();
    assert!((p - 0.088_587_005_313_543_8).abs() < 1e-10, "{p}");
    let [_, _, kendall] = correlate(&[12.0, 2.0, 1.0, 12.0, 2.0], &[1.0, 4.0, 7.0, 1.0, 0.0]);
    let p = kendall.unwrap().p.unwrap();
    assert!((p - 0.282_745_459_932_774_8).abs() < 1e-9, "{p}");
}

/// pingouin's documentation of `cronbach_alpha`: nine people answering all of eleven
/// yes-or-no questions, 0.8016949152542373, as `alpha` of R's psych.
#[test]
fn alpha_of_a_published_example() {
    let answers = [
        "11111111111",
        "11111111010",
        "11101101100",
        "11111000100",
        "11110010000",
        "11111000000",
        "01011000010",
        "11100000000",
        "10010000000",
    ];
    let item = |c: usize| {
        let of = |row: &&str| f64::from(row.as_bytes()[c] - b'0');
        answers.iter().map(of).collect()
    };
    let items: Vec<Vec<f64>> = (0..11).map(item).collect();
    let alpha = cronbach_alpha(&items).unwrap();
    assert!((alpha - 0.801_694_915_254_237_3).abs() < 1e-12, "{alpha}");
}

/// `USArrests` by factor_analyzer 0.5.1: KMO 0.6538150062740204 (0.65 by `KMO` of R's
/// psych), Bartlett's χ² 88.2881468659553, p 6.868423073358466e−17.
#[test]
fn adequacy_of_another_program() {
    let columns = crate::weigh::components::tests::arrests();
    let data: Vec<Vec<f64>> = columns.iter().map(|c| c.present().collect()).collect();
    let r = Matrix::from_fn(4, |i, j| {
        crate::num::correlation(&data[i], &data[j]).unwrap_or(1.0)
    });
    let kmo = kaiser_meyer_olkin(&r).unwrap();
    assert!((kmo - 0.653_815_006_274_020_4).abs() < 1e-12, "{kmo}");
    let test = bartlett(&r, 50).unwrap();
    assert!((test.chi_squared - 88.288_146_865_955_3).abs() < 1e-12 * 88.0);
    assert_eq!(test.freedom, 6);
    // statrs' tail has an absolute error near 10⁻¹⁶.
    assert!((test.p - 6.868_423_073e-17).abs() < 1e-15, "{}", test.p);
}

#[test]
fn few_or_constant_scores_have_no_correlation() {
    assert_eq!(correlate(&[], &[]), [None; 3]);
    assert_eq!(correlate(&[1.0], &[1.0]), [None; 3]);
    assert_eq!(correlate(&[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]), [None; 3]);
    let [two, ..] = correlate(&[1.0, 2.0], &[1.0, 2.0]);
    assert_eq!(two.unwrap().p, None);
    let [three, ..] = correlate(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]);
    assert_eq!(three.unwrap().p, Some(0.0));
}

#[test]
fn groups_at_the_edges() {
    assert_eq!(cronbach_alpha(&[vec![1.0, 2.0]]), None);
    assert_eq!(cronbach_alpha(&[vec![1.0, 1.0], vec![2.0, 2.0]]), None);
    assert_eq!(cronbach_alpha(&[]), None);
    let singular = Matrix::from_fn(2, |_, _| 1.0);
    assert_eq!(kaiser_meyer_olkin(&singular), None);
    assert_eq!(bartlett(&singular, 10), None);
    assert_eq!(bartlett(&Matrix::from_fn(1, |_, _| 1.0), 10), None);
}

/// Three groups of x with means 1, 2, 6 and some spread: S is the between-groups
/// share of variance, adjusted for 2 parameters, by hand below.
#[test]
fn the_ratio_is_that_of_group_means() {
    let mut x = Vec::new();
    let mut y = Vec::new();
    for (group, mean) in [(0.0, 1.0), (1.0, 2.0), (2.0, 6.0)] {
        for spread in [-1.0, 0.0, 1.0].repeat(4) {
            x.push(group);
            y.push(mean + spread);
        }
    }
    // Within: 36 values, 24 of them off by 1: 24. Between: 12·(4 + 1 + 9) = 168.
    let by_hand = 1.0 - 24.0 / (24.0 + 168.0) * 35.0 / 33.0;
    assert!((correlation_ratio(&x, &y).unwrap() - by_hand).abs() < 1e-12);
    assert_eq!(correlation_ratio(&x, &vec![1.0; 36]), None);
    assert_eq!(correlation_ratio(&[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]), None);
}

#[test]
fn the_demonstration_is_audited_in_words() {
    let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
    let (period, _) = dataset.latest().unwrap();
    let period = period.clone();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let outcome = run(inputs, &weights, &Spec::default()).unwrap();
    let limits = CoherenceLimits::default();
    let audit = audit(inputs.framework, &weights, &outcome.scores, &limits);
    let n = inputs.framework.n_indicators();
    let of_indicators = audit.pairs.iter().filter(|p| {
        let is_leaf = |node| inputs.framework.node(node).column.is_some();
        is_leaf(p.a) && is_leaf(p.b)
    });
    assert_eq!(of_indicators.count(), n * (n - 1) / 2);
    for on in 0..inputs.framework.nodes().len() {
        let of_node = audit.influences.iter().filter(|i| i.on.at() == on);
        let shares: Vec<f64> = of_node.filter_map(|i| i.share).collect();
        let total: f64 = shares.iter().sum();
        // Children and indicators both act on the composite.
        let times = if on == 0 { 2.0 } else { 1.0 };
        assert!(shares.is_empty() || (total - times).abs() < 1e-9);
    }
    for verdict in &audit.verdicts {
        for language in [Language::Chinese, Language::English] {
            let text = verdict_text(verdict, inputs.framework, language);
            assert!(text.chars().count() > 10, "{text}");
        }
    }
}

/// The default scheme over `n` units with the same value everywhere but where
/// `cell` says otherwise.
fn audit_of(n: usize, cell: impl Fn(usize, usize) -> Cell) -> Audit {
    let framework = default_scheme();
    let unit = |i: usize| Unit {
        code: UnitCode::new(&format!("u{i}")).unwrap(),
        name: String::new(),
        town: String::new(),
        class: String::new(),
        body_type: BodyType::Other,
        population: None,
    };
    let units = Units::new((0..n).map(unit).collect()).unwrap();
    let mut observations = Observations::missing(n, framework.n_indicators());
    for i in 0..n {
        for column in 0..framework.n_indicators() {
            observations.set(i, column, cell(i, column), None, &Provenance::default());
        }
    }
    let weights = WeightSet::from_framework(&framework).unwrap();
    let inputs = Inputs::new(&units, &framework, &observations);
    let outcome = run(inputs, &weights, &Spec::default()).unwrap();
    let limits = CoherenceLimits::default();
    let audit = audit(&framework, &weights, &outcome.scores, &limits);
    for pair in &audit.pairs {
        for found in [pair.pearson, pair.spearman, pair.kendall]
            .into_iter()
            .flatten()
        {
            assert!((-1.0..=1.0).contains(&found.value), "{pair:?}");
            assert!(found.p.is_none_or(|p| (0.0..=1.0).contains(&p)), "{pair:?}");
            assert_eq!(found.p.is_some(), pair.n > 2);
        }
    }
    for group in &audit.groups {
        let numbers = group.eigenvalues.iter().chain(&group.loadings);
        assert!(numbers.chain(&group.kmo).all(|x| x.is_finite()));
    }
    audit
}

/// Spread over the goalposts of every indicator, differently in each.
fn spread(unit: usize, column: usize) -> Cell {
    Cell::Value(80.0 + ((unit + 1) * (2 * column + 3) % 17) as f64)
}

#[test]
fn nothing_to_compare_finds_nothing() {
    for audit in [
        audit_of(0, |_, _| Cell::Missing),
        audit_of(20, |_, _| Cell::Missing),
        audit_of(20, |_, _| Cell::Value(90.0)),
        audit_of(1, spread),
    ] {
        let of_pairs = |p: &Pair| [p.pearson, p.spearman, p.kendall];
        assert!(audit.pairs.iter().all(|p| of_pairs(p) == [None; 3]));
        for group in &audit.groups {
            assert!(group.eigenvalues.is_empty());
            assert_eq!((group.alpha, group.kmo, group.bartlett), (None, None, None));
        }
        assert!(audit.influences.iter().all(|i| i.ratio.is_none()));
        assert_eq!(audit.verdicts, []);
    }
}

/// With no more units than children, some combination of the children is
/// constant: the determinant is 0 whatever rounding says.
#[test]
fn two_and_three_units_have_correlations_but_no_tests_of_groups() {
    for n in [2, 3] {
        let audit = audit_of(n, spread);
        assert!(audit.pairs.iter().any(|p| p.pearson.is_some()));
        assert!(audit.groups.len() > 5);
        for group in &audit.groups {
            let varying = group.loadings.iter().filter(|l| **l != 0.0).count();
            if n <= varying {
                assert_eq!((group.kmo, group.bartlett), (None, None), "{group:?}");
            }
        }
        assert!(audit.influences.iter().all(|i| i.ratio.is_none()));
    }
}

#[test]
fn a_constant_indicator_relates_to_nothing_and_spares_the_others() {
    let audit = audit_of(40, |unit, column| {
        if column == 0 {
            Cell::Value(90.0)
        } else {
            spread(unit, column)
        }
    });
    let constant = default_scheme().leaves()[0];
    for pair in &audit.pairs {
        if pair.a == constant || pair.b == constant {
            assert_eq!(pair.pearson, None);
        }
    }
    let parent = default_scheme().node(constant).parent.unwrap();
    let group = audit.groups.iter().find(|g| g.node == parent).unwrap();
    // Three of four children vary, so their eigenvalues sum to 3.
    assert_eq!(group.loadings[0], 0.0);
    assert_eq!(group.eigenvalues.len(), 3);
    assert!((group.eigenvalues.iter().sum::<f64>() - 3.0).abs() < 1e-12);
    let own = audit.influences.iter().filter(|i| i.node == constant);
    assert!(own.clone().count() == 2 && own.clone().all(|i| i.ratio.is_none()));
}

#[test]
fn values_beyond_squaring_have_no_correlation_rather_than_nan() {
    let tiny = [1e-170, 2e-170, 3e-170];
    assert_eq!(correlate(&tiny, &[1.0, 2.0, 3.0])[0], None);
    let huge = [1e200, -1e200, 3e199];
    assert_eq!(correlate(&huge, &huge)[0], None);
}
