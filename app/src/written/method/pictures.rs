//! What each step does to the data, before and after: one indicator as it goes through
//! the steps, and everybody's scores, ranks and grades.

use super::super::html::Html;
use super::super::lab::{close_choice, open_choice, option};
use super::super::plot::{self, Plot, counted};
use super::super::{Scene, filled, framework, overview, shape};
use crate::charts::dots::{Dots, Row};
use crate::i18n::{Told, percent1, value};
use dhi_engine::aggregate::NodeScores;
use dhi_engine::frame::{CellState, Column};
use dhi_engine::framework::{Direction, Node};
use dhi_engine::ids::NodeIdx;
use dhi_engine::normalise::Reference;
use dhi_engine::pipeline::Outcome;
use dhi_engine::rank::{Grade, Ranks};
use dhi_engine::treat::Step;
use dhi_engine::weigh::WeightSet;

/// Parts whose scores are drawn beside the composite.
const MOST_PARTS: usize = 6;

/// Every stage of the run, and the indicator that is followed.
pub struct Stages<'a> {
    /// Cells after each step.
    pub outcome: &'a Outcome,
    /// Weights as used.
    pub weights: &'a WeightSet,
    /// Scores under them.
    pub scores: &'a NodeScores,
    /// Grades likewise.
    pub grades: Vec<Grade>,
    /// Ranks likewise.
    pub ranks: Ranks,
    /// Column of the indicator.
    pub column: usize,
    /// Number of tiers; none until that is analysed.
    pub n_tiers: Option<u32>,
}

/// What goes into the present step and what comes out of it.
#[derive(Clone, Copy)]
struct Sides<'a> {
    /// Name of the step.
    step: &'a str,
    before: &'a Column,
    after: &'a Column,
}

impl Stages<'_> {
    fn node<'a>(&self, scene: &Scene<'a>) -> Option<(NodeIdx, &'a Node)> {
        let leaf = scene.framework.leaves().get(self.column)?;
        Some((*leaf, scene.framework.node(*leaf)))
    }

    /// Columns of the indicator as reported, before and after outliers are treated, and
    /// normalised.
    fn columns(&self) -> Option<[&Column; 4]> {
        let at = self.column;
        let outcome = self.outcome;
        let prepared = outcome.prepared.as_ref().unwrap_or(&outcome.checked);
        Some([
            outcome.checked.columns().get(at)?,
            prepared.columns().get(at)?,
            outcome.treated.columns().get(at)?,
            outcome.normalised.columns().get(at)?,
        ])
    }

    /// Cells of the indicator that a step changed, and of all indicators.
    fn touched(&self, is_meant: fn(Step) -> bool) -> [usize; 2] {
        let cells = self.outcome.treat_ledger.iter();
        let cells = cells.filter(|cell| is_meant(cell.step));
        let mine = cells
            .clone()
            .filter(|cell| cell.column as usize == self.column);
        [mine.count(), cells.count()]
    }
}

/// Chooses the indicator that the pictures follow.
pub(super) fn choice(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>) {
    html.open("div class=\"toolbar method__choice\"");
    open_choice(
        html,
        scene.either("图中的指标", "Indicator in the pictures"),
        0,
    );
    for (at, leaf) in scene.framework.leaves().iter().enumerate() {
        option(
            html,
            &at.to_string(),
            scene.node(*leaf),
            at == stages.column,
        );
    }
    close_choice(html);
    html.close("div");
}

/// The pictures of a step; nothing where it has none.
pub(super) fn step(
    scene: &Scene<'_>,
    html: &mut Html,
    (key, step): (&str, &str),
    stages: &Stages<'_>,
) {
    let (Some(columns), Some(node)) = (stages.columns(), stages.node(scene)) else {
        return;
    };
    let [checked, prepared, treated, normalised] = columns;
    let sides = |before, after| Sides {
        step,
        before,
        after,
    };
    html.open("div class=\"method__pictures\"");
    match key {
        "check" => cells(scene, html, stages, checked),
        "screen" => screened(scene, html, stages),
        "impute" => imputed(scene, html, stages, sides(checked, prepared)),
        "treat" => treat(scene, html, stages, sides(prepared, treated)),
        "normalise" => normalise(scene, html, stages, sides(treated, normalised)),
        "weigh" => weights(scene, html, stages, node),
        "aggregate" => aggregate(scene, html, stages),
        "rank" => ranks(scene, html, stages),
        "bands" => bands(scene, html, stages),
        _ => {}
    }
    html.close("div");
}

