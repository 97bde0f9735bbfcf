//! How many scores lie where, with the limits of the bands.

use super::contributions::{Palette, text_width, tick_step};
use super::marks::{self, LEAST, Mark, laid};
use super::pen::{Drawn, font};
use crate::i18n::value;
use dhi_engine::distribution::Histogram;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// What is written into the picture.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    /// Title of the axis of scores, with its unit.
    pub scores: &'a str,
    /// Title of the axis of counts, with what they are per.
    pub counts: &'a str,
    /// What is counted.
    pub counted: &'a str,
    /// Shape of every band, from best to worst.
    pub shapes: &'a [&'a str],
    /// Shape and name of every band.
    pub bands: &'a [String],
}

/// Height of the whole chart.
pub const HEIGHT: u32 = 236;
/// Rows of texts above the bars: title, bands, limits, and room for a count.
const TOP: i32 = 62;
const BELOW: i32 = 40;
const LEFT: i32 = 38;
const RIGHT: i32 = 14;
/// The backend writes sizes 1.24 times smaller.
const SIZE: f64 = 16.0;

/// Colours of the bands, those of the style sheet.
fn band_colours(is_dark: bool) -> [RGBColor; 4] {
    if is_dark {
        [
            RGBColor(116, 211, 176),
            RGBColor(141, 193, 247),
            RGBColor(255, 196, 107),
            RGBColor(255, 157, 126),
        ]
    } else {
        [
            RGBColor(0, 102, 77),
            RGBColor(11, 92, 173),
            RGBColor(138, 82, 0),
            RGBColor(156, 47, 18),
        ]
    }
}

