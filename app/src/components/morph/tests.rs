use super::{Place, Token, elements, given, take_over};
use crate::written::html::Html;
use std::cell::RefCell;
use std::rc::Rc;

/// One node of a document of a test.
#[derive(Clone, Default)]
struct Entry {
    tag: String,
    attributes: Vec<(String, String)>,
    text: Option<String>,
    first: Option<usize>,
    next: Option<usize>,
}

#[derive(Clone)]
struct Spot(Rc<RefCell<Vec<Entry>>>, usize);

impl Spot {
    /// The document of one element.
    fn of(markup: &str) -> Self {
        let (mut entries, mut open, mut last) = (Vec::<Entry>::new(), Vec::new(), None::<usize>);
        let mut rest = markup;
        while let Some(token) = Token::take(&mut rest) {
            let mut entry = Entry::default();
            let is_alone = match token {
                Token::Close => {
                    last = open.pop();
                    continue;
                }
                Token::Text(text) => {
                    entry.text = Some(given(text).unwrap().into_owned());
                    true
                }
                Token::Open(tag, is_alone) => {
                    let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
                    entry.tag = name.to_owned();
                    let pairs = rest.split("\" ").filter_map(|pair| pair.split_once("=\""));
                    let pairs = pairs.map(|(name, value)| {
                        let value = given(value.trim_end_matches('"')).unwrap();
                        (name.to_owned(), value.into_owned())
                    });
                    entry.attributes = pairs.collect();
                    is_alone
                }
            };
            let at = entries.len();
            entries.push(entry);
            match (last, open.last()) {
                (Some(before), _) => entries[before].next = Some(at),
                (None, Some(parent)) => {
                    let parent: usize = *parent;
                    entries[parent].first = Some(at);
                }
                (None, None) => {}
            }
            last = Some(at);
            if !is_alone {
                open.push(at);
                last = None;
            }
        }
        Self(Rc::new(RefCell::new(entries)), 0)
    }

    /// Everything in it, to be compared.
    fn told(&self) -> String {
        let entry = self.0.borrow()[self.1].clone();
        let mut told = match entry.text {
            Some(text) => format!("{text:?}"),
            None => format!("[{} {:?}", entry.tag, entry.attributes),
        };
        let mut child = self.first();
        while let Some(at) = child {
            told.push_str(&at.told());
            child = at.next();
        }
        told + "]"
    }
}

impl Place for Spot {
    fn first(&self) -> Option<Self> {
        let first = self.0.borrow()[self.1].first?;
        Some(Self(Rc::clone(&self.0), first))
    }

    fn next(&self) -> Option<Self> {
        let next = self.0.borrow()[self.1].next?;
        Some(Self(Rc::clone(&self.0), next))
    }

    fn write(&self, text: &str) -> Option<()> {
        let mut entries = self.0.borrow_mut();
        *entries[self.1].text.as_mut()? = text.to_owned();
        Some(())
    }

    fn set(&self, name: &str, value: &str) -> Option<()> {
        let mut entries = self.0.borrow_mut();
        let mut attributes = entries[self.1].attributes.iter_mut();
        attributes.find(|(n, _)| n == name)?.1 = value.to_owned();
        Some(())
    }
}

fn change(tag: &'static str, mark: &str, word: Option<&str>) -> String {
    let mut html = Html::default();
    html.raw("<span role=\"gridcell\" class=\"rank__change\">")
        .open(tag)
        .el("span aria-hidden=\"true\"", mark);
    if let Some(word) = word {
        html.el("span class=\"visually-hidden\"", word);
    }
    html.raw("</span></span>");
    html.finish()
}

fn name(name: &str, code: &str) -> String {
    let mut html = Html::default();
    html.raw("<span role=\"gridcell\" class=\"rank__name\">")
        .open_with("span class=\"rank__unit\"", "title", name)
        .text(name)
        .raw("</span><svg width=\"9\"><path d=\"M0 0\"/><path d=\"M1 1\"/></svg>")
        .el("span class=\"rank__code\"", code)
        .raw("</span>");
    html.finish()
}

#[test]
fn an_element_becomes_another_of_its_kind_and_no_other() {
    let names = [
        name("甲村", "1"),
        name("<b title=\"x\">&amp;</b>", "&lt;"),
        name("\u{202e}乙 = \"村\"", "a=\"b\" c"),
        name("🏘 ; & ;", " "),
        name("甲村", "1").replace("M1 1", "M2 2"),
    ];
    let changes = [
        change("span class=\"change change--up\"", "▲3", Some("升 3")),
        change("span class=\"change change--down\"", "▼12", Some("降 12")),
        change("span class=\"change\"", "=", Some("不变")),
    ];
    let bare = [
        change("span class=\"change\"", "—", None),
        change("span class=\"change\"", "", None),
        change("b class=\"change\"", "—", None),
        change("span title=\"change\"", "—", None),
        change("span class=\"change\" title=\"x\"", "—", None),
        "<span class=\"a\"/>".to_owned(),
    ];
    let kinds = [&names[..], &changes[..]];
    let kinds = kinds.into_iter().chain(bare.chunks(1)).enumerate();
    let all: Vec<(usize, &String)> = kinds
        .flat_map(|(k, m)| m.iter().map(move |m| (k, m)))
        .collect();
    for (kind, old) in &all {
        for (other, new) in &all {
            let spot = Spot::of(old);
            let done = take_over(&spot, old, new);
            assert_eq!(done.is_some(), kind == other, "{old} → {new}");
            if done.is_some() {
                assert_eq!(spot.told(), Spot::of(new).told(), "{old} → {new}");
            }
        }
    }
}

#[test]
fn what_is_not_as_told_is_written_anew() {
    // The document has one text less than the markup it is said to have.
    let (old, new) = ("<p>a<b>1</b></p>", "<p>c<b>2</b></p>");
    assert_eq!(take_over(&Spot::of("<p><b>1</b></p>"), old, new), None);
    assert_eq!(take_over(&Spot::of("<p>a</p>"), old, new), None);
    // A parser may have divided it.
    let long = "x".repeat(40_000);
    let (old, new) = (format!("<p>{long}</p>"), "<p>y</p>");
    assert_eq!(take_over(&Spot::of(&old), &old, new), None);
    // What another writer escaped.
    let (old, new) = ("<p>a</p>", "<p>&nbsp;</p>");
    assert_eq!(take_over(&Spot::of(old), old, new), None);
}

#[test]
fn elements_at_the_top_are_told_apart() {
    let cells = ["<p>a<b>1</b></p>", "<i/>", "<p><p></p></p>"];
    assert_eq!(elements(&cells.concat()), Some(cells.to_vec()));
    assert_eq!(elements(""), Some(Vec::new()));
    for wrong in ["a", "<p></p>a", "<p>", "</p>", "<p", "<br><p></p>"] {
        assert_eq!(elements(wrong), None, "{wrong}");
    }
}
