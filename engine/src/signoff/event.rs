//! What can happen to an item, who did it and when.

use super::contest::Contested;
use super::flat::Flat;
use super::rating::Rating;
use super::role::{Role, pick};
use crate::calendar::Day;
use crate::framework::Language;
use crate::spec::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Who acts: a role, the office that holds it, and the hand that did it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Actor {
    /// In what role.
    pub role: Role,
    /// For whom: a village's code, a town, a department; may be empty where there
    /// is only one.
    pub office: String,
    /// The officer, by a staff number or another code; never shown to the public.
    pub hand: String,
}

/// How long rectification takes by its nature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 立行立改.
    AtOnce,
    /// 限期整改.
    ByDate,
    /// 长期坚持: closed by stages.
    LongTerm,
}

/// Every kind.
pub const KINDS: [Kind; 3] = [Kind::AtOnce, Kind::ByDate, Kind::LongTerm];

impl Kind {
    /// Name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::AtOnce => "at_once",
            Self::ByDate => "by_date",
            Self::LongTerm => "long_term",
        }
    }

    /// In words.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::AtOnce => ("立行立改", "at once"),
            Self::ByDate => ("限期整改", "by a date"),
            Self::LongTerm => ("长期坚持", "long-term"),
        };
        pick(language, zh, en)
    }
}

/// What an item is about, fixed when it is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Code of the village.
    pub village: String,
    /// 镇(街道) that reviews first.
    pub town: String,
    /// Department in charge that signs.
    pub lead: String,
    /// Round of inspection.
    pub round: String,
    /// The fact found.
    pub problem: String,
    /// How long it takes.
    pub kind: Kind,
    /// Code in the 小微权力 checklist, if any.
    pub checklist: String,
    /// Money to be recovered, in 分.
    pub to_recover: u64,
}

/// Kind of a piece of evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// 会议记录.
    Minutes,
    /// 台账(整改前后).
    Ledger,
    /// 银行回单.
    Receipt,
    /// 照片(注明日期).
    Photo,
    /// 修订的制度.
    Regulation,
    /// 公开凭证.
    Disclosure,
}

/// Every kind of evidence.
pub const EVIDENCE_KINDS: [EvidenceKind; 6] = [
    EvidenceKind::Minutes,
    EvidenceKind::Ledger,
    EvidenceKind::Receipt,
    EvidenceKind::Photo,
    EvidenceKind::Regulation,
    EvidenceKind::Disclosure,
];

impl EvidenceKind {
    /// Name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Minutes => "minutes",
            Self::Ledger => "ledger",
            Self::Receipt => "receipt",
            Self::Photo => "photo",
            Self::Regulation => "regulation",
            Self::Disclosure => "disclosure",
        }
    }

    /// In words.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Minutes => ("会议记录", "minutes"),
            Self::Ledger => ("台账", "ledger"),
            Self::Receipt => ("银行回单", "bank receipt"),
            Self::Photo => ("照片", "photo"),
            Self::Regulation => ("修订的制度", "revised regulation"),
            Self::Disclosure => ("公开凭证", "proof of disclosure"),
        };
        pick(language, zh, en)
    }
}

/// A file outside that proves something; only its fingerprint is kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Evidence {
    /// SHA-256 of the file, 64 hexadecimal digits.
    pub hash: String,
    /// Of what kind.
    pub kind: EvidenceKind,
    /// The date it bears.
    pub date: Day,
    /// Money received according to it, in 分; receipts only.
    pub received: u64,
}

impl Evidence {
    /// The fingerprint of a file's content.
    pub fn fingerprint(file: &[u8]) -> String {
        hex(&Sha256::digest(file))
    }
}

/// A measure of accountability; nobody is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// 约谈提醒.
    Talk,
    /// 通报.
    Circular,
    /// 追责.
    Sanction,
}

/// Every measure.
pub const MEASURES: [Measure; 3] = [Measure::Talk, Measure::Circular, Measure::Sanction];

