//! 连任提名: every committee in turn, what is known about it, and what people decide.

pub mod card;
pub mod list;
mod print;

use crate::components::band::legend;
use crate::components::certain::CertaintyCard;
use crate::components::interval::CertaintyBar;
use crate::components::written::Written;
use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::state::decision::{CHOICES, Choice, Decision, about};
use crate::state::persist;
use crate::state::queue::{Facts, Show as Shown, shown};
use crate::state::reactive::memo;
use crate::state::view::{Column, Filter};
use crate::worker::protocol::{Request, Topic};
use card::DecisionCard;
use dhi_engine::rank::Grade;
use dhi_engine::uncertainty::Verdict;
use leptos::prelude::*;
use list::QueueList;
use std::collections::BTreeMap;
use std::sync::Arc;
use wasm_bindgen::JsCast;

/// The latest decision about every unit in the period shown.
fn decided(app: Context) -> BTreeMap<u32, Decision> {
    app.project.with(|p| {
        let Some(p) = p else { return BTreeMap::new() };
        let content = &p.content;
        let of_period = |d: &&Decision| d.period == content.period;
        let decisions = content.decisions.iter().filter(of_period);
        let units = content.dataset.units();
        decisions
            .filter_map(|d| Some((units.find(&d.unit)?.0, d.clone())))
            .collect()
    })
}

/// What the queue shows, in the order of merit.
fn rows(app: Context, chosen: (Shown, &Filter), decided: &BTreeMap<u32, Decision>) -> Vec<u32> {
    let honest = app.desk().honest.shown.get();
    app.loaded.with(|loaded| {
        app.results.with(|results| {
            let facts = |unit: u32| {
                let at = unit as usize;
                Facts {
                    decision: decided.get(&unit),
                    verdict: honest
                        .as_ref()
                        .map_or(Verdict::NotAssessed, |r| r.verdict(at)),
                    is_graded: matches!(results.grades.get(at), Some(Grade::Band(_))),
                    is_flagged: loaded.flagged.get(at) == Some(&true),
                }
            };
            app.project.with(|project| {
                let units = project.as_ref().map(|p| p.content.dataset.units().list());
                shown(&results.order, units.unwrap_or_default(), chosen, facts)
            })
        })
    })
}

/// What a filter says of towns or of classes.
fn of(filter: &mut Filter, column: Column) -> &mut String {
    match column {
        Column::Town => &mut filter.town,
        _ => &mut filter.class,
    }
}

