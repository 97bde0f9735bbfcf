//! 整改销号: the board, an item with its forms, and files that came in.

pub mod acts;
pub mod board;
pub mod import;
pub mod item;

use super::Scene;
use super::html::Html;
use crate::i18n::Told;
use dhi_engine::calendar::Day;
use dhi_engine::framework::Language;
use dhi_engine::packet::Notice;
use dhi_engine::signoff::{Actor, Item, Rating, Rules};

/// Whose desk it is, and on what day.
pub struct Who {
    /// Role, office and hand.
    pub by: Actor,
    /// The day given by the user.
    pub today: Day,
}

/// By what rules, and for whom.
pub struct Desk<'a> {
    /// The rules.
    pub rules: &'a Rules,
    /// For whom.
    pub who: &'a Who,
}

/// The answers of a rating.
const ANSWERS: [Told; 3] = [Told::Satisfied, Told::NotSatisfied, Told::Unsure];

/// A village by its code: its name where the register knows it.
fn village<'a>(scene: &Scene<'a>, code: &'a str) -> &'a str {
    let known = scene.units.list().iter();
    let mut known = known.filter(|unit| unit.code.as_str() == code);
    known.next().map_or(code, |unit| unit.name.as_str())
}

/// The date an item is due, and by how much it is over: in words and with a sign.
fn deadline(scene: &Scene<'_>, html: &mut Html, item: &Item, today: Day) {
    let Some(due) = item.due.filter(|_| item.state.is_open()) else {
        return;
    };
    let over = item.days_overdue(today);
    if over > 0 {
        let words = super::filled(scene.say(Told::Overdue), &[("n", over.to_string())]);
        html.el("strong class=\"late\"", &["▲ ", &words].concat());
        html.text(" ");
    }
    html.text(&[scene.say(Told::FieldDue), " ", &due.to_string()].concat());
}

/// What may be shown of a rating; hidden counts are named as such.
fn rating(scene: &Scene<'_>, html: &mut Html, rules: &Rules, rating: &Rating) {
    use super::html::Head;
    let shown = rating.shown();
    let count = |n: Option<u32>| n.map_or_else(|| "—".to_owned(), |n| n.to_string());
    let head = [
        Head::Text(scene.say(Told::Group)),
        Head::Number(scene.say(ANSWERS[0])),
        Head::Number(scene.say(ANSWERS[1])),
        Head::Number(scene.say(ANSWERS[2])),
    ];
    html.table(scene.say(Told::RatingTitle), "table class=\"table\"", &head);
    for (at, group) in rules.groups.iter().enumerate() {
        html.raw("<tr>").el("th scope=\"row\"", group);
        for column in 0..ANSWERS.len() {
            html.el("td class=\"number\"", &count(shown.at(at, column)));
        }
        html.raw("</tr>");
    }
    html.raw("<tr>")
        .el("th scope=\"row\"", scene.say(Told::Together));
    for total in &shown.columns {
        html.el("td class=\"number\"", &count(*total));
    }
    html.raw("</tr>")
        .end_table()
        .el("p class=\"hint\"", scene.say(Told::RatingHidden));
}

/// Notices, and what they ask of people.
fn notices<'a>(scene: &Scene<'_>, html: &mut Html, notices: impl Iterator<Item = &'a Notice>) {
    let mut notices = notices.peekable();
    if notices.peek().is_none() {
        return;
    }
    html.open("section class=\"card\" data-testid=\"notices\"")
        .el("h2", &["⚠ ", scene.say(Told::Conflicts)].concat())
        .el("p class=\"hint\"", scene.say(Told::ConflictsHint))
        .open("ul");
    for notice in notices {
        html.el("li", &notice.message(scene.language));
    }
    html.raw("</ul></section>");
}

/// That times and numbers of the procedure are proposals.
fn to_confirm(scene: &Scene<'_>, html: &mut Html) {
    html.el("p class=\"hint\"", scene.say(Told::RulesToConfirm));
}

/// A role with its office.
fn office(rules: &Rules, by: &Actor, language: Language) -> String {
    let name = rules.role_name(by.role, language).to_owned();
    if by.office.is_empty() {
        name
    } else {
        [&name, " · ", &by.office].concat()
    }
}
