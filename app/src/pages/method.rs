//! 方法: the framework, the specification, the audit, the document, the log.

use crate::bidi::spelled;
use crate::components::lab::change;
use crate::components::spec::SpecCard;
use crate::components::tree::TreeCard;
use crate::components::written::{AskCard, focus_back, is_awaited, look, markup};
use crate::i18n::Key;
use crate::state::command::Command;
use crate::state::context::use_app;
use crate::state::reactive::{effect, memo};
use crate::worker::protocol::{About, Topic};
use leptos::prelude::*;

/// Latest log entries shown.
const LOG_SHOWN: usize = 50;

/// The page.
#[component]
pub fn Method() -> impl IntoView {
    let app = use_app();
    view! {
        <div class="page">
            <div class="page__head">
                <h1>{app.say(Key::MethodTitle)}</h1>
                <p class="notice">{app.say(Key::MethodIntro)}</p>
            </div>
            <TreeCard/>
            <SpecCard/>
            <AskCard topic=Topic::Audit title=Key::Audit hint=Key::AuditHint run=Key::AuditRun name="audit"/>
            <AskCard topic=Topic::LeaveOut title=Key::LeaveOut hint=Key::LeaveOutHint run=Key::LeaveOut
                name="leave-out"/>
            <section class="card method-card">
                <div class="toolbar">
                    <button type="button" class="button" on:click=|_| { let _ = window().print(); }>
                        {app.say(Key::PrintMethod)}</button>
                </div>
                <div class="scroll scroll--tall" tabindex="0" role="region" aria-label=app.say(Key::MethodTitle)>
                    <p class="mark" hidden=move || !app.is_fictitious()>{app.say(Key::Fictitious)}</p>
                    <Document/>
                </div>
            </section>
            <Appeal/>
            <LogTable/>
        </div>
    }
}

/// The document, and the indicator that its pictures follow.
#[component]
fn Document() -> impl IntoView {
    let app = use_app();
    let about = RwSignal::new(About::default());
    let honest = app.desk().honest;
    effect(move || {
        // What rests on an analysis is known once that is done.
        honest.is_present.track();
        honest.refusal.track();
        if app.results.with(|r| !r.scores.is_empty()) {
            app.ask(Topic::Method, look(app), about.get());
        }
    });
    let markup = memo(move || markup(app, Topic::Method));
    let is_chosen = StoredValue::new(false);
    effect(move || {
        markup.track();
        if is_chosen.get_value() {
            focus_back("lab-0".into());
        }
    });
    let on_change = move |event: leptos::ev::Event| {
        is_chosen.set_value(true);
        about.update(|about| {
            change(about, &event);
        });
    };
    view! { <div class="written" class:skeleton=move || is_awaited(app, Topic::Method)
    inner_html=markup on:change=on_change></div> }
}

/// Whom a village turns to that disagrees: a text of the project, for its letters.
#[component]
fn Appeal() -> impl IntoView {
    let app = use_app();
    let kept = memo(move || {
        app.project
            .with(|p| p.as_ref().map(|p| p.content.appeal.clone()))
            .unwrap_or_default()
    });
    let draft = app.desk().appeal;
    let text = memo(move || draft.get().unwrap_or_else(|| kept.get()));
    let write = move |text: String| {
        app.keep_appeal(Some(text).filter(|text| kept.with_untracked(|kept| kept != text)));
    };
    let take = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = text.get_untracked();
        app.dispatch(Command::SetAppeal(text.clone()));
        // Taken without the blanks around it; what was not taken goes on being written.
        write(text.trim().to_owned());
    };
    view! {
        <form class="card" data-testid="appeal" on:submit=take>
            <h2>{app.say(Key::AppealTitle)}</h2>
            <label class="field"><span>{app.say(Key::AppealText)}</span>
                <textarea id="appeal-text" rows="3" maxlength="500" prop:value=move || text.get()
                    on:input=move |e| write(event_target_value(&e))></textarea>
            </label>
            <div class="toolbar">
                <button type="submit" class="button">{app.say(Key::AppealTake)}</button>
            </div>
        </form>
    }
}

#[component]
fn LogTable() -> impl IntoView {
    let app = use_app();
    let is_intact = move || {
        app.project
            .with(|p| p.as_ref().is_some_and(|p| p.log.first_broken().is_none()))
    };
    let entries = move || {
        app.project.with(|p| {
            p.as_ref().map(|p| {
                let latest = p.log.entries().iter().rev().take(LOG_SHOWN);
                latest.map(|e| view! {
                    <tr><td class="number">{e.seq}</td><td>{e.at.clone()}</td>
                        <td class="log__action">{spelled(&e.action)}</td>
                        <td class="log__hash">{e.hash.chars().take(12).collect::<String>()}</td></tr>
                }).collect_view()
            })
        })
    };
    view! {
        <section class="card">
            <h2>{app.say(Key::Log)}</h2>
            <Show when=is_intact><p class="hint">{app.say(Key::LogIntact)}</p></Show>
            <div class="scroll scroll--tall" tabindex="0" role="region" aria-label=app.say(Key::Log)>
                <table class="table table--text"><tbody>{entries}</tbody></table>
            </div>
        </section>
    }
}
