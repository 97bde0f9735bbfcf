//! What the letter rests on: data, and the method in two sentences.

use super::super::village::missing;
use super::super::{Scene, filled};
use super::{Block, Facts, Room};
use crate::i18n::{Told, percent0, value};
use dhi_engine::explain::Additivity;
use dhi_engine::ids::NodeIdx;
use dhi_engine::normalise::NormaliseSpec;
use dhi_engine::spec::Spec;

/// How much there is, from when and where, and what is missing.
pub(super) fn data(scene: &Scene<'_>, facts: &Facts<'_>, room: Room, blocks: &mut Vec<Block>) {
    let fill = |told: Told, values: &[(&str, String)]| filled(scene.t(told), values);
    blocks.push(Block::Head(scene.t(Told::LetterDataHead)));
    let count = facts.standing.coverage;
    let share = f64::from(count.present) / f64::from(count.applicable.max(1));
    let values = [
        ("applicable", count.applicable.to_string()),
        ("present", count.present.to_string()),
        ("share", percent0(share)),
    ];
    let told = match count.applicable {
        0 => Told::LetterNothingDue,
        _ => Told::LetterCoverage,
    };
    let mut text = fill(told, &values);
    let leaves = facts.dossier.nodes.iter();
    let leaves = leaves.filter(|d| scene.framework.node(d.node).column.is_some());
    let told = leaves.filter_map(|d| d.provenance.as_ref());
    let (mut dates, mut sources): (Vec<&str>, Vec<&str>) = Default::default();
    for provenance in told {
        for (list, text) in [
            (&mut dates, provenance.cut_off.as_str()),
            (&mut sources, provenance.source.as_str()),
        ] {
            if !text.is_empty() && !list.contains(&text) {
                list.push(text);
            }
        }
    }
    for (key, list) in [
        (Told::LetterDates, between(scene, room, &dates)),
        (Told::LetterSources, listed(scene, room, &sources, 4)),
    ] {
        let list = list.unwrap_or_else(|| scene.t(Told::SourceNotTold).to_owned());
        text.push_str(&fill(key, &[("list", list)]));
    }
    let missing = missing(scene, facts.dossier);
    if let Some(list) = listed(scene, room, &missing, room.most) {
        text.push_str(&fill(Told::LetterMissing, &[("list", list)]));
    }
    blocks.push(Block::Text(text));
}

/// First and last of dates; of anything else the first few.
fn between(scene: &Scene<'_>, room: Room, dates: &[&str]) -> Option<String> {
    let is_date = |d: &&str| {
        let shape = d.bytes().enumerate();
        let is_dash = |at: usize| at == 4 || at == 7;
        d.len() == 10
            && shape
                .into_iter()
                .all(|(at, b)| b.is_ascii_digit() || is_dash(at) && b == b'-')
    };
    match (dates.iter().min(), dates.iter().max()) {
        (Some(first), Some(last)) if first != last && dates.iter().all(is_date) => {
            Some([*first, "–", *last].concat())
        }
        _ => listed(scene, room, dates, 3),
    }
}

/// The first few of a list, and how many there are; `None` for nothing.
fn listed(scene: &Scene<'_>, room: Room, list: &[&str], most: usize) -> Option<String> {
    let mut text = String::new();
    for (at, name) in list.iter().take(most).enumerate() {
        if at > 0 {
            text.push_str(scene.t(Told::ListComma));
        }
        text.push_str(&room.name(name));
    }
    if list.len() > most {
        let n = [("n", list.len().to_string())];
        text.push_str(&filled(scene.t(Told::AndMore), &n));
    }
    (!list.is_empty()).then_some(text)
}

/// Whether scores are means of values between fixed goalposts, without anything else.
fn is_plain(scene: &Scene<'_>, facts: &Facts<'_>) -> bool {
    let (spec, plain) = (scene.spec, Spec::default());
    let posts = |n: &NodeIdx| {
        let indicator = scene.framework.node(*n).indicator.as_ref();
        indicator.is_some_and(|i| i.goalposts.is_some())
    };
    facts.additivity == Additivity::Exact
        && spec.normalise == NormaliseSpec::default()
        && spec.denominate == plain.denominate
        && spec.impute == plain.impute
        && spec.treat == plain.treat
        && scene.framework.leaves().iter().all(posts)
}

/// The method in two sentences, its digest, and what is not known.
pub(super) fn method(scene: &Scene<'_>, facts: &Facts<'_>, blocks: &mut Vec<Block>) {
    let key = if is_plain(scene, facts) {
        Told::LetterMethod
    } else {
        Told::LetterOtherMethod
    };
    let scale = value(scene.spec.scale);
    let values = [("scale", scale), ("digest", facts.digest.to_owned())];
    let text = filled(scene.t(key), &values);
    blocks.push(Block::Text(
        [&text, scene.t(Told::LetterUncertain)].concat(),
    ));
}
