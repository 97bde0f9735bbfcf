//! Events as they are written: a date, an actor, an action and named texts. What a
//! file says beyond that is refused, so that nothing rides along unseen, and every
//! form of the same event has the same hash. Forms on a page fill the same fields.

use super::contest::{CONTESTED, Contested};
use super::event::{Actor, EVIDENCE_KINDS, Event, Evidence, Facts, KINDS, MEASURES, What};
use super::rating::Rating;
use super::role::Role;
use crate::calendar::Day;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Texts by their names; what is empty is left out.
pub type Fields = BTreeMap<String, String>;

/// An action: its name in files and the fields it may have.
pub type Action = (&'static str, &'static [&'static str]);

/// Every action, in the order of the procedure.
pub const ACTIONS: [Action; 29] = [
    (
        "open",
        &[
            "village",
            "town",
            "lead",
            "round",
            "problem",
            "kind",
            "checklist",
            "to_recover",
        ],
    ),
    ("assign", &["liable", "due"]),
    ("plan", &["measures"]),
    ("pass_plan", &[]),
    ("evidence", &["hash", "kind", "date", "received"]),
    ("withdraw", &["hash", "reason"]),
    ("apply", &[]),
    ("accept", &[]),
    ("pass_town", &[]),
    ("rate", &["groups"]),
    ("sign", &["content"]),
    ("return", &["reason"]),
    ("close", &["review"]),
    ("extend", &["due", "reason"]),
    ("recuse", &[]),
    ("list", &["level", "due"]),
    ("unlist", &["reason"]),
    ("progress", &["note"]),
    ("refer", &[]),
    ("hold_to_account", &["measure"]),
    ("confirm_false", &["reason"]),
    ("withdraw_false", &["reason"]),
    ("contest", &["against", "reason"]),
    ("answer", &["against", "reason"]),
    ("settle", &["keep", "reason"]),
    ("recheck", &[]),
    ("consolidate", &[]),
    ("next_stage", &["due"]),
    ("relapse", &["reason", "due"]),
];

/// The fields of an action; `None` where there is no such action.
pub fn fields_of(action: &str) -> Option<&'static [&'static str]> {
    let found = ACTIONS.iter().find(|(name, _)| *name == action);
    found.map(|(_, fields)| *fields)
}

/// A field that cannot be read, or that the action does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field “{0}” cannot be read")]
pub struct Unread(pub String);

fn unread(name: &str) -> Unread {
    Unread(name.to_owned())
}

/// Fields being read.
struct Form<'a>(&'a Fields);

impl Form<'_> {
    fn text(&self, name: &str) -> String {
        self.0.get(name).cloned().unwrap_or_default()
    }

    /// A date; `None` where there is none.
    fn date(&self, name: &str) -> Result<Option<Day>, Unread> {
        let text = self.0.get(name).filter(|text| !text.is_empty());
        let day = text.map(|text| text.parse().map_err(|_| unread(name)));
        day.transpose()
    }

    fn day(&self, name: &str) -> Result<Day, Unread> {
        self.date(name)?.ok_or_else(|| unread(name))
    }

    /// A sum of money in 分; 0 where there is none.
    fn money(&self, name: &str) -> Result<u64, Unread> {
        let Some(text) = self.0.get(name).filter(|text| !text.is_empty()) else {
            return Ok(0);
        };
        text.parse().map_err(|_| unread(name))
    }

    fn one_of<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        id: fn(T) -> &'static str,
    ) -> Result<T, Unread> {
        let wanted = self.text(name);
        let found = all.iter().find(|one| id(**one) == wanted);
        found.copied().ok_or_else(|| unread(name))
    }

    /// Groups apart by `;`, the three counts of each by `,`.
    fn rating(&self, name: &str) -> Result<Rating, Unread> {
        let group = |text: &str| {
            let mut counts = text.split(',').map(str::parse);
            let mut next = || counts.next()?.ok();
            let group = [next()?, next()?, next()?];
            counts.next().is_none().then_some(group)
        };
        let text = self.text(name);
        let groups: Option<Vec<[u32; 3]>> = text.split(';').map(group).collect();
        let groups = groups.ok_or_else(|| unread(name))?;
        Ok(Rating { groups })
    }
}

