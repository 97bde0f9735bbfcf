//! The smallest change of weights that makes two villages level.

use super::super::present::Present;
use super::super::protocol::{About, Failure};
use super::super::write::Markup;
use super::{is_weighed, parent};
use crate::written::lab::flip;
use crate::written::{Scene, both};
use dhi_engine::frame::Unit;
use dhi_engine::ids::NodeIdx;
use dhi_engine::weight_space::{Admissible, Flip, Level, Norm, WeightSpaceError, flip_pair};

/// Up to this many villages are offered while one types.
const MOST_OFFERED: usize = 2000;

/// What is asked.
pub struct Asked<'a> {
    /// Whose children's weights move.
    pub node: NodeIdx,
    /// The two villages as they were given.
    pub names: [String; 2],
    /// Villages to choose from.
    pub offered: Vec<&'a Unit>,
    /// Whether a method weighs this group.
    pub is_fixed: bool,
    /// Whether methods weigh others.
    pub is_beside_methods: bool,
}

/// What can be said.
pub enum Answer {
    /// These are not two villages with a rank.
    Unfit(Vec<String>),
    /// There are no exact answers about these weights.
    Refused(WeightSpaceError),
    /// The two villages.
    Found(Box<Pair>),
}

/// Two villages, the one with the higher score first.
pub struct Pair {
    /// Positions in the register.
    pub units: [u32; 2],
    /// Their scores.
    pub scores: [f64; 2],
    /// Whether they are tied now.
    pub is_tied: bool,
    /// Whether they have the same parts, so that their lead is linear.
    pub is_linear: bool,
    /// By village and child, as they enter the composite.
    pub values: [Vec<Option<f64>>; 2],
    /// Weights of the children now.
    pub weights: Vec<f64>,
    /// The answers.
    pub flips: [(Norm, Flip); 2],
    /// All shares where they are level, by answer that has such weights.
    pub shares: Vec<Vec<f64>>,
}

/// Villages to choose from; none where they are too many.
pub(super) fn offered(scene: Scene<'_>) -> Vec<&Unit> {
    let list = scene.units.list();
    let is_short = list.len() <= MOST_OFFERED;
    list.iter().filter(|_| is_short).collect()
}

/// The village meant by the name at a place of a question, or the usual one where it
/// says nothing; and the name it goes by.
pub(super) fn meant(
    scene: Scene<'_>,
    level: &Level,
    about: &About,
    (at, usual): (usize, Option<usize>),
    name: &mut String,
) -> Option<usize> {
    let list = scene.units.list();
    let given = about.names.get(at).map(|name| name.trim());
    if let Some(given) = given.filter(|name| !name.is_empty()) {
        given.clone_into(name);
        let is_meant = |unit: &Unit| unit.code.as_str() == given || unit.name == given;
        let mut meant = (0..list.len()).filter(|&unit| is_meant(&list[unit]));
        let only = meant.next().filter(|_| meant.next().is_none());
        return only.and_then(|unit| level.find(unit).ok());
    }
    let unit = level.units().get(usual?).copied()?;
    *name = list.get(unit as usize)?.code.to_string();
    usual
}

impl Present {
    /// Writes where two villages stand level.
    pub(in super::super) fn flip(&self, scene: Scene<'_>, about: &About) -> Markup {
        let framework = scene.framework;
        let node = parent(framework, about);
        let is_fixed = is_weighed(&self.spec, framework, Some(node));
        let mut asked = Asked {
            node,
            names: [String::new(), String::new()],
            offered: offered(scene),
            is_fixed,
            is_beside_methods: !is_fixed && is_weighed(&self.spec, framework, None),
        };
        let answer = match self.level(scene, node) {
            Ok(level) => self.pair(scene, &level, about, &mut asked.names)?,
            Err(error) => Answer::Refused(error),
        };
        Ok(both(scene, &|scene, html| {
            flip::flip(scene, html, &asked, &answer);
        }))
    }

    /// The two villages asked for, or else the first two, and the answers.
    fn pair(
        &self,
        scene: Scene<'_>,
        level: &Level,
        about: &About,
        names: &mut [String; 2],
    ) -> Result<Answer, Failure> {
        let order = level.order();
        let mut found = [None; 2];
        for (at, name) in names.iter_mut().enumerate() {
            found[at] = meant(scene, level, about, (at, order.get(at).copied()), name);
        }
        let (Some(i), Some(j)) = (found[0], found[1]) else {
            let unfit = names.iter().zip(found).filter(|(_, unit)| unit.is_none());
            return Ok(Answer::Unfit(unfit.map(|(name, _)| name.clone()).collect()));
        };
        if i == j {
            return Ok(Answer::Unfit(names.to_vec()));
        }
        let score = |unit| level.score(unit, level.weights()).unwrap_or(0.0);
        let (i, j) = if score(i) >= score(j) { (i, j) } else { (j, i) };
        let everything = Admissible::simplex(level.n_children());
        let flip = |norm| flip_pair(level, &everything, (i, j), norm).map(|flip| (norm, flip));
        let flips = match (flip(Norm::L1), flip(Norm::L2)) {
            (Ok(first), Ok(second)) => [first, second],
            (Err(error), _) | (_, Err(error)) => return Ok(Answer::Refused(error)),
        };
        let mut shares = Vec::new();
        for (_, flip) in &flips {
            if let Flip::Change(change) = flip {
                let weights = self.what_if.weights().clone();
                let weights =
                    weights.with_children(scene.framework, level.parent(), &change.weights);
                shares.push(weights.map_err(|e| e.to_string())?.shares().to_vec());
            }
        }
        let n = level.n_children();
        let values = |unit: usize| -> Vec<Option<f64>> {
            // All weight on one child is the score by it alone.
            let alone = |child: usize| (0..n).map(move |c| f64::from(u8::from(c == child)));
            (0..n)
                .map(|child| level.score(unit, &alone(child).collect::<Vec<f64>>()))
                .collect()
        };
        let unit = |at: usize| level.units().get(at).copied().unwrap_or(0);
        Ok(Answer::Found(Box::new(Pair {
            units: [unit(i), unit(j)],
            scores: [score(i), score(j)],
            is_tied: score(i) - score(j) <= scene.spec.rank.tolerance,
            is_linear: level.is_same_pattern(i, j),
            values: [values(i), values(j)],
            weights: level.weights().to_vec(),
            flips,
            shares,
        })))
    }
}
