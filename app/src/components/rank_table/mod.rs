//! The ranking as a virtual table: only the rows in view exist, whatever the
//! number of villages. What is pinned stands still below the header.

mod column;
pub mod head;
pub mod histogram;
pub mod row;

pub use column::{heading, n_pillars};
pub use histogram::{RANGE_ID, range_words};
pub use row::group_words;

use super::interval::opens_tier;
use super::scroll::keep_in_view;
use super::written::Written;
use crate::app::navigate;
use crate::components::each::{each, each_of};
use crate::components::morph::morph;
use crate::i18n::Key;
use crate::route::Route;
use crate::state::context::{Context, use_app};
use crate::state::facts::{DETAIL_ROWS, Group, Item, Register};
use crate::state::reactive::{effect, memo};
use crate::state::view::{
    Filter, MOST_COMPARED, MOST_PINNED, RankScope, Shape, View, toggle_in, toggle_of,
};
use crate::worker::protocol::Topic;
use head::HeadRow;
use histogram::MOST_LIVE;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Height of a row in pixels; the style sheet agrees.
pub const ROW_HEIGHT: f64 = 44.0;
/// Rows drawn beyond either edge, so that a flick of the wheel finds them there.
const MARGIN: usize = 6;
/// The same while weights are on their way: what nobody sees takes half of the time.
const MARGIN_ON_THE_WAY: usize = 1;
/// Villages up to which all of the ranking follows weights on their way, where nothing but
/// the rows in sight shows it: reading the columns of many takes longer than a frame has.
const MOST_WHOLE: usize = 1_000;

/// Rank of a unit, 0 where there is none.
pub fn rank_of(app: Context, scope: RankScope, unit: u32) -> u32 {
    app.results.with(|results| {
        let ranks = match scope {
            RankScope::Overall => &results.overall,
            RankScope::InClass => &results.in_class,
            RankScope::InTown => &results.in_town,
        };
        ranks.get(unit as usize).copied().unwrap_or(0)
    })
}

/// A rank as it is written.
pub fn rank_words(rank: u32) -> String {
    match rank {
        0 => "—".to_owned(),
        rank => rank.to_string(),
    }
}

/// What the table shows; cheap to copy into closures.
#[derive(Clone, Copy)]
pub struct Rows {
    /// The rows, what is pinned first.
    pub items: Signal<Arc<Vec<Item>>>,
    /// The groups that rows may be heads of.
    pub groups: Signal<Arc<Vec<Group>>>,
    /// What follows from the register.
    pub register: Signal<Arc<Register>>,
    /// The villages that pass the filter, whether their groups are folded or not.
    pub kept: Signal<Arc<Vec<u32>>>,
    /// Columns and marks.
    pub view: View,
    /// Narrow table beside the sliders.
    pub is_compact: bool,
}

impl Rows {
    fn at(&self, row: usize) -> Option<Item> {
        self.items.with(|items| items.get(row).copied())
    }

    fn len(&self) -> usize {
        self.items.with(|items| items.len())
    }

    fn n_pinned(&self) -> usize {
        self.view.marks.with(|marks| marks.pinned.len())
    }

    /// The markup of a row.
    fn markup(&self, app: Context, row: usize) -> String {
        let View { shape, marks, .. } = self.view;
        match self.at(row) {
            Some(Item::Unit(unit)) => marks.with(|marks| {
                shape.with(|shape| row::of_unit(app, shape, marks, unit, self.is_compact))
            }),
            Some(Item::Group(group)) => self.groups.with(|groups| {
                let Some(group) = groups.get(group as usize) else {
                    return String::new();
                };
                let is_folded = marks.with(|m| m.folded.contains(&group.label));
                let label = shape.with(|s| self.register.with(|r| r.label(s, group.label)));
                row::of_group(app, group, &label, is_folded)
            }),
            _ => String::new(),
        }
    }
}

