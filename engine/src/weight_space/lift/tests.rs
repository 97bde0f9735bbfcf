use super::*;
use crate::demo::{DemoOptions, generate};
use crate::frame::{Observations, Provenance, Unit, Units};
use crate::framework::Transformation;
use crate::framework::{Direction, Framework, Goalposts, Indicator, Measure, NodeRow, Text};
use crate::ids::{BodyType, NodeId, UnitCode};
use crate::normalise::Normalisation;
use crate::pipeline::run;
use crate::rank::{Bands, Boundary};
use crate::scheme::default_scheme;
use std::collections::BTreeMap;

fn row(id: &str, parent: Option<&str>, weight: f64, indicator: Option<Indicator>) -> NodeRow {
    NodeRow {
        id: NodeId::new(id).unwrap(),
        parent: parent.map(|p| NodeId::new(p).unwrap()),
        name: Text::default(),
        weight,
        indicator,
    }
}

fn indicator(direction: Direction, measure: Measure, lower: f64, upper: f64) -> Indicator {
    Indicator {
        direction,
        measure,
        goalposts: Some(Goalposts::new(lower, upper).unwrap()),
        transformation: Transformation::None,
        numerator: String::new(),
        denominator: String::new(),
        source: String::new(),
        frequency: None,
        office: String::new(),
    }
}

/// x, a percentage between 50 and 110, weight 3; y, points of which less is
/// better, between 0 and 20, weight 1.
fn framework() -> Framework {
    Framework::new(vec![
        row("top", None, 1.0, None),
        row(
            "x",
            Some("top"),
            3.0,
            Some(indicator(
                Direction::HigherIsBetter,
                Measure::Percent,
                50.0,
                110.0,
            )),
        ),
        row(
            "y",
            Some("top"),
            1.0,
            Some(indicator(
                Direction::LowerIsBetter,
                Measure::Points,
                0.0,
                20.0,
            )),
        ),
    ])
    .unwrap()
}

fn data(framework: &Framework, cells: &[[f64; 2]]) -> (Units, Observations) {
    let unit = |i: usize| Unit {
        code: UnitCode::new(&format!("{i}")).unwrap(),
        name: String::new(),
        town: String::new(),
        class: String::new(),
        body_type: BodyType::Other,
        population: None,
    };
    let units = Units::new((0..cells.len()).map(unit).collect()).unwrap();
    let mut observations = Observations::missing(cells.len(), framework.n_indicators());
    for (i, row) in cells.iter().enumerate() {
        for (column, x) in row.iter().enumerate() {
            observations.set(i, column, Cell::Value(*x), None, &Provenance::default());
        }
    }
    (units, observations)
}

/// x of 80 scores 50 and y of 10 scores 50, in all 50. The next band begins at 60:
/// 10 points, of which x brings 3/4 · 100/60 = 1.25 per unit, so 8 more; y brings at
/// most 50/4 = 12.5, that is 1.25 per unit too, so 8 less. x may not pass 100 %.
#[test]
fn a_table_by_hand() {
    let framework = framework();
    let (units, observations) = data(&framework, &[[80.0, 10.0], [98.0, 4.0], [104.0, 30.0]]);
    let inputs = Inputs::new(&units, &framework, &observations);
    let weights = WeightSet::from_framework(&framework).unwrap();
    let spec = Spec::default();
    let outcome = run(inputs, &weights, &spec).unwrap();
    let target = Target::next_band(&outcome, &spec, 0).unwrap();
    assert_eq!(target, Target::Score(60.0));
    let table = lift(inputs, &outcome, &weights, &spec, 0, target).unwrap();
    let reach = |r: &LiftRow| match r.reach {
        Reach::Exact(x) => x,
        other => panic!("{other:?}"),
    };
    assert!((reach(&table[0]) - 88.0).abs() < 1e-12);
    assert!((reach(&table[1]) - 2.0).abs() < 1e-12);
    assert_eq!(table[0].cap, Some((100.0, Cap::Measure)));
    assert_eq!(table[1].cap, Some((0.0, Cap::Goalpost)));
    assert!(
        table
            .iter()
            .all(|r| r.is_confirmed && (r.gain.unwrap() - 10.0).abs() < 1e-9)
    );
    // To 75 x would have to rise by 20, which is all it can: 100.
    let table = lift(inputs, &outcome, &weights, &spec, 0, Target::Score(75.0)).unwrap();
    assert!((reach(&table[0]) - 100.0).abs() < 1e-12);
    assert_eq!(table[1].reach, Reach::TooLittle);
    assert!((table[1].gain.unwrap() - 12.5).abs() < 1e-9);
    // The third village has more than the measure allows, and y beyond the worse
    // goalpost: the way from 30 to 20 brings nothing. Its score is 67.5; 70 needs
    // 2.5 points, 2 units below 20.
    let target = Target::next_band(&outcome, &spec, 2).unwrap();
    let table = lift(inputs, &outcome, &weights, &spec, 2, target).unwrap();
    assert_eq!(table[0].reach, Reach::NoEffect);
    assert!((reach(&table[1]) - 18.0).abs() < 1e-9 && table[1].is_confirmed);
}

