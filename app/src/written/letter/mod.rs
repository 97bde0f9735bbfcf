//! The explanation letter: one A4 page that tells a village, in plain words, where
//! its score comes from, how certain it is, and what would raise it.

mod data;

use super::html::Html;
use super::strengths::{Side, Strengths, sentence};
use super::village::{Standing, enough, raw_value, with_measure};
use super::{Scene, shape, withheld};
use crate::bidi::isolated;
use crate::charts::contributions::text_width;
use crate::i18n::{Both, Told, fixed2, percent0, percent1, value};
use dhi_engine::explain::{Additivity, Dossier};
use dhi_engine::framework::Node;
use dhi_engine::ids::NodeIdx;
use dhi_engine::rank::{Boundary, Grade, Withheld};
use dhi_engine::weight_space::{LiftRow, Reach};

/// Points across a line of text and down a page, on A4 within the margins of print;
/// some of the height is kept in reserve.
const LINE_PT: f64 = 506.0;
const PAGE_PT: f64 = 735.0;
/// Height of a line in parts of its size.
const LINE: f64 = 1.4;
/// Sizes of text tried, how many things every list may have, and letters of a name
/// that is only mentioned.
const TRIES: [(u32, usize, usize); 11] = [
    (16, 3, 40),
    (15, 3, 40),
    (14, 3, 40),
    (13, 3, 40),
    (12, 3, 40),
    (12, 2, 40),
    (12, 1, 40),
    (12, 1, 16),
    (12, 1, 8),
    // Only where who reviews is told at length.
    (11, 1, 8),
    (10, 1, 8),
];
/// Rows for parts of the score.
const MOST_PARTS: usize = 8;

/// How far the rank could have been another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Certainty {
    /// Replicates drawn.
    pub replicates: u32,
    /// Share of them within the interval.
    pub level: f64,
    /// Ends of the rank interval.
    pub interval: (u32, u32),
    /// What was drawn again.
    pub varied: Both,
    /// Tier, and how many there are.
    pub tier: Option<(u32, u32)>,
}

/// What would raise the score.
#[derive(Clone, Debug, PartialEq)]
pub enum Lift {
    /// Nothing has to: the best band, or no score.
    NotNeeded,
    /// The lift table to this score.
    Table(f64, Vec<LiftRow>),
    /// Not worked out.
    Unknown,
}

/// What the letter is about.
pub struct Facts<'a> {
    /// Position in the register.
    pub unit: usize,
    /// Period.
    pub period: &'a str,
    /// Score, grade, ranks, coverage.
    pub standing: &'a Standing,
    /// The grade it is restricted to, where that is a lower one.
    pub cap: Option<u32>,
    /// Everything behind the score.
    pub dossier: &'a Dossier,
    /// Whether contributions are parts of the score.
    pub additivity: Additivity,
    /// How certain the rank is; `None` until it has been analysed.
    pub certainty: Option<Certainty>,
    /// Where it stands out; `None` without a class to compare with.
    pub strengths: Option<&'a Strengths>,
    /// What would raise it.
    pub lift: &'a Lift,
    /// Digest of the method.
    pub digest: &'a str,
    /// Who reviews, how and by when; empty until it is confirmed.
    pub appeal: &'a str,
}

