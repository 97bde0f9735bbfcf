//! The first start: what can be done now, and a walk through the pages.

use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::worker::protocol::Request;
use gloo::storage::{LocalStorage as Settings, Storage};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const SEEN_KEY: &str = "dhi-tour";
/// Title, text and page of every step; the first asks what to begin with.
const STEPS: [(Key, Key, &str); 6] = [
    (Key::Welcome, Key::WelcomeText, ""),
    (Key::NavRanking, Key::TourRanking, "#/ranking"),
    (Key::NavVillage, Key::TourVillage, "#/village"),
    (Key::NavWeights, Key::TourWeights, "#/weights"),
    (Key::NavReview, Key::TourReview, "#/review"),
    (Key::NavData, Key::TourData, "#/data"),
];

/// Goes to a step and its page.
pub fn go(app: Context, to: usize) {
    let Some((.., address)) = STEPS.get(to) else {
        return;
    };
    app.desk().tour.set(Some(to));
    if !address.is_empty() {
        // An address that cannot be set leaves the page as it is.
        let _ = window().location().set_hash(address);
    }
}

/// Chooses a project file by the head's own field.
fn open_project() {
    let field = document().query_selector("[data-testid=open-project]");
    let field = field.ok().flatten();
    if let Some(field) = field.and_then(|f| f.dyn_into::<web_sys::HtmlElement>().ok()) {
        field.click();
    }
}

/// The card above the page; nothing outside the tour.
#[component]
pub fn Tour() -> impl IntoView {
    let app = use_app();
    let step = app.desk().tour;
    // Whoever has ended it once is not greeted again.
    let is_seen = Settings::get::<bool>(SEEN_KEY).is_ok();
    let is_hidden = move || step.get().is_none_or(|step| step == 0 && is_seen);
    let at = move || step.get().unwrap_or(0).min(STEPS.len() - 1);
    let title = move || match at() {
        0 => app.t(STEPS[0].0).to_owned(),
        at => format!("{at}/{} · {}", STEPS.len() - 1, app.t(STEPS[at].0)),
    };
    let template = move |_| {
        app.send(Request::Template {
            language: app.language.get_untracked(),
            as_csv: false,
        });
    };
    let close = move |_| {
        step.set(None);
        // A setting that cannot be kept still holds for this visit.
        let _ = Settings::set(SEEN_KEY, true);
    };
    view! {
        <section class="card tour" hidden=is_hidden aria-labelledby="tour-title" data-testid="tour">
            <h2 id="tour-title">{title}</h2>
            <p>{move || app.t(STEPS[at()].1)}</p>
            <div class="toolbar">
                <button type="button" class="button button--primary" hidden=move || at() + 1 == STEPS.len()
                    on:click=move |_| go(app, at() + 1)>
                    {move || app.t(if at() == 0 { Key::TourBegin } else { Key::TourNext })}</button>
                <button type="button" class="button" hidden=move || at() <= 1
                    on:click=move |_| go(app, at() - 1)>{app.say(Key::TourBack)}</button>
                <button type="button" class="button" hidden=move || at() != 0
                    on:click=template>{app.say(Key::TourTemplate)}</button>
                <button type="button" class="button" hidden=move || at() != 0
                    on:click=|_| open_project()>{app.say(Key::TourOpen)}</button>
                <button type="button" class="button" on:click=close>{app.say(Key::TourClose)}</button>
            </div>
        </section>
    }
}
