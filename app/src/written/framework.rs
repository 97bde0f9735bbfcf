//! The framework as a table: what counts, how much, and whose it is.

use super::Scene;
use super::html::Html;
use crate::i18n::{Key, percent1, value};
use dhi_engine::framework::{Direction, Frequency};

/// Every node below the root with its share as used.
pub fn framework(scene: &Scene<'_>, html: &mut Html, shares: &[f64]) {
    let head = [
        scene.text(Key::Indicator),
        scene.number(Key::ShareOfSiblings),
        scene.text(Key::Direction),
        scene.text(Key::Goalposts),
        scene.text(Key::Source),
        scene.text(Key::Frequency),
        scene.text(Key::Office),
    ];
    html.table(scene.t(Key::Framework), "table class=\"table\"", &head);
    for (at, node) in scene.framework.nodes().iter().enumerate().skip(1) {
        let share = percent1(shares.get(at).copied().unwrap_or(0.0));
        super::village::open_row(html, node);
        html.text(node.name.get(scene.language))
            .raw("</th>")
            .el("td class=\"number\"", &share);
        let Some(indicator) = &node.indicator else {
            html.raw("<td></td><td></td><td></td><td></td><td></td></tr>");
            continue;
        };
        let direction = scene.t(match indicator.direction {
            Direction::HigherIsBetter => Key::Higher,
            Direction::LowerIsBetter => Key::Lower,
        });
        let posts = indicator.goalposts.map_or_else(String::new, |g| {
            [&value(g.lower()), "–", &value(g.upper())].concat()
        });
        let frequency = indicator.frequency.map_or("", |frequency| {
            scene.t(match frequency {
                Frequency::Monthly => Key::Monthly,
                Frequency::Quarterly => Key::Quarterly,
                Frequency::HalfYearly => Key::HalfYearly,
                Frequency::Yearly => Key::Yearly,
            })
        });
        let office = match indicator.office.as_str() {
            "待确认" => scene.t(Key::ToBeConfirmed),
            office => office,
        };
        html.el("td", direction)
            .el("td", &posts)
            .el("td", &indicator.source)
            .el("td", frequency)
            .el("td", office)
            .close("tr");
    }
    html.end_table();
}
