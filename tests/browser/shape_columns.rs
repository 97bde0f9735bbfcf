//! A leader reads in the heads of the ranking how numbers are spread, and takes ranges
//! from there.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::ids::UnitCode;
use dhi_engine::pipeline::{Inputs, run};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use fantoccini::actions::{InputSource as _, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::json;
use std::time::Duration;

use crate::demo_files;
use crate::driver::{Page, SIZES, Scheme, scenario};
use crate::honest_ranks::wait_for_intervals;
use crate::look_everywhere::choose_language;
use crate::rank_villages::{first_rows, wait_for_rows};
use crate::shape_ranking::native;

/// What the histogram of a column is called.
async fn label(page: &Page, column: &str) -> Result<String> {
    let script = "return document.querySelector(arguments[0])?.ariaLabel ?? '';";
    let selector = format!(".rank__{column} .hist");
    let label = page.script(script, vec![json!(selector)]).await?;
    Ok(label.as_str().unwrap_or_default().to_owned())
}

async fn wait_for_label(page: &Page, column: &str, expected: &str) -> Result<()> {
    let what = format!("the histogram of {column} says {expected}");
    page.until(&what, async || {
        let found = label(page, column).await?;
        ensure!(found == expected, "{found}");
        Ok(Some(()))
    })
    .await
}

/// Scores by tens, 100 with those from 90: shown and all, as the page puts them.
fn tens(scores: &[Option<f64>], is_shown: impl Fn(usize) -> bool) -> String {
    let mut parts = Vec::new();
    for ten in 0..10 {
        let (low, high) = (f64::from(ten) * 10.0, f64::from(ten) * 10.0 + 10.0);
        let holds = |score: &f64| *score >= low && (*score < high || ten == 9);
        let within = |unit: &usize| scores[*unit].as_ref().is_some_and(holds);
        let all: Vec<usize> = (0..scores.len()).filter(within).collect();
        if !all.is_empty() {
            let shown = all.iter().filter(|unit| is_shown(**unit)).count();
            parts.push(format!("{low}–{high}: {shown}/{}", all.len()));
        }
    }
    let without = scores.iter().filter(|score| score.is_none()).count();
    if without > 0 {
        parts.push(format!("—: {without}"));
    }
    format!("得分 各段显示的村数/全部村数 {}", parts.join("; "))
}

/// Presses on one share of a bar's width of an element, moves to another and lets go.
async fn drag_over(page: &Page, element: &Element, from: f64, to: f64) -> Result<()> {
    let (.., width, _) = element.rectangle().await?;
    let at = |share: f64| PointerAction::MoveToElement {
        element: element.clone(),
        duration: Some(Duration::ZERO),
        x: ((share - 0.5) * width).round(),
        y: 0.0,
    };
    let gesture = MouseActions::new("mouse".into())
        .then(at(from))
        .then(PointerAction::Down { button: 0 })
        .then(at(f64::midpoint(from, to)))
        .then(at(to))
        .then(PointerAction::Up { button: 0 });
    page.client.perform_actions(gesture).await?;
    Ok(())
}

#[test]
fn histograms_count_as_natively_and_narrow_the_ranking() -> Result<()> {
    scenario("column_histograms", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let (dataset, _, outcome) = native()?;
        let units = dataset.units().list();
        let composite = outcome.scores.composite();
        let scores: Vec<Option<f64>> = (0..units.len()).map(|i| composite.get(i).value()).collect();
        wait_for_label(page, "score", &tens(&scores, |_| true)).await?;

        // A class: the villages of others are still there, behind.
        let class = units[0].class.clone();
        let choose = "const choice = [...document.querySelectorAll('.filters select')]
                .find((select) => [...select.options].some((o) => o.value === arguments[0]));
            choice.value = arguments[0];
            choice.dispatchEvent(new Event('change', { bubbles: true }));";
        page.script(choose, vec![json!(class)]).await?;
        let in_class = tens(&scores, |unit| units[unit].class == class);
        ensure!(in_class != tens(&scores, |_| true), "one class only");
        wait_for_label(page, "score", &in_class).await?;
        page.click("button", "清除筛选").await?;

        // One bar, from 80 to below 90.
        let n_between = |low: f64, high: f64| {
            let holds = |score: &&f64| **score >= low && **score < high;
            scores.iter().flatten().filter(holds).count()
        };
        let histogram = page.css(".rank__score .hist").await?;
        drag_over(page, &histogram, 0.85, 0.85).await?;
        let shown = |n: usize| format!("显示 {n} 共 85");
        page.text(&shown(n_between(80.0, 90.0))).await?;
        page.text("80 ≤ 得分 < 90").await?;
        let typed = "return [...document.querySelectorAll('.field--short input')]
            .map((field) => field.value).join();";
        ensure!(page.script(typed, vec![]).await? == json!("80,90"));
        let of_bar = tens(&scores, |unit| {
            scores[unit].is_some_and(|score| (80.0..90.0).contains(&score))
        });
        wait_for_label(page, "score", &of_bar).await?;
        // Three bars, backwards; then the same three again, which frees them.
        for shown in [shown(n_between(60.0, 90.0)), shown(85)] {
            drag_over(page, &histogram, 0.83, 0.64).await?;
            page.text(&shown).await?;
        }

        // Two columns at once, each with its own words; coverage is in percent.
        drag_over(page, &histogram, 0.95, 0.95).await?;
        let coverage = page.css(".rank__coverage .hist").await?;
        drag_over(page, &coverage, 0.95, 0.95).await?;
        let both = (0..units.len())
            .filter(|unit| scores[*unit].is_some_and(|score| score >= 90.0))
            .filter(|unit| {
                let share = outcome.coverage.overall(*unit).share();
                share.is_some_and(|share| share >= 0.9)
            });
        page.text(&shown(both.count())).await?;
        page.text("90 ≤ 覆盖 ≤ 100 %").await?;
        page.click("button", "90 ≤ 得分 ≤ 100").await?;
        page.until("one range is left", async || {
            let chips = "return document.querySelectorAll('.chip').length;";
            Ok((page.script(chips, vec![]).await? == json!(1)).then_some(()))
        })
        .await?;
        page.click("button", "90 ≤ 覆盖 ≤ 100 %").await?;
        page.text(&shown(85)).await?;

        // Whole numbers: the tenth rank belongs to the first ten.
        let ranks = outcome.ranks.overall.iter().flatten();
        let first = ranks.filter(|rank| rank.0 <= 10).count();
        let histogram = page.css(".rank__rank .hist").await?;
        drag_over(page, &histogram, 0.05, 0.05).await?;
        page.text(&shown(first)).await?;
        page.text("1 ≤ 名次 ≤ 10").await?;

        // By a key: to the field where the numbers of this column are typed.
        let focus = "document.querySelector('.rank__coverage .hist').focus();";
        page.script(focus, vec![]).await?;
        page.press(Key::Enter).await?;
        let typed = "return document.activeElement.id + ' ' + [...document.querySelectorAll('.filters select')]
            .find((select) => [...select.options].some((o) => o.value === 'v')).value;";
        page.until("the field has the focus", async || {
            Ok((page.script(typed, vec![]).await? == json!("range-from v")).then_some(()))
        })
        .await?;
        page.console_is_quiet().await
    })
}

