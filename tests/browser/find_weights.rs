//! An analyst lets methods and judgements propose weights.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::pipeline::run;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::ahp::{AhpMethod, ahp};
use dhi_engine::weigh::{WeighSpec, WeightSet, Weighting};
use dhi_engine::weight_space::{Admissible, Certainty, Flip, Level, Norm, flip_pair};
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

#[test]
fn two_villages_are_level_at_the_weights_found_natively() -> Result<()> {
    scenario("level_pair", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "两村何时持平").await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let given = WeightSet::from_framework(inputs.framework)?;
        let native = run(inputs, &given, &Spec::default())?;
        let root = inputs.framework.composite();
        let level = Level::new(
            inputs.framework,
            &native.weights,
            &native.scores,
            &native.ranks,
            &Spec::default(),
            root,
        )?;
        let everything = Admissible::simplex(level.n_children());
        let order = level.order();
        let flips = |pair| -> Result<Vec<Flip>> {
            let flip = |norm| flip_pair(&level, &everything, pair, norm);
            Ok(vec![flip(Norm::L1)?, flip(Norm::L2)?])
        };
        let code = |at: usize| {
            let unit = &inputs.units.list()[level.units()[at] as usize];
            (unit.code.to_string(), unit.name.clone())
        };

        // A pair that changes places and one that never does.
        let pairs = (0..order.len()).flat_map(|i| (i + 1..order.len()).map(move |j| (i, j)));
        let pairs: Vec<(usize, usize)> = pairs.map(|(i, j)| (order[i], order[j])).collect();
        let is_never = |pair: &&(usize, usize)| {
            flips(**pair).is_ok_and(|flips| matches!(flips[0], Flip::Never { .. }))
                && level.is_same_pattern(pair.0, pair.1)
        };
        let never = *pairs.iter().find(is_never).context("every pair flips")?;
        let type_in = "for (const [at, code] of [...arguments].entries()) {
                const field = document.getElementById('lab-name-' + at);
                field.value = code;
            }
            document.getElementById('lab-name-1')
                .dispatchEvent(new Event('change', { bubbles: true }));";
        page.css("#lab-name-1").await?;
        let typed = vec![json!(code(never.0).0), json!(code(never.1).0)];
        page.script(type_in, typed).await?;
        let Flip::Never { lead, .. } = flips(never)?.remove(0) else {
            unreachable!("chosen so");
        };
        page.text(&format!("差距最小的一项高 {lead:.4} 分")).await?;
        page.text(&format!(
            "{}都不会落到{}后面",
            code(never.0).1,
            code(never.1).1
        ))
        .await?;

        let show = "document.querySelector('[data-testid=lab]').scrollIntoView();";
        page.script(show, vec![]).await?;
        page.picture("flip-never").await?;

        page.script(type_in, vec![json!("没有这个村"), json!(code(0).0)])
            .await?;
        page.text("不能用：没有这个村").await?;
        page.picture("flip-unfit").await?;

        // The first neighbours with an exact answer by both measures.
        let exact = |pair: &&[usize]| {
            let is_exact = |flip: &Flip| match flip {
                Flip::Change(change) => change.certainty == Certainty::Exact,
                _ => false,
            };
            flips((pair[0], pair[1])).is_ok_and(|flips| flips.iter().all(is_exact))
        };
        let near = order.windows(2).find(exact).context("no pair flips")?;
        let typed = vec![json!(code(near[0]).0), json!(code(near[1]).0)];
        page.script(type_in, typed).await?;
        let found = flips((near[0], near[1]))?;
        for (norm, flip) in ["L1", "L2"].iter().zip(found) {
            let Flip::Change(change) = flip else {
                unreachable!("chosen so");
            };
            let norm = [norm, " · ", &code(near[0]).1, " = ", &code(near[1]).1].concat();
            let shown = offered(page, &norm).await?;
            let expected = given
                .clone()
                .with_children(inputs.framework, root, &change.weights)?;
            ensure!(shown == expected.shares(), "other weights than natively");
            let size = format!("{} {:.3}", &norm[..2], change.distance * 100.0);
            page.text(&size).await?;
            let there = run(inputs, &expected, &Spec::default())?;
            let score = |at: usize| {
                let unit = level.units()[near[at]] as usize;
                there.scores.composite().get(unit).value()
            };
            let lead = score(0).context("no score")? - score(1).context("no score")?;
            ensure!(lead.abs() < 1e-9, "{lead} apart where they are level");
        }
        for language in ["zh", "en"] {
            if language == "en" {
                page.click("button", "English").await?;
                page.text("this is exact up to rounding").await?;
            }
            for scheme in [Scheme::Light, Scheme::Dark] {
                page.prefer(scheme).await?;
                for size in SIZES {
                    page.resize(size).await?;
                    page.script(show, vec![]).await?;
                    let name = format!("flip-{language}-{scheme:?}-{}", size.0);
                    page.picture(&name).await?;
                }
            }
            page.fits_everywhere().await?;
        }
        page.console_is_quiet().await
    })
}
