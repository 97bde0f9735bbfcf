//! What a packet must be before anything of it is believed.

use super::{Packet, author_of, hash_of, id_of};
use crate::framework::Language;
use crate::signoff::is_for;
use std::fmt;

/// Why a packet is not taken; nothing of it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PacketRefusal {
    /// Not a packet at all.
    Unreadable,
    /// Nothing in it.
    Empty,
    /// A record by somebody else than whose packet it is, or by a role that may not
    /// do this.
    WrongRole {
        /// Its place in the series.
        seq: u32,
    },
    /// A record missing, twice or in another place.
    OutOfSequence {
        /// The number that should come.
        expected: u32,
        /// The number that does.
        found: u32,
    },
    /// A record that is not what its author wrote, or ends cut off.
    Altered {
        /// Its place in the series.
        seq: u32,
    },
}

impl PacketRefusal {
    /// The reason in words.
    pub fn message(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::Unreadable => ("不是数据包".into(), "not a packet".into()),
            Self::Empty => ("数据包没有记录".into(), "the packet is empty".into()),
            Self::WrongRole { seq } => (
                format!("第 {seq} 条记录不属于该单位的职责"),
                format!("record {seq} is not for this office to make"),
            ),
            Self::OutOfSequence { expected, found } => (
                format!("记录不连续：应为第 {expected} 条，实为第 {found} 条"),
                format!("out of sequence: record {found} where {expected} should be"),
            ),
            Self::Altered { seq } => (
                format!("自第 {seq} 条起内容被改动或缺失"),
                format!("altered or cut off at record {seq}"),
            ),
        };
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }
}

impl fmt::Display for PacketRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Language::English))
    }
}

impl std::error::Error for PacketRefusal {}

impl Packet {
    /// Reads a packet and checks it.
    pub fn from_json(json: &[u8]) -> Result<Self, PacketRefusal> {
        let text = std::str::from_utf8(json).map_err(|_| PacketRefusal::Unreadable)?;
        let packet: Self = serde_json::from_str(text).map_err(|_| PacketRefusal::Unreadable)?;
        packet.hashes()?;
        Ok(packet)
    }

    /// The hash of every record, once all is as it must be.
    pub(super) fn hashes(&self) -> Result<Vec<String>, PacketRefusal> {
        let first = self.records.first().ok_or(PacketRefusal::Empty)?.seq;
        let len = u32::try_from(self.records.len()).ok();
        let end = len.and_then(|len| first.checked_add(len));
        let is_start = first != 0 && (first == 1) == self.before.is_empty();
        // Whoever writes a packet chooses its numbers, also ones that cannot go on.
        let Some(end) = end.filter(|_| is_start) else {
            return Err(PacketRefusal::OutOfSequence {
                expected: 1,
                found: first,
            });
        };
        let mut hashes: Vec<String> = Vec::with_capacity(self.records.len());
        for (record, expected) in self.records.iter().zip(first..) {
            let (seq, by) = (record.seq, &record.event.by);
            if seq != expected {
                return Err(PacketRefusal::OutOfSequence {
                    expected,
                    found: seq,
                });
            }
            let before = hashes.last().map_or(self.before.as_str(), String::as_str);
            let hash = hash_of(before, record);
            if record.id != id_of(&hash) {
                return Err(PacketRefusal::Altered { seq });
            }
            if author_of(by) != self.author || !is_for(by.role, &record.event.what) {
                return Err(PacketRefusal::WrongRole { seq });
            }
            hashes.push(hash);
        }
        if hashes.last() != Some(&self.head) {
            return Err(PacketRefusal::Altered { seq: end });
        }
        Ok(hashes)
    }
}
