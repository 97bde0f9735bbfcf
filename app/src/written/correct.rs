//! Cells corrected by hand: one cell, what a correction of it would change, the list.

use super::html::{Head, Html};
use super::village::{raw_value, with_measure};
use super::{Scene, badge, filled, village_link};
use crate::i18n::{Told, value};
use crate::worker::protocol::Refusal;
use dhi_engine::finding::Finding;
use dhi_engine::frame::{Cell, Correction, Provenance, Ratio, Standing};
use dhi_engine::framework::{Direction, Indicator, Measure, Node};
use dhi_engine::quantity::Rank;
use dhi_engine::rank::Grade;

/// A cell as it is, and how it came to be so.
pub struct Facts<'a> {
    /// Position in the register.
    pub unit: u32,
    /// Its indicator in the framework.
    pub node: &'a Node,
    /// What is measured.
    pub indicator: &'a Indicator,
    /// Its period.
    pub period: &'a str,
    /// Whether survey counts or ledgers gave it.
    pub is_derived: bool,
    /// Whether a correction holds.
    pub is_corrected: bool,
    /// The cell that is computed with.
    pub cell: Cell,
    /// Its counts.
    pub ratio: Option<Ratio>,
    /// The cell as imported.
    pub imported: Cell,
    /// Its counts.
    pub imported_ratio: Option<Ratio>,
    /// Where that comes from.
    pub provenance: Option<&'a Provenance>,
    /// Its corrections in the order they were made.
    pub history: Vec<(&'a Correction, Standing)>,
}

/// How a unit stands.
pub struct Side {
    /// Composite score; NaN where there is none.
    pub score: f64,
    /// Grade by the score, and the one that counts.
    pub grades: [Grade; 2],
    /// Overall rank and the one in its class.
    pub ranks: [Option<Rank>; 2],
}

/// What a correction would do.
pub struct Would {
    /// The correction and the digest of the data with it, as JSON.
    pub proposal: String,
    /// The cell.
    pub cell: Cell,
    /// Its counts.
    pub ratio: Option<Ratio>,
    /// What is odd about it.
    pub findings: Vec<Finding>,
    /// Its unit now and then.
    pub sides: [Side; 2],
    /// How many others get another rank, grade and score.
    pub others: [u32; 3],
}

/// What came of trying a correction.
pub enum Trial {
    /// No table could hold what was typed.
    Refused(Vec<Finding>),
    /// The cell follows from survey counts or ledgers.
    Derived,
    /// The cell is that already.
    Same,
    /// The data could not be computed with it.
    NotComputed(Refusal),
    /// It can be made.
    Would(Box<Would>),
}

/// A cell in words.
fn words(scene: &Scene<'_>, measure: Measure, cell: Cell) -> String {
    match cell {
        Cell::Value(x) => with_measure(scene, Some(measure), x),
        Cell::Missing => scene.t(Told::Missing).to_owned(),
        Cell::NotApplicable => scene.t(Told::NotApplicable).to_owned(),
    }
}

fn with_ratio(scene: &Scene<'_>, measure: Measure, cell: Cell, ratio: Option<Ratio>) -> String {
    let ratio = ratio.map_or_else(String::new, |r| {
        [" (", &value(r.numerator), "/", &value(r.denominator), ")"].concat()
    });
    [words(scene, measure, cell), ratio].concat()
}

/// What stands as source beside a corrected cell.
pub fn instead_of(scene: &Scene<'_>, measure: Measure, imported: Cell) -> String {
    let values = [("old", words(scene, measure, imported))];
    filled(scene.t(Told::CorrectedFrom), &values)
}

/// How a correction stands.
pub fn standing(standing: Standing) -> Told {
    match standing {
        Standing::Holds => Told::CorrectionHolds,
        Standing::Replaced => Told::CorrectionReplaced,
        Standing::TakenBack => Told::CorrectionTakenBack,
        Standing::Outdated => Told::CorrectionOutdated,
    }
}

fn day(at: &str) -> &str {
    at.get(..10).unwrap_or(at)
}

