//! How certain ranks are: asked for again whenever results change, and never shown
//! as present while they are not.

use super::context::Context;
use crate::worker::protocol::{Refusal, Request, Topic};
use crate::worker::robust::{Job, Robustness, Said};
use dhi_engine::uncertainty::{Line, RobustSpec};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::sync::Arc;

/// Milliseconds without a change after which a gesture counts as ended.
const AFTER_MS: u32 = 250;

/// What is known about the certainty of ranks.
#[derive(Clone, Copy)]
pub struct Honest {
    /// The last analysis; `None` until there is one about the present data.
    pub shown: RwSignal<Option<Arc<Robustness>>>,
    /// How far every weight may move; empty while that is not known.
    pub stays: RwSignal<Arc<Vec<Vec<f64>>>>,
    /// Replicates done and wanted, while an analysis runs.
    pub progress: RwSignal<Option<(u32, u32)>>,
    /// Whether the last analysis is about the results shown.
    pub is_present: RwSignal<bool>,
    /// Why there is none.
    pub refusal: RwSignal<Option<Refusal>>,
    /// Nomination line.
    pub line: RwSignal<Option<Line>>,
    /// Replicates; 0 lets the number of villages decide.
    pub replicates: RwSignal<u32>,
    job: StoredValue<u64>,
    timer: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Default for Honest {
    /// Nothing known yet.
    fn default() -> Self {
        Self {
            shown: RwSignal::new(None),
            stays: RwSignal::new(Arc::default()),
            progress: RwSignal::new(None),
            is_present: RwSignal::new(false),
            refusal: RwSignal::new(None),
            line: RwSignal::new(RobustSpec::default().line),
            replicates: RwSignal::new(0),
            job: StoredValue::new(0),
            timer: StoredValue::new_local(None),
        }
    }
}

impl Honest {
    /// Forgets what belongs to other data.
    pub fn forget(&self) {
        self.shown.set(None);
        self.refusal.set(None);
        self.outdate();
    }

    /// Marks what is shown as about other weights.
    pub fn outdate(&self) {
        self.job.update_value(|job| *job += 1);
        self.timer.set_value(None);
        if self.is_present.get_untracked() {
            self.is_present.set(false);
        }
        if self.progress.get_untracked().is_some() {
            self.progress.set(None);
        }
        if !self.stays.with_untracked(|s| s.is_empty()) {
            self.stays.set(Arc::default());
        }
    }

    /// Takes what the worker says about a job.
    pub fn hear(&self, number: u64, said: Said) {
        if number != self.job.get_value() {
            return;
        }
        match said {
            Said::Stays(stays) => self.stays.set(Arc::new(stays)),
            Said::Progress(done, of) => self.progress.set(Some((done, of))),
            Said::Done(robustness) => {
                self.shown.set(Some(Arc::from(robustness)));
                self.refusal.set(None);
                self.progress.set(None);
                self.is_present.set(true);
            }
            Said::Refused(refusal) => {
                self.shown.set(None);
                self.progress.set(None);
                self.refusal.set(Some(refusal));
            }
        }
    }
}

impl Context {
    /// Analyses again as soon as nothing has changed for a moment.
    pub fn analyse_soon(self) {
        let honest = self.desk().honest;
        honest.outdate();
        let timer = Timeout::new(AFTER_MS, move || {
            // It has fired; dropping it would cancel nothing.
            self.analyse();
        });
        honest.timer.set_value(Some(timer));
    }

    fn analyse(&self) {
        self.desk().honest.progress.set(Some((0, 0)));
        self.send(Request::Robust(self.job()));
    }

    /// Asks why a unit's rank could be another.
    pub fn ask_why(&self, unit: u32) {
        // The worker drops a question about another unit.
        let is_other = |topic: &Topic| matches!(topic, Topic::Why(other) if *other != unit);
        self.desk().release(is_other);
        self.send(Request::Why(self.job(), unit));
    }

    fn job(&self) -> Job {
        let honest = self.desk().honest;
        Job {
            revision: self.revision(),
            number: honest.job.get_value(),
            shares: self.shares.get_untracked(),
            line: honest.line.get_untracked(),
            replicates: honest.replicates.get_untracked(),
        }
    }
}
