use super::*;
use crate::frame::Units;
use crate::scheme::default_scheme;
use serde_json::Value;

/// A specification that uses every step, as a user would write it.
const FULL: &str = r#"{
  "denominate": { "a_staffing_rate": { "by": "population", "per": 1000 } },
  "screen": { "min_present": 0.5, "max_zeros": 0.9, "keep": ["001"], "drop": [] },
  "impute": { "method": { "nearest_neighbours": { "k": 3 } },
              "indicators": { "a_staffing_rate": { "group_median": "class" } } },
  "treat": { "method": { "jrc": { "max_points": 4, "log_of": "winsorised" } },
             "indicators": { "a_staffing_rate": { "box_cox": {} } } },
  "normalise": { "method": "min_max", "scope": "panel", "range": [1, 100],
                 "indicators": { "a_staffing_rate": { "z_score": { "mean": 50, "sd": 10 } } } },
  "weigh": { "method": "given", "nodes": { "composite": { "influence": { "tolerance": 0.01 } } } },
  "aggregate": { "method": "geometric", "availability": 0.5,
                 "levels": { "0": { "promethee": { "preference":
                   { "linear": { "indifference": 1, "preference": 5 } } } } } }
}"#;

#[test]
fn a_spec_survives_json_and_its_digest_tells_changes() {
    for spec in [Spec::default(), Spec::from_json(FULL).unwrap()] {
        let json = serde_json::to_string(&spec).unwrap();
        let again = Spec::from_json(&json).unwrap();
        assert_eq!(again, spec);
        assert_eq!(again.digest(), spec.digest());
        let mut other = spec.clone();
        other.rank.tolerance = 1e-8;
        assert_ne!(other.digest(), spec.digest());
    }
}

