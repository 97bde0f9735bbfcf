//! 申诉: the village contests what restricts the use of its result. That has no effect
//! of its own: a restriction holds until those whose it is end it, by 摘牌, by the
//! withdrawal of a finding or by another date due.

use super::event::What;
use super::item::{Falsehood, Item};
use super::role::{Role, pick};
use crate::calendar::Day;
use crate::framework::Language;

/// What can be contested: each restricts the use of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contested {
    /// 挂牌督办.
    Listing,
    /// 逾期.
    Overdue,
    /// 虚假整改认定.
    Falsehood,
}

/// Everything that can be contested.
pub const CONTESTED: [Contested; 3] =
    [Contested::Listing, Contested::Overdue, Contested::Falsehood];

impl Contested {
    /// Name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Overdue => "overdue",
            Self::Falsehood => "falsehood",
        }
    }

    /// In words.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Listing => ("挂牌督办", "supervision listing"),
            Self::Overdue => ("逾期", "being overdue"),
            Self::Falsehood => ("虚假整改认定", "finding of falsehood"),
        };
        pick(language, zh, en)
    }

    /// Who answers: those whose act it is, or who watch over the date.
    pub fn answered_by(self) -> Role {
        match self {
            Self::Listing => Role::LeadingGroup,
            Self::Overdue => Role::Inspection,
            Self::Falsehood => Role::Discipline,
        }
    }
}

/// What was contested, when, and when it was answered. Reasons stand in the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contest {
    /// What.
    pub against: Contested,
    /// When.
    pub at: Day,
    /// When it was answered, if it was.
    pub answered: Option<Day>,
}

impl Contest {
    /// What an event says of contests; `None` where it says nothing.
    pub(super) fn follow(all: &mut Vec<Self>, what: &What, at: Day) -> Option<()> {
        match what {
            What::Contest { against, .. } => all.push(Self {
                against: *against,
                at,
                answered: None,
            }),
            What::Answer { against, .. } => {
                let mut latest = all.iter_mut().rev();
                latest.find(|c| c.is_open(*against))?.answered = Some(at);
            }
            _ => return None,
        }
        Some(())
    }

    fn is_open(&self, against: Contested) -> bool {
        self.against == against && self.answered.is_none()
    }
}

impl Item {
    /// Since when what can be contested stands on a day; `None` where it does not.
    pub fn stands_since(&self, what: Contested, today: Day) -> Option<Day> {
        match what {
            Contested::Listing => self.listing.as_ref().map(|listing| listing.at),
            Contested::Overdue => {
                let due = self.due.filter(|_| self.days_overdue(today) > 0);
                due.map(|due| due.plus(1))
            }
            Contested::Falsehood => self.falsehood_on(today).map(|found| found.at),
        }
    }

    /// The first finding of falsehood of those that stand on a day: one withdrawn stood
    /// until the day before.
    pub fn falsehood_on(&self, today: Day) -> Option<&Falsehood> {
        let mut all = self.falsehoods.iter();
        all.find(|found| found.withdrawn.is_none_or(|from| today < from))
    }

    /// What was said until a day against what stands on it.
    pub fn contests_of(&self, what: Contested, today: Day) -> impl Iterator<Item = &Contest> {
        let since = self.stands_since(what, today);
        let contests = self.contests.iter();
        contests.filter(move |c| {
            let stands = since.is_some_and(|since| c.at >= since);
            c.against == what && stands && c.at <= today
        })
    }

    /// The latest contest of something that was not answered.
    pub fn open_contest(&self, what: Contested) -> Option<&Contest> {
        self.contests.iter().rev().find(|c| c.is_open(what))
    }
}
