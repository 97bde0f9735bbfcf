//! `dhi ledger`, and the indicators that `dhi score --ledger` takes from it.

use crate::args::{LedgerCommand, LedgerOptions};
use crate::load::{self, Job};
use crate::score::write_table;
use crate::{Done, Failure};
use dhi_engine::calendar::Calendar;
use dhi_engine::frame::Observations;
use dhi_engine::framework::Language;
use dhi_engine::ledger::{Derived, feed, from_items};
use dhi_engine::packet::{Packet, Store, View};
use dhi_engine::report;
use dhi_engine::signoff::Rules;
use serde::Deserialize;
use std::path::PathBuf;

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
            Err(_) => vec![Packet::from_json(&bytes).map_err(|why| refused(path, &why))?],
        };
        for packet in packets {
            store.take(packet).map_err(|why| refused(path, &why))?;
        }
    }
    Ok(store)
}

fn refused(path: &std::path::Path, why: &dhi_engine::packet::PacketRefusal) -> Failure {
    Failure::Bounds {
        path: path.display().to_string(),
        problem: why.to_string(),
    }
}

fn derived(options: &LedgerOptions, view: &View, rules: &Rules) -> Vec<Derived> {
    // Clap asks for them wherever there are files.
    let (Some(from), Some(to), Some(today)) = (options.from, options.to, options.today) else {
        return Vec::new();
    };
    from_items(&view.items, rules, (from, to), today)
}

pub(crate) fn ledger(command: &LedgerCommand, language: Language) -> Result<Done, Failure> {
    let options = &command.ledger;
    if options.ledger.is_empty() {
        return Err(Failure::Bounds {
            path: "--ledger".into(),
            problem: "no file is named".into(),
        });
    }
    let rules = Rules::default();
    let view = store(&options.ledger)?.view(&rules);
    let folder = &command.out;
    std::fs::create_dir_all(folder).map_err(|source| load::file_failure(folder, source))?;
    if let Some(today) = options.today {
        write_table(folder, &report::items(&view, &rules, today, language))?;
        let calendar = Calendar::default();
        let due = report::due_list(&view, &rules, &calendar, today, language);
        write_table(folder, &due)?;
    }
    write_table(folder, &report::notices(&view, language))?;
    let derived = derived(options, &view, &rules);
    write_table(folder, &report::derived_values(&derived))?;
    println!(
        "{} items · {} notices · {} values",
        view.items.len(),
        view.notices.len(),
        derived.len()
    );
    Ok(Done::Ok)
}

/// Fills in what follows from the ledger; a supplied value that differs is kept and
/// found.
pub(crate) fn fill(job: &mut Job, options: &LedgerOptions) -> Result<(), Failure> {
    if options.ledger.is_empty() {
        return Ok(());
    }
    let rules = Rules::default();
    let view = store(&options.ledger)?.view(&rules);
    let dataset = job.dataset.as_ref();
    let (units, framework) = (dataset.units(), dataset.framework());
    let missing = || Observations::missing(units.len(), framework.n_indicators());
    let found = dataset.periods().get(&job.period).cloned();
    let mut observations = found.unwrap_or_else(missing);
    let derived = derived(options, &view, &rules);
    let source = "整改台账 / ledger of rectification";
    let findings = feed(&derived, source, units, framework, &mut observations);
    job.findings.extend(findings);
    let filled = dataset
        .clone()
        .with_period(job.period.clone(), observations);
    // Of the shape it was taken from.
    if let Ok(filled) = filled {
        *job.dataset = filled;
    }
    Ok(())
}
