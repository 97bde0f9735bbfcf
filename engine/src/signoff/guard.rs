//! What may happen next: the one place that decides whether an event is accepted
//! and to which state it leads.

use super::contest::Contested;
use super::event::{Actor, Event, EvidenceKind, Facts, Kind, What};
use super::item::{Falsehood, Item};
use super::refusal::Refusal;
use super::role::{PARTIES, Role, State};
use super::rules::Rules;
use crate::calendar::Day;
use crate::framework::Language;

type Checked = Result<(), Refusal>;

/// A fingerprint: 64 hexadecimal digits in lower case.
fn is_hash(text: &str) -> bool {
    let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    text.len() == 64 && text.bytes().all(is_digit)
}

fn need(is_met: bool, refusal: Refusal) -> Checked {
    if is_met { Ok(()) } else { Err(refusal) }
}

fn say(text: &str) -> Checked {
    need(!text.trim().is_empty(), Refusal::Blank)
}

fn both(what: &What) -> [&'static str; 2] {
    [Language::Chinese, Language::English].map(|l| what.name(l))
}

/// Whether a role may ever do this to any item.
pub fn is_for(role: Role, what: &What) -> bool {
    use Role::{Department, Discipline, Inspection, LeadingGroup, Organisation, Public};
    use Role::{Town, VillageParty};
    let roles: &[Role] = match what {
        What::Open(_)
        | What::Assign { .. }
        | What::Close { .. }
        | What::Settle { .. }
        | What::Recheck
        | What::Consolidate
        | What::NextStage { .. }
        | What::Relapse { .. } => &[Inspection],
        What::Plan { .. } | What::Evidence(_) | What::Withdraw { .. } | What::Apply => {
            &[VillageParty]
        }
        What::PassPlan | What::Accept | What::PassTown => &[Town],
        What::Rate(_) => &[Public],
        What::Sign { .. } => &PARTIES,
        What::Return { .. } | What::Recuse => {
            &[Town, Inspection, Discipline, Organisation, Department]
        }
        What::Extend { .. } => &[Inspection, LeadingGroup],
        What::List { .. } | What::Unlist { .. } => &[LeadingGroup],
        What::Progress { .. } => &[VillageParty, Department],
        What::Refer => &[Discipline, Inspection],
        What::HoldToAccount(_) => &[Discipline, Organisation],
        What::ConfirmFalse { .. } | What::WithdrawFalse { .. } => &[Discipline],
        What::Contest { .. } => &[VillageParty],
        What::Answer { against, .. } => &[against.answered_by()],
    };
    roles.contains(&role)
}

/// Checks what sets up an item.
pub(super) fn open(event: &Event) -> Result<&Facts, Refusal> {
    let What::Open(facts) = &event.what else {
        return Err(Refusal::Setup);
    };
    role(&event.by, &event.what)?;
    for text in [&facts.village, &facts.town, &facts.lead, &facts.problem] {
        say(text)?;
    }
    Ok(facts)
}

/// Whether a settlement counts: who may makes it, names the record that stands and says
/// why. No item is needed, since two that set up one number leave none.
pub(crate) fn settles(Event { by, what, .. }: &Event) -> Checked {
    role(by, what)?;
    if let What::Settle { keep, reason } = what {
        say(keep)?;
        say(reason)?;
    }
    Ok(())
}

fn role(by: &Actor, what: &What) -> Checked {
    say(&by.hand)?;
    need(
        is_for(by.role, what),
        Refusal::WrongRole {
            what: both(what),
            role: by.role,
        },
    )
}

/// Whether what is asked of the reviewers' own persons is met.
fn reviewer(item: &Item, by: &Actor) -> Checked {
    let is_rectifier = item.rectifiers.contains(&by.hand);
    need(!is_rectifier, Refusal::RectifierReviews)
}

