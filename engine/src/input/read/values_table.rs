//! 指标数据, wide or long → observations by period.

use super::Table;
use super::collector::Collector;
use super::units_table::{shortened, unit_code};
use crate::finding::{Place, Problem};
use crate::frame::{Cell, Observations, Provenance, Ratio, Units};
use crate::framework::{Framework, Indicator, Measure};
use crate::ids::Period;
use crate::input::cell::{self, NumberError, Parsed};
use crate::input::header::{Field, Names, TableKind};
use crate::input::workbook::{RawCell, Row};
use std::collections::BTreeMap;

/// A value and the ratio computed from the same row may differ by this much, in
/// the indicator's measure: published rates are rounded.
const ROUNDING: f64 = 0.051;

/// Reads tables of values into periods.
pub(super) struct Reading<'a> {
    units: &'a Units,
    framework: &'a Framework,
    default_period: &'a Period,
    periods: BTreeMap<Period, PeriodReading>,
}

/// One period while it is read.
struct PeriodReading {
    observations: Observations,
    /// Row each cell was read from, by column and unit; 0 = not yet.
    row_of: Vec<Vec<u32>>,
}

/// Where one indicator's cells of a row are.
#[derive(Clone, Copy, Default)]
struct Source {
    value: Option<u32>,
    numerator: Option<u32>,
    denominator: Option<u32>,
    standard_error: Option<u32>,
}

/// What is known about a column before its cells are read.
#[derive(Clone, Copy, Default)]
struct ColumnStyle {
    /// Bare numbers, and those of them outside 0–1.
    n_bare: u32,
    n_beyond_one: u32,
}

impl ColumnStyle {
    fn count(&mut self, cell: Option<&RawCell>) {
        if let Some(Ok(Parsed::Bare(x))) = cell.map(cell::parse) {
            self.n_bare += 1;
            self.n_beyond_one += u32::from(!(0.0..=1.0).contains(&x));
        }
    }

    /// A percentage column in which every bare number lies in 0–1.
    fn is_shares(self, measure: Measure) -> bool {
        measure == Measure::Percent && self.n_bare > 0 && self.n_beyond_one == 0
    }
}

impl<'a> Reading<'a> {
    pub(super) fn new(units: &'a Units, framework: &'a Framework, period: &'a Period) -> Self {
        Self {
            units,
            framework,
            default_period: period,
            periods: BTreeMap::new(),
        }
    }

    pub(super) fn into_periods(self) -> BTreeMap<Period, Observations> {
        let mut periods = BTreeMap::new();
        for (period, read) in self.periods {
            periods.insert(period, read.observations);
        }
        periods
    }

    pub(super) fn read(&mut self, table: &Table<'_>, out: &mut Collector) {
        if table.plan.kind == TableKind::Wide {
            self.read_wide(table, out);
        } else {
            self.read_long(table, out);
        }
    }

    fn read_wide(&mut self, table: &Table<'_>, out: &mut Collector) {
        let mut sources: BTreeMap<&str, Source> = BTreeMap::new();
        for column in &table.plan.columns {
            let at = Some(column.column);
            match &column.field {
                Field::ValueOf(id) => sources.entry(id).or_default().value = at,
                Field::NumeratorOf(id) => sources.entry(id).or_default().numerator = at,
                Field::DenominatorOf(id) => sources.entry(id).or_default().denominator = at,
                _ => {}
            }
        }
        let mut indicators = Vec::new();
        for (id, source) in sources {
            let Some((column, indicator)) = self.indicator(id) else {
                let place = table.at(table.plan.header_row, source.value.or(source.numerator));
                out.add(Problem::UnknownIndicator { id: id.to_owned() }, place);
                continue;
            };
            let mut style = ColumnStyle::default();
            for row in table.rows() {
                style.count(source.value.and_then(|c| row.cell(c)));
            }
            note_shares(table, source.value, indicator.measure, style, out);
            indicators.push((column, indicator.clone(), source, style));
        }
        for row in table.rows() {
            let Some(context) = self.row_context(table, row, out) else {
                continue;
            };
            for (column, indicator, source, style) in &indicators {
                let reader = CellReader {
                    table,
                    row,
                    indicator,
                    source: *source,
                    style: *style,
                };
                self.store(&context, *column, &reader, out);
            }
        }
    }

