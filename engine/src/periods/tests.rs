use super::*;
use crate::aggregate::Aggregation;
use crate::demo::{DemoOptions, PERIODS, generate};
use crate::frame::{Cell, Dataset, Observations, Panel, Provenance, Unit, Units};
use crate::framework::{Direction, Framework, Goalposts, Indicator, Measure, NodeRow, Text};
use crate::ids::{BodyType, NodeId, Period, UnitCode};
use crate::normalise::{Normalisation, Scope, ZScore};
use crate::num::ordered_sum;
use crate::pipeline::run;
use crate::scheme::default_scheme;
use crate::treat::{Denominator, Divisor, Grouping, Imputation, Jrc, Treatment};
use crate::weigh::Weighting;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn row(id: &str, parent: Option<&str>, weight: f64, posts: Option<(f64, f64)>) -> NodeRow {
    NodeRow {
        id: NodeId::new(id).unwrap(),
        parent: parent.map(|p| NodeId::new(p).unwrap()),
        name: Text::default(),
        weight,
        indicator: posts.map(|(lower, upper)| Indicator {
            direction: Direction::HigherIsBetter,
            measure: Measure::Number,
            goalposts: Some(Goalposts::new(lower, upper).unwrap()),
            transformation: crate::framework::Transformation::None,
            numerator: String::new(),
            denominator: String::new(),
            source: String::new(),
            frequency: None,
            office: String::new(),
        }),
    }
}

/// Indicators under one composite: id, weight, goalposts.
fn flat(indicators: &[(&str, f64, (f64, f64))]) -> Framework {
    let mut rows = vec![row("top", None, 1.0, None)];
    let leaf =
        |(id, weight, posts): &(&str, f64, (f64, f64))| row(id, Some("top"), *weight, Some(*posts));
    rows.extend(indicators.iter().map(leaf));
    Framework::new(rows).unwrap()
}

fn two() -> Framework {
    flat(&[("x", 3.0, (50.0, 100.0)), ("y", 1.0, (0.0, 20.0))])
}

fn register(codes: &[&str]) -> Units {
    let unit = |code: &&str| Unit {
        code: code_of(code),
        name: (*code).to_owned(),
        town: String::new(),
        class: String::new(),
        body_type: BodyType::VillageCommittee,
        population: Some(100.0),
    };
    Units::new(codes.iter().map(unit).collect()).unwrap()
}

fn code_of(code: &str) -> UnitCode {
    UnitCode::new(code).unwrap()
}

/// By unit and column; NaN is missing.
fn values(rows: &[&[f64]]) -> Observations {
    let mut observations = Observations::missing(rows.len(), rows[0].len());
    for (i, row) in rows.iter().enumerate() {
        for (column, x) in row.iter().enumerate() {
            observations.set(i, column, Cell::Value(*x), None, &Provenance::default());
        }
    }
    observations
}

/// Everything that one side needs, owned.
#[derive(Clone, Debug)]
struct Case {
    units: Units,
    framework: Framework,
    observations: Observations,
    weights: WeightSet,
    spec: Spec,
}

impl Case {
    fn new(codes: &[&str], framework: Framework, rows: &[&[f64]]) -> Self {
        Self {
            units: register(codes),
            observations: values(rows),
            weights: WeightSet::from_framework(&framework).unwrap(),
            framework,
            spec: Spec::default(),
        }
    }

    fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.clone();
        change(&mut other);
        other
    }

    fn reweighted(&self, framework: Framework) -> Self {
        self.with(|c| {
            c.weights = WeightSet::from_framework(&framework).unwrap();
            c.framework = framework;
        })
    }

    fn side(&self) -> Side<'_> {
        Side {
            inputs: Inputs::new(&self.units, &self.framework, &self.observations),
            weights: &self.weights,
            spec: &self.spec,
        }
    }
}

fn change(from: &Case, to: &Case, unit: &str) -> Result<Change, NoChange> {
    Changes::new(from.side(), to.side())
        .unwrap()
        .of(&code_of(unit))
}

