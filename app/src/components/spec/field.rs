//! One value of the specification, by its shape.

use super::Form;
use super::{choice, table};
use crate::components::each::{each_named, each_of};
use crate::i18n::Key;
use crate::spec_form::{Names, Shape, get, join, names_of, number_of, text_of, words};
use crate::state::reactive::memo;
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement};

/// A name that follows the language.
pub(super) type Label = Arc<dyn Fn() -> String + Send + Sync>;

/// A label as a function for views, of one type for all.
pub(super) fn said(label: &Label) -> impl Fn() -> String + Send + Sync + 'static + use<> {
    let label = Arc::clone(label);
    move || label()
}

/// The editor of the value at a path.
pub(super) fn editor(
    form: Form,
    path: String,
    shape: &'static Shape,
    label: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    of_shape(form, path, shape, Arc::new(label))
}

fn of_shape(form: Form, path: String, shape: &'static Shape, label: Label) -> AnyView {
    match shape {
        Shape::Number => input(form, path, label, "number", false),
        Shape::OptionalNumber => input(form, path, label, "number", true),
        Shape::Text => input(form, path, label, "text", false),
        // Suggests, but takes any code: the register may be long.
        Shape::Unit => input(form, path, label, "search", false),
        Shape::Flag => flag(form, path, label),
        Shape::OptionalRange => range(form, path, label),
        Shape::Indicator => indicator(form, path, label),
        Shape::Choice(choices) => choice::view(form, path, choices, label),
        Shape::Record(fields) => {
            let fields = fields.iter().map(|field| {
                let path = join(&path, field.key);
                let name = move || words(field.name, form.language.get()).to_owned();
                of_shape(form, path, &field.shape, Arc::new(name))
            });
            let fields = fields.collect_view();
            view! { <div class="spec__record" role="group" aria-label=said(&label)>{fields}</div> }
                .into_any()
        }
        Shape::ById(names, shape, template) => by_id(form, path, *names, shape, template, label),
        Shape::List(shape, template) => list(form, path, shape, template, label),
        Shape::ByChild => table::by_child(form, path, label),
        Shape::Judgements => table::judgements(form, path, label),
    }
}

fn input(
    form: Form,
    path: String,
    label: Label,
    kind: &'static str,
    may_be_empty: bool,
) -> AnyView {
    let is_number = kind == "number";
    let shown = {
        let path = path.clone();
        move || form.read(&path, text_of)
    };
    let change = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        let old = form.shown.with_untracked(|v| get(v, &path).cloned());
        let new = if !is_number {
            Some(Value::String(text.trim().to_owned()))
        } else if text.trim().is_empty() && may_be_empty {
            Some(Value::Null)
        } else {
            number_of(&text)
        };
        match new {
            // 85 and 85.0 are the same number.
            Some(new)
                if new.is_number() && old.as_ref().and_then(Value::as_f64) == new.as_f64() => {}
            Some(new) => form.write(&path, Some(new)),
            None => {
                if let Some(field) = event
                    .target()
                    .and_then(|t| t.dyn_into::<HtmlInputElement>().ok())
                {
                    field.set_value(&text_of(old.as_ref()));
                }
            }
        }
    };
    view! {
        <label class="field"><span>{said(&label)}</span>
            <input type=kind step="any" list=(kind == "search").then_some("spec-units")
                prop:value=shown on:change=change/>
        </label>
    }
    .into_any()
}

fn flag(form: Form, path: String, label: Label) -> AnyView {
    let is_on = {
        let path = path.clone();
        move || form.read(&path, |v| v.and_then(Value::as_bool).unwrap_or(false))
    };
    view! {
        <label class="field field--inline">
            <input type="checkbox" prop:checked=is_on
                on:change=move |e| form.write(&path, Some(Value::Bool(event_target_checked(&e))))/>
            <span>{said(&label)}</span>
        </label>
    }
    .into_any()
}

fn range(form: Form, path: String, label: Label) -> AnyView {
    let has_own = {
        let path = path.clone();
        memo(move || form.read(&path, |v| v.is_some_and(Value::is_array)))
    };
    let toggle = {
        let path = path.clone();
        move |_| {
            let own = || Value::from(vec![0.0, 100.0]);
            let value = if has_own.get_untracked() {
                Value::Null
            } else {
                own()
            };
            form.write(&path, Some(value));
        }
    };
    let ends = move || {
        has_own.get().then(|| {
            let ends = [(Key::Worst, "0"), (Key::Best, "1")];
            ends.map(|(key, at)| {
                let label: Label = Arc::new(move || form.t(key).to_owned());
                input(form, join(&path, at), label, "number", false)
            })
        })
    };
    view! {
        <div class="spec__row">
            <label class="field field--inline">
                <input type="checkbox" prop:checked=move || has_own.get() on:change=toggle/>
                <span>{said(&label)}</span>
            </label>
            {ends}
        </div>
    }
    .into_any()
}

