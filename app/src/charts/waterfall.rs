//! From one score to another in steps.

use super::marks::{LEAST, Mark, words};
use super::pen::{AXIS_HEIGHT, Drawn, INK, PILLARS, Pen, picture};
use plotters::coord::Shift;
use plotters::prelude::*;

/// Where the way begins and ends, and the steps between.
#[derive(Clone, Debug, PartialEq)]
pub struct Waterfall {
    /// Label and score at the beginning.
    pub from: (String, f64),
    /// Label and points of every step.
    pub steps: Vec<(String, f64)>,
    /// Label and score at the end.
    pub to: (String, f64),
}

/// Height of a row in pixels.
pub const ROW_HEIGHT: u32 = 30;
/// Space right of the axis for the value of what ends there.
const VALUE_WIDTH: i32 = 70;

/// Height of the whole chart.
pub fn height(n_steps: usize) -> u32 {
    (n_steps as u32 + 2) * ROW_HEIGHT + AXIS_HEIGHT
}

/// Points with their sign.
pub fn signed(points: f64) -> String {
    let text = format!("{points:+.2}");
    // What is no change at two decimals has no sign.
    match text.as_str() {
        "+0.00" | "-0.00" => "0.00".to_owned(),
        _ => text.replace('-', "−"),
    }
}

/// Scores before each step and after the last.
fn levels(waterfall: &Waterfall) -> Vec<f64> {
    let mut level = waterfall.from.1;
    let mut levels = vec![level];
    for (_, step) in &waterfall.steps {
        level += step;
        levels.push(level);
    }
    levels
}

/// Draws it. The axis does not begin at 0, so scores are marks and only steps have
/// a length. Says where which values are, from the first to the last.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    waterfall: &Waterfall,
    axis_title: &str,
) -> Drawn<DB, Vec<Mark>> {
    let pen = Pen(area);
    let ends = [&waterfall.from.0, &waterfall.to.0];
    let labels = &mut waterfall.steps.iter().map(|s| &s.0).chain(ends);
    let n_rows = waterfall.steps.len() as i32 + 2;
    let row = ROW_HEIGHT as i32;
    let bottom = n_rows * row;
    let levels = levels(waterfall);
    let all = || levels.iter().copied().chain([waterfall.to.1]);
    let low = all().fold(f64::INFINITY, f64::min);
    let high = all().fold(f64::NEG_INFINITY, f64::max);
    let pad = ((high - low) * 0.06).max(0.05);
    let values = [low - pad, high + pad];
    let axis = pen.rows(labels, VALUE_WIDTH, values, bottom, axis_title)?;

    let row_at = |at: i32, label: &str, x: i32, value: &str| {
        pen.row(&axis, at * row + row / 2, label, (x, value, INK))
    };
    let mark = |corners, label: &str, value: &str| Mark {
        corners,
        words: words(&[label, axis_title], value),
    };
    let mut marks = Vec::new();
    let end = n_rows - 1;
    for (at, (label, score)) in [(0, &waterfall.from), (end, &waterfall.to)] {
        let (x, top) = (axis.x(*score), at * row + 4);
        pen.rectangle([(x - 2, top), (x + 2, top + row - 8)], INK.mix(1.0))?;
        let value = format!("{score:.2}");
        let corners = [(x - LEAST / 2, top), (x + LEAST / 2, top + row - 8)];
        marks.push(mark(corners, label, &value));
        row_at(at, label, x, &value)?;
    }
    let steps = waterfall.steps.iter().zip(levels.windows(2));
    for (at, ((label, points), pair)) in (1..).zip(steps) {
        let (x0, x1) = (axis.x(pair[0]), axis.x(pair[1]));
        let (top, low) = (at * row + 6, at * row + row - 6);
        let colour = PILLARS[if *points < 0.0 { 5 } else { 0 }];
        let corners = [(x0.min(x1), top), (x0.max(x1).max(x0.min(x1) + 1), low)];
        pen.rectangle(corners, colour.mix(1.0))?;
        pen.line([(x0, top - 12), (x0, top)], INK, 1)?;
        let [from, (to, _)] = corners;
        let corners = [from, (to.max(from.0 + LEAST), low)];
        let value = signed(*points);
        // Before the last, which is the end.
        marks.insert(marks.len().saturating_sub(1), mark(corners, label, &value));
        row_at(at, label, x0.max(x1), &value)?;
    }
    let x = levels.last().map_or(axis.ends[0], |last| axis.x(*last));
    pen.line([(x, end * row - 6), (x, end * row + 4)], INK, 1)?;
    Ok(marks)
}

