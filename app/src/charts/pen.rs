//! The few shapes that charts are made of, so that each is compiled once.

use super::contributions::{Palette, SIZE};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// What drawing returns: nothing, or the marks of a chart.
pub type Drawn<DB, T = ()> = Result<T, DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// The letters of charts. By the family's kind: a name would be compared in lower case
/// with those known, and the tables for that weigh 5 KB.
pub(super) fn font(size: f64) -> FontDesc<'static> {
    FontDesc::new(FontFamily::SansSerif, size, FontStyle::Normal)
}

/// Draws on an area. Every text is anchored, none is measured by the backend.
#[derive(Clone, Copy)]
pub struct Pen<'a, DB: DrawingBackend>(pub &'a DrawingArea<DB, Shift>);

impl<DB: DrawingBackend> Pen<'_, DB> {
    /// A text at a point.
    pub fn text(
        &self,
        text: String,
        at: (i32, i32),
        colour: RGBColor,
        (h, v): (HPos, VPos),
    ) -> Drawn<DB> {
        let style = TextStyle::from(font(SIZE));
        let style = style.color(&colour).pos(Pos::new(h, v));
        self.0.draw(&Text::new(text, at, style))
    }

    /// A filled rectangle.
    pub fn rectangle(&self, corners: [(i32, i32); 2], colour: RGBAColor) -> Drawn<DB> {
        self.0.draw(&Rectangle::new(corners, colour.filled()))
    }

    /// A filled dot.
    pub fn dot(&self, at: (i32, i32), colour: RGBColor) -> Drawn<DB> {
        self.0.draw(&Circle::new(at, 5, colour.filled()))
    }

    /// A straight line.
    pub fn line(&self, ends: [(i32, i32); 2], colour: RGBColor, width: u32) -> Drawn<DB> {
        let style = colour.stroke_width(width);
        self.0.draw(&PathElement::new(ends.to_vec(), style))
    }

    /// An axis of points below a chart: a line up and a number below for every tick,
    /// and its title.
    pub fn axis(
        &self,
        ticks: &[(i32, String)],
        (left, right): (i32, i32),
        bottom: i32,
        title: &str,
        palette: &Palette,
    ) -> Drawn<DB> {
        let anchor = (HPos::Center, VPos::Top);
        for (x, number) in ticks {
            self.line([(*x, 0), (*x, bottom)], palette.grid, 1)?;
            self.text(number.clone(), (*x, bottom + 5), palette.ink, anchor)?;
        }
        let middle = i32::midpoint(left, right);
        self.text(title.to_owned(), (middle, bottom + 25), palette.ink, anchor)
    }
}
