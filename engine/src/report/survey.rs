//! Tables of the public evaluation: estimates by village, results by group with
//! everything hidden that must be.

use super::{MISSING, Table, harmless, number};
use crate::ids::Period;
use crate::survey::{Basis, Interval, Surveyed};

/// Word for a number that is small or would give a small one away.
const SUPPRESSED: &str = "hidden";

/// Estimates and group results of a period; none where it has no counts.
///
/// Group results leave out small counts and what would give them away. Estimates
/// are the villages' values at full precision, as everywhere in the stages: they
/// are for checking, not for publication beside the groups.
pub fn survey(surveyed: &Surveyed<'_>, period: &Period) -> Vec<Table> {
    let mut tables = Vec::new();
    let units = surveyed.dataset.units();
    let code = |unit: u32| {
        let found = units.list().get(unit as usize);
        found.map_or_else(String::new, |u| u.code.to_string())
    };
    let count = |n: Option<u32>| n.map_or_else(|| SUPPRESSED.to_owned(), |n| n.to_string());
    if let Some(results) = surveyed.units.get(period) {
        let leaves: Vec<String> = surveyed
            .dataset
            .framework()
            .indicators()
            .map(|(node, _)| node.id.to_string())
            .collect();
        let rows = results.iter().map(|r| {
            let basis = match r.basis {
                Basis::Household => "household",
                Basis::Groups => "groups",
            };
            let refusal = r.value.as_ref().err();
            let mut row = vec![
                code(r.unit),
                leaves.get(r.column).cloned().unwrap_or_default(),
                basis.to_owned(),
                count(r.shown_counts.0),
                count(r.shown_counts.1),
                optional(r.response_rate),
                optional(r.value.as_ref().ok().copied()),
                optional(r.standard_error),
            ];
            row.extend(ends(r.interval));
            row.push(optional(r.shrunk.map(|p| p.class_weight)));
            row.push(optional(r.shrunk_value.map(|s| s.0)));
            row.push(optional(r.shrunk_value.map(|s| s.1)));
            row.extend(ends(r.shrunk_value.map(|s| s.2)));
            row.push(optional(r.supplied));
            row.push(r.is_used.to_string());
            row.push(r.is_careful.to_string());
            row.push(harmless(
                &refusal.map(ToString::to_string).unwrap_or_default(),
            ));
            row
        });
        tables.push(Table {
            name: "0_survey_estimates".into(),
            header: [
                "code",
                "indicator",
                "basis",
                "n_valid",
                "n_unsure",
                "response_rate",
                "value",
                "standard_error",
                "low",
                "high",
                "class_weight",
                "shrunk",
                "shrunk_sd",
                "shrunk_low",
                "shrunk_high",
                "supplied",
                "is_used",
                "is_careful",
                "refusal",
            ]
            .map(String::from)
            .into(),
            rows: rows.collect(),
        });
    }
    if let Some(groups) = surveyed.groups.get(period) {
        let rows = groups.iter().map(|g| {
            let is_sum = g.group.is_empty();
            // The sum tells nothing but how many there were and how many unsure.
            let of_group = |text: String| if is_sum { String::new() } else { text };
            let mut row = vec![
                code(g.unit),
                harmless(&g.question),
                if is_sum {
                    "*".into()
                } else {
                    harmless(&g.group)
                },
                of_group(optional(g.issued.map(f64::from))),
                count(g.returned),
                of_group(count(g.favourable)),
                of_group(count(g.other)),
                count(g.unsure),
            ];
            row.push(optional(g.mean));
            row.push(optional(g.standard_error));
            row.push(optional(g.share));
            row.extend(ends(g.wilson));
            row.extend(ends(g.jeffreys));
            row.push(g.is_suppressed.to_string());
            row
        });
        tables.push(Table {
            name: "0_survey_groups".into(),
            header: [
                "code",
                "question",
                "group",
                "issued",
                "returned",
                "favourable",
                "other",
                "unsure",
                "mean",
                "standard_error",
                "share",
                "wilson_low",
                "wilson_high",
                "jeffreys_low",
                "jeffreys_high",
                "is_suppressed",
            ]
            .map(String::from)
            .into(),
            rows: rows.collect(),
        });
    }
    tables
}

fn optional(x: Option<f64>) -> String {
    x.map_or_else(|| MISSING.to_owned(), number)
}

fn ends(interval: Option<Interval>) -> [String; 2] {
    [
        optional(interval.map(|i| i.low)),
        optional(interval.map(|i| i.high)),
    ]
}
