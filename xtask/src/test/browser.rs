//! The browser step: a file server, a driver, and the tests between them.

use anyhow::{Context as _, Result};

use super::driver::Driver;
use crate::command::Command;
use crate::server::{self, Server};
use crate::setup::Facts;
use crate::{say, single, tree};

/// Runs the browser tests against `dist/`.
pub(super) fn run(facts: &Facts, bless: bool) -> Result<()> {
    let single_file = single::write()?;
    let mut command = tests()
        .args(["--", "--test-threads=1"])
        .env("DHI_SINGLE_FILE", single_file.to_string_lossy());
    if let Some(script) = &facts.axe_core {
        command = command.env("DHI_AXE_CORE", script.to_string_lossy());
    }
    if bless {
        command = command.env("DHI_BLESS", "1");
    }
    beside_helpers(facts, command)
}

/// Measures how fast `dist/` is in this browser, and prints it.
pub(super) fn measure(facts: &Facts) -> Result<()> {
    let wanted = ["--", "--ignored", "--nocapture", "measure_"];
    beside_helpers(facts, tests().args(wanted))
}

/// Serves `dist/` and runs `command` against it; server and driver end with this
/// function, however it ends.
fn beside_helpers(facts: &Facts, command: Command) -> Result<()> {
    let chrome = facts.chrome.as_ref().context("no Chromium found")?;
    let chromedriver = facts
        .chromedriver
        .as_ref()
        .context("no chromedriver found")?;
    // Compiled first, so that no helper waits idle meanwhile.
    tests().arg("--no-run").run()?;
    let server = Server::start(&tree::dist(), server::bind_any()?)?;
    let driver = Driver::start(&chromedriver.to_string_lossy())?;
    say::note(&server.url(), &driver.url());
    command
        .env("DHI_APP_URL", server.url())
        .env("DHI_APP_FOLDER", tree::dist().to_string_lossy())
        .env("WEBDRIVER_URL", driver.url())
        .env("CHROME", chrome.to_string_lossy())
        .run()
}

fn tests() -> Command {
    Command::new(["cargo", "test", "--package", "dhi-tests"]).args([
        "--features",
        "browser",
        "--test",
        "browser",
    ])
}
