//! Laws that hold for every frame, through the whole pipeline: random cells with
//! gaps, cells that do not apply, ties and constants on three levels, and random
//! specifications over every method. What a method does not promise is said at the
//! law it leaves out.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![expect(clippy::cast_precision_loss, reason = "positions of a dozen units")]

mod common;

use common::{
    Row, Table, UP, aggregations, imputations, normalisations, table, treatments, weightings,
};
use dhi_engine::aggregate::Aggregation;
use dhi_engine::explain::contributions;
use dhi_engine::frame::{Cell, Column, Observations, Provenance, Units};
use dhi_engine::framework::Direction;
use dhi_engine::normalise::{Normalisation, NormaliseSpec};
use dhi_engine::num::ordered_sum;
use dhi_engine::pipeline::Outcome;
use dhi_engine::spec::Spec;
use dhi_engine::treat::{Imputation, ImputeSpec, TreatSpec, Treatment};
use dhi_engine::weigh::{WeighSpec, Weighting};
use proptest::prelude::*;

const DOWN: Option<Direction> = Some(Direction::LowerIsBetter);

/// Two pillars, one of them with a level more, and an indicator beside them; one
/// indicator has weight 0. Indicators by position: a1 a2 a3 b1 b2 b3 c.
const TREE: [Row; 11] = [
    ("top", "", None, 1.0),
    ("a", "top", None, 3.0),
    ("a1", "a", UP, 2.0),
    ("a2", "a", DOWN, 1.0),
    ("a3", "a", UP, 1.0),
    ("b", "top", None, 2.0),
    ("bb", "b", None, 1.0),
    ("b1", "bb", UP, 1.0),
    ("b2", "bb", UP, 0.0),
    ("b3", "b", DOWN, 1.0),
    ("c", "top", UP, 1.0),
];
const DIRECTIONS: [Option<Direction>; 7] = [UP, DOWN, UP, UP, UP, DOWN, UP];
const N: usize = 7;

/// A unit that always has every value, so that it can be the reference of others.
const REFERENCE: &str = "u0";

