//! 名册 → register.

use super::Table;
use super::collector::Collector;
use crate::finding::Problem;
use crate::frame::{Unit, Units};
use crate::ids::{BodyType, UnitCode};
use crate::input::cell::{self, half_width};
use crate::input::header::{Field, TableKind};
use crate::input::workbook::RawCell;
use std::collections::BTreeMap;

/// Words for the kinds of bodies.
const BODY_WORDS: [(BodyType, &[&str]); 3] = [
    (
        BodyType::VillageCommittee,
        &[
            "村委会",
            "村民委员会",
            "村",
            "village_committee",
            "village committee",
        ],
    ),
    (
        BodyType::ResidentsCommittee,
        &[
            "居委会",
            "居民委员会",
            "社区",
            "residents_committee",
            "residents committee",
        ],
    ),
    (BodyType::Other, &["其他", "other"]),
];

pub(super) fn read(table: &Table<'_>, out: &mut Collector) -> Option<Units> {
    let Some(code_column) = table.plan.column(&Field::Code) else {
        let header = Field::Code.header().to_owned();
        let place = table.at(table.plan.header_row, None);
        out.add(Problem::MissingColumn { header }, place);
        return None;
    };
    // A table of values may name a unit once per period.
    let may_repeat = table.plan.kind == TableKind::Wide;
    let mut first_row: BTreeMap<UnitCode, u32> = BTreeMap::new();
    let mut list = Vec::new();
    for row in table.rows() {
        let place = || table.at(row.number, Some(code_column));
        let Some(code) = unit_code(row.cell(code_column), out, place) else {
            continue;
        };
        if let Some(&first_row) = first_row.get(&code) {
            if !may_repeat {
                let code = code.to_string();
                out.add(Problem::DuplicateUnit { code, first_row }, place());
            }
            continue;
        }
        first_row.insert(code.clone(), row.number);
        let name = table.text(row, &Field::Name);
        list.push(Unit {
            name: if name.is_empty() {
                code.to_string()
            } else {
                name
            },
            town: table.text(row, &Field::Town),
            class: table.text(row, &Field::Class),
            body_type: body_type(table, row, &code, out),
            population: population(table, row, out),
            code,
        });
    }
    Units::new(list).ok()
}

/// Says what the register before had and this one has no column for: it would be gone
/// from every village without a word.
pub(super) fn report_gone(table: &Table<'_>, before: &Units, out: &mut Collector) {
    let known = |is_known: fn(&Unit) -> bool| {
        let units = before.list().iter();
        units.filter(|unit| is_known(unit)).count() as u32
    };
    for (field, count) in [
        (Field::Town, known(|unit| !unit.town.is_empty())),
        (Field::Class, known(|unit| !unit.class.is_empty())),
        (Field::Population, known(|unit| unit.population.is_some())),
    ] {
        if count > 0 && table.plan.column(&field).is_none() {
            let header = field.header().to_owned();
            let problem = Problem::ColumnGone { header, count };
            out.add(problem, table.at(table.plan.header_row, None));
        }
    }
}

/// Reads a unit code, reporting what is wrong with it.
pub(super) fn unit_code(
    cell: Option<&RawCell>,
    out: &mut Collector,
    place: impl Fn() -> crate::finding::Place,
) -> Option<UnitCode> {
    let Some(cell) = cell else {
        let header = Field::Code.header().to_owned();
        out.add(Problem::EmptyCell { header }, place());
        return None;
    };
    let Some(text) = cell::code(cell) else {
        let text = cell.shown();
        out.add(Problem::CodeAsNumber { text }, place());
        return None;
    };
    match UnitCode::new(&text) {
        Ok(code) => Some(code),
        Err(_) => {
            let text = shortened(&text);
            out.add(Problem::BadId { text }, place());
            None
        }
    }
}

/// Enough of a text to recognise it by.
pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() > 40 {
        text.chars().take(40).chain(['…']).collect()
    } else {
        text.to_owned()
    }
}

fn body_type(
    table: &Table<'_>,
    row: &crate::input::workbook::Row,
    code: &UnitCode,
    out: &mut Collector,
) -> BodyType {
    let from_code = code.body_type();
    let text = half_width(&table.text(row, &Field::BodyType)).to_ascii_lowercase();
    let place = || table.at(row.number, table.plan.column(&Field::BodyType));
    if text.is_empty() {
        return from_code.unwrap_or(BodyType::Other);
    }
    let word = BODY_WORDS
        .iter()
        .find(|(_, words)| words.contains(&text.as_str()));
    let Some((given, _)) = word else {
        let allowed = "村委会、居委会、其他 (village_committee, residents_committee, other)";
        let problem = Problem::UnknownWord {
            text: shortened(&text),
            allowed: allowed.into(),
        };
        out.add(problem, place());
        return BodyType::Other;
    };
    if from_code.is_some_and(|from_code| from_code != *given) {
        let code = code.to_string();
        out.add(Problem::BodyTypeDiffers { code }, place());
    }
    *given
}

fn population(
    table: &Table<'_>,
    row: &crate::input::workbook::Row,
    out: &mut Collector,
) -> Option<f64> {
    let cell = table.cell(row, &Field::Population)?;
    match cell::parse(cell) {
        Ok(cell::Parsed::Bare(n)) if n >= 0.0 => Some(n),
        Ok(cell::Parsed::Word(_)) => None,
        _ => {
            let text = shortened(&cell.shown());
            let column = table.plan.column(&Field::Population);
            out.add(Problem::NotANumber { text }, table.at(row.number, column));
            None
        }
    }
}
