//! `--process`: what an office decides beside its records reaches tables and grades, and
//! a cause only those who may see it.

use super::{dhi, folder, said};
use dhi_engine::process::Office;

const FRAMEWORK: &str = "id,parent,name,direction,measure,lower,upper,weight\n\
    top,,Index,,,,,1\n\
    a_power_list_rate,top,X,+,%,0,100,1\n\
    y,top,Y,+,%,0,100,1\n";
const DATA: &str = "code,name,town,class,a_power_list_rate,y\n\
    001,Alpha,T,K,,95\n002,Beta,T,K,90,90\n003,Gamma,T,K,95,95\n";
const DECIDED: &str = r#"{
    "calendar": {"holidays": ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"],
        "worked": ["2026-10-10"], "until": "2026-12-31"},
    "checklist": [{"code": "1", "text": "公开"}, {"code": "1.1", "parent": "1", "text": "财务公开"},
        {"code": "1.2", "parent": "1", "text": "党务公开"}],
    "checks": [
        {"code": "1.1", "village": "001", "at": "2026-05-01", "is_met": true},
        {"code": "1.1", "village": "001", "at": "2026-05-02", "is_met": true},
        {"code": "1.2", "village": "001", "at": "2026-05-01", "is_met": true},
        {"code": "1.2", "village": "001", "at": "2026-05-03", "is_met": false},
        {"code": "1.2", "village": "002", "at": "2026-05-03", "is_met": null}],
    "villages": {"001": true, "002": false, "003": false},
    "plan": [{"village": "001", "team": "一组", "first": "2026-09-28", "last": "2026-10-10"},
        {"village": "002", "team": "一组", "first": "2026-10-10", "last": "2026-10-13"}],
    "suggestions": [{"number": "建1", "addressee": "民政局", "is_common": true, "items": ["R-1"],
        "cause": "c", "advice": "d", "issued": "2026-03-01"}]
}"#;
const GATES: &str = r#"{"gates": [
    {"village": "001", "cause": "investigation", "reason": "PLANTED-CAUSE", "basis": "PLANTED-BASIS",
        "approver": "PLANTED-HAND", "start": "2026-01-01"},
    {"village": "002", "person": "P-7", "cause": "penalty", "reason": "PLANTED-RELATIVE",
        "basis": "b", "approver": "a", "start": "2026-01-01"},
    {"village": "003", "cause": "supervised", "reason": "挂牌", "basis": "b", "approver": "领导小组",
        "start": "2026-05-01"}]}"#;
const SPAN: [&str; 6] = [
    "--from",
    "2026-01-01",
    "--to",
    "2026-12-31",
    "--today",
    "2026-06-01",
];

