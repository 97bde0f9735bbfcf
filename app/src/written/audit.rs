//! The coherence audit, and the ranking without each part.

use super::Scene;
use super::html::Html;
use crate::bidi::isolated;
use crate::charts::dots::{Dots, Row, svg};
use crate::i18n::{Told, fixed2, percent1};
use dhi_engine::coherence::{Audit, Correlation, Influence, Relation, verdict_text};
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
    ];
    let title = scene.t(Told::AuditInfluences);
    html.el("h3", title);
    influences_drawn(scene, html, audit);
    html.long_table(title, "table class=\"table\"", &head);
    for i in &audit.influences {
        html.open("tr")
            .el(ROW, scene.node(i.node))
            .el("td", scene.node(i.on))
            .el(NUMBER, &percent1(i.weight))
            .el(NUMBER, &i.share.map_or_else(|| "—".into(), percent1))
            .close("tr");
    }
    html.end_table();
}

/// Weight beside influence on the composite: of its own parts, then of the indicators.
fn influences_drawn(scene: &Scene<'_>, html: &mut Html, audit: &Audit) {
    let composite = scene.framework.composite();
    let on_all = audit.influences.iter().filter(|i| i.on == composite);
    let percent = |share: f64| (share * 100.0, percent1(share));
    let row = |i: &Influence| Row {
        label: scene.node(i.node).to_owned(),
        values: [i.share.map(percent), Some(percent(i.weight))],
    };
    let rows: Vec<Row> = on_all.map(row).collect();
    let n_parts = scene.framework.node(composite).children.len();
    let (parts, indicators) = rows.split_at(n_parts.min(rows.len()));
    let by_indicator = scene.either(
        "各指标的权重与影响",
        "Weight beside influence, by indicator",
    );
    let names = [scene.t(Told::AuditInfluence), scene.t(Told::AuditWeight)];
    let axis = scene.either("对总分的份额（%）", "Share in the index (%)");
    let chart = |html: &mut Html, title, rows| {
        let dots = Dots { rows, names, axis };
        scene.chart(html, title, &svg(&dots, scene.look.width));
    };
    chart(html, scene.t(Told::AuditInfluences), parts);
    if !indicators.is_empty() {
        html.el("h4", by_indicator);
        chart(html, by_indicator, indicators);
    }
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
    ];
    let row = |(node, effect): &(NodeIdx, Result<Effect, LeaveOutError>)| {
        let similarity = effect.as_ref().ok().map(|effect| effect.similarity);
        let mean = similarity.and_then(|s| s.mean_shift);
        let largest = similarity.and_then(|s| s.max_shift);
        Row {
            label: scene.node(*node).to_owned(),
            values: [
                mean.map(|mean| (mean, fixed2(mean))),
                largest.map(|most| (f64::from(most), most.to_string())),
            ],
        }
    };
    let rows: Vec<Row> = effects.iter().map(row).collect();
    let dots = Dots {
        rows: &rows,
        names: [scene.t(Told::LeaveOutMean), scene.t(Told::LeaveOutMax)],
        axis: scene.either("名次变动（位）", "Rank shift (places)"),
    };
    let picture = svg(&dots, scene.look.width);
    scene.chart(html, scene.t(Told::LeaveOut), &picture);
    html.long_table(scene.t(Told::LeaveOut), "table class=\"table\"", &head);
    for (node, effect) in effects {
        html.open("tr").el(ROW, scene.node(*node));
        let Ok(effect) = effect else {
            // A node without a weighted sibling cannot be left out on its own.
            for _ in 0..5 {
                html.el(NUMBER, "—");
            }
            html.close("tr");
            continue;
        };
        let similarity = effect.similarity;
        let kendall = similarity.kendall.map(|k| format!("{k:.3}"));
        let largest = similarity.max_shift.map(|m| m.to_string());
        let whose = effect.largest.map(|shift| {
            let name = isolated(scene.unit(shift.unit));
            format!("{name} {} → {}", shift.from.0, shift.to.0)
        });
        let text = |text: Option<String>| text.unwrap_or_else(|| "—".into());
        html.el(NUMBER, &text(kendall))
            .el(NUMBER, &or_dash(similarity.mean_shift))
            .el(NUMBER, &text(largest))
            .el(NUMBER, &effect.band_changes.to_string())
            .el(NUMBER, &text(whose))
            .close("tr");
    }
    html.end_table();
}

