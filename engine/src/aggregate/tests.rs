use super::*;
use proptest::prelude::*;

fn column(cells: &[Option<f64>]) -> Column {
    let to_cell = |c: &Option<f64>| c.map_or(Cell::Missing, Cell::Value);
    Column::from_cells(cells.iter().map(to_cell))
}

#[test]
fn missing_and_not_applicable_leave_the_mean_but_stay_different() {
    let not_applicable = Column::from_cells([Cell::NotApplicable]);
    let missing = Column::missing(1);
    let value = column(&[Some(40.0)]);
    let of = |children: &[(&Column, f64)]| node_column(children, Mean::Arithmetic, 1).get(0);
    assert_eq!(
        of(&[(&not_applicable, 0.5), (&value, 0.5)]),
        Cell::Value(40.0)
    );
    assert_eq!(of(&[(&missing, 0.5), (&value, 0.5)]), Cell::Value(40.0));
    assert_eq!(
        of(&[(&not_applicable, 0.5), (&not_applicable, 0.5)]),
        Cell::NotApplicable
    );
    assert_eq!(
        of(&[(&not_applicable, 0.5), (&missing, 0.5)]),
        Cell::Missing
    );
    // A value whose weight is zero is no basis for a score.
    assert_eq!(of(&[(&missing, 1.0), (&value, 0.0)]), Cell::Missing);
}

#[test]
fn a_geometric_mean_with_a_zero_is_zero() {
    let (zero, full) = (column(&[Some(0.0)]), column(&[Some(100.0)]));
    let mean = node_column(&[(&zero, 0.5), (&full, 0.5)], Mean::Geometric, 1);
    assert_eq!(mean.get(0), Cell::Value(0.0));
    let mean = node_column(&[(&zero, 0.0), (&full, 1.0)], Mean::Geometric, 1);
    assert!((mean.get(0).value().unwrap() - 100.0).abs() < 1e-12);
}

/// 0.35 · 100 / 0.35 is 100.00000000000001 in floating point.
#[test]
fn a_mean_never_leaves_the_range_of_its_children() {
    let full = column(&[Some(100.0)]);
    let missing = Column::missing(1);
    for mean in [
        Mean::Arithmetic,
        Mean::Geometric,
        Mean::Harmonic,
        Mean::Power(2.0),
    ] {
        for share in [0.35, 0.3, 0.15, 0.07] {
            let children = [(&full, share), (&missing, 1.0 - share)];
            assert_eq!(node_column(&children, mean, 1).get(0), Cell::Value(100.0));
        }
    }
}

/// By hand from 80 and 20 in equal shares: harmonic 2·80·20/100 = 32; power 2
/// √((6400 + 400)/2) = √3400; Mazziotta–Pareto 50 − 30²/50 = 32; minimum 20.
#[test]
fn every_mean_by_hand() {
    let (a, b) = (column(&[Some(80.0)]), column(&[Some(20.0)]));
    let of = |mean| {
        let children = [(&a, 0.5), (&b, 0.5)];
        node_column(&children, mean, 1).get(0).value().unwrap()
    };
    for (mean, expected) in [
        (Mean::Arithmetic, 50.0),
        (Mean::Geometric, 40.0),
        (Mean::Harmonic, 32.0),
        (Mean::Power(2.0), 3400f64.sqrt()),
        (Mean::Power(1.0), 50.0),
        (Mean::Power(0.0), 40.0),
        (Mean::Power(-1.0), 32.0),
        (Mean::MazziottaPareto, 32.0),
        (Mean::Minimum, 20.0),
    ] {
        assert!(
            (of(mean) - expected).abs() < 1e-12,
            "{mean:?}: {}",
            of(mean)
        );
    }
    // Full marks stay full marks under every mean.
    let full = column(&[Some(100.0)]);
    for mean in [
        Mean::Harmonic,
        Mean::MazziottaPareto,
        Mean::Minimum,
        Mean::Power(-2.0),
    ] {
        let score = node_column(&[(&full, 0.3), (&full, 0.7)], mean, 1).get(0);
        assert!((score.value().unwrap() - 100.0).abs() < 1e-9);
        let zero = column(&[Some(0.0)]);
        let score = node_column(&[(&full, 0.3), (&zero, 0.7)], mean, 1).get(0);
        assert_eq!(score, Cell::Value(0.0), "{mean:?}");
    }
}

proptest! {
    #[test]
    fn geometric_never_exceeds_arithmetic(
        scores in prop::collection::vec(0.0..100f64, 2..8),
    ) {
        let share = 1.0 / scores.len() as f64;
        let columns: Vec<Column> = scores.iter().map(|s| column(&[Some(*s)])).collect();
        let children: Vec<(&Column, f64)> = columns.iter().map(|c| (c, share)).collect();
        let of = |mean| node_column(&children, mean, 1).get(0).value().unwrap();
        prop_assert!(of(Mean::Geometric) <= of(Mean::Arithmetic) + 1e-9);
    }

    #[test]
    fn a_better_child_never_lowers_its_parent(
        scores in prop::collection::vec(0.0..100f64, 2..8),
        gain in 0.0..50f64,
    ) {
        let share = 1.0 / scores.len() as f64;
        for mean in [Mean::Arithmetic, Mean::Geometric] {
            let of = |first: f64| {
                let mut columns: Vec<Column> =
                    scores.iter().map(|s| column(&[Some(*s)])).collect();
                columns[0] = column(&[Some(first)]);
                let children: Vec<(&Column, f64)> = columns.iter().map(|c| (c, share)).collect();
                node_column(&children, mean, 1).get(0).value().unwrap()
            };
            prop_assert!(of(scores[0] + gain) >= of(scores[0]) - 1e-12);
        }
    }
}
