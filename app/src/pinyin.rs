//! Villages by the first letters of their names in pinyin: `qsc` means 青石村.

use dhi_engine::frame::Unit;

/// A first character of every letter in the pinyin order of the browser, and the letter.
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(dead_code, reason = "asked in browsers")
)]
const FIRST: [(&str, u8); 23] = [
    ("阿", b'a'),
    ("八", b'b'),
    ("嚓", b'c'),
    ("哒", b'd'),
    ("妸", b'e'),
    ("发", b'f'),
    ("旮", b'g'),
    ("哈", b'h'),
    ("讥", b'j'),
    ("咔", b'k'),
    ("垃", b'l'),
    ("妈", b'm'),
    ("拿", b'n'),
    ("噢", b'o'),
    ("妑", b'p'),
    ("七", b'q'),
    ("呥", b'r'),
    ("仨", b's'),
    ("他", b't'),
    ("穵", b'w'),
    ("夕", b'x'),
    ("丫", b'y'),
    ("帀", b'z'),
];

/// Characters of names that are read in two ways with two letters.
const TWICE: [(char, [u8; 2]); 18] = [
    ('长', *b"cz"),
    ('重', *b"cz"),
    ('曾', *b"cz"),
    ('单', *b"ds"),
    ('厦', *b"sx"),
    ('解', *b"jx"),
    ('乐', *b"ly"),
    ('朝', *b"cz"),
    ('圩', *b"wx"),
    ('行', *b"hx"),
    ('会', *b"hk"),
    ('番', *b"fp"),
    ('尉', *b"wy"),
    ('蔚', *b"wy"),
    ('莘', *b"sx"),
    ('藏', *b"cz"),
    ('传', *b"cz"),
    ('仇', *b"cq"),
];

/// Whether somebody who typed `text` means a village: it is a part of its name or
/// code, or the first letters of successive characters of its name. Nothing typed means
/// every village.
pub fn is_meant(text: &str, unit: &Unit) -> bool {
    let text = text.trim();
    unit.name.contains(text)
        || unit.code.as_str().contains(text)
        || is_spelled(text, &unit.name, browser::letter)
}

/// Whether `text` is the letters of successive characters of `name`, as `letter` gives
/// them; zero where a character has none.
fn is_spelled(text: &str, name: &str, letter: impl Fn(char) -> u8) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let fits = |(c, wanted): (char, u8)| {
        let wanted = wanted.to_ascii_lowercase();
        if let Some((_, both)) = TWICE.iter().find(|(of, _)| *of == c) {
            return both.contains(&wanted);
        }
        let own = if c.is_ascii() {
            c.to_ascii_lowercase() as u8
        } else {
            letter(c)
        };
        own == wanted
    };
    let mut rest = name.chars();
    while rest.clone().count() >= text.len() {
        if rest.clone().zip(text.bytes()).all(fits) {
            return true;
        }
        rest.next();
    }
    false
}

#[cfg(target_arch = "wasm32")]
mod browser {
    use super::FIRST;
    use js_sys::{Array, Function, Intl::Collator, Object};
    use std::cell::RefCell;
    use wasm_bindgen::JsValue;

    /// Characters of the Unicode block that all common ones are in.
    const COMMON: std::ops::RangeInclusive<u32> = 0x4e00..=0x9fff;
    /// Not asked yet.
    const UNKNOWN: u8 = 1;

    thread_local! {
        /// Letters of the common characters: to ask for one takes microseconds.
        static KNOWN: RefCell<Vec<u8>> = RefCell::new(vec![UNKNOWN; COMMON.count()]);
        static ORDER: Option<Function> = order();
    }

    fn is_before(order: &Function, a: &str, b: &str) -> bool {
        let answer = order.call2(&JsValue::UNDEFINED, &a.into(), &b.into());
        answer.is_ok_and(|answer| answer.unchecked_into_f64() < 0.0)
    }

    /// The browser's pinyin order, where it has one: by strokes or code 一 comes first.
    fn order() -> Option<Function> {
        let locales = Array::of1(&"zh-u-co-pinyin".into());
        let order = Collator::new(&locales, &Object::new()).compare();
        (is_before(&order, "阿", "一") && is_before(&order, "一", "帀")).then_some(order)
    }

    /// The first letter of a character's pinyin.
    pub(super) fn letter(c: char) -> u8 {
        if !COMMON.contains(&u32::from(c)) {
            return 0;
        }
        let at = (u32::from(c) - COMMON.start()) as usize;
        KNOWN.with_borrow_mut(|known| {
            if known[at] == UNKNOWN {
                known[at] = ask(c);
            }
            known[at]
        })
    }

    fn ask(c: char) -> u8 {
        let c = c.to_string();
        ORDER.with(|order| {
            let Some(order) = order else { return 0 };
            let after = FIRST.partition_point(|(first, _)| !is_before(order, &c, first));
            after.checked_sub(1).map_or(0, |at| FIRST[at].1)
        })
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod browser {
    /// Only browsers know.
    pub(super) fn letter(_: char) -> u8 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::is_spelled;

    #[test]
    fn letters_of_successive_characters_mean_a_name() {
        let letter = |c| match c {
            '青' => b'q',
            '石' => b's',
            '村' => b'c',
            _ => 0,
        };
        for (text, name) in [
            ("qsc", "青石村"),
            ("SC", "青石村"),
            ("cs", "长石村"),
            ("Zsc", "长石村"),
            ("s3c", "青石3村"),
            ("", "青石村"),
        ] {
            assert!(is_spelled(text, name, letter), "{text} {name}");
        }
        for (text, name) in [
            ("qc", "青石村"),
            ("qscx", "青石村"),
            ("青s", "青石村"),
            ("q", ""),
        ] {
            assert!(!is_spelled(text, name, letter), "{text} {name}");
        }
    }
}
