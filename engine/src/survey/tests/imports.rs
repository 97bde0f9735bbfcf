//! From tables to values, estimates and findings.

use crate::finding::{Finding, Problem};
use crate::frame::{Cell, Dataset};
use crate::ids::Period;
use crate::input::{decode, read, recognise};
use crate::survey::*;
use std::fmt::Write as _;

const FRAMEWORK: &str = "编号,上级编号,名称,方向,计量,下限,上限,权重\n\
    top,,指数,,,,,1\n\
    sat,top,满意,正向,分,60,95,1\n\
    fair,top,公道,正向,%,50,95,1\n";
const UNITS: &str = "村代码,村名,村类,人口\n001,甲村,一类,\n002,乙村,一类,2000\n";
/// 001: 老党员 10 of 很满意/满意, 农民 20 with 2 unsure; 002: households.
const SURVEY: &str = "村代码,期间,问题,群体,答案,人数,发出,收回\n\
    001,2026,满意度,老党员,很满意,6,12,10\n\
    001,2026,满意度,老党员,满意,4,,\n\
    001,2026,满意度,农民,很满意,9,25,20\n\
    001,2026,满意度,农民,基本满意,9,,\n\
    001,2026,满意度,农民,不了解,2,,\n\
    002,2026,满意度,住户,很满意,30,50,40\n\
    002,2026,满意度,住户,不满意,10,,\n";

fn dataset(tables: &[&str]) -> (Option<Dataset>, Vec<Finding>) {
    let workbooks: Vec<_> = tables
        .iter()
        .map(|t| decode("t.csv", t.as_bytes(), None).workbook)
        .collect();
    let plans = recognise(&workbooks, None);
    let import = read(&workbooks, &plans, None, &Period::new("2026").unwrap());
    (import.dataset, import.findings)
}

fn spec(shares: &[(&str, f64)]) -> SurveySpec {
    let mut spec = SurveySpec::default();
    let derivation = |question: &str, statistic| Derivation {
        question: question.to_owned(),
        statistic,
    };
    spec.indicators.clear();
    spec.indicators
        .insert("sat".into(), derivation("满意度", Statistic::Mean));
    spec.indicators
        .insert("fair".into(), derivation("满意度", Statistic::Favourable));
    spec.shares = shares.iter().map(|(g, w)| ((*g).to_owned(), *w)).collect();
    spec
}

fn problems(findings: &[Finding]) -> Vec<&Problem> {
    findings.iter().map(|f| &f.problem).collect()
}

#[test]
fn without_shares_groups_make_no_village_value() {
    let (data, findings) = dataset(&[FRAMEWORK, UNITS, SURVEY]);
    assert_eq!(findings, []);
    let data = data.unwrap();
    let surveyed = derive(&data, &spec(&[]));
    assert_eq!(problems(&surveyed.findings), [&Problem::NoPopulationShares]);
    let now = Period::new("2026").unwrap();
    let observations = &surveyed.dataset.periods()[&now];
    assert_eq!(observations.frame().cell(0, 0), Cell::Missing);
    let refused = &surveyed.units[&now][0];
    assert_eq!((refused.unit, &refused.value), (0, &Err(Refusal::NoShares)));
    // The household sample speaks for its village: (30 · 100 + 10 · 30) / 40.
    assert_eq!(observations.frame().cell(1, 0), Cell::Value(82.5));
    assert_eq!(observations.frame().cell(1, 1), Cell::Value(75.0));
    // s² of the share: 40/39 · ¾ · ¼; 40 of 2,000 people.
    let squared: f64 = 0.98 * (40.0 / 39.0 * 0.1875) / 40.0;
    let error = observations.standard_error(1, 1).unwrap();
    assert!((error - 100.0 * squared.sqrt()).abs() < 1e-12);
    assert_eq!(observations.provenance(1, 0).unwrap().source, "群众评议");
    // The data that came in is as it was.
    assert_eq!(data.periods()[&now].frame().cell(1, 0), Cell::Missing);
}

