//! Values of a chart where they are drawn, laid over it: pointing at one shows it, and
//! the keyboard goes from one to the next.

use crate::bidi::isolated;
use crate::written::html::Html;

/// A value in a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Corners of its shape, in pixels of the chart.
    pub corners: [(i32, i32); 2],
    /// What it is, and how much.
    pub words: String,
}

/// Least size of a mark in pixels, so that a pointer finds it.
pub(super) const LEAST: i32 = 10;

/// What a value is, the greater first, and the value.
pub(super) fn words(what: &[&str], value: &str) -> String {
    let what: Vec<_> = what.iter().map(|what| isolated(what)).collect();
    [&what.join(" · "), ": ", value].concat()
}

/// Lays marks over a chart. That they are not seen stands in the markup: a saved
/// picture has no style sheet.
pub(super) fn laid(svg: &str, marks: &[Mark]) -> String {
    let mut html = Html::default();
    let Some(drawn) = svg.trim_end().strip_suffix("</svg>") else {
        return svg.to_owned();
    };
    html.picture(drawn)
        .raw("<g fill=\"none\" pointer-events=\"all\">");
    for mark in marks {
        let [(x, y), (right, bottom)] = mark.corners;
        html.raw("<rect");
        for (name, at) in [
            ("x", x),
            ("y", y),
            ("width", right - x),
            ("height", bottom - y),
        ] {
            html.attr(name, &at.to_string());
        }
        html.raw("><title>")
            .text(&mark.words)
            .raw("</title></rect>");
    }
    html.raw("</g></svg>");
    html.finish()
}

/// The shapes of a chart, and of every mark x, y, width, height and words, for tests.
///
/// # Panics
/// Where a mark is not inside the chart.
#[cfg(test)]
pub(super) fn parts(svg: &str) -> (&str, Vec<([f64; 4], String)>) {
    crate::written::html::check(svg);
    let (shapes, marks) = svg.split_once("<g fill=\"none\"").unwrap();
    let number = |markup: &str, name: &str| -> f64 {
        let (_, rest) = markup.split_once(&format!(" {name}=\"")).unwrap();
        rest.split('"').next().unwrap().parse().unwrap()
    };
    let [width, height] = ["width", "height"].map(|name| number(shapes, name));
    let mark = |markup: &str| {
        let at = ["x", "y", "width", "height"].map(|name| number(markup, name));
        let [x, y, w, h] = at;
        assert!(x >= 0.0 && y >= 0.0 && w > 0.0 && h > 0.0, "{markup}");
        assert!(x + w <= width && y + h <= height, "{markup}");
        let (_, title) = markup.split_once("<title>").unwrap();
        (at, title.split('<').next().unwrap().to_owned())
    };
    (shapes, marks.split("<rect").skip(1).map(mark).collect())
}

/// Compares a chart with its picture in `snapshots/`, a shape a line, which any browser
/// shows. After a change that is meant: `SNAPSHOTS=write cargo test -p dhi-app charts`,
/// and look at them.
///
/// # Panics
/// Where they differ.
#[cfg(test)]
pub(super) fn same_as(name: &str, svg: &str) {
    crate::written::html::check(svg);
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/charts/snapshots/");
    let path = [folder, name, ".svg"].concat();
    // The backend writes a text on three lines.
    let shapes: String = svg.lines().collect();
    let drawn = [&shapes.replace("><", ">\n<"), "\n"].concat();
    if std::env::var_os("SNAPSHOTS").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let pairs = drawn.lines().zip(kept.lines().chain(std::iter::repeat("")));
    for (at, (drawn, kept)) in pairs.enumerate() {
        assert_eq!(drawn, kept, "line {} of {path}", at + 1);
    }
    assert_eq!(drawn.len(), kept.len(), "{path} goes on");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_over_the_chart_and_their_words_are_text() {
        let mark = Mark {
            corners: [(1, 2), (11, 22)],
            words: words(&["<b>", "\"分\""], "1 & 2"),
        };
        let svg = laid("<svg width=\"20\" height=\"30\"><path/></svg>\n", &[mark]);
        let (shapes, marks) = parts(&svg);
        assert!(shapes.ends_with("<path/>"));
        let words = "&lt;b&gt; · &quot;分&quot;: 1 &amp; 2";
        assert_eq!(marks, [([1.0, 2.0, 10.0, 20.0], words.to_owned())]);
        assert_eq!(laid("", &[]), "");
    }
}
