//! The words on a printed page, read out of the PDF that Chromium makes of it: its
//! pieces of text are numbers of glyphs, and each font has a table of what they mean.

use std::collections::BTreeMap;
use std::io::Read as _;

use anyhow::{Result, ensure};
use flate2::read::ZlibDecoder;

/// Where this stands first, from a place on.
fn find(bytes: &[u8], what: &[u8], from: usize) -> Option<usize> {
    let at = bytes
        .get(from..)?
        .windows(what.len())
        .position(|w| w == what);
    at.map(|at| from + at)
}

/// Dictionary and unpacked stream of every object, by number.
fn objects(pdf: &[u8]) -> BTreeMap<u32, (String, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut from = 0;
    while let Some(at) = find(pdf, b" 0 obj", from) {
        from = at + 6;
        let digits = pdf[..at]
            .iter()
            .rev()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let number = String::from_utf8_lossy(&pdf[at - digits..at]).parse();
        let Some(end) = find(pdf, b"endobj", from) else {
            break;
        };
        let start = find(pdf, b"stream", from).filter(|start| *start < end);
        let head = String::from_utf8_lossy(&pdf[from..start.unwrap_or(end)]).into_owned();
        let mut stream = Vec::new();
        if let Some(start) = start {
            let body = &pdf[start + 6..];
            let body = body.strip_prefix(b"\r").unwrap_or(body);
            let body = body.strip_prefix(b"\n").unwrap_or(body);
            if head.contains("/FlateDecode") {
                // It ends by itself; a picture that is no zlib stream has no text.
                let _ = ZlibDecoder::new(body).read_to_end(&mut stream);
            } else {
                let length = find(body, b"endstream", 0).unwrap_or(body.len());
                stream = body[..length].to_vec();
            }
        }
        if let Ok(number) = number {
            found.insert(number, (head, stream));
        }
    }
    found
}

/// Number of the object that a dictionary names under a key.
fn named(head: &str, key: &str) -> Option<u32> {
    let (_, rest) = head.split_once(key)?;
    rest.split_ascii_whitespace().next()?.parse().ok()
}

/// Text of UTF-16 in hexadecimal.
fn text_of(hex: &str) -> String {
    let units = units_of(hex);
    String::from_utf16_lossy(&units)
}

fn units_of(hex: &str) -> Vec<u16> {
    codes(hex, 4)
}

/// Numbers of so many digits each.
fn codes(hex: &str, digits: usize) -> Vec<u16> {
    let hex: String = hex.chars().filter(char::is_ascii_hexdigit).collect();
    let starts = (0..hex.len()).step_by(digits);
    let code = |at: usize| hex.get(at..at + digits).unwrap_or_default();
    // What cannot be read is a glyph that no font has.
    let read = |at| u16::from_str_radix(code(at), 16).unwrap_or(u16::MAX);
    starts.map(read).collect()
}

/// What is between `<` and `>`, one after the other.
fn in_angles(line: &str) -> Vec<&str> {
    let parts = line.split('<').skip(1);
    parts
        .filter_map(|part| Some(part.split_once('>')?.0))
        .collect()
}

/// Digits of a glyph's number, and what the glyphs mean.
type Font = (usize, BTreeMap<u16, String>);

fn font_of(table: &str) -> Font {
    let mut found = BTreeMap::new();
    let mut is_range = false;
    for line in table.lines() {
        is_range = (is_range || line.contains("beginbfrange")) && !line.contains("endbfrange");
        let cells = in_angles(line);
        let code = |at: usize| u16::from_str_radix(cells.get(at)?, 16).ok();
        match (is_range, cells.len()) {
            (false, 2) => {
                if let Some(glyph) = code(0) {
                    found.insert(glyph, text_of(cells[1]));
                }
            }
            (true, 3) if !line.contains('[') => {
                let (Some(low), Some(high), Some(first)) = (code(0), code(1), code(2)) else {
                    continue;
                };
                for glyph in low..=high {
                    let text = String::from_utf16_lossy(&[first.wrapping_add(glyph - low)]);
                    found.insert(glyph, text);
                }
            }
            (true, n) if n > 3 => {
                if let Some(low) = code(0) {
                    let texts = (low..).zip(&cells[2..]);
                    found.extend(texts.map(|(glyph, hex)| (glyph, text_of(hex))));
                }
            }
            _ => {}
        }
    }
    let range = table.split("begincodespacerange").nth(1);
    let digits = range.and_then(|range| Some(in_angles(range).first()?.len()));
    (digits.unwrap_or(4), found)
}

/// All words of a PDF without any blanks, since lines break where they must.
///
/// # Errors
/// Where it has a piece of text whose font has no table: nothing may be overlooked.
pub(crate) fn words(pdf: &[u8]) -> Result<String> {
    let objects = objects(pdf);
    let mut fonts = BTreeMap::new();
    for (number, (head, _)) in &objects {
        if let Some((_, table)) = named(head, "/ToUnicode ").and_then(|t| objects.get(&t)) {
            fonts.insert(*number, font_of(&String::from_utf8_lossy(table)));
        }
    }
    let none = BTreeMap::new();
    let mut words = String::new();
    let mut unread = 0;
    for (_, stream) in objects.values() {
        let content = String::from_utf8_lossy(stream);
        if !content.contains(" Tf") || !content.contains("BT") {
            continue;
        }
        let mut font = None;
        for line in content.lines() {
            if let Some(before) = line.strip_suffix(" Tf") {
                let name = before.split_ascii_whitespace().next().unwrap_or_default();
                let number = name.trim_start_matches("/F").parse::<u32>().ok();
                font = number.and_then(|number| fonts.get(&number));
            } else if line.ends_with("Tj") || line.ends_with("TJ") {
                let (digits, meanings) = font.map_or((4, &none), |(digits, m)| (*digits, m));
                let glyphs = in_angles(line).into_iter();
                for glyph in glyphs.flat_map(|hex| codes(hex, digits)) {
                    match meanings.get(&glyph) {
                        Some(text) => words.push_str(text),
                        None => unread += 1,
                    }
                }
            }
        }
    }
    words.retain(|c| !c.is_whitespace());
    ensure!(!words.is_empty(), "a PDF without words");
    // Blanks and marks that no font has are few.
    ensure!(
        unread * 20 < words.chars().count(),
        "{unread} glyphs beside {} that are understood",
        words.chars().count()
    );
    Ok(words)
}
