//! How a village came from one period to the next, and what stands behind its score now:
//! every number shown is that of a native run.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use dhi_engine::explain::{Dossier, DossierNode, dossier};
use dhi_engine::frame::{Cell, Dataset};
use dhi_engine::framework::{Framework, Measure, Node};
use dhi_engine::ids::{Period, UnitCode};
use dhi_engine::input::{decode, read, recognise};
use dhi_engine::periods::{Change, Changes, History, Player, Side};
use dhi_engine::pipeline::{Inputs, run};
use dhi_engine::spec::Spec;
use dhi_engine::weigh::WeightSet;
use serde_json::json;

use crate::change_method::{apply_json, state};
use crate::drag_weights::accept;
use crate::driver::{Page, scenario};
use crate::honest_ranks::{demonstration, inputs};
use crate::rank_villages::{first_rows, wait_for_rows};

/// Two decimals, and a dash for what is not there.
fn two(x: Option<f64>) -> String {
    x.map_or_else(|| "—".to_owned(), |x| format!("{x:.2}"))
}

/// Up to four decimals.
fn four(x: f64) -> String {
    let text = format!("{x:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Values of two earlier periods as a long table: of 2024 without one village, and of 2025
/// without another.
fn earlier(dataset: &Dataset, without: [&UnitCode; 2]) -> Result<String> {
    let mut table = String::from("村代码,期间,指标代码,数值");
    // Those of 2026 stand for 2024.
    for (period, values_of, without) in [("2024", "2026", without[0]), ("2025", "2025", without[1])]
    {
        let values = dataset.periods().get(&Period::new(values_of)?);
        let frame = values.context("no such period")?.frame();
        for (unit, about) in dataset.units().list().iter().enumerate() {
            if about.code == *without {
                continue;
            }
            for (at, (node, _)) in dataset.framework().indicators().enumerate() {
                let cell = match frame.cell(unit, at) {
                    Cell::Value(x) => x.to_string(),
                    Cell::NotApplicable => "不适用".to_owned(),
                    Cell::Missing => continue,
                };
                table = format!("{table}\n{},{period},{},{cell}", about.code, node.id);
            }
        }
    }
    Ok(table)
}

fn with_earlier(base: &Dataset, table: &str) -> Result<Dataset> {
    let books = [decode("t.csv", table.as_bytes(), None).workbook];
    let plans = recognise(&books, Some(base.framework()));
    let (period, _) = base.latest().context("no period")?;
    let import = read(&books, &plans, Some(base), period);
    import.dataset.context("refused")
}

/// What is no change at two decimals has no sign.
fn signed(x: f64) -> String {
    match format!("{x:+.2}").as_str() {
        "+0.00" | "-0.00" => "0.00".to_owned(),
        text => text.replace('-', "−"),
    }
}

/// Of three periods, two of the five at the top lack one: the line breaks there, and where
/// the last but one is missing nothing is said of a change.
#[test]
fn lines_over_the_periods_have_the_scores_of_native_runs() -> Result<()> {
    scenario("compare_trend", async |page| {
        let base = demonstration()?;
        let weights = WeightSet::from_framework(base.framework())?;
        let spec = Spec::default();
        let now = run(inputs(&base)?, &weights, &spec)?;
        let units = base.units().list();
        let of_rank = |at: usize| &units[now.ranks.order[at] as usize].code;
        let table = earlier(&base, [of_rank(1), of_rank(2)])?;
        let dataset = with_earlier(&base, &table)?;
        let history = History::of(&dataset, &weights, &spec)?;
        let framework = dataset.framework();
        let root = framework.node(framework.composite()).id.as_str();

        let folder = tempfile::tempdir()?;
        let path = folder.path().join("earlier.csv");
        fs::write(&path, table)?;
        page.open("#/data").await?;
        page.choose_file("[data-testid=import-files]", &path)
            .await?;
        accept(page).await?;
        page.open("#/ranking").await?;
        wait_for_rows(page).await?;
        // Every column there is.
        let all = "for (const box of document.querySelectorAll('.columns__one input'))
            if (!box.checked) box.click();";
        page.script(all, vec![]).await?;
        page.css(".rank [data-code] .rank__trend svg.spark").await?;

        let rows = first_rows(page, 5).await?;
        let script = "const cell = document.querySelector(
                `.rank [data-code='${arguments[0]}'] .rank__trend`);
            const line = cell.querySelector('svg.spark');
            return [line?.ariaLabel ?? null, line?.querySelector('title').textContent ?? null,
                [...cell.querySelectorAll('polyline')].map((piece) =>
                    piece.getAttribute('points').trim().split(/ +/).filter((p) => p).length),
                cell.querySelector('.number')?.textContent ?? cell.textContent];";
        let mut broken = 0;
        for (at, (code, _)) in rows.iter().enumerate() {
            ensure!(code == of_rank(at).as_str(), "{code} is row {at}");
            let scores = history.scores(of_rank(at), root);
            ensure!(scores.len() == 3, "{scores:?}");
            broken += usize::from(scores.iter().any(Option::is_none));
            let shown = page.script(script, vec![json!(code)]).await?;
            let change = scores[2].zip(scores[1]).map(|(to, from)| to - from);
            let expected = match change {
                None => json!([null, null, [], "—"]),
                Some(change) => {
                    let words = scores.iter().map(|s| two(*s)).collect::<Vec<_>>();
                    let words = words.join(" → ");
                    // A missing period ends one piece and begins another.
                    let pieces: Vec<usize> = scores
                        .split(Option::is_none)
                        .map(<[Option<f64>]>::len)
                        .collect();
                    json!([words, words, pieces, signed(change)])
                }
            };
            ensure!(shown == expected, "{code}: {shown}, natively {expected}");
        }
        ensure!(broken == 2, "{broken} of five lack a period");
        page.picture("ranking-periods").await?;
        page.console_is_quiet().await
    })
}

/// One side of the division: a period of the demonstration.
fn side<'a>(
    dataset: &'a Dataset,
    period: &'a Period,
    weights: &'a WeightSet,
    spec: &'a Spec,
) -> Result<Side<'a>> {
    Ok(Side {
        inputs: Inputs::of(dataset, period).context("no such period")?,
        weights,
        spec,
    })
}