/// The same where a score on a limit belongs to the band below: 88 brings 60 and no other
/// band, a little more does.
#[test]
fn a_limit_that_must_be_exceeded_is() {
    let framework = framework();
    let (units, observations) = data(&framework, &[[80.0, 10.0], [98.0, 4.0]]);
    let inputs = Inputs::new(&units, &framework, &observations);
    let weights = WeightSet::from_framework(&framework).unwrap();
    let mut spec = Spec::default();
    spec.bands = Bands::new(spec.bands.list().to_vec(), Boundary::Above).unwrap();
    let outcome = run(inputs, &weights, &spec).unwrap();
    let target = Target::next_band(&outcome, &spec, 0).unwrap();
    let row = lift(inputs, &outcome, &weights, &spec, 0, target).unwrap()[0].clone();
    let Reach::Exact(to) = row.reach else {
        panic!("{row:?}");
    };
    assert!(to > 88.0 && to < 88.0 + 1e-8 && row.is_confirmed, "{row:?}");
    let (_, exact) = data(&framework, &[[88.0, 10.0], [98.0, 4.0]]);
    let (_, more) = data(&framework, &[[to, 10.0], [98.0, 4.0]]);
    let grade = |observations| {
        let inputs = Inputs::new(&units, &framework, observations);
        run(inputs, &weights, &spec).unwrap().grades[0]
    };
    assert_eq!(grade(&exact), outcome.grades[0]);
    assert_ne!(grade(&more), outcome.grades[0]);
    let costs = BTreeMap::from([(0, 1.0)]);
    let found = cheapest(inputs, &outcome, &weights, &spec, 0, target, &costs).unwrap();
    assert!(
        found.is_confirmed && (found.cost - 8.0).abs() < 1e-6,
        "{found:?}"
    );
}

/// Both bring 1.25 points per unit; x costs 3, y 1 a unit. 15 points: all 10 of y
/// for 10 bring 12.5, the other 2.5 take 2 of x for 6.
#[test]
fn the_cheapest_combination_by_hand() {
    let framework = framework();
    let (units, observations) = data(&framework, &[[80.0, 10.0], [98.0, 30.0]]);
    let inputs = Inputs::new(&units, &framework, &observations);
    let weights = WeightSet::from_framework(&framework).unwrap();
    let spec = Spec::default();
    let outcome = run(inputs, &weights, &spec).unwrap();
    let costs = BTreeMap::from([(0, 3.0), (1, 1.0)]);
    let find = |unit, line| {
        let target = Target::Score(line);
        cheapest(inputs, &outcome, &weights, &spec, unit, target, &costs).unwrap()
    };
    let found = find(0, 65.0);
    assert!(found.is_possible && found.is_confirmed);
    assert!(
        (found.cost - 16.0).abs() < 1e-9 && (found.gain - 15.0).abs() < 1e-9,
        "{found:?}"
    );
    let to: Vec<f64> = found.steps.iter().map(|s| s.to).collect();
    assert!((to[0] - 82.0).abs() < 1e-9 && to[1].abs() < 1e-9);
    // 50 + 25 + 12.5 is all there is.
    let found = find(0, 88.0);
    assert!(!found.is_possible && (found.gain - 37.5).abs() < 1e-9);
    assert_eq!(find(1, 61.0).left_out, [(1, LeftOut::BeyondWorse)]);
    assert_eq!(find(0, 40.0).steps, []);
}

/// On the demonstration, under goalposts and under a moving min–max, the changed
/// cell reaches the target when the pipeline runs again, and a little less does
/// not.
#[test]
fn the_changed_cell_reaches_and_a_little_less_does_not() {
    let framework = default_scheme();
    let options = DemoOptions {
        n_units: 24,
        ..DemoOptions::default()
    };
    let dataset = generate(&framework, options).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let inputs = Inputs::of(&dataset, &period).unwrap();
    let weights = WeightSet::from_framework(&framework).unwrap();
    let mut n_reached = 0;
    for is_relative in [false, true] {
        let mut spec = Spec::default();
        if is_relative {
            spec.normalise.method = Normalisation::MinMax;
        }
        let outcome = run(inputs, &weights, &spec).unwrap();
        for unit in [3, 10, 15] {
            let target = if is_relative || unit == 3 {
                Target::next_unit(&outcome, &spec, unit)
            } else {
                Target::next_band(&outcome, &spec, unit)
            };
            let target = target.unwrap();
            let table = lift(inputs, &outcome, &weights, &spec, unit, target).unwrap();
            let evaluator = Evaluator::new(inputs, &outcome, &weights, &spec, unit);
            for row in table {
                let (Reach::Exact(to) | Reach::Searched(to)) = row.reach else {
                    continue;
                };
                n_reached += 1;
                let indicator = framework.node(row.node).indicator.as_ref().unwrap();
                let is_bent = indicator.transformation != Transformation::None;
                let is_searched = matches!(row.reach, Reach::Searched(_));
                assert_eq!(is_searched, is_relative || is_bent);
                assert!(row.is_confirmed, "{row:?}");
                let less = to - 1e-4 * row.change.unwrap();
                let outcome = evaluator.run(&[(row.column, less)]).unwrap();
                assert!(!evaluator.is_reached(&outcome, target), "{row:?}");
            }
        }
    }
    assert!(n_reached > 10, "{n_reached}");
}
