//! What every part does to the index: charts and tables with the numbers of a native
//! run, in both themes, and saved as drawn.

use std::fs;

use anyhow::{Result, ensure};
use dhi_engine::coherence::{Audit, Influence, audit};
use dhi_engine::compare::{Effect, LeaveOneOut, LeaveOutError};
use dhi_engine::framework::Framework;
use dhi_engine::ids::NodeIdx;
use dhi_engine::pipeline::{Inputs, run};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::rank_villages::wait_for_rows;

/// What is left when each node is left out.
type Effects = Vec<(NodeIdx, Result<Effect, LeaveOutError>)>;

fn native(inputs: Inputs<'_>) -> Result<(Audit, Effects)> {
    let spec = Spec::default();
    let weights = WeightSet::from_framework(inputs.framework)?;
    let outcome = run(inputs, &weights, &spec)?;
    let found = audit(
        inputs.framework,
        &outcome.weights,
        &outcome.scores,
        &spec.coherence,
    );
    let effects = LeaveOneOut::new(&outcome, inputs.framework, inputs.units, &spec).effects();
    Ok((found, effects))
}

fn name(framework: &Framework, node: NodeIdx) -> &str {
    &framework.node(node).name.zh
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// What charts must say: pillars, indicators, and the ranking without each node.
fn said(inputs: Inputs<'_>, found: &Audit, effects: &Effects) -> [Vec<String>; 3] {
    let framework = inputs.framework;
    let on_index = |is_meant: &dyn Fn(&Influence) -> bool| -> Vec<String> {
        let list = found.influences.iter();
        let list = list.filter(|i| i.on == framework.composite() && is_meant(i));
        list.map(|i| {
            let share = i.share.map_or("—".to_owned(), percent);
            let name = name(framework, i.node);
            format!(
                "{name} · 名义权重 {} · 实际影响: {share}",
                percent(i.weight)
            )
        })
        .collect()
    };
    let left_out = effects.iter().filter_map(|(node, effect)| {
        let similarity = effect.as_ref().ok()?.similarity;
        Some(format!(
            "{} · 最大名次变动 {} · 平均名次变动: {:.2}",
            name(framework, *node),
            similarity.max_shift?,
            similarity.mean_shift?,
        ))
    });
    [
        on_index(&|i| framework.pillars().contains(&i.node)),
        on_index(&|i| framework.leaves().contains(&i.node)),
        left_out.collect(),
    ]
}

/// What the charts of a part say, once there are so many.
async fn charts(page: &Page, part: &str, count: usize) -> Result<Vec<Vec<String>>> {
    let script = "const charts = [...document.querySelectorAll(arguments[0] + ' .chart')];
        return charts.map((chart) =>
            [...chart.querySelectorAll('title')].map((title) => title.textContent));";
    page.until(&format!("{part} has {count} charts"), async || {
        let found = page.script(script, vec![json!(part)]).await?;
        let found: Vec<Vec<String>> = serde_json::from_value(found)?;
        Ok((found.len() == count).then_some(found))
    })
    .await
}

/// Rows of the tables of a part, cell by cell.
async fn tables(page: &Page, part: &str) -> Result<Vec<Vec<Vec<String>>>> {
    let script = "return [...document.querySelectorAll(arguments[0] + ' table')].map((table) =>
        [...table.tBodies[0].rows].map((row) => [...row.cells].map((c) => c.textContent)));";
    Ok(serde_json::from_value(
        page.script(script, vec![json!(part)]).await?,
    )?)
}

/// Fails unless every row of a table begins with these cells.
fn begin(rows: &[Vec<String>], expected: &[Vec<String>]) -> Result<()> {
    ensure!(rows.len() == expected.len(), "{} rows", rows.len());
    for (row, expected) in rows.iter().zip(expected) {
        ensure!(row.starts_with(expected), "{row:?} for {expected:?}");
    }
    Ok(())
}

