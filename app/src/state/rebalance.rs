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
