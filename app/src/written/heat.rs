//! Towns by classes: a table whose cells are coloured by their median score. It also
//! reads well on a phone, so it is what is seen at first; the same as a chart, to be
//! pointed at and saved, opens above it.

use super::html::{Head, Html};
use super::{Scene, filled};
use crate::charts::heat::{self as chart, Heat};
use crate::i18n::{Told, fixed2, value};
use crate::worker::overview::Standing;
use dhi_engine::distribution::Middle;

/// Groups smaller than this are not to be compared.
const FEW: u32 = 5;
/// The chart is drawn no wider.
const MOST_WIDTH: u32 = 720;
/// Parts of the scale within which a median counts as near that of all, and beyond
/// which as far from it.
const NEAR: f64 = 0.025;
const FAR: f64 = 0.075;

/// The table, or why there is none.
pub fn heat(scene: &Scene<'_>, html: &mut Html, standing: &Standing<'_>) {
    html.open("section class=\"card\" data-testid=\"heat\"")
        .el("h2", scene.t(Told::HeatTitle));
    let told = |names: &[&str]| names.iter().any(|name| !name.is_empty());
    let [has_towns, has_classes] = [&standing.names[0], &standing.names[1]].map(|n| told(n));
    match standing.all {
        Some(all) if has_towns || has_classes => {
            let median = [("all", fixed2(all.median))];
            let hint = filled(scene.t(Told::HeatHint), &median);
            html.el("p class=\"hint\"", &hint);
            let (classes, rows) = grid(scene, standing, all, [has_towns, has_classes]);
            let legend = legend(scene);
            picture(scene, html, (&classes, &rows), all, &legend);
            explain(html, &legend);
            table(scene, html, (&classes, &rows), all);
            left_out(scene, html, standing.table.left_out);
        }
        Some(_) => {
            html.el("p class=\"empty\"", scene.t(Told::HeatNone));
        }
        None => {
            html.el("p class=\"empty\"", scene.t(Told::SpreadNone));
        }
    }
    html.close("section");
}

fn left_out(scene: &Scene<'_>, html: &mut Html, [towns, classes]: [u32; 2]) {
    if towns + classes > 0 {
        let values = [
            ("towns", towns.to_string()),
            ("classes", classes.to_string()),
        ];
        let words = filled(scene.t(Told::HeatLeftOut), &values);
        html.el("p class=\"hint\"", &words);
    }
}

/// Heads of the columns, and rows with their names; the first of either and the last row
/// are of all.
type Grid = (Vec<String>, Vec<(String, Vec<Option<Middle>>)>);

fn grid(
    scene: &Scene<'_>,
    standing: &Standing<'_>,
    all: Middle,
    [has_towns, has_classes]: [bool; 2],
) -> Grid {
    let found = &standing.table;
    let name = |names: &[&str], group: u32| {
        let name = names.get(group as usize).filter(|name| !name.is_empty());
        name.map_or(scene.t(Told::SourceNotTold).to_owned(), |n| (*n).to_owned())
    };
    let columns = if has_classes { &found.columns[..] } else { &[] };
    let of_all = || scene.t(Told::AllOfThem).to_owned();
    let mut classes = vec![of_all()];
    classes.extend(
        columns
            .iter()
            .map(|(group, _)| name(&standing.names[1], *group)),
    );
    let towns = if has_towns { &found.rows[..] } else { &[] };
    let mut rows = Vec::new();
    for ((group, town), cells) in towns.iter().zip(&found.cells) {
        let mut middles = vec![Some(*town)];
        middles.extend(columns.iter().zip(cells).map(|(_, middle)| *middle));
        rows.push((name(&standing.names[0], *group), middles));
    }
    let mut last = vec![Some(all)];
    last.extend(columns.iter().map(|(_, class)| Some(*class)));
    rows.push((of_all(), last));
    (classes, rows)
}

type Shown<'a> = (&'a [String], &'a [(String, Vec<Option<Middle>>)]);

fn picture(
    scene: &Scene<'_>,
    html: &mut Html,
    (columns, rows): Shown<'_>,
    all: Middle,
    legend: &[String],
) {
    let cell = |middle: &Middle| {
        let degree = Some(degree(*middle, all, scene.spec.scale)).filter(|_| middle.n >= FEW);
        let sign = degree.map_or("*", |at| SIGNS.get(at).copied().unwrap_or_default());
        let number = format!("{:.1}", middle.median);
        let text = match degree {
            Some(_) => [sign, &number].concat(),
            None => [&number, sign].concat(),
        };
        chart::Cell {
            degree,
            words: [&text, " (", &middle.n.to_string(), ")"].concat(),
            text,
            sign: sign.trim_end(),
        }
    };
    let cells = |cells: &Vec<Option<Middle>>| cells.iter().map(|c| c.as_ref().map(cell)).collect();
    let rows: Vec<chart::Row> = rows
        .iter()
        .map(|(name, middles)| (name.clone(), cells(middles)))
        .collect();
    let median = scene.t(Told::MedianScore);
    let heat = Heat {
        rows: &rows,
        columns,
        titles: [median, scene.t(Told::ColTown), scene.t(Told::ColClass)],
        legend,
    };
    let width = scene.look.width.min(MOST_WIDTH);
    html.open("details").el("summary", scene.t(Told::ShowChart));
    scene.chart(html, scene.t(Told::HeatTitle), &chart::svg(&heat, width));
    html.close("details");
}

