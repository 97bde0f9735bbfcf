//! Shrinkage of survey values as an uncertain input.

use super::*;
use crate::frame::SurveyCounts;
use crate::survey::{Answer, Derivation, Question, Statistic};
use crate::treat::Imputation;

/// The flat dataset with the first indicator missing, to come from households: of
/// each unit, how many gave the answer worth 100 and how many the one worth 0.
fn surveyed(values: &[&[f64]], counts: &[(u32, u32)]) -> Dataset {
    let dataset = flat(values);
    let (period, observations) = dataset.latest().unwrap();
    let mut observations = observations.clone();
    let mut surveys = SurveyCounts::default();
    for (i, (yes, no)) in counts.iter().enumerate() {
        observations.set(i, 0, Cell::Missing, None, &Provenance::default());
        surveys.set(i as u32, "q", "household", "yes", *yes);
        surveys.set(i as u32, "q", "household", "no", *no);
    }
    let (units, framework) = (dataset.units().clone(), dataset.framework().clone());
    let periods = BTreeMap::from([(period.clone(), observations)]);
    let surveys = BTreeMap::from([(period.clone(), surveys)]);
    let dataset = Dataset::new(units, framework, periods).unwrap();
    dataset.with_surveys(surveys).unwrap()
}

fn spec(is_shrunk: bool) -> Spec {
    let answer = |points| Answer {
        points: Some(points),
        favourable: points > 0.0,
    };
    let question = Question {
        answers: BTreeMap::from([("yes".into(), answer(100.0)), ("no".into(), answer(0.0))]),
        unsure: Vec::new(),
    };
    let derivation = Derivation {
        question: "q".into(),
        statistic: Statistic::Mean,
    };
    let mut spec = Spec::default();
    spec.survey.questions = BTreeMap::from([("q".into(), question)]);
    spec.survey.indicators = BTreeMap::from([("x0".into(), derivation)]);
    spec.survey.household = vec!["household".into()];
    spec.survey.min_class = 2;
    spec.survey.shrink = is_shrunk;
    spec
}

