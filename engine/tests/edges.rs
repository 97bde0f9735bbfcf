//! What every method answers at the edges: one, two and three units, constant
//! columns, nothing but gaps, ties everywhere, zeros and negative values, weights of
//! 0. Cases are data, their answers by hand; each runs through the whole pipeline.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![expect(
    clippy::cast_precision_loss,
    reason = "positions of a handful of units and children"
)]
#![expect(
    clippy::type_complexity,
    reason = "cases are tables, named by their test"
)]

mod common;

use common::{
    Row, Table, UP, aggregations, imputations, normalisations, table, treatments, weightings,
};
use dhi_engine::aggregate::Aggregation;
use dhi_engine::coherence::{CoherenceLimits, audit};
use dhi_engine::frame::{Cell, Column};
use dhi_engine::normalise::Normalisation;
use dhi_engine::pipeline::PipelineError;
use dhi_engine::spec::Spec;
use dhi_engine::treat::{Denominator, Divisor, Imputation, Screened, Step};
use dhi_engine::weigh::Weighting;
use std::f64::consts::FRAC_1_SQRT_2;

/// One composite of two indicators, x three times as heavy as y.
const TWO: [Row; 3] = [
    ("top", "", None, 1.0),
    ("x", "top", UP, 3.0),
    ("y", "top", UP, 1.0),
];

/// A missing cell in the lists below, and one that does not apply.
const M: f64 = f64::NAN;
const NA: f64 = f64::INFINITY;

fn cells(values: &[f64]) -> Vec<Cell> {
    let cell = |x: &f64| match *x {
        x if x.is_nan() => Cell::Missing,
        NA => Cell::NotApplicable,
        x => Cell::Value(x),
    };
    values.iter().map(cell).collect()
}

fn two(x: &[f64], y: &[f64]) -> Table {
    table(&TWO, &[cells(x), cells(y)])
}

fn assert_cells(found: &Column, expected: &[f64], tolerance: f64, what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (cell, by_hand) in found.cells().zip(cells(expected)) {
        let is_same = match (cell, by_hand) {
            (Cell::Value(a), Cell::Value(b)) => (a - b).abs() <= tolerance,
            (a, b) => a == b,
        };
        assert!(is_same, "{what}: {found:?} instead of {expected:?}");
    }
}

/// What the gaps of x are filled with, in the order of `imputations()`: not at all,
/// mean, median, mean of the class, median of the town, row mean (of the normalised
/// y), two nearest neighbours, regression on y, and from a single period three times
/// nothing. Classes go by turns.
#[test]
fn imputations_at_the_edges() {
    let none = M;
    #[rustfmt::skip]
    let cases: [(&str, &[f64], &[f64], [f64; 11]); 8] = [
        ("one unit", &[M], &[4.0], [none, M, M, M, M, 40.0, M, M, M, M, M]),
        // The other unit is of the other class.
        ("two units", &[3.0, M], &[4.0, 9.0], [none, 3.0, 3.0, M, 3.0, 90.0, 3.0, 3.0, M, M, M]),
        // x = 2y on the complete units; both are as near; unit 0 is of the class.
        ("three units", &[2.0, 6.0, M], &[1.0, 3.0, 2.0],
            [none, 4.0, 4.0, 2.0, 4.0, 20.0, 4.0, 4.0, M, M, M]),
        ("constant", &[5.0, 5.0, 5.0, M], &[1.0, 2.0, 3.0, 4.0],
            [none, 5.0, 5.0, 5.0, 5.0, 40.0, 5.0, 5.0, M, M, M]),
        ("all missing", &[M, M, M], &[1.0, 2.0, 3.0],
            [none, M, M, M, M, 30.0, M, M, M, M, M]),
        // Whom y cannot tell apart are all as near, and regress to the mean.
        ("ties", &[2.0, 2.0, 8.0, 8.0, M], &[1.0; 5],
            [none, 5.0, 5.0, 5.0, 5.0, 10.0, 5.0, 5.0, M, M, M]),
        ("below zero", &[-4.0, 0.0, M], &[-1.0, 0.0, -0.5],
            [none, -2.0, -2.0, -4.0, -2.0, 0.0, -2.0, -2.0, M, M, M]),
        // Nothing is put where nothing applies, nor taken from it.
        ("not applicable", &[2.0, NA, M], &[1.0, 2.0, 3.0],
            [none, 2.0, 2.0, 2.0, 2.0, 30.0, 2.0, 2.0, M, M, M]),
    ];
    for (name, x, y, expected) in cases {
        for (method, by_hand) in imputations().into_iter().zip(expected) {
            let what = format!("{name}, {method:?}");
            let mut spec = Spec::default();
            spec.impute.indicators.insert("x".to_owned(), method);
            let outcome = two(x, y).run(&spec).unwrap();
            let is_row = method == Imputation::RowMean;
            let found = match &outcome.prepared {
                _ if is_row => &outcome.normalised.columns()[0],
                Some(frame) => &frame.columns()[0],
                None => &outcome.checked.columns()[0],
            };
            let n = x.iter().filter(|v| v.is_nan()).count();
            let (at, gap) = (x.len() - 1, x.len() - n);
            // 10⁻⁷: iterations stop at 10⁻¹⁰ standardised, close to a line.
            assert_cells(
                &Column::from_cells([found.get(at)]),
                &[by_hand],
                1e-7,
                &what,
            );
            let filled = outcome.treat_ledger.iter();
            let filled = filled.filter(|t| t.step == Step::Imputed(method)).count();
            // Row means differ by row; every gap is filled or none.
            assert_eq!(filled, if by_hand.is_nan() { 0 } else { n }, "{what}");
            if !is_row {
                assert_cells(&head(found, gap), &x[..gap], 0.0, &what);
            }
        }
    }
}

