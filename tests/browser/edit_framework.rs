//! An analyst changes the framework on the page: tried, refused, taken, undone.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::frame::Dataset;
use dhi_engine::framework::{Framework, Goalposts, Indicator, NodeRow};
use dhi_engine::ids::NodeId;
use dhi_engine::pipeline::{Inputs, Outcome, run};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Page, SIZES, scenario};
use crate::honest_ranks::demonstration;
use crate::look_everywhere::choose_language;
use crate::rank_villages::{exported, same_as_native, same_as_run, wait_for_rows};

const STAFFING: &str = "a_staffing_rate";

/// The demonstration under a framework whose rows are changed.
fn changed(change: impl FnOnce(&mut Vec<NodeRow>)) -> Result<Dataset> {
    let dataset = demonstration()?;
    let mut rows = dataset.framework().to_rows();
    change(&mut rows);
    let framework = Framework::new(rows);
    let framework = framework.map_err(|errors| anyhow::anyhow!("{errors:?}"))?;
    Ok(dataset.under(framework)?)
}

/// The demonstration with the lower goalpost and the weight that the tests type.
fn wider() -> Result<Dataset> {
    changed(|rows| {
        let row = rows.iter_mut().find(|row| row.id.as_str() == STAFFING);
        if let Some(row) = row {
            row.weight = 0.5;
            if let Some(indicator) = &mut row.indicator {
                indicator.goalposts = Goalposts::new(60.0, 100.0).ok();
            }
        }
    })
}

fn native(dataset: &Dataset) -> Result<Outcome> {
    let (period, _) = dataset.latest().context("no period")?;
    let inputs = Inputs::of(dataset, period).context("no inputs")?;
    let weights = WeightSet::from_framework(dataset.framework())?;
    Ok(run(inputs, &weights, &Spec::default())?)
}

/// Fails unless the ranking's export has the bits of a native run over this data.
async fn ranking_is(page: &Page, dataset: &Dataset) -> Result<()> {
    page.open("#/ranking").await?;
    wait_for_rows(page).await?;
    let text = exported(page).await?;
    let weights = WeightSet::from_framework(dataset.framework())?;
    same_as_run(&text, dataset, &weights, &Spec::default())
}

/// The editor, with a node's fields open.
pub(crate) async fn open_node(page: &Page, id: &str) -> Result<()> {
    page.open("#/method").await?;
    let name = format!("#fw-open-{id}");
    page.css(&name).await?;
    // A draft that outlived a reload has it open.
    let open = "const node = document.querySelector(arguments[0]);
        if (node.ariaExpanded !== 'true') node.click();";
    page.script(open, vec![json!(name)]).await?;
    page.css("#fw-set-zh").await?;
    Ok(())
}

/// Types into a field of a node and leaves it, as a person does.
pub(crate) async fn set(page: &Page, field: &str, text: &str) -> Result<()> {
    page.css(&format!("#fw-set-{field}")).await?;
    let select = "const field = document.getElementById(arguments[0]);
        field.focus();
        field.select();";
    page.script(select, vec![json!(format!("fw-set-{field}"))])
        .await?;
    page.type_into(":focus", text).await?;
    page.press(Key::Tab).await
}

/// Presses a button of the editor, which may just be written anew.
async fn press(page: &Page, selector: &str) -> Result<()> {
    page.css(selector).await?;
    let click = "document.querySelector(arguments[0]).click();";
    page.script(click, vec![json!(selector)]).await?;
    Ok(())
}

/// The number of ranks the editor says would change, once it says so.
async fn effect(page: &Page, wanted: &str) -> Result<()> {
    let script = "return document.querySelector('[data-testid=tree-effect] dd')?.textContent;";
    page.until(&format!("{wanted} ranks would change"), async || {
        let shown = page.script(script, vec![]).await?;
        Ok((shown == json!(wanted)).then_some(()))
    })
    .await
}

/// How many villages have another rank, and in both, as the editor says it.
fn moved(before: &Outcome, after: &Outcome) -> String {
    let ranks = || before.ranks.overall.iter().zip(&after.ranks.overall);
    let both = ranks().filter(|(was, is)| was.is_some() && is.is_some());
    let n_moved = both.clone().filter(|(was, is)| was != is).count();
    format!("{n_moved} / {}", both.count())
}

