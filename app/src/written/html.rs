//! Markup in which no text can become markup: what comes from outside goes through
//! [`Html::text`] or [`Html::attr`], everything else is written in the program.

use crate::bidi::isolated;

/// Head of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head<'a> {
    /// Of texts.
    Text(&'a str),
    /// Of numbers.
    Number(&'a str),
    /// Of texts, and which term it is.
    TextTerm(&'a str, usize),
    /// Of numbers, likewise.
    NumberTerm(&'a str, usize),
}

/// Markup being written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

/// The name of an element, without its attributes.
fn name_of(tag: &'static str) -> &'static str {
    tag.split(' ').next().unwrap_or(tag)
}

impl Html {
    /// Markup of the program's own.
    pub fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// A picture, made of the program's own shapes with every text escaped.
    pub fn picture(&mut self, svg: &str) -> &mut Self {
        self.0.push_str(svg);
        self
    }

    /// Text, escaped, and isolated where it would turn what stands beside it.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.given(&isolated(text))
    }

    /// Text as it is, escaped: for a field, which hands it back.
    pub fn given(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// Opens an element that may have attributes written in the program.
    pub fn open(&mut self, tag: &'static str) -> &mut Self {
        self.raw("<").raw(tag).raw(">")
    }

    /// Opens an element with one more attribute, its value escaped.
    pub fn open_with(&mut self, tag: &'static str, name: &'static str, value: &str) -> &mut Self {
        self.raw("<").raw(tag).attr(name, value).raw(">")
    }

    /// An attribute inside a tag that [`Html::raw`] has begun: read back as it was given,
    /// and with nothing beside it that it could turn.
    pub fn attr(&mut self, name: &'static str, value: &str) -> &mut Self {
        self.raw(" ").raw(name).raw("=\"").given(value).raw("\"")
    }

    /// Closes an element, given by the tag that opened it.
    pub fn close(&mut self, tag: &'static str) -> &mut Self {
        self.raw("</").raw(name_of(tag)).raw(">")
    }

    /// An element with text.
    pub fn el(&mut self, tag: &'static str, text: &str) -> &mut Self {
        self.open(tag).text(text).close(tag)
    }

    /// A name and its value in a list of facts.
    pub fn fact(&mut self, name: &str, value: &str) -> &mut Self {
        self.open("div class=\"fact\"")
            .el("dt", name)
            .el("dd", value)
            .close("div")
    }

    /// A mark beside a head that leads to what the term at this place means.
    pub fn term(&mut self, head: &str, at: usize) -> &mut Self {
        self.raw(" <button type=\"button\" class=\"term\"")
            .attr("data-term", &at.to_string())
            .attr("aria-label", &[head, "?"].concat())
            .raw(">?</button>")
    }

    /// Opens a table in a region that scrolls sideways, up to its first row. The head
    /// names its columns: texts, and numbers, which stand to the right.
    pub fn table(&mut self, label: &str, tag: &'static str, head: &[Head<'_>]) -> &mut Self {
        self.region("scroll", label, tag, head)
    }

    /// The same for a long table, which scrolls in itself.
    pub fn long_table(&mut self, label: &str, tag: &'static str, head: &[Head<'_>]) -> &mut Self {
        self.region("scroll scroll--tall", label, tag, head)
    }

    fn region(
        &mut self,
        class: &str,
        label: &str,
        tag: &'static str,
        head: &[Head<'_>],
    ) -> &mut Self {
        self.raw("<div tabindex=\"0\" role=\"region\"")
            .attr("class", class)
            .attr("aria-label", label)
            .raw(">")
            .open(tag)
            .raw("<thead><tr>");
        for cell in head {
            let (tag, text, term) = match cell {
                Head::Text(text) => ("th scope=\"col\"", text, None),
                Head::Number(text) => ("th scope=\"col\" class=\"number\"", text, None),
                Head::TextTerm(text, at) => ("th scope=\"col\"", text, Some(at)),
                Head::NumberTerm(text, at) => ("th scope=\"col\" class=\"number\"", text, Some(at)),
            };
            self.open(tag).text(text);
            if let Some(at) = term {
                self.term(text, *at);
            }
            self.close(tag);
        }
        self.raw("</tr></thead><tbody>")
    }

    /// Closes what [`Html::table`] opened.
    pub fn end_table(&mut self) -> &mut Self {
        self.raw("</tbody></table></div>")
    }

    /// The markup.
    pub fn finish(self) -> String {
        self.0
    }
}

/// A text as it may stand in markup.
pub fn escaped(text: &str) -> String {
    let mut html = Html::default();
    html.text(text);
    html.finish()
}

/// Every tag is closed in order, for tests.
///
/// # Panics
/// Where it is not.
#[cfg(test)]
pub fn check(markup: &str) {
    let mut open = Vec::new();
    for tag in markup.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').expect("a tag without end");
        match tag.strip_prefix('/') {
            Some(closed) => assert_eq!(open.pop(), Some(closed), "{markup}"),
            None if tag.ends_with('/') => {}
            None => open.extend(tag.split(' ').next()),
        }
    }
    assert_eq!(open, Vec::<&str>::new(), "{markup}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let mut html = Html::default();
        html.el("td class=\"number\"", "<b onclick=\"x\">&</b>");
        html.open_with("a", "href", "\"><script>").close("a");
        let markup = html.finish();
        assert_eq!(
            markup,
            "<td class=\"number\">&lt;b onclick=&quot;x&quot;&gt;&amp;&lt;/b&gt;</td>\
             <a href=\"&quot;&gt;&lt;script&gt;\"></a>"
        );
        check(&markup);
    }

    #[test]
    fn a_text_turns_nothing_beside_it_and_a_value_stays_as_given() {
        let mut html = Html::default();
        html.open_with("b", "title", "甲\u{202e}")
            .text("甲\u{202e}");
        html.text(" 12 → 7").close("b");
        assert_eq!(
            html.finish(),
            "<b title=\"甲\u{202e}\">\u{2068}甲\u{202e}\u{2069} 12 → 7</b>"
        );
    }
}