#[test]
fn influence_and_leaving_out_are_those_of_a_native_run() -> Result<()> {
    scenario("read_influence", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "影响与剔除").await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let framework = inputs.framework;
        let (found, effects) = native(inputs)?;
        let expected = said(inputs, &found, &effects);
        ensure!(expected.iter().all(|chart| chart.len() > 2), "{expected:?}");
        let shown = charts(page, "[data-testid=lab]", 3).await?;
        ensure!(shown == expected, "{shown:?}\n{expected:?}");

        // The last one by keys.
        let focus = "[...document.querySelectorAll('[data-testid=lab] .chart')].pop().focus();";
        page.script(focus, vec![]).await?;
        page.press(Key::End).await?;
        let said = "return document.activeElement.nextElementSibling
            .querySelector('output').textContent;";
        let said = page.script(said, vec![]).await?;
        ensure!(said == json!(expected[2].last()), "{said}");

        let tables = tables(page, "[data-testid=lab]").await?;
        let influences = found.influences.iter().map(|i| {
            let share = i.share.map_or("—".to_owned(), percent);
            let names = [i.node, i.on].map(|node| name(framework, node).to_owned());
            [&names[..], &[percent(i.weight), share]].concat()
        });
        begin(&tables[0], &influences.collect::<Vec<_>>())?;
        let left_out = effects.iter().map(|(node, effect)| {
            let name = name(framework, *node).to_owned();
            let Ok(effect) = effect else {
                return vec![name, "—".to_owned()];
            };
            let Effect {
                similarity: s,
                largest,
                band_changes,
            } = effect;
            let kendall = s.kendall.map_or("—".to_owned(), |k| format!("{k:.3}"));
            let mean = s.mean_shift.map_or("—".to_owned(), |m| format!("{m:.2}"));
            let most = s.max_shift.map_or("—".to_owned(), |m| m.to_string());
            let whose = largest.map_or("—".to_owned(), |shift| {
                let unit = &inputs.units.list()[shift.unit as usize];
                format!("{} {} → {}", unit.name, shift.from.0, shift.to.0)
            });
            vec![name, kendall, mean, most, band_changes.to_string(), whose]
        });
        begin(&tables[1], &left_out.collect::<Vec<_>>())?;

        // The method's page says the same.
        page.open("#/method").await?;
        for (part, count) in [("[data-testid=audit]", 2), ("[data-testid=leave-out]", 1)] {
            page.css(&format!("{part} .button")).await?.click().await?;
            let shown = charts(page, part, count).await?;
            let expected = &expected[if count == 2 { 0..2 } else { 2..3 }];
            ensure!(shown == expected, "{part}: {shown:?}");
        }
        page.fits_everywhere().await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await?;
            for size in SIZES {
                page.resize(size).await?;
                for part in ["audit", "leave-out"] {
                    let show = "document.querySelector(
                        `[data-testid=${arguments[0]}] .chart`).scrollIntoView();";
                    page.script(show, vec![json!(part)]).await?;
                    page.picture(&format!("{part}-{scheme:?}-{}", size.0))
                        .await?;
                }
            }
        }
        page.console_is_quiet().await
    })
}

/// A chart drawn before the theme changed follows it, and is saved as on paper.
#[test]
fn charts_follow_the_theme_and_are_saved_in_light_colours() -> Result<()> {
    scenario("save_influence", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "影响与剔除").await?;
        let shown = charts(page, "[data-testid=lab]", 3).await?;
        let colours = "const chart = document.querySelector('[data-testid=lab] .chart');
            const of = (name, how) => getComputedStyle(chart.querySelector(name))[how];
            return [of('circle', 'fill'), of('text', 'fill'), of('polyline', 'stroke')];";
        let set = "document.documentElement.dataset.theme = arguments[0];";
        page.script(set, vec![json!("light")]).await?;
        let light = page.script(colours, vec![]).await?;
        // Of the first pillar, of text, and of lines in `style/tokens.css`.
        let expected = json!(["rgb(0, 114, 178)", "rgb(31, 41, 55)", "rgb(214, 219, 226)"]);
        ensure!(light == expected, "{light}");
        page.script(set, vec![json!("dark")]).await?;
        let dark = page.script(colours, vec![]).await?;
        let expected = json!(["rgb(86, 180, 233)", "rgb(226, 230, 235)", "rgb(58, 69, 83)"]);
        ensure!(dark == expected, "{dark}");

        let save = "document.querySelector(arguments[0] + ' [data-save=svg]').click();";
        page.script(save, vec![json!("[data-testid=lab]")]).await?;
        let svg = fs::read_to_string(page.downloaded("权重与影响").await?)?;
        let read = "const svg = new DOMParser().parseFromString(arguments[0], 'image/svg+xml');
            return {
                faults: svg.querySelectorAll('parsererror').length,
                titles: [...svg.querySelectorAll('title')].map((title) => title.textContent),
                texts: [...svg.querySelectorAll('text')].map((text) => text.textContent.trim()),
                filled: svg.querySelectorAll('circle[fill=\"#0072B2\"]').length,
                ground: svg.querySelector('rect').getAttribute('fill'),
            };";
        let saved = page.script(read, vec![json!(svg)]).await?;
        ensure!(saved["faults"] == json!(0), "{svg}");
        ensure!(saved["titles"] == json!(shown[0]), "{saved}");
        // One for every pillar, and one in the legend.
        ensure!(saved["filled"] == json!(shown[0].len() + 1), "{saved}");
        ensure!(saved["ground"] == json!("#fff"), "{saved}");
        let texts: Vec<String> = serde_json::from_value(saved["texts"].clone())?;
        for wanted in ["权重与影响", "对总分的份额（%）", "名义权重", "实际影响"]
        {
            ensure!(texts.iter().any(|t| t == wanted), "{wanted} in {texts:?}");
        }

        // So are the pictures of the steps of the method, which say whose they are.
        page.open("#/method").await?;
        let picture = "[data-step=normalise] .plot";
        page.css(&format!("{picture} svg")).await?;
        let titles = "return [...document.querySelector(arguments[0]).querySelectorAll('title')]
            .map((title) => title.textContent);";
        let shown = page.script(titles, vec![json!(picture)]).await?;
        page.script(save, vec![json!(picture)]).await?;
        let svg = fs::read_to_string(page.downloaded("归一化之前").await?)?;
        let saved = page.script(read, vec![json!(svg)]).await?;
        ensure!(saved["faults"] == json!(0), "{svg}");
        ensure!(saved["titles"] == shown, "{saved} for {shown}");
        let texts: Vec<String> = serde_json::from_value(saved["texts"].clone())?;
        for wanted in ["归一化之前", "村委会数"] {
            ensure!(texts.iter().any(|t| t == wanted), "{wanted} in {texts:?}");
        }
        page.console_is_quiet().await
    })
}
