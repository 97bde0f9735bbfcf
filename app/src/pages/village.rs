//! 村档案: why one village has its score, down to the raw cells.

use crate::app::navigate;
use crate::components::certain::CertaintyCard;
use crate::components::village_list::VillageList;
use crate::components::written::{AskCard, Written};
use crate::i18n::Key;
use crate::route::Route;
use crate::state::context::use_app;
use crate::state::reactive::memo;
use crate::worker::protocol::Topic;
use dhi_engine::ids::UnitCode;
use leptos::prelude::*;

/// The page.
#[component]
pub fn Village() -> impl IntoView {
    let app = use_app();
    // The code of the address, or the first in the ranking.
    let unit = memo(move || {
        let (Route::Village(code) | Route::Letter(code)) = app.route.get() else {
            return None;
        };
        if code.is_empty() {
            return app.results.with(|r| r.order.first().copied());
        }
        let code = UnitCode::new(&code).ok()?;
        app.project.with(|p| {
            let units = p.as_ref()?.content.dataset.units();
            units.find(&code).map(|u| u.0)
        })
    });
    let is_letter = memo(move || matches!(app.route.get(), Route::Letter(_)));
    let has_results = move || app.results.with(|r| !r.scores.is_empty());
    let has_earlier = move || {
        app.project.with(|p| {
            p.as_ref().is_some_and(|p| {
                let first = p.content.dataset.periods().first();
                first.is_some_and(|first| *first < p.content.period)
            })
        })
    };
    view! {
        <div class="page">
            <div class="page__head">
                <h1>{app.say(Key::VillageTitle)}</h1>
                <Chooser unit is_letter/>
            </div>
            {move || match unit.get() {
                None if !has_results() => ().into_any(),
                None => view! { <p class="empty">{app.t(Key::VillageUnknown)}</p> }.into_any(),
                Some(unit) if is_letter.get() => view! {
                    <article class="sheet">
                        <p class="mark" hidden=move || !app.is_fictitious()>{app.say(Key::Fictitious)}</p>
                        <Written topic=Topic::Letter(unit)/>
                    </article>
                }.into_any(),
                Some(unit) => view! {
                    <Written topic=Topic::Summary(unit)/>
                    <CertaintyCard unit/>
                    <Written topic=Topic::Gates(unit)/>
                    <Written topic=Topic::Against(unit)/>
                    <Written topic=Topic::Trend(unit)/>
                    <Show when=has_earlier>
                        <AskCard topic=Topic::Since(unit) title=Key::Since hint=Key::SinceHint
                            run=Key::SinceRun name="since"/>
                    </Show>
                    <Written topic=Topic::Contributions(unit)/>
                }.into_any(),
            }}
        </div>
    }
}

/// Villages by name, the neighbours in the ranking, and the way to the letter and
/// back.
#[component]
fn Chooser(unit: Memo<Option<u32>>, is_letter: Memo<bool>) -> impl IntoView {
    let app = use_app();
    let open = |code: String, as_letter: bool| {
        navigate(&if as_letter {
            Route::Letter(code)
        } else {
            Route::Village(code)
        });
    };
    let go_as = move |unit: Option<u32>, as_letter: bool| {
        let code = app.project.with_untracked(|p| {
            let units = p.as_ref()?.content.dataset.units().list();
            Some(units.get(unit? as usize)?.code.to_string())
        });
        if let Some(code) = code {
            open(code, as_letter);
        }
    };
    let go = move |unit| go_as(unit, is_letter.get_untracked());
    let other = move || {
        app.t(if is_letter.get() {
            Key::LetterBack
        } else {
            Key::LetterTitle
        })
    };
    let neighbour = move |by: isize| {
        app.results.with(|r| {
            let at = r.order.iter().position(|u| Some(*u) == unit.get())?;
            r.order.get(at.checked_add_signed(by)?).copied()
        })
    };
    let on_choose = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        // “村名 代码”: the code is the last word.
        let code = text.rsplit(' ').next().unwrap_or_default().to_owned();
        let known = app.project.with_untracked(|p| {
            let units = p.as_ref().map(|p| p.content.dataset.units());
            let code = UnitCode::new(&code).ok();
            units.zip(code).is_some_and(|(u, c)| u.find(&c).is_some())
        });
        if known {
            open(code, is_letter.get_untracked());
        }
    };
    view! {
        <div class="toolbar">
            <label class="field"><span>{app.say(Key::VillageChoose)}</span>
                <input type="search" list="villages" placeholder=app.say(Key::FilterTextHint)
                    on:change=on_choose/>
            </label>
            <VillageList/>
            <button type="button" class="button" disabled=move || neighbour(-1).is_none()
                on:click=move |_| go(neighbour(-1))>{app.say(Key::Previous)}</button>
            <button type="button" class="button" disabled=move || neighbour(1).is_none()
                on:click=move |_| go(neighbour(1))>{app.say(Key::Next)}</button>
            <button type="button" class="button" disabled=move || unit.get().is_none()
                on:click=move |_| go_as(unit.get(), !is_letter.get())>{other}</button>
            <button type="button" class="button" on:click=|_| { let _ = window().print(); }>
                {app.say(Key::Print)}</button>
        </div>
    }
}
