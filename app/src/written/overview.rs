//! How scores stand: the facts at the head of the overview, and their spread.

use super::html::Html;
use super::{Scene, filled, heat, shape, withheld};
use crate::bidi::isolated;
use crate::charts::histogram::{Words, svg};
use crate::i18n::{Told, fixed2, share1, value};
use crate::worker::overview::Standing;
use dhi_engine::distribution::Histogram;
use dhi_engine::rank::{Boundary, Grade, Withheld};

/// The picture is drawn no wider, so that its texts stay readable beside the bands.
const MOST_WIDTH: u32 = 560;

/// Facts, spread and the table of towns and classes.
pub fn overview(scene: &Scene<'_>, html: &mut Html, standing: &Standing<'_>) {
    facts(scene, html, standing);
    html.open("section class=\"card\" data-testid=\"spread\"")
        .el("h2", scene.t(Told::Spread))
        .open("div class=\"overview__pair\"");
    match &standing.histogram {
        Some(histogram) => picture(scene, html, histogram),
        None => {
            html.el("p class=\"empty\"", scene.t(Told::SpreadNone));
        }
    }
    bands(scene, html, standing);
    html.raw("</div></section>");
    heat::heat(scene, html, standing);
}

fn facts(scene: &Scene<'_>, html: &mut Html, standing: &Standing<'_>) {
    let graded: u32 = standing.bands.iter().sum();
    let range = |low: f64, high: f64| [&fixed2(low), "–", &fixed2(high)].concat();
    let spread = standing.quartiles.as_ref();
    html.open("section class=\"card\" data-testid=\"headline\"")
        .open("dl class=\"facts\"")
        .fact(scene.t(Told::Committees), &standing.n_units.to_string())
        .fact(
            scene.t(Told::WithGrade),
            &with_share(graded, standing.n_units),
        )
        .fact(
            scene.t(Told::NoGrade),
            &(standing.n_units - graded).to_string(),
        );
    for (told, value) in [
        (Told::MedianScore, spread.map(|q| fixed2(q.median))),
        (
            Told::QuartilesScore,
            spread.map(|q| range(q.lower, q.upper)),
        ),
        (Told::RangeScore, spread.map(|q| range(q.least, q.greatest))),
        (Told::MeanCoverage, standing.coverage.map(share1)),
    ] {
        scene.fact(html, told, &value.unwrap_or_else(|| "—".into()));
    }
    html.raw("</dl>")
        .el("p class=\"hint\"", scene.t(Told::OverviewHint))
        .close("section");
}

/// A count and its share.
pub fn with_share(n: u32, of: u32) -> String {
    let share = f64::from(n) / f64::from(of.max(1));
    [&n.to_string(), " (", &share1(share), ")"].concat()
}

/// Shape and name of every band, from best to worst.
fn band_names(scene: &Scene<'_>) -> Vec<String> {
    let list = scene.spec.bands.list().iter().zip(0..);
    list.map(|(band, at)| [shape(at), " ", &isolated(band.name.get(scene.language))].concat())
        .collect()
}

/// From where to where a band goes.
fn band_range(scene: &Scene<'_>, at: usize) -> String {
    let list = scene.spec.bands.list();
    let from = list.get(at).and_then(|b| b.from);
    let to = at.checked_sub(1).and_then(|above| list.get(above)?.from);
    let (upper, lower) = match scene.spec.bands.boundary() {
        Boundary::AtOrAbove => ("≥ ", "< "),
        Boundary::Above => ("> ", "≤ "),
    };
    match (from, to) {
        (Some(from), Some(to)) => [&value(from), "–", &value(to)].concat(),
        (Some(from), None) => [upper, &value(from)].concat(),
        (None, Some(to)) => [lower, &value(to)].concat(),
        (None, None) => String::new(),
    }
}

