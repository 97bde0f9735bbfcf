//! 整改销号: the board of items, what is to be settled, and who looks. Controls say what
//! they do: `data-act` names an action, the texts of its form go with it.

mod act;
mod checklist;
mod item;
mod office;
mod plan;

pub use act::{count_name, label};

use super::Scene;
use super::html::{Head, Html};
use super::lab::option;
use crate::worker::sign_off::{Book, Part, Preview};
use dhi_engine::signoff::{Due, Item, ROLES, Role, STATES, Urgency, flags};

/// Items listed at once.
const MOST_ROWS: usize = 200;

/// The whole page below its heading.
pub fn page(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    who(scene, html, book);
    if let Some([zh, en]) = &book.said {
        let said = scene.either(zh, en);
        html.el("p class=\"notice notice--bad\" role=\"alert\"", said);
    }
    if let Some(preview) = book.preview() {
        waiting(scene, html, book, &preview);
    }
    office::parts(scene, html, book);
    match (book.part, book.item()) {
        (Part::Items, Some(item)) => item::item(scene, html, book, item),
        (Part::Items, None) => board(scene, html, book),
        (Part::Checklist, _) => checklist::checklist(scene, html, book),
        (Part::Plan, _) => plan::plan(scene, html, book),
        (Part::Advice, _) => plan::advice(scene, html, book),
        (Part::Office, _) => office::office(scene, html, book),
    }
}

/// A button that does something; only what records an event is done by Enter as well.
fn button(html: &mut Html, class: &str, act: &str, value: &str, words: &str) {
    let kind = if act == "do" { "submit" } else { "button" };
    html.raw("<button")
        .attr("type", kind)
        .attr("class", class)
        .attr("data-act", act)
        .attr("data-value", value)
        .raw(">")
        .text(words)
        .close("button");
}

/// Chooses who looks and acts.
fn who(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    html.raw("<form class=\"toolbar\"><label class=\"field\"><span>")
        .text(scene.either("我的角色", "My role"))
        .raw("</span><select name=\"role\" id=\"so-role\" data-act=\"who\">");
    for role in ROLES {
        let name = book.rules.role_name(role, scene.language);
        option(html, role.id(), name, role == book.actor.role);
    }
    html.raw("</select></label>");
    for (name, id, words, value) in [
        (
            "office",
            "so-office",
            scene.either(
                "单位（村代码、镇名或部门）",
                "Office (village code, town, department)",
            ),
            &book.actor.office,
        ),
        (
            "hand",
            "so-hand",
            scene.either("经办人代码", "Officer’s code"),
            &book.actor.hand,
        ),
    ] {
        html.raw("<label class=\"field\"><span>")
            .text(words)
            .raw("</span><input type=\"text\" data-act=\"who\" maxlength=\"60\"")
            .attr("name", name)
            .attr("id", id)
            .attr("value", value)
            .raw("/></label>");
    }
    html.raw("</form>").el(
        "p class=\"hint\"",
        scene.either(
            "角色只决定显示和能办什么，不是访问控制：数据都在本机。期限、人数与门槛是默认建议，待本地确认。",
            "A role decides what is shown and can be done; it is no access control: the data is on this machine. Times, numbers and thresholds are proposals, to be confirmed locally.",
        ),
    );
}

