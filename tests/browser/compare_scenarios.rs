//! An analyst sets saved scenarios side by side.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::pipeline::run;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::rank_villages::wait_for_rows;

#[test]
fn scenarios_stand_side_by_side_with_the_ranks_of_native_runs() -> Result<()> {
    scenario("scenarios_beside", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "方案并排").await?;
        page.text("还没有保存的方案").await?;
        page.click("button", "同级等权").await?;
        page.fill("textbox", "方案名称", "同权").await?;
        page.click("button", "存为方案").await?;
        let slider = page.role("slider", "群众评价").await?;
        page.drag(&slider, &[80.0, 100.0]).await?;
        page.fill("textbox", "方案名称", "只看群众").await?;
        page.click("button", "存为方案").await?;
        page.click("button", "方案权重").await?;

        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let given = WeightSet::from_framework(inputs.framework)?;
        let equal = WeightSet::equal(inputs.framework)?;
        let mut shares = equal.shares().to_vec();
        let root = inputs.framework.composite();
        for child in &inputs.framework.node(root).children {
            let is_public = inputs.framework.node(*child).name.zh == "群众评价";
            shares[child.at()] = f64::from(u8::from(is_public));
        }
        let public = WeightSet::new("public", inputs.framework, &shares)?;
        let mut ranks = Vec::new();
        for weights in [&given, &given, &equal, &public] {
            ranks.push(run(inputs, weights, &Spec::default())?.ranks.overall);
        }

        // Village by village the ranks of the four columns, and the share above 60 points.
        let script = "const tables = document.querySelectorAll('[data-testid=lab] table');
            const rows = [...tables[tables.length - 1].tBodies[0].rows];
            return rows.map((row) => [row.querySelector('a').hash.split('/')[2],
                [...row.cells].slice(1).map((cell) => cell.textContent)]);";
        let rows: Vec<(String, Vec<String>)> = page
            .until("both scenarios and the line are there", async || {
                let rows = page.script(script, vec![]).await?;
                let rows: Vec<(String, Vec<String>)> = serde_json::from_value(rows)?;
                Ok(rows
                    .first()
                    .is_some_and(|row| row.1.len() == 5)
                    .then_some(rows))
            })
            .await?;
        ensure!(rows.len() == 12, "{} villages", rows.len());
        for (code, cells) in rows {
            let units = inputs.units.list();
            let unit = units.iter().position(|unit| unit.code.as_str() == code);
            let unit = unit.unwrap_or(usize::MAX);
            let native: Vec<String> = ranks
                .iter()
                .map(|ranks| ranks[unit].map_or("—".into(), |rank| rank.0.to_string()))
                .collect();
            ensure!(
                cells[..4] == native,
                "{code}: {cells:?}, natively {native:?}"
            );
            let mut above = 0;
            for weights in [&equal, &public] {
                let outcome = run(inputs, weights, &Spec::default())?;
                let score = outcome.scores.composite().get(unit).value();
                above += u32::from(score.is_some_and(|score| score >= 60.0));
            }
            let share = format!("{}% ({above}/2)", above * 50);
            ensure!(cells[4] == share, "{code}: {}, natively {share}", cells[4]);
        }

        let show = "document.querySelector('[data-testid=lab]').scrollIntoView();";
        for part in ["方案并排", "影响与剔除"] {
            page.click("button", part).await?;
            for scheme in [Scheme::Light, Scheme::Dark] {
                page.prefer(scheme).await?;
                for size in SIZES {
                    page.resize(size).await?;
                    page.script(show, vec![]).await?;
                    page.picture(&format!("{part}-{scheme:?}-{}", size.0))
                        .await?;
                }
            }
            page.fits_everywhere().await?;
        }
        page.text("平均名次变动").await?;

        // With more than four, each place has its own, and the others stay.
        for name in ["三", "四", "五"] {
            page.fill("textbox", "方案名称", name).await?;
            page.click("button", "存为方案").await?;
        }
        page.click("button", "方案并排").await?;
        page.css("#lab-2").await?;
        let choose = "const choice = document.getElementById('lab-2');
            choice.value = '4';
            choice.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(choose, vec![]).await?;
        page.until("the fifth stands in the third place", async || {
            let script = "return [...document.querySelectorAll('[data-testid=lab] table')[0]
                .tBodies[0].rows].map((row) => row.cells[0].textContent);";
            let names = page.script(script, vec![]).await?;
            let expected = [
                "A 方案权重",
                "B 现在",
                "C 同权",
                "D 只看群众",
                "E 五",
                "F 四",
            ];
            Ok((names == json!(expected)).then_some(()))
        })
        .await?;
        page.click("button", "English").await?;
        page.text("Mean rank shift").await?;
        page.click("button", "Scenarios side by side").await?;
        page.text("Nomination line:").await?;
        page.script(show, vec![json!(null)]).await?;
        page.picture("beside-en").await?;
        page.fits_everywhere().await?;
        page.console_is_quiet().await
    })
}

