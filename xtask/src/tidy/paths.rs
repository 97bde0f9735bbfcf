//! Text that names a file of this repository must name one that exists.

use std::fs;

use anyhow::{Context as _, Result};

use super::Fault;
use crate::tree;

/// The texts that describe the tree; one that is not there yet is not checked.
const TEXTS: [&str; 3] = ["ARCHITECTURE.md", "README.md", "engine/METHODS.md"];

/// What a back-ticked word begins with when it means a path of this repository.
const ROOTS: [&str; 7] = [
    "engine/", "app/", "tests/", "xtask/", "public/", ".ci/", ".cargo/",
];

/// Checks the paths and relative links of every text.
pub(super) fn check() -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for name in TEXTS {
        let path = tree::root().join(name);
        if path.is_file() {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {name}"))?;
            faults.extend(check_text(name, &text, |path| {
                tree::root().join(path).exists()
            }));
        }
    }
    Ok(faults)
}

fn check_text(file: &str, text: &str, exists: impl Fn(&str) -> bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let quoted = line
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| is_path(word));
        for path in quoted.chain(links(line)) {
            if !exists(path) {
                let message = format!("names `{path}`, which does not exist");
                faults.push(Fault::new(file, number + 1, message));
            }
        }
    }
    faults
}

fn is_path(word: &str) -> bool {
    let plain = !word.contains([' ', '*', '<', '{', '…']);
    plain && ROOTS.iter().any(|root| word.starts_with(root))
}

/// The targets of `[text](target)` and `![text](target)` inside this repository.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split([')', '#']).next()?;
        let outside = target.is_empty() || target.contains(':');
        (!outside).then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_relative_links_must_exist() {
        let text = "See `engine/src/num.rs`, `engine/gone.rs`, `cargo xtask`.\n\
                    [a](public/a.jpg) ![b](public/b.jpg) [c](https://example.org) [d](#part)\n";
        let exists = |path: &str| path == "engine/src/num.rs" || path == "public/a.jpg";
        let faults = check_text("README.md", text, exists);
        let messages: Vec<_> = faults
            .iter()
            .map(|f| (f.line, f.message.as_str()))
            .collect();
        assert_eq!(
            messages,
            [
                (1, "names `engine/gone.rs`, which does not exist"),
                (2, "names `public/b.jpg`, which does not exist"),
            ]
        );
    }
}
