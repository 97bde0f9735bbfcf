//! 整改销号: the board or one item, as whom one acts, and files from and for others.
//! The worker writes what is shown and its forms; a form is handed back as it is.

use crate::components::written::{markup, pick};
use crate::i18n::Key;
use crate::route::Route;
use crate::state::context::{Context, use_app};
use crate::worker::protocol::{About, Look, Request, Topic};
use dhi_engine::signoff::ROLES;
use gloo::file::futures::{read_as_bytes, read_as_text};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{File, FormData, HtmlFormElement, HtmlInputElement, HtmlSelectElement};

/// Where it is said what happened.
const SAID_ID: &str = "signoff-said";

/// Names and values of a form in turn, and its file.
fn entries(form: &HtmlFormElement) -> (Vec<String>, Option<File>) {
    let mut texts = Vec::new();
    let mut chosen = None;
    if let Ok(data) = FormData::new_with_form(form) {
        for entry in js_sys::Array::from(&data).iter() {
            for part in js_sys::Array::from(&entry).iter() {
                texts.push(part.as_string().unwrap_or_default());
                chosen = part.dyn_into::<File>().ok().or(chosen);
            }
        }
    }
    (texts, chosen)
}

fn form_of(event: &web_sys::Event) -> Option<HtmlFormElement> {
    let target = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    target.closest("form").ok()??.dyn_into().ok()
}

/// Today where the user is, as the field wants it.
fn today() -> String {
    String::from(
        js_sys::Date::new_0().to_locale_date_string("sv", &wasm_bindgen::JsValue::UNDEFINED),
    )
}

/// Hands a form that was filled in to the worker.
fn enter(app: Context, id: &str, form: &HtmlFormElement) {
    let (fields, file) = entries(form);
    let mut names = app.desk().actor.get_untracked();
    names.push(id.to_owned());
    names.push(form.get_attribute("data-act").unwrap_or_default());
    names.extend(fields);
    leptos::task::spawn_local(async move {
        let bytes = match file {
            Some(file) => read_as_bytes(&gloo::file::Blob::from(file)).await,
            None => Ok(Vec::new()),
        };
        match bytes {
            Ok(bytes) => app.send(Request::Enter(names, bytes)),
            Err(_) => app.message.set(Some(Key::WorkerFailed)),
        }
    });
}

/// Reads files of records, to be looked at first.
fn read(app: Context, input: &HtmlInputElement, incoming: RwSignal<Vec<String>>) {
    let Some(list) = input.files() else { return };
    let files: Vec<File> = (0..list.length()).filter_map(|i| list.get(i)).collect();
    input.set_value("");
    leptos::task::spawn_local(async move {
        let mut texts = Vec::new();
        for file in files {
            match read_as_text(&gloo::file::Blob::from(file)).await {
                Ok(text) => texts.push(text),
                Err(_) => app.message.set(Some(Key::WorkerFailed)),
            }
        }
        incoming.set(texts);
    });
}

