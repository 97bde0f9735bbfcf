//! Saves a chart as a picture that says by itself what it shows and of what, and reads
//! its values by the keyboard.

use super::download::{download, download_from};
use crate::bidi::isolated;
use crate::i18n::Key;
use crate::number;
use crate::state::context::Context;
use crate::written::html::escaped;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    CanvasRenderingContext2d, Element, Event, HtmlCanvasElement, HtmlImageElement, KeyboardEvent,
    Node, Url,
};

/// Height of the title above the chart, in pixels.
const TOP: f64 = 34.0;
/// Height of the two lines below it.
const BELOW: f64 = 46.0;
/// Pixels of a PNG file for each of the chart: sharp in print.
const DENSITY: f64 = 2.0;

/// Listens to charts that the worker writes, and to the buttons beside them.
pub fn listen(app: Context) {
    let listener = window_event_listener(leptos::ev::click, move |event| {
        let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
        let button = target.and_then(|t| t.closest("[data-save]").ok().flatten());
        if let Some(button) = button {
            // A chart that is gone meanwhile is not saved.
            let _ = save(app, &button);
        }
    });
    let keys = window_event_listener(leptos::ev::keydown, |event| {
        // Where there is no chart there is nothing to read.
        let _ = read(&event);
    });
    let left = window_event_listener(leptos::ev::focusout, |event| {
        if let Some(chart) = chart_of(&event) {
            let _ = show(&chart, None);
        }
    });
    on_cleanup(move || {
        listener.remove();
        keys.remove();
        left.remove();
    });
}

/// The chart that has, or had, the focus.
fn chart_of(event: &Event) -> Option<Element> {
    let chart: Element = event.target()?.dyn_into().ok()?;
    chart.matches("[role=img]").ok()?.then_some(chart)
}

