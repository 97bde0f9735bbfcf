//! Tables of a robustness analysis.

use super::{Table, harmless, number, rank_text};
use crate::framework::{Framework, Language};
use crate::pipeline::Inputs;
use crate::rank::Bands;
use crate::uncertainty::{
    Index, PAIR_LIMIT, RankEstimate, Robust, Study, Tally, Target, TargetIndices, Verdict,
};

/// The tables of one analysis. Those of pairs and single ranks are left out beyond
/// [`PAIR_LIMIT`] units.
pub fn robust(robust: &Robust<'_>, tally: &Tally, bands: &Bands, language: Language) -> Vec<Table> {
    let inputs = robust.inputs();
    let mut tables = vec![
        rank_intervals(robust, tally),
        band_chances(inputs, tally, bands, language),
    ];
    if inputs.units.len() <= PAIR_LIMIT {
        tables.push(acceptability(inputs, tally));
        tables.push(beats(inputs, tally));
        tables.push(tiers(robust, tally));
        tables.push(central_weights(inputs, tally));
    }
    tables
}

fn optional(x: Option<f64>) -> String {
    x.map_or_else(String::new, number)
}

fn table(name: &str, header: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Table {
    Table {
        name: name.into(),
        header: header.iter().map(|h| (*h).to_owned()).collect(),
        rows: rows.collect(),
    }
}

/// One row per unit, starting with its code and name.
fn by_unit(inputs: Inputs<'_>, cells: impl Fn(usize) -> Vec<String>) -> Vec<Vec<String>> {
    let units = inputs.units.list().iter().enumerate();
    units
        .map(|(i, unit)| {
            let mut row = vec![unit.code.to_string(), harmless(&unit.name)];
            row.extend(cells(i));
            row
        })
        .collect()
}

/// Word for a verdict in tables.
pub fn verdict_text(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Meets => "meets",
        Verdict::Misses => "misses",
        Verdict::Undetermined => "undetermined",
        Verdict::NotAssessed => "not_assessed",
    }
}

fn rank_intervals(robust: &Robust<'_>, tally: &Tally) -> Table {
    let (base, spec) = (robust.base(), robust.spec());
    let header = [
        "code",
        "name",
        "score",
        "rank",
        "mean_score",
        "mean_rank",
        "rank_low",
        "rank_high",
        "level",
        "line_chance",
        "verdict",
    ];
    let rows = by_unit(robust.inputs(), |i| {
        let interval = tally.interval(i, spec.level);
        let chance = tally.line_chance(i);
        vec![
            optional(base.scores.composite().get(i).value()),
            rank_text(base.ranks.overall.get(i).copied().flatten()),
            optional(tally.mean_score(i)),
            optional(tally.mean_rank(i)),
            interval.map_or_else(String::new, |r| r.low.to_string()),
            interval.map_or_else(String::new, |r| r.high.to_string()),
            number(spec.level),
            optional(chance),
            verdict_text(Verdict::of(chance, spec.limits)).into(),
        ]
    });
    table("rank_intervals", &header, rows.into_iter())
}

fn band_chances(inputs: Inputs<'_>, tally: &Tally, bands: &Bands, language: Language) -> Table {
    let mut header = vec!["code", "name"];
    header.extend(bands.list().iter().map(|b| b.name.get(language)));
    let n = bands.list().len();
    let rows = by_unit(inputs, |i| {
        let chances = tally.band_chances(i);
        let text = |b: usize| chances.as_ref().and_then(|c| c.get(b)).copied();
        (0..n).map(|b| optional(text(b))).collect()
    });
    table("bands", &header, rows.into_iter())
}

fn acceptability(inputs: Inputs<'_>, tally: &Tally) -> Table {
    let ranks: Vec<String> = (1..=inputs.units.len()).map(|r| r.to_string()).collect();
    let mut header = vec!["code", "name"];
    header.extend(ranks.iter().map(String::as_str));
    let rows = by_unit(inputs, |i| match tally.acceptability(i) {
        Some(shares) => shares.into_iter().map(number).collect(),
        None => vec![String::new(); ranks.len()],
    });
    table("acceptability", &header, rows.into_iter())
}