/// The state an event leads to, or why it is refused.
pub(super) fn next(item: &Item, rules: &Rules, event: &Event) -> Result<State, Refusal> {
    let (by, what) = (&event.by, &event.what);
    need(!matches!(what, What::Open(_)), Refusal::Setup)?;
    role(by, what)?;
    let to = state_after(item, what).ok_or(Refusal::WrongState {
        what: both(what),
        state: item.state,
    })?;
    let facts = &item.facts;
    let expected = match by.role {
        Role::VillageParty => Some(&facts.village),
        Role::Town => Some(&facts.town),
        Role::Department => Some(&facts.lead),
        _ => None,
    };
    if let Some(expected) = expected.filter(|office| **office != by.office) {
        let expected = expected.clone();
        return Err(Refusal::WrongOffice { expected });
    }
    // Who is recused takes no part at all, not in extensions nor in accountability.
    let is_recused = item.recused.contains(&by.hand);
    need(
        !is_recused || matches!(what, What::Recuse),
        Refusal::Recused,
    )?;
    let since = item.since;
    need(event.at >= since, Refusal::BeforeState { since })?;
    if by.role == Role::VillageParty {
        let is_reviewer = item.reviewers.contains(&by.hand);
        need(!is_reviewer, Refusal::RectifierReviews)?;
    }
    if matches!(
        what,
        What::PassPlan
            | What::Accept
            | What::PassTown
            | What::Sign { .. }
            | What::Return { .. }
            | What::Close { .. }
            | What::Consolidate
            | What::NextStage { .. }
            | What::Relapse { .. }
            | What::WithdrawFalse { .. }
            | What::Answer { .. }
    ) {
        reviewer(item, by)?;
    }
    details(item, rules, event)?;
    match what {
        // The people decide which way it goes.
        What::Rate(rating) if !rating.judge(rules)?.passes && item.state != State::Recheck => {
            Ok(State::Rectifying)
        }
        _ => Ok(to),
    }
}

/// Where an event leads from where the item stands; `None` where it may not be.
fn state_after(item: &Item, what: &What) -> Option<State> {
    use State::{
        Applied, Assigned, Closed, Consolidated, Draft, JointReview, PlanReview, PublicRating,
        Recheck, Rectifying, StageClosed, TownReview,
    };
    let here = item.state;
    let stays = |is_right: bool| is_right.then_some(here);
    match (what, here) {
        (What::Assign { .. }, Draft) => Some(Assigned),
        (What::Plan { .. }, Assigned) => Some(PlanReview),
        (What::PassPlan, PlanReview) => Some(Rectifying),
        (What::Evidence(_) | What::Withdraw { .. }, _) => stays(here.takes_evidence()),
        (What::Apply, Rectifying) => Some(Applied),
        (What::Accept, Applied) => Some(TownReview),
        (What::PassTown, TownReview) => Some(PublicRating),
        (What::Rate(_), PublicRating) => Some(JointReview),
        (What::Rate(_), Recheck) => Some(Recheck),
        (What::Sign { .. }, JointReview) => Some(JointReview),
        // A plan sent back is written again: rectifying waits for one that passed.
        (What::Return { .. }, PlanReview) => Some(Assigned),
        (What::Return { .. }, Applied | TownReview | JointReview) => Some(Rectifying),
        (What::Close { .. }, JointReview) => Some(match item.facts.kind {
            Kind::LongTerm => StageClosed,
            Kind::AtOnce | Kind::ByDate => Closed,
        }),
        (What::Recheck, Closed | StageClosed) => Some(Recheck),
        (What::Consolidate, Recheck) => Some(Consolidated),
        (What::NextStage { .. } | What::Relapse { .. }, Recheck) => Some(Rectifying),
        (What::Extend { .. } | What::List { .. }, _) => stays(here.is_open()),
        (What::Unlist { .. } | What::Progress { .. }, _) => stays(here.is_open()),
        (What::Recuse, _) => stays(here != Draft && here != Consolidated),
        (What::Refer | What::Settle { .. }, _) => Some(here),
        (What::HoldToAccount(_), _) => stays(here != Draft),
        (What::ConfirmFalse { .. }, _) => stays(here >= Applied),
        // Whatever restricts, wherever the item went meanwhile.
        (What::Contest { .. } | What::Answer { .. }, _) => stays(here != Draft),
        // A finding outlasts the application it was made of, wherever the item went.
        (What::WithdrawFalse { .. }, _) => stays(here >= Applied || !item.falsehoods.is_empty()),
        _ => None,
    }
}

fn later(day: Day, than: Day) -> Checked {
    need(day > than, Refusal::NotAfter(than))
}

