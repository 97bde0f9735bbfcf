//! The ranking on paper.

use crate::components::band::words;
use crate::components::interval::{interval_of, line_of, range, tier_of, verdict_words};
use crate::components::rank_table::rank_of;
use crate::i18n::{Key, fixed2, percent0};
use crate::state::context::use_app;
use crate::state::view::RankScope;
use crate::written::withheld;
use leptos::prelude::*;
use std::sync::Arc;

/// Every row for paper; the screen never shows it. Long registers are printed
/// from the export instead.
#[component]
pub fn PrintTable(
    /// The villages shown, in order.
    rows: Memo<Arc<Vec<u32>>>,
) -> impl IntoView {
    const MOST: usize = 1000;
    let app = use_app();
    let is_printing = RwSignal::new(false);
    let before = window_event_listener(leptos::ev::beforeprint, move |_| is_printing.set(true));
    let after = window_event_listener(leptos::ev::afterprint, move |_| is_printing.set(false));
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
    let line = move |unit: u32| {
        let about = app.project.with(|p| {
            let u = p
                .as_ref()?
                .content
                .dataset
                .units()
                .list()
                .get(unit as usize)?;
            Some((u.name.clone(), u.town.clone(), u.class.clone()))
        });
        let (name, town, class) = about.unwrap_or_default();
        let (score, grade) = app.results.with(|r| {
            let at = unit as usize;
            (r.scores.get(at).copied(), r.grades.get(at).copied())
        });
        let words = grade.map(|g| {
            let why = withheld(g).map(|key| app.t(key.into()));
            why.map_or_else(|| words(app, g), str::to_owned)
        });
        let rank = match rank_of(app, RankScope::Overall, unit) {
            0 => "—".to_owned(),
            rank => rank.to_string(),
        };
        // Paper cannot be brought up to date: what is outdated is left out.
        let unit = app.desk().honest.is_present.get().then_some(unit);
        let interval = interval_of(app, unit).map(range);
        let tier = tier_of(app, unit);
        let line = line_of(app, unit).map(|(verdict, chance)| {
            let (sign, word) = verdict_words(verdict);
            [sign, " ", app.t(word), " ", &percent0(chance)].concat()
        });
        view! {
            <tr><td>{rank}</td><td>{interval}</td><td>{tier}</td>
                <td>{name}</td><td>{town}</td><td>{class}</td>
                <td>{score.map(fixed2)}</td><td>{words}</td><td>{line}</td></tr>
        }
    };
    view! {
        <Show when=move || is_printing.get()>
            <table class="print-table">
                <thead><tr>
                    {[Key::ColRank, Key::ColInterval, Key::ColTier, Key::ColName, Key::ColTown, Key::ColClass,
                        Key::ColScore, Key::ColGrade, Key::ColLine]
                        .map(|key| view! { <th>{app.say(key)}</th> })}
                </tr></thead>
                <tbody>{move || rows.get().iter().take(MOST).map(|u| line(*u)).collect_view()}</tbody>
            </table>
        </Show>
    }
}
