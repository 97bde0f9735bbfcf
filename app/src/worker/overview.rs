//! What the overview says, worked out once for both languages.

use super::present::{Present, run};
use super::protocol::Failure;
use super::refusal;
use super::robust::Robustness;
use dhi_engine::distribution::{CrossTable, Histogram, Middle, Quartiles};
use dhi_engine::distribution::{cross_table, histogram, medians_by, quartiles};
use dhi_engine::explain::{Additivity, pillar_contributions};
use dhi_engine::finding::Severity;
use dhi_engine::frame::CellState;
use dhi_engine::ids::Period;
use dhi_engine::num;
use dhi_engine::periods::{Change, Changes, Side};
use dhi_engine::pipeline::Inputs;
use dhi_engine::quantity::Rank;
use dhi_engine::rank::{Grade, Withheld};
use dhi_engine::uncertainty::Verdict;

/// Towns shown, those with most committees.
pub const MOST_TOWNS: usize = 15;
/// Classes shown, likewise.
pub const MOST_CLASSES: usize = 6;
/// Changes shown in either direction.
const MOST_MOVERS: usize = 5;
/// What two decimals do not show is no change.
const LEAST_CHANGE: f64 = 0.005;
/// Beyond this many units a change is not divided where that takes runs of its own
/// for every unit.
const MOST_TO_DIVIDE: usize = 1000;

/// How scores stand and are spread. All that is about scores is about units with a
/// grade: a score from too little data is compared with nobody's.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing<'a> {
    /// Number of units.
    pub n_units: u32,
    /// By band, the number of units whose grade counts as it.
    pub bands: Vec<u32>,
    /// Of those, how many a cap brought there.
    pub n_capped: usize,
    /// Units without a score, with too little data over all indicators or in a
    /// pillar, and screened out.
    pub withheld: [u32; 4],
    /// Mean coverage, 0–1; `None` where nothing applies to anybody.
    pub coverage: Option<f64>,
    /// Quartiles of the scores.
    pub quartiles: Option<Quartiles>,
    /// How many scores lie where.
    pub histogram: Option<Histogram>,
    /// Names of towns and of classes by group number.
    pub names: [Vec<&'a str>; 2],
    /// Medians of towns by classes.
    pub table: CrossTable,
    /// Median of all.
    pub all: Option<Middle>,
}

/// A unit whose score has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Mover {
    /// Position in the register.
    pub unit: u32,
    /// Score before and now.
    pub scores: [f64; 2],
    /// Rank before and now.
    pub ranks: [u32; 2],
    /// The largest cause by position among the parts, with its points.
    pub cause: Option<(usize, f64)>,
    /// The pillar whose contribution has changed most, with the points; only where
    /// contributions add up to scores.
    pub pillar: Option<(usize, f64)>,
}

/// The greatest changes since the period before.
#[derive(Clone, Debug, PartialEq)]
pub struct Movers {
    /// The period before.
    pub before: Period,
    /// Units with a grade and a rank in both.
    pub n_compared: u32,
    /// Of those, how many rose and how many fell.
    pub counts: [u32; 2],
    /// Up, the most first.
    pub up: Vec<Mover>,
    /// Down, the most first.
    pub down: Vec<Mover>,
}

/// How good the data is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Blocking findings, warnings, notes.
    pub findings: [u32; 3],
    /// Cells with a value, missing, not applicable.
    pub cells: [u32; 3],
    /// Units below the floor of coverage overall, and of a pillar alone.
    pub below: [u32; 2],
    /// Units that a check warns about for other reasons.
    pub flagged: u32,
}

