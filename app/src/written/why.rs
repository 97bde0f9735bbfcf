//! What moves a village's rank, what crosses a line, and what it could change
//! itself.

use super::html::Html;
use super::village::{enough, raw_value};
use super::{Scene, terms};
use crate::bidi::isolated;
use crate::i18n::{Told, fixed2, percent0, percent1, share1, value};
use crate::worker::why::{Crossing, Move, Why};
use dhi_engine::ids::NodeIdx;
use dhi_engine::weight_space::{LiftRow, Reach};

const NUMBER: &str = "td class=\"number\"";

/// All three.
pub fn why(scene: &Scene<'_>, html: &mut Html, why: &Why) {
    html.raw("<h3>").text(scene.t(Told::WhyMoves));
    if let Some(at) = terms::nth(Told::WhyMoves) {
        html.term(scene.t(Told::WhyMoves), at);
    }
    html.raw("</h3>");
    moves(scene, html, &why.moves);
    html.el("h3", scene.t(Told::WhyFlips));
    crossings(scene, html, &why.crossings, &why.weights);
    html.el("h3", scene.t(Told::LiftTitle));
    match why.target {
        None => hint(html, scene.t(Told::LiftNone)),
        Some(target) => lift(scene, html, target, &why.lift),
    }
}

fn hint(html: &mut Html, text: &str) {
    html.el("p class=\"hint\"", text);
}

fn moves(scene: &Scene<'_>, html: &mut Html, moves: &[Move]) {
    if moves.is_empty() {
        return hint(html, scene.t(Told::RankDoesNotVary));
    }
    hint(html, scene.t(Told::WhyMovesHint));
    html.open("ul class=\"odds odds--wide\"");
    for line in moves {
        let label = match line.node {
            None => scene.t(Told::MoveErrors).to_owned(),
            Some(NodeIdx(0)) => scene.t(Told::MovePillars).to_owned(),
            Some(node) => [scene.t(Told::MoveUnder), scene.node(node)].concat(),
        };
        // Estimates of small shares may fall below 0.
        let [share, low, high] = line.share.map(|x| percent0(x.max(0.0)));
        let width = format!("width:{:.1}%", line.share[0].clamp(0.0, 1.0) * 100.0);
        html.open("li class=\"odds__row\"")
            .el("span", &label)
            .raw("<span class=\"odds__axis\" aria-hidden=\"true\">")
            .open_with("span class=\"odds__bar\"", "style", &width)
            .raw("</span></span>")
            .el(
                "span class=\"number\"",
                &[&share, " (", &low, "–", &high, ")"].concat(),
            )
            .close("li");
    }
    html.close("ul");
}

fn crossings(scene: &Scene<'_>, html: &mut Html, crossings: &[Crossing], weights: &[f64]) {
    if crossings.is_empty() {
        return hint(html, scene.t(Told::FlipNone));
    }
    hint(html, scene.t(Told::WhyFlipsHint));
    html.open("ul class=\"steps\"");
    for crossing in crossings {
        let mut text = ["≥ ", &value(crossing.score)].concat();
        match &crossing.change {
            None => text.push_str(scene.t(Told::WhyNever)),
            Some((distance, to)) => {
                text.push_str(scene.t(Told::FlipMoves));
                // Half the sum of changes is the weight that moves.
                text.push_str(&share1(distance / 2.0));
                let pillars = scene.framework.pillars().iter().zip(weights).zip(to);
                for (at, ((node, from), to)) in pillars.enumerate() {
                    text.push_str(scene.t(if at == 0 { Told::Colon } else { Told::Comma }));
                    text.push_str(&isolated(scene.node(*node)));
                    text.push_str(&[" ", &percent1(*from), " → ", &percent1(*to)].concat());
                }
            }
        }
        html.el("li", &text);
    }
    html.close("ul");
}