fn table(scene: &Scene<'_>, html: &mut Html, (columns, rows): Shown<'_>, all: Middle) {
    let mut head = vec![scene.text(Told::ColTown)];
    head.extend(columns.iter().map(|c| Head::Number(c)));
    html.table(
        scene.t(Told::HeatTitle),
        "table class=\"table heat\"",
        &head,
    );
    for (at, (name, cells)) in rows.iter().enumerate() {
        if at + 1 == rows.len() {
            html.raw("</tbody><tfoot>");
        }
        html.open("tr").el("th scope=\"row\"", name);
        for middle in cells {
            cell(scene, html, *middle, all);
        }
        html.close("tr");
    }
    html.raw("</tfoot></table></div>");
}

/// How far a median is from that of all: 0 far below, 2 near, 4 far above.
fn degree(middle: Middle, all: Middle, scale: f64) -> usize {
    let away = (middle.median - all.median) / scale;
    match away {
        a if a <= -FAR => 0,
        a if a < -NEAR => 1,
        a if a >= FAR => 4,
        a if a > NEAR => 3,
        _ => 2,
    }
}

const SIGNS: [&str; 5] = ["▼▼ ", "▼ ", "", "▲ ", "▲▲ "];

fn cell(scene: &Scene<'_>, html: &mut Html, middle: Option<Middle>, all: Middle) {
    let Some(middle) = middle else {
        html.raw("<td class=\"number\">—</td>");
        return;
    };
    let degree = degree(middle, all, scene.spec.scale);
    let number = format!("{:.1}", middle.median);
    let n = [" (", &middle.n.to_string(), ")"].concat();
    html.raw("<td")
        .attr("data-median", &middle.median.to_string())
        .attr("data-n", &middle.n.to_string());
    if middle.n < FEW {
        html.raw(" class=\"number heat--few\"")
            .attr("title", scene.t(Told::FewHere))
            .raw(">")
            .text(&number)
            .raw("*");
    } else {
        html.raw(match degree {
            0 => " class=\"number heat--0\">",
            1 => " class=\"number heat--1\">",
            2 => " class=\"number heat--2\">",
            3 => " class=\"number heat--3\">",
            _ => " class=\"number heat--4\">",
        })
        .text(SIGNS.get(degree).copied().unwrap_or_default())
        .text(&number);
    }
    html.el("span class=\"heat__n\"", &n).raw("</td>");
}

/// What every degree means, and the mark of small groups.
fn legend(scene: &Scene<'_>) -> Vec<String> {
    let [near, far] = [NEAR, FAR].map(|part| value(part * scene.spec.scale));
    let few = scene.t(Told::FewHere);
    let words: [&[&str]; 6] = [
        &["▼▼ ≤ −", &far],
        &["▼ −", &far, " … −", &near],
        &["±", &near],
        &["▲ +", &near, " … +", &far],
        &["▲▲ ≥ +", &far],
        &["* ", few],
    ];
    words.iter().map(|words| words.concat()).collect()
}

fn explain(html: &mut Html, legend: &[String]) {
    html.raw("<p class=\"legend\">");
    let classes = [
        "span class=\"legend__item heat--0\"",
        "span class=\"legend__item heat--1\"",
        "span class=\"legend__item heat--2\"",
        "span class=\"legend__item heat--3\"",
        "span class=\"legend__item heat--4\"",
        "span class=\"legend__item heat--few\"",
    ];
    for (class, words) in classes.into_iter().zip(legend) {
        html.el(class, words);
    }
    html.raw("</p>");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On a scale of 100 points: up to 2.5 away is near, from 7.5 far.
    #[test]
    fn degrees_are_distances_from_the_median_of_all() {
        let of = |median| Middle { n: 9, median };
        for (median, expected) in [
            (62.5, 0),
            (62.6, 1),
            (67.4, 1),
            (67.5, 2),
            (72.5, 2),
            (72.6, 3),
            (77.4, 3),
            (77.5, 4),
        ] {
            assert_eq!(degree(of(median), of(70.0), 100.0), expected, "{median}");
        }
    }
}
