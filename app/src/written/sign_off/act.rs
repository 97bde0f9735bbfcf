//! What can be done to an item by whoever looks, each with the texts it needs.

use super::super::Scene;
use super::super::html::Html;
use super::super::lab::option;
use super::button;
use crate::worker::sign_off::Book;
use dhi_engine::framework::Language;
use dhi_engine::packet::Notice;
use dhi_engine::signoff::{
    ACTIONS, Action, CONTESTED, Contested, EVIDENCE_KINDS, Event, Fields, Item, KINDS, MEASURES,
    Refusal, Role, State, What,
};

/// Name of the field for a count of a group.
pub fn count_name(group: usize, kind: usize) -> String {
    format!("g{group}-{kind}")
}

/// What a field is called.
pub fn label(name: &str, language: Language) -> &'static str {
    let (zh, en) = match name {
        "at" => ("日期", "Date"),
        "item" => ("事项编号", "Number"),
        "village" => ("村代码", "Village code"),
        "lead" => ("业务主管部门", "Department in charge"),
        "round" => ("巡察轮次", "Round"),
        "problem" => ("问题事实", "Problem"),
        "kind" => ("类别", "Kind"),
        "checklist" => ("小微权力清单编号", "Checklist code"),
        "to_recover" => ("应收回（元）", "To recover (yuan)"),
        "received" => ("到账（元）", "Received (yuan)"),
        "liable" => ("责任单位和岗位", "Body and post liable"),
        "due" => ("期限", "Due"),
        "measures" => ("整改措施", "Measures"),
        "hash" => ("文件指纹 SHA-256", "Fingerprint (SHA-256)"),
        "date" => ("材料日期", "Date it bears"),
        "reason" => ("理由", "Reason"),
        "review" => ("复查日期", "Review date"),
        "level" => ("督办层级", "Level"),
        "note" => ("进展", "Progress"),
        "measure" => ("方式", "Measure"),
        "against" => ("对象", "Against"),
        "keep" => ("以哪条记录为准", "Record that stands"),
        "groups" => ("各群体人数", "Counts by group"),
        _ => ("", ""),
    };
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// The form by which the inspection office sets up an item.
pub(super) fn set_up(scene: &Scene<'_>, html: &mut Html, book: &Book) {
    if book.actor.role != Role::Inspection {
        return;
    }
    html.open("section class=\"card\"")
        .el("h2", scene.either("立项", "Set up an item"))
        .open("form class=\"sign\"");
    input(scene, html, book, "open", "item");
    let names = [
        "village",
        "lead",
        "round",
        "kind",
        "problem",
        "checklist",
        "to_recover",
        "at",
    ];
    for name in names {
        input(scene, html, book, "open", name);
    }
    let words = scene.either("立项", "Set up");
    button(html, "button button--primary", "do", "open", words);
    html.close("form").close("section");
}

/// Records of an item that contradict each other.
fn contended<'a>(book: &'a Book, item: &str) -> Vec<&'a String> {
    let notices = book.view.notices.iter();
    let records = notices.filter_map(|notice| match notice {
        Notice::Contended { item: of, records } if of == item => Some(records.keys()),
        _ => None,
    });
    records.flatten().collect()
}

/// The choice of the record that stands: when, who, what, and of an item set up which one.
fn kept(scene: &Scene<'_>, html: &mut Html, book: &Book, item: &str) {
    let contended = contended(book, item);
    let mut records = book.history(item);
    records.retain(|record| contended.contains(&&record.id));
    select(scene, html, book, "settle", "keep", |html, typed| {
        for record in records {
            let Event { at, by, what } = &record.event;
            let role = book.rules.role_name(by.role, scene.language);
            let at = at.to_string();
            let mut words = vec![&at, role, &by.office, what.name(scene.language)];
            if let What::Open(facts) = what {
                words.extend([&facts.village, facts.problem.as_str()]);
            }
            words.retain(|word| !word.is_empty());
            option(html, &record.id, &words.join(" · "), typed == record.id);
        }
    });
}

