//! The recipe of a run: every choice that affects a number, in one value that
//! can be saved, replayed and identified by its digest.

use crate::aggregate::{AggregateSpec, Mean};
use crate::check::CheckSpec;
use crate::normalise::NormaliseSpec;
use crate::rank::{Bands, RankSpec};
use crate::treat::TreatSpec;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Why a specification cannot be used.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SpecError {
    /// The common scale must end above 0.
    #[error("`scale` is {0}, but must be a finite number above 0")]
    Scale(f64),
    /// A coverage floor outside 0–1.
    #[error("a coverage floor is {0}, but must lie between 0 and 1")]
    Floor(f64),
    /// A tie tolerance below 0.
    #[error("`rank.tolerance` is {0}, but must be a finite number ≥ 0")]
    Tolerance(f64),
    /// The exponent of a generalised mean must be finite.
    #[error("the exponent of a mean is {0}, but must be a finite number")]
    Exponent(f64),
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

/// Every choice between cells and ranks. Missing fields take their defaults;
/// unknown ones are refused, since a misspelt option must not be ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spec {
    /// Scores run from 0 to this.
    pub scale: f64,
    /// Checks and coverage floors.
    pub check: CheckSpec,
    /// Treatment of values.
    pub treat: TreatSpec,
    /// Normalisation.
    pub normalise: NormaliseSpec,
    /// Means up the tree.
    pub aggregate: AggregateSpec,
    /// Ranks and ties.
    pub rank: RankSpec,
    /// Bands of the score.
    pub bands: Bands,
    /// Fewest units in a class before its median is shown.
    pub min_class: u32,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            scale: 100.0,
            check: CheckSpec::default(),
            treat: TreatSpec::default(),
            normalise: NormaliseSpec::default(),
            aggregate: AggregateSpec::default(),
            rank: RankSpec::default(),
            bands: Bands::default(),
            min_class: 8,
        }
    }
}

impl Spec {
    /// Reads and validates JSON.
    ///
    /// ```
    /// use dhi_engine::spec::Spec;
    /// let spec = Spec::from_json(r#"{ "aggregate": { "levels": { "0": "geometric" } } }"#).unwrap();
    /// assert_eq!(spec.scale, 100.0);
    /// assert!(Spec::from_json(r#"{ "scael": 1 }"#).is_err());
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

    /// Refuses numbers that make no sense.
    pub fn validate(&self) -> Result<(), SpecError> {
        if !(self.scale.is_finite() && self.scale > 0.0) {
            return Err(SpecError::Scale(self.scale));
        }
        for floor in [self.check.floors.overall, self.check.floors.pillar] {
            if !(0.0..=1.0).contains(&floor) {
                return Err(SpecError::Floor(floor));
            }
        }
        let aggregate = &self.aggregate;
        for mean in std::iter::once(&aggregate.method).chain(aggregate.levels.values()) {
            if let Mean::Power(p) = mean
                && !p.is_finite()
            {
                return Err(SpecError::Exponent(*p));
            }
        }
        let tolerance = self.rank.tolerance;
        if !(tolerance.is_finite() && tolerance >= 0.0) {
            return Err(SpecError::Tolerance(tolerance));
        }
        Ok(())
    }

    /// SHA-256 of the specification's canonical JSON, in hexadecimal.
    pub fn digest(&self) -> String {
        digest_of(self)
    }
}

/// SHA-256 of a value's JSON in hexadecimal. Field order is fixed by the types
/// and floats print to their shortest exact form, so equal values give equal
/// digests on every platform.
pub fn digest_of(value: &impl Serialize) -> String {
    use std::fmt::Write as _;
    let json = serde_json::to_vec(value).unwrap_or_default();
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(&json) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_survives_json_and_its_digest_tells_changes() {
        let spec = Spec::default();
        let json = serde_json::to_string(&spec).unwrap();
        let again = Spec::from_json(&json).unwrap();
        assert_eq!(again, spec);
        assert_eq!(again.digest(), spec.digest());
        let mut other = spec.clone();
        other.rank.tolerance = 1e-8;
        assert_ne!(other.digest(), spec.digest());
    }

    #[test]
    fn senseless_numbers_are_refused() {
        assert_eq!(
            Spec::from_json(r#"{"scale": 0}"#),
            Err(SpecError::Scale(0.0))
        );
        assert!(Spec::from_json(r#"{"check":{"floors":{"overall":1.5}}}"#).is_err());
        assert!(Spec::from_json(r#"{"rank":{"tolerance":-1}}"#).is_err());
        assert!(Spec::from_json(r#"{"bands":{"list":[]}}"#).is_err());
        let error = Spec::from_json("{\n \"scale\": }").unwrap_err();
        assert!(matches!(error, SpecError::Json { line: 2, .. }));
    }
}
