use super::*;
use crate::demo::{DemoOptions, generate};
use crate::frame::{CellState, Column, Dataset};
use crate::framework::{Framework, NodeRow};
use crate::ids::{NodeId, NodeIdx, Period};
use crate::num::average_ranks;
use crate::pipeline::{Inputs, PipelineError, run};
use crate::rank::{Band, Boundary};
use crate::scheme::default_scheme;
use crate::spec::Spec;
use crate::weigh::WeightSet;
use proptest::prelude::*;

fn ranks(of: &[u32]) -> Vec<Option<Rank>> {
    of.iter().map(|r| Some(Rank(*r))).collect()
}

/// Rankings of twelve phones in Paradowski, Bączkiewicz and Wątróbski 2021
/// (Procedia Computer Science 192), printed there as r_w = 0.96 and WS = 0.90. By
/// hand: the squared shifts 1, 1 and 4 of the places (2, 3), (1, 2) and (3, 1)
/// weigh 21, 23 and 22, so r_w = 1 − 6·132/22308; and WS loses 1/4·1/10, 1/2·1/11
/// and 1/8·2/9.
#[test]
fn published_rankings_have_their_published_similarity() {
    let x = [7, 11, 2, 1, 4, 9, 6, 3, 5, 10, 8, 12];
    let y = [7, 11, 3, 2, 4, 9, 6, 1, 5, 10, 8, 12];
    let out = similarity(&ranks(&x), &ranks(&y));
    let (rw, ws) = (out.weighted_spearman.unwrap(), out.ws.unwrap());
    assert!((rw - 0.96).abs() < 0.005 && (ws - 0.90).abs() < 0.005);
    assert!((rw - (1.0 - 792.0 / 22_308.0)).abs() < 1e-15);
    assert!((ws - (1.0 - 1.0 / 40.0 - 1.0 / 22.0 - 1.0 / 36.0)).abs() < 1e-15);
    assert_eq!((out.n, out.max_shift), (12, Some(2)));
    assert_eq!(out.mean_shift, Some(4.0 / 12.0));
}

/// The point of Sałabun and Urbaniak 2020: a change of the best two and one of the
/// last two have r_s = 0.9 both, by hand 1 − 6·2/(5·24). WS tells them apart: 5/24
/// are lost at the top, 1/16·1/3 + 1/32·1/4 at the bottom.
#[test]
fn changes_at_the_top_count_more() {
    let base = ranks(&[1, 2, 3, 4, 5]);
    let top = similarity(&base, &ranks(&[2, 1, 3, 4, 5]));
    let bottom = similarity(&base, &ranks(&[1, 2, 3, 5, 4]));
    for out in [top, bottom] {
        assert!((out.spearman.unwrap() - 0.9).abs() < 1e-15);
        assert!((out.kendall.unwrap() - 0.8).abs() < 1e-15);
    }
    assert!((top.ws.unwrap() - 19.0 / 24.0).abs() < 1e-15);
    let lost = 1.0 / 48.0 + 1.0 / 128.0;
    assert!((bottom.ws.unwrap() - (1.0 - lost)).abs() < 1e-15);
    assert!((top.weighted_spearman.unwrap() - 0.85).abs() < 1e-15);
    // 6 · (3 + 3) / 720 = 0.05.
    assert!((bottom.weighted_spearman.unwrap() - 0.95).abs() < 1e-15);
}

/// Ties in both: scipy 1.17 `kendalltau` and `spearmanr` of the ranks, and the two
/// formulas over scipy's `rankdata` in numpy.
#[test]
fn ties_take_the_mean_of_their_places() {
    let out = similarity(
        &ranks(&[1, 1, 1, 4, 5, 5, 7]),
        &ranks(&[2, 1, 2, 5, 4, 7, 5]),
    );
    for (found, expected) in [
        (out.kendall, 0.667_697_860_889_588_6),
        (out.spearman, 0.800_326_730_665_041_3),
        (out.weighted_spearman, 0.857_700_892_857_142_8),
        (out.ws, 0.852_065_483_725_280_2),
    ] {
        assert!((found.unwrap() - expected).abs() < 1e-14, "{found:?}");
    }
    // Another tie policy, other numbers, the same places.
    let dense = similarity(
        &ranks(&[1, 1, 1, 2, 3, 3, 4]),
        &ranks(&[2, 1, 2, 4, 3, 5, 4]),
    );
    assert_eq!((dense.ws, dense.kendall), (out.ws, out.kendall));
}

