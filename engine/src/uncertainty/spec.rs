//! Which inputs are uncertain, how often they are drawn and how the result is
//! read.

use super::design::Design;
use super::weights::WeightUncertainty;
use crate::aggregate::AggregateSpec;
use crate::frame::{Dataset, Units};
use crate::framework::Framework;
use crate::ids::Period;
use crate::normalise::NormaliseSpec;
use crate::pipeline::{self, PipelineError};
use crate::spec::{Spec, SpecError, at_least_1, digest_of, from_0, positive, range, share};
use crate::survey::Surveyed;
use crate::treat::{ImputeSpec, TreatSpec};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A choice that might have been made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative<T> {
    /// Its weight beside the other alternatives, above 0; only proportions count.
    #[serde(default = "one")]
    pub probability: f64,
    /// The choice, in place of the specification's own.
    pub choice: T,
}

fn one() -> f64 {
    1.0
}

/// Leaving one indicator out at a time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LeaveOut {
    /// Chance that a replicate leaves one out, 0–1.
    pub probability: f64,
    /// Ids of those it may be, each as likely as the others; all when empty.
    pub indicators: Vec<String>,
}

/// Standard deviation of the error of a reported value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasurementError {
    /// In the indicator's measure.
    Absolute(f64),
    /// As a share of the value's amount: 0.05 is 5 %.
    Relative(f64),
}

impl MeasurementError {
    /// Standard deviation for a value.
    ///
    /// ```
    /// use dhi_engine::uncertainty::MeasurementError;
    /// assert_eq!(MeasurementError::Relative(0.05).sd(-80.0), 4.0);
    /// ```
    pub fn sd(self, value: f64) -> f64 {
        match self {
            Self::Absolute(sd) => sd,
            Self::Relative(share) => share * value.abs(),
        }
    }
}

/// What a unit must reach to be nominated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// At least this score.
    Score(f64),
    /// A rank up to this.
    Top(u32),
}

impl Line {
    /// Whether a score and its rank, 1 the best, reach it; no score never does. Scores
    /// closer than `tolerance` count as equal.
    ///
    /// ```
    /// use dhi_engine::uncertainty::Line;
    /// assert!(Line::Score(60.0).is_met(Some(60.0), 7, 0.0));
    /// assert!(!Line::Top(6).is_met(Some(60.0), 7, 0.0));
    /// ```
    pub fn is_met(self, score: Option<f64>, rank: u32, tolerance: f64) -> bool {
        score.is_some_and(|score| match self {
            Self::Score(least) => score + tolerance >= least,
            Self::Top(places) => rank <= places,
        })
    }
}

/// Variance-based sensitivity analysis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SensitivitySpec {
    /// Base points N; the analysis takes N·(k + 2) runs for k groups of inputs,
    /// N·(2k + 2) with pairs. 0 leaves it out.
    pub points: u32,
    /// Design of the points.
    pub design: Design,
    /// Names of groups, each with the names of its inputs. Weights of all nodes
    /// are one group and every other input one of its own unless named here.
    pub groups: BTreeMap<String, Vec<String>>,
    /// Whether interactions of pairs are estimated too.
    pub pairs: bool,
    /// Times the points are drawn again for the intervals.
    pub bootstrap: u32,
    /// Level of the intervals, above 0 and below 1.
    pub level: f64,
    /// Codes of units whose score, rank and chance of the line are analysed.
    pub units: Vec<String>,
}

impl Default for SensitivitySpec {
    fn default() -> Self {
        Self {
            points: 256,
            design: Design::SobolScrambled,
            groups: BTreeMap::new(),
            pairs: false,
            bootstrap: 200,
            level: 0.95,
            units: Vec::new(),
        }
    }
}

