//! What is said about appeals, in both languages.

use super::{Note, Spot};
use crate::framework::Language;
use std::fmt;

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (period, village) = (self.period.as_str(), self.village.as_str());
        write!(f, "{period} › {village} › {}", self.indicator)
    }
}

impl Note {
    /// The note in words that name the place.
    pub fn message(&self, language: Language) -> String {
        let (zh, en) = match self {
            Self::NoSuchVillage(code) => (
                format!("名册中没有申诉村 {code}"),
                format!("{code}, which appealed, is not in the register"),
            ),
            Self::OtherFramework => (
                "前后两份数据的指标体系不同：这不是更正数据".into(),
                "the framework is another after than before: that is no correction of data".into(),
            ),
            Self::OtherRegister(code) => (
                format!("{code} 在名册中的一行前后不同：这不是更正指标数据"),
                format!(
                    "the row of {code} in the register is another after than before: that is no correction of a cell"
                ),
            ),
            Self::Unexplained(spot) => (
                format!("{spot}：已更正，但没有说明理由"),
                format!("{spot}: corrected, and nothing says why"),
            ),
            Self::OthersCell(spot) => (
                format!("{spot}：更正的不是申诉村的数据"),
                format!(
                    "{spot}: a cell of another village than the one that appealed was corrected"
                ),
            ),
            Self::NotCorrected(spot) => (
                format!("{spot}：写明要更正，数据却前后相同"),
                format!("{spot}: said to be corrected, and is as it was"),
            ),
            Self::NothingCorrected => ("没有任何数据被更正".into(), "no cell was corrected".into()),
        };
        match language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    /// How bad it is, as in tables of findings.
    pub fn severity(&self, language: Language) -> &'static str {
        match (self.is_blocking(), language) {
            (true, Language::Chinese) => "阻断",
            (true, Language::English) => "blocking",
            (false, Language::Chinese) => "警告",
            (false, Language::English) => "warning",
        }
    }
}
