//! The ranking on paper.

use crate::bidi::isolated;
use crate::charts::waterfall::signed;
use crate::components::band::{self, shown, words};
use crate::components::interval::{
    interval_of, line_of, range, tier_of, told_chance, verdict_words,
};
use crate::components::rank_table::{Rows, group_words, heading, range_words, rank_of, rank_words};
use crate::i18n::{Key, fixed2};
use crate::state::context::{Context, use_app};
use crate::state::facts::{Facts, Item, items, with_facts};
use crate::state::reactive::memo;
use crate::state::view::{Column, Marks, RankScope, Shape};
use crate::written::html::Html;
use dhi_engine::framework::Language;
use dhi_engine::rank::Grade;
use leptos::prelude::*;

/// Rows that a browser lays out for paper in a moment; more are said to be left out.
const MOST: usize = 5000;
/// Columns that fit on a sheet in its upright position, and across it.
const FIT: [usize; 2] = [10, 18];

/// Every row for paper; the screen never shows it.
#[component]
pub fn PrintTable(
    /// What the table on the screen shows.
    rows: Rows,
) -> impl IntoView {
    let app = use_app();
    let is_printing = RwSignal::new(false);
    let before = window_event_listener(leptos::ev::beforeprint, move |_| is_printing.set(true));
    let after = window_event_listener(leptos::ev::afterprint, move |_| is_printing.set(false));
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
    let markup = memo(move || {
        if is_printing.get() {
            with_facts(app, |facts| table(app, rows, facts)).unwrap_or_default()
        } else {
            String::new()
        }
    });
    view! { <div class="print-only" data-testid="print" inner_html=markup></div> }
}

/// What was asked for, in words: nothing where all villages are shown.
pub(super) fn asked(app: Context) -> Vec<String> {
    let filter = app.desk().view.filter.get();
    let grade = match filter.grade.parse() {
        Ok(at) => words(app, Grade::Band(at)),
        Err(_) if filter.grade.is_empty() => String::new(),
        Err(_) => app.t(Key::NoGrade).to_owned(),
    };
    let asked = [
        (Key::FilterText, filter.text.trim()),
        (Key::FilterTown, &filter.town),
        (Key::FilterClass, &filter.class),
        (Key::FilterGrade, &grade),
    ];
    let asked = asked.into_iter().filter(|(_, value)| !value.is_empty());
    let asked = asked.map(|(key, value)| [app.t(key), " = ", &isolated(value)].concat());
    let ranges = filter.ranges.iter();
    let ranges = ranges.map(|(column, range)| range_words(app, *column, *range));
    asked.chain(ranges).collect()
}

/// That rows are left out, where they are.
fn left_out(language: Language, n_rows: usize) -> Option<String> {
    let words = Key::PrintFirst.text(language);
    let words = words.replace("{n}", &MOST.to_string());
    (n_rows > MOST).then(|| words.replace("{all}", &n_rows.to_string()))
}

/// The columns that fit, and those that are left out. The make-up is a picture: its
/// numbers are the pillars' columns.
fn on_paper(shape: &Shape) -> (Vec<Column>, Vec<Column>) {
    let mut columns = shape.taken_along();
    columns.retain(|column| *column != Column::Bars);
    let mut left = Vec::new();
    while columns.len() > FIT[1] {
        let is_free = |c: &Column| !matches!(c, Column::Score | Column::Grade);
        // Two of them stay in any case, so that there is another.
        let Some(at) = columns.iter().rposition(is_free) else {
            break;
        };
        left.insert(0, columns.remove(at));
    }
    (columns, left)
}

/// What the column is called: of a rank, among whom.
fn head(app: Context, scope: RankScope, column: Column) -> String {
    let key = match (column, scope) {
        (Column::Rank, RankScope::Overall) => Key::RankOverall,
        (Column::Rank, RankScope::InClass) => Key::RankInClass,
        (Column::Rank, RankScope::InTown) => Key::RankInTown,
        _ => return heading(app, column),
    };
    app.t(key).to_owned()
}

