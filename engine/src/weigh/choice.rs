//! Which method weighs the children of which node.

use super::ahp::{AhpError, AhpMethod, Triple, ahp};
use super::components::principal_components;
use super::influence::{InfluenceError, weights_for_influence};
use super::objective::{self, ObjectiveError};
use super::{WeighError, WeightSet};
use crate::frame::Column;
use crate::framework::Framework;
use crate::ids::NodeIdx;
use crate::num;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How the children of a node get their weights.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// Those of the scheme, or those set by hand.
    #[default]
    Given,
    /// The same for all siblings.
    Equal,
    /// Named here, by child id; children left out have weight 0.
    Weights(BTreeMap<String, f64>),
    /// Budget allocation: each expert spreads points over the children; every
    /// expert's points count the same, whatever their sum.
    BudgetAllocation(Vec<BTreeMap<String, f64>>),
    /// Analytic hierarchy process.
    Ahp(Judgements),
    /// [`objective::entropy`].
    Entropy,
    /// [`objective::standard_deviation`].
    StandardDeviation,
    /// [`objective::gini`].
    Gini,
    /// [`objective::critic`].
    Critic,
    /// [`objective::merec`].
    Merec,
    /// [`principal_components`].
    PrincipalComponents,
    /// [`weights_for_influence`].
    Influence(Targets),
}

/// Judgements in pairs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Judgements {
    /// `matrix[i][j]`: how many times more child i matters than child j, in the
    /// framework's order of children.
    pub matrix: Vec<Vec<f64>>,
    /// How weights are taken from them.
    #[serde(default)]
    pub method: AhpMethod,
    /// Consistency ratio above which the judgements are refused.
    #[serde(default = "usual_ratio")]
    pub max_ratio: f64,
}

fn usual_ratio() -> f64 {
    0.1
}

/// Influence wanted of every child.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Targets {
    /// By child id, in proportion; empty for the same influence of all.
    pub targets: BTreeMap<String, f64>,
    /// Largest miss that counts as reached; 0.001 when left out.
    pub tolerance: Option<f64>,
}

/// Weights of every node's children.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WeighSpec {
    /// Unless a node has its own.
    pub method: Weighting,
    /// By id of the parent node.
    pub nodes: BTreeMap<String, Weighting>,
}

impl WeighSpec {
    /// The method for the children of a node.
    pub fn method_for(&self, id: &str) -> &Weighting {
        self.nodes.get(id).unwrap_or(&self.method)
    }
}

/// Why a method has no weights for a node.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightingError {
    /// The data does not allow it.
    #[error(transparent)]
    Data(#[from] ObjectiveError),
    /// The judgements cannot be used.
    #[error(transparent)]
    Ahp(#[from] AhpError),
    /// The judgements contradict each other too much.
    #[error(
        "the consistency ratio is {ratio:.3}, above {most}; judgements {}, {} and {} contradict \
         each other most", .worst[0] + 1, .worst[1] + 1, .worst[2] + 1
    )]
    Inconsistent {
        /// Their consistency ratio.
        ratio: f64,
        /// The largest that is accepted.
        most: f64,
        /// Positions from 0 of the worst triple.
        worst: [usize; 3],
    },
    /// The influences cannot be reached.
    #[error(transparent)]
    Influence(#[from] InfluenceError),
    /// Weights that are negative, not finite or all 0.
    #[error(transparent)]
    Weights(#[from] WeighError),
    /// An id that is no child of the node.
    #[error("`{0}` is not a child of this node")]
    NotAChild(String),
}

/// What a method says about the weights it found, for a person to judge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WeighNote {
    /// Consistency of judgements in pairs.
    Consistency {
        /// The node whose children they are.
        node: NodeIdx,
        /// Consistency ratio, where a random index is published.
        ratio: Option<f64>,
        /// The most contradictory triple, by position from 0.
        worst: Option<([usize; 3], f64)>,
    },
    /// What the first principal component explains.
    Component {
        /// The node whose children they are.
        node: NodeIdx,
        /// Share of variance, 0–1.
        explained: f64,
        /// Loadings by child.
        loadings: Vec<f64>,
    },
    /// Influences reached.
    Influence {
        /// The node whose children they are.
        node: NodeIdx,
        /// Share of influence by child.
        influences: Vec<f64>,
    },
}

/// Weights in the order of the children, with what the method says about them.
pub type Weighed = (Vec<f64>, Option<WeighNote>);

