//! The records a copy knows.

use super::check::PacketRefusal;
use super::view::{self, View};
use super::{Packet, Record, author_of, hash_of, id_of};
use crate::signoff::{Event, Item, Refusal, Rules, What, settles};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A record with the full hashes round it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sealed {
    pub(super) record: Record,
    before: String,
    hash: String,
}

/// The series of one author. Two records in one place mean that the author, or
/// somebody in their name, told two stories.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Series {
    places: Vec<(u32, Vec<Sealed>)>,
    /// Records 1 to this one are there, each once.
    good: u32,
}

impl Series {
    /// Everything in a place.
    fn at(&self, seq: u32) -> Option<&[Sealed]> {
        let at = self.places.binary_search_by_key(&seq, |(seq, _)| *seq);
        Some(&self.places.get(at.ok()?)?.1)
    }

    /// Everything, by place.
    fn all(&self) -> impl Iterator<Item = &Sealed> {
        self.places.iter().flat_map(|(_, here)| here)
    }

    /// The record in a place that follows the accepted ones before it.
    fn accepted(&self, seq: u32) -> Option<&Sealed> {
        match self.at(seq).filter(|_| seq <= self.good)? {
            [one] => Some(one),
            _ => self.following(seq).next(),
        }
    }

    /// Records in a place whose predecessor is the accepted one.
    fn following(&self, seq: u32) -> impl Iterator<Item = &Sealed> {
        let before = match seq {
            0 | 1 => Some(""),
            _ => self.accepted(seq - 1).map(|s| s.hash.as_str()),
        };
        let here = self.at(seq).into_iter().flatten();
        here.filter(move |s| Some(s.before.as_str()) == before)
    }

    fn insert(&mut self, sealed: Sealed) -> bool {
        let seq = sealed.record.seq;
        let at = self.places.binary_search_by_key(&seq, |(seq, _)| *seq);
        let at = at.unwrap_or_else(|at| {
            // Almost always the only one: a list that grew by itself would keep room
            // for four.
            self.places.insert(at, (seq, Vec::with_capacity(1)));
            at
        });
        let here = &mut self.places[at].1;
        let Err(place) = here.binary_search_by(|s| s.hash.cmp(&sealed.hash)) else {
            return false;
        };
        here.insert(place, sealed);
        if seq <= self.good {
            self.good = seq - 1;
        }
        while self.following(self.good + 1).count() == 1 {
            self.good += 1;
        }
        true
    }
}

/// Everything a copy has received or recorded itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Store {
    series: Vec<(Arc<str>, Series)>,
    /// Where the records of an item are.
    places: BTreeMap<String, Vec<(Arc<str>, u32)>>,
}

/// What a packet brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Received {
    /// Records that were not there.
    pub new: usize,
    /// Records that were.
    pub known: usize,
}

impl Store {
    /// Takes in a packet, whole or not at all. A packet whose beginning is not here
    /// yet is kept, has no effect until it comes, and is named in the view.
    pub fn receive(&mut self, packet: &Packet) -> Result<Received, PacketRefusal> {
        self.take(packet.clone())
    }

    /// Like [`Self::receive`], of a packet nobody needs any more: a county's ledger is
    /// large enough for a copy to be felt.
    pub fn take(&mut self, packet: Packet) -> Result<Received, PacketRefusal> {
        let hashes = packet.hashes()?;
        let mut received = Received::default();
        let mut before = packet.before;
        let series = self.series_of(&packet.author);
        for (record, hash) in packet.records.into_iter().zip(hashes) {
            let sealed = Sealed {
                record,
                before: std::mem::replace(&mut before, hash.clone()),
                hash,
            };
            if self.insert(series, sealed) {
                received.new += 1;
            } else {
                received.known += 1;
            }
        }
        Ok(received)
    }

    /// A copy from everything that [`Store::packets`] gave.
    pub fn take_all(packets: Vec<Packet>) -> Result<Self, PacketRefusal> {
        let mut store = Self::default();
        for packet in packets {
            store.take(packet)?;
        }
        Ok(store)
    }

    /// Where the series of an author is, begun where there was none.
    fn series_of(&mut self, author: &str) -> usize {
        self.find(author).unwrap_or_else(|at| {
            self.series.insert(at, (author.into(), Series::default()));
            at
        })
    }

    /// Takes a record into the series at a place; `false` where it was there.
    fn insert(&mut self, series: usize, sealed: Sealed) -> bool {
        let (author, series) = &mut self.series[series];
        let place = (Arc::clone(author), sealed.record.seq);
        let item = sealed.record.item.as_str();
        let places = if let Some(places) = self.places.get_mut(item) {
            places
        } else {
            self.places.entry(item.to_owned()).or_default()
        };
        let is_new = series.insert(sealed);
        if is_new && let Err(at) = places.binary_search(&place) {
            places.insert(at, place);
        }
        is_new
    }

    /// Where the series of an author is, or would be.
    fn find(&self, author: &str) -> Result<usize, usize> {
        let series = &self.series;
        series.binary_search_by(|(name, _)| name.as_ref().cmp(author))
    }

