//! What the browser decodes is what the published tables decode: in WebAssembly the
//! engine leaves text in old encodings to the browser.

use std::fmt::Write as _;
use std::fs;
use std::ops::RangeInclusive;

use anyhow::{Context as _, Result, ensure};
use encoding_rs::Encoding;
use serde_json::{Value, json};

use crate::driver::scenario;

/// Byte sequences of one encoding: every one with a byte from each range, in turn.
struct Sequences {
    label: &'static str,
    /// What stands before and after each sequence.
    around: [&'static [u8]; 2],
    ranges: &'static [RangeInclusive<u8>],
}

/// Every encoding a code page of a workbook or a table of text can be in, but UTF-8
/// and UTF-16, which the engine decodes itself.
fn all_sequences() -> Vec<Sequences> {
    let line: [&[u8]; 2] = [b"", b"\n"];
    let of = |label, ranges| Sequences {
        label,
        around: line,
        ranges,
    };
    let mut all = vec![
        of(
            "gb18030",
            &[0x81..=0xfe, 0x30..=0x39, 0x81..=0xfe, 0x30..=0x39],
        ),
        of("euc-jp", &[0x8f..=0x8f, 0xa0..=0xff, 0xa0..=0xff]),
        // The two-byte sets, switched on before and off after.
        Sequences {
            label: "iso-2022-jp",
            around: [b"\x1b$B", b"\x1b(B\n"],
            ranges: &[0x20..=0x7f, 0x20..=0x7f],
        },
        // The katakana.
        Sequences {
            label: "iso-2022-jp",
            around: [b"\x1b(I", b"\x1b(B\n"],
            ranges: &[0x20..=0x7f],
        },
    ];
    for label in ["gb18030", "gbk", "euc-jp", "euc-kr", "shift_jis"] {
        all.push(of(label, &[0x80..=0xff, 0x20..=0xff]));
    }
    all.extend([
        of("big5", &[0x80..=0x87, 0x20..=0xff]),
        // Chromium makes half a character of 8862, 8864, 88a3 and 88a5, four letters
        // of Hong Kong's with two accents.
        of("big5", &[0x88..=0x88, 0x20..=0x61]),
        of("big5", &[0x88..=0x88, 0x63..=0x63]),
        of("big5", &[0x88..=0x88, 0x65..=0xa2]),
        of("big5", &[0x88..=0x88, 0xa4..=0xa4]),
        of("big5", &[0x88..=0x88, 0xa6..=0xff]),
        of("big5", &[0x89..=0xff, 0x20..=0xff]),
    ]);
    for label in [
        "gb18030",
        "gbk",
        "big5",
        "euc-jp",
        "euc-kr",
        "shift_jis",
        "iso-2022-jp",
        "ibm866",
        "iso-8859-2",
        "iso-8859-3",
        "iso-8859-4",
        "iso-8859-5",
        "iso-8859-6",
        "iso-8859-7",
        "iso-8859-8",
        "iso-8859-8-i",
        "iso-8859-10",
        "iso-8859-13",
        "iso-8859-14",
        "iso-8859-15",
        "iso-8859-16",
        "koi8-r",
        "koi8-u",
        "macintosh",
        "windows-874",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
        "x-mac-cyrillic",
        "x-user-defined",
    ] {
        all.push(of(label, &[0x00..=0xff]));
    }
    all
}

/// The sequences that begin with `first`, one behind the other.
fn bytes_from(sequences: &Sequences, first: u8) -> Vec<u8> {
    let [before, after] = sequences.around;
    let mut middles = vec![vec![first]];
    for range in &sequences.ranges[1..] {
        let longer = |middle: &Vec<u8>| {
            let middle = middle.clone();
            range
                .clone()
                .map(move |byte| [&middle[..], &[byte]].concat())
        };
        middles = middles.iter().flat_map(longer).collect();
    }
    let whole = |middle: &Vec<u8>| [before, middle, after].concat();
    middles.iter().flat_map(whole).collect()
}

/// For every first byte: a hash of the text (FNV-1a over its code units), and whether
/// all of it was well-formed.
const IN_THE_BROWSER: &str = "
    const [label, before, after, ranges] = arguments;
    const result = [];
    for (let first = ranges[0][0]; first <= ranges[0][1]; first++) {
        let middles = [[first]];
        for (const [low, high] of ranges.slice(1)) {
            const longer = [];
            for (const middle of middles)
                for (let byte = low; byte <= high; byte++) longer.push([...middle, byte]);
            middles = longer;
        }
        const bytes = Uint8Array.from(middles.flatMap(m => [...before, ...m, ...after]));
        const text = new TextDecoder(label, { ignoreBOM: true }).decode(bytes);
        let hash = 0x811c9dc5;
        for (let at = 0; at < text.length; at++)
            hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
        let strict = true;
        try { new TextDecoder(label, { ignoreBOM: true, fatal: true }).decode(bytes); }
        catch { strict = false; }
        result.push([hash >>> 0, strict]);
    }
    return result;";

fn with_the_tables(sequences: &Sequences) -> Result<Value> {
    let codec = Encoding::for_label(sequences.label.as_bytes()).context(sequences.label)?;
    let of_first = |first: u8| {
        let bytes = bytes_from(sequences, first);
        let (text, had_errors) = codec.decode_without_bom_handling(&bytes);
        let hash = text.encode_utf16().fold(0x811c_9dc5, |hash: u32, unit| {
            (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193)
        });
        json!([hash, !had_errors])
    };
    Ok(sequences.ranges[0].clone().map(of_first).collect())
}

#[test]
fn the_browser_decodes_every_encoding_as_the_tables_do() -> Result<()> {
    scenario("decode_text", async |page| {
        page.open("#/data").await?;
        let mut differences = String::new();
        for sequences in all_sequences() {
            let ranges: Vec<[u8; 2]> = sequences
                .ranges
                .iter()
                .map(|range| [*range.start(), *range.end()])
                .collect();
            let [before, after] = sequences.around;
            let arguments = vec![
                json!(sequences.label),
                json!(before),
                json!(after),
                json!(ranges),
            ];
            let browsers = page.script(IN_THE_BROWSER, arguments).await?;
            let browsers = browsers.as_array().context("no list")?.clone();
            let tables = with_the_tables(&sequences)?;
            let tables = tables.as_array().context("no list")?;
            ensure!(browsers.len() == tables.len());
            for (first, pair) in sequences.ranges[0].clone().zip(browsers.iter().zip(tables)) {
                if pair.0 != pair.1 {
                    let label = sequences.label;
                    let n_bytes = ranges.len();
                    writeln!(
                        differences,
                        "{label}, {n_bytes} bytes from {first:02x}: {pair:?}"
                    )?;
                }
            }
        }
        ensure!(differences.is_empty(), "{differences}");
        page.console_is_quiet().await
    })
}

/// A table as an office's spreadsheet program saves it, and a workbook of before 2007.
#[test]
fn tables_in_gb18030_and_old_workbooks_are_read() -> Result<()> {
    scenario("decode_files", async |page| {
        let folder = tempfile::tempdir()?;
        page.open("#/data").await?;
        // Characters of one, two and four bytes.
        let table = "村代码,班子配备率\n999900100200,很高㐀\n";
        let (bytes, ..) = encoding_rs::GB18030.encode(table);
        let path = folder.path().join("表.csv");
        fs::write(&path, bytes)?;
        page.choose_file("[data-testid=import-files]", &path)
            .await?;
        page.text("GB18030").await?;
        page.text("“很高㐀”不是数字").await?;
        page.click("button", "放弃").await?;
        let path = folder.path().join("旧.xls");
        let bytes = include_bytes!("../../engine/tests/data/values.xls");
        fs::write(&path, bytes)?;
        page.choose_file("[data-testid=import-files]", &path)
            .await?;
        page.text("甲率").await?;
        page.console_is_quiet().await
    })
}
