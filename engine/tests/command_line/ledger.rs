//! `dhi ledger` and `dhi score --ledger`: packets of two offices become indicators.

use super::{dhi, folder, said};
use dhi_engine::packet::{Store, author_of};
use dhi_engine::signoff::{Actor, Event, Facts, Kind, Role, Rules, What};

/// The packet of an inspection team that assigned an item in each of these villages.
pub(super) fn packet(team: &str, items: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut store = Store::default();
    let by = Actor {
        role: Role::Inspection,
        office: team.into(),
        hand: "HAND-7".into(),
    };
    for (id, village, due) in items {
        let facts = Facts {
            village: (*village).into(),
            town: "T".into(),
            lead: "L".into(),
            round: String::new(),
            problem: "虚构示例".into(),
            kind: Kind::ByDate,
            checklist: String::new(),
            to_recover: 0,
        };
        let due = due.parse().unwrap();
        let liable = "书记".into();
        for what in [What::Open(facts), What::Assign { liable, due }] {
            let (at, by) = ("2026-01-05".parse().unwrap(), by.clone());
            store
                .record(&Rules::default(), id, Event { at, by, what })
                .unwrap();
        }
    }
    serde_json::to_vec(&store.export(&author_of(&by)).unwrap()).unwrap()
}

const FRAMEWORK: &str = "id,parent,name,direction,measure,lower,upper,weight\n\
    top,,Index,,,,,1\n\
    a_rect_ontime_rate,top,X,+,%,0,100,3\n\
    y,top,Y,-,%,0,20,1\n";
const DATA: &str = "code,name,town,class,a_rect_ontime_rate,y\n\
    001,Alpha,T,K,,5\n002,Beta,T,K,60,0\n003,Gamma,T,K,90,0\n";

/// By hand, on 2026-06-01: the item of Alpha is overdue, 0 of 1; that of Beta is not due
/// yet, 0 of 0; of the two of Gamma one is overdue, which is not the 90 % supplied.
/// Alpha's missing value becomes 0: 0.75·0 + 0.25·75 = 18.75.
#[test]
fn packets_in_any_order_become_indicators_and_differences_are_found() {
    let folder = folder("ledger");
    let path = |name: &str| folder.join(name).display().to_string();
    let one = [("R-1", "001", "2026-03-01"), ("R-2", "002", "2026-09-01")];
    let two = [("S-1", "003", "2026-03-01"), ("S-2", "003", "2026-06-01")];
    std::fs::write(path("one.json"), packet("一组", &one)).unwrap();
    std::fs::write(path("two.json"), packet("二组", &two)).unwrap();
    std::fs::write(path("f.csv"), FRAMEWORK).unwrap();
    std::fs::write(path("d.csv"), DATA).unwrap();
    let span = [
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
        "--today",
        "2026-06-01",
    ];
    let (a, b) = (path("one.json"), path("two.json"));
    for (out, files) in [("ab", [&a, &b]), ("ba", [&b, &a])] {
        let out = path(out);
        let start = [
            "--lang", "en", "ledger", "--ledger", files[0], files[1], "--out", &out,
        ];
        let output = dhi(&[&start[..], &span].concat());
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains("4 items · 0 notices"));
    }
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    for name in ["items.csv", "due.csv", "notices.csv", "indicators.csv"] {
        let text = read(&format!("ab/{name}"));
        assert_eq!(text, read(&format!("ba/{name}")), "{name}");
        assert!(!text.contains("HAND"), "{name}");
    }
    let items = read("ab/items.csv");
    assert!(
        items.contains("R-1,001,T,L,by_date,虚构示例,assigned,2026-01-05,2026-03-01,92,0,0,0,0,")
    );
    let values = read("ab/indicators.csv");
    assert!(values.contains("001,a_rect_ontime_rate,0,0,1"));
    assert!(values.contains("002,a_rect_ontime_rate,n/a,0,0"));
    assert!(values.contains("003,a_rect_ontime_rate,0,0,1"));

    let (f, d, out) = (path("f.csv"), path("d.csv"), path("scored"));
    let start = [
        "--lang",
        "en",
        "score",
        "--framework",
        &f,
        "--data",
        &d,
        "--out",
        &out,
        "--ledger",
        &a,
        &b,
    ];
    let output = dhi(&[&start[..], &span].concat());
    assert!(output.status.success(), "{}", said(&output));
    let scores = read("scored/scores.csv");
    assert!(scores.contains("001,Alpha,T,K,18.75,"), "{scores}");
    // Supplied values are kept: 0.75·90 + 25, and a finding says what differs.
    assert!(scores.contains("003,Gamma,T,K,92.5,"), "{scores}");
    let findings = read("scored/findings.csv");
    assert!(
        findings.contains("warning,003 ! a_rect_ontime_rate,"),
        "{findings}"
    );
    // A case file seals the records with the data that follows from them.
    let sealed = path("case.json");
    let start = [
        "--lang",
        "en",
        "case",
        "pack",
        "--framework",
        &f,
        "--data",
        &d,
        "--out",
        &sealed,
        "--ledger",
        &a,
        &b,
    ];
    let output = dhi(&[&start[..], &span].concat());
    assert!(output.status.success(), "{}", said(&output));
    let output = dhi(&["--lang", "en", "case", "verify", &sealed]);
    assert!(output.status.success(), "{}", said(&output));
    let text = std::fs::read_to_string(&sealed).unwrap();
    assert!(text.contains("\"001\",\"18.75\""), "{text}");
    std::fs::write(&sealed, text.replacen("HAND-7", "HAND-8", 1)).unwrap();
    let output = dhi(&["--lang", "en", "case", "verify", &sealed]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("altered or cut off at record 1"),
        "{}",
        said(&output)
    );
    // A rate of one item says so.
    assert!(findings.contains("001 ! a_rect_ontime_rate,The denominator is only 1"));
}

