//! What was written anew moves from where it stood, so that the eye can follow. Marked
//! with `data-moves` and a name of their own, lines and texts of a chart go the way by
//! transitions of the style sheet: changed again on the way, they turn round where they
//! are, and where motion is unwelcome there is none.

use crate::number::parse;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{CssStyleDeclaration, Element, HtmlElement};

/// A marked element as it is seen now.
struct Seen {
    name: String,
    style: CssStyleDeclaration,
    /// A line's course; `none` of a text.
    course: String,
    /// In units of the chart.
    at: [f64; 2],
}

fn seen(root: &Element) -> Option<Vec<Seen>> {
    let list = root.query_selector_all("[data-moves]").ok()?;
    let mut seen = Vec::new();
    for element in (0..list.length()).filter_map(|at| list.item(at)) {
        let element: Element = element.unchecked_into();
        let chart = element.closest("svg").ok()??;
        let width = parse(&chart.get_attribute("width")?)?;
        let chart = chart.get_bounding_client_rect();
        let place = element.get_bounding_client_rect();
        // A chart made narrower for the screen goes by its own units still.
        let scale = width / chart.width().max(1.0);
        let computed = window().get_computed_style(&element).ok()??;
        seen.push(Seen {
            name: element.get_attribute("data-moves")?,
            course: computed.get_property_value("d").ok()?,
            at: [place.left() - chart.left(), place.top() - chart.top()].map(|px| px * scale),
            // Elements of a chart have a style as well.
            style: element.unchecked_ref::<HtmlElement>().style(),
        });
    }
    Some(seen)
}

/// Puts markup in place of what there is.
pub fn write_over(root: &HtmlElement, markup: &str) {
    let before = seen(root).unwrap_or_default();
    root.set_inner_html(markup);
    let after = seen(root).unwrap_or_default();
    let mut on_the_way = Vec::new();
    for now in &after {
        let Some(was) = before.iter().find(|was| was.name == now.name) else {
            continue;
        };
        let by = [was.at[0] - now.at[0], was.at[1] - now.at[1]];
        let (property, value) = if now.course == "none" {
            let [x, y] = by.map(|by| by.to_string());
            ("transform", ["translate(", &x, "px,", &y, "px)"].concat())
        } else {
            ("d", was.course.clone())
        };
        let _ = now.style.set_property("transition", "none");
        let _ = now.style.set_property(property, &value);
        on_the_way.push((&now.style, property));
    }
    // The way begins where the browser has seen them.
    root.get_bounding_client_rect();
    for (style, property) in on_the_way {
        let _ = style.remove_property("transition");
        let _ = style.remove_property(property);
    }
}