/// Runs a check on the analysis of the data under the specification.
fn with_robust<T>(
    dataset: &Dataset,
    spec: &Spec,
    of: &RobustSpec,
    check: impl FnOnce(Result<Robust<'_>, RobustError>) -> T,
) -> T {
    let own = crate::pipeline::survey(dataset, spec).unwrap();
    let (period, _) = dataset.latest().unwrap();
    let other = of.other_shrinkage(dataset, period, spec).unwrap();
    let inputs = Inputs::of(&own.dataset, period).unwrap();
    let other = other.as_ref().and_then(|o| Inputs::of(&o.dataset, period));
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let errors = StandardErrors::of(inputs.observations);
    check(Robust::with_shrinkage(
        inputs, other, &weights, spec, of, &errors,
    ))
}

fn samples(dataset: &Dataset, spec: &Spec, of: &RobustSpec) -> Vec<Sample> {
    with_robust(dataset, spec, of, |robust| {
        let robust = robust.unwrap();
        let mut worker = robust.worker();
        let all = 0..of.replicates;
        all.map(|r| worker.sample(r).unwrap()).collect()
    })
}

const VALUES: [&[f64]; 7] = [
    &[0.0, 40.0, 80.0],
    &[0.0, 70.0, 30.0],
    &[0.0, 55.0, 60.0],
    &[0.0, 65.0, 45.0],
    &[0.0, 20.0, 90.0],
    &[0.0, 50.0, 50.0],
    &[0.0, 60.0, 60.0],
];
/// The last village gave no answers.
const COUNTS: [(u32, u32); 7] = [(2, 8), (30, 10), (9, 11), (28, 2), (5, 5), (14, 26), (0, 0)];

/// Weights and errors of values have coordinates and streams of their own, so every
/// replicate is, to the bit, that of the analysis with its choice fixed: where single
/// columns are computed again, where the whole run is, and where missing values are
/// filled from those of the survey.
#[test]
fn every_replicate_is_that_of_the_analysis_with_its_choice_fixed() {
    let dataset = surveyed(&VALUES, &COUNTS);
    let mut relative = (spec(false), spec(true));
    for spec in [&mut relative.0, &mut relative.1] {
        spec.normalise.method = Normalisation::MinMax;
        spec.impute.method = Imputation::Median;
    }
    for (own, shrunk) in [(spec(false), spec(true)), relative] {
        let fixed = RobustSpec {
            replicates: 24,
            measurement: BTreeMap::from([("x1".into(), MeasurementError::Relative(0.1))]),
            ..RobustSpec::default()
        };
        let either = RobustSpec {
            shrink: [false, true]
                .map(|choice| Alternative {
                    probability: 1.0,
                    choice,
                })
                .into(),
            ..fixed.clone()
        };
        let (without, with) = (
            samples(&dataset, &own, &fixed),
            samples(&dataset, &shrunk, &fixed),
        );
        // Whichever choice the specification itself makes.
        for spec in [&own, &shrunk] {
            let found = samples(&dataset, spec, &either);
            let mut n_shrunk = 0;
            for ((found, without), with) in found.iter().zip(&without).zip(&with) {
                assert_ne!(without.scores, with.scores);
                n_shrunk += usize::from(found == with);
                assert!(found == without || found == with);
            }
            // Every 8 points of a scrambled sequence are halved exactly.
            assert_eq!(n_shrunk, 12);
        }
        // One choice alone replaces that of the specification.
        let always = RobustSpec {
            shrink: either.shrink[1..].to_vec(),
            ..fixed
        };
        assert_eq!(samples(&dataset, &own, &always), with);
    }
}

/// Villages of 4 and 6 content of 10 differ no more than chance makes them, so both
/// are drawn onto 50: `4·3/(2·½) + 6·5/(2·½) − 10·9/2 < 0` and the same for the
/// other. The first has 40 points with probability 4/5 and 50 else, with variance
/// 4/25 · 10² = 16, beside a value with an error of 3: the shares are 16/25 and 9/25.
#[test]
fn shrinkage_has_its_share_of_variance() {
    let dataset = surveyed(&[&[0.0, 50.0], &[0.0, 50.0]], &[(4, 6), (6, 4)]);
    let of = RobustSpec::from_json(
        r#"{"weights":"fixed","survey_error":false,"measurement":{"x1":{"absolute":3}},
        "shrink":[{"probability":4,"choice":false},{"probability":1,"choice":true}],
        "sensitivity":{"points":1500,"design":"pseudo_random","bootstrap":100,
        "level":0.99,"units":["000"]}}"#,
    )
    .unwrap();
    with_robust(&dataset, &spec(false), &of, |robust| {
        let robust = robust.unwrap();
        assert_eq!(robust.uncertain(), [Input::Shrink, Input::MeasurementError]);
        let study = robust.study().unwrap();
        assert_eq!(study.groups(), ["shrink", "measurement"]);
        let outputs = study.run(&mut robust.worker(), 0..study.n_runs()).unwrap();
        let found = study.finish(&outputs);
        assert_eq!(found[1].target, Target::Score(crate::ids::UnitIdx(0)));
        let indices = found[1].indices.as_ref().unwrap();
        assert!((indices.variance / 6.25 - 1.0).abs() < 0.1);
        for (i, exact) in [16.0 / 25.0, 9.0 / 25.0].into_iter().enumerate() {
            for index in [indices.first[i], indices.total[i]] {
                let holds = index.low <= exact && exact <= index.high;
                assert!(holds, "{exact} {index:?}");
            }
        }
    });
}

#[test]
fn choices_of_shrinkage_need_survey_counts_and_change_the_digest() {
    let of = RobustSpec::from_json(r#"{"shrink":[{"choice":true},{"choice":false}]}"#).unwrap();
    let flat = flat(&VALUES);
    let refused = with_robust(&flat, &spec(false), &of, |r| r.unwrap_err());
    assert_eq!(refused, RobustError::NoSurveyCounts);
    assert!(refused.to_string().starts_with("`shrink`:"));
    let dataset = surveyed(&VALUES, &COUNTS);
    let digest = |of: &RobustSpec| with_robust(&dataset, &spec(false), of, |r| r.unwrap().digest());
    assert_ne!(digest(&of), digest(&RobustSpec::default()));
    // Data of another shape does not become the other choice.
    let (few, many) = (super::flat(&VALUES[..5]), inputs(&flat));
    let weights = WeightSet::from_framework(many.framework).unwrap();
    let none = StandardErrors::none();
    let other = Some(inputs(&few));
    let shape = Robust::with_shrinkage(many, other, &weights, &spec(false), &of, &none);
    assert_eq!(shape.unwrap_err(), RobustError::Shape);
}
