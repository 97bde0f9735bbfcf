//! Sliders of the children of one node, and below each its own children.

use super::stay::{strips, words};
use crate::bidi::isolated;
use crate::components::each::each;
use crate::i18n::{Key, percent1};
use crate::number;
use crate::state::context::{Context, use_app};
use crate::state::reactive::memo;
use crate::state::rebalance::rebalanced;
use dhi_engine::framework::Framework;
use dhi_engine::ids::NodeIdx;
use leptos::prelude::*;
use std::collections::BTreeSet;

/// One step of a slider and of its buttons, in percent.
pub const STEP: f64 = 0.5;

/// Reads something of the framework, following the project.
fn with_framework<T>(app: Context, read: impl FnOnce(&Framework) -> T) -> Option<T> {
    app.project
        .with(|p| p.as_ref().map(|p| read(p.content.framework())))
}

/// The group of a node's children.
#[component]
pub fn WeightGroup(
    /// The parent.
    node: NodeIdx,
    /// Nodes that must not give way.
    locked: RwSignal<BTreeSet<u32>>,
    /// Share of every node as used.
    in_use: Memo<Vec<f64>>,
) -> impl IntoView {
    let app = use_app();
    let children = memo(move || {
        with_framework(app, |f| {
            f.nodes()
                .get(node.at())
                .map_or_else(Vec::new, |n| n.children.clone())
        })
        .unwrap_or_default()
    });
    let by_method = memo(move || app.is_weighed_by_method(node));
    let sum = move || {
        let shares = in_use.get();
        let of = |c: &NodeIdx| shares.get(c.at()).copied().unwrap_or(0.0);
        children.with(|c| c.iter().map(of).sum::<f64>())
    };
    view! {
        <div class="weights__group">
            <Show when=move || by_method.get()>
                <p class="notice">{app.say(Key::WeighedByMethod)}</p>
            </Show>
            {each(move || children.with(|c| c.iter().map(|child| child.0).collect()), move |child| view! {
                <WeightRow node=NodeIdx(child) siblings=children locked in_use by_method/>
            }.into_any())}
            <p class="weights__sum">
                {move || format!("{} {}", app.t(Key::Sum), percent1(sum()))}
            </p>
        </div>
    }
}

