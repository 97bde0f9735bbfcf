//! 申诉: a village contests its data, somebody decides, cells are corrected. This sets the
//! corrected data beside the data before, cell by cell, each with the reason it was
//! corrected for. What came of it for every village, runs of both tell (`report`).

mod words;

use crate::calendar::Day;
use crate::frame::{Cell, Dataset, Observations, Ratio};
use crate::ids::{Period, UnitCode, UnitIdx};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How a correction names survey counts, which are no cells of an indicator.
pub const SURVEY: &str = "survey";

/// An appeal as it was decided. Offices and bodies, no personal names.
///
/// ```
/// use dhi_engine::appeal::Appeal;
/// let json = br#"{"village": "001", "reason": "counted twice", "decider": "review board",
///     "decided": "2026-11-20", "cells": [{"indicator": "x", "reason": "minutes of 3 May"}]}"#;
/// assert_eq!(Appeal::from_json(json).unwrap().cells.len(), 1);
/// let blank = br#"{"village": "001", "reason": "r", "decider": " ", "decided": "2026-11-20"}"#;
/// assert!(Appeal::from_json(blank).is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// Code of the village that appealed.
    pub village: UnitCode,
    /// What it contests, and what was found.
    pub reason: String,
    /// Who decided.
    pub decider: String,
    /// When.
    pub decided: Day,
    /// Why each cell was corrected.
    #[serde(default)]
    pub cells: Vec<Correction>,
}

/// Why a cell was corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Code of its village; that of the appeal when left out.
    #[serde(default)]
    pub village: Option<UnitCode>,
    /// Its period; the one that is computed when left out.
    #[serde(default)]
    pub period: Option<Period>,
    /// Id of its indicator, or [`SURVEY`].
    pub indicator: String,
    /// Why.
    pub reason: String,
}

/// Why a file is no appeal; cells count from 1.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppealError {
    /// No such JSON; it says at which line and column.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Nobody decided, or for no reason.
    #[error("an appeal needs a reason and a decider")]
    Blank,
    /// A correction without a reason.
    #[error("cells, entry {0}: an indicator and a reason are needed")]
    Cell(usize),
}

impl Appeal {
    /// Reads an appeal and checks that everything is said.
    ///
    /// # Errors
    /// With the place, where it is not.
    pub fn from_json(bytes: &[u8]) -> Result<Self, AppealError> {
        let appeal: Self = serde_json::from_slice(bytes)?;
        let is_blank = |text: &str| text.trim().is_empty();
        if is_blank(&appeal.reason) || is_blank(&appeal.decider) {
            return Err(AppealError::Blank);
        }
        let mut cells = (1..).zip(&appeal.cells);
        let blank = cells.find(|(_, cell)| is_blank(&cell.indicator) || is_blank(&cell.reason));
        match blank {
            Some((nth, _)) => Err(AppealError::Cell(nth)),
            None => Ok(appeal),
        }
    }

    /// The cell a correction speaks of.
    fn spot(&self, correction: &Correction, computed: &Period) -> Spot {
        let village = correction.village.as_ref().unwrap_or(&self.village);
        Spot {
            period: correction.period.as_ref().unwrap_or(computed).clone(),
            village: village.clone(),
            indicator: correction.indicator.trim().to_owned(),
        }
    }
}

/// A cell by names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Its period.
    pub period: Period,
    /// Code of its village.
    pub village: UnitCode,
    /// Id of its indicator, or [`SURVEY`].
    pub indicator: String,
}

/// What is known of a cell. Where it comes from is not compared: files have other names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// The cell.
    pub cell: Cell,
    /// The counts behind it.
    pub ratio: Option<Ratio>,
    /// Its standard error.
    pub standard_error: Option<f64>,
}

/// A cell that is not what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    /// Where.
    pub spot: Spot,
    /// Before and after; `None` for survey counts, which may be small and are never shown
    /// (invariant 8).
    pub evidence: Option<[Evidence; 2]>,
    /// Why; empty where nobody said.
    pub reason: String,
}

/// What is to be said about an appeal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// The village is not in the register.
    NoSuchVillage(UnitCode),
    /// The framework is another, which is no correction of data.
    OtherFramework,
    /// A row of the register is another, or in one of the two alone.
    OtherRegister(UnitCode),
    /// A cell was corrected and nothing says why.
    Unexplained(Spot),
    /// A cell of another village was corrected.
    OthersCell(Spot),
    /// A correction was announced, and the cell is as it was.
    NotCorrected(Spot),
    /// No cell is another.
    NothingCorrected,
}

impl Note {
    /// Whether there can be no report with it.
    pub fn is_blocking(&self) -> bool {
        match self {
            Self::NoSuchVillage(_)
            | Self::OtherFramework
            | Self::OtherRegister(_)
            | Self::Unexplained(_) => true,
            Self::OthersCell(_) | Self::NotCorrected(_) | Self::NothingCorrected => false,
        }
    }
}

/// What was corrected: by period, village in the order of the register, and indicator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corrections {
    /// Every cell that is not what it was.
    pub list: Vec<Corrected>,
    /// What is to be said about them.
    pub notes: Vec<Note>,
}

