//! How many values lie where, with lines across that say what they are.

use super::columns::{self, BELOW, Column};
use super::contributions::{SIZE, text_width};
use super::marks::Mark;
use super::pen::{Drawn, INK, PILLARS, Pen, picture};
use super::trend::dashes;
use crate::i18n::value;
use dhi_engine::distribution::Bins;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// Height of the bars.
const HEIGHT: u32 = 90;
/// Height of a line of text.
const TEXT: u32 = 17;

/// Where the highest bar ends: below the title, what every line is, and a count.
fn top(n_lines: usize) -> u32 {
    TEXT * (n_lines as u32 + 2)
}

/// What a bar stands for.
pub fn range(bins: &Bins, at: usize) -> String {
    [&value(bins.edge(at)), "–", &value(bins.edge(at + 1))].concat()
}

/// Draws the bars and lines under the titles of the axes: that across, and that of
/// counts. Says where which bars are.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    bins: &Bins,
    lines: &[(f64, String)],
    titles: [&str; 2],
) -> Drawn<DB, Vec<Mark>> {
    let pen = Pen(area);
    let column = |(at, n): (usize, &u32)| Column {
        ends: [bins.edge(at), bins.edge(at + 1)],
        n: *n,
        height: f64::from(*n),
        colour: PILLARS[0],
        words: [&range(bins, at), ": ", &n.to_string()].concat(),
    };
    let bars: Vec<Column> = bins.counts.iter().enumerate().map(column).collect();
    let (axis, marks) = columns::draw(&pen, &bars, top(lines.len()) as i32, titles)?;
    let (width, height) = area.dim_in_pixel();
    // Each says what it is on a line of its own, so that no two run into each other.
    for ((at, words), row) in lines.iter().zip(1..) {
        let (x, y) = (axis.x(*at), (TEXT * row) as i32);
        for dash in dashes((x, y), (x, (height - BELOW) as i32)) {
            pen.line(dash, INK, 2)?;
        }
        let is_left = f64::from(x + 4) + text_width(words, SIZE / 1.24) > f64::from(width);
        let (x, h) = if is_left {
            (x - 4, HPos::Right)
        } else {
            (x + 4, HPos::Left)
        };
        pen.text(words.clone(), (x, y), INK, (h, VPos::Top))?;
    }
    Ok(marks)
}

/// The chart as SVG text.
pub fn svg(bins: &Bins, lines: &[(f64, String)], titles: [&str; 2], width: u32) -> String {
    let height = top(lines.len()) + HEIGHT + BELOW;
    picture((width, height), &|area| draw(area, bins, lines, titles))
}

#[cfg(test)]
mod tests {
    use super::super::marks::{parts, same_as};
    use super::*;
    use dhi_engine::distribution::bins;

    /// From 70 to 100 in bars of 5 over the 268 pixels from 38 to 306; three of 85–90 are
    /// 90 pixels high, one is 30. Lines lie at 80, 127, and at the end.
    #[test]
    fn bars_and_lines_stand_where_they_are() {
        let lines = [(80.0, "下限 80".to_owned()), (100.0, "上限 100".to_owned())];
        let found = bins(&[85.0, 87.0, 89.9, 94.0], &[70.0, 100.0], 8).unwrap();
        let svg = svg(&found, &lines, ["数值（%）", "村委会数"], 320);
        let (shapes, marks) = parts(&svg);
        let words: Vec<&str> = marks.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["85–90: 3", "90–95: 1"]);
        // Two pixels between neighbours.
        assert_eq!(marks[0].0, [172.0, 68.0, 42.0, 90.0]);
        assert_eq!(marks[1].0, [216.0, 128.0, 43.0, 30.0]);
        for dash in ["127,17 127,23 ", "306,34 306,40 "] {
            assert!(shapes.contains(&format!("points=\"{dash}\"")), "{svg}");
        }
        // What a line at the end is stands left of it.
        let (before, _) = shapes.split_once("上限 100").unwrap();
        let text = &before[before.rfind("<text").unwrap()..];
        assert!(text.contains("x=\"302\"") && text.contains("text-anchor=\"end\""));
        same_as("spread", &svg);
    }
}
