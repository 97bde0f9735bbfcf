//! Demonstration data of any size as the files a county would import.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::Dataset;
use dhi_engine::scheme::default_scheme;

use crate::drag_weights::accept;
use crate::driver::Page;

/// So many villages.
pub(crate) fn dataset(n_units: u32) -> Result<Dataset> {
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
    let folder = tempfile::tempdir()?;
    let (units, values) = write(folder.path(), n_units)?;
    page.open("#/data").await?;
    for file in [units, values] {
        page.choose_file("[data-testid=import-files]", &file)
            .await?;
        accept(page).await?;
    }
    page.open("#/ranking").await?;
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
