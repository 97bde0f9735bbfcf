//! 群众评议, long → survey counts by period.

use super::Table;
use super::collector::Collector;
use super::units_table::{shortened, unit_code};
use crate::finding::{Place, Problem};
use crate::frame::{GroupSample, SurveyCounts, Units};
use crate::ids::Period;
use crate::input::cell::{self, NumberError, Parsed, half_width};
use crate::input::header::Field;
use crate::input::workbook::Row;
use std::collections::BTreeMap;

/// Reads survey tables into periods.
pub(super) struct Reading<'a> {
    units: &'a Units,
    default_period: &'a Period,
    periods: BTreeMap<Period, PeriodReading>,
}

/// One period while it is read.
#[derive(Default)]
struct PeriodReading {
    counts: SurveyCounts,
    /// Row of every count, by unit, question, group and answer.
    rows: BTreeMap<(u32, String, String, String), u32>,
    samples: BTreeMap<(u32, String), Sample>,
    /// Where the answers of a unit and group to a question end, and their sum.
    sums: BTreeMap<(u32, String, String), (u64, Place)>,
}

/// A sample with the row that told each of its numbers.
#[derive(Clone, Copy, Default)]
struct Sample {
    issued: Option<(u32, u32)>,
    returned: Option<(u32, u32)>,
    size: Option<(u32, u32)>,
}

impl<'a> Reading<'a> {
    pub(super) fn new(units: &'a Units, period: &'a Period) -> Self {
        Self {
            units,
            default_period: period,
            periods: BTreeMap::new(),
        }
    }

    pub(super) fn read(&mut self, table: &Table<'_>, out: &mut Collector) {
        for row in table.rows() {
            self.read_row(table, row, out);
        }
    }

    /// The counts, after what can only be seen of them together.
    pub(super) fn into_periods(self, out: &mut Collector) -> BTreeMap<Period, SurveyCounts> {
        let mut periods = BTreeMap::new();
        for (period, mut read) in self.periods {
            for ((unit, _, group), (count, place)) in &read.sums {
                let sample = read.samples.get(&(*unit, group.clone()));
                let limit = sample.and_then(|s| s.returned);
                if let Some((limit, _)) = limit.filter(|l| u64::from(l.0) < *count) {
                    let problem = Problem::CountAbove {
                        count: *count,
                        header: Field::Returned.header().to_owned(),
                        limit: u64::from(limit),
                    };
                    out.add(problem, place.clone());
                }
            }
            for ((unit, group), sample) in &read.samples {
                let number = |n: Option<(u32, u32)>| n.map(|(n, _)| n);
                let sample = GroupSample {
                    issued: number(sample.issued),
                    returned: number(sample.returned),
                    size: number(sample.size),
                };
                read.counts.set_sample(*unit, group, sample);
            }
            periods.insert(period, read.counts);
        }
        periods
    }

    fn read_row(&mut self, table: &Table<'_>, row: &Row, out: &mut Collector) -> Option<()> {
        let reader = RowReader { table, row };
        let code_column = table.plan.column(&Field::Code);
        let place = || table.at(row.number, code_column);
        let code = unit_code(code_column.and_then(|c| row.cell(c)), out, place)?;
        let Some(unit) = self.units.find(&code) else {
            let code = code.to_string();
            out.add(Problem::UnknownUnit { code }, place());
            return None;
        };
        let period = super::values_table::period(table, row, self.default_period, out)?;
        let group = reader.text(&Field::Group, out)?;
        let read = self.periods.entry(period).or_default();
        let key = (unit.0, group.clone());
        let sample = read.samples.entry(key).or_default();
        reader.sample(sample, out)?;
        // A row may give the sample alone.
        let has = |field| !table.text(row, field).is_empty();
        if !has(&Field::Question) && !has(&Field::Answer) && !has(&Field::People) {
            return Some(());
        }
        let question = reader.text(&Field::Question, out)?;
        let answer = reader.text(&Field::Answer, out)?;
        let Some(count) = reader.number(&Field::People, out)? else {
            let header = Field::People.header().to_owned();
            let place = reader.place(&Field::People);
            out.add(Problem::EmptyCell { header }, place);
            return None;
        };
        let key = (unit.0, question.clone(), group.clone(), answer.clone());
        if let Some(&first_row) = read.rows.get(&key) {
            let place = reader.place(&Field::People);
            out.add(Problem::DuplicateValue { first_row }, place);
            return None;
        }
        read.rows.insert(key, row.number);
        read.counts.set(unit.0, &question, &group, &answer, count);
        let place = Place {
            unit: code.to_string(),
            ..reader.place(&Field::People)
        };
        let key = (unit.0, question, group);
        let sum = read.sums.entry(key).or_insert((0, place.clone()));
        *sum = (sum.0 + u64::from(count), place);
        Some(())
    }
}

