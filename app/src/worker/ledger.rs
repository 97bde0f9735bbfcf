//! 整改销号 in the worker: the records this copy knows, taken in, added to and handed
//! on. The page keeps them as one text that it does not read.

use super::protocol::{About, Failure, Response, Topic};
use super::write::Markup;
use crate::i18n::Told;
use crate::written::signoff::acts::{OPEN, built};
use crate::written::signoff::{self, Who, board, import, item};
use crate::written::{Scene, both, filled};
use dhi_engine::calendar::Day;
use dhi_engine::framework::Language;
use dhi_engine::packet::{Packet, PacketRefusal, Received, Store};
use dhi_engine::signoff::{Actor, Event, Evidence, ROLES, Rules};

/// What is said in answer, in both languages.
pub type Words = [String; 2];

fn words(told: Told, values: &[(&str, String)]) -> Words {
    [Language::Chinese, Language::English].map(|l| filled(told.text(l), values))
}

/// The packets of a file: one, or a list of them.
fn packets(text: &str) -> Result<Vec<Packet>, PacketRefusal> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let list = if text.starts_with('[') {
        text.to_owned()
    } else {
        ["[", text, "]"].concat()
    };
    serde_json::from_slice(list.as_bytes()).map_err(|_| PacketRefusal::Unreadable)
}

/// The records, and by which rules they are followed.
#[derive(Default)]
pub struct Ledger {
    store: Store,
    rules: Rules,
}

/// Where a field of a request is.
fn at(names: &[String], place: usize) -> &str {
    names.get(place).map_or("", |name| name.trim())
}

/// Who asks: role, office, hand and day; without a day nothing can be said.
fn who(names: &[String]) -> Option<Who> {
    let role = ROLES.into_iter().find(|role| role.id() == at(names, 0))?;
    let by = Actor {
        role,
        office: at(names, 1).to_owned(),
        hand: at(names, 2).to_owned(),
    };
    let today: Day = at(names, 3).parse().ok()?;
    Some(Who { by, today })
}

impl Ledger {
    /// The store with a file's packets, and how many records were new and known.
    fn with(&self, text: &str) -> Result<(Store, Received), PacketRefusal> {
        let mut store = self.store.clone();
        let mut sum = Received::default();
        let packets = packets(text)?;
        if packets.is_empty() {
            return Err(PacketRefusal::Empty);
        }
        for packet in packets {
            let received = store.take(packet)?;
            sum.new += received.new;
            sum.known += received.known;
        }
        Ok((store, sum))
    }

    fn kept(&self, said: Words) -> Result<Response, Failure> {
        let text = serde_json::to_string(&self.store.packets()).map_err(|e| e.to_string())?;
        Ok(Response::Ledger { text, said })
    }

    /// Takes files in, each whole or not at all; those refused were named before.
    pub fn take(&mut self, texts: &[String], is_silent: bool) -> Result<Response, Failure> {
        let mut new = 0;
        for text in texts {
            if let Ok((store, received)) = self.with(text) {
                self.store = store;
                new += received.new;
            }
        }
        if is_silent {
            return self.kept(Words::default());
        }
        self.kept(words(Told::RecordsTaken, &[("n", new.to_string())]))
    }

    /// Records what a form says: who acts, the item, the act, then names and values of
    /// its fields. What the procedure does not allow is said and changes nothing.
    pub fn record(&mut self, names: &[String], file: &[u8]) -> Result<Response, Failure> {
        match self.try_record(names, file) {
            Ok(said) => self.kept(said),
            Err(said) => Ok(Response::Ledger {
                text: String::new(),
                said,
            }),
        }
    }