/// The span from least to greatest is beyond the largest number, and so is every sum
/// on the way to a regression: a value there is finite or stays missing.
#[test]
fn what_cannot_be_averaged_stays_missing() {
    let far = 1.7e308;
    for x in [[-far, far, M], [far, far, M]] {
        for method in imputations() {
            let mut spec = Spec::default();
            spec.impute.indicators.insert("x".to_owned(), method);
            let outcome = two(&x, &[1.0, 2.0, 3.0]).run(&spec).unwrap();
            let column = outcome.prepared.as_ref().map(|f| &f.columns()[0]);
            let filled = column.map_or(Cell::Missing, |c| c.get(2));
            assert!(
                filled.value().is_none_or(f64::is_finite),
                "{x:?} {method:?}"
            );
            // The median lies half the span above the least.
            if method == Imputation::Median {
                let by_hand = if x[0] == far {
                    Cell::Value(far)
                } else {
                    Cell::Missing
                };
                assert_eq!(filled, by_hand);
            }
        }
    }
}

fn head(column: &Column, n: usize) -> Column {
    Column::from_cells(column.cells().take(n))
}

/// By 1000 · (i + 1) people per thousand, and by y: a divisor that is zero, negative
/// or not there leaves no value, a dividend that is any of those is divided.
#[test]
fn denominators_at_the_edges() {
    let population = Divisor::Population;
    let y = Divisor::Indicator("y".to_owned());
    #[rustfmt::skip]
    let cases: [(&str, &Divisor, &[f64], &[f64], &[f64]); 6] = [
        ("one unit", &population, &[3.0], &[1.0], &[3.0]),
        ("two and a gap", &population, &[3.0, M], &[1.0, 1.0], &[3.0, M]),
        ("constant", &population, &[6.0; 3], &[1.0; 3], &[6.0, 3.0, 2.0]),
        ("zero and below", &population, &[0.0, -4.0, NA], &[1.0; 3], &[0.0, -2.0, NA]),
        ("bad divisors", &y, &[1.0, 1.0, 1.0, 1.0], &[0.0, -2.0, M, NA], &[M; 4]),
        ("good divisors", &y, &[1.0, 0.0, -1.0], &[0.5, 2.0, 4.0], &[2000.0, 0.0, -250.0]),
    ];
    for (name, by, x, y, expected) in cases {
        let by = by.clone();
        let mut spec = Spec::default();
        let per = 1000.0;
        spec.denominate
            .insert("x".to_owned(), Denominator { by, per });
        let outcome = two(x, y).run(&spec).unwrap();
        let frame = outcome.prepared.as_ref().unwrap_or(&outcome.checked);
        assert_cells(&frame.columns()[0], expected, 1e-12, name);
    }
}

