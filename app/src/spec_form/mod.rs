//! The specification as a form: what can be chosen where, and how a choice is
//! put into its JSON. No view here, so that it can be tested anywhere.

// Tables with a line for each entry.
#[rustfmt::skip]
mod methods;
#[rustfmt::skip]
mod steps;

pub use steps::STEPS;

use dhi_engine::framework::{Framework, Language};
use serde_json::{Map, Value};

use crate::number;

/// A text in Chinese and in English.
pub type Words = [&'static str; 2];

/// Between the keys of a path; no id or code can contain it.
const BETWEEN: char = '\u{1f}';

/// The text in a language.
pub fn words(words: Words, language: Language) -> &'static str {
    let [zh, en] = words;
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// What a value looks like and what it may be.
#[derive(Debug)]
pub enum Shape {
    /// A number.
    Number,
    /// A number, or null when left empty.
    OptionalNumber,
    /// A text.
    Text,
    /// Yes or no.
    Flag,
    /// Two numbers, or null.
    OptionalRange,
    /// Code of a unit.
    Unit,
    /// Id of an indicator.
    Indicator,
    /// One of several methods or options.
    Choice(&'static [Choice]),
    /// Named values.
    Record(&'static [Field]),
    /// Values by name, where only some names have one; with the first value.
    ById(Names, &'static Shape, &'static str),
    /// Any number of values; with that of a new one.
    List(&'static Shape, &'static str),
    /// A number for each child of the node on the path.
    ByChild,
    /// Judgements in pairs of the children of the node on the path.
    Judgements,
}

/// What the names of a [`Shape::ById`] are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// Ids of indicators.
    Indicators,
    /// Ids of nodes with children.
    Parents,
    /// Levels with children, 0 for the composite's.
    Levels,
    /// Words of the data, such as those of a survey's questions.
    Words,
}

/// One named value.
#[derive(Debug)]
pub struct Field {
    /// Its key.
    pub key: &'static str,
    /// Its name for people.
    pub name: Words,
    /// What it may be.
    pub shape: Shape,
}

/// One method or option.
#[derive(Debug)]
pub struct Choice {
    /// Its tag in JSON.
    pub tag: &'static str,
    /// Its name for people.
    pub name: Words,
    /// What it does, in a line.
    pub about: Words,
    /// JSON of its parameters by default; empty when it has none.
    pub template: &'static str,
    /// What its parameters may be; of no use when it has none.
    pub shape: Shape,
    /// Whether it only makes sense for one node, since it names its children.
    pub is_of_node: bool,
}

/// Ways to find weights.
pub fn weightings() -> &'static [Choice] {
    &methods::WEIGHTINGS
}

/// A path one key longer.
pub fn join(path: &str, key: &str) -> String {
    let mut longer = String::with_capacity(path.len() + key.len() + 1);
    longer.push_str(path);
    if !path.is_empty() {
        longer.push(BETWEEN);
    }
    longer.push_str(key);
    longer
}

/// The value at a path.
pub fn get<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split(BETWEEN).try_fold(value, |at, key| match at {
        Value::Object(map) => map.get(key),
        Value::Array(list) => list.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Puts a value at a path, making the objects above it where there are none;
/// `None` takes it away.
pub fn set(value: &mut Value, path: &str, new: Option<Value>) {
    let (key, rest) = match path.split_once(BETWEEN) {
        Some((key, rest)) => (key, Some(rest)),
        None => (path, None),
    };
    if let Value::Array(list) = value {
        let Ok(at) = key.parse::<usize>() else { return };
        match (rest, new) {
            (Some(rest), new) => {
                if let Some(slot) = list.get_mut(at) {
                    set(slot, rest, new);
                }
            }
            (None, Some(new)) if at < list.len() => list[at] = new,
            (None, Some(new)) => list.push(new),
            (None, None) if at < list.len() => {
                list.remove(at);
            }
            (None, None) => {}
        }
        return;
    }
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    if let Value::Object(map) = value {
        match (rest, new) {
            (Some(rest), new) => set(map.entry(key).or_insert(Value::Null), rest, new),
            (None, Some(new)) => {
                map.insert(key.to_owned(), new);
            }
            (None, None) => {
                map.remove(key);
            }
        }
    }
}

/// Tag of the method at a value: `"mean"` or `{ "power": 2 }`.
pub fn tag_of(value: &Value) -> &str {
    match value {
        Value::String(tag) => tag,
        Value::Object(map) => map.keys().next().map_or("", String::as_str),
        _ => "",
    }
}

/// A number as typed; `None` when it is none.
pub fn number_of(text: &str) -> Option<Value> {
    let text = text.trim();
    // Whole numbers stay whole, as some fields ask.
    let exact: Option<Value> = serde_json::from_str(text).ok();
    exact.filter(Value::is_number).or_else(|| {
        let x = number::parse(text)?;
        serde_json::Number::from_f64(x).map(Value::Number)
    })
}

/// A value as a field shows it.
pub fn text_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => {
            let text = number.to_string();
            text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
        }
        _ => String::new(),
    }
}

/// Ids of the children of the node a path of `weigh` goes through.
pub fn children_on(path: &str, framework: &Framework) -> Vec<String> {
    let node = path.split(BETWEEN).nth(2).and_then(|id| framework.find(id));
    node.map_or_else(Vec::new, |node| {
        let children = framework.node(node).children.iter();
        children
            .map(|&c| framework.node(c).id.to_string())
            .collect()
    })
}

/// The names a [`Shape::ById`] can have.
pub fn names_of(names: Names, framework: &Framework) -> Vec<String> {
    let nodes = framework.nodes().iter();
    match names {
        Names::Indicators => nodes
            .filter(|n| n.column.is_some())
            .map(|n| n.id.to_string())
            .collect(),
        Names::Parents => nodes
            .filter(|n| !n.children.is_empty())
            .map(|n| n.id.to_string())
            .collect(),
        Names::Words => Vec::new(),
        Names::Levels => {
            let depth = nodes.map(|n| n.depth).max().unwrap_or(0);
            (0..depth).map(|d| d.to_string()).collect()
        }
    }
}

/// A method with its parameters by default, those that name children or a unit
/// filled in.
pub fn fresh(choice: &Choice, children: &[String], unit: &str) -> Value {
    if choice.template.is_empty() {
        return Value::String(choice.tag.to_owned());
    }
    let mut parameters: Value = serde_json::from_str(choice.template).unwrap_or_default();
    let ones = || {
        let ones = children.iter().map(|c| (c.clone(), Value::from(1.0)));
        Value::Object(ones.collect())
    };
    match &choice.shape {
        Shape::ByChild => parameters = ones(),
        Shape::List(Shape::ByChild, _) => parameters = Value::Array(vec![ones()]),
        Shape::Record(fields) => {
            for field in *fields {
                match field.shape {
                    Shape::Judgements => {
                        let row = Value::Array(vec![Value::from(1.0); children.len()]);
                        let matrix = Value::Array(vec![row; children.len()]);
                        set(&mut parameters, field.key, Some(matrix));
                    }
                    Shape::Unit => set(&mut parameters, field.key, Some(unit.into())),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    let mut method = Map::new();
    method.insert(choice.tag.to_owned(), parameters);
    Value::Object(method)
}

/// The specification as a text for files, its steps in the order of the run.
pub fn to_text(value: &Value) -> String {
    let Value::Object(map) = value else {
        return value.to_string();
    };
    let known = STEPS.iter().map(|step| step.key);
    let unknown = map.keys().map(String::as_str);
    let unknown = unknown.filter(|key| STEPS.iter().all(|step| step.key != *key));
    let mut parts = Vec::new();
    for key in known.chain(unknown) {
        if let Some(value) = map.get(key) {
            let text = serde_json::to_string_pretty(value).unwrap_or_default();
            let key = Value::from(key).to_string();
            parts.push(["  ", &key, ": ", &text.replace('\n', "\n  ")].concat());
        }
    }
    ["{\n", &parts.join(",\n"), "\n}\n"].concat()
}

#[cfg(test)]
mod tests;
