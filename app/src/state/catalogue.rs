//! What the page knows of a dataset. The values stay with the worker: half a million
//! villages need not be there twice, nor be written as text on the page's thread.

use dhi_engine::frame::{Dataset, Units};
use dhi_engine::framework::Framework;
use dhi_engine::ids::Period;
use serde::{Deserialize, Serialize};

/// Register, framework and periods of a dataset that the worker keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    number: u64,
    units: Units,
    framework: Framework,
    periods: Vec<Period>,
}

impl Catalogue {
    /// Of a dataset kept under this number.
    pub fn of(number: u64, dataset: &Dataset) -> Self {
        Self {
            number,
            units: dataset.units().clone(),
            framework: dataset.framework().clone(),
            periods: dataset.periods().keys().cloned().collect(),
        }
    }

    /// Number under which the worker keeps the dataset; another dataset has another.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// The register.
    pub fn units(&self) -> &Units {
        &self.units
    }

    /// The framework.
    pub fn framework(&self) -> &Framework {
        &self.framework
    }

    /// The periods, earliest first.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }
}
