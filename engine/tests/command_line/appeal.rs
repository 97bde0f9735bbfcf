//! `dhi appeal`: what a correction changes, and that it is what two runs of their own say.

use super::{DATA, FRAMEWORK, dhi, folder, said};
use std::collections::BTreeMap;
use std::path::PathBuf;

const APPEAL: &str = r#"{"village": "002", "reason": "两次计入", "decider": "复核组",
    "decided": "2026-11-20", "cells": [{"indicator": "x", "reason": "=会议记录"}]}"#;
const ROBUST: &str = r#"{"replicates": 40}"#;

/// A folder with the data before, an appeal and what is uncertain.
struct Desk {
    folder: PathBuf,
}

impl Desk {
    fn new(name: &str) -> Self {
        let desk = Self {
            folder: folder(name),
        };
        let _ = std::fs::remove_dir_all(desk.path("out"));
        desk.write("f.csv", FRAMEWORK);
        desk.write("before.csv", DATA);
        desk.write("appeal.json", APPEAL);
        desk.write("robust.json", ROBUST);
        desk
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Exit code and words of the appeal about this corrected data.
    fn appeal(&self, corrected: &str, more: &[&str]) -> (i32, String) {
        self.write("after.csv", corrected);
        let [f, before, after, appeal, robust, out] = [
            "f.csv",
            "before.csv",
            "after.csv",
            "appeal.json",
            "robust.json",
            "out",
        ]
        .map(|name| self.path(name));
        let start = [
            "--lang",
            "en",
            "appeal",
            "--framework",
            &f,
            "--data",
            &before,
        ];
        let files = [
            "--corrected",
            &after,
            "--appeal",
            &appeal,
            "--robust",
            &robust,
        ];
        let output = dhi(&[&start[..], &files, &["--out", &out], more].concat());
        (output.status.code().unwrap(), said(&output))
    }

    /// A command of its own on one of the two states.
    fn run(&self, command: &str, data: &str, more: &[&str]) -> String {
        let out = self.path(&[command, "-", data].concat());
        let (f, data) = (self.path("f.csv"), self.path(data));
        let start = ["--lang", "en", command, "--framework", &f, "--data", &data];
        let output = dhi(&[&start[..], &["--out", &out], more].concat());
        assert!(output.status.success(), "{}", said(&output));
        out
    }
}

/// Rows of a table by their first cell, by the name of the column.
fn table(text: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        let cells = line.split(',').map(String::from);
        let cells: BTreeMap<_, _> = header.iter().map(|h| (*h).to_owned()).zip(cells).collect();
        (line.split(',').next().unwrap().to_owned(), cells)
    };
    lines.map(row).collect()
}

/// By hand: x of 96 % is 92 points, so Beta gets 0.75 · 92 + 0.25 · 100 = 94 instead of 40
/// and passes Alpha with 78.75. With weights within a quarter Beta has at most some 49
/// points before and at least 92 after, Alpha at least 75: the line of 60 is never in doubt.
/// Gamma, half of whose data is missing, has no rank before or after.
#[test]
fn every_village_concerned_stands_before_and_after() {
    let desk = Desk::new("appeal");
    let (code, words) = desk.appeal(&DATA.replace("60,0", "96,0"), &[]);
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("1 cells corrected · 2 villages"), "{words}");
    let cells = desk.read("out/appeal_cells.csv");
    let rows: Vec<&str> = cells.lines().skip(1).collect();
    // A reason is no formula to a spreadsheet.
    assert_eq!(rows, ["1,002,Beta,1,x,X,60,96,,,,,'=会议记录"]);
    let villages = desk.read("out/appeal_villages.csv");
    let rows: Vec<&str> = villages.lines().skip(1).collect();
    let expected = [
        "001,Alpha,T,K,0,78.75,78.75,1,2,1,2,1,2,Watch,Watch,1,1,meets,meets",
        "002,Beta,T,K,1,40,94,2,1,2,1,2,1,High risk,Healthy,0,1,misses,meets",
    ];
    assert_eq!(rows, expected);
    assert_eq!(desk.read("out/appeal_findings.csv").lines().count(), 1);
    let record = desk.read("out/appeal.json");
    for part in [
        "复核组",
        "2026-11-20",
        "供组织研究参考",
        "\"before.csv\"",
        "\"after.csv\"",
    ] {
        assert!(record.contains(part), "{part}: {record}");
    }
}