    fn read_long(&mut self, table: &Table<'_>, out: &mut Collector) {
        let source = Source {
            value: table.plan.column(&Field::Value),
            numerator: table.plan.column(&Field::Numerator),
            denominator: table.plan.column(&Field::Denominator),
            standard_error: table.plan.column(&Field::StandardError),
        };
        let by_name = self.indicator_names();
        let column_of = |row: &Row| {
            let text = table.text(row, &Field::Indicator);
            by_name.get(&text).copied()
        };
        let mut styles = vec![ColumnStyle::default(); self.framework.n_indicators()];
        for row in table.rows() {
            if let Some(column) = column_of(row) {
                styles[column].count(source.value.and_then(|c| row.cell(c)));
            }
        }
        let indicators: Vec<Indicator> = self
            .framework
            .indicators()
            .map(|(_, indicator)| indicator.clone())
            .collect();
        for (indicator, style) in indicators.iter().zip(&styles) {
            note_shares(table, source.value, indicator.measure, *style, out);
        }
        for row in table.rows() {
            let Some(column) = column_of(row) else {
                let id = shortened(&table.text(row, &Field::Indicator));
                let place = table.at(row.number, table.plan.column(&Field::Indicator));
                out.add(Problem::UnknownIndicator { id }, place);
                continue;
            };
            let Some(context) = self.row_context(table, row, out) else {
                continue;
            };
            let reader = CellReader {
                table,
                row,
                indicator: &indicators[column],
                source,
                style: styles[column],
            };
            self.store(&context, column, &reader, out);
        }
    }

    fn indicator(&self, id: &str) -> Option<(usize, &'a Indicator)> {
        let node = self.framework.node(self.framework.find(id)?);
        Some((node.column?, node.indicator.as_ref()?))
    }

    fn indicator_names(&self) -> Names<usize> {
        let mut names = Names::default();
        for (column, (node, _)) in self.framework.indicators().enumerate() {
            names.add(node.id.as_str(), [&node.name.zh, &node.name.en], column);
        }
        names
    }

    /// Unit, period and provenance of a row.
    fn row_context(&self, table: &Table<'_>, row: &Row, out: &mut Collector) -> Option<RowContext> {
        let code_column = table.plan.column(&Field::Code);
        let place = || table.at(row.number, code_column);
        let code = unit_code(code_column.and_then(|c| row.cell(c)), out, place)?;
        let Some(unit) = self.units.find(&code) else {
            let code = code.to_string();
            out.add(Problem::UnknownUnit { code }, place());
            return None;
        };
        let period = period(table, row, self.default_period, out)?;
        let cut_off_cell = table.cell(row, &Field::CutOff);
        let cut_off = match cut_off_cell.map(|c| (c, cell::day(c))) {
            None => String::new(),
            Some((_, Some(day))) => day,
            Some((cell, None)) => {
                let text = shortened(&cell.shown());
                let place = table.at(row.number, table.plan.column(&Field::CutOff));
                out.add(Problem::BadDate { text }, place);
                return None;
            }
        };
        Some(RowContext {
            unit: unit.at(),
            code: code.to_string(),
            period,
            provenance: table.provenance(row, cut_off),
        })
    }

    fn store(
        &mut self,
        context: &RowContext,
        column: usize,
        reader: &CellReader<'_>,
        out: &mut Collector,
    ) {
        let (units, framework) = (self.units, self.framework);
        if !self.periods.contains_key(&context.period) {
            let read = PeriodReading {
                observations: Observations::missing(units.len(), framework.n_indicators()),
                row_of: vec![vec![0; units.len()]; framework.n_indicators()],
            };
            self.periods.insert(context.period.clone(), read);
        }
        let Some(period) = self.periods.get_mut(&context.period) else {
            return;
        };
        let first_row = &mut period.row_of[column][context.unit];
        if *first_row != 0 {
            let problem = Problem::DuplicateValue {
                first_row: *first_row,
            };
            out.add(problem, reader.place(reader.source.value, context));
            return;
        }
        *first_row = reader.row.number;
        let Some((cell, ratio)) = reader.read(context, out) else {
            return;
        };
        let Some(error) = reader.standard_error(cell, context, out) else {
            return;
        };
        // Every cell starts missing, and a missing one comes from nowhere.
        if cell != Cell::Missing {
            let provenance = &context.provenance;
            let observations = &mut period.observations;
            observations.set(context.unit, column, cell, ratio, provenance);
            observations.set_standard_error(context.unit, column, error);
        }
    }
}

