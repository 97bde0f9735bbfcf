//! `dhi robust`: how far the result could have been another.

use crate::args::RobustOptions;
use crate::load::{self, Job};
use crate::work::spread;
use crate::{Done, Failure, show};
use dhi_engine::framework::Language;
use dhi_engine::report::{self, Table};
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{
    ConfidenceError, PAIR_LIMIT, Robust, RobustError, RobustSpec, StandardErrors, Tally,
    TargetIndices, rank_estimates,
};
use dhi_engine::weigh::WeightSet;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Ends of files that are not complete yet.
const PARTIAL: &str = ".partial";

/// What `robust.json` records. It is written last: where it is, all is.
#[derive(Serialize)]
struct RobustRecord<'a> {
    program: &'static str,
    version: &'static str,
    note: &'static str,
    period: &'a str,
    n_units: usize,
    replicates: u32,
    uncertain_inputs: Vec<String>,
    /// Share of the weight space that orders of importance leave, by parent.
    shares_left: Vec<(String, f64)>,
    method_digest: &'a str,
    /// Digest of method, analysis and seed.
    robust_digest: String,
    spec: &'a Spec,
    robust: &'a RobustSpec,
    /// What the two kinds of uncertainty about ranks mean.
    rank_intervals: &'static str,
    confidence_sets: &'static str,
}

const RANK_INTERVALS: &str = "名次区间：输入按设定变动时名次落在哪里，不对真实名次作保证 · \
    where the rank falls when inputs vary as declared; no promise about the true rank";
const CONFIDENCE_SETS: &str = "置信集：只看抽样误差、权重与方法不变，与估计不矛盾的真实名次；\
    逐村看用 marginal，看整个排名用 simultaneous · from sampling error alone, with weights \
    and methods fixed: the true ranks that the estimates do not contradict; marginal for one \
    unit chosen beforehand, simultaneous for looking at the ranking";
const NO_ERRORS: &str = "没有：数据无标准误 · none: no value has a standard error";
const TOO_MANY: &str = "没有：参加排名的村超过 400 个 · none: more than 400 units are ranked";

pub(crate) fn robust(options: &RobustOptions, language: Language) -> Result<Done, Failure> {
    let robust_spec = robust_spec(options)?;
    let Some(job) = load::job(&options.data, language)? else {
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
    let weights = WeightSet::from_framework(inputs.framework)?;
    let errors = StandardErrors::of(inputs.observations);
    let other = robust_spec.other_shrinkage(&dataset, &period, &spec)?;
    let other = other.as_ref().map(|o| load::inputs(&o.dataset, &period));
    let other = other.transpose()?;
    let robust = Robust::with_shrinkage(inputs, other, &weights, &spec, &robust_spec, &errors)?;
    findings.extend(robust.base().findings.iter().cloned());
    if show::are_blocking(&findings, language) {
        return Ok(Done::Blocked);
    }
    let jobs = threads(options.jobs);
    let tally = replicates(&robust, jobs, language)?;
    let mut tables = report::robust(&robust, &tally, &spec.bands, language);
    tables.extend(sensitivity(&robust, jobs, language)?);
    let sets = sets(&robust, &spec, &errors, &mut tables)?;
    tables.push(show::findings_table(&findings, language));
    let framework = inputs.framework;
    let shares_left = robust.shares_left().into_iter();
    let record = RobustRecord {
        program: "dhi",
        version: env!("CARGO_PKG_VERSION"),
        note: "供组织研究参考 · for the organisation's reference",
        period: period.as_str(),
        n_units: inputs.units.len(),
        replicates: tally.replicates(),
        uncertain_inputs: report::uncertain_inputs(&robust, framework),
        shares_left: shares_left
            .map(|(node, share)| (framework.node(node).id.to_string(), share))
            .collect(),
        method_digest: &robust.base().digest,
        robust_digest: robust.digest(),
        spec: &spec,
        robust: &robust_spec,
        rank_intervals: RANK_INTERVALS,
        confidence_sets: sets,
    };
    let json = serde_json::to_vec_pretty(&record).unwrap_or_default();
    write_all(&options.out, &tables, &json)?;
    let line = format!(
        "{} · {} units · {} replicates · {}",
        record.period, record.n_units, record.replicates, record.robust_digest
    );
    show::summary(&line, &findings, language);
    Ok(Done::Ok)
}

/// Adds the table of confidence sets where there can be one, and says whether.
fn sets(
    robust: &Robust<'_>,
    spec: &Spec,
    errors: &StandardErrors,
    tables: &mut Vec<Table>,
) -> Result<&'static str, RobustError> {
    match rank_estimates(robust, spec, errors) {
        Ok(Some(estimates)) => {
            tables.push(report::confidence(robust, &estimates));
            Ok(CONFIDENCE_SETS)
        }
        Ok(None) => Ok(NO_ERRORS),
        Err(RobustError::Confidence(ConfidenceError::TooMany { .. })) => Ok(TOO_MANY),
        Err(other) => Err(other),
    }
}

