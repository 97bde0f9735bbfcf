use super::*;
use crate::demo::{DemoOptions, generate};
use crate::explain::WhatIf;
use crate::ids::NodeIdx;
use crate::pipeline::{Inputs, run};
use crate::rank::Bands;
use crate::scheme::default_scheme;
use crate::spec::Spec;
use crate::weigh::WeightSet;
use proptest::prelude::*;

const TOLERANCE: f64 = 1e-9;

fn full(rows: &[&[f64]]) -> Vec<Vec<Option<f64>>> {
    let row = |r: &&[f64]| r.iter().map(|x| Some(*x)).collect();
    rows.iter().map(row).collect()
}

/// The scores of a level are those of the pipeline, at every node, for villages
/// with gaps, now and under other weights.
#[test]
fn a_level_scores_like_the_pipeline() {
    let framework = default_scheme();
    let dataset = generate(&framework, DemoOptions::default()).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(&framework).unwrap();
    let spec = Spec::default();
    let outcome = run(inputs, &weights, &spec).unwrap();
    let mut what_if = WhatIf::new(&outcome, &framework, inputs.units, &spec);
    let mut with_gaps = 0;
    for (at, node) in framework.nodes().iter().enumerate() {
        let parent = NodeIdx(at as u32);
        let level = |scores, weights| {
            Level::new(&framework, weights, scores, &outcome.ranks, &spec, parent)
        };
        if node.children.is_empty() {
            let refused = level(&outcome.scores, &weights);
            assert_eq!(
                refused,
                Err(WeightSpaceError::NoChildren(node.id.to_string()))
            );
            continue;
        }
        let level = level(&outcome.scores, &weights).unwrap();
        let others: Vec<f64> = (0..node.children.len()).map(|c| 1.0 + c as f64).collect();
        let moved = weights
            .clone()
            .with_children(&framework, parent, &others)
            .unwrap();
        what_if.set_weights(moved).unwrap();
        for (i, &unit) in level.units().iter().enumerate() {
            let unit = unit as usize;
            with_gaps += usize::from(!level.is_complete(i));
            let now = outcome.scores.composite().get(unit).value().unwrap();
            assert!((level.score(i, level.weights()).unwrap() - now).abs() < 1e-11);
            let then = what_if.scores().composite().get(unit).value().unwrap();
            assert!((level.score(i, &others).unwrap() - then).abs() < 1e-11);
        }
    }
    assert!(with_gaps > 0);
}

#[test]
fn what_is_not_linear_is_refused() {
    let framework = default_scheme();
    let dataset = generate(&framework, DemoOptions::default()).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(&framework).unwrap();
    let mut spec = Spec::default();
    spec.aggregate
        .levels
        .insert(1, crate::aggregate::Aggregation::Geometric);
    let outcome = run(inputs, &weights, &spec).unwrap();
    let level = |parent, spec: &Spec| {
        Level::new(
            &framework,
            &weights,
            &outcome.scores,
            &outcome.ranks,
            spec,
            parent,
        )
    };
    let pillar = framework.pillars()[0];
    let id = framework.node(pillar).id.to_string();
    assert_eq!(
        level(pillar, &spec),
        Err(WeightSpaceError::NotLinear(id.clone()))
    );
    // A geometric mean below does not matter: its score is a number.
    assert!(level(framework.composite(), &spec).is_ok());
    // One above does.
    let below = framework.node(pillar).children[0];
    assert_eq!(level(below, &spec), Err(WeightSpaceError::NotLinear(id)));
    spec.rank.decimals = Some(1);
    assert_eq!(
        level(framework.composite(), &spec),
        Err(WeightSpaceError::Rounded)
    );
}

