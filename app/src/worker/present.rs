//! The present data with its evaluator, and what can be said about it.

use super::protocol::{Failure, Loaded, Refusal, Results, Revision, Tried, Wish};
use super::refusal;
use super::robust::Subject;
use crate::written::trend::Past;
use dhi_engine::explain::{Additivity, WhatIf, pillar_contributions};
use dhi_engine::finding::{Finding, Problem, Severity};
use dhi_engine::frame::{CellState, Dataset};
use dhi_engine::ids::{Period, UnitCode};
use dhi_engine::ledger::{Derived, feed};
use dhi_engine::pipeline::{self, Inputs, Outcome};
use dhi_engine::quantity::Rank;
use dhi_engine::spec::Spec;
use dhi_engine::survey::Surveyed;
use dhi_engine::weigh::{WeighError, WeightSet};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// Where values that follow from records are said to be from.
const LEDGER: &str = "整改台账 / ledger of rectification";

/// The present data, computed once under the scheme's weights.
pub struct Present {
    /// Its revision.
    pub revision: Revision,
    /// With values from survey counts, where there are any.
    pub dataset: Rc<Dataset>,
    /// As loaded, where that differs.
    source: Option<Rc<Dataset>>,
    /// With what follows from ledgers, where something does.
    fed: Option<Rc<Dataset>>,
    /// Period computed.
    pub period: Period,
    /// Recipe.
    pub spec: Spec,
    /// What the checks of data and run remark.
    pub findings: Vec<Finding>,
    /// Under the scheme's weights.
    pub outcome: Outcome,
    /// Under the current ones.
    pub what_if: WhatIf,
    /// Scores of all periods under the current ones, once asked for, or why there
    /// are none.
    pub past: RefCell<Option<Result<Past, Refusal>>>,
}

impl Present {
    /// Takes data as the present and computes it, under the scheme's weights and
    /// the current ones.
    pub fn load(
        revision: Revision,
        loaded: Rc<Dataset>,
        derived: Vec<Derived>,
        period: Period,
        spec: &str,
        shares: &[f64],
    ) -> Result<(Self, Loaded, Results), Failure> {
        let spec = read_spec(spec)?;
        let (fed, mut findings) = fed(&loaded, &derived, &period);
        let fed = fed.map(Rc::new);
        let surveyed = survey(fed.as_ref().unwrap_or(&loaded), &spec)?;
        findings.extend(surveyed.findings);
        let surveyed = match surveyed.dataset {
            Cow::Owned(surveyed) => Some(Rc::new(surveyed)),
            Cow::Borrowed(_) => fed.clone(),
        };
        let (dataset, source) = match surveyed {
            Some(dataset) => (dataset, Some(loaded)),
            None => (loaded, None),
        };
        let weights = WeightSet::from_framework(dataset.framework()).map_err(|e| e.to_string())?;
        let inputs = Inputs::of(&dataset, &period).ok_or_else(|| format!("no period {period}"))?;
        let observations = inputs.observations;
        let outcome = run(inputs, &weights, &spec)?;
        let what_if = WhatIf::new(&outcome, dataset.framework(), dataset.units(), &spec);
        let states = observations.columns().iter().map(|column| {
            let letter = |state: &CellState| match state {
                CellState::Value => 'v',
                CellState::Missing => 'm',
                CellState::NotApplicable => 'n',
            };
            column.states().iter().map(letter).collect::<String>()
        });
        let states: Vec<String> = states.collect();
        let count = |states: &String, c| states.bytes().filter(|b| *b == c).count() as u32;
        let cells = states
            .iter()
            .map(|s| [count(s, b'v'), count(s, b'm'), count(s, b'n')])
            .collect();
        findings.extend(outcome.findings.iter().cloned());
        let mut present = Self {
            revision,
            dataset,
            source,
            fed,
            period,
            spec,
            findings,
            outcome,
            what_if,
            past: RefCell::default(),
        };
        let baseline = present.results();
        let current = present.evaluate(shares)?;
        let coverage = (0..present.dataset.units().len())
            .map(|i| present.outcome.coverage.overall(i))
            .collect();
        let loaded = Loaded {
            coverage,
            cells,
            states,
            additivity: Additivity::of(present.dataset.framework(), &present.spec.aggregate),
            flagged: present.flagged(),
            baseline,
        };
        Ok((present, loaded, current))
    }

    /// Units that a check warns about, for other reasons than coverage.
    pub fn flagged(&self) -> Vec<bool> {
        let units = self.dataset.units();
        let mut flagged = vec![false; units.len()];
        for finding in &self.findings {
            let is_remark = finding.severity() == Severity::Warning
                && !matches!(finding.problem, Problem::LowCoverage { .. });
            let code = UnitCode::new(&finding.place.unit).ok();
            let unit = code.and_then(|code| units.find(&code));
            if let (true, Some(unit)) = (is_remark, unit) {
                flagged[unit.at()] = true;
            }
        }
        flagged
    }

