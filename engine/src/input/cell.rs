//! What the text of a cell means: words for "nothing here", numbers, days.

use super::workbook::RawCell;
use crate::calendar::Day;
use crate::frame::Cell;

/// A number or word found in a value cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Parsed {
    /// Missing or not applicable by a word; never `Cell::Value`.
    Word(Cell),
    /// A bare number, still to be read by the indicator's measure.
    Bare(f64),
    /// A number followed by `%`, in percent: `95%` is 95.
    Percent(f64),
}

/// Why a cell is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// Not a number at all.
    NotANumber,
    /// NaN, infinite or beyond double precision.
    NotFinite,
}

/// Words for 不适用: leaves the mean and does not count against coverage.
pub const NOT_APPLICABLE_WORDS: [&str; 5] = ["不适用", "/", "n/a", "na/不适用", "not applicable"];

/// Words for 缺失: leaves the mean and counts against coverage.
pub const MISSING_WORDS: [&str; 12] = [
    "缺失",
    "无",
    "无数据",
    "未报",
    "-",
    "--",
    "—",
    "——",
    "…",
    "na",
    "missing",
    "..",
];

/// Full-width letters, digits and signs to their ASCII forms, blanks trimmed.
pub(super) fn half_width(text: &str) -> String {
    let to_half = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '−' | '–' => '-',
        '。' => '.',
        other => other,
    };
    let text: String = text.chars().map(to_half).collect();
    text.trim().to_owned()
}

/// Reads a value cell.
pub(super) fn parse(cell: &RawCell) -> Result<Parsed, NumberError> {
    match cell {
        RawCell::Number(x) => finite(*x).map(Parsed::Bare),
        RawCell::Percent(x) => finite(*x).map(|x| Parsed::Percent(percent_of(x))),
        RawCell::Text(text) => parse_text(text),
        RawCell::Bool(_) | RawCell::Date(_) | RawCell::Error(_) => Err(NumberError::NotANumber),
    }
}

fn finite(x: f64) -> Result<f64, NumberError> {
    if x.is_finite() {
        Ok(x)
    } else {
        Err(NumberError::NotFinite)
    }
}

/// `0.07 · 100` is 7.000000000000001; a percentage that was typed as 7% comes
/// back as what was typed by going through its 15 significant digits, which is
/// all that spreadsheets keep.
pub(super) fn percent_of(share: f64) -> f64 {
    let percent = share * 100.0;
    fast_float2::parse(format!("{percent:.14e}")).unwrap_or(percent)
}

fn parse_text(text: &str) -> Result<Parsed, NumberError> {
    let text = half_width(text);
    let lower = text.to_ascii_lowercase();
    if text.is_empty() || MISSING_WORDS.contains(&lower.as_str()) {
        return Ok(Parsed::Word(Cell::Missing));
    }
    if NOT_APPLICABLE_WORDS.contains(&lower.as_str()) {
        return Ok(Parsed::Word(Cell::NotApplicable));
    }
    match text.strip_suffix('%') {
        Some(number) => parse_number(number.trim_end()).map(Parsed::Percent),
        None => parse_number(&text).map(Parsed::Bare),
    }
}

/// Reads a decimal number, with thousands separators where they belong.
pub(super) fn parse_number(text: &str) -> Result<f64, NumberError> {
    let text = without_separators(text).ok_or(NumberError::NotANumber)?;
    let is_decimal = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let number: f64 = fast_float2::parse(&text).map_err(|_| NumberError::NotANumber)?;
    // "inf" and "nan" are read as well, and 1e400 becomes infinite.
    if is_decimal || !number.is_finite() {
        finite(number)
    } else {
        Err(NumberError::NotANumber)
    }
}