/// The division shown for the village that is open: both scores, the parts, and the
/// change with its bits.
async fn division(page: &Page, change: &Change) -> Result<(Vec<String>, Vec<String>)> {
    page.click("button", "分解变化").await?;
    let script = "const card = document.querySelector('[data-testid=since]');
        const total = card?.querySelector('tfoot [data-change]');
        return total ? [total.dataset.sum, total.dataset.change] : null;";
    // Those of another method stay until the new ones are written.
    let bits = json!([change.change.to_string(), change.change.to_string()]);
    page.until("the change is that of a native run", async || {
        let shown = page.script(script, vec![]).await?;
        ensure!(shown == bits, "{shown} is not {bits}");
        Ok(Some(()))
    })
    .await?;
    let script = "const text = (s) => [...document.querySelectorAll(`[data-testid=since] ${s}`)]
            .map((e) => e.textContent);
        return [text('dl.facts dd'), text('table td')];";
    Ok(serde_json::from_value(page.script(script, vec![]).await?)?)
}

/// By fixed goalposts a change is of a village's own making; by the smallest and largest
/// values, the others have their part in it.
#[test]
fn a_change_is_divided_as_natively_and_its_parts_add_up() -> Result<()> {
    scenario("compare_since", async |page| {
        let dataset = demonstration()?;
        let weights = WeightSet::from_framework(dataset.framework())?;
        let [before, after] = ["2025", "2026"].map(Period::new);
        let (before, after) = (before?, after?);
        let code = &dataset.units().list()[7].code;
        let relative = r#"{ "normalise": { "method": "min_max" } }"#;
        for (text, players) in [
            ("{}", vec![Player::OwnData]),
            (relative, vec![Player::OwnData, Player::Peers]),
        ] {
            let spec = Spec::from_json(text)?;
            let from = side(&dataset, &before, &weights, &spec)?;
            let to = side(&dataset, &after, &weights, &spec)?;
            let change = Changes::new(from, to)?.of(code)?;
            for player in Player::ALL {
                let is_moved = change.part(player) != 0.0;
                ensure!(players.contains(&player) == is_moved, "{change:?}");
            }
            if text == relative {
                page.open("#/method").await?;
                page.click("button", "以 JSON 编辑").await?;
                apply_json(page, text).await?;
                state(page, "已应用").await?;
            }
            page.open(&format!("#/village/{code}")).await?;
            let (ends, parts) = division(page, &change).await?;
            let native = [change.from, change.to].map(|x| format!("{x:.2}"));
            ensure!(ends == native, "{ends:?}, natively {native:?}");
            // The six parts, then the change.
            let native = change.parts.iter().chain([&change.change]);
            let native: Vec<String> = native.map(|x| signed(*x)).collect();
            ensure!(parts == native, "{parts:?}, natively {native:?}");
            let shown = parts.iter().map(|text| text.replace('−', "-").parse());
            let shown = shown.collect::<Result<Vec<f64>, _>>()?;
            let (total, shown) = shown.split_last().context("nothing is shown")?;
            // Each of those that are not 0, and the change, is rounded by half a hundredth.
            let rounding = 0.005 * (players.len() + 1) as f64 + 1e-9;
            let sum: f64 = shown.iter().sum();
            ensure!((sum - total).abs() <= rounding, "{sum} {parts:?}");
        }
        page.console_is_quiet().await
    })
}

