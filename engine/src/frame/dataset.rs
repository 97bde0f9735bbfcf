//! Everything that data files supply: register, framework, values and survey
//! counts by period.

use super::{Observations, SurveyCounts, Units};
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
    surveys: BTreeMap<Period, SurveyCounts>,
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
            surveys: BTreeMap::new(),
        })
    }

    /// The same data with the survey counts of these periods. A period without
    /// values gets one in which all are missing.
    pub fn with_surveys(
        mut self,
        surveys: BTreeMap<Period, SurveyCounts>,
    ) -> Result<Self, DatasetError> {
        let (n_units, n_indicators) = (self.units.len(), self.framework.n_indicators());
        for (period, counts) in &surveys {
            if !counts.is_consistent(n_units) {
                return Err(DatasetError(period.clone()));
            }
            self.periods
                .entry(period.clone())
                .or_insert_with(|| Observations::missing(n_units, n_indicators));
        }
        self.surveys = surveys;
        Ok(self)
    }

    /// The same data with other observations of a period.
    pub fn with_period(
        mut self,
        period: Period,
        observations: Observations,
    ) -> Result<Self, DatasetError> {
        if !observations.is_consistent(self.units.len(), self.framework.n_indicators()) {
            return Err(DatasetError(period));
        }
        self.periods.insert(period, observations);
        Ok(self)
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

    /// Survey counts of the periods that have any.
    pub fn surveys(&self) -> &BTreeMap<Period, SurveyCounts> {
        &self.surveys
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
    /// None in files from before there were any.
    #[serde(default)]
    surveys: BTreeMap<Period, SurveyCounts>,
}

impl TryFrom<DatasetRepr> for Dataset {
    type Error = DatasetError;
    fn try_from(repr: DatasetRepr) -> Result<Self, DatasetError> {
        Self::new(repr.units, repr.framework, repr.periods)?.with_surveys(repr.surveys)
    }
}
