//! 更正: one cell, what is typed in its place, and what that would change. The worker
//! writes what is read; `data-entry` there is a cell to type, `data-correct` a
//! correction to make.

use super::lab::found;
use super::village_list::VillageList;
use super::written::{Written, focus_back, markup};
use crate::bidi::isolated;
use crate::i18n::Key;
use crate::pinyin::is_meant;
use crate::state::command::Command;
use crate::state::context::{Context, use_app};
use crate::state::reactive::{effect, memo};
use crate::worker::protocol::{About, Look, Request, Topic};
use dhi_engine::frame::Correction;
use dhi_engine::ids::UnitCode;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// Milliseconds after the last key before what is typed is tried.
const SETTLE_MS: u32 = 300;
/// Id of the card's heading.
pub(super) const TITLE_ID: &str = "correct";
/// Ids of the fields that take the focus.
const VALUE_ID: &str = "correct-value";
const REASON_ID: &str = "correct-reason";
/// Words that stand for cells without a value, as tables have them.
const WORDS: [(&str, Key); 3] = [
    ("", Key::CorrectValue),
    ("missing", Key::Missing),
    ("not applicable", Key::NotApplicable),
];

/// The village that somebody who typed this means: by its code at the end, else the
/// first that fits.
fn meant(app: Context, text: &str) -> Option<u32> {
    let code = text.rsplit(' ').next().unwrap_or_default();
    let code = UnitCode::new(code).ok();
    app.project.with_untracked(|p| {
        let units = p.as_ref()?.content.dataset.units();
        let known = code.and_then(|code| units.find(&code));
        let found = || units.list().iter().position(|unit| is_meant(text, unit));
        let is_blank = text.trim().is_empty();
        known.map(|unit| unit.0).or_else(|| {
            let found = if is_blank { None } else { found() };
            found.map(|at| at as u32)
        })
    })
}

