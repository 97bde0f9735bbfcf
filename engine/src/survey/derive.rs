//! Values of indicators from survey counts, each with its standard error.

use super::estimate::{EstimateError, Interval, Stratum, effective_size, stratified_mean, wilson};
use super::question::{Derivation, Statistic, SurveySpec};
use super::shrink::{Posterior, fit};
use super::tally::{GroupResult, Tally, group_results, people, tally};
use crate::finding::{Finding, Place, Problem};
use crate::frame::{Cell, Dataset, Observations, Provenance, SurveyCounts};
use crate::framework::Measure;
use crate::ids::Period;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Supplied and derived values may differ by this much, in the indicator's
/// measure: published values are rounded to one decimal.
pub(crate) const ROUNDING: f64 = 0.051;

/// Source written beside derived values.
pub(super) const SOURCE: &str = "群众评议";

/// Whom an estimate rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// A random sample of households.
    Household,
    /// The citizen groups, weighted by population shares.
    Groups,
}

/// Why a village has no estimate on a basis.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The population shares of the groups are not given; their plain mean would
    /// be nobody's opinion.
    #[error("the population shares of the groups are not given")]
    NoShares,
    /// A group with a share in the population has no valid answers.
    #[error("the group `{0}` has no valid answers")]
    EmptyGroup(String),
    /// There are answers that the question does not have.
    #[error("the question has no answer `{0}`")]
    UnknownAnswer(String),
    /// No valid answers at all.
    #[error("there are no valid answers")]
    NoAnswers,
    /// The counts make no sense.
    #[error(transparent)]
    Estimate(EstimateError),
}

/// One village, one indicator, one basis.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitResult {
    /// Position in the register.
    pub unit: u32,
    /// Column of the indicator.
    pub column: usize,
    /// Whom it rests on.
    pub basis: Basis,
    /// Valid answers; for computing, not for showing.
    pub n_valid: u32,
    /// Valid answers and 不了解 as they may be shown: the one with the total would
    /// tell the other, so it is both or neither.
    pub shown_counts: (Option<u32>, Option<u32>),
    /// Share of the forms given out that came back, where told for every group.
    pub response_rate: Option<f64>,
    /// The estimate in the indicator's measure, or why there is none.
    pub value: Result<f64, Refusal>,
    /// Its standard error.
    pub standard_error: Option<f64>,
    /// Whether all answers of a group were alike and its error is a careful guess.
    pub is_careful: bool,
    /// Wilson's interval at the effective number of answers, in the measure.
    pub interval: Option<Interval>,
    /// On the scale 0–1, drawn toward the class; where the class could be fitted.
    pub shrunk: Option<Posterior>,
    /// The same in the indicator's measure: mean, standard deviation, interval.
    pub shrunk_value: Option<(f64, f64, Interval)>,
    /// Whether it became the indicator's value.
    pub is_used: bool,
    /// Value supplied directly, if any.
    pub supplied: Option<f64>,
    /// Effective favourable answers and answers, for the fit.
    effective: Option<(f64, f64)>,
    /// Lower end and width of the scale.
    scale: (f64, f64),
}

/// A dataset whose survey counts have become values.
#[derive(Clone, Debug, PartialEq)]
pub struct Surveyed<'a> {
    /// The data with derived values; as it was where there are no counts.
    pub dataset: Cow<'a, Dataset>,
    /// Estimates by period, in order of indicators, units and bases.
    pub units: BTreeMap<Period, Vec<UnitResult>>,
    /// What may be shown of the groups, by period.
    pub groups: BTreeMap<Period, Vec<GroupResult>>,
    /// What was found.
    pub findings: Vec<Finding>,
}

