//! 案卷: everything a result rests on, sealed in one file, so that years later anyone
//! can recompute it to the bit and see what was changed.
//!
//! A case file is JSON with one section per line, in a fixed order. Its bytes are
//! what is sealed: SHA-256 and SM3 of every section, then of the whole. [`Case::verify`]
//! needs no trust in the seal, since it recomputes every result; that nobody wrote a
//! consistent other file is for a signature to say (`case::sign`).

mod decision;
mod diff;
mod digest;
mod log;
mod open;
mod pack;
mod results;
#[cfg(feature = "sign")]
pub mod sign;
mod verify;
mod words;

pub use decision::{Basis, Decision};
pub use diff::{Change, diff};
pub use digest::Digests;
pub use log::LogEntry;
pub use pack::{CaseError, Contents};
pub use verify::Difference;
pub use words::{change_text, explanation};

use crate::frame::Dataset;
use crate::ids::Period;
use crate::packet::Packet;
use crate::process::Procedure;
use crate::report::Table;
use crate::spec::Spec;
use crate::uncertainty::RobustSpec;
use serde::{Deserialize, Serialize};

/// What a case file begins with; the number changes when old programs could misread it.
pub const FORMAT: &str = "dhi-case/1";

/// A line of a case file, in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Which program wrote it.
    Versions,
    /// The framework.
    Scheme,
    /// Register, values and survey counts.
    Data,
    /// The specification.
    Spec,
    /// Period, robustness analysis and seeds.
    Run,
    /// Files the data was read from.
    Sources,
    /// Decisions of people.
    Decisions,
    /// What was done, chained by hashes.
    Log,
    /// Records of 整改销号, by author, each series chained by hashes.
    Records,
    /// What is decided beside the records, and over which days both are counted.
    Process,
    /// What was computed.
    Results,
    /// Digests of the sections above.
    Seals,
    /// Digests of everything above.
    Seal,
}

impl Section {
    /// The sections with contents, in the order of the file.
    pub const CONTENTS: [Self; 11] = [
        Self::Versions,
        Self::Scheme,
        Self::Data,
        Self::Spec,
        Self::Run,
        Self::Sources,
        Self::Decisions,
        Self::Log,
        Self::Records,
        Self::Process,
        Self::Results,
    ];

    /// Whether a file may be without it. Nothing stands for an absent one, so files are as
    /// they were before there was such a section.
    fn is_optional(self) -> bool {
        matches!(self, Self::Records | Self::Process)
    }

    /// Its name in the file.
    pub fn id(self) -> &'static str {
        match self {
            Self::Versions => "versions",
            Self::Scheme => "scheme",
            Self::Data => "data",
            Self::Spec => "spec",
            Self::Run => "run",
            Self::Sources => "sources",
            Self::Decisions => "decisions",
            Self::Log => "log",
            Self::Records => "records",
            Self::Process => "process",
            Self::Results => "results",
            Self::Seals => "seals",
            Self::Seal => "seal",
        }
    }
}

/// Which program wrote a case file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// Name of the program.
    pub program: String,
    /// Its version.
    pub version: String,
    /// What the results are for.
    pub note: String,
    /// Digest of framework, weights and specification, by that program.
    pub method_digest: String,
}

/// What is computed besides the scores, and from which seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The period the results are about.
    pub period: Period,
    /// The robustness analysis with its seed, if there is one.
    pub robust: Option<RobustSpec>,
}

/// A file the data was read from; the file itself stays outside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name without folders.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its digests.
    pub digests: Digests,
}

/// A case file that was verified.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Which program wrote it.
    pub versions: Versions,
    /// Register, framework, values and survey counts.
    pub dataset: Dataset,
    /// How it was computed.
    pub spec: Spec,
    /// For which period, and from which seeds.
    pub run: Run,
    /// Files the data was read from.
    pub sources: Vec<Source>,
    /// Decisions of people.
    pub decisions: Vec<Decision>,
    /// What was done.
    pub log: Vec<LogEntry>,
    /// Records of 整改销号.
    pub records: Vec<Packet>,
    /// What is decided beside the records; the data then is as before they filled it.
    pub process: Option<Procedure>,
    /// What was computed.
    pub results: Vec<Table>,
    /// Digests of the whole file, which signatures are about.
    pub digests: Digests,
    /// Method digest by this program. Another than the recorded one tells of a
    /// specification with more to choose than then; the results are the same bits.
    pub method_digest: String,
}

#[cfg(test)]
mod tests;
