//! The program as a person uses it: files in, files and exit codes out.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod appeal;
mod case;
mod formulas;
mod ledger;
mod packet;
mod process;
mod robust;
mod secrets;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("cli")
        .join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn dhi(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dhi"))
        .args(arguments)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const FRAMEWORK: &str = "id,parent,name,direction,measure,lower,upper,weight\n\
    top,,Index,,,,,1\n\
    x,top,X,+,%,50,100,3\n\
    y,top,Y,-,%,0,20,1\n";
const DATA: &str = "code,name,town,class,x,y\n\
    001,Alpha,T,K,90%,5\n002,Beta,T,K,60,0\n003,Gamma,T,K,,10\n";

/// By hand: x of 90 is 80 points, y of 5 is 75; 0.75·80 + 0.25·75 = 78.75.
/// Beta: 20 and 100 make 40. Gamma has half of its data, below the floor.
#[test]
fn score_writes_results_and_every_stage() {
    let folder = folder("score");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    std::fs::write(path("d.csv"), DATA).unwrap();
    let output = dhi(&[
        "--lang",
        "en",
        "score",
        "--framework",
        &path("f.csv"),
        "--data",
        &path("d.csv"),
        "--out",
        &path("out"),
        "--stages",
    ]);
    assert!(output.status.success(), "{}", said(&output));
    let read = |name: &str| std::fs::read_to_string(folder.join("out").join(name)).unwrap();
    let scores = read("scores.csv");
    let lines: Vec<&str> = scores.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[1], "001,Alpha,T,K,78.75,Watch,1,1,1,2,2,80,75");
    assert_eq!(lines[2], "002,Beta,T,K,40,High risk,2,2,2,2,2,20,100");
    assert_eq!(
        lines[3],
        "003,Gamma,T,K,50,no grade (low coverage),,,,1,2,NA,50"
    );
    assert!(read("1_checked.csv").contains("003,NA,10"));
    assert!(
        read("3_normalised_ledger.csv").contains("y,lower_is_better,goalposts,interval,0,20,0")
    );
    assert!(read("4_weights.csv").contains("x,top,3,0.75,0.75"));
    assert!(read("6_contributions.csv").contains("001,78.75,60,18.75"));
    // Two units have both scores: 80 and 20 against 75 and 100.
    assert!(read("7_coherence_pairs.csv").contains("x,y,siblings,2,-1,NA,-1,NA,-1,NA"));
    assert!(read("7_coherence_groups.csv").contains("top,2,"));
    assert!(read("7_coherence_influence.csv").contains("x,top,0.75,NA,NA"));
    let verdicts = read("7_coherence_verdicts.csv");
    assert!(verdicts.contains("contradict,x,y,-1,"), "{verdicts}");
    assert!(verdicts.contains("相互矛盾") && verdicts.contains("contradict each other"));
    assert!(read("run.json").contains("\"method_digest\""));
    assert!(read("findings.csv").contains("1 of 2 values are there"));
}

