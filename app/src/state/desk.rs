//! What lies on the desk beside the results: an import under way, a specification
//! being edited, answers to questions.

use super::honest::Honest;
use super::project::Project;
use crate::worker::protocol::{AuditShown, ChangeShown, Line, Preview, Refusal, Revision};
use dhi_engine::finding::Finding;
use dhi_engine::frame::Dataset;
use dhi_engine::input::{SheetPlan, Summary};
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// An import under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportDraft {
    /// Names of the files.
    pub files: Vec<String>,
    /// How each sheet is to be read.
    pub plans: Vec<SheetPlan>,
    /// First rows of each sheet.
    pub previews: Vec<Preview>,
    /// Found while decoding.
    pub decode_findings: Vec<Finding>,
    /// Found while reading.
    pub read_findings: Vec<Finding>,
    /// What would change.
    pub summary: Summary,
    /// The dataset to accept, with its digest.
    pub dataset: Option<(Arc<Dataset>, String)>,
    /// Whether the worker is still busy with it.
    pub is_busy: bool,
}

/// What is asked, tried and answered beside the results; kept out of the context,
/// which is copied everywhere.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The coherence audit of the results shown; `None` until asked for.
    pub audit: RwSignal<Option<Arc<AuditShown>>>,
    /// Ranking without each node; `None` until asked for.
    pub left_out: RwSignal<Option<Arc<Vec<Line>>>>,
    /// A unit's change since the period before; `None` until asked for.
    pub change: RwSignal<Option<Arc<ChangeShown>>>,
    /// Specification being edited; `None` while it is the project's.
    pub draft: RwSignal<Option<Value>>,
    /// The draft as text, while it is edited as such.
    pub json: RwSignal<Option<String>>,
    /// Whether the draft is being computed.
    pub is_trying: RwSignal<bool>,
    /// Why the draft was not taken.
    pub draft_refusal: RwSignal<Option<Refusal>>,
    /// Why something else could not be computed.
    pub refusal: RwSignal<Option<Refusal>>,
    /// How certain ranks are.
    pub honest: Honest,
    pub(super) revision: StoredValue<Revision>,
    /// What was open before a file that has not computed yet.
    pub(super) before: StoredValue<Option<Project>>,
    /// Whether the last load was a way back from one that did not compute.
    pub(super) is_way_back: StoredValue<bool>,
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            audit: RwSignal::new(None),
            left_out: RwSignal::new(None),
            change: RwSignal::new(None),
            draft: RwSignal::new(None),
            json: RwSignal::new(None),
            is_trying: RwSignal::new(false),
            draft_refusal: RwSignal::new(None),
            refusal: RwSignal::new(None),
            honest: Honest::default(),
            revision: StoredValue::new(0),
            before: StoredValue::new(None),
            is_way_back: StoredValue::new(false),
        }
    }

    /// Takes away what belongs to other results.
    pub(super) fn forget_analyses(&self) {
        if self.audit.with_untracked(Option::is_some) {
            self.audit.set(None);
        }
        if self.left_out.with_untracked(Option::is_some) {
            self.left_out.set(None);
        }
        if self.change.with_untracked(Option::is_some) {
            self.change.set(None);
        }
    }
}
