use super::*;
use crate::finding::Severity;
use crate::frame::{Cell, Provenance, Ratio, Unit};
use crate::framework::{Direction, Goalposts, Indicator, Measure, NodeRow, Text, Transformation};
use crate::ids::{BodyType, NodeId, UnitCode};

/// Two pillars of `n` indicators each; the last indicator has weight 0.
fn framework(n: usize) -> Framework {
    let id = |text: &str| NodeId::new(text).unwrap();
    let row = |name: String, parent: Option<&str>, weight, indicator| NodeRow {
        id: id(&name),
        parent: parent.map(id),
        name: Text::default(),
        weight,
        indicator,
    };
    let indicator = || {
        Some(Indicator {
            direction: Direction::HigherIsBetter,
            measure: Measure::Percent,
            goalposts: Goalposts::new(0.0, 100.0).ok(),
            transformation: Transformation::None,
            numerator: String::new(),
            denominator: String::new(),
            source: String::new(),
            frequency: None,
            office: String::new(),
        })
    };
    let mut rows = vec![
        row("a".into(), None, 1.0, None),
        row("b".into(), None, 1.0, None),
    ];
    for i in 0..n {
        rows.push(row(format!("a{i}"), Some("a"), 1.0, indicator()));
        let weight = if i + 1 == n { 0.0 } else { 1.0 };
        rows.push(row(format!("b{i}"), Some("b"), weight, indicator()));
    }
    Framework::new(rows).unwrap()
}

fn units(n: usize) -> Units {
    let unit = |i: usize| Unit {
        code: UnitCode::new(&format!("u{i}")).unwrap(),
        name: String::new(),
        town: String::new(),
        class: String::new(),
        body_type: BodyType::Other,
        population: None,
    };
    Units::new((0..n).map(unit).collect()).unwrap()
}

fn observations(rows: &[Vec<Cell>]) -> Observations {
    let mut observations = Observations::missing(rows.len(), rows[0].len());
    for (unit, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            observations.set(unit, column, *cell, None, &Provenance::default());
        }
    }
    observations
}

#[test]
fn coverage_counts_missing_only_and_ignores_context_indicators() {
    use Cell::{Missing, NotApplicable, Value};
    let framework = framework(4);
    // Pillar a: 2 of 3 that apply. Pillar b: 2 of 3; its last one has weight 0.
    let row = vec![
        Value(1.0),
        Value(2.0),
        Missing,
        NotApplicable,
        Value(3.0),
        Value(4.0),
        Missing,
        Missing,
    ];
    let observations = observations(&[row]);
    let coverage = Coverage::of(&framework, observations.frame());
    let count = |present, applicable| Count {
        present,
        applicable,
    };
    assert_eq!(coverage.pillar(0, 0), count(2, 3));
    assert_eq!(coverage.pillar(1, 0), count(2, 3));
    assert_eq!(coverage.overall(0), count(4, 6));
    // 4/6 < 0.70 overall although both pillars reach 0.60.
    let floors = CoverageFloors::default();
    assert_eq!(coverage.failed_floor(0, &floors), Some(None));
    let lower = CoverageFloors {
        overall: 0.6,
        pillar: 0.67,
    };
    assert_eq!(coverage.failed_floor(0, &lower), Some(Some(0)));
}

#[test]
fn copied_round_and_perfect_rows_are_remarked_upon_and_nothing_changes() {
    let framework = framework(6);
    let row = |f: &dyn Fn(usize) -> f64| (0..12).map(|i| Cell::Value(f(i))).collect::<Vec<_>>();
    let observations = observations(&[
        row(&|i| 61.3 + i as f64),
        row(&|i| 61.3 + i as f64),
        row(&|i| 5.0 * (i + 1) as f64),
        row(&|_| 100.0),
    ]);
    let out = check(
        &units(4),
        &framework,
        &observations,
        &CheckSpec::default(),
        &SurveySpec::default(),
    );
    let found: Vec<(&str, &Problem)> = out
        .findings
        .iter()
        .filter(|f| !f.place.unit.is_empty())
        .map(|f| (f.place.unit.as_str(), &f.problem))
        .collect();
    assert_eq!(
        found,
        [
            (
                "u1",
                &Problem::CopiedRow {
                    other: "u0".into(),
                    n_values: 12
                }
            ),
            ("u2", &Problem::RoundNumbers { n_values: 12 }),
            ("u3", &Problem::AllBest { n_values: 12 }),
        ]
    );
    assert!(
        out.findings
            .iter()
            .all(|f| f.severity() < Severity::Blocking)
    );
    assert_eq!(out.frame.columns(), observations.columns());
}

#[test]
fn constant_empty_and_thinly_based_indicators_are_found() {
    let framework = framework(2);
    let mut observations = Observations::missing(3, 4);
    let none = Provenance::default();
    for (unit, n) in [(0, 4.0), (1, 50.0), (2, 12.0)] {
        let ratio = Ratio {
            numerator: n / 2.0,
            denominator: n,
        };
        observations.set(unit, 0, Cell::Value(50.0), Some(ratio), &none);
        // Four quarters for everybody: a duty, not a sample.
        let quarters = Ratio {
            numerator: unit as f64,
            denominator: 4.0,
        };
        let cell = Cell::Value(25.0 * unit as f64);
        observations.set(unit, 1, cell, Some(quarters), &none);
        observations.set(unit, 2, Cell::NotApplicable, None, &none);
    }
    let out = check(
        &units(3),
        &framework,
        &observations,
        &CheckSpec::default(),
        &SurveySpec::default(),
    );
    let with = |node: &str| -> Vec<&Problem> {
        let of_node = out.findings.iter().filter(|f| f.place.node == node);
        of_node.map(|f| &f.problem).collect()
    };
    assert_eq!(
        with("a0"),
        [
            &Problem::ConstantIndicator { value: 50.0 },
            &Problem::SmallDenominator { denominator: 4.0 }
        ]
    );
    assert_eq!(with("a1"), Vec::<&Problem>::new());
    assert_eq!(with("b0"), Vec::<&Problem>::new(), "not applicable to all");
    assert_eq!(with("b1"), [&Problem::EmptyIndicator]);
}

/// Of 9 people nothing is said of how many they are; with 4 and 8 of what is no survey it is.
#[test]
fn how_few_people_answered_is_no_finding() {
    let mut survey = SurveySpec::default();
    let fair = survey.indicators["c_fairness"].clone();
    survey.indicators.insert("a0".into(), fair);
    let framework = framework(2);
    let mut observations = Observations::missing(2, 4);
    for (unit, n) in [(0, 9.0), (1, 8.0)] {
        for column in 0..4 {
            let ratio = Ratio {
                numerator: 4.0,
                denominator: n,
            };
            let cell = Cell::Value(400.0 / n);
            observations.set(unit, column, cell, Some(ratio), &Provenance::default());
        }
    }
    let out = check(
        &units(2),
        &framework,
        &observations,
        &CheckSpec::default(),
        &survey,
    );
    let few = |node: &str| {
        let few = |f: &&Finding| matches!(f.problem, Problem::SmallDenominator { .. });
        let of_node = out.findings.iter().filter(few);
        of_node.filter(|f| f.place.node == node).count()
    };
    assert_eq!((few("a0"), few("b0")), (0, 2));
}
