use super::methods::{
    AGGREGATIONS, BOUNDARIES, DIVISORS, IMPUTATIONS, NORMALISATIONS, SCOPES, STATISTICS, TIES,
    TREATMENTS, WEIGHTINGS,
};
use super::*;
use dhi_engine::aggregate::Aggregation;
use dhi_engine::normalise::Normalisation;
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::treat::{Imputation, Treatment};
use dhi_engine::weigh::Weighting;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Tags a `serde` enum would accept, from what it says of one it does not.
fn tags<T: DeserializeOwned>() -> Vec<String> {
    let error = serde_json::from_str::<T>("\"no such tag\"").err().unwrap();
    let text = error.to_string();
    let quoted = text.split('`').skip(3).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// Every variant is offered, and every template is one of them and says all of
/// its parameters.
fn offers_all<T: DeserializeOwned + Serialize>(choices: &[Choice]) {
    let offered: Vec<&str> = choices.iter().map(|c| c.tag).collect();
    assert_eq!(tags::<T>(), offered);
    for choice in choices {
        let children = ["a".to_owned(), "b".to_owned()];
        let method = fresh(choice, &children, "u1");
        assert_eq!(tag_of(&method), choice.tag);
        let read: T = serde_json::from_value(method.clone()).unwrap();
        // Written again it is the same: no parameter was left to a default.
        assert_eq!(serde_json::to_value(&read).unwrap(), method);
        if !choice.template.is_empty() {
            covers(&choice.shape, &method[choice.tag]);
        }
        for name in [choice.name, choice.about] {
            assert!(name[0].is_empty() == name[1].is_empty());
        }
    }
}

/// The shape has a place for every part of the value.
fn covers(shape: &Shape, value: &Value) {
    match shape {
        Shape::Record(fields) => {
            let map = value.as_object().unwrap();
            let mut known: Vec<&str> = fields.iter().map(|f| f.key).collect();
            known.sort_unstable();
            assert_eq!(map.keys().collect::<Vec<_>>(), known);
            for field in *fields {
                covers(&field.shape, &map[field.key]);
            }
        }
        Shape::Choice(choices) => {
            assert!(choices.iter().any(|c| c.tag == tag_of(value)), "{value}");
        }
        Shape::ById(_, shape, template) => {
            covers(shape, &serde_json::from_str(template).unwrap());
            for item in value.as_object().unwrap().values() {
                covers(shape, item);
            }
        }
        Shape::List(shape, template) => {
            covers(shape, &serde_json::from_str(template).unwrap());
            for item in value.as_array().unwrap() {
                covers(shape, item);
            }
        }
        Shape::Number => assert!(value.is_number(), "{value}"),
        Shape::OptionalNumber => assert!(value.is_number() || value.is_null()),
        Shape::OptionalRange => assert!(value.is_array() || value.is_null()),
        Shape::Flag => assert!(value.is_boolean()),
        Shape::Text | Shape::Unit | Shape::Indicator => assert!(value.is_string()),
        Shape::ByChild => assert!(value.is_object()),
        Shape::Judgements => assert!(value.is_array()),
    }
}

#[test]
fn every_method_is_offered_with_all_its_parameters() {
    offers_all::<Imputation>(&IMPUTATIONS);
    offers_all::<Treatment>(&TREATMENTS);
    offers_all::<Normalisation>(&NORMALISATIONS);
    offers_all::<dhi_engine::normalise::Scope>(&SCOPES);
    offers_all::<Weighting>(&WEIGHTINGS);
    offers_all::<Aggregation>(&AGGREGATIONS);
    offers_all::<dhi_engine::survey::Statistic>(&STATISTICS);
    offers_all::<dhi_engine::rank::TiePolicy>(&TIES);
    offers_all::<dhi_engine::treat::Divisor>(&DIVISORS);
    offers_all::<dhi_engine::rank::Boundary>(&BOUNDARIES);
}

#[test]
fn every_key_of_a_specification_has_its_field() {
    let spec = serde_json::to_value(Spec::default()).unwrap();
    covers(&Shape::Record(&STEPS), &spec);
    let keys: Vec<&str> = STEPS.iter().map(|s| s.key).collect();
    // In files they stand in the order of the run.
    let text = to_text(&spec);
    let places: Vec<usize> = keys
        .iter()
        .map(|k| text.find(&format!("\n  \"{k}\"")).unwrap())
        .collect();
    assert!(places.is_sorted());
    assert_eq!(Spec::from_json(&text).unwrap(), Spec::default());
}

#[test]
fn edits_end_up_where_they_belong() {
    let framework = default_scheme();
    let mut draft = serde_json::to_value(Spec::default()).unwrap();
    let parent = names_of(Names::Parents, &framework)[1].clone();
    let at = join(&join("weigh", "nodes"), &parent);
    let children = children_on(&at, &framework);
    assert!(children.len() > 1);
    let budget = WEIGHTINGS
        .iter()
        .find(|c| c.tag == "budget_allocation")
        .unwrap();
    set(&mut draft, &at, Some(fresh(budget, &children, "")));
    let point = ["budget_allocation", "0", &children[1]]
        .iter()
        .fold(at, |p, k| join(&p, k));
    set(&mut draft, &point, number_of(" 3 "));
    set(&mut draft, &join("aggregate", "levels"), None);
    let level = join(&join("aggregate", "levels"), "0");
    set(&mut draft, &level, Some("geometric".into()));
    set(
        &mut draft,
        &join(&join("screen", "keep"), "0"),
        Some("x".into()),
    );
    let spec = Spec::from_json(&to_text(&draft)).unwrap();
    let Weighting::BudgetAllocation(experts) = &spec.weigh.nodes[&parent] else {
        panic!("another method")
    };
    assert_eq!(experts[0][&children[1]], 3.0);
    assert_eq!(experts[0][&children[0]], 1.0);
    assert_eq!(spec.aggregate.levels[&0], Aggregation::Geometric);
    assert_eq!(spec.screen.keep, ["x"]);
    set(&mut draft, &join(&join("screen", "keep"), "0"), None);
    set(&mut draft, &level, None);
    assert_eq!(get(&draft, &level), None);
    assert_eq!(get(&draft, &join(&join("screen", "keep"), "0")), None);
}

#[test]
fn numbers_are_read_as_typed_and_shown_without_noise() {
    assert_eq!(number_of("5"), Some(Value::from(5)));
    assert_eq!(number_of("0.1"), Some(Value::from(0.1)));
    assert_eq!(number_of(".5"), Some(Value::from(0.5)));
    assert_eq!(number_of("1e-10"), Some(Value::from(1e-10)));
    assert_eq!(number_of("null"), None);
    assert_eq!(number_of(""), None);
    assert_eq!(text_of(Some(&Value::from(85.0))), "85");
    assert_eq!(text_of(Some(&Value::from(1e-10))), "1e-10");
    assert_eq!(text_of(Some(&Value::Null)), "");
}
