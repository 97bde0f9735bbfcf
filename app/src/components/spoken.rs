//! What a change of the weights did, said once they rest: who listens does not see rows
//! move.

use crate::bidi::isolated;
use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::state::reactive::effect;
use dhi_engine::framework::Language;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;

/// How long weights must rest: a drag would be one stream of words.
const REST_MS: u32 = 1000;
/// Names told of those that share the first place.
const MOST_NAMED: usize = 3;

/// Who leads, and how many ranks are not those of the baseline.
fn outcome(app: Context) -> String {
    let (leaders, n_moved) = app.results.with(|results| {
        let leaders = results.order.iter().copied();
        let rank = |unit: u32| results.overall.get(unit as usize).filter(|rank| **rank > 0);
        // Two that share the first place may both be number 2, as the method has it.
        let first = results.order.first().and_then(|unit| rank(*unit));
        let is_first = |unit: &u32| first.is_some() && rank(*unit) == first;
        let leaders: Vec<u32> = leaders.take_while(is_first).collect();
        let n_moved = app.loaded.with(|loaded| {
            let ranks = results.overall.iter().zip(&loaded.baseline.overall);
            ranks.filter(|(now, before)| now != before).count()
        });
        (leaders, n_moved)
    });
    let mut names = app.project.with(|project| {
        let list = project.as_ref().map(|p| p.content.dataset.units().list());
        let list = list.unwrap_or_default();
        let units = leaders.iter().take(MOST_NAMED);
        let units = units.filter_map(|unit| list.get(*unit as usize));
        units
            .map(|unit| isolated(&unit.name).into_owned())
            .collect::<Vec<_>>()
    });
    if names.is_empty() {
        return String::new();
    }
    if leaders.len() > MOST_NAMED {
        names.push("…".to_owned());
    }
    let comma = match app.language.get() {
        Language::Chinese => "、",
        Language::English => ", ",
    };
    let (names, n_moved) = (names.join(comma), n_moved.to_string());
    let parts = [
        app.t(Key::SpokenFirst),
        &names,
        app.t(Key::SpokenMoved),
        &n_moved,
    ];
    parts.concat()
}

/// The line beside the ranking.
#[component]
pub fn Spoken() -> impl IntoView {
    let app = use_app();
    let said = RwSignal::new(String::new());
    let wait = StoredValue::new_local(None);
    effect(move || {
        app.results.track();
        app.language.track();
        // The next change does away with the timer, and so does leaving.
        let say = move || {
            if !app.desk().is_partial.get_value() {
                said.set(untrack(|| outcome(app)));
            }
        };
        wait.set_value(Some(Timeout::new(REST_MS, say)));
    });
    view! { <p class="hint" role="status" data-testid="spoken">{move || said.get()}</p> }
}
