//! XLSX and XLS through calamine, behind guards against archives that unpack
//! without end.

use super::decode::{Decoded, MAX_CELL_CHARS};
use super::workbook::{RawCell, Row, Sheet, Workbook};
use crate::finding::{Finding, Place, Problem};
use crate::num;
use calamine::{
    Data, DataRef, Dimensions, ExcelDateTime, Reader, SheetVisible, Xls, Xlsx, XlsxError,
};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{Cursor, Read};

/// Megabytes an archive may unpack to.
const MAX_UNPACKED_MB: u32 = 1024;
/// Cells read from one file.
const MAX_CELLS: usize = 40_000_000;

pub(super) fn xlsx(file: &str, bytes: &[u8]) -> Result<Decoded, Problem> {
    refuse_bombs(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut out = Decoded::default();
    let mut n_cells = 0;
    for sheet in book.sheets_metadata().to_vec() {
        let mut reading = Reading::new(file, &sheet.name);
        if sheet.visible != SheetVisible::Visible {
            reading.note(Problem::HiddenSheet, None);
            out.findings.append(&mut reading.findings);
            continue;
        }
        // Chart sheets and damaged parts have no cells to read.
        if sheet.typ != calamine::SheetType::WorkSheet {
            continue;
        }
        for merged in book
            .merge_cells_by_sheet_name(&sheet.name)
            .unwrap_or_default()
        {
            let range = range_name(merged);
            reading.note(Problem::MergedCells { range }, Some(merged.start));
        }
        read_cells(&mut book, &sheet.name, &mut reading, &mut n_cells).map_err(|e| damaged(&e))?;
        if n_cells > MAX_CELLS {
            return Err(Problem::DecompressionBomb {
                limit_mb: MAX_UNPACKED_MB,
            });
        }
        let n_formulas = count_formulas(&mut book, &sheet.name).map_err(|e| damaged(&e))?;
        if n_formulas > 0 {
            reading.note(Problem::FormulaCells { count: n_formulas }, None);
        }
        reading.finish(&mut out);
    }
    Ok(out)
}

fn read_cells(
    book: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    reading: &mut Reading,
    n_cells: &mut usize,
) -> Result<(), XlsxError> {
    let mut reader = book.worksheet_cells_reader(name)?;
    let is_percent: Vec<bool> = reader
        .styles()
        .iter()
        .map(|style| {
            let format = style.number_format.as_ref();
            format.is_some_and(|f| f.format_code.contains('%'))
        })
        .collect();
    while let Some((cell, style)) = reader.next_cell_with_style_id()? {
        *n_cells += 1;
        if *n_cells > MAX_CELLS {
            break;
        }
        let shown_as_percent = is_percent.get(style).copied().unwrap_or(false);
        let raw = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::String(text) => RawCell::Text(text.clone()),
            DataRef::SharedString(text) => RawCell::Text((*text).to_owned()),
            DataRef::Float(x) if shown_as_percent => RawCell::Percent(*x),
            DataRef::Float(x) => RawCell::Number(*x),
            DataRef::Int(x) if shown_as_percent => RawCell::Percent(*x as f64),
            DataRef::Int(x) => RawCell::Number(*x as f64),
            DataRef::Bool(x) => RawCell::Bool(*x),
            DataRef::DateTime(day) => date(*day),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => RawCell::Text(text.clone()),
            DataRef::Error(error) => RawCell::Error(error.to_string()),
        };
        reading.put(cell.get_position(), raw);
    }
    Ok(())
}

