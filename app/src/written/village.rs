//! Why one village has its score, down to the raw cells.

use super::html::Html;
use super::{Scene, badge, correct, filled, withheld};
use crate::charts::contributions::{Bar, svg};
use crate::i18n::{Told, fixed2, percent1, value};
use dhi_engine::check::Count;
use dhi_engine::explain::{Additivity, Dossier, DossierNode};
use dhi_engine::finding::Finding;
use dhi_engine::frame::Cell;
use dhi_engine::framework::{Direction, Indicator, Measure, Node};
use dhi_engine::ids::BodyType;
use dhi_engine::rank::Grade;

const NUMBER: &str = "td class=\"number\"";

/// What the head of the page says about a village.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Composite score; NaN where there is none.
    pub score: f64,
    /// Grade by the score.
    pub grade: Grade,
    /// The grade that counts, under caps.
    pub counts: Grade,
    /// Rank overall, in the class and in the town, each with the number of units that
    /// have one; 0 for no rank.
    pub ranks: [(u32, u32); 3],
    /// Whether others share the overall rank.
    pub is_tied: bool,
    /// Coverage.
    pub coverage: Count,
}

/// Names of the indicators that have no value and should.
pub(super) fn missing<'s>(scene: &'s Scene<'_>, dossier: &Dossier) -> Vec<&'s str> {
    let is_missing = |d: &&DossierNode| {
        let is_leaf = scene.framework.node(d.node).column.is_some();
        is_leaf && d.raw.is_none() && !d.is_not_applicable
    };
    let missing = dossier.nodes.iter().filter(is_missing);
    missing.map(|d| scene.node(d.node)).collect()
}

/// Name, score, grade, ranks, coverage, and what is missing.
pub fn summary(scene: &Scene<'_>, html: &mut Html, dossier: &Dossier, standing: &Standing) {
    let Some(about) = scene.units.list().get(dossier.unit as usize) else {
        return;
    };
    let body = scene.t(match about.body_type {
        BodyType::VillageCommittee => Told::BodyVillage,
        BodyType::ResidentsCommittee => Told::BodyResidents,
        BodyType::Other => Told::BodyOther,
    });
    let population = about.population.map(|n| {
        let n = value(n);
        [scene.t(Told::Population), " ", &n].concat()
    });
    let facts = [
        about.code.as_str(),
        &about.town,
        &about.class,
        body,
        population.as_deref().unwrap_or(""),
    ];
    let facts = facts.into_iter().filter(|t| !t.is_empty());
    html.open("section class=\"card village\"")
        .el("h2 class=\"village__name\"", &about.name)
        .el(
            "p class=\"village__about\"",
            &facts.collect::<Vec<_>>().join(" · "),
        )
        .open("div class=\"village__score\"")
        .el(
            "span class=\"village__number\" data-testid=\"score\"",
            &super::score(scene, standing.score),
        );
    badge(scene, html, [standing.grade, standing.counts]);
    html.close("div");
    if let Some(why) = withheld(standing.grade) {
        html.el("p class=\"notice\"", scene.t(why));
    }
    html.open("dl class=\"facts\"");
    let keys = [Told::RankOverall, Told::RankInClass, Told::RankInTown];
    for (key, (rank, among)) in keys.into_iter().zip(standing.ranks) {
        let text = match rank {
            0 => scene.t(Told::NoRank).to_owned(),
            rank => format!("{rank} / {among}"),
        };
        scene.fact(html, key, &text);
    }
    let count = standing.coverage;
    let coverage = format!("{} / {}", count.present, count.applicable);
    scene.fact(html, Told::Coverage, &coverage);
    html.raw("</dl><p data-testid=\"missing\">");
    let missing = missing(scene, dossier);
    if missing.is_empty() {
        html.text(scene.either("指标没有缺失。", "No indicator is missing."));
    } else {
        // All of them: who decides must know what there is no evidence of.
        html.el("strong", scene.t(Told::Missing)).text(&format!(
            " {} · {}",
            missing.len(),
            missing.join(scene.t(Told::ListComma))
        ));
    }
    html.raw("</p></section>");
}

/// What the checks remark, if they do.
pub fn remarks(scene: &Scene<'_>, html: &mut Html, remarks: &[&Finding]) {
    if !remarks.is_empty() {
        html.open("section class=\"card\"")
            .el("h2", scene.t(Told::RunFindings))
            .el("p class=\"hint\"", scene.t(Told::RunFindingsHint));
        super::findings::findings(scene, html, remarks);
        html.close("section");
    }
}

