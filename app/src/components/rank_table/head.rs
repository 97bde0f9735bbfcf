//! The header: sorts by one column or several, and shows how numbers are spread.

use super::Rows;
use super::column::{class_of, heading, term_of};
use super::histogram::{Histogram, Pace};
use crate::components::each::each;
use crate::components::weight_strip::WeightStrip;
use crate::i18n::Key;
use crate::state::context::use_app;
use crate::state::reactive::memo;
use crate::state::view::{Column, View};
use leptos::prelude::*;
use std::sync::Arc;

/// The header's row.
#[component]
pub fn HeadRow(
    /// What the table shows.
    rows: Rows,
) -> impl IntoView {
    let app = use_app();
    let Rows {
        view,
        kept,
        is_compact,
        ..
    } = rows;
    // The narrow table stands beside sliders, whose drags it must follow.
    let pace = (!is_compact).then(|| Pace::new(app, kept));
    let columns = memo(move || view.shape.with(|s| s.columns.clone()));
    view! {
        <div class="rank__row rank__row--head" role="row" aria-rowindex="1">
            {(!is_compact).then(|| view! {
                <span role="columnheader" class="rank__tools">
                    <span class="visually-hidden">{app.say(Key::RowTools)}</span>
                </span>
            })}
            {each(move || columns.with(|c| c.iter().map(|column| column.letter() as u32).collect()), move |letter| {
                let column = char::from_u32(letter).and_then(Column::of_letter);
                column.map(|column| view! { <HeadCell column view kept pace/> }).into_any()
            })}
        </div>
    }
}

#[component]
fn HeadCell(
    column: Column,
    view: View,
    kept: Signal<Arc<Vec<u32>>>,
    pace: Option<Pace>,
) -> impl IntoView {
    let app = use_app();
    // Direction, and place among several keys.
    let key = memo(move || {
        view.shape.with(|s| {
            let at = s.keys.iter().position(|(by, _)| *by == column)?;
            Some((s.keys[at].1, at + 1, s.keys.len()))
        })
    });
    let order = move || {
        let (is_down, ..) = key.get()?;
        Some(if is_down { "descending" } else { "ascending" })
    };
    let mark = move || match key.get() {
        Some((is_down, at, among)) => {
            let arrow = if is_down { "▼" } else { "▲" };
            let number = (among > 1).then(|| at.to_string());
            [arrow, &number.unwrap_or_default()].concat()
        }
        None => String::new(),
    };
    let choose = move |event: leptos::ev::MouseEvent| {
        view.shape.update(|s| s.choose(column, event.shift_key()));
    };
    let term = term_of(column).filter(|_| pace.is_some());
    let is_sorted = column != Column::Bars;
    view! {
        <span role="columnheader" class=class_of(column) aria-sort=order
            aria-label=move || heading(app, column)>
            {if is_sorted {
                view! {
                    <button type="button" class="rank__sort" on:click=choose
                        title=move || heading(app, column)>
                        <span class="rank__title">{move || heading(app, column)}</span>
                        <span class="rank__mark" aria-hidden="true">{mark}</span>
                    </button>
                }.into_any()
            } else {
                view! { <PillarLegend/><WeightStrip/> }.into_any()
            }}
            // Where there is no room beside the name, it goes below: it breaks at the space.
            {term.map(|at| view! {
                " "<button type="button" class="term" data-term=at
                    aria-label=move || [&heading(app, column), "?"].concat()>"?"</button>
            })}
            {pace.filter(|_| column.is_numeric()).map(|pace| view! {
                <Histogram column view kept pace/>
            })}
        </span>
    }
}

/// Colours of the pillars with their names.
#[component]
fn PillarLegend() -> impl IntoView {
    let app = use_app();
    let n_pillars = memo(move || super::n_pillars(app));
    view! {
        <span class="legend">
            {move || (0..n_pillars.get()).map(|i| view! {
                <span class="legend__item">
                    <span aria-hidden="true" class=format!("legend__key pillar--{}", i % 6)></span>
                    {heading(app, Column::Pillar(i as u8))}
                </span>
            }).collect_view()}
        </span>
    }
}
