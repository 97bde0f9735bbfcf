//! Random sequences never reach a state without its guards. What is checked is read
//! off the accepted events alone, not off what the item says of itself.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Every arrow of the procedure.
const ARROWS: [(State, State); 18] = [
    (Draft, Assigned),
    (Assigned, PlanReview),
    (PlanReview, Rectifying),
    (PlanReview, Assigned),
    (Rectifying, Applied),
    (Applied, TownReview),
    (Applied, Rectifying),
    (TownReview, PublicRating),
    (TownReview, Rectifying),
    (PublicRating, JointReview),
    (PublicRating, Rectifying),
    (JointReview, Rectifying),
    (JointReview, Closed),
    (JointReview, StageClosed),
    (Closed, Recheck),
    (StageClosed, Recheck),
    (Recheck, Consolidated),
    (Recheck, Rectifying),
];

/// What had to happen before `events[last]`, a closure, for it to be one.
fn is_rightly_closed(events: &[Event], last: usize) -> bool {
    let before = &events[..last];
    let start = before.iter().rposition(|e| matches!(e.what, What::Apply));
    let Some(start) = start else { return false };
    let since = &before[start..];
    let has = |is: fn(&What) -> bool| since.iter().any(|e| is(&e.what));
    let rated = since.iter().rposition(
        |e| matches!(&e.what, What::Rate(r) if r.judge(&Rules::default()).is_ok_and(|v| v.passes)),
    );
    let Some(rated) = rated else { return false };
    let changed = since
        .iter()
        .rposition(|e| matches!(e.what, What::Evidence(_) | What::Withdraw { .. }));
    let from = rated.max(changed.unwrap_or(0));
    let tail = &since[from..];
    let recused: BTreeSet<&str> = before
        .iter()
        .filter(|e| matches!(e.what, What::Recuse))
        .map(|e| e.by.hand.as_str())
        .collect();
    let signs: Vec<&Event> = tail
        .iter()
        .filter(|e| matches!(e.what, What::Sign { .. }) && !recused.contains(e.by.hand.as_str()))
        .collect();
    let roles: BTreeSet<Role> = signs.iter().map(|e| e.by.role).collect();
    let contents: BTreeSet<String> = signs.iter().map(|e| format!("{:?}", e.what)).collect();
    let rectifiers: BTreeSet<&str> = before
        .iter()
        .filter(|e| e.by.role == Role::VillageParty)
        .map(|e| e.by.hand.as_str())
        .collect();
    has(|w| matches!(w, What::Accept))
        && has(|w| matches!(w, What::PassTown))
        && before.iter().any(|e| matches!(e.what, What::PassPlan))
        && roles == PARTIES.into_iter().collect()
        && contents.len() == 1
        && signs
            .iter()
            .all(|e| !rectifiers.contains(e.by.hand.as_str()))
}

fn run(kind: Kind, picks: &[(u8, u8, u8, u8)]) -> (Vec<Event>, Item) {
    let rules = Rules::default();
    let mut events = vec![opened(kind)];
    let mut item = Item::open("1", &events[0]).unwrap();
    let rows = table();
    for &(pick, role, days, hand) in picks {
        // Two of three follow the procedure, so that random walks get anywhere.
        let natural = onwards(&item).filter(|_| pick % 3 != 0);
        let (mut by, what) = natural.unwrap_or_else(|| {
            let (_, role, what, ..) = &rows[usize::from(pick) % rows.len()];
            (*role, fitted(what, &item))
        });
        if role % 8 == 0 {
            by = ROLES[usize::from(role / 8) % ROLES.len()];
        }
        let at = item.since.plus(i32::from(days) - 3);
        let mut next = event(at, by, what);
        if hand % 4 == 0 {
            next.by.hand = format!("hand-{}", hand / 4 % 3);
        }
        let before = item.clone();
        match item.take(&rules, &next) {
            Ok(()) => {
                assert!(before.state == item.state || ARROWS.contains(&(before.state, item.state)));
                events.push(next);
            }
            Err(_) => assert_eq!(before, item),
        }
    }
    (events, item)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_state_without_its_guards(
        is_long: bool,
        picks in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 0..90),
    ) {
        let kind = if is_long { Kind::LongTerm } else { Kind::ByDate };
        let (events, item) = run(kind, &picks);
        for (i, event) in events.iter().enumerate() {
            if matches!(event.what, What::Close { .. }) {
                prop_assert!(is_rightly_closed(&events, i), "{events:#?}");
            }
        }
        let count = |is: fn(&What) -> bool| events.iter().filter(|e| is(&e.what)).count();
        let extensions = count(|w| matches!(w, What::Extend { .. }));
        let stages = count(|w| matches!(w, What::NextStage { .. }));
        prop_assert!(extensions <= 1 + stages);
        prop_assert_eq!(item.closures.len(), count(|w| matches!(w, What::Close { .. })));
        prop_assert_eq!(item.relapses.len(), count(|w| matches!(w, What::Relapse { .. })));
        let again = Item::replay("1", &Rules::default(), &events);
        prop_assert_eq!(again, Ok(item));
    }
}

#[test]
fn random_walks_reach_every_state() {
    let mut seen = BTreeSet::new();
    for seed in 0..120u32 {
        let mut x = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        let mut byte = || {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (x >> 24) as u8
        };
        let picks: Vec<(u8, u8, u8, u8)> =
            (0..90).map(|_| (byte(), byte(), byte(), byte())).collect();
        let kind = if seed % 2 == 0 {
            Kind::LongTerm
        } else {
            Kind::ByDate
        };
        let (_, item) = run(kind, &picks);
        seen.extend(item.history.iter().map(|e| e.state));
    }
    assert_eq!(seen.len(), STATES.len(), "{seen:?}");
}
