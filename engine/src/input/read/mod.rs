//! Sheets and their plans → a dataset, or the findings that stand in its way.

mod collector;
mod framework_table;
mod survey_table;
mod units_table;
mod values_table;

use super::header::{Field, TableKind};
use super::recognise::SheetPlan;
use super::workbook::{RawCell, Row, Sheet, Workbook};
use crate::finding::{Finding, Problem};
use crate::frame::{Cell, Dataset, Observations, Provenance, SurveyCounts, Units};
use crate::framework::Framework;
use crate::ids::Period;
use collector::Collector;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an accepted import would change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Units afterwards.
    pub n_units: u32,
    /// Units that were not there before.
    pub new_units: u32,
    /// Units that are no longer there.
    pub removed_units: u32,
    /// Indicators afterwards.
    pub n_indicators: u32,
    /// Periods read, with the number of values in each.
    pub periods: Vec<(Period, u32)>,
}

/// The result of reading tables.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// The new dataset; `None` when a finding blocks (invariant 11).
    pub dataset: Option<Dataset>,
    /// What it changes.
    pub summary: Summary,
    /// Everything found, in table order.
    pub findings: Vec<Finding>,
}

/// Reads tables into a new dataset.
///
/// A register or framework among the tables replaces that of `base`. A period
/// among the values replaces that period wholly, and one among survey counts the
/// counts of that period; other periods of `base` are kept, their cells carried over by unit code and indicator id. Tables without
/// a period column count for `period`. Without any register, a wide table's
/// own code, name, town and class columns make one. Nothing of `base` changes.
pub fn read(
    workbooks: &[Workbook],
    plans: &[SheetPlan],
    base: Option<&Dataset>,
    period: &Period,
) -> Import {
    let mut tables: Vec<Table> = Vec::new();
    let mut out = Collector::default();
    for plan in plans {
        let workbook = workbooks.get(plan.workbook);
        let Some((workbook, sheet)) =
            workbook.and_then(|w| w.sheets.get(plan.sheet).map(|s| (w, s)))
        else {
            continue;
        };
        let table = Table {
            workbook,
            sheet,
            plan,
        };
        if plan.kind == TableKind::Ignored {
            out.add(Problem::UnknownSheet, table.place());
        } else {
            table.report_columns(&mut out);
            tables.push(table);
        }
    }
    if tables.is_empty() {
        let file = workbooks.first().map(|w| w.file.clone());
        let place = crate::finding::Place {
            file: file.unwrap_or_default(),
            ..crate::finding::Place::default()
        };
        out.add(Problem::NoKnownTable, place);
    }
    // A table of a filled-in template that was not needed is no mistake, but an
    // import of headers alone is.
    let has_rows = |table: &Table<'_>| table.rows().next().is_some();
    let is_all_empty = !tables.iter().any(has_rows);
    for table in tables.iter().filter(|t| !has_rows(t)) {
        let problem = if is_all_empty {
            Problem::NoRows
        } else {
            Problem::EmptyTable
        };
        out.add(problem, table.at(table.plan.header_row, None));
    }
    tables.retain(has_rows);
    let dataset = read_tables(&tables, base, period, &mut out);
    let findings = out.into_findings();
    let blocked = crate::finding::blocks(&findings);
    let dataset = dataset.filter(|_| !blocked);
    let mut summary = dataset
        .as_ref()
        .map(|d| summary(d, base))
        .unwrap_or_default();
    let read_here = |p: &Period| {
        let counts = dataset.as_ref().and_then(|d| d.surveys().get(p));
        if counts.is_some() && counts != base.and_then(|b| b.surveys().get(p)) {
            return true;
        }
        tables.iter().any(Table::holds_values)
            && base.and_then(|b| b.periods().get(p)).is_none_or(|before| {
                dataset.as_ref().and_then(|d| d.periods().get(p)) != Some(before)
            })
    };
    summary.periods.retain(|(p, _)| read_here(p));
    Import {
        dataset,
        summary,
        findings,
    }
}

