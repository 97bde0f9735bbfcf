//! A leader looks at all committees on one page, and prints it on one sheet.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dhi_engine::distribution::{medians_by, quartiles};
use dhi_engine::rank::Grade;
use serde_json::json;

use crate::demo_files;
use crate::drag_weights::accept;
use crate::driver::{Page, SIZES, Scheme, scenario, scenario_within};
use crate::honest_ranks::{demonstration, inputs, native};
use crate::pdf_text::words;

async fn open(page: &Page) -> Result<()> {
    page.open("#/overview").await?;
    for part in ["headline", "spread", "heat", "movers", "quality"] {
        page.css(&format!("[data-testid={part}]")).await?;
    }
    page.css("[data-testid=undetermined] .names li").await?;
    Ok(())
}

/// Texts of the elements that a selector matches.
async fn texts(page: &Page, selector: &str) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(arguments[0])]
        .map((e) => e.textContent.trim());";
    let found = page.script(script, vec![json!(selector)]).await?;
    Ok(serde_json::from_value(found)?)
}

#[test]
fn the_figures_shown_are_those_of_a_native_run() -> Result<()> {
    scenario("overview_figures", async |page| {
        open(page).await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = dhi_engine::spec::Spec::default();
        let (robust, tally) = native(inputs, &spec)?;
        let outcome = robust.base();
        let scores: Vec<Option<f64>> = (0..85)
            .map(|i| {
                let score = outcome.scores.composite().get(i).value();
                score.filter(|_| outcome.grades[i].is_band())
            })
            .collect();
        let graded: Vec<f64> = scores.iter().copied().flatten().collect();

        let facts = texts(page, "[data-testid=headline] dd").await?;
        let spread = quartiles(&graded).context("no scores")?;
        let n = graded.len();
        let share = n as f64 / 85.0 * 100.0;
        let expected = [
            "85".to_owned(),
            format!("{n} ({share:.1}%)"),
            (85 - n).to_string(),
            format!("{:.2}", spread.median),
            format!("{:.2}–{:.2}", spread.lower, spread.upper),
            format!("{:.2}–{:.2}", spread.least, spread.greatest),
        ];
        ensure!(facts[..6] == expected, "{facts:?}\n{expected:?}");

        let bands = texts(page, "[data-testid=bands] .number").await?;
        for (band, shown) in bands.iter().take(4).enumerate() {
            let is = |g: &&Grade| **g == Grade::Band(band as u32);
            let n = outcome.grades.iter().filter(is).count();
            let expected = format!("{n} ({:.1}%)", n as f64 / 85.0 * 100.0);
            ensure!(*shown == expected, "band {band}: {shown}, not {expected}");
        }
        let bars = texts(page, "[data-testid=bars] td.number").await?;
        let in_bars: usize = bars.iter().filter_map(|n| n.parse::<usize>().ok()).sum();
        ensure!(in_bars == n, "{in_bars} of {n} in bars");

        // Towns with their medians, the highest first.
        let (names, town) = inputs.units.groups_by(|u| &u.town);
        let medians = medians_by(&scores, &town);
        let script = "return [...document.querySelectorAll('[data-testid=heat] tbody tr')]
            .map((row) => [row.cells[0].textContent, row.cells[1].dataset.median]);";
        let rows: Vec<(String, String)> =
            serde_json::from_value(page.script(script, vec![]).await?)?;
        let native: BTreeMap<&str, String> = medians
            .iter()
            .map(|(group, m)| (names[*group as usize], m.median.to_string()))
            .collect();
        ensure!(rows.len() == native.len(), "{rows:?}");
        for (name, median) in &rows {
            ensure!(
                native.get(name.as_str()) == Some(median),
                "{name}: {median}"
            );
        }
        let numbers: Vec<f64> = rows.iter().filter_map(|r| r.1.parse().ok()).collect();
        ensure!(numbers.windows(2).all(|w| w[0] >= w[1]), "{numbers:?}");

        // Whose side of the line is open, with the chances of a native analysis.
        let script = "return [...document.querySelectorAll('[data-testid=undetermined] li')]
            .map((li) => [li.querySelector('a').getAttribute('href'), li.dataset.chance]);";
        let open: Vec<(String, String)> =
            serde_json::from_value(page.script(script, vec![]).await?)?;
        let mut native = Vec::new();
        for (i, unit) in inputs.units.list().iter().enumerate() {
            if let Some(chance) = tally.line_chance(i).filter(|c| *c > 0.1 && *c < 0.9) {
                native.push((format!("#/village/{}", unit.code), chance));
            }
        }
        native.sort_by(|a, b| b.1.total_cmp(&a.1));
        let native: Vec<(String, String)> = native
            .into_iter()
            .take(24)
            .map(|(href, chance)| (href, chance.to_string()))
            .collect();
        ensure!(!native.is_empty() && open == native, "{open:?}\n{native:?}");

        // The village that has fallen most is a link to its page.
        let fallen = page
            .css("[data-testid=movers] [data-change^='-'] a")
            .await?;
        fallen.click().await?;
        page.css("[data-testid=score]").await?;
        page.text(&inputs.units.list()[7].name).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn it_waits_for_the_analysis_and_follows_the_line() -> Result<()> {
    scenario("overview_line", async |page| {
        open(page).await?;
        page.script("location.hash = '#/ranking';", vec![]).await?;
        page.css("[data-testid=certainty][data-state=present]")
            .await?;
        let choose = "const select = document.querySelector('.certainty select');
            select.value = 't20';
            select.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(choose, vec![]).await?;
        page.script("location.hash = '#/overview';", vec![]).await?;
        page.until("the list is about the new line", async || {
            let hints = texts(page, "[data-testid=undetermined] .hint").await?;
            let is_about = hints.iter().any(|h| h.contains("线：名次 ≤ 20"));
            Ok(is_about.then_some(()))
        })
        .await?;
        // The earlier period has nothing before it.
        let earlier = "const select = document.querySelector('.header select');
            select.value = '2025';
            select.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(earlier, vec![]).await?;
        page.text("没有更早的期间可以比较").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn it_fits_everywhere_and_prints_on_one_sheet() -> Result<()> {
    scenario("overview_print", async |page| {
        for language in ["zh", "en"] {
            page.open("").await?;
            speak(page, language).await?;
            open(page).await?;
            page.fits_everywhere().await?;
            for scheme in [Scheme::Light, Scheme::Dark] {
                page.prefer(scheme).await?;
                page.client.refresh().await?;
                open(page).await?;
                for (width, height) in SIZES {
                    page.resize((width, height)).await?;
                    page.picture(&format!("overview-{language}-{scheme:?}-{width}x{height}"))
                        .await?;
                }
            }
            page.prefer(Scheme::Light).await?;
            page.client.refresh().await?;
            page.resize(SIZES[2]).await?;
            open(page).await?;
            one_sheet(page, &format!("overview-{language}")).await?;
        }
        page.console_is_quiet().await
    })
}

/// Opens the page again in a language.
async fn speak(page: &Page, language: &str) -> Result<()> {
    let set = "localStorage.setItem('dhi-language', JSON.stringify(arguments[0]));";
    page.script(set, vec![language.into()]).await?;
    page.client.refresh().await?;
    Ok(())
}

/// Prints, and returns the words on what must be a single sheet.
async fn one_sheet(page: &Page, name: &str) -> Result<String> {
    let options = json!({ "preferCSSPageSize": true });
    let answer = page.cdp("Page.printToPDF", options).await?;
    let pdf = STANDARD.decode(answer["data"].as_str().context("no PDF")?)?;
    let path = dhi_tests::repository().join(format!("target/screenshots/{name}.pdf"));
    fs::write(path, &pdf)?;
    // Every page of a PDF has its own size.
    let text = String::from_utf8_lossy(&pdf);
    let sheets = text.matches("/MediaBox").count();
    ensure!(sheets == 1, "{name}: {sheets} sheets");
    words(&pdf)
}

/// 3,000 villages in 60 towns and 7 classes, all with long names, are still one sheet: of
/// them 15 towns and 6 classes are listed, so that 45 and 1 are told to be left out.
#[test]
fn a_large_county_prints_on_one_sheet_too() -> Result<()> {
    const N_UNITS: usize = 3000;
    const LONG: &str = "（含原合并各片区与新居民点管理委员会）";
    let (whole, patience) = (Duration::from_mins(8), Duration::from_mins(2));
    scenario_within("overview_large", whole, patience, async |page| {
        let folder = tempfile::tempdir()?;
        let (units, values) = demo_files::write(folder.path(), N_UNITS as u32)?;
        let mut register = String::from("村代码,村名,镇,村类\n");
        for (at, line) in fs::read_to_string(&units)?.lines().skip(1).enumerate() {
            let mut cells = line.split(',');
            let (code, name) = (cells.next(), cells.next());
            let (code, name) = code.zip(name).context("no code and name")?;
            let (town, class) = (at % 60, at % 7);
            writeln!(
                register,
                "{code},{name}{LONG},第{town}镇{LONG},第{class}类{LONG}"
            )?;
        }
        fs::write(&units, register)?;
        page.open("#/data").await?;
        for file in [units, values] {
            page.choose_file("[data-testid=import-files]", &file)
                .await?;
            accept(page).await?;
        }
        page.text("已保存").await?;
        for (language, left_out) in [
            ("zh", "另有45个镇（街道）、1个村类未列出"),
            ("en", "45townsand1classesarenotlisted"),
        ] {
            speak(page, language).await?;
            open(page).await?;
            // A row for each town listed, and that of all.
            let rows = texts(page, "[data-testid=heat] tr > th[scope=row]").await?;
            ensure!(rows.len() == 16, "{rows:?}");
            let facts = texts(page, "[data-testid=headline] dd").await?;
            ensure!(facts[0] == N_UNITS.to_string(), "{facts:?}");
            let found = one_sheet(page, &format!("overview-large-{language}")).await?;
            ensure!(found.contains(left_out), "{language}: {found}");
        }
        page.console_is_quiet().await
    })
}
