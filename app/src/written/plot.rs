//! Small pictures of how values lie, coloured by the style sheet: they follow the theme
//! and print as they are. The keyboard reads their bars, and every number of a picture
//! stands in a table below it.

use super::Scene;
use super::html::Html;
use crate::charts::contributions::{text_width, tick_step};
use crate::i18n::value;
use dhi_engine::distribution::{Bins, bins};

/// Width, height of the bars, and the room around them.
const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 86.0;
const LEFT: f64 = 38.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 18.0;
/// Room for what a line across is.
const ROW: f64 = 13.0;
const BOTTOM: f64 = 38.0;
/// Size of letters.
const LETTER: f64 = 11.0;
/// Bars of a picture.
const BARS: u32 = 20;

/// What is drawn.
pub struct Plot<'a> {
    /// The values.
    pub values: &'a [f64],
    /// Lines across, with what they are.
    pub marks: &'a [(f64, String)],
    /// What the values are, with their unit.
    pub axis: &'a str,
    /// What the picture is about.
    pub title: &'a str,
    /// Ends of the axis, where they are not those of values and lines.
    pub reach: &'a [f64],
}

fn text(html: &mut Html, words: &str, (x, y): (f64, f64), anchor: &str) {
    html.raw("<text")
        .attr("x", &format!("{x:.1}"))
        .attr("y", &format!("{y:.1}"))
        .attr("text-anchor", anchor)
        .raw(">")
        .text(words)
        .raw("</text>");
}