/// Which villages these are and by which method, then a row for each: those pinned
/// first, the others by group where there are groups, whether folded or not.
fn table(app: Context, rows: Rows, facts: &Facts<'_>) -> String {
    let period = app.project.with(|p| {
        let content = p.as_ref().map(|p| &p.content);
        content.map(|c| c.period.to_string()).unwrap_or_default()
    });
    let digest = app.results.with(|r| r.digest.chars().take(12).collect());
    let pair = |key, value: String| [app.t(key), " ", &isolated(&value)].concat();
    let kept = rows.kept.get();
    let shown = [kept.len(), facts.units.len()].map(|n| n.to_string());
    let mut about = vec![
        pair(Key::Period, period),
        pair(Key::UnitsShown, shown.join(" / ")),
        pair(Key::Digest, digest),
    ];
    about.extend(asked(app));
    let mut html = Html::default();
    html.el("p", &about.join(" · "));
    let shape = rows.view.shape.get();
    let groups = rows.groups.get();
    let marks = Marks {
        pinned: rows.view.marks.with(|marks| marks.pinned.clone()),
        ..Marks::default()
    };
    let is_grouped = shape.grouping.is_some();
    let items = items(&kept, is_grouped.then_some(groups.as_slice()), &marks);
    let n_rows = items.iter().filter_map(|item| item.unit()).count();
    if let Some(words) = left_out(app.language.get(), n_rows) {
        html.el("p", &words);
    }
    let (columns, left) = on_paper(&shape);
    if !left.is_empty() {
        let left = left.iter().map(|column| heading(app, *column));
        let left = left.collect::<Vec<_>>().join(", ");
        html.el("p", &app.t(Key::PrintColumns).replace("{columns}", &left));
    }
    let is_wide = columns.len() > FIT[0];
    html.raw(if is_wide {
        "<table class=\"print-table print-table--wide\"><thead><tr>"
    } else {
        "<table class=\"print-table\"><thead><tr>"
    });
    for column in &columns {
        html.el("th scope=\"col\"", &head(app, shape.scope, *column));
    }
    html.raw("</tr></thead><tbody>");
    let mut n_left = MOST;
    for item in items {
        match item {
            Item::Unit(_) if n_left == 0 => break,
            Item::Unit(unit) => {
                n_left -= 1;
                html.open("tr");
                for column in &columns {
                    html.el("td", &cell(app, facts, &shape, *column, unit));
                }
            }
            Item::Group(at) => {
                let words = rows.register.with(|register| {
                    let group = groups.get(at as usize)?;
                    Some(group_words(
                        app,
                        group,
                        &register.label(&shape, group.label),
                    ))
                });
                html.open("tr class=\"print-table__group\"")
                    .raw("<th scope=\"rowgroup\"")
                    .attr("colspan", &columns.len().to_string())
                    .raw(">")
                    .text(&words.unwrap_or_default().join(" · "))
                    .raw("</th>");
            }
            Item::Detail(_) | Item::Filler => continue,
        }
        html.close("tr");
    }
    html.raw("</tbody></table>");
    html.finish()
}

/// What stands in the row of a village.
fn cell(app: Context, facts: &Facts<'_>, shape: &Shape, column: Column, unit: u32) -> String {
    let at = unit as usize;
    let about = facts.units.get(at);
    let number = facts.value(column, at);
    // Paper cannot be brought up to date: what is outdated is left out.
    let known = app.desk().honest.is_present.get().then_some(unit);
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    match column {
        Column::Rank => rank_words(rank_of(app, shape.scope, unit)),
        Column::Name => text(about.map(|unit| unit.name.as_str())),
        Column::Town => text(about.map(|unit| unit.town.as_str())),
        Column::Class => text(about.map(|unit| unit.class.as_str())),
        Column::Interval => interval_of(app, known).map(range).unwrap_or_default(),
        Column::Tier => tier_of(app, known).map_or_else(String::new, |tier| tier.to_string()),
        Column::Score => band::score(app, number),
        Column::Pillar(_) => fixed2(number),
        Column::Bars => String::new(),
        Column::Grade => {
            let grade = shown(app, unit).map(|(grade, words, why)| match why {
                None => words,
                // On paper nothing can be pointed at.
                Some(why) if grade.is_band() => [&words, " · ", &why].concat(),
                Some(why) => why,
            });
            grade.unwrap_or_default()
        }
        Column::Line => {
            let line = line_of(app, known).map(|(verdict, chance)| {
                let (sign, word) = verdict_words(verdict);
                [sign, " ", app.t(word), " ", &told_chance(verdict, chance)].concat()
            });
            line.unwrap_or_default()
        }
        Column::Coverage => {
            let count = facts.loaded.coverage.get(at);
            let count = count.map(|count| [count.present, count.applicable]);
            count.map_or_else(String::new, |[n, all]| format!("{n}/{all}"))
        }
        Column::Trend | Column::Change if number.is_nan() => "—".to_owned(),
        Column::Trend => signed(number),
        Column::Change => steps(number),
    }
}

/// A change of rank in steps; upwards is better.
fn steps(change: f64) -> String {
    let mark = match change {
        0.0 => return "=".to_owned(),
        up if up > 0.0 => "▲",
        _ => "▼",
    };
    [mark, &change.abs().to_string()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(columns: &[Column]) -> String {
        columns.iter().map(|column| column.letter()).collect()
    }

    #[test]
    fn paper_has_the_columns_shown_as_far_as_they_fit() {
        let said = |columns: &str| {
            let (columns, left) = on_paper(&Shape::from_text(&[columns, "  "].concat()));
            [columns, left].map(|columns| letters(&columns))
        };
        assert_eq!(said("rntciesbglv"), ["rntciesglv", ""].map(str::to_owned));
        assert_eq!(said("nd10hb"), ["rnd10hsg", ""].map(str::to_owned));
        // 22 columns but the picture: four too many.
        let all = said("rntciesbglvdh0123456789");
        assert_eq!(all, ["rntciesglvdh012345", "6789"].map(str::to_owned));
        // Score and grade stay wherever they are.
        let all = said("rntcielvdh0123456789");
        assert_eq!(all, ["rntcielvdh012345sg", "6789"].map(str::to_owned));
    }

    #[test]
    fn steps_have_their_direction() {
        assert_eq!([3.0, 0.0, -12.0].map(steps), ["▲3", "=", "▼12"]);
    }

    #[test]
    fn what_is_not_printed_is_said() {
        let said = |n_rows| left_out(Language::English, n_rows);
        assert_eq!(said(0), None);
        assert_eq!(said(MOST), None);
        let words = said(MOST + 1).unwrap();
        assert!(words.starts_with("The first 5000 of 5001"), "{words}");
        let words = left_out(Language::Chinese, 12_000).unwrap();
        assert!(words.contains("5000") && words.contains("12000"), "{words}");
    }
}