#[cfg(test)]
mod tests {
    use super::super::html::check;
    use super::*;
    use crate::worker::protocol::Look;
    use dhi_engine::compare::{Shift, Similarity};
    use dhi_engine::frame::{Unit, Units};
    use dhi_engine::framework::Language;
    use dhi_engine::ids::{BodyType, UnitCode};
    use dhi_engine::quantity::Rank;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    /// The markup, and what its charts say chart by chart.
    fn written(write: impl Fn(&Scene<'_>, &mut Html)) -> (String, Vec<Vec<String>>) {
        // A village whose name turns what follows.
        let village = Unit {
            code: UnitCode::new("990000100001").unwrap(),
            name: "甲\u{202e}".into(),
            town: String::new(),
            class: String::new(),
            body_type: BodyType::VillageCommittee,
            population: None,
        };
        let units = Units::new(vec![village]).unwrap();
        let (framework, spec) = (default_scheme(), Spec::default());
        let scene = Scene {
            framework: &framework,
            units: &units,
            spec: &spec,
            language: Language::Chinese,
            look: Look { width: 600 },
        };
        let mut html = Html::default();
        write(&scene, &mut html);
        let markup = html.finish();
        check(&markup);
        let charts = markup.split("role=\"img\"").skip(1).map(|chart| {
            let titles = chart.split("<title>").skip(1);
            titles
                .filter_map(|t| t.split('<').next().map(ToOwned::to_owned))
                .collect()
        });
        let charts = charts.collect();
        (markup, charts)
    }

    /// The composite is node 0, its first pillar node 1, the first part of that node 2, and
    /// the first two indicators nodes 3 and 4. What acts on a pillar is in the table alone.
    #[test]
    fn weight_and_influence_on_the_index_are_drawn_for_its_parts_then_for_indicators() {
        let framework = default_scheme();
        let [pillars, leaves] = [framework.pillars(), framework.leaves()];
        let influence = |node, on: u32, weight, share| Influence {
            node,
            on: NodeIdx(on),
            weight,
            ratio: share,
            share,
        };
        let found = Audit {
            influences: vec![
                influence(pillars[0], 0, 0.35, Some(0.412)),
                influence(pillars[1], 0, 0.35, Some(0.288)),
                influence(pillars[2], 0, 0.3, None),
                influence(NodeIdx(2), 1, 0.4, Some(1.0)),
                influence(leaves[0], 0, 0.035, Some(0.05)),
                influence(leaves[1], 0, 0.965, Some(0.95)),
            ],
            ..Audit::default()
        };
        let (markup, charts) = written(|scene, html| influences(scene, html, &found));
        assert_eq!(
            charts,
            [
                vec![
                    "班子运行 · 名义权重 35.0% · 实际影响: 41.2%",
                    "决策规范 · 名义权重 35.0% · 实际影响: 28.8%",
                    "群众评价 · 名义权重 30.0% · 实际影响: —",
                ],
                vec![
                    "班子配备率 · 名义权重 3.5% · 实际影响: 5.0%",
                    "法定会议按期率 · 名义权重 96.5% · 实际影响: 95.0%",
                ]
            ]
        );
        assert_eq!(markup.matches("<tr><th scope=\"row\">").count(), 6);
        assert!(markup.contains("<h4>各指标的权重与影响</h4>"));
        assert!(markup.contains("对总分的份额（%）"));
    }

    /// One part changes nothing, one moves a village by 7 places, one cannot be left out.
    #[test]
    fn what_leaving_out_does_is_drawn_in_places() {
        let effect = |mean, most| Effect {
            similarity: Similarity {
                n: 3,
                kendall: Some(0.5),
                spearman: None,
                weighted_spearman: None,
                ws: None,
                mean_shift: Some(mean),
                max_shift: Some(most),
            },
            largest: (most > 0).then_some(Shift {
                unit: 0,
                from: Rank(9),
                to: Rank(2),
            }),
            band_changes: 1,
        };
        let effects: Effects = vec![
            (NodeIdx(1), Ok(effect(0.0, 0))),
            (NodeIdx(2), Ok(effect(7.0 / 3.0, 7))),
            (NodeIdx(3), Err(LeaveOutError::Composite)),
        ];
        let (markup, charts) = written(|scene, html| left_out(scene, html, &effects));
        assert_eq!(
            charts,
            [[
                "班子运行 · 最大名次变动 0 · 平均名次变动: 0.00",
                "组织履职 · 最大名次变动 7 · 平均名次变动: 2.33",
            ]]
        );
        assert!(markup.contains("名次变动（位）"));
        assert!(
            markup.contains("\u{2068}甲\u{202e}\u{2069} 9 → 2"),
            "{markup}"
        );
        crate::bidi::check(&markup);
        let (_, table) = markup.split_once("<tbody>").unwrap();
        let last = table.rsplit("<tr>").next().unwrap();
        assert_eq!(last.matches('—').count(), 5, "{last}");
    }
}
