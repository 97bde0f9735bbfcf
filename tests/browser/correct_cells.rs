//! A cell is corrected with a reason: what it would change is said before, with the
//! numbers of a native run on the same data, and nothing imported is lost.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::{Cell, Dataset, Provenance};
use dhi_engine::pipeline::{Inputs, Outcome, run};
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use fantoccini::key::Key;
use serde_json::{Value, json};

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::dry_run_import::scores;
use crate::rank_villages::wait_for_rows;

const REASON: &str = "<img src=x onerror=\"window.hacked=1\">台账抄错一行";
/// The village and the column that are corrected.
const UNIT: usize = 3;
const COLUMN: usize = 1;

/// A native run of the latest period, with a cell in place of that of the village.
fn native(dataset: &Dataset, cell: Option<Cell>) -> Result<Outcome> {
    let (_, observations) = dataset.latest().context("no period")?;
    let mut observations = observations.clone();
    if let Some(cell) = cell {
        observations.set(UNIT, COLUMN, cell, None, &Provenance::default());
    }
    let inputs = Inputs::new(dataset.units(), dataset.framework(), &observations);
    let weights = WeightSet::from_framework(dataset.framework())?;
    Ok(run(inputs, &weights, &Spec::default())?)
}

/// How many villages other than the one corrected have another overall rank.
fn moved(before: &Outcome, after: &Outcome) -> usize {
    let ranks = before.ranks.overall.iter().zip(&after.ranks.overall);
    let differ = ranks
        .enumerate()
        .filter(|(at, (old, new))| *at != UNIT && old != new);
    differ.count()
}

/// Waits for a trial and gives what it says: score now and then, ranks of others moved.
async fn tried(page: &Page, words: &str) -> Result<Vec<f64>> {
    page.until(&format!("a trial shows “{words}”"), async || {
        let read = "const trial = document.querySelector('[data-testid=trial]');
            const sides = trial?.querySelector('[data-now]');
            if (!sides || !sides.innerText.includes(arguments[0])) return null;
            return [sides.dataset.now, sides.dataset.then,
                trial.querySelector('[data-testid=others]').dataset.ranks].map(Number);";
        let found = page.script(read, vec![words.into()]).await?;
        Ok(serde_json::from_value::<Option<Vec<f64>>>(found)?)
    })
    .await
}

/// Every score of the ranking is that of a native run.
async fn same_as(page: &Page, dataset: &Dataset, native: &Outcome) -> Result<()> {
    page.open("#/ranking").await?;
    wait_for_rows(page).await?;
    page.until("the scores are those of the native run", async || {
        let shown = scores(page).await?;
        for (at, unit) in dataset.units().list().iter().enumerate() {
            let score = shown.get(unit.code.as_str()).copied().flatten();
            let native = native.scores.composite().get(at).value();
            ensure!(score == native, "{}: {score:?} {native:?}", unit.code);
        }
        Ok(Some(()))
    })
    .await
}

async fn type_value(page: &Page, text: &str) -> Result<()> {
    let field = page.css("#correct-value").await?;
    field.clear().await?;
    Ok(field.send_keys(text).await?)
}

/// Opens the page of the data and the cell there.
async fn open_cell(page: &Page, dataset: &Dataset) -> Result<()> {
    page.open("#/data").await?;
    page.css(&format!("#cell-{UNIT}-{COLUMN}"))
        .await?
        .click()
        .await?;
    let name = &dataset.units().list()[UNIT].name;
    page.until("the cell is shown", async || {
        let text = "return document.querySelector('[data-testid=cell]')?.innerText ?? '';";
        let text = page.script(text, vec![]).await?;
        Ok(text
            .as_str()
            .is_some_and(|t| t.contains(name))
            .then_some(()))
    })
    .await
}

