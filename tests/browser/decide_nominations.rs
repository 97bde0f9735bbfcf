//! A reviewer goes through the queue with the keyboard, decides with a reason, and
//! finds the decisions again.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::pipeline::run;
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::Verdict;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::{Page, scenario};
use crate::honest_ranks::{demonstration, inputs, native, wait_for_intervals};

/// Index in the register of the row looked at.
pub(crate) async fn chosen(page: &Page) -> Result<usize> {
    let script = "return document.querySelector('.queue__row[aria-selected=true]')?.dataset.unit;";
    page.until("a row is chosen", async || {
        let found = page.script(script, vec![]).await?;
        Ok(found.as_str().and_then(|text| text.parse().ok()))
    })
    .await
}

async fn queue_length(page: &Page) -> Result<usize> {
    let script = "return Number(document.querySelector('.queue__row')?.ariaSetSize ?? 0);";
    let n = page.script(script, vec![]).await?;
    Ok(n.as_u64().unwrap_or(0) as usize)
}

pub(crate) async fn press(page: &Page, key: &str) -> Result<()> {
    let script = "document.body.dispatchEvent(new KeyboardEvent('keydown',
        { key: arguments[0], bubbles: true, cancelable: true }));";
    page.script(script, vec![json!(key)]).await?;
    Ok(())
}

async fn show(page: &Page, name: &str) -> Result<()> {
    let script = "const list = document.querySelector('[data-testid=queue-show]');
        list.value = arguments[0];
        list.dispatchEvent(new Event('change', { bubbles: true }));";
    page.script(script, vec![json!(name)]).await?;
    Ok(())
}

#[test]
fn decisions_are_made_with_the_keyboard_and_kept_with_what_was_shown() -> Result<()> {
    scenario("decide", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        let (robust, tally) = native(inputs, &spec)?;

        page.open("#/review").await?;
        wait_for_intervals(page).await?;
        let order = &outcome.ranks.order;
        ensure!(chosen(page).await? == order[0] as usize);
        press(page, "j").await?;
        press(page, "j").await?;
        press(page, "k").await?;
        let unit = order[1] as usize;
        page.until("the second is chosen", async || {
            Ok((chosen(page).await? == unit).then_some(()))
        })
        .await?;

        // The undetermined are those of a native analysis.
        let limits = robust.spec().limits;
        let is_open = |unit: usize| {
            let chance = tally.line_chance(unit);
            Verdict::of(chance, limits) == Verdict::Undetermined
        };
        let undetermined = (0..dataset.units().len()).filter(|u| is_open(*u)).count();
        show(page, "undetermined").await?;
        page.until("only the undetermined are shown", async || {
            Ok((queue_length(page).await? == undetermined).then_some(()))
        })
        .await?;
        show(page, "all").await?;

        // Nothing is decided without a reason.
        press(page, "2").await?;
        let button = page.css("[data-testid=decide]").await?;
        ensure!(!button.is_enabled().await?, "decided without a reason");
        page.fill("textbox", "理由（必填）", "=材料需补充 <b>")
            .await?;
        page.click("button", "记录决定").await?;
        page.text("已决定 1 / 85").await?;
        page.click("button", "撤销").await?;
        page.text("已决定 0 / 85").await?;
        page.click("button", "重做").await?;
        page.text("已决定 1 / 85").await?;
        // The next one is up.
        page.until("the third is chosen", async || {
            Ok((chosen(page).await? == order[2] as usize).then_some(()))
        })
        .await?;

        page.text("已保存").await?;
        page.client.refresh().await?;
        wait_for_intervals(page).await?;
        page.text("已决定 1 / 85").await?;
        show(page, "review").await?;
        page.until("the decision is listed", async || {
            Ok((queue_length(page).await? == 1).then_some(()))
        })
        .await?;
        press(page, "j").await?;
        page.text("=材料需补充 <b>").await?;
        page.fits_everywhere().await?;
        page.picture("review-decided").await?;

        page.click("button", "导出决定清单").await?;
        let text = fs::read_to_string(page.downloaded("decisions").await?)?;
        let row = text
            .lines()
            .find(|line| line.contains("材料需补充"))
            .context("no row")?;
        let score = outcome.scores.composite().get(unit).value();
        let score = score.context("no score")?.to_string();
        let code = dataset.units().list()[unit].code.as_str();
        ensure!(row.starts_with(code) && row.contains(&score), "{row}");
        ensure!(row.contains("'=材料"), "a formula: {row}");
        ensure!(text.contains("# 虚构示例"), "not marked");
        page.console_is_quiet().await
    })
}