/// The table.
#[component]
pub fn RankTable(
    /// What it shows.
    rows: Rows,
) -> impl IntoView {
    let app = use_app();
    let Rows {
        view, is_compact, ..
    } = rows;
    let scroll_top = RwSignal::new(0.0_f64);
    let height = RwSignal::new(600.0_f64);
    let active = RwSignal::new(0_usize);
    let body = NodeRef::<leptos::html::Div>::new();
    let top = NodeRef::<leptos::html::Div>::new();
    watch_height(body, height);

    let at_top = memo(move || {
        let at = (scroll_top.get() / ROW_HEIGHT).max(0.0);
        // Scroll positions are far below 2^53.
        #[expect(clippy::cast_sign_loss, reason = "clamped to 0 and above")]
        let row = at as usize;
        row
    });
    let margin = memo(move || {
        if app.are_shares_on_their_way() {
            MARGIN_ON_THE_WAY
        } else {
            MARGIN
        }
    });
    let first = memo(move || at_top.get().saturating_sub(margin.get()));
    let n_pinned = memo(move || rows.n_pinned());
    let n_below = memo(move || rows.len() - n_pinned.get().min(rows.len()));
    let n_slots = memo(move || {
        #[expect(clippy::cast_sign_loss, reason = "a height is never negative")]
        let visible = (height.get() / ROW_HEIGHT) as usize + 1;
        (visible + 2 * margin.get()).min(n_below.get())
    });
    let in_sight = memo(move || {
        let is_plain = view.filter.with(|f| *f == Filter::default())
            && view.shape.with(Shape::is_plain)
            && view
                .marks
                .with(|m| m.pinned.is_empty() && m.open.is_empty());
        let seen = [first.get() as u32, n_slots.get() as u32];
        let most = if is_compact { MOST_WHOLE } else { MOST_LIVE };
        (is_plain && rows.len() > most).then_some(seen)
    });
    effect(move || app.look_at(in_sight.get()));
    on_cleanup(move || app.look_at(None));
    let details = memo(move || {
        let to = n_pinned.get() + first.get() + n_slots.get();
        // What is open may begin above what is in sight.
        let from = n_pinned.get() + at_top.get().saturating_sub(DETAIL_ROWS);
        let open = |row| match rows.at(row) {
            Some(Item::Detail(unit)) => Some((row - n_pinned.get(), unit)),
            _ => None,
        };
        (from..to).filter_map(open).collect::<Vec<_>>()
    });
    let detail_of = move |unit: u32| {
        let of_unit = |details: &Vec<(usize, u32)>| details.iter().find(|d| d.1 == unit).copied();
        details.with(of_unit).map(|(row, _)| row)
    };
    let place_of = move |unit: u32| detail_of(unit).map(shifted);
    // The row of the village itself stands right above.
    let row_of = move |unit: u32| detail_of(unit).map(|row| n_pinned.get() + row - 1);
    let is_compared = move |unit: u32| view.marks.with(|m| m.compared.contains(&unit));
    let focus_active = move || {
        // The row exists once the scroll has been drawn.
        request_animation_frame(move || {
            let row = document()
                .query_selector("[data-active='true']")
                .ok()
                .flatten();
            if let Some(row) = row.and_then(|r| r.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = row.focus();
            }
        });
    };
    let go_to = move |row: usize| {
        let last = rows.items.with_untracked(|r| r.len()).saturating_sub(1);
        let mut row = row.min(last);
        let is_room = |row: usize| {
            let item = rows.items.with_untracked(|r| r.get(row).copied());
            matches!(item, Some(Item::Detail(_) | Item::Filler))
        };
        // Open contributions are passed over, in the direction of the step.
        let is_down = row > active.get_untracked();
        while is_room(row) {
            row = if is_down && row < last {
                row + 1
            } else {
                row - 1
            };
            if is_down && row == last && is_room(row) {
                return;
            }
        }
        active.set(row);
        let pinned = n_pinned.get_untracked();
        if let (Some(body), Some(top), true) =
            (body.get_untracked(), top.get_untracked(), row >= pinned)
        {
            let covered = f64::from(top.client_height());
            keep_in_view(&body, row - pinned, ROW_HEIGHT, covered);
        }
        focus_active();
    };
    // Does something with a row and stays with what it is about.
    let act = move |row: usize, what: &str| {
        let item = rows.items.with_untracked(|r| r.get(row).copied());
        if let Some(item) = item {
            act(app, rows, item, what);
            let found = rows
                .items
                .with_untracked(|r| r.iter().position(|i| *i == item));
            go_to(found.unwrap_or(row));
        }
    };
    let page = move || {
        #[expect(clippy::cast_sign_loss, reason = "a height is never negative")]
        let rows = (height.get_untracked() / ROW_HEIGHT) as usize;
        rows.max(2) - 1
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let on = |selector| closest(event.target(), selector);
        if on("[data-row]").is_none() || on("button, .rank__detail").is_some() || event.ctrl_key() {
            return;
        }
        let at = active.get_untracked();
        let item = rows.items.with_untracked(|r| r.get(at).copied());
        let is_group = matches!(item, Some(Item::Group(_)));
        let is_open = view.marks.with_untracked(|m| match item {
            Some(Item::Unit(unit)) => m.open.contains(&unit),
            Some(Item::Group(group)) => rows.groups.with_untracked(|g| {
                let group = g.get(group as usize);
                group.is_some_and(|g| !m.folded.contains(&g.label))
            }),
            _ => false,
        });
        let turn = if is_group { "fold" } else { "open" };
        let target = match event.key().as_str() {
            "ArrowDown" => at + 1,
            "ArrowUp" => at.saturating_sub(1),
            "PageDown" => at + page(),
            "PageUp" => at.saturating_sub(page()),
            "Home" => 0,
            "End" => usize::MAX,
            key => {
                match key {
                    "Enter" | " " if is_group => act(at, "fold"),
                    "Enter" | " " => open(app, item.and_then(Item::unit)),
                    "ArrowRight" if !is_open && !is_compact => act(at, turn),
                    "ArrowLeft" if is_open && !is_compact => act(at, turn),
                    "p" | "P" if !is_compact => act(at, "pin"),
                    "c" | "C" if !is_compact => act(at, "compare"),
                    _ => return,
                }
                event.prevent_default();
                return;
            }
        };
        event.prevent_default();
        go_to(target);
    };
    let on_click = move |event: leptos::ev::MouseEvent| {
        let Some(row) = closest(event.target(), "[data-row]") else {
            return;
        };
        let Some(row) = row.get_attribute("data-row").and_then(|r| r.parse().ok()) else {
            return;
        };
        let pressed = closest(event.target(), "[data-act]");
        if let Some(what) = pressed.and_then(|b| b.get_attribute("data-act")) {
            act(row, &what);
            return;
        }
        if closest(event.target(), ".rank__detail").is_some() {
            return;
        }
        active.set(row);
        match rows.items.with_untracked(|r| r.get(row).copied()) {
            Some(Item::Group(_)) => act(row, "fold"),
            item => open(app, item.and_then(Item::unit)),
        }
    };
    let on_scroll = move |_| {
        if let Some(element) = body.get_untracked() {
            scroll_top.set(f64::from(element.scroll_top()));
        }
    };
    let class = if is_compact {
        "rank rank--compact"
    } else {
        "rank"
    };
    view! {
        <div class=class class:rank--stale=move || !app.desk().honest.is_present.get()
            class:rank--default=move || !is_compact && view.shape.with(|s| s.has_default_columns())
            style=move || (!is_compact).then(|| view.shape.with(column::tracks))
            role="treegrid" aria-label=app.say(Key::RankingTitle)
            aria-rowcount=move || rows.len() + 1>
            <div class="rank__body" node_ref=body on:scroll=on_scroll on:keydown=on_key on:click=on_click
                data-testid="rank-body">
                <div class="rank__top" role="rowgroup" node_ref=top>
                    <HeadRow rows/>
                    {each_of(move || n_pinned.get(), move |nth| view! {
                        <TableRow rows active at=memo(move || nth) n_pinned/>
                    }.into_any())}
                </div>
                <div class="rank__space" role="rowgroup"
                    style:height=move || format!("{}px", n_below.get() as f64 * ROW_HEIGHT)>
                    {each_of(move || n_slots.get(), move |nth| view! {
                        <TableRow rows active at=memo(move || n_pinned.get() + first.get() + nth) n_pinned/>
                    }.into_any())}
                    {each(move || details.with(|d| d.iter().map(|(_, unit)| *unit).collect()), move |unit| view! {
                        <div class="rank__detail" role="row" style:transform=move || place_of(unit)
                            data-row=move || row_of(unit)>
                            <div role="gridcell">
                                <div class="rank__acts">
                                    <button type="button" class="button" data-act="pin">{app.say(Key::Pin)}</button>
                                    <button type="button" class="button" data-act="compare"
                                        aria-pressed=move || is_compared(unit).to_string()>{app.say(Key::Compare)}</button>
                                </div>
                                <Written topic=Topic::Parts(unit)/>
                            </div>
                        </div>
                    }.into_any())}
                </div>
            </div>
        </div>
        <Show when=move || rows.len() == 0>
            <p class="empty">{app.say(Key::FilterEmpty)}</p>
        </Show>
    }
}