fn robust_spec(options: &RobustOptions) -> Result<RobustSpec, Failure> {
    let mut spec = match &options.robust {
        None => RobustSpec::default(),
        Some(path) => load::robust_spec(path)?,
    };
    spec.replicates = options.replicates.unwrap_or(spec.replicates);
    spec.seed = options.seed.unwrap_or(spec.seed);
    Ok(spec)
}

/// So many threads, or as many as the processor has.
pub(crate) fn threads(jobs: Option<u32>) -> usize {
    jobs.map_or_else(
        || std::thread::available_parallelism().map_or(1, usize::from),
        |jobs| jobs as usize,
    )
}

pub(crate) fn replicates(
    robust: &Robust<'_>,
    jobs: usize,
    language: Language,
) -> Result<Tally, RobustError> {
    let n = robust.spec().replicates;
    // Long replicates in small batches, so that progress moves and ends are shared.
    let is_large = robust.inputs().units.len() > PAIR_LIMIT;
    let batch = if is_large { 2 } else { 50 };
    let label = show::word(language, "模拟", "replicates");
    let states = spread(
        label,
        n,
        batch,
        jobs,
        || (robust.worker(), robust.tally()),
        |(worker, tally), batch| worker.run(batch, tally),
    )?;
    let mut whole = robust.tally();
    for (_, tally) in &states {
        whole.merge(tally)?;
    }
    Ok(whole)
}

fn sensitivity(
    robust: &Robust<'_>,
    jobs: usize,
    language: Language,
) -> Result<Option<Table>, RobustError> {
    if robust.spec().sensitivity.points == 0 {
        return Ok(None);
    }
    let study = robust.study()?;
    let label = show::word(language, "敏感性", "sensitivity");
    let states = spread(
        label,
        study.n_runs(),
        64,
        jobs,
        || (robust.worker(), Vec::new()),
        |(worker, parts), batch| {
            let start = batch.start;
            parts.push((start, study.run(worker, batch)?));
            Ok::<_, RobustError>(())
        },
    )?;
    let mut parts: Vec<(u32, Vec<f64>)> = states.into_iter().flat_map(|(_, p)| p).collect();
    parts.sort_by_key(|(start, _)| *start);
    let outputs: Vec<f64> = parts.into_iter().flat_map(|(_, outputs)| outputs).collect();
    let found: Vec<TargetIndices> = study.finish(&outputs);
    Ok(Some(report::sensitivity(&study, &found, robust.inputs())))
}

/// Writes everything under other names first and renames it when all is there, the
/// record last. An interrupted run leaves either the former result or no record.
fn write_all(folder: &Path, tables: &[Table], record: &[u8]) -> Result<(), Failure> {
    let failure = |path: &Path| {
        let path = path.to_owned();
        move |source| load::file_failure(&path, source)
    };
    std::fs::create_dir_all(folder).map_err(failure(folder))?;
    let mut files: Vec<(PathBuf, Vec<u8>)> = tables
        .iter()
        .map(|t| (folder.join(format!("{}.csv", t.name)), t.to_csv(&[])))
        .collect();
    let record_path = folder.join("robust.json");
    files.push((record_path.clone(), record.to_vec()));
    let partial = |path: &Path| {
        let mut name = path.as_os_str().to_owned();
        name.push(PARTIAL);
        PathBuf::from(name)
    };
    for (path, bytes) in &files {
        let path = partial(path);
        std::fs::write(&path, bytes).map_err(failure(&path))?;
    }
    if record_path.exists() {
        std::fs::remove_file(&record_path).map_err(failure(&record_path))?;
    }
    for (path, _) in &files {
        std::fs::rename(partial(path), path).map_err(failure(path))?;
    }
    Ok(())
}
