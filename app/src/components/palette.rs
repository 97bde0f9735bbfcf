//! Help at hand: any page, command or village by typing part of its name, and the
//! list of keys.

use super::{dialogs, terms, tour};
use crate::app::{choose_theme, switch_language};
use crate::i18n::Key;
use crate::pinyin::is_meant;
use crate::route::Route;
use crate::state::command::Command;
use crate::state::context::{Context, use_app};
use crate::state::reactive::memo;
use crate::written::html::escaped;
use leptos::prelude::*;
use std::fmt::Write as _;
use wasm_bindgen::JsCast;

const ID: &str = "palette";
/// So many villages are offered.
const MOST_VILLAGES: usize = 8;
/// Pages by their address, and commands.
const ACTS: [(Key, &str); 16] = [
    (Key::NavOverview, "#/overview"),
    (Key::NavRanking, "#/ranking"),
    (Key::NavWeights, "#/weights"),
    (Key::NavVillage, "#/village"),
    (Key::NavReview, "#/review"),
    (Key::NavSignOff, "#/signoff"),
    (Key::NavData, "#/data"),
    (Key::NavMethod, "#/method"),
    (Key::Undo, "undo"),
    (Key::Redo, "redo"),
    (Key::SaveProject, "save"),
    (Key::ResetDemo, "reset"),
    (Key::SwitchLanguage, "language"),
    (Key::SwitchTheme, "theme"),
    (Key::Tour, "tour"),
    (Key::Terms, "terms"),
];

/// Opens it.
pub fn open() {
    dialogs::show(ID);
}

/// The dialog, and the keys that open it.
#[component]
pub fn Palette() -> impl IntoView {
    let app = use_app();
    let text = RwSignal::new(String::new());
    let at = RwSignal::new(0);
    let found = memo(move || found(app, &text.get()));
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let opens = match event.key().as_str() {
            "?" | "？" => !is_typing(event.target()),
            "k" | "K" => event.ctrl_key() || event.meta_key(),
            _ => false,
        };
        if opens {
            event.prevent_default();
            open();
        }
    });
    on_cleanup(move || keys.remove());
    let act = move |nth: usize| {
        if let Some((_, name)) = found.with_untracked(|f| f.get(nth).cloned()) {
            dialogs::hide(ID);
            act(app, &name);
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let last = found.with_untracked(Vec::len).saturating_sub(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1).min(last)),
            "ArrowUp" => at.update(|at| *at = at.saturating_sub(1)),
            "Enter" => act(at.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        let target = event.target();
        let target = target.and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let option = target.and_then(|t| t.closest("[role=option]").ok().flatten());
        let nth = option.and_then(|option| option.id().strip_prefix("act-")?.parse().ok());
        if let Some(nth) = nth {
            act(nth);
        }
    };
    let on_input = move |event: leptos::ev::Event| {
        text.set(event_target_value(&event));
        at.set(0);
    };
    let start_anew = move |_| {
        text.set(String::new());
        at.set(0);
    };
    view! {
        <dialog id=ID class="dialog dialog--wide" aria-labelledby="palette-title" on:close=start_anew>
            <h2 id="palette-title">{app.say(Key::Help)}</h2>
            <div class="palette">
                <div>
                    <input type="search" role="combobox" class="palette__text" autofocus=true
                        aria-expanded="true" aria-controls="palette-list"
                        aria-label=app.say(Key::PaletteHint) placeholder=app.say(Key::PaletteHint)
                        aria-activedescendant=move || format!("act-{}", at.get())
                        prop:value=text on:input=on_input on:keydown=on_key/>
                    <ul id="palette-list" class="palette__list" role="listbox"
                        aria-label=app.say(Key::PaletteHint) on:click=on_click
                        inner_html=memo(move || found.with(|found| draw(found, at.get())))></ul>
                    <p class="hint" hidden=move || !found.with(Vec::is_empty)>{app.say(Key::NothingFound)}</p>
                </div>
                <div>
                    <h3>{app.say(Key::Shortcuts)}</h3>
                    <dl class="palette__keys"
                        inner_html=memo(move || shortcuts(app.t(Key::ShortcutList)))></dl>
                </div>
            </div>
            <form method="dialog" class="dialog__actions">
                <button class="button">{app.say(Key::Close)}</button>
            </form>
        </dialog>
    }
}

/// Whether what has the focus takes letters.
fn is_typing(target: Option<web_sys::EventTarget>) -> bool {
    let target = target.and_then(|t| t.dyn_into::<web_sys::Element>().ok());
    let takes_letters = "textarea,select,input:not([type=range],[type=checkbox],[type=radio])";
    target.is_some_and(|t| t.matches(takes_letters).unwrap_or(false))
}

/// What matches, as it is called and what it does.
fn found(app: Context, text: &str) -> Vec<(String, String)> {
    let text = text.trim().to_ascii_lowercase();
    let acts = ACTS.iter().map(|(key, act)| (app.t(*key), *act));
    let acts = acts.filter(|(name, _)| name.to_ascii_lowercase().contains(&text));
    let mut found: Vec<_> = acts
        .map(|(name, act)| (escaped(name), act.to_owned()))
        .collect();
    if text.is_empty() {
        return found;
    }
    app.project.with(|project| {
        let units = project.as_ref().map(|p| p.content.dataset.units().list());
        let fits = units.unwrap_or_default().iter();
        let fits = fits.filter(|unit| is_meant(&text, unit));
        for unit in fits.take(MOST_VILLAGES) {
            let (name, town, code) = (escaped(&unit.name), escaped(&unit.town), &unit.code);
            let label = format!("{name} <span class=hint>{town} {code}</span>");
            let village = Route::Village(code.to_string());
            found.push((label, village.hash()));
        }
    });
    found
}

fn draw(found: &[(String, String)], at: usize) -> String {
    let mut html = String::new();
    for (nth, (label, _)) in found.iter().enumerate() {
        let is_chosen = nth == at;
        // Writing to a string cannot fail.
        let _ = write!(
            html,
            "<li role=option id=act-{nth} aria-selected={is_chosen}>{label}</li>"
        );
    }
    html
}

/// Each line of the text holds keys and what they do, parted by a bar.
fn shortcuts(text: &str) -> String {
    let mut html = String::new();
    for (keys, does) in text.lines().filter_map(|line| line.split_once(" | ")) {
        let _ = write!(html, "<dt>{keys}</dt><dd>{does}</dd>");
    }
    html
}

fn act(app: Context, name: &str) {
    match name {
        "undo" => app.dispatch(Command::Undo),
        "redo" => app.dispatch(Command::Redo),
        "save" => app.save_file(),
        "reset" => dialogs::show("reset-dialog"),
        "language" => switch_language(app),
        "terms" => terms::open(),
        "tour" => tour::go(app, 1),
        "theme" => choose_theme(app, !app.is_dark.get_untracked()),
        address => {
            // An address that cannot be set leaves the page as it is.
            let _ = window().location().set_hash(address);
        }
    }
}
