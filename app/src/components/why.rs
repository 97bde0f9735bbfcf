//! How certain one village's rank and grade are, what moves them, and what it could
//! change itself.

use super::band::{shape, words};
use super::interval::{bands_of, interval_of, line_of, line_words, range, tier_of, verdict_words};
use crate::i18n::{self, Key, fixed2, percent0, percent1};
use crate::state::context::{Context, use_app};
use crate::worker::why::{FlipShown, LiftLine, Move, Why};
use dhi_engine::framework::Framework;
use dhi_engine::rank::Grade;
use leptos::prelude::*;
use std::sync::Arc;

/// The card on the village page.
#[component]
pub fn CertaintyCard(
    /// Position in the register.
    unit: u32,
) -> impl IntoView {
    let app = use_app();
    let honest = app.desk().honest;
    let fact = move |label: Key, value: String| {
        view! { <div class="fact"><dt>{app.t(label)}</dt><dd>{value}</dd></div> }
    };
    let is_asked = RwSignal::new(false);
    let ask = move |_| {
        is_asked.set(true);
        app.ask_why(unit);
    };
    // An answer about other weights was taken away: the question is open again.
    Effect::new(move |_| {
        if honest.is_present.get() {
            is_asked.set(false);
        }
    });
    let why = move || honest.why.get().filter(|w| w.unit == unit);
    let some = Some(unit);
    view! {
        <section class="card" data-testid="certain" class:is-stale=move || !honest.is_present.get()>
            <h2>{move || app.t(Key::CertainTitle)}</h2>
            <Show when=move || !honest.is_present.get()>
                <p class="hint" role="status">{move || app.t(Key::CertaintyOutdated)}</p>
            </Show>
            <dl class="facts">
                {move || fact(Key::ColInterval, interval_of(app, some).map_or_else(|| "—".into(), range))}
                {move || fact(Key::ColTier, tier_of(app, some).map_or_else(|| "—".into(), |t| t.to_string()))}
                {move || line_of(app, some).map(|(verdict, chance)| {
                    let (sign, word) = verdict_words(verdict);
                    let line = line_words(app, honest.line.get());
                    fact(Key::ColLine, [sign, " ", app.t(word), " ", &percent0(chance), " (", &line, ")"].concat())
                })}
            </dl>
            {move || bands_of(app, some).map(|chances| bands(app, &chances))}
            {move || match why() {
                Some(why) => view! { <Answers why/> }.into_any(),
                None => view! {
                    <div class="toolbar">
                        <button type="button" class="button" disabled=move || is_asked.get() on:click=ask>
                            {move || app.t(if is_asked.get() { Key::Loading } else { Key::WhyRun })}</button>
                    </div>
                }.into_any(),
            }}
        </section>
    }
}

fn bands(app: Context, chances: &[f64]) -> AnyView {
    let rows = chances.iter().enumerate();
    let rows = rows.map(|(at, chance)| {
        let name = words(app, Grade::Band(at as u32));
        let width = format!("width:{:.1}%", chance * 100.0);
        let label = [shape(at as u32), " ", &name].concat();
        let class = format!("odds__bar odds__bar--{}", at.min(3));
        view! {
            <li class="odds__row"><span>{label}</span>
                <span class="odds__axis" aria-hidden="true"><span class=class style=width></span></span>
                <span class="number">{percent0(*chance)}</span></li>
        }
    });
    view! { <ul class="odds" aria-label=app.t(Key::BandChances)>{rows.collect_view()}</ul> }
        .into_any()
}

#[component]
fn Answers(why: Arc<Why>) -> impl IntoView {
    let app = use_app();
    move || {
        app.project.with(|p| {
            let framework = p.as_ref()?.content.framework();
            Some(view! {
                <h3>{app.t(Key::WhyMoves)}</h3>
                {moves(app, framework, &why)}
                <h3>{app.t(Key::WhyFlips)}</h3>
                {flips(app, framework, &why)}
                <h3>{app.t(Key::LiftTitle)}</h3>
                {lift(app, framework, &why)}
            })
        })
    }
}

fn name(app: Context, framework: &Framework, node: u32) -> String {
    let node = framework.nodes().get(node as usize);
    node.map_or_else(String::new, |n| n.name.get(app.language.get()).to_owned())
}

