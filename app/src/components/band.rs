//! A grade as text with a shape and a colour, never colour alone.

use crate::i18n::{Key, score_beside};
use crate::state::context::Context;
use crate::written::html::Html;
use crate::written::{badge_with, withheld};
use dhi_engine::rank::Grade;
use leptos::prelude::*;

/// The words of a grade.
pub fn words(app: Context, grade: Grade) -> String {
    match grade {
        Grade::Band(at) => app.project.with(|project| {
            let spec = project.as_ref().map(|p| &p.content.spec);
            let name = spec.and_then(|s| s.band_names(app.language.get()).nth(at as usize));
            name.unwrap_or_default().to_owned()
        }),
        Grade::Withheld(_) => app.t(Key::NoGrade).to_owned(),
    }
}

/// A score as it is told beside its grade.
pub fn score(app: Context, x: f64) -> String {
    let limits: Vec<f64> = app.project.with(|project| {
        let spec = project.as_ref().map(|p| &p.content.spec);
        spec.map_or_else(Vec::new, |s| s.band_edges().collect())
    });
    score_beside(x, &limits)
}

/// The grade of a unit that counts; its words, marked where it is another than that by
/// the score; and why it is so, or why there is none.
pub fn shown(app: Context, unit: u32) -> Option<(Grade, String, Option<String>)> {
    let at = unit as usize;
    let by_score = app.results.with(|r| r.grades.get(at).copied())?;
    let counts = app.loaded.with(|l| l.limit(at)).counts(by_score);
    let mut shown = words(app, counts);
    let mut why = withheld(counts).map(|key| app.t(key.into()).to_owned());
    if counts != by_score {
        shown.push('*');
        let [capped, by] = [Key::Capped, Key::ByScore].map(|key| app.t(key));
        why = Some([capped, by, &words(app, by_score)].concat());
    }
    Some((counts, shown, why))
}

/// The same with its shape and colour, as markup.
pub fn badge(app: Context, html: &mut Html, unit: u32) {
    if let Some((grade, words, why)) = shown(app, unit) {
        badge_with(html, grade, why.as_deref(), &words);
    }
}

/// What the mark means, where there may be one.
pub fn legend(app: Context) -> impl IntoView {
    let has_none = move || {
        app.loaded
            .with(|l| l.limits.iter().all(|[_, best, _]| *best == 0))
    };
    view! { <p class="hint" hidden=has_none>"* "{app.say(Key::Capped)}</p> }
}
