//! What no command writes or says: who reported or is related, who acted, why a use
//! waits, and what few people answered.

use super::{dhi, folder, said};
use dhi_engine::packet::{Store, author_of};
use dhi_engine::signoff::{
    Actor, Event, Evidence, EvidenceKind, Facts, Kind, Rating, Role, Rules, What,
};
use std::fs;
use std::path::Path;

const FRAMEWORK: &str = "id,parent,name,direction,measure,lower,upper,weight\n\
    top,,Index,,,,,1\n\
    c_rect_score,top,Rating,+,points,60,95,1\n\
    c_fairness,top,Fair,+,%,50,95,1\n\
    y,top,Y,+,%,0,100,1\n";
/// The last columns are none that anything here has a place for.
const DATA: &str = "code,name,town,class,y,举报人,举报地址,近亲属\n\
    001,Alpha,T,K,80,PLANTED-REPORTER,PLANTED-ADDRESS,PLANTED-RELATIVE\n\
    002,Beta,T,K,90,PLANTED-REPORTER,PLANTED-ADDRESS,PLANTED-RELATIVE\n";
/// Of 老党员 2 of 9 say otherwise, of 农民 everybody agrees, 返乡青年 are 3.
const SURVEY: &str = "村代码,问题,群体,答案,人数,发出,收回\n\
    001,办事公道,老党员,很公道,7,12,9\n\
    001,办事公道,老党员,不公道,2,,\n\
    001,办事公道,农民,很公道,23,30,23\n\
    001,办事公道,返乡青年,很公道,2,4,3\n\
    001,办事公道,返乡青年,不公道,1,,\n";
const GATES: &str = r#"{"gates": [{"village": "001", "cause": "investigation",
    "reason": "PLANTED-CAUSE", "basis": "PLANTED-BASIS", "approver": "PLANTED-APPROVER",
    "start": "2026-01-01", "appeal": "PLANTED-APPEAL"}]}"#;
const SPAN: [&str; 6] = [
    "--from",
    "2026-01-01",
    "--to",
    "2026-12-31",
    "--today",
    "2026-06-01",
];

/// Packets of everybody who took an item to its rating: 72 of 75 are satisfied.
fn packets() -> Vec<Vec<u8>> {
    let (mut store, rules) = (Store::default(), Rules::default());
    let facts = Facts {
        village: "001".into(),
        town: "T".into(),
        lead: "L".into(),
        round: String::new(),
        problem: "虚构示例".into(),
        kind: Kind::ByDate,
        checklist: String::new(),
        to_recover: 0,
    };
    let evidence = Evidence {
        hash: "7".repeat(64),
        kind: EvidenceKind::Photo,
        date: "2026-01-05".parse().unwrap(),
        received: 0,
    };
    let due = "2026-09-01".parse().unwrap();
    let liable = "书记".into();
    let measures = "公示".into();
    let groups = vec![[41, 1, 0], [9, 2, 6], [8, 0, 0], [7, 0, 0], [7, 0, 0]];
    let mut authors = Vec::new();
    for (role, office, what) in [
        (Role::Inspection, "", What::Open(facts)),
        (Role::Inspection, "", What::Assign { liable, due }),
        (Role::VillageParty, "001", What::Plan { measures }),
        (Role::Town, "T", What::PassPlan),
        (Role::VillageParty, "001", What::Evidence(evidence)),
        (Role::VillageParty, "001", What::Apply),
        (Role::Town, "T", What::Accept),
        (Role::Town, "T", What::PassTown),
        (Role::Public, "", What::Rate(Rating { groups })),
    ] {
        let by = Actor {
            role,
            office: office.into(),
            hand: format!("PLANTED-{}", role.id()),
        };
        authors.push(author_of(&by));
        let at = "2026-02-01".parse().unwrap();
        store.record(&rules, "R-1", Event { at, by, what }).unwrap();
    }
    authors.sort();
    authors.dedup();
    let packets = authors.iter().map(|author| store.export(author).unwrap());
    packets.map(|p| serde_json::to_vec(&p).unwrap()).collect()
}

/// Every file of a folder and what it says.
fn written(folder: &Path) -> Vec<(String, String)> {
    let files = fs::read_dir(folder).unwrap().map(|file| {
        let path = file.unwrap().path();
        (
            path.display().to_string(),
            fs::read_to_string(&path).unwrap(),
        )
    });
    files.collect()
}

