//! A value per row as a mark on an axis from 0, or two that are compared: the one a
//! filled mark, the other a hollow one, with a line between.

use super::contributions::{SIZE, text_width};
use super::marks::{LEAST, Mark, words};
use super::pen::{AXIS_HEIGHT, Drawn, INK, PILLARS, Pen, picture};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it is about.
    pub label: String,
    /// Its value and what that is compared with, each with its words.
    pub values: [Option<(f64, String)>; 2],
}

/// Rows on an axis.
#[derive(Clone, Copy, Debug)]
pub struct Dots<'a> {
    /// The rows.
    pub rows: &'a [Row],
    /// What the values are, and what they are compared with; the latter is empty where
    /// they are not.
    pub names: [&'a str; 2],
    /// Title of the axis, with its unit.
    pub axis: &'a str,
}

/// Height of a row in pixels.
const ROW: u32 = 26;
/// Height of a line of the legend.
const TEXT: u32 = 18;
/// Radius of a mark.
const RADIUS: i32 = 5;

impl Dots<'_> {
    /// Height of the rows.
    fn bottom(&self) -> u32 {
        self.rows.len() as u32 * ROW
    }

    /// Whether values are compared with others.
    fn is_pair(&self) -> bool {
        !self.names[1].is_empty()
    }

    fn height(&self) -> u32 {
        let legend = if self.is_pair() { 2 * TEXT + 8 } else { 0 };
        self.bottom() + AXIS_HEIGHT + legend
    }
}

/// The words of a value, or that there is none.
pub fn told(value: Option<&(f64, String)>) -> &str {
    value.map_or("—", |(_, words)| words)
}

/// Draws the rows, and says where which values are.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    dots: &Dots<'_>,
) -> Drawn<DB, Vec<Mark>> {
    let pen = Pen(area);
    let (rows, bottom) = (dots.rows, dots.bottom() as i32);
    let values = rows.iter().flat_map(|row| row.values.iter().flatten());
    let most = values.map(|(value, _)| *value).fold(1e-9, f64::max);
    // Beside two marks its colour says whose a value is.
    let colour = if dots.is_pair() { PILLARS[0] } else { INK };
    let longest = rows
        .iter()
        .map(|row| text_width(told(row.values[0].as_ref()), SIZE / 1.24))
        .fold(0.0, f64::max);
    let labels = &mut rows.iter().map(|row| &row.label);
    // As far from the mark as a label is.
    let room = longest as i32 + 2 * RADIUS + 10;
    let axis = pen.rows(labels, room, [0.0, most], bottom, dots.axis)?;
    let mut marks = Vec::new();
    for (row, y) in rows.iter().zip((ROW as i32 / 2..).step_by(ROW as usize)) {
        let place = |value: &Option<(f64, String)>| value.as_ref().map(|(v, _)| axis.x(*v));
        let [x, other] = [&row.values[0], &row.values[1]].map(place);
        let value = told(row.values[0].as_ref());
        let from = other.unwrap_or(axis.ends[0]);
        if let Some(x) = x {
            // A hollow mark stays hollow.
            let gap = if other.is_some() { RADIUS } else { 0 };
            if (x - from).abs() > gap {
                let from = from + gap * (x - from).signum();
                pen.line([(from, y), (x, y)], PILLARS[0], 3)?;
            }
            pen.dot((x, y), PILLARS[0], true)?;
        }
        if let Some(other) = other {
            pen.dot((other, y), INK, false)?;
        }
        let end = x.unwrap_or(from).max(from);
        pen.row(&axis, y, &row.label, (end + RADIUS, value, colour))?;
        if x.or(other).is_none() {
            continue;
        }
        let compared = [dots.names[1], " ", told(row.values[1].as_ref())].concat();
        let what = [row.label.as_str(), &compared, dots.names[0]];
        let what = if dots.is_pair() { &what } else { &what[..1] };
        let begin = x.unwrap_or(from).min(from) - RADIUS;
        marks.push(Mark {
            corners: [(begin, y - LEAST), (end + RADIUS, y + LEAST)],
            words: words(what, value),
        });
    }
    if dots.is_pair() {
        let [filled, hollow] = [1, 0].map(|line| bottom + (AXIS_HEIGHT + 9 + TEXT * line) as i32);
        pen.dot((8, hollow), INK, false)?;
        pen.dot((8, filled), PILLARS[0], true)?;
        for (name, y) in dots.names.iter().zip([filled, hollow]) {
            let anchor = (HPos::Left, VPos::Center);
            pen.text((*name).to_owned(), (20, y), INK, anchor)?;
        }
    }
    Ok(marks)
}

