//! The words of every finding, one file per language.

mod en;
mod zh;

use super::Problem;
use crate::framework::Language;

/// What is wrong.
pub(super) fn message(problem: &Problem, language: Language) -> String {
    match language {
        Language::Chinese => zh::message(problem),
        Language::English => en::message(problem),
    }
}

/// What to do about it.
pub(super) fn hint(problem: &Problem, language: Language) -> &'static str {
    match language {
        Language::Chinese => zh::hint(problem),
        Language::English => en::hint(problem),
    }
}
