//! An item under supervision caps the grade of its village, and nothing else of it; the
//! capped grade stands wherever a grade does.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::calendar::Day;
use dhi_engine::frame::Unit;
use dhi_engine::gate::{Cause, Gate, GateRules, grade};
use dhi_engine::pipeline::{Outcome, run};
use dhi_engine::rank::Grade;
use dhi_engine::report::number;
use dhi_engine::signoff::Role;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::decide_nominations::{columns_of, decide, press};
use crate::decide_rules::part;
use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::{demonstration, inputs, wait_for_intervals};
use crate::rank_villages::{exported, first_rows, wait_for_rows};
use crate::sign_off::{act, become_};

/// What a part of the page says, once it says this.
async fn says(page: &Page, part: &str, words: &str) -> Result<String> {
    let script = "return document.querySelector(`[data-testid=${arguments[0]}]`)?.innerText ?? ''";
    page.until(&format!("{part} says “{words}”"), async || {
        let found = page.script(script, vec![json!(part)]).await?;
        let found = found.as_str().unwrap_or_default().to_owned();
        Ok(found.contains(words).then_some(found))
    })
    .await
}

async fn gates(page: &Page, words: &str) -> Result<String> {
    says(page, "gates", words).await
}

/// Goes to a page without loading anything again.
async fn go(page: &Page, address: &str) -> Result<()> {
    page.script("location.hash = arguments[0];", vec![json!(address)])
        .await?;
    Ok(())
}

/// What stands as the grade in the ranking's row of a village, and what it says when
/// pointed at; once that has the mark of a cap, or has none.
async fn grade_in_row(page: &Page, unit: &Unit, is_capped: bool) -> Result<(String, String)> {
    let script = "const row = document.querySelector(`.rank [data-code='${arguments[0]}']`);
        const grade = row?.querySelector('.rank__grade .band');
        return grade ? [grade.textContent, grade.title] : null;";
    let code = unit.code.as_str();
    page.until("the row says the grade that counts", async || {
        let found = page.script(script, vec![json!(code)]).await?;
        let found: Option<(String, String)> = serde_json::from_value(found)?;
        Ok(found.filter(|(words, _)| words.ends_with('*') == is_capped))
    })
    .await
}

/// Cells of a row of an exported table under these heads.
fn cells<'t>(text: &'t str, code: &str, heads: &[&str]) -> Result<Vec<&'t str>> {
    let text = text.trim_start_matches('\u{feff}');
    let lines = text.lines().filter(|line| !line.starts_with("# "));
    let lines: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let head = lines.first().context("no header")?;
    let row = lines.iter().find(|row| row[0] == code).context("no row")?;
    let at = |name: &&str| head.iter().position(|head| head == name);
    let at = heads.iter().map(|name| at(name).context("no such column"));
    at.map(|at| Ok(row[at?])).collect()
}

/// Everything that lists the best village says the grade that counts, and that a cap made
/// it so; its score and rank are those of before.
async fn rows_say_it(
    page: &Page,
    (native, unit, best): (&Outcome, &Unit, usize),
    [raw, capped]: [&str; 2],
) -> Result<()> {
    let code = unit.code.as_str();
    let score = native.scores.composite().get(best).value();
    let score = score.context("no score")?;
    go(page, "#/ranking").await?;
    wait_for_rows(page).await?;
    wait_for_intervals(page).await?;
    let (words, title) = grade_in_row(page, unit, true).await?;
    ensure!(words.contains(capped) && !words.contains(raw), "{words}");
    ensure!(title.ends_with(&format!("按得分：{raw}")), "{title}");
    let first = (code.to_owned(), format!("{score:.2}"));
    ensure!(first_rows(page, 1).await? == [first], "another is first");
    page.text("受限制性情形封顶，得分和名次不变").await?;

    // Narrowed by grade it is among those it counts as.
    let n_in = |band: u32| {
        let is_in = |grade: &&Grade| **grade == Grade::Band(band);
        native.grades.iter().filter(is_in).count()
    };
    let choose = "const list = [...document.querySelectorAll('main select')]
            .find((list) => [...list.options].some((o) => o.value === 'none'));
        list.value = arguments[0];
        list.dispatchEvent(new Event('change', { bubbles: true }));";
    for (band, n) in [("0", n_in(0) - 1), ("1", n_in(1) + 1)] {
        page.script(choose, vec![json!(band)]).await?;
        page.text(&format!("显示 {n} 共 85 个村")).await?;
    }
    page.script(choose, vec![json!("")]).await?;
    page.text("显示 85 共 85 个村").await?;
    let text = exported(page).await?;
    let heads = ["按得分的等级", "等级", "封顶原因", "全县名次", "得分"];
    let found = cells(&text, code, &heads)?;
    let expected = [raw, capped, "挂牌督办或长期逾期", "1", &number(score)];
    ensure!(found == expected, "{found:?}");
    let printed = "window.dispatchEvent(new Event('beforeprint'));
        const done = arguments[0];
        setTimeout(() => {
            const row = document.querySelector('[data-testid=print] tbody tr');
            const cells = [...row.children].map((cell) => cell.textContent);
            window.dispatchEvent(new Event('afterprint'));
            done(cells);
        }, 200);";
    let row = page.client.execute_async(printed, vec![]).await?;
    let row: Vec<String> = serde_json::from_value(row)?;
    let grade = format!("{capped}* · 受限制性情形封顶，得分和名次不变；按得分：{raw}");
    ensure!(row[0] == "1" && row[7] == grade, "{row:?}");

    go(page, "#/overview").await?;
    let spread = says(page, "spread", "1 个村的等级受限制性情形封顶").await?;
    ensure!(spread.contains("仍按得分"), "{spread}");
    let bands = says(page, "bands", capped).await?;
    for n in [n_in(0) - 1, n_in(1) + 1] {
        let share = n as f64 / 85.0 * 100.0;
        let words = format!("{n} ({share:.1}%)");
        ensure!(bands.contains(&words), "no {words} in {bands}");
    }

    // 推荐 goes against the cap: it is said before and after it is recorded.
    go(page, "#/review").await?;
    wait_for_intervals(page).await?;
    page.css(&format!("#queue-{best}[aria-selected=true]"))
        .await?;
    let queue = says(page, "queue", &format!("{capped}*")).await?;
    ensure!(queue.matches('*').count() == 1, "{queue}");
    decide(page, "1", "虚构示例：整改已近完成", true).await?;
    press(page, "k").await?;
    let past = says(page, "decisions", "与作决定时所示的限制或推荐线不一致").await?;
    let shown = format!("等级 {capped} · 受限制性情形封顶");
    ensure!(past.contains(&shown), "{past}");
    ensure!(!past.contains("R-1"), "{past}");
    page.click("button", "导出决定清单").await?;
    let text = fs::read_to_string(page.downloaded("decisions").await?)?;
    let found = columns_of(&text, &unit.code)?;
    let cap = "受限制性情形封顶，得分和名次不变";
    ensure!(
        found == ["推荐", capped, "得分 ≥ 60 · 到线", cap, "是"],
        "{found:?}"
    );
    ensure!(!text.contains("R-1"), "{text}");
    page.click("button", "撤销").await?;
    Ok(())
}

