//! Every step at county, provincial and national size: 85, 10,000 and 487,144 units ×
//! 30 indicators, on data from a fixed recurrence. What is left out at a size, and
//! why, is said where it is left out.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement has no callers, and may stop at the first surprise"
)]
#![expect(clippy::cast_precision_loss, reason = "counts far below 2⁵²")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use dhi_engine::aggregate::{
    Aggregation, NodeRule, PAIRWISE_LIMIT, Preference, Promethee, Topsis, node_column,
    outranking_matrix,
};
use dhi_engine::check::check;
use dhi_engine::coherence::{CoherenceLimits, audit};
use dhi_engine::frame::{Cell, Column, Observations, Panel, Provenance, Unit, Units};
use dhi_engine::framework::Framework;
use dhi_engine::ids::{BodyType, UnitCode};
use dhi_engine::normalise::{Normalisation, NormaliseSpec, ZScore, normalise};
use dhi_engine::pipeline::{Inputs, Outcome, Peers, rank_units, run};
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::treat::{
    BoxCox, Imputation, Iterations, Jrc, Neighbours, Preparation, TreatOutcome, Treatment, treat,
};
use dhi_engine::weigh::WeightSet;
use dhi_engine::weigh::benefit::{ShareBounds, benefit_of_the_doubt};
use dhi_engine::weigh::components::principal_components;
use dhi_engine::weigh::objective::{critic, entropy};
use std::hint::black_box;
use std::time::Duration;

const SIZES: [usize; 3] = [85, 10_000, 487_144];

/// A register with values, a run over them, and the parts steps need.
struct Data {
    units: Units,
    framework: Framework,
    observations: Observations,
    weights: WeightSet,
    outcome: Outcome,
}

impl Data {
    /// Values of 0–100, cubed for every fifth indicator so that there are tails; one
    /// cell in 32 missing, one in 32 not applicable.
    fn new(n_units: usize) -> Self {
        let framework = default_scheme();
        let unit = |i: usize| Unit {
            code: UnitCode::new(&format!("{i:012}")).unwrap(),
            name: String::new(),
            town: format!("T{}", i / 40),
            class: format!("K{}", i % 4),
            body_type: BodyType::VillageCommittee,
            population: Some(1000.0 + (i % 1000) as f64),
        };
        let units = Units::new((0..n_units).map(unit).collect()).unwrap();
        let mut observations = Observations::missing(n_units, framework.n_indicators());
        let mut state: u32 = 1;
        for column in 0..framework.n_indicators() {
            for i in 0..n_units {
                // Numerical Recipes' linear congruential generator, ranqd1.
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let x = f64::from(state >> 8) / f64::from(1 << 24);
                let cell = match state >> 27 {
                    0 => Cell::Missing,
                    1 => Cell::NotApplicable,
                    _ if column % 5 == 0 => Cell::Value(100.0 * x * x * x),
                    _ => Cell::Value(100.0 * x),
                };
                observations.set(i, column, cell, None, &Provenance::default());
            }
        }
        let weights = WeightSet::from_framework(&framework).unwrap();
        let inputs = Inputs::new(&units, &framework, &observations);
        let outcome = run(inputs, &weights, &Spec::default()).unwrap();
        Self {
            units,
            framework,
            observations,
            weights,
            outcome,
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        Inputs::new(&self.units, &self.framework, &self.observations)
    }

    fn prepare(&self, spec: &Spec) -> TreatOutcome {
        let preparation = Preparation {
            denominate: &spec.denominate,
            screen: &spec.screen,
            impute: &spec.impute,
            treat: &spec.treat,
            fixed_points: &[],
        };
        treat(
            &self.units,
            &self.framework,
            Panel::default(),
            &self.outcome.checked,
            &preparation,
        )
    }

    /// The scores of the first indicators, as children of one node.
    fn children(&self, n: usize) -> Vec<(&Column, f64)> {
        let columns = self.outcome.normalised.columns().iter().take(n);
        columns.map(|c| (c, 1.0 / n as f64)).collect()
    }
}

fn group_of<'a>(
    criterion: &'a mut Criterion,
    name: &str,
) -> criterion::BenchmarkGroup<'a, criterion::measurement::WallTime> {
    let mut group = criterion.benchmark_group(name);
    group
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500));
    group
}