/// Everything a robustness analysis depends on besides data, weights and
/// specification. Missing fields take their defaults; unknown ones are refused.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RobustSpec {
    /// Seed of everything random.
    pub seed: u64,
    /// Replicates, at least 1 and at most a million.
    pub replicates: u32,
    /// How they are spread.
    pub design: Design,
    /// Weights under every node without uncertainty of its own.
    pub weights: WeightUncertainty,
    /// The same by id of the parent.
    pub nodes: BTreeMap<String, WeightUncertainty>,
    /// Whether values from survey counts are drawn toward their class; as the
    /// specification says when empty.
    pub shrink: Vec<Alternative<bool>>,
    /// Imputations; the specification's own when empty.
    pub impute: Vec<Alternative<ImputeSpec>>,
    /// Treatments, likewise.
    pub treat: Vec<Alternative<TreatSpec>>,
    /// Normalisations, likewise.
    pub normalise: Vec<Alternative<NormaliseSpec>>,
    /// Aggregations, likewise.
    pub aggregate: Vec<Alternative<AggregateSpec>>,
    /// Leaving indicators out.
    pub leave_out: LeaveOut,
    /// Whether survey values vary by their standard errors.
    pub survey_error: bool,
    /// Error of reported values by indicator id.
    pub measurement: BTreeMap<String, MeasurementError>,
    /// Level of rank intervals, above 0 and below 1.
    pub level: f64,
    /// The nomination line, if there is one.
    pub line: Option<Line>,
    /// Up to the first chance of the line it is missed, from the second it is met,
    /// and between them the unit is undetermined.
    pub limits: (f64, f64),
    /// Chance of being ahead from which units are in different tiers, above 1/2.
    pub tier_level: f64,
    /// Which input matters.
    pub sensitivity: SensitivitySpec,
}

impl Default for RobustSpec {
    fn default() -> Self {
        Self {
            seed: 20_260_630,
            replicates: 10_000,
            design: Design::SobolScrambled,
            weights: WeightUncertainty::Within { share: 0.25 },
            nodes: BTreeMap::new(),
            shrink: Vec::new(),
            impute: Vec::new(),
            treat: Vec::new(),
            normalise: Vec::new(),
            aggregate: Vec::new(),
            leave_out: LeaveOut::default(),
            survey_error: true,
            measurement: BTreeMap::new(),
            level: 0.9,
            line: Some(Line::Score(60.0)),
            limits: (0.1, 0.9),
            tier_level: 0.9,
            sensitivity: SensitivitySpec::default(),
        }
    }
}

fn inside(place: &str, x: f64) -> Result<(), SpecError> {
    range(place, x, x > 0.0 && x < 1.0, "above 0 and below 1")
}

/// Most replicates, points or draws: beyond, counts and lists would not fit.
const MOST: u32 = 1_000_000;

fn at_most(place: &str, n: u32) -> Result<(), SpecError> {
    range(place, f64::from(n), n <= MOST, "at most 1000000")
}

impl RobustSpec {
    /// Reads and validates JSON.
    ///
    /// ```
    /// use dhi_engine::uncertainty::RobustSpec;
    /// let spec = RobustSpec::from_json(r#"{ "weights": "anything", "line": { "top": 20 } }"#);
    /// assert_eq!(spec.unwrap().replicates, 10_000);
    /// assert!(RobustSpec::from_json(r#"{ "levl": 0.9 }"#).is_err());
    /// ```
    pub fn from_json(json: &str) -> Result<Self, SpecError> {
        let spec: Self = serde_json::from_str(json).map_err(|e| SpecError::Json {
            line: e.line(),
            column: e.column(),
            message: e.to_string(),
        })?;
        spec.validate()?;
        Ok(spec)
    }

    /// SHA-256 of the canonical JSON, in hexadecimal.
    pub fn digest(&self) -> String {
        digest_of(self)
    }

    /// Refuses numbers that make no sense. The alternatives are validated when
    /// they are put into a specification.
    pub fn validate(&self) -> Result<(), SpecError> {
        at_least_1("replicates", self.replicates)?;
        at_most("replicates", self.replicates)?;
        at_most("sensitivity.points", self.sensitivity.points)?;
        at_most("sensitivity.bootstrap", self.sensitivity.bootstrap)?;
        weight_uncertainty("weights", &self.weights)?;
        for (id, weights) in &self.nodes {
            weight_uncertainty(&format!("nodes.{id}"), weights)?;
        }
        probabilities("shrink", &self.shrink)?;
        probabilities("impute", &self.impute)?;
        probabilities("treat", &self.treat)?;
        probabilities("normalise", &self.normalise)?;
        probabilities("aggregate", &self.aggregate)?;
        share("leave_out.probability", self.leave_out.probability)?;
        for (id, error) in &self.measurement {
            let (MeasurementError::Absolute(sd) | MeasurementError::Relative(sd)) = error;
            from_0(format!("measurement.{id}"), *sd)?;
        }
        inside("level", self.level)?;
        match self.line {
            Some(Line::Score(score)) => {
                range("line.score", score, score.is_finite(), "a finite number")?;
            }
            Some(Line::Top(places)) => at_least_1("line.top", places)?,
            None => {}
        }
        let (low, high) = self.limits;
        share("limits", low)?;
        share("limits", high)?;
        range("limits", high, low < high, "above the first limit")?;
        let is_tier = self.tier_level > 0.5 && self.tier_level <= 1.0;
        range(
            "tier_level",
            self.tier_level,
            is_tier,
            "above 1/2, at most 1",
        )?;
        inside("sensitivity.level", self.sensitivity.level)
    }

