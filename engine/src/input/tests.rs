//! Whole imports: good ones in every dress, and every bad one with its place.

mod errors_and_counts;

use super::*;
use crate::finding::{Problem, Severity, blocks};
use crate::frame::{Cell, Dataset};
use crate::framework::{Language, Measure};
use crate::ids::Period;
use crate::scheme::default_scheme;
use proptest::prelude::*;

mod workbooks;

const FRAMEWORK: &str = "编号,上级编号,名称,方向,计量,下限,上限,权重\n\
    top,,指数,,,,,1\n\
    x,top,甲率,正向,%,0,100,1\n\
    y,top,乙率,负向,%,0,50,1\n";
const UNITS: &str = "村代码,村名,镇,村类\n001,甲村,东镇,一类\n002,乙村,东镇,二类\n";

fn period() -> Period {
    Period::new("2026").unwrap()
}

fn import_bytes(files: &[(&str, &[u8])], base: Option<&Dataset>) -> Import {
    let mut early = Vec::new();
    let workbooks: Vec<Workbook> = files
        .iter()
        .map(|(name, bytes)| {
            let decoded = decode(name, bytes, None);
            early.extend(decoded.findings);
            decoded.workbook
        })
        .collect();
    let plans = recognise(&workbooks, base.map(Dataset::framework));
    let mut import = read(&workbooks, &plans, base, &period());
    if blocks(&early) {
        import.dataset = None;
    }
    early.append(&mut import.findings);
    import.findings = early;
    import
}

fn import(tables: &[&str]) -> Import {
    let files: Vec<(&str, &[u8])> = tables.iter().map(|t| ("t.csv", t.as_bytes())).collect();
    import_bytes(&files, None)
}

/// The first blocking finding, its cell, and that nothing was imported.
fn blocked(import: &Import) -> (Problem, String) {
    assert_eq!(import.dataset, None);
    let finding = import
        .findings
        .iter()
        .find(|f| f.severity() == Severity::Blocking)
        .unwrap();
    for language in [Language::Chinese, Language::English] {
        assert!(!finding.message(language).is_empty());
        assert!(!finding.hint(language).is_empty());
    }
    let place = finding.place.cell_name().unwrap_or_default();
    (finding.problem.clone(), place)
}

fn cells(import: &Import, column: usize) -> Vec<Cell> {
    let dataset = import.dataset.as_ref().unwrap();
    let (_, observations) = dataset.latest().unwrap();
    observations.columns()[column].cells().collect()
}

#[test]
fn wide_values_with_chinese_headers_and_words_for_nothing() {
    let values = "代码,甲率(%),乙率\n001,９５％,不适用\n002,80,—\n";
    let import = import(&[FRAMEWORK, UNITS, values]);
    assert_eq!(cells(&import, 0), [Cell::Value(95.0), Cell::Value(80.0)]);
    assert_eq!(cells(&import, 1), [Cell::NotApplicable, Cell::Missing]);
    assert_eq!(import.summary.new_units, 2);
    assert_eq!(import.summary.periods, [(period(), 2)]);
}

#[test]
fn numerators_and_denominators_in_two_header_rows() {
    let values = "村代码,甲率,,乙率,\n,分子,分母,分子,分母\n001,19,20,0,0\n002,,,1,4\n";
    let import = import(&[FRAMEWORK, UNITS, values]);
    assert_eq!(cells(&import, 0), [Cell::Value(95.0), Cell::Missing]);
    assert_eq!(cells(&import, 1), [Cell::NotApplicable, Cell::Value(25.0)]);
    let dataset = import.dataset.unwrap();
    let ratio = dataset.latest().unwrap().1.ratio(0, 0).unwrap();
    assert_eq!((ratio.numerator, ratio.denominator), (19.0, 20.0));
}

