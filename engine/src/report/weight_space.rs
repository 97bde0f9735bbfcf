//! Exact answers about weights as tables.

use super::{MISSING, Table, harmless, number};
use crate::framework::Language;
use crate::ids::NodeIdx;
use crate::pipeline::{Inputs, Outcome, PipelineError};
use crate::spec::Spec;
use crate::weigh::WeightSet;
use crate::weight_space::{
    Admissible, Cap, Certainty, Combination, Dominance, Flip, LeftOut, Level, LiftRow, Norm,
    RankPath, Reach, Segment, Stay, Target, Triangle, WeightSpaceError, band_stay, dominance,
    flip_line, flip_pair, pair_stay, rank_ranges, top_region, top_stay, triangle,
};
use serde::Serialize;

/// Why a table about weights cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum WeightTableError {
    /// There is no exact answer.
    #[error(transparent)]
    Weights(#[from] WeightSpaceError),
    /// A repeated run failed.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
}

/// A finished run and what is asked about it.
#[derive(Clone, Copy, Debug)]
pub struct WeightQuestions<'a> {
    /// What went in.
    pub inputs: Inputs<'a>,
    /// What came out.
    pub outcome: &'a Outcome,
    /// The weights given to the run.
    pub given: &'a WeightSet,
    /// Its specification.
    pub spec: &'a Spec,
    /// The node whose children's weights are asked about.
    pub under: NodeIdx,
    /// Which weights may be chosen there.
    pub admissible: &'a Admissible,
    /// A score that matters.
    pub line: f64,
    /// Two units to compare, by position in the register.
    pub pair: Option<(usize, usize)>,
    /// How many places count as the top.
    pub top: usize,
}

