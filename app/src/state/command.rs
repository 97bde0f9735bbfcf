//! The only way to change a project. Undo and redo are commands too.

use super::carry::carried;
use super::catalogue::Catalogue;
use super::decision::{Basis, Choice, Decision};
use super::project::{Content, Project, ProjectError, Scenario};
use super::recipe::Recipe;
use dhi_engine::frame::{Cell, Correction, Ratio};
use dhi_engine::ids::{NodeId, Period, UnitCode};
use dhi_engine::weigh::{WeighError, WeightSet};
use serde::Serialize;
use std::sync::Arc;

/// States kept for undo.
const UNDO_DEPTH: usize = 100;

/// Characters for who reviews, how and by when: a letter is one page.
const LONGEST_APPEAL: usize = 500;

/// Something done to a project.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Sets the shares of all nodes; one gesture of a slider is one command.
    SetShares(Vec<f64>),
    /// Takes weights that a method found, its name going into the log.
    TakeShares {
        /// The shares of all nodes.
        shares: Vec<f64>,
        /// What they are, in words.
        by: String,
        /// Whether to keep them as a scenario of that name too.
        is_kept: bool,
    },
    /// Keeps the current weights under a name, replacing one of that name.
    SaveScenario(String),
    /// Takes the weights of a scenario.
    LoadScenario(String),
    /// Forgets a scenario.
    DeleteScenario(String),
    /// Shows another period.
    SetPeriod(Period),
    /// Takes another specification, which the engine has computed with.
    SetSpec {
        /// The specification.
        spec: Box<Recipe>,
        /// Its digest, for the log.
        digest: String,
    },
    /// Takes an accepted import.
    AcceptImport {
        /// The data with the import in it.
        dataset: Arc<Catalogue>,
        /// Names of the files.
        files: Vec<String>,
        /// Digest of the dataset, so that the log says which one it was.
        digest: String,
    },
    /// Takes an edited framework, as data under it.
    SetFramework {
        /// The present data under it.
        dataset: Arc<Catalogue>,
        /// Its digest.
        digest: String,
        /// Why.
        reason: String,
        /// What differs.
        changes: Vec<String>,
    },
    /// Records what people decided about a committee in the period shown.
    Decide {
        /// The committee.
        unit: UnitCode,
        /// What was decided.
        choice: Choice,
        /// Why.
        reason: String,
        /// What was shown.
        basis: Basis,
    },
    /// Puts a cell in place of the imported one.
    Correct {
        /// The correction; when it is made is when the command is done.
        correction: Box<Correction>,
        /// Digest of the data with it.
        digest: String,
    },
    /// Says in letters who reviews, how and by when; nothing says that it is to be confirmed.
    SetAppeal(String),
    /// Shows the columns of these letters in the ranking, in this order.
    SetColumns(String),
    /// Replaces everything: a project file, or the demonstration.
    Open(Box<Content>),
    /// Goes back.
    Undo,
    /// Goes forward again.
    Redo,
}

/// Why a command was refused; the project is as before.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CommandError {
    /// Weights that cannot be used.
    #[error(transparent)]
    Weights(#[from] WeighError),
    /// No scenario of that name, or a blank name.
    #[error("there is no scenario `{0}`")]
    NoScenario(String),
    /// No such period in the data.
    #[error("there is no period `{0}`")]
    NoPeriod(Period),
    /// The dataset makes no project.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// No such committee in the data.
    #[error("there is no unit `{0}`")]
    NoUnit(UnitCode),
    /// A decision, a correction and another framework need their reason.
    #[error("a reason is needed")]
    NoReason,
    /// No such indicator in the data.
    #[error("there is no indicator `{0}`")]
    NoIndicator(NodeId),
    /// A letter of one page has no room for it.
    #[error("at most {LONGEST_APPEAL} characters have room in a letter")]
    TooLong,
    /// Nothing to undo or redo.
    #[error("there is nothing to go back or forward to")]
    Nothing,
}

