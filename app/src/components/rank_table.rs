//! The ranking as a virtual table: only the rows in view exist, whatever the
//! number of villages, and each follows its own cells.

use super::band::BandBadge;
use super::interval::{chance_cell, interval_cell, line_cell, opens_tier, tier_cell};
use super::scroll::keep_in_view;
use crate::app::navigate;
use crate::i18n::{Key, fixed2};
use crate::route::Route;
use crate::state::context::{Context, use_app};
use crate::written::withheld;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Height of a row in pixels; the style sheet agrees.
pub const ROW_HEIGHT: f64 = 44.0;
/// Rows drawn beyond either edge.
const MARGIN: usize = 4;

/// Which units a rank counts among.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RankScope {
    /// All.
    #[default]
    Overall,
    /// The same class.
    InClass,
    /// The same town.
    InTown,
}

/// What rows are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Rank, in the results' own order.
    Rank,
    /// Code order.
    Name,
    /// Town.
    Town,
    /// Class.
    Class,
    /// Score.
    Score,
    /// Coverage.
    Coverage,
    /// Tier.
    Tier,
}

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

/// The table.
#[component]
pub fn RankTable(
    /// Units to show, in order.
    #[prop(into)]
    rows: Signal<Arc<Vec<u32>>>,
    /// Which rank to show.
    #[prop(into)]
    scope: Signal<RankScope>,
    /// What the rows are sorted by, and whether downwards.
    sort: RwSignal<(Column, bool)>,
    /// Narrow table beside the sliders, with rank changes.
    #[prop(optional)]
    is_compact: bool,
) -> impl IntoView {
    let app = use_app();
    let scroll_top = RwSignal::new(0.0_f64);
    let height = RwSignal::new(600.0_f64);
    let active = RwSignal::new(0_usize);
    let body = NodeRef::<leptos::html::Div>::new();
    watch_height(body, height);

    let first = Memo::new(move |_| {
        let at = (scroll_top.get() / ROW_HEIGHT).max(0.0);
        // Scroll positions are far below 2^53.
        #[expect(clippy::cast_sign_loss, reason = "clamped to 0 and above")]
        let row = at as usize;
        row.saturating_sub(MARGIN)
    });
    let n_slots = Memo::new(move |_| {
        #[expect(clippy::cast_sign_loss, reason = "a height is never negative")]
        let visible = (height.get() / ROW_HEIGHT) as usize + 1;
        let n_rows = rows.with(|r| r.len());
        (visible + 2 * MARGIN).min(n_rows)
    });
    let go_to = move |row: usize| {
        let last = rows.with_untracked(|r| r.len()).saturating_sub(1);
        let row = row.min(last);
        active.set(row);
        let Some(element) = body.get_untracked() else {
            return;
        };
        keep_in_view(&element, row, ROW_HEIGHT);
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
    let page = move || {
        #[expect(clippy::cast_sign_loss, reason = "a height is never negative")]
        let rows = (height.get_untracked() / ROW_HEIGHT) as usize;
        rows.max(2) - 1
    };
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        let at = active.get_untracked();
        let target = match event.key().as_str() {
            "ArrowDown" => at + 1,
            "ArrowUp" => at.saturating_sub(1),
            "PageDown" => at + page(),
            "PageUp" => at.saturating_sub(page()),
            "Home" => 0,
            "End" => usize::MAX,
            "Enter" | " " => {
                event.prevent_default();
                open(app, rows.with_untracked(|r| r.get(at).copied()));
                return;
            }
            _ => return,
        };
        event.prevent_default();
        go_to(target);
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
            role="table" aria-label=app.say(Key::RankingTitle)
            aria-rowcount=move || rows.with(|r| r.len() + 1)>
            <div class="rank__body" node_ref=body on:scroll=on_scroll on:keydown=on_key
                data-testid="rank-body">
                <div class="rank__row rank__row--head" role="row" aria-rowindex="1">
                    <HeadCell column=Column::Rank label=Key::ColRank sort class="rank__rank"/>
                    <HeadCell column=Column::Name label=Key::ColName sort class="rank__name"/>
                    {(!is_compact).then(|| view! {
                        <HeadCell column=Column::Town label=Key::ColTown sort class="rank__town"/>
                        <HeadCell column=Column::Class label=Key::ColClass sort class="rank__class"/>
                        <span role="columnheader" class="rank__interval">{app.say(Key::ColInterval)}</span>
                        <HeadCell column=Column::Tier label=Key::ColTier sort class="rank__tier"/>
                    })}
                    <HeadCell column=Column::Score label=Key::ColScore sort class="rank__score"/>
                    {if is_compact {
                        view! { <span role="columnheader" class="rank__change">
                            {app.say(Key::ColChange)}</span> }.into_any()
                    } else {
                        view! { <span role="columnheader" class="rank__bars"><PillarLegend/></span> }.into_any()
                    }}
                    <span role="columnheader" class="rank__grade">{app.say(Key::ColGrade)}</span>
                    {(!is_compact).then(|| view! {
                        <span role="columnheader" class="rank__line">{app.say(Key::ColLine)}</span>
                        <HeadCell column=Column::Coverage label=Key::ColCoverage sort class="rank__coverage"/>
                    })}
                </div>
                <div class="rank__space" role="rowgroup"
                    style:height=move || format!("{}px", rows.with(|r| r.len()) as f64 * ROW_HEIGHT)>
                    <For each=move || 0..n_slots.get() key=|nth| *nth let:nth>
                        <TableRow nth first rows scope sort active is_compact/>
                    </For>
                </div>
            </div>
        </div>
        <Show when=move || rows.with(|r| r.is_empty())>
            <p class="empty">{app.say(Key::FilterEmpty)}</p>
        </Show>
    }
}

