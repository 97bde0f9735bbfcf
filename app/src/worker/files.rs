//! Project files: a head that the page understands, and the data.

use super::sign_off::Records;
use crate::state::persist::{FORMAT, PersistError, VERSION, check_version};
use dhi_engine::frame::Dataset;
use dhi_engine::packet::Packet;
use dhi_engine::process::Office;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Serialize, Deserialize)]
struct File<D> {
    format: String,
    version: u32,
    head: Value,
    #[serde(default)]
    ledger: Vec<Packet>,
    #[serde(default)]
    office: Office,
    dataset: D,
}

#[derive(Serialize)]
struct HeadRecord {
    format: &'static str,
    version: u32,
    head: Value,
}

fn damaged(error: &serde_json::Error) -> PersistError {
    PersistError::Damaged(error.to_string())
}

/// Takes a project file apart: the head as a record of its own, the data, and the
/// records of 整改销号.
pub fn split(text: &str) -> Result<(String, Dataset, Records), PersistError> {
    let text = text.trim_start_matches('\u{feff}');
    check_version(text)?;
    let file: File<Dataset> = serde_json::from_str(text).map_err(|e| damaged(&e))?;
    let head = HeadRecord {
        format: FORMAT,
        version: VERSION,
        head: file.head,
    };
    let head = serde_json::to_string(&head).map_err(|e| damaged(&e))?;
    let records = Records {
        ledger: file.ledger,
        office: file.office,
    };
    Ok((head, file.dataset, records))
}

/// Reads records of 整改销号; none where the text is empty.
pub fn records(text: &str) -> Result<Records, PersistError> {
    match text.get(..1) {
        None => Ok(Records::default()),
        // From before there were files beside them.
        Some("[") => records(&["{\"ledger\":", text, "}"].concat()),
        Some(_) => serde_json::from_str(text).map_err(|e| damaged(&e)),
    }
}

/// Reads a dataset record.
pub fn read(text: &str) -> Result<Dataset, PersistError> {
    serde_json::from_str(text).map_err(|e| damaged(&e))
}

/// Writes a dataset record.
pub fn write(dataset: &Dataset) -> Result<String, String> {
    /// Bytes of a unit and of a cell, generously: growing by doubling would need three
    /// times as much in the end.
    const ROOM: (usize, usize) = (220, 16);
    const MOST_ROOM: usize = 1 << 29;
    let columns = dataset.framework().indicators().count() * dataset.periods().len();
    let room = dataset.units().len() * (ROOM.0 + columns * ROOM.1);
    let room = room.min(MOST_ROOM);
    let mut json = Vec::with_capacity(room);
    serde_json::to_writer(&mut json, dataset).map_err(|e| e.to_string())?;
    String::from_utf8(json).map_err(|e| e.to_string())
}

/// Puts a head record, records of 整改销号 and the data together as a project file.
pub fn join(head: &str, ledger: &str, dataset: &Dataset) -> Result<String, String> {
    let dataset = write(dataset)?;
    // The head ends with the brace that the file ends with.
    let head = head.strip_suffix('}').ok_or("not a head record")?;
    // Records are written as an object, whose parts become parts of the file.
    let records = ledger.strip_prefix('{').and_then(|l| l.strip_suffix('}'));
    let records = records.unwrap_or("\"ledger\":[]");
    Ok([head, ",", records, ",\"dataset\":", &dataset, "}"].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::scheme::default_scheme;

    const HEAD: &str = r#"{"format":"dhi-project","version":1,"head":{"name":"甲","shares":[0.1,0.30000000000000004]}}"#;

    fn dataset() -> Dataset {
        let options = DemoOptions {
            n_units: 9,
            ..DemoOptions::default()
        };
        generate(&default_scheme(), options).unwrap()
    }

    #[test]
    fn a_file_comes_apart_as_it_was_put_together() {
        let dataset = dataset();
        let file = join(HEAD, "", &dataset).unwrap();
        let (head, data, records) = split(&file).unwrap();
        assert_eq!((head.as_str(), &data), (HEAD, &dataset));
        assert_eq!(records, Records::default());
        // From before there were such records.
        let older = file.replacen("\"ledger\":[],", "", 1);
        assert_ne!(older, file);
        assert!(split(&older).is_ok());
        assert_eq!(read(&write(&dataset).unwrap()).unwrap(), dataset);
        let with_mark = ["\u{feff}", &file].concat();
        assert!(split(&with_mark).is_ok());
    }

    #[test]
    fn what_is_no_project_is_refused_in_words() {
        let file = join(HEAD, "", &dataset()).unwrap();
        let future = file.replacen("\"version\":1", "\"version\":7", 1);
        let refused = |text: &str| split(text).err();
        assert_eq!(
            refused(&future),
            Some(PersistError::FromTheFuture { found: 7 })
        );
        assert_eq!(refused("{}"), Some(PersistError::NotAProject));
        assert_eq!(refused("PNG"), Some(PersistError::NotAProject));
        assert!(refused(&file[..file.len() - 100]).is_some());
        // Without data it is no project file.
        assert!(matches!(refused(HEAD), Some(PersistError::Damaged(_))));
    }
}
