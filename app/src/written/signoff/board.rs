//! Every item by where it stands.

use super::acts::new_item;
use super::{Desk, deadline, notices, to_confirm, village};
use crate::i18n::Told;
use crate::written::Scene;
use crate::written::filled;
use crate::written::html::Html;
use dhi_engine::packet::View;
use dhi_engine::signoff::{Item, PARTIES, STATES, State, due};
use std::collections::BTreeSet;

/// Items listed in a column; the rest is counted.
const MOST_LISTED: usize = 60;

/// The board, of one town where one is chosen, and how an item is set up.
pub fn board(scene: &Scene<'_>, html: &mut Html, desk: &Desk<'_>, view: &View, town: &str) {
    if view.items.is_empty() {
        html.open("section class=\"card\" data-testid=\"board-empty\"")
            .el("h2", scene.say(Told::BoardEmpty))
            .el("p", scene.say(Told::BoardAbout))
            .open("ol class=\"steps\"")
            .el("li", scene.say(Told::BoardStep1))
            .el("li", scene.say(Told::BoardStep2))
            .el("li", scene.say(Told::BoardStep3))
            .close("ol");
        to_confirm(scene, html);
        html.close("section");
    } else {
        columns(scene, html, desk, view, town);
    }
    notices(scene, html, view.notices.iter());
    new_item(scene, html, desk);
}

fn columns(scene: &Scene<'_>, html: &mut Html, desk: &Desk<'_>, view: &View, town: &str) {
    let towns: BTreeSet<&str> = view.items.iter().map(|i| i.facts.town.as_str()).collect();
    let is_meant = |item: &&Item| town.is_empty() || item.facts.town == town;
    let today = desk.who.today;
    let meant = || view.items.iter().filter(is_meant);
    let late = meant().filter(|item| item.days_overdue(today) > 0).count();
    let counts = [
        ("n", meant().count().to_string()),
        ("late", late.to_string()),
        ("day", today.to_string()),
    ];
    html.open("section class=\"card\" data-testid=\"board\"")
        .el("h2", scene.say(Told::Board))
        .open("div class=\"toolbar\"")
        .open("label class=\"field field--inline\"")
        .el("span", scene.say(Told::FieldTown))
        .raw("<select data-town>")
        .open_with("option", "value", "")
        .text(scene.t(crate::i18n::Key::AllOfThem))
        .close("option");
    for name in towns {
        html.raw("<option").attr("value", name);
        if name == town {
            html.raw(" selected");
        }
        html.raw(">").text(name).close("option");
    }
    html.raw("</select></label>")
        .el(
            "p class=\"hint\"",
            &filled(scene.say(Told::BoardCounts), &counts),
        )
        .raw("</div><div class=\"board\" tabindex=\"0\" role=\"region\"")
        .attr("aria-label", scene.say(Told::Board))
        .raw(">");
    for state in STATES {
        let here: Vec<&Item> = meant().filter(|item| item.state == state).collect();
        if here.is_empty() {
            continue;
        }
        html.open_with("section class=\"board__column\"", "data-state", state.id())
            .open("h3")
            .text(desk.rules.state_name(state, scene.language))
            .text(" ")
            .el("span class=\"board__n\"", &here.len().to_string())
            .close("h3")
            .open("ul class=\"board__items\"");
        for item in here.iter().take(MOST_LISTED) {
            card(scene, html, desk, item);
        }
        html.close("ul");
        if here.len() > MOST_LISTED {
            let rest = [("n", (here.len() - MOST_LISTED).to_string())];
            html.el(
                "p class=\"hint\"",
                &filled(scene.say(Told::BoardMore), &rest),
            );
        }
        html.close("section");
    }
    html.close("div");
    to_confirm(scene, html);
    html.close("section");
}

fn card(scene: &Scene<'_>, html: &mut Html, desk: &Desk<'_>, item: &Item) {
    let today = desk.who.today;
    html.open("li")
        .open_with("a", "href", &["#/signoff/", &item.id].concat())
        .text(&item.id)
        .text(" · ")
        .text(village(scene, &item.facts.village))
        .close("a")
        .el("p", &item.facts.problem)
        .open("p class=\"hint\"");
    deadline(scene, html, item, today);
    let calendar = dhi_engine::calendar::Calendar::default();
    let silent = due(item, desk.rules, &calendar, today);
    let late = silent.iter().filter(|d| d.by < today).count();
    if late > 0 {
        let words = filled(scene.say(Told::Reminders), &[("n", late.to_string())]);
        html.text(" ")
            .el("span class=\"late\"", &["▲ ", &words].concat());
    }
    if item.state == State::JointReview {
        let there = PARTIES.len() - item.missing_signatures().len();
        let signed = [("n", there.to_string())];
        html.text(" ◐ ")
            .text(&filled(scene.say(Told::SignedOf), &signed));
    }
    if let Some(rating) = &item.rating {
        let shown = rating.shown();
        let yes = shown.columns.first().copied().flatten();
        let count = |n: Option<u32>| n.map_or_else(|| "—".to_owned(), |n| n.to_string());
        let values = [("yes", count(yes)), ("n", count(shown.total))];
        html.text(" ")
            .text(&filled(scene.say(Told::RatedShort), &values));
    }
    html.raw("</p></li>");
}
