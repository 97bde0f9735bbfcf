//! Sums, texts, hands and hidden counts of 整改销号.

use super::*;
use crate::worker::protocol::Look;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::scheme::default_scheme;
use dhi_engine::spec::Spec;
use std::collections::BTreeMap;

#[test]
fn sums_are_read_exactly() {
    // 元 with at most two decimals; no arithmetic is done with them.
    for (yuan, cents) in [
        ("12345.60", "1234560"),
        ("7", "700"),
        ("0.5", "50"),
        ("0.05", "5"),
        ("", ""),
        ("0", ""),
    ] {
        assert_eq!(in_parts(yuan, 2), cents);
    }
    // Refused further on, not rounded.
    assert_eq!(in_parts("1.005", 2), "1.005");
}

pub(super) fn does(books: &mut Books, act: &str, fields: &[(&str, &str)]) -> Response {
    does_with(books, act, fields, Vec::new())
}

/// The same with a file that was chosen.
pub(super) fn does_with(
    books: &mut Books,
    act: &str,
    fields: &[(&str, &str)],
    file: Vec<u8>,
) -> Response {
    let options = DemoOptions {
        n_units: 9,
        ..DemoOptions::default()
    };
    let dataset = generate(&default_scheme(), options).unwrap();
    let spec = Spec::default();
    let scene = Scene {
        framework: dataset.framework(),
        units: dataset.units(),
        spec: &spec,
        language: Language::Chinese,
        look: Look::default(),
    };
    let village = dataset.units().list()[0].code.to_string();
    let own = [
        ("today", "2026-11-28"),
        ("at", "2026-11-28"),
        ("village", &village),
    ];
    let fields = fields.iter().chain(&own);
    let deed = Deed {
        ledger: 1,
        act: act.into(),
        fields: fields.map(|(n, t)| ((*n).into(), (*t).into())).collect(),
        file,
    };
    books.answer(deed, scene, Vec::new()).unwrap()
}

pub(super) fn shown(response: Response) -> String {
    match response {
        Response::SignOff { markup, .. } => {
            for text in &markup {
                crate::written::html::check(text);
            }
            markup.concat()
        }
        other => panic!("{other:?}"),
    }
}

const ITEM: [(&str, &str); 5] = [
    ("value", "open"),
    ("item", "R-<b>1</b>,;"),
    ("lead", "农业农村局"),
    ("problem", "虚构示例 <script>"),
    ("kind", "at_once"),
];

fn set_up() -> Books {
    let mut books = Books::default();
    does(
        &mut books,
        "who",
        &[("role", "inspection"), ("hand", "HAND")],
    );
    does(&mut books, "do", &ITEM);
    books
}

#[test]
fn texts_are_texts_and_hands_are_not_shown() {
    let mut books = set_up();
    let page = shown(does(&mut books, "show", &[("value", "")]));
    assert!(page.contains("R-&lt;b&gt;1&lt;/b&gt;,;") && !page.contains("<script"));
    let item = shown(does(&mut books, "show", &[("value", "R-<b>1</b>,;")]));
    let field = "name=\"hand\" id=\"so-hand\" value=\"HAND\"";
    assert!(item.contains("data-testid=\"item\""));
    // In both languages, and nowhere but where it was typed.
    assert_eq!(item.matches("HAND").count(), item.matches(field).count());
}

#[test]
fn records_come_back_from_their_text_and_offices_see_their_own() {
    let mut books = set_up();
    let text = books.text(1).unwrap();
    let mut again = Books::default();
    again.open(1, serde_json::from_str(&text).unwrap()).unwrap();
    assert_eq!(again.text(1).unwrap(), text);
    assert_eq!(again.0[0].1.view, books.0[0].1.view);
    let who = [
        ("role", "village_party"),
        ("office", "990000100999"),
        ("hand", "V"),
    ];
    let page = shown(does(&mut books, "who", &who));
    assert!(!page.contains("data-testid=\"board\""));
    // Nor is it told what others must settle.
    let notice = Notice::Contended {
        item: "R-<b>1</b>,;".into(),
        records: BTreeMap::default(),
    };
    books.0[0].1.view.notices.push(notice);
    assert_eq!(books.0[0].1.notices(), Vec::<&Notice>::new());
    books.0[0].1.actor.role = Role::Inspection;
    assert_eq!(books.0[0].1.notices().len(), 1);
    books.0[0].1.actor.role = Role::VillageParty;
    // Neither can it be reached by its number.
    let page = shown(does(&mut books, "show", &[("value", "R-<b>1</b>,;")]));
    assert!(!page.contains("data-testid=\"item\""));
}

