//! What a village would have to change itself: the lift table, and the cheapest
//! combination of changes.

mod cheapest;
mod evaluate;

pub use cheapest::{Combination, LeftOut, Step, cheapest};

use crate::frame::Cell;
use crate::ids::NodeIdx;
use crate::pipeline::{Inputs, Outcome, PipelineError};
use crate::spec::Spec;
use crate::weigh::WeightSet;
use evaluate::Evaluator;

/// What is to be reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// A composite score: reached as the bands have it for theirs, so exceeded where a
    /// score on a limit belongs to the band below.
    Score(f64),
    /// The score of another unit, exceeded by more than the tie tolerance.
    Overtake(usize),
}

impl Target {
    /// The band above the unit's own; `None` in the best band or without a score.
    pub fn next_band(outcome: &Outcome, spec: &Spec, unit: usize) -> Option<Self> {
        let score = outcome.scores.composite().get(unit).value()?;
        let at = spec.bands.band_of(score, spec.rank.tolerance);
        let above = spec.bands.list().get(at.checked_sub(1)?)?;
        above.from.map(Self::Score)
    }

    /// The unit one place above; of tied ones the last in register order. `None`
    /// for the leaders and for units without a rank.
    pub fn next_unit(outcome: &Outcome, spec: &Spec, unit: usize) -> Option<Self> {
        let own = outcome.scores.composite().get(unit).value()?;
        outcome.ranks.overall.get(unit).copied().flatten()?;
        let order = outcome.ranks.order.iter().rev().map(|&i| i as usize);
        let ranked = order.filter(|&i| outcome.ranks.overall.get(i).is_some_and(Option::is_some));
        let mut above = ranked.filter(|&i| {
            let score = outcome.scores.composite().get(i).value();
            score.is_some_and(|s| s > own + spec.rank.tolerance)
        });
        above.next().map(Self::Overtake)
    }
}

/// What keeps an indicator from bringing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// The better goalpost: beyond it the score does not grow.
    Goalpost,
    /// What the measure allows, such as 100 %.
    Measure,
    /// The best value any unit has; nothing better is known to be possible.
    BestSeen,
}

/// How an indicator alone can reach the target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reach {
    /// It can: at this value, found by inverting the straight line of the
    /// goalposts.
    Exact(f64),
    /// It can: at this value, found by halving on repeated runs, since other
    /// values move with it; within a part in 10⁹ of the way to the cap.
    Searched(f64),
    /// Even at its best value it cannot.
    TooLittle,
    /// The cell is missing: reporting it comes first.
    Missing,
    /// The indicator does not apply to the unit.
    NotApplicable,
    /// The indicator counts for nothing here, or is at its cap already.
    NoEffect,
}

/// One indicator of the lift table.
#[derive(Clone, Debug, PartialEq)]
pub struct LiftRow {
    /// The indicator.
    pub node: NodeIdx,
    /// Its column.
    pub column: usize,
    /// The value as reported.
    pub raw: Option<f64>,
    /// Whether and at which value it reaches the target.
    pub reach: Reach,
    /// Change of the reported value that does it; negative where less is better.
    pub change: Option<f64>,
    /// Composite points that change brings, from a run with the changed cell; the
    /// most it can bring when that is too little.
    pub gain: Option<f64>,
    /// The best value considered, and what sets it.
    pub cap: Option<(f64, Cap)>,
    /// Whether a run with the changed cell, and nothing assumed, reached the target.
    pub is_confirmed: bool,
}

/// The lift table of one unit: for every indicator, in column order, the change of
/// its reported value that alone reaches the target.
///
/// Under fixed goalposts, without treatments or imputations that look at other
/// cells and with arithmetic means, the composite is a straight line in the value
/// between the goalposts and is inverted exactly. In all other cases — min–max
/// moves when an extreme does — the whole run is repeated with the changed cell and
/// the value is searched by halving, taking the composite to rise on the way. Every
/// row is confirmed by a run. Caps: the better goalpost, the range of the measure,
/// or, without goalposts, the best value any unit has. Bands and ranks are those
/// of the score; coverage floors are not touched by changing a value.
pub fn lift(
    inputs: Inputs<'_>,
    outcome: &Outcome,
    given: &WeightSet,
    spec: &Spec,
    unit: usize,
    target: Target,
) -> Result<Vec<LiftRow>, PipelineError> {
    let evaluator = Evaluator::new(inputs, outcome, given, spec, unit);
    let framework = inputs.framework;
    let leaves = framework.leaves().iter().enumerate();
    leaves
        .map(|(column, &node)| {
            let cell = inputs.observations.frame().cell(unit, column);
            let mut row = LiftRow {
                node,
                column,
                raw: cell.value(),
                reach: Reach::NoEffect,
                change: None,
                gain: None,
                cap: None,
                is_confirmed: false,
            };
            let raw = match cell {
                Cell::Value(raw) => raw,
                Cell::Missing => {
                    row.reach = Reach::Missing;
                    return Ok(row);
                }
                Cell::NotApplicable => {
                    row.reach = Reach::NotApplicable;
                    return Ok(row);
                }
            };
            let Some((best, cap)) = evaluator.cap(column) else {
                return Ok(row);
            };
            row.cap = Some((best, cap));
            if !evaluator.is_better(column, best, raw) {
                return Ok(row);
            }
            let start = evaluator.now();
            let at_best = evaluator.run(&[(column, best)])?;
            let most = evaluator.score(&at_best) - start;
            row.gain = Some(most);
            if most <= 0.0 {
                row.gain = None;
                return Ok(row);
            }
            if !evaluator.is_reached(&at_best, target) {
                row.reach = Reach::TooLittle;
                return Ok(row);
            }
            let (needed, is_exact) = evaluator.needed(column, raw, best, target)?;
            let after = evaluator.run(&[(column, needed)])?;
            row.reach = if is_exact {
                Reach::Exact(needed)
            } else {
                Reach::Searched(needed)
            };
            row.change = Some(needed - raw);
            row.gain = Some(evaluator.score(&after) - start);
            row.is_confirmed = evaluator.is_reached(&after, target);
            Ok(row)
        })
        .collect()
}

#[cfg(test)]
mod tests;
