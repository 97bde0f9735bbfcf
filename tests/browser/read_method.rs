//! An analyst reads, prints and questions the method.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::framework::Indicator;
use dhi_engine::pipeline::method_digest;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::{demonstration, inputs, wait_for_intervals};

const DOCUMENT: &str = "[data-testid=method-document]";

/// The text of an element.
async fn text_of(page: &Page, selector: &str) -> Result<String> {
    page.css(selector).await?;
    let script = "return document.querySelector(arguments[0]).textContent;";
    let text = page.script(script, vec![json!(selector)]).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

pub(crate) async fn speak(page: &Page, language: &str) -> Result<()> {
    let set = "localStorage.setItem('dhi-language', JSON.stringify(arguments[0]));";
    page.script(set, vec![json!(language)]).await?;
    page.client.refresh().await?;
    Ok(())
}

#[test]
fn the_document_says_every_step_and_indicator_of_the_present_method() -> Result<()> {
    scenario("read_method", async |page| {
        page.open("#/ranking").await?;
        wait_for_intervals(page).await?;
        page.open("#/method").await?;
        let text = text_of(page, DOCUMENT).await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let digest = method_digest(inputs.framework, &weights, &Spec::default());
        ensure!(text.contains(&digest), "another digest");
        ensure!(text.contains("重复计算 2000 次"), "no word about certainty");
        let steps = "return [...document.querySelectorAll('.method__steps > li')]
            .map((step) => step.dataset.step);";
        let steps: Vec<String> = serde_json::from_value(page.script(steps, vec![]).await?)?;
        let spec = serde_json::to_value(Spec::default())?;
        let keys: Vec<&String> = spec.as_object().context("no spec")?.keys().collect();
        ensure!(steps.len() == keys.len(), "{steps:?} for {keys:?}");
        ensure!(keys.iter().all(|key| steps.contains(key)), "{steps:?}");
        for words in [
            "S · clamp(share, 0, 1)",
            "Handbook 2008, step 5",
            "Σ w s",
            "供组织研究参考",
        ] {
            ensure!(text.contains(words), "“{words}” is missing");
        }

        // Every row of the table against the framework.
        let rows =
            "return [...document.querySelectorAll('[data-testid=method-document] .table__leaf')]
            .map((row) => [...row.cells].map((cell) => cell.textContent));";
        let rows: Vec<Vec<String>> = serde_json::from_value(page.script(rows, vec![]).await?)?;
        let effective = weights.effective(inputs.framework);
        ensure!(rows.len() == inputs.framework.n_indicators());
        for (row, leaf) in rows.iter().zip(inputs.framework.leaves()) {
            let node = inputs.framework.node(*leaf);
            let Some(Indicator {
                goalposts: Some(posts),
                office,
                source,
                ..
            }) = &node.indicator
            else {
                continue;
            };
            let expected = [
                node.name.zh.clone(),
                format!("{}–{}", posts.lower(), posts.upper()),
                format!("{:.1}%", weights.share(*leaf) * 100.0),
                format!("{:.1}%", effective[leaf.at()] * 100.0),
                source.clone(),
                office.clone(),
            ];
            let shown = [0, 4, 5, 6, 7, 10].map(|at| row[at].clone());
            ensure!(shown == expected, "{shown:?} for {expected:?}");
            ensure!(row[10] == "待确认", "{row:?}");
        }
        for language in ["zh", "en"] {
            speak(page, language).await?;
            page.css(DOCUMENT).await?;
            page.fits_everywhere().await?;
            for scheme in [Scheme::Light, Scheme::Dark] {
                page.prefer(scheme).await?;
                for size in SIZES {
                    page.resize(size).await?;
                    let show = "document.querySelector('.method-card').scrollIntoView();";
                    page.script(show, vec![]).await?;
                    page.picture(&format!("document-{language}-{scheme:?}-{}", size.0))
                        .await?;
                }
            }
            page.prefer(Scheme::Light).await?;
            let sheets = page.paper(&format!("document-{language}")).await?;
            ensure!((2..=8).contains(&sheets), "{sheets} sheets");
            // As it lies on paper: 178 mm between the margins.
            page.resize((673, 960)).await?;
            let paper = json!({ "media": "print" });
            page.cdp("Emulation.setEmulatedMedia", paper).await?;
            let faults = page.misfits().await?;
            ensure!(faults.is_empty(), "on paper, {language}: {faults:#?}");
            for part in [".method", "[data-step=treat]", ".method .table"] {
                let show = "document.querySelector(arguments[0]).scrollIntoView();";
                page.script(show, vec![json!(part)]).await?;
                page.picture(&format!("paper-{language}-{}", part.len()))
                    .await?;
            }
            page.cdp("Emulation.setEmulatedMedia", json!({ "media": "" }))
                .await?;
        }
        page.console_is_quiet().await
    })
}