#[test]
fn histograms_fit_everywhere() -> Result<()> {
    scenario("column_look", async |page| {
        for language in ["zh", "en"] {
            choose_language(page, language).await?;
            for columns in ["rntciesbglv", "rntciesbglvd012"] {
                page.open("#/ranking").await?;
                let set = "localStorage.setItem('dhi-ranking', JSON.stringify(arguments[0]));";
                page.script(set, vec![json!(format!("{columns} +r "))])
                    .await?;
                page.client.refresh().await?;
                wait_for_rows(page).await?;
                page.css("[data-testid=certainty][data-state=present]")
                    .await?;
                let type_in = "const field = document.querySelector('#range-from');
                    field.value = '85';
                    field.dispatchEvent(new Event('change', { bubbles: true }));";
                page.script(type_in, vec![]).await?;
                page.css(".chip").await?;
                page.fits_everywhere().await.context(columns)?;
                for scheme in [Scheme::Light, Scheme::Dark] {
                    page.prefer(scheme).await?;
                    for (width, height) in SIZES {
                        page.resize((width, height)).await?;
                        let show = "document.querySelector('.rank').scrollIntoView();";
                        page.script(show, vec![]).await?;
                        let n = columns.len();
                        page.picture(&format!("columns-{n}-{language}-{scheme:?}-{width}"))
                            .await?;
                    }
                }
                page.prefer(Scheme::Light).await?;
            }
        }
        page.console_is_quiet().await
    })
}

