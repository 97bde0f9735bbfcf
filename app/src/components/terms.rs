//! What terms mean: a dialog, opened beside any heading that is one.

use super::dialogs;
use super::written::{look, markup};
use crate::i18n::Key;
use crate::state::context::use_app;
use crate::state::reactive::{effect, memo};
use crate::worker::protocol::{About, Topic};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const ID: &str = "terms";

/// Opens it.
pub fn open() {
    dialogs::show(ID);
}

/// Opens it at the term that a button stands beside.
fn open_at(event: &web_sys::Event) -> Option<()> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let button = target.closest("[data-term]").ok()??;
    open();
    let id = ["term-", &button.get_attribute("data-term")?].concat();
    let term = document().get_element_by_id(&id)?;
    // The focus scrolls to it.
    let _ = term.dyn_into::<HtmlElement>().ok()?.focus();
    Some(())
}

/// The dialog.
#[component]
pub fn Terms() -> impl IntoView {
    let app = use_app();
    let listener = window_event_listener(leptos::ev::click, |event| {
        open_at(&event);
    });
    on_cleanup(move || listener.remove());
    // Once: what terms mean does not change with the weights.
    effect(move || {
        let has_results = app.results.with(|results| !results.scores.is_empty());
        if has_results && untrack(|| markup(app, Topic::Terms)).is_empty() {
            app.ask(Topic::Terms, look(app), About::default());
        }
    });
    view! {
        <dialog id=ID class="dialog dialog--wide" aria-labelledby="terms-title">
            <h2 id="terms-title">{app.say(Key::Terms)}</h2>
            <div class="written" inner_html=memo(move || markup(app, Topic::Terms))></div>
            <form method="dialog" class="dialog__actions">
                <button class="button">{app.say(Key::Close)}</button>
            </form>
        </dialog>
    }
}
