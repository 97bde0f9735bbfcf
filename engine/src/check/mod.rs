//! Looks at reported values before anything is computed from them. Cells pass
//! through unchanged; what is odd becomes a finding for a person to judge.

mod coverage;
mod suspicion;

pub use coverage::{Count, Coverage, CoverageFloors};

use crate::finding::{Finding, Place, Problem};
use crate::frame::{CellState, Checked, Frame, Observations, Units};
use crate::framework::Framework;
use crate::survey::SurveySpec;
use serde::{Deserialize, Serialize};

/// Limits of the checks. The defaults are design choices, not regulations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CheckSpec {
    /// Coverage floors below which no grade is given.
    pub floors: CoverageFloors,
    /// Fewest equal values before two identical rows are called copies.
    pub min_copied_values: u32,
    /// Fewest values before "all round" or "all best" is remarked upon.
    pub min_suspicious_values: u32,
    /// Rates on fewer cases than this are marked.
    pub small_denominator: f64,
    /// Share of missing cells above which an indicator is called sparse.
    pub sparse_share: f64,
}

impl Default for CheckSpec {
    fn default() -> Self {
        Self {
            floors: CoverageFloors::default(),
            min_copied_values: 10,
            min_suspicious_values: 10,
            small_denominator: 10.0,
            sparse_share: 0.3,
        }
    }
}

/// Checked cells with what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckOutcome {
    /// The cells, unchanged.
    pub frame: Frame<Checked>,
    /// Coverage of every unit.
    pub coverage: Coverage,
    /// What is odd.
    pub findings: Vec<Finding>,
}

/// Checks coverage, constants, sparse indicators, copied rows, all-round and
/// all-best rows and small denominators, of those that may be told.
///
/// Shape: `observations` is units × indicators of `framework`; a cell outside
/// counts as missing. No cell is changed.
pub fn check(
    units: &Units,
    framework: &Framework,
    observations: &Observations,
    spec: &CheckSpec,
    survey: &SurveySpec,
) -> CheckOutcome {
    let coverage = Coverage::of(framework, observations.frame());
    let mut findings = coverage.findings(units, framework, &spec.floors);
    findings.extend(indicator_findings(framework, observations, spec));
    findings.extend(suspicion::findings(units, framework, observations, spec));
    let specs = (spec, survey);
    findings.extend(small_denominators(units, framework, observations, specs));
    CheckOutcome {
        frame: observations.frame().clone().into_stage(),
        coverage,
        findings,
    }
}

fn indicator_findings(
    framework: &Framework,
    observations: &Observations,
    spec: &CheckSpec,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((node, _), column) in framework.indicators().zip(observations.columns()) {
        let place = || Place {
            node: node.id.to_string(),
            ..Place::default()
        };
        let count_of = |state| column.states().iter().filter(|s| **s == state).count() as u32;
        let present = count_of(CellState::Value);
        let missing = count_of(CellState::Missing);
        let applicable = present + missing;
        let mut values = column.present();
        match values.next() {
            None if applicable > 0 => {
                findings.push(Finding::new(Problem::EmptyIndicator, place()));
                continue;
            }
            Some(value) if present > 1 && values.all(|other| other == value) => {
                findings.push(Finding::new(Problem::ConstantIndicator { value }, place()));
            }
            _ => {}
        }
        if f64::from(missing) > spec.sparse_share * f64::from(applicable) {
            let problem = Problem::SparseIndicator {
                missing,
                applicable,
            };
            findings.push(Finding::new(problem, place()));
        }
    }
    findings
}

fn small_denominators(
    units: &Units,
    framework: &Framework,
    observations: &Observations,
    (spec, survey): (&CheckSpec, &SurveySpec),
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (column, (node, _)) in framework.indicators().enumerate() {
        let ratios = observations.ratios(column);
        // A denominator that is the same everywhere (4 quarters) is a duty,
        // not a sample, and no smaller than it can be.
        let first = ratios.first().map(|(_, r)| r.denominator);
        if ratios.len() > 1 && ratios.iter().all(|(_, r)| Some(r.denominator) == first) {
            continue;
        }
        for (unit, ratio) in ratios {
            let n = ratio.denominator;
            // Of so few people the number beside the value would tell what each answered.
            let may_show = survey.may_show(node.id.as_str(), *ratio);
            if n > 0.0 && n < spec.small_denominator && may_show {
                let unit = units.list().get(*unit as usize);
                let place = Place {
                    unit: unit.map(|u| u.code.to_string()).unwrap_or_default(),
                    node: node.id.to_string(),
                    ..Place::default()
                };
                let problem = Problem::SmallDenominator { denominator: n };
                findings.push(Finding::new(problem, place));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests;
