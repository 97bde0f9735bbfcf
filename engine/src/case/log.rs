//! The log of a case: every entry bound to those before it, once by SHA-256 and once
//! by SM3. The text that is hashed is that of a project's log, so the SHA-256 of an
//! entry is the hash it has there.

use super::Digests;
use super::verify::Difference;
use serde::{Deserialize, Serialize};

/// One thing done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// Position from 1.
    pub seq: u64,
    /// When, ISO 8601 in UTC.
    pub at: String,
    /// What, as data.
    pub action: String,
    /// Hash of this entry and everything before it.
    #[serde(alias = "hash")]
    pub sha256: String,
    /// The same by SM3; empty in a project's log, which has none.
    #[serde(default)]
    pub sm3: String,
}

impl LogEntry {
    /// What the hashes after those of the entry before ought to be.
    fn digests(&self, before: &Digests) -> Digests {
        let text = |previous: &str| {
            // Lengths keep two fields from running into each other.
            let (at, action) = (&self.at, &self.action);
            let (n_at, n_action) = (at.len(), action.len());
            format!("{previous}|{}|{n_at}|{at}|{n_action}|{action}", self.seq)
        };
        Digests {
            sha256: Digests::of(text(&before.sha256).as_bytes()).sha256,
            sm3: Digests::of(text(&before.sm3).as_bytes()).sm3,
        }
    }
}

/// What entries are chained to before there is any.
fn origin() -> Digests {
    Digests {
        sha256: String::new(),
        sm3: String::new(),
    }
}

/// Adds the SM3 chain to a project's log, whose own hashes must hold.
pub(super) fn chained(log: &[LogEntry]) -> Result<Vec<LogEntry>, Difference> {
    let mut before = origin();
    let mut chained = Vec::with_capacity(log.len());
    for (i, entry) in log.iter().enumerate() {
        let digests = check_one(entry, i, &before)?;
        chained.push(LogEntry {
            sm3: digests.sm3.clone(),
            ..entry.clone()
        });
        before = digests;
    }
    Ok(chained)
}

/// The first place where the chain does not hold, by either hash.
pub(super) fn check(log: &[LogEntry]) -> Result<(), Difference> {
    let mut before = origin();
    for (i, entry) in log.iter().enumerate() {
        before = check_one(entry, i, &before)?;
        if entry.sm3 != before.sm3 {
            return Err(Difference::LogHash { place: i + 1 });
        }
    }
    Ok(())
}

fn check_one(entry: &LogEntry, at: usize, before: &Digests) -> Result<Digests, Difference> {
    let place = at + 1;
    if entry.seq != place as u64 {
        let seq = entry.seq;
        return Err(Difference::LogOrder { place, seq });
    }
    let digests = entry.digests(before);
    if entry.sha256 == digests.sha256 {
        Ok(digests)
    } else {
        Err(Difference::LogHash { place })
    }
}
