//! A leader arranges the ranking: sorts by several columns, groups, pins, compares,
//! chooses columns, and takes what is shown along.

use std::collections::BTreeMap;
use std::io::Cursor;

use anyhow::{Context as _, Result, ensure};
use calamine::{Data, Reader as _, Xlsx};
use dhi_engine::pipeline::run;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::{demonstration, inputs, wait_for_intervals};
use crate::print_ranking::{PRINTED, Printed};
use crate::rank_villages::{first_rows, wait_for_rows};
use crate::shape_columns::heads;
use crate::work_by_keyboard::chord;

/// Chooses from the list with this label.
async fn choose(page: &Page, label: &str, value: &str) -> Result<()> {
    let script = "const field = [...document.querySelectorAll('.filters label')]
            .find((label) => label.querySelector('span').textContent === arguments[0]);
        const list = field.querySelector('select');
        list.value = arguments[1];
        list.dispatchEvent(new Event('change', { bubbles: true }));";
    page.script(script, vec![json!(label), json!(value)])
        .await?;
    Ok(())
}

/// Presses a row's button, such as `pin`, in the row at this place.
pub(crate) async fn act(page: &Page, place: usize, act: &str) -> Result<String> {
    let script = "const rows = [...document.querySelectorAll('.rank [data-code]')]
            .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex);
        const row = rows[arguments[0]];
        row.querySelector(`[data-act=${arguments[1]}]`).click();
        return row.dataset.code;";
    let code = page.script(script, vec![json!(place), json!(act)]).await?;
    Ok(code.as_str().context("no such row")?.to_owned())
}

#[test]
fn rows_are_sorted_by_several_columns_and_grouped_with_their_medians() -> Result<()> {
    scenario("group_ranking", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        page.click("button", "村类").await?;
        let add = "[...document.querySelectorAll('.rank__sort')]
            .find((button) => button.textContent.startsWith('得分'))
            .dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));";
        page.script(add, vec![]).await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &Spec::default())?;
        let units = dataset.units().list();
        let (labels, class_of) = dataset.units().groups_by(|u| &u.class);
        let score = |i: usize| outcome.scores.composite().get(i).value();
        let mut wanted: Vec<usize> = (0..units.len()).collect();
        wanted.sort_by(|a, b| {
            let by_class = class_of[*a].cmp(&class_of[*b]);
            let scores = score(*a).partial_cmp(&score(*b));
            by_class.then(scores.unwrap_or(std::cmp::Ordering::Equal))
        });
        let wanted: Vec<&str> = wanted[..6]
            .iter()
            .map(|i| units[*i].code.as_str())
            .collect();
        page.until("rows follow class, then score", async || {
            let rows = first_rows(page, 6).await?;
            let codes: Vec<&str> = rows.iter().map(|(code, _)| code.as_str()).collect();
            Ok((codes == wanted).then_some(()))
        })
        .await?;
        choose(page, "分组", "c").await?;
        let mut graded: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for (i, class) in class_of.iter().enumerate() {
            if outcome.grades[i].is_band() {
                let of_class = graded.entry(labels[*class as usize]).or_default();
                of_class.extend(score(i));
            }
        }
        let first = labels[0];
        let scores = graded.get_mut(first).context("no such class")?;
        scores.sort_by(f64::total_cmp);
        let middle = scores.len() / 2;
        let median = if scores.len() % 2 == 1 {
            scores[middle]
        } else {
            f64::midpoint(scores[middle - 1], scores[middle])
        };
        page.text(&format!("{median:.2}")).await?;
        page.fits_everywhere().await?;
        look(page, "ranking-groups").await?;
        page.console_is_quiet().await
    })
}

/// Pictures at every size and in both schemes.
async fn look(page: &Page, name: &str) -> Result<()> {
    for scheme in [Scheme::Light, Scheme::Dark] {
        page.prefer(scheme).await?;
        for size in SIZES {
            page.resize(size).await?;
            page.picture(&format!("{name}-{scheme:?}-{}", size.0))
                .await?;
        }
    }
    page.prefer(Scheme::Light).await?;
    page.resize(SIZES[2]).await
}

