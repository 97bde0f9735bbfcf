//! Engine modules import upwards only, in the order ARCHITECTURE.md states.

use std::fs;

use anyhow::{Context as _, Result, ensure};

use super::Fault;
use crate::tree;

/// The sentence in ARCHITECTURE.md that is followed by the modules in order.
const ORDER_BEGINS: &str = "Engine modules import upwards only, in this order:";

/// Checks every library file of the engine.
pub(super) fn check() -> Result<Vec<Fault>> {
    let map = fs::read_to_string(tree::root().join("ARCHITECTURE.md"))
        .context("reading ARCHITECTURE.md")?;
    let order = order_in(&map);
    ensure!(!order.is_empty(), "ARCHITECTURE.md lacks `{ORDER_BEGINS}`");
    let mut faults = Vec::new();
    for path in tree::files("engine/src", "rs")? {
        let file = tree::shown(&path);
        let Some(module) = module_of(&file) else {
            continue;
        };
        let text = fs::read_to_string(&path).with_context(|| format!("reading {file}"))?;
        faults.extend(check_file(&file, module, &text, &order));
    }
    Ok(faults)
}

/// The back-ticked words after the sentence, up to its full stop.
fn order_in(map: &str) -> Vec<String> {
    let flat = map.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((_, rest)) = flat.split_once(ORDER_BEGINS) else {
        return Vec::new();
    };
    let list = rest.split_once('.').map_or(rest, |(list, _)| list);
    list.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// The top-level module a library file belongs to: none for `lib.rs`, for programs,
/// and for tests, which may look anywhere.
fn module_of(file: &str) -> Option<&str> {
    let inside = file.strip_prefix("engine/src/")?;
    if inside == "lib.rs" || inside.starts_with("bin/") || inside.ends_with("tests.rs") {
        return None;
    }
    let first = inside.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

fn check_file(file: &str, module: &str, text: &str, order: &[String]) -> Vec<Fault> {
    let place = |name: &str| order.iter().position(|known| known == name);
    let Some(here) = place(module) else {
        let message = format!("module `{module}` has no place in ARCHITECTURE.md's order");
        return vec![Fault::new(file, 0, message)];
    };
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if line.trim() == "#[cfg(test)]" {
            break;
        }
        for used in imported(line) {
            // A name without a place is an item that `lib.rs` re-exports.
            if place(used).is_some_and(|there| there > here) {
                let message = format!("`{module}` imports `{used}`, which stands below it");
                faults.push(Fault::new(file, number + 1, message));
            }
        }
    }
    faults
}

/// The modules named by `crate::…` in a line of code.
fn imported(line: &str) -> Vec<&str> {
    let code = line.split("//").next().unwrap_or(line);
    let mut modules = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let list = rest.strip_prefix('{').map_or(rest, |list| list);
        // `crate::{a::X, b}`: every element begins a path.
        let elements = if list.len() < rest.len() {
            list.split(", ").collect()
        } else {
            vec![list]
        };
        for element in elements {
            let end = element.find(|c: char| !c.is_ascii_lowercase() && c != '_');
            modules.push(&element[..end.unwrap_or(element.len())]);
        }
    }
    modules
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Vec<String> {
        ["num", "ids", "frame", "check"].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_order_is_read_from_the_sentence() {
        let map = format!("Intro.\n\n{ORDER_BEGINS} `num`,\n`ids`, `frame`. Then `check`.");
        assert_eq!(order_in(&map), ["num", "ids", "frame"]);
    }

    #[test]
    fn importing_downwards_is_a_fault_and_upwards_is_not() {
        let text = "use crate::num;\nuse crate::check::Floor;\n#[cfg(test)]\nuse crate::check;\n";
        let faults = check_file("engine/src/frame/mod.rs", "frame", text, &order());
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].line, 2);
        let nested = "use crate::{check::Floor, num};";
        assert_eq!(check_file("f.rs", "ids", nested, &order()).len(), 1);
        assert!(check_file("f.rs", "ids", "// see crate::check\n", &order()).is_empty());
    }

    #[test]
    fn a_module_without_a_place_is_a_fault() {
        let faults = check_file("engine/src/new.rs", "new", "", &order());
        assert!(faults[0].message.contains("no place"));
        assert_eq!(module_of("engine/src/bin/dhi/main.rs"), None);
        assert_eq!(module_of("engine/src/rank/tests.rs"), None);
        assert_eq!(module_of("engine/src/rank/band.rs"), Some("rank"));
        assert_eq!(module_of("engine/src/num.rs"), Some("num"));
    }
}
