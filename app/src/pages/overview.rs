//! 总览: one page about all committees, to look at for five minutes and to print.

use crate::components::written::Written;
use crate::i18n::Key;
use crate::state::context::use_app;
use crate::worker::protocol::Topic;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Overview() -> impl IntoView {
    let app = use_app();
    let topics = [
        Topic::Overview,
        Topic::Movers,
        Topic::Undetermined,
        Topic::Quality,
    ];
    view! {
        <div class="page overview">
            <div class="page__head">
                <h1>{app.say(Key::OverviewTitle)}</h1>
                <button type="button" class="button" on:click=|_| { let _ = window().print(); }>
                    {app.say(Key::Print)}</button>
            </div>
            {topics.map(|topic| view! { <Written topic/> })}
        </div>
    }
}