/// The nearest element around an event that matches.
fn closest(target: Option<web_sys::EventTarget>, selector: &str) -> Option<web_sys::Element> {
    let element = target?.dyn_into::<web_sys::Element>().ok()?;
    element.closest(selector).ok().flatten()
}

/// Where a row below the header stands.
fn shifted(row: usize) -> String {
    format!("translateY({}px)", row as f64 * ROW_HEIGHT)
}

/// Opens a unit's page.
fn open(app: Context, unit: Option<u32>) {
    let code = unit.and_then(|unit| {
        app.project.with_untracked(|p| {
            let units = p.as_ref()?.content.dataset.units().list();
            Some(units.get(unit as usize)?.code.to_string())
        })
    });
    if let Some(code) = code {
        navigate(&Route::Village(code));
    }
}

/// Marks a row: opens its contributions, pins it, takes it into the comparison, or
/// folds its group.
fn act(app: Context, rows: Rows, item: Item, what: &str) {
    let marks = rows.view.marks;
    match (item, what) {
        (Item::Group(group), "fold") => {
            let label = rows
                .groups
                .with_untracked(|g| g.get(group as usize).map(|g| g.label));
            if let Some(label) = label {
                marks.update(|m| toggle_of(&mut m.folded, label));
            }
        }
        (Item::Unit(unit), "open") => marks.update(|m| toggle_of(&mut m.open, unit)),
        (Item::Unit(unit), "pin") => {
            let has_room = marks.try_update(|m| toggle_in(&mut m.pinned, unit, MOST_PINNED));
            if has_room == Some(false) {
                app.message.set(Some(Key::PinnedFull));
            }
            app.save_soon();
        }
        (Item::Unit(unit), "compare") => {
            let has_room = marks.try_update(|m| toggle_in(&mut m.compared, unit, MOST_COMPARED));
            if has_room == Some(false) {
                app.message.set(Some(Key::CompareFull));
            }
            app.save_soon();
        }
        _ => {}
    }
}