/// A packet that was read, and what it would change.
fn waiting(scene: &Scene<'_>, html: &mut Html, book: &Book, preview: &Preview<'_>) {
    let [new, known] = preview.counts.map(|n| n.to_string());
    let [now, then] = preview.notices.map(|n| n.to_string());
    let (id, office) = preview.author.split_once('/').unwrap_or_default();
    let role = ROLES.iter().find(|role| role.id() == id);
    let role = role.map_or(id, |role| book.rules.role_name(*role, scene.language));
    html.open("section class=\"card\"")
        .el("h2", scene.either("待接受的记录", "Records that wait"))
        .open("dl class=\"facts\"")
        .fact(
            scene.either("来自", "From"),
            [role, " ", office].concat().trim_end(),
        )
        .fact(scene.either("新记录", "New records"), &new)
        .fact(scene.either("已有", "Known"), &known)
        .fact(
            scene.either("待裁定", "To be settled"),
            &[&now, " → ", &then].concat(),
        )
        .close("dl");
    if preview.counts[0] > 0 {
        let head = [
            Head::Text(scene.either("事项", "Item")),
            Head::Text(scene.either("村", "Village")),
            Head::Text(scene.either("问题", "Problem")),
            Head::Text(scene.either("期限", "Due")),
            Head::Text(scene.either("现在", "Now")),
            Head::Text(scene.either("接受之后", "Once taken")),
        ];
        html.table(
            scene.either("涉及的事项", "Items spoken of"),
            "table class=\"table table--text\"",
            &head,
        );
        for ([id, code, problem, due], states) in preview.changes.iter().take(MOST_ROWS) {
            html.open("tr").el("th scope=\"row\"", id).open("td");
            if !code.is_empty() {
                village(scene, html, code);
            }
            html.close("td").el("td", problem).el("td", due);
            for state in states {
                let state = state.map_or_else(
                    || "—".to_owned(),
                    |(state, n)| {
                        let state = book.rules.state_name(state, scene.language);
                        [state, " · ✓", &n.to_string(), "/4"].concat()
                    },
                );
                html.el("td", &state);
            }
            html.close("tr");
        }
        html.end_table();
        let words = scene.either("项未列出", "more items");
        more(html, preview.changes.len(), MOST_ROWS, words);
    }
    html.open("form class=\"toolbar\"");
    let take = scene.either("接受", "Take it");
    button(html, "button button--primary", "accept", "", take);
    button(
        html,
        "button",
        "cancel",
        "",
        scene.either("不接受", "Leave it"),
    );
    html.close("form").close("section");
}

/// How pressing something is, in a shape and words.
fn urgency(scene: &Scene<'_>, book: &Book, due: Due) -> String {
    let (mark, words) = match due.urgency {
        Urgency::Ahead => ("○", ""),
        Urgency::Reminder => ("◆", scene.either("逾期，催办", "overdue, remind")),
        Urgency::Escalated => ("▲", scene.either("逾期，提请领导小组", "overdue, escalate")),
    };
    let kind = due.kind.name(scene.language);
    let role = book.rules.role_name(due.role, scene.language);
    [
        mark,
        " ",
        &due.by.to_string(),
        " ",
        kind,
        " · ",
        role,
        " ",
        words,
    ]
    .concat()
}

/// Name of a village, or its code.
fn village(scene: &Scene<'_>, html: &mut Html, code: &str) {
    let unit = scene.units.unit(code);
    html.open_with("a", "href", &["#/village/", code].concat())
        .text(unit.map_or(code, |unit| &unit.name))
        .close("a");
}

