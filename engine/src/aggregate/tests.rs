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
    let rule = NodeRule {
        method: Aggregation::Arithmetic,
        availability: 0.0,
        scale: 100.0,
    };
    let of = |children: &[(&Column, f64)]| node_column(children, rule, 1).unwrap().get(0);
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
    let mean = mean_column(&[(&zero, 0.5), (&full, 0.5)], Aggregation::Geometric, 1);
    assert_eq!(mean.get(0), Cell::Value(0.0));
    let mean = mean_column(&[(&zero, 0.0), (&full, 1.0)], Aggregation::Geometric, 1);
    assert!((mean.get(0).value().unwrap() - 100.0).abs() < 1e-12);
}

/// 0.35 · 100 / 0.35 is 100.00000000000001 in floating point.
#[test]
fn a_mean_never_leaves_the_range_of_its_children() {
    let full = column(&[Some(100.0)]);
    let missing = Column::missing(1);
    for mean in [
        Aggregation::Arithmetic,
        Aggregation::Geometric,
        Aggregation::Harmonic,
        Aggregation::Power(2.0),
    ] {
        for share in [0.35, 0.3, 0.15, 0.07] {
            let children = [(&full, share), (&missing, 1.0 - share)];
            assert_eq!(mean_column(&children, mean, 1).get(0), Cell::Value(100.0));
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
        mean_column(&children, mean, 1).get(0).value().unwrap()
    };
    for (mean, expected) in [
        (Aggregation::Arithmetic, 50.0),
        (Aggregation::Geometric, 40.0),
        (Aggregation::Harmonic, 32.0),
        (Aggregation::Power(2.0), 3400f64.sqrt()),
        (Aggregation::Power(1.0), 50.0),
        (Aggregation::Power(0.0), 40.0),
        (Aggregation::Power(-1.0), 32.0),
        (Aggregation::MazziottaPareto, 32.0),
        (Aggregation::Minimum, 20.0),
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
        Aggregation::Harmonic,
        Aggregation::MazziottaPareto,
        Aggregation::Minimum,
        Aggregation::Power(-2.0),
    ] {
        let score = mean_column(&[(&full, 0.3), (&full, 0.7)], mean, 1).get(0);
        assert!((score.value().unwrap() - 100.0).abs() < 1e-9);
        let zero = column(&[Some(0.0)]);
        let score = mean_column(&[(&full, 0.3), (&zero, 0.7)], mean, 1).get(0);
        assert_eq!(score, Cell::Value(0.0), "{mean:?}");
    }
}

/// scipy's documentation of gmean, hmean and pmean prints all digits: 1, 4, 7 by 3/7,
/// 1/7, 3/7, and 1…7 by equal weights.
#[test]
fn means_of_the_documentation_of_scipy() {
    let of = |values: &[f64], weights: &[f64], mean| {
        let columns: Vec<Column> = values.iter().map(|x| column(&[Some(*x)])).collect();
        let shares = crate::num::shares(weights).unwrap();
        let children: Vec<(&Column, f64)> = columns.iter().zip(shares).collect();
        mean_column(&children, mean, 1).get(0).value().unwrap()
    };
    let (three, by) = ([1.0, 4.0, 7.0], [3.0, 1.0, 3.0]);
    let seven: Vec<f64> = (1..=7).map(f64::from).collect();
    for (found, printed) in [
        (
            of(&three, &by, Aggregation::Geometric),
            2.806_683_519_220_14,
        ),
        (
            of(&three, &by, Aggregation::Harmonic),
            1.902_912_621_359_223_3,
        ),
        (
            of(&three, &by, Aggregation::Power(-2.0)),
            1.496_968_489_663_195_4,
        ),
        (
            of(&three, &by, Aggregation::Power(-1.0)),
            1.902_912_621_359_223_3,
        ),
        (
            of(&seven, &[1.0; 7], Aggregation::Geometric),
            3.380_015_159_141_296_4,
        ),
        (
            of(&seven, &[1.0; 7], Aggregation::Harmonic),
            2.699_724_517_906_336_3,
        ),
        (
            of(&seven, &[1.0; 7], Aggregation::Power(1.3)),
            4.157_111_214_492_084,
        ),
    ] {
        // Shares are moved by up to 2⁻⁵¹ to sum to 1.
        assert!((found - printed).abs() < 1e-12, "{found} {printed}");
    }
}

/// The example of Wikipedia's article on Copeland's method, the capital of Tennessee:
/// 42 % of the voters put Memphis first, 26 % Nashville, 15 % Chattanooga, 17 %
/// Knoxville. Nashville wins all three pairs, Chattanooga two, Knoxville one; 58 %
/// prefer Nashville to Memphis, 68 % to Chattanooga, 83 % Chattanooga to Knoxville.
#[test]
fn copeland_of_the_capital_of_tennessee() {
    // Memphis, Nashville, Chattanooga, Knoxville: places from the last, by ballot.
    let ballots = [
        [3.0, 2.0, 1.0, 0.0],
        [0.0, 3.0, 2.0, 1.0],
        [0.0, 1.0, 3.0, 2.0],
        [0.0, 1.0, 2.0, 3.0],
    ];
    let columns = ballots.map(|b| Column::from_cells(b.map(Cell::Value)));
    let shares = crate::num::shares(&[0.42, 0.26, 0.15, 0.17]).unwrap();
    let children: Vec<(&Column, f64)> = columns.iter().zip(shares).collect();
    let out = copeland(&children, 4, 1.0).unwrap();
    assert_eq!(
        out.present().collect::<Vec<_>>(),
        [0.0, 1.0, 2.0 / 3.0, 1.0 / 3.0]
    );
    let matrix = outranking_matrix(&children, 4).unwrap();
    for (winner, loser, published) in [(1, 0, 0.58), (1, 2, 0.68), (2, 3, 0.83)] {
        assert!((matrix[winner][loser].unwrap() - published).abs() < 1e-14);
        assert!((matrix[loser][winner].unwrap() - (1.0 - published)).abs() < 1e-14);
        assert_eq!(matrix[winner][winner], None);
    }
}

/// Where 100ᵖ is no number any more, and where 1 + p ln x has lost its digits: of 100
/// and 50 by halves 100 · ((1 + 2⁻ᵖ)/2)^(1/p), near 0 the geometric mean √5000.
#[test]
fn extreme_powers_keep_their_digits() {
    let (a, b) = (column(&[Some(100.0)]), column(&[Some(50.0)]));
    let of = |p| {
        let children = [(&a, 0.5), (&b, 0.5)];
        let mean = mean_column(&children, Aggregation::Power(p), 1);
        mean.get(0).value().unwrap()
    };
    let half = crate::num::ln(0.5);
    for p in [400.0, 1e6, -400.0, -1e6] {
        // The lesser of both has no share left of the sum.
        let base = if p > 0.0 { 100.0 } else { 50.0 };
        let by_hand = base * crate::num::exp(half / p);
        assert!((of(p) - by_hand).abs() < 1e-12, "{p}: {}", of(p));
    }
    for p in [1e-9, -1e-9, 1e-300] {
        assert!((of(p) - 5000f64.sqrt()).abs() < 1e-6, "{p}: {}", of(p));
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
        let of = |mean| mean_column(&children, mean, 1).get(0).value().unwrap();
        prop_assert!(of(Aggregation::Geometric) <= of(Aggregation::Arithmetic) + 1e-9);
    }

    #[test]
    fn a_better_child_never_lowers_its_parent(
        scores in prop::collection::vec(0.0..100f64, 2..8),
        gain in 0.0..50f64,
    ) {
        let share = 1.0 / scores.len() as f64;
        for mean in [Aggregation::Arithmetic, Aggregation::Geometric] {
            let of = |first: f64| {
                let mut columns: Vec<Column> =
                    scores.iter().map(|s| column(&[Some(*s)])).collect();
                columns[0] = column(&[Some(first)]);
                let children: Vec<(&Column, f64)> = columns.iter().map(|c| (c, share)).collect();
                mean_column(&children, mean, 1).get(0).value().unwrap()
            };
            prop_assert!(of(scores[0] + gain) >= of(scores[0]) - 1e-12);
        }
    }
}

/// All that compare units, on `children` of equal weight.
fn relative(columns: &[Column], method: Aggregation) -> Vec<Option<f64>> {
    let share = 1.0 / columns.len() as f64;
    let children: Vec<(&Column, f64)> = columns.iter().map(|c| (c, share)).collect();
    let rule = NodeRule {
        method,
        availability: 0.0,
        scale: 1.0,
    };
    let out = node_column(&children, rule, columns[0].len()).unwrap();
    out.cells().map(Cell::value).collect()
}

const RELATIVE: [Aggregation; 4] = [
    Aggregation::Copeland,
    Aggregation::Topsis(Topsis {
        ideal: Ideal::Observed,
        vector: false,
    }),
    Aggregation::Promethee(Promethee {
        preference: Preference::Usual,
    }),
    Aggregation::BenefitOfTheDoubt(crate::weigh::benefit::ShareBounds {
        lower: 0.0,
        upper: 1.0,
    }),
];

/// Tzeng and Huang 2011, Multiple Attribute Decision Making: 0.5037, 0.6581,
/// 0.7482, 0.3340 from reported values scaled by their length.
#[test]
fn topsis_of_a_textbook() {
    let columns = [
        [5.0, 7.0, 8.0, 7.0],
        [8.0, 6.0, 8.0, 4.0],
        [4.0, 8.0, 6.0, 6.0],
    ]
    .map(|c| Column::from_cells(c.map(Cell::Value)));
    let children: Vec<(&Column, f64)> = columns.iter().zip([0.3, 0.4, 0.3]).collect();
    let vector = Topsis {
        vector: true,
        ..Topsis::default()
    };
    let out = topsis(&children, 4, vector, 1.0);
    for (score, published) in out.present().zip([0.5037, 0.6581, 0.7482, 0.3340]) {
        assert!((score - published).abs() < 1e-4, "{score} {published}");
    }
}

/// Sałabun 2013: 0.500, 0.617, 0.500 after min–max of (1, 2, 5), less is better,
/// and (3000, 3750, 4500).
#[test]
fn topsis_of_a_paper() {
    let columns =
        [[1.0, 0.75, 0.0], [0.0, 0.5, 1.0]].map(|c| Column::from_cells(c.map(Cell::Value)));
    let scores = relative(&columns, RELATIVE[1]);
    for (score, published) in scores.iter().zip([0.5, 0.617, 0.5]) {
        assert!((score.unwrap() - published).abs() < 5e-4);
    }
}

/// Papathanasiou and Ploskas 2018, Multiple Criteria Decision Aid, chapter 3:
/// net flows −0.26, −0.52, −0.22, 0.36, 0.7, −0.06 with q = 1 and p = 2.
#[test]
fn promethee_of_a_textbook() {
    let columns = [
        [8.0, 5.0, 7.0, 9.0, 11.0, 6.0],
        [7.0, 3.0, 5.0, 9.0, 10.0, 9.0],
        [2.0, 7.0, 6.0, 7.0, 3.0, 5.0],
        [1.0, 5.0, 4.0, 3.0, 7.0, 4.0],
    ]
    .map(|c| Column::from_cells(c.map(Cell::Value)));
    let children: Vec<(&Column, f64)> = columns.iter().zip([0.4, 0.3, 0.1, 0.2]).collect();
    let linear = Promethee {
        preference: Preference::Linear {
            indifference: 1.0,
            preference: 2.0,
        },
    };
    let flows = net_flows(&children, 6, linear);
    for (flow, published) in flows.present().zip([-0.26, -0.52, -0.22, 0.36, 0.7, -0.06]) {
        assert!((flow - published).abs() < 5e-3, "{flow} {published}");
    }
}

/// One, two and three units, constants and gaps: stated for every method.
#[test]
fn relative_methods_at_the_edges() {
    for method in RELATIVE {
        let is_bod = matches!(method, Aggregation::BenefitOfTheDoubt(_));
        // Nothing to compare with, but a unit is as good as the best of one.
        let alone = relative(&[column(&[Some(0.5)])], method);
        assert_eq!(alone, [is_bod.then_some(1.0)], "{method:?}");
        let empty = relative(&[column(&[None, None])], method);
        assert_eq!(empty, [None, None], "{method:?}");
        let two = relative(&[column(&[Some(0.2), Some(0.8)])], method);
        assert_eq!(two[1], Some(1.0), "{method:?}");
        assert_eq!(two[0], Some(if is_bod { 0.25 } else { 0.0 }), "{method:?}");
        let same = relative(&[column(&[Some(0.4); 3])], method);
        let by_hand = match method {
            Aggregation::Topsis(_) => None,
            Aggregation::BenefitOfTheDoubt(_) => Some(1.0),
            _ => Some(0.5),
        };
        assert_eq!(same, [by_hand; 3], "{method:?}");
        // A gap leaves the others comparable.
        let gap = relative(
            &[
                column(&[Some(0.9), None, Some(0.1)]),
                column(&[Some(0.9), None, Some(0.1)]),
            ],
            method,
        );
        assert_eq!(gap[1], None);
        assert_eq!(gap[0], Some(1.0), "{method:?}");
    }
}

#[test]
fn too_many_pairs_are_refused() {
    let many = Column::missing(PAIRWISE_LIMIT + 1);
    let error = copeland(&[(&many, 1.0)], many.len(), 1.0).unwrap_err();
    assert!(matches!(error, AggregateError::TooManyUnits { .. }));
    // A sorting method has no such limit.
    assert_eq!(
        net_flows(&[(&many, 1.0)], many.len(), Promethee::default()).len(),
        many.len()
    );
}

/// Below 0 there is no geometric mean: missing, not a number from nowhere.
#[test]
fn means_that_need_positive_scores_say_so() {
    let (below, above) = (column(&[Some(-1.0)]), column(&[Some(9.0)]));
    for method in [
        Aggregation::Geometric,
        Aggregation::Harmonic,
        Aggregation::Power(2.0),
        Aggregation::MazziottaPareto,
    ] {
        let mean = mean_column(&[(&below, 0.5), (&above, 0.5)], method, 1);
        assert_eq!(mean.get(0), Cell::Missing, "{method:?}");
    }
    for method in [Aggregation::Arithmetic, Aggregation::Power(1.0)] {
        let mean = mean_column(&[(&below, 0.5), (&above, 0.5)], method, 1);
        assert_eq!(mean.get(0), Cell::Value(4.0), "{method:?}");
    }
}

/// One child for each of the two units. Weights whose last bits alone differ, as those a
/// method found do, decide nothing; a millionth more does.
#[test]
fn last_bits_of_weights_win_no_majority() {
    let (a, b) = (
        column(&[Some(3.0), Some(1.0)]),
        column(&[Some(1.0), Some(3.0)]),
    );
    let scores = |more: f64| {
        let children = [(&a, 0.5 + more), (&b, 0.5 - more)];
        let scores = copeland(&children, 2, 100.0).unwrap();
        scores.present().collect::<Vec<_>>()
    };
    assert_eq!(scores(1e-12), [50.0, 50.0]);
    assert_eq!(scores(-1e-12), [50.0, 50.0]);
    assert_eq!(scores(1e-6), [100.0, 0.0]);
}

proptest! {
    /// Copeland with gaps against the definition, in shuffled order.
    #[test]
    fn copeland_does_not_depend_on_row_order(
        cells in prop::collection::vec(prop::option::of(0u8..4), 24),
        by in 0usize..8,
    ) {
        let value = |i: usize, c: usize| cells[c * 8 + i].map(f64::from);
        let columns = |order: &[usize]| -> Vec<Column> {
            (0..3)
                .map(|c| column(&order.iter().map(|&i| value(i, c)).collect::<Vec<_>>()))
                .collect()
        };
        let straight: Vec<usize> = (0..8).collect();
        let turned: Vec<usize> = (0..8).map(|i| (i + by) % 8).collect();
        for method in RELATIVE {
            let a = relative(&columns(&straight), method);
            let b = relative(&columns(&turned), method);
            for (at, &i) in turned.iter().enumerate() {
                match (a[i], b[at]) {
                    (Some(x), Some(y)) => prop_assert!((x - y).abs() < 1e-12),
                    (x, y) => prop_assert_eq!(x, y),
                }
            }
        }
        let scores = relative(&columns(&straight), Aggregation::Copeland);
        for (i, score) in scores.iter().enumerate() {
            let (mut sum, mut m) = (0.0, 0.0);
            for j in (0..8).filter(|&j| j != i) {
                let signs: Vec<f64> = (0..3)
                    .filter_map(|c| Some(value(i, c)? - value(j, c)?))
                    .map(|d| if d == 0.0 { 0.0 } else { d.signum() })
                    .collect();
                if !signs.is_empty() {
                    let majority: f64 = signs.iter().sum();
                    sum += if majority == 0.0 { 0.0 } else { majority.signum() };
                    m += 1.0;
                }
            }
            prop_assert_eq!(*score, (m > 0.0).then_some((sum + m) / (2.0 * m)));
        }
    }

    /// Blocks of many units, with and without gaps, give the bits of each unit's sum
    /// taken by itself in child order.
    #[test]
    fn means_of_many_units_are_those_of_each(
        n_units in prop_oneof![1..5usize, 60..70usize, 125..135usize],
        n_children in 1..5usize,
        gaps in 0..4u64,
        seed: u64,
    ) {
        let mut state = seed;
        let mut next = move || {
            // Knuth's MMIX generator.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let columns: Vec<Column> = (0..n_children)
            .map(|_| Column::from_cells((0..n_units).map(|_| match next() % 8 {
                0 if gaps > 0 => Cell::Missing,
                1 if gaps > 1 => Cell::NotApplicable,
                2 if gaps > 2 => Cell::Missing,
                3 => Cell::Value(0.0),
                _ => Cell::Value(next() as f64 / 1e7 - 60.0),
            })))
            .collect();
        let weights: Vec<f64> = (0..n_children).map(|_| (next() % 9) as f64 + 0.5).collect();
        let shares = crate::num::shares(&weights).unwrap();
        let children: Vec<(&Column, f64)> = columns.iter().zip(shares).collect();
        let means = mean_column(&children, Aggregation::Arithmetic, n_units);
        for i in 0..n_units {
            let (mut sum, mut weight) = (0.0, 0.0);
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for (column, share) in &children {
                if let Cell::Value(x) = column.get(i) {
                    sum += share * x;
                    weight += share;
                    low = low.min(x);
                    high = high.max(x);
                }
            }
            let expected = (weight > 0.0).then(|| f64::clamp(sum / weight, low, high).to_bits());
            prop_assert_eq!(means.get(i).value().map(f64::to_bits), expected);
        }
        prop_assert_eq!(means.len(), n_units);
    }

    /// Net flows by sorting equal those by definition.
    #[test]
    fn flows_equal_their_definition(
        cells in prop::collection::vec(0.0..10.0f64, 12),
        q in 0.0..3.0f64,
        more in 0.0..3.0f64,
    ) {
        let p = q + more;
        let values = Column::from_cells(cells.iter().map(|x| Cell::Value(*x)));
        let preference = Preference::Linear { indifference: q, preference: p };
        let flows = net_flows(&[(&values, 1.0)], 12, Promethee { preference });
        let degree = |d: f64| {
            if d <= q { 0.0 } else if d >= p { 1.0 } else { (d - q) / (p - q) }
        };
        for (i, flow) in flows.present().enumerate() {
            let by_hand: f64 = cells
                .iter()
                .map(|y| degree(cells[i] - y) - degree(y - cells[i]))
                .sum::<f64>() / 11.0;
            prop_assert!((flow - by_hand).abs() < 1e-9, "{} {}", flow, by_hand);
        }
    }
}
