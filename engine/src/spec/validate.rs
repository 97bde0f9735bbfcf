//! Refuses specifications that make no sense, naming the place.

use super::Spec;
use crate::aggregate::{Aggregation, Preference, Promethee};
use crate::coherence::CoherenceLimits;
use crate::frame::Units;
use crate::framework::Framework;
use crate::ids::UnitCode;
use crate::normalise::{Normalisation, ReferenceUnit, Target, ZScore};
use crate::survey::SurveySpec;
use crate::treat::{BoxCox, Divisor, GiiLog, Imputation, Iterations, Jrc, Neighbours, Treatment};
use crate::weigh::Weighting;
use crate::weigh::benefit::ShareBounds;

/// Why a specification cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// A number outside its range.
    #[error("`{place}` is {value}, but must be {needs}")]
    Range {
        /// Path of the field.
        place: String,
        /// The number given.
        value: f64,
        /// What it must be.
        needs: &'static str,
    },
    /// An id that the framework, or a code that the register, does not have.
    #[error("`{place}` names `{id}`, which is not {of}")]
    Unknown {
        /// Path of the field.
        place: String,
        /// The id or code.
        id: String,
        /// What it should be one of.
        of: &'static str,
    },
    /// Not the JSON of a specification.
    #[error("line {line}, column {column}: {message}")]
    Json {
        /// Line from 1.
        line: usize,
        /// Column from 1.
        column: usize,
        /// What the reader says.
        message: String,
    },
}

pub(crate) fn range(
    place: impl Into<String>,
    value: f64,
    is_good: bool,
    needs: &'static str,
) -> Result<(), SpecError> {
    if is_good {
        Ok(())
    } else {
        Err(SpecError::Range {
            place: place.into(),
            value,
            needs,
        })
    }
}

pub(crate) fn positive(place: impl Into<String>, x: f64) -> Result<(), SpecError> {
    range(
        place,
        x,
        x.is_finite() && x > 0.0,
        "a finite number above 0",
    )
}

pub(crate) fn from_0(place: impl Into<String>, x: f64) -> Result<(), SpecError> {
    range(place, x, x.is_finite() && x >= 0.0, "a finite number ≥ 0")
}

fn finite(place: impl Into<String>, x: f64) -> Result<(), SpecError> {
    range(place, x, x.is_finite(), "a finite number")
}

pub(crate) fn share(place: impl Into<String>, x: f64) -> Result<(), SpecError> {
    range(place, x, (0.0..=1.0).contains(&x), "between 0 and 1")
}

pub(crate) fn at_least_1(place: impl Into<String>, x: u32) -> Result<(), SpecError> {
    range(place, f64::from(x), x >= 1, "at least 1")
}

impl Spec {
    /// Refuses numbers that make no sense.
    pub fn validate(&self) -> Result<(), SpecError> {
        positive("scale", self.scale)?;
        share("check.floors.overall", self.check.floors.overall)?;
        share("check.floors.pillar", self.check.floors.pillar)?;
        survey(&self.survey)?;
        for (id, denominator) in &self.denominate {
            let per = denominator.per;
            let is_good = per.is_finite() && per != 0.0;
            range(
                format!("denominate.{id}.per"),
                per,
                is_good,
                "a finite number other than 0",
            )?;
        }
        for (place, limit) in [
            ("screen.min_present", self.screen.min_present),
            ("screen.max_zeros", self.screen.max_zeros),
        ] {
            if let Some(limit) = limit {
                share(place, limit)?;
            }
        }
        imputation("impute.method", &self.impute.method)?;
        for (id, method) in &self.impute.indicators {
            imputation(&format!("impute.indicators.{id}"), method)?;
        }
        treatment("treat.method", &self.treat.method)?;
        for (id, method) in &self.treat.indicators {
            treatment(&format!("treat.indicators.{id}"), method)?;
        }
        normalisation("normalise.method", &self.normalise.method)?;
        for (id, method) in &self.normalise.indicators {
            normalisation(&format!("normalise.indicators.{id}"), method)?;
        }
        if let Some((worst, best)) = self.normalise.range {
            finite("normalise.range", worst)?;
            let is_good = best.is_finite() && worst < best;
            range("normalise.range", best, is_good, "above the first number")?;
        }
        weighting("weigh.method", &self.weigh.method)?;
        for (id, method) in &self.weigh.nodes {
            weighting(&format!("weigh.nodes.{id}"), method)?;
        }
        aggregation("aggregate.method", self.aggregate.method)?;
        for (depth, method) in &self.aggregate.levels {
            aggregation(&format!("aggregate.levels.{depth}"), *method)?;
        }
        share("aggregate.availability", self.aggregate.availability)?;
        for (depth, least) in &self.aggregate.availability_levels {
            share(format!("aggregate.availability_levels.{depth}"), *least)?;
        }
        from_0("rank.tolerance", self.rank.tolerance)?;
        coherence(&self.coherence)
    }

