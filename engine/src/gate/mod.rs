//! 限制性情形: gates and holds beside the index. They hold the use of a result or
//! cap a grade, for a reason, on a basis, approved by somebody and open to appeal;
//! no score is ever changed (invariant 5). And which part of a period a person who
//! is spoken of was in the post at all.

mod against;
mod limit;
mod tenure;
mod withhold;

pub use against::is_against;
pub use limit::{Limit, limits};
pub use tenure::{Attribution, ReversedTenure, Tenure, together};
pub use withhold::withheld;

use crate::calendar::Day;
use crate::framework::Language;
use crate::rank::Bands;
use crate::signoff::{Contested, Item, Role};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Why use is restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// 立案未结.
    Investigation,
    /// 处分影响期.
    Penalty,
    /// Any other reason to wait, such as data under review.
    UnderReview,
    /// 挂牌督办 in force, or an item long overdue.
    Supervised,
    /// 虚假整改 or falsified data, confirmed.
    Falsified,
    /// Two appraisals 不称职 in a row: a statutory notice.
    TwiceUnfit,
    /// A hold of which this file does not say why ([`withheld`]).
    Withheld,
}

impl Cause {
    /// Its name.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Investigation => ("立案未结", "investigation open"),
            Self::Penalty => ("处分影响期", "penalty in force"),
            Self::UnderReview => ("待核", "under review"),
            Self::Supervised => ("挂牌督办或长期逾期", "under supervision or long overdue"),
            Self::Falsified => ("认定虚假整改", "confirmed false rectification"),
            Self::TwiceUnfit => ("连续两次不称职", "unfit twice in a row"),
            Self::Withheld => ("原因未随文件提供", "cause not in this file"),
        };
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

/// What a gate does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// 暂缓应用.
    Hold,
    /// The person is not rated 优秀.
    NotExcellent,
    /// The band is at best the one in this position, counted from 0 for the best;
    /// `None` for the last.
    Cap(Option<usize>),
    /// Said, and left to those whose it is.
    Notice,
}

/// Numbers behind the gates; a proposal to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GateRules {
    /// Best band while an item is under supervision or long overdue, counted from 0
    /// for the best; `None` for the last. A position and no score: whatever limits the
    /// bands have, a cap reaches the grade.
    pub supervised_band: Option<usize>,
    /// Best band after confirmed falsehood, likewise.
    pub falsified_band: Option<usize>,
    /// Days overdue from which an item caps the grade.
    pub overdue_days: i32,
    /// On what the gates that follow from items rest.
    pub basis: String,
}

impl Default for GateRules {
    fn default() -> Self {
        Self {
            supervised_band: Some(1),
            falsified_band: None,
            overdue_days: 30,
            basis: "默认规则，待确认 / default rule, to be confirmed".into(),
        }
    }
}

/// One restriction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Code of the village.
    pub village: String,
    /// The person by a staff code; empty for the committee.
    #[serde(default)]
    pub person: String,
    /// Why, by kind.
    pub cause: Cause,
    /// Why, in words.
    pub reason: String,
    /// On what rule it rests.
    pub basis: String,
    /// Who approved it.
    pub approver: String,
    /// First day.
    pub start: Day,
    /// Last day; open where empty.
    #[serde(default)]
    pub end: Option<Day>,
    /// What became of an appeal, or that there is one.
    #[serde(default)]
    pub appeal: String,
}

/// Why a gate is no gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// No reason, basis or approver.
    #[error("a gate needs a village, a reason, a basis and an approver")]
    Blank,
    /// A measure against a person without a person, or one of the committee with one.
    #[error("a penalty and two unfit appraisals are a person’s, the others the committee’s")]
    Person,
    /// Ends before it starts.
    #[error("a gate cannot end before it starts")]
    Reversed,
}

impl GateError {
    /// In Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Blank => "须写明村、理由、依据和批准人",
            Self::Person => "处分和连续不称职属于个人，其他属于班子",
            Self::Reversed => "截止早于起始",
        }
    }
}

/// What somebody may see of restrictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShownGate<'a> {
    /// Everything.
    Whole(&'a Gate),
    /// That the use of the result waits, and nothing of why or until when.
    Neutral {
        /// Code of the village.
        village: &'a str,
        /// The person; empty for the committee.
        person: &'a str,
    },
}

/// What non-privileged eyes see of any hold.
pub fn neutral(language: Language) -> &'static str {
    match language {
        Language::Chinese => "暂缓应用",
        Language::English => "use deferred",
    }
}

impl Gate {
    /// Checks that everything is said.
    pub fn validate(&self) -> Result<(), GateError> {
        let texts = [&self.village, &self.reason, &self.basis, &self.approver];
        // Empty is the committee; blanks would be nobody.
        let is_nobody = !self.person.is_empty() && self.person.trim().is_empty();
        let is_fit = match self.cause {
            Cause::Penalty | Cause::TwiceUnfit => !self.person.is_empty(),
            Cause::Supervised | Cause::Falsified => self.person.is_empty(),
            Cause::Investigation | Cause::UnderReview | Cause::Withheld => true,
        };
        if texts.iter().any(|t| t.trim().is_empty()) {
            Err(GateError::Blank)
        } else if is_nobody || !is_fit {
            Err(GateError::Person)
        } else if self.end.is_some_and(|end| end < self.start) {
            Err(GateError::Reversed)
        } else {
            Ok(())
        }
    }

