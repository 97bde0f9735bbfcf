//! An analyst changes the method: by the form, by JSON, and back again.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::aggregate::Aggregation;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::framework::Framework;
use dhi_engine::normalise::Normalisation;
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::treat::{Imputation, Treatment};
use dhi_engine::weigh::Weighting;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::driver::{Page, scenario};
use crate::rank_villages::{exported, same_as_native, wait_for_rows};

/// Chooses in the field that `selector` matches first.
async fn choose(page: &Page, selector: &str, value: &str) -> Result<()> {
    let field = page.css(selector).await?;
    field
        .select_by_value(value)
        .await
        .with_context(|| format!("choosing {value} in {selector}"))
}

/// Waits until the form says how it stands.
pub(crate) async fn state(page: &Page, wanted: &str) -> Result<()> {
    let script = "return document.querySelector('[data-testid=spec-state]').textContent;";
    page.until(&format!("the form says {wanted}"), async || {
        let shown = page.script(script, vec![]).await?;
        Ok((shown == json!(wanted)).then_some(()))
    })
    .await
}

/// Replaces the JSON, as pasting does, and applies it.
pub(crate) async fn apply_json(page: &Page, text: &str) -> Result<()> {
    let script = "const box = document.querySelector('.spec__json');
        box.value = arguments[0];
        box.dispatchEvent(new Event('input', { bubbles: true }));";
    page.css(".spec__json").await?;
    page.script(script, vec![json!(text)]).await?;
    page.click("button", "应用").await
}

async fn scores(page: &Page) -> Result<String> {
    page.open("#/ranking").await?;
    wait_for_rows(page).await?;
    exported(page).await
}

#[test]
fn a_method_chosen_in_the_form_gives_the_bits_of_a_native_run() -> Result<()> {
    scenario("method_form", async |page| {
        page.open("#/method").await?;
        for step in ["treat", "normalise", "aggregate"] {
            let summary = page.css(&format!("[data-step={step}] > summary")).await?;
            summary.click().await?;
        }
        choose(page, "[data-step=treat] .spec__choice select", "jrc").await?;
        choose(
            page,
            "[data-step=normalise] .spec__choice select",
            "min_max",
        )
        .await?;
        choose(page, "[data-step=aggregate] .spec__group select", "0").await?;
        let points = page.role("spinbutton", "最多缩尾个数").await?;
        page.drag(&points, &[3.0]).await?;
        state(page, "有未应用的改动").await?;
        page.picture("method-draft").await?;
        page.click("button", "应用").await?;
        state(page, "已应用").await?;
        page.text("set_spec").await?;
        let spec = Spec::from_json(
            r#"{ "treat": { "method": { "jrc": { "max_points": 3 } } },
                "normalise": { "method": "min_max" },
                "aggregate": { "levels": { "0": "geometric" } } }"#,
        )?;
        same_as_native(&scores(page).await?, &spec)?;
        // Geometric means do not add up, and the pages say so.
        page.text("合成方法不可加").await?;

        page.click("button", "撤销").await?;
        same_as_native(&exported(page).await?, &Spec::default())?;
        page.click("button", "重做").await?;
        same_as_native(&exported(page).await?, &spec)?;
        // It is still there after a reload.
        page.text("已保存").await?;
        page.client.refresh().await?;
        wait_for_rows(page).await?;
        same_as_native(&exported(page).await?, &spec)?;
        page.console_is_quiet().await
    })
}

