//! `dhi compare`: what leaving something out, or another specification, changes.

use crate::args::CompareOptions;
use crate::load::{self, Job};
use crate::score::write_table;
use crate::show;
use crate::{Done, Failure, ledger};
use dhi_engine::compare::{LeaveOneOut, Recipe, compare_under};
use dhi_engine::framework::Language;
use dhi_engine::gate::Limit;
use dhi_engine::pipeline;
use dhi_engine::report;
use dhi_engine::weigh::WeightSet;

pub(crate) fn compare(options: &CompareOptions, language: Language) -> Result<Done, Failure> {
    let other_spec = match &options.other {
        Some(path) => Some(load::spec(Some(path))?),
        None => None,
    };
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
    // Survey values are those of --spec, so that only the method differs.
    let surveyed = load::survey(&dataset, &spec, &mut findings)?;
    let inputs = load::inputs(&surveyed.dataset, &period)?;
    let weights = &WeightSet::from_framework(inputs.framework)?;
    let base = Recipe {
        weights,
        spec: &spec,
    };
    // Each specification has bands of its own, under which the same caps stand.
    let limits = |spec| decided.as_ref().map(|d| d.limits(inputs.units, spec));
    let best = |limits: &Option<Vec<Limit>>| -> Vec<u32> {
        limits.iter().flatten().map(|limit| limit.best).collect()
    };
    let base_limits = limits(&spec);
    let base_best = best(&base_limits);
    let mut tables = Vec::new();
    let mut of_other = None;
    let outcome = match &other_spec {
        None => pipeline::run(inputs, weights, &spec)?,
        Some(other) => {
            let other_limits = limits(other);
            let both = base_limits.as_deref().zip(other_limits.as_deref());
            let both = both.map(|(base, other)| [base, other]);
            let other = Recipe {
                weights,
                spec: other,
            };
            let best = [&base_best[..], &best(&other_limits)];
            let comparison = compare_under(inputs, base, other, best)?;
            tables.push(report::similarity(inputs, &comparison));
            let shifts = report::shifts(inputs, &comparison, base, other, both, language);
            tables.push(shifts);
            of_other = Some((comparison.other.digest, comparison.other.findings));
            comparison.base
        }
    };
    findings.extend(outcome.findings.iter().cloned());
    for list in std::iter::once(&findings).chain(of_other.as_ref().map(|(_, list)| list)) {
        if show::are_blocking(list, language) {
            return Ok(Done::Blocked);
        }
    }
    let leave = LeaveOneOut::new(&outcome, inputs.framework, inputs.units, &spec);
    let effects = leave.under(base_best).effects();
    tables.push(report::leave_one_out(inputs, &outcome, &effects, language));
    let folder = &options.out;
    std::fs::create_dir_all(folder).map_err(|source| load::file_failure(folder, source))?;
    for table in &tables {
        write_table(folder, table)?;
    }
    let n_left_out = effects.iter().filter(|(_, effect)| effect.is_ok()).count();
    let line = format!(
        "{} · {} units · {n_left_out} of {} nodes left out · {}",
        period,
        inputs.units.len(),
        effects.len(),
        outcome.digest
    );
    show::summary(&line, &findings, language);
    if let Some((digest, findings)) = of_other {
        show::summary(&format!("--other · {digest}"), &findings, language);
    }
    Ok(Done::Ok)
}
