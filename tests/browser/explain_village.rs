//! A village's page says why, against the median village and over the periods, with
//! the numbers of a native run; its letter is one sheet of A4.

use anyhow::{Context as _, Result, ensure};
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::explain::contributions;
use dhi_engine::frame::Dataset;
use dhi_engine::periods::History;
use dhi_engine::pipeline::{Inputs, Outcome, run};
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{RankInterval, Robust, RobustSpec, StandardErrors};
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme, scenario};

fn demonstration() -> Result<Dataset> {
    Ok(generate(&default_scheme(), DemoOptions::default())?)
}

fn inputs(dataset: &Dataset) -> Result<Inputs<'_>> {
    let (_, observations) = dataset.latest().context("no period")?;
    let (units, framework) = (dataset.units(), dataset.framework());
    Ok(Inputs::new(units, framework, observations))
}

/// The numbers in an attribute of what a selector matches; NaN for an empty one.
async fn numbers(page: &Page, selector: &str, attribute: &str) -> Result<Vec<f64>> {
    let script = "return [...document.querySelectorAll(arguments[0])]
        .map((e) => e.getAttribute(arguments[1]));";
    let found = page
        .script(script, vec![json!(selector), json!(attribute)])
        .await?;
    let texts: Vec<String> = serde_json::from_value(found)?;
    let number = |t: &String| t.parse().unwrap_or(f64::NAN);
    Ok(texts.iter().map(number).collect())
}

/// The lower of those in the middle of a class, by score and then the register.
fn middle_of_class(dataset: &Dataset, outcome: &Outcome, unit: usize) -> Option<usize> {
    let units = dataset.units().list();
    let class = &units.get(unit)?.class;
    let score = |i: usize| outcome.scores.composite().get(i).value();
    let members = (0..units.len()).filter(|i| units[*i].class == *class);
    let mut scored: Vec<(f64, usize)> = members.filter_map(|i| Some((score(i)?, i))).collect();
    scored.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    scored.get((scored.len() - 1) / 2).map(|s| s.1)
}

#[test]
fn a_village_is_explained_by_the_numbers_of_a_native_run() -> Result<()> {
    scenario("explain_village", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let (framework, spec) = (inputs.framework, Spec::default());
        let weights = WeightSet::from_framework(framework)?;
        let outcome = run(inputs, &weights, &spec)?;
        let unit = 7;
        let reference = middle_of_class(&dataset, &outcome, unit).context("no class")?;
        let units = dataset.units().list();
        page.open(&format!("#/village/{}", units[unit].code))
            .await?;
        page.css("[data-testid=against] svg").await?;

        // Steps of the pillars, then of what is below them.
        let total = "[data-testid=against] tfoot [data-total]";
        let total = numbers(page, total, "data-total").await?;
        let steps = "[data-testid=against] [data-step]";
        let steps = numbers(page, steps, "data-step").await?;
        let score = |i: usize| outcome.scores.composite().get(i).value();
        let (own, other) = score(unit).zip(score(reference)).context("no score")?;
        ensure!((total[0] - (own - other)).abs() < 1e-12, "{total:?}");
        let pillars = framework.pillars();
        let sum: f64 = steps.iter().take(pillars.len()).sum();
        ensure!(sum.to_bits() == total[0].to_bits(), "{sum} {total:?}");
        let of = |i| contributions(framework, &weights, &outcome.scores, i);
        let (ours, theirs) = (of(unit), of(reference));
        for (pillar, step) in pillars.iter().zip(&steps) {
            let native = ours[pillar.at()] - theirs[pillar.at()];
            ensure!((step - native).abs() < 1e-12, "{step} is not {native}");
        }
        page.text(&units[reference].name).await?;

        let history = History::of(&dataset, &weights, &spec)?;
        let root = framework.node(framework.composite()).id.as_str();
        let native = history.scores(&units[unit].code, root);
        let native: Vec<f64> = native.into_iter().map(|s| s.unwrap_or(f64::NAN)).collect();
        page.css("[data-testid=trend] svg").await?;
        let shown = numbers(page, "[data-testid=trend] [data-score]", "data-score").await?;
        ensure!(
            format!("{shown:?}") == format!("{native:?}"),
            "{shown:?} is not {native:?}"
        );

        let medians = numbers(page, "[data-testid=strengths] li", "data-distance").await?;
        ensure!((2..=6).contains(&medians.len()), "{medians:?}");
        page.click("button", "分解变化").await?;
        page.css("[data-testid=since] svg").await?;
        let open = "document.querySelectorAll('details').forEach((d) => d.open = true);";
        page.script(open, vec![]).await?;
        page.fits_everywhere().await?;
        for (selector, name) in [("against", "against"), ("trend", "trend")] {
            for (size, scheme) in [((390, 844), Scheme::Dark), ((1440, 900), Scheme::Light)] {
                page.prefer(scheme).await?;
                page.resize(size).await?;
                page.client.refresh().await?;
                page.css(&format!("[data-testid={selector}] svg")).await?;
                page.css("[data-testid=certain] .odds").await?;
                let show = "document.querySelector(arguments[0]).scrollIntoView();";
                let at = format!("[data-testid={selector}]");
                page.script(show, vec![json!(at)]).await?;
                page.picture(&format!("village-{name}-{}", size.0)).await?;
            }
        }
        page.console_is_quiet().await
    })
}