    /// Whether it is in force on a day.
    pub fn is_in_force(&self, today: Day) -> bool {
        self.start <= today && self.end.is_none_or(|end| today <= end)
    }

    /// What it does.
    pub fn effect(&self, rules: &GateRules) -> Effect {
        match self.cause {
            Cause::Investigation | Cause::UnderReview | Cause::Withheld => Effect::Hold,
            Cause::Penalty => Effect::NotExcellent,
            Cause::Supervised => Effect::Cap(rules.supervised_band),
            Cause::Falsified => Effect::Cap(rules.falsified_band),
            Cause::TwiceUnfit => Effect::Notice,
        }
    }

    /// Whether a role sees why. Every hold and penalty looks alike to the others,
    /// since one that looked different would tell what it is.
    pub fn is_open_to(&self, role: Role) -> bool {
        let is_guarded = matches!(
            self.cause,
            Cause::Investigation | Cause::Penalty | Cause::UnderReview | Cause::Withheld
        );
        !is_guarded || matches!(role, Role::Discipline | Role::Organisation)
    }
}

/// Gates in force as a role may see them; several holds of one person or committee
/// are one to those who see no cause.
pub fn visible(gates: &[Gate], role: Role, today: Day) -> Vec<ShownGate<'_>> {
    let mut seen = BTreeSet::new();
    let mut shown = Vec::new();
    for gate in gates.iter().filter(|g| g.is_in_force(today)) {
        let (village, person) = (gate.village.as_str(), gate.person.as_str());
        if gate.is_open_to(role) {
            shown.push(ShownGate::Whole(gate));
        } else if seen.insert((village, person)) {
            shown.push(ShownGate::Neutral { village, person });
        }
    }
    // In the order of those concerned, so that a place in the list tells nothing.
    shown.sort_by_key(|shown| match shown {
        ShownGate::Neutral { village, person } => (0, *village, *person),
        ShownGate::Whole(gate) => (1, gate.village.as_str(), gate.person.as_str()),
    });
    shown
}

/// The band of a committee with its caps, and without them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capped {
    /// Position of the band the score reaches.
    pub raw: usize,
    /// Position of the band after caps; the same or a lower one.
    pub capped: usize,
}

/// The band of a score under the caps of a committee on a day. The score itself is
/// not touched; a person's gates do not reach the committee.
pub fn grade(
    score: f64,
    bands: &Bands,
    tolerance: f64,
    gates: &[Gate],
    rules: &GateRules,
    (village, today): (&str, Day),
) -> Capped {
    let n_bands = bands.list().len();
    let limits = limits(gates, rules, n_bands, today);
    let best = limits.get(village).map_or(0, |limit| limit.best);
    let raw = bands.band_of(score, tolerance);
    let capped = raw.max(best as usize);
    Capped { raw, capped }
}

/// What the village said against a restriction until a day, and whether that was
/// answered; why stands in the history of the item.
fn appeal(item: &Item, against: Contested, today: Day) -> String {
    let told = item.contests_of(against, today).map(|contest| {
        let answered = contest.answered.filter(|day| *day <= today);
        match answered {
            Some(day) => format!("{} 申诉，{day} 已答复", contest.at),
            None => format!("{} 申诉，待答复", contest.at),
        }
    });
    told.collect::<Vec<String>>().join("；")
}

/// Gates that follow from an item as it stands on a day.
pub fn from_item(item: &Item, rules: &GateRules, today: Day) -> Vec<Gate> {
    let gate = |cause, reason: String, against: Contested, start| Gate {
        village: item.facts.village.clone(),
        person: String::new(),
        cause,
        reason,
        basis: rules.basis.clone(),
        // Whose it is answers for it.
        approver: against.answered_by().name(Language::Chinese).into(),
        start,
        end: None,
        appeal: appeal(item, against, today),
    };
    let mut gates = Vec::new();
    if let Some(listing) = &item.listing {
        let reason = format!("事项 {} 挂牌督办未结", item.id);
        let cause = Cause::Supervised;
        gates.push(gate(cause, reason, Contested::Listing, listing.at));
    }
    let due = item.due.unwrap_or(today);
    if item.days_overdue(today) > rules.overdue_days {
        let reason = format!("事项 {} 逾期超过 {} 天", item.id, rules.overdue_days);
        let start = due.plus(rules.overdue_days).plus(1);
        gates.push(gate(Cause::Supervised, reason, Contested::Overdue, start));
    }
    // One for all findings, from the first of those that stand on the day.
    if let Some(found) = item.falsehood_on(today) {
        let reason = format!("事项 {} 认定虚假整改", item.id);
        let falsified = gate(Cause::Falsified, reason, Contested::Falsehood, found.at);
        gates.push(falsified);
    }
    gates
}

#[cfg(test)]
mod tests;
