//! One row of the ranking as markup: a few strings are cheaper than a component per
//! cell, and only rows in view are written.

use super::column::class_of;
use super::{rank_of, rank_words};
use crate::charts::waterfall::signed;
use crate::components::band;
use crate::components::interval::{chance_cell, interval_cell, line_cell, tier_cell};
use crate::i18n::{Key, fixed2};
use crate::state::context::Context;
use crate::state::facts::Group;
use crate::state::view::{Column, Marks, Shape};
use crate::written::html::Html;
use crate::written::withheld;
use leptos::prelude::*;

/// A thumbtack.
const PIN: &str = "<svg viewBox=\"0 0 16 16\" width=\"14\" height=\"14\" aria-hidden=\"true\">\
    <path fill=\"currentColor\" d=\"M5 1h6l-1 6 3 3H9v4l-1 1-1-1v-4H3l3-3z\"/></svg>";
/// Two columns side by side.
const COMPARE: &str = "<svg viewBox=\"0 0 16 16\" width=\"14\" height=\"14\" aria-hidden=\"true\">\
    <path fill=\"currentColor\" d=\"M2 3h5v11H2zM9 6h5v8H9z\"/></svg>";

/// A row's button, which the table hears for all of them.
fn button(html: &mut Html, act: &str, state: (&'static str, bool), label: &str, mark: &str) {
    let is_on = if state.1 { "true" } else { "false" };
    html.raw("<button type=\"button\" class=\"rank__tool\" tabindex=\"-1\"")
        .attr("data-act", act)
        .attr(state.0, is_on)
        .attr("aria-label", label)
        .attr("title", label)
        .raw(">")
        .picture(mark)
        .raw("</button>");
}

/// Opens a cell, with what it says when pointed at.
fn cell<'h>(html: &'h mut Html, column: Column, title: Option<&str>) -> &'h mut Html {
    html.raw("<span role=\"gridcell\"")
        .attr("class", class_of(column));
    if let Some(title) = title {
        html.attr("title", title);
    }
    html.raw(">")
}

/// A village.
pub(super) fn of_unit(
    app: Context,
    shape: &Shape,
    marks: &Marks,
    unit: u32,
    is_compact: bool,
) -> String {
    let mut html = Html::default();
    let about = app.project.with(|p| {
        let units = p.as_ref()?.content.dataset.units().list();
        let u = units.get(unit as usize)?;
        Some([&u.name, u.code.as_str(), &u.town, &u.class].map(str::to_owned))
    });
    let Some(about) = about else {
        return String::new();
    };
    if !is_compact {
        tools(app, &mut html, marks, unit, &about[0]);
    }
    for column in &shape.columns {
        let title = match column {
            Column::Town => Some(about[2].as_str()),
            Column::Class => Some(about[3].as_str()),
            Column::Rank if rank_of(app, shape.scope, unit) == 0 => {
                let grade = app.results.with(|r| r.grades.get(unit as usize).copied());
                grade.and_then(withheld).map(|key| app.t(key.into()))
            }
            _ => None,
        };
        cell(&mut html, *column, title);
        content(app, &mut html, *column, unit, &about, shape);
        if *column == Column::Grade && !is_compact {
            html.raw("<span class=\"chance\">")
                .picture(&chance_cell(app, Some(unit)))
                .raw("</span>");
        }
        html.raw("</span>");
    }
    html.finish()
}

fn tools(app: Context, html: &mut Html, marks: &Marks, unit: u32, name: &str) {
    let label = |key: Key| [app.t(key), " ", name].concat();
    html.raw("<span role=\"gridcell\" class=\"rank__tools\">");
    let is_pinned = marks.pinned.contains(&unit);
    let is_open = marks.open.contains(&unit) && !is_pinned;
    let (key, mark) = if is_open {
        (Key::Collapse, "▾")
    } else {
        (Key::Expand, "▸")
    };
    button(html, "open", ("aria-expanded", is_open), &label(key), mark);
    button(
        html,
        "pin",
        ("aria-pressed", is_pinned),
        &label(Key::Pin),
        PIN,
    );
    let is_compared = marks.compared.contains(&unit);
    button(
        html,
        "compare",
        ("aria-pressed", is_compared),
        &label(Key::Compare),
        COMPARE,
    );
    html.raw("</span>");
}

