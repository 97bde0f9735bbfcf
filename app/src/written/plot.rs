//! Small pictures of how values lie and how many there are, each with a table of its
//! numbers.

use super::Scene;
use super::html::Html;
use crate::charts::dots::{self, Dots, Row, told};
use crate::charts::spread;
use dhi_engine::distribution::bins;

/// Width of a picture.
const WIDTH: u32 = 320;
/// Bars of a picture.
const BARS: u32 = 20;

/// What is drawn.
pub struct Plot<'a> {
    /// The values.
    pub values: &'a [f64],
    /// Lines across, with what they are.
    pub marks: &'a [(f64, String)],
    /// What the values are, with their unit.
    pub axis: &'a str,
    /// What the picture is about.
    pub title: &'a str,
    /// Ends of the axis, where they are not those of values and lines.
    pub reach: &'a [f64],
}

/// How many values lie where, with lines across; says so where there are none.
pub fn histogram(scene: &Scene<'_>, html: &mut Html, plot: &Plot<'_>) {
    let marks = plot.marks.iter().map(|(at, _)| *at);
    let reach: Vec<f64> = marks.chain(plot.reach.iter().copied()).collect();
    let has_values = plot.values.iter().any(|x| x.is_finite());
    let Some(found) = bins(plot.values, &reach, BARS).filter(|_| has_values) else {
        html.open("figure class=\"plot\"")
            .el("figcaption", plot.title)
            .el(
                "p class=\"empty\"",
                scene.either("没有数值", "There are no values"),
            )
            .close("figure");
        return;
    };
    let counts = counted(scene);
    let svg = spread::svg(&found, plot.marks, [plot.axis, counts], WIDTH);
    let row = |(at, n): (usize, &u32)| Row {
        label: spread::range(&found, at),
        values: [Some((0.0, n.to_string())), None],
    };
    let rows: Vec<Row> = found.counts.iter().enumerate().map(row).collect();
    let n: u32 = found.counts.iter().sum();
    let about = [
        plot.axis,
        scene.either("，", ", "),
        &n.to_string(),
        " ",
        counts,
    ];
    let head = [plot.axis, counts, ""];
    figure(
        scene,
        html,
        [plot.title, &about.concat()],
        &svg,
        &head,
        &rows,
    );
}

