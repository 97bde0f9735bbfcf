//! What the page is sent of a run: columns by unit, written in bulk.

use super::wire::{column, columns, grades};
use dhi_engine::check::Count;
use dhi_engine::explain::Additivity;
use dhi_engine::rank::Grade;
use serde::{Deserialize, Serialize};

/// Scores and ranks under some weights; columns by unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// Composite score; NaN where there is none.
    #[serde(with = "column")]
    pub scores: Vec<f64>,
    /// Overall rank; 0 where there is none.
    #[serde(with = "column")]
    pub overall: Vec<u32>,
    /// Rank within the class; 0 where there is none.
    #[serde(with = "column")]
    pub in_class: Vec<u32>,
    /// Rank within the town; 0 where there is none.
    #[serde(with = "column")]
    pub in_town: Vec<u32>,
    /// Units from best to worst.
    #[serde(with = "column")]
    pub order: Vec<u32>,
    /// Grades.
    #[serde(with = "grades")]
    pub grades: Vec<Grade>,
    /// Share of every node beside its siblings as used: those given, and those
    /// that methods of weighting found.
    pub shares: Vec<f64>,
    /// By pillar, then unit: contribution in points.
    #[serde(with = "columns")]
    pub pillars: Vec<Vec<f64>>,
    /// Digest of framework, weights and spec.
    pub digest: String,
}

/// What is known about the data and does not depend on weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Loaded {
    /// Coverage of every unit.
    pub coverage: Vec<Count>,
    /// By column: number of values, of missing and of not applicable cells.
    pub cells: Vec<[u32; 3]>,
    /// State of every cell by column: `v`, `m` or `n` per unit; a capital where it was
    /// corrected by hand.
    pub states: Vec<String>,
    /// How far contributions can be read as such.
    pub additivity: Additivity,
    /// Units that a check warns about, for other reasons than coverage.
    pub flagged: Vec<bool>,
    /// Units that something restricts: position, best band, 1 where use waits.
    pub limits: Vec<[u32; 3]>,
    /// Under the scheme's own weights.
    pub baseline: Results,
}