/// A specification changed with the id of the first indicator at hand.
fn spec_with(change: impl FnOnce(&mut Spec, String)) -> Spec {
    let framework = default_scheme();
    let mut spec = Spec::default();
    let first = framework.node(framework.leaves()[0]).id.to_string();
    change(&mut spec, first);
    spec
}

fn preparing(criterion: &mut Criterion, data: &[Data]) {
    let mean = spec_with(|spec, _| spec.impute.method = Imputation::Mean);
    let jrc = spec_with(|spec, _| spec.treat.method = Treatment::Jrc(Jrc::default()));
    // These are linear in units too, but at national size take seconds to minutes for
    // each indicator, of which one is measured: 1000 donors are compared with every gap
    // on 29 features, regressions and likelihoods are gone through again and again.
    let knn = spec_with(|spec, id| {
        let method = Imputation::NearestNeighbours(Neighbours::default());
        spec.impute.indicators.insert(id, method);
    });
    let em = spec_with(|spec, id| {
        let method = Imputation::Iterative(Iterations::default());
        spec.impute.indicators.insert(id, method);
    });
    let box_cox = spec_with(|spec, id| {
        let method = Treatment::BoxCox(BoxCox::default());
        spec.treat.indicators.insert(id, method);
    });
    let specs = [
        ("impute mean", mean),
        ("impute knn, 1 indicator", knn),
        ("impute iterative, 1 indicator", em),
        ("treat jrc", jrc),
        ("treat box-cox, 1 indicator", box_cox),
    ];
    let mut group = group_of(criterion, "check");
    for data in data {
        group.bench_with_input(
            BenchmarkId::from_parameter(data.units.len()),
            data,
            |b, data| {
                b.iter(|| {
                    let Spec {
                        check: spec,
                        survey,
                        ..
                    } = Spec::default();
                    black_box(check(
                        &data.units,
                        &data.framework,
                        &data.observations,
                        &spec,
                        &survey,
                    ))
                });
            },
        );
    }
    group.finish();
    for (name, spec) in specs {
        let mut group = group_of(criterion, name);
        for data in data {
            let id = BenchmarkId::from_parameter(data.units.len());
            group.bench_with_input(id, data, |b, data| {
                b.iter(|| black_box(data.prepare(&spec)));
            });
        }
        group.finish();
    }
}

fn normalising(criterion: &mut Criterion, data: &[Data]) {
    for (name, method) in [
        ("normalise goalposts", Normalisation::Goalposts),
        ("normalise min-max", Normalisation::MinMax),
        (
            "normalise z-score",
            Normalisation::ZScore(ZScore::default()),
        ),
        ("normalise rank", Normalisation::Rank),
    ] {
        let mut group = group_of(criterion, name);
        let spec = NormaliseSpec {
            method,
            ..NormaliseSpec::default()
        };
        for data in data {
            let treated = data.prepare(&Spec::default());
            let id = BenchmarkId::from_parameter(data.units.len());
            group.bench_with_input(id, data, |b, data| {
                b.iter(|| {
                    black_box(normalise(
                        &data.units,
                        &data.framework,
                        &treated,
                        None,
                        &spec,
                        100.0,
                    ))
                });
            });
        }
        group.finish();
    }
}

/// Weights of five siblings: more have hardly a unit in common that is complete.
fn weighing(criterion: &mut Criterion, data: &[Data]) {
    type Weigh = fn(&[&Column]) -> bool;
    let methods: [(&str, Weigh); 3] = [
        ("weigh entropy", |c| entropy(c).is_ok()),
        ("weigh critic", |c| critic(c).is_ok()),
        ("weigh pca", |c| principal_components(c).is_ok()),
    ];
    for (name, method) in methods {
        let mut group = group_of(criterion, name);
        for data in data {
            let children = data.children(5);
            let columns: Vec<&Column> = children.iter().map(|(c, _)| *c).collect();
            let id = BenchmarkId::from_parameter(data.units.len());
            group.bench_function(id, |b| b.iter(|| assert!(method(black_box(&columns)))));
        }
        group.finish();
    }
}

