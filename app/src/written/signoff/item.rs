//! One item: where it stands, who has agreed, what is due, everything that was
//! recorded, and what may be done next.

use super::acts::{acts, kind_of, measure_of, proof_of, yuan};
use super::{Desk, deadline, notices, office, rating, to_confirm, village};
use crate::i18n::Told;
use crate::written::html::{Head, Html};
use crate::written::{Scene, filled};
use dhi_engine::calendar::Calendar;
use dhi_engine::gate::{self, GateRules, ShownGate};
use dhi_engine::packet::{Notice, Record, View};
use dhi_engine::signoff::{Item, PARTIES, Role, Urgency, What, due, flags, is_for};

/// An item by its number; where records of it have not become one, only those.
pub fn item(
    scene: &Scene<'_>,
    html: &mut Html,
    desk: &Desk<'_>,
    id: &str,
    view: &View,
    history: &[&Record],
) {
    let now = view.items.iter().find(|item| item.id == id);
    let about = |notice: &&Notice| match notice {
        Notice::Fork { .. } | Notice::Waiting { .. } => true,
        Notice::Unfounded { item, .. }
        | Notice::Contended { item, .. }
        | Notice::EvidenceChanged { item, .. }
        | Notice::Refused { item, .. } => item == id,
    };
    let own: Vec<&Notice> = view.notices.iter().filter(about).collect();
    html.open("p").open("a href=\"#/signoff\"");
    html.text("← ").text(scene.say(Told::Board)).raw("</a></p>");
    if let Some(now) = now {
        facts(scene, html, desk, now);
        parties(scene, html, desk, now);
    } else {
        html.el("p class=\"notice\"", scene.say(Told::NoItem));
    }
    notices(scene, html, own.iter().copied());
    acts(scene, html, desk, now, &own);
    if let Some(now) = now {
        proofs(scene, html, desk, now);
        signs(scene, html, view, id);
    }
    timeline(scene, html, desk, history, &own);
}

fn facts(scene: &Scene<'_>, html: &mut Html, desk: &Desk<'_>, item: &Item) {
    let facts = &item.facts;
    let state = desk.rules.state_name(item.state, scene.language);
    html.open_with(
        "section class=\"card\" data-testid=\"item\"",
        "data-state",
        item.state.id(),
    )
    .open("h2")
    .text(&[&item.id, " · "].concat())
    .text(village(scene, &facts.village))
    .text(" ")
    .el("span class=\"mark\"", state)
    .close("h2")
    .el("p", &facts.problem)
    .open("p");
    deadline(scene, html, item, desk.who.today);
    html.raw("</p><dl class=\"facts\">");
    let money = |fen: u64| if fen == 0 { String::new() } else { yuan(fen) };
    let listed = item.listing.as_ref();
    let listed = listed.map(|l| [&l.level, " · ", &l.due.to_string()].concat());
    let many = |n: u32| if n == 0 { String::new() } else { n.to_string() };
    let rows = [
        (Told::FieldVillage, facts.village.clone()),
        (Told::FieldTown, facts.town.clone()),
        (Told::FieldLead, facts.lead.clone()),
        (Told::FieldRound, facts.round.clone()),
        (Told::FieldKind, scene.say(kind_of(facts.kind)).to_owned()),
        (Told::FieldChecklist, facts.checklist.clone()),
        (Told::FieldLiable, item.liable.clone()),
        (Told::FieldMeasures, item.measures.clone()),
        (Told::FieldMoney, money(facts.to_recover)),
        (Told::Received, money(item.received())),
        (Told::Returns, many(item.returns + item.plan_returns)),
        (Told::FieldLevel, listed.unwrap_or_default()),
    ];
    for (told, value) in rows {
        if !value.is_empty() {
            html.fact(scene.say(told), &value);
        }
    }
    html.close("dl");
    let numbers = GateRules::default();
    let gates = gate::from_item(item, &numbers, desk.who.today);
    for shown in gate::visible(&gates, desk.who.by.role, desk.who.today) {
        // What follows from items is open to all; any other hold is not named.
        let words = match shown {
            ShownGate::Neutral { .. } => gate::neutral(scene.language).to_owned(),
            ShownGate::Whole(gate) => {
                let (told, cap) = if gate.cause == gate::Cause::Falsified {
                    (Told::GateFalsified, numbers.falsified_cap)
                } else {
                    (Told::GateSupervised, numbers.supervised_cap)
                };
                filled(scene.say(told), &[("cap", crate::i18n::fixed2(cap))])
            }
        };
        html.el("p class=\"notice\"", &["▲ ", &words].concat());
    }
    html.close("section");
}