#[test]
fn too_few_or_tied_units_have_no_coefficient() {
    assert_eq!(similarity(&[], &[]), Similarity::default());
    let apart = similarity(&[Some(Rank(1)), None], &[None, Some(Rank(1))]);
    assert_eq!(apart, Similarity::default());
    let one = similarity(&ranks(&[3]), &ranks(&[1]));
    assert_eq!((one.n, one.kendall, one.ws), (1, None, None));
    assert_eq!((one.mean_shift, one.max_shift), (Some(2.0), Some(2)));
    // All tied: nothing to correlate, but the formulas of places go on. Both places
    // are 1.5 against 1 and 2: 6·(1/4·3.5 + 1/4·2.5)/18 = 1/2.
    let tied = similarity(&ranks(&[1, 1]), &ranks(&[1, 2]));
    assert_eq!((tied.kendall, tied.spearman), (None, None));
    assert_eq!(tied.weighted_spearman, Some(0.5));
    // 2^(−3/2) twice, each with a shift of 1/2 of at most 1/2.
    assert!((tied.ws.unwrap() - (1.0 - 0.5f64.sqrt())).abs() < 1e-15);
    let three = similarity(&ranks(&[1, 2, 3]), &ranks(&[3, 2, 1]));
    assert_eq!(three.weighted_spearman, Some(-1.0));
    // 1/2·2/2 + 1/8·2/2 are lost.
    assert_eq!(three.ws, Some(0.375));
    assert_eq!(ws(&[1.0, 2.0], &[1.0, 3.0]), None);
    assert_eq!(weighted_spearman(&[1.0, 2.0], &[1.0]), None);
    assert_eq!(ws(&[1.0, f64::NAN], &[1.0, 2.0]), None);
}

/// 5,000 places, where the powers beyond 2^−1074 are 0: a change of the last two is
/// not seen, one of the first two loses 1/2·1/4999 + 1/4·1/4998.
#[test]
fn places_far_down_weigh_nothing() {
    let base: Vec<u32> = (1..=5000).collect();
    let mut other = base.clone();
    other.swap(4998, 4999);
    assert_eq!(similarity(&ranks(&base), &ranks(&other)).ws, Some(1.0));
    other.swap(0, 1);
    let lost = 0.5 / 4999.0 + 0.25 / 4998.0;
    let out = similarity(&ranks(&base), &ranks(&other));
    assert!((out.ws.unwrap() - (1.0 - lost)).abs() < 1e-15);
}

fn demonstration() -> (Dataset, Period) {
    let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    (dataset, period)
}

fn bits(column: &Column) -> Vec<(u64, CellState)> {
    let cells = column.values().iter().zip(column.states());
    cells.map(|(x, s)| (x.to_bits(), *s)).collect()
}

/// A full run in which the node has no weight is the judge.
#[test]
fn leaving_out_gives_the_bits_of_a_run_without_the_node() {
    let (dataset, period) = demonstration();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let framework = inputs.framework;
    let weights = WeightSet::from_framework(framework).unwrap();
    let spec = Spec::default();
    let whole = run(inputs, &weights, &spec).unwrap();
    let mut leave = LeaveOneOut::new(&whole, framework, inputs.units, &spec);
    let effects = leave.effects();
    assert_eq!(effects.len(), framework.nodes().len() - 1);
    for (node, effect) in effects {
        let without = leave.without(node).unwrap();
        assert_eq!(without.effect, effect.unwrap());
        let mut of_nodes = weights.shares().to_vec();
        of_nodes[node.at()] = 0.0;
        let set = WeightSet::new("without", framework, &of_nodes).unwrap();
        let full = run(inputs, &set, &spec).unwrap();
        assert_eq!(bits(&without.scores), bits(full.scores.composite()));
        assert_eq!(without.ranks, full.ranks);
        assert_eq!(without.grades, full.grades);
        let by_hand = similarity(&whole.ranks.overall, &full.ranks.overall);
        assert_eq!(without.effect.similarity, by_hand);
        let largest = without.effect.largest;
        let size = largest.map_or(0, |l| l.climbed().unsigned_abs() as u32);
        assert_eq!(Some(size), by_hand.max_shift);
        if let Some(Shift { unit, from, to }) = largest {
            let of_unit = [&whole, &full].map(|o| o.ranks.overall[unit as usize]);
            assert_eq!(of_unit, [Some(from), Some(to)]);
        }
        let changed = whole
            .grades
            .iter()
            .zip(&full.grades)
            .filter(|(a, b)| a != b);
        assert_eq!(without.effect.band_changes as usize, changed.count());
    }
}

