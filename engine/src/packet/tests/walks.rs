//! Copies at work at random: merging what they hand on knows no order.

use super::*;
use crate::signoff::Actor;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The part of a packet from a record on, or up to it.
fn part(whole: &Packet, at: usize, is_later: bool) -> Packet {
    let mut part = whole.clone();
    let later = part.records.split_off(at);
    let middle = part
        .records
        .iter()
        .fold(part.before.clone(), |b, r| hash_of(&b, r));
    if is_later {
        (part.records, part.before) = (later, middle);
    } else {
        part.head = middle;
    }
    part
}

/// An act of a dispute: mostly one that what stands there asks for.
fn dispute(store: &Store, id: &str, now: &Item, pick: u8) -> (Actor, What) {
    let (reason, against) = (String::from("理由"), Contested::Falsehood);
    let notices = store.view(&Rules::default()).notices;
    let contended = notices.into_iter().find_map(|notice| match notice {
        Notice::Contended { item, records } if item == id => Some(records),
        _ => None,
    });
    let is_found = now.standing_falsehoods().next().is_some();
    let (role, what) = match (contended, is_found, pick % 4) {
        (Some(records), _, 0..=2) => {
            let at = usize::from(pick / 4) % records.len();
            let keep = records.into_keys().nth(at).unwrap();
            (Role::Inspection, What::Settle { keep, reason })
        }
        (_, true, 0) => (Role::VillageParty, What::Contest { against, reason }),
        (_, true, 1) => (Role::Discipline, What::Answer { against, reason }),
        (_, true, 2) => (Role::Discipline, What::WithdrawFalse { reason }),
        (_, false, 0..=2) => (Role::Discipline, What::ConfirmFalse { reason }),
        _ => {
            let due = day("2028-01-01").plus(i32::from(pick) + 1);
            (Role::Inspection, What::Extend { due, reason })
        }
    };
    let mut by = actor(role);
    // Others of discipline inspection: nobody undoes the own finding.
    if role == Role::Discipline && is_found {
        by.office = format!("{}室", pick / 4 % 3);
        by.hand = format!("discipline-{}", 2 + pick / 4 % 3);
    }
    (by, what)
}

/// Three copies at work: each goes on where it stands, one of them sometimes astray,
/// and hands on what it has. A copy that is killed goes on from what it had stored,
/// whatever it has recorded and handed on since.
fn at_work(picks: &[(u8, u8, u8)]) -> Vec<Packet> {
    let rules = Rules::default();
    // Half of them begin with two items that are being reviewed, known to all.
    let mut shared = Store::default();
    if picks.first().is_some_and(|pick| pick.1 % 2 == 0) {
        for id in ["1", "2"] {
            let mut next = opened(Kind::ByDate);
            loop {
                shared.record(&rules, id, next).unwrap();
                let now = shared.item(&rules, id).0.unwrap();
                if now.state == State::JointReview {
                    break;
                }
                let (role, what) = onwards(&now).unwrap();
                next = event(now.since, role, what);
            }
        }
    }
    let mut copies = vec![shared; 3];
    let mut stored = vec![b"[]".to_vec(); 3];
    let mut sent = Vec::new();
    for &(copy, kind, role) in picks {
        let at = usize::from(copy) % 3;
        match copy / 3 % 16 {
            0..=3 => stored[at] = serde_json::to_vec(&copies[at].packets()).unwrap(),
            4 => {
                let packets = serde_json::from_slice(&stored[at]).unwrap();
                copies[at] = Store::take_all(packets).unwrap();
            }
            _ => {}
        }
        let store = &mut copies[at];
        let id = if role % 2 == 0 { "1" } else { "2" };
        let now = store.item(&rules, id).0;
        let next = match &now {
            None => opened(Kind::ByDate),
            Some(now) => {
                let natural = onwards(now);
                let (mut by, mut what) = natural.unwrap_or((Role::Inspection, What::Refer));
                if kind % 5 == 0 {
                    (by, what) = match role % 4 {
                        0 => (Role::VillageParty, evidence(u32::from(role))),
                        1 => (Role::Organisation, back()),
                        2 => (Role::Town, back()),
                        _ => (Role::Discipline, What::Refer),
                    };
                } else if let What::Sign { .. } = what {
                    by = FOUR[usize::from(role / 2) % 4];
                }
                let mut next = event(now.since.plus(i32::from(kind) % 3), by, what);
                if kind % 11 < 3 {
                    (next.by, next.what) = dispute(store, id, now, role / 2);
                }
                next
            }
        };
        // Mostly an office keeps one copy; where two write for it, it forks.
        let mut next = next;
        if next.by.office.is_empty() && role % 16 < 14 {
            next.by.office = format!("{at}科");
        }
        let author = author_of(&next.by);
        // Whatever is refused is refused; the copy goes on.
        let is_recorded = store.record(&rules, id, next).is_ok();
        if is_recorded && kind % 4 == 0 {
            let whole = store.export(&author).unwrap();
            let at = usize::from(role) % whole.records.len();
            let is_part = at > 0 && role % 3 > 0;
            sent.push(if is_part {
                part(&whole, at, role % 3 == 1)
            } else {
                whole
            });
        }
        if kind % 7 < 3 {
            let authors: Vec<String> = store.authors().map(str::to_owned).collect();
            let packets: Vec<Packet> = authors.iter().filter_map(|a| store.export(a)).collect();
            for packet in &packets {
                // What waits for a part that went astray comes with a later packet.
                let n = usize::from(role) % packet.records.len();
                let is_part = kind % 7 == 2 && n > 0;
                let some = is_part.then(|| part(packet, n, role % 4 < 2));
                let packet = some.as_ref().unwrap_or(packet);
                copies[(at + 1) % 3].receive(packet).unwrap();
            }
        }
    }
    // The last that is handed on has a part missing for good, now and then.
    let last = picks.last().map_or(0, |pick| usize::from(pick.2));
    for (nth, store) in copies.iter().enumerate() {
        for packet in store.authors().filter_map(|a| store.export(a)) {
            let at = last % packet.records.len();
            let is_part = at > 0 && last % 4 == nth;
            sent.push(if is_part {
                part(&packet, at, true)
            } else {
                packet
            });
        }
    }
    sent
}

