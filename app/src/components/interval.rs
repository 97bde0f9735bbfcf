//! How certain a rank is, as cells of the ranking: interval, tier, chance of the
//! band, and which side of the nomination line.

use crate::i18n::{Key, line_chance, percent0};
use crate::number;
use crate::state::context::{Context, use_app};
use crate::state::reactive::memo;
use crate::state::view::Column;
use crate::worker::robust::Robustness;
use crate::written::html::escaped;
use dhi_engine::gate::Limit;
use dhi_engine::rank::Grade;
use dhi_engine::uncertainty::{Line, RobustSpec, Verdict};
use leptos::prelude::*;

/// Reads something about a unit, following the analysis.
fn about<T>(
    app: Context,
    unit: Option<u32>,
    read: impl FnOnce(&Robustness, usize) -> Option<T>,
) -> Option<T> {
    let shown = app.desk().honest.shown;
    shown.with(|r| read(r.as_deref()?, unit? as usize))
}

/// Ends of a unit's rank interval.
pub fn interval_of(app: Context, unit: Option<u32>) -> Option<(u32, u32)> {
    about(app, unit, |r, at| Some((*r.low.get(at)?, *r.high.get(at)?))).filter(|e| e.0 > 0)
}

/// A unit's tier.
pub fn tier_of(app: Context, unit: Option<u32>) -> Option<u32> {
    about(app, unit, |r, at| r.tiers.get(at).copied()).filter(|tier| *tier > 0)
}

/// Chance of a unit's line, and what follows from it.
pub fn line_of(app: Context, unit: Option<u32>) -> Option<(Verdict, f64)> {
    about(app, unit, |r, at| {
        Some((r.verdict(at), *r.chances.get(at)?))
    })
    .filter(|(verdict, _)| *verdict != Verdict::NotAssessed)
}

/// The chance as it is told beside its verdict.
pub fn told_chance(verdict: Verdict, chance: f64) -> String {
    line_chance(chance, verdict == Verdict::Undetermined)
}

/// Chance of every band of a unit.
pub fn bands_of(app: Context, unit: Option<u32>) -> Option<Vec<f64>> {
    about(app, unit, |r, at| r.bands.get(at).cloned()).filter(|b| !b.is_empty())
}

/// An interval in words, such as `3–9`.
pub fn range((low, high): (u32, u32)) -> String {
    if low == high {
        low.to_string()
    } else {
        [low.to_string(), high.to_string()].join("–")
    }
}

/// Sign and word of a verdict; never colour alone.
pub fn verdict_words(verdict: Verdict) -> (&'static str, Key) {
    match verdict {
        Verdict::Meets => ("✓", Key::VerdictMeets),
        Verdict::Misses => ("✕", Key::VerdictMisses),
        Verdict::Undetermined => ("◐", Key::VerdictUndetermined),
        Verdict::NotAssessed => ("—", Key::NoRank),
    }
}

/// A share 0–1 to draw on an axis of ranks.
fn on_axis(rank: u32, n: u32) -> f64 {
    f64::from(rank) / f64::from(n.max(1)) * 100.0
}

/// Rank interval with its place on the axis of all ranks, as markup.
pub fn interval_cell(app: Context, unit: Option<u32>) -> String {
    let Some((low, high)) = interval_of(app, unit) else {
        return "—".to_owned();
    };
    let n = app.results.with(|r| r.scores.len() as u32);
    let (from, to) = (on_axis(low - 1, n), on_axis(high, n));
    let width = to - from;
    format!(
        "<span class=\"interval__text\">{}</span><span class=\"interval__axis\" aria-hidden=\"true\">\
         <span class=\"interval__bar\" style=\"left:{from:.2}%;width:{width:.2}%\"></span></span>",
        range((low, high))
    )
}

/// Tier.
pub fn tier_cell(app: Context, unit: Option<u32>) -> String {
    tier_of(app, unit).map_or_else(|| "—".to_owned(), |tier| tier.to_string())
}

/// Chance of the grade that counts for the unit.
pub fn chance_cell(app: Context, unit: Option<u32>) -> String {
    let grade = |unit: u32| app.results.with(|r| r.grades.get(unit as usize).copied());
    let Some(by_score) = unit.and_then(grade) else {
        return String::new();
    };
    let chance = about(app, unit, |r, at| {
        let limit = app.loaded.with(|l| l.limit(at));
        chance_of(r.bands.get(at)?, limit, by_score)
    });
    escaped(&chance.map(percent0).unwrap_or_default())
}