/// Derives the indicators that name a question, in every period with counts.
///
/// A household sample speaks first, else the citizen groups with their shares:
/// those of `spec`, or group size by group size where the table gives all of
/// them. A supplied value stays, and is a finding where it differs from the
/// derived one; the standard error goes with it either way, since a value that
/// cannot be explained is no surer than the sample. Only missing cells are
/// filled. Errors and refusals are findings or stand in the results.
pub fn derive<'a>(dataset: &'a Dataset, spec: &SurveySpec) -> Surveyed<'a> {
    let mut surveyed = Surveyed {
        dataset: Cow::Borrowed(dataset),
        units: BTreeMap::new(),
        groups: BTreeMap::new(),
        findings: Vec::new(),
    };
    if dataset.surveys().is_empty() {
        return surveyed;
    }
    let mut periods = dataset.periods().clone();
    for (period, counts) in dataset.surveys() {
        let Some(observations) = periods.get_mut(period) else {
            continue;
        };
        let mut of_period = PeriodWork {
            dataset,
            counts,
            spec,
            period,
            findings: Vec::new(),
        };
        let results = of_period.run(observations);
        surveyed.findings.append(&mut of_period.findings);
        surveyed.units.insert(period.clone(), results);
        let units = 0..dataset.units().len() as u32;
        let groups = units.flat_map(|unit| group_results(counts, unit, spec));
        surveyed.groups.insert(period.clone(), groups.collect());
    }
    let (units, framework) = (dataset.units().clone(), dataset.framework().clone());
    let derived = Dataset::new(units, framework, periods)
        .and_then(|d| d.with_surveys(dataset.surveys().clone()));
    if let Ok(derived) = derived {
        surveyed.dataset = Cow::Owned(derived);
    }
    surveyed
}

/// One period while it is derived.
struct PeriodWork<'a> {
    dataset: &'a Dataset,
    counts: &'a SurveyCounts,
    spec: &'a SurveySpec,
    period: &'a Period,
    findings: Vec<Finding>,
}

/// An indicator to derive.
struct Target<'a> {
    column: usize,
    id: &'a str,
    measure: Measure,
    derivation: &'a Derivation,
    question: u16,
}

impl<'a> PeriodWork<'a> {
    fn run(&mut self, observations: &mut Observations) -> Vec<UnitResult> {
        self.report_words();
        let tallies: Vec<BTreeMap<(u16, u16), Tally>> = (0..self.dataset.units().len() as u32)
            .map(|unit| tally(self.counts, unit, self.spec))
            .collect();
        let mut all = Vec::new();
        let mut lacks_shares = false;
        for target in self.targets() {
            let mut results = Vec::new();
            for (unit, tallies) in tallies.iter().enumerate() {
                results.extend(self.unit(&target, unit as u32, tallies, observations));
            }
            self.shrink(&mut results);
            lacks_shares |= results.iter().any(|r| r.value == Err(Refusal::NoShares));
            self.store(&target, &mut results, observations);
            all.append(&mut results);
        }
        if lacks_shares {
            let place = self.place(None, "");
            self.findings
                .push(Finding::new(Problem::NoPopulationShares, place));
        }
        all
    }

    fn place(&self, unit: Option<u32>, node: &str) -> Place {
        let unit = unit.and_then(|u| self.dataset.units().list().get(u as usize));
        Place {
            file: format!("{SOURCE} {}", self.period),
            unit: unit.map(|u| u.code.to_string()).unwrap_or_default(),
            node: node.to_owned(),
            ..Place::default()
        }
    }

    /// Questions, groups and answers that the specification does not know.
    fn report_words(&mut self) {
        let place = self.place(None, "");
        let spec = self.spec;
        for question in self.counts.questions() {
            if !spec.questions.contains_key(question) {
                let text = question.clone();
                self.findings.push(Finding::new(
                    Problem::UnknownQuestion { text },
                    place.clone(),
                ));
            }
        }
        let mut unknown: BTreeSet<(u16, u16)> = BTreeSet::new();
        for cell in self.counts.counts() {
            let question = self.counts.questions().get(usize::from(cell.question));
            let Some(question) = question.and_then(|q| spec.questions.get(q)) else {
                continue;
            };
            let answer = self.counts.answers().get(usize::from(cell.answer));
            let is_known = answer
                .is_some_and(|a| question.answers.contains_key(a) || question.unsure.contains(a));
            if !is_known {
                unknown.insert((cell.question, cell.answer));
            }
        }
        for (question, answer) in unknown {
            let text = |labels: &[String], at: u16| {
                labels.get(usize::from(at)).cloned().unwrap_or_default()
            };
            let problem = Problem::UnknownAnswer {
                question: text(self.counts.questions(), question),
                text: text(self.counts.answers(), answer),
            };
            self.findings.push(Finding::new(problem, place.clone()));
        }
        for group in self.counts.groups() {
            let is_known = spec.shares.is_empty()
                || spec.shares.contains_key(group)
                || spec.household.contains(group);
            if !is_known {
                let text = group.clone();
                self.findings.push(Finding::new(
                    Problem::GroupWithoutShare { text },
                    place.clone(),
                ));
            }
        }
    }

