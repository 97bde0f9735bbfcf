//! What can be done to an item: how an act is made of the fields of a form, and the
//! forms. One function makes acts; which fields an act has is what it asks for.

use super::{Desk, Who};
use crate::i18n::Told;
use crate::written::Scene;
use crate::written::html::Html;
use dhi_engine::calendar::Day;
use dhi_engine::framework::Language;
use dhi_engine::packet::Notice;
use dhi_engine::signoff::{
    Event, Evidence, EvidenceKind, Facts, Item, Kind, Measure, Rating, Refusal, Rules, What, is_for,
};

/// The act that sets up an item.
pub const OPEN: usize = 0;

/// The act that settles a conflict.
const SETTLE: usize = 21;

/// How many acts there are.
const N_ACTS: usize = 26;

/// Fields of a rating: by group satisfied, not satisfied, 不了解.
const RATED: [[&str; 3]; 5] = [
    ["r00", "r01", "r02"],
    ["r10", "r11", "r12"],
    ["r20", "r21", "r22"],
    ["r30", "r31", "r32"],
    ["r40", "r41", "r42"],
];

const KINDS: [(Kind, Told); 3] = [
    (Kind::AtOnce, Told::KindAtOnce),
    (Kind::ByDate, Told::KindByDate),
    (Kind::LongTerm, Told::KindLongTerm),
];

const EVIDENCE: [(EvidenceKind, Told); 6] = [
    (EvidenceKind::Minutes, Told::ProofMinutes),
    (EvidenceKind::Ledger, Told::ProofLedger),
    (EvidenceKind::Receipt, Told::ProofReceipt),
    (EvidenceKind::Photo, Told::ProofPhoto),
    (EvidenceKind::Regulation, Told::ProofRegulation),
    (EvidenceKind::Disclosure, Told::ProofDisclosure),
];

const MEASURES: [(Measure, Told); 3] = [
    (Measure::Talk, Told::MeasureTalk),
    (Measure::Circular, Told::MeasureCircular),
    (Measure::Sanction, Told::MeasureSanction),
];

/// Words of a kind of item.
pub fn kind_of(kind: Kind) -> Told {
    let found = KINDS.iter().find(|(k, _)| *k == kind);
    found.map_or(Told::KindByDate, |(_, told)| *told)
}

/// Words of a kind of evidence.
pub fn proof_of(kind: EvidenceKind) -> Told {
    let found = EVIDENCE.iter().find(|(k, _)| *k == kind);
    found.map_or(Told::ProofMinutes, |(_, told)| *told)
}

/// Words of a measure of accountability.
pub fn measure_of(measure: Measure) -> Told {
    let found = MEASURES.iter().find(|(m, _)| *m == measure);
    found.map_or(Told::MeasureTalk, |(_, told)| *told)
}

fn chosen<T: Copy>(options: &[(T, Told)], text: &str) -> Option<T> {
    let at: usize = text.parse().ok()?;
    options.get(at).map(|(value, _)| *value)
}

/// 元 with up to two decimals as 分; nothing is no money.
fn fen(text: &str) -> Option<u64> {
    let (yuan, rest) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if rest.len() > 2 || !is_number(yuan) || !is_number(rest) {
        return None;
    }
    let yuan: u64 = if yuan.is_empty() {
        0
    } else {
        yuan.parse().ok()?
    };
    let rest: u64 = ["0", rest, "00"].concat().get(1..3)?.parse().ok()?;
    yuan.checked_mul(100)?.checked_add(rest)
}

/// 分 as 元.
pub fn yuan(fen: u64) -> String {
    let rest = (100 + fen % 100).to_string();
    [&(fen / 100).to_string(), ".", rest.get(1..).unwrap_or("")].concat()
}