/// How far this unit's score can be read as the sum of contributions: not at all
/// where one is below 0, or where they do not add up.
pub fn additivity(scene: &Scene<'_>, dossier: &Dossier) -> Additivity {
    let sum = sum_of(scene, dossier);
    let score = dossier.nodes.first().and_then(|n| n.score).unwrap_or(0.0);
    let is_split =
        sum.to_bits() == score.to_bits() && dossier.nodes.iter().all(|n| n.contribution >= 0.0);
    if !is_split {
        return Additivity::None;
    }
    Additivity::of(scene.framework, &scene.spec.aggregate)
}

/// What the indicators contribute together.
fn sum_of(scene: &Scene<'_>, dossier: &Dossier) -> f64 {
    let leaves = scene.framework.leaves().iter();
    let parts = leaves.filter_map(|n| dossier.nodes.get(n.at()));
    parts.map(|n| n.contribution).sum()
}

/// Position of the pillar above a node.
fn pillar_of(scene: &Scene<'_>, node: &DossierNode) -> usize {
    let mut path = vec![node.node];
    path.extend(scene.framework.ancestors(node.node));
    let pillars = scene.framework.pillars();
    path.iter()
        .find_map(|n| pillars.iter().position(|p| p == n))
        .unwrap_or(0)
}

/// One bar per inner node right above indicators.
fn bars(scene: &Scene<'_>, dossier: &Dossier) -> Vec<Bar> {
    let holds_leaves = |n: &Node| {
        let has_leaf = |c: &_| scene.framework.node(*c).column.is_some();
        n.children.iter().any(has_leaf)
    };
    let of_node = |d: &DossierNode| {
        let node = scene.framework.node(d.node);
        holds_leaves(node).then(|| Bar {
            label: node.name.get(scene.language).to_owned(),
            gained: d.contribution,
            possible: d.applied * scene.spec.scale,
            pillar: pillar_of(scene, d),
        })
    };
    dossier.nodes.iter().filter_map(of_node).collect()
}

/// The picture of the contributions, and every node with everything behind it.
pub fn contributions(
    scene: &Scene<'_>,
    html: &mut Html,
    dossier: &Dossier,
    corrected: &[(usize, Cell)],
) {
    let sum = sum_of(scene, dossier);
    let additivity = additivity(scene, dossier);
    let hint = scene.t(match additivity {
        Additivity::Exact => Told::ContributionsHint,
        Additivity::SharedOut => Told::SharedOut,
        Additivity::None => Told::RelativeScore,
    });
    let picture = svg(
        &bars(scene, dossier),
        scene.t(Told::ContributionPoints),
        scene.look.width,
    );
    let title = scene.t(Told::Contributions);
    html.open("section class=\"card\"")
        .el("h2", title)
        .el("p class=\"hint\"", hint);
    scene.chart(html, title, &picture);
    html.close("section");
    let is_additive = additivity == Additivity::Exact;
    details(scene, html, dossier, corrected, (sum, is_additive));
}

fn details(
    scene: &Scene<'_>,
    html: &mut Html,
    dossier: &Dossier,
    corrected: &[(usize, Cell)],
    (sum, is_additive): (f64, bool),
) {
    let score = dossier.nodes.first().and_then(|n| n.score);
    html.open("section class=\"card\"")
        .el("h2", scene.t(Told::Indicator));
    if dossier.nodes.iter().all(|n| n.class_median.is_none()) {
        let least = [("n", scene.spec.min_class.to_string())];
        let words = filled(scene.t(Told::ClassTooSmall), &least);
        html.el("p class=\"hint\"", &words);
    }
    let contribution = if is_additive {
        Told::Contribution
    } else {
        Told::SharedPart
    };
    let head = [
        scene.text(Told::Indicator),
        scene.text(Told::RawValue),
        scene.text(Told::Goalposts),
        scene.number(Told::Normalised),
        scene.number(Told::ClassMedian),
        scene.number(Told::ShareOfSiblings),
        scene.number(Told::AppliedWeight),
        scene.number(contribution),
        scene.text(Told::Source),
        scene.text(Told::CutOff),
    ];
    html.table(
        scene.t(Told::Indicator),
        "table class=\"table\" data-testid=\"dossier\"",
        &head,
    );
    for d in dossier.nodes.iter().skip(1) {
        row(scene, html, d, corrected);
    }
    let words = if is_additive {
        [scene.t(Told::ContributionSum), " = ", scene.t(Told::Score)].concat()
    } else {
        scene.t(Told::Sum).to_owned()
    };
    let equals = score.filter(|_| is_additive);
    let equals = equals.map_or_else(String::new, |s| ["= ", &fixed2(s)].concat());
    html.raw("</tbody><tfoot><tr>")
        .el("th scope=\"row\" colspan=\"7\"", &words)
        .raw("<td class=\"number\"")
        .attr("data-sum", &sum.to_string());
    if let Some(score) = score {
        html.attr("data-score", &score.to_string());
    }
    html.raw(">")
        .text(&fixed2(sum))
        .raw("</td>")
        .el("td colspan=\"2\"", &equals)
        .raw("</tr></tfoot></table></div></section>");
}

