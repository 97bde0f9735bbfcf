//! A glance at some places of the ranking enters what the page has of all of it.

use super::protocol::Results;

impl Results {
    /// Writes so many places over with a glance at them (see `Present::glance`); the rest
    /// is of before until all of it comes.
    pub fn patch(&mut self, first: u32, glance: &Self) {
        fn put<T: Copy>(column: &mut [T], at: u32, value: Option<&T>) {
            if let (Some(slot), Some(value)) = (column.get_mut(at as usize), value) {
                *slot = *value;
            }
        }
        for (nth, unit) in glance.order.iter().enumerate() {
            put(&mut self.order, first + nth as u32, Some(unit));
            put(&mut self.overall, *unit, glance.overall.get(nth));
            put(&mut self.scores, *unit, glance.scores.get(nth));
            put(&mut self.grades, *unit, glance.grades.get(nth));
            for (column, parts) in self.pillars.iter_mut().zip(&glance.pillars) {
                put(column, *unit, parts.get(nth));
            }
        }
        self.shares.clone_from(&glance.shares);
        self.digest.clone_from(&glance.digest);
    }
}