/// The cell with everything behind it.
pub fn cell(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>) {
    let measure = facts.indicator.measure;
    html.open("section data-testid=\"cell\"").open("h3");
    village_link(scene, html, facts.unit);
    html.text(" · ")
        .text(facts.node.name.get(scene.language))
        .close("h3")
        .open("dl class=\"facts\"");
    let now = match facts.cell {
        // Computed from what people said, and nobody's to correct here.
        Cell::Value(x) if facts.is_derived => raw_value(scene, facts.node, x)[1].clone(),
        cell => with_ratio(scene, measure, cell, facts.ratio),
    };
    html.fact(scene.t(Told::RawValue), &now);
    if facts.is_corrected {
        let imported = with_ratio(scene, measure, facts.imported, facts.imported_ratio);
        html.fact(scene.t(Told::ImportedValue), &imported);
    }
    html.fact(scene.t(Told::Period), facts.period);
    if let Some(posts) = facts.indicator.goalposts {
        let ends = [value(posts.lower()), value(posts.upper())].join("–");
        html.fact(scene.t(Told::Goalposts), &ends);
    }
    let direction = scene.t(match facts.indicator.direction {
        Direction::HigherIsBetter => Told::Higher,
        Direction::LowerIsBetter => Told::Lower,
    });
    html.fact(scene.t(Told::Direction), direction);
    let told = |text: Option<&String>| match text {
        Some(text) if !text.is_empty() => text.clone(),
        _ => scene.t(Told::SourceNotTold).to_owned(),
    };
    html.fact(
        scene.t(Told::Source),
        &told(facts.provenance.map(|p| &p.source)),
    );
    html.fact(
        scene.t(Told::CutOff),
        &told(facts.provenance.map(|p| &p.cut_off)),
    );
    html.fact(
        scene.t(Told::CellFile),
        &told(facts.provenance.map(|p| &p.file)),
    );
    html.close("dl");
    if facts.is_derived {
        html.el(
            "p class=\"notice\" data-derived",
            scene.t(Told::CellDerived),
        );
    }
    if facts.is_corrected {
        let entry = match facts.imported {
            Cell::Value(x) => x.to_string(),
            Cell::Missing => "missing".to_owned(),
            Cell::NotApplicable => "not applicable".to_owned(),
        };
        html.open("p class=\"toolbar\"")
            .open_with(
                "button type=\"button\" class=\"button\"",
                "data-entry",
                &entry,
            )
            .text(scene.t(Told::CellImported))
            .raw("</button></p>");
    }
    if !facts.history.is_empty() {
        html.el("h4", scene.t(Told::CellHistory))
            .open("ol class=\"steps\" data-testid=\"history\"");
        for (correction, stands) in &facts.history {
            let change = [
                &words(scene, measure, correction.before),
                " → ",
                &with_ratio(scene, measure, correction.after, correction.ratio),
            ];
            let hint = [day(&correction.at), " · ", scene.t(standing(*stands))];
            html.open("li")
                .el("strong", &change.concat())
                .text(" · ")
                .text(&correction.reason)
                .raw("<br/>")
                .el("span class=\"hint\"", &hint.concat())
                .close("li");
        }
        html.close("ol");
    }
    html.close("section");
}

/// What a correction would change, and the way to make it.
pub fn trial(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, trial: &Trial) {
    html.open("section data-testid=\"trial\"");
    match trial {
        Trial::Refused(findings) => remarks(scene, html, findings),
        Trial::Derived => {
            html.el("p class=\"notice\"", scene.t(Told::CellDerived));
        }
        Trial::Same => {
            html.el("p class=\"hint\"", scene.t(Told::TrialSame));
        }
        Trial::NotComputed(refusal) => scene.refusal(html, refusal),
        Trial::Would(would) => {
            html.el("h3", scene.t(Told::Trial));
            remarks(scene, html, &would.findings);
            sides(scene, html, facts, would);
            others(scene, html, would.others);
            html.raw(
                "<div class=\"toolbar\"><button type=\"button\" class=\"button button--primary\"",
            )
            .attr("data-correct", &would.proposal)
            .raw(">")
            .text(scene.t(Told::Correct))
            .raw("</button>")
            .el("span class=\"hint\"", scene.t(Told::CorrectHint))
            .close("div");
        }
    }
    html.close("section");
}

/// What is wrong or odd about what was typed; its place in a table is none.
fn remarks(scene: &Scene<'_>, html: &mut Html, findings: &[Finding]) {
    for finding in findings {
        let (message, hint) = (
            finding.message(scene.language),
            finding.hint(scene.language),
        );
        html.el("p class=\"notice\"", &[&message, " ", hint].concat());
    }
}