/// What the law below is tried on has every kind of dispute, settled and not, and
/// packets whose beginning is missing.
#[test]
fn copies_at_work_dispute_and_lose_parts() {
    let mut seen = BTreeSet::new();
    for seed in 0..60u32 {
        let mut x = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let mut byte = || {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (x >> 24) as u8
        };
        let picks: Vec<_> = (0..80).map(|_| (byte(), byte(), byte())).collect();
        let packets = at_work(&picks);
        let is_part = |p: &&Packet| !p.before.is_empty();
        seen.extend(packets.iter().find(is_part).map(|_| "part"));
        let all = received(&packets);
        for notice in all.view(&Rules::default()).notices {
            seen.extend(match notice {
                Notice::Waiting { .. } => Some("waiting"),
                Notice::Contended { .. } => Some("contended"),
                _ => None,
            });
        }
        let records = packets.iter().flat_map(|p| &p.records);
        seen.extend(records.filter_map(|r| match &r.event.what {
            What::Settle { .. } => Some("settle"),
            What::ConfirmFalse { .. } => Some("false"),
            What::WithdrawFalse { .. } => Some("not false"),
            What::Extend { .. } => Some("extend"),
            What::Contest { .. } => Some("contest"),
            What::Answer { .. } => Some("answer"),
            _ => None,
        }));
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
}

fn received<'a>(packets: impl IntoIterator<Item = &'a Packet>) -> Store {
    let mut store = Store::default();
    for packet in packets {
        store.receive(packet).unwrap();
    }
    store
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    #[test]
    fn merging_knows_no_order_and_no_repetition(
        picks in prop::collection::vec(any::<(u8, u8, u8)>(), 1..80),
        order in any::<prop::sample::Index>(),
        step in 1usize..7,
    ) {
        let rules = Rules::default();
        let packets = at_work(&picks);
        let n = packets.len();
        let straight = received(&packets);
        let first = order.index(n);
        // Every n-th from somewhere on, then everything backwards: duplicates abound.
        let shuffled = (0..n).map(|i| &packets[(first + i * step) % n]);
        let mixed = received(shuffled.chain(packets.iter().rev()));
        prop_assert_eq!(&straight, &mixed);
        prop_assert_eq!(straight.view(&rules), mixed.view(&rules));
        let again = Store::take_all(straight.packets()).unwrap();
        prop_assert_eq!(&again, &straight);
        let (a, b, c) = (first / 2, first, n);
        let parts = [received(&packets[..a]), received(&packets[a..b]), received(&packets[b..c])];
        let mut left = parts[0].clone();
        left.merge(&parts[1]);
        left.merge(&parts[2]);
        let mut tail = parts[1].clone();
        tail.merge(&parts[2]);
        let mut right = parts[0].clone();
        right.merge(&tail);
        let mut turned = tail.clone();
        turned.merge(&parts[0]);
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(&left, &turned);
        prop_assert_eq!(&left, &straight);
        let before = left.clone();
        left.merge(&right);
        prop_assert_eq!(&left, &before);
        // No closure without its guards here either.
        let view = straight.view(&rules);
        for item in &view.items {
            prop_assert_eq!(view.item(&item.id), Some(item));
            let is_signed = item.missing_signatures().is_empty();
            prop_assert!(item.state < State::Closed || is_signed);
        }
    }
}
