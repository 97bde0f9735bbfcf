//! Times, numbers and names of the procedure: configuration, and a list of what of
//! it is still a proposal.

use super::role::{Role, State};
use crate::framework::{Language, Text};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a place has decided about the procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Months for the plan after 交办.
    pub plan_months: u32,
    /// 集中整改期, months after 交办.
    pub rectify_months: u32,
    /// Working days a reviewer may be silent before a reminder.
    pub remind_after: u32,
    /// Working days after the reminder until it is escalated.
    pub escalate_after: u32,
    /// 回头看: first month after closure at which an item can be held consolidated.
    pub recheck_from_months: u32,
    /// And the month by which it must have been looked at.
    pub recheck_to_months: u32,
    /// A relapse within so many days of closure is a suspicious closure.
    pub early_relapse_days: i32,
    /// Days between reports of progress on 挂牌 items.
    pub progress_days: i32,
    /// The five groups.
    pub groups: Vec<String>,
    /// Least number of raters with an opinion.
    pub min_raters: u32,
    /// Least number of them in each group.
    pub min_per_group: u32,
    /// Percent satisfied that all together must reach.
    pub pass_overall_pct: u32,
    /// Percent satisfied that every group must reach.
    pub pass_group_pct: u32,
    /// An item closed with fewer percent satisfied is a suspicious closure.
    pub low_public_pct: u32,
    /// Raters that make a group count as covered.
    pub covered_from: u32,
    /// Other names for roles and states, by their ids.
    pub labels: BTreeMap<String, Text>,
    /// Fields above that are a proposal nobody has confirmed yet.
    pub to_be_confirmed: BTreeSet<String>,
}

/// Fields whose default no published text supports.
const PROPOSED: [&str; 14] = [
    "plan_months",
    "remind_after",
    "escalate_after",
    "recheck_from_months",
    "recheck_to_months",
    "early_relapse_days",
    "progress_days",
    "min_raters",
    "min_per_group",
    "pass_overall_pct",
    "pass_group_pct",
    "low_public_pct",
    "covered_from",
    "labels",
];

impl Default for Rules {
    fn default() -> Self {
        let groups = ["老党员", "致富带头人", "普通农民", "返乡青年", "乡镇企业主"];
        Self {
            plan_months: 1,
            rectify_months: 6,
            remind_after: 5,
            escalate_after: 5,
            recheck_from_months: 6,
            recheck_to_months: 12,
            early_relapse_days: 90,
            progress_days: 15,
            groups: groups.map(str::to_owned).to_vec(),
            min_raters: 15,
            min_per_group: 1,
            pass_overall_pct: 80,
            pass_group_pct: 60,
            low_public_pct: 60,
            covered_from: 3,
            labels: BTreeMap::new(),
            to_be_confirmed: PROPOSED.map(str::to_owned).into(),
        }
    }
}

impl Rules {
    /// Name of a role here.
    pub fn role_name(&self, role: Role, language: Language) -> &str {
        self.label(role.id(), language)
            .unwrap_or(role.name(language))
    }

    /// Name of a state here.
    pub fn state_name(&self, state: State, language: Language) -> &str {
        self.label(state.id(), language)
            .unwrap_or(state.name(language))
    }

    fn label(&self, id: &str, language: Language) -> Option<&str> {
        let text = self.labels.get(id)?.get(language);
        (!text.trim().is_empty()).then_some(text)
    }
}
