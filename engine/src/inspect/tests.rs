//! Lists, plans and letters with answers by hand.

use super::*;
use crate::calendar::{Calendar, Day};
use std::collections::BTreeMap;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn line(code: &str, parent: &str) -> ChecklistItem {
    ChecklistItem {
        code: code.into(),
        parent: parent.into(),
        text: "虚构示例".into(),
    }
}

#[test]
fn lists_hold_together_or_are_refused_with_the_row() {
    let list = Checklist::new(vec![line("1", ""), line("1.1", "1"), line("1.2", "1")]);
    assert_eq!(list.unwrap().size(), (1, 2));
    let bad = |items| Checklist::new(items).unwrap_err();
    let (row, code) = (2, "1".into());
    let twice = bad(vec![line("1", ""), line("1", "")]);
    assert_eq!(twice, ChecklistError::Duplicate { row, code });
    let parent = "9".into();
    let orphan = bad(vec![line("1", ""), line("1.1", "9")]);
    assert_eq!(orphan, ChecklistError::UnknownParent { row, parent });
    assert_eq!(bad(vec![]), ChecklistError::Blank(1));
}

/// A file cannot bring in what the program would not make.
#[test]
fn a_list_that_is_read_is_checked() {
    let list = Checklist::new(vec![line("1", ""), line("1.1", "1")]).unwrap();
    let json = serde_json::to_string(&list).unwrap();
    assert_eq!(serde_json::from_str::<Checklist>(&json).unwrap(), list);
    let orphan = json.replace("\"parent\":\"1\"", "\"parent\":\"9\"");
    let why = serde_json::from_str::<Checklist>(&orphan).unwrap_err();
    assert!(why.to_string().contains("row 2: there is no item 9"));
}

#[test]
fn compliance_by_item_and_village() {
    let list = Checklist::new(vec![line("1", ""), line("1.1", "1"), line("1.2", "1")]).unwrap();
    let check = |code: &str, village: &str, is_met| Check {
        code: code.into(),
        village: village.into(),
        at: day("2026-05-01"),
        is_met,
    };
    let checks = [
        check("1.1", "a", Some(true)),
        check("1.1", "b", Some(false)),
        check("1.2", "a", Some(true)),
        check("1.2", "b", None),
        check("7", "a", Some(false)),
    ];
    let by_item = list.by_item(&checks, 0.95);
    let counts: Vec<(u32, u32)> = by_item.iter().map(|c| (c.met, c.n)).collect();
    assert_eq!(counts, [(2, 3), (1, 2), (1, 1)]);
    let interval = by_item[1].interval.unwrap();
    // Half of two is symmetric about a half.
    assert!((interval.low + interval.high - 1.0).abs() < 1e-12);
    let by_village = list.by_village(&checks, 0.95);
    assert_eq!(by_village["a"].pct(), Some(100.0));
    assert_eq!(by_village["b"].pct(), Some(0.0));
}

fn villages() -> BTreeMap<String, bool> {
    let of = |(code, is_key): (&str, bool)| (code.to_owned(), is_key);
    [("a", true), ("b", false), ("c", false)].map(of).into()
}

fn calendar() -> Calendar {
    Calendar {
        until: Some(day("2026-12-31")),
        ..Calendar::default()
    }
}

#[test]
fn a_proposed_plan_has_no_faults() {
    let teams = ["一组".to_owned(), "二组".to_owned()];
    let (rules, monday) = (PlanRules::default(), day("2026-07-06"));
    let plan = Plan::propose(rules, &villages(), &teams, monday, &calendar());
    assert_eq!(plan.faults(rules, &villages(), &calendar()), []);
    assert_eq!(plan.missing(&villages()), [""; 0]);
    // Ten working days from a Monday end on the Friday of the week after.
    let days: Vec<i32> = plan.visits.iter().map(|v| v.last.since(monday)).collect();
    let longest = days.iter().max().copied();
    assert_eq!(longest, Some(11));
    assert!(plan.visits.iter().all(|v| v.first.weekday() < 5));
}

#[test]
fn faults_of_a_plan_are_named() {
    let visit = |village: &str, first: &str, last: &str| Visit {
        village: village.into(),
        team: "一组".into(),
        first: day(first),
        last: day(last),
    };
    let plan = Plan {
        visits: vec![
            // Nine working days: the first week of July from Wednesday, and more.
            visit("a", "2026-07-01", "2026-07-13"),
            visit("b", "2026-07-13", "2026-07-15"),
            visit("b", "2026-12-28", "2027-01-05"),
            visit("x", "2026-08-01", "2026-08-05"),
            // Backwards: no visit, and the village is still without one.
            visit("c", "2026-12-31", "2026-07-01"),
        ],
    };
    let faults = plan.faults(PlanRules::default(), &villages(), &calendar());
    let [a, b, c, x] = ["a", "b", "c", "x"].map(str::to_owned);
    let expected = [
        PlanFault::TooShort {
            village: a.clone(),
            days: 9,
            least: 10,
        },
        PlanFault::BeyondCalendar { village: b.clone() },
        PlanFault::Twice { village: b.clone() },
        PlanFault::Reversed { village: c },
        PlanFault::Unknown { village: x },
        PlanFault::Clash {
            team: "一组".into(),
            villages: [a, b],
        },
    ];
    assert_eq!(faults, expected);
    assert_eq!(plan.missing(&villages()), ["c"]);
}

#[test]
fn a_suggestion_is_answered_in_two_months_or_overdue() {
    let mut letter = Suggestion {
        number: "〔2026〕1号".into(),
        addressee: "示例局".into(),
        is_common: true,
        items: vec!["1".into()],
        cause: "制度缺失".into(),
        advice: "修订合同管理办法".into(),
        issued: day("2026-01-31"),
        due: None,
        replied: None,
        reply: String::new(),
        assessment: Some(Assessment::Adopted),
    };
    assert_eq!(letter.validate(), Err(SuggestionError::Unanswered));
    let early = Suggestion {
        replied: Some(day("2026-01-30")),
        ..letter.clone()
    };
    assert_eq!(early.validate(), Err(SuggestionError::Reversed));
    let blank = Suggestion {
        advice: " ".into(),
        ..letter.clone()
    };
    assert_eq!(blank.validate(), Err(SuggestionError::Blank));
    let undated = Suggestion {
        assessment: None,
        reply: "已修订".into(),
        ..letter.clone()
    };
    assert_eq!(undated.validate(), Err(SuggestionError::Undated));
    // Without a reply it is written as before there was such a field.
    let json = |letter: &Suggestion| serde_json::to_string(letter).unwrap();
    assert!(!json(&letter).contains("\"reply\""));
    assert_eq!(
        serde_json::from_str(&json(&letter)).ok(),
        Some(letter.clone())
    );
    assert_eq!(serde_json::from_str(&json(&undated)).ok(), Some(undated));
    assert_eq!(letter.reply_due(), day("2026-03-31"));
    assert_eq!(letter.standing(day("2026-03-31")), Standing::Awaited);
    assert_eq!(letter.standing(day("2026-04-02")), Standing::Overdue(2));
    letter.replied = Some(day("2026-04-01"));
    let today = day("2026-05-01");
    assert_eq!(letter.validate(), Ok(()));
    assert_eq!(
        letter.standing(today),
        Standing::Assessed(Assessment::Adopted)
    );
    letter.assessment = None;
    assert_eq!(letter.standing(today), Standing::Replied { in_time: false });
}
