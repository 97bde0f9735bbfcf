//! The service worker: which files it keeps, and the version they make.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::deliver::files_below;

const SOURCE: &str = include_str!("../../app/service_worker.js");
const NAME: &str = "service_worker.js";

/// Writes into the built site the service worker that keeps all of it.
pub(crate) fn write(dist: &Path) -> Result<()> {
    let mut kept = Vec::new();
    for path in files_below(dist)? {
        let name = path
            .strip_prefix(dist)
            .context("a file outside of the site")?;
        let name = name.to_string_lossy().replace('\\', "/");
        if name != NAME {
            let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
            kept.push((name, bytes));
        }
    }
    let path = dist.join(NAME);
    fs::write(&path, worker_for(&kept)).with_context(|| format!("writing {}", path.display()))
}

/// Any other content has another version, so a browser takes all files anew.
fn worker_for(kept: &[(String, Vec<u8>)]) -> String {
    let mut digest = Sha256::new();
    for (name, bytes) in kept {
        digest.update(name);
        digest.update([0]);
        digest.update(Sha256::digest(bytes));
    }
    let mut version = String::new();
    for byte in &digest.finalize()[..8] {
        let _ = write!(version, "{byte:02x}");
    }
    // The page is also asked for without its name.
    let names = kept.iter().map(|(name, _)| format!("\"./{name}\""));
    let names: Vec<_> = std::iter::once("\"./\"".to_owned()).chain(names).collect();
    SOURCE
        .replace("{version}", &version)
        .replace("\"{files}\"", &names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_kept_and_any_change_is_another_version() {
        let files = |content: &str| vec![("a.css".to_owned(), content.as_bytes().to_vec())];
        let (one, other) = (worker_for(&files("x")), worker_for(&files("y")));
        assert!(one.contains("var FILES = [\"./\", \"./a.css\"];"), "{one}");
        assert!(!one.contains("{version}"), "{one}");
        assert_ne!(one, other);
        assert_eq!(one, worker_for(&files("x")));
    }
}
