//! `dhi robust`: the same bytes from any number of workers, sets of true ranks, and
//! runs that are interrupted.

use super::{DATA, FRAMEWORK, dhi, folder, said};
use std::path::Path;
use std::process::Command;

/// 600 replicates of weights by one worker and by three, to the same bytes; a file
/// with a wrong name is refused, and nothing half written stays.
#[test]
fn robust_writes_the_same_bytes_for_any_number_of_jobs() {
    let folder = folder("robust");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    std::fs::write(path("d.csv"), DATA).unwrap();
    let spec = r#"{ "weights": "anything", "line": { "top": 1 },
        "measurement": { "y": { "absolute": 1.5 } },
        "sensitivity": { "points": 16, "pairs": true, "units": ["001"] } }"#;
    std::fs::write(path("r.json"), spec).unwrap();
    let run = |jobs: &str, out: &str| {
        let [f, d, r] = ["f.csv", "d.csv", "r.json"].map(path);
        let output = dhi(&[
            "robust",
            "--framework",
            &f,
            "--data",
            &d,
            "--robust",
            &r,
            "--out",
            &path(out),
            "--replicates",
            "600",
            "--seed",
            "7",
            "--jobs",
            jobs,
        ]);
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("100 %"), "{}", said(&output));
    };
    run("1", "one");
    run("3", "many");
    // A second run replaces the first.
    run("2", "many");
    let mut names: Vec<String> = std::fs::read_dir(path("one"))
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let expected = [
        "acceptability.csv",
        "bands.csv",
        "beats.csv",
        "central_weights.csv",
        "findings.csv",
        "rank_intervals.csv",
        "robust.json",
        "sensitivity.csv",
        "tiers.csv",
    ];
    assert_eq!(names, expected);
    for name in &names {
        let read = |out: &str| std::fs::read(folder.join(out).join(name)).unwrap();
        assert_eq!(read("one"), read("many"), "{name}");
    }
    let read = |name: &str| std::fs::read_to_string(folder.join("one").join(name)).unwrap();
    // Alpha has 80 and 75 points, Beta 20 and 100: Alpha leads in most of the
    // weights, w > 25/85, and Gamma has too little data for a rank.
    let beats = read("beats.csv");
    let chance: f64 = beats
        .lines()
        .nth(1)
        .unwrap()
        .split(',')
        .nth(3)
        .unwrap()
        .parse()
        .unwrap();
    assert!((chance - 60.0 / 85.0).abs() < 0.05, "{chance}");
    assert!(read("rank_intervals.csv").contains("003,Gamma,50,,"));
    assert!(read("rank_intervals.csv").contains("not_assessed"));
    assert!(read("sensitivity.csv").contains("score,001,S2,weights,measurement,"));
    std::fs::write(path("bad.json"), r#"{ "wieghts": "fixed" }"#).unwrap();
    let [d, r] = ["d.csv", "bad.json"].map(path);
    let bad = dhi(&[
        "robust",
        "--data",
        &d,
        "--robust",
        &r,
        "--out",
        &path("bad"),
    ]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(said(&bad).contains("wieghts"), "{}", said(&bad));
    assert!(!Path::new(&path("bad")).exists());
}

/// One indicator from 0 to 100, so scores and their errors are the values' own. 80 ± 3
/// is told from 62.5 ± 4 (17.5/5 standard errors), and that not from 60 ± 3 (2.5/5).
#[test]
fn robust_tells_true_ranks_apart_where_errors_allow() {
    let folder = folder("sets");
    let path = |name: &str| folder.join(name).display().to_string();
    let framework = "id,parent,name,direction,measure,lower,upper,weight\n\
        top,,Index,,,,,1\nx,top,X,+,points,0,100,1\n";
    std::fs::write(path("f.csv"), framework).unwrap();
    let units = "code,name,town,class\n001,A,T,K\n002,B,T,K\n003,C,T,K\n";
    std::fs::write(path("u.csv"), units).unwrap();
    // Measurement error is another uncertainty, and no part of the standard error.
    let measured = r#"{ "measurement": { "x": { "absolute": 9 } } }"#;
    std::fs::write(path("r.json"), measured).unwrap();
    let run = |values: &str, out: &str| {
        std::fs::write(path("v.csv"), values).unwrap();
        let [f, u, v, r, out] = ["f.csv", "u.csv", "v.csv", "r.json", out].map(path);
        let inputs = ["robust", "--framework", &f, "--data", &u, &v];
        let rest = ["--out", &out, "--robust", &r, "--replicates", "50"];
        let output = dhi(&[&inputs[..], &rest].concat());
        assert!(output.status.success(), "{}", said(&output));
        let read = |name: &str| std::fs::read_to_string(Path::new(&out).join(name));
        (
            read("confidence_sets.csv").ok(),
            read("robust.json").unwrap(),
        )
    };
    let values = "code,indicator,value,se\n001,x,80,3\n002,x,62.5,4\n003,x,60,3\n";
    let (sets, record) = run(values, "with");
    assert!(record.contains("do not contradict"), "{record}");
    let sets = sets.unwrap();
    let expected = [
        ("001,A,80,", 3.0, ",1,1,1,1,1,0.9"),
        ("002,B,62.5,", 4.0, ",2,2,3,2,3,0.9"),
        ("003,C,60,", 3.0, ",3,2,3,2,3,0.9"),
    ];
    assert_eq!(sets.lines().count(), 4);
    for (line, (start, error, end)) in sets.lines().skip(1).zip(expected) {
        let found = line.strip_prefix(start).and_then(|l| l.strip_suffix(end));
        let found: f64 = found.unwrap_or_else(|| panic!("{line}")).parse().unwrap();
        assert!((found / error - 1.0).abs() < 0.05, "{line}");
    }
    let (none, record) = run(
        "code,indicator,value\n001,x,80\n002,x,60\n003,x,50\n",
        "without",
    );
    assert_eq!(none, None);
    assert!(record.contains("no value has a standard error"), "{record}");
}

/// 4 and 6 content of 10 differ no more than chance makes them, so drawing them toward
/// their class makes both 50. Half of 16 points of a scrambled sequence do that: means
/// of 45 and 55 points, and the first is second in half of them. Without counts there
/// is nothing to draw.
#[test]
fn robust_asks_what_shrinkage_changes() {
    let folder = folder("shrink");
    let path = |name: &str| folder.join(name).display().to_string();
    let _ = std::fs::remove_dir_all(path("out"));
    let framework = "id,parent,name,direction,measure,lower,upper,weight\n\
        top,,Index,,,,,1\nc_satisfaction,top,Satisfied,+,points,0,100,1\n";
    let survey = "code,question,group,answer,people,period\n\
        001,满意度,household,很满意,4,1\n001,满意度,household,很不满意,6,1\n\
        002,满意度,household,很满意,6,1\n002,满意度,household,很不满意,4,1\n";
    let robust = r#"{ "survey_error": false, "sensitivity": { "points": 16 },
        "shrink": [{ "choice": false }, { "choice": true }] }"#;
    let values = "code,indicator,value\n001,c_satisfaction,40\n002,c_satisfaction,60\n";
    for (name, text) in [
        ("f.csv", framework),
        ("u.csv", "code,name,town,class\n001,A,T,K\n002,B,T,K\n"),
        ("survey.csv", survey),
        ("values.csv", values),
        ("s.json", r#"{ "survey": { "min_class": 2 } }"#),
        ("r.json", robust),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    let run = |data: &str| {
        let [f, u, d, s, r, out] = ["f.csv", "u.csv", data, "s.json", "r.json", "out"].map(path);
        let inputs = ["robust", "--framework", &f, "--data", &u, &d, "--spec", &s];
        let rest = ["--robust", &r, "--out", &out, "--replicates", "16"];
        dhi(&[&inputs[..], &rest].concat())
    };
    let without = run("values.csv");
    assert_eq!(without.status.code(), Some(2));
    assert!(said(&without).contains("`shrink`"), "{}", said(&without));
    assert!(!Path::new(&path("out")).exists());
    let output = run("survey.csv");
    assert!(output.status.success(), "{}", said(&output));
    let read = |name: &str| std::fs::read_to_string(folder.join("out").join(name)).unwrap();
    let intervals = read("rank_intervals.csv");
    assert!(intervals.contains("001,A,40,2,45,1.5,1,2,"), "{intervals}");
    assert!(intervals.contains("002,B,60,1,55,1,1,1,"), "{intervals}");
    assert!(read("sensitivity.csv").contains("rank_shift,,ST,shrink,,1,"));
    let record: String = read("robust.json").split_whitespace().collect();
    assert!(
        record.contains(r#""uncertain_inputs":["shrink"]"#),
        "{record}"
    );
}

/// A million replicates are stopped long before their end: nothing that looks
/// complete is there, and the next run gives what an undisturbed one gives, without
/// what a run stopped while writing left behind.
#[test]
fn an_interrupted_robust_run_leaves_nothing_and_can_be_repeated() {
    let folder = folder("interrupted");
    let path = |name: &str| folder.join(name).display().to_string();
    let _ = std::fs::remove_dir_all(path("out"));
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    std::fs::write(path("d.csv"), DATA).unwrap();
    let [f, d] = ["f.csv", "d.csv"].map(path);
    let arguments = |replicates: &'static str, out: &str| {
        let all = ["robust", "--framework", &f, "--data", &d, "--out", out];
        let rest = ["--replicates", replicates, "--jobs", "1"];
        [&all[..], &rest]
            .concat()
            .iter()
            .map(|a| (*a).to_owned())
            .collect::<Vec<String>>()
    };
    let mut child = Command::new(env!("CARGO_BIN_EXE_dhi"))
        .args(arguments("1000000", &path("out")))
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(300));
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    assert!(!folder.join("out/robust.json").exists());
    std::fs::create_dir_all(path("out")).unwrap();
    std::fs::write(folder.join("out/tiers.csv.partial"), "half").unwrap();
    for out in ["out", "undisturbed"] {
        let arguments = arguments("50", &path(out));
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = dhi(&arguments);
        assert!(output.status.success(), "{}", said(&output));
    }
    let names = |out: &str| {
        let names = std::fs::read_dir(path(out)).unwrap();
        let mut names: Vec<_> = names.map(|f| f.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("out"), names("undisturbed"));
    for name in names("out") {
        let read = |out: &str| std::fs::read(folder.join(out).join(&name)).unwrap();
        assert_eq!(read("out"), read("undisturbed"), "{}", name.display());
    }
}
