//! Questions and messages.

use crate::i18n::Key;
use crate::state::context::use_app;
use crate::worker::protocol::Request;
use leptos::prelude::*;

/// Asks before the demonstration replaces the project.
#[component]
pub fn ResetDialog() -> impl IntoView {
    let app = use_app();
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let confirm = move |_| {
        app.send(Request::Demonstrate);
        close();
    };
    view! {
        <dialog id="reset-dialog" node_ref=dialog class="dialog" aria-labelledby="reset-title">
            <h2 id="reset-title">{app.say(Key::ResetQuestion)}</h2>
            <p>{app.say(Key::ResetExplain)}</p>
            <div class="dialog__actions">
                <button type="button" class="button" on:click=move |_| close()>
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
