//! Scores over time as lines, each with its name at its end.

use super::contributions::{SIZE, fitted, text_width, tick_step};
use super::marks::{LEAST, Mark, words};
use super::pen::{Drawn, GRID, INK, PILLARS, Pen, picture};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// One line; where there is no score it breaks.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name.
    pub label: String,
    /// A score per period.
    pub scores: Vec<Option<f64>>,
}

/// Scores at times: the first line is the subject, the others are compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// When the periods are.
    pub times: Vec<f64>,
    /// What they are called.
    pub periods: Vec<String>,
    /// The lines.
    pub lines: Vec<Line>,
    /// Highest score there can be; the lowest is 0.
    pub scale: f64,
}

/// Height of the chart in pixels.
pub const HEIGHT: u32 = 260;
/// Space above for the title of the axis, and below for the periods.
const TOP: i32 = 30;
const BELOW: i32 = 30;
/// Space left of the axis for its numbers.
const LEFT: i32 = 52;
/// Height of a line of text.
const TEXT: i32 = 18;

/// Lowest and highest score shown, within what is possible, on ticks.
fn range(lines: &Lines) -> (f64, f64, f64) {
    let all = || lines.lines.iter().flat_map(|l| l.scores.iter().flatten());
    let low = all().copied().fold(f64::INFINITY, f64::min);
    let high = all().copied().fold(f64::NEG_INFINITY, f64::max);
    if low > high {
        return (0.0, lines.scale, tick_step(lines.scale));
    }
    let step = tick_step((high - low).max(lines.scale * 0.04));
    let below = ((low - step * 0.3) / step).floor() * step;
    let above = ((high + step * 0.3) / step).ceil() * step;
    let below = if low >= 0.0 { below.max(0.0) } else { below };
    let above = if high <= lines.scale {
        above.min(lines.scale.max(below + step))
    } else {
        above
    };
    (below, above, step)
}

/// A line in pieces of 6 pixels, 4 apart.
pub(super) fn dashes((x0, y0): (i32, i32), (x1, y1): (i32, i32)) -> Vec<[(i32, i32); 2]> {
    let [dx, dy] = [x1 - x0, y1 - y0].map(f64::from);
    let length = (dx * dx + dy * dy).sqrt().max(1.0);
    let at = |along: f64| {
        let share = (along / length).min(1.0);
        (x0 + (dx * share) as i32, y0 + (dy * share) as i32)
    };
    let count = (length / 10.0).ceil() as i32;
    let starts = (0..count).map(|i| f64::from(i) * 10.0);
    starts.map(|start| [at(start), at(start + 6.0)]).collect()
}

