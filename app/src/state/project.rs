//! The project: everything that is saved.

use super::catalogue::Catalogue;
use super::decision::Decision;
use super::log::Log;
use super::recipe::Recipe;
use dhi_engine::frame::Correction;
use dhi_engine::framework::Framework;
use dhi_engine::ids::Period;
use dhi_engine::weigh::{WeighError, WeightSet};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// Weights under a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Name given by the user.
    pub name: String,
    /// Share of every node beside its siblings, in node order.
    pub shares: Vec<f64>,
}

/// What undo goes back to. What is known of the dataset is shared, not copied.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    /// Name of the project.
    pub name: String,
    /// Whether the data is the fictitious demonstration.
    pub is_fictitious: bool,
    /// Register, framework, periods.
    pub dataset: Arc<Catalogue>,
    /// Number of the dataset the project began with; its records of 整改销号 go by it.
    pub ledger: u64,
    /// Period shown.
    pub period: Period,
    /// Recipe of the run.
    pub spec: Recipe,
    /// Current share of every node beside its siblings, in node order.
    pub shares: Vec<f64>,
    /// Named weights.
    pub scenarios: Vec<Scenario>,
    /// Decisions about committees, in the order they were made.
    pub decisions: Vec<Decision>,
    /// Cells corrected by hand, in the order it was done; the dataset stays as imported.
    pub corrections: Vec<Correction>,
    /// Who reviews what a village disagrees with, how and by when, as letters say it; empty
    /// until it is confirmed.
    pub appeal: String,
    /// Letters of the columns that the ranking shows (`view::Shape`), so that steps go
    /// through them; the window has its own, and says here which those are.
    pub columns: String,
}

/// A project with its history.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// The present state.
    pub content: Content,
    /// Everything that was done, in order.
    pub log: Log,
    /// What is being edited, where it was kept (see `drafts`).
    pub drafts: Value,
    /// States to go back to, the latest last.
    pub(super) undo: Vec<Content>,
    /// States to go forward to, the next last.
    pub(super) redo: Vec<Content>,
}

/// Why a dataset cannot become a project.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// There is no period with values.
    #[error("the data has no period")]
    NoPeriod,
    /// The framework's weights cannot be used.
    #[error(transparent)]
    Weights(#[from] WeighError),
}

impl Content {
    /// A new state around a dataset: its latest period and the scheme's weights.
    pub fn new(
        name: &str,
        is_fictitious: bool,
        dataset: Arc<Catalogue>,
    ) -> Result<Self, ProjectError> {
        let period = dataset.periods().last().ok_or(ProjectError::NoPeriod)?;
        Ok(Self {
            name: name.to_owned(),
            is_fictitious,
            period: period.clone(),
            spec: Recipe::default(),
            shares: WeightSet::from_framework(dataset.framework())?
                .shares()
                .to_vec(),
            scenarios: Vec::new(),
            decisions: Vec::new(),
            corrections: Vec::new(),
            appeal: String::new(),
            columns: String::new(),
            ledger: dataset.number(),
            dataset,
        })
    }

    /// The framework.
    pub fn framework(&self) -> &Framework {
        self.dataset.framework()
    }

    /// The shares of the scheme itself.
    pub fn scheme_shares(&self) -> Vec<f64> {
        WeightSet::from_framework(self.framework())
            .map(|w| w.shares().to_vec())
            .unwrap_or_default()
    }
}

impl Project {
    /// A project without history.
    pub fn new(content: Content) -> Self {
        Self {
            content,
            log: Log::default(),
            drafts: Value::Null,
            undo: Vec::new(),
            redo: Vec::new(),
        }
    }

    /// This project, opened in place of another: it keeps its own history, and
    /// undo goes back to what was open before.
    #[must_use]
    pub fn opened_over(mut self, before: Option<Project>, at: &str) -> Self {
        if let Some(before) = before {
            self.undo.push(before.content);
        }
        let name = Value::from(self.content.name.as_str());
        let action = format!("{{\"do\":\"open_file\",\"name\":{name}}}");
        self.log.append(at, action);
        self
    }

    /// Numbers of the datasets that it shows or can come back to.
    pub fn datasets(&self) -> Vec<u64> {
        let contents = self.undo.iter().chain(&self.redo).chain([&self.content]);
        let mut numbers: Vec<u64> = contents.map(|c| c.dataset.number()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    /// Whether there is something to undo.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is something to redo.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }
}
