//! Attacks on tables in which small counts are hidden.

use crate::frame::SurveyCounts;
use crate::framework::Measure;
use crate::num::maximise;
use crate::scheme::default_scheme;
use crate::survey::*;
use proptest::prelude::*;

/// What an attacker can conclude from everything shown of all questions: the
/// least and the greatest value of a sum of cells, by linear programming.
struct Attacker {
    n_variables: usize,
    rows: Vec<(Vec<f64>, f64)>,
}

impl Attacker {
    fn new(tables: &[CountTable], shown: &[Shown], (n_rows, n_columns): (usize, usize)) -> Self {
        let n_variables = tables.len() * n_rows * n_columns;
        let mut attacker = Self {
            n_variables,
            rows: Vec::new(),
        };
        for (t, shown) in shown.iter().enumerate() {
            let cell = |r: usize, c: usize| (t * n_rows + r) * n_columns + c;
            let all: Vec<usize> = (0..n_rows * n_columns).map(|i| cell(0, 0) + i).collect();
            attacker.knows(&all, shown.total);
            for r in 0..n_rows {
                let row: Vec<usize> = (0..n_columns).map(|c| cell(r, c)).collect();
                attacker.knows(&row, shown.rows[r]);
                for c in 0..n_columns {
                    attacker.knows(&[cell(r, c)], shown.at(r, c));
                }
                // Every question was put to the same people.
                if t > 0 {
                    let before: Vec<usize> = row.iter().map(|i| i - n_rows * n_columns).collect();
                    attacker.same(&row, &before);
                }
            }
            for c in 0..n_columns {
                let column: Vec<usize> = (0..n_rows).map(|r| cell(r, c)).collect();
                attacker.knows(&column, shown.columns[c]);
            }
        }
        attacker
    }

    fn sum_of(&self, variables: &[usize], sign: f64) -> Vec<f64> {
        let mut row = vec![0.0; self.n_variables];
        for v in variables {
            row[*v] += sign;
        }
        row
    }

    fn knows(&mut self, variables: &[usize], value: Option<u32>) {
        if let Some(value) = value.map(f64::from) {
            self.rows.push((self.sum_of(variables, 1.0), value));
            self.rows.push((self.sum_of(variables, -1.0), -value));
        }
    }

    fn same(&mut self, these: &[usize], those: &[usize]) {
        for sign in [1.0, -1.0] {
            let mut row = self.sum_of(these, sign);
            for v in those {
                row[*v] -= sign;
            }
            self.rows.push((row, 0.0));
        }
    }

    /// Width of the range of a sum of cells.
    fn width(&self, variables: &[usize]) -> f64 {
        let end = |sign: f64| match maximise(&self.sum_of(variables, sign), &self.rows) {
            Ok(best) => best.objective,
            Err(crate::num::LinearError::Unbounded) => f64::INFINITY,
            Err(other) => panic!("{other}"),
        };
        end(1.0) + end(-1.0)
    }
}

