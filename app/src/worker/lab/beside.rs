//! Scenarios side by side: what each does to ranks, and who stands above the line.

use super::super::present::Present;
use super::super::protocol::{About, Refusal};
use super::super::refusal;
use crate::written::lab::beside;
use crate::written::{Scene, both};
use dhi_engine::compare::{Similarity, similarity};
use dhi_engine::explain::WhatIf;
use dhi_engine::quantity::Rank;
use dhi_engine::uncertainty::Line;
use dhi_engine::weigh::WeightSet;

/// Scenarios shown at once.
pub const SHOWN: usize = 4;
/// Villages listed: first those whose side of the line is not always the same.
const LISTED: usize = 12;

/// What weights do.
pub struct Column {
    /// Which: the scheme's weights, the present ones, or the scenario of a place.
    pub at: usize,
    /// Name of the scenario; none for the scheme's weights and the present ones.
    pub name: Option<String>,
    /// Overall ranks by village, or why there are none.
    pub ranks: Result<Vec<Option<Rank>>, Refusal>,
    /// How far they agree with the present ones.
    pub similarity: Option<Similarity>,
    /// Villages above the line.
    pub n_above: Option<usize>,
}

/// Everything side by side.
pub struct Beside {
    /// The scheme's weights, the present ones, and the scenarios chosen.
    pub columns: Vec<Column>,
    /// Names of all scenarios, and which are chosen by place.
    pub names: Vec<String>,
    /// The chosen ones, by place.
    pub chosen: [Option<usize>; SHOWN],
    /// Villages listed.
    pub units: Vec<u32>,
    /// By village, in how many scenarios it is above the line; empty without a line.
    pub above: Vec<u32>,
    /// Scenarios that could be computed.
    pub n_scenarios: u32,
    /// The line.
    pub line: Option<Line>,
}

/// Ranks under weights, and who is above the line.
struct Standing {
    ranks: Vec<Option<Rank>>,
    above: Vec<bool>,
}

impl Present {
    fn standing_at(&self, shares: &[f64], line: Option<Line>) -> Result<Standing, Refusal> {
        let framework = self.dataset.framework();
        let weights =
            WeightSet::new("scenario", framework, shares).map_err(|e| super::other(&e))?;
        let mut what_if: WhatIf = self.what_if.clone();
        let set = what_if.set_given_weights(weights);
        set.map_err(|e| refusal::of_run(&e, framework))?;
        Ok(self.ranked(&what_if, line))
    }

    fn ranked(&self, what_if: &WhatIf, line: Option<Line>) -> Standing {
        let ranks = what_if.ranks(&what_if.grades()).overall;
        let composite = what_if.scores().composite();
        let is_above = |(unit, rank): (usize, &Option<Rank>)| {
            let score = composite.get(unit).value();
            line.zip(*rank)
                .is_some_and(|(line, rank)| line.is_met(score, rank.0, self.spec.rank.tolerance))
        };
        let above = ranks.iter().enumerate().map(is_above).collect();
        Standing { ranks, above }
    }

    /// Writes scenarios side by side.
    pub(in super::super) fn beside(&self, scene: Scene<'_>, about: &About) -> [String; 2] {
        let line = about.line;
        let scheme = WeightSet::from_framework(scene.framework);
        let scheme = scheme.map_or_else(|_| Vec::new(), |w| w.shares().to_vec());
        let now = self.ranked(&self.what_if, line);
        let ranks_now = now.ranks.clone();
        let column = |at, name: Option<&str>, standing: &Result<Standing, Refusal>| Column {
            at,
            name: name.map(str::to_owned),
            similarity: standing
                .as_ref()
                .ok()
                .map(|standing| similarity(&ranks_now, &standing.ranks)),
            n_above: line.and(standing.as_ref().ok()).map(|standing| {
                let above = standing.above.iter().filter(|above| **above);
                above.count()
            }),
            ranks: match standing {
                Ok(standing) => Ok(standing.ranks.clone()),
                Err(refusal) => Err(refusal.clone()),
            },
        };
        let scenarios = &about.scenarios;
        let standings: Vec<Result<Standing, Refusal>> = scenarios
            .iter()
            .map(|scenario| self.standing_at(&scenario.shares, line))
            .collect();
        let mut above = vec![0; scene.units.len()];
        for standing in standings.iter().flatten() {
            for (times, is_above) in above.iter_mut().zip(&standing.above) {
                *times += u32::from(*is_above);
            }
        }
        let n_scenarios = standings.iter().flatten().count() as u32;
        let given = |place: usize| about.numbers.get(place).filter(|given| !given.is_nan());
        let chosen = std::array::from_fn(|place| match given(place) {
            Some(_) => super::position(about, place).map(|at| at as usize),
            None => Some(place),
        });
        let chosen = chosen.map(|at: Option<usize>| at.filter(|at| *at < scenarios.len()));
        let mut columns = vec![
            column(0, None, &self.standing_at(&scheme, line)),
            column(1, None, &Ok(now)),
        ];
        for (place, at) in chosen.iter().enumerate() {
            let scenario = at.and_then(|at| scenarios.get(at).zip(standings.get(at)));
            if let Some((scenario, standing)) = scenario {
                columns.push(column(place + 2, Some(&scenario.name), standing));
            }
        }
        let mut units: Vec<u32> = (0..scene.units.len() as u32).collect();
        let varies = |unit: u32| {
            let times = above.get(unit as usize).copied().unwrap_or(0);
            line.is_some() && times > 0 && times < n_scenarios
        };
        let marked = |unit: u32| {
            let code = scene
                .units
                .list()
                .get(unit as usize)
                .map(|u| u.code.as_str());
            about.names.iter().any(|name| Some(name.as_str()) == code)
        };
        let place = |unit: u32| {
            ranks_now
                .get(unit as usize)
                .copied()
                .flatten()
                .map_or(u32::MAX, |r| r.0)
        };
        units.retain(|unit| place(*unit) < u32::MAX);
        units.sort_by_key(|unit| (!marked(*unit), !varies(*unit), place(*unit)));
        units.truncate(LISTED);
        units.sort_by_key(|unit| place(*unit));
        let beside = Beside {
            columns,
            names: scenarios.iter().map(|s| s.name.clone()).collect(),
            chosen,
            units,
            above: if line.is_some() { above } else { Vec::new() },
            n_scenarios,
            line,
        };
        both(scene, &|scene, html| beside::beside(scene, html, &beside))
    }
}
