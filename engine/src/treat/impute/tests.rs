use super::*;
use crate::frame::Observations;
use crate::ids::Period;
use proptest::prelude::*;

fn column(values: &[f64]) -> Column {
    Column::from_cells(values.iter().map(|&x| {
        if x.is_nan() {
            Cell::Missing
        } else {
            Cell::Value(x)
        }
    }))
}

/// Monotone gaps: the likelihood factors, so the maximum-likelihood regression
/// is that of the complete units (Anderson 1957; Little and Rubin 2019, §7.2).
/// x 1 2 3 → y 2 4 5: slope 3/2, intercept 2/3, so y(4) = 20/3, y(5) = 49/6.
#[test]
fn em_of_monotone_gaps_is_the_regression_of_the_complete_units() {
    let x = column(&[1.0, 2.0, 3.0, 4.0, 5.0]);
    let y = column(&[2.0, 4.0, 5.0, f64::NAN, f64::NAN]);
    let out = expectation_maximisation(&[&y, &x], 0, Iterations::default());
    assert!(out.has_converged, "{} rounds", out.rounds);
    let values: Vec<f64> = out.cells.iter().map(|c| c.value).collect();
    assert!((values[0] - 20.0 / 3.0).abs() < 1e-7, "{values:?}");
    assert!((values[1] - 49.0 / 6.0).abs() < 1e-7);
    assert!(out.cells.iter().all(|c| c.donors == 3));
    let hasty = Iterations {
        max_rounds: 1,
        ..Iterations::default()
    };
    assert!(!expectation_maximisation(&[&y, &x], 0, hasty).has_converged);
}

#[test]
fn em_leaves_units_it_knows_nothing_of_and_survives_copies() {
    let x = column(&[1.0, 2.0, f64::NAN, 4.0]);
    let y = column(&[1.0, 2.0, f64::NAN, f64::NAN]);
    let out = expectation_maximisation(&[&y, &x, &x], 0, Iterations::default());
    let units: Vec<u32> = out.cells.iter().map(|c| c.unit).collect();
    assert_eq!(units, [3]);
    assert!((out.cells[0].value - 4.0).abs() < 1e-3, "{out:?}");
    let empty = column(&[f64::NAN; 2]);
    let out = expectation_maximisation(&[&empty, &column(&[1.0, 2.0])], 0, Iterations::default());
    assert!(out.cells.is_empty());
}

/// The second column is 4 throughout and lacks a unit, which once shrank its variance
/// by 7 a round until its inverse overflowed. Nothing to learn from it: the line is
/// through the six complete units of the others, five of them at (0, 0), so the gap
/// lies at x · y₀/x₀.
#[test]
fn em_learns_nothing_from_a_constant_column() {
    let (x0, y0) = (1.898_425_892_318_452_3, 7.119_855_556_657_07);
    let gap = f64::NAN;
    let x = [x0, 0.0, 0.0, 0.0, 9.681_482_020_439_965, 0.0, 0.0];
    let y = column(&[y0, 0.0, 0.0, 0.0, gap, 0.0, 0.0]);
    let flat = column(&[4.0, 4.0, 4.0, 4.0, 4.0, 4.0, gap]);
    let of = |columns: &[&Column]| expectation_maximisation(columns, 0, Iterations::default());
    let with = of(&[&y, &column(&x), &flat]);
    let without = of(&[&y, &column(&x)]);
    assert_eq!(with, without);
    let value = with.cells[0].value;
    // Slow to the end where nothing scatters around the line.
    assert!((value - x[4] * y0 / x0).abs() < 1e-5, "{with:?}");
    // The gap of a constant target has its value, to the bit.
    let flat = column(&[0.1, 0.1, 0.1, gap, 0.1, 0.1, 0.1]);
    let out = of(&[&flat, &y, &column(&x)]);
    assert_eq!(out.cells[0].value, 0.1);
    assert!(out.has_converged);
    // Known by a constant column only: the mean of 1, 2 and 6.
    let out = of(&[&column(&[1.0, 2.0, 6.0, gap]), &column(&[5.0; 4])]);
    assert_eq!(out.cells[0].value, 3.0);
}

