//! How good the data is, and by which method everything was found.

use super::Scene;
use super::html::Html;
use super::overview::with_share;
use crate::bidi::isolated;
use crate::i18n::Told;
use crate::worker::overview::Quality;

/// Findings, cells, coverage and flags; then period and digest.
pub fn quality(
    scene: &Scene<'_>,
    html: &mut Html,
    quality: &Quality,
    (period, digest): (&str, &str),
) {
    html.open("section class=\"card\" data-testid=\"quality\"")
        .open("h2")
        .open_with("a", "href", "#/data")
        .text(scene.t(Told::QualityTitle))
        .raw("</a></h2>")
        .open("dl class=\"facts\"");
    let severities = [
        ("■ ", Told::SeverityBlocking),
        ("▲ ", Told::SeverityWarning),
        ("● ", Told::SeverityNote),
    ];
    for ((mark, key), n) in severities.into_iter().zip(quality.findings) {
        html.fact(&[mark, scene.t(key)].concat(), &n.to_string());
    }
    let all: u32 = quality.cells.iter().sum();
    let states = [Told::HaveValue, Told::Missing, Told::NotApplicable];
    for (key, n) in states.into_iter().zip(quality.cells) {
        let name = [scene.t(Told::QualityCells), " · ", scene.t(key)].concat();
        html.fact(&name, &with_share(n, all));
    }
    let counts = [quality.below[0], quality.below[1], quality.flagged];
    let keys = [
        Told::QualityBelow,
        Told::QualityBelowPillar,
        Told::QualityFlagged,
    ];
    for (key, n) in keys.into_iter().zip(counts) {
        html.fact(scene.t(key), &n.to_string());
    }
    let period = isolated(period);
    let about = [
        scene.t(Told::Period),
        " ",
        &period,
        " · ",
        scene.t(Told::Digest),
        " ",
        digest,
    ];
    html.raw("</dl></section>")
        .el("p class=\"digest\"", &about.concat());
}
