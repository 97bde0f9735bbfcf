//! Villages side by side.

use crate::components::dialogs;
use crate::components::written::Written;
use crate::i18n::Key;
use crate::state::context::use_app;
use crate::state::reactive::memo;
use crate::state::view::{MOST_COMPARED, View};
use crate::worker::protocol::Topic;
use leptos::prelude::*;

/// Opens the dialog.
pub(super) fn open() {
    dialogs::show("compare-dialog");
}

/// The dialog.
#[component]
pub fn Compare(
    /// The view, whose marks say which villages.
    view: View,
) -> impl IntoView {
    let app = use_app();
    let topic = memo(move || {
        let compared = view.marks.with(|m| m.compared.clone());
        let mut units = [u32::MAX; MOST_COMPARED];
        for (slot, unit) in units.iter_mut().zip(&compared) {
            *slot = *unit;
        }
        (compared.len() > 1).then_some(Topic::Compare(units))
    });
    let clear = move |_| {
        view.marks.update(|m| m.compared.clear());
        app.save_soon();
    };
    view! {
        <dialog id="compare-dialog" class="dialog dialog--wide" aria-labelledby="compare-title">
            <h2 id="compare-title">{app.say(Key::CompareTitle)}</h2>
            {move || topic.get().map(|topic| view! { <Written topic/> })}
            <form method="dialog" class="dialog__actions">
                <button class="button" on:click=clear>{app.say(Key::CompareClear)}</button>
                // What is above is written anew when the analysis ends and cannot keep the focus.
                <button class="button button--primary" autofocus>{app.say(Key::Close)}</button>
            </form>
        </dialog>
    }
}
