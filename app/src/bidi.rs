//! Texts of users beside which nothing is read backwards: a name may hold letters that
//! run from right to left, or marks that turn the direction and are never closed, and a
//! rank or a score that follows would stand in another order. Only what is shown is
//! treated; data and the cells of exports stay as they were given.

use std::borrow::Cow;

/// Treats what follows as text of its own, in its own direction.
const OPEN: char = '\u{2068}';
/// Closes that, and every turn inside it.
const CLOSE: char = '\u{2069}';

/// Whether a letter or mark can turn the direction: the blocks of scripts from right to
/// left, and the marks of Unicode's Standard Annex 9.
fn turns(c: char) -> bool {
    matches!(c,
        '\u{590}'..='\u{8ff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// The text, isolated where it has anything that could turn what stands beside it:
/// isolates it leaves open are closed, and what would close ours is left out.
///
/// ```
/// assert_eq!(dhi_app::bidi::isolated("甲 & <b>"), "甲 & <b>");
/// assert_eq!(dhi_app::bidi::isolated("甲\u{202e}"), "\u{2068}甲\u{202e}\u{2069}");
/// ```
pub fn isolated(text: &str) -> Cow<'_, str> {
    // Every such letter has a byte that no text in Latin has.
    if text.is_ascii() || !text.chars().any(turns) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::from(OPEN);
    let mut open = 1;
    for c in text.chars() {
        match c {
            '\u{2066}'..='\u{2068}' => open += 1,
            CLOSE if open == 1 => continue,
            CLOSE => open -= 1,
            _ => {}
        }
        shown.push(c);
    }
    shown.extend(std::iter::repeat_n(CLOSE, open));
    Cow::Owned(shown)
}

/// A text that names stand in, as it may be shown: marks that turn the direction are
/// written out, as JSON writes them.
pub fn spelled(text: &str) -> String {
    let mut shown = String::new();
    for c in text.chars() {
        if matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}')
        {
            let code = format!("\\u{:04x}", u32::from(c));
            shown.push_str(&code);
        } else {
            shown.push(c);
        }
    }
    shown
}

/// No number in markup runs backwards, for tests whose names turn the direction and have
/// no number after that.
///
/// # Panics
/// Where one does.
#[cfg(test)]
pub fn check(markup: &str) {
    let mut open: Vec<char> = Vec::new();
    let mut is_tag = false;
    for c in markup.chars() {
        match c {
            '<' | '>' => is_tag = c == '<',
            _ if is_tag => {}
            '\u{202a}'..='\u{202b}' | '\u{202d}'..='\u{202e}' | '\u{2066}'..='\u{2068}' => {
                open.push(c);
            }
            '\u{202c}' => drop(open.pop_if(|c| *c < '\u{2066}')),
            CLOSE => {
                let at = open.iter().rposition(|c| *c >= '\u{2066}');
                open.truncate(at.unwrap_or(open.len()));
            }
            _ => assert!(
                !c.is_ascii_digit() || !open.contains(&'\u{202e}'),
                "{markup}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "甲")]
    fn a_number_after_an_open_turn_is_found() {
        check("<td title=\"\u{202e}\">1 \u{2067}乙\u{2069} 2</td><td>甲\u{202e}</td><td>12</td>");
    }

    #[test]
    fn what_turns_nothing_stays_as_it_is() {
        for text in [
            "",
            "Village 12",
            "石桥村 → 7",
            "👩‍👩‍👧‍👦🏳️‍🌈村",
            "𠮷𡈽𪚥村",
            "\u{feff}村",
            "é",
        ] {
            assert!(matches!(isolated(text), Cow::Borrowed(t) if t == text));
        }
    }

    /// An isolate ends every embedding and override inside it (UAX 9, X6a), so that only
    /// isolates need an end each.
    #[test]
    fn what_is_open_is_closed_and_nothing_of_ours_is() {
        for (text, shown) in [
            ("甲\u{202e}乙", "\u{2068}甲\u{202e}乙\u{2069}"),
            (
                "\u{202b}\u{202a}\u{202d}",
                "\u{2068}\u{202b}\u{202a}\u{202d}\u{2069}",
            ),
            (
                "甲\u{202e}乙\u{202c}",
                "\u{2068}甲\u{202e}乙\u{202c}\u{2069}",
            ),
            ("\u{2067}甲", "\u{2068}\u{2067}甲\u{2069}\u{2069}"),
            (
                "\u{2066}\u{2067}甲\u{2069}",
                "\u{2068}\u{2066}\u{2067}甲\u{2069}\u{2069}\u{2069}",
            ),
            ("甲\u{2069}\u{202e}", "\u{2068}甲\u{202e}\u{2069}"),
            (
                "\u{2069}\u{2067}甲\u{2069}\u{2069}",
                "\u{2068}\u{2067}甲\u{2069}\u{2069}",
            ),
            ("甲\u{200f}", "\u{2068}甲\u{200f}\u{2069}"),
            ("甲\u{61c}", "\u{2068}甲\u{61c}\u{2069}"),
            ("كفر", "\u{2068}كفر\u{2069}"),
            ("כפר 3", "\u{2068}כפר 3\u{2069}"),
            ("\u{10d00}", "\u{2068}\u{10d00}\u{2069}"),
        ] {
            assert_eq!(isolated(text), shown, "{text:?}");
        }
    }

    #[test]
    fn marks_in_json_are_written_out_and_mean_the_same() {
        let json = "{\"files\":[\"村\u{202e}\u{61c}\"],\"digest\":\"12ab\"}";
        let shown = spelled(json);
        assert_eq!(shown, r#"{"files":["村\u202e\u061c"],"digest":"12ab"}"#);
        let [a, b] = [json, &shown].map(serde_json::from_str::<serde_json::Value>);
        assert_eq!(a.unwrap(), b.unwrap());
    }

    /// A text of which a part is isolated already may be so once more.
    #[test]
    fn isolates_nest() {
        let once = isolated("甲\u{202e}").into_owned();
        let line = [once.as_str(), " 12 → 7"].concat();
        assert_eq!(isolated(&line), ["\u{2068}", &line, "\u{2069}"].concat());
        // A name cut short after it was isolated is closed again.
        assert_eq!(
            isolated("\u{2068}甲\u{202e}…"),
            "\u{2068}\u{2068}甲\u{202e}…\u{2069}\u{2069}"
        );
    }
}
