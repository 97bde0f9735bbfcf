//! Groups by groups: a grid of values, coloured and signed by how far each is from
//! that of all.

use super::contributions::{SIZE, fitted, text_width};
use super::marks::words;
use super::pen::INK;
use super::shapes::{begin, hex};
use crate::written::html::Html;
use plotters::style::RGBColor;

/// From far below to far above, those of the style sheet on paper.
pub const COLOURS: [RGBColor; 5] = [
    RGBColor(240, 168, 104),
    RGBColor(250, 223, 194),
    RGBColor(240, 242, 245),
    RGBColor(207, 226, 245),
    RGBColor(134, 184, 230),
];

/// A value of the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Its place among the colours; `None` where it is not to be compared.
    pub degree: Option<usize>,
    /// Its sign and number.
    pub text: String,
    /// What stands there where the text has no room.
    pub sign: &'static str,
    /// What a mark says of it.
    pub words: String,
}

/// A row of the grid: what it is about, and its values.
pub type Row = (String, Vec<Option<Cell>>);

/// The grid.
#[derive(Clone, Copy, Debug)]
pub struct Heat<'a> {
    /// The rows; the last is that of all.
    pub rows: &'a [Row],
    /// What the columns are about.
    pub columns: &'a [String],
    /// What the values, the rows and the columns are.
    pub titles: [&'a str; 3],
    /// What every colour means, and then what else there is to know.
    pub legend: &'a [String],
}

/// Height of a row, and of a line of text, in pixels.
const ROW: i32 = 26;
const TEXT: i32 = 18;
/// Below the titles and the heads of the columns.
const TOP: i32 = 3 * TEXT + 6;
/// Side of a square of the legend, and its room with the space right of it.
const SQUARE: i32 = 12;
const INDENT: i32 = SQUARE + 5;

/// Width of a text as it is written; many letters for Chinese have signs as wide as
/// a character.
fn wide(text: &str) -> i32 {
    let size = SIZE / 1.24;
    let signs = text.matches(['▲', '▼']).count() as f64;
    (text_width(text, size) + signs * 0.44 * size).ceil() as i32
}

impl Heat<'_> {
    /// Where the legend begins.
    fn bottom(&self) -> i32 {
        TOP + self.rows.len() as i32 * ROW + 10
    }

    /// Where the entries of the legend stand, as many on a line as it has room for.
    fn entries(&self, width: u32) -> Vec<(i32, i32)> {
        let (mut x, mut y) = (0, self.bottom());
        let mut places = Vec::new();
        for words in self.legend {
            let long = INDENT + wide(words);
            if x > 0 && x + long > width as i32 {
                (x, y) = (0, y + TEXT);
            }
            places.push((x, y));
            x += long + 14;
        }
        places
    }

    fn height(&self, width: u32) -> u32 {
        let last = self.entries(width).last().map_or(0, |(_, y)| *y);
        last.max(self.bottom()).unsigned_abs() + TEXT as u32 + 2
    }
}

/// A text; its font is that of the group it stands in.
fn text(svg: &mut Html, text: &str, (x, y): (i32, i32), anchor: &'static str) {
    svg.raw("<text")
        .attr("x", &x.to_string())
        .attr("y", &y.to_string());
    if !anchor.is_empty() {
        svg.attr("text-anchor", anchor);
    }
    svg.raw(">").text(text).close("text");
}

/// A rectangle; its tag is left open.
fn rectangle(svg: &mut Html, [(x, y), (right, bottom)]: [(i32, i32); 2], degree: Option<usize>) {
    svg.raw("<rect")
        .attr("x", &x.to_string())
        .attr("y", &y.to_string())
        .attr("width", &(right - x).to_string())
        .attr("height", &(bottom - y).to_string());
    match degree.and_then(|degree| COLOURS.get(degree)) {
        Some(colour) => svg.attr("fill", &hex(*colour)),
        // It is pointed at all the same.
        None => svg.raw(" fill=\"none\" pointer-events=\"all\""),
    };
}

