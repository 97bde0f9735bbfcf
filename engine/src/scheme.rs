//! The default scheme: a table shipped as data, read like any other table.

use crate::framework::Framework;
use crate::input::{decode, read_framework};

/// The default scheme as a framework table in CSV. A design proposal to be
/// edited and confirmed locally, not a regulation.
pub const DEFAULT_SCHEME_CSV: &str = include_str!("../data/default_scheme.csv");

/// The default scheme: 3 pillars, 10 sub-pillars, 30 indicators.
///
/// # Panics
/// Never: the table is part of the program, and a test reads it.
///
/// ```
/// let scheme = dhi_engine::scheme::default_scheme();
/// assert_eq!(scheme.pillars().len(), 3);
/// assert_eq!(scheme.n_indicators(), 30);
/// ```
pub fn default_scheme() -> Framework {
    let decoded = decode("default_scheme.csv", DEFAULT_SCHEME_CSV.as_bytes(), None);
    let (framework, _) = read_framework(&[decoded.workbook]);
    #[expect(
        clippy::expect_used,
        reason = "a constant of the program, read by the tests"
    )]
    framework.expect("the default scheme is a valid framework")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::framework::Direction;
    use crate::num::ordered_sum;

    #[test]
    fn the_default_scheme_has_its_shape_and_round_weights() {
        let decoded = decode("s.csv", DEFAULT_SCHEME_CSV.as_bytes(), None);
        let (_, findings) = read_framework(&[decoded.workbook]);
        assert_eq!(findings, []);
        let scheme = default_scheme();
        let depths: Vec<usize> = (0..4)
            .map(|d| scheme.nodes().iter().filter(|n| n.depth == d).count())
            .collect();
        assert_eq!(depths, [1, 3, 10, 30]);
        for node in scheme.nodes().iter().filter(|n| !n.children.is_empty()) {
            let weights = node.children.iter().map(|&c| scheme.node(c).weight);
            let sum = ordered_sum(weights);
            assert!((sum - 1.0).abs() < 1e-12, "{}: {sum}", node.id);
        }
        let lower: Vec<&str> = scheme
            .indicators()
            .filter(|(_, i)| i.direction == Direction::LowerIsBetter)
            .map(|(n, _)| n.id.as_str())
            .collect();
        assert_eq!(lower, ["a_rect_return_rate", "a_rect_relapse_rate"]);
        for (node, indicator) in scheme.indicators() {
            assert!(indicator.goalposts.is_some(), "{}", node.id);
            assert!(!node.name.en.is_empty() && !indicator.source.is_empty());
        }
    }
}