/// By hand: 老党员 (6 · 100 + 4 · 80)/10 = 92, 农民 (9 · 100 + 9 · 60)/18 = 80, the
/// unsure left out; 0.1 · 92 + 0.9 · 80 = 81.2.
#[test]
fn shares_make_a_village_value_with_its_error() {
    let data = dataset(&[FRAMEWORK, UNITS, SURVEY]).0.unwrap();
    let now = Period::new("2026").unwrap();
    let surveyed = derive(&data, &spec(&[("老党员", 0.1), ("农民", 0.9)]));
    assert_eq!(surveyed.findings, []);
    let observations = &surveyed.dataset.periods()[&now];
    let Cell::Value(value) = observations.frame().cell(0, 0) else {
        panic!("no value");
    };
    assert!((value - 81.2).abs() < 1e-12);
    // s² = 960/9 of 10 and 7200/17 of 18, no sizes told.
    let squared: f64 = 0.01 * (960.0 / 9.0) / 10.0 + 0.81 * (7200.0 / 17.0) / 18.0;
    let error = observations.standard_error(0, 0).unwrap();
    assert!((error - squared.sqrt()).abs() < 1e-12);
    let result = &surveyed.units[&now][0];
    assert_eq!(result.n_valid, 28);
    assert_eq!(result.shown_counts, (None, None));
    assert_eq!(result.response_rate, Some(30.0 / 37.0));
    let ends = result.interval.unwrap();
    assert!(ends.low < value && value < ends.high && ends.high < 100.0);
    // All 老党员 were content: their share has a careful error, not none.
    let fair = surveyed.units[&now].iter().find(|r| r.column == 1).unwrap();
    assert!(fair.is_careful && fair.standard_error.unwrap() > 0.0);
    // A group that should speak and does not.
    let third = derive(
        &data,
        &spec(&[("老党员", 0.1), ("农民", 0.8), ("青年", 0.1)]),
    );
    let empty = Problem::EmptyGroup {
        text: "青年".into(),
    };
    assert!(problems(&third.findings).contains(&&empty));
    // Groups by their sizes in the table.
    let sized = SURVEY
        .replace("发出,收回", "发出,收回,群体总数")
        .replace("12,10", "12,10,40");
    let sized = sized.replace("25,20", "25,20,360");
    let data = dataset(&[FRAMEWORK, UNITS, &sized]).0.unwrap();
    let surveyed = derive(&data, &spec(&[]));
    let observations = &surveyed.dataset.periods()[&now];
    assert!((observations.frame().cell(0, 0).value().unwrap() - 81.2).abs() < 1e-12);
    // Finite populations are smaller errors.
    assert!(observations.standard_error(0, 0).unwrap() < error);
}

#[test]
fn supplied_values_stay_and_differences_are_found() {
    let values = "村代码,期间,满意,公道\n001,2026,81.2,50\n002,2026,82.5,不适用\n";
    let data = dataset(&[FRAMEWORK, UNITS, SURVEY, values]).0.unwrap();
    let surveyed = derive(&data, &spec(&[("老党员", 0.1), ("农民", 0.9)]));
    let now = Period::new("2026").unwrap();
    let before = &data.periods()[&now];
    let after = &surveyed.dataset.periods()[&now];
    assert_eq!(before.frame(), after.frame());
    assert!(after.standard_error(0, 0).is_some() && after.standard_error(0, 1).is_some());
    assert_eq!(after.standard_error(1, 1), None);
    let [Finding { problem, place }] = &surveyed.findings[..] else {
        panic!("{:?}", surveyed.findings);
    };
    // 0.1 · 100 + 0.9 · 50
    assert!(
        matches!(problem, Problem::SurveyDiffers { value: 50.0, derived } if (derived - 55.0).abs() < 1e-9)
    );
    assert_eq!((place.unit.as_str(), place.node.as_str()), ("001", "fair"));
    // Nothing to derive from: the very same data.
    let plain = dataset(&[FRAMEWORK, UNITS, values]).0.unwrap();
    let same = derive(&plain, &spec(&[]));
    assert!(matches!(same.dataset, std::borrow::Cow::Borrowed(_)));
}

#[test]
fn unknown_words_are_found_and_give_no_value() {
    let survey = SURVEY.replace("002,2026,满意度,住户,不满意", "002,2026,满意度,住户,还行");
    let survey = format!("{survey}001,2026,吃饭了吗,老党员,吃了,9,,\n");
    let data = dataset(&[FRAMEWORK, UNITS, &survey]).0.unwrap();
    let surveyed = derive(&data, &spec(&[("农民", 1.0)]));
    let found = problems(&surveyed.findings);
    let unknown = Problem::UnknownAnswer {
        question: "满意度".into(),
        text: "还行".into(),
    };
    for problem in [
        &unknown,
        &Problem::UnknownQuestion {
            text: "吃饭了吗".into(),
        },
        &Problem::GroupWithoutShare {
            text: "老党员".into(),
        },
    ] {
        assert!(found.contains(&problem), "{found:?}");
    }
    let now = Period::new("2026").unwrap();
    assert_eq!(
        surveyed.dataset.periods()[&now].frame().cell(1, 0),
        Cell::Missing
    );
    let places: Vec<_> = surveyed.units[&now]
        .iter()
        .filter(|r| r.unit == 1)
        .collect();
    assert_eq!(places[0].value, Err(Refusal::UnknownAnswer("还行".into())));
}

