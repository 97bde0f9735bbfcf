//! Whether a score may be read as the sum of its parts.

use crate::aggregate::{AggregateSpec, Aggregation};
use crate::framework::{Framework, Node};
use serde::{Deserialize, Serialize};

/// How far a composite score is the sum of what its parts contribute.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Additivity {
    /// It is that sum.
    #[default]
    Exact,
    /// It is a mean of its own parts that is not additive, shared out in proportion.
    SharedOut,
    /// It depends on other units.
    None,
}

impl Additivity {
    /// The least additive of the methods that a specification uses on a framework.
    ///
    /// ```
    /// use dhi_engine::aggregate::{AggregateSpec, Aggregation};
    /// use dhi_engine::explain::Additivity;
    /// use dhi_engine::scheme::default_scheme;
    /// let framework = default_scheme();
    /// let mut aggregate = AggregateSpec::default();
    /// assert_eq!(Additivity::of(&framework, &aggregate), Additivity::Exact);
    /// aggregate.levels.insert(0, Aggregation::Geometric);
    /// assert_eq!(Additivity::of(&framework, &aggregate), Additivity::SharedOut);
    /// aggregate.levels.insert(1, Aggregation::Copeland);
    /// assert_eq!(Additivity::of(&framework, &aggregate), Additivity::None);
    /// ```
    pub fn of(framework: &Framework, aggregate: &AggregateSpec) -> Self {
        let inner = framework.nodes().iter();
        let inner = inner.filter(|n| !n.children.is_empty());
        let of_node = |node: &Node| match aggregate.method_at(node.depth) {
            Aggregation::Arithmetic => Self::Exact,
            method if method.is_mean() => Self::SharedOut,
            _ => Self::None,
        };
        inner.map(of_node).max().unwrap_or_default()
    }
}
