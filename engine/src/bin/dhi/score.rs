//! `dhi score` and `dhi check`: tables in, tables out.

use crate::args::{DataOptions, ScoreOptions};
use crate::load::{self, Job};
use crate::show;
use crate::{Done, Failure, ledger};
use dhi_engine::check::check as check_frame;
use dhi_engine::finding::blocks;
use dhi_engine::framework::Language;
use dhi_engine::normalise::exact_scores;
use dhi_engine::pipeline;
use dhi_engine::report;
use dhi_engine::weigh::WeightSet;
use serde::Serialize;
use std::path::Path;

/// What `run.json` records, so that the run can be repeated and recognised.
#[derive(Serialize)]
struct RunRecord<'a> {
    program: &'static str,
    version: &'static str,
    note: &'static str,
    period: &'a str,
    n_units: usize,
    n_indicators: usize,
    n_graded: usize,
    /// Digest of framework, weights and specification.
    method_digest: &'a str,
    spec: &'a dhi_engine::spec::Spec,
}

pub(crate) fn score(options: &ScoreOptions, language: Language) -> Result<Done, Failure> {
    let Some(mut job) = load::job(&options.data, language)? else {
        return Ok(Done::Blocked);
    };
    let decided = ledger::fill(&mut job, &options.ledger, language)?;
    let Job {
        spec,
        dataset,
        period,
        mut findings,
    } = job;
    let surveyed = load::survey(&dataset, &spec, &mut findings)?;
    let inputs = load::inputs(&surveyed.dataset, &period)?;
    let weights = WeightSet::from_framework(inputs.framework)?;
    let outcome = pipeline::run(inputs, &weights, &spec)?;
    findings.extend(outcome.findings.iter().cloned());
    if show::are_blocking(&findings, language) {
        return Ok(Done::Blocked);
    }
    let folder = &options.out;
    std::fs::create_dir_all(folder).map_err(|source| load::file_failure(folder, source))?;
    let mut scores = report::scores(inputs, &outcome, &spec, language);
    if let Some(decided) = &decided {
        decided.count_caps(&mut scores, inputs, &outcome, &spec);
    }
    write_table(folder, &scores)?;
    write_table(folder, &show::findings_table(&findings, language))?;
    if let Some(decided) = decided {
        for table in decided.tables(inputs, &outcome, &spec) {
            write_table(folder, &table)?;
        }
    }
    if options.stages {
        for table in report::stages(inputs, &outcome, &spec) {
            write_table(folder, &table)?;
        }
        for table in report::survey(&surveyed, &period, &spec.survey) {
            write_table(folder, &table)?;
        }
    }
    let record = RunRecord {
        program: "dhi",
        version: env!("CARGO_PKG_VERSION"),
        note: "供组织研究参考 · for the organisation's reference",
        period: period.as_str(),
        n_units: inputs.units.len(),
        n_indicators: inputs.framework.n_indicators(),
        n_graded: outcome.grades.iter().filter(|g| g.is_band()).count(),
        method_digest: &outcome.digest,
        spec: &spec,
    };
    let json = serde_json::to_vec_pretty(&record).unwrap_or_default();
    write(&folder.join("run.json"), &json)?;
    show::summary(&record_line(&record), &findings, language);
    Ok(Done::Ok)
}

pub(crate) fn check(options: &DataOptions, language: Language) -> Result<Done, Failure> {
    let Some(job) = load::job(options, language)? else {
        return Ok(Done::Blocked);
    };
    let Job {
        spec,
        dataset,
        period,
        mut findings,
    } = job;
    let surveyed = load::survey(&dataset, &spec, &mut findings)?;
    let inputs = load::inputs(&surveyed.dataset, &period)?;
    let checked = check_frame(
        inputs.units,
        inputs.framework,
        inputs.observations,
        &spec.check,
        &spec.survey,
    );
    findings.extend(checked.findings);
    let exact = exact_scores(inputs.framework, &spec.normalise, &spec.survey);
    findings.extend(exact);
    show::findings(&findings, language);
    Ok(if blocks(&findings) {
        Done::Blocked
    } else {
        Done::Ok
    })
}

fn record_line(record: &RunRecord<'_>) -> String {
    format!(
        "{} · {} units × {} indicators · {} graded · {}",
        record.period, record.n_units, record.n_indicators, record.n_graded, record.method_digest
    )
}

pub(crate) fn write_table(folder: &Path, table: &report::Table) -> Result<(), Failure> {
    let path = folder.join(format!("{}.csv", table.name));
    write(&path, &table.to_csv(&[]))
}

pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|source| load::file_failure(path, source))
}
