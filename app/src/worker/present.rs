//! The present data with its evaluator, and what can be said about it.

use super::protocol::{Failure, Loaded, Refusal, Results, Revision, Tried, Wish};
use super::refusal;
use super::robust::Subject;
use crate::written::trend::Past;
use dhi_engine::explain::{Additivity, WhatIf, contributions, pillar_contributions};
use dhi_engine::finding::{Finding, Problem, Severity};
use dhi_engine::frame::{CellState, Correction, Dataset, Standing};
use dhi_engine::gate::Limit;
use dhi_engine::ids::{Period, UnitCode};
use dhi_engine::ledger::{Derived, SOURCE, feed};
use dhi_engine::pipeline::{self, Inputs, Outcome};
use dhi_engine::quantity::Rank;
use dhi_engine::spec::Spec;
use dhi_engine::survey::Surveyed;
use dhi_engine::weigh::{WeighError, WeightSet};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What is given beside the data and enters it before anything is computed.
#[derive(Default)]
pub struct Given {
    /// Cells corrected by hand.
    pub corrections: Vec<Correction>,
    /// Values of the period that follow from ledgers.
    pub derived: Vec<Derived>,
}

impl Given {
    /// Data with these corrections and then, where it is still missing in the period,
    /// with what follows from ledgers; and what was found on the way.
    pub(super) fn prepare<'d>(
        &self,
        data: &'d Dataset,
        corrections: &[Correction],
        period: &Period,
    ) -> (Cow<'d, Dataset>, Vec<Finding>) {
        let corrected = data.corrected(corrections);
        let found = corrected.periods().get(period);
        let Some(found) = found.filter(|_| !self.derived.is_empty()) else {
            return (corrected, Vec::new());
        };
        let mut observations = found.clone();
        let (units, framework) = (data.units(), data.framework());
        let findings = feed(&self.derived, SOURCE, units, framework, &mut observations);
        let fed = corrected.as_ref().clone();
        match fed.with_period(period.clone(), observations) {
            Ok(fed) => (Cow::Owned(fed), findings),
            Err(_) => (corrected, findings),
        }
    }
}

