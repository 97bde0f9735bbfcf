//! A grade as text with a shape and a colour, never colour alone.

use crate::i18n::Key;
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

/// A grade with its shape and colour, as markup.
pub fn badge(app: Context, html: &mut Html, grade: Grade) {
    let why = withheld(grade).map(|key| app.t(key.into()));
    badge_with(html, grade, why, &words(app, grade));
}
