use super::*;
use crate::explain::{WhatIf, contributions, dossier, pillar_contributions};
use crate::frame::{Cell, Provenance, Unit};
use crate::ids::{BodyType, NodeIdx, UnitCode};
use crate::num::ordered_sum;
use crate::scheme::default_scheme;
use crate::weigh::Weighting;
use proptest::prelude::*;

/// Units in two classes with values spread by a fixed recurrence, some missing
/// and some not applicable.
fn sample(n_units: usize, framework: &Framework) -> (Units, Observations) {
    let unit = |i: usize| Unit {
        code: UnitCode::new(&format!("u{i:05}")).unwrap(),
        name: format!("村{i}"),
        town: format!("镇{}", i % 3),
        class: format!("类{}", i % 2),
        body_type: BodyType::VillageCommittee,
        population: None,
    };
    let units = Units::new((0..n_units).map(unit).collect()).unwrap();
    let mut observations = Observations::missing(n_units, framework.n_indicators());
    let mut state: u32 = 1;
    for i in 0..n_units {
        for column in 0..framework.n_indicators() {
            // Numerical Recipes' linear congruential generator, ranqd1.
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let share = f64::from(state >> 8) / f64::from(1 << 24);
            let cell = match state >> 27 {
                0 => Cell::Missing,
                1 => Cell::NotApplicable,
                _ => Cell::Value(100.0 * share),
            };
            observations.set(i, column, cell, None, &Provenance::default());
        }
    }
    (units, observations)
}

fn bits(column: &Column) -> Vec<(u64, CellState)> {
    let cells = column.values().iter().zip(column.states());
    cells.map(|(x, s)| (x.to_bits(), *s)).collect()
}

#[test]
fn contributions_sum_to_the_score_to_the_last_bit() {
    let framework = default_scheme();
    let (units, observations) = sample(200, &framework);
    let inputs = Inputs::new(&units, &framework, &observations);
    let weights = WeightSet::from_framework(&framework).unwrap();
    for geometric in [false, true] {
        let mut spec = Spec::default();
        if geometric {
            spec.aggregate.method = crate::aggregate::Aggregation::Geometric;
        }
        let outcome = run(inputs, &weights, &spec).unwrap();
        let by_pillar = pillar_contributions(&framework, &weights, &outcome.scores);
        for unit in 0..units.len() {
            let parts = contributions(&framework, &weights, &outcome.scores, unit);
            let score = outcome.scores.composite().get(unit).value().unwrap_or(0.0);
            let leaves = || framework.leaves().iter().map(|l| parts[l.at()]);
            assert_eq!(ordered_sum(leaves()), score);
            assert_eq!(ordered_sum(leaves().rev()), score);
            for (at, node) in framework.nodes().iter().enumerate() {
                let of_children = node.children.iter().map(|c| parts[c.at()]);
                if !node.children.is_empty() {
                    assert_eq!(ordered_sum(of_children), parts[at]);
                }
            }
            for (pillar, column) in framework.pillars().iter().zip(&by_pillar) {
                assert_eq!(column[unit], parts[pillar.at()]);
            }
        }
    }
}

#[test]
fn weights_sum_to_exactly_one_under_each_parent() {
    let framework = default_scheme();
    let weights = WeightSet::from_framework(&framework).unwrap();
    for node in framework.nodes().iter().filter(|n| !n.children.is_empty()) {
        assert_eq!(
            ordered_sum(node.children.iter().map(|&c| weights.share(c))),
            1.0
        );
    }
    let effective = weights.effective(&framework);
    let total = ordered_sum(framework.leaves().iter().map(|l| effective[l.at()]));
    assert!((total - 1.0).abs() < 1e-15);
}