/// Every number with a range, one past it: the place is named.
#[test]
fn senseless_numbers_are_refused_with_their_place() {
    for (json, place) in [
        (r#"{"scale": 0}"#, "scale"),
        (
            r#"{"check":{"floors":{"overall":1.5}}}"#,
            "check.floors.overall",
        ),
        (
            r#"{"denominate":{"x":{"by":"population","per":0}}}"#,
            "denominate.x.per",
        ),
        (r#"{"survey":{"level":1}}"#, "survey.level"),
        (r#"{"survey":{"min_cell":0}}"#, "survey.min_cell"),
        (r#"{"survey":{"min_class":1}}"#, "survey.min_class"),
        (r#"{"survey":{"shares":{"甲":1.2}}}"#, "survey.shares.甲"),
        (
            r#"{"survey":{"shares":{"甲":0.4,"乙":0.5}}}"#,
            "survey.shares",
        ),
        (r#"{"screen":{"min_present":1.1}}"#, "screen.min_present"),
        (
            r#"{"impute":{"method":{"nearest_neighbours":{"k":0}}}}"#,
            "impute.method.k",
        ),
        (
            r#"{"impute":{"indicators":{"x":{"iterative":{"tolerance":0}}}}}"#,
            "impute.indicators.x.tolerance",
        ),
        (
            r#"{"treat":{"method":{"gii_log":{"factor":-1}}}}"#,
            "treat.method.factor",
        ),
        (
            r#"{"treat":{"method":{"box_cox":{"lambda":9}}}}"#,
            "treat.method.lambda",
        ),
        (
            r#"{"normalise":{"method":{"z_score":{"sd":0}}}}"#,
            "normalise.method.sd",
        ),
        (r#"{"normalise":{"range":[5,5]}}"#, "normalise.range"),
        (
            r#"{"weigh":{"method":{"weights":{"x":-1}}}}"#,
            "weigh.method.weights.x",
        ),
        (
            r#"{"aggregate":{"availability":2}}"#,
            "aggregate.availability",
        ),
        (
            r#"{"aggregate":{"method":{"promethee":{"preference":{"linear":{"indifference":5,"preference":1}}}}}}"#,
            "aggregate.method.preference",
        ),
        (
            r#"{"aggregate":{"levels":{"0":{"benefit_of_the_doubt":{"lower":0.9,"upper":0.1}}}}}"#,
            "aggregate.levels.0.upper",
        ),
        (r#"{"rank":{"tolerance":-1}}"#, "rank.tolerance"),
        (r#"{"coherence":{"collinear":1.5}}"#, "coherence.collinear"),
        (r#"{"coherence":{"negative":-2}}"#, "coherence.negative"),
        (r#"{"coherence":{"negative":0.95}}"#, "coherence.negative"),
        (r#"{"coherence":{"weak":2}}"#, "coherence.weak"),
        (r#"{"coherence":{"alpha":1.1}}"#, "coherence.alpha"),
        (r#"{"coherence":{"kmo":-0.1}}"#, "coherence.kmo"),
        (
            r#"{"coherence":{"disagreement":0.5}}"#,
            "coherence.disagreement",
        ),
    ] {
        match Spec::from_json(json) {
            Err(SpecError::Range { place: found, .. }) => assert_eq!(found, place),
            other => panic!("{json}: {other:?}"),
        }
    }
}

#[test]
fn what_is_not_a_spec_is_refused_with_its_line() {
    let error = Spec::from_json("{\n \"scale\": }").unwrap_err();
    assert!(matches!(error, SpecError::Json { line: 2, .. }));
    for unknown in [
        r#"{"impute":{"methd":"mean"}}"#,
        r#"{"treat":{"method":{"jrc":{"skew":2}}}}"#,
        r#"{"normalise":{"method":"minmax"}}"#,
        r#"{"aggregate":{"method":"median"}}"#,
        r#"{"screen":{"min":1}}"#,
        r#"{"coherence":{"colinear":0.9}}"#,
        r#"{"bands":{"list":[]}}"#,
    ] {
        assert!(
            matches!(Spec::from_json(unknown), Err(SpecError::Json { .. })),
            "{unknown}"
        );
    }
}

#[test]
fn names_are_checked_against_framework_and_register() {
    let framework = default_scheme();
    let units = Units::default();
    let of = |json: &str| {
        let spec = Spec::from_json(json).unwrap();
        match spec.check_names(&framework, &units) {
            Err(SpecError::Unknown { place, .. }) => Some(place),
            Err(other) => panic!("{other}"),
            Ok(()) => None,
        }
    };
    for (json, place) in [
        (
            r#"{"treat":{"indicators":{"nothing":"log"}}}"#,
            Some("treat.indicators.nothing"),
        ),
        (
            r#"{"weigh":{"nodes":{"a_staffing_rate":"equal"}}}"#,
            Some("weigh.nodes.a_staffing_rate"),
        ),
        (r#"{"screen":{"drop":["404"]}}"#, Some("screen.drop")),
        (
            r#"{"normalise":{"method":{"distance_to_reference":{"unit":"1"}}}}"#,
            Some("normalise.method.unit"),
        ),
        (
            r#"{"aggregate":{"levels":{"3":"minimum"}}}"#,
            Some("aggregate.levels.3"),
        ),
        (
            r#"{"denominate":{"a_staffing_rate":{"by":{"indicator":"x"}}}}"#,
            Some("denominate.a_staffing_rate.by.x"),
        ),
        (
            r#"{"treat":{"indicators":{"a_staffing_rate":"log"}}}"#,
            None,
        ),
    ] {
        assert_eq!(of(json).as_deref(), place, "{json}");
    }
}

/// Every parameter of every method, once.
const EVERYTHING: &str = r#"{
  "denominate": { "a": { "by": "population", "per": 1000 },
                  "b": { "by": { "indicator": "x" }, "per": 1 } },
  "screen": { "min_present": 0.5, "max_zeros": 0.9, "keep": ["001"], "drop": ["002"] },
  "impute": { "method": { "nearest_neighbours": { "k": 3, "max_donors": 50 } },
              "indicators": { "a": { "group_median": "class" }, "b": { "group_mean": "town" },
                              "c": { "iterative": { "max_rounds": 9, "tolerance": 0.01 } } } },
  "treat": { "method": { "jrc": { "max_points": 4, "log_of": "winsorised" } },
             "indicators": { "a": { "box_cox": { "lambda": 0.5 } }, "b": { "winsorise": {} },
                             "c": { "gii_log": { "factor": 2 } }, "d": { "box_cox": {} } } },
  "normalise": { "method": { "z_score": { "mean": 50, "sd": 10 } }, "scope": "panel",
                 "range": [1, 100],
                 "indicators": { "a": { "distance_to_reference": { "unit": "1", "cap": true } },
                                 "b": { "distance_to_target": { "target": 5 } } } },
  "weigh": { "method": { "budget_allocation": [{ "a": 3, "b": 1 }, { "a": 1 }] },
             "nodes": { "a": { "influence": { "targets": { "x": 1 }, "tolerance": 0.01 } },
                        "b": { "ahp": { "matrix": [[1, 3], [0.25, 1]] } },
                        "c": { "weights": { "x": 1, "y": 2 } } } },
  "aggregate": { "method": { "power": 0.5 }, "availability": 0.5,
                 "levels": { "0": { "promethee": { "preference":
                               { "linear": { "indifference": 1, "preference": 5 } } } },
                             "1": { "topsis": {} },
                             "2": { "benefit_of_the_doubt": { "lower": 0.1, "upper": 0.9 } } },
                 "availability_levels": { "1": 0.25 } },
  "rank": { "ties": "worst", "decimals": 3, "include_ungraded": true }
}"#;

/// Words that stand for a choice somewhere in a specification.
const CHOICES: [&str; 26] = [
    "none",
    "mean",
    "min_max",
    "equal",
    "minimum",
    "class",
    "town",
    "original",
    "winsorised",
    "period",
    "panel",
    "population",
    "best",
    "worst",
    "dense",
    "above",
    "at_or_above",
    "log",
    "eigenvector",
    "geometric_mean",
    "observed",
    "scale",
    "favourable",
    "满意度",
    "办事公道",
    "村务知晓",
];

/// The places of all values that hold no others.
fn ends(value: &Value, place: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, inner) in map {
                ends(inner, &format!("{place}/{key}"), found);
            }
        }
        Value::Array(list) if !list.is_empty() => {
            for (at, inner) in list.iter().enumerate() {
                ends(inner, &format!("{place}/{at}"), found);
            }
        }
        _ => found.push(place.to_owned()),
    }
}

/// What a value might be instead; most fit nowhere, some must.
fn instead(value: &Value) -> Vec<Value> {
    let numbers = [0.5, 0.25, 2.0, 1.0, 7.0, 70.5, 110.0].map(Value::from);
    let whole = [3u32, 8, 60].map(Value::from);
    let words = CHOICES.map(Value::from);
    let mut all = match value {
        Value::Bool(it_is) => vec![Value::from(!it_is)],
        Value::String(text) => vec![
            Value::from(format!("{text}x")),
            serde_json::json!({ "indicator": "x" }),
        ],
        // A map without entries gets one of each kind, a list a code.
        Value::Object(_) => [
            r#"{"x":"equal"}"#,
            r#"{"x":"none"}"#,
            r#"{"x":"min_max"}"#,
            r#"{"0":"minimum"}"#,
            r#"{"0":0.5}"#,
            r#"{"x":0.5}"#,
            r#"{"x":1}"#,
            r#"{"x":{"by":"population"}}"#,
        ]
        .iter()
        .map(|json| serde_json::from_str(json).unwrap())
        .collect(),
        Value::Array(_) => vec![serde_json::json!(["1"])],
        Value::Null => vec![serde_json::json!([0, 1])],
        Value::Number(_) => Vec::new(),
    };
    all.extend(numbers);
    all.extend(whole);
    all.extend(words);
    all
}

/// Walks over every field, whichever there are, and changes one at a time.
#[test]
fn any_single_change_changes_the_digest() {
    for spec in [Spec::default(), Spec::from_json(EVERYTHING).unwrap()] {
        let written = serde_json::to_value(&spec).unwrap();
        let mut places = Vec::new();
        ends(&written, "", &mut places);
        assert!(places.len() > 40, "{}", places.len());
        let mut fixed = Vec::new();
        for place in places {
            let mut changed = written.clone();
            let mut n_accepted = 0;
            for value in instead(written.pointer(&place).unwrap()) {
                *changed.pointer_mut(&place).unwrap() = value;
                let Ok(other) = Spec::from_json(&changed.to_string()) else {
                    continue;
                };
                // 1 and 1.0 are the same choice.
                assert_eq!(other == spec, other.digest() == spec.digest(), "{changed}");
                n_accepted += u32::from(other != spec);
            }
            if n_accepted == 0 {
                fixed.push(place);
            }
        }
        // The lowest band has to begin at none.
        assert_eq!(fixed, ["/bands/list/3/from"]);
    }
}

/// Entries that go, not only values that change.
#[test]
fn leaving_an_entry_out_changes_the_digest() {
    let spec = Spec::from_json(EVERYTHING).unwrap();
    let written: Value = serde_json::from_str(EVERYTHING).unwrap();
    for (section, fields) in written.as_object().unwrap() {
        for field in fields.as_object().unwrap().keys() {
            let mut changed = written.clone();
            changed[section].as_object_mut().unwrap().remove(field);
            let other = Spec::from_json(&changed.to_string()).unwrap();
            assert_ne!(other, spec, "{section}.{field}");
            assert_ne!(other.digest(), spec.digest(), "{section}.{field}");
        }
    }
}

/// The built-in questions do not ask for the default scheme; what is added must
/// name an indicator and a question that exist.
#[test]
fn survey_names_must_exist_where_they_were_given() {
    let no_question =
        r#"{"survey":{"indicators":{"x":{"question":"吃饭了吗","statistic":"mean"}}}}"#;
    let error = Spec::from_json(no_question).unwrap_err();
    let SpecError::Unknown { place, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(place, "survey.indicators.x.question");
    let scheme = crate::scheme::default_scheme();
    let units = crate::frame::Units::default();
    assert_eq!(Spec::default().check_names(&scheme, &units), Ok(()));
    let elsewhere = r#"{"survey":{"indicators":{"x":{"question":"满意度","statistic":"mean"}}}}"#;
    let spec = Spec::from_json(elsewhere).unwrap();
    assert!(spec.check_names(&scheme, &units).is_err());
}
