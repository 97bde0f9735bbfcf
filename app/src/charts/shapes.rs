//! Shapes as markup, for charts whose shapes have names and places between pixels, or
//! share what the backend would write at each.

use super::pen::INK;
use crate::written::html::Html;
use plotters::style::RGBColor;

/// A colour as pictures write it.
pub fn hex(RGBColor(r, g, b): RGBColor) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

/// Begins a picture; its tag is left open.
pub(super) fn begin(svg: &mut Html, width: &str, height: &str) {
    svg.raw("<svg xmlns=\"http://www.w3.org/2000/svg\"")
        .attr("width", width)
        .attr("height", height)
        .attr("viewBox", &["0 0 ", width, " ", height].concat());
}

/// A text, anchored at its `start`, `middle` or `end`.
pub(super) fn text(svg: &mut Html, text: &str, (x, y): (f64, f64), anchor: &str) {
    svg.raw("<text font-family=\"sans-serif\" font-size=\"14\"")
        .attr("x", &format!("{x:.1}"))
        .attr("y", &format!("{y:.1}"))
        .attr("text-anchor", anchor)
        .attr("fill", &hex(INK))
        .raw(">")
        .text(text)
        .close("text");
}
