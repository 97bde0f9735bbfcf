//! Attacks on what is shown of a public rating.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// As many raters for each group as the default rules ask for: 3.
fn rules(n_groups: u32) -> Rules {
    Rules {
        groups: (0..n_groups).map(|group| group.to_string()).collect(),
        min_raters: 3 * n_groups,
        ..Rules::default()
    }
}

/// Everything an attacker has: the table, the share as it is scored (in lowest terms,
/// since the number of raters is told nowhere), the outcome, groups covered. The share
/// on the page follows from that one.
type Seen = (Vec<[Option<u32>; 3]>, [u32; 2], bool, usize);

fn seen(rating: &Rating, rules: &Rules) -> Option<Seen> {
    let verdict = rating.judge(rules).ok()?;
    let (mut divisor, mut rest) = (verdict.valid, verdict.satisfied);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let share = [verdict.satisfied, verdict.valid].map(|n| n / divisor);
    let covered = rating.n_covered(rules);
    Some((rating.shown().groups, share, verdict.passes, covered))
}

/// Every rating of so many groups with counts up to these.
fn every(n_groups: u32, most: [u32; 3]) -> Vec<Rating> {
    let mut all = vec![Rating::default()];
    for _ in 0..n_groups {
        let before = std::mem::take(&mut all);
        for rating in before {
            for yes in 0..=most[0] {
                for no in 0..=most[1] {
                    for unsure in 0..=most[2] {
                        let mut rating = rating.clone();
                        rating.groups.push([yes, no, unsure]);
                        all.push(rating);
                    }
                }
            }
        }
    }
    all
}

/// Whoever knows how it is decided what is hidden, and looks at every table that would
/// be shown like this one, finds more than one value of everything hidden. `small` are
/// the ratings looked at, a part of `all`: tables at the edge of those lack others that
/// would look alike.
fn attack(n_groups: u32, all: [u32; 3], small: [u32; 3]) {
    let rules = rules(n_groups);
    let mut alike: BTreeMap<Seen, Vec<Rating>> = BTreeMap::new();
    for rating in every(n_groups, all) {
        if let Some(seen) = seen(&rating, &rules) {
            alike.entry(seen).or_default().push(rating);
        }
    }
    let is_small = |r: &Rating| {
        let mut counts = r.groups.iter();
        counts.all(|g| (0..3).all(|kind| g[kind] <= small[kind]))
    };
    let (mut shown, mut hidden) = (0, 0);
    for ((table, [yes, valid], ..), ratings) in &alike {
        if !ratings.iter().any(is_small) {
            continue;
        }
        for (group, counts) in table.iter().enumerate() {
            // How many do not know is free, where it varies at all here.
            let n_kinds = if all[2] > 0 { 3 } else { 2 };
            for (kind, count) in counts.iter().enumerate().take(n_kinds) {
                let found: BTreeSet<u32> = ratings.iter().map(|r| r.groups[group][kind]).collect();
                if let Some(count) = count {
                    assert!(*count >= 5 && found == BTreeSet::from([*count]));
                    shown += 1;
                    continue;
                }
                // A share of 0 or 100 % says that one of the two is nobody, and no more.
                let is_said = kind < 2 && [*yes, valid - yes][kind] == 0;
                assert!(found.len() > 1 || is_said, "{table:?} {group} {kind}");
                assert!(!is_said || found == BTreeSet::from([0]));
                hidden += 1;
            }
        }
    }
    assert!(hidden > 0 && (shown > 0 || small[1] < 5));
}

#[test]
fn nothing_hidden_of_a_rating_follows_from_all_that_is_shown() {
    attack(2, [16, 16, 1], [8, 8, 1]);
    attack(3, [9, 6, 0], [5, 3, 0]);
    // As many groups as by default, where every count is small.
    attack(5, [4, 2, 0], [3, 1, 0]);
}
