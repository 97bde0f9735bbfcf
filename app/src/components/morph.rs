//! Markup that takes the place of other markup only where they differ: elements that stay
//! take over texts and attributes. What stands there is known, so nothing is read from the
//! document: for a row of the ranking that would take longer than writing it.

use std::borrow::Cow;
use std::iter;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// A parser may put a text of more bytes into several nodes.
const LONG: usize = 1 << 15;

/// Puts markup in place of what an element has, which is what `old` says.
pub fn morph(root: &Element, old: &str, new: &str) {
    if rewrite(root, old, new).is_none() {
        root.set_inner_html(new);
    }
}

/// `None` where there are more elements or fewer, or the document is not as `old` has it.
fn rewrite(root: &Element, old: &str, new: &str) -> Option<()> {
    let (old, new) = (elements(old)?, elements(new)?);
    if old.len() != new.len() {
        return None;
    }
    let mut next = root.first_element_child();
    for (old, new) in iter::zip(old, new) {
        let element = next?;
        next = element.next_element_sibling();
        if old != new && take_over(element.unchecked_ref::<Node>(), old, new).is_none() {
            element.set_outer_html(new);
        }
    }
    next.is_none().then_some(())
}

/// A node that can be walked through and written.
trait Place: Clone {
    fn first(&self) -> Option<Self>;
    fn next(&self) -> Option<Self>;
    /// `None` where it is no text.
    fn write(&self, text: &str) -> Option<()>;
    /// `None` where it is no element.
    fn set(&self, name: &str, value: &str) -> Option<()>;
}

impl Place for Node {
    fn first(&self) -> Option<Self> {
        self.first_child()
    }

    fn next(&self) -> Option<Self> {
        self.next_sibling()
    }

    fn write(&self, text: &str) -> Option<()> {
        let is_text = self.node_type() == Node::TEXT_NODE;
        is_text.then(|| self.set_node_value(Some(text)))
    }

    fn set(&self, name: &str, value: &str) -> Option<()> {
        self.dyn_ref::<Element>()?.set_attribute(name, value).ok()
    }
}

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'m> {
    /// What stands between the brackets, and whether nothing is to be closed.
    Open(&'m str, bool),
    Close,
    Text(&'m str),
}

impl<'m> Token<'m> {
    /// The next piece of markup, taken off it; `None` where it ends or a tag does not.
    fn take(markup: &mut &'m str) -> Option<Self> {
        let Some(tag) = markup.strip_prefix('<') else {
            let end = markup.find('<').unwrap_or(markup.len());
            let (text, rest) = markup.split_at(end);
            *markup = rest;
            return (!text.is_empty()).then_some(Self::Text(text));
        };
        let (tag, rest) = tag.split_once('>')?;
        *markup = rest;
        Some(match tag.strip_suffix('/') {
            _ if tag.starts_with('/') => Self::Close,
            Some(tag) => Self::Open(tag, true),
            None => Self::Open(tag, false),
        })
    }
}

/// The elements at the top, each with all that is in it; `None` where there is text beside
/// them or one does not end.
fn elements(mut markup: &str) -> Option<Vec<&str>> {
    let mut found = Vec::new();
    while !markup.is_empty() {
        let (from, mut depth) = (markup, 0_usize);
        loop {
            depth = match Token::take(&mut markup)? {
                Token::Open(_, false) => depth + 1,
                Token::Close => depth.checked_sub(1)?,
                Token::Text(_) if depth == 0 => return None,
                Token::Open(_, true) | Token::Text(_) => depth,
            };
            if depth == 0 {
                break;
            }
        }
        found.push(&from[..from.len() - markup.len()]);
    }
    Some(found)
}

/// Writes what differs between two elements; `None` where one cannot become the other,
/// which then may have taken over some of it.
fn take_over<P: Place>(element: &P, mut old: &str, mut new: &str) -> Option<()> {
    let (mut parents, mut next) = (Vec::new(), Some(element.clone()));
    while !new.is_empty() {
        match (Token::take(&mut old)?, Token::take(&mut new)?) {
            (Token::Open(old, is_alone), Token::Open(new, also)) if is_alone == also => {
                let place = next?;
                attributes(&place, old, new)?;
                if is_alone {
                    next = place.next();
                } else {
                    next = place.first();
                    parents.push(place);
                }
            }
            (Token::Close, Token::Close) => {
                let parent = parents.pop()?;
                // The element itself has neighbours of its own.
                next = if parents.is_empty() {
                    None
                } else {
                    parent.next()
                };
            }
            (Token::Text(old), Token::Text(new)) if old.len().max(new.len()) < LONG => {
                let place = next?;
                if old != new {
                    place.write(&given(new)?)?;
                }
                next = place.next();
            }
            _ => return None,
        }
    }
    (old.is_empty() && parents.is_empty()).then_some(())
}

/// Sets the attributes that differ; `None` where names do.
fn attributes<P: Place>(place: &P, old: &str, new: &str) -> Option<()> {
    if old == new {
        return Some(());
    }
    // Names stand before quotes, values between them.
    let (mut old, mut new) = (old.split('"'), new.split('"'));
    loop {
        let (was, name) = (old.next(), new.next());
        if was != name {
            return None;
        }
        let Some(name) = name else { return Some(()) };
        let (was, value) = (old.next(), new.next());
        if was != value {
            let name = name.rsplit(' ').next()?.strip_suffix('=')?;
            place.set(name, &given(value?)?)?;
        }
    }
}

/// A text as it was before it was escaped; `None` where it was not by [`Html::given`].
///
/// [`Html::given`]: crate::written::html::Html::given
fn given(text: &str) -> Option<Cow<'_, str>> {
    let Some((plain, mut rest)) = text.split_once('&') else {
        return Some(text.into());
    };
    let mut found = plain.to_owned();
    loop {
        let (name, after) = rest.split_once(';')?;
        found.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            _ => return None,
        });
        let Some((plain, next)) = after.split_once('&') else {
            found.push_str(after);
            return Some(found.into());
        };
        found.push_str(plain);
        rest = next;
    }
}

#[cfg(test)]
mod tests;
