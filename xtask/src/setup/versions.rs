//! Version texts of programs, compared as numbers.

/// The oldest Trunk known to work with this project's files, also the one installed.
pub(super) const TRUNK: &str = "0.21.14";

/// The cargo-deny that is installed where there is none.
pub(super) const CARGO_DENY: &str = "0.20.2";

/// The `axe-core` package whose rules the browser tests ask about accessibility. Its
/// licence is MPL-2.0: it is a tool of the tests, and never part of what is shipped.
pub(super) const AXE_CORE: &str = "4.14.1";

/// The first word of `text` that looks like a dotted version.
pub(super) fn in_text(text: &str) -> Option<String> {
    text.split_whitespace()
        .map(|word| word.trim_start_matches('v'))
        .find(|word| word.contains('.') && word.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
}

/// Whether `found` is `least` or newer.
pub(super) fn at_least(found: &str, least: &str) -> bool {
    numbers(found) >= numbers(least)
}

/// The leading number of a version: chromedriver and Chromium must agree on it.
pub(super) fn major(text: &str) -> Option<u64> {
    numbers(&in_text(text)?).first().copied()
}

fn numbers(version: &str) -> Vec<u64> {
    version
        .split(['.', '-', '+'])
        .map_while(|part| part.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_found_in_what_programs_print() {
        assert_eq!(in_text("trunk 0.21.14").as_deref(), Some("0.21.14"));
        let driver = "ChromeDriver 156.0.8078.79 (a21ce95c24ce-refs/branch-heads/8078@{#1704})";
        assert_eq!(major(driver), Some(156));
        assert_eq!(major("Chromium 156.0.8078.79 built on Debian"), Some(156));
        assert_eq!(in_text("no version here"), None);
    }

    #[test]
    fn versions_compare_as_numbers_not_as_text() {
        assert!(at_least("0.21.14", "0.21.14"));
        assert!(at_least("0.22.1", "0.21.14"));
        assert!(!at_least("0.21.9", "0.21.14"));
    }
}