/// Composite of pillar `p` with one indicator and pillar `q` with two, one of
/// which has no weight.
fn lonely() -> Framework {
    let scheme = default_scheme();
    let indicator = scheme.indicators().next().unwrap().1.clone();
    let row = |id: &str, parent: Option<&str>, weight| NodeRow {
        id: NodeId::new(id).unwrap(),
        parent: parent.map(|p| NodeId::new(p).unwrap()),
        name: Text::default(),
        weight,
        indicator: id.starts_with('i').then(|| indicator.clone()),
    };
    let rows = vec![
        row("top", None, 1.0),
        row("p", Some("top"), 1.0),
        row("i1", Some("p"), 1.0),
        row("q", Some("top"), 1.0),
        row("i2", Some("q"), 1.0),
        row("i3", Some("q"), 0.0),
    ];
    Framework::new(rows).unwrap()
}

#[test]
fn what_has_all_the_weight_cannot_be_left_out() {
    let dataset = generate(&lonely(), DemoOptions::default()).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let spec = Spec::default();
    let whole = run(inputs, &weights, &spec).unwrap();
    let mut leave = LeaveOneOut::new(&whole, inputs.framework, inputs.units, &spec);
    let mut without = |id: &str| leave.without(inputs.framework.find(id).unwrap());
    for (id, parent) in [("i1", "p"), ("i2", "q")] {
        let parent = parent.to_owned();
        assert_eq!(without(id), Err(LeaveOutError::NoSiblings { parent }));
    }
    assert_eq!(without("top"), Err(LeaveOutError::Composite));
    // No weight, no change.
    let effect = without("i3").unwrap().effect;
    assert_eq!(effect.similarity.kendall, Some(1.0));
    assert_eq!(
        (effect.similarity.max_shift, effect.band_changes),
        (Some(0), 0)
    );
    // Without `q` the score is that of `i1`, whatever was left out before.
    let scores = without("q").unwrap().scores;
    let i1 = inputs.framework.find("i1").unwrap();
    assert_eq!(bits(&scores), bits(whole.scores.node(i1)));
    let unknown = NodeIdx(99);
    assert_eq!(leave.without(unknown), Err(LeaveOutError::Unknown(unknown)));
}

fn recipe<'a>(weights: &'a WeightSet, spec: &'a Spec) -> Recipe<'a> {
    Recipe { weights, spec }
}

