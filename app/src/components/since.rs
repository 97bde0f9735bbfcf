//! What a village's change since the period before is due to.

use crate::components::dialogs::refusal_words;
use crate::i18n::{Key, fixed2};
use crate::state::context::{Context, use_app};
use dhi_engine::periods::Change;
use leptos::prelude::*;

/// The causes in the order of the parts.
const CAUSES: [Key; 6] = [
    Key::CauseOwnData,
    Key::CausePeers,
    Key::CauseFramework,
    Key::CauseTreatment,
    Key::CauseMethod,
    Key::CauseWeights,
];

/// The card on the village page, where there is an earlier period; computed when
/// asked for.
#[component]
pub fn SinceCard(
    /// Position in the register.
    unit: u32,
) -> impl IntoView {
    let app = use_app();
    let has_earlier = move || {
        app.project.with(|p| {
            p.as_ref().is_some_and(|p| {
                let content = &p.content;
                let first = content.dataset.periods().keys().next();
                first.is_some_and(|first| *first < content.period)
            })
        })
    };
    let shown = move || app.desk().change.get().filter(|c| c.unit == unit);
    view! {
        <Show when=has_earlier>
            <section class="card" data-testid="since">
                <h2>{app.say(Key::Since)}</h2>
                <p class="hint">{app.say(Key::SinceHint)}</p>
                {move || match shown() {
                    None => view! {
                        <div class="toolbar">
                            <button type="button" class="button" on:click=move |_| app.ask_change(unit)>
                                {app.say(Key::SinceRun)}</button>
                        </div>
                    }.into_any(),
                    Some(shown) => match &shown.change {
                        Ok(change) => table(app, &shown.since, change),
                        Err(refusal) => {
                            let words = refusal_words(app, refusal);
                            view! { <p class="notice">{words}</p> }.into_any()
                        }
                    },
                }}
            </section>
        </Show>
    }
}

fn signed(x: f64) -> String {
    let text = fixed2(x);
    if x > 0.0 { ["+", &text].concat() } else { text }
}

fn table(app: Context, since: &str, change: &Change) -> AnyView {
    let row = |(key, points): (Key, &f64)| {
        view! { <tr><th scope="row">{app.t(key)}</th><td class="number">{signed(*points)}</td></tr> }
    };
    let rows = CAUSES
        .into_iter()
        .zip(&change.parts)
        .map(row)
        .collect_view();
    let sum: f64 = change.parts.iter().sum();
    let facts = [
        (
            [app.t(Key::SinceFrom), " (", since, ")"].concat(),
            fixed2(change.from),
        ),
        (app.t(Key::SinceTo).to_owned(), fixed2(change.to)),
    ];
    let facts = facts
        .map(|(name, value)| view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> });
    view! {
        <dl class="facts">{facts}</dl>
        <div class="scroll" tabindex="0" role="region" aria-label=app.t(Key::Since)>
            <table class="table spec__table">
                <thead><tr><th scope="col">{app.t(Key::SinceCause)}</th><th scope="col">{app.t(Key::SincePoints)}</th></tr></thead>
                <tbody>{rows}</tbody>
                <tfoot><tr><th scope="row">{app.t(Key::SinceChange)}</th>
                    <td class="number" data-sum=sum.to_string() data-change=change.change.to_string()>
                        {signed(change.change)}</td></tr></tfoot>
            </table>
        </div>
    }
    .into_any()
}