/// Who of the four has agreed, and everything that is due.
fn parties(scene: &Scene<'_>, html: &mut Html, desk: &Desk<'_>, item: &Item) {
    html.open("section class=\"card\" data-testid=\"parties\"")
        .el("h2", scene.say(Told::FourParties))
        .el("p class=\"hint\"", scene.say(Told::FourPartiesHint))
        .open("ul class=\"names parties\"");
    for role in PARTIES {
        let signed = item.signatures.iter().find(|s| s.role == role);
        html.raw("<li").attr("data-party", role.id());
        let (is_signed, words) = match signed {
            Some(s) => (
                "1",
                ["✓ ", scene.say(Told::Agreed), " ", &s.at.to_string()].concat(),
            ),
            None if item.voided.iter().any(|s| s.role == role) => {
                ("0", ["✕ ", scene.say(Told::Voided)].concat())
            }
            None => ("0", ["○ ", scene.say(Told::NotYet)].concat()),
        };
        html.attr("data-signed", is_signed)
            .raw(">")
            .el("strong", desk.rules.role_name(role, scene.language))
            .text(" ")
            .text(&words)
            .close("li");
    }
    html.close("ul");
    let today = desk.who.today;
    let all = due(item, desk.rules, &Calendar::default(), today);
    if !all.is_empty() {
        let head = [
            Head::Text(scene.say(Told::DueWhat)),
            Head::Text(scene.say(Told::DueWhose)),
            Head::Text(scene.say(Told::FieldDue)),
            Head::Text(scene.say(Told::DueState)),
        ];
        html.el("h3", scene.say(Told::DueTitle)).table(
            scene.say(Told::DueTitle),
            "table class=\"table\"",
            &head,
        );
        for one in &all {
            let told = match one.urgency {
                Urgency::Ahead => Told::Ahead,
                Urgency::Reminder => Told::Reminder,
                Urgency::Escalated => Told::Escalated,
            };
            html.raw("<tr>")
                .el("th scope=\"row\"", one.kind.name(scene.language))
                .el("td", desk.rules.role_name(one.role, scene.language))
                .el("td", &one.by.to_string())
                .el("td", scene.say(told))
                .raw("</tr>");
        }
        html.end_table();
    }
    to_confirm(scene, html);
    html.close("section");
}

fn proofs(scene: &Scene<'_>, html: &mut Html, desk: &Desk<'_>, item: &Item) {
    if item.evidence.is_empty() && item.rating.is_none() && item.later_rating.is_none() {
        return;
    }
    html.open("section class=\"card\" data-testid=\"proofs\"")
        .el("h2", scene.say(Told::FieldEvidence))
        .open("ul");
    for proof in &item.evidence {
        let short = proof.hash.get(..12).unwrap_or(&proof.hash);
        let money = if proof.received > 0 {
            [" · ", scene.say(Told::Received), " ", &yuan(proof.received)].concat()
        } else {
            String::new()
        };
        html.open("li")
            .text(scene.say(proof_of(proof.kind)))
            .text(
                &[
                    " · ",
                    &proof.date.to_string(),
                    &money,
                    " · SHA-256 ",
                    short,
                    "…",
                ]
                .concat(),
            )
            .close("li");
    }
    html.close("ul");
    for counts in [&item.rating, &item.later_rating].into_iter().flatten() {
        html.el("h3", scene.say(Told::RatingTitle));
        rating(scene, html, desk.rules, counts);
    }
    html.close("section");
}

