//! Weights that go on when the framework changes.

use dhi_engine::framework::{Framework, Node};

/// A node's children by id, with the weights that the framework gives them.
fn children<'a>(framework: &'a Framework, node: &'a Node) -> Vec<(&'a str, f64)> {
    let children = node.children.iter().map(|&child| framework.node(child));
    let mut children: Vec<_> = children.map(|n| (n.id.as_str(), n.weight)).collect();
    children.sort_unstable_by_key(|(id, _)| *id);
    children
}

/// Weights of every node of a new framework, from shares of the present one. Where a
/// parent has the same children with the same weights as before, their shares stay;
/// elsewhere the framework's own weights count.
pub fn carried(present: &Framework, new: &Framework, shares: &[f64]) -> Vec<f64> {
    let mut weights: Vec<f64> = new.nodes().iter().map(|node| node.weight).collect();
    for parent in new.nodes().iter().filter(|node| !node.children.is_empty()) {
        let found = present.find(parent.id.as_str());
        let is_same = found
            .is_some_and(|found| children(present, present.node(found)) == children(new, parent));
        if !is_same {
            continue;
        }
        for child in &parent.children {
            let id = new.node(*child).id.as_str();
            let share = present.find(id).and_then(|at| shares.get(at.at()));
            if let (Some(share), Some(weight)) = (share, weights.get_mut(child.at())) {
                *weight = *share;
            }
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::super::catalogue::Catalogue;
    use super::super::command::tests::demonstration;
    use super::super::command::{Command, CommandError};
    use super::*;
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::framework::NodeRow;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::weigh::WeightSet;
    use std::sync::Arc;

    /// Equal shares everywhere; then one indicator weighs double. Its siblings go by
    /// the framework again, everybody else stays equal.
    #[test]
    fn only_groups_that_changed_go_by_the_framework_again() {
        let before = default_scheme();
        let equal = WeightSet::equal(&before).unwrap();
        let mut rows: Vec<NodeRow> = before.to_rows();
        let changed = rows.len() - 1;
        rows[changed].weight *= 2.0;
        let parent = rows[changed].parent.clone();
        // The order of siblings does not matter.
        rows[1..].rotate_left(3);
        let after = Framework::new(rows).unwrap();
        let weights = carried(&before, &after, equal.shares());
        let (mut n_kept, mut n_new) = (0, 0);
        for (node, weight) in after.nodes().iter().zip(&weights).skip(1) {
            let of = node.parent.map(|p| after.node(p).id.clone());
            let at = before.find(node.id.as_str()).unwrap();
            if of == parent {
                n_new += 1;
                assert_eq!(*weight, node.weight);
            } else {
                n_kept += 1;
                assert_eq!(*weight, equal.share(at));
            }
        }
        assert!(n_kept > 10 && n_new > 1);
        let same = carried(&before, &before, equal.shares());
        let again = WeightSet::new("again", &before, &same).unwrap();
        assert_eq!(again.shares(), equal.shares());
    }

    #[test]
    fn another_framework_keeps_the_weights_it_can_and_is_undone() {
        let mut project = demonstration();
        let equal = WeightSet::equal(project.content.framework()).unwrap();
        let equal = Command::SetShares(equal.shares().to_vec());
        project.apply(equal, "t0").unwrap();
        project
            .apply(Command::SaveScenario("同权".into()), "t1")
            .unwrap();
        let before = project.content.clone();
        // The first pillar's weight doubles: from 0.35 to 0.7 beside 0.4 and 0.25.
        let mut rows = before.framework().to_rows();
        assert_eq!(rows[1].weight, 0.35);
        rows[1].weight = 0.7;
        let framework = Framework::new(rows).unwrap();
        let options = DemoOptions {
            n_units: 9,
            ..DemoOptions::default()
        };
        let dataset = generate(&default_scheme(), options).unwrap();
        let dataset = Arc::new(Catalogue::of(2, &dataset.under(framework).unwrap()));
        let take = |reason: &str| Command::SetFramework {
            dataset: Arc::clone(&dataset),
            digest: "12ab".into(),
            reason: reason.into(),
            changes: vec!["A weight: 0.35 → 0.7".into()],
        };
        assert_eq!(project.apply(take(" "), "t2"), Err(CommandError::NoReason));
        project.apply(take("班子更重要"), "t3").unwrap();
        let content = &project.content;
        assert_eq!(content.dataset.number(), 2);
        let of = |shares: &[f64]| {
            let children = &content
                .framework()
                .node(content.framework().composite())
                .children;
            children
                .iter()
                .map(|c| shares[c.at()])
                .collect::<Vec<f64>>()
        };
        let pillars = of(&content.shares);
        assert!((pillars[0] - 0.7 / 1.35).abs() < 1e-12, "{pillars:?}");
        assert_eq!(of(&content.scenarios[0].shares), pillars);
        // Everybody below has the same share as before.
        let below = |shares: &[f64]| shares[2..].to_vec();
        let is_pillar = |at: usize| content.framework().nodes()[at].depth == 1;
        let (now, then) = (below(&content.shares), below(&before.shares));
        for (at, (now, then)) in now.iter().zip(&then).enumerate() {
            assert!(now == then || is_pillar(at + 2), "{at}");
        }
        let entry = project.log.entries().last().unwrap();
        assert_eq!(
            entry.action,
            r#"{"do":"set_framework","reason":"班子更重要","changes":["A weight: 0.35 → 0.7"],"digest":"12ab"}"#
        );
        project.apply(Command::Undo, "t4").unwrap();
        assert_eq!(project.content, before);
    }
}