#[test]
fn supervision_caps_the_grade_and_leaves_the_score() -> Result<()> {
    scenario("restrictions", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let native = run(inputs, &weights, &spec)?;
        let best = *native.ranks.order.first().context("no village")? as usize;
        let unit = &inputs.units.list()[best];
        let code = unit.code.as_str();
        let score = native.scores.composite().get(best).value();
        let score = score.context("no score")?;
        let village = format!("#/village/{code}");

        page.open(&village).await?;
        gates(page, "没有引出限制性情形").await?;
        let shown = format!("{score:.2}");
        page.text(&shown).await?;

        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::Inspection, "").await?;
        let facts = [
            ("item", "R-1"),
            ("village", code),
            ("lead", "农业农村局"),
            ("problem", "虚构示例：账目未公开"),
            ("kind", "by_date"),
        ];
        act(page, "open", &facts).await?;
        let due = [("liable", "村党组织书记"), ("due", "2900-01-01")];
        act(page, "assign", &due).await?;
        become_(page, Role::LeadingGroup, "").await?;
        act(page, "list", &[("level", "县级"), ("due", "2900-02-01")]).await?;
        page.text("挂牌督办").await?;

        // What the engine makes of the same restriction.
        let today: Day = "2900-01-01".parse()?;
        let gate = Gate {
            village: code.to_owned(),
            person: String::new(),
            cause: Cause::Supervised,
            reason: "r".into(),
            basis: "b".into(),
            approver: "a".into(),
            start: today,
            end: None,
            appeal: String::new(),
        };
        let rules = GateRules::default();
        let capped = grade(
            score,
            &spec.bands,
            spec.rank.tolerance,
            &[gate],
            &rules,
            (code, today),
        );
        ensure!(capped.raw != capped.capped, "the cap has nothing to do");
        let band = |at: usize| spec.bands.list()[at].name.zh.clone();
        for address in [village.as_str(), "#/review"] {
            page.open(address).await?;
            let words = format!("{}”。得分和名次不变", band(capped.capped));
            let found = gates(page, &words).await?;
            ensure!(found.contains(&band(capped.raw)), "{found}");
            ensure!(found.contains("事项 R-1 挂牌督办未结"), "{found}");
            ensure!(found.contains("待确认"), "{found}");
            page.text(&shown).await?;
        }
        let words = [band(capped.raw), band(capped.capped)];
        let words = [words[0].as_str(), words[1].as_str()];
        rows_say_it(page, (&native, unit, best), words).await?;
        go(page, &village).await?;
        gates(page, "得分和名次不变").await?;
        let show = "document.querySelector('[data-testid=gates]').scrollIntoView();";
        for scheme in [Scheme::Light, Scheme::Dark] {
            page.prefer(scheme).await?;
            for size in SIZES {
                page.resize(size).await?;
                page.script(show, vec![]).await?;
                page.picture(&format!("gates-{scheme:?}-{}", size.0))
                    .await?;
            }
        }
        page.fits_everywhere().await?;

        // The letter to the village says the grade that counts, and that the score stays.
        let letter = village.replace("#/village/", "#/letter/");
        page.open(&letter).await?;
        let words = format!("{}”使用；得分不变", band(capped.capped));
        let told = says(page, "letter", &words).await?;
        ensure!(told.contains(&band(capped.raw)), "{told}");
        ensure!(told.contains(&format!("{score:.2}")), "{told}");
        ensure!(!told.contains("R-1"), "{told}");

        // Another village's office is not told of the item, only that there is a cap.
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::VillageParty, "990000100201").await?;
        page.open(&village).await?;
        let found = gates(page, &band(capped.capped)).await?;
        ensure!(!found.contains("R-1"), "{found}");

        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::LeadingGroup, "").await?;
        act(page, "unlist", &[("reason", "已整改")]).await?;
        page.text("摘牌").await?;
        go(page, &village).await?;
        gates(page, "没有引出限制性情形").await?;
        // Rows follow as well, without loading the page again.
        go(page, "#/ranking").await?;
        let (words, title) = grade_in_row(page, unit, false).await?;
        ensure!(words.contains(&band(capped.raw)), "{words}");
        ensure!(title.is_empty(), "{title}");
        page.console_is_quiet().await
    })
}

