//! The coherence audit, and the ranking without each part.

use super::Scene;
use super::html::Html;
use crate::i18n::{Told, fixed2, percent1};
use dhi_engine::coherence::{Audit, Correlation, Relation, verdict_text};
use dhi_engine::compare::{Effect, LeaveOutError};
use dhi_engine::ids::NodeIdx;

const NUMBER: &str = "td class=\"number\"";
/// What leaving out each node does.
pub type Effects = Vec<(NodeIdx, Result<Effect, LeaveOutError>)>;

const ROW: &str = "th scope=\"row\"";

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
        |c| [fixed2(c.value), " (p ".into(), p_value(c.p), ")".into()].concat(),
    )
}

/// A share as a bar; the second lies below the first.
fn bar(html: &mut Html, class: &'static str, share: f64) {
    let width = format!("width: {:.1}%", share.clamp(0.0, 1.0) * 100.0);
    html.raw("<span")
        .attr("class", class)
        .attr("style", &width)
        .raw("></span>");
}

/// Sentences first, then the numbers behind them.
pub fn audit(scene: &Scene<'_>, html: &mut Html, audit: &Audit) {
    if audit.verdicts.is_empty() {
        let nothing = scene.t(Told::AuditNothing);
        html.el("p class=\"notice notice--good\"", nothing);
    }
    html.open("ol class=\"steps\" data-testid=\"verdicts\"");
    for verdict in &audit.verdicts {
        let text = verdict_text(verdict, scene.framework, scene.language);
        html.el("li", &text);
    }
    html.close("ol");
    groups(scene, html, audit);
    influences(scene, html, audit);
    parents(scene, html, audit);
}

/// What every part does to the index; without numbers there are too many villages.
pub fn influence(scene: &Scene<'_>, html: &mut Html, found: Option<&(Audit, Effects)>) {
    match found {
        None => {
            html.el("p class=\"notice\"", scene.t(Told::LabTooMany));
        }
        Some((audit, effects)) => {
            influences(scene, html, audit);
            html.el("h3", scene.t(Told::LeaveOut));
            left_out(scene, html, effects);
        }
    }
}

fn groups(scene: &Scene<'_>, html: &mut Html, audit: &Audit) {
    let head = [
        scene.text(Told::AuditGroup),
        scene.number(Told::AuditN),
        scene.number(Told::AuditAlpha),
        scene.number(Told::AuditKmo),
        scene.number(Told::AuditBartlett),
        scene.number(Told::AuditFirst),
        scene.number(Told::AuditEigen),
    ];
    let title = scene.t(Told::AuditGroups);
    html.el("h3", title)
        .long_table(title, "table class=\"table\"", &head);
    for g in &audit.groups {
        let eigenvalues: Vec<String> = g.eigenvalues.iter().map(|e| fixed2(*e)).collect();
        html.open("tr")
            .el(ROW, scene.node(g.node))
            .el(NUMBER, &g.n.to_string())
            .el(NUMBER, &or_dash(g.alpha))
            .el(NUMBER, &or_dash(g.kmo))
            .el(NUMBER, &p_value(g.bartlett.map(|b| b.p)))
            .el(NUMBER, &g.explained.map_or_else(|| "—".into(), percent1))
            .el(NUMBER, &eigenvalues.join(" "))
            .close("tr");
    }
    html.end_table();
}

fn influences(scene: &Scene<'_>, html: &mut Html, audit: &Audit) {
    let head = [
        scene.text(Told::AuditNode),
        scene.text(Told::AuditOn),
        scene.number(Told::AuditWeight),
        scene.number(Told::AuditInfluence),
        scene.text(Told::AuditBar),
    ];
    let title = scene.t(Told::AuditInfluences);
    html.el("h3", title)
        .long_table(title, "table class=\"table\"", &head);
    for i in &audit.influences {
        html.open("tr")
            .el(ROW, scene.node(i.node))
            .el("td", scene.node(i.on))
            .el(NUMBER, &percent1(i.weight))
            .el(NUMBER, &i.share.map_or_else(|| "—".into(), percent1))
            .raw("<td><span class=\"pair\" aria-hidden=\"true\">");
        bar(html, "pair__bar", i.weight);
        bar(html, "pair__bar pair__bar--second", i.share.unwrap_or(0.0));
        html.raw("</span></td></tr>");
    }
    html.end_table();
}

fn parents(scene: &Scene<'_>, html: &mut Html, audit: &Audit) {
    let head = [
        scene.text(Told::AuditNode),
        scene.text(Told::AuditParent),
        scene.number(Told::AuditN),
        scene.number(Told::AuditPearson),
        scene.number(Told::AuditSpearman),
        scene.number(Told::AuditKendall),
    ];
    let title = scene.t(Told::AuditParents);
    html.el("h3", title)
        .long_table(title, "table class=\"table\"", &head);
    let pairs = audit.pairs.iter();
    for p in pairs.filter(|p| p.relation == Relation::Parent) {
        html.open("tr")
            .el(ROW, scene.node(p.a))
            .el("td", scene.node(p.b))
            .el(NUMBER, &p.n.to_string())
            .el(NUMBER, &correlation(p.pearson))
            .el(NUMBER, &correlation(p.spearman))
            .el(NUMBER, &correlation(p.kendall))
            .close("tr");
    }
    html.end_table();
}

/// What leaving out each node does to the ranking.
pub fn left_out(
    scene: &Scene<'_>,
    html: &mut Html,
    effects: &[(NodeIdx, Result<Effect, LeaveOutError>)],
) {
    let head = [
        scene.text(Told::LeaveOutNode),
        scene.number(Told::AuditKendall),
        scene.number(Told::LeaveOutMean),
        scene.number(Told::LeaveOutMax),
        scene.number(Told::LeaveOutBands),
        scene.number(Told::LeaveOutWhose),
        scene.text(Told::LeaveOutMean),
    ];
    let shift = |effect: &Effect| effect.similarity.mean_shift.unwrap_or(0.0);
    let shifts = effects.iter().filter_map(|(_, e)| e.as_ref().ok());
    let largest_shift = shifts.map(shift).fold(0.0, f64::max);
    html.long_table(scene.t(Told::LeaveOut), "table class=\"table\"", &head);
    for (node, effect) in effects {
        html.open("tr").el(ROW, scene.node(*node));
        let Ok(effect) = effect else {
            // A node without a weighted sibling cannot be left out on its own.
            for _ in 0..5 {
                html.el(NUMBER, "—");
            }
            html.raw("<td></td></tr>");
            continue;
        };
        let similarity = effect.similarity;
        let kendall = similarity.kendall.map(|k| format!("{k:.3}"));
        let largest = similarity.max_shift.map(|m| m.to_string());
        let whose = effect.largest.map(|shift| {
            let name = scene.unit(shift.unit);
            format!("{name} {} → {}", shift.from.0, shift.to.0)
        });
        let text = |text: Option<String>| text.unwrap_or_else(|| "—".into());
        html.el(NUMBER, &text(kendall))
            .el(NUMBER, &or_dash(similarity.mean_shift))
            .el(NUMBER, &text(largest))
            .el(NUMBER, &effect.band_changes.to_string())
            .el(NUMBER, &text(whose))
            .raw("<td><span class=\"pair\" aria-hidden=\"true\">");
        if largest_shift > 0.0 {
            bar(html, "pair__bar", shift(effect) / largest_shift);
        }
        html.raw("</span></td></tr>");
    }
    html.end_table();
}
