//! Who sees what, and that no score moves.

use super::*;
use crate::framework::Text;
use crate::rank::{Band, Boundary, Grade};
use crate::signoff::ROLES;
use crate::signoff::tests::{day, event, onwards, opened};
use crate::signoff::{Kind, Rules, What};

fn gate(person: &str, cause: Cause) -> Gate {
    Gate {
        village: "510181001201".into(),
        person: person.into(),
        cause,
        reason: "PLANTED-REASON".into(),
        basis: "PLANTED-BASIS".into(),
        approver: "PLANTED-APPROVER".into(),
        start: day("2026-01-01"),
        end: Some(day("2026-06-30")),
        appeal: "PLANTED-APPEAL".into(),
    }
}

#[test]
fn the_cause_of_a_hold_is_for_two_roles_only() {
    let today = day("2026-03-01");
    let holds = [Cause::Investigation, Cause::Penalty, Cause::UnderReview];
    for role in ROLES {
        let is_privileged = matches!(role, Role::Discipline | Role::Organisation);
        // To the others every one of them is the same to the letter, also together.
        let mut texts: Vec<String> = holds
            .iter()
            .map(|cause| format!("{:?}", visible(&[gate("A-01", *cause)], role, today)))
            .collect();
        let all = holds.map(|cause| gate("A-01", cause));
        texts.push(format!("{:?}", visible(&all, role, today)));
        assert_eq!(texts[0].contains("PLANTED"), is_privileged);
        texts.dedup();
        assert_eq!(texts.len() == 1, !is_privileged, "{role:?}");
    }
    assert_eq!(
        visible(
            &[gate("", Cause::Investigation)],
            Role::Town,
            day("2026-07-01")
        ),
        []
    );
    let open = gate("", Cause::Supervised);
    let gates = [open.clone()];
    assert_eq!(
        visible(&gates, Role::Town, today),
        [ShownGate::Whole(&open)]
    );
}

#[test]
fn caps_reach_the_grade_of_the_committee_alone() {
    let (bands, rules) = (Bands::default(), GateRules::default());
    let today = day("2026-03-01");
    let of = |score, gates: &[Gate], today| {
        let at = ("510181001201", today);
        let capped = grade(score, &bands, 1e-9, gates, &rules, at);
        (capped.raw, capped.capped)
    };
    let supervised = gate("", Cause::Supervised);
    let falsified = gate("", Cause::Falsified);
    assert_eq!(of(92.0, &[], today), (0, 0));
    assert_eq!(of(92.0, std::slice::from_ref(&supervised), today), (0, 1));
    assert_eq!(of(92.0, &[supervised.clone(), falsified], today), (0, 3));
    assert_eq!(of(65.0, std::slice::from_ref(&supervised), today), (2, 2));
    assert_eq!(of(92.0, &[supervised], day("2026-07-01")), (0, 0));
    assert_eq!(of(92.0, &[gate("A-01", Cause::Falsified)], today), (0, 0));
    assert_eq!(of(92.0, &[gate("", Cause::Investigation)], today), (0, 0));
    // With other limits, where 80 is already the best of two bands, a cap still acts.
    let band = |from| Band {
        name: Text::default(),
        from,
    };
    let two = Bands::new(vec![band(Some(80.0)), band(None)], Boundary::AtOrAbove).unwrap();
    for cause in [Cause::Supervised, Cause::Falsified] {
        let at = ("510181001201", today);
        let capped = grade(81.0, &two, 1e-9, &[gate("", cause)], &rules, at);
        assert_eq!((capped.raw, capped.capped), (0, 1));
    }
}

