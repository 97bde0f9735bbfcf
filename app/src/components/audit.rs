//! The coherence audit: sentences first, then the numbers behind them.

use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::worker::protocol::{AuditShown, Line};
use dhi_engine::framework::Language;
use leptos::prelude::*;

/// The card on the Method page; computed when asked for.
#[component]
pub fn AuditCard() -> impl IntoView {
    let app = use_app();
    let is_asked = RwSignal::new(false);
    let ask = move |_| {
        is_asked.set(true);
        app.ask_audit();
    };
    Effect::new(move |_| {
        app.desk().audit.track();
        is_asked.set(false);
    });
    view! {
        <section class="card" data-testid="audit">
            <h2>{app.say(Key::Audit)}</h2>
            <p class="hint">{app.say(Key::AuditHint)}</p>
            <div class="toolbar">
                <button type="button" class="button" disabled=move || is_asked.get() on:click=ask>
                    {move || app.t(if is_asked.get() { Key::Loading } else { Key::AuditRun })}
                </button>
            </div>
            {move || app.desk().audit.get().map(|audit| found(app, &audit))}
        </section>
    }
}

/// The card of the ranking without each part.
#[component]
pub fn LeaveOutCard() -> impl IntoView {
    let app = use_app();
    let is_asked = RwSignal::new(false);
    let ask = move |_| {
        is_asked.set(true);
        app.ask_left_out();
    };
    Effect::new(move |_| {
        app.desk().left_out.track();
        is_asked.set(false);
    });
    let head = [
        Key::LeaveOutNode,
        Key::AuditKendall,
        Key::LeaveOutMean,
        Key::LeaveOutMax,
        Key::LeaveOutBands,
        Key::LeaveOutWhose,
    ];
    view! {
        <section class="card" data-testid="leave-out">
            <h2>{app.say(Key::LeaveOut)}</h2>
            <p class="hint">{app.say(Key::LeaveOutHint)}</p>
            <div class="toolbar">
                <button type="button" class="button" disabled=move || is_asked.get() on:click=ask>
                    {move || app.t(if is_asked.get() { Key::Loading } else { Key::LeaveOut })}
                </button>
            </div>
            {move || app.desk().left_out.get().map(|lines| rows(app, Key::LeaveOut, &head, &lines))}
        </section>
    }
}

fn found(app: Context, audit: &AuditShown) -> AnyView {
    let [zh, en] = &audit.verdicts;
    let verdicts = match app.language.get() {
        Language::Chinese => zh,
        Language::English => en,
    };
    let sentences = verdicts.iter().map(|v| view! { <li>{v.clone()}</li> });
    let sentences = sentences.collect_view();
    let nothing = verdicts
        .is_empty()
        .then(|| view! { <p class="notice notice--good">{app.t(Key::AuditNothing)}</p> });
    let groups = [
        Key::AuditGroup,
        Key::AuditN,
        Key::AuditAlpha,
        Key::AuditKmo,
        Key::AuditBartlett,
        Key::AuditFirst,
        Key::AuditEigen,
    ];
    let influences = [
        Key::AuditNode,
        Key::AuditOn,
        Key::AuditWeight,
        Key::AuditInfluence,
        Key::AuditBar,
    ];
    let parents = [
        Key::AuditNode,
        Key::AuditParent,
        Key::AuditN,
        Key::AuditPearson,
        Key::AuditSpearman,
        Key::AuditKendall,
    ];
    view! {
        {nothing}
        <ol class="steps" data-testid="verdicts">{sentences}</ol>
        {table(app, Key::AuditGroups, &groups, &audit.groups)}
        {table(app, Key::AuditInfluences, &influences, &audit.influences)}
        {table(app, Key::AuditParents, &parents, &audit.parents)}
    }
    .into_any()
}

fn table(app: Context, title: Key, head: &[Key], lines: &[Line]) -> AnyView {
    view! { <h3>{app.t(title)}</h3> {rows(app, title, head, lines)} }.into_any()
}

/// A table of lines about nodes: their names, then cells, then bars.
fn rows(app: Context, title: Key, head: &[Key], lines: &[Line]) -> AnyView {
    let language = app.language.get();
    let head = head
        .iter()
        .map(|key| view! { <th scope="col">{app.t(*key)}</th> });
    let head = head.collect_view();
    let rows = app.project.with(|p| {
        let framework = p.as_ref().map(|p| p.content.framework());
        let name = |at: &u32| {
            let node = framework.and_then(|f| f.nodes().get(*at as usize));
            node.map_or("", |n| n.name.get(language)).to_owned()
        };
        let row = |line: &Line| {
            let mut names = line.nodes.iter().map(name);
            let first = names.next();
            let others = names.map(|name| view! { <td>{name}</td> }).collect_view();
            let cells = line
                .cells
                .iter()
                .map(|cell| view! { <td class="number">{cell.clone()}</td> });
            let cells = cells.collect_view();
            let bars = (!line.bars.is_empty()).then(|| {
                let bar = |(at, share): (usize, &f64)| {
                    let width = format!("width: {:.1}%", share.clamp(0.0, 1.0) * 100.0);
                    let class = if at == 0 {
                        "pair__bar"
                    } else {
                        "pair__bar pair__bar--second"
                    };
                    view! { <span class=class style=width></span> }
                };
                let bars = line.bars.iter().enumerate().map(bar).collect_view();
                view! { <td><span class="pair" aria-hidden="true">{bars}</span></td> }
            });
            view! { <tr><th scope="row">{first}</th>{others}{cells}{bars}</tr> }
        };
        lines.iter().map(row).collect_view()
    });
    view! {
        <div class="scroll scroll--tall" tabindex="0" role="region" aria-label=app.t(title)>
            <table class="table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}
