//! `dhi ledger`, and the indicators that `dhi score --ledger` takes from it.

use crate::args::{LedgerCommand, LedgerOptions};
use crate::load::{self, Job};
use crate::score::write_table;
use crate::{Done, Failure};
use dhi_engine::calendar::Day;
use dhi_engine::frame::Observations;
use dhi_engine::framework::Language;
use dhi_engine::gate::{Gate, GateRules};
use dhi_engine::ledger::{Derived, feed};
use dhi_engine::packet::{Packet, Store, View};
use dhi_engine::pipeline::{Inputs, Outcome};
use dhi_engine::process::Process;
use dhi_engine::report::{self, Reader, Table};
use dhi_engine::signoff::Rules;
use dhi_engine::spec::Spec;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A project file, of which only the records are read here.
#[derive(Deserialize)]
struct Project {
    ledger: Vec<Packet>,
}

/// Everything from packets and project files, in whatever order they come.
fn store(files: &[PathBuf]) -> Result<Store, Failure> {
    let mut store = Store::default();
    for path in files {
        let bytes = load::bytes(path)?;
        let packets = match serde_json::from_slice::<Project>(&bytes) {
            Ok(project) => project.ledger,
            Err(_) => vec![Packet::from_json(&bytes).map_err(|why| bounds(path, &why))?],
        };
        for packet in packets {
            store.take(packet).map_err(|why| bounds(path, &why))?;
        }
    }
    Ok(store)
}

/// The records of all files, by author.
pub(crate) fn records(options: &LedgerOptions) -> Result<Vec<Packet>, Failure> {
    Ok(store(&options.ledger)?.packets())
}

/// The records and what is decided beside them.
struct Books {
    process: Process,
    rules: Rules,
    view: View,
    /// First and last day counted, and the day as of which.
    span: Option<(Day, Day, Day)>,
}

impl Books {
    fn read(options: &LedgerOptions) -> Result<Self, Failure> {
        let mut process = Process::default();
        for path in &options.process {
            let bytes = load::bytes(path)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let read = Process::from_file(&name, &bytes).and_then(|read| process.add(read));
            read.map_err(|why| bounds(path, &why))?;
        }
        process
            .validate()
            .map_err(|why| bounds("--process".as_ref(), &why))?;
        let rules = process.rules();
        let view = store(&options.ledger)?.view(&rules);
        // Clap asks for them wherever there are files.
        let span = match (options.from, options.to, options.today) {
            (Some(from), Some(to), Some(today)) => Some((from, to, today)),
            _ => None,
        };
        Ok(Self {
            process,
            rules,
            view,
            span,
        })
    }

    /// Values that follow from items and checks.
    fn derived(&self) -> Vec<Derived> {
        let derived = |(from, to, today)| {
            let items = &self.view.items;
            self.process.derived(items, (from, to), today)
        };
        self.span.map(derived).unwrap_or_default()
    }

    fn gates(&self, today: Day) -> Vec<Gate> {
        self.process.gates(&self.view.items, today)
    }
}

fn bounds(path: &Path, why: &dyn std::fmt::Display) -> Failure {
    Failure::Bounds {
        path: path.display().to_string(),
        problem: why.to_string(),
    }
}

pub(crate) fn ledger(command: &LedgerCommand, language: Language) -> Result<Done, Failure> {
    let options = &command.ledger;
    if options.ledger.is_empty() && options.process.is_empty() {
        return Err(bounds("--ledger".as_ref(), &"no file is named"));
    }
    let books = Books::read(options)?;
    let (view, rules, process) = (&books.view, &books.rules, &books.process);
    let folder = &command.out;
    std::fs::create_dir_all(folder).map_err(|source| load::file_failure(folder, source))?;
    let calendar = process.calendar.clone().unwrap_or_default();
    if let Some((_, _, today)) = books.span {
        write_table(folder, &report::items(view, rules, today, language))?;
        let due = report::due_list(view, rules, &calendar, today, language);
        write_table(folder, &due)?;
        let reader = Reader {
            role: options.role,
            today,
            language,
        };
        let gates = report::gates(&books.gates(today), &books.process.gate_rules(), reader);
        write_table(folder, &gates)?;
        if !process.suggestions.is_empty() {
            write_table(folder, &report::suggestions(&process.suggestions, today))?;
        }
    }
    if let Some(list) = &process.checklist {
        write_table(folder, &report::checklist(list, &process.checks))?;
    }
    if let Some(plan) = &process.plan {
        let least = process.plan_rules.unwrap_or_default();
        for table in report::plan(plan, least, &process.villages, &calendar, language) {
            write_table(folder, &table)?;
        }
    }
    write_table(folder, &report::notices(view, language))?;
    let derived = books.derived();
    write_table(folder, &report::derived_values(&derived))?;
    println!(
        "{} items · {} notices · {} values",
        view.items.len(),
        view.notices.len(),
        derived.len()
    );
    Ok(Done::Ok)
}

/// What is decided about committees whose index is computed, once it is.
pub(crate) struct Decided {
    gates: Vec<Gate>,
    rules: GateRules,
    reader: Reader,
}

impl Decided {
    /// `grades.csv`, and `gates.csv` as the role may see it.
    pub(crate) fn tables(&self, inputs: Inputs<'_>, outcome: &Outcome, spec: &Spec) -> [Table; 2] {
        let gates = (&self.gates[..], &self.rules);
        [
            report::grades(inputs, outcome, spec, gates, self.reader),
            report::gates(&self.gates, &self.rules, self.reader),
        ]
    }
}

/// Fills in what follows from the ledger; a supplied value that differs is kept and
/// found. What restricts committees is handed back, where there are records.
pub(crate) fn fill(
    job: &mut Job,
    options: &LedgerOptions,
    language: Language,
) -> Result<Option<Decided>, Failure> {
    if options.ledger.is_empty() && options.process.is_empty() {
        return Ok(None);
    }
    let books = Books::read(options)?;
    let dataset = job.dataset.as_ref();
    let (units, framework) = (dataset.units(), dataset.framework());
    let missing = || Observations::missing(units.len(), framework.n_indicators());
    let found = dataset.periods().get(&job.period).cloned();
    let mut observations = found.unwrap_or_else(missing);
    let source = "整改台账 / ledger of rectification";
    let findings = feed(
        &books.derived(),
        source,
        units,
        framework,
        &mut observations,
    );
    job.findings.extend(findings);
    let filled = dataset
        .clone()
        .with_period(job.period.clone(), observations);
    // Of the shape it was taken from.
    if let Ok(filled) = filled {
        *job.dataset = filled;
    }
    Ok(books.span.map(|(_, _, today)| Decided {
        gates: books.gates(today),
        rules: books.process.gate_rules(),
        reader: Reader {
            role: options.role,
            today,
            language,
        },
    }))
}