/// A piece of the letter.
#[derive(Clone, Debug, PartialEq)]
enum Block {
    Title(String),
    About(String),
    Head(&'static str),
    Text(String),
    /// With a mark before it.
    Item(&'static str, String),
    Row([String; 3]),
}

impl Block {
    /// Height on paper in points, with text of a size.
    fn height(&self, size: f64) -> f64 {
        let lines = |text: &str, size: f64, width: f64| {
            // Words are not broken: a line is never quite full.
            (text_width(text, size) * 1.02 / width).ceil().max(1.0) * size * LINE
        };
        match self {
            // The mark of the demonstration stands beside it.
            Self::Title(text) => lines(text, size * 1.4, LINE_PT - 160.0) + size * 0.3,
            Self::About(text) => lines(text, 12.0, LINE_PT) + size * 0.3,
            Self::Head(text) => lines(text, size, LINE_PT) + size * 0.35,
            Self::Text(text) => lines(text, size, LINE_PT),
            Self::Item(_, text) => lines(text, size, LINE_PT - size * 1.5),
            Self::Row([name, ..]) => lines(name, size, LINE_PT * 0.55) + 2.0,
        }
    }
}

/// What the size of the text leaves room for.
#[derive(Clone, Copy, Debug)]
struct Room {
    /// Things in a list.
    most: usize,
    /// Letters of a name.
    letters: usize,
}

impl Room {
    /// A name that is mentioned, shortened where it is very long; it turns nothing that
    /// follows.
    fn name(self, name: &str) -> String {
        if name.chars().count() <= self.letters {
            return isolated(name).into_owned();
        }
        let shown = name.chars().take(self.letters.saturating_sub(1));
        isolated(&shown.chain(['…']).collect::<String>()).into_owned()
    }
}

/// The letter in the largest size in which it fits on a page.
pub fn letter(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>) {
    let mut chosen = (12, Vec::new());
    let mut is_short = false;
    for (size, most, letters) in TRIES {
        let blocks = blocks(scene, facts, Room { most, letters });
        let heights = blocks.iter().map(|b| b.height(f64::from(size)));
        is_short = heights.sum::<f64>() <= PAGE_PT;
        chosen = (size, blocks);
        if is_short {
            break;
        }
    }
    let (size, blocks) = chosen;
    let style = ["font-size: ", &size.to_string(), "pt"].concat();
    html.raw("<div class=\"letter\" data-testid=\"letter\"")
        .attr("data-fits", if is_short { "true" } else { "false" })
        .attr("style", &style)
        .raw(">");
    let mut blocks = blocks.iter().peekable();
    while let Some(block) = blocks.next() {
        match block {
            Block::Title(text) => html.el("h2 class=\"letter__title\"", text),
            Block::About(text) => html.el("p class=\"letter__about\"", text),
            Block::Head(text) => html.el("h3", text),
            Block::Text(text) => html.el("p", text),
            Block::Item(mark, text) => html
                .open("p class=\"letter__item\"")
                .el("span aria-hidden=\"true\"", mark)
                .el("span", text)
                .close("p"),
            Block::Row(head) => {
                html.raw("<table class=\"letter__table\"><thead><tr>");
                for (at, text) in head.iter().enumerate() {
                    let tag = if at == 0 {
                        "th scope=\"col\""
                    } else {
                        "th scope=\"col\" class=\"number\""
                    };
                    html.el(tag, text);
                }
                html.raw("</tr></thead><tbody>");
                while let Some(Block::Row([name, numbers @ ..])) =
                    blocks.next_if(|b| matches!(b, Block::Row(_)))
                {
                    html.open("tr").el("th scope=\"row\"", name);
                    for number in numbers {
                        html.el("td class=\"number\"", number);
                    }
                    html.close("tr");
                }
                html.raw("</tbody></table>")
            }
        };
    }
    html.close("div");
}

/// The whole letter, as far as there is room.
fn blocks(scene: &Scene<'_>, facts: &Facts<'_>, room: Room) -> Vec<Block> {
    let mut blocks = Vec::new();
    let Some(about) = scene.units.list().get(facts.unit) else {
        return blocks;
    };
    let fill = |told: Told, values: &[(&str, String)]| super::filled(scene.t(told), values);
    let name = room.name(&about.name);
    blocks.push(Block::Title(fill(Told::LetterTitle, &[("name", name)])));
    let period = fill(Told::LetterPeriod, &[("period", facts.period.to_owned())]);
    let facts_of = [&period, about.code.as_str(), &about.town, &about.class];
    let told = facts_of.into_iter().filter(|t| !t.is_empty());
    let about = told.map(|t| room.name(t)).collect::<Vec<_>>().join(" · ");
    blocks.push(Block::About(
        [&about, " · ", scene.t(Told::ForReference)].concat(),
    ));
    result(scene, facts, room, &mut blocks);
    rank(scene, facts, &mut blocks);
    if facts.standing.score.is_finite() {
        make_up(scene, facts, room, &mut blocks);
        standouts(scene, facts, room, &mut blocks);
    }
    raise(scene, facts, room, &mut blocks);
    data::data(scene, facts, room, &mut blocks);
    data::method(scene, facts, &mut blocks);
    blocks.push(Block::Head(scene.t(Told::LetterAppealHead)));
    let told = if facts.appeal.is_empty() {
        scene.t(Told::LetterAppeal).to_owned()
    } else {
        // Lines on paper would not be counted.
        facts
            .appeal
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    blocks.push(Block::Text(told));
    blocks
}

/// Score and grade, and what the grade means.
fn result(scene: &Scene<'_>, facts: &Facts<'_>, room: Room, blocks: &mut Vec<Block>) {
    let fill = |told: Told, values: &[(&str, String)]| super::filled(scene.t(told), values);
    blocks.push(Block::Head(scene.t(Told::LetterResultHead)));
    let standing = facts.standing;
    let mut text = String::new();
    if standing.score.is_finite() {
        let score = super::score(scene, standing.score);
        let scale = value(scene.spec.scale);
        text = fill(Told::LetterScore, &[("score", score), ("scale", scale)]);
    }
    match standing.grade {
        Grade::Band(at) => {
            let [range, n, nth] = [
                band_range(scene, at as usize),
                scene.spec.bands.list().len().to_string(),
                (at + 1).to_string(),
            ];
            let name = [shape(at), " ", &room.name(scene.grade(standing.grade))].concat();
            let values = [("grade", name), ("range", range), ("n", n), ("nth", nth)];
            text.push_str(&fill(Told::LetterGrade, &values));
            if let Some(cap) = facts.cap {
                let name = room.name(scene.grade(Grade::Band(cap)));
                let name = [shape(cap), " ", &name].concat();
                text.push_str(&fill(Told::LetterCapped, &[("grade", name)]));
            }
        }
        grade @ Grade::Withheld(_) => {
            let why = withheld(grade).map_or("", |key| scene.t(key)).to_owned();
            text.push_str(&fill(Told::LetterNoGrade, &[("why", why)]));
        }
    }
    blocks.push(Block::Text(text));
}

/// Where a band begins and ends, in words.
fn band_range(scene: &Scene<'_>, at: usize) -> String {
    let bands = &scene.spec.bands;
    let from = |at: usize| bands.list().get(at).and_then(|b| b.from);
    let (begins, ends) = match bands.boundary() {
        Boundary::AtOrAbove => (Told::AtLeast, Told::Below),
        Boundary::Above => (Told::Above, Told::AtMost),
    };
    let edge = |told, x: f64| super::filled(scene.t(told), &[("x", value(x))]);
    let begin = from(at).map(|x| edge(begins, x));
    let end = at.checked_sub(1).and_then(from).map(|x| edge(ends, x));
    let edges: Vec<String> = begin.into_iter().chain(end).collect();
    edges.join(scene.t(Told::Comma))
}

/// The rank, and how far it could have been another.
fn rank(scene: &Scene<'_>, facts: &Facts<'_>, blocks: &mut Vec<Block>) {
    let fill = |told: Told, values: &[(&str, String)]| super::filled(scene.t(told), values);
    blocks.push(Block::Head(scene.t(Told::LetterRankHead)));
    let [(rank, n), (in_class, class), _] = facts.standing.ranks;
    if rank == 0 {
        blocks.push(Block::Text(scene.t(Told::LetterNoRank).to_owned()));
        return;
    }
    let values = [("rank", rank.to_string()), ("n", n.to_string())];
    let mut text = fill(Told::LetterRank, &values);
    if facts.standing.is_tied {
        text.push_str(scene.t(Told::LetterTied));
    }
    if in_class > 0 && class >= scene.spec.min_class {
        let values = [("rank", in_class.to_string()), ("n", class.to_string())];
        text.push_str(&fill(Told::LetterRankInClass, &values));
    }
    let Some(certainty) = facts.certainty else {
        text.push_str(scene.t(Told::LetterNotAnalysed));
        blocks.push(Block::Text(text));
        return;
    };
    let values = [
        ("low", certainty.interval.0.to_string()),
        ("high", certainty.interval.1.to_string()),
        ("replicates", certainty.replicates.to_string()),
        ("level", percent0(certainty.level)),
        ("varied", scene.t(certainty.varied).to_owned()),
    ];
    let is_one = certainty.interval.0 == certainty.interval.1;
    let told = if is_one {
        Told::LetterSteady
    } else {
        Told::LetterInterval
    };
    text.push_str(&fill(told, &values));
    if let Some((tier, n)) = certainty.tier {
        let values = [("tier", tier.to_string()), ("n", n.to_string())];
        text.push_str(&fill(Told::LetterTier, &values));
    }
    blocks.push(Block::Text(text));
}

/// The parts of the score, pillar by pillar.
fn make_up(scene: &Scene<'_>, facts: &Facts<'_>, room: Room, blocks: &mut Vec<Block>) {
    blocks.push(Block::Head(scene.t(Told::LetterMakeUpHead)));
    let is_sum = facts.additivity == Additivity::Exact;
    let (second, third) = if is_sum {
        (Told::LetterGained, Told::LetterPossible)
    } else {
        (Told::LetterOwnScore, Told::LetterWeight)
    };
    let pillars = scene.framework.pillars();
    let shown = if pillars.len() > MOST_PARTS {
        MOST_PARTS - 1
    } else {
        pillars.len()
    };
    let head = [Told::LetterPart, second, third].map(|t| scene.t(t).to_owned());
    blocks.push(Block::Row(head));
    let scale = scene.spec.scale;
    let of = |node: &NodeIdx| facts.dossier.nodes.get(node.at());
    for pillar in pillars.iter().take(shown) {
        let Some(d) = of(pillar) else { continue };
        let none = if d.is_not_applicable {
            Told::NotApplicable
        } else {
            Told::Missing
        };
        let number = |x: f64| match d.score {
            Some(_) => fixed2(x),
            None => scene.t(none).to_owned(),
        };
        let numbers = if is_sum {
            [number(d.contribution), fixed2(d.applied * scale)]
        } else {
            [number(d.score.unwrap_or(0.0)), percent1(d.applied)]
        };
        let [second, third] = numbers;
        blocks.push(Block::Row([room.name(scene.node(*pillar)), second, third]));
    }
    if !is_sum {
        blocks.push(Block::Text(scene.t(Told::LetterNotAdditive).to_owned()));
        return;
    }
    let rest: Vec<_> = pillars.iter().skip(shown).filter_map(of).collect();
    if !rest.is_empty() {
        let n = [("n", rest.len().to_string())];
        let name = super::filled(scene.t(Told::LetterOtherParts), &n);
        let gained = rest.iter().map(|d| d.contribution).sum();
        let possible = rest.iter().map(|d| d.applied * scale).sum();
        blocks.push(Block::Row([name, fixed2(gained), fixed2(possible)]));
    }
    let total = scene.t(Told::Total).to_owned();
    blocks.push(Block::Row([
        total,
        fixed2(facts.standing.score),
        fixed2(scale),
    ]));
}

/// Strengths and weaknesses in words.
fn standouts(scene: &Scene<'_>, facts: &Facts<'_>, room: Room, blocks: &mut Vec<Block>) {
    blocks.push(Block::Head(scene.t(Told::LetterStandoutsHead)));
    let Some(found) = facts.strengths else {
        let least = [("n", scene.spec.min_class.to_string())];
        let words = super::filled(scene.t(Told::StrengthsTooFew), &least);
        blocks.push(Block::Text(words));
        return;
    };
    let sides: [(&'static str, Told, &Side); 2] = [
        ("▲", Told::NoneStrong, &found.strong),
        ("▼", Told::NoneWeak, &found.weak),
    ];
    for (mark, none, side) in sides {
        if side.list.is_empty() {
            blocks.push(Block::Item(mark, scene.t(none).to_owned()));
        }
        let list = side.list.iter().take(room.most.min(2));
        blocks.extend(
            list.map(|s| Block::Item(mark, sentence(scene, s, &room.name(scene.node(s.node))))),
        );
    }
}

/// The office responsible for an indicator, or that it is to be confirmed.
fn office(scene: &Scene<'_>, room: Room, node: &Node) -> String {
    let indicator = node.indicator.as_ref();
    match indicator.map_or("", |i| i.office.as_str()) {
        "" | "待确认" => scene.t(Told::ToBeConfirmed).to_owned(),
        office => room.name(office),
    }
}

/// What would raise the score, or else where it is lowest.
fn raise(scene: &Scene<'_>, facts: &Facts<'_>, room: Room, blocks: &mut Vec<Block>) {
    let fill = |told: Told, values: &[(&str, String)]| super::filled(scene.t(told), values);
    blocks.push(Block::Head(scene.t(Told::LetterRaiseHead)));
    let before = blocks.len();
    let grade = facts.standing.grade;
    // No value brings a grade where too much is missing.
    if let Grade::Withheld(Withheld::LowCoverage | Withheld::LowPillarCoverage(_)) = grade {
        blocks.push(Block::Text(scene.t(Told::LetterReport).to_owned()));
    } else if let Lift::Table(target, rows) = facts.lift {
        let to_of = |row: &LiftRow| match row.reach {
            Reach::Exact(to) | Reach::Searched(to) => Some(to),
            Reach::TooLittle => row.cap.map(|(best, _)| best),
            _ => None,
        };
        let told = rows.iter().filter_map(|row| {
            let gain = row.gain.filter(|g| *g >= 0.005)?;
            Some((row, row.raw?, to_of(row)?, gain))
        });
        for (row, raw, to, gain) in told.take(room.most) {
            let node = scene.framework.node(row.node);
            let measure = node.indicator.as_ref().map(|i| i.measure);
            let number = |x| with_measure(scene, measure, x);
            let to = enough(node, to, 100.0);
            let [_, from] = raw_value(scene, node, raw);
            let key = if row.is_confirmed {
                Told::LetterEnough
            } else {
                Told::LetterSome
            };
            let values = [
                ("name", room.name(scene.node(row.node))),
                ("from", from),
                ("to", number(to)),
                ("gain", fixed2(gain)),
                ("target", value(*target)),
                ("office", office(scene, room, node)),
            ];
            blocks.push(Block::Item("●", fill(key, &values)));
        }
        if blocks.len() > before {
            blocks.push(Block::Text(scene.t(Told::LetterAlone).to_owned()));
            return;
        }
    }
    let scores = facts.dossier.nodes.iter();
    let leaves = scores.filter(|d| scene.framework.node(d.node).column.is_some());
    let counted = leaves.filter(|d| d.applied > 0.0);
    let mut weakest: Vec<_> = counted.filter_map(|d| Some((d.node, d.score?))).collect();
    weakest.retain(|(_, score)| *score < scene.spec.scale);
    if matches!(facts.lift, Lift::NotNeeded) && grade.is_band() {
        let key = if weakest.is_empty() {
            Told::LetterFull
        } else {
            Told::LetterBest
        };
        blocks.push(Block::Text(scene.t(key).to_owned()));
    }
    for _ in 0..room.most {
        // Of equal ones the first in the framework.
        let lowest = weakest.iter().enumerate();
        let lowest = lowest.min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1));
        let Some((at, (node, score))) = lowest.map(|(at, found)| (at, *found)) else {
            break;
        };
        weakest.remove(at);
        let values = [
            ("name", room.name(scene.node(node))),
            ("score", fixed2(score)),
            ("office", office(scene, room, scene.framework.node(node))),
        ];
        blocks.push(Block::Item("●", fill(Told::LetterWeakest, &values)));
    }
    if blocks.len() == before {
        let told = match facts.standing.coverage.applicable {
            0 => Told::LetterNothingDue,
            _ => Told::LetterReport,
        };
        blocks.push(Block::Text(scene.t(told).to_owned()));
    }
}