impl Measure {
    /// Name in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Talk => "talk",
            Self::Circular => "circular",
            Self::Sanction => "sanction",
        }
    }

    /// In words.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Talk => ("约谈提醒", "talk"),
            Self::Circular => ("通报", "circular"),
            Self::Sanction => ("追责", "sanction"),
        };
        pick(language, zh, en)
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// 拟立: the item is set up.
    Open(Facts),
    /// 交办 with the post or body liable and the date due.
    Assign {
        /// The body and post liable, no name.
        liable: String,
        /// By when.
        due: Day,
    },
    /// 报送方案.
    Plan {
        /// The measures.
        measures: String,
    },
    /// 方案通过.
    PassPlan,
    /// 新增佐证.
    Evidence(Evidence),
    /// 撤回佐证.
    Withdraw {
        /// Its fingerprint.
        hash: String,
        /// Why.
        reason: String,
    },
    /// 申请销号.
    Apply,
    /// 镇街受理.
    Accept,
    /// 镇街初审通过.
    PassTown,
    /// 群众评价 counted; in 回头看 a second one.
    Rate(Rating),
    /// 同意销号.
    Sign {
        /// What is signed: [`super::Item::content`].
        content: String,
    },
    /// 退回重改.
    Return {
        /// Why.
        reason: String,
    },
    /// 销号, once all four agree.
    Close {
        /// When a long-term item is reviewed.
        review: Option<Day>,
    },
    /// 延期.
    Extend {
        /// The new date due.
        due: Day,
        /// Why.
        reason: String,
    },
    /// 回避: this hand takes no part any more. The cause is nobody's business.
    Recuse,
    /// 挂牌督办.
    List {
        /// At what level.
        level: String,
        /// By when.
        due: Day,
    },
    /// 摘牌.
    Unlist {
        /// Why.
        reason: String,
    },
    /// 进展.
    Progress {
        /// What was done.
        note: String,
    },
    /// 移送: the fact alone, without any content.
    Refer,
    /// 问责.
    HoldToAccount(Measure),
    /// 认定虚假整改.
    ConfirmFalse {
        /// On what grounds.
        reason: String,
    },
    /// 撤销虚假整改认定: the latest finding that stands. It does not bring back what
    /// followed on the finding, neither a state nor a consent.
    WithdrawFalse {
        /// Why.
        reason: String,
    },
    /// 申诉: the village contests what restricts the use of its result; it holds on.
    Contest {
        /// What.
        against: Contested,
        /// Why.
        reason: String,
    },
    /// 答复申诉: by those whose the restriction is. To end it is an event of its own.
    Answer {
        /// What was contested.
        against: Contested,
        /// The answer.
        reason: String,
    },
    /// 裁定: of records that contradict each other, the one that stands.
    Settle {
        /// Its id.
        keep: String,
        /// Why.
        reason: String,
    },
    /// 启动回头看.
    Recheck,
    /// 巩固.
    Consolidate,
    /// 长期坚持转入下一阶段.
    NextStage {
        /// By when.
        due: Day,
    },
    /// 反弹重启.
    Relapse {
        /// What was found.
        reason: String,
        /// By when it must be put right.
        due: Day,
    },
}

/// One event of an item; read and written flat, see [`super::Fields`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Flat", try_from = "Flat")]
pub struct Event {
    /// When.
    pub at: Day,
    /// By whom.
    pub by: Actor,
    /// What.
    pub what: What,
}

impl What {
    /// Its name in messages.
    pub fn name(&self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Open(_) => ("拟立", "set up"),
            Self::Assign { .. } => ("交办", "assign"),
            Self::Plan { .. } => ("报送方案", "submit a plan"),
            Self::PassPlan => ("通过方案", "pass the plan"),
            Self::Evidence(_) => ("新增佐证", "add evidence"),
            Self::Withdraw { .. } => ("撤回佐证", "withdraw evidence"),
            Self::Apply => ("申请销号", "apply for closure"),
            Self::Accept => ("受理", "accept for review"),
            Self::PassTown => ("初审通过", "pass first review"),
            Self::Rate(_) => ("群众评价", "public rating"),
            Self::Sign { .. } => ("同意销号", "sign"),
            Self::Return { .. } => ("退回重改", "return"),
            Self::Close { .. } => ("销号", "close"),
            Self::Extend { .. } => ("延期", "extend"),
            Self::Recuse => ("回避", "recuse"),
            Self::List { .. } => ("挂牌督办", "list for supervision"),
            Self::Unlist { .. } => ("摘牌", "take off the list"),
            Self::Progress { .. } => ("报告进展", "report progress"),
            Self::Refer => ("移送", "refer"),
            Self::HoldToAccount(_) => ("问责", "hold to account"),
            Self::ConfirmFalse { .. } => ("认定虚假整改", "confirm false rectification"),
            Self::WithdrawFalse { .. } => ("撤销虚假整改认定", "withdraw a finding of falsehood"),
            Self::Contest { .. } => ("申诉", "contest"),
            Self::Answer { .. } => ("答复申诉", "answer what was contested"),
            Self::Settle { .. } => ("裁定冲突记录", "settle a conflict"),
            Self::Recheck => ("启动回头看", "look again"),
            Self::Consolidate => ("认定巩固", "hold consolidated"),
            Self::NextStage { .. } => ("转入下一阶段", "start the next stage"),
            Self::Relapse { .. } => ("反弹重启", "reopen after relapse"),
        };
        pick(language, zh, en)
    }
}
