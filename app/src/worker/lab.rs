//! What the weights lab asks: weights by methods and judgements, and what they do.

pub mod beside;
pub mod flip;
pub mod triangle;

use super::present::{Present, run};
use super::protocol::{About, Failure, Look, Refusal};
use super::robust::Subject;
use super::write::Markup;
use crate::spec_form::{Choice, weightings};
use crate::written::lab::{judge, suggest};
use crate::written::{Scene, both};
use dhi_engine::compare::{Similarity, similarity};
use dhi_engine::framework::{Framework, Language};
use dhi_engine::ids::NodeIdx;
use dhi_engine::pipeline::Inputs;
use dhi_engine::spec::Spec;
use dhi_engine::weigh::ahp::{AhpMethod, AhpOutcome, ahp};
use dhi_engine::weigh::{Targets, WeighNote, WeighSpec, WeightSet, Weighting};

/// Beyond this many units not every method is tried at once.
pub(super) const MOST_TRIED: usize = 20_000;

/// Weights that a method found, and what they do to the ranking.
pub struct Suggestion {
    /// Share of every node.
    pub shares: Vec<f64>,
    /// How far the ranking agrees with the present one.
    pub similarity: Similarity,
    /// What the method says about them.
    pub notes: Vec<WeighNote>,
}

/// A method and what it found, or why it has nothing to say.
pub type Tried = (&'static Choice, Result<Suggestion, Refusal>);

/// A judgement of every pair of a node's children, and what it comes to.
pub struct Judged {
    /// Their parent.
    pub node: NodeIdx,
    /// Judgements; the lower triangle has the reciprocals.
    pub matrix: Vec<Vec<f64>>,
    /// Weights and consistency.
    pub outcome: AhpOutcome,
    /// All shares with those weights.
    pub shares: Vec<f64>,
}

/// A number of a question as a position.
#[expect(clippy::cast_sign_loss, reason = "only numbers in range")]
pub(super) fn position(about: &About, at: usize) -> Option<u32> {
    let number = about.numbers.get(at).copied();
    let number = number.filter(|x| (0.0..=f64::from(u32::MAX)).contains(x));
    number.map(|x| x as u32)
}

/// Nodes with something to weigh: at least two children.
pub fn parents(framework: &Framework) -> impl Iterator<Item = NodeIdx> + '_ {
    let nodes = (0_u32..).map(NodeIdx).zip(framework.nodes());
    nodes.filter(|(_, n)| n.children.len() > 1).map(|(i, _)| i)
}

/// The parent a question is about, the composite unless it says another.
pub(super) fn parent(framework: &Framework, about: &About) -> NodeIdx {
    let asked = position(about, 0).map(NodeIdx);
    asked
        .filter(|node| parents(framework).any(|p| p == *node))
        .unwrap_or(framework.composite())
}

/// The method behind a tag, for those that ask nothing more.
fn weighting(tag: &str) -> Option<Weighting> {
    Some(match tag {
        "given" => Weighting::Given,
        "equal" => Weighting::Equal,
        "entropy" => Weighting::Entropy,
        "standard_deviation" => Weighting::StandardDeviation,
        "gini" => Weighting::Gini,
        "critic" => Weighting::Critic,
        "merec" => Weighting::Merec,
        "principal_components" => Weighting::PrincipalComponents,
        "influence" => Weighting::Influence(Targets::default()),
        _ => return None,
    })
}

/// Whether a method of the specification weighs what a question is about.
fn is_weighed(spec: &Spec, framework: &Framework, node: Option<NodeIdx>) -> bool {
    let mut nodes = parents(framework).filter(|n| node.is_none_or(|node| node == *n));
    nodes.any(|n| *spec.weigh.method_for(framework.node(n).id.as_str()) != Weighting::Given)
}

/// Weights by every method that asks nothing more than the data: a method at each step,
/// so that a drag is answered in between.
pub struct Suggesting {
    subject: Subject,
    look: Look,
    node: Option<NodeIdx>,
    left: &'static [Choice],
    found: Option<Vec<Tried>>,
}

impl Suggesting {
    /// About a node, or the whole tree where the question says −1.
    pub fn new(subject: Subject, look: Look, about: &About) -> Self {
        let is_tree = about.numbers.first().is_some_and(|x| *x < 0.0);
        let node = (!is_tree).then(|| parent(subject.dataset.framework(), about));
        let are_few = subject.dataset.units().len() <= MOST_TRIED;
        Self {
            subject,
            look,
            node,
            left: if are_few { weightings() } else { &[] },
            found: are_few.then(Vec::new),
        }
    }

