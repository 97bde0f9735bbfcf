//! The plan of a round: which team is in which village on which working days.

use crate::calendar::{Calendar, Day};
use crate::framework::Language;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Least numbers of working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanRules {
    /// In a key village.
    pub key_days: u32,
    /// In any other.
    pub other_days: u32,
}

impl Default for PlanRules {
    fn default() -> Self {
        Self {
            key_days: 10,
            other_days: 3,
        }
    }
}

/// A team's stay in a village.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    /// Code of the village.
    pub village: String,
    /// The team.
    pub team: String,
    /// First day.
    pub first: Day,
    /// Last day.
    pub last: Day,
}

/// What a plan gets wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanFault {
    /// Fewer working days than the village needs.
    TooShort {
        /// The village.
        village: String,
        /// Working days planned.
        days: u32,
        /// Working days needed.
        least: u32,
    },
    /// A visit that ends before it begins; nothing else is said of it.
    Reversed {
        /// The village.
        village: String,
    },
    /// A second visit in the same round.
    Twice {
        /// The village.
        village: String,
    },
    /// A village of no register.
    Unknown {
        /// Its code.
        village: String,
    },
    /// A team in two villages at once.
    Clash {
        /// The team.
        team: String,
        /// The two villages.
        villages: [String; 2],
    },
    /// Days beyond the table of holidays: their working days are a guess.
    BeyondCalendar {
        /// The village.
        village: String,
    },
}

impl PlanFault {
    /// In words.
    pub fn message(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::TooShort {
                village,
                days,
                least,
            } => (
                format!("{village}：安排 {days} 个工作日，不足 {least} 个"),
                format!("{village}: {days} working days, fewer than {least}"),
            ),
            Self::Reversed { village } => (
                format!("{village}：结束早于开始"),
                format!("{village}: ends before it begins"),
            ),
            Self::Twice { village } => (
                format!("{village}：本轮安排了两次"),
                format!("{village}: twice in this round"),
            ),
            Self::Unknown { village } => (
                format!("{village}：不在本轮名册"),
                format!("{village}: not in the register of the round"),
            ),
            Self::Clash {
                team,
                villages: [one, other],
            } => (
                format!("{team}：同时在 {one} 和 {other}"),
                format!("{team}: in {one} and {other} at once"),
            ),
            Self::BeyondCalendar { village } => (
                format!("{village}：超出节假日表，工作日只按星期推算"),
                format!("{village}: beyond the table of holidays, working days by the week alone"),
            ),
        };
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

/// The visits of one round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Plan {
    /// In any order.
    pub visits: Vec<Visit>,
}

impl Plan {
    /// Everything the plan gets wrong; `villages` says of each whether it is a key
    /// village.
    pub fn faults(
        &self,
        rules: PlanRules,
        villages: &BTreeMap<String, bool>,
        calendar: &Calendar,
    ) -> Vec<PlanFault> {
        let mut faults = Vec::new();
        let mut visits: Vec<&Visit> = self.visits.iter().collect();
        visits.sort();
        let mut seen = BTreeSet::new();
        for visit in &visits {
            let village = visit.village.clone();
            let Some(is_key) = villages.get(&village) else {
                faults.push(PlanFault::Unknown { village });
                continue;
            };
            if visit.last < visit.first {
                faults.push(PlanFault::Reversed { village });
                continue;
            }
            let least = rules.least(*is_key);
            let days = calendar.n_working(visit.first, visit.last);
            if days < least {
                let village = village.clone();
                faults.push(PlanFault::TooShort {
                    village,
                    days,
                    least,
                });
            }
            if !calendar.knows(visit.last) {
                let village = village.clone();
                faults.push(PlanFault::BeyondCalendar { village });
            }
            if !seen.insert(village.clone()) {
                faults.push(PlanFault::Twice { village });
            }
        }
        visits.retain(|v| v.first <= v.last);
        visits.sort_by(|a, b| (&a.team, a.first, &a.village).cmp(&(&b.team, b.first, &b.village)));
        for (i, one) in visits.iter().enumerate() {
            let others = visits[i + 1..].iter();
            let at_once = others.take_while(|v| v.team == one.team && v.first <= one.last);
            for other in at_once.filter(|v| v.last >= one.first) {
                faults.push(PlanFault::Clash {
                    team: one.team.clone(),
                    villages: [one.village.clone(), other.village.clone()],
                });
            }
        }
        faults
    }

    /// Villages the round leaves out, in code order.
    pub fn missing<'a>(&self, villages: &'a BTreeMap<String, bool>) -> Vec<&'a str> {
        let visits = self.visits.iter().filter(|v| v.first <= v.last);
        let planned: BTreeSet<&String> = visits.map(|v| &v.village).collect();
        let left = villages.keys().filter(|v| !planned.contains(v));
        left.map(String::as_str).collect()
    }

    /// A plan without faults from a first day on: villages in code order, each to the
    /// team that is free first, for the least number of days.
    pub fn propose(
        rules: PlanRules,
        villages: &BTreeMap<String, bool>,
        teams: &[String],
        start: Day,
        calendar: &Calendar,
    ) -> Self {
        let mut free: Vec<(Day, &String)> = teams.iter().map(|t| (start.plus(-1), t)).collect();
        let mut visits = Vec::new();
        for (village, is_key) in villages {
            let Some((until, team)) = free.iter_mut().min() else {
                break;
            };
            let first = calendar.after(*until, 1);
            *until = calendar.after(*until, rules.least(*is_key).max(1));
            visits.push(Visit {
                village: village.clone(),
                team: team.clone(),
                first,
                last: *until,
            });
        }
        Self { visits }
    }
}

impl PlanRules {
    fn least(self, is_key: bool) -> u32 {
        if is_key {
            self.key_days
        } else {
            self.other_days
        }
    }
}
