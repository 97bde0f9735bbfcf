//! A method: choosing one puts its parameters by default in place.

use super::Form;
use super::field::{Label, editor, said};
use crate::spec_form::{Choice, Shape, children_on, fresh, join, tag_of, words};
use crate::state::reactive::memo;
use leptos::prelude::*;

pub(super) fn view(form: Form, path: String, choices: &'static [Choice], label: Label) -> AnyView {
    let tag = {
        let path = path.clone();
        memo(move || {
            form.read(&path, |v| {
                v.map_or_else(String::new, |v| tag_of(v).to_owned())
            })
        })
    };
    let chosen = move || {
        let tag = tag.get();
        choices.iter().find(|c| c.tag == tag)
    };
    let choose = {
        let path = path.clone();
        move |event: leptos::ev::Event| {
            let tag = event_target_value(&event);
            let Some(choice) = choices.iter().find(|c| c.tag == tag) else {
                return;
            };
            let children = form.framework(|f| children_on(&path, f));
            let unit = form.project.with_untracked(|p| {
                let units = p.as_ref()?.content.dataset.units().list();
                Some(units.first()?.code.to_string())
            });
            let method = fresh(choice, &children, &unit.unwrap_or_default());
            form.write(&path, Some(method));
        }
    };
    // What names children is offered only where there is a node.
    let has_node = form.framework(|f| !children_on(&path, f).is_empty());
    let options = move || {
        let language = form.language.get();
        let current = tag.get();
        let offered = choices
            .iter()
            .filter(|c| has_node || !c.is_of_node || c.tag == current);
        offered
            .map(|c| {
                let is_current = c.tag == current;
                view! { <option value=c.tag selected=is_current>{words(c.name, language)}</option> }
            })
            .collect_view()
    };
    let about = move || chosen().map(|c| words(c.about, form.language.get()));
    let parameters = move || {
        let choice = chosen().filter(|c| !c.template.is_empty())?;
        let at = join(&path, choice.tag);
        let name = move || words(choice.name, form.language.get()).to_owned();
        Some(match &choice.shape {
            Shape::Choice(inner) => view(form, at, inner, std::sync::Arc::new(name)),
            shape => editor(form, at, shape, name),
        })
    };
    view! {
        <div class="spec__choice">
            <label class="field"><span>{said(&label)}</span>
                <select on:change=choose>{options}</select>
            </label>
            <p class="hint">{about}</p>
            {parameters}
        </div>
    }
    .into_any()
}
