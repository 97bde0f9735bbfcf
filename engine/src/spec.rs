//! The recipe of a run: every choice that affects a number, in one value that
//! can be saved, replayed and identified by its digest.

mod validate;

pub use validate::SpecError;
pub(crate) use validate::{at_least_1, from_0, positive, range, share};

use crate::aggregate::AggregateSpec;
use crate::check::CheckSpec;
use crate::coherence::CoherenceLimits;
use crate::normalise::NormaliseSpec;
use crate::rank::{Bands, RankSpec};
use crate::survey::SurveySpec;
use crate::treat::{DenominateSpec, ImputeSpec, ScreenSpec, TreatSpec};
use crate::weigh::WeighSpec;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::io::{BufWriter, Write};

/// Every choice between cells and what is said about ranks, in the order of the steps. Missing
/// fields take their defaults; unknown ones are refused, since a misspelt option
/// must not be ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Spec {
    /// Scores run from 0 to this.
    pub scale: f64,
    /// Checks and coverage floors.
    pub check: CheckSpec,
    /// Values from survey counts.
    pub survey: SurveySpec,
    /// Division by population or another indicator.
    pub denominate: DenominateSpec,
    /// Units that leave before anything is computed.
    pub screen: ScreenSpec,
    /// Values for missing cells.
    pub impute: ImputeSpec,
    /// Treatment of outliers.
    pub treat: TreatSpec,
    /// Normalisation.
    pub normalise: NormaliseSpec,
    /// Methods of weighting; by default the weights given.
    pub weigh: WeighSpec,
    /// Means up the tree.
    pub aggregate: AggregateSpec,
    /// Ranks and ties.
    pub rank: RankSpec,
    /// Bands of the score.
    pub bands: Bands,
    /// Fewest scores in a class before their median is shown.
    pub min_class: u32,
    /// What the coherence audit remarks upon; changes no score.
    pub coherence: CoherenceLimits,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            scale: 100.0,
            check: CheckSpec::default(),
            survey: SurveySpec::default(),
            denominate: DenominateSpec::default(),
            screen: ScreenSpec::default(),
            impute: ImputeSpec::default(),
            treat: TreatSpec::default(),
            normalise: NormaliseSpec::default(),
            weigh: WeighSpec::default(),
            aggregate: AggregateSpec::default(),
            rank: RankSpec::default(),
            bands: Bands::default(),
            min_class: 8,
            coherence: CoherenceLimits::default(),
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

    /// SHA-256 of the specification's canonical JSON, in hexadecimal.
    pub fn digest(&self) -> String {
        digest_of(self)
    }
}

/// SHA-256 of a value's JSON in hexadecimal. Field order is fixed by the types
/// and floats print to their shortest exact form, so equal values give equal
/// digests on every platform. The text is never there as a whole: that of a national
/// dataset would take more memory than the dataset.
pub fn digest_of(value: &impl Serialize) -> String {
    let mut hasher = Sha256::new();
    // JSON comes in many small pieces.
    let mut pieces = BufWriter::with_capacity(1024, &mut hasher);
    // Hashing cannot fail, and what has a digest has no map that JSON cannot name.
    let _ = serde_json::to_writer(&mut pieces, value);
    let _ = pieces.flush();
    drop(pieces);
    hex(&hasher.finalize())
}

/// Two lower-case digits for every byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    // By hand: a ledger has a digest for every record, and formatting each byte took a
    // seventh of its loading.
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    let mut hex = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for half in [byte >> 4, byte & 15] {
            hex.push(char::from(DIGITS[usize::from(half)]));
        }
    }
    hex
}

#[cfg(test)]
mod tests;
