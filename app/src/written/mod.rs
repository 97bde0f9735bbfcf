//! What is only read: written as markup beside the engine, in both languages, and
//! shown by the page as it is. Neither the numbers behind it nor the code that
//! draws it weigh on the page.

pub mod against;
pub mod audit;
pub mod changes;
pub mod class;
pub mod compare;
pub mod correct;
pub mod findings;
pub mod framework;
pub mod gates;
pub mod heat;
pub mod html;
pub mod lab;
pub mod letter;
pub mod method;
pub mod movers;
pub mod overview;
pub mod plot;
pub mod quality;
pub mod sign_off;
pub mod since;
pub mod strengths;
pub mod terms;
pub mod tree;
pub mod trend;
pub mod undetermined;
pub mod village;
pub mod why;

use crate::bidi::isolated;
use crate::i18n::{Both, Told, score_beside, value};
use crate::worker::protocol::{Look, Refusal};
use dhi_engine::frame::Units;
use dhi_engine::framework::{Framework, Language};
use dhi_engine::ids::NodeIdx;
use dhi_engine::rank::{Grade, Withheld};
use dhi_engine::spec::Spec;
use dhi_engine::uncertainty::{Line, RobustSpec};
use html::{Head, Html};

/// What every piece is written about, and for whom.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The framework.
    pub framework: &'a Framework,
    /// The register.
    pub units: &'a Units,
    /// The specification.
    pub spec: &'a Spec,
    /// Language written.
    pub language: Language,
    /// Theme and width.
    pub look: Look,
}

impl Scene<'_> {
    /// A text.
    pub fn t(&self, told: impl Into<Told>) -> &'static str {
        told.into().text(self.language)
    }

    /// One of two texts.
    pub fn either<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        match self.language {
            Language::Chinese => zh,
            Language::English => en,
        }
    }

    /// Name of a node; empty where there is none. Before other words in one text it is
    /// [`isolated`].
    pub fn node(&self, node: NodeIdx) -> &str {
        let node = self.framework.nodes().get(node.at());
        node.map_or("", |n| n.name.get(self.language))
    }

    /// Name of a unit, likewise.
    pub fn unit(&self, unit: u32) -> &str {
        let unit = self.units.list().get(unit as usize);
        unit.map_or("", |u| u.name.as_str())
    }

    /// Words of a grade.
    pub fn grade(&self, grade: Grade) -> &str {
        match grade {
            Grade::Band(at) => {
                let band = self.spec.bands.list().get(at as usize);
                band.map_or("", |b| b.name.get(self.language))
            }
            Grade::Withheld(_) => self.t(Told::NoGrade),
        }
    }

    /// Head of a column of texts.
    pub fn text(&self, told: Told) -> Head<'static> {
        let text = self.t(told);
        terms::nth(told).map_or(Head::Text(text), |at| Head::TextTerm(text, at))
    }

    /// Head of a column of numbers.
    pub fn number(&self, told: Told) -> Head<'static> {
        let text = self.t(told);
        terms::nth(told).map_or(Head::Number(text), |at| Head::NumberTerm(text, at))
    }

    /// A value under its name, which says what it means where it is a term.
    pub fn fact(&self, html: &mut Html, told: Told, value: &str) {
        let name = self.t(told);
        html.open("div class=\"fact\"").raw("<dt>").text(name);
        if let Some(at) = terms::nth(told) {
            html.term(name, at);
        }
        html.raw("</dt>").el("dd", value).close("div");
    }

    /// A chart under its name, whose values the keyboard reads, and how to save it as a
    /// picture; its numbers stand in a table nearby.
    pub fn chart(&self, html: &mut Html, name: &str, svg: &str) {
        let label = [name, " · ", self.t(Told::ChartTable)].concat();
        html.open("div class=\"figure\"")
            .open_with(
                "div class=\"chart\" role=\"img\" tabindex=\"0\"",
                "aria-label",
                &label,
            )
            .picture(svg)
            .raw("</div><p class=\"figure__save\"><output")
            .attr(
                "data-keys",
                self.either("按 ←、→ 逐个读数", "← and → read the values"),
            )
            .raw("></output>");
        for (kind, words) in [("svg", "SVG"), ("png", "PNG")] {
            let save = [self.t(Told::SavePicture), " ", words].concat();
            html.raw("<button type=\"button\" class=\"button button--small\"")
                .attr("data-save", kind)
                .attr("aria-label", &save)
                .raw(">↓ ")
                .raw(words)
                .raw("</button>");
        }
        html.raw("</p></div>");
    }

    /// A refusal, its place first.
    pub fn refusal(&self, html: &mut Html, refusal: &Refusal) {
        html.el("p class=\"notice\"", &refusal.words(self.language));
    }
}