/// Weights 1/3 each; leads 3, 0 and −1 by child, 2/3 in all. Beside (1, 1, 1) the
/// lead is (7, −2, −5)/3 with squared length 78/9, so the plane of level scores is
/// (2/3)/√(78/9) = 2/√78 away. With L1 weight goes from the first to the third
/// child, 4 points per unit: (2/3)/4 moves, counted twice.
#[test]
fn flips_by_hand() {
    let rows = full(&[&[53.0, 50.0, 49.0], &[50.0, 50.0, 50.0]]);
    let level = Level::from_rows(&[1.0, 1.0, 1.0], &rows).unwrap();
    let all = Admissible::simplex(3);
    let change = |norm| match flip_pair(&level, &all, (0, 1), norm).unwrap() {
        Flip::Change(change) => change,
        other => panic!("{other:?}"),
    };
    let (l1, l2) = (change(Norm::L1), change(Norm::L2));
    assert!((l1.distance - 1.0 / 3.0).abs() < 1e-12, "{l1:?}");
    assert!((l2.distance - 2.0 / 78f64.sqrt()).abs() < 1e-12, "{l2:?}");
    for (w, by_hand) in l1.weights.iter().zip([1.0 / 6.0, 1.0 / 3.0, 0.5]) {
        assert!((w - by_hand).abs() < 1e-12);
    }
    let step = 6.0 / 78.0;
    for (w, part) in l2.weights.iter().zip([7.0, -2.0, -5.0]) {
        assert!((w - (1.0 / 3.0 - step * part / 3.0)).abs() < 1e-12);
    }
    assert_eq!(l2.certainty, Certainty::Exact);
    // With at least 0.2 on each the worst is 0.2 · 3 − 0.6 · 1 = 0: level at most.
    let bounds = Admissible::new(&[(0.2, 1.0), (0.2, 1.0), (0.2, 1.0)], &[]).unwrap();
    let Flip::Never { lead, certificate } = flip_pair(&level, &bounds, (1, 0), Norm::L2).unwrap()
    else {
        panic!()
    };
    assert!(lead.abs() < 1e-12);
    let certificate = certificate.unwrap();
    let proven = certificate.bound(&[3.0, 0.0, -1.0], &bounds).unwrap();
    assert!(proven.abs() < 1e-12, "{certificate:?}");
}

/// 53/3 + 50/3 + 49/3 = 50 + 2/3; a line at 52 needs (3 − 2)w₁ − 2w₂ − 3w₃ = 0 with
/// weight taken from the third first: w₁ = 1 − w₂ − w₃ gives 1 = 3w₂ + 4w₃; w₃ = 0
/// leaves w₂ = 1/3, w₁ = 2/3, exactly 1/3 moved.
#[test]
fn a_line_is_crossed_from_below_or_never() {
    let rows = full(&[&[53.0, 50.0, 49.0]]);
    let level = Level::from_rows(&[1.0, 1.0, 1.0], &rows).unwrap();
    let all = Admissible::simplex(3);
    let Flip::Change(change) = flip_line(&level, &all, 0, 52.0, Norm::L1).unwrap() else {
        panic!()
    };
    assert!((change.distance - 2.0 / 3.0).abs() < 1e-12, "{change:?}");
    let Flip::Never { lead, certificate } = flip_line(&level, &all, 0, 55.0, Norm::L1).unwrap()
    else {
        panic!()
    };
    // Even all weight on the first child leaves 2 points missing.
    assert!((lead - 2.0).abs() < 1e-12);
    assert!((certificate.unwrap().at_least - 2.0).abs() < 1e-12);
}

/// A village without the third child, w = (t, …) against one with all: by hand
/// (90 w₁ + 50 w₂)/(w₁ + w₂) ≥ 60 needs w₁ ≥ w₂/3, whatever w₃.
#[test]
fn gaps_are_renormalised() {
    let rows = vec![
        vec![Some(90.0), Some(50.0), None],
        vec![Some(60.0), Some(60.0), Some(60.0)],
    ];
    let level = Level::from_rows(&[0.4, 0.4, 0.2], &rows).unwrap();
    // Slider of the first: the others 2 : 1, so w₂ = ⅔(1 − t); t = ⅔(1 − t)/3, t = 2/11.
    let stay = pair_stay(&level, 0, (0, 1), TOLERANCE).unwrap().unwrap();
    assert!((stay.low.at - 2.0 / 11.0).abs() < 1e-12, "{stay:?}");
    assert_eq!((stay.high.at, stay.high.other), (1.0, None));
    // The third slider changes nothing between these two.
    let stay = pair_stay(&level, 2, (0, 1), TOLERANCE).unwrap().unwrap();
    assert_eq!((stay.low.at, stay.high.at), (0.0, 1.0));
    let all = Admissible::simplex(3);
    // Nearest point with w₁ = w₂/3: along (3, −1, 0) beside (1, 1, 1), which is
    // (7, −5, −2)/3 of squared length 78/9; lead 3·0.4 − 0.4 = 0.8.
    let Flip::Change(change) = flip_pair(&level, &all, (0, 1), Norm::L2).unwrap() else {
        panic!()
    };
    let exact = 0.8 / (78f64.sqrt() / 3.0);
    assert_eq!(change.certainty, Certainty::Bounds);
    assert!(change.at_least <= exact + 1e-12 && exact <= change.distance + 1e-12);
    assert!(
        change.distance < exact * 1.001,
        "{change:?} against {exact}"
    );
    assert!(change.at_least > 0.3 * exact);
    let some = Admissible::new(&[(0.3, 1.0), (0.0, 0.6), (0.0, 1.0)], &[]).unwrap();
    assert_eq!(dominates(&level, &some, 0, 1).unwrap(), Dominance::Always);
    assert_eq!(dominates(&level, &all, 0, 1).unwrap(), Dominance::NotAlways);
}