/// A packet that waits names to a village its own items alone.
#[test]
fn a_preview_names_nothing_of_others() {
    let sent = set_up();
    let store = &sent.0[0].1.store;
    let packet = store.export(store.authors().next().unwrap()).unwrap();
    let village = sent.0[0].1.view.items[0].facts.village.clone();
    let mut books = Books::default();
    for (role, office, sees) in [
        ("auditor", "", true),
        ("village_party", "990000100999", false),
        ("village_party", village.as_str(), true),
    ] {
        does(
            &mut books,
            "who",
            &[("role", role), ("office", office), ("hand", "H")],
        );
        let book = &mut books.0[0].1;
        book.pending = Some(packet.clone());
        let preview = book.preview().unwrap();
        assert_eq!(preview.counts, [1, 0]);
        assert_eq!(preview.changes.len(), usize::from(sees), "{role} {office}");
    }
}

/// Who rates sees an item once it has been where it is rated, also when it was sent back.
#[test]
fn who_rates_sees_what_has_come_to_be_rated() {
    let mut books = set_up();
    does(&mut books, "who", &[("role", "public"), ("hand", "H")]);
    for (state, sees) in [
        (None, false),
        (Some(State::TownReview), false),
        (Some(State::PublicRating), true),
        (Some(State::Rectifying), true),
        (Some(State::Recheck), true),
    ] {
        let item = &mut books.0[0].1.view.items[0];
        if let Some(state) = state {
            let mut entry = item.history[0];
            entry.state = state;
            item.history.push(entry);
        }
        let page = shown(does(&mut books, "show", &[("value", "R-<b>1</b>,;")]));
        assert_eq!(page.contains("data-testid=\"item\""), sees, "{state:?}");
        let page = shown(does(&mut books, "show", &[("value", "")]));
        assert_eq!(page.contains("data-testid=\"board\""), sees, "{state:?}");
        assert!(page.contains("data-testid=\"limited\""));
    }
    let item = &mut books.0[0].1.view.items[0];
    item.history.truncate(1);
    let mut entry = item.history[0];
    entry.state = State::Recheck;
    item.history.push(entry);
    assert_eq!(books.0[0].1.board().len(), 1);
    // Who sees everything is not told that it sees less.
    let who = [("role", "inspection"), ("hand", "H")];
    let page = shown(does(&mut books, "who", &who));
    assert!(!page.contains("data-testid=\"limited\""));
}

/// By default one of a group may rate, which is said; from three on there is nothing to say.
#[test]
fn groups_of_one_or_two_are_warned_of() {
    let mut books = set_up();
    for (least, is_warned) in [(1, true), (2, true), (3, false)] {
        books.0[0].1.rules.min_per_group = least;
        let page = shown(does(&mut books, "part", &[("value", "office")]));
        assert_eq!(page.contains("data-testid=\"few\""), is_warned, "{least}");
    }
}

/// Rules, files and plans are not changed by who rectifies, rates or only reads.
#[test]
fn an_office_decides_for_itself_what_others_only_read() {
    let mut books = set_up();
    let plan = [("value", "")];
    for (role, may) in [
        ("auditor", false),
        ("public", false),
        ("village_party", false),
        ("town", false),
        ("inspection", true),
    ] {
        does(&mut books, "who", &[("role", role), ("hand", "H")]);
        for act in ["drop", "feed", "unfeed", "propose"] {
            let before = books.text(1).unwrap();
            let page = shown(does(&mut books, act, &plan));
            let is_refused = page.contains("由巡察办、纪检、组织部、领导小组更改");
            assert_eq!(is_refused, !may, "{role} {act}");
            if !may {
                assert_eq!(books.text(1).unwrap(), before);
            }
        }
    }
}

/// Cause and reply of a letter of advice, to whom the letter is shown and nobody else.
#[test]
fn a_letter_of_advice_says_its_cause_and_the_reply() {
    let mut books = set_up();
    let village = books.0[0].1.view.items[0].facts.village.clone();
    let letter = r#"{"suggestions": [{"number": "1号", "addressee": "住建局",
        "is_common": true, "items": ["R-<b>1</b>,;"], "cause": "没有<制度",
        "advice": "建章", "issued": "2026-09-01", "replied": "2026-10-08",
        "reply": "已修订=办法"}]}"#;
    let book = &mut books.0[0].1;
    let day = "2026-11-28".parse().unwrap();
    let process = book.office.take("a.json", letter.as_bytes(), day);
    book.decide(process.unwrap());
    for (role, office, sees) in [
        ("inspection", "", true),
        ("department", "住建局", true),
        ("department", "民政局", false),
        ("village_party", village.as_str(), true),
        ("village_party", "990000100999", false),
    ] {
        let who = [("role", role), ("office", office), ("hand", "H")];
        does(&mut books, "who", &who);
        let page = shown(does(&mut books, "part", &[("value", "advice")]));
        for cell in ["没有&lt;制度", "2026-10-08 已修订=办法"] {
            let cell = format!("<td>{cell}</td>");
            assert_eq!(page.contains(&cell), sees, "{role} {office}: {page}");
        }
    }
}

