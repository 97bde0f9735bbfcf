//! The one fair division of what several players bring about together.

/// Shapley value of every player of a game.
///
/// `worth[S]` is the worth of the coalition whose members are the bits of `S`;
/// shape 2ⁿ for n players. Player i gets the mean, over all orders of joining, of
/// what joining adds:
/// `φᵢ = Σ_S |S|! (n − 1 − |S|)! / n! · (worth(S ∪ i) − worth(S))` over the
/// coalitions without i (Shapley 1953). It is the only division that gives out
/// all of `worth(all) − worth(none)`, nothing to a player who never adds anything,
/// the same to players who add the same, and sums to sums of games.
///
/// A coalition and its complement are added as a pair, so the game seen from the
/// other end (`worth` reversed) has exactly the values with the other sign, and a
/// player whose joining changes no bit gets exactly 0. Empty for a shape that is
/// no power of two.
///
/// ```
/// use dhi_engine::periods::shapley;
/// // Player 0 alone 30, player 1 alone −18, together 6:
/// // ½ (30 + 6 + 18) = 27 and ½ (−18 + 6 − 30) = −21.
/// assert_eq!(shapley(&[0.0, 30.0, -18.0, 6.0]), [27.0, -21.0]);
/// ```
pub fn shapley(worth: &[f64]) -> Vec<f64> {
    if !worth.len().is_power_of_two() {
        return Vec::new();
    }
    let n = worth.len().trailing_zeros();
    let values = (0..n).map(|player| {
        let bit = 1usize << player;
        let n_others = n - 1;
        let all_others = (1usize << n_others) - 1;
        let term = |others: usize| {
            // Room for the player's own bit among those of the others.
            let without = (others & (bit - 1)) | ((others & !(bit - 1)) << 1);
            weight(n, others.count_ones()) * (worth[without | bit] - worth[without])
        };
        let mut value = 0.0;
        for others in 0..=all_others {
            let complement = all_others ^ others;
            if others < complement {
                value += term(others) + term(complement);
            } else if others == complement {
                value += term(others);
            }
        }
        value
    });
    values.collect()
}

/// `s! (n − 1 − s)! / n!`, which is 1 over n times the number of coalitions of
/// size `s` among the other n − 1.
fn weight(n: u32, s: u32) -> f64 {
    let s = s.min(n - 1 - s);
    let coalitions = (0..s).fold(1.0, |c, i| c * f64::from(n - 1 - i) / f64::from(i + 1));
    1.0 / (f64::from(n) * coalitions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::ordered_sum;
    use proptest::prelude::*;

    /// Known games: one left and two right gloves, (2/3, 1/6, 1/6), as in textbooks of
    /// cooperative games; and the airport game of costs 1, 2, 3, by the formula of
    /// Littlechild and Owen (1973): (1/3, 1/3 + 1/2, 1/3 + 1/2 + 1).
    #[test]
    fn shapley_values_of_known_games() {
        let close = |found: &[f64], expected: &[f64]| {
            assert_eq!(found.len(), expected.len());
            let mut pairs = found.iter().zip(expected);
            assert!(pairs.all(|(a, b)| (a - b).abs() < 1e-15), "{found:?}");
        };
        let glove = |s: usize| f64::from(u8::from(s & 1 == 1 && s & 6 != 0));
        let worth: Vec<f64> = (0..8).map(glove).collect();
        close(&shapley(&worth), &[2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]);
        let airport = |s: usize| {
            (0..3).fold(0.0, |c: f64, i| {
                if s >> i & 1 == 1 {
                    f64::from(i) + 1.0
                } else {
                    c
                }
            })
        };
        let worth: Vec<f64> = (0..8).map(airport).collect();
        close(&shapley(&worth), &[1.0 / 3.0, 5.0 / 6.0, 11.0 / 6.0]);
        close(&shapley(&[3.0, 5.0]), &[2.0]);
        close(&shapley(&[3.0]), &[]);
        close(&shapley(&[]), &[]);
        close(&shapley(&[1.0, 2.0, 3.0]), &[]);
    }

    proptest! {
        /// The values of a game sum to what all together add; nobody who adds nothing
        /// gets anything; the game from its other end has the opposite values.
        #[test]
        fn shapley_values_keep_their_axioms(mut worth in prop::collection::vec(-50.0..50.0f64, 32)) {
            // Player 2 adds nothing.
            for s in 0..32usize {
                if s & 4 != 0 { worth[s] = worth[s & !4]; }
            }
            let values = shapley(&worth);
            prop_assert!((ordered_sum(values.iter().copied()) - (worth[31] - worth[0])).abs() < 1e-12);
            prop_assert_eq!(values[2], 0.0);
            worth.reverse();
            for (a, b) in values.iter().zip(shapley(&worth)) {
                prop_assert_eq!(*a, -b);
            }
        }
    }
}