/// The page.
#[component]
pub fn Review() -> impl IntoView {
    let app = use_app();
    let show = RwSignal::new(Shown::All);
    let decided = memo(move || Arc::new(decided(app)));
    let filter = RwSignal::new(Filter::default());
    let rows = memo(move || {
        let rows = filter.with(|filter| rows(app, (show.get(), filter), &decided.get()));
        Arc::new(rows)
    });
    // The unit looked at stays, also when it leaves the list by its decision.
    let chosen = RwSignal::new(None::<u32>);
    let unit = memo(move || {
        let chosen = chosen.get();
        let n_units = app.results.with(|r| r.scores.len() as u32);
        let chosen = chosen.filter(|unit| *unit < n_units);
        chosen.or_else(|| rows.with(|r| r.first().copied()))
    });
    let step = move |by: isize| {
        rows.with_untracked(|rows| {
            let at = rows.iter().position(|u| Some(*u) == unit.get_untracked());
            let next = at.map_or(Some(0), |at| at.checked_add_signed(by));
            if let Some(next) = next.and_then(|at| rows.get(at)) {
                chosen.set(Some(*next));
            }
        });
    };
    let draft = RwSignal::new(None::<Choice>);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        let target = event.target();
        let target = target.and_then(|t| t.dyn_into::<web_sys::Element>().ok());
        let in_field = target.is_some_and(|t| t.matches("input,select,textarea").unwrap_or(false));
        if in_field || event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        match event.key().as_str() {
            "j" | "J" => step(1),
            "k" | "K" => step(-1),
            key => {
                let nth = key.parse().ok().and_then(|n: usize| n.checked_sub(1));
                let Some(choice) = nth.and_then(|nth| CHOICES.get(nth)) else {
                    return;
                };
                event.prevent_default();
                draft.set(Some(*choice));
                card::focus_reason();
            }
        }
    });
    on_cleanup(move || keys.remove());
    let choose_show = move |event: leptos::ev::Event| {
        let name = event_target_value(&event);
        if let Some((_, chosen)) = Shown::ALL.iter().find(|(n, _)| *n == name) {
            show.set(*chosen);
        }
    };
    let progress = move || {
        let total = app.results.with(|r| r.scores.len());
        let decided = decided.get();
        let mut text = format!("{} {} / {total}", app.t(Key::Decided), decided.len());
        for choice in CHOICES {
            let n = decided.values().filter(|d| d.choice == choice).count();
            text.push_str(&[" · ", app.t(choice.key().into()), " ", &n.to_string()].concat());
        }
        let n = rows.with(|rows| rows.len().to_string());
        text.push_str(&[" · ", app.t(Key::UnitsShown), " ", &n].concat());
        text
    };
    let export = move |_| app.export_decisions();
    let group = |key, column| {
        let choose = move |event: leptos::ev::Event| {
            filter.update(|f| *of(f, column) = event_target_value(&event));
        };
        view! {
            <label class="field"><span>{app.say(key)}</span>
                <select on:change=choose data-testid=format!("queue-{}", column.letter())
                    inner_html=memo(move || list::groups(app, filter, column))></select>
            </label>
        }
        .into_any()
    };
    view! {
        <div class="page">
            <div class="page__head">
                <h1>{app.say(Key::ReviewTitle)}</h1>
                <p class="hint">{app.say(Key::ReviewHint)}</p>
                {legend(app)}
            </div>
            <CertaintyBar/>
            <div class="toolbar">
                <label class="field"><span>{app.say(Key::QueueShow)}</span>
                    <select on:change=choose_show data-testid="queue-show"
                        inner_html=memo(move || list::options(app, show))></select>
                </label>
                <label class="field"><span>{app.say(Key::FilterText)}</span>
                    <input type="search" data-testid="queue-text" placeholder=app.say(Key::FilterTextHint)
                        on:input=move |e| filter.update(|f| f.text = event_target_value(&e))/>
                </label>
                {group(Key::FilterTown, Column::Town)}
                {group(Key::FilterClass, Column::Class)}
                <p role="status" data-testid="progress">{progress}</p>
                <button type="button" class="button" on:click=export>{app.say(Key::ExportDecisions)}</button>
                <button type="button" class="button" on:click=|_| { let _ = window().print(); }>
                    {app.say(Key::Print)}</button>
            </div>
            <div class="review">
                <QueueList rows decided unit chosen/>
                <div class="review__about">
                    {move || unit.get().map(|unit| view! {
                        <DecisionCard unit draft done=Callback::new(move |()| step(1))/>
                        <Written topic=Topic::Summary(unit)/>
                        <Written topic=Topic::Gates(unit)/>
                        <CertaintyCard unit/>
                    })}
                </div>
            </div>
            <div class="print-only" inner_html=move || print::printed(app, &decided.get())></div>
        </div>
    }
}

impl Context {
    /// Has the decisions written as a table.
    fn export_decisions(&self) {
        let language = self.language.get_untracked();
        let preface = self.preface();
        self.project.with_untracked(|p| {
            if let Some(p) = p {
                self.send(Request::Decisions {
                    head: persist::head_record(p),
                    language,
                    preface,
                });
            }
        });
    }

    /// First lines of whatever leaves the program.
    pub fn preface(&self) -> Vec<String> {
        let language = self.language.get_untracked();
        let is_fictitious = self
            .project
            .with_untracked(|p| p.as_ref().is_some_and(|p| p.content.is_fictitious));
        let mark = is_fictitious.then_some(Key::Fictitious);
        let keys = mark.into_iter().chain([Key::ForReference]);
        keys.map(|key| key.text(language).to_owned()).collect()
    }
}

/// The decisions about a unit, the latest first.
fn history(app: Context, unit: u32) -> Vec<Decision> {
    app.project.with(|p| {
        let Some(content) = p.as_ref().map(|p| &p.content) else {
            return Vec::new();
        };
        let Some(unit) = content.dataset.units().list().get(unit as usize) else {
            return Vec::new();
        };
        let about = about(&content.decisions, &unit.code, &content.period);
        about.rev().cloned().collect()
    })
}
