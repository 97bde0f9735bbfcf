//! Ranks come with what is known about them: intervals, tiers, chances, and exact
//! answers about weights, the same as natively.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::Dataset;
use dhi_engine::framework::Language;
use dhi_engine::ids::NodeIdx;
use dhi_engine::pipeline::{Inputs, Outcome, run};
use dhi_engine::report::{self, number};
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{Robust, RobustSpec, StandardErrors, Tally, Verdict};
use dhi_engine::weigh::WeightSet;
use dhi_engine::weight_space::{Level, Reach, Target, leader_stay, lift, top_stay};
use serde_json::json;

use crate::driver::{Page, scenario};
use crate::rank_villages::{exported, in_register_order, wait_for_rows};

/// The demonstration, which the app opens with.
pub(crate) fn demonstration() -> Result<Dataset> {
    Ok(generate(&default_scheme(), DemoOptions::default())?)
}

pub(crate) fn inputs(dataset: &Dataset) -> Result<Inputs<'_>> {
    let (period, _) = dataset.latest().context("no period")?;
    // With the periods before, from which some methods fill gaps.
    Inputs::of(dataset, period).context("no inputs")
}

/// The analysis that the app makes of 85 villages, natively.
pub(crate) fn native<'a>(inputs: Inputs<'a>, spec: &Spec) -> Result<(Robust<'a>, Tally)> {
    native_under(inputs, &WeightSet::from_framework(inputs.framework)?, spec)
}

/// The same under other weights.
pub(crate) fn native_under<'a>(
    inputs: Inputs<'a>,
    weights: &WeightSet,
    spec: &Spec,
) -> Result<(Robust<'a>, Tally)> {
    let robust = RobustSpec {
        replicates: 2000,
        ..RobustSpec::default()
    };
    let errors = StandardErrors::of(inputs.observations);
    let robust = Robust::new(inputs, weights, spec, &robust, &errors)?;
    let mut tally = robust.tally();
    robust.worker().run(0..2000, &mut tally)?;
    Ok((robust, tally))
}

/// The lines of an export with what is known about the ranks: the header, then the
/// villages in the order of the register.
pub(crate) fn with_certainty(
    inputs: Inputs<'_>,
    outcome: &Outcome,
    tally: &Tally,
) -> Result<Vec<String>> {
    let spec = Spec::default();
    let scores = report::scores(inputs, outcome, &spec, Language::Chinese);
    let plain = String::from_utf8(scores.to_csv(&[]))?;
    let mut plain = plain.trim_start_matches('\u{feff}').lines();
    let head = plain.next().context("empty")?;
    let mut lines = vec![format!(
        "{head},rank_low,rank_high,tier,chance 健康,chance 关注,chance 预警,chance 高风险,line_chance,verdict"
    )];
    let tiers = tally.tiers(0.9).context("no tiers")?;
    let end = |x: Option<u32>| x.map_or_else(String::new, |x| x.to_string());
    for (i, plain) in plain.enumerate() {
        let interval = tally.interval(i, 0.9);
        let mut cells = vec![
            plain.to_owned(),
            end(interval.map(|r| r.low)),
            end(interval.map(|r| r.high)),
            end(tiers[i]),
        ];
        let chances = tally.band_chances(i);
        cells.extend((0..4).map(|band| {
            let chance = chances.as_ref().map(|c| c[band]);
            chance.map_or_else(String::new, number)
        }));
        let chance = tally.line_chance(i);
        cells.push(chance.map_or_else(String::new, number));
        cells.push(report::verdict_text(verdict(tally, i)).to_owned());
        lines.push(cells.join(","));
    }
    Ok(lines)
}

/// What the chance of the nomination line makes of a village.
fn verdict(tally: &Tally, unit: usize) -> Verdict {
    Verdict::of(tally.line_chance(unit), (0.1, 0.9))
}

/// Waits until the intervals are about the results shown.
pub(crate) async fn wait_for_intervals(page: &Page) -> Result<()> {
    page.css("[data-testid=certainty][data-state=present]")
        .await?;
    Ok(())
}

