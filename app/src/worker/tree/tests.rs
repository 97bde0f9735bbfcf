use super::*;
use crate::worker::present::Given;
use crate::written::html::check;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::frame::CellState;
use dhi_engine::gate::Limit;
use dhi_engine::pipeline::{self, Inputs};
use dhi_engine::scheme::default_scheme;
use dhi_engine::weigh::WeightSet;

fn present(spec: &str) -> Present {
    let options = DemoOptions {
        n_units: 40,
        ..DemoOptions::default()
    };
    let dataset = generate(&default_scheme(), options).unwrap();
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let given = Given::default();
    let loaded = Present::load(1, dataset.into(), given, period, spec, weights.shares());
    loaded.map(|(present, ..)| present).unwrap()
}

fn shares(present: &Present) -> Vec<f64> {
    present.what_if.weights().shares().to_vec()
}

/// Does something with the texts of its form, and looks at what is written.
fn does(tree: &mut Tree, present: &Present, act: &str, fields: &[(&str, &str)]) -> Option<Taken> {
    let fields: Vec<(String, String)> = fields
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect();
    let taken = tree.act(present, act, &fields, &shares(present)).unwrap();
    for text in tree.markup(present) {
        check(&text);
    }
    taken
}

fn effect(tree: &Tree) -> &Effect {
    match &tree.trial {
        Some(Trial::Good(effect)) => effect,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_framework_comes_back_from_what_could_have_been_typed() {
    let framework = default_scheme();
    assert_eq!(framework_of(&rows_of(&framework)).unwrap(), framework);
}

#[test]
fn a_draft_that_was_kept_is_gone_on_with_step_by_step() {
    let present = present("{}");
    let base = present.dataset.framework();
    let id = "a_staffing_rate";
    let mut tree = Tree::default();
    assert_eq!(tree.kept(), "");
    does(&mut tree, &present, "indicator", &[("value", "A")]);
    does(&mut tree, &present, "open", &[("value", id)]);
    let typed = [("value", id), ("lower", "60"), ("zh", "配备\"率\"")];
    does(&mut tree, &present, "set", &typed);
    does(&mut tree, &present, "reason", &[("reason", "放宽")]);
    let kept = tree.kept();
    let mut later = Tree::default();
    does(&mut later, &present, "restore", &[("value", &kept)]);
    assert_eq!(later.rows(base), tree.rows(base));
    assert_eq!(later.changes(base), tree.changes(base));
    assert_eq!(
        (&later.open, &later.reason),
        (&id.to_owned(), &"放宽".into())
    );
    assert_eq!(effect(&later), effect(&tree));
    assert_eq!(later.kept(), kept);
    for tree in [&mut later, &mut tree] {
        does(tree, &present, "back", &[]);
    }
    assert_eq!(later.rows(base), tree.rows(base));
    does(&mut later, &present, "back", &[]);
    assert!(!later.is_draft());
    // What is no draft is none, and one under way is not written over.
    for broken in [
        "",
        "{}",
        "[]",
        "[1,2]",
        "[\"a\",\"b\",[[\"dhi\"]]]",
        &kept[..kept.len() - 2],
    ] {
        does(&mut later, &present, "restore", &[("value", broken)]);
        assert!(!later.is_draft(), "{broken}");
    }
    does(&mut tree, &present, "restore", &[("value", &kept)]);
    assert_ne!(tree.kept(), kept);
}

/// Goalposts of one indicator: the effect is what a native run under them says.
#[test]
fn what_an_edit_would_change_is_what_a_run_says() {
    let present = present("{}");
    let mut tree = Tree::default();
    let id = "a_staffing_rate";
    does(&mut tree, &present, "open", &[("value", id)]);
    assert!(!tree.is_draft() && tree.trial.is_none());
    does(
        &mut tree,
        &present,
        "set",
        &[("value", id), ("lower", "0"), ("upper", " 100 ")],
    );
    let changes = tree.changes(present.dataset.framework());
    assert_eq!(changes.len(), 1, "{changes:?}");
    assert_eq!(changes[0].logged(), "a_staffing_rate lower: 80 → 0");

    let mut rows = default_scheme().to_rows();
    let row = rows.iter_mut().find(|row| row.id.as_str() == id).unwrap();
    let indicator = row.indicator.as_mut().unwrap();
    indicator.goalposts = dhi_engine::framework::Goalposts::new(0.0, 100.0).ok();
    let framework = Framework::new(rows).unwrap();
    let dataset = present.source().under(framework).unwrap();
    let surveyed = pipeline::survey(&dataset, &present.spec).unwrap();
    let inputs = Inputs::of(&surveyed.dataset, &present.period).unwrap();
    let weights = WeightSet::from_framework(inputs.framework).unwrap();
    let after = pipeline::run(inputs, &weights, &present.spec).unwrap();
    let before = &present.outcome;
    let pairs = before.ranks.overall.iter().zip(&after.ranks.overall);
    let n_moved = pairs.filter(|(was, is)| was != is).count();
    let found = effect(&tree);
    assert_eq!(found.n_moved as usize, n_moved);
    assert!(n_moved > 0 && found.empty.is_empty());
    for (unit, [from, to]) in &found.largest {
        let at = *unit as usize;
        assert_eq!(before.ranks.overall[at].map(|r| r.0), Some(*from));
        assert_eq!(after.ranks.overall[at].map(|r| r.0), Some(*to));
    }

    // Without a reason nothing is taken; with one, it is that data.
    assert!(does(&mut tree, &present, "apply", &[("reason", " ")]).is_none());
    assert!(tree.lacks_reason);
    let taken = does(&mut tree, &present, "apply", &[("reason", "实测")]).unwrap();
    assert_eq!(taken.dataset, dataset);
    assert_eq!(taken.digest, digest_of(&dataset));
    assert_eq!(taken.changes, ["a_staffing_rate lower: 80 → 0"]);
}

/// Where everybody is held at the last grade none changes, however scores do; grades that
/// are held at the second change where those of a native run do, the first counted as it.
#[test]
fn grades_that_an_edit_changes_are_those_that_count() {
    let mut present = present("{}");
    let last = present.spec.bands.list().len() as u32 - 1;
    let edit = |present: &Present| {
        let mut tree = Tree::default();
        let id = "a_staffing_rate";
        does(&mut tree, present, "open", &[("value", id)]);
        let typed = [("value", id), ("lower", "0"), ("upper", "100")];
        does(&mut tree, present, "set", &typed);
        let rows = tree.rows(present.dataset.framework());
        let dataset = trial::under(present, &rows).unwrap();
        let inputs = Inputs::of(&dataset, &present.period).unwrap();
        let weights = WeightSet::from_framework(inputs.framework).unwrap();
        let after = pipeline::run(inputs, &weights, &present.spec).unwrap();
        (effect(&tree).clone(), after.grades)
    };
    let (free, after) = edit(&present);
    let counted = |present: &Present, best: u32| {
        let grades = present.what_if.grades();
        let pairs = grades.iter().zip(&after);
        let limit = Limit {
            best,
            ..Limit::default()
        };
        pairs
            .filter(|(was, is)| limit.counts(**was) != limit.counts(**is))
            .count() as u32
    };
    assert_eq!(free.n_grades, counted(&present, 0));
    assert!(free.n_grades > 0);
    for best in [1, last] {
        let limit = Limit {
            best,
            ..Limit::default()
        };
        present.restrict((0..40).map(|unit| (unit, limit)).collect());
        let (held, _) = edit(&present);
        assert_eq!(held.n_grades, counted(&present, best), "{best}");
        assert_eq!(held.n_moved, free.n_moved);
    }
    assert_eq!(counted(&present, last), 0);
}

#[test]
fn nonsense_is_refused_where_it_stands_and_keeps_what_was_typed() {
    let present = present("{}");
    let mut tree = Tree::default();
    let id = "a_staffing_rate";
    let set = |tree: &mut Tree, fields: &[(&str, &str)]| {
        let all: Vec<_> = [("value", id)]
            .into_iter()
            .chain(fields.iter().copied())
            .collect();
        does(tree, &present, "set", &all)
    };
    set(&mut tree, &[("lower", "120")]);
    let Some(Trial::Unsound(fault)) = &tree.trial else {
        panic!("taken");
    };
    assert_eq!((fault.id.as_str(), fault.field), (id, "lower"));
    assert!(fault.words[0].contains("120"), "{fault:?}");
    let rows = tree.rows(present.dataset.framework());
    let row = rows.iter().find(|row| row.id == id).unwrap();
    assert_eq!(row.text("lower"), "120");
    assert!(does(&mut tree, &present, "apply", &[("reason", "x")]).is_none());
    // The second end makes it sound.
    set(&mut tree, &[("upper", "150")]);
    assert!(effect(&tree).n_moved > 0);
    for weight in ["-1", "x", ""] {
        set(&mut tree, &[("weight", weight)]);
        let Some(Trial::Unsound(fault)) = &tree.trial else {
            panic!("{weight} taken");
        };
        assert_eq!(fault.field, "weight");
    }
    // Step by step back to what it was: no draft any more.
    for _ in 0..5 {
        does(&mut tree, &present, "back", &[]);
    }
    assert!(!tree.is_draft() && !tree.can_go_back());
}

#[test]
fn what_the_specification_names_cannot_be_removed_and_the_engine_says_where() {
    let present = present(r#"{ "treat": { "indicators": { "a_staffing_rate": "none" } } }"#);
    let mut tree = Tree::default();
    does(
        &mut tree,
        &present,
        "remove",
        &[("value", "a_staffing_rate")],
    );
    let Some(Trial::Refused(refusal)) = &tree.trial else {
        panic!("taken");
    };
    assert_eq!(refusal.place, "treat.indicators.a_staffing_rate");
    assert!(does(&mut tree, &present, "apply", &[("reason", "x")]).is_none());
    does(&mut tree, &present, "discard", &[]);
    assert!(!tree.is_draft());
}

#[test]
fn nodes_are_added_moved_and_removed() {
    let present = present("{}");
    let mut tree = Tree::default();
    let base = present.dataset.framework();
    let n = base.n_indicators();
    let framework = |tree: &Tree| framework_of(&tree.rows(base));
    let group = base.nodes()[2].id.as_str();
    // An empty group is refused until it holds something.
    does(&mut tree, &present, "group", &[("value", "A")]);
    assert_eq!(tree.open, "new_1");
    assert!(matches!(tree.trial, Some(Trial::Unsound(_))));
    does(
        &mut tree,
        &present,
        "set",
        &[("value", "new_1"), ("id", "A9"), ("zh", "公开")],
    );
    does(&mut tree, &present, "indicator", &[("value", "A9")]);
    // With no data at all, and it says so.
    assert_eq!(effect(&tree).empty, ["new_1"]);
    let changed = framework(&tree).unwrap();
    assert_eq!(changed.n_indicators(), n + 1);
    let added = changed.node(changed.find("new_1").unwrap());
    assert_eq!(added.weight, 1.0);
    assert_eq!(changed.node(added.parent.unwrap()).name.zh, "公开");
    // No two of the same id.
    let twice = [("value", "new_1"), ("id", "A9")];
    does(&mut tree, &present, "set", &twice);
    assert_eq!(tree.refused.as_ref().map(|f| f.field), Some("id"));
    assert_eq!(framework(&tree).unwrap(), changed);
    // Values stay with the id, wherever it moves.
    does(
        &mut tree,
        &present,
        "set",
        &[("value", "a_staffing_rate"), ("parent", "A9")],
    );
    does(&mut tree, &present, "up", &[("value", "a_staffing_rate")]);
    let changed = framework(&tree).unwrap();
    let a9 = changed.node(changed.find("A9").unwrap());
    let first = changed.node(a9.children[0]);
    assert_eq!(first.id.as_str(), "a_staffing_rate");
    let taken = does(&mut tree, &present, "apply", &[("reason", "新增公开")]).unwrap();
    let (old, new) = (
        &present.source().periods()[&present.period],
        &taken.dataset.periods()[&present.period],
    );
    let column = |f: &Framework, id: &str| f.node(f.find(id).unwrap()).column.unwrap();
    assert_eq!(
        old.columns()[column(base, "a_staffing_rate")],
        new.columns()[column(taken.dataset.framework(), "a_staffing_rate")]
    );
    let empty = &new.columns()[column(taken.dataset.framework(), "new_1")];
    assert!(empty.states().iter().all(|s| *s == CellState::Missing));
    // A group cannot move below itself, nor the composite go.
    let before = tree.rows(base);
    does(
        &mut tree,
        &present,
        "set",
        &[("value", "A"), ("parent", group)],
    );
    does(&mut tree, &present, "remove", &[("value", "dhi")]);
    assert_eq!(tree.rows(base), before);
    // Removing a group takes everything below it along.
    does(&mut tree, &present, "remove", &[("value", "A9")]);
    assert_eq!(framework(&tree).unwrap().n_indicators(), n - 1);
    does(&mut tree, &present, "down", &[("value", "B")]);
    let changes = tree.changes(base);
    let order: Vec<&Change> = changes.iter().filter(|c| c.what == "order").collect();
    assert_eq!(order.len(), 1, "{changes:?}");
    assert_eq!(order[0].logged(), "dhi order: A B C → A C B");
    // Other data: another draft.
    tree.begin(7);
    assert!(!tree.is_draft());
}
