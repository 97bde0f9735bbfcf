//! A reader follows one indicator through the steps of the method.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::frame::{CellState, Column};
use dhi_engine::pipeline::{Outcome, run};
use dhi_engine::rank::Grade;
use dhi_engine::spec::Spec;
use dhi_engine::treat::Step;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::{Page, SIZES, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::look_everywhere::choose_language;

/// Follows the indicator in this column.
async fn follow(page: &Page, column: usize) -> Result<()> {
    page.css(".method__choice select").await?;
    // In one go: the list is written anew meanwhile.
    let choose = "const list = document.querySelector('.method__choice select');
        list.dataset.old = '';
        list.value = arguments[0];
        list.dispatchEvent(new Event('change', { bubbles: true }));";
    page.script(choose, vec![json!(column.to_string())]).await?;
    // The list that was chosen from says so before any picture does.
    let script = "return document.querySelector('.method__choice select:not([data-old])')?.value;";
    page.until("the pictures follow", async || {
        let shown = page.script(script, vec![]).await?;
        Ok((shown == json!(column.to_string())).then_some(()))
    })
    .await
}

/// Titles of the bars of every picture of a step, picture by picture.
async fn pictures(page: &Page, step: &str) -> Result<Vec<Vec<String>>> {
    let script = "const step = document.querySelector(
            `.method__steps > [data-step=${arguments[0]}]`);
        return [...step.querySelectorAll('.plot')].map((plot) =>
            [...plot.querySelectorAll('.chart title')].map((t) => t.textContent));";
    let found = page.script(script, vec![json!(step)]).await?;
    Ok(serde_json::from_value(found)?)
}

/// Numbers in words beside the pictures of a step.
async fn words(page: &Page, step: &str) -> Result<String> {
    let script = "return document.querySelector(
        `.method__steps > [data-step=${arguments[0]}] .method__pictures`).textContent;";
    let found = page.script(script, vec![json!(step)]).await?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

/// Fails unless the bars hold exactly these values, each where its title says.
fn holds(bars: &[String], column: &Column) -> Result<()> {
    let values: Vec<f64> = column.present().collect();
    let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0;
    for bar in bars {
        let (ends, n) = bar.split_once(": ").context("no count")?;
        let (from, to) = ends.split_once('–').context("no range")?;
        let (from, to): (f64, f64) = (from.parse()?, to.parse()?);
        let is_last = to >= greatest;
        let inside = |x: &&f64| (from..to).contains(*x) || (is_last && **x == to);
        let found = values.iter().filter(inside).count();
        ensure!(found.to_string() == n, "{bar}: {found} of {values:?}");
        sum += found;
    }
    ensure!(sum == values.len(), "{sum} of {} values", values.len());
    Ok(())
}

async fn same_as(page: &Page, outcome: &Outcome, column: usize) -> Result<()> {
    let prepared = outcome.prepared.as_ref().unwrap_or(&outcome.checked);
    let stages = [
        &prepared.columns()[column],
        &outcome.treated.columns()[column],
        &outcome.normalised.columns()[column],
    ];
    let treat = pictures(page, "treat").await?;
    match &treat[..] {
        [one] => {
            ensure!(stages[0] == stages[1], "one picture of two things");
            holds(one, stages[0])?;
        }
        [before, after] => {
            holds(before, stages[0])?;
            holds(after, stages[1])?;
        }
        other => anyhow::bail!("{} pictures of the treatment", other.len()),
    }
    let normalise = pictures(page, "normalise").await?;
    let [before, after] = &normalise[..] else {
        anyhow::bail!("{} pictures of normalising", normalise.len());
    };
    holds(before, stages[1])?;
    holds(after, stages[2])?;
    let scaling = outcome.normalise_ledger[column]
        .as_ref()
        .context("not normalised")?;
    let said = words(page, "normalise").await?;
    let clamped = format!("按端点计的值 {} 个", scaling.n_clamped);
    ensure!(said.contains(&clamped), "“{clamped}” is not in {said}");
    let touched = |column: Option<usize>| {
        let cells = outcome.treat_ledger.iter();
        let cells = cells.filter(|c| !matches!(c.step, Step::Imputed(_)));
        cells
            .filter(|c| column.is_none_or(|at| c.column as usize == at))
            .count()
    };
    let changed = format!(
        "这项指标 {} 个，全部指标 {} 个",
        touched(Some(column)),
        touched(None)
    );
    let said = words(page, "treat").await?;
    ensure!(said.contains(&changed), "“{changed}” is not in {said}");
    let states = outcome.checked.columns()[column].states();
    let n_missing = states.iter().filter(|s| **s == CellState::Missing).count();
    let said = words(page, "check").await?;
    ensure!(
        said.contains(&format!("{n_missing} (")),
        "{n_missing} missing, {said}"
    );
    Ok(())
}

