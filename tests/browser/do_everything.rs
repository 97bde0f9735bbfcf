//! A user's whole job from files to a decision: what every step shows and gives away
//! is what the engine computes natively from the same files.

use std::fs;
use std::io::Cursor;

use anyhow::{Context as _, Result, bail, ensure};
use calamine::{Data, Reader as _, Xlsx};
use dhi_engine::frame::Dataset;
use dhi_engine::framework::Language;
use dhi_engine::pipeline::{Outcome, run};
use dhi_engine::rank::Grade;
use dhi_engine::report::{self, number};
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{Robust, Tally};
use dhi_engine::weigh::WeightSet;
use serde_json::{Value, json};

use crate::decide_nominations::{chosen, press};
use crate::demo_files::{import_at, imported};
use crate::driver::{Page, scenario, variable};
use crate::explain_village::interval_words;
use crate::honest_ranks::{
    demonstration, inputs, native_under, wait_for_intervals, with_certainty,
};
use crate::look_everywhere::PAGES;
use crate::open_single_file::{loaded, without_network};
use crate::rank_villages::{exported, in_order_of, same_as_run, wait_for_rows};
use crate::read_export::columns_of;

const N_VILLAGES: u32 = 60;
/// The pillar whose weight is tuned, and where its slider is moved, in percent.
const TUNED: &str = "群众评价";
const STOPS: [f64; 3] = [40.0, 55.0, 62.0];
const SCENARIO: &str = "群众优先";
/// One that a spreadsheet would take for a formula.
const REASON: &str = "=材料已核对";

/// What a native run has under some weights.
struct Native<'a> {
    weights: WeightSet,
    outcome: Outcome,
    robust: Robust<'a>,
    tally: Tally,
}

impl<'a> Native<'a> {
    fn under(dataset: &'a Dataset, weights: WeightSet) -> Result<Self> {
        let (inputs, spec) = (inputs(dataset)?, Spec::default());
        let outcome = run(inputs, &weights, &spec)?;
        let (robust, tally) = native_under(inputs, &weights, &spec)?;
        Ok(Self {
            weights,
            outcome,
            robust,
            tally,
        })
    }

    fn score(&self, unit: usize) -> Result<f64> {
        let score = self.outcome.scores.composite().get(unit).value();
        score.context("no score")
    }

    fn rank(&self, unit: usize) -> Result<u32> {
        Ok(self.outcome.ranks.overall[unit].context("no rank")?.0)
    }

    /// Name of the grade, its place from the best, and how many there are.
    fn grade(&self, unit: usize) -> Result<(String, u32, usize)> {
        let Grade::Band(at) = self.outcome.grades[unit] else {
            bail!("no grade");
        };
        let bands = Spec::default().bands;
        let band = bands.list().get(at as usize).context("no band")?;
        Ok((band.name.zh.clone(), at + 1, bands.list().len()))
    }
}

/// The scheme's weights with the tuned pillar where its slider is left; the others keep
/// their proportion, as the page says they do.
fn tuned(dataset: &Dataset) -> Result<WeightSet> {
    let framework = dataset.framework();
    let given = WeightSet::from_framework(framework)?;
    let root = framework.composite();
    let children = &framework.node(root).children;
    let is_tuned = |at: usize| framework.node(children[at]).name.zh == TUNED;
    let share = |at: usize| given.shares()[children[at].at()];
    let places = 0..children.len();
    let others: f64 = places.clone().filter(|at| !is_tuned(*at)).map(share).sum();
    let target = STOPS[STOPS.len() - 1] / 100.0;
    let moved: Vec<f64> = places
        .map(|at| {
            if is_tuned(at) {
                target
            } else {
                share(at) / others * (1.0 - target)
            }
        })
        .collect();
    Ok(given.with_children(framework, root, &moved)?)
}

/// Opens the ranking, waits for what is known about the ranks, and exports it.
async fn ranking(page: &Page, address: &str) -> Result<String> {
    page.open_at(&format!("{address}#/ranking")).await?;
    wait_for_rows(page).await?;
    wait_for_intervals(page).await?;
    exported(page).await
}