fn content(
    app: Context,
    html: &mut Html,
    column: Column,
    unit: u32,
    about: &[String; 4],
    shape: &Shape,
) {
    let some = Some(unit);
    let at = unit as usize;
    match column {
        Column::Rank => {
            html.text(&rank_words(rank_of(app, shape.scope, unit)));
        }
        Column::Name => {
            html.open_with("span class=\"rank__unit\"", "title", &about[0])
                .text(&about[0]);
            if app
                .loaded
                .with(|l| l.flagged.get(at).copied().unwrap_or(false))
            {
                let words = app.t(Key::Flagged);
                html.open_with("span class=\"flag\"", "title", words)
                    .raw("<span aria-hidden=\"true\">⚠</span>")
                    .el("span class=\"visually-hidden\"", words)
                    .raw("</span>");
            }
            html.raw("</span>")
                .el("span class=\"rank__code\"", &about[1]);
        }
        Column::Town => {
            html.text(&about[2]);
        }
        Column::Class => {
            html.text(&about[3]);
        }
        Column::Interval => {
            html.picture(&interval_cell(app, some));
        }
        Column::Tier => {
            html.picture(&tier_cell(app, some));
        }
        Column::Score => {
            let score = app.results.with(|r| r.scores.get(at).copied());
            html.text(&band::score(app, score.unwrap_or(f64::NAN)));
        }
        Column::Bars => bars(app, html, at),
        Column::Grade => {
            band::badge(app, html, unit);
        }
        Column::Line => {
            html.picture(&line_cell(app, some));
        }
        Column::Coverage => coverage(app, html, at),
        Column::Trend => trend(app, html, at),
        Column::Change => change(app, html, at),
        Column::Pillar(pillar) => {
            let part = app
                .results
                .with(|r| r.pillars.get(pillar as usize)?.get(at).copied());
            html.text(&fixed2(part.unwrap_or(f64::NAN)));
        }
    }
}

/// Contributions of the pillars, stacked to the score.
fn bars(app: Context, html: &mut Html, unit: usize) {
    const PARTS: [&str; 6] = [
        "span class=\"bars__part pillar--0\"",
        "span class=\"bars__part pillar--1\"",
        "span class=\"bars__part pillar--2\"",
        "span class=\"bars__part pillar--3\"",
        "span class=\"bars__part pillar--4\"",
        "span class=\"bars__part pillar--5\"",
    ];
    let scale = app
        .project
        .with(|p| p.as_ref().map_or(100.0, |p| p.content.spec.scale()));
    app.results.with(|r| {
        let score = r.scores.get(unit).copied().unwrap_or(f64::NAN);
        html.open_with(
            "span class=\"bars\" role=\"img\"",
            "aria-label",
            &fixed2(score),
        );
        for (pillar, column) in r.pillars.iter().enumerate() {
            let part = column.get(unit).copied().unwrap_or(0.0);
            let width = format!("width:{:.3}%", part / scale * 100.0);
            html.raw("<")
                .raw(PARTS[pillar % 6])
                .attr("style", &width)
                .attr("title", &fixed2(part))
                .raw("></span>");
        }
        html.raw("</span>");
    });
}

/// Indicators with a value out of those that should have one.
fn coverage(app: Context, html: &mut Html, unit: usize) {
    let Some(count) = app.loaded.with(|l| l.coverage.get(unit).copied()) else {
        return;
    };
    let floor = app
        .project
        .with(|p| p.as_ref().map_or(0.0, |p| p.content.spec.coverage_floor()));
    let tag = if count.reaches(floor) {
        "span class=\"coverage\""
    } else {
        "span class=\"coverage coverage--low\""
    };
    html.el(tag, &format!("{}/{}", count.present, count.applicable));
}