    /// Refuses names that the framework or the register does not have.
    pub fn check_names(&self, framework: &Framework, units: &Units) -> Result<(), SpecError> {
        let unknown = |place: String, id: &str, of| SpecError::Unknown {
            place,
            id: id.to_owned(),
            of,
        };
        let indicator = |place: &str, id: &String| {
            let node = framework.find(id).map(|n| framework.node(n));
            if node.is_some_and(|n| n.column.is_some()) {
                Ok(())
            } else {
                Err(unknown(
                    format!("{place}.{id}"),
                    id,
                    "an indicator of the framework",
                ))
            }
        };
        let built_in = SurveySpec::default().indicators;
        for (id, derivation) in &self.survey.indicators {
            // The defaults speak of the default scheme, whatever the framework.
            if built_in.get(id) != Some(derivation) {
                indicator("survey.indicators", id)?;
            }
        }
        for (id, denominator) in &self.denominate {
            indicator("denominate", id)?;
            if let Divisor::Indicator(by) = &denominator.by {
                indicator(&format!("denominate.{id}.by"), by)?;
            }
        }
        self.impute
            .indicators
            .keys()
            .try_for_each(|id| indicator("impute.indicators", id))?;
        self.treat
            .indicators
            .keys()
            .try_for_each(|id| indicator("treat.indicators", id))?;
        let normalise = &self.normalise.indicators;
        normalise
            .keys()
            .try_for_each(|id| indicator("normalise.indicators", id))?;
        for id in self.weigh.nodes.keys() {
            let node = framework.find(id).map(|n| framework.node(n));
            if node.is_none_or(|n| n.children.is_empty()) {
                let place = format!("weigh.nodes.{id}");
                return Err(unknown(place, id, "a node with children"));
            }
        }
        let has_code = |code: &str| {
            let code = UnitCode::new(code.trim()).ok();
            code.is_some_and(|code| units.find(&code).is_some())
        };
        let lists = [
            ("screen.keep", &self.screen.keep),
            ("screen.drop", &self.screen.drop),
        ];
        for (place, codes) in lists {
            if let Some(code) = codes.iter().find(|code| !has_code(code)) {
                return Err(unknown(place.to_owned(), code, "a unit of the register"));
            }
        }
        let methods = std::iter::once(("method", &self.normalise.method))
            .chain(normalise.iter().map(|(id, method)| (id.as_str(), method)));
        for (at, method) in methods {
            if let Normalisation::DistanceToReference(ReferenceUnit { unit, .. }) = method
                && !has_code(unit)
            {
                let place = format!("normalise.{at}.unit");
                return Err(unknown(place, unit, "a unit of the register"));
            }
        }
        let depth = framework.nodes().iter().map(|n| n.depth).max().unwrap_or(0);
        let levels = self.aggregate.levels.keys();
        for level in levels.chain(self.aggregate.availability_levels.keys()) {
            if *level >= depth {
                let place = format!("aggregate.levels.{level}");
                return Err(unknown(place, &level.to_string(), "a level with children"));
            }
        }
        Ok(())
    }
}

fn coherence(limits: &CoherenceLimits) -> Result<(), SpecError> {
    for (place, r) in [
        ("coherence.collinear", limits.collinear),
        ("coherence.negative", limits.negative),
        ("coherence.weak", limits.weak),
    ] {
        range(place, r, (-1.0..=1.0).contains(&r), "between -1 and 1")?;
    }
    range(
        "coherence.negative",
        limits.negative,
        limits.negative < limits.collinear,
        "below `collinear`",
    )?;
    let alpha = limits.alpha;
    let is_good = alpha.is_finite() && alpha <= 1.0;
    range("coherence.alpha", alpha, is_good, "at most 1")?;
    share("coherence.kmo", limits.kmo)?;
    let times = limits.disagreement;
    let is_good = times.is_finite() && times >= 1.0;
    range("coherence.disagreement", times, is_good, "at least 1")
}