/// The present data, computed once under the scheme's weights.
pub struct Present {
    /// Its revision.
    pub revision: Revision,
    /// With values from survey counts, where there are any.
    pub dataset: Rc<Dataset>,
    /// As loaded, where that differs.
    source: Option<Rc<Dataset>>,
    /// What was given beside the data.
    pub given: Given,
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
    /// What is in force against units, by their position.
    pub limits: BTreeMap<u32, Limit>,
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
        given: Given,
        period: Period,
        spec: &str,
        shares: &[f64],
    ) -> Result<(Self, Loaded, Results), Failure> {
        let spec = read_spec(spec)?;
        let (prepared, mut findings) = given.prepare(&loaded, &given.corrections, &period);
        let surveyed = survey(&prepared, &spec)?;
        findings.extend(surveyed.findings);
        let changed = match owned(surveyed.dataset) {
            None => owned(prepared),
            surveyed => surveyed,
        };
        let (dataset, source) = match changed {
            Some(dataset) => (Rc::new(dataset), Some(loaded)),
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
        let mut states: Vec<String> = states.collect();
        let count = |states: &String, c| states.bytes().filter(|b| *b == c).count() as u32;
        let cells = states
            .iter()
            .map(|s| [count(s, b'v'), count(s, b'm'), count(s, b'n')])
            .collect();
        findings.extend(outcome.findings.iter().cloned());
        let mut present = Self {
            given,
            revision,
            dataset,
            source,
            period,
            spec,
            findings,
            outcome,
            what_if,
            limits: BTreeMap::new(),
            past: RefCell::default(),
        };
        for (unit, column, _) in present.corrected_here() {
            if let Some(states) = states.get_mut(column)
                && let Some(state) = states.get_mut(unit..=unit)
            {
                state.make_ascii_uppercase();
            }
        }
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
            limits: Vec::new(),
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

    /// Takes what restricts units; so to the page.
    pub fn restrict(&mut self, limits: BTreeMap<u32, Limit>) -> Vec<[u32; 3]> {
        self.limits = limits;
        let limits = self.limits.iter();
        limits
            .map(|(unit, limit)| [*unit, limit.best, u32::from(limit.waits)])
            .collect()
    }

    /// For what goes on between messages, under the present weights.
    pub fn subject(&self) -> Subject {
        Subject {
            dataset: Rc::clone(&self.dataset),
            period: self.period.clone(),
            spec: self.spec.clone(),
            base: self.what_if.outcome(),
        }
    }

    /// Inputs of the period.
    pub fn inputs(&self) -> Result<Inputs<'_>, String> {
        Inputs::of(&self.dataset, &self.period).ok_or_else(|| "no such period".to_owned())
    }

    /// The data as loaded, before corrections and anything derived.
    pub fn source(&self) -> &Dataset {
        self.source.as_ref().unwrap_or(&self.dataset)
    }

    /// Unit, column and what was imported of the cells of the period in which a
    /// correction holds.
    pub fn corrected_here(&self) -> Vec<(usize, usize, &Correction)> {
        let source = self.source();
        let standings = source.standings(&self.given.corrections);
        let all = self.given.corrections.iter().zip(standings);
        let holding = all.filter(|(c, s)| *s == Standing::Holds && c.period == self.period);
        holding
            .filter_map(|(correction, _)| {
                let (unit, column) = correction.place(source)?;
                Some((unit, column, correction))
            })
            .collect()
    }

    /// The data with these corrections and what follows from ledgers, before surveys.
    pub(super) fn prepared(&self, corrections: &[Correction]) -> (Cow<'_, Dataset>, Vec<Finding>) {
        self.given.prepare(self.source(), corrections, &self.period)
    }

    /// Reads a specification and, where it is to be taken, computes with it, under
    /// the scheme's weights and the current ones, as loading it would.
    pub fn try_spec(&self, wish: Wish, json: &str, shares: &[f64]) -> Result<Tried, Failure> {
        let spec = read_spec(json)?;
        if wish == Wish::Apply {
            let (prepared, _) = self.prepared(&self.given.corrections);
            let surveyed = survey(&prepared, &spec)?;
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
        self.weigh(shares)?;
        Ok(self.results())
    }

    /// Computes with other weights what the page shows of so many places of the
    /// ranking, which is quick; `None` where only all of it tells. Columns are by place,
    /// without ranks within class and town.
    pub fn glance(
        &mut self,
        shares: &[f64],
        first: u32,
        n: u32,
    ) -> Result<Option<Results>, Failure> {
        self.past.replace(None);
        self.weigh(shares)?;
        let what_if = &self.what_if;
        let first = first as usize;
        let Some(places) = what_if.places(first..first + n as usize) else {
            return Ok(None);
        };
        let mut results = Results {
            shares: what_if.weights().shares().to_vec(),
            digest: what_if.digest(),
            ..Results::default()
        };
        let framework = self.dataset.framework();
        let pillars = &framework.node(framework.composite()).children;
        results.pillars = vec![Vec::new(); pillars.len()];
        for (unit, rank) in places {
            let at = unit as usize;
            let score = what_if.scores().composite().get(at).value();
            results.order.push(unit);
            results.overall.push(rank.0);
            results.scores.push(score.unwrap_or(f64::NAN));
            results.grades.extend(what_if.grade(at));
            let parts = contributions(framework, what_if.weights(), what_if.scores(), at);
            for (pillar, column) in pillars.iter().zip(&mut results.pillars) {
                column.push(parts.get(pillar.at()).copied().unwrap_or_default());
            }
        }
        Ok(Some(results))
    }

    /// Takes weights; what depends on none that changed stays.
    pub(super) fn weigh(&mut self, shares: &[f64]) -> Result<(), Failure> {
        let framework = self.dataset.framework();
        let weights = WeightSet::new("current", framework, shares).map_err(|e| e.to_string())?;
        self.what_if
            .set_given_weights(weights)
            .map_err(|e| Failure::Refused(refusal::of_run(&e, framework)))?;
        Ok(())
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

/// Data of its own, if it is not that which was loaded.
fn owned(data: Cow<'_, Dataset>) -> Option<Dataset> {
    match data {
        Cow::Owned(data) => Some(data),
        Cow::Borrowed(_) => None,
    }
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

#[cfg(test)]
mod tests;
