//! Every state × event, every role × event, every guard.

mod contest;
mod random;
mod rating;
mod story;

use super::*;
use crate::calendar::Day;
use State::{
    Applied, Assigned, Closed, Consolidated, Draft, JointReview, PlanReview, PublicRating, Recheck,
    Rectifying, StageClosed, TownReview,
};

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(crate) fn hash(n: u32) -> String {
    format!("{n:064x}")
}

pub(crate) fn facts(kind: Kind) -> Facts {
    Facts {
        village: "510181001201".into(),
        town: "示例镇".into(),
        lead: "农业农村局".into(),
        round: "第一轮".into(),
        problem: "虚构示例：合同款未收".into(),
        kind,
        checklist: String::new(),
        to_recover: 0,
    }
}

pub(crate) fn actor(role: Role) -> Actor {
    let office = match role {
        Role::VillageParty => "510181001201",
        Role::Town => "示例镇",
        Role::Department => "农业农村局",
        _ => "",
    };
    Actor {
        role,
        office: office.into(),
        hand: format!("{}-1", role.id()),
    }
}

pub(crate) fn event(at: Day, role: Role, what: What) -> Event {
    Event {
        at,
        by: actor(role),
        what,
    }
}

pub(crate) fn evidence(n: u32) -> What {
    What::Evidence(Evidence {
        hash: hash(n),
        kind: EvidenceKind::Photo,
        date: day("2026-01-01"),
        received: 0,
    })
}

pub(crate) fn good_rating() -> Rating {
    Rating {
        groups: vec![[3, 0, 0]; 5],
    }
}

/// 11 of 15: every group has its 60 %, all together have not their 80 %.
pub(crate) fn poor_rating() -> Rating {
    let mut groups = vec![[2, 1, 0]; 5];
    groups[0] = [3, 0, 4];
    Rating { groups }
}

fn because() -> String {
    "理由".into()
}

/// The event that goes on from a state, by its rightful role.
pub(crate) fn onwards(item: &Item) -> Option<(Role, What)> {
    let far = day("2028-01-01");
    Some(match item.state {
        Draft => (
            Role::Inspection,
            What::Assign {
                liable: "村党组织书记".into(),
                due: far,
            },
        ),
        Assigned => (
            Role::VillageParty,
            What::Plan {
                measures: "收回合同款并公示".into(),
            },
        ),
        PlanReview => (Role::Town, What::PassPlan),
        Rectifying if item.evidence.is_empty() => (Role::VillageParty, evidence(1)),
        Rectifying => (Role::VillageParty, What::Apply),
        Applied => (Role::Town, What::Accept),
        TownReview => (Role::Town, What::PassTown),
        PublicRating => (Role::Public, What::Rate(good_rating())),
        JointReview => match item.missing_signatures().first() {
            Some(role) => (
                *role,
                What::Sign {
                    content: item.content(),
                },
            ),
            None => {
                let is_long = item.facts.kind == Kind::LongTerm;
                let review = is_long.then_some(far);
                (Role::Inspection, What::Close { review })
            }
        },
        Closed | StageClosed => (Role::Inspection, What::Recheck),
        Recheck => (Role::Inspection, What::Consolidate),
        Consolidated => return None,
    })
}

pub(crate) fn opened(kind: Kind) -> Event {
    event(day("2026-01-01"), Role::Inspection, What::Open(facts(kind)))
}

/// An item led to a state by what is right, a day a step; 回头看 takes its time.
fn item_in(state: State, kind: Kind) -> Item {
    let rules = Rules::default();
    let mut item = Item::open("1", &opened(kind)).unwrap();
    while item.state != state {
        let (role, what) = onwards(&item).unwrap();
        let days = if item.state == Recheck { 200 } else { 20 };
        let next = event(item.since.plus(days), role, what);
        item = item.apply(&rules, &next).unwrap();
    }
    item
}

