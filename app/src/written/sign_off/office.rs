//! What the office decided: its files, the rules that follow and which of them nobody
//! has confirmed, and whether indicators follow from the ledgers.

use super::super::Scene;
use super::super::html::{Head, Html};
use super::super::lab::option;
use super::button;
use crate::worker::sign_off::{Book, PARTS, Part};
use dhi_engine::process::headings;

/// Buttons for the parts of the page.
pub(super) fn parts(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    html.open("form class=\"toolbar\"");
    for part in PARTS {
        let words = match part {
            Part::Items => scene.either("整改事项", "Items"),
            Part::Checklist => scene.either("权力清单", "Checklist"),
            Part::Plan => scene.either("巡察计划", "Plan"),
            Part::Advice => scene.either("巡察建议书", "Letters of advice"),
            Part::Office => scene.either("规则与文件", "Rules and files"),
        };
        let is_shown = book.part == part;
        html.raw("<button type=\"button\" class=\"button\" data-act=\"part\"")
            .attr("id", &["so-part-", part.id()].concat())
            .attr("data-value", part.id())
            .attr("aria-pressed", if is_shown { "true" } else { "false" })
            .raw(">")
            .text(words)
            .close("button");
    }
    html.close("form");
}

/// The part of the page.
pub(super) fn office(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    files(scene, html, book);
    feed(scene, html, book);
    rules(scene, html, book);
}

fn files(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    html.open("section class=\"card\" data-testid=\"office\"")
        .el("h2", scene.either("文件", "Files"))
        .open("form class=\"toolbar\"")
        .raw("<label class=\"field\"><span>")
        .text(scene.either(
            "导入规则、清单、抽查、名册、安排、节假日、限制性情形、任职情况或建议书",
            "Import rules, checklist, checks, register, plan, holidays, restrictions, posts held or letters",
        ))
        .raw("</span><input type=\"file\" name=\"file\" accept=\".xlsx,.xls,.csv,.json\" id=\"so-decide\" data-act=\"decide\"/></label>");
    let words = scene.either("下载表格模板", "Template");
    button(html, "button", "template", "", words);
    html.close("form");
    let kept = book.office.files();
    if kept.is_empty() {
        let words = scene.either(
            "还没有文件，一切按默认建议。",
            "No files: everything is as by default.",
        );
        html.el("p class=\"hint\"", words);
    } else {
        let head = [
            Head::Text(scene.either("文件", "File")),
            Head::Text(scene.either("导入日期", "Taken")),
            Head::Text("SHA-256"),
            Head::Text(scene.either("处理", "Action")),
        ];
        html.open("form").table(
            scene.either("文件", "Files"),
            "table class=\"table table--text\"",
            &head,
        );
        for (at, file) in kept.iter().enumerate() {
            // Its name, and its fingerprint, against which guesses can be tried, are for
            // those who may see what it says.
            let other = file.withheld(book.actor.role).ok().flatten();
            let file = other.as_ref().unwrap_or(file);
            html.open("tr")
                .el("th scope=\"row\"", &file.name)
                .el("td", &file.taken.to_string())
                .open("td")
                .el("code", file.sha256.get(..16).unwrap_or_default())
                .close("td")
                .open("td");
            let words = [scene.either("移除 ", "Remove "), &file.name].concat();
            button(
                html,
                "button button--small",
                "drop",
                &at.to_string(),
                &words,
            );
            html.close("td").close("tr");
        }
        html.end_table().close("form");
    }
    let is_without = book.hides_causes();
    for (is_so, tag, words) in [
        (
            is_without,
            "p class=\"notice\" data-testid=\"without\"",
            scene.either(
                "其中有暂缓应用的原因，本角色无权看：以本角色另存的项目文件不含原因（文件名注明）；完整的文件由纪检或组织部角色另存。",
                "They hold causes of holds that this role may not see: a project saved in it goes without them (its name says so); a complete one is saved in the role of discipline or organisation.",
            ),
        ),
        (
            book.has_causes() && !is_without,
            "p class=\"notice\" data-testid=\"causes\"",
            scene.either(
                "其中有暂缓应用的原因：以本角色另存的项目文件会带上（文件名注明），只交给有权看的人。",
                "They hold causes of holds: a project saved in this role carries them (its name says so) and is for those who may see them.",
            ),
        ),
        (
            book.lacks_causes(),
            "p class=\"notice\" data-testid=\"lacks\"",
            scene.either(
                "有的暂缓应用来自不含原因的项目文件：暂缓照常，原因须向纪检或组织部索取完整文件。",
                "Some holds came in a project file without causes: they hold as before; the complete file is with discipline or organisation.",
            ),
        ),
    ] {
        if is_so {
            html.el(tag, words);
        }
    }
    let strange = book.strange_villages(scene.units);
    if !strange.is_empty() {
        let words = scene.either("名册中没有的村代码：", "Codes the register does not have: ");
        let listed = strange.iter().take(20).copied().collect::<Vec<_>>();
        let more = if strange.len() > listed.len() {
            " …"
        } else {
            ""
        };
        let listed = [words, &listed.join(scene.either("、", ", ")), more].concat();
        html.el("p class=\"notice notice--bad\"", &listed);
    }
    html.open("details")
        .el("summary", scene.either("表格怎么填", "What a table holds"));
    html.open("ul");
    for (name, heads) in headings() {
        html.open("li")
            .el("strong", name)
            .text(&["：", &heads].concat())
            .close("li");
    }
    html.close("ul")
        .el(
            "p class=\"hint\"",
            scene.either(
                "工作表凭表头识别；括号内的列可省。期限、人数和限制规则写成 JSON，格式见自述文件。",
                "Sheets are known by their headings, in Chinese; those in brackets may be left out. Times, numbers and rules are JSON, as the README says.",
            ),
        )
        .close("details")
        .close("section");
}

