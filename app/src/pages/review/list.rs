//! The queue: only the rows in view exist, as markup.

use super::of;
use crate::components::band::{self, shown};
use crate::components::interval::{line_of, told_chance, verdict_words};
use crate::components::scroll::keep_in_view;
use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::state::decision::Decision;
use crate::state::queue::Show as Shown;
use crate::state::reactive::{effect, memo};
use crate::state::view::{Column, Filter};
use crate::written::html::Html;
use crate::written::shape;
use dhi_engine::rank::Grade;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// Height of a row in pixels; the style sheet agrees.
const ROW_HEIGHT: f64 = 56.0;
/// Rows drawn at once.
const DRAWN: usize = 24;

/// What the queue can show, as options of a list.
pub fn options(app: Context, chosen: RwSignal<Shown>) -> String {
    let mut html = Html::default();
    let chosen = chosen.get_untracked();
    for (name, show) in Shown::ALL {
        let words = app.t(match show {
            Shown::All => Key::FilterAll,
            Shown::Open => Key::QueueOpen,
            Shown::Line(verdict) => verdict_words(verdict).1,
            Shown::NoGrade => Key::NoGrade,
            Shown::Flagged => Key::QueueFlagged,
            Shown::Decided(choice) => choice.key().into(),
        });
        option(&mut html, (name, words), show == chosen);
    }
    html.finish()
}

/// An option. The one chosen is marked: in another language the list is written anew.
fn option(html: &mut Html, (value, words): (&str, &str), is_chosen: bool) {
    let tag = if is_chosen {
        "option selected"
    } else {
        "option"
    };
    html.open_with(tag, "value", value)
        .text(words)
        .close("option");
}

/// All towns or classes, as options of a list.
pub fn groups(app: Context, filter: RwSignal<Filter>, column: Column) -> String {
    let mut html = Html::default();
    let mut filter = filter.get_untracked();
    let chosen = &*of(&mut filter, column);
    option(&mut html, ("", app.t(Key::FilterAll)), false);
    let register = app.desk().register.get();
    let labels = register.groups(Some(column)).map(|(labels, _)| labels);
    let is_kept = labels.is_some_and(|labels| labels.contains(chosen));
    // What other data no longer has still filters, and is seen to.
    let gone = Some(chosen).filter(|_| !is_kept);
    let labels = labels.into_iter().flatten().chain(gone);
    for label in labels.filter(|label| !label.is_empty()) {
        option(&mut html, (label, label), label == chosen);
    }
    html.finish()
}

/// Name, score and grade of a unit, and what it is by the score where a cap lowers it.
fn about(app: Context, unit: u32) -> (String, String, String, Option<String>) {
    let at = unit as usize;
    let name = app.project.with(|p| {
        let units = p.as_ref()?.content.dataset.units().list();
        Some(units.get(at)?.name.clone())
    });
    let score = app.results.with(|r| r.scores.get(at).copied());
    let (grade, cap) = match shown(app, unit) {
        Some((Grade::Band(band), words, why)) => ([shape(band), " ", &words].concat(), why),
        Some((_, words, _)) => (words, None),
        None => Default::default(),
    };
    (
        name.unwrap_or_default(),
        score.map(|x| band::score(app, x)).unwrap_or_default(),
        grade,
        cap,
    )
}

/// Which side of the line a unit is on, with sign, word and chance.
fn line_text(app: Context, unit: u32) -> String {
    let Some((verdict, chance)) = line_of(app, Some(unit)) else {
        return "—".to_owned();
    };
    let (sign, word) = verdict_words(verdict);
    [sign, " ", app.t(word), " ", &told_chance(verdict, chance)].concat()
}

