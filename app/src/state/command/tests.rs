//! Every command, what it refuses and how it is undone.

use super::*;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::Dataset;
use dhi_engine::scheme::default_scheme;

fn dataset() -> Dataset {
    let options = DemoOptions {
        n_units: 9,
        ..DemoOptions::default()
    };
    generate(&default_scheme(), options).unwrap()
}

pub(in crate::state) fn demonstration() -> Project {
    let dataset = Arc::new(Catalogue::of(1, &dataset()));
    Project::new(Content::new("demo", true, dataset).unwrap())
}

#[test]
fn undo_and_redo_go_through_every_state_and_are_logged() {
    let mut project = demonstration();
    let start = project.content.clone();
    let equal = WeightSet::equal(start.framework()).unwrap();
    project
        .apply(Command::SetShares(equal.shares().to_vec()), "t1")
        .unwrap();
    project
        .apply(Command::SaveScenario(" 同权 ".into()), "t2")
        .unwrap();
    assert_eq!(project.content.scenarios[0].name, "同权");
    let end = project.content.clone();
    project.apply(Command::Undo, "t3").unwrap();
    project.apply(Command::Undo, "t4").unwrap();
    assert_eq!(project.content, start);
    assert_eq!(
        project.apply(Command::Undo, "t5"),
        Err(CommandError::Nothing)
    );
    project.apply(Command::Redo, "t6").unwrap();
    project.apply(Command::Redo, "t7").unwrap();
    assert_eq!(project.content, end);
    let times: Vec<&str> = project
        .log
        .entries()
        .iter()
        .map(|e| e.at.as_str())
        .collect();
    assert_eq!(times, ["t1", "t2", "t3", "t4", "t6", "t7"]);
    assert_eq!(project.log.first_broken(), None);
}

#[test]
fn a_refused_command_changes_nothing() {
    let mut project = demonstration();
    let before = project.clone();
    for command in [
        Command::SetShares(vec![1.0]),
        Command::SetShares(vec![0.0; before.content.shares.len()]),
        Command::SaveScenario("  ".into()),
        Command::LoadScenario("none".into()),
        Command::SetPeriod(Period::new("1999").unwrap()),
    ] {
        assert!(project.apply(command, "t").is_err());
        assert_eq!(project, before);
    }
}

#[test]
fn weights_of_a_method_are_one_step_with_its_name() {
    let mut project = demonstration();
    let before = project.content.clone();
    let equal = WeightSet::equal(before.framework()).unwrap();
    let take = |is_kept| Command::TakeShares {
        shares: equal.shares().to_vec(),
        by: "熵权法 · A".into(),
        is_kept,
    };
    project.apply(take(false), "t1").unwrap();
    assert_eq!(project.content.shares, equal.shares());
    assert!(project.content.scenarios.is_empty());
    project.apply(take(true), "t2").unwrap();
    assert_eq!(project.content.scenarios[0].shares, equal.shares());
    assert!(project.log.entries()[0].action.contains("熵权法 · A"));
    project.apply(Command::Undo, "t3").unwrap();
    project.apply(Command::Undo, "t4").unwrap();
    assert_eq!(project.content, before);
}

