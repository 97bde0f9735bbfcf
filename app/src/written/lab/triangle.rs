//! All weights of three parts as a triangle: each corner is all weight on one part,
//! and the point is where the weights are now.

use super::super::html::{Head, Html};
use super::super::{Scene, filled};
use super::{
    close_choice, fixed, hex, open_choice, option, refused, svg_text, village_field, villages,
};
use crate::charts::pen::{INK, PILLARS};
use crate::i18n::{Told, percent1};
use crate::worker::lab::triangle::{Answer, Asked, Drawn, Point};

const NUMBER: &str = "td class=\"number\"";
/// Width and height of the picture. The page reads weights off it by these: the top
/// corner at (200, 30), the others at (20, 342) and (380, 342).
const SIZE: (u32, u32) = (400, 370);
/// Regions smaller than this share have no room for a name.
const ROOM: f64 = 0.04;
/// Beyond this many leaders the table tells how many more there are.
const MOST_LISTED: usize = 20;
/// Steps of shade from the best to the worst rank.
const STEPS: u32 = 5;

/// Where weights are in the picture: the first part on top, the second to the left.
fn place([a, _, c]: Point) -> (f64, f64) {
    (20.0 + 360.0 * (c + a / 2.0), 342.0 - 312.0 * a)
}

fn corners(svg: &mut Html, points: &[Point]) {
    let points = points.iter().map(|p| {
        let (x, y) = place(*p);
        format!("{x:.1},{y:.1}")
    });
    svg.raw("<polygon")
        .attr("points", &points.collect::<Vec<String>>().join(" "));
}

/// The question, and the picture or why there is none.
pub fn triangle(scene: &Scene<'_>, html: &mut Html, asked: &Asked<'_>, answer: &Answer) {
    html.el("p class=\"hint\"", scene.t(Told::TriangleHint))
        .open("div class=\"toolbar\"");
    open_choice(html, scene.t(Told::LabGroup), 0);
    for node in &asked.groups {
        let name = scene.node(*node);
        option(html, &node.0.to_string(), name, *node == asked.node);
    }
    close_choice(html);
    open_choice(html, scene.t(Told::TriangleBy), 1);
    option(html, "0", scene.t(Told::TriangleLeader), !asked.is_rank);
    option(html, "1", scene.t(Told::TriangleRank), asked.is_rank);
    close_choice(html);
    if asked.is_rank {
        village_field(scene, html, (0, ""), &asked.name);
        villages(html, &asked.offered);
    }
    html.close("div");
    fixed(scene, html, asked.is_fixed);
    let none = match answer {
        Answer::NoThree => scene.t(Told::TriangleNoThree).to_owned(),
        Answer::TooMany => scene.t(Told::LabTooMany).to_owned(),
        Answer::Unfit => filled(scene.t(Told::FlipWhich), &[("names", asked.name.clone())]),
        Answer::Refused(error) => return refused(scene, html, error),
        Answer::Drawn(now, drawn) => return draw(scene, html, asked, *now, drawn),
    };
    html.el("p class=\"notice\" role=\"status\"", &none);
}

fn draw(scene: &Scene<'_>, html: &mut Html, asked: &Asked<'_>, now: Point, drawn: &Drawn) {
    let ink = hex(INK);
    let children = &scene.framework.node(asked.node).children;
    let mut svg = Html::default();
    svg.raw("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"triangle\"")
        .attr("width", &SIZE.0.to_string())
        .attr("height", &SIZE.1.to_string())
        .attr("viewBox", &format!("0 0 {} {}", SIZE.0, SIZE.1));
    if !asked.is_fixed {
        let nodes: Vec<String> = children.iter().map(|c| c.0.to_string()).collect();
        svg.attr("data-triangle", &nodes.join(","));
    }
    svg.raw(">");
    match drawn {
        Drawn::Leaders { regions, .. } => leaders(scene, &mut svg, regions),
        Drawn::Ranks { cells, .. } => ranks(scene, &mut svg, cells),
    }
    let names = [
        ((200.0, 20.0), "middle"),
        ((4.0, 362.0), "start"),
        ((396.0, 362.0), "end"),
    ];
    for (child, (at, anchor)) in children.iter().zip(names) {
        svg_text(&mut svg, scene.node(*child), at, anchor, &ink);
    }
    let (x, y) = place(now);
    svg.raw("<circle r=\"8\" fill=\"#fff\" stroke=\"#000\" stroke-width=\"3\"")
        .attr("cx", &format!("{x:.1}"))
        .attr("cy", &format!("{y:.1}"))
        .raw("/></svg>");
    let now: Vec<String> = children
        .iter()
        .zip(now)
        .map(|(c, w)| [scene.node(*c), " ", &percent1(w)].concat())
        .collect();
    html.el(
        "p",
        &[
            scene.t(Told::LabNow),
            ": ",
            &now.join(scene.t(Told::ListComma)),
        ]
        .concat(),
    );
    scene.chart(html, scene.t(Told::LabTriangle), &svg.finish());
    match drawn {
        Drawn::Leaders {
            regions,
            n_left_out,
        } => leader_table(scene, html, regions, *n_left_out),
        Drawn::Ranks { unit, cells } => rank_table(scene, html, *unit, cells),
    }
}

