//! Autosave in the browser's IndexedDB: records written in one transaction, so that a
//! reload in the middle finds either the old or the new, never half. A stamp among them
//! tells a window that another one has written since, and windows tell each other when
//! they do.

use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use std::sync::Arc;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};

const DATABASE: &str = "duty-health-index";
const STORE: &str = "project";
const HEAD: &str = "head";
const DATASET: &str = "dataset";
const LEDGER: &str = "ledger";
const STAMP: &str = "stamp";

/// How saving stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveState {
    /// Everything is stored.
    Saved,
    /// A change waits to be stored.
    Pending,
    /// The browser refused.
    Failed,
    /// Another window stored the project meanwhile.
    Elsewhere,
}

/// Nothing was stored or given back.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    /// The browser refused.
    #[error("browser storage: {0}")]
    Browser(String),
    /// The browser undid the whole write, for want of room.
    #[error("browser storage: the write was undone")]
    Aborted,
    /// Another window has written since this one read or wrote.
    #[error("written by another window")]
    Elsewhere,
}

impl From<idb::Error> for StorageError {
    fn from(error: idb::Error) -> Self {
        Self::Browser(error.to_string())
    }
}

/// Where the project is kept.
pub struct Autosave {
    database: Database,
    /// Number of the dataset last written, to leave it alone while it is the same.
    written: Option<u64>,
    /// Whose records of 整改销号 were last written, and which.
    ledger: Option<(u64, Arc<str>)>,
    /// Stamp of the records that this window knows.
    known: Option<f64>,
    /// Whether the next write replaces what another window wrote.
    is_taking_over: bool,
    /// To the other windows; none where the browser has none.
    windows: Option<BroadcastChannel>,
}

/// What windows tell each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The project was opened in one more window.
    Opened,
    /// It is open in this one too: the answer to that.
    Here,
    /// It was written.
    Written,
}

const WORDS: [(Word, &str); 3] = [
    (Word::Opened, "opened"),
    (Word::Here, "here"),
    (Word::Written, "written"),
];

impl Autosave {
    /// Opens the database, making it when it is not there.
    pub async fn open() -> Result<Self, StorageError> {
        let mut request = Factory::new()?.open(DATABASE, Some(1))?;
        request.on_upgrade_needed(|event| {
            // Failing here fails the opening below, which reports it.
            if let Ok(database) = event.database() {
                let _ = database.create_object_store(STORE, ObjectStoreParams::new());
            }
        });
        Ok(Self {
            database: request.await?,
            written: None,
            ledger: None,
            known: None,
            is_taking_over: false,
            windows: BroadcastChannel::new(DATABASE).ok(),
        })
    }

    /// Hears what other windows tell, as long as this one is there.
    pub fn listen(&self, hear: impl Fn(Word) + 'static) {
        let Some(windows) = &self.windows else { return };
        let callback = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let told = event.data().as_string();
            let known = WORDS
                .iter()
                .find(|(_, word)| told.as_deref() == Some(*word));
            if let Some((word, _)) = known {
                hear(*word);
            }
        });
        windows.set_onmessage(Some(callback.as_ref().unchecked_ref()));
        callback.forget();
    }

    /// Tells the other windows.
    pub fn tell(&self, word: Word) {
        let text = WORDS.iter().find(|(told, _)| *told == word);
        if let (Some(windows), Some((_, text))) = (&self.windows, text) {
            // Who does not hear it finds out when writing.
            let _ = windows.post_message(&JsValue::from_str(text));
        }
    }

    /// Whether another window has written since this one read or wrote.
    pub async fn is_behind(&self) -> Result<bool, StorageError> {
        let transaction = self
            .database
            .transaction(&[STORE], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(STORE)?;
        let stamp = store.get(JsValue::from_str(STAMP))?.await?;
        let found = stamp.and_then(|stamp| stamp.as_f64());
        Ok(found != self.known && !self.is_taking_over)
    }

    /// The records last written, if there are any: head, data, 整改销号.
    pub async fn read(&mut self) -> Result<Option<(String, String, String)>, StorageError> {
        let transaction = self
            .database
            .transaction(&[STORE], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(STORE)?;
        let head = store.get(JsValue::from_str(HEAD))?.await?;
        let dataset = store.get(JsValue::from_str(DATASET))?.await?;
        let ledger = store.get(JsValue::from_str(LEDGER))?.await?;
        let ledger = ledger.and_then(|l| l.as_string()).unwrap_or_default();
        let stamp = store.get(JsValue::from_str(STAMP))?.await?;
        self.known = stamp.and_then(|stamp| stamp.as_f64());
        Ok(head
            .and_then(|h| h.as_string())
            .zip(dataset.and_then(|d| d.as_string()))
            .map(|(head, dataset)| (head, dataset, ledger)))
    }

    /// Remembers that this dataset is what the store holds.
    pub fn set_written(&mut self, dataset: u64) {
        self.written = Some(dataset);
    }

    /// Whether the store holds this dataset.
    pub fn holds(&self, dataset: u64) -> bool {
        self.written == Some(dataset)
    }

    /// Lets the next write replace what another window wrote.
    pub fn take_over(&mut self) {
        self.is_taking_over = true;
        // What the store holds is the other's.
        self.written = None;
        self.ledger = None;
    }

    /// Writes the head, and with it the record of a dataset and records of 整改销号 that
    /// are not there yet.
    pub async fn write(
        &mut self,
        head: &str,
        record: Option<(u64, &str)>,
        (ledger, text): (u64, Arc<str>),
    ) -> Result<(), StorageError> {
        let transaction = self
            .database
            .transaction(&[STORE], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(STORE)?;
        let stamp = store.get(JsValue::from_str(STAMP))?.await?;
        let found = stamp.and_then(|stamp| stamp.as_f64());
        if found != self.known && !self.is_taking_over {
            return Err(StorageError::Elsewhere);
        }
        let stamp = js_sys::Math::random();
        store.put(&JsValue::from_f64(stamp), Some(&JsValue::from_str(STAMP)))?;
        store.put(&JsValue::from_str(head), Some(&JsValue::from_str(HEAD)))?;
        if let Some((_, text)) = record {
            store.put(&JsValue::from_str(text), Some(&JsValue::from_str(DATASET)))?;
        }
        let held = self.ledger.as_ref();
        if !held.is_some_and(|(of, held)| *of == ledger && Arc::ptr_eq(held, &text)) {
            store.put(&JsValue::from_str(&text), Some(&JsValue::from_str(LEDGER)))?;
        }
        // A full disk may abort the transaction and raise no error.
        if !transaction.commit()?.await?.is_committed() {
            return Err(StorageError::Aborted);
        }
        self.known = Some(stamp);
        self.ledger = Some((ledger, text));
        self.is_taking_over = false;
        if let Some((number, _)) = record {
            self.written = Some(number);
        }
        self.tell(Word::Written);
        Ok(())
    }
}