fn survey(spec: &SurveySpec) -> Result<(), SpecError> {
    let level = spec.level;
    let is_level = level > 0.0 && level < 1.0;
    range("survey.level", level, is_level, "between 0 and 1")?;
    at_least_1("survey.min_cell", spec.min_cell)?;
    let min_class = f64::from(spec.min_class);
    range(
        "survey.min_class",
        min_class,
        spec.min_class >= 2,
        "at least 2",
    )?;
    for (group, x) in &spec.shares {
        share(format!("survey.shares.{group}"), *x)?;
    }
    let sum = crate::num::ordered_sum(spec.shares.values().copied());
    let is_whole = spec.shares.is_empty() || (sum - 1.0).abs() <= 1e-6;
    range("survey.shares", sum, is_whole, "a sum of 1")?;
    for (name, question) in &spec.questions {
        for (answer, worth) in &question.answers {
            let place = format!("survey.questions.{name}.answers.{answer}");
            finite(place, worth.points.unwrap_or(0.0))?;
        }
    }
    for (id, derivation) in &spec.indicators {
        if !spec.questions.contains_key(&derivation.question) {
            return Err(SpecError::Unknown {
                place: format!("survey.indicators.{id}.question"),
                id: derivation.question.clone(),
                of: "a question of `survey.questions`",
            });
        }
    }
    Ok(())
}

fn imputation(place: &str, method: &Imputation) -> Result<(), SpecError> {
    match method {
        Imputation::NearestNeighbours(Neighbours { k, max_donors }) => {
            at_least_1(format!("{place}.k"), *k)?;
            at_least_1(format!("{place}.max_donors"), *max_donors)
        }
        Imputation::Iterative(Iterations {
            max_rounds,
            tolerance,
        }) => {
            at_least_1(format!("{place}.max_rounds"), *max_rounds)?;
            positive(format!("{place}.tolerance"), *tolerance)
        }
        _ => Ok(()),
    }
}

fn treatment(place: &str, method: &Treatment) -> Result<(), SpecError> {
    match method {
        Treatment::Jrc(rule) | Treatment::Winsorise(rule) => {
            let Jrc {
                skewness, kurtosis, ..
            } = rule;
            from_0(format!("{place}.skewness"), *skewness)?;
            finite(format!("{place}.kurtosis"), *kurtosis)
        }
        Treatment::GiiLog(GiiLog { factor }) => positive(format!("{place}.factor"), *factor),
        Treatment::BoxCox(BoxCox {
            lambda: Some(lambda),
        }) => {
            let is_good = (-5.0..=5.0).contains(lambda);
            range(
                format!("{place}.lambda"),
                *lambda,
                is_good,
                "between -5 and 5",
            )
        }
        _ => Ok(()),
    }
}

fn normalisation(place: &str, method: &Normalisation) -> Result<(), SpecError> {
    match method {
        Normalisation::ZScore(ZScore { mean, sd }) => {
            finite(format!("{place}.mean"), *mean)?;
            positive(format!("{place}.sd"), *sd)
        }
        Normalisation::DistanceToTarget(Target { target, .. }) => {
            finite(format!("{place}.target"), *target)
        }
        _ => Ok(()),
    }
}

fn weighting(place: &str, method: &Weighting) -> Result<(), SpecError> {
    match method {
        Weighting::Weights(weights) => weights
            .iter()
            .try_for_each(|(id, w)| from_0(format!("{place}.weights.{id}"), *w)),
        Weighting::BudgetAllocation(experts) => {
            let points = experts.iter().enumerate();
            let mut points = points.flat_map(|(i, expert)| expert.iter().map(move |p| (i, p)));
            points.try_for_each(|(i, (id, w))| from_0(format!("{place}.{i}.{id}"), *w))
        }
        Weighting::Ahp(judgements) => from_0(format!("{place}.max_ratio"), judgements.max_ratio),
        Weighting::Influence(targets) => {
            if let Some(tolerance) = targets.tolerance {
                positive(format!("{place}.tolerance"), tolerance)?;
            }
            let mut targets = targets.targets.iter();
            targets.try_for_each(|(id, t)| from_0(format!("{place}.targets.{id}"), *t))
        }
        _ => Ok(()),
    }
}

fn aggregation(place: &str, method: Aggregation) -> Result<(), SpecError> {
    match method {
        Aggregation::Power(p) => finite(format!("{place}.power"), p),
        Aggregation::Promethee(Promethee {
            preference:
                Preference::Linear {
                    indifference,
                    preference,
                },
        }) => {
            from_0(format!("{place}.indifference"), indifference)?;
            let is_good = preference.is_finite() && preference >= indifference;
            range(
                format!("{place}.preference"),
                preference,
                is_good,
                "at least the indifference",
            )
        }
        Aggregation::BenefitOfTheDoubt(ShareBounds { lower, upper }) => {
            share(format!("{place}.lower"), lower)?;
            share(format!("{place}.upper"), upper)?;
            range(
                format!("{place}.upper"),
                upper,
                upper >= lower,
                "at least the lower bound",
            )
        }
        _ => Ok(()),
    }
}
