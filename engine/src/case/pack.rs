//! Contents → the bytes of a case file.

use super::decision::first_unfounded;
use super::results::compute;
use super::{Case, Decision, Digests, FORMAT, LogEntry, Run, Section, Source, Versions, log};
use crate::finding::Finding;
use crate::frame::{Dataset, Observations, SurveyCounts, Units};
use crate::ids::Period;
use crate::packet::{Packet, PacketRefusal, Store};
use crate::pipeline::PipelineError;
use crate::process::{Procedure, ProcessError};
use crate::spec::Spec;
use crate::uncertainty::RobustError;
use crate::weigh::WeighError;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Why no case file can be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// The run cannot start.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// The weights cannot be used.
    #[error(transparent)]
    Weights(#[from] WeighError),
    /// The robustness analysis cannot be done.
    #[error(transparent)]
    Robust(#[from] RobustError),
    /// No such period.
    #[error("period `{0}` is not in the data")]
    NoPeriod(Period),
    /// Findings block.
    #[error("findings block the run")]
    Blocked(Vec<Finding>),
    /// A decision without a reason, or about no unit of the register.
    #[error("decision {0} has no choice or reason, or is about a unit that is not in the register")]
    Decision(usize),
    /// The chain of the log does not hold.
    #[error("the chain of the log breaks at entry {0}")]
    Log(usize),
    /// Records that cannot be what an office wrote.
    #[error("records: {0}")]
    Records(PacketRefusal),
    /// Something decided beside them that does not say what it must.
    #[error("process: {0}")]
    Process(ProcessError),
    /// A part that cannot be written as JSON.
    #[error("section `{section}` cannot be written: {message}")]
    Unwritable {
        /// Which.
        section: &'static str,
        /// Why not.
        message: String,
    },
}

/// What goes into a case file besides what is computed.
#[derive(Clone, Debug)]
pub struct Contents {
    /// Register, framework, values and survey counts.
    pub dataset: Dataset,
    /// How it is computed.
    pub spec: Spec,
    /// For which period, and from which seeds.
    pub run: Run,
    /// Files the data was read from.
    pub sources: Vec<Source>,
    /// Decisions of people.
    pub decisions: Vec<Decision>,
    /// A project's log.
    pub log: Vec<LogEntry>,
    /// Records of 整改销号, in any order: the file has them by author.
    pub records: Vec<Packet>,
    /// What is decided beside the records. With it the data is given as it was supplied:
    /// what follows from both is computed, and restrictions cap grades.
    pub process: Option<Procedure>,
}

/// The data apart from the framework, which has a section of its own.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Data<'a> {
    pub(super) units: Cow<'a, Units>,
    pub(super) periods: Cow<'a, BTreeMap<Period, Observations>>,
    pub(super) surveys: Cow<'a, BTreeMap<Period, SurveyCounts>>,
}

impl<'a> Data<'a> {
    pub(super) fn of(dataset: &'a Dataset) -> Self {
        Self {
            units: Cow::Borrowed(dataset.units()),
            periods: Cow::Borrowed(dataset.periods()),
            surveys: Cow::Borrowed(dataset.surveys()),
        }
    }
}

fn json(section: Section, value: &impl Serialize) -> Result<String, CaseError> {
    serde_json::to_string(value).map_err(|e| CaseError::Unwritable {
        section: section.id(),
        message: e.to_string(),
    })
}

impl Case {
    /// Computes everything and seals it. The same contents give the same bytes.
    pub fn pack(contents: &Contents) -> Result<Vec<u8>, CaseError> {
        let Contents {
            dataset,
            spec,
            run,
            sources,
            decisions,
            log: done,
            records,
            process,
        } = contents;
        if let Some(at) = first_unfounded(decisions, dataset) {
            return Err(CaseError::Decision(at));
        }
        let done = log::chained(done).map_err(|broken| CaseError::Log(broken.log_place()))?;
        let store = Store::take_all(records.clone()).map_err(CaseError::Records)?;
        let records = store.packets();
        let books = process.as_ref().map(|process| (process, &store));
        if let Some((procedure, _)) = books {
            let valid = procedure.process.validate();
            valid.map_err(CaseError::Process)?;
        }
        let results = compute(dataset, spec, run, books)?;
        let versions = Versions {
            program: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            note: "供组织研究参考 · for the organisation's reference".into(),
            method_digest: results.method_digest,
        };
        let body = |section| match section {
            Section::Versions => json(section, &versions),
            Section::Scheme => json(section, dataset.framework()),
            Section::Data => json(section, &Data::of(dataset)),
            Section::Spec => json(section, spec),
            Section::Run => json(section, run),
            Section::Sources => json(section, sources),
            Section::Decisions => json(section, decisions),
            Section::Log => json(section, &done),
            Section::Records => json(section, &records),
            Section::Process => json(section, process),
            Section::Results => json(section, &results.tables),
            Section::Seals | Section::Seal => Ok(String::new()),
        };
        let mut bodies = Vec::new();
        let is_there = |section: &Section| match section {
            Section::Records => !records.is_empty(),
            Section::Process => process.is_some(),
            _ => true,
        };
        for section in Section::CONTENTS.into_iter().filter(is_there) {
            bodies.push((section, body(section)?));
        }
        let bodies: Vec<(Section, &str)> = bodies.iter().map(|(s, b)| (*s, b.as_str())).collect();
        Ok(sealed(&bodies).into_bytes())
    }
}

/// The whole file around its sections. JSON without blanks has no line breaks, so a
/// section is a line.
pub(super) fn sealed(bodies: &[(Section, &str)]) -> String {
    use std::fmt::Write as _;
    let mut text = first_line();
    for (section, body) in bodies {
        let _ = writeln!(text, "\"{}\":{body},", section.id());
    }
    let _ = writeln!(text, "\"seals\":{},", seals(bodies));
    let seal = Digests::of(text.as_bytes()).json();
    let _ = writeln!(text, "\"seal\":{seal}}}");
    text
}

/// What every case file begins with.
pub(super) fn first_line() -> String {
    format!("{{\"format\":\"{FORMAT}\",\n")
}

/// Digests of the sections, as the file has them.
pub(super) fn seals(bodies: &[(Section, &str)]) -> String {
    let one = |(section, body): &(Section, &str)| {
        format!(
            "\"{}\":{}",
            section.id(),
            Digests::of(body.as_bytes()).json()
        )
    };
    let list: Vec<String> = bodies.iter().map(one).collect();
    format!("{{{}}}", list.join(","))
}
