//! Conventions of the source tree that no compiler checks.

mod imports;
mod methods;
mod paths;
mod text;

use anyhow::{Result, bail};

use crate::say;

/// Something that breaks a convention, at a place.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) file: String,
    /// Counted from 1; 0 when the whole file is meant.
    pub(crate) line: usize,
    pub(crate) message: String,
}

impl Fault {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            message: message.into(),
        }
    }
}

/// Checks everything and reports every fault at once.
pub(crate) fn run() -> Result<()> {
    let mut faults = text::check()?;
    faults.extend(imports::check()?);
    faults.extend(paths::check()?);
    faults.extend(methods::check()?);
    for Fault {
        file,
        line,
        message,
    } in &faults
    {
        say::line(&format!("  {file}:{line}: {message}"));
    }
    if !faults.is_empty() {
        bail!(
            "{} 处不合约定 · {} places break a convention",
            faults.len(),
            faults.len()
        );
    }
    say::note("符合约定", "the tree is tidy");
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_tree_is_tidy() {
        super::run().unwrap();
    }
}
