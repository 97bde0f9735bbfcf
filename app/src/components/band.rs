//! A grade as text with a shape and a colour, never colour alone.

use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use crate::written::{shape, withheld};
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

/// A grade, following its signal.
#[component]
pub fn BandBadge(
    /// The grade; nothing while unknown.
    #[prop(into)]
    grade: Signal<Option<Grade>>,
) -> impl IntoView {
    let app = use_app();
    let class = move || match grade.get() {
        Some(Grade::Band(at)) => format!("band band--{}", at.min(3)),
        _ => "band band--none".to_owned(),
    };
    let mark = move || match grade.get() {
        Some(Grade::Band(at)) => shape(at),
        _ => "○",
    };
    let title = move || grade.get().and_then(withheld).map(|key| app.t(key));
    view! {
        <span class=class title=title>
            <span aria-hidden="true" class="band__shape">{mark}</span>
            {move || grade.get().map(|g| words(app, g))}
        </span>
    }
}
