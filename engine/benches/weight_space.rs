//! Exact answers about weights at the sizes of a county, and stability at ten
//! thousand villages.

#![expect(
    clippy::unwrap_used,
    reason = "a benchmark may stop at the first surprise"
)]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::ids::NodeIdx;
use dhi_engine::pipeline::{Inputs, run};
use dhi_engine::rank::Bands;
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use dhi_engine::weight_space::{
    Admissible, Level, Norm, band_stay, dominance, flip_pair, leader_stay, rank_ranges, top_stay,
    triangle,
};
use std::hint::black_box;

const TOLERANCE: f64 = 1e-9;

/// Every level of the demonstration with so many villages, the composite first.
fn levels(n_units: u32) -> Vec<Level> {
    let framework = default_scheme();
    let options = DemoOptions {
        n_units,
        ..DemoOptions::default()
    };
    let dataset = generate(&framework, options).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(&framework).unwrap();
    let spec = Spec::default();
    let outcome = run(inputs, &weights, &spec).unwrap();
    let nodes = framework.nodes().iter().enumerate();
    let inner = nodes.filter(|(_, node)| !node.children.is_empty());
    inner
        .map(|(at, _)| {
            let (scores, ranks) = (&outcome.scores, &outcome.ranks);
            let parent = NodeIdx(at as u32);
            Level::new(&framework, &weights, scores, ranks, &spec, parent).unwrap()
        })
        .collect()
}

fn triangles(c: &mut Criterion) {
    let mut group = c.benchmark_group("triangle");
    group.sample_size(10);
    for n_units in [85, 400] {
        let level = levels(n_units).swap_remove(0);
        let all = Admissible::simplex(3);
        group.bench_function(BenchmarkId::from_parameter(n_units), |b| {
            b.iter(|| triangle(black_box(&level), &all).unwrap());
        });
    }
    group.finish();
}

/// Leader, first ten and every village's band, for the weight of every node.
fn stability(c: &mut Criterion) {
    let mut group = c.benchmark_group("stability");
    group.sample_size(10);
    let bands = Bands::default();
    for n_units in [85, 10_000] {
        let levels = levels(n_units);
        group.bench_function(BenchmarkId::from_parameter(n_units), |b| {
            b.iter(|| {
                let mut n_ends = 0;
                for level in black_box(&levels) {
                    for child in 0..level.n_children() {
                        n_ends += usize::from(leader_stay(level, child, TOLERANCE).is_some());
                        n_ends += usize::from(top_stay(level, child, 10, TOLERANCE).is_some());
                        let units = 0..level.n_units();
                        let stays =
                            units.filter_map(|i| band_stay(level, child, i, &bands, TOLERANCE));
                        n_ends += stays.count();
                    }
                }
                n_ends
            });
        });
    }
    group.finish();
}

/// What `dhi weights` asks about the pillars of 85 villages.
fn pillars(c: &mut Criterion) {
    let mut group = c.benchmark_group("pillars_85");
    group.sample_size(10);
    let level = levels(85).swap_remove(0);
    let all = Admissible::simplex(3);
    let ordered = Admissible::new(&[(0.1, 0.6); 3], &[(0, 1)]).unwrap();
    group.bench_function("dominance", |b| {
        b.iter(|| dominance(black_box(&level), &all).unwrap());
    });
    group.bench_function("dominance_ordered", |b| {
        b.iter(|| dominance(black_box(&level), &ordered).unwrap());
    });
    group.bench_function("rank_ranges", |b| {
        b.iter(|| rank_ranges(black_box(&level), &all).unwrap());
    });
    group.bench_function("flips_of_neighbours", |b| {
        let order = level.order();
        b.iter(|| {
            for pair in order.windows(2) {
                for norm in [Norm::L1, Norm::L2] {
                    let flip = flip_pair(&level, &ordered, (pair[1], pair[0]), norm);
                    let _ = black_box(flip);
                }
            }
        });
    });
    group.finish();
}

criterion_group!(benches, triangles, stability, pillars);
criterion_main!(benches);
