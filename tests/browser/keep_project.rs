//! Nothing is lost: reload, project files, the demonstration again.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::driver::{Page, scenario, variable};
use crate::rank_villages::{first_rows, wait_for_rows};

async fn saved(page: &Page) -> Result<()> {
    page.text("已保存").await.map(|_| ())
}

async fn weigh_public_most(page: &Page) -> Result<Vec<(String, String)>> {
    page.open("#/weights").await?;
    wait_for_rows(page).await?;
    let before = first_rows(page, 8).await?;
    let slider = page.role("slider", "群众评价").await?;
    page.drag(&slider, &[90.0]).await?;
    page.until("the ranking follows", async || {
        let now = first_rows(page, 8).await?;
        Ok((now != before).then_some(now))
    })
    .await
}

async fn shows(page: &Page, rows: &[(String, String)]) -> Result<()> {
    page.until("these rows are shown", async || {
        Ok((first_rows(page, 8).await? == rows).then_some(()))
    })
    .await
}

async fn shows_after_reload(page: &Page, rows: &[(String, String)]) -> Result<()> {
    saved(page).await?;
    page.client.refresh().await?;
    wait_for_rows(page).await?;
    shows(page, rows).await
}

#[test]
fn a_reload_finds_everything_again() -> Result<()> {
    scenario("keep_reload", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 8).await?;
        let shown = weigh_public_most(page).await?;
        shows_after_reload(page, &shown).await?;
        // So are the steps, back and forward.
        page.click("button", "撤销").await?;
        shows(page, &before).await?;
        shows_after_reload(page, &before).await?;
        page.click("button", "重做").await?;
        shows(page, &shown).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn reloads_in_the_middle_never_leave_half_a_project() -> Result<()> {
    scenario("keep_midway", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        for percent in [10.0, 40.0, 70.0] {
            let slider = page.role("slider", "班子运行").await?;
            page.drag(&slider, &[percent]).await?;
            // At once, whatever is being written.
            page.client.refresh().await?;
            wait_for_rows(page).await?;
            page.text("合计 100.0%").await?;
        }
        page.console_is_quiet().await
    })
}

#[test]
fn a_project_file_comes_back_and_one_from_the_future_is_refused() -> Result<()> {
    scenario("keep_file", async |page| {
        let shown = weigh_public_most(page).await?;
        saved(page).await?;
        page.click("button", "另存项目").await?;
        let file = page.downloaded("dhi.json").await?;
        page.click("button", "恢复示例").await?;
        page.click("button", "确定").await?;
        page.until("the demonstration is back", async || {
            Ok((first_rows(page, 8).await? != shown).then_some(()))
        })
        .await?;
        page.choose_file("[data-testid=open-project]", &file)
            .await?;
        page.until("the project is open again", async || {
            Ok((first_rows(page, 8).await? == shown).then_some(()))
        })
        .await?;

        let text = fs::read_to_string(&file)?;
        let future = text.replacen("\"version\":1", "\"version\":9", 1);
        ensure!(future != text, "no version to change");
        let folder = file.parent().context("no folder")?;
        let later = folder.join("later.json");
        fs::write(&later, future)?;
        page.choose_file("[data-testid=open-project]", &later)
            .await?;
        page.text("由更新版本的程序保存").await?;
        let nonsense = folder.join("nonsense.json");
        fs::write(&nonsense, "{\"a\":")?;
        page.choose_file("[data-testid=open-project]", &nonsense)
            .await?;
        page.text("这不是项目文件").await?;
        ensure!(
            first_rows(page, 8).await? == shown,
            "a refused file changed something"
        );
        page.console_is_quiet().await
    })
}

#[test]
fn a_full_disk_is_told_and_the_file_offered() -> Result<()> {
    scenario("keep_quota", async |page| {
        allow(page, Some(1)).await?;
        let shown = weigh_public_most(page).await?;
        page.text("没有保存成功，请用“另存项目”保存到文件。")
            .await?;
        page.fits_everywhere().await?;
        page.picture("disk-full").await?;
        page.click("button", "另存项目").await?;
        let file = page.downloaded("dhi.json").await?;
        page.client.refresh().await?;
        page.until("nothing was stored", async || {
            Ok((first_rows(page, 8).await? != shown).then_some(()))
        })
        .await?;
        // With room again the file opens and is stored.
        allow(page, None).await?;
        page.choose_file("[data-testid=open-project]", &file)
            .await?;
        page.until("the file’s weights", async || {
            Ok((first_rows(page, 8).await? == shown).then_some(()))
        })
        .await?;
        saved(page).await?;
        page.client.refresh().await?;
        page.until("they were stored", async || {
            Ok((first_rows(page, 8).await? == shown).then_some(()))
        })
        .await
    })
}

/// Gives the site so much room in bytes, or again as much as the browser would.
async fn allow(page: &Page, bytes: Option<u32>) -> Result<()> {
    let mut room = json!({ "origin": variable("DHI_APP_URL")?.trim_end_matches('/') });
    if let Some(bytes) = bytes {
        room["quotaSize"] = json!(bytes);
    }
    page.cdp("Storage.overrideQuotaForOrigin", room).await?;
    Ok(())
}

#[test]
fn two_windows_do_not_overwrite_each_other() -> Result<()> {
    scenario("keep_two_windows", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        saved(page).await?;
        let first = page.client.window().await?;
        let second = page.client.new_window(true).await?.handle;
        page.client.switch_to_window(second.clone()).await?;
        let shown = weigh_public_most(page).await?;
        saved(page).await?;

        page.client.switch_to_window(first).await?;
        let slider = page.role("slider", "班子运行").await?;
        page.drag(&slider, &[5.0]).await?;
        page.text("另一个窗口保存了这个项目").await?;
        page.fits_everywhere().await?;
        page.picture("two-windows").await?;
        // What the other window stored is untouched.
        page.client.refresh().await?;
        page.until("the other window’s weights are loaded", async || {
            Ok((first_rows(page, 8).await? == shown).then_some(()))
        })
        .await?;
        // And this window may take over, which the other one is told.
        let slider = page.role("slider", "班子运行").await?;
        page.drag(&slider, &[60.0]).await?;
        saved(page).await?;
        let taken = first_rows(page, 8).await?;
        page.client.switch_to_window(second).await?;
        let slider = page.role("slider", "群众评价").await?;
        page.drag(&slider, &[20.0]).await?;
        page.text("另一个窗口保存了这个项目").await?;
        page.click("button", "以本窗口为准").await?;
        saved(page).await?;
        let kept = first_rows(page, 8).await?;
        ensure!(kept != taken, "both windows show the same");
        page.client.refresh().await?;
        page.until("this window’s weights were stored", async || {
            Ok((first_rows(page, 8).await? == kept).then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}
