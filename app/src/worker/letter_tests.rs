//! The letter over a whole county: it fits its page, and says who reviews.

use super::protocol::{About, Topic};
use super::village_tests::{ALL, LOOK, demonstration, robustness};
use crate::written::html::check;

/// As the project says it, in the place of what is to be filled in; ever so long, the
/// letter stays a page.
#[test]
fn a_letter_says_who_reviews_once_that_is_confirmed() {
    let present = demonstration();
    let found = robustness(85);
    let about = |text: &str| About {
        names: vec![text.to_owned()],
        ..ALL
    };
    let write = |unit, text: &str| {
        present
            .write(Topic::Letter(unit), LOOK, &about(text), &found)
            .unwrap()
    };
    let [zh, en] = write(3, "县委组织部 <b>\n书面 15 日内\u{202e}");
    for text in [&zh, &en] {
        let told = "<p>\u{2068}县委组织部 &lt;b&gt; 书面 15 日内\u{202e}\u{2069}</p>";
        assert!(text.contains(told), "{text}");
        assert!(!text.contains("＿＿") && !text.contains("____"), "{text}");
    }
    assert!(write(3, "")[0].contains("受理单位、办法和期限：待确认"));
    for unit in 0..85 {
        for text in &write(unit, &"长".repeat(500)) {
            assert!(text.contains("data-fits=\"true\""), "{unit}");
        }
    }
}

/// Of every village of the demonstration in both languages: a page, in type of 12
/// to 16 points.
#[test]
fn letters_have_a_readable_size() {
    let present = demonstration();
    let found = robustness(85);
    for unit in 0..85 {
        for text in &present
            .write(Topic::Letter(unit), LOOK, &ALL, &found)
            .unwrap()
        {
            check(text);
            let (_, rest) = text.split_once("font-size: ").unwrap();
            let size: u32 = rest.split("pt").next().unwrap().parse().unwrap();
            assert!((12..=16).contains(&size));
            assert!(text.contains("data-fits=\"true\""), "{unit} {size}");
        }
    }
}
