//! Points gained and points possible, one bar per part of the index.

use super::marks::{LEAST, Mark, words};
use super::pen::{AXIS_HEIGHT, Drawn, INK, PILLARS, Pen, picture};
use plotters::coord::Shift;
use plotters::prelude::*;

/// One bar.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What it stands for.
    pub label: String,
    /// Points gained.
    pub gained: f64,
    /// Points possible with full marks.
    pub possible: f64,
    /// Position of the pillar, for the colour.
    pub pillar: usize,
}

/// Height of a bar with its space, in pixels.
pub const BAR_HEIGHT: u32 = 30;
/// Size of text; the backend writes sizes 1.24 times smaller.
pub const SIZE: f64 = 17.0;

/// Height of the whole chart.
pub fn height(n_bars: usize) -> u32 {
    n_bars as u32 * BAR_HEIGHT + AXIS_HEIGHT
}

/// Width of a text in pixels, near enough to place it: wide characters are one
/// size wide, others a little over half.
pub fn text_width(text: &str, size: f64) -> f64 {
    text.chars().map(ems).sum::<f64>() * size
}

fn ems(c: char) -> f64 {
    if (c as u32) < 0x2e80 { 0.56 } else { 1.0 }
}

/// A label, shortened where it is wider than its room in pixels.
pub fn fitted(label: &str, room: f64) -> String {
    let size = SIZE / 1.24;
    if text_width(label, size) <= room {
        return label.to_owned();
    }
    let mut left = room / size - ems('…');
    let fits = |c: &char| {
        left -= ems(*c);
        left >= 0.0
    };
    label.chars().take_while(fits).chain(['…']).collect()
}

/// A round step that gives about five ticks up to `most`.
pub fn tick_step(most: f64) -> f64 {
    let mut step = 0.01;
    for _ in 0..16 {
        for factor in [1.0, 2.0, 5.0] {
            if most / (step * factor) <= 6.0 {
                return step * factor;
            }
        }
        step *= 10.0;
    }
    step
}

/// Draws the bars, and says where which values are.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    bars: &[Bar],
    axis_title: &str,
) -> Drawn<DB, Vec<Mark>> {
    let pen = Pen(area);
    let bottom = (bars.len() as u32 * BAR_HEIGHT) as i32;
    let most = bars.iter().map(|b| b.possible).fold(1e-9, f64::max);
    let labels = &mut bars.iter().map(|b| &b.label);
    let axis = pen.rows(labels, 64, [0.0, most], bottom, axis_title)?;
    let [left, _] = axis.ends;
    let mut marks = Vec::new();
    for (i, bar) in bars.iter().enumerate() {
        let top = (i as u32 * BAR_HEIGHT) as i32 + 5;
        let low = top + BAR_HEIGHT as i32 - 10;
        let colour = PILLARS[bar.pillar % PILLARS.len()];
        let end = axis.x(bar.possible);
        pen.rectangle([(left, top), (end, low)], colour.mix(0.22))?;
        let gained = [(left, top), (axis.x(bar.gained), low)];
        pen.rectangle(gained, colour.mix(1.0))?;
        let value = format!("{:.2}", bar.gained);
        pen.row(
            &axis,
            i32::midpoint(top, low),
            &bar.label,
            (end, &value, INK),
        )?;
        let of = [&value, " / ", &format!("{:.2}", bar.possible)].concat();
        marks.push(Mark {
            corners: [(left, top), (end.max(left + LEAST), low)],
            words: words(&[&bar.label, axis_title], &of),
        });
    }
    Ok(marks)
}

/// The chart as SVG text.
pub fn svg(bars: &[Bar], axis_title: &str, width: u32) -> String {
    picture((width, height(bars.len())), &|area| {
        draw(area, bars, axis_title)
    })
}

#[cfg(test)]
mod tests {
    use super::super::marks::{parts, same_as};
    use super::*;

    fn bars() -> Vec<Bar> {
        vec![
            Bar {
                label: "组织履职".into(),
                gained: 10.0,
                possible: 14.0,
                pillar: 0,
            },
            Bar {
                label: "Survey <b>".into(),
                gained: 0.0,
                possible: 7.0,
                pillar: 2,
            },
        ]
    }

    #[test]
    fn every_bar_has_its_label_and_value() {
        let svg = svg(&bars(), "贡献(分)", 600);
        for text in ["组织履职", "Survey", "10.00", "0.00", "贡献(分)"] {
            assert!(svg.contains(text), "{text} in {svg}");
        }
        let (shapes, marks) = parts(&svg);
        assert_eq!(shapes.matches("<rect").count(), 4);
        let words: Vec<&str> = marks.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(
            words,
            [
                "组织履职 · 贡献(分): 10.00 / 14.00",
                "Survey &lt;b&gt; · 贡献(分): 0.00 / 7.00"
            ]
        );
    }

    /// The longest label is 10 · 0.56 · 13.7 = 76 pixels wide, so the axis begins at 88; it
    /// ends at 600 − 64 = 536. Of those 448 pixels 10 of 14 points are 320, and 7 are 224.
    #[test]
    fn the_picture_is_the_one_kept() {
        same_as("contributions", &svg(&bars(), "贡献（分）", 600));
    }

    /// 14 points span the axis, so 10 points are 10/14 of its length. What is possible is
    /// marked.
    #[test]
    fn bars_are_as_long_as_their_points() {
        let svg = svg(&bars(), "", 600);
        let (shapes, marks) = parts(&svg);
        let widths: Vec<f64> = shapes
            .split("<rect")
            .skip(1)
            .filter_map(|r| r.split("width=\"").nth(1)?.split('"').next()?.parse().ok())
            .collect();
        assert!(
            (widths[1] / widths[0] - 10.0 / 14.0).abs() < 0.01,
            "{widths:?}"
        );
        assert!(widths[3] <= 1.0);
        assert_eq!([marks[0].0[2], marks[1].0[2]], [widths[0], widths[2]]);
    }

    #[test]
    fn a_label_too_long_for_its_room_is_shortened() {
        assert_eq!(fitted("组织履职", 100.0), "组织履职");
        let short = fitted(&"很长的名称".repeat(20), 100.0);
        assert!(short.ends_with('…') && short.chars().count() < 9);
        assert!(text_width(&short, SIZE / 1.24) <= 100.0);
        assert_eq!(fitted("名称", 0.0), "…");
    }

    #[test]
    fn ticks_are_round_and_few() {
        for most in [0.5, 1.0, 7.0, 14.0, 35.0, 100.0] {
            let step = tick_step(most);
            assert!(most / step <= 6.0 && most / step >= 2.0, "{most} {step}");
        }
    }
}
