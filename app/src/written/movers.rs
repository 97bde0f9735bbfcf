//! Whose score has changed most since the period before, and why.

use super::html::Html;
use super::since::CAUSES;
use super::{Scene, filled, village_link};
use crate::bidi::isolated;
use crate::charts::waterfall::signed;
use crate::i18n::{Told, fixed2};
use crate::worker::overview::{Mover, Movers};
use crate::worker::protocol::Refusal;

const NUMBER: &str = "td class=\"number\"";

/// Both lists, or why there are none.
pub fn movers(scene: &Scene<'_>, html: &mut Html, found: &Result<Option<Movers>, Refusal>) {
    html.open("section class=\"card\" data-testid=\"movers\"")
        .el("h2", scene.t(Told::MoversTitle));
    match found {
        Err(refusal) => scene.refusal(html, refusal),
        Ok(None) => {
            html.el("p class=\"empty\"", scene.t(Told::MoversNone));
        }
        Ok(Some(movers)) => {
            let [up, down] = movers.counts;
            let values = [
                ("before", movers.before.as_str().to_owned()),
                ("n", movers.n_compared.to_string()),
                ("up", up.to_string()),
                ("down", down.to_string()),
            ];
            html.el(
                "p class=\"hint\"",
                &filled(scene.t(Told::MoversHint), &values),
            )
            .open("div class=\"overview__pair overview__pair--even\"");
            list(scene, html, &movers.up, [Told::Up, Told::MoversNoneUp]);
            list(
                scene,
                html,
                &movers.down,
                [Told::Down, Told::MoversNoneDown],
            );
            html.raw("</div>");
        }
    }
    html.close("section");
}

fn list(scene: &Scene<'_>, html: &mut Html, list: &[Mover], [title, none]: [Told; 2]) {
    let mark = if title == Told::Up { "▲ " } else { "▼ " };
    let heading = [mark, scene.t(title)].concat();
    html.raw("<div>").el("h3", &heading);
    if list.is_empty() {
        html.el("p class=\"hint\"", scene.t(none)).raw("</div>");
        return;
    }
    let head = [
        scene.text(Told::ColName),
        scene.number(Told::ColChange),
        scene.number(Told::ColScore),
        scene.number(Told::ColRank),
        scene.text(Told::LargestCause),
    ];
    html.table(&heading, "table class=\"table overview__movers\"", &head);
    for mover in list {
        let [before, now] = mover.scores.map(fixed2);
        let [rank_before, rank] = mover.ranks.map(|r| r.to_string());
        html.raw("<tr")
            .attr("data-change", &mover.change().to_string())
            .raw("><th scope=\"row\">");
        village_link(scene, html, mover.unit);
        html.raw("</th>")
            .el(NUMBER, &signed(mover.change()))
            .el(NUMBER, &[&before, " → ", &now].concat())
            .el(NUMBER, &[&rank_before, " → ", &rank].concat())
            .open("td class=\"overview__cause\"")
            .el("span", &cause(scene, mover))
            .close("td")
            .close("tr");
    }
    html.end_table().raw("</div>");
}

/// The largest part of the change, with its points unless it is all of it, and the
/// pillar it shows in.
fn cause(scene: &Scene<'_>, mover: &Mover) -> String {
    let cause = mover.cause.and_then(|(at, points)| {
        let words = scene.t(*CAUSES.get(at)?);
        let is_all = points.to_bits() == mover.change().to_bits();
        let points = [" ", &signed(points)].concat();
        Some([words, if is_all { "" } else { &points }].concat())
    });
    let pillar = mover.pillar.and_then(|(at, points)| {
        let node = scene.framework.pillars().get(at)?;
        Some([&isolated(scene.node(*node)), " ", &signed(points)].concat())
    });
    match (cause, pillar) {
        (Some(cause), Some(pillar)) => [&cause, " · ", &pillar].concat(),
        (one, other) => one.or(other).unwrap_or_else(|| "—".into()),
    }
}