type Get<'a> = &'a mut dyn FnMut(&'static str) -> String;

fn day(get: Get<'_>, key: &'static str) -> Result<Day, Told> {
    get(key).parse().map_err(|_| Told::BadDay)
}

/// The act with a number, from its fields. Whether it is allowed, the engine decides.
pub fn built(verb: usize, now: Option<&Item>, rules: &Rules, get: Get<'_>) -> Result<What, Told> {
    let is_long = now.is_some_and(|item| item.facts.kind == Kind::LongTerm);
    Ok(match verb {
        OPEN => What::Open(Facts {
            village: get("village"),
            town: get("town"),
            lead: get("lead"),
            round: get("round"),
            problem: get("problem"),
            kind: chosen(&KINDS, &get("kind")).ok_or(Told::BadNumber)?,
            checklist: get("checklist"),
            to_recover: fen(&get("money")).ok_or(Told::BadMoney)?,
        }),
        1 => What::Assign {
            liable: get("liable"),
            due: day(get, "due")?,
        },
        2 => What::Plan {
            measures: get("measures"),
        },
        3 => What::PassPlan,
        4 => What::Evidence(Evidence {
            kind: chosen(&EVIDENCE, &get("proof")).ok_or(Told::BadNumber)?,
            hash: get("file"),
            date: day(get, "dated")?,
            received: fen(&get("money")).ok_or(Told::BadMoney)?,
        }),
        5 => What::Withdraw {
            hash: get("hash"),
            reason: get("reason"),
        },
        6 => What::Apply,
        7 => What::Accept,
        8 => What::PassTown,
        9 => {
            let mut groups = Vec::new();
            for keys in RATED.iter().take(rules.groups.len()) {
                let mut counts = [0; 3];
                for (count, key) in counts.iter_mut().zip(keys) {
                    *count = get(key).parse().map_err(|_| Told::BadCount)?;
                }
                groups.push(counts);
            }
            What::Rate(Rating { groups })
        }
        10 => What::Sign {
            content: now.map(Item::content).unwrap_or_default(),
        },
        11 => What::Return {
            reason: get("reason"),
        },
        12 => What::Close {
            review: is_long.then(|| day(get, "review")).transpose()?,
        },
        13 => What::Extend {
            due: day(get, "due")?,
            reason: get("reason"),
        },
        14 => What::Recuse,
        15 => What::List {
            level: get("level"),
            due: day(get, "due")?,
        },
        16 => What::Unlist {
            reason: get("reason"),
        },
        17 => What::Progress { note: get("note") },
        18 => What::Refer,
        19 => What::HoldToAccount(chosen(&MEASURES, &get("measure")).ok_or(Told::BadNumber)?),
        20 => What::ConfirmFalse {
            reason: get("reason"),
        },
        SETTLE => What::Settle {
            keep: get("keep"),
            reason: get("reason"),
        },
        22 => What::Recheck,
        23 => What::Consolidate,
        24 => What::NextStage {
            due: day(get, "due")?,
        },
        25 => What::Relapse {
            reason: get("reason"),
            due: day(get, "due")?,
        },
        _ => return Err(Told::BadNumber),
    })
}

/// An act whose fields are filled with something that passes, and the fields.
fn probe(verb: usize, now: Option<&Item>, desk: &Desk<'_>) -> Option<(What, Vec<&'static str>)> {
    let mut fields = Vec::new();
    let mut fill = |key: &'static str| {
        fields.push(key);
        let today = desk.who.today;
        match key {
            "due" | "review" => today.plus(36_500).to_string(),
            "dated" => today.to_string(),
            "file" => "0".repeat(64),
            "hash" => now
                .and_then(|item| item.evidence.first())
                .map_or_else(String::new, |e| e.hash.clone()),
            "kind" | "proof" | "measure" | "money" => "0".into(),
            _ => "9".into(),
        }
    };
    let what = built(verb, now, desk.rules, &mut fill).ok()?;
    Some((what, fields))
}

fn label(key: &str) -> Told {
    match key {
        "id" => Told::FieldNumber,
        "village" => Told::FieldVillage,
        "town" => Told::FieldTown,
        "lead" => Told::FieldLead,
        "round" => Told::FieldRound,
        "problem" => Told::FieldProblem,
        "kind" | "proof" => Told::FieldKind,
        "checklist" => Told::FieldChecklist,
        "money" => Told::FieldMoney,
        "liable" => Told::FieldLiable,
        "due" => Told::FieldDue,
        "measures" => Told::FieldMeasures,
        "dated" => Told::FieldDated,
        "file" => Told::FieldFile,
        "hash" => Told::FieldEvidence,
        "review" => Told::FieldReview,
        "level" => Told::FieldLevel,
        "note" => Told::FieldNote,
        "measure" => Told::FieldMeasure,
        "keep" => Told::FieldKeep,
        _ => Told::FieldReason,
    }
}

fn options<'a>(html: &mut Html, options: impl Iterator<Item = (String, &'a str)>) {
    for (value, words) in options {
        html.open_with("option", "value", &value)
            .text(words)
            .close("option");
    }
    html.raw("</select>");
}