/// Cells by column; small whole numbers make ties likely.
fn frames(n_units: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Vec<Cell>>> {
    let cell = prop_oneof![
        6 => (0u8..6).prop_map(|x| Cell::Value(f64::from(x))),
        6 => (0.0..10.0f64).prop_map(Cell::Value),
        1 => Just(Cell::Missing),
        1 => Just(Cell::NotApplicable),
    ];
    let first = prop::collection::vec(0.0..10.0f64, N);
    let rest = move |n: usize| prop::collection::vec(prop::collection::vec(cell.clone(), n - 1), N);
    // Which column, if any, is constant.
    let constant = prop_oneof![2 => Just(N), 1 => 0..N];
    (first, n_units.prop_flat_map(rest), constant).prop_map(|(first, rest, constant)| {
        let columns = first.into_iter().zip(rest);
        let columns = columns.map(|(x, rest)| [vec![Cell::Value(x)], rest].concat());
        let mut columns: Vec<Vec<Cell>> = columns.collect();
        if let Some(column) = columns.get_mut(constant) {
            for cell in column.iter_mut().filter(|c| c.value().is_some()) {
                *cell = Cell::Value(4.0);
            }
        }
        columns
    })
}

/// A specification out of the lists, by position; every step has one for all and one
/// for a part of the tree.
fn specs() -> impl Strategy<Value = Spec> {
    (
        prop::collection::vec(0usize..1000, 10),
        prop_oneof![Just(0.0), Just(0.5)],
    )
        .prop_map(|(picks, availability)| {
            fn pick<T>(list: Vec<T>, at: usize) -> T {
                let n = list.len();
                list.into_iter().nth(at % n).unwrap()
            }
            let mut spec = Spec::default();
            spec.impute.method = pick(imputations(), picks[0]);
            let own = pick(imputations(), picks[1]);
            spec.impute.indicators.insert("a1".to_owned(), own);
            spec.treat.method = pick(treatments(), picks[2]);
            let own = pick(treatments(), picks[3]);
            spec.treat.indicators.insert("b1".to_owned(), own);
            spec.normalise.method = pick(normalisations(REFERENCE), picks[4]);
            let own = pick(normalisations(REFERENCE), picks[5]);
            spec.normalise.indicators.insert("c".to_owned(), own);
            let own = pick(weightings(&["a1", "a2", "a3"]), picks[6]);
            spec.weigh.nodes.insert("a".to_owned(), own);
            spec.aggregate.method = pick(aggregations(), picks[7]);
            spec.aggregate
                .levels
                .insert(0, pick(aggregations(), picks[8]));
            spec.aggregate
                .levels
                .insert(1, pick(aggregations(), picks[9]));
            spec.aggregate.availability = availability;
            spec
        })
}

/// The same without imputation, treatment and weights from data.
fn plain_specs() -> impl Strategy<Value = Spec> {
    specs().prop_map(|mut spec| {
        spec.impute = ImputeSpec::default();
        spec.treat = TreatSpec::default();
        spec.weigh = WeighSpec::default();
        spec
    })
}

/// The same register in another order.
fn in_order(table: &Table, order: &[usize]) -> Table {
    let list = order.iter().map(|&i| table.units.list()[i].clone());
    let mut observations = Observations::missing(order.len(), N);
    for (at, &i) in order.iter().enumerate() {
        for column in 0..N {
            let cell = table.observations.frame().cell(i, column);
            observations.set(at, column, cell, None, &Provenance::default());
        }
    }
    Table {
        units: Units::new(list.collect()).unwrap(),
        framework: table.framework.clone(),
        observations,
    }
}

fn scores(outcome: &Outcome) -> &Column {
    outcome.scores.composite()
}

/// Equal states, and values to `tolerance` of their size.
fn assert_near(a: Cell, b: Cell, tolerance: f64) -> Result<(), TestCaseError> {
    match (a, b) {
        (Cell::Value(x), Cell::Value(y)) => {
            let size = x.abs().max(y.abs()).max(1.0);
            prop_assert!((x - y).abs() <= tolerance * size, "{x} {y}");
        }
        (a, b) => prop_assert_eq!(a, b),
    }
    Ok(())
}

/// Changes the cells of every column.
fn map(columns: &[Vec<Cell>], f: impl Fn(usize, f64) -> f64) -> Vec<Vec<Cell>> {
    let of = |(at, column): (usize, &Vec<Cell>)| {
        let cell = |cell: &Cell| cell.value().map_or(*cell, |x| Cell::Value(f(at, x)));
        column.iter().map(cell).collect()
    };
    columns.iter().enumerate().map(of).collect()
}

/// Whether any step uses one of these.
fn imputes(spec: &Spec, which: fn(Imputation) -> bool) -> bool {
    let own = spec.impute.indicators.values().copied();
    own.chain([spec.impute.method]).any(which)
}

/// Whether any exponent is fitted.
fn fits(spec: &Spec) -> bool {
    let own = spec.treat.indicators.values().copied();
    own.chain([spec.treat.method])
        .any(|t| matches!(t, Treatment::BoxCox(_)))
}

fn aggregates(spec: &Spec, which: fn(Aggregation) -> bool) -> bool {
    let own = spec.aggregate.levels.values().copied();
    own.chain([spec.aggregate.method]).any(which)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Whoever stands first in the register: every unit keeps its score and rank.
    /// Sums over units change their last bits, so scores agree to 10⁻⁹; with fitted
    /// exponents to 10⁻⁷, with regressions that iterate and weights that are searched
    /// for to 10⁻⁵. A run that is refused is
    /// refused in any order.
    #[test]
    fn the_order_of_units_is_irrelevant(
        columns in frames(1..12),
        spec in specs(),
        by in 0usize..12,
    ) {
        let n = columns[0].len();
        let straight = table(&TREE, &columns);
        let order: Vec<usize> = (0..n).map(|i| (i * 5 + by) % n).collect();
        // A permutation whatever n, unless 5 divides it.
        prop_assume!(n % 5 != 0);
        let turned = in_order(&straight, &order);
        let (a, b) = (straight.run(&spec), turned.run(&spec));
        prop_assert_eq!(a.is_ok(), b.is_ok(), "{:?} {:?}", a.err(), b.err());
        let (Ok(a), Ok(b)) = (a, b) else { return Ok(()) };
        let is_iterative = imputes(&spec, |m| matches!(m, Imputation::Iterative(_)))
            || matches!(spec.weigh.nodes["a"], Weighting::Influence(_));
        let tolerance = match (is_iterative, fits(&spec)) {
            (true, _) => 1e-5,
            (false, true) => 1e-7,
            (false, false) => 1e-9,
        };
        for (x, y) in a.scores.columns().zip(b.scores.columns()) {
            for (at, &i) in order.iter().enumerate() {
                assert_near(x.get(i), y.get(at), tolerance)?;
            }
        }
        if tolerance < 1e-8 {
            for (at, &i) in order.iter().enumerate() {
                prop_assert_eq!(a.ranks.overall[i], b.ranks.overall[at]);
            }
        }
    }

    /// x → a·x for all a > 0 under everything relative; goalposts and targets are in
    /// the measure and promise nothing. The logarithm of the Global Innovation Index
    /// depends on the measure by definition, and a transformed column has no 0 that
    /// fractions of the greatest could start from.
    #[test]
    fn positive_rescaling_is_irrelevant(
        columns in frames(2..12),
        spec in specs(),
        powers in prop::collection::vec(-8i32..9, N),
    ) {
        let in_measure = |m: &Normalisation| {
            matches!(
                m,
                Normalisation::Goalposts
                    | Normalisation::GoalpostsUnclamped
                    | Normalisation::DistanceToTarget(_)
            )
        };
        let mut spec = spec;
        if in_measure(&spec.normalise.method) {
            spec.normalise.method = Normalisation::MinMax;
        }
        spec.normalise.indicators.retain(|_, m| !in_measure(m));
        let is_gii = |t: Treatment| matches!(t, Treatment::GiiLog(_));
        if is_gii(spec.treat.method) {
            spec.treat.method = Treatment::None;
        }
        spec.treat.indicators.retain(|_, t| !is_gii(*t));
        let is_fraction = |m: &Normalisation| *m == Normalisation::FractionOfMax;
        if spec.treat != TreatSpec::default() {
            if is_fraction(&spec.normalise.method) {
                spec.normalise.method = Normalisation::DistanceToMax;
            }
            spec.normalise.indicators.retain(|_, m| !is_fraction(m));
        }
        // Powers of 2 scale without rounding, so that no limit is crossed by a bit.
        let factor = |at: usize| {
            let power = powers[at];
            let double = if power < 0 { 0.5 } else { 2.0 };
            (0..power.abs()).fold(1.0, |f, _| f * double)
        };
        let a = table(&TREE, &columns).run(&spec);
        let b = table(&TREE, &map(&columns, |at, x| factor(at) * x)).run(&spec);
        prop_assert_eq!(a.is_ok(), b.is_ok(), "{:?} {:?}", a.err(), b.err());
        let (Ok(a), Ok(b)) = (a, b) else { return Ok(()) };
        // Fitted exponents are as exact as their likelihood is curved.
        let tolerance = if fits(&spec) { 1e-7 } else { 1e-9 };
        for (x, y) in a.scores.columns().zip(b.scores.columns()) {
            for (x, y) in x.cells().zip(y.cells()) {
                assert_near(x, y, tolerance)?;
            }
        }
    }

    /// Less is better of x is more is better of −x: the mirror gives the same scores,
    /// but for what has a place for 0 (fractions) or a fixed one (goalposts, targets
    /// are mirrored with the data).
    #[test]
    fn lower_is_better_is_the_mirror(columns in frames(2..12), spec in plain_specs()) {
        let mut spec = spec;
        let is_fraction = |m: &Normalisation| {
            matches!(m, Normalisation::FractionOfMax | Normalisation::DistanceToTarget(_))
        };
        if is_fraction(&spec.normalise.method) {
            spec.normalise.method = Normalisation::Goalposts;
        }
        spec.normalise.indicators.retain(|_, m| !is_fraction(m));
        let mirrored = TREE.map(|(id, parent, direction, weight)| {
            let turned = direction.map(|d| match d {
                Direction::HigherIsBetter => Direction::LowerIsBetter,
                Direction::LowerIsBetter => Direction::HigherIsBetter,
            });
            (id, parent, turned, weight)
        });
        // Within the goalposts 0–10 the mirror of x is 10 − x.
        let a = table(&TREE, &columns).run(&spec);
        let b = table(&mirrored, &map(&columns, |_, x| 10.0 - x)).run(&spec);
        prop_assert_eq!(a.is_ok(), b.is_ok(), "{:?} {:?}", a.err(), b.err());
        let (Ok(a), Ok(b)) = (a, b) else { return Ok(()) };
        for (x, y) in a.scores.columns().zip(b.scores.columns()) {
            for (x, y) in x.cells().zip(y.cells()) {
                assert_near(x, y, 1e-9)?;
            }
        }
    }

    /// A better value never lowers its unit's score, under fixed weights and without
    /// imputation and treatment, as long as the indicator goes on telling units apart.
    ///
    /// Promised by every normalisation; by arithmetic, geometric, harmonic and power
    /// means and the minimum everywhere; by Copeland, TOPSIS, PROMETHEE and benefit of
    /// the doubt at one level of values that others do not move (goalposts). Not by
    /// Mazziotta–Pareto, whose penalty for imbalance can outweigh a gain: of 5, 1, 1 the
    /// mean is 7/3 and the penalty 32/21, of 6, 1, 1 they are 8/3 and 25/12.
    #[test]
    fn a_better_value_never_lowers_the_score(
        columns in frames(2..12),
        spec in plain_specs(),
        at in 0..N,
        unit in 0usize..12,
        gain in 0.0..5.0f64,
    ) {
        let mut spec = spec;
        let no_promise = |m: Aggregation| m == Aggregation::MazziottaPareto;
        if aggregates(&spec, no_promise) {
            spec.aggregate.levels.retain(|_, m| !no_promise(*m));
            if no_promise(spec.aggregate.method) {
                spec.aggregate.method = Aggregation::Geometric;
            }
        }
        if aggregates(&spec, |m| !m.is_mean()) {
            let at_top = spec.aggregate.method_at(0);
            spec.aggregate.method = Aggregation::Power(0.5);
            spec.aggregate.levels.clear();
            spec.aggregate.levels.insert(0, at_top);
            spec.normalise = NormaliseSpec::default();
        }
        let unit = unit % columns[0].len();
        let Cell::Value(before) = columns[at][unit] else { return Ok(()) };
        let sign = if DIRECTIONS[at] == UP { 1.0 } else { -1.0 };
        let mut better = columns.clone();
        // Values stay above 0, as fractions ask for.
        better[at][unit] = Cell::Value((before + sign * gain).max(0.0));
        let a = table(&TREE, &columns).run(&spec);
        let b = table(&TREE, &better).run(&spec);
        let (Ok(a), Ok(b)) = (a, b) else { return Ok(()) };
        // Scores below 0 take geometric means away and give them back.
        let states = |o: &Outcome| -> Vec<_> {
            let columns = o.normalised.columns().iter().chain(o.scores.columns());
            columns.map(|c| c.states().to_vec()).collect()
        };
        prop_assume!(states(&a) == states(&b));
        if let (Some(x), Some(y)) = (scores(&a).get(unit).value(), scores(&b).get(unit).value()) {
            prop_assert!(y >= x - 1e-9 * x.abs().max(1.0), "{x} fell to {y}");
        }
    }

    /// A specification that went through its file gives the same bits and digest.
    #[test]
    fn a_replay_has_the_same_bits(columns in frames(1..12), spec in specs()) {
        let json = serde_json::to_string(&spec).unwrap();
        let again = Spec::from_json(&json).unwrap();
        let data = table(&TREE, &columns);
        let (a, b) = (data.run(&spec), data.run(&again));
        if let (Ok(a), Ok(b)) = (&a, &b) {
            for (x, y) in a.scores.columns().zip(b.scores.columns()) {
                let bits = |c: &Column| c.values().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                prop_assert_eq!(bits(x), bits(y));
            }
        }
        prop_assert_eq!(a, b);
    }

    /// Scores lie between 0 and the scale where everything below does: all but z-scores,
    /// ranks, Borda counts, open goalposts and references that can be surpassed.
    #[test]
    fn scores_stay_on_the_scale(columns in frames(1..12), spec in specs()) {
        let is_bounded = |m: &Normalisation| {
            matches!(
                m,
                Normalisation::Goalposts
                    | Normalisation::MinMax
                    | Normalisation::DistanceToMax
                    | Normalisation::FractionOfMax
                    | Normalisation::PercentileRank
            )
        };
        let mut spec = spec;
        if !is_bounded(&spec.normalise.method) {
            spec.normalise.method = Normalisation::MinMax;
        }
        spec.normalise.indicators.retain(|_, m| is_bounded(m));
        let Ok(outcome) = table(&TREE, &columns).run(&spec) else { return Ok(()) };
        let on_scale = |x: f64| (0.0..=spec.scale).contains(&x);
        for column in outcome.normalised.columns().iter().chain(outcome.scores.columns()) {
            prop_assert!(column.present().all(on_scale), "{column:?}");
        }
    }

    /// Contributions of the children sum to that of the node, and those of the
    /// indicators to the score, to the last bit in either order; scores ≥ 0 only.
    #[test]
    fn contributions_sum_to_the_score(columns in frames(1..12), spec in specs()) {
        let data = table(&TREE, &columns);
        let Ok(outcome) = data.run(&spec) else { return Ok(()) };
        let is_from_0 = outcome.scores.columns().all(|c| c.present().all(|x| x >= 0.0));
        prop_assume!(is_from_0);
        let framework = &data.framework;
        for unit in 0..data.units.len() {
            let parts = contributions(framework, &outcome.weights, &outcome.scores, unit);
            for (at, node) in framework.nodes().iter().enumerate() {
                let children = node.children.iter().map(|c| parts[c.at()]);
                if !node.children.is_empty() {
                    prop_assert_eq!(ordered_sum(children.clone()), parts[at]);
                    prop_assert_eq!(ordered_sum(children.rev()), parts[at]);
                }
            }
            let leaves = framework.leaves().iter().map(|l| parts[l.at()]);
            prop_assert_eq!(ordered_sum(leaves.clone()), parts[0]);
            prop_assert_eq!(ordered_sum(leaves.rev()), parts[0]);
        }
    }

    /// Of the same children: minimum ≤ harmonic ≤ geometric ≤ arithmetic ≤ a power
    /// above 1, and Mazziotta–Pareto ≤ arithmetic; equal where one child is left.
    #[test]
    fn means_are_in_their_order(columns in frames(1..12), normalisation in 0usize..3) {
        let list = [Normalisation::Goalposts, Normalisation::MinMax, Normalisation::FractionOfMax];
        let of = |method| {
            let mut spec = Spec::default();
            spec.normalise.method = list[normalisation].clone();
            spec.aggregate.method = method;
            // Only the level above the indicators has the same children.
            spec.aggregate.levels.insert(0, Aggregation::Arithmetic);
            let outcome = table(&TREE, &columns).run(&spec).unwrap();
            outcome.scores.node(dhi_engine::ids::NodeIdx(1)).clone()
        };
        let ordered = [
            Aggregation::Minimum,
            Aggregation::Harmonic,
            Aggregation::Geometric,
            Aggregation::Power(0.5),
            Aggregation::Arithmetic,
            Aggregation::Power(3.0),
        ];
        let ordered = ordered.map(of);
        for pair in ordered.windows(2) {
            prop_assert_eq!(pair[0].states(), pair[1].states());
            for (x, y) in pair[0].present().zip(pair[1].present()) {
                prop_assert!(x <= y + 1e-9, "{} {}", x, y);
            }
        }
        let penalised = of(Aggregation::MazziottaPareto);
        for (x, y) in penalised.present().zip(ordered[4].present()) {
            prop_assert!(x <= y + 1e-9, "{} {}", x, y);
        }
    }
}