/// The weights of the pillars as the handles above the bars say them.
async fn weights(page: &Page) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('.strip__edge')]
        .map((edge) => edge.ariaValueText);";
    Ok(serde_json::from_value(page.script(script, vec![]).await?)?)
}

/// 35, 35 and 30: the edge after the first is drawn to 0.5, so the others share 50 as
/// 7 : 6, which is 26.9 and 23.1. One step, and the ranking follows on the way.
#[test]
fn an_edge_of_the_heads_changes_a_weight() -> Result<()> {
    scenario("column_weights", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let names = ["班子运行", "决策规范", "群众评价"];
        let say = |shares: [&str; 3]| -> Vec<String> {
            let pairs = names.iter().zip(shares);
            pairs
                .map(|(name, share)| format!("{name} {share}%"))
                .collect()
        };
        let scheme = say(["35.0", "35.0", "30.0"]);
        ensure!(weights(page).await? == scheme, "{:?}", weights(page).await?);
        let widths = "const strip = document.querySelector('.strip').getBoundingClientRect();
            return [...document.querySelectorAll('.strip__part')]
                .map((part) => (part.getBoundingClientRect().width / strip.width).toFixed(2));";
        ensure!(page.script(widths, vec![]).await? == json!(["0.35", "0.35", "0.30"]));
        let before = first_rows(page, 8).await?;

        // Pixels are whole: 0.15 of the strip, and what that is of it.
        let width = "return document.querySelector('.strip').getBoundingClientRect().width;";
        let width = page.script(width, vec![]).await?;
        let width = width.as_f64().context("no width")?;
        let by = (width * 0.15).round();
        let edge = page.role("slider", "权重 班子运行").await?;
        let step = |x: f64| PointerAction::MoveBy {
            duration: Some(Duration::from_millis(60)),
            x,
            y: 0.0,
        };
        let down = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement {
                element: edge.clone(),
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down { button: 0 })
            .then(step((by / 2.0).floor()))
            .then(step(by - (by / 2.0).floor()));
        page.client.perform_actions(down).await?;
        let first = 0.35 + by / width;
        let rest = 1.0 - first;
        let moved = [first, rest * 35.0 / 65.0, rest * 30.0 / 65.0];
        let moved = moved.map(|share| format!("{:.1}", share * 100.0));
        let moved = say([&moved[0], &moved[1], &moved[2]]);
        page.until(
            "the ranking follows before the edge is let go",
            async || Ok((first_rows(page, 8).await? != before).then_some(())),
        )
        .await?;
        ensure!(weights(page).await? == moved, "{:?}", weights(page).await?);
        let up = MouseActions::new("mouse".into()).then(PointerAction::Up { button: 0 });
        page.client.perform_actions(up).await?;
        // The scores are those of these weights, natively.
        let (dataset, given, _) = native()?;
        let framework = dataset.framework();
        let mut shares = given.shares().to_vec();
        let total = [first, rest * 35.0 / 65.0, rest * 30.0 / 65.0];
        for (pillar, share) in framework.pillars().iter().zip(total) {
            shares[pillar.at()] = share;
        }
        let (period, _) = dataset.latest().context("no period")?;
        let inputs = Inputs::of(&dataset, period).context("no inputs")?;
        let outcome = run(
            inputs,
            &WeightSet::new("moved", framework, &shares)?,
            &Spec::default(),
        )?;
        for (code, score) in first_rows(page, 8).await? {
            let unit = dataset.units().find(&UnitCode::new(&code)?);
            let unit = unit.context("no such village")?;
            let expected = outcome.scores.composite().get(unit.at()).value();
            let expected = format!("{:.2}", expected.context("no score")?);
            ensure!(score == expected, "{code}: {score} is not {expected}");
        }
        page.click("button", "撤销").await?;
        page.until("one step back undoes the drag", async || {
            Ok(
                (weights(page).await? == scheme && first_rows(page, 8).await? == before)
                    .then_some(()),
            )
        })
        .await?;

        // By keys, each a step of its own.
        let focus = "document.querySelectorAll('.strip__edge')[2].focus();";
        page.script(focus, vec![]).await?;
        page.press(Key::PageUp).await?;
        let by_key = say(["32.5", "32.5", "35.0"]);
        page.until("five points more", async || {
            Ok((weights(page).await? == by_key).then_some(()))
        })
        .await?;
        page.press(Key::Home).await?;
        page.until("nothing is left of it", async || {
            Ok((weights(page).await? == say(["50.0", "50.0", "0.0"])).then_some(()))
        })
        .await?;
        page.click("button", "撤销").await?;
        page.click("button", "撤销").await?;

        // Escape puts back what a drag had begun with.
        let begin = MouseActions::new("mouse".into())
            .then(PointerAction::MoveToElement {
                element: edge,
                duration: None,
                x: 0.0,
                y: 0.0,
            })
            .then(PointerAction::Down { button: 0 })
            .then(step(-by));
        page.client.perform_actions(begin).await?;
        page.until("the weight follows", async || {
            Ok((weights(page).await? != scheme).then_some(()))
        })
        .await?;
        page.press(Key::Escape).await?;
        let up = MouseActions::new("mouse".into()).then(PointerAction::Up { button: 0 });
        page.client.perform_actions(up).await?;
        ensure!(weights(page).await? == scheme, "{:?}", weights(page).await?);

        // What is locked in the lab neither moves nor gives way here.
        let go = "location.hash = arguments[0];";
        page.script(go, vec![json!("#/weights")]).await?;
        page.click("button", "锁定 决策规范").await?;
        page.script(go, vec![json!("#/ranking")]).await?;
        wait_for_rows(page).await?;
        let locked = "return [...document.querySelectorAll('.strip__edge')]
            .map((edge) => edge.ariaDisabled);";
        ensure!(page.script(locked, vec![]).await? == json!(["false", "true", "false"]));
        let focus = "document.querySelectorAll('.strip__edge')[arguments[0]].focus();";
        page.script(focus, vec![json!(1)]).await?;
        page.press(Key::Right).await?;
        page.script(focus, vec![json!(0)]).await?;
        page.press(Key::Right).await?;
        page.until("the third alone gives way", async || {
            Ok((weights(page).await? == say(["35.5", "35.0", "29.5"])).then_some(()))
        })
        .await?;
        page.resize(SIZES[0]).await?;
        let handles = "return [...document.querySelectorAll('.strip__edge')]
            .filter((edge) => edge.checkVisibility()).length;";
        ensure!(page.script(handles, vec![]).await? == json!(0));
        page.console_is_quiet().await
    })
}