/// 90 t + 50 (1 − t): 70 at t = 1/2, 85 at 7/8. In the band from 70 up to below
/// 85, so the lower end is inside and the upper one is not.
#[test]
fn bands_have_one_closed_end() {
    let level = Level::from_rows(&[0.75, 0.25], &full(&[&[90.0, 50.0]])).unwrap();
    let stay = band_stay(&level, 0, 0, &Bands::default(), TOLERANCE).unwrap();
    assert!((stay.low.at - 0.5).abs() < 1e-14 && stay.low.is_inside);
    assert!((stay.high.at - 0.875).abs() < 1e-14 && !stay.high.is_inside);
    assert!(stay.holds(0.5) && !stay.holds(0.875));
    // Exactly on the edge, the way down is closed at once.
    let level = Level::from_rows(&[0.5, 0.5], &full(&[&[90.0, 50.0]])).unwrap();
    let stay = band_stay(&level, 0, 0, &Bands::default(), TOLERANCE).unwrap();
    assert_eq!(stay.low.at, 0.5);
    assert_eq!(leader_stay(&level, 0, TOLERANCE), None);
}

/// 90 t + 50 (1 − t) passes 60 and 80; the second never passes the third. With two
/// children one line is all there is.
#[test]
fn rank_ranges_by_hand() {
    let rows = full(&[&[90.0, 50.0], &[60.0, 60.0], &[80.0, 80.0]]);
    let level = Level::from_rows(&[0.5, 0.5], &rows).unwrap();
    let ranges = |admissible: &Admissible| -> Vec<(u32, u32)> {
        let ranges = rank_ranges(&level, admissible).unwrap();
        let exact = |b: Between| {
            assert_eq!(b.certainty(), Certainty::Exact);
            b.at_least
        };
        ranges
            .iter()
            .map(|r| (exact(r.best), exact(r.worst)))
            .collect()
    };
    assert_eq!(ranges(&Admissible::simplex(2)), [(1, 3), (2, 3), (1, 2)]);
    let middle = Admissible::new(&[(0.3, 0.7), (0.0, 1.0)], &[]).unwrap();
    assert_eq!(ranges(&middle), [(2, 2), (3, 3), (1, 1)]);
    // Level everywhere although one has a gap: they share the first place.
    let rows = vec![vec![Some(60.0), Some(60.0)], vec![Some(60.0), None]];
    let gap = Level::from_rows(&[0.5, 0.5], &rows).unwrap();
    let shared = rank_ranges(&gap, &Admissible::simplex(2)).unwrap();
    assert!(
        shared
            .iter()
            .all(|r| (r.best.at_most, r.worst.at_most) == (1, 1))
    );
    let many = Level::from_rows(&[1.0], &vec![vec![Some(1.0)]; PAIRS_LIMIT + 1]).unwrap();
    let refused = dominance(&many, &Admissible::simplex(1));
    assert!(matches!(
        refused,
        Err(WeightSpaceError::TooManyUnits { .. })
    ));
    let alone = Level::from_rows(&[1.0], &full(&[&[3.0], &[3.0], &[2.0]])).unwrap();
    let ranges = rank_ranges(&alone, &Admissible::simplex(1)).unwrap();
    let best: Vec<u32> = ranges.iter().map(|r| r.best.at_least).collect();
    assert_eq!(best, [1, 1, 3]);
}

