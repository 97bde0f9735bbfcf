//! All periods of a dataset seen from one of them, for the steps that look
//! back, ahead or across time.

use super::Observations;
use crate::ids::Period;
use std::collections::BTreeMap;

/// The periods around the one that is computed; empty where there is only one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Panel<'a> {
    around: Option<(&'a BTreeMap<Period, Observations>, &'a Period)>,
}

impl<'a> Panel<'a> {
    /// All `periods`, seen from `present`.
    pub fn new(periods: &'a BTreeMap<Period, Observations>, present: &'a Period) -> Self {
        Self {
            around: Some((periods, present)),
        }
    }

    /// Every period in order of its label, with the time it stands for: what the
    /// labels say if all of them do, else their position.
    pub fn periods(&self) -> Vec<(f64, &'a Observations)> {
        let Some((periods, _)) = self.around else {
            return Vec::new();
        };
        let times: Option<Vec<f64>> = periods.keys().map(Period::time).collect();
        let times = times.unwrap_or_else(|| (0..periods.len()).map(|i| i as f64).collect());
        times.into_iter().zip(periods.values()).collect()
    }

    /// Position of the present period among [`Panel::periods`].
    pub fn present(&self) -> Option<usize> {
        let (periods, present) = self.around?;
        periods.keys().position(|p| p == present)
    }
}
