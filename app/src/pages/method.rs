//! 方法: the specification, the audit, the framework, the log.

use crate::components::audit::{AuditCard, LeaveOutCard};
use crate::components::spec::SpecCard;
use crate::i18n::{self, Key, percent1};
use crate::state::context::{Context, use_app};
use dhi_engine::framework::{Direction, Frequency, Indicator};
use leptos::prelude::*;

/// Latest log entries shown.
const LOG_SHOWN: usize = 50;

/// The page.
#[component]
pub fn Method() -> impl IntoView {
    let app = use_app();
    let steps = [
        Key::StepCheck,
        Key::StepTreat,
        Key::StepNormalise,
        Key::StepWeigh,
        Key::StepAggregate,
        Key::StepRank,
        Key::StepBands,
    ];
    view! {
        <div class="page">
            <div class="page__head">
                <h1>{app.say(Key::MethodTitle)}</h1>
                <p class="notice">{app.say(Key::MethodIntro)}</p>
            </div>
            <SpecCard/>
            <AuditCard/>
            <LeaveOutCard/>
            <section class="card">
                <h2>{app.say(Key::Steps)}</h2>
                <ol class="steps">{steps.map(|key| view! { <li>{app.say(key)}</li> })}</ol>
                <p class="digest">{move || format!("{} {}", app.t(Key::Digest),
                    app.results.with(|r| r.digest.clone()))}</p>
            </section>
            <FrameworkTable/>
            <LogTable/>
        </div>
    }
}

fn frequency(app: Context, indicator: &Indicator) -> &'static str {
    match indicator.frequency {
        None => "",
        Some(Frequency::Monthly) => app.t(Key::Monthly),
        Some(Frequency::Quarterly) => app.t(Key::Quarterly),
        Some(Frequency::HalfYearly) => app.t(Key::HalfYearly),
        Some(Frequency::Yearly) => app.t(Key::Yearly),
    }
}

#[component]
fn FrameworkTable() -> impl IntoView {
    let app = use_app();
    let head = [
        Key::Indicator,
        Key::ShareOfSiblings,
        Key::Direction,
        Key::Goalposts,
        Key::Source,
        Key::Frequency,
        Key::Office,
    ];
    let rows = move || {
        let language = app.language.get();
        let shares = app.shares_in_use();
        app.project.with(|p| {
            p.as_ref().map(|p| {
                let nodes = p.content.framework().nodes().iter().enumerate().skip(1);
                nodes.map(|(at, node)| {
                    let indent = format!("padding-left: {}rem", 0.5 + 0.9 * (node.depth as f64 - 1.0));
                    let share = percent1(shares.get(at).copied().unwrap_or(0.0));
                    let indicator = node.indicator.as_ref();
                    let direction = indicator.map(|i| app.t(match i.direction {
                        Direction::HigherIsBetter => Key::Higher,
                        Direction::LowerIsBetter => Key::Lower,
                    }));
                    let posts = indicator.and_then(|i| i.goalposts).map(|g| {
                        format!("{}–{}", i18n::value(g.lower()), i18n::value(g.upper()))
                    });
                    let office = indicator.map(|i| match i.office.as_str() {
                        "待确认" => app.t(Key::ToBeConfirmed).to_owned(),
                        office => office.to_owned(),
                    });
                    let class = if node.column.is_some() { "table__leaf" } else { "table__inner" };
                    view! {
                        <tr class=class>
                            <th scope="row" style=indent>{node.name.get(language).to_owned()}</th>
                            <td class="number">{share}</td>
                            <td>{direction}</td>
                            <td>{posts}</td>
                            <td>{indicator.map(|i| i.source.clone())}</td>
                            <td>{indicator.map(|i| frequency(app, i))}</td>
                            <td>{office}</td>
                        </tr>
                    }
                }).collect_view()
            })
        })
    };
    view! {
        <section class="card">
            <h2>{app.say(Key::Framework)}</h2>
            <div class="scroll" tabindex="0" role="region" aria-label=app.say(Key::Framework)>
                <table class="table">
                    <thead><tr>{head.map(|key| view! { <th scope="col">{app.say(key)}</th> })}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
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
                        <td class="log__action">{e.action.clone()}</td>
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