#[test]
fn ties_end_at_once_and_equal_villages_never() {
    let rows = full(&[&[90.0, 50.0], &[50.0, 90.0], &[90.0, 50.0]]);
    let level = Level::from_rows(&[0.5, 0.5], &rows).unwrap();
    let stay = pair_stay(&level, 0, (0, 1), TOLERANCE).unwrap().unwrap();
    assert_eq!((stay.low.at, stay.high.at), (0.5, 1.0));
    assert_eq!(stay.low.other, Some(1));
    let stay = pair_stay(&level, 0, (0, 2), TOLERANCE).unwrap().unwrap();
    assert_eq!((stay.low.at, stay.high.at), (0.0, 1.0));
    let none = Level::from_rows(&[1.0, 0.0], &rows).unwrap();
    assert_eq!(pair_stay(&none, 0, (0, 1), TOLERANCE), Ok(None));
}

#[test]
fn impossible_constraints_are_refused() {
    let too_much = Admissible::new(&[(0.6, 1.0), (0.6, 1.0)], &[]);
    assert_eq!(too_much, Err(ConstraintError::Empty));
    let turned = Admissible::new(&[(0.0, 0.2), (0.5, 1.0)], &[(0, 1)]);
    assert_eq!(turned, Err(ConstraintError::Empty));
    assert_eq!(
        Admissible::new(&[(0.0, 1.0)], &[(0, 1)]),
        Err(ConstraintError::Shape(1))
    );
}

/// Weights of one child at least those of the next, made admissible by sorting.
fn constraints(m: usize, cap: f64) -> Admissible {
    let order: Vec<(usize, usize)> = (1..m).map(|c| (c - 1, c)).collect();
    Admissible::new(&vec![(0.0, cap); m], &order[..1]).unwrap()
}

fn random_level(cells: &[f64], gaps: &[bool], weights: &[f64]) -> Level {
    let m = weights.len();
    let rows: Vec<Vec<Option<f64>>> = cells
        .chunks_exact(m)
        .zip(gaps.chunks_exact(m))
        .map(|(row, gaps)| {
            let cell = |(c, x): (usize, &f64)| (c == 0 || !gaps[c]).then_some(*x);
            row.iter().enumerate().map(cell).collect()
        })
        .collect();
    Level::from_rows(weights, &rows).unwrap()
}