impl Corrections {
    /// Compares the data before and after cell by cell, in all periods; `computed` is the
    /// one that is computed.
    pub fn new(appeal: &Appeal, before: &Dataset, after: &Dataset, computed: &Period) -> Self {
        let mut notes = Vec::new();
        if before.units().find(&appeal.village).is_none() {
            notes.push(Note::NoSuchVillage(appeal.village.clone()));
        }
        if before.framework() != after.framework() {
            notes.push(Note::OtherFramework);
        }
        notes.extend(other_register(before, after).map(Note::OtherRegister));
        if !notes.is_empty() {
            // Cells cannot be set side by side.
            let list = Vec::new();
            return Self { list, notes };
        }
        let reasons = appeal.cells.iter();
        let reasons: Vec<(Spot, &str)> = reasons
            .map(|cell| (appeal.spot(cell, computed), cell.reason.trim()))
            .collect();
        let mut list = changed(before, after);
        for corrected in &mut list {
            let spot = &corrected.spot;
            let own = reasons.iter().filter(|(of, _)| of == spot);
            let own: Vec<&str> = own.map(|(_, reason)| *reason).collect();
            corrected.reason = own.join("; ");
            if own.is_empty() {
                notes.push(Note::Unexplained(spot.clone()));
            }
            if spot.village != appeal.village {
                notes.push(Note::OthersCell(spot.clone()));
            }
        }
        let spots: BTreeSet<&Spot> = list.iter().map(|corrected| &corrected.spot).collect();
        let idle = reasons.iter().filter(|(spot, _)| !spots.contains(spot));
        notes.extend(idle.map(|(spot, _)| Note::NotCorrected(spot.clone())));
        if list.is_empty() {
            notes.push(Note::NothingCorrected);
        }
        Self { list, notes }
    }

    /// Whether there can be no report.
    pub fn is_blocked(&self) -> bool {
        self.notes.iter().any(Note::is_blocking)
    }
}

/// Units whose row of the register is another, the order of rows aside.
fn other_register<'d>(
    before: &'d Dataset,
    after: &'d Dataset,
) -> impl Iterator<Item = UnitCode> + 'd {
    let (a, b) = (before.units(), after.units());
    let row = |at: UnitIdx| b.list().get(at.at());
    let other = move |code: &UnitCode, unit| b.find(code).and_then(row) != Some(unit);
    let of_before = a.list().iter().filter(move |unit| other(&unit.code, *unit));
    let only_after = b.list().iter().filter(|unit| a.find(&unit.code).is_none());
    of_before.chain(only_after).map(|unit| unit.code.clone())
}

fn changed(before: &Dataset, after: &Dataset) -> Vec<Corrected> {
    let mut list = Vec::new();
    let periods = |d: &'_ Dataset| -> BTreeSet<Period> {
        d.periods()
            .keys()
            .chain(d.surveys().keys())
            .cloned()
            .collect()
    };
    for period in periods(before).union(&periods(after)) {
        let sides = [before, after].map(|dataset| dataset.periods().get(period));
        for (at, unit) in before.units().list().iter().enumerate() {
            let Some(other) = after.units().find(&unit.code) else {
                continue;
            };
            let at = [at, other.at()];
            let mut add = |indicator: &str, evidence| {
                list.push(Corrected {
                    spot: Spot {
                        period: period.clone(),
                        village: unit.code.clone(),
                        indicator: indicator.to_owned(),
                    },
                    evidence,
                    reason: String::new(),
                });
            };
            for (column, (node, _)) in before.framework().indicators().enumerate() {
                let evidence = [0, 1].map(|side| evidence(sides[side], at[side], column));
                if evidence[0] != evidence[1] {
                    add(node.id.as_str(), Some(evidence));
                }
            }
            if counts(before, period, at[0]) != counts(after, period, at[1]) {
                add(SURVEY, None);
            }
        }
    }
    list
}

fn evidence(observations: Option<&Observations>, unit: usize, column: usize) -> Evidence {
    let cell = |o: &Observations| o.frame().cell(unit, column);
    Evidence {
        cell: observations.map_or(Cell::Missing, cell),
        ratio: observations.and_then(|o| o.ratio(unit, column)),
        standard_error: observations.and_then(|o| o.standard_error(unit, column)),
    }
}

/// Survey counts and samples of a unit with their words, whatever the order of these.
fn counts(dataset: &Dataset, period: &Period, unit: usize) -> Option<BTreeSet<Vec<String>>> {
    let surveyed = dataset.surveys().get(period)?;
    let unit = u32::try_from(unit).ok()?;
    let word = |list: &[String], at: u16| list.get(usize::from(at)).cloned().unwrap_or_default();
    let answers = surveyed.of_unit(unit).iter().map(|count| {
        vec![
            word(surveyed.questions(), count.question),
            word(surveyed.groups(), count.group),
            word(surveyed.answers(), count.answer),
            count.count.to_string(),
        ]
    });
    let samples = surveyed.samples().iter().filter(|(of, ..)| *of == unit);
    let samples = samples
        .map(|(_, group, sample)| vec![word(surveyed.groups(), *group), format!("{sample:?}")]);
    let all: BTreeSet<Vec<String>> = answers.chain(samples).collect();
    // No counts are as good as no table of them.
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests;