#[test]
fn two_recipes_side_by_side_are_two_runs() {
    let (dataset, period) = demonstration();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let equal = WeightSet::equal(inputs.framework).unwrap();
    let spec = Spec::default();
    let geometric = Spec::from_json(r#"{"aggregate":{"method":"geometric"}}"#).unwrap();
    let out = compare(inputs, recipe(&weights, &spec), recipe(&equal, &geometric)).unwrap();
    assert_eq!(out.base, run(inputs, &weights, &spec).unwrap());
    assert_eq!(out.other, run(inputs, &equal, &geometric).unwrap());
    assert_ne!(out.base.digest, out.other.digest);
    assert!(out.effect.similarity.kendall.unwrap() < 1.0);
    let changes = out.changes_band.iter().filter(|c| **c).count();
    assert_eq!(out.effect.band_changes as usize, changes);

    let same = compare(inputs, recipe(&weights, &spec), recipe(&weights, &spec)).unwrap();
    assert_eq!(same.base.digest, same.other.digest);
    let Similarity {
        kendall,
        spearman,
        ws,
        weighted_spearman,
        ..
    } = same.effect.similarity;
    assert_eq!([kendall, spearman, ws, weighted_spearman], [Some(1.0); 4]);
    assert_eq!(
        (same.effect.similarity.max_shift, same.effect.band_changes),
        (Some(0), 0)
    );
}

/// Bands are told apart by name: the same position under other limits is the same
/// band, another list is not.
#[test]
fn bands_are_compared_by_name() {
    let (dataset, period) = demonstration();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let spec = Spec::default();
    let mut renamed = spec.clone();
    let list = spec.bands.list().iter().map(|band| Band {
        name: Text {
            zh: format!("新{}", band.name.zh),
            en: String::new(),
        },
        from: band.from,
    });
    renamed.bands = Bands::new(list.collect(), Boundary::AtOrAbove).unwrap();
    let out = compare(inputs, recipe(&weights, &spec), recipe(&weights, &renamed)).unwrap();
    let graded = out.base.grades.iter().filter(|g| g.is_band()).count();
    assert_eq!(out.effect.band_changes as usize, graded);
    assert_eq!(out.effect.similarity.max_shift, Some(0));
}

#[test]
fn the_recipe_that_fails_is_named() {
    let (dataset, period) = demonstration();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let spec = Spec::default();
    let mut bad = spec.clone();
    bad.scale = 0.0;
    let good = recipe(&weights, &spec);
    let bad = recipe(&weights, &bad);
    let found = [compare(inputs, bad, good), compare(inputs, good, bad)];
    assert!(matches!(
        found[0],
        Err(CompareError::Base(PipelineError::Spec(_)))
    ));
    assert!(matches!(
        found[1],
        Err(CompareError::Other(PipelineError::Spec(_)))
    ));
}

proptest! {
    /// Ranges, symmetry, and 1 exactly for a ranking and itself, with ties or not.
    #[test]
    fn coefficients_keep_their_ranges(lists in prop::collection::vec((1u32..9, 1u32..9), 2..40)) {
        let of = |f: fn(&(u32, u32)) -> u32| lists.iter().map(f).collect::<Vec<_>>();
        let (x, y) = (of(|l| l.0), of(|l| l.1));
        let out = similarity(&ranks(&x), &ranks(&y));
        let back = similarity(&ranks(&y), &ranks(&x));
        let same = similarity(&ranks(&x), &ranks(&x));
        for r in [out.kendall, out.spearman, out.weighted_spearman].into_iter().flatten() {
            prop_assert!((-1.0..=1.0).contains(&r));
        }
        let ws = out.ws.unwrap();
        prop_assert!(ws > 0.0 && ws <= 1.0, "{}", ws);
        prop_assert_eq!(out.weighted_spearman, back.weighted_spearman);
        prop_assert_eq!((out.mean_shift, out.max_shift), (back.mean_shift, back.max_shift));
        prop_assert_eq!((same.ws, same.weighted_spearman), (Some(1.0), Some(1.0)));
        prop_assert_eq!(same.max_shift, Some(0));
    }

    /// Against its reverse a ranking without ties has −1, and units in another
    /// order change nothing but rounding.
    #[test]
    fn unit_order_is_irrelevant(
        scores in prop::collection::vec((0.0..1.0f64, 0.0..1.0f64), 2..40),
        rotation in 0usize..40,
    ) {
        let places = |f: fn(&(f64, f64)) -> f64| {
            average_ranks(&scores.iter().map(f).collect::<Vec<_>>())
        };
        let (mut x, mut y) = (places(|s| s.0), places(|s| s.1));
        prop_assume!(x.iter().all(|place| place.fract() == 0.0));
        let reverse: Vec<f64> = x.iter().map(|p| x.len() as f64 + 1.0 - p).collect();
        prop_assert!((weighted_spearman(&x, &reverse).unwrap() + 1.0).abs() < 1e-12);
        let (rw, similar) = (weighted_spearman(&x, &y).unwrap(), ws(&x, &y).unwrap());
        let by = rotation % x.len();
        x.rotate_left(by);
        y.rotate_left(by);
        prop_assert!((weighted_spearman(&x, &y).unwrap() - rw).abs() < 1e-12);
        prop_assert!((ws(&x, &y).unwrap() - similar).abs() < 1e-12);
    }
}
