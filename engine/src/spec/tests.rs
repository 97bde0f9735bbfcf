use super::*;
use crate::scheme::default_scheme;

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

use crate::frame::Units;