/// Scores over the periods as a line, on one axis for all villages, and the latest
/// change in points.
fn trend(app: Context, html: &mut Html, unit: usize) {
    const WIDTH: f64 = 66.0;
    const HEIGHT: f64 = 22.0;
    let past = app.desk().past.get();
    let n_units = app.results.with(|r| r.scores.len()).max(1);
    let of_unit = past
        .chunks_exact(n_units)
        .filter_map(|scores| scores.get(unit).copied());
    let of_unit: Vec<f64> = of_unit.collect();
    let (low, high) = app.desk().past_range.get();
    let steps = of_unit.len().saturating_sub(1).max(1) as f64;
    // A break where there is no score.
    let pieces = of_unit.iter().enumerate().map(|(i, score)| {
        if score.is_nan() {
            return "\" /><polyline points=\"".to_owned();
        }
        let x = 2.0 + i as f64 / steps * (WIDTH - 4.0);
        let y = HEIGHT - 2.0 - (score - low) / (high - low).max(1e-9) * (HEIGHT - 4.0);
        format!("{x:.1},{y:.1} ")
    });
    let pieces: String = pieces.collect();
    let mut scores = of_unit.iter().rev().copied();
    let change = scores.next().zip(scores.next()).map(|(to, from)| to - from);
    let Some(change) = change.filter(|change| !change.is_nan()) else {
        html.text("—");
        return;
    };
    let words = of_unit.iter().map(|score| fixed2(*score));
    let words = words.collect::<Vec<_>>().join(" → ");
    html.raw("<svg class=\"spark\" viewBox=\"0 0 66 22\" role=\"img\"")
        .attr("aria-label", &words)
        .raw("><title>")
        .text(&words)
        .raw("</title><polyline points=\"")
        .picture(&pieces)
        .raw("\" /></svg>")
        .el("span class=\"number\"", &signed(change));
}

/// Change of the overall rank against the scheme's weights.
fn change(app: Context, html: &mut Html, unit: usize) {
    let rank = |ranks: &[u32]| ranks.get(unit).map_or(0, |rank| i64::from(*rank));
    let before = app.loaded.with(|l| rank(&l.baseline.overall));
    let now = app.results.with(|r| rank(&r.overall));
    let change = before - now;
    let steps = change.abs().to_string();
    let (tag, mark, word) = match change {
        _ if before == 0 || now == 0 => {
            html.el("span class=\"change\"", "—");
            return;
        }
        0 => ("change", "=", Key::Unchanged),
        1.. => ("change change--up", "▲", Key::Up),
        _ => ("change change--down", "▼", Key::Down),
    };
    let steps = if change == 0 { "" } else { &steps };
    // A name for the mark instead of words beside it, which would be laid out too.
    html.raw("<span role=\"img\"")
        .attr("class", tag)
        .attr("aria-label", [app.t(word), " ", steps].concat().trim_end())
        .raw(">")
        .text(&[mark, steps].concat())
        .raw("</span>");
}

/// A group in words: what it is, how many villages, and the scores of those with a grade.
pub fn group_words(app: Context, group: &Group, label: &str) -> Vec<String> {
    const ENOUGH: u32 = 5;
    let mut words = vec![
        label.to_owned(),
        [&group.members.len().to_string(), " ", app.t(Key::UnitsWord)].concat(),
        [app.t(Key::WithGrade), " ", &group.n_graded.to_string()].concat(),
    ];
    if let [low, median, high] = group.scores[..] {
        let median = if group.n_graded < ENOUGH {
            app.t(Key::FewHere).to_owned()
        } else {
            fixed2(median)
        };
        let range = [&fixed2(low), "–", &fixed2(high)].concat();
        words.push([app.t(Key::MedianScore), " ", &median].concat());
        words.push([app.t(Key::RangeScore), " ", &range].concat());
    }
    words
}

/// Head of a group.
pub(super) fn of_group(app: Context, group: &Group, label: &str, is_folded: bool) -> String {
    let mut html = Html::default();
    let words = group_words(app, group, label);
    let (key, mark) = if is_folded {
        (Key::Expand, "▸")
    } else {
        (Key::Collapse, "▾")
    };
    html.raw("<span role=\"gridcell\"")
        .attr(
            "class",
            if group.is_outer {
                "rank__group rank__group--outer"
            } else {
                "rank__group"
            },
        )
        .raw(">");
    button(
        &mut html,
        "fold",
        ("aria-expanded", !is_folded),
        &[app.t(key), " ", label].concat(),
        mark,
    );
    html.el("strong", label);
    for word in words.iter().skip(1) {
        html.el("span", word);
    }
    html.raw("</span>");
    html.finish()
}