fn field(scene: &Scene<'_>, html: &mut Html, key: &'static str, lists: &Lists<'_>) {
    html.open("label class=\"field\"");
    html.el("span", scene.say(label(key)));
    let says = |list: &[Told]| -> Vec<(String, &'static str)> {
        let named = list.iter().map(|told| scene.say(*told));
        named.enumerate().map(|(i, t)| (i.to_string(), t)).collect()
    };
    let list: Option<Vec<(String, &str)>> = match key {
        "kind" => Some(says(&KINDS.map(|(_, told)| told))),
        "proof" => Some(says(&EVIDENCE.map(|(_, told)| told))),
        "measure" => Some(says(&MEASURES.map(|(_, told)| told))),
        "hash" => Some(lists.evidence.clone()),
        "keep" => Some(lists.records.clone()),
        _ => None,
    };
    if let Some(list) = list {
        html.open_with("select", "name", key);
        options(html, list.into_iter());
    } else {
        let kind = match key {
            "due" | "review" | "dated" => "date",
            "file" => "file",
            _ => "text",
        };
        html.raw("<input").attr("name", key).attr("type", kind);
        let hint = match key {
            "town" => Some(Told::TownOfRegister),
            "money" | "round" | "checklist" => Some(Told::MayBeEmpty),
            "liable" => Some(Told::NoName),
            _ => None,
        };
        if let Some(told) = hint {
            html.attr("placeholder", scene.say(told));
        }
        if hint.is_none_or(|told| told == Told::NoName) {
            html.raw(" required");
        }
        match key {
            "village" => html.raw(" list=\"villages\""),
            "money" => html.raw(" inputmode=\"decimal\""),
            _ => html,
        };
        html.raw("/>");
    }
    html.close("label");
}