#[test]
fn long_values_with_periods_and_provenance() {
    let values = "代码,指标,期间,数值,分子,分母,来源,截止日期\n\
        001,甲率,2025,90,,,三资平台,2025.12.31\n\
        001,x,2026,95,19,20,,\n\
        002,乙率,2026,,1,4,自报,2026年6月30日\n";
    let import = import(&[FRAMEWORK, UNITS, values]);
    let dataset = import.dataset.unwrap();
    let labels: Vec<&str> = dataset.periods().keys().map(Period::as_str).collect();
    assert_eq!(labels, ["2025", "2026"]);
    let observations = &dataset.periods()[&Period::new("2025").unwrap()];
    let provenance = observations.provenance(0, 0).unwrap();
    assert_eq!(provenance.source, "三资平台");
    assert_eq!(provenance.cut_off, "2025-12-31");
    assert_eq!(provenance.file, "t.csv");
    // A period that is no label must not count as the default one.
    let mut workbooks = vec![
        decode("f.csv", FRAMEWORK.as_bytes(), None).workbook,
        decode("u.csv", UNITS.as_bytes(), None).workbook,
        decode("v.csv", "代码,期间,甲率\n001,2026,90\n".as_bytes(), None).workbook,
    ];
    workbooks[2].sheets[0].rows[1].cells[1].1 = RawCell::Date("2026-06-30".into());
    let plans = recognise(&workbooks, None);
    let (problem, place) = blocked(&read(&workbooks, &plans, None, &period()));
    let text = "2026-06-30".into();
    assert_eq!((problem, place.as_str()), (Problem::BadId { text }, "B2"));
    let now = dataset.latest().unwrap().1;
    assert_eq!(now.frame().cell(1, 1), Cell::Value(25.0));
}

#[test]
fn shares_become_percentages_only_as_a_whole_column() {
    let shares = import(&[FRAMEWORK, UNITS, "代码,甲率\n001,0.95\n002,1\n"]);
    assert_eq!(cells(&shares, 0), [Cell::Value(95.0), Cell::Value(100.0)]);
    let note = shares.findings.iter().any(|f| {
        f.problem == Problem::SharesReadAsPercent { count: 2 }
            && f.place.cell_name().as_deref() == Some("B1")
    });
    assert!(note, "{:?}", shares.findings);
    let mixed = import(&[FRAMEWORK, UNITS, "代码,甲率\n001,0.95\n002,80\n"]);
    assert_eq!(cells(&mixed, 0), [Cell::Value(0.95), Cell::Value(80.0)]);
    let warned = mixed.findings.iter().any(|f| {
        f.problem == Problem::AmbiguousPercent { value: 0.95 }
            && f.place.cell_name().as_deref() == Some("B2")
    });
    assert!(warned);
}

#[test]
fn gb18030_is_read_and_noted() {
    let (bytes, ..) = encoding_rs::GB18030.encode(UNITS);
    let decoded = decode("名册.csv", &bytes, None);
    assert!(matches!(
        decoded.findings[0].problem,
        Problem::ReadAsEncoding { .. }
    ));
    let first = &decoded.workbook.sheets[0].rows[1].cells[1].1;
    assert_eq!(first.shown(), "甲村");
    let forced = decode("名册.csv", &bytes, Some(Encoding::Utf8));
    assert_eq!(forced.findings[0].problem, Problem::UnknownEncoding);
    let latin = decode("x.csv", b"name\n\xff\xff\xff", None);
    assert_eq!(latin.findings[0].problem, Problem::UnknownEncoding);
}

