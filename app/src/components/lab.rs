//! The weights lab: what the worker writes about weights, with controls of its own.
//!
//! What was written says what its controls mean: `data-about` changes a number of the
//! question, `data-name` a name of it, `data-shares` takes weights, and on what has
//! `data-triangle` weights are pointed at. Nothing else of it is known here.

use super::moving::write_over;
use super::written::{focus_back, is_awaited, look, markup};
use crate::i18n::Key;
use crate::number;
use crate::state::command::Command;
use crate::state::context::{Context, use_app};
use crate::state::project::Project;
use crate::state::reactive::{effect, memo};
use crate::worker::protocol::{About, Topic};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use web_sys::{Element, PointerEvent};

/// Milliseconds after the last change of weights before the lab is written anew.
const SETTLE_MS: u32 = 200;

/// What can be looked at.
const PARTS: [(Topic, Key); 6] = [
    (Topic::Suggest, Key::LabSuggest),
    (Topic::Judge, Key::LabJudge),
    (Topic::Flip, Key::LabFlip),
    (Topic::Triangle, Key::LabTriangle),
    (Topic::Beside, Key::LabBeside),
    (Topic::Influence, Key::LabInfluence),
];

/// The element an event is about that has an attribute, and its value.
pub(super) fn found(event: &web_sys::Event, attribute: &str) -> Option<(Element, String)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let element = target.closest(&["[", attribute, "]"].concat()).ok()??;
    let value = element.get_attribute(attribute)?;
    Some((element, value))
}

/// Takes the weights that a button offers.
fn take(app: Context, event: &web_sys::Event) {
    let Some((button, list)) = found(event, "data-shares") else {
        return;
    };
    app.dispatch(Command::TakeShares {
        shares: list.split(',').filter_map(number::parse).collect(),
        by: button.get_attribute("data-by").unwrap_or_default(),
        is_kept: button.has_attribute("data-kept"),
    });
}

/// Changes the question where a control says so.
pub(crate) fn change(
    About { numbers, names, .. }: &mut About,
    event: &web_sys::Event,
) -> Option<()> {
    if found(event, "data-name").is_some() {
        // All of them: those never typed are what was answered about.
        let fields = ["lab-name-0", "lab-name-1"];
        let fields = fields.map(|id| document().get_element_by_id(id));
        let fields = fields.into_iter().flatten();
        let fields = fields.filter_map(|f| f.dyn_into::<web_sys::HtmlInputElement>().ok());
        *names = fields.map(|field| field.value()).collect();
        return Some(());
    }
    let (control, at) = found(event, "data-about")?;
    let at: usize = at.parse().ok()?;
    let value = number::parse(&event_target_value(event))?;
    if control.closest("[data-resets]").ok()?.is_some() {
        numbers.clear();
    }
    if numbers.len() <= at {
        // What was never chosen stays as it usually is.
        numbers.resize(at + 1, f64::NAN);
    }
    numbers[at] = value;
    Some(())
}

/// Weights pointed at in a triangle, of its three nodes in order, in thousandths; the
/// picture says where its corners are.
fn pointed(picture: &Element, event: &PointerEvent) -> [f64; 3] {
    let frame = picture.get_bounding_client_rect();
    let scale = 400.0 / frame.width();
    let at = |client: i32, start: f64| (f64::from(client) - start) * scale;
    let top = (342.0 - at(event.client_y(), frame.top())) / 312.0;
    let right = (at(event.client_x(), frame.left()) - 20.0) / 360.0 - top / 2.0;
    let inside = [top, 1.0 - top - right, right].map(|weight| weight.max(0.0));
    let sum: f64 = inside.iter().sum();
    let round = |weight: f64| (weight / sum * 1000.0).round() / 1000.0;
    let [top, _, right] = inside.map(round);
    [top, (1.0 - top - right).max(0.0), right]
}