/// Thirty children of one node; three for what compares every pair.
fn aggregating(criterion: &mut Criterion, data: &[Data]) {
    let linear = Preference::Linear {
        indifference: 1.0,
        preference: 10.0,
    };
    for (name, method, n) in [
        ("aggregate arithmetic", Aggregation::Arithmetic, 30),
        ("aggregate geometric", Aggregation::Geometric, 30),
        ("aggregate power 0.5", Aggregation::Power(0.5), 30),
        (
            "aggregate topsis",
            Aggregation::Topsis(Topsis::default()),
            30,
        ),
        (
            "aggregate promethee usual",
            Aggregation::Promethee(Promethee::default()),
            30,
        ),
        (
            "aggregate promethee linear",
            Aggregation::Promethee(Promethee { preference: linear }),
            30,
        ),
        ("aggregate copeland, 3 children", Aggregation::Copeland, 3),
    ] {
        let mut group = group_of(criterion, name);
        for data in data {
            // Majorities are counted pair by pair: refused beyond the limit.
            if method == Aggregation::Copeland && data.units.len() > PAIRWISE_LIMIT {
                continue;
            }
            let children = data.children(n);
            let rule = NodeRule {
                method,
                availability: 0.0,
                scale: 100.0,
            };
            let id = BenchmarkId::from_parameter(data.units.len());
            group.bench_function(id, |b| {
                b.iter(|| black_box(node_column(&children, rule, data.units.len()).unwrap()));
            });
        }
        group.finish();
    }
    // A matrix of 10,000 units squared is 1.6 gigabytes, and is for small registers.
    let mut group = group_of(criterion, "outranking matrix, 3 children");
    let small = &data[0];
    group.bench_function(BenchmarkId::from_parameter(small.units.len()), |b| {
        let children = small.children(3);
        b.iter(|| black_box(outranking_matrix(&children, small.units.len()).unwrap()));
    });
    group.finish();
    // One linear programme for each unit against those that nobody dominates, who are
    // many among uncorrelated children: the national size takes minutes.
    let mut group = group_of(criterion, "benefit of the doubt, 3 children");
    for data in &data[..2] {
        let children = data.children(3);
        let columns: Vec<&Column> = children.iter().map(|(c, _)| *c).collect();
        let id = BenchmarkId::from_parameter(data.units.len());
        group.bench_function(id, |b| {
            b.iter(|| black_box(benefit_of_the_doubt(&columns, ShareBounds::default()).unwrap()));
        });
    }
    group.finish();
}

fn whole(criterion: &mut Criterion, data: &[Data]) {
    let mut group = group_of(criterion, "rank");
    for data in data {
        let id = BenchmarkId::from_parameter(data.units.len());
        group.bench_with_input(id, data, |b, data| {
            let (scores, grades) = (data.outcome.scores.composite(), &data.outcome.grades);
            let peers = Peers::of(&data.units);
            b.iter(|| black_box(rank_units(&peers, scores, grades, &Spec::default())));
        });
    }
    group.finish();
    let mut group = group_of(criterion, "coherence audit");
    for data in data {
        let id = BenchmarkId::from_parameter(data.units.len());
        group.bench_with_input(id, data, |b, data| {
            b.iter(|| {
                let limits = CoherenceLimits::default();
                let scores = &data.outcome.scores;
                black_box(audit(&data.framework, &data.weights, scores, &limits))
            });
        });
    }
    group.finish();
    let mut group = group_of(criterion, "whole pipeline");
    for data in data {
        let id = BenchmarkId::from_parameter(data.units.len());
        group.bench_with_input(id, data, |b, data| {
            b.iter(|| black_box(run(data.inputs(), &data.weights, &Spec::default()).unwrap()));
        });
    }
    group.finish();
}

fn steps(criterion: &mut Criterion) {
    let data = SIZES.map(Data::new);
    preparing(criterion, &data);
    normalising(criterion, &data);
    weighing(criterion, &data);
    aggregating(criterion, &data);
    whole(criterion, &data);
}

criterion_group!(benches, steps);
criterion_main!(benches);
