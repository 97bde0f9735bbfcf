//! The head of every page: name, mark, navigation, project and settings.

use super::{dialogs, palette};
use crate::app::{choose_theme, switch_language};
use crate::i18n::Key;
use crate::route::Route;
use crate::state::autosave::SaveState;
use crate::state::command::Command;
use crate::state::context::use_app;
use crate::state::reactive::memo;
use dhi_engine::ids::Period;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Head of the page.
#[component]
pub fn Header() -> impl IntoView {
    let app = use_app();
    view! {
        <header class="header">
            <div class="header__top">
                <p class="header__name">{app.say(Key::AppName)}</p>
                <span class="mark" data-testid="fictitious" hidden=move || !app.is_fictitious()>
                    {app.say(Key::Fictitious)}
                </span>
                <PeriodChoice/>
                <div class="header__tools">
                    <History/>
                    <Saving/>
                    <ProjectTools/>
                    <Settings/>
                </div>
            </div>
            <nav class="nav" aria-label=app.say(Key::NavLabel)>
                <NavLink route=Route::Overview label=Key::NavOverview/>
                <NavLink route=Route::Ranking label=Key::NavRanking/>
                <NavLink route=Route::Weights label=Key::NavWeights/>
                <NavLink route=Route::Village(String::new()) label=Key::NavVillage/>
                <NavLink route=Route::Review label=Key::NavReview/>
                <NavLink route=Route::SignOff label=Key::NavSignOff/>
                <NavLink route=Route::Data label=Key::NavData/>
                <NavLink route=Route::Method label=Key::NavMethod/>
            </nav>
        </header>
    }
}

#[component]
fn NavLink(route: Route, label: Key) -> impl IntoView {
    let app = use_app();
    let href = route.hash();
    let is_here = move || {
        let here = app.route.get();
        let here = match here {
            Route::Village(_) | Route::Letter(_) => Route::Village(String::new()),
            other => other,
        };
        here == route
    };
    view! {
        <a class="nav__link" href=href aria-current=move || is_here().then_some("page")>
            {app.say(label)}
        </a>
    }
}

#[component]
fn PeriodChoice() -> impl IntoView {
    let app = use_app();
    let periods = memo(move || {
        app.project.with(|p| {
            p.as_ref().map_or_else(Vec::new, |p| {
                p.content
                    .dataset
                    .periods()
                    .iter()
                    .map(Period::to_string)
                    .collect()
            })
        })
    });
    let current = memo(move || {
        app.project
            .with(|p| p.as_ref().map(|p| p.content.period.to_string()))
            .unwrap_or_default()
    });
    let choose = move |event: leptos::ev::Event| {
        if let Ok(period) = Period::new(&event_target_value(&event)) {
            app.dispatch(Command::SetPeriod(period));
        }
    };
    view! {
        <label class="field field--inline">
            <span>{app.say(Key::Period)}</span>
            <select on:change=choose prop:value=move || current.get()>
                {move || periods.get().into_iter().map(|period| {
                    let is_current = period == current.get();
                    view! { <option value=period.clone() selected=is_current>{period.clone()}</option> }
                }).collect_view()}
            </select>
        </label>
    }
}

#[component]
fn History() -> impl IntoView {
    let app = use_app();
    let can = move |redo: bool| {
        app.project.with(|p| {
            p.as_ref()
                .is_some_and(|p| if redo { p.can_redo() } else { p.can_undo() })
        })
    };
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        // Fields undo their own typing.
        let in_field = document().active_element().is_some_and(|e| {
            let input = e.dyn_ref::<HtmlInputElement>();
            let is_text = |i: &HtmlInputElement| matches!(i.type_().as_str(), "text" | "search");
            e.tag_name() == "TEXTAREA" || input.is_some_and(is_text)
        });
        if (event.ctrl_key() || event.meta_key()) && !in_field {
            let key = event.key().to_ascii_lowercase();
            if key == "z" || key == "y" {
                event.prevent_default();
                let is_redo = key == "y" || event.shift_key();
                app.dispatch(if is_redo {
                    Command::Redo
                } else {
                    Command::Undo
                });
            }
        }
    });
    on_cleanup(move || keys.remove());
    view! {
        <button type="button" class="button" disabled=move || !can(false)
            on:click=move |_| app.dispatch(Command::Undo)>{app.say(Key::Undo)}</button>
        <button type="button" class="button" disabled=move || !can(true)
            on:click=move |_| app.dispatch(Command::Redo)>{app.say(Key::Redo)}</button>
    }
}

#[component]
fn Saving() -> impl IntoView {
    let app = use_app();
    let text = move || {
        app.t(match app.save.get() {
            SaveState::Saved => Key::Saved,
            SaveState::Pending => Key::Saving,
            SaveState::Failed => Key::SaveFailed,
            SaveState::Elsewhere => Key::SaveElsewhere,
        })
    };
    let class = move || match app.save.get() {
        SaveState::Failed | SaveState::Elsewhere => "saving saving--failed",
        _ => "saving",
    };
    let is_elsewhere = move || app.save.get() == SaveState::Elsewhere;
    view! {
        <span class=class role="status" data-testid="saving">{text}</span>
        <button type="button" class="button" hidden=move || !is_elsewhere()
            on:click=move |_| app.store_over()>{app.say(Key::StoreOver)}</button>
    }
}

#[component]
fn ProjectTools() -> impl IntoView {
    let app = use_app();
    let save = move |_| app.save_file();
    let input = NodeRef::<leptos::html::Input>::new();
    let open = move |_| {
        let Some(element) = input.get_untracked() else {
            return;
        };
        let file = element.files().and_then(|files| files.get(0));
        element.set_value("");
        if let Some(file) = file {
            leptos::task::spawn_local(async move {
                let file = gloo::file::Blob::from(file);
                match gloo::file::futures::read_as_text(&file).await {
                    Ok(text) => app.open_file(text),
                    Err(_) => app.message.set(Some(Key::OpenFailedDamaged)),
                }
            });
        }
    };
    let choose = move |_| {
        if let Some(element) = input.get_untracked() {
            element.click();
        }
    };
    view! {
        <button type="button" class="button" on:click=save>{app.say(Key::SaveProject)}</button>
        <button type="button" class="button" on:click=choose>{app.say(Key::OpenProject)}</button>
        <input node_ref=input type="file" class="visually-hidden" tabindex="-1" accept=".json"
            data-testid="open-project" aria-label=app.say(Key::OpenProject) on:change=open/>
        <button type="button" class="button" on:click=|_| dialogs::show("reset-dialog")>{app.say(Key::ResetDemo)}</button>
    }
}

#[component]
fn Settings() -> impl IntoView {
    let app = use_app();
    view! {
        <button type="button" class="button" on:click=move |_| switch_language(app) data-testid="language">
            {app.say(Key::SwitchLanguage)}
        </button>
        <button type="button" class="button" on:click=move |_| choose_theme(app, !app.is_dark.get_untracked())
            data-testid="theme">
            {move || app.t(if app.is_dark.get() { Key::ThemeToLight } else { Key::ThemeToDark })}
        </button>
        <button type="button" class="button" on:click=|_| palette::open() aria-keyshortcuts="?">
            {app.say(Key::Help)}
        </button>
    }
}
