//! One door for people and for CI: install what is missing, build, serve, test.

mod cli;
mod command;
mod deliver;
mod names;
mod offline;
mod packed;
mod say;
mod sections;
mod server;
mod setup;
mod single;
mod test;
mod tidy;
mod tree;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Task};
use crate::setup::{Purpose, Setup};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.task {
        Task::Setup { dry_run, purpose } => {
            let purpose: Purpose = purpose.into();
            Setup::new(dry_run)?.run(&purpose.needs())?;
            Ok(())
        }
        Task::Serve { port, no_open } => deliver::serve(port, !no_open),
        Task::Dist => deliver::dist(),
        Task::Test { only, bless } => test::run(&only, bless),
        Task::Bench { browser } => test::bench(browser),
        Task::Tidy => tidy::run(),
        Task::Size => deliver::size(),
    }
}
