//! A leader reads the ranking; what the browser computes is what any other
//! machine computes.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::frame::Dataset;
use dhi_engine::framework::Language;
use dhi_engine::pipeline::run;
use dhi_engine::report;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::{Page, SIZES, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::read_export::as_engine;

/// Waits until the ranking shows rows.
pub(crate) async fn wait_for_rows(page: &Page) -> Result<()> {
    page.css(".rank [data-code]").await?;
    Ok(())
}

/// Code and shown score of the first rows, in the order on the screen.
pub(crate) async fn first_rows(page: &Page, n: usize) -> Result<Vec<(String, String)>> {
    let script = "const rows = [...document.querySelectorAll('.rank [data-code]')]
            .filter((row) => row.checkVisibility())
            .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex);
        return rows.slice(0, arguments[0]).map((row) =>
            [row.dataset.code, row.querySelector('.rank__score').textContent]);";
    Ok(serde_json::from_value(
        page.script(script, vec![json!(n)]).await?,
    )?)
}

/// The scores as exported from the ranking, which must be open: those shown, in the
/// order shown.
pub(crate) async fn exported(page: &Page) -> Result<String> {
    page.click("button", "导出 CSV").await?;
    let file = page.downloaded("scores").await?;
    let text = fs::read_to_string(&file)?;
    // So that the next export cannot be taken for this one.
    fs::remove_file(file)?;
    Ok(text)
}

/// The villages of an export of the demonstration in the order of its register.
pub(crate) fn in_register_order(text: &str) -> Result<Vec<String>> {
    in_order_of(text, &demonstration()?)
}

/// The villages of an export in the order of their register, as the engine writes them.
pub(crate) fn in_order_of(text: &str, dataset: &Dataset) -> Result<Vec<String>> {
    let codes: Vec<&str> = dataset
        .units()
        .list()
        .iter()
        .map(|u| u.code.as_str())
        .collect();
    let table = as_engine(text, dataset.framework())?;
    let mut lines: Vec<String> = table.lines().map(str::to_owned).collect();
    // The header has no code and stays in front.
    lines.sort_by_key(|line| {
        let code = line.split(',').next().unwrap_or_default();
        codes.iter().position(|c| *c == code).map_or(0, |at| at + 1)
    });
    Ok(lines)
}

/// Fails unless an export of the demonstration holds the bits of a native run.
pub(crate) fn same_as_native(text: &str, spec: &Spec) -> Result<()> {
    let dataset = demonstration()?;
    let weights = WeightSet::from_framework(dataset.framework())?;
    same_as_run(text, &dataset, &weights, spec)
}

/// Fails unless an export of all villages holds the bits of a native run over this data.
pub(crate) fn same_as_run(
    text: &str,
    dataset: &Dataset,
    weights: &WeightSet,
    spec: &Spec,
) -> Result<()> {
    let table = in_order_of(text, dataset)?;
    let inputs = inputs(dataset)?;
    let outcome = run(inputs, weights, spec)?;
    let native = report::scores(inputs, &outcome, spec, Language::Chinese);
    let native = String::from_utf8(native.to_csv(&[]))?;
    // Numbers are written so that they read back as the same bits, so equal
    // text is equal bits, for every node of every village.
    let mut n_lines = 0;
    for (browser, native) in table
        .iter()
        .zip(native.trim_start_matches('\u{feff}').lines())
    {
        // What is known about the ranks may follow; `honest_ranks` compares that.
        let is_same = browser
            .strip_prefix(native)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(','));
        ensure!(is_same, "browser {browser}\nnative  {native}");
        n_lines += 1;
    }
    // The header is one of them.
    ensure!(n_lines == dataset.units().len() + 1, "{n_lines} lines");
    ensure!(text.contains(&outcome.digest), "another method digest");
    Ok(())
}

