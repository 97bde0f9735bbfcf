//! Weights of the pillars above their bars, as wide as they weigh: the most that each
//! bar below can reach. Their edges are dragged.

use super::rank_table::heading;
use super::weight_group::{STEP, keep_drag, set_share, try_moved};
use crate::components::each::each_of;
use crate::i18n::{Key, percent1, value};
use crate::state::context::{Context, use_app};
use crate::state::reactive::memo;
use crate::state::rebalance::with_edge;
use crate::state::view::Column;
use dhi_engine::ids::NodeIdx;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// A drag: the shares of all nodes when it began, where, and over how many pixels all
/// pillars lie.
#[derive(Clone)]
struct Drag {
    shares: Vec<f64>,
    x: f64,
    width: f64,
}

/// The pillars' weights.
#[component]
pub fn WeightStrip() -> impl IntoView {
    let app = use_app();
    let pillars = memo(move || {
        app.project.with(|p| {
            let framework = p.as_ref().map(|p| p.content.framework());
            framework.map_or_else(Vec::new, |f| f.pillars().to_vec())
        })
    });
    let in_use = memo(move || app.shares_in_use());
    let drag = StoredValue::new(None::<Drag>);
    on_cleanup(move || {
        // Leaving in the middle of a drag keeps what is shown.
        if drag.with_value(Option::is_some) {
            keep_drag(app);
        }
    });
    view! {
        <span class="strip">
            {each_of(move || pillars.with(Vec::len), move |at| view! {
                <Part at pillars in_use drag/>
            }.into_any())}
        </span>
    }
}

/// Where a drag begins.
fn start(app: Context, event: &PointerEvent) -> Option<Drag> {
    let edge = event.current_target()?.dyn_into::<Element>().ok()?;
    let strip = edge.closest(".strip").ok()??;
    let _ = edge.set_pointer_capture(event.pointer_id());
    Some(Drag {
        shares: app.shares.get_untracked(),
        x: f64::from(event.client_x()),
        width: strip.get_bounding_client_rect().width().max(1.0),
    })
}

#[component]
fn Part(
    at: usize,
    pillars: Memo<Vec<NodeIdx>>,
    in_use: Memo<Vec<f64>>,
    drag: StoredValue<Option<Drag>>,
) -> impl IntoView {
    let app = use_app();
    let node = move || pillars.with(|p| p.get(at).copied());
    let share = memo(move || {
        let found = node().and_then(|n| in_use.with(|s| s.get(n.at()).copied()));
        found.unwrap_or(0.0)
    });
    let is_fixed = memo(move || {
        let is_locked = |n: NodeIdx| app.desk().locked.with(|l| l.contains(&n.0));
        app.is_weighed_by_method(NodeIdx(0)) || node().is_some_and(is_locked)
    });
    let name = move || heading(app, Column::Pillar(at as u8));
    let words = move || [&name(), " ", &percent1(share.get())].concat();
    let title = move || {
        let key = if is_fixed.get() {
            Key::EdgeFixed
        } else {
            Key::EdgeHint
        };
        [&words(), "\n", app.t(key)].concat()
    };
    let stop = move || drag.try_update_value(Option::take).flatten();
    let on_point = move |event: PointerEvent| match event.type_().as_str() {
        "pointerdown" if event.button() == 0 && !is_fixed.get_untracked() => {
            drag.set_value(start(app, &event));
        }
        "pointermove" => {
            let Some(Drag { shares, x, width }) = drag.get_value() else {
                return;
            };
            let pillars = pillars.get_untracked();
            let by = (f64::from(event.client_x()) - x) / width;
            try_moved(app, shares, &pillars, |shares, locked| {
                let edge = shares.iter().take(at + 1).sum::<f64>() + by;
                with_edge(shares, locked, at, edge)
            });
        }
        "pointerup" if stop().is_some() => app.keep_shares(),
        "pointercancel" => {
            if let Some(Drag { shares, .. }) = stop() {
                app.try_shares(shares);
            }
        }
        _ => {}
    };
    let on_key = move |event: KeyboardEvent| {
        let now = share.get_untracked() * 100.0;
        let target = match event.key().as_str() {
            "Escape" => {
                if let Some(Drag { shares, .. }) = stop() {
                    app.try_shares(shares);
                }
                return;
            }
            "ArrowRight" | "ArrowUp" => now + STEP,
            "ArrowLeft" | "ArrowDown" => now - STEP,
            "PageUp" => now + 10.0 * STEP,
            "PageDown" => now - 10.0 * STEP,
            "Home" => 0.0,
            "End" => 100.0,
            _ => return,
        };
        event.prevent_default();
        if let (Some(node), false) = (untrack(node), is_fixed.get_untracked()) {
            set_share(app, node, &pillars.get_untracked(), target);
            app.keep_shares();
        }
    };
    view! {
        <span class="strip__part" style:width=move || format!("{:.3}%", share.get() * 100.0)>
            <span class="strip__number" aria-hidden="true">
                {move || [&value((share.get() * 1000.0).round() / 10.0), "%"].concat()}
            </span>
            <span class=format!("strip__bar pillar--{}", at % 6) aria-hidden="true"></span>
            <span class="strip__edge" role="slider" tabindex="0"
                aria-label=move || [app.t(Key::NavWeights), " ", &name()].concat()
                aria-valuemin="0" aria-valuemax="100"
                aria-valuenow=move || format!("{:.1}", share.get() * 100.0)
                aria-valuetext=words title=title
                aria-disabled=move || is_fixed.get().to_string()
                on:keydown=on_key on:pointerdown=on_point on:pointermove=on_point
                on:pointerup=on_point on:pointercancel=on_point></span>
        </span>
    }
}