/// Everything that is shown, and what is to be done.
fn board(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    html.open("section class=\"card\"")
        .open("form class=\"toolbar\"");
    html.raw("<label class=\"field\"><span>")
        .text(scene.either("状态", "State"))
        .raw("</span><select name=\"state\" id=\"so-state\" data-act=\"filter\">");
    option(html, "", scene.either("全部", "All"), false);
    for state in STATES {
        let items = book.view.items.iter();
        let n = items.filter(|i| i.state == state && book.sees(i)).count();
        if n > 0 {
            let name = book.rules.state_name(state, scene.language);
            let words = [name, " ", &n.to_string()].concat();
            option(html, state.id(), &words, book.filter.0 == state.id());
        }
    }
    html.raw("</select></label><label class=\"field\"><span>")
        .text(scene.either("查找", "Find"))
        .raw("</span><input type=\"search\" name=\"find\" id=\"so-find\" data-act=\"filter\"")
        .attr("value", &book.filter.1)
        .raw("/></label>");
    button(
        html,
        "button",
        "export",
        "",
        scene.either("导出本单位数据包", "Export this office’s packet"),
    );
    html.raw("<label class=\"field\"><span>")
        .text(scene.either("导入数据包", "Import a packet"))
        .raw("</span><input type=\"file\" accept=\".json\" id=\"so-packet\" data-act=\"receive\"/></label><label class=\"field\"><span>")
        .text(scene.either("导入台账", "Import a ledger"))
        .raw("</span><input type=\"file\" name=\"file\" accept=\".xlsx,.xls,.csv\" id=\"so-ledger\" data-act=\"ledger\"/></label>");
    let words = scene.either("台账模板", "Ledger template");
    button(html, "button", "template", "", words);
    button(
        html,
        "button",
        "calendar",
        "",
        scene.either("日历", "Calendar"),
    );
    html.close("form");
    let notices = book.notices();
    if !notices.is_empty() {
        html.el("h2", scene.either("需要人来裁定", "For people to settle"))
            .open("ul");
        for notice in notices.into_iter().take(MOST_ROWS) {
            html.open("li")
                .text(&notice.message(&book.rules, scene.language));
            let number = notice.item().filter(|id| book.is_set_up_twice(id));
            if let Some(id) = number.filter(|_| book.actor.role == Role::Inspection) {
                act::settle_number(scene, html, book, id);
            }
            html.close("li");
        }
        html.close("ul");
    }
    let rows = book.board();
    if rows.is_empty() {
        html.el(
            "p class=\"hint\"",
            scene.either(
                "没有事项。以巡察办角色立项或导入台账，其他单位导入巡察办的数据包。",
                "No items. The inspection office sets them up or imports a ledger; other offices import its packet.",
            ),
        );
    } else {
        table(scene, html, book, &rows);
    }
    if book.is_limited() {
        let words = scene.either(
            "只列出与该角色、单位有关的事项；群众代表看到交付过评价或回头看的事项。",
            "Only what concerns this role and office is listed; who rates sees what has come to its rating or 回头看.",
        );
        html.el("p class=\"hint\" data-testid=\"limited\"", words);
    }
    html.close("section");
    act::set_up(scene, html, book);
}

fn table(scene: &Scene<'_>, html: &mut Html, book: &Book, rows: &[(&Item, Option<Due>)]) {
    let flags = flags(&book.view.items, &book.rules);
    let head = [
        Head::Text(scene.either("事项", "Item")),
        Head::Text(scene.either("村", "Village")),
        Head::Text(scene.either("问题", "Problem")),
        Head::Text(scene.either("状态", "State")),
        Head::Text(scene.either("到期", "Due")),
        Head::Number(scene.either("签字", "Signed")),
        Head::Text(scene.either("请核查", "To be looked at")),
    ];
    html.open("form").table(
        scene.either("整改事项", "Items"),
        "table class=\"table table--text\" data-testid=\"board\"",
        &head,
    );
    for (item, due) in rows.iter().take(MOST_ROWS) {
        html.open("tr").open("th scope=\"row\"");
        button(html, "button button--small", "show", &item.id, &item.id);
        html.close("th").open("td");
        village(scene, html, &item.facts.village);
        html.close("td")
            .el("td", &item.facts.problem)
            .el("td", book.rules.state_name(item.state, scene.language))
            .el(
                "td",
                &due.map_or_else(String::new, |due| urgency(scene, book, due)),
            )
            .el(
                "td class=\"number\"",
                &[&item.signatures.len().to_string(), "/4"].concat(),
            )
            .open("td");
        let mut own = flags.iter().filter(|flag| flag.item == item.id).peekable();
        while let Some(flag) = own.next() {
            html.text(flag.suspicion.name(scene.language));
            if own.peek().is_some() {
                html.raw("; ");
            }
        }
        html.close("td").close("tr");
    }
    html.end_table().close("form");
    let words = scene.either("项未列出，请筛选", "more items: narrow the list");
    more(html, rows.len(), MOST_ROWS, words);
}

/// Says how many of so many were left out, where any were.
fn more(html: &mut Html, all: usize, most: usize, words: &str) {
    if all > most {
        let n = (all - most).to_string();
        html.el("p class=\"hint\"", &[&n, " ", words].concat());
    }
}
