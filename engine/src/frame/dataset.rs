//! Everything that data files supply: register, framework and periods.

use super::{Observations, Units};
use crate::framework::Framework;
use crate::ids::Period;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Parts of a dataset do not fit each other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the data of period {0} does not fit the register and the framework")]
pub struct DatasetError(pub Period);

/// Register, framework and the observations of each period, in one shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "DatasetRepr")]
pub struct Dataset {
    units: Units,
    framework: Framework,
    periods: BTreeMap<Period, Observations>,
}

impl Dataset {
    /// Refuses observations of another shape than register × framework.
    pub fn new(
        units: Units,
        framework: Framework,
        periods: BTreeMap<Period, Observations>,
    ) -> Result<Self, DatasetError> {
        let (n_units, n_indicators) = (units.len(), framework.n_indicators());
        for (period, observations) in &periods {
            if !observations.is_consistent(n_units, n_indicators) {
                return Err(DatasetError(period.clone()));
            }
        }
        Ok(Self {
            units,
            framework,
            periods,
        })
    }

    /// The register.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// The framework.
    pub fn framework(&self) -> &Framework {
        &self.framework
    }

    /// Observations by period, earliest label first.
    pub fn periods(&self) -> &BTreeMap<Period, Observations> {
        &self.periods
    }

    /// The last period by label.
    pub fn latest(&self) -> Option<(&Period, &Observations)> {
        self.periods.last_key_value()
    }
}

#[derive(Deserialize)]
struct DatasetRepr {
    units: Units,
    framework: Framework,
    periods: BTreeMap<Period, Observations>,
}

impl TryFrom<DatasetRepr> for Dataset {
    type Error = DatasetError;
    fn try_from(repr: DatasetRepr) -> Result<Self, DatasetError> {
        Self::new(repr.units, repr.framework, repr.periods)
    }
}