#[test]
fn goalposts_and_weights_are_tried_taken_and_undone_with_the_bits_of_a_native_run() -> Result<()> {
    scenario("framework_edit", async |page| {
        open_node(page, STAFFING).await?;
        set(page, "lower", "60").await?;
        set(page, "weight", "0.5").await?;
        let after = wider()?;
        let before = demonstration()?;
        let expected = moved(&native(&before)?, &native(&after)?);
        ensure!(!expected.starts_with("0 "), "nothing would move");
        effect(page, &expected).await?;
        page.picture("framework-draft").await?;
        // The histogram is that of the engine's values: every bar against a native count.
        let bars = "return [...document.querySelectorAll('.tree__spread .plot title')]
            .map((title) => title.textContent);";
        let bars: Vec<String> = serde_json::from_value(page.script(bars, vec![]).await?)?;
        let outcome = native(&before)?;
        let column = before.framework().find(STAFFING);
        let column = column.and_then(|at| before.framework().node(at).column);
        let values: Vec<f64> = outcome.checked.columns()[column.context("no column")?]
            .present()
            .collect();
        let shown: usize = bars
            .iter()
            .filter_map(|bar| bar.split(": ").nth(1)?.parse::<usize>().ok())
            .sum();
        ensure!(
            shown == values.len(),
            "{bars:?} for {} values",
            values.len()
        );
        for bar in &bars {
            let (ends, n) = bar.split_once(": ").context("no count")?;
            let (from, to) = ends.split_once('–').context("no range")?;
            let (from, to): (f64, f64) = (from.parse()?, to.parse()?);
            let inside = values
                .iter()
                .filter(|x| (from..to).contains(*x) || (to >= 100.0 && **x == to));
            ensure!(inside.count().to_string() == n, "{bar}");
        }

        // Without a reason it is not taken.
        page.click("button", "采用指标体系").await?;
        page.text("请先写明理由").await?;
        page.type_into("#fw-reason", "起点放宽").await?;
        page.click("button", "采用指标体系").await?;
        page.text("没有改动").await?;
        page.text("set_framework").await?;
        page.text("a_staffing_rate lower: 80 → 60").await?;
        page.text("a_staffing_rate weight: 0.25 → 0.5").await?;
        page.text("起点放宽").await?;
        ranking_is(page, &after).await?;

        page.click("button", "撤销").await?;
        same_as_native(&exported(page).await?, &Spec::default())?;
        page.click("button", "重做").await?;
        ranking_is(page, &after).await?;
        // It is still there after a reload, and in the project's file.
        page.text("已保存").await?;
        page.client.refresh().await?;
        ranking_is(page, &after).await?;
        page.click("button", "另存项目").await?;
        let file = page.downloaded("dhi.json").await?;
        let file = fs::read_to_string(file)?;
        let file: serde_json::Value = serde_json::from_str(&file)?;
        let stored: Dataset = serde_json::from_value(file["dataset"].clone())?;
        ensure!(stored == after, "the file has another dataset");
        page.console_is_quiet().await
    })
}

/// What a field of the open node holds.
async fn holds(page: &Page, field: &str, wanted: &str) -> Result<()> {
    let script = "return document.getElementById(arguments[0])?.value;";
    page.until(&format!("{field} is {wanted}"), async || {
        let id = json!(format!("fw-set-{field}"));
        let shown = page.script(script, vec![id]).await?;
        Ok((shown == json!(wanted)).then_some(()))
    })
    .await
}

