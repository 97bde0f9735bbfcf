//! Guards one by one, deadlines, ratings and signs of false closure.

use super::*;
use crate::calendar::Calendar;

fn refused(item: &Item, event: &Event) -> Refusal {
    item.apply(&Rules::default(), event).unwrap_err()
}

fn sign(item: &Item, role: Role, hand: &str) -> Event {
    let content = item.content();
    let mut event = event(item.since, role, What::Sign { content });
    event.by.hand = hand.into();
    event
}

#[test]
fn four_sign_for_themselves_and_silence_is_no_consent() {
    let rules = Rules::default();
    let item = item_in(JointReview, Kind::ByDate);
    let close = event(item.since, Role::Inspection, What::Close { review: None });
    let missing = Refusal::MissingSignatures(PARTIES.to_vec());
    assert_eq!(refused(&item, &close), missing);
    let one = item
        .apply(&rules, &sign(&item, Role::Discipline, "a"))
        .unwrap();
    assert_eq!(
        refused(&one, &sign(&one, Role::Discipline, "b")),
        Refusal::AlreadySigned
    );
    assert_eq!(
        refused(&one, &sign(&one, Role::Organisation, "a")),
        Refusal::SameHand
    );
    let mut other = sign(&one, Role::Department, "c");
    other.by.office = "民政局".into();
    let expected = "农业农村局".to_owned();
    assert_eq!(refused(&one, &other), Refusal::WrongOffice { expected });
    let rectifier = sign(&one, Role::Organisation, "village_party-1");
    assert_eq!(refused(&one, &rectifier), Refusal::RectifierReviews);
    assert_eq!(signed().apply(&rules, &close).unwrap().state, Closed);
}

#[test]
fn a_change_of_evidence_voids_what_was_signed() {
    let rules = Rules::default();
    let item = signed();
    let before = sign(&item, Role::Discipline, "discipline-1");
    let more = event(item.since, Role::VillageParty, evidence(2));
    let changed = item.apply(&rules, &more).unwrap();
    assert_eq!((changed.signatures.len(), changed.voided.len()), (0, 4));
    let close = event(item.since, Role::Inspection, What::Close { review: None });
    assert!(matches!(
        refused(&changed, &close),
        Refusal::MissingSignatures(_)
    ));
    assert_eq!(refused(&changed, &before), Refusal::StaleContent);
    // Taken back, the files are what they were, and so is what there is to sign.
    let (hash, reason) = (hash(2), because());
    let back = event(
        item.since,
        Role::VillageParty,
        What::Withdraw { hash, reason },
    );
    let restored = changed.apply(&rules, &back).unwrap();
    assert_eq!(restored.content(), item.content());
    assert_eq!(restored.signatures, []);
}

#[test]
fn who_is_recused_takes_no_part_and_what_they_signed_is_void() {
    let rules = Rules::default();
    let item = signed();
    let recused = item
        .apply(&rules, &event(item.since, Role::Discipline, What::Recuse))
        .unwrap();
    assert_eq!(recused.missing_signatures(), [Role::Discipline]);
    let again = sign(&recused, Role::Discipline, "discipline-1");
    assert_eq!(refused(&recused, &again), Refusal::Recused);
    // Nor in anything beside the review; others of the office may.
    let part = |hand: &str, what: What| {
        let mut part = event(item.since, Role::Discipline, what);
        part.by.hand = hand.into();
        part
    };
    for what in [
        What::Refer,
        What::HoldToAccount(Measure::Talk),
        What::ConfirmFalse {
            reason: "核实".into(),
        },
    ] {
        let own = part("discipline-1", what.clone());
        assert_eq!(refused(&recused, &own), Refusal::Recused, "{what:?}");
        recused.apply(&rules, &part("discipline-2", what)).unwrap();
    }
    let other = sign(&recused, Role::Discipline, "discipline-2");
    assert_eq!(
        recused.apply(&rules, &other).unwrap().missing_signatures(),
        []
    );
}

