//! How certain one village's rank and grade are, what moves them, and what it could
//! change itself. Everything within the card is markup: a type for every table
//! would cost the page more than all its texts.

use super::band::{shape, words};
use super::interval::{bands_of, interval_of, line_of, line_words, range, tier_of, verdict_words};
use crate::i18n::{self, Key, escaped, fixed2, percent0, percent1};
use crate::state::context::{Context, use_app};
use crate::worker::why::{ENOUGH, MISSING, Why};
use dhi_engine::framework::Framework;
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
    let has_why = move || {
        honest
            .why
            .with(|w| w.as_ref().is_some_and(|w| w.unit == unit))
    };
    view! {
        <section class="card" data-testid="certain" class:is-stale=move || !honest.is_present.get()>
            <h2>{app.say(Key::CertainTitle)}</h2>
            <div inner_html=Memo::new(move |_| certainty(app, unit))></div>
            <div inner_html=Memo::new(move |_| answers(app, unit))></div>
            <div class="toolbar" hidden=has_why>
                <button type="button" class="button" disabled=move || is_asked.get() on:click=ask>
                    {app.say(Key::WhyRun)}</button>
            </div>
        </section>
    }
}

fn fact(markup: &mut String, label: &str, value: &str) {
    let value = escaped(value);
    for part in [
        "<div class=\"fact\"><dt>",
        label,
        "</dt><dd>",
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
            &escaped(&super::dialogs::refusal_words(app, &refusal)),
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
    fact(&mut m, app.t(Key::ColInterval), &interval);
    let tier = tier_of(app, some).map_or_else(none, |t| t.to_string());
    fact(&mut m, app.t(Key::ColTier), &tier);
    if let Some((verdict, chance)) = line_of(app, some) {
        let (sign, word) = verdict_words(verdict);
        let line = line_words(app, honest.line.get());
        let text = [
            sign,
            " ",
            app.t(word),
            " ",
            &percent0(chance),
            " (",
            &line,
            ")",
        ]
        .concat();
        fact(&mut m, app.t(Key::ColLine), &text);
    }
    m.push_str("</dl>");
    if let Some(chances) = bands_of(app, some) {
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

/// What moves the rank, what crosses a line, and the lift table, once asked for.
fn answers(app: Context, unit: u32) -> String {
    let why = app.desk().honest.why.get();
    let Some(why) = why.filter(|w| w.unit == unit) else {
        return String::new();
    };
    app.project.with(|p| {
        let mut m = String::new();
        let Some(p) = p else { return m };
        let framework = p.content.framework();
        heading(app, &mut m, Key::WhyMoves);
        moves(app, framework, &why, &mut m);
        heading(app, &mut m, Key::WhyFlips);
        flips(app, framework, &why, &mut m);
        heading(app, &mut m, Key::LiftTitle);
        lift(app, framework, &why, &mut m);
        m
    })
}

fn heading(app: Context, m: &mut String, key: Key) {
    m.push_str(&["<h3>", app.t(key), "</h3>"].concat());
}

fn hint(m: &mut String, text: &str) {
    m.push_str(&["<p class=\"hint\">", &escaped(text), "</p>"].concat());
}

fn name(app: Context, framework: &Framework, node: u32) -> String {
    let node = framework.nodes().get(node as usize);
    node.map_or_else(String::new, |n| n.name.get(app.language.get()).to_owned())
}

fn moves(app: Context, framework: &Framework, why: &Why, m: &mut String) {
    if why.moves.is_empty() {
        return hint(m, app.t(Key::RankDoesNotVary));
    }
    hint(m, app.t(Key::WhyMovesHint));
    m.push_str("<ul class=\"odds odds--wide\">");
    for line in &why.moves {
        let label = match line.nodes.first() {
            None => app.t(Key::MoveErrors).to_owned(),
            Some(0) => app.t(Key::MovePillars).to_owned(),
            Some(node) => [app.t(Key::MoveUnder), &name(app, framework, *node)].concat(),
        };
        if let [value, low, high] = line.bars[..] {
            // Estimates of small shares may fall below 0.
            let text = |x: f64| percent0(x.max(0.0));
            let words = [&text(value), " (", &text(low), "–", &text(high), ")"].map(String::from);
            odds(m, &label, value, "", &words.concat());
        }
    }
    m.push_str("</ul>");
}

fn flips(app: Context, framework: &Framework, why: &Why, m: &mut String) {
    if why.flips.is_empty() {
        return hint(m, app.t(Key::FlipNone));
    }
    hint(m, app.t(Key::WhyFlipsHint));
    m.push_str("<ul class=\"steps\">");
    for line in &why.flips {
        let Some((score, change)) = line.bars.split_first() else {
            continue;
        };
        let mut text = ["≥ ", &i18n::value(*score)].concat();
        match change.split_first() {
            None => text.push_str(app.t(Key::FlipNever)),
            Some((distance, weights)) => {
                text.push_str(app.t(Key::FlipMoves));
                // Half the sum of changes is the weight that moves.
                text.push_str(&percent1(distance / 2.0));
                let pillars = framework.pillars().iter().zip(&why.weights).zip(weights);
                for (at, ((node, from), to)) in pillars.enumerate() {
                    text.push_str(app.t(if at == 0 { Key::Colon } else { Key::Comma }));
                    text.push_str(&name(app, framework, node.0));
                    text.push_str(&[" ", &percent1(*from), " → ", &percent1(*to)].concat());
                }
            }
        }
        m.push_str(&["<li>", &escaped(&text), "</li>"].concat());
    }
    m.push_str("</ul>");
}

fn lift(app: Context, framework: &Framework, why: &Why, m: &mut String) {
    if why.target.is_nan() {
        return hint(m, app.t(Key::LiftNone));
    }
    hint(
        m,
        &[app.t(Key::LiftHint), " ≥ ", &i18n::value(why.target)].concat(),
    );
    let label = app.t(Key::LiftTitle);
    let _ = write!(
        m,
        "<div class=\"scroll scroll--tall\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">\
         <table class=\"table\" data-testid=\"lift\"><thead><tr>"
    );
    let head = [
        Key::Indicator,
        Key::LiftFrom,
        Key::LiftTo,
        Key::LiftGain,
        Key::LiftReach,
        Key::Office,
    ];
    for key in head {
        m.push_str(&["<th scope=\"col\">", app.t(key), "</th>"].concat());
    }
    m.push_str("</tr></thead><tbody>");
    let or_dash = |x: f64, text: fn(f64) -> String| if x.is_nan() { "—".into() } else { text(x) };
    for line in &why.lift {
        let (Some(node), [raw, to, gain]) = (line.nodes.first(), &line.bars[..]) else {
            continue;
        };
        let office = framework.nodes().get(*node as usize);
        let office = office.and_then(|n| n.indicator.as_ref());
        let office = escaped(office.map_or("", |i| &i.office));
        let reach = app.t(match line.cells.first().map(String::as_str) {
            Some(MISSING) => Key::LiftMissing,
            Some(ENOUGH) => Key::LiftEnough,
            _ => Key::LiftTooLittle,
        });
        let title = escaped(&name(app, framework, *node));
        let (from, target) = (or_dash(*raw, i18n::value), or_dash(*to, i18n::value));
        let points = or_dash(*gain, |g| ["+", &fixed2(g)].concat());
        let _ = write!(
            m,
            "<tr data-node=\"{node}\" data-to=\"{to}\" data-gain=\"{gain}\"><th scope=\"row\">{title}</th>\
             <td class=\"number\">{from}</td><td class=\"number\">{target}</td>\
             <td class=\"number\">{points}</td><td>{reach}</td><td>{office}</td></tr>"
        );
    }
    m.push_str("</tbody></table></div>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::interval::{chance_cell, interval_cell, line_cell};
    use crate::route::Route;
    use crate::state::project::{Content, Project};
    use crate::worker::protocol::{Line, Results};
    use crate::worker::robust::Robustness;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::framework::Language;
    use dhi_engine::scheme::default_scheme;
    use std::sync::Arc;

    /// Every tag is closed in order.
    fn check_markup(markup: &str) {
        let mut open = Vec::new();
        for tag in markup.split('<').skip(1) {
            let (tag, _) = tag.split_once('>').expect("a tag without end");
            match tag.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop(), Some(closed), "{markup}"),
                None => open.extend(tag.split(' ').next()),
            }
        }
        assert_eq!(open, Vec::<&str>::new(), "{markup}");
    }

    #[test]
    fn what_is_known_about_a_village_is_sound_markup() {
        let owner = Owner::new();
        owner.with(|| {
            let app = Context::new(Language::Chinese, false, Route::Ranking);
            let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
            let content = Content::new("<甲>", true, Arc::new(dataset)).unwrap();
            app.project.set(Some(Project::new(content)));
            app.results.set(Arc::new(Results {
                scores: vec![71.0, 59.0],
                grades: vec![Grade::Band(1), Grade::Band(3)],
                ..Results::default()
            }));
            let honest = app.desk().honest;
            honest.is_present.set(true);
            honest.shown.set(Some(Arc::new(Robustness {
                levels: vec![0.9, 0.9, 0.1, 0.9],
                low: vec![1, 0],
                high: vec![2, 0],
                tiers: vec![1, 0],
                bands: vec![vec![0.001, 0.5, 0.499, 0.0], vec![]],
                chances: vec![0.45, f64::NAN],
                ..Robustness::default()
            })));
            let line = |nodes: Vec<u32>, bars: Vec<f64>| Line {
                nodes,
                bars,
                cells: vec![ENOUGH.into()],
            };
            honest.why.set(Some(Arc::new(Why {
                unit: 0,
                moves: vec![
                    line(vec![0], vec![0.6, 0.5, 0.7]),
                    line(vec![], vec![-0.01, -0.02, 0.003]),
                ],
                weights: vec![0.35, 0.35, 0.3],
                flips: vec![
                    line(vec![], vec![70.0, 0.1, 0.4, 0.35, 0.25]),
                    line(vec![], vec![60.0]),
                ],
                target: 85.0,
                lift: vec![line(vec![4], vec![50.0, 75.5, f64::NAN])],
            })));
            for language in [Language::Chinese, Language::English] {
                app.language.set(language);
                for unit in [0, 1] {
                    check_markup(&certainty(app, unit));
                    check_markup(&answers(app, unit));
                    check_markup(&interval_cell(app, Some(unit)));
                    check_markup(&line_cell(app, Some(unit)));
                }
            }
            let known = certainty(app, 0);
            // A twentieth of a percent is not nothing.
            assert!(known.contains("&lt;1%") && known.contains("undetermined 45%"));
            assert_eq!(chance_cell(app, Some(0)), "50%");
            assert_eq!(line_cell(app, Some(1)), "—");
            let said = answers(app, 0);
            // Half of 0.1 is the weight that moves.
            assert!(said.contains("moves 5.0%: ") && said.contains("35.0% → 40.0%"));
            assert!(said.contains("no weights of the pillars cross it"));
            assert!(said.contains("data-to=\"75.5\" data-gain=\"NaN\""));
            assert_eq!(answers(app, 1), "");
        });
    }
}
