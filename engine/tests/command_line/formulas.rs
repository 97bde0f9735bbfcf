//! Whatever text is supplied, no table that is written computes when a spreadsheet opens it.

use super::{dhi, folder, said};
use std::collections::BTreeSet;
use std::path::Path;

const FRAMEWORK: &str = "id,parent,name,direction,measure,lower,upper,weight\n\
    =top,,=Index,,,,,1\n\
    @x,=top,+X,+,%,0,100,1\n\
    -y,=top,-Y,+,%,0,100,1\n";
const DATA: &str = "code,name,town,class,@x,-y\n\
    =001,+Alpha,@T,-K,90,95\n@002,-Beta,=T,+K,80,90\n+003x,@Gamma,-T,=K,70,\n";
const SPAN: [&str; 6] = [
    "--from",
    "2026-01-01",
    "--to",
    "2026-12-31",
    "--today",
    "2026-06-01",
];
const DECIDED: &str = r#"{
    "checklist": [{"code": "=1", "text": "+公开"}, {"code": "@1.1", "parent": "=1", "text": "-财务"}],
    "checks": [{"code": "@1.1", "village": "=001", "at": "2026-05-01", "is_met": true}],
    "villages": {"=001": true, "@002": false},
    "plan": [{"village": "=001", "team": "-一组", "first": "2026-03-02", "last": "2026-03-03"}],
    "suggestions": [{"number": "=建1", "addressee": "+局", "is_common": true, "items": ["@R-1"],
        "cause": "@c", "advice": "d", "issued": "2026-03-01", "replied": "2026-04-01",
        "reply": "=已改"}],
    "gates": [{"village": "=001", "person": "@P", "cause": "penalty", "reason": "=r",
        "basis": "-b", "approver": "+a", "start": "2026-01-01"}]}"#;
const ITEMS: &str = "编号,村代码,镇街,牵头部门,问题,类型,立项日期,责任单位,交办日期,整改期限\n\
    =R1,=001,@T,-民政,+欠账,限期整改,2026-01-05,书记,2026-01-05,2026-03-01\n";
const OTHER: &str = r#"{"weigh":{"method":{"weights":{"@x":1,"-y":7}}}}"#;
const APPEAL: &str = r#"{"village": "=001", "reason": "=r", "decider": "d",
    "decided": "2026-11-20", "cells": [{"indicator": "@x", "reason": "-会议"}]}"#;

/// All cells of all tables of a folder, read back.
fn cells(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        if file.extension().is_none_or(|kind| kind != "csv") {
            continue;
        }
        let text = std::fs::read_to_string(&file).unwrap();
        let table = text.trim_start_matches('\u{feff}').as_bytes();
        let mut reader = csv::ReaderBuilder::new();
        for record in reader.has_headers(false).from_reader(table).records() {
            for cell in &record.unwrap() {
                let computes = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
                let is_number = cell.parse::<f64>().is_ok_and(f64::is_finite);
                assert!(!computes || is_number, "{}: {cell}", file.display());
                found.insert(cell.to_owned());
            }
        }
    }
    found
}

#[test]
fn no_table_computes_whatever_texts_are_supplied() {
    let folder = folder("formulas");
    let path = |name: &str| folder.join(name).display().to_string();
    let corrected = DATA.replace("90,95", "91,95");
    for (name, text) in [
        ("f.csv", FRAMEWORK),
        ("d.csv", DATA),
        ("after.csv", &corrected),
        ("decided.json", DECIDED),
        ("items.csv", ITEMS),
        ("other.json", OTHER),
        ("appeal.json", APPEAL),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    let [f, d, after, decided, items, other, appeal] = [
        "f.csv",
        "d.csv",
        "after.csv",
        "decided.json",
        "items.csv",
        "other.json",
        "appeal.json",
    ]
    .map(path);
    let data = ["--framework", &f, "--data", &d, "--period", "=1"];
    let office = ["--process", &decided, "--items", &items, "--hand", "H"];
    let office = [&office[..], &["--role", "organisation"], &SPAN].concat();
    let of_data = ["'=001", "'@002", "'+Alpha"];
    let of_places = ["'@T", "'-K", "'=T"];
    let appealed = ["--corrected", &after, "--appeal", &appeal];
    let runs: [(&str, Vec<&str>, Vec<&str>); 7] = [
        (
            "score",
            [&data[..], &office, &["--stages"]].concat(),
            [&of_data[..], &of_places, &["'@x", "'-y", "'=top", "'=r"]].concat(),
        ),
        (
            "ledger",
            office.clone(),
            [
                "'=R1", "'=001", "'@T", "'+欠账", "'-民政", "'=1", "'@1.1", "'+公开", "'-财务",
                "'-一组", "'=建1", "'+局", "'@R-1", "'@P", "'=r", "'-b", "'+a", "'@c", "'=已改",
            ]
            .to_vec(),
        ),
        (
            "compare",
            [&data[..], &["--other", &other]].concat(),
            [&of_data[..], &of_places, &["'@x", "'+X"]].concat(),
        ),
        (
            "robust",
            [&data[..], &["--replicates", "20"]].concat(),
            of_data.to_vec(),
        ),
        ("weights", data.to_vec(), ["'=001", "'@x", "'+X"].to_vec()),
        ("trend", data.to_vec(), of_data.to_vec()),
        (
            "appeal",
            [&data[..], &appealed].concat(),
            [
                "'=1", "'=001", "'+Alpha", "'@x", "'+X", "'-会议", "'@T", "'-K",
            ]
            .to_vec(),
        ),
    ];
    for (command, options, expected) in runs {
        let out = path(command);
        let _ = std::fs::remove_dir_all(&out);
        let output = dhi(&[&["--lang", "zh", command, "--out", &out], &options[..]].concat());
        assert!(output.status.success(), "{command}: {}", said(&output));
        let cells = cells(Path::new(&out));
        for cell in expected {
            assert!(
                cells.contains(cell),
                "{command}: {cell} is not in {cells:?}"
            );
        }
    }
}
