use super::*;
use crate::frame::Observations;
use crate::ids::Period;

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