/// Height of every line of the chart in its middle column: as it is seen now, and where
/// it goes, by village.
async fn middles(page: &Page) -> Result<Vec<(String, f64, f64)>> {
    let script = "const middle = (d) => Number(d.match(/-?[\\d.]+/g)[3]);
        return [...document.querySelectorAll('path[data-moves]')].map((path) =>
            [path.dataset.moves, middle(getComputedStyle(path).d), middle(path.getAttribute('d'))]);";
    Ok(serde_json::from_value(page.script(script, vec![]).await?)?)
}

/// A line that goes elsewhere than it went before.
struct Way {
    /// Where it went before.
    former: f64,
    /// Where it was seen then.
    was: f64,
    /// Where it is seen now.
    seen: f64,
    /// Where it goes now.
    goal: f64,
}

/// The line whose goal differs most from the one before, once the chart is drawn anew.
async fn moved(page: &Page, before: &[(String, f64, f64)]) -> Result<Way> {
    page.until("the chart is drawn for other weights", async || {
        let now = middles(page).await?;
        let ways = now.into_iter().filter_map(|(name, seen, goal)| {
            let (_, was, former) = before.iter().find(|line| line.0 == name)?;
            Some(Way {
                former: *former,
                was: *was,
                seen,
                goal,
            })
        });
        let length = |way: &Way| (way.goal - way.former).abs();
        let longest = ways.max_by(|a, b| length(a).total_cmp(&length(b)));
        Ok(longest.filter(|way| length(way) > 40.0))
    })
    .await
}

/// Lines go from one order of the villages to the next, turn round on the way when
/// weights change again, and jump where motion is unwelcome.
#[test]
fn slopes_move_and_can_be_interrupted() -> Result<()> {
    scenario("moving_slopes", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.click("button", "方案并排").await?;
        page.fill("textbox", "方案名称", "原").await?;
        page.click("button", "存为方案").await?;
        page.css("path[data-moves]").await?;
        let motion = async |wish: &str| {
            let wish = json!({ "name": "prefers-reduced-motion", "value": wish });
            let media = json!({ "features": [wish] });
            page.cdp("Emulation.setEmulatedMedia", media).await
        };
        motion("no-preference").await?;
        let rest = middles(page).await?;
        ensure!(rest.iter().all(|line| line.1 == line.2), "{rest:?}");

        // Sixty times as slow: half a minute instead of half a second.
        page.cdp("Animation.enable", json!({})).await?;
        let slowly = json!({ "playbackRate": 1.0 / 60.0 });
        page.cdp("Animation.setPlaybackRate", slowly).await?;
        let slider = page.role("slider", "群众评价").await?;
        page.drag(&slider, &[100.0]).await?;
        let Way {
            was, seen, goal, ..
        } = moved(page, &rest).await?;
        let part = |seen: f64| (seen - was) / (goal - was);
        ensure!((0.0..0.5).contains(&part(seen)), "{was} {seen} {goal}");
        page.until("the line is on its way", async || {
            let now = middles(page).await?;
            let line = now.iter().find(|line| line.2 == goal).context("gone")?;
            let share = part(line.1);
            ensure!(share < 1.0, "{share}");
            Ok((share > part(seen) && share > 0.1).then_some(()))
        })
        .await?;
        let show = "document.querySelector('path[data-moves]').closest('svg').scrollIntoView();";
        page.script(show, vec![]).await?;
        page.picture("slopes-on-their-way").await?;

        // Back again, from where it is.
        let halfway = middles(page).await?;
        page.click("button", "方案权重").await?;
        let way = moved(page, &halfway).await?;
        let (to_former, to_goal) = ((way.former - way.was).abs(), (way.goal - way.was).abs());
        ensure!(
            (way.seen - way.former).abs() > 0.5 * to_former
                && (way.seen - way.goal).abs() > 0.5 * to_goal,
            "from {} on the way to {} it jumped to {}, not to go to {}",
            way.was,
            way.former,
            way.seen,
            way.goal
        );
        let at_once = json!({ "playbackRate": 1.0 });
        page.cdp("Animation.setPlaybackRate", at_once).await?;
        page.until("every line has come home", async || {
            Ok((middles(page).await? == rest).then_some(()))
        })
        .await?;

        // Nothing moves for who does not want it.
        motion("reduce").await?;
        page.drag(&slider, &[100.0]).await?;
        let Way { seen, goal, .. } = moved(page, &rest).await?;
        ensure!(seen == goal, "{seen} {goal}");
        page.console_is_quiet().await
    })
}
