//! The browser step: a file server, a driver, and the tests between them.

use anyhow::{Context as _, Result};

use super::driver::Driver;
use crate::command::Command;
use crate::server::{self, Server};
use crate::setup::Facts;
use crate::{say, single, tree};

/// Serves `dist/` and runs the browser tests against it; both helpers end with this
/// function, however it ends.
pub(super) fn run(facts: &Facts, bless: bool) -> Result<()> {
    let chrome = facts.chrome.as_ref().context("no Chromium found")?;
    let chromedriver = facts
        .chromedriver
        .as_ref()
        .context("no chromedriver found")?;
    let single_file = single::write()?;
    // Compiled first, so that no helper waits idle meanwhile.
    tests().arg("--no-run").run()?;
    let server = Server::start(&tree::dist(), server::bind_any()?)?;
    let driver = Driver::start(&chromedriver.to_string_lossy())?;
    say::note(&server.url(), &driver.url());
    let mut command = tests()
        .args(["--", "--test-threads=1"])
        .env("DHI_APP_URL", server.url())
        .env("DHI_SINGLE_FILE", single_file.to_string_lossy())
        .env("WEBDRIVER_URL", driver.url())
        .env("CHROME", chrome.to_string_lossy());
    if bless {
        command = command.env("DHI_BLESS", "1");
    }
    command.run()
}

fn tests() -> Command {
    Command::new(["cargo", "test", "--package", "dhi-tests"]).args([
        "--features",
        "browser",
        "--test",
        "browser",
    ])
}