/// By hand. Alpha: 3 of the 4 checks that apply are met, 75 %, so its index is
/// (75 + 95) / 2 = 85. Its visit from Monday 28 September to Saturday 10 October has 5
/// weekdays that are no holidays (28, 29, 30 September, 8 and 9 October) and one worked
/// Saturday: 6, and a key village needs 10. On that Saturday the team is in Beta too. The
/// suggestion of 1 March was due on 1 May, 31 days before 1 June. Supervision caps Gamma,
/// 95 points, at the second grade, and leaves it first of 95, 90 and 85.
#[test]
fn decisions_reach_the_tables_and_causes_only_those_who_may_see_them() {
    let folder = folder("process");
    let path = |name: &str| folder.join(name).display().to_string();
    for (name, text) in [
        ("f.csv", FRAMEWORK),
        ("d.csv", DATA),
        ("decided.json", DECIDED),
        ("gates.json", GATES),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    let (decided, gates) = (path("decided.json"), path("gates.json"));
    let (f, d) = (path("f.csv"), path("d.csv"));
    for role in ["auditor", "organisation"] {
        for (command, tables) in [
            ("ledger", &["--process", &decided, &gates][..]),
            (
                "score",
                &[
                    "--framework",
                    &f,
                    "--data",
                    &d,
                    "--process",
                    &gates,
                    &decided,
                ][..],
            ),
        ] {
            let out = path(&[role, "-", command].concat());
            let start = ["--lang", "en", command, "--out", &out, "--role", role];
            let output = dhi(&[&start[..], tables, &SPAN].concat());
            assert!(output.status.success(), "{}", said(&output));
            assert!(!said(&output).contains("PLANTED"));
        }
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();

    let checklist = read("auditor-ledger/checklist.csv");
    assert!(checklist.contains("1,,公开,3,4,75,"), "{checklist}");
    assert!(checklist.contains("1.2,1,党务公开,1,2,50,"), "{checklist}");
    let plan = read("auditor-ledger/plan.csv");
    assert!(plan.contains("001,一组,2026-09-28,2026-10-10,6"), "{plan}");
    let faults = read("auditor-ledger/plan_faults.csv");
    for fault in [
        "\"001: 6 working days, fewer than 10\"",
        "一组: in 001 and 002 at once",
        "003: not in this round",
    ] {
        assert!(faults.contains(fault), "{faults}");
    }
    assert!(!faults.contains("002: "), "{faults}");
    let suggestions = read("auditor-ledger/suggestions.csv");
    assert!(
        suggestions.contains("建1,民政局,common,R-1,2026-03-01,2026-05-01,,overdue:31"),
        "{suggestions}"
    );

    let scores = read("auditor-score/scores.csv");
    let head = "class,score,grade_by_score,grade,cap,rank,";
    assert!(scores.contains(head), "{scores}");
    assert!(
        scores.contains("001,Alpha,T,K,85,Healthy,Healthy,,3,"),
        "{scores}"
    );
    let cap = "003,Gamma,T,K,95,Healthy,Watch,under supervision or long overdue,1,";
    assert!(scores.contains(cap), "{scores}");
    let grades = read("auditor-score/grades.csv");
    let rows: Vec<Vec<&str>> = grades.lines().map(|row| row.split(',').collect()).collect();
    let row = |code: &str| rows.iter().find(|row| row[0] == code).unwrap().clone();
    assert_eq!(row("001")[5], "use deferred");
    // A penalty is a person's, and says nothing of the committee.
    assert_eq!(row("002")[3..], [row("002")[4], row("002")[4], ""]);
    let best = row("002")[3];
    assert_eq!(row("003")[2..4], ["95", best]);
    assert_ne!(row("003")[4], best);

    for table in ["auditor-ledger", "auditor-score"] {
        for file in std::fs::read_dir(folder.join(table)).unwrap() {
            let file = file.unwrap().path();
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(!text.contains("PLANTED"), "{}", file.display());
        }
    }
    // The hold and the penalty look alike.
    let gates = read("auditor-ledger/gates.csv");
    assert!(gates.contains("001,,use deferred,,,,,,"), "{gates}");
    assert!(gates.contains("002,P-7,use deferred,,,,,,"), "{gates}");
    assert!(gates.contains("挂牌"), "{gates}");
    let open = read("organisation-ledger/gates.csv");
    assert!(open.contains("PLANTED-CAUSE") && open.contains("PLANTED-RELATIVE"));
}

/// By hand, as above: Alpha 85 points with what its checks make of the missing value, and
/// Gamma 95, capped. One more check that is met makes 4 of 5, 80 %, and Alpha 87.5.
#[test]
fn a_case_seals_what_was_decided_and_verifies_what_follows() {
    let folder = folder("process_case");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    std::fs::write(path("d.csv"), DATA).unwrap();
    std::fs::write(path("gates.json"), GATES).unwrap();
    std::fs::write(path("decided.json"), DECIDED).unwrap();
    let more = "\"checks\": [{\"code\": \"1.2\", \"village\": \"001\", \
        \"at\": \"2026-05-04\", \"is_met\": true},";
    let other = DECIDED.replacen("\"checks\": [", more, 1);
    std::fs::write(path("other.json"), other).unwrap();
    let (f, d, gates) = (path("f.csv"), path("d.csv"), path("gates.json"));
    // Gamma is recommended under its cap, Beta above the line.
    let decision = |unit: &str, capped: &str| {
        format!(
            r#"{{"unit": "{unit}", "period": "1", "choice": "recommend", "reason": "r",
            "basis": {{"digest": "", "score": 90, "rank": 1, "chance": 1{capped},
            "meets": true}}, "at": "t"}}"#
        )
    };
    let decisions = [
        decision("002", ""),
        decision("003", ", \"grade\": \"关注\", \"capped\": true"),
    ];
    std::fs::write(path("decisions.json"), format!("[{}]", decisions.join(","))).unwrap();
    let decisions = path("decisions.json");
    for (decided, out) in [("decided.json", "case.json"), ("other.json", "later.json")] {
        let (decided, out) = (path(decided), path(out));
        let start = [
            "--lang",
            "en",
            "case",
            "pack",
            "--framework",
            &f,
            "--data",
            &d,
        ];
        let more = ["--process", &decided, &gates, "--out", &out];
        let made = ["--decisions", &decisions];
        let output = dhi(&[&start[..], &more, &made, &SPAN].concat());
        assert!(output.status.success(), "{}", said(&output));
        assert!(!said(&output).contains("PLANTED"), "{}", said(&output));
    }
    let (case, later) = (path("case.json"), path("later.json"));
    let output = dhi(&["--lang", "en", "case", "verify", &case]);
    assert!(output.status.success(), "{}", said(&output));
    let words = "3 restrictions, counted from 2026-01-01 to 2026-12-31 as of 2026-06-01";
    assert!(said(&output).contains(words), "{}", said(&output));
    let words = "against a restriction or the line shown then, each with its reason: 1\n";
    assert!(said(&output).contains(words), "{}", said(&output));
    assert!(!said(&output).contains("PLANTED"), "{}", said(&output));
    let text = std::fs::read_to_string(&case).unwrap();
    for sealed in [
        "\"PLANTED-CAUSE\"",
        "[\"001\",\"85\",\"75\",\"95\"]",
        "[\"003\",\"band_1\",\"band_2\",\"\"]",
    ] {
        assert!(text.contains(sealed), "{sealed}: {text}");
    }
    let output = dhi(&["--lang", "en", "case", "diff", &case, &later]);
    let words = said(&output);
    assert!(
        words.contains("[results] scores › 001 › top: 85 → 87.5"),
        "{words}"
    );
    assert!(
        words.contains("[procedure] process › checks › 6: (none) → "),
        "{words}"
    );
    assert!(words.contains("records or procedure do"), "{words}");
    assert!(!words.contains("PLANTED"), "{words}");
    for (old, new, words) in [
        ("PLANTED-CAUSE", "PLANTED-CAUSF", "the procedure is not"),
        (
            "\"85\"",
            "\"84\"",
            "scores › 001 › top is `84` in the file and `85`",
        ),
        (
            "\"band_2\"",
            "\"band_1\"",
            "grades › 003 › grade is `band_1` in the file and `band_2`",
        ),
    ] {
        std::fs::write(&later, text.replacen(old, new, 1)).unwrap();
        let output = dhi(&["--lang", "en", "case", "verify", &later]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(words), "{}", said(&output));
    }
}