#[test]
fn the_browser_computes_the_bits_of_a_native_run() -> Result<()> {
    scenario("rank_bits", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        let text = exported(page).await?;
        ensure!(text.contains("虚构示例"), "the export is not marked");
        same_as_native(&text, &Spec::default())?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_leader_filters_sorts_and_opens_a_village_by_keyboard() -> Result<()> {
    scenario("rank_filter", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        page.text("显示 85 共 85").await?;
        let all = first_rows(page, 3).await?;
        let name = page
            .script(
                "return document.querySelector('.rank [data-code] .rank__unit').title;",
                vec![],
            )
            .await?;
        let name = name.as_str().context("no name")?.to_owned();
        page.fill("searchbox", "查找", &name).await?;
        page.text("显示 1 共 85").await?;
        page.fill("searchbox", "查找", "没有这个村").await?;
        page.text("没有符合条件的村").await?;
        page.click("button", "清除筛选").await?;
        page.text("显示 85 共 85").await?;
        page.click("button", "得分").await?;
        let upwards = first_rows(page, 3).await?;
        ensure!(upwards != all, "sorting changed nothing");
        page.script(
            "document.querySelector('.rank [data-active=true]').focus();",
            vec![],
        )
        .await?;
        page.press(fantoccini::key::Key::Down).await?;
        page.press(fantoccini::key::Key::Enter).await?;
        page.text("得分构成").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_village_accounts_for_its_score_to_the_last_bit() -> Result<()> {
    scenario("explain_village", async |page| {
        page.open("#/village").await?;
        let script = "const cell = document.querySelector('[data-testid=dossier] [data-sum]');
            return cell && [cell.dataset.sum, cell.dataset.score];";
        let (sum, score): (String, String) = page
            .until("the sum of contributions is shown", async || {
                Ok(serde_json::from_value(page.script(script, vec![]).await?)?)
            })
            .await?;
        ensure!(sum == score, "{sum} is not {score}");
        page.readme_picture("village").await
    })
}

#[test]
fn a_leader_finds_villages_by_the_first_letters_of_their_pinyin() -> Result<()> {
    // Every character of the invented names and its letter in any pinyin dictionary.
    const LETTERS: &str = "晴q砚y荻d漪y岚l棠t霁j芷z稔r穗s筠y澹d麓l渚z屿y汀t畴c崖y浔x陌m苇w甸d\
        湾w垭y坪p沱t坝b湖h岭l桥q村c";
    let letter = |c: char| {
        let mut letters = LETTERS.chars();
        letters
            .find(|l| *l == c)
            .and_then(|_| letters.next())
            .unwrap_or(c)
    };
    let data = demonstration()?;
    let spelled: Vec<String> = data
        .units()
        .list()
        .iter()
        .map(|unit| unit.name.chars().map(letter).collect())
        .collect();
    scenario("rank_pinyin", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        for typed in ["ql", "YZ", "wc", "r", "dzt"] {
            let fits = |name: &&String| name.contains(&typed.to_lowercase());
            let count = spelled.iter().filter(fits).count();
            ensure!(count < spelled.len(), "{typed} means all");
            page.fill("searchbox", "查找", typed).await?;
            page.text(&format!("显示 {count} 共 85")).await?;
        }
        page.console_is_quiet().await
    })
}

/// With every column the table is wider than the page: pushed aside, the names stay.
#[test]
fn names_stay_in_sight_beside_the_columns() -> Result<()> {
    scenario("frozen_names", async |page| {
        page.resize(SIZES[1]).await?;
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let all = "for (const box of document.querySelectorAll('.columns__one input'))
            if (!box.checked) box.click();";
        page.script(all, vec![]).await?;
        page.css(".rank [data-code] .rank__trend").await?;
        let push = "const body = document.querySelector('[data-testid=rank-body]');
            body.scrollIntoView();
            body.scrollLeft = 400;
            const name = document.querySelector('.rank [data-code] .rank__name');
            const [frame, box] = [body, name].map((part) => part.getBoundingClientRect());
            const seen = document.elementFromPoint(box.left + 8, box.top + box.height / 2);
            return [body.scrollLeft, box.left - frame.left, name.contains(seen)];";
        let found = page.script(push, vec![]).await?;
        let (pushed, from_edge, is_seen): (f64, f64, bool) = serde_json::from_value(found)?;
        ensure!(pushed == 400.0, "pushed by {pushed} px");
        ensure!(
            (0.0..=16.0).contains(&from_edge) && is_seen,
            "{from_edge} px, {is_seen}"
        );
        page.picture("ranking-pushed").await?;
        page.console_is_quiet().await
    })
}