fn beats(inputs: Inputs<'_>, tally: &Tally) -> Table {
    let codes: Vec<String> = inputs
        .units
        .list()
        .iter()
        .map(|u| u.code.to_string())
        .collect();
    let mut header = vec!["code", "name"];
    header.extend(codes.iter().map(String::as_str));
    let rows = by_unit(inputs, |i| {
        let others = 0..codes.len();
        others.map(|j| optional(tally.beats(i, j))).collect()
    });
    table("beats", &header, rows.into_iter())
}

fn tiers(robust: &Robust<'_>, tally: &Tally) -> Table {
    let level = robust.spec().tier_level;
    let tiers = tally.tiers(level).unwrap_or_default();
    let rows = by_unit(robust.inputs(), |i| {
        let tier = tiers.get(i).copied().flatten();
        vec![
            tier.map_or_else(String::new, |t| t.to_string()),
            optional(tally.mean_rank(i)),
            number(level),
        ]
    });
    let header = ["code", "name", "tier", "mean_rank", "level"];
    table("tiers", &header, rows.into_iter())
}

fn central_weights(inputs: Inputs<'_>, tally: &Tally) -> Table {
    let nodes = inputs.framework.nodes();
    let mut header = vec!["code", "name"];
    header.extend(nodes.iter().skip(1).map(|n| n.id.as_str()));
    let rows = by_unit(inputs, |i| match tally.central_weights(i) {
        Some(weights) => weights.into_iter().skip(1).map(number).collect(),
        None => vec![String::new(); nodes.len().saturating_sub(1)],
    });
    table("central_weights", &header, rows.into_iter())
}

/// Confidence sets of true ranks, one row per ranked unit.
pub fn confidence(robust: &Robust<'_>, estimates: &[RankEstimate]) -> Table {
    let units = robust.inputs().units.list();
    let ranks = &robust.base().ranks.overall;
    let rows = estimates.iter().filter_map(|e| {
        let unit = units.get(e.unit)?;
        Some(vec![
            unit.code.to_string(),
            harmless(&unit.name),
            number(e.score),
            number(e.standard_error),
            rank_text(ranks.get(e.unit).copied().flatten()),
            e.marginal.low.to_string(),
            e.marginal.high.to_string(),
            e.simultaneous.low.to_string(),
            e.simultaneous.high.to_string(),
            number(robust.spec().level),
        ])
    });
    let header = [
        "code",
        "name",
        "score",
        "standard_error",
        "rank",
        "marginal_low",
        "marginal_high",
        "simultaneous_low",
        "simultaneous_high",
        "level",
    ];
    table("confidence_sets", &header, rows)
}

/// Sensitivity indices, one row each.
pub fn sensitivity(study: &Study<'_, '_>, found: &[TargetIndices], inputs: Inputs<'_>) -> Table {
    let groups = study.groups();
    let group = |at: usize| groups.get(at).map_or("", |g| *g).to_owned();
    let mut rows = Vec::new();
    for TargetIndices { target, indices } in found {
        let (name, unit) = match target {
            Target::RankShift => ("rank_shift", None),
            Target::Score(unit) => ("score", Some(unit)),
            Target::Rank(unit) => ("rank", Some(unit)),
            Target::Line(unit) => ("line", Some(unit)),
        };
        let unit = unit.and_then(|u| inputs.units.list().get(u.at()));
        let code = unit.map_or_else(String::new, |u| u.code.to_string());
        let Some(indices) = indices else {
            continue;
        };
        let mut push = |index: &str, one: usize, other: Option<usize>, i: &Index| {
            rows.push(vec![
                name.to_owned(),
                code.clone(),
                index.to_owned(),
                group(one),
                other.map_or_else(String::new, group),
                number(i.value),
                number(i.low),
                number(i.high),
            ]);
        };
        let (first, total) = (indices.first.iter(), indices.total.iter());
        first
            .enumerate()
            .for_each(|(at, i)| push("S1", at, None, i));
        total
            .enumerate()
            .for_each(|(at, i)| push("ST", at, None, i));
        for ((one, other), i) in &indices.pairs {
            push("S2", *one, Some(*other), i);
        }
    }
    let header = [
        "target",
        "unit",
        "index",
        "input",
        "other_input",
        "value",
        "low",
        "high",
    ];
    table("sensitivity", &header, rows.into_iter())
}

/// Names of the uncertain inputs.
pub fn uncertain_inputs(robust: &Robust<'_>, framework: &Framework) -> Vec<String> {
    let inputs = robust.uncertain();
    inputs.iter().map(|input| input.name(framework)).collect()
}
