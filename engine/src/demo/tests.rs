use super::*;
use crate::explain::WhatIf;
use crate::frame::CellState;
use crate::pipeline::{Inputs, run};
use crate::rank::{Grade, Withheld};
use crate::scheme::default_scheme;
use crate::spec::{Spec, digest_of};
use crate::weigh::WeightSet;

fn county() -> Dataset {
    generate(&default_scheme(), DemoOptions::default()).unwrap()
}

fn outcome(dataset: &Dataset, period: usize) -> crate::pipeline::Outcome {
    let period = Period::new(PERIODS[period]).unwrap();
    let inputs = Inputs::new(
        dataset.units(),
        dataset.framework(),
        &dataset.periods()[&period],
    );
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    run(inputs, &weights, &Spec::default()).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_county() {
    let (a, b) = (county(), county());
    assert_eq!(a, b);
    let options = DemoOptions {
        seed: 1,
        ..DemoOptions::default()
    };
    let other = generate(&default_scheme(), options).unwrap();
    assert_ne!(digest_of(&other), digest_of(&a));
    assert_eq!((a.units().len(), a.periods().len()), (85, 2));
    let (towns, _) = a.units().groups_by(|u| &u.town);
    assert_eq!(towns.len(), 11);
}

#[test]
fn more_units_leave_the_first_ones_as_they_are() {
    let options = DemoOptions {
        n_units: 3000,
        ..DemoOptions::default()
    };
    let large = generate(&default_scheme(), options).unwrap();
    let small = county();
    for i in 0..85 {
        assert_eq!(large.units().list()[i], small.units().list()[i]);
        let (a, b) = (large.latest().unwrap().1, small.latest().unwrap().1);
        for column in 0..30 {
            assert_eq!(a.frame().cell(i, column), b.frame().cell(i, column));
        }
    }
}

#[test]
fn scores_spread_over_all_bands_and_stories_hold() {
    let dataset = county();
    let (before, now) = (outcome(&dataset, 0), outcome(&dataset, 1));
    let count = |band| {
        now.grades
            .iter()
            .filter(|g| **g == Grade::Band(band))
            .count()
    };
    let bands = [count(0), count(1), count(2), count(3)];
    assert!(bands.iter().all(|n| *n >= 3), "{bands:?}");
    assert!(bands[1] >= 25, "{bands:?}");
    let score = |o: &crate::pipeline::Outcome, i: usize| o.scores.composite().get(i).value();
    for (unit, story) in STORIES {
        match story {
            Story::Declining => {
                let fall = score(&before, unit).unwrap() - score(&now, unit).unwrap();
                assert!(fall > 15.0, "{fall}");
            }
            Story::Perfect => assert_eq!(score(&now, unit), Some(100.0)),
            Story::LowCoverage => {
                assert_eq!(now.grades[unit], Grade::Withheld(Withheld::LowCoverage));
                assert_eq!(now.ranks.overall[unit], None);
            }
            Story::LowPillarCoverage => assert_eq!(
                now.grades[unit],
                Grade::Withheld(Withheld::LowPillarCoverage(2))
            ),
            Story::SmallSurvey => {
                let observations = dataset.latest().unwrap().1;
                let survey = dataset.framework().find("c_fairness").unwrap();
                let column = dataset.framework().node(survey).column.unwrap();
                assert!(observations.ratio(unit, column).unwrap().denominator < 10.0);
            }
            Story::Copied => assert_eq!(score(&now, unit), score(&now, unit - 1)),
            Story::Round => {
                let columns = now.checked.columns().iter();
                let mut values = columns.filter_map(|c| c.get(unit).value());
                assert!(values.all(|x| x % 5.0 == 0.0));
            }
            Story::NotApplicable => {
                let benefits = dataset.framework().find("B4").unwrap();
                let states = now.scores.node(benefits).states();
                assert_eq!(states[unit], CellState::NotApplicable);
                assert!(now.grades[unit].is_band());
            }
        }
    }
}

/// The demonstration as seen by a person who only changes weights.
#[test]
fn equal_weights_rank_the_county_too() {
    let dataset = county();
    let outcome = outcome(&dataset, 1);
    let (framework, units) = (dataset.framework(), dataset.units());
    let mut what_if = WhatIf::new(&outcome, framework, units, &Spec::default());
    let equal = WeightSet::equal(framework).unwrap();
    assert!(what_if.set_weights(equal).unwrap() > 0);
    let ranks = what_if.ranks(&what_if.grades());
    assert_ne!(ranks, outcome.ranks);
}
