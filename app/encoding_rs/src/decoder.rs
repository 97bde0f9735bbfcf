//! Decoding by the browser, all at once or as the bytes come.

use super::encoding::Encoding;
use web_sys::js_sys::Reflect;
use web_sys::wasm_bindgen::JsValue;
use web_sys::{TextDecodeOptions, TextDecoder, TextDecoderOptions};

/// Bytes handed over at a time: the browser's copy of a large file's text stays small.
const CHUNK: usize = 1 << 20;

fn browsers(label: &str, fatal: bool) -> Option<TextDecoder> {
    let options = TextDecoderOptions::new();
    options.set_fatal(fatal);
    // A mark is text here: whoever wants it gone has taken it off.
    Reflect::set(&options, &JsValue::from("ignoreBOM"), &JsValue::TRUE).ok()?;
    TextDecoder::new_with_label_and_options(label, &options).ok()
}

/// The text of the next bytes, unless something is malformed and the decoder strict.
fn next(decoder: &TextDecoder, bytes: &[u8], last: bool) -> Option<String> {
    let options = TextDecodeOptions::new();
    options.set_stream(!last);
    let text = decoder.decode_with_u8_array_and_options(bytes, &options);
    text.ok()
}

/// The whole text; what is malformed is nothing if `fatal`, else it becomes U+FFFD.
pub(crate) fn decode(encoding: &Encoding, bytes: &[u8], fatal: bool) -> Option<String> {
    let decoder = browsers(encoding.name(), fatal)?;
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.chunks(CHUNK) {
        text += &next(&decoder, chunk, false)?;
    }
    text += &next(&decoder, &[], true)?;
    Some(text)
}

/// The browser's name of what a label stands for.
pub(crate) fn name_of(label: &str) -> Option<String> {
    Some(browsers(label, false)?.encoding())
}

/// How far a [`Decoder`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecoderResult {
    /// All input is read and its text written.
    InputEmpty,
    /// There is more text than room.
    OutputFull,
    /// Something is malformed. The browser does not tell what, so both are 0, and the
    /// text before it within the same call is lost.
    Malformed(u8, u8),
}

/// Strict decoding of bytes as they come. After an error there is only that error.
#[derive(Debug)]
pub struct Decoder {
    encoding: &'static Encoding,
    browsers: Option<TextDecoder>,
    /// Text that found no room yet.
    waiting: String,
}

impl Encoding {
    /// A decoder to which a byte-order mark is text.
    pub fn new_decoder_without_bom_handling(&'static self) -> Decoder {
        Decoder {
            encoding: self,
            browsers: browsers(self.name(), true),
            waiting: String::new(),
        }
    }
}

impl Decoder {
    /// What it decodes.
    pub fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// Bytes that the text of `n_bytes` more bytes can take.
    pub fn max_utf8_buffer_length_without_replacement(&self, n_bytes: usize) -> Option<usize> {
        // No encoding has more than three bytes of text for one of its own, and none
        // keeps more than three bytes back.
        let n_new = n_bytes.checked_add(3)?.checked_mul(3)?;
        n_new.checked_add(self.waiting.len())
    }

    fn feed(&mut self, bytes: &[u8], last: bool) -> Option<()> {
        if bytes.is_empty() && !last {
            return Some(());
        }
        let text = next(self.browsers.as_ref()?, bytes, last);
        if text.is_none() {
            self.browsers = None;
        }
        self.waiting += &text?;
        Some(())
    }

    /// Appends text; how far it came, and how many bytes were read.
    pub fn decode_to_string_without_replacement(
        &mut self,
        bytes: &[u8],
        out: &mut String,
        last: bool,
    ) -> (DecoderResult, usize) {
        if self.feed(bytes, last).is_none() {
            return (DecoderResult::Malformed(0, 0), bytes.len());
        }
        out.push_str(&std::mem::take(&mut self.waiting));
        (DecoderResult::InputEmpty, bytes.len())
    }

    /// Writes text; how far it came, how many bytes were read and how many written.
    pub fn decode_to_utf8_without_replacement(
        &mut self,
        bytes: &[u8],
        out: &mut [u8],
        last: bool,
    ) -> (DecoderResult, usize, usize) {
        let mut n_read = 0;
        if self.waiting.is_empty() {
            n_read = bytes.len();
            if self.feed(bytes, last).is_none() {
                return (DecoderResult::Malformed(0, 0), n_read, 0);
            }
        }
        let n_room = self.waiting.floor_char_boundary(out.len());
        let ready: String = self.waiting.drain(..n_room).collect();
        for (place, byte) in out.iter_mut().zip(ready.bytes()) {
            *place = byte;
        }
        let result = if self.waiting.is_empty() && n_read == bytes.len() {
            DecoderResult::InputEmpty
        } else {
            DecoderResult::OutputFull
        };
        (result, n_read, n_room)
    }
}