fn count_formulas(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<u32, XlsxError> {
    let mut reader = book.worksheet_cells_reader(name)?;
    let mut count = 0;
    while let Some(formula) = reader.next_formula()? {
        count += u32::from(!formula.get_value().is_empty());
    }
    Ok(count)
}

pub(super) fn xls(file: &str, bytes: &[u8]) -> Result<Decoded, Problem> {
    let mut book: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut out = Decoded::default();
    for sheet in book.sheets_metadata().to_vec() {
        let mut reading = Reading::new(file, &sheet.name);
        if sheet.visible != SheetVisible::Visible {
            reading.note(Problem::HiddenSheet, None);
            out.findings.append(&mut reading.findings);
            continue;
        }
        let range = book.worksheet_range(&sheet.name).map_err(|e| damaged(&e))?;
        let start = range.start().unwrap_or_default();
        for (row, column, cell) in range.used_cells() {
            let raw = match cell {
                Data::Empty => continue,
                Data::String(text) => RawCell::Text(text.clone()),
                Data::Float(x) => RawCell::Number(*x),
                Data::Int(x) => RawCell::Number(*x as f64),
                Data::Bool(x) => RawCell::Bool(*x),
                Data::DateTime(day) => date(*day),
                Data::DateTimeIso(text) | Data::DurationIso(text) => RawCell::Text(text.clone()),
                Data::Error(error) => RawCell::Error(error.to_string()),
            };
            reading.put((start.0 + row as u32, start.1 + column as u32), raw);
        }
        let formulas = book.worksheet_formula(&sheet.name).ok();
        let n_formulas = formulas.map_or(0, |f| f.used_cells().count() as u32);
        if n_formulas > 0 {
            reading.note(Problem::FormulaCells { count: n_formulas }, None);
        }
        reading.finish(&mut out);
    }
    Ok(out)
}

/// A sheet while it is read.
struct Reading {
    place: Place,
    rows: BTreeMap<u32, Vec<(u32, RawCell)>>,
    findings: Vec<Finding>,
}

impl Reading {
    fn new(file: &str, sheet: &str) -> Self {
        Self {
            place: Place {
                file: file.to_owned(),
                sheet: sheet.to_owned(),
                ..Place::default()
            },
            rows: BTreeMap::new(),
            findings: Vec::new(),
        }
    }

    fn note(&mut self, problem: Problem, at: Option<(u32, u32)>) {
        let place = Place {
            row: at.map(|(row, _)| row + 1),
            column: at.map(|(_, column)| column + 1),
            ..self.place.clone()
        };
        self.findings.push(Finding::new(problem, place));
    }

    /// Stores a cell by its position from 0.
    fn put(&mut self, at: (u32, u32), cell: RawCell) {
        if let RawCell::Text(text) = &cell
            && text.len() > MAX_CELL_CHARS
            && text.chars().count() > MAX_CELL_CHARS
        {
            let n_chars = text.chars().count() as u64;
            self.note(Problem::CellTooLong { n_chars }, Some(at));
        } else if !cell.is_blank() {
            let row = self.rows.entry(at.0 + 1).or_default();
            row.push((at.1 + 1, cell));
        }
    }

    fn finish(mut self, out: &mut Decoded) {
        let rows = self.rows.into_iter().map(|(number, mut cells)| {
            // Nearly every file has them in order.
            if !cells.is_sorted_by_key(|(column, _)| *column) {
                num::sort_by(&mut cells, |a, b| a.0.cmp(&b.0));
            }
            cells.dedup_by_key(|(column, _)| *column);
            Row { number, cells }
        });
        let sheet = Sheet {
            name: self.place.sheet.clone(),
            rows: rows.collect(),
        };
        let Workbook { sheets, .. } = &mut out.workbook;
        sheets.push(sheet);
        out.findings.append(&mut self.findings);
    }
}

fn date(day: ExcelDateTime) -> RawCell {
    if day.is_duration() {
        return RawCell::Number(day.as_f64());
    }
    let (year, month, day, ..) = day.to_ymd_hms_milli();
    RawCell::Date(format!("{year:04}-{month:02}-{day:02}"))
}

fn range_name(range: Dimensions) -> String {
    let name = |(row, column): (u32, u32)| {
        let place = Place {
            row: Some(row + 1),
            column: Some(column + 1),
            ..Place::default()
        };
        place.cell_name().unwrap_or_default()
    };
    format!("{}:{}", name(range.start), name(range.end))
}

fn damaged(error: &impl Display) -> Problem {
    // Readers quote what they stumble over, which may be very long.
    let detail = error.to_string().chars().take(120).collect();
    Problem::DamagedFile { detail }
}

/// Unpacks everything once, to nowhere, with a limit: declared sizes can lie.
fn refuse_bombs(bytes: &[u8]) -> Result<(), Problem> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(&e))?;
    let mut left = u64::from(MAX_UNPACKED_MB) << 20;
    let bomb = Problem::DecompressionBomb {
        limit_mb: MAX_UNPACKED_MB,
    };
    for i in 0..archive.len() {
        let entry = archive.by_index(i).map_err(|e| damaged(&e))?;
        if entry.size() > left {
            return Err(bomb);
        }
        let mut limited = entry.take(left + 1);
        let unpacked =
            std::io::copy(&mut limited, &mut std::io::sink()).map_err(|e| damaged(&e))?;
        left = left.checked_sub(unpacked).ok_or_else(|| bomb.clone())?;
    }
    Ok(())
}
