//! Shows what the worker writes.

use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::state::reactive::{effect, memo};
use crate::worker::protocol::{About, Look, Topic};
use dhi_engine::framework::Language;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

/// One of two texts, Chinese first.
pub fn pick(language: Language, texts: &[String; 2]) -> String {
    let [zh, en] = texts;
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
    .clone()
}

/// How long a window must keep its width before pictures are drawn for it.
const SETTLE_MS: u32 = 250;

/// How things are shown: for a width that the window has, within reason.
pub(crate) fn look(app: Context) -> Look {
    let width = app.desk().width.get();
    Look { width }
}

fn width() -> u32 {
    let width = window().inner_width().ok().and_then(|w| w.as_f64());
    #[expect(clippy::cast_sign_loss, reason = "limited to positive widths")]
    let width = (width.unwrap_or(800.0) - 70.0).clamp(280.0, 960.0) as u32;
    width
}

/// Follows the width of the window: a picture made smaller would have words too small.
pub(crate) fn follow_width(app: Context) {
    let follow = move || {
        let here = app.desk().width;
        if here.get_untracked() != width() {
            here.set(width());
        }
    };
    follow();
    let wait = StoredValue::new_local(None);
    let listener = window_event_listener(leptos::ev::resize, move |_| {
        wait.set_value(Some(Timeout::new(SETTLE_MS, follow)));
    });
    on_cleanup(move || listener.remove());
}

/// What is written about a topic, in the language shown; empty until it is there.
pub(crate) fn markup(app: Context, topic: Topic) -> String {
    app.desk().written.with(|written| {
        let texts = written.get(&topic);
        texts.map_or_else(String::new, |texts| pick(app.language.get(), texts))
    })
}

/// Whether it is being written for the first time.
pub(crate) fn is_awaited(app: Context, topic: Topic) -> bool {
    let is_written = app.desk().written.with(|w| w.contains_key(&topic));
    !is_written && app.results.with(|r| !r.scores.is_empty())
}

/// Gives the focus, once what was just written is there, to the element with an id:
/// the one that had it is gone with what stood there before.
pub fn focus_back(id: String) {
    request_animation_frame(move || {
        let has_none = document()
            .active_element()
            .is_none_or(|e| e.tag_name() == "BODY");
        if has_none
            && let Some(element) = document().get_element_by_id(&id)
            && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
        {
            let _ = element.focus();
        }
    });
}

/// A property of an element that is a text.
fn property(element: &JsValue, name: &str) -> String {
    let value = js_sys::Reflect::get(element, &name.into());
    value.ok().and_then(|v| v.as_string()).unwrap_or_default()
}

/// Names and texts of everything in the form of a control.
pub fn texts(control: &Element) -> Vec<(String, String)> {
    let form = control.closest("form").ok().flatten();
    let list = form.and_then(|form| form.query_selector_all("[name]").ok());
    let mut texts = vec![(
        "value".to_owned(),
        control.get_attribute("data-value").unwrap_or_default(),
    )];
    if let Some(list) = list {
        for element in (0..list.length()).filter_map(|at| list.item(at)) {
            texts.push((property(&element, "name"), property(&element, "value")));
        }
    }
    texts
}

/// Something written, renewed whenever the results change.
#[component]
pub fn Written(
    /// What it is about.
    topic: Topic,
) -> impl IntoView {
    let app = use_app();
    let honest = app.desk().honest;
    effect(move || {
        // What rests on an analysis is known once that is done.
        if matches!(
            topic,
            Topic::Undetermined | Topic::Letter(_) | Topic::Compare(_)
        ) {
            honest.is_present.track();
            honest.refusal.track();
        }
        if app.results.with(|r| !r.scores.is_empty()) {
            app.ask(topic, look(app), About::default());
        }
    });
    view! {
        <div class="written" class:skeleton=move || is_awaited(app, topic)
            inner_html=memo(move || markup(app, topic))></div>
    }
}

/// A card with something written, worked out when asked for.
#[component]
pub fn AskCard(
    /// What it is about.
    topic: Topic,
    /// Heading.
    title: Key,
    /// What will be found.
    hint: Key,
    /// Words of the button.
    run: Key,
    /// Name for tests and links.
    name: &'static str,
) -> impl IntoView {
    let app = use_app();
    let drawn = app.desk().drawn;
    let ask = move |look| {
        drawn.update_value(|drawn| {
            drawn.retain(|(other, _)| *other != topic);
            drawn.push((topic, look));
        });
        app.ask(topic, look, About::default());
    };
    // An answer drawn for another width is written anew; it stays in sight meanwhile.
    effect(move || {
        let look = look(app);
        let is_other =
            |drawn: &Vec<_>| drawn.iter().any(|(of, for_)| *of == topic && *for_ != look);
        let is_there = app
            .desk()
            .written
            .with_untracked(|w| w.contains_key(&topic));
        if is_there && drawn.with_value(is_other) {
            ask(look);
        }
    });
    view! {
        <section class="card" data-testid=name>
            <h2>{app.say(title)}</h2>
            <p class="hint">{app.say(hint)}</p>
            <Ask topic run ask=Callback::new(move |()| ask(look(app)))/>
        </section>
    }
}

/// A button that asks, and what was written in answer.
#[component]
pub fn Ask(
    /// What it is about.
    topic: Topic,
    /// Words of the button.
    run: Key,
    /// How it is asked.
    ask: Callback<()>,
) -> impl IntoView {
    let app = use_app();
    let markup = memo(move || markup(app, topic));
    let is_asked = move || app.desk().asked.with(|asked| asked.contains(&topic));
    let on_click = move |_| {
        app.desk().asked.update(|asked| {
            asked.insert(topic);
        });
        ask.run(());
    };
    view! {
        <div class="toolbar" hidden=move || markup.with(|m| !m.is_empty())>
            <button type="button" class="button" disabled=is_asked on:click=on_click>
                {move || app.t(if is_asked() { Key::Loading } else { run })}
            </button>
        </div>
        <div inner_html=markup></div>
    }
}
