//! Whether a case file is what it says, and if not, the first thing that is not.

use super::decision::first_unfounded;
use super::open::Opened;
use super::pack::{CaseError, Data, seals};
use super::results::{Results, compute};
use super::{Case, Decision, Digests, LogEntry, Run, Section, log};
use crate::frame::Dataset;
use crate::framework::Framework;
use crate::packet::{Packet, PacketRefusal, Store};
use crate::process::Procedure;
use crate::report::Table;
use crate::spec::Spec;
use serde::de::DeserializeOwned;

/// The first thing that is not as it should be; [`Difference::message`] has the words.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// Something else than a case file, or its first line was changed.
    NotACase,
    /// Of a format this program does not know.
    Version(String),
    /// The file ends within this section.
    Truncated(Section),
    /// The section is not where or what it should be.
    Malformed(Section),
    /// The section is not what was sealed.
    Altered(Section),
    /// The seal of a section was changed, not the section; or that of the whole.
    Seal(Section),
    /// What was sealed cannot be read.
    Unreadable {
        /// Where.
        section: Section,
        /// What is wrong.
        message: String,
    },
    /// An entry of the log stands where another should.
    LogOrder {
        /// Its place, from 1.
        place: usize,
        /// The number it has.
        seq: u64,
    },
    /// An entry of the log does not follow from those before.
    LogHash {
        /// Its place, from 1.
        place: usize,
    },
    /// A record of 整改销号 that cannot be what an office wrote.
    Records(PacketRefusal),
    /// A decision without a reason, or about no unit of the register, from 1.
    Decision(usize),
    /// Nothing can be computed from what the file holds.
    NotComputable(String),
    /// A result is another when recomputed.
    Result {
        /// Table of the results.
        table: String,
        /// First cell of the row: unit or node.
        row: String,
        /// Column.
        column: String,
        /// What the file says.
        sealed: String,
        /// What comes out.
        recomputed: String,
    },
}

impl Difference {
    /// The entry of the log it is about; 0 when about none.
    pub(super) fn log_place(&self) -> usize {
        match self {
            Self::LogOrder { place, .. } | Self::LogHash { place } => *place,
            _ => 0,
        }
    }
}

impl Case {
    /// Reads a case file and recomputes everything in it, or names the first
    /// difference. A change of log, records or results is named by entry, record or cell.
    pub fn verify(bytes: &[u8]) -> Result<Self, Difference> {
        let opened = Opened::read(bytes)?;
        let broken = broken_seal(&opened);
        match broken {
            None
            | Some(Difference::Altered(Section::Log | Section::Records | Section::Results)) => {}
            Some(difference) => return Err(difference),
        }
        let log: Vec<LogEntry> = read(&opened, Section::Log)?;
        log::check(&log)?;
        let store = records(&opened)?;
        let case = recomputed(bytes, &opened, log, &store)?;
        broken.map_or(Ok(case), Err)
    }
}

/// The records, which must stand as a copy would give them.
fn records(opened: &Opened<'_>) -> Result<Store, Difference> {
    let section = Section::Records;
    let records: Vec<Packet> = read_optional(opened, section)?.unwrap_or_default();
    let store = Store::take_all(records.clone()).map_err(Difference::Records)?;
    if store.packets() == records {
        Ok(store)
    } else {
        Err(Difference::Altered(section))
    }
}

/// Where bytes and seals disagree, if anywhere.
fn broken_seal(opened: &Opened<'_>) -> Option<Difference> {
    if opened.seals != seals(&opened.bodies) {
        let mut rest = opened.seals.strip_prefix('{').unwrap_or_default();
        for (section, body) in &opened.bodies {
            let digests = Digests::of(body.as_bytes());
            let expected = format!("\"{}\":{}", section.id(), digests.json());
            // Digests are ASCII; what is not ends the comparison here.
            let found = rest.get(..expected.len()).unwrap_or(rest);
            if found != expected {
                // A changed section changes both hashes, a changed seal rarely does.
                let is_seal = found.contains(&digests.sha256) || found.contains(&digests.sm3);
                return Some(if is_seal {
                    Difference::Seal(*section)
                } else {
                    Difference::Altered(*section)
                });
            }
            rest = rest.get(expected.len()..).unwrap_or_default();
            rest = rest.strip_prefix(',').unwrap_or(rest);
        }
        return Some(Difference::Malformed(Section::Seals));
    }
    let seal = Digests::of(opened.before_seal.as_bytes()).json();
    (opened.seal != seal).then_some(Difference::Seal(Section::Seal))
}

fn read<T: DeserializeOwned>(opened: &Opened<'_>, section: Section) -> Result<T, Difference> {
    serde_json::from_str(opened.body(section)).map_err(|e| unreadable(section, &e))
}