/// A position or number without needless digits.
fn plain(x: f64) -> String {
    let text = format!("{x:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Draws bars as high as their number by their width, the limits of the bands among
/// them, and every number and name that has room. Says where which numbers are.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    histogram: &Histogram,
    words: Words<'_>,
    is_dark: bool,
) -> Drawn<DB, Vec<Mark>> {
    let (Some(first), Some(last)) = (histogram.bars.first(), histogram.bars.last()) else {
        return Ok(Vec::new());
    };
    let palette = Palette::of(is_dark);
    let (width, height) = area.dim_in_pixel();
    let (right, bottom) = (width as i32 - RIGHT, height as i32 - BELOW);
    let (low, high) = (first.from, last.to);
    let x_of = |score: f64| LEFT + (f64::from(right - LEFT) * (score - low) / (high - low)) as i32;
    // A bar cut short is as high as a whole one of the same density.
    let height_of = |bar: &dhi_engine::distribution::Bar| {
        f64::from(bar.n) * histogram.step / (bar.to - bar.from)
    };
    let most = histogram.bars.iter().map(height_of).fold(1.0, f64::max);
    let y_of = |count: f64| bottom - (f64::from(bottom - TOP) * count / most) as i32;
    let font = font(SIZE);
    let text = |words: &str, at: (i32, i32), h, v| {
        let style = TextStyle::from(font.clone())
            .color(&palette.ink)
            .pos(Pos::new(h, v));
        area.draw(&Text::new(words.to_owned(), at, style))
    };
    let width_of = |words: &str| text_width(words, SIZE / 1.24);

    text(words.counts, (0, 0), HPos::Left, VPos::Top)?;
    let step = tick_step(most).max(1.0);
    let mut tick = 0.0;
    while tick <= most {
        let y = y_of(tick);
        area.draw(&PathElement::new(vec![(LEFT, y), (right, y)], palette.grid))?;
        text(&plain(tick), (LEFT - 6, y), HPos::Right, VPos::Center)?;
        tick += step;
    }
    let colours = band_colours(is_dark);
    let mut marks = Vec::new();
    for bar in &histogram.bars {
        let colour = colours[(bar.band as usize).min(colours.len() - 1)];
        let (from, to) = (x_of(bar.from), x_of(bar.to));
        let top = y_of(height_of(bar));
        if bar.n > 0 {
            // A gap between neighbours, unless they are too narrow for it.
            let to = if to - from > 6 { to - 2 } else { to };
            let shape = Rectangle::new([(from, top), (to, bottom)], colour.filled());
            area.draw(&shape)?;
            let count = bar.n.to_string();
            let band = words.bands.get(bar.band as usize);
            let band = band.map_or("", String::as_str);
            let range = [words.scores, " ", &value(bar.from), "–", &value(bar.to)].concat();
            let what = [&range, band, words.counted];
            marks.push(Mark {
                corners: [(from, top.min(bottom - LEAST)), (to.max(from + 1), bottom)],
                words: marks::words(&what, &count),
            });
            if width_of(&count) < f64::from(to - from) {
                let middle = i32::midpoint(from, to);
                text(&count, (middle, top - 3), HPos::Center, VPos::Bottom)?;
            }
        }
    }
    area.draw(&PathElement::new(
        vec![(LEFT, bottom), (right, bottom)],
        palette.ink,
    ))?;
    let mut begin = 0;
    while let Some(bar) = histogram.bars.get(begin) {
        let same = histogram.bars.iter().skip(begin);
        let n = same.take_while(|b| b.band == bar.band).count();
        let end = histogram.bars.get(begin + n).map_or(high, |b| b.from);
        let (from, to) = (x_of(bar.from), x_of(end));
        let names = [words.bands.get(bar.band as usize).map(String::as_str)]
            .into_iter()
            .chain([words.shapes.get(bar.band as usize).copied()]);
        let fits = |name: &&str| width_of(name) + 4.0 < f64::from(to - from);
        if let Some(name) = names.flatten().find(fits) {
            let middle = i32::midpoint(from, to);
            text(name, (middle, 17), HPos::Center, VPos::Top)?;
        }
        if begin > 0 {
            area.draw(&PathElement::new(
                vec![(from, 46), (from, bottom)],
                palette.ink,
            ))?;
            text(&plain(bar.from), (from, 32), HPos::Center, VPos::Top)?;
        }
        begin += n;
    }
    let step = tick_step(high - low);
    let mut tick = (low / step).ceil() * step;
    while tick <= high + step * 1e-6 {
        let x = x_of(tick);
        area.draw(&PathElement::new(
            vec![(x, bottom), (x, bottom + 4)],
            palette.ink,
        ))?;
        text(&plain(tick), (x, bottom + 6), HPos::Center, VPos::Top)?;
        tick += step;
    }
    let middle = i32::midpoint(LEFT, right);
    let below = (middle, bottom + 22);
    text(words.scores, below, HPos::Center, VPos::Top)?;
    Ok(marks)
}

/// The chart as SVG text.
pub fn svg(histogram: &Histogram, words: Words<'_>, is_dark: bool, width: u32) -> String {
    let mut text = String::new();
    let area = SVGBackend::with_string(&mut text, (width, HEIGHT)).into_drawing_area();
    // Writing to a string cannot fail.
    let marks = draw(&area, histogram, words, is_dark).unwrap_or_default();
    let _ = area.present();
    drop(area);
    laid(&text, &marks)
}

#[cfg(test)]
mod tests {
    use super::super::marks::parts;
    use super::*;
    use dhi_engine::distribution::histogram;
    use dhi_engine::rank::Bands;

    fn picture(scores: &[f64], width: u32) -> String {
        let found = histogram(scores, &Bands::default(), 1e-9, 100.0).unwrap();
        let bands = ["● 健康", "◆ 关注", "▲ 预警", "■ 高风险"].map(String::from);
        let words = Words {
            scores: "得分（分）",
            counts: "村委会数",
            counted: "村委会",
            shapes: &["●", "◆", "▲", "■"],
            bands: &bands,
        };
        svg(&found, words, false, width)
    }

    fn texts(svg: &str) -> Vec<String> {
        let parts = svg.split("<text").skip(1);
        let inner = parts.filter_map(|t| t.split('>').nth(1)?.split('<').next());
        inner.map(|t| t.trim().to_owned()).collect()
    }

    /// 8 scores in bars of 5 from 60: 1, 0, 2, 2, 1, 2; the highest bar stands for 2.
    #[test]
    fn bars_are_as_high_as_their_numbers_and_limits_are_labelled() {
        let scores = [62.0, 71.0, 74.9, 75.0, 76.0, 83.0, 85.0, 88.0];
        let svg = picture(&scores, 560);
        let (shapes, marks) = parts(&svg);
        let heights: Vec<f64> = shapes
            .split("<rect")
            .skip(1)
            .filter_map(|r| r.split("height=\"").nth(1)?.split('"').next()?.parse().ok())
            .collect();
        assert_eq!(heights.len(), 5, "{svg}");
        assert!((heights[0] / heights[1] - 0.5).abs() < 0.01, "{heights:?}");
        let texts = texts(&svg);
        for words in ["70", "85", "▲ 预警", "● 健康", "得分（分）", "村委会数"] {
            assert!(texts.iter().any(|t| t == words), "{words} in {texts:?}");
        }
        // A limit of a band ends a bar; the bar without a score is not drawn.
        let words: Vec<&str> = marks.iter().map(|(_, words)| words.as_str()).collect();
        assert_eq!(
            words,
            [
                "得分（分） 60–65 · ▲ 预警 · 村委会: 1",
                "得分（分） 70–75 · ◆ 关注 · 村委会: 2",
                "得分（分） 75–80 · ◆ 关注 · 村委会: 2",
                "得分（分） 80–85 · ◆ 关注 · 村委会: 1",
                "得分（分） 85–90 · ● 健康 · 村委会: 2"
            ]
        );
        for (mark, height) in marks.iter().zip(&heights) {
            assert_eq!(mark.0[3], *height);
        }
        assert!(marks.windows(2).all(|pair| pair[0].0[0] < pair[1].0[0]));
        // No score is that low, so its limit is not in the picture.
        assert!(!texts.iter().any(|t| t.contains("高风险")));
    }

    #[test]
    fn a_narrow_band_shows_its_shape_alone() {
        let scores: Vec<f64> = (0..200).map(|i| f64::from(i) * 0.44).collect();
        let svg = picture(&scores, 300);
        let (texts, (_, marks)) = (texts(&svg), parts(&svg));
        assert!(marks.iter().all(|m| m.0[3] >= f64::from(LEAST)));
        assert!(texts.iter().any(|t| t == "■ 高风险"), "{texts:?}");
        assert!(texts.iter().any(|t| t == "●") && !texts.iter().any(|t| t == "● 健康"));
    }

    #[test]
    fn one_village_is_a_picture_too() {
        let texts = texts(&picture(&[72.3], 300));
        assert!(texts.iter().any(|t| t == "1") && texts.iter().any(|t| t == "◆ 关注"));
    }
}
