//! An analyst points at weights in the triangle of three pillars.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::pipeline::run;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use dhi_engine::weight_space::{Admissible, Level, leaders};
use fantoccini::actions::{InputSource as _, MouseActions, PointerAction};
use serde_json::json;
use std::time::Duration;

use crate::demo_files;
use crate::drag_weights::number;
use crate::driver::{SIZES, Scheme, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::rank_villages::{first_rows, wait_for_rows};

const PILLARS: [&str; 3] = ["班子运行", "决策规范", "群众评价"];

#[test]
fn the_triangle_shows_who_leads_and_takes_the_weights_pointed_at() -> Result<()> {
    scenario("point_weights", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 8).await?;
        page.click("button", "权重三角").await?;
        page.css("[data-triangle] circle").await?;

        // Regions and their shares, from the same polygons natively.
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let given = WeightSet::from_framework(inputs.framework)?;
        let spec = Spec::default();
        let root = inputs.framework.composite();
        let native = run(inputs, &given, &spec)?;
        let (weights, scores) = (&native.weights, &native.scores);
        let level = Level::new(
            inputs.framework,
            weights,
            scores,
            &native.ranks,
            &spec,
            root,
        )?;
        let mut regions = leaders(&level, &Admissible::simplex(3))?;
        regions.sort_by(|a, b| b.1.share().total_cmp(&a.1.share()));
        // Shares that are told as numbers.
        regions.retain(|(_, region)| (0.0005..0.9995).contains(&region.share()));
        for (unit, region) in regions.iter().take(3) {
            let unit = &inputs.units.list()[level.units()[*unit] as usize];
            let share = format!("{:.1}%", region.share() * 100.0);
            let script = "return [...document.querySelectorAll('[data-testid=lab] tr')]
                .some((row) => row.textContent === arguments[0] + arguments[1]);";
            page.until(&format!("{} leads in {share}", unit.name), async || {
                let words = vec![json!(unit.name), json!(share)];
                let found = page.script(script, words).await?;
                Ok((found == json!(true)).then_some(()))
            })
            .await?;
        }

        // Down in the middle, to the lower right, up: one gesture.
        let script = "const picture = document.querySelector('[data-triangle]');
            picture.scrollIntoView({ block: 'center' });
            return picture.getBoundingClientRect().width / 400;";
        let scale = page.script(script, vec![]).await?;
        let scale = scale.as_f64().context("no scale")?;
        let pixels = |units: f64| (units * scale).round();
        let to = |x: f64, y: f64| PointerAction::MoveBy {
            duration: Some(Duration::from_millis(60)),
            x: pixels(x),
            y: pixels(y),
        };
        let gesture = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement {
                element: page.css("[data-triangle]").await?,
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down { button: 0 })
            .then(to(40.0, 40.0))
            .then(to(60.0, 60.0))
            .then(PointerAction::Up { button: 0 });
        page.client.perform_actions(gesture).await?;
        page.until("the ranking follows", async || {
            Ok((first_rows(page, 8).await? != before).then_some(()))
        })
        .await?;

        // (200, 195) + (100, 100): the first weight is (342 − 295) / 312, the third
        // (300 − 20) / 360 less half of the first, up to the pixels there are.
        let mut shares = native.weights.shares().to_vec();
        let first = 47.0 / 312.0;
        let third = 280.0 / 360.0 - first / 2.0;
        let children = &inputs.framework.node(root).children;
        let expected = [first, 1.0 - first - third, third];
        for ((child, name), expected) in children.iter().zip(PILLARS).zip(expected) {
            let shown: f64 = number(page, name).await?.parse()?;
            ensure!(
                (shown / 100.0 - expected).abs() < 0.01,
                "{name} {shown} %, where {expected} was pointed at"
            );
            shares[child.at()] = shown / 100.0;
        }
        // Weights pointed at are whole thousandths, so what is shown is what is used.
        let there = WeightSet::new("there", inputs.framework, &shares)?;
        let there = run(inputs, &there, &spec)?;
        let order = there.ranks.order.iter().take(8);
        let expected: Vec<String> = order
            .map(|unit| inputs.units.list()[*unit as usize].code.to_string())
            .collect();
        let shown = first_rows(page, 8).await?;
        let shown: Vec<&str> = shown.iter().map(|(code, _)| code.as_str()).collect();
        ensure!(shown == expected, "{shown:?} where natively {expected:?}");

        let now = number(page, PILLARS[0]).await?;
        page.text(&format!("现在: {} {now}%", PILLARS[0])).await?;
        let show = "document.querySelector('[data-testid=lab]').scrollIntoView();";
        page.script(show, vec![]).await?;
        page.picture("triangle-pointed").await?;
        page.click("button", "撤销").await?;
        page.until("one step back undoes the gesture", async || {
            Ok((first_rows(page, 8).await? == before).then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn the_triangle_of_a_village_fits_everywhere() -> Result<()> {
    scenario("village_triangle", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "权重三角").await?;
        page.css("#lab-1").await?;
        let choose = "const choice = document.getElementById('lab-1');
            choice.value = '1';
            choice.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(choose, vec![]).await?;
        page.text("名次取自 576 个小三角形的中心").await?;
        let show = "document.querySelector('[data-testid=lab]').scrollIntoView();";
        for language in ["zh", "en"] {
            if language == "en" {
                page.click("button", "English").await?;
                page.text("in the middle of 576 small triangles").await?;
            }
            for scheme in [Scheme::Light, Scheme::Dark] {
                page.prefer(scheme).await?;
                for size in SIZES {
                    page.resize(size).await?;
                    page.script(show, vec![]).await?;
                    let name = format!("triangle-{language}-{scheme:?}-{}", size.0);
                    page.picture(&name).await?;
                }
            }
            page.fits_everywhere().await?;
        }
        page.console_is_quiet().await
    })
}

/// One village leads everywhere; ten thousand are drawn as well, and what is too much
/// for the page says so.
#[test]
fn the_lab_answers_for_one_village_and_for_ten_thousand() -> Result<()> {
    scenario("lab_extremes", async |page| {
        for n_units in [1, 10_000] {
            demo_files::import(page, n_units).await?;
            page.open("#/weights").await?;
            wait_for_rows(page).await?;
            for part in ["权重三角", "方案并排", "影响与剔除", "按方法定权"] {
                page.click("button", part).await?;
                // What was written before may still stand while this is worked out.
                page.until(&format!("{part} is there"), async || {
                    let script = "const lab = document.querySelector('[data-testid=lab]');
                        const has = (mark) => lab.querySelector(mark) !== null;
                        return { '权重三角': has('[data-triangle] circle'),
                            '方案并排': has('a[href^=\"#/village/\"]'),
                            '影响与剔除': lab.innerText.includes('作用于'),
                            '按方法定权': has('[data-method]') }[arguments[0]];";
                    let found = page.script(script, vec![json!(part)]).await?;
                    Ok((found == json!(true)).then_some(()))
                })
                .await?;
                let show = "document.querySelector('[data-testid=lab]').scrollIntoView();";
                page.script(show, vec![]).await?;
                page.picture(&format!("lab-{part}-{n_units}")).await?;
            }
            page.fits_everywhere().await?;
        }
        page.console_is_quiet().await
    })
}
