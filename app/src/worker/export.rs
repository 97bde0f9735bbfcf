//! The table of results as the ranking shows it: its columns in their order, with heads
//! in the language of the page.

use super::present::Present;
use crate::i18n::Told;
use crate::state::view::Column;
use dhi_engine::explain::pillar_contributions;
use dhi_engine::framework::{Framework, Language};
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
            let name = match language {
                Language::Chinese => &node.name.zh,
                Language::English => node.id.as_str(),
            };
            let head = [name, Told::HeadContribution.text(language)].concat();
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

/// For each column of the engine's table where it belongs, and its head.
fn named(table: &Table, framework: &Framework, language: Language) -> Vec<(Column, String)> {
    // Nodes may be called anything and stand behind the coverage.
    let last = Told::HeadApplicable.text(Language::English);
    let first = table.header.iter().position(|head| head == last);
    let first = first.map_or(0, |at| at + 1);
    let nodes = &framework.nodes()[1..];
    let is_only = |name: &str| nodes.iter().filter(|node| node.name.zh == name).count() < 2;
    let chance = Told::HeadChance.text(Language::English);
    let named = table.header.iter().enumerate().map(|(at, head)| {
        let node = at.checked_sub(first).and_then(|at| nodes.get(at));
        if let Some(node) = node {
            let name = match language {
                // Two of one name are told apart by what they are in the framework.
                Language::Chinese if is_only(&node.name.zh) => node.name.zh.clone(),
                Language::Chinese => [&node.name.zh, " ", head].concat(),
                Language::English => head.clone(),
            };
            return (Column::Bars, name);
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
