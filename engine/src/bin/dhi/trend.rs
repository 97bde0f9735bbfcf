//! `dhi trend`: scores over time, and what a change is due to.

use crate::args::{DataOptions, TrendOptions};
use crate::load::{self, Loaded};
use crate::score::write_table;
use crate::show;
use crate::{Done, Failure};
use dhi_engine::finding::{Finding, blocks};
use dhi_engine::frame::Dataset;
use dhi_engine::framework::Language;
use dhi_engine::ids::Period;
use dhi_engine::periods::{Changes, End, History, Side};
use dhi_engine::pipeline;
use dhi_engine::report::{self, Table};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use std::time::{Duration, Instant};

/// What held at one time.
struct Then {
    dataset: Dataset,
    weights: WeightSet,
    spec: Spec,
}

impl Then {
    fn side<'a>(&'a self, period: &'a Period) -> Result<Side<'a>, Failure> {
        Ok(Side {
            inputs: load::inputs(&self.dataset, period)?,
            weights: &self.weights,
            spec: &self.spec,
        })
    }
}

/// Reads what the options name; findings that block are an error of their own.
fn then(options: &DataOptions, findings: &mut Vec<Finding>) -> Result<Option<Then>, Failure> {
    let spec = load::spec(options.spec.as_deref())?;
    match load::dataset(options)? {
        Loaded::Blocked(blocking) => {
            findings.extend(blocking);
            Ok(None)
        }
        Loaded::Dataset {
            dataset,
            findings: found,
            ..
        } => {
            findings.extend(found);
            let surveyed = pipeline::survey(&dataset, &spec)?;
            findings.extend(surveyed.findings);
            let dataset = surveyed.dataset.into_owned();
            Ok(Some(Then {
                weights: WeightSet::from_framework(dataset.framework())?,
                dataset,
                spec,
            }))
        }
    }
}

pub(crate) fn trend(options: &TrendOptions, language: Language) -> Result<Done, Failure> {
    let mut findings = Vec::new();
    let blocked = |findings: &[Finding]| {
        show::findings(findings, language);
        Ok(Done::Blocked)
    };
    let Some(now) = then(&options.data, &mut findings)? else {
        return blocked(&findings);
    };
    let ends = options.from.as_deref().zip(options.to.as_deref());
    let ends = ends.map(|(from, to)| Ok::<_, Failure>((Period::new(from)?, Period::new(to)?)));
    let ends = ends.transpose()?;
    let before = match before(options) {
        None => None,
        Some(options) => match then(&options, &mut findings)? {
            None => return blocked(&findings),
            before => before,
        },
    };
    let history = History::of(&now.dataset, &now.weights, &now.spec)?;
    findings.extend(history.findings().map(|(_, finding)| finding.clone()));
    let changes = match &ends {
        None => None,
        Some((from, to)) => {
            let before = before.as_ref().unwrap_or(&now);
            let changes = Changes::new(before.side(from)?, now.side(to)?)?;
            // Those of the other end are in the history already.
            findings.extend(changes.findings(End::From).iter().cloned());
            Some(changes)
        }
    };
    if blocks(&findings) {
        return blocked(&findings);
    }
    let units = now.dataset.units();
    let framework = now.dataset.framework();
    let mut tables = vec![report::trends(&history, units, framework)];
    tables.extend(changes.map(|changes| divided(&changes, &now.dataset, language)));
    let folder = &options.out;
    std::fs::create_dir_all(folder).map_err(|source| load::file_failure(folder, source))?;
    for table in &tables {
        write_table(folder, table)?;
    }
    let line = format!(
        "{} units × {} nodes · {} periods",
        units.len(),
        framework.nodes().len(),
        history.times().len()
    );
    show::summary(&line, &findings, language);
    Ok(Done::Ok)
}

/// The options of the earlier side, where it has any of its own.
fn before(options: &TrendOptions) -> Option<DataOptions> {
    let TrendOptions {
        from_spec,
        from_framework,
        from_data,
        ..
    } = options;
    if from_spec.is_none() && from_framework.is_none() && from_data.is_empty() {
        return None;
    }
    let mut before = options.data.clone();
    before.spec = from_spec.clone().or(before.spec);
    before.framework = from_framework.clone().or(before.framework);
    if !from_data.is_empty() {
        before.data.clone_from(from_data);
    }
    Some(before)
}

/// Divides the change of every unit, saying how far it is when it takes long.
fn divided(changes: &Changes<'_>, dataset: &Dataset, language: Language) -> Table {
    let n_units = dataset.units().len();
    let mut told = Instant::now();
    report::changes(changes, dataset.units(), language, |done| {
        if told.elapsed() > Duration::from_secs(1) {
            eprintln!("dhi: {done}/{n_units}");
            told = Instant::now();
        }
    })
}