#[test]
fn pictures_of_every_step_hold_the_values_of_a_native_run() -> Result<()> {
    scenario("method_steps", async |page| {
        page.open("#/method").await?;
        page.css(".method__choice select").await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &Spec::default())?;
        same_as(page, &outcome, 0).await?;
        follow(page, 5).await?;
        same_as(page, &outcome, 5).await?;
        let parts = pictures(page, "aggregate").await?;
        let pillars = inputs.framework.pillars().iter().copied();
        let nodes = pillars.chain([inputs.framework.composite()]);
        let nodes: Vec<_> = nodes.collect();
        ensure!(parts.len() == nodes.len(), "{} pictures", parts.len());
        for (bars, node) in parts.iter().zip(nodes) {
            holds(bars, outcome.scores.node(node))?;
        }
        let said = words(page, "bands").await?;
        for band in 0..4 {
            let is_meant = |grade: &&Grade| **grade == Grade::Band(band);
            let n = outcome.grades.iter().filter(is_meant).count();
            ensure!(said.contains(&format!("{n} (")), "band {band}: {n}, {said}");
        }

        // A method that does something: before and after differ.
        let spec = r#"{ "treat": { "method": { "winsorise": { "skewness": 0.5, "kurtosis": 0.1 } } },
            "impute": { "method": "median" } }"#;
        let toggle = "document.querySelector('[data-testid=spec] [aria-pressed]').click();";
        page.script(toggle, vec![]).await?;
        page.css(".spec__json").await?;
        let paste = "const box = document.querySelector('.spec__json');
            box.value = arguments[0];
            box.dispatchEvent(new Event('input', { bubbles: true }));";
        page.script(paste, vec![json!(spec)]).await?;
        page.click("button", "应用").await?;
        page.text("set_spec").await?;
        let spec = Spec::from_json(spec)?;
        let outcome = run(inputs, &weights, &spec)?;
        let imputed = |c: &&dhi_engine::treat::TouchedCell| matches!(c.step, Step::Imputed(_));
        let n = outcome.treat_ledger.iter().filter(imputed).count();
        ensure!(n > 0, "nothing is missing");
        page.text(&format!("全部指标 {n} 个")).await?;
        let touched = outcome
            .treat_ledger
            .iter()
            .find(|c| c.step == Step::Winsorised);
        let column = touched.context("nothing is winsorised")?.column as usize;
        follow(page, column).await?;
        same_as(page, &outcome, column).await?;
        ensure!(pictures(page, "treat").await?.len() == 2);
        page.console_is_quiet().await
    })
}

#[test]
fn the_steps_fit_in_both_languages_and_themes() -> Result<()> {
    scenario("method_steps_look", async |page| {
        for language in ["zh", "en"] {
            choose_language(page, language).await?;
            page.open("#/method").await?;
            page.css(".method__choice select").await?;
            page.fits_everywhere().await?;
            let open = "document.querySelectorAll('[data-step=normalise] .plot__table')
                .forEach((d) => d.open = true);";
            page.script(open, vec![]).await?;
            page.fits_everywhere().await?;
            for theme in ["light", "dark"] {
                let set = "document.documentElement.dataset.theme = arguments[0];";
                page.script(set, vec![json!(theme)]).await?;
                for size in SIZES {
                    page.resize(size).await?;
                    for step in ["impute", "weigh", "rank"] {
                        let show = "document.querySelector(
                            `.method__steps > [data-step=${arguments[0]}]`).scrollIntoView();";
                        page.script(show, vec![json!(step)]).await?;
                        let name = format!("steps-{language}-{theme}-{}-{step}", size.0);
                        page.picture(&name).await?;
                    }
                }
            }
        }
        page.console_is_quiet().await
    })
}
