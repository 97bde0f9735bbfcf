//! Rates counted by hand.

use super::*;
use crate::demo::{DemoOptions, generate};
use crate::inspect::ChecklistItem;
use crate::scheme::default_scheme;
use crate::signoff::tests::{day, event, good_rating, onwards, opened};
use crate::signoff::{Kind, Rating, Role, What};

fn closed(id: &str, until: State) -> Item {
    let rules = Rules::default();
    let mut item = Item::open(id, &opened(Kind::ByDate)).unwrap();
    while item.state != until {
        let (role, what) = onwards(&item).unwrap();
        let next = event(item.since.plus(10), role, what);
        item.take(&rules, &next).unwrap();
    }
    item
}

fn value(derived: &[Derived], indicator: &str) -> Cell {
    let found = derived.iter().find(|d| d.indicator == indicator);
    found.unwrap().cell
}

#[test]
fn rates_follow_from_the_items() {
    let rules = Rules::default();
    let (from, to) = (day("2026-01-01"), day("2028-12-31"));
    // Four items due on 2028-01-01: two closed in time, one of them looked at again
    // and reopened, one sent back once, one still being rectified.
    let mut relapsed = closed("1", State::Recheck);
    let (due, reason) = (day("2029-01-01"), "反弹".to_owned());
    let relapse = event(
        relapsed.since,
        Role::Inspection,
        What::Relapse { reason, due },
    );
    relapsed.take(&rules, &relapse).unwrap();
    let mut returned = closed("2", State::JointReview);
    let reason = "不足".to_owned();
    let back = event(returned.since, Role::Discipline, What::Return { reason });
    returned.take(&rules, &back).unwrap();
    let items = [
        relapsed,
        returned,
        closed("3", State::Closed),
        closed("4", State::Rectifying),
    ];
    let today = day("2029-01-01");
    let derived = from_items(&items, &rules, (from, to), today);
    assert_eq!(value(&derived, "a_rect_ontime_rate"), Cell::Value(50.0));
    assert_eq!(
        value(&derived, "a_rect_return_rate"),
        Cell::Value(100.0 / 3.0)
    );
    assert_eq!(value(&derived, "a_rect_relapse_rate"), Cell::Value(100.0));
    // Only the third still has a rating: those of reopened items no longer hold.
    assert_eq!(value(&derived, "c_rect_score"), Cell::Value(100.0));
    assert_eq!(value(&derived, "c_group_coverage"), Cell::Value(100.0));
    let early = from_items(&items, &rules, (from, day("2026-01-02")), today);
    assert_eq!(value(&early, "a_rect_ontime_rate"), Cell::NotApplicable);
    // On the date due nothing is late yet: of the three dates in the span the two
    // items that were closed are counted, both in time.
    let on_time = from_items(&items, &rules, (from, to), day("2028-01-01"));
    assert_eq!(value(&on_time, "a_rect_ontime_rate"), Cell::Value(100.0));
}

/// A second 回头看 of the same item counts by itself, and a relapse counts in the span
/// in which its 回头看 began.
#[test]
fn every_recheck_counts_once_and_where_it_began() {
    let rules = Rules::default();
    let mut item = closed("1", State::Recheck);
    let began = item.since;
    let relapse = |at, due: &str| {
        let (reason, due) = ("反弹".to_owned(), day(due));
        event(at, Role::Inspection, What::Relapse { reason, due })
    };
    let reopened = began.plus(40);
    item.take(&rules, &relapse(reopened, "2029-01-01")).unwrap();
    while item.state != State::Recheck {
        let (role, what) = onwards(&item).unwrap();
        let next = event(item.since.plus(10), role, what);
        item.take(&rules, &next).unwrap();
    }
    let again = item.since;
    let rate = |from: Day, to: Day| {
        let today = day("2029-01-01");
        let derived = from_items(std::slice::from_ref(&item), &rules, (from, to), today);
        value(&derived, "a_rect_relapse_rate")
    };
    // The first began and ended in a relapse outside the second's span.
    assert_eq!(rate(began, began.plus(30)), Cell::Value(100.0));
    assert_eq!(rate(began.plus(31), again.plus(-1)), Cell::NotApplicable);
    assert_eq!(rate(again, again), Cell::Value(0.0));
    assert_eq!(rate(began, again), Cell::Value(50.0));
}