#[test]
fn extended_once_before_the_date_due() {
    let rules = Rules::default();
    let item = item_in(Rectifying, Kind::ByDate);
    let due = item.due.unwrap();
    let extend = |at: Day, to: Day| {
        let what = What::Extend {
            due: to,
            reason: because(),
        };
        event(at, Role::Inspection, what)
    };
    assert_eq!(
        refused(&item, &extend(due.plus(1), due.plus(9))),
        Refusal::TooLate { due }
    );
    assert_eq!(refused(&item, &extend(due, due)), Refusal::NotAfter(due));
    let once = item.apply(&rules, &extend(due, due.plus(30))).unwrap();
    assert_eq!(once.due, Some(due.plus(30)));
    let twice = extend(due, due.plus(60));
    assert_eq!(refused(&once, &twice), Refusal::AlreadyExtended);
}

#[test]
fn a_return_needs_a_reason_and_starts_the_application_afresh() {
    let rules = Rules::default();
    let item = signed();
    let reason = "  ".to_owned();
    let blank = event(item.since, Role::Organisation, What::Return { reason });
    assert_eq!(refused(&item, &blank), Refusal::Blank);
    let reason = because();
    let back = event(item.since, Role::Organisation, What::Return { reason });
    let returned = item.apply(&rules, &back).unwrap();
    assert_eq!((returned.state, returned.returns), (Rectifying, 1));
    assert_eq!((&returned.rating, returned.signatures.len()), (&None, 0));
}

#[test]
fn long_term_items_close_by_stages() {
    let rules = Rules::default();
    let item = item_in(StageClosed, Kind::LongTerm);
    assert_eq!(item.review, Some(day("2028-01-01")));
    let looked = item
        .apply(&rules, &event(item.since, Role::Inspection, What::Recheck))
        .unwrap();
    let due = day("2029-01-01");
    let next = event(looked.since, Role::Inspection, What::NextStage { due });
    let stage = looked.apply(&rules, &next).unwrap();
    assert_eq!(
        (stage.state, stage.due, stage.relapses.len()),
        (Rectifying, Some(due), 0)
    );
    let short = item_in(Recheck, Kind::ByDate);
    let next = event(short.since, Role::Inspection, What::NextStage { due });
    assert_eq!(refused(&short, &next), Refusal::LongTermOnly);
}

#[test]
fn a_relapse_reopens_and_an_early_one_is_a_sign() {
    let rules = Rules::default();
    let item = item_in(Closed, Kind::ByDate);
    let closed = item.closed.unwrap();
    for (days, is_early) in [(89, true), (90, false)] {
        let at = closed.plus(days);
        let relapse = What::Relapse {
            reason: because(),
            due: at.plus(30),
        };
        let mut item = item.clone();
        item.take(&rules, &event(at, Role::Inspection, What::Recheck))
            .unwrap();
        let consolidate = event(at, Role::Inspection, What::Consolidate);
        let from = closed.plus_months(6);
        assert_eq!(refused(&item, &consolidate), Refusal::TooEarly { from });
        item.take(&rules, &event(at, Role::Inspection, relapse))
            .unwrap();
        assert_eq!((item.state, item.relapses.len()), (Rectifying, 1));
        let found: Vec<Suspicion> = flags(&[item], &rules).iter().map(|f| f.suspicion).collect();
        assert_eq!(found.contains(&Suspicion::EarlyRelapse), is_early);
    }
}

#[test]
fn confirmed_falsehood_stops_the_application() {
    let rules = Rules::default();
    let item = signed();
    let what = What::ConfirmFalse { reason: because() };
    let found = item
        .apply(&rules, &event(item.since, Role::Discipline, what))
        .unwrap();
    let close = event(item.since, Role::Inspection, What::Close { review: None });
    assert_eq!(refused(&found, &close), Refusal::ConfirmedFalse);
    let reason = because();
    let back = event(item.since, Role::Discipline, What::Return { reason });
    let mut again = found.apply(&rules, &back).unwrap();
    while again.state != Closed {
        let (role, what) = onwards(&again).unwrap();
        again.take(&rules, &event(again.since, role, what)).unwrap();
    }
    assert!(again.standing_falsehoods().count() == 1 && !again.is_false_now());
}

