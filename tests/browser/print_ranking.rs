//! The ranking on paper is the whole of it, and says what it is.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::pipeline::run;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::scenario;
use crate::honest_ranks::{demonstration, inputs, wait_for_intervals};
use crate::rank_villages::wait_for_rows;

/// The words above the table that would be printed, its heads, and its rows.
pub(crate) const PRINTED: &str = "window.dispatchEvent(new Event('beforeprint'));
    const done = arguments[0];
    setTimeout(() => {
        const block = document.querySelector('[data-testid=print]');
        const cells = [...block.querySelectorAll('tbody tr')].map((row) =>
            [...row.children].map((cell) => cell.textContent));
        const heads = [...block.querySelectorAll('thead th')].map((th) => th.textContent);
        const words = [...block.querySelectorAll('p')].map((p) => p.textContent);
        window.dispatchEvent(new Event('afterprint'));
        done([words, heads, cells]);
    }, 200);";

/// What is printed, and what it consists of.
pub(crate) type Printed = (Vec<String>, Vec<String>, Vec<Vec<String>>);

#[test]
fn every_row_is_printed_with_period_and_digest() -> Result<()> {
    scenario("print_ranking", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let native = run(inputs, &weights, &Spec::default())?;
        let units = dataset.units().list();
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        wait_for_intervals(page).await?;
        let printed = page.client.execute_async(PRINTED, vec![]).await?;
        let (words, heads, rows): Printed = serde_json::from_value(printed)?;
        let shown = [
            "全县名次",
            "村",
            "镇（街道）",
            "村类",
            "名次区间",
            "梯队",
            "得分",
        ];
        ensure!(heads[..7] == shown, "{heads:?}");
        let about = words.first().context("nothing above the table")?;
        for said in [
            "期间 2026",
            "显示 85 / 85",
            &format!("方法摘要 {}", &native.digest[..12]),
        ] {
            ensure!(about.contains(said), "“{said}” is not in {about}");
        }
        ensure!(rows.len() == units.len(), "{} rows", rows.len());
        for (row, unit) in rows.iter().zip(&native.ranks.order) {
            let [rank, name, score] = [0, 1, 6].map(|at| &row[at]);
            let unit = *unit as usize;
            let expected = native.ranks.overall[unit].map_or("—".to_owned(), |r| r.0.to_string());
            ensure!(*rank == expected, "{rank} for {expected}");
            ensure!(name.starts_with(&units[unit].name), "{name}");
            let value = native.scores.composite().get(unit).value();
            let expected = value.map_or("—".to_owned(), |value| format!("{value:.2}"));
            ensure!(*score == expected, "{name}: {score} for {expected}");
        }

        // Only what is shown, with the filter in words.
        let town = &units[0].town;
        let choose = "const select = [...document.querySelectorAll('main select')]
                .find((list) => [...list.options].some((o) => o.value === arguments[0]));
            select.value = arguments[0];
            select.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(choose, vec![json!(town)]).await?;
        let n = units.iter().filter(|unit| unit.town == *town).count();
        page.text(&format!("显示 {n} 共 85")).await?;
        let printed = page.client.execute_async(PRINTED, vec![]).await?;
        let (words, _, rows): Printed = serde_json::from_value(printed)?;
        ensure!(rows.len() == n, "{} rows of {n}", rows.len());
        ensure!(words[0].contains(&format!("= {town}")), "{words:?}");
        page.click("button", "清除筛选").await?;
        page.text("显示 85 共 85").await?;
        // The rank of the scope shown, and what was chosen in place of what was there.
        page.script(choose, vec![json!("class")]).await?;
        let columns = "const [on, off] = ['走势', '梯队'].map((name) =>
                [...document.querySelectorAll('.columns__one')]
                    .find((label) => label.textContent.trim() === name).querySelector('input'));
            on.click();
            off.click();";
        page.script(columns, vec![]).await?;
        page.css(".rank .spark polyline").await?;
        let printed = page.client.execute_async(PRINTED, vec![]).await?;
        let (_, heads, rows): Printed = serde_json::from_value(printed)?;
        let place = |name: &str| {
            let found = heads.iter().position(|head| head == name);
            found.with_context(|| format!("no {name} in {heads:?}"))
        };
        ensure!(
            heads[0] == "同类名次" && place("梯队").is_err(),
            "{heads:?}"
        );
        let (trend, coverage) = (place("走势")?, place("覆盖")?);
        for (row, unit) in rows.iter().zip(&native.ranks.order) {
            let unit = *unit as usize;
            let expected =
                native.ranks.in_class[unit].map_or("—".to_owned(), |r| r.0.to_string());
            ensure!(row[0] == expected, "{row:?}: {expected} in the class");
            let count = native.coverage.overall(unit);
            let expected = format!("{}/{}", count.present, count.applicable);
            ensure!(row[coverage] == expected, "{row:?}: {expected}");
        }
        let moves = rows.iter().filter(|row| row[trend].starts_with(['+', '−']));
        ensure!(moves.count() > 0, "no trend");
        page.script(columns, vec![]).await?;
        page.script(choose, vec![json!("all")]).await?;
        // Paper has them too: 85 rows are more than a sheet.
        let sheets = page.paper("ranking").await?;
        ensure!((2..=6).contains(&sheets), "{sheets} sheets");
        page.console_is_quiet().await
    })
}