/// Checks a change whose parts are named; all others must be exactly 0.
fn check(from: &Case, to: &Case, unit: &str, parts: &[(Player, f64)]) {
    let out = change(from, to, unit).unwrap();
    for player in Player::ALL {
        let found = out.part(player);
        match parts.iter().find(|(p, _)| *p == player) {
            Some((_, part)) => assert!((found - part).abs() < 1e-12, "{player:?} {found}"),
            None => assert_eq!(found, 0.0, "{player:?}"),
        }
    }
    assert_eq!(ordered_sum(out.parts), out.change);
    assert_eq!(out.change, out.to - out.from);
}

/// A of 90 between 50 and 100 is 80 points, between 60 and 100 it is 75; with
/// weight 0.75 that is 3.75 less.
#[test]
fn goalposts_alone_are_all_framework() {
    let from = Case::new(&["a", "b"], two(), &[&[90.0, 10.0], &[70.0, 10.0]]);
    let to = from.reweighted(flat(&[("x", 3.0, (60.0, 100.0)), ("y", 1.0, (0.0, 20.0))]));
    check(&from, &to, "a", &[(Player::Framework, -3.75)]);
}

/// 80 and 50 points: 72.5 by weights 3:1, 57.5 by 1:3, 65 by the same.
#[test]
fn weights_alone_are_all_weights() {
    let from = Case::new(&["a"], two(), &[&[90.0, 10.0]]);
    let swapped = flat(&[("x", 1.0, (50.0, 100.0)), ("y", 3.0, (0.0, 20.0))]);
    check(
        &from,
        &from.reweighted(swapped),
        "a",
        &[(Player::Weights, -15.0)],
    );
    let equal = from.with(|c| c.spec.weigh.method = Weighting::Equal);
    check(&from, &equal, "a", &[(Player::Weights, -7.5)]);
}

fn min_max(codes: &[&str], rows: &[&[f64]]) -> Case {
    let framework = flat(&[("x", 1.0, (0.0, 1.0))]);
    Case::new(codes, framework, rows).with(|c| c.spec.normalise.method = Normalisation::MinMax)
}

/// 50 between 0 and 100 is 50 points; once another village reaches 200, 25.
#[test]
fn another_village_moving_the_maximum_is_all_peers() {
    let from = min_max(&["a", "b", "c"], &[&[50.0], &[0.0], &[100.0]]);
    let to = from.with(|c| c.observations = values(&[&[50.0], &[0.0], &[200.0]]));
    check(&from, &to, "a", &[(Player::Peers, -25.0)]);
    // For the one that moved, the maximum is its own.
    check(&from, &to, "c", &[(Player::OwnData, 0.0)]);
    // A village that leaves is a change of peers too.
    let gone = min_max(&["a", "b", "d"], &[&[50.0], &[0.0], &[200.0]]);
    check(&from, &gone, "a", &[(Player::Peers, -25.0)]);
}

/// Scores 50, own data alone 80, peers alone 5000/160 = 31.25, both 50. Own:
/// ½ (30 + 18.75); peers: ½ (−18.75 − 30).
#[test]
fn two_players_share_their_interaction() {
    let from = min_max(&["a", "b", "c"], &[&[50.0], &[0.0], &[100.0]]);
    let to = from.with(|c| c.observations = values(&[&[80.0], &[0.0], &[160.0]]));
    let parts = [(Player::OwnData, 24.375), (Player::Peers, -24.375)];
    check(&from, &to, "a", &parts);
}

/// 25 and 100 points by equal weights: 62.5, or 50 by the geometric mean. Per 100
/// inhabitants instead of per head, 0.25 becomes 25.
#[test]
fn method_and_treatment_alone() {
    let framework = flat(&[("x", 1.0, (0.0, 100.0)), ("y", 1.0, (0.0, 100.0))]);
    let from = Case::new(&["a"], framework, &[&[25.0, 100.0]]);
    let to = from.with(|c| c.spec.aggregate.method = Aggregation::Geometric);
    check(&from, &to, "a", &[(Player::Method, -12.5)]);
    let per = |per| Denominator {
        by: Divisor::Population,
        per,
    };
    let from = from.with(|c| {
        c.spec.denominate.insert("x".into(), per(1.0));
    });
    let to = from.with(|c| {
        c.spec.denominate.insert("x".into(), per(100.0));
    });
    check(&from, &to, "a", &[(Player::Treatment, 12.375)]);
    // Twice the inhabitants are the village's own.
    let more = to.with(|c| {
        let mut list = c.units.list().to_vec();
        list[0].population = Some(200.0);
        c.units = Units::new(list).unwrap();
    });
    check(&to, &more, "a", &[(Player::OwnData, -6.25)]);
}