impl What {
    /// Its name in files.
    pub fn action(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Assign { .. } => "assign",
            Self::Plan { .. } => "plan",
            Self::PassPlan => "pass_plan",
            Self::Evidence(_) => "evidence",
            Self::Withdraw { .. } => "withdraw",
            Self::Apply => "apply",
            Self::Accept => "accept",
            Self::PassTown => "pass_town",
            Self::Rate(_) => "rate",
            Self::Sign { .. } => "sign",
            Self::Return { .. } => "return",
            Self::Close { .. } => "close",
            Self::Extend { .. } => "extend",
            Self::Recuse => "recuse",
            Self::List { .. } => "list",
            Self::Unlist { .. } => "unlist",
            Self::Progress { .. } => "progress",
            Self::Refer => "refer",
            Self::HoldToAccount(_) => "hold_to_account",
            Self::ConfirmFalse { .. } => "confirm_false",
            Self::WithdrawFalse { .. } => "withdraw_false",
            Self::Contest { .. } => "contest",
            Self::Answer { .. } => "answer",
            Self::Settle { .. } => "settle",
            Self::Recheck => "recheck",
            Self::Consolidate => "consolidate",
            Self::NextStage { .. } => "next_stage",
            Self::Relapse { .. } => "relapse",
        }
    }

    /// An action with its fields. A text left out is empty, which the procedure
    /// refuses where something must be said; a date or choice left out is refused
    /// here.
    ///
    /// ```
    /// use dhi_engine::signoff::{Fields, What};
    /// let fields = Fields::from([("reason".into(), "佐证不足".into())]);
    /// let what = What::read("return", &fields).unwrap();
    /// assert_eq!((what.action(), what.fields()), ("return", fields.clone()));
    /// // 受理 asks for nothing, so nothing may be added.
    /// assert_eq!(What::read("accept", &fields).unwrap_err().0, "reason");
    /// ```
    pub fn read(action: &str, fields: &Fields) -> Result<Self, Unread> {
        let names = fields_of(action).ok_or_else(|| unread(action))?;
        if let Some(other) = fields.keys().find(|name| !names.contains(&name.as_str())) {
            return Err(unread(other));
        }
        let form = Form(fields);
        let reason = || form.text("reason");
        let against = || form.one_of("against", &CONTESTED, Contested::id);
        Ok(match action {
            "open" => Self::Open(Facts {
                village: form.text("village"),
                town: form.text("town"),
                lead: form.text("lead"),
                round: form.text("round"),
                problem: form.text("problem"),
                kind: form.one_of("kind", &KINDS, |kind| kind.id())?,
                checklist: form.text("checklist"),
                to_recover: form.money("to_recover")?,
            }),
            "assign" => Self::Assign {
                liable: form.text("liable"),
                due: form.day("due")?,
            },
            "plan" => Self::Plan {
                measures: form.text("measures"),
            },
            "evidence" => Self::Evidence(Evidence {
                hash: form.text("hash"),
                kind: form.one_of("kind", &EVIDENCE_KINDS, |kind| kind.id())?,
                date: form.day("date")?,
                received: form.money("received")?,
            }),
            "withdraw" => Self::Withdraw {
                hash: form.text("hash"),
                reason: reason(),
            },
            "rate" => Self::Rate(form.rating("groups")?),
            "sign" => Self::Sign {
                content: form.text("content"),
            },
            "return" => Self::Return { reason: reason() },
            "close" => Self::Close {
                review: form.date("review")?,
            },
            "extend" => Self::Extend {
                due: form.day("due")?,
                reason: reason(),
            },
            "list" => Self::List {
                level: form.text("level"),
                due: form.day("due")?,
            },
            "unlist" => Self::Unlist { reason: reason() },
            "progress" => Self::Progress {
                note: form.text("note"),
            },
            "hold_to_account" => {
                Self::HoldToAccount(form.one_of("measure", &MEASURES, |measure| measure.id())?)
            }
            "confirm_false" => Self::ConfirmFalse { reason: reason() },
            "withdraw_false" => Self::WithdrawFalse { reason: reason() },
            "contest" => Self::Contest {
                against: against()?,
                reason: reason(),
            },
            "answer" => Self::Answer {
                against: against()?,
                reason: reason(),
            },
            "settle" => Self::Settle {
                keep: form.text("keep"),
                reason: reason(),
            },
            "next_stage" => Self::NextStage {
                due: form.day("due")?,
            },
            "relapse" => Self::Relapse {
                reason: reason(),
                due: form.day("due")?,
            },
            "pass_plan" => Self::PassPlan,
            "apply" => Self::Apply,
            "accept" => Self::Accept,
            "pass_town" => Self::PassTown,
            "recuse" => Self::Recuse,
            "refer" => Self::Refer,
            "recheck" => Self::Recheck,
            "consolidate" => Self::Consolidate,
            _ => return Err(unread(action)),
        })
    }

    /// Its fields: the inverse of [`What::read`].
    pub fn fields(&self) -> Fields {
        let mut fields = Fields::new();
        let mut put = |name: &str, text: String| {
            if !text.is_empty() {
                fields.insert(name.to_owned(), text);
            }
        };
        let money = |sum: u64| match sum {
            0 => String::new(),
            sum => sum.to_string(),
        };
        match self {
            Self::Open(facts) => {
                put("village", facts.village.clone());
                put("town", facts.town.clone());
                put("lead", facts.lead.clone());
                put("round", facts.round.clone());
                put("problem", facts.problem.clone());
                put("kind", facts.kind.id().into());
                put("checklist", facts.checklist.clone());
                put("to_recover", money(facts.to_recover));
            }
            Self::Assign { liable, due } => {
                put("liable", liable.clone());
                put("due", due.to_string());
            }
            Self::Plan { measures } => put("measures", measures.clone()),
            Self::Evidence(evidence) => {
                put("hash", evidence.hash.clone());
                put("kind", evidence.kind.id().into());
                put("date", evidence.date.to_string());
                put("received", money(evidence.received));
            }
            Self::Withdraw { hash, reason } => {
                put("hash", hash.clone());
                put("reason", reason.clone());
            }
            Self::Rate(rating) => {
                let groups = rating.groups.iter();
                let groups: Vec<String> = groups
                    .map(|group| group.map(|count| count.to_string()).join(","))
                    .collect();
                put("groups", groups.join(";"));
            }
            Self::Sign { content } => put("content", content.clone()),
            Self::Close { review } => {
                put("review", review.map(String::from).unwrap_or_default());
            }
            Self::List { level, due } => {
                put("level", level.clone());
                put("due", due.to_string());
            }
            Self::Progress { note } => put("note", note.clone()),
            Self::HoldToAccount(measure) => put("measure", measure.id().into()),
            Self::Contest { against, reason } | Self::Answer { against, reason } => {
                put("against", against.id().into());
                put("reason", reason.clone());
            }
            Self::Settle { keep, reason } => {
                put("keep", keep.clone());
                put("reason", reason.clone());
            }
            Self::NextStage { due } => put("due", due.to_string()),
            Self::Extend { due, reason } | Self::Relapse { reason, due } => {
                put("due", due.to_string());
                put("reason", reason.clone());
            }
            Self::Return { reason }
            | Self::Unlist { reason }
            | Self::ConfirmFalse { reason }
            | Self::WithdrawFalse { reason } => put("reason", reason.clone()),
            Self::PassPlan
            | Self::Apply
            | Self::Accept
            | Self::PassTown
            | Self::Recuse
            | Self::Refer
            | Self::Recheck
            | Self::Consolidate => {}
        }
        fields
    }
}