/// What follows a value in a measure.
fn measure_words(scene: &Scene<'_>, measure: Option<Measure>) -> [&'static str; 2] {
    match measure {
        Some(Measure::Percent) => ["%", ""],
        Some(Measure::Amount) => [" ", "万元"],
        Some(Measure::Points) => [" ", scene.t(Told::PointsUnit)],
        Some(Measure::Share | Measure::Count | Measure::Number) | None => ["", ""],
    }
}

/// A value with its measure.
pub fn with_measure(scene: &Scene<'_>, measure: Option<Measure>, x: f64) -> String {
    let [space, unit] = measure_words(scene, measure);
    [&fixed2(x), space, unit].concat()
}

/// A value that is enough for something, in parts of one such as hundredths: rounded the way
/// that is better, since one rounded the other way would not be enough.
pub fn enough(node: &Node, x: f64, parts: f64) -> f64 {
    let is_higher = |i: &Indicator| i.direction == Direction::HigherIsBetter;
    let sign = if node.indicator.as_ref().is_some_and(is_higher) {
        parts
    } else {
        -parts
    };
    // What arithmetic adds in its last digits is no reason for another step.
    (x * sign - 1e-7).ceil() / sign + 0.0
}

/// A raw value as it may be told, without and with its measure.
pub fn raw_value(scene: &Scene<'_>, node: &Node, x: f64) -> [String; 2] {
    let measure = node.indicator.as_ref().map(|i| i.measure);
    let survey = &scene.spec.survey;
    let (sign, x) = measure.map_or(("", x), |m| survey.told(node.id.as_str(), m, x));
    [value(x), with_measure(scene, measure, x)].map(|text| [sign, &text].concat())
}

/// Opens the row of a node, indented by its depth, up to its name.
pub fn open_row(html: &mut Html, node: &Node) {
    let class = if node.column.is_some() {
        "table__leaf"
    } else {
        "table__inner"
    };
    let indent = format!("padding-left: {}rem", 0.5 + 0.9 * (node.depth as f64 - 1.0));
    html.open_with("tr", "class", class)
        .open_with("th scope=\"row\"", "style", &indent);
}

