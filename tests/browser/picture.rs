//! Pictures of the page: for looking at, for the README, and of failures.

use std::env;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::driver::{POLL, Page};

/// Looks at charts that may yet be drawn anew.
const LOOKS: u32 = 15;
/// A README should open quickly on a slow line.
const MOST_BYTES: usize = 150 * 1024;

impl Page {
    /// Saves the visible part of the page as `target/screenshots/{name}.png`.
    pub(crate) async fn picture(&self, name: &str) -> Result<()> {
        self.charts_settle().await?;
        let png = self.capture(json!({ "format": "png" })).await?;
        save(&format!("target/screenshots/{name}.png"), &png)
    }

    /// Waits a moment for charts that are too wide for the window: they are drawn anew
    /// once it keeps its width. A few are never made narrower.
    async fn charts_settle(&self) -> Result<()> {
        let settled = "return [...document.querySelectorAll('.chart svg')].every((svg) => {
            const width = svg.getBoundingClientRect().width;
            return width === 0 || width > 0.9 * svg.viewBox.baseVal.width;
        });";
        for _ in 0..LOOKS {
            if self.script(settled, vec![]).await? == json!(true) {
                break;
            }
            sleep(POLL).await;
        }
        Ok(())
    }

    /// The same for a picture the README shows; when `DHI_BLESS` is 1, it is also
    /// renewed as `public/screenshots/{name}.jpg`.
    pub(crate) async fn readme_picture(&self, name: &str) -> Result<()> {
        self.picture(name).await?;
        if env::var("DHI_BLESS").is_ok_and(|value| value == "1") {
            // Not as at the very first start.
            let close = "[...document.querySelectorAll('.tour button')].at(-1)?.click();
                scrollTo(0, 0);";
            self.script(close, vec![]).await?;
            save(
                &format!("public/screenshots/{name}.jpg"),
                &self.small_jpeg().await?,
            )?;
        }
        Ok(())
    }

    /// The best quality that stays small.
    async fn small_jpeg(&self) -> Result<Vec<u8>> {
        let mut jpeg = Vec::new();
        for quality in [80, 60, 45, 30] {
            jpeg = self
                .capture(json!({ "format": "jpeg", "quality": quality }))
                .await?;
            if jpeg.len() <= MOST_BYTES {
                break;
            }
        }
        ensure!(
            jpeg.len() <= MOST_BYTES,
            "{} bytes at the lowest quality",
            jpeg.len()
        );
        Ok(jpeg)
    }

    /// Prints the page as `target/screenshots/{name}.pdf` and says how many sheets
    /// of paper that takes.
    pub(crate) async fn paper(&self, name: &str) -> Result<usize> {
        let pdf = self.printed().await?;
        save(&format!("target/screenshots/{name}.pdf"), &pdf)?;
        Ok(sheets(&pdf))
    }

    /// The page as PDF.
    pub(crate) async fn printed(&self) -> Result<Vec<u8>> {
        let options = json!({ "preferCSSPageSize": true, "printBackground": false });
        let answer = self.cdp("Page.printToPDF", options).await?;
        let data = answer["data"].as_str().context("nothing was printed")?;
        STANDARD.decode(data).context("decoding the PDF")
    }

    async fn capture(&self, options: Value) -> Result<Vec<u8>> {
        let answer = self.cdp("Page.captureScreenshot", options).await?;
        let data = answer["data"]
            .as_str()
            .context("the browser returned no picture")?;
        STANDARD.decode(data).context("decoding the picture")
    }
}

/// How many sheets of paper a PDF is.
pub(crate) fn sheets(pdf: &[u8]) -> usize {
    // Every page is an object of its own; the list of them has another type.
    let mark = b"/Type /Page";
    let pages = pdf.windows(mark.len() + 1);
    let is_page = |bytes: &&[u8]| bytes.starts_with(mark) && !bytes.ends_with(b"s");
    pages.filter(is_page).count()
}

/// Keeps what a failed test last saw.
pub(crate) async fn keep_failure(page: &Page, name: &str) -> Result<()> {
    let png = page.capture(json!({ "format": "png" })).await?;
    let path = format!("target/screenshots/failed/{name}.png");
    eprintln!("what the test last saw: {path}");
    save(&path, &png)
}

fn save(path: &str, bytes: &[u8]) -> Result<()> {
    let path = dhi_tests::repository().join(path);
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))
}
