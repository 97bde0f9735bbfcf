//! The table of results as the ranking shows it: its columns in their order, with heads
//! in the language of the page.

use super::present::Present;
use crate::i18n::Told;
use crate::state::view::Column;
use dhi_engine::explain::pillar_contributions;
use dhi_engine::framework::{Framework, Language, Node};
use dhi_engine::pipeline::Outcome;
use dhi_engine::report::{Table, number, verdict_text};
use dhi_engine::uncertainty::Verdict;

/// Heads of the engine's table, which are their English, and where each belongs.
const HEADS: [(Told, Column); 19] = [
    (Told::HeadCode, Column::Name),
    (Told::HeadName, Column::Name),
    (Told::HeadTown, Column::Town),
    (Told::HeadClass, Column::Class),
    (Told::HeadScore, Column::Score),
    (Told::HeadGradeByScore, Column::Grade),
    (Told::HeadGrade, Column::Grade),
    (Told::HeadCap, Column::Grade),
    (Told::HeadRank, Column::Rank),
    (Told::HeadRankInClass, Column::Rank),
    (Told::HeadRankInTown, Column::Rank),
    (Told::HeadPresent, Column::Coverage),
    (Told::HeadApplicable, Column::Coverage),
    (Told::HeadRankLow, Column::Interval),
    (Told::HeadRankHigh, Column::Interval),
    (Told::HeadTier, Column::Tier),
    (Told::HeadLineChance, Column::Line),
    (Told::HeadVerdict, Column::Line),
    (Told::HeadRankChange, Column::Change),
];