/// What the log keeps of a command: enough to follow, without the data itself.
#[derive(Serialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Logged<'a> {
    SetShares {
        shares: &'a [f64],
    },
    TakeShares {
        by: &'a str,
        is_kept: bool,
        shares: &'a [f64],
    },
    SaveScenario {
        name: &'a str,
    },
    LoadScenario {
        name: &'a str,
    },
    DeleteScenario {
        name: &'a str,
    },
    SetPeriod {
        period: &'a Period,
    },
    SetSpec {
        digest: &'a str,
    },
    AcceptImport {
        files: &'a [String],
        digest: &'a str,
    },
    SetFramework {
        reason: &'a str,
        changes: &'a [String],
        digest: &'a str,
    },
    Decide {
        unit: &'a UnitCode,
        choice: Choice,
        reason: &'a str,
        basis: &'a Basis,
    },
    Correct {
        unit: &'a UnitCode,
        period: &'a Period,
        indicator: &'a NodeId,
        imported: Cell,
        before: Cell,
        after: Cell,
        ratio: Option<Ratio>,
        reason: &'a str,
        digest: &'a str,
    },
    SetAppeal {
        text: &'a str,
    },
    SetColumns {
        columns: &'a str,
    },
    Open {
        name: &'a str,
        is_fictitious: bool,
    },
    Undo,
    Redo,
}

impl Command {
    fn logged(&self) -> String {
        let logged = match self {
            Self::SetShares(shares) => Logged::SetShares { shares },
            Self::TakeShares {
                shares,
                by,
                is_kept,
            } => Logged::TakeShares {
                by,
                is_kept: *is_kept,
                shares,
            },
            Self::SaveScenario(name) => Logged::SaveScenario { name },
            Self::LoadScenario(name) => Logged::LoadScenario { name },
            Self::DeleteScenario(name) => Logged::DeleteScenario { name },
            Self::SetPeriod(period) => Logged::SetPeriod { period },
            Self::SetSpec { digest, .. } => Logged::SetSpec { digest },
            Self::AcceptImport { files, digest, .. } => Logged::AcceptImport { files, digest },
            Self::SetFramework {
                digest,
                reason,
                changes,
                ..
            } => Logged::SetFramework {
                reason,
                changes,
                digest,
            },
            Self::Decide {
                unit,
                choice,
                reason,
                basis,
            } => Logged::Decide {
                unit,
                choice: *choice,
                reason,
                basis,
            },
            Self::Correct { correction, digest } => Logged::Correct {
                unit: &correction.unit,
                period: &correction.period,
                indicator: &correction.indicator,
                imported: correction.imported,
                before: correction.before,
                after: correction.after,
                ratio: correction.ratio,
                reason: &correction.reason,
                digest,
            },
            Self::SetAppeal(text) => Logged::SetAppeal { text },
            Self::SetColumns(columns) => Logged::SetColumns { columns },
            Self::Open(content) => Logged::Open {
                name: &content.name,
                is_fictitious: content.is_fictitious,
            },
            Self::Undo => Logged::Undo,
            Self::Redo => Logged::Redo,
        };
        serde_json::to_string(&logged).unwrap_or_default()
    }
}

impl Project {
    /// Does a command and logs it, or refuses it and changes nothing.
    pub fn apply(&mut self, command: Command, at: &str) -> Result<(), CommandError> {
        let logged = command.logged();
        let next = match command {
            Command::Undo => {
                let before = self.undo.pop().ok_or(CommandError::Nothing)?;
                let left = self.go_to(before);
                self.redo.push(left);
                self.log.append(at, logged);
                return Ok(());
            }
            Command::Redo => {
                let after = self.redo.pop().ok_or(CommandError::Nothing)?;
                let left = self.go_to(after);
                self.undo.push(left);
                self.log.append(at, logged);
                return Ok(());
            }
            other => next_content(&self.content, other, at)?,
        };
        if next == self.content {
            return Ok(());
        }
        self.undo.push(std::mem::replace(&mut self.content, next));
        if self.undo.len() > UNDO_DEPTH {
            self.undo.remove(0);
        }
        self.redo.clear();
        self.log.append(at, logged);
        Ok(())
    }

    /// Takes a state and hands back the one before it. One that says nothing of columns
    /// leaves them.
    fn go_to(&mut self, mut state: Content) -> Content {
        if state.columns.is_empty() {
            state.columns.clone_from(&self.content.columns);
        }
        std::mem::replace(&mut self.content, state)
    }
}