/// A text with its `{name}`s replaced by values, in which nothing is replaced and which
/// turn nothing beside them.
pub fn filled(text: &str, values: &[(&str, String)]) -> String {
    let mut filled = String::new();
    for (at, part) in text.split('{').enumerate() {
        let named = part.split_once('}').filter(|_| at > 0);
        let Some((name, rest)) = named else {
            filled.push_str(part);
            continue;
        };
        let value = values.iter().find(|(key, _)| *key == name);
        filled.push_str(&isolated(value.map_or("", |(_, value)| value)));
        filled.push_str(rest);
    }
    filled
}

/// A score as it is told beside its grade.
pub fn score(scene: &Scene<'_>, x: f64) -> String {
    let bands = scene.spec.bands.list().iter();
    let limits: Vec<f64> = bands.filter_map(|band| band.from).collect();
    score_beside(x, &limits)
}

/// Why there is no grade.
pub fn withheld(grade: Grade) -> Option<Both> {
    match grade {
        Grade::Band(_) => None,
        Grade::Withheld(Withheld::NoScore) => Some(Both::WithheldNoScore),
        Grade::Withheld(Withheld::LowCoverage) => Some(Both::WithheldLowCoverage),
        Grade::Withheld(Withheld::LowPillarCoverage(_)) => Some(Both::WithheldLowPillar),
        Grade::Withheld(Withheld::Screened) => Some(Both::WithheldScreened),
    }
}

/// Shape of a band from best to worst: never colour alone.
pub fn shape(band: u32) -> &'static str {
    match band {
        0 => "●",
        1 => "◆",
        2 => "▲",
        _ => "■",
    }
}

/// A grade by the score and the one that counts: that with its shape and colour, and a
/// mark where it is another.
pub fn badge(scene: &Scene<'_>, html: &mut Html, [by_score, counts]: [Grade; 2]) {
    let mut words = scene.grade(counts).to_owned();
    let mut why = withheld(counts).map(|key| scene.t(key).to_owned());
    if counts != by_score {
        words.push('*');
        let [capped, by] = [Told::Capped, Told::ByScore].map(|key| scene.t(key));
        why = Some([capped, by, scene.grade(by_score)].concat());
    }
    badge_with(html, counts, why.as_deref(), &words);
}

/// The same in given words, with why there is no grade.
pub fn badge_with(html: &mut Html, grade: Grade, why: Option<&str>, words: &str) {
    let (class, mark) = match grade {
        Grade::Band(0) => ("band band--0", shape(0)),
        Grade::Band(1) => ("band band--1", shape(1)),
        Grade::Band(2) => ("band band--2", shape(2)),
        Grade::Band(at) => ("band band--3", shape(at)),
        Grade::Withheld(_) => ("band band--none", "○"),
    };
    html.raw("<span").attr("class", class);
    if let Some(why) = why {
        html.attr("title", why);
    }
    html.raw(">")
        .el("span aria-hidden=\"true\" class=\"band__shape\"", mark)
        .text(words)
        .close("span");
}

/// The name of a unit, leading to its page.
pub fn village_link(scene: &Scene<'_>, html: &mut Html, unit: u32) {
    let Some(about) = scene.units.list().get(unit as usize) else {
        return;
    };
    let address = ["#/village/", about.code.as_str()].concat();
    html.open_with("a", "href", &address)
        .text(&about.name)
        .close("a");
}

/// A nomination line in words.
pub fn line_words(scene: &Scene<'_>, line: Line) -> String {
    let mut words = match line {
        Line::Score(score) => [scene.t(Told::Score), " ≥ ", &value(score)].concat(),
        Line::Top(rank) => [scene.t(Told::ColRank), " ≤ ", &rank.to_string()].concat(),
    };
    if RobustSpec::default().line == Some(line) {
        words.push_str(scene.t(Told::DefaultToConfirm));
    }
    words
}

/// Writes something in both languages, Chinese first.
pub fn both(scene: Scene<'_>, write: &dyn Fn(&Scene<'_>, &mut Html)) -> [String; 2] {
    [Language::Chinese, Language::English].map(|language| {
        let mut html = Html::default();
        write(&Scene { language, ..scene }, &mut html);
        html.finish()
    })
}