/// Name and unit of the indicator.
fn measured(scene: &Scene<'_>, stages: &Stages<'_>) -> String {
    let Some((_, node)) = stages.node(scene) else {
        return String::new();
    };
    let measure = node
        .indicator
        .as_ref()
        .map(|i| framework::measure(i.measure));
    let measure = measure.map_or("", |told| scene.t(told));
    let name = node.name.get(scene.language);
    [
        name,
        scene.either("（", " ("),
        measure,
        scene.either("）", ")"),
    ]
    .concat()
}

/// Name of the indicator after its own scale is gone.
fn transformed(scene: &Scene<'_>, stages: &Stages<'_>) -> String {
    let name = stages.node(scene);
    let name = name.map_or("", |(_, node)| node.name.get(scene.language));
    [name, scene.either("（变换后）", " (transformed)")].concat()
}

fn present(column: &Column) -> Vec<f64> {
    column.present().collect()
}

fn histogram(scene: &Scene<'_>, html: &mut Html, column: &Column, plot: Plot<'_>) {
    let values = present(column);
    plot::histogram(
        scene,
        html,
        &Plot {
            values: &values,
            ..plot
        },
    );
}

/// A picture by itself says of which step it is.
fn before(scene: &Scene<'_>, step: &str) -> String {
    [step, scene.either("之前", ": before")].concat()
}

fn after(scene: &Scene<'_>, step: &str) -> String {
    [step, scene.either("之后", ": after")].concat()
}

fn arrow(html: &mut Html) {
    html.raw("<span class=\"method__arrow\" aria-hidden=\"true\">→</span>");
}

fn said(html: &mut Html, text: &str, values: &[(&str, String)]) {
    html.el("p class=\"hint\"", &filled(text, values));
}

fn with_share(n: usize, of: usize) -> String {
    overview::with_share(n as u32, of as u32)
}

/// Counts as rows.
fn counts(scene: &Scene<'_>, html: &mut Html, title: &str, rows: &[(String, usize)]) {
    let all: usize = rows.iter().map(|(_, n)| n).sum();
    let row = |(name, n): &(String, usize)| Row {
        label: name.clone(),
        values: [Some((*n as f64, with_share(*n, all))), None],
    };
    let rows: Vec<Row> = rows.iter().map(row).collect();
    let dots = Dots {
        rows: &rows,
        names: [""; 2],
        axis: counted(scene),
    };
    plot::rows(scene, html, title, &dots);
}

fn cells(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>, column: &Column) {
    let of = |state| column.states().iter().filter(|s| **s == state).count();
    let rows = [
        (Told::HaveValue, CellState::Value),
        (Told::Missing, CellState::Missing),
        (Told::NotApplicable, CellState::NotApplicable),
    ];
    let rows = rows.map(|(told, state)| (scene.t(told).to_owned(), of(state)));
    counts(scene, html, &measured(scene, stages), &rows);
    let floors = &scene.spec.check.floors;
    let coverage = &stages.outcome.coverage;
    let is_below = |unit: &usize| coverage.failed_floor(*unit, floors).is_some();
    let n = (0..column.len()).filter(is_below).count();
    said(
        html,
        scene.either(
            "覆盖率低于下限的村委会：{n} 个（有得分，不评级）。",
            "Committees below a floor of coverage: {n} (a score, but no grade).",
        ),
        &[("n", n.to_string())],
    );
}

fn screened(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>) {
    let n = stages.outcome.screened.iter().flatten().count();
    said(
        html,
        scene.either("筛除的村委会：{n} 个。", "Committees screened out: {n}."),
        &[("n", n.to_string())],
    );
}

