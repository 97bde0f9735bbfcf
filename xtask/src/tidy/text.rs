//! Files say what they are for, stay readable in one sitting, and leave nothing
//! unfinished behind.

use std::fs;

use anyhow::{Context as _, Result};

use super::Fault;
use crate::tree;

/// Longer files should have been split.
const MOST_LINES: usize = 600;

/// Split in two, so that this file does not accuse itself.
const UNFINISHED: [(&str, &str); 5] = [
    ("to", "do!("),
    ("unimple", "mented!("),
    ("db", "g!("),
    ("FIX", "ME"),
    ("TO", "DO"),
];

/// Checks every Rust file of the workspace.
pub(super) fn check() -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for folder in ["engine", "app", "tests", "xtask"] {
        for path in tree::files(folder, "rs")? {
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            faults.extend(check_text(&tree::shown(&path), &text));
        }
    }
    Ok(faults)
}

fn check_text(file: &str, text: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    // A module's own tests need no introduction.
    if !text.starts_with("//!") && !file.ends_with("tests.rs") {
        faults.push(Fault::new(
            file,
            1,
            "the first line says why the file exists (`//! …`)",
        ));
    }
    let count = text.lines().count();
    if count > MOST_LINES {
        let message = format!("{count} lines; split it, {MOST_LINES} is the most");
        faults.push(Fault::new(file, 0, message));
    }
    for (number, line) in text.lines().enumerate() {
        for (head, tail) in UNFINISHED {
            if line.contains(&format!("{head}{tail}")) {
                let message = format!("unfinished: `{head}{tail}`");
                faults.push(Fault::new(file, number + 1, message));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_purpose_or_end_is_reported() {
        let unfinished = format!("fn f() {{ {}{}) }}\n", "to", "do!(");
        let faults = check_text("a.rs", &unfinished);
        assert_eq!(faults.len(), 2, "{faults:?}");
        let long = format!("//! Long.\n{}", "// x\n".repeat(600));
        assert_eq!(check_text("a.rs", &long)[0].line, 0);
        assert!(check_text("a.rs", "//! Fine.\n").is_empty());
    }
}