/// Weights of the children of `node` by `method`, from the columns of those
/// children; `None` to keep the given ones.
///
/// A node with one child gives it all weight whatever the method. Edges: methods
/// that read the data give weight 0 to a child nobody has a value of, as one that is
/// constant under min–max, and weigh the others; they need two units with a value of
/// all of those, and an error names what else they cannot use.
pub fn shares_by(
    framework: &Framework,
    node: NodeIdx,
    columns: &[&Column],
    method: &Weighting,
) -> Result<Option<Weighed>, WeightingError> {
    let ids: Vec<&str> = framework
        .node(node)
        .children
        .iter()
        .map(|&c| framework.node(c).id.as_str())
        .collect();
    let named = |by_id: &BTreeMap<String, f64>| {
        if let Some(stranger) = by_id.keys().find(|id| !ids.contains(&id.as_str())) {
            return Err(WeightingError::NotAChild(stranger.clone()));
        }
        let of = |id: &&str| by_id.get(*id).copied().unwrap_or(0.0);
        Ok(ids.iter().map(of).collect::<Vec<f64>>())
    };
    let plain = |weights: Vec<f64>| Ok(Some((weights, None)));
    if columns.len() == 1 && !matches!(method, Weighting::Given) {
        return plain(vec![1.0]);
    }
    match method {
        Weighting::Given => Ok(None),
        Weighting::Equal => plain(vec![1.0; columns.len()]),
        Weighting::Weights(weights) => plain(named(weights)?),
        Weighting::BudgetAllocation(experts) => {
            let mut sums = vec![0.0; columns.len()];
            for expert in experts {
                let points = named(expert)?;
                let shares = num::shares(&points).ok_or(WeighError::ZeroWeights(node))?;
                for (sum, share) in sums.iter_mut().zip(shares) {
                    *sum += share;
                }
            }
            plain(sums)
        }
        Weighting::Ahp(judgements) => {
            let out = ahp(&judgements.matrix, judgements.method)?;
            if out.weights.len() != columns.len() {
                return Err(AhpError::Shape.into());
            }
            let ratio = out.consistency_ratio.unwrap_or(0.0);
            if ratio > judgements.max_ratio {
                return Err(WeightingError::Inconsistent {
                    ratio,
                    most: judgements.max_ratio,
                    worst: out.worst.map_or([0; 3], |w| w.items),
                });
            }
            let note = WeighNote::Consistency {
                node,
                ratio: out.consistency_ratio,
                worst: out.worst.map(|Triple { items, factor }| (items, factor)),
            };
            Ok(Some((out.weights, Some(note))))
        }
        Weighting::Influence(Targets { targets, .. }) if !targets.is_empty() => {
            by_data(node, columns, method, &named(targets)?).map(Some)
        }
        _ => by_data(node, columns, method, &vec![1.0; columns.len()]).map(Some),
    }
}

/// Weights that the scores of the children suggest; `targets` for influences.
fn by_data(
    node: NodeIdx,
    columns: &[&Column],
    method: &Weighting,
    targets: &[f64],
) -> Result<Weighed, WeightingError> {
    let is_there = |c: &&Column| c.present().next().is_some();
    let there: Vec<usize> = (0..columns.len())
        .filter(|&c| is_there(&columns[c]))
        .collect();
    if !there.is_empty() && there.len() < columns.len() {
        let some: Vec<&Column> = there.iter().map(|&c| columns[c]).collect();
        let of_some: Vec<f64> = there.iter().map(|&c| targets[c]).collect();
        let weighed = by_data(node, &some, method, &of_some);
        let (weights, note) = weighed.map_err(|error| error.among(&there))?;
        let spread = |of_some: Vec<f64>| {
            let mut all = vec![0.0; columns.len()];
            for (&c, x) in there.iter().zip(of_some) {
                all[c] = x;
            }
            all
        };
        return Ok((spread(weights), note.map(|note| note.mapped(spread))));
    }
    let plain = |weights: Vec<f64>| Ok((weights, None));
    if columns.len() == 1 && !there.is_empty() {
        return plain(vec![1.0]);
    }
    match method {
        Weighting::Entropy => plain(objective::entropy(columns)?),
        Weighting::StandardDeviation => plain(objective::standard_deviation(columns)?),
        Weighting::Gini => plain(objective::gini(columns)?),
        Weighting::Critic => plain(objective::critic(columns)?),
        // Normalised scores: more is better for all.
        Weighting::Merec => plain(objective::merec(columns, |_| false)?),
        Weighting::PrincipalComponents => {
            let out = principal_components(columns)?;
            let note = WeighNote::Component {
                node,
                explained: out.explained,
                loadings: out.loadings,
            };
            Ok((out.weights, Some(note)))
        }
        Weighting::Influence(Targets { tolerance, .. }) => {
            let out = weights_for_influence(columns, targets, tolerance.unwrap_or(1e-3))?;
            let note = WeighNote::Influence {
                node,
                influences: out.influences,
            };
            Ok((out.weights, Some(note)))
        }
        // These do not read the scores.
        Weighting::Given
        | Weighting::Equal
        | Weighting::Weights(_)
        | Weighting::BudgetAllocation(_)
        | Weighting::Ahp(_) => plain(vec![1.0; columns.len()]),
    }
}

