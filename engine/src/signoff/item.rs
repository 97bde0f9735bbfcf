//! An item: what its events have made of it.

use super::contest::Contest;
use super::event::{Event, Evidence, Facts, Measure, What};
use super::guard;
use super::rating::Rating;
use super::refusal::Refusal;
use super::role::{PARTIES, Role, State};
use super::rules::Rules;
use crate::calendar::Day;
use crate::spec::digest_of;
use std::collections::BTreeSet;

/// A party's consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The party.
    pub role: Role,
    /// The officer.
    pub hand: String,
    /// When.
    pub at: Day,
    /// Digest of what was signed.
    pub content: String,
}

/// A change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Day,
    /// By which role.
    pub role: Role,
    /// To where.
    pub state: State,
}

/// Why something was sent back or reopened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// When.
    pub at: Day,
    /// By which role.
    pub role: Role,
    /// The reason; empty where the public rating decided.
    pub text: String,
}

/// 挂牌督办.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// When.
    pub at: Day,
    /// At what level.
    pub level: String,
    /// By when.
    pub due: Day,
}

/// A measure of accountability that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accountability {
    /// Which.
    pub measure: Measure,
    /// When.
    pub at: Day,
}

/// A finding that a rectification was false.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Falsehood {
    /// When it was confirmed.
    pub at: Day,
    /// Of which application.
    pub submission: u32,
    /// From when it stands no more, if it was withdrawn.
    pub withdrawn: Option<Day>,
    /// Who confirmed it.
    pub(super) hand: String,
}

impl Falsehood {
    /// Whether it stands as far as the events go.
    pub fn stands(&self) -> bool {
        self.withdrawn.is_none()
    }
}

/// An item as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: String,
    /// What it is about.
    pub facts: Facts,
    /// Where it stands.
    pub state: State,
    /// Since when.
    pub since: Day,
    /// Since when its reviewers have what they are to review: the evidence may have
    /// changed since the item came to its state.
    pub asked: Day,
    /// When it was assigned.
    pub assigned: Option<Day>,
    /// Body and post liable.
    pub liable: String,
    /// By when it is due.
    pub due: Option<Day>,
    /// Whether it was extended.
    pub is_extended: bool,
    /// The measures planned.
    pub measures: String,
    /// Evidence in the order of its fingerprints.
    pub evidence: Vec<Evidence>,
    /// Times closure was applied for.
    pub submissions: u32,
    /// Times an application was sent back.
    pub returns: u32,
    /// Times a plan was sent back.
    pub plan_returns: u32,
    /// Reasons of returns and reopenings.
    pub reasons: Vec<Reason>,
    /// The public rating of the current application.
    pub rating: Option<Rating>,
    /// Every public rating, those during 回头看 too, and since when; nothing from the
    /// day on that those before no longer hold.
    pub ratings: Vec<(Day, Option<Rating>)>,
    /// Consents to what is there now.
    pub signatures: Vec<Signature>,
    /// Consents that a change of evidence, a return or a recusal made void.
    pub voided: Vec<Signature>,
    /// When it was last closed.
    pub closed: Option<Day>,
    /// When a long-term item is reviewed.
    pub review: Option<Day>,
    /// Every closure: when, and by when it was due.
    pub closures: Vec<(Day, Day)>,
    /// Times it was looked at again.
    pub rechecks: u32,
    /// Every relapse: when, and the closure before.
    pub relapses: Vec<(Day, Day)>,
    /// 挂牌督办, while in force.
    pub listing: Option<Listing>,
    /// Last report of progress.
    pub progress: Option<Day>,
    /// 移送; the flag and nothing else.
    pub is_referred: bool,
    /// Measures of accountability.
    pub accountability: Vec<Accountability>,
    /// Findings of falsehood in their order, those withdrawn among them.
    pub falsehoods: Vec<Falsehood>,
    /// 申诉 in their order.
    pub contests: Vec<Contest>,
    /// Changes of state, first to last.
    pub history: Vec<Entry>,
    /// Hands that take no part.
    pub(super) recused: BTreeSet<String>,
    /// Hands that rectified.
    pub(super) rectifiers: BTreeSet<String>,
    /// Hands that acted for anybody else.
    pub(super) reviewers: BTreeSet<String>,
}