fn picture(scene: &Scene<'_>, html: &mut Html, histogram: &Histogram) {
    let names = band_names(scene);
    let shapes: Vec<&str> = (0..names.len() as u32).map(shape).collect();
    let per = [("n", value(histogram.step))];
    let counts = filled(scene.t(Told::SpreadCounts), &per);
    let words = Words {
        scores: scene.t(Told::SpreadAxis),
        counts: &counts,
        counted: scene.t(Told::Committees),
        shapes: &shapes,
        bands: &names,
    };
    let width = scene.look.width.min(MOST_WIDTH);
    let drawing = svg(histogram, words, width);
    html.open("div");
    scene.chart(html, scene.t(Told::Spread), &drawing);
    html.raw("<details>")
        .el("summary", scene.t(Told::ShowTable));
    let head = [
        scene.text(Told::FromTo),
        scene.text(Told::ColGrade),
        scene.number(Told::Committees),
    ];
    html.table(
        scene.t(Told::Spread),
        "table class=\"table\" data-testid=\"bars\"",
        &head,
    );
    for bar in &histogram.bars {
        let range = [&value(bar.from), "–", &value(bar.to)].concat();
        let name = names.get(bar.band as usize).map_or("", String::as_str);
        html.open("tr")
            .el("th scope=\"row\"", &range)
            .el("td", name)
            .el("td class=\"number\"", &bar.n.to_string())
            .close("tr");
    }
    html.end_table().raw("</details></div>");
}

/// How many stand in every band, and how many have no grade and why.
fn bands(scene: &Scene<'_>, html: &mut Html, standing: &Standing<'_>) {
    let n_units = standing.n_units;
    html.raw("<div>")
        .open("ul class=\"odds odds--wide\" data-testid=\"bands\"");
    let names = band_names(scene);
    for (at, (name, n)) in names.iter().zip(&standing.bands).enumerate() {
        let class = match at {
            0 => "odds__bar odds__bar--0",
            1 => "odds__bar odds__bar--1",
            2 => "odds__bar odds__bar--2",
            _ => "odds__bar odds__bar--3",
        };
        let label = [name, " ", &band_range(scene, at)].concat();
        row(html, &label, class, (*n, n_units));
    }
    let reasons = [
        Withheld::NoScore,
        Withheld::LowCoverage,
        Withheld::LowPillarCoverage(0),
        Withheld::Screened,
    ];
    let without: u32 = standing.withheld.iter().sum();
    let label = ["○ ", scene.t(Told::NoGrade)].concat();
    row(
        html,
        &label,
        "odds__bar odds__bar--none",
        (without, n_units),
    );
    html.close("ul");
    if standing.n_capped > 0 {
        let n = [("n", standing.n_capped.to_string())];
        html.el("p class=\"hint\"", &filled(scene.t(Told::CapsCounted), &n));
    }
    let reasons = reasons.into_iter().zip(standing.withheld);
    for (reason, n) in reasons.filter(|(_, n)| *n > 0) {
        if let Some(key) = withheld(Grade::Withheld(reason)) {
            let words = ["○ ", scene.t(key), " (", &n.to_string(), ")"].concat();
            html.el("p class=\"hint\"", &words);
        }
    }
    html.raw("</div>");
}

fn row(html: &mut Html, label: &str, class: &str, (n, of): (u32, u32)) {
    let share = f64::from(n) / f64::from(of.max(1)) * 100.0;
    let width = format!("width:{share:.1}%");
    html.open("li class=\"odds__row\"")
        .el("span", label)
        .raw("<span class=\"odds__axis\" aria-hidden=\"true\"><span")
        .attr("class", class)
        .attr("style", &width)
        .raw("></span></span>")
        .el("span class=\"number\"", &with_share(n, of))
        .close("li");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::protocol::Look;
    use dhi_engine::frame::Units;
    use dhi_engine::framework::Language;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    #[test]
    fn bands_say_from_where_to_where() {
        let (framework, units, mut spec) = (default_scheme(), Units::default(), Spec::default());
        let ranges = |spec: &Spec| {
            let scene = Scene {
                framework: &framework,
                units: &units,
                spec,
                language: Language::Chinese,
                look: Look::default(),
            };
            [0, 1, 2, 3].map(|at| band_range(&scene, at))
        };
        assert_eq!(ranges(&spec), ["≥ 85", "70–85", "60–70", "< 60"]);
        let json = serde_json::to_string(&spec.bands).unwrap();
        let json = json.replace("at_or_above", "above");
        spec.bands = serde_json::from_str(&json).unwrap();
        assert_eq!(ranges(&spec), ["> 85", "70–85", "60–70", "≤ 60"]);
        assert_eq!(with_share(1, 8), "1 (12.5%)");
        assert_eq!(with_share(0, 0), "0 (0.0%)");
        // 1 of 2,550 is 0.04 %.
        assert_eq!(with_share(1, 2550), "1 (<0.1%)");
        assert_eq!(with_share(2549, 2550), "2549 (>99.9%)");
        assert_eq!(with_share(2550, 2550), "2550 (100.0%)");
    }
}