/// Before and after in one picture each, or once where nothing changed.
fn pair(
    scene: &Scene<'_>,
    html: &mut Html,
    stages: &Stages<'_>,
    sides: Sides<'_>,
    is_transformed: bool,
) {
    let axis = measured(scene, stages);
    // One axis for both sides, so that they can be compared.
    let all = sides.before.present().chain(sides.after.present());
    let ends = all.fold([f64::NAN; 2], |[low, high], x| [low.min(x), high.max(x)]);
    let plot = |title, axis| Plot {
        values: &[],
        marks: &[],
        axis,
        title,
        reach: if is_transformed { &[] } else { &ends },
    };
    if sides.before == sides.after {
        let same = scene.either("前后相同", ": the same before and after");
        let title = [sides.step, same].concat();
        histogram(scene, html, sides.before, plot(&title, &axis));
        return;
    }
    let title = before(scene, sides.step);
    histogram(scene, html, sides.before, plot(&title, &axis));
    arrow(html);
    let other = transformed(scene, stages);
    let axis = if is_transformed { &other } else { &axis };
    let title = after(scene, sides.step);
    histogram(scene, html, sides.after, plot(&title, axis));
}

fn imputed(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>, sides: Sides<'_>) {
    let [mine, all] = stages.touched(|step| matches!(step, Step::Imputed(_)));
    if all > 0 || sides.before != sides.after {
        pair(scene, html, stages, sides, false);
    }
    said(
        html,
        scene.either(
            "填补的格：这项指标 {mine} 个，全部指标 {all} 个。",
            "Cells filled: {mine} of this indicator, {all} of all.",
        ),
        &[("mine", mine.to_string()), ("all", all.to_string())],
    );
}

fn treat(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>, sides: Sides<'_>) {
    let [mine, all] = stages.touched(|step| !matches!(step, Step::Imputed(_)));
    let steps = stages.outcome.treatments.get(stages.column);
    let is_transformed = steps.is_some_and(|t| {
        let is_clip = |step: &_| matches!(step, dhi_engine::treat::Applied::Winsorise { .. });
        !t.steps.iter().all(is_clip)
    });
    pair(scene, html, stages, sides, is_transformed);
    said(
        html,
        scene.either(
            "单独改动的格：这项指标 {mine} 个，全部指标 {all} 个。",
            "Cells changed on their own: {mine} of this indicator, {all} of all.",
        ),
        &[("mine", mine.to_string()), ("all", all.to_string())],
    );
}

fn normalise(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>, sides: Sides<'_>) {
    let scaling = stages.outcome.normalise_ledger.get(stages.column);
    let scaling = scaling.and_then(Option::as_ref);
    let mark = |zh, en, at: f64| (at, [scene.either(zh, en), " ", &value(at)].concat());
    let marks = match scaling.map(|scaling| scaling.reference) {
        Some(Reference::Interval { lower, upper }) => {
            vec![mark("下限", "lower", lower), mark("上限", "upper", upper)]
        }
        Some(Reference::Moments { mean, .. }) => vec![mark("均值", "mean", mean)],
        _ => Vec::new(),
    };
    let is_treated = stages.outcome.treatments.get(stages.column);
    let axis = if is_treated.is_some_and(|t| t.apply_to_reference(2.0) != Some(2.0)) {
        transformed(scene, stages)
    } else {
        measured(scene, stages)
    };
    let plot = Plot {
        values: &[],
        marks: &marks,
        axis: &axis,
        title: &before(scene, sides.step),
        reach: &[],
    };
    histogram(scene, html, sides.before, plot);
    arrow(html);
    let plot = Plot {
        values: &[],
        marks: &[],
        axis: scene.t(Told::ScoreAxis),
        title: &after(scene, sides.step),
        reach: &[0.0, scene.spec.scale],
    };
    histogram(scene, html, sides.after, plot);
    let indicator = stages.node(scene).and_then(|(_, n)| n.indicator.as_ref());
    let direction = indicator.map_or(Direction::HigherIsBetter, |i| i.direction);
    let Some(scaling) = scaling else {
        said(
            html,
            scene.either(
                "这项指标没有归一化：没有数值、没有上下限，或所有值相同。",
                "This indicator was not normalised: no values, no goalposts, or all values the same.",
            ),
            &[],
        );
        return;
    };
    said(
        html,
        scene.either(
            "{direction}；超出端点、按端点计的值 {n} 个。",
            "{direction}; {n} values lie beyond an end and count as the end.",
        ),
        &[
            (
                "direction",
                scene.t(framework::direction(direction)).to_owned(),
            ),
            ("n", scaling.n_clamped.to_string()),
        ],
    );
}