/// By hand. Of the groups' answers nothing but how many there were: every favourable
/// number stands beside a small one of others. The rating is 72 of 75, 96 points, beyond
/// the goalpost of 95: the index has 100 there.
#[test]
fn no_command_tells_a_person_a_cause_or_a_small_count() {
    let folder = folder("secrets");
    let path = |name: &str| folder.join(name).display().to_string();
    for (name, text) in [
        ("f.csv", FRAMEWORK),
        ("d.csv", DATA),
        ("s.csv", SURVEY),
        ("gates.json", GATES),
    ] {
        fs::write(path(name), text).unwrap();
    }
    let mut ledger = vec!["--ledger".to_owned()];
    for (n, packet) in packets().iter().enumerate() {
        let name = path(&format!("{n}.json"));
        fs::write(&name, packet).unwrap();
        ledger.push(name);
    }
    let ledger: Vec<&str> = ledger.iter().map(String::as_str).collect();
    let (f, d, s, gates) = (
        path("f.csv"),
        path("d.csv"),
        path("s.csv"),
        path("gates.json"),
    );
    let data = ["--framework", &f, "--data", &d, &s];
    let office = [&ledger[..], &["--process", &gates], &SPAN].concat();
    for (command, arguments) in [
        ("score", [&data[..], &["--stages"], &office].concat()),
        ("ledger", office.clone()),
        ("compare", data.to_vec()),
        ("trend", data.to_vec()),
        ("weights", data.to_vec()),
        ("robust", [&data[..], &["--replicates", "100"]].concat()),
    ] {
        for language in ["zh", "en"] {
            let out = path(&format!("{command}-{language}"));
            let start = ["--lang", language, command, "--out", &out];
            let output = dhi(&[&start[..], &arguments].concat());
            assert!(output.status.success(), "{command}: {}", said(&output));
            assert!(!said(&output).contains("PLANTED"), "{}", said(&output));
            let files = written(Path::new(&out));
            assert!(!files.is_empty(), "{command} wrote nothing");
            for (name, text) in files {
                assert!(!text.contains("PLANTED"), "{name}: {text}");
                assert!(!text.contains("41,1,0"), "{name}: {text}");
            }
        }
    }
    let scores = fs::read_to_string(folder.join("score-en/5_scores_by_node.csv")).unwrap();
    let row = scores
        .lines()
        .find(|line| line.starts_with("001,"))
        .unwrap();
    assert!(row.contains(",100,"), "{scores}");

    let values = fs::read_to_string(folder.join("ledger-en/indicators.csv")).unwrap();
    assert!(values.contains("001,c_rect_score,≥ 95,,\n"), "{values}");

    let groups = fs::read_to_string(folder.join("score-en/0_survey_groups.csv")).unwrap();
    let mut rows = 0;
    for line in groups.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        // Returned, favourable, other, unsure.
        for cell in &cells[4..8] {
            let n = cell.parse().unwrap_or(u32::MAX);
            assert!(n >= 5, "{line}");
        }
        // What is hidden need not be small, and is not called so.
        assert!(cells[5].is_empty() || cells[5] == "hidden", "{line}");
        rows += 1;
    }
    // Three groups and their sum.
    assert_eq!(rows, 4, "{groups}");
    // Whom they concern reads them, or else nothing could be found anywhere.
    let out = path("open");
    let start = [
        "--lang",
        "en",
        "ledger",
        "--role",
        "discipline",
        "--out",
        &out,
    ];
    let output = dhi(&[&start[..], &office].concat());
    assert!(output.status.success(), "{}", said(&output));
    let told = written(Path::new(&out));
    assert!(told.iter().any(|(_, text)| text.contains("PLANTED-CAUSE")));
}

/// A case is for those who may see the data: it holds hands, counts and causes, and no
/// person that came with the tables; what is said about it tells none of them.
#[test]
fn a_case_holds_no_reporter_and_what_is_said_of_it_no_cause() {
    let folder = folder("secrets_case");
    let path = |name: &str| folder.join(name).display().to_string();
    for (name, text) in [("f.csv", FRAMEWORK), ("d.csv", DATA), ("s.csv", SURVEY)] {
        fs::write(path(name), text).unwrap();
    }
    let other = GATES.replace("PLANTED-CAUSE", "PLANTED-OTHER");
    fs::write(path("gates.json"), GATES).unwrap();
    fs::write(path("other.json"), other).unwrap();
    let [f, d, s] = ["f.csv", "d.csv", "s.csv"].map(path);
    for (gates, out) in [("gates.json", "case.json"), ("other.json", "later.json")] {
        let (gates, out) = (path(gates), path(out));
        let start = ["--lang", "en", "case", "pack", "--framework", &f];
        let rest = ["--data", &d, &s, "--process", &gates, "--out", &out];
        let output = dhi(&[&start[..], &rest, &SPAN].concat());
        assert!(output.status.success(), "{}", said(&output));
        assert!(!said(&output).contains("PLANTED"), "{}", said(&output));
    }
    let text = fs::read_to_string(path("case.json")).unwrap();
    assert!(
        text.contains("PLANTED-CAUSE"),
        "the case lost what was decided"
    );
    for person in ["REPORTER", "ADDRESS", "RELATIVE"] {
        assert!(!text.contains(&format!("PLANTED-{person}")), "{person}");
    }
    let (case, later) = (path("case.json"), path("later.json"));
    for arguments in [&["verify", &case][..], &["diff", &case, &later]] {
        let output = dhi(&[&["--lang", "en", "case"], arguments].concat());
        assert!(!said(&output).is_empty());
        assert!(!said(&output).contains("PLANTED"), "{}", said(&output));
    }
}

