//! Autosave in the browser's IndexedDB: two records written in one transaction,
//! so that a reload in the middle finds either the old or the new, never half.

use idb::{Database, DatabaseEvent, Factory, ObjectStoreParams, TransactionMode};
use wasm_bindgen::JsValue;

const DATABASE: &str = "duty-health-index";
const STORE: &str = "project";
const HEAD: &str = "head";
const DATASET: &str = "dataset";

/// The browser did not store or give back.
#[derive(Clone, Debug, thiserror::Error)]
#[error("browser storage: {0}")]
pub struct StorageError(String);

impl From<idb::Error> for StorageError {
    fn from(error: idb::Error) -> Self {
        Self(error.to_string())
    }
}

/// Where the project is kept.
pub struct Autosave {
    database: Database,
    /// Number of the dataset last written, to leave it alone while it is the same.
    written: Option<u64>,
}

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
        })
    }

    /// The records last written, if there are any.
    pub async fn read(&self) -> Result<Option<(String, String)>, StorageError> {
        let transaction = self
            .database
            .transaction(&[STORE], TransactionMode::ReadOnly)?;
        let store = transaction.object_store(STORE)?;
        let head = store.get(JsValue::from_str(HEAD))?.await?;
        let dataset = store.get(JsValue::from_str(DATASET))?.await?;
        Ok(head
            .and_then(|h| h.as_string())
            .zip(dataset.and_then(|d| d.as_string())))
    }

    /// Remembers that this dataset is what the store holds.
    pub fn set_written(&mut self, dataset: u64) {
        self.written = Some(dataset);
    }

    /// Whether the store holds this dataset.
    pub fn holds(&self, dataset: u64) -> bool {
        self.written == Some(dataset)
    }

    /// Writes the head, and with it the record of a dataset that is not there yet.
    pub async fn write(
        &mut self,
        head: &str,
        record: Option<(u64, &str)>,
    ) -> Result<(), StorageError> {
        let transaction = self
            .database
            .transaction(&[STORE], TransactionMode::ReadWrite)?;
        let store = transaction.object_store(STORE)?;
        store.put(&JsValue::from_str(head), Some(&JsValue::from_str(HEAD)))?;
        if let Some((_, text)) = record {
            store.put(&JsValue::from_str(text), Some(&JsValue::from_str(DATASET)))?;
        }
        transaction.commit()?.await?;
        if let Some((number, _)) = record {
            self.written = Some(number);
        }
        Ok(())
    }
}
