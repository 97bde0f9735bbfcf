//! The steps of a specification in words: what was chosen, by which formula, from
//! which source, and what it does to the data in pictures.

use super::super::Scene;
use super::super::html::Html;
use super::pictures::{self, Stages};
use super::sources;
use crate::i18n::Told;
use crate::spec_form::{Choice, Field, STEPS, Shape, tag_of, text_of, words};
use serde_json::Value;

/// Every step in the order of the run, as numbered sections.
pub(super) fn steps(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>) {
    // Through text, which is written anyway: the way without it would be more code.
    let spec = serde_json::to_string(scene.spec).unwrap_or_default();
    let spec: Value = serde_json::from_str(&spec).unwrap_or_default();
    html.open("ol class=\"method__steps\"");
    for step in &STEPS {
        html.open_with("li", "data-step", step.key)
            .el("h4", words(step.name, scene.language));
        if let Some(told) = about(step.key) {
            html.el("p", scene.t(told));
        }
        let writer = Writer {
            scene,
            step: step.key,
        };
        writer.value(
            html,
            &step.shape,
            spec.get(step.key).unwrap_or(&Value::Null),
        );
        pictures::step(
            scene,
            html,
            (step.key, words(step.name, scene.language)),
            stages,
        );
        html.close("li");
    }
    html.close("ol");
}

/// What a step does, whatever is chosen in it.
fn about(step: &str) -> Option<Told> {
    Some(match step {
        "scale" => Told::StepScale,
        "check" => Told::StepChecks,
        "survey" => Told::StepSurvey,
        "denominate" => Told::StepDenominate,
        "screen" => Told::StepScreen,
        "impute" => Told::StepImpute,
        "treat" => Told::StepTreatment,
        "normalise" => Told::StepNormalisation,
        "weigh" => Told::StepWeighting,
        "aggregate" => Told::StepAggregation,
        "rank" => Told::StepRanking,
        "bands" => Told::StepGrading,
        "min_class" => Told::StepClass,
        "coherence" => Told::StepCoherence,
        _ => return None,
    })
}

/// Writes the values of one step.
struct Writer<'a> {
    scene: &'a Scene<'a>,
    step: &'static str,
}

impl Writer<'_> {
    fn value(&self, html: &mut Html, shape: &Shape, value: &Value) {
        let scene = self.scene;
        match shape {
            Shape::Flag => {
                let is_on = value.as_bool().unwrap_or(false);
                html.text(scene.t(if is_on { Told::Yes } else { Told::No }));
            }
            Shape::Choice(choices) => self.method(html, choices, value),
            Shape::Record(fields) => self.record(html, fields, value),
            Shape::ById(_, shape, _) => {
                let entries = value.as_object().into_iter().flatten();
                let entries = entries.map(|(id, value)| (self.name(id), value));
                self.list(html, entries, &|html, value| self.value(html, shape, value));
            }
            Shape::List(shape, _) => {
                let entries = value.as_array().into_iter().flatten().zip(1..);
                let entries = entries.map(|(value, n): (_, usize)| (n.to_string(), value));
                self.list(html, entries, &|html, value| self.value(html, shape, value));
            }
            Shape::ByChild => {
                let entries = value.as_object().into_iter().flatten();
                let entries = entries.map(|(id, value)| (self.name(id), value));
                self.list(html, entries, &|html, value| plain(html, value));
            }
            Shape::Judgements | Shape::OptionalRange => {
                html.text(&joined(value));
            }
            Shape::Indicator => {
                html.text(&self.name(&text_of(Some(value))));
            }
            Shape::Number | Shape::OptionalNumber | Shape::Text | Shape::Unit => {
                plain(html, value);
            }
        }
    }

    /// Name of a node, or the id itself.
    fn name(&self, id: &str) -> String {
        let framework = self.scene.framework;
        let node = framework.find(id).map(|node| self.scene.node(node));
        node.unwrap_or(id).to_owned()
    }

    fn list<'v>(
        &self,
        html: &mut Html,
        entries: impl Iterator<Item = (String, &'v Value)>,
        write: &dyn Fn(&mut Html, &'v Value),
    ) {
        let mut entries = entries.peekable();
        if entries.peek().is_none() {
            html.text(self.scene.t(Told::MethodNone));
            return;
        }
        html.open("ul");
        for (name, value) in entries {
            html.open("li").text(&name).text(self.scene.t(Told::Colon));
            write(html, value);
            html.close("li");
        }
        html.close("ul");
    }

    fn record(&self, html: &mut Html, fields: &[Field], value: &Value) {
        let is_plain = |f: &Field| matches!(f.shape, Shape::OptionalNumber | Shape::Flag);
        if fields.iter().all(is_plain) {
            // Short enough for one line, as the answers of a survey are.
            for (at, field) in fields.iter().enumerate() {
                if at > 0 {
                    html.text(self.scene.t(Told::ListComma));
                }
                html.text(words(field.name, self.scene.language)).text(" ");
                self.value(
                    html,
                    &field.shape,
                    value.get(field.key).unwrap_or(&Value::Null),
                );
            }
            return;
        }
        html.open("ul");
        for field in fields {
            html.open("li")
                .text(words(field.name, self.scene.language))
                .text(self.scene.t(Told::Colon));
            self.value(
                html,
                &field.shape,
                value.get(field.key).unwrap_or(&Value::Null),
            );
            html.close("li");
        }
        html.close("ul");
    }

    /// The method chosen, what it does, its formula, its source, its parameters.
    fn method(&self, html: &mut Html, choices: &[Choice], value: &Value) {
        let scene = self.scene;
        let tag = tag_of(value);
        let Some(choice) = choices.iter().find(|c| c.tag == tag) else {
            return plain(html, value);
        };
        html.el("b", words(choice.name, scene.language));
        let about = words(choice.about, scene.language);
        if !about.is_empty() {
            html.text(scene.t(Told::Dash)).text(about);
        }
        let [formula, source] = sources::of(self.step, tag);
        if !formula.is_empty() {
            html.text(scene.t(Told::MethodFormula)).el("code", formula);
        }
        if !source.is_empty() {
            html.text(scene.t(Told::MethodSource)).el("cite", source);
        }
        match (&choice.shape, value.get(tag)) {
            (_, None) => {}
            (Shape::Record(fields), Some(parameters)) => self.record(html, fields, parameters),
            (shape, Some(parameters)) => {
                html.text(scene.t(Told::Colon));
                self.value(html, shape, parameters);
            }
        }
    }
}

/// A number or text; a dash where there is none.
fn plain(html: &mut Html, value: &Value) {
    let text = text_of(Some(value));
    html.text(if text.is_empty() { "—" } else { &text });
}

/// Numbers of a list; rows are parted by semicolons.
fn joined(value: &Value) -> String {
    let Some(list) = value.as_array() else {
        return "—".to_owned();
    };
    let is_table = list.iter().any(Value::is_array);
    let parts: Vec<String> = list
        .iter()
        .map(|v| {
            if v.is_array() {
                joined(v)
            } else {
                text_of(Some(v))
            }
        })
        .collect();
    parts.join(if is_table { "; " } else { " " })
}
