//! What a framework would change, by a full run with it.

use super::super::present::{Present, run, survey};
use super::super::protocol::{Failure, Refusal};
use super::row::{Fault, Row, framework_of};
use crate::state::carry::carried;
use dhi_engine::frame::Dataset;
use dhi_engine::framework::Framework;
use dhi_engine::num;
use dhi_engine::pipeline::Inputs;
use dhi_engine::rank::Grade;
use dhi_engine::weigh::{WeighError, WeightSet};

/// Villages named.
const NAMED: usize = 5;

/// What came of trying a draft.
#[derive(Clone, Debug, PartialEq)]
pub enum Trial {
    /// It makes no framework.
    Unsound(Fault),
    /// The engine refuses to compute with it.
    Refused(Refusal),
    /// What it would change.
    Good(Effect),
}

/// The ranking with a draft against the present one.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Villages with a rank in both.
    pub n_compared: u32,
    /// Of those, how many have another rank.
    pub n_moved: u32,
    /// Villages with another grade that counts, or with one in only one of both.
    pub n_grades: u32,
    /// Villages without a rank, now and with the draft.
    pub unranked: [u32; 2],
    /// Position in the register and both ranks of those that move most.
    pub largest: Vec<(u32, [u32; 2])>,
    /// Ids of indicators without any value in the period.
    pub empty: Vec<String>,
}

/// The data under the framework that rows make.
pub(super) fn under(present: &Present, rows: &[Row]) -> Result<Dataset, Failure> {
    let framework = framework_of(rows).map_err(|fault| fault.id)?;
    let dataset = present.source().under(framework);
    Ok(dataset.map_err(|e| e.to_string())?)
}

/// Computes with a framework, with the weights that would be the present ones.
pub(super) fn try_out(
    present: &Present,
    framework: Framework,
    shares: &[f64],
) -> Result<Trial, Failure> {
    match effect(present, framework, shares) {
        Ok(effect) => Ok(Trial::Good(effect)),
        Err(Failure::Refused(refusal)) => Ok(Trial::Refused(refusal)),
        Err(failure) => Err(failure),
    }
}

fn effect(present: &Present, framework: Framework, shares: &[f64]) -> Result<Effect, Failure> {
    let dataset = present.source().under(framework);
    let dataset = dataset.map_err(|e| e.to_string())?;
    let (spec, given) = (&present.spec, &present.given);
    let (dataset, _) = given.prepare(&dataset, &given.corrections, &present.period);
    let surveyed = survey(&dataset, spec)?;
    let inputs = Inputs::of(&surveyed.dataset, &present.period);
    let inputs = inputs.ok_or_else(|| "no such period".to_owned())?;
    let text = |e: WeighError| e.to_string();
    // As a load does, which takes the scheme's weights first.
    let scheme = WeightSet::from_framework(inputs.framework).map_err(text)?;
    run(inputs, &scheme, spec)?;
    let weights = carried(present.dataset.framework(), inputs.framework, shares);
    let weights = WeightSet::new("current", inputs.framework, &weights).map_err(text)?;
    let outcome = run(inputs, &weights, spec)?;
    let grades = present.what_if.grades();
    let before = present.what_if.ranks(&grades);
    let mut effect = Effect {
        n_compared: 0,
        n_moved: 0,
        n_grades: 0,
        unranked: [0; 2],
        largest: Vec::new(),
        empty: Vec::new(),
    };
    let mut moves = Vec::new();
    let ranks = before.overall.iter().zip(&outcome.ranks.overall);
    for (unit, (was, is)) in (0_u32..).zip(ranks) {
        effect.unranked[0] += u32::from(was.is_none());
        effect.unranked[1] += u32::from(is.is_none());
        if let (Some(was), Some(is)) = (was, is) {
            effect.n_compared += 1;
            if was != is {
                moves.push((unit, [was.0, is.0]));
            }
        }
    }
    effect.n_moved = moves.len() as u32;
    let band = |unit, grade: &Grade| match present.limit(unit).counts(*grade) {
        Grade::Band(at) => Some(at),
        Grade::Withheld(_) => None,
    };
    let pairs = grades.iter().zip(&outcome.grades).enumerate();
    let changed = pairs.filter(|(at, (was, is))| band(*at, was) != band(*at, is));
    effect.n_grades = changed.count() as u32;
    // Equal moves stay in register order.
    num::sort_by(&mut moves, |(_, a), (_, b)| {
        b[0].abs_diff(b[1]).cmp(&a[0].abs_diff(a[1]))
    });
    moves.truncate(NAMED);
    effect.largest = moves;
    let columns = inputs.framework.indicators().zip(outcome.checked.columns());
    let empty = columns.filter(|(_, column)| column.present().next().is_none());
    effect.empty = empty.map(|((node, _), _)| node.id.to_string()).collect();
    Ok(effect)
}