fn signed() -> Item {
    let mut item = item_in(JointReview, Kind::ByDate);
    while !item.missing_signatures().is_empty() {
        let (role, what) = onwards(&item).unwrap();
        item.take(&Rules::default(), &event(item.since, role, what))
            .unwrap();
    }
    item
}

fn listed(item: &Item) -> Item {
    let what = What::List {
        level: "县级".into(),
        due: day("2028-01-01"),
    };
    let list = event(item.since, Role::LeadingGroup, what);
    item.apply(&Rules::default(), &list).unwrap()
}

/// The item with a finding of falsehood by another hand than the table's.
fn found_false(item: &Item) -> Item {
    let what = What::ConfirmFalse { reason: because() };
    let mut find = event(item.since, Role::Discipline, what);
    find.by.hand = "discipline-2".into();
    item.apply(&Rules::default(), &find).unwrap()
}

/// The item after the village contested something of it.
fn contested(item: &Item, against: Contested) -> Item {
    let reason = because();
    let what = What::Contest { against, reason };
    let contest = event(item.since, Role::VillageParty, what);
    item.apply(&Rules::default(), &contest).unwrap()
}

/// Name, role, event, its outcome in each state, and the roles it is for.
///
/// Outcomes in the order of [`STATES`], by the letters `d a p r A t g j c s b k`; a
/// dot is a refusal. Roles in the order of [`ROLES`], an `x` where it is theirs.
type Row = (&'static str, Role, What, &'static str, &'static str);

/// Every action at least once, with and without what may be left out.
pub(super) fn everything() -> Vec<What> {
    let more = [
        What::Open(facts(Kind::LongTerm)),
        What::Rate(poor_rating()),
        What::Close {
            review: Some(day("2027-01-01")),
        },
        What::Evidence(Evidence {
            hash: hash(3),
            kind: EvidenceKind::Receipt,
            date: day("2026-01-01"),
            received: 1_234_500,
        }),
    ];
    table().into_iter().map(|row| row.2).chain(more).collect()
}

const LETTERS: &str = "daprAtgjcsbk";

fn table() -> Vec<Row> {
    let far = day("2028-01-01");
    let (inspection, village, town) = (Role::Inspection, Role::VillageParty, Role::Town);
    let reason = because;
    let assign = What::Assign {
        liable: because(),
        due: far,
    };
    let measures = because();
    let withdraw = What::Withdraw {
        hash: hash(1),
        reason: reason(),
    };
    let back = || What::Return { reason: because() };
    let extend = || What::Extend {
        due: day("2028-06-01"),
        reason: because(),
    };
    let list = What::List {
        level: because(),
        due: far,
    };
    let (due, note) = (far, because());
    let relapse = What::Relapse {
        reason: reason(),
        due,
    };
    let sign = What::Sign {
        content: String::new(),
    };
    let open = What::Open(facts(Kind::ByDate));
    let account = What::HoldToAccount(Measure::Talk);
    let is_false = What::ConfirmFalse { reason: reason() };
    let unfound = What::WithdrawFalse { reason: reason() };
    let settle = What::Settle {
        keep: hash(1),
        reason: reason(),
    };
    let contest = |against| What::Contest {
        against,
        reason: reason(),
    };
    let answer = |against| What::Answer {
        against,
        reason: reason(),
    };
    let unlist = What::Unlist { reason: reason() };
    let poor = What::Rate(poor_rating());
    let good = What::Rate(good_rating());
    let close = What::Close { review: None };
    let office = Role::Discipline;
    #[rustfmt::skip]
    let rows = vec![
        //                                            daprAtgjcsbk    IVTDOBPLA
        ("open", inspection, open,                   "............", "........."),
        ("assign", inspection, assign,               "a...........", "x........"),
        ("plan", village, What::Plan { measures },   ".p..........", ".x......."),
        ("pass plan", town, What::PassPlan,          "..r.........", "..x......"),
        ("evidence", village, evidence(2),           "...rAtgj....", ".x......."),
        ("withdraw", village, withdraw,              "...rAtgj....", ".x......."),
        ("apply", village, What::Apply,              "...A........", ".x......."),
        ("accept", town, What::Accept,               "....t.......", "..x......"),
        ("pass first", town, What::PassTown,         ".....g......", "..x......"),
        ("rate", Role::Public, good,                 "......j...b.", "......x.."),
        ("rate low", Role::Public, poor,             "......r...b.", "......x.."),
        ("sign", office, sign,                       ".......j....", "x..xxx..."),
        ("return first", town, back(),               "..a.rr......", "..x......"),
        ("return jointly", office, back(),           ".......r....", "x..xxx..."),
        ("close", inspection, close,                 ".......c....", "x........"),
        ("extend", inspection, extend(),             ".aprAtgj....", "x........"),
        ("extend listed", Role::LeadingGroup, extend(), ".aprAtgj....", ".......x."),
        ("recuse", town, What::Recuse,               ".aprAtgjcsb.", "x.xxxx..."),
        ("list", Role::LeadingGroup, list,           ".aprAtgj....", ".......x."),
        ("unlist", Role::LeadingGroup, unlist,       ".aprAtgj....", ".......x."),
        ("progress", village, What::Progress { note }, ".aprAtgj....", ".x...x..."),
        ("settle", inspection, settle,               "daprAtgjcsbk", "x........"),
        ("refer", office, What::Refer,               "daprAtgjcsbk", "x..x....."),
        ("account", office, account,                 ".aprAtgjcsbk", "...xx...."),
        ("false", office, is_false,                  "....Atgjcsbk", "...x....."),
        ("not false", office, unfound,               "....Atgjcsbk", "...x....."),
        ("contest", village, contest(Contested::Listing), ".aprAtgj....", ".x......."),
        ("answer", Role::LeadingGroup, answer(Contested::Listing), ".aprAtgj....", ".......x."),
        ("contest false", village, contest(Contested::Falsehood), "....Atgjcsbk", ".x......."),
        ("answer false", office, answer(Contested::Falsehood), "....Atgjcsbk", "...x....."),
        ("recheck", inspection, What::Recheck,       "........bb..", "x........"),
        ("consolidate", inspection, What::Consolidate, "..........k.", "x........"),
        ("next stage", inspection, What::NextStage { due }, "..........r.", "x........"),
        ("relapse", inspection, relapse,             "..........r.", "x........"),
    ];
    rows
}

/// An item in a state, ready for the event of a row but for its state.
fn ready(name: &str, state: State) -> Item {
    let is_long = state == StageClosed || name == "next stage";
    // A long-term item never comes to 已销号, and asks a review date of 销号.
    let kind = if is_long && state != Closed {
        Kind::LongTerm
    } else {
        Kind::ByDate
    };
    let mut item = match (name, state) {
        ("close", JointReview) => signed(),
        _ => item_in(state, kind),
    };
    if state == Rectifying {
        let (role, what) = onwards(&item).unwrap();
        let next = event(item.since, role, what);
        item.take(&Rules::default(), &next).unwrap();
    }
    match name {
        "extend listed" | "unlist" | "contest" if state.is_open() => listed(&item),
        "answer" if state.is_open() => contested(&listed(&item), Contested::Listing),
        "not false" | "contest false" if state >= Applied => found_false(&item),
        "answer false" if state >= Applied => contested(&found_false(&item), Contested::Falsehood),
        _ => item,
    }
}

fn fitted(what: &What, item: &Item) -> What {
    match what {
        What::Sign { .. } => What::Sign {
            content: item.content(),
        },
        other => other.clone(),
    }
}

fn when(item: &Item) -> Day {
    let days = if item.state == Recheck { 200 } else { 1 };
    item.since.plus(days)
}

#[test]
fn every_state_and_event_as_the_table_says() {
    let rules = Rules::default();
    for (name, role, what, outcomes, _) in table() {
        for (state, outcome) in STATES.iter().zip(outcomes.chars()) {
            let item = ready(name, *state);
            let before = item.clone();
            let event = event(when(&item), role, fitted(&what, &item));
            let after = item.apply(&rules, &event);
            assert_eq!(item, before);
            let place = format!("{name} in {state:?}: {after:?}");
            match LETTERS.find(outcome) {
                Some(at) => assert_eq!(after.unwrap().state, STATES[at], "{place}"),
                None => {
                    let why = after.unwrap_err();
                    let is_right = match why {
                        Refusal::WrongState { state: s, .. } => s == *state,
                        // One role returns before, the others in the joint review.
                        Refusal::WrongRole { .. } => name.starts_with("return"),
                        Refusal::Setup => name == "open",
                        // Neither a listing nor a finding is to be had there.
                        Refusal::NothingContested => {
                            name.starts_with("contest") || name.starts_with("answer")
                        }
                        _ => false,
                    };
                    assert!(is_right, "{name} in {state:?}: {why}");
                }
            }
        }
    }
}

#[test]
fn every_role_and_event_as_the_table_says() {
    let rules = Rules::default();
    for (name, _, what, outcomes, roles) in table() {
        let first = outcomes.find(|c| c != '.');
        let item = first.map(|at| ready(name, STATES[at]));
        for (role, expected) in ROLES.into_iter().zip(roles.chars()) {
            let Some(item) = &item else { continue };
            let event = event(when(item), role, fitted(&what, item));
            let result = item.apply(&rules, &event);
            let place = format!("{name} by {role:?}: {result:?}");
            match result {
                Ok(_) => assert_eq!(expected, 'x', "{place}"),
                Err(Refusal::WrongRole { .. }) => assert_eq!(expected, '.', "{place}"),
                Err(why) => panic!("{place} {why}"),
            }
        }
    }
}

#[test]
fn every_refusal_has_both_languages() {
    use crate::framework::Language;
    let rules = Rules::default();
    let item = item_in(JointReview, Kind::ByDate);
    for (_, role, what, ..) in table() {
        if let Err(why) = item.apply(&rules, &event(item.since, role, what)) {
            assert!(
                why.message(&rules, Language::Chinese)
                    .chars()
                    .any(|c| c > '\u{4e00}')
            );
            assert!(
                why.message(&rules, Language::English).is_ascii() || why.to_string().contains('“')
            );
        }
    }
}

#[test]
fn refusals_call_roles_and_states_by_their_names_here() {
    use crate::framework::{Language, Text};
    let mut rules = Rules::default();
    let name = |zh: &str, en: &str| Text {
        zh: zh.into(),
        en: en.into(),
    };
    for (id, text) in [
        (Role::Town.id(), name("街道党工委", "subdistrict")),
        (Closed.id(), name("办结", "done")),
    ] {
        rules.labels.insert(id.to_owned(), text);
    }
    let item = item_in(Closed, Kind::ByDate);
    let said = |role, what| {
        let why = item.apply(&rules, &event(item.since, role, what));
        let why = why.unwrap_err();
        [Language::Chinese, Language::English].map(|l| why.message(&rules, l))
    };
    let both = said(Role::Town, What::PassTown);
    assert_eq!(
        both,
        [
            "“办结”状态不能初审通过",
            "cannot pass first review in state “done”"
        ]
    );
    let both = said(Role::Town, What::Recheck);
    assert_eq!(
        both,
        [
            "街道党工委不能启动回头看",
            "“subdistrict” cannot look again"
        ]
    );
    let missing = Refusal::MissingSignatures(vec![Role::Town]);
    let words = missing.message(&rules, Language::Chinese);
    assert_eq!(words, "尚未同意：街道党工委；未表态不等于同意");
}
