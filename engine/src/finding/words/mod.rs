//! The words of every finding, one file per language.

mod en;
mod zh;

use super::Problem;
use crate::framework::Language;
use crate::num::bounded;

/// A value computed here, the ends of its scale as bounds: all of the answers alike
/// would tell each of them (invariant 8).
fn bound(x: f64) -> String {
    let (sign, x) = bounded(x, (5.0, 95.0));
    format!("{sign}{x:.2}")
}

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
