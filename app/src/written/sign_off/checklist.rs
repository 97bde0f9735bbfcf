//! 小微权力清单: how far sampled checks found it kept, by line and by village.

use super::super::Scene;
use super::super::html::{Head, Html};
use super::{more, village};
use crate::i18n::{percent1, share1};
use crate::worker::sign_off::Book;
use dhi_engine::inspect::{Check, Checklist, Compliance};

/// Level of the intervals.
const LEVEL: f64 = 0.95;
/// Villages listed at once.
const MOST_ROWS: usize = 200;

/// The part of the page.
pub(super) fn checklist(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    html.open("section class=\"card\" data-testid=\"checklist\"")
        .el("h2", scene.either("小微权力清单", "List of small powers"));
    let Some(list) = &book.process.checklist else {
        html.el(
            "p class=\"hint\"",
            scene.either(
                "还没有清单。清单各县自定，请在“规则与文件”中导入本县的清单和抽查记录。",
                "No list yet. Every county has its own: import it and its checks under “Rules and files”.",
            ),
        )
        .close("section");
        return;
    };
    let checks = book.checks(scene.units);
    let (n_top, n_sub) = list.size();
    html.open("dl class=\"facts\"")
        .fact(scene.either("事项", "Items"), &n_top.to_string())
        .fact(scene.either("子项", "Sub-items"), &n_sub.to_string())
        .fact(scene.either("抽查", "Checks"), &checks.len().to_string())
        .close("dl")
        .el(
            "p class=\"hint\"",
            scene.either(
                "符合率只算适用的抽查；区间为 95% 威尔逊区间，抽查越少越宽。点开一行看不符合的村。",
                "Rates count checks that apply; intervals are Wilson’s at 95 %, wider the fewer there are. Open a line for villages where it was not kept.",
            ),
        );
    by_line(scene, html, book, list, &checks);
    by_village(scene, html, list, &checks);
    html.close("section");
}

/// Columns that every rate has.
fn heads<'a>(scene: &Scene<'a>, first: &'a str, second: &'a str) -> [Head<'a>; 5] {
    [
        Head::Text(first),
        Head::Text(second),
        Head::Number(scene.either("符合 / 抽查", "Kept / checked")),
        Head::Number(scene.either("符合率", "Rate")),
        Head::Number(scene.either("95% 区间", "95 % interval")),
    ]
}

fn rate(html: &mut Html, found: &Compliance) {
    let counts = [&found.met.to_string(), " / ", &found.n.to_string()].concat();
    let pct = found.pct().map(|pct| share1(pct / 100.0));
    let interval = found.interval.filter(|_| found.n > 0);
    let interval = interval.map(|i| [percent1(i.low), percent1(i.high)].join(" – "));
    for text in [Some(counts), pct, interval] {
        html.el("td class=\"number\"", text.as_deref().unwrap_or("—"));
    }
}

fn by_line(scene: &Scene<'_>, html: &mut Html, book: &Book, list: &Checklist, checks: &[Check]) {
    let found = list.by_item(checks, LEVEL);
    let heads = heads(
        scene,
        scene.either("编号", "Code"),
        scene.either("内容", "What must be so"),
    );
    html.el("h3", scene.either("按事项", "By line"));
    html.open("form").table(
        scene.either("按事项", "By line"),
        "table class=\"table table--text\" data-testid=\"by-line\"",
        &heads,
    );
    for (item, found) in list.items().iter().zip(&found) {
        let is_open = book.line == item.code;
        html.open("tr").open("th scope=\"row\"");
        let missed = checks
            .iter()
            .filter(|check| check.code == item.code && check.is_met == Some(false));
        if missed.clone().next().is_some() {
            html.raw("<button type=\"button\" class=\"button button--small\" data-act=\"line\"")
                .attr("data-value", &item.code)
                .attr("aria-expanded", if is_open { "true" } else { "false" })
                .raw(">")
                .text(&item.code)
                .close("button");
        } else {
            html.text(&item.code);
        }
        html.close("th").open("td").text(&item.text);
        if is_open {
            html.open("ul");
            for check in missed.take(MOST_ROWS) {
                html.open("li");
                village(scene, html, &check.village);
                html.text(&[" · ", &check.at.to_string()].concat())
                    .close("li");
            }
            html.close("ul");
        }
        html.close("td");
        rate(html, found);
        html.close("tr");
    }
    html.end_table().close("form");
}

/// The villages with the lowest rates first.
fn by_village(scene: &Scene<'_>, html: &mut Html, list: &Checklist, checks: &[Check]) {
    let mut found: Vec<_> = list.by_village(checks, LEVEL).into_iter().collect();
    if found.is_empty() {
        return;
    }
    let key = |found: &Compliance| found.pct().unwrap_or(f64::INFINITY);
    found.sort_by(|(_, a), (_, b)| key(a).total_cmp(&key(b)));
    let heads = heads(
        scene,
        scene.either("村", "Village"),
        scene.either("村代码", "Code"),
    );
    html.el("h3", scene.either("按村", "By village")).table(
        scene.either("按村", "By village"),
        "table class=\"table table--text\" data-testid=\"by-village\"",
        &heads,
    );
    for (code, found) in found.iter().take(MOST_ROWS) {
        html.open("tr").open("th scope=\"row\"");
        village(scene, html, code);
        html.close("th").el("td", code);
        rate(html, found);
        html.close("tr");
    }
    html.end_table();
    let words = scene.either("个村未列出", "more villages");
    more(html, found.len(), MOST_ROWS, words);
}
