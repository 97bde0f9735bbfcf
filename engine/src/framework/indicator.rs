//! What a single indicator measures and which way is better.

use crate::num;
use serde::{Deserialize, Serialize};

/// A text in the two languages of the interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// 中文.
    pub zh: String,
    /// English; empty when not given.
    #[serde(default)]
    pub en: String,
}

impl Text {
    /// The text in `language`, or the other one where that is empty.
    pub fn get(&self, language: Language) -> &str {
        let (first, second) = match language {
            Language::Chinese => (&self.zh, &self.en),
            Language::English => (&self.en, &self.zh),
        };
        if first.is_empty() { second } else { first }
    }
}

/// Language of names and messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Language {
    /// 中文, the first language of everything.
    #[default]
    Chinese,
    /// English.
    English,
}

/// Which way is better. Acts in `normalise` only (invariant 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More is better (正向).
    HigherIsBetter,
    /// Less is better (负向).
    LowerIsBetter,
}

/// Unit of measure; decides how `95%`, `0.95` and `95` are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Percentage points 0–100; a ratio numerator ÷ denominator is multiplied by 100.
    Percent,
    /// Share 0–1.
    Share,
    /// Points on a scale, such as 0–100.
    Points,
    /// A count of things, ≥ 0.
    Count,
    /// Money in 万元.
    Amount,
    /// Any other number.
    Number,
}

impl Measure {
    /// Values the measure can take, if bounded: `(lowest, highest)`.
    pub fn range(self) -> (f64, f64) {
        match self {
            Self::Percent => (0.0, 100.0),
            Self::Share => (0.0, 1.0),
            Self::Count => (0.0, f64::INFINITY),
            Self::Points | Self::Amount | Self::Number => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// Factor from numerator ÷ denominator to the measure.
    pub fn ratio_factor(self) -> f64 {
        if self == Self::Percent { 100.0 } else { 1.0 }
    }
}

/// How often the source is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Frequency {
    /// 月.
    Monthly,
    /// 季.
    Quarterly,
    /// 半年.
    HalfYearly,
    /// 年.
    Yearly,
}

/// Declared transformation of an indicator and its goalposts before normalising.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transformation {
    /// Values as they are.
    #[default]
    None,
    /// Natural logarithm; values ≤ 0 have none and become missing with a finding.
    Ln,
}

impl Transformation {
    /// The transformed value, or `None` where it does not exist.
    ///
    /// ```
    /// use dhi_engine::framework::Transformation;
    /// assert_eq!(Transformation::Ln.apply(1.0), Some(0.0));
    /// assert_eq!(Transformation::Ln.apply(0.0), None);
    /// ```
    pub fn apply(self, x: f64) -> Option<f64> {
        match self {
            Self::None => Some(x),
            Self::Ln => (x > 0.0).then(|| num::ln(x)),
        }
    }
}

/// The goalposts do not span an interval.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("lower goalpost {lower} must be below upper goalpost {upper}, both finite")]
pub struct GoalpostsError {
    /// The lower goalpost given.
    pub lower: f64,
    /// The upper goalpost given.
    pub upper: f64,
}

/// Fixed lower and upper reference values in the indicator's measure,
/// `lower < upper` whatever the direction. Fixed goalposts keep scores
/// comparable from one period to the next.
///
/// ```
/// use dhi_engine::framework::Goalposts;
/// assert!(Goalposts::new(80.0, 100.0).is_ok());
/// assert!(Goalposts::new(100.0, 100.0).is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "GoalpostsRepr", into = "GoalpostsRepr")]
pub struct Goalposts {
    lower: f64,
    upper: f64,
}

impl Goalposts {
    /// Refuses equal, reversed or non-finite goalposts.
    pub fn new(lower: f64, upper: f64) -> Result<Self, GoalpostsError> {
        if lower.is_finite() && upper.is_finite() && lower < upper {
            Ok(Self { lower, upper })
        } else {
            Err(GoalpostsError { lower, upper })
        }
    }

    /// The lower goalpost.
    pub fn lower(self) -> f64 {
        self.lower
    }

    /// The upper goalpost.
    pub fn upper(self) -> f64 {
        self.upper
    }
}

#[derive(Serialize, Deserialize)]
struct GoalpostsRepr {
    lower: f64,
    upper: f64,
}

impl TryFrom<GoalpostsRepr> for Goalposts {
    type Error = GoalpostsError;
    fn try_from(r: GoalpostsRepr) -> Result<Self, GoalpostsError> {
        Self::new(r.lower, r.upper)
    }
}

impl From<Goalposts> for GoalpostsRepr {
    fn from(g: Goalposts) -> Self {
        Self {
            lower: g.lower,
            upper: g.upper,
        }
    }
}

/// What a leaf of the framework measures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    /// Which way is better.
    pub direction: Direction,
    /// Unit of measure.
    pub measure: Measure,
    /// Fixed goalposts; needed unless the indicator is normalised by min–max.
    pub goalposts: Option<Goalposts>,
    /// Declared transformation.
    #[serde(default)]
    pub transformation: Transformation,
    /// What is counted above the line.
    #[serde(default)]
    pub numerator: String,
    /// What is counted below the line.
    #[serde(default)]
    pub denominator: String,
    /// Source system.
    #[serde(default)]
    pub source: String,
    /// How often the source is updated.
    #[serde(default)]
    pub frequency: Option<Frequency>,
    /// Office responsible for the data.
    #[serde(default)]
    pub office: String,
}