#[test]
fn intervals_tiers_and_chances_are_the_bits_of_a_native_analysis() -> Result<()> {
    scenario("honest_bits", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        wait_for_intervals(page).await?;
        let text = exported(page).await?;

        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let (robust, tally) = native(inputs, &spec)?;
        ensure!(
            text.contains(&robust.digest()),
            "the export names another analysis"
        );
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        let native = with_certainty(inputs, &outcome, &tally)?;
        let browser = in_register_order(&text)?;
        // Numbers read back as the same bits, so equal text is equal bits.
        for (browser, native) in browser.iter().zip(&native) {
            ensure!(browser == native, "browser {browser}\nnative  {native}");
        }
        ensure!(browser.len() == 86 && native.len() == 86, "{browser:?}");
        let units = dataset.units().list().iter().enumerate();
        let is_open = |unit: usize| verdict(&tally, unit) == Verdict::Undetermined;
        let mut open = units
            .filter(|(at, _)| is_open(*at))
            .map(|(_, unit)| unit.code.to_string());

        // The screen says so too: a village between the limits is undetermined, in
        // words and with a sign.
        let code = &open.next().context("no village is undetermined")?;
        page.fill("searchbox", "查找", code).await?;
        let script = "const row = document.querySelector(`.rank [data-code='${arguments[0]}']`);
            const of = (c) => row && row.querySelector(c) ? row.querySelector(c).textContent : '';
            return [of('.interval__text'), of('.rank__tier'), of('.verdict--open')];";
        let at = dataset
            .units()
            .list()
            .iter()
            .position(|u| u.code.as_str() == code);
        let at = at.context("no such village")?;
        let (interval, tier, verdict): (String, String, String) = page
            .until("the row is shown", async || {
                let cells = page.script(script, vec![json!(code)]).await?;
                let cells: (String, String, String) = serde_json::from_value(cells)?;
                Ok((!cells.2.is_empty()).then_some(cells))
            })
            .await?;
        let ends = tally.interval(at, 0.9).context("no interval")?;
        ensure!(
            interval == format!("{}–{}", ends.low, ends.high),
            "{interval}"
        );
        let tiers = tally.tiers(0.9).context("no tiers")?;
        ensure!(Some(tier) == tiers[at].map(|t| t.to_string()));
        let chance = tally.line_chance(at).context("no chance")?;
        // Towards even odds: what is open never looks as if it reached a limit.
        let percent = match chance * 100.0 {
            less if less < 50.0 => (less - 1e-9).ceil(),
            more => (more + 1e-9).floor(),
        };
        ensure!(verdict == format!("◐ 未定 {percent:.0}%"), "{verdict}");
        page.console_is_quiet().await
    })
}

/// Moves a slider on every frame for a second from just after an analysis has
/// started; counts frames, changes of the ranking and long tasks.
const DRAG: &str = "const done = arguments[0];
    const slider = document.querySelector('.weights__slider');
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
    const scores = () => [...document.querySelectorAll('.rank [data-code]')].slice(0, 10)
        .map((row) => row.dataset.code + row.querySelector('.rank__score').textContent).join();
    const long = [];
    const watch = new PerformanceObserver((list) =>
        long.push(...list.getEntries().map((entry) => Math.round(entry.duration))));
    watch.observe({ entryTypes: ['longtask'] });
    const input = (value) => {
        set.call(slider, value);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
    };
    let last = scores(), changes = 0, frames = 0, first = 0, began = 0;
    const step = () => {
        if (frames === 60) {
            slider.dispatchEvent(new Event('change', { bubbles: true }));
            setTimeout(() => { watch.disconnect(); done([changes, first, long]); }, 1500);
            return;
        }
        if (frames === 0) began = performance.now();
        input(20 + frames);
        frames += 1;
        requestAnimationFrame(() => {
            const now = scores();
            if (now !== last) { changes += 1; first = first || performance.now() - began; last = now; }
            step();
        });
    };
    input(30);
    // The analysis starts a quarter of a second after the last change.
    setTimeout(() => { last = scores(); step(); }, 320);";

