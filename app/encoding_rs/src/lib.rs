//! Text encodings: the published encoding_rs everywhere but in the browser.
//!
//! Its tables of Chinese, Japanese and Korean are a fifth of what the engine would weigh
//! there, and every browser has the same ones behind `TextDecoder`. So in
//! WebAssembly this crate, which `[patch.crates-io]` puts in encoding_rs's place for
//! calamine, codepage, quick-xml and the engine, offers the part of its interface
//! that these four use and lets the browser decode. UTF-8 and UTF-16, which nearly
//! every file is in, need no tables and are decoded here. There is no encoder.
//!
//! Both follow the Encoding Standard (<https://encoding.spec.whatwg.org>), so what
//! is read is the same; `tests/browser/decode_text.rs` compares them sequence by
//! sequence. It knows of one exception: Chromium makes half a character of four
//! letters of Hong Kong's with two accents in Big5. And a browser from before 2023
//! knows GB18030 by its edition of 2005, where two dozen rare signs are private ones.

#[cfg(target_arch = "wasm32")]
mod decoder;
#[cfg(any(target_arch = "wasm32", test))]
pub mod encoding;

#[cfg(target_arch = "wasm32")]
pub use decoder::{Decoder, DecoderResult};
#[cfg(target_arch = "wasm32")]
pub use encoding::*;
#[cfg(not(target_arch = "wasm32"))]
pub use published::*;

#[cfg(test)]
mod tests;

/// The published crate in the browser's place, so that what is ours can be tested.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod decoder {
    use super::encoding::Encoding;

    fn published(encoding: &Encoding) -> Option<&'static published::Encoding> {
        published::Encoding::for_label_no_replacement(encoding.name().as_bytes())
    }

    pub(crate) fn decode(encoding: &Encoding, bytes: &[u8], fatal: bool) -> Option<String> {
        let codec = published(encoding)?;
        if fatal {
            let text = codec.decode_without_bom_handling_and_without_replacement(bytes);
            return text.map(Into::into);
        }
        Some(codec.decode_without_bom_handling(bytes).0.into_owned())
    }

    pub(crate) fn name_of(label: &str) -> Option<String> {
        let codec = published::Encoding::for_label_no_replacement(label.as_bytes())?;
        Some(codec.name().to_ascii_lowercase())
    }
}
