//! An analyst tries weights.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::pipeline::{Inputs, Outcome, run};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::demo_files;
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

/// The number in the box beside a slider, in percent.
pub(crate) async fn number(page: &Page, name: &str) -> Result<String> {
    let script = "const box = [...document.querySelectorAll('.weights__number')]
        .find((box) => box.ariaLabel === arguments[0] + ' %');
        return box ? box.value : '';";
    let value = page.script(script, vec![name.into()]).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// Typed, stepped, set to nothing: the others give way in proportion, 35 to 30.
#[test]
fn weights_are_typed_and_stepped_and_the_others_give_way() -> Result<()> {
    scenario("type_weights", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        let are = async |page: &Page, wanted: [&str; 3]| {
            let shown = "return [...document.querySelectorAll('.weights__number')].slice(0, 3)
                .map((field) => field.value);";
            page.until(&format!("the weights are {wanted:?}"), async || {
                let shown = page.script(shown, vec![]).await?;
                Ok((shown == json!(wanted)).then_some(()))
            })
            .await
        };
        are(page, ["35.0", "35.0", "30.0"]).await?;
        let field = page.role("spinbutton", "班子运行 %").await?;
        let number = serde_json::to_value(&field)?;
        let type_it = "const [field, value] = arguments;
            field.value = value;
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(type_it, vec![number.clone(), json!("42")])
            .await?;
        // 58 · 35/65 and 58 · 30/65.
        are(page, ["42.0", "31.2", "26.8"]).await?;
        page.click("button", "增加 班子运行").await?;
        are(page, ["42.5", "31.0", "26.5"]).await?;
        page.click("button", "减少 群众评价").await?;
        // 26.54 − 0.5; the other 73.96 as 42.5 to 30.96.
        are(page, ["42.8", "31.2", "26.0"]).await?;
        page.script(type_it, vec![number, json!("0")]).await?;
        // 100 as 31.17 to 26.04.
        are(page, ["0.0", "54.5", "45.5"]).await?;
        page.text("合计 100.0%").await?;
        // Four gestures, four steps back.
        for _ in 0..4 {
            page.click("button", "撤销").await?;
        }
        are(page, ["35.0", "35.0", "30.0"]).await?;
        page.console_is_quiet().await
    })
}

/// Milliseconds from an input event to the frame that shows its ranking, for a number of
/// slider positions: the median and the greatest; and the median to the first row that
/// is written anew, which does not wait for a frame. Only reported.
const MEASURE: &str = "const done = arguments[0];
    const slider = document.querySelector('.weights__slider');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const scores = () => [...document.querySelectorAll('.rank [data-code]')].slice(0, 10)
        .map((row) => row.dataset.code + row.querySelector('.rank__score').textContent).join();
    const times = [], written = [];
    let start, isWritten;
    const watch = new MutationObserver(() => {
        if (!isWritten) written.push(performance.now() - start);
        isWritten = true;
    });
    watch.observe(document.querySelector('.rank'),
        { subtree: true, childList: true, characterData: true });
    const step = (n) => {
        if (n === 90) {
            watch.disconnect();
            for (const list of [times, written]) list.sort((a, b) => a - b);
            slider.dispatchEvent(new Event('change', { bubbles: true }));
            return done([times[45], times[89], written[written.length >> 1] ?? -1]);
        }
        const before = scores();
        isWritten = false;
        start = performance.now();
        set.call(slider, n % 2 ? 80 - n % 30 : 15 + n % 30);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        const look = () => requestAnimationFrame(() => {
            if (scores() !== before || performance.now() - start > 2000) {
                setTimeout(() => { times.push(performance.now() - start); step(n + 1); }, 0);
            } else look();
        });
        look();
    };
    step(0);";

/// Median and greatest time from an input event to painted rows, and the median to rows
/// that are written, in milliseconds.
pub(crate) async fn measure(page: &Page) -> Result<(f64, f64, f64)> {
    let times = page.client.execute_async(MEASURE, vec![]).await?;
    Ok(serde_json::from_value(times)?)
}

