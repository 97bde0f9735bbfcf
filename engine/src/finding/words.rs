//! The words of every finding, Chinese and English.

use super::Problem;
use crate::framework::Language;

/// What is wrong.
pub(super) fn message(problem: &Problem, language: Language) -> String {
    let _ = language;
    format!("{problem:?}")
}

/// What to do about it.
pub(super) fn hint(_problem: &Problem, _language: Language) -> &'static str {
    ""
}