#[test]
fn a_dossier_accounts_for_every_point() {
    let framework = default_scheme();
    let (units, observations) = sample(60, &framework);
    let inputs = Inputs::new(&units, &framework, &observations);
    let weights = WeightSet::from_framework(&framework).unwrap();
    let spec = Spec::default();
    let outcome = run(inputs, &weights, &spec).unwrap();
    let file = dossier(inputs, &outcome, &weights, &outcome.scores, &spec, 7).unwrap();
    let leaves = || framework.leaves().iter().map(|l| &file.nodes[l.at()]);
    let score = file.nodes[0].score.unwrap();
    assert_eq!(ordered_sum(leaves().map(|n| n.contribution)), score);
    // With arithmetic means a contribution is applied weight × score.
    for leaf in leaves() {
        let product = leaf.applied * leaf.score.unwrap_or(0.0);
        assert!((leaf.contribution - product).abs() < 1e-9);
        assert_eq!(leaf.raw.is_some(), leaf.score.is_some());
    }
    assert!((ordered_sum(leaves().map(|n| n.applied)) - 1.0).abs() < 1e-12);
    assert_eq!(file.class_size, 30);
    assert!(file.nodes.iter().all(|n| n.class_median.is_some()));
    assert!(dossier(inputs, &outcome, &weights, &outcome.scores, &spec, 60).is_none());
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let framework = default_scheme();
    let (units, _) = sample(5, &framework);
    let observations = Observations::missing(4, 30);
    let inputs = Inputs::new(&units, &framework, &observations);
    let weights = WeightSet::from_framework(&framework).unwrap();
    assert!(matches!(
        run(inputs, &weights, &Spec::default()),
        Err(PipelineError::Shape {
            n_units: 5,
            n_indicators: 30
        })
    ));
}

