//! Before an import is accepted it says what it would change, with the numbers that a
//! native reading of the same file gives.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::{Cell, Dataset};
use dhi_engine::input::{decode, read, recognise};
use dhi_engine::pipeline::{Inputs, run};
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::drag_weights::accept;
use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::rank_villages::{exported, wait_for_rows};

const FIELD: &str = "[data-testid=import-files]";

/// The values of the latest period with some changed, one taken out and one put in, as
/// a wide table.
fn changed_values(dataset: &Dataset) -> Result<String> {
    let (_, observations) = dataset.latest().context("no period")?;
    let mut table = String::from("村代码");
    for (node, _) in dataset.framework().indicators() {
        table = format!("{table},{}", node.id);
    }
    for (i, unit) in dataset.units().list().iter().enumerate() {
        table = format!("{table}\n{}", unit.code);
        for (at, column) in observations.columns().iter().enumerate() {
            let cell = match (i, at, column.get(i)) {
                (0..20, 0, Cell::Value(x)) => Cell::Value((x - f64::from(i as u8)).max(0.0)),
                (30..40, 1, Cell::Value(_)) => Cell::Missing,
                (_, 3.., Cell::Missing) => Cell::Value(1.0),
                (4, 2, _) => Cell::NotApplicable,
                (_, _, cell) => cell,
            };
            match cell {
                Cell::Value(x) => table = format!("{table},{x}"),
                Cell::Missing => table.push(','),
                Cell::NotApplicable => table.push_str(",不适用"),
            }
        }
    }
    Ok(table)
}

/// What the same file makes of the demonstration natively.
fn imported(base: &Dataset, table: &str) -> Result<Dataset> {
    let workbooks = [decode("t.csv", table.as_bytes(), None).workbook];
    let plans = recognise(&workbooks, Some(base.framework()));
    let (period, _) = base.latest().context("no period")?;
    read(&workbooks, &plans, Some(base), period)
        .dataset
        .context("refused")
}

/// By indicator: changed, filled in, missing, not applicable. The register must agree.
fn counted(before: &Dataset, after: &Dataset) -> Result<Vec<(String, [u64; 4])>> {
    let old = before.latest().context("no period")?.1;
    let new = after.latest().context("no period")?.1;
    let mut rows = Vec::new();
    for (at, (node, _)) in after.framework().indicators().enumerate() {
        let mut counts = [0; 4];
        for unit in 0..after.units().len() {
            let (from, to) = (old.frame().cell(unit, at), new.frame().cell(unit, at));
            if from != to {
                let kind = match (from, to) {
                    (Cell::Value(_), Cell::Value(_)) => 0,
                    (_, Cell::Value(_)) => 1,
                    (_, Cell::Missing) => 2,
                    (_, Cell::NotApplicable) => 3,
                };
                counts[kind] += 1;
            }
        }
        if counts != [0; 4] {
            rows.push((node.id.to_string(), counts));
        }
    }
    Ok(rows)
}

/// Score by code as the open ranking exports it.
pub(crate) async fn scores(page: &Page) -> Result<BTreeMap<String, Option<f64>>> {
    let text = exported(page).await?;
    let lines = text.trim_start_matches('\u{feff}').lines();
    let table: Vec<&str> = lines.filter(|line| !line.starts_with("# ")).collect();
    let table = table.join("\n");
    let mut scores = BTreeMap::new();
    for row in csv::Reader::from_reader(table.as_bytes()).deserialize() {
        let row: BTreeMap<String, String> = row?;
        scores.insert(row["代码"].clone(), row["得分"].parse().ok());
    }
    Ok(scores)
}

async fn choose(page: &Page, folder: &Path, name: &str, text: &str) -> Result<()> {
    let path = folder.join(name);
    fs::write(&path, text)?;
    page.choose_file(FIELD, &path).await?;
    page.css("[data-testid=changes]").await?;
    page.css("[data-testid=accept]:not([disabled])").await?;
    Ok(())
}

/// Pictures of the dry run at every size, in both themes and languages.
async fn look(page: &Page, name: &str) -> Result<()> {
    let show = "document.querySelector('[data-testid=changes]').scrollIntoView();";
    for language in ["中文", "English"] {
        if language == "English" {
            page.click("button", language).await?;
        }
        page.fits_everywhere().await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            if scheme == Scheme::Dark {
                let theme = if language == "English" {
                    "Dark"
                } else {
                    "深色"
                };
                page.click("button", theme).await?;
            }
            for (width, height) in SIZES {
                page.resize((width, height)).await?;
                page.script(show, vec![]).await?;
                let picture = format!("{name}-{language}-{scheme:?}-{width}x{height}");
                page.picture(&picture.to_lowercase()).await?;
            }
        }
        let theme = if language == "English" {
            "Light"
        } else {
            "浅色"
        };
        page.click("button", theme).await?;
    }
    page.click("button", "中文").await
}