/// Pictures at every size, in both themes and languages.
async fn look(page: &Page, name: &str) -> Result<()> {
    for language in ["zh", "en"] {
        if language == "en" {
            page.click("button", "English").await?;
        }
        page.fits_everywhere().await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await?;
            for (width, height) in SIZES {
                page.resize((width, height)).await?;
                let show = "document.querySelector('[data-testid=correct]').scrollIntoView();";
                page.script(show, vec![]).await?;
                let picture = format!("{name}-{language}-{scheme:?}-{width}x{height}");
                page.picture(&picture.to_lowercase()).await?;
            }
        }
        page.prefer(Scheme::Light).await?;
    }
    page.resize(SIZES[0]).await?;
    page.click("button", "中文").await
}

#[test]
fn a_correction_is_tried_made_undone_and_kept() -> Result<()> {
    scenario("correct_cells", async |page| {
        let dataset = generate(&default_scheme(), DemoOptions::default())?;
        let (_, observations) = dataset.latest().context("no period")?;
        let was = observations.frame().cell(UNIT, COLUMN);
        let before = native(&dataset, None)?;
        let score = |outcome: &Outcome| outcome.scores.composite().get(UNIT).value();
        open_cell(page, &dataset).await?;

        // What it would change, before it does.
        type_value(page, "12.5").await?;
        let said = tried(page, "12.50%").await?;
        let after = native(&dataset, Some(Cell::Value(12.5)))?;
        ensure!(score(&before) != score(&after), "the value changes nothing");
        let expected = [
            score(&before),
            score(&after),
            Some(moved(&before, &after) as f64),
        ];
        ensure!(
            said.iter().copied().map(Some).eq(expected),
            "{said:?} is not {expected:?}"
        );
        look(page, "correct-trial").await?;
        ensure!(
            tried(page, "12.50%").await? == said,
            "the language took what was typed"
        );

        // No reason, no correction; and what is no number is refused in words.
        page.click("button", "记录更正").await?;
        page.text("请先写明理由").await?;
        type_value(page, "八成").await?;
        page.text("不是数字").await?;
        let offers = "return document.querySelectorAll('[data-correct]').length;";
        ensure!(
            page.script(offers, vec![]).await? == json!(0),
            "nonsense is offered"
        );
        same_as(page, &dataset, &before).await?;

        // With a reason.
        open_cell(page, &dataset).await?;
        type_value(page, "12.5").await?;
        tried(page, "12.50%").await?;
        page.css("#correct-reason").await?.send_keys(REASON).await?;
        page.click("button", "记录更正").await?;
        page.css("[data-testid=history] li").await?;
        let hacked = "return window.hacked ?? document.querySelectorAll('main img').length;";
        ensure!(
            page.script(hacked, vec![]).await? == json!(0),
            "the reason is markup"
        );
        let corrected = format!("#cell-{UNIT}-{COLUMN}.matrix__cell--corrected");
        page.css(&corrected).await?;
        look(page, "correct-made").await?;
        page.click("button", "导出更正记录").await?;
        let table = fs::read_to_string(page.downloaded("corrections").await?)?;
        ensure!(
            table.contains("台账抄错一行") && table.contains(",12.5,"),
            "{table}"
        );
        same_as(page, &dataset, &after).await?;

        // The village's page says so, beside the number.
        let village = &dataset.units().list()[UNIT];
        page.open(&format!("#/village/{}", village.code)).await?;
        page.text("更正（导入值：").await?;
        page.picture("correct-village").await?;

        // Kept over a reload, and by the log.
        page.text("已保存").await?;
        page.client.refresh().await?;
        same_as(page, &dataset, &after).await?;
        page.open("#/method").await?;
        page.text("{\"do\":\"correct\"").await?;

        // A project file brings it to others.
        page.click("button", "另存项目").await?;
        let file = page.downloaded("dhi.json").await?;
        page.click("button", "恢复示例").await?;
        page.click("button", "确定").await?;
        same_as(page, &dataset, &before).await?;
        page.choose_file("[data-testid=open-project]", &file)
            .await?;
        same_as(page, &dataset, &after).await?;

        // Again, then back and forward.
        open_cell(page, &dataset).await?;
        page.css("[data-testid=history] li").await?;
        let select = page.css("[data-testid=correct-word]").await?;
        select.select_by_value("not applicable").await?;
        tried(page, "不适用").await?;
        page.css("#correct-reason")
            .await?
            .send_keys("没有这项业务")
            .await?;
        page.click("button", "记录更正").await?;
        page.css("[data-testid=history] li:nth-child(2)").await?;
        let none = native(&dataset, Some(Cell::NotApplicable))?;
        same_as(page, &dataset, &none).await?;
        page.click("button", "撤销").await?;
        same_as(page, &dataset, &after).await?;
        page.click("button", "重做").await?;
        same_as(page, &dataset, &none).await?;

        // The imported value is still there.
        open_cell(page, &dataset).await?;
        page.click("button", "恢复导入值").await?;
        let words = was
            .value()
            .map_or("缺失".to_owned(), |x| format!("{x:.2}%"));
        tried(page, &words).await?;
        page.css("#correct-reason")
            .await?
            .send_keys("核对无误")
            .await?;
        page.click("button", "记录更正").await?;
        page.css("[data-testid=history] li:nth-child(3)").await?;
        same_as(page, &dataset, &before).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_cell_is_found_by_keys_and_by_typing() -> Result<()> {
    scenario("correct_by_keys", async |page| {
        let dataset = generate(&default_scheme(), DemoOptions::default())?;
        page.open("#/data").await?;
        page.css(".matrix__row").await?;
        let grid = page.script("document.querySelector('.matrix').focus();", vec![]);
        grid.await?;
        // Down beyond what is drawn, and to the right beyond what is in view.
        for _ in 0..30 {
            page.press(Key::Down).await?;
        }
        page.press(Key::End).await?;
        let last = dataset.framework().n_indicators() - 1;
        let active = "const id = document.activeElement.getAttribute('aria-activedescendant');
            const cell = document.getElementById(id)?.getBoundingClientRect();
            const view = document.activeElement.getBoundingClientRect();
            return cell && [id, cell.left >= view.left && cell.right <= view.right + 1
                && cell.top >= view.top && cell.bottom <= view.bottom + 1];";
        page.until("the cell is in view", async || {
            let seen = page.script(active, vec![]).await?;
            Ok((seen == json!([format!("cell-30-{last}"), true])).then_some(()))
        })
        .await?;
        page.picture("correct-grid").await?;
        page.press(Key::Enter).await?;
        let shown = async |name: &str| {
            page.until(&format!("the cell of {name}"), async || {
                let text = "return document.querySelector('[data-testid=cell] h3')?.innerText;";
                let text = page.script(text, vec![]).await?;
                Ok(text
                    .as_str()
                    .filter(|t| t.contains(name))
                    .map(str::to_owned))
            })
            .await
        };
        let unit = &dataset.units().list()[30];
        let (node, _) = dataset
            .framework()
            .indicators()
            .nth(last)
            .context("no indicator")?;
        let title = shown(&unit.name).await?;
        ensure!(title.contains(&node.name.zh), "{title}");

        // By the end of a code and by the list of indicators.
        let other = &dataset.units().list()[7];
        let field = page.css("#correct-village").await?;
        field.clear().await?;
        field.send_keys(other.code.as_str()).await?;
        page.press(Key::Enter).await?;
        shown(&other.name).await?;
        let list = page.css("#correct-indicator").await?;
        list.select_by_value("4").await?;
        let (node, _) = dataset
            .framework()
            .indicators()
            .nth(4)
            .context("no indicator")?;
        shown(&node.name.zh).await?;
        let field = page.css("#correct-village").await?;
        field.clear().await?;
        field.send_keys("没有这个村").await?;
        page.press(Key::Enter).await?;
        page.text("没有找到").await?;
        let still: Value = page
            .script(
                "return document.querySelectorAll('[data-testid=cell]').length;",
                vec![],
            )
            .await?;
        ensure!(still == json!(1), "the cell is gone");
        page.console_is_quiet().await
    })
}