#[test]
fn bad_counts_are_found_where_they_stand() {
    let of = |from: &str, to: &str| {
        let (data, findings) = dataset(&[FRAMEWORK, UNITS, &SURVEY.replacen(from, to, 1)]);
        assert_eq!(data, None, "{to}");
        let finding = findings.into_iter().next().unwrap();
        (finding.problem.clone(), finding.place.cell_name().unwrap())
    };
    assert_eq!(
        of("很满意,6,", "很满意,-6,"),
        (Problem::NegativeCount { value: -6.0 }, "F2".into())
    );
    assert_eq!(
        of("很满意,6,", "很满意,6.5,"),
        (Problem::NotWhole { value: 6.5 }, "F2".into())
    );
    assert_eq!(
        of("很满意,6,", "很满意,六,"),
        (Problem::NotANumber { text: "六".into() }, "F2".into())
    );
    let empty = |header: &str| Problem::EmptyCell {
        header: header.into(),
    };
    assert_eq!(of("很满意,6,", "很满意,,"), (empty("人数"), "F2".into()));
    assert_eq!(of("老党员,满意", ",满意"), (empty("群体"), "D3".into()));
    assert_eq!(
        of("001,2026,满意度,老党员,满意", "009,2026,满意度,老党员,满意").1,
        "A3"
    );
    assert_eq!(
        of("老党员,满意,4", "老党员,很满意,4"),
        (Problem::DuplicateValue { first_row: 2 }, "F3".into())
    );
    let above = |count, header: &str, limit| Problem::CountAbove {
        count,
        header: header.into(),
        limit,
    };
    assert_eq!(of("12,10", "12,13"), (above(13, "发出", 12), "H2".into()));
    assert_eq!(of("12,10", "12,9"), (above(10, "收回", 9), "F3".into()));
    let differs = Problem::SampleDiffers {
        header: "发出".into(),
        first_row: 2,
    };
    assert_eq!(of("满意,4,,", "满意,4,11,"), (differs, "G3".into()));
}

#[test]
fn group_results_hide_small_groups_and_never_sum_up_opinions() {
    let data = dataset(&[FRAMEWORK, UNITS, SURVEY]).0.unwrap();
    let now = Period::new("2026").unwrap();
    let surveyed = derive(&data, &spec(&[]));
    let groups = &surveyed.groups[&now];
    let sum = groups.iter().find(|g| g.group.is_empty()).unwrap();
    assert_eq!(
        (sum.returned, sum.favourable, sum.share),
        (Some(30), None, None)
    );
    assert_eq!(sum.unsure, None);
    // 10 favourable of 10: that nobody said otherwise is what must not be told.
    let party = groups.iter().find(|g| g.group == "老党员").unwrap();
    assert_eq!((party.returned, party.issued), (Some(10), Some(12)));
    assert_eq!(
        (party.favourable, party.share, party.mean),
        (None, None, None)
    );
    assert!(party.is_suppressed);
    // 30 and 10 of 40 with nobody unsure.
    let house = groups.iter().find(|g| g.group == "住户").unwrap();
    assert_eq!(house.unsure, None);
}

/// Thirty villages of equal size: those further from the class move further, and
/// shrunk values are used only where the specification says so.
#[test]
fn small_villages_are_drawn_toward_their_class() {
    let mut units = String::from("村代码,村名,村类\n");
    let mut survey = String::from("村代码,问题,群体,答案,人数\n");
    for i in 0..30 {
        let yes = 4 + (i * 7) % 17;
        let _ = writeln!(units, "{i:03},村{i},一类");
        let _ = writeln!(
            survey,
            "{i:03},满意度,住户,很满意,{yes}\n{i:03},满意度,住户,很不满意,{}",
            20 - yes
        );
    }
    let data = dataset(&[FRAMEWORK, &units, &survey]).0.unwrap();
    let now = Period::new("2026").unwrap();
    let mut spec = spec(&[]);
    let own = derive(&data, &spec);
    spec.shrink = true;
    let shrunk = derive(&data, &spec);
    let column = |s: &Surveyed<'_>| -> Vec<f64> {
        s.dataset.periods()[&now].columns()[1].present().collect()
    };
    let (own_values, shrunk_values) = (column(&own), column(&shrunk));
    let results: Vec<_> = own.units[&now].iter().filter(|r| r.column == 1).collect();
    for ((own, shrunk), result) in own_values.iter().zip(&shrunk_values).zip(results) {
        let weight = result.shrunk.unwrap().class_weight;
        assert!(weight > 0.0 && weight < 1.0);
        let (mean, sd, ends) = result.shrunk_value.unwrap();
        assert!((mean - shrunk).abs() < 1e-9 && sd > 0.0 && ends.low < mean);
        assert!(own.min(59.0) <= *shrunk + 1e-9 || own.max(59.0) >= *shrunk);
        assert!((shrunk - 59.0).abs() <= (own - 59.0).abs() + 1.0);
    }
    spec.min_class = 31;
    let none = derive(&data, &spec);
    assert!(none.units[&now].iter().all(|r| r.shrunk.is_none()));
    assert_eq!(column(&none), own_values);
}
