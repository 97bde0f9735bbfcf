//! An analyst lets methods and judgements propose weights.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::pipeline::run;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::ahp::{AhpMethod, ahp};
use dhi_engine::weigh::{WeighSpec, WeightSet, Weighting};
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::rank_villages::{first_rows, wait_for_rows};

/// The weights of the first pillars as the lab offers them under a name.
async fn offered(page: &Page, by: &str) -> Result<Vec<f64>> {
    let script = "const button = [...document.querySelectorAll('[data-testid=lab] [data-by]')]
            .find((button) => button.dataset.by.includes(arguments[0]));
        return button ? button.dataset.shares.split(',').map(Number) : null;";
    page.until(&format!("weights are offered by {by}"), async || {
        let found = page.script(script, vec![json!(by)]).await?;
        Ok(serde_json::from_value(found)?)
    })
    .await
}

#[test]
fn a_method_proposes_weights_that_are_taken_in_one_step() -> Result<()> {
    scenario("take_method_weights", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 8).await?;
        let shown = offered(page, "CRITIC").await?;

        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let given = WeightSet::from_framework(inputs.framework)?;
        let root = inputs.framework.node(inputs.framework.composite());
        let mut weigh = WeighSpec::default();
        weigh.nodes.insert(root.id.to_string(), Weighting::Critic);
        let spec = Spec {
            weigh,
            ..Spec::default()
        };
        let native = run(inputs, &given, &spec)?;
        ensure!(
            shown == native.weights.shares(),
            "other weights than natively"
        );

        let take = "[...document.querySelectorAll('[data-testid=lab] [data-by]')]
            .find((button) => button.dataset.by.includes('CRITIC')).click();";
        page.script(take, vec![]).await?;
        page.until("the ranking follows", async || {
            Ok((first_rows(page, 8).await? != before).then_some(()))
        })
        .await?;
        page.click("button", "撤销").await?;
        page.until("one step back", async || {
            Ok((first_rows(page, 8).await? == before).then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn judgements_in_pairs_become_weights_once_they_are_consistent() -> Result<()> {
    scenario("judge_pairs", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "两两比较").await?;
        page.css("[data-testid=consistency]").await?;
        // Three times, five times, and the second over the third twice.
        let choose = "const select = document.getElementById(arguments[0]);
            select.value = arguments[1];
            select.dispatchEvent(new Event('change', { bubbles: true }));";
        for (id, value) in [("lab-1", "3"), ("lab-2", "5"), ("lab-3", "2")] {
            page.script(choose, vec![json!(id), json!(value)]).await?;
            let is_chosen = "return document.getElementById(arguments[0])
                ?.querySelector('[selected]')?.value === arguments[1];";
            page.until("the matrix follows", async || {
                let chosen = page
                    .script(is_chosen, vec![json!(id), json!(value)])
                    .await?;
                Ok((chosen == json!(true)).then_some(()))
            })
            .await?;
        }
        let matrix = [
            vec![1.0, 3.0, 5.0],
            vec![1.0 / 3.0, 1.0, 2.0],
            vec![0.2, 0.5, 1.0],
        ];
        let native = ahp(&matrix, AhpMethod::Eigenvector)?;
        let weights = "return [...document.querySelectorAll('[data-testid=lab] [data-weight]')]
            .map((cell) => Number(cell.dataset.weight));";
        let shown: Vec<f64> = serde_json::from_value(page.script(weights, vec![]).await?)?;
        ensure!(
            shown == native.weights,
            "{shown:?} for {:?}",
            native.weights
        );
        let ratio = native.consistency_ratio.context("no ratio")?;
        page.text(&format!("{ratio:.4}")).await?;
        offered(page, "AHP").await?;
        page.fits_everywhere().await?;
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await?;
            for size in SIZES {
                page.resize(size).await?;
                let show = "document.querySelector('[data-testid=lab]').scrollIntoView();";
                page.script(show, vec![]).await?;
                page.picture(&format!("judge-{scheme:?}-{}", size.0))
                    .await?;
            }
        }
        page.console_is_quiet().await
    })
}
