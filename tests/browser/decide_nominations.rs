//! A reviewer goes through the queue with the keyboard, decides with a reason, and
//! finds the decisions again.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::framework::Language;
use dhi_engine::ids::UnitCode;
use dhi_engine::pipeline::run;
use dhi_engine::report::grade_text;
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::Verdict;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::{Page, scenario};
use crate::honest_ranks::{demonstration, inputs, native, wait_for_intervals};
use crate::pdf_text::words;

/// Index in the register of the row looked at.
pub(crate) async fn chosen(page: &Page) -> Result<usize> {
    let script = "return document.querySelector('.queue__row[aria-selected=true]')?.dataset.unit;";
    page.until("a row is chosen", async || {
        let found = page.script(script, vec![]).await?;
        Ok(found.as_str().and_then(|text| text.parse().ok()))
    })
    .await
}

async fn queue_length(page: &Page) -> Result<usize> {
    let script = "return Number(document.querySelector('.queue__row')?.ariaSetSize ?? 0);";
    let n = page.script(script, vec![]).await?;
    Ok(n.as_u64().unwrap_or(0) as usize)
}

pub(crate) async fn press(page: &Page, key: &str) -> Result<()> {
    let script = "document.body.dispatchEvent(new KeyboardEvent('keydown',
        { key: arguments[0], bubbles: true, cancelable: true }));";
    page.script(script, vec![json!(key)]).await?;
    Ok(())
}

async fn show(page: &Page, name: &str) -> Result<()> {
    let script = "const list = document.querySelector('[data-testid=queue-show]');
        list.value = arguments[0];
        list.dispatchEvent(new Event('change', { bubbles: true }));";
    page.script(script, vec![json!(name)]).await?;
    Ok(())
}

/// Decides about the committee looked at by the key of a choice, once the page says that it
/// goes against what is shown, or does not.
pub(crate) async fn decide(page: &Page, key: &str, reason: &str, is_against: bool) -> Result<()> {
    press(page, key).await?;
    let script = "const notice = document.querySelector('[data-testid=decision] .notice');
        return document.querySelector('[name=decision]:checked') && notice && !notice.hidden;";
    page.until("what the choice goes against is said", async || {
        let found = page.script(script, vec![]).await?;
        Ok((found == json!(is_against)).then_some(()))
    })
    .await?;
    page.fill("textbox", "理由（必填）", reason).await?;
    page.click("button", "记录决定").await
}

/// Of a list of decisions, of the last about a committee: choice, grade, line, restriction,
/// and whether it goes against them.
pub(crate) fn columns_of(text: &str, unit: &UnitCode) -> Result<Vec<String>> {
    let plain = text.trim_start_matches('\u{feff}');
    let mut lines = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(plain.as_bytes());
    let heads = lines.headers()?.clone();
    let rows = lines.records().collect::<Result<Vec<_>, _>>()?;
    let row = rows.iter().rfind(|row| row[0] == *unit.as_str());
    let row = row.context("no decision")?;
    let columns = [
        "决定",
        "等级",
        "推荐线",
        "限制性情形",
        "与作决定时所示的限制或推荐线不一致",
    ];
    let cells = columns.map(|name| {
        let at = heads.iter().position(|head| head == name);
        let at = at.with_context(|| format!("no {name} in {heads:?}"))?;
        Ok(row[at].to_owned())
    });
    cells.into_iter().collect()
}