/// Draws them, and says where which scores are: line by line.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    lines: &Lines,
    axis_title: &str,
) -> Drawn<DB, Vec<Mark>> {
    let pen = Pen(area);
    let (width, height) = area.dim_in_pixel();
    let names = lines
        .lines
        .iter()
        .map(|l| text_width(&l.label, SIZE / 1.24));
    let room = names.fold(0.0, f64::max).min(f64::from(width) * 0.3);
    let (left, right) = (LEFT, width as i32 - room as i32 - 22);
    let bottom = height as i32 - BELOW;
    let (low, high, step) = range(lines);
    let y_of =
        |score: f64| bottom - (f64::from(bottom - TOP) * (score - low) / (high - low)) as i32;
    let first = lines.times.first().copied().unwrap_or_default();
    let last = lines.times.last().copied().unwrap_or_default();
    let span = if last > first { last - first } else { 1.0 };
    // Points stand off the axis.
    let x_of =
        |time: f64| left + 16 + (f64::from(right - left - 20) * (time - first) / span) as i32;
    let (ink, own) = (INK, PILLARS[0]);
    pen.text(axis_title.to_owned(), (4, 2), ink, (HPos::Left, VPos::Top))?;
    let mut tick = low;
    while tick <= high + step * 1e-6 {
        let y = y_of(tick);
        pen.line([(left, y), (right, y)], GRID, 1)?;
        let decimals = usize::from(step < 1.0);
        let number = format!("{tick:.decimals$}");
        pen.text(number, (left - 6, y), ink, (HPos::Right, VPos::Center))?;
        tick += step;
    }
    // The last period is named in any case, earlier ones where there is room.
    let mut free = i32::MAX;
    for (time, name) in lines.times.iter().zip(&lines.periods).rev() {
        let half = (text_width(name, SIZE / 1.24) / 2.0) as i32;
        let x = x_of(*time).max(half + 2).min(width as i32 - half - 2);
        if x + half + 8 > free {
            continue;
        }
        free = x - half;
        let anchor = (HPos::Center, VPos::Top);
        pen.text(name.clone(), (x, bottom + 8), ink, anchor)?;
    }

    let point = |time: &f64, score: &Option<f64>| score.map(|s| (x_of(*time), y_of(s)));
    let mut marks = Vec::new();
    // Where each line ends, the upper one first.
    let mut ends: Vec<((i32, i32), usize)> = Vec::new();
    for (at, line) in lines.lines.iter().enumerate() {
        let mut before = None;
        let mut end = None;
        let when = lines.times.iter().zip(&lines.periods);
        for ((time, period), score) in when.zip(&line.scores) {
            let here = point(time, score);
            if let (Some(from), Some(to)) = (before, here) {
                if at == 0 {
                    pen.line([from, to], own, 3)?;
                } else {
                    for dash in dashes(from, to) {
                        pen.line(dash, ink, 1)?;
                    }
                }
            }
            if let Some(((x, y), score)) = here.zip(*score) {
                let half = LEAST / 2;
                marks.push(Mark {
                    corners: [(x - half, y - half), (x + half, y + half)],
                    words: words(&[period, &line.label, axis_title], &format!("{score:.2}")),
                });
                if at == 0 {
                    pen.dot((x, y), own, true)?;
                } else {
                    pen.rectangle([(x - 4, y - 4), (x + 4, y + 4)], ink.mix(1.0))?;
                }
            }
            before = here;
            end = here.or(end);
        }
        if let Some(end) = end {
            let above = ends.iter().position(|(e, _)| e.1 > end.1);
            ends.insert(above.unwrap_or(ends.len()), (end, at));
        }
    }
    // Names one above the other, apart enough to be read.
    let mut above = i32::MIN / 2;
    for (at, ((x, y), line)) in ends.iter().enumerate() {
        let next = ends.get(at + 1).map(|(e, _)| e.1);
        let crowd = next.map_or(0, |next| (TEXT - (next - y)).max(0) / 2);
        let y = (y - crowd).max(above + TEXT).min(bottom - 6);
        above = y;
        let colour = if *line == 0 { own } else { ink };
        let name = lines.lines.get(*line).map_or("", |l| l.label.as_str());
        let name = fitted(name, f64::from(width as i32 - x - 14));
        pen.text(name, (x + 12, y), colour, (HPos::Left, VPos::Center))?;
    }
    let Some(subject) = lines.lines.first() else {
        return Ok(marks);
    };
    let title_end = 4 + text_width(axis_title, SIZE / 1.24) as i32;
    let mut free = i32::MIN / 2;
    for (at, (time, score)) in lines.times.iter().zip(&subject.scores).enumerate() {
        let (Some(score), Some((x, y))) = (score, point(time, score)) else {
            continue;
        };
        if x - 22 < free {
            continue;
        }
        free = x + 24;
        // Above the point, or below where the other line or the title lies above.
        let other = lines.lines.get(1).and_then(|o| o.scores.get(at)?.as_ref());
        let is_below =
            other.is_some_and(|other| other > score) || y < TOP + 8 && x < title_end + 24;
        let at = (x.max(left + 24), if is_below { y + 16 } else { y - 16 });
        pen.text(format!("{score:.2}"), at, own, (HPos::Center, VPos::Center))?;
    }
    Ok(marks)
}

/// The chart as SVG text.
pub fn svg(lines: &Lines, axis_title: &str, width: u32) -> String {
    picture((width, HEIGHT), &|area| draw(area, lines, axis_title))
}

#[cfg(test)]
mod tests {
    use super::super::marks::{parts, same_as};
    use super::*;

    fn lines(scores: [[Option<f64>; 4]; 2]) -> Lines {
        Lines {
            times: vec![2023.0, 2024.0, 2025.0, 2026.0],
            periods: ["2023", "2024", "2025", "2026"].map(String::from).to_vec(),
            lines: scores
                .into_iter()
                .zip(["本村 <b>", "同类中位"])
                .map(|(scores, label)| Line {
                    label: label.into(),
                    scores: scores.to_vec(),
                })
                .collect(),
            scale: 100.0,
        }
    }

    fn drawn(scores: [[Option<f64>; 4]; 2]) -> String {
        svg(&lines(scores), "得分(分)", 600)
    }