/// Signs that people should look at; no finding.
fn signs(scene: &Scene<'_>, html: &mut Html, view: &View, id: &str) {
    let all = flags(&view.items, &dhi_engine::signoff::Rules::default());
    let mut own = all.iter().filter(|flag| flag.item == id).peekable();
    if own.peek().is_none() {
        return;
    }
    html.open("section class=\"card\"")
        .el("h2", scene.say(Told::Signs))
        .el("p class=\"hint\"", scene.say(Told::SignsHint))
        .open("ul");
    for flag in own {
        html.open("li").text(flag.suspicion.name(scene.language));
        if let Some(other) = &flag.other {
            html.text(" · ")
                .open_with("a", "href", &["#/signoff/", other].concat())
                .text(other)
                .close("a");
        }
        html.close("li");
    }
    html.raw("</ul></section>");
}

fn timeline(
    scene: &Scene<'_>,
    html: &mut Html,
    desk: &Desk<'_>,
    history: &[&Record],
    notices: &[&Notice],
) {
    let is_out = |id: &String| {
        notices.iter().any(|notice| match notice {
            Notice::Unfounded { record, .. } | Notice::Refused { record, .. } => record == id,
            Notice::Contended { records, .. } => records.contains(id),
            _ => false,
        })
    };
    // A referral may stand for a case, which is not everybody's to know of.
    let role = desk.who.by.role;
    let is_guarded =
        |what: &What| *what == What::Refer && !is_for(role, what) && role != Role::Organisation;
    let shown = history.iter().filter(|r| !is_guarded(&r.event.what));
    html.open("section class=\"card\" data-testid=\"timeline\"")
        .el("h2", scene.say(Told::Timeline))
        .el("p class=\"hint\"", scene.say(Told::TimelineHint))
        .open("ol class=\"steps\"");
    for record in shown {
        let event = &record.event;
        html.open_with("li", "data-record", &record.id)
            .open("strong")
            .text(&event.at.to_string())
            .text(" · ")
            .text(event.what.name(scene.language))
            .close("strong")
            .text(" · ")
            .text(&office(desk.rules, &event.by, scene.language));
        let said = details(scene, &event.what);
        if !said.is_empty() {
            html.raw("<br/>").el("span class=\"hint\"", &said);
        }
        if is_out(&record.id) {
            let words = ["⚠ ", scene.say(Told::NotFollowed), " ", &record.id].concat();
            html.raw("<br/>").el("span class=\"late\"", &words);
        }
        html.close("li");
    }
    html.raw("</ol></section>");
}

/// What a record says beside its name.
fn details(scene: &Scene<'_>, what: &What) -> String {
    let by =
        |due: &dyn std::fmt::Display| [scene.say(Told::FieldDue), " ", &due.to_string()].concat();
    let parts: Vec<String> = match what {
        What::Open(facts) => vec![facts.problem.clone()],
        What::Assign { liable, due } => vec![liable.clone(), by(due)],
        What::Plan { measures } => vec![measures.clone()],
        What::Evidence(proof) => vec![
            scene.say(proof_of(proof.kind)).to_owned(),
            proof.date.to_string(),
            proof.hash.get(..12).unwrap_or_default().to_owned(),
        ],
        What::Withdraw { hash, reason } => {
            vec![
                hash.get(..12).unwrap_or_default().to_owned(),
                reason.clone(),
            ]
        }
        What::Return { reason } | What::Unlist { reason } | What::ConfirmFalse { reason } => {
            vec![reason.clone()]
        }
        What::Close {
            review: Some(review),
        } => {
            vec![[scene.say(Told::FieldReview), " ", &review.to_string()].concat()]
        }
        What::Extend { due, reason } | What::Relapse { reason, due } => {
            vec![reason.clone(), by(due)]
        }
        What::List { level, due } => vec![level.clone(), by(due)],
        What::Progress { note } => vec![note.clone()],
        What::HoldToAccount(measure) => vec![scene.say(measure_of(*measure)).to_owned()],
        What::Settle { keep, reason } => vec![keep.clone(), reason.clone()],
        What::NextStage { due } => vec![by(due)],
        What::Rate(_)
        | What::PassPlan
        | What::Apply
        | What::Accept
        | What::PassTown
        | What::Sign { .. }
        | What::Close { review: None }
        | What::Recuse
        | What::Refer
        | What::Recheck
        | What::Consolidate => Vec::new(),
    };
    parts.join(" · ")
}
