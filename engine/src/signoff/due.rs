//! What is due, by when and whose it is, on a day that is given.

use super::contest::CONTESTED;
use super::item::Item;
use super::role::{Role, State, pick};
use super::rules::Rules;
use crate::calendar::{Calendar, Day};
use crate::framework::Language;

/// What somebody has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    /// Submit the plan.
    Plan,
    /// Review the plan.
    PlanReview,
    /// Have the item closed.
    Rectification,
    /// Review the application first.
    FirstReview,
    /// Hold the public rating.
    Rating,
    /// Sign or send back.
    Signature,
    /// Close what all four agreed to.
    Closing,
    /// Look at a closed item again.
    Recheck,
    /// Review a stage of a long-term item.
    StageReview,
    /// Report progress on a 挂牌 item.
    Progress,
    /// Bring a 挂牌 item to its end.
    Listing,
    /// Answer what the village contests.
    Answer,
}

/// How pressing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Not due yet.
    Ahead,
    /// Past: to be reminded.
    Reminder,
    /// Still silent after the reminder: a matter for the 领导小组.
    Escalated,
}

/// One thing that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub kind: DueKind,
    /// Whose it is.
    pub role: Role,
    /// By when.
    pub by: Day,
    /// How pressing it is on the day asked about.
    pub urgency: Urgency,
}

impl DueKind {
    /// In words.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Plan => ("报送整改方案", "submit the plan"),
            Self::PlanReview => ("审核方案", "review the plan"),
            Self::Rectification => ("完成整改销号", "be rectified and closed"),
            Self::FirstReview => ("镇街初审", "first review"),
            Self::Rating => ("组织群众评价", "hold the public rating"),
            Self::Signature => ("联审签字", "sign or return"),
            Self::Closing => ("办理销号", "close"),
            Self::Recheck => ("开展回头看", "look again"),
            Self::StageReview => ("阶段复查", "review the stage"),
            Self::Progress => ("报告挂牌进展", "report progress"),
            Self::Listing => ("挂牌事项办结", "end the supervision listing"),
            Self::Answer => ("答复申诉", "answer what is contested"),
        };
        pick(language, zh, en)
    }
}

/// Everything due of an item. Silence is never consent: a party that does not sign
/// is reminded, then the matter is escalated, and the item stays where it is.
pub fn due(item: &Item, rules: &Rules, calendar: &Calendar, today: Day) -> Vec<Due> {
    let mut all = Vec::new();
    let mut add = |kind, role, by| {
        let urgency = if today <= by {
            Urgency::Ahead
        } else if today <= calendar.after(by, rules.escalate_after) {
            Urgency::Reminder
        } else {
            Urgency::Escalated
        };
        all.push(Due {
            kind,
            role,
            by,
            urgency,
        });
    };
    let answer = calendar.after(item.asked, rules.remind_after);
    match item.state {
        State::Draft | State::Rectifying | State::Recheck | State::Consolidated => {}
        State::Assigned => {
            let by = item.since.plus_months(rules.plan_months);
            add(DueKind::Plan, Role::VillageParty, by);
        }
        State::PlanReview => add(DueKind::PlanReview, Role::Town, answer),
        State::Applied | State::TownReview => add(DueKind::FirstReview, Role::Town, answer),
        State::PublicRating => add(DueKind::Rating, Role::Public, answer),
        State::JointReview => {
            let missing = item.missing_signatures();
            for role in &missing {
                add(DueKind::Signature, *role, answer);
            }
            let last = item.signatures.iter().map(|s| s.at).max();
            if let Some(last) = last.filter(|_| missing.is_empty()) {
                let by = calendar.after(last, rules.remind_after);
                add(DueKind::Closing, Role::Inspection, by);
            }
        }
        State::Closed => {
            let closed = item.closed.unwrap_or(item.since);
            let by = closed.plus_months(rules.recheck_to_months);
            add(DueKind::Recheck, Role::Inspection, by);
        }
        State::StageClosed => {
            let by = item.review.unwrap_or(item.since);
            add(DueKind::StageReview, Role::Inspection, by);
        }
    }
    if let Some(by) = item.due.filter(|_| item.state.is_open()) {
        add(DueKind::Rectification, Role::VillageParty, by);
    }
    if let Some(listing) = &item.listing {
        add(DueKind::Listing, Role::VillageParty, listing.due);
        let last = item.progress.unwrap_or(item.since);
        let by = last.plus(rules.progress_days);
        add(DueKind::Progress, Role::VillageParty, by);
    }
    for against in CONTESTED {
        let mut open = item
            .contests_of(against, today)
            .filter(|c| c.answered.is_none());
        if let Some(contest) = open.next() {
            let by = calendar.after(contest.at, rules.remind_after);
            add(DueKind::Answer, against.answered_by(), by);
        }
    }
    all
}
