//! Files → dataset and specification.

use crate::args::DataOptions;
use crate::{Failure, show};
use dhi_engine::finding::{Finding, blocks};
use dhi_engine::frame::Dataset;
use dhi_engine::framework::Language;
use dhi_engine::ids::Period;
use dhi_engine::input;
use dhi_engine::pipeline::{self, Inputs};
use dhi_engine::scheme::DEFAULT_SCHEME_CSV;
use dhi_engine::spec::Spec;
use dhi_engine::survey::Surveyed;
use dhi_engine::uncertainty::RobustSpec;
use std::path::Path;

/// Period of tables that do not say.
const UNNAMED_PERIOD: &str = "1";

/// What came out of the files.
pub(crate) enum Loaded {
    /// Everything could be read.
    Dataset {
        /// Register, framework, values.
        dataset: Box<Dataset>,
        /// The period to compute.
        period: Period,
        /// Notes and warnings.
        findings: Vec<Finding>,
    },
    /// Findings block.
    Blocked(Vec<Finding>),
}

pub(crate) fn file_failure(path: &Path, source: std::io::Error) -> Failure {
    Failure::File {
        path: path.display().to_string(),
        source,
    }
}

pub(crate) fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|source| file_failure(path, source))
}

/// Reads the files named by the options.
pub(crate) fn dataset(options: &DataOptions) -> Result<Loaded, Failure> {
    let mut files = Vec::new();
    if let Some(path) = &options.framework {
        files.push((name(path), bytes(path)?));
    }
    for path in &options.data {
        files.push((name(path), bytes(path)?));
    }
    let mut findings = Vec::new();
    let mut workbooks = Vec::new();
    for (name, bytes) in &files {
        let decoded = input::decode(name, bytes, None);
        findings.extend(decoded.findings);
        workbooks.push(decoded.workbook);
    }
    if blocks(&findings) {
        return Ok(Loaded::Blocked(findings));
    }
    let mut plans = input::recognise(&workbooks, None);
    let has_framework = plans.iter().any(|p| p.kind == input::TableKind::Framework);
    if !has_framework {
        let name = "default_scheme.csv";
        let decoded = input::decode(name, DEFAULT_SCHEME_CSV.as_bytes(), None);
        workbooks.push(decoded.workbook);
        plans = input::recognise(&workbooks, None);
    }
    let default_period = options.period.as_deref().unwrap_or(UNNAMED_PERIOD);
    let import = input::read(&workbooks, &plans, None, &Period::new(default_period)?);
    findings.extend(import.findings);
    let Some(dataset) = import.dataset else {
        return Ok(Loaded::Blocked(findings));
    };
    let period = match &options.period {
        Some(period) => Period::new(period)?,
        None => match dataset.latest() {
            Some((period, _)) => period.clone(),
            None => Period::new(default_period)?,
        },
    };
    Ok(Loaded::Dataset {
        dataset: Box::new(dataset),
        period,
        findings,
    })
}

/// What a command works on; survey counts are not values yet.
pub(crate) struct Job {
    /// How it is computed.
    pub(crate) spec: Spec,
    /// Register, framework, values and survey counts.
    pub(crate) dataset: Box<Dataset>,
    /// The period to compute.
    pub(crate) period: Period,
    /// Notes and warnings.
    pub(crate) findings: Vec<Finding>,
}

/// Reads the specification and the files; `None` when findings block, which are
/// then printed.
pub(crate) fn job(options: &DataOptions, language: Language) -> Result<Option<Job>, Failure> {
    let spec = spec(options.spec.as_deref())?;
    match dataset(options)? {
        Loaded::Dataset {
            dataset,
            period,
            findings,
        } => Ok(Some(Job {
            spec,
            dataset,
            period,
            findings,
        })),
        Loaded::Blocked(findings) => {
            show::findings(&findings, language);
            Ok(None)
        }
    }
}

/// Makes values of survey counts; what is found joins the findings.
pub(crate) fn survey<'d>(
    dataset: &'d Dataset,
    spec: &Spec,
    findings: &mut Vec<Finding>,
) -> Result<Surveyed<'d>, Failure> {
    let surveyed = pipeline::survey(dataset, spec)?;
    findings.extend(surveyed.findings.iter().cloned());
    Ok(surveyed)
}

/// A period of the data among the others.
pub(crate) fn inputs<'a>(dataset: &'a Dataset, period: &'a Period) -> Result<Inputs<'a>, Failure> {
    Inputs::of(dataset, period).ok_or_else(|| {
        let present: Vec<&str> = dataset.periods().keys().map(Period::as_str).collect();
        Failure::NoPeriod {
            period: period.to_string(),
            present: present.join(", "),
        }
    })
}

/// The specification, or the default one.
pub(crate) fn spec(path: Option<&Path>) -> Result<Spec, Failure> {
    let Some(path) = path else {
        return Ok(Spec::default());
    };
    let text = std::fs::read_to_string(path).map_err(|source| file_failure(path, source))?;
    Spec::from_json(&text).map_err(|source| Failure::Spec {
        path: path.display().to_string(),
        source,
    })
}

/// A robustness analysis.
pub(crate) fn robust_spec(path: &Path) -> Result<RobustSpec, Failure> {
    let text = String::from_utf8_lossy(&bytes(path)?).into_owned();
    RobustSpec::from_json(&text).map_err(|source| Failure::Spec {
        path: path.display().to_string(),
        source,
    })
}

/// The import template.
pub(crate) fn template(language: Language) -> Result<Vec<u8>, Failure> {
    let framework = dhi_engine::scheme::default_scheme();
    input::template(&framework, language).map_err(|e| Failure::Template(e.to_string()))
}

pub(crate) fn name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}