    fn targets(&self) -> Vec<Target<'a>> {
        let framework = self.dataset.framework();
        let mut targets = Vec::new();
        for (column, (node, indicator)) in framework.indicators().enumerate() {
            let Some(derivation) = self.spec.indicators.get(node.id.as_str()) else {
                continue;
            };
            let mut questions = self.counts.questions().iter();
            let question = questions.position(|q| *q == derivation.question);
            let has_statistic = match derivation.statistic {
                Statistic::Favourable => true,
                Statistic::Mean => self
                    .spec
                    .questions
                    .get(&derivation.question)
                    .is_some_and(super::Question::has_points),
            };
            if let Some(question) = question.filter(|_| has_statistic) {
                targets.push(Target {
                    column,
                    id: node.id.as_str(),
                    measure: indicator.measure,
                    derivation,
                    question: question as u16,
                });
            }
        }
        targets
    }

    /// Lower end and width of the scale in the indicator's measure.
    fn scale(&self, target: &Target<'_>) -> (f64, f64) {
        match target.derivation.statistic {
            Statistic::Favourable => (0.0, target.measure.ratio_factor()),
            Statistic::Mean => {
                let question = self.spec.questions.get(&target.derivation.question);
                let span = question.and_then(super::Question::span);
                span.map_or((0.0, 1.0), |(low, high)| (low, high - low))
            }
        }
    }

    fn unit(
        &self,
        target: &Target<'_>,
        unit: u32,
        tallies: &BTreeMap<(u16, u16), Tally>,
        observations: &Observations,
    ) -> Vec<UnitResult> {
        let range = (target.question, 0)..=(target.question, u16::MAX);
        let name = |group: u16| {
            let found = self.counts.groups().get(usize::from(group));
            found.map_or("", String::as_str)
        };
        let is_household =
            |group: &&(u16, &Tally)| self.spec.household.iter().any(|h| h == name(group.0));
        let of_question: Vec<(u16, &Tally)> =
            tallies.range(range).map(|((_, g), t)| (*g, t)).collect();
        let (household, groups): (Vec<_>, Vec<_>) =
            of_question.iter().partition(|g| is_household(g));
        let mut results = Vec::new();
        for (basis, part) in [(Basis::Household, household), (Basis::Groups, groups)] {
            if !part.is_empty() {
                let supplied = observations.frame().cell(unit as usize, target.column);
                let mut result = self.part(target, unit, basis, &part);
                result.supplied = supplied.value();
                results.push(result);
            }
        }
        results
    }

    fn part(
        &self,
        target: &Target<'_>,
        unit: u32,
        basis: Basis,
        part: &[(u16, &Tally)],
    ) -> UnitResult {
        let scale = self.scale(target);
        let n_valid = people(part.iter().map(|(_, t)| t.n_valid()));
        let n_unsure = people(part.iter().map(|(_, t)| t.unsure));
        let min = self.spec.min_cell;
        let samples = part.iter().map(|(g, _)| self.counts.sample(unit, *g));
        let forms: Option<Vec<(u32, u32)>> =
            samples.map(|s| Some((s.issued?, s.returned?))).collect();
        let response_rate = forms.and_then(|forms| {
            let issued = people(forms.iter().map(|f| f.0));
            let returned = people(forms.iter().map(|f| f.1));
            (issued > 0).then(|| f64::from(returned) / f64::from(issued))
        });
        let mut result = UnitResult {
            unit,
            column: target.column,
            basis,
            n_valid,
            shown_counts: if n_valid >= min && n_unsure >= min {
                (Some(n_valid), Some(n_unsure))
            } else {
                (None, None)
            },
            response_rate,
            value: Err(Refusal::NoAnswers),
            standard_error: None,
            is_careful: false,
            interval: None,
            shrunk: None,
            shrunk_value: None,
            is_used: false,
            supplied: None,
            effective: None,
            scale,
        };
        match self.strata(target, unit, basis, part, scale) {
            Err(refusal) => result.value = Err(refusal),
            Ok((strata, is_careful)) => match stratified_mean(&strata) {
                Err(error) => result.value = Err(Refusal::Estimate(error)),
                Ok(estimate) => {
                    let share = ((estimate.value - scale.0) / scale.1).clamp(0.0, 1.0);
                    let error = estimate.standard_error.map(|e| e / scale.1);
                    let n = effective_size(share, error, f64::from(n_valid));
                    let interval = wilson(share * n, n, self.spec.level);
                    result.value = Ok(estimate.value);
                    result.standard_error = estimate.standard_error;
                    result.is_careful = is_careful;
                    result.interval = interval.map(|i| i.scaled(scale.0, scale.1));
                    result.effective = Some((share * n, n));
                }
            },
        }
        result
    }

    /// Strata in the indicator's measure with their shares, and whether any
    /// variance is a careful guess.
    fn strata(
        &self,
        target: &Target<'_>,
        unit: u32,
        basis: Basis,
        part: &[(u16, &Tally)],
        scale: (f64, f64),
    ) -> Result<(Vec<(Stratum, f64)>, bool), Refusal> {
        let unknown = part.iter().flat_map(|(_, t)| &t.unknown).next();
        if let Some(answer) = unknown {
            return Err(Refusal::UnknownAnswer(answer.clone()));
        }
        let group = |g: u16| self.counts.groups().get(usize::from(g));
        let shares = match basis {
            // Several words for households are one sample.
            Basis::Household => None,
            Basis::Groups => Some(self.shares(unit, part)?),
        };
        let values = |tally: &Tally| -> Vec<(f64, u32)> {
            match target.derivation.statistic {
                Statistic::Mean => tally.points(),
                Statistic::Favourable => {
                    let x = tally.n_favourable();
                    vec![(scale.1, x), (0.0, tally.n_valid().saturating_sub(x))]
                }
            }
        };
        let Some(shares) = shares else {
            let all: Vec<(f64, u32)> = part.iter().flat_map(|(_, t)| values(t)).collect();
            let sizes: Option<Vec<u32>> = part
                .iter()
                .map(|(g, _)| self.counts.sample(unit, *g).size)
                .collect();
            let size = sizes.map(|s| s.iter().map(|n| f64::from(*n)).sum());
            let register = self.dataset.units().list().get(unit as usize);
            let size = size.or(register.and_then(|u| u.population));
            let stratum = Stratum::of_counts(&all, size).map_err(|e| match e {
                EstimateError::Empty(_) => Refusal::NoAnswers,
                other => Refusal::Estimate(other),
            })?;
            let (stratum, is_careful) = stratum.careful(scale.1);
            return Ok((vec![(stratum, 1.0)], is_careful));
        };
        // Every group that has people must have answers.
        for (name, share) in &shares {
            let found = part.iter().find(|(g, _)| group(*g) == Some(name));
            if *share > 0.0 && found.is_none_or(|(_, t)| t.n_valid() == 0) {
                return Err(Refusal::EmptyGroup(name.clone()));
            }
        }
        let mut strata = Vec::new();
        let mut is_careful = false;
        for (g, tally) in part {
            let share = group(*g).and_then(|name| shares.get(name));
            let Some(share) = share.filter(|s| **s > 0.0) else {
                continue;
            };
            let size = self.counts.sample(unit, *g).size.map(f64::from);
            let stratum = Stratum::of_counts(&values(tally), size).map_err(Refusal::Estimate)?;
            let (stratum, guessed) = stratum.careful(scale.1);
            is_careful |= guessed;
            strata.push((stratum, *share));
        }
        Ok((strata, is_careful))
    }

    /// Population shares of the groups of a unit.
    fn shares(&self, unit: u32, part: &[(u16, &Tally)]) -> Result<BTreeMap<String, f64>, Refusal> {
        if !self.spec.shares.is_empty() {
            return Ok(self.spec.shares.clone());
        }
        let sizes: Option<Vec<(String, f64)>> = part
            .iter()
            .map(|(g, _)| {
                let size = self.counts.sample(unit, *g).size?;
                let name = self.counts.groups().get(usize::from(*g))?;
                Some((name.clone(), f64::from(size)))
            })
            .collect();
        let sizes = sizes.ok_or(Refusal::NoShares)?;
        let all = crate::num::ordered_sum(sizes.iter().map(|s| s.1));
        if all <= 0.0 {
            return Err(Refusal::NoShares);
        }
        let mut shares = BTreeMap::new();
        for (name, n) in sizes {
            shares.insert(name, n / all);
        }
        Ok(shares)
    }

    /// Fits every class and basis and draws its villages toward it.
    fn shrink(&self, results: &mut [UnitResult]) {
        let (labels, class_of) = self.dataset.units().groups_by(|u| &u.class);
        for basis in [Basis::Household, Basis::Groups] {
            for class in 0..labels.len() as u32 {
                let is_of = |r: &UnitResult| {
                    r.basis == basis && class_of.get(r.unit as usize) == Some(&class)
                };
                let counts: Vec<(f64, f64)> = results
                    .iter()
                    .filter(|r| is_of(r))
                    .filter_map(|r| r.effective)
                    .collect();
                if counts.len() < self.spec.min_class as usize {
                    continue;
                }
                let Ok(fitted) = fit(&counts) else { continue };
                for result in results.iter_mut().filter(|r| is_of(r)) {
                    let Some((x, n)) = result.effective else {
                        continue;
                    };
                    let (from, span) = result.scale;
                    result.shrunk = fitted.posterior(x, n, self.spec.level);
                    result.shrunk_value = result.shrunk.map(|p| {
                        let interval = p.interval.scaled(from, span);
                        (from + span * p.mean, span * p.sd, interval)
                    });
                }
            }
        }
    }

    fn store(
        &mut self,
        target: &Target<'_>,
        results: &mut [UnitResult],
        observations: &mut Observations,
    ) {
        let mut done = BTreeSet::new();
        for result in results.iter_mut() {
            let unit = result.unit as usize;
            let Ok(own) = result.value.clone() else {
                if let Err(Refusal::EmptyGroup(group)) = &result.value {
                    let text = group.clone();
                    let place = self.place(Some(result.unit), target.id);
                    self.findings
                        .push(Finding::new(Problem::EmptyGroup { text }, place));
                }
                continue;
            };
            // The household sample comes first where there are both.
            if !done.insert(unit) {
                continue;
            }
            let drawn = result.shrunk_value.filter(|_| self.spec.shrink);
            let (value, error) = match drawn {
                Some((mean, sd, _)) => (mean, Some(sd)),
                None => (own, result.standard_error),
            };
            match observations.frame().cell(unit, target.column) {
                Cell::NotApplicable => continue,
                Cell::Value(supplied) => {
                    if (supplied - own).abs() > ROUNDING {
                        let problem = Problem::SurveyDiffers {
                            value: supplied,
                            derived: own,
                        };
                        let place = self.place(Some(result.unit), target.id);
                        self.findings.push(Finding::new(problem, place));
                    }
                }
                Cell::Missing => {
                    let provenance = Provenance {
                        source: SOURCE.into(),
                        ..Provenance::default()
                    };
                    let cell = Cell::Value(value);
                    observations.set(unit, target.column, cell, None, &provenance);
                    result.is_used = true;
                }
            }
            if observations.standard_error(unit, target.column).is_none() {
                observations.set_standard_error(unit, target.column, error);
            }
        }
    }
}
