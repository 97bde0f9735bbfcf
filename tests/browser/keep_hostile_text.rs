//! Hostile text stays the text it was: in a project that is saved and opened again, and in
//! a chart that is saved as a picture.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::framework::Direction;
use dhi_engine::scheme::default_scheme;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::drag_weights::accept;
use crate::driver::{Page, scenario};
use crate::edit_framework::{open_node, set};
use crate::rank_villages::wait_for_rows;
use crate::show_hostile_text::{self, is_only_text, names, short_names};

/// Fails unless the names of the villages stand in the open ranking, whole.
async fn has_villages(page: &Page) -> Result<()> {
    page.text("显示 10 共 10").await?;
    wait_for_rows(page).await?;
    let shown = "return [...document.querySelectorAll('.rank__unit')].map((cell) => cell.title);";
    let shown: BTreeSet<String> = serde_json::from_value(page.script(shown, vec![]).await?)?;
    for name in short_names() {
        ensure!(shown.contains(&name), "{name} is not in {shown:?}");
    }
    is_only_text(page, "the ranking").await
}

#[test]
fn a_project_with_hostile_text_is_opened_with_the_same_text() -> Result<()> {
    scenario("keep_hostile_text", async |page| {
        let [image, script, formula, ..] = names();
        show_hostile_text::import(page).await?;
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        page.fill("textbox", "方案名称", &image).await?;
        page.click("button", "存为方案").await?;
        page.text(&image).await?;

        open_node(page, "a_staffing_rate").await?;
        set(page, "zh", &script).await?;
        page.type_into("#fw-reason", &formula).await?;
        page.click("button", "采用指标体系").await?;
        page.text("set_framework").await?;

        page.open("#/data").await?;
        page.css("#cell-2-3").await?.click().await?;
        page.css("[data-testid=cell]").await?;
        page.type_into("#correct-value", "12.5").await?;
        page.type_into("#correct-reason", &script).await?;
        let make = "[data-testid=trial] [data-correct]";
        page.css(make).await?.click().await?;
        page.css("[data-testid=corrections]").await?;

        page.open("#/review").await?;
        page.fill("textbox", "理由（必填）", &formula).await?;
        let choose = "document.querySelectorAll('[name=decision]')[1].click();";
        page.script(choose, vec![]).await?;
        page.click("button", "记录决定").await?;
        page.text("已决定 1 / 10").await?;
        page.text("已保存").await?;
        page.click("button", "另存项目").await?;
        let file = page.downloaded("dhi.json").await?;

        // Nothing of it is left in the demonstration.
        page.click("button", "恢复示例").await?;
        page.click("button", "确定").await?;
        page.text("已决定 0 / 85").await?;
        page.choose_file("[data-testid=open-project]", &file)
            .await?;
        page.text("已决定 1 / 10").await?;
        // Opened anew, the page looks at the first of its queue, here the only one.
        page.open("#/ranking").await?;
        page.open("#/review").await?;
        let decided = page.css("[data-testid=queue-show]").await?;
        decided.select_by_value("review").await?;
        page.text(&formula).await?;
        is_only_text(page, "a decision").await?;
        page.open("#/ranking").await?;
        has_villages(page).await?;
        page.open("#/weights").await?;
        page.text(&image).await?;
        is_only_text(page, "a scenario").await?;
        page.open("#/method").await?;
        page.css("#fw-open-a_staffing_rate").await?;
        page.text(&script).await?;
        is_only_text(page, "the framework").await?;
        page.open("#/data").await?;
        let reasons = "return document.querySelector('[data-testid=corrections]').textContent;";
        page.css("[data-testid=corrections]").await?;
        let reasons = page.script(reasons, vec![]).await?;
        let reasons = reasons.as_str().context("no corrections")?;
        ensure!(reasons.contains(&script), "{reasons}");
        is_only_text(page, "a correction").await?;
        page.console_is_quiet().await
    })
}