/// The form by which the inspection office says which of two items of one number stands.
pub(super) fn settle_number(scene: &Scene<'_>, html: &mut Html, book: &Book, item: &str) {
    html.raw("<form class=\"sign\"><input type=\"hidden\" name=\"item\"")
        .attr("value", item)
        .raw("/>");
    kept(scene, html, book, item);
    input(scene, html, book, "settle", "reason");
    input(scene, html, book, "settle", "at");
    let words = scene.either("裁定冲突记录", "Settle a conflict");
    button(html, "button button--primary", "do", "settle", words);
    html.close("form");
}

/// The event with everything it asks for; whether its like may be at all.
fn sample(book: &Book, item: &Item, (action, names): Action, against: Contested) -> Option<Event> {
    let is_long = item.facts.kind == KINDS[2];
    let mut fields = Fields::new();
    for name in names {
        let text = match *name {
            "content" => item.content(),
            "hash" => match item.evidence.first().filter(|_| action == "withdraw") {
                Some(first) => first.hash.clone(),
                None => "0".repeat(64),
            },
            "kind" => "photo".into(),
            "date" => book.today.to_string(),
            "due" => "2999-12-30".into(),
            "review" if is_long => "2999-12-30".into(),
            "groups" => vec!["9,0,0"; book.rules.groups.len()].join(";"),
            "measure" => "talk".into(),
            "against" => against.id().into(),
            "review" | "received" => String::new(),
            _ => "·".into(),
        };
        fields.insert((*name).to_owned(), text);
    }
    let mut by = book.actor.clone();
    if by.hand.is_empty() {
        by.hand = "·".into();
    }
    let what = What::read(action, &fields).ok()?;
    let at = book.today.max(item.since);
    Some(Event { at, by, what })
}

/// Whether an action is none of theirs, or does not fit where the item stands.
fn is_out(book: &Book, item: &Item, event: &Event) -> bool {
    matches!(
        item.next(&book.rules, event),
        Err(Refusal::WrongState { .. }
            | Refusal::WrongRole { .. }
            | Refusal::WrongOffice { .. }
            | Refusal::Setup
            | Refusal::NoChange
            | Refusal::NothingContested
            | Refusal::AlreadySigned)
    )
}

/// Everything that whoever looks may do where the item stands.
pub(super) fn actions(scene: &Scene<'_>, html: &mut Html, book: &Book, item: &Item) {
    let is_contended = !contended(book, &item.id).is_empty();
    html.el(
        "h3 class=\"acts\"",
        scene.either("可以办理", "What can be done"),
    );
    let mut is_any = false;
    for (action, names) in ACTIONS {
        // What else an action may be about.
        let mut about = CONTESTED.to_vec();
        let event = |against| sample(book, item, (action, names), against);
        about.retain(|against| event(*against).is_some_and(|event| !is_out(book, item, &event)));
        let Some(event) = about.first().and_then(|against| event(*against)) else {
            continue;
        };
        let is_idle = match action {
            "settle" => !is_contended,
            "withdraw" => item.evidence.is_empty(),
            _ => false,
        };
        if is_idle {
            continue;
        }
        is_any = true;
        let is_typed = book.typed("value") == action;
        html.raw("<details");
        if is_typed {
            html.raw(" open");
        }
        html.raw(">")
            .el("summary", event.what.name(scene.language))
            .open("form class=\"sign\"");
        if action == "contest" {
            let words = scene.either(
                "申诉期间不停止执行。",
                "What is contested holds until it is ended.",
            );
            html.el("p class=\"hint\"", words);
        }
        for name in names {
            match *name {
                "content" => {
                    html.raw("<input type=\"hidden\" name=\"seen\"")
                        .attr("value", &book.n_seen(item))
                        .raw("/>");
                }
                "against" => {
                    select(scene, html, book, action, "against", |html, typed| {
                        for one in &about {
                            let id = one.id();
                            option(html, id, one.name(scene.language), typed == id);
                        }
                    });
                }
                "keep" => kept(scene, html, book, &item.id),
                "hash" if action == "withdraw" => {
                    select(scene, html, book, action, "hash", |html, typed| {
                        for one in &item.evidence {
                            let words = [one.kind.name(scene.language), " ", &one.date.to_string()]
                                .concat();
                            option(html, &one.hash, &words, typed == one.hash);
                        }
                    });
                }
                name => input(scene, html, book, action, name),
            }
        }
        input(scene, html, book, action, "at");
        button(
            html,
            "button button--primary",
            "do",
            action,
            event.what.name(scene.language),
        );
        html.close("form").close("details");
    }
    if !is_any {
        let words = if item.state == State::Consolidated {
            scene.either(
                "事项已巩固，程序结束。",
                "Consolidated: the procedure is over.",
            )
        } else {
            scene.either(
                "当前角色和单位在这一步没有可办事项。",
                "Nothing for this role and office at this step.",
            )
        };
        // For who sits before the screen: on paper it says nothing.
        html.el("p class=\"hint acts\"", words);
    }
}

