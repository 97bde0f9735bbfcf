//! The harness itself, on a page of known faults: a check that cannot fail proves
//! nothing.

use std::fs;

use anyhow::{Result, ensure};
use fantoccini::key::Key;
use serde_json::json;
use tempfile::TempDir;

use crate::driver::{Page, Scheme, scenario};

const PAGE: &str = r#"<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>试页</title>
<style>
  body { margin: 0; background: white } @media (prefers-color-scheme: dark) { body { background: black } }
  .scroller { width: 100px; overflow-x: auto; white-space: nowrap }
  .cut { width: 60px; overflow: hidden; white-space: nowrap }
  .short { text-overflow: ellipsis }
</style>
<main>
  <button onclick="this.textContent = '已点'">导入数据</button>
  <button hidden>导入隐藏</button> <button aria-label="导入全部">→</button>
  <label>村名 <input value="旧" id="name"></label>
  <label>权重 <input type="range" min="0" max="100" value="10"
    oninput="log.textContent += this.value + ' '" onchange="log.textContent += '止'"></label>
  <p id="log"></p>
  <input type="file" onchange="log.textContent = this.files[0].name">
  <a download="分数.csv" href="data:text/csv,a%2Cb">下载分数</a>
  <div class="scroller">这一行文字本来就要左右滚动,所以不算溢出</div>
</main>"#;

/// Opens the page above, with `more` after it.
async fn open(page: &Page, folder: &TempDir, more: &str) -> Result<()> {
    let file = folder.path().join("page.html");
    fs::write(&file, format!("{PAGE}{more}"))?;
    page.client
        .goto(&format!("file://{}", file.display()))
        .await?;
    Ok(())
}

#[test]
fn things_are_found_by_role_and_name_and_acted_upon() -> Result<()> {
    scenario("harness_find", async |page| {
        let folder = TempDir::new()?;
        open(page, &folder, "").await?;
        let buttons: Vec<_> = page
            .all("button")
            .await?
            .into_iter()
            .map(|b| b.name)
            .collect();
        ensure!(buttons.iter().any(|name| name == "导入全部"), "{buttons:?}");
        ensure!(
            !buttons.iter().any(|name| name == "导入隐藏"),
            "{buttons:?}"
        );
        page.click("button", "导入数据").await?;
        page.text("已点").await?;
        page.fill("textbox", "村名", "向荣村").await?;
        page.press(Key::Tab).await?;
        let value = page
            .script("return document.querySelector('#name').value;", vec![])
            .await?;
        ensure!(value == json!("向荣村"), "{value}");
        let slider = page.role("slider", "权重").await?;
        page.drag(&slider, &[20.0, 30.0]).await?;
        page.text("20 30 止").await?;
        Ok(())
    })
}

#[test]
fn files_go_in_and_come_out() -> Result<()> {
    scenario("harness_files", async |page| {
        let folder = TempDir::new()?;
        open(page, &folder, "").await?;
        let file = folder.path().join("指标.csv");
        fs::write(&file, "id")?;
        page.choose_file("input[type=file]", &file).await?;
        page.text("指标.csv").await?;
        page.click("link", "下载分数").await?;
        let saved = page.downloaded("分数").await?;
        ensure!(fs::read_to_string(&saved)? == "a,b", "{}", saved.display());
        Ok(())
    })
}

#[test]
fn the_window_is_as_narrow_and_as_dark_as_asked_for() -> Result<()> {
    scenario("harness_window", async |page| {
        let folder = TempDir::new()?;
        open(page, &folder, "").await?;
        page.resize((390, 844)).await?;
        let size = page
            .script("return [innerWidth, innerHeight];", vec![])
            .await?;
        ensure!(size == json!([390, 844]), "{size}");
        page.prefer(Scheme::Dark).await?;
        let colour = "return getComputedStyle(document.body).backgroundColor;";
        let dark = page.script(colour, vec![]).await?;
        ensure!(dark == json!("rgb(0, 0, 0)"), "{dark}");
        let place =
            "return [navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone];";
        let place = page.script(place, vec![]).await?;
        ensure!(place == json!(["zh-CN", "Asia/Shanghai"]), "{place}");
        Ok(())
    })
}

#[test]
fn faults_are_noticed() -> Result<()> {
    scenario("harness_faults", async |page| {
        let folder = TempDir::new()?;
        open(page, &folder, "").await?;
        page.fits_everywhere().await?;
        page.console_is_quiet().await?;
        let broken = "<p class='cut'>这段文字被截断了没有办法读完</p>
            <p class='cut short' title='全文在提示中'>这段文字有提示,不算截断</p>
            <div style='width: 2000px'>宽</div>
            <script>console.error('坏了')</script>";
        open(page, &folder, broken).await?;
        let faults = page.misfits().await?.join("\n");
        for expected in ["wider than its window", "被截断了", "beyond the window"] {
            ensure!(
                faults.contains(expected),
                "{expected} is missing in:\n{faults}"
            );
        }
        ensure!(!faults.contains("不算"), "a false alarm in:\n{faults}");
        ensure!(
            page.console_is_quiet().await.is_err(),
            "the console error went unnoticed"
        );
        Ok(())
    })
}
