//! Files that hold, files that were tampered with, and one from earlier.

mod process;

use super::pack::sealed;
use super::*;
use crate::framework::Language;
use crate::ids::Period;
use crate::input::{decode, read, recognise};
use crate::packet::{Packet, PacketRefusal, Store};
use crate::signoff::{Actor, Event, Facts, Kind, Role, Rules, State, What};

const FRAMEWORK: &str = "id,parent,name,direction,measure,lower,upper,weight\n\
    top,,Index,,,,,1\n\
    x,top,X,+,%,50,100,3\n\
    y,top,Y,-,%,0,20,1\n";
const DATA: &str = "code,name,town,class,x,y\n\
    001,Alpha,T,K,90%,5\n002,Beta,T,K,60,0\n003,Gamma,T,K,,10\n";

/// A file that was sealed once and must hold ever after. Never made anew: if this
/// test fails, either scores have changed or old files cannot be read.
const FROM_2026: &[u8] = include_bytes!("../../tests/data/case_2026.json");

/// Another such file, with records and what is decided beside them.
const WITH_PROCESS: &[u8] = include_bytes!("../../tests/data/case_2026_process.json");

fn dataset(values: &str) -> Dataset {
    let books: Vec<_> = [("f.csv", FRAMEWORK), ("d.csv", values)]
        .map(|(name, text)| decode(name, text.as_bytes(), None).workbook)
        .into();
    let import = read(&books, &recognise(&books, None), None, &period());
    import.dataset.unwrap()
}

fn period() -> Period {
    Period::new("2026").unwrap()
}

fn log() -> Vec<LogEntry> {
    let mut before = String::new();
    (1..=3)
        .map(|seq: u64| {
            let (at, action) = ("2026-07-01T00:00:00Z", format!("do {seq}"));
            let text = format!("{before}|{seq}|20|{at}|4|{action}");
            before = Digests::of(text.as_bytes()).sha256;
            LogEntry {
                seq,
                at: at.into(),
                action,
                sha256: before.clone(),
                sm3: String::new(),
            }
        })
        .collect()
}

fn decision() -> Decision {
    serde_json::from_str(
        r#"{"unit":"001","period":"2026","choice":"recommend","reason":"稳定",
        "basis":{"digest":"","score":78.75,"rank":1,"chance":null},"at":"2026-07-01"}"#,
    )
    .unwrap()
}

