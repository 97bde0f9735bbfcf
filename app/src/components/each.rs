//! Lists of parts, each under a number or a name that it keeps. `<For>` is compiled
//! anew for every list; these are compiled once.

use leptos::prelude::*;
use std::sync::Arc;

/// A part for each of these numbers, in their order.
pub fn each(
    numbers: impl Fn() -> Vec<u32> + Send + 'static,
    part: impl Fn(u32) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    fn of(
        numbers: Box<dyn Fn() -> Vec<u32> + Send>,
        part: Arc<dyn Fn(u32) -> AnyView + Send + Sync>,
    ) -> AnyView {
        view! { <For each=numbers key=|number| *number let:number>{part(number)}</For> }.into_any()
    }
    of(Box::new(numbers), Arc::new(part))
}

/// A part for each of so many places, from 0.
pub fn each_of(
    n: impl Fn() -> usize + Send + 'static,
    part: impl Fn(usize) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    each(
        move || (0..n() as u32).collect(),
        move |at| part(at as usize),
    )
}

/// A part for each of these names.
pub fn each_named(
    names: impl Fn() -> Vec<String> + Send + 'static,
    part: impl Fn(String) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    fn of(
        names: Box<dyn Fn() -> Vec<String> + Send>,
        part: Arc<dyn Fn(String) -> AnyView + Send + Sync>,
    ) -> AnyView {
        view! { <For each=names key=String::clone let:name>{part(name)}</For> }.into_any()
    }
    of(Box::new(names), Arc::new(part))
}
