//! Standard errors beside values, and survey counts.

use super::{FRAMEWORK, UNITS, blocked, import, import_bytes, period};
use crate::finding::Problem;
use crate::frame::{Cell, Dataset};

#[test]
fn standard_errors_are_read_in_the_measure_of_their_value() {
    let values = "代码,指标,数值,标准误\n001,甲率,90,2.5\n002,甲率,80,\n001,乙率,—,1\n";
    let dataset = import(&[FRAMEWORK, UNITS, values]).dataset.unwrap();
    let observations = dataset.latest().unwrap().1;
    assert_eq!(observations.standard_error(0, 0), Some(2.5));
    assert_eq!(observations.standard_error(1, 0), None);
    assert_eq!(observations.standard_error(0, 1), None);
    // Shares become percentages together with their errors.
    let shares = "代码,指标,数值,se\n001,甲率,0.9,0.025\n";
    let shares = import(&[FRAMEWORK, UNITS, shares]);
    let dataset = shares.dataset.unwrap();
    assert_eq!(dataset.latest().unwrap().1.standard_error(0, 0), Some(2.5));
    // However the column of indicators is called.
    for header in ["指标代码", "指标编号", "编号"] {
        let values = format!("村代码,期间,{header},数值,标准误\n001,2025,甲率,90,2.5\n");
        let dataset = import(&[FRAMEWORK, UNITS, &values]).dataset.unwrap();
        assert_eq!(dataset.latest().unwrap().1.standard_error(0, 0), Some(2.5));
    }
    for (error, place) in [("-1", "D2"), ("inf", "D2"), ("大", "D2")] {
        let values = format!("代码,指标,数值,标准误\n001,甲率,90,{error}\n");
        let (problem, at) = blocked(&import(&[FRAMEWORK, UNITS, &values]));
        assert_eq!(at, place);
        let is_negative = matches!(problem, Problem::NegativeStandardError { .. });
        assert_eq!(is_negative, error == "-1");
    }
    // A register that grows carries them over.
    let units = format!("{UNITS}003,丙村,东镇,一类\n");
    let more = import_bytes(&[("u.csv", units.as_bytes())], Some(&dataset));
    let dataset = more.dataset.unwrap();
    assert_eq!(dataset.latest().unwrap().1.standard_error(0, 0), Some(2.5));
}

#[test]
fn survey_counts_follow_their_village_and_replace_their_period_only() {
    let survey = |n: u32| {
        format!(
            "代码,期间,问题,群体,答案,人数,收回\n001,2026,满意度,老党员,满意,{n},20\n\
             002,2026,满意度,老党员,满意,7,\n"
        )
    };
    let values = "代码,期间,甲率,乙率\n001,2026,30,40\n";
    let base = import(&[FRAMEWORK, UNITS, values, &survey(9)]);
    assert_eq!(base.findings, []);
    let base = base.dataset.unwrap();
    let now = period();
    assert_eq!(base.surveys()[&now].of_unit(0)[0].count, 9);
    assert_eq!(base.surveys()[&now].sample(0, 0).returned, Some(20));
    // New counts leave the values of the period alone.
    let again = import_bytes(&[("s.csv", survey(10).as_bytes())], Some(&base));
    assert_eq!(again.summary.periods, [(now.clone(), 2)]);
    let again = again.dataset.unwrap();
    assert_eq!(again.periods(), base.periods());
    assert_eq!(again.surveys()[&now].of_unit(0)[0].count, 10);
    // New values leave the counts alone.
    let other = "代码,期间,甲率\n001,2026,31\n";
    let values = import_bytes(&[("v.csv", other.as_bytes())], Some(&base));
    assert_eq!(values.dataset.unwrap().surveys(), base.surveys());
    // A register without the first village.
    let units = "村代码,村名\n003,丙村\n002,乙村\n";
    let moved = import_bytes(&[("u.csv", units.as_bytes())], Some(&base));
    let moved = moved.dataset.unwrap();
    let counts = moved.surveys()[&now].counts();
    assert_eq!((counts.len(), counts[0].unit, counts[0].count), (1, 1, 7));
    // Counts alone make a period in which every value is missing.
    let alone = import(&[FRAMEWORK, UNITS, &survey(9)]).dataset.unwrap();
    assert_eq!(alone.periods()[&now].frame().cell(0, 0), Cell::Missing);
    // Files survive, also from before there were counts.
    let json = serde_json::to_string(&base).unwrap();
    assert_eq!(serde_json::from_str::<Dataset>(&json).unwrap(), base);
    let plain = serde_json::to_string(&import(&[FRAMEWORK, UNITS, other]).dataset.unwrap());
    let plain = plain.unwrap();
    let old = plain
        .replace(",\"surveys\":{}", "")
        .replace("\"standard_errors\":[],", "");
    assert!(old.len() + 20 < plain.len());
    let read: Dataset = serde_json::from_str(&old).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), plain);
    let broken = json.replace("\"unit\":1,", "\"unit\":9,");
    assert!(serde_json::from_str::<Dataset>(&broken).is_err());
}
