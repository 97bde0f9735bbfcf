//! One unit's score with some of its cells changed, by the pipeline itself.

use super::{Cap, Target};
use crate::frame::{Cell, Provenance};
use crate::framework::{Direction, Indicator, Transformation};
use crate::normalise::{Normalisation, Reference};
use crate::pipeline::{Inputs, Outcome, PipelineError, run};
use crate::rank::Boundary;
use crate::spec::Spec;
use crate::treat::{Imputation, Treatment};
use crate::weigh::{WeightSet, Weighting};
use crate::weight_space::level::is_linear;

/// Halvings of a search: the way to the cap in 2³⁰ parts.
const HALVINGS: u32 = 30;

/// Points that are beyond a score whatever the tolerance.
const LEAST_BEYOND: f64 = 1e-9;

/// A run whose cells for one unit can be changed.
pub(super) struct Evaluator<'a> {
    pub(super) inputs: Inputs<'a>,
    pub(super) outcome: &'a Outcome,
    given: &'a WeightSet,
    pub(super) spec: &'a Spec,
    pub(super) unit: usize,
}

impl<'a> Evaluator<'a> {
    pub(super) fn new(
        inputs: Inputs<'a>,
        outcome: &'a Outcome,
        given: &'a WeightSet,
        spec: &'a Spec,
        unit: usize,
    ) -> Self {
        Self {
            inputs,
            outcome,
            given,
            spec,
            unit,
        }
    }

    fn indicator(&self, column: usize) -> Option<(&str, &Indicator)> {
        let (node, indicator) = self.inputs.framework.indicators().nth(column)?;
        Some((node.id.as_str(), indicator))
    }

    /// The unit's present score; lowest without one.
    pub(super) fn now(&self) -> f64 {
        self.score(self.outcome)
    }

    pub(super) fn score(&self, outcome: &Outcome) -> f64 {
        let score = outcome.scores.composite().get(self.unit).value();
        score.unwrap_or(f64::NEG_INFINITY)
    }

    /// The whole run with other values in some of the unit's columns.
    pub(super) fn run(&self, cells: &[(usize, f64)]) -> Result<Outcome, PipelineError> {
        let mut observations = self.inputs.observations.clone();
        for &(column, value) in cells {
            let provenance = Provenance::default();
            observations.set(self.unit, column, Cell::Value(value), None, &provenance);
        }
        let changed = Inputs {
            observations: &observations,
            ..self.inputs
        };
        run(changed, self.given, self.spec)
    }

    pub(super) fn is_reached(&self, outcome: &Outcome, target: Target) -> bool {
        let own = self.score(outcome);
        match target {
            Target::Score(line) => {
                let tolerance = self.spec.rank.tolerance;
                self.spec.bands.reaches(own, line, tolerance)
            }
            Target::Overtake(other) => {
                let other = outcome.scores.composite().get(other).value();
                other.is_none_or(|other| own > other + self.spec.rank.tolerance)
            }
        }
    }

    /// The score that reaches the target; `None` where a unit to overtake has none.
    pub(super) fn line(&self, target: Target) -> Option<f64> {
        let is_closed = self.spec.bands.boundary() == Boundary::AtOrAbove;
        let at = match target {
            Target::Score(line) if is_closed => return Some(line),
            Target::Score(line) => line,
            Target::Overtake(other) => self.outcome.scores.composite().get(other).value()?,
        };
        // Twice the tolerance is beyond it after any rounding.
        Some(at + (2.0 * self.spec.rank.tolerance).max(LEAST_BEYOND))
    }

    pub(super) fn is_better(&self, column: usize, a: f64, b: f64) -> bool {
        match self.indicator(column).map(|(_, i)| i.direction) {
            Some(Direction::HigherIsBetter) => a > b,
            Some(Direction::LowerIsBetter) => a < b,
            None => false,
        }
    }

    /// The best value considered.
    pub(super) fn cap(&self, column: usize) -> Option<(f64, Cap)> {
        let (id, indicator) = self.indicator(column)?;
        let is_higher = indicator.direction == Direction::HigherIsBetter;
        let (lowest, highest) = indicator.measure.range();
        let of_measure = if is_higher { highest } else { lowest };
        let better = |a: f64, b: f64| if is_higher { a > b } else { a < b };
        // Goalposts of a denominated indicator are in another measure.
        let is_divided = self.spec.denominate.contains_key(id);
        let method = self.spec.normalise.method_for(id);
        if !is_divided
            && *method == Normalisation::Goalposts
            && let Some(posts) = indicator.goalposts
        {
            let post = if is_higher {
                posts.upper()
            } else {
                posts.lower()
            };
            return Some(if better(post, of_measure) {
                (of_measure, Cap::Measure)
            } else {
                (post, Cap::Goalpost)
            });
        }
        let seen = self.inputs.observations.columns().get(column)?;
        let best = seen
            .present()
            .reduce(|a, b| if better(b, a) { b } else { a })?;
        Some((best, Cap::BestSeen))
    }

