//! Every kind of difference between two states of the data, and what is said about it.

use super::*;
use crate::frame::{Provenance, SurveyCounts};
use crate::framework::Language;
use crate::input::{decode, read, recognise};

const FRAMEWORK: &str = "id,parent,name,direction,measure,lower,upper,weight\n\
    top,,Index,,,,,1\n\
    x,top,X,+,%,50,100,3\n\
    y,top,Y,-,%,0,20,1\n";
const DATA: &str = "code,name,town,class,x,y\n\
    001,Alpha,T,K,90,5\n002,Beta,T,K,60,0\n003,Gamma,T,K,,10\n";

fn dataset(values: &str) -> Dataset {
    let books = [("f.csv", FRAMEWORK), ("d.csv", values)]
        .map(|(name, text)| decode(name, text.as_bytes(), None).workbook);
    let import = read(&books, &recognise(&books, None), None, &period());
    import.dataset.unwrap()
}

fn period() -> Period {
    Period::new("2026").unwrap()
}

/// An appeal of 002 with these cells.
fn appeal(cells: &str) -> Appeal {
    let json = format!(
        r#"{{"village": "002", "reason": "r", "decider": "d", "decided": "2026-11-20",
        "cells": [{cells}]}}"#
    );
    Appeal::from_json(json.as_bytes()).unwrap()
}

fn spot(village: &str, indicator: &str) -> Spot {
    Spot {
        period: period(),
        village: UnitCode::new(village).unwrap(),
        indicator: indicator.into(),
    }
}

fn compare(cells: &str, before: &Dataset, after: &Dataset) -> Corrections {
    Corrections::new(&appeal(cells), before, after, &period())
}

const X: &str = r#"{"indicator": "x", "reason": "counted twice"}"#;

#[test]
fn a_corrected_cell_has_its_reason() {
    let (before, after) = (dataset(DATA), dataset(&DATA.replace("60,0", "96,0")));
    let found = compare(X, &before, &after);
    assert_eq!(found.notes, []);
    let value = |x| Evidence {
        cell: Cell::Value(x),
        ratio: None,
        standard_error: None,
    };
    let expected = Corrected {
        spot: spot("002", "x"),
        evidence: Some([value(60.0), value(96.0)]),
        reason: "counted twice".into(),
    };
    assert_eq!(found.list, [expected]);
    // In another order of rows, the same.
    let rows = "code,name,town,class,x,y\n\
        003,Gamma,T,K,,10\n002,Beta,T,K,96,0\n001,Alpha,T,K,90,5\n";
    assert_eq!(compare(X, &before, &dataset(rows)), found);
}

