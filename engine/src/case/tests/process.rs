//! What is decided beside the records: sealed, recomputed, compared.

use super::*;
use crate::process::{Procedure, Process, ProcessError, Span};

/// Of 001 the index is held and, for confirmed falsehood, capped at the last band.
pub(super) fn decided() -> Procedure {
    procedure(
        r#"{"calendar": {"holidays": ["2026-10-01"], "until": "2026-12-31"},
        "checklist": [{"code": "1", "text": "公开"}],
        "checks": [{"code": "1", "village": "002", "at": "2026-05-01", "is_met": true}],
        "gates": [{"village": "001", "cause": "investigation", "reason": "PLANTED-CAUSE",
            "basis": "b", "approver": "a", "start": "2026-01-01"},
            {"village": "001", "cause": "falsified", "reason": "r", "basis": "b",
            "approver": "a", "start": "2026-05-01", "end": "2026-07-31"}]}"#,
    )
}

fn procedure(json: &str) -> Procedure {
    let process = Process::from_json(json.as_bytes()).unwrap();
    let [from, to, today] =
        ["2026-01-01", "2026-12-31", "2026-07-01"].map(|day| day.parse().unwrap());
    let span = Span { from, to, today };
    Procedure { span, process }
}

/// A file of the same contents without a process, made before there was such a section.
#[test]
fn a_file_without_process_is_byte_for_byte_as_before() {
    let mut without = contents();
    without.process = None;
    let file = String::from_utf8(Case::pack(&without).unwrap()).unwrap();
    // The first section has the version of the program.
    let (_, rest) = file.split_once("\"scheme\":").unwrap();
    let (sections, _) = rest.split_once("\"seals\":").unwrap();
    let found = Digests::of(sections.as_bytes()).sha256;
    let before = "e127238126ddadf6ad7f9a9c8e439daa8800b0f5e5b5fc8a2e7937089ff63095";
    assert_eq!(found, before);
    assert_eq!(Case::verify(file.as_bytes()).unwrap().process, None);
}

/// By hand: 78.75 is in the second band of 85, 70, 60 and 40 in the last, the fourth. The
/// one check of the list in 002 was met, 100 %.
#[test]
fn grades_under_caps_are_sealed_without_causes() {
    let case = Case::verify(&packed()).unwrap();
    assert_eq!(case.process, Some(decided()));
    let [ledger, grades] = [5, 6].map(|at| &case.results[at]);
    let rate = ledger.header.iter().position(|h| h == "a_power_list_rate");
    assert_eq!(ledger.rows[1][0], "002");
    assert_eq!(ledger.rows[1][rate.unwrap()], "100");
    assert_eq!(grades.header, ["code", "grade_by_score", "grade", "use"]);
    let rows = [
        ["001", "band_2", "band_4", "hold"],
        ["002", "band_4", "band_4", ""],
        ["003", "low_coverage", "low_coverage", ""],
    ];
    assert_eq!(grades.rows, rows);
    // The score is not touched.
    assert_eq!(case.results[2].rows[0][1], "78.75");
    let results = serde_json::to_string(&case.results).unwrap();
    assert!(!results.contains("PLANTED") && !results.contains("investigation"));
}

