//! A fresh headless Chromium per test, and the commands everything else is made of.

use std::cell::RefCell;
use std::env;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt as _;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use url::{ParseError, Url};

use crate::picture;

/// How long a condition may take to become true, unless the scenario says otherwise.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long one whole test may take.
const WHOLE_TEST: Duration = Duration::from_mins(4);
/// How often is looked.
pub(crate) const POLL: Duration = Duration::from_millis(40);

/// The three sizes every page is looked at in: phone, tablet, desktop.
pub(crate) const SIZES: [(u32, u32); 3] = [(390, 844), (1024, 768), (1440, 900)];

/// What the system tells the page the user prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// One line of the browser's console.
#[derive(Debug, Clone)]
pub(crate) struct ConsoleLine {
    pub(crate) level: String,
    pub(crate) text: String,
}

/// A browser window with a profile of its own.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) client: Client,
    console: RefCell<Vec<ConsoleLine>>,
    downloads: TempDir,
    profile: TempDir,
    patience: Duration,
}

/// Runs `body` in a fresh browser, which is closed however it ends. On failure a
/// picture and the console are kept for whoever has to find out why.
pub(crate) fn scenario<F>(name: &str, body: F) -> Result<()>
where
    F: AsyncFnOnce(&Page) -> Result<()>,
{
    scenario_within(name, WHOLE_TEST, PATIENCE, body)
}

/// The same with other limits for the whole and for each condition.
pub(crate) fn scenario_within<F>(
    name: &str,
    whole: Duration,
    patience: Duration,
    body: F,
) -> Result<()>
where
    F: AsyncFnOnce(&Page) -> Result<()>,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let page = Page::start(patience).await?;
        let run = timeout(whole, AssertUnwindSafe(body(&page)).catch_unwind()).await;
        if !matches!(run, Ok(Ok(Ok(())))) {
            page.keep_evidence(name).await;
        }
        page.client
            .clone()
            .close()
            .await
            .context("closing the browser")?;
        match run {
            Err(_) => bail!("`{name}` took longer than {} s", whole.as_secs()),
            Ok(Err(panic)) => resume_unwind(panic),
            Ok(Ok(result)) => result,
        }
    })
}

