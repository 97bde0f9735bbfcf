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
