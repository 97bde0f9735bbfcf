//! Projects as text: a head, a dataset, and both together as a project file.
//! Versioned, and refused in words when they come from the future.

use super::log::Log;
use super::project::{Content, Project, Scenario};
use super::recipe::Recipe;
use dhi_engine::frame::Dataset;
use dhi_engine::ids::Period;
use dhi_engine::weigh::WeightSet;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Version written, and the newest read.
pub const VERSION: u32 = 1;
/// What project files say they are.
pub const FORMAT: &str = "dhi-project";

/// Why a stored project cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PersistError {
    /// Not a project file at all.
    #[error("this is not a project file")]
    NotAProject,
    /// Written by a newer program.
    #[error("the project has version {found}, this program reads up to {VERSION}")]
    FromTheFuture {
        /// Its version.
        found: u32,
    },
    /// Right kind, wrong content.
    #[error("the project file is damaged: {0}")]
    Damaged(String),
}

/// Everything but the data: small, saved at every change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeadV1 {
    name: String,
    is_fictitious: bool,
    period: Period,
    spec: Recipe,
    shares: Vec<f64>,
    scenarios: Vec<Scenario>,
    log: Log,
}

/// What every version has, read first.
#[derive(Deserialize)]
struct Envelope {
    format: String,
    version: u32,
}

#[derive(Serialize)]
struct FileOut<'a> {
    format: &'a str,
    version: u32,
    head: &'a HeadV1,
    dataset: &'a Dataset,
}

#[derive(Deserialize)]
struct FileV1 {
    head: HeadV1,
    dataset: Dataset,
}

#[derive(Serialize)]
struct HeadOut<'a> {
    format: &'a str,
    version: u32,
    head: &'a HeadV1,
}

#[derive(Deserialize)]
struct HeadFile {
    head: HeadV1,
}

fn head(project: &Project) -> HeadV1 {
    let content = &project.content;
    HeadV1 {
        name: content.name.clone(),
        is_fictitious: content.is_fictitious,
        period: content.period.clone(),
        spec: content.spec.clone(),
        shares: content.shares.clone(),
        scenarios: content.scenarios.clone(),
        log: project.log.clone(),
    }
}

fn check_version(text: &str) -> Result<(), PersistError> {
    let envelope: Envelope = serde_json::from_str(text).map_err(|_| PersistError::NotAProject)?;
    if envelope.format != FORMAT {
        return Err(PersistError::NotAProject);
    }
    // Version 1 is the first; later ones are brought up to date here.
    match envelope.version {
        VERSION => Ok(()),
        0 => Err(PersistError::NotAProject),
        found => Err(PersistError::FromTheFuture { found }),
    }
}

fn damaged(error: &serde_json::Error) -> PersistError {
    PersistError::Damaged(error.to_string())
}

/// The project file.
pub fn to_file(project: &Project) -> String {
    let out = FileOut {
        format: FORMAT,
        version: VERSION,
        head: &head(project),
        dataset: &project.content.dataset,
    };
    serde_json::to_string(&out).unwrap_or_default()
}

/// Opens a project file.
pub fn from_file(text: &str) -> Result<Project, PersistError> {
    let text = text.trim_start_matches('\u{feff}');
    check_version(text)?;
    let file: FileV1 = serde_json::from_str(text).map_err(|e| damaged(&e))?;
    assemble(file.head, file.dataset)
}

/// The two records of the browser's store.
pub fn to_records(project: &Project) -> (String, String) {
    let out = HeadOut {
        format: FORMAT,
        version: VERSION,
        head: &head(project),
    };
    let head = serde_json::to_string(&out).unwrap_or_default();
    (head, dataset_record(&project.content.dataset))
}

/// The dataset record alone.
pub fn dataset_record(dataset: &Dataset) -> String {
    serde_json::to_string(dataset).unwrap_or_default()
}

/// The head record alone.
pub fn head_record(project: &Project) -> String {
    let out = HeadOut {
        format: FORMAT,
        version: VERSION,
        head: &head(project),
    };
    serde_json::to_string(&out).unwrap_or_default()
}

/// Puts the two records together again.
pub fn from_records(head: &str, dataset: &str) -> Result<Project, PersistError> {
    check_version(head)?;
    let head: HeadFile = serde_json::from_str(head).map_err(|e| damaged(&e))?;
    let dataset: Dataset = serde_json::from_str(dataset).map_err(|e| damaged(&e))?;
    assemble(head.head, dataset)
}

fn assemble(head: HeadV1, dataset: Dataset) -> Result<Project, PersistError> {
    let damaged = |what: &str| PersistError::Damaged(what.to_owned());
    if !dataset.periods().contains_key(&head.period) {
        return Err(damaged("period"));
    }
    let framework = dataset.framework();
    let fits = |shares: &[f64]| WeightSet::new("stored", framework, shares).is_ok();
    if !fits(&head.shares) || !head.scenarios.iter().all(|s| fits(&s.shares)) {
        return Err(damaged("weights"));
    }
    if let Some(seq) = head.log.first_broken() {
        return Err(PersistError::Damaged(format!("log entry {seq}")));
    }
    let mut project = Project::new(Content {
        name: head.name,
        is_fictitious: head.is_fictitious,
        dataset: Arc::new(dataset),
        period: head.period,
        spec: head.spec.completed(),
        shares: head.shares,
        scenarios: head.scenarios,
    });
    project.log = head.log;
    Ok(project)
}

#[cfg(test)]
mod tests {
    use super::super::command::Command;
    use super::super::command::tests::demonstration;
    use super::*;

    #[test]
    fn projects_survive_file_and_records_bit_for_bit() {
        let mut project = demonstration();
        let equal = WeightSet::equal(project.content.framework()).unwrap();
        let shares = equal.shares().to_vec();
        project.apply(Command::SetShares(shares), "t").unwrap();
        project
            .apply(Command::SaveScenario("a".into()), "t")
            .unwrap();
        let back = from_file(&to_file(&project)).unwrap();
        assert_eq!(back.content, project.content);
        assert_eq!(back.log, project.log);
        let (head, dataset) = to_records(&project);
        let back = from_records(&head, &dataset).unwrap();
        assert_eq!(back.content, project.content);
        assert_eq!(to_file(&back), to_file(&project));
    }

    #[test]
    fn what_is_no_project_is_refused_in_words() {
        let project = demonstration();
        let file = to_file(&project);
        let future = file.replacen("\"version\":1", "\"version\":7", 1);
        assert_eq!(
            from_file(&future),
            Err(PersistError::FromTheFuture { found: 7 })
        );
        assert_eq!(from_file("{}"), Err(PersistError::NotAProject));
        assert_eq!(from_file("PNG"), Err(PersistError::NotAProject));
        let cut = &file[..file.len() - 100];
        assert!(from_file(cut).is_err());
        let other_period = file.replacen("\"period\":\"2026\"", "\"period\":\"1999\"", 1);
        assert_eq!(
            from_file(&other_period),
            Err(PersistError::Damaged("period".into()))
        );
    }
}