async fn report_times(page: &Page, what: &str) -> Result<()> {
    let (median, greatest, written) = measure(page).await?;
    println!(
        "input event to painted rows, {what}: median {median:.1} ms ({written:.1} until they are \
         written), greatest {greatest:.1} ms"
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

        demo_files::import(page, 10_000).await?;
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

/// Rows in sight as they are shown, by their place.
const ROWS: &str = "[...document.querySelectorAll('.rank [data-code]')]
    .filter((row) => row.checkVisibility())
    .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
    .map((row) => row.dataset.code + ' ' + ['rank', 'score', 'change', 'grade'].map((name) =>
        row.querySelector('.rank__' + name).textContent).join(' '))";

/// Of very many villages only those in sight are computed at every step of a drag. What
/// is painted first is what stands there when all of them are, as natively; so are rows
/// that come into sight meanwhile.
#[test]
fn what_is_in_sight_follows_at_once_and_is_right() -> Result<()> {
    const MANY: u32 = 21_000;
    scenario("drag_glance", async |page| {
        demo_files::import(page, MANY).await?;
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        let first = format!(
            "const done = arguments[0];
            const rows = () => {ROWS};
            const slider = document.querySelector('.weights__slider');
            const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
            // Rows beyond what is in sight come and go with the drag itself.
            const top = () => rows().slice(0, 10).join();
            const before = top();
            set.call(slider, 62);
            slider.dispatchEvent(new Event('input', {{ bubbles: true }}));
            const look = () => requestAnimationFrame(() => {{
                if (top() === before) return look();
                const seen = rows();
                const body = document.querySelector('[data-testid=rank-body]');
                body.scrollTop = 44 * 9000;
                setTimeout(() => {{
                    const below = rows();
                    body.scrollTop = 0;
                    setTimeout(() => done([seen, below, rows()]), 1500);
                }}, 1500);
            }});
            look();"
        );
        let rows = page.client.execute_async(&first, vec![]).await?;
        let [seen, below, after]: [Vec<String>; 3] = serde_json::from_value(rows)?;
        ensure!(seen == after, "{seen:#?} {after:#?}");

        let dataset = demo_files::imported(MANY)?;
        let framework = dataset.framework();
        let given = WeightSet::from_framework(framework)?;
        let root = framework.composite();
        let shares: Vec<f64> = [0.62, 0.38 * 35.0 / 65.0, 0.38 * 30.0 / 65.0].into();
        let moved = given.clone().with_children(framework, root, &shares)?;
        let (period, _) = dataset.latest().context("no period")?;
        let inputs = Inputs::of(&dataset, period).context("no inputs")?;
        let (base, outcome) = (
            run(inputs, &given, &Spec::default())?,
            run(inputs, &moved, &Spec::default())?,
        );
        let check = |rows: &[String], from: usize| -> Result<()> {
            ensure!(rows.len() > 10, "{rows:?}");
            let order = &outcome.ranks.order;
            let start = rows.first().and_then(|row| row.split(' ').next());
            let start = start.unwrap_or_default();
            let place = order
                .iter()
                .position(|unit| dataset.units().list()[*unit as usize].code.as_str() == start)
                .context("no such village")?;
            ensure!(place >= from && place < from + 60, "{place}");
            for (row, unit) in rows.iter().zip(&order[place..]) {
                let unit = *unit as usize;
                let rank = |outcome: &Outcome| outcome.ranks.overall[unit].map(|rank| rank.0);
                let (now, then) = (rank(&outcome), rank(&base));
                let score = outcome.scores.composite().get(unit).value();
                let code = dataset.units().list()[unit].code.as_str();
                let expected = format!(
                    "{code} {} {:.2} ",
                    now.context("no rank")?,
                    score.context("no score")?
                );
                ensure!(row.starts_with(&expected), "{row} is not {expected}");
                let steps = i64::from(then.context("none")?) - i64::from(now.context("none")?);
                let steps = match steps {
                    0 => "=".to_owned(),
                    1.. => format!("▲{steps}"),
                    _ => format!("▼{}", -steps),
                };
                ensure!(row.contains(&steps), "{row} has not {steps}");
            }
            Ok(())
        };
        check(&seen, 0)?;
        check(&below, 8_980)?;
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
