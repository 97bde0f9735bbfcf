//! 整改销号: rectification items as state machines driven by events, from 拟立 to
//! 回头看. An item is what its events make of it: [`Item::apply`] either gives the
//! next item or a [`Refusal`] that says why not, and replaying the same events
//! gives the same item.
//!
//! ```text
//! 拟立 → 交办 → 方案待审 → 整改中 → 申请销号 → 镇街初审 → 群众评价 → 四方联审 → 已销号
//!                  ↑退回      ↑退回重改 ─────────┴─────────┴─────────┘        │
//!                             └────── 反弹重启 ────── 回头看 → 巩固 ←──────────┘
//! ```
//!
//! No published rule fixes these states and times; they are defaults to be
//! confirmed where they are used ([`Rules`]).

mod contest;
mod due;
mod event;
mod flag;
mod flat;
mod guard;
mod item;
mod rating;
mod refusal;
mod role;
mod rules;

pub use contest::{CONTESTED, Contest, Contested};
pub use due::{Due, DueKind, Urgency, due};
pub use event::{
    Actor, EVIDENCE_KINDS, Event, Evidence, EvidenceKind, Facts, KINDS, Kind, MEASURES, Measure,
    What,
};
pub use flag::{Flag, Suspicion, flags};
pub use flat::{ACTIONS, Action, Fields, Unread, fields_of};
pub use guard::is_for;
pub(crate) use guard::settles;
pub use item::{Accountability, Entry, Falsehood, Item, Listing, Reason, Signature};
pub use rating::{Rating, ShownRating, Verdict};
pub use refusal::Refusal;
pub use role::{PARTIES, ROLES, Role, STATES, State};
pub use rules::Rules;

#[cfg(test)]
pub(crate) mod tests;