/// Chance of a grade that counts, from those of the bands: where it is the best that a cap
/// leaves, better ones count as it.
fn chance_of(bands: &[f64], limit: Limit, by_score: Grade) -> Option<f64> {
    let Grade::Band(band) = limit.counts(by_score) else {
        return None;
    };
    let from = if band == limit.best { 0 } else { band };
    let counted = bands.get(from as usize..=band as usize)?;
    Some(counted.iter().sum())
}

/// Which side of the line a unit is on, or that it cannot be told, as markup.
pub fn line_cell(app: Context, unit: Option<u32>) -> String {
    let Some((verdict, chance)) = line_of(app, unit) else {
        return "—".to_owned();
    };
    let class = match verdict {
        Verdict::Undetermined => "verdict verdict--open",
        Verdict::Meets => "verdict verdict--meets",
        _ => "verdict",
    };
    let (sign, word) = verdict_words(verdict);
    let (word, chance) = (app.t(word), escaped(&told_chance(verdict, chance)));
    format!(
        "<span class=\"{class}\"><span aria-hidden=\"true\">{sign}</span> {word} \
         <span class=\"chance\">{chance}</span></span>"
    )
}

/// What intervals rest on, how far the analysis is, and the choice of the line.
#[component]
pub fn CertaintyBar() -> impl IntoView {
    let app = use_app();
    let honest = app.desk().honest;
    let status = move || {
        if let Some(refusal) = honest.refusal.get() {
            return refusal.words(app.language.get());
        }
        if honest.is_present.get() {
            return honest.shown.with(|r| {
                let ms = r.as_ref().map_or(0.0, |r| r.milliseconds);
                format!("{} {:.1} s", app.t(Key::CertaintyDone), ms / 1000.0)
            });
        }
        let words = app.t(if honest.shown.with(Option::is_some) {
            Key::CertaintyOutdated
        } else {
            Key::CertaintyWaiting
        });
        match honest.progress.get() {
            Some((done, of)) if of > 0 => format!("{words} {done}/{of}"),
            _ => words.to_owned(),
        }
    };
    let note = memo(move || {
        let shown = honest.shown.get();
        shown.map_or_else(String::new, |r| note(app, &r))
    });
    let analyse = move || app.analyse_soon();
    let choose_line = move |event: leptos::ev::Event| {
        honest.line.set(line_from(&event_target_value(&event)));
        app.save_soon();
        analyse();
    };
    let choose_replicates = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event).parse();
        honest.replicates.set(chosen.unwrap_or(0));
        analyse();
    };
    // Built anew only when it differs, so that an open list stays open.
    view! {
        <div class="certainty" data-testid="certainty"
            data-state=move || if honest.is_present.get() { "present" } else { "outdated" }
            data-ms=move || honest.shown.with(|r| r.as_ref().map(|r| r.milliseconds.to_string()))>
            <label class="field field--inline"><span>{app.say(Key::NominationLine)}</span>
                <select on:change=choose_line inner_html=memo(move || line_options(app))></select>
            </label>
            <label class="field field--inline"><span>{app.say(Key::Replicates)}</span>
                <select on:change=choose_replicates inner_html=memo(move || replicate_options(app))></select>
            </label>
            <p class="certainty__status" role="status">{status}</p>
            <details class="certainty__more" hidden=move || note.with(String::is_empty) inner_html=note></details>
        </div>
    }
}

fn option(value: &str, words: &str, is_chosen: bool) -> String {
    let chosen = if is_chosen { "\" selected>" } else { "\">" };
    [
        "<option value=\"",
        value,
        chosen,
        &escaped(words),
        "</option>",
    ]
    .concat()
}