#[test]
fn a_drag_goes_before_a_running_analysis_which_starts_again_by_itself() -> Result<()> {
    scenario("honest_drag", async |page| {
        page.open("").await?;
        wait_for_rows(page).await?;
        wait_for_intervals(page).await?;
        // Long enough to be running when the drag begins.
        page.script(
            "const select = document.querySelector('.certainty label:nth-of-type(2) select');
             select.value = '10000';
             select.dispatchEvent(new Event('change', { bubbles: true }));",
            vec![],
        )
        .await?;
        page.css("[data-testid=certainty][data-state=outdated]")
            .await?;
        wait_for_intervals(page).await?;
        let ms = page
            .script(
                "return document.querySelector('[data-testid=certainty]').dataset.ms;",
                vec![],
            )
            .await?;
        println!("10,000 replicates at 85 × 30 in the worker: {ms} ms");
        page.script("location.hash = '#/weights';", vec![]).await?;
        page.css(".weights__slider").await?;
        wait_for_rows(page).await?;
        let result = page.client.execute_async(DRAG, vec![]).await?;
        let (changes, first, long): (u32, f64, Vec<u32>) = serde_json::from_value(result)?;
        println!(
            "{changes} rankings in 60 frames during an analysis, the first after {first:.0} ms; long tasks {long:?}"
        );
        ensure!(changes > 5, "only {changes} rankings followed the drag");
        ensure!(first < 500.0, "the first ranking took {first} ms");
        page.script("location.hash = '#/ranking';", vec![]).await?;
        wait_for_intervals(page).await?;
        page.console_is_quiet().await
    })
}

#[test]
fn a_slider_says_within_which_weights_the_leader_stays() -> Result<()> {
    scenario("honest_sliders", async |page| {
        page.open("#/weights").await?;
        wait_for_rows(page).await?;
        let script = "return [...document.querySelectorAll('.weights__row')]
            .map((row) => [row.dataset.node, row.querySelector('.weights__stay').textContent]);";
        let shown: Vec<(String, String)> = page
            .until("the intervals are shown", async || {
                let rows: Vec<(String, String)> =
                    serde_json::from_value(page.script(script, vec![]).await?)?;
                Ok((rows.len() == 3 && rows.iter().all(|r| !r.1.is_empty())).then_some(rows))
            })
            .await?;
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        let level = Level::new(
            inputs.framework,
            &outcome.weights,
            &outcome.scores,
            &outcome.ranks,
            &spec,
            NodeIdx(0),
        )?;
        let percent = |x: f64| format!("{:.1}%", x * 100.0);
        for (at, (node, text)) in shown.iter().enumerate() {
            ensure!(
                *node
                    == inputs
                        .framework
                        .node(inputs.framework.pillars()[at])
                        .id
                        .to_string()
            );
            let leader = leader_stay(&level, at, spec.rank.tolerance).context("no interval")?;
            let top = top_stay(&level, at, 10, spec.rank.tolerance).context("no interval")?;
            let native = format!(
                "第一名不变：{}–{}，前十名不变：{}–{}",
                percent(leader.low.at),
                percent(leader.high.at),
                percent(top.low.at),
                percent(top.high.at)
            );
            ensure!(*text == native, "browser {text}\nnative  {native}");
        }
        page.console_is_quiet().await
    })
}

#[test]
fn a_village_sees_what_moves_it_and_what_would_lift_it() -> Result<()> {
    scenario("honest_village", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        // Somewhere in the middle there is a band to reach.
        let order = &outcome.ranks.order;
        let unit = order[order.len() / 2] as usize;
        let code = &dataset.units().list()[unit].code;
        page.open(&format!("#/village/{code}")).await?;
        page.click("button", "为什么会变、怎样提升").await?;
        page.css("[data-testid=lift] td").await?;
        let script = "return [...document.querySelectorAll('[data-testid=lift] tbody tr')]
            .map((row) => [row.dataset.node, row.dataset.to, row.dataset.gain]);";
        let mut shown: Vec<(String, String, String)> =
            serde_json::from_value(page.script(script, vec![]).await?)?;
        let target = Target::next_band(&outcome, &spec, unit).context("already best")?;
        let rows = lift(inputs, &outcome, &weights, &spec, unit, target)?;
        let text = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
        let mut native: Vec<_> = rows
            .iter()
            .filter_map(|row| {
                let to = match row.reach {
                    Reach::Exact(x) | Reach::Searched(x) => Some(x),
                    Reach::TooLittle => row.cap.map(|c| c.0),
                    Reach::Missing => None,
                    Reach::NotApplicable | Reach::NoEffect => return None,
                };
                Some((row.node.0.to_string(), text(to), text(row.gain)))
            })
            .collect();
        shown.sort();
        native.sort();
        ensure!(!native.is_empty(), "nothing to lift");
        ensure!(shown == native, "browser {shown:?}\nnative  {native:?}");
        page.text("什么影响本村名次").await?;
        page.fits_everywhere().await?;
        page.picture("village-certainty").await?;
        page.console_is_quiet().await
    })
}
