//! Several departments without a server: each records its own events, numbered and
//! chained by hashes, and hands them on as a packet. What a copy knows is the set of
//! records it has received, so the order of packets and packets received twice
//! change nothing; what the items are follows from that set alone ([`Store::view`]).
//!
//! A record names the records of its item its author had seen. So it is known which
//! events happened without knowledge of each other, and where two of those decide
//! the same step differently neither is followed until people settle it.

mod check;
mod store;
mod view;

pub use check::PacketRefusal;
pub use store::{Received, Store};
pub use view::{Notice, Place, View};

use crate::signoff::{Actor, Event};
use crate::spec::digest_of;
use serde::{Deserialize, Serialize};

/// An event in the series of its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Place in the author's series, from 1.
    pub seq: u32,
    /// Number of the item.
    pub item: String,
    /// The latest records of the item that the author had seen, by their ids.
    pub seen: Vec<String>,
    /// What happened.
    pub event: Event,
    /// First 32 digits of the hash over this record and all before it.
    pub id: String,
}

/// Records of one author, as they are handed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packet {
    /// Whose: role and office.
    pub author: String,
    /// Hash of the record before the first; empty where the series begins.
    pub before: String,
    /// Records in their order, without gaps.
    pub records: Vec<Record>,
    /// Hash of the last record and thereby of everything.
    pub head: String,
}

/// The author an actor writes for.
pub fn author_of(actor: &Actor) -> String {
    format!("{}/{}", actor.role.id(), actor.office)
}

/// Hash of a record after the one before it.
fn hash_of(before: &str, record: &Record) -> String {
    let Record {
        seq,
        item,
        seen,
        event,
        ..
    } = record;
    digest_of(&(before, seq, item, seen, event))
}

/// The short form by which records name each other.
fn id_of(hash: &str) -> &str {
    hash.get(..32).unwrap_or(hash)
}

#[cfg(test)]
mod tests;