#[test]
fn a_cell_without_a_reason_blocks() {
    let (before, after) = (dataset(DATA), dataset(&DATA.replace("60,0", "96,1")));
    let found = compare(X, &before, &after);
    assert!(found.is_blocked());
    assert_eq!(found.notes, [Note::Unexplained(spot("002", "y"))]);
    let words = found.notes[0].message(Language::English);
    assert_eq!(words, "2026 › 002 › y: corrected, and nothing says why");
    // A reason for another village's or period's cell is none for this one.
    for other in [r#""village": "001""#, r#""period": "2025""#] {
        let y = format!(r#"{X}, {{{other}, "indicator": "y", "reason": "s"}}"#);
        let found = compare(&y, &before, &after);
        assert!(found.is_blocked(), "{other}");
        assert_eq!(found.notes[0], Note::Unexplained(spot("002", "y")));
        assert!(matches!(found.notes[1], Note::NotCorrected(_)), "{other}");
    }
}

#[test]
fn cells_of_other_villages_and_idle_corrections_are_found() {
    let before = dataset(DATA);
    let after = dataset(&DATA.replace("K,,10", "K,80,10"));
    let cells = r#"{"village": "003", "indicator": "x", "reason": "late"}"#;
    let found = compare(&format!("{cells}, {X}"), &before, &after);
    assert!(!found.is_blocked());
    let expected = [
        Note::OthersCell(spot("003", "x")),
        Note::NotCorrected(spot("002", "x")),
    ];
    assert_eq!(found.notes, expected);
    let evidence = found.list[0].evidence.unwrap().map(|e| e.cell);
    assert_eq!(evidence, [Cell::Missing, Cell::Value(80.0)]);
    // An appeal that was not granted.
    let found = compare("", &before, &before);
    assert_eq!(found.notes, [Note::NothingCorrected]);
    assert!(!found.is_blocked() && found.list.is_empty());
}

#[test]
fn another_register_framework_or_village_is_no_correction() {
    let before = dataset(DATA);
    let code = |text| UnitCode::new(text).unwrap();
    let with = |values: &str| compare(X, &before, &dataset(values)).notes;
    let other_town = with(&DATA.replace("Beta,T", "Beta,U"));
    assert_eq!(other_town, [Note::OtherRegister(code("002"))]);
    let more = with(&[DATA, "004,Delta,T,K,1,1\n"].concat());
    assert_eq!(more, [Note::OtherRegister(code("004"))]);
    let fewer = with(&DATA.replace("003,Gamma,T,K,,10\n", ""));
    assert_eq!(fewer, [Note::OtherRegister(code("003"))]);
    let mut of_nobody = appeal(X);
    of_nobody.village = code("009");
    let found = Corrections::new(&of_nobody, &before, &before, &period());
    assert_eq!(found.notes, [Note::NoSuchVillage(code("009"))]);
    let books = [
        ("f.csv", FRAMEWORK.replace("50,100,3", "40,100,3")),
        ("d.csv", DATA.into()),
    ]
    .map(|(name, text)| decode(name, text.as_bytes(), None).workbook);
    let other = read(&books, &recognise(&books, None), None, &period());
    let found = compare(X, &before, &other.dataset.unwrap());
    assert_eq!(found.notes, [Note::OtherFramework]);
    assert!(found.is_blocked());
}

/// 19 of 20 and 38 of 40 are both 95 %, and not the same.
#[test]
fn counts_errors_and_other_periods_are_compared_too() {
    let before = dataset(DATA);
    let at = |period: &str| Period::new(period).unwrap();
    let with = |numerator, error, year: &str| {
        let mut observations = before.periods()[&period()].clone();
        let ratio = Ratio {
            numerator,
            denominator: numerator / 0.95,
        };
        let source = Provenance::default();
        observations.set(1, 0, Cell::Value(95.0), Some(ratio), &source);
        observations.set_standard_error(1, 0, error);
        before.clone().with_period(at(year), observations).unwrap()
    };
    let n_changed = |a: &Dataset, b: &Dataset| compare(X, a, b).list.len();
    let (few, many) = (with(19.0, None, "2026"), with(38.0, None, "2026"));
    assert_eq!([n_changed(&few, &many), n_changed(&few, &few)], [1, 0]);
    let evidence = compare(X, &few, &many).list[0].evidence.unwrap();
    assert_eq!(evidence[0].cell, evidence[1].cell);
    assert_eq!(n_changed(&few, &with(19.0, Some(1.0), "2026")), 1);
    // A period that was not there: of three villages, each value that is.
    let earlier = with(19.0, None, "2025");
    let found = compare(X, &before, &earlier);
    assert_eq!(found.list.len(), 5);
    assert_eq!(found.list[0].spot.period, at("2025"));
    assert!(found.is_blocked());
}

#[test]
fn survey_counts_are_compared_by_their_words() {
    let with = |answers: &[(u32, &str, u32)]| {
        let mut counts = SurveyCounts::default();
        for (unit, answer, n) in answers {
            counts.set(*unit, "满意度", "household", answer, *n);
        }
        dataset(DATA)
            .with_surveys([(period(), counts)].into())
            .unwrap()
    };
    let before = with(&[(0, "很满意", 9), (1, "很满意", 3), (1, "不满意", 2)]);
    let same = with(&[(1, "不满意", 2), (1, "很满意", 3), (0, "很满意", 9)]);
    assert_eq!(compare("", &before, &same).notes, [Note::NothingCorrected]);
    let survey = r#"{"indicator": "survey", "reason": "forms found"}"#;
    let found = compare(
        survey,
        &before,
        &with(&[(0, "很满意", 9), (1, "很满意", 4), (1, "不满意", 2)]),
    );
    assert_eq!(found.notes, []);
    let expected = Corrected {
        spot: spot("002", SURVEY),
        evidence: None,
        reason: "forms found".into(),
    };
    assert_eq!(found.list, [expected]);
}
