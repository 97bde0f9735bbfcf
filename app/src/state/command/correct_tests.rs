//! Corrections as commands.

use super::super::persist;
use super::tests::demonstration;
use super::*;

#[test]
fn a_correction_needs_a_reason_and_a_place_and_is_undone() {
    let mut project = demonstration();
    let start = project.content.clone();
    let made = Correction {
        unit: start.dataset.units().list()[2].code.clone(),
        period: start.period.clone(),
        indicator: NodeId::new("a_staffing_rate").unwrap(),
        imported: Cell::Value(90.0),
        before: Cell::Value(90.0),
        after: Cell::Missing,
        ratio: None,
        reason: " 抄错 ".into(),
        at: String::new(),
    };
    let correct = |correction: Correction| Command::Correct {
        correction: Box::new(correction),
        digest: "12ab".into(),
    };
    for wrong in [
        Correction {
            reason: " \n".into(),
            ..made.clone()
        },
        Correction {
            unit: UnitCode::new("1").unwrap(),
            ..made.clone()
        },
        Correction {
            period: Period::new("1999").unwrap(),
            ..made.clone()
        },
        // A pillar has no cells.
        Correction {
            indicator: NodeId::new("A").unwrap(),
            ..made.clone()
        },
    ] {
        assert!(project.apply(correct(wrong), "t0").is_err());
        assert_eq!(project.content, start);
    }
    assert!(project.log.entries().is_empty());
    project.apply(correct(made.clone()), "t1").unwrap();
    let kept = &project.content.corrections[0];
    assert_eq!((kept.reason.as_str(), kept.at.as_str()), ("抄错", "t1"));
    let logged = &project.log.entries()[0].action;
    for part in [
        r#"{"do":"correct","unit":""#,
        r#""imported":{"value":90.0},"before":{"value":90.0},"after":"missing","ratio":null"#,
        r#""digest":"12ab"}"#,
    ] {
        assert!(logged.contains(part), "{part} is not in {logged}");
    }
    // It is part of what is saved.
    let head = persist::head_record(&project);
    let dataset = Arc::clone(&project.content.dataset);
    let back = persist::from_head(&head, dataset).unwrap();
    assert_eq!(back.content.corrections, project.content.corrections);
    project.apply(Command::Undo, "t2").unwrap();
    assert_eq!(project.content, start);
    project.apply(Command::Redo, "t3").unwrap();
    assert_eq!(project.content.corrections.len(), 1);
}
