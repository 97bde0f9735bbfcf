//! 权重: sliders at every level, the ranking beside them, named scenarios.

use crate::bidi::isolated;
use crate::components::each::each_named;
use crate::components::lab::Lab;
use crate::components::rank_table::{RankTable, Rows};
use crate::components::spoken::Spoken;
use crate::components::weight_group::{WeightGroup, keep_drag};
use crate::i18n::Key;
use crate::state::command::Command;
use crate::state::context::use_app;
use crate::state::facts::Item;
use crate::state::reactive::memo;
use crate::state::view::{Column, Shape, View};
use dhi_engine::ids::NodeIdx;
use dhi_engine::weigh::WeightSet;
use leptos::prelude::*;
use std::sync::Arc;

/// The page.
#[component]
pub fn Weights() -> impl IntoView {
    use Column::{Change, Grade, Name, Rank, Score};
    let app = use_app();
    let locked = app.desk().locked;
    let in_use = memo(move || app.shares_in_use());
    let view = View::new(Shape {
        columns: vec![Rank, Name, Score, Change, Grade],
        ..Shape::default()
    });
    let order = super::ranking::order(app, view);
    let items = memo(move || {
        let units = order.get();
        Arc::new(units.iter().copied().map(Item::Unit).collect())
    });
    let rows = Rows {
        items: items.into(),
        groups: Signal::stored(Arc::default()),
        register: app.desk().register.into(),
        kept: order.into(),
        view,
        is_compact: true,
    };
    // Leaving in the middle of a drag keeps what is shown.
    on_cleanup(move || keep_drag(app));
    let preset = move |equal: bool| {
        let shares = app.project.with_untracked(|p| {
            let content = &p.as_ref()?.content;
            let framework = content.framework();
            if equal {
                let weights = WeightSet::equal(framework).ok()?;
                Some(weights.shares().to_vec())
            } else {
                Some(content.scheme_shares())
            }
        });
        if let Some(shares) = shares {
            let by = if equal {
                Key::PresetEqual
            } else {
                Key::PresetScheme
            };
            app.dispatch(Command::TakeShares {
                shares,
                by: by.text(app.language.get_untracked()).to_owned(),
                is_kept: false,
            });
        }
    };
    view! {
        <div class="page page--split">
            <section class="split__controls">
                <div class="page__head">
                    <h1>{app.say(Key::WeightsTitle)}</h1>
                    <p class="hint">{app.say(Key::WeightsHint)}</p>
                    <p class="hint">{app.say(Key::StayHint)}</p>
                </div>
                <div class="toolbar">
                    <button type="button" class="button" on:click=move |_| preset(false)>
                        {app.say(Key::PresetScheme)}</button>
                    <button type="button" class="button" on:click=move |_| preset(true)>
                        {app.say(Key::PresetEqual)}</button>
                </div>
                <WeightGroup node=NodeIdx(0) locked in_use/>
                <Scenarios/>
            </section>
            <section class="split__result" aria-label=app.say(Key::RankingTitle)>
                <p class="hint">{app.say(Key::AgainstBaseline)}</p>
                <Spoken/>
                <RankTable rows/>
            </section>
        </div>
        <div class="page"><Lab/></div>
    }
}

#[component]
fn Scenarios() -> impl IntoView {
    let app = use_app();
    let name = RwSignal::new(String::new());
    let names = memo(move || {
        app.project.with(|p| {
            p.as_ref().map_or_else(Vec::new, |p| {
                let scenarios = p.content.scenarios.iter();
                scenarios.map(|s| s.name.clone()).collect()
            })
        })
    });
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        app.dispatch(Command::SaveScenario(name.get_untracked()));
        name.set(String::new());
    };
    view! {
        <section class="card">
            <h2>{app.say(Key::Scenarios)}</h2>
            <form class="toolbar" on:submit=save>
                <label class="field"><span>{app.say(Key::ScenarioName)}</span>
                    <input type="text" maxlength="40" prop:value=move || name.get()
                        on:input=move |e| name.set(event_target_value(&e))/>
                </label>
                <button type="submit" class="button button--primary"
                    disabled=move || name.with(|n| n.trim().is_empty())>
                    {app.say(Key::ScenarioSave)}
                </button>
            </form>
            <Show when=move || names.with(|n| n.is_empty())>
                <p class="empty">{app.say(Key::ScenarioNone)}</p>
            </Show>
            <ul class="list">
                {each_named(move || names.get(), move |name| view! { <ScenarioItem name/> }.into_any())}
            </ul>
        </section>
    }
}

#[component]
fn ScenarioItem(name: String) -> impl IntoView {
    let app = use_app();
    let (load, delete) = (name.clone(), name.clone());
    view! {
        <li class="list__item">
            <span class="list__name">{isolated(&name).into_owned()}</span>
            <button type="button" class="button"
                on:click=move |_| app.dispatch(Command::LoadScenario(load.clone()))>
                {app.say(Key::ScenarioLoad)}
            </button>
            <button type="button" class="button"
                on:click=move |_| app.dispatch(Command::DeleteScenario(delete.clone()))>
                {app.say(Key::ScenarioDelete)}
            </button>
        </li>
    }
}