/// Counts of two questions with the same people in every group.
fn two_questions() -> impl Strategy<Value = Vec<CountTable>> {
    let cell = || prop_oneof![3 => 0u32..5, 2 => 5u32..15];
    let group = (prop::collection::vec(cell(), 3), 0u32..=2, 0u32..=2);
    prop::collection::vec(group, 1..5).prop_map(|groups| {
        let first = CountTable::from_fn(groups.len(), 3, |r, c| groups[r].0[c]);
        // The second question moves people between answers.
        let second = CountTable::from_fn(groups.len(), 3, |r, c| {
            let (cells, from, to) = &groups[r];
            let (from, to) = (*from as usize, *to as usize);
            let moved = cells[from] / 2;
            cells[c] + if c == to { moved } else { 0 } - if c == from { moved } else { 0 }
        });
        vec![first, second]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Nobody who adds and subtracts everything shown gets within one of a hidden
    /// number, and no count of 1 to 4 is ever shown.
    #[test]
    fn no_subtraction_reveals_a_hidden_count(tables in two_questions()) {
        let shown = suppress(&tables, 5);
        let n_rows = shown[0].rows.len();
        let attacker = Attacker::new(&tables, &shown, (n_rows, 3));
        for (t, (table, shown)) in tables.iter().zip(&shown).enumerate() {
            let cell = |r: usize, c: usize| (t * n_rows + r) * 3 + c;
            for r in 0..n_rows {
                let row: Vec<usize> = (0..3).map(|c| cell(r, c)).collect();
                let people: u32 = (0..3).map(|c| table.at(r, c)).sum();
                if people == 0 {
                    continue;
                }
                match shown.rows[r] {
                    Some(n) => prop_assert!(n == people && n >= 5),
                    None => prop_assert!(attacker.width(&row) > 1.5),
                }
                for c in 0..3 {
                    match shown.at(r, c) {
                        Some(n) => prop_assert!(n == table.at(r, c) && n >= 5),
                        None => prop_assert!(attacker.width(&[cell(r, c)]) > 1.5),
                    }
                }
            }
            for c in 0..3 {
                let column: Vec<usize> = (0..n_rows).map(|r| cell(r, c)).collect();
                if shown.columns[c].is_none() {
                    prop_assert!(attacker.width(&column) > 1.5);
                }
            }
        }
    }

    /// Mean and error of a group, as they are shown, leave every small count open: there
    /// is another answer sheet with the same of both and the same favourable answers.
    #[test]
    fn a_shown_mean_does_not_tell_the_answers(counts in prop::collection::vec(0u32..30, 5)) {
        let points = [(100.0, true), (80.0, true), (60.0, false), (40.0, false), (0.0, false)];
        let shown = group(&points, &counts);
        let round = |x: f64| libm::rint(x * 10.0) / 10.0;
        let told = |sheet: [u32; 5]| {
            let points: Vec<(f64, u32)> = points.iter().map(|p| p.0).zip(sheet).collect();
            let estimate = Stratum::of_counts(&points, None).unwrap().estimate();
            (round(estimate.value), estimate.standard_error.map(round))
        };
        if shown.mean.is_some() {
            let n: u32 = counts.iter().sum();
            let favourable = counts[0] + counts[1];
            let mut seen = vec![std::collections::BTreeSet::new(); 5];
            for a in 0..=favourable {
                for c in 0..=n - favourable {
                    for d in 0..=n - favourable - c {
                        let sheet = [a, favourable - a, c, d, n - favourable - c - d];
                        let (mean, error) = told(sheet);
                        let is_same = shown.standard_error.is_none_or(|e| error == Some(e));
                        if shown.mean == Some(mean) && is_same {
                            for (seen, count) in seen.iter_mut().zip(sheet) {
                                seen.insert(count);
                            }
                        }
                    }
                }
            }
            for (seen, count) in seen.iter().zip(&counts) {
                prop_assert!(*count >= 5 || seen.len() >= 2, "{:?}", counts);
            }
        }
    }
}

/// What is shown of one group with these answers to a question of its own.
fn group(points: &[(f64, bool)], counts: &[u32]) -> GroupResult {
    let name = |at: usize| format!("answer {at}");
    let answers = points.iter().enumerate().map(|(at, (points, favourable))| {
        let answer = Answer {
            points: Some(*points),
            favourable: *favourable,
        };
        (name(at), answer)
    });
    let question = Question {
        answers: answers.collect(),
        unsure: vec!["unsure".into()],
    };
    let spec = SurveySpec {
        questions: [("q".to_owned(), question)].into(),
        ..SurveySpec::default()
    };
    let mut all = SurveyCounts::default();
    for (at, n) in counts.iter().enumerate() {
        all.set(0, "q", "g", &name(at), *n);
    }
    // Enough of them for nothing else to be hidden.
    all.set(0, "q", "g", "unsure", 9);
    group_results(&all, 0, &spec).remove(0)
}

/// 12 and 8 favourable answers, 9 and 2 others: two of 80 and 60 for one of 100 and one
/// of 40 leave mean and halves as they are, not the squares of the points.
#[test]
fn the_error_of_a_mean_is_shown_where_it_gives_nothing_away() {
    let points = [(100.0, true), (80.0, true), (60.0, false), (40.0, false)];
    let large = group(&points, &[12, 8, 9, 6]);
    assert!(large.mean.is_some() && large.standard_error.is_some());
    let small = group(&points, &[12, 8, 9, 2]);
    // 2460 / 31
    assert_eq!((small.mean, small.standard_error), (Some(79.4), None));
    assert!(small.is_suppressed);
}

/// Bounds at a twentieth of each scale: 0–100 for percent and points of the default
/// questions, 0–1 for a share.
#[test]
fn what_everybody_said_is_told_as_a_bound() {
    let spec = SurveySpec::default();
    let told = |id: &str, x: f64| spec.told(id, Measure::Points, x);
    for id in ["c_satisfaction", RATING] {
        assert_eq!(told(id, 100.0), ("≥ ", 95.0));
        assert_eq!(told(id, 95.0), ("≥ ", 95.0));
        assert_eq!(told(id, 94.99), ("", 94.99));
        assert_eq!(told(id, 5.01), ("", 5.01));
        assert_eq!(told(id, 0.0), ("≤ ", 5.0));
    }
    let (sign, bound) = spec.told("c_awareness", Measure::Share, 1.0);
    assert!(sign == "≥ " && (bound - 0.95).abs() < 1e-12);
    // The goalposts of the default scheme lie within, so the score tells no more.
    let scheme = default_scheme();
    for id in ["c_satisfaction", "c_fairness", "c_awareness", RATING] {
        let node = scheme.node(scheme.find(id).unwrap());
        let posts = node.indicator.as_ref().unwrap().goalposts.unwrap();
        assert!(posts.lower() >= 5.0 && posts.upper() <= 95.0, "{id}");
    }
}

#[test]
fn suppression_leaves_large_tables_alone_and_hides_tiny_villages() {
    let large = CountTable::from_fn(3, 3, |r, c| 5 + (r * 3 + c) as u32);
    let shown = &suppress(std::slice::from_ref(&large), 5)[0];
    assert!((0..3).all(|r| (0..3).all(|c| shown.at(r, c) == Some(large.at(r, c)))));
    assert_eq!(shown.columns, [Some(24), Some(27), Some(30)]);
    assert_eq!(shown.at(0, 3), None);
    let tiny = CountTable::from_fn(2, 2, |_, _| 1);
    let shown = &suppress(&[tiny], 5)[0];
    assert_eq!(
        (shown.total, shown.rows[0], shown.columns[1]),
        (None, None, None)
    );
    // One small group of two: the total would give it away, so both are hidden.
    let cells = [[2, 1, 0], [20, 9, 8]];
    let table = CountTable::from_fn(2, 3, |r, c| cells[r][c]);
    let shown = &suppress(&[table], 5)[0];
    assert_eq!(shown.rows, [None, None]);
    assert_eq!(shown.total, Some(40));
    // A small group that is alone.
    let alone = CountTable::from_fn(1, 3, |_, _| 1);
    assert_eq!(suppress(&[alone], 5)[0].total, None);
    assert_eq!(suppress(&[], 5), []);
}
