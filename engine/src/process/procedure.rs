//! What follows from what is decided and the records over a span of days: values that
//! fill the data, and restrictions.

use super::Process;
use crate::calendar::Day;
use crate::finding::Finding;
use crate::frame::{Dataset, Observations};
use crate::gate::Gate;
use crate::ids::Period;
use crate::ledger::{Derived, SOURCE, feed};
use crate::packet::View;
use serde::{Deserialize, Serialize};

/// The days that are counted, and the day as of which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First day counted.
    pub from: Day,
    /// Last day counted.
    pub to: Day,
    /// The day as of which items and restrictions stand.
    pub today: Day,
}

/// What is decided and the days it is counted over: with the records it makes
/// indicators and restrictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Procedure {
    /// The days.
    pub span: Span,
    /// What is decided.
    pub process: Process,
}

impl Procedure {
    /// Values that follow from items and checks.
    pub fn derived(&self, view: &View) -> Vec<Derived> {
        let Span { from, to, today } = self.span;
        self.process.derived(&view.items, (from, to), today)
    }

    /// Restrictions that were decided and that follow from items.
    pub fn gates(&self, view: &View) -> Vec<Gate> {
        self.process.gates(&view.items, self.span.today)
    }

    /// The data with missing values of a period filled in from the ledger; a supplied
    /// value that differs is kept and found.
    pub fn fed(&self, view: &View, dataset: &Dataset, period: &Period) -> (Dataset, Vec<Finding>) {
        let (units, framework) = (dataset.units(), dataset.framework());
        let missing = || Observations::missing(units.len(), framework.n_indicators());
        let found = dataset.periods().get(period).cloned();
        let mut observations = found.unwrap_or_else(missing);
        let derived = self.derived(view);
        let findings = feed(&derived, SOURCE, units, framework, &mut observations);
        let filled = dataset.clone().with_period(period.clone(), observations);
        // Of the shape it was taken from.
        let filled = filled.unwrap_or_else(|_| dataset.clone());
        (filled, findings)
    }
}
