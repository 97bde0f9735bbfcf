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

/// 15 with an opinion, one of every group; 80 % of all and 60 % of each group satisfied.
fn is_passed(what: &What) -> bool {
    let What::Rate(Rating { groups }) = what else {
        return false;
    };
    let reaches = |yes: u32, no: u32, pct: u32| 100 * yes >= pct * (yes + no);
    let [yes, no] = [0, 1].map(|kind| groups.iter().map(|g| g[kind]).sum::<u32>());
    let mut each = groups.iter();
    let is_fair = each.all(|g| g[0] + g[1] >= 1 && reaches(g[0], g[1], 60));
    groups.len() == 5 && yes + no >= 15 && is_fair && reaches(yes, no, 80)
}

/// What of the past matters to an event, by the events before it.
#[derive(Default)]
struct Past<'a> {
    rectified: BTreeSet<&'a str>,
    reviewed: BTreeSet<&'a str>,
    recused: BTreeSet<&'a str>,
    n_applied: usize,
    /// What happened since the last application.
    application: Vec<&'a What>,
    /// Findings of falsehood that stand: of which application, by whom, when.
    found: Vec<(usize, &'a str, Day)>,
    due: Option<Day>,
    is_extended: bool,
    closed: Option<Day>,
}

impl<'a> Past<'a> {
    /// What speaks against an event that led to a state.
    fn against(&self, event: &Event, to: State) -> Option<&'static str> {
        let (at, hand) = (event.at, event.by.hand.as_str());
        let is_false = self.found.iter().any(|(of, ..)| *of == self.n_applied);
        let is_own = |found: &(usize, &str, Day)| found.1 == hand;
        let has = |is: fn(&What) -> bool| self.application.iter().any(|what| is(what));
        let (mut is_review, mut wrong) = (true, Vec::new());
        match &event.what {
            What::PassPlan | What::Accept | What::PassTown | What::Return { .. } => {}
            What::NextStage { .. } | What::Relapse { .. } => {}
            What::Sign { .. } | What::Close { .. } => wrong.push((is_false, "it is false")),
            What::Consolidate => {
                let months = Rules::default().recheck_from_months;
                let from = self.closed.map(|closed| closed.plus_months(months));
                wrong.push((is_false, "it is false"));
                wrong.push((from.is_none_or(|from| at < from), "it is too early"));
            }
            What::WithdrawFalse { .. } => match self.found.last() {
                None => wrong.push((true, "nothing was found")),
                Some(found) => {
                    wrong.push((is_own(found), "the finding is their own"));
                    wrong.push((at < found.2, "it was not found yet"));
                }
            },
            What::Answer { against, .. } => {
                let is_found = *against == Contested::Falsehood;
                let is_own = is_found && self.found.iter().any(is_own);
                wrong.push((is_own, "the finding is their own"));
            }
            what => {
                is_review = false;
                match (what, self.due) {
                    (What::Rate(_), _) if to == JointReview => {
                        let is_passed_on = has(|w| matches!(w, What::Accept))
                            && has(|w| matches!(w, What::PassTown));
                        let is_back = has(|w| {
                            matches!(w, What::Return { .. } | What::Rate(_) | What::Close { .. })
                        });
                        wrong.push((!is_passed(what), "the rating does not pass"));
                        wrong.push((!is_passed_on || is_back, "another application"));
                    }
                    (What::Extend { due, .. }, Some(old)) => {
                        wrong.push((at > old || *due <= old, "the date due is over"));
                        wrong.push((self.is_extended, "it was extended before"));
                    }
                    (What::Extend { .. }, None) => wrong.push((true, "nothing is due")),
                    _ => {}
                }
            }
        }
        let is_village = event.by.role == Role::VillageParty;
        wrong.push((self.recused.contains(hand), "the hand is recused"));
        wrong.push((
            is_review && self.rectified.contains(hand),
            "who rectified reviews",
        ));
        wrong.push((
            is_village && self.reviewed.contains(hand),
            "who reviewed rectifies",
        ));
        wrong.into_iter().find(|(is, _)| *is).map(|(_, why)| why)
    }

    fn follow(&mut self, event: &'a Event) {
        let hand = event.by.hand.as_str();
        let hands = match event.by.role {
            Role::VillageParty => &mut self.rectified,
            _ => &mut self.reviewed,
        };
        hands.insert(hand);
        self.application.push(&event.what);
        match &event.what {
            What::Assign { due, .. } | What::Relapse { due, .. } => self.due = Some(*due),
            What::Extend { due, .. } => (self.due, self.is_extended) = (Some(*due), true),
            What::NextStage { due } => (self.due, self.is_extended) = (Some(*due), false),
            What::Apply => {
                self.n_applied += 1;
                self.application.clear();
            }
            What::Close { .. } => self.closed = Some(event.at),
            What::ConfirmFalse { .. } => self.found.push((self.n_applied, hand, event.at)),
            What::WithdrawFalse { .. } => drop(self.found.pop()),
            What::Recuse => drop(self.recused.insert(hand)),
            _ => {}
        }
    }
}

fn run(kind: Kind, picks: &[(u8, u8, u8, u8)]) -> (Vec<Event>, Vec<State>, Item) {
    let rules = Rules::default();
    let mut events = vec![opened(kind)];
    let mut states = vec![Draft];
    let mut item = Item::open("1", &events[0]).unwrap();
    let rows = table();
    let is_rare = |row: &&Row| {
        let rare = ["extend", "rate low", "recuse", "next stage"];
        rare.contains(&row.0) || row.0.contains("false")
    };
    let rare: Vec<Row> = rows.iter().filter(is_rare).cloned().collect();
    for &(pick, role, days, hand) in picks {
        // Two of three follow the procedure, so that random walks get anywhere.
        let natural = onwards(&item).filter(|_| pick % 3 != 0);
        let (mut by, what) = natural.unwrap_or_else(|| {
            let rows = if pick % 9 == 0 { &rare } else { &rows };
            let (_, role, what, ..) = &rows[usize::from(pick) % rows.len()];
            (*role, fitted(what, &item))
        });
        let what = match what {
            What::Extend { reason, .. } => {
                let due = item.due.unwrap_or(item.since).plus(30);
                What::Extend { due, reason }
            }
            other => other,
        };
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
                states.push(item.state);
            }
            Err(_) => assert_eq!(before, item),
        }
    }
    (events, states, item)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_state_without_its_guards(
        is_long: bool,
        picks in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 0..90),
    ) {
        let kind = if is_long { Kind::LongTerm } else { Kind::ByDate };
        let (events, states, item) = run(kind, &picks);
        let (mut past, mut before) = (Past::default(), Draft);
        for (i, event) in events.iter().enumerate() {
            // Only the rating leads to the joint review.
            let is_rated = matches!(event.what, What::Rate(_));
            let enters = states[i] == JointReview && before != JointReview;
            prop_assert!(!enters || is_rated, "{i}: {events:#?}");
            let to = if enters || !is_rated { states[i] } else { Draft };
            prop_assert_eq!(past.against(event, to), None, "{}: {:#?}", i, events);
            past.follow(event);
            before = states[i];
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
        let (_, _, item) = run(kind, &picks);
        seen.extend(item.history.iter().map(|e| e.state));
    }
    assert_eq!(seen.len(), STATES.len(), "{seen:?}");
}
