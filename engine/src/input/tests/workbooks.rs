//! Spreadsheet files: real ones, hostile ones, and the template.

use super::*;
use rust_xlsxwriter::{Format, Formula, Workbook as Book};

#[test]
fn files_that_are_no_tables_are_refused() {
    let of = |bytes: &[u8]| decode("x.xlsx", bytes, None).findings[0].problem.clone();
    assert_eq!(of(b""), Problem::EmptyFile);
    assert_eq!(
        of(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        Problem::NotASpreadsheet
    );
    let whole = template(&default_scheme(), Language::Chinese).unwrap();
    assert!(matches!(
        of(&whole[..whole.len() / 2]),
        Problem::DamagedFile { .. }
    ));
    assert!(matches!(
        of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1garbage"),
        Problem::DamagedFile { .. }
    ));
    let huge = format!("代码,名称\n001,{}\n", "长".repeat(2_000_000));
    let found = decode("x.csv", huge.as_bytes(), None);
    assert!(matches!(
        found.findings[0].problem,
        Problem::CellTooLong { n_chars: 2_000_000 }
    ));
    assert_eq!(found.findings[0].place.cell_name().unwrap(), "B2");
    assert!(
        found.workbook.sheets.is_empty(),
        "nothing is left to import"
    );
}

/// An archive of zeros that unpacks to `entries` × 64 MiB, with what its directory
/// says about the size of each entry replaced by `claimed`.
fn bomb(entries: usize, claimed: u32) -> Vec<u8> {
    use std::io::{Cursor, Write};
    use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .start_file("xl/workbook.xml", SimpleFileOptions::default())
        .unwrap();
    for _ in 0..64 {
        writer.write_all(&vec![0_u8; 1 << 20]).unwrap();
    }
    let mut one = ZipArchive::new(writer.finish().unwrap()).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..entries {
        // Packed once, copied as it is.
        let entry = one.by_index_raw(0).unwrap();
        writer
            .raw_copy_file_rename(entry, format!("xl/{i}.xml"))
            .unwrap();
    }
    let mut bytes = writer.finish().unwrap().into_inner();
    // A directory record begins with PK 1 2 and has the unpacked size at 24.
    for at in 0..bytes.len() - 28 {
        if bytes[at..].starts_with(b"PK\x01\x02") {
            bytes[at + 24..at + 28].copy_from_slice(&claimed.to_le_bytes());
        }
    }
    bytes
}

/// More than a gigabyte in a megabyte: refused by the size one entry admits
/// before it is unpacked, by what all of them come to, and where they lie.
#[test]
fn a_decompression_bomb_is_refused() {
    for (entries, claimed, is_honest) in [(1, 2 << 30, true), (17, 64 << 20, true), (17, 1, false)]
    {
        let bytes = bomb(entries, claimed);
        assert!(bytes.len() < 2 << 20);
        let found = decode("x.xlsx", &bytes, None);
        assert!(found.workbook.sheets.is_empty());
        let is_refused = match &found.findings[0].problem {
            Problem::DecompressionBomb { .. } => is_honest,
            Problem::DamagedFile { .. } => !is_honest,
            _ => false,
        };
        assert!(is_refused, "{claimed} claimed: {:?}", found.findings[0]);
    }
}

#[test]
fn a_real_workbook_with_title_formulas_hidden_sheet_and_percent_format() {
    let mut book = Book::new();
    let percent = Format::new().set_num_format("0.0%");
    let sheet = book.add_worksheet().set_name("指标数据").unwrap();
    let title = Format::new().set_bold();
    sheet
        .merge_range(0, 0, 0, 2, "二〇二六年汇总表", &title)
        .unwrap();
    for (column, header) in ["村代码", "甲率", "乙率"].into_iter().enumerate() {
        sheet.write(1, column as u16, header).unwrap();
    }
    sheet.write(2, 0, "001").unwrap();
    sheet.write_with_format(2, 1, 0.07, &percent).unwrap();
    let formula = Formula::new("=10+15").set_result("25");
    sheet.write_formula(2, 2, formula).unwrap();
    sheet.write(3, 0, 2.0).unwrap();
    sheet.write(3, 1, 88.0).unwrap();
    sheet.write(3, 2, 3.5).unwrap();
    let hidden = book.add_worksheet().set_name("草稿").unwrap();
    hidden.write(0, 0, "村代码").unwrap();
    hidden.set_hidden(true);
    let bytes = book.save_to_buffer().unwrap();
    let units = "村代码,村名\n001,甲村\n2,乙村\n";
    let import = import_bytes(
        &[
            ("f.csv", FRAMEWORK.as_bytes()),
            ("u.csv", units.as_bytes()),
            ("v.xlsx", &bytes),
        ],
        None,
    );
    assert_eq!(cells(&import, 0), [Cell::Value(7.0), Cell::Value(88.0)]);
    assert_eq!(cells(&import, 1), [Cell::Value(25.0), Cell::Value(3.5)]);
    let has = |problem: Problem| import.findings.iter().any(|f| f.problem == problem);
    assert!(has(Problem::HiddenSheet));
    assert!(has(Problem::FormulaCells { count: 1 }));
    assert!(has(Problem::MergedCells {
        range: "A1:C1".into()
    }));
}

/// `tests/data/values.xls` was written by another program in the old format.
#[test]
fn an_xls_workbook_is_read_with_its_dates() {
    let bytes = include_bytes!("../../../tests/data/values.xls");
    let files: [(&str, &[u8]); 2] = [("f.csv", FRAMEWORK.as_bytes()), ("v.xls", bytes)];
    let import = import_bytes(&files, None);
    assert_eq!(cells(&import, 0), [Cell::Value(95.0), Cell::Value(80.5)]);
    assert_eq!(cells(&import, 1), [Cell::NotApplicable, Cell::Missing]);
    let dataset = import.dataset.unwrap();
    assert_eq!(dataset.units().list()[1].name, "乙村");
    let provenance = dataset.latest().unwrap().1.provenance(0, 0).unwrap();
    assert_eq!(provenance.cut_off, "2026-06-30");
}

#[test]
fn a_formula_error_blocks_at_its_cell() {
    let mut book = Book::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "村代码").unwrap();
    sheet.write(0, 1, "甲率").unwrap();
    sheet.write(1, 0, "001").unwrap();
    let formula = Formula::new("=1/0").set_result("#DIV/0!");
    sheet.write_formula(1, 1, formula).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let import = import_bytes(
        &[
            ("f.csv", FRAMEWORK.as_bytes()),
            ("u.csv", UNITS.as_bytes()),
            ("v.xlsx", &bytes),
        ],
        None,
    );
    let (problem, place) = blocked(&import);
    assert!(matches!(
        problem,
        Problem::FormulaError { .. } | Problem::NotANumber { .. }
    ));
    assert_eq!(place, "B2");
}

#[test]
fn the_template_reads_back() {
    let scheme = default_scheme();
    let bytes = template(&scheme, Language::Chinese).unwrap();
    let decoded = decode("模板.xlsx", &bytes, None);
    assert!(decoded.findings.is_empty(), "{:?}", decoded.findings);
    let plans = recognise(std::slice::from_ref(&decoded.workbook), None);
    let kinds: Vec<TableKind> = plans.iter().map(|p| p.kind).collect();
    assert_eq!(
        kinds,
        [
            TableKind::Units,
            TableKind::Framework,
            TableKind::Wide,
            TableKind::Survey,
            TableKind::Ignored
        ]
    );
    let name_of =
        |sheet: usize, column: usize| &decoded.workbook.sheets[sheet].rows[0].cells[column].1;
    assert_eq!(name_of(0, 1), &RawCell::Text("村名".into()));
    assert_eq!(name_of(1, 2), &RawCell::Text("名称".into()));
    let (framework, _) = read_framework(&[decoded.workbook]);
    assert_eq!(framework.unwrap(), scheme);
    let csv = decode("模板.csv", &template_csv(&scheme), None).workbook;
    let plans = recognise(&[csv], Some(&scheme));
    assert_eq!(plans[0].kind, TableKind::Wide);
}
