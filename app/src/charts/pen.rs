//! The few shapes that charts are made of, so that each is compiled once, and their
//! colours. They are those of paper; on a dark screen `style/components.css` has others
//! in their place, so that a saved picture is light and one drawn earlier follows too.

use super::contributions::{SIZE, fitted, text_width, tick_step};
use super::marks::{Mark, laid};
use crate::bidi::isolated;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Text and axis.
pub const INK: RGBColor = RGBColor(31, 41, 55);
/// Grid lines.
pub const GRID: RGBColor = RGBColor(214, 219, 226);
/// One per pillar, used round and round: Okabe–Ito hues, darker.
pub const PILLARS: [RGBColor; 6] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 130, 0),
    RGBColor(0, 138, 103),
    RGBColor(178, 85, 137),
    RGBColor(150, 140, 0),
    RGBColor(190, 80, 10),
];

/// Width that the number of a tick may need.
const TICK_WIDTH: f64 = 46.0;
/// Space below rows for axis and its title.
pub(super) const AXIS_HEIGHT: u32 = 46;

/// What drawing returns: nothing, or the marks of a chart.
pub type Drawn<DB, T = ()> = Result<T, DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// Draws on an area. Every text is anchored, none is measured by the backend.
#[derive(Clone, Copy)]
pub struct Pen<'a, DB: DrawingBackend>(pub &'a DrawingArea<DB, Shift>);

/// An axis across, between two values.
#[derive(Clone, Copy, Debug)]
pub struct Axis {
    /// Where it begins and ends, in pixels.
    pub ends: [i32; 2],
    /// The values there.
    pub values: [f64; 2],
}

impl Axis {
    /// Where a value lies.
    pub fn x(&self, value: f64) -> i32 {
        let ([left, right], [low, high]) = (self.ends, self.values);
        left + (f64::from(right - left) * (value - low) / (high - low)) as i32
    }
}

impl<DB: DrawingBackend> Pen<'_, DB> {
    /// A text at a point.
    pub fn text(
        &self,
        text: String,
        at: (i32, i32),
        colour: RGBColor,
        (h, v): (HPos, VPos),
    ) -> Drawn<DB> {
        // By the family's kind: a name would be compared in lower case with those known,
        // and the tables for that weigh 5 KB.
        let font = FontDesc::new(FontFamily::SansSerif, SIZE, FontStyle::Normal);
        let style = TextStyle::from(font);
        let style = style.color(&colour).pos(Pos::new(h, v));
        self.0
            .draw(&Text::new(isolated(&text).into_owned(), at, style))
    }

    /// A filled rectangle.
    pub fn rectangle(&self, corners: [(i32, i32); 2], colour: RGBAColor) -> Drawn<DB> {
        self.0.draw(&Rectangle::new(corners, colour.filled()))
    }

    /// A dot, filled or hollow.
    pub fn dot(&self, at: (i32, i32), colour: RGBColor, filled: bool) -> Drawn<DB> {
        let style = ShapeStyle {
            color: colour.to_rgba(),
            filled,
            stroke_width: 2,
        };
        self.0.draw(&Circle::new(at, 5, style))
    }

    /// A straight line.
    pub fn line(&self, ends: [(i32, i32); 2], colour: RGBColor, width: u32) -> Drawn<DB> {
        let style = colour.stroke_width(width);
        self.0.draw(&PathElement::new(ends.to_vec(), style))
    }

    /// An axis below rows with these labels, and with `room` right of it for values: a
    /// line up and a number below for every tick, and its title.
    pub fn rows(
        &self,
        labels: &mut dyn Iterator<Item = &String>,
        room: i32,
        values: [f64; 2],
        bottom: i32,
        title: &str,
    ) -> Drawn<DB, Axis> {
        let (width, _) = self.0.dim_in_pixel();
        let longest = labels
            .map(|l| text_width(l, SIZE / 1.24))
            .fold(0.0, f64::max);
        let left = (longest + 12.0).min(f64::from(width) * 0.45) as i32;
        let ends = [left, width as i32 - room];
        let axis = Axis { ends, values };
        let [low, high] = values;
        // About five ticks, fewer where their numbers would touch.
        let crowd = (6.0 * TICK_WIDTH / f64::from((ends[1] - left).max(1))).max(1.0);
        let step = tick_step((high - low) * crowd);
        let decimals = usize::from(step < 1.0) + usize::from(step < 0.1);
        let anchor = (HPos::Center, VPos::Top);
        let mut tick = (low / step).ceil() * step;
        while tick <= high + step * 1e-6 {
            let x = axis.x(tick);
            self.line([(x, 0), (x, bottom)], GRID, 1)?;
            self.text(format!("{tick:.decimals$}"), (x, bottom + 5), INK, anchor)?;
            tick += step;
        }
        let middle = i32::midpoint(left, ends[1]);
        self.text(title.to_owned(), (middle, bottom + 25), INK, anchor)?;
        Ok(axis)
    }

    /// What a row says: its label, and a value in a colour right of where it ends.
    pub fn row(
        &self,
        axis: &Axis,
        y: i32,
        label: &str,
        (x, value, colour): (i32, &str, RGBColor),
    ) -> Drawn<DB> {
        let [left, _] = axis.ends;
        let label = fitted(label, f64::from(left) - 10.0);
        self.text(label, (left - 8, y), INK, (HPos::Right, VPos::Center))?;
        self.text(
            value.to_owned(),
            (x + 6, y),
            colour,
            (HPos::Left, VPos::Center),
        )
    }
}

/// What draws a chart as SVG.
type Draw<'d> = dyn for<'a, 'b> Fn(
        &'a DrawingArea<SVGBackend<'b>, Shift>,
    ) -> Result<Vec<Mark>, DrawingAreaErrorKind<std::io::Error>>
    + 'd;

/// A chart as SVG text, with its marks over it.
pub(super) fn picture(size: (u32, u32), draw: &Draw<'_>) -> String {
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, size).into_drawing_area();
    // Writing to a string cannot fail.
    let marks = draw(&area).unwrap_or_default();
    let _ = area.present();
    drop(area);
    laid(&text, &marks)
}

#[cfg(test)]
mod tests {
    use super::super::heat;
    use super::super::histogram::BANDS;
    use super::*;

    /// Every colour that a chart fills or strokes with has another on a dark screen.
    #[test]
    fn a_dark_screen_has_a_colour_for_each() {
        let styles = include_str!("../style/components.css");
        let is_named = |how: &str, RGBColor(r, g, b): RGBColor| {
            let rule = format!(
                "[data-theme=\"dark\"] svg [{how}=\"#{r:02X}{g:02X}{b:02X}\"] {{ {how}: var(--"
            );
            assert!(styles.contains(&rule), "{rule}");
        };
        let filled = PILLARS.into_iter().chain(BANDS).chain(heat::COLOURS);
        for colour in filled.chain([INK]) {
            is_named("fill", colour);
        }
        for colour in PILLARS.into_iter().chain([INK, GRID]) {
            is_named("stroke", colour);
        }
    }
}
