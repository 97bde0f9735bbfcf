//! How much of what should be known about a unit is known (invariant 4).

use crate::finding::{Finding, Place, Problem};
use crate::frame::{CellState, Frame, Raw, Units};
use crate::framework::Framework;
use crate::ids::NodeIdx;
use serde::{Deserialize, Serialize};

/// Coverage below which a unit gets a score but no grade.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoverageFloors {
    /// Over all indicators, 0–1.
    pub overall: f64,
    /// Within each pillar, 0–1.
    pub pillar: f64,
}

impl Default for CoverageFloors {
    fn default() -> Self {
        Self {
            overall: 0.70,
            pillar: 0.60,
        }
    }
}

/// Indicators of one unit: how many have a value, of how many that should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Indicators with a value.
    pub present: u32,
    /// Indicators that apply: with a value or missing.
    pub applicable: u32,
}

impl Count {
    /// `present / applicable`; `None` when nothing applies.
    ///
    /// ```
    /// use dhi_engine::check::Count;
    /// assert_eq!(Count { present: 3, applicable: 4 }.share(), Some(0.75));
    /// ```
    pub fn share(self) -> Option<f64> {
        (self.applicable > 0).then(|| f64::from(self.present) / f64::from(self.applicable))
    }

    /// Whether the share is at least `floor`; nothing applicable is enough.
    pub fn reaches(self, floor: f64) -> bool {
        self.share().is_none_or(|share| share >= floor)
    }
}

/// Coverage of every unit, overall and by pillar.
///
/// Counted in indicators, not in weight, so that no what-if weighting can lift
/// a unit over the floor; indicators the scheme itself gives no weight (context
/// only) are left out. 不适用 does not count at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coverage {
    overall: Vec<Count>,
    /// By pillar in framework order, then by unit.
    pillars: Vec<Vec<Count>>,
}

impl Coverage {
    /// Counts the cells of `frame` under the weights the framework was given.
    pub fn of(framework: &Framework, frame: &Frame<Raw>) -> Self {
        let counted = |leaf: NodeIdx| {
            framework.node(leaf).weight > 0.0
                && framework
                    .ancestors(leaf)
                    .all(|a| framework.node(a).parent.is_none() || framework.node(a).weight > 0.0)
        };
        let count_under = |node: NodeIdx| {
            let mut counts = vec![Count::default(); frame.n_units()];
            for leaf in framework.leaves_under(node) {
                let column = framework.node(leaf).column;
                let Some(column) = column.and_then(|c| frame.columns().get(c)) else {
                    continue;
                };
                if !counted(leaf) {
                    continue;
                }
                for (count, state) in counts.iter_mut().zip(column.states()) {
                    count.present += u32::from(*state == CellState::Value);
                    count.applicable += u32::from(*state != CellState::NotApplicable);
                }
            }
            counts
        };
        Self {
            overall: count_under(framework.composite()),
            pillars: framework
                .pillars()
                .iter()
                .map(|&p| count_under(p))
                .collect(),
        }
    }

    /// Coverage over all indicators; nothing of nothing for an unknown unit.
    pub fn overall(&self, unit: usize) -> Count {
        self.overall.get(unit).copied().unwrap_or_default()
    }

    /// Coverage of the pillar at position `pillar`.
    pub fn pillar(&self, pillar: usize, unit: usize) -> Count {
        let counts = self.pillars.get(pillar).and_then(|p| p.get(unit));
        counts.copied().unwrap_or_default()
    }

    /// The first floor a unit fails: `Some(None)` overall, `Some(Some(pillar))`
    /// within a pillar, `None` when it fails none.
    pub fn failed_floor(&self, unit: usize, floors: &CoverageFloors) -> Option<Option<usize>> {
        if !self.overall(unit).reaches(floors.overall) {
            return Some(None);
        }
        (0..self.pillars.len())
            .find(|&p| !self.pillar(p, unit).reaches(floors.pillar))
            .map(Some)
    }

    pub(super) fn findings(
        &self,
        units: &Units,
        framework: &Framework,
        floors: &CoverageFloors,
    ) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (i, unit) in units.list().iter().enumerate() {
            let mut report = |count: Count, floor: f64, node: NodeIdx| {
                if !count.reaches(floor) {
                    let problem = Problem::LowCoverage {
                        present: count.present,
                        applicable: count.applicable,
                        floor,
                    };
                    let place = Place {
                        unit: unit.code.to_string(),
                        node: framework.node(node).id.to_string(),
                        ..Place::default()
                    };
                    findings.push(Finding::new(problem, place));
                }
            };
            report(self.overall(i), floors.overall, framework.composite());
            for (p, &pillar) in framework.pillars().iter().enumerate() {
                report(self.pillar(p, i), floors.pillar, pillar);
            }
        }
        findings
    }
}
