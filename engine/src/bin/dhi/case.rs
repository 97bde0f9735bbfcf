//! `dhi case`: seal a result with everything it rests on, and check what was sealed.

use crate::args::{CaseCommand, DataOptions, DiffOptions, PackOptions, SignOptions, VerifyOptions};
use crate::load::{self, Job};
use crate::score::write;
use crate::show::{self, word};
use crate::{Done, Failure, keys, ledger};
use dhi_engine::case::sign::Signature;
use dhi_engine::case::{
    Case, CaseError, Change, Contents, Digests, Run, Section, Source, change_text, diff,
    explanation,
};
use dhi_engine::framework::Language;
use dhi_engine::process::Procedure;
use serde::de::DeserializeOwned;
use std::path::Path;

/// Differences shown of each section.
const SHOWN: usize = 20;

pub(crate) fn case(command: &CaseCommand, language: Language) -> Result<Done, Failure> {
    match command {
        CaseCommand::Pack(options) => pack(options, language),
        CaseCommand::Verify(options) => verify(options, language),
        CaseCommand::Diff(options) => compare(options, language),
        CaseCommand::Sign(options) => sign(options, language),
    }
}

fn pack(options: &PackOptions, language: Language) -> Result<Done, Failure> {
    let robust = match &options.robust {
        None => None,
        Some(path) => Some(load::robust_spec(path)?),
    };
    let decisions = listed(options.decisions.as_deref())?;
    let log = listed(options.log.as_deref())?;
    let sources = sources(&options.data)?;
    let Some(mut job) = load::job(&options.data, language)? else {
        return Ok(Done::Blocked);
    };
    let (mut records, mut process) = (Vec::new(), None);
    if let Some(books) = ledger::Books::read(&options.ledger, language)? {
        let (filled, findings) = books.fed(&job);
        job.findings.extend(findings);
        records = books.records();
        if books.is_decided() {
            // The data is sealed as supplied; what the ledger makes of it is computed.
            process = Some(books.procedure);
        } else {
            *job.dataset = filled;
        }
    }
    let Job {
        spec,
        dataset,
        period,
        findings,
    } = job;
    if show::are_blocking(&findings, language) {
        return Ok(Done::Blocked);
    }
    let contents = Contents {
        dataset: *dataset,
        spec,
        run: Run { period, robust },
        sources,
        decisions,
        log,
        records,
        process,
    };
    let bytes = match Case::pack(&contents) {
        Err(CaseError::Blocked(findings)) => {
            show::findings(&findings, language);
            return Ok(Done::Blocked);
        }
        done => done?,
    };
    write(&options.out, &bytes)?;
    let line = format!("{}\n{}", options.out.display(), lines(&Digests::of(&bytes)));
    show::summary(&line, &findings, language);
    Ok(Done::Ok)
}

fn verify(options: &VerifyOptions, language: Language) -> Result<Done, Failure> {
    let expected = options.key.as_deref().map(keys::public).transpose()?;
    let Some(case) = verified(&options.file, language)? else {
        return Ok(Done::Blocked);
    };
    say_verified(&case, language);
    let mut done = Done::Ok;
    for path in &options.signature {
        match Signature::verify(&load::bytes(path)?, &case.digests, expected.as_ref()) {
            Ok(signature) => {
                keys::say_signed(path, &signature, language);
                if expected.is_none() {
                    keys::say_unknown("--key", language);
                }
            }
            Err(problem) => {
                println!("{}: {}", path.display(), problem.message(language));
                done = Done::Blocked;
            }
        }
    }
    Ok(done)
}

