//! What two case files differ in, section by section, in terms of units, indicators
//! and options rather than bytes.

use super::pack::Data;
use super::results::values;
use super::{Case, Section};
use crate::frame::Dataset;
use crate::gate::Gate;
use crate::ids::Period;
use crate::packet::Packet;
use crate::process::{Procedure, Process};
use crate::report::Table;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Longest text of a value, in characters.
const LONGEST: usize = 80;

/// One difference between two case files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// In which section.
    pub section: Section,
    /// Where in it: names and positions, from the outside inwards.
    pub place: String,
    /// What the first file has; `None` where it has nothing.
    pub before: Option<String>,
    /// What the second file has.
    pub after: Option<String>,
}

/// Everything in which the second file differs from the first, in the order of the
/// sections.
pub fn diff(a: &Case, b: &Case) -> Vec<Change> {
    let mut changes = Changes::default();
    changes.values(Section::Versions, &a.versions, &b.versions);
    changes.values(
        Section::Scheme,
        a.dataset.framework(),
        b.dataset.framework(),
    );
    changes.data(&a.dataset, &b.dataset);
    changes.values(Section::Spec, &a.spec, &b.spec);
    changes.values(Section::Run, &a.run, &b.run);
    changes.values(Section::Sources, &a.sources, &b.sources);
    changes.values(Section::Decisions, &a.decisions, &b.decisions);
    changes.values(Section::Log, &a.log, &b.log);
    changes.records(&a.records, &b.records);
    changes.process(a.process.as_ref(), b.process.as_ref());
    changes.tables(Section::Results, &a.results, &b.results);
    changes.list
}

#[derive(Default)]
struct Changes {
    list: Vec<Change>,
}

impl Changes {
    fn push(
        &mut self,
        section: Section,
        place: String,
        before: Option<String>,
        after: Option<String>,
    ) {
        self.list.push(Change {
            section,
            place,
            before,
            after,
        });
    }

    fn values(&mut self, section: Section, a: &impl Serialize, b: &impl Serialize) {
        self.under(section, String::new(), a, b);
    }

    fn under(&mut self, section: Section, place: String, a: &impl Serialize, b: &impl Serialize) {
        // What could be written to a file can be written to a value.
        let value = |x: Result<Value, serde_json::Error>| x.unwrap_or_default();
        let (a, b) = (
            value(serde_json::to_value(a)),
            value(serde_json::to_value(b)),
        );
        self.walk(section, place, Some(&a), Some(&b));
    }

    fn walk(&mut self, section: Section, place: String, a: Option<&Value>, b: Option<&Value>) {
        if a == b {
            return;
        }
        let inside = match (a, b) {
            (Some(Value::Object(a)), Some(Value::Object(b))) => {
                let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
                keys.into_iter()
                    .map(|k| (k.clone(), a.get(k), b.get(k)))
                    .collect()
            }
            (Some(Value::Array(a)), Some(Value::Array(b))) => pairs(a, b),
            _ => Vec::new(),
        };
        let n_before = self.list.len();
        for (key, a, b) in inside {
            self.walk(section, inner(&place, &key), a, b);
        }
        // Same members in another order, or no members at all.
        if self.list.len() == n_before {
            self.push(section, place, a.map(short), b.map(short));
        }
    }

    fn data(&mut self, a: &Dataset, b: &Dataset) {
        let (section, n_before) = (Section::Data, self.list.len());
        self.under(section, "units".into(), a.units(), b.units());
        let periods: BTreeSet<&Period> = a.periods().keys().chain(b.periods().keys()).collect();
        for period in periods {
            let table = |d: &Dataset| {
                let cells = d.periods().get(period)?.frame();
                let name = period.to_string();
                Some(values(&name, d.units(), d.framework(), cells.columns()))
            };
            self.table(
                section,
                period.as_str(),
                table(a).as_ref(),
                table(b).as_ref(),
            );
        }
        let surveyed = a.surveys().keys().chain(b.surveys().keys());
        for period in surveyed.collect::<BTreeSet<_>>() {
            let (x, y) = (a.surveys().get(period), b.surveys().get(period));
            if x != y {
                // Counts may be small, so none is shown (invariant 8).
                let there = |is_there: bool| is_there.then(|| "…".to_owned());
                let place = inner("surveys", period.as_str());
                self.push(section, place, there(x.is_some()), there(y.is_some()));
            }
        }
        // Ratios, standard errors and provenance, when the cells are the same.
        if self.list.len() == n_before {
            self.values(section, &Data::of(a), &Data::of(b));
        }
    }

    /// Author by author how many records there are and where they end: what they say
    /// is not for every eye.
    fn records(&mut self, a: &[Packet], b: &[Packet]) {
        let authors = a.iter().chain(b).map(|packet| packet.author.as_str());
        for author in authors.collect::<BTreeSet<&str>>() {
            let series = |packets: &[Packet]| {
                let own = packets.iter().filter(|packet| packet.author == author);
                let heads: Vec<String> = own
                    .map(|packet| {
                        let head: String = packet.head.chars().take(12).collect();
                        format!("{} × {head}", packet.records.len())
                    })
                    .collect();
                (!heads.is_empty()).then(|| heads.join(", "))
            };
            let (before, after) = (series(a), series(b));
            if before != after {
                self.push(Section::Records, author.to_owned(), before, after);
            }
        }
    }

