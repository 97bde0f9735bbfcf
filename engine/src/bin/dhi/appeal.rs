//! `dhi appeal`: what a correction after an appeal changes for every village.

use crate::args::{AppealOptions, DataOptions};
use crate::case::{source, sources};
use crate::load::{self, Job};
use crate::robust::{replicates, threads};
use crate::score::{write, write_table};
use crate::{Done, Failure, ledger, show};
use dhi_engine::appeal::{Appeal, Corrections};
use dhi_engine::case::Source;
use dhi_engine::frame::Dataset;
use dhi_engine::framework::Language;
use dhi_engine::report::{self, Standing};
use dhi_engine::uncertainty::{Robust, RobustSpec, StandardErrors};
use dhi_engine::weigh::WeightSet;
use serde::Serialize;

/// What `appeal.json` records; written last.
#[derive(Serialize)]
struct AppealRecord<'a> {
    program: &'static str,
    version: &'static str,
    note: &'static str,
    appeal: &'a Appeal,
    period: &'a str,
    n_cells: usize,
    /// Villages of which anything is not what it was, and the one that appealed.
    n_villages: usize,
    method_digest: &'a str,
    robust_digest: String,
    before: Vec<Source>,
    after: Vec<Source>,
    /// Records and what the office decided.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    procedure: Vec<Source>,
}

/// One of the two states of the data, with values made of survey counts.
struct Side {
    job: Job,
    surveyed: Dataset,
    other: Option<Dataset>,
    weights: WeightSet,
    errors: StandardErrors,
}

impl Side {
    fn new(mut job: Job, robust: &RobustSpec) -> Result<Self, Failure> {
        let surveyed = load::survey(&job.dataset, &job.spec, &mut job.findings)?;
        let surveyed = surveyed.dataset.into_owned();
        let other = robust.other_shrinkage(&job.dataset, &job.period, &job.spec)?;
        let other = other.map(|other| other.dataset.into_owned());
        let inputs = load::inputs(&surveyed, &job.period)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let errors = StandardErrors::of(inputs.observations);
        Ok(Self {
            job,
            surveyed,
            other,
            weights,
            errors,
        })
    }

    fn robust<'a>(&'a self, robust: &'a RobustSpec) -> Result<Robust<'a>, Failure> {
        let (period, spec) = (&self.job.period, &self.job.spec);
        let inputs = load::inputs(&self.surveyed, period)?;
        let other = self.other.as_ref().map(|other| load::inputs(other, period));
        let other = other.transpose()?;
        let (weights, errors) = (&self.weights, &self.errors);
        Ok(Robust::with_shrinkage(
            inputs, other, weights, spec, robust, errors,
        )?)
    }
}

pub(crate) fn appeal(options: &AppealOptions, language: Language) -> Result<Done, Failure> {
    let path = &options.appeal;
    let appeal = Appeal::from_json(&load::bytes(path)?);
    let appeal = appeal.map_err(|why| Failure::Bounds {
        path: path.display().to_string(),
        problem: why.to_string(),
    })?;
    let robust_spec = match &options.robust {
        Some(path) => load::robust_spec(path)?,
        None => RobustSpec::default(),
    };
    let corrected = DataOptions {
        data: options.corrected.clone(),
        ..options.data.clone()
    };
    let Some(mut before) = load::job(&options.data, language)? else {
        return Ok(Done::Blocked);
    };
    // The period that is computed is that of the data before, also where the other has
    // later ones.
    let corrected = DataOptions {
        period: Some(before.period.to_string()),
        ..corrected
    };
    let Some(mut after) = load::job(&corrected, language)? else {
        return Ok(Done::Blocked);
    };
    let decided = ledger::fill(&mut before, &options.ledger, language)?;
    ledger::fill(&mut after, &options.ledger, language)?;
    let corrections = Corrections::new(&appeal, &before.dataset, &after.dataset, &before.period);
    for note in &corrections.notes {
        println!("[{}] {}", note.severity(language), note.message(language));
    }
    if corrections.is_blocked() {
        return Ok(Done::Blocked);
    }
    let (before, after) = (
        Side::new(before, &robust_spec)?,
        Side::new(after, &robust_spec)?,
    );
    let (was, is) = (before.robust(&robust_spec)?, after.robust(&robust_spec)?);
    for (side, robust) in [(&before, &was), (&after, &is)] {
        let findings = [&side.job.findings[..], &robust.base().findings].concat();
        if show::are_blocking(&findings, language) {
            return Ok(Done::Blocked);
        }
    }
    let jobs = threads(None);
    let tallies = [
        replicates(&was, jobs, language)?,
        replicates(&is, jobs, language)?,
    ];
    let [was_tally, is_tally] = &tallies;
    let standings = [(&was, was_tally), (&is, is_tally)];
    // Register and specification are the same before and after, and so are the caps.
    let spec = &before.job.spec;
    let limits = decided.map(|d| d.limits(before.job.dataset.units(), spec));
    let limits = limits.as_deref();
    let [before_it, after_it] = standings.map(|(robust, tally)| Standing {
        robust,
        tally,
        limits,
    });
    let bands = &spec.bands;
    let cells = report::appeal_cells(&appeal, &corrections, &before.job.dataset, language);
    let villages = report::appeal_villages(&appeal, before_it, after_it, bands, language);
    let folder = &options.out;
    std::fs::create_dir_all(folder).map_err(|source| load::file_failure(folder, source))?;
    write_table(folder, &cells)?;
    write_table(folder, &villages)?;
    write_table(folder, &report::appeal_findings(&corrections, language))?;
    let office = &options.ledger;
    let record = AppealRecord {
        program: "dhi",
        version: env!("CARGO_PKG_VERSION"),
        note: "供组织研究参考 · for the organisation's reference",
        appeal: &appeal,
        period: before.job.period.as_str(),
        n_cells: cells.rows.len(),
        n_villages: villages.rows.len(),
        method_digest: &was.base().digest,
        robust_digest: was.digest(),
        before: sources(&options.data)?,
        after: sources(&corrected)?,
        procedure: [&office.ledger, &office.process, &office.items]
            .into_iter()
            .flatten()
            .map(|path| source(path))
            .collect::<Result<_, _>>()?,
    };
    let json = serde_json::to_vec_pretty(&record).unwrap_or_default();
    write(&folder.join("appeal.json"), &json)?;
    let (n_cells, n_villages) = (record.n_cells, record.n_villages);
    match language {
        Language::Chinese => println!("更正 {n_cells} 格,涉及 {n_villages} 个村"),
        Language::English => println!("{n_cells} cells corrected · {n_villages} villages"),
    }
    Ok(Done::Ok)
}
