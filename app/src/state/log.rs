//! What was done to a project: append-only, each entry bound to the one before
//! by its hash (invariant 7).

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One thing done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Position from 1.
    pub seq: u64,
    /// When, ISO 8601 in UTC.
    pub at: String,
    /// What, as data.
    pub action: String,
    /// Hash of this entry and everything before it.
    pub hash: String,
}

/// The entries in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    entries: Vec<Entry>,
}

fn hash(previous: &str, seq: u64, at: &str, action: &str) -> String {
    use std::fmt::Write as _;
    let mut hex = String::with_capacity(64);
    // Lengths keep two fields from running into each other.
    let text = format!(
        "{previous}|{seq}|{}|{at}|{}|{action}",
        at.len(),
        action.len()
    );
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

impl Log {
    /// Adds an entry.
    pub fn append(&mut self, at: &str, action: String) {
        let seq = self.entries.len() as u64 + 1;
        let previous = self.entries.last().map_or("", |e| e.hash.as_str());
        self.entries.push(Entry {
            hash: hash(previous, seq, at, &action),
            seq,
            at: at.to_owned(),
            action,
        });
    }

    /// The entries, first to last.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The first entry whose hash does not fit, if any.
    pub fn first_broken(&self) -> Option<u64> {
        let mut previous = "";
        for (i, entry) in self.entries.iter().enumerate() {
            let expected = hash(previous, i as u64 + 1, &entry.at, &entry.action);
            if entry.hash != expected || entry.seq != i as u64 + 1 {
                return Some(i as u64 + 1);
            }
            previous = &entry.hash;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_entry_breaks_the_chain_where_it_stands() {
        let mut log = Log::default();
        for i in 0..3 {
            log.append("2026-07-01T00:00:00Z", format!("do {i}"));
        }
        assert_eq!(log.first_broken(), None);
        log.entries[1].action = "do something else".into();
        assert_eq!(log.first_broken(), Some(2));
    }
}