fn begin(scene: &Scene<'_>, html: &mut Html, name: &str) {
    html.raw("<label class=\"field\"><span>")
        .text(label(name, scene.language))
        .raw("</span>");
}

/// What was typed into a field of this form.
fn typed<'a>(book: &'a Book, action: &str, name: &str) -> &'a str {
    if book.typed("value") == action {
        book.typed(name)
    } else {
        ""
    }
}

fn select(
    scene: &Scene<'_>,
    html: &mut Html,
    book: &Book,
    action: &str,
    name: &'static str,
    options: impl FnOnce(&mut Html, &str),
) {
    begin(scene, html, name);
    html.raw("<select").attr("name", name).raw(">");
    options(html, typed(book, action, name));
    html.raw("</select></label>");
}

/// A field of a form, with what was typed into it.
fn input(scene: &Scene<'_>, html: &mut Html, book: &Book, action: &str, name: &'static str) {
    let value = typed(book, action, name);
    match name {
        "kind" | "measure" => {
            let language = scene.language;
            select(scene, html, book, action, name, |html, typed| {
                let mut offer = |id: &str, words: &str| option(html, id, words, typed == id);
                match (name, action) {
                    ("measure", _) => MEASURES
                        .iter()
                        .for_each(|m| offer(m.id(), m.name(language))),
                    (_, "open") => KINDS.iter().for_each(|k| offer(k.id(), k.name(language))),
                    _ => EVIDENCE_KINDS
                        .iter()
                        .for_each(|k| offer(k.id(), k.name(language))),
                }
            });
        }
        "groups" => groups(scene, html, book, action),
        "reason" | "measures" | "note" | "problem" => {
            begin(scene, html, name);
            html.raw("<textarea rows=\"3\"")
                .attr("name", name)
                .raw(">")
                .given(value)
                .raw("</textarea></label>");
        }
        _ => {
            if name == "hash" {
                html.raw("<label class=\"field\"><span>")
                    .text(scene.either(
                        "选文件算指纹（文件不保存）",
                        "Choose a file to fingerprint (it is not kept)",
                    ))
                    .raw("</span><input type=\"file\" data-act=\"hash\"")
                    .attr("data-value", action)
                    .raw("/></label>");
            }
            let today = book.today.to_string();
            let value = if name == "at" && value.is_empty() {
                &today
            } else {
                value
            };
            let is_date = matches!(name, "at" | "due" | "date" | "review");
            begin(scene, html, name);
            html.raw("<input")
                .attr("type", if is_date { "date" } else { "text" })
                .attr("name", name)
                .attr("value", value)
                .raw("/></label>");
        }
    }
}

fn groups(scene: &Scene<'_>, html: &mut Html, book: &Book, action: &str) {
    let kinds = [
        scene.either("满意", "satisfied"),
        scene.either("不满意", "not satisfied"),
        scene.either("不了解", "do not know"),
    ];
    for (group, name) in book.rules.groups.iter().enumerate() {
        html.open("fieldset class=\"toolbar\"").el("legend", name);
        for (kind, words) in kinds.iter().enumerate() {
            let field = count_name(group, kind);
            html.raw("<label class=\"field\"><span>")
                .text(words)
                .raw("</span><input type=\"text\" inputmode=\"numeric\" size=\"4\"")
                .attr("name", &field)
                .attr("value", typed(book, action, &field))
                .raw("/></label>");
        }
        html.close("fieldset");
    }
}
