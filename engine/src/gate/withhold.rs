//! Restrictions as they are written for those who may not see why.

use super::{Cause, Gate};
use crate::signoff::Role;

/// What stands in a withheld restriction where its words were.
const NOT_HERE: &str = "原因未随文件提供 / withheld";

impl Gate {
    /// Whether it says something that a role may not see.
    pub fn hides_from(&self, role: Role) -> bool {
        self.cause != Cause::Withheld && !self.is_open_to(role)
    }
}

/// Restrictions with the cause, the words and the kind of each withheld that a role may
/// not see. Which village or person something is in force against on which day stays as
/// it is, and so do limits; what overlaps or adjoins is one, since how many there are
/// tells something, too.
///
/// ```
/// use dhi_engine::gate::{Cause, Gate, withheld};
/// use dhi_engine::signoff::Role;
/// let gate: Gate = serde_json::from_str(
///     r#"{"village": "001", "cause": "investigation", "reason": "a", "basis": "b",
///         "approver": "c", "start": "2026-01-01"}"#,
/// ).unwrap();
/// let gates = withheld(std::slice::from_ref(&gate), Role::Town);
/// assert_eq!((gates[0].cause, gates[0].start), (Cause::Withheld, gate.start));
/// assert_eq!(withheld(std::slice::from_ref(&gate), Role::Discipline), [gate]);
/// ```
pub fn withheld(gates: &[Gate], role: Role) -> Vec<Gate> {
    let (open, guarded): (Vec<&Gate>, Vec<&Gate>) =
        gates.iter().partition(|gate| gate.is_open_to(role));
    let mut kept: Vec<Gate> = open.into_iter().cloned().collect();
    let mut guarded: Vec<Gate> = guarded
        .into_iter()
        .map(|gate| Gate {
            village: gate.village.clone(),
            person: gate.person.clone(),
            cause: Cause::Withheld,
            reason: NOT_HERE.into(),
            basis: NOT_HERE.into(),
            approver: NOT_HERE.into(),
            start: gate.start,
            end: gate.end,
            appeal: String::new(),
        })
        .collect();
    guarded.sort_by(|a, b| {
        let key = |gate: &Gate| (gate.village.clone(), gate.person.clone(), gate.start);
        key(a).cmp(&key(b))
    });
    guarded.dedup_by(|next, held| {
        let is_same = (&next.village, &next.person) == (&held.village, &held.person);
        let is_one = is_same && held.end.is_none_or(|end| next.start <= end.plus(1));
        if is_one {
            // Open where either is.
            held.end = held.end.zip(next.end).map(|(a, b)| a.max(b));
        }
        is_one
    });
    kept.extend(guarded);
    kept
}