/// What each kind of event asks for by itself.
fn details(item: &Item, rules: &Rules, event: &Event) -> Checked {
    let (at, by) = (event.at, &event.by);
    let not_theirs = Refusal::WrongRole {
        what: both(&event.what),
        role: by.role,
    };
    let is_long = item.facts.kind == Kind::LongTerm;
    match &event.what {
        What::Assign { liable, due } => {
            say(liable)?;
            later(*due, at)
        }
        What::Return { reason } => {
            say(reason)?;
            // The town reviews first, the four together.
            let is_first = item.state != State::JointReview;
            need((by.role == Role::Town) == is_first, not_theirs)
        }
        What::Plan { measures: text } | What::Progress { note: text } => say(text),
        What::Evidence(new) => {
            let is_money = new.received == 0 || new.kind == EvidenceKind::Receipt;
            let is_good = is_hash(&new.hash) && new.date <= at && is_money;
            need(is_good, Refusal::BadEvidence)?;
            let is_new = item.evidence(&new.hash).is_none();
            need(is_new, Refusal::DuplicateEvidence)
        }
        What::Withdraw { hash, reason } => {
            say(reason)?;
            let is_known = item.evidence(hash).is_some();
            need(is_known, Refusal::UnknownEvidence)
        }
        What::Apply => need(!item.evidence.is_empty(), Refusal::NoEvidence),
        What::Sign { content } => {
            let mut signed = item.signatures.iter();
            let has_signed = signed.any(|s| s.role == by.role);
            need(!has_signed, Refusal::AlreadySigned)?;
            let mut signed = item.signatures.iter();
            let is_same_hand = signed.any(|s| s.hand == by.hand);
            need(!is_same_hand, Refusal::SameHand)?;
            need(!item.is_false_now(), Refusal::ConfirmedFalse)?;
            need(!item.evidence.is_empty(), Refusal::NoEvidence)?;
            need(*content == item.content(), Refusal::StaleContent)
        }
        What::Close { review } => {
            let missing = item.missing_signatures();
            need(missing.is_empty(), Refusal::MissingSignatures(missing))?;
            need(!item.is_false_now(), Refusal::ConfirmedFalse)?;
            need(review.is_some() == is_long, Refusal::LongTermOnly)?;
            review.map_or(Ok(()), |review| later(review, at))
        }
        What::Extend { due, reason } => {
            say(reason)?;
            need(!item.is_extended, Refusal::AlreadyExtended)?;
            let approver = if item.listing.is_some() {
                Role::LeadingGroup
            } else {
                Role::Inspection
            };
            need(by.role == approver, not_theirs)?;
            let old = item.due.unwrap_or(at);
            need(at <= old, Refusal::TooLate { due: old })?;
            later(*due, old)
        }
        What::Recuse => need(!item.recused.contains(&by.hand), Refusal::NoChange),
        What::List { level, due } => {
            say(level)?;
            need(item.listing.is_none(), Refusal::NoChange)?;
            later(*due, at)
        }
        What::Unlist { reason } => {
            say(reason)?;
            need(item.listing.is_some(), Refusal::NoChange)
        }
        What::Settle { .. } => settles(event),
        What::Refer => need(!item.is_referred, Refusal::NoChange),
        What::ConfirmFalse { reason } => {
            say(reason)?;
            need(!item.is_false_now(), Refusal::NoChange)
        }
        What::WithdrawFalse { reason } => {
            say(reason)?;
            let found = item.standing_falsehoods().next_back();
            let found = found.ok_or(Refusal::NoChange)?;
            need(found.hand != by.hand, Refusal::OwnFinding)?;
            later(at, found.at.plus(-1))
        }
        What::Contest { against, reason } => {
            say(reason)?;
            let since = item.stands_since(*against, at);
            let since = since.ok_or(Refusal::NothingContested)?;
            // One at a time: an earlier one of something that ended waits for nobody.
            let open = item.open_contest(*against);
            need(open.is_none_or(|c| c.at < since), Refusal::NoChange)
        }
        What::Answer { against, reason } => {
            say(reason)?;
            let open = item.open_contest(*against);
            let open = open.ok_or(Refusal::NothingContested)?;
            // Nobody judges the own finding, here as little as in withdrawing it.
            let is_own = |found: &Falsehood| found.hand == by.hand;
            let is_found = *against == Contested::Falsehood;
            let is_own = is_found && item.standing_falsehoods().any(is_own);
            need(!is_own, Refusal::OwnFinding)?;
            later(at, open.at.plus(-1))
        }
        What::Consolidate => {
            need(!item.is_false_now(), Refusal::ConfirmedFalse)?;
            let closed = item.closed.unwrap_or(at);
            let from = closed.plus_months(rules.recheck_from_months);
            need(at >= from, Refusal::TooEarly { from })
        }
        What::NextStage { due } => {
            need(is_long, Refusal::LongTermOnly)?;
            later(*due, at)
        }
        What::Relapse { reason, due } => {
            say(reason)?;
            later(*due, at)
        }
        What::Open(_)
        | What::PassPlan
        | What::Accept
        | What::PassTown
        | What::Rate(_)
        | What::HoldToAccount(_)
        | What::Recheck => Ok(()),
    }
}