/// Whether and over which days indicators follow from the ledgers.
fn feed(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    html.open("section class=\"card\" data-testid=\"feed\"")
        .el(
            "h2",
            scene.either("由台账得出指标", "Indicators from the ledgers"),
        )
        .el(
            "p class=\"hint\"",
            scene.either(
                "按期销号、退回、反弹、群众评价、群体覆盖和清单符合率。只补缺失的值；填报值与台账不一致时保留填报值，并在检查结果中提示。分数只经由这些指标变化。",
                "On-time closure, return, relapse, public rating, coverage of groups, compliance with the list. Only missing values are filled; where a supplied value differs it stays and is reported. Scores change through these indicators alone.",
            ),
        );
    if let Some((period, from, to)) = &book.office.span {
        let words = [
            period.as_str(),
            "：",
            &from.to_string(),
            " – ",
            &to.to_string(),
        ]
        .concat();
        html.el("p class=\"notice\" data-testid=\"span\"", &words)
            .open("form class=\"toolbar\"");
        let words = scene.either("停止使用台账", "Stop using the ledgers");
        button(html, "button", "unfeed", "", words);
        html.close("form");
    } else {
        html.open("form class=\"sign\"")
            .raw("<label class=\"field\"><span>")
            .text(scene.either("时期", "Period"))
            .raw("</span><select name=\"period\" id=\"so-period\">");
        let newest = book.periods.last();
        for period in &book.periods {
            option(
                html,
                period.as_str(),
                period.as_str(),
                Some(period) == newest,
            );
        }
        html.raw("</select></label>");
        for (name, words) in [
            ("from", scene.either("起", "From")),
            ("to", scene.either("止", "To")),
        ] {
            html.raw("<label class=\"field\"><span>")
                .text(words)
                .raw("</span><input type=\"date\"")
                .attr("name", name)
                .attr("id", &["so-", name].concat())
                .attr("value", book.typed(name))
                .raw("/></label>");
        }
        let words = scene.either("使用台账", "Use the ledgers");
        button(html, "button button--primary", "feed", "", words);
        html.close("form");
    }
    html.close("section");
}