    /// For an analysis that goes on between messages.
    pub fn subject(&self) -> Subject {
        Subject {
            dataset: Rc::clone(&self.dataset),
            period: self.period.clone(),
            spec: self.spec.clone(),
        }
    }

    /// Inputs of the period.
    pub fn inputs(&self) -> Result<Inputs<'_>, String> {
        Inputs::of(&self.dataset, &self.period).ok_or_else(|| "no such period".to_owned())
    }

    /// The data as loaded, before anything was derived from it.
    pub fn source(&self) -> &Dataset {
        self.source.as_ref().unwrap_or(&self.dataset)
    }

    /// Reads a specification and, where it is to be taken, computes with it, under
    /// the scheme's weights and the current ones, as loading it would.
    pub fn try_spec(&self, wish: Wish, json: &str, shares: &[f64]) -> Result<Tried, Failure> {
        let spec = read_spec(json)?;
        if wish == Wish::Apply {
            let surveyed = survey(self.fed.as_ref().map_or(self.source(), |fed| fed), &spec)?;
            let inputs = Inputs::of(&surveyed.dataset, &self.period);
            let inputs = inputs.ok_or_else(|| "no such period".to_owned())?;
            let text = |e: WeighError| e.to_string();
            let scheme = WeightSet::from_framework(inputs.framework).map_err(text)?;
            let current = WeightSet::new("current", inputs.framework, shares).map_err(text)?;
            for weights in [&scheme, &current] {
                run(inputs, weights, &spec)?;
            }
        }
        Ok(Tried {
            json: serde_json::to_string(&spec).map_err(|e| e.to_string())?,
            digest: spec.digest(),
        })
    }

    /// Computes with other weights.
    pub fn evaluate(&mut self, shares: &[f64]) -> Result<Results, Failure> {
        self.past.replace(None);
        let framework = self.dataset.framework();
        let weights = WeightSet::new("current", framework, shares).map_err(|e| e.to_string())?;
        self.what_if
            .set_given_weights(weights)
            .map_err(|e| Failure::Refused(refusal::of_run(&e, framework)))?;
        Ok(self.results())
    }

    /// What the page shows of the present weights.
    fn results(&self) -> Results {
        let what_if = &self.what_if;
        let grades = what_if.grades();
        let ranks = what_if.ranks(&grades);
        let plain = |ranks: &[Option<Rank>]| ranks.iter().map(|r| r.map_or(0, |r| r.0)).collect();
        let composite = what_if.scores().composite();
        Results {
            scores: composite
                .cells()
                .map(|cell| cell.value().unwrap_or(f64::NAN))
                .collect(),
            overall: plain(&ranks.overall),
            in_class: plain(&ranks.in_class),
            in_town: plain(&ranks.in_town),
            order: ranks.order,
            grades,
            shares: what_if.weights().shares().to_vec(),
            pillars: pillar_contributions(
                self.dataset.framework(),
                what_if.weights(),
                what_if.scores(),
            ),
            digest: what_if.digest(),
        }
    }
}

/// A dataset whose missing values of a period come from ledgers, where any do; and what
/// was found on the way.
fn fed(dataset: &Dataset, derived: &[Derived], period: &Period) -> (Option<Dataset>, Vec<Finding>) {
    let found = dataset.periods().get(period);
    let Some(found) = found.filter(|_| !derived.is_empty()) else {
        return (None, Vec::new());
    };
    let mut observations = found.clone();
    let (units, framework) = (dataset.units(), dataset.framework());
    let findings = feed(derived, LEDGER, units, framework, &mut observations);
    let filled = dataset.clone().with_period(period.clone(), observations);
    (filled.ok(), findings)
}

/// A specification from JSON, its refusal in words.
fn read_spec(json: &str) -> Result<Spec, Failure> {
    Spec::from_json(json).map_err(|e| Failure::Refused(refusal::of_spec(&e, json)))
}

/// The step before a run, its refusal in words.
pub(super) fn survey<'a>(dataset: &'a Dataset, spec: &Spec) -> Result<Surveyed<'a>, Failure> {
    pipeline::survey(dataset, spec)
        .map_err(|e| Failure::Refused(refusal::of_run(&e, dataset.framework())))
}

/// A full run, its refusal in words.
pub(super) fn run(
    inputs: Inputs<'_>,
    weights: &WeightSet,
    spec: &Spec,
) -> Result<Outcome, Failure> {
    pipeline::run(inputs, weights, spec)
        .map_err(|e| Failure::Refused(refusal::of_run(&e, inputs.framework)))
}
