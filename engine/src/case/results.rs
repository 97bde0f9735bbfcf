//! What a case computes, as tables of text at full precision: the shortest decimals
//! that read back as the same bits. Their shape belongs to the format of the file and
//! does not follow other reports.

use super::Run;
use super::pack::CaseError;
use crate::calendar::Day;
use crate::finding::{Finding, blocks};
use crate::frame::{Column, Dataset, Units};
use crate::framework::Framework;
use crate::gate::{Gate, GateRules, limits};
use crate::ledger::Derived;
use crate::packet::Store;
use crate::pipeline::{self, Inputs, Outcome};
use crate::process::Procedure;
use crate::quantity::Rank;
use crate::rank::{Grade, Withheld};
use crate::report::{Table, cell, header, number, optional, rank_text};
use crate::spec::Spec;
use crate::uncertainty::{Robust, RobustSpec, StandardErrors, Tally};
use crate::weigh::WeightSet;
use std::collections::BTreeMap;

/// Tables and method digest of a run.
pub(super) struct Results {
    pub(super) tables: Vec<Table>,
    pub(super) method_digest: String,
}

/// What is decided, and the records it is applied to.
pub(super) type Books<'a> = Option<(&'a Procedure, &'a Store)>;

/// Computes everything a case file holds results of. What is decided beside the records
/// first fills the data from them, and in the end caps grades; without it the data is
/// taken as it stands.
pub(super) fn compute(
    dataset: &Dataset,
    spec: &Spec,
    run: &Run,
    books: Books<'_>,
) -> Result<Results, CaseError> {
    let Some((procedure, store)) = books else {
        return of_data(dataset, spec, run, &|_, _| Vec::new());
    };
    let view = store.view(&procedure.process.rules());
    let (filled, findings) = procedure.fed(&view, dataset, &run.period);
    if blocks(&findings) {
        return Err(CaseError::Blocked(findings));
    }
    let derived = procedure.derived(&view);
    let (gates, rules) = (procedure.gates(&view), procedure.process.gate_rules());
    of_data(&filled, spec, run, &|inputs, outcome| {
        let gates = (&gates[..], &rules, procedure.span.today);
        vec![
            from_ledger(&derived),
            capped_grades(inputs, outcome, spec, gates),
        ]
    })
}