    /// Four years over the 448 pixels from 68 to 516; from 55 points at 230 up to 80 at 30,
    /// so that 5 points are 40 pixels. Dashes begin 10 pixels apart.
    #[test]
    fn the_picture_is_the_one_kept() {
        let own = [Some(60.0), Some(70.0), None, Some(75.0)];
        let others = [Some(65.0), Some(65.0), Some(66.0), Some(68.0)];
        same_as("trend", &drawn([own, others]));
    }

    /// 2023–2024 and nothing after 2025's gap: one stretch of the first line, and
    /// a point for each score.
    #[test]
    fn a_line_breaks_where_there_is_no_score() {
        let none = [None; 4];
        let svg = drawn([[Some(60.0), Some(70.0), None, Some(65.0)], none]);
        assert_eq!(svg.matches("<circle").count(), 3);
        assert_eq!(svg.matches("stroke-width=\"3\"").count(), 1);
        for text in ["60.00", "70.00", "65.00", "2023", "2026", "本村 &lt;b&gt;"] {
            assert!(svg.contains(text), "{text} in {svg}");
        }
        assert!(
            !svg.contains("同类中位"),
            "a line without a point has no name"
        );
    }

    /// Each score is marked around its point, the village's first.
    #[test]
    fn every_score_is_marked_where_its_point_is() {
        let svg = drawn([
            [Some(60.0), None, Some(72.5), None],
            [None, None, Some(0.0), Some(100.0)],
        ]);
        let (shapes, marks) = parts(&svg);
        let words: Vec<&str> = marks.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(
            words,
            [
                "2023 · 本村 &lt;b&gt; · 得分(分): 60.00",
                "2025 · 本村 &lt;b&gt; · 得分(分): 72.50",
                "2025 · 同类中位 · 得分(分): 0.00",
                "2026 · 同类中位 · 得分(分): 100.00"
            ]
        );
        for ([x, y, ..], _) in &marks[..2] {
            let [x, y] = [x + 5.0, y + 5.0];
            assert!(shapes.contains(&format!("<circle cx=\"{x}\" cy=\"{y}\"")));
        }
        assert_eq!(marks[1].0[0], marks[2].0[0], "the same time");
        // From 0 to 100 the axis goes down to 260 − 30.
        assert_eq!(marks[2].0[1] + 5.0, 230.0);
    }

    #[test]
    fn names_at_the_end_do_not_lie_on_each_other() {
        let scores = [Some(60.0), Some(61.0), Some(62.0), Some(63.0)];
        let svg = drawn([scores, scores]);
        let y_of = |name: &str| -> i32 {
            let (before, _) = svg.split_once(name).unwrap();
            let text = &before[before.rfind("<text").unwrap()..];
            let (_, y) = text.split_once(" y=\"").unwrap();
            y.split('"').next().unwrap().parse().unwrap()
        };
        let apart = (y_of("本村") - y_of("同类中位")).abs();
        assert!(apart >= TEXT - 1, "{apart}");
    }

    /// The first score at the top of the axis stands under its point: above it is the
    /// axis title. The last one has nothing above it.
    #[test]
    fn no_score_lies_on_the_title_of_the_axis() {
        let svg = drawn([[Some(100.0), None, None, Some(100.0)], [None; 4]]);
        let (_, marks) = parts(&svg);
        let point = marks[0].0[1] + 5.0;
        let heights: Vec<f64> = svg
            .split("<text")
            .filter(|text| text.contains("100.00"))
            .map(|text| {
                let (_, y) = text.split_once(" y=\"").unwrap();
                y.split('"').next().unwrap().parse().unwrap()
            })
            .collect();
        assert!(heights[0] > point && heights[1] < point, "{heights:?}");
    }

    #[test]
    fn the_axis_stays_within_what_is_possible() {
        let (low, high, _) = range(&lines([[Some(99.0), Some(100.0), None, None], [None; 4]]));
        assert!(low < 99.0 && (high - 100.0).abs() < 1e-9, "{low} {high}");
        let (low, high, _) = range(&lines([[Some(0.0); 4], [None; 4]]));
        assert!(low.abs() < 1e-9 && high > 0.0);
        assert_eq!(range(&lines([[None; 4], [None; 4]])).1, 100.0);
        assert!(!drawn([[None; 4], [None; 4]]).contains("NaN"));
    }
}
