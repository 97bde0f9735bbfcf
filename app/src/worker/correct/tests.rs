//! Corrections of the demonstration, against runs on the data changed by hand.

use super::*;
use crate::worker::present::Given;
use crate::worker::protocol::{Look, Results};
use crate::written::html::check;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::{Dataset, Provenance, SurveyCounts};
use dhi_engine::gate::Limit;
use dhi_engine::scheme::default_scheme;
use dhi_engine::weigh::WeightSet;

const HOSTILE: &str = "<img src=x onerror=alert(1)>&\"'";

fn county() -> Dataset {
    let options = DemoOptions {
        n_units: 40,
        ..DemoOptions::default()
    };
    generate(&default_scheme(), options).unwrap()
}

fn loaded(dataset: &Dataset, corrections: Vec<Correction>, spec: &str) -> (Present, Results) {
    let weights = WeightSet::equal(dataset.framework()).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let data = dataset.clone().into();
    let given = Given {
        corrections,
        derived: Vec::new(),
    };
    let loaded = Present::load(1, data, given, period, spec, weights.shares());
    let (present, _, results) = loaded.unwrap();
    (present, results)
}

fn would(present: &Present, unit: u32, column: u32, text: &str) -> Would {
    let facts = present.facts(unit, column).unwrap();
    match present.tried_cell(&facts, column as usize, text).unwrap() {
        Trial::Would(would) => *would,
        _ => panic!("{text} was not tried"),
    }
}

/// The correction that a trial offers, with a reason.
fn offered(would: &Would, reason: &str) -> Correction {
    let (correction, _): (Correction, String) = serde_json::from_str(&would.proposal).unwrap();
    Correction {
        reason: reason.into(),
        at: "2026-07-01T08:00:00.000Z".into(),
        ..correction
    }
}

fn written(present: &Present, write: impl Fn(Scene<'_>) -> Markup) -> [String; 2] {
    let markup = write(present.scene(Look::default())).unwrap();
    for text in &markup {
        check(text);
    }
    markup
}

/// The trial, the data with the correction and the data with the cell set by hand say
/// the same to the last bit, also where others are what a village is compared with.
#[test]
fn a_trial_says_what_the_run_afterwards_gives() {
    let dataset = county();
    for spec in ["{}", r#"{ "normalise": { "method": "min_max" } }"#] {
        let (present, before) = loaded(&dataset, Vec::new(), spec);
        for (unit, text) in [(3, "1.5"), (17, "19/20"), (8, "缺失"), (30, "不适用")] {
            let would = would(&present, unit, 0, text);
            let made = offered(&would, "r");
            let mut by_hand = dataset.clone();
            let (period, observations) = dataset.latest().unwrap();
            let mut observations = observations.clone();
            let provenance = Provenance::default();
            observations.set(unit as usize, 0, made.after, made.ratio, &provenance);
            by_hand = by_hand.with_period(period.clone(), observations).unwrap();
            let (_, native) = loaded(&by_hand, Vec::new(), spec);
            let (after, results) = loaded(&dataset, vec![made], spec);
            let bits = |r: &Results| r.scores.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&results), bits(&native), "{text}");
            assert_eq!(results.overall, native.overall);
            let at = unit as usize;
            let [now, then] = &would.sides;
            assert_eq!(now.score.to_bits(), before.scores[at].to_bits());
            assert_eq!(then.score.to_bits(), native.scores[at].to_bits(), "{text}");
            let rank = |rank: Option<Rank>| rank.map_or(0, |r| r.0);
            assert_eq!(rank(then.ranks[0]), native.overall[at]);
            assert_eq!(rank(then.ranks[1]), native.in_class[at]);
            assert_eq!(then.grades, [native.grades[at]; 2]);
            let others = (0..40).filter(|i| *i != at);
            let moved = others.filter(|i| before.overall[*i] != native.overall[*i]);
            assert_eq!(would.others[0] as usize, moved.count(), "{text}");
            // The imported data is as it was.
            assert_eq!(*after.source(), dataset);
        }
    }
}

/// By the smallest and the largest value one village moves the grades of others. Held at
/// the last grade they keep it, and ranks and scores move as they did.
#[test]
fn grades_of_others_are_those_that_count() {
    let spec = r#"{ "normalise": { "method": "min_max" } }"#;
    let dataset = county();
    let (mut present, before) = loaded(&dataset, Vec::new(), spec);
    let free = would(&present, 3, 0, "0");
    let (_, after) = loaded(&dataset, vec![offered(&free, "r")], spec);
    let differ = (0..40).filter(|at| *at != 3 && before.grades[*at] != after.grades[*at]);
    assert_eq!(free.others[1] as usize, differ.count());
    assert!(free.others[1] > 0);
    let best = present.spec.bands.list().len() as u32 - 1;
    let limit = Limit {
        best,
        ..Limit::default()
    };
    present.restrict((0..40).map(|unit| (unit, limit)).collect());
    let held = would(&present, 3, 0, "0");
    assert_eq!(held.others, [free.others[0], 0, free.others[2]]);
}

