//! Moving one weight so that its siblings still sum to 1.

/// The siblings' shares after share `at` was set to `target`.
///
/// Unlocked siblings give way in proportion to what they have; where all of
/// them have 0 they share alike. `target` is limited to what the unlocked ones
/// can give or take. `None` when nothing but `at` is unlocked.
pub fn rebalanced(shares: &[f64], is_locked: &[bool], at: usize, target: f64) -> Option<Vec<f64>> {
    let others: Vec<usize> = (0..shares.len())
        .filter(|&i| i != at && !is_locked.get(i).copied().unwrap_or(false))
        .collect();
    if others.is_empty() || at >= shares.len() || !target.is_finite() {
        return None;
    }
    let free: f64 = shares[at] + others.iter().map(|&i| shares[i]).sum::<f64>();
    let target = target.clamp(0.0, free);
    let rest = free - target;
    let held: f64 = others.iter().map(|&i| shares[i]).sum();
    let mut next = shares.to_vec();
    next[at] = target;
    for &i in &others {
        next[i] = if held > 0.0 {
            shares[i] / held * rest
        } else {
            rest / others.len() as f64
        };
    }
    Some(next)
}

/// The siblings' shares after they were drawn beside each other from 0 to 1 and the edge
/// at the end of share `at` was moved to `edge`. Where that edge cannot move, because
/// nothing beyond it gives way, the share takes what the pointer has moved.
///
/// `None` when nothing but `at` is unlocked.
pub fn with_edge(shares: &[f64], is_locked: &[bool], at: usize, edge: f64) -> Option<Vec<f64>> {
    // In between, the others give way in proportion, so the edge moves evenly.
    let (least, most) = (
        rebalanced(shares, is_locked, at, 0.0)?,
        rebalanced(shares, is_locked, at, 1.0)?,
    );
    let edge_of = |shares: &[f64]| shares[..=at].iter().sum::<f64>();
    let (from, to) = (edge_of(&least), edge_of(&most));
    let target = if to - from > 1e-9 {
        (edge - from) / (to - from) * most[at]
    } else {
        shares[at] + edge - edge_of(shares)
    };
    rebalanced(shares, is_locked, at, target)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.5, 0.3, 0.2 with the first at 0.6: the others keep 3 : 2 of 0.4.
    #[test]
    fn others_give_way_in_proportion() {
        let free = [false; 3];
        let next = rebalanced(&[0.5, 0.3, 0.2], &free, 0, 0.6).unwrap();
        for (a, b) in next.iter().zip([0.6, 0.24, 0.16]) {
            assert!((a - b).abs() < 1e-12);
        }
    }

    /// Of 0.5, 0.3, 0.2 the edge after the second is at 0.8. The first has 5/7 of what
    /// the second leaves, so the edge is at 5/7 + 2/7 of the second: at 0.9 for 0.65.
    #[test]
    fn an_edge_goes_where_it_is_moved() {
        let free = [false; 3];
        let near = |next: Vec<f64>, expected: [f64; 3]| {
            for (a, b) in next.iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{next:?}");
            }
        };
        let shares = [0.5, 0.3, 0.2];
        near(
            with_edge(&shares, &free, 1, 0.9).unwrap(),
            [0.25, 0.65, 0.1],
        );
        near(
            with_edge(&shares, &free, 0, 0.6).unwrap(),
            [0.6, 0.24, 0.16],
        );
        // The last one's stands still: a tenth to the left is a tenth less.
        near(
            with_edge(&shares, &free, 2, 0.9).unwrap(),
            [0.5625, 0.3375, 0.1],
        );
        // The second takes from the third alone.
        let locked = [true, false, false];
        near(
            with_edge(&shares, &locked, 1, 0.9).unwrap(),
            [0.5, 0.4, 0.1],
        );
        near(
            with_edge(&shares, &locked, 1, 7.0).unwrap(),
            [0.5, 0.5, 0.0],
        );
        assert_eq!(with_edge(&shares, &[true, false, true], 1, 0.9), None);
    }

    #[test]
    fn locks_and_zeros_hold() {
        let next = rebalanced(&[0.5, 0.3, 0.2], &[false, true, false], 0, 0.9).unwrap();
        assert_eq!(next[1], 0.3);
        assert!((next[0] - 0.7).abs() < 1e-12 && next[2].abs() < 1e-12);
        assert_eq!(rebalanced(&[0.5, 0.5], &[false, true], 0, 0.9), None);
        assert_eq!(rebalanced(&[1.0], &[false], 0, 0.5), None);
        // From all on one, the others come back in equal parts.
        let next = rebalanced(&[1.0, 0.0, 0.0], &[false; 3], 0, 0.4).unwrap();
        assert!((next[1] - 0.3).abs() < 1e-12 && (next[2] - 0.3).abs() < 1e-12);
    }
}