#[test]
fn villages_are_pinned_and_stand_side_by_side() -> Result<()> {
    scenario("compare_villages", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        wait_for_intervals(page).await?;
        let pinned = act(page, 4, "pin").await?;
        page.until("the pinned village stands first", async || {
            Ok((first_rows(page, 1).await?[0].0 == pinned).then_some(()))
        })
        .await?;
        let compared = [
            act(page, 1, "compare").await?,
            act(page, 3, "compare").await?,
        ];
        page.click("button", "并排比较 2/4").await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &Spec::default())?;
        for code in compared {
            let at = dataset
                .units()
                .list()
                .iter()
                .position(|u| u.code.as_str() == code);
            let at = at.context("another village")?;
            let score = outcome
                .scores
                .composite()
                .get(at)
                .value()
                .context("no score")?;
            let script = "return document.getElementById('compare-dialog').innerText;";
            page.until("both scores are shown", async || {
                let text = page.script(script, vec![]).await?;
                let text = text.as_str().unwrap_or_default();
                let name = dataset.units().list()[at].name.as_str();
                let both = text.contains(&format!("{score:.2}")) && text.contains(name);
                Ok(both.then_some(()))
            })
            .await?;
        }
        page.fits_everywhere().await?;
        look(page, "compare").await?;
        page.click("button", "关闭").await?;
        act(page, 1, "open").await?;
        page.css(".rank__detail .odds__bar").await?;
        page.picture("ranking-open").await?;
        page.text("已保存").await?;
        page.client.refresh().await?;
        page.until("what was marked is marked after a reload", async || {
            let kept =
                "return [...document.querySelectorAll('.rank [data-act=pin][aria-pressed=true]')]
                .map((button) => button.closest('[data-code]').dataset.code);";
            let kept = page.script(kept, vec![]).await?;
            Ok((kept == json!([pinned])).then_some(()))
        })
        .await?;
        page.click("button", "并排比较 2/4").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn what_is_shown_is_exported_as_a_workbook() -> Result<()> {
    scenario("export_shown", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        wait_for_intervals(page).await?;
        choose(page, "村类", "示例类甲").await?;
        let trend = "const box = [...document.querySelectorAll('.columns__one')]
                .find((label) => label.textContent.trim() === '走势').querySelector('input');
            box.click();";
        page.script(trend, vec![]).await?;
        page.css(".rank .spark polyline").await?;
        page.picture("ranking-trend").await?;
        page.click("button", "导出 XLSX").await?;
        let bytes = std::fs::read(page.downloaded("scores").await?)?;
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
        let sheet = workbook.worksheet_range("scores")?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &Spec::default())?;
        let text: Vec<String> = sheet.rows().map(|row| row[0].to_string()).collect();
        ensure!(
            text.iter().any(|line| line.contains(&outcome.digest)),
            "no digest"
        );
        ensure!(text.iter().any(|line| line.contains("虚构示例")), "no mark");
        let head = text
            .iter()
            .position(|cell| cell == "代码")
            .context("no header")?;
        let rows: Vec<&[Data]> = sheet.rows().collect();
        let place = |name: &str| {
            let found = rows[head].iter().position(|c| *c == name);
            found.with_context(|| format!("no {name} in {:?}", rows[head]))
        };
        let score = place("得分")?;
        // The filter is told in words, and the column that was added is there.
        let is_told = |line: &String| line.contains("= 示例类甲");
        ensure!(text[..head].iter().any(is_told), "{:?}", &text[..head]);
        let periods = dataset.periods().keys();
        let trend = periods.map(|period| place(&format!("得分 {period}")));
        let trend: Vec<usize> = trend.collect::<Result<_>>()?;
        let mut wanted: Vec<(u32, &str, f64)> = Vec::new();
        for (i, unit) in dataset.units().list().iter().enumerate() {
            if unit.class == "示例类甲" {
                let of_unit = outcome.scores.composite().get(i).value();
                let rank = outcome.ranks.overall[i].map_or(u32::MAX, |r| r.0);
                wanted.push((rank, unit.code.as_str(), of_unit.unwrap_or(f64::NAN)));
            }
        }
        wanted.sort_by_key(|row| row.0);
        ensure!(rows.len() - head - 1 == wanted.len(), "{} rows", rows.len());
        for (row, (rank, code, of_unit)) in rows[head + 1..].iter().zip(&wanted) {
            // Those without a rank come last, in any order.
            if *rank < u32::MAX {
                ensure!(row[0] == **code, "{} for {code}", row[0]);
                ensure!(
                    row[score] == Data::Float(*of_unit),
                    "{} for {of_unit}",
                    row[score]
                );
                let latest = trend.last().context("no periods")?;
                ensure!(row[*latest] == row[score], "{} is not now", row[*latest]);
            }
        }
        page.console_is_quiet().await
    })
}