impl Item {
    /// Sets up an item with its first event.
    pub fn open(id: &str, event: &Event) -> Result<Self, Refusal> {
        let facts = guard::open(event)?.clone();
        let first = Entry {
            at: event.at,
            role: event.by.role,
            state: State::Draft,
        };
        Ok(Self {
            id: id.to_owned(),
            facts,
            state: State::Draft,
            since: event.at,
            asked: event.at,
            assigned: None,
            liable: String::new(),
            due: None,
            is_extended: false,
            measures: String::new(),
            evidence: Vec::new(),
            submissions: 0,
            returns: 0,
            plan_returns: 0,
            reasons: Vec::new(),
            rating: None,
            ratings: Vec::new(),
            signatures: Vec::new(),
            voided: Vec::new(),
            closed: None,
            review: None,
            closures: Vec::new(),
            rechecks: 0,
            relapses: Vec::new(),
            listing: None,
            progress: None,
            is_referred: false,
            accountability: Vec::new(),
            falsehoods: Vec::new(),
            contests: Vec::new(),
            history: vec![first],
            recused: BTreeSet::new(),
            rectifiers: BTreeSet::new(),
            reviewers: [event.by.hand.clone()].into(),
        })
    }

    /// The item after an event, or why it cannot happen. Nothing but the item, the
    /// rules and the event matters.
    pub fn apply(&self, rules: &Rules, event: &Event) -> Result<Self, Refusal> {
        let mut after = self.clone();
        after.take(rules, event)?;
        Ok(after)
    }

    /// Like [`Self::apply`], in place; a refused event changes nothing.
    pub fn take(&mut self, rules: &Rules, event: &Event) -> Result<(), Refusal> {
        let to = guard::next(self, rules, event)?;
        self.follow(event, to);
        Ok(())
    }

    /// Whether an event would be accepted, and where it leads.
    pub fn next(&self, rules: &Rules, event: &Event) -> Result<State, Refusal> {
        guard::next(self, rules, event)
    }