impl Page {
    async fn start(patience: Duration) -> Result<Self> {
        let driver = variable("WEBDRIVER_URL")?;
        let profile = TempDir::with_prefix("dhi-profile-")?;
        let downloads = TempDir::with_prefix("dhi-downloads-")?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(profile.path())?)
            .connect(&driver)
            .await
            .with_context(|| format!("opening a browser through {driver}"))?;
        let console = RefCell::default();
        let page = Self {
            client,
            console,
            downloads,
            profile,
            patience,
        };
        let folder = page.downloads.path();
        let allow = json!({ "behavior": "allow", "downloadPath": folder });
        page.cdp("Browser.setDownloadBehavior", allow).await?;
        let zone = json!({ "timezoneId": "Asia/Shanghai" });
        page.cdp("Emulation.setTimezoneOverride", zone).await?;
        page.prefer(Scheme::Light).await?;
        page.resize(SIZES[2]).await?;
        Ok(page)
    }

    /// Opens the app at `route` (such as `#/ranking`) and waits until its content has
    /// taken the place of the grey bars.
    pub(crate) async fn open(&self, route: &str) -> Result<()> {
        self.open_at(&format!("{}{route}", variable("DHI_APP_URL")?))
            .await
    }

    /// The same for an app that lies elsewhere.
    pub(crate) async fn open_at(&self, address: &str) -> Result<()> {
        self.client
            .goto(address)
            .await
            .with_context(|| format!("opening {address}"))?;
        self.until("the page shows its main content", async || {
            let ready = "const main = document.querySelector('main');
                return document.readyState === 'complete' && !!main && main.innerText !== ''
                    && !document.querySelector('.skeleton, [aria-busy=true]');";
            Ok((self.script(ready, vec![]).await? == json!(true)).then_some(()))
        })
        .await
    }

    /// Makes the viewport exactly this large; a window cannot be narrower than 500 px.
    pub(crate) async fn resize(&self, (width, height): (u32, u32)) -> Result<()> {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Tells the page about a preferred colour scheme; motion is always reduced, so
    /// that pictures do not depend on the moment.
    pub(crate) async fn prefer(&self, scheme: Scheme) -> Result<()> {
        let scheme = match scheme {
            Scheme::Light => "light",
            Scheme::Dark => "dark",
        };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]});
        self.cdp("Emulation.setEmulatedMedia", features).await?;
        Ok(())
    }

    /// Runs a function body in the page and returns what it returns.
    pub(crate) async fn script(&self, body: &str, arguments: Vec<Value>) -> Result<Value> {
        self.client
            .execute(body, arguments)
            .await
            .context("running a script in the page")
    }

    /// Sends a command of the DevTools protocol.
    pub(crate) async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        let body = json!({ "cmd": method, "params": parameters });
        self.extension("goog/cdp/execute", body)
            .await
            .with_context(|| format!("DevTools command {method}"))
    }

    /// Polls until `attempt` returns something; its last error is part of the report.
    pub(crate) async fn until<T, F>(&self, what: &str, mut attempt: F) -> Result<T>
    where
        F: AsyncFnMut() -> Result<Option<T>>,
    {
        let start = Instant::now();
        loop {
            let outcome = attempt().await;
            if let Ok(Some(value)) = outcome {
                return Ok(value);
            }
            if start.elapsed() > self.patience {
                let waited = format!("waited {} s until {what}", self.patience.as_secs());
                return match outcome {
                    Err(error) => Err(error.context(waited)),
                    Ok(_) => bail!(waited),
                };
            }
            sleep(POLL).await;
        }
    }

    /// Everything written to the console since the browser was opened.
    pub(crate) async fn console(&self) -> Result<Vec<ConsoleLine>> {
        let lines = self
            .extension("se/log", json!({ "type": "browser" }))
            .await?;
        let text = |line: &Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
        let fresh = lines
            .as_array()
            .into_iter()
            .flatten()
            .map(|line| ConsoleLine {
                level: text(line, "level"),
                text: text(line, "message"),
            });
        // The driver hands each line over only once.
        self.console.borrow_mut().extend(fresh);
        Ok(self.console.borrow().clone())
    }

    /// The folder this browser downloads into.
    pub(crate) fn downloads(&self) -> &Path {
        self.downloads.path()
    }

    /// The folder of this browser's profile, which its processes are known by.
    pub(crate) fn profile(&self) -> &Path {
        self.profile.path()
    }

    async fn extension(&self, path: &'static str, body: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Extension { path, body }).await?)
    }

    async fn keep_evidence(&self, name: &str) {
        if let Err(error) = picture::keep_failure(self, name).await {
            eprintln!("no picture of the failure: {error:#}");
        }
        for line in self.console().await.unwrap_or_default() {
            eprintln!("console {}: {}", line.level, line.text);
        }
    }
}

/// A driver command that WebDriver itself does not know.
#[derive(Debug)]
struct Extension {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/{}",
            session.unwrap_or_default(),
            self.path
        ))
    }

    fn method_and_body(&self, _: &Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(self.body.to_string()))
    }
}

fn capabilities(profile: &Path) -> Result<Capabilities> {
    let mut arguments: Vec<String> = [
        "--headless",
        // Containers offer no sandbox to root; the only pages opened are our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
        "--lang=zh-CN",
        "--accept-lang=zh-CN",
    ]
    .map(str::to_owned)
    .to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    let mut options = json!({ "args": arguments });
    if let Ok(chrome) = env::var("CHROME") {
        options["binary"] = json!(chrome);
    }
    let all = json!({
        "browserName": "chrome",
        "goog:chromeOptions": options,
        "goog:loggingPrefs": { "browser": "ALL" },
    });
    all.as_object()
        .cloned()
        .context("capabilities are an object")
}

/// An environment variable the runner sets.
pub(crate) fn variable(name: &str) -> Result<String> {
    env::var(name).with_context(|| {
        format!("{name} is not set; run these tests by `cargo xtask test --only browser`")
    })
}