/// By hand: Alpha has 80 and 75, Beta 20 and 100. Without y Alpha leads 80 to 20,
/// as it does with it; without x Beta leads 100 to 75 and comes into another band.
#[test]
fn compare_leaves_out_every_part_and_sets_two_specifications_side_by_side() {
    let folder = folder("compare");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    std::fs::write(path("d.csv"), DATA).unwrap();
    let other = r#"{"weigh":{"method":{"weights":{"x":1,"y":7}}}}"#;
    std::fs::write(path("other.json"), other).unwrap();
    let (f, d, alone, both) = (path("f.csv"), path("d.csv"), path("alone"), path("both"));
    let start = ["--lang", "en", "compare", "--framework", &f, "--data", &d];
    let output = dhi(&[&start[..], &["--out", &alone]].concat());
    assert!(output.status.success(), "{}", said(&output));
    assert!(!folder.join("alone/similarity.csv").exists());
    let o = path("other.json");
    let output = dhi(&[&start[..], &["--other", &o, "--out", &both]].concat());
    assert!(output.status.success(), "{}", said(&output));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let leave = read("both/leave_one_out.csv");
    assert_eq!(leave, read("alone/leave_one_out.csv"));
    let rows: Vec<&str> = leave.lines().collect();
    // WS of (1, 2) against (2, 1): 1/2 and 1/4 are lost.
    assert_eq!(rows[1], "x,X,top,0.75,2,-1,-1,-1,0.25,1,1,001,1,2,1,");
    assert_eq!(rows[2], "y,Y,top,0.25,2,1,1,1,1,0,0,,,,0,");
    // Alpha 80/8 + 75·7/8 = 75.625, Beta 20/8 + 100·7/8 = 90; Gamma has y alone.
    let shifts = read("both/shifts.csv");
    let rows: Vec<&str> = shifts.lines().collect();
    assert_eq!(rows[1], "001,Alpha,T,K,78.75,75.625,1,2,-1,Watch,Watch,0");
    assert_eq!(rows[2], "002,Beta,T,K,40,90,2,1,1,High risk,Healthy,1");
    let none = "no grade (low coverage)";
    assert_eq!(rows[3], format!("003,Gamma,T,K,50,50,,,,{none},{none},0"));
    let similarity = read("both/similarity.csv");
    let row = similarity.lines().nth(1).unwrap();
    assert!(row.ends_with(",2,-1,-1,-1,0.25,1,1,001,1,2,1"), "{row}");

    std::fs::write(path("bad.json"), r#"{"scale":0}"#).unwrap();
    let bad = path("bad.json");
    let refused = dhi(&[&start[..], &["--other", &bad, "--out", &both]].concat());
    assert_eq!(refused.status.code(), Some(2));
    assert!(said(&refused).contains("bad.json"), "{}", said(&refused));
    std::fs::write(path("d.csv"), DATA.replace("60", "NaN")).unwrap();
    let nowhere = path("nowhere");
    let blocked = dhi(&[&start[..], &["--out", &nowhere]].concat());
    assert_eq!(blocked.status.code(), Some(1));
    assert!(!Path::new(&nowhere).exists());
}

/// Twenty households of 001: (15 · 100 + 5 · 30)/20 = 82.5 points; the groups of
/// 002 have no shares and make no value. Of 12 answers 9 may be told: the 3 and
/// the 0 beside it could be any from 0 to 3.
#[test]
fn score_derives_survey_values_and_hides_small_counts() {
    let folder = folder("survey");
    let path = |name: &str| folder.join(name).display().to_string();
    let framework = "id,parent,name,direction,measure,lower,upper,weight\n\
        top,,Index,,,,,1\n\
        c_satisfaction,top,Satisfied,+,points,60,95,1\n";
    let survey = "code,question,group,answer,people,issued,returned,period\n\
        001,满意度,household,很满意,15,30,20,1\n001,满意度,household,不满意,5,,,1\n\
        002,满意度,老党员,很满意,9,20,12,1\n002,满意度,老党员,不满意,3,,,1\n";
    std::fs::write(path("f.csv"), framework).unwrap();
    std::fs::write(
        path("u.csv"),
        "code,name,town,class\n001,A,T,K\n002,B,T,K\n",
    )
    .unwrap();
    std::fs::write(path("s.csv"), survey).unwrap();
    let output = dhi(&[
        "--lang",
        "en",
        "score",
        "--framework",
        &path("f.csv"),
        "--data",
        &path("u.csv"),
        &path("s.csv"),
        "--out",
        &path("out"),
        "--stages",
    ]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(
        said(&output).contains("population shares"),
        "{}",
        said(&output)
    );
    let read = |name: &str| std::fs::read_to_string(folder.join("out").join(name)).unwrap();
    assert!(read("1_checked.csv").contains("001,82.5\n002,NA"));
    let estimates = read("0_survey_estimates.csv");
    assert!(
        estimates.contains("001,c_satisfaction,household,hidden,hidden,0.6666666666666666,82.5,")
    );
    assert!(estimates.contains("002,c_satisfaction,groups"));
    let groups = read("0_survey_groups.csv");
    let of_002 = groups.lines().find(|l| l.starts_with("002")).unwrap();
    assert!(
        of_002.starts_with("002,满意度,老党员,20,12,9,hidden,hidden,NA"),
        "{of_002}"
    );
    assert!(
        !groups.contains(",3,") && !groups.contains(",0,"),
        "{groups}"
    );
}

#[test]
fn blocking_findings_exit_with_1_and_write_nothing() {
    let folder = folder("blocked");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    std::fs::write(path("d.csv"), DATA.replace("60", "NaN")).unwrap();
    let arguments = ["--framework", &path("f.csv"), "--data", &path("d.csv")];
    let check = dhi(&[&["check"], &arguments[..]].concat());
    assert_eq!(check.status.code(), Some(1));
    assert!(said(&check).contains("d.csv ! E3"), "{}", said(&check));
    let out = path("out");
    let score = dhi(&[&["score"], &arguments[..], &["--out", &out]].concat());
    assert_eq!(score.status.code(), Some(1));
    assert!(!Path::new(&out).exists());
}

#[test]
fn usage_errors_exit_with_2() {
    assert_eq!(dhi(&["score"]).status.code(), Some(2));
    assert_eq!(dhi(&["nothing"]).status.code(), Some(2));
    let missing = dhi(&["check", "--data", "no-such-file.csv"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(said(&missing).contains("no-such-file.csv"));
}

#[test]
fn the_template_is_a_workbook() {
    let folder = folder("template");
    let path = folder.join("t.xlsx").display().to_string();
    assert!(dhi(&["template", "--out", &path]).status.success());
    assert!(std::fs::read(&path).unwrap().starts_with(b"PK"));
    // Filled with the default scheme, but with no village yet.
    let check = dhi(&["check", "--data", &path]);
    assert_eq!(check.status.code(), Some(1));
    assert!(said(&check).contains("没有数据行"), "{}", said(&check));
}

/// All 166 statistical codes of a real county, checked where the public list
/// lies beside the project: 85 are village committees by code, among them one
/// whose name says 社区.
#[test]
fn real_codes_stay_intact_and_tell_the_kind_of_body() {
    use dhi_engine::ids::BodyType;
    use dhi_engine::input::{TableKind, decode, read, recognise};
    let found = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("shared/data/codes_510181/villages_510181.csv"))
        .find(|path| path.exists());
    let Some(path) = found else {
        println!("SKIPPED: public data is not here, nothing was checked");
        return;
    };
    let bytes = std::fs::read(path).unwrap();
    let scheme = dhi_engine::scheme::DEFAULT_SCHEME_CSV.as_bytes();
    let values = "村代码,班子配备率\n510181001001,95\n";
    let workbooks = [
        decode("villages.csv", &bytes, None).workbook,
        decode("scheme.csv", scheme, None).workbook,
        decode("values.csv", values.as_bytes(), None).workbook,
    ];
    let plans = recognise(&workbooks, None);
    assert_eq!(plans[0].kind, TableKind::Units);
    let period = dhi_engine::ids::Period::new("1").unwrap();
    let import = read(&workbooks, &plans, None, &period);
    let dataset = import.dataset.unwrap();
    let units = dataset.units().list();
    assert_eq!(units.len(), 166);
    let text = String::from_utf8(bytes).unwrap();
    for (unit, line) in units.iter().zip(text.lines().skip(1)) {
        assert!(line.starts_with(unit.code.as_str()), "{line}");
    }
    let of_kind = |kind| units.iter().filter(|u| u.body_type == kind).count();
    assert_eq!(of_kind(BodyType::VillageCommittee), 85);
    assert_eq!(of_kind(BodyType::ResidentsCommittee), 81);
    let named_community = units.iter().find(|u| u.name == "都江社区村民委员会");
    assert_eq!(
        named_community.unwrap().body_type,
        BodyType::VillageCommittee
    );
}

/// Alpha scores 80 and 75, Beta 20 and 100: level where 60 w = 25 (1 − w), so at
/// w = 5/17 of x. From 3/4 that is 31/68 away for each weight: 31/34 in all. No
/// weights bring Alpha over 80, 5 short of 85. Its own 78.75 lacks 6.25 points, and
/// a unit of x brings 3/4 · 100/50 = 1.5 of them.
#[test]
fn weights_answers_exactly() {
    let folder = folder("weights");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    std::fs::write(path("d.csv"), DATA).unwrap();
    let choices = r#"{"bounds": {"x": [0.25, 1]}, "costs": {"x": 2, "y": 1}}"#;
    std::fs::write(path("b.json"), choices).unwrap();
    let (f, d, b, out) = (path("f.csv"), path("d.csv"), path("b.json"), path("out"));
    let arguments = [
        "--lang",
        "en",
        "weights",
        "--framework",
        &f,
        "--data",
        &d,
        "--out",
        &out,
        "--pair",
        "001",
        "002",
        "--line",
        "85",
        "--bounds",
        &b,
        "--unit",
        "001",
        "002",
        "--top",
        "1",
    ];
    let output = dhi(&arguments);
    assert!(output.status.success(), "{}", said(&output));
    let read = |name: &str| std::fs::read_to_string(folder.join("out").join(name)).unwrap();
    let row = |name: &str, start: &str| {
        let text = read(name);
        let found = text.lines().find(|line| line.starts_with(start));
        let found = found.unwrap_or_else(|| panic!("{start} in {text}"));
        found.split(',').map(str::to_owned).collect::<Vec<String>>()
    };
    let near = |text: &str, x: f64| {
        let found: f64 = text.parse().unwrap();
        assert!((found - x).abs() < 1e-9, "{found} is not {x}");
    };
    let pair = row("flips.csv", "pair,001,002,,L1,change,exact");
    near(&pair[7], 31.0 / 34.0);
    near(&pair[10], 5.0 / 17.0);
    let never = row("flips.csv", "line,001,,85,L1,never,exact");
    near(&never[9], 5.0);
    let leader = row("stability.csv", "x,top,0.75,leader,001");
    near(&leader[5], 5.0 / 17.0);
    assert_eq!(&leader[6..9], ["true", "002", "1"]);
    assert_eq!(read("dominance.csv").lines().count(), 1);
    assert_eq!(&row("rank_range.csv", "001")[2..5], ["1", "1", "exact"]);
    assert_eq!(&row("rank_range.csv", "001")[5..8], ["2", "2", "exact"]);
    near(&row("breakpoints.csv", "001,x,0.2")[2], 5.0 / 17.0);
    let lift = row("lift.csv", "001,next_band,85,x");
    near(&lift[9], 6.25 / 1.5);
    assert_eq!(&lift[13], "true");
    // y brings 1.25 a unit for 1, x 1.5 for 2: 5 units of y bring all 6.25 points.
    let combined = row("cheapest.csv", "001,next_band,,");
    near(&combined[5], 5.0);
    assert_eq!(combined[7], "confirmed");
    assert!(!folder.join("out/triangle.csv").exists());
    let geometric = r#"{"aggregate": {"method": "geometric"}}"#;
    std::fs::write(path("s.json"), geometric).unwrap();
    let refused = dhi(&[&arguments[..], &["--spec", &path("s.json")]].concat());
    assert_eq!(refused.status.code(), Some(2));
    assert!(
        said(&refused).contains("not an arithmetic mean"),
        "{}",
        said(&refused)
    );
    let unknown = dhi(&[&arguments[..], &["--under", "nowhere"]].concat());
    assert_eq!(unknown.status.code(), Some(2));
}

/// 1,001 villages are more than a county: no pairs and no lift table, and it is said.
#[test]
fn weights_says_what_it_leaves_out() {
    let folder = folder("weights_large");
    let path = |name: &str| folder.join(name).display().to_string();
    let _ = std::fs::remove_dir_all(path("out"));
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    let run = |n: u32, rest: &[&str]| {
        let header = "code,name,town,class,x,y\n".to_owned();
        let row = |i| format!("{i:04},V{i},T,K,{}%,{}\n", 50 + i % 50, i % 20);
        let data = (0..n).fold(header, |text, i| text + &row(i));
        std::fs::write(path("d.csv"), data).unwrap();
        let [f, d, out] = ["f.csv", "d.csv", "out"].map(path);
        let all = ["--lang", "en", "weights", "--framework", &f, "--data", &d];
        let output = dhi(&[&all[..], &["--out", &out], rest].concat());
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8(output.stderr).unwrap()
    };
    let errors = run(1001, &[]);
    assert!(errors.contains("dominance.csv, rank_range.csv"), "{errors}");
    assert!(errors.contains("lift.csv is for those"), "{errors}");
    assert!(!folder.join("out/dominance.csv").exists());
    let errors = run(1001, &["--unit", "0007"]);
    assert!(!errors.contains("lift.csv"), "{errors}");
    assert_eq!(run(3, &[]), "");
}

/// The three villages of the closed form: 40w₁, 20w₂ and 10w₃ lead on 64, 30 and 11
/// of 105 parts of the triangle.
#[test]
fn weights_draws_the_triangle() {
    let folder = folder("triangle");
    let path = |name: &str| folder.join(name).display().to_string();
    let framework = "id,parent,name,direction,measure,lower,upper,weight\n\
        top,,Index,,,,,1\na,top,A,+,points,0,100,1\n\
        b,top,B,+,points,0,100,1\nc,top,C,+,points,0,100,1\n";
    let data = "code,name,town,class,a,b,c\n\
        001,Alpha,T,K,40,0,0\n002,Beta,T,K,0,20,0\n003,Gamma,T,K,0,0,10\n";
    std::fs::write(path("f.csv"), framework).unwrap();
    std::fs::write(path("d.csv"), data).unwrap();
    let (f, d, out) = (path("f.csv"), path("d.csv"), path("out"));
    let files = ["--framework", &f, "--data", &d, "--out", &out];
    let output = dhi(&[&["weights"], &files[..], &["--unit", "002", "--top", "1"]].concat());
    assert!(output.status.success(), "{}", said(&output));
    let read = |name: &str| std::fs::read_to_string(folder.join("out").join(name)).unwrap();
    let table = read("triangle.csv");
    for (line, parts) in table.lines().skip(1).zip([64.0, 30.0, 11.0]) {
        let cells: Vec<&str> = line.split(',').collect();
        for cell in &cells[1..4] {
            let share: f64 = cell.parse().unwrap();
            assert!((share - parts / 105.0).abs() < 1e-12, "{line}");
        }
        assert_eq!(&cells[4..], ["exact", "1", "3"]);
    }
    assert_eq!(table.lines().count(), 4);
    let drawing: serde_json::Value = serde_json::from_str(&read("triangle.json")).unwrap();
    assert_eq!(drawing["units"][0]["leads"].as_array().unwrap().len(), 4);
    assert_eq!(drawing["top_regions"][0]["code"], "002");
}

/// By hand: x of 90 between 50 and 100 is 80 points, of 95 it is 90; y of 5 is 75
/// both times. 0.75·80 + 0.25·75 = 78.75, then 86.25: 7.5 in one year, growth
/// 86.25/78.75 − 1 = 2/21. Beta: 20 and 100 make 40, both times.
#[test]
fn trend_divides_a_change() {
    let folder = folder("trend");
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    // Before, goalposts 60 to 100 for x, and nothing else different.
    std::fs::write(path("old.csv"), FRAMEWORK.replace("50,100", "60,100")).unwrap();
    let data = "code,name,town,class,period,x,y\n\
        001,Alpha,T,K,2025,90%,5\n002,Beta,T,K,2025,60,0\n003,Gamma,T,K,2025,,\n\
        001,Alpha,T,K,2026,95%,5\n002,Beta,T,K,2026,60,0\n003,Gamma,T,K,2026,80,10\n";
    std::fs::write(path("d.csv"), data).unwrap();
    let (framework, data) = (path("f.csv"), path("d.csv"));
    let usual = [
        "--lang",
        "en",
        "trend",
        "--framework",
        &framework,
        "--data",
        &data,
    ];
    let lines = |folder: &str, name: &str| -> Vec<String> {
        let text = std::fs::read_to_string(Path::new(folder).join(name)).unwrap();
        let text = text.trim_start_matches('\u{feff}');
        text.lines().map(str::to_owned).collect()
    };
    let out = path("same");
    let ends = ["--from", "2025", "--to", "2026"];
    let output = dhi(&[&usual[..], &["--out", &out], &ends].concat());
    assert!(output.status.success(), "{}", said(&output));
    let trends = lines(&out, "trends.csv");
    assert_eq!(
        trends[0],
        "code,name,node,score_2025,score_2026,n,difference,slope,slope_standard_error,\
         median_slope,growth"
    );
    assert_eq!(trends.len(), 1 + 3 * 3);
    let start = "001,Alpha,top,78.75,86.25,2,7.5,7.5,NA,7.5,0.095238095238095";
    assert!(trends[1].starts_with(start), "{}", trends[1]);
    assert_eq!(trends[7], "003,Gamma,top,NA,57.5,1,NA,NA,NA,NA,NA");
    let changes = lines(&out, "changes.csv");
    assert_eq!(
        changes[0],
        "code,name,from,to,change,own_data,peers,framework,treatment,method,weights,reason"
    );
    assert_eq!(changes[1], "001,Alpha,78.75,86.25,7.5,7.5,0,0,0,0,0,");
    assert_eq!(changes[2], "002,Beta,40,40,0,0,0,0,0,0,0,");
    assert!(changes[3].ends_with(",no score before"), "{}", changes[3]);
    // Under the old goalposts x of 90 is 75 and of 95 it is 87.5 points, under the
    // new ones 80 and 90: of 0.75·(90 − 75) the data bring 0.75·½(12.5 + 10), the
    // framework 0.75·½(5 + 2.5).
    let out = path("other");
    let old = ["--from-framework", &path("old.csv")];
    let output = dhi(&[&usual[..], &["--out", &out], &ends, &old].concat());
    assert!(output.status.success(), "{}", said(&output));
    let changes = lines(&out, "changes.csv");
    assert_eq!(
        changes[1],
        "001,Alpha,75,86.25,11.25,8.4375,0,2.8125,0,0,0,"
    );
    // Only one end, or a period that is not there.
    let half = dhi(&[&usual[..], &["--out", &out, "--from", "2025"]].concat());
    assert_eq!(half.status.code(), Some(2));
    let ends = ["--from", "2024", "--to", "2026"];
    let nowhere = dhi(&[&usual[..], &["--out", &out], &ends].concat());
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(said(&nowhere).contains("2025, 2026"), "{}", said(&nowhere));
}