    /// An item from all its events; the position of the first that is refused, and
    /// why.
    pub fn replay<'a>(
        id: &str,
        rules: &Rules,
        events: impl IntoIterator<Item = &'a Event>,
    ) -> Result<Self, (usize, Refusal)> {
        let mut events = events.into_iter();
        let first = events.next().ok_or((0, Refusal::Setup))?;
        let mut item = Self::open(id, first).map_err(|why| (0, why))?;
        for (i, event) in events.enumerate() {
            item.take(rules, event).map_err(|why| (i + 1, why))?;
        }
        Ok(item)
    }

    /// Digest of what the four sign: facts, plan, evidence, public rating, and which
    /// application it is.
    pub fn content(&self) -> String {
        let state = (&self.facts, &self.measures, &self.evidence, &self.rating);
        digest_of(&(&self.id, self.submissions, state))
    }

    /// A piece of evidence by its fingerprint.
    pub fn evidence(&self, hash: &str) -> Option<&Evidence> {
        let at = self
            .evidence
            .binary_search_by(|e| e.hash.as_str().cmp(hash));
        self.evidence.get(at.ok()?)
    }

    /// Parties whose consent to what is there now is missing.
    pub fn missing_signatures(&self) -> Vec<Role> {
        let has_signed = |role: &Role| self.signatures.iter().any(|s| s.role == *role);
        PARTIES.into_iter().filter(|r| !has_signed(r)).collect()
    }

    /// Money received according to the receipts, in 分.
    pub fn received(&self) -> u64 {
        let sums = self.evidence.iter().map(|e| e.received);
        sums.fold(0, u64::saturating_add)
    }

    /// Days past the date due on a day, of an item that is open; 0 where it is in time.
    pub fn days_overdue(&self, today: Day) -> i32 {
        let due = self.due.filter(|_| self.state.is_open());
        due.map_or(0, |due| today.since(due).max(0))
    }

    /// The latest public rating as far as the events up to a day go, and its day.
    pub fn rated(&self, until: Day) -> Option<(Day, &Rating)> {
        let (at, rating) = self.ratings.iter().rfind(|(at, _)| *at <= until)?;
        Some((*at, rating.as_ref()?))
    }

    /// Whether falsehood was confirmed of the current application.
    pub fn is_false_now(&self) -> bool {
        let mut standing = self.standing_falsehoods();
        standing.any(|found| found.submission == self.submissions)
    }

    /// Findings of falsehood that were not withdrawn, the latest last.
    pub fn standing_falsehoods(&self) -> impl DoubleEndedIterator<Item = &Falsehood> {
        self.falsehoods.iter().filter(|found| found.stands())
    }

    fn void(&mut self, is_void: impl Fn(&Signature) -> bool) {
        let (void, kept) = std::mem::take(&mut self.signatures)
            .into_iter()
            .partition(|s| is_void(s));
        self.signatures = kept;
        self.voided.extend::<Vec<Signature>>(void);
    }

    fn note(&mut self, event: &Event, text: &str) {
        self.reasons.push(Reason {
            at: event.at,
            role: event.by.role,
            text: text.to_owned(),
        });
    }

    /// Back to work: what was found of the last application no longer holds.
    fn reopen(&mut self, at: Day) {
        self.void(|_| true);
        self.rating = None;
        self.ratings.push((at, None));
    }

    /// What an accepted event changes.
    fn follow(&mut self, event: &Event, to: State) {
        let at = event.at;
        let hands = if event.by.role == Role::VillageParty {
            &mut self.rectifiers
        } else {
            &mut self.reviewers
        };
        if !hands.contains(&event.by.hand) {
            hands.insert(event.by.hand.clone());
        }
        match &event.what {
            What::Assign { liable, due } => {
                self.assigned = Some(at);
                self.liable.clone_from(liable);
                self.due = Some(*due);
            }
            What::Plan { measures } => self.measures.clone_from(measures),
            What::Evidence(new) => {
                let place = self.evidence.partition_point(|e| e.hash < new.hash);
                self.evidence.insert(place, new.clone());
                self.asked = at;
                self.void(|_| true);
            }
            What::Withdraw { hash, reason } => {
                self.evidence.retain(|e| e.hash != *hash);
                self.note(event, reason);
                self.asked = at;
                self.void(|_| true);
            }
            What::Apply => self.submissions += 1,
            What::Rate(rating) => {
                self.ratings.push((at, Some(rating.clone())));
                // What was signed rests on the rating it was signed with.
                if self.state != State::Recheck {
                    self.rating = Some(rating.clone());
                }
                if to == State::Rectifying {
                    self.returns += 1;
                    self.note(event, "");
                }
            }
            What::Sign { content } => self.signatures.push(Signature {
                role: event.by.role,
                hand: event.by.hand.clone(),
                at,
                content: content.clone(),
            }),
            What::Return { reason } => {
                self.note(event, reason);
                if to == State::Assigned {
                    self.plan_returns += 1;
                } else {
                    self.returns += 1;
                    self.reopen(at);
                }
            }
            What::Close { review } => {
                self.closed = Some(at);
                self.review = *review;
                self.closures.push((at, self.due.unwrap_or(at)));
                self.listing = None;
            }
            What::Extend { due, reason } => {
                self.due = Some(*due);
                self.is_extended = true;
                self.note(event, reason);
            }
            What::Recuse => {
                let hand = &event.by.hand;
                self.recused.insert(hand.clone());
                // What was closed rests on the consents it was closed with.
                if self.state == State::JointReview {
                    self.void(|s| s.hand == *hand);
                }
            }
            What::List { level, due } => {
                let level = level.clone();
                self.listing = Some(Listing {
                    at,
                    level,
                    due: *due,
                });
                self.progress = Some(at);
            }
            What::Unlist { .. } => self.listing = None,
            What::Progress { .. } => self.progress = Some(at),
            What::Refer => self.is_referred = true,
            What::HoldToAccount(measure) => {
                let measure = *measure;
                self.accountability.push(Accountability { measure, at });
            }
            What::ConfirmFalse { .. } => self.falsehoods.push(Falsehood {
                at,
                submission: self.submissions,
                withdrawn: None,
                hand: event.by.hand.clone(),
            }),
            What::WithdrawFalse { reason } => {
                let mut latest = self.falsehoods.iter_mut().rev();
                if let Some(found) = latest.find(|found| found.stands()) {
                    found.withdrawn = Some(at);
                }
                self.note(event, reason);
            }
            What::Settle { reason, .. } => self.note(event, reason),
            What::Contest { .. } | What::Answer { .. } => {
                Contest::follow(&mut self.contests, &event.what, at);
            }
            What::Recheck => self.rechecks += 1,
            What::NextStage { due } => {
                self.due = Some(*due);
                self.is_extended = false;
                self.reopen(at);
            }
            What::Relapse { reason, due } => {
                self.relapses.push((at, self.closed.unwrap_or(at)));
                self.due = Some(*due);
                self.note(event, reason);
                self.reopen(at);
            }
            What::Open(_) | What::PassPlan | What::Accept | What::PassTown | What::Consolidate => {}
        }
        if to != self.state {
            self.state = to;
            self.since = at;
            self.asked = at;
            self.history.push(Entry {
                at,
                role: event.by.role,
                state: to,
            });
        }
    }
}
