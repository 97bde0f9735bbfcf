//! Markup that takes the place of other markup node by node: what is the same stays, and
//! elements of the same kind take over texts and attributes. For a row of the ranking that
//! gets another village, the browser has half as much to do as with new elements.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// Puts markup in place of what an element has.
pub fn morph(root: &Element, markup: &str) {
    let new = document().create_element("div");
    if let (true, Ok(new)) = (root.has_child_nodes(), new) {
        new.set_inner_html(markup);
        // Only what is no longer a child could be refused.
        let _ = children(root, &new);
    } else {
        root.set_inner_html(markup);
    }
}

fn children(root: &Node, other: &Node) -> Option<()> {
    let (mut old, mut new) = (root.first_child(), other.first_child());
    loop {
        // Looked up before either moves.
        let (then_old, then_new) = (
            old.as_ref().and_then(Node::next_sibling),
            new.as_ref().and_then(Node::next_sibling),
        );
        match (&old, &new) {
            (Some(old), Some(new)) if old.is_equal_node(Some(new)) => {}
            (Some(old), Some(new)) if takes_over(old, new).is_some() => {}
            (Some(old), Some(new)) => drop(root.replace_child(new, old).ok()?),
            (Some(old), None) => drop(root.remove_child(old).ok()?),
            (None, Some(new)) => drop(root.append_child(new).ok()?),
            (None, None) => return Some(()),
        }
        (old, new) = (then_old, then_new);
    }
}

/// `None` where one cannot become the other.
fn takes_over(old: &Node, new: &Node) -> Option<()> {
    if old.node_name() != new.node_name() {
        return None;
    }
    let (Some(old), Some(new)) = (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) else {
        old.set_node_value(new.node_value().as_deref());
        return Some(());
    };
    let (names, others) = (old.get_attribute_names(), new.get_attribute_names());
    if names.join(" ") != others.join(" ") {
        return None;
    }
    for name in names.iter().filter_map(|name| name.as_string()) {
        let value = new.get_attribute(&name)?;
        if old.get_attribute(&name).as_ref() != Some(&value) {
            old.set_attribute(&name, &value).ok()?;
        }
    }
    children(old, new)
}
