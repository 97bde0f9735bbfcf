//! Coherence audit: do the indicators belong together, and do weights do what
//! they say? To be read before any robustness analysis: an index whose parts
//! contradict each other is not made sound by being stable.

mod correlation;
mod group;
mod influence;
mod verdict;

pub use correlation::{Correlation, Pair, Relation, correlate};
pub use group::{Bartlett, Group, bartlett, cronbach_alpha, kaiser_meyer_olkin};
pub use influence::{Influence, correlation_ratio};
pub use verdict::{Verdict, verdict_text};

use crate::aggregate::NodeScores;
use crate::framework::Framework;
use crate::weigh::WeightSet;
use serde::{Deserialize, Serialize};

/// Limits at which something is remarked upon. Conventions of the field, not
/// laws; sources with each.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoherenceLimits {
    /// Correlation of two indicators from which they say the same twice (0.92 in
    /// audits of the Joint Research Centre).
    pub collinear: f64,
    /// Correlation of siblings below which they pull apart (−0.4 in COINr).
    pub negative: f64,
    /// Correlation with the parent below which an indicator hardly counts (0.3 in
    /// the COIN Tool).
    pub weak: f64,
    /// Cronbach's alpha below which a group is hardly consistent (0.7, Nunnally
    /// 1978).
    pub alpha: f64,
    /// Kaiser–Meyer–Olkin measure below which components are doubtful (0.5,
    /// Kaiser 1974).
    pub kmo: f64,
    /// Influence over weight, or the reverse, from which they disagree.
    pub disagreement: f64,
}

impl Default for CoherenceLimits {
    fn default() -> Self {
        Self {
            collinear: 0.92,
            negative: -0.4,
            weak: 0.3,
            alpha: 0.7,
            kmo: 0.5,
            disagreement: 2.0,
        }
    }
}

/// Everything the audit found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Correlations of indicators with each other, of siblings, and of every node
    /// with its parent.
    pub pairs: Vec<Pair>,
    /// Every node with at least two children.
    pub groups: Vec<Group>,
    /// Weight beside influence, of children on their parent and of indicators on
    /// the composite.
    pub influences: Vec<Influence>,
    /// What to look at, the most serious first.
    pub verdicts: Vec<Verdict>,
}

/// Audits the scores of a finished run.
///
/// Correlations use the units that have both scores; groups those that have all.
/// Scores are on a common scale where more is better, so a negative correlation is
/// a contradiction whatever the direction of the data. Work: n log n in units for
/// every pair of siblings and of child and parent, linear for the many pairs of
/// indicators of different groups, which get Pearson's alone.
pub fn audit(
    framework: &Framework,
    weights: &WeightSet,
    scores: &NodeScores,
    limits: &CoherenceLimits,
) -> Audit {
    let pairs = correlation::pairs(framework, scores);
    let groups = group::groups(framework, scores);
    let influences = influence::influences(framework, weights, scores);
    let verdicts = verdict::verdicts(&pairs, &groups, &influences, limits);
    Audit {
        pairs,
        groups,
        influences,
        verdicts,
    }
}

#[cfg(test)]
mod tests;
