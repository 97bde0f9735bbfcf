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
