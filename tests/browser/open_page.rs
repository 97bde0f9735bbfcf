//! A person opens the app for the first time.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::driver::{SIZES, scenario};

#[test]
fn the_app_opens_under_its_name_without_complaint() -> Result<()> {
    scenario("open_page", async |page| {
        page.open("").await?;
        let title = page.client.title().await?;
        ensure!(title.contains("履职健康指数"), "the title is “{title}”");
        page.console_is_quiet().await?;
        page.stayed_local().await
    })
}

#[test]
fn the_first_page_fits_on_every_screen() -> Result<()> {
    scenario("open_page_sizes", async |page| {
        page.open("").await?;
        page.fits_everywhere().await?;
        for (width, height) in SIZES {
            page.resize((width, height)).await?;
            page.picture(&format!("open-{width}x{height}")).await?;
        }
        page.readme_picture("ranking").await
    })
}

#[test]
fn a_worker_that_stops_is_not_waited_for_in_silence() -> Result<()> {
    scenario("worker_stops", async |page| {
        // The page keeps its worker to itself.
        let keep = "const Plain = Worker;
            Worker = class extends Plain {
                constructor(...all) { super(...all); window.foundByTest = this; }
            };";
        page.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            json!({ "source": keep }),
        )
        .await?;
        page.open("#/ranking").await?;
        // No message of the program's own: it cannot be read, and the worker stops.
        let stop = "window.foundByTest.postMessage(new Uint8Array([255, 255, 255]));";
        page.script(stop, vec![]).await?;
        page.text("计算程序停止了").await?;
        page.fits_everywhere().await
    })
}

#[test]
fn a_policy_keeps_the_page_from_calling_out() -> Result<()> {
    scenario("open_page_policy", async |page| {
        page.open("").await?;
        let call_out = "const done = arguments[0];
            fetch('https://example.org/').then(() => done('reached'), () => done('refused'));";
        let mut policies = 0;
        let answer = page.client.execute_async(call_out, vec![]).await?;
        ensure!(answer == json!("refused"), "the page could call out");
        for line in page.console().await? {
            policies += usize::from(line.text.contains("Content Security Policy"));
        }
        ensure!(policies > 0, "the call failed, but not because of a policy");
        Ok(())
    })
}
