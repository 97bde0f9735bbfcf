//! 排名: all villages, filtered, sorted, grouped, side by side.

pub mod compare;
pub mod print;
pub mod tools;

use crate::components::band::legend;
use crate::components::interval::CertaintyBar;
use crate::components::rank_table::{RankTable, Rows};
use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::state::facts::{divided, grouped, items, with_facts};
use crate::state::reactive::{effect, memo};
use crate::state::view::{Column, Marks, View};
use compare::Compare;
use dhi_engine::explain::Additivity;
use leptos::prelude::*;
use print::PrintTable;
use std::sync::Arc;
use tools::{Filters, Toolbar};

/// The villages that a view shows, in its order.
pub fn order(app: Context, view: View) -> Memo<Arc<Vec<u32>>> {
    let keys = memo(move || view.shape.with(|s| s.keys.clone()));
    memo(move || {
        let rows = view
            .filter
            .with(|filter| keys.with(|keys| with_facts(app, |facts| facts.rows(filter, keys))));
        Arc::new(rows.unwrap_or_default())
    })
}

/// The page.
#[component]
pub fn Ranking() -> impl IntoView {
    let app = use_app();
    let view = app.desk().view;
    forget_other_marks(app, view);
    ask_past(app, view);
    let order = order(app, view);
    let grouping = memo(move || view.shape.with(|s| (s.grouping, s.is_nested)));
    let groups = memo(move || {
        let register = app.desk().register.get();
        let (by, is_nested) = grouping.get();
        let Some((_, of_unit)) = register.groups(by) else {
            return Arc::default();
        };
        let keys = view.shape.with(|s| s.keys.clone());
        let rows = order.get();
        let groups = with_facts(app, |facts| {
            let groups = grouped(facts, &rows, of_unit, &keys);
            if is_nested {
                divided(facts, groups, &keys)
            } else {
                groups
            }
        });
        Arc::new(groups.unwrap_or_default())
    });
    let items = memo(move || {
        let (rows, groups) = (order.get(), groups.get());
        let groups = grouping.get().0.is_some().then_some(groups.as_slice());
        Arc::new(view.marks.with(|marks| items(&rows, groups, marks)))
    });
    let rows = Rows {
        items: items.into(),
        groups: groups.into(),
        register: app.desk().register.into(),
        kept: order.into(),
        view,
        is_compact: false,
    };
    view! {
        <div class="page page--full">
            <div class="page__head">
                <h1>{app.say(Key::RankingTitle)}</h1>
                <p class="hint">{app.say(Key::RankingHint)}</p>
                {legend(app)}
                <p class="hint hint--keys">{app.say(Key::RankingKeys)}</p>
                {move || match app.loaded.with(|l| l.additivity) {
                    Additivity::Exact => None,
                    Additivity::SharedOut => Some(Key::SharedOut),
                    Additivity::None => Some(Key::RelativeScore),
                }.map(|key| view! { <p class="notice">{app.t(key)}</p> })}
            </div>
            <Filters view/>
            <CertaintyBar/>
            <Toolbar view order/>
            <RankTable rows/>
            <Compare view/>
            <PrintTable rows/>
        </div>
    }
}

/// Asks for the scores of all periods while a column shows them.
fn ask_past(app: Context, view: View) {
    let is_shown = memo(move || {
        view.shape.with(|s| {
            let sorts = s.keys.iter().any(|(column, _)| *column == Column::Trend);
            sorts || s.columns.contains(&Column::Trend)
        })
    });
    effect(move || {
        if app.results.with(|r| !r.scores.is_empty()) && is_shown.get() {
            app.ask_past();
        }
    });
}

/// Marks are positions in a register: those of another one are taken away.
fn forget_other_marks(app: Context, view: View) {
    let dataset = memo(move || {
        app.project
            .with(|p| p.as_ref().map_or(0, |p| p.content.dataset.number()))
    });
    effect(move || {
        let dataset = dataset.get();
        if view.marks.with_untracked(|m| m.dataset) != dataset {
            view.marks.set(Marks {
                dataset,
                ..Marks::default()
            });
        }
    });
}