/// Which value a key goes to, from one or from none.
fn goes_to(key: &str, at: Option<u32>, last: u32) -> Option<u32> {
    match key {
        "ArrowRight" => Some(at.map_or(0, |at| last.min(at + 1))),
        "ArrowLeft" => Some(at.map_or(last, |at| at.saturating_sub(1))),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

/// Goes from one value of a chart to another; each is the title of a shape.
fn read(event: &KeyboardEvent) -> Option<()> {
    let chart = chart_of(event)?;
    // Those are the browser's: back, or to the top.
    if event.alt_key() || event.ctrl_key() || event.meta_key() {
        return None;
    }
    let key = event.key();
    if key == "Escape" {
        return show(&chart, None);
    }
    let titles = chart.query_selector_all("title").ok()?;
    let last = titles.length().checked_sub(1)?;
    let is_read = |at: &u32| {
        let shape = titles.item(*at).and_then(|title| title.parent_element());
        shape.is_some_and(|shape| shape.has_attribute("data-read"))
    };
    let to = goes_to(&key, (0..=last).find(is_read), last)?;
    event.prevent_default();
    show(&chart, titles.item(to))
}

/// Outlines the shape with a title, and no other, and writes the title below the chart.
fn show(chart: &Element, title: Option<Node>) -> Option<()> {
    if let Some(shape) = chart.query_selector("[data-read]").ok()? {
        shape.remove_attribute("data-read").ok()?;
    }
    let output = chart.parent_element()?.query_selector("output").ok()??;
    let words = title.as_ref().and_then(|title| title.text_content());
    output.set_text_content(words.as_deref());
    title?.parent_element()?.set_attribute("data-read", "").ok()
}

fn save(app: Context, button: &Element) -> Option<()> {
    let figure = button.closest(".figure").ok()??;
    let chart = figure.query_selector("[role=img]").ok()??;
    let svg = chart.query_selector("svg").ok()??;
    let size = |name| number::parse(&svg.get_attribute(name)?);
    let (width, height) = (size("width")?, size("height")?);
    let label = chart.get_attribute("aria-label").unwrap_or_default();
    // What follows in the label says where the table is.
    let title = label.split(" · ").next().unwrap_or_default();
    let name = |extension: &str| [title, ".", extension].concat();
    let whole = (width, height + TOP + BELOW);
    let lines = [note(app), app.t(Key::ForReference).to_owned()];
    let picture = framed(
        // The only name that HTML writes and a picture does not know, and characters that
        // XML forbids.
        &svg.outer_html().replace("&nbsp;", "\u{a0}").replace(
            |c: char| c < ' ' && !c.is_ascii_whitespace() || "\u{c}\u{fffe}\u{ffff}".contains(c),
            " ",
        ),
        whole,
        [title, &lines[0], &lines[1]],
    );
    if button.get_attribute("data-save")? == "svg" {
        download(&name("svg"), "image/svg+xml", picture.as_bytes());
    } else {
        paint(&picture, whole, name("png")).ok()?;
    }
    Some(())
}

/// Period and method, which the first digits of its digest tell apart.
fn note(app: Context) -> String {
    let period = app.project.with_untracked(|p| {
        let period = p.as_ref().map(|p| p.content.period.to_string());
        period.unwrap_or_default()
    });
    let mark = if app.is_fictitious() {
        app.t(Key::Fictitious)
    } else {
        ""
    };
    let digest = app.results.with_untracked(|r| r.digest.clone());
    let digest = digest.get(..16).unwrap_or_default();
    let period = isolated(&period);
    let parts = [&*period, mark, digest];
    let parts: Vec<&str> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.join(" · ")
}

/// A chart between its title and two lines, on a light ground of its own as its colours
/// are (`charts::pen`).
fn framed(svg: &str, (width, height): (f64, f64), texts: [&str; 3]) -> String {
    let text = |text: &str, y: f64, size: &str| {
        let y = y.to_string();
        let text = escaped(text);
        let parts = [
            "<text x=\"8\" y=\"",
            &y,
            "\" font-size=\"",
            size,
            "\" fill=\"#1F2937\">",
            &text,
            "</text>",
        ];
        parts.concat()
    };
    [
        "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"sans-serif\" width=\"",
        &width.to_string(),
        "\" height=\"",
        &height.to_string(),
        "\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>",
        &text(texts[0], 22.0, "15"),
        "<g transform=\"translate(0,",
        &TOP.to_string(),
        ")\">",
        svg,
        "</g>",
        &text(texts[1], height - 26.0, "11"),
        &text(texts[2], height - 9.0, "11"),
        "</svg>",
    ]
    .concat()
}

/// Paints a picture as soon as the browser has read it, and hands it over.
fn paint(picture: &str, (width, height): (f64, f64), name: String) -> Result<(), JsValue> {
    let parts = js_sys::Array::of1(&JsValue::from_str(picture));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("image/svg+xml");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let image = HtmlImageElement::new()?;
    let (painted, source) = (image.clone(), address.clone());
    let paint = move || -> Result<(), JsValue> {
        let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
        #[expect(clippy::cast_sign_loss, reason = "a size")]
        let pixels = |size: f64| (size * DENSITY) as u32;
        canvas.set_width(pixels(width));
        canvas.set_height(pixels(height));
        let Some(context) = canvas.get_context("2d")? else {
            return Ok(());
        };
        let context: CanvasRenderingContext2d = context.unchecked_into();
        context.scale(DENSITY, DENSITY)?;
        context.draw_image_with_html_image_element(&painted, 0.0, 0.0)?;
        Url::revoke_object_url(&source)?;
        download_from(&canvas.to_data_url()?, &name)
    };
    let on_load = Closure::once_into_js(move || {
        // A picture that cannot be painted is not saved; the SVG file is there.
        let _ = paint();
    });
    image.set_onload(Some(on_load.unchecked_ref()));
    image.set_src(&address);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_from_value_to_value_and_stay_within() {
        let keys = ["ArrowRight", "ArrowLeft", "Home", "End", "a"];
        let to = |at| keys.map(|key| goes_to(key, at, 4));
        assert_eq!(to(None), [Some(0), Some(4), Some(0), Some(4), None]);
        assert_eq!(to(Some(2)), [Some(3), Some(1), Some(0), Some(4), None]);
        assert_eq!(goes_to("ArrowRight", Some(4), 4), Some(4));
        assert_eq!(goes_to("ArrowLeft", Some(0), 4), Some(0));
    }

    #[test]
    fn a_picture_names_what_it_shows_and_no_text_becomes_markup() {
        let texts = ["<得分>", "2026 & x", "供组织研究参考"];
        let picture = framed("<svg/>", (100.0, 130.0), texts);
        assert!(
            picture.contains("width=\"100\" height=\"130\""),
            "{picture}"
        );
        assert!(picture.contains("&lt;得分&gt;") && picture.contains("2026 &amp; x"));
        assert!(picture.contains("translate(0,34)\"><svg/></g>"));
    }
}