/// The chart as SVG text.
pub fn svg(waterfall: &Waterfall, axis_title: &str, width: u32) -> String {
    picture((width, height(waterfall.steps.len())), &|area| {
        draw(area, waterfall, axis_title)
    })
}

#[cfg(test)]
mod tests {
    use super::super::marks::{parts, same_as};
    use super::*;

    fn drawn(from: f64, steps: &[f64], to: f64) -> String {
        let waterfall = Waterfall {
            from: ("中位村 <甲>".into(), from),
            steps: steps.iter().map(|s| ("班子运行".into(), *s)).collect(),
            to: ("本村".into(), to),
        };
        svg(&waterfall, "得分(分)", 600)
    }

    fn numbers(svg: &str, name: &str) -> Vec<f64> {
        let mark = format!(" {name}=\"");
        let shapes = svg.split("<rect").skip(1);
        shapes
            .filter_map(|r| r.split_once(&mark)?.1.split('"').next()?.parse().ok())
            .collect()
    }

    /// A step of −4 is twice as long as one of +2, and begins where that ended.
    #[test]
    fn steps_are_as_long_as_their_points_and_join() {
        let svg = drawn(70.0, &[2.0, -4.0], 68.0);
        // The two marks come first.
        let (shapes, marks) = parts(&svg);
        let (x, width) = (numbers(shapes, "x"), numbers(shapes, "width"));
        assert!((width[3] / width[2] - 2.0).abs() < 0.02, "{width:?}");
        assert!((x[2] + width[2] - (x[3] + width[3])).abs() <= 1.0);
        // Where the way begins and ends.
        assert!((x[0] + 2.0 - x[2]).abs() <= 1.0 && (x[1] + 2.0 - x[3]).abs() <= 1.0);
        for text in ["70.00", "+2.00", "−4.00", "68.00", "班子运行", "&lt;甲&gt;"] {
            assert!(svg.contains(text), "{text} in {svg}");
        }
        assert!(!svg.contains("<甲>"));
        let words: Vec<&str> = marks.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(
            words,
            [
                "中位村 &lt;甲&gt; · 得分(分): 70.00",
                "班子运行 · 得分(分): +2.00",
                "班子运行 · 得分(分): −4.00",
                "本村 · 得分(分): 68.00"
            ]
        );
        // Steps as they are drawn, one row below the other; an end around its line.
        for (mark, drawn) in [(1, 2), (2, 3)] {
            assert_eq!(
                [marks[mark].0[0], marks[mark].0[2]],
                [x[drawn], width[drawn]]
            );
        }
        assert_eq!(marks[3].0[0] + 3.0, x[1]);
        assert!(marks.windows(2).all(|pair| pair[0].0[1] < pair[1].0[1]));
    }

    /// From 67.76 to 72.24, 6 % beyond 68 and 72, over the 441 pixels from 89 to 530: 70
    /// lies at 309, 72 at 506, 68 at 112.
    #[test]
    fn the_picture_is_the_one_kept() {
        same_as("waterfall", &drawn(70.0, &[2.0, -4.0], 68.0));
    }

    /// On a phone with long names: 74 pixels of axis hold one tick or two.
    #[test]
    fn ticks_do_not_touch_on_a_narrow_chart() {
        let long = "很长的名称".repeat(9);
        let waterfall = Waterfall {
            from: (long.clone(), 58.123),
            steps: vec![(long.clone(), 1.5)],
            to: (long, 59.623),
        };
        let svg = svg(&waterfall, "", 280);
        let middle = svg.matches("text-anchor=\"middle\"").count();
        assert!((1..=3).contains(&middle), "{svg}");
        assert!(svg.contains('…'));
    }

    #[test]
    fn nothing_to_step_over_is_drawn_too() {
        for svg in [drawn(50.0, &[], 50.0), drawn(0.0, &[0.0, -0.0], 0.0)] {
            assert!(svg.contains("得分(分)") && !svg.contains("NaN"));
            let x = numbers(&svg, "x");
            assert!(x.iter().all(|x| (0.0..600.0).contains(x)), "{x:?}");
        }
        assert_eq!([0.001, -0.001, -1.0].map(signed), ["0.00", "0.00", "−1.00"]);
    }
}
