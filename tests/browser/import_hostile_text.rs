//! Hostile words where nobody looks for text: the name of a file, of a sheet, headers that
//! nobody knows, and the name of a period.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::frame::Cell;
use rust_xlsxwriter::Workbook;
use serde_json::json;

use crate::drag_weights::accept;
use crate::driver::scenario;
use crate::honest_ranks::demonstration;
use crate::rank_villages::wait_for_rows;
use crate::show_hostile_text::{is_only_text, reads_forward};

/// All that Linux takes for a name.
const FILE: &str = "<img src=x onerror=\"window.hacked=1\">\u{202e}.xlsx";
/// All that a workbook takes for one, in 31 letters.
const SHEET: &str = "=1+1<img src=x>表\u{202e}";
const HEADERS: [&str; 3] = [
    "<script>window.hacked=2</script>",
    "=HYPERLINK(\"http://127.0.0.1/\")",
    "翻过来的列\u{202e}",
];
/// After those of the demonstration in their order, so that it is shown.
const PERIOD: &str = "<b>翻过来的期\u{202e}";

#[test]
fn hostile_files_sheets_headers_and_periods_are_text() -> Result<()> {
    scenario("import_hostile_text", async |page| {
        let dataset = demonstration()?;
        let (_, observations) = dataset.latest().context("no period")?;
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name(SHEET)?;
        sheet.write(0, 0, "村代码")?;
        let indicators = dataset.framework().indicators();
        let heads = indicators.map(|(node, _)| node.id.to_string());
        let heads = heads.chain(HEADERS.map(str::to_owned));
        for (column, head) in (1..).zip(heads) {
            sheet.write(0, column, head)?;
        }
        for (i, unit) in dataset.units().list().iter().enumerate() {
            let row = u32::try_from(i + 1)?;
            sheet.write(row, 0, unit.code.as_str())?;
            for (column, values) in (1..).zip(observations.columns()) {
                if let Cell::Value(value) = values.get(i) {
                    sheet.write(row, column, value)?;
                }
            }
        }
        let folder = tempfile::tempdir()?;
        let path = folder.path().join(FILE);
        book.save(&path)?;

        page.open("#/data").await?;
        page.choose_file("[data-testid=import-files]", &path)
            .await?;
        page.css("[data-testid=draft]").await?;
        let name =
            "const field = document.querySelector('[data-testid=draft] .field--inline input');
            field.value = arguments[0];
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(name, vec![json!(PERIOD)]).await?;
        let told = "return document.querySelector('[data-testid=draft]').textContent;";
        page.until("file, sheet, headers and period are told", async || {
            let told = page.script(told, vec![]).await?;
            let told = told.as_str().unwrap_or_default();
            let all = [FILE, SHEET, PERIOD].into_iter().chain(HEADERS);
            Ok(all
                .into_iter()
                .all(|name| told.contains(name))
                .then_some(()))
        })
        .await?;
        is_only_text(page, "the draft").await?;
        // At least the rows of the sheet, and the values of the period.
        let pairs = reads_forward(page, "the draft").await?;
        ensure!(pairs >= 2, "{pairs} pairs of digits beside the names");
        page.fits_everywhere().await.context("the draft")?;
        accept(page).await?;

        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let period = "return [...document.querySelectorAll('.header option')]
            .find((option) => option.selected && option.textContent.includes('翻'))?.value;";
        let period = page.script(period, vec![]).await?;
        ensure!(period == json!(PERIOD), "another period: {period}");
        let code = dataset.units().list()[0].code.to_string();
        let [village, letter] = ["village", "letter"].map(|page| [page, "/", &code].concat());
        for route in [
            "overview", "ranking", &village, &letter, "review", "data", "method",
        ] {
            page.open(&format!("#/{route}")).await?;
            is_only_text(page, route).await?;
            reads_forward(page, route).await?;
            page.fits_everywhere()
                .await
                .with_context(|| format!("on {route}"))?;
        }
        page.console_is_quiet().await
    })
}
