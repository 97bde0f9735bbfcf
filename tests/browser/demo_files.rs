//! Demonstration data of any size as the files a county would import.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::Dataset;
use dhi_engine::input::{decode, read, recognise};
use dhi_engine::scheme::default_scheme;

use crate::drag_weights::accept;
use crate::driver::{Page, variable};

/// What the page has once it has imported so many villages: the files, read as the page
/// reads them.
pub(crate) fn imported(n_units: u32) -> Result<Dataset> {
    let folder = tempfile::tempdir()?;
    let (units, values) = write(folder.path(), n_units)?;
    let mut dataset = generate(&default_scheme(), DemoOptions::default())?;
    let (period, _) = dataset.latest().context("no period")?;
    let period = period.clone();
    for file in [units, values] {
        let name = file.file_name().context("no name")?.to_string_lossy();
        let books = [decode(&name, &fs::read(&file)?, None).workbook];
        let plans = recognise(&books, Some(dataset.framework()));
        let import = read(&books, &plans, Some(&dataset), &period);
        dataset = import.dataset.context("nothing was read")?;
    }
    Ok(dataset)
}

fn dataset(n_units: u32) -> Result<Dataset> {
    let options = DemoOptions {
        n_units,
        // Their codes tell no more apart.
        n_towns: (n_units / 50).min(900),
        ..DemoOptions::default()
    };
    Ok(generate(&default_scheme(), options)?)
}

/// Writes a register and the values of one period; returns both paths.
pub(crate) fn write(folder: &Path, n_units: u32) -> Result<(PathBuf, PathBuf)> {
    let dataset = dataset(n_units)?;
    let (_, observations) = dataset.latest().context("no period")?;
    let (units_file, values_file) = (folder.join("u.csv"), folder.join("v.csv"));
    let mut units = BufWriter::new(File::create(&units_file)?);
    let mut values = BufWriter::new(File::create(&values_file)?);
    writeln!(units, "村代码,村名,镇,村类")?;
    write!(values, "村代码")?;
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
            match column.get(i).value() {
                Some(value) => write!(values, ",{value}")?,
                None => write!(values, ",")?,
            }
        }
    }
    units.flush()?;
    values.flush()?;
    Ok((units_file, values_file))
}

/// Imports so many villages in place of the data there is.
pub(crate) async fn import(page: &Page, n_units: u32) -> Result<()> {
    import_at(page, &variable("DHI_APP_URL")?, n_units).await
}

/// The same in an app that lies elsewhere.
pub(crate) async fn import_at(page: &Page, address: &str, n_units: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (units, values) = write(folder.path(), n_units)?;
    page.open_at(&format!("{address}#/data")).await?;
    for file in [units, values] {
        page.choose_file("[data-testid=import-files]", &file)
            .await?;
        accept(page).await?;
    }
    page.open_at(&format!("{address}#/ranking")).await?;
    page.text(&format!("共 {n_units}")).await?;
    Ok(())
}

/// Imports the values of the demonstration again, those of surveys with a standard error
/// of three points.
pub(crate) async fn import_errors(page: &Page) -> Result<()> {
    let dataset = generate(&default_scheme(), DemoOptions::default())?;
    let (period, observations) = dataset.latest().context("no period")?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("errors.csv");
    let mut values = BufWriter::new(File::create(&file)?);
    writeln!(values, "村代码,期间,指标代码,数值,标准误")?;
    let indicators = dataset.framework().indicators();
    for ((node, indicator), column) in indicators.zip(observations.columns()) {
        let error = if indicator.source == "测评" {
            "3"
        } else {
            ""
        };
        for (i, unit) in dataset.units().list().iter().enumerate() {
            if let Some(value) = column.get(i).value() {
                writeln!(values, "{},{period},{},{value},{error}", unit.code, node.id)?;
            }
        }
    }
    values.flush()?;
    page.open("#/data").await?;
    page.choose_file("[data-testid=import-files]", &file)
        .await?;
    accept(page).await?;
    page.open("#/ranking").await
}
