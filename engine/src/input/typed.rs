//! One cell as a person types it, read by the rules of tables.

use super::header::{Field, TableKind};
use super::read::read;
use super::recognise::{ColumnPlan, SheetPlan};
use super::workbook::{RawCell, Row, Sheet, Workbook};
use super::{cell::half_width, decode::MAX_CELL_CHARS};
use crate::finding::{Finding, blocks};
use crate::frame::{Cell, Dataset, Ratio, Unit, Units};
use crate::framework::{Framework, Measure};
use crate::ids::Period;
use std::collections::BTreeMap;

/// A cell with the counts it was computed from.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// The cell.
    pub cell: Cell,
    /// Its counts, where it was typed as `19/20`.
    pub ratio: Option<Ratio>,
    /// What was odd about it.
    pub findings: Vec<Finding>,
}

/// Reads what was typed for a unit's indicator in `column`, as a table with this one
/// value would be read: a number, a percentage, `numerator/denominator`, or a word for
/// missing or not applicable. A bare number for a percentage is in percent: nothing
/// stands beside it that could make it a share.
///
/// # Errors
/// What a table would be refused for; the places are those of a table of one row.
pub fn typed(
    text: &str,
    framework: &Framework,
    unit: &Unit,
    column: usize,
    period: &Period,
) -> Result<Typed, Vec<Finding>> {
    let Some((node, indicator)) = framework.indicators().nth(column) else {
        return Err(Vec::new());
    };
    let text: String = half_width(text).chars().take(MAX_CELL_CHARS).collect();
    let is_number = |text: &str| text.ends_with(|c: char| c.is_ascii_digit() || c == '.');
    let ratio = text.split_once('/').map(|(n, d)| (n.trim(), d.trim()));
    let ratio = ratio.filter(|(n, d)| is_number(n) && is_number(d));
    let mut fields = vec![
        (Field::Code, unit.code.to_string()),
        (Field::Indicator, node.id.to_string()),
    ];
    match ratio {
        Some((numerator, denominator)) => {
            fields.push((Field::Numerator, numerator.to_owned()));
            fields.push((Field::Denominator, denominator.to_owned()));
        }
        None if indicator.measure == Measure::Percent && is_number(&text) => {
            fields.push((Field::Value, [&text, "%"].concat()));
        }
        None => fields.push((Field::Value, text)),
    }
    let columns = fields
        .iter()
        .zip(1..)
        .map(|((field, _), column)| ColumnPlan {
            column,
            header: field.header().to_owned(),
            field: field.clone(),
        });
    let plan = SheetPlan {
        workbook: 0,
        sheet: 0,
        kind: TableKind::Long,
        header_row: 1,
        data_after: 1,
        columns: columns.collect(),
    };
    let row = |number, text: &dyn Fn(&(Field, String)) -> String| {
        let cells = fields.iter().zip(1..);
        let cells = cells.map(|(field, column)| (column, RawCell::Text(text(field))));
        Row {
            number,
            cells: cells.collect(),
        }
    };
    let rows = vec![
        row(1, &|(field, _)| field.header().to_owned()),
        row(2, &|(_, text)| text.clone()),
    ];
    let workbook = Workbook {
        file: String::new(),
        sheets: vec![Sheet {
            name: String::new(),
            rows,
        }],
    };
    let units = Units::new(vec![unit.clone()]).map_err(|_| Vec::new())?;
    let base = Dataset::new(units, framework.clone(), BTreeMap::new()).map_err(|_| Vec::new())?;
    let import = read(&[workbook], &[plan], Some(&base), period);
    if blocks(&import.findings) {
        return Err(import.findings);
    }
    let read = import.dataset.as_ref();
    let Some(observations) = read.and_then(|d| d.periods().get(period)) else {
        return Err(import.findings);
    };
    Ok(Typed {
        cell: observations.frame().cell(0, column),
        ratio: observations.ratio(0, column),
        findings: import.findings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Problem;
    use crate::ids::{BodyType, UnitCode};
    use crate::scheme::default_scheme;

    /// As typed for the first indicator of a measure.
    fn of(measure: Measure, text: &str) -> Result<Typed, Vec<Finding>> {
        let framework = default_scheme();
        let unit = Unit {
            code: UnitCode::new("510181001001").unwrap(),
            name: "甲".into(),
            town: String::new(),
            class: String::new(),
            body_type: BodyType::VillageCommittee,
            population: None,
        };
        let column = framework
            .indicators()
            .position(|(_, i)| i.measure == measure)
            .unwrap();
        typed(
            text,
            &framework,
            &unit,
            column,
            &Period::new("2026").unwrap(),
        )
    }

    fn cell(measure: Measure, text: &str) -> Cell {
        of(measure, text).unwrap().cell
    }

    #[test]
    fn values_words_and_counts_are_read() {
        for (text, expected) in [
            ("81.5", Cell::Value(81.5)),
            ("８１．５％", Cell::Value(81.5)),
            // One percent, not one whole.
            ("1", Cell::Value(1.0)),
            ("0.8", Cell::Value(0.8)),
            (" 缺失 ", Cell::Missing),
            ("不适用", Cell::NotApplicable),
            ("/", Cell::NotApplicable),
            ("0/0", Cell::NotApplicable),
        ] {
            assert_eq!(cell(Measure::Percent, text), expected, "{text}");
        }
        let counted = of(Measure::Percent, "19 / 20").unwrap();
        assert_eq!(counted.cell, Cell::Value(95.0));
        let ratio = counted.ratio.unwrap();
        assert_eq!((ratio.numerator, ratio.denominator), (19.0, 20.0));
        assert_eq!(cell(Measure::Points, "1,234"), Cell::Value(1234.0));
    }

    #[test]
    fn what_a_table_would_be_refused_for_is_refused() {
        let refused = |text: &str| {
            let findings = of(Measure::Percent, text).unwrap_err();
            findings.into_iter().next().unwrap().problem
        };
        assert!(matches!(refused("<b>"), Problem::NotANumber { .. }));
        assert!(matches!(refused("120"), Problem::OutOfRange { .. }));
        assert!(matches!(refused("1e999"), Problem::NotFinite { .. }));
        assert!(matches!(refused("21/20"), Problem::RatioAboveOne { .. }));
    }
}