/// A section that may be absent.
fn read_optional<T: DeserializeOwned>(
    opened: &Opened<'_>,
    section: Section,
) -> Result<Option<T>, Difference> {
    match opened.body(section) {
        "" if !opened.bodies.iter().any(|(s, _)| *s == section) => Ok(None),
        _ => read(opened, section).map(Some),
    }
}

fn unreadable(section: Section, problem: &dyn std::fmt::Display) -> Difference {
    Difference::Unreadable {
        section,
        message: problem.to_string(),
    }
}

/// The file as values, if its results come out again.
fn recomputed(
    bytes: &[u8],
    opened: &Opened<'_>,
    log: Vec<LogEntry>,
    store: &Store,
) -> Result<Case, Difference> {
    let framework: Framework = read(opened, Section::Scheme)?;
    let data: Data<'static> = read(opened, Section::Data)?;
    let dataset = Dataset::new(
        data.units.into_owned(),
        framework,
        data.periods.into_owned(),
    );
    let dataset = dataset.and_then(|d| d.with_surveys(data.surveys.into_owned()));
    let dataset = dataset.map_err(|e| unreadable(Section::Data, &e))?;
    let spec = Spec::from_json(opened.body(Section::Spec));
    let spec = spec.map_err(|e| unreadable(Section::Spec, &e))?;
    let run: Run = read(opened, Section::Run)?;
    let decisions: Vec<Decision> = read(opened, Section::Decisions)?;
    if let Some(at) = first_unfounded(&decisions, &dataset) {
        return Err(Difference::Decision(at));
    }
    let process: Option<Procedure> = read_optional(opened, Section::Process)?;
    if let Some(procedure) = &process {
        let valid = procedure.process.validate();
        valid.map_err(|why| unreadable(Section::Process, &why))?;
    }
    let results: Vec<Table> = read(opened, Section::Results)?;
    let Results {
        tables,
        method_digest,
    } = compute(&dataset, &spec, &run, process.as_ref().map(|p| (p, store)))
        .map_err(not_computable)?;
    if let Some(difference) = first_other(&results, &tables) {
        return Err(difference);
    }
    Ok(Case {
        versions: read(opened, Section::Versions)?,
        dataset,
        spec,
        run,
        sources: read(opened, Section::Sources)?,
        decisions,
        log,
        records: store.packets(),
        process,
        results,
        digests: Digests::of(bytes),
        method_digest,
    })
}

fn not_computable(error: CaseError) -> Difference {
    Difference::NotComputable(error.to_string())
}

/// The first cell in which two lists of tables differ; names of tables and columns
/// count as cells.
fn first_other(sealed: &[Table], recomputed: &[Table]) -> Option<Difference> {
    let empty = Table {
        name: String::new(),
        header: Vec::new(),
        rows: Vec::new(),
    };
    (0..sealed.len().max(recomputed.len())).find_map(|at| {
        let a = sealed.get(at).unwrap_or(&empty);
        let b = recomputed.get(at).unwrap_or(&empty);
        let (row, column, sealed, recomputed) = other_cell(a, b)?;
        Some(Difference::Result {
            table: if b.name.is_empty() { &a.name } else { &b.name }.clone(),
            row: row.to_owned(),
            column: column.to_owned(),
            sealed: sealed.to_owned(),
            recomputed: recomputed.to_owned(),
        })
    })
}

/// Row, column and both texts of the first difference between two tables.
fn other_cell<'a>(a: &'a Table, b: &'a Table) -> Option<(&'a str, &'a str, &'a str, &'a str)> {
    if a.name != b.name {
        return Some(("", "", &a.name, &b.name));
    }
    if let Some((_, x, y)) = first_cell(&a.header, &b.header) {
        return Some(("", if y.is_empty() { x } else { y }, x, y));
    }
    (0..a.rows.len().max(b.rows.len())).find_map(|at| {
        let x = a.rows.get(at).map_or(&[][..], |row| row);
        let y = b.rows.get(at).map_or(&[][..], |row| row);
        let (column, u, v) = first_cell(x, y)?;
        let key = y.first().or(x.first()).map_or("", String::as_str);
        let column = b.header.get(column).map_or("", String::as_str);
        Some((key, column, u, v))
    })
}

/// Position and texts of the first cells that differ.
fn first_cell<'a>(a: &'a [String], b: &'a [String]) -> Option<(usize, &'a str, &'a str)> {
    let cell = |row: &'a [String], at: usize| row.get(at).map_or("", String::as_str);
    let at = (0..a.len().max(b.len())).find(|&at| a.get(at) != b.get(at))?;
    Some((at, cell(a, at), cell(b, at)))
}