/// The numbers that hold, and which of them are proposals.
fn rules(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    let rules = &book.rules;
    let head = [
        Head::Text(scene.either("规则", "Rule")),
        Head::Number(scene.either("现值", "Value")),
        Head::Text(scene.either("依据", "Standing")),
    ];
    html.open("section class=\"card\"")
        .el("h2", scene.either("规则", "Rules"))
        .table(
            scene.either("规则", "Rules"),
            "table class=\"table table--text\" data-testid=\"rules\"",
            &head,
        );
    let days = rules.early_relapse_days.to_string();
    let progress = rules.progress_days.to_string();
    for (name, zh, en, value) in [
        (
            "plan_months",
            "整改方案期限（月）",
            "Plan due, months",
            rules.plan_months.to_string(),
        ),
        (
            "rectify_months",
            "集中整改期（月）",
            "Rectification, months",
            rules.rectify_months.to_string(),
        ),
        (
            "remind_after",
            "审核不表态后催办（工作日）",
            "Reminder after, working days",
            rules.remind_after.to_string(),
        ),
        (
            "escalate_after",
            "催办后提请领导小组（工作日）",
            "Escalation after that, working days",
            rules.escalate_after.to_string(),
        ),
        (
            "recheck_from_months",
            "回头看最早（月）",
            "Re-check from, months",
            rules.recheck_from_months.to_string(),
        ),
        (
            "recheck_to_months",
            "回头看最迟（月）",
            "Re-check by, months",
            rules.recheck_to_months.to_string(),
        ),
        (
            "early_relapse_days",
            "多少天内反弹须核查",
            "Relapse looked at within, days",
            days,
        ),
        (
            "progress_days",
            "挂牌事项报进展（天）",
            "Progress of listed items, days",
            progress,
        ),
        (
            "min_raters",
            "评价至少人数",
            "Least number of raters",
            rules.min_raters.to_string(),
        ),
        (
            "min_per_group",
            "每个群体至少人数",
            "Least number in each group",
            rules.min_per_group.to_string(),
        ),
        (
            "pass_overall_pct",
            "总体满意至少（%）",
            "Satisfied overall, at least %",
            rules.pass_overall_pct.to_string(),
        ),
        (
            "pass_group_pct",
            "各群体满意至少（%）",
            "Satisfied in each group, at least %",
            rules.pass_group_pct.to_string(),
        ),
        (
            "low_public_pct",
            "满意低于此须核查（%）",
            "Looked at below, %",
            rules.low_public_pct.to_string(),
        ),
        (
            "covered_from",
            "群体算作覆盖的人数",
            "Raters that cover a group",
            rules.covered_from.to_string(),
        ),
    ] {
        let standing = if rules.to_be_confirmed.contains(name) {
            scene.either("默认建议，待确认", "proposal, to be confirmed")
        } else if book.process.rules.is_some() {
            scene.either("已由本地确认", "confirmed locally")
        } else {
            scene.either("条例规定", "by regulation")
        };
        html.open("tr")
            .el("th scope=\"row\"", scene.either(zh, en))
            .el("td class=\"number\"", &value)
            .el("td", standing)
            .close("tr");
    }
    html.end_table().el(
        "p class=\"hint\"",
        &[
            scene.either("评价群体：", "Groups: "),
            &rules.groups.join(scene.either("、", ", ")),
        ]
        .concat(),
    );
    // Of three who are of one mind or not, passing does not say what a certain one said.
    if rules.min_per_group < 3 {
        let words = scene.either(
            "每个群体不足 3 人也可评价时，一两人的群体是否达标会暴露其意见：建议至少 3 人。",
            "Where fewer than 3 may rate for a group, whether one of one or two passes shows how they voted: at least 3 is advised.",
        );
        html.el("p class=\"notice\" data-testid=\"few\"", words);
    }
    html.close("section");
}
