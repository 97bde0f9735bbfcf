//! An analyst puts a chart into a report: it says by itself what it shows and of what.

use std::fs;

use anyhow::{Result, ensure};

use crate::driver::{Page, scenario};
use crate::find::Named;

async fn save(page: &Page, name: &str) -> Result<()> {
    let all = page.all("button").await?;
    let all: Vec<&Named> = all.iter().filter(|found| found.name == name).collect();
    ensure!(!all.is_empty(), "no button is named {name}");
    page.element(all[0]).await?.click().await?;
    Ok(())
}

#[test]
fn a_chart_is_saved_as_svg_and_as_png() -> Result<()> {
    scenario("save_chart", async |page| {
        page.open("#/overview").await?;
        page.css("[data-testid=spread] svg").await?;
        save(page, "保存图像 SVG").await?;
        let svg = fs::read_to_string(page.downloaded(".svg").await?)?;
        for wanted in [
            "xmlns=\"http://www.w3.org/2000/svg\"",
            "供组织研究参考",
            "虚构示例",
            "2026",
            // What it says when it is pointed at.
            "<title>",
        ] {
            ensure!(svg.contains(wanted), "{wanted} is not in {svg}");
        }
        save(page, "保存图像 PNG").await?;
        let png = fs::read(page.downloaded(".png").await?)?;
        ensure!(png.starts_with(b"\x89PNG\r\n\x1a\n"), "not a PNG file");
        // Width and height stand at bytes 16–23 of every PNG file.
        let number = |at: usize| {
            png[at..at + 4]
                .iter()
                .fold(0, |sum, byte| sum * 256 + u32::from(*byte))
        };
        let shown = "const svg = document.querySelector('[data-testid=spread] svg');
            return [svg.getAttribute('width'), svg.getAttribute('height')].map(Number);";
        let shown: (u32, u32) = serde_json::from_value(page.script(shown, vec![]).await?)?;
        ensure!(
            (number(16), number(20)) == (2 * shown.0, 2 * (shown.1 + 80)),
            "{shown:?} became {}×{}",
            number(16),
            number(20)
        );
        ensure!(
            png.len() > 10_000,
            "an empty picture of {} bytes",
            png.len()
        );
        fs::copy(
            page.downloaded(".png").await?,
            "../target/screenshots/saved-chart.png",
        )?;
        page.console_is_quiet().await
    })
}