/// The chart as SVG text.
pub fn svg(dots: &Dots<'_>, width: u32) -> String {
    picture((width, dots.height()), &|area| draw(area, dots))
}

#[cfg(test)]
mod tests {
    use super::super::marks::{parts, same_as};
    use super::*;

    fn rows() -> Vec<Row> {
        let value = |x: f64| Some((x, format!("{x:.1}%")));
        [
            ("甲", [value(40.0), value(30.0)]),
            ("<乙>", [value(10.0), value(10.0)]),
            ("丙", [None, value(20.0)]),
            ("丁", [None, None]),
        ]
        .map(|(label, values)| Row {
            label: label.into(),
            values,
        })
        .to_vec()
    }

    fn pairs() -> String {
        let dots = Dots {
            rows: &rows(),
            names: ["影响", "权重"],
            axis: "份额（%）",
        };
        svg(&dots, 600)
    }

    /// Where circles of a kind are.
    fn circles(shapes: &str, fill: &str) -> Vec<[i32; 2]> {
        let of_kind = shapes.split("<circle").skip(1);
        let of_kind = of_kind.filter_map(|c| c.split('>').next());
        let of_kind = of_kind.filter(|c| c.contains(&format!("fill=\"{fill}\"")));
        let number = |circle: &str, name: &str| -> i32 {
            let (_, rest) = circle.split_once(&format!(" {name}=\"")).unwrap();
            rest.split('"').next().unwrap().parse().unwrap()
        };
        of_kind
            .map(|c| ["cx", "cy"].map(|name| number(c, name)))
            .collect()
    }

    /// The longest label is 2.12 · 13.7 = 29 pixels wide, so the axis begins at 41; the
    /// longest value 5 · 0.56 · 13.7 = 38, so it ends at 600 − 38 − 20 = 542. Of those 501
    /// pixels 40 % are all, 30 % are 375, 20 % are 250 and 10 % are 125. Rows
    /// are 26 high; below them and the axis, at 104 + 46, the legend has two lines.
    #[test]
    fn marks_stand_where_their_values_are() {
        let svg = pairs();
        let (shapes, marks) = parts(&svg);
        assert_eq!(
            circles(shapes, "#0072B2"),
            [[542, 13], [166, 39], [8, 177]],
            "{svg}"
        );
        assert_eq!(
            circles(shapes, "none"),
            [[416, 13], [166, 39], [291, 65], [8, 159]]
        );
        // From the hollow mark's edge to the filled one; none where they are the same.
        assert_eq!(shapes.matches("stroke-width=\"3\"").count(), 1);
        assert!(shapes.contains("points=\"421,13 542,13 \""), "{svg}");
        let marks: Vec<([f64; 4], &str)> = marks.iter().map(|(m, w)| (*m, w.as_str())).collect();
        assert_eq!(
            marks,
            [
                ([411.0, 3.0, 136.0, 20.0], "甲 · 权重 30.0% · 影响: 40.0%"),
                (
                    [161.0, 29.0, 10.0, 20.0],
                    "&lt;乙&gt; · 权重 10.0% · 影响: 10.0%"
                ),
                ([286.0, 55.0, 10.0, 20.0], "丙 · 权重 20.0% · 影响: —"),
            ]
        );
        same_as("dots", &svg);
    }

    /// Without anything to compare with, a line from 0 says how much: 40 % is the whole
    /// axis, from 41 to 600 − 38 − 20 = 542, and 10 % a quarter of it.
    #[test]
    fn a_value_alone_is_a_line_from_the_beginning() {
        let mut rows = rows();
        for row in &mut rows {
            row.values[1] = None;
        }
        let dots = Dots {
            rows: &rows[..2],
            names: [""; 2],
            axis: "",
        };
        let svg = svg(&dots, 600);
        let (shapes, marks) = parts(&svg);
        assert_eq!(circles(shapes, "#0072B2"), [[542, 13], [166, 39]]);
        for line in ["41,13 542,13 ", "41,39 166,39 "] {
            assert!(shapes.contains(&format!("points=\"{line}\"")), "{svg}");
        }
        let words: Vec<&str> = marks.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(words, ["甲: 40.0%", "&lt;乙&gt;: 10.0%"]);
    }

    #[test]
    fn nothing_to_show_is_drawn_too() {
        let dots = Dots {
            rows: &[],
            names: ["a", "b"],
            axis: "axis",
        };
        let svg = svg(&dots, 280);
        assert!(svg.contains("axis") && !svg.contains("NaN"), "{svg}");
    }
}
