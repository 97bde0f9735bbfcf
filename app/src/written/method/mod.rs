//! The method as a document: what is measured, by which steps, from which data, how
//! certain it is and where it ends.

pub mod pictures;
mod sources;
mod steps;

use super::html::Html;
use super::overview::with_share;
use super::{Scene, filled, framework};
use crate::i18n::{Told, percent1};
use crate::worker::robust::Known;
use dhi_engine::weigh::WeightSet;
use pictures::Stages;

/// What the document is about, beside the specification.
pub struct Facts<'a> {
    /// Period computed.
    pub period: &'a str,
    /// All periods of the data.
    pub periods: Vec<String>,
    /// By column, first and last cut-off day told; empty where none is.
    pub cut_offs: Vec<[String; 2]>,
    /// Cells with a value, missing, not applicable.
    pub cells: [u32; 3],
    /// Weights used.
    pub weights: &'a WeightSet,
    /// Digest of the method.
    pub digest: &'a str,
    /// What is known about certainty.
    pub known: &'a Known,
    /// Every stage of the run, for the pictures.
    pub stages: Stages<'a>,
}

/// The document.
pub fn document(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>) {
    html.open("article class=\"method\" data-testid=\"method-document\"")
        .el("h2", scene.t(Told::MethodDocument))
        .el("p class=\"notice\"", scene.t(Told::ForReference))
        .el("p", scene.t(Told::MethodIntro));
    data(scene, html, facts);
    html.el("h3", scene.t(Told::MethodStepsHead))
        .el("p", scene.t(Told::MethodSigns));
    pictures::choice(scene, html, &facts.stages);
    steps::steps(scene, html, &facts.stages);
    html.el("h3", scene.t(Told::MethodIndicatorsHead));
    let n_open = framework::n_unconfirmed(scene.framework);
    let open = [("n", n_open.to_string())];
    html.el("p", &filled(scene.t(Told::MethodUnconfirmed), &open));
    framework::framework(scene, html, facts.weights, &facts.cut_offs);
    uncertainty(scene, html, facts.known);
    html.el("h3", scene.t(Told::MethodLimitsHead)).open("ul");
    for limit in [
        Told::LimitDefaults,
        Told::LimitData,
        Told::LimitRanks,
        Told::LimitMeans,
        Told::LimitScope,
        Told::LimitExact,
        Told::LimitPeople,
    ] {
        html.el("li", scene.t(limit));
    }
    html.raw("</ul></article>");
}

fn data(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>) {
    let none = scene.t(Told::SourceNotTold);
    let days = facts
        .cut_offs
        .iter()
        .flatten()
        .filter(|day| !day.is_empty());
    let ends = days.clone().min().zip(days.max());
    let days = ends.map_or_else(|| none.to_owned(), |(first, last)| span(first, last));
    let all: u32 = facts.cells.iter().sum();
    let cells = facts
        .cells
        .iter()
        .zip([Told::HaveValue, Told::Missing, Told::NotApplicable]);
    let cells: Vec<String> = cells
        .map(|(n, key)| [scene.t(key), " ", &with_share(*n, all)].concat())
        .collect();
    html.el("h3", scene.t(Told::MethodDataHead))
        .open("dl class=\"facts\"")
        .fact(scene.t(Told::Period), facts.period)
        .fact(
            scene.t(Told::MethodPeriods),
            &facts.periods.join(scene.t(Told::ListComma)),
        )
        .fact(scene.t(Told::CutOff), &days)
        .fact(scene.t(Told::Committees), &scene.units.len().to_string())
        .fact(
            scene.t(Told::MethodIndicators),
            &scene.framework.n_indicators().to_string(),
        )
        .fact(
            scene.t(Told::QualityCells),
            &cells.join(scene.t(Told::ListComma)),
        )
        .raw("</dl>")
        .el(
            "p class=\"digest\"",
            &[scene.t(Told::Digest), " ", facts.digest].concat(),
        );
}

/// From one day to another, or the one day.
pub fn span(first: &str, last: &str) -> String {
    if first == last {
        first.to_owned()
    } else {
        [first, "–", last].concat()
    }
}

fn uncertainty(scene: &Scene<'_>, html: &mut Html, known: &Known) {
    html.el("h3", scene.t(Told::MethodUncertaintyHead));
    let Some(found) = &known.found else {
        html.el("p", scene.t(Told::MethodNotAnalysed));
        if let Some(refusal) = &known.refusal {
            scene.refusal(html, refusal);
        }
        return;
    };
    let values = [
        ("varied", scene.t(found.what_varied()).to_owned()),
        ("n", found.replicates.to_string()),
        ("seed", found.seed.to_string()),
        ("level", percent1(found.level(0))),
        ("tier", percent1(found.level(1))),
        ("digest", found.digest.clone()),
    ];
    html.el("p", &filled(scene.t(Told::MethodUncertainty), &values))
        .el("p", scene.t(Told::LetterUncertain));
}
