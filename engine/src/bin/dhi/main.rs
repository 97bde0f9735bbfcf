//! `dhi`: the duty-health index at the command line. Reads and writes files
//! around the pure library; exit code 0 done, 1 findings that block, 2 usage.

mod appeal;
mod args;
mod case;
mod compare;
mod keys;
mod ledger;
mod load;
mod packet;
mod robust;
mod score;
mod show;
mod trend;
mod weights;
mod work;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

/// What a command ends with.
pub(crate) enum Done {
    /// Everything went well.
    Ok,
    /// Findings block; nothing was computed.
    Blocked,
}

/// A failure that is not about the data: a missing file, a bad option.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The path as given.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The specification cannot be used.
    #[error("{path}: {source}")]
    Spec {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        source: dhi_engine::spec::SpecError,
    },
    /// The run cannot start.
    #[error(transparent)]
    Pipeline(#[from] dhi_engine::pipeline::PipelineError),
    /// Two specifications cannot be compared.
    #[error(transparent)]
    Compare(#[from] dhi_engine::compare::CompareError),
    /// The robustness analysis cannot start.
    #[error(transparent)]
    Robust(#[from] dhi_engine::uncertainty::RobustError),
    /// The weights cannot be used.
    #[error(transparent)]
    Weights(#[from] dhi_engine::weigh::WeighError),
    /// No such period.
    #[error("period `{period}` is not in the data; there are: {present}")]
    NoPeriod {
        /// The period asked for.
        period: String,
        /// Those that exist.
        present: String,
    },
    /// An option's value cannot be used.
    #[error("{0}")]
    Id(#[from] dhi_engine::ids::IdError),
    /// A file about weights cannot be used.
    #[error("{path}: {problem}")]
    Bounds {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A name on the command line or in a file is unknown.
    #[error("`{0}` is not in the data")]
    Unknown(String),
    /// There is no exact answer about these weights.
    #[error(transparent)]
    WeightTable(#[from] dhi_engine::report::WeightTableError),
    /// No case file can be made.
    #[error(transparent)]
    Case(#[from] dhi_engine::case::CaseError),
    /// A key cannot be used.
    #[error("{path}: {source}")]
    Key {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        source: dhi_engine::case::sign::KeyError,
    },
    /// A file of decisions or a log cannot be read.
    #[error("{path}: {source}")]
    Json {
        /// The path as given.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// The template cannot be made.
    #[error("template: {0}")]
    Template(String),
}

fn main() -> ExitCode {
    let args = Args::parse();
    let language = args.language();
    let done = match args.command {
        Command::Score(options) => score::score(&options, language),
        Command::Check(options) => score::check(&options, language),
        Command::Compare(options) => compare::compare(&options, language),
        Command::Robust(options) => robust::robust(&options, language),
        Command::Weights(options) => weights::weights(&options, language),
        Command::Trend(options) => trend::trend(&options, language),
        Command::Appeal(options) => appeal::appeal(&options, language),
        Command::Ledger(command) => ledger::ledger(&command, language),
        Command::Packet(command) => packet::packet(&command, language),
        Command::Case(command) => case::case(&command, language),
        Command::Template(options) => show::template(&options, language),
    };
    match done {
        Ok(Done::Ok) => ExitCode::SUCCESS,
        Ok(Done::Blocked) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("dhi: {failure}");
            ExitCode::from(2)
        }
    }
}
