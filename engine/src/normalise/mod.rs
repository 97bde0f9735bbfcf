//! Brings every indicator to a scale on which more is better. The only place
//! where direction acts (invariant 3): data is never negated.

mod exact;
mod scaling;

pub use exact::exact_scores;
pub use scaling::{Reference, Scaling, rescale};

use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, Column, Frame, Normalised, Units};
use crate::framework::{Direction, Framework, Indicator};
use crate::treat::{ColumnTreatment, TreatOutcome};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How an indicator is brought to the common scale. Formulas and edges:
/// `Scaling::of`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalisation {
    /// Fixed goalposts, clamped: comparable across periods.
    #[default]
    Goalposts,
    /// Fixed goalposts; values beyond them score beyond the scale.
    GoalpostsUnclamped,
    /// Smallest and largest value of the reference units.
    MinMax,
    /// Distance from the mean in standard deviations.
    ZScore(ZScore),
    /// One minus the distance to the best value, in parts of the range.
    DistanceToMax,
    /// One minus the distance to the value of one unit.
    DistanceToReference(ReferenceUnit),
    /// One minus the distance to a target.
    DistanceToTarget(Target),
    /// Fraction of the largest value.
    FractionOfMax,
    /// Place from the worst, 1, to the best, n; ties share the worse place.
    Rank,
    /// Share of the other units that are worse.
    PercentileRank,
    /// Number of units that are worse: rank − 1.
    Borda,
}

/// Mean and standard deviation that z-scores are brought to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ZScore {
    /// Mean of the scores, finite.
    pub mean: f64,
    /// Standard deviation of the scores, above 0.
    pub sd: f64,
}

impl Default for ZScore {
    fn default() -> Self {
        Self { mean: 0.0, sd: 1.0 }
    }
}

/// A unit whose value scores the full scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceUnit {
    /// Its code.
    pub unit: String,
    /// Whether better values count as the reference.
    #[serde(default)]
    pub cap: bool,
}

/// A value that scores the full scale, in the indicator's measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The target, finite.
    pub target: f64,
    /// Whether better values count as the target.
    #[serde(default)]
    pub cap: bool,
}

/// What values are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The units of the same period.
    #[default]
    Period,
    /// The units of all periods, so that scores of different periods compare.
    /// Other periods enter as reported, denominated and transformed like this.
    Panel,
}

/// Normalisation of every indicator.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NormaliseSpec {
    /// Unless an indicator has its own.
    pub method: Normalisation,
    /// By indicator id.
    pub indicators: BTreeMap<String, Normalisation>,
    /// What min–max, z-scores, ranks and the like compare with.
    pub scope: Scope,
    /// Where min–max and goalposts lead, worst and best; 0 and the spec's scale
    /// when left out.
    pub range: Option<(f64, f64)>,
}

impl NormaliseSpec {
    /// The method for an indicator.
    pub fn method_for(&self, id: &str) -> &Normalisation {
        self.indicators.get(id).unwrap_or(&self.method)
    }

    /// Values that must exist on the treated scale: goalposts and targets.
    pub fn fixed_points(&self, id: &str, indicator: &Indicator) -> Vec<f64> {
        match self.method_for(id) {
            Normalisation::Goalposts | Normalisation::GoalpostsUnclamped => indicator
                .goalposts
                .map_or_else(Vec::new, |g| vec![g.lower(), g.upper()]),
            Normalisation::DistanceToTarget(Target { target, .. }) => vec![*target],
            _ => Vec::new(),
        }
    }
}

/// Normalised cells, with what each column was compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct NormaliseOutcome {
    /// Scores, larger always better.
    pub frame: Frame<Normalised>,
    /// By column; `None` where the indicator could not be normalised.
    pub ledger: Vec<Option<Scaling>>,
    /// Clamped, constant or goalpost-less indicators.
    pub findings: Vec<Finding>,
}

/// Normalises every column.
///
/// `pooled` holds, by column, the treated values of all periods; needed for
/// [`Scope::Panel`] only. Missing and not-applicable cells stay what they are. An
/// indicator that cannot be normalised — constant under a relative method, or
/// without goalposts — tells no unit from another: it becomes not applicable for
/// all, with a finding.
pub fn normalise(
    units: &Units,
    framework: &Framework,
    treated: &TreatOutcome,
    pooled: Option<&[Vec<f64>]>,
    spec: &NormaliseSpec,
    scale: f64,
) -> NormaliseOutcome {
    let n_columns = treated.frame.n_indicators();
    let mut columns = Vec::with_capacity(n_columns);
    let mut ledger = Vec::with_capacity(n_columns);
    let mut findings = Vec::new();
    let range = spec.range.unwrap_or((0.0, scale));
    let untouched = ColumnTreatment::default();
    for (at, (column, (node, indicator))) in treated
        .frame
        .columns()
        .iter()
        .zip(framework.indicators())
        .enumerate()
    {
        let place = Place {
            node: node.id.to_string(),
            ..Place::default()
        };
        let basis = scaling::Basis {
            units,
            indicator,
            column,
            treatment: treated.columns.get(at).unwrap_or(&untouched),
            pooled: pooled.and_then(|p| p.get(at)).map(Vec::as_slice),
        };
        match Scaling::of(&basis, spec.method_for(node.id.as_str())) {
            Ok(mut scaling) => {
                columns.push(scaling.scores(&basis, scale, range));
                if scaling.n_clamped > 0 {
                    let count = scaling.n_clamped;
                    let problem = Problem::BeyondGoalposts { count };
                    findings.push(Finding::new(problem, place.clone()));
                }
                if scaling.is_off_scale() || range != (0.0, scale) {
                    findings.push(Finding::new(Problem::OffScale, place));
                }
                ledger.push(Some(scaling));
            }
            Err(problem) => {
                findings.extend(problem.map(|problem| Finding::new(problem, place)));
                let cells = column.cells().map(|cell| match cell {
                    Cell::Missing => Cell::Missing,
                    Cell::Value(_) | Cell::NotApplicable => Cell::NotApplicable,
                });
                columns.push(Column::from_cells(cells));
                ledger.push(None);
            }
        }
    }
    NormaliseOutcome {
        frame: Frame::of_equal(treated.frame.n_units(), columns),
        ledger,
        findings,
    }
}

fn is_better_above(indicator: &Indicator) -> bool {
    indicator.direction == Direction::HigherIsBetter
}

#[cfg(test)]
mod tests;
