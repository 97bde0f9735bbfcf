//! How far a weight may move before the leader changes, on the track of its
//! slider and in words.

use crate::i18n::{Key, percent1};
use crate::state::context::Context;
use crate::worker::robust::StayShown;
use dhi_engine::ids::NodeIdx;
use leptos::prelude::*;

/// What is known about a weight; `None` while it is not, or where the slider does
/// not move its siblings in proportion.
pub fn stay_of(app: Context, node: NodeIdx) -> Option<StayShown> {
    let stays = app.desk().honest.stays;
    stays.with(|s| s.iter().find(|s| s.node == node.0).copied())
}

/// Where the strip lies under the track, whose ends the thumb's middle reaches.
fn place(ends: Option<(f64, f64)>) -> Option<String> {
    let (low, high) = ends?;
    let of = |share: f64| format!("calc({share:.4} * (100% - 16px)");
    let width = high - low;
    Some([&of(low), " + 8px);width:", &of(width), ")"].concat())
}

/// Strips below a slider: the leader's, and a lighter one of the first ten.
#[component]
pub fn StayTrack(
    /// What is known.
    stay: Memo<Option<StayShown>>,
) -> impl IntoView {
    let strip = move |at: usize, class: &'static str| {
        let style = move || {
            let ends = stay.get()?.ends[at];
            place(ends).map(|place| ["left:", &place].concat())
        };
        move || style().map(|style| view! { <span class=class style=style></span> })
    };
    view! {
        <span class="stay" aria-hidden="true">
            {strip(1, "stay__strip stay__strip--top")}
            {strip(0, "stay__strip")}
        </span>
    }
}

/// The same in words.
pub fn words(app: Context, stay: StayShown) -> String {
    if !stay.is_linear {
        return app.t(Key::StayNotLinear).to_owned();
    }
    let keys = [Key::StayLeader, Key::StayTop];
    let parts = stay.ends.into_iter().zip(keys).filter_map(|(ends, key)| {
        let (low, high) = ends?;
        let range = [percent1(low), percent1(high)].join("–");
        Some([app.t(key), " ", &range].concat())
    });
    parts.collect::<Vec<_>>().join(app.t(Key::Comma))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_lies_where_the_thumb_would() {
        let style = place(Some((0.25, 0.75))).unwrap();
        assert_eq!(
            style,
            "calc(0.2500 * (100% - 16px) + 8px);width:calc(0.5000 * (100% - 16px))"
        );
    }
}
