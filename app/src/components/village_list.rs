//! Villages to choose from while their name is typed.

use crate::bidi::isolated;
use crate::state::context::use_app;
use leptos::prelude::*;

/// The list with the id `villages`, each as name and code.
#[component]
pub fn VillageList() -> impl IntoView {
    let app = use_app();
    // A list of half a million options helps nobody; the ranking searches.
    let options = move || {
        app.project.with(|p| {
            p.as_ref().map_or_else(Vec::new, |p| {
                let units = p.content.dataset.units().list().iter().take(2000);
                units
                    .map(|u| format!("{} {}", isolated(&u.name), u.code))
                    .collect()
            })
        })
    };
    view! {
        <datalist id="villages">
            {move || options().into_iter().map(|o| view! { <option value=o></option> }).collect_view()}
        </datalist>
    }
}