fn rank_at(level: &Level, unit: usize, w: &[f64]) -> u32 {
    let own = level.score(unit, w).unwrap();
    let above = (0..level.n_units()).filter(|&j| level.score(j, w).unwrap() > own + 1e-12);
    1 + above.count() as u32
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Intervals end where the order changes, and nothing changes within.
    #[test]
    fn stability_ends_where_the_order_changes(
        cells in prop::collection::vec(0.0..100.0f64, 32),
        gaps in prop::collection::vec(prop::bool::weighted(0.2), 32),
        weights in prop::collection::vec(0.1..1.0f64, 4),
        child in 0..4usize,
        k in 1..4usize,
    ) {
        let level = random_level(&cells, &gaps, &weights);
        let slider = Segment::slider(level.weights(), child).unwrap();
        let first = |t: f64| {
            let w = slider.at(t);
            let mut order: Vec<usize> = (0..8).collect();
            order.sort_by(|&a, &b| level.score(b, &w).unwrap().total_cmp(&level.score(a, &w).unwrap()));
            order.truncate(k);
            order.sort_unstable();
            order
        };
        let stay = top_stay(&level, child, k, TOLERANCE).unwrap();
        let now = first(stay.now);
        for step in 1..20 {
            let t = stay.low.at + (stay.high.at - stay.low.at) * f64::from(step) / 20.0;
            prop_assert_eq!(&first(t), &now);
        }
        if stay.low.at > 1e-4 {
            prop_assert_ne!(&first(stay.low.at - 1e-7), &now);
        }
        if stay.high.at < 1.0 - 1e-4 {
            prop_assert_ne!(&first(stay.high.at + 1e-7), &now);
        }
        let path = RankPath::new(&level, &slider, 0).unwrap();
        let mut from = 0.0;
        let mut rank = path.start;
        for (to, next) in path.steps.iter().map(|s| (s.at, s.rank_after)).chain([(1.0, 0)]) {
            if to - from > 1e-6 {
                prop_assert_eq!(rank_at(&level, 0, &slider.at(f64::midpoint(from, to))), rank);
            }
            (from, rank) = (to, next);
        }
    }

    /// No admissible weights nearer than the distance flip the pair, and just
    /// beyond the weights found some do; with gaps, between the two bounds.
    #[test]
    fn flips_flip_just_beyond_and_not_before(
        cells in prop::collection::vec(0.0..100.0f64, 8),
        gaps in prop::collection::vec(prop::bool::weighted(0.2), 8),
        weights in prop::collection::vec(0.1..1.0f64, 4),
        cap in 0.5..1.0f64,
        samples in prop::collection::vec(0.0..1.0f64, 400),
    ) {
        let mut weights = weights;
        weights.sort_by(|a, b| b.total_cmp(a));
        let level = random_level(&cells, &gaps, &weights);
        prop_assume!(level.weights()[0] <= cap);
        let admissible = constraints(4, cap);
        let score = |unit, w: &[f64]| level.score(unit, w).unwrap();
        let from = level.weights();
        let lead = |w: &[f64]| {
            let lead = score(0, w) - score(1, w);
            if score(0, from) >= score(1, from) { lead } else { -lead }
        };
        let points: Vec<Vec<f64>> = samples
            .chunks(4)
            .filter_map(crate::num::shares)
            .filter(|w| admissible.contains(w, 0.0))
            .collect();
        let mut distances = Vec::new();
        for norm in [Norm::L1, Norm::L2] {
            match flip_pair(&level, &admissible, (0, 1), norm).unwrap() {
                Flip::Change(change) => {
                    prop_assert!(admissible.contains(&change.weights, 1e-9));
                    prop_assert!(lead(&change.weights).abs() < 1e-7);
                    prop_assert!(change.at_least <= change.distance);
                    if change.certainty == Certainty::Exact {
                        distances.push(change.distance);
                        let differences = super::dominance::lead(&level, 0, 1);
                        let sign = if score(0, from) >= score(1, from) { 1.0 } else { -1.0 };
                        let c: Vec<f64> = differences.iter().map(|x| sign * x).collect();
                        let (_, far) = admissible.least(&c).unwrap();
                        let pair = change.weights.iter().zip(&far);
                        let beyond: Vec<f64> = pair.map(|(a, b)| a + 1e-5 * (b - a)).collect();
                        prop_assert!(lead(&beyond) < 0.0);
                    }
                    for w in &points {
                        // Towards each sample, up to just before the distance.
                        let far = norm.distance(from, w);
                        let t = (change.at_least * (1.0 - 1e-9) / far).min(1.0);
                        let pair = from.iter().zip(w);
                        let near: Vec<f64> = pair.map(|(a, b)| a + t * (b - a)).collect();
                        prop_assert!(lead(&near) >= -1e-9);
                    }
                }
                Flip::Never { certificate, .. } => {
                    for w in &points {
                        prop_assert!(lead(w) >= -1e-9);
                    }
                    if let Some(certificate) = certificate {
                        prop_assert!(certificate.at_least >= -1e-9);
                    }
                }
                Flip::Open { at_least } => prop_assert!(at_least >= 0.0),
            }
        }
        if let [l1, l2] = distances[..] {
            prop_assert!(l2 <= l1 + 1e-9 && l1 <= 2.0 * l2 + 1e-9);
        }
    }

    /// No sampled rank lies outside the range, a range called exact is reached on
    /// the way, and nobody that dominates is ever below.
    #[test]
    fn ranks_and_dominance_hold_for_samples(
        cells in prop::collection::vec(0.0..100.0f64, 24),
        gaps in prop::collection::vec(prop::bool::weighted(0.1), 24),
        samples in prop::collection::vec(0.001..1.0f64, 800),
        cap in 0.5..1.0f64,
    ) {
        let level = random_level(&cells, &gaps, &[4.0, 3.0, 2.0, 1.0]);
        let admissible = constraints(4, cap);
        let ranges = rank_ranges(&level, &admissible).unwrap();
        let matrix = dominance(&level, &admissible).unwrap();
        let points = samples.chunks(4).filter_map(crate::num::shares);
        for w in points.filter(|w| admissible.contains(w, 0.0)) {
            for i in 0..6 {
                let rank = rank_at(&level, i, &w);
                let RankRange { best, worst } = ranges[i];
                prop_assert!(best.at_least <= rank && rank <= worst.at_most);
                prop_assert!(best.at_least <= best.at_most && worst.at_least <= worst.at_most);
                for (j, dominance) in matrix[i].iter().enumerate() {
                    let lead = level.score(i, &w).unwrap() - level.score(j, &w).unwrap();
                    prop_assert!(*dominance != Dominance::Always || lead >= -1e-9);
                }
            }
        }
    }
}
