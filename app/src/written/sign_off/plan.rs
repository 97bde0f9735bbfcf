//! The round's visits: who is where and when, what the plan gets wrong and whom it
//! leaves out; and 巡察建议书 with where they stand.

use super::super::Scene;
use super::super::html::{Head, Html};
use super::{button, more, village};
use crate::worker::sign_off::Book;
use dhi_engine::inspect::{Assessment, Plan, Standing};
use dhi_engine::signoff::Role;

/// Rows listed at once.
const MOST_ROWS: usize = 500;

/// The part of the page about visits.
pub(super) fn plan(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    let process = &book.process;
    let rules = process.plan_rules.unwrap_or_default();
    html.open("section class=\"card\" data-testid=\"plan\"")
        .el("h2", scene.either("巡察计划", "Plan of the round"));
    let days = |n: u32, is_own: bool| {
        let note = if is_own {
            ""
        } else {
            scene.either("（默认，待确认）", " (default, to be confirmed)")
        };
        [&n.to_string(), note].concat()
    };
    let is_own = process.plan_rules.is_some();
    let (villages, none) = (&process.villages, Plan::default());
    let plan = process.plan.as_ref();
    let visits = &plan.unwrap_or(&none).visits;
    let missing = plan.unwrap_or(&none).missing(villages);
    let n = villages.len();
    let covered = [(n - missing.len()).to_string(), n.to_string()].join(" / ");
    html.open("dl class=\"facts\"")
        .fact(
            scene.either("重点村至少工作日", "Working days, key villages"),
            &days(rules.key_days, is_own),
        )
        .fact(
            scene.either("其他村至少工作日", "Working days, others"),
            &days(rules.other_days, is_own),
        )
        .fact(scene.either("本轮覆盖", "Villages planned"), &covered);
    let known = book.calendar.until.map(|day| day.to_string());
    html.fact(
        scene.either("节假日表到", "Holidays known until"),
        known
            .as_deref()
            .unwrap_or(scene.either("没有，只按星期推算", "none: by the week alone")),
    )
    .close("dl");
    if plan.is_none() {
        propose(scene, html, book);
    } else {
        // What is wrong names villages of others.
        if !book.is_limited() {
            faults(scene, html, book, &missing);
        }
        table(scene, html, book, visits);
    }
    html.close("section");
}

/// What is not as it must be.
fn faults(scene: &Scene<'_>, html: &mut Html, book: &Book, missing: &[&str]) {
    let process = &book.process;
    let rules = process.plan_rules.unwrap_or_default();
    let found = process.plan.iter();
    let found: Vec<String> = found
        .flat_map(|plan| plan.faults(rules, &process.villages, &book.calendar))
        .map(|fault| fault.message(scene.language))
        .collect();
    if found.is_empty() && missing.is_empty() {
        let words = scene.either("没有发现问题。", "Nothing wrong was found.");
        html.el("p data-testid=\"plan-faults\"", words);
        return;
    }
    html.open("ul data-testid=\"plan-faults\"");
    for fault in found.iter().take(MOST_ROWS) {
        html.el("li", fault);
    }
    for code in missing.iter().take(MOST_ROWS) {
        html.open("li");
        village(scene, html, code);
        html.text(scene.either("：本轮没有安排", ": not in this round"))
            .close("li");
    }
    html.close("ul");
}

/// A form by which the inspection office has a plan made.
fn propose(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    html.el(
        "p class=\"hint\"",
        scene.either(
            "还没有安排。可在“规则与文件”中导入巡察安排，或按本轮名册和天数规则编排：村按代码顺序，交给最早有空的组。",
            "No plan yet. Import one under “Rules and files”, or have one made from the round’s register: villages by code, each to the team that is free first.",
        ),
    );
    if book.actor.role != Role::Inspection {
        return;
    }
    html.open("form class=\"sign\"");
    for (name, kind, words) in [
        (
            "teams",
            "text",
            scene.either("巡察组（用顿号隔开）", "Teams, between commas"),
        ),
        ("start", "date", scene.either("开始日期", "First day")),
    ] {
        html.raw("<label class=\"field\"><span>")
            .text(words)
            .raw("</span><input maxlength=\"200\"")
            .attr("type", kind)
            .attr("name", name)
            .attr("id", &["so-", name].concat())
            .attr("value", book.typed(name))
            .raw("/></label>");
    }
    let words = scene.either("编排", "Make a plan");
    button(html, "button button--primary", "propose", "", words);
    html.close("form");
}

