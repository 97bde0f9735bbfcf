//! What no role is told on the page of 整改销号, and what a file's name says.

use super::tests::{does, shown};
use super::*;
use dhi_engine::gate::{Effect, Gate, GateRules};
use dhi_engine::signoff::{EvidenceKind, Facts, Kind, Rating};

const GATES: &str = r#"{"gates": [{"village": "1", "cause": "investigation",
    "reason": "PLANTED-REASON", "basis": "PLANTED-BASIS", "approver": "PLANTED-APPROVER",
    "start": "2026-01-01", "appeal": "PLANTED-APPEAL"}]}"#;

/// Two groups have fewer than 5 not satisfied, so no group is listed; 3 of 75 are not.
const GROUPS: [[u32; 3]; 5] = [[41, 1, 0], [9, 2, 6], [8, 0, 0], [7, 0, 0], [7, 0, 0]];

fn day() -> Day {
    "2026-11-28".parse().unwrap()
}

/// An item up to its rating, every step by another hand, and the office's files.
fn rated(groups: [[u32; 3]; 5]) -> Books {
    let mut book = Book::default();
    let due = "2027-01-01".parse().unwrap();
    let facts = Facts {
        village: "1".into(),
        town: "T".into(),
        lead: "L".into(),
        round: "第一轮".into(),
        problem: "虚构示例".into(),
        kind: Kind::AtOnce,
        checklist: String::new(),
        to_recover: 0,
    };
    let evidence = Evidence {
        hash: "0".repeat(64),
        kind: EvidenceKind::Photo,
        date: day(),
        received: 0,
    };
    let liable = "书记".into();
    let measures = "改".into();
    let groups = groups.to_vec();
    for (role, office, what) in [
        (Role::Inspection, "", What::Open(facts)),
        (Role::Inspection, "", What::Assign { liable, due }),
        (Role::VillageParty, "1", What::Plan { measures }),
        (Role::Town, "T", What::PassPlan),
        (Role::VillageParty, "1", What::Evidence(evidence)),
        (Role::VillageParty, "1", What::Apply),
        (Role::Town, "T", What::Accept),
        (Role::Town, "T", What::PassTown),
        (Role::Public, "", What::Rate(Rating { groups })),
    ] {
        let by = Actor {
            role,
            office: office.into(),
            hand: format!("PLANTED-{}", role.id()),
        };
        let event = Event {
            at: day(),
            by,
            what,
        };
        book.store.record(&book.rules, "R-1", event).unwrap();
    }
    let process = book.office.take("gates.json", GATES.as_bytes(), day());
    book.decide(process.unwrap());
    Books(vec![(1, book)])
}

/// Nine records led there: that is all a form says of what is signed.
const SEEN: &str = "<input type=\"hidden\" name=\"seen\" value=\"9\"/>";

/// The counts in the table of the rating, as they stand there.
fn counts(page: &str) -> Vec<String> {
    let (_, table) = page.split_once("<h3>群众评价</h3>").unwrap();
    let (table, _) = table.split_once("</table>").unwrap();
    let cells = table.split("<td class=\"number\">").skip(1);
    cells
        .map(|cell| cell.split('<').next().unwrap().to_owned())
        .collect()
}

#[test]
fn no_part_tells_any_role_a_hand_a_cause_or_a_small_count() {
    let mut books = rated(GROUPS);
    let content = books.0[0].1.view.item("R-1").unwrap().content();
    let mut n_forms = 0;
    for role in ROLES {
        let office = match role {
            Role::VillageParty => "1",
            Role::Town => "T",
            Role::Department => "L",
            _ => "",
        };
        let who = [("role", role.id()), ("office", office), ("hand", "OWN")];
        does(&mut books, "who", &who);
        for part in PARTS {
            let page = shown(does(&mut books, "part", &[("value", part.id())]));
            assert!(!page.contains("PLANTED"), "{role:?}: {page}");
        }
        let page = shown(does(&mut books, "show", &[("value", "R-1")]));
        assert!(!page.contains("PLANTED"), "{role:?}: {page}");
        assert_eq!(counts(&page), ["—"; 15], "{role:?}");
        assert!(page.contains("满意 —</p>"), "{role:?}: {page}");
        // Nor a fingerprint to try guesses against.
        assert!(!page.contains("title=\""), "{role:?}: {page}");
        assert!(!page.contains(&content), "{role:?}: {page}");
        n_forms += page.matches(SEEN).count();
        let Response::File { bytes, .. } = does(&mut books, "calendar", &[]) else {
            panic!("no calendar");
        };
        let calendar = String::from_utf8(bytes).unwrap();
        assert!(!calendar.contains("PLANTED"), "{calendar}");
    }
    // Four may sign, in both languages.
    assert_eq!(n_forms, 8);
    // Five and more on either side everywhere are listed: 45 of 75 are 60 %.
    let mut open = rated([[9, 6, 0]; 5]);
    let page = shown(does(&mut open, "show", &[("value", "R-1")]));
    assert_eq!(counts(&page), ["9", "6", "—"].repeat(5));
    assert!(page.contains("60.0%"), "{page}");
}