/// Follows the height of the scrolling body.
fn watch_height(body: NodeRef<leptos::html::Div>, height: RwSignal<f64>) {
    effect(move || {
        let Some(element) = body.get() else { return };
        let target = element.clone();
        let callback = Closure::<dyn Fn()>::new(move || {
            height.set(f64::from(target.client_height()));
        });
        // Without an observer the first height stays, which is still usable.
        if let Ok(observer) = web_sys::ResizeObserver::new(callback.as_ref().unchecked_ref()) {
            observer.observe(&element);
            let observer = StoredValue::new_local((observer, callback));
            on_cleanup(move || observer.with_value(|(observer, _)| observer.disconnect()));
        }
    });
}

#[component]
fn TableRow(
    rows: Rows,
    active: RwSignal<usize>,
    at: Memo<usize>,
    n_pinned: Memo<usize>,
) -> impl IntoView {
    let app = use_app();
    let n_rows = memo(move || rows.len());
    let row = memo(move || at.get().min(n_rows.get().saturating_sub(1)));
    let item = memo(move || rows.at(row.get()));
    let unit = move || item.get().and_then(Item::unit);
    let is_hidden = move || {
        at.get() >= n_rows.get() || matches!(item.get(), Some(Item::Detail(_) | Item::Filler))
    };
    let is_pinned = move || row.get() < n_pinned.get();
    let markup = memo(move || rows.markup(app, row.get()));
    let element = NodeRef::<leptos::html::Div>::new();
    let mut shown = String::new();
    effect(move || {
        if let Some(element) = element.get() {
            markup.with(|markup| {
                morph(&element, &shown, markup);
                shown.clone_from(markup);
            });
        }
    });
    let code = move || {
        let unit = unit()?;
        app.project.with(|p| {
            let units = p.as_ref()?.content.dataset.units().list();
            units.get(unit as usize).map(|u| u.code.to_string())
        })
    };
    let is_new_tier = move || {
        let above = row
            .get()
            .checked_sub(1)
            .filter(|above| *above >= n_pinned.get());
        let above = above.and_then(|above| rows.at(above)).and_then(Item::unit);
        let by = rows.view.shape.with(|s| s.keys.first().copied());
        !rows.is_compact && by.is_some_and(|(by, _)| opens_tier(app, by, above, unit()))
    };
    let expanded = move || {
        let marks = rows.view.marks;
        match item.get()? {
            _ if rows.is_compact => None,
            Item::Unit(unit) => Some(marks.with(|m| m.open.contains(&unit))),
            Item::Group(group) => rows.groups.with(|groups| {
                let label = groups.get(group as usize)?.label;
                Some(marks.with(|m| !m.folded.contains(&label)))
            }),
            _ => None,
        }
        .map(|is_open| is_open.to_string())
    };
    view! {
        <div class="rank__row" role="row"
            class:rank__row--odd=move || row.get() % 2 == 1
            class:rank__row--tier=is_new_tier
            class:rank__row--pinned=is_pinned
            class:rank__row--group=move || matches!(item.get(), Some(Item::Group(_)))
            style:transform=move || (!is_pinned()).then(|| shifted(row.get() - n_pinned.get()))
            style:display=move || if is_hidden() { "none" } else { "" }
            aria-rowindex=move || row.get() + 2
            aria-expanded=expanded
            tabindex=move || if active.get() == row.get() { "0" } else { "-1" }
            data-row=move || row.get()
            data-active=move || (active.get() == row.get()).to_string()
            data-code=code
            on:focus=move |_| active.set(row.get_untracked())
            node_ref=element>
        </div>
    }
}