/// What is typed, and what has been asked about it.
#[derive(Clone, Copy)]
struct Draft {
    text: RwSignal<String>,
    word: RwSignal<String>,
    reason: RwSignal<String>,
    /// Number of the question; answers to others are not shown.
    question: RwSignal<u32>,
    /// Whether a correction was to be made without a reason.
    lacks_reason: RwSignal<bool>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Draft {
    fn new() -> Self {
        Self {
            text: RwSignal::default(),
            word: RwSignal::default(),
            reason: RwSignal::default(),
            question: RwSignal::new(0),
            lacks_reason: RwSignal::new(false),
            timer: StoredValue::new_local(None),
        }
    }

    /// Asks what the cell as typed would change, once nothing more is typed.
    fn try_soon(self, app: Context, chosen: Option<(u32, u32)>) {
        self.question.update(|number| *number += 1);
        let word = self.word.get_untracked();
        let entry = if word.is_empty() {
            self.text.get_untracked()
        } else {
            word
        };
        let asked = chosen.filter(|_| !entry.trim().is_empty());
        let timer = asked.map(|(unit, column)| {
            Timeout::new(SETTLE_MS, move || {
                let about = About {
                    numbers: vec![f64::from(unit), f64::from(column)],
                    names: vec![entry],
                    ..About::default()
                };
                let topic = Topic::Trial(self.question.get_untracked());
                app.ask(topic, Look::default(), about);
            })
        });
        self.timer.set_value(timer);
    }

    /// Keeps what is typed about a cell.
    fn keep(self, app: Context, chosen: Option<(u32, u32)>) {
        let texts = [self.word, self.text, self.reason].map(|text| text.get_untracked());
        app.keep_correction(chosen.zip(Some(texts)));
    }

    /// Keeps and tries what is typed.
    fn typed(self, app: Context, chosen: Option<(u32, u32)>) {
        self.keep(app, chosen);
        self.try_soon(app, chosen);
    }

    /// Begins anew.
    fn clear(self) {
        self.text.set(String::new());
        self.word.set(String::new());
        self.reason.set(String::new());
        self.lacks_reason.set(false);
        self.question.update(|number| *number += 1);
        self.timer.set_value(None);
    }

    /// Makes the correction that was tried, with its reason.
    fn make(self, app: Context, proposal: &str) {
        let reason = self.reason.get_untracked();
        if reason.trim().is_empty() {
            self.lacks_reason.set(true);
            focus(REASON_ID);
            return;
        }
        let read = serde_json::from_str::<(Correction, String)>(proposal);
        let Ok((correction, digest)) = read else {
            return;
        };
        self.clear();
        app.keep_correction(None);
        let correction = Box::new(Correction {
            reason,
            ..correction
        });
        app.dispatch(Command::Correct { correction, digest });
        focus_back(VALUE_ID.into());
    }
}

/// Gives an element the focus.
pub(super) fn focus(id: &str) {
    use leptos::wasm_bindgen::JsCast;
    let field = document().get_element_by_id(id);
    if let Some(field) = field.and_then(|f| f.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

/// The card with the cell chosen, and all corrections.
#[component]
pub fn Correct(
    /// Unit and column of the cell.
    chosen: RwSignal<Option<(u32, u32)>>,
) -> impl IntoView {
    let app = use_app();
    let draft = Draft::new();
    // Positions are those of one register and framework.
    let number = memo(move || {
        app.project
            .with(|p| p.as_ref().map(|p| p.content.dataset.number()))
    });
    effect(move || {
        number.track();
        chosen.set(app.correction_draft().map(|(cell, _)| cell));
    });
    // What was typed is about one cell, and is gone on with there.
    effect(move || {
        let cell = chosen.get();
        draft.clear();
        if let Some((_, [word, text, reason])) =
            app.correction_draft().filter(|d| Some(d.0) == cell)
        {
            draft.word.set(word);
            draft.text.set(text);
            draft.reason.set(reason);
            draft.try_soon(app, cell);
        }
    });
    // Whatever else changes, what is shown of it does.
    effect(move || {
        app.results.track();
        draft.try_soon(app, chosen.get_untracked());
    });
    let on_click = move |event: leptos::ev::MouseEvent| {
        if let Some((_, proposal)) = found(&event, "data-correct") {
            draft.make(app, &proposal);
        }
        if let Some((_, entry)) = found(&event, "data-entry") {
            let is_word = WORDS.iter().any(|(word, _)| *word == entry);
            let (word, text) = if is_word {
                (entry, String::new())
            } else {
                (String::new(), entry)
            };
            draft.word.set(word);
            draft.text.set(text);
            draft.typed(app, chosen.get_untracked());
            focus(REASON_ID);
        }
    };
    let trial = memo(move || markup(app, Topic::Trial(draft.question.get())));
    let can_type = memo(move || {
        chosen.get().is_some_and(|(unit, column)| {
            let written = app.desk().written;
            written.with(|w| {
                let cell = w.get(&Topic::Cell(unit, column));
                cell.is_none_or(|[zh, _]| !zh.contains("data-derived"))
            })
        })
    });
    view! {
        <section class="card" data-testid="correct" on:click=on_click>
            <h2 id=TITLE_ID tabindex="-1">{app.say(Key::CorrectTitle)}</h2>
            <p class="hint">{app.say(Key::CorrectIntro)}</p>
            <Chooser chosen/>
            {move || chosen.get().map(|(unit, column)| view! { <Written topic=Topic::Cell(unit, column)/> })}
            <div hidden=move || !can_type.get()>
                <Form draft chosen/>
                <div aria-live="polite" inner_html=trial></div>
                <p class="notice" role="alert" hidden=move || !draft.lacks_reason.get()>
                    {app.say(Key::CorrectReason)}</p>
            </div>
        </section>
        <section class="card">
            <h2>{app.say(Key::Corrections)}</h2>
            <Written topic=Topic::Corrections/>
            <Export/>
        </section>
    }
}

/// Village and indicator.
#[component]
fn Chooser(chosen: RwSignal<Option<(u32, u32)>>) -> impl IntoView {
    let app = use_app();
    let is_unknown = RwSignal::new(false);
    let name = memo(move || {
        let (unit, _) = chosen.get()?;
        app.project.with(|p| {
            let unit = p
                .as_ref()?
                .content
                .dataset
                .units()
                .list()
                .get(unit as usize)?;
            Some([&isolated(&unit.name), " ", unit.code.as_str()].concat())
        })
    });
    let names = memo(move || {
        app.project.with(|p| {
            let framework = p.as_ref().map(|p| p.content.framework());
            let indicators = framework.into_iter().flat_map(|f| f.indicators());
            let names = indicators.map(|(node, _)| node.name.get(app.language.get()).to_owned());
            names.collect::<Vec<_>>()
        })
    });
    let on_village = move |event: leptos::ev::Event| {
        let unit = meant(app, &event_target_value(&event));
        is_unknown.set(unit.is_none());
        if let Some(unit) = unit {
            chosen.update(|at| *at = Some((unit, at.map_or(0, |(_, column)| column))));
        }
    };
    let on_indicator = move |event: leptos::ev::Event| {
        if let Ok(column) = event_target_value(&event).parse() {
            chosen.update(|at| *at = Some((at.map_or(0, |(unit, _)| unit), column)));
        }
    };
    view! {
        <div class="toolbar">
            <label class="field"><span>{app.say(Key::ColName)}</span>
                <input type="search" list="villages" id="correct-village" placeholder=app.say(Key::FilterTextHint)
                    prop:value=move || name.get().unwrap_or_default() on:change=on_village/>
            </label>
            <VillageList/>
            <label class="field"><span>{app.say(Key::CorrectIndicator)}</span>
                <select id="correct-indicator" on:change=on_indicator
                    prop:value=move || chosen.get().map_or(0, |(_, column)| column).to_string()>
                    {move || names.get().into_iter().enumerate().map(|(at, name)| view! {
                        <option value=at.to_string()
                            selected=move || chosen.get().map_or(0, |(_, column)| column) as usize == at>
                            {name}</option>
                    }).collect_view()}
                </select>
            </label>
            <p class="notice" role="status" hidden=move || !is_unknown.get()>{app.say(Key::NothingFound)}</p>
        </div>
    }
}

/// What the cell is to be, and why.
#[component]
fn Form(draft: Draft, chosen: RwSignal<Option<(u32, u32)>>) -> impl IntoView {
    let app = use_app();
    let on_word = move |event: leptos::ev::Event| {
        draft.word.set(event_target_value(&event));
        draft.typed(app, chosen.get_untracked());
    };
    let on_text = move |event: leptos::ev::Event| {
        draft.text.set(event_target_value(&event));
        draft.typed(app, chosen.get_untracked());
    };
    let on_reason = move |event: leptos::ev::Event| {
        draft.reason.set(event_target_value(&event));
        draft.lacks_reason.set(false);
        draft.keep(app, chosen.get_untracked());
    };
    view! {
        <div class="toolbar">
            <label class="field"><span>{app.say(Key::CorrectTo)}</span>
                <select on:change=on_word prop:value=move || draft.word.get() data-testid="correct-word">
                    {WORDS.map(|(word, key)| view! { <option value=word>{app.say(key)}</option> })}
                </select>
            </label>
            <label class="field" hidden=move || draft.word.with(|w| !w.is_empty())>
                <span>{app.say(Key::CorrectValue)}</span>
                <input type="text" id=VALUE_ID maxlength="40" autocomplete="off"
                    placeholder=app.say(Key::CorrectValueHint)
                    prop:value=move || draft.text.get() on:input=on_text/>
            </label>
        </div>
        <label class="field"><span>{app.say(Key::ReasonNeeded)}</span>
            <textarea id=REASON_ID rows="2" maxlength="2000" required
                prop:value=move || draft.reason.get() on:input=on_reason></textarea>
        </label>
    }
}

/// Hands all corrections over as a file, where there are any.
#[component]
fn Export() -> impl IntoView {
    let app = use_app();
    let has_none = move || {
        let none = |p: &crate::state::project::Project| p.content.corrections.is_empty();
        app.project.with(|p| p.as_ref().is_none_or(none))
    };
    let export = move |_| {
        let language = app.language.get_untracked();
        let preface = app.preface();
        app.send(Request::Corrections { language, preface });
    };
    view! {
        <div class="toolbar" hidden=has_none>
            <button type="button" class="button" on:click=export>{app.say(Key::ExportCorrections)}</button>
        </div>
    }
}
