//! The application: providers, shell and pages.

use crate::components::chart_file;
use crate::components::dialogs::{MessageBar, ResetDialog};
use crate::components::header::Header;
use crate::components::palette::Palette;
use crate::components::terms::Terms;
use crate::components::tour::Tour;
use crate::components::written::follow_width;
use crate::i18n::{self, Key};
use crate::pages::{data, method, overview, ranking, review, sign_off, village, weights};
use crate::route::Route;
use crate::state::context::{Context, use_app};
use crate::state::day::follow_day;
use crate::state::reactive::{effect, memo};
use crate::state::view::Shape;
use dhi_engine::framework::Language;
use gloo::storage::{LocalStorage as Settings, Storage};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

const LANGUAGE_KEY: &str = "dhi-language";
const THEME_KEY: &str = "dhi-theme";
const RANKING_KEY: &str = "dhi-ranking";

/// Mounts the application and takes the opening text away.
pub fn mount() {
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
    mount_to_body(App);
}

fn stored(key: &str) -> Option<String> {
    Settings::get(key).ok()
}

fn current_route() -> Route {
    let hash = window().location().hash().unwrap_or_default();
    let decoded = js_sys::decode_uri_component(&hash).map(String::from);
    Route::from_hash(&decoded.unwrap_or(hash))
}

/// Goes to a page.
pub fn navigate(route: &Route) {
    // A hash that cannot be set leaves the page as it is.
    let _ = window().location().set_hash(&route.hash());
}

#[component]
fn App() -> impl IntoView {
    let language = match stored(LANGUAGE_KEY).as_deref() {
        Some("en") => Language::English,
        _ => Language::Chinese,
    };
    let system_dark = window()
        .match_media("(prefers-color-scheme: dark)")
        .ok()
        .flatten();
    let prefers_dark = system_dark.as_ref().is_some_and(|query| query.matches());
    let is_dark = stored(THEME_KEY).map_or(prefers_dark, |theme| theme == "dark");
    let app = Context::new(language, is_dark, current_route());
    provide_context(app);
    let listener = window_event_listener(leptos::ev::hashchange, move |_| {
        app.route.set(current_route());
        app.message.set(None);
        app.desk().refusal.set(None);
    });
    on_cleanup(move || listener.remove());
    if let Some(query) = system_dark {
        follow_system(query, app);
    }
    let shape = app.desk().view.shape;
    if let Some(text) = stored(RANKING_KEY) {
        shape.set(Shape::from_text(&text));
    }
    follow_width(app);
    follow_day(app);
    app.start();
    chart_file::listen(app);
    // See `boot.js`.
    let stopped = window_event_listener_untyped("workerstopped", move |_| {
        app.message.set(Some(Key::WorkerStopped));
    });
    on_cleanup(move || stopped.remove());

    // The columns chosen, their order and the groups are kept, like the settings.
    effect(move || {
        let _ = Settings::set(RANKING_KEY, shape.with(Shape::to_text));
    });
    // The document follows the settings: language, theme, title.
    effect(move || {
        let language = app.language.get();
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("lang", i18n::tag(language));
        }
        document().set_title(&format!("{} · {}", page_title(app), app.t(Key::AppName)));
        let _ = Settings::set(
            LANGUAGE_KEY,
            if language == Language::English {
                "en"
            } else {
                "zh"
            },
        );
    });
    effect(move || {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-theme", theme_name(app.is_dark.get()));
            // What is printed depends on the page.
            let _ = root.set_attribute("data-route", &app.route.get().hash());
        }
    });

    view! {
        <a class="skip" href="#main" on:click=focus_main>{app.say(Key::SkipToContent)}</a>
        <Header/>
        <MessageBar/>
        <Tour/>
        <main id="main" tabindex="-1">
            <Show when=move || app.project.with(Option::is_some) fallback=Skeleton>
                {page}
            </Show>
        </main>
        <footer class="footer">
            <p>{app.say(Key::ForReference)}</p>
        </footer>
        <ResetDialog/>
        <Palette/>
        <Terms/>
    }
}

fn theme_name(is_dark: bool) -> &'static str {
    if is_dark { "dark" } else { "light" }
}

/// Changes to the other language.
pub fn switch_language(app: Context) {
    app.language.update(|language| {
        *language = match language {
            Language::Chinese => Language::English,
            Language::English => Language::Chinese,
        }
    });
}

/// Changes the theme by choice, which is kept.
pub fn choose_theme(app: Context, is_dark: bool) {
    app.is_dark.set(is_dark);
    // A setting that cannot be kept still holds for this visit.
    let _ = Settings::set(THEME_KEY, theme_name(is_dark));
}

/// Follows the system's theme until the user has chosen one.
fn follow_system(query: web_sys::MediaQueryList, app: Context) {
    let target = query.clone();
    let callback = Closure::<dyn Fn()>::new(move || {
        if stored(THEME_KEY).is_none() {
            app.is_dark.set(query.matches());
        }
    });
    target.set_onchange(Some(callback.as_ref().unchecked_ref()));
    // It lives as long as the page.
    callback.forget();
}

fn focus_main(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    let main = document().get_element_by_id("main");
    if let Some(main) = main.and_then(|m| m.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = main.focus();
    }
}

fn page_title(app: Context) -> &'static str {
    app.t(match app.route.get() {
        Route::Overview => Key::NavOverview,
        Route::Ranking => Key::NavRanking,
        Route::Weights => Key::NavWeights,
        Route::Village(_) => Key::NavVillage,
        Route::Review => Key::NavReview,
        Route::SignOff => Key::NavSignOff,
        Route::Letter(_) => Key::LetterTitle,
        Route::Data => Key::NavData,
        Route::Method => Key::NavMethod,
    })
}

/// The page of the route; a change of village does not build the page anew.
fn page() -> impl IntoView {
    let app = use_app();
    let kind = memo(move || match app.route.get() {
        Route::Village(_) | Route::Letter(_) => Route::Village(String::new()),
        other => other,
    });
    move || match kind.get() {
        Route::Overview => view! { <overview::Overview/> }.into_any(),
        Route::Ranking => view! { <ranking::Ranking/> }.into_any(),
        Route::Weights => view! { <weights::Weights/> }.into_any(),
        Route::Review => view! { <review::Review/> }.into_any(),
        Route::Village(_) | Route::Letter(_) => view! { <village::Village/> }.into_any(),
        Route::SignOff => view! { <sign_off::SignOff/> }.into_any(),
        Route::Data => view! { <data::Data/> }.into_any(),
        Route::Method => view! { <method::Method/> }.into_any(),
    }
}

#[component]
fn Skeleton() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="page" role="status">
            <p class="visually-hidden">{app.say(Key::Loading)}</p>
            <div class="skeleton skeleton--title"></div>
            <div class="skeleton"></div>
            <div class="skeleton"></div>
            <div class="skeleton"></div>
        </div>
    }
}