/// x alone 80; with a new y of 50 and the proportions of the others kept, 72.5.
/// Neither the framework without data nor the data without it change anything:
/// each gets half of −7.5, and the weights nothing.
#[test]
fn a_new_indicator_is_shared_by_framework_and_data() {
    let one = flat(&[("x", 3.0, (50.0, 100.0))]);
    let from = Case::new(&["a", "b"], one, &[&[90.0], &[70.0]]);
    let to = Case::new(&["a", "b"], two(), &[&[90.0, 10.0], &[70.0, 10.0]]);
    let parts = [(Player::OwnData, -3.75), (Player::Framework, -3.75)];
    check(&from, &to, "a", &parts);
    let parts = [(Player::OwnData, 3.75), (Player::Framework, 3.75)];
    check(&to, &from, "a", &parts);
}

/// Weights 3:1 of x and y; then 1:1 with z, which takes half of all. For the
/// weights of then under the new framework: half to z, and 3:1 of the other half.
/// Shares by hand: (0.375, 0.125, 0.5) against (0.25, 0.25, 0.5).
#[test]
fn a_node_that_weights_do_not_know_keeps_its_own_share() {
    let with_z = |x, y, z| {
        flat(&[
            ("x", x, (50.0, 100.0)),
            ("z", z, (0.0, 100.0)),
            ("y", y, (0.0, 20.0)),
        ])
    };
    let (old, new) = (two(), with_z(1.0, 1.0, 2.0));
    let set = |f: &Framework| WeightSet::from_framework(f).unwrap();
    let fitted = super::mixture::fit::weights((&old, &set(&old)), (&new, &set(&new))).unwrap();
    assert_eq!(fitted.shares(), [1.0, 0.375, 0.5, 0.125]);
    let back = super::mixture::fit::weights((&new, &set(&new)), (&old, &set(&old))).unwrap();
    assert_eq!(back.shares(), [1.0, 0.5, 0.5]);
    // Nothing left for what the set knows, or nothing it gives: the own shares.
    let all_new = with_z(0.0, 0.0, 1.0);
    let own = super::mixture::fit::weights((&old, &set(&old)), (&all_new, &set(&all_new)));
    assert_eq!(own.unwrap().shares(), [1.0, 0.0, 1.0, 0.0]);
    let none = super::mixture::fit::weights((&all_new, &set(&all_new)), (&old, &set(&old)));
    assert_eq!(none.unwrap().shares(), [1.0, 0.75, 0.25]);
}

/// The same id in another measure is another indicator.
#[test]
fn another_measure_is_another_indicator() {
    let mut rows = two().to_rows();
    rows[1].indicator.as_mut().unwrap().measure = Measure::Percent;
    let other = Framework::new(rows).unwrap();
    assert_eq!(
        super::mixture::fit::columns(&two(), &other),
        [None, Some(1)]
    );
}

