//! The coherence audit in the form the page shows.

use super::protocol::{AuditShown, Line};
use crate::i18n::{fixed2, percent1};
use dhi_engine::coherence::{Audit, Correlation, Relation, verdict_text};
use dhi_engine::framework::{Framework, Language};

fn or_dash(x: Option<f64>) -> String {
    x.map_or_else(|| "—".into(), fixed2)
}

/// A p-value, never as a bare zero.
fn p_value(p: Option<f64>) -> String {
    match p {
        None => "—".into(),
        Some(p) if p < 0.001 => "< 0.001".into(),
        Some(p) => format!("{p:.3}"),
    }
}

fn correlation(c: Option<Correlation>) -> String {
    c.map_or_else(
        || "—".into(),
        |c| format!("{} (p {})", fixed2(c.value), p_value(c.p)),
    )
}

/// Everything in cells, nodes by position.
pub fn shown(audit: &Audit, framework: &Framework) -> AuditShown {
    let text = |language| move |v: &_| verdict_text(v, framework, language);
    let groups = audit.groups.iter().map(|g| {
        let eigenvalues: Vec<String> = g.eigenvalues.iter().map(|e| fixed2(*e)).collect();
        Line {
            nodes: vec![g.node.0],
            cells: vec![
                g.n.to_string(),
                or_dash(g.alpha),
                or_dash(g.kmo),
                g.bartlett
                    .map_or_else(|| "—".into(), |b| p_value(Some(b.p))),
                g.explained.map_or_else(|| "—".into(), percent1),
                eigenvalues.join(" "),
            ],
            bars: Vec::new(),
        }
    });
    let influences = audit.influences.iter().map(|i| Line {
        nodes: vec![i.node.0, i.on.0],
        cells: vec![
            percent1(i.weight),
            i.share.map_or_else(|| "—".into(), percent1),
        ],
        bars: vec![i.weight, i.share.unwrap_or(0.0)],
    });
    let of_parents = audit
        .pairs
        .iter()
        .filter(|p| p.relation == Relation::Parent);
    let parents = of_parents.map(|p| Line {
        nodes: vec![p.a.0, p.b.0],
        cells: vec![
            p.n.to_string(),
            correlation(p.pearson),
            correlation(p.spearman),
            correlation(p.kendall),
        ],
        bars: Vec::new(),
    });
    AuditShown {
        verdicts: [Language::Chinese, Language::English]
            .map(|language| audit.verdicts.iter().map(text(language)).collect()),
        groups: groups.collect(),
        influences: influences.collect(),
        parents: parents.collect(),
    }
}