    fn series(&self, author: &str) -> Option<&Series> {
        let at = self.find(author).ok()?;
        Some(&self.series.get(at)?.1)
    }

    /// Everything from both; neither order nor repetition matters.
    pub fn merge(&mut self, other: &Self) {
        for (author, series) in &other.series {
            let at = self.series_of(author);
            for sealed in series.all() {
                self.insert(at, sealed.clone());
            }
        }
    }

    /// Records an event of one's own after what is known of the item; refused where
    /// the item, as it stands here, does not allow it.
    pub fn record(&mut self, rules: &Rules, item: &str, event: Event) -> Result<(), Refusal> {
        let (now, heads) = self.item(rules, item);
        match &now {
            Some(now) => now.next(rules, &event).map(drop)?,
            // Two that set up the same item leave none until one of them stands.
            None if matches!(event.what, What::Settle { .. }) && !heads.is_empty() => {
                settles(&event)?;
            }
            None => Item::open(item, &event).map(drop)?,
        }
        let author = author_of(&event.by);
        let series = self.series(&author);
        // A series that forked cannot be continued.
        let good = series.map_or(0, |s| s.good);
        if series.is_some_and(|s| s.places.len() as u32 > good) {
            return Err(Refusal::Forked);
        }
        let last = series.and_then(|s| s.accepted(good));
        let before = last.map_or_else(String::new, |s| s.hash.clone());
        let mut record = Record {
            seq: good + 1,
            item: item.to_owned(),
            seen: heads,
            event,
            id: String::new(),
        };
        let hash = hash_of(&before, &record);
        id_of(&hash).clone_into(&mut record.id);
        let sealed = Sealed {
            record,
            before,
            hash,
        };
        let series = self.series_of(&author);
        self.insert(series, sealed);
        Ok(())
    }

    /// All accepted records of an author, to be handed on; `None` without any.
    pub fn export(&self, author: &str) -> Option<Packet> {
        let series = self.series(author)?;
        let sealed: Vec<&Sealed> = (1..=series.good)
            .map_while(|seq| series.accepted(seq))
            .collect();
        Some(Packet {
            author: author.to_owned(),
            before: String::new(),
            head: sealed.last()?.hash.clone(),
            records: sealed.into_iter().map(|s| s.record.clone()).collect(),
        })
    }

    /// Everything that is here, also what waits or contradicts: received again, it
    /// makes the same copy. What is handed on is [`Store::export`].
    pub fn packets(&self) -> Vec<Packet> {
        let mut packets: Vec<Packet> = Vec::new();
        for (author, series) in &self.series {
            for sealed in series.all() {
                let record = sealed.record.clone();
                let goes_on = |p: &&mut Packet| {
                    let last = p.records.last().map_or(0, |r| r.seq);
                    p.author == **author && p.head == sealed.before && last + 1 == record.seq
                };
                let head = sealed.hash.clone();
                if let Some(packet) = packets.last_mut().filter(goes_on) {
                    packet.head = head;
                    packet.records.push(record);
                } else {
                    packets.push(Packet {
                        author: author.to_string(),
                        before: sealed.before.clone(),
                        records: vec![record],
                        head,
                    });
                }
            }
        }
        packets
    }

    /// Records of an item whose series stand, causes before effects; what builds on
    /// records that are not here comes last.
    pub fn history(&self, item: &str) -> Vec<&Record> {
        view::in_order(&self.records(item))
    }

    /// Everybody with records here.
    pub fn authors(&self) -> impl Iterator<Item = &str> {
        self.series.iter().map(|(author, _)| author.as_ref())
    }

    /// Records of an item whose series stand, in a fixed order.
    pub(super) fn records(&self, item: &str) -> Vec<&Record> {
        let places = self.places.get(item).into_iter().flatten();
        places
            .filter_map(|(author, seq)| Some(&self.series(author)?.accepted(*seq)?.record))
            // Another story of the author may have put another item there.
            .filter(|record| record.item == item)
            .collect()
    }

    /// Numbers of all items.
    pub(super) fn item_ids(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Authors whose series does not go on: the place, and whether for two stories.
    pub(super) fn breaks(&self) -> impl Iterator<Item = (&str, u32, bool)> {
        self.series.iter().filter_map(|(author, series)| {
            let next = series.good + 1;
            let is_fork = series.following(next).count() > 1;
            let last = series.places.last().map_or(0, |(seq, _)| *seq);
            (last > series.good).then_some((author.as_ref(), next, is_fork))
        })
    }

    /// One item as it stands, and the ids of its latest records.
    pub fn item(&self, rules: &Rules, item: &str) -> (Option<Item>, Vec<String>) {
        let seen = view::replay(item, &self.records(item), rules);
        (seen.item, seen.heads)
    }

    /// All items as they stand, and everything that needs people.
    pub fn view(&self, rules: &Rules) -> View {
        view::of(self, rules)
    }
}
