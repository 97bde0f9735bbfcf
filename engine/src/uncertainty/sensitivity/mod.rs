//! Which uncertain input moves the result: variance-based sensitivity of the
//! ranking as a whole and of single units.

mod estimate;

pub use estimate::{Bootstrap, Index, Indices, Outputs, indices};

use super::design::Points;
use super::plan::{Draw, Input, Robust, RobustError};
use super::run::Worker;
use crate::ids::UnitIdx;
use crate::num;
use std::ops::Range;

/// An output that is analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Mean over units of the distance of the rank from that without uncertainty.
    RankShift,
    /// A unit's score.
    Score(UnitIdx),
    /// A unit's rank.
    Rank(UnitIdx),
    /// Whether a unit meets the nomination line, 1 or 0: its mean is the chance.
    Line(UnitIdx),
}

/// A sensitivity analysis ready to run.
#[derive(Clone, Debug)]
pub struct Study<'r, 'a> {
    robust: &'r Robust<'a>,
    /// Names and blocks.
    groups: Vec<(String, Vec<usize>)>,
    targets: Vec<Target>,
    points: Points,
}

/// Indices of one target; `None` when it does not vary, or when its unit has no
/// score or rank in some run.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetIndices {
    /// The target.
    pub target: Target,
    /// By group, in the order of [`Study::groups`].
    pub indices: Option<Indices>,
}

impl<'a> Robust<'a> {
    /// The sensitivity analysis that the specification asks for.
    pub fn study(&self) -> Result<Study<'_, 'a>, RobustError> {
        let units = self.inputs.units;
        let mut targets = vec![Target::RankShift];
        for code in &self.spec.sensitivity.units {
            let at = units
                .list()
                .iter()
                .position(|u| u.code.as_str() == code.trim());
            let Some(unit) = at.map(|at| UnitIdx(at as u32)) else {
                continue;
            };
            targets.extend([Target::Score(unit), Target::Rank(unit)]);
            if self.spec.line.is_some() {
                targets.push(Target::Line(unit));
            }
        }
        let spec = &self.spec.sensitivity;
        let dimensions = 2 * self.dimensions;
        Ok(Study {
            robust: self,
            groups: groups(self)?,
            targets,
            points: Points::new(spec.design, self.spec.seed, dimensions, spec.points),
        })
    }
}

fn groups(robust: &Robust<'_>) -> Result<Vec<(String, Vec<usize>)>, RobustError> {
    let framework = robust.inputs.framework;
    let is_weights = |at: usize| matches!(robust.blocks[at].input, Input::Weights(_));
    let mut is_taken = vec![false; robust.blocks.len()];
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (group, inputs) in &robust.spec.sensitivity.groups {
        let mut members = Vec::new();
        for input in inputs {
            let is_named = |at: &usize| {
                (input == "weights" && is_weights(*at))
                    || robust.blocks[*at].input.name(framework) == *input
            };
            let found: Vec<usize> = (0..robust.blocks.len()).filter(is_named).collect();
            if found.is_empty() || found.iter().any(|&at| is_taken[at]) {
                return Err(RobustError::Group {
                    group: group.clone(),
                    input: input.clone(),
                });
            }
            for &at in &found {
                is_taken[at] = true;
            }
            members.extend(found);
        }
        if !members.is_empty() {
            groups.push((group.clone(), members));
        }
    }
    let free: Vec<usize> = (0..robust.blocks.len())
        .filter(|&at| !is_taken[at])
        .collect();
    let (weights, others): (Vec<usize>, Vec<usize>) =
        free.into_iter().partition(|&at| is_weights(at));
    if !weights.is_empty() {
        groups.push(("weights".into(), weights));
    }
    for at in others {
        groups.push((robust.blocks[at].input.name(framework), vec![at]));
    }
    Ok(groups)
}