/// What a letter says of an interval; one of a single rank is no range.
pub(crate) fn interval_words(interval: RankInterval) -> String {
    let RankInterval { low, high, .. } = interval;
    if low == high {
        format!("名次大多仍是第 {low} 名（重算 2000 次")
    } else {
        format!("名次大约在第 {low} 到第 {high} 名之间（重算 2000 次")
    }
}

#[test]
fn a_letter_is_one_sheet_and_says_how_certain_the_rank_is() -> Result<()> {
    scenario("explain_letter", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let spec = Spec::default();
        let weights = WeightSet::from_framework(inputs.framework)?;
        let robust = RobustSpec {
            replicates: 2000,
            ..RobustSpec::default()
        };
        let errors = StandardErrors::of(inputs.observations);
        let robust = Robust::new(inputs, &weights, &spec, &robust, &errors)?;
        let mut tally = robust.tally();
        robust.worker().run(0..2000, &mut tally)?;
        let unit = 7;
        let code = dataset.units().list()[unit].code.as_str();
        let interval = tally.interval(unit, 0.9).context("no rank")?;

        page.open(&format!("#/village/{code}")).await?;
        page.click("button", "说明信").await?;
        page.text(&interval_words(interval)).await?;
        page.text("复核的受理单位、办法和期限：待确认").await?;
        page.fits_everywhere().await?;
        for language in ["zh", "en"] {
            let set = "localStorage.setItem('dhi-language', JSON.stringify(arguments[0]));";
            page.script(set, vec![json!(language)]).await?;
            page.client.refresh().await?;
            page.css("[data-testid=letter]").await?;
            let certain = if language == "zh" {
                "名之间（"
            } else {
                "the rank is about"
            };
            page.text(certain).await?;
            let pages = page.paper(&format!("letter-{language}")).await?;
            ensure!(pages == 1, "the letter takes {pages} sheets");
        }
        // On paper: the letter with its mark, and nothing else.
        page.cdp("Emulation.setEmulatedMedia", json!({ "media": "print" }))
            .await?;
        let script = "const shown = (s) => [...document.querySelectorAll(s)]
                .some((e) => e.checkVisibility());
            return ['.sheet > .mark', '.letter', '.header', '.footer', '.page__head', '.button']
                .map(shown);";
        let shown = page.script(script, vec![]).await?;
        ensure!(
            shown == json!([true, true, false, false, false, false]),
            "{shown}"
        );
        page.prefer(Scheme::Light).await?;
        page.console_is_quiet().await
    })
}

/// Set once for the project, who reviews stands in every letter, also after a reload and in
/// five hundred characters, until it is undone.
#[test]
fn a_letter_says_who_reviews_once_the_project_does() -> Result<()> {
    const OPEN: &str = "复核的受理单位、办法和期限：待确认";
    scenario("explain_appeal", async |page| {
        let dataset = demonstration()?;
        let letter = format!("#/letter/{}", dataset.units().list()[7].code);
        let told = "虚构示例：县委组织部受理，书面提出，收信后十五日内。";
        let set = async |text: &str| -> Result<()> {
            page.open("#/method").await?;
            let write = "const field = document.getElementById('appeal-text');
                if (!field) { return false; }
                field.value = arguments[0];
                field.dispatchEvent(new Event('input', { bubbles: true }));
                return true;";
            page.until("the field is there", async || {
                let done = page.script(write, vec![json!(text)]).await?;
                Ok((done == json!(true)).then_some(()))
            })
            .await?;
            page.click("button", "写入说明信").await?;
            page.text("set_appeal").await?;
            Ok(())
        };
        page.open(&letter).await?;
        page.text(OPEN).await?;
        let long = "书面提出；".chars().cycle().take(500).collect::<String>();
        for text in [told, &long] {
            set(text).await?;
            page.open(&letter).await?;
            page.text(text).await?;
            page.text("已保存").await?;
            page.client.refresh().await?;
            page.text(text).await?;
            let shown = "return document.querySelector('.letter').textContent;";
            let shown = page.script(shown, vec![]).await?;
            let shown = shown.as_str().context("no letter")?;
            ensure!(!shown.contains(OPEN), "still to be confirmed: {shown}");
            let pages = page.paper("letter-appeal").await?;
            ensure!(pages == 1, "the letter takes {pages} sheets");
            page.fits_everywhere().await?;
            page.resize(SIZES[0]).await?;
        }
        // Twice back, past the reload, with the letter open.
        page.click("button", "撤销").await?;
        page.text(told).await?;
        page.click("button", "撤销").await?;
        page.text(OPEN).await?;
        page.console_is_quiet().await
    })
}