/// Reads the framework alone from the first framework table.
pub fn read_framework(workbooks: &[Workbook]) -> (Option<Framework>, Vec<Finding>) {
    let mut out = Collector::default();
    let plans = super::recognise::recognise(workbooks, None);
    let found = plans.iter().find(|p| p.kind == TableKind::Framework);
    let table = found.and_then(|plan| {
        let workbook = workbooks.get(plan.workbook)?;
        let sheet = workbook.sheets.get(plan.sheet)?;
        Some(Table {
            workbook,
            sheet,
            plan,
        })
    });
    let framework = table.and_then(|table| {
        table.report_columns(&mut out);
        framework_table::read(&table, &mut out)
    });
    let findings = out.into_findings();
    let blocked = crate::finding::blocks(&findings);
    (framework.filter(|_| !blocked), findings)
}

fn read_tables(
    tables: &[Table],
    base: Option<&Dataset>,
    period: &Period,
    out: &mut Collector,
) -> Option<Dataset> {
    let of_kind = |kind| tables.iter().filter(move |t| t.plan.kind == kind);
    let framework = match of_kind(TableKind::Framework).next() {
        Some(table) => Some(framework_table::read(table, out)?),
        None => base.map(|b| b.framework().clone()),
    };
    let units = match of_kind(TableKind::Units).next() {
        Some(table) => {
            if let Some(base) = base {
                units_table::report_gone(table, base.units(), out);
            }
            Some(units_table::read(table, out)?)
        }
        None => match base {
            Some(base) => Some(base.units().clone()),
            None => of_kind(TableKind::Wide)
                .next()
                .and_then(|table| units_table::read(table, out)),
        },
    };
    // A second table of the same kind would silently win or lose.
    for kind in [TableKind::Framework, TableKind::Units] {
        for table in of_kind(kind).skip(1) {
            out.add(Problem::SecondTable, table.place());
        }
    }
    let Some(framework) = framework else {
        if let Some(table) = tables.first() {
            out.add(Problem::NoFramework, table.place());
        }
        return None;
    };
    let Some(units) = units else {
        if let Some(table) = tables.first() {
            out.add(Problem::NoRegister, table.place());
        }
        return None;
    };
    let mut periods = base.map_or_else(BTreeMap::new, |b| carried_over(b, &units, &framework));
    let mut values = values_table::Reading::new(&units, &framework, period);
    for table in tables.iter().filter(|t| t.holds_values()) {
        values.read(table, out);
    }
    periods.extend(values.into_periods());
    let mut surveys = base.map_or_else(BTreeMap::new, |b| surveys_carried_over(b, &units));
    let mut survey = survey_table::Reading::new(&units, period);
    for table in of_kind(TableKind::Survey) {
        survey.read(table, out);
    }
    surveys.extend(survey.into_periods(out));
    let dataset = Dataset::new(units, framework, periods).ok()?;
    dataset.with_surveys(surveys).ok()
}

/// The periods of `base` in the shape of the new register and framework.
fn carried_over(
    base: &Dataset,
    units: &Units,
    framework: &Framework,
) -> BTreeMap<Period, Observations> {
    if base.units() == units && base.framework() == framework {
        return base.periods().clone();
    }
    let column_in_base: Vec<Option<usize>> = framework
        .indicators()
        .map(|(node, _)| {
            let found = base.framework().find(node.id.as_str())?;
            base.framework().node(found).column
        })
        .collect();
    let carry = |old: &Observations| {
        let mut new = Observations::missing(units.len(), framework.n_indicators());
        for (i, unit) in units.list().iter().enumerate() {
            let Some(j) = base.units().find(&unit.code) else {
                continue;
            };
            for (column, in_base) in column_in_base.iter().enumerate() {
                let Some(c) = in_base else { continue };
                let cell = old.frame().cell(j.at(), *c);
                if cell != Cell::Missing {
                    let provenance = old.provenance(j.at(), *c).cloned();
                    let ratio = old.ratio(j.at(), *c);
                    new.set(i, column, cell, ratio, &provenance.unwrap_or_default());
                    new.set_standard_error(i, column, old.standard_error(j.at(), *c));
                }
            }
        }
        new
    };
    let mut periods = BTreeMap::new();
    for (period, old) in base.periods() {
        periods.insert(period.clone(), carry(old));
    }
    periods
}