fn line(html: &mut Html, class: &str, [x1, y1, x2, y2]: [f64; 4]) {
    html.raw("<line").attr("class", class);
    for (name, at) in [("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)] {
        html.attr(name, &format!("{at:.1}"));
    }
    html.raw("/>");
}

/// Begins a picture under its title.
fn open(html: &mut Html, title: &str, label: &str, height: f64) {
    html.open("figure class=\"plot\"")
        .el("figcaption", title)
        .raw("<svg role=\"img\" tabindex=\"0\"")
        .attr("viewBox", &format!("0 0 {WIDTH} {height}"))
        .attr("aria-label", label)
        .raw(">");
}

/// From one number to another.
pub fn from_to(from: f64, to: f64) -> String {
    [&value(from), "–", &value(to)].concat()
}

/// A rectangle that says what it stands for.
fn bar(html: &mut Html, [x, y, width, height]: [f64; 4], words: &str) {
    html.raw("<rect class=\"plot__bar\"");
    for (name, at) in [("x", x), ("y", y), ("width", width), ("height", height)] {
        html.attr(name, &format!("{at:.1}"));
    }
    html.raw("><title>").text(words).raw("</title></rect>");
}

/// How many values lie where, with lines across; says so where there are none.
pub fn histogram(scene: &Scene<'_>, html: &mut Html, plot: &Plot<'_>) {
    let marks = plot.marks.iter().map(|(at, _)| *at);
    let reach: Vec<f64> = marks.chain(plot.reach.iter().copied()).collect();
    let has_values = plot.values.iter().any(|x| x.is_finite());
    let Some(found) = bins(plot.values, &reach, BARS).filter(|_| has_values) else {
        html.open("figure class=\"plot\"")
            .el("figcaption", plot.title)
            .el(
                "p class=\"empty\"",
                scene.either("没有数值", "There are no values"),
            )
            .close("figure");
        return;
    };
    let counts = scene.either("村委会数", "committees");
    let n: u32 = found.counts.iter().sum();
    let label = [
        plot.title,
        " · ",
        plot.axis,
        scene.either("，", ", "),
        &n.to_string(),
        " ",
        counts,
    ];
    open(
        html,
        plot.title,
        &label.concat(),
        top(plot) + HEIGHT + BOTTOM,
    );
    draw(html, plot, &found, counts);
    html.raw("</svg>");
    scene.reading(html);
    table(scene, html, plot, &found, counts);
    html.close("figure");
}

/// Where the highest bar ends.
fn top(plot: &Plot<'_>) -> f64 {
    TOP + ROW * plot.marks.len() as f64
}

fn draw(html: &mut Html, plot: &Plot<'_>, found: &Bins, counts: &str) {
    let (low, high) = (found.from, found.edge(found.counts.len()));
    let (right, bottom) = (WIDTH - RIGHT, top(plot) + HEIGHT);
    let x_of = |x: f64| LEFT + (right - LEFT) * (x - low) / (high - low);
    let most = f64::from(found.counts.iter().copied().max().unwrap_or(1).max(1));
    let y_of = |n: f64| bottom - HEIGHT * n / most;
    let step = tick_step(most).max(1.0);
    let mut tick = 0.0;
    while tick <= most {
        let y = y_of(tick);
        line(html, "plot__grid", [LEFT, y, right, y]);
        text(html, &value(tick), (LEFT - 4.0, y + 4.0), "end");
        tick += step;
    }
    for (at, n) in found.counts.iter().enumerate().filter(|(_, n)| **n > 0) {
        let [from, to] = [found.edge(at), found.edge(at + 1)];
        let (x, y) = (x_of(from), y_of(f64::from(*n)));
        let words = [&from_to(from, to), ": ", &n.to_string()].concat();
        bar(html, [x + 0.5, y, x_of(to) - x - 1.0, bottom - y], &words);
    }
    let step = tick_step(high - low);
    let mut tick = (low / step).ceil() * step;
    while tick <= high + step * 1e-6 {
        let x = x_of(tick);
        line(html, "plot__axis", [x, bottom, x, bottom + 4.0]);
        text(html, &value(tick), (x, bottom + 15.0), "middle");
        tick += step;
    }
    line(html, "plot__axis", [LEFT, bottom, right, bottom]);
    text(html, counts, (2.0, 11.0), "start");
    let middle = f64::midpoint(LEFT, right);
    text(html, plot.axis, (middle, bottom + BOTTOM - 6.0), "middle");
    // Each on a line of its own, so that no two run into each other.
    for (row, (at, words)) in plot.marks.iter().enumerate() {
        let x = x_of(*at);
        line(html, "plot__mark", [x, TOP + ROW * row as f64, x, bottom]);
        let is_left = x + 3.0 + text_width(words, LETTER) > WIDTH;
        let (x, anchor) = if is_left {
            (x - 3.0, "end")
        } else {
            (x + 3.0, "start")
        };
        text(html, words, (x, TOP + 9.0 + ROW * row as f64), anchor);
    }
}

fn table(scene: &Scene<'_>, html: &mut Html, plot: &Plot<'_>, found: &Bins, counts: &str) {
    // Two narrow columns, which need no region to scroll in.
    html.open("details class=\"plot__table\"")
        .el("summary", scene.either("以表格查看", "As a table"))
        .raw("<table class=\"table\"><thead><tr>")
        .el("th scope=\"col\"", plot.axis)
        .el("th scope=\"col\" class=\"number\"", counts)
        .raw("</tr></thead><tbody>");
    for (at, n) in found.counts.iter().enumerate() {
        html.open("tr")
            .el(
                "th scope=\"row\"",
                &from_to(found.edge(at), found.edge(at + 1)),
            )
            .el("td class=\"number\"", &n.to_string())
            .close("tr");
    }
    html.raw("</tbody></table>").close("details");
}

/// A bar for every name, as long as its number beside the greatest.
pub fn bars(html: &mut Html, title: &str, rows: &[(String, f64, String)]) {
    let most = rows
        .iter()
        .map(|(_, x, _)| *x)
        .fold(f64::MIN_POSITIVE, f64::max);
    html.open("figure class=\"plot\"")
        .el("figcaption", title)
        .open("ul class=\"plot__rows\"");
    for (name, x, words) in rows {
        let width = format!("width:{:.1}%", x / most * 100.0);
        html.open("li")
            .el("span", name)
            .raw("<span class=\"plot__track\" aria-hidden=\"true\"><span class=\"plot__fill\"")
            .attr("style", &width)
            .raw("></span></span>")
            .el("span class=\"number\"", words)
            .close("li");
    }
    html.close("ul").close("figure");
}

#[cfg(test)]
mod tests {
    use super::super::html::check;
    use super::*;
    use crate::worker::protocol::Look;
    use dhi_engine::frame::Units;
    use dhi_engine::framework::Language;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    fn drawn(values: &[f64], marks: &[(f64, String)]) -> String {
        let (framework, units, spec) = (default_scheme(), Units::default(), Spec::default());
        let scene = Scene {
            framework: &framework,
            units: &units,
            spec: &spec,
            language: Language::English,
            look: Look::default(),
        };
        let mut html = Html::default();
        let plot = Plot {
            values,
            marks,
            axis: "value (%)",
            title: "a <b>",
            reach: &[],
        };
        histogram(&scene, &mut html, &plot);
        let markup = html.finish();
        check(&markup);
        markup
    }

    /// Between 80 and 100 in bars of 1: the bar of 3 is as high as the room, that of 1 a
    /// third of it: (168 − 38 − 44)/3 = 28.7.
    #[test]
    fn bars_are_as_high_as_their_counts_and_lines_stand_where_they_are() {
        let marks = [
            (80.0, "lower 80".to_owned()),
            (100.0, "upper 100".to_owned()),
        ];
        let markup = drawn(&[85.0, 85.2, 85.9, 90.0], &marks);
        assert!(
            markup.contains("height=\"86.0\"><title>85–86: 3</title>"),
            "{markup}"
        );
        assert!(
            markup.contains("height=\"28.7\"><title>90–91: 1</title>"),
            "{markup}"
        );
        assert_eq!(markup.matches("<rect").count(), 2);
        // The ends of the axis: 38 and 310.
        assert!(markup.contains("x1=\"38.0\" y1=\"18.0\""), "{markup}");
        assert!(markup.contains("x1=\"310.0\" y1=\"31.0\""), "{markup}");
        assert_eq!(markup.matches("<tr>").count(), 21);
        assert!(markup.contains("a &lt;b&gt;"));
        // The keyboard reads the bars, and the line below says the one it is at.
        assert!(markup.contains("<svg role=\"img\" tabindex=\"0\""));
        assert!(markup.contains("</svg><output"));
    }

    #[test]
    fn without_values_it_says_so() {
        let markup = drawn(&[f64::NAN], &[(1.0, "x".to_owned())]);
        assert!(markup.contains("There are no values") && !markup.contains("<svg"));
    }
}