/// Columns of few distinct values, some of them constant and some the first one again.
fn columns_with_repeats() -> impl Strategy<Value = Vec<Column>> {
    let cell = prop_oneof![
        3 => (0u8..3).prop_map(|x| Cell::Value(f64::from(x))),
        3 => (-1e6..1e6f64).prop_map(Cell::Value),
        2 => Just(Cell::Missing),
        1 => Just(Cell::NotApplicable),
    ];
    let columns = (1usize..9, 1usize..7).prop_flat_map(move |(n, p)| {
        let kinds = prop::collection::vec(0u8..4, p);
        (
            prop::collection::vec(prop::collection::vec(cell.clone(), n), p),
            kinds,
        )
    });
    columns.prop_map(|(mut columns, kinds)| {
        let first = columns[0].clone();
        for (cells, kind) in columns.iter_mut().zip(kinds) {
            for (cell, copied) in cells.iter_mut().zip(&first) {
                *cell = match (kind, *cell, *copied) {
                    (1, Cell::Value(_), _) => Cell::Value(0.1),
                    // A copy with gaps of its own, and one shifted and scaled.
                    (2, Cell::Value(_), Cell::Value(x)) => Cell::Value(x),
                    (3, Cell::Value(_), Cell::Value(x)) => Cell::Value(1.0 - 3.0 * x),
                    (_, own, _) => own,
                };
            }
        }
        columns.into_iter().map(Column::from_cells).collect()
    })
}

proptest! {
    #[test]
    fn em_gives_finite_values_and_constant_columns_their_own(
        columns in columns_with_repeats(),
        target in 0usize..6,
    ) {
        let columns: Vec<&Column> = columns.iter().collect();
        let target = target % columns.len();
        let out = expectation_maximisation(&columns, target, Iterations::default());
        let present: Vec<f64> = columns[target].present().collect();
        let is_flat = present.windows(2).all(|pair| pair[0] == pair[1]);
        for imputed in &out.cells {
            prop_assert!(imputed.value.is_finite(), "{:?}", out);
            prop_assert!(!is_flat || imputed.value == present[0], "{:?}", out);
        }
    }
}

/// Group means by hand: class K has 2 and 4, class L none.
#[test]
fn a_group_without_values_stays_missing() {
    let values = column(&[2.0, 4.0, f64::NAN, f64::NAN]);
    let filled = of_group(&values, &[2, 3], &[0, 0, 0, 1], num::mean);
    assert_eq!(filled.len(), 1);
    assert_eq!(
        (filled[0].unit, filled[0].value, filled[0].donors),
        (2, 3.0, 2)
    );
}

/// The sum of three times 0.1 is 0.30000000000000004.
#[test]
fn the_mean_of_a_constant_column_leaves_it_constant() {
    let flat = column(&[0.1, 0.1, 0.1, f64::NAN]);
    assert_eq!(of_group(&flat, &[3], &[0; 4], num::mean)[0].value, 0.1);
    let y = column(&[1.0; 4]);
    let three = Neighbours {
        k: 3,
        ..Neighbours::default()
    };
    let out = nearest_neighbours(&[&flat, &y], 0, &flat, &["a", "b", "c", "d"], three);
    assert_eq!(out[0].value, 0.1);
}

/// The order of the units does not matter, ties at the k-th distance included.
#[test]
fn neighbours_at_the_same_distance_all_count() {
    let x = column(&[0.0, 1.0, -1.0, 5.0]);
    let y = column(&[f64::NAN, 10.0, 20.0, 90.0]);
    let one = Neighbours {
        k: 1,
        ..Neighbours::default()
    };
    let out = nearest_neighbours(&[&x, &y], 1, &y, &["a", "b", "c", "d"], one);
    assert_eq!((out[0].value, out[0].donors), (15.0, 2));
    // No feature in common with anyone.
    let lonely = column(&[f64::NAN, 1.0, -1.0, 5.0]);
    assert!(nearest_neighbours(&[&lonely, &y], 1, &y, &["a", "b", "c", "d"], one).is_empty());
}