/// The lines there are to choose from.
fn line_options(app: Context) -> String {
    let default = RobustSpec::default().line;
    let mut lines = vec![default];
    app.project.with(|p| {
        let edges = p.as_ref().map(|p| p.content.spec.band_edges());
        let edges = edges.into_iter().flatten();
        lines.extend(edges.map(|edge| Some(Line::Score(edge))));
    });
    lines.extend([10, 20, 50].map(|k| Some(Line::Top(k))));
    lines.push(None);
    let chosen = app.desk().honest.line.get();
    let mut markup = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 && *line == default {
            continue;
        }
        let mut words = line_words(app, *line);
        if at == 0 {
            words.push_str(app.t(Key::DefaultToConfirm));
        }
        markup.push_str(&option(&line_value(*line), &words, *line == chosen));
    }
    markup
}

fn replicate_options(app: Context) -> String {
    let chosen = app.desk().honest.replicates.get_untracked();
    let of = |n: u32| {
        let text = n.to_string();
        let words = if n == 0 { app.t(Key::Automatic) } else { &text };
        option(&text, words, n == chosen)
    };
    [0, 1000, 10_000].map(of).concat()
}

fn line_value(line: Option<Line>) -> String {
    match line {
        None => String::new(),
        Some(Line::Score(score)) => ["s", &score.to_string()].concat(),
        Some(Line::Top(k)) => ["t", &k.to_string()].concat(),
    }
}

fn line_from(value: &str) -> Option<Line> {
    let rest = value.get(1..)?;
    if value.starts_with('s') {
        number::parse(rest).map(Line::Score)
    } else {
        rest.parse().ok().map(Line::Top)
    }
}

/// A nomination line in words.
pub fn line_words(app: Context, line: Option<Line>) -> String {
    match line {
        None => app.t(Key::LineNone).to_owned(),
        Some(Line::Score(score)) => format!("{} ≥ {score}", app.t(Key::Score)),
        Some(Line::Top(k)) => format!("{} ≤ {k}", app.t(Key::ColRank)),
    }
}

/// What was varied, how often, and at which level, as markup.
fn note(app: Context, r: &Robustness) -> String {
    let replace = [
        ("{n}", r.replicates.to_string()),
        ("{seed}", r.seed.to_string()),
        ("{level}", percent0(r.level(0))),
        ("{tier}", percent0(r.level(1))),
        ("{low}", percent0(r.level(2))),
        ("{high}", percent0(r.level(3))),
    ];
    let parts = [
        "<summary>",
        app.t(r.what_varied().into()),
        app.t(Key::CertaintyShort),
        "</summary><p>",
        app.t(Key::CertaintyNote),
    ];
    let mut text = parts.concat();
    for (mark, value) in replace {
        text = text.replace(mark, &value);
    }
    if r.tiers.is_empty() {
        text.push_str(app.t(Key::TooManyForTiers));
    }
    text.push_str("</p>");
    text
}

/// Whether a row opens another tier than the row above, where rows stand in an
/// order of merit.
pub fn opens_tier(app: Context, by: Column, above: Option<u32>, unit: Option<u32>) -> bool {
    if !matches!(by, Column::Rank | Column::Tier) || above.is_none() {
        return false;
    }
    tier_of(app, above) != tier_of(app, unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_back_from_the_list() {
        for line in [
            None,
            Some(Line::Score(60.0)),
            Some(Line::Score(72.5)),
            Some(Line::Top(20)),
        ] {
            assert_eq!(line_from(&line_value(line)), line);
        }
        assert_eq!(line_from("t"), None);
    }

    /// Chances of the bands 0.5, 0.25 and 0.25.
    #[test]
    fn under_a_cap_better_grades_count_as_it() {
        let chance = |best, at| {
            let limit = Limit {
                best,
                ..Limit::default()
            };
            chance_of(&[0.5, 0.25, 0.25], limit, Grade::Band(at))
        };
        assert_eq!(
            [0, 1, 2].map(|at| chance(0, at)),
            [0.5, 0.25, 0.25].map(Some)
        );
        assert_eq!(
            [0, 1, 2].map(|at| chance(1, at)),
            [0.75, 0.75, 0.25].map(Some)
        );
        assert_eq!([0, 1, 2].map(|at| chance(2, at)), [1.0, 1.0, 1.0].map(Some));
        assert_eq!(chance(3, 0), None);
    }

    #[test]
    fn intervals_are_written_for_people() {
        assert_eq!(range((3, 9)), "3–9");
        assert_eq!(range((4, 4)), "4");
    }
}
