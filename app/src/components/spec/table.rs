//! Numbers for the children of a node: one each, or one for each pair.

use super::Form;
use super::field::{Label, said};
use crate::spec_form::{children_on, get, join, number_of, text_of};
use leptos::prelude::*;
use serde_json::Value;

/// A number field without a visible label, for tables.
fn cell(
    form: Form,
    path: String,
    label: impl Fn() -> String + Send + Sync + 'static,
    write: impl Fn(Value) + 'static,
) -> AnyView {
    let shown = move || form.read(&path, text_of);
    view! {
        <input type="number" min="0" step="any" class="weights__number" aria-label=label prop:value=shown
            on:change=move |e| {
                // An empty field stands for 0: the child gets nothing.
                let text = event_target_value(&e);
                write(number_of(&text).unwrap_or_else(|| Value::from(0.0)));
            }/>
    }
    .into_any()
}

/// Children of the node on the path, and whoever else has a number there.
fn children(form: Form, path: &str) -> Vec<String> {
    let mut ids = form.framework(|f| children_on(path, f));
    form.shown.with_untracked(|v| {
        if let Some(map) = get(v, path).and_then(Value::as_object) {
            let strangers: Vec<String> =
                map.keys().filter(|id| !ids.contains(id)).cloned().collect();
            ids.extend(strangers);
        }
    });
    ids
}

pub(super) fn by_child(form: Form, path: String, label: Label) -> AnyView {
    let rows = children(form, &path).into_iter().map(|id| {
        let at = join(&path, &id);
        let (name, to) = (id.clone(), at.clone());
        let write = move |value| form.write(&to, Some(value));
        view! {
            <tr><th scope="row">{move || form.name(&name)}</th>
                <td>{cell(form, at, move || form.name(&id), write)}</td></tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <table class="table spec__table"><caption>{said(&label)}</caption><tbody>{rows}</tbody></table>
    }
    .into_any()
}

pub(super) fn judgements(form: Form, path: String, label: Label) -> AnyView {
    let ids = children(form, &path);
    let n = ids.len();
    let at =
        move |path: &str, i: usize, j: usize| join(&join(path, &i.to_string()), &j.to_string());
    let rows = (0..n).map(|i| {
        let cells = (0..n).map(|j| {
            if i == j {
                return view! { <td class="number">"1"</td> }.into_any();
            }
            let (row, column) = (ids[i].clone(), ids[j].clone());
            let label = move || format!("{} : {}", form.name(&row), form.name(&column));
            let whole = path.clone();
            let write = move |value: Value| {
                // One judgement and its mirror, which is its reciprocal.
                let x = value.as_f64().filter(|x| *x > 0.0).unwrap_or(1.0);
                let mut matrix = form
                    .shown
                    .with_untracked(|v| get(v, &whole).cloned())
                    .unwrap_or_default();
                crate::spec_form::set(&mut matrix, &at("", i, j), Some(Value::from(x)));
                crate::spec_form::set(&mut matrix, &at("", j, i), Some(Value::from(1.0 / x)));
                form.write(&whole, Some(matrix));
            };
            view! { <td>{cell(form, at(&path, i, j), label, write)}</td> }.into_any()
        });
        let cells = cells.collect_view();
        let id = ids[i].clone();
        view! { <tr><th scope="row">{move || form.name(&id)}</th>{cells}</tr> }
    });
    let rows = rows.collect_view();
    let head = ids
        .iter()
        .cloned()
        .map(|id| view! { <th scope="col">{move || form.name(&id)}</th> });
    let head = head.collect_view();
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=said(&label)>
            <table class="table spec__table"><caption>{said(&label)}</caption>
                <thead><tr><td></td>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}
