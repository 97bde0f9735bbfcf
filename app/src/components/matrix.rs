//! Which cells have a value: villages × indicators, drawn a window at a time.

use crate::i18n::Key;
use crate::state::context::use_app;
use crate::state::reactive::memo;
use leptos::prelude::*;

const ROW_HEIGHT: f64 = 24.0;
/// Rows drawn at once: the window shows fifteen, with some to spare.
const DRAWN: usize = 24;

/// The matrix with its legend.
#[component]
pub fn CoverageMatrix() -> impl IntoView {
    let app = use_app();
    let first = RwSignal::new(0_usize);
    let body = NodeRef::<leptos::html::Div>::new();
    let on_scroll = move |_| {
        if let Some(element) = body.get_untracked() {
            let rows = f64::from(element.scroll_top()) / ROW_HEIGHT;
            #[expect(clippy::cast_sign_loss, reason = "scroll positions are never negative")]
            first.set((rows as usize).saturating_sub(2));
        }
    };
    let names = memo(move || {
        let language = app.language.get();
        app.project.with(|p| {
            p.as_ref().map_or_else(Vec::new, |p| {
                let indicators = p.content.framework().indicators();
                indicators
                    .map(|(n, _)| n.name.get(language).to_owned())
                    .collect()
            })
        })
    });
    let n_units = memo(move || app.loaded.with(|l| l.coverage.len()));
    let row = move |unit: usize| {
        let name = app.project.with(|p| {
            let units = p.as_ref()?.content.dataset.units().list();
            Some(units.get(unit)?.name.clone())
        });
        let states: Vec<u8> = app.loaded.with(|l| {
            let of = |column: &String| column.as_bytes().get(unit).copied().unwrap_or(b'm');
            l.states.iter().map(of).collect()
        });
        let count = app.loaded.with(|l| l.coverage.get(unit).copied());
        let cells = states.into_iter().enumerate().map(|(column, state)| {
            let (class, words, mark) = match state {
                b'v' => ("matrix__cell matrix__cell--v", Key::HaveValue, ""),
                b'n' => ("matrix__cell matrix__cell--n", Key::NotApplicable, "/"),
                _ => ("matrix__cell matrix__cell--m", Key::Missing, "×"),
            };
            let title = move || {
                let name = names.with(|n| n.get(column).cloned().unwrap_or_default());
                format!("{name}: {}", app.t(words))
            };
            view! { <span class=class role="cell" title=title>{mark}
            <span class="visually-hidden">{move || app.t(words)}</span></span> }
        });
        view! {
            <div class="matrix__row" role="row" aria-rowindex=unit + 2
                style:transform=format!("translateY({}px)", unit as f64 * ROW_HEIGHT)>
                <span class="matrix__name" role="rowheader" title=name.clone()>{name.clone()}</span>
                {cells.collect_view()}
                <span class="matrix__count" role="cell">
                    {count.map(|c| format!("{}/{}", c.present, c.applicable))}</span>
            </div>
        }
    };
    let totals = move || {
        app.loaded.with(|l| {
            let sum = |at: usize| l.cells.iter().map(|c| u64::from(c[at])).sum::<u64>();
            [sum(0), sum(1), sum(2)]
        })
    };
    view! {
        <section class="card">
            <h2>{app.say(Key::CoverageMatrix)}</h2>
            <p class="hint">{app.say(Key::CoverageMatrixHint)}</p>
            <p class="legend">
                {move || {
                    let [v, m, n] = totals();
                    [("matrix__cell--v", "", Key::HaveValue, v), ("matrix__cell--m", "×", Key::Missing, m),
                        ("matrix__cell--n", "/", Key::NotApplicable, n)].map(|(class, mark, key, count)| view! {
                        <span class="legend__item">
                            <span aria-hidden="true" class=format!("matrix__cell {class}")>{mark}</span>
                            {app.t(key)}" "{count}
                        </span>
                    })
                }}
            </p>
            <div class="matrix" node_ref=body on:scroll=on_scroll tabindex="0" role="table"
                aria-label=app.say(Key::CoverageMatrix) aria-rowcount=move || n_units.get() + 1>
                <div class="matrix__space" role="rowgroup"
                    style:height=move || format!("{}px", n_units.get() as f64 * ROW_HEIGHT)>
                    {move || {
                        let from = first.get();
                        (from..(from + DRAWN).min(n_units.get())).map(row).collect_view()
                    }}
                </div>
            </div>
        </section>
    }
}