/// The chart as SVG text. It is written here, where cells share a font and are their own
/// marks: with the backend a hundred of them would be much longer.
pub fn svg(heat: &Heat<'_>, width: u32) -> String {
    let mut svg = Html::default();
    begin(
        &mut svg,
        &width.to_string(),
        &heat.height(width).to_string(),
    );
    svg.raw("><g font-family=\"sans-serif\" font-size=\"13.7\"")
        .attr("fill", &hex(INK))
        .raw(">");
    let [values, rows, columns] = heat.titles;
    let labels = heat.rows.iter().map(|(label, _)| label.as_str());
    let longest = labels.chain([rows]).map(wide).max().unwrap_or_default();
    let left = (longest + 12).min(width as i32 / 3);
    let n = heat.columns.len().max(1) as i32;
    let x = |at: i32| left + (width as i32 - left) * at / n;
    let middle = |at: i32| i32::midpoint(x(at), x(at + 1));
    let room = x(1) - left - 4;
    let head = TOP - 8;
    let label = |text: &str| fitted(text, f64::from(left - 8));
    text(&mut svg, values, (0, 13), "");
    let centre = i32::midpoint(left, width as i32);
    text(&mut svg, columns, (centre, TEXT + 13), "middle");
    text(&mut svg, &label(rows), (left - 8, head), "end");
    for (name, at) in heat.columns.iter().zip(0..) {
        let name = fitted(name, f64::from(room));
        text(&mut svg, &name, (middle(at), head), "middle");
    }
    for ((name, cells), row) in heat.rows.iter().zip(0..) {
        let top = TOP + row * ROW;
        let base = top + ROW / 2 + 5;
        text(&mut svg, &label(name), (left - 8, base), "end");
        svg.raw("<g text-anchor=\"middle\">");
        for ((cell, column), at) in cells.iter().zip(heat.columns).zip(0..) {
            let Some(cell) = cell else {
                text(&mut svg, "—", (middle(at), base), "");
                continue;
            };
            let corners = [(x(at) + 1, top + 1), (x(at + 1) - 1, top + ROW - 1)];
            rectangle(&mut svg, corners, cell.degree);
            svg.raw("><title>")
                .text(&words(&[name, column], &cell.words))
                .raw("</title></rect>");
            // Half a number would be another number.
            let fits = wide(&cell.text) <= room;
            let words = if fits { &cell.text } else { cell.sign };
            text(&mut svg, words, (middle(at), base), "");
        }
        svg.close("g");
    }
    // That of all stands apart.
    let y = TOP + (heat.rows.len() as i32 - 1).max(0) * ROW;
    svg.raw("<path")
        .attr("d", &format!("M0 {y}H{width}"))
        .attr("stroke", &hex(INK))
        .raw("/>");
    for ((words, at), (x, y)) in heat.legend.iter().zip(0..).zip(heat.entries(width)) {
        if at < COLOURS.len() {
            let square = [(x, y + 1), (x + SQUARE, y + 1 + SQUARE)];
            rectangle(&mut svg, square, Some(at));
            svg.raw("/>");
        }
        text(&mut svg, words, (x + INDENT, y + 12), "");
    }
    svg.raw("</g></svg>");
    svg.finish()
}

#[cfg(test)]
mod tests {
    use super::super::marks::same_as;
    use super::*;

    fn drawn(width: u32) -> String {
        let cell = |degree, sign, number: &str| {
            Some(Cell {
                degree,
                text: [sign, " ", number].concat().trim().to_owned(),
                sign,
                words: [number, " (9)"].concat(),
            })
        };
        let rows = [
            (
                "<甲>镇".to_owned(),
                vec![cell(Some(4), "▲▲", "80.0"), cell(None, "*", "79.0")],
            ),
            ("全部".to_owned(), vec![cell(Some(2), "", "70.0"), None]),
        ];
        let heat = Heat {
            rows: &rows,
            columns: &["全部".to_owned(), "一类".to_owned()],
            titles: ["得分中位数", "镇（街道）", "村类"],
            legend: &["▼▼", "▼", "±", "▲", "▲▲", "* 不足 5 个"].map(str::to_owned),
        };
        svg(&heat, width)
    }

    /// The longest label is five characters of 13.7 pixels, so that the grid begins at
    /// 69 + 12 = 81 and of 320 pixels each column has 119 and 120: (81 + 320) / 2 = 200.
    #[test]
    fn cells_stand_under_their_columns_and_say_their_values() {
        let svg = drawn(320);
        for cell in [
            "x=\"82\" y=\"61\" width=\"117\" height=\"24\" fill=\"#86B8E6\"><title>&lt;甲&gt;镇 · 全部: 80.0 (9)<",
            "x=\"201\" y=\"61\" width=\"118\" height=\"24\" fill=\"none\" pointer-events=\"all\"><title>&lt;甲&gt;镇 · 一类: 79.0 (9)<",
            "x=\"82\" y=\"87\" width=\"117\" height=\"24\" fill=\"#F0F2F5\"><title>全部 · 全部: 70.0 (9)<",
        ] {
            assert!(svg.contains(cell), "{cell} in {svg}");
        }
        // Three cells, and the five squares of the legend.
        assert_eq!(svg.matches("<rect").count(), 8);
        same_as("heat", &svg);
    }

    /// Of 150 pixels a third is for labels, and each column has 50: less 4, "▲▲ 80.0" of
    /// (2 + 5 · 0.56) · 13.7 = 66 pixels has no room there, and its sign stands alone.
    #[test]
    fn a_number_without_room_is_left_out_whole() {
        assert!(drawn(320).contains(">▲▲ 80.0<"));
        let svg = drawn(150);
        assert!(!svg.contains(">▲▲ 80.0<") && svg.contains("全部: 80.0 (9)<"));
        // Once in the cell, once in the legend.
        assert_eq!(svg.matches(">▲▲<").count(), 2);
    }
}