impl WeightingError {
    /// The same error with positions among all children, given those that were
    /// weighed.
    fn among(self, there: &[usize]) -> Self {
        let moved = |error| match error {
            ObjectiveError::NotPositive(at) => {
                ObjectiveError::NotPositive(there.get(at).copied().unwrap_or(at))
            }
            other => other,
        };
        match self {
            Self::Data(error) => Self::Data(moved(error)),
            Self::Influence(InfluenceError::Data(error)) => {
                Self::Influence(InfluenceError::Data(moved(error)))
            }
            other => other,
        }
    }
}

impl WeighNote {
    /// The same note with one entry per child.
    fn mapped(self, spread: impl Fn(Vec<f64>) -> Vec<f64>) -> Self {
        match self {
            Self::Component {
                node,
                explained,
                loadings,
            } => Self::Component {
                node,
                explained,
                loadings: spread(loadings),
            },
            Self::Influence { node, influences } => Self::Influence {
                node,
                influences: spread(influences),
            },
            Self::Consistency { .. } => self,
        }
    }
}

impl WeightSet {
    /// The set after a method has weighed one node's children.
    pub fn weighed(
        self,
        framework: &Framework,
        node: NodeIdx,
        columns: &[&Column],
        method: &Weighting,
    ) -> Result<(Self, Option<WeighNote>), WeightingError> {
        match shares_by(framework, node, columns, method)? {
            None => Ok((self, None)),
            Some((weights, note)) => Ok((self.with_children(framework, node, &weights)?, note)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Cell;
    use crate::scheme::default_scheme;

    fn by(method: &Weighting) -> Result<Option<Weighed>, WeightingError> {
        let framework = default_scheme();
        let columns = [
            [1.0, 2.0, 5.0, 6.0],
            [1.0, 4.0, 5.0, 2.0],
            [3.0, 1.0, 5.0, 7.0],
        ]
        .map(|c| Column::from_cells(c.map(Cell::Value)));
        let refs: Vec<&Column> = columns.iter().collect();
        shares_by(&framework, NodeIdx(0), &refs, method)
    }

    fn points(of: &[(&str, f64)]) -> BTreeMap<String, f64> {
        of.iter().map(|(id, x)| ((*id).to_owned(), *x)).collect()
    }

    fn pillars() -> [String; 3] {
        let framework = default_scheme();
        [0, 1, 2].map(|i| framework.node(framework.pillars()[i]).id.to_string())
    }

    /// (100, 0, 0) and (1, 1, 2): shares 1, 0, 0 and 1/4, 1/4, 1/2.
    #[test]
    fn every_expert_counts_the_same() {
        let [a, b, c] = pillars();
        let experts = vec![
            points(&[(&a, 100.0)]),
            points(&[(&a, 1.0), (&b, 1.0), (&c, 2.0)]),
        ];
        let (sums, _) = by(&Weighting::BudgetAllocation(experts)).unwrap().unwrap();
        assert_eq!(sums, [1.25, 0.25, 0.5]);
    }

    #[test]
    fn methods_that_do_not_fit_are_refused() {
        let stranger = Weighting::Weights(points(&[("nobody", 1.0)]));
        assert_eq!(
            by(&stranger),
            Err(WeightingError::NotAChild("nobody".into()))
        );
        let wild = Judgements {
            matrix: vec![
                vec![1.0, 9.0, 1.0 / 9.0],
                vec![1.0 / 9.0, 1.0, 9.0],
                vec![9.0, 1.0 / 9.0, 1.0],
            ],
            method: AhpMethod::Eigenvector,
            max_ratio: 0.1,
        };
        let error = by(&Weighting::Ahp(wild)).unwrap_err();
        assert!(matches!(
            error,
            WeightingError::Inconsistent {
                worst: [0, 1, 2],
                ..
            }
        ));
        assert!(error.to_string().contains("1, 2 and 3"));
        assert_eq!(by(&Weighting::Given), Ok(None));
    }

    #[test]
    fn every_data_driven_method_answers_on_positive_scores() {
        for method in [
            Weighting::Equal,
            Weighting::Entropy,
            Weighting::StandardDeviation,
            Weighting::Gini,
            Weighting::Critic,
            Weighting::Merec,
            Weighting::PrincipalComponents,
            Weighting::Influence(Targets {
                tolerance: Some(1.0),
                ..Targets::default()
            }),
        ] {
            let (weights, _) = by(&method).unwrap().unwrap();
            assert!(weights.iter().all(|w| *w >= 0.0), "{method:?}");
        }
    }
}