fn moves(app: Context, framework: &Framework, why: &Why) -> AnyView {
    if !why.varies {
        return view! { <p class="hint">{app.t(Key::RankDoesNotVary)}</p> }.into_any();
    }
    let row = |m: &Move| {
        let label = match m.node {
            None => app.t(Key::MoveErrors).to_owned(),
            Some(0) => app.t(Key::MovePillars).to_owned(),
            Some(node) => [app.t(Key::MoveUnder), " ", &name(app, framework, node)].concat(),
        };
        let (value, low, high) = m.share;
        let width = format!("width:{:.1}%", value.clamp(0.0, 1.0) * 100.0);
        let text = [
            &percent0(value.max(0.0)),
            " (",
            &percent0(low.max(0.0)),
            "–",
            &percent0(high.max(0.0)),
            ")",
        ]
        .map(|s: &str| s.to_owned())
        .concat();
        view! {
            <li class="odds__row"><span>{label}</span>
                <span class="odds__axis" aria-hidden="true"><span class="odds__bar" style=width></span></span>
                <span class="number">{text}</span></li>
        }
    };
    view! {
        <p class="hint">{app.t(Key::WhyMovesHint)}</p>
        <ul class="odds odds--wide">{why.moves.iter().map(row).collect_view()}</ul>
    }
    .into_any()
}

fn flips(app: Context, framework: &Framework, why: &Why) -> AnyView {
    if why.flips.is_empty() {
        return view! { <p class="hint">{app.t(Key::StayNotLinear)}</p> }.into_any();
    }
    let sentence = |flip: &FlipShown| {
        let line = ["≥ ", &i18n::value(flip.score)].concat();
        let Some(weights) = &flip.weights else {
            return [&line, app.t(Key::FlipNever)].concat();
        };
        let pillars = framework.pillars().iter().zip(&why.weights).zip(weights);
        let parts = pillars.map(|((node, from), to)| {
            let name = name(app, framework, node.0);
            [&name, " ", &percent1(*from), " → ", &percent1(*to)]
                .map(String::from)
                .concat()
        });
        let parts: Vec<String> = parts.collect();
        // Half the sum of changes is the weight that moves.
        let moved = percent1(flip.distance / 2.0);
        [
            &line,
            app.t(Key::FlipMoves),
            &moved,
            app.t(Key::Colon),
            &parts.join(app.t(Key::Comma)),
        ]
        .map(|s: &str| s.to_owned())
        .concat()
    };
    let items = why.flips.iter().map(|f| view! { <li>{sentence(f)}</li> });
    view! { <p class="hint">{app.t(Key::WhyFlipsHint)}</p><ul class="steps">{items.collect_view()}</ul> }
        .into_any()
}

fn lift(app: Context, framework: &Framework, why: &Why) -> AnyView {
    let Some(target) = why.target else {
        return view! { <p class="hint">{app.t(Key::LiftNone)}</p> }.into_any();
    };
    let value = |x: Option<f64>| x.map_or_else(|| "—".into(), i18n::value);
    let row = |l: &LiftLine| {
        let node = framework.nodes().get(l.node as usize);
        let office = node.and_then(|n| n.indicator.as_ref());
        let office = office.map_or_else(String::new, |i| i.office.clone());
        let key = if l.is_missing {
            Key::LiftMissing
        } else if l.is_enough {
            Key::LiftEnough
        } else {
            Key::LiftTooLittle
        };
        let gain = l
            .gain
            .map_or_else(|| "—".into(), |g| ["+", &fixed2(g)].concat());
        view! {
            <tr data-node=l.node.to_string() data-to=l.to.map(|x| x.to_string()) data-gain=l.gain.map(|x| x.to_string())>
                <th scope="row">{name(app, framework, l.node)}</th>
                <td class="number">{value(l.raw)}</td><td class="number">{value(l.to)}</td>
                <td class="number">{gain}</td><td>{app.t(key)}</td><td>{office}</td></tr>
        }
    };
    let head = [
        Key::Indicator,
        Key::LiftFrom,
        Key::LiftTo,
        Key::LiftGain,
        Key::LiftReach,
        Key::Office,
    ];
    let hint = [app.t(Key::LiftHint), " ≥ ", &i18n::value(target)].concat();
    view! {
        <p class="hint">{hint}</p>
        <div class="scroll scroll--tall" tabindex="0" role="region" aria-label=app.t(Key::LiftTitle)>
            <table class="table" data-testid="lift">
                <thead><tr>{head.map(|key| view! { <th scope="col">{app.t(key)}</th> })}</tr></thead>
                <tbody>{why.lift.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