/// Draws the first edge to and fro for two seconds, one event for each frame: rankings
/// painted for each second, and the longest task meanwhile in milliseconds.
const DRAG: &str = "const done = arguments[0];
    const edge = document.querySelector('.strip__edge');
    const tasks = [0];
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((t) => t.duration)))
        .observe({ type: 'longtask' });
    const send = (type, x) => edge.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX: x }));
    const scores = () => [...document.querySelectorAll('.rank [data-code]')].slice(0, 10)
        .map((row) => row.dataset.code + row.querySelector('.rank__score').textContent).join();
    let last = scores(), painted = 0, n = 0;
    const start = performance.now();
    send('pointerdown', 500);
    const frame = () => {
        const now = scores();
        if (now !== last) { painted += 1; last = now; }
        const past = performance.now() - start;
        if (past > 2000) {
            send('pointerup', 500);
            setTimeout(() => done([painted * 1000 / past, Math.max(...tasks)]), 200);
            return;
        }
        n += 1;
        send('pointermove', 470 + n % 60);
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

/// With very many villages histograms are out of date while weights move, and drawn at
/// the next pause.
#[test]
fn histograms_of_very_many_villages_wait_for_a_pause() -> Result<()> {
    const MANY: u32 = 21_000;
    scenario("column_pause", async |page| {
        demo_files::import(page, MANY).await?;
        wait_for_rows(page).await?;
        let counted = |label: &str| -> Option<u32> {
            let (_, counts) = label.split_once("全部村数 ")?;
            let of = |part: &str| part.rsplit(['/', ' ']).next()?.parse::<u32>().ok();
            counts.split("; ").map(of).sum()
        };
        page.until("every village is counted", async || {
            Ok((counted(&label(page, "score").await?) == Some(MANY)).then_some(()))
        })
        .await?;
        let before = label(page, "score").await?;
        // Once the analysis is done, nothing comes from the import any more.
        wait_for_intervals(page).await?;
        page.until("the histogram has settled", async || {
            let is_stale = "return !!document.querySelector('.hist--stale');";
            Ok((page.script(is_stale, vec![]).await? == json!(false)).then_some(()))
        })
        .await?;
        let watch = "window.seen = [];
            new MutationObserver(() => window.seen.push(
                document.querySelector('.rank__score .hist--stale') ? 'stale' : 'fresh'))
                .observe(document.querySelector('.rank__score .hist'), { attributes: true });";
        page.script(watch, vec![]).await?;
        let measured = page.client.execute_async(DRAG, vec![]).await?;
        let (each_second, longest): (f64, f64) = serde_json::from_value(measured)?;
        println!("{MANY} villages: {each_second:.1} rankings/s, longest task {longest:.0} ms");
        page.until("histograms are drawn after the drag", async || {
            let is_stale = "return !!document.querySelector('.hist--stale');";
            let is_stale = page.script(is_stale, vec![]).await? == json!(true);
            let now = label(page, "score").await?;
            Ok((!is_stale && now != before).then_some(()))
        })
        .await?;
        let seen = page.script("return window.seen;", vec![]).await?;
        ensure!(seen[0] == json!("stale"), "{seen}");
        ensure!(counted(&label(page, "score").await?) == Some(MANY));
        page.console_is_quiet().await
    })
}

/// The classes of the ranking's heads in their order.
pub(crate) async fn heads(page: &Page) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('.rank__row--head [role=columnheader]')]
        .map((head) => head.classList[0]);";
    Ok(serde_json::from_value(page.script(script, vec![]).await?)?)
}