/// 2020: 10, 2022: 20; 2021 lies half way; 2019 and 2023 take the ends.
#[test]
fn time_fills_between_and_beyond() {
    let labels = ["2019", "2020", "2021", "2022", "2023"];
    let mut periods = std::collections::BTreeMap::new();
    for (label, value) in labels
        .iter()
        .zip([None, Some(10.0), None, Some(20.0), None])
    {
        let mut observations = Observations::missing(1, 1);
        let cell = value.map_or(Cell::Missing, Cell::Value);
        observations.set(0, 0, cell, None, &crate::frame::Provenance::default());
        periods.insert(Period::new(label).unwrap(), observations);
    }
    let fill = |label: &str, method| {
        let period = Period::new(label).unwrap();
        let out = across_time(Panel::new(&periods, &period), 0, &[0], method);
        out.first().map(|c| c.value)
    };
    assert_eq!(fill("2021", Imputation::Linear), Some(15.0));
    assert_eq!(fill("2019", Imputation::Linear), Some(10.0));
    assert_eq!(fill("2023", Imputation::Linear), Some(20.0));
    assert_eq!(fill("2021", Imputation::LastKnown), Some(10.0));
    assert_eq!(fill("2019", Imputation::LastKnown), None);
    assert_eq!(fill("2019", Imputation::Constant), Some(10.0));
    assert_eq!(fill("2021", Imputation::Constant), Some(10.0));
    assert!(across_time(Panel::default(), 0, &[0], Imputation::Linear).is_empty());
}

/// scikit-learn's documentation of SimpleImputer, the middle column 2, ?, 5: 3.5.
/// Python's of `statistics.median`: 1, 3, 5, 7 has 4. pandas' of `groupby().mean()`,
/// falcons of 380 and 370 and parrots of 24 and 26: 375 and 25; of
/// `groupby().median()`, a of 7, 2, 8 and b of 4, 3, 3: 7 and 3.
#[test]
fn averages_of_published_examples() {
    let fill = |values: &[f64], groups: &[u32], average: fn(&[f64]) -> Option<f64>| {
        let gaps: Vec<usize> = (0..values.len()).filter(|&i| values[i].is_nan()).collect();
        let filled = of_group(&column(values), &gaps, groups, average);
        filled.iter().map(|c| c.value).collect::<Vec<f64>>()
    };
    let gap = f64::NAN;
    assert_eq!(fill(&[2.0, gap, 5.0], &[0; 3], num::mean), [3.5]);
    assert_eq!(
        fill(&[1.0, 3.0, gap, 5.0, 7.0], &[0; 5], num::median),
        [4.0]
    );
    let speed = [380.0, 370.0, gap, 24.0, 26.0, gap];
    assert_eq!(fill(&speed, &[0, 0, 0, 1, 1, 1], num::mean), [375.0, 25.0]);
    let lists = [7.0, 2.0, 8.0, gap, 4.0, 3.0, 3.0, gap];
    let groups = [0, 0, 0, 0, 1, 1, 1, 1];
    assert_eq!(fill(&lists, &groups, num::median), [7.0, 3.0]);
}

/// pandas' documentation: `interpolate` of 0, 1, ?, 3 gives 2; `ffill` of the first
/// column, ?, 3, ?, ?, gives 3 twice and leaves the first; `bfill` of 1, ?, ?, 2
/// gives 2, which is what a constant end takes before the first value.
#[test]
fn time_of_published_examples() {
    let fill = |values: &[f64], at: usize, method| {
        let mut periods = std::collections::BTreeMap::new();
        for (i, cell) in column(values).cells().enumerate() {
            let mut observations = Observations::missing(1, 1);
            observations.set(0, 0, cell, None, &crate::frame::Provenance::default());
            periods.insert(Period::new(&format!("{}", 2020 + i)).unwrap(), observations);
        }
        let period = Period::new(&format!("{}", 2020 + at)).unwrap();
        let out = across_time(Panel::new(&periods, &period), 0, &[0], method);
        out.first().map(|c| c.value)
    };
    let gap = f64::NAN;
    let between = fill(&[0.0, 1.0, gap, 3.0], 2, Imputation::Linear).unwrap();
    assert!((between - 2.0).abs() < 1e-12);
    let known = [gap, 3.0, gap, gap];
    let last = |at| fill(&known, at, Imputation::LastKnown);
    assert_eq!([last(0), last(2), last(3)], [None, Some(3.0), Some(3.0)]);
    assert_eq!(fill(&known, 0, Imputation::Constant), Some(3.0));
    assert_eq!(fill(&[gap, gap, 2.0], 0, Imputation::Constant), Some(2.0));
}
