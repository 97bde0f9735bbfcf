//! A specification as the page keeps it: JSON that only the engine's thread
//! reads as one, so that the page carries no second reader of every method.

use crate::spec_form::{Field, STEPS, Shape, get, join, tag_of};
use dhi_engine::framework::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What a project begins with; a test compares it with the engine's.
const DEFAULT: &str = include_str!("default_spec.json");

/// A specification, complete as the engine writes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Recipe(Value);

impl Default for Recipe {
    fn default() -> Self {
        Self(serde_json::from_str(DEFAULT).unwrap_or_default())
    }
}

/// Fills in the fields that a value lacks, as an older version wrote it. Lists and
/// tables that are there stay as they are.
fn fill(value: &mut Value, default: Value, fields: &[Field]) {
    let (Value::Object(map), Value::Object(mut defaults)) = (value, default) else {
        return;
    };
    for field in fields {
        let Some(default) = defaults.remove(field.key) else {
            continue;
        };
        match (map.get_mut(field.key), &field.shape) {
            (Some(value), Shape::Record(fields)) => fill(value, default, fields),
            (Some(_), _) => {}
            (None, _) => {
                map.insert(field.key.to_owned(), default);
            }
        }
    }
}

impl Recipe {
    /// From JSON, with defaults for what it leaves out; `None` when it is none.
    pub fn from_json(json: &str) -> Option<Self> {
        let recipe: Self = serde_json::from_str(json).ok()?;
        Some(recipe.completed())
    }

    /// The same with defaults for what it leaves out.
    #[must_use]
    pub fn completed(mut self) -> Self {
        fill(&mut self.0, Self::default().0, &STEPS);
        self
    }

    /// Its JSON.
    pub fn value(&self) -> &Value {
        &self.0
    }

    fn number(&self, path: &[&str]) -> f64 {
        let path = path
            .iter()
            .fold(String::new(), |path, key| join(&path, key));
        get(&self.0, &path).and_then(Value::as_f64).unwrap_or(0.0)
    }

    /// Where scores end.
    pub fn scale(&self) -> f64 {
        self.number(&["scale"])
    }

    /// Coverage below which there is no grade.
    pub fn coverage_floor(&self) -> f64 {
        self.number(&["check", "floors", "overall"])
    }

    /// Names of the bands, from best to worst.
    pub fn band_names(&self, language: Language) -> impl Iterator<Item = &str> {
        let key = match language {
            Language::Chinese => "zh",
            Language::English => "en",
        };
        let list = self.0.get("bands").and_then(|b| b.get("list"));
        let list = list.and_then(Value::as_array).into_iter().flatten();
        list.map(move |band| band["name"][key].as_str().unwrap_or_default())
    }

    /// Scores at which the bands begin, the best first.
    pub fn band_edges(&self) -> impl Iterator<Item = f64> {
        let list = self.0["bands"]["list"].as_array().into_iter().flatten();
        list.filter_map(|band| band["from"].as_f64())
    }

    /// Whether a method weighs the children of a node.
    pub fn weighs(&self, node: &str) -> bool {
        let weigh = &self.0["weigh"];
        let own = weigh["nodes"].get(node);
        tag_of(own.unwrap_or(&weigh["method"])) != "given"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::spec::Spec;

    #[test]
    fn the_default_is_the_engines() {
        let spec = Spec::default();
        let engine: Value = serde_json::to_value(&spec).unwrap();
        assert_eq!(*Recipe::default().value(), engine, "{engine}");
        let recipe = Recipe::default();
        assert_eq!(recipe.scale(), spec.scale);
        assert_eq!(recipe.coverage_floor(), spec.check.floors.overall);
        for language in [Language::Chinese, Language::English] {
            let names: Vec<&str> = spec
                .bands
                .list()
                .iter()
                .map(|b| b.name.get(language))
                .collect();
            assert_eq!(recipe.band_names(language).collect::<Vec<_>>(), names);
        }
    }

    #[test]
    fn what_an_older_version_left_out_takes_its_default() {
        let json = r#"{ "scale": 10.0, "survey": { "questions": {}, "indicators": {} }, "weigh": { "nodes": { "A": "equal" } } }"#;
        let engine = Spec::from_json(json).unwrap();
        let recipe = Recipe::from_json(json).unwrap();
        assert_eq!(*recipe.value(), serde_json::to_value(engine).unwrap());
        assert!(recipe.weighs("A") && !recipe.weighs("B"));
    }
}
