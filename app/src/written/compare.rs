//! What a score is made of in little room, and villages side by side.

use super::html::{Head, Html};
use super::village::{Standing, additivity, open_row};
use super::{Scene, badge, village_link};
use crate::i18n::{Told, fixed2};
use crate::worker::robust::Robustness;
use dhi_engine::explain::{Additivity, Dossier, DossierNode};
use dhi_engine::ids::NodeIdx;

const NUMBER: &str = "td class=\"number\"";

/// A village to compare.
pub struct Side {
    /// What stands behind its score.
    pub dossier: Dossier,
    /// Score, grade, ranks.
    pub standing: Standing,
}

/// Points gained, or why there are none.
fn points(scene: &Scene<'_>, node: &DossierNode) -> String {
    match node.score {
        Some(_) => fixed2(node.contribution),
        None if node.is_not_applicable => scene.t(Told::NotApplicable).to_owned(),
        None => scene.t(Told::Missing).to_owned(),
    }
}

/// A bar of what was gained out of what there was.
fn bar(scene: &Scene<'_>, html: &mut Html, node: &DossierNode) {
    let most = node.applied * scene.spec.scale;
    let share = if most > 0.0 {
        (node.contribution / most).clamp(0.0, 1.0)
    } else {
        0.0
    };
    html.raw("<span class=\"odds__axis\" aria-hidden=\"true\"><span class=\"odds__bar\"")
        .attr("style", &format!("width:{:.1}%", share * 100.0))
        .raw("></span></span>");
}

/// Whether contributions can be read as such; a note where they cannot.
fn note(scene: &Scene<'_>, html: &mut Html, dossier: &Dossier) {
    let key = match additivity(scene, dossier) {
        Additivity::Exact => return,
        Additivity::SharedOut => Told::SharedOut,
        Additivity::None => Told::RelativeScore,
    };
    html.el("p class=\"notice\"", scene.t(key));
}

/// What every pillar and indicator contributes, pillar beside pillar.
pub fn parts(scene: &Scene<'_>, html: &mut Html, dossier: &Dossier) {
    note(scene, html, dossier);
    html.open("div class=\"parts\"");
    for pillar in scene.framework.pillars() {
        let Some(of_pillar) = dossier.nodes.get(pillar.at()) else {
            continue;
        };
        let sum = of_most(scene, of_pillar);
        html.raw("<section><h3>")
            .text(scene.node(*pillar))
            .raw(" ")
            .el("span class=\"number\"", &sum)
            .raw("</h3><ul class=\"odds\">");
        let below = |node: &&NodeIdx| scene.framework.ancestors(**node).any(|n| n == *pillar);
        for leaf in scene.framework.leaves().iter().filter(below) {
            let Some(node) = dossier.nodes.get(leaf.at()) else {
                continue;
            };
            let name = scene.node(*leaf);
            html.raw("<li class=\"odds__row\">")
                .open_with("span class=\"parts__name\"", "title", name)
                .text(name)
                .raw("</span>");
            bar(scene, html, node);
            html.el("span class=\"number\"", &of_most(scene, node))
                .raw("</li>");
        }
        html.raw("</ul></section>");
    }
    html.raw("</div>");
}

/// Points gained of the most there are for this village.
fn of_most(scene: &Scene<'_>, node: &DossierNode) -> String {
    let gained = points(scene, node);
    if node.score.is_none() {
        return gained;
    }
    // Contributions lie on a grid on which they sum to the score: the last bit may
    // exceed what a product of weights gives, and both are shown rounded.
    let most = (node.applied * scene.spec.scale).max(node.contribution);
    [&gained, " / ", &fixed2(most)].concat()
}

/// Villages beside each other: score, grade, ranks, how certain those are, and what
/// every node gives.
pub fn compare(scene: &Scene<'_>, html: &mut Html, sides: &[Side], known: Option<&Robustness>) {
    if let Some(side) = sides.first() {
        note(scene, html, &side.dossier);
    }
    html.el("p class=\"hint\"", scene.t(Told::CompareHint));
    let mut head = vec![scene.text(Told::Indicator)];
    let names: Vec<&str> = sides.iter().map(|s| scene.unit(s.dossier.unit)).collect();
    head.extend(names.iter().map(|name| Head::Number(name)));
    html.table(
        scene.t(Told::Compare),
        "table class=\"table compare\" data-testid=\"compare\"",
        &head,
    );
    let unit_row = |html: &mut Html, key: Told, write: &dyn Fn(&mut Html, &Side)| {
        html.raw("<tr>").el("th scope=\"row\"", scene.t(key));
        for side in sides {
            html.open(NUMBER);
            write(html, side);
            html.raw("</td>");
        }
        html.raw("</tr>");
    };
    unit_row(html, Told::VillageTitle, &|html, side| {
        village_link(scene, html, side.dossier.unit);
    });
    for (key, attribute) in [(Told::ColTown, 0), (Told::ColClass, 1)] {
        unit_row(html, key, &|html, side| {
            let unit = scene.units.list().get(side.dossier.unit as usize);
            html.text(unit.map_or("", |u| [&u.town, &u.class][attribute]));
        });
    }
    unit_row(html, Told::ColScore, &|html, side| {
        html.el("strong", &super::score(scene, side.standing.score));
    });
    unit_row(html, Told::ColGrade, &|html, side| {
        badge(scene, html, [side.standing.grade, side.standing.counts]);
    });
    let keys = [Told::RankOverall, Told::RankInClass, Told::RankInTown];
    for (at, key) in keys.into_iter().enumerate() {
        unit_row(html, key, &|html, side| {
            let (rank, among) = side.standing.ranks[at];
            html.text(&match rank {
                0 => scene.t(Told::NoRank).to_owned(),
                rank => format!("{rank} / {among}"),
            });
        });
    }
    // Until the analysis of the present weights is done there is nothing to show.
    let of = |column: fn(&Robustness) -> &Vec<u32>, side: &Side| {
        let found = known.and_then(|known| column(known).get(side.dossier.unit as usize));
        found.copied().filter(|n| *n > 0)
    };
    unit_row(html, Told::ColInterval, &|html, side| {
        let ends = of(|r| &r.low, side).zip(of(|r| &r.high, side));
        html.text(&match ends {
            None => "—".to_owned(),
            Some((low, high)) if low == high => low.to_string(),
            Some((low, high)) => format!("{low}–{high}"),
        });
    });
    unit_row(html, Told::ColTier, &|html, side| {
        let tier = of(|r| &r.tiers, side);
        html.text(&tier.map_or("—".to_owned(), |tier| tier.to_string()));
    });
    unit_row(html, Told::Coverage, &|html, side| {
        let count = side.standing.coverage;
        html.text(&format!("{} / {}", count.present, count.applicable));
    });
    for (at, node) in scene.framework.nodes().iter().enumerate().skip(1) {
        open_row(html, node);
        html.text(node.name.get(scene.language)).raw("</th>");
        for side in sides {
            html.open(NUMBER);
            if let Some(node) = side.dossier.nodes.get(at) {
                html.text(&points(scene, node));
                if let Some(score) = node.score {
                    html.raw(" ")
                        .el("small", &["(", &fixed2(score), ")"].concat());
                    bar(scene, html, node);
                }
            }
            html.raw("</td>");
        }
        html.raw("</tr>");
    }
    html.end_table();
}
