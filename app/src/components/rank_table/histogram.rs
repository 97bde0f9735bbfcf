//! Under the head of a column of numbers: how they are spread over all villages, and
//! over those shown. What is pointed at there becomes the column's range.

use super::heading;
use crate::i18n::{Key, value};
use crate::state::bins::{Bins, Scale};
use crate::state::context::{Context, use_app};
use crate::state::facts::with_facts;
use crate::state::reactive::{effect, memo};
use crate::state::view::{Column, View};
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use std::fmt::Write as _;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

/// With more villages, what is not in sight waits until nothing has changed for a moment:
/// histograms, and ranks at other places.
pub const MOST_LIVE: usize = 20_000;
/// That moment, in milliseconds.
const PAUSE_MS: u32 = 250;
/// Where a range is typed.
pub const RANGE_ID: &str = "range-from";

/// When histograms are drawn anew.
#[derive(Clone, Copy)]
pub struct Pace {
    is_live: Memo<bool>,
    n_pauses: RwSignal<u32>,
    is_stale: RwSignal<bool>,
}

impl Pace {
    /// Live for as many villages as this costs nothing; otherwise at every pause.
    pub fn new(app: Context, kept: Signal<Arc<Vec<u32>>>) -> Self {
        let pace = Self {
            is_live: memo(move || app.results.with(|r| r.scores.len() <= MOST_LIVE)),
            n_pauses: RwSignal::new(0),
            is_stale: RwSignal::new(false),
        };
        let timer = StoredValue::new_local(None);
        effect(move || {
            if pace.is_live.get() {
                pace.is_stale.set(false);
                return;
            }
            kept.track();
            with_facts(app, |_| ());
            pace.is_stale.set(true);
            let pause = Timeout::new(PAUSE_MS, move || {
                if app.desk().is_partial.get_value() {
                    // The rest comes, and with it another pause.
                    return;
                }
                pace.n_pauses.update(|n| *n += 1);
                pace.is_stale.set(false);
            });
            timer.set_value(Some(pause));
        });
        pace
    }

    /// Reads something now or, where that is too much, at the next pause.
    fn read<T>(self, read: impl FnOnce() -> T) -> T {
        if self.is_live.get() {
            return read();
        }
        self.n_pauses.track();
        untrack(read)
    }
}

fn scale_of(app: Context, column: Column) -> Scale {
    match column {
        Column::Score => {
            let scale = app
                .project
                .with(|p| p.as_ref().map_or(100.0, |p| p.content.spec.scale()));
            #[expect(clippy::cast_sign_loss, reason = "scales are above 0")]
            let scale = scale as u32;
            Scale::To(scale)
        }
        column if column.percent() > 1.0 => Scale::To(1),
        Column::Rank | Column::Tier => Scale::Whole(1),
        Column::Change => Scale::Whole(0),
        _ => Scale::Free,
    }
}

/// Numbers of a column as they are shown, such as `60–70`.
fn between(column: Column, [low, high]: [f64; 2]) -> String {
    let shown = |x: f64| value(x * column.percent());
    if low == high {
        return shown(low);
    }
    let percent = if column.percent() > 1.0 { "%" } else { "" };
    [&shown(low), "–", &shown(high), percent].concat()
}

/// A range in words, such as `60 ≤ Score < 70`.
pub fn range_words(app: Context, column: Column, [low, high]: [f64; 2]) -> String {
    // As it was typed, without the last bits of dividing it.
    let typed = |x: f64| (x * column.percent() * 1e9).round() / 1e9;
    let mut words = heading(app, column);
    if low.is_finite() {
        words = [&value(typed(low)), " ≤ ", &words].concat();
    }
    if high.is_finite() {
        // The last number below an edge is shown as that edge.
        let is_below = typed(high) / column.percent() > high;
        words.push_str(if is_below { " < " } else { " ≤ " });
        words.push_str(&value(typed(high)));
    }
    if column.percent() > 1.0 {
        words.push_str(" %");
    }
    words
}

/// Bars 4 wide and at most 16 high, and behind them what is chosen.
fn draw(bins: &Bins, band: Option<[f64; 2]>, column: Column) -> String {
    let n = bins.counts.len();
    if n == 0 {
        return String::new();
    }
    let most = bins.counts.iter().map(|[all, _]| *all).max().unwrap_or(1);
    let mut svg = format!(
        "<svg viewBox=\"0 0 {} 16\" preserveAspectRatio=\"none\" aria-hidden=\"true\">",
        n * 4
    );
    if let Some(band) = band {
        let span = bins.edge(n) - bins.edge(0);
        let at = |x: f64| ((x - bins.edge(0)) / span).clamp(0.0, 1.0) * n as f64 * 4.0;
        let (from, to) = (at(band[0]), at(band[1]));
        let _ = write!(
            svg,
            "<rect class=\"hist__band\" x=\"{from:.2}\" width=\"{:.2}\" height=\"16\"/>",
            (to - from).max(0.0)
        );
    }
    for (nth, class) in ["hist__all", "hist__kept"].into_iter().enumerate() {
        let _ = write!(svg, "<path class=\"{class}\" d=\"");
        for (at, counts) in bins.counts.iter().enumerate() {
            if counts[nth] > 0 {
                // What there is, is seen.
                let height = (f64::from(counts[nth]) / f64::from(most) * 15.0).max(1.0);
                let x = at * 4;
                let _ = write!(svg, "M{x} 16v-{height:.1}h3.4v{height:.1}z");
            }
        }
        svg.push_str("\"/>");
    }
    let [low, high] = bins.ends(0, n - 1).map(|x| value(x * column.percent()));
    // Written by the style sheet: the button's name says them with every bar.
    let _ = write!(
        svg,
        "</svg><span class=\"hist__ends\" data-low=\"{low}\" data-high=\"{high}\"></span>"
    );
    svg
}

