//! Scenarios side by side, as a slope chart and as tables.

use super::super::html::{Head, Html};
use super::super::{Scene, filled, line_words, village_link};
use super::{close_choice, open_choice, option};
use crate::charts::slopes::{Line, Slopes, svg, told};
use crate::i18n::{Told, percent0};
use crate::worker::lab::beside::{Beside, Column};

const NUMBER: &str = "td class=\"number\"";
/// A letter for every column, so that heads and chart stay narrow.
fn letter(at: usize) -> &'static str {
    ["A", "B", "C", "D", "E", "F"]
        .get(at)
        .copied()
        .unwrap_or("")
}

fn name(scene: &Scene<'_>, column: &Column) -> String {
    let words = match (&column.name, column.at) {
        (Some(name), _) => name.as_str(),
        (None, 0) => scene.t(Told::PresetScheme),
        (None, _) => scene.t(Told::LabNow),
    };
    [letter(column.at), " ", words].concat()
}

/// Rank of a unit in a column.
fn rank(column: &Column, unit: u32) -> Option<u32> {
    let ranks = column.ranks.as_ref().ok()?;
    ranks
        .get(unit as usize)
        .copied()
        .flatten()
        .map(|rank| rank.0)
}

fn rank_words(column: &Column, unit: u32) -> String {
    told(rank(column, unit))
}

/// Everything side by side.
pub fn beside(scene: &Scene<'_>, html: &mut Html, beside: &Beside) {
    html.el("p class=\"hint\"", scene.t(Told::BesideHint));
    if beside.names.is_empty() {
        html.el("p class=\"empty\"", scene.t(Told::ScenarioNone));
    }
    if beside.names.len() > beside.chosen.len() {
        html.open("div class=\"toolbar\"");
        for (place, chosen) in beside.chosen.iter().enumerate() {
            open_choice(html, letter(place + 2), place);
            option(html, "-1", "—", chosen.is_none());
            for (at, name) in beside.names.iter().enumerate() {
                option(html, &at.to_string(), name, *chosen == Some(at));
            }
            close_choice(html);
        }
        html.close("div");
    }
    let words = beside.line.map(|line| line_words(scene, line));
    match &words {
        Some(line) if beside.n_scenarios > 0 => {
            let values = [
                ("line", line.clone()),
                ("n", beside.n_scenarios.to_string()),
            ];
            html.el("p", &filled(scene.t(Told::BesideLine), &values))
        }
        Some(_) => html,
        None => html.el("p class=\"hint\"", scene.t(Told::LineOpenNoLine)),
    };
    columns(scene, html, beside);
    let drawn: Vec<&Column> = beside.columns.iter().filter(|c| c.ranks.is_ok()).collect();
    if drawn.len() > 1 {
        scene.chart(
            html,
            scene.t(Told::LabBeside),
            &slopes(scene, beside, &drawn),
        );
    }
    villages(scene, html, beside);
}

fn columns(scene: &Scene<'_>, html: &mut Html, beside: &Beside) {
    let head = [
        scene.text(Told::Scenarios),
        scene.number(Told::AuditKendall),
        scene.number(Told::LeaveOutMean),
        scene.number(Told::LeaveOutMax),
        scene.number(Told::BesideAbove),
    ];
    html.table(scene.t(Told::Scenarios), "table class=\"table\"", &head);
    for column in &beside.columns {
        html.open("tr").el("th scope=\"row\"", &name(scene, column));
        if let Err(refusal) = &column.ranks {
            html.open("td class=\"lab__words\" colspan=\"4\"")
                .text(&refusal.words(scene.language))
                .raw("</td></tr>");
            continue;
        }
        let similarity = column.similarity;
        let texts = [
            similarity
                .and_then(|s| s.kendall)
                .map(|k| format!("{k:.3}")),
            similarity
                .and_then(|s| s.mean_shift)
                .map(|m| format!("{m:.2}")),
            similarity.and_then(|s| s.max_shift).map(|m| m.to_string()),
            column.n_above.map(|n| n.to_string()),
        ];
        for text in texts {
            html.el(NUMBER, text.as_deref().unwrap_or("—"));
        }
        html.close("tr");
    }
    html.end_table();
}