/// Limits are inclusive; who has nothing that applies stays; a unit that leaves is
/// compared with nobody.
#[test]
fn screening_at_the_edges() {
    let gap = |present, applicable| {
        Some(Screened::Gaps {
            present,
            applicable,
        })
    };
    let zeros = |zeros, present| Some(Screened::Zeros { zeros, present });
    #[rustfmt::skip]
    let cases: [(&str, &[f64], &[f64], Vec<Option<Screened>>); 5] = [
        ("one unit", &[M], &[M], vec![gap(0, 2)]),
        ("half is enough", &[M, 1.0], &[3.0, M], vec![None, None]),
        ("all missing", &[M; 3], &[M; 3], vec![gap(0, 2); 3]),
        ("zeros throughout", &[0.0, 0.0, -1.0], &[0.0, 5.0, M], vec![zeros(2, 2), None, None]),
        ("nothing applies", &[NA, 1.0], &[NA, M], vec![None, None]),
    ];
    for (name, x, y, expected) in cases {
        let mut spec = Spec::default();
        spec.screen.min_present = Some(0.5);
        spec.screen.max_zeros = Some(0.5);
        let outcome = two(x, y).run(&spec).unwrap();
        assert_eq!(outcome.screened, expected, "{name}");
        for (i, screened) in outcome.screened.iter().enumerate() {
            if screened.is_some() {
                let frame = outcome.prepared.as_ref().unwrap();
                assert_eq!(frame.cell(i, 0), Cell::NotApplicable, "{name}");
                assert_eq!(outcome.ranks.overall[i], None, "{name}");
            }
        }
    }
}

/// No treatment loses a value, reverses an order or makes two that differ the same,
/// but for winsorising, which leaves at least two that differ.
#[test]
fn treatments_at_the_edges() {
    let short: [&[f64]; 9] = [
        &[M],
        &[5.0],
        &[5.0, 9.0],
        &[1.0, 9.0, 99.0],
        &[7.0; 9],
        &[M; 4],
        &[0.0, -1.0, -2.0, -300.0, M, NA],
        &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0],
        &[0.0, 0.0, 0.0, 0.0, 0.0, 4.0, 4.0, 4.0, 900.0],
    ];
    for values in short {
        for method in treatments() {
            let what = format!("{values:?}, {method:?}");
            let mut spec = Spec::default();
            spec.treat.method = method;
            spec.normalise.method = Normalisation::MinMax;
            let outcome = two(values, values).run(&spec).unwrap();
            let (before, after) = (cells(values), &outcome.treated.columns()[0]);
            let present: Vec<(f64, f64)> = before
                .iter()
                .zip(after.cells())
                .filter_map(|(a, b)| {
                    assert_eq!(a.value().is_some(), b.value().is_some(), "{what}");
                    Some((a.value()?, b.value()?))
                })
                .collect();
            let differ =
                |of: fn(&(f64, f64)) -> f64| present.iter().any(|p| of(p) != of(&present[0]));
            assert_eq!(differ(|p| p.0), differ(|p| p.1), "{what}");
            for (a, b) in &present {
                for (c, d) in &present {
                    assert!(a > c || b <= d, "{what}: order is kept");
                }
            }
            if present.len() < 4 {
                assert_cells(after, values, 0.0, &what);
            }
        }
    }
}