    fn try_record(&mut self, names: &[String], file: &[u8]) -> Result<Words, Words> {
        let who = who(names).ok_or_else(|| words(Told::BadDay, &[]))?;
        let verb: usize = at(names, 5).parse().unwrap_or(usize::MAX);
        let fields = names.get(6..).unwrap_or_default();
        let mut get = |key: &str| {
            if key == "file" {
                return if file.is_empty() {
                    String::new()
                } else {
                    Evidence::fingerprint(file)
                };
            }
            let mut pairs = fields.chunks_exact(2);
            let found = pairs.find(|pair| pair[0] == key);
            found.map_or_else(String::new, |pair| pair[1].trim().to_owned())
        };
        let id = match verb {
            OPEN => get("id"),
            _ => at(names, 4).to_owned(),
        };
        if id.is_empty() {
            return Err(words(Told::BadNumber, &[]));
        }
        let (now, _) = self.store.item(&self.rules, &id);
        if verb == OPEN && !self.store.history(&id).is_empty() {
            return Err(words(Told::NumberTaken, &[("id", id)]));
        }
        let what = built(verb, now.as_ref(), &self.rules, &mut get);
        let what = what.map_err(|told| words(told, &[]))?;
        let name = [Language::Chinese, Language::English].map(|l| what.name(l));
        let event = Event {
            at: who.today,
            by: who.by,
            what,
        };
        let refused = |why: dhi_engine::signoff::Refusal| {
            [Language::Chinese, Language::English]
                .map(|l| [Told::NotRecorded.text(l), &why.message(l)].concat())
        };
        self.store
            .record(&self.rules, &id, event)
            .map_err(refused)?;
        let [zh, en] = name;
        let said = |name: &str| [("what", name.to_owned()), ("id", id.clone())];
        Ok([
            filled(Told::Recorded.text(Language::Chinese), &said(zh)),
            filled(Told::Recorded.text(Language::English), &said(en)),
        ])
    }

    /// A file of one author's records, or of everything that is here.
    pub fn hand_on(&self, names: &[String]) -> Result<Response, Failure> {
        let author = [at(names, 0), "/", at(names, 1)].concat();
        let own = self.store.export(&author);
        let text = match (names.is_empty(), own) {
            (true, _) => serde_json::to_vec(&self.store.packets()),
            (false, Some(own)) => serde_json::to_vec(&own),
            (false, None) => {
                return Ok(Response::Ledger {
                    text: String::new(),
                    said: words(Told::NothingOwn, &[]),
                });
            }
        };
        let whose = if names.is_empty() {
            "all".to_owned()
        } else {
            author.replace(['/', '\\', ':'], "-")
        };
        Ok(Response::File {
            name: ["records-", &whose, ".json"].concat(),
            kind: "application/json".into(),
            bytes: text.map_err(|e| e.to_string())?,
        })
    }

    /// Writes about the board, an item or files that came in.
    pub fn write(&self, scene: Scene<'_>, topic: Topic, about: &About) -> Markup {
        let Some(who) = who(&about.names) else {
            return Ok(both(scene, &|scene, html| {
                html.el("p class=\"notice\"", scene.say(Told::BadDay));
            }));
        };
        let desk = signoff::Desk {
            rules: &self.rules,
            who: &who,
        };
        let asked = at(&about.names, 4);
        Ok(match topic {
            Topic::Item => {
                let view = self.store.view(&self.rules);
                let history = self.store.history(asked);
                both(scene, &|scene, html| {
                    item::item(scene, html, &desk, asked, &view, &history);
                })
            }
            Topic::Incoming => {
                let texts = about.names.get(4..).unwrap_or_default();
                let mut after = Self {
                    store: self.store.clone(),
                    ..Self::default()
                };
                let mut files = Vec::new();
                for text in texts {
                    files.push(after.with(text).map(|(store, received)| {
                        after.store = store;
                        received
                    }));
                }
                let before = self.store.view(&self.rules);
                let after = after.store.view(&self.rules);
                both(scene, &|scene, html| {
                    import::incoming(scene, html, &desk, &files, [&before, &after]);
                })
            }
            _ => {
                let view = self.store.view(&self.rules);
                both(scene, &|scene, html| {
                    board::board(scene, html, &desk, &view, asked);
                })
            }
        })
    }
}
