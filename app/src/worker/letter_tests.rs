//! The letter over a whole county: it fits its page, and says who reviews.

use super::present::Present;
use super::protocol::{About, Topic};
use super::robust::Known;
use super::village_tests::{
    ALL, LOOK, Row, all, county, demonstration, present, present_of, robustness, uneven,
};
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

fn letter(present: &Present, unit: u32) -> [String; 2] {
    present
        .write(Topic::Letter(unit), LOOK, &ALL, &Known::default())
        .unwrap()
}

/// Village 0 has 2 of 5 values and no rank: the last of the others is number 7 of 7, not
/// of 8, and so are the ranks on its page.
#[test]
fn ranks_are_told_among_those_that_have_one() {
    let county = present(county(&[("2026", uneven())], ""), r#"{ "min_class": 7 }"#);
    let [zh, en] = letter(&county, 1);
    assert!(
        zh.contains("在 7 个村里排第 7 名，在 7 个同类村里排第 7 名"),
        "{zh}"
    );
    assert!(en.contains("number 7 of 7 villages"), "{en}");
    let [summary, _] = county
        .write(Topic::Summary(1), LOOK, &ALL, &Known::default())
        .unwrap();
    assert_eq!(summary.matches("<dd>7 / 7</dd>").count(), 3, "{summary}");
    // Of 80 twice the second shares the first rank, which its letter says.
    let mut rows = vec![all(60.0); 8];
    (rows[0], rows[1]) = (all(80.0), all(80.0));
    let [zh, en] = letter(&present_of(rows.clone()), 1);
    assert!(zh.contains("在 8 个村里排第 1 名（与他村并列），"), "{zh}");
    assert!(
        en.contains("number 1 of 8 villages (shared with others), and"),
        "{en}"
    );
    rows[1] = all(79.0);
    assert!(!letter(&present_of(rows), 1)[0].contains("并列"));
    // Seven with a rank are no class of eight.
    let few = present_of(uneven());
    assert!(!letter(&few, 1)[0].contains("同类村里排第"));
}

/// 84.996 is below 85, which two decimals would deny beside “below 85”.
#[test]
fn a_score_below_a_limit_is_not_told_as_on_it() {
    let below = present_of(vec![all(84.996); 8]);
    let [zh, _] = letter(&below, 0);
    let told = "得 84.996 分（满分 100 分）。等级是“◆ 关注”：70 分及以上，不到 85 分";
    assert!(zh.contains(told), "{zh}");
    let [summary, _] = below
        .write(Topic::Summary(0), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(summary.contains(">84.996</span>"), "{summary}");
    let above = present_of(vec![all(85.004); 8]);
    assert!(letter(&above, 0)[0].contains("得 85.004 分（满分 100 分）。等级是“● 健康”"));
}

/// 59.99, 61, 60, 60 are 30.12375 of the score and 60 of `qa` another 30; 70 takes
/// (70 − 30.12375) · 2 = 79.7525 of `qa`, and 79.75 would not do.
#[test]
fn what_is_said_to_be_enough_is_enough() {
    let mut rows = vec![all(60.0); 8];
    rows[0] = [59.99, 61.0, 60.0, 60.0, 60.0].map(Some);
    let [zh, _] = letter(&present_of(rows), 0);
    let told = "qa从 60.00 分 改到 79.76 分，得分可加 9.88 分，仅此一项就能到 70 分";
    assert!(zh.contains(told), "{zh}");
}

/// To a village to which nothing applies no share of nothing is told.
#[test]
fn nothing_due_is_said_to_be_nothing() {
    let mut rows: Vec<Row> = uneven();
    rows.push(all(f64::NAN));
    let [zh, en] = letter(&present_of(rows), 8);
    assert!(zh.contains("没有一项指标适用于本村") && en.contains("No indicator applies"));
    assert!(!zh.contains("实有 0 项") && !zh.contains("报齐"), "{zh}");
}

/// An interval of one rank is no way from a rank to itself.
#[test]
fn a_rank_that_hardly_moves_is_said_to_stay() {
    let mut known = robustness(8);
    let found = known.found.as_mut().unwrap();
    found.high = found.low.clone();
    found.varied = vec![true, false];
    let county = present_of(uneven());
    let [zh, en] = county.write(Topic::Letter(1), LOOK, &ALL, &known).unwrap();
    let told = "名次大多仍是第 3 名（重算 2000 次，每次变动：权重各 ±25%（同级合计仍为 100%）；至少 90% 的次数如此）";
    assert!(zh.contains(told), "{zh}");
    assert!(
        en.contains("stays number 3 (in at least 90% of 2000"),
        "{en}"
    );
}
