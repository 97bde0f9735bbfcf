//! Streams between Rust and the browser, under the name that `server_fn` asks for.
//!
//! The published crate exports classes to JavaScript, which every program then carries
//! whether it streams or not. This one has no server and asks none, so in the browser
//! there is no stream at all; everywhere else this is the published crate itself.

#[cfg(target_arch = "wasm32")]
pub use none::ReadableStream;
#[cfg(not(target_arch = "wasm32"))]
pub use published::*;

#[cfg(target_arch = "wasm32")]
mod none {
    use futures_core::Stream;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use wasm_bindgen::{JsValue, throw_str};

    /// Of which there is none.
    #[derive(Debug)]
    pub enum ReadableStream {}

    fn none() -> ! {
        throw_str("nothing streams here: see app/wasm-streams")
    }

    impl ReadableStream {
        /// Throws.
        pub fn from_stream<T>(_stream: T) -> Self {
            none()
        }

        /// Throws.
        pub fn from_raw(_raw: web_sys::ReadableStream) -> Self {
            none()
        }

        /// The browser's.
        pub fn into_raw(self) -> web_sys::ReadableStream {
            match self {}
        }

        /// Its chunks.
        #[must_use]
        pub fn into_stream(self) -> Self {
            self
        }
    }

    impl Stream for ReadableStream {
        type Item = Result<JsValue, JsValue>;

        fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
            match *self {}
        }
    }
}
