//! The village page and its letter, against the engine and numbers found by hand.

use super::present::{Given, Present};
use super::protocol::{About, Look, Topic};
use super::robust::{Known, Robustness};
use crate::bidi;
use crate::written::against::{NoSteps, compare};
use crate::written::html::check;
use crate::written::strengths::strengths;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::explain::contributions;
use dhi_engine::frame::{Cell, Dataset, Observations, Provenance, Unit, Units};
use dhi_engine::framework::{
    Direction, Framework, Goalposts, Indicator, Measure, NodeRow, Text, Transformation,
};
use dhi_engine::ids::{BodyType, NodeId, Period, UnitCode};
use dhi_engine::periods::History;
use dhi_engine::scheme::default_scheme;
use dhi_engine::weigh::WeightSet;

pub(super) type Row = [Option<f64>; 5];

pub(super) fn node(id: &str, parent: Option<&str>, name: &str) -> NodeRow {
    let is_leaf = id.len() == 2;
    NodeRow {
        id: NodeId::new(id).unwrap(),
        parent: parent.map(|p| NodeId::new(p).unwrap()),
        name: Text {
            zh: name.into(),
            en: format!("{name} in English"),
        },
        weight: 1.0,
        indicator: is_leaf.then(|| Indicator {
            direction: Direction::HigherIsBetter,
            measure: Measure::Points,
            goalposts: Goalposts::new(0.0, 100.0).ok(),
            transformation: Transformation::default(),
            numerator: String::new(),
            denominator: String::new(),
            source: String::new(),
            frequency: None,
            office: String::new(),
        }),
    }
}

/// Two pillars of half the weight each: `p` of four indicators, `q` of one. Values
/// are their own scores.
fn framework(suffix: &str) -> Framework {
    let rows = [
        ("d", None),
        ("p", Some("d")),
        ("pa", Some("p")),
        ("pb", Some("p")),
        ("pc", Some("p")),
        ("pd", Some("p")),
        ("q", Some("d")),
        ("qa", Some("q")),
    ];
    let rows = rows.map(|(id, parent)| node(id, parent, &format!("{id}{suffix}")));
    Framework::new(rows.to_vec()).unwrap()
}

/// A county of one class, one row of values per village and period; NaN does not apply.
pub(super) fn county(periods: &[(&str, Vec<Row>)], suffix: &str) -> Dataset {
    let framework = framework(suffix);
    let n = periods[0].1.len();
    let unit = |i: usize| Unit {
        code: UnitCode::new(&format!("99000010{i:04}")).unwrap(),
        name: format!("村{i}{suffix}"),
        town: format!("镇{suffix}"),
        class: format!("类{suffix}"),
        body_type: BodyType::VillageCommittee,
        population: None,
    };
    let units = Units::new((0..n).map(unit).collect()).unwrap();
    let told = Provenance {
        source: format!("台账{suffix}"),
        cut_off: "2026-06-30".into(),
        ..Provenance::default()
    };
    let observations = |rows: &Vec<Row>| {
        let mut all = Observations::missing(n, 5);
        for (i, row) in rows.iter().enumerate() {
            for (c, value) in row.iter().enumerate() {
                if let Some(x) = value {
                    let cell = if x.is_nan() {
                        Cell::NotApplicable
                    } else {
                        Cell::Value(*x)
                    };
                    all.set(i, c, cell, None, &told);
                }
            }
        }
        all
    };
    let periods = periods
        .iter()
        .map(|(period, rows)| (Period::new(period).unwrap(), observations(rows)));
    Dataset::new(units, framework, periods.collect()).unwrap()
}

pub(super) fn present(dataset: Dataset, spec: &str) -> Present {
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let loaded = Present::load(
        1,
        dataset.into(),
        Given::default(),
        period,
        spec,
        weights.shares(),
    );
    loaded.map(|(present, ..)| present).unwrap()
}

pub(super) fn demonstration() -> Present {
    let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
    present(dataset, "{}")
}

/// Nothing particular is asked.
pub(super) const ALL: About = About {
    numbers: Vec::new(),
    names: Vec::new(),
    scenarios: Vec::new(),
    line: None,
    ledger: 0,
    today: String::new(),
};
pub(super) const LOOK: Look = Look { width: 600 };

pub(super) fn all(v: f64) -> Row {
    [Some(v); 5]
}

/// Village 0 scores 100 with what it has of `p` and 60 in `q`, so 80; the others are
/// the same throughout: 10, 20 … 70.
pub(super) fn uneven() -> Vec<Row> {
    let mut rows = vec![[Some(100.0), None, None, None, Some(60.0)]];
    rows.extend((1..=7).map(|i| all(f64::from(i) * 10.0)));
    rows
}

