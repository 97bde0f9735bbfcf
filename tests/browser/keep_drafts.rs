//! What somebody is in the middle of is there again after a reload, and gone once it is
//! done.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::driver::{Page, scenario};
use crate::rank_villages::wait_for_rows;

/// Waits until a script gives this.
async fn gives(page: &Page, script: &str, wanted: Value) -> Result<()> {
    page.until(&format!("{script} gives {wanted}"), async || {
        let found = page.script(script, vec![]).await?;
        Ok((found == wanted).then_some(()))
    })
    .await
}

/// Reloads once what is shown is stored.
async fn reload(page: &Page) -> Result<()> {
    page.text("已保存").await?;
    page.client.refresh().await?;
    Ok(())
}

const REASON: &str = "return document.getElementById('decision-reason')?.value;";
const CHOICE: &str = "return [...document.querySelectorAll('[name=decision]')]
    .findIndex((choice) => choice.checked);";

async fn press(page: &Page, key: &str) -> Result<()> {
    let script = "document.body.dispatchEvent(new KeyboardEvent('keydown',
        { key: arguments[0], bubbles: true, cancelable: true }));";
    page.script(script, vec![json!(key)]).await?;
    Ok(())
}

#[test]
fn a_reason_begun_waits_with_its_village() -> Result<()> {
    scenario("draft_decision", async |page| {
        page.open("#/review").await?;
        page.css("#decision-reason").await?;
        press(page, "3").await?;
        page.fill("textbox", "理由（必填）", "等补充材料").await?;
        // Another village has none of it.
        page.script("document.activeElement.blur();", vec![])
            .await?;
        press(page, "j").await?;
        gives(page, REASON, json!("")).await?;
        gives(page, CHOICE, json!(-1)).await?;
        press(page, "k").await?;
        gives(page, REASON, json!("等补充材料")).await?;
        gives(page, CHOICE, json!(2)).await?;
        reload(page).await?;
        gives(page, REASON, json!("等补充材料")).await?;
        gives(page, CHOICE, json!(2)).await?;
        page.click("button", "记录决定").await?;
        page.script("document.activeElement.blur();", vec![])
            .await?;
        gives(page, REASON, json!("")).await?;
        press(page, "k").await?;
        page.text("等补充材料").await?;
        gives(page, REASON, json!("")).await?;
        reload(page).await?;
        page.text("等补充材料").await?;
        gives(page, REASON, json!("")).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_cell_being_corrected_is_gone_on_with() -> Result<()> {
    scenario("draft_correction", async |page| {
        page.open("#/data").await?;
        page.css("#cell-2-3").await?.click().await?;
        page.css("[data-testid=cell]").await?;
        page.css("#correct-value").await?.send_keys("12.5").await?;
        let reason = page.css("#correct-reason").await?;
        reason.send_keys("录入错误").await?;
        page.css("[data-testid=trial]").await?;
        reload(page).await?;
        let typed = "return ['value', 'reason'].map((name) =>
            document.getElementById('correct-' + name)?.value);";
        gives(page, typed, json!(["12.5", "录入错误"])).await?;
        // It is tried again, and made with the reason from before.
        page.css("[data-testid=trial] [data-correct]")
            .await?
            .click()
            .await?;
        page.text("录入错误").await?;
        gives(page, typed, json!(["", ""])).await?;
        reload(page).await?;
        page.text("录入错误").await?;
        let cell = "return document.querySelector('[data-testid=cell]');";
        gives(page, cell, Value::Null).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn judgements_in_pairs_outlive_the_page() -> Result<()> {
    scenario("draft_judgements", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "两两比较").await?;
        page.css("[data-testid=consistency]").await?;
        let choose = "const select = document.getElementById(arguments[0]);
            select.value = arguments[1];
            select.dispatchEvent(new Event('change', { bubbles: true }));";
        let chosen = "return ['lab-1', 'lab-2', 'lab-3'].map((id) =>
            document.getElementById(id)?.querySelector('[selected]')?.value);";
        for (id, value) in [("lab-1", "3"), ("lab-2", "5")] {
            page.script(choose, vec![json!(id), json!(value)]).await?;
            let is_chosen = format!(
                "return document.getElementById('{id}')?.querySelector('[selected]')?.value;"
            );
            gives(page, &is_chosen, json!(value)).await?;
        }
        let before = page.script(chosen, vec![]).await?;
        ensure!(before[0] == "3" && before[1] == "5", "{before}");
        // Another page and back: the same part, the same judgements.
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        page.open("#/weights").await?;
        gives(page, chosen, before.clone()).await?;
        reload(page).await?;
        wait_for_rows(page).await?;
        page.click("button", "两两比较").await?;
        gives(page, chosen, before).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn the_line_chosen_stays() -> Result<()> {
    scenario("draft_line", async |page| {
        page.open("#/review").await?;
        let list = serde_json::to_value(page.role("combobox", "推荐线").await?)?;
        let script = "arguments[0].value = 't20';
            arguments[0].dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(script, vec![list]).await?;
        reload(page).await?;
        let shown = "return [...document.querySelectorAll('select')]
            .some((list) => list.value === 't20');";
        gives(page, shown, json!(true)).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn who_reviews_is_gone_on_with_until_it_is_taken() -> Result<()> {
    const SHOWN: &str = "return document.getElementById('appeal-text')?.value;";
    const TOLD: &str = "县委组织部受理，十五日内书面答复。";
    scenario("draft_appeal", async |page| {
        page.open("#/method").await?;
        gives(page, SHOWN, json!("")).await?;
        let field = page.css("#appeal-text").await?;
        field.send_keys(TOLD).await?;
        reload(page).await?;
        gives(page, SHOWN, json!(TOLD)).await?;
        // Nothing is logged before it is taken.
        let logged = "return [...document.querySelectorAll('.log__action')]
            .filter((cell) => cell.textContent.includes('set_appeal')).length;";
        gives(page, logged, json!(0)).await?;
        page.click("button", "写入说明信").await?;
        gives(page, logged, json!(1)).await?;
        reload(page).await?;
        gives(page, SHOWN, json!(TOLD)).await?;
        gives(page, logged, json!(1)).await?;
        // What is taken is no draft any more: without it the field is empty.
        page.click("button", "撤销").await?;
        gives(page, SHOWN, json!("")).await?;
        page.console_is_quiet().await
    })
}
