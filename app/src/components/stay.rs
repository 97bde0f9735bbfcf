//! How far a weight may move before the leader changes, on the track of its
//! slider and in words.

use crate::i18n::{Key, percent1};
use crate::state::context::Context;
use dhi_engine::ids::NodeIdx;
use leptos::prelude::With;

/// What is known about a weight: see [`crate::worker::robust::Said::Stays`].
fn stay_of(app: Context, node: NodeIdx) -> Vec<f64> {
    let stays = app.desk().honest.stays;
    stays
        .with(|s| s.get(node.at()).cloned())
        .unwrap_or_default()
}

/// Where a strip lies under the track, whose ends the thumb's middle reaches.
fn place(low: f64, high: f64) -> String {
    let of = |share: f64| format!("calc({share:.4} * (100% - 16px)");
    ["left:", &of(low), " + 8px);width:", &of(high - low), ")"].concat()
}

/// Strips below a slider as markup: a light one of the first ten, over it the
/// leader's.
pub fn strips(app: Context, node: NodeIdx) -> String {
    let stay = stay_of(app, node);
    let mut markup = String::new();
    for (at, class) in [(2, "stay__strip stay__strip--top"), (0, "stay__strip")] {
        if let Some([low, high]) = stay.get(at..at + 2)
            && !low.is_nan()
        {
            let place = place(*low, *high);
            markup
                .push_str(&["<span class=\"", class, "\" style=\"", &place, "\"></span>"].concat());
        }
    }
    markup
}

/// The same in words.
pub fn words(app: Context, node: NodeIdx) -> String {
    let stay = stay_of(app, node);
    if stay.len() == 1 {
        return app.t(Key::StayNotLinear).to_owned();
    }
    let mut words = String::new();
    for (ends, key) in stay.chunks_exact(2).zip([Key::StayLeader, Key::StayTop]) {
        if ends[0].is_nan() {
            continue;
        }
        if !words.is_empty() {
            words.push_str(app.t(Key::Comma));
        }
        words.push_str(app.t(key));
        words.push_str(&[&percent1(ends[0]), "–", &percent1(ends[1])].concat());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strip_lies_where_the_thumb_would() {
        assert_eq!(
            place(0.25, 0.75),
            "left:calc(0.2500 * (100% - 16px) + 8px);width:calc(0.5000 * (100% - 16px))"
        );
    }
}