fn leaders(scene: &Scene<'_>, svg: &mut Html, regions: &[(u32, Vec<Point>, f64)]) {
    for (at, (unit, region, _)) in regions.iter().enumerate() {
        corners(svg, region);
        svg.attr("fill", &hex(PILLARS[at % PILLARS.len()]))
            .raw(" stroke=\"#fff\"><title>")
            .text(scene.unit(*unit))
            .raw("</title></polygon>");
    }
    for (unit, region, share) in regions {
        if *share >= ROOM {
            let n = region.len() as f64;
            let middle = [0, 1, 2].map(|at| region.iter().map(|p| p[at]).sum::<f64>() / n);
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
                    .text(scene.unit(*unit))
                    .close("text");
            }
        }
    }
}

/// Best and worst rank drawn.
fn extremes(cells: &[([Point; 3], u32)]) -> (u32, u32) {
    let ranks = || cells.iter().map(|(_, rank)| *rank);
    (ranks().min().unwrap_or(1), ranks().max().unwrap_or(1))
}

/// The step of a rank, 0 the best, and the first and last rank of a step.
fn step(rank: u32, (best, worst): (u32, u32)) -> u32 {
    (rank - best) * STEPS / (worst - best + 1)
}

fn ranks(scene: &Scene<'_>, svg: &mut Html, cells: &[([Point; 3], u32)]) {
    let range = extremes(cells);
    let colour = hex(PILLARS[0]);
    for (cell, rank) in cells {
        corners(svg, cell);
        let shade = 1.0 - f64::from(step(*rank, range)) / f64::from(STEPS);
        svg.attr("fill", &colour)
            .attr("fill-opacity", &format!("{shade:.1}"))
            .raw(" shape-rendering=\"crispEdges\"><title>")
            .text(scene.t(Told::ColRank))
            .text(" ")
            .text(&rank.to_string())
            .raw("</title></polygon>");
    }
    svg.raw("<polygon points=\"200,30 20,342 380,342\" fill=\"none\"")
        .attr("stroke", &hex(INK))
        .raw("></polygon>");
}

fn leader_table(
    scene: &Scene<'_>,
    html: &mut Html,
    regions: &[(u32, Vec<Point>, f64)],
    n_left_out: usize,
) {
    let head = [scene.text(Told::ColName), scene.number(Told::TriangleShare)];
    html.table(
        scene.t(Told::TriangleLeader),
        "table class=\"table\"",
        &head,
    );
    for (unit, _, share) in regions.iter().take(MOST_LISTED) {
        html.open("tr")
            .el("th scope=\"row\"", scene.unit(*unit))
            .el(NUMBER, &percent1(*share))
            .close("tr");
    }
    html.end_table();
    let mut note = |told, n: usize| {
        if n > 0 {
            let words = filled(scene.t(told), &[("n", n.to_string())]);
            html.el("p class=\"hint\"", &words);
        }
    };
    note(
        Told::TriangleMore,
        regions.len().saturating_sub(MOST_LISTED),
    );
    note(Told::TriangleLeftOut, n_left_out);
    let sum: f64 = regions.iter().map(|region| region.2).sum();
    if sum > 1.0 + 1e-9 {
        html.el("p class=\"hint\"", scene.t(Told::TriangleTied));
    }
}

fn rank_table(scene: &Scene<'_>, html: &mut Html, unit: u32, cells: &[([Point; 3], u32)]) {
    let range = extremes(cells);
    let colour = hex(PILLARS[0]);
    let head = [
        Head::Text(""),
        scene.number(Told::ColRank),
        scene.number(Told::TriangleShare),
    ];
    html.table(scene.unit(unit), "table class=\"table\"", &head);
    for at in 0..STEPS {
        let here: Vec<u32> = cells
            .iter()
            .map(|c| c.1)
            .filter(|r| step(*r, range) == at)
            .collect();
        let (Some(low), Some(high)) = (here.iter().min(), here.iter().max()) else {
            continue;
        };
        let shade = 1.0 - f64::from(at) / f64::from(STEPS);
        html.raw("<tr><td><svg width=\"16\" height=\"16\" aria-hidden=\"true\"><rect width=\"16\" height=\"16\"")
            .attr("fill", &colour)
            .attr("fill-opacity", &format!("{shade:.1}"))
            .raw("/></svg></td>");
        let words = if low == high {
            low.to_string()
        } else {
            [&low.to_string(), "–", &high.to_string()].concat()
        };
        let share = here.len() as f64 / cells.len() as f64;
        html.el(NUMBER, &words)
            .el(NUMBER, &percent1(share))
            .close("tr");
    }
    html.end_table().el(
        "p class=\"hint\"",
        &filled(
            scene.t(Told::TriangleSampled),
            &[("n", cells.len().to_string())],
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The whole of one part is its corner; equal weights are the centre of gravity,
    /// (200, 30 + 2/3 · 312).
    #[test]
    fn corners_and_middle_are_where_the_page_reads_them() {
        assert_eq!(place([1.0, 0.0, 0.0]), (200.0, 30.0));
        assert_eq!(place([0.0, 1.0, 0.0]), (20.0, 342.0));
        assert_eq!(place([0.0, 0.0, 1.0]), (380.0, 342.0));
        let (x, y) = place([1.0 / 3.0; 3]);
        assert!((x - 200.0).abs() < 1e-9 && (y - 238.0).abs() < 1e-9);
    }

    /// Ten ranks in five steps of two; three in steps of their own.
    #[test]
    fn steps_go_from_the_best_to_the_worst() {
        let of = |range: (u32, u32)| {
            (range.0..=range.1)
                .map(|r| step(r, range))
                .collect::<Vec<u32>>()
        };
        assert_eq!(of((4, 13)), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(of((1, 3)), [0, 1, 3]);
        assert_eq!(of((7, 7)), [0]);
    }
}
