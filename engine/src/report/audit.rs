//! The coherence audit as tables, its verdicts in both languages.

use super::{Table, as_written, header, number, optional};
use crate::coherence::{Audit, Correlation, audit, verdict_text};
use crate::framework::{Framework, Language};
use crate::ids::NodeIdx;
use crate::pipeline::Outcome;
use crate::spec::Spec;

/// Audits a run and writes what was found: pairs, groups, influence, verdicts.
pub(super) fn coherence_tables(
    framework: &Framework,
    outcome: &Outcome,
    spec: &Spec,
) -> [Table; 4] {
    let found = audit(
        framework,
        &outcome.weights,
        &outcome.scores,
        &spec.coherence,
    );
    [
        pairs(framework, &found),
        groups(framework, &found),
        influence(framework, &found),
        verdicts(framework, &found),
    ]
}

fn id(framework: &Framework, node: NodeIdx) -> String {
    framework.node(node).id.to_string()
}

fn listed(numbers: impl Iterator<Item = f64>) -> String {
    numbers.map(number).collect::<Vec<_>>().join(" ")
}

fn pairs(framework: &Framework, audit: &Audit) -> Table {
    let rows = audit.pairs.iter().map(|pair| {
        let mut row = vec![
            id(framework, pair.a),
            id(framework, pair.b),
            as_written(&pair.relation),
            pair.n.to_string(),
        ];
        for correlation in [pair.pearson, pair.spearman, pair.kendall] {
            row.push(optional(correlation.map(|c| c.value)));
            row.push(optional(correlation.and_then(|c: Correlation| c.p)));
        }
        row
    });
    Table {
        name: "7_coherence_pairs".into(),
        rows: rows.collect(),
        header: header(&[
            "a",
            "b",
            "relation",
            "n",
            "pearson",
            "pearson_p",
            "spearman",
            "spearman_p",
            "kendall",
            "kendall_p",
        ]),
    }
}

fn groups(framework: &Framework, audit: &Audit) -> Table {
    let rows = audit.groups.iter().map(|group| {
        let children = framework.node(group.node).children.iter();
        let names: Vec<String> = children.map(|&c| id(framework, c)).collect();
        let bartlett = group.bartlett;
        vec![
            id(framework, group.node),
            group.n.to_string(),
            optional(group.alpha),
            listed(group.eigenvalues.iter().copied()),
            optional(group.explained),
            names.join(" "),
            listed(group.loadings.iter().copied()),
            optional(group.kmo),
            optional(bartlett.map(|b| b.chi_squared)),
            optional(bartlett.map(|b| f64::from(b.freedom))),
            optional(bartlett.map(|b| b.p)),
        ]
    });
    Table {
        name: "7_coherence_groups".into(),
        rows: rows.collect(),
        header: header(&[
            "node",
            "n",
            "alpha",
            "eigenvalues",
            "explained",
            "children",
            "loadings",
            "kmo",
            "bartlett_chi_squared",
            "bartlett_freedom",
            "bartlett_p",
        ]),
    }
}

fn influence(framework: &Framework, audit: &Audit) -> Table {
    let rows = audit.influences.iter().map(|influence| {
        vec![
            id(framework, influence.node),
            id(framework, influence.on),
            number(influence.weight),
            optional(influence.ratio),
            optional(influence.share),
        ]
    });
    Table {
        name: "7_coherence_influence".into(),
        header: header(&["node", "on", "weight", "correlation_ratio", "influence"]),
        rows: rows.collect(),
    }
}

fn verdicts(framework: &Framework, audit: &Audit) -> Table {
    let rows = audit.verdicts.iter().map(|verdict| {
        let (node, other) = verdict.nodes();
        vec![
            verdict.kind().to_owned(),
            id(framework, node),
            other.map_or_else(String::new, |n| id(framework, n)),
            number(verdict.value()),
            verdict_text(verdict, framework, Language::Chinese),
            verdict_text(verdict, framework, Language::English),
        ]
    });
    Table {
        name: "7_coherence_verdicts".into(),
        header: header(&["verdict", "node", "other", "value", "zh", "en"]),
        rows: rows.collect(),
    }
}
