//! Names of things: units and nodes by text, positions by index.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a text cannot serve as a code or an id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Nothing but blanks.
    #[error("the identifier is empty")]
    Empty,
    /// Longer than [`MAX_ID_CHARS`].
    #[error("the identifier has {0} characters, more than {MAX_ID_CHARS}")]
    TooLong(usize),
    /// A line break, tab or other control character inside.
    #[error("the identifier contains a control character")]
    ControlCharacter,
}

/// Longest accepted code or id, in characters.
pub const MAX_ID_CHARS: usize = 64;

fn validated(text: &str) -> Result<String, IdError> {
    let text = text.trim();
    let n_chars = text.chars().count();
    if n_chars == 0 {
        Err(IdError::Empty)
    } else if n_chars > MAX_ID_CHARS {
        Err(IdError::TooLong(n_chars))
    } else if text.chars().any(char::is_control) {
        Err(IdError::ControlCharacter)
    } else {
        Ok(text.to_owned())
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Trims and validates: 1–64 characters, no control characters.
            pub fn new(text: &str) -> Result<Self, IdError> {
                validated(text).map(Self)
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id! {
    /// Code of a unit, kept as text so that no digit or leading zero is lost:
    /// usually the 12-digit statistical code of a village.
    UnitCode
}
text_id! {
    /// Id of a node of the framework: composite, pillar, sub-pillar or indicator.
    NodeId
}
text_id! {
    /// Label of a period, such as `2026H1`; periods sort by their text.
    Period
}

/// Position of a unit in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UnitIdx(pub u32);

/// Position of a node in the framework; the composite is node 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NodeIdx(pub u32);

impl UnitIdx {
    /// As an index into per-unit columns.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

impl NodeIdx {
    /// As an index into per-node tables.
    pub fn at(self) -> usize {
        self.0 as usize
    }
}

/// Kind of self-governing body; rules are keyed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyType {
    /// 村民委员会, under the Organic Law of Villagers' Committees.
    VillageCommittee,
    /// 居民委员会, under the Organic Law of Urban Residents' Committees.
    ResidentsCommittee,
    /// Anything else, or not told.
    Other,
}

impl UnitCode {
    /// Whether the code is a 12-digit statistical code.
    pub fn is_statistical(&self) -> bool {
        self.0.len() == 12 && self.0.bytes().all(|b| b.is_ascii_digit())
    }

    /// The nine digits that name the township, if the code is a 12-digit one.
    pub fn township(&self) -> Option<&str> {
        self.is_statistical().then(|| &self.0[..9])
    }

    /// Kind of body told by digits 10–12: 001–199 residents' committee,
    /// 200–399 village committee; `None` otherwise. The name is no evidence:
    /// there are village committees named 社区.
    ///
    /// ```
    /// use dhi_engine::ids::{BodyType, UnitCode};
    /// let code = UnitCode::new("510181001201").unwrap();
    /// assert_eq!(code.body_type(), Some(BodyType::VillageCommittee));
    /// ```
    pub fn body_type(&self) -> Option<BodyType> {
        self.township()?;
        match self.0[9..].parse::<u16>().ok()? {
            1..=199 => Some(BodyType::ResidentsCommittee),
            200..=399 => Some(BodyType::VillageCommittee),
            _ => None,
        }
    }
}

impl Period {
    /// When the period starts, in years, from labels such as `2025`, `2025H2`,
    /// `2025Q3` or `2025-06`; `None` for any other label.
    ///
    /// ```
    /// use dhi_engine::ids::Period;
    /// assert_eq!(Period::new("2025H2").unwrap().time(), Some(2025.5));
    /// assert_eq!(Period::new("2025-04").unwrap().time(), Some(2025.25));
    /// assert_eq!(Period::new("最近一期").unwrap().time(), None);
    /// ```
    pub fn time(&self) -> Option<f64> {
        let digits = self.0.get(..4)?;
        let year = digits.bytes().all(|b| b.is_ascii_digit());
        let year = f64::from(digits.parse::<u16>().ok().filter(|_| year)?);
        let rest = &self.0[4..];
        let Some(kind) = rest.chars().next() else {
            return Some(year);
        };
        let nth: u8 = rest[kind.len_utf8()..].parse().ok()?;
        let of_year = match kind {
            'H' | 'h' => 2,
            'Q' | 'q' => 4,
            '-' => 12,
            _ => return None,
        };
        let is_within = (1..=of_year).contains(&nth);
        is_within.then(|| year + f64::from(nth - 1) / f64::from(of_year))
    }

    /// Times of several periods in their order: what the labels say if all of
    /// them do, else their positions from 0.
    ///
    /// ```
    /// use dhi_engine::ids::Period;
    /// let labels = ["2024", "2026"].map(|p| Period::new(p).unwrap());
    /// assert_eq!(Period::times(&labels), [2024.0, 2026.0]);
    /// let labels = ["first", "2026"].map(|p| Period::new(p).unwrap());
    /// assert_eq!(Period::times(&labels), [0.0, 1.0]);
    /// ```
    pub fn times<'a>(periods: impl IntoIterator<Item = &'a Self>) -> Vec<f64> {
        let told: Vec<Option<f64>> = periods.into_iter().map(Self::time).collect();
        let all: Option<Vec<f64>> = told.iter().copied().collect();
        all.unwrap_or_else(|| (0..told.len()).map(|i| i as f64).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_leading_zeros_and_refuse_blanks() {
        assert_eq!(UnitCode::new(" 007 ").unwrap().as_str(), "007");
        assert_eq!(UnitCode::new("  "), Err(IdError::Empty));
        assert_eq!(UnitCode::new("a\nb"), Err(IdError::ControlCharacter));
        assert_eq!(UnitCode::new(&"9".repeat(65)), Err(IdError::TooLong(65)));
    }

    #[test]
    fn body_type_needs_a_statistical_code() {
        assert_eq!(UnitCode::new("20001").unwrap().body_type(), None);
        let residents = UnitCode::new("000000001007").unwrap();
        assert_eq!(residents.body_type(), Some(BodyType::ResidentsCommittee));
    }
}
