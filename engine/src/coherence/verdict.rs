//! What the audit says in words, for people to judge.

use super::{CoherenceLimits, Group, Influence, Pair, Relation};
use crate::framework::{Framework, Language};
use crate::ids::NodeIdx;
use crate::num;
use serde::{Deserialize, Serialize};

/// One remark. Numbers are those the limits were compared with.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// An indicator works against its parent.
    AgainstParent {
        /// The node.
        node: NodeIdx,
        /// Its parent.
        parent: NodeIdx,
        /// Pearson's correlation.
        r: f64,
    },
    /// Siblings contradict each other.
    Contradict {
        /// One.
        a: NodeIdx,
        /// The other.
        b: NodeIdx,
        /// Pearson's correlation.
        r: f64,
    },
    /// Two indicators say the same twice.
    Collinear {
        /// One.
        a: NodeIdx,
        /// The other.
        b: NodeIdx,
        /// Pearson's correlation.
        r: f64,
    },
    /// An indicator hardly shows in its parent.
    Weak {
        /// The node.
        node: NodeIdx,
        /// Its parent.
        parent: NodeIdx,
        /// Pearson's correlation.
        r: f64,
    },
    /// The group is hardly consistent.
    LowAlpha {
        /// The node.
        node: NodeIdx,
        /// Cronbach's alpha.
        alpha: f64,
    },
    /// The group is not made for components.
    LowKmo {
        /// The node.
        node: NodeIdx,
        /// Kaiser–Meyer–Olkin measure.
        kmo: f64,
    },
    /// More than one dimension: several eigenvalues above 1.
    SeveralDimensions {
        /// The node.
        node: NodeIdx,
        /// How many.
        count: u32,
    },
    /// Influence is far from weight.
    Disagreement {
        /// The node.
        node: NodeIdx,
        /// What it acts on.
        on: NodeIdx,
        /// Its weight.
        weight: f64,
        /// Its share of influence.
        influence: f64,
    },
}

impl Verdict {
    /// The remark in one word, as it stands in tables.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AgainstParent { .. } => "against_parent",
            Self::Contradict { .. } => "contradict",
            Self::Collinear { .. } => "collinear",
            Self::Weak { .. } => "weak",
            Self::LowAlpha { .. } => "low_alpha",
            Self::LowKmo { .. } => "low_kmo",
            Self::SeveralDimensions { .. } => "several_dimensions",
            Self::Disagreement { .. } => "disagreement",
        }
    }

    /// The node it is about, and the other one where there are two.
    pub fn nodes(&self) -> (NodeIdx, Option<NodeIdx>) {
        match *self {
            Self::AgainstParent { node, parent, .. } | Self::Weak { node, parent, .. } => {
                (node, Some(parent))
            }
            Self::Contradict { a, b, .. } | Self::Collinear { a, b, .. } => (a, Some(b)),
            Self::Disagreement { node, on, .. } => (node, Some(on)),
            Self::LowAlpha { node, .. }
            | Self::LowKmo { node, .. }
            | Self::SeveralDimensions { node, .. } => (node, None),
        }
    }

    /// The number it rests on: a correlation, α, KMO, a count of eigenvalues, or a
    /// share of influence.
    pub fn value(&self) -> f64 {
        match *self {
            Self::AgainstParent { r, .. }
            | Self::Contradict { r, .. }
            | Self::Collinear { r, .. }
            | Self::Weak { r, .. } => r,
            Self::LowAlpha { alpha, .. } => alpha,
            Self::LowKmo { kmo, .. } => kmo,
            Self::SeveralDimensions { count, .. } => f64::from(count),
            Self::Disagreement { influence, .. } => influence,
        }
    }
}

pub(super) fn verdicts(
    pairs: &[Pair],
    groups: &[Group],
    influences: &[Influence],
    limits: &CoherenceLimits,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for pair in pairs {
        let Some(r) = pair.pearson.map(|c| c.value) else {
            continue;
        };
        let (a, b) = (pair.a, pair.b);
        match pair.relation {
            Relation::Parent if r < 0.0 => {
                verdicts.push(Verdict::AgainstParent {
                    node: a,
                    parent: b,
                    r,
                });
            }
            Relation::Parent if r < limits.weak => {
                verdicts.push(Verdict::Weak {
                    node: a,
                    parent: b,
                    r,
                });
            }
            Relation::Siblings if r <= limits.negative => {
                verdicts.push(Verdict::Contradict { a, b, r });
            }
            Relation::Siblings | Relation::Apart if r >= limits.collinear => {
                verdicts.push(Verdict::Collinear { a, b, r });
            }
            _ => {}
        }
    }
    for group in groups {
        let node = group.node;
        if let Some(alpha) = group.alpha.filter(|a| *a < limits.alpha) {
            verdicts.push(Verdict::LowAlpha { node, alpha });
        }
        if let Some(kmo) = group.kmo.filter(|k| *k < limits.kmo) {
            verdicts.push(Verdict::LowKmo { node, kmo });
        }
        // A trace above 1 is rounding.
        let count = group
            .eigenvalues
            .iter()
            .filter(|v| **v > 1.0 + 1e-9)
            .count() as u32;
        if count > 1 {
            verdicts.push(Verdict::SeveralDimensions { node, count });
        }
    }
    for influence in influences {
        let Some(share) = influence.share else {
            continue;
        };
        let weight = influence.weight;
        let is_far = share > limits.disagreement * weight || weight > limits.disagreement * share;
        if weight > 0.0 && is_far {
            verdicts.push(Verdict::Disagreement {
                node: influence.node,
                on: influence.on,
                weight,
                influence: share,
            });
        }
    }
    num::sort_by(&mut verdicts, |a, b| order(a).cmp(&order(b)));
    verdicts
}