/// Tables that follow from the run and something else.
type More<'a> = &'a dyn Fn(Inputs<'_>, &Outcome) -> Vec<Table>;

fn of_data(
    dataset: &Dataset,
    spec: &Spec,
    run: &Run,
    more: More<'_>,
) -> Result<Results, CaseError> {
    let surveyed = pipeline::survey(dataset, spec)?;
    let no_period = || CaseError::NoPeriod(run.period.clone());
    let inputs = Inputs::of(&surveyed.dataset, &run.period).ok_or_else(no_period)?;
    let weights = WeightSet::from_framework(inputs.framework)?;
    let Some(robust_spec) = &run.robust else {
        let outcome = pipeline::run(inputs, &weights, spec)?;
        let extra = more(inputs, &outcome);
        return results(inputs, &outcome, surveyed.findings, extra);
    };
    let errors = StandardErrors::of(inputs.observations);
    let other = robust_spec.other_shrinkage(dataset, &run.period, spec)?;
    let other = match &other {
        Some(other) => Some(Inputs::of(&other.dataset, &run.period).ok_or_else(no_period)?),
        None => None,
    };
    let robust = Robust::with_shrinkage(inputs, other, &weights, spec, robust_spec, &errors)?;
    let mut tally = robust.tally();
    robust.worker().run(0..robust_spec.replicates, &mut tally)?;
    let mut extra = vec![intervals(inputs.units, &tally, robust_spec)];
    extra.extend(more(inputs, robust.base()));
    results(inputs, robust.base(), surveyed.findings, extra)
}

fn results(
    inputs: Inputs<'_>,
    outcome: &Outcome,
    mut findings: Vec<Finding>,
    extra: Vec<Table>,
) -> Result<Results, CaseError> {
    findings.extend(outcome.findings.iter().cloned());
    if blocks(&findings) {
        return Err(CaseError::Blocked(findings));
    }
    let mut tables = vec![
        values(
            "values",
            inputs.units,
            inputs.framework,
            outcome.checked.columns(),
        ),
        weights(inputs.framework, outcome),
        scores(inputs, outcome),
        ranks(inputs.units, outcome),
    ];
    tables.extend(extra);
    Ok(Results {
        tables,
        method_digest: outcome.digest.clone(),
    })
}

/// One row per unit, starting with its code.
fn by_unit(
    name: &str,
    units: &Units,
    header: Vec<String>,
    cells: impl Fn(usize) -> Vec<String>,
) -> Table {
    let rows = units.list().iter().enumerate().map(|(i, unit)| {
        let mut row = vec![unit.code.to_string()];
        row.extend(cells(i));
        row
    });
    Table {
        name: name.to_owned(),
        rows: rows.collect(),
        header,
    }
}

/// Cells of units × indicators.
pub(super) fn values(
    name: &str,
    units: &Units,
    framework: &Framework,
    columns: &[Column],
) -> Table {
    let mut header = header(&["code"]);
    header.extend(framework.indicators().map(|(n, _)| n.id.to_string()));
    by_unit(name, units, header, |i| {
        columns.iter().map(|column| cell(column.get(i))).collect()
    })
}

fn weights(framework: &Framework, outcome: &Outcome) -> Table {
    let nodes = framework.nodes().iter().zip(outcome.weights.shares());
    Table {
        name: "weights".into(),
        header: header(&["node", "share"]),
        rows: nodes
            .map(|(node, share)| vec![node.id.to_string(), number(*share)])
            .collect(),
    }
}

fn scores(inputs: Inputs<'_>, outcome: &Outcome) -> Table {
    let mut header = header(&["code"]);
    let nodes = inputs.framework.nodes();
    header.extend(nodes.iter().map(|node| node.id.to_string()));
    by_unit("scores", inputs.units, header, |i| {
        let columns = outcome.scores.columns();
        columns.map(|column| cell(column.get(i))).collect()
    })
}

fn ranks(units: &Units, outcome: &Outcome) -> Table {
    let header = header(&["code", "rank", "rank_in_class", "rank_in_town", "grade"]);
    by_unit("ranks", units, header, |i| {
        let text = |ranks: &[Option<Rank>]| rank_text(ranks.get(i).copied().flatten());
        let ranks = &outcome.ranks;
        vec![
            text(&ranks.overall),
            text(&ranks.in_class),
            text(&ranks.in_town),
            outcome
                .grades
                .get(i)
                .map_or_else(String::new, |g| grade(*g)),
        ]
    })
}

/// Values that follow from items and checks, one row per village that has any.
fn from_ledger(derived: &[Derived]) -> Table {
    let mut ids: Vec<&str> = Vec::new();
    let mut villages: BTreeMap<&str, BTreeMap<&str, String>> = BTreeMap::new();
    for one in derived {
        if !ids.contains(&one.indicator) {
            ids.push(one.indicator);
        }
        let row = villages.entry(&one.village).or_default();
        row.insert(one.indicator, cell(one.cell));
    }
    let row = |(village, cells): (&str, BTreeMap<&str, String>)| {
        let cells = ids.iter().map(|id| cells.get(id).cloned());
        let cells = cells.map(Option::unwrap_or_default);
        std::iter::once(village.to_owned()).chain(cells).collect()
    };
    Table {
        name: "ledger".into(),
        header: header(&[&["code"], &ids[..]].concat()),
        rows: villages.into_iter().map(row).collect(),
    }
}

/// Grades by the score and under caps, and whether use of the result waits; why it does
/// is not among the results.
fn capped_grades(
    inputs: Inputs<'_>,
    outcome: &Outcome,
    spec: &Spec,
    (gates, rules, today): (&[Gate], &GateRules, Day),
) -> Table {
    let header = header(&["code", "grade_by_score", "grade", "use"]);
    let limits = limits(gates, rules, spec.bands.list().len(), today);
    by_unit("grades", inputs.units, header, |i| {
        let unit = inputs.units.list().get(i);
        let limit = unit.and_then(|unit| limits.get(unit.code.as_str()));
        let limit = limit.copied().unwrap_or_default();
        let by_score = outcome.grades.get(i).copied();
        let under_caps = by_score.map(|by_score| limit.counts(by_score));
        let text = |one: Option<Grade>| one.map_or_else(String::new, grade);
        let wait = if limit.waits { "hold" } else { "" };
        vec![text(by_score), text(under_caps), wait.to_owned()]
    })
}

/// A grade without the names of bands, which are words.
fn grade(grade: Grade) -> String {
    match grade {
        Grade::Band(at) => format!("band_{}", at + 1),
        Grade::Withheld(Withheld::NoScore) => "no_score".into(),
        Grade::Withheld(Withheld::LowCoverage) => "low_coverage".into(),
        Grade::Withheld(Withheld::LowPillarCoverage(at)) => {
            format!("low_coverage_of_pillar_{}", at + 1)
        }
        Grade::Withheld(Withheld::Screened) => "screened_out".into(),
    }
}

fn intervals(units: &Units, tally: &Tally, spec: &RobustSpec) -> Table {
    let header = header(&[
        "code",
        "mean_score",
        "mean_rank",
        "rank_low",
        "rank_high",
        "line_chance",
    ]);
    by_unit("intervals", units, header, |i| {
        let interval = tally.interval(i, spec.level);
        vec![
            optional(tally.mean_score(i)),
            optional(tally.mean_rank(i)),
            interval.map_or_else(String::new, |r| r.low.to_string()),
            interval.map_or_else(String::new, |r| r.high.to_string()),
            optional(tally.line_chance(i)),
        ]
    })
}