/// The list on paper has what the exported one says of every decision, lying on its side.
async fn on_paper(page: &Page, exported: &str, markup: &str) -> Result<()> {
    let n_sheets = page.paper("decisions").await?;
    ensure!(n_sheets == 1, "{n_sheets} sheets for three lines");
    let pdf = page.printed().await?;
    let content = String::from_utf8_lossy(&pdf);
    let (_, size) = content.split_once("/MediaBox [0 0 ").context("no size")?;
    let mut size = size
        .split([' ', ']'])
        .map_while(|side| side.parse::<f64>().ok());
    let size = size.next().zip(size.next()).context("no two sides")?;
    ensure!(size.0 > size.1, "upright paper: {size:?}");
    let words = words(&pdf)?;
    let plain = exported.trim_start_matches('\u{feff}');
    let mut lines = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(plain.as_bytes());
    let heads = lines.headers()?.clone();
    for row in lines.records() {
        let row = row?;
        let cell = |name: &str| {
            let at = heads.iter().position(|head| head == name);
            let at = at.with_context(|| format!("no {name} in {heads:?}"))?;
            Ok::<_, anyhow::Error>(&row[at])
        };
        let score = format!("{:.2}", cell("得分")?.parse::<f64>()?);
        let digest = cell("方法摘要")?.get(..12).context("no digest")?;
        let at = cell("时间")?.get(..16).context("no time")?;
        let at = [&at.replace('T', ""), "UTC"].concat();
        for text in [
            cell("代码")?,
            cell("决定")?,
            cell("名次")?,
            &score,
            digest,
            &at,
        ] {
            ensure!(words.contains(text), "no {text} on paper: {words}");
        }
        // A font may have the radical in place of a character of a name.
        for text in ["村", "镇（街道）", "等级", "理由"] {
            let text = cell(text)?;
            ensure!(markup.contains(text), "no {text} in {markup}");
        }
        let line = cell("推荐线")?.replace(' ', "");
        ensure!(words.contains(&line), "no {line} on paper: {words}");
    }
    Ok(())
}

/// The first committee of a list, once it is looked at.
async fn look_at(page: &Page, list: &str, unit: usize) -> Result<()> {
    show(page, list).await?;
    let script = "const rows = [...document.querySelectorAll('.queue__row')];
        rows.find((row) => row.dataset.unit === arguments[0])?.click();";
    page.until("the first of the list is chosen", async || {
        page.script(script, vec![json!(unit.to_string())]).await?;
        Ok((chosen(page).await? == unit).then_some(()))
    })
    .await
}

/// By the sides of the line that a native analysis has.
#[test]
fn a_decision_against_the_line_is_marked_and_one_where_it_is_open_is_not() -> Result<()> {
    scenario("decide_against", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        let (robust, tally) = native(inputs, &spec)?;
        let limits = robust.spec().limits;
        let first = |side: Verdict| {
            let mut order = outcome.ranks.order.iter().map(|unit| *unit as usize);
            let found = order.find(|unit| Verdict::of(tally.line_chance(*unit), limits) == side);
            found.context("no committee on that side")
        };
        page.open("#/review").await?;
        wait_for_intervals(page).await?;
        let mut expected = Vec::new();
        for (list, side, key, choice, words, is_against) in [
            ("misses", Verdict::Misses, "1", "推荐", "未到", true),
            ("meets", Verdict::Meets, "3", "暂缓", "到线", true),
            (
                "undetermined",
                Verdict::Undetermined,
                "1",
                "推荐",
                "未定",
                false,
            ),
        ] {
            let unit = first(side)?;
            look_at(page, list, unit).await?;
            decide(page, key, "虚构示例：理由", is_against).await?;
            page.text(&format!("已决定 {} / 85", expected.len() + 1))
                .await?;
            look_at(page, list, unit).await?;
            let script = "return document.querySelector('[data-testid=decisions]')?.innerText;";
            let past = page.until("the decision is told", async || {
                let found = page.script(script, vec![]).await?;
                Ok(found.as_str().map(str::to_owned))
            });
            let past = past.await?;
            let mark = "与作决定时所示的限制或推荐线不一致";
            ensure!(past.contains(mark) == is_against, "{past}");
            ensure!(past.contains(&format!("(得分 ≥ 60 · {words})")), "{past}");
            let grade = outcome.grades[unit];
            let framework = inputs.framework;
            let grade = grade_text(grade, &spec.bands, framework, Language::Chinese);
            let mark = if is_against { "是" } else { "否" };
            let line = format!("得分 ≥ 60 · {words}");
            let row = [
                choice.to_owned(),
                grade,
                line,
                String::new(),
                mark.to_owned(),
            ];
            expected.push((unit, row));
        }
        page.click("button", "导出决定清单").await?;
        let text = fs::read_to_string(page.downloaded("decisions").await?)?;
        for (unit, row) in expected {
            let found = columns_of(&text, &dataset.units().list()[unit].code)?;
            ensure!(found == row, "{found:?}, natively {row:?}");
        }
        // On paper too: two of the three.
        let printed = "return document.querySelector('.print-only').textContent";
        let printed = page.script(printed, vec![]).await?;
        let printed = printed.as_str().context("nothing to print")?;
        let n = printed
            .matches("与作决定时所示的限制或推荐线不一致")
            .count();
        ensure!(n == 2, "{n} marks in {printed}");
        on_paper(page, &text, printed).await?;
        page.fits_everywhere().await?;
        page.console_is_quiet().await
    })
}