/// Scores of x in the order of `normalisations()`: goalposts 0–10 clamped and not,
/// min–max, z, distance to max, to the last unit, to 20, fraction of the greatest,
/// rank, percentile rank, Borda.
#[test]
fn normalisations_at_the_edges() {
    let s = FRAC_1_SQRT_2;
    let na = [NA; 3];
    #[rustfmt::skip]
    let cases: [(&str, &[f64], [&[f64]; 11]); 8] = [
        // Nobody to compare with, but for goalposts and a target: 5 is its own worst.
        ("one unit", &[5.0], [&[50.0], &[50.0], &na[..1], &na[..1], &na[..1], &na[..1], &[0.0],
            &[100.0], &na[..1], &na[..1], &na[..1]]),
        ("two units", &[2.0, 4.0], [&[20.0, 40.0], &[20.0, 40.0], &[0.0, 100.0], &[-s, s],
            &[0.0, 100.0], &[0.0, 100.0], &[0.0, 100.0 / 9.0], &[50.0, 100.0], &[1.0, 2.0],
            &[0.0, 100.0], &[0.0, 1.0]]),
        // Mean 8/3, deviation √(4/3): z = −1/√3 twice and 2/√3.
        ("three, two tied", &[2.0, 2.0, 4.0], [&[20.0, 20.0, 40.0], &[20.0, 20.0, 40.0],
            &[0.0, 0.0, 100.0], &[-Z, -Z, 2.0 * Z], &[0.0, 0.0, 100.0], &[0.0, 0.0, 100.0],
            &[0.0, 0.0, 100.0 / 9.0], &[50.0, 50.0, 100.0], &[1.0, 1.0, 3.0],
            &[0.0, 0.0, 100.0], &[0.0, 0.0, 2.0]]),
        ("constant", &[5.0; 3], [&[50.0; 3], &[50.0; 3], &na, &na, &na, &na, &[0.0; 3],
            &[100.0; 3], &na, &na, &na]),
        ("constant zero", &[0.0; 3], [&[0.0; 3], &[0.0; 3], &na, &na, &na, &na, &[0.0; 3],
            &na, &na, &na, &na]),
        ("all missing", &[M; 2], [&[M; 2]; 11]),
        ("below zero", &[-1.0, 0.0, 1.0], [&[0.0, 0.0, 10.0], &[-10.0, 0.0, 10.0],
            &[0.0, 50.0, 100.0], &[-1.0, 0.0, 1.0], &[0.0, 50.0, 100.0], &[0.0, 50.0, 100.0],
            &[0.0, 100.0 / 21.0, 200.0 / 21.0], &na, &[1.0, 2.0, 3.0], &[0.0, 50.0, 100.0],
            &[0.0, 1.0, 2.0]]),
        ("gaps", &[M, NA, 2.0, 4.0], [&[M, NA, 20.0, 40.0], &[M, NA, 20.0, 40.0],
            &[M, NA, 0.0, 100.0], &[M, NA, -s, s], &[M, NA, 0.0, 100.0], &[M, NA, 0.0, 100.0],
            &[M, NA, 0.0, 100.0 / 9.0], &[M, NA, 50.0, 100.0], &[M, NA, 1.0, 2.0],
            &[M, NA, 0.0, 100.0], &[M, NA, 0.0, 1.0]]),
    ];
    for (name, x, expected) in cases {
        let last = format!("u{}", x.len() - 1);
        for (method, by_hand) in normalisations(&last).into_iter().zip(expected) {
            let what = format!("{name}, {method:?}");
            let mut spec = Spec::default();
            spec.normalise.method = method;
            let outcome = two(x, x).run(&spec).unwrap();
            assert_cells(&outcome.normalised.columns()[0], by_hand, 1e-12, &what);
            if name != "all missing" {
                let is_out = by_hand[0] == NA;
                assert_eq!(outcome.normalise_ledger[0].is_none(), is_out, "{what}");
            }
        }
    }
}

/// 1/√3.
const Z: f64 = 0.577_350_269_189_625_8;

