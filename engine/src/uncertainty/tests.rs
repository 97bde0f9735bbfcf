mod shrinkage;

use super::plan::Draw;
use super::*;
use crate::demo::{DemoOptions, generate};
use crate::explain::WhatIf;
use crate::frame::{Cell, Dataset, Observations, Provenance, Unit, Units};
use crate::framework::{
    Direction, Framework, Goalposts, Indicator, Measure, NodeRow, Text, Transformation,
};
use crate::ids::{BodyType, NodeId, NodeIdx, Period, UnitCode};
use crate::normalise::{Normalisation, NormaliseSpec};
use crate::pipeline::{Inputs, run};
use crate::spec::Spec;
use crate::weigh::WeightSet;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn text(id: &str) -> Text {
    Text {
        zh: id.into(),
        en: id.into(),
    }
}

/// Indicators directly under the composite, with equal weights and goalposts 0 and
/// 100, and units with the given values.
fn flat(values: &[&[f64]]) -> Dataset {
    let row = |id: &str, parent: Option<&str>, indicator| NodeRow {
        id: NodeId::new(id).unwrap(),
        parent: parent.map(|p| NodeId::new(p).unwrap()),
        name: text(id),
        weight: 1.0,
        indicator,
    };
    let indicator = || Indicator {
        direction: Direction::HigherIsBetter,
        measure: Measure::Points,
        goalposts: Some(Goalposts::new(0.0, 100.0).unwrap()),
        transformation: Transformation::None,
        numerator: String::new(),
        denominator: String::new(),
        source: String::new(),
        frequency: None,
        office: String::new(),
    };
    let n = values[0].len();
    let mut rows = vec![row("top", None, None)];
    rows.extend((0..n).map(|c| row(&format!("x{c}"), Some("top"), Some(indicator()))));
    let units = (0..values.len()).map(|i| Unit {
        code: UnitCode::new(&format!("{i:03}")).unwrap(),
        name: format!("{i}"),
        town: String::new(),
        class: String::new(),
        body_type: BodyType::VillageCommittee,
        population: None,
    });
    let mut observations = Observations::missing(values.len(), n);
    for (i, cells) in values.iter().enumerate() {
        for (c, x) in cells.iter().enumerate() {
            observations.set(i, c, Cell::Value(*x), None, &Provenance::default());
        }
    }
    let periods = BTreeMap::from([(Period::new("1").unwrap(), observations)]);
    let framework = Framework::new(rows).unwrap();
    Dataset::new(Units::new(units.collect()).unwrap(), framework, periods).unwrap()
}

fn inputs(dataset: &Dataset) -> Inputs<'_> {
    let (period, _) = dataset.latest().unwrap();
    Inputs::of(dataset, period).unwrap()
}

fn robust<'a>(
    dataset: &'a Dataset,
    spec: &Spec,
    of: &RobustSpec,
    errors: &StandardErrors,
) -> Robust<'a> {
    let inputs = inputs(dataset);
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    Robust::new(inputs, &weights, spec, of, errors).unwrap()
}

fn tally_of(robust: &Robust<'_>) -> Tally {
    let mut tally = robust.tally();
    robust
        .worker()
        .run(0..robust.spec().replicates, &mut tally)
        .unwrap();
    tally
}

fn anything(replicates: u32, design: Design) -> RobustSpec {
    RobustSpec {
        replicates,
        design,
        weights: WeightUncertainty::Anything,
        ..RobustSpec::default()
    }
}

/// Scores 60·w₁ and 60·w₂ + 30·w₃: the first leads where 60·w₁ > 60·w₂ + 30·w₃,
/// that is, with w₂ = 1 − w₁ − w₃, where 4·w₁ + w₃ > 2. In the triangle of (w₁,
/// w₃) that is the corner at w₁ = 1, cut at w₁ = 1/2 on the edge w₃ = 0 and at
/// (1/3, 2/3) on the edge w₂ = 0: (1/2)·(2/3) = 1/3 of the area.
/// Three standard errors of 20,000 independent replicates are 0.01.
#[test]
fn the_acceptability_of_two_units_is_a_share_of_the_triangle() {
    let dataset = flat(&[&[60.0, 0.0, 0.0], &[0.0, 60.0, 30.0]]);
    let n = 20_000;
    let error = 3.0 * (2.0 / 9.0 / f64::from(n)).sqrt();
    for design in [
        Design::PseudoRandom,
        Design::LatinHypercube,
        Design::SobolScrambled,
    ] {
        let tally = tally_of(&robust(
            &dataset,
            &Spec::default(),
            &anything(n, design),
            &StandardErrors::none(),
        ));
        let first = tally.acceptability(0).unwrap()[0];
        assert!((first - 1.0 / 3.0).abs() < error, "{design:?}: {first}");
        assert_eq!(tally.beats(0, 1), Some(first));
    }
}