#[test]
fn what_cannot_be_divided_says_why() {
    let rows: &[&[f64]] = &[&[90.0, 10.0], &[70.0, 10.0]];
    let from = Case::new(&["a", "b"], two(), rows);
    let to = Case::new(&["a", "c"], two(), rows);
    assert_eq!(
        change(&from, &to, "b"),
        Err(NoChange::NotRegistered(End::To))
    );
    assert_eq!(
        change(&from, &to, "c"),
        Err(NoChange::NotRegistered(End::From))
    );
    let empty = from.with(|c| c.observations = values(&[&[f64::NAN, f64::NAN], &[1.0, 1.0]]));
    assert_eq!(change(&from, &empty, "a"), Err(NoChange::NoScore(End::To)));
    assert_eq!(
        change(&empty, &from, "a"),
        Err(NoChange::NoScore(End::From))
    );
    // Nothing in common: x under one framework, z under the other.
    let with = |id| flat(&[(id, 1.0, (0.0, 100.0))]);
    let (x, z) = (
        Case::new(&["a"], with("x"), &[&[50.0]]),
        Case::new(&["a"], with("z"), &[&[60.0]]),
    );
    assert_eq!(change(&x, &z, "a"), Err(NoChange::NoScoreBetween));
    // z-scores go below 0, which entropy weights refuse.
    let varied = from.with(|c| c.observations = values(&[&[90.0, 10.0], &[70.0, 20.0]]));
    let zscore =
        varied.with(|c| c.spec.normalise.method = Normalisation::ZScore(ZScore::default()));
    let entropy = varied.with(|c| c.spec.weigh.method = Weighting::Entropy);
    assert!(matches!(
        change(&zscore, &entropy, "a"),
        Err(NoChange::Mixture(_))
    ));
    // A side that cannot be run at all is an error of its own.
    let broken = from.with(|c| c.spec.scale = -1.0);
    assert!(Changes::new(from.side(), broken.side()).is_err());
}

/// An own choice for an indicator that the other framework lacks does not stop
/// the mixture.
#[test]
fn choices_for_what_is_not_there_are_left_out() {
    let one = flat(&[("x", 3.0, (50.0, 100.0))]);
    let from = Case::new(&["a"], one, &[&[90.0]]);
    let to = Case::new(&["a"], two(), &[&[90.0, 10.0]]).with(|c| {
        let wanted = BTreeMap::from([("x".to_owned(), 1.0), ("y".to_owned(), 1.0)]);
        c.spec
            .weigh
            .nodes
            .insert("top".into(), Weighting::Weights(wanted));
        let unclamped = Normalisation::GoalpostsUnclamped;
        c.spec.normalise.indicators.insert("y".into(), unclamped);
    });
    let out = change(&from, &to, "a").unwrap();
    assert_eq!((out.from, out.to), (80.0, 65.0));
    assert_eq!(ordered_sum(out.parts), -15.0);
}