/// What rows show is what a card of one committee shows; causes of caps are open.
#[test]
fn limits_of_all_committees_are_those_of_each() {
    let (rules, today) = (GateRules::default(), day("2026-03-01"));
    let causes = [
        Cause::Supervised,
        Cause::Falsified,
        Cause::Investigation,
        Cause::UnderReview,
        Cause::Penalty,
        Cause::TwiceUnfit,
    ];
    for people in ["", "A-01"] {
        for first in causes {
            for second in causes {
                let gates = [gate(people, first), gate("", second)];
                let found = limits(&gates, &rules, 4, today);
                let limit = found.get("510181001201").copied().unwrap_or_default();
                let own: &[Cause] = if people.is_empty() {
                    &[first, second]
                } else {
                    &[second]
                };
                let (best, cap) = if own.contains(&Cause::Falsified) {
                    (3, Some(Cause::Falsified))
                } else if own.contains(&Cause::Supervised) {
                    (1, Some(Cause::Supervised))
                } else {
                    (0, None)
                };
                let holds = [Cause::Investigation, Cause::UnderReview];
                let waits = own.iter().any(|cause| holds.contains(cause));
                assert_eq!(limit, Limit { best, cap, waits }, "{first:?} {second:?}");
                for score in [92.0, 75.0, 65.0, 50.0] {
                    let at = ("510181001201", today);
                    let bands = Bands::default();
                    let one = grade(score, &bands, 1e-9, &gates, &rules, at);
                    let by_score = Grade::Band(one.raw as u32);
                    assert_eq!(limit.counts(by_score), Grade::Band(one.capped as u32));
                }
                let none = limits(&gates, &rules, 4, day("2026-07-01"));
                assert!(none.is_empty());
            }
        }
    }
    for role in ROLES {
        for cause in [Cause::Supervised, Cause::Falsified] {
            let own = [gate("", cause)];
            assert_eq!(visible(&own, role, today), [ShownGate::Whole(&own[0])]);
        }
    }
}

#[test]
fn a_gate_says_why_on_what_basis_and_by_whom() {
    assert_eq!(gate("", Cause::Supervised).validate(), Ok(()));
    let mut blank = gate("", Cause::Supervised);
    blank.basis = " ".into();
    assert_eq!(blank.validate(), Err(GateError::Blank));
    for (person, cause, is_good) in [
        ("A-01", Cause::Penalty, true),
        ("", Cause::Penalty, false),
        ("", Cause::TwiceUnfit, false),
        ("A-01", Cause::Supervised, false),
        ("A-01", Cause::Falsified, false),
        ("A-01", Cause::Investigation, true),
        ("", Cause::Investigation, true),
        ("  ", Cause::Investigation, false),
    ] {
        let why = (!is_good).then_some(GateError::Person);
        assert_eq!(
            gate(person, cause).validate().err(),
            why,
            "{person} {cause:?}"
        );
    }
    let mut reversed = gate("", Cause::Supervised);
    reversed.end = Some(day("2025-12-31"));
    assert_eq!(reversed.validate(), Err(GateError::Reversed));
}

