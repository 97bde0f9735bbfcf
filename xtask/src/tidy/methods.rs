//! The table of methods names every method, and only tests that exist.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};

use super::Fault;
use crate::tree;

const TABLE: &str = "engine/METHODS.md";

/// Every variant of these is a method.
const ENUMS: [&str; 5] = [
    "Imputation",
    "Treatment",
    "Normalisation",
    "Weighting",
    "Aggregation",
];

/// Checks the table against the engine's code.
pub(super) fn check() -> Result<Vec<Fault>> {
    let table = fs::read_to_string(tree::root().join(TABLE)).context("reading METHODS.md")?;
    let mut tests = BTreeSet::new();
    let mut methods = BTreeSet::new();
    for path in tree::files("engine", "rs")? {
        let text =
            fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        tests.extend(tests_in(&text));
        methods.extend(methods_in(&text));
    }
    Ok(check_table(&table, &tests, &methods))
}

fn check_table(table: &str, tests: &BTreeSet<String>, methods: &BTreeSet<String>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (number, line) in table.lines().enumerate() {
        // Rows of a method have six cells, the last of which names its tests.
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
        if cells.len() != 6 || cells[5].trim() == "test" || cells[0].contains("---") {
            continue;
        }
        let named: Vec<&str> = quoted(cells[5]).collect();
        if named.is_empty() {
            faults.push(Fault::new(TABLE, number + 1, "names no test"));
        }
        for name in named.into_iter().filter(|name| !tests.contains(*name)) {
            let message = format!("names the test `{name}`, which does not exist");
            faults.push(Fault::new(TABLE, number + 1, message));
        }
    }
    let named: BTreeSet<&str> = table.lines().flat_map(quoted).collect();
    for method in methods.iter().filter(|m| !named.contains(m.as_str())) {
        faults.push(Fault::new(TABLE, 0, format!("leaves `{method}` out")));
    }
    faults
}

fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Functions under `#[test]`, and those whose documentation holds an example.
fn tests_in(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let (mut is_test, mut has_example) = (false, false);
    for line in text.lines().map(str::trim) {
        if line == "#[test]" {
            is_test = true;
        } else if line.starts_with("///") {
            has_example |= line.contains("```");
        } else if let Some(rest) = line
            .strip_prefix("pub ")
            .unwrap_or(line)
            .strip_prefix("fn ")
        {
            let end = rest.find(['(', '<']).unwrap_or(rest.len());
            if is_test || (has_example && line.starts_with("pub ")) {
                names.push(rest[..end].to_owned());
            }
            (is_test, has_example) = (false, false);
        } else if !line.starts_with("#[") {
            (is_test, has_example) = (false, false);
        }
    }
    names
}

/// `Enum::Variant` of every method in a file.
fn methods_in(text: &str) -> Vec<String> {
    let mut methods = Vec::new();
    for name in ENUMS {
        let head = format!("pub enum {name} {{\n");
        let Some((_, rest)) = text.split_once(&head) else {
            continue;
        };
        let body = rest.split_once("\n}").map_or(rest, |(body, _)| body);
        for line in body.lines() {
            // One level of indentation: a variant, its documentation or attribute.
            let variant = line.strip_prefix("    ").unwrap_or_default();
            if variant.starts_with(|c: char| c.is_ascii_uppercase()) {
                let end = variant.find(|c: char| !c.is_ascii_alphanumeric());
                let variant = &variant[..end.unwrap_or(variant.len())];
                methods.push(format!("{name}::{variant}"));
            }
        }
    }
    methods
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_and_examples_are_found_and_other_functions_are_not() {
        let text = "#[test]\nfn a() {}\nfn b() {}\n/// ```\n/// x\n/// ```\npub fn c<T>() {}\n\
                    /// Words.\npub fn d() {}\n";
        assert_eq!(tests_in(text), ["a", "c"]);
    }

    #[test]
    fn a_forgotten_method_and_an_invented_test_are_reported() {
        let text =
            "pub enum Treatment {\n    /// No.\n    #[default]\n    None,\n    Jrc(Jrc),\n}\n";
        let methods: BTreeSet<String> = methods_in(text).into_iter().collect();
        let tests = BTreeSet::from(["real".to_owned()]);
        let table = "| method | formula | source | known answer | tolerance | test |\n\
                     | --- | --- | --- | --- | --- | --- |\n\
                     | `Treatment::None` | – | – | by hand | exact | `real`, `dream` |\n";
        let faults = check_table(table, &tests, &methods);
        let messages: Vec<&str> = faults.iter().map(|f| f.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "names the test `dream`, which does not exist",
                "leaves `Treatment::Jrc` out",
            ]
        );
    }
}