#[component]
fn WeightRow(
    node: NodeIdx,
    siblings: Memo<Vec<NodeIdx>>,
    locked: RwSignal<BTreeSet<u32>>,
    in_use: Memo<Vec<f64>>,
    by_method: Memo<bool>,
) -> impl IntoView {
    let app = use_app();
    let name = memo(move || {
        let language = app.language.get();
        with_framework(app, |f| {
            f.nodes()
                .get(node.at())
                .map(|n| isolated(n.name.get(language)).into_owned())
        })
        .flatten()
        .unwrap_or_default()
    });
    let has_children = memo(move || {
        with_framework(app, |f| {
            f.nodes()
                .get(node.at())
                .is_some_and(|n| !n.children.is_empty())
        })
        .unwrap_or(false)
    });
    let is_open = RwSignal::new(false);
    let share = memo(move || in_use.with(|s| s.get(node.at()).copied().unwrap_or(0.0)));
    let effective = move || {
        in_use.with(|shares| {
            let of = |n: NodeIdx| shares.get(n.at()).copied().unwrap_or(0.0);
            let above = with_framework(app, |f| {
                // An undone import may have taken the node away.
                let is_there = node.at() < f.nodes().len();
                is_there.then(|| f.ancestors(node).map(of).product::<f64>())
            });
            share.get() * above.flatten().unwrap_or(1.0)
        })
    };
    let is_locked = move || locked.with(|l| l.contains(&node.0));
    let is_fixed = move || by_method.get() || is_locked();
    // A locked sibling does not give way in proportion.
    let is_proportional = move || {
        !by_method.get()
            && locked.with(|l| siblings.with(|s| s.iter().all(|n| *n == node || !l.contains(&n.0))))
    };
    let of = move |text: fn(Context, NodeIdx) -> String| {
        memo(move || {
            if is_proportional() {
                text(app, node)
            } else {
                String::new()
            }
        })
    };
    let (stay_strips, stay_words) = (of(strips), of(words));
    let stay_id = format!("stay-{}", node.0);
    let move_to = move |percent: f64| set_share(app, node, &siblings.get_untracked(), percent);
    let on_input = move |event: leptos::ev::Event| {
        if let Some(percent) = number::parse(&event_target_value(&event)) {
            move_to(percent);
        }
    };
    let nudge = move |by: f64| {
        move_to(share.get_untracked() * 100.0 + by);
        app.keep_shares();
    };
    let type_number = move |event: leptos::ev::Event| {
        on_input(event);
        app.keep_shares();
    };
    let toggle_lock = move |_| {
        locked.update(|l| {
            if !l.remove(&node.0) {
                l.insert(node.0);
            }
        });
    };
    let label = move |key: Key| format!("{} {}", app.t(key), name.get());
    view! {
        <div class="weights__row" data-node=move || with_framework(app, |f| f.nodes().get(node.at()).map(|n| n.id.to_string()))>
            <div class="weights__name">
                {move || has_children.get().then(|| view! {
                    <button type="button" class="button button--small" aria-expanded=move || is_open.get().to_string()
                        aria-label=move || label(if is_open.get() { Key::Collapse } else { Key::Expand })
                        on:click=move |_| is_open.update(|o| *o = !*o)>
                        <span aria-hidden="true">{move || if is_open.get() { "−" } else { "+" }}</span>
                    </button>
                })}
                <span>{move || name.get()}</span>
                <small class="weights__effective">
                    {move || [app.t(Key::Effective), " ", &percent1(effective())].concat()}
                </small>
            </div>
            <div class="weights__control">
                <button type="button" class="button button--small" disabled=is_fixed
                    aria-label=move || label(Key::Decrease) on:click=move |_| nudge(-STEP)>"−"</button>
                <span class="weights__track">
                <input type="range" min="0" max="100" step="0.1" class="weights__slider"
                    aria-label=move || name.get()
                    aria-describedby=stay_id.clone()
                    aria-valuetext=move || format!("{} {}", name.get(), percent1(share.get()))
                    disabled=is_fixed
                    prop:value=move || format!("{:.1}", share.get() * 100.0)
                    on:input=on_input
                    on:change=move |_| app.keep_shares()/>
                <span class="stay" aria-hidden="true" inner_html=stay_strips></span>
                </span>
                <button type="button" class="button button--small" disabled=is_fixed
                    aria-label=move || label(Key::Increase) on:click=move |_| nudge(STEP)>"+"</button>
                <input type="number" min="0" max="100" step="0.1" class="weights__number"
                    aria-label=move || format!("{} %", name.get()) disabled=is_fixed
                    prop:value=move || format!("{:.1}", share.get() * 100.0)
                    on:change=type_number/>
                <span aria-hidden="true">"%"</span>
                <button type="button" class="button button--small weights__lock" disabled=move || by_method.get() aria-pressed=move || is_locked().to_string()
                    aria-label=move || label(if is_locked() { Key::Unlock } else { Key::Lock })
                    on:click=toggle_lock>
                    {move || app.t(if is_locked() { Key::Unlock } else { Key::Lock })}
                </button>
            </div>
            <p class="weights__stay" id=stay_id inner_html=stay_words></p>
        </div>
        <Show when=move || is_open.get()>
            <div class="weights__nested">
                {view! { <WeightGroup node locked in_use/> }.into_any()}
            </div>
        </Show>
    }
}

/// Sets a node's share in percent; its siblings give way.
pub fn set_share(app: Context, node: NodeIdx, siblings: &[NodeIdx], percent: f64) {
    let Some(at) = siblings.iter().position(|n| *n == node) else {
        return;
    };
    try_moved(
        app,
        app.shares.get_untracked(),
        siblings,
        |shares, locked| rebalanced(shares, locked, at, percent / 100.0),
    );
}

/// Tries what is made of the shares of siblings and of which are locked, or says that
/// none of them gives way.
pub fn try_moved(
    app: Context,
    mut all: Vec<f64>,
    siblings: &[NodeIdx],
    moved: impl FnOnce(&[f64], &[bool]) -> Option<Vec<f64>>,
) {
    let shares: Vec<f64> = siblings
        .iter()
        .map(|n| all.get(n.at()).copied().unwrap_or(0.0))
        .collect();
    let locked = app.desk().locked;
    let is_locked: Vec<bool> =
        locked.with_untracked(|l| siblings.iter().map(|n| l.contains(&n.0)).collect());
    let Some(next) = moved(&shares, &is_locked) else {
        app.message.set(Some(Key::AllLocked));
        // The slider goes back to where it was.
        app.shares.set(all);
        return;
    };
    for (n, share) in siblings.iter().zip(next) {
        if let Some(slot) = all.get_mut(n.at()) {
            *slot = share;
        }
    }
    app.try_shares(all);
}

/// Keeps the weights shown when their page goes in the middle of a drag.
pub fn keep_drag(app: Context) {
    let differs = app.project.with_untracked(|p| {
        p.as_ref()
            .is_some_and(|p| app.shares.with_untracked(|s| *s != p.content.shares))
    });
    if differs {
        app.keep_shares();
    }
}
