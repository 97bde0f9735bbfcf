//! Ranks under several weights side by side: a line for each village, by their order in
//! every column. What moves up or down between the first and the last is coloured, and
//! its change is written beside its name.

use super::pen::{INK, PILLARS};
use super::shapes::{begin, hex, text};
use crate::bidi::isolated;
use crate::written::html::Html;

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// What it is known by from one picture to the next: `components::moving` finds its
    /// line and names again by this.
    pub key: u32,
    /// Its name.
    pub name: &'a str,
    /// Its rank in every column, where it has one.
    pub ranks: Vec<Option<u32>>,
}

/// Lines between columns.
#[derive(Clone, Copy, Debug)]
pub struct Slopes<'a> {
    /// Heads of the columns, two at least.
    pub heads: &'a [&'a str],
    /// The lines.
    pub lines: &'a [Line<'a>],
    /// What stands between ranks that are listed.
    pub comma: &'a str,
}

/// Height of a line of the chart, in pixels.
const STEP: f64 = 22.0;
/// Room for names left and right of the chart, in pixels.
const MARGINS: (f64, f64) = (105.0, 150.0);
/// Characters of a name there is room for.
const NAME: usize = 6;

/// A rank, or that there is none.
pub fn told(rank: Option<u32>) -> String {
    rank.map_or_else(|| "—".into(), |rank| rank.to_string())
}

impl Line<'_> {
    fn rank(&self, column: usize) -> Option<u32> {
        self.ranks.get(column).copied().flatten()
    }
}

/// The place of every line in a column, from the top; without a rank it is below.
fn places(lines: &[Line<'_>], column: usize) -> Vec<usize> {
    let key = |line: &usize| lines[*line].rank(column).unwrap_or(u32::MAX);
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(key);
    let mut places = vec![0; lines.len()];
    for (place, line) in order.into_iter().enumerate() {
        places[line] = place;
    }
    places
}

/// The chart as SVG text.
pub fn svg(slopes: &Slopes<'_>, width: u32) -> String {
    let (heads, lines) = (slopes.heads, slopes.lines);
    let height = STEP * (lines.len() as f64 + 1.5);
    let last = heads.len().saturating_sub(1);
    let between = f64::from(width) - MARGINS.0 - MARGINS.1;
    let x = |at: usize| MARGINS.0 + between * at as f64 / last.max(1) as f64;
    let y = |place: usize| STEP * (place as f64 + 1.7);
    let places: Vec<Vec<usize>> = (0..heads.len()).map(|at| places(lines, at)).collect();
    let mut svg = Html::default();
    begin(&mut svg, &width.to_string(), &format!("{height:.0}"));
    svg.raw(">");
    for (at, head) in heads.iter().enumerate() {
        text(&mut svg, head, (x(at), 14.0), "middle");
    }
    for (nth, line) in lines.iter().enumerate() {
        let ends = line.rank(0).zip(line.rank(last));
        let change = ends.map_or(0, |(from, to)| i64::from(from) - i64::from(to));
        let colour = match change.signum() {
            1 => PILLARS[2],
            -1 => PILLARS[1],
            _ => INK,
        };
        let points: Vec<String> = (0..heads.len())
            .map(|at| format!("{:.1} {:.1}", x(at), y(places[at][nth])))
            .collect();
        // The whole line says which village it is and how it ranks.
        let ranks = heads.iter().zip(&line.ranks);
        let ranks: Vec<String> = ranks
            .map(|(head, rank)| [head, " ", &told(*rank)].concat())
            .collect();
        let key = line.key.to_string();
        svg.raw("<g><title>")
            .text(&[&*isolated(line.name), ": ", &ranks.join(slopes.comma)].concat())
            .raw("</title><path fill=\"none\" stroke-width=\"2\"")
            .attr("d", &["M", &points.join("L")].concat())
            .attr("data-moves", &key)
            .attr("stroke", &hex(colour))
            .raw("/>");
        let mut short: String = line.name.chars().take(NAME).collect();
        if short.len() < line.name.len() {
            short.push('…');
        }
        for (at, anchor, gap) in [(0, "end", -6.0), (last, "start", 6.0)] {
            let mut words = [&told(line.rank(at)), " ", &isolated(&short)].concat();
            if at > 0 && change != 0 {
                words = format!("{words} {change:+}");
            }
            svg.raw("<g")
                .attr("data-moves", &[&key, anchor].concat())
                .raw(">");
            let place = (x(at) + gap, y(places[at][nth]) + 5.0);
            text(&mut svg, &words, place, anchor);
            svg.close("g");
        }
        svg.close("g");
    }
    svg.raw("</svg>");
    svg.finish()
}

#[cfg(test)]
mod tests {
    use super::super::marks::same_as;
    use super::*;

    #[test]
    fn a_name_that_turns_what_follows_leaves_the_ranks_as_they_are() {
        let lines = [Line {
            key: 1,
            name: "甲\u{202e}",
            ranks: vec![Some(12), Some(7)],
        }];
        let slopes = Slopes {
            heads: &["A", "B"],
            lines: &lines,
            comma: "、",
        };
        let svg = svg(&slopes, 455);
        crate::bidi::check(&svg);
        assert!(
            svg.contains("\u{2068}甲\u{202e}\u{2069}: A 12、B 7"),
            "{svg}"
        );
        assert!(svg.contains("\u{2068}甲\u{202e}\u{2069} +5"), "{svg}");
    }

    /// Of 455 pixels 200 are between the names, so that the columns are at 105, 205 and
    /// 305; places are 22 · 1.7 = 37.4, 59.4 and 81.4. The first falls from the first
    /// to the second place; what has no rank lies below, with no change.
    #[test]
    fn lines_go_by_the_order_in_every_column() {
        let line = |key, name, ranks: [Option<u32>; 3]| Line {
            key,
            name,
            ranks: ranks.to_vec(),
        };
        let lines = [
            line(7, "<甲>村委会很长", [Some(1), Some(1), Some(4)]),
            line(3, "乙村", [Some(5), Some(2), Some(2)]),
            line(9, "丙村", [Some(8), None, None]),
        ];
        let slopes = Slopes {
            heads: &["A", "B", "C"],
            lines: &lines,
            comma: "、",
        };
        let svg = svg(&slopes, 455);
        for (course, key, colour) in [
            ("M105.0 37.4L205.0 37.4L305.0 59.4", 7, PILLARS[1]),
            ("M105.0 59.4L205.0 59.4L305.0 37.4", 3, PILLARS[2]),
            ("M105.0 81.4L205.0 81.4L305.0 81.4", 9, INK),
        ] {
            let colour = hex(colour);
            let path = format!("d=\"{course}\" data-moves=\"{key}\" stroke=\"{colour}\"");
            assert!(svg.contains(&path), "{path} in {svg}");
        }
        for words in [
            "<title>&lt;甲&gt;村委会很长: A 1、B 1、C 4</title>",
            ">4 &lt;甲&gt;村委会… -3<",
            ">2 乙村 +3<",
            ">— 丙村<",
            "data-moves=\"7end\"",
            "data-moves=\"7start\"",
        ] {
            assert!(svg.contains(words), "{words} in {svg}");
        }
        same_as("slopes", &svg);
    }
}
