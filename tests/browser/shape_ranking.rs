//! A leader shapes the ranking: sorts by several columns, groups, chooses columns,
//! pins, opens and compares villages.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::explain::dossier;
use dhi_engine::frame::{Dataset, Unit};
use dhi_engine::pipeline::{Inputs, Outcome, run};
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::rank_villages::{first_rows, wait_for_rows};

/// The demonstration as the engine computes it here.
pub(crate) fn native() -> Result<(Dataset, WeightSet, Outcome)> {
    let dataset = generate(&default_scheme(), DemoOptions::default())?;
    let weights = WeightSet::from_framework(dataset.framework())?;
    let (period, _) = dataset.latest().context("no period")?;
    let inputs = Inputs::of(&dataset, period).context("no inputs")?;
    let outcome = run(inputs, &weights, &Spec::default())?;
    Ok((dataset, weights, outcome))
}

/// Clicks a header, with shift held or not.
async fn sort_by(page: &Page, column: &str, with_shift: bool) -> Result<()> {
    let script = "document.querySelector(`.rank__row--head .${arguments[0]} .rank__sort`)
        .dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: arguments[1] }));";
    page.script(script, vec![json!(column), json!(with_shift)])
        .await?;
    Ok(())
}

/// Direction and number that every sorted header shows.
async fn sorted_heads(page: &Page) -> Result<Vec<(String, String)>> {
    let script = "return [...document.querySelectorAll('.rank [aria-sort]')]
        .map((head) => [head.ariaSort, head.querySelector('.rank__mark').textContent]);";
    Ok(serde_json::from_value(page.script(script, vec![]).await?)?)
}

/// Chooses in the list with this name by its value.
async fn choose(page: &Page, name: &str, value: &str) -> Result<()> {
    let list = serde_json::to_value(page.role("combobox", name).await?)?;
    let script = "arguments[0].value = arguments[1];
        arguments[0].dispatchEvent(new Event('change', { bubbles: true }));";
    page.script(script, vec![list, json!(value)]).await?;
    Ok(())
}

/// Focuses the first row and presses keys there.
async fn press_on_row(page: &Page, row: usize, key: &str) -> Result<()> {
    // What is pinned stands there before the results of the others come.
    page.css(&format!(".rank [data-row='{row}'][role=row]"))
        .await?;
    let script =
        "const row = document.querySelector(`.rank [data-row='${arguments[0]}'][role=row]`);
        row.focus();
        row.dispatchEvent(new KeyboardEvent('keydown', { key: arguments[1], bubbles: true }));";
    page.script(script, vec![json!(row), json!(key)]).await?;
    Ok(())
}