fn next_content(content: &Content, command: Command, at: &str) -> Result<Content, CommandError> {
    let mut next = content.clone();
    match command {
        Command::SetShares(shares) => next.shares = checked(content, &shares)?,
        Command::TakeShares {
            shares,
            by,
            is_kept,
        } => {
            next.shares = checked(content, &shares)?;
            if is_kept {
                keep(&mut next, by)?;
            }
        }
        Command::SaveScenario(name) => keep(&mut next, name)?,
        Command::LoadScenario(name) => {
            let found = content.scenarios.iter().find(|s| s.name == name);
            let scenario = found.ok_or(CommandError::NoScenario(name))?;
            next.shares = checked(content, &scenario.shares)?;
        }
        Command::DeleteScenario(name) => next.scenarios.retain(|s| s.name != name),
        Command::SetPeriod(period) => {
            if !content.dataset.periods().contains(&period) {
                return Err(CommandError::NoPeriod(period));
            }
            next.period = period;
        }
        Command::SetSpec { spec, .. } => next.spec = *spec,
        Command::AcceptImport { dataset, .. } => {
            let same_framework = content.framework() == dataset.framework();
            let fresh = Content::new(&content.name, false, dataset)?;
            next.period = fresh.period;
            // Weights and scenarios belong to their framework.
            if !same_framework {
                next.shares = fresh.shares;
                next.scenarios = Vec::new();
            }
            // The mark stays as long as one invented village is left.
            let old = content.dataset.units();
            next.is_fictitious = content.is_fictitious
                && fresh
                    .dataset
                    .units()
                    .list()
                    .iter()
                    .any(|u| old.find(&u.code).is_some());
            next.dataset = fresh.dataset;
        }
        Command::SetFramework {
            dataset, reason, ..
        } => {
            if reason.trim().is_empty() {
                return Err(CommandError::NoReason);
            }
            let [old, new] = [content.framework(), dataset.framework()];
            let carry = |shares: &[f64]| {
                let weights = carried(old, new, shares);
                WeightSet::new("carried", new, &weights).map(|w| w.shares().to_vec())
            };
            next.shares = carry(&content.shares)?;
            for scenario in &mut next.scenarios {
                scenario.shares = carry(&scenario.shares)?;
            }
            next.dataset = dataset;
        }
        Command::Decide {
            unit,
            choice,
            reason,
            basis,
        } => {
            if content.dataset.units().find(&unit).is_none() {
                return Err(CommandError::NoUnit(unit));
            }
            let reason = reason.trim().to_owned();
            if reason.is_empty() {
                return Err(CommandError::NoReason);
            }
            next.decisions.push(Decision {
                unit,
                period: content.period.clone(),
                choice,
                reason,
                basis,
                at: at.to_owned(),
            });
        }
        Command::Correct { correction, .. } => {
            let Correction { unit, period, .. } = &*correction;
            if content.dataset.units().find(unit).is_none() {
                return Err(CommandError::NoUnit(unit.clone()));
            }
            if !content.dataset.periods().contains(period) {
                return Err(CommandError::NoPeriod(period.clone()));
            }
            let indicator = &correction.indicator;
            let framework = content.framework();
            let node = framework.find(indicator.as_str());
            if node.is_none_or(|node| framework.node(node).column.is_none()) {
                return Err(CommandError::NoIndicator(indicator.clone()));
            }
            let reason = correction.reason.trim().to_owned();
            if reason.is_empty() {
                return Err(CommandError::NoReason);
            }
            next.corrections.push(Correction {
                reason,
                at: at.to_owned(),
                ..*correction
            });
        }
        Command::SetAppeal(text) => {
            let text = text.trim();
            if text.chars().count() > LONGEST_APPEAL {
                return Err(CommandError::TooLong);
            }
            text.clone_into(&mut next.appeal);
        }
        Command::SetColumns(columns) => next.columns = columns,
        // How the ranking is looked at is not what is looked at.
        Command::Open(content) => {
            next = Content {
                columns: next.columns,
                ..*content
            }
        }
        Command::Undo | Command::Redo => {}
    }
    Ok(next)
}

/// Keeps the weights under a name, in place of those that had it.
fn keep(next: &mut Content, name: String) -> Result<(), CommandError> {
    let name = name.trim().to_owned();
    if name.is_empty() {
        return Err(CommandError::NoScenario(name));
    }
    let shares = next.shares.clone();
    next.scenarios.retain(|s| s.name != name);
    next.scenarios.push(Scenario { name, shares });
    Ok(())
}

fn checked(content: &Content, shares: &[f64]) -> Result<Vec<f64>, CommandError> {
    let weights = WeightSet::new("current", content.framework(), shares)?;
    Ok(weights.shares().to_vec())
}

#[cfg(test)]
mod correct_tests;

#[cfg(test)]
pub(super) mod tests;