fn header(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn word(certainty: Certainty) -> String {
    match certainty {
        Certainty::Exact => "exact".into(),
        Certainty::Bounds => "bounds".into(),
    }
}

fn optional(x: Option<f64>) -> String {
    x.map_or_else(|| MISSING.to_owned(), number)
}

impl WeightQuestions<'_> {
    fn level(&self, parent: NodeIdx) -> Result<Level, WeightSpaceError> {
        let Outcome {
            weights,
            scores,
            ranks,
            ..
        } = self.outcome;
        let framework = self.inputs.framework;
        Level::new(framework, weights, scores, ranks, self.spec, parent)
    }

    fn code(&self, level: &Level, unit: usize) -> String {
        let unit = level.units().get(unit).map(|&u| u as usize);
        self.register_code(unit)
    }

    fn register_code(&self, unit: Option<usize>) -> String {
        let unit = unit.and_then(|u| self.inputs.units.list().get(u));
        unit.map_or_else(String::new, |u| harmless(u.code.as_str()))
    }

    fn id(&self, node: NodeIdx) -> String {
        self.inputs.framework.node(node).id.to_string()
    }

    /// Every node's weight, with its siblings in proportion: where the leader, the
    /// first `top`, the pair and every unit's band stay. A node whose weight does
    /// not act linearly says so in the column `question`.
    pub fn stability(&self) -> Table {
        let names = [
            "node",
            "parent",
            "weight",
            "question",
            "unit",
            "low",
            "low_inside",
            "low_by",
            "high",
            "high_inside",
            "high_by",
        ];
        let tolerance = self.spec.rank.tolerance;
        let mut rows = Vec::new();
        for (at, node) in self.inputs.framework.nodes().iter().enumerate() {
            if node.children.is_empty() {
                continue;
            }
            let level = self.level(NodeIdx(at as u32));
            for (child, &idx) in node.children.iter().enumerate() {
                let start = [
                    self.id(idx),
                    node.id.to_string(),
                    number(self.outcome.weights.share(idx)),
                ];
                let Ok(level) = &level else {
                    let mut row = start.to_vec();
                    row.push("not_linear".into());
                    row.resize(names.len(), String::new());
                    rows.push(row);
                    continue;
                };
                let mut put = |question: &str, unit: String, stay: Option<Stay>| {
                    let Some(stay) = stay else { return };
                    let mut row = start.to_vec();
                    row.extend([question.to_owned(), unit]);
                    for end in [stay.low, stay.high] {
                        let by = end.other.map(|j| self.code(level, j));
                        row.extend([number(end.at), end.is_inside.to_string()]);
                        row.push(by.unwrap_or_default());
                    }
                    rows.push(row);
                };
                let leader = level.order().first().map(|&i| self.code(level, i));
                let stay = top_stay(level, child, 1, tolerance);
                put("leader", leader.unwrap_or_default(), stay);
                let top = format!("top_{}", self.top);
                put(
                    &top,
                    String::new(),
                    top_stay(level, child, self.top, tolerance),
                );
                if let Some((a, b)) = self.pair
                    && let (Ok(i), Ok(j)) = (level.find(a), level.find(b))
                {
                    for (i, j) in [(i, j), (j, i)] {
                        let stay = pair_stay(level, child, (i, j), tolerance).ok().flatten();
                        let who = format!("{} ≥ {}", self.code(level, i), self.code(level, j));
                        put("pair", who, stay);
                    }
                }
                for unit in 0..level.n_units() {
                    let stay = band_stay(level, child, unit, &self.spec.bands, tolerance);
                    put("band", self.code(level, unit), stay);
                }
            }
        }
        Table {
            name: "stability".into(),
            header: header(&names),
            rows,
        }
    }

    /// Every rank change of the given units, by position in the register, along
    /// every weight.
    pub fn breakpoints(&self, units: &[usize]) -> Table {
        let mut rows = Vec::new();
        for (at, node) in self.inputs.framework.nodes().iter().enumerate() {
            let Ok(level) = self.level(NodeIdx(at as u32)) else {
                continue;
            };
            for (child, &idx) in node.children.iter().enumerate() {
                let Some(slider) = Segment::slider(level.weights(), child) else {
                    continue;
                };
                for &unit in units {
                    let found = level.find(unit);
                    let path = found.and_then(|unit| RankPath::new(&level, &slider, unit));
                    let Ok(path) = path else { continue };
                    let start = |at: f64| {
                        let unit = self.register_code(Some(unit));
                        vec![unit, self.id(idx), number(at)]
                    };
                    let mut first = start(0.0);
                    first.extend([String::new(), path.start.to_string()]);
                    rows.push(first);
                    for step in path.steps {
                        let mut row = start(step.at);
                        row.push(self.code(&level, step.other));
                        row.push(step.rank_after.to_string());
                        rows.push(row);
                    }
                }
            }
        }
        Table {
            name: "breakpoints".into(),
            header: header(&[
                "unit",
                "node",
                "weight",
                "passes_or_passed_by",
                "rank_after",
            ]),
            rows,
        }
    }

    /// For every ranked unit the smallest changes that take it across the line and
    /// past the unit above, and the pair.
    pub fn flips(&self) -> Result<Table, WeightTableError> {
        let level = self.level(self.under)?;
        let mut names = header(&[
            "question",
            "unit",
            "other",
            "line",
            "norm",
            "answer",
            "certainty",
            "distance",
            "at_least",
            "least_lead",
        ]);
        let children = &self.inputs.framework.node(self.under).children;
        names.extend(children.iter().map(|&c| self.id(c)));
        let mut rows = Vec::new();
        let mut put = |start: [String; 4], norm: Norm, flip: Flip| {
            let mut row = start.to_vec();
            row.push(if norm == Norm::L1 { "L1" } else { "L2" }.into());
            let mut end = |texts: [String; 5]| row.extend(texts);
            let none = || MISSING.to_owned();
            let weights = match flip {
                Flip::Change(c) => {
                    let sure = word(c.certainty);
                    let (distance, least) = (number(c.distance), number(c.at_least));
                    end(["change".into(), sure, distance, least, none()]);
                    c.weights
                }
                Flip::Never { lead, .. } => {
                    let sure = word(Certainty::Exact);
                    end(["never".into(), sure, none(), none(), number(lead)]);
                    Vec::new()
                }
                Flip::Open { at_least } => {
                    let sure = word(Certainty::Bounds);
                    end(["open".into(), sure, none(), number(at_least), none()]);
                    Vec::new()
                }
            };
            row.extend((0..children.len()).map(|c| optional(weights.get(c).copied())));
            rows.push(row);
        };
        let order = level.order();
        for norm in [Norm::L1, Norm::L2] {
            if let Some((a, b)) = self.pair {
                let (i, j) = (level.find(a)?, level.find(b)?);
                let flip = flip_pair(&level, self.admissible, (i, j), norm)?;
                let (a, b) = (self.code(&level, i), self.code(&level, j));
                put(["pair".into(), a, b, String::new()], norm, flip);
            }
            for pair in order.windows(2) {
                let &[j, i] = pair else { continue };
                let flip = flip_pair(&level, self.admissible, (i, j), norm)?;
                let (a, b) = (self.code(&level, i), self.code(&level, j));
                put(["next".into(), a, b, String::new()], norm, flip);
            }
            for &i in &order {
                let flip = flip_line(&level, self.admissible, i, self.line, norm)?;
                let start = ["line".into(), self.code(&level, i), String::new()];
                let [a, b, c] = start;
                put([a, b, c, number(self.line)], norm, flip);
            }
        }
        Ok(Table {
            name: "flips".into(),
            header: names,
            rows,
        })
    }

    /// Every pair of which the first is never below the second, and those that
    /// could not be settled.
    pub fn dominance(&self) -> Result<Table, WeightTableError> {
        let level = self.level(self.under)?;
        let matrix = dominance(&level, self.admissible)?;
        let mut rows = Vec::new();
        for (i, row) in matrix.iter().enumerate() {
            for (j, dominance) in row.iter().enumerate().filter(|(j, _)| *j != i) {
                let answer = match dominance {
                    Dominance::Always => "never_below",
                    Dominance::Open => "open",
                    Dominance::NotAlways => continue,
                };
                let (a, b) = (self.code(&level, i), self.code(&level, j));
                rows.push(vec![a, b, answer.into()]);
            }
        }
        Ok(Table {
            name: "dominance".into(),
            header: header(&["unit", "other", "answer"]),
            rows,
        })
    }

    /// Best and worst possible rank of every ranked unit.
    pub fn rank_range(&self) -> Result<Table, WeightTableError> {
        let level = self.level(self.under)?;
        let ranges = rank_ranges(&level, self.admissible)?;
        let rows = ranges.iter().enumerate().map(|(i, range)| {
            let unit = level.units().get(i).map_or(0, |&u| u as usize);
            let rank = self.outcome.ranks.overall.get(unit).copied().flatten();
            let mut row = vec![self.code(&level, i), super::rank_text(rank)];
            for side in [range.best, range.worst] {
                row.extend([side.at_least.to_string(), side.at_most.to_string()]);
                row.push(word(side.certainty()));
            }
            row
        });
        Ok(Table {
            name: "rank_range".into(),
            header: header(&[
                "unit",
                "rank",
                "best_at_least",
                "best_at_most",
                "best_certainty",
                "worst_at_least",
                "worst_at_most",
                "worst_certainty",
            ]),
            rows: rows.collect(),
        })
    }

    /// The triangle as a table and as a drawing; `None` unless the node has three
    /// children. `units` are those whose top region is drawn as well.
    pub fn triangle(
        &self,
        units: &[usize],
    ) -> Result<Option<(Table, TriangleDrawing)>, WeightTableError> {
        let level = self.level(self.under)?;
        if level.n_children() != 3 {
            return Ok(None);
        }
        let out = triangle(&level, self.admissible)?;
        let rows = out.units.iter().enumerate().map(|(at, &i)| {
            let (low, high, certainty) = out.top(at, self.top);
            let (best, worst) = out.ranks.get(at).map_or((0, 0), |r| r.extremes());
            vec![
                self.code(&level, i),
                number(out.leader_share(at)),
                number(low),
                number(high),
                word(certainty),
                best.to_string(),
                worst.to_string(),
            ]
        });
        let names = [
            "unit",
            "leader_share",
            "top_share_low",
            "top_share_high",
            "certainty",
            "best_rank",
            "worst_rank",
        ];
        let table = Table {
            name: "triangle".into(),
            header: header(&names),
            rows: rows.collect(),
        };
        let drawing = self.drawing(&level, &out, units)?;
        Ok(Some((table, drawing)))
    }

    fn drawing(
        &self,
        level: &Level,
        out: &Triangle,
        units: &[usize],
    ) -> Result<TriangleDrawing, WeightTableError> {
        let corners = |polygon: &crate::weight_space::Polygon| polygon.corners.clone();
        let unit = |(at, &i): (usize, &usize)| TriangleUnit {
            code: self.code(level, i),
            leader_share: out.leader_share(at),
            leads: out.leaders.get(at).and_then(Option::as_ref).map(corners),
            rank_shares: out
                .ranks
                .get(at)
                .map_or_else(Vec::new, |r| r.shares.clone()),
        };
        let mut regions = Vec::new();
        for i in units.iter().filter_map(|&u| level.find(u).ok()) {
            let parts = top_region(level, self.admissible, i, self.top)?;
            regions.push(TopRegion {
                code: self.code(level, i),
                top: self.top,
                parts: parts.iter().map(corners).collect(),
            });
        }
        let children = &self.inputs.framework.node(self.under).children;
        Ok(TriangleDrawing {
            note: "供组织研究参考 · for the organisation's reference",
            children: children.iter().map(|&c| self.id(c)).collect(),
            weights: level.weights().to_vec(),
            area: out.area.corners.clone(),
            units: out.units.iter().enumerate().map(unit).collect(),
            left_out: out.left_out.iter().map(|&i| self.code(level, i)).collect(),
            top_regions: regions,
        })
    }

    /// The lift table of one unit toward one target.
    pub fn lift_rows(
        &self,
        unit: usize,
        (target, name): (Target, &str),
        language: Language,
        rows: &[LiftRow],
    ) -> Vec<Vec<String>> {
        let aim = match target {
            Target::Score(line) => number(line),
            Target::Overtake(other) => self.register_code(Some(other)),
        };
        let framework = self.inputs.framework;
        let row = |r: &LiftRow| {
            let node = framework.node(r.node);
            let office = node.indicator.as_ref().map_or("", |i| i.office.as_str());
            let (answer, needed) = match r.reach {
                Reach::Exact(x) => ("exact", Some(x)),
                Reach::Searched(x) => ("searched", Some(x)),
                Reach::TooLittle => ("too_little", None),
                Reach::Missing => ("missing", None),
                Reach::NotApplicable => ("not_applicable", None),
                Reach::NoEffect => ("no_effect", None),
            };
            let cap = match r.cap {
                Some((_, Cap::Goalpost)) => "goalpost",
                Some((_, Cap::Measure)) => "measure",
                Some((_, Cap::BestSeen)) => "best_seen",
                None => "",
            };
            vec![
                self.register_code(Some(unit)),
                name.to_owned(),
                aim.clone(),
                node.id.to_string(),
                harmless(node.name.get(language)),
                harmless(office),
                optional(r.raw),
                answer.to_owned(),
                optional(needed),
                optional(r.change),
                optional(r.gain),
                optional(r.cap.map(|(x, _)| x)),
                cap.to_owned(),
                r.is_confirmed.to_string(),
            ]
        };
        rows.iter().map(row).collect()
    }

    /// The cheapest combination of one unit as rows: its steps, then one row for
    /// all of them, then the indicators left out.
    pub fn combination_rows(
        &self,
        unit: usize,
        name: &str,
        found: &Combination,
    ) -> Vec<Vec<String>> {
        let framework = self.inputs.framework;
        let id = |column: usize| {
            let leaf = framework.leaves().get(column);
            leaf.map_or_else(String::new, |&leaf| self.id(leaf))
        };
        let start =
            |indicator: String| vec![self.register_code(Some(unit)), name.to_owned(), indicator];
        let mut rows = Vec::new();
        for step in &found.steps {
            let mut row = start(id(step.column));
            row.extend([step.raw, step.to, step.cost, step.gain].map(number));
            row.push("step".into());
            rows.push(row);
        }
        let mut all = start(String::new());
        all.extend([MISSING.into(), MISSING.into()]);
        all.extend([number(found.cost), number(found.gain)]);
        all.push(match (found.is_possible, found.is_confirmed) {
            (false, _) => "out_of_reach".into(),
            (true, true) => "confirmed".into(),
            (true, false) => "not_confirmed".into(),
        });
        rows.push(all);
        for &(column, why) in &found.left_out {
            let mut row = start(id(column));
            row.extend([const { String::new() }; 4].map(|_| MISSING.to_owned()));
            row.push(
                match why {
                    LeftOut::NoValue => "left_out_no_value",
                    LeftOut::NotStraight => "left_out_not_straight",
                    LeftOut::BeyondWorse => "left_out_beyond_worse",
                    LeftOut::AtCap => "left_out_at_cap",
                    LeftOut::BadCost => "left_out_bad_cost",
                }
                .into(),
            );
            rows.push(row);
        }
        rows
    }
}