async fn text_of(page: &Page, selector: &str) -> Result<String> {
    let script = "return document.querySelector(arguments[0])?.innerText ?? '';";
    let text = page.script(script, vec![json!(selector)]).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

#[test]
fn several_columns_sort_together_as_natively() -> Result<()> {
    scenario("rank_keys", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        sort_by(page, "rank__class", false).await?;
        sort_by(page, "rank__score", true).await?;
        sort_by(page, "rank__score", true).await?;
        let heads = sorted_heads(page).await?;
        let expected = [("ascending", "▲1"), ("descending", "▼2")];
        let expected = expected.map(|(a, b)| (a.to_owned(), b.to_owned()));
        ensure!(heads == expected, "{heads:?}");
        let (dataset, _, outcome) = native()?;
        let units = dataset.units();
        let (_, class) = units.groups_by(|u: &Unit| &u.class);
        let score = |i: &u32| {
            outcome
                .scores
                .composite()
                .get(*i as usize)
                .value()
                .unwrap_or(-1.0)
        };
        let mut order: Vec<u32> = (0..units.len() as u32).collect();
        order.sort_by(|a, b| {
            let by_class = class[*a as usize].cmp(&class[*b as usize]);
            by_class.then(score(b).total_cmp(&score(a)))
        });
        let code = |i: &u32| units.list()[*i as usize].code.to_string();
        let expected: Vec<String> = order.iter().take(8).map(code).collect();
        let shown: Vec<String> = first_rows(page, 8)
            .await?
            .into_iter()
            .map(|r| r.0)
            .collect();
        ensure!(shown == expected, "{shown:?}\n{expected:?}");
        // The order is kept over a reload, and shift with Enter does what a click does.
        page.client.refresh().await?;
        wait_for_rows(page).await?;
        ensure!(
            sorted_heads(page).await?.len() == 2,
            "the order is forgotten"
        );
        let focus = "document.querySelector('.rank__score .rank__sort').focus();";
        page.script(focus, vec![]).await?;
        let keys = [char::from(Key::Shift), char::from(Key::Enter)];
        let focused = page.client.active_element().await?;
        focused.send_keys(&keys.iter().collect::<String>()).await?;
        page.until("the second key is taken out", async || {
            Ok((sorted_heads(page).await?.len() == 1).then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn groups_say_what_their_villages_come_to() -> Result<()> {
    scenario("rank_groups", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        choose(page, "分组", "t").await?;
        page.css(".rank__group").await?;
        let (dataset, _, outcome) = native()?;
        // The group at the top has the highest median of those with a grade.
        let mut best: Option<(f64, String)> = None;
        let (labels, town) = dataset.units().groups_by(|u: &Unit| &u.town);
        for (at, label) in labels.iter().enumerate() {
            let graded =
                (0..town.len()).filter(|i| town[*i] == at as u32 && outcome.grades[*i].is_band());
            let scores = graded.filter_map(|i| outcome.scores.composite().get(i).value());
            let mut scores: Vec<f64> = scores.collect();
            scores.sort_by(f64::total_cmp);
            let n = scores.len();
            let all = town.iter().filter(|t| **t == at as u32).count();
            let median = f64::midpoint(scores[n / 2], scores[(n - 1) / 2]);
            let shown = if n < 5 {
                "不足 5 个，不宜比较".to_owned()
            } else {
                format!("{median:.2}")
            };
            let words = format!(
                "{label}\n{all} 个村\n有等级 {n}\n得分中位数 {shown}\n最低–最高 {:.2}–{:.2}",
                scores[0],
                scores[n - 1]
            );
            if best.as_ref().is_none_or(|(most, _)| median > *most) {
                best = Some((median, words));
            }
        }
        let (_, expected) = best.context("no towns")?;
        let shown = text_of(page, "[data-row='0'] .rank__group").await?;
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        ensure!(
            plain(&shown).ends_with(&plain(&expected)),
            "{shown}\n{expected}"
        );
        // Folded, only the heads of the groups are left.
        let n = labels.len();
        for group in 0..n {
            press_on_row(page, group, "ArrowLeft").await?;
        }
        let folded = page
            .script(
                "return document.querySelector('.rank').ariaRowCount;",
                vec![],
            )
            .await?;
        ensure!(
            folded == json!((n + 1).to_string()),
            "{folded} rows of {n} groups"
        );
        page.picture("ranking-groups-folded").await?;
        // Towns divided by class: the best town's head, then its classes'.
        choose(page, "分组", "tc").await?;
        page.css("[data-row='0'] .rank__group--outer").await?;
        let inner = text_of(page, "[data-row='1'] .rank__group strong").await?;
        let (town, _) = expected.split_once('\n').context("no town")?;
        ensure!(inner.starts_with(&format!("{town} · ")), "{inner}");
        page.fits_everywhere().await?;
        page.picture("ranking-groups-nested").await?;
        page.console_is_quiet().await
    })
}

#[test]
fn villages_are_pinned_opened_and_compared_by_keyboard() -> Result<()> {
    scenario("rank_compare", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 5).await?;
        press_on_row(page, 4, "p").await?;
        page.css(".rank__top .rank__row--pinned").await?;
        let after = first_rows(page, 5).await?;
        ensure!(after[0] == before[4] && after[1] == before[0], "{after:?}");
        press_on_row(page, 1, "ArrowRight").await?;
        page.css(".rank__detail .parts h3").await?;
        // The next row down is the next village, not the room between.
        press_on_row(page, 1, "ArrowDown").await?;
        let code = "return document.activeElement.dataset.code;";
        page.until("the next village has the focus", async || {
            let focused = page.script(code, vec![]).await?;
            Ok((focused == json!(before[1].0)).then_some(()))
        })
        .await?;
        press_on_row(page, 0, "c").await?;
        press_on_row(page, 1, "C").await?;
        page.click("button", "并排比较 2/4").await?;
        page.css("[data-testid=compare]").await?;
        let focused = page
            .script("return document.activeElement.textContent;", vec![])
            .await?;
        ensure!(focused == json!("关闭"), "{focused} has the focus");
        let (dataset, weights, outcome) = native()?;
        let (period, _) = dataset.latest().context("no period")?;
        let inputs = Inputs::of(&dataset, period).context("no inputs")?;
        let script = "return [...document.querySelectorAll('[data-testid=compare] tr.table__leaf, [data-testid=compare] tr.table__inner')]
            .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.firstChild.data.trim()));";
        let shown: Vec<Vec<String>> = serde_json::from_value(page.script(script, vec![]).await?)?;
        for (side, row) in [(0, &before[4]), (1, &before[0])] {
            let code = dhi_engine::ids::UnitCode::new(&row.0)?;
            let unit = dataset.units().find(&code).context("no such village")?;
            let found = dossier(
                inputs,
                &outcome,
                &weights,
                &outcome.scores,
                &Spec::default(),
                unit.at(),
            );
            let nodes = found.context("no dossier")?.nodes;
            ensure!(shown.len() == nodes.len() - 1, "{} rows", shown.len());
            for (cells, node) in shown.iter().zip(&nodes[1..]) {
                let expected = match node.score {
                    Some(_) => format!("{:.2}", node.contribution),
                    None if node.is_not_applicable => "不适用".to_owned(),
                    None => "缺失".to_owned(),
                };
                ensure!(cells[side] == expected, "{} is not {expected}", cells[side]);
            }
        }
        page.picture("ranking-compare").await?;
        page.press(Key::Escape).await?;
        page.console_is_quiet().await
    })
}

/// A telephone has room for one button in a row; the others are in what it opens, and what
/// is pinned can be let go.
#[test]
fn a_telephone_pins_and_compares() -> Result<()> {
    scenario("rank_telephone", async |page| {
        page.open("").await?;
        page.resize(SIZES[0]).await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 2).await?;
        let press = "const button = document.querySelector(arguments[0]);
            if (!button?.checkVisibility()) return false;
            button.click();
            return true;";
        let steps = [
            (
                "[data-row='1'] .rank__tools [data-act=open]",
                ".rank__detail [data-act=compare]",
            ),
            (
                ".rank__detail [data-act=compare]",
                ".rank__detail [aria-pressed=true]",
            ),
            (
                ".rank__detail [data-act=pin]",
                ".rank__row--pinned [data-act=pin]",
            ),
        ];
        for (button, then) in steps {
            page.until(&format!("{button} is pressed"), async || {
                Ok((page.script(press, vec![json!(button)]).await? == json!(true)).then_some(()))
            })
            .await?;
            page.css(then).await?;
        }
        ensure!(
            first_rows(page, 1).await?[0] == before[1],
            "another is pinned"
        );
        page.css(".toolbar").await?;
        page.text("并排比较 1/4").await?;
        page.fits_everywhere().await?;
        page.resize(SIZES[0]).await?;
        page.picture("ranking-telephone").await?;
        let let_go = page
            .script(press, vec![json!(".rank__row--pinned [data-act=pin]")])
            .await?;
        ensure!(let_go == json!(true), "what is pinned cannot be let go");
        page.until("nothing is pinned", async || {
            Ok((first_rows(page, 2).await? == before).then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn columns_are_chosen_and_kept() -> Result<()> {
    scenario("rank_columns", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        let open = "document.querySelector('.columns > summary').click();";
        page.script(open, vec![]).await?;
        page.click("checkbox", "覆盖").await?;
        page.click("checkbox", "群众评价").await?;
        page.picture("ranking-columns").await?;
        page.client.refresh().await?;
        wait_for_rows(page).await?;
        ensure!(
            text_of(page, ".rank__row--head .rank__coverage")
                .await?
                .is_empty(),
            "still there"
        );
        let (dataset, weights, outcome) = native()?;
        let pillars = dhi_engine::explain::pillar_contributions(
            dataset.framework(),
            &weights,
            &outcome.scores,
        );
        let at = dataset
            .framework()
            .pillars()
            .iter()
            .position(|p| dataset.framework().node(*p).name.zh == "群众评价");
        let script = "return [...document.querySelectorAll('.rank [data-code]')].filter((r) => r.checkVisibility())
            .map((row) => [row.dataset.code, row.querySelector('.rank__pillar').textContent]);";
        let shown: Vec<(String, String)> =
            serde_json::from_value(page.script(script, vec![]).await?)?;
        ensure!(shown.len() > 5, "{} rows", shown.len());
        for (code, points) in shown {
            let code = dhi_engine::ids::UnitCode::new(&code)?;
            let unit = dataset.units().find(&code).context("no such village")?;
            let expected = format!("{:.2}", pillars[at.context("no such pillar")?][unit.at()]);
            ensure!(points == expected, "{points} is not {expected}");
        }
        page.console_is_quiet().await
    })
}

#[test]
fn a_shaped_ranking_fits_everywhere() -> Result<()> {
    scenario("rank_look", async |page| {
        for language in ["zh", "en"] {
            page.open("").await?;
            let set = "localStorage.setItem('dhi-language', JSON.stringify(arguments[0]));
                localStorage.setItem('dhi-ranking', JSON.stringify('rntciesbglvd012 +t-s '));";
            page.script(set, vec![json!(language)]).await?;
            page.client.refresh().await?;
            wait_for_rows(page).await?;
            page.fits_everywhere().await.context("all columns")?;
            page.picture(&format!("ranking-all-{language}")).await?;
            let set = "localStorage.setItem('dhi-ranking', JSON.stringify('rntciesbglv -s c'));";
            page.script(set, vec![]).await?;
            page.client.refresh().await?;
            wait_for_rows(page).await?;
            // Marks stay over a reload: in the second language they are there already.
            if language == "zh" {
                for row in [1, 3] {
                    press_on_row(page, row, "p").await?;
                }
                for row in [0, 1, 3, 4] {
                    press_on_row(page, row, "c").await?;
                }
            }
            press_on_row(page, 3, "ArrowRight").await?;
            page.css(".rank__detail .parts h3").await?;
            page.fits_everywhere().await.context("pinned and open")?;
            page.css("[data-testid=certainty][data-state=present]")
                .await?;
            for scheme in [Scheme::Light, Scheme::Dark] {
                page.prefer(scheme).await?;
                for (width, height) in SIZES {
                    page.resize((width, height)).await?;
                    let show = "document.querySelector('.rank').scrollIntoView();";
                    page.script(show, vec![]).await?;
                    page.picture(&format!("ranking-shaped-{language}-{scheme:?}-{width}"))
                        .await?;
                    page.script(
                        "document.getElementById('compare-dialog').showModal();",
                        vec![],
                    )
                    .await?;
                    page.css("[data-testid=compare]").await?;
                    page.picture(&format!("ranking-compare-{language}-{scheme:?}-{width}"))
                        .await?;
                    page.script("document.getElementById('compare-dialog').close();", vec![])
                        .await?;
                }
            }
            page.prefer(Scheme::Light).await?;
        }
        page.console_is_quiet().await
    })
}

/// A range of a column narrows the table; shares are typed in percent, and what has no
/// number is not shown.
#[test]
fn a_range_of_numbers_narrows_the_ranking() -> Result<()> {
    scenario("range_filter", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let (dataset, _, native) = native()?;
        let scores: Vec<f64> = native
            .scores
            .composite()
            .cells()
            .filter_map(|cell| cell.value())
            .collect();
        let n = |low: f64, high: f64| scores.iter().filter(|s| (low..=high).contains(*s)).count();
        let set = "const [label, value] = arguments;
            const field = [...document.querySelectorAll('.field--short')]
                .find((field) => field.textContent === label).querySelector('input');
            field.value = value;
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(set, vec![json!("≥"), json!("70")]).await?;
        let shown = |n: usize| format!("显示 {n} 共 85");
        page.text(&shown(n(70.0, f64::INFINITY))).await?;
        page.script(set, vec![json!("≤"), json!("80.5")]).await?;
        page.text(&shown(n(70.0, 80.5))).await?;
        for size in SIZES {
            page.resize(size).await?;
            page.picture(&format!("range-{}", size.0)).await?;
        }
        page.fits_everywhere().await?;
        page.resize(SIZES[2]).await?;
        page.click("button", "清除筛选").await?;
        page.text(&shown(85)).await?;
        // Coverage of at least 90 %: 27 of 30 is enough.
        let choose = "const choice = [...document.querySelectorAll('.filters select')]
                .find((select) => [...select.options].some((o) => o.value === 'v'));
            choice.value = 'v';
            choice.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(choose, vec![]).await?;
        page.script(set, vec![json!("≥"), json!("90")]).await?;
        let covered = (0..dataset.units().len())
            .filter_map(|unit| native.coverage.overall(unit).share())
            .filter(|share| *share >= 0.9)
            .count();
        ensure!(covered > 0 && covered < 85);
        page.text(&shown(covered)).await?;
        page.console_is_quiet().await
    })
}