    /// Tries the next method; false where there is none.
    pub fn step(&mut self) -> Result<bool, Failure> {
        let Some((choice, left)) = self.left.split_first() else {
            return Ok(false);
        };
        self.left = left;
        if let (Some(method), Some(found)) = (weighting(choice.tag), &mut self.found) {
            let inputs = self.subject.inputs()?;
            found.push((choice, tried(&self.subject, inputs, self.node, method)));
        }
        Ok(true)
    }

    /// What was found, in both languages.
    pub fn markup(&self) -> [String; 2] {
        let Self {
            subject,
            look,
            node,
            found,
            ..
        } = self;
        let scene = Scene {
            framework: subject.dataset.framework(),
            units: subject.dataset.units(),
            spec: &subject.spec,
            language: Language::Chinese,
            look: *look,
        };
        let is_fixed = is_weighed(&subject.spec, scene.framework, *node);
        let now = subject.base.weights.shares();
        both(scene, &|scene, html| {
            suggest::suggest(scene, html, (*node, now), found.as_deref(), is_fixed);
        })
    }
}

fn tried(
    subject: &Subject,
    inputs: Inputs<'_>,
    node: Option<NodeIdx>,
    method: Weighting,
) -> Result<Suggestion, Refusal> {
    let framework = inputs.framework;
    let mut given = subject.base.weights.clone();
    let mut weigh = WeighSpec::default();
    if method == Weighting::Given {
        // The scheme's own.
        let scheme = WeightSet::from_framework(framework).map_err(|e| other(&e))?;
        given = match node {
            None => scheme,
            Some(node) => {
                let children = &framework.node(node).children;
                let shares: Vec<f64> = children.iter().map(|c| scheme.share(*c)).collect();
                let set = given.with_children(framework, node, &shares);
                set.map_err(|e| other(&e))?
            }
        };
    } else if let Some(node) = node {
        weigh
            .nodes
            .insert(framework.node(node).id.to_string(), method);
    } else {
        weigh.method = method;
    }
    let spec = Spec {
        weigh,
        ..subject.spec.clone()
    };
    match run(inputs, &given, &spec) {
        Ok(outcome) => Ok(Suggestion {
            shares: outcome.weights.shares().to_vec(),
            similarity: similarity(&subject.base.ranks.overall, &outcome.ranks.overall),
            notes: outcome.weigh_notes,
        }),
        Err(Failure::Refused(refusal)) => Err(refusal),
        Err(_) => Err(Refusal::default()),
    }
}

impl Present {
    /// Weights from judgements in pairs.
    pub(super) fn judge(&self, scene: Scene<'_>, about: &About) -> Markup {
        let framework = scene.framework;
        let node = parent(framework, about);
        let n = framework.node(node).children.len();
        let mut matrix = vec![vec![1.0; n]; n];
        let mut given = about.numbers.iter().skip(1);
        let above = (0..n).flat_map(|row| (row + 1..n).map(move |column| (row, column)));
        for (row, column) in above {
            let judged = given.next().copied();
            let judged = judged.filter(|x| (1.0 / 9.5..=9.5).contains(x));
            let judged = judged.unwrap_or(1.0);
            matrix[row][column] = judged;
            matrix[column][row] = 1.0 / judged;
        }
        let outcome = ahp(&matrix, AhpMethod::Eigenvector).map_err(|e| e.to_string())?;
        let weights = self.what_if.weights().clone();
        let weights = weights.with_children(framework, node, &outcome.weights);
        let judged = Judged {
            node,
            matrix,
            outcome,
            shares: weights.map_err(|e| e.to_string())?.shares().to_vec(),
        };
        let is_fixed = is_weighed(&self.spec, framework, Some(node));
        Ok(both(scene, &|scene, html| {
            judge::judge(scene, html, &judged, is_fixed);
        }))
    }
}

/// Something that cannot be, in the engine's words.
fn other(error: &dyn std::fmt::Display) -> Refusal {
    let words = error.to_string();
    Refusal {
        place: String::new(),
        zh: words.clone(),
        en: words,
    }
}
