//! Invented place names, composed from syllables.

const TOWNS: [&str; 11] = [
    "澄屿镇",
    "禾渚镇",
    "砚洲镇",
    "芷原镇",
    "岫烟街道",
    "漱月镇",
    "棠霁镇",
    "霁川镇",
    "苇汀镇",
    "暮禾镇",
    "沅岚街道",
];

const FIRST: [&str; 12] = [
    "晴", "砚", "荻", "漪", "岚", "棠", "霁", "芷", "稔", "穗", "筠", "澹",
];
const SECOND: [&str; 10] = ["麓", "渚", "屿", "汀", "畴", "崖", "浔", "陌", "苇", "甸"];
const THIRD: [&str; 8] = ["湾", "垭", "坪", "沱", "坝", "湖", "岭", "桥"];

/// Name of the town at a position; beyond the list a number follows.
pub(super) fn town(i: u32) -> String {
    let name = TOWNS[i as usize % TOWNS.len()];
    match i as usize / TOWNS.len() {
        0 => name.into(),
        round => format!("{name}{}", round + 1),
    }
}

/// Name of the village at a position, different for each.
pub(super) fn village(i: u32) -> String {
    let n = i as usize;
    let (n1, n2, n3) = (FIRST.len(), SECOND.len(), THIRD.len());
    // All three syllables move on with every village; the offsets of the second
    // and third make each combination come once in n1·n2·n3.
    let first = n % n1;
    let second = (n + n / n1) % n2;
    let third = (n + n / (n1 * n2)) % n3;
    let round = n / (n1 * n2);
    let name = format!("{}{}{}", FIRST[first], SECOND[second], THIRD[third]);
    match round {
        0 => format!("{name}村"),
        round => format!("{name}{}村", round + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_do_not_repeat() {
        let villages: BTreeSet<String> = (0..10_000).map(village).collect();
        assert_eq!(villages.len(), 10_000);
        let towns: BTreeSet<String> = (0..200).map(town).collect();
        assert_eq!(towns.len(), 200);
    }
}
