//! Which cells have a value: villages × indicators, drawn a window at a time. A cell
//! is chosen by a click, or by the arrow keys and Enter.

use super::correct::{TITLE_ID, focus};
use super::lab::found;
use super::scroll::keep_in_view;
use crate::bidi::isolated;
use crate::i18n::Key;
use crate::state::context::use_app;
use crate::state::project::Project;
use crate::state::reactive::memo;
use leptos::prelude::*;

/// Height of a row and width of a cell with the room beside it, in pixels; the style
/// sheet agrees.
const PITCH: f64 = 32.0;
/// Width of the names, and of the counts at the end.
const NAMES: f64 = 132.0;
const COUNTS: f64 = 64.0;
/// Rows drawn at once: the window shows twelve, with some to spare.
const DRAWN: usize = 18;
/// Rows that Page Up and Page Down go.
const PAGE: usize = 11;

/// The matrix with its legend.
#[component]
pub fn CoverageMatrix(
    /// Unit and column of the cell chosen.
    chosen: RwSignal<Option<(u32, u32)>>,
) -> impl IntoView {
    let app = use_app();
    let first = RwSignal::new(0_usize);
    let at = RwSignal::new((0_usize, 0_usize));
    let body = NodeRef::<leptos::html::Div>::new();
    let on_scroll = move |_| {
        if let Some(element) = body.get_untracked() {
            let rows = f64::from(element.scroll_top()) / PITCH;
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
                    .map(|(n, _)| isolated(n.name.get(language)).into_owned())
                    .collect()
            })
        })
    });
    let n_units = memo(move || app.loaded.with(|l| l.coverage.len()));
    let choose = move |(unit, column): (usize, usize)| {
        chosen.set(Some((unit as u32, column as u32)));
        if let Some(card) = document().get_element_by_id(TITLE_ID) {
            card.scroll_into_view();
        }
        focus(TITLE_ID);
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        let cell = found(&event, "data-cell").and_then(|(_, cell)| {
            let (unit, column) = cell.split_once(',')?;
            Some((unit.parse().ok()?, column.parse().ok()?))
        });
        if let Some(cell) = cell {
            at.set(cell);
            choose(cell);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let (mut unit, mut column) = at.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => unit += 1,
            "ArrowUp" => unit = unit.saturating_sub(1),
            "PageDown" => unit += PAGE,
            "PageUp" => unit = unit.saturating_sub(PAGE),
            "ArrowRight" => column += 1,
            "ArrowLeft" => column = column.saturating_sub(1),
            "Home" => column = 0,
            "End" => column = usize::MAX,
            "Enter" | " " => {
                event.prevent_default();
                return choose((unit, column));
            }
            _ => return,
        }
        event.prevent_default();
        let last = |n: usize| n.saturating_sub(1);
        unit = unit.min(last(n_units.get_untracked()));
        column = column.min(last(names.with_untracked(Vec::len)));
        at.set((unit, column));
        if let Some(element) = body.get_untracked() {
            keep_in_view(&element, unit, PITCH, 0.0);
            let left = column as f64 * PITCH;
            let room = f64::from(element.client_width()) - NAMES;
            let from = f64::from(element.scroll_left());
            element.set_scroll_left(from.max(left + PITCH - room).min(left) as i32);
        }
    };
    let row = move |unit: usize| {
        let name = app.project.with(|p| {
            let units = p.as_ref()?.content.dataset.units().list();
            Some(isolated(&units.get(unit)?.name).into_owned())
        });
        let states: Vec<u8> = app.loaded.with(|l| {
            let of = |column: &String| column.as_bytes().get(unit).copied().unwrap_or(b'm');
            l.states.iter().map(of).collect()
        });
        let count = app.loaded.with(|l| l.coverage.get(unit).copied());
        let cells = states.into_iter().enumerate().map(|(column, state)| {
            let (class, words, mark) = match state.to_ascii_lowercase() {
                b'v' => ("matrix__cell matrix__cell--v", Key::HaveValue, ""),
                b'n' => ("matrix__cell matrix__cell--n", Key::NotApplicable, "/"),
                _ => ("matrix__cell matrix__cell--m", Key::Missing, "×"),
            };
            let is_corrected = state.is_ascii_uppercase();
            let words = move || {
                let words = app.t(words);
                if is_corrected {
                    [words, app.t(Key::Comma), app.t(Key::Corrected)].concat()
                } else {
                    words.to_owned()
                }
            };
            let title = move || {
                let name = names.with(|n| n.get(column).cloned().unwrap_or_default());
                [&name, ": ", &words()].concat()
            };
            view! { <span class=class role="gridcell" title=title id=format!("cell-{unit}-{column}")
            class:matrix__cell--corrected=is_corrected data-cell=format!("{unit},{column}")>{mark}
            <span class="visually-hidden">{words}</span></span> }
        });
        view! {
            <div class="matrix__row" role="row" aria-rowindex=unit + 2
                style:transform=format!("translateY({}px)", unit as f64 * PITCH)>
                <span class="matrix__name" role="rowheader" title=name.clone()>{name.clone()}</span>
                {cells.collect_view()}
                <span class="matrix__count" role="gridcell">
                    {count.map(|c| format!("{}/{}", c.present, c.applicable))}</span>
            </div>
        }
    };
    let has_corrections = move || {
        let some = |p: &Project| !p.content.corrections.is_empty();
        app.project.with(|p| p.as_ref().is_some_and(some))
    };
    let totals = move || {
        app.loaded.with(|l| {
            let sum = |at: usize| l.cells.iter().map(|c| u64::from(c[at])).sum::<u64>();
            // Half a million villages are not looked through for nothing.
            let states = l.states.iter().filter(|_| has_corrections());
            let states = states.flat_map(|s| s.bytes());
            let corrected = states.filter(u8::is_ascii_uppercase).count() as u64;
            [sum(0), sum(1), sum(2), corrected]
        })
    };
    let legend = move || {
        let [v, m, n, corrected] = totals();
        let entries = [
            ("matrix__cell--v", "", Key::HaveValue, v),
            ("matrix__cell--m", "×", Key::Missing, m),
            ("matrix__cell--n", "/", Key::NotApplicable, n),
            ("matrix__cell--corrected", "", Key::Corrected, corrected),
        ];
        entries.map(|(class, mark, key, count)| {
            view! {
                <span class="legend__item">
                    <span aria-hidden="true" class=format!("matrix__cell {class}")>{mark}</span>
                    {app.t(key)}" "{count}
                </span>
            }
        })
    };
    // Where the keys are, over the cells.
    let place = move || {
        let (unit, column) = at.get();
        let (x, y) = (NAMES + column as f64 * PITCH, unit as f64 * PITCH);
        format!("transform:translate({x}px,{y}px)")
    };
    let size = move || {
        let width = NAMES + names.with(Vec::len) as f64 * PITCH + COUNTS;
        let height = n_units.get() as f64 * PITCH;
        format!("min-width:{width}px;height:{height}px")
    };
    view! {
        <section class="card">
            <h2>{app.say(Key::CoverageMatrix)}</h2>
            <p class="hint">{app.say(Key::CoverageMatrixHint)}</p>
            <p class="legend">{legend}</p>
            <div class="matrix" node_ref=body on:scroll=on_scroll tabindex="0" role="grid"
                aria-label=app.say(Key::CoverageMatrix) aria-rowcount=move || n_units.get() + 1
                aria-activedescendant=move || { let (unit, column) = at.get(); format!("cell-{unit}-{column}") }
                on:click=on_click on:keydown=on_key>
                <div class="matrix__space" role="rowgroup" style=size>
                    {move || {
                        let from = first.get();
                        (from..(from + DRAWN).min(n_units.get())).map(row).collect_view()
                    }}
                </div>
                <div class="matrix__at" aria-hidden="true" style=place></div>
            </div>
        </section>
    }
}