fn table(scene: &Scene<'_>, html: &mut Html, book: &Book, visits: &[dhi_engine::inspect::Visit]) {
    let seen = visits
        .iter()
        .filter(|visit| book.sees_village(&visit.village, scene.units));
    let mut seen: Vec<_> = seen.collect();
    seen.sort_by(|a, b| (a.first, &a.team, &a.village).cmp(&(b.first, &b.team, &b.village)));
    let head = [
        Head::Text(scene.either("村", "Village")),
        Head::Text(scene.either("重点", "Key")),
        Head::Text(scene.either("巡察组", "Team")),
        Head::Text(scene.either("开始", "First day")),
        Head::Text(scene.either("结束", "Last day")),
        Head::Number(scene.either("工作日", "Working days")),
        Head::Text(scene.either("进度", "Now")),
    ];
    html.table(
        scene.either("巡察安排", "Visits"),
        "table class=\"table table--text\" data-testid=\"visits\"",
        &head,
    );
    for visit in seen.iter().take(MOST_ROWS) {
        let is_key = book.process.villages.get(&visit.village).copied();
        let key = scene.either("重点", "key");
        let now = if book.today < visit.first {
            scene.either("未开始", "to come")
        } else if book.today <= visit.last {
            scene.either("进行中", "under way")
        } else {
            scene.either("已结束", "over")
        };
        html.open("tr").open("th scope=\"row\"");
        village(scene, html, &visit.village);
        let n = book.calendar.n_working(visit.first, visit.last);
        html.close("th")
            .el("td", if is_key == Some(true) { key } else { "" })
            .el("td", &visit.team)
            .el("td", &visit.first.to_string())
            .el("td", &visit.last.to_string())
            .el("td class=\"number\"", &n.to_string())
            .el("td", now)
            .close("tr");
    }
    html.end_table();
    more(
        html,
        seen.len(),
        MOST_ROWS,
        scene.either("行未列出", "more visits"),
    );
}

/// The part of the page about letters of advice. Villages and towns see those about
/// items of their own.
pub(super) fn advice(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    html.open("section class=\"card\" data-testid=\"advice\"")
        .el("h2", scene.either("巡察建议书", "Letters of advice"));
    let is_limited = book.is_limited();
    let all = book.process.suggestions.iter();
    let seen: Vec<_> = all
        .filter(|one| {
            let mut items = one.items.iter();
            !is_limited
                || one.addressee == book.actor.office
                || items.any(|id| book.seen(id).is_some())
        })
        .collect();
    if seen.is_empty() {
        html.el(
            "p class=\"hint\"",
            scene.either(
                "没有巡察建议书。可在“规则与文件”中导入。",
                "None. They are imported under “Rules and files”.",
            ),
        )
        .close("section");
        return;
    }
    let head = [
        Head::Text(scene.either("编号", "Number")),
        Head::Text(scene.either("收件单位", "Addressee")),
        Head::Text(scene.either("范围", "Scope")),
        Head::Text(scene.either("所据事项", "Items")),
        Head::Text(scene.either("原因", "Cause")),
        Head::Text(scene.either("建议", "Advice")),
        Head::Text(scene.either("发出", "Issued")),
        Head::Text(scene.either("答复期限", "Reply due")),
        Head::Text(scene.either("答复", "Reply")),
        Head::Text(scene.either("情况", "Where it stands")),
    ];
    html.open("form").table(
        scene.either("巡察建议书", "Letters of advice"),
        "table class=\"table table--text\"",
        &head,
    );
    for one in seen.into_iter().take(MOST_ROWS) {
        let scope = if one.is_common {
            scene.either("共性", "common")
        } else {
            scene.either("个性", "individual")
        };
        html.open("tr")
            .el("th scope=\"row\"", &one.number)
            .el("td", &one.addressee)
            .el("td", scope)
            .open("td");
        // Those of others are not named to whom they are not shown.
        for id in one
            .items
            .iter()
            .filter(|id| !is_limited || book.seen(id).is_some())
        {
            if book.seen(id).is_some() {
                button(html, "button button--small", "show", id, id);
            } else {
                html.text(id).text(" ");
            }
        }
        let due = one.reply_due().to_string();
        let default = scene.either("（默认，待确认）", " (default, to be confirmed)");
        let due = [due.as_str(), if one.due.is_some() { "" } else { default }].concat();
        let replied = one.replied.map(String::from).unwrap_or_default();
        html.close("td")
            .el("td", &one.cause)
            .el("td", &one.advice)
            .el("td", &one.issued.to_string())
            .el("td", &due)
            .el("td", [replied, one.reply.clone()].join(" ").trim())
            .el("td", &standing(scene, one.standing(book.today)))
            .close("tr");
    }
    html.end_table().close("form").close("section");
}

fn standing(scene: &Scene<'_>, standing: Standing) -> String {
    match standing {
        Standing::Awaited => scene.either("○ 待答复", "○ awaited").into(),
        Standing::Overdue(days) => [
            scene.either("▲ 逾期 ", "▲ overdue by "),
            &days.to_string(),
            scene.either(" 天", " days"),
        ]
        .concat(),
        Standing::Replied { in_time: true } => scene.either("◆ 已答复，待评价", "◆ replied").into(),
        Standing::Replied { in_time: false } => {
            scene.either("◆ 逾期答复，待评价", "◆ replied late").into()
        }
        Standing::Assessed(Assessment::Adopted) => scene.either("✓ 采纳到位", "✓ adopted").into(),
        Standing::Assessed(Assessment::Partly) => scene.either("◇ 部分采纳", "◇ partly").into(),
        Standing::Assessed(Assessment::NotAdopted) => {
            scene.either("✕ 未采纳", "✕ not adopted").into()
        }
    }
}