/// All values of an attribute.
fn values(markup: &str, name: &str) -> Vec<f64> {
    let mark = format!(" {name}=\"");
    let parts = markup.split(&mark).skip(1);
    let value = |p: &str| p.split('"').next().unwrap().parse().unwrap_or(f64::NAN);
    parts.map(value).collect()
}

/// Of 10, 20 … 80 the lower of the two in the middle is 40, where every indicator of
/// `p` contributes 5 and `q` 20. Village 0 gains 50 by one of `p` and 30 by `q`.
#[test]
fn steps_are_differences_of_contributions() {
    let present = present(county(&[("2026", uneven())], ""), "{}");
    let [zh, en] = present
        .write(Topic::Against(0), LOOK, &ALL, &Known::default())
        .unwrap();
    check(&zh);
    // The pillars, then those of `p`, then that of `q`.
    let steps = values(&zh, "data-step");
    assert_eq!(steps, [30.0, 10.0, 45.0, -5.0, -5.0, -5.0, 10.0]);
    assert_eq!(values(&zh, "data-total"), [40.0, 30.0, 10.0]);
    assert!(
        zh.contains("村4，40.00 分") && zh.contains("+30.00"),
        "{zh}"
    );
    assert!(en.contains("#/village/990000100004") && en.contains("Missing"));
    assert!(en.contains("−5.00"));
    // The median village itself, and the other way round: 20 is 20 below.
    let [own, _] = present
        .write(Topic::Against(4), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(own.contains("没有差距可拆") && !own.contains("data-step"));
    let [below, _] = present
        .write(Topic::Against(2), LOOK, &ALL, &Known::default())
        .unwrap();
    assert_eq!(values(&below, "data-total")[0], -20.0);
}

/// Of equal scores in the middle the first in the register is taken.
#[test]
fn equal_villages_in_the_middle_are_told_apart_by_the_register() {
    let rows = [50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 10.0, 90.0].map(all);
    let present = present(county(&[("2026", rows.to_vec())], ""), "{}");
    let scene = present.scene(LOOK);
    let (weights, scores) = (present.what_if.weights(), present.what_if.scores());
    let found = compare(&scene, weights, scores, 7).unwrap();
    // 10 comes first, so the fourth of eight is the third of the equal ones.
    assert_eq!((found.reference, found.n), (2, 8));
}

/// To the last bit, in any order, at every node of every village.
#[test]
fn steps_add_up_at_every_node() {
    let present = demonstration();
    let scene = present.scene(LOOK);
    let (weights, scores) = (present.what_if.weights(), present.what_if.scores());
    let framework = scene.framework;
    let mut compared = 0;
    for unit in 0..scene.units.len() {
        let Ok(found) = compare(&scene, weights, scores, unit) else {
            continue;
        };
        compared += 1;
        for (at, node) in framework.nodes().iter().enumerate() {
            let steps = node.children.iter().map(|c| found.steps[c.at()]);
            if !node.children.is_empty() {
                assert_eq!(steps.clone().sum::<f64>(), found.steps[at]);
                assert_eq!(steps.rev().sum::<f64>(), found.steps[at]);
            }
        }
        let leaves = framework.leaves().iter().map(|l| found.steps[l.at()]);
        assert_eq!(leaves.sum::<f64>(), found.steps[0]);
        let [from, to] = found.scores;
        assert!((found.steps[0] - (to - from)).abs() < 1e-13);
        let parts = [found.reference, unit].map(|u| contributions(framework, weights, scores, u));
        for (at, step) in found.steps.iter().enumerate() {
            assert!((parts[1][at] - parts[0][at] - step).abs() < 1e-12);
        }
    }
    assert!(compared > 60, "{compared}");
}

#[test]
fn where_nothing_can_be_compared_a_sentence_says_why() {
    let none = |dataset: Dataset, spec: &str, unit: u32| {
        let present = present(dataset, spec);
        let scene = present.scene(LOOK);
        let (weights, scores) = (present.what_if.weights(), present.what_if.scores());
        let found = compare(&scene, weights, scores, unit as usize);
        let markup = present
            .write(Topic::Against(unit), LOOK, &ALL, &Known::default())
            .unwrap();
        for text in &markup {
            check(text);
            assert!(!text.contains("<svg"), "{text}");
        }
        let [summary, _] = present
            .write(Topic::Summary(unit), LOOK, &ALL, &Known::default())
            .unwrap();
        check(&summary);
        (found.unwrap_err(), markup, summary)
    };
    let uneven = || county(&[("2026", uneven())], "");
    let (why, [zh, _], summary) = none(uneven(), r#"{ "min_class": 9 }"#, 0);
    assert_eq!(why, NoSteps::ClassTooSmall);
    assert!(zh.contains("不足 9 个") && summary.contains("不足 9 个"));
    let [parts, _] = present(uneven(), r#"{ "min_class": 9 }"#)
        .write(Topic::Contributions(0), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(parts.contains("同类有得分的村不足 9 个"), "{parts}");
    // Alone in its county.
    let alone = county(&[("2026", vec![all(50.0)])], "");
    assert_eq!(none(alone, "{}", 0).0, NoSteps::ClassTooSmall);
    let geometric = r#"{ "aggregate": { "levels": { "0": "geometric" } } }"#;
    assert_eq!(none(uneven(), geometric, 0).0, NoSteps::NotAdditive);
    let mut rows = uneven_rows_with_nothing();
    let (why, _, summary) = none(county(&[("2026", std::mem::take(&mut rows))], ""), "{}", 8);
    assert_eq!(why, NoSteps::NoScore);
    assert!(summary.contains("本村没有数据"));
}

fn uneven_rows_with_nothing() -> Vec<Row> {
    let mut rows = uneven();
    rows.push([None; 5]);
    rows
}

/// The whole pillar is missing in the village compared: the others of `p` count
/// twice as much, 25 each at a score of 100, against 5 and 20.
#[test]
fn a_missing_pillar_is_a_step_down() {
    let mut rows = uneven();
    rows[0] = [Some(100.0), Some(100.0), Some(100.0), Some(100.0), None];
    let present = present(county(&[("2026", rows)], ""), "{}");
    let [zh, _] = present
        .write(Topic::Against(0), LOOK, &ALL, &Known::default())
        .unwrap();
    check(&zh);
    assert_eq!(values(&zh, "data-total")[0], 60.0);
    assert_eq!(values(&zh, "data-step")[..2], [80.0, -20.0]);
    assert!(zh.contains("缺失"));
}

/// Medians of `pa` over 10 … 70 and 100 and of `qa` over 10 … 70 and 60 are 45; of
/// the others only seven villages have a value.
#[test]
fn strengths_are_the_furthest_from_the_class() {
    let present = present(county(&[("2026", uneven())], ""), "{}");
    let scene = present.scene(LOOK);
    let (weights, scores) = (present.what_if.weights(), present.what_if.scores());
    let found = strengths(&scene, weights, scores, 0).unwrap();
    let named: Vec<(&str, f64)> = found
        .strong
        .list
        .iter()
        .map(|s| (scene.node(s.node), s.distance()))
        .collect();
    assert_eq!(named, [("pa", 55.0), ("qa", 15.0)]);
    assert!(found.weak.list.is_empty() && found.strong.tied == 0);
    let [zh, en] = present
        .write(Topic::Summary(0), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(
        zh.contains("pa：100.00 分，同类中位 45.00 分，高 55.00 分"),
        "{zh}"
    );
    assert!(en.contains("No indicator is below the class median"));
}

/// All five are 10 above: `qa` has the greatest weight, the others follow the
/// framework, and two are as far.
#[test]
fn ties_go_by_weight_then_order_and_are_counted() {
    let mut rows = vec![all(50.0); 8];
    rows[0] = all(60.0);
    rows[1] = all(50.001);
    let present = present(county(&[("2026", rows)], ""), "{}");
    let scene = present.scene(LOOK);
    let (weights, scores) = (present.what_if.weights(), present.what_if.scores());
    let found = strengths(&scene, weights, scores, 0).unwrap();
    let named: Vec<&str> = found
        .strong
        .list
        .iter()
        .map(|s| scene.node(s.node))
        .collect();
    assert_eq!(named, ["qa", "pa", "pb"]);
    assert_eq!(found.strong.tied, 2);
    let [zh, _] = present
        .write(Topic::Summary(0), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(zh.contains("另有 2 项"));
    // A distance that two decimals do not show is none.
    let found = strengths(&scene, weights, scores, 1).unwrap();
    assert!(found.strong.list.is_empty() && found.weak.list.is_empty());
}

/// Medians as the engine's dossier has them, where the whole class has a value.
#[test]
fn medians_are_the_engines() {
    let present = demonstration();
    let scene = present.scene(LOOK);
    let (weights, scores) = (present.what_if.weights(), present.what_if.scores());
    let mut compared = 0;
    for unit in 0..scene.units.len() {
        let found = strengths(&scene, weights, scores, unit);
        let dossier = dhi_engine::explain::dossier(
            present.inputs().unwrap(),
            &present.outcome,
            weights,
            scores,
            scene.spec,
            unit,
        )
        .unwrap();
        for side in found.iter().flat_map(|f| [&f.strong, &f.weak]) {
            for standout in &side.list {
                let node = &dossier.nodes[standout.node.at()];
                assert_eq!(node.score, Some(standout.score));
                assert_eq!(node.class_median, Some(standout.median));
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "{compared}");
}

/// Village 0 has 60, nothing, 62 and 64; the median of the others' 10 … 70 and its own
/// moves with it.
#[test]
fn a_trend_is_the_engines_history() {
    let of = |own: Option<f64>| {
        let mut rows = uneven();
        rows[0] = [own; 5];
        rows
    };
    let periods = [
        ("2023", of(Some(60.0))),
        ("2024", of(None)),
        ("2025", of(Some(64.0))),
        ("2026", of(Some(66.0))),
    ];
    let four = present(county(&periods, ""), "{}");
    let [zh, en] = four
        .write(Topic::Trend(0), LOOK, &ALL, &Known::default())
        .unwrap();
    check(&zh);
    let scores = values(&zh, "data-score");
    assert_eq!((scores[0], scores[2], scores[3]), (60.0, 64.0, 66.0));
    assert!(scores[1].is_nan(), "a period without a score stays empty");
    // 10 … 70 and 60: the middle is 40 and 50. Without it there are seven: too few.
    let medians = values(&zh, "data-median");
    assert_eq!((medians[0], medians[3]), (45.0, 45.0));
    assert!(medians[1].is_nan());
    // 2 a year on a straight line: no error.
    assert!(zh.contains("从 2023 到 2026：+6.00 分"));
    assert!(en.contains("+2.00 points a year (least squares, standard error 0.00)"));

    let one = present(county(&[("2026", uneven())], ""), "{}");
    let markup = one
        .write(Topic::Trend(0), LOOK, &ALL, &Known::default())
        .unwrap();
    assert_eq!(markup, [String::new(), String::new()]);

    let present = demonstration();
    let weights = present.what_if.weights();
    let history = History::of(&present.dataset, weights, &present.spec).unwrap();
    let root = present
        .dataset
        .framework()
        .node(present.dataset.framework().composite());
    for (at, unit) in present.dataset.units().list().iter().enumerate() {
        let [zh, _] = present
            .write(Topic::Trend(at as u32), LOOK, &ALL, &Known::default())
            .unwrap();
        let shown = values(&zh, "data-score");
        let engine = history.scores(&unit.code, root.id.as_str());
        let engine: Vec<f64> = engine.into_iter().map(|s| s.unwrap_or(f64::NAN)).collect();
        assert_eq!(format!("{shown:?}"), format!("{engine:?}"));
        let now = present.what_if.scores().composite().get(at).value();
        assert_eq!(shown.last().copied().filter(|s| !s.is_nan()), now);
    }
}

/// Scores kept for the next village are those of the present weights.
#[test]
fn a_trend_follows_the_weights() {
    let rows = |q: f64| {
        let mut rows = uneven();
        rows[0] = [Some(40.0), Some(40.0), Some(40.0), Some(40.0), Some(q)];
        rows
    };
    let dataset = county(&[("2025", rows(60.0)), ("2026", rows(80.0))], "");
    let mut present = present(dataset, "{}");
    let shown = |present: &Present| {
        let [zh, _] = present
            .write(Topic::Trend(0), LOOK, &ALL, &Known::default())
            .unwrap();
        values(&zh, "data-score")
    };
    assert_eq!(shown(&present), [50.0, 60.0]);
    let mut shares = present.what_if.weights().shares().to_vec();
    (shares[1], shares[6]) = (0.75, 0.25);
    present.evaluate(&shares).unwrap();
    assert_eq!(shown(&present), [45.0, 50.0]);
}

pub(super) fn robustness(n: usize) -> Known {
    let found = Robustness {
        replicates: 2000,
        levels: vec![0.9, 0.95, 0.2, 0.8],
        low: vec![3; n],
        high: vec![9; n],
        tiers: vec![2; n],
        ..Robustness::default()
    };
    Known {
        found: Some(found),
        ..Known::default()
    }
}

#[test]
fn a_letter_says_score_grade_rank_and_how_certain() {
    let present = present(county(&[("2026", uneven())], ""), "{}");
    let found = robustness(8);
    let [zh, en] = present.write(Topic::Letter(1), LOOK, &ALL, &found).unwrap();
    check(&zh);
    check(&en);
    for text in [
        "村1履职健康指数说明",
        "得 10.00 分（满分 100 分）",
        "等级是“■ 高风险”：不到 60 分，在 4 档里从好到差排第 4 档",
        "名次大约在第 3 到第 9 名之间（重算 2000 次，每次变动：带标准误的数值按误差；至少 90% 的次数落在这里）",
        "本村在第 2 梯队（共 2 个梯队）",
        "低于",
        "应有 5 项数据，实有 5 项（100%）",
        "数据截止：2026-06-30",
        "责任单位：待确认",
        "复核的受理单位、办法和期限：待确认",
        "供组织研究参考",
        &present.what_if.digest(),
    ] {
        assert!(zh.contains(text) || text == "低于", "{text} in {zh}");
    }
    // Half the score from each pillar, and all together.
    for row in [
        "p</th><td class=\"number\">5.00</td><td class=\"number\">50.00",
        "合计</th><td class=\"number\">10.00</td><td class=\"number\">100.00",
    ] {
        assert!(zh.contains(row), "{row} in {zh}");
    }
    assert!(en.contains("is about 3 to 9 (at least 90% of 2000 repeated"));
    let [zh, _] = present
        .write(Topic::Letter(1), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(zh.contains("还没有分析") && !zh.contains("梯队"));
    // Village 0 has 2 of 5: neither grade nor rank, and what is missing is named.
    let [zh, en] = present.write(Topic::Letter(0), LOOK, &ALL, &found).unwrap();
    assert!(zh.contains("暂不评级") && zh.contains("没有排名次"));
    // No value alone brings it a grade.
    assert!(zh.contains("先把缺的数据报齐") && !zh.contains("改到"));
    assert!(zh.contains("缺：pb、pc、pd") && en.contains("Missing: pb in English, "));
    assert!(!zh.contains("名次大约"));
}

/// What the lift table says first, from a village at 60 in all: with `qa` at 80 it
/// reaches 70.
#[test]
fn a_letter_says_what_would_raise_the_score() {
    let rows = vec![all(60.0); 8];
    let present = present(county(&[("2026", rows)], ""), "{}");
    let [zh, _] = present
        .write(Topic::Letter(0), LOOK, &ALL, &Known::default())
        .unwrap();
    let first =
        "qa从 60.00 分 改到 80.00 分，得分可加 10.00 分，仅此一项就能到 70 分，按得分进入上一档";
    assert!(zh.contains(first), "{zh}");
    // 40 more points of one of `p` are 5 of the score.
    let second = "pa从 60.00 分 改到 100.00 分，得分最多可加 5.00 分，单独还到不了 70 分";
    assert!(zh.contains(second), "{zh}");
    let best = present_of(vec![all(90.0); 8]);
    let [zh, _] = best
        .write(Topic::Letter(0), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(zh.contains("已在最高一档") && zh.contains("现为 90.00 分"));
    let full = present_of(vec![all(100.0); 8]);
    let [zh, _] = full
        .write(Topic::Letter(0), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(zh.contains("有数据的指标都是满分") && !zh.contains("得分最低"));
    let nothing = present_of(uneven_rows_with_nothing());
    let [zh, _] = nothing
        .write(Topic::Letter(8), LOOK, &ALL, &Known::default())
        .unwrap();
    assert!(zh.contains("先把缺的数据报齐") && !zh.contains("满分 100 分"));
}

pub(super) fn present_of(rows: Vec<Row>) -> Present {
    present(county(&[("2026", rows)], ""), "{}")
}

/// Names that are markup, and names of two hundred letters, everywhere.
#[test]
fn names_of_any_kind_and_length_are_sound() {
    for suffix in [
        "<script>alert(1)</script>&\"'{n}",
        &"很长的名称".repeat(40),
        "\u{202e}",
    ] {
        let periods = [("2025", uneven()), ("2026", uneven())];
        let present = present(county(&periods, suffix), "{}");
        let found = robustness(8);
        for unit in 0..8 {
            for topic in [
                Topic::Summary(unit),
                Topic::Against(unit),
                Topic::Trend(unit),
                Topic::Since(unit),
                Topic::Letter(unit),
            ] {
                for text in &present.write(topic, LOOK, &ALL, &found).unwrap() {
                    check(text);
                    bidi::check(text);
                    assert!(!text.contains("<script") && !text.contains("NaN"));
                    assert!(!text.contains("data-fits=\"false\""), "{text}");
                }
            }
        }
    }
}