/// The consent of the first is the tenth record: a form that was filled in before it is
/// refused, and so is one that does not say what it knew.
#[test]
fn a_form_that_knows_less_than_there_is_signs_nothing() {
    let mut books = rated(GROUPS);
    let n_signed = |books: &Books| books.0[0].1.view.item("R-1").unwrap().signatures.len();
    does(&mut books, "show", &[("value", "R-1")]);
    does(&mut books, "who", &[("role", "inspection"), ("hand", "A")]);
    does(&mut books, "do", &[("value", "sign"), ("seen", "9")]);
    assert_eq!(n_signed(&books), 1);
    does(&mut books, "who", &[("role", "discipline"), ("hand", "B")]);
    for stale in ["9", "11", ""] {
        let page = shown(does(
            &mut books,
            "do",
            &[("value", "sign"), ("seen", stale)],
        ));
        assert!(page.contains("请重新核对后再签"), "{stale}: {page}");
        assert_eq!(n_signed(&books), 1);
    }
    let page = shown(does(&mut books, "do", &[("value", "sign"), ("seen", "10")]));
    assert!(!page.contains("请重新核对后再签"), "{page}");
    assert_eq!(n_signed(&books), 2);
}

/// In the role of those who may know the file keeps the causes, or else they would be
/// lost; in every other it goes without them, and nothing else changes.
#[test]
fn a_project_says_in_its_name_and_on_the_page_whether_causes_are_in_it() {
    let mut books = rated(GROUPS);
    let name = |books: &Books| books.file_name(1, "甲.dhi.json".into());
    let says = |page: &str, id: &str| page.contains(&["data-testid=\"", id, "\""].concat());
    let office = [("value", "office")];
    let fingerprint = Evidence::fingerprint(GATES.as_bytes());
    does(&mut books, "part", &office);
    for role in ROLES {
        let page = shown(does(&mut books, "who", &[("role", role.id())]));
        let text = books.text_to_go(1).unwrap();
        // What is kept here is complete whoever looks.
        assert!(books.text(1).unwrap().contains("PLANTED-REASON"));
        let has = [
            text.contains("PLANTED-REASON"),
            text.contains("investigation"),
            text.contains(&fingerprint),
            text.contains("gates.json"),
            page.contains(&fingerprint[..16]),
            page.contains("gates.json"),
            says(&page, "causes"),
            !says(&page, "without"),
            name(&books) == "甲-含暂缓原因-with-causes.dhi.json",
        ];
        if matches!(role, Role::Discipline | Role::Organisation) {
            assert_eq!(has, [true; 9], "{role:?}");
            assert_eq!(text, books.text(1).unwrap());
            continue;
        }
        assert_eq!(has, [false; 9], "{role:?}: {text}");
        for secret in ["REASON", "BASIS", "APPROVER", "APPEAL"] {
            let secret = ["PLANTED-", secret].concat();
            assert!(!text.contains(&secret), "{role:?}: {text}");
        }
        let without = "甲-不含暂缓原因-without-causes.dhi.json";
        assert_eq!(name(&books), without, "{role:?}");
        // It opens with the same records, and the use waits from the same day on.
        let mut other = Books::default();
        let records = super::super::files::records(&text).unwrap();
        other.open(1, records).unwrap();
        let [before, after] = [&books, &other].map(|books| &books.0[0].1);
        assert_eq!(after.view.items, before.view.items);
        let (kept, whole) = (&after.process.gates, &before.process.gates);
        let of = |gate: &Gate| (gate.village.clone(), gate.start, gate.end);
        assert_eq!(of(&kept[0]), of(&whole[0]));
        assert_eq!(kept[0].effect(&GateRules::default()), Effect::Hold);
        // Who may know is told that it is not known here, in a file saved again, too.
        other.0[0].1.actor.role = Role::Discipline;
        assert_eq!(name(&other), without);
        if role == Role::Auditor {
            assert!(says(&shown(does(&mut other, "part", &office)), "lacks"));
        }
    }
    does(&mut books, "who", &[("role", "discipline")]);
    does(&mut books, "drop", &[("value", "0")]);
    assert_eq!(name(&books), "甲.dhi.json");
    let page = shown(does(&mut books, "part", &office));
    assert!(
        !["causes", "without", "lacks"]
            .iter()
            .any(|id| says(&page, id))
    );
    // A restriction that everybody sees is no secret.
    let book = &mut books.0[0].1;
    let listed = GATES.replace("investigation", "supervised");
    let process = book.office.take("g.json", listed.as_bytes(), day());
    book.decide(process.unwrap());
    does(&mut books, "who", &[("role", "auditor")]);
    assert_eq!(name(&books), "甲.dhi.json");
    assert!(books.text_to_go(1).unwrap().contains("PLANTED-REASON"));
}

/// The last two groups have one rater each, one of whom is not satisfied, which fails its
/// group and so the rating. Whose group that is follows from nothing: with the two changed
/// about, everything is the same to the letter, though 59 of 66 are told as a share.
#[test]
fn a_group_of_one_is_judged_together_with_the_others_alone() {
    let [yes, no] = [[1, 0, 0], [0, 1, 0]];
    let mut both =
        [[yes, no], [no, yes]].map(|[a, b]| rated([[41, 6, 0], [9, 0, 0], [8, 0, 0], a, b]));
    for books in &mut both {
        does(books, "show", &[("value", "R-1")]);
    }
    for role in ROLES {
        let office = match role {
            Role::VillageParty => "1",
            Role::Town => "T",
            Role::Department => "L",
            _ => "",
        };
        let who = [("role", role.id()), ("office", office), ("hand", "OWN")];
        let [one, other] = both.each_mut().map(|books| shown(does(books, "who", &who)));
        assert!(one == other, "{role:?}: {one}\n{other}");
        assert!(one.contains("未通过") && one.contains("89.4%"), "{one}");
        assert_eq!(counts(&one), ["—"; 15], "{role:?}");
        // Counts go to others in the packet of the raters alone.
        let [one, other] = both.each_ref().map(|books| {
            let file = books.0[0].1.export().unwrap();
            file.map(|file| match file {
                Response::File { bytes, .. } => bytes,
                _ => panic!("no file"),
            })
        });
        assert_eq!(one == other, role != Role::Public, "{role:?}");
    }
}
