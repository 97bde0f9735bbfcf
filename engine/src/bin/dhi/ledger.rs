//! `dhi ledger`, and the indicators that `dhi score --ledger` takes from it.

use crate::args::{LedgerCommand, LedgerOptions};
use crate::load::{self, Job};
use crate::score::write_table;
use crate::show::word;
use crate::{Done, Failure, keys};
use dhi_engine::case::Digests;
use dhi_engine::case::sign::{Signature, Trust};
use dhi_engine::finding::Finding;
use dhi_engine::frame::{Dataset, Unit, Units};
use dhi_engine::framework::Language;
use dhi_engine::gate::{Gate, GateRules, Limit, limits};
use dhi_engine::input::decode;
use dhi_engine::packet::{Packet, Store, View};
use dhi_engine::pipeline::{Inputs, Outcome};
use dhi_engine::process::{Office, Procedure, Process, ProcessError, Span, with_items};
use dhi_engine::report::{self, Reader, Table};
use dhi_engine::signoff::{Actor, Role};
use dhi_engine::spec::Spec;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A project file, of which only the records are read here and the files of the office
/// beside them.
#[derive(Deserialize)]
struct Project {
    ledger: Vec<Packet>,
    #[serde(default)]
    office: Office,
}

/// What several files say together. The same one twice, as copies of one project have
/// it, is said once.
#[derive(Default)]
struct Together {
    process: Process,
    seen: BTreeSet<String>,
}

impl Together {
    fn add(&mut self, process: Process) -> Result<(), ProcessError> {
        if self.seen.insert(serde_json::to_string(&process)?) {
            self.process.add(process)?;
        }
        Ok(())
    }
}

/// Everything from packets and project files, in whatever order they come, and what the
/// office decided; where keys are trusted, from packets that are signed by them.
fn read(options: &LedgerOptions, language: Language) -> Result<(Store, Process), Failure> {
    let guard = Guard::read(options)?;
    let mut store = Store::default();
    let mut together = Together::default();
    for path in &options.ledger {
        let bytes = load::bytes(path)?;
        let packets = match serde_json::from_slice::<Project>(&bytes) {
            Ok(_) if guard.is_some() => {
                let why = word(
                    language,
                    "项目文件没有各单位的签名；请逐个给出数据包",
                    "a project file has no signatures of its offices; give their packets",
                );
                return Err(bounds(path, &why));
            }
            Ok(project) => {
                for file in project.office.files() {
                    let read = Process::from_json(file.json.as_bytes());
                    let read = read.and_then(|read| together.add(read));
                    read.map_err(|why| {
                        bounds(path, &[&file.name, ": ", &why.to_string()].concat())
                    })?;
                }
                project.ledger
            }
            Err(_) => {
                let packet = Packet::from_json(&bytes).map_err(|why| bounds(path, &why))?;
                if let Some(Guard { trust, signatures }) = &guard {
                    let (author, digests) = (&packet.author, Digests::of(&bytes));
                    let checked = trust.check(author, &digests, signatures);
                    checked.map_err(|why| bounds(path, &why.message(language)))?;
                }
                vec![packet]
            }
        };
        for packet in packets {
            store.take(packet).map_err(|why| bounds(path, &why))?;
        }
    }
    for path in &options.process {
        let bytes = load::bytes(path)?;
        let name = load::name(path);
        let read = Process::from_file(&name, &bytes).and_then(|read| together.add(read));
        read.map_err(|why| bounds(path, &why))?;
    }
    let process = together.process;
    process
        .validate()
        .map_err(|why| bounds("--process".as_ref(), &why))?;
    let by = Actor {
        role: Role::Inspection,
        office: String::new(),
        hand: options.hand.clone().unwrap_or_default(),
    };
    for path in &options.items {
        let file = decode(&load::name(path), &load::bytes(path)?, None);
        let read = with_items(&store, &process.rules(), &by, &file, None);
        store = read.map_err(|why| bounds(path, &why.message(language)))?;
    }
    Ok((store, process))
}

/// Whose packets are taken, and the signatures that show whose they are.
struct Guard {
    trust: Trust,
    signatures: Vec<Signature>,
}

