//! What lies on the desk beside the results: an import under way, a specification
//! being edited, answers to questions.

use super::catalogue::Catalogue;
use super::facts::Register;
use super::honest::Honest;
use super::project::Project;
use super::view::{Shape, View};
use crate::state::reactive::memo;
use crate::worker::protocol::{About, Found, Look, Preview, Refusal, Revision, Topic};
use dhi_engine::input::{SheetPlan, Summary};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
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
    pub decoded: Found,
    /// Found while reading.
    pub read: Found,
    /// What would change.
    pub summary: Summary,
    /// The same cell by cell, in Chinese and in English.
    pub changes: [String; 2],
    /// The dataset to accept, with its digest.
    pub dataset: Option<(Arc<Catalogue>, String)>,
    /// Whether the worker is still busy with it.
    pub is_busy: bool,
}

/// What is asked, tried and answered beside the results; kept out of the context,
/// which is copied everywhere.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What the worker wrote, in Chinese and in English.
    pub written: RwSignal<BTreeMap<Topic, [String; 2]>>,
    /// Width in pixels that pictures are drawn for.
    pub width: RwSignal<u32>,
    /// How what was asked for was drawn.
    pub drawn: StoredValue<Vec<(Topic, Look)>>,
    /// What was asked for and has not been answered.
    pub asked: RwSignal<BTreeSet<Topic>>,
    /// Specification being edited; `None` while it is the project's.
    pub draft: RwSignal<Option<Value>>,
    /// The draft as text, while it is edited as such.
    pub json: RwSignal<Option<String>>,
    /// The framework being edited, as its editor wrote it; empty for none.
    pub(super) tree: StoredValue<String>,
    /// What is asked in each part of the weights lab.
    pub questions: RwSignal<Vec<About>>,
    /// The part looked at.
    pub lab_part: RwSignal<usize>,
    /// The dataset the framework and the questions are about.
    pub(super) drafts_of: StoredValue<u64>,
    /// The cell being corrected and what is typed about it; null for none.
    pub(super) correction: StoredValue<Value>,
    /// Decisions being written, by the village's code: choice and reason.
    pub(super) decisions: StoredValue<Map<String, Value>>,
    /// Who reviews, as it is being written; `None` while it is the project's.
    pub appeal: RwSignal<Option<String>>,
    /// Whether the draft is being computed.
    pub is_trying: RwSignal<bool>,
    /// Why the draft was not taken.
    pub draft_refusal: RwSignal<Option<Refusal>>,
    /// Why something else could not be computed.
    pub refusal: RwSignal<Option<Refusal>>,
    /// Step of the tour; the first is the welcome at the first start.
    pub tour: RwSignal<Option<usize>>,
    /// 整改销号 as it is shown, in Chinese and in English.
    pub sign_off: RwSignal<[String; 2]>,
    /// Records of 整改销号 as they are kept, by the dataset each project began with.
    pub(super) ledgers: StoredValue<Vec<(u64, Arc<str>)>>,
    /// How certain ranks are.
    pub honest: Honest,
    /// Nodes whose weights give way to no other.
    pub locked: RwSignal<BTreeSet<u32>>,
    /// What the ranking shows.
    pub view: View,
    /// Scores of all periods by period, then unit, once asked for.
    pub past: RwSignal<Arc<Vec<f64>>>,
    /// Least and greatest of them.
    pub past_range: Memo<(f64, f64)>,
    /// What follows from the register alone.
    pub register: Memo<Arc<Register>>,
    /// First place and number of places of the ranking in sight, where they alone are
    /// enough while weights move.
    pub places: StoredValue<Option<[u32; 2]>>,
    /// Whether the others are still those of former weights.
    pub is_partial: StoredValue<bool>,
    /// Waits to compute them.
    pub(super) rest: StoredValue<Option<Timeout>, LocalStorage>,
    pub(super) revision: StoredValue<Revision>,
    /// The dataset whose nodes are locked.
    pub(super) locked_in: StoredValue<u64>,
    /// What was open before a file that has not computed yet.
    pub(super) before: StoredValue<Option<Project>>,
    /// Whether the last load was a way back from one that did not compute.
    pub(super) is_way_back: StoredValue<bool>,
}

impl Desk {
    pub(super) fn new(project: RwSignal<Option<Project>>) -> Self {
        // By its number: comparing half a million villages takes longer than this.
        let number = memo(move || project.with(|p| p.as_ref().map(|p| p.content.dataset.number())));
        let past = RwSignal::new(Arc::<Vec<f64>>::default());
        Self {
            written: RwSignal::new(BTreeMap::new()),
            width: RwSignal::new(0),
            drawn: StoredValue::default(),
            asked: RwSignal::new(BTreeSet::new()),
            draft: RwSignal::new(None),
            json: RwSignal::new(None),
            tree: StoredValue::default(),
            questions: RwSignal::default(),
            lab_part: RwSignal::new(0),
            drafts_of: StoredValue::default(),
            correction: StoredValue::default(),
            decisions: StoredValue::default(),
            appeal: RwSignal::new(None),
            is_trying: RwSignal::new(false),
            draft_refusal: RwSignal::new(None),
            refusal: RwSignal::new(None),
            tour: RwSignal::new(None),
            sign_off: RwSignal::default(),
            ledgers: StoredValue::default(),
            honest: Honest::default(),
            locked: RwSignal::default(),
            view: View::new(Shape::default()),
            past,
            past_range: memo(move || {
                past.with(|past| {
                    let scores = past.iter().copied();
                    (
                        scores.clone().fold(f64::INFINITY, f64::min),
                        scores.fold(f64::NEG_INFINITY, f64::max),
                    )
                })
            }),
            register: memo(move || {
                number.track();
                let dataset =
                    project.with_untracked(|p| p.as_ref().map(|p| Arc::clone(&p.content.dataset)));
                Arc::new(dataset.map_or_else(Register::default, |d| Register::of(d.units())))
            }),
            places: StoredValue::new(None),
            is_partial: StoredValue::new(false),
            rest: StoredValue::new_local(None),
            revision: StoredValue::new(0),
            locked_in: StoredValue::new(0),
            before: StoredValue::new(None),
            is_way_back: StoredValue::new(false),
        }
    }

    /// Takes what the worker wrote.
    pub(super) fn take(&self, topic: Topic, markup: [String; 2]) {
        self.written.update(|written| {
            written.insert(topic, markup);
        });
        self.release(|asked| *asked == topic);
    }

    /// Opens questions again.
    pub(super) fn release(&self, is_meant: impl Fn(&Topic) -> bool) {
        if self
            .asked
            .with_untracked(|asked| asked.iter().any(&is_meant))
        {
            self.asked.update(|asked| asked.retain(|t| !is_meant(t)));
        }
    }

    /// Takes away what belongs to other results: answers that nobody will renew.
    pub(super) fn forget_answers(&self) {
        self.forget(|topic| topic.is_on_demand());
        self.release(|_| true);
    }

    /// Unlocks what is not of this dataset: nodes are positions in its framework.
    pub(super) fn unlock_others(&self, dataset: u64) {
        if self.locked_in.get_value() != dataset {
            self.locked_in.set_value(dataset);
            self.locked.set(BTreeSet::new());
        }
    }

    /// Takes away everything written: it is about other data.
    pub(super) fn forget_all(&self) {
        self.forget(|_| true);
        self.release(|_| true);
    }

    fn forget(&self, is_meant: impl Fn(&Topic) -> bool) {
        if self.written.with_untracked(|w| w.keys().any(&is_meant)) {
            self.written.update(|w| w.retain(|t, _| !is_meant(t)));
        }
    }
}