fn contents() -> Contents {
    let robust = RobustSpec::from_json(r#"{ "replicates": 40 }"#).unwrap();
    Contents {
        dataset: dataset(DATA),
        spec: Spec::default(),
        run: Run {
            period: period(),
            robust: Some(robust),
        },
        sources: Vec::new(),
        decisions: vec![decision()],
        log: log(),
        records: records(),
        process: Some(process::decided()),
    }
}

/// Of two offices.
fn records() -> Vec<Packet> {
    let mut store = Store::default();
    for (role, office) in [(Role::Inspection, "一组"), (Role::Discipline, "")] {
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
        let event = |what| Event {
            at: "2026-03-01".parse().unwrap(),
            by: Actor {
                role,
                office: office.into(),
                hand: "HAND-1".into(),
            },
            what,
        };
        let what = match role {
            Role::Inspection => What::Open(facts),
            _ => What::Refer,
        };
        store.record(&Rules::default(), "R-1", event(what)).unwrap();
    }
    store.packets()
}

fn packed() -> Vec<u8> {
    Case::pack(&contents()).unwrap()
}

/// The same file with a section replaced and everything sealed again.
fn resealed(file: &[u8], section: Section, change: impl Fn(&str) -> String) -> Vec<u8> {
    let opened = open::Opened::read(file).unwrap();
    let changed = change(opened.body(section));
    let bodies: Vec<(Section, &str)> = opened
        .bodies
        .iter()
        .map(|&(s, body)| (s, if s == section { changed.as_str() } else { body }))
        .collect();
    sealed(&bodies).into_bytes()
}

#[test]
fn a_packed_file_verifies_and_packs_to_the_same_bytes() {
    let file = packed();
    assert_eq!(file, packed());
    let case = Case::verify(&file).unwrap();
    assert_eq!(case.digests, Digests::of(&file));
    assert_eq!(case.method_digest, case.versions.method_digest);
    assert_eq!(case.decisions, [decision()]);
    let names: Vec<&str> = case.results.iter().map(|t| t.name.as_str()).collect();
    let expected = [
        "values",
        "weights",
        "scores",
        "ranks",
        "intervals",
        "ledger",
        "grades",
    ];
    assert_eq!(names, expected);
    // By hand: x of 90 is 80 points, y of 5 is 75; 0.75 · 80 + 0.25 · 75 = 78.75.
    assert_eq!(case.results[2].rows[0], ["001", "78.75", "80", "75"]);
    assert_eq!(case.results[3].rows[2], ["003", "", "", "", "low_coverage"]);
}

#[test]
fn a_file_of_2026_still_gives_the_same_bits() {
    same_bits(FROM_2026);
}

/// By hand, of two items due on 2026-06-30 and as known the day after: R-1 was closed in
/// time after one application, 15 of 15 satisfied at its rating; R-2 is listed and late.
#[test]
fn a_file_of_2026_with_records_still_gives_the_same_bits() {
    let case = same_bits(WITH_PROCESS);
    let mut store = Store::default();
    for packet in &case.records {
        store.receive(packet).unwrap();
    }
    let view = store.view(&Rules::default());
    let found: Vec<_> = view
        .items
        .iter()
        .map(|item| (item.state, item.listing.is_some()))
        .collect();
    assert_eq!(found, [(State::Closed, false), (State::Assigned, true)]);
    let ledger = case
        .results
        .iter()
        .find(|table| table.name == "ledger")
        .unwrap();
    let cell = |column: &str| {
        let at = ledger.header.iter().position(|h| h == column).unwrap();
        ledger.rows[0][at].as_str()
    };
    let ids = ["a_rect_ontime_rate", "a_rect_return_rate", "c_rect_score"];
    assert_eq!(ids.map(cell), ["50", "0", "100"]);
}

/// What a sealed file says, after it was verified and its sections computed again.
fn same_bits(file: &[u8]) -> Case {
    let case = Case::verify(file).map_err(|d| d.message(Language::English));
    let case = case.unwrap();
    let opened = case.clone();
    let again = Contents {
        dataset: case.dataset,
        spec: case.spec,
        run: case.run,
        sources: case.sources,
        decisions: case.decisions,
        log: case.log,
        records: case.records,
        process: case.process,
    };
    let again = Case::pack(&again).unwrap();
    for section in [Section::Results, Section::Decisions] {
        let body = |file| open::Opened::read(file).unwrap().body(section);
        assert_eq!(body(&again), body(file));
    }
    opened
}

#[test]
fn a_decision_says_what_restricted_it_and_never_why() {
    let old = decision();
    assert!(!old.is_against());
    // What was not recorded does not come into the file.
    let json = serde_json::to_string(&old).unwrap();
    assert!(json.contains("\"chance\":null},"), "{json}");
    let with = |words: &str| {
        let json = json.replace("\"chance\":null", &["\"chance\":null,", words].concat());
        serde_json::from_str::<Decision>(&json)
    };
    let held = "\"grade\":\"健康\",\"held\":true,\"line\":\"得分 ≥ 60\",\"meets\":true";
    let held = with(held).unwrap();
    assert!(held.is_against());
    let packed = Case::pack(&Contents {
        decisions: vec![held.clone()],
        ..contents()
    });
    assert_eq!(Case::verify(&packed.unwrap()).unwrap().decisions, [held]);
    assert!(with("\"capped\":true").unwrap().is_against());
    assert!(with("\"meets\":false").unwrap().is_against());
    assert!(!with("\"meets\":true").unwrap().is_against());
    assert!(with("\"cause\":\"investigation\"").is_err());
}

#[test]
fn every_flipped_byte_is_noticed() {
    let file = packed();
    for at in 0..file.len() {
        // The lowest bit turns a digit into another, the highest makes it no text.
        for bit in [1, 0x20, 0x80] {
            let mut changed = file.clone();
            changed[at] ^= bit;
            assert!(Case::verify(&changed).is_err(), "{at} {bit}");
        }
    }
}

#[test]
fn every_truncation_is_named() {
    let file = packed();
    for length in 1..file.len() {
        let found = Case::verify(&file[..length]).unwrap_err();
        assert!(
            matches!(found, Difference::Truncated(_)),
            "{length} {found:?}"
        );
    }
    assert_eq!(Case::verify(b"").unwrap_err(), Difference::NotACase);
    let longer = [&file[..], b"\n"].concat();
    let found = Case::verify(&longer).unwrap_err();
    assert_eq!(found, Difference::Malformed(Section::Seal));
}

#[test]
fn flips_are_named_by_their_section() {
    let text = String::from_utf8(packed()).unwrap();
    let cases = [
        ("供组织", "由组织", Difference::Altered(Section::Versions)),
        ("\"Alpha\"", "\"Alphb\"", Difference::Altered(Section::Data)),
        ("稳定", "不稳", Difference::Altered(Section::Decisions)),
        ("do 2", "do 9", Difference::LogHash { place: 2 }),
        (
            "PLANTED-CAUSE",
            "PLANTED-CAUSF",
            Difference::Altered(Section::Process),
        ),
        (
            "dhi-case/1",
            "dhi-case/2",
            Difference::Version("dhi-case/2".into()),
        ),
        (
            "\"log\":[",
            "\"lag\":[",
            Difference::Malformed(Section::Log),
        ),
    ];
    for (old, new, expected) in cases {
        assert!(text.contains(old), "{old}");
        let changed = text.replacen(old, new, 1);
        assert_eq!(Case::verify(changed.as_bytes()).unwrap_err(), expected);
    }
    // A seal rather than what it seals.
    let spec = text.rfind("\"spec\":{\"sha256\":\"").unwrap() + 18;
    let mut changed = text.clone().into_bytes();
    changed[spec] = if changed[spec] == b'0' { b'1' } else { b'0' };
    let found = Case::verify(&changed).unwrap_err();
    assert_eq!(found, Difference::Seal(Section::Spec));
    let mut changed = text.into_bytes();
    let last = changed.len() - 5;
    changed[last] = if changed[last] == b'0' { b'1' } else { b'0' };
    let found = Case::verify(&changed).unwrap_err();
    assert_eq!(found, Difference::Seal(Section::Seal));
}

#[test]
fn what_is_sealed_again_is_still_found_by_recomputing() {
    let file = packed();
    let found = |section, old: &str, new: &str| {
        let changed = resealed(&file, section, |body| {
            assert!(body.contains(old), "{body}");
            body.replacen(old, new, 1)
        });
        Case::verify(&changed).unwrap_err()
    };
    let score = |row: &str, column: &str, sealed: &str, recomputed: &str| Difference::Result {
        table: "scores".into(),
        row: row.into(),
        column: column.into(),
        sealed: sealed.into(),
        recomputed: recomputed.into(),
    };
    // The last bit of a score.
    assert_eq!(
        found(Section::Results, "\"78.75\"", "\"78.75000000000001\""),
        score("001", "top", "78.75000000000001", "78.75")
    );
    let value = found(Section::Data, "90.0", "91.0");
    assert!(
        matches!(value, Difference::Result { ref table, ref row, ref column, .. }
        if table == "values" && row == "001" && column == "x")
    );
    let seed = found(Section::Run, "20260630", "20260631");
    assert!(matches!(seed, Difference::Result { ref table, .. } if table == "intervals"));
    assert_eq!(
        found(Section::Decisions, "稳定", " "),
        Difference::Decision(1)
    );
    let unknown = found(
        Section::Decisions,
        "\"choice\"",
        "\"name\":\"张三\",\"choice\"",
    );
    assert!(matches!(
        unknown,
        Difference::Unreadable {
            section: Section::Decisions,
            ..
        }
    ));
    assert_eq!(
        found(Section::Log, "do 3", "do 4"),
        Difference::LogHash { place: 3 }
    );
}

#[test]
fn a_reordered_or_shortened_log_is_named() {
    let file = packed();
    let with = |change: fn(&mut Vec<serde_json::Value>)| {
        let changed = resealed(&file, Section::Log, |body| {
            let mut entries = serde_json::from_str(body).unwrap();
            change(&mut entries);
            serde_json::to_string(&entries).unwrap()
        });
        Case::verify(&changed)
    };
    let swapped = with(|entries| entries.swap(1, 2)).unwrap_err();
    assert_eq!(swapped, Difference::LogOrder { place: 2, seq: 3 });
    let gap = with(|entries| drop(entries.remove(0))).unwrap_err();
    assert_eq!(gap, Difference::LogOrder { place: 1, seq: 2 });
    let renumbered = with(|entries| {
        entries.remove(1);
        entries[1]["seq"] = 2.into();
    });
    assert_eq!(renumbered.unwrap_err(), Difference::LogHash { place: 2 });
    // One of the two chains alone.
    let one = with(|entries| entries[2]["sm3"] = "00".into()).unwrap_err();
    assert_eq!(one, Difference::LogHash { place: 3 });
    let mut broken = contents();
    broken.log.swap(0, 1);
    assert!(matches!(Case::pack(&broken), Err(CaseError::Log(1))));
}

#[test]
fn a_diff_says_what_changed_and_what_came_of_it() {
    let a = Case::verify(&packed()).unwrap();
    let mut other = contents();
    other.dataset = dataset(&DATA.replace("60,0", "70,0"));
    other.log.pop();
    let b = Case::verify(&Case::pack(&other).unwrap()).unwrap();
    let changes = diff(&a, &b);
    let has = |section, place: &str, before: Option<&str>, after: Option<&str>| {
        let wanted = Change {
            section,
            place: place.into(),
            before: before.map(Into::into),
            after: after.map(Into::into),
        };
        assert!(changes.contains(&wanted), "{changes:#?}");
    };
    has(Section::Data, "2026 › 002 › x", Some("60"), Some("70"));
    // x of 70 is 40 points: 0.75 · 40 + 0.25 · 100 = 55 instead of 40.
    has(
        Section::Results,
        "scores › 002 › top",
        Some("40"),
        Some("55"),
    );
    let log = changes.iter().find(|c| c.section == Section::Log).unwrap();
    assert_eq!((log.place.as_str(), &log.after), ("3", &None));
    assert!(!changes.iter().any(|c| c.section == Section::Spec));
    let said = explanation(&changes, Language::English);
    assert!(said.starts_with("Results differ because"), "{said}");
    assert_eq!(diff(&a, &a), []);
}

#[test]
fn records_are_sealed_whatever_their_order_and_a_change_is_named() {
    let file = packed();
    let case = Case::verify(&file).unwrap();
    assert_eq!(case.records.len(), 2);
    let mut other_order = contents();
    other_order.records.reverse();
    assert_eq!(Case::pack(&other_order).unwrap(), file);

    // Sealed again by somebody who has no chain to go with it.
    let of_records = |change: &dyn Fn(&str) -> String| {
        Case::verify(&resealed(&file, Section::Records, change)).unwrap_err()
    };
    let found = of_records(&|body| body.replace("HAND-1", "HAND-2"));
    assert_eq!(
        found,
        Difference::Records(PacketRefusal::Altered { seq: 1 })
    );
    let words = found.message(Language::English);
    assert_eq!(
        words,
        "records of rectification: altered or cut off at record 1"
    );
    let reordered = of_records(&|body| {
        let mut packets: Vec<Packet> = serde_json::from_str(body).unwrap();
        packets.reverse();
        serde_json::to_string(&packets).unwrap()
    });
    assert_eq!(reordered, Difference::Altered(Section::Records));
    let mut forged = contents();
    forged.records[0].records[0].event.by.hand = "HAND-2".into();
    assert!(matches!(Case::pack(&forged), Err(CaseError::Records(_))));

    // Without records the file is as it was before there were any.
    let mut without = contents();
    without.records = Vec::new();
    let without = Case::pack(&without).unwrap();
    assert!(!String::from_utf8_lossy(&without).contains("\"records\""));
    let changes = diff(&Case::verify(&without).unwrap(), &case);
    let of_records: Vec<&Change> = changes
        .iter()
        .filter(|c| c.section == Section::Records)
        .collect();
    assert_eq!(of_records.len(), 2);
    let change = of_records
        .iter()
        .find(|c| c.place == "inspection/一组")
        .unwrap();
    assert_eq!(change.before, None);
    assert!(
        change
            .after
            .as_ref()
            .is_some_and(|after| after.starts_with("1 × "))
    );
    assert!(
        changes
            .iter()
            .all(|c| !change_text(c, Language::English).contains("HAND"))
    );
}