fn lift(scene: &Scene<'_>, html: &mut Html, target: f64, rows: &[LiftRow]) {
    hint(
        html,
        &[scene.t(Told::LiftHint), " ≥ ", &value(target)].concat(),
    );
    let head = [
        scene.text(Told::Indicator),
        scene.number(Told::LiftFrom),
        scene.number(Told::LiftTo),
        scene.number(Told::LiftGain),
        scene.text(Told::LiftReach),
        scene.text(Told::Office),
    ];
    html.long_table(
        scene.t(Told::LiftTitle),
        "table class=\"table\" data-testid=\"lift\"",
        &head,
    );
    let or_dash = |x: Option<f64>, text: fn(f64) -> String| x.map_or_else(|| "—".into(), text);
    for row in rows {
        let to = match row.reach {
            Reach::Exact(x) | Reach::Searched(x) => Some(x),
            Reach::TooLittle => row.cap.map(|(best, _)| best),
            _ => None,
        };
        let reach = scene.t(match row.reach {
            Reach::Missing => Told::LiftMissing,
            _ if row.is_confirmed => Told::LiftEnough,
            _ => Told::LiftTooLittle,
        });
        let node = scene.framework.nodes().get(row.node.at());
        let office = node.and_then(|n| n.indicator.as_ref());
        let told = node.zip(to).map(|(node, to)| enough(node, to, 10_000.0));
        let raw = node.zip(row.raw).map(|(node, x)| raw_value(scene, node, x));
        let raw = raw.map(|[raw, _]| raw);
        let data = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
        html.raw("<tr")
            .attr("data-node", &row.node.0.to_string())
            .attr("data-to", &data(to))
            .attr("data-gain", &data(row.gain))
            .raw(">")
            .el("th scope=\"row\"", scene.node(row.node))
            .el(NUMBER, raw.as_deref().unwrap_or("—"))
            .el(NUMBER, &or_dash(told, value))
            .el(NUMBER, &or_dash(row.gain, |g| ["+", &fixed2(g)].concat()))
            .el("td", reach)
            .el("td", office.map_or("", |i| &i.office))
            .close("tr");
    }
    html.end_table();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::protocol::Look;
    use crate::written::{both, html::check};
    use dhi_engine::frame::Units;
    use dhi_engine::framework::Language;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;
    use dhi_engine::weight_space::Cap;

    #[test]
    fn reasons_are_said_in_words_and_numbers() {
        let (framework, units, spec) = (default_scheme(), Units::default(), Spec::default());
        let leaf = framework.leaves()[0];
        let found = Why {
            unit: 0,
            moves: vec![
                Move {
                    node: Some(NodeIdx(0)),
                    share: [0.6, 0.5, 0.7],
                },
                Move {
                    node: None,
                    share: [-0.01, -0.02, 0.003],
                },
            ],
            weights: vec![0.35, 0.35, 0.3],
            crossings: vec![
                Crossing {
                    score: 70.0,
                    change: Some((0.1, vec![0.4, 0.35, 0.25])),
                },
                Crossing {
                    score: 60.0,
                    change: None,
                },
            ],
            target: Some(85.0),
            lift: vec![LiftRow {
                node: leaf,
                column: 0,
                raw: Some(50.0),
                reach: Reach::TooLittle,
                change: None,
                gain: None,
                cap: Some((75.5, Cap::Goalpost)),
                is_confirmed: false,
            }],
        };
        let scene = Scene {
            framework: &framework,
            units: &units,
            spec: &spec,
            language: Language::Chinese,
            look: Look::default(),
        };
        let [zh, en] = both(scene, &|scene, html| why(scene, html, &found));
        check(&zh);
        check(&en);
        // Half of 0.1 is the weight that moves.
        assert!(en.contains("moves 5.0%: ") && en.contains("35.0% → 40.0%"));
        assert!(en.contains("no weights of the pillars cross it"));
        // A twentieth of a percent is not nothing.
        assert!(en.contains("0% (0%–&lt;1%)"), "{en}");
        assert!(en.contains("data-to=\"75.5\" data-gain=\"\""));
    }
}