/// The unit now and then.
fn sides(scene: &Scene<'_>, html: &mut Html, facts: &Facts<'_>, would: &Would) {
    let measure = facts.indicator.measure;
    let [now, then] = &would.sides;
    let head = [
        Head::Text(""),
        Head::Text(scene.t(Told::TrialNow)),
        Head::Text(scene.t(Told::TrialThen)),
    ];
    html.raw("<div")
        .attr("data-now", &now.score.to_string())
        .attr("data-then", &then.score.to_string())
        .raw(">")
        .table(scene.t(Told::Trial), "table class=\"table\"", &head);
    let row = |html: &mut Html, key: Told, cells: [&str; 2]| {
        html.open("tr").el("th scope=\"row\"", scene.t(key));
        for cell in cells {
            html.el("td", cell);
        }
        html.close("tr");
    };
    let values = [
        with_ratio(scene, measure, facts.cell, facts.ratio),
        with_ratio(scene, measure, would.cell, would.ratio),
    ];
    row(html, Told::RawValue, [&values[0], &values[1]]);
    let scores = [now, then].map(|side| super::score(scene, side.score));
    row(html, Told::Score, [&scores[0], &scores[1]]);
    html.open("tr")
        .el("th scope=\"row\"", scene.t(Told::ColGrade));
    for side in [now, then] {
        html.open("td");
        badge(scene, html, side.grades);
        html.close("td");
    }
    html.close("tr");
    let rank = |rank: Option<Rank>| {
        rank.map_or_else(
            || scene.t(Told::NoRank).to_owned(),
            |rank| rank.0.to_string(),
        )
    };
    for (key, at) in [(Told::RankOverall, 0), (Told::RankInClass, 1)] {
        row(html, key, [&rank(now.ranks[at]), &rank(then.ranks[at])]);
    }
    html.end_table().close("div");
}

/// How many others it concerns.
fn others(scene: &Scene<'_>, html: &mut Html, [ranks, grades, scores]: [u32; 3]) {
    let words = if [ranks, grades, scores] == [0; 3] {
        scene.t(Told::TrialOthersNone).to_owned()
    } else {
        let values = [
            ("ranks", ranks.to_string()),
            ("grades", grades.to_string()),
            ("scores", scores.to_string()),
        ];
        filled(scene.t(Told::TrialOthers), &values)
    };
    html.raw("<p data-testid=\"others\"")
        .attr("data-ranks", &ranks.to_string())
        .raw(">")
        .text(&words)
        .close("p");
}

/// All corrections, the latest first.
pub fn corrections(scene: &Scene<'_>, html: &mut Html, all: &[(&Correction, Standing)]) {
    if all.is_empty() {
        html.el("p class=\"empty\"", scene.t(Told::CorrectionsNone));
        return;
    }
    let head = [
        Head::Text(scene.t(Told::DecidedAt)),
        scene.text(Told::ColName),
        scene.text(Told::Period),
        scene.text(Told::Indicator),
        scene.text(Told::ImportedValue),
        scene.text(Told::OldValue),
        scene.text(Told::NewValue),
        scene.text(Told::Reason),
        scene.text(Told::CorrectionStands),
    ];
    html.long_table(
        scene.t(Told::Corrections),
        "table class=\"table table--text\" data-testid=\"corrections\"",
        &head,
    );
    for (correction, stands) in all {
        let node = scene.framework.find(correction.indicator.as_str());
        let node = node.map(|node| scene.framework.node(node));
        let indicator = node.and_then(|n| n.indicator.as_ref());
        let measure = indicator.map_or(Measure::Number, |i| i.measure);
        html.open("tr")
            .el("td", day(&correction.at))
            .raw("<th scope=\"row\">");
        match scene.units.find(&correction.unit) {
            Some(unit) => village_link(scene, html, unit.0),
            None => {
                html.text(correction.unit.as_str());
            }
        }
        html.raw("</th>")
            .el("td", correction.period.as_str())
            .el(
                "td",
                node.map_or(correction.indicator.as_str(), |n| {
                    n.name.get(scene.language)
                }),
            )
            .el("td", &words(scene, measure, correction.imported))
            .el("td", &words(scene, measure, correction.before))
            .el(
                "td",
                &with_ratio(scene, measure, correction.after, correction.ratio),
            )
            .el("td", &correction.reason)
            .el("td", scene.t(standing(*stands)))
            .close("tr");
    }
    html.end_table();
}