/// A specification read back from its own JSON gives the same run to the last bit,
/// step by step, under the same digest; another weight or goalpost another one.
#[test]
fn a_run_is_replayed_from_its_specification() {
    let framework = default_scheme();
    let (units, observations) = sample(60, &framework);
    let inputs = Inputs::new(&units, &framework, &observations);
    let weights = WeightSet::from_framework(&framework).unwrap();
    let mut digests = std::collections::BTreeSet::new();
    for json in [
        "{}",
        r#"{"impute":{"method":{"nearest_neighbours":{"k":3}}},"normalise":{"method":"min_max"},
            "aggregate":{"method":"geometric"},"coherence":{"weak":0.1}}"#,
        r#"{"screen":{"min_present":0.5},"impute":{"method":{"iterative":{}}},
            "treat":{"method":{"jrc":{}}},"normalise":{"method":{"z_score":{"mean":0.1,"sd":0.3}}},
            "weigh":{"method":"critic"},"rank":{"ties":"dense","tolerance":0.1}}"#,
        r#"{"scale":0.7,"treat":{"method":"log"},"normalise":{"method":"percentile_rank"},
            "weigh":{"method":"entropy"},"aggregate":{"levels":{"0":"copeland"}}}"#,
    ] {
        let spec = Spec::from_json(json).unwrap();
        let again = Spec::from_json(&serde_json::to_string(&spec).unwrap()).unwrap();
        let first = run(inputs, &weights, &spec).unwrap();
        let second = run(inputs, &weights, &again).unwrap();
        assert_eq!(first, second);
        // Equal is not yet the same bits: −0 equals 0.
        let columns = |o: &Outcome| {
            let frames = o.treated.columns().iter().chain(o.normalised.columns());
            frames
                .chain(o.scores.columns())
                .map(bits)
                .collect::<Vec<_>>()
        };
        assert_eq!(columns(&first), columns(&second));
        let shares = |o: &Outcome| {
            o.weights
                .shares()
                .iter()
                .map(|s| s.to_bits())
                .collect::<Vec<_>>()
        };
        assert_eq!(shares(&first), shares(&second));
        assert!(digests.insert(first.digest.clone()));
        let equal = WeightSet::equal(&framework).unwrap();
        assert!(digests.insert(method_digest(&framework, &equal, &spec)));
        let mut rows = framework.to_rows();
        rows[1].name.en.push('x');
        let renamed = Framework::new(rows).unwrap();
        assert!(digests.insert(method_digest(&renamed, &first.weights, &spec)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The dirty path gives the bits of a full run, whatever is changed in
    /// whatever order.
    #[test]
    fn what_if_gives_the_bits_of_a_full_run(
        changes in prop::collection::vec((1usize..44, 0.0..3.0f64), 1..6),
        geometric in any::<bool>(),
        by_data in any::<[bool; 3]>(),
    ) {
        let framework = default_scheme();
        let (units, observations) = sample(40, &framework);
        let inputs = Inputs::new(&units, &framework, &observations);
        let mut spec = Spec::default();
        if geometric {
            spec.aggregate.levels.insert(0, crate::aggregate::Aggregation::Geometric);
        }
        for (at, method) in [Weighting::Gini, Weighting::StandardDeviation, Weighting::Equal]
            .into_iter()
            .enumerate()
        {
            // The composite, a pillar and a sub-pillar.
            if by_data[at] {
                spec.weigh.nodes.insert(framework.node(NodeIdx(at as u32)).id.to_string(), method);
            }
        }
        let base = WeightSet::from_framework(&framework).unwrap();
        let outcome = run(inputs, &base, &spec).unwrap();
        let mut what_if = WhatIf::new(&outcome, &framework, &units, &spec);
        let mut weights: Vec<f64> = base.shares().to_vec();
        for (node, weight) in changes {
            weights[node] = weight;
            let Ok(changed) = WeightSet::new("changed", &framework, &weights) else { continue };
            let n_computed = what_if.set_given_weights(changed.clone()).unwrap();
            let depth = framework.node(NodeIdx(node as u32)).depth;
            prop_assert!(n_computed <= depth, "only the path up: {n_computed} > {depth}");
            let full = run(inputs, &changed, &spec).unwrap();
            for (a, b) in what_if.scores().columns().zip(full.scores.columns()) {
                prop_assert_eq!(bits(a), bits(b));
            }
            let grades = what_if.grades();
            prop_assert_eq!(&grades, &full.grades);
            prop_assert_eq!(what_if.ranks(&grades), full.ranks.clone());
            prop_assert_eq!(what_if.digest(), full.digest.as_str());
            let some = 3..9;
            if let Some(places) = what_if.places(some.clone()) {
                for (place, (unit, rank)) in some.zip(places) {
                    prop_assert_eq!(full.ranks.order[place], unit);
                    prop_assert_eq!(full.ranks.overall[unit as usize], Some(rank));
                }
            }
            for (unit, grade) in full.grades.iter().enumerate() {
                prop_assert_eq!(what_if.grade(unit), Some(*grade));
            }
            // All of it, but for what is said about cells and weights.
            let expected = Outcome {
                findings: Vec::new(),
                treat_ledger: Vec::new(),
                weigh_notes: Vec::new(),
                ..full
            };
            prop_assert_eq!(what_if.outcome(), expected);
        }
    }

    /// The order of units in the register does not matter.
    #[test]
    fn unit_order_is_irrelevant(rotation in 0usize..40) {
        let framework = default_scheme();
        let (units, observations) = sample(40, &framework);
        let mut list = units.list().to_vec();
        list.rotate_left(rotation);
        let rotated_units = Units::new(list).unwrap();
        let mut rotated = Observations::missing(40, 30);
        for i in 0..40 {
            for c in 0..30 {
                let cell = observations.frame().cell((i + rotation) % 40, c);
                rotated.set(i, c, cell, None, &Provenance::default());
            }
        }
        let weights = WeightSet::from_framework(&framework).unwrap();
        let spec = Spec::default();
        let a = run(
            Inputs::new(&units, &framework, &observations),
            &weights, &spec,
        ).unwrap();
        let b = run(
            Inputs::new(&rotated_units, &framework, &rotated),
            &weights, &spec,
        ).unwrap();
        for i in 0..40 {
            let j = (i + rotation) % 40;
            prop_assert_eq!(b.ranks.overall[i], a.ranks.overall[j]);
            prop_assert_eq!(b.scores.composite().get(i), a.scores.composite().get(j));
        }
    }
}