fn withdraw(item: &Item, hand: &str, reason: &str) -> Event {
    let reason = reason.into();
    let at = item.since.plus(1);
    let mut event = event(at, Role::Discipline, What::WithdrawFalse { reason });
    event.by.hand = hand.into();
    event
}

#[test]
fn a_finding_of_falsehood_is_withdrawn_by_another_hand_for_a_reason() {
    let rules = Rules::default();
    let item = signed();
    let none = withdraw(&item, "discipline-1", "证据有误");
    assert_eq!(refused(&item, &none), Refusal::NoChange);
    let found = found_false(&item);
    for (hand, reason, why) in [
        ("discipline-2", "证据有误", Refusal::OwnFinding),
        ("village_party-1", "证据有误", Refusal::RectifierReviews),
        ("discipline-1", " ", Refusal::Blank),
    ] {
        assert_eq!(refused(&found, &withdraw(&found, hand, reason)), why);
    }
    let cleared = found
        .apply(&rules, &withdraw(&found, "discipline-1", "证据有误"))
        .unwrap();
    // The state, the consents and the application are what they were; both stay known.
    assert_eq!(
        (cleared.state, &cleared.signatures),
        (item.state, &item.signatures)
    );
    let from = item.since.plus(1);
    let known = &cleared.falsehoods[0];
    assert_eq!((known.at, known.withdrawn), (item.since, Some(from)));
    assert_eq!(cleared.reasons.last().unwrap().text, "证据有误");
    assert!(!cleared.is_false_now());
    let close = event(from, Role::Inspection, What::Close { review: None });
    assert_eq!(cleared.apply(&rules, &close).unwrap().state, Closed);
    let twice = withdraw(&cleared, "discipline-1", "证据有误");
    assert_eq!(refused(&cleared, &twice), Refusal::NoChange);
    // The same application may be found false again.
    assert!(found_false(&cleared).is_false_now());
}

#[test]
fn a_withdrawal_takes_the_latest_finding_and_reopens_or_closes_nothing() {
    let rules = Rules::default();
    // The first application is found false and returned, and so is the second.
    let mut item = found_false(&signed());
    for _ in 0..2 {
        let reason = because();
        let back = event(item.since, Role::Discipline, What::Return { reason });
        item.take(&rules, &back).unwrap();
        if item.submissions == 1 {
            while item.state != JointReview {
                let (role, what) = onwards(&item).unwrap();
                item.take(&rules, &event(item.since, role, what)).unwrap();
            }
            item = found_false(&item);
        }
    }
    let standing = |item: &Item| -> Vec<u32> {
        let found = item.standing_falsehoods();
        found.map(|found| found.submission).collect()
    };
    assert_eq!((item.state, standing(&item)), (Rectifying, vec![1, 2]));
    for left in [vec![1], vec![]] {
        item.take(&rules, &withdraw(&item, "discipline-1", "证据有误"))
            .unwrap();
        assert_eq!((item.state, standing(&item)), (Rectifying, left));
    }
    // No earlier than the finding itself, though the item came to its state before.
    let mut late = signed();
    let mut find = event(
        late.since.plus(9),
        Role::Discipline,
        What::ConfirmFalse { reason: because() },
    );
    find.by.hand = "discipline-2".into();
    late.take(&rules, &find).unwrap();
    let early = withdraw(&late, "discipline-1", "证据有误");
    assert_eq!(
        refused(&late, &early),
        Refusal::NotAfter(late.since.plus(8))
    );
}

