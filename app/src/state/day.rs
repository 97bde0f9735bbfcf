//! The day here, and a new one that comes while the page is open.

use super::context::Context;
use gloo::timers::callback::Interval;
use leptos::prelude::*;

/// How often it is looked whether the day is another one.
const LOOK_MS: u32 = 60_000;

/// The day here, not the one in Greenwich.
pub(super) fn today() -> String {
    let now = js_sys::Date::new_0();
    let minutes = now.get_time() / 60_000.0 - now.get_timezone_offset();
    let today = js_sys::Date::new(&(minutes * 60_000.0).into()).to_iso_string();
    today.slice(0, 10).into()
}

/// Computes anew on a new day: restrictions begin and end with it, and a grade must not
/// be yesterday's.
pub fn follow_day(app: Context) {
    let seen = StoredValue::new(today());
    let look = move || {
        let day = today();
        if seen.with_value(|seen| *seen != day) {
            seen.set_value(day);
            app.reload();
        }
    };
    let clock = StoredValue::new_local(Some(Interval::new(LOOK_MS, look)));
    // A page that was asleep is looked at before a minute has passed.
    let woken = window_event_listener(leptos::ev::focus, move |_| look());
    on_cleanup(move || {
        woken.remove();
        clock.set_value(None);
    });
}
