//! File bytes → sheets of cells. The kind is told by the content, never by the
//! name; nothing is trusted to be of reasonable size.

use super::spreadsheet;
use super::workbook::{RawCell, Row, Sheet, Workbook};
use crate::finding::{Finding, Place, Problem};
use encoding_rs::{GB18030, UTF_8};
use serde::{Deserialize, Serialize};

/// Largest file that is read.
pub const MAX_FILE_MB: u32 = 200;
/// Longest text of a cell, in characters: what spreadsheets allow.
pub const MAX_CELL_CHARS: usize = 32_767;

/// Encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8, with or without byte-order mark.
    Utf8,
    /// GB18030, which contains GBK and GB2312.
    Gb18030,
}

/// A decoded file, with what was odd about it. Empty when a finding blocks.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decoded {
    /// The sheets.
    pub workbook: Workbook,
    /// What was odd.
    pub findings: Vec<Finding>,
}

/// Reads CSV (comma, semicolon or tab; UTF-8 or GB18030), XLSX or XLS.
///
/// `encoding` forces the encoding of text; otherwise a byte-order mark, then
/// strict UTF-8, then strict GB18030 decide. Hidden sheets are left out with a
/// note. On a blocking finding the workbook is empty.
///
/// ```
/// use dhi_engine::input::decode;
/// let decoded = decode("a.csv", "村代码,村名\n001,甲村\n".as_bytes(), None);
/// assert!(decoded.findings.is_empty());
/// assert_eq!(decoded.workbook.sheets[0].rows.len(), 2);
/// ```
pub fn decode(file: &str, bytes: &[u8], encoding: Option<Encoding>) -> Decoded {
    let place = Place {
        file: file.to_owned(),
        ..Place::default()
    };
    let result = if bytes.is_empty() {
        Err(Problem::EmptyFile)
    } else if bytes.len() as u64 > u64::from(MAX_FILE_MB) << 20 {
        Err(Problem::FileTooLarge {
            limit_mb: MAX_FILE_MB,
        })
    } else if bytes.starts_with(b"PK\x03\x04") {
        spreadsheet::xlsx(file, bytes)
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        spreadsheet::xls(file, bytes)
    } else {
        csv_file(file, bytes, encoding)
    };
    match result {
        Ok(mut decoded) => {
            decoded.workbook.file = file.to_owned();
            if crate::finding::blocks(&decoded.findings) {
                decoded.workbook.sheets.clear();
            }
            decoded
        }
        Err(problem) => Decoded {
            workbook: Workbook {
                file: file.to_owned(),
                sheets: Vec::new(),
            },
            findings: vec![Finding::new(problem, place)],
        },
    }
}

/// The line a record begins on. Its position is where reading went on, before the blank
/// lines that were passed over.
fn line(text: &str, at: &csv::Position) -> u32 {
    let rest = text.as_bytes().iter().skip(at.byte() as usize);
    let blank = rest.take_while(|b| matches!(b, b'\r' | b'\n'));
    at.line() as u32 + blank.filter(|b| **b == b'\n').count() as u32
}

fn csv_file(file: &str, bytes: &[u8], forced: Option<Encoding>) -> Result<Decoded, Problem> {
    // Text has no zero bytes; pictures, archives and UTF-16 do.
    let n_control = bytes
        .iter()
        .take(4096)
        .filter(|b| **b < 9 || (14..32).contains(*b))
        .count();
    if n_control > 0 {
        return Err(Problem::NotASpreadsheet);
    }
    let (text, encoding) = decode_text(bytes, forced).ok_or(Problem::UnknownEncoding)?;
    let place = |row: Option<u32>, column: Option<u32>| Place {
        file: file.to_owned(),
        row,
        column,
        ..Place::default()
    };
    let mut findings = Vec::new();
    if encoding == Encoding::Gb18030 && forced.is_none() {
        let problem = Problem::ReadAsEncoding {
            encoding: "GB18030".into(),
        };
        findings.push(Finding::new(problem, place(None, None)));
    }
    let mut rows = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {}
            Err(error) => {
                return Err(Problem::DamagedFile {
                    detail: error.to_string(),
                });
            }
        }
        let line = record.position().map_or(0, |at| line(&text, at));
        let mut row = Row {
            number: line,
            cells: Vec::with_capacity(record.len()),
        };
        for (at, field) in record.iter().enumerate() {
            let column = at as u32 + 1;
            if field.len() > MAX_CELL_CHARS && field.chars().count() > MAX_CELL_CHARS {
                let n_chars = field.chars().count() as u64;
                let problem = Problem::CellTooLong { n_chars };
                findings.push(Finding::new(problem, place(Some(line), Some(column))));
            } else if !field.trim().is_empty() {
                row.cells.push((column, RawCell::Text(field.to_owned())));
            }
        }
        if !row.cells.is_empty() {
            rows.push(row);
        }
    }
    if rows.is_empty() && findings.is_empty() {
        return Err(Problem::EmptyFile);
    }
    let sheet = Sheet {
        name: String::new(),
        rows,
    };
    Ok(Decoded {
        workbook: Workbook {
            file: file.to_owned(),
            sheets: vec![sheet],
        },
        findings,
    })
}

fn decode_text(bytes: &[u8], forced: Option<Encoding>) -> Option<(String, Encoding)> {
    let bytes_after_mark = bytes.strip_prefix(b"\xef\xbb\xbf");
    let try_as = |encoding: Encoding| {
        let (codec, bytes) = match encoding {
            Encoding::Utf8 => (UTF_8, bytes_after_mark.unwrap_or(bytes)),
            Encoding::Gb18030 => (GB18030, bytes),
        };
        let text = codec.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some((text.into_owned(), encoding))
    };
    match forced {
        Some(encoding) => try_as(encoding),
        None if bytes_after_mark.is_some() => try_as(Encoding::Utf8),
        None => try_as(Encoding::Utf8).or_else(|| try_as(Encoding::Gb18030)),
    }
}

/// The separator that occurs most often in the first line with any.
fn delimiter(text: &str) -> u8 {
    let line = text
        .lines()
        .find(|line| line.contains([',', ';', '\t']))
        .unwrap_or("");
    let count = |c: u8| line.bytes().filter(|b| *b == c).count();
    // The first of equals: a comma unless another is more frequent.
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|c| count(*c))
        .unwrap_or(b',')
}