/// An item due tomorrow caps nothing today, and the grade 40 days later, with the page
/// open all the while.
#[test]
fn a_new_day_brings_its_restrictions() -> Result<()> {
    scenario("new_day", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let native = run(inputs, &weights, &Spec::default())?;
        let best = *native.ranks.order.first().context("no village")? as usize;
        let unit = &inputs.units.list()[best];
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        become_(page, Role::Inspection, "").await?;
        let facts = [
            ("item", "R-1"),
            ("village", unit.code.as_str()),
            ("lead", "农业农村局"),
            ("problem", "虚构示例：账目未公开"),
            ("kind", "by_date"),
        ];
        act(page, "open", &facts).await?;
        let tomorrow = "const day = new Date(Date.now() + 864e5);
            return new Date(day - day.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);";
        let tomorrow = page.script(tomorrow, vec![]).await?;
        let tomorrow = tomorrow.as_str().context("no day")?;
        let due = [("liable", "村党组织书记"), ("due", tomorrow)];
        act(page, "assign", &due).await?;
        go(page, "#/ranking").await?;
        wait_for_rows(page).await?;
        grade_in_row(page, unit, false).await?;
        let later = "const Real = Date, ahead = 40 * 864e5;
            window.Date = class extends Real {
                constructor(...given) {
                    super(...(given.length ? given : [Real.now() + ahead]));
                }
                static now() { return Real.now() + ahead; }
            };
            window.dispatchEvent(new Event('focus'));";
        page.script(later, vec![]).await?;
        grade_in_row(page, unit, true).await?;
        page.console_is_quiet().await
    })
}

/// Who was in post from January to March answers for 90 days of the year, who came in
/// April joined late, and who changed the post in April did neither.
#[test]
fn who_joined_in_the_middle_is_not_the_committee() -> Result<()> {
    scenario("posts_held", async |page| {
        page.open("#/signoff").await?;
        page.css("#so-role").await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let native = run(inputs, &weights, &Spec::default())?;
        // 连任提名 begins with the first.
        let best = *native.ranks.order.first().context("no village")? as usize;
        let village = inputs.units.list()[best].code.as_str();
        ensure!(dataset.latest().context("a period")?.0.as_str() == "2026");
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("任职.csv");
        let held = format!(
            "村代码,人员代码,职务,任职日期,离任日期\n\
             {village},A-1,主任,2020-01-01,2026-03-31\n{village},A-2,主任,2026-04-01,\n\
             {village},A-3,委员,2020-01-01,2026-03-31\n{village},A-3,副主任,2026-04-01,\n"
        );
        fs::write(&path, held)?;
        become_(page, Role::Organisation, "").await?;
        part(page, "office", "文件").await?;
        page.choose_file("#so-decide", &path).await?;
        page.text("任职.csv").await?;
        for address in [format!("#/village/{village}"), "#/review".into()] {
            go(page, &address).await?;
            let found = gates(page, "任职情况").await?;
            let lines: Vec<&str> = found.lines().collect();
            let line = |person: &str| {
                let line = lines.iter().find(|line| line.contains(person));
                line.copied().context("no such person")
            };
            ensure!(line("A-1")?.contains("主任 A-1 · 90/"), "{found}");
            ensure!(line("A-1")?.ends_with("中途离任"), "{found}");
            ensure!(line("A-2")?.ends_with("中途到任"), "{found}");
            ensure!(line("A-3")?.starts_with("委员、副主任 A-3"), "{found}");
            ensure!(line("A-3")?.ends_with(" 天"), "{found}");
            ensure!(found.contains("按 2026-01-01 至 "), "{found}");
        }
        let show = "document.querySelector('[data-testid=posts]').scrollIntoView();";
        page.script(show, vec![]).await?;
        page.picture("posts-held").await?;
        page.fits_everywhere().await?;
        page.console_is_quiet().await
    })
}
