//! All periods of a dataset seen from one of them, for the steps that look
//! back, ahead or across time.

use super::Observations;
use crate::ids::Period;
use std::collections::BTreeMap;

/// The periods around the one that is computed; empty where there is only one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Panel<'a> {
    around: Around<'a>,
}

#[derive(Clone, Copy, Debug, Default)]
enum Around<'a> {
    #[default]
    Nothing,
    Labelled(&'a BTreeMap<Period, Observations>, &'a Period),
    Timed(&'a [(f64, Observations)], usize),
}

impl<'a> Panel<'a> {
    /// All `periods`, seen from `present`.
    pub fn new(periods: &'a BTreeMap<Period, Observations>, present: &'a Period) -> Self {
        Self {
            around: Around::Labelled(periods, present),
        }
    }

    /// Periods in order with the time each stands for, seen from the one at
    /// position `present`.
    pub fn timed(periods: &'a [(f64, Observations)], present: usize) -> Self {
        Self {
            around: Around::Timed(periods, present),
        }
    }

    /// Every period in order of its label, with the time it stands for: what the
    /// labels say if all of them do, else their position.
    pub fn periods(&self) -> Vec<(f64, &'a Observations)> {
        match self.around {
            Around::Nothing => Vec::new(),
            Around::Labelled(periods, _) => {
                let times = Period::times(periods.keys());
                times.into_iter().zip(periods.values()).collect()
            }
            Around::Timed(periods, _) => periods.iter().map(|(t, o)| (*t, o)).collect(),
        }
    }

    /// Position of the present period among [`Panel::periods`].
    pub fn present(&self) -> Option<usize> {
        match self.around {
            Around::Nothing => None,
            Around::Labelled(periods, present) => periods.keys().position(|p| p == present),
            Around::Timed(periods, present) => (present < periods.len()).then_some(present),
        }
    }
}
