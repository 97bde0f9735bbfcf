//! 整改销号 beside the engine: the records of each project, what is done with them, and
//! what of them is shown. Records are never undone; what they say follows from their
//! set alone (`dhi_engine::packet`).

mod files;
mod office;

use super::protocol::{Failure, Response};
use crate::written::{Scene, both, sign_off};
use dhi_engine::calendar::{Calendar, Day};
use dhi_engine::frame::Units;
use dhi_engine::framework::Language;
use dhi_engine::ids::Period;
use dhi_engine::packet::{Notice, Packet, Record, Store, View, author_of};
use dhi_engine::process::{Office, Process, in_parts};
use dhi_engine::signoff::{
    Actor, Due, Event, Evidence, Fields, Item, ROLES, Role, Rules, State, Urgency, What, due,
    fields_of,
};
use office::Done;
use std::cmp::Reverse;

/// What somebody does on the page: an action with the texts of its form.
#[derive(Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Deed {
    /// Number of the dataset the project began with.
    pub ledger: u64,
    /// The action.
    pub act: String,
    /// Texts by name; `today` among them.
    pub fields: Vec<(String, String)>,
    /// A file, where one was chosen.
    pub file: Vec<u8>,
}

/// The records of projects, by the dataset each began with.
#[derive(Default)]
pub struct Books(Vec<(u64, Book)>);

/// The records of a project and how they are looked at.
pub struct Book {
    /// Everything recorded or received.
    store: Store,
    /// What follows from it.
    pub view: View,
    /// Times and numbers.
    pub rules: Rules,
    /// Working days.
    pub calendar: Calendar,
    /// Who looks.
    pub actor: Actor,
    /// What the office decided and keeps beside them, file by file.
    pub office: Office,
    /// What those files say together.
    pub process: Process,
    /// Which part is looked at.
    pub part: Part,
    /// Periods of the data.
    pub periods: Vec<Period>,
    /// Line of the checklist looked at.
    pub line: String,
    /// Number of the item looked at; empty for all of them.
    shown: String,
    /// State and text by which the board is narrowed.
    pub filter: (String, String),
    /// What was typed last, kept where it was refused.
    pub typed: Fields,
    /// What came of the last deed.
    pub said: Option<[String; 2]>,
    /// A packet that was read and waits for consent.
    pending: Option<Packet>,
    /// The day.
    pub today: Day,
}

/// A part of the page.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Part {
    /// The items.
    #[default]
    Items,
    /// 小微权力清单 and its checks.
    Checklist,
    /// The round's visits.
    Plan,
    /// 巡察建议书.
    Advice,
    /// Files, rules and the span that counts.
    Office,
}

/// All parts in their order.
pub const PARTS: [Part; 5] = [
    Part::Items,
    Part::Checklist,
    Part::Plan,
    Part::Advice,
    Part::Office,
];

impl Part {
    /// How it goes by in a control.
    pub fn id(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Checklist => "checklist",
            Self::Plan => "plan",
            Self::Advice => "advice",
            Self::Office => "office",
        }
    }
}

/// Records and the files beside them, as they are kept.
#[derive(Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Records {
    /// Packets by author.
    pub ledger: Vec<Packet>,
    /// Files of the office.
    pub office: Office,
}

/// State of an item and number of consents; `None` where there is no item.
pub type Standing = Option<(State, usize)>;

/// What a packet would change.
pub struct Preview<'a> {
    /// Whose it is.
    pub author: &'a str,
    /// Records that are not here, and that are.
    pub counts: [usize; 2],
    /// Of each item spoken of its number, village, problem and date due; its state and
    /// consents now, and as they would be.
    pub changes: Vec<([String; 4], [Standing; 2])>,
    /// Things for people to settle, now and then.
    pub notices: [usize; 2],
}

impl Default for Book {
    fn default() -> Self {
        Self {
            store: Store::default(),
            view: View::default(),
            rules: Rules::default(),
            calendar: Calendar::default(),
            office: Office::default(),
            process: Process::default(),
            part: Part::Items,
            line: String::new(),
            periods: Vec::new(),
            actor: Actor {
                role: Role::Auditor,
                office: String::new(),
                hand: String::new(),
            },
            shown: String::new(),
            filter: Default::default(),
            typed: Fields::new(),
            said: None,
            pending: None,
            // Replaced by every deed, which says what day it is.
            today: Day::new(2000, 1, 1).unwrap_or_else(|| unreachable!()),
        }
    }
}

