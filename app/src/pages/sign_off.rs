//! 整改销号: what the worker shows of it, and the forms in that. What has `data-act` does
//! what it names; the texts of its form go with it.

use crate::components::written::{focus_back, pick, texts};
use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::state::reactive::{effect, memo};
use gloo::file::futures::read_as_bytes;
use gloo::storage::{LocalStorage as Settings, Storage};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

const ID: &str = "sign-off";
/// Where it is kept who acts here.
const WHO_KEY: &str = "dhi-who";

/// Does what a control says. Buttons are clicked, everything else changes.
fn act(app: Context, event: &web_sys::Event, is_click: bool) {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let control = target.and_then(|t| t.closest("[data-act]").ok().flatten());
    let Some(control) = control.filter(|c| (c.tag_name() == "BUTTON") == is_click) else {
        return;
    };
    let act = control.get_attribute("data-act").unwrap_or_default();
    if act == "print" {
        // Where nothing can be printed, nothing happens.
        let _ = window().print();
        return;
    }
    let fields = texts(&control);
    if act == "who" {
        // A setting that cannot be kept still holds for this visit.
        let texts: Vec<&str> = fields.iter().map(|(_, text)| text.as_str()).collect();
        let _ = Settings::set(WHO_KEY, texts.join("\n"));
    }
    let file = control
        .dyn_ref::<HtmlInputElement>()
        .and_then(HtmlInputElement::files);
    match file.and_then(|files| files.get(0)) {
        None => app.sign_off(act, fields, Vec::new()),
        Some(file) => leptos::task::spawn_local(async move {
            match read_as_bytes(&gloo::file::Blob::from(file)).await {
                Ok(bytes) => app.sign_off(act, fields, bytes),
                Err(_) => app.message.set(Some(Key::WorkerFailed)),
            }
        }),
    }
}

/// The page.
#[component]
pub fn SignOff() -> impl IntoView {
    let app = use_app();
    let is_there = memo(move || {
        let ledger = app.project.with(|p| p.as_ref().map(|p| p.content.ledger));
        (app.loaded.with(|l| !l.coverage.is_empty()), ledger)
    });
    effect(move || {
        if is_there.get().0 {
            let who: String = Settings::get(WHO_KEY).unwrap_or_default();
            let names = ["value", "role", "office", "hand"].map(str::to_owned);
            let fields = names.into_iter().zip(who.split('\n').map(str::to_owned));
            app.sign_off("who".into(), fields.collect(), Vec::new());
        }
    });
    let markup = memo(move || {
        app.desk()
            .sign_off
            .with(|texts| pick(app.language.get(), texts))
    });
    let focused = StoredValue::new(String::new());
    effect(move || {
        markup.track();
        let id = focused.get_value();
        if !id.is_empty() {
            focus_back(id);
        }
    });
    // What has no name of its own is gone with its form: the page goes on from its top.
    let on_focus = move |event: leptos::ev::FocusEvent| {
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        let id = target.map(|t| t.id()).filter(|id| !id.is_empty());
        focused.set_value(id.unwrap_or_else(|| ID.into()));
    };
    view! {
        <div class="page">
            <div class="page__head">
                <h1>{app.say(Key::NavSignOff)}</h1>
                <p class="notice">{app.say(Key::SignOffHint)}</p>
            </div>
            <div class="written sign-off" id=ID tabindex="-1" inner_html=markup
                on:submit=|event| event.prevent_default()
                on:focusin=on_focus
                on:click=move |event| act(app, &event, true)
                on:change=move |event| act(app, &event, false)></div>
        </div>
    }
}
