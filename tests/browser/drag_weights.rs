//! An analyst tries weights.

use std::fmt::Write as _;
use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::scheme::default_scheme;

use crate::driver::{Page, scenario};
use crate::rank_villages::{first_rows, wait_for_rows};

#[test]
fn dragging_a_weight_ranks_again_and_one_gesture_is_one_step_back() -> Result<()> {
    scenario("drag_weight", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 8).await?;
        let slider = page.role("slider", "群众评价").await?;
        page.drag(&slider, &[40.0, 60.0, 80.0, 95.0]).await?;
        page.until("the ranking follows", async || {
            Ok((first_rows(page, 8).await? != before).then_some(()))
        })
        .await?;
        page.text("合计 100.0%").await?;
        page.readme_picture("weights").await?;
        page.click("button", "撤销").await?;
        page.until("one step back undoes the gesture", async || {
            Ok((first_rows(page, 8).await? == before).then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn locks_presets_zero_and_scenarios() -> Result<()> {
    scenario("keep_scenario", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "同级等权").await?;
        page.until("equal weights are shown", async || {
            Ok((number(page, "群众评价").await? == "33.3").then_some(()))
        })
        .await?;
        page.fill("textbox", "方案名称", "同权").await?;
        page.click("button", "存为方案").await?;
        page.text("同权").await?;
        page.click("button", "锁定 班子运行").await?;
        let slider = page.role("slider", "群众评价").await?;
        page.drag(&slider, &[0.0]).await?;
        page.until("the unlocked sibling takes the rest", async || {
            let three = [
                number(page, "班子运行").await?,
                number(page, "决策规范").await?,
                number(page, "群众评价").await?,
            ];
            Ok((three == ["33.3", "66.7", "0.0"]).then_some(()))
        })
        .await?;
        page.click("button", "采用").await?;
        page.until("the scenario comes back", async || {
            Ok((number(page, "群众评价").await? == "33.3").then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn every_level_has_its_sliders() -> Result<()> {
    scenario("drag_nested", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 8).await?;
        page.click("button", "展开 群众评价").await?;
        page.click("button", "展开 群众测评").await?;
        let slider = page.role("slider", "群众满意度").await?;
        page.drag(&slider, &[60.0, 100.0]).await?;
        page.until("an indicator's weight moves the ranking", async || {
            Ok((first_rows(page, 8).await? != before).then_some(()))
        })
        .await?;
        ensure!(number(page, "村务知晓率").await? == "0.0");
        page.fits_everywhere().await?;
        page.picture("weights-nested").await?;
        page.console_is_quiet().await
    })
}

/// The number in the box beside a slider.
async fn number(page: &Page, name: &str) -> Result<String> {
    let script = "const box = [...document.querySelectorAll('.weights__number')]
        .find((box) => box.ariaLabel === arguments[0] + ' %');
        return box ? box.value : '';";
    let value = page.script(script, vec![name.into()]).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// Milliseconds from an input event to the frame that shows its ranking, for a
/// number of slider positions: the median and the greatest. Only reported.
const MEASURE: &str = "const done = arguments[0];
    const slider = document.querySelector('.weights__slider');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const scores = () => [...document.querySelectorAll('.rank [data-code]')]
        .map((row) => row.dataset.code + row.querySelector('.rank__score').textContent).join();
    const times = [];
    const step = (n) => {
        if (n === 30) {
            times.sort((a, b) => a - b);
            slider.dispatchEvent(new Event('change', { bubbles: true }));
            return done([times[15], times[29]]);
        }
        const before = scores();
        const start = performance.now();
        set.call(slider, n % 2 ? 80 - n : 15 + n);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        const look = () => requestAnimationFrame(() => {
            if (scores() !== before || performance.now() - start > 2000) {
                setTimeout(() => { times.push(performance.now() - start); step(n + 1); }, 0);
            } else look();
        });
        look();
    };
    step(0);";

async fn report_times(page: &Page, what: &str) -> Result<()> {
    let times = page.client.execute_async(MEASURE, vec![]).await?;
    let (median, greatest): (f64, f64) = serde_json::from_value(times)?;
    println!(
        "input event to painted rows, {what}: median {median:.1} ms, greatest {greatest:.1} ms"
    );
    ensure!(median < 2000.0, "the ranking never followed");
    Ok(())
}

#[test]
fn ten_thousand_villages_stay_usable() -> Result<()> {
    scenario("drag_large", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        report_times(page, "85 villages").await?;

        let options = DemoOptions {
            n_units: 10_000,
            n_towns: 200,
            ..DemoOptions::default()
        };
        let dataset = generate(&default_scheme(), options)?;
        let (_, observations) = dataset.latest().context("no period")?;
        let mut units = String::from("村代码,村名,镇,村类\n");
        let mut values = String::from("村代码");
        for (node, _) in dataset.framework().indicators() {
            write!(values, ",{}", node.id)?;
        }
        for (i, unit) in dataset.units().list().iter().enumerate() {
            writeln!(
                units,
                "{},{},{},{}",
                unit.code, unit.name, unit.town, unit.class
            )?;
            write!(values, "\n{}", unit.code)?;
            for column in observations.columns() {
                let value = column.get(i).value();
                write!(
                    values,
                    ",{}",
                    value.map(|x| x.to_string()).unwrap_or_default()
                )?;
            }
        }
        let folder = tempfile::tempdir()?;
        let (units_file, values_file) = (folder.path().join("u.csv"), folder.path().join("v.csv"));
        fs::write(&units_file, units)?;
        fs::write(&values_file, values)?;
        page.open("#/data").await?;
        page.choose_file("[data-testid=import-files]", &units_file)
            .await?;
        accept(page).await?;
        page.choose_file("[data-testid=import-files]", &values_file)
            .await?;
        accept(page).await?;
        page.open("#/ranking").await?;
        page.text("共 10000").await?;
        page.picture("ranking-10000").await?;
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        report_times(page, "10,000 villages × 30 indicators").await?;
        for (address, sign) in [
            ("#/overview", "[data-testid=undetermined]"),
            ("#/review", ".queue__row[aria-setsize='10000']"),
            ("#/village", "[data-testid=score]"),
        ] {
            page.open(address).await?;
            page.css(sign).await?;
            page.fits_everywhere().await?;
        }
        page.console_is_quiet().await
    })
}

/// Waits until the import can be accepted, and accepts it.
pub(crate) async fn accept(page: &Page) -> Result<()> {
    page.css("[data-testid=accept]:not([disabled])").await?;
    page.click("button", "接受导入").await?;
    let script = "return document.querySelector('[data-testid=draft]') === null;";
    page.until("the import is done", async || {
        Ok((page.script(script, vec![]).await? == true).then_some(()))
    })
    .await
}
