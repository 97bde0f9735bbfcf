//! Who acts, and where an item stands.

use crate::framework::Language;
use serde::{Deserialize, Serialize};

/// A part in the procedure. Names are labels: [`super::Rules::label`] may say others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 巡察办: issues, convenes, signs.
    Inspection,
    /// 村党组织: rectifies, and never reviews.
    VillageParty,
    /// 镇街党(工)委: first review.
    Town,
    /// 纪检: signs; alone with 组织 sees the causes of disciplinary holds.
    Discipline,
    /// 组织部: signs.
    Organisation,
    /// 业务主管部门: signs for its line of business.
    Department,
    /// 群众代表: brings in the count of the public rating.
    Public,
    /// 巡察工作领导小组: escalation, 挂牌 and extensions of 挂牌 items.
    LeadingGroup,
    /// Reads only.
    Auditor,
}

/// Every role.
pub const ROLES: [Role; 9] = [
    Role::Inspection,
    Role::VillageParty,
    Role::Town,
    Role::Discipline,
    Role::Organisation,
    Role::Department,
    Role::Public,
    Role::LeadingGroup,
    Role::Auditor,
];

/// The four that sign, each for itself.
pub const PARTIES: [Role; 4] = [
    Role::Inspection,
    Role::Discipline,
    Role::Organisation,
    Role::Department,
];

impl Role {
    /// Name in files and in labels.
    pub fn id(self) -> &'static str {
        match self {
            Self::Inspection => "inspection",
            Self::VillageParty => "village_party",
            Self::Town => "town",
            Self::Discipline => "discipline",
            Self::Organisation => "organisation",
            Self::Department => "department",
            Self::Public => "public",
            Self::LeadingGroup => "leading_group",
            Self::Auditor => "auditor",
        }
    }

    /// Default name.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Inspection => ("巡察办", "Inspection office"),
            Self::VillageParty => ("村党组织", "Village Party organisation"),
            Self::Town => ("镇街党(工)委", "Town Party committee"),
            Self::Discipline => ("纪检监察机关", "Discipline inspection"),
            Self::Organisation => ("组织部", "Organisation department"),
            Self::Department => ("业务主管部门", "Department in charge"),
            Self::Public => ("群众代表", "Residents’ representatives"),
            Self::LeadingGroup => ("巡察工作领导小组", "Leading group for inspection"),
            Self::Auditor => ("审计查阅", "Auditor (reads only)"),
        };
        pick(language, zh, en)
    }
}

/// Where an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 拟立.
    Draft,
    /// 交办: assigned, a plan is due.
    Assigned,
    /// 方案待审.
    PlanReview,
    /// 整改中.
    Rectifying,
    /// 申请销号.
    Applied,
    /// 镇街初审.
    TownReview,
    /// 群众评价.
    PublicRating,
    /// 四方联审.
    JointReview,
    /// 已销号.
    Closed,
    /// 阶段销号: a long-term item, closed until its review date.
    StageClosed,
    /// 回头看.
    Recheck,
    /// 巩固.
    Consolidated,
}

/// Every state in the order of the procedure.
pub const STATES: [State; 12] = [
    State::Draft,
    State::Assigned,
    State::PlanReview,
    State::Rectifying,
    State::Applied,
    State::TownReview,
    State::PublicRating,
    State::JointReview,
    State::Closed,
    State::StageClosed,
    State::Recheck,
    State::Consolidated,
];

impl State {
    /// Name in files and in labels.
    pub fn id(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Assigned => "assigned",
            Self::PlanReview => "plan_review",
            Self::Rectifying => "rectifying",
            Self::Applied => "applied",
            Self::TownReview => "town_review",
            Self::PublicRating => "public_rating",
            Self::JointReview => "joint_review",
            Self::Closed => "closed",
            Self::StageClosed => "stage_closed",
            Self::Recheck => "recheck",
            Self::Consolidated => "consolidated",
        }
    }

    /// Default name.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Draft => ("拟立", "Draft"),
            Self::Assigned => ("交办", "Assigned"),
            Self::PlanReview => ("方案待审", "Plan under review"),
            Self::Rectifying => ("整改中", "Being rectified"),
            Self::Applied => ("申请销号", "Closure applied for"),
            Self::TownReview => ("镇街初审", "Town’s first review"),
            Self::PublicRating => ("群众评价", "Public rating"),
            Self::JointReview => ("四方联审", "Joint review of four"),
            Self::Closed => ("已销号", "Closed"),
            Self::StageClosed => ("阶段销号", "Closed for a stage"),
            Self::Recheck => ("回头看", "Looked at again"),
            Self::Consolidated => ("巩固", "Consolidated"),
        };
        pick(language, zh, en)
    }

    /// Assigned and not closed: somebody has to act before a date.
    pub fn is_open(self) -> bool {
        self >= Self::Assigned && self <= Self::JointReview
    }

    /// Where the evidence may still change.
    pub(super) fn takes_evidence(self) -> bool {
        self >= Self::Rectifying && self <= Self::JointReview
    }
}

/// One of two texts.
pub(super) fn pick(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}
