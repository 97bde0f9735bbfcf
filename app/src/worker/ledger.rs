//! 整改销号 in the worker: the records this copy knows, taken in, added to and handed
//! on. The page keeps them as one text that it does not read.

use super::protocol::{About, Failure, Response, Topic};
use super::write::Markup;
use crate::i18n::Told;
use crate::written::signoff::acts::{OPEN, built};
use crate::written::signoff::{self, Who, board, import, item};
use crate::written::{Scene, both, filled};
use dhi_engine::calendar::Day;
use dhi_engine::frame::Units;
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
    pub fn record(
        &mut self,
        names: &[String],
        file: &[u8],
        units: &Units,
    ) -> Result<Response, Failure> {
        match self.try_record(names, file, units) {
            Ok(said) => self.kept(said),
            Err(said) => Ok(Response::Ledger {
                text: String::new(),
                said,
            }),
        }
    }

    fn try_record(&mut self, names: &[String], file: &[u8], units: &Units) -> Result<Words, Words> {
        let who = who(names).ok_or_else(|| words(Told::BadDay, &[]))?;
        let verb: usize = at(names, 5).parse().unwrap_or(usize::MAX);
        let fields = names.get(6..).unwrap_or_default();
        let given = |key: &str| {
            let mut pairs = fields.chunks_exact(2);
            let found = pairs.find(|pair| pair[0] == key);
            found.map_or("", |pair| pair[1].trim())
        };
        let mut get = |key: &str| match given(key) {
            "" if key == "file" && !file.is_empty() => Evidence::fingerprint(file),
            "" if key == "town" => {
                let mut known = units.list().iter();
                let unit = known.find(|unit| unit.code.as_str() == given("village"));
                unit.map_or_else(String::new, |unit| unit.town.clone())
            }
            value => value.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::protocol::Look;
    use crate::written::html::check;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    const HOSTILE: &str = "<script>alert(1)</script>\"&";

    fn names(role: &str, rest: &[&str]) -> Vec<String> {
        let who = [role, "", "7", "2026-07-01"];
        who.iter().chain(rest).map(|n| (*n).to_owned()).collect()
    }

    fn open(ledger: &mut Ledger, id: &str) -> Response {
        let fields = [
            id, "0", "id", id, "village", "1", "town", HOSTILE, "lead", "乙", "problem", HOSTILE,
            "kind", "1", "money", "12.5",
        ];
        ledger
            .record(&names("inspection", &fields), &[], &Units::default())
            .unwrap()
    }

    fn text_of(response: Response) -> (String, Words) {
        match response {
            Response::Ledger { text, said } => (text, said),
            other => panic!("{other:?}"),
        }
    }

    fn written(ledger: &Ledger, topic: Topic, last: &str) -> [String; 2] {
        let (framework, units, spec) = (default_scheme(), Units::default(), Spec::default());
        let scene = Scene {
            framework: &framework,
            units: &units,
            spec: &spec,
            language: Language::Chinese,
            look: Look::default(),
        };
        let about = About {
            numbers: Vec::new(),
            names: names("inspection", &[last]),
        };
        let texts = ledger.write(scene, topic, &about).unwrap();
        for text in &texts {
            check(text);
            assert!(!text.contains("<script"), "{text}");
        }
        assert_ne!(texts[0], texts[1]);
        texts
    }

    #[test]
    fn what_is_kept_makes_the_same_ledger_and_hostile_text_stays_text() {
        let mut ledger = Ledger::default();
        written(&ledger, Topic::Board, "");
        let (kept, said) = text_of(open(&mut ledger, "1"));
        assert_eq!(said[0], "已记录：拟立（1）");
        let mut other = Ledger::default();
        let [preview, _] = written(&other, Topic::Incoming, &kept);
        assert!(preview.contains("新收到 → 拟立"), "{preview}");
        let (again, _) = text_of(other.take(std::slice::from_ref(&kept), true).unwrap());
        assert_eq!(again, kept);
        let [board, _] = written(&other, Topic::Board, "");
        assert!(board.contains("&lt;script&gt;"));
        let [item, _] = written(&other, Topic::Item, "1");
        assert!(item.contains("12.50") && item.contains("data-state=\"draft\""));
        written(&other, Topic::Item, HOSTILE);
        written(&other, Topic::Incoming, HOSTILE);
    }

    #[test]
    fn what_is_refused_is_said_and_changes_nothing() {
        let mut ledger = Ledger::default();
        open(&mut ledger, "1");
        let before = ledger.store.clone();
        let refused = [
            // A number that is taken, another's act, no day, closing a draft.
            text_of(open(&mut ledger, "1")),
            text_of(
                ledger
                    .record(&names("town", &["1", "3"]), &[], &Units::default())
                    .unwrap(),
            ),
            text_of(ledger.record(&[], &[], &Units::default()).unwrap()),
            text_of(
                ledger
                    .record(&names("inspection", &["1", "12"]), &[], &Units::default())
                    .unwrap(),
            ),
        ];
        for (kept, said) in refused {
            assert!(kept.is_empty() && !said[0].is_empty() && said[0] != said[1]);
        }
        let (_, said) = text_of(ledger.take(&["{}".into(), "[]".into()], false).unwrap());
        assert_eq!(said[0], "接收完毕，新增 0 条记录。");
        assert_eq!(ledger.store, before);
    }
}