/// Fails unless the ranking, with all that is known about its ranks, has the bits of a
/// native run; returns the export.
async fn ranking_is(
    page: &Page,
    address: &str,
    dataset: &Dataset,
    native: &Native<'_>,
) -> Result<String> {
    let text = ranking(page, address).await?;
    same_as_run(&text, dataset, &native.weights, &Spec::default())?;
    ensure!(text.contains(&native.robust.digest()), "another analysis");
    // The mark of invented data stays while a village of the demonstration is left.
    let invented = demonstration()?;
    let mut units = dataset.units().list().iter();
    let is_marked = units.any(|unit| invented.units().find(&unit.code).is_some());
    ensure!(text.contains("# 虚构示例") == is_marked, "the mark");
    let lines = with_certainty(inputs(dataset)?, &native.outcome, &native.tally)?;
    let browser = in_order_of(&text, dataset)?;
    ensure!(browser.len() == lines.len(), "{} lines", browser.len());
    for (browser, native) in browser.iter().zip(&lines) {
        ensure!(browser == native, "browser {browser}\nnative  {native}");
    }
    Ok(text)
}

/// Moves the slider, sees the ranking follow, and keeps the weights as a scenario.
async fn tune(page: &Page, address: &str) -> Result<()> {
    page.open_at(&format!("{address}#/weights")).await?;
    wait_for_rows(page).await?;
    let slider = page.role("slider", TUNED).await?;
    page.drag(&slider, &STOPS).await?;
    page.text("合计 100.0%").await?;
    page.fill("textbox", "方案名称", SCENARIO).await?;
    page.click("button", "存为方案").await?;
    page.text(SCENARIO).await?;
    Ok(())
}

/// A village's page and its letter say the score, rank and grade of a native run.
async fn village_is(
    page: &Page,
    address: &str,
    dataset: &Dataset,
    native: &Native<'_>,
    unit: usize,
) -> Result<()> {
    let about = &dataset.units().list()[unit];
    let (score, rank) = (native.score(unit)?, native.rank(unit)?);
    // Who has no rank is behind nobody.
    let n_ranked = native.outcome.ranks.overall.iter().flatten().count();
    let (grade, nth, n_grades) = native.grade(unit)?;
    page.open_at(&format!("{address}#/village/{}", about.code))
        .await?;
    page.css("[data-testid=score]").await?;
    page.css("[data-testid=dossier] [data-score]").await?;
    let script = "const score = document.querySelector('[data-testid=score]');
        const head = score.closest('.village');
        const name = head.querySelector('.village__name').textContent;
        const total = document.querySelector('[data-testid=dossier] [data-score]').dataset;
        return [name, score.textContent, head.querySelector('.facts dd').textContent,
            total.score, total.sum];";
    let shown = page.script(script, vec![]).await?;
    let whole = number(score);
    let (shown_score, shown_rank) = (format!("{score:.2}"), format!("{rank} / {n_ranked}"));
    let expected = json!([about.name, shown_score, shown_rank, whole, whole]);
    ensure!(shown == expected, "{shown}, natively {expected}");
    let badge = "return document.querySelector('.village__score').textContent;";
    let badge = page.script(badge, vec![]).await?;
    let has_grade = badge.as_str().is_some_and(|badge| badge.contains(&grade));
    ensure!(has_grade, "{badge}, natively {grade}");

    page.click("button", "说明信").await?;
    let interval = native.tally.interval(unit, 0.9).context("no interval")?;
    let certain = interval_words(interval);
    page.text(&certain).await?;
    let letter = "return document.querySelector('[data-testid=letter]').innerText;";
    let letter = page.script(letter, vec![]).await?;
    let letter = letter.as_str().context("no letter")?;
    for words in [
        format!("{}履职健康指数说明", about.name),
        format!("得 {score:.2} 分（满分 100 分）。"),
        format!("{grade}”："),
        format!("在 {n_grades} 档里从好到差排第 {nth} 档"),
        format!("在 {n_ranked} 个村里排第 {rank} 名"),
        certain,
        format!("方法摘要 {}", native.outcome.digest),
    ] {
        ensure!(letter.contains(&words), "“{words}” is not in {letter}");
    }
    Ok(())
}