/// What somebody seals again who changed what was decided and not what follows from it.
#[test]
fn another_decision_under_the_old_results_is_named() {
    let file = packed();
    let found = |old: &str, new: &str| {
        let changed = resealed(&file, Section::Process, |body| {
            assert!(body.contains(old), "{body}");
            body.replacen(old, new, 1)
        });
        Case::verify(&changed).unwrap_err()
    };
    let other =
        |table: &str, row: &str, column: &str, sealed: &str, recomputed: &str| Difference::Result {
            table: table.into(),
            row: row.into(),
            column: column.into(),
            sealed: sealed.into(),
            recomputed: recomputed.into(),
        };
    // The cap ends before the day, or the day is after its end.
    let uncapped = other("grades", "001", "grade", "band_4", "band_2");
    assert_eq!(found("2026-07-31", "2026-06-30"), uncapped);
    assert_eq!(
        found(r#""today":"2026-07-01""#, r#""today":"2026-08-01""#),
        uncapped
    );
    assert_eq!(
        found("investigation", "supervised"),
        other("grades", "001", "use", "hold", "")
    );
    assert_eq!(
        found(r#""is_met":true"#, r#""is_met":false"#),
        other("ledger", "002", "a_power_list_rate", "100", "0")
    );
    // What cannot have been decided: no reason, a check of no line, an unknown name.
    for (old, new, words) in [
        ("PLANTED-CAUSE", " ", "gates, entry 1: a gate needs"),
        (
            r#"{"code":"1","village""#,
            r#"{"code":"9","village""#,
            "has no `9`",
        ),
        (
            r#""span":{"#,
            r#""span":{"name":"x","#,
            "unknown field `name`",
        ),
    ] {
        let found = found(old, new).message(Language::English);
        assert!(
            found.starts_with("the procedure cannot be read") && found.contains(words),
            "{found}"
        );
    }
}

const FRAMEWORK: &str = "id,parent,name,direction,measure,lower,upper,weight\n\
    top,,Index,,,,,1\n\
    a_power_list_rate,top,X,+,%,0,100,1\n\
    y,top,Y,+,%,0,100,1\n";
const CHECKS: &str = r#"{"checklist": [{"code": "1", "text": "公开"}], "checks": [
    {"code": "1", "village": "001", "at": "2026-05-01", "is_met": true},
    {"code": "1", "village": "001", "at": "2026-05-02", "is_met": true},
    {"code": "1", "village": "001", "at": "2026-05-03", "is_met": true},
    {"code": "1", "village": "001", "at": "2026-05-04", "is_met": false}]}"#;

fn with_checks(checks: &str) -> Contents {
    let books = [
        ("f.csv", FRAMEWORK),
        (
            "d.csv",
            "code,name,town,class,a_power_list_rate,y\n001,A,T,K,,95\n002,B,T,K,90,90\n",
        ),
    ]
    .map(|(name, text)| decode(name, text.as_bytes(), None).workbook);
    let import = read(&books, &recognise(&books, None), None, &period());
    Contents {
        dataset: import.dataset.unwrap(),
        run: Run {
            period: period(),
            robust: None,
        },
        decisions: Vec::new(),
        records: Vec::new(),
        process: Some(procedure(checks)),
        ..contents()
    }
}

/// By hand: 3 of 4 checks are met, 75 %, which the data does not have: (75 + 95) / 2 = 85.
#[test]
fn values_from_the_ledger_are_computed_again() {
    let file = Case::pack(&with_checks(CHECKS)).unwrap();
    let case = Case::verify(&file).unwrap();
    assert_eq!(case.results[0].rows[0], ["001", "75", "95"]);
    assert_eq!(case.results[2].rows[0], ["001", "85", "75", "95"]);
    // The data is sealed as it was supplied.
    let data = resealed(&file, Section::Data, |body| {
        assert!(!body.contains("75"), "{body}");
        body.replacen("95", "96", 1)
    });
    let found = Case::verify(&data).unwrap_err();
    let words = "a result differs: values › 001 › y is `95` in the file and `96` when recomputed";
    assert_eq!(found.message(Language::English), words);
    let met = resealed(&file, Section::Process, |body| {
        body.replacen("\"is_met\":false", "\"is_met\":true", 1)
    });
    let found = Case::verify(&met).unwrap_err();
    let words = "a result differs: values › 001 › a_power_list_rate is `75` in the file and \
        `100` when recomputed";
    assert_eq!(found.message(Language::English), words);
}