/// Opens a unit's page.
fn open(app: Context, unit: Option<u32>) {
    let code = unit.and_then(|unit| code_of(app, unit));
    if let Some(code) = code {
        navigate(&Route::Village(code));
    }
}

fn code_of(app: Context, unit: u32) -> Option<String> {
    app.project.with_untracked(|p| {
        let units = p.as_ref()?.content.dataset.units().list();
        Some(units.get(unit as usize)?.code.to_string())
    })
}

/// Follows the height of the scrolling body.
fn watch_height(body: NodeRef<leptos::html::Div>, height: RwSignal<f64>) {
    Effect::new(move |_| {
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
fn HeadCell(
    column: Column,
    label: Key,
    sort: RwSignal<(Column, bool)>,
    class: &'static str,
) -> impl IntoView {
    let app = use_app();
    let order = move || {
        let (by, is_down) = sort.get();
        (by == column).then_some(if is_down { "descending" } else { "ascending" })
    };
    let arrow = move || match order() {
        Some("descending") => "▼",
        Some(_) => "▲",
        None => "",
    };
    let choose = move |_| {
        sort.update(|(by, is_down)| {
            *is_down = *by == column && !*is_down;
            *by = column;
        });
    };
    view! {
        <span role="columnheader" class=class aria-sort=order>
            <button type="button" class="rank__sort" on:click=choose>
                {app.say(label)}<span aria-hidden="true">{arrow}</span>
            </button>
        </span>
    }
}

/// Colours of the pillars with their names.
#[component]
pub fn PillarLegend() -> impl IntoView {
    let app = use_app();
    let names = move || {
        app.project.with(|p| {
            p.as_ref().map_or_else(Vec::new, |p| {
                let framework = p.content.framework();
                let language = app.language.get();
                let name = |n: &_| framework.node(*n).name.get(language).to_owned();
                framework.pillars().iter().map(name).collect()
            })
        })
    };
    view! {
        <span class="legend">
            {move || names().into_iter().enumerate().map(|(i, name)| view! {
                <span class="legend__item">
                    <span aria-hidden="true" class=format!("legend__key pillar--{}", i % 6)></span>
                    {name}
                </span>
            }).collect_view()}
        </span>
    }
}

#[component]
fn TableRow(
    nth: usize,
    first: Memo<usize>,
    #[prop(into)] rows: Signal<Arc<Vec<u32>>>,
    #[prop(into)] scope: Signal<RankScope>,
    sort: RwSignal<(Column, bool)>,
    active: RwSignal<usize>,
    is_compact: bool,
) -> impl IntoView {
    let app = use_app();
    let n_drawn = Memo::new(move |_| rows.with(|r| r.len()));
    let row = Memo::new(move |_| (first.get() + nth).min(n_drawn.get().saturating_sub(1)));
    let is_beyond = move || first.get() + nth >= n_drawn.get();
    let unit = Memo::new(move |_| rows.with(|r| r.get(row.get()).copied()));
    let about = Memo::new(move |_| {
        let unit = unit.get()?;
        app.project.with(|p| {
            let units = p.as_ref()?.content.dataset.units().list();
            let u = units.get(unit as usize)?;
            Some((
                u.name.clone(),
                u.code.to_string(),
                u.town.clone(),
                u.class.clone(),
            ))
        })
    });
    let text = move |pick: fn(&(String, String, String, String)) -> &String| {
        about.with(|a| a.as_ref().map(|a| pick(a).clone()))
    };
    let at = move || unit.get().map_or(usize::MAX, |u| u as usize);
    let rank = Memo::new(move |_| unit.get().map_or(0, |u| rank_of(app, scope.get(), u)));
    let score = Memo::new(move |_| {
        app.results
            .with(|r| r.scores.get(at()).copied().unwrap_or(f64::NAN))
            .to_bits()
    });
    let grade = Memo::new(move |_| app.results.with(|r| r.grades.get(at()).copied()));
    let is_flagged = move || {
        app.loaded
            .with(|l| l.flagged.get(at()).copied().unwrap_or(false))
    };
    let cell =
        move |of: fn(Context, Option<u32>) -> String| Memo::new(move |_| of(app, unit.get()));
    let is_new_tier = move || {
        let above = row.get().checked_sub(1);
        let above = above.and_then(|above| rows.with(|r| r.get(above).copied()));
        !is_compact && opens_tier(app, sort.get().0, above, unit.get())
    };
    let rank_text = move || match rank.get() {
        0 => "—".to_owned(),
        rank => rank.to_string(),
    };
    let rank_title = move || {
        (rank.get() == 0)
            .then(|| grade.get().and_then(withheld))
            .flatten()
            .map(|key| app.t(key))
    };
    view! {
        <div class="rank__row" role="row"
            class:rank__row--odd=move || row.get() % 2 == 1
            class:rank__row--tier=is_new_tier
            style:transform=move || format!("translateY({}px)", row.get() as f64 * ROW_HEIGHT)
            style:display=move || if is_beyond() { "none" } else { "" }
            aria-rowindex=move || row.get() + 2
            tabindex=move || if active.get() == row.get() { "0" } else { "-1" }
            data-active=move || (active.get() == row.get()).to_string()
            data-code=move || text(|a| &a.1)
            on:focus=move |_| active.set(row.get_untracked())
            on:click=move |_| { active.set(row.get_untracked()); open(app, unit.get_untracked()); }>
            <span role="cell" class="rank__rank" title=rank_title>{rank_text}</span>
            <span role="cell" class="rank__name">
                <span class="rank__unit" title=move || text(|a| &a.0)>
                    {move || text(|a| &a.0)}
                    <Show when=is_flagged>
                        <span class="flag" title=app.say(Key::Flagged)>
                            <span aria-hidden="true">"⚠"</span>
                            <span class="visually-hidden">{app.say(Key::Flagged)}</span>
                        </span>
                    </Show>
                </span>
                <span class="rank__code">{move || text(|a| &a.1)}</span>
            </span>
            {(!is_compact).then(|| view! {
                <span role="cell" class="rank__town" title=move || text(|a| &a.2)>{move || text(|a| &a.2)}</span>
                <span role="cell" class="rank__class" title=move || text(|a| &a.3)>{move || text(|a| &a.3)}</span>
                <span role="cell" class="rank__interval" inner_html=cell(interval_cell)></span>
                <span role="cell" class="rank__tier" inner_html=cell(tier_cell)></span>
            })}
            <span role="cell" class="rank__score">{move || fixed2(f64::from_bits(score.get()))}</span>
            {if is_compact {
                view! { <span role="cell" class="rank__change"><RankChange unit rank/></span> }.into_any()
            } else {
                view! { <span role="cell" class="rank__bars"><Bars unit score/></span> }.into_any()
            }}
            <span role="cell" class="rank__grade">
                <BandBadge grade/>
                {(!is_compact).then(|| view! { <span class="chance" inner_html=cell(chance_cell)></span> })}
            </span>
            {(!is_compact).then(|| view! {
                <span role="cell" class="rank__line" inner_html=cell(line_cell)></span>
                <span role="cell" class="rank__coverage"><CoverageBadge unit/></span>
            })}
        </div>
    }
}

/// Contributions of the pillars, stacked to the score.
#[component]
fn Bars(unit: Memo<Option<u32>>, score: Memo<u64>) -> impl IntoView {
    let app = use_app();
    let scale = move || {
        app.project
            .with(|p| p.as_ref().map_or(100.0, |p| p.content.spec.scale()))
    };
    let n_pillars = Memo::new(move |_| app.results.with(|r| r.pillars.len()));
    let part = move |pillar: usize| {
        app.results.with(|r| {
            let column = r.pillars.get(pillar)?;
            column.get(unit.get()? as usize).copied()
        })
    };
    view! {
        <span class="bars" role="img" aria-label=move || fixed2(f64::from_bits(score.get()))>
            {move || (0..n_pillars.get()).map(|pillar| view! {
                <span class=format!("bars__part pillar--{}", pillar % 6)
                    style:width=move || format!("{:.3}%", part(pillar).unwrap_or(0.0) / scale() * 100.0)
                    title=move || part(pillar).map(fixed2)></span>
            }).collect_view()}
        </span>
    }
}

/// Indicators with a value out of those that should have one.
#[component]
fn CoverageBadge(unit: Memo<Option<u32>>) -> impl IntoView {
    let app = use_app();
    let count = Memo::new(move |_| {
        let unit = unit.get()? as usize;
        app.loaded.with(|l| l.coverage.get(unit).copied())
    });
    let floor = move || {
        app.project
            .with(|p| p.as_ref().map_or(0.0, |p| p.content.spec.coverage_floor()))
    };
    let class = move || match count.get() {
        Some(count) if !count.reaches(floor()) => "coverage coverage--low",
        _ => "coverage",
    };
    let text = move || {
        count
            .get()
            .map(|c| format!("{}/{}", c.present, c.applicable))
    };
    view! { <span class=class>{text}</span> }
}

/// Change of the overall rank against the scheme's weights.
#[component]
fn RankChange(unit: Memo<Option<u32>>, rank: Memo<u32>) -> impl IntoView {
    let app = use_app();
    let change = Memo::new(move |_| {
        let unit = unit.get()? as usize;
        let before = app.loaded.with(|l| l.baseline.overall.get(unit).copied())?;
        let now = rank.get();
        (before > 0 && now > 0).then(|| i64::from(before) - i64::from(now))
    });
    let class = move || match change.get() {
        Some(c) if c > 0 => "change change--up",
        Some(c) if c < 0 => "change change--down",
        _ => "change",
    };
    let shown = move || match change.get() {
        None => "—".to_owned(),
        Some(0) => "=".to_owned(),
        Some(c) if c > 0 => format!("▲{c}"),
        Some(c) => format!("▼{}", -c),
    };
    let spoken = move || {
        change.get().map(|c| match c {
            0 => app.t(Key::Unchanged).to_owned(),
            c if c > 0 => format!("{} {c}", app.t(Key::Up)),
            c => format!("{} {}", app.t(Key::Down), -c),
        })
    };
    view! {
        <span class=class>
            <span aria-hidden="true">{shown}</span>
            <span class="visually-hidden">{spoken}</span>
        </span>
    }
}