fn weights(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>, node: (NodeIdx, &Node)) {
    let Some(parent) = node.1.parent else { return };
    let Ok(given) = WeightSet::from_framework(scene.framework) else {
        return;
    };
    let mut groups = vec![scene.framework.composite()];
    if parent != scene.framework.composite() {
        groups.push(parent);
    }
    let mut is_same = true;
    let percent = |share: f64| Some((share * 100.0, percent1(share)));
    for group in groups {
        let children = &scene.framework.node(group).children;
        let differs = |child: &NodeIdx| {
            given.share(*child).to_bits() != stages.weights.share(*child).to_bits()
        };
        let is_other = children.iter().any(differs);
        is_same &= !is_other;
        let row = |child: &NodeIdx| Row {
            label: scene.node(*child).to_owned(),
            values: [
                percent(stages.weights.share(*child)),
                percent(given.share(*child)).filter(|_| is_other),
            ],
        };
        let rows: Vec<Row> = children.iter().map(row).collect();
        let names = [
            scene.either("实际使用", "as used"),
            scene.either("指标体系给定", "given"),
        ];
        let dots = Dots {
            rows: &rows,
            names: if is_other { names } else { [""; 2] },
            axis: scene.either("同级权重（%）", "Weight (%)"),
        };
        plot::rows(scene, html, scene.node(group), &dots);
    }
    if is_same {
        said(
            html,
            scene.either(
                "实际使用的就是指标体系给定的权重。",
                "The weights used are those that the framework gives.",
            ),
            &[],
        );
    }
}

fn aggregate(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>) {
    let reach = [0.0, scene.spec.scale];
    let draw = |html: &mut Html, node: NodeIdx| {
        let column = stages.scores.node(node);
        let plot = Plot {
            values: &[],
            marks: &[],
            axis: scene.t(Told::ScoreAxis),
            title: scene.node(node),
            reach: &reach,
        };
        histogram(scene, html, column, plot);
    };
    for pillar in scene.framework.pillars().iter().take(MOST_PARTS) {
        draw(html, *pillar);
    }
    arrow(html);
    draw(html, scene.framework.composite());
}

fn ranks(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>) {
    let ranks = &stages.ranks.overall;
    let mut taken: Vec<u32> = ranks.iter().flatten().map(|rank| rank.0).collect();
    taken.sort_unstable();
    let n_ranked = taken.len();
    let is_tied = |at: &usize| {
        let same =
            |other: Option<usize>| other.and_then(|other| taken.get(other)) == taken.get(*at);
        same(at.checked_sub(1)) || same(Some(at + 1))
    };
    let n_tied = (0..n_ranked).filter(is_tied).count();
    let rows = [
        (
            scene.either("独占名次", "rank of their own"),
            n_ranked - n_tied,
        ),
        (scene.either("并列", "tied"), n_tied),
        (scene.either("无名次", "no rank"), ranks.len() - n_ranked),
    ];
    let rows = rows.map(|(name, n)| (name.to_owned(), n));
    counts(scene, html, scene.either("名次", "Ranks"), &rows);
    if let Some(n) = stages.n_tiers {
        said(
            html,
            scene.either(
                "考虑不确定性后分得出的梯队：{n} 个。",
                "Tiers that can be told apart under uncertainty: {n}.",
            ),
            &[("n", n.to_string())],
        );
    }
}

fn bands(scene: &Scene<'_>, html: &mut Html, stages: &Stages<'_>) {
    let of = |meant: Option<u32>| {
        let is_meant = |grade: &&Grade| match grade {
            Grade::Band(at) => Some(*at) == meant,
            Grade::Withheld(_) => meant.is_none(),
        };
        stages.grades.iter().filter(is_meant).count()
    };
    let bands = (0..).zip(scene.spec.bands.list());
    let mut rows: Vec<(String, usize)> = bands
        .map(|(at, band)| {
            let name = [shape(at), " ", band.name.get(scene.language)].concat();
            (name, of(Some(at)))
        })
        .collect();
    rows.push((["○ ", scene.t(Told::NoGrade)].concat(), of(None)));
    let title = scene.either("等级（按得分）", "Grades by the score");
    counts(scene, html, title, &rows);
}
