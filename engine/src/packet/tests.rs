//! Merging is a union, conflicts are shown, and nothing forged gets in.

mod guards;
mod walks;

use super::*;
use crate::framework::Language;
use crate::signoff::tests::{actor, day, event, evidence, facts, onwards, opened};
use crate::signoff::{Contested, Item, Kind, Role, Rules, State, What};

fn item(store: &Store) -> Item {
    store.item(&Rules::default(), "1").0.unwrap()
}

fn go_on(store: &mut Store) {
    let now = item(store);
    let (role, what) = onwards(&now).unwrap();
    let days = if now.state == State::Recheck { 200 } else { 1 };
    let next = event(now.since.plus(days), role, what);
    store.record(&Rules::default(), "1", next).unwrap();
}

/// An item led to a state in one copy.
fn store_in(state: State) -> Store {
    let mut store = Store::default();
    let first = opened(Kind::ByDate);
    store.record(&Rules::default(), "1", first).unwrap();
    while item(&store).state != state {
        go_on(&mut store);
    }
    store
}

fn add(store: &mut Store, role: Role, what: What) -> String {
    let at = item(store).since.plus(1);
    store
        .record(&Rules::default(), "1", event(at, role, what))
        .unwrap();
    let packet = store.export(&author_of(&actor(role))).unwrap();
    packet.records.last().unwrap().id.clone()
}

fn sign(store: &mut Store, role: Role) -> String {
    let content = item(store).content();
    add(store, role, What::Sign { content })
}

fn back() -> What {
    What::Return {
        reason: "佐证不足".into(),
    }
}

const FOUR: [Role; 4] = [
    Role::Inspection,
    Role::Discipline,
    Role::Organisation,
    Role::Department,
];

#[test]
fn four_signatures_from_four_packets_close_an_item() {
    let shared = store_in(State::JointReview);
    let mut desk = shared.clone();
    for role in FOUR {
        let mut copy = shared.clone();
        sign(&mut copy, role);
        let packet = copy.export(&author_of(&actor(role))).unwrap();
        let json = serde_json::to_vec(&packet).unwrap();
        let read = Packet::from_json(&json).unwrap();
        assert_eq!(read, packet);
        assert_eq!(desk.receive(&read).unwrap().new, 1);
        assert_eq!(desk.receive(&read).unwrap().new, 0);
    }
    assert_eq!(item(&desk).missing_signatures(), []);
    add(&mut desk, Role::Inspection, What::Close { review: None });
    let view = desk.view(&Rules::default());
    assert_eq!((view.items[0].state, view.notices), (State::Closed, vec![]));
}

/// What waits or forked is not handed on, but it is kept.
#[test]
fn a_copy_is_kept_with_what_waits_and_what_forked() {
    let whole = store_in(State::Closed);
    let mut cut = whole.export(&author_of(&actor(Role::Town))).unwrap();
    let first = cut.records.remove(0);
    cut.before = hash_of("", &first);
    let mut store = store_in(State::Draft);
    store.receive(&cut).unwrap();
    let mut other = Store::default();
    other
        .record(&Rules::default(), "2", opened(Kind::ByDate))
        .unwrap();
    store.merge(&other);
    let kept = Store::take_all(store.packets()).unwrap();
    assert_eq!(kept, store);
    let notices = kept.view(&Rules::default()).notices;
    assert!(notices.iter().any(|n| matches!(n, Notice::Waiting { .. })));
    assert!(notices.iter().any(|n| matches!(n, Notice::Fork { .. })));
    let seqs: Vec<u32> = whole.history("1").iter().map(|r| r.seq).collect();
    assert_eq!(
        seqs.len(),
        whole
            .packets()
            .iter()
            .map(|p| p.records.len())
            .sum::<usize>()
    );
}

