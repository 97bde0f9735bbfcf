//! The framework's editor: what the worker writes of it, and what its controls do.
//!
//! What has `data-act` does what it names with the texts of its form, as under 整改销号.
//! What is typed while an answer is on its way is not lost, nor is a click that ends
//! typing: an edit waits until the pointer is up.

use super::written::{markup, texts};
use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::state::reactive::{effect, memo};
use crate::worker::protocol::Topic;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// What is folded until somebody opens it.
const FOLDED: [&str; 2] = [".tree__more", ".plot__table"];

/// An action with the texts of its form.
type Deed = (String, Vec<(String, String)>);

/// What is going on between the hand and the worker.
#[derive(Clone, Copy)]
struct Hand {
    app: Context,
    /// Whether the pointer is down.
    is_down: StoredValue<bool>,
    /// Edits that wait for it.
    waiting: StoredValue<Vec<Deed>>,
    /// Id and text of the field that is being typed in.
    typed: StoredValue<(String, String)>,
}

fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

impl Hand {
    /// Sends what waits.
    fn flush(self) {
        for (act, fields) in self
            .waiting
            .try_update_value(std::mem::take)
            .unwrap_or_default()
        {
            self.app.edit_tree(act, fields);
        }
    }

    /// Does what a control says. Buttons are clicked, everything else changes.
    fn act(self, event: &web_sys::Event, is_click: bool) {
        let control = target(event).and_then(|t| t.closest("[data-act]").ok().flatten());
        let control = control.filter(|c| (c.tag_name() == "BUTTON") == is_click);
        if is_click {
            self.flush();
        }
        let Some(control) = control else { return };
        let act = control.get_attribute("data-act").unwrap_or_default();
        let deed = (act, texts(&control));
        self.typed.set_value(Default::default());
        if is_click || !self.is_down.get_value() {
            self.app.edit_tree(deed.0, deed.1);
        } else {
            self.waiting.update_value(|waiting| waiting.push(deed));
        }
    }

    /// Puts what was written in place of what stood there; the focus, what is being
    /// typed and what is selected stay.
    fn show(self, place: &HtmlElement, markup: &str) {
        let active = document().active_element();
        let active = active.filter(|active| place.contains(Some(active)));
        let input = active
            .as_ref()
            .and_then(|a| a.dyn_ref::<HtmlInputElement>());
        let selected = input.map(|i| [i.selection_start(), i.selection_end()]);
        let at = active.map(|a| (a.id(), a.get_bounding_client_rect().top()));
        let is_open = |name: &&str| {
            let open = [*name, "[open]"].concat();
            place.query_selector(&open).ok().flatten().is_some()
        };
        let open: Vec<&str> = FOLDED.into_iter().filter(is_open).collect();
        let list = || place.query_selector(".tree").ok().flatten();
        let scrolled = list().map(|list| list.scroll_top());
        place.set_inner_html(markup);
        if let Some((list, scrolled)) = list().zip(scrolled) {
            list.set_scroll_top(scrolled);
        }
        for name in open {
            if let Ok(Some(details)) = place.query_selector(name) {
                let _ = details.set_attribute("open", "");
            }
        }
        let Some((id, top)) = at else { return };
        let found = document().get_element_by_id(&id);
        let found = found.and_then(|f| f.dyn_into::<HtmlElement>().ok());
        let Some(found) = found else {
            // What had the focus is gone with its node.
            let _ = place.focus();
            return;
        };
        let _ = found.focus();
        // It stays where it was on the screen, whatever was written above it.
        window().scroll_by_with_x_and_y(0.0, found.get_bounding_client_rect().top() - top);
        let Some(input) = found.dyn_ref::<HtmlInputElement>() else {
            return;
        };
        self.typed.with_value(|(of, text)| {
            if *of == id {
                input.set_value(text);
            }
        });
        if let Some([Ok(Some(from)), Ok(Some(to))]) = selected {
            let _ = input.set_selection_range(from, to);
        }
    }
}

/// The card on the Method page.
#[component]
pub fn TreeCard() -> impl IntoView {
    let app = use_app();
    let hand = Hand {
        app,
        is_down: StoredValue::new(false),
        waiting: StoredValue::default(),
        typed: StoredValue::default(),
    };
    effect(move || {
        if app.results.with(|r| !r.scores.is_empty()) {
            app.edit_tree("show".into(), Vec::new());
        }
    });
    let markup = memo(move || markup(app, Topic::Tree));
    let place = NodeRef::<leptos::html::Div>::new();
    effect(move || {
        if let Some(place) = place.get() {
            markup.with(|markup| hand.show(&place, markup));
        }
    });
    let up = window_event_listener(leptos::ev::pointerup, move |_| {
        hand.is_down.set_value(false);
        // After the click that it may be the end of.
        Timeout::new(0, move || hand.flush()).forget();
    });
    on_cleanup(move || up.remove());
    let on_input = move |event: leptos::ev::Event| {
        if let Some(field) = target(&event).filter(|t| !t.id().is_empty()) {
            hand.typed
                .set_value((field.id(), event_target_value(&event)));
        }
    };
    // What was typed before the field was written anew is no change to the browser.
    let on_leave = move |event: leptos::ev::FocusEvent| {
        let id = target(&event).map(|t| t.id()).unwrap_or_default();
        if !id.is_empty() && hand.typed.with_value(|(of, _)| *of == id) {
            hand.act(&event, false);
        }
    };
    view! {
        <section class="card" data-testid="tree">
            <h2>{app.say(Key::Tree)}</h2>
            <p class="hint">{app.say(Key::TreeHint)}</p>
            <div class="written tree-editor" tabindex="-1" node_ref=place
                on:submit=|event| event.prevent_default()
                on:focusout=on_leave
                on:input=on_input
                on:pointerdown=move |_| hand.is_down.set_value(true)
                on:click=move |event| hand.act(&event, true)
                on:change=move |event| hand.act(&event, false)></div>
        </section>
    }
}