/// An event as it is written.
#[derive(Serialize, Deserialize)]
pub(super) struct Flat {
    at: Day,
    role: Role,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    office: String,
    hand: String,
    action: String,
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    fields: Fields,
}

impl From<Event> for Flat {
    fn from(event: Event) -> Self {
        Self {
            at: event.at,
            role: event.by.role,
            office: event.by.office,
            hand: event.by.hand,
            action: event.what.action().to_owned(),
            fields: event.what.fields(),
        }
    }
}

impl TryFrom<Flat> for Event {
    type Error = Unread;
    fn try_from(flat: Flat) -> Result<Self, Unread> {
        Ok(Self {
            at: flat.at,
            by: Actor {
                role: flat.role,
                office: flat.office,
                hand: flat.hand,
            },
            what: What::read(&flat.action, &flat.fields)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{day, event, everything};
    use super::*;

    /// Every action there is comes back as it went, under its own name and with no
    /// other fields than its own.
    #[test]
    fn every_event_comes_back_as_it_was_written() {
        let mut seen = std::collections::BTreeSet::new();
        for what in everything() {
            let event = event(day("2026-03-04"), Role::Inspection, what);
            let json = serde_json::to_string(&event).unwrap();
            assert_eq!(
                serde_json::from_str::<Event>(&json).unwrap(),
                event,
                "{json}"
            );
            let names = fields_of(event.what.action()).unwrap();
            for name in event.what.fields().keys() {
                assert!(names.contains(&name.as_str()), "{json}");
            }
            seen.insert(event.what.action());
        }
        assert_eq!(seen.len(), ACTIONS.len());
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let read = |action: &str, fields: &[(&str, &str)]| {
            let fields = fields.iter().map(|(n, t)| ((*n).into(), (*t).into()));
            What::read(action, &fields.collect()).map_err(|why| why.0)
        };
        assert_eq!(read("fly", &[]), Err("fly".into()));
        assert_eq!(read("assign", &[("liable", "甲")]), Err("due".into()));
        assert_eq!(
            read("next_stage", &[("due", "2026-02-30")]),
            Err("due".into())
        );
        assert_eq!(
            read("hold_to_account", &[("measure", "x")]),
            Err("measure".into())
        );
        for groups in ["", "1,2", "1,2,3,4", "1,2,x", "1,2,-3"] {
            assert_eq!(read("rate", &[("groups", groups)]), Err("groups".into()));
        }
    }
}