impl Present {
    /// How scores stand.
    pub fn standing(&self) -> Standing<'_> {
        let units = self.dataset.units();
        let grades = self.what_if.grades();
        let composite = self.what_if.scores().composite();
        let graded = composite.cells().zip(&grades);
        let values: Vec<Option<f64>> = graded
            .map(|(cell, grade)| cell.value().filter(|_| grade.is_band()))
            .collect();
        let scores: Vec<f64> = values.iter().copied().flatten().collect();
        let mut bands = vec![0; self.spec.bands.list().len()];
        let mut withheld = [0; 4];
        let n_capped = self.n_capped(&grades);
        for (unit, grade) in grades.into_iter().enumerate() {
            let slot = match self.limit(unit).counts(grade) {
                Grade::Band(at) => bands.get_mut(at as usize),
                Grade::Withheld(Withheld::NoScore) => withheld.first_mut(),
                Grade::Withheld(Withheld::LowCoverage) => withheld.get_mut(1),
                Grade::Withheld(Withheld::LowPillarCoverage(_)) => withheld.get_mut(2),
                Grade::Withheld(Withheld::Screened) => withheld.get_mut(3),
            };
            if let Some(slot) = slot {
                *slot += 1;
            }
        }
        let coverage = &self.outcome.coverage;
        let shares = (0..units.len()).filter_map(|i| coverage.overall(i).share());
        let shares: Vec<f64> = shares.collect();
        let (town_names, town) = units.groups_by(|u| &u.town);
        let (class_names, class) = units.groups_by(|u| &u.class);
        let nobody = vec![0; units.len()];
        Standing {
            n_units: units.len() as u32,
            bands,
            n_capped,
            withheld,
            coverage: num::mean(&shares),
            quartiles: quartiles(&scores),
            histogram: histogram(
                &scores,
                &self.spec.bands,
                self.spec.rank.tolerance,
                self.spec.scale,
            ),
            names: [town_names, class_names],
            table: cross_table(&values, &town, &class, [MOST_TOWNS, MOST_CLASSES]),
            all: medians_by(&values, &nobody).remove(&0),
        }
    }

    /// The period before the present one, if there is any.
    pub fn period_before(&self) -> Option<&Period> {
        let mut earlier = self.dataset.periods().range(..&self.period);
        earlier.next_back().map(|(period, _)| period)
    }

    /// One side of a comparison over time: weights and specification are the present
    /// ones.
    pub fn side<'a>(&'a self, period: &'a Period) -> Option<Side<'a>> {
        Inputs::of(&self.dataset, period).map(|inputs| Side {
            inputs,
            weights: self.what_if.weights(),
            spec: &self.spec,
        })
    }

    /// The greatest changes; `None` where there is no earlier period.
    pub fn movers(&self) -> Result<Option<Movers>, Failure> {
        let Some(before) = self.period_before() else {
            return Ok(None);
        };
        let (Some(from), Some(to)) = (self.side(before), self.side(&self.period)) else {
            return Ok(None);
        };
        let weights = self.what_if.weights();
        let then = run(from.inputs, weights, &self.spec)?;
        let (now, grades) = (self.what_if.scores(), self.what_if.grades());
        let ranks = self.what_if.ranks(&grades);
        let is_additive =
            Additivity::of(self.dataset.framework(), &self.spec.aggregate) == Additivity::Exact;
        let pillars = is_additive.then(|| {
            let framework = self.dataset.framework();
            [
                pillar_contributions(framework, &then.weights, &then.scores),
                pillar_contributions(framework, weights, now),
            ]
        });
        let rank = |ranks: &[Option<Rank>], i: usize| ranks.get(i).copied().flatten();
        let mover = |i: usize| {
            let scores = [then.scores.composite(), now.composite()].map(|c| c.get(i).value());
            let both = [then.grades.get(i), grades.get(i)];
            let (Some(before), Some(score)) = (scores[0], scores[1]) else {
                return None;
            };
            if !both.into_iter().flatten().all(|g| g.is_band()) {
                return None;
            }
            Some(Mover {
                unit: i as u32,
                scores: [before, score],
                ranks: [rank(&then.ranks.overall, i)?.0, rank(&ranks.overall, i)?.0],
                cause: None,
                pillar: None,
            })
        };
        let compared: Vec<Mover> = (0..self.dataset.units().len()).filter_map(mover).collect();
        let n_compared = compared.len() as u32;
        let least = self.spec.rank.tolerance.max(LEAST_CHANGE);
        let (mut up, mut down): (Vec<Mover>, Vec<Mover>) = compared
            .into_iter()
            .filter(|m| m.change().abs() >= least)
            .partition(|m| m.change() > 0.0);
        let counts = [up.len() as u32, down.len() as u32];
        for list in [&mut up, &mut down] {
            // Equal changes stay in register order.
            num::sort_by(list, |a, b| b.change().abs().total_cmp(&a.change().abs()));
            list.truncate(MOST_MOVERS);
        }
        let changes = Changes::new(from, to);
        let changes =
            changes.map_err(|e| Failure::Refused(refusal::of_run(&e, from.inputs.framework)))?;
        let can_divide = !changes.is_costly() || self.dataset.units().len() <= MOST_TO_DIVIDE;
        for mover in up.iter_mut().chain(&mut down) {
            if let Some([then, now]) = &pillars {
                let i = mover.unit as usize;
                let changes = then.iter().zip(now).map(|(then, now)| now[i] - then[i]);
                mover.pillar = largest(changes);
            }
            let unit = self.dataset.units().list().get(mover.unit as usize);
            if let (true, Some(unit)) = (can_divide, unit) {
                let change = changes.of(&unit.code).ok();
                mover.cause = change.and_then(|c: Change| largest(c.parts));
            }
        }
        Ok(Some(Movers {
            before: before.clone(),
            n_compared,
            counts,
            up,
            down,
        }))
    }

    /// How good the data is.
    pub fn quality(&self) -> Result<Quality, Failure> {
        let mut cells = [0; 3];
        for column in self.inputs()?.observations.columns() {
            for state in column.states() {
                cells[match state {
                    CellState::Value => 0,
                    CellState::Missing => 1,
                    CellState::NotApplicable => 2,
                }] += 1;
            }
        }
        let mut below = [0; 2];
        let floors = &self.spec.check.floors;
        for unit in 0..self.dataset.units().len() {
            if let Some(pillar) = self.outcome.coverage.failed_floor(unit, floors) {
                below[usize::from(pillar.is_some())] += 1;
            }
        }
        let of = |severity| {
            let found = self.findings.iter().filter(|f| f.severity() == severity);
            found.count() as u32
        };
        Ok(Quality {
            findings: [Severity::Blocking, Severity::Warning, Severity::Note].map(of),
            cells,
            below,
            flagged: self.flagged().into_iter().filter(|f| *f).count() as u32,
        })
    }
}

