//! Keeping the project in the browser: shortly after each change, one write at a time.

use super::autosave::{Autosave, SaveState, StorageError, Word};
use super::context::Context;
use super::persist;
use crate::i18n::Key;
use crate::worker::protocol::Request;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::sync::Arc;

/// Milliseconds between a change and its autosave.
const SAVE_AFTER_MS: u32 = 400;

/// Where the connection to the store is.
#[derive(Default)]
pub(super) enum Slot {
    /// There is none: storage is refused or not open yet.
    #[default]
    None,
    /// Waiting for work.
    Idle(Autosave),
    /// Writing.
    Busy,
}

impl Context {
    /// What the browser kept.
    pub(super) async fn stored(self) -> Result<Option<(String, String, String)>, StorageError> {
        let Ok(mut autosave) = Autosave::open().await else {
            self.save.set(SaveState::Failed);
            return Ok(None);
        };
        let records = autosave.read().await;
        autosave.listen(move |word| self.told(word));
        autosave.tell(Word::Opened);
        self.autosave.set_value(Slot::Idle(autosave));
        records
    }

    /// Hears another window.
    fn told(self, word: Word) {
        match word {
            Word::Written => leptos::task::spawn_local(self.look_behind()),
            Word::Opened => {
                self.message.set(Some(Key::OpenElsewhere));
                self.autosave.with_value(|slot| {
                    if let Slot::Idle(autosave) = slot {
                        autosave.tell(Word::Here);
                    }
                });
            }
            Word::Here => self.message.set(Some(Key::OpenElsewhere)),
        }
    }

    /// Says so where another window has stored the project; a write under way finds
    /// out by itself.
    async fn look_behind(self) {
        let Some(Slot::Idle(autosave)) = self.take_slot() else {
            return;
        };
        let is_behind = autosave.is_behind().await;
        self.autosave.set_value(Slot::Idle(autosave));
        if let Ok(true) = is_behind {
            self.save.set(SaveState::Elsewhere);
        }
    }

    /// The connection, taken out while it works, so that writes cannot overlap.
    fn take_slot(self) -> Option<Slot> {
        self.autosave
            .try_update_value(|slot| match std::mem::take(slot) {
                Slot::Idle(autosave) => {
                    *slot = Slot::Busy;
                    Slot::Idle(autosave)
                }
                Slot::Busy => {
                    *slot = Slot::Busy;
                    Slot::Busy
                }
                Slot::None => Slot::None,
            })
    }

    /// Stores the project shortly; a later change replaces the wait.
    pub fn save_soon(self) {
        self.save.set(SaveState::Pending);
        // The first change starts the clock; later ones within it are included,
        // so that a long drag cannot put saving off.
        if self.save_timer.with_value(Option::is_some) {
            return;
        }
        let timer = Timeout::new(SAVE_AFTER_MS, move || {
            self.save_timer.set_value(None);
            leptos::task::spawn_local(self.store(None));
        });
        self.save_timer.set_value(Some(timer));
    }

    /// Writes the project to the browser's store. The record of a dataset that is not
    /// there yet is asked for first, and comes back with it.
    pub(super) async fn store(self, record: Option<(u64, String)>) {
        let Some(mut project) = self.project.get_untracked() else {
            return;
        };
        project.content.shares = self.shares.get_untracked();
        let number = project.content.dataset.number();
        project.drafts = self.drafts();
        let record = record.filter(|(dataset, _)| *dataset == number);
        let mut autosave = match self.take_slot() {
            Some(Slot::Idle(autosave)) => autosave,
            Some(Slot::Busy) => return self.save_soon(),
            _ => return self.save.set(SaveState::Failed),
        };
        if record.is_none() && !autosave.holds(number) {
            self.autosave.set_value(Slot::Idle(autosave));
            return self.send(Request::Record { dataset: number });
        }
        let record = record
            .as_ref()
            .map(|(number, text)| (*number, text.as_str()));
        let ledger = project.content.ledger;
        let ledgers = self.desk().ledgers.get_value();
        let text = ledgers.iter().find(|(number, _)| *number == ledger);
        let text = text.map_or_else(|| Arc::from(""), |(_, text)| Arc::clone(text));
        let done = autosave
            .write(&persist::kept_record(&project), record, (ledger, text))
            .await;
        self.autosave.set_value(Slot::Idle(autosave));
        match done {
            Err(StorageError::Elsewhere) => self.save.set(SaveState::Elsewhere),
            Err(StorageError::Browser(_) | StorageError::Aborted) => {
                self.save.set(SaveState::Failed);
            }
            Ok(()) if self.save_timer.with_value(Option::is_none) => {
                self.save.set(SaveState::Saved);
            }
            Ok(()) => {}
        }
    }

    /// Stores this window's project in place of what another one stored.
    pub fn store_over(self) {
        self.autosave.update_value(|slot| {
            if let Slot::Idle(autosave) = slot {
                autosave.take_over();
            }
        });
        self.save_soon();
    }
}