/// The bin that an event points at.
fn pointed(event: &PointerEvent, n: usize) -> Option<usize> {
    let button = event.current_target()?.dyn_into::<Element>().ok()?;
    let frame = button.get_bounding_client_rect();
    let share = (f64::from(event.client_x()) - frame.left()) / frame.width();
    #[expect(clippy::cast_sign_loss, reason = "clamped to 0 and above")]
    let at = (share.clamp(0.0, 1.0) * n as f64) as usize;
    Some(at.min(n.checked_sub(1)?))
}

/// The histogram of a column.
#[component]
pub fn Histogram(
    /// Of what.
    column: Column,
    /// Whose range it sets.
    view: View,
    /// The villages shown.
    kept: Signal<Arc<Vec<u32>>>,
    /// When it is drawn.
    pace: Pace,
) -> impl IntoView {
    let app = use_app();
    let bins = memo(move || {
        pace.read(|| {
            let (kept, scale) = (kept.get(), scale_of(app, column));
            let bins = with_facts(app, |facts| {
                let values = (0..facts.units.len()).map(|unit| facts.value(column, unit));
                Bins::of(&values.collect::<Vec<_>>(), &kept, scale)
            });
            bins.unwrap_or_default()
        })
    });
    // The bins that a drag is over, from where it began.
    let drag = RwSignal::new(None::<(usize, usize)>);
    let over = RwSignal::new(None::<usize>);
    let range_of = move |(a, b): (usize, usize)| bins.with(|bins| bins.range(a.min(b), a.max(b)));
    let markup = memo(move || {
        let band = match drag.get() {
            Some(drag) => Some(range_of(drag)),
            None => view.filter.with(|f| f.range(column)),
        };
        let whole = if bins.with(Bins::is_whole) { 1.0 } else { 0.0 };
        let band = band.map(|[low, high]| [low, high + whole]);
        bins.with(|bins| draw(bins, band, column))
    });
    let words = move |at: usize| {
        bins.with(|bins| {
            let [all, kept] = bins.counts.get(at).copied().unwrap_or_default();
            let ends = between(column, bins.ends(at, at));
            [&ends, ": ", &kept.to_string(), "/", &all.to_string()].concat()
        })
    };
    let label = move || {
        let mut parts = bins.with(|bins| {
            let with = (0..bins.counts.len()).filter(|at| bins.counts[*at][0] > 0);
            with.map(words).collect::<Vec<_>>()
        });
        let n_without = bins.with(|bins| bins.n_without);
        if n_without > 0 {
            parts.push(["—: ", &n_without.to_string()].concat());
        }
        let about = [&heading(app, column), " ", app.t(Key::HistogramOf), " "].concat();
        about + &parts.join("; ")
    };
    let title = move || {
        let at = drag.get().map(|(_, to)| to).or(over.get());
        at.map_or_else(|| app.t(Key::HistogramHint).to_owned(), words)
    };
    let take = move |range: [f64; 2]| {
        view.ranged.set(column);
        view.filter.update(|f| {
            let is_taken = f.range(column) == Some(range);
            f.set_range(column, Some(range).filter(|_| !is_taken));
        });
    };
    let on_point = move |event: PointerEvent| {
        let at = bins.with_untracked(|bins| pointed(&event, bins.counts.len()));
        match (event.type_().as_str(), at, drag.get_untracked()) {
            ("pointerdown", Some(at), _) if event.button() == 0 => {
                let button = event.current_target();
                if let Some(button) = button.and_then(|b| b.dyn_into::<Element>().ok()) {
                    let _ = button.set_pointer_capture(event.pointer_id());
                }
                drag.set(Some((at, at)));
            }
            ("pointermove", Some(at), Some((from, _))) => drag.set(Some((from, at))),
            ("pointermove", at, None) => over.set(at),
            ("pointerup", Some(at), Some((from, _))) => {
                drag.set(None);
                take(untrack(|| range_of((from, at))));
            }
            ("pointerup", ..) => {}
            _ => {
                drag.set(None);
                over.set(None);
            }
        }
    };
    // By a key: to where numbers are typed.
    let on_click = move |event: leptos::ev::MouseEvent| {
        if event.detail() == 0 {
            view.ranged.set(column);
            let field = document().get_element_by_id(RANGE_ID);
            if let Some(field) = field.and_then(|f| f.dyn_into::<HtmlElement>().ok()) {
                let _ = field.focus();
            }
        }
    };
    view! {
        <button type="button" class="hist" class:hist--stale=move || pace.is_stale.get()
            hidden=move || markup.with(String::is_empty)
            aria-label=label title=title inner_html=markup on:click=on_click
            on:pointerdown=on_point on:pointermove=on_point on:pointerup=on_point
            on:pointercancel=on_point on:pointerleave=on_point></button>
    }
}
