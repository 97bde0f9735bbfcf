//! A person installs the app like a program of their own.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::driver::{scenario, variable};
use crate::rank_villages::wait_for_rows;
use crate::work_offline::Server;

#[test]
fn the_browser_finds_nothing_that_keeps_it_from_being_installed() -> Result<()> {
    scenario("install_app", async |page| {
        let server = Server::start(variable("DHI_APP_FOLDER")?.into())?;
        let address = format!("http://127.0.0.1:{}/", server.port);
        page.open_at(&format!("{address}#/ranking")).await?;
        wait_for_rows(page).await?;
        let active = "const done = arguments[0];
            navigator.serviceWorker.ready.then(() => done(true));";
        page.client.execute_async(active, vec![]).await?;

        let answer = page.cdp("Page.getAppManifest", json!({})).await?;
        ensure!(
            answer["url"] == format!("{address}manifest.webmanifest"),
            "{answer}"
        );
        ensure!(answer["errors"] == json!([]), "{}", answer["errors"]);
        let data = answer["data"].as_str().context("no manifest")?;
        let manifest: Value = serde_json::from_str(data)?;
        for (key, wanted) in [
            ("name", "履职健康指数 · Duty-Health Index"),
            ("short_name", "履职健康指数"),
            ("start_url", "./"),
            ("scope", "./"),
            ("display", "standalone"),
        ] {
            ensure!(manifest[key] == wanted, "{key}: {}", manifest[key]);
        }
        // One drawing serves every size; without a width of its own a browser that wants
        // pixels may take it for one of none. At least 144 are asked for.
        let icons = manifest["icons"].as_array().context("no icons")?;
        ensure!(
            icons.iter().any(|icon| icon["sizes"] == "any"
                && icon["type"] == "image/svg+xml"
                && icon["purpose"] == "any"),
            "{icons:?}"
        );
        let measure = "const done = arguments[1];
            const image = new Image();
            image.onload = () => done([image.naturalWidth, image.naturalHeight]);
            image.onerror = () => done(null);
            image.src = arguments[0];";
        for icon in icons {
            let source = vec![icon["src"].clone()];
            let size = page.client.execute_async(measure, source).await?;
            ensure!(size == json!([512, 512]), "{icon}: {size}");
        }

        // Nothing is left out of what it says. A browser without windows answers as one
        // with them, save that some versions do not look at all and find nothing wrong
        // (so GoogleChrome/lighthouse, issue 13327): hence what is asked above.
        let found = page.cdp("Page.getInstallabilityErrors", json!({})).await?;
        let errors = found["installabilityErrors"].as_array();
        let errors = errors.context("not told whether it can be installed")?;
        ensure!(errors.is_empty(), "{errors:?}");
        page.console_is_quiet().await
    })
}