/// The lines of villages; they move when weights change.
fn slopes(scene: &Scene<'_>, beside: &Beside, columns: &[&Column]) -> String {
    let heads: Vec<&str> = columns.iter().map(|column| letter(column.at)).collect();
    let line = |unit: &u32| Line {
        key: *unit,
        name: scene.unit(*unit),
        ranks: columns.iter().map(|column| rank(column, *unit)).collect(),
    };
    let lines: Vec<Line<'_>> = beside.units.iter().map(line).collect();
    let slopes = Slopes {
        heads: &heads,
        lines: &lines,
        comma: scene.t(Told::ListComma),
    };
    svg(&slopes, scene.look.width.min(720))
}

fn villages(scene: &Scene<'_>, html: &mut Html, beside: &Beside) {
    let mut head = vec![scene.text(Told::ColName)];
    head.extend(
        beside
            .columns
            .iter()
            .map(|column| Head::Number(letter(column.at))),
    );
    if !beside.above.is_empty() && beside.n_scenarios > 0 {
        head.push(scene.number(Told::BesideShare));
    }
    html.table(scene.t(Told::LabBeside), "table class=\"table\"", &head);
    for unit in &beside.units {
        html.raw("<tr><th scope=\"row\">");
        village_link(scene, html, *unit);
        html.raw("</th>");
        for column in &beside.columns {
            html.el(NUMBER, &rank_words(column, *unit));
        }
        if let Some(times) = beside
            .above
            .get(*unit as usize)
            .filter(|_| beside.n_scenarios > 0)
        {
            let share = f64::from(*times) / f64::from(beside.n_scenarios);
            let words = format!("{} ({times}/{})", percent0(share), beside.n_scenarios);
            html.el(NUMBER, &words);
        }
        html.close("tr");
    }
    html.end_table()
        .el("p class=\"hint\"", scene.t(Told::BesideVillages));
}

#[cfg(test)]
mod tests {
    use super::super::super::html::check;
    use super::*;
    use crate::worker::lab::beside::SHOWN;
    use crate::worker::protocol::Look;
    use dhi_engine::frame::{Unit, Units};
    use dhi_engine::framework::Language;
    use dhi_engine::ids::{BodyType, UnitCode};
    use dhi_engine::quantity::Rank;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    #[test]
    fn a_line_says_its_village_and_ranks_and_the_keyboard_reads_it() {
        let unit = |(code, name): (&str, &str)| Unit {
            code: UnitCode::new(code).unwrap(),
            name: name.into(),
            town: String::new(),
            class: String::new(),
            body_type: BodyType::VillageCommittee,
            population: None,
        };
        let units = [("990000100201", "<甲>村"), ("990000100202", "乙村")];
        let units = Units::new(units.map(unit).to_vec()).unwrap();
        let (framework, spec) = (default_scheme(), Spec::default());
        let scene = Scene {
            framework: &framework,
            units: &units,
            spec: &spec,
            language: Language::English,
            look: Look::default(),
        };
        let column = |(at, ranks): (usize, [Option<u32>; 2])| Column {
            at,
            name: None,
            ranks: Ok(ranks.map(|rank| rank.map(Rank)).to_vec()),
            similarity: None,
            n_above: None,
        };
        let ranks = [(0, [Some(1), Some(2)]), (1, [Some(2), None])];
        let asked = Beside {
            columns: ranks.map(column).into(),
            names: Vec::new(),
            chosen: [None; SHOWN],
            units: vec![0, 1],
            above: Vec::new(),
            n_scenarios: 0,
            line: None,
        };
        let mut html = Html::default();
        beside(&scene, &mut html, &asked);
        let markup = html.finish();
        check(&markup);
        let titles: Vec<&str> = markup
            .split("<title>")
            .skip(1)
            .filter_map(|rest| rest.split('<').next())
            .collect();
        assert_eq!(titles, ["&lt;甲&gt;村: A 1, B 2", "乙村: A 2, B —"]);
        assert!(markup.contains("role=\"img\" tabindex=\"0\" aria-label="));
        assert!(markup.contains("<output data-keys="));
    }
}