/// What is chosen from.
#[derive(Default)]
struct Lists<'a> {
    evidence: Vec<(String, &'a str)>,
    records: Vec<(String, &'a str)>,
}

fn rating(scene: &Scene<'_>, html: &mut Html, rules: &Rules) {
    for (group, keys) in rules.groups.iter().zip(RATED) {
        html.open("fieldset class=\"toolbar\"").el("legend", group);
        for (key, told) in keys.iter().zip(super::ANSWERS) {
            html.open("label class=\"field\"")
                .el("span", scene.say(told))
                .raw("<input type=\"number\" min=\"0\" required")
                .attr("name", key)
                .raw("/></label>");
        }
        html.close("fieldset");
    }
}

fn form(
    scene: &Scene<'_>,
    html: &mut Html,
    (verb, name): (usize, &str),
    fields: &[&'static str],
    (rules, lists): (&Rules, &Lists<'_>),
) {
    // What leads on, before what happens beside.
    let is_main = matches!(verb, OPEN..=12 | 22..);
    let button = |html: &mut Html| {
        let class = if is_main {
            "button button--primary"
        } else {
            "button"
        };
        html.raw("<button type=\"submit\"")
            .attr("class", class)
            .raw(">")
            .text(name)
            .close("button");
    };
    let number = verb.to_string();
    if fields.is_empty() {
        html.open_with("form class=\"act act--plain\"", "data-act", &number);
        button(html);
        html.close("form");
        return;
    }
    html.open_with("form class=\"act\"", "data-act", &number)
        .raw("<fieldset class=\"toolbar\">")
        .el("legend", name);
    if fields.contains(&RATED[0][0]) {
        rating(scene, html, rules);
    } else {
        for key in fields {
            field(scene, html, key, lists);
        }
    }
    button(html);
    html.raw("</fieldset></form>");
}

/// Villages offered where they are typed; more would only slow the page.
const MOST_OFFERED: usize = 1000;

/// The form that sets up an item.
pub fn new_item(scene: &Scene<'_>, html: &mut Html, desk: &Desk<'_>) {
    let Some((what, mut fields)) = probe(OPEN, None, desk) else {
        return;
    };
    html.open("section class=\"card\" data-testid=\"new-item\"")
        .el("h2", scene.say(Told::NewItem));
    if is_for(desk.who.by.role, &what) {
        html.el("p class=\"hint\"", scene.say(Told::NewItemHint));
        hand_first(scene, html, desk);
        fields.insert(0, "id");
        let name = what.name(scene.language);
        let with = (desk.rules, &Lists::default());
        form(scene, html, (OPEN, name), &fields, with);
        html.raw("<datalist id=\"villages\">");
        for unit in scene.units.list().iter().take(MOST_OFFERED) {
            html.open_with("option", "value", unit.code.as_str())
                .text(&[&unit.name, " · ", &unit.town].concat())
                .close("option");
        }
        html.raw("</datalist>");
    } else {
        html.el("p class=\"hint\"", scene.say(Told::NewItemNotYours));
    }
    html.close("section");
}

/// Nobody acts without a number.
fn hand_first(scene: &Scene<'_>, html: &mut Html, desk: &Desk<'_>) -> bool {
    let is_missing = desk.who.by.hand.is_empty();
    if is_missing {
        html.el("p class=\"notice\"", scene.say(Told::HandFirst));
    }
    is_missing
}

/// What this role may do to an item now; what is its own to do and refused, with why.
pub fn acts(
    scene: &Scene<'_>,
    html: &mut Html,
    desk: &Desk<'_>,
    now: Option<&Item>,
    notices: &[&Notice],
) {
    let Who { by, today } = desk.who;
    let mut lists = Lists::default();
    for notice in notices {
        if let Notice::Contended { records, .. } = notice {
            lists
                .records
                .extend(records.iter().map(|r| (r.clone(), r.as_str())));
        }
    }
    if let Some(item) = now {
        let named = item.evidence.iter();
        lists.evidence = named.map(|e| (e.hash.clone(), e.hash.as_str())).collect();
    }
    html.open("section class=\"card\" data-testid=\"acts\"").el(
        "h2",
        &[
            scene.say(Told::ActsOf),
            desk.rules.role_name(by.role, scene.language),
        ]
        .concat(),
    );
    if hand_first(scene, html, desk) {
        html.close("section");
        return;
    }
    let mut refused: Vec<(&str, Refusal)> = Vec::new();
    let mut n_open = 0;
    for verb in OPEN + 1..N_ACTS {
        let Some((what, fields)) = probe(verb, now, desk) else {
            continue;
        };
        let is_conflict = verb == SETTLE;
        if !is_for(by.role, &what) || (is_conflict && lists.records.is_empty()) {
            continue;
        }
        let name = what.name(scene.language);
        let event = Event {
            at: *today,
            by: by.clone(),
            what,
        };
        let next = match now {
            Some(item) => item.next(desk.rules, &event).map(drop),
            None if is_conflict => Ok(()),
            None => Err(Refusal::Setup),
        };
        match next {
            Ok(()) => {
                n_open += 1;
                form(scene, html, (verb, name), &fields, (desk.rules, &lists));
            }
            Err(
                Refusal::WrongState { .. }
                | Refusal::WrongRole { .. }
                | Refusal::NoChange
                | Refusal::LongTermOnly
                | Refusal::Setup,
            ) => {}
            Err(why) => refused.push((name, why)),
        }
    }
    if n_open == 0 && refused.is_empty() {
        html.el("p class=\"hint\"", scene.say(Told::NothingToDo));
    }
    if !refused.is_empty() {
        html.el("h3", scene.say(Told::NotNow)).open("ul");
        for (name, why) in &refused {
            let colon = match scene.language {
                Language::Chinese => "：",
                Language::English => ": ",
            };
            let words = [*name, colon, &why.message(scene.language)].concat();
            html.el("li", &words);
        }
        html.close("ul");
    }
    html.close("section");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_to_the_fen_and_never_guessed() {
        assert_eq!(fen(""), Some(0));
        assert_eq!(fen("12"), Some(1200));
        assert_eq!(fen("12.3"), Some(1230));
        assert_eq!(fen("0.05"), Some(5));
        assert_eq!([fen("1.234"), fen("-1"), fen("1e3"), fen("万")], [None; 4]);
        assert_eq!(yuan(1205), "12.05");
    }

    /// Every act of the engine can be asked for, each by its own number.
    #[test]
    fn every_act_has_a_number() {
        let who = Who {
            by: dhi_engine::signoff::Actor {
                role: dhi_engine::signoff::Role::Inspection,
                office: String::new(),
                hand: "1".into(),
            },
            today: "2026-07-01".parse().unwrap(),
        };
        let desk = Desk {
            rules: &Rules::default(),
            who: &who,
        };
        let names: std::collections::BTreeSet<&str> = (0..N_ACTS)
            .map(|verb| probe(verb, None, &desk).unwrap().0.name(Language::English))
            .collect();
        assert_eq!(names.len(), N_ACTS);
    }
}