/// Goes down the queue to a place and decides about the village there with a reason.
async fn decide(page: &Page, address: &str, native: &Native<'_>, place: usize) -> Result<()> {
    page.open_at(&format!("{address}#/review")).await?;
    wait_for_intervals(page).await?;
    for (at, unit) in native.outcome.ranks.order[..=place].iter().enumerate() {
        if at > 0 {
            press(page, "j").await?;
        }
        page.until(&format!("place {at} is chosen"), async || {
            Ok((chosen(page).await? == *unit as usize).then_some(()))
        })
        .await?;
    }
    press(page, "2").await?;
    page.fill("textbox", "理由（必填）", REASON).await?;
    page.click("button", "记录决定").await?;
    page.text(&format!("已决定 1 / {N_VILLAGES}")).await?;
    Ok(())
}

/// The list of decisions, as exported.
async fn decisions(page: &Page, address: &str) -> Result<String> {
    page.open_at(&format!("{address}#/review")).await?;
    page.text(&format!("已决定 1 / {N_VILLAGES}")).await?;
    page.click("button", "导出决定清单").await?;
    let file = page.downloaded("decisions").await?;
    let text = fs::read_to_string(&file)?;
    // So that the next export cannot be taken for this one.
    fs::remove_file(file)?;
    Ok(text)
}

/// Fails unless the list has the one decision with what a native run has.
fn decision_is(text: &str, dataset: &Dataset, native: &Native<'_>, unit: usize) -> Result<()> {
    let plain = text.trim_start_matches('\u{feff}');
    let mut lines = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(plain.as_bytes());
    let header = lines.headers()?.clone();
    let rows = lines.records().collect::<Result<Vec<_>, _>>()?;
    ensure!(rows.len() == 1, "{text}");
    let about = &dataset.units().list()[unit];
    let (period, _) = dataset.latest().context("no period")?;
    let chance = native.tally.line_chance(unit).context("no chance")?;
    for (column, expected) in [
        ("代码", about.code.to_string()),
        ("村", about.name.clone()),
        ("期间", period.to_string()),
        ("决定", "复核".to_owned()),
        ("理由", ["'", REASON].concat()),
        ("得分", number(native.score(unit)?)),
        ("名次", native.rank(unit)?.to_string()),
        ("到线可能", number(chance)),
        ("方法摘要", native.outcome.digest.clone()),
    ] {
        let at = header.iter().position(|name| name == column);
        let at = at.with_context(|| format!("no {column} in {header:?}"))?;
        let found = &rows[0][at];
        ensure!(found == expected, "{column}: {found}, natively {expected}");
    }
    Ok(())
}

/// Fails unless every cell of the ranking's workbook is that of a native run.
async fn workbook_is(
    page: &Page,
    address: &str,
    dataset: &Dataset,
    native: &Native<'_>,
) -> Result<()> {
    page.open_at(&format!("{address}#/ranking")).await?;
    wait_for_rows(page).await?;
    page.click("button", "导出 XLSX").await?;
    let file = page.downloaded(".xlsx").await?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(fs::read(&file)?))?;
    fs::remove_file(file)?;
    let sheet = workbook.worksheet_range("scores")?;
    let mut rows = sheet.rows();
    let head = rows.by_ref().find(|row| row[0] == "代码");
    let head = head.context("no header")?;
    let spec = Spec::default();
    let table = report::scores(inputs(dataset)?, &native.outcome, &spec, Language::Chinese);
    let names: Vec<String> = head.iter().map(ToString::to_string).collect();
    let mut columns = columns_of(&names, dataset.framework())?;
    // What is known about the ranks follows.
    columns.truncate(table.header.len());
    let ids = columns.iter().map(|(_, id)| id);
    ensure!(ids.eq(&table.header), "{columns:?}");
    let as_text = |row: &[Data]| -> Vec<String> {
        let cells = columns.iter().map(|(at, _)| &row[*at]);
        cells.map(ToString::to_string).collect()
    };
    let score = names.iter().position(|name| name == "得分");
    let score = score.context("no scores")?;
    let expected_score = table.header.iter().position(|name| name == "score");
    let expected_score = expected_score.context("no native scores")?;
    let mut n_rows = 0;
    for row in rows {
        let code = row[0].to_string();
        let expected = table.rows.iter().find(|row| row[0] == code);
        let expected = expected.with_context(|| format!("no village {code}"))?;
        // Both write the shortest text that reads back as the same bits.
        ensure!(as_text(row) == *expected, "{row:?}, natively {expected:?}");
        let is_number = matches!(row[score], Data::Float(_)) || expected[expected_score].is_empty();
        ensure!(is_number, "{} is text", row[score]);
        n_rows += 1;
    }
    ensure!(n_rows == dataset.units().len(), "{n_rows} rows");
    Ok(())
}

