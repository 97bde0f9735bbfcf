//! A person gets the app as one file and opens it with a double click.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::spec::Spec;
use serde_json::{Value, json};
use url::Url;

use crate::driver::{Page, scenario, variable};
use crate::rank_villages::{exported, first_rows, same_as_native, wait_for_rows};

#[test]
fn one_file_ranks_and_follows_the_weights_without_a_server() -> Result<()> {
    scenario("open_single_file", async |page| {
        let address = without_network(page).await?;
        page.open_at(&format!("{address}#/ranking")).await?;
        wait_for_rows(page).await?;
        ensure!(first_rows(page, 8).await?.len() == 8, "the first rows");
        same_as_native(&exported(page).await?, &Spec::default())?;

        page.open_at(&format!("{address}#/weights")).await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 8).await?;
        let slider = page.role("slider", "群众评价").await?;
        page.drag(&slider, &[40.0, 60.0, 80.0, 95.0]).await?;
        page.until("the ranking follows", async || {
            Ok((first_rows(page, 8).await? != before).then_some(()))
        })
        .await?;
        // The browser keeps the project of a page from disk as well.
        page.text("已保存").await?;
        ensure!(loaded(page).await? == json!([]), "something was loaded");
        page.console_is_quiet().await
    })
}

/// Takes the network away; returns where the single file lies.
pub(crate) async fn without_network(page: &Page) -> Result<String> {
    let path = variable("DHI_SINGLE_FILE")?;
    let address = Url::from_file_path(&path)
        .ok()
        .with_context(|| format!("{path} is not a whole path"))?;
    page.cdp("Network.enable", json!({})).await?;
    let offline = json!({ "offline": true, "latency": 0, "downloadThroughput": -1,
        "uploadThroughput": -1 });
    page.cdp("Network.emulateNetworkConditions", offline)
        .await?;
    Ok(address.into())
}

/// What the page loaded from elsewhere than itself and the file it is.
pub(crate) async fn loaded(page: &Page) -> Result<Value> {
    let script = "return performance.getEntriesByType('resource').map((entry) => entry.name)
        .filter((name) => !/^(blob|data):/.test(name)
            && name !== location.href.replace(/#.*/, ''));";
    page.script(script, vec![]).await
}
