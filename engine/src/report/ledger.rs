//! 整改销号 as tables. No hands, ballots or causes stand in them.

use super::{MISSING, NOT_APPLICABLE, Table, harmless};
use crate::calendar::{Calendar, Day};
use crate::frame::Cell;
use crate::framework::{Language, Measure};
use crate::ledger::Derived;
use crate::packet::View;
use crate::signoff::{Rules, Urgency, due, flags};
use crate::survey::SurveySpec;

pub(super) fn table(name: &str, header: &[&str], rows: Vec<Vec<String>>) -> Table {
    Table {
        name: name.into(),
        header: header.iter().map(|text| (*text).to_owned()).collect(),
        rows,
    }
}

/// `items.csv`: every item as it stands on a day, with the signs that people should
/// look at.
pub fn items(view: &View, rules: &Rules, today: Day, language: Language) -> Table {
    let flags = flags(&view.items, rules);
    let rows = view.items.iter().map(|item| {
        let facts = &item.facts;
        let signs = flags.iter().filter(|flag| flag.item == item.id);
        let signs: Vec<&str> = signs.map(|flag| flag.suspicion.name(language)).collect();
        vec![
            harmless(&item.id),
            harmless(&facts.village),
            harmless(&facts.town),
            harmless(&facts.lead),
            facts.kind.id().into(),
            harmless(&facts.problem),
            item.state.id().into(),
            item.since.to_string(),
            item.due.map(String::from).unwrap_or_default(),
            item.days_overdue(today).to_string(),
            item.submissions.to_string(),
            item.returns.to_string(),
            item.relapses.len().to_string(),
            item.signatures.len().to_string(),
            signs.join("; "),
        ]
    });
    let header = [
        "item",
        "village",
        "town",
        "lead",
        "kind",
        "problem",
        "state",
        "since",
        "due",
        "days_overdue",
        "submissions",
        "returns",
        "relapses",
        "signatures",
        "signs",
    ];
    table("items", &header, rows.collect())
}

/// `due.csv`: what is due of every item, by when and whose it is.
pub fn due_list(
    view: &View,
    rules: &Rules,
    calendar: &Calendar,
    today: Day,
    language: Language,
) -> Table {
    let rows = view.items.iter().flat_map(|item| {
        due(item, rules, calendar, today).into_iter().map(|due| {
            let urgency = match due.urgency {
                Urgency::Ahead => "ahead",
                Urgency::Reminder => "reminder",
                Urgency::Escalated => "escalated",
            };
            vec![
                harmless(&item.id),
                harmless(&item.facts.village),
                due.kind.name(language).into(),
                due.role.id().into(),
                due.by.to_string(),
                urgency.into(),
            ]
        })
    });
    let header = ["item", "village", "what", "role", "by", "urgency"];
    table("due", &header, rows.collect())
}

/// `notices.csv`: what people must settle.
pub fn notices(view: &View, rules: &Rules, language: Language) -> Table {
    let rows = view
        .notices
        .iter()
        .map(|notice| vec![harmless(&notice.message(rules, language))]);
    table("notices", &["notice"], rows.collect())
}

/// `indicators.csv`: the values that follow from the items; what people said is told as
/// a bound near the ends of its scale, as everywhere beside the scores.
pub fn derived_values(derived: &[Derived]) -> Table {
    let survey = SurveySpec::default();
    let rows = derived.iter().map(|one| {
        let value = match one.cell {
            Cell::Value(value) => {
                let (sign, value) = survey.told(one.indicator, Measure::Points, value);
                format!("{sign}{value}")
            }
            Cell::Missing => MISSING.into(),
            Cell::NotApplicable => NOT_APPLICABLE.into(),
        };
        let counts = one.ratio.map(|ratio| [ratio.numerator, ratio.denominator]);
        let [above, below] = counts.map_or_else(Default::default, |c| c.map(|n| n.to_string()));
        vec![
            one.village.clone(),
            one.indicator.into(),
            value,
            above,
            below,
        ]
    });
    let header = ["village", "indicator", "value", "numerator", "denominator"];
    table("indicators", &header, rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::RATING;

    /// The scale of the rating is 0 to 100: its last twentieths end at 5 and 95. Closures
    /// on time are no answers of people.
    #[test]
    fn a_rating_of_one_mind_is_written_as_a_bound() {
        let written = |indicator, value| {
            let table = derived_values(&[Derived {
                village: "001".into(),
                indicator,
                cell: Cell::Value(value),
                ratio: None,
            }]);
            table.rows[0][2].clone()
        };
        assert_eq!(written(RATING, 100.0), "≥ 95");
        assert_eq!(written(RATING, 94.5), "94.5");
        assert_eq!(written(RATING, 0.0), "≤ 5");
        assert_eq!(written("a_rect_ontime_rate", 100.0), "100");
    }
}