impl Books {
    /// Takes a project's records from its file; refused as a whole where one does not
    /// fit.
    pub fn open(&mut self, ledger: u64, records: Records) -> Result<(), String> {
        let store = Store::take_all(records.ledger).map_err(|why| why.to_string())?;
        let process = records.office.process().map_err(|why| why.to_string())?;
        let mut book = Book {
            store,
            office: records.office,
            ..Book::default()
        };
        book.decide(process);
        self.0.push((ledger, book));
        Ok(())
    }

    /// The records of a project.
    pub fn get(&self, ledger: u64) -> Option<&Book> {
        let found = self.0.iter().find(|(number, _)| *number == ledger);
        found.map(|(_, book)| book)
    }

    /// The records of a project as text; empty where there are none. Complete: it is what
    /// is kept here.
    pub fn text(&self, ledger: u64) -> Result<String, String> {
        let book = self.get(ledger);
        book.map_or(Ok(String::new()), |book| book.written(book.office.clone()))
    }

    /// The same for a file, as whoever acts may have it.
    pub fn text_to_go(&self, ledger: u64) -> Result<String, String> {
        let Some(book) = self.get(ledger) else {
            return Ok(String::new());
        };
        let office = book.office.withheld(book.actor.role);
        book.written(office.map_err(|why| why.to_string())?)
    }

    /// Does a deed and shows what came of it, or hands over a file.
    pub fn answer(
        &mut self,
        deed: Deed,
        scene: Scene<'_>,
        periods: Vec<Period>,
    ) -> Result<Response, Failure> {
        let ledger = deed.ledger;
        let at = self.0.iter().position(|(number, _)| *number == ledger);
        let at = at.unwrap_or_else(|| {
            self.0.push((ledger, Book::default()));
            self.0.len() - 1
        });
        let book = &mut self.0[at].1;
        let mut is_changed = false;
        let was_fed = book.office.span.is_some();
        book.said = None;
        book.periods = periods;
        book.typed = deed.fields.into_iter().collect();
        if let Ok(today) = book.typed("today").parse() {
            book.today = today;
        }
        let value = book.typed("value").to_owned();
        match deed.act.as_str() {
            "who" => {
                let id = book.typed("role");
                let role = ROLES.iter().find(|role| role.id() == id);
                book.actor = Actor {
                    role: role.copied().unwrap_or(Role::Auditor),
                    office: book.typed("office").trim().to_owned(),
                    hand: book.typed("hand").trim().to_owned(),
                };
            }
            "show" => {
                book.shown = value;
                book.part = Part::Items;
            }
            "filter" => {
                let find = book.typed("find").trim().to_owned();
                book.filter = (book.typed("state").to_owned(), find);
            }
            "do" => match book.record(&value, scene.units) {
                Ok(()) => {
                    is_changed = true;
                    book.typed.clear();
                }
                Err(why) => book.said = Some(why),
            },
            "hash" => {
                let hash = Evidence::fingerprint(&deed.file);
                book.typed.insert("hash".into(), hash);
            }
            "ledger" => book.said = book.read_ledger(&deed.file, scene.units).err(),
            "receive" => match Packet::from_json(&deed.file) {
                Ok(packet) => book.pending = Some(packet),
                Err(why) => book.said = Some(words(|language| why.message(language))),
            },
            "accept" => {
                if let Some(packet) = book.pending.take() {
                    match book.store.take(packet) {
                        Ok(_) => {
                            is_changed = true;
                            book.renew();
                        }
                        Err(why) => book.said = Some(words(|language| why.message(language))),
                    }
                }
            }
            "cancel" => book.pending = None,
            "export" => match book.export()? {
                Some(file) => return Ok(file),
                None => {
                    book.said = Some([
                        "本单位还没有记录".into(),
                        "no records of this office".into(),
                    ]);
                }
            },
            "calendar" => return Ok(book.calendar_file(scene.language)),
            act => match book.keep_office(act, &value, &deed.file, scene.units) {
                Done::Nothing => {}
                Done::Changed => is_changed = true,
                Done::File(file) => return Ok(file),
            },
        }
        let book = &*book;
        let markup = both(scene, &|scene, html| sign_off::page(scene, html, book));
        let is_fed = is_changed && (was_fed || book.office.span.is_some());
        let text = if is_changed {
            Some(self.text(ledger)?)
        } else {
            None
        };
        Ok(Response::SignOff {
            ledger,
            markup,
            text,
            is_fed,
        })
    }
}

