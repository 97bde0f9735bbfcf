//! All weights of three parts: each corner is all weight on one part, regions are what
//! holds there, and the point is where the weights are now.

use super::pen::INK;
use super::shapes::{begin, hex, text};
use crate::written::html::Html;
use plotters::style::RGBColor;

/// Weights of the three parts.
pub type Point = [f64; 3];

/// A part of the triangle in which the same holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Region<'a> {
    /// Its corners.
    pub corners: &'a [Point],
    /// Its colour, and how much of it there is, up to 1.
    pub colour: (RGBColor, f64),
    /// What holds.
    pub words: String,
    /// Whether there is room for that inside.
    pub is_named: bool,
}

/// The triangle.
#[derive(Clone, Copy, Debug)]
pub struct Triangle<'a> {
    /// Names of the parts: on top, to the left, to the right.
    pub names: [&'a str; 3],
    /// Where the weights are.
    pub now: Point,
    /// What the page needs to know to take weights that are pointed at; none where they
    /// cannot be taken.
    pub nodes: Option<&'a str>,
    /// What holds where.
    pub regions: &'a [Region<'a>],
    /// Whether regions fill a fine grid: then they have no borders, and the triangle has.
    pub is_grid: bool,
}

/// Where weights are in the picture, which is 400 wide and 390 high: the first part on
/// top, the second to the left. The page reads weights off it by these: the top corner
/// at (200, 30), the others at (20, 342) and (380, 342).
fn place([a, _, c]: Point) -> (f64, f64) {
    (20.0 + 360.0 * (c + a / 2.0), 342.0 - 312.0 * a)
}

/// The chart as SVG text.
pub fn svg(triangle: &Triangle<'_>) -> String {
    let mut svg = Html::default();
    begin(&mut svg, "400", "390");
    svg.raw(" class=\"triangle\"");
    if let Some(nodes) = triangle.nodes {
        svg.attr("data-triangle", nodes);
    }
    svg.raw(">");
    for region in triangle.regions {
        filled(&mut svg, region, triangle.is_grid);
    }
    for region in triangle.regions.iter().filter(|region| region.is_named) {
        name(&mut svg, region);
    }
    if triangle.is_grid {
        svg.raw("<polygon points=\"200,30 20,342 380,342\" fill=\"none\"")
            .attr("stroke", &hex(INK))
            .raw("></polygon>");
    }
    ticks(&mut svg);
    let corners = [
        ((200.0, 20.0), "middle"),
        ((4.0, 384.0), "start"),
        ((396.0, 384.0), "end"),
    ];
    for (name, (at, anchor)) in triangle.names.into_iter().zip(corners) {
        text(&mut svg, name, at, anchor);
    }
    let (x, y) = place(triangle.now);
    svg.raw("<circle r=\"8\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"3\"")
        .attr("cx", &format!("{x:.1}"))
        .attr("cy", &format!("{y:.1}"))
        .raw("/></svg>");
    svg.finish()
}

/// Percent along the sides, each part on its own: the first on the left side, the second
/// below, the third on the right. A tick points outwards along the line on which its part
/// has this weight.
fn ticks(svg: &mut Html) {
    for percent in [25.0, 50.0, 75.0] {
        let [has, rest] = [percent / 100.0, 1.0 - percent / 100.0];
        let sides = [
            ([has, rest, 0.0], (-6.0, 0.0), (-9.0, 5.0), "end"),
            ([0.0, has, rest], (3.0, 5.2), (6.0, 19.0), "middle"),
            ([rest, 0.0, has], (3.0, -5.2), (7.0, -3.0), "start"),
        ];
        for (weights, outwards, label, anchor) in sides {
            let (x, y) = place(weights);
            let from_here = |(right, down): (f64, f64)| (x + right, y + down);
            let end = from_here(outwards);
            svg.raw("<path fill=\"none\"")
                .attr("stroke", &hex(INK))
                .attr("d", &format!("M{x:.1},{y:.1} L{:.1},{:.1}", end.0, end.1))
                .raw("/>");
            text(svg, &format!("{percent}%"), from_here(label), anchor);
        }
    }
}

fn filled(svg: &mut Html, region: &Region<'_>, is_grid: bool) {
    let points = region.corners.iter().map(|p| {
        let (x, y) = place(*p);
        format!("{x:.1},{y:.1}")
    });
    let (colour, shade) = region.colour;
    svg.raw("<polygon")
        .attr("points", &points.collect::<Vec<String>>().join(" "))
        .attr("fill", &hex(colour));
    if is_grid {
        svg.attr("fill-opacity", &format!("{shade:.1}"))
            .raw(" shape-rendering=\"crispEdges\"");
    } else {
        svg.raw(" stroke=\"#fff\"");
    }
    svg.raw("><title>")
        .text(&region.words)
        .raw("</title></polygon>");
}

