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
                self.redo.push(std::mem::replace(&mut self.content, before));
                self.log.append(at, logged);
                return Ok(());
            }
            Command::Redo => {
                let after = self.redo.pop().ok_or(CommandError::Nothing)?;
                self.undo.push(std::mem::replace(&mut self.content, after));
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
        Command::Open(content) => next = *content,
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
pub(super) mod tests {
    use super::*;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::frame::Dataset;
    use dhi_engine::scheme::default_scheme;

    fn dataset() -> Dataset {
        let options = DemoOptions {
            n_units: 9,
            ..DemoOptions::default()
        };
        generate(&default_scheme(), options).unwrap()
    }

    pub(in crate::state) fn demonstration() -> Project {
        let dataset = Arc::new(Catalogue::of(1, &dataset()));
        Project::new(Content::new("demo", true, dataset).unwrap())
    }

    #[test]
    fn undo_and_redo_go_through_every_state_and_are_logged() {
        let mut project = demonstration();
        let start = project.content.clone();
        let equal = WeightSet::equal(start.framework()).unwrap();
        project
            .apply(Command::SetShares(equal.shares().to_vec()), "t1")
            .unwrap();
        project
            .apply(Command::SaveScenario(" 同权 ".into()), "t2")
            .unwrap();
        assert_eq!(project.content.scenarios[0].name, "同权");
        let end = project.content.clone();
        project.apply(Command::Undo, "t3").unwrap();
        project.apply(Command::Undo, "t4").unwrap();
        assert_eq!(project.content, start);
        assert_eq!(
            project.apply(Command::Undo, "t5"),
            Err(CommandError::Nothing)
        );
        project.apply(Command::Redo, "t6").unwrap();
        project.apply(Command::Redo, "t7").unwrap();
        assert_eq!(project.content, end);
        let times: Vec<&str> = project
            .log
            .entries()
            .iter()
            .map(|e| e.at.as_str())
            .collect();
        assert_eq!(times, ["t1", "t2", "t3", "t4", "t6", "t7"]);
        assert_eq!(project.log.first_broken(), None);
    }

    #[test]
    fn a_refused_command_changes_nothing() {
        let mut project = demonstration();
        let before = project.clone();
        for command in [
            Command::SetShares(vec![1.0]),
            Command::SetShares(vec![0.0; before.content.shares.len()]),
            Command::SaveScenario("  ".into()),
            Command::LoadScenario("none".into()),
            Command::SetPeriod(Period::new("1999").unwrap()),
        ] {
            assert!(project.apply(command, "t").is_err());
            assert_eq!(project, before);
        }
    }

    #[test]
    fn weights_of_a_method_are_one_step_with_its_name() {
        let mut project = demonstration();
        let before = project.content.clone();
        let equal = WeightSet::equal(before.framework()).unwrap();
        let take = |is_kept| Command::TakeShares {
            shares: equal.shares().to_vec(),
            by: "熵权法 · A".into(),
            is_kept,
        };
        project.apply(take(false), "t1").unwrap();
        assert_eq!(project.content.shares, equal.shares());
        assert!(project.content.scenarios.is_empty());
        project.apply(take(true), "t2").unwrap();
        assert_eq!(project.content.scenarios[0].shares, equal.shares());
        assert!(project.log.entries()[0].action.contains("熵权法 · A"));
        project.apply(Command::Undo, "t3").unwrap();
        project.apply(Command::Undo, "t4").unwrap();
        assert_eq!(project.content, before);
    }

    #[test]
    fn a_specification_is_logged_by_its_digest_and_undone() {
        let mut project = demonstration();
        let before = project.content.clone();
        let json = r#"{ "aggregate": { "levels": { "0": "geometric" } } }"#;
        let spec = Recipe::from_json(json).unwrap();
        let command = Command::SetSpec {
            spec: Box::new(spec.clone()),
            digest: "12ab".into(),
        };
        project.apply(command, "t1").unwrap();
        assert_eq!(project.content.spec, spec);
        let entry = &project.log.entries()[0];
        assert_eq!(entry.action, r#"{"do":"set_spec","digest":"12ab"}"#);
        project.apply(Command::Undo, "t2").unwrap();
        assert_eq!(project.content, before);
    }

    #[test]
    fn a_decision_needs_a_reason_and_keeps_what_came_before_it() {
        let mut project = demonstration();
        let unit = project.content.dataset.units().list()[2].code.clone();
        let decide = |choice, reason: &str| Command::Decide {
            unit: unit.clone(),
            choice,
            reason: reason.into(),
            basis: Basis {
                digest: "12ab".into(),
                score: Some(59.5),
                rank: Some(3),
                chance: Some(0.4),
            },
        };
        let blank = project.apply(decide(Choice::Review, " \n"), "t0");
        assert_eq!(blank, Err(CommandError::NoReason));
        assert!(project.log.entries().is_empty());
        let unknown = Command::Decide {
            unit: UnitCode::new("1").unwrap(),
            choice: Choice::Defer,
            reason: "x".into(),
            basis: project_basis(),
        };
        assert!(matches!(
            project.apply(unknown, "t0"),
            Err(CommandError::NoUnit(_))
        ));
        project
            .apply(decide(Choice::Review, " 差 0.5 分 "), "t1")
            .unwrap();
        project
            .apply(decide(Choice::Recommend, "复核后补齐"), "t2")
            .unwrap();
        let content = &project.content;
        let about: Vec<_> =
            super::super::decision::about(&content.decisions, &unit, &content.period).collect();
        assert_eq!(about.len(), 2);
        assert_eq!(
            (about[0].reason.as_str(), about[0].at.as_str()),
            ("差 0.5 分", "t1")
        );
        assert_eq!(about[1].choice, Choice::Recommend);
        assert!(project.log.entries()[0].action.contains("\"chance\":0.4"));
        project.apply(Command::Undo, "t3").unwrap();
        assert_eq!(project.content.decisions.len(), 1);
        // The log forgets nothing.
        assert_eq!(project.log.entries().len(), 3);
    }

    fn project_basis() -> Basis {
        Basis {
            digest: String::new(),
            score: None,
            rank: None,
            chance: None,
        }
    }

    #[test]
    fn an_import_with_the_same_framework_keeps_the_weights() {
        let mut project = demonstration();
        let equal = WeightSet::equal(project.content.framework()).unwrap();
        project
            .apply(Command::SetShares(equal.shares().to_vec()), "t")
            .unwrap();
        let options = DemoOptions {
            n_units: 20,
            ..DemoOptions::default()
        };
        let dataset = generate(&default_scheme(), options).unwrap();
        let import = Command::AcceptImport {
            dataset: Arc::new(Catalogue::of(2, &dataset)),
            files: vec!["a.xlsx".into()],
            digest: String::new(),
        };
        project.apply(import, "t").unwrap();
        assert_eq!(project.content.shares, equal.shares());
        assert_eq!(project.content.dataset.units().len(), 20);
        // The same invented villages are still among them.
        assert!(project.content.is_fictitious);
    }

    #[test]
    fn the_mark_goes_with_the_last_invented_village() {
        use dhi_engine::input::{decode, read, recognise};
        let mut project = demonstration();
        let table = "村代码,村名\n001,甲村\n";
        let workbooks = [decode("u.csv", table.as_bytes(), None).workbook];
        let plans = recognise(&workbooks, Some(project.content.framework()));
        let import = read(
            &workbooks,
            &plans,
            Some(&dataset()),
            &project.content.period,
        );
        let import = Command::AcceptImport {
            dataset: Arc::new(Catalogue::of(2, &import.dataset.unwrap())),
            files: Vec::new(),
            digest: String::new(),
        };
        project.apply(import, "t").unwrap();
        assert!(!project.content.is_fictitious);
        project.apply(Command::Undo, "t").unwrap();
        assert!(project.content.is_fictitious);
    }
}
