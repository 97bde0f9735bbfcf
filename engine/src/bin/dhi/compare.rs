//! `dhi compare`: what leaving something out, or another specification, changes.

use crate::args::CompareOptions;
use crate::load::{self, Job};
use crate::score::write_table;
use crate::show;
use crate::{Done, Failure};
use dhi_engine::compare::{LeaveOneOut, Recipe, compare as compare_recipes};
use dhi_engine::framework::Language;
use dhi_engine::pipeline;
use dhi_engine::report;
use dhi_engine::weigh::WeightSet;

pub(crate) fn compare(options: &CompareOptions, language: Language) -> Result<Done, Failure> {
    let other_spec = match &options.other {
        Some(path) => Some(load::spec(Some(path))?),
        None => None,
    };
    let Some(job) = load::job(&options.data, language)? else {
        return Ok(Done::Blocked);
    };
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
    let mut tables = Vec::new();
    let mut of_other = None;
    let outcome = match &other_spec {
        None => pipeline::run(inputs, weights, &spec)?,
        Some(other) => {
            let other = Recipe {
                weights,
                spec: other,
            };
            let comparison = compare_recipes(inputs, base, other)?;
            tables.push(report::similarity(inputs, &comparison));
            tables.push(report::shifts(inputs, &comparison, base, other, language));
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
    let effects = LeaveOneOut::new(&outcome, inputs.framework, inputs.units, &spec).effects();
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
