//! The specification as a form: read, changed as a draft, applied as a whole.

mod choice;
mod field;
mod table;

use crate::bidi::isolated;
use crate::components::download::download;
use crate::i18n::Key;
use crate::spec_form::{Field, STEPS, Shape, get, join, set, tag_of, text_of, to_text, words};
use crate::state::context::{Context, say, use_app};
use crate::state::project::Project;
use crate::state::reactive::memo;
use crate::state::recipe::Recipe;
use crate::worker::protocol::Wish;
use dhi_engine::framework::{Framework, Language};
use leptos::prelude::*;
use serde_json::Value;

/// What every field of the form shares; cheap to copy.
#[derive(Clone, Copy)]
struct Form {
    project: RwSignal<Option<Project>>,
    language: RwSignal<Language>,
    draft: RwSignal<Option<Value>>,
    /// The project's specification.
    applied: Memo<Value>,
    /// The draft, or the project's when nothing is being changed.
    shown: Memo<Value>,
}

impl Form {
    fn new(app: Context) -> Self {
        let draft = app.desk().draft;
        let applied = memo(move || {
            let of = |p: &Project| p.content.spec.value().clone();
            app.project.with(|p| p.as_ref().map(of)).unwrap_or_default()
        });
        let shown = memo(move || draft.get().unwrap_or_else(|| applied.get()));
        Self {
            project: app.project,
            language: app.language,
            draft,
            applied,
            shown,
        }
    }

    /// Reads the value at a path, following the draft.
    fn read<T>(&self, path: &str, read: impl FnOnce(Option<&Value>) -> T) -> T {
        self.shown.with(|v| read(get(v, path)))
    }

    /// Puts a value into the draft; `None` takes it away.
    fn write(&self, path: &str, value: Option<Value>) {
        let mut draft = self.shown.get_untracked();
        set(&mut draft, path, value);
        self.replace(draft);
    }

    fn replace(&self, draft: Value) {
        let is_same = self.applied.with_untracked(|a| *a == draft);
        self.draft.set((!is_same).then_some(draft));
    }

    /// Reads something of the framework, following the project.
    fn framework<T: Default>(&self, read: impl FnOnce(&Framework) -> T) -> T {
        self.project.with(|p| {
            p.as_ref()
                .map_or_else(T::default, |p| read(p.content.framework()))
        })
    }

    /// A text in the language shown.
    fn t(&self, key: Key) -> &'static str {
        key.text(self.language.get())
    }

    fn say(&self, key: Key) -> impl Fn() -> &'static str + Copy + Send + Sync + use<> {
        say(self.language, key)
    }

    /// Name of a node, or of a level, or the id itself.
    fn name(&self, id: &str) -> String {
        let language = self.language.get();
        self.framework(|f| {
            if let Some(node) = f.find(id) {
                return isolated(f.node(node).name.get(language)).into_owned();
            }
            // Levels are numbers; the node that stands for each is its first.
            let level = id.parse::<usize>().ok();
            let first = level.and_then(|l| f.nodes().iter().find(|n| n.depth == l));
            let first = first.map(|n| n.name.get(language));
            let word = self.t(Key::Level);
            first.map_or_else(
                || id.to_owned(),
                |name| format!("{word} {id} ({} …)", isolated(name)),
            )
        })
    }
}