/// A value as the page tells it: what people answered only within what gives nobody away.
fn raw_words(spec: &Spec, node: &Node, about: &DossierNode) -> String {
    let (Some(raw), Some(indicator)) = (about.raw, &node.indicator) else {
        return nothing(about).to_owned();
    };
    let (sign, told) = spec.survey.told(node.id.as_str(), indicator.measure, raw);
    let unit = match indicator.measure {
        Measure::Percent => "%",
        Measure::Amount => " 万元",
        Measure::Points => " 分",
        Measure::Share | Measure::Count | Measure::Number => "",
    };
    let ratio = about.ratio.map_or_else(String::new, |r| {
        format!(" ({}/{})", four(r.numerator), four(r.denominator))
    });
    format!("{sign}{told:.2}{unit}{ratio}")
}

fn nothing(about: &DossierNode) -> &'static str {
    if about.is_not_applicable {
        "不适用"
    } else {
        "缺失"
    }
}

/// Rows of the table natively: name, value, score, class median, share beside the
/// siblings, weight as applied and contribution.
fn rows(framework: &Framework, spec: &Spec, found: &Dossier) -> Vec<[String; 7]> {
    let percent = |x: f64| format!("{:.1}%", x * 100.0);
    let nodes = found.nodes.iter().skip(1);
    nodes
        .map(|about| {
            let node = framework.node(about.node);
            let raw = match &node.indicator {
                Some(_) => raw_words(spec, node, about),
                None => String::new(),
            };
            let score = about
                .score
                .map_or_else(|| nothing(about).to_owned(), |s| two(Some(s)));
            [
                node.name.zh.clone(),
                raw,
                score,
                two(about.class_median),
                percent(about.share),
                percent(about.applied),
                two(Some(about.contribution)),
            ]
        })
        .collect()
}

/// Of the first village with every value and of the first without: the values it has weigh
/// more there.
#[test]
fn the_cells_behind_a_score_are_those_of_a_native_run() -> Result<()> {
    scenario("compare_cells", async |page| {
        let dataset = demonstration()?;
        let inputs = inputs(&dataset)?;
        let weights = WeightSet::from_framework(inputs.framework)?;
        let spec = Spec::default();
        let outcome = run(inputs, &weights, &spec)?;
        let units = dataset.units().list();
        let full = (0..units.len()).find(|unit| outcome.coverage.overall(*unit).reaches(1.0));
        let lacking = (0..units.len()).find(|unit| {
            let is_scored = outcome.scores.composite().get(*unit).value().is_some();
            is_scored && !outcome.coverage.overall(*unit).reaches(1.0)
        });
        let mut seen = Vec::new();
        for unit in [full, lacking] {
            let unit = unit.context("no such village")?;
            let found = dossier(inputs, &outcome, &weights, &outcome.scores, &spec, unit);
            let found = found.context("no dossier")?;
            let native = rows(inputs.framework, &spec, &found);
            page.open(&format!("#/village/{}", units[unit].code))
                .await?;
            page.css("[data-testid=dossier] tbody tr").await?;
            let script = "const text = (row, s) => row.querySelector(s).textContent;
                return [...document.querySelectorAll('[data-testid=dossier] tbody tr')].map((row) =>
                    [text(row, 'th'), ...[1, 3, 4, 5, 6, 7].map((at) =>
                        text(row, `td:nth-of-type(${at})`))]);";
            // Those of the village before stay until the new ones are written.
            page.until("the cells are those of a native run", async || {
                let shown = page.script(script, vec![]).await?;
                let shown: Vec<[String; 7]> = serde_json::from_value(shown)?;
                ensure!(shown.len() == native.len(), "{} rows", shown.len());
                for (shown, native) in shown.iter().zip(&native) {
                    ensure!(shown == native, "{shown:?}, natively {native:?}");
                }
                Ok(Some(()))
            })
            .await?;
            seen.extend(native);
        }
        // Values, values told by their bounds or with their counts, and missing ones.
        for part in ["%", "≥ ", "/", "缺失", "不适用"] {
            let is_there = seen.iter().any(|row| row[1].contains(part));
            ensure!(is_there, "no value with {part} was compared");
        }
        page.console_is_quiet().await
    })
}