/// A rating counts in the span it was given in, and neither another one at 回头看 nor a
/// reopening changes the index of a span before.
#[test]
fn a_rating_counts_in_the_span_it_was_given_in() {
    let rules = Rules::default();
    let mut item = closed("1", State::Recheck);
    let rated = |item: &Item, from: Day, to: Day| {
        let today = day("2029-01-01");
        let derived = from_items(std::slice::from_ref(item), &rules, (from, to), today);
        ["c_rect_score", "c_group_coverage"].map(|id| value(&derived, id))
    };
    let entered = item.history.iter().find(|e| e.state == State::JointReview);
    let first = entered.unwrap().at;
    let (again, reopened) = (item.since.plus(30), item.since.plus(60));
    // 15 of 15 satisfied; at 回头看 8 of 20, and 2 groups of 5 have their 3 raters.
    let (all, some) = ([Cell::Value(100.0); 2], [Cell::Value(40.0); 2]);
    let none = [Cell::NotApplicable; 2];
    let before = first.plus(-1);
    assert_eq!(rated(&item, day("2026-01-01"), before)[0], none[0]);
    assert_eq!(rated(&item, first, first), all);
    let groups = vec![[3, 7, 0], [3, 3, 0], [1, 0, 0], [0, 1, 0], [1, 1, 0]];
    let rating = What::Rate(Rating { groups });
    let next = event(again, Role::Public, rating);
    item.take(&rules, &next).unwrap();
    let content = item.rating.clone();
    assert_eq!(content, Some(good_rating()), "what was signed is kept");
    assert_eq!(rated(&item, first, again.plus(-1)), all);
    assert_eq!(rated(&item, first, again), some);
    assert_eq!(rated(&item, again, again), some);
    assert_eq!(rated(&item, again.plus(1), reopened), none);
    let (reason, due) = ("反弹".to_owned(), day("2029-01-01"));
    let relapse = What::Relapse { reason, due };
    let next = event(reopened, Role::Inspection, relapse);
    item.take(&rules, &next).unwrap();
    assert_eq!(rated(&item, first, again.plus(-1)), all);
    assert_eq!(rated(&item, again, reopened.plus(-1)), some);
    assert_eq!(rated(&item, first, reopened), none);
}

#[test]
fn supplied_values_are_kept_and_differences_found() {
    let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
    let (units, framework) = (dataset.units(), dataset.framework());
    let mut observations = Observations::missing(units.len(), framework.n_indicators());
    let list = Checklist::new(vec![ChecklistItem {
        code: "1".into(),
        parent: String::new(),
        text: "虚构示例".into(),
    }]);
    let village = units.list()[3].code.as_str();
    let check = |is_met| Check {
        code: "1".into(),
        village: village.into(),
        at: day("2026-05-01"),
        is_met: Some(is_met),
    };
    let checks = [check(true), check(true), check(true), check(false)];
    let (from, to) = (day("2026-01-01"), day("2026-12-31"));
    let derived = from_checks(&list.unwrap(), &checks, from, to);
    let column = framework
        .indicators()
        .position(|(n, _)| n.id.as_str() == "a_power_list_rate")
        .unwrap();
    let fill = |observations: &mut Observations| {
        feed(&derived, "清单检查", units, framework, observations)
    };
    assert_eq!(fill(&mut observations), []);
    assert_eq!(observations.frame().cell(3, column), Cell::Value(75.0));
    let denominator = observations.ratio(3, column).unwrap().denominator;
    assert_eq!(denominator, 4.0);
    assert_eq!(fill(&mut observations), []);
    observations.set(3, column, Cell::Value(90.0), None, &Provenance::default());
    let findings = fill(&mut observations);
    let (value, derived) = (90.0, 75.0);
    assert_eq!(
        findings[0].problem,
        Problem::LedgerDiffers { value, derived }
    );
    assert_eq!(observations.frame().cell(3, column), Cell::Value(90.0));
    // Not applicable, they say; the ledger has four checks.
    let cell = Cell::NotApplicable;
    observations.set(3, column, cell, None, &Provenance::default());
    let findings = fill(&mut observations);
    assert_eq!(
        findings[0].problem,
        Problem::LedgerApplies { derived: 75.0 }
    );
    assert_eq!(observations.frame().cell(3, column), cell);
}