/// Weights of x and y, or why there are none, in the order of `weightings()`.
#[test]
fn weightings_at_the_edges() {
    const ONE: Result<f64, &str> = Err("only 1 units");
    const NONE: Result<f64, &str> = Err("only 0 units");
    const SAME: Result<f64, &str> = Err("all columns are constant");
    const BELOW: Result<f64, &str> = Err("column 0 has values the method cannot use");
    // Given 3 : 1, equal, 0 : 1, (1 : 2 and 1 : 1) = 5 : 7, judged 2 : 1.
    let fixed = [0.75, 0.5, 0.0, 5.0 / 12.0, 2.0 / 3.0];
    #[rustfmt::skip]
    let cases: [(&str, &[f64], &[f64], [Result<f64, &str>; 7]); 9] = [
        ("one unit", &[5.0], &[7.0], [ONE; 7]),
        ("all missing", &[M; 3], &[M; 3], [NONE; 7]),
        ("never both", &[1.0, M, 3.0], &[M, 2.0, M], [NONE; 7]),
        // Two units always correlate perfectly. Entropies of ¼ and ⅓ against 1:
        // 0.188722 and 0.081704; Gini ¼ and 1/6; effects of ln 3 and ln 2 on
        // ln(1 + (ln 3 + ln 2)/2).
        ("two units", &[1.0, 3.0], &[2.0, 4.0], [Ok(0.697_868_7), Ok(0.5), Ok(0.6),
            Err("perfectly correlated"), Ok(0.628_901_7), Ok(0.5), Ok(0.5)]),
        // x decides alone; no weight gives a constant any influence.
        ("three, one constant", &[1.0, 2.0, 3.0], &[5.0; 3], [Ok(1.0), Ok(1.0), Ok(1.0),
            Ok(1.0), Ok(1.0), Ok(1.0), Err("no weights reach")]),
        ("all constant", &[5.0; 3], &[6.0; 3], [SAME; 7]),
        // Mirror images: half and half by every measure but influence, below.
        ("ties", &[2.0, 2.0, 4.0, 4.0], &[2.0, 4.0, 2.0, 4.0], [Ok(0.5); 7]),
        ("zeros", &[0.0, 0.0, 4.0, 4.0], &[0.0, 4.0, 0.0, 4.0],
            [Ok(0.5), Ok(0.5), Ok(0.5), Ok(0.5), BELOW, Ok(0.5), Ok(0.5)]),
        ("below zero", &[-2.0, -2.0, 4.0, 4.0], &[-2.0, 4.0, -2.0, 4.0],
            [BELOW, Ok(0.5), BELOW, Ok(0.5), BELOW,
             Ok(0.5), Ok(0.5)]),
    ];
    for (name, x, y, expected) in cases {
        let expected = fixed.map(Ok).into_iter().chain(expected);
        for (method, by_hand) in weightings(&["x", "y"]).into_iter().zip(expected) {
            let what = format!("{name}, {method:?}");
            let mut spec = Spec::default();
            spec.normalise.method = Normalisation::GoalpostsUnclamped;
            spec.weigh.method = method.clone();
            let found = two(x, y).run(&spec);
            match (found, by_hand) {
                (Ok(outcome), Ok(weight)) => {
                    let share = outcome.weights.shares();
                    assert!((share[1] - weight).abs() < 1e-7, "{what}: {share:?}");
                    assert_eq!(share[1] + share[2], 1.0, "{what}");
                }
                (Err(PipelineError::Weighting { node, source }), Err(error)) => {
                    assert_eq!(node, "top", "{what}");
                    assert!(source.to_string().contains(error), "{what}: {source}");
                }
                (found, _) => panic!("{what}: {found:?} instead of {by_hand:?}"),
            }
        }
    }
}

/// A child that nobody has a value of gets no weight, and the others are weighed as
/// if it were not there: constants under min–max do not stop a run.
#[test]
fn children_without_any_value_get_no_weight() {
    const THREE: [Row; 4] = [
        ("top", "", None, 1.0),
        ("x", "top", UP, 1.0),
        ("none", "top", UP, 1.0),
        ("y", "top", UP, 1.0),
    ];
    let (x, y) = ([1.0, 2.0, 4.0, 3.0], [9.0, 3.0, 2.0, 5.0]);
    let with = table(&THREE, &[cells(&x), cells(&[5.0; 4]), cells(&y)]);
    for method in weightings(&["x", "y"]) {
        let by_hand = matches!(
            method,
            Weighting::Weights(_) | Weighting::BudgetAllocation(_) | Weighting::Ahp(_)
        );
        if by_hand
            || matches!(
                method,
                Weighting::Given | Weighting::Equal | Weighting::Merec
            )
        {
            continue;
        }
        let mut spec = Spec::default();
        spec.normalise.method = Normalisation::MinMax;
        spec.weigh.method = method.clone();
        let with = with.run(&spec).unwrap();
        let without = two(&x, &y).run(&spec).unwrap();
        let (a, b) = (with.weights.shares(), without.weights.shares());
        assert_eq!([a[1], a[2], a[3]], [b[1], 0.0, b[2]], "{method:?}");
        assert_eq!(with.scores.composite(), without.scores.composite());
    }
}

