//! Who did what in an office stays in its records: nothing that is shown, printed or
//! exported to others says it.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use calamine::{Reader as _, Xlsx};
use dhi_engine::signoff::Role;
use serde_json::json;

use crate::driver::{Page, scenario};
use crate::honest_ranks::demonstration;
use crate::look_everywhere::PAGES;
use crate::sign_off::{act, become_};

/// Part of every hand's code in this test but the reader's.
const PLANTED: &str = "HAND-";

/// Everything in the document, also what only print shows, and everything typed in it.
const EVERYTHING: &str = "const typed = [...document.querySelectorAll('input, textarea')]
        .map((field) => field.value);
    return document.documentElement.outerHTML + typed.join('\\n');";

async fn says_nothing(page: &Page, place: &str) -> Result<()> {
    let shown = page.script(EVERYTHING, vec![]).await?;
    let shown = shown.as_str().context("no document")?;
    ensure!(shown.len() > 1000, "{place} is empty");
    ensure!(!shown.contains(PLANTED), "{place} tells who acted");
    Ok(())
}

/// What a file says, its compressed parts unpacked.
fn contents(path: &Path) -> Result<String> {
    let bytes = fs::read(path)?;
    if !bytes.starts_with(b"PK") {
        return Ok(String::from_utf8_lossy(&bytes).into_owned());
    }
    let mut workbook: Xlsx<_> = calamine::open_workbook(path)?;
    let mut text = Vec::new();
    for (name, sheet) in workbook.worksheets() {
        text.push(name);
        text.extend(sheet.cells().map(|(_, _, cell)| cell.to_string()));
    }
    Ok(text.join("\n"))
}

#[test]
fn no_page_and_no_export_tells_a_reader_who_acted() -> Result<()> {
    scenario("keep_secrets", async |page| {
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        let dataset = demonstration()?;
        let unit = &dataset.units().list()[0];
        let (village, town) = (unit.code.as_str(), unit.town.as_str());
        become_(page, Role::Inspection, "").await?;
        let facts = [
            ("item", "R-1"),
            ("village", village),
            ("lead", "农业农村局"),
            ("problem", "虚构示例：合同款未收"),
            ("kind", "by_date"),
        ];
        act(page, "open", &facts).await?;
        let due = [("liable", "村党组织书记"), ("due", "2900-01-01")];
        act(page, "assign", &due).await?;
        become_(page, Role::VillageParty, village).await?;
        act(page, "plan", &[("measures", "收回合同款并公示")]).await?;
        become_(page, Role::Town, town).await?;
        act(page, "pass_plan", &[]).await?;
        page.text("整改中").await?;
        let item = page.script(EVERYTHING, vec![]).await?;
        // Or else nothing could be found anywhere.
        ensure!(item.as_str().is_some_and(|item| item.contains(PLANTED)));

        // A reader in the same browser, whose own code is another.
        let read = "document.getElementById('so-office').value = '';
            document.getElementById('so-hand').value = 'READER';
            const select = document.getElementById('so-role');
            select.value = 'auditor';
            select.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(read, vec![]).await?;
        page.until("the page knows who reads", async || {
            let script = "return document.getElementById('so-role').value";
            Ok((page.script(script, vec![]).await? == json!("auditor")).then_some(()))
        })
        .await?;
        page.text("合同款未收").await?;
        says_nothing(page, "the item").await?;
        page.click("button", "← 全部事项").await?;
        page.click("button", "日历").await?;
        let file = page.downloaded("ics").await?;
        ensure!(!contents(&file)?.contains(PLANTED), "the calendar");

        for (name, ready) in PAGES {
            page.script(
                "location.hash = arguments[0];",
                vec![json!(["#/", name].concat())],
            )
            .await?;
            page.css(ready).await?;
            says_nothing(page, name).await?;
        }
        page.script("location.hash = '#/ranking';", vec![]).await?;
        for (button, part) in [("导出 CSV", "csv"), ("导出 XLSX", "xlsx")] {
            page.click("button", button).await?;
            let file = page.downloaded(part).await?;
            let text = contents(&file)?;
            ensure!(text.contains(village), "{part} has no villages");
            ensure!(!text.contains(PLANTED), "{part} tells who acted");
            fs::remove_file(file)?;
        }
        page.script("location.hash = '#/review';", vec![]).await?;
        page.click("button", "导出决定清单").await?;
        let file = page.downloaded("decisions").await?;
        ensure!(!contents(&file)?.contains(PLANTED), "the decisions");

        // The project file is the office's own and keeps everything; it stays here.
        page.click("button", "另存项目").await?;
        let file = page.downloaded("dhi.json").await?;
        ensure!(
            contents(&file)?.contains(PLANTED),
            "the project lost who acted"
        );
        for line in page.console().await? {
            ensure!(!line.text.contains(PLANTED), "the console: {}", line.text);
        }
        page.console_is_quiet().await?;
        page.stayed_local().await
    })
}