/// The items of a table are those of a packet with the same facts; a row that is not
/// right is named and nothing is written. What a spreadsheet would compute stays a text.
#[test]
fn a_table_of_items_is_a_ledger() {
    let folder = folder("ledger_items");
    let path = |name: &str| folder.join(name).display().to_string();
    let head = "编号,村代码,镇街,牵头部门,问题,类型,立项日期,责任单位,交办日期,整改期限\n";
    let row = |id: &str, problem: &str, due: &str| {
        format!("{id},001,T,L,{problem},限期整改,2026-01-05,书记,2026-01-05,{due}\n")
    };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let one = [("R-1", "001", "2026-03-01"), ("R-2", "001", "2026-09-01")];
    std::fs::write(path("p.json"), packet("", &one)).unwrap();
    let rows = [
        row("R-1", "虚构示例", "2026-03-01"),
        row("R-2", "虚构示例", "2026-09-01"),
    ];
    std::fs::write(path("t.csv"), [head, &rows.concat()].concat()).unwrap();
    let more = row("R-3", "=1+1", "2026-09-01");
    std::fs::write(path("more.csv"), [head, &more].concat()).unwrap();
    std::fs::write(path("bad.csv"), [head, &more, &rows[0]].concat()).unwrap();
    let days = [
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
        "--today",
        "2026-06-01",
    ];
    let does = |out: &str, files: &[&str]| {
        let files: Vec<String> = files
            .iter()
            .map(|name| {
                if folder.join(name).is_file() {
                    path(name)
                } else {
                    (*name).to_owned()
                }
            })
            .collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        dhi(&[&["ledger", "--out", &path(out)][..], &files, &days].concat())
    };
    let by = ["--hand", "HAND-7"];
    for (out, files) in [
        ("p", vec!["--ledger", "p.json"]),
        ("t", [&["--items", "t.csv"][..], &by].concat()),
        (
            "m",
            [&["--ledger", "p.json", "--items", "more.csv"][..], &by].concat(),
        ),
    ] {
        let output = does(out, &files);
        assert!(output.status.success(), "{}", said(&output));
    }
    for name in ["items.csv", "due.csv", "notices.csv", "indicators.csv"] {
        assert_eq!(
            read(&format!("p/{name}")),
            read(&format!("t/{name}")),
            "{name}"
        );
    }
    let items = read("m/items.csv");
    assert!(
        items.contains("R-1,001") && items.contains("R-3,001,T,L,by_date,'=1+1,"),
        "{items}"
    );
    let refused = does(
        "b",
        &[&["--ledger", "p.json", "--items", "bad.csv"][..], &by].concat(),
    );
    assert_eq!(refused.status.code(), Some(2));
    let told = said(&refused);
    assert!(
        told.contains("bad.csv") && told.contains("第 3 行“编号”：“R-1”"),
        "{told}"
    );
    assert!(!folder.join("b").exists());
    // Somebody sets them up, and of that there is no signature.
    assert_eq!(does("b", &["--items", "t.csv"]).status.code(), Some(2));
    std::fs::write(path("k.pem"), "").unwrap();
    let trust = format!("inspection/={}", path("k.pem"));
    let files = ["--ledger", "p.json", "--items", "t.csv", "--hand", "H"];
    let refused = does("b", &[&files[..], &["--trust", &trust]].concat());
    assert!(
        said(&refused).contains("cannot be used with"),
        "{}",
        said(&refused)
    );
}

#[test]
fn what_is_no_packet_is_refused_with_its_name() {
    let folder = folder("ledger_refused");
    let path = |name: &str| folder.join(name).display().to_string();
    let good = String::from_utf8(packet("一组", &[("R-1", "001", "2026-03-01")])).unwrap();
    std::fs::write(path("forged.json"), good.replace("HAND-7", "HAND-8")).unwrap();
    let (file, out) = (path("forged.json"), path("out"));
    let span = [
        "--from",
        "2026-01-01",
        "--to",
        "2026-12-31",
        "--today",
        "2026-06-01",
    ];
    let output = dhi(&[&["ledger", "--ledger", &file, "--out", &out][..], &span].concat());
    assert_eq!(output.status.code(), Some(2));
    let told = said(&output);
    assert!(told.contains("forged.json") && told.contains("altered or cut off at record 1"));
    // Nothing to read, or no span to count over.
    assert_eq!(dhi(&["ledger", "--out", &out]).status.code(), Some(2));
    let output = dhi(&["ledger", "--ledger", &file, "--out", &out]);
    assert_eq!(output.status.code(), Some(2));
}
