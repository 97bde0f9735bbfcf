//! Bands of the score, and grades: a band, or why none is given.

use crate::framework::Text;
use serde::{Deserialize, Serialize};

/// A named range of scores.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Band {
    /// Name in both languages.
    pub name: Text,
    /// Where the band begins; the lowest band begins at `None`.
    pub from: Option<f64>,
}

/// Which band a score exactly on a boundary belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Boundary {
    /// The upper one: `score ≥ from`.
    #[default]
    AtOrAbove,
    /// The lower one: `score > from`.
    Above,
}

/// Bands are not ordered from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "bands must begin at falling finite scores, and only the last one, which is needed, at none"
)]
pub struct BandsError;

/// The bands from best to worst.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "BandsRepr", into = "BandsRepr")]
pub struct Bands {
    list: Vec<Band>,
    boundary: Boundary,
}

#[derive(Serialize, Deserialize)]
struct BandsRepr {
    list: Vec<Band>,
    #[serde(default)]
    boundary: Boundary,
}

impl TryFrom<BandsRepr> for Bands {
    type Error = BandsError;
    fn try_from(repr: BandsRepr) -> Result<Self, BandsError> {
        Self::new(repr.list, repr.boundary)
    }
}

impl From<Bands> for BandsRepr {
    fn from(bands: Bands) -> Self {
        Self {
            list: bands.list,
            boundary: bands.boundary,
        }
    }
}

impl Bands {
    /// Bands from best to worst; the last one begins at `None`.
    pub fn new(list: Vec<Band>, boundary: Boundary) -> Result<Self, BandsError> {
        let starts: Vec<f64> = list.iter().map_while(|b| b.from).collect();
        let falls = starts.windows(2).all(|pair| pair[0] > pair[1]);
        if falls && starts.iter().all(|s| s.is_finite()) && starts.len() + 1 == list.len() {
            Ok(Self { list, boundary })
        } else {
            Err(BandsError)
        }
    }

    /// From best to worst.
    pub fn list(&self) -> &[Band] {
        &self.list
    }

    /// Which band a score exactly on a boundary belongs to.
    pub fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// Position of the band of `score`. A score within `tolerance` of a
    /// boundary counts as on it, since it may have come out a last bit low.
    ///
    /// ```
    /// use dhi_engine::rank::Bands;
    /// let bands = Bands::default();
    /// assert_eq!(bands.band_of(85.0, 1e-9), 0);
    /// assert_eq!(bands.band_of(84.99, 1e-9), 1);
    /// assert_eq!(bands.band_of(59.0, 1e-9), 3);
    /// ```
    pub fn band_of(&self, score: f64, tolerance: f64) -> usize {
        let is_in = |band: &Band| {
            band.from
                .is_none_or(|from| self.reaches(score, from, tolerance))
        };
        self.list.iter().position(is_in).unwrap_or(0)
    }

    /// Whether a score lies on the upper side of a line, which it may be on, as the
    /// bands have it for theirs.
    pub fn reaches(&self, score: f64, line: f64, tolerance: f64) -> bool {
        match self.boundary {
            Boundary::AtOrAbove => score + tolerance >= line,
            Boundary::Above => score - tolerance > line,
        }
    }
}

impl Default for Bands {
    /// ≥ 85 健康, ≥ 70 关注, ≥ 60 预警, else 高风险: a design default.
    fn default() -> Self {
        let band = |zh: &str, en: &str, from| Band {
            name: Text {
                zh: zh.into(),
                en: en.into(),
            },
            from,
        };
        Self {
            list: vec![
                band("健康", "Healthy", Some(85.0)),
                band("关注", "Watch", Some(70.0)),
                band("预警", "Warning", Some(60.0)),
                band("高风险", "High risk", None),
            ],
            boundary: Boundary::AtOrAbove,
        }
    }
}

/// Why a unit has no grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// There is no score.
    NoScore,
    /// Too little is known over all indicators.
    LowCoverage,
    /// Too little is known in the pillar at this position.
    LowPillarCoverage(u32),
    /// The unit was screened out before anything was computed.
    Screened,
}

/// A band by its position from the best, or why none is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Position of the band, 0 = best.
    Band(u32),
    /// No grade.
    Withheld(Withheld),
}

impl Grade {
    /// Whether a band is given.
    pub fn is_band(self) -> bool {
        matches!(self, Self::Band(_))
    }
}
