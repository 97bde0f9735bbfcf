//! How many scores lie where, with the limits of the bands.

use super::columns::{self, BELOW, Column};
use super::contributions::{SIZE, text_width};
use super::marks::{self, Mark};
use super::pen::{Drawn, INK, Pen, picture};
use crate::i18n::value;
use dhi_engine::distribution::{Bar, Histogram};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

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

/// Colours of the bands, those of the style sheet.
pub const BANDS: [RGBColor; 4] = [
    RGBColor(0, 102, 77),
    RGBColor(11, 92, 173),
    RGBColor(138, 82, 0),
    RGBColor(156, 47, 18),
];

/// Draws bars as high as their number by their width, the limits of the bands among
/// them, and every number and name that has room. Says where which numbers are.
pub fn draw<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    histogram: &Histogram,
    words: Words<'_>,
) -> Drawn<DB, Vec<Mark>> {
    let pen = Pen(area);
    let column = |bar: &Bar| {
        let band = words.bands.get(bar.band as usize);
        let band = band.map_or("", String::as_str);
        let range = [words.scores, " ", &value(bar.from), "–", &value(bar.to)].concat();
        Column {
            ends: [bar.from, bar.to],
            n: bar.n,
            // A bar cut short is as high as a whole one of the same density.
            height: f64::from(bar.n) * histogram.step / (bar.to - bar.from),
            colour: BANDS[(bar.band as usize).min(BANDS.len() - 1)],
            words: marks::words(&[&range, band, words.counted], &bar.n.to_string()),
        }
    };
    let bars: Vec<Column> = histogram.bars.iter().map(column).collect();
    let (axis, marks) = columns::draw(&pen, &bars, TOP, [words.scores, words.counts])?;
    let bottom = (area.dim_in_pixel().1 - BELOW) as i32;
    let text = |words: &str, at| pen.text(words.to_owned(), at, INK, (HPos::Center, VPos::Top));
    let mut begin = 0;
    while let Some(bar) = histogram.bars.get(begin) {
        let same = histogram.bars.iter().skip(begin);
        let n = same.take_while(|b| b.band == bar.band).count();
        let end = histogram.bars.get(begin + n - 1).map_or(bar.to, |b| b.to);
        let (from, to) = (axis.x(bar.from), axis.x(end));
        let names = [words.bands.get(bar.band as usize).map(String::as_str)]
            .into_iter()
            .chain([words.shapes.get(bar.band as usize).copied()]);
        let fits = |name: &&str| text_width(name, SIZE / 1.24) + 4.0 < f64::from(to - from);
        if let Some(name) = names.flatten().find(fits) {
            text(name, (i32::midpoint(from, to), 17))?;
        }
        if begin > 0 {
            pen.line([(from, 46), (from, bottom)], INK, 1)?;
            text(&value(bar.from), (from, 32))?;
        }
        begin += n;
    }
    Ok(marks)
}

/// The chart as SVG text.
pub fn svg(histogram: &Histogram, words: Words<'_>, width: u32) -> String {
    picture((width, HEIGHT), &|area| draw(area, histogram, words))
}

#[cfg(test)]
mod tests {
    use super::super::marks::{LEAST, parts, same_as};
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
        svg(&found, words, width)
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
        same_as("histogram", &svg);
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
