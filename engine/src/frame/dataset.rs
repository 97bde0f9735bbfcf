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

    /// The same data under another framework: values go by the id of their indicator.
    /// Those of an indicator that is gone are left out, a new one has none; nothing is
    /// converted where an indicator is measured otherwise.
    pub fn under(&self, framework: Framework) -> Result<Self, DatasetError> {
        let column = |id: &str| {
            let found = self.framework.find(id)?;
            self.framework.node(found).column
        };
        let from = framework
            .indicators()
            .map(|(node, _)| column(node.id.as_str()));
        let from: Vec<Option<usize>> = from.collect();
        let periods = self.periods.iter();
        let periods = periods.map(|(period, old)| (period.clone(), old.rearranged(&from)));
        let dataset = Self::new(self.units.clone(), framework, periods.collect())?;
        dataset.with_surveys(self.surveys.clone())
    }

    /// The observations of a period, to change single cells.
    pub(super) fn observations_mut(&mut self, period: &Period) -> Option<&mut Observations> {
        self.periods.get_mut(period)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{DemoOptions, generate};
    use crate::frame::Cell;
    use crate::ids::NodeId;
    use crate::scheme::default_scheme;

    fn dataset() -> Dataset {
        let options = DemoOptions {
            n_units: 9,
            ..DemoOptions::default()
        };
        generate(&default_scheme(), options).unwrap()
    }

    #[test]
    fn values_follow_their_indicator_and_a_new_one_has_none() {
        let before = dataset();
        let mut rows = before.framework().to_rows();
        // The last indicator becomes a new one, and the first pillar goes to the end.
        let last = rows.len() - 1;
        let gone = std::mem::replace(&mut rows[last].id, NodeId::new("brand_new").unwrap());
        rows[1..].rotate_left(1);
        let framework = Framework::new(rows).unwrap();
        let after = before.under(framework).unwrap();
        assert_ne!(after.framework(), before.framework());
        assert!(after.framework().find(gone.as_str()).is_none());
        let mut n_moved = 0;
        for (period, old) in before.periods() {
            let new = &after.periods()[period];
            for (node, _) in after.framework().indicators() {
                let column = node.column.unwrap();
                let found = before.framework().find(node.id.as_str());
                let Some(at) = found.and_then(|at| before.framework().node(at).column) else {
                    assert!((0..9).all(|unit| new.frame().cell(unit, column) == Cell::Missing));
                    continue;
                };
                n_moved += usize::from(at != column);
                for unit in 0..9 {
                    assert_eq!(new.frame().cell(unit, column), old.frame().cell(unit, at));
                    assert_eq!(new.ratio(unit, column), old.ratio(unit, at));
                    assert_eq!(new.provenance(unit, column), old.provenance(unit, at));
                    assert_eq!(
                        new.standard_error(unit, column),
                        old.standard_error(unit, at)
                    );
                }
            }
        }
        assert!(n_moved > 0);
        assert_eq!(after.surveys(), before.surveys());
    }

    #[test]
    fn the_same_framework_changes_nothing() {
        let before = dataset();
        let same = before.under(before.framework().clone()).unwrap();
        assert_eq!(same, before);
    }
}