#[test]
fn what_is_no_cell_or_already_there_is_said() {
    let dataset = county();
    let (present, _) = loaded(&dataset, Vec::new(), "{}");
    let tried = |text: &str| {
        let facts = present.facts(3, 0).unwrap();
        present.tried_cell(&facts, 0, text).unwrap()
    };
    assert!(matches!(tried("八成"), Trial::Refused(f) if f.len() == 1));
    assert!(matches!(tried("101"), Trial::Refused(_)));
    let was = dataset.latest().unwrap().1.frame().cell(3, 0);
    let same = was.value().map_or("missing".to_owned(), |x| x.to_string());
    assert!(matches!(tried(&same), Trial::Same));
    assert!(present.facts(40, 0).is_err() && present.facts(0, 30).is_err());
    let about = About {
        numbers: vec![3.0, 0.0],
        names: vec![HOSTILE.into()],
        ..About::default()
    };
    let [zh, en] = written(&present, |scene| present.trial(scene, &about));
    assert!(!zh.contains("<img") && !zh.contains("data-correct"));
    assert_ne!(zh, en);
}

/// Twelve households of one village answered; the scheme derives its satisfaction.
#[test]
fn a_cell_from_survey_counts_is_not_corrected() {
    let dataset = county();
    let column = dataset
        .framework()
        .indicators()
        .position(|(n, _)| n.id.as_str() == "c_satisfaction")
        .unwrap();
    let (period, observations) = dataset.latest().unwrap();
    let mut observations = observations.clone();
    for unit in [5, 6] {
        let nowhere = Provenance::default();
        observations.set(unit, column, Cell::Missing, None, &nowhere);
    }
    let mut counts = SurveyCounts::default();
    counts.set(5, "满意度", "住户", "满意", 9);
    counts.set(5, "满意度", "住户", "不满意", 3);
    let surveys = [(period.clone(), counts)].into();
    let dataset = dataset
        .clone()
        .with_period(period.clone(), observations)
        .unwrap()
        .with_surveys(surveys)
        .unwrap();
    let (present, _) = loaded(&dataset, Vec::new(), "{}");
    let facts = present.facts(5, column as u32).unwrap();
    // (9 · 80 + 3 · 30) / 12 points.
    assert_eq!(facts.cell, Cell::Value(67.5));
    let tried = present.tried_cell(&facts, column, "70").unwrap();
    assert!(matches!(tried, Trial::Derived));
    let markup = written(&present, |scene| present.cell(scene, 5, column as u32));
    assert!(markup.iter().all(|m| m.contains("data-derived")));
    // Where nobody answered there is nothing that it follows from.
    let made = offered(&would(&present, 6, column as u32, "70"), "r");
    let (after, _) = loaded(&dataset, vec![made], "{}");
    assert_eq!(
        after.facts(6, column as u32).unwrap().cell,
        Cell::Value(70.0)
    );
    assert_eq!(
        after.facts(5, column as u32).unwrap().cell,
        Cell::Value(67.5)
    );
}

#[test]
fn the_history_stands_beside_the_value_and_no_reason_is_markup() {
    let dataset = county();
    let (present, _) = loaded(&dataset, Vec::new(), "{}");
    let first = offered(&would(&present, 3, 0, "12.5"), HOSTILE);
    let (present, _) = loaded(&dataset, vec![first.clone()], "{}");
    let second = offered(&would(&present, 3, 0, "19/20"), "=1+1");
    assert_eq!(second.before, Cell::Value(12.5));
    assert_eq!(second.imported, first.imported);
    let all = vec![first, second];
    let (present, _) = loaded(&dataset, all.clone(), "{}");
    let old = match all[0].imported {
        Cell::Value(x) => format!("更正（导入值：{x:.2}%）"),
        _ => "更正（导入值：缺失）".to_owned(),
    };
    let topics: [&dyn Fn(Scene<'_>) -> Markup; 3] = [
        &|scene| present.cell(scene, 3, 0),
        &|scene| Ok(present.corrections(scene)),
        &|scene| {
            let (dossier, corrected) = (present.dossier(3)?, present.corrected_of(3));
            Ok(both(scene, &|scene, html| {
                crate::written::village::contributions(scene, html, &dossier, &corrected);
            }))
        },
    ];
    for (at, write) in topics.iter().enumerate() {
        let [zh, _] = written(&present, write);
        assert!(!zh.contains("<img"), "{zh}");
        assert_eq!(zh.contains("&lt;img"), at < 2);
        assert!(zh.contains("95.00% (19/20)"), "{zh}");
        assert_eq!(zh.contains(&old), at == 2, "{zh}");
    }
    let table = present.corrections_table(Language::Chinese);
    assert_eq!(table.rows.len(), 2);
    let column = |name: &str| table.header.iter().position(|h| h == name).unwrap();
    assert_eq!(table.rows[0][column("现状")], "已有后来的更正");
    assert_eq!(table.rows[1][column("现状")], "起作用");
    assert_eq!(table.rows[1][column("理由")], "'=1+1");
    assert_eq!(table.rows[1][column("分母")], "20");
    // Put back: the imported cell with its own counts, and nothing holds.
    let text = all[0]
        .imported
        .value()
        .map_or("missing".into(), |x| x.to_string());
    let back = offered(&would(&present, 3, 0, &text), "r");
    let (present, results) = loaded(&dataset, [all, vec![back]].concat(), "{}");
    assert_eq!(*present.dataset, dataset);
    assert!(present.corrected_here().is_empty());
    let (_, start) = loaded(&dataset, Vec::new(), "{}");
    assert_eq!(results, start);
}