/// The card on the Method page.
#[component]
pub fn SpecCard() -> impl IntoView {
    let app = use_app();
    let form = Form::new(app);
    // The text while it is edited as JSON; the worker reads it.
    let json = app.desk().json;
    let switch = move |_| match json.get_untracked() {
        None => json.set(Some(form.shown.with_untracked(to_text))),
        Some(text) => app.try_spec(Wish::Show, text),
    };
    let apply = move |_| {
        let text = json.get_untracked();
        app.try_spec(
            Wish::Apply,
            text.unwrap_or_else(|| form.shown.with_untracked(to_text)),
        );
    };
    let show_again = move || {
        if json.with_untracked(Option::is_some) {
            json.set(Some(form.shown.with_untracked(to_text)));
        }
    };
    let revert = move |_| {
        app.desk().draft.set(None);
        app.desk().draft_refusal.set(None);
        show_again();
    };
    let default = move |_| {
        app.desk().draft_refusal.set(None);
        form.replace(Recipe::default().value().clone());
        show_again();
    };
    let save = move |_| {
        let text = json.get_untracked();
        let text = text.unwrap_or_else(|| form.shown.with_untracked(to_text));
        download("spec.json", "application/json", text.as_bytes());
    };
    let input = NodeRef::<leptos::html::Input>::new();
    let open = move |_| {
        let Some(element) = input.get_untracked() else {
            return;
        };
        let file = element.files().and_then(|files| files.get(0));
        element.set_value("");
        if let Some(file) = file {
            leptos::task::spawn_local(async move {
                let file = gloo::file::Blob::from(file);
                match gloo::file::futures::read_as_text(&file).await {
                    Ok(text) => {
                        let text = text.trim_start_matches('\u{feff}').to_owned();
                        app.try_spec(Wish::Show, text);
                    }
                    Err(_) => app.message.set(Some(Key::OpenFailedDamaged)),
                }
            });
        }
    };
    let choose = move |_| {
        if let Some(element) = input.get_untracked() {
            element.click();
        }
    };
    let is_draft = move || {
        let in_json = json.with(|j| {
            j.as_ref()
                .is_some_and(|j| form.shown.with(|v| *j != to_text(v)))
        });
        app.desk().draft.with(Option::is_some) || in_json
    };
    let state = move || {
        app.t(if app.desk().is_trying.get() {
            Key::Loading
        } else if is_draft() {
            Key::SpecDraft
        } else {
            Key::SpecApplied
        })
    };
    // What is being edited outlives the page.
    Effect::new(move |before: Option<()>| {
        app.desk().draft.track();
        json.track();
        if before.is_some() {
            app.save_soon();
        }
    });
    // Whatever was applied, undone or opened, the text follows.
    Effect::new(move |before: Option<Value>| {
        let applied = form.applied.get();
        if before.is_some_and(|b| b != applied) {
            show_again();
        }
        applied
    });
    view! {
        <section class="card spec" data-testid="spec">
            <h2>{app.say(Key::Spec)}</h2>
            <p class="hint">{app.say(Key::SpecHint)}</p>
            <div class="toolbar">
                <button type="button" class="button button--primary" disabled=move || !is_draft() || app.desk().is_trying.get()
                    on:click=apply>{app.say(Key::Apply)}</button>
                <button type="button" class="button" disabled=move || !is_draft() on:click=revert>
                    {app.say(Key::Revert)}</button>
                <button type="button" class="button" on:click=default>{app.say(Key::SpecDefault)}</button>
                <button type="button" class="button" aria-pressed=move || json.with(Option::is_some).to_string()
                    on:click=switch>{app.say(Key::SpecJson)}</button>
                <button type="button" class="button" on:click=choose>{app.say(Key::SpecOpen)}</button>
                <input node_ref=input type="file" class="visually-hidden" tabindex="-1" accept=".json"
                    data-testid="open-spec" aria-label=app.say(Key::SpecOpen) on:change=open/>
                <button type="button" class="button" on:click=save>{app.say(Key::SpecSave)}</button>
                <p role="status" data-testid="spec-state">{state}</p>
            </div>
            <div aria-live="assertive">
                {move || app.desk().draft_refusal.get().map(|refusal| view! {
                    <p class="notice notice--bad" role="alert">
                        {move || format!("{} {}", app.t(Key::SpecRefused), refusal.words(app.language.get()))}
                    </p>
                })}
            </div>
            {move || if json.with(Option::is_some) {
                view! {
                    <textarea class="spec__json" rows="24" spellcheck="false" aria-label=app.say(Key::SpecJson)
                        prop:value=move || json.get().unwrap_or_default()
                        on:input=move |e| json.set(Some(event_target_value(&e)))></textarea>
                }.into_any()
            } else {
                STEPS.iter().map(|step| step_view(form, step)).collect_view().into_any()
            }}
            {units_list(app)}
        </section>
    }
}

/// Villages to choose from where a code is asked for.
fn units_list(app: Context) -> impl IntoView {
    let options = move || {
        app.project.with(|p| {
            p.as_ref().map(|p| {
                let units = p.content.dataset.units().list().iter().take(2000);
                let option =
                    |u: &dhi_engine::frame::Unit| view! { <option value=u.code.to_string()>{u.name.clone()}</option> };
                units.map(option).collect_view()
            })
        })
    };
    view! { <datalist id="spec-units">{options}</datalist> }
}

/// One step, folded; its method can be read without opening it.
fn step_view(form: Form, step: &'static Field) -> AnyView {
    let method = move || {
        let path = join(step.key, "method");
        let Shape::Record(fields) = &step.shape else {
            return form.read(step.key, text_of);
        };
        let choices = fields.iter().find_map(|f| match f.shape {
            Shape::Choice(choices) if f.key == "method" => Some(choices),
            _ => None,
        });
        let tag = form.read(&path, |v| v.map(|v| tag_of(v).to_owned()));
        let choice = choices
            .zip(tag)
            .and_then(|(choices, tag)| choices.iter().find(|c| c.tag == tag));
        let name = choice.map(|c| words(c.name, form.language.get()));
        name.unwrap_or_default().to_owned()
    };
    let is_changed = move || {
        let of = |v: &Value| get(v, step.key).cloned();
        form.shown.with(of) != form.applied.with(of)
    };
    view! {
        <details class="spec__step" data-step=step.key>
            <summary>
                <span class="spec__title">{move || words(step.name, form.language.get())}</span>
                " " <span class="spec__now">{method}</span>
                <Show when=is_changed><span class="mark">{form.say(Key::Changed)}</span></Show>
            </summary>
            <div class="spec__fields">
                {field::editor(form, step.key.to_owned(), &step.shape, move || words(step.name, form.language.get()).to_owned())}
            </div>
        </details>
    }
    .into_any()
}