/// `1,234,567.8` → `1234567.8`; `None` when commas stand anywhere else, since
/// `1,5` may be one and a half somewhere.
fn without_separators(text: &str) -> Option<String> {
    if !text.contains(',') {
        return Some(text.to_owned());
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut groups = whole.trim_start_matches(['+', '-']).split(',');
    let first = groups.next()?;
    let is_number = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let fits = (1..=3).contains(&first.len())
        && is_number(first)
        && groups.all(|group| group.len() == 3 && is_number(group))
        && !fraction.contains(',');
    fits.then(|| text.replace(',', ""))
}

/// A code or id as text. A number counts only if it is whole and short enough
/// to have kept every digit.
pub(crate) fn code(cell: &RawCell) -> Option<String> {
    match cell {
        RawCell::Number(x) => {
            let is_exact = x.fract() == 0.0 && (0.0..1e15).contains(x);
            is_exact.then(|| format!("{x:.0}"))
        }
        RawCell::Text(text) => {
            let text = half_width(text);
            // 5.10181E+11 is what a spreadsheet leaves of a code.
            let is_rounded = text.contains(['e', 'E'])
                && text.contains('+')
                && fast_float2::parse::<f64, _>(&text).is_ok();
            // A leading apostrophe marks text in spreadsheets.
            (!is_rounded).then(|| text.trim_start_matches('\'').to_owned())
        }
        RawCell::Percent(_) | RawCell::Bool(_) | RawCell::Date(_) | RawCell::Error(_) => None,
    }
}

/// A day as `YYYY-MM-DD`, from `2025.3.1`, `2025/3/1`, `2025-03-01`,
/// `2025年3月1日`, `20250301` or a spreadsheet's date.
pub(crate) fn day(cell: &RawCell) -> Option<String> {
    let text = match cell {
        RawCell::Date(day) => return Some(day.clone()),
        RawCell::Text(text) => half_width(text),
        RawCell::Number(x) if x.fract() == 0.0 && (0.0..1e9).contains(x) => format!("{x:.0}"),
        _ => return None,
    };
    let is_compact = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<u32> = if is_compact {
        [&text[..4], &text[4..6], &text[6..]]
            .iter()
            .map_while(|part| part.parse().ok())
            .collect()
    } else {
        let text = text.trim_end_matches('日');
        text.split(['.', '/', '-', '年', '月'])
            .map(|part| part.trim().parse().ok())
            .collect::<Option<_>>()?
    };
    let [year, month, day] = parts[..] else {
        return None;
    };
    Day::new(year, month, day).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Parsed, NumberError> {
        parse(&RawCell::Text(text.into()))
    }

    #[test]
    fn numbers_as_people_type_them() {
        for (text, expected) in [
            ("95", Parsed::Bare(95.0)),
            ("９５．５", Parsed::Bare(95.5)),
            (" 1,234.5 ", Parsed::Bare(1234.5)),
            ("−3", Parsed::Bare(-3.0)),
            ("95%", Parsed::Percent(95.0)),
            ("９５ ％", Parsed::Percent(95.0)),
            ("1e3", Parsed::Bare(1000.0)),
        ] {
            assert_eq!(of(text), Ok(expected), "{text}");
        }
        for text in ["abc", "1,5", "12,34", "1.2.3", "5万", "0x10", "%", "1 2"] {
            assert_eq!(of(text), Err(NumberError::NotANumber), "{text}");
        }
        for text in ["NaN", "inf", "-Infinity", "1e400"] {
            assert_eq!(of(text), Err(NumberError::NotFinite), "{text}");
        }
        assert_eq!(parse(&RawCell::Percent(0.07)), Ok(Parsed::Percent(7.0)));
    }

    #[test]
    fn words_for_nothing() {
        for text in ["", "  ", "—", "－", "无", "缺失", "NA"] {
            assert_eq!(of(text), Ok(Parsed::Word(Cell::Missing)), "{text:?}");
        }
        for text in ["不适用", "/", "／", "N/A"] {
            assert_eq!(of(text), Ok(Parsed::Word(Cell::NotApplicable)), "{text:?}");
        }
    }

    #[test]
    fn codes_keep_their_digits_or_are_refused() {
        let text = |t: &str| code(&RawCell::Text(t.into()));
        assert_eq!(text("０１２").as_deref(), Some("012"));
        assert_eq!(text("'510181001201").as_deref(), Some("510181001201"));
        assert_eq!(text("5.10181E+11"), None);
        let number = |x| code(&RawCell::Number(x));
        assert_eq!(number(510_181_001_201.0).as_deref(), Some("510181001201"));
        assert_eq!(number(1.5), None);
        assert_eq!(number(1e15), None);
    }

    #[test]
    fn days_in_every_spelling_and_only_real_ones() {
        let text = |t: &str| day(&RawCell::Text(t.into()));
        for spelling in [
            "2024.2.29",
            "2024/2/29",
            "2024-02-29",
            "2024年2月29日",
            "20240229",
        ] {
            assert_eq!(text(spelling).as_deref(), Some("2024-02-29"), "{spelling}");
        }
        for nonsense in ["2025-02-29", "2025-13-01", "昨天", "2025", "1-2-3-4"] {
            assert_eq!(text(nonsense), None, "{nonsense}");
        }
    }
}