/// A text in both languages.
fn words(say: impl Fn(Language) -> String) -> [String; 2] {
    [Language::Chinese, Language::English].map(say)
}

impl Book {
    /// What was typed under a name.
    pub fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn written(&self, office: Office) -> Result<String, String> {
        let ledger = self.store.packets();
        if ledger.is_empty() && office.is_empty() {
            return Ok(String::new());
        }
        let records = Records { ledger, office };
        serde_json::to_string(&records).map_err(|e| e.to_string())
    }

    fn renew(&mut self) {
        self.view = self.store.view(&self.rules);
    }

    /// Goes by what the files of the office say.
    fn decide(&mut self, process: Process) {
        self.rules = process.rules();
        self.calendar = process.calendar.clone().unwrap_or_default();
        self.process = process;
        self.renew();
    }

    /// Whether whoever looks sees its own alone.
    pub fn is_limited(&self) -> bool {
        matches!(
            self.actor.role,
            Role::VillageParty | Role::Town | Role::Department | Role::Public
        )
    }

    /// Whether an item is shown to whoever looks: a village, a town and a department
    /// see their own, who rates what has come to be rated.
    pub fn sees(&self, item: &Item) -> bool {
        let office = &self.actor.office;
        match self.actor.role {
            Role::VillageParty => item.facts.village == *office,
            Role::Town => item.facts.town == *office,
            Role::Department => item.facts.lead == *office,
            Role::Public => {
                let is_rated = |state| matches!(state, State::PublicRating | State::Recheck);
                item.history.iter().any(|entry| is_rated(entry.state))
            }
            _ => true,
        }
    }

    /// The item looked at.
    pub fn item(&self) -> Option<&Item> {
        self.seen(&self.shown)
    }

    /// An item by its number, where it is shown.
    pub fn seen(&self, id: &str) -> Option<&Item> {
        self.view.item(id).filter(|item| self.sees(item))
    }

    /// What people must settle, of items that are shown; what is about none, or about
    /// one that two set up, is for those who see everything.
    pub fn notices(&self) -> Vec<&Notice> {
        let is_shown = |notice: &&Notice| {
            !self.is_limited() || notice.item().is_some_and(|id| self.seen(id).is_some())
        };
        self.view.notices.iter().filter(is_shown).collect()
    }

    /// Its records, first to last.
    pub fn history(&self, item: &str) -> Vec<&Record> {
        self.store.history(item)
    }

    /// What is due of an item, the most pressing first.
    pub fn due(&self, item: &Item) -> Vec<Due> {
        let mut all = due(item, &self.rules, &self.calendar, self.today);
        all.sort_by_key(|due| (Reverse(due.urgency), due.by));
        all
    }

    /// Items that are shown, the most pressing first.
    pub fn board(&self) -> Vec<(&Item, Option<Due>)> {
        let (state, find) = (self.filter.0.as_str(), self.filter.1.as_str());
        let is_meant = |item: &&Item| {
            let texts = [
                &item.id,
                &item.facts.village,
                &item.facts.town,
                &item.facts.problem,
            ];
            self.sees(item)
                && (state.is_empty() || item.state.id() == state)
                && texts.iter().any(|text| text.contains(find))
        };
        let items = self.view.items.iter().filter(is_meant);
        let mut all: Vec<_> = items
            .map(|item| (item, self.due(item).first().copied()))
            .collect();
        let far = (Reverse(Urgency::Ahead), None);
        all.sort_by_key(|(_, due)| {
            due.map_or((true, far), |d| (false, (Reverse(d.urgency), Some(d.by))))
        });
        all
    }