/// Round a run that a what-if brought to other weights, everything is as in an analysis
/// that runs them itself.
#[test]
fn an_analysis_round_a_run_that_is_there_is_the_same() {
    let dataset = flat(&[&[60.0, 0.0, 20.0], &[0.0, 60.0, 30.0], &[20.0, 30.0, 40.0]]);
    let (inputs, spec) = (inputs(&dataset), Spec::default());
    let framework = inputs.framework;
    let given = WeightSet::from_framework(framework).unwrap();
    let outcome = run(inputs, &given, &spec).unwrap();
    let mut what_if = WhatIf::new(&outcome, framework, inputs.units, &spec);
    let other = given.with_children(framework, NodeIdx(0), &[0.6, 0.3, 0.1]);
    let other = other.unwrap();
    what_if.set_given_weights(other.clone()).unwrap();
    let of = RobustSpec {
        replicates: 50,
        ..RobustSpec::default()
    };
    let none = StandardErrors::none();
    let whole = Robust::new(inputs, &other, &spec, &of, &none).unwrap();
    let round = Robust::around(inputs, what_if.outcome(), &spec, &of, &none).unwrap();
    assert_eq!(round.digest(), whole.digest());
    assert_eq!(tally_of(&round), tally_of(&whole));
    assert_ne!(round.base().scores, outcome.scores);
}