fn compare(options: &DiffOptions, language: Language) -> Result<Done, Failure> {
    let (a, b) = (&options.files[0], &options.files[1]);
    let (Some(a), Some(b)) = (verified(a, language)?, verified(b, language)?) else {
        return Ok(Done::Blocked);
    };
    let changes = diff(&a, &b);
    for section in Section::CONTENTS {
        let own = || changes.iter().filter(move |c| c.section == section);
        let shown: Vec<&Change> = own().take(SHOWN).collect();
        for change in &shown {
            println!("{}", change_text(change, language));
        }
        let n_more = own().count() - shown.len();
        if n_more > 0 {
            let (name, more) = (section.name(language), word(language, "另有", "more:"));
            println!("[{name}] … {more} {n_more}");
        }
    }
    println!("{}", explanation(&changes, language));
    Ok(Done::Ok)
}

fn sign(options: &SignOptions, language: Language) -> Result<Done, Failure> {
    let Some(case) = verified(&options.file, language)? else {
        return Ok(Done::Blocked);
    };
    let SignOptions {
        key, signer, at, ..
    } = options;
    keys::sign(key, case.digests, (signer, at), &options.out, language)
}

/// Reads and verifies a case file; what is wrong with it is said.
fn verified(path: &Path, language: Language) -> Result<Option<Case>, Failure> {
    match Case::verify(&load::bytes(path)?) {
        Ok(case) => Ok(Some(case)),
        Err(difference) => {
            println!("{}: {}", path.display(), difference.message(language));
            Ok(None)
        }
    }
}

fn say_verified(case: &Case, language: Language) {
    let said = word(
        language,
        "核验通过:全部结果重算一致",
        "verified: every result came out again to the bit",
    );
    let (period, n_units) = (&case.run.period, case.dataset.units().len());
    let (n_decisions, n_entries) = (case.decisions.len(), case.log.len());
    let counts = match language {
        Language::Chinese => {
            format!("{n_units} 个单位,{n_decisions} 项决定,日志 {n_entries} 条")
        }
        Language::English => {
            format!("{n_units} units, {n_decisions} decisions, {n_entries} log entries")
        }
    };
    println!("{said}\n{period} · {counts}\n{}", lines(&case.digests));
    let n_against = case.decisions.iter().filter(|d| d.is_against()).count();
    if n_against > 0 {
        let words = word(
            language,
            "与当时显示的限制或推荐线不一致的决定(理由见决定):",
            "decisions against a restriction or the line shown then, each with its reason:",
        );
        println!("{words} {n_against}");
    }
    if let Some(Procedure { span, process }) = &case.process {
        let (n, from, to, today) = (process.gates.len(), span.from, span.to, span.today);
        match language {
            Language::Chinese => println!("限制性情形 {n} 项,统计 {from} 至 {to},截至 {today}"),
            Language::English => {
                println!("{n} restrictions, counted from {from} to {to} as of {today}");
            }
        }
    }
    if case.method_digest != case.versions.method_digest {
        let note = word(
            language,
            "提示:方法摘要与记录不同(程序版本不同时可能如此),结果未受影响",
            "note: the method digest is not the recorded one, as another version of the program may have; results are the same",
        );
        println!("{note}");
    }
    println!("{}", case.versions.note);
}

fn lines(digests: &Digests) -> String {
    format!("SHA-256 {}\nSM3     {}", digests.sha256, digests.sm3)
}

/// A JSON list, or nothing.
fn listed<T: DeserializeOwned>(path: Option<&Path>) -> Result<Vec<T>, Failure> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    serde_json::from_slice(&load::bytes(path)?).map_err(|source| Failure::Json {
        path: path.display().to_string(),
        source,
    })
}

/// Names and digests of the files the data comes from.
pub(crate) fn sources(options: &DataOptions) -> Result<Vec<Source>, Failure> {
    let paths = options.framework.iter().chain(&options.data);
    paths.map(|path| source(path)).collect()
}

/// Name and digests of a file.
pub(crate) fn source(path: &Path) -> Result<Source, Failure> {
    let bytes = load::bytes(path)?;
    Ok(Source {
        name: load::name(path),
        bytes: bytes.len() as u64,
        digests: Digests::of(&bytes),
    })
}