#[test]
fn two_outcomes_of_one_step_wait_for_people() {
    let rules = Rules::default();
    let mut one = store_in(State::JointReview);
    for role in FOUR {
        sign(&mut one, role);
    }
    let mut two = one.clone();
    let close = add(&mut one, Role::Inspection, What::Close { review: None });
    let sent_back = add(&mut two, Role::Organisation, back());
    one.merge(&two);
    let view = one.view(&rules);
    assert_eq!(view.items[0].state, State::JointReview);
    let [Notice::Contended { item, records }] = &view.notices[..] else {
        panic!("{:?}", view.notices);
    };
    let mut ids = [close, sent_back.clone()];
    ids.sort();
    assert_eq!(
        (item.as_str(), records.keys().collect()),
        ("1", ids.iter().collect::<Vec<_>>())
    );
    // Who did what, by the names of roles; an id would be something to try guesses against.
    let words = view.notices[0].message(&rules, Language::Chinese);
    for role in [Role::Inspection, Role::Organisation] {
        assert!(words.contains(role.name(Language::Chinese)), "{words}");
    }
    assert!(ids.iter().all(|id| !words.contains(id)), "{words}");
    let keep = sent_back;
    let reason = "有新情况".into();
    add(&mut one, Role::Inspection, What::Settle { keep, reason });
    let view = one.view(&rules);
    assert_eq!(
        (view.items[0].state, view.notices),
        (State::Rectifying, vec![])
    );
}

/// Each may have meant another finding, so neither counts until people say.
#[test]
fn two_withdrawals_apart_from_each_other_wait_for_people() {
    let rules = Rules::default();
    let mut one = store_in(State::Closed);
    let reason = || "核查".to_owned();
    let found = What::ConfirmFalse { reason: reason() };
    add(&mut one, Role::Discipline, found);
    let mut two = one.clone();
    for (store, office) in [(&mut one, "甲"), (&mut two, "乙")] {
        let at = item(store).since.plus(1);
        let mut withdraw = event(
            at,
            Role::Discipline,
            What::WithdrawFalse { reason: reason() },
        );
        withdraw.by.office = office.into();
        withdraw.by.hand = office.into();
        store.record(&rules, "1", withdraw).unwrap();
    }
    one.merge(&two);
    let view = one.view(&rules);
    assert!(view.items[0].is_false_now());
    let [Notice::Contended { records, .. }] = &view.notices[..] else {
        panic!("{:?}", view.notices);
    };
    let (keep, reason) = (records.keys().next().unwrap().clone(), reason());
    add(&mut one, Role::Inspection, What::Settle { keep, reason });
    let view = one.view(&rules);
    let is_false = view.items[0].is_false_now();
    assert_eq!((view.items[0].state, is_false), (State::Closed, false));
    assert_eq!(view.notices, []);
}

/// Two answers to one contest, given apart; answers to different ones do not contend.
#[test]
fn two_answers_apart_from_each_other_wait_for_people() {
    let rules = Rules::default();
    let mut one = store_in(State::JointReview);
    let reason = || "核查".to_owned();
    let level = "县级".to_owned();
    let due = item(&one).since.plus(90);
    add(&mut one, Role::LeadingGroup, What::List { level, due });
    let found = What::ConfirmFalse { reason: reason() };
    add(&mut one, Role::Discipline, found);
    let (listing, falsehood) = (Contested::Listing, Contested::Falsehood);
    for against in [listing, falsehood] {
        let reason = reason();
        add(
            &mut one,
            Role::VillageParty,
            What::Contest { against, reason },
        );
    }
    let apart = |answers: [(Contested, &str); 2]| {
        let (mut one, mut two) = (one.clone(), one.clone());
        for (store, (against, office)) in [&mut one, &mut two].into_iter().zip(answers) {
            let reason = office.to_owned();
            let at = item(store).since.plus(1);
            let mut answer = event(at, against.answered_by(), What::Answer { against, reason });
            answer.by.office = office.into();
            answer.by.hand = office.into();
            store.record(&rules, "1", answer).unwrap();
        }
        one.merge(&two);
        let view = one.view(&rules);
        let n_answered = view.items[0]
            .contests
            .iter()
            .filter(|c| c.answered.is_some());
        let is_contended = |n: &&Notice| matches!(n, Notice::Contended { .. });
        (
            n_answered.count(),
            view.notices.iter().filter(is_contended).count(),
        )
    };
    assert_eq!(apart([(listing, "甲"), (falsehood, "乙")]), (2, 0));
    assert_eq!(apart([(listing, "甲"), (listing, "乙")]), (0, 1));
}

