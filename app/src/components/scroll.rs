//! Lists that draw only the rows in view.

use web_sys::HtmlDivElement;

/// Scrolls just as far as a row needs to be in view, below what stands still over the
/// list and covers so many pixels of it.
pub fn keep_in_view(list: &HtmlDivElement, row: usize, row_height: f64, covered: f64) {
    let top = row as f64 * row_height;
    let (from, view) = (
        f64::from(list.scroll_top()),
        f64::from(list.client_height()) - covered,
    );
    if top < from {
        list.set_scroll_top(top as i32);
    } else if top + row_height > from + view {
        list.set_scroll_top((top + row_height - view) as i32);
    }
}