/// By the smallest and the largest value one village moves the scores of others.
#[test]
fn the_report_is_what_two_separate_runs_say() {
    let desk = Desk::new("appeal_runs");
    let data = [DATA, "004,Delta,T,L,80,8\n005,Epsilon,U,L,70,2\n"].concat();
    desk.write("before.csv", &data);
    desk.write("spec.json", r#"{"normalise": {"method": "min_max"}}"#);
    let (spec, robust) = (desk.path("spec.json"), desk.path("robust.json"));
    let of_spec = ["--spec", &spec];
    let (code, words) = desk.appeal(&data.replace("60,0", "96,0"), &of_spec);
    assert_eq!(code, 0, "{words}");
    let of_robust = [&of_spec[..], &["--robust", &robust]].concat();
    let runs = ["before.csv", "after.csv"].map(|state| {
        let scores = [&desk.run("score", state, &of_spec), "/scores.csv"].concat();
        let robust = [
            &desk.run("robust", state, &of_robust),
            "/rank_intervals.csv",
        ]
        .concat();
        [scores, robust].map(|path| table(&std::fs::read_to_string(path).unwrap()))
    });
    let villages = table(&desk.read("out/appeal_villages.csv"));
    let columns = [
        ("score", 0, "score"),
        ("rank", 0, "rank"),
        ("rank_in_class", 0, "rank_in_class"),
        ("rank_in_town", 0, "rank_in_town"),
        ("grade", 0, "grade"),
        ("line_chance", 1, "line_chance"),
        ("line", 1, "verdict"),
    ];
    for code in ["001", "002", "003", "004", "005"] {
        let mut is_affected = code == "002";
        for (name, of, column) in columns {
            let [was, is] = [0, 1].map(|when: usize| &runs[when][of][code][column]);
            is_affected |= was != is;
            if let Some(row) = villages.get(code) {
                assert_eq!(&row[&[name, "_before"].concat()], was, "{code} {name}");
                assert_eq!(&row[&[name, "_after"].concat()], is, "{code} {name}");
            }
        }
        assert_eq!(villages.contains_key(code), is_affected, "{code}");
    }
    // Others than those who moved past each other: the scale itself moved.
    assert!(villages.contains_key("005"), "{villages:?}");
    assert_ne!(
        villages["005"]["score_before"],
        villages["005"]["score_after"]
    );
}

#[test]
fn what_is_not_explained_is_not_reported() {
    let desk = Desk::new("appeal_refused");
    let refused = |corrected: &str, expected: &str| {
        let (code, words) = desk.appeal(corrected, &[]);
        assert!(code == 1 && words.contains(expected), "{words}");
        assert!(!std::path::Path::new(&desk.path("out")).exists());
    };
    refused(
        &DATA.replace("60,0", "96,1"),
        "[blocking] 1 › 002 › y: corrected, and nothing says why",
    );
    refused(
        &DATA.replace("60,0", "96,0").replace("90%,5", "90%,6"),
        "[blocking] 1 › 001 › y: corrected, and nothing says why",
    );
    refused(
        &DATA.replace("Beta,T", "Beta,U"),
        "the row of 002 in the register is another",
    );
    // With a reason for it another village's cell is reported, and found.
    let more = r#""cells": [{"village": "001", "indicator": "y", "reason": "s"}, "#;
    desk.write("appeal.json", &APPEAL.replace(r#""cells": ["#, more));
    let corrected = DATA.replace("60,0", "96,0").replace("90%,5", "90%,6");
    let (code, words) = desk.appeal(&corrected, &[]);
    let expected = "[warning] 1 › 001 › y: a cell of another village";
    assert!(code == 0 && words.contains(expected), "{words}");
    let cells = desk.read("out/appeal_cells.csv");
    assert!(cells.contains("1,001,Alpha,0,y,Y,5,6,,,,,s"), "{cells}");
    let findings = desk.read("out/appeal_findings.csv");
    assert!(
        findings.contains("warning,1 › 001 › y: a cell of another"),
        "{findings}"
    );
    // Nobody decided: that is no appeal.
    desk.write("appeal.json", &APPEAL.replace("复核组", " "));
    let (code, words) = desk.appeal(&corrected, &[]);
    let expected = "appeal.json: an appeal needs a reason and a decider";
    assert!(code == 2 && words.contains(expected), "{words}");
}

/// Counts of people may be under five: that they were corrected is said, not how.
#[test]
fn corrected_survey_counts_are_not_shown() {
    let desk = Desk::new("appeal_survey");
    let framework = "id,parent,name,direction,measure,lower,upper,weight\n\
        top,,Index,,,,,1\nc_satisfaction,top,Satisfied,+,points,0,100,1\n";
    desk.write("f.csv", framework);
    desk.write("u.csv", "code,name,town,class\n002,B,T,K\n");
    let survey = |people: u32| {
        format!(
            "code,question,group,answer,people,issued,returned,period\n\
            002,满意度,household,很满意,{},30,20,1\n002,满意度,household,不满意,{people},,,1\n",
            20 - people
        )
    };
    desk.write("before.csv", &survey(3));
    let cells = r#"{"indicator": "survey", "reason": "s"}"#;
    desk.write(
        "appeal.json",
        &APPEAL.replace(r#"{"indicator": "x", "reason": "=会议记录"}"#, cells),
    );
    desk.write("after.csv", &survey(4));
    let [f, u, before, after, appeal, robust, out] = [
        "f.csv",
        "u.csv",
        "before.csv",
        "after.csv",
        "appeal.json",
        "robust.json",
        "out",
    ]
    .map(|name| desk.path(name));
    let start = [
        "appeal",
        "--framework",
        &f,
        "--data",
        &u,
        &before,
        "--corrected",
        &u,
        &after,
    ];
    let more = ["--appeal", &appeal, "--robust", &robust, "--out", &out];
    let output = dhi(&[&start[..], &more].concat());
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("更正 1 格,涉及 1 个村"),
        "{}",
        said(&output)
    );
    let cells = desk.read("out/appeal_cells.csv");
    assert!(cells.ends_with("1,002,B,1,survey,,…,…,,,,,s\n"), "{cells}");
    let villages = table(&desk.read("out/appeal_villages.csv"));
    assert_ne!(
        villages["002"]["score_before"],
        villages["002"]["score_after"]
    );
}