/// Tries weights while they are pointed at in a triangle, and keeps them at the end.
fn point(app: Context, is_pointing: StoredValue<bool>, event: &PointerEvent) -> Option<()> {
    let kind = event.type_();
    if kind == "pointerdown" && event.button() == 0 {
        found(event, "data-triangle")?;
        is_pointing.set_value(true);
    }
    if !is_pointing.get_value() {
        return None;
    }
    if kind == "pointerup" || kind == "pointercancel" {
        is_pointing.set_value(false);
        app.keep_shares();
        return None;
    }
    let picture = document().query_selector("[data-triangle]").ok()??;
    if kind == "pointerdown" {
        // The picture is written anew on the way; what is around it stays.
        let around = picture.closest(".written").ok()??;
        _ = around.set_pointer_capture(event.pointer_id());
    }
    let weights = pointed(&picture, event);
    let mut shares = app.shares.get_untracked();
    let nodes = picture.get_attribute("data-triangle")?;
    for (node, weight) in nodes.split(',').zip(weights) {
        *shares.get_mut(node.parse::<usize>().ok()?)? = weight;
    }
    app.try_shares(shares);
    let dot = picture.query_selector("circle").ok()??;
    let [top, _, right] = weights;
    let set = |name, value: f64| _ = dot.set_attribute(name, &value.to_string());
    set("cx", 20.0 + 360.0 * (right + top / 2.0));
    set("cy", 342.0 - 312.0 * top);
    Some(())
}

/// Codes of the villages marked in the ranking to be compared.
fn compared(app: Context) -> Vec<String> {
    let marked = app.desk().view.marks.with(|m| m.compared.clone());
    app.project.with_untracked(|p| {
        let list = p
            .as_ref()
            .map_or(&[][..], |p| p.content.dataset.units().list());
        let codes = marked.iter().filter_map(|at| list.get(*at as usize));
        codes.map(|unit| unit.code.to_string()).collect()
    })
}

/// The lab.
#[component]
pub fn Lab() -> impl IntoView {
    let app = use_app();
    let (part, questions) = (app.desk().lab_part, app.desk().questions);
    let topic = move || PARTS[part.get()].0;
    let wait = StoredValue::new_local(None);
    let focused = StoredValue::new(String::new());
    Effect::new(move |before: Option<String>| {
        let digest = app.results.with(|r| r.digest.clone());
        let (topic, look) = (topic(), look(app));
        let mut about = questions.with(|q| q.get(part.get()).cloned().unwrap_or_default());
        if about.names.is_empty() {
            about.names = compared(app);
        }
        if topic == Topic::Beside {
            about.line = app.desk().honest.line.get();
            let scenarios = |p: &Project| p.content.scenarios.clone();
            about.scenarios = app
                .project
                .with(|p| p.as_ref().map_or_else(Vec::new, scenarios));
        }
        let ask = move || app.ask(topic, look, about);
        let has_moved = before.is_some_and(|before| before != digest);
        wait.set_value(None);
        if digest.is_empty() {
        } else if has_moved {
            wait.set_value(Some(Timeout::new(SETTLE_MS, ask)));
        } else {
            ask();
        }
        digest
    });
    let markup = memo(move || markup(app, topic()));
    let body = NodeRef::<leptos::html::Div>::new();
    effect(move || {
        if let Some(body) = body.get() {
            markup.with(|markup| write_over(&body, markup));
        }
        // The control that was used is a new one now; the focus goes to it.
        let id = focused.get_value();
        if !id.is_empty() {
            focus_back(id);
        }
    });
    let on_change = move |event: leptos::ev::Event| {
        questions.update(|q| {
            q.resize_with(PARTS.len(), About::default);
            change(&mut q[part.get_untracked()], &event);
        });
        app.save_soon();
    };
    let on_focus = move |event: leptos::ev::FocusEvent| {
        focused.set_value(found(&event, "id").map_or_else(String::new, |(_, id)| id));
    };
    let is_pointing = StoredValue::new(false);
    let on_point = move |event: PointerEvent| {
        point(app, is_pointing, &event);
    };
    view! {
        <section class="card lab" data-testid="lab">
            <h2>{app.say(Key::Lab)}</h2>
            <div class="toolbar" role="group" aria-label=app.say(Key::Lab)>
                {PARTS.iter().enumerate().map(|(at, (_, key))| view! {
                    <button type="button" class="button" aria-pressed=move || (part.get() == at).to_string()
                        on:click=move |_| part.set(at)>{app.say(*key)}</button>
                }).collect_view()}
            </div>
            <div class="written" class:skeleton=move || is_awaited(app, topic()) node_ref=body on:change=on_change on:focusin=on_focus
                on:click=move |event| take(app, &event) on:pointerdown=on_point
                on:pointermove=on_point on:pointerup=on_point on:pointercancel=on_point></div>
        </section>
    }
}
