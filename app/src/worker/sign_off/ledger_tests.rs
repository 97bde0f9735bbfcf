//! A ledger of items comes in as a table; the board says what presses most first, by the
//! names that the office gave its roles.

use super::tests::{does, does_with, shown};
use super::*;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::Unit;
use dhi_engine::scheme::default_scheme;

fn villages() -> Vec<Unit> {
    let options = DemoOptions {
        n_units: 9,
        ..DemoOptions::default()
    };
    let dataset = generate(&default_scheme(), options).unwrap();
    dataset.units().list().to_vec()
}

const HEAD: &str = "编号,村代码,牵头部门,问题,类型,立项日期,责任单位,交办日期,整改期限\n";

/// A ledger with an item of the first village for each number and date due.
fn ledger(items: &[(&str, &str)]) -> Vec<u8> {
    let village = villages()[0].code.to_string();
    let rows = items.iter().map(|(id, due)| {
        format!("{id},{village},住建局,<b>虚构</b>,限期整改,2026-11-01,书记,2026-11-02,{due}\n")
    });
    [HEAD.to_owned(), rows.collect()].concat().into_bytes()
}

const FILE: [(&str, &str); 1] = [("file", "C:\\fakepath\\台账.csv")];

fn inspection() -> Books {
    let mut books = Books::default();
    let who = [("role", "inspection"), ("hand", "HAND")];
    does(&mut books, "who", &who);
    books
}

#[test]
fn a_ledger_is_shown_before_it_is_taken_and_refused_as_a_whole() {
    let mut books = Books::default();
    let good = ledger(&[("R-1", "2026-12-31"), ("R-2", "2027-01-31")]);
    // Nobody acts yet; then somebody who may not.
    let page = shown(does_with(&mut books, "ledger", &FILE, good.clone()));
    assert!(page.contains("请先填写经办人代码"));
    does(&mut books, "who", &[("role", "town"), ("hand", "T")]);
    let page = shown(does_with(&mut books, "ledger", &FILE, good.clone()));
    assert!(
        page.contains("第 2 行") && page.contains("不能拟立"),
        "{page}"
    );
    let mut books = inspection();
    let bad = ledger(&[("R-1", "2026-12-31"), ("R-2", "2026-11-01")]);
    let page = shown(does_with(&mut books, "ledger", &FILE, bad));
    assert!(page.contains("第 3 行“整改期限”：“2026-11-01”"), "{page}");
    assert!(!page.contains("data-act=\"accept\""));
    assert_eq!(books.text(1).unwrap(), "");

    let page = shown(does_with(&mut books, "ledger", &FILE, good.clone()));
    assert_eq!(books.text(1).unwrap(), "");
    assert!(page.contains(&villages()[0].name) && page.contains("2027-01-31"));
    assert!(page.contains("&lt;b&gt;虚构&lt;/b&gt;"));
    assert_eq!(page.matches("—</td><td>交办 · ✓0/4").count(), 2);
    let page = shown(does(&mut books, "accept", &[]));
    assert!(page.contains("data-testid=\"board\""));
    let book = &books.0[0].1;
    let due: Vec<_> = book.view.items.iter().map(|item| item.due).collect();
    assert_eq!(
        due,
        ["2026-12-31", "2027-01-31"].map(|day| day.parse().ok())
    );
    // Once more they are there already.
    let before = books.text(1).unwrap();
    let page = shown(does_with(&mut books, "ledger", &FILE, good));
    assert!(
        page.contains("第 2 行“编号”：“R-1”：事项须先拟立"),
        "{page}"
    );
    assert_eq!(books.text(1).unwrap(), before);
}

/// What waits goes on from the records it was read after: taken after others it would be
/// a second story of the same office.
#[test]
fn a_ledger_that_waits_does_not_outlive_another_record() {
    let mut books = inspection();
    does_with(
        &mut books,
        "ledger",
        &FILE,
        ledger(&[("R-1", "2026-12-31")]),
    );
    let item = [
        ("value", "open"),
        ("item", "R-2"),
        ("lead", "住建局"),
        ("problem", "虚构"),
        ("kind", "at_once"),
    ];
    let page = shown(does(&mut books, "do", &item));
    assert!(!page.contains("data-act=\"accept\""));
    does(&mut books, "accept", &[]);
    let book = &books.0[0].1;
    assert_eq!((book.view.items.len(), book.view.notices.len()), (1, 0));
}