fn name(svg: &mut Html, region: &Region<'_>) {
    let n = region.corners.len() as f64;
    let middle = [0, 1, 2].map(|at| region.corners.iter().map(|p| p[at]).sum::<f64>() / n);
    // Dark letters on a pale ground stand on every colour.
    let (x, y) = place(middle);
    // Above where the point often is.
    let y = y - 14.0;
    for stroke in [true, false] {
        svg.raw("<text font-family=\"sans-serif\" font-size=\"13\" text-anchor=\"middle\"");
        if stroke {
            svg.raw(" stroke=\"#fff\" stroke-width=\"4\" aria-hidden=\"true\"");
        }
        svg.attr("x", &format!("{x:.1}"))
            .attr("y", &format!("{y:.1}"))
            .raw(">")
            .text(&region.words)
            .close("text");
    }
}

#[cfg(test)]
mod tests {
    use super::super::marks::same_as;
    use super::super::pen::PILLARS;
    use super::*;

    const CORNERS: [Point; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

    fn region<'a>(corners: &'a [Point], words: &str, is_named: bool) -> Region<'a> {
        Region {
            corners,
            colour: (PILLARS[0], 0.6),
            words: words.into(),
            is_named,
        }
    }

    fn drawn(nodes: Option<&str>, regions: &[Region<'_>], is_grid: bool) -> String {
        svg(&Triangle {
            names: ["班子", "<决策>", "评价"],
            now: [0.5, 0.25, 0.25],
            nodes,
            regions,
            is_grid,
        })
    }

    /// The whole of one part is its corner; equal weights are the centre of gravity,
    /// (200, 30 + 2/3 · 312).
    #[test]
    fn corners_and_middle_are_where_the_page_reads_them() {
        assert_eq!(
            CORNERS.map(place),
            [(200.0, 30.0), (20.0, 342.0), (380.0, 342.0)]
        );
        let (x, y) = place([1.0 / 3.0; 3]);
        assert!((x - 200.0).abs() < 1e-9 && (y - 238.0).abs() < 1e-9);
    }

    /// Two halves along the line from the top to the middle below, (200, 342): that named
    /// has its name at the mean of its corners, (200 + 20 + 200) / 3 = 140 and
    /// (30 + 342 + 342) / 3 − 14 = 224. The point is half way up, at 342 − 156 = 186.
    #[test]
    fn regions_have_borders_and_names_where_there_is_room() {
        let below = [0.0, 0.5, 0.5];
        let [left, right] = [1, 2].map(|at| [CORNERS[0], CORNERS[at], below]);
        let regions = [region(&left, "<甲>村", true), region(&right, "乙村", false)];
        let svg = drawn(Some("1,4,9"), &regions, false);
        assert!(svg.contains("data-triangle=\"1,4,9\""));
        assert!(svg.contains("points=\"200.0,30.0 20.0,342.0 200.0,342.0\""));
        assert!(svg.contains("x=\"140.0\" y=\"224.0\">&lt;甲&gt;村</text>"));
        assert!(svg.contains("<title>乙村</title>") && !svg.contains(">乙村</text>"));
        assert!(svg.contains("cx=\"200.0\" cy=\"186.0\""));
        same_as("triangle", &svg);
    }

    /// A quarter of the first part is a quarter of the way up the left side, from
    /// (20, 342) to (200, 30): (65, 264). A quarter of the second is a quarter of the way
    /// from the right end of the side below, (290, 342); of the third, a quarter of the
    /// way down the right side, (245, 108).
    #[test]
    fn ticks_are_where_their_part_has_that_weight() {
        let svg = drawn(None, &[], true);
        for (tick, label) in [
            ("M65.0,264.0 L59.0,264.0", "x=\"56.0\" y=\"269.0\""),
            ("M290.0,342.0 L293.0,347.2", "x=\"296.0\" y=\"361.0\""),
            ("M245.0,108.0 L248.0,102.8", "x=\"252.0\" y=\"105.0\""),
        ] {
            let after = svg.split_once(tick).unwrap().1;
            let words = after.split_once("</text>").unwrap().0;
            assert!(words.contains(label) && words.ends_with(">25%"), "{words}");
        }
    }

    #[test]
    fn a_grid_has_shades_and_one_border() {
        let svg = drawn(None, &[region(&CORNERS, "名次 3", false)], true);
        assert!(svg.contains("fill-opacity=\"0.6\"") && !svg.contains("stroke=\"#fff\">"));
        assert_eq!(svg.matches("<polygon").count(), 2);
        assert!(!svg.contains("data-triangle"));
        same_as("triangle_ranks", &svg);
    }
}
