//! Memos and effects whose machinery is compiled once for each type of value.
//!
//! `Memo::new` and `Effect::new` are compiled anew for every closure, which for the
//! dashboard's seventy memos was a twentieth of its program.

use leptos::prelude::*;

/// [`Memo::new`] of a closure that does not ask for the value before.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    read: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    fn boxed<T: PartialEq + Send + Sync + 'static>(
        read: Box<dyn Fn() -> T + Send + Sync>,
    ) -> Memo<T> {
        Memo::new(move |_| read())
    }
    boxed(Box::new(read))
}

/// [`Effect::new`] of a closure that does not ask for what it returned before.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    fn boxed(mut run: Box<dyn FnMut()>) {
        Effect::new(move |_| run());
    }
    boxed(Box::new(run));
}