/// Scores of 0–100 from x (three quarters) and y (one quarter), in the order of
/// `aggregations()`: arithmetic, geometric, harmonic, power 3, Mazziotta–Pareto,
/// minimum, Copeland, TOPSIS, PROMETHEE, benefit of the doubt.
#[test]
fn aggregations_at_the_edges() {
    // Of 20 and 80 by ¾ and ¼.
    let (g, h) = (28.284_271_247_461_9, 1.0 / (0.75 / 20.0 + 0.25 / 80.0));
    let p3 = 51.172_299_469_120_48;
    // Mean 35, variance ¾ · 15² + ¼ · 45² = 675.
    let mpi = 35.0 - 675.0 / 35.0;
    #[rustfmt::skip]
    let cases: [(&str, &[f64], &[f64], [&[f64]; 10]); 8] = [
        // Relative methods have nobody to compare with; the best of one is the best.
        ("one unit", &[2.0], &[8.0],
            [&[35.0], &[g], &[h], &[p3], &[mpi], &[20.0], &[M], &[M], &[M], &[100.0]]),
        // The second is better in both, and both are alike for themselves.
        ("two units", &[2.0, 4.0], &[2.0, 4.0], [&[20.0, 40.0], &[20.0, 40.0], &[20.0, 40.0],
            &[20.0, 40.0], &[20.0, 40.0], &[20.0, 40.0], &[0.0, 100.0], &[0.0, 100.0],
            &[0.0, 100.0], &[50.0, 100.0]]),
        ("three, two tied", &[2.0, 2.0, 4.0], &[2.0, 2.0, 4.0], [&[20.0, 20.0, 40.0],
            &[20.0, 20.0, 40.0], &[20.0, 20.0, 40.0], &[20.0, 20.0, 40.0], &[20.0, 20.0, 40.0],
            &[20.0, 20.0, 40.0], &[25.0, 25.0, 100.0], &[0.0, 0.0, 100.0],
            &[25.0, 25.0, 100.0], &[50.0, 50.0, 100.0]]),
        ("ties everywhere", &[5.0; 3], &[5.0; 3], [&[50.0; 3], &[50.0; 3], &[50.0; 3], &[50.0; 3],
            &[50.0; 3], &[50.0; 3], &[50.0; 3], &[M; 3], &[50.0; 3], &[100.0; 3]]),
        ("all missing", &[M; 2], &[M, NA], [&[M; 2]; 10]),
        // A zero is the end of a mean that multiplies.
        ("zeros", &[0.0, 4.0], &[4.0, 4.0], [&[10.0, 40.0], &[0.0, 40.0], &[0.0, 40.0],
            &[40.0 * 0.629_960_524_947_436_6, 40.0], &[0.0, 40.0], &[0.0, 40.0], &[0.0, 100.0],
            &[0.0, 100.0], &[12.5, 87.5], &[100.0, 100.0]]),
        ("zero throughout", &[0.0; 2], &[0.0; 2], [&[0.0; 2], &[0.0; 2], &[0.0; 2], &[0.0; 2],
            &[0.0; 2], &[0.0; 2], &[50.0; 2], &[M; 2], &[50.0; 2], &[0.0; 2]]),
        // −40 and 80: no mean that multiplies or squares; best in y by y alone.
        ("below zero", &[-4.0, 4.0], &[8.0, 8.0], [&[-10.0, 50.0], &[M, G], &[M, H], &[M, P],
            &[M, 44.0], &[-40.0, 40.0], &[0.0, 100.0], &[0.0, 100.0], &[12.5, 87.5], &[]]),
    ];
    for (name, x, y, expected) in cases {
        for (method, by_hand) in aggregations().into_iter().zip(expected) {
            let what = format!("{name}, {method:?}");
            let mut spec = Spec::default();
            spec.normalise.method = Normalisation::GoalpostsUnclamped;
            spec.aggregate.method = method;
            match two(x, y).run(&spec) {
                Ok(outcome) => assert_cells(outcome.scores.composite(), by_hand, 1e-9, &what),
                Err(PipelineError::Aggregate { node, .. }) => {
                    assert_eq!((node.as_str(), by_hand), ("top", &[][..]), "{what}");
                }
                Err(error) => panic!("{what}: {error}"),
            }
        }
    }
}

/// Of 40 and 80 by ¾ and ¼: 40 · 2^¼, 1/(¾/40 + ¼/80), (¾ · 40³ + ¼ · 80³)^⅓; the
/// Mazziotta–Pareto mean is 50 − (¾ · 10² + ¼ · 30²)/50 = 44.
const G: f64 = 47.568_284_600_108_84;
const H: f64 = 45.714_285_714_285_71;
const P: f64 = 56.040_786_613_107_73;

