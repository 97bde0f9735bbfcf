//! Installs what is missing, says what and why, and does nothing the second time.
//!
//! Looking at the machine (`facts`), deciding what is missing (`gap`) and deciding
//! how to get it (`plan`) are separate and pure where they can be, so that machines
//! other than this one can be tested as data.

mod facts;
mod gap;
mod plan;
mod versions;
mod wasm;

use anyhow::{Result, bail};

pub(crate) use facts::Facts;
pub(crate) use gap::Need;
pub(crate) use wasm::{Route, TARGET};

use crate::say;
use gap::Gap;
use plan::Attempt;

/// What a set-up prepares for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Build the app and serve it.
    Serve,
    /// Run every check.
    Test,
}

impl Purpose {
    /// All that this purpose needs.
    pub(crate) fn needs(self) -> Vec<Need> {
        match self {
            Self::Serve => vec![Need::WasmBuild],
            Self::Test => vec![
                Need::Rustfmt,
                Need::Clippy,
                Need::WasmBuild,
                Need::WasmClippy,
                Need::Browser,
                Need::Deny,
            ],
        }
    }
}

/// One run of the set-up.
#[derive(Debug)]
pub(crate) struct Setup {
    facts: Facts,
    dry_run: bool,
}

impl Setup {
    /// Looks at the machine.
    pub(crate) fn new(dry_run: bool) -> Result<Self> {
        let facts = Facts::look()?;
        Ok(Self { facts, dry_run })
    }

    /// Closes every gap between the machine and `needs`, and returns the machine as
    /// it is afterwards.
    pub(crate) fn run(mut self, needs: &[Need]) -> Result<Facts> {
        say::heading("检查所需工具", "Checking the tools");
        let gaps = gap::gaps(&self.facts, needs);
        if gaps.is_empty() {
            say::note("所需工具齐全", "nothing is missing");
        }
        if !self.dry_run {
            refuse_the_impossible(&gaps, &self.facts)?;
        }
        for gap in gaps {
            // Closing one gap may have closed another (one package, several programs).
            if self.dry_run || gap.is_open(&self.facts) {
                self.close(gap)?;
            }
        }
        Ok(self.facts)
    }

    fn close(&mut self, gap: Gap) -> Result<()> {
        let (zh, en) = gap.reason();
        say::heading(&format!("安装:{zh}"), &format!("Installing: {en}"));
        for attempt in plan::attempts(gap, &self.facts) {
            if self.try_one(&attempt, gap)? {
                return Ok(());
            }
        }
        if self.dry_run {
            return Ok(());
        }
        let (zh, en) = plan::by_hand(gap, &self.facts);
        if gap.is_optional() {
            say::note(&zh, &en);
            return Ok(());
        }
        bail!(
            "无法自动安装 · could not install this:\n{}",
            plan::instructions(&[gap], &self.facts)
        )
    }

    /// Runs one way of closing the gap; false means: try the next.
    fn try_one(&mut self, attempt: &Attempt, gap: Gap) -> Result<bool> {
        if let Some((zh, en)) = attempt.note {
            say::note(zh, en);
        }
        for command in &attempt.commands {
            if self.dry_run {
                say::line(&format!("  (dry run) $ {command}"));
            } else if let Err(error) = command.run() {
                say::note("此法不成", &format!("this way failed: {error:#}"));
                return Ok(false);
            }
        }
        if self.dry_run {
            return Ok(false);
        }
        self.facts = Facts::look()?;
        Ok(!gap.is_open(&self.facts))
    }
}

/// Says everything that only a person can install at once, before minutes are spent
/// on what can be installed.
fn refuse_the_impossible(gaps: &[Gap], facts: &Facts) -> Result<()> {
    let hopeless: Vec<Gap> = gaps
        .iter()
        .copied()
        .filter(|gap| !gap.is_optional() && plan::attempts(*gap, facts).is_empty())
        .collect();
    if !hopeless.is_empty() {
        bail!(
            "请先自行安装 · please install these first, then run the command again:\n{}",
            plan::instructions(&hopeless, facts)
        );
    }
    Ok(())
}