/// The survey counts of `base` in the new register.
fn surveys_carried_over(base: &Dataset, units: &Units) -> BTreeMap<Period, SurveyCounts> {
    let new_position = |old: u32| {
        let unit = base.units().list().get(old as usize)?;
        units.find(&unit.code).map(|idx| idx.0)
    };
    let mut surveys = BTreeMap::new();
    for (period, counts) in base.surveys() {
        surveys.insert(period.clone(), counts.carried_over(new_position));
    }
    surveys
}

fn summary(dataset: &Dataset, base: Option<&Dataset>) -> Summary {
    let before = base.map(Dataset::units);
    let count = |list: &[crate::frame::Unit], other: Option<&Units>| {
        let is_new = |u: &&crate::frame::Unit| other.is_none_or(|o| o.find(&u.code).is_none());
        list.iter().filter(is_new).count() as u32
    };
    Summary {
        n_units: dataset.units().len() as u32,
        new_units: count(dataset.units().list(), before),
        removed_units: before.map_or(0, |b| count(b.list(), Some(dataset.units()))),
        n_indicators: dataset.framework().n_indicators() as u32,
        periods: dataset
            .periods()
            .iter()
            .map(|(period, observations)| {
                let columns = observations.columns().iter();
                let n_values: usize = columns.map(|c| c.present().count()).sum();
                (period.clone(), n_values as u32)
            })
            .collect(),
    }
}

/// A sheet with its plan.
#[derive(Clone, Copy)]
struct Table<'a> {
    workbook: &'a Workbook,
    sheet: &'a Sheet,
    plan: &'a SheetPlan,
}

impl<'a> Table<'a> {
    fn holds_values(&self) -> bool {
        matches!(self.plan.kind, TableKind::Wide | TableKind::Long)
    }

    fn place(&self) -> crate::finding::Place {
        crate::finding::Place {
            file: self.workbook.file.clone(),
            sheet: self.sheet.name.clone(),
            ..crate::finding::Place::default()
        }
    }

    fn at(&self, row: u32, column: Option<u32>) -> crate::finding::Place {
        crate::finding::Place {
            row: Some(row),
            column,
            ..self.place()
        }
    }

    /// Rows below the header.
    fn rows(&self) -> impl Iterator<Item = &'a Row> + use<'a> {
        let after = self.plan.data_after;
        self.sheet.rows.iter().filter(move |r| r.number > after)
    }

    fn cell(&self, row: &'a Row, field: &Field) -> Option<&'a RawCell> {
        row.cell(self.plan.column(field)?)
    }

    /// The text of a cell; empty when there is nothing.
    fn text(&self, row: &'a Row, field: &Field) -> String {
        self.cell(row, field)
            .map(RawCell::shown)
            .unwrap_or_default()
    }

    /// Columns left out, columns twice.
    fn report_columns(&self, out: &mut Collector) {
        let mut seen: Vec<&Field> = Vec::new();
        for column in &self.plan.columns {
            let place = self.at(self.plan.header_row, Some(column.column));
            let header = column.header.clone();
            if column.field == Field::Ignored {
                out.add(Problem::UnknownColumn { header }, place);
            } else if seen.contains(&&column.field) {
                out.add(Problem::DuplicateColumn { header }, place);
            } else {
                seen.push(&column.field);
            }
        }
    }

    fn provenance(&self, row: &'a Row, cut_off: String) -> Provenance {
        let file = if self.sheet.name.is_empty() {
            self.workbook.file.clone()
        } else {
            format!("{} · {}", self.workbook.file, self.sheet.name)
        };
        Provenance {
            source: self.text(row, &Field::Source),
            cut_off,
            file,
        }
    }
}
