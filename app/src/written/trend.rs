//! A village's score over all periods, beside the median of its class.

use super::Scene;
use super::class::Class;
use super::html::Html;
use crate::charts::trend::{Line, Lines, svg};
use crate::charts::waterfall::signed;
use crate::i18n::{Told, fixed2};
use dhi_engine::ids::Period;
use dhi_engine::periods::{History, trend};

/// Scores of all units in all periods, under the present weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    periods: Vec<Period>,
    times: Vec<f64>,
    /// By period, then unit; NaN where there is none.
    scores: Vec<Vec<f64>>,
}

impl Past {
    /// What is kept of a history of the units of a register.
    pub fn of(history: &History<'_>, scene: &Scene<'_>) -> Self {
        let root = scene.framework.node(scene.framework.composite());
        let mut scores = vec![Vec::new(); history.times().len()];
        for unit in scene.units.list() {
            let of_unit = history.scores(&unit.code, root.id.as_str());
            for (column, score) in scores.iter_mut().zip(of_unit) {
                column.push(score.unwrap_or(f64::NAN));
            }
        }
        Self {
            periods: history.periods().cloned().collect(),
            times: history.times().to_vec(),
            scores,
        }
    }

    /// All scores, by period, then unit.
    pub fn all(&self) -> Vec<f64> {
        self.scores.concat()
    }

    /// Score of a unit by period.
    fn of_unit(&self, unit: usize) -> Vec<Option<f64>> {
        let of = |column: &Vec<f64>| column.get(unit).copied().filter(|s| !s.is_nan());
        self.scores.iter().map(of).collect()
    }

    /// Median of a class by period.
    fn of_class(&self, class: &Class) -> Vec<Option<f64>> {
        let of = |column: &Vec<f64>| class.median(|at| column.get(at).copied());
        self.scores.iter().map(of).collect()
    }

    /// Whether the labels of all periods tell when they are.
    fn is_dated(&self) -> bool {
        self.periods.iter().all(|p| p.time().is_some())
    }
}

/// The card: picture, what it comes to, and the numbers as a table.
pub fn card(scene: &Scene<'_>, html: &mut Html, unit: usize, past: &Past) {
    let own = past.of_unit(unit);
    let class = past.of_class(&Class::of(scene.units, scene.spec, unit));
    let names: Vec<String> = past.periods.iter().map(ToString::to_string).collect();
    html.open("section class=\"card\" data-testid=\"trend\"")
        .el("h2", scene.t(Told::Trend))
        .el("p class=\"hint\"", scene.t(Told::TrendHint));
    let lines = Lines {
        times: past.times.clone(),
        periods: names.clone(),
        lines: vec![
            Line {
                label: scene.t(Told::ThisVillage).to_owned(),
                scores: own.clone(),
            },
            Line {
                label: scene.t(Told::ClassMedian).to_owned(),
                scores: class.clone(),
            },
        ],
        scale: scene.spec.scale,
    };
    let axis = scene.t(Told::ScoreAxis);
    let picture = svg(&lines, axis, scene.look.width);
    scene.chart(html, scene.t(Told::Trend), &picture);
    if class.iter().all(Option::is_none) {
        let least = Class::of(scene.units, scene.spec, unit).least();
        let least = [("n", least.to_string())];
        let words = super::filled(scene.t(Told::ClassTooFew), &least);
        html.el("p class=\"hint\"", &words);
    }
    let words = in_words(scene, past, &own);
    if !words.is_empty() {
        html.el("p", &words);
    }
    html.open("details class=\"fold\"")
        .el("summary", scene.t(Told::ShowTable));
    let head = [
        scene.text(Told::Period),
        scene.number(Told::ThisVillage),
        scene.number(Told::ClassMedian),
    ];
    html.table(
        scene.t(Told::Trend),
        "table class=\"table spec__table\"",
        &head,
    );
    let data = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
    let shown = |x: Option<f64>| x.map_or_else(|| "—".to_owned(), fixed2);
    for ((name, own), class) in names.iter().zip(&own).zip(&class) {
        html.raw("<tr")
            .attr("data-score", &data(*own))
            .attr("data-median", &data(*class))
            .raw(">")
            .el("th scope=\"row\"", name)
            .el("td class=\"number\"", &shown(*own))
            .el("td class=\"number\"", &shown(*class))
            .close("tr");
    }
    html.end_table().raw("</details></section>");
}

/// The difference, and with three scores or more the slope with its error.
fn in_words(scene: &Scene<'_>, past: &Past, own: &[Option<f64>]) -> String {
    let found = trend(&past.times, own);
    let Some(difference) = found.difference else {
        return scene.t(Told::TrendFew).to_owned();
    };
    let mut scored = past.periods.iter().zip(own).filter(|(_, s)| s.is_some());
    let first = scored.next().map(|(p, _)| p.to_string());
    let last = scored.next_back().map(|(p, _)| p.to_string());
    let mut words = super::filled(
        scene.t(Told::TrendDifference),
        &[
            ("first", first.unwrap_or_default()),
            ("last", last.unwrap_or_default()),
            ("points", signed(difference)),
        ],
    );
    let slope = found.slope.and_then(|s| Some((s.value, s.standard_error?)));
    if let Some((slope, error)) = slope {
        let key = if past.is_dated() {
            Told::TrendPerYear
        } else {
            Told::TrendPerPeriod
        };
        let values = [("points", signed(slope)), ("error", fixed2(error))];
        words.push_str(&super::filled(scene.t(key), &values));
    }
    words
}