#[test]
fn bad_values_are_found_where_they_stand() {
    let of = |row: &str| {
        let values = format!("代码,甲率,乙率\n001,50,10\n{row}\n");
        blocked(&import(&[FRAMEWORK, UNITS, &values]))
    };
    let text = |t: &str| t.to_owned();
    let cases = [
        ("002,NaN,1", Problem::NotFinite { text: text("NaN") }, "B3"),
        ("002,inf,1", Problem::NotFinite { text: text("inf") }, "B3"),
        (
            "002,1e400,1",
            Problem::NotFinite {
                text: text("1e400"),
            },
            "B3",
        ),
        ("002,高,1", Problem::NotANumber { text: text("高") }, "B3"),
        (
            "002,101,1",
            Problem::OutOfRange {
                value: 101.0,
                lowest: 0.0,
                highest: 100.0,
            },
            "B3",
        ),
        ("003,50,1", Problem::UnknownUnit { code: text("003") }, "A3"),
        (
            ",50,1",
            Problem::EmptyCell {
                header: text("村代码"),
            },
            "A3",
        ),
        ("001,51,1", Problem::DuplicateValue { first_row: 2 }, "B3"),
        (
            "5.1E+11,50,1",
            Problem::CodeAsNumber {
                text: text("5.1E+11"),
            },
            "A3",
        ),
    ];
    for (row, problem, place) in cases {
        assert_eq!(of(row), (problem, text(place)), "{row}");
    }
}

#[test]
fn ratios_that_make_no_sense_are_found() {
    let of = |counts: &str| {
        let values = format!("代码,甲率分子,甲率分母\n001,{counts}\n");
        blocked(&import(&[FRAMEWORK, UNITS, &values])).0
    };
    assert_eq!(of("5,"), Problem::HalfRatio);
    assert_eq!(of("-1,5"), Problem::NegativeCount { value: -1.0 });
    assert_eq!(
        of("6,5"),
        Problem::RatioAboveOne {
            numerator: 6.0,
            denominator: 5.0
        }
    );
    let values = "代码,甲率,甲率分子,甲率分母\n001,90,1,2\n";
    assert_eq!(
        blocked(&import(&[FRAMEWORK, UNITS, values])).0,
        Problem::ValueAndRatioDiffer {
            value: 90.0,
            derived: 50.0
        }
    );
}

#[test]
fn bad_registers_and_frameworks_are_found_where_they_stand() {
    let values = "代码,甲率\n001,50\n";
    let twice = format!("{UNITS}001,丙村,,\n");
    let (problem, place) = blocked(&import(&[FRAMEWORK, &twice, values]));
    assert_eq!(
        problem,
        Problem::DuplicateUnit {
            code: "001".into(),
            first_row: 2
        }
    );
    assert_eq!(place, "A4");
    let of = |rows: &str| {
        let framework = format!("编号,上级编号,名称,方向,计量,下限,上限,权重\n{rows}");
        blocked(&import(&[&framework, UNITS]))
    };
    let cases = [
        (
            "a,,甲,正向,%,0,100,1\na,,乙,正向,%,0,100,1\n",
            Problem::DuplicateNode {
                id: "a".into(),
                first_row: 2,
            },
            "A3",
        ),
        (
            "a,b,甲,,,,,1\nb,a,乙,,,,,1\n",
            Problem::Cycle { id: "a".into() },
            "B2",
        ),
        (
            "a,z,甲,正向,%,0,100,1\n",
            Problem::UnknownParent { parent: "z".into() },
            "B2",
        ),
        (
            "t,,顶,,,,,1\na,t,甲,正向,%,0,100,0\n",
            Problem::ZeroWeights { parent: "t".into() },
            "H2",
        ),
        (
            "t,,顶,,,,,1\na,t,甲,正向,%,0,100,-1\n",
            Problem::BadWeight { text: "-1".into() },
            "H3",
        ),
        (
            "t,,顶,,,,,1\na,t,甲,正向,%,50,50,1\n",
            Problem::BadGoalposts {
                lower: "50".into(),
                upper: "50".into(),
            },
            "F3",
        ),
        (
            "t,,顶,,,,,1\na,t,甲,斜向,%,0,50,1\n",
            Problem::UnknownWord {
                text: "斜向".into(),
                allowed: "正向、负向".into(),
            },
            "D3",
        ),
    ];
    for (rows, problem, place) in cases {
        assert_eq!(of(rows), (problem, place.to_owned()), "{rows}");
    }
}