fn indicator(form: Form, path: String, label: Label) -> AnyView {
    let shown = {
        let path = path.clone();
        move || form.read(&path, text_of)
    };
    let options = move || {
        let current = shown();
        let ids = form.framework(|f| names_of(Names::Indicators, f));
        let mut options = vec![String::new()];
        options.extend(ids);
        options
            .into_iter()
            .map(|id| {
                let is_current = id == current;
                let name = if id.is_empty() {
                    String::new()
                } else {
                    form.name(&id)
                };
                view! { <option value=id selected=is_current>{name}</option> }
            })
            .collect_view()
    };
    view! {
        <label class="field"><span>{said(&label)}</span>
            <select on:change=move |e| form.write(&path, Some(Value::String(event_target_value(&e))))>{options}</select>
        </label>
    }
    .into_any()
}

/// Rows by name, with one to add another.
fn by_id(
    form: Form,
    path: String,
    names: Names,
    shape: &'static Shape,
    template: &'static str,
    label: Label,
) -> AnyView {
    let present = {
        let path = path.clone();
        memo(move || {
            form.read(&path, |v| {
                let map = v.and_then(Value::as_object);
                map.map_or_else(Vec::new, |m| m.keys().cloned().collect())
            })
        })
    };
    let add = {
        let path = path.clone();
        move |event: leptos::ev::Event| {
            let id = event_target_value(&event).trim().to_owned();
            let is_new = present.with_untracked(|p| !p.contains(&id));
            if !id.is_empty() && is_new {
                let value = serde_json::from_str(template).ok();
                form.write(&join(&path, &id), value);
            }
            // Ready for the next.
            let target = event.target();
            if let Some(select) = target
                .as_ref()
                .and_then(|t| t.dyn_ref::<HtmlSelectElement>())
            {
                select.set_value("");
            } else if let Some(input) = target.and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) {
                input.set_value("");
            }
        }
    };
    let options = move || {
        let ids = form.framework(|f| names_of(names, f));
        let free = ids
            .into_iter()
            .filter(|id| present.with(|p| !p.contains(id)));
        free.map(|id| {
            let name = form.name(&id);
            view! { <option value=id>{name}</option> }
        })
        .collect_view()
    };
    let adder = if names == Names::Words {
        view! { <input type="text" maxlength="64" on:change=add/> }.into_any()
    } else {
        view! { <select on:change=add><option value="">"…"</option>{options}</select> }.into_any()
    };
    let row = move |id: String| {
        let at = join(&path, &id);
        let name: Label = {
            let id = id.clone();
            Arc::new(move || form.name(&id))
        };
        entry(form, at, shape, name)
    };
    view! {
        <fieldset class="spec__group">
            <legend>{said(&label)}</legend>
            {each_named(move || present.get(), row)}
            <label class="field"><span>{move || [form.t(Key::AddFor), label().as_str()].concat()}</span>
                {adder}
            </label>
        </fieldset>
    }
    .into_any()
}

/// Rows by position, with a button to add another.
fn list(
    form: Form,
    path: String,
    shape: &'static Shape,
    template: &'static str,
    label: Label,
) -> AnyView {
    let length = {
        let path = path.clone();
        memo(move || form.read(&path, |v| v.and_then(Value::as_array).map_or(0, Vec::len)))
    };
    let add = {
        let path = path.clone();
        move |_| {
            let value: Value = serde_json::from_str(template).unwrap_or_default();
            let at = join(&path, &length.get_untracked().to_string());
            if length.get_untracked() == 0 {
                form.write(&path, Some(Value::Array(vec![value])));
            } else {
                form.write(&at, Some(value));
            }
        }
    };
    let row = move |at: usize| {
        let name: Label = Arc::new(move || (at + 1).to_string());
        entry(form, join(&path, &at.to_string()), shape, name)
    };
    view! {
        <fieldset class="spec__group">
            <legend>{said(&label)}</legend>
            {each_of(move || length.get(), row)}
            <button type="button" class="button" aria-label=move || [form.t(Key::Add), " ", label().as_str()].concat()
                on:click=add>{form.say(Key::Add)}</button>
        </fieldset>
    }
    .into_any()
}

/// A row that can be taken away.
fn entry(form: Form, path: String, shape: &'static Shape, name: Label) -> AnyView {
    let remove = {
        let path = path.clone();
        move |_| form.write(&path, None)
    };
    let named = Arc::clone(&name);
    view! {
        <div class="spec__row">
            {of_shape(form, path, shape, name)}
            <button type="button" class="button button--small"
                aria-label=move || [form.t(Key::Remove), " ", named().as_str()].concat() on:click=remove>
                {form.say(Key::Remove)}</button>
        </div>
    }
    .into_any()
}
