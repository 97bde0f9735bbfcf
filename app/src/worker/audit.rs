//! The coherence audit, and the index without its parts, as the page shows them.

use super::protocol::{AuditShown, Line};
use crate::i18n::{fixed2, percent1};
use dhi_engine::coherence::{Audit, Correlation, Relation, verdict_text};
use dhi_engine::compare::{Effect, LeaveOutError};
use dhi_engine::frame::Units;
use dhi_engine::framework::{Framework, Language};
use dhi_engine::ids::NodeIdx;

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

/// What leaving out each node does to the ranking.
pub fn left_out(effects: &[(NodeIdx, Result<Effect, LeaveOutError>)], units: &Units) -> Vec<Line> {
    let cells = |effect: &Effect| {
        let whose = effect.largest.map(|shift| {
            let unit = units.list().get(shift.unit as usize);
            let name = unit.map_or("", |u| u.name.as_str());
            format!("{name} {} → {}", shift.from.0, shift.to.0)
        });
        let similarity = effect.similarity;
        vec![
            similarity
                .kendall
                .map_or_else(|| "—".into(), |k| format!("{k:.3}")),
            or_dash(similarity.mean_shift),
            similarity
                .max_shift
                .map_or_else(|| "—".into(), |m| m.to_string()),
            effect.band_changes.to_string(),
            whose.unwrap_or_else(|| "—".into()),
        ]
    };
    let line = |(node, effect): &(NodeIdx, Result<Effect, LeaveOutError>)| Line {
        nodes: vec![node.0],
        // A node without a weighted sibling cannot be left out on its own.
        cells: effect.as_ref().map_or_else(|_| vec!["—".into(); 5], cells),
        bars: Vec::new(),
    };
    effects.iter().map(line).collect()
}
