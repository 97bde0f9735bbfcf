//! 数据: import, checks, coverage, corrections.

use crate::components::correct::Correct;
use crate::components::import::{Import, refuse_stray_drops};
use crate::components::matrix::CoverageMatrix;
use crate::components::written::Written;
use crate::i18n::Key;
use crate::state::context::use_app;
use crate::worker::protocol::Topic;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Data() -> impl IntoView {
    let app = use_app();
    refuse_stray_drops();
    let chosen = RwSignal::new(None);
    view! {
        <div class="page">
            <div class="page__head">
                <h1>{app.say(Key::DataTitle)}</h1>
                <p class="hint">{app.say(Key::DataHint)}</p>
            </div>
            <Import/>
            <CoverageMatrix chosen/>
            <Correct chosen/>
            <section class="card">
                <h2>{app.say(Key::RunFindings)}</h2>
                <p class="hint">{app.say(Key::RunFindingsHint)}</p>
                <Written topic=Topic::Findings/>
            </section>
        </div>
    }
}
