//! One item: where it stands, what proves it, who agreed, what is due, what happened
//! and what can be done.

use super::super::Scene;
use super::super::html::{Head, Html};
use super::{act, button, urgency, village};
use crate::bidi::isolated;
use crate::i18n::percent1;
use crate::worker::sign_off::Book;
use dhi_engine::signoff::{Item, PARTIES, Rating, Role, State, What, flags};

/// Money in 元.
fn yuan(cents: u64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// The page of an item.
pub(super) fn item(scene: &Scene<'_>, html: &mut Html, book: &Book, item: &Item) {
    html.open("section class=\"card\" data-testid=\"item\"")
        .open("form");
    let back = scene.either("← 全部事项", "← All items");
    button(html, "button button--small", "show", "", back);
    let print = scene.either("打印", "Print");
    button(html, "button button--small", "print", "", print);
    let sheet = match item.state {
        State::JointReview => scene.either("四方联审表", "Joint review"),
        State::Closed | State::StageClosed | State::Recheck | State::Consolidated => {
            scene.either("销号单", "Closure sheet")
        }
        _ => scene.either("整改事项单", "Item of rectification"),
    };
    html.close("form")
        .el("p class=\"print-only\"", sheet)
        .open("h2")
        .text(&item.id)
        .raw(" · ")
        .text(book.rules.state_name(item.state, scene.language))
        .close("h2");
    facts(scene, html, book, item);
    act::actions(scene, html, book, item);
    evidence(scene, html, item);
    signatures(scene, html, book, item);
    if let Some(rating) = &item.rating {
        public(scene, html, book, rating);
    }
    timeline(scene, html, book, item);
    html.close("section");
}

fn facts(scene: &Scene<'_>, html: &mut Html, book: &Book, item: &Item) {
    let facts = &item.facts;
    html.open("dl class=\"facts\"")
        .raw("<div class=\"fact\"><dt>");
    html.text(scene.either("村", "Village")).raw("</dt><dd>");
    village(scene, html, &item.facts.village);
    html.raw("</dd></div>");
    let due = item.due.map(|day| day.to_string()).unwrap_or_default();
    for (name, value) in [
        (scene.either("问题", "Problem"), facts.problem.as_str()),
        (
            scene.either("类型", "Kind"),
            facts.kind.name(scene.language),
        ),
        (scene.either("镇街", "Town"), &facts.town),
        (scene.either("主管部门", "Department"), &facts.lead),
        (scene.either("轮次", "Round"), &facts.round),
        (scene.either("责任主体", "Liable"), &item.liable),
        (scene.either("期限", "Due"), &due),
        (scene.either("整改措施", "Measures"), &item.measures),
    ] {
        if !value.is_empty() {
            html.fact(name, value);
        }
    }
    if facts.to_recover > 0 {
        let sums = [yuan(item.received()), yuan(facts.to_recover)].join(" / ");
        html.fact(
            scene.either("已收 / 应收（元）", "Received / to recover (yuan)"),
            &sums,
        );
    }
    if let Some(listing) = &item.listing {
        let words = [&isolated(&listing.level), " ", &listing.due.to_string()].concat();
        html.fact(scene.either("挂牌督办", "Supervised"), &words);
    }
    if item.is_referred {
        html.fact(scene.either("移送", "Referred"), "✓");
    }
    html.close("dl").open("ul");
    for due in book.due(item) {
        html.el("li", &urgency(scene, book, due));
    }
    let all = flags(&book.view.items, &book.rules);
    for flag in all.iter().filter(|flag| flag.item == item.id) {
        let name = flag.suspicion.name(scene.language);
        let other = flag.other.as_deref();
        let other = other.filter(|id| book.seen(id).is_some()).unwrap_or("");
        html.el("li", &["⚑ ", name, " ", other].concat());
    }
    html.close("ul");
}

fn evidence(scene: &Scene<'_>, html: &mut Html, item: &Item) {
    html.el(
        "h3",
        scene.either(
            "佐证（文件留在原处，只记指纹）",
            "Evidence (files stay outside; fingerprints only)",
        ),
    );
    if item.evidence.is_empty() {
        html.el(
            "p class=\"hint\"",
            scene.either("还没有佐证。", "None yet."),
        );
        return;
    }
    let head = [
        Head::Text(scene.either("类别", "Kind")),
        Head::Text(scene.either("日期", "Date")),
        Head::Number(scene.either("到账（元）", "Received (yuan)")),
        Head::Text("SHA-256"),
    ];
    html.table(
        scene.either("佐证", "Evidence"),
        "table class=\"table\"",
        &head,
    );
    for one in &item.evidence {
        let received = if one.received > 0 {
            yuan(one.received)
        } else {
            String::new()
        };
        html.open("tr")
            .el("td", one.kind.name(scene.language))
            .el("td", &one.date.to_string())
            .el("td class=\"number\"", &received)
            .open("td")
            .el("code", one.hash.get(..16).unwrap_or_default())
            .close("td")
            .close("tr");
    }
    html.end_table();
}

fn signatures(scene: &Scene<'_>, html: &mut Html, book: &Book, item: &Item) {
    html.el(
        "h3",
        scene.either(
            "四方联审（未表态不等于同意）",
            "Joint review (silence is not consent)",
        ),
    )
    .open("ul");
    for role in PARTIES {
        let signed = item.signatures.iter().find(|s| s.role == role);
        let words = signed.map_or_else(
            || ["○ ", scene.either("未签", "not signed")].concat(),
            |s| ["✓ ", &s.at.to_string()].concat(),
        );
        let name = book.rules.role_name(role, scene.language);
        html.el("li", &[name, " ", &words].concat());
    }
    if !item.voided.is_empty() {
        let n = item.voided.len().to_string();
        let words = scene.either(
            "个签字因材料变动、退回或回避失效",
            "signatures void by changed evidence, return or recusal",
        );
        html.el("li", &[&n, " ", words].concat());
    }
    html.close("ul");
}

/// Shares and counts of the public rating, without what is small or would give
/// something small away.
fn public(scene: &Scene<'_>, html: &mut Html, book: &Book, rating: &Rating) {
    html.el("h3", scene.either("群众评价", "Public rating"));
    let Ok(verdict) = rating.judge(&book.rules) else {
        return;
    };
    let outcome = if verdict.passes {
        scene.either("通过", "passed")
    } else {
        scene.either("未通过", "not passed")
    };
    let shown = rating.shown();
    let share = shown.share.map_or_else(|| "—".into(), percent1);
    html.el(
        "p",
        &[
            outcome,
            " · ",
            scene.either("满意", "satisfied"),
            " ",
            &share,
        ]
        .concat(),
    );
    let head = [
        Head::Text(scene.either("群体", "Group")),
        Head::Number(scene.either("满意", "Satisfied")),
        Head::Number(scene.either("不满意", "Not satisfied")),
        Head::Number(scene.either("不了解", "Do not know")),
    ];
    html.table(
        scene.either("群众评价", "Public rating"),
        "table class=\"table\"",
        &head,
    );
    for (counts, name) in shown.groups.iter().zip(&book.rules.groups) {
        html.open("tr").el("th scope=\"row\"", name);
        for count in counts {
            let count = count.map(|n| n.to_string());
            html.el("td class=\"number\"", count.as_deref().unwrap_or("—"));
        }
        html.close("tr");
    }
    html.end_table().el(
        "p class=\"hint\"",
        scene.either(
            "—：不足 5 人，或会由此推出。",
            "—: under 5, or would give such away.",
        ),
    );
}

/// What happened, without hands, contents and counts.
fn timeline(scene: &Scene<'_>, html: &mut Html, book: &Book, item: &Item) {
    /// What may be read of an event.
    const TOLD: [&str; 8] = [
        "reason", "measures", "note", "problem", "liable", "level", "due", "review",
    ];
    let is_told = |what: &What| {
        let is_guarded = matches!(what, What::HoldToAccount(_));
        !is_guarded || matches!(book.actor.role, Role::Discipline | Role::Organisation)
    };
    html.el("h3", scene.either("经过", "What happened"))
        .open("ol");
    for record in book.history(&item.id) {
        let event = &record.event;
        if !is_told(&event.what) {
            continue;
        }
        let fields = event.what.fields();
        let told = TOLD.iter().filter_map(|name| fields.get(*name));
        let named = match &event.what {
            What::HoldToAccount(measure) => Some(measure.name(scene.language)),
            What::Contest { against, .. } | What::Answer { against, .. } => {
                Some(against.name(scene.language))
            }
            _ => None,
        };
        let told: Vec<&str> = named.into_iter().chain(told.map(String::as_str)).collect();
        let role = book.rules.role_name(event.by.role, scene.language);
        html.open("li")
            .text(&event.at.to_string())
            .text(
                &[
                    " ",
                    role,
                    " · ",
                    event.what.name(scene.language),
                    " ",
                    &told.join(" · "),
                ]
                .concat(),
            )
            .close("li");
    }
    html.close("ol");
}