/// Three villages, each the best in one pillar and halfway in all else: with weights
/// a, b and c they have 50 + 50a, 50 + 50b and 50 + 50c points, so each leads in a third
/// of the triangle and its name stands there.
fn leaders(names: &[&str; 3]) -> Result<[(&'static str, String); 2]> {
    let framework = default_scheme();
    let pillars = framework.pillars();
    ensure!(pillars.len() == 3, "{} pillars", pillars.len());
    let mut units = String::from("村代码,村名,镇,村类\n");
    let mut values = String::from("村代码");
    for (node, _) in framework.indicators() {
        values = format!("{values},{}", node.id);
    }
    for (i, name) in names.iter().enumerate() {
        let code = 999_900_100_200 + i;
        let name = name.replace('"', "\"\"");
        units = format!("{units}{code},\"{name}\",镇,类\n");
        values = format!("{values}\n{code}");
        for leaf in framework.leaves() {
            let indicator = framework.node(*leaf).indicator.as_ref();
            let indicator = indicator.context("no indicator")?;
            let ends = indicator.goalposts.context("no goalposts")?;
            let best = match indicator.direction {
                Direction::HigherIsBetter => ends.upper(),
                Direction::LowerIsBetter => ends.lower(),
            };
            let is_own = framework.ancestors(*leaf).any(|n| n == pillars[i]);
            let value = if is_own {
                best
            } else {
                f64::midpoint(ends.lower(), ends.upper())
            };
            values = format!("{values},{value}");
        }
    }
    Ok([("u.csv", units), ("v.csv", values)])
}

async fn import_leaders(page: &Page, names: &[&str; 3]) -> Result<()> {
    let folder = tempfile::tempdir()?;
    for (file, text) in leaders(names)? {
        let path = folder.path().join(file);
        fs::write(&path, text)?;
        page.open("#/data").await?;
        page.choose_file("[data-testid=import-files]", &path)
            .await?;
        accept(page).await?;
    }
    Ok(())
}

/// What the browser's reader of XML finds in a picture.
#[derive(Debug, Deserialize)]
struct Read {
    errors: Vec<String>,
    strange: Vec<String>,
    titles: BTreeSet<String>,
    texts: BTreeSet<String>,
}

/// Saves the triangle of weights, which shows who leads where, and reads it as XML.
async fn saved_triangle(page: &Page) -> Result<Read> {
    page.open("#/ranking").await?;
    page.text("显示 3 共 3").await?;
    page.open("#/weights").await?;
    wait_for_rows(page).await?;
    page.click("button", "权重三角").await?;
    page.css("[data-triangle] circle").await?;
    let save = "document.querySelector('[data-triangle]').closest('.figure')
        .querySelector('[data-save=svg]').click();";
    page.script(save, vec![]).await?;
    let file = page.downloaded(".svg").await?;
    let text = fs::read_to_string(file)?;
    let read = "const read = new DOMParser().parseFromString(arguments[0], 'image/svg+xml');
        const texts = (s) => [...read.querySelectorAll(s)].map((e) => e.textContent);
        const plain = ['svg', 'g', 'rect', 'polygon', 'path', 'circle', 'text', 'title'];
        const isPlain = (e) => e.namespaceURI === 'http://www.w3.org/2000/svg'
            && plain.includes(e.localName)
            && [...e.attributes].every((a) => !/^on|href/i.test(a.name));
        const strange = [...read.querySelectorAll('*')].filter((e) => !isPlain(e));
        return { errors: texts('parsererror'), strange: strange.map((e) => e.outerHTML),
            titles: texts('polygon > title'), texts: texts('text') };";
    let read = page.script(read, vec![json!(text)]).await?;
    Ok(serde_json::from_value(read)?)
}

#[test]
fn a_saved_chart_with_hostile_names_is_a_picture_and_nothing_else() -> Result<()> {
    const PILLAR: &str = "<a href='#'>&lt;\"甲";
    scenario("save_hostile_chart", async |page| {
        let [image, script, .., entity, _, _] = names();
        let villages = [image.as_str(), &script, &entity];
        import_leaders(page, &villages).await?;
        open_node(page, "A").await?;
        set(page, "zh", PILLAR).await?;
        page.type_into("#fw-reason", "改名").await?;
        page.click("button", "采用指标体系").await?;
        page.text("set_framework").await?;

        let read = saved_triangle(page).await?;
        ensure!(read.errors.is_empty(), "no XML: {read:?}");
        ensure!(read.strange.is_empty(), "{:?}", read.strange);
        let expected: BTreeSet<String> = villages.map(str::to_owned).into();
        ensure!(read.titles == expected, "{:?}", read.titles);
        for name in villages.into_iter().chain([PILLAR]) {
            ensure!(read.texts.contains(name), "{name} is not in {read:?}");
        }
        is_only_text(page, "the triangle").await?;
        let hacked: Value = page.script("return window.hacked ?? null;", vec![]).await?;
        ensure!(hacked.is_null(), "something ran");
        page.console_is_quiet().await
    })
}

/// A form feed and a noncharacter may stand in a file and in a page, but not in XML.
#[test]
fn a_saved_chart_is_xml_whatever_characters_a_name_has() -> Result<()> {
    scenario("save_odd_chart", async |page| {
        import_leaders(page, &["甲\u{c}一", "乙\u{fffe}二", "丙&nbsp;三"]).await?;
        let read = saved_triangle(page).await?;
        ensure!(read.errors.is_empty(), "no XML: {read:?}");
        ensure!(read.titles.len() == 3, "{:?}", read.titles);
        ensure!(read.titles.contains("丙&nbsp;三"), "{:?}", read.titles);
        page.console_is_quiet().await
    })
}