#[test]
fn what_is_not_applied_yet_outlives_a_reload() -> Result<()> {
    scenario("method_reload", async |page| {
        page.open("#/method").await?;
        page.css("[data-step=normalise] > summary")
            .await?
            .click()
            .await?;
        let select = "[data-step=normalise] .spec__choice select";
        choose(page, select, "min_max").await?;
        state(page, "有未应用的改动").await?;
        page.text("已保存").await?;
        page.client.refresh().await?;
        state(page, "有未应用的改动").await?;
        let chosen = "return document.querySelector(arguments[0]).value;";
        let chosen = page.script(chosen, vec![json!(select)]).await?;
        ensure!(chosen == json!("min_max"), "{chosen}");
        // Nothing follows it until it is applied.
        same_as_native(&scores(page).await?, &Spec::default())?;
        page.open("#/method").await?;
        page.click("button", "还原").await?;
        state(page, "已应用").await?;
        page.text("已保存").await?;
        page.client.refresh().await?;
        state(page, "已应用").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn weights_found_by_a_method_are_shown_and_cannot_be_dragged() -> Result<()> {
    scenario("method_weights", async |page| {
        page.open("#/method").await?;
        page.css("[data-step=weigh] > summary")
            .await?
            .click()
            .await?;
        let root = default_scheme()
            .node(dhi_engine::ids::NodeIdx(0))
            .id
            .to_string();
        choose(page, "[data-step=weigh] .spec__group select", &root).await?;
        page.click("button", "应用").await?;
        state(page, "已应用").await?;
        page.open("#/weights").await?;
        page.text("这一组的权重由计算方案中的方法得出").await?;
        let slider = page.role("slider", "群众评价").await?;
        ensure!(!slider.is_enabled().await?, "the slider can be moved");
        // Three pillars, the same for all.
        let shown = slider.prop("value").await?.unwrap_or_default();
        ensure!(shown == "33.3", "{shown}");
        page.console_is_quiet().await
    })
}

/// Tags of every variant, from what `serde` says of one that does not exist.
fn tags<T: DeserializeOwned>() -> Vec<String> {
    let error = serde_json::from_str::<T>("\"no such tag\"").err();
    let text = error.map(|e| e.to_string()).unwrap_or_default();
    let quoted = text.split('`').skip(3).step_by(2);
    quoted.map(str::to_owned).collect()
}

/// Parameters of the methods that need some.
fn with_parameters(tag: &str, unit: &str, children: &[&str]) -> Value {
    let weights: Value = children
        .iter()
        .map(|c| ((*c).to_owned(), json!(2.5)))
        .collect();
    let first: Value = children
        .iter()
        .take(1)
        .map(|c| ((*c).to_owned(), json!(60)))
        .collect();
    match tag {
        "group_mean" => json!({ tag: "class" }),
        "group_median" => json!({ tag: "town" }),
        "power" => json!({ tag: -2.5 }),
        "distance_to_reference" => json!({ tag: { "unit": unit } }),
        "distance_to_target" => json!({ tag: { "target": 97.5, "cap": true } }),
        "z_score" => json!({ tag: { "mean": 50, "sd": 7.5 } }),
        "weights" => json!({ tag: weights }),
        "budget_allocation" => json!({ tag: [first, weights] }),
        "ahp" => json!({ tag: { "matrix": [[1, 3, 5], [1.0 / 3.0, 1, 2], [0.2, 0.5, 1]] } }),
        "influence" => json!({ tag: { "tolerance": 0.05 } }),
        "promethee" => {
            json!({ tag: { "preference": { "linear": { "indifference": 1, "preference": 12 } } } })
        }
        "benefit_of_the_doubt" => json!({ tag: { "lower": 0.2, "upper": 0.5 } }),
        "jrc" | "winsorise" => json!({ tag: { "skewness": 0.5, "kurtosis": 0.1 } }),
        "nearest_neighbours" | "iterative" | "gii_log" | "box_cox" | "topsis" => json!({ tag: {} }),
        _ => json!(tag),
    }
}

/// Specifications that together name every method of every step.
fn every_method(framework: &Framework, unit: &str) -> Vec<Value> {
    let leaves = framework
        .leaves()
        .iter()
        .map(|&l| framework.node(l).id.as_str());
    let leaves: Vec<&str> = leaves.collect();
    let root = framework.node(framework.composite());
    let pillars = root.children.iter().map(|&c| framework.node(c).id.as_str());
    let pillars: Vec<&str> = pillars.collect();
    let method = |tag: &String| with_parameters(tag, unit, &pillars);
    // A method for each indicator, all the way round.
    let by_indicator = |tags: Vec<String>| -> Value {
        let each = leaves.iter().zip(tags.iter().cycle());
        each.map(|(id, tag)| ((*id).to_owned(), method(tag)))
            .collect()
    };
    let mut specs = vec![
        json!({ "impute": { "indicators": by_indicator(tags::<Imputation>()) } }),
        json!({ "treat": { "indicators": by_indicator(tags::<Treatment>()) } }),
        json!({ "normalise": { "indicators": by_indicator(tags::<Normalisation>()) } }),
        json!({ "normalise": { "method": "min_max", "scope": "panel", "range": [1, 7] } }),
        json!({ "denominate": { leaves[0]: { "by": "population", "per": 1000 } },
            "screen": { "min_present": 0.9, "drop": [unit] },
            "rank": { "ties": "dense", "decimals": 1, "include_ungraded": true } }),
    ];
    let weightings = tags::<Weighting>();
    specs.extend(weightings.iter().map(|tag| {
        // Scores above 0, as logarithms need.
        json!({ "normalise": { "method": "min_max", "range": [1, 100] },
            "weigh": { "nodes": { root.id.as_str(): method(tag) } } })
    }));
    let aggregations = tags::<Aggregation>();
    specs.extend(aggregations.iter().map(|tag| {
        json!({ "normalise": { "method": "min_max", "range": [1, 100] },
            "aggregate": { "levels": { "0": method(tag), "2": method(tag) } } })
    }));
    specs
}

#[test]
fn every_method_gives_the_bits_of_a_native_run() -> Result<()> {
    let dataset = generate(&default_scheme(), DemoOptions::default())?;
    let unit = dataset
        .units()
        .list()
        .first()
        .context("no unit")?
        .code
        .to_string();
    let specs = every_method(dataset.framework(), &unit);
    ensure!(specs.len() == 5 + 12 + 10, "{} specifications", specs.len());
    scenario("method_all", async |page| {
        page.open("#/method").await?;
        page.click("button", "以 JSON 编辑").await?;
        for spec in specs {
            let text = spec.to_string();
            let spec = Spec::from_json(&text)?;
            apply_json(page, &text).await?;
            state(page, "已应用").await.with_context(|| text.clone())?;
            let exported = scores(page).await?;
            same_as_native(&exported, &spec).with_context(|| text)?;
            // The box is still open when the page is.
            page.open("#/method").await?;
        }
        page.console_is_quiet().await
    })
}

#[test]
fn a_specification_that_makes_no_sense_is_refused_where_it_fails() -> Result<()> {
    scenario("method_refused", async |page| {
        page.open("#/method").await?;
        page.click("button", "以 JSON 编辑").await?;
        for (text, place) in [
            (r#"{ "scael": 1 }"#, "没有名为“scael”的键"),
            (r#"{ "scale": -1 }"#, "scale · 现为 -1，应为大于 0 的有限数"),
            (
                r#"{ "impute": { "method": "guess" } }"#,
                "impute.method · 没有名为“guess”的方法",
            ),
            (
                r#"{ "normalise": { "indicators": { "nowhere": "rank" } } }"#,
                "“nowhere”不是指标体系中的指标",
            ),
            (
                r#"{ "aggregate": { "method": { "benefit_of_the_doubt": { "upper": 0.1 } } } }"#,
                "aggregate.levels.",
            ),
            (
                r#"{ "normalise": { "method": { "z_score": {} } }, "weigh": { "method": "entropy" } }"#,
                "这个方法不能用",
            ),
        ] {
            apply_json(page, text).await?;
            page.text(place).await.with_context(|| text.to_owned())?;
            page.text("没有采用，计算方案没有改变").await?;
        }
        page.picture("method-refused").await?;
        page.click("button", "English").await?;
        page.text("which this method cannot use").await?;
        page.click("button", "中文").await?;
        page.click("button", "还原").await?;
        state(page, "已应用").await?;
        // Nothing was logged, and nothing computes otherwise.
        let log = page.script(
            "return document.body.textContent.includes('set_spec');",
            vec![],
        );
        ensure!(log.await? == json!(false), "a refusal was logged");
        same_as_native(&scores(page).await?, &Spec::default())?;
        page.console_is_quiet().await
    })
}

#[test]
fn the_audit_speaks_before_it_counts_and_parts_can_be_left_out() -> Result<()> {
    scenario("method_audit", async |page| {
        page.open("#/method").await?;
        page.click("button", "开始审查").await?;
        page.text("权重与影响").await?;
        let script = "return [document.querySelectorAll('[data-testid=verdicts] li').length,
            document.querySelectorAll('[data-testid=audit] tbody tr').length];";
        let (sentences, rows): (u32, u32) =
            serde_json::from_value(page.script(script, vec![]).await?)?;
        ensure!(
            sentences > 0 && rows > 60,
            "{sentences} sentences, {rows} rows"
        );
        page.click("button", "逐一剔除").await?;
        page.text("变动最大的村").await?;
        page.fits_everywhere().await?;
        let show = "document.querySelector('[data-testid=audit]').scrollIntoView();";
        page.script(show, vec![]).await?;
        page.picture("method-audit").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_change_since_the_last_period_is_the_sum_of_its_parts() -> Result<()> {
    scenario("method_since", async |page| {
        page.open("#/village").await?;
        page.click("button", "分解变化").await?;
        let script = "const cell = document.querySelector('[data-testid=since] [data-sum]');
            return cell && [cell.dataset.sum, cell.dataset.change];";
        let (sum, change): (String, String) = page
            .until("the parts are shown", async || {
                Ok(serde_json::from_value(page.script(script, vec![]).await?)?)
            })
            .await?;
        ensure!(sum == change, "{sum} is not {change}");
        page.text("本村数据").await?;
        page.fits_everywhere().await?;
        let show = "document.querySelector('[data-testid=since]').scrollIntoView();";
        page.script(show, vec![]).await?;
        page.picture("village-since").await?;
        page.console_is_quiet().await
    })
}
