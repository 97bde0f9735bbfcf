//! Where things are in the repository, from wherever the command was started.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder the finished app is put into.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The folder cargo builds into.
pub(crate) fn target() -> PathBuf {
    let named = std::env::var_os("CARGO_TARGET_DIR");
    root().join(named.unwrap_or_else(|| "target".into()))
}

/// Files under `folder` (relative to the root) whose name ends in `.extension`.
pub(crate) fn files(folder: &str, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = all_files(&root().join(folder))?;
    found.retain(|path| path.extension().is_some_and(|e| e == extension));
    Ok(found)
}

/// Every file below `folder`, sorted, so that every run reports in the same order.
pub(crate) fn all_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// `path` as it is written in messages: relative, with forward slashes.
pub(crate) fn shown(path: &Path) -> String {
    let relative = path.strip_prefix(root()).unwrap_or(path);
    relative.to_string_lossy().replace('\\', "/")
}

/// The version of `package` that Cargo.lock pins.
pub(crate) fn locked_version(package: &str) -> Result<String> {
    let lock = fs::read_to_string(root().join("Cargo.lock")).context("reading Cargo.lock")?;
    version_in_lock(&lock, package)
        .with_context(|| format!("Cargo.lock has no package named {package}"))
}

/// The version of binaryen that Trunk.toml pins, such as `132`.
pub(crate) fn wasm_opt_version() -> Result<String> {
    let text = fs::read_to_string(root().join("Trunk.toml")).context("reading Trunk.toml")?;
    wasm_opt_in(&text).context("Trunk.toml has no `wasm_opt = \"version_…\"`")
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

fn wasm_opt_in(text: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|l| l.trim().strip_prefix("wasm_opt"))?;
    let version = line.split_once("version_")?.1;
    Some(version.trim_end().trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_the_files_that_pin_them() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        let found = version_in_lock(lock, "wasm-bindgen");
        assert_eq!(found.as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "wasm"), None);
        let tools = "[tools]\n# why\nwasm_opt = \"version_132\"\n";
        assert_eq!(wasm_opt_in(tools).as_deref(), Some("132"));
    }

    #[test]
    fn this_repository_pins_wasm_opt() {
        assert!(wasm_opt_version().is_ok());
    }
}
