//! Questions and messages.

use crate::i18n::Key;
use crate::state::context::use_app;
use crate::worker::protocol::Request;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;

/// Opens a dialog, with the focus kept in it.
pub fn show(id: &str) {
    if let Some(dialog) = dialog(id) {
        // One that is open stays so.
        let _ = dialog.show_modal();
    }
}

/// Closes a dialog.
pub fn hide(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    document().get_element_by_id(id)?.dyn_into().ok()
}

/// Asks before the demonstration replaces the project.
#[component]
pub fn ResetDialog() -> impl IntoView {
    let app = use_app();
    let confirm = move |_| {
        app.send(Request::Demonstrate);
        hide("reset-dialog");
    };
    view! {
        <dialog id="reset-dialog" class="dialog" aria-labelledby="reset-title">
            <h2 id="reset-title">{app.say(Key::ResetQuestion)}</h2>
            <p>{app.say(Key::ResetExplain)}</p>
            <div class="dialog__actions">
                <button type="button" class="button" on:click=move |_| hide("reset-dialog")>
                    {app.say(Key::Cancel)}
                </button>
                <button type="button" class="button button--primary" on:click=confirm>
                    {app.say(Key::Confirm)}
                </button>
            </div>
        </dialog>
    }
}

/// Says what the user must know, until closed.
#[component]
pub fn MessageBar() -> impl IntoView {
    let app = use_app();
    view! {
        <div aria-live="assertive">
            {move || app.message.get().map(|key| view! {
                <div class="message" role="alert">
                    <p>{app.say(key)}</p>
                    <button type="button" class="button" on:click=move |_| app.message.set(None)>
                        {app.say(Key::Close)}
                    </button>
                </div>
            })}
            {move || app.desk().refusal.get().map(|refusal| view! {
                <div class="message" role="alert">
                    <p>{move || format!("{} {}", app.t(Key::NotComputed), refusal.words(app.language.get()))}</p>
                    <button type="button" class="button" on:click=move |_| app.desk().refusal.set(None)>
                        {app.say(Key::Close)}
                    </button>
                </div>
            })}
        </div>
    }
}
