//! The ranking on paper.

use crate::bidi::isolated;
use crate::components::band::{shown, words};
use crate::components::interval::{interval_of, line_of, range, tier_of, verdict_words};
use crate::components::rank_table::{range_words, rank_of};
use crate::i18n::{Key, fixed2, percent0};
use crate::state::context::{Context, use_app};
use crate::state::reactive::memo;
use crate::state::view::RankScope;
use crate::written::html::Html;
use dhi_engine::framework::Language;
use dhi_engine::rank::Grade;
use leptos::prelude::*;
use std::sync::Arc;

/// Rows that a browser lays out for paper in a moment; more are said to be left out.
const MOST: usize = 5000;

/// Every row for paper; the screen never shows it.
#[component]
pub fn PrintTable(
    /// The villages shown, in order.
    rows: Memo<Arc<Vec<u32>>>,
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
            rows.with(|rows| table(app, rows))
        } else {
            String::new()
        }
    });
    view! { <div class="print-only" data-testid="print" inner_html=markup></div> }
}

/// What was asked for, in words: nothing where all villages are shown.
fn asked(app: Context) -> Vec<String> {
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

/// Which villages these are and by which method, then a row for each.
fn table(app: Context, rows: &[u32]) -> String {
    let (period, n_units) = app.project.with(|p| {
        let content = p.as_ref().map(|p| &p.content);
        let about = content.map(|c| (c.period.to_string(), c.dataset.units().len()));
        about.unwrap_or_default()
    });
    let digest = app.results.with(|r| r.digest.chars().take(12).collect());
    let pair = |key, value: String| [app.t(key), " ", &isolated(&value)].concat();
    let shown = [rows.len(), n_units].map(|n| n.to_string()).join(" / ");
    let mut about = vec![
        pair(Key::Period, period),
        pair(Key::UnitsShown, shown),
        pair(Key::Digest, digest),
    ];
    about.extend(asked(app));
    let mut html = Html::default();
    html.el("p", &about.join(" · "));
    if let Some(words) = left_out(app.language.get(), rows.len()) {
        html.el("p", &words);
    }
    html.raw("<table class=\"print-table\"><thead><tr>");
    for key in [
        Key::ColRank,
        Key::ColInterval,
        Key::ColTier,
        Key::ColName,
        Key::ColTown,
        Key::ColClass,
        Key::ColScore,
        Key::ColGrade,
        Key::ColLine,
    ] {
        html.el("th scope=\"col\"", app.t(key));
    }
    html.raw("</tr></thead><tbody>");
    for unit in rows.iter().take(MOST) {
        html.open("tr");
        for cell in line(app, *unit) {
            html.el("td", &cell);
        }
        html.close("tr");
    }
    html.raw("</tbody></table>");
    html.finish()
}

/// What stands in the row of a village.
fn line(app: Context, unit: u32) -> [String; 9] {
    let at = unit as usize;
    let about = app.project.with(|p| {
        let units = p.as_ref()?.content.dataset.units().list();
        let unit = units.get(at)?;
        Some((unit.name.clone(), unit.town.clone(), unit.class.clone()))
    });
    let (name, town, class) = about.unwrap_or_default();
    let score = app.results.with(|r| r.scores.get(at).copied());
    let grade = shown(app, unit).map(|(grade, words, why)| match why {
        None => words,
        // On paper nothing can be pointed at.
        Some(why) if grade.is_band() => [&words, " · ", &why].concat(),
        Some(why) => why,
    });
    let rank = match rank_of(app, RankScope::Overall, unit) {
        0 => "—".to_owned(),
        rank => rank.to_string(),
    };
    // Paper cannot be brought up to date: what is outdated is left out.
    let unit = app.desk().honest.is_present.get().then_some(unit);
    let line = line_of(app, unit).map(|(verdict, chance)| {
        let (sign, word) = verdict_words(verdict);
        [sign, " ", app.t(word), " ", &percent0(chance)].concat()
    });
    [
        rank,
        interval_of(app, unit).map(range).unwrap_or_default(),
        tier_of(app, unit)
            .map(|tier| tier.to_string())
            .unwrap_or_default(),
        name,
        town,
        class,
        score.map(fixed2).unwrap_or_default(),
        grade.unwrap_or_default(),
        line.unwrap_or_default(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

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