#[test]
fn items_overdue_listed_or_false_make_gates() {
    let (rules, gates) = (Rules::default(), GateRules::default());
    let mut item = Item::open("1", &opened(Kind::ByDate)).unwrap();
    while item.submissions == 0 {
        let (role, what) = onwards(&item).unwrap();
        item.take(&rules, &event(item.since, role, what)).unwrap();
    }
    let due = item.due.unwrap();
    assert_eq!(from_item(&item, &gates, due.plus(30)), []);
    let late = from_item(&item, &gates, due.plus(31));
    assert_eq!((late.len(), late[0].start), (1, due.plus(31)));
    assert!(late[0].validate().is_ok() && late[0].is_in_force(due.plus(31)));
    let list = What::List {
        level: "县级".into(),
        due,
    };
    let listed = item.since.plus(3);
    item.take(&rules, &event(listed, Role::LeadingGroup, list))
        .unwrap();
    // In force from the day of the listing, not from that of the state.
    assert_eq!(from_item(&item, &gates, listed)[0].start, listed);
    // The village contests it on the second day and is answered on the fifth.
    let reason = || "条件所限".to_owned();
    let against = Contested::Listing;
    let said = listed.plus(1);
    let contest = What::Contest {
        against,
        reason: reason(),
    };
    item.take(&rules, &event(said, Role::VillageParty, contest))
        .unwrap();
    let heard = listed.plus(4);
    let answer = What::Answer {
        against,
        reason: reason(),
    };
    item.take(&rules, &event(heard, Role::LeadingGroup, answer))
        .unwrap();
    for (today, appeal) in [
        (listed, String::new()),
        (said, format!("{said} 申诉，待答复")),
        (heard.plus(-1), format!("{said} 申诉，待答复")),
        (heard, format!("{said} 申诉，{heard} 已答复")),
    ] {
        let gate = &from_item(&item, &gates, today)[0];
        assert_eq!((&gate.appeal, gate.start), (&appeal, listed));
        assert!(!gate.appeal.contains(&reason()) && gate.is_in_force(today));
    }
    let reason = "核查属实".to_owned();
    let falsified = event(item.since, Role::Discipline, What::ConfirmFalse { reason });
    item.take(&rules, &falsified).unwrap();
    let causes: Vec<Cause> = from_item(&item, &gates, item.since)
        .iter()
        .map(|g| g.cause)
        .collect();
    assert_eq!(causes, [Cause::Supervised, Cause::Falsified]);
    // Withdrawn on the fourth day: in force for the days before, as it then was.
    let from = item.since.plus(4);
    let reason = "证据有误".to_owned();
    let mut withdraw = event(from, Role::Discipline, What::WithdrawFalse { reason });
    withdraw.by.hand = "discipline-2".into();
    item.take(&rules, &withdraw).unwrap();
    let causes = |today: Day| -> Vec<Cause> {
        let gates = from_item(&item, &gates, today);
        gates.iter().map(|gate| gate.cause).collect()
    };
    assert_eq!(causes(from), [Cause::Supervised]);
    assert_eq!(causes(from.plus(-1)), [Cause::Supervised, Cause::Falsified]);
}

/// Two holds and a penalty of a person, one after the other without a gap, and one later:
/// 2026-01-01 to 06-30, 07-01 to 07-31, then from 2027-01-01 on. To who may not know they
/// are two of one kind, on the same days.
#[test]
fn what_is_withheld_is_in_force_on_the_same_days_and_says_nothing() {
    let spell = |cause, start, end: Option<&str>| Gate {
        start: day(start),
        end: end.map(day),
        ..gate("A-01", cause)
    };
    let gates = [
        spell(Cause::UnderReview, "2027-01-01", None),
        spell(Cause::Penalty, "2026-07-01", Some("2026-07-31")),
        spell(Cause::Investigation, "2026-01-01", Some("2026-06-30")),
        gate("", Cause::Investigation),
        gate("", Cause::Supervised),
    ];
    for role in ROLES {
        let kept = withheld(&gates, role);
        if matches!(role, Role::Discipline | Role::Organisation) {
            assert_eq!(kept, gates);
            continue;
        }
        assert_eq!(kept[0], gates[4]);
        let spells: Vec<_> = kept[1..]
            .iter()
            .map(|g| (g.person.as_str(), g.start, g.end))
            .collect();
        let expected = [
            ("", day("2026-01-01"), Some(day("2026-06-30"))),
            ("A-01", day("2026-01-01"), Some(day("2026-07-31"))),
            ("A-01", day("2027-01-01"), None),
        ];
        assert_eq!(spells, expected);
        assert!(!format!("{:?}", &kept[1..]).contains("PLANTED"));
        for gate in &kept {
            assert_eq!(gate.validate(), Ok(()));
        }
        // What the page and a table show, and what counts, is the same on every day.
        for today in ["2026-01-01", "2026-07-31", "2026-08-01", "2027-06-01"] {
            let today = day(today);
            assert_eq!(visible(&kept, role, today), visible(&gates, role, today));
            let of = |gates| limits(gates, &GateRules::default(), 4, today);
            assert_eq!(of(&kept), of(&gates));
        }
        // Once more is once.
        assert_eq!(withheld(&kept, role), kept);
    }
}
