//! The framework as a table: what counts, how much, and whose it is.

use super::Scene;
use super::html::{Head, Html};
use super::method::span;
use crate::i18n::{Told, percent1, value};
use dhi_engine::framework::{Direction, Framework, Frequency, Goalposts, Indicator, Measure};
use dhi_engine::weigh::WeightSet;

/// What the scheme says of an office that nobody has named yet.
const TO_BE_CONFIRMED: &str = "待确认";

/// Indicators whose office is to be confirmed, or not told at all.
pub fn n_unconfirmed(framework: &Framework) -> usize {
    let indicators = framework.indicators();
    let is_open = |office: &str| office.is_empty() || office == TO_BE_CONFIRMED;
    indicators.filter(|(_, i)| is_open(&i.office)).count()
}

/// Words for a measure.
pub fn measure(measure: Measure) -> Told {
    match measure {
        Measure::Percent => Told::MeasurePercent,
        Measure::Share => Told::MeasureShare,
        Measure::Points => Told::MeasurePoints,
        Measure::Count => Told::MeasureCount,
        Measure::Amount => Told::MeasureAmount,
        Measure::Number => Told::MeasureNumber,
    }
}

/// Words for a direction.
pub fn direction(direction: Direction) -> Told {
    match direction {
        Direction::HigherIsBetter => Told::Higher,
        Direction::LowerIsBetter => Told::Lower,
    }
}

/// Goalposts as a range; empty where there are none.
pub fn posts(posts: Option<Goalposts>) -> String {
    posts.map_or_else(String::new, |g| {
        [&value(g.lower()), "–", &value(g.upper())].concat()
    })
}

/// Every node below the root with its share as used, and by column first and last
/// day of the data.
pub fn framework(
    scene: &Scene<'_>,
    html: &mut Html,
    weights: &WeightSet,
    cut_offs: &[[String; 2]],
) {
    let head = [
        scene.text(Told::Indicator),
        Head::Text(scene.t(Told::MethodDefinition)),
        Head::Text(scene.t(Told::MethodMeasure)),
        scene.text(Told::Direction),
        scene.text(Told::Goalposts),
        scene.number(Told::ShareOfSiblings),
        scene.number(Told::MethodTotalWeight),
        scene.text(Told::Source),
        scene.text(Told::Frequency),
        scene.text(Told::CutOff),
        scene.text(Told::Office),
    ];
    let effective = weights.effective(scene.framework);
    html.table(scene.t(Told::Framework), "table class=\"table\"", &head);
    for (at, node) in scene.framework.nodes().iter().enumerate().skip(1) {
        let share = |shares: &[f64]| percent1(shares.get(at).copied().unwrap_or(0.0));
        super::village::open_row(html, node);
        html.text(node.name.get(scene.language)).raw("</th>");
        if let Some(indicator) = &node.indicator {
            let definition = [&indicator.numerator, &indicator.denominator];
            let definition: Vec<&str> = definition
                .into_iter()
                .map(String::as_str)
                .filter(|part| !part.is_empty())
                .collect();
            html.el("td", &definition.join(" ÷ "))
                .el("td", scene.t(measure(indicator.measure)))
                .el("td", scene.t(direction(indicator.direction)))
                .el("td", &posts(indicator.goalposts));
        } else {
            html.raw("<td></td><td></td><td></td><td></td>");
        }
        html.el("td class=\"number\"", &share(weights.shares()))
            .el("td class=\"number\"", &share(&effective));
        match &node.indicator {
            Some(indicator) => {
                let days = node.column.and_then(|column| cut_offs.get(column));
                let days = days.map_or_else(String::new, |[first, last]| span(first, last));
                origin(scene, html, indicator, &days);
            }
            None => {
                html.raw("<td></td><td></td><td></td><td></td>");
            }
        }
        html.close("tr");
    }
    html.end_table();
}

/// Where an indicator comes from, how often, up to when, and who answers for it.
fn origin(scene: &Scene<'_>, html: &mut Html, indicator: &Indicator, days: &str) {
    let frequency = indicator.frequency.map_or("", |frequency| {
        scene.t(match frequency {
            Frequency::Monthly => Told::Monthly,
            Frequency::Quarterly => Told::Quarterly,
            Frequency::HalfYearly => Told::HalfYearly,
            Frequency::Yearly => Told::Yearly,
        })
    });
    let office = match indicator.office.as_str() {
        "" | TO_BE_CONFIRMED => scene.t(Told::ToBeConfirmed),
        office => office,
    };
    html.el("td", &indicator.source)
        .el("td", frequency)
        .el("td", days)
        .el("td", office);
}