#[test]
fn a_specification_is_logged_by_its_digest_and_undone() {
    let mut project = demonstration();
    let before = project.content.clone();
    let json = r#"{ "aggregate": { "levels": { "0": "geometric" } } }"#;
    let spec = Recipe::from_json(json).unwrap();
    let command = Command::SetSpec {
        spec: Box::new(spec.clone()),
        digest: "12ab".into(),
    };
    project.apply(command, "t1").unwrap();
    assert_eq!(project.content.spec, spec);
    let entry = &project.log.entries()[0];
    assert_eq!(entry.action, r#"{"do":"set_spec","digest":"12ab"}"#);
    project.apply(Command::Undo, "t2").unwrap();
    assert_eq!(project.content, before);
}

#[test]
fn who_reviews_is_set_undone_and_fits_a_letter() {
    let mut project = demonstration();
    let before = project.content.clone();
    let set = |text: &str| Command::SetAppeal(text.into());
    project.apply(set(" 县委组织部\n"), "t1").unwrap();
    assert_eq!(project.content.appeal, "县委组织部");
    let entry = &project.log.entries()[0];
    let logged = r#"{"do":"set_appeal","text":" 县委组织部\n"}"#;
    assert_eq!(entry.action, logged);
    project.apply(set(&"长".repeat(500)), "t2").unwrap();
    let refused = project.apply(set(&"长".repeat(501)), "t3");
    assert_eq!(refused, Err(CommandError::TooLong));
    project.apply(Command::Undo, "t4").unwrap();
    assert_eq!(project.content.appeal, "县委组织部");
    project.apply(Command::Undo, "t5").unwrap();
    assert_eq!(project.content, before);
}

#[test]
fn a_decision_needs_a_reason_and_keeps_what_came_before_it() {
    let mut project = demonstration();
    let unit = project.content.dataset.units().list()[2].code.clone();
    let decide = |choice, reason: &str| Command::Decide {
        unit: unit.clone(),
        choice,
        reason: reason.into(),
        basis: Basis {
            digest: "12ab".into(),
            score: Some(59.5),
            rank: Some(3),
            chance: Some(0.4),
            ..Basis::default()
        },
    };
    let blank = project.apply(decide(Choice::Review, " \n"), "t0");
    assert_eq!(blank, Err(CommandError::NoReason));
    assert!(project.log.entries().is_empty());
    let unknown = Command::Decide {
        unit: UnitCode::new("1").unwrap(),
        choice: Choice::Defer,
        reason: "x".into(),
        basis: Basis::default(),
    };
    assert!(matches!(
        project.apply(unknown, "t0"),
        Err(CommandError::NoUnit(_))
    ));
    project
        .apply(decide(Choice::Review, " 差 0.5 分 "), "t1")
        .unwrap();
    project
        .apply(decide(Choice::Recommend, "复核后补齐"), "t2")
        .unwrap();
    let content = &project.content;
    let about: Vec<_> =
        super::super::decision::about(&content.decisions, &unit, &content.period).collect();
    assert_eq!(about.len(), 2);
    assert_eq!(
        (about[0].reason.as_str(), about[0].at.as_str()),
        ("差 0.5 分", "t1")
    );
    assert_eq!(about[1].choice, Choice::Recommend);
    assert!(project.log.entries()[0].action.contains("\"chance\":0.4"));
    project.apply(Command::Undo, "t3").unwrap();
    assert_eq!(project.content.decisions.len(), 1);
    // The log forgets nothing.
    assert_eq!(project.log.entries().len(), 3);
}

#[test]
fn an_import_with_the_same_framework_keeps_the_weights() {
    let mut project = demonstration();
    let equal = WeightSet::equal(project.content.framework()).unwrap();
    project
        .apply(Command::SetShares(equal.shares().to_vec()), "t")
        .unwrap();
    let options = DemoOptions {
        n_units: 20,
        ..DemoOptions::default()
    };
    let dataset = generate(&default_scheme(), options).unwrap();
    let import = Command::AcceptImport {
        dataset: Arc::new(Catalogue::of(2, &dataset)),
        files: vec!["a.xlsx".into()],
        digest: String::new(),
    };
    project.apply(import, "t").unwrap();
    assert_eq!(project.content.shares, equal.shares());
    assert_eq!(project.content.dataset.units().len(), 20);
    // The same invented villages are still among them.
    assert!(project.content.is_fictitious);
}

#[test]
fn the_mark_goes_with_the_last_invented_village() {
    use dhi_engine::input::{decode, read, recognise};
    let mut project = demonstration();
    let table = "村代码,村名\n001,甲村\n";
    let workbooks = [decode("u.csv", table.as_bytes(), None).workbook];
    let plans = recognise(&workbooks, Some(project.content.framework()));
    let import = read(
        &workbooks,
        &plans,
        Some(&dataset()),
        &project.content.period,
    );
    let import = Command::AcceptImport {
        dataset: Arc::new(Catalogue::of(2, &import.dataset.unwrap())),
        files: Vec::new(),
        digest: String::new(),
    };
    project.apply(import, "t").unwrap();
    assert!(!project.content.is_fictitious);
    project.apply(Command::Undo, "t").unwrap();
    assert!(project.content.is_fictitious);
}

#[test]
fn columns_are_steps_like_all_others_and_outlive_what_is_opened() {
    let mut project = demonstration();
    // The window says which are shown.
    project.content.columns = "rns".into();
    let columns = |to: &str| Command::SetColumns(to.into());
    project.apply(columns("rnsh"), "t1").unwrap();
    let equal = WeightSet::equal(project.content.framework()).unwrap();
    let shares = equal.shares().to_vec();
    project.apply(Command::SetShares(shares), "t2").unwrap();
    project.apply(columns("rnhs"), "t3").unwrap();
    // The same again is no step.
    project.apply(columns("rnhs"), "t4").unwrap();
    let entry = project.log.entries().last().unwrap();
    assert_eq!(entry.action, r#"{"do":"set_columns","columns":"rnhs"}"#);
    assert_eq!(project.log.entries().len(), 3);
    let mut go = |command: Command| {
        project.apply(command, "t").unwrap();
        let is_equal = project.content.shares == equal.shares();
        (project.content.columns.clone(), is_equal)
    };
    assert_eq!(go(Command::Undo), ("rnsh".into(), true));
    assert_eq!(go(Command::Undo), ("rnsh".into(), false));
    assert_eq!(go(Command::Undo), ("rns".into(), false));
    assert_eq!(go(Command::Redo), ("rnsh".into(), false));
    assert_eq!(go(Command::Redo), ("rnsh".into(), true));
    // What is opened says nothing of them, and neither does a state of before they were
    // steps.
    let other = demonstration().content;
    assert_eq!(go(Command::Open(Box::new(other))), ("rnsh".into(), false));
    project.undo.last_mut().unwrap().columns.clear();
    project.apply(Command::Undo, "t").unwrap();
    assert_eq!(project.content.columns, "rnsh");
}
