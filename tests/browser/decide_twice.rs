//! A reviewer decides about a committee again: the later decision counts, and the earlier
//! stays where people look for it.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::gate::is_against;
use dhi_engine::pipeline::run;
use dhi_engine::report::number;
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::Verdict;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::decide_nominations::{chosen, decide, press};
use crate::driver::{Page, scenario};
use crate::honest_ranks::{demonstration, inputs, native, wait_for_intervals};

/// What the page says of the progress: decided in all, then 推荐, 复核, 暂缓, 资料不足.
async fn progress(page: &Page, [all, choices @ ..]: [usize; 5]) -> Result<()> {
    let mut words = format!("已决定 {all} / 85");
    for (choice, n) in ["推荐", "复核", "暂缓", "资料不足"].iter().zip(choices) {
        words = format!("{words} · {choice} {n}");
    }
    words = format!("{words} · 显示 85");
    let script = "return document.querySelector('[data-testid=progress]')?.textContent;";
    page.until("the progress is right", async || {
        let shown = page.script(script, vec![]).await?;
        ensure!(shown == json!(words), "{shown} is not {words}");
        Ok(Some(()))
    })
    .await
}

/// Goes back to a committee of the list.
async fn look_at(page: &Page, unit: usize) -> Result<()> {
    page.until("the committee is looked at", async || {
        if chosen(page).await? == unit {
            return Ok(Some(()));
        }
        press(page, "k").await?;
        Ok(None)
    })
    .await
}

/// The decisions told about the committee looked at, the latest first.
async fn told(page: &Page, expected: &[[&str; 2]], shown: &str) -> Result<()> {
    let script = "return [...document.querySelectorAll('[data-testid=decisions] > li')]
        .map((e) => e.textContent);";
    page.until("the decisions are told", async || {
        let found: Vec<String> = serde_json::from_value(page.script(script, vec![]).await?)?;
        ensure!(found.len() == expected.len(), "{found:?}");
        for (text, [choice, reason]) in found.iter().zip(expected) {
            let is_told = text.starts_with(&format!("{choice} · {reason}")) && text.contains(shown);
            ensure!(is_told, "{text} is not {choice}, {reason}, {shown}");
        }
        Ok(Some(()))
    })
    .await
}

#[test]
fn a_second_decision_counts_and_the_first_stays() -> Result<()> {
    scenario("decide_twice", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        let (robust, tally) = native(inputs, &spec)?;
        let [first, second] = [0, 1].map(|at| outcome.ranks.order[at] as usize);
        let against = |choice: &str, unit: usize| {
            let chance = tally.line_chance(unit);
            let meets = match Verdict::of(chance, robust.spec().limits) {
                Verdict::Meets => Some(true),
                Verdict::Misses => Some(false),
                _ => None,
            };
            is_against(choice, false, meets)
        };
        let score = |unit: usize| {
            let score = outcome.scores.composite().get(unit).value();
            score.context("no score")
        };
        let (before, now) = ("材料待核", "材料已核实");
        let shown = format!("得分 {:.2} · 名次 1", score(first)?);

        page.open("#/review").await?;
        wait_for_intervals(page).await?;
        progress(page, [0; 5]).await?;
        look_at(page, first).await?;
        decide(page, "2", before, against("review", first)).await?;
        progress(page, [1, 0, 1, 0, 0]).await?;
        // The next one is up by itself.
        page.until("the second is looked at", async || {
            Ok((chosen(page).await? == second).then_some(()))
        })
        .await?;
        decide(page, "3", "另案", against("defer", second)).await?;
        progress(page, [2, 0, 1, 1, 0]).await?;
        look_at(page, first).await?;
        told(page, &[["复核", before]], &shown).await?;
        decide(page, "1", now, against("recommend", first)).await?;
        // Still two committees, and the first is counted once.
        progress(page, [2, 1, 0, 1, 0]).await?;
        look_at(page, first).await?;
        let both = [["推荐", now], ["复核", before]];
        told(page, &both, &shown).await?;

        page.click("button", "撤销").await?;
        progress(page, [2, 0, 1, 1, 0]).await?;
        told(page, &both[1..], &shown).await?;
        page.click("button", "重做").await?;
        progress(page, [2, 1, 0, 1, 0]).await?;
        page.text("已保存").await?;
        page.client.refresh().await?;
        wait_for_intervals(page).await?;
        progress(page, [2, 1, 0, 1, 0]).await?;
        look_at(page, first).await?;
        told(page, &both, &shown).await?;

        page.click("button", "导出决定清单").await?;
        let text = fs::read_to_string(page.downloaded("decisions").await?)?;
        let mut lines = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let heads = lines.headers()?.clone();
        let columns = ["代码", "决定", "理由", "现行", "得分", "名次"].map(|name| {
            let at = heads.iter().position(|head| head == name);
            at.with_context(|| format!("no {name} in {heads:?}"))
        });
        let columns = columns.into_iter().collect::<Result<Vec<_>>>()?;
        let mut found: Vec<Vec<String>> = Vec::new();
        for row in lines.records() {
            let row = row?;
            found.push(columns.iter().map(|at| row[*at].to_owned()).collect());
        }
        // In the order they were made.
        let mut expected = Vec::new();
        for (unit, choice, reason, stands, rank) in [
            (first, "复核", before, "否", "1"),
            (second, "暂缓", "另案", "是", "2"),
            (first, "推荐", now, "是", "1"),
        ] {
            let code = dataset.units().list()[unit].code.as_str();
            let score = number(score(unit)?);
            let row = [code, choice, reason, stands, &score, rank];
            expected.push(row.map(str::to_owned).to_vec());
        }
        ensure!(found == expected, "{found:?}, natively {expected:?}");
        page.console_is_quiet().await
    })
}
