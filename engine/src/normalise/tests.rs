use super::*;
use crate::framework::{Goalposts, Measure, NodeRow, Text, Transformation};
use crate::ids::NodeId;

fn framework(direction: Direction, goalposts: Option<Goalposts>, ln: bool) -> Framework {
    let transformation = if ln {
        Transformation::Ln
    } else {
        Transformation::None
    };
    Framework::new(vec![NodeRow {
        id: NodeId::new("x").unwrap(),
        parent: None,
        name: Text::default(),
        weight: 1.0,
        indicator: Some(Indicator {
            direction,
            measure: Measure::Number,
            goalposts,
            transformation,
            numerator: String::new(),
            denominator: String::new(),
            source: String::new(),
            frequency: None,
            office: String::new(),
        }),
    }])
    .unwrap()
}

fn run(framework: &Framework, values: &[f64], method: Normalisation) -> NormaliseOutcome {
    let column = Column::from_cells(values.iter().map(|x| Cell::Value(*x)));
    let frame = Frame::new(values.len(), vec![column]).unwrap();
    let spec = NormaliseSpec {
        method,
        ..NormaliseSpec::default()
    };
    normalise(framework, &frame, &spec, 100.0)
}

/// 30→0 of the default scheme's return rate: 0 is best, 30 worst, 6 is 24/30.
#[test]
fn lower_is_better_turns_the_scale_and_not_the_data() {
    let posts = Goalposts::new(0.0, 30.0).ok();
    let framework = framework(Direction::LowerIsBetter, posts, false);
    let values = [0.0, 6.0, 30.0, 45.0];
    let column = Column::from_cells(values.map(Cell::Value));
    let treated = Frame::<Treated>::new(4, vec![column]).unwrap();
    let before = treated.clone();
    let out = normalise(&framework, &treated, &NormaliseSpec::default(), 100.0);
    assert_eq!(treated, before, "the treated data is not touched");
    let scores: Vec<f64> = out.frame.columns()[0].present().collect();
    assert_eq!(scores, [100.0, 80.0, 0.0, 0.0]);
    let bounds = out.ledger[0].unwrap();
    assert!(bounds.lower < bounds.upper, "bounds are not swapped either");
    assert_eq!(bounds.n_clamped, 1);
}

/// Min–max of 2, 4, 10: (4 − 2)/(10 − 2) = 1/4.
#[test]
fn min_max_spans_the_frame() {
    let framework = framework(Direction::HigherIsBetter, None, false);
    let out = run(&framework, &[2.0, 4.0, 10.0], Normalisation::MinMax);
    let scores: Vec<f64> = out.frame.columns()[0].present().collect();
    assert_eq!(scores, [0.0, 25.0, 100.0]);
}

#[test]
fn a_constant_indicator_is_reported_and_leaves_the_average() {
    let framework = framework(Direction::HigherIsBetter, None, false);
    let out = run(&framework, &[7.0, 7.0], Normalisation::MinMax);
    assert_eq!(out.frame.cell(0, 0), Cell::NotApplicable);
    assert_eq!(
        out.findings[0].problem,
        Problem::ConstantIndicator { value: 7.0 }
    );
    assert_eq!(out.ledger, [None]);
}

#[test]
fn an_indicator_without_goalposts_is_reported() {
    let framework = framework(Direction::HigherIsBetter, None, false);
    let out = run(&framework, &[7.0, 8.0], Normalisation::Goalposts);
    assert_eq!(out.findings[0].problem, Problem::NoGoalposts);
}

/// UNDP's income index of a GNI of 10,000 between 100 and 75,000:
/// ln(100) / ln(750) = 0.695633…; goalposts are transformed like the values.
#[test]
fn goalposts_follow_the_declared_transformation() {
    let posts = Goalposts::new(100.0, 75_000.0).ok();
    let framework = framework(Direction::HigherIsBetter, posts, true);
    let out = run(
        &framework,
        &[crate::num::ln(10_000.0)],
        Normalisation::Goalposts,
    );
    let score = out.frame.cell(0, 0).value().unwrap();
    assert!((score - 69.563_3).abs() < 1e-3, "{score}");
}
