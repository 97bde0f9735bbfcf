//! 名册: the units that are scored, with what they are compared within.

use crate::ids::{BodyType, UnitCode, UnitIdx};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One row of the register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Code, as text.
    pub code: UnitCode,
    /// Name as shown.
    pub name: String,
    /// 镇(街道); may be empty.
    #[serde(default)]
    pub town: String,
    /// 村类, the peers of like kind; may be empty.
    #[serde(default)]
    pub class: String,
    /// Kind of body.
    pub body_type: BodyType,
    /// Resident population, if told.
    #[serde(default)]
    pub population: Option<f64>,
}

/// The same code twice.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("code {code} is used by rows {first} and {second}")]
pub struct UnitsError {
    /// The code.
    pub code: UnitCode,
    /// First position.
    pub first: usize,
    /// Second position.
    pub second: usize,
}

/// The register: units in table order, found by code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Unit>", into = "Vec<Unit>")]
pub struct Units {
    list: Vec<Unit>,
    by_code: BTreeMap<UnitCode, UnitIdx>,
}

impl Units {
    /// Refuses a register with the same code twice.
    pub fn new(list: Vec<Unit>) -> Result<Self, UnitsError> {
        let mut by_code = BTreeMap::new();
        for (i, unit) in list.iter().enumerate() {
            if let Some(first) = by_code.insert(unit.code.clone(), UnitIdx(i as u32)) {
                return Err(UnitsError {
                    code: unit.code.clone(),
                    first: UnitIdx::at(first),
                    second: i,
                });
            }
        }
        Ok(Self { list, by_code })
    }

    /// Units in table order.
    pub fn list(&self) -> &[Unit] {
        &self.list
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether the register is empty.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Position of the unit with this code.
    pub fn find(&self, code: &UnitCode) -> Option<UnitIdx> {
        self.by_code.get(code).copied()
    }

    /// The unit with this code, as text.
    pub fn unit(&self, code: &str) -> Option<&Unit> {
        let at = self.find(&UnitCode::new(code).ok()?)?;
        self.list.get(at.at())
    }

    /// Distinct values of a text attribute in order of first appearance, and
    /// each unit's position among them. An empty text is a group of its own.
    ///
    /// Returns `(labels, group of each unit)`.
    pub fn groups_by<'a>(
        &'a self,
        attribute: impl Fn(&'a Unit) -> &'a str,
    ) -> (Vec<&'a str>, Vec<u32>) {
        let mut labels: Vec<&str> = Vec::new();
        let mut label_at: BTreeMap<&str, u32> = BTreeMap::new();
        let groups = self
            .list
            .iter()
            .map(|unit| {
                let label = attribute(unit);
                *label_at.entry(label).or_insert_with(|| {
                    labels.push(label);
                    labels.len() as u32 - 1
                })
            })
            .collect();
        (labels, groups)
    }
}

impl TryFrom<Vec<Unit>> for Units {
    type Error = UnitsError;
    fn try_from(list: Vec<Unit>) -> Result<Self, UnitsError> {
        Self::new(list)
    }
}

impl From<Units> for Vec<Unit> {
    fn from(units: Units) -> Self {
        units.list
    }
}
