//! Charts say their values: when pointed at, and by keys.

use anyhow::{Result, ensure};
use dhi_engine::pipeline::run;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Page, SIZES, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::rank_villages::wait_for_rows;

/// What the chart of a part has to say in its order, what is read out, and how many of
/// its shapes are marked as the one read.
async fn reading(page: &Page, part: &str) -> Result<(Vec<String>, String, usize)> {
    let read = "const part = document.querySelector(arguments[0]);
        return [[...part.querySelectorAll('svg title')].map((title) => title.textContent),
            part.querySelector('output').textContent,
            part.querySelectorAll('[data-read]').length];";
    Ok(serde_json::from_value(
        page.script(read, vec![json!(part)]).await?,
    )?)
}

async fn focus(page: &Page, selector: &str) -> Result<()> {
    page.css(selector).await?;
    let focus = "const chart = document.querySelector(arguments[0]);
        chart.scrollIntoView({ block: 'center' });
        chart.focus();";
    page.script(focus, vec![json!(selector)]).await?;
    Ok(())
}

/// Goes through the chart of a part by keys.
async fn read_by_keys(page: &Page, part: &str, chart: &str) -> Result<Vec<String>> {
    focus(page, &format!("{part} {chart}")).await?;
    let (titles, said, _) = reading(page, part).await?;
    ensure!(titles.len() > 1 && said.is_empty(), "{titles:?} {said:?}");
    let last = titles.len() - 1;
    for (key, at) in [
        (Key::Right, 0),
        (Key::Right, 1),
        (Key::End, last),
        (Key::Left, last - 1),
        (Key::Home, 0),
    ] {
        page.press(key).await?;
        let (_, said, n_read) = reading(page, part).await?;
        ensure!(
            said == titles[at] && n_read == 1,
            "{said:?} at {at} of {titles:?}"
        );
    }
    page.press(Key::Escape).await?;
    let (_, said, n_read) = reading(page, part).await?;
    ensure!(said.is_empty() && n_read == 0, "{said:?}");
    Ok(titles)
}

#[test]
fn charts_are_read_by_keys_and_by_pointing() -> Result<()> {
    scenario("read_charts", async |page| {
        page.open("#/overview").await?;
        let titles = read_by_keys(page, "[data-testid=spread]", ".chart").await?;
        // Every village with a rank is in one of the bars.
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let native = run(inputs, &weights, &Spec::default())?;
        let n_ranked = native.ranks.overall.iter().flatten().count();
        let counts = titles
            .iter()
            .filter_map(|t| t.rsplit(": ").next()?.parse::<u32>().ok());
        ensure!(counts.sum::<u32>() as usize == n_ranked, "{titles:?}");
        focus(page, "[data-testid=spread] .chart").await?;
        page.press(Key::Right).await?;
        page.picture("chart-read").await?;
        // What lies under the pointer says the same.
        let under =
            "const bar = document.querySelector('[data-testid=spread] svg title').parentNode;
            const box = bar.getBoundingClientRect();
            const under = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return under.querySelector('title')?.textContent;";
        let under = page.script(under, vec![]).await?;
        ensure!(under == json!(titles[0]), "{under}");

        page.open("#/village").await?;
        let own = read_by_keys(page, "[data-testid=trend]", ".chart").await?;
        let rows = "return [...document.querySelectorAll('[data-testid=trend] tr[data-score]')]
            .map((row) => Number(row.dataset.score).toFixed(2));";
        let rows: Vec<String> = serde_json::from_value(page.script(rows, vec![]).await?)?;
        ensure!(!rows.is_empty(), "no scores beside the chart");
        for (said, score) in own.iter().zip(&rows) {
            ensure!(said.ends_with(score), "{said} for {score}");
        }
        read_by_keys(page, "[data-testid=against]", ".chart").await?;

        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "方案并排").await?;
        read_by_keys(page, "[data-testid=lab]", ".chart").await?;
        page.console_is_quiet().await
    })
}

/// Waits until a chart stands as wide as it was drawn for: its words are 1:1 then.
async fn drawn_for_window(page: &Page, part: &str) -> Result<()> {
    let scale = "const svg = document.querySelector(arguments[0] + ' .chart svg');
        return svg && svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;";
    page.until("the chart is drawn for the window", async || {
        let scale = page.script(scale, vec![json!(part)]).await?.as_f64();
        Ok(scale
            .filter(|scale| (0.85..=1.15).contains(scale))
            .map(|_| ()))
    })
    .await
}

#[test]
fn pictures_are_drawn_for_the_width_there_is() -> Result<()> {
    scenario("charts_follow_width", async |page| {
        const ASKED: &str = "[data-testid=leave-out]";
        page.resize(SIZES[0]).await?;
        page.open("#/village").await?;
        for size in [SIZES[0], SIZES[2], SIZES[1]] {
            page.resize(size).await?;
            drawn_for_window(page, "[data-testid=trend]").await?;
        }
        page.resize(SIZES[2]).await?;
        page.css("[data-testid=trend] .chart svg").await?;
        page.picture("charts-narrowed").await?;

        // So is one that was asked for, also if the window changed while away.
        page.resize(SIZES[0]).await?;
        page.open("#/method").await?;
        page.click("button", "逐一剔除").await?;
        for size in [SIZES[0], SIZES[2], SIZES[1]] {
            page.resize(size).await?;
            drawn_for_window(page, ASKED).await?;
        }
        page.open("#/ranking").await?;
        page.resize(SIZES[2]).await?;
        page.open("#/method").await?;
        drawn_for_window(page, ASKED).await?;
        page.console_is_quiet().await
    })
}
