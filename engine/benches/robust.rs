//! Robustness at the sizes that matter: a county of 85 villages, and all 487,144.

#![expect(clippy::unwrap_used, reason = "a bench may stop at the first surprise")]

use criterion::{Criterion, criterion_group, criterion_main};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::Dataset;
use dhi_engine::pipeline::{Inputs, run};
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{
    ConfidenceSpec, Robust, RobustSpec, StandardErrors, confidence_sets,
};
use dhi_engine::weigh::WeightSet;
use std::hint::black_box;
use std::time::Duration;

fn dataset(n_units: u32) -> Dataset {
    let options = DemoOptions {
        n_units,
        ..DemoOptions::default()
    };
    generate(&default_scheme(), options).unwrap()
}

/// The survey indicators of the default scheme have errors of three points.
fn errors(dataset: &Dataset) -> StandardErrors {
    let indicators = dataset.framework().indicators();
    let is_survey: Vec<bool> = indicators.map(|(_, i)| i.source == "测评").collect();
    let n_units = dataset.units().len();
    StandardErrors::from_fn(n_units, is_survey.len(), |_, c| is_survey[c].then_some(3.0))
}

fn robust<'a>(dataset: &'a Dataset, json: &str, errors: &StandardErrors) -> Robust<'a> {
    let (period, _) = dataset.latest().unwrap();
    let inputs = Inputs::of(dataset, period).unwrap();
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let spec = RobustSpec::from_json(json).unwrap();
    Robust::new(inputs, &weights, &Spec::default(), &spec, errors).unwrap()
}

fn replicates(robust: &Robust<'_>) -> u32 {
    let mut tally = robust.tally();
    let n = robust.spec().replicates;
    robust.worker().run(0..n, &mut tally).unwrap();
    tally.replicates()
}

fn county(c: &mut Criterion) {
    let dataset = dataset(85);
    let errors = errors(&dataset);
    let mut group = c.benchmark_group("county_85x30");
    group.sample_size(10);
    for (name, json) in [
        ("10000_weights", r#"{"survey_error":false}"#),
        ("10000_weights_and_survey_error", "{}"),
        (
            "10000_dirichlet_weights_and_survey_error",
            r#"{"weights":{"dirichlet":{"concentration":50}}}"#,
        ),
    ] {
        let robust = robust(&dataset, json, &errors);
        group.bench_function(name, |b| b.iter(|| black_box(replicates(&robust))));
    }
    // What a replicate is a short way for.
    let (period, _) = dataset.latest().unwrap();
    let inputs = Inputs::of(&dataset, period).unwrap();
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let spec = Spec::default();
    group.bench_function("1_plain_run", |b| {
        b.iter(|| black_box(run(black_box(inputs), &weights, &spec).unwrap()));
    });
    let six = r#"{"aggregate":[{"choice":{}},{"choice":{"levels":{"0":"geometric"}}}],
        "normalise":[{"choice":{}},{"choice":{"method":"goalposts_unclamped"}}],
        "leave_out":{"probability":0.5},"measurement":{"a_staffing_rate":{"relative":0.05}},
        "sensitivity":{"points":1024,"bootstrap":200}}"#;
    let robust = robust(&dataset, six, &errors);
    group.bench_function("sobol_1024_points_6_inputs", |b| {
        b.iter(|| {
            let study = robust.study().unwrap();
            assert_eq!(study.groups().len(), 6);
            let outputs = study.run(&mut robust.worker(), 0..study.n_runs());
            black_box(study.finish(&outputs.unwrap()))
        });
    });
    let estimates: Vec<f64> = (0..85).map(|i| f64::from(i) / 3.0).collect();
    group.bench_function("simultaneous_rank_sets", |b| {
        b.iter(|| confidence_sets(black_box(&estimates), &[2.0; 85], ConfidenceSpec::default()));
    });
    group.finish();
}

/// Four of a thousand replicates of weights; all take 250 times as long and keep as
/// much.
fn nation(c: &mut Criterion) {
    let dataset = dataset(487_144);
    let json = r#"{"replicates":1000,"survey_error":false}"#;
    let robust = robust(&dataset, json, &StandardErrors::none());
    let mut group = c.benchmark_group("nation_487144x30");
    group.sample_size(10);
    group.measurement_time(Duration::from_secs(20));
    group.bench_function("4_of_1000_weight_replicates", |b| {
        let mut worker = robust.worker();
        let mut tally = robust.tally();
        b.iter(|| worker.run(0..4, black_box(&mut tally)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, county, nation);
criterion_main!(benches);