#[test]
fn decisions_are_made_with_the_keyboard_and_kept_with_what_was_shown() -> Result<()> {
    scenario("decide", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        let (robust, tally) = native(inputs, &spec)?;

        page.open("#/review").await?;
        wait_for_intervals(page).await?;
        let order = &outcome.ranks.order;
        ensure!(chosen(page).await? == order[0] as usize);
        press(page, "j").await?;
        press(page, "j").await?;
        press(page, "k").await?;
        let unit = order[1] as usize;
        page.until("the second is chosen", async || {
            Ok((chosen(page).await? == unit).then_some(()))
        })
        .await?;

        // The undetermined are those of a native analysis.
        let limits = robust.spec().limits;
        let is_open = |unit: usize| {
            let chance = tally.line_chance(unit);
            Verdict::of(chance, limits) == Verdict::Undetermined
        };
        let undetermined = (0..dataset.units().len()).filter(|u| is_open(*u)).count();
        show(page, "undetermined").await?;
        page.until("only the undetermined are shown", async || {
            Ok((queue_length(page).await? == undetermined).then_some(()))
        })
        .await?;
        show(page, "all").await?;

        // Nothing is decided without a reason.
        press(page, "2").await?;
        let button = page.css("[data-testid=decide]").await?;
        ensure!(!button.is_enabled().await?, "decided without a reason");
        page.fill("textbox", "理由（必填）", "=材料需补充 <b>")
            .await?;
        page.click("button", "记录决定").await?;
        page.text("已决定 1 / 85").await?;
        page.click("button", "撤销").await?;
        page.text("已决定 0 / 85").await?;
        page.click("button", "重做").await?;
        page.text("已决定 1 / 85").await?;
        // The next one is up.
        page.until("the third is chosen", async || {
            Ok((chosen(page).await? == order[2] as usize).then_some(()))
        })
        .await?;

        page.text("已保存").await?;
        page.client.refresh().await?;
        wait_for_intervals(page).await?;
        page.text("已决定 1 / 85").await?;
        show(page, "review").await?;
        page.until("the decision is listed", async || {
            Ok((queue_length(page).await? == 1).then_some(()))
        })
        .await?;
        press(page, "j").await?;
        page.text("=材料需补充 <b>").await?;
        page.fits_everywhere().await?;
        page.picture("review-decided").await?;

        page.click("button", "导出决定清单").await?;
        let text = fs::read_to_string(page.downloaded("decisions").await?)?;
        let row = text
            .lines()
            .find(|line| line.contains("材料需补充"))
            .context("no row")?;
        let score = outcome.scores.composite().get(unit).value();
        let score = score.context("no score")?.to_string();
        let code = dataset.units().list()[unit].code.as_str();
        ensure!(row.starts_with(code) && row.contains(&score), "{row}");
        ensure!(row.contains("'=材料"), "a formula: {row}");
        ensure!(text.contains("# 虚构示例"), "not marked");
        page.console_is_quiet().await
    })
}
