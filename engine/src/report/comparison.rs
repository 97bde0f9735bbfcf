//! What a change makes of the ranking, as tables.

use super::process::counted;
use super::{Table, cell, grade_text, harmless, header, number, optional, rank_text};
use crate::compare::{Comparison, Effect, LeaveOutError, Recipe, Shift};
use crate::frame::Units;
use crate::framework::Language;
use crate::gate::Limit;
use crate::ids::NodeIdx;
use crate::pipeline::{Inputs, Outcome};

const EFFECT_HEADER: [&str; 11] = [
    "n",
    "kendall_tau_b",
    "spearman",
    "weighted_spearman",
    "ws",
    "mean_shift",
    "max_shift",
    "max_shift_code",
    "rank_before",
    "rank_after",
    "bands_changed",
];

fn effect_cells(effect: &Effect, units: &Units) -> Vec<String> {
    let similarity = &effect.similarity;
    let largest = effect.largest;
    let unit = largest.and_then(|l| units.list().get(l.unit as usize));
    vec![
        similarity.n.to_string(),
        optional(similarity.kendall),
        optional(similarity.spearman),
        optional(similarity.weighted_spearman),
        optional(similarity.ws),
        optional(similarity.mean_shift),
        optional(similarity.max_shift.map(f64::from)),
        unit.map_or_else(String::new, |u| u.code.to_string()),
        rank_text(largest.map(|l| l.from)),
        rank_text(largest.map(|l| l.to)),
        effect.band_changes.to_string(),
    ]
}

/// Two recipes as a whole: one row with the digests of both and how much their
/// rankings agree.
pub fn similarity(inputs: Inputs<'_>, comparison: &Comparison) -> Table {
    let mut columns = header(&["base_digest", "other_digest"]);
    columns.extend(header(&EFFECT_HEADER));
    let mut row = vec![
        comparison.base.digest.clone(),
        comparison.other.digest.clone(),
    ];
    row.extend(effect_cells(&comparison.effect, inputs.units));
    Table {
        name: "similarity".into(),
        header: columns,
        rows: vec![row],
    }
}

/// Two recipes unit by unit, in register order; `climbed` is in places, below 0
/// for places lost, and empty without a rank under both. Where anything caps grades,
/// `limits` says for each recipe what is in force against every unit: then the grade by
/// the score, the one that counts and what lowers it stand side by side.
pub fn shifts(
    inputs: Inputs<'_>,
    comparison: &Comparison,
    base: Recipe<'_>,
    other: Recipe<'_>,
    limits: Option<[&[Limit]; 2]>,
    language: Language,
) -> Table {
    let runs = [(&comparison.base, base), (&comparison.other, other)];
    let rows = inputs.units.list().iter().enumerate().map(|(i, unit)| {
        let mut row = vec![
            unit.code.to_string(),
            harmless(&unit.name),
            harmless(&unit.town),
            harmless(&unit.class),
        ];
        row.extend(runs.map(|(run, _)| cell(run.scores.composite().get(i))));
        let ranks = runs.map(|(run, _)| run.ranks.overall.get(i).copied().flatten());
        row.extend(ranks.map(rank_text));
        row.push(match ranks {
            [Some(from), Some(to)] => {
                let unit = i as u32;
                Shift { unit, from, to }.climbed().to_string()
            }
            _ => String::new(),
        });
        for (side, (run, recipe)) in runs.into_iter().enumerate() {
            let Some(grade) = run.grades.get(i) else {
                continue;
            };
            let (bands, framework) = (&recipe.spec.bands, inputs.framework);
            row.push(grade_text(*grade, bands, framework, language));
            if let Some(limits) = limits {
                let limit = limits[side].get(i).copied().unwrap_or_default();
                row.extend(counted(*grade, limit, bands, framework, language));
            }
        }
        let changes = comparison.changes_band.get(i) == Some(&true);
        row.push(u8::from(changes).to_string());
        row
    });
    let mut columns = header(&[
        "code",
        "name",
        "town",
        "class",
        "base_score",
        "other_score",
        "base_rank",
        "other_rank",
        "climbed",
    ]);
    for side in ["base", "other"] {
        let names: &[&str] = match limits {
            None => &["grade"],
            Some(_) => &["grade_by_score", "grade", "cap"],
        };
        columns.extend(names.iter().map(|name| format!("{side}_{name}")));
    }
    columns.push("band_changed".into());
    Table {
        name: "shifts".into(),
        rows: rows.collect(),
        header: columns,
    }
}

/// The run without each node: one row per node, with the reason where it cannot
/// be left out.
pub fn leave_one_out(
    inputs: Inputs<'_>,
    outcome: &Outcome,
    effects: &[(NodeIdx, Result<Effect, LeaveOutError>)],
    language: Language,
) -> Table {
    let framework = inputs.framework;
    let mut columns = header(&["node", "name", "parent", "share"]);
    columns.extend(header(&EFFECT_HEADER));
    columns.push("reason".into());
    let rows = effects.iter().map(|(node, effect)| {
        let found = framework.node(*node);
        let parent = found.parent.map(|p| framework.node(p).id.to_string());
        let mut row = vec![
            found.id.to_string(),
            harmless(found.name.get(language)),
            parent.unwrap_or_default(),
            number(outcome.weights.share(*node)),
        ];
        match effect {
            Ok(effect) => {
                row.extend(effect_cells(effect, inputs.units));
                row.push(String::new());
            }
            Err(reason) => {
                row.extend(EFFECT_HEADER.map(|_| String::new()));
                row.push(reason_text(reason, language));
            }
        }
        row
    });
    Table {
        name: "leave_one_out".into(),
        header: columns,
        rows: rows.collect(),
    }
}

fn reason_text(reason: &LeaveOutError, language: Language) -> String {
    match (reason, language) {
        (LeaveOutError::NoSiblings { parent }, Language::Chinese) => {
            format!("同级没有其他权重，不能单独剔除；可剔除其上级 {parent}")
        }
        (reason, _) => reason.to_string(),
    }
}
