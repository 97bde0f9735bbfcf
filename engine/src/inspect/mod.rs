//! 巡察: the supervision checklist with its sampled checks, the plan of a round, and
//! the suggestions that follow from it.

mod checklist;
mod plan;
mod suggestion;

pub use checklist::{Check, Checklist, ChecklistError, ChecklistItem, Compliance};
pub use plan::{Plan, PlanFault, PlanRules, Visit};
pub use suggestion::{Assessment, Standing, Suggestion, SuggestionError};

#[cfg(test)]
mod tests;