/// Columns go a step earlier or later by the keyboard, and stay so over a reload; rank and
/// name stay first.
#[test]
fn columns_change_places_by_keyboard() -> Result<()> {
    scenario("rank_column_order", async |page| {
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        let before = heads(page).await?;
        let place = |name: &str| before.iter().position(|column| column == name);
        let score = place("rank__score").context("no scores")?;
        let mut expected = before.clone();
        expected.swap(score, score - 1);
        expected.swap(score - 1, score - 2);
        let open = "document.querySelector('.columns > summary').click();
            document.getElementById('column-s←').focus();";
        page.script(open, vec![]).await?;
        for step in 1..=2 {
            page.press(Key::Enter).await?;
            // The button moves in its list and keeps the focus.
            page.until("the column and the focus have moved", async || {
                let focused = page
                    .script("return document.activeElement.id;", vec![])
                    .await?;
                let at = heads(page).await?.iter().position(|c| c == "rank__score");
                Ok((focused == json!("column-s←") && at == Some(score - step)).then_some(()))
            })
            .await?;
        }
        ensure!(heads(page).await? == expected, "{expected:?}");
        let label = "return document.activeElement.ariaLabel;";
        let label = page.script(label, vec![]).await?;
        ensure!(label == json!("左移 得分"), "{label}");
        page.picture("ranking-column-order").await?;
        // The list floats over the table where there is room, within the window anywhere.
        let inside = "const box = document.querySelector('.columns__list').getBoundingClientRect();
            return box.width > 0 && box.left >= 0 && box.right <= innerWidth;";
        for size in SIZES {
            page.resize(size).await?;
            let is_inside = page.script(inside, vec![]).await?;
            ensure!(is_inside == json!(true), "the list is cut at {size:?}");
        }
        let close = "document.querySelector('.columns').open = false;";
        page.script(close, vec![]).await?;
        page.fits_everywhere().await?;
        // The first behind the name goes no further.
        let first = "const button = document.getElementById('column-t←');
            button.click();
            return button.ariaDisabled;";
        let first = page.script(first, vec![]).await?;
        ensure!(first == json!("true"), "the first can go before the name");
        page.client.refresh().await?;
        wait_for_rows(page).await?;
        ensure!(heads(page).await? == expected, "the order is forgotten");
        page.console_is_quiet().await
    })
}
