//! Numbers that people type and pages carry as text.

/// The finite number that `text` is, as near as a float can be; `None` when it is none.
///
/// Plain decimals with or without an exponent; no blanks, no names such as `inf`.
///
/// ```
/// assert_eq!(dhi_app::number::parse("-2.5e1"), Some(-25.0));
/// assert_eq!(dhi_app::number::parse(""), None);
/// ```
pub fn parse(text: &str) -> Option<f64> {
    let is_plain = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    if text.is_empty() || !text.bytes().all(is_plain) {
        return None;
    }
    Some(read(text)).filter(|number| number.is_finite())
}

/// The browser reads it as exactly as Rust would, whose tables for that are 12 KB that
/// hardly compress.
#[cfg(target_arch = "wasm32")]
fn read(text: &str) -> f64 {
    wasm_bindgen::JsValue::from_str(text).unchecked_into_f64()
}

#[cfg(not(target_arch = "wasm32"))]
fn read(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_plain_finite_numbers_are_numbers() {
        for (text, number) in [("12", 12.0), (".5", 0.5), ("+1.", 1.0), ("2E-3", 0.002)] {
            assert_eq!(parse(text), Some(number), "{text}");
        }
        // The browser takes the fourth to the seventh for numbers unless they are kept from it.
        for text in [
            "-", "1e", "1-2", " 1", "0x10", "Infinity", "", "1e999", "nan", "１",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