fn row(scene: &Scene<'_>, html: &mut Html, d: &DossierNode, corrected: &[(usize, Cell)]) {
    let node = scene.framework.node(d.node);
    let nothing = || {
        scene
            .t(if d.is_not_applicable {
                Told::NotApplicable
            } else {
                Told::Missing
            })
            .to_owned()
    };
    open_row(html, node);
    html.text(node.name.get(scene.language)).raw("</th>");
    let mut told = [String::new(), String::new()];
    if let Some(indicator) = &node.indicator {
        let raw = d.raw.map_or_else(nothing, |raw| {
            let ratio = d.ratio.map_or_else(String::new, |r| {
                format!(" ({}/{})", value(r.numerator), value(r.denominator))
            });
            let [_, raw] = raw_value(scene, node, raw);
            [raw, ratio].concat()
        });
        let arrow = scene.t(match indicator.direction {
            Direction::HigherIsBetter => Told::Higher,
            Direction::LowerIsBetter => Told::Lower,
        });
        let posts = indicator.goalposts.map_or_else(String::new, |g| {
            [&value(g.lower()), "–", &value(g.upper()), " ", arrow].concat()
        });
        html.el("td", &raw).el("td", &posts);
        let or_untold = |text: Option<&String>| match text {
            Some(text) if !text.is_empty() => text.clone(),
            _ if d.raw.is_none() => String::new(),
            _ => scene.t(Told::SourceNotTold).to_owned(),
        };
        let provenance = d.provenance.as_ref();
        let imported = corrected
            .iter()
            .find(|(column, _)| Some(*column) == node.column);
        told = [
            imported.map_or_else(
                || or_untold(provenance.map(|p| &p.source)),
                |(_, cell)| correct::instead_of(scene, indicator.measure, *cell),
            ),
            or_untold(provenance.map(|p| &p.cut_off)),
        ];
    } else {
        html.raw("<td></td><td></td>");
    }
    let median = d.class_median.map_or_else(|| "—".into(), fixed2);
    html.el(NUMBER, &d.score.map_or_else(nothing, fixed2))
        .el(NUMBER, &median)
        .el(NUMBER, &percent1(d.share))
        .el(NUMBER, &percent1(d.applied))
        .el(NUMBER, &fixed2(d.contribution));
    for text in &told {
        html.el("td", text);
    }
    html.close("tr");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::protocol::Look;
    use crate::written::{both, html::check};
    use dhi_engine::demo::{DemoOptions, generate};
    use dhi_engine::framework::Language;
    use dhi_engine::ids::NodeIdx;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    /// Up where more is better, down where less is.
    #[test]
    fn enough_is_rounded_towards_better() {
        let scheme = default_scheme();
        let node = |id: &str| scheme.node(scheme.find(id).unwrap());
        let (higher, lower) = (node("a_staffing_rate"), node("a_rect_return_rate"));
        let told = |node, x, parts| value(enough(node, x, parts));
        assert_eq!(told(higher, 79.7525, 100.0), "79.76");
        assert_eq!(told(lower, 12.3475, 100.0), "12.34");
        assert_eq!(told(higher, 1.0 / 3.0, 10_000.0), "0.3334");
        // The last digits of 80 by arithmetic.
        assert_eq!(told(higher, 80.000_000_000_01, 100.0), "80");
        assert_eq!(told(lower, 19.999_999_999_99, 100.0), "20");
        assert_eq!(
            [higher, lower].map(|node| told(node, 0.0, 100.0)),
            ["0", "0"]
        );
    }

    /// The summary with every indicator there but those named.
    fn summary_of(missing: &[usize], not_applicable: &[usize]) -> [String; 2] {
        let dataset = generate(&default_scheme(), DemoOptions::default()).unwrap();
        let (framework, spec) = (dataset.framework(), Spec::default());
        let node = |at: usize| {
            let node = NodeIdx(at as u32);
            let column = framework.node(node).column;
            let is = |list: &[usize]| column.is_some_and(|c| list.contains(&c));
            DossierNode {
                node,
                score: None,
                is_not_applicable: is(not_applicable),
                share: 0.0,
                effective: 0.0,
                applied: 0.0,
                contribution: 0.0,
                class_median: None,
                raw: column
                    .filter(|_| !is(missing) && !is(not_applicable))
                    .map(|_| 1.0),
                ratio: None,
                treated: None,
                scaling: None,
                provenance: None,
            }
        };
        let dossier = Dossier {
            unit: 0,
            nodes: (0..framework.nodes().len()).map(node).collect(),
            coverage: Count::default(),
            pillar_coverage: Vec::new(),
            class_size: 0,
            town_size: 0,
        };
        let standing = Standing {
            score: f64::NAN,
            grade: Grade::Band(0),
            counts: Grade::Band(0),
            ranks: [(0, 0); 3],
            is_tied: false,
            coverage: Count::default(),
        };
        let scene = Scene {
            framework,
            units: dataset.units(),
            spec: &spec,
            language: Language::Chinese,
            look: Look::default(),
        };
        let texts = both(scene, &|scene, html| {
            summary(scene, html, &dossier, &standing);
        });
        texts.map(|text| {
            check(&text);
            let (_, said) = text.split_once("<p data-testid=\"missing\">").unwrap();
            said.split("</p>").next().unwrap().to_owned()
        })
    }

    #[test]
    fn what_is_missing_is_named_and_what_does_not_apply_is_not() {
        let scheme = generate(&default_scheme(), DemoOptions::default()).unwrap();
        let framework = scheme.framework();
        let name = |c: usize| framework.node(framework.leaves()[c]).name.zh.clone();
        let [text, english] = summary_of(&[4, 1], &[2]);
        assert_eq!(
            text,
            format!("<strong>缺失</strong> 2 · {}、{}", name(1), name(4))
        );
        assert!(
            english.starts_with("<strong>Missing</strong> 2 · "),
            "{english}"
        );
        let complete = summary_of(&[], &[2]);
        assert_eq!(complete, ["指标没有缺失。", "No indicator is missing."]);
    }
}