/// What a child of weight 0 says counts in no aggregation, not even as a gap.
#[test]
fn a_weight_of_0_is_no_child() {
    const ZERO: [Row; 4] = [
        ("top", "", None, 1.0),
        ("x", "top", UP, 3.0),
        ("y", "top", UP, 1.0),
        ("none", "top", UP, 0.0),
    ];
    let (x, y) = ([1.0, 7.0, M, 3.0], [9.0, 3.0, 2.0, M]);
    for z in [[0.0, 9.0, 8.0, -7.0], [M; 4], [NA; 4]] {
        for method in aggregations() {
            let mut spec = Spec::default();
            spec.aggregate.method = method;
            spec.aggregate.availability = 0.5;
            let with = table(&ZERO, &[cells(&x), cells(&y), cells(&z)]);
            let with = with.run(&spec).unwrap();
            let without = two(&x, &y).run(&spec).unwrap();
            let (a, b) = (with.scores.composite(), without.scores.composite());
            assert_eq!(a, b, "{method:?}");
        }
    }
}

/// The audit answers with `None`, never with a number from nowhere.
#[test]
fn the_audit_at_the_edges() {
    let cases: [(&str, &[f64], &[f64]); 6] = [
        ("one unit", &[5.0], &[7.0]),
        ("two units", &[2.0, 4.0], &[4.0, 2.0]),
        ("three units", &[2.0, 4.0, 5.0], &[4.0, 2.0, 9.0]),
        ("constant", &[5.0; 6], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("all missing", &[M; 3], &[M; 3]),
        ("ties everywhere", &[5.0; 4], &[7.0; 4]),
    ];
    for (name, x, y) in cases {
        let data = two(x, y);
        let outcome = data.run(&Spec::default()).unwrap();
        let limits = CoherenceLimits::default();
        let found = audit(&data.framework, &outcome.weights, &outcome.scores, &limits);
        let siblings = found.pairs.iter().find(|p| p.a.at() == 1 && p.b.at() == 2);
        let siblings = siblings.unwrap();
        let has_r = ["two units", "three units"].contains(&name);
        assert_eq!(siblings.pearson.is_some(), has_r, "{name}");
        assert_eq!(siblings.spearman.is_some(), has_r, "{name}");
        assert_eq!(siblings.kendall.is_some(), has_r, "{name}");
        let p = siblings.pearson.and_then(|c| c.p);
        assert_eq!(p.is_some(), name == "three units", "{name}");
        let group = &found.groups[0];
        assert_eq!(group.kmo.is_some(), name == "three units", "{name}");
        assert_eq!(group.bartlett.is_some(), name == "three units", "{name}");
        let ratios = found.influences.iter().filter(|i| i.ratio.is_some());
        assert_eq!(ratios.count(), usize::from(name == "constant"), "{name}");
        // Numbers there are, are numbers.
        let numbers = found
            .pairs
            .iter()
            .flat_map(|p| [p.pearson, p.spearman, p.kendall]);
        let numbers = numbers.flatten().flat_map(|c| [Some(c.value), c.p]);
        let numbers = numbers.chain([group.alpha, group.explained, group.kmo]);
        assert!(numbers.flatten().all(f64::is_finite), "{name}");
    }
}

/// Ranks, grades and the mean of one, of all alike and of nobody.
#[test]
fn ranks_at_the_edges() {
    let cases: [(&str, &[f64], &[Option<u32>]); 4] = [
        ("one unit", &[5.0], &[Some(1)]),
        ("ties everywhere", &[5.0; 3], &[Some(1); 3]),
        (
            "two of three tied",
            &[5.0, 2.0, 5.0],
            &[Some(1), Some(3), Some(1)],
        ),
        ("all missing", &[M; 2], &[None; 2]),
    ];
    for (name, x, expected) in cases {
        let outcome = two(x, x).run(&Spec::default()).unwrap();
        let ranks: Vec<Option<u32>> = outcome
            .ranks
            .overall
            .iter()
            .map(|r| r.map(|r| r.0))
            .collect();
        assert_eq!(ranks, expected, "{name}");
        for (grade, rank) in outcome.grades.iter().zip(&ranks) {
            assert_eq!(grade.is_band(), rank.is_some(), "{name}");
        }
    }
    assert_eq!(Aggregation::default(), Aggregation::Arithmetic);
}