/// By hand, of households alone. 001: 100 of 100, and 6 do not know: a bound, and of 100
/// five might say otherwise within it, which is no small count. 002: 12 of 12, a bound that
/// beside 12 would say all. 003: 20 of 25 is 80, nothing small. 004: 22 of 25 is 88, of
/// which 3 would follow. 005: of 99 a twentieth is fewer than five. 006: 38 of 39 is 97.4:
/// beside 39 it would say nobody or one.
#[test]
fn stages_do_not_tell_how_few_said_otherwise() {
    let folder = folder("secrets_stages");
    let path = |name: &str| folder.join(name).display().to_string();
    let framework = "id,parent,name,direction,measure,lower,upper,weight\n\
        top,,Index,,,,,1\nc_fairness,top,Fair,+,%,50,95,1\n";
    let units = "code,name,town,class\n001,A,T,K\n002,B,T,K\n003,C,T,K\n004,D,T,K\n\
        005,E,T,K\n006,F,T,K\n";
    let mut survey = "村代码,问题,群体,答案,人数,发出,收回\n".to_owned();
    for (code, issued, [yes, no, unsure]) in [
        ("001", 212, [100, 0, 6]),
        ("002", 60, [12, 0, 6]),
        ("003", 60, [20, 5, 5]),
        ("004", 60, [22, 3, 5]),
        ("005", 210, [99, 0, 6]),
        ("006", 90, [38, 1, 6]),
    ] {
        let n = yes + no + unsure;
        let rows = [
            format!("很公道,{yes},{issued},{n}"),
            format!("不公道,{no},,"),
            format!("不了解,{unsure},,"),
        ];
        for row in rows {
            survey.extend([code, ",办事公道,住户,", &row, "\n"]);
        }
    }
    for (name, text) in [("f.csv", framework), ("u.csv", units), ("s.csv", &survey)] {
        fs::write(path(name), text).unwrap();
    }
    let (f, u, s, out) = (path("f.csv"), path("u.csv"), path("s.csv"), path("out"));
    let start = ["--lang", "en", "score", "--framework", &f, "--stages"];
    let output = dhi(&[&start[..], &["--data", &u, &s, "--out", &out]].concat());
    assert!(output.status.success(), "{}", said(&output));
    let read = |name: &str| fs::read_to_string(folder.join("out").join(name)).unwrap();
    for name in ["1_checked.csv", "2_treated.csv"] {
        let told = "001,≥ 95\n002,≥ 95\n003,80\n004,88\n005,≥ 95\n006,≥ 95\n";
        assert!(read(name).contains(told), "{}", read(name));
    }
    // The score is the exact one all the same.
    assert!(read("3_normalised.csv").contains("001,100\n002,100\n"));
    let estimates = read("0_survey_estimates.csv");
    let row = |code: &str| {
        let line = estimates.lines().find(|line| line.starts_with(code));
        let cells = line.unwrap().split(',').map(str::to_owned);
        cells.skip(3).collect::<Vec<String>>()
    };
    // Valid, unsure, returned of issued, value, error, low, high.
    assert_eq!(
        row("001")[..7],
        ["100", "6", "0.5", "≥ 95", "NA", "NA", "NA"]
    );
    let hidden = ["hidden", "hidden", "NA", "≥ 95", "NA", "NA", "NA"];
    for code in ["002", "005", "006"] {
        assert_eq!(row(code)[..7], hidden, "{code}");
    }
    let open = row("003");
    assert_eq!(open[..4], ["25", "5", "0.5", "80"]);
    assert!(open[4..7].iter().all(|cell| cell != "NA"), "{open:?}");
    let hidden = ["hidden", "hidden", "0.5", "88", "NA", "NA", "NA"];
    assert_eq!(row("004")[..7], hidden);
    let groups = read("0_survey_groups.csv");
    for code in [
        "002,办事公道,住户,60",
        "005,办事公道,住户,210",
        "006,办事公道,住户,90",
    ] {
        let hidden = format!("{code},hidden,hidden,hidden,hidden,NA,");
        assert!(groups.contains(&hidden), "{groups}");
    }
    assert!(groups.contains("001,办事公道,住户,212,106,"), "{groups}");
    assert!(
        groups.contains("003,办事公道,住户,60,30,20,5,5,"),
        "{groups}"
    );
}