/// What the pictures count.
pub fn counted(scene: &Scene<'_>) -> &'static str {
    scene.either("村委会数", "committees")
}

/// A mark for every row, or two.
pub fn rows(scene: &Scene<'_>, html: &mut Html, title: &str, dots: &Dots<'_>) {
    let svg = dots::svg(dots, WIDTH);
    let [name, other] = dots.names;
    let name = if name.is_empty() { dots.axis } else { name };
    let head = [title, name, other];
    figure(scene, html, [title, dots.axis], &svg, &head, dots.rows);
}

/// A picture under its title, and its numbers as a table under their heads; what they
/// are compared with only where that has one.
fn figure(
    scene: &Scene<'_>,
    html: &mut Html,
    [title, about]: [&str; 2],
    svg: &str,
    [head, numbers @ ..]: &[&str; 3],
    rows: &[Row],
) {
    html.open("figure class=\"plot\"").el("figcaption", title);
    scene.chart(html, &[title, " · ", about].concat(), svg);
    let numbers = || numbers.iter().filter(|head| !head.is_empty());
    // Few narrow columns, which need no region to scroll in.
    html.open("details class=\"plot__table\"")
        .el("summary", scene.either("以表格查看", "As a table"))
        .raw("<table class=\"table\"><thead><tr>")
        .el("th scope=\"col\"", head);
    for head in numbers() {
        html.el("th scope=\"col\" class=\"number\"", head);
    }
    html.raw("</tr></thead><tbody>");
    for row in rows {
        html.open("tr").el("th scope=\"row\"", &row.label);
        for (value, _) in row.values.iter().zip(numbers()) {
            html.el("td class=\"number\"", told(value.as_ref()));
        }
        html.close("tr");
    }
    html.raw("</tbody></table>")
        .close("details")
        .close("figure");
}

#[cfg(test)]
mod tests {
    use super::super::html::check;
    use super::*;
    use crate::worker::protocol::Look;
    use dhi_engine::frame::Units;
    use dhi_engine::framework::Language;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    fn in_scene(write: impl Fn(&Scene<'_>, &mut Html)) -> String {
        let (framework, units, spec) = (default_scheme(), Units::default(), Spec::default());
        let scene = Scene {
            framework: &framework,
            units: &units,
            spec: &spec,
            language: Language::English,
            look: Look::default(),
        };
        let mut html = Html::default();
        write(&scene, &mut html);
        let markup = html.finish();
        check(&markup);
        markup
    }

    fn drawn(values: &[f64], marks: &[(f64, String)]) -> String {
        let plot = Plot {
            values,
            marks,
            axis: "value (%)",
            title: "a <b>",
            reach: &[],
        };
        in_scene(|scene, html| histogram(scene, html, &plot))
    }

    /// Between 80 and 100 in bars of 1: the bar of 3 is 90 high, that of 1 a third of it.
    /// Lines stand where the axis begins, at 38, and ends, at 320 − 14.
    #[test]
    fn bars_are_as_high_as_their_counts_and_lines_stand_where_they_are() {
        let marks = [
            (80.0, "lower 80".to_owned()),
            (100.0, "upper 100".to_owned()),
        ];
        let markup = drawn(&[85.0, 85.2, 85.9, 90.0], &marks);
        let (shapes, laid) = markup.split_once("<g fill=\"none\"").unwrap();
        for (height, words) in [(90, "85–86: 3"), (30, "90–91: 1")] {
            let bar = format!("height=\"{height}\"><title>{words}</title>");
            assert!(laid.contains(&bar), "{bar} in {markup}");
        }
        assert_eq!(shapes.matches("<rect").count(), 2);
        for (from, to) in [("38,17", "38,23"), ("306,34", "306,40")] {
            let dash = format!("stroke-width=\"2\" points=\"{from} {to} \"");
            assert!(shapes.contains(&dash), "{dash} in {markup}");
        }
        assert_eq!(markup.matches("<tr>").count(), 21);
        assert!(markup.contains("<figcaption>a &lt;b&gt;</figcaption>"));
        // The keyboard reads the bars, the line below says the one it is at, and the
        // picture can be saved.
        let label = "aria-label=\"a &lt;b&gt; · value (%), 4 committees · see the table below\"";
        assert!(markup.contains(&["role=\"img\" tabindex=\"0\" ", label].concat()));
        assert!(markup.contains("<output data-keys="));
        assert!(markup.contains("data-save=\"svg\"") && markup.contains("data-save=\"png\""));
    }

    /// What is compared has a column of its own in the table.
    #[test]
    fn rows_have_a_table_of_all_their_values() {
        let value = |x: f64| Some((x, format!("{x}%")));
        let row = |label: &str, values| Row {
            label: label.into(),
            values,
        };
        let rows = [
            row("A", [value(40.0), value(30.0)]),
            row("B", [None, value(70.0)]),
        ];
        let markup = in_scene(|scene, html| {
            let dots = Dots {
                rows: &rows,
                names: ["used", "given"],
                axis: "Weight (%)",
            };
            super::rows(scene, html, "all", &dots);
        });
        let (_, table) = markup.split_once("<thead>").unwrap();
        let cells: Vec<&str> = table
            .split("</t")
            .filter_map(|cell| cell.rsplit('>').next().filter(|text| !text.is_empty()))
            .collect();
        assert_eq!(
            cells[..9],
            ["all", "used", "given", "A", "40%", "30%", "B", "—", "70%"]
        );
    }

    #[test]
    fn without_values_it_says_so() {
        let markup = drawn(&[f64::NAN], &[(1.0, "x".to_owned())]);
        assert!(markup.contains("There are no values") && !markup.contains("<svg"));
    }
}
