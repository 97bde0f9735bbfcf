//! How good the data is, and by which method everything was found.

use super::Scene;
use super::html::Html;
use super::overview::with_share;
use crate::i18n::{Key, Told};
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
        .text(scene.say(Told::QualityTitle))
        .raw("</a></h2>")
        .open("dl class=\"facts\"");
    let severities = [
        ("■ ", Told::SeverityBlocking),
        ("▲ ", Told::SeverityWarning),
        ("● ", Told::SeverityNote),
    ];
    for ((mark, key), n) in severities.into_iter().zip(quality.findings) {
        html.fact(&[mark, scene.say(key)].concat(), &n.to_string());
    }
    let all: u32 = quality.cells.iter().sum();
    let states = [Key::HaveValue, Key::Missing, Key::NotApplicable];
    for (key, n) in states.into_iter().zip(quality.cells) {
        let name = [scene.say(Told::QualityCells), " · ", scene.t(key)].concat();
        html.fact(&name, &with_share(n, all));
    }
    let counts = [quality.below[0], quality.below[1], quality.flagged];
    let keys = [
        Key::QualityBelow,
        Key::QualityBelowPillar,
        Key::QualityFlagged,
    ];
    for (key, n) in keys.into_iter().zip(counts) {
        html.fact(scene.t(key), &n.to_string());
    }
    let about = [
        scene.t(Key::Period),
        " ",
        period,
        " · ",
        scene.t(Key::Digest),
        " ",
        digest,
    ];
    html.raw("</dl></section>")
        .el("p class=\"digest\"", &about.concat());
}