/// Reads the cells of one row, reporting what cannot be read.
struct RowReader<'a> {
    table: &'a Table<'a>,
    row: &'a Row,
}

impl RowReader<'_> {
    fn place(&self, field: &Field) -> Place {
        self.table
            .at(self.row.number, self.table.plan.column(field))
    }

    /// A word that must be there, half-width, so that 满意 and 满意　 are one.
    fn text(&self, field: &Field, out: &mut Collector) -> Option<String> {
        let text = half_width(&self.table.text(self.row, field));
        if text.is_empty() {
            let header = field.header().to_owned();
            out.add(Problem::EmptyCell { header }, self.place(field));
            return None;
        }
        if text.chars().count() > crate::ids::MAX_ID_CHARS || text.chars().any(char::is_control) {
            let text = shortened(&text);
            out.add(Problem::BadId { text }, self.place(field));
            return None;
        }
        Some(text)
    }

    /// A number of people; `Some(None)` when the cell is blank or says missing.
    fn number(&self, field: &Field, out: &mut Collector) -> Option<Option<u32>> {
        let Some(raw) = self.table.cell(self.row, field) else {
            return Some(None);
        };
        let text = || shortened(&raw.shown());
        let problem = match cell::parse(raw) {
            Ok(Parsed::Word(_)) => return Some(None),
            Ok(Parsed::Bare(x)) if x < 0.0 => Problem::NegativeCount { value: x },
            Ok(Parsed::Bare(x)) if x.fract() != 0.0 => Problem::NotWhole { value: x },
            // Far beyond the people of a village, and sums stay below 2³².
            Ok(Parsed::Bare(x)) if x > 1e7 => Problem::OutOfRange {
                value: x,
                lowest: 0.0,
                highest: 1e7,
            },
            #[expect(clippy::cast_sign_loss, reason = "checked to be 0 or more above")]
            Ok(Parsed::Bare(x)) => return Some(Some(x as u32)),
            Err(NumberError::NotFinite) => Problem::NotFinite { text: text() },
            Ok(Parsed::Percent(_)) | Err(NumberError::NotANumber) => {
                Problem::NotANumber { text: text() }
            }
        };
        out.add(problem, self.place(field));
        None
    }

    /// Forms out and back and the size of the group, which any row may tell.
    fn sample(&self, sample: &mut Sample, out: &mut Collector) -> Option<()> {
        for (field, known) in [
            (Field::Issued, &mut sample.issued),
            (Field::Returned, &mut sample.returned),
            (Field::GroupSize, &mut sample.size),
        ] {
            let Some(n) = self.number(&field, out)? else {
                continue;
            };
            match *known {
                Some((before, first_row)) if before != n => {
                    let header = field.header().to_owned();
                    let problem = Problem::SampleDiffers { header, first_row };
                    out.add(problem, self.place(&field));
                    return None;
                }
                Some(_) => {}
                None => *known = Some((n, self.row.number)),
            }
        }
        for (part, field, whole) in [
            (sample.returned, Field::Issued, sample.issued),
            (sample.returned, Field::GroupSize, sample.size),
        ] {
            if let (Some((part, _)), Some((limit, _))) = (part, whole)
                && part > limit
            {
                let problem = Problem::CountAbove {
                    count: u64::from(part),
                    header: field.header().to_owned(),
                    limit: u64::from(limit),
                };
                out.add(problem, self.place(&Field::Returned));
                return None;
            }
        }
        Some(())
    }
}