/// A project file carries the files of its office: they count as if they were given
/// beside it, and once where several copies of the project have them.
#[test]
fn the_files_of_a_project_count_like_those_beside_it() {
    let folder = folder("process_project");
    let path = |name: &str| folder.join(name).display().to_string();
    let today = "2026-06-01".parse().unwrap();
    let mut office = Office::default();
    office
        .take("decided.json", DECIDED.as_bytes(), today)
        .unwrap();
    let copy = project(&office);
    office.take("gates.json", GATES.as_bytes(), today).unwrap();
    for (name, text) in [
        ("f.csv", FRAMEWORK),
        ("d.csv", DATA),
        ("decided.json", DECIDED),
        ("gates.json", GATES),
        ("project.json", &project(&office)),
        ("copy.json", &copy),
        ("before.json", r#"{"ledger": []}"#),
        ("other.json", &DECIDED.replacen("一组", "二组", 1)),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    let (f, d) = (path("f.csv"), path("d.csv"));
    let (decided, gates) = (path("decided.json"), path("gates.json"));
    let (project, copy) = (path("project.json"), path("copy.json"));
    let (before, other) = (path("before.json"), path("other.json"));
    let case = |out: &str, given: &[&str]| {
        let out = path(out);
        let start = ["--lang", "en", "case", "pack", "--framework", &f];
        let more = ["--data", &d, "--out", &out];
        let output = dhi(&[&start[..], &more, given, &SPAN].concat());
        assert!(output.status.success(), "{}", said(&output));
        assert!(!said(&output).contains("PLANTED"), "{}", said(&output));
        std::fs::read_to_string(out).unwrap()
    };
    let beside = case("beside.json", &["--process", &decided, &gates]);
    let within = case("within.json", &["--ledger", &copy, &before, &project]);
    assert!(beside.contains("PLANTED-CAUSE"));
    assert_eq!(beside, within);
    let both = ["--ledger", &copy, "--process", &decided, &gates];
    assert_eq!(case("both.json", &both), beside);

    let out = path("out");
    let start = ["ledger", "--out", &out, "--ledger", &project];
    let output = dhi(&[&start[..], &["--process", &other], &SPAN].concat());
    assert_eq!(output.status.code(), Some(2));
    let words = "other.json: `calendar` stands in two files";
    assert!(said(&output).contains(words), "{}", said(&output));
}

/// As the page writes it, without the data.
fn project(office: &Office) -> String {
    let office = serde_json::to_string(office).unwrap();
    [r#"{"ledger": [], "office": "#, &office, "}"].concat()
}

#[test]
fn what_two_files_decide_is_refused() {
    let folder = folder("process_twice");
    let path = |name: &str| folder.join(name).display().to_string();
    for (name, days) in [("one.json", "3"), ("two.json", "5")] {
        let rules = [r#"{"rules": {"remind_after": "#, days, "}}"].concat();
        std::fs::write(path(name), rules).unwrap();
    }
    let (one, two, out) = (path("one.json"), path("two.json"), path("out"));
    let start = ["ledger", "--out", &out, "--process", &one, &two];
    let output = dhi(&[&start[..], &SPAN].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("two.json: `rules` stands in two files"),
        "{}",
        said(&output)
    );
    let output = dhi(&[&start[..5], &SPAN, &["--role", "nobody"]].concat());
    assert!(
        said(&output).contains("there are: inspection, "),
        "{}",
        said(&output)
    );
}

/// By hand. Gamma with 70 and 100 has (70 + 100)/2 = 85 points, and 0.75 · 70 + 0.25 · 100 =
/// 77.5 where x weighs three times y; without y it has 70. By the score each of the two
/// takes it from Healthy to Watch; but supervision caps it at Watch, so its grade stays.
/// Corrected from 60 to 76 it rises from 80 to 88 points, and its grade stays too. Alpha,
/// which is held, and Beta have as much of x as of y: whatever the weights are, they stay.
#[test]
fn comparisons_and_appeals_grade_by_what_counts() {
    let folder = folder("process_grades");
    let path = |name: &str| folder.join(name).display().to_string();
    let data = |x: u32| {
        format!(
            "code,name,town,class,a_power_list_rate,y\n\
            001,Alpha,T,K,90,90\n002,Beta,T,K,95,95\n003,Gamma,T,K,{x},100\n"
        )
    };
    let (compared, before, after) = (data(70), data(60), data(76));
    for (name, text) in [
        ("f.csv", FRAMEWORK),
        ("compared.csv", &compared),
        ("before.csv", &before),
        ("after.csv", &after),
        ("gates.json", GATES),
        ("robust.json", r#"{"replicates": 40}"#),
        (
            "other.json",
            r#"{"weigh": {"method": {"weights": {"a_power_list_rate": 3, "y": 1}}}}"#,
        ),
        (
            "appeal.json",
            r#"{"village": "003", "reason": "r", "decider": "d", "decided": "2026-05-20",
            "cells": [{"indicator": "a_power_list_rate", "reason": "s"}]}"#,
        ),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    let [f, compared, before, after, gates, robust, other, appeal] = [
        "f.csv",
        "compared.csv",
        "before.csv",
        "after.csv",
        "gates.json",
        "robust.json",
        "other.json",
        "appeal.json",
    ]
    .map(path);
    let run = |out: &str, command: &str, more: &[&str], office: &[&str]| {
        let out = path(out);
        let start = ["--lang", "en", command, "--framework", &f, "--out", &out];
        let output = dhi(&[&start[..], more, office].concat());
        assert!(output.status.success(), "{}", said(&output));
        assert!(!said(&output).contains("PLANTED"), "{}", said(&output));
    };
    let office = [&["--process", &gates][..], &SPAN].concat();
    let two = ["--data", &compared, "--other", &other];
    let appealed = [
        "--data",
        &before,
        "--corrected",
        &after,
        "--appeal",
        &appeal,
        "--robust",
        &robust,
    ];
    run("compare", "compare", &two, &office);
    run("compare-plain", "compare", &two, &[]);
    run("appeal", "appeal", &appealed, &office);
    run("appeal-plain", "appeal", &appealed, &[]);
    let rows = |name: &str| {
        let text = std::fs::read_to_string(folder.join(name)).unwrap();
        assert!(!text.contains("PLANTED"), "{text}");
        let text = text.trim_start_matches('\u{feff}');
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let shifts = rows("compare/shifts.csv");
    let head = ",climbed,base_grade_by_score,base_grade,base_cap,\
        other_grade_by_score,other_grade,other_cap,band_changed";
    assert!(shifts[0].ends_with(head), "{shifts:?}");
    assert_eq!(
        shifts[2..],
        [
            "002,Beta,T,K,95,95,1,1,0,Healthy,Healthy,,Healthy,Healthy,,0",
            "003,Gamma,T,K,85,77.5,3,3,0,Healthy,Watch,\
                under supervision or long overdue,Watch,Watch,,0",
        ]
    );
    let plain = rows("compare-plain/shifts.csv");
    assert_eq!(plain[3], "003,Gamma,T,K,85,77.5,3,3,0,Healthy,Watch,1");
    for (folder, changed) in [("compare", "0"), ("compare-plain", "1")] {
        let row = |table: &str, at: usize| rows(&[folder, table].concat()).remove(at);
        let similarity = row("/similarity.csv", 1);
        assert_eq!(similarity.rsplit(',').next(), Some(changed), "{similarity}");
        // Its last cell says why a part cannot be left out.
        let without_y = row("/leave_one_out.csv", 2);
        let end = format!(",{changed},");
        assert!(
            without_y.starts_with("y,") && without_y.ends_with(&end),
            "{without_y}"
        );
    }
    let villages = rows("appeal/appeal_villages.csv");
    let head = ",grade_by_score_before,grade_by_score_after,grade_before,grade_after,\
        cap_before,cap_after,line_chance_before,line_chance_after,line_before,line_after";
    assert!(villages[0].ends_with(head), "{villages:?}");
    assert_eq!(
        villages[1..],
        [
            "003,Gamma,T,K,1,80,88,3,3,3,3,3,3,Watch,Healthy,Watch,Watch,,\
            under supervision or long overdue,1,1,meets,meets"
        ]
    );
    let plain = rows("appeal-plain/appeal_villages.csv");
    let by_score = "003,Gamma,T,K,1,80,88,3,3,3,3,3,3,Watch,Healthy,1,1,meets,meets";
    assert_eq!(plain[1..], [by_score]);
    let record = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert!(record("appeal/appeal.json").contains("\"gates.json\""));
    assert!(!record("appeal-plain/appeal.json").contains("procedure"));
}