    /// Refuses names that the framework or the register does not have.
    pub fn check_names(&self, framework: &Framework, units: &Units) -> Result<(), SpecError> {
        let known = |place: &str, id: &str, is_good: bool, of| {
            if is_good {
                return Ok(());
            }
            Err(SpecError::Unknown {
                place: place.to_owned(),
                id: id.to_owned(),
                of,
            })
        };
        let node = |id: &str| framework.find(id).map(|n| framework.node(n));
        for id in self.nodes.keys() {
            let is_parent = node(id).is_some_and(|n| !n.children.is_empty());
            known("nodes", id, is_parent, "a node with children")?;
        }
        let measured = self.measurement.keys().map(|id| ("measurement", id));
        let left_out = self.leave_out.indicators.iter();
        let left_out = left_out.map(|id| ("leave_out.indicators", id));
        for (place, id) in measured.chain(left_out) {
            let is_leaf = node(id).is_some_and(|n| n.column.is_some());
            known(place, id, is_leaf, "an indicator of the framework")?;
        }
        for code in &self.sensitivity.units {
            let is_unit = units.list().iter().any(|u| u.code.as_str() == code.trim());
            known("sensitivity.units", code, is_unit, "a unit of the register")?;
        }
        Ok(())
    }

    /// The data under the choice of shrinkage that the specification does not make,
    /// for [`Robust::with_shrinkage`](super::Robust::with_shrinkage). `None` when no
    /// choices are named, or the period has no survey counts.
    pub fn other_shrinkage<'d>(
        &self,
        dataset: &'d Dataset,
        period: &Period,
        spec: &Spec,
    ) -> Result<Option<Surveyed<'d>>, PipelineError> {
        let counts = dataset.surveys().get(period);
        if self.shrink.is_empty() || counts.is_none_or(|c| c.counts().is_empty()) {
            return Ok(None);
        }
        let mut other = spec.clone();
        other.survey.shrink = !spec.survey.shrink;
        pipeline::survey(dataset, &other).map(Some)
    }

    /// Every combination of alternatives as a specification, with the number of
    /// alternatives in each of the five lists, at least 1.
    pub(super) fn combinations(&self, spec: &Spec) -> (Vec<Spec>, [usize; 5]) {
        let sizes = self.lists().map(|len| len.max(1));
        let mut all = vec![spec.clone()];
        all = vary(all, &self.shrink, |spec, x| spec.survey.shrink = x);
        all = vary(all, &self.impute, |spec, x| spec.impute = x);
        all = vary(all, &self.treat, |spec, x| spec.treat = x);
        all = vary(all, &self.normalise, |spec, x| spec.normalise = x);
        all = vary(all, &self.aggregate, |spec, x| spec.aggregate = x);
        (all, sizes)
    }

    /// Lengths of the lists of alternatives, in the order of the steps.
    fn lists(&self) -> [usize; 5] {
        [
            self.shrink.len(),
            self.impute.len(),
            self.treat.len(),
            self.normalise.len(),
            self.aggregate.len(),
        ]
    }

    /// Whether anything is chosen in place of the specification's own.
    pub(super) fn has_alternatives(&self) -> bool {
        self.lists() != [0; 5]
    }

    /// Number of combinations, without making them.
    pub(super) fn n_combinations(&self) -> usize {
        let sizes = self.lists().into_iter().map(|len| len.max(1));
        sizes.fold(1, usize::saturating_mul)
    }
}

/// Each specification with each of the alternatives; the later list varies
/// fastest.
fn vary<T: Clone>(
    specs: Vec<Spec>,
    alternatives: &[Alternative<T>],
    put: impl Fn(&mut Spec, T),
) -> Vec<Spec> {
    if alternatives.is_empty() {
        return specs;
    }
    let with = |spec: Spec| {
        let put = &put;
        alternatives.iter().map(move |alternative| {
            let mut spec = spec.clone();
            put(&mut spec, alternative.choice.clone());
            spec
        })
    };
    specs.into_iter().flat_map(with).collect()
}

