//! How certain one village's rank and grade are, following the analysis; and, once
//! asked for, what moves them.

use super::band::words;
use super::interval::{
    bands_of, interval_of, line_of, line_words, range, tier_of, told_chance, verdict_words,
};
use super::written::Ask;
use crate::i18n::{Key, percent0};
use crate::state::context::{Context, use_app};
use crate::state::reactive::memo;
use crate::worker::protocol::Topic;
use crate::written::html::escaped;
use crate::written::{shape, terms};
use dhi_engine::rank::Grade;
use leptos::prelude::*;
use std::fmt::Write as _;

/// The card on the village page.
#[component]
pub fn CertaintyCard(
    /// Position in the register.
    unit: u32,
) -> impl IntoView {
    let app = use_app();
    let honest = app.desk().honest;
    view! {
        <section class="card" data-testid="certain" class:is-stale=move || !honest.is_present.get()>
            <h2>{app.say(Key::CertainTitle)}</h2>
            <div inner_html=memo(move || certainty(app, unit))></div>
            <Ask topic=Topic::Why(unit) run=Key::WhyRun ask=Callback::new(move |()| app.ask_why(unit))/>
        </section>
    }
}

/// A value under its name, which is a term.
fn fact(markup: &mut String, (label, term): (&str, usize), value: &str) {
    let value = escaped(value);
    for part in [
        "<div class=\"fact\"><dt>",
        label,
        " <button type=\"button\" class=\"term\" data-term=\"",
        &term.to_string(),
        "\" aria-label=\"",
        label,
        "?\">?</button></dt><dd>",
        &value,
        "</dd></div>",
    ] {
        markup.push_str(part);
    }
}

/// One labelled bar of a list.
fn odds(markup: &mut String, label: &str, share: f64, class: &str, text: &str) {
    let (label, text) = (escaped(label), escaped(text));
    let width = share.clamp(0.0, 1.0) * 100.0;
    let _ = write!(
        markup,
        "<li class=\"odds__row\"><span>{label}</span><span class=\"odds__axis\" aria-hidden=\"true\">\
         <span class=\"odds__bar {class}\" style=\"width:{width:.1}%\"></span></span>\
         <span class=\"number\">{text}</span></li>"
    );
}

/// Interval, tier, line, and the chance of every band.
fn certainty(app: Context, unit: u32) -> String {
    let honest = app.desk().honest;
    let some = Some(unit);
    let mut m = String::new();
    if let Some(refusal) = honest.refusal.get() {
        return [
            "<p class=\"notice\">",
            &escaped(&refusal.words(app.language.get())),
            "</p>",
        ]
        .concat();
    }
    if !honest.is_present.get() {
        for part in [
            "<p class=\"hint\" role=\"status\">",
            app.t(if honest.shown.with(Option::is_some) {
                Key::CertaintyOutdated
            } else {
                Key::CertaintyWaiting
            }),
            "</p>",
        ] {
            m.push_str(part);
        }
    }
    m.push_str("<dl class=\"facts\">");
    let none = || "—".to_owned();
    let interval = interval_of(app, some).map_or_else(none, range);
    fact(
        &mut m,
        (app.t(Key::ColInterval), terms::INTERVAL),
        &interval,
    );
    let tier = tier_of(app, some).map_or_else(none, |t| t.to_string());
    fact(&mut m, (app.t(Key::ColTier), terms::TIER), &tier);
    if let Some((verdict, chance)) = line_of(app, some) {
        let (sign, word) = verdict_words(verdict);
        let line = line_words(app, honest.line.get());
        let text = [
            sign,
            " ",
            app.t(word),
            " ",
            &told_chance(verdict, chance),
            " (",
            &line,
            ")",
        ]
        .concat();
        fact(&mut m, (app.t(Key::ColLine), terms::VERDICT), &text);
    }
    m.push_str("</dl>");
    if let Some(chances) = bands_of(app, some) {
        if app.loaded.with(|l| l.limit(unit as usize).best > 0) {
            m.push_str("<p class=\"hint\">");
            m.push_str(app.t(Key::Capped));
            m.push_str(app.t(Key::ByScore));
            m.push_str("</p>");
        }
        m.push_str("<ul class=\"odds\">");
        for (at, chance) in chances.iter().enumerate() {
            let label = [shape(at as u32), " ", &words(app, Grade::Band(at as u32))].concat();
            let class = ["odds__bar--", &at.min(3).to_string()].concat();
            odds(&mut m, &label, *chance, &class, &percent0(*chance));
        }
        m.push_str("</ul>");
    }
    m
}