fn draw(
    app: Context,
    rows: &[u32],
    first: usize,
    chosen: Option<u32>,
    decided: &BTreeMap<u32, Decision>,
) -> String {
    let mut html = Html::default();
    for (at, unit) in rows.iter().enumerate().skip(first).take(DRAWN) {
        let (name, score, grade, cap) = about(app, *unit);
        let mut line = line_text(app, *unit);
        if cap.is_some() {
            line = [&line, " · ", &grade].concat();
        }
        let top = format!("top:{}px", at as f64 * ROW_HEIGHT);
        let is_chosen = chosen == Some(*unit);
        html.raw("<div class=\"queue__row\" role=\"option\"")
            .attr("id", &format!("queue-{unit}"))
            .attr("data-unit", &unit.to_string())
            .attr("aria-selected", if is_chosen { "true" } else { "false" })
            .attr("aria-posinset", &(at + 1).to_string())
            .attr("aria-setsize", &rows.len().to_string())
            .attr("style", &top)
            .raw("><span class=\"queue__name\">")
            .text(&name)
            .raw("</span>")
            .el("span class=\"queue__score\"", &score)
            .raw("<span class=\"queue__line\"")
            .attr("title", &cap.unwrap_or_default())
            .raw(">")
            .text(&line)
            .raw("</span>");
        let words = match decided.get(unit) {
            Some(decision) => app.t(decision.choice.key().into()),
            None => "",
        };
        html.el("span class=\"queue__choice\"", words).raw("</div>");
    }
    html.finish()
}

/// The list with its own scroll.
#[component]
pub fn QueueList(
    /// Units in order.
    rows: Memo<Arc<Vec<u32>>>,
    /// Their decisions.
    decided: Memo<Arc<BTreeMap<u32, Decision>>>,
    /// The unit looked at.
    unit: Memo<Option<u32>>,
    /// The unit chosen by hand.
    chosen: RwSignal<Option<u32>>,
) -> impl IntoView {
    let app = use_app();
    let body = NodeRef::<leptos::html::Div>::new();
    let first = RwSignal::new(0_usize);
    let on_scroll = move |_| {
        if let Some(element) = body.get_untracked() {
            let row = f64::from(element.scroll_top()) / ROW_HEIGHT;
            #[expect(clippy::cast_sign_loss, reason = "scroll positions are never negative")]
            first.set((row as usize).saturating_sub(4));
        }
    };
    let at_chosen = memo(move || {
        let unit = unit.get()?;
        rows.with(|rows| rows.iter().position(|u| *u == unit))
    });
    // The row looked at stays in view.
    effect(move || {
        let (Some(at), Some(element)) = (at_chosen.get(), body.get()) else {
            return;
        };
        keep_in_view(&element, at, ROW_HEIGHT, 0.0);
    });
    let on_click = move |event: leptos::ev::MouseEvent| {
        let target = event.target();
        let target = target.and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let row = target.and_then(|t| t.closest("[data-unit]").ok().flatten());
        let number = row.and_then(|r| r.get_attribute("data-unit"));
        if let Some(number) = number.and_then(|n| n.parse().ok()) {
            chosen.set(Some(number));
        }
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let n_rows = rows.with_untracked(|r| r.len());
        let at = at_chosen.get_untracked().unwrap_or(0);
        let to = match event.key().as_str() {
            "ArrowDown" => at + 1,
            "ArrowUp" => at.saturating_sub(1),
            "Home" => 0,
            "End" => n_rows.saturating_sub(1),
            _ => return,
        };
        event.prevent_default();
        if let Some(unit) = rows.with_untracked(|r| r.get(to).copied()) {
            chosen.set(Some(unit));
        }
    };
    let markup = memo(move || {
        let decided = decided.get();
        rows.with(|rows| draw(app, rows, first.get(), unit.get(), &decided))
    });
    let height = move || format!("height:{}px", rows.with(|r| r.len()) as f64 * ROW_HEIGHT);
    view! {
        <div class="queue" node_ref=body tabindex="0" role="listbox" data-testid="queue"
            aria-label=app.say(Key::QueueLabel)
            aria-activedescendant=move || unit.get().map(|u| format!("queue-{u}"))
            on:scroll=on_scroll on:click=on_click on:keydown=on_key>
            <div class="queue__space" style=height inner_html=markup></div>
            <p class="empty" hidden=move || rows.with(|r| !r.is_empty())>{app.say(Key::QueueEmpty)}</p>
        </div>
    }
}
