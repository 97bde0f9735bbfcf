use super::*;
use dhi_engine::demo::{DemoOptions, generate};
use dhi_engine::scheme::default_scheme;

fn loaded() -> (Present, Results) {
    let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
    let weights = WeightSet::from_framework(dataset.framework()).unwrap();
    let period = dataset.latest().unwrap().0.clone();
    let given = Given::default();
    let loaded = Present::load(1, dataset.into(), given, period, "{}", weights.shares());
    let (present, _, results) = loaded.unwrap();
    (present, results)
}

/// What is written over some places is, in these places, what all of it is; the others
/// are as they were.
#[test]
fn a_glance_shows_what_all_of_the_ranking_shows() {
    let (mut present, before) = loaded();
    let mut shares = before.shares.clone();
    let pillars = present.dataset.framework().pillars().to_vec();
    for (pillar, share) in pillars.iter().zip([0.7, 0.2, 0.1]) {
        shares[pillar.at()] = share;
    }
    for (first, n) in [(0, 12), (30, 7), (60, 1)] {
        let glance = present.glance(&shares, first, n).unwrap().unwrap();
        let mut patched = before.clone();
        patched.patch(first, &glance);
        let all = present.evaluate(&shares).unwrap();
        assert_ne!(all.order, before.order);
        assert_eq!(
            (&patched.digest, &patched.shares),
            (&all.digest, &all.shares)
        );
        let places = first as usize..(first + n) as usize;
        assert_eq!(patched.order[places.clone()], all.order[places.clone()]);
        for (unit, _) in all.order.iter().enumerate() {
            let is_seen = all.order[places.clone()].contains(&(unit as u32));
            let expected = if is_seen { &all } else { &before };
            let row = |r: &Results| {
                let parts: Vec<u64> = r.pillars.iter().map(|p| p[unit].to_bits()).collect();
                (
                    r.scores[unit].to_bits(),
                    r.overall[unit],
                    r.grades[unit],
                    parts,
                )
            };
            assert_eq!(row(&patched), row(expected), "{unit}");
        }
    }
    // Beyond those that have a rank only all of it tells.
    assert!(present.glance(&shares, 80, 5).unwrap().is_none());
}