#[test]
fn a_dry_run_counts_what_a_native_reading_changes() -> Result<()> {
    scenario("dry_run_import", async |page| {
        let before = generate(&default_scheme(), DemoOptions::default())?;
        let table = changed_values(&before)?;
        let after = imported(&before, &table)?;
        let native = counted(&before, &after)?;
        ensure!(native.len() >= 3, "the file changes too little: {native:?}");
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let shown = scores(page).await?;
        page.open("#/data").await?;
        let folder = tempfile::tempdir()?;
        choose(page, folder.path(), "v.csv", &table).await?;

        let rows = "return [...document.querySelectorAll('[data-indicator]')].map((row) =>
            [row.dataset.indicator, [...row.querySelectorAll('td')].map((td) => Number(td.innerText))]);";
        let rows = page.script(rows, vec![]).await?;
        ensure!(rows == json!(native), "{rows} is not {native:?}");

        // The largest against the distance of the goalposts, found the long way round.
        let mut moves = Vec::new();
        let periods = before.latest().zip(after.latest()).context("no period")?;
        let ((_, old), (_, new)) = periods;
        for (at, (_, indicator)) in after.framework().indicators().enumerate() {
            let ends = indicator.goalposts.context("no goalposts")?;
            for unit in 0..after.units().len() {
                let sides = (old.frame().cell(unit, at), new.frame().cell(unit, at));
                if let (Cell::Value(from), Cell::Value(to)) = sides
                    && from != to
                {
                    let share = (to - from).abs() / (ends.upper() - ends.lower());
                    moves.push((share, from, to));
                }
            }
        }
        moves.sort_by(|a, b| b.0.total_cmp(&a.0));
        let listed = "return [...document.querySelectorAll('[data-testid=largest] [data-from]')]
            .map((row) => [Number(row.dataset.from), Number(row.dataset.to)]);";
        let listed: Vec<(f64, f64)> = serde_json::from_value(page.script(listed, vec![]).await?)?;
        let native: Vec<(f64, f64)> = moves.iter().take(12).map(|m| (m.1, m.2)).collect();
        ensure!(listed == native, "{listed:?} is not {native:?}");
        look(page, "dry-run-values").await?;

        // Given up: everything as before.
        page.click("button", "放弃").await?;
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        ensure!(scores(page).await? == shown, "giving up changed something");

        // Accepted: the scores of a native run on the same file.
        page.open("#/data").await?;
        choose(page, folder.path(), "v.csv", &table).await?;
        accept(page).await?;
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let inputs = Inputs::new(after.units(), after.framework(), new);
        let weights = WeightSet::from_framework(after.framework())?;
        let outcome = run(inputs, &weights, &Spec::default())?;
        let accepted = scores(page).await?;
        ensure!(accepted != shown, "accepting changed nothing");
        for (unit, about) in after.units().list().iter().enumerate() {
            let score = accepted.get(about.code.as_str()).copied().flatten();
            let native = outcome.scores.composite().get(unit).value();
            ensure!(score == native, "{}: {score:?} {native:?}", about.code);
        }
        page.console_is_quiet().await
    })
}

#[test]
fn a_dry_run_names_villages_that_come_and_go() -> Result<()> {
    scenario("dry_run_register", async |page| {
        let dataset = generate(&default_scheme(), DemoOptions::default())?;
        let units = dataset.units().list();
        let mut table = String::from("村代码,村名,镇,村类\n001,<b>新</b>村,甲镇,\n");
        for unit in units.iter().skip(2) {
            let (name, town) = (&unit.name, &unit.town);
            table = format!("{table}{},{name},{town},{}\n", unit.code, unit.class);
        }
        page.open("#/data").await?;
        let folder = tempfile::tempdir()?;
        choose(page, folder.path(), "u.csv", &table).await?;
        let text = "return document.querySelector('[data-testid=changes]').innerText;";
        let text = page.script(text, vec![]).await?;
        let text = text.as_str().context("no text")?;
        for words in [
            "1：<b>新</b>村",
            &format!("2：{}、{}", units[0].name, units[1].name),
        ] {
            ensure!(text.contains(words), "“{words}” is not in {text}");
        }
        look(page, "dry-run-register").await?;
        page.console_is_quiet().await
    })
}