#[test]
fn evidence_that_a_signer_did_not_know_of_voids_the_consent() {
    let rules = Rules::default();
    for knew in [true, false] {
        let mut one = store_in(State::JointReview);
        let mut two = one.clone();
        let signed = sign(&mut one, Role::Discipline);
        if knew {
            two.merge(&one);
        }
        let changed = add(&mut two, Role::VillageParty, evidence(2));
        one.merge(&two);
        let view = one.view(&rules);
        assert_eq!(view.items[0].missing_signatures(), FOUR);
        let id = if knew { changed } else { signed };
        let history = one.history("1").into_iter();
        let record = history.clone().find(|r| r.id == id).unwrap();
        let (author, record_role) = (author_of(&record.event.by), record.event.by.role);
        let n_own = history.filter(|r| author_of(&r.event.by) == author).count();
        // Discipline has signed once; the village planned, proved, applied and proved again.
        assert_eq!(n_own, if knew { 4 } else { 1 });
        let [notice @ Notice::EvidenceChanged { item, record }] = &view.notices[..] else {
            panic!("{:?}", view.notices);
        };
        assert_eq!((item.as_str(), &record.author), ("1", &author));
        assert_eq!(record.seq as usize, n_own);
        for language in [Language::Chinese, Language::English] {
            let words = notice.message(&rules, language);
            let role = rules.role_name(record_role, language);
            assert!(words.contains(role) && !words.contains(&id), "{words}");
        }
    }
}

#[test]
fn two_who_set_up_one_number_leave_no_item() {
    let rules = Rules::default();
    let mut one = Store::default();
    one.record(&rules, "1", opened(Kind::ByDate)).unwrap();
    let mut two = Store::default();
    let mut other = opened(Kind::LongTerm);
    other.by.office = "第二巡察组".into();
    two.record(&rules, "1", other).unwrap();
    one.merge(&two);
    let view = one.view(&rules);
    assert_eq!((view.items.len(), view.notices.len()), (0, 1));
    let keep = two.export("inspection/第二巡察组").unwrap().records[0]
        .id
        .clone();
    let reason = String::from("以第二组为准");
    let settle = |role| {
        let (keep, reason) = (keep.clone(), String::clone(&reason));
        event(day("2026-02-01"), role, What::Settle { keep, reason })
    };
    // Only the office that sets items up says which of them stands.
    let why = one.record(&rules, "1", settle(Role::Town)).unwrap_err();
    assert!(
        matches!(why, crate::signoff::Refusal::WrongRole { .. }),
        "{why:?}"
    );
    one.record(&rules, "1", settle(Role::Inspection)).unwrap();
    assert_eq!(item(&one).facts, facts(Kind::LongTerm));
}

/// A settlement that the procedure refuses settles nothing: the two stay as they were.
#[test]
fn a_settlement_without_a_reason_settles_nothing() {
    let rules = Rules::default();
    let mut store = Store::default();
    store.record(&rules, "1", opened(Kind::ByDate)).unwrap();
    let mut two = Store::default();
    let mut other = opened(Kind::LongTerm);
    other.by.office = "第二巡察组".into();
    two.record(&rules, "1", other).unwrap();
    store.merge(&two);
    let before = store.view(&rules);
    for reason in [" ", "以第二组为准"] {
        // No copy makes such a record itself; a packet can be made with it.
        let (_, seen) = store.item(&rules, "1");
        let what = What::Settle {
            keep: two.history("1")[0].id.clone(),
            reason: reason.into(),
        };
        let mut packet = store.export("inspection/").unwrap();
        let mut record = Record {
            seq: 2,
            item: "1".into(),
            seen,
            event: event(day("2026-02-01"), Role::Inspection, what),
            id: String::new(),
        };
        packet.head = hash_of(&packet.head, &record);
        id_of(&packet.head).clone_into(&mut record.id);
        packet.records.push(record);
        let mut store = store.clone();
        store.receive(&packet).unwrap();
        let view = store.view(&rules);
        let settled = usize::from(!reason.trim().is_empty());
        assert_eq!(view.items.len(), settled);
        let is_open = |n: &&Notice| matches!(n, Notice::Contended { .. });
        let open = view.notices.iter().filter(is_open);
        assert!(settled == 1 || open.eq(&before.notices));
    }
}

fn packet() -> Packet {
    let store = store_in(State::Recheck);
    store.export("inspection/").unwrap()
}

/// An earlier packet of an office, handed in again after its later ones, changes nothing;
/// handed in as if it went on, it is out of sequence and named.
#[test]
fn an_old_packet_again_takes_nothing_back() {
    let early = store_in(State::Assigned).export("inspection/").unwrap();
    let mut store = store_in(State::Closed);
    let before = store.clone();
    let received = store.receive(&early).unwrap();
    assert_eq!((received.new, received.known), (0, early.records.len()));
    assert_eq!(store, before);
    let mut replayed = early.clone();
    let last = before.export("inspection/").unwrap();
    replayed.before = last.head;
    let (expected, found) = (1, 1);
    let why = store.receive(&replayed).unwrap_err();
    assert_eq!(why, PacketRefusal::OutOfSequence { expected, found });
    assert_eq!(store, before);
}

