//! What restrictions in force do to the result of a committee, whatever its score.

use super::{Cause, Effect, Gate, GateRules};
use crate::calendar::Day;
use crate::rank::Grade;
use std::collections::BTreeMap;

/// What is in force against a committee on a day; a person's gates are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limit {
    /// Position of the best band its grade can be: 0 where nothing caps it.
    pub best: u32,
    /// What caps it lowest. No cause of a cap is kept from anybody.
    pub cap: Option<Cause>,
    /// Whether use of its result waits; not why.
    pub waits: bool,
}

impl Limit {
    /// The grade that counts: that by the score or, where a cap lies below it, the cap.
    /// Where there is no grade a cap makes none.
    ///
    /// ```
    /// use dhi_engine::gate::Limit;
    /// use dhi_engine::rank::Grade;
    /// let limit = Limit { best: 1, ..Limit::default() };
    /// assert_eq!(limit.counts(Grade::Band(0)), Grade::Band(1));
    /// assert_eq!(limit.counts(Grade::Band(2)), Grade::Band(2));
    /// ```
    pub fn counts(self, by_score: Grade) -> Grade {
        match by_score {
            Grade::Band(at) => Grade::Band(at.max(self.best)),
            withheld @ Grade::Withheld(_) => withheld,
        }
    }
}

/// What is in force on a day against every committee that anything is, by its code, with
/// so many bands.
pub fn limits<'g>(
    gates: &'g [Gate],
    rules: &GateRules,
    n_bands: usize,
    today: Day,
) -> BTreeMap<&'g str, Limit> {
    let last = n_bands.saturating_sub(1);
    let mut limits: BTreeMap<&str, Limit> = BTreeMap::new();
    let is_own = |gate: &&Gate| gate.person.is_empty() && gate.is_in_force(today);
    for gate in gates.iter().filter(is_own) {
        match gate.effect(rules) {
            Effect::Cap(best) => {
                let best = best.unwrap_or(last).min(last) as u32;
                let limit = limits.entry(&gate.village).or_default();
                // At the best band a cap lowers nothing.
                if best > limit.best {
                    limit.best = best;
                    limit.cap = Some(gate.cause);
                }
            }
            Effect::Hold => limits.entry(&gate.village).or_default().waits = true,
            Effect::NotExcellent | Effect::Notice => {}
        }
    }
    limits
}