#[test]
fn a_draft_is_gone_on_with_after_a_reload() -> Result<()> {
    scenario("framework_reload", async |page| {
        open_node(page, STAFFING).await?;
        set(page, "lower", "60").await?;
        set(page, "weight", "0.5").await?;
        let after = wider()?;
        let expected = moved(&native(&demonstration()?)?, &native(&after)?);
        effect(page, &expected).await?;
        page.type_into("#fw-reason", "起点放宽").await?;
        page.press(Key::Tab).await?;
        let written = "#fw-reason[value=起点放宽]";
        page.css(written).await?;
        page.text("已保存").await?;

        page.client.refresh().await?;
        effect(page, &expected).await?;
        holds(page, "lower", "60").await?;
        holds(page, "weight", "0.5").await?;
        // Its steps are still there one by one.
        page.click("button", "退回上一处改动").await?;
        holds(page, "weight", "0.25").await?;
        holds(page, "lower", "60").await?;
        set(page, "weight", "0.5").await?;
        effect(page, &expected).await?;
        // Taken, with the reason from before the reload, it is a draft no more, also
        // not for whom goes back and reloads.
        page.click("button", "采用指标体系").await?;
        page.text("set_framework").await?;
        page.text("起点放宽").await?;
        page.text("没有改动").await?;
        page.click("button", "撤销").await?;
        page.text("已保存").await?;
        page.client.refresh().await?;
        ranking_is(page, &demonstration()?).await?;
        page.open("#/method").await?;
        page.text("没有改动").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn nonsense_and_what_the_method_needs_are_refused_with_their_place() -> Result<()> {
    scenario("framework_refused", async |page| {
        open_node(page, STAFFING).await?;
        set(page, "lower", "120").await?;
        page.text("不能采用").await?;
        let fault = page.css("#fw-fault").await?.text().await?;
        for words in ["班子配备率", "下限", "120"] {
            ensure!(fault.contains(words), "“{words}” is not in {fault}");
        }
        let field = page.css("#fw-set-lower").await?;
        ensure!(field.attr("aria-invalid").await?.as_deref() == Some("true"));
        ensure!(field.prop("value").await?.as_deref() == Some("120"));
        ensure!(
            page.all("button")
                .await?
                .iter()
                .all(|b| b.name != "采用指标体系"),
            "it can be taken"
        );
        // What is wrong is shown in the other language too.
        page.click("button", "English").await?;
        page.text("Not possible").await?;
        page.click("button", "中文").await?;
        page.click("button", "退回上一处改动").await?;
        page.text("没有改动").await?;

        // A specification that names the indicator: the engine says where.
        let toggle = "document.querySelector('[data-testid=spec] [aria-pressed]').click();";
        page.script(toggle, vec![]).await?;
        page.css(".spec__json").await?;
        let paste = "const box = document.querySelector('.spec__json');
            box.value = arguments[0];
            box.dispatchEvent(new Event('input', { bubbles: true }));";
        let spec = r#"{ "treat": { "indicators": { "a_staffing_rate": "none" } } }"#;
        page.script(paste, vec![json!(spec)]).await?;
        page.click("button", "应用").await?;
        page.text("set_spec").await?;
        press(page, "#fw-remove").await?;
        page.text("treat.indicators.a_staffing_rate").await?;
        page.click("button", "放弃这些改动").await?;
        page.text("没有改动").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn an_indicator_is_added_by_keyboard_and_counts_as_missing_everywhere() -> Result<()> {
    scenario("framework_add", async |page| {
        page.open("#/method").await?;
        let focus = "document.querySelector('#fw-open-A1').focus();";
        page.css("#fw-open-A1").await?;
        page.script(focus, vec![]).await?;
        page.press(Key::Enter).await?;
        page.css("#fw-indicator").await?;
        let is_focused = "return document.activeElement.id === 'fw-open-A1';";
        page.until("the focus is where it was", async || {
            Ok((page.script(is_focused, vec![]).await? == json!(true)).then_some(()))
        })
        .await?;
        page.script("document.querySelector('#fw-indicator').focus();", vec![])
            .await?;
        page.press(Key::Enter).await?;
        page.css("#fw-set-id").await?;
        page.text("还没有任何数据").await?;
        set(page, "id", "a_open_days").await?;
        page.css("#fw-open-a_open_days").await?;
        set(page, "zh", "公开及时天数").await?;
        set(page, "en", "Days to publish").await?;
        page.text("本期没有任何数值").await?;
        // One place up, past the last indicator there was.
        press(page, "#fw-up").await?;
        let order = "return document.querySelector('[data-node=A1] > ul')
            .children[3].dataset.node;";
        page.until("it has moved", async || {
            let fourth = page.script(order, vec![]).await?;
            Ok((fourth == json!("a_open_days")).then_some(()))
        })
        .await?;
        page.type_into("#fw-reason", "新增公开时限").await?;
        page.click("button", "采用指标体系").await?;
        page.text("a_open_days added:  → A1").await?;
        let after = changed(|rows| {
            // A1 holds four: 0.25, 0.25, 0.20 and 0.30; the mean is 0.25.
            let at = rows
                .iter()
                .position(|row| row.id.as_str() == "a_audit_fix_rate");
            let at = at.unwrap_or_default();
            let mut row = rows[at].clone();
            if let Ok(id) = NodeId::new("a_open_days") {
                row.id = id;
            }
            row.name.zh = "公开及时天数".into();
            row.name.en = "Days to publish".into();
            row.weight = 0.25;
            row.indicator = row.indicator.map(|indicator| Indicator {
                goalposts: Goalposts::new(0.0, 100.0).ok(),
                numerator: String::new(),
                denominator: String::new(),
                source: String::new(),
                frequency: None,
                office: String::new(),
                ..indicator
            });
            rows.insert(at, row);
        })?;
        ranking_is(page, &after).await?;
        // The data page shows the column, with nothing in it.
        page.open("#/data").await?;
        page.css("[role=gridcell][title='公开及时天数: 缺失']")
            .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn the_editor_fits_in_both_languages_with_a_draft_open() -> Result<()> {
    scenario("framework_look", async |page| {
        for language in ["zh", "en"] {
            choose_language(page, language).await?;
            open_node(page, STAFFING).await?;
            set(page, "lower", "60").await?;
            page.css("[data-testid=tree-effect]").await?;
            let open = "document.querySelector('.tree__more').open = true;
                document.querySelector('.plot__table').open = true;";
            page.script(open, vec![]).await?;
            page.fits_everywhere().await?;
            for theme in ["light", "dark"] {
                // By itself: a reload would fold what is open.
                let set = "document.documentElement.dataset.theme = arguments[0];";
                page.script(set, vec![json!(theme)]).await?;
                for size in SIZES {
                    page.resize(size).await?;
                    for part in [".tree__draft", ".tree__form"] {
                        let show = "document.querySelector(arguments[0]).scrollIntoView();
                            window.scrollBy(0, -90);";
                        page.script(show, vec![json!(part)]).await?;
                        let name = format!("framework-{language}-{theme}-{}{part}", size.0);
                        page.picture(&name).await?;
                    }
                }
            }
        }
        page.console_is_quiet().await
    })
}
