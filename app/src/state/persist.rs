//! Projects as text. A project file has a head and a dataset; the page reads and
//! writes the head, the worker the dataset and the whole. Versioned, and refused in
//! words when they come from the future.

use super::catalogue::Catalogue;
use super::decision::Decision;
use super::log::Log;
use super::project::{Content, Project, Scenario};
use super::recipe::Recipe;
use dhi_engine::frame::Correction;
use dhi_engine::ids::Period;
use dhi_engine::weigh::WeightSet;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;

/// Version written, and the newest read.
pub const VERSION: u32 = 1;
/// What project files say they are.
pub const FORMAT: &str = "dhi-project";

/// States to go back to, and as many to go forward to, that are kept over a reload.
const STEPS_KEPT: usize = 20;

/// Why a stored project cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
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
    #[serde(default)]
    decisions: Vec<Decision>,
    #[serde(default)]
    corrections: Vec<Correction>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    appeal: String,
    /// Of a state to go to; the present ones are the window's.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    columns: String,
    log: Log,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    drafts: Value,
    /// States to go back to, the latest last: kept in the browser alone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    undo: Vec<HeadV1>,
    /// States to go forward to, the next last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    redo: Vec<HeadV1>,
}

/// What every version has, read first.
#[derive(Deserialize)]
struct Envelope {
    format: String,
    version: u32,
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

fn head(content: &Content) -> HeadV1 {
    HeadV1 {
        name: content.name.clone(),
        is_fictitious: content.is_fictitious,
        period: content.period.clone(),
        spec: content.spec.clone(),
        shares: content.shares.clone(),
        scenarios: content.scenarios.clone(),
        decisions: content.decisions.clone(),
        corrections: content.corrections.clone(),
        appeal: content.appeal.clone(),
        columns: String::new(),
        log: Log::default(),
        drafts: Value::Null,
        undo: Vec::new(),
        redo: Vec::new(),
    }
}

/// The nearest of the states to go to, as far as they are of the data there is: other
/// data is not kept.
fn near(steps: &[Content], present: &Content) -> Vec<HeadV1> {
    let steps = steps.iter().rev();
    let same = steps.take_while(|s| s.dataset.number() == present.dataset.number());
    let step = |content: &Content| HeadV1 {
        columns: content.columns.clone(),
        ..head(content)
    };
    let mut near: Vec<HeadV1> = same.take(STEPS_KEPT).map(step).collect();
    near.reverse();
    near
}

pub(crate) fn check_version(text: &str) -> Result<(), PersistError> {
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

fn record(project: &Project, head: HeadV1) -> String {
    let out = HeadOut {
        format: FORMAT,
        version: VERSION,
        head: &HeadV1 {
            log: project.log.clone(),
            drafts: project.drafts.clone(),
            ..head
        },
    };
    serde_json::to_string(&out).unwrap_or_default()
}

/// The head record: everything but the data.
pub fn head_record(project: &Project) -> String {
    record(project, head(&project.content))
}

/// The head record with the states to go back and forward to, as the browser keeps it.
pub fn kept_record(project: &Project) -> String {
    let head = HeadV1 {
        undo: near(&project.undo, &project.content),
        redo: near(&project.redo, &project.content),
        ..head(&project.content)
    };
    record(project, head)
}

/// A project again, from its head record and what is known of its data.
pub fn from_head(record: &str, dataset: Arc<Catalogue>) -> Result<Project, PersistError> {
    check_version(record)?;
    let file: HeadFile = serde_json::from_str(record).map_err(|e| damaged(&e))?;
    let mut head = file.head;
    if let Some(seq) = head.log.first_broken() {
        return Err(PersistError::Damaged(format!("log entry {seq}")));
    }
    let (log, drafts) = (std::mem::take(&mut head.log), head.drafts.take());
    let (undo, redo) = (
        std::mem::take(&mut head.undo),
        std::mem::take(&mut head.redo),
    );
    let mut project = Project::new(content(head, &dataset)?);
    (project.log, project.drafts) = (log, drafts);
    project.undo = contents(undo, &dataset);
    project.redo = contents(redo, &dataset);
    Ok(project)
}

/// States to go to; none where one does not fit: no project is lost for a step.
fn contents(heads: Vec<HeadV1>, dataset: &Arc<Catalogue>) -> Vec<Content> {
    let steps = heads.into_iter().map(|h| content(h, dataset));
    steps.collect::<Result<_, _>>().unwrap_or_default()
}

fn content(head: HeadV1, dataset: &Arc<Catalogue>) -> Result<Content, PersistError> {
    let damaged = |what: &str| PersistError::Damaged(what.to_owned());
    if !dataset.periods().contains(&head.period) {
        return Err(damaged("period"));
    }
    let framework = dataset.framework();
    let fits = |shares: &[f64]| WeightSet::new("stored", framework, shares).is_ok();
    if !fits(&head.shares) || !head.scenarios.iter().all(|s| fits(&s.shares)) {
        return Err(damaged("weights"));
    }
    Ok(Content {
        name: head.name,
        is_fictitious: head.is_fictitious,
        ledger: dataset.number(),
        dataset: Arc::clone(dataset),
        period: head.period,
        spec: head.spec.completed(),
        shares: head.shares,
        scenarios: head.scenarios,
        decisions: head.decisions,
        corrections: head.corrections,
        appeal: head.appeal,
        columns: head.columns,
    })
}

#[cfg(test)]
mod tests {
    use super::super::command::Command;
    use super::super::command::tests::demonstration;
    use super::*;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::scheme::default_scheme;

    #[test]
    fn projects_survive_their_head_bit_for_bit() {
        let mut project = demonstration();
        let equal = WeightSet::equal(project.content.framework()).unwrap();
        let shares = equal.shares().to_vec();
        project.apply(Command::SetShares(shares), "t").unwrap();
        project
            .apply(Command::SaveScenario("a".into()), "t")
            .unwrap();
        // Of before there was one: it has the field no more than an old file.
        assert!(!head_record(&project).contains("appeal"));
        project
            .apply(Command::SetAppeal("县委组织部".into()), "t")
            .unwrap();
        let dataset = Arc::clone(&project.content.dataset);
        let back = from_head(&head_record(&project), dataset).unwrap();
        assert_eq!(back.content, project.content);
        assert_eq!(back.log, project.log);
        assert_eq!(head_record(&back), head_record(&project));
    }

    #[test]
    fn steps_to_go_back_and_forward_to_are_kept_with_the_data_they_are_of() {
        let mut project = demonstration();
        let names = ["a", "b", "c"];
        for name in names {
            let save = Command::SaveScenario(name.into());
            project.apply(save, "t").unwrap();
        }
        project.apply(Command::Undo, "t").unwrap();
        // Of other data, before all of them.
        let mut other = demonstration().content;
        let generated = generate(&default_scheme(), DemoOptions::default()).unwrap();
        other.dataset = Arc::new(Catalogue::of(77, &generated));
        project.undo.insert(0, other);
        let data = Arc::clone(&project.content.dataset);
        let dataset = || Arc::clone(&data);
        let mut back = from_head(&kept_record(&project), dataset()).unwrap();
        assert_eq!(back.undo, project.undo[1..]);
        assert_eq!(back.redo, project.redo);
        back.apply(Command::Redo, "t").unwrap();
        assert_eq!(back.content.scenarios.len(), 3);
        // A step that does not fit costs the steps, not the project.
        let whole = kept_record(&project);
        let (present, steps) = whole.split_once("\"undo\":[").unwrap();
        let steps = steps.replacen("\"period\":\"2026\"", "\"period\":\"1999\"", 1);
        let odd = from_head(&[present, "\"undo\":[", &steps].concat(), dataset()).unwrap();
        assert_eq!(odd.content, project.content);
        assert!(!odd.can_undo() && odd.can_redo());
        // What leaves the browser says nothing of them.
        assert!(!head_record(&project).contains("\"undo\":["));
        assert!(
            !from_head(&head_record(&project), dataset())
                .unwrap()
                .can_undo()
        );
        // The nearest alone, where there are many.
        for n in 0..50 {
            let save = Command::SaveScenario(n.to_string());
            project.apply(save, "t").unwrap();
        }
        let back = from_head(&kept_record(&project), dataset()).unwrap();
        assert_eq!(back.undo, project.undo[project.undo.len() - STEPS_KEPT..]);
    }

    /// Steps say their columns; the present ones are the window's, and a file has none.
    #[test]
    fn columns_are_kept_with_the_steps_alone() {
        let mut project = demonstration();
        project.content.columns = "rns".into();
        let columns = Command::SetColumns("rnsh".into());
        project.apply(columns, "t").unwrap();
        let dataset = Arc::clone(&project.content.dataset);
        let mut back = from_head(&kept_record(&project), dataset).unwrap();
        assert_eq!(back.content.columns, "");
        back.content.columns = "rnsh".into();
        back.apply(Command::Undo, "t").unwrap();
        assert_eq!(back.content.columns, "rns");
        let file: Value = serde_json::from_str(&head_record(&project)).unwrap();
        assert_eq!(file["head"].get("columns"), None);
    }

    #[test]
    fn a_head_that_does_not_fit_its_data_is_refused() {
        let project = demonstration();
        let dataset = || Arc::clone(&project.content.dataset);
        let head = head_record(&project);
        let other_period = head.replacen("\"period\":\"2026\"", "\"period\":\"1999\"", 1);
        assert_eq!(
            from_head(&other_period, dataset()),
            Err(PersistError::Damaged("period".into()))
        );
        let fewer = head.replacen("\"shares\":[", "\"shares\":[1.0,", 1);
        assert_eq!(
            from_head(&fewer, dataset()),
            Err(PersistError::Damaged("weights".into()))
        );
    }
}