#[test]
fn header_only_and_unknown_tables_say_so() {
    let (problem, place) = blocked(&import(&["村代码,村名\n"]));
    assert_eq!((problem, place), (Problem::NoRows, String::new()));
    // An unused table of a template is only noted.
    let unused = import(&[FRAMEWORK, "村代码,村名\n"]);
    assert_eq!(blocked(&unused).0, Problem::NoRegister);
    let noted = |f: &crate::finding::Finding| f.problem == Problem::EmptyTable;
    assert!(unused.findings.iter().any(noted));
    let (problem, _) = blocked(&import(&["甲,乙\n1,2\n"]));
    assert_eq!(problem, Problem::NoKnownTable);
    let (problem, _) = blocked(&import(&[UNITS]));
    assert_eq!(problem, Problem::NoFramework);
}

#[test]
fn values_alone_replace_their_period_and_nothing_else() {
    let base = import(&[
        FRAMEWORK,
        UNITS,
        "代码,期间,甲率,乙率\n001,2025,10,20\n001,2026,30,40\n",
    ]);
    let base = base.dataset.unwrap();
    let kept = base.clone();
    let next = import_bytes(&[("v.csv", "代码,甲率\n002,77\n".as_bytes())], Some(&base));
    assert_eq!(base, kept);
    let next = next.dataset.unwrap();
    let old = Period::new("2025").unwrap();
    assert_eq!(next.periods()[&old], base.periods()[&old]);
    let now = next.periods()[&period()].frame();
    assert_eq!(now.cell(0, 0), Cell::Missing);
    assert_eq!(now.cell(1, 0), Cell::Value(77.0));
    // A new register keeps the cells of the units that stay.
    let register = "村代码,村名\n002,乙村\n003,丙村\n";
    let import = import_bytes(&[("u.csv", register.as_bytes())], Some(&next));
    // Both villages of the register before have a class.
    let is_gone = |f: &crate::finding::Finding| matches!(&f.problem, Problem::ColumnGone { header, count: 2 } if header == "村类");
    assert!(import.findings.iter().any(is_gone), "{:?}", import.findings);
    let moved = import.dataset.unwrap();
    assert_eq!(
        moved.latest().unwrap().1.frame().cell(0, 0),
        Cell::Value(77.0)
    );
    assert_eq!(
        (import.summary.new_units, import.summary.removed_units),
        (1, 1)
    );
}

#[test]
fn measures_decide_what_a_percent_sign_means() {
    let framework = FRAMEWORK.replace("乙率,负向,%", "乙率,负向,份额");
    let framework = framework.replace(",0,50,", ",0,0.5,");
    let import = import(&[&framework, UNITS, "代码,乙率\n001,25%\n002,0.1\n"]);
    assert_eq!(cells(&import, 1), [Cell::Value(0.25), Cell::Value(0.1)]);
    let dataset = import.dataset.unwrap();
    let measures: Vec<Measure> = dataset
        .framework()
        .indicators()
        .map(|(_, i)| i.measure)
        .collect();
    assert_eq!(measures, [Measure::Percent, Measure::Share]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = import_bytes(&[("x", &bytes)], None);
    }

    #[test]
    fn no_cell_text_brings_it_down(a in "\\PC{0,12}", b in "\\PC{0,12}") {
        let quoted = |t: &str| format!("\"{}\"", t.replace('"', "\"\""));
        let values = format!("代码,甲率,乙率,期间\n{},{},1,{}\n001,{},2,3\n",
            quoted(&a), quoted(&b), quoted(&b), quoted(&a));
        let _ = import(&[FRAMEWORK, UNITS, &values]);
        let framework = FRAMEWORK.replace("0,50", &format!("{},{}", quoted(&a), quoted(&b)));
        let _ = import(&[&framework, UNITS, &values]);
    }
}

#[test]
fn blank_lines_are_counted_as_an_editor_counts_them() {
    for end in ["\n", "\r\n"] {
        let text = ["村代码,村名", "", "001,甲", "", "", "002,乙", ""].join(end);
        let rows = decode("a.csv", text.as_bytes(), None)
            .workbook
            .sheets
            .remove(0)
            .rows;
        let numbers: Vec<u32> = rows.iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 3, 6]);
    }
}
