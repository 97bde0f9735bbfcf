//! A person gets the app as one file and opens it with a double click.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::packet::Store;
use dhi_engine::signoff::Role;
use dhi_engine::spec::Spec;
use serde_json::{Value, json};
use url::Url;

use crate::driver::{Page, scenario, variable};
use crate::honest_ranks::demonstration;
use crate::rank_villages::{exported, first_rows, same_as_native, wait_for_rows};
use crate::sign_off::{
    ITEM, LEAD, act, become_, everybodys, signed_elsewhere, stands, to_rectify, to_review, today,
};

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

/// 整改销号 from disk: an item recorded, rated, signed by four packets from elsewhere,
/// closed, in the calendar, and still there when the file is opened again.
#[test]
fn one_file_closes_an_item_with_packets_from_elsewhere() -> Result<()> {
    scenario("sign_single_file", async |page| {
        let address = without_network(page).await?;
        page.open_at(&format!("{address}#/signoff")).await?;
        page.css("#so-role").await?;
        let dataset = demonstration()?;
        let unit = &dataset.units().list()[0];
        let place = (unit.code.as_str(), unit.town.as_str());
        let at = today(page).await?;
        become_(page, Role::Inspection, "").await?;
        let facts = [
            ("item", ITEM),
            ("village", place.0),
            ("lead", LEAD),
            ("problem", "虚构示例：合同款未收"),
            ("kind", "by_date"),
        ];
        act(page, "open", &facts).await?;
        to_rectify(page, place).await?;
        to_review(page, b"one", &at.to_string(), place, ["6", "0"]).await?;
        let shared = Store::take_all(everybodys(page, place).await?)?;
        let folder = tempfile::tempdir()?;
        signed_elsewhere(page, &shared, (folder.path(), at)).await?;
        become_(page, Role::Inspection, "").await?;
        page.click("button", ITEM).await?;
        act(page, "close", &[]).await?;
        stands(page, "已销号").await?;
        let back = "document.querySelector('[data-testid=item] [data-act=show]').click()";
        page.script(back, vec![]).await?;
        page.click("button", "日历").await?;
        let calendar = fs::read_to_string(page.downloaded("ics").await?)?;
        // 回头看 is what comes after.
        ensure!(calendar.contains(ITEM), "{calendar}");
        page.text("已保存").await?;
        page.client.refresh().await?;
        page.click("button", ITEM).await?;
        stands(page, "已销号").await?;
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
