//! One guard each: what goes wrong without it passes every law about the order of merging,
//! since it goes wrong in any order.

use super::*;

/// A record of some office of inspection.
fn by_office(store: &mut Store, office: &str, what: What) -> String {
    let mut next = event(item(store).since.plus(1), Role::Inspection, what);
    next.by.office = office.into();
    let author = author_of(&next.by);
    store.record(&Rules::default(), "1", next).unwrap();
    let packet = store.export(&author).unwrap();
    packet.records.last().unwrap().id.clone()
}

fn settle(keep: &str, reason: &str) -> What {
    What::Settle {
        keep: keep.to_owned(),
        reason: reason.into(),
    }
}

/// Signed by all: it may be closed, or returned.
fn signed() -> Store {
    let mut store = store_in(State::JointReview);
    for role in FOUR {
        sign(&mut store, role);
    }
    store
}

fn contended(store: &Store) -> Vec<Vec<String>> {
    let notices = store.view(&Rules::default()).notices;
    let of = |notice| match notice {
        Notice::Contended { records, .. } => Some(records.into_keys().collect()),
        _ => None,
    };
    notices.into_iter().filter_map(of).collect()
}

/// A record in the place of one that stands, after a beginning that nobody has, adds
/// nothing to that item, counts for no other, and stops no series.
#[test]
fn a_stray_record_changes_no_item() {
    let rules = Rules::default();
    let good = packet();
    let mut store = store_in(State::Recheck);
    let before = store.view(&rules);
    for item in ["1", "9"] {
        let mut record = good.records[1].clone();
        record.item = item.to_owned();
        record.event.at = record.event.at.plus(1);
        let stray = resealed(Packet {
            author: good.author.clone(),
            before: "0".repeat(64),
            records: vec![record],
            head: String::new(),
        });
        assert_eq!(store.receive(&stray).unwrap().new, 1);
        assert_eq!(store.view(&rules), before);
        assert_eq!(store.item(&rules, "9"), (None, Vec::new()));
        assert_eq!(store.export(&good.author), Some(good.clone()));
    }
}

/// A record stands for all before it: one that is exchanged with its own id made again is
/// noticed at the next.
#[test]
fn an_exchanged_record_is_noticed_at_the_next() {
    let mut forged = packet();
    let first = &mut forged.records[0];
    first.event.at = first.event.at.plus(-1);
    let hash = hash_of("", first);
    id_of(&hash).clone_into(&mut first.id);
    let refused = Store::default().receive(&forged);
    assert_eq!(refused, Err(PacketRefusal::Altered { seq: 2 }));
}

/// Two who decide the same apart from each other agree; two days are two decisions.
#[test]
fn the_same_decision_twice_is_no_contest() {
    let extend = |store: &mut Store, office: &str, due: &str| {
        let reason = "汛期".into();
        let due = day(due);
        by_office(store, office, What::Extend { due, reason });
    };
    for (other, n_contended) in [("2028-06-01", 0), ("2028-07-01", 1)] {
        let mut one = store_in(State::Rectifying);
        let mut two = one.clone();
        extend(&mut one, "一组", "2028-06-01");
        extend(&mut two, "二组", other);
        one.merge(&two);
        assert_eq!(contended(&one).len(), n_contended);
        assert_eq!(item(&one).is_extended, n_contended == 0);
    }
}

/// Who settles without having seen what is kept has settled nothing, wherever the hashes
/// happen to put the settlement: before what is kept and behind it.
#[test]
fn nothing_is_settled_by_who_did_not_know_both() {
    let mut places = [0, 0];
    for reason in ["一", "二", "三", "四", "五", "六", "七", "八"] {
        let mut one = signed();
        let mut two = one.clone();
        let close = add(&mut one, Role::Inspection, What::Close { review: None });
        let sent_back = add(&mut two, Role::Organisation, back());
        let settled = by_office(&mut two, "二组", settle(&close, reason));
        one.merge(&two);
        let history = one.history("1");
        let place = |id: &str| history.iter().position(|record| record.id == id);
        places[usize::from(place(&settled) > place(&close))] += 1;
        let mut both = vec![close, sent_back];
        both.sort();
        assert_eq!(contended(&one), [both]);
        assert_eq!(item(&one).state, State::JointReview);
    }
    assert!(places[1] > 0, "{places:?}");
}

/// A settlement sets aside what its author knew, and nothing that came from elsewhere.
#[test]
fn a_settlement_leaves_what_it_did_not_know() {
    let mut one = signed();
    let (mut two, mut three) = (one.clone(), one.clone());
    let close = add(&mut one, Role::Inspection, What::Close { review: None });
    add(&mut two, Role::Organisation, back());
    one.merge(&two);
    by_office(&mut one, "二组", settle(&close, "有新情况"));
    assert_eq!(
        (item(&one).state, contended(&one).len()),
        (State::Closed, 0)
    );
    let unknown = add(&mut three, Role::Discipline, back());
    one.merge(&three);
    let mut both = vec![close, unknown];
    both.sort();
    assert_eq!(contended(&one), [both]);
    assert_eq!(item(&one).state, State::JointReview);
}
