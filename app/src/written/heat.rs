//! Towns by classes: a table whose cells are coloured by their median score.

use super::html::{Head, Html};
use super::{Scene, filled};
use crate::i18n::{Told, fixed2, value};
use crate::worker::overview::Standing;
use dhi_engine::distribution::Middle;

/// Groups smaller than this are not to be compared.
const FEW: u32 = 5;
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
            legend(scene, html);
            table(scene, html, standing, all, [has_towns, has_classes]);
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

fn table(
    scene: &Scene<'_>,
    html: &mut Html,
    standing: &Standing<'_>,
    all: Middle,
    [has_towns, has_classes]: [bool; 2],
) {
    let found = &standing.table;
    let name = |names: &[&str], group: u32| {
        let name = names.get(group as usize).filter(|name| !name.is_empty());
        name.map_or(scene.t(Told::SourceNotTold).to_owned(), |n| (*n).to_owned())
    };
    let columns = if has_classes { &found.columns[..] } else { &[] };
    let classes: Vec<String> = columns
        .iter()
        .map(|(group, _)| name(&standing.names[1], *group))
        .collect();
    let mut head = vec![scene.text(Told::ColTown)];
    head.push(scene.number(Told::AllOfThem));
    head.extend(classes.iter().map(|c| Head::Number(c)));
    html.table(
        scene.t(Told::HeatTitle),
        "table class=\"table heat\"",
        &head,
    );
    let rows = if has_towns { &found.rows[..] } else { &[] };
    for ((group, town), cells) in rows.iter().zip(&found.cells) {
        html.open("tr")
            .el("th scope=\"row\"", &name(&standing.names[0], *group));
        cell(scene, html, Some(*town), all);
        for (_, middle) in columns.iter().zip(cells) {
            cell(scene, html, *middle, all);
        }
        html.close("tr");
    }
    html.raw("</tbody><tfoot><tr>")
        .el("th scope=\"row\"", scene.t(Told::AllOfThem));
    cell(scene, html, Some(all), all);
    for (_, class) in columns {
        cell(scene, html, Some(*class), all);
    }
    html.raw("</tr></tfoot></table></div>");
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

fn legend(scene: &Scene<'_>, html: &mut Html) {
    let [near, far] = [NEAR, FAR].map(|part| value(part * scene.spec.scale));
    let words = [
        ["▼▼ ≤ −", &far, "", ""],
        ["▼ −", &far, " … −", &near],
        ["±", &near, "", ""],
        ["▲ +", &near, " … +", &far],
        ["▲▲ ≥ +", &far, "", ""],
    ];
    html.raw("<p class=\"legend\">");
    let classes = [
        "span class=\"legend__item heat--0\"",
        "span class=\"legend__item heat--1\"",
        "span class=\"legend__item heat--2\"",
        "span class=\"legend__item heat--3\"",
        "span class=\"legend__item heat--4\"",
    ];
    for (class, words) in classes.into_iter().zip(words) {
        html.el(class, &words.concat());
    }
    let few = ["* ", scene.t(Told::FewHere)].concat();
    html.el("span class=\"legend__item heat--few\"", &few)
        .raw("</p>");
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