/// The change of rank is chosen and placed like any column; the table, paper and the file
/// say the same of every village.
#[test]
fn the_change_of_rank_is_chosen_printed_and_exported() -> Result<()> {
    scenario("rank_change", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let change = "const box = [...document.querySelectorAll('.columns__one')]
                .find((label) => label.textContent.trim() === '变化').querySelector('input');
            box.click();
            document.getElementById('column-h←').click();";
        page.script(change, vec![]).await?;
        page.until("it stands before the coverage", async || {
            let script = "const head = document.querySelector('.rank__row--head .rank__change');
                return head?.nextElementSibling?.classList[0] ?? '';";
            Ok((page.script(script, vec![]).await? == json!("rank__coverage")).then_some(()))
        })
        .await?;
        // Five points from the others to the first pillar.
        let focus = "document.querySelector('.strip__edge').focus();";
        page.script(focus, vec![]).await?;
        page.press(Key::PageUp).await?;
        page.css(".strip__edge[aria-valuenow='40.0']").await?;
        page.css(".rank .change--up, .rank .change--down").await?;
        page.picture("ranking-change").await?;

        page.click("button", "导出 XLSX").await?;
        let bytes = std::fs::read(page.downloaded("scores").await?)?;
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes))?;
        let sheet = workbook.worksheet_range("scores")?;
        let rows: Vec<&[Data]> = sheet.rows().collect();
        let head = rows.iter().position(|row| row[0] == *"代码");
        let head = head.context("no header")?;
        let at = rows[head].iter();
        let mut at = at
            .enumerate()
            .filter(|(_, c)| **c == *"名次变化（比方案权重）");
        let at = at.next().context("no change in the file")?.0;
        let words = |cell: &Data| match cell {
            Data::Float(steps) if *steps > 0.0 => format!("▲{steps}"),
            Data::Float(steps) if *steps < 0.0 => format!("▼{}", -steps),
            Data::Float(_) => "=".to_owned(),
            _ => "—".to_owned(),
        };
        let exported: BTreeMap<String, String> = rows[head + 1..]
            .iter()
            .map(|row| (row[0].to_string(), words(&row[at])))
            .collect();
        for sign in ["▲", "▼", "="] {
            let is_there = exported.values().any(|words| words.starts_with(sign));
            ensure!(is_there, "none is {sign}");
        }

        // On paper, in the order of the file.
        let printed = page.client.execute_async(PRINTED, vec![]).await?;
        let (_, heads, printed): Printed = serde_json::from_value(printed)?;
        let place = heads.iter().position(|head| head == "变化");
        let place = place.context("no change on paper")?;
        ensure!(printed.len() == rows.len() - head - 1, "{}", printed.len());
        for (printed, row) in printed.iter().zip(&rows[head + 1..]) {
            ensure!(printed[place] == words(&row[at]), "{printed:?}, {row:?}");
        }

        // In the table.
        let script = "return [...document.querySelectorAll('.rank [data-code]')]
            .filter((row) => row.checkVisibility())
            .map((row) => [row.dataset.code,
                row.querySelector('.rank__change').textContent]);";
        let shown: Vec<(String, String)> =
            serde_json::from_value(page.script(script, vec![]).await?)?;
        ensure!(shown.len() > 5, "{} rows", shown.len());
        for (code, words) in shown {
            let of_file = exported.get(&code);
            ensure!(of_file == Some(&words), "{code}: {words}, {of_file:?}");
        }
        page.fits_everywhere().await?;
        page.console_is_quiet().await
    })
}

/// Which columns are shown, and where, goes back and forward together with everything else,
/// by button and by key, and after a reload.
#[test]
fn columns_are_undone_and_done_again() -> Result<()> {
    scenario("undo_columns", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let are = async |expected: &[String]| {
            page.until("the columns are the expected ones", async || {
                let found = heads(page).await?;
                ensure!(found == expected, "{found:?}");
                Ok(Some(()))
            })
            .await
        };
        let first = heads(page).await?;
        let trend = "const box = [...document.querySelectorAll('.columns__one')]
                .find((label) => label.textContent.trim() === '走势').querySelector('input');
            box.click();";
        page.script(trend, vec![]).await?;
        let chosen = [first.clone(), vec!["rank__trend".to_owned()]].concat();
        are(&chosen).await?;
        let earlier = "document.getElementById('column-d←').click();";
        page.script(earlier, vec![]).await?;
        let mut moved = chosen.clone();
        moved.swap(first.len(), first.len() - 1);
        are(&moved).await?;
        // A weight in between; then the columns that nobody has chosen.
        let focus = "document.querySelector('.strip__edge').focus();";
        page.script(focus, vec![]).await?;
        page.press(Key::PageUp).await?;
        let weight = async |percent: &str| {
            let edge = format!(".strip__part:first-child .strip__edge[aria-valuenow='{percent}']");
            page.css(&edge).await
        };
        weight("40.0").await?;
        let reset = "document.querySelector('.columns__list > .button').click();";
        page.script(reset, vec![]).await?;
        are(&first).await?;

        page.click("button", "撤销").await?;
        are(&moved).await?;
        weight("40.0").await?;
        page.click("button", "撤销").await?;
        weight("35.0").await?;
        are(&moved).await?;
        for expected in [&chosen, &first] {
            chord(page, &[Key::Control.into(), 'z']).await?;
            are(expected).await?;
        }
        chord(page, &[Key::Control.into(), 'y']).await?;
        are(&chosen).await?;
        page.text("已保存").await?;
        page.client.refresh().await?;
        wait_for_rows(page).await?;
        are(&chosen).await?;
        page.click("button", "撤销").await?;
        are(&first).await?;
        page.click("button", "重做").await?;
        are(&chosen).await?;
        page.click("button", "重做").await?;
        are(&moved).await?;
        page.console_is_quiet().await
    })
}