fn weight_uncertainty(place: &str, weights: &WeightUncertainty) -> Result<(), SpecError> {
    match weights {
        WeightUncertainty::Dirichlet { concentration } => {
            positive(format!("{place}.concentration"), *concentration)
        }
        WeightUncertainty::Within { share } => {
            let is_good = *share > 0.0 && *share <= 1.0;
            range(
                format!("{place}.share"),
                *share,
                is_good,
                "above 0, at most 1",
            )
        }
        _ => Ok(()),
    }
}

fn probabilities<T>(place: &str, alternatives: &[Alternative<T>]) -> Result<(), SpecError> {
    let mut with_place = alternatives.iter().enumerate();
    with_place.try_for_each(|(i, a)| positive(format!("{place}.{i}.probability"), a.probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_survives_json_and_its_digest_tells_it_apart() {
        let spec = RobustSpec::default();
        let json = serde_json::to_string(&spec).unwrap();
        let back = RobustSpec::from_json(&json).unwrap();
        assert_eq!(back, spec);
        assert_eq!(back.digest(), spec.digest());
        let other = RobustSpec { seed: 1, ..spec };
        assert_ne!(other.digest(), back.digest());
    }

    #[test]
    fn numbers_that_make_no_sense_are_refused_with_their_place() {
        for (json, place) in [
            (r#"{"replicates":0}"#, "replicates"),
            (r#"{"replicates":1000001}"#, "replicates"),
            (
                r#"{"sensitivity":{"points":4000000000}}"#,
                "sensitivity.points",
            ),
            (r#"{"weights":{"within":{"share":1.5}}}"#, "weights.share"),
            (
                r#"{"nodes":{"a":{"dirichlet":{"concentration":0}}}}"#,
                "nodes.a.concentration",
            ),
            (
                r#"{"shrink":[{"choice":true},{"probability":-1,"choice":false}]}"#,
                "shrink.1.probability",
            ),
            (
                r#"{"normalise":[{"probability":0,"choice":{}}]}"#,
                "normalise.0.probability",
            ),
            (
                r#"{"leave_out":{"probability":2}}"#,
                "leave_out.probability",
            ),
            (r#"{"measurement":{"x":{"relative":-1}}}"#, "measurement.x"),
            (r#"{"level":1}"#, "level"),
            (r#"{"line":{"top":0}}"#, "line.top"),
            (r#"{"limits":[0.9,0.1]}"#, "limits"),
            (r#"{"tier_level":0.5}"#, "tier_level"),
            (r#"{"sensitivity":{"level":0}}"#, "sensitivity.level"),
        ] {
            match RobustSpec::from_json(json) {
                Err(SpecError::Range { place: found, .. }) => assert_eq!(found, place),
                other => panic!("{json}: {other:?}"),
            }
        }
        for json in [
            r#"{"weights":{"within":{"share":0.1,"x":1}}}"#,
            r#"{"shrink":[true]}"#,
            r#"{"normalise":[{"choice":{},"x":1}]}"#,
            r#"{"sensitivity":{"x":1}}"#,
        ] {
            let refused = RobustSpec::from_json(json);
            assert!(matches!(refused, Err(SpecError::Json { .. })), "{json}");
        }
    }

    #[test]
    fn combinations_vary_the_last_list_fastest() {
        let of = |scale| Alternative {
            probability: 1.0,
            choice: NormaliseSpec {
                range: Some((0.0, scale)),
                ..NormaliseSpec::default()
            },
        };
        let means = [0.0, 0.5].map(|availability| Alternative {
            probability: 1.0,
            choice: AggregateSpec {
                availability,
                ..AggregateSpec::default()
            },
        });
        let robust = RobustSpec {
            normalise: vec![of(1.0), of(2.0)],
            aggregate: means.to_vec(),
            ..RobustSpec::default()
        };
        let (specs, sizes) = robust.combinations(&Spec::default());
        assert_eq!(sizes, [1, 1, 1, 2, 2]);
        assert_eq!(robust.n_combinations(), 4);
        let found: Vec<_> = specs
            .iter()
            .map(|s| (s.normalise.range.unwrap().1, s.aggregate.availability))
            .collect();
        assert_eq!(found, [(1.0, 0.0), (1.0, 0.5), (2.0, 0.0), (2.0, 0.5)]);
    }
}