/// The whole job in the app that lies at an address; returns what the page had loaded
/// until it was loaded again.
async fn job(page: &Page, address: &str) -> Result<Value> {
    let dataset = imported(N_VILLAGES)?;
    let given = Native::under(&dataset, WeightSet::from_framework(dataset.framework())?)?;
    let native = Native::under(&dataset, tuned(&dataset)?)?;
    // The first that the weight moves, so that nothing of former weights passes for it.
    let order = &native.outcome.ranks.order;
    let ranks = |of: &Native<'_>, unit: u32| of.outcome.ranks.overall[unit as usize];
    let place = order
        .iter()
        .position(|unit| ranks(&native, *unit) != ranks(&given, *unit))
        .context("the weight moves no village")?;
    let unit = order[place] as usize;

    import_at(page, address, N_VILLAGES).await?;
    let at_first = loaded(page).await?;
    ranking_is(page, address, &dataset, &given).await?;
    tune(page, address).await?;
    let scores = ranking_is(page, address, &dataset, &native).await?;
    village_is(page, address, &dataset, &native, unit).await?;
    decide(page, address, &native, place).await?;
    let decided = decisions(page, address).await?;
    decision_is(&decided, &dataset, &native, unit)?;
    workbook_is(page, address, &dataset, &native).await?;

    page.text("已保存").await?;
    let until_now = loaded(page).await?;
    ensure!(until_now == at_first, "{until_now}, at first {at_first}");
    page.client.refresh().await?;
    let again = ranking(page, address).await?;
    ensure!(again == scores, "after a reload\n{again}\nbefore\n{scores}");
    let again = decisions(page, address).await?;
    ensure!(
        again == decided,
        "after a reload\n{again}\nbefore\n{decided}"
    );
    // The scenario brings its weights back in place of others.
    page.open_at(&format!("{address}#/weights")).await?;
    wait_for_rows(page).await?;
    page.text(SCENARIO).await?;
    page.click("button", "方案权重").await?;
    ranking_is(page, address, &dataset, &given).await?;
    page.open_at(&format!("{address}#/weights")).await?;
    page.click("button", "采用").await?;
    let again = ranking_is(page, address, &dataset, &native).await?;
    ensure!(again == scores, "the scenario\n{again}\nbefore\n{scores}");
    page.console_is_quiet().await?;
    Ok(until_now)
}

#[test]
fn a_whole_job_has_the_numbers_of_a_native_run_at_every_step() -> Result<()> {
    scenario("whole_job", async |page| {
        job(page, &variable("DHI_APP_URL")?).await?;
        page.stayed_local().await
    })
}

#[test]
fn the_single_file_does_a_whole_job_and_asks_for_nothing() -> Result<()> {
    scenario("whole_job_single_file", async |page| {
        let address = without_network(page).await?;
        let before = job(page, &address).await?;
        // Nor does any page that the job did not come to.
        for (name, ready) in PAGES {
            let go = "location.hash = arguments[0];";
            page.script(go, vec![json!(format!("#/{name}"))]).await?;
            page.css(ready).await?;
        }
        for loaded in [before, loaded(page).await?] {
            ensure!(loaded == json!([]), "{loaded} was loaded");
        }
        Ok(())
    })
}
