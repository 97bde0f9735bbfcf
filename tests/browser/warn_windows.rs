//! Windows on one project tell each other at once, before anything is changed in them.

use anyhow::Result;

use crate::driver::{Page, scenario};
use crate::rank_villages::{first_rows, wait_for_rows};

const OPEN: &str = "同时在另一个窗口打开着";
const STORED: &str = "另一个窗口保存了这个项目";

/// Whether a text is to be seen anywhere.
async fn says(page: &Page, text: &str) -> Result<bool> {
    let script = "return document.body.innerText.includes(arguments[0]);";
    let said = page.script(script, vec![text.into()]).await?;
    Ok(said.as_bool() == Some(true))
}

#[test]
fn a_window_is_told_at_once_what_another_does() -> Result<()> {
    scenario("warn_windows", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.text("已保存").await?;
        anyhow::ensure!(!says(page, OPEN).await?, "it is the only window");
        let first = page.client.window().await?;
        let second = page.client.new_window(true).await?.handle;
        page.client.switch_to_window(second.clone()).await?;
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.text(OPEN).await?;
        anyhow::ensure!(!says(page, STORED).await?, "nothing was stored yet");
        page.client.switch_to_window(first.clone()).await?;
        page.text(OPEN).await?;
        anyhow::ensure!(!says(page, STORED).await?, "nothing was stored yet");
        page.fits_everywhere().await?;
        page.picture("windows-open").await?;

        // Stored in the second window; nothing is touched in the first.
        page.client.switch_to_window(second.clone()).await?;
        let before = first_rows(page, 8).await?;
        let slider = page.role("slider", "群众评价").await?;
        page.drag(&slider, &[90.0]).await?;
        let stored = page
            .until("the ranking follows", async || {
                let now = first_rows(page, 8).await?;
                Ok((now != before).then_some(now))
            })
            .await?;
        page.text("已保存").await?;
        page.client.switch_to_window(first).await?;
        page.text(STORED).await?;
        page.fits_everywhere().await?;
        page.picture("windows-stored").await?;

        // Taking over there is told here, at once too.
        page.click("button", "以本窗口为准").await?;
        page.text("已保存").await?;
        page.client.switch_to_window(second).await?;
        page.text(STORED).await?;
        // A project loaded anew is not behind.
        page.client.refresh().await?;
        page.until("the first window’s weights are loaded", async || {
            let now = first_rows(page, 8).await?;
            Ok((!now.is_empty() && now != stored).then_some(()))
        })
        .await?;
        anyhow::ensure!(!says(page, STORED).await?, "it was just read");
        page.console_is_quiet().await
    })
}