    /// Whether the composite is a straight line in the value between the goalposts.
    pub(super) fn is_straight(&self, column: usize) -> bool {
        let Some((id, indicator)) = self.indicator(column) else {
            return false;
        };
        let spec = self.spec;
        let framework = self.inputs.framework;
        let is_alone = |(node, _): (&crate::framework::Node, &Indicator)| {
            spec.impute.method_for(node.id.as_str()) == Imputation::None
        };
        let is_given = framework.nodes().iter().all(|node| {
            let method = spec.weigh.method_for(node.id.as_str());
            matches!(
                method,
                Weighting::Given
                    | Weighting::Equal
                    | Weighting::Weights(_)
                    | Weighting::BudgetAllocation(_)
                    | Weighting::Ahp(_)
            )
        });
        let leaf = framework.leaves().get(column);
        let is_additive = leaf.is_some_and(|&leaf| {
            let mut above = framework.ancestors(leaf);
            above.all(|n| is_linear(spec.aggregate.method_at(framework.node(n).depth)))
        });
        *spec.normalise.method_for(id) == Normalisation::Goalposts
            && indicator.transformation == Transformation::None
            && spec.treat.method_for(id) == Treatment::None
            && spec.denominate.is_empty()
            && spec.screen.max_zeros.is_none()
            && framework.indicators().all(is_alone)
            && is_given
            && is_additive
    }

    /// Composite points per unit of the reported value towards better, and the
    /// better goalpost and the worse one.
    pub(super) fn slope(&self, column: usize) -> Option<(f64, f64, f64)> {
        if !self.is_straight(column) {
            return None;
        }
        let (_, indicator) = self.indicator(column)?;
        let scaling = self.outcome.normalise_ledger.get(column)?.as_ref()?;
        let Reference::Interval { lower, upper } = scaling.reference else {
            return None;
        };
        let (worst, best) = self.spec.normalise.range.unwrap_or((0.0, self.spec.scale));
        let weight = self.applied_weight(column);
        let slope = weight * (best - worst) / (upper - lower);
        Some(match indicator.direction {
            Direction::HigherIsBetter => (slope, lower, upper),
            Direction::LowerIsBetter => (slope, upper, lower),
        })
    }

    /// Weight of an indicator in this unit's composite, gaps renormalised.
    fn applied_weight(&self, column: usize) -> f64 {
        let framework = self.inputs.framework;
        let scores = &self.outcome.scores;
        let weights = &self.outcome.weights;
        let Some(&leaf) = framework.leaves().get(column) else {
            return 0.0;
        };
        let mut below = leaf;
        let mut applied = 1.0;
        for above in framework.ancestors(leaf) {
            let children = framework.node(above).children.iter();
            let there = children.filter(|&&c| scores.node(c).get(self.unit).value().is_some());
            let total = crate::num::ordered_sum(there.map(|&c| weights.share(c)));
            applied *= if total > 0.0 {
                weights.share(below) / total
            } else {
                0.0
            };
            below = above;
        }
        applied
    }

    /// The value that reaches the target, which `best` does, and whether it was
    /// found exactly.
    pub(super) fn needed(
        &self,
        column: usize,
        raw: f64,
        best: f64,
        target: Target,
    ) -> Result<(f64, bool), PipelineError> {
        if let Some(value) = self.inverted(column, raw, target) {
            return Ok((value, true));
        }
        // From not reached to reached; the value returned is one that reaches it.
        let (mut short, mut enough) = (0.0, 1.0);
        let at = |t: f64| raw + t * (best - raw);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(short, enough);
            let outcome = self.run(&[(column, at(middle))])?;
            if self.is_reached(&outcome, target) {
                enough = middle;
            } else {
                short = middle;
            }
        }
        Ok((if enough >= 1.0 { best } else { at(enough) }, false))
    }

    /// Where the straight line meets the target.
    fn inverted(&self, column: usize, raw: f64, target: Target) -> Option<f64> {
        let (slope, worse, better) = self.slope(column)?;
        let missing = self.line(target)? - self.now();
        if slope <= 0.0 || missing <= 0.0 {
            return None;
        }
        // Up to the worse goalpost a change brings nothing.
        let start = if self.is_better(column, worse, raw) {
            worse
        } else {
            raw
        };
        let way = missing / slope;
        let value = if better > worse {
            (start + way).min(better)
        } else {
            (start - way).max(better)
        };
        Some(value)
    }
}
