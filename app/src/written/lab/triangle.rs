//! All weights of three parts as a triangle: each corner is all weight on one part,
//! and the point is where the weights are now.

use super::super::html::{Head, Html};
use super::super::{Scene, filled};
use super::{close_choice, fixed, open_choice, option, refused, village_field, villages};
use crate::bidi::isolated;
use crate::charts::pen::PILLARS;
use crate::charts::shapes::hex;
use crate::charts::triangle::{Region, Triangle, svg};
use crate::i18n::{Told, percent1, share1};
use crate::worker::lab::triangle::{Answer, Asked, Drawn, Point};
use plotters::style::RGBColor;

const NUMBER: &str = "td class=\"number\"";
/// Regions smaller than this share have no room for a name.
const ROOM: f64 = 0.04;
/// Beyond this many leaders the table tells how many more there are.
const MOST_LISTED: usize = 20;
/// Steps of shade from the best to the worst rank.
const STEPS: u32 = 5;

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
    let children = &scene.framework.node(asked.node).children;
    let nodes: Vec<String> = children.iter().map(|c| c.0.to_string()).collect();
    let nodes = nodes.join(",");
    let mut names = [""; 3];
    for (name, child) in names.iter_mut().zip(children) {
        *name = scene.node(*child);
    }
    let (regions, is_grid) = match drawn {
        Drawn::Leaders { regions, .. } => (leaders(scene, regions), false),
        Drawn::Ranks { cells, .. } => (ranks(scene, cells), true),
    };
    let picture = svg(&Triangle {
        names,
        now,
        nodes: Some(nodes.as_str()).filter(|_| !asked.is_fixed),
        regions: &regions,
        is_grid,
    });
    let now: Vec<String> = children
        .iter()
        .zip(now)
        .map(|(c, w)| [&isolated(scene.node(*c)), " ", &percent1(w)].concat())
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
    scene.chart(html, scene.t(Told::LabTriangle), &picture);
    match drawn {
        Drawn::Leaders {
            regions,
            n_left_out,
        } => leader_table(scene, html, regions, *n_left_out),
        Drawn::Ranks { unit, cells } => rank_table(scene, html, *unit, cells),
    }
}

fn leaders<'a>(scene: &Scene<'_>, regions: &'a [(u32, Vec<Point>, f64)]) -> Vec<Region<'a>> {
    let colours = PILLARS.iter().cycle();
    regions
        .iter()
        .zip(colours)
        .map(|((unit, corners, share), colour)| Region {
            corners,
            colour: (*colour, 1.0),
            words: scene.unit(*unit).to_owned(),
            is_named: *share >= ROOM,
        })
        .collect()
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

/// How dark a step is.
fn shade(step: u32) -> f64 {
    1.0 - f64::from(step) / f64::from(STEPS)
}

fn ranks<'a>(scene: &Scene<'_>, cells: &'a [([Point; 3], u32)]) -> Vec<Region<'a>> {
    let range = extremes(cells);
    cells
        .iter()
        .map(|(corners, rank)| Region {
            corners,
            colour: (PILLARS[0], shade(step(*rank, range))),
            words: [scene.t(Told::ColRank), " ", &rank.to_string()].concat(),
            is_named: false,
        })
        .collect()
}

/// Opens a row with the colour of what it is about in the picture.
fn swatch(html: &mut Html, colour: RGBColor, shade: f64) -> &mut Html {
    html.raw("<tr><td><svg width=\"16\" height=\"16\" aria-hidden=\"true\"><rect width=\"16\" height=\"16\"")
        .attr("fill", &hex(colour))
        .attr("fill-opacity", &format!("{shade:.1}"))
        .raw("/></svg></td>")
}

fn leader_table(
    scene: &Scene<'_>,
    html: &mut Html,
    regions: &[(u32, Vec<Point>, f64)],
    n_left_out: usize,
) {
    let head = [
        Head::Text(""),
        scene.text(Told::ColName),
        scene.number(Told::TriangleShare),
    ];
    html.table(
        scene.t(Told::TriangleLeader),
        "table class=\"table\"",
        &head,
    );
    let listed = regions.iter().take(MOST_LISTED);
    for ((unit, _, share), colour) in listed.zip(PILLARS.iter().cycle()) {
        swatch(html, *colour, 1.0)
            .el("th scope=\"row\"", scene.unit(*unit))
            .el(NUMBER, &share1(*share))
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
        let words = if low == high {
            low.to_string()
        } else {
            [&low.to_string(), "–", &high.to_string()].concat()
        };
        let share = here.len() as f64 / cells.len() as f64;
        swatch(html, PILLARS[0], shade(at))
            .el(NUMBER, &words)
            .el(NUMBER, &share1(share))
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
    use crate::worker::protocol::Look;
    use dhi_engine::frame::{Unit, Units};
    use dhi_engine::framework::Language;
    use dhi_engine::ids::{BodyType, UnitCode};
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    /// The list has the colours of the picture in its order, again after six.
    #[test]
    fn a_leader_has_the_colour_of_its_region() {
        let unit = |at: u32| Unit {
            code: UnitCode::new(&format!("9900001002{at:02}")).unwrap(),
            name: format!("村{at}"),
            town: String::new(),
            class: String::new(),
            body_type: BodyType::VillageCommittee,
            population: None,
        };
        let units = Units::new((1..=7).map(unit).collect()).unwrap();
        let (framework, spec) = (default_scheme(), Spec::default());
        let scene = Scene {
            framework: &framework,
            units: &units,
            spec: &spec,
            language: Language::Chinese,
            look: Look::default(),
        };
        let regions: Vec<(u32, Vec<Point>, f64)> = (0..7).map(|at| (at, vec![], 0.1)).collect();
        let mut html = Html::default();
        leader_table(&scene, &mut html, &regions, 0);
        let markup = html.finish();
        let row = |part: &str| {
            Some((
                part.get(..7)?.to_owned(),
                part.split('村').nth(1)?.get(..1)?.to_owned(),
            ))
        };
        let rows: Vec<(String, String)> = markup.split("fill=\"").skip(1).filter_map(row).collect();
        let drawn = leaders(&scene, &regions);
        let drawn = drawn.iter().zip(["1", "2", "3", "4", "5", "6", "7"]);
        let drawn: Vec<_> = drawn
            .map(|(region, name)| (hex(region.colour.0), name.to_owned()))
            .collect();
        assert_eq!(rows, drawn);
        assert_eq!(rows[6].0, rows[0].0);
        assert_ne!(rows[5].0, rows[0].0);
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