/// The period of a row, or the one given where it does not say.
pub(super) fn period(
    table: &Table<'_>,
    row: &Row,
    default: &Period,
    out: &mut Collector,
) -> Option<Period> {
    let Some(cell) = table.cell(row, &Field::Period) else {
        return Some(default.clone());
    };
    let named = cell::code(cell).and_then(|text| Period::new(&text).ok());
    if named.is_none() {
        let text = shortened(&cell.shown());
        let place = table.at(row.number, table.plan.column(&Field::Period));
        out.add(Problem::BadId { text }, place);
    }
    named
}

struct RowContext {
    unit: usize,
    code: String,
    period: Period,
    provenance: Provenance,
}

fn note_shares(
    table: &Table<'_>,
    column: Option<u32>,
    measure: Measure,
    style: ColumnStyle,
    out: &mut Collector,
) {
    if style.is_shares(measure) {
        let place = table.at(table.plan.header_row, column);
        let count = style.n_bare;
        out.add(Problem::SharesReadAsPercent { count }, place);
    }
}

/// Reads one indicator of one row.
struct CellReader<'a> {
    table: &'a Table<'a>,
    row: &'a Row,
    indicator: &'a Indicator,
    source: Source,
    style: ColumnStyle,
}

impl CellReader<'_> {
    fn place(&self, column: Option<u32>, context: &RowContext) -> Place {
        Place {
            unit: context.code.clone(),
            ..self.table.at(self.row.number, column)
        }
    }

    /// The cell and its ratio; `None` when something is wrong and reported.
    fn read(&self, context: &RowContext, out: &mut Collector) -> Option<(Cell, Option<Ratio>)> {
        let value = self.value(context, out)?;
        let (from_ratio, ratio) = self.ratio(context, out)?;
        let cell = match (value, from_ratio) {
            (Some(Cell::Value(value)), Some(Cell::Value(derived))) => {
                if (value - derived).abs() > ROUNDING {
                    let problem = Problem::ValueAndRatioDiffer { value, derived };
                    out.add(problem, self.place(self.source.value, context));
                    return None;
                }
                Cell::Value(derived)
            }
            (Some(Cell::Value(value)), _) => Cell::Value(value),
            (_, Some(from_ratio)) => from_ratio,
            (Some(word), None) => word,
            (None, None) => Cell::Missing,
        };
        Some((cell, ratio))
    }

    /// The value column: `Some(None)` when there is none or it is blank.
    fn value(&self, context: &RowContext, out: &mut Collector) -> Option<Option<Cell>> {
        let Some(raw) = self.source.value.and_then(|c| self.row.cell(c)) else {
            return Some(None);
        };
        let place = || self.place(self.source.value, context);
        let measure = self.indicator.measure;
        let value = match cell::parse(raw) {
            Ok(Parsed::Word(word)) => return Some(Some(word)),
            Ok(Parsed::Percent(x)) if measure == Measure::Percent => x,
            Ok(Parsed::Percent(x)) if measure == Measure::Share => x / 100.0,
            Ok(Parsed::Bare(x)) if self.style.is_shares(measure) => cell::percent_of(x),
            Ok(Parsed::Bare(x)) => {
                if measure == Measure::Percent && x > 0.0 && x < 1.0 {
                    out.add(Problem::AmbiguousPercent { value: x }, place());
                }
                x
            }
            Err(NumberError::NotFinite) => {
                let text = shortened(&raw.shown());
                out.add(Problem::NotFinite { text }, place());
                return None;
            }
            Ok(Parsed::Percent(_)) | Err(NumberError::NotANumber) => {
                let shown = shortened(&raw.shown());
                let problem = match raw {
                    RawCell::Error(_) => Problem::FormulaError { shown },
                    _ => Problem::NotANumber { text: shown },
                };
                out.add(problem, place());
                return None;
            }
        };
        self.in_range(value, place(), out)
            .map(|x| Some(Cell::Value(x)))
    }

    /// The standard error column, in the value's measure: `Some(None)` when there
    /// is none, it is blank, or there is no value to go with it.
    fn standard_error(
        &self,
        cell: Cell,
        context: &RowContext,
        out: &mut Collector,
    ) -> Option<Option<f64>> {
        let column = self.source.standard_error;
        let Some(raw) = column.and_then(|c| self.row.cell(c)) else {
            return Some(None);
        };
        let measure = self.indicator.measure;
        let error = match cell::parse(raw) {
            Ok(Parsed::Word(_)) => return Some(None),
            Ok(Parsed::Percent(x)) if measure == Measure::Percent => x,
            Ok(Parsed::Percent(x)) if measure == Measure::Share => x / 100.0,
            // A standard error is given in the terms of its value.
            Ok(Parsed::Bare(x)) if self.style.is_shares(measure) => cell::percent_of(x),
            Ok(Parsed::Bare(x)) => x,
            Ok(Parsed::Percent(_)) | Err(_) => {
                let text = shortened(&raw.shown());
                out.add(Problem::NotANumber { text }, self.place(column, context));
                return None;
            }
        };
        if error < 0.0 {
            let problem = Problem::NegativeStandardError { value: error };
            out.add(problem, self.place(column, context));
            return None;
        }
        Some(Some(error).filter(|_| cell.value().is_some()))
    }

    fn in_range(&self, value: f64, place: Place, out: &mut Collector) -> Option<f64> {
        let (lowest, highest) = self.indicator.measure.range();
        if (lowest..=highest).contains(&value) {
            return Some(value);
        }
        let problem = Problem::OutOfRange {
            value,
            lowest,
            highest,
        };
        out.add(problem, place);
        None
    }

    /// Numerator and denominator: what they give, and themselves.
    fn ratio(
        &self,
        context: &RowContext,
        out: &mut Collector,
    ) -> Option<(Option<Cell>, Option<Ratio>)> {
        let numerator = self.count(self.source.numerator, context, out)?;
        let denominator = self.count(self.source.denominator, context, out)?;
        let place = || self.place(self.source.numerator, context);
        let (numerator, denominator) = match (numerator, denominator) {
            (None | Some(Cell::Missing), None | Some(Cell::Missing)) => return Some((None, None)),
            (Some(Cell::NotApplicable), _) | (_, Some(Cell::NotApplicable)) => {
                return Some((Some(Cell::NotApplicable), None));
            }
            (Some(Cell::Value(n)), Some(Cell::Value(d))) => (n, d),
            // Nothing of nothing needs no numerator.
            (_, Some(Cell::Value(0.0))) => (0.0, 0.0),
            _ => {
                out.add(Problem::HalfRatio, place());
                return None;
            }
        };
        let ratio = Ratio {
            numerator,
            denominator,
        };
        if denominator == 0.0 {
            if numerator > 0.0 {
                let problem = Problem::RatioAboveOne {
                    numerator,
                    denominator,
                };
                out.add(problem, place());
                return None;
            }
            return Some((Some(Cell::NotApplicable), Some(ratio)));
        }
        let measure = self.indicator.measure;
        let is_share = matches!(measure, Measure::Percent | Measure::Share);
        if is_share && numerator > denominator {
            let problem = Problem::RatioAboveOne {
                numerator,
                denominator,
            };
            out.add(problem, place());
            return None;
        }
        let value = numerator / denominator * measure.ratio_factor();
        let value = self.in_range(value, place(), out)?;
        Some((Some(Cell::Value(value)), Some(ratio)))
    }

    /// A count; `Some(None)` when the column or cell is not there.
    fn count(
        &self,
        column: Option<u32>,
        context: &RowContext,
        out: &mut Collector,
    ) -> Option<Option<Cell>> {
        let Some(raw) = column.and_then(|c| self.row.cell(c)) else {
            return Some(None);
        };
        let problem = match cell::parse(raw) {
            Ok(Parsed::Word(word)) => return Some(Some(word)),
            Ok(Parsed::Bare(value)) if value >= 0.0 => return Some(Some(Cell::Value(value))),
            Ok(Parsed::Bare(value)) => Problem::NegativeCount { value },
            Err(NumberError::NotFinite) => Problem::NotFinite {
                text: shortened(&raw.shown()),
            },
            Ok(Parsed::Percent(_)) | Err(NumberError::NotANumber) => Problem::NotANumber {
                text: shortened(&raw.shown()),
            },
        };
        out.add(problem, self.place(column, context));
        None
    }
}