impl Mover {
    /// The difference of the scores.
    pub fn change(&self) -> f64 {
        self.scores[1] - self.scores[0]
    }
}

/// The greatest part either way, with its position; the first among equals, none
/// where all are 0.
fn largest(parts: impl IntoIterator<Item = f64>) -> Option<(usize, f64)> {
    let parts = parts.into_iter().enumerate();
    let found = parts.fold((0, 0.0_f64), |best, part| {
        if part.1.abs() > best.1.abs() {
            part
        } else {
            best
        }
    });
    (found.1 != 0.0).then_some(found)
}

/// Positions and chances of the units whose side of the line is open, the likeliest
/// first, and how many there are on either side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sides {
    /// Units that meet the line, miss it, and are not assessed.
    pub counts: [u32; 3],
    /// Units that are undetermined.
    pub open: Vec<(u32, f64)>,
}

impl Sides {
    /// Of an analysis.
    pub fn of(found: &Robustness) -> Self {
        let mut sides = Self::default();
        for (unit, chance) in found.chances.iter().enumerate() {
            match found.verdict(unit) {
                Verdict::Meets => sides.counts[0] += 1,
                Verdict::Misses => sides.counts[1] += 1,
                Verdict::NotAssessed => sides.counts[2] += 1,
                Verdict::Undetermined => sides.open.push((unit as u32, *chance)),
            }
        }
        num::sort_by(&mut sides.open, |a, b| b.1.total_cmp(&a.1));
        sides
    }
}

#[cfg(test)]
mod tests;
