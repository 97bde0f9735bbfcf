//! 申诉 against what restricts the use of a result.

use super::*;
use crate::calendar::Calendar;

fn contest(at: Day, against: Contested) -> Event {
    let reason = because();
    event(at, Role::VillageParty, What::Contest { against, reason })
}

fn answer(at: Day, against: Contested, hand: &str) -> Event {
    let reason = because();
    let what = What::Answer { against, reason };
    let mut answer = event(at, against.answered_by(), what);
    answer.by.hand = hand.into();
    answer
}

fn take(item: &mut Item, event: &Event) -> Result<(), Refusal> {
    item.take(&Rules::default(), event)
}

/// One at a time; it changes nothing of the item, neither does the answer.
#[test]
fn a_contest_waits_for_its_answer_and_suspends_nothing() {
    let mut item = listed(&signed());
    let (before, from) = (item.clone(), item.since);
    let against = Contested::Listing;
    take(&mut item, &contest(from.plus(2), against)).unwrap();
    let again = take(&mut item, &contest(from.plus(3), against));
    assert_eq!(again, Err(Refusal::NoChange));
    let early = take(&mut item, &answer(from.plus(1), against, "a"));
    assert_eq!(early, Err(Refusal::NotAfter(from.plus(1))));
    take(&mut item, &answer(from.plus(4), against, "a")).unwrap();
    let answered = Some(from.plus(4));
    let at = from.plus(2);
    let all = [Contest {
        against,
        at,
        answered,
    }];
    assert_eq!(item.contests, all);
    let twice = take(&mut item, &answer(from.plus(5), against, "a"));
    assert_eq!(twice, Err(Refusal::NothingContested));
    let kept = |item: &Item| {
        (
            item.state,
            item.content(),
            item.signatures.clone(),
            item.listing.clone(),
            item.due,
        )
    };
    assert_eq!(kept(&item), kept(&before));
    // Once more after an answer.
    take(&mut item, &contest(from.plus(6), against)).unwrap();
}

#[test]
fn only_what_stands_is_contested() {
    let mut item = signed();
    let at = item.since;
    for against in CONTESTED {
        let refused = take(&mut item, &contest(at, against));
        assert_eq!(refused, Err(Refusal::NothingContested), "{against:?}");
    }
    // In time on the day it is due, late on the next.
    let due = item.due.unwrap();
    let on_the_day = take(&mut item, &contest(due, Contested::Overdue));
    assert_eq!(on_the_day, Err(Refusal::NothingContested));
    take(&mut item, &contest(due.plus(1), Contested::Overdue)).unwrap();
    let blank = What::Contest {
        against: Contested::Listing,
        reason: " ".into(),
    };
    let blank = event(at, Role::VillageParty, blank);
    assert_eq!(take(&mut item, &blank), Err(Refusal::Blank));
}

/// What was said against a listing that ended says nothing of a later one.
#[test]
fn a_later_listing_is_contested_anew() {
    let mut item = listed(&signed());
    let (first, against) = (item.since, Contested::Listing);
    take(&mut item, &contest(first, against)).unwrap();
    let reason = because();
    let unlist = event(first.plus(1), Role::LeadingGroup, What::Unlist { reason });
    take(&mut item, &unlist).unwrap();
    let list = What::List {
        level: "县级".into(),
        due: day("2028-01-01"),
    };
    let second = first.plus(9);
    take(&mut item, &event(second, Role::LeadingGroup, list)).unwrap();
    assert_eq!(item.contests_of(against, second).count(), 0);
    take(&mut item, &contest(second, against)).unwrap();
    assert_eq!(item.contests_of(against, second).count(), 1);
    // Nothing is known of it on the day before.
    assert_eq!(item.contests_of(against, second.plus(-1)).count(), 0);
}

#[test]
fn who_found_a_falsehood_does_not_answer_for_it() {
    let mut item = found_false(&signed());
    let (at, against) = (item.since, Contested::Falsehood);
    take(&mut item, &contest(at, against)).unwrap();
    let own = take(&mut item, &answer(at, against, "discipline-2"));
    assert_eq!(own, Err(Refusal::OwnFinding));
    let rectifier = take(&mut item, &answer(at, against, "village_party-1"));
    assert_eq!(rectifier, Err(Refusal::RectifierReviews));
    take(&mut item, &answer(at, against, "discipline-1")).unwrap();
    assert!(item.is_false_now());
}

/// Answered like whatever else is asked of an office: in `remind_after` working days,
/// 2026-02-02 being a Monday.
#[test]
fn an_answer_is_due_from_whose_the_restriction_is() {
    let rules = Rules::default();
    let mut item = Item::open("1", &opened(Kind::ByDate)).unwrap();
    while item.state != Rectifying {
        let (role, what) = onwards(&item).unwrap();
        let next = event(item.since, role, what);
        take(&mut item, &next).unwrap();
    }
    let monday = day("2026-02-02").max(item.since);
    let list = What::List {
        level: "县级".into(),
        due: day("2028-01-01"),
    };
    take(&mut item, &event(monday, Role::LeadingGroup, list)).unwrap();
    take(&mut item, &contest(monday, Contested::Listing)).unwrap();
    let calendar = Calendar::default();
    let answers = |item: &Item, today: Day| -> Vec<(Role, Day)> {
        let all = due(item, &rules, &calendar, today);
        let all = all.into_iter().filter(|d| d.kind == DueKind::Answer);
        all.map(|d| (d.role, d.by)).collect()
    };
    let by = calendar.after(monday, rules.remind_after);
    assert_eq!(answers(&item, monday), [(Role::LeadingGroup, by)]);
    take(&mut item, &answer(by, Contested::Listing, "a")).unwrap();
    assert_eq!(answers(&item, by), []);
}
