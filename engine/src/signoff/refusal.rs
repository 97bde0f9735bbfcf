//! Why an event is not accepted, in words.

use super::rating::LEAST_SHOWN;
use super::role::{Role, State, pick};
use super::rules::Rules;
use crate::calendar::Day;
use crate::framework::Language;
use std::fmt;

/// Why an event is refused; the item stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The item is not set up, or set up a second time.
    Setup,
    /// Not in this state.
    WrongState {
        /// What was tried, in both languages.
        what: [&'static str; 2],
        /// Where the item stands.
        state: State,
    },
    /// Not for this role.
    WrongRole {
        /// What was tried, in both languages.
        what: [&'static str; 2],
        /// Whose it is not.
        role: Role,
    },
    /// The role of another village, town or department.
    WrongOffice {
        /// Who must act.
        expected: String,
    },
    /// Dated before the item came to where it stands.
    BeforeState {
        /// When it did.
        since: Day,
    },
    /// A text that must say something is blank.
    Blank,
    /// This hand declared itself out.
    Recused,
    /// Who rectifies does not review.
    RectifierReviews,
    /// One hand for two parties.
    SameHand,
    /// The party has signed already.
    AlreadySigned,
    /// What was signed is not what is there now.
    StaleContent,
    /// Parties that have not agreed; silence is not consent.
    MissingSignatures(Vec<Role>),
    /// After the date due.
    TooLate {
        /// The date.
        due: Day,
    },
    /// A second extension.
    AlreadyExtended,
    /// A date that must be later than this one.
    NotAfter(Day),
    /// Too early.
    TooEarly {
        /// From when.
        from: Day,
    },
    /// Nothing that proves it.
    NoEvidence,
    /// The same file again.
    DuplicateEvidence,
    /// No such file.
    UnknownEvidence,
    /// No fingerprint, dated in the future, or money on what is no receipt.
    BadEvidence,
    /// Counts that do not fit the groups.
    BadRating {
        /// Number of groups.
        expected: usize,
    },
    /// Too few raters to judge.
    TooFewRaters {
        /// With an opinion.
        n: u32,
        /// Least number.
        min: u32,
    },
    /// A group with too few raters.
    GroupMissing {
        /// Which.
        group: String,
        /// Least number.
        min: u32,
    },
    /// A long-term item needs a review date, and only such an item has stages.
    LongTermOnly,
    /// It is so already, or is not so.
    NoChange,
    /// The author's series of records has two versions or a gap.
    Forked,
    /// Falsehood was confirmed of what is now before the reviewers.
    ConfirmedFalse,
    /// Who made a finding does not withdraw it.
    OwnFinding,
    /// Nothing of the kind stands, or nobody contests it.
    NothingContested,
}

impl Refusal {
    /// The reason in words, roles and states by their names here.
    pub fn message(&self, rules: &Rules, language: Language) -> String {
        match language {
            Language::Chinese => self.chinese(rules),
            Language::English => self.english(rules),
        }
    }

    fn chinese(&self, rules: &Rules) -> String {
        let zh = Language::Chinese;
        match self {
            Self::WrongState { what, state } => {
                format!("“{}”状态不能{}", rules.state_name(*state, zh), what[0])
            }
            Self::WrongRole { what, role } => {
                format!("{}不能{}", rules.role_name(*role, zh), what[0])
            }
            Self::WrongOffice { expected } => format!("应由“{expected}”办理，不能代办"),
            Self::BeforeState { since } => format!("日期早于进入当前状态的 {since}"),
            Self::MissingSignatures(roles) => {
                let names: Vec<&str> = roles.iter().map(|r| rules.role_name(*r, zh)).collect();
                format!("尚未同意：{}；未表态不等于同意", names.join("、"))
            }
            Self::TooLate { due } => format!("已过期限 {due}"),
            Self::NotAfter(day) => format!("日期应晚于 {day}"),
            Self::TooEarly { from } => format!("{from} 之后才可办理"),
            Self::BadRating { expected } => format!("评价人数应按 {expected} 类群众分别填写"),
            Self::TooFewRaters { n, min } => {
                let n = few(*n, "不足 5");
                format!("有效评价 {n} 人，少于 {min} 人，不能据以判断，请补充")
            }
            Self::GroupMissing { group, min } => format!("“{group}”有效评价少于 {min} 人"),
            _ => self.fixed(zh).into(),
        }
    }

    fn english(&self, rules: &Rules) -> String {
        let en = Language::English;
        match self {
            Self::WrongState { what, state } => {
                format!(
                    "cannot {} in state “{}”",
                    what[1],
                    rules.state_name(*state, en)
                )
            }
            Self::WrongRole { what, role } => {
                format!("“{}” cannot {}", rules.role_name(*role, en), what[1])
            }
            Self::WrongOffice { expected } => {
                format!("this is for “{expected}”; nobody acts for another")
            }
            Self::BeforeState { since } => {
                format!("dated before {since}, when the item came to this state")
            }
            Self::MissingSignatures(roles) => {
                let names: Vec<&str> = roles.iter().map(|r| rules.role_name(*r, en)).collect();
                format!(
                    "not agreed yet: {}; silence is not consent",
                    names.join(", ")
                )
            }
            Self::TooLate { due } => format!("after the date due, {due}"),
            Self::NotAfter(day) => format!("the date must be after {day}"),
            Self::TooEarly { from } => format!("not before {from}"),
            Self::BadRating { expected } => format!("counts of {expected} groups are needed"),
            Self::TooFewRaters { n, min } => {
                let n = few(*n, "fewer than 5");
                format!("{n} valid raters, fewer than {min}: too few to judge")
            }
            Self::GroupMissing { group, min } => {
                format!("fewer than {min} valid raters in “{group}”")
            }
            _ => self.fixed(en).into(),
        }
    }

    fn fixed(&self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Setup => (
                "事项须先拟立，且只能拟立一次",
                "an item is set up first, and once",
            ),
            Self::Blank => ("必须写明内容或理由", "a text or reason must be given"),
            Self::Recused => (
                "经办人已回避，须换人办理",
                "this officer is recused; another must act",
            ),
            Self::RectifierReviews => (
                "整改经办人不得审核本事项",
                "who rectified the item cannot review it",
            ),
            Self::SameHand => (
                "同一人不得代表两方签字",
                "one officer cannot sign for two parties",
            ),
            Self::AlreadySigned => ("本方已签字", "this party has signed"),
            Self::StaleContent => (
                "签字内容与当前材料不一致，请重新核对后再签",
                "what was signed is not what is there now: check it and sign again",
            ),
            Self::AlreadyExtended => ("只能延期一次", "only one extension"),
            Self::NoEvidence => ("没有佐证材料", "there is no evidence"),
            Self::DuplicateEvidence => ("该佐证已存在", "this evidence is there already"),
            Self::UnknownEvidence => ("没有这份佐证", "there is no such evidence"),
            Self::BadEvidence => (
                "佐证须有 64 位指纹，日期不得晚于上传日，只有银行回单可填金额",
                "evidence needs a fingerprint of 64 digits and a date not after the upload; \
                 only receipts bear an amount",
            ),
            Self::LongTermOnly => (
                "长期坚持事项须填复查日期，其他事项不分阶段",
                "a long-term item needs a review date; other items have no stages",
            ),
            Self::NoChange => ("当前已是或并非该情形", "it is so already, or is not so"),
            Self::Forked => (
                "本单位的记录有两个版本或缺号，须先核实",
                "this office’s records have two versions or a gap",
            ),
            Self::ConfirmedFalse => (
                "本次申请已认定虚假整改，应退回重改",
                "falsehood was confirmed of this application: it must be returned",
            ),
            Self::OwnFinding => (
                "作出认定的经办人不得自行撤销，也不得自行答复申诉，须由另一人办理",
                "the officer who made the finding can neither withdraw it nor answer what is said against it; another must act",
            ),
            Self::NothingContested => (
                "没有可以申诉的限制，或没有待答复的申诉",
                "nothing stands that could be contested, or nothing waits for an answer",
            ),
            _ => ("不符合程序", "against the procedure"),
        };
        pick(language, zh, en)
    }
}

/// A number of people as it may be told (invariant 8).
fn few(n: u32, words: &str) -> String {
    if n < LEAST_SHOWN {
        words.to_owned()
    } else {
        n.to_string()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english(&Rules::default()))
    }
}

impl std::error::Error for Refusal {}