    /// What the packet that waits would change.
    pub fn preview(&self) -> Option<Preview<'_>> {
        let packet = self.pending.as_ref()?;
        let mut after = self.store.clone();
        let received = after.receive(packet).ok()?;
        let after = after.view(&self.rules);
        let mut ids: Vec<&String> = packet.records.iter().map(|r| &r.item).collect();
        ids.sort();
        ids.dedup();
        // Items of others are counted, not named.
        let is_shown = |id: &&String| {
            let mut items = [&self.view, &after].into_iter().filter_map(|v| v.item(id));
            !self.is_limited() || items.any(|item| self.sees(item))
        };
        let both = |id: &String| {
            let items = [&self.view, &after].map(|v| v.item(id));
            let standings = items.map(|item| item.map(|i| (i.state, i.signatures.len())));
            let [village, problem, due] = items[1].map_or_else(Default::default, |item| {
                let due = item.due.map(String::from).unwrap_or_default();
                [item.facts.village.clone(), item.facts.problem.clone(), due]
            });
            ([id.clone(), village, problem, due], standings)
        };
        let changes = ids.into_iter().filter(is_shown).map(both).collect();
        Some(Preview {
            author: &packet.author,
            counts: [received.new, received.known],
            changes,
            notices: [self.view.notices.len(), after.notices.len()],
        })
    }

    /// Records an event from what was typed.
    fn record(&mut self, action: &str, units: &Units) -> Result<(), [String; 2]> {
        let names = fields_of(action).unwrap_or_default();
        let mut fields = Fields::new();
        for name in names {
            let text = match *name {
                "groups" => self.groups(),
                "content" => self.content(),
                "to_recover" | "received" => in_parts(self.typed(name).trim(), 2),
                name => self.typed(name).trim().to_owned(),
            };
            fields.insert((*name).to_owned(), text);
        }
        let mut id = self.shown.clone();
        if action == "open" {
            self.typed("item").trim().clone_into(&mut id);
            let unit = units.unit(self.typed("village"));
            let Some(unit) = unit.filter(|_| !id.is_empty()) else {
                return Err([
                    "须填事项编号，村代码须在名册中".into(),
                    "a number is needed, and a village code of the register".into(),
                ]);
            };
            fields.insert("town".into(), unit.town.clone());
        } else if action == "settle" && self.is_set_up_twice(self.typed("item")) {
            self.typed("item").clone_into(&mut id);
        } else if self.item().is_none() {
            return Err(["没有选定事项".into(), "no item is chosen".into()]);
        }
        self.needs_hand()?;
        let unread = |name: &str| {
            let label = |language| sign_off::label(name, language).to_owned();
            let [zh, en] = words(label);
            [
                ["“", &zh, "”填写有误"].concat(),
                ["cannot be read: ", &en].concat(),
            ]
        };
        let at = self.typed("at").parse().map_err(|_| unread("at"))?;
        let what = What::read(action, &fields).map_err(|why| unread(&why.0))?;
        let by = self.actor.clone();
        let event = Event { at, by, what };
        let done = self.store.record(&self.rules, &id, event);
        done.map_err(|why| words(|language| why.message(&self.rules, language)))?;
        self.shown = id;
        // A ledger that waits would go on from where this office's records were.
        let is_own = |packet: &Packet| packet.author == author_of(&self.actor);
        if self.pending.as_ref().is_some_and(is_own) {
            self.pending = None;
        }
        self.renew();
        Ok(())
    }

    /// Whether offices that did not know of each other set up one number: there is no item
    /// before one of them stands.
    pub fn is_set_up_twice(&self, id: &str) -> bool {
        let mut notices = self.view.notices.iter();
        let is_so = |n: &Notice| matches!(n, Notice::Contended { item, .. } if item == id);
        self.view.item(id).is_none() && notices.any(is_so)
    }

    /// Nothing is recorded of nobody.
    fn needs_hand(&self) -> Result<(), [String; 2]> {
        if self.actor.hand.is_empty() {
            return Err([
                "请先填写经办人代码".into(),
                "say first who acts: the officer’s code".into(),
            ]);
        }
        Ok(())
    }

    /// What is signed, where the form was filled in knowing every record of the item; or
    /// nothing, which the procedure refuses. The digest itself is on no page: whoever
    /// guesses at the counts of a rating could try them against it.
    fn content(&self) -> String {
        let item = self
            .item()
            .filter(|item| self.typed("seen") == self.n_seen(item));
        item.map(Item::content).unwrap_or_default()
    }

    /// How many records of an item there are, which only grow in number.
    pub fn n_seen(&self, item: &Item) -> String {
        self.store.history(&item.id).len().to_string()
    }

    /// Counts of the groups, typed one by one.
    fn groups(&self) -> String {
        let group = |group: usize| {
            let count = |kind: usize| {
                let name = sign_off::count_name(group, kind);
                let text = self.typed(&name).trim();
                if text.is_empty() { "0" } else { text }.to_owned()
            };
            [count(0), count(1), count(2)].join(",")
        };
        let groups: Vec<String> = (0..self.rules.groups.len()).map(group).collect();
        groups.join(";")
    }
}

#[cfg(test)]
mod ledger_tests;
#[cfg(test)]
mod secret_tests;
#[cfg(test)]
mod tests;