/// 9 of a group are hidden only because a smaller count could be had from them: they
/// are not said to be under 5.
#[test]
fn hidden_counts_are_not_called_small() {
    let mut books = set_up();
    let today = "2026-11-28".parse().unwrap();
    let by = |role, office: &str| Actor {
        role,
        office: office.into(),
        hand: role_hand(role),
    };
    let book = &mut books.0[0].1;
    let id = "R-<b>1</b>,;";
    let facts = book.item().unwrap().facts.clone();
    let (village, town) = (facts.village.as_str(), facts.town.as_str());
    let hash = "0".repeat(64);
    let kind = dhi_engine::signoff::EvidenceKind::Photo;
    let due = "2027-01-01".parse().unwrap();
    let groups = vec![[9, 0, 0], [9, 1, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0]];
    for (role, office, what) in [
        (
            Role::Inspection,
            "",
            What::Assign {
                liable: "书记".into(),
                due,
            },
        ),
        (
            Role::VillageParty,
            village,
            What::Plan {
                measures: "改".into(),
            },
        ),
        (Role::Town, town, What::PassPlan),
        (
            Role::VillageParty,
            village,
            What::Evidence(Evidence {
                hash,
                kind,
                date: today,
                received: 0,
            }),
        ),
        (Role::VillageParty, village, What::Apply),
        (Role::Town, town, What::Accept),
        (Role::Town, town, What::PassTown),
        (
            Role::Public,
            "",
            What::Rate(dhi_engine::signoff::Rating { groups }),
        ),
    ] {
        let event = Event {
            at: today,
            by: by(role, office),
            what,
        };
        book.store.record(&book.rules, id, event).unwrap();
    }
    book.renew();
    let page = shown(does(&mut books, "show", &[("value", id)]));
    assert!(page.contains("四方联审") && page.contains(">—<") && !page.contains("&lt;5"));
}

fn role_hand(role: Role) -> String {
    format!("HAND-{}", role.id())
}

#[test]
fn the_calendar_keeps_to_its_format() {
    let mut books = set_up();
    let assign = [
        ("value", "assign"),
        ("liable", "书记"),
        ("due", "2026-12-31"),
    ];
    does(&mut books, "do", &assign);
    let Response::File { bytes, .. } = does(&mut books, "calendar", &[]) else {
        panic!("no file");
    };
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.lines().all(|line| line.len() <= 75) && !text.contains("HAND"));
    let whole = text.replace("\r\n ", "");
    assert!(whole.contains("DTSTART;VALUE=DATE:20261231\r\n"));
    assert!(whole.contains("SUMMARY:R-<b>1</b>\\,\\; 完成整改销号"));
    // The plan a month after 交办, and the closure.
    assert_eq!(whole.matches("BEGIN:VEVENT").count(), 2);
}

/// Two offices of inspection that did not know of each other set up one number: there is
/// no item, until one of them says here which of the two stands.
#[test]
fn a_number_that_two_set_up_is_settled_on_the_board() {
    let mut there = Books::default();
    let other = [
        ("role", "inspection"),
        ("office", "第二巡察组"),
        ("hand", "H2"),
    ];
    does(&mut there, "who", &other);
    let facts = ITEM.map(|(name, text)| match name {
        "problem" => (name, "虚构示例：另一问题"),
        _ => (name, text),
    });
    does(&mut there, "do", &facts);
    let theirs = there.0[0].1.store.export("inspection/第二巡察组").unwrap();
    let keep = theirs.records[0].id.clone();

    let mut books = set_up();
    books.0[0].1.pending = Some(theirs);
    let page = shown(does(&mut books, "accept", &[]));
    assert!(books.0[0].1.view.items.is_empty());
    let form = ["<option value=\"", &keep, "\""].concat();
    assert!(page.contains(&form) && page.contains("虚构示例：另一问题"));
    // Who does not set up items is told, and offered nothing, not even a fingerprint.
    does(&mut books, "who", &[("role", "auditor"), ("hand", "A")]);
    let page = shown(does(&mut books, "show", &[("value", "")]));
    assert!(page.contains("同一步骤有不同结果") && !page.contains(&keep));

    does(
        &mut books,
        "who",
        &[("role", "inspection"), ("hand", "HAND")],
    );
    let settle = |reason| {
        [
            ("value", "settle"),
            ("item", ITEM[1].1),
            ("keep", keep.as_str()),
            ("reason", reason),
        ]
    };
    does(&mut books, "do", &settle(""));
    assert!(books.0[0].1.said.is_some() && books.0[0].1.view.items.is_empty());
    does(&mut books, "do", &settle("以第二巡察组为准"));
    let view = &books.0[0].1.view;
    let [item] = &view.items[..] else {
        panic!("{:?}", view.notices)
    };
    assert_eq!(item.facts.problem, "虚构示例：另一问题");
    assert_eq!(view.notices, []);
}