/// A weight of 0 for a min–max indicator makes peers look as if they mattered;
/// found by runs of every unit's own, their part is still exactly 0, and the
/// others are what they are without it, up to rounding.
#[test]
fn runs_of_one_unit_agree_with_shared_runs() {
    let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
    let [before, after] = PERIODS.map(|p| Period::new(p).unwrap());
    let scheme = dataset.framework();
    let mut weights = WeightSet::from_framework(scheme).unwrap().shares().to_vec();
    let idle = scheme.leaves()[0];
    weights[idle.at()] = 0.0;
    let weights = WeightSet::new("idle", scheme, &weights).unwrap();
    let equal = WeightSet::equal(scheme).unwrap();
    let equal = {
        let mut shares = equal.shares().to_vec();
        shares[idle.at()] = 0.0;
        WeightSet::new("equal", scheme, &shares).unwrap()
    };
    let plain = Spec::default();
    let mut geometric = Spec::default();
    geometric.aggregate.levels.insert(0, Aggregation::Geometric);
    let nosy = |spec: &Spec| {
        let mut spec = spec.clone();
        let id = scheme.node(idle).id.to_string();
        spec.normalise.indicators.insert(id, Normalisation::MinMax);
        spec
    };
    let (nosy_plain, nosy_geometric) = (nosy(&plain), nosy(&geometric));
    let side = |period, weights, spec| Side {
        inputs: Inputs::of(&dataset, period).unwrap(),
        weights,
        spec,
    };
    let shared = Changes::new(
        side(&before, &weights, &plain),
        side(&after, &equal, &geometric),
    )
    .unwrap();
    let single = Changes::new(
        side(&before, &weights, &nosy_plain),
        side(&after, &equal, &nosy_geometric),
    )
    .unwrap();
    assert!(!shared.is_costly() && single.is_costly());
    for unit in [0, 7, 52] {
        let code = &dataset.units().list()[unit].code;
        assert!(!shared.players(code).contains(&Player::Peers));
        assert!(single.players(code).contains(&Player::Peers));
        let (a, b) = (shared.of(code).unwrap(), single.of(code).unwrap());
        assert_eq!(b.part(Player::Peers), 0.0);
        for (a, b) in a.parts.iter().zip(&b.parts) {
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
        assert_eq!((a.from, a.to), (b.from, b.to));
    }
}

/// Two periods of one dataset, the gap of `a` in the second filled from the first:
/// 90 then, nothing now; goalposts 50–100 make 80 both times.
#[test]
fn steps_across_time_take_every_units_own_periods() {
    let framework = flat(&[("x", 1.0, (50.0, 100.0))]);
    let periods: BTreeMap<Period, Observations> = [
        ("2025", values(&[&[90.0], &[60.0]])),
        ("2026", values(&[&[f64::NAN], &[70.0]])),
    ]
    .map(|(label, o)| (Period::new(label).unwrap(), o))
    .into();
    let dataset = Dataset::new(register(&["a", "b"]), framework, periods).unwrap();
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let mut spec = Spec::default();
    spec.impute.method = Imputation::LastKnown;
    let labels = ["2025", "2026"].map(|p| Period::new(p).unwrap());
    let side = |at: usize, spec| Side {
        inputs: Inputs::of(&dataset, &labels[at]).unwrap(),
        weights: &weights,
        spec,
    };
    let changes = Changes::new(side(0, &spec), side(1, &spec)).unwrap();
    let out = changes.of(&code_of("a")).unwrap();
    assert_eq!((out.from, out.to, out.parts), (80.0, 80.0, [0.0; 6]));
    // The same with min–max over all periods, where both sides see 60 to 90, a
    // gap filled with 90 included: 60 is 0 and 70 a third.
    let mut pooled = spec.clone();
    pooled.normalise.method = Normalisation::MinMax;
    pooled.normalise.scope = Scope::Panel;
    let spec = pooled;
    let changes = Changes::new(side(0, &spec), side(1, &spec)).unwrap();
    let out = changes.of(&code_of("b")).unwrap();
    assert_eq!(out.from, 0.0);
    assert!((out.part(Player::OwnData) - 100.0 / 3.0).abs() < 1e-12);
    assert_eq!(out.part(Player::Peers), 0.0);
}

#[test]
fn a_panel_may_carry_its_times() {
    let timed = [(0.5, values(&[&[1.0]])), (2.0, values(&[&[2.0]]))];
    let panel = Panel::timed(&timed, 1);
    assert_eq!(panel.present(), Some(1));
    assert_eq!(panel.periods()[0].0, 0.5);
    assert_eq!(Panel::timed(&timed, 2).present(), None);
}

/// Specifications that look at peers in every way, and some that do not.
fn specs() -> Vec<Spec> {
    let edit = |change: fn(&mut Spec)| {
        let mut spec = Spec::default();
        change(&mut spec);
        spec
    };
    vec![
        Spec::default(),
        edit(|s| s.normalise.method = Normalisation::MinMax),
        edit(|s| {
            s.normalise.method = Normalisation::ZScore(ZScore {
                mean: 50.0,
                sd: 10.0,
            });
            s.impute.method = Imputation::GroupMedian(Grouping::Class);
        }),
        edit(|s| {
            s.aggregate.method = Aggregation::Copeland;
            s.treat.method = Treatment::Winsorise(Jrc::default());
        }),
        edit(|s| {
            s.normalise.method = Normalisation::PercentileRank;
            s.weigh.method = Weighting::StandardDeviation;
        }),
        edit(|s| {
            s.impute.method = Imputation::Mean;
            s.aggregate.method = Aggregation::Geometric;
            s.scale = 10.0;
        }),
    ]
}

fn frames() -> impl Strategy<Value = Case> {
    let cell = prop_oneof![8 => 0.0..100.0f64, 1 => Just(f64::NAN)];
    let rows = prop::collection::vec(prop::collection::vec(cell, 3), 5);
    let posts = (0.0..40.0f64, 60.0..110.0f64);
    (
        rows,
        posts,
        prop::collection::vec(0.1..3.0f64, 3),
        0usize..6,
    )
        .prop_map(|(rows, posts, weights, spec)| {
            let framework = flat(&[
                ("x", weights[0], posts),
                ("y", weights[1], (0.0, 100.0)),
                ("z", weights[2], (10.0, 90.0)),
            ]);
            let rows: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
            let mut case = Case::new(&["a", "b", "c", "d", "e"], framework, &rows);
            case.spec = specs().swap_remove(spec);
            case
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Parts sum to the change in any order, both ways round, with opposite signs;
    /// the ends are the runs' own scores; what is the same gets nothing.
    #[test]
    fn parts_sum_and_turn_round(
        from in frames(),
        to in frames(),
        same in prop::collection::vec(any::<bool>(), 4),
    ) {
        let to = to.with(|c| {
            if same[0] { c.observations = from.observations.clone(); }
            if same[1] { c.framework = from.framework.clone(); }
            if same[2] { c.weights = from.weights.clone(); }
            if same[3] { c.spec = from.spec.clone(); }
        });
        // Data-driven weights need values.
        let there = Changes::new(from.side(), to.side());
        prop_assume!(there.is_ok());
        let there = there.unwrap();
        let back = Changes::new(to.side(), from.side()).unwrap();
        let composite = |case: &Case| {
            let side = case.side();
            run(side.inputs, side.weights, side.spec).unwrap().scores.composite().clone()
        };
        let (before, after) = (composite(&from), composite(&to));
        for (i, unit) in from.units.list().iter().enumerate() {
            let (there, back) = (there.of(&unit.code), back.of(&unit.code));
            let Ok(out) = there else {
                prop_assert!(back.is_err());
                continue;
            };
            let back = back.unwrap();
            prop_assert_eq!(before.get(i), Cell::Value(out.from));
            prop_assert_eq!(after.get(i), Cell::Value(out.to));
            prop_assert!((out.change - (out.to - out.from)).abs() < 1e-12);
            prop_assert_eq!(ordered_sum(out.parts), out.change);
            prop_assert_eq!(ordered_sum(out.parts.into_iter().rev()), out.change);
            prop_assert_eq!(back.change, -out.change);
            for (a, b) in out.parts.iter().zip(&back.parts) {
                prop_assert_eq!(*a, -*b);
            }
            if same[0] {
                prop_assert_eq!(out.part(Player::OwnData), 0.0);
                prop_assert_eq!(out.part(Player::Peers), 0.0);
            }
            for (is_same, player) in [(same[1], Player::Framework), (same[2], Player::Weights)] {
                let same_weighing = from.spec.weigh == to.spec.weigh;
                if is_same && (player == Player::Framework || same_weighing) {
                    prop_assert_eq!(out.part(player), 0.0);
                }
            }
            if same[3] {
                prop_assert_eq!(out.part(Player::Treatment), 0.0);
                prop_assert_eq!(out.part(Player::Method), 0.0);
            }
        }
    }

    /// Nothing changed, nothing to divide.
    #[test]
    fn the_same_twice_is_all_zeros(case in frames()) {
        let changes = Changes::new(case.side(), case.side());
        prop_assume!(changes.is_ok());
        let changes = changes.unwrap();
        for unit in case.units.list() {
            prop_assert!(changes.players(&unit.code).is_empty());
            if let Ok(out) = changes.of(&unit.code) {
                prop_assert_eq!((out.change, out.parts), (0.0, [0.0; 6]));
            }
        }
    }

    /// Under fixed goalposts and without any step that looks at others, peers
    /// have no part in anything, whatever else changes.
    #[test]
    fn peers_have_no_part_under_goalposts(from in frames(), to in frames(), geometric in any::<bool>()) {
        let from = from.with(|c| c.spec = Spec::default());
        let to = to.with(|c| {
            c.spec = Spec::default();
            if geometric { c.spec.aggregate.method = Aggregation::Geometric; }
        });
        let changes = Changes::new(from.side(), to.side()).unwrap();
        for unit in from.units.list() {
            if let Ok(out) = changes.of(&unit.code) {
                prop_assert_eq!(out.part(Player::Peers), 0.0);
            }
        }
    }
}