#[test]
fn what_is_altered_cut_or_reordered_is_refused_and_named() {
    let good = packet();
    let refused = |change: &dyn Fn(&mut Packet)| {
        let mut packet = good.clone();
        change(&mut packet);
        Store::default().receive(&packet).unwrap_err()
    };
    assert_eq!(refused(&|p| p.records.clear()), PacketRefusal::Empty);
    let n = good.records.len() as u32;
    let cut = refused(&|p| drop(p.records.pop()));
    assert_eq!(cut, PacketRefusal::Altered { seq: n });
    let last = refused(&|p| {
        p.records.truncate(1);
        p.records[0].seq = u32::MAX;
        p.before = p.head.clone();
    });
    let (expected, found) = (1, u32::MAX);
    assert_eq!(last, PacketRefusal::OutOfSequence { expected, found });
    let swapped = refused(&|p| p.records.swap(1, 2));
    let (expected, found) = (2, 3);
    assert_eq!(swapped, PacketRefusal::OutOfSequence { expected, found });
    let gap = refused(&|p| drop(p.records.remove(1)));
    assert_eq!(gap, PacketRefusal::OutOfSequence { expected, found });
    let dated = refused(&|p| p.records[1].event.at = day("2026-01-03"));
    assert_eq!(dated, PacketRefusal::Altered { seq: 2 });
    let other = refused(&|p| p.author = "discipline/".into());
    assert_eq!(other, PacketRefusal::WrongRole { seq: 1 });
    for language in [Language::Chinese, Language::English] {
        assert!(dated.message(language).contains('2'));
    }
}

/// Hashes made again after the change: whoever forges can count.
fn resealed(mut packet: Packet) -> Packet {
    let mut before = packet.before.clone();
    for record in &mut packet.records {
        let hash = hash_of(&before, record);
        id_of(&hash).clone_into(&mut record.id);
        before = hash;
    }
    packet.head = before;
    packet
}

#[test]
fn a_packet_of_the_wrong_role_is_refused_even_if_well_made() {
    let mut packet = packet();
    packet.records[2].event.what = What::Apply;
    let seq = packet.records[2].seq;
    let refused = Store::default().receive(&resealed(packet));
    assert_eq!(refused, Err(PacketRefusal::WrongRole { seq }));
}

#[test]
fn a_second_story_of_an_author_stops_both() {
    let rules = Rules::default();
    let mut store = store_in(State::Recheck);
    let mut other = packet();
    let last = other.records.len() - 1;
    other.records[last].event.at = day("2027-06-01");
    let before = item(&store);
    store.receive(&resealed(other)).unwrap();
    let fork = Notice::Fork {
        author: "inspection/".into(),
        seq: last as u32 + 1,
    };
    assert!(store.view(&rules).notices.contains(&fork));
    assert_eq!(
        (before.state, item(&store).state),
        (State::Recheck, State::Closed)
    );
    let recheck = event(day("2027-07-01"), Role::Inspection, What::Recheck);
    assert!(store.record(&rules, "1", recheck).is_err());
}

#[test]
fn a_later_part_waits_for_the_earlier() {
    let whole = packet();
    let mut late = whole.clone();
    let early: Vec<Record> = late.records.drain(..2).collect();
    late.before = hash_of(&hash_of("", &early[0]), &early[1]);
    let mut store = Store::default();
    store.receive(&late).unwrap();
    let waiting = Notice::Waiting {
        author: "inspection/".into(),
        seq: 1,
    };
    let view = store.view(&Rules::default());
    assert_eq!((view.items.len(), view.notices[0].clone()), (0, waiting));
    store.receive(&whole).unwrap();
    let mut straight = Store::default();
    straight.receive(&whole).unwrap();
    assert_eq!(store, straight);
}

#[test]
fn one_changed_byte_anywhere_is_noticed() {
    let good = packet();
    let json = serde_json::to_vec(&good).unwrap();
    for at in 0..json.len() {
        let mut changed = json.clone();
        changed[at] ^= 1;
        // A key without effect, such as that of a `null`, may be misspelt.
        if let Ok(read) = Packet::from_json(&changed) {
            assert_eq!(read, good, "byte {at}");
        }
    }
    for end in 0..json.len() {
        assert!(Packet::from_json(&json[..end]).is_err());
    }
}