#[test]
fn ratings_at_the_edges() {
    let rules = Rules::default();
    let judge = |groups: [[u32; 3]; 5]| {
        Rating {
            groups: groups.to_vec(),
        }
        .judge(&rules)
    };
    // 12 of 15 are 80 %; 3 of 5 are 60 %.
    let edge = [[3, 2, 0], [3, 0, 0], [3, 0, 0], [2, 1, 0], [1, 0, 9]];
    assert!(judge(edge).unwrap().passes);
    assert_eq!(judge(edge).unwrap().unsure, 9);
    // 11 of 15.
    let low = [[3, 2, 0], [2, 1, 0], [3, 0, 0], [2, 1, 0], [1, 0, 0]];
    assert!(!judge(low).unwrap().passes);
    // 14 of 17, but 1 of 3 in a group too small to be named.
    let group = [[1, 2, 0], [4, 0, 0], [4, 0, 0], [3, 1, 0], [2, 0, 0]];
    let verdict = judge(group).unwrap();
    assert_eq!((verdict.passes, verdict.low), (false, vec![]));
    let large = [[2, 4, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0]];
    assert_eq!(judge(large).unwrap().low, [0]);
    let few = [[3, 0, 50], [3, 0, 0], [3, 0, 0], [3, 0, 0], [2, 0, 0]];
    assert_eq!(judge(few), Err(Refusal::TooFewRaters { n: 14, min: 15 }));
    let gap = [[9, 0, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0], [0, 0, 3]];
    assert!(matches!(judge(gap), Err(Refusal::GroupMissing { .. })));
    let short = Rating {
        groups: vec![[9, 0, 0]; 4],
    };
    assert_eq!(short.judge(&rules), Err(Refusal::BadRating { expected: 5 }));
}

#[test]
fn reminders_then_escalation_of_who_is_silent() {
    let rules = Rules::default();
    let calendar = Calendar::default();
    let item = item_in(JointReview, Kind::ByDate);
    let one = item
        .apply(&rules, &sign(&item, Role::Discipline, "a"))
        .unwrap();
    let by = calendar.after(item.since, 5);
    for (today, urgency) in [
        (by, Urgency::Ahead),
        (by.plus(1), Urgency::Reminder),
        (calendar.after(by, 5), Urgency::Reminder),
        (calendar.after(by, 6), Urgency::Escalated),
    ] {
        let all = due(&one, &rules, &calendar, today);
        let silent: Vec<(Role, Day, Urgency)> = all
            .iter()
            .filter(|d| d.kind == DueKind::Signature)
            .map(|d| (d.role, d.by, d.urgency))
            .collect();
        let roles = [Role::Inspection, Role::Organisation, Role::Department];
        assert_eq!(silent, roles.map(|r| (r, by, urgency)));
    }
    assert_eq!(one.state, JointReview);
    assert_eq!(one.days_overdue(one.due.unwrap()), 0);
    assert_eq!(one.days_overdue(one.due.unwrap().plus(31)), 31);
    let closed = item_in(Closed, Kind::ByDate);
    let by = closed.closed.unwrap().plus_months(12);
    let all = due(&closed, &rules, &calendar, by);
    assert_eq!((all[0].kind, all[0].by), (DueKind::Recheck, by));
    let listed = listed(&item_in(Rectifying, Kind::ByDate));
    let all = due(&listed, &rules, &calendar, listed.since.plus(16));
    let progress = all.iter().find(|d| d.kind == DueKind::Progress).unwrap();
    assert_eq!(progress.urgency, Urgency::Reminder);
}

#[test]
fn suspicious_closures_are_named() {
    let rules = Rules::default();
    let measures = "对照合同台账逐户核对，限期收回欠款并在公开栏公示";
    let mut one = item_in(Closed, Kind::ByDate);
    one.measures = measures.into();
    one.facts.to_recover = 100;
    let mut two = one.clone();
    two.id = "2".into();
    two.facts.village = "510181001202".into();
    two.measures = measures.replace('，', "  ");
    two.facts.to_recover = 0;
    let again = Rating {
        groups: vec![[1, 2, 0]; 5],
    };
    two.ratings.push((two.since.plus(200), Some(again)));
    let found = flags(&[one, two], &rules);
    let flag = |item: &str, suspicion, other: Option<&str>| Flag {
        item: item.into(),
        suspicion,
        other: other.map(str::to_owned),
    };
    let expected = [
        flag("1", Suspicion::DatedBefore, None),
        flag("1", Suspicion::ClosedUnpaid, None),
        flag("2", Suspicion::ReusedEvidence, Some("1")),
        flag("2", Suspicion::SameText, Some("1")),
        flag("2", Suspicion::DatedBefore, None),
        flag("2", Suspicion::PublicBelow, None),
    ];
    assert_eq!(found, expected);
}
