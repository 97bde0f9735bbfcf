//! Bars over an axis, as high as their numbers.

use super::contributions::{SIZE, fitted, text_width, tick_step};
use super::marks::{LEAST, Mark};
use super::pen::{Axis, Drawn, GRID, INK, Pen};
use crate::i18n::value;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

/// A bar.
pub(super) struct Column {
    /// Where it begins and ends on the axis.
    pub ends: [f64; 2],
    /// What it stands for.
    pub n: u32,
    /// How high it is: its number, or more where it is narrower than others.
    pub height: f64,
    /// Its colour.
    pub colour: RGBColor,
    /// What it says.
    pub words: String,
}

/// Room below the bars for the axis and its title.
pub(super) const BELOW: u32 = 40;
const LEFT: i32 = 38;
const RIGHT: i32 = 14;

/// Draws bars below `top` with every number that has room, and both axes under their
/// titles: that across, and that of counts in the corner above. Says where what is.
pub(super) fn draw<DB: DrawingBackend>(
    pen: &Pen<'_, DB>,
    columns: &[Column],
    top: i32,
    [across, counts]: [&str; 2],
) -> Drawn<DB, (Axis, Vec<Mark>)> {
    let (width, height) = pen.0.dim_in_pixel();
    let (right, bottom) = (width as i32 - RIGHT, (height - BELOW) as i32);
    let low = columns.first().map_or(0.0, |c| c.ends[0]);
    let high = columns.last().map_or(1.0, |c| c.ends[1]);
    let axis = Axis {
        ends: [LEFT, right],
        values: [low, high],
    };
    let most = columns.iter().map(|c| c.height).fold(1.0, f64::max);
    let y_of = |count: f64| bottom - (f64::from(bottom - top) * count / most) as i32;
    let text = |words: &str, at, h, v| pen.text(words.to_owned(), at, INK, (h, v));

    text(counts, (0, 0), HPos::Left, VPos::Top)?;
    let step = tick_step(most).max(1.0);
    let mut tick = 0.0;
    while tick <= most {
        let y = y_of(tick);
        pen.line([(LEFT, y), (right, y)], GRID, 1)?;
        text(&value(tick), (LEFT - 6, y), HPos::Right, VPos::Center)?;
        tick += step;
    }
    let mut marks = Vec::new();
    for column in columns.iter().filter(|c| c.n > 0) {
        let [from, to] = column.ends.map(|end| axis.x(end));
        let top = y_of(column.height);
        // A gap between neighbours, unless they are too narrow for it.
        let to = if to - from > 6 { to - 2 } else { to };
        pen.rectangle([(from, top), (to, bottom)], column.colour.mix(1.0))?;
        marks.push(Mark {
            corners: [(from, top.min(bottom - LEAST)), (to.max(from + 1), bottom)],
            words: column.words.clone(),
        });
        let count = column.n.to_string();
        if text_width(&count, SIZE / 1.24) < f64::from(to - from) {
            let middle = i32::midpoint(from, to);
            text(&count, (middle, top - 3), HPos::Center, VPos::Bottom)?;
        }
    }
    pen.line([(LEFT, bottom), (right, bottom)], INK, 1)?;
    let step = tick_step(high - low);
    let mut tick = (low / step).ceil() * step;
    while tick <= high + step * 1e-6 {
        let x = axis.x(tick);
        pen.line([(x, bottom), (x, bottom + 4)], INK, 1)?;
        text(&value(tick), (x, bottom + 6), HPos::Center, VPos::Top)?;
        tick += step;
    }
    let middle = i32::midpoint(LEFT, right);
    let across = fitted(across, f64::from(2 * (width as i32 - middle)));
    text(&across, (middle, bottom + 22), HPos::Center, VPos::Top)?;
    Ok((axis, marks))
}
