//! Tables of the public evaluation: estimates by village, results by group with
//! everything hidden that must be.

use super::{MISSING, Table, harmless, number};
use crate::frame::Ratio;
use crate::framework::Measure;
use crate::ids::Period;
use crate::survey::{Basis, GroupResult, Interval, Statistic, SurveySpec, Surveyed, UnitResult};
use std::collections::BTreeSet;

/// Word for a number that is small or would give a small one away.
pub(super) const SUPPRESSED: &str = "hidden";

/// What may stand beside a village's value.
struct Beside {
    /// Errors and intervals, from which the number of answers follows.
    shows_errors: bool,
    /// The number itself.
    shows_count: bool,
    /// Whether neither it nor anything of the village's groups may be told.
    is_few: bool,
}

impl Beside {
    fn of(survey: &SurveySpec, (id, measure): (&str, Measure), result: &UnitResult) -> Self {
        let n = f64::from(result.n_valid);
        let derivation = survey.indicators.get(id);
        let is_share = derivation.is_some_and(|d| d.statistic == Statistic::Favourable);
        let value = result.value.as_ref().ok().copied();
        let is_bound = value.is_some_and(|x| !survey.told(id, measure, x).0.is_empty());
        let is_small = value.filter(|_| is_share).is_some_and(|x| {
            let ratio = Ratio {
                numerator: (x / measure.ratio_factor() * n).round(),
                denominator: n,
            };
            !survey.may_show(id, ratio)
        });
        let is_few = is_bound && result.n_valid < survey.least_beside_bound();
        Self {
            shows_errors: !is_bound && !is_small,
            shows_count: if is_bound { !is_few } else { !is_small },
            is_few,
        }
    }
}

/// Estimates and group results of a period; none where it has no counts.
///
/// Group results leave out small counts and what would give them away. Estimates are
/// told as bounds at the ends of their scale; errors and intervals stand beside them
/// where no small number follows from these.
pub fn survey(surveyed: &Surveyed<'_>, period: &Period, spec: &SurveySpec) -> Vec<Table> {
    let mut tables = Vec::new();
    let units = surveyed.dataset.units();
    let code = |unit: u32| {
        let found = units.list().get(unit as usize);
        found.map_or_else(String::new, |u| u.code.to_string())
    };
    let count = |n: Option<u32>| n.map_or_else(|| SUPPRESSED.to_owned(), |n| n.to_string());
    // Of these units the counts of groups are not told either: questions share their people.
    let mut few = BTreeSet::new();
    if let Some(results) = surveyed.units.get(period) {
        let leaves: Vec<(&str, Measure)> = surveyed
            .dataset
            .framework()
            .indicators()
            .map(|(node, indicator)| (node.id.as_str(), indicator.measure))
            .collect();
        let leaf = |r: &UnitResult| {
            leaves
                .get(r.column)
                .copied()
                .unwrap_or(("", Measure::Points))
        };
        let are_few = results
            .iter()
            .filter(|r| Beside::of(spec, leaf(r), r).is_few);
        few.extend(are_few.map(|r| r.unit));
        let rows = results.iter().map(|r| {
            let (id, measure) = leaf(r);
            let beside = Beside::of(spec, (id, measure), r);
            let is_few = few.contains(&r.unit);
            let counts = if beside.shows_count && !is_few {
                r.shown_counts
            } else {
                (None, None)
            };
            let value = |x: Option<f64>| {
                x.map_or_else(
                    || MISSING.to_owned(),
                    |x| {
                        let (sign, x) = spec.told(id, measure, x);
                        format!("{sign}{}", number(x))
                    },
                )
            };
            let open = |x: Option<f64>| optional(x.filter(|_| beside.shows_errors));
            let open_ends = |i: Option<Interval>| ends(i.filter(|_| beside.shows_errors));
            let basis = match r.basis {
                Basis::Household => "household",
                Basis::Groups => "groups",
            };
            let refusal = r.value.as_ref().err();
            let mut row = vec![
                code(r.unit),
                id.to_owned(),
                basis.to_owned(),
                count(counts.0),
                count(counts.1),
                optional(r.response_rate.filter(|_| !is_few)),
                value(r.value.as_ref().ok().copied()),
                open(r.standard_error),
            ];
            row.extend(open_ends(r.interval));
            row.push(open(r.shrunk.map(|p| p.class_weight)));
            row.push(open(r.shrunk_value.map(|s| s.0)));
            row.push(open(r.shrunk_value.map(|s| s.1)));
            row.extend(open_ends(r.shrunk_value.map(|s| s.2)));
            row.push(value(r.supplied));
            row.push(r.is_used.to_string());
            // That all of a group answered alike is more than a bound says.
            row.push(if beside.shows_errors {
                r.is_careful.to_string()
            } else {
                MISSING.to_owned()
            });
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
            let hidden = few.contains(&g.unit).then(|| GroupResult {
                issued: g.issued,
                is_suppressed: true,
                ..GroupResult::bare(g.unit, &g.question, &g.group)
            });
            let g = hidden.as_ref().unwrap_or(g);
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
