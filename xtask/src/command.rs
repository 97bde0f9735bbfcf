//! Other programs: how they are found, with what environment, and how they are run.

use std::env;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{self, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{say, tree};

/// A command line with its environment, as a value: it can be shown before it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    words: Vec<String>,
    set: Vec<(&'static str, String)>,
    unset: Vec<&'static str>,
    system_first: bool,
}

impl Command {
    /// The program and its first arguments.
    pub(crate) fn new<const N: usize>(words: [&str; N]) -> Self {
        Self {
            words: words.map(str::to_owned).to_vec(),
            set: Vec::new(),
            unset: Vec::new(),
            system_first: false,
        }
    }

    /// One more argument.
    pub(crate) fn arg(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Several more arguments.
    pub(crate) fn args<const N: usize>(mut self, words: [&str; N]) -> Self {
        self.words.extend(words.map(str::to_owned));
        self
    }

    /// Sets a variable for this command only.
    pub(crate) fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set.push((name, value.into()));
        self
    }

    /// Hides an inherited variable from this command.
    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.unset.push(name);
        self
    }

    /// Puts the system's own programs before everything else on the path.
    pub(crate) fn system_first(mut self) -> Self {
        self.system_first = true;
        self
    }

    /// Shows the command, runs it with its output streaming through, and fails
    /// when it fails.
    pub(crate) fn run(&self) -> Result<()> {
        say::line(&format!("  $ {self}"));
        let status = self
            .build()
            .status()
            .with_context(|| format!("starting `{self}`"))?;
        if !status.success() {
            bail!("`{self}` ended with {status}");
        }
        Ok(())
    }

    /// What the command prints, if it exists and succeeds; nothing is shown.
    pub(crate) fn output(&self) -> Option<String> {
        let output = self.build().stdin(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success().then_some(text)
    }

    /// The command ready for `std`, for those who must hold on to the process.
    pub(crate) fn build(&self) -> process::Command {
        let path = search_path(self.system_first);
        let program = self.words.first().map_or("", String::as_str);
        // Resolved here, because `std` would search the path of this process.
        let found = find_in(&path, program).unwrap_or_else(|| PathBuf::from(program));
        let mut command = process::Command::new(found);
        command
            .args(self.words.iter().skip(1))
            .current_dir(tree::root());
        forget_outer_cargo(&mut command);
        if let Ok(joined) = env::join_paths(&path) {
            command.env("PATH", joined);
        }
        for name in &self.unset {
            command.env_remove(name);
        }
        command.envs(self.set.iter().map(|(name, value)| (name, value)));
        command
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.system_first {
            write!(f, "PATH=/usr/bin:$PATH ")?;
        }
        for (name, value) in &self.set {
            write!(f, "{name}={value} ")?;
        }
        write!(f, "{}", self.words.join(" "))
    }
}

/// Finds a program as a started command would, or in cargo's own folder.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    find_in(&search_path(false), program)
}

/// The folder `cargo install` puts programs into.
pub(crate) fn cargo_bin() -> Option<PathBuf> {
    let named = env::var_os("CARGO_INSTALL_ROOT").or_else(|| env::var_os("CARGO_HOME"));
    let home = named
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))?;
    Some(home.join("bin"))
}

fn search_path(system_first: bool) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if system_first {
        folders.push(PathBuf::from("/usr/bin"));
    }
    let inherited = env::var_os("PATH").unwrap_or_default();
    folders.extend(env::split_paths(&inherited));
    if let Some(bin) = cargo_bin()
        && !folders.contains(&bin)
    {
        folders.push(bin);
    }
    folders
}

fn find_in(path: &[PathBuf], program: &str) -> Option<PathBuf> {
    if program.contains(['/', '\\']) {
        return Path::new(program).is_file().then(|| PathBuf::from(program));
    }
    let file = format!("{program}{}", env::consts::EXE_SUFFIX);
    path.iter()
        .map(|folder| folder.join(&file))
        .find(|p| p.is_file())
}

/// `cargo run` leaves its own variables behind, which would make the inner cargo
/// rebuild or a second toolchain load the first one's libraries.
fn forget_outer_cargo(command: &mut process::Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text == "CARGO" || text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_")
        {
            command.env_remove(&name);
        }
    }
    let Some(libraries) = env::var_os("LD_LIBRARY_PATH") else {
        return;
    };
    let kept = env::split_paths(&libraries).filter(|p| !belongs_to_cargo(p));
    match env::join_paths(kept) {
        Ok(kept) if kept != OsString::new() => command.env("LD_LIBRARY_PATH", kept),
        _ => command.env_remove("LD_LIBRARY_PATH"),
    };
}

fn belongs_to_cargo(folder: &Path) -> bool {
    let inside_toolchain = folder.components().any(|c| c.as_os_str() == "toolchains");
    inside_toolchain || folder.starts_with(tree::root())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        let command = Command::new(["cargo", "build"])
            .arg("--release")
            .env("RUSTC_BOOTSTRAP", "1")
            .system_first();
        let shown = "PATH=/usr/bin:$PATH RUSTC_BOOTSTRAP=1 cargo build --release";
        assert_eq!(command.to_string(), shown);
    }

    #[test]
    fn a_program_that_does_not_exist_is_not_found() {
        assert_eq!(find("no-such-program-anywhere"), None);
        assert!(find("cargo").is_some());
        assert_eq!(Command::new(["no-such-program-anywhere"]).output(), None);
    }
}