/// The table with the columns of these letters, in their order behind the villages' codes
/// and names. With the rank come those in class and town, with the make-up the scores of
/// all nodes. What the engine's table does not have is of this run.
pub fn shaped(
    mut table: Table,
    present: &Present,
    outcome: &Outcome,
    letters: &str,
    language: Language,
) -> Table {
    let framework = present.dataset.framework();
    if language == Language::Chinese {
        name_verdicts(&mut table);
    }
    let mut heads = named(&table, framework, language);
    // The code comes first: workbooks keep the first column's digits.
    let shown = letters.chars().filter_map(Column::of_letter);
    let shown = shown.filter(|column| *column != Column::Name);
    let columns: Vec<Column> = std::iter::once(Column::Name).chain(shown).collect();
    let mut add = |column: Column, head: String, cells: Vec<String>| {
        heads.push((column, head));
        let rows = table.rows.iter_mut().zip(cells);
        rows.for_each(|(row, cell)| row.push(cell));
    };
    let number = |x: &f64| {
        if x.is_nan() {
            String::new()
        } else {
            number(*x)
        }
    };
    let shows = |column| columns.contains(&column);
    if columns.iter().any(|c| matches!(c, Column::Pillar(_))) {
        let parts = pillar_contributions(framework, present.what_if.weights(), &outcome.scores);
        for (at, (pillar, parts)) in framework.pillars().iter().zip(parts).enumerate() {
            let node = framework.node(*pillar);
            let name = name_of(framework, node, language);
            let head = [&name, Told::HeadContribution.text(language)].concat();
            add(
                Column::Pillar(at as u8),
                head,
                parts.iter().map(number).collect(),
            );
        }
    }
    if shows(Column::Trend) {
        let past = present.past_scores();
        let periods = present.dataset.periods().keys();
        let n_units = present.dataset.units().len().max(1);
        for (period, scores) in periods.zip(past.chunks_exact(n_units)) {
            let head = [Told::HeadScore.text(language), " ", &period.to_string()].concat();
            add(Column::Trend, head, scores.iter().map(number).collect());
        }
    }
    if shows(Column::Change) {
        let sides = [&present.outcome, outcome].map(|run| &run.ranks.overall);
        let sides = sides[0].iter().zip(sides[1]);
        let change = sides.map(|sides| match sides {
            (Some(before), Some(now)) => (i64::from(before.0) - i64::from(now.0)).to_string(),
            _ => String::new(),
        });
        let head = Told::HeadRankChange.text(language).to_owned();
        add(Column::Change, head, change.collect());
    }
    let of_column = |column: &Column| {
        let found = heads.iter().enumerate().filter(|(_, (of, _))| of == column);
        found.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let places: Vec<usize> = columns.iter().flat_map(of_column).collect();
    let taken = |row: &[String]| {
        let cells = places.iter().filter_map(|at| row.get(*at));
        cells.cloned().collect::<Vec<_>>()
    };
    table.rows = table.rows.iter().map(|row| taken(row)).collect();
    let heads: Vec<String> = heads.into_iter().map(|(_, head)| head).collect();
    table.header = taken(&heads);
    table
}

/// Sides of the line in Chinese; the engine's words for them are their English.
fn name_verdicts(table: &mut Table) {
    let head = Told::HeadVerdict.text(Language::English);
    let Some(at) = table.header.iter().position(|other| other == head) else {
        return;
    };
    let words = [
        (Verdict::Meets, Told::VerdictMeets),
        (Verdict::Misses, Told::VerdictMisses),
        (Verdict::Undetermined, Told::VerdictUndetermined),
        (Verdict::NotAssessed, Told::NoRank),
    ];
    let words = words.map(|(verdict, told)| (verdict_text(verdict), told));
    for cell in table.rows.iter_mut().filter_map(|row| row.get_mut(at)) {
        if let Some((_, told)) = words.iter().find(|(word, _)| word == cell) {
            told.text(Language::Chinese).clone_into(cell);
        }
    }
}

/// What a node's columns are called: two of one name are told apart by what they are in the
/// framework.
fn name_of(framework: &Framework, node: &Node, language: Language) -> String {
    let (name, id) = (&node.name.zh, node.id.as_str());
    let alike = framework.nodes().iter().skip(1);
    let alike = alike.filter(|other| other.name.zh == *name).count();
    match language {
        Language::Chinese if alike < 2 => name.clone(),
        Language::Chinese => [name, " ", id].concat(),
        Language::English => id.to_owned(),
    }
}

/// For each column of the engine's table where it belongs, and its head.
fn named(table: &Table, framework: &Framework, language: Language) -> Vec<(Column, String)> {
    // Nodes may be called anything and stand behind the coverage.
    let last = Told::HeadApplicable.text(Language::English);
    let first = table.header.iter().position(|head| head == last);
    let first = first.map_or(0, |at| at + 1);
    let nodes = &framework.nodes()[1..];
    let chance = Told::HeadChance.text(Language::English);
    let named = table.header.iter().enumerate().map(|(at, head)| {
        let node = at.checked_sub(first).and_then(|at| nodes.get(at));
        if let Some(node) = node {
            return (Column::Bars, name_of(framework, node, language));
        }
        if let Some(band) = head.strip_prefix(chance) {
            return (
                Column::Grade,
                [Told::HeadChance.text(language), band].concat(),
            );
        }
        let known = HEADS
            .iter()
            .find(|(told, _)| told.text(Language::English) == head);
        known.map_or((Column::Bars, head.clone()), |(told, column)| {
            (*column, told.text(language).to_owned())
        })
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker::village_tests::{node, present};
    use dhi_engine::frame::{Cell, Dataset, Observations, Provenance, Unit, Units};
    use dhi_engine::ids::{BodyType, Period, UnitCode};
    use dhi_engine::report::scores;

    /// Two pillars and two indicators of one name, and one of its own: by name where that
    /// is enough, else with the id, the contributions of pillars too.
    #[test]
    fn nodes_of_one_name_are_told_apart() {
        let rows = [
            ("d", None, "指数"),
            ("p", Some("d"), "履职"),
            ("pa", Some("p"), "到会率"),
            ("q", Some("d"), "履职"),
            ("qa", Some("q"), "到会率"),
            ("qb", Some("q"), "公开率"),
        ];
        let rows = rows.map(|(id, parent, name)| node(id, parent, name));
        let framework = Framework::new(rows.to_vec()).unwrap();
        let unit = Unit {
            code: UnitCode::new("990000100000").unwrap(),
            name: "甲村".into(),
            town: String::new(),
            class: String::new(),
            body_type: BodyType::Other,
            population: None,
        };
        let mut observations = Observations::missing(1, 3);
        for (column, x) in [80.0, 60.0, 40.0].into_iter().enumerate() {
            observations.set(0, column, Cell::Value(x), None, &Provenance::default());
        }
        let units = Units::new(vec![unit]).unwrap();
        let periods = [(Period::new("2026").unwrap(), observations)];
        let dataset = Dataset::new(units, framework, periods.into()).unwrap();
        let present = present(dataset, "{}");
        let exported = |language| {
            let inputs = present.inputs().unwrap();
            let outcome = &present.outcome;
            let table = scores(inputs, outcome, &present.spec, language);
            shaped(table, &present, outcome, "b01", language)
        };
        let table = exported(Language::Chinese);
        let heads = [
            "代码",
            "村",
            "履职 p",
            "到会率 pa",
            "履职 q",
            "到会率 qa",
            "公开率",
            "履职 p · 贡献",
            "履职 q · 贡献",
        ];
        assert_eq!(table.header, heads);
        // Half of 80, and half of the mean of 60 and 40.
        let row = ["80", "80", "50", "60", "40", "40", "25"];
        assert_eq!(table.rows[0][2..], row);
        let english = exported(Language::English).header;
        assert_eq!(
            english[2..],
            [
                "p",
                "pa",
                "q",
                "qa",
                "qb",
                "p_contribution",
                "q_contribution"
            ]
        );
    }
}