/// Each unit best in one pillar and alike otherwise: by symmetry each leads in a
/// third, and unit i has rank by its own weight, so its central weight there is
/// that of the largest of three spacings, 11/18.
#[test]
fn the_acceptability_of_three_units_by_symmetry() {
    let dataset = flat(&[&[90.0, 0.0, 0.0], &[0.0, 90.0, 0.0], &[0.0, 0.0, 90.0]]);
    let n = 20_000;
    let spec = anything(n, Design::PseudoRandom);
    let tally = tally_of(&robust(
        &dataset,
        &Spec::default(),
        &spec,
        &StandardErrors::none(),
    ));
    for unit in 0..3 {
        let acceptability = tally.acceptability(unit).unwrap();
        for share in &acceptability {
            assert!((share - 1.0 / 3.0).abs() < 3.0 * (2.0 / 9.0 / f64::from(n)).sqrt());
        }
        assert!((acceptability.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let central = tally.central_weights(unit).unwrap();
        assert!((central[unit + 1] - 11.0 / 18.0).abs() < 0.005);
        assert!((central[0] - 1.0).abs() < 1e-12);
    }
}

/// The third is at the mean of the others, so it never leads and never comes last,
/// except where all are equal, which has no area.
#[test]
fn a_unit_between_two_others_keeps_its_rank() {
    let dataset = flat(&[
        &[80.0, 20.0, 50.0],
        &[20.0, 80.0, 50.0],
        &[50.0, 50.0, 50.0],
    ]);
    let spec = anything(2000, Design::SobolScrambled);
    let tally = tally_of(&robust(
        &dataset,
        &Spec::default(),
        &spec,
        &StandardErrors::none(),
    ));
    assert_eq!(tally.acceptability(2), Some(vec![0.0, 1.0, 0.0]));
    let interval = tally.interval(2, 0.9).unwrap();
    assert_eq!((interval.low, interval.high), (2, 2));
    assert_eq!(tally.central_weights(2), None);
}

/// One value of 50 with a standard error of 10 against one of 60 without: ahead
/// with 1 − Φ(1) = 0.158655; over a line of 45 with Φ(0.5) = 0.691462.
#[test]
fn sampling_error_gives_normal_chances() {
    let dataset = flat(&[&[50.0], &[60.0]]);
    let errors = StandardErrors::from_fn(2, 1, |unit, _| (unit == 0).then_some(10.0));
    let n = 20_000;
    let spec = RobustSpec {
        line: Some(Line::Score(45.0)),
        ..anything(n, Design::PseudoRandom)
    };
    let tally = tally_of(&robust(&dataset, &Spec::default(), &spec, &errors));
    let near = |p: f64, exact: f64| {
        let error = 3.0 * (exact * (1.0 - exact) / f64::from(n)).sqrt();
        assert!((p - exact).abs() < error, "{p} {exact}");
    };
    near(tally.beats(0, 1).unwrap(), 0.158_655);
    let chance = tally.line_chance(0);
    near(chance.unwrap(), 0.691_462);
    assert_eq!(Verdict::of(chance, (0.1, 0.9)), Verdict::Undetermined);
    assert_eq!(tally.line_chance(1), Some(1.0));
    // Bands begin at 60, 70 and 85: Φ(1), Φ(2) and Φ(3.5) from below.
    near(tally.band_chances(0).unwrap()[3], 0.841_345);
}

/// Four units 10 apart with errors that separate only the far ones. P(i ahead of
/// i+1) = Φ(10/(10√2)) = 0.760, of i+2 Φ(√2) = 0.921: tiers of two at 0.9.
#[test]
fn no_two_units_of_a_tier_are_separable() {
    let dataset = flat(&[&[70.0], &[60.0], &[50.0], &[40.0]]);
    let errors = StandardErrors::from_fn(4, 1, |_, _| Some(10.0));
    let spec = anything(4000, Design::PseudoRandom);
    let tally = tally_of(&robust(&dataset, &Spec::default(), &spec, &errors));
    let tiers = |level| tally.tiers(level).unwrap();
    assert_eq!(tiers(0.9), [1, 1, 2, 2].map(Some));
    assert_eq!(tiers(0.7), [1, 2, 3, 4].map(Some));
    assert_eq!(tiers(1.0), [1, 1, 1, 1].map(Some));
    for i in 0..4 {
        for j in (0..4).filter(|&j| j != i) {
            let both = tally.beats(i, j).unwrap() + tally.beats(j, i).unwrap();
            assert!((both - 1.0).abs() < 1e-15);
        }
    }
}

/// Equal units tie in every replicate: each beats the other half, all in rank 1.
#[test]
fn ties_count_half_and_share_a_tier() {
    let dataset = flat(&[&[50.0, 50.0], &[50.0, 50.0], &[10.0, 10.0]]);
    let spec = anything(50, Design::SobolShifted);
    let tally = tally_of(&robust(
        &dataset,
        &Spec::default(),
        &spec,
        &StandardErrors::none(),
    ));
    assert_eq!(tally.beats(0, 1), Some(0.5));
    assert_eq!(tally.acceptability(1), Some(vec![1.0, 0.0, 0.0]));
    assert_eq!(tally.tiers(0.9), Some(vec![Some(1), Some(1), Some(2)]));
    assert_eq!(tally.beats(0, 0), None);
}

fn county(n_units: u32) -> Dataset {
    let options = DemoOptions {
        n_units,
        ..DemoOptions::default()
    };
    generate(&crate::scheme::default_scheme(), options).unwrap()
}

fn errors(dataset: &Dataset) -> StandardErrors {
    let n = dataset.framework().n_indicators();
    StandardErrors::from_fn(dataset.units().len(), n, |i, c| {
        (c % 3 == 0).then_some(1.0 + (i % 5) as f64)
    })
}

fn everything() -> RobustSpec {
    RobustSpec::from_json(
        r#"{
        "replicates": 24, "design": "latin_hypercube",
        "weights": { "dirichlet": { "concentration": 40 } },
        "measurement": { "a_staffing_rate": { "relative": 0.05 } },
        "leave_out": { "probability": 0.5 },
        "aggregate": [{ "choice": {} }, { "choice": { "levels": { "0": "geometric" } } }],
        "normalise": [{ "probability": 2, "choice": {} }, { "choice": { "method": "min_max" } }]
    }"#,
    )
    .unwrap()
}

/// The short way, which moves one state from replicate to replicate, gives the bits
/// of a complete run of the pipeline on the same values and weights.
#[test]
fn the_short_way_gives_the_bits_of_a_full_run() {
    let dataset = county(20);
    let only_fixed = RobustSpec {
        normalise: Vec::new(),
        ..everything()
    };
    let robust = robust(&dataset, &Spec::default(), &only_fixed, &errors(&dataset));
    let mut worker = robust.worker();
    let mut n_different = 0;
    for replicate in 0..24 {
        let draw: Draw = robust.draw(replicate);
        let spec = &robust.specs[robust.combination(&draw)];
        let expected =
            super::run::full(&robust, &draw, &robust.weights(&draw).unwrap(), spec).unwrap();
        let short = worker.sample(replicate).unwrap();
        assert_eq!(short.scores, expected.scores, "{replicate}");
        assert_eq!(short.ranks, expected.ranks);
        assert_eq!(short.grades, expected.grades);
        assert_eq!(short.weights.shares(), expected.weights.shares());
        n_different += usize::from(short.scores != *robust.base().scores.composite());
    }
    assert_eq!(n_different, 24);
}

/// A list of one choice replaces the specification's own: values of 60 and 80 are
/// 0 and 100 on min–max, and the run without uncertainty stays on goalposts.
#[test]
fn a_single_alternative_is_used_in_every_replicate() {
    let dataset = flat(&[&[60.0, 60.0], &[80.0, 80.0]]);
    let spec = RobustSpec::from_json(
        r#"{"weights":"anything","normalise":[{"choice":{"method":"min_max"}}]}"#,
    )
    .unwrap();
    let robust = robust(&dataset, &Spec::default(), &spec, &StandardErrors::none());
    assert_eq!(robust.base().scores.composite().values(), [60.0, 80.0]);
    let sample = robust.worker().sample(0).unwrap();
    assert_eq!(sample.scores.values(), [0.0, 100.0]);
}

/// Any cut into batches, in any order, by workers that know nothing of each other.
#[test]
fn batches_and_workers_change_nothing() {
    let dataset = county(20);
    let robust = robust(&dataset, &Spec::default(), &everything(), &errors(&dataset));
    let whole = tally_of(&robust);
    assert_eq!(whole.replicates(), 24);
    let mut merged = robust.tally();
    for batch in [17..24, 0..5, 5..17] {
        let mut part = robust.tally();
        robust.worker().run(batch, &mut part).unwrap();
        merged.merge(&part).unwrap();
    }
    assert_eq!(merged, whole);
    let other = RobustSpec {
        seed: 1,
        ..everything()
    };
    let other = super::tests::robust(&dataset, &Spec::default(), &other, &StandardErrors::none());
    assert_eq!(merged.merge(&other.tally()), Err(RobustError::Tally));
}

/// The ranks kept for many units are those an interval from all counts has.
#[test]
fn tails_give_the_intervals_of_full_counts() {
    let dataset = county(20);
    let spec = RobustSpec {
        replicates: 200,
        ..RobustSpec::default()
    };
    let robust = robust(&dataset, &Spec::default(), &spec, &errors(&dataset));
    let counts = tally_of(&robust);
    let batch = |range: std::ops::Range<u32>| {
        let mut tally = robust.tally().with_tails(&robust);
        robust.worker().run(range, &mut tally).unwrap();
        tally
    };
    let mut tails = batch(120..200);
    tails.merge(&batch(0..120)).unwrap();
    assert!(tails.acceptability(0).is_none() && tails.tiers(0.9).is_none());
    let mut n_wide = 0;
    for unit in 0..20 {
        let interval = counts.interval(unit, 0.9);
        assert_eq!(tails.interval(unit, 0.9), interval);
        n_wide += usize::from(interval.is_some_and(|i| i.low < i.high));
    }
    assert!(n_wide > 10);
    assert_eq!(tails.interval(0, 0.5), None);
}

/// Ranks 1 (19 times) and 2 (once) of 20: at 90 % one may be cut off at either end.
#[test]
fn intervals_are_inclusive_and_hold_their_level() {
    assert_eq!(super::tally::left_out(20, 0.9), 1);
    assert_eq!(super::tally::left_out(1000, 0.9), 50);
    assert_eq!(super::tally::left_out(10, 0.9), 0);
    let dataset = county(30);
    let robust = robust(&dataset, &Spec::default(), &everything(), &errors(&dataset));
    let tally = tally_of(&robust);
    for unit in 0..30 {
        let Some(acceptability) = tally.acceptability(unit) else {
            continue;
        };
        for level in [0.5, 0.8, 0.95, 1.0] {
            let interval = tally.interval(unit, level).unwrap();
            let inside = acceptability[interval.low as usize - 1..interval.high as usize].iter();
            assert!(inside.sum::<f64>() >= level - 1e-12);
            assert!(acceptability[interval.low as usize - 1] > 0.0);
        }
    }
}

#[test]
fn leaving_out_takes_the_weight_of_one_indicator() {
    let dataset = flat(&[&[90.0, 0.0], &[0.0, 60.0]]);
    let spec = RobustSpec {
        replicates: 400,
        weights: WeightUncertainty::Fixed,
        leave_out: LeaveOut {
            probability: 1.0,
            indicators: Vec::new(),
        },
        ..RobustSpec::default()
    };
    let robust = robust(&dataset, &Spec::default(), &spec, &StandardErrors::none());
    assert_eq!(robust.uncertain(), [Input::LeaveOut]);
    let mut worker = robust.worker();
    let samples: Vec<Sample> = (0..400).map(|i| worker.sample(i).unwrap()).collect();
    let scores = |s: &Sample| (s.scores.values()[0], s.scores.values()[1]);
    assert!(
        samples
            .iter()
            .all(|s| [(0.0, 60.0), (90.0, 0.0)].contains(&scores(s)))
    );
    let left = samples.iter().filter(|s| scores(s).0 == 0.0).count();
    assert_eq!(left, 200);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let dataset = flat(&[&[90.0, 0.0], &[0.0, 60.0]]);
    let inputs = inputs(&dataset);
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let new = |json: &str, errors: &StandardErrors| {
        let robust = RobustSpec::from_json(json).unwrap();
        Robust::new(inputs, &weights, &Spec::default(), &robust, errors).unwrap_err()
    };
    let none = StandardErrors::none();
    assert_eq!(
        new(r#"{"weights":"fixed"}"#, &none),
        RobustError::NothingUncertain
    );
    for json in [
        r#"{"nodes":{"x0":"anything"}}"#,
        r#"{"measurement":{"top":{"absolute":1}}}"#,
        r#"{"leave_out":{"indicators":["y"]}}"#,
        r#"{"sensitivity":{"units":["999"]}}"#,
        r#"{"normalise":[{"choice":{"indicators":{"zz":"min_max"}}}]}"#,
    ] {
        assert!(matches!(new(json, &none), RobustError::Spec(_)), "{json}");
    }
    let cycle = r#"{"weights":{"ordered":{"at_least":[["x0","x1"],["x1","x0"]]}}}"#;
    assert!(matches!(new(cycle, &none), RobustError::Order { .. }));
    let shape = StandardErrors::from_fn(3, 2, |_, _| None);
    assert_eq!(new("{}", &shape), RobustError::Shape);
    let many = vec![r#"{"choice":{}}"#; 300].join(",");
    let many = format!(r#"{{"aggregate":[{many}]}}"#);
    assert!(matches!(
        new(&many, &none),
        RobustError::TooManyCombinations { .. }
    ));
    let group = r#"{"sensitivity":{"groups":{"g":["survey_error"]}}}"#;
    let spec = RobustSpec::from_json(group).unwrap();
    let robust = robust(&dataset, &Spec::default(), &spec, &none);
    assert!(matches!(robust.study(), Err(RobustError::Group { .. })));
}

/// A score that is the mean of two values with errors of 3 and 4: each error is an
/// input of its own, and the variance is 9/4 + 4, so the shares are 9/25 and 16/25.
#[test]
fn sensitivity_of_a_sum_is_its_shares_of_variance() {
    let dataset = flat(&[&[50.0, 50.0], &[10.0, 10.0]]);
    let errors = StandardErrors::from_fn(2, 2, |unit, c| (unit == 0 && c == 0).then_some(3.0));
    let spec = RobustSpec::from_json(
        r#"{"weights":"fixed","measurement":{"x1":{"absolute":4}},
        "sensitivity":{"points":1500,"design":"pseudo_random","pairs":true,"bootstrap":100,
        "level":0.99,"units":["000"]}}"#,
    )
    .unwrap();
    let robust = robust(&dataset, &Spec::default(), &spec, &errors);
    let study = robust.study().unwrap();
    assert_eq!(study.groups(), ["survey_error", "measurement"]);
    let mut outputs = study.run(&mut robust.worker(), 0..1000).unwrap();
    outputs.extend(
        study
            .run(&mut robust.worker(), 1000..study.n_runs())
            .unwrap(),
    );
    let found = study.finish(&outputs);
    assert_eq!(found[1].target, Target::Score(crate::ids::UnitIdx(0)));
    let indices = found[1].indices.as_ref().unwrap();
    assert!((indices.variance / 6.25 - 1.0).abs() < 0.1);
    for (i, exact) in [0.36, 0.64].into_iter().enumerate() {
        for index in [indices.first[i], indices.total[i]] {
            assert!(
                index.low <= exact && exact <= index.high,
                "{exact} {index:?}"
            );
        }
    }
    // The ranks never change, so there is nothing to explain.
    assert_eq!(found[0].indices, None);
    assert_eq!(study.finish(&outputs[1..])[1].indices, None);
}

/// Weights, alternatives and errors together, with groups by name; an input that
/// the target does not depend on is 0.
#[test]
fn a_study_groups_its_inputs() {
    let dataset = county(12);
    let mut spec = everything();
    spec.sensitivity = SensitivitySpec {
        points: 8,
        bootstrap: 5,
        groups: BTreeMap::from([(
            "method".into(),
            vec!["aggregate".into(), "normalise".into()],
        )]),
        ..SensitivitySpec::default()
    };
    let robust = robust(&dataset, &Spec::default(), &spec, &errors(&dataset));
    let study = robust.study().unwrap();
    let groups = [
        "method",
        "weights",
        "leave_out",
        "survey_error",
        "measurement",
    ];
    assert_eq!(study.groups(), groups);
    assert_eq!(study.n_runs(), 8 * 7);
    let outputs = study.run(&mut robust.worker(), 0..u32::MAX).unwrap();
    let found = study.finish(&outputs);
    let indices = found[0].indices.as_ref().unwrap();
    assert_eq!(indices.total.len(), 5);
    assert!(indices.total.iter().all(|i| i.value >= 0.0));
    assert!(indices.total[0].value > 0.0);
}

#[test]
fn a_relative_normalisation_is_run_in_full() {
    let dataset = county(12);
    let spec = Spec {
        normalise: NormaliseSpec {
            method: Normalisation::MinMax,
            ..NormaliseSpec::default()
        },
        ..Spec::default()
    };
    let of = RobustSpec {
        replicates: 3,
        ..RobustSpec::default()
    };
    let robust = robust(&dataset, &spec, &of, &errors(&dataset));
    let base = robust.base();
    assert!(!robust.is_cellwise(&spec, &base.normalise_ledger));
    let outcome = run(inputs(&dataset), &base.weights, &spec).unwrap();
    assert_eq!(outcome.scores, base.scores);
    let sample = robust.worker().sample(2).unwrap();
    assert!(sample.scores != *base.scores.composite());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Rows of the acceptability matrix sum to 1, and so do the chances of bands;
    /// every interval holds the mean rank's neighbourhood.
    #[test]
    fn shares_sum_to_1(seed: u64, values in prop::collection::vec(prop::collection::vec(0.0..100.0f64, 3), 1..8)) {
        let rows: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        let dataset = flat(&rows);
        let spec = RobustSpec { seed, ..anything(40, Design::PseudoRandom) };
        let tally = tally_of(&robust(&dataset, &Spec::default(), &spec, &StandardErrors::none()));
        for unit in 0..values.len() {
            let acceptability = tally.acceptability(unit).unwrap();
            prop_assert!((acceptability.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let bands = tally.band_chances(unit).unwrap();
            prop_assert!((bands.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let all = tally.interval(unit, 1.0).unwrap();
            let mean = tally.mean_rank(unit).unwrap();
            prop_assert!(f64::from(all.low) <= mean && mean <= f64::from(all.high));
        }
        prop_assert!(tally.tiers(0.9).unwrap().iter().all(Option::is_some));
    }
}