    /// What is decided, but of restrictions only whom they are about: why somebody is
    /// held is not for every eye (invariant 5).
    fn process(&mut self, a: Option<&Procedure>, b: Option<&Procedure>) {
        let open = |procedure: Option<&Procedure>| {
            let Procedure { span, process } = procedure?.clone();
            let process = Process {
                gates: Vec::new(),
                ..process
            };
            serde_json::to_value(Procedure { span, process }).ok()
        };
        let (x, y) = (open(a), open(b));
        self.walk(Section::Process, String::new(), x.as_ref(), y.as_ref());
        let gates = |procedure: Option<&'_ Procedure>| -> Vec<Gate> {
            procedure.map_or_else(Vec::new, |p| p.process.gates.clone())
        };
        let (x, y) = (gates(a), gates(b));
        let villages = x.iter().chain(&y).map(|gate| gate.village.as_str());
        for village in villages.collect::<BTreeSet<&str>>() {
            let own = |gates: &'_ [Gate]| -> Vec<Gate> {
                let own = gates.iter().filter(|gate| gate.village == village);
                own.cloned().collect()
            };
            let (x, y) = (own(&x), own(&y));
            if x != y {
                let there =
                    |gates: &[Gate]| (!gates.is_empty()).then(|| format!("{} × …", gates.len()));
                let place = inner("gates", village);
                self.push(Section::Process, place, there(&x), there(&y));
            }
        }
    }

    fn tables(&mut self, section: Section, a: &[Table], b: &[Table]) {
        let names: Vec<&str> = a.iter().map(|t| t.name.as_str()).collect();
        let more = b.iter().map(|t| t.name.as_str());
        let more: Vec<&str> = more.filter(|n| !names.contains(n)).collect();
        for name in names.into_iter().chain(more) {
            let find = |list: &'_ [Table]| list.iter().position(|t| t.name == name);
            let a = find(a).and_then(|at| a.get(at));
            let b = find(b).and_then(|at| b.get(at));
            self.table(section, name, a, b);
        }
    }

    /// Rows are found by their first cell, columns by their name.
    fn table(&mut self, section: Section, name: &str, a: Option<&Table>, b: Option<&Table>) {
        let (Some(a), Some(b)) = (a, b) else {
            let shown = |t: &Table| format!("{} × {}", t.rows.len(), t.header.len());
            if a.is_some() || b.is_some() {
                self.push(section, name.into(), a.map(shown), b.map(shown));
            }
            return;
        };
        let rows = |t: &Table| -> BTreeMap<String, Vec<String>> {
            let keyed = t
                .rows
                .iter()
                .filter_map(|r| Some((r.first()?.clone(), r.clone())));
            keyed.collect()
        };
        let columns =
            |t: &Table| -> BTreeMap<String, usize> { t.header.iter().cloned().zip(0..).collect() };
        let (in_a, in_b) = (columns(a), columns(b));
        let mut both = Vec::new();
        for column in in_a
            .keys()
            .chain(in_b.keys().filter(|c| !in_a.contains_key(*c)))
        {
            match (in_a.get(column), in_b.get(column)) {
                (Some(x), Some(y)) => both.push((column, *x, *y)),
                (x, y) => {
                    let there = |at: Option<&usize>| at.map(|_| column.clone());
                    self.push(section, inner(name, column), there(x), there(y));
                }
            }
        }
        let (rows_a, rows_b) = (rows(a), rows(b));
        let keys: BTreeSet<&String> = rows_a.keys().chain(rows_b.keys()).collect();
        for key in keys {
            let place = inner(name, key);
            let (Some(x), Some(y)) = (rows_a.get(key), rows_b.get(key)) else {
                let there = |row: Option<&Vec<String>>| row.map(|r| shortened(&r.join(",")));
                self.push(
                    section,
                    place,
                    there(rows_a.get(key)),
                    there(rows_b.get(key)),
                );
                continue;
            };
            for (column, at, other) in &both {
                let (u, v) = (x.get(*at), y.get(*other));
                if u != v {
                    self.push(section, inner(&place, column), u.cloned(), v.cloned());
                }
            }
        }
    }
}

/// A place within a place.
fn inner(place: &str, key: &str) -> String {
    if place.is_empty() {
        key.to_owned()
    } else {
        format!("{place} › {key}")
    }
}

type Pair<'v> = (String, Option<&'v Value>, Option<&'v Value>);

/// Members of two lists side by side: by id, code or number where all have one of their
/// own, else by position from 1.
fn pairs<'v>(a: &'v [Value], b: &'v [Value]) -> Vec<Pair<'v>> {
    for name in ["id", "code", "number"] {
        let keyed = |list: &'v [Value]| -> Option<BTreeMap<&'v str, &'v Value>> {
            let members = list.iter().map(|v| Some((v.get(name)?.as_str()?, v)));
            let members: BTreeMap<_, _> = members.collect::<Option<_>>()?;
            (members.len() == list.len()).then_some(members)
        };
        if let (Some(a), Some(b)) = (keyed(a), keyed(b)) {
            let keys: BTreeSet<&str> = a.keys().chain(b.keys()).copied().collect();
            let pair = |k: &str| (k.to_owned(), a.get(k).copied(), b.get(k).copied());
            return keys.into_iter().map(pair).collect();
        }
    }
    (0..a.len().max(b.len()))
        .map(|at| ((at + 1).to_string(), a.get(at), b.get(at)))
        .collect()
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => shortened(text),
        other => shortened(&other.to_string()),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}