impl Guard {
    /// `None` where no key is trusted and packets are taken as they come.
    fn read(options: &LedgerOptions) -> Result<Option<Self>, Failure> {
        if options.trust.is_empty() {
            return Ok(None);
        }
        let mut trust = Trust::default();
        for (author, path) in &options.trust {
            trust.add(author, keys::public(path)?);
        }
        let read = |path: &PathBuf| {
            let signature = Signature::from_json(&load::bytes(path)?);
            // In both languages, as what is wrong with keys.
            signature.map_err(|why| {
                let [zh, en] = [Language::Chinese, Language::English].map(|l| why.message(l));
                bounds(path, &format!("{zh} · {en}"))
            })
        };
        let signatures = options.signatures.iter().map(read);
        let signatures = signatures.collect::<Result<_, _>>()?;
        Ok(Some(Self { trust, signatures }))
    }
}

/// The records and what is decided beside them.
pub(crate) struct Books {
    pub(crate) procedure: Procedure,
    store: Store,
    view: View,
}

impl Books {
    /// `None` where no file is named.
    pub(crate) fn read(
        options: &LedgerOptions,
        language: Language,
    ) -> Result<Option<Self>, Failure> {
        // Clap asks for the days wherever there are files.
        let (Some(from), Some(to), Some(today)) = (options.from, options.to, options.today) else {
            return Ok(None);
        };
        let is_named = [&options.ledger, &options.process, &options.items];
        if is_named.iter().all(|files| files.is_empty()) {
            return Ok(None);
        }
        let span = Span { from, to, today };
        let (store, process) = read(options, language)?;
        let view = store.view(&process.rules());
        Ok(Some(Self {
            procedure: Procedure { span, process },
            store,
            view,
        }))
    }

    /// The records of all files, by author.
    pub(crate) fn records(&self) -> Vec<Packet> {
        self.store.packets()
    }

    /// Whether an office decided anything.
    pub(crate) fn is_decided(&self) -> bool {
        self.procedure.process != Process::default()
    }

    /// What the procedure makes of the data, and what it found.
    pub(crate) fn fed(&self, job: &Job) -> (Dataset, Vec<Finding>) {
        self.procedure.fed(&self.view, &job.dataset, &job.period)
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
    let books = Books::read(options, language)?;
    let books = books.ok_or_else(|| bounds("--ledger".as_ref(), &"no file is named"))?;
    let (procedure, view) = (&books.procedure, &books.view);
    let (rules, process) = (&procedure.process.rules(), &procedure.process);
    let today = procedure.span.today;
    let folder = &command.out;
    std::fs::create_dir_all(folder).map_err(|source| load::file_failure(folder, source))?;
    let calendar = process.calendar.clone().unwrap_or_default();
    write_table(folder, &report::items(view, rules, today, language))?;
    let due = report::due_list(view, rules, &calendar, today, language);
    write_table(folder, &due)?;
    let reader = Reader {
        role: options.role,
        today,
        language,
    };
    let gates = report::gates(
        &procedure.gates(view),
        &procedure.process.gate_rules(),
        reader,
    );
    write_table(folder, &gates)?;
    if !process.suggestions.is_empty() {
        write_table(folder, &report::suggestions(&process.suggestions, today))?;
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
    write_table(folder, &report::notices(view, rules, language))?;
    let derived = procedure.derived(view);
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
    /// Says in the table of scores which grade counts.
    pub(crate) fn count_caps(
        &self,
        table: &mut Table,
        inputs: Inputs<'_>,
        outcome: &Outcome,
        spec: &Spec,
    ) {
        let limits = self.limits(inputs.units, spec);
        let limit = |unit: usize| limits.get(unit).copied().unwrap_or_default();
        let language = self.reader.language;
        report::count_caps(table, inputs, outcome, &spec.bands, &limit, language);
    }

    /// What is in force against every unit of the register, with the bands of a
    /// specification.
    pub(crate) fn limits(&self, units: &Units, spec: &Spec) -> Vec<Limit> {
        let (n_bands, today) = (spec.bands.list().len(), self.reader.today);
        let found = limits(&self.gates, &self.rules, n_bands, today);
        let of = |unit: &Unit| found.get(unit.code.as_str()).copied().unwrap_or_default();
        units.list().iter().map(of).collect()
    }

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
    let Some(books) = Books::read(options, language)? else {
        return Ok(None);
    };
    let (filled, findings) = books.fed(job);
    job.findings.extend(findings);
    *job.dataset = filled;
    let procedure = &books.procedure;
    Ok(Some(Decided {
        gates: procedure.gates(&books.view),
        rules: procedure.process.gate_rules(),
        reader: Reader {
            role: options.role,
            today: procedure.span.today,
            language,
        },
    }))
}