/// The page.
#[component]
pub fn Signoff() -> impl IntoView {
    let app = use_app();
    let desk = app.desk();
    let actor = desk.actor;
    if actor.with_untracked(Vec::is_empty) {
        let nobody = String::new;
        actor.set(vec![ROLES[0].id().to_owned(), nobody(), nobody(), today()]);
    }
    let town = RwSignal::new(String::new());
    let incoming = RwSignal::new(Vec::<String>::new());
    let id = Memo::new(move |_| match app.route.get() {
        Route::Signoff(id) => id,
        _ => String::new(),
    });
    let topic = move || {
        if id.with(String::is_empty) {
            Topic::Board
        } else {
            Topic::Item
        }
    };
    // What was said belongs to what was done here.
    desk.said.set(Default::default());
    Effect::new(move |_| {
        desk.said.track();
        if app.results.with(|r| r.scores.is_empty()) {
            return;
        }
        let about = |last: Vec<String>| {
            let mut names = actor.get();
            names.extend(last);
            About {
                numbers: Vec::new(),
                names,
            }
        };
        let last = if topic() == Topic::Board {
            town.get()
        } else {
            id.get()
        };
        app.ask(topic(), Look::default(), about(vec![last]));
        let texts = incoming.get();
        if !texts.is_empty() {
            app.ask(Topic::Incoming, Look::default(), about(texts));
        }
    });
    // The form that was used is gone; what came of it is read next.
    Effect::new(move |_| {
        if desk.said.with(|said| !said[0].is_empty()) {
            request_animation_frame(|| {
                let said = document().get_element_by_id(SAID_ID);
                if let Some(said) = said.and_then(|s| s.dyn_into::<web_sys::HtmlElement>().ok()) {
                    let _ = said.focus();
                }
            });
        }
    });
    let on_actor = move |event: leptos::ev::Event| {
        if let Some(form) = form_of(&event) {
            let (fields, _) = entries(&form);
            actor.set(fields.into_iter().skip(1).step_by(2).collect());
        }
    };
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(form) = form_of(&event) {
            enter(app, &id.get_untracked(), &form);
        }
    };
    let on_change = move |event: leptos::ev::Event| {
        let target = event
            .target()
            .and_then(|t| t.dyn_into::<HtmlSelectElement>().ok());
        if let Some(list) = target.filter(|list| list.has_attribute("data-town")) {
            town.set(list.value());
        }
    };
    let on_files = move |event: leptos::ev::Event| {
        if let Some(input) = event.target().and_then(|t| t.dyn_into().ok()) {
            read(app, &input, incoming);
        }
    };
    let on_accept = move |_| {
        app.send(Request::TakeRecords(incoming.get_untracked(), false));
        incoming.set(Vec::new());
    };
    let own = move || {
        let mut names = actor.get_untracked();
        names.truncate(2);
        names
    };
    let value = move |at: usize| actor.with_untracked(|a| a.get(at).cloned().unwrap_or_default());
    let role = value(0);
    view! {
        <div class="page">
            <div class="page__head">
                <h1>{app.say(Key::NavSignoff)}</h1>
                <p class="hint">{app.say(Key::SignoffHint)}</p>
            </div>
            <section class="card" data-testid="actor">
                <form class="toolbar" on:input=on_actor on:submit=|e| e.prevent_default()>
                    <label class="field"><span>{app.say(Key::ActRole)}</span><select name="role">
                        {ROLES.map(|r| view! {
                            <option value=r.id() selected=r.id() == role>{move || r.name(app.language.get())}</option>
                        }).collect_view()}
                    </select></label>
                    <label class="field"><span>{app.say(Key::ActOffice)}</span>
                        <input name="office" type="text" autocomplete="off" value=value(1)/></label>
                    <label class="field"><span>{app.say(Key::ActHand)}</span>
                        <input name="hand" type="text" autocomplete="off" value=value(2)/></label>
                    <label class="field"><span>{app.say(Key::ActDay)}</span>
                        <input name="day" type="date" value=value(3)/></label>
                </form>
                <div class="toolbar">
                    <label class="button button--file">{app.say(Key::RecordsIn)}
                        <input type="file" class="visually-hidden" multiple accept=".json"
                            data-testid="records-in" on:change=on_files/></label>
                    <button type="button" class="button" on:click=move |_| app.send(Request::HandOn(own()))>
                        {app.say(Key::RecordsOwn)}</button>
                    <button type="button" class="button" on:click=move |_| app.send(Request::HandOn(Vec::new()))>
                        {app.say(Key::RecordsAll)}</button>
                </div>
                <p id=SAID_ID class="notice" role="status" tabindex="-1"
                    hidden=move || desk.said.with(|said| said[0].is_empty())>
                    {move || desk.said.with(|said| pick(app.language.get(), said))}</p>
            </section>
            <section class="card" data-testid="incoming" hidden=move || incoming.with(Vec::is_empty)>
                <div inner_html=Memo::new(move |_| markup(app, Topic::Incoming))></div>
                <div class="toolbar">
                    <button type="button" class="button button--primary" on:click=on_accept>
                        {app.say(Key::RecordsAccept)}</button>
                    <button type="button" class="button" on:click=move |_| incoming.set(Vec::new())>
                        {app.say(Key::Cancel)}</button>
                </div>
            </section>
            <div class="written" inner_html=Memo::new(move |_| markup(app, topic()))
                on:submit=on_submit on:change=on_change></div>
        </div>
    }
}