impl Study<'_, '_> {
    /// Names of the groups of inputs, in the order of the indices.
    pub fn groups(&self) -> Vec<&str> {
        self.groups.iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Outputs of every run, in order.
    pub fn targets(&self) -> &[Target] {
        &self.targets
    }

    fn runs_per_point(&self) -> u32 {
        let k = self.groups.len() as u32;
        let halves = 1 + u32::from(self.robust.spec.sensitivity.pairs);
        2 + k * halves
    }

    /// Number of runs.
    pub fn n_runs(&self) -> u32 {
        let points = self.robust.spec.sensitivity.points;
        points.saturating_mul(self.runs_per_point())
    }

    /// Outputs of a batch of runs, run by run, each with all targets. Batches put
    /// together in order are what [`Study::finish`] takes, whoever computed them.
    pub fn run(
        &self,
        worker: &mut Worker<'_, '_>,
        runs: Range<u32>,
    ) -> Result<Vec<f64>, RobustError> {
        let mut outputs = Vec::new();
        for run in runs.start..runs.end.min(self.n_runs()) {
            let sample = worker.at(&self.draw(run))?;
            let base = &self.robust.base.ranks.overall;
            let rank = |unit: usize| sample.ranks.get(unit).copied().flatten();
            for target in &self.targets {
                outputs.push(match target {
                    Target::RankShift => {
                        let pairs = base.iter().enumerate();
                        let shifts: Vec<f64> = pairs
                            .filter_map(|(i, base)| {
                                Some(f64::from((*base)?.0.abs_diff(rank(i)?.0)))
                            })
                            .collect();
                        num::mean(&shifts).unwrap_or(f64::NAN)
                    }
                    Target::Score(unit) => {
                        let score = sample.scores.get(unit.at()).value();
                        score.unwrap_or(f64::NAN)
                    }
                    Target::Rank(unit) => rank(unit.at()).map_or(f64::NAN, |r| f64::from(r.0)),
                    Target::Line(unit) => rank(unit.at()).map_or(f64::NAN, |rank| {
                        let score = sample.scores.get(unit.at()).value();
                        let tolerance = self.robust.specs[0].rank.tolerance;
                        let line = self.robust.spec.line;
                        let is_over =
                            line.is_some_and(|line| line.is_met(score, rank.0, tolerance));
                        f64::from(u8::from(is_over))
                    }),
                });
            }
        }
        Ok(outputs)
    }

    /// Run 0 of a point is at A, 1 at B, then A with each group from B, then B with
    /// each group from A.
    fn draw(&self, run: u32) -> Draw {
        let (row, kind) = (run / self.runs_per_point(), run % self.runs_per_point());
        let point = self.points.point(row);
        let (a, b) = point.split_at(self.robust.dimensions);
        let k = self.groups.len() as u32;
        let (mostly_b, group) = match kind {
            0 => (false, None),
            1 => (true, None),
            _ => ((kind - 2) / k.max(1) == 1, Some((kind - 2) % k.max(1))),
        };
        let (own, other) = if mostly_b { (b, a) } else { (a, b) };
        // Halves 1 and 2: half 0 belongs to the replicates.
        let half = |is_b: bool| (1 + u8::from(is_b), row);
        let mut draw = Draw {
            coordinates: own.to_vec(),
            survey: half(mostly_b),
            measurement: half(mostly_b),
        };
        let members = group.and_then(|g| self.groups.get(g as usize));
        for block in members.iter().flat_map(|(_, blocks)| blocks) {
            let block = &self.robust.blocks[*block];
            let range = block.start..block.start + block.len;
            draw.coordinates[range.clone()].copy_from_slice(&other[range]);
            match block.input {
                Input::SurveyError => draw.survey = half(!mostly_b),
                Input::MeasurementError => draw.measurement = half(!mostly_b),
                _ => {}
            }
        }
        draw
    }

    /// Indices of all targets from the outputs of all runs; outputs of another
    /// number give none.
    pub fn finish(&self, outputs: &[f64]) -> Vec<TargetIndices> {
        let spec = &self.robust.spec.sensitivity;
        let n_targets = self.targets.len();
        let per_point = self.runs_per_point() as usize;
        let is_complete = outputs.len() == self.n_runs() as usize * n_targets;
        let bootstrap = Bootstrap {
            times: spec.bootstrap,
            level: spec.level,
            seed: self.robust.spec.seed,
        };
        let of = |at: usize, target: Target| {
            let column = |kind: usize| -> Vec<f64> {
                let rows = 0..spec.points as usize;
                let at = |row| (row * per_point + kind) * n_targets + at;
                rows.filter_map(|row| outputs.get(at(row)).copied())
                    .collect()
            };
            let k = self.groups.len();
            let columns = |from: usize| (from..from + k).map(column).collect();
            let outputs = Outputs {
                a: column(0),
                b: column(1),
                a_with_b: columns(2),
                b_with_a: if spec.pairs {
                    columns(2 + k)
                } else {
                    Vec::new()
                },
            };
            TargetIndices {
                target,
                indices: is_complete.then(|| indices(&outputs, bootstrap)).flatten(),
            }
        };
        let targets = self.targets.iter().enumerate();
        targets.map(|(at, target)| of(at, *target)).collect()
    }
}