/// Header of the lift table.
pub const LIFT_HEADER: [&str; 14] = [
    "unit",
    "target",
    "aim",
    "indicator",
    "name",
    "office",
    "raw",
    "answer",
    "needed",
    "change",
    "gain",
    "cap",
    "cap_by",
    "confirmed",
];

/// Header of the table of cheapest combinations.
pub const CHEAPEST_HEADER: [&str; 8] = [
    "unit",
    "target",
    "indicator",
    "raw",
    "to",
    "cost",
    "gain",
    "answer",
];

/// Everything needed to draw the triangle. Points are weights of the three
/// children in order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TriangleDrawing {
    note: &'static str,
    children: Vec<String>,
    weights: Vec<f64>,
    area: Vec<[f64; 3]>,
    units: Vec<TriangleUnit>,
    /// Units with gaps, which are not drawn.
    left_out: Vec<String>,
    top_regions: Vec<TopRegion>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct TriangleUnit {
    code: String,
    leader_share: f64,
    /// Where it is not below any other.
    leads: Option<Vec<[f64; 3]>>,
    /// Area share of rank 1, 2, …
    rank_shares: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct TopRegion {
    code: String,
    top: usize,
    /// Convex parts.
    parts: Vec<Vec<[f64; 3]>>,
}