/// The most serious first; a stable sort keeps the framework's order.
fn order(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::AgainstParent { .. } => 0,
        Verdict::Contradict { .. } => 1,
        Verdict::Collinear { .. } => 2,
        Verdict::Disagreement { .. } => 3,
        Verdict::LowAlpha { .. } => 4,
        Verdict::SeveralDimensions { .. } => 5,
        Verdict::LowKmo { .. } => 6,
        Verdict::Weak { .. } => 7,
    }
}

/// A verdict as a sentence.
pub fn verdict_text(verdict: &Verdict, framework: &Framework, language: Language) -> String {
    let name = |node: NodeIdx| framework.node(node).name.get(language);
    let percent = |x: f64| format!("{:.1}%", x * 100.0);
    let zh = language == Language::Chinese;
    match *verdict {
        Verdict::AgainstParent { node, parent, r } if zh => format!(
            "“{}”与上级“{}”负相关（r = {r:.2}）：得分越高，上级得分反而越低。请核对方向与数据。",
            name(node),
            name(parent)
        ),
        Verdict::AgainstParent { node, parent, r } => format!(
            "“{}” correlates negatively with its parent “{}” (r = {r:.2}): the better it is, the \
             lower the parent. Check direction and data.",
            name(node),
            name(parent)
        ),
        Verdict::Contradict { a, b, r } if zh => format!(
            "同组的“{}”与“{}”相互矛盾（r = {r:.2}），合成后彼此抵消。",
            name(a),
            name(b)
        ),
        Verdict::Contradict { a, b, r } => format!(
            "The siblings “{}” and “{}” contradict each other (r = {r:.2}) and cancel in the mean.",
            name(a),
            name(b)
        ),
        Verdict::Collinear { a, b, r } if zh => format!(
            "“{}”与“{}”几乎相同（r = {r:.2}），同一件事被计算两次。",
            name(a),
            name(b)
        ),
        Verdict::Collinear { a, b, r } => format!(
            "“{}” and “{}” are nearly the same (r = {r:.2}): one thing counts twice.",
            name(a),
            name(b)
        ),
        Verdict::Weak { node, parent, r } if zh => format!(
            "“{}”几乎不体现在“{}”中（r = {r:.2}）。",
            name(node),
            name(parent)
        ),
        Verdict::Weak { node, parent, r } => {
            format!(
                "“{}” hardly shows in “{}” (r = {r:.2}).",
                name(node),
                name(parent)
            )
        }
        Verdict::LowAlpha { node, alpha } if zh => format!(
            "“{}”的下级一致性不足（克龙巴赫 α = {alpha:.2}），平均数代表性有限。",
            name(node)
        ),
        Verdict::LowAlpha { node, alpha } => format!(
            "The children of “{}” are hardly consistent (Cronbach's α = {alpha:.2}): their mean \
             stands for little.",
            name(node)
        ),
        Verdict::LowKmo { node, kmo } if zh => {
            format!("“{}”的下级不适合主成分分析（KMO = {kmo:.2}）。", name(node))
        }
        Verdict::LowKmo { node, kmo } => format!(
            "The children of “{}” are not made for principal components (KMO = {kmo:.2}).",
            name(node)
        ),
        Verdict::SeveralDimensions { node, count } if zh => format!(
            "“{}”的下级有 {count} 个大于 1 的特征值，可能不止一个维度。",
            name(node)
        ),
        Verdict::SeveralDimensions { node, count } => format!(
            "The children of “{}” have {count} eigenvalues above 1: perhaps more than one dimension.",
            name(node)
        ),
        Verdict::Disagreement {
            node,
            on,
            weight,
            influence,
        } if zh => format!(
            "“{}”对“{}”的权重为 {}，实际影响占 {}，两者相差悬殊。",
            name(node),
            name(on),
            percent(weight),
            percent(influence)
        ),
        Verdict::Disagreement {
            node,
            on,
            weight,
            influence,
        } => format!(
            "“{}” has a weight of {} in “{}” but {} of the influence.",
            name(node),
            percent(weight),
            name(on),
            percent(influence)
        ),
    }
}