#[test]
fn checks_of_villages_that_are_not_there_block_and_unfit_decisions_are_refused() {
    let unknown = CHECKS.replacen("\"001\"", "\"009\"", 1);
    let found = Case::pack(&with_checks(&unknown));
    let blocks = crate::finding::Problem::UnknownUnit { code: "009".into() };
    match found {
        Err(CaseError::Blocked(findings)) => assert_eq!(findings[0].problem, blocks),
        other => panic!("{other:?}"),
    }
    let mut unfit = contents();
    let process = &mut unfit.process.as_mut().unwrap().process;
    process.gates[1].approver.clear();
    let found = Case::pack(&unfit).unwrap_err();
    assert!(
        matches!(found, CaseError::Process(ProcessError::Gate(2, _))),
        "{found}"
    );
}

#[test]
fn a_diff_names_what_was_decided_and_of_restrictions_only_whom() {
    let a = Case::verify(&packed()).unwrap();
    let mut other = contents();
    let Procedure { span, process } = other.process.as_mut().unwrap();
    span.today = "2026-08-01".parse().unwrap();
    process.gates[0].reason = "PLANTED-OTHER".into();
    process.gates[1].village = "002".into();
    process.checks.push(process.checks[0].clone());
    let b = Case::verify(&Case::pack(&other).unwrap()).unwrap();
    let lines = |a, b| -> Vec<String> {
        let changes = diff(a, b);
        let own = changes.iter().filter(|c| c.section == Section::Process);
        own.map(|c| change_text(c, Language::English)).collect()
    };
    let check = r#"{"at":"2026-05-01","code":"1","is_met":true,"village":"002"}"#;
    let expected = [
        format!("[procedure] process › checks › 2: (none) → {check}"),
        "[procedure] span › today: 2026-07-01 → 2026-08-01".into(),
        "[procedure] gates › 001: 2 × … → 1 × …".into(),
        "[procedure] gates › 002: (none) → 1 × …".into(),
    ];
    assert_eq!(lines(&a, &b), expected);
    let changes = diff(&a, &b);
    let said = explanation(&changes, Language::English);
    assert!(said.starts_with("Results differ because"), "{said}");
    let grade = changes.iter().find(|c| c.place == "grades › 001 › grade");
    assert_eq!(grade.unwrap().after.as_deref(), Some("band_2"));
    // A file without any against one with some.
    let mut without = contents();
    without.process = None;
    let without = Case::verify(&Case::pack(&without).unwrap()).unwrap();
    let found = lines(&without, &a);
    assert_eq!(found.len(), 2);
    assert!(
        found[0].starts_with("[procedure] : (none) → {"),
        "{found:?}"
    );
    for text in [lines(&a, &b), found].concat() {
        assert!(
            !text.contains("PLANTED") && !text.contains("investigation"),
            "{text}"
        );
    }
}

/// Every kind of thing that can be decided is the same after writing and reading.
#[test]
fn a_process_is_read_as_it_was_written() {
    let json = r#"{"rules": {"remind_after": 3}, "calendar": {"worked": ["2026-10-10"]},
        "gate_rules": {"supervised_band": null}, "plan_rules": {"other_days": 4},
        "gates": [{"village": "1", "person": "P", "cause": "twice_unfit", "reason": "r",
            "basis": "b", "approver": "a", "start": "2026-01-01", "appeal": "x"}],
        "checklist": [{"code": "1", "text": "公开"}, {"code": "1.1", "parent": "1", "text": "t"}],
        "checks": [{"code": "1.1", "village": "1", "at": "2026-05-01", "is_met": null}],
        "villages": {"1": true}, "plan": [{"village": "1", "team": "t", "first": "2026-09-28",
            "last": "2026-10-10"}],
        "suggestions": [{"number": "1", "addressee": "A", "is_common": true, "items": [],
            "cause": "c", "advice": "d", "issued": "2026-03-01"}]}"#;
    let found = procedure(json);
    let again = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Procedure>(&again).unwrap(), found);
}
