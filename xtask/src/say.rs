//! Every message to a person comes in Chinese and in English, in the same place.

use std::io::Write as _;

/// A step begins.
pub(crate) fn heading(zh: &str, en: &str) {
    line(&format!("\n▶ {zh} · {en}"));
}

/// Something worth knowing within a step.
pub(crate) fn note(zh: &str, en: &str) {
    line(&format!("  {zh} · {en}"));
}

/// A line as it is, for commands and addresses.
pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe (`cargo xtask … | head`) is the reader's choice, not an error.
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
