//! A leader reads in the heads of the ranking how numbers are spread, and takes ranges
//! from there.

use anyhow::{Context as _, Result, ensure};
use fantoccini::actions::{InputSource as _, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::json;
use std::time::Duration;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::look_everywhere::choose_language;
use crate::rank_villages::wait_for_rows;
use crate::shape_ranking::native;

/// What the histogram of a column is called.
async fn label(page: &Page, column: &str) -> Result<String> {
    let script = "return document.querySelector(arguments[0])?.ariaLabel ?? '';";
    let selector = format!(".rank__{column} .hist");
    let label = page.script(script, vec![json!(selector)]).await?;
    Ok(label.as_str().unwrap_or_default().to_owned())
}

async fn wait_for_label(page: &Page, column: &str, expected: &str) -> Result<()> {
    let what = format!("the histogram of {column} says {expected}");
    page.until(&what, async || {
        let found = label(page, column).await?;
        ensure!(found == expected, "{found}");
        Ok(Some(()))
    })
    .await
}

/// Scores by tens, 100 with those from 90: shown and all, as the page puts them.
fn tens(scores: &[Option<f64>], is_shown: impl Fn(usize) -> bool) -> String {
    let mut parts = Vec::new();
    for ten in 0..10 {
        let (low, high) = (f64::from(ten) * 10.0, f64::from(ten) * 10.0 + 10.0);
        let holds = |score: &f64| *score >= low && (*score < high || ten == 9);
        let within = |unit: &usize| scores[*unit].as_ref().is_some_and(holds);
        let all: Vec<usize> = (0..scores.len()).filter(within).collect();
        if !all.is_empty() {
            let shown = all.iter().filter(|unit| is_shown(**unit)).count();
            parts.push(format!("{low}–{high}: {shown}/{}", all.len()));
        }
    }
    let without = scores.iter().filter(|score| score.is_none()).count();
    if without > 0 {
        parts.push(format!("—: {without}"));
    }
    format!("得分 各段显示的村数/全部村数 {}", parts.join("; "))
}

/// Presses on one share of a bar's width of an element, moves to another and lets go.
async fn drag_over(page: &Page, element: &Element, from: f64, to: f64) -> Result<()> {
    let (.., width, _) = element.rectangle().await?;
    let at = |share: f64| PointerAction::MoveToElement {
        element: element.clone(),
        duration: Some(Duration::ZERO),
        x: ((share - 0.5) * width).round(),
        y: 0.0,
    };
    let gesture = MouseActions::new("mouse".into())
        .then(at(from))
        .then(PointerAction::Down { button: 0 })
        .then(at(f64::midpoint(from, to)))
        .then(at(to))
        .then(PointerAction::Up { button: 0 });
    page.client.perform_actions(gesture).await?;
    Ok(())
}

#[test]
fn histograms_count_as_natively_and_narrow_the_ranking() -> Result<()> {
    scenario("column_histograms", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let (dataset, _, outcome) = native()?;
        let units = dataset.units().list();
        let composite = outcome.scores.composite();
        let scores: Vec<Option<f64>> = (0..units.len()).map(|i| composite.get(i).value()).collect();
        wait_for_label(page, "score", &tens(&scores, |_| true)).await?;

        // A class: the villages of others are still there, behind.
        let class = units[0].class.clone();
        let choose = "const choice = [...document.querySelectorAll('.filters select')]
                .find((select) => [...select.options].some((o) => o.value === arguments[0]));
            choice.value = arguments[0];
            choice.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(choose, vec![json!(class)]).await?;
        let in_class = tens(&scores, |unit| units[unit].class == class);
        ensure!(in_class != tens(&scores, |_| true), "one class only");
        wait_for_label(page, "score", &in_class).await?;
        page.click("button", "清除筛选").await?;

        // One bar, from 80 to below 90.
        let n_between = |low: f64, high: f64| {
            let holds = |score: &&f64| **score >= low && **score < high;
            scores.iter().flatten().filter(holds).count()
        };
        let histogram = page.css(".rank__score .hist").await?;
        drag_over(page, &histogram, 0.85, 0.85).await?;
        let shown = |n: usize| format!("显示 {n} 共 85");
        page.text(&shown(n_between(80.0, 90.0))).await?;
        page.text("80 ≤ 得分 < 90").await?;
        let typed = "return [...document.querySelectorAll('.field--short input')]
            .map((field) => field.value).join();";
        ensure!(page.script(typed, vec![]).await? == json!("80,90"));
        let of_bar = tens(&scores, |unit| {
            scores[unit].is_some_and(|score| (80.0..90.0).contains(&score))
        });
        wait_for_label(page, "score", &of_bar).await?;
        // Three bars, backwards; then the same three again, which frees them.
        for shown in [shown(n_between(60.0, 90.0)), shown(85)] {
            drag_over(page, &histogram, 0.83, 0.64).await?;
            page.text(&shown).await?;
        }

        // Two columns at once, each with its own words; coverage is in percent.
        drag_over(page, &histogram, 0.95, 0.95).await?;
        let coverage = page.css(".rank__coverage .hist").await?;
        drag_over(page, &coverage, 0.95, 0.95).await?;
        let both = (0..units.len())
            .filter(|unit| scores[*unit].is_some_and(|score| score >= 90.0))
            .filter(|unit| {
                let share = outcome.coverage.overall(*unit).share();
                share.is_some_and(|share| share >= 0.9)
            });
        page.text(&shown(both.count())).await?;
        page.text("90 ≤ 覆盖 ≤ 100 %").await?;
        page.click("button", "90 ≤ 得分 ≤ 100").await?;
        page.until("one range is left", async || {
            let chips = "return document.querySelectorAll('.chip').length;";
            Ok((page.script(chips, vec![]).await? == json!(1)).then_some(()))
        })
        .await?;
        page.click("button", "90 ≤ 覆盖 ≤ 100 %").await?;
        page.text(&shown(85)).await?;

        // Whole numbers: the tenth rank belongs to the first ten.
        let ranks = outcome.ranks.overall.iter().flatten();
        let first = ranks.filter(|rank| rank.0 <= 10).count();
        let histogram = page.css(".rank__rank .hist").await?;
        drag_over(page, &histogram, 0.05, 0.05).await?;
        page.text(&shown(first)).await?;
        page.text("1 ≤ 名次 ≤ 10").await?;

        // By a key: to the field where the numbers of this column are typed.
        let focus = "document.querySelector('.rank__coverage .hist').focus();";
        page.script(focus, vec![]).await?;
        page.press(Key::Enter).await?;
        let typed = "return document.activeElement.id + ' ' + [...document.querySelectorAll('.filters select')]
            .find((select) => [...select.options].some((o) => o.value === 'v')).value;";
        page.until("the field has the focus", async || {
            Ok((page.script(typed, vec![]).await? == json!("range-from v")).then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn histograms_fit_everywhere() -> Result<()> {
    scenario("column_look", async |page| {
        for language in ["zh", "en"] {
            choose_language(page, language).await?;
            for columns in ["rntciesbglv", "rntciesbglvd012"] {
                page.open("#/ranking").await?;
                let set = "localStorage.setItem('dhi-ranking', JSON.stringify(arguments[0]));";
                page.script(set, vec![json!(format!("{columns} +r "))])
                    .await?;
                page.client.refresh().await?;
                wait_for_rows(page).await?;
                page.css("[data-testid=certainty][data-state=present]")
                    .await?;
                let type_in = "const field = document.querySelector('#range-from');
                    field.value = '85';
                    field.dispatchEvent(new Event('change', { bubbles: true }));";
                page.script(type_in, vec![]).await?;
                page.css(".chip").await?;
                page.fits_everywhere().await.context(columns)?;
                for scheme in [Scheme::Light, Scheme::Dark] {
                    page.prefer(scheme).await?;
                    for (width, height) in SIZES {
                        page.resize((width, height)).await?;
                        let show = "document.querySelector('.rank').scrollIntoView();";
                        page.script(show, vec![]).await?;
                        let n = columns.len();
                        page.picture(&format!("columns-{n}-{language}-{scheme:?}-{width}"))
                            .await?;
                    }
                }
                page.prefer(Scheme::Light).await?;
            }
        }
        page.console_is_quiet().await
    })
}