/// On 2026-11-28, a Saturday, with plans due on 2026-12-02: of R-1 nothing is late; of
/// R-2 the date is past by 4 working days, of R-3 by 15, which is more than the 5 after
/// which it is escalated; of R-4 it is the next day, before the plans. R-5 waits for
/// nothing and comes last.
#[test]
fn what_presses_most_comes_first() {
    let mut books = inspection();
    let due = [
        ("R-1", "2027-03-01"),
        ("R-2", "2026-11-23"),
        ("R-3", "2026-11-06"),
        ("R-4", "2026-11-29"),
    ];
    does_with(&mut books, "ledger", &FILE, ledger(&due));
    does(&mut books, "accept", &[]);
    let item = [
        ("value", "open"),
        ("item", "R-5"),
        ("lead", "住建局"),
        ("problem", "虚构"),
        ("kind", "at_once"),
    ];
    does(&mut books, "do", &item);
    let page = shown(does(&mut books, "show", &[("value", "")]));
    // Page by page of the two languages.
    let places = |id: &str| {
        let cell = format!("data-value=\"{id}\">{id}</button>");
        let places: Vec<usize> = page.match_indices(&cell).map(|(at, _)| at).collect();
        assert_eq!(places.len(), 2, "{id}");
        places
    };
    let order = ["R-3", "R-2", "R-4", "R-1", "R-5"].map(places);
    for (one, next) in order.iter().zip(&order[1..]) {
        assert!(one[0] < next[0] && one[1] < next[1], "{order:?}");
    }
    assert!(page.contains("▲ 2026-11-06") && page.contains("◆ 2026-11-23"));
}

#[test]
fn roles_go_by_the_names_of_the_office() {
    let mut books = inspection();
    does_with(
        &mut books,
        "ledger",
        &FILE,
        ledger(&[("R-1", "2026-12-31")]),
    );
    does(&mut books, "accept", &[]);
    let said = |books: &mut Books| {
        let page = shown(does(books, "show", &[("value", "")]));
        let item = shown(does(books, "show", &[("value", "R-1")]));
        let Response::File { bytes, .. } = does(books, "calendar", &[]) else {
            panic!("no file");
        };
        let calendar = String::from_utf8(bytes).unwrap().replace("\r\n ", "");
        [page, item, calendar]
    };
    let in_due = ["○ 2026-12-02 报送整改方案 · ", "R-1 报送整改方案 "];
    for text in said(&mut books) {
        assert!(
            in_due
                .iter()
                .any(|due| text.contains(&[due, "村党组织"].concat()))
        );
    }
    let rules = r#"{"rules": {"labels": {"village_party": {"zh": "村党总支", "en": "Branch"}}}}"#;
    does_with(&mut books, "decide", &FILE, rules.into());
    let texts = said(&mut books);
    for text in &texts {
        assert!(
            in_due
                .iter()
                .any(|due| text.contains(&[due, "村党总支"].concat())),
            "{text}"
        );
        assert!(!text.contains("村党组织"), "{text}");
    }
    assert!(texts[0].contains("submit the plan · Branch"));
}

/// What helps who sits before a screen is not part of the sheet.
#[test]
fn a_sheet_does_not_say_that_there_is_nothing_to_do() {
    let mut books = inspection();
    does_with(
        &mut books,
        "ledger",
        &FILE,
        ledger(&[("R-1", "2026-12-31")]),
    );
    does(&mut books, "accept", &[]);
    does(&mut books, "show", &[("value", "R-1")]);
    let page = shown(does(&mut books, "who", &[("role", "auditor")]));
    let hint = "<p class=\"hint acts\">当前角色和单位在这一步没有可办事项。";
    assert!(page.contains(hint), "{page}");
    let style = include_str!("../../style/pages.css");
    let print = style
        .split("@media print")
        .find(|rules| rules.contains(".sign-off details"));
    assert!(print.unwrap().contains(".acts { display: none; }"));
}
