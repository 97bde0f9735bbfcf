//! The encodings by name, and the ways to decode with one.

use super::decoder;
use std::borrow::Cow;

/// An encoding of the Encoding Standard.
#[derive(Debug, PartialEq, Eq)]
pub struct Encoding {
    name: &'static str,
}

macro_rules! encodings {
    ($($name:literal $place:ident $reference:ident,)*) => {
        $(
            #[doc = concat!($name, ", in place.")]
            pub static $place: Encoding = Encoding { name: $name };
            #[doc = concat!($name, ".")]
            pub static $reference: &Encoding = &$place;
        )*

        static ALL: &[&Encoding] = &[$(&$place),*];
    };
}

encodings! {
    "UTF-8" UTF_8_INIT UTF_8,
    "UTF-16LE" UTF_16LE_INIT UTF_16LE,
    "UTF-16BE" UTF_16BE_INIT UTF_16BE,
    "gb18030" GB18030_INIT GB18030,
    "GBK" GBK_INIT GBK,
    "Big5" BIG5_INIT BIG5,
    "EUC-JP" EUC_JP_INIT EUC_JP,
    "EUC-KR" EUC_KR_INIT EUC_KR,
    "IBM866" IBM866_INIT IBM866,
    "ISO-2022-JP" ISO_2022_JP_INIT ISO_2022_JP,
    "ISO-8859-2" ISO_8859_2_INIT ISO_8859_2,
    "ISO-8859-3" ISO_8859_3_INIT ISO_8859_3,
    "ISO-8859-4" ISO_8859_4_INIT ISO_8859_4,
    "ISO-8859-5" ISO_8859_5_INIT ISO_8859_5,
    "ISO-8859-6" ISO_8859_6_INIT ISO_8859_6,
    "ISO-8859-7" ISO_8859_7_INIT ISO_8859_7,
    "ISO-8859-8" ISO_8859_8_INIT ISO_8859_8,
    "ISO-8859-8-I" ISO_8859_8_I_INIT ISO_8859_8_I,
    "ISO-8859-10" ISO_8859_10_INIT ISO_8859_10,
    "ISO-8859-13" ISO_8859_13_INIT ISO_8859_13,
    "ISO-8859-14" ISO_8859_14_INIT ISO_8859_14,
    "ISO-8859-15" ISO_8859_15_INIT ISO_8859_15,
    "ISO-8859-16" ISO_8859_16_INIT ISO_8859_16,
    "KOI8-R" KOI8_R_INIT KOI8_R,
    "KOI8-U" KOI8_U_INIT KOI8_U,
    "macintosh" MACINTOSH_INIT MACINTOSH,
    "replacement" REPLACEMENT_INIT REPLACEMENT,
    "Shift_JIS" SHIFT_JIS_INIT SHIFT_JIS,
    "windows-874" WINDOWS_874_INIT WINDOWS_874,
    "windows-1250" WINDOWS_1250_INIT WINDOWS_1250,
    "windows-1251" WINDOWS_1251_INIT WINDOWS_1251,
    "windows-1252" WINDOWS_1252_INIT WINDOWS_1252,
    "windows-1253" WINDOWS_1253_INIT WINDOWS_1253,
    "windows-1254" WINDOWS_1254_INIT WINDOWS_1254,
    "windows-1255" WINDOWS_1255_INIT WINDOWS_1255,
    "windows-1256" WINDOWS_1256_INIT WINDOWS_1256,
    "windows-1257" WINDOWS_1257_INIT WINDOWS_1257,
    "windows-1258" WINDOWS_1258_INIT WINDOWS_1258,
    "x-mac-cyrillic" X_MAC_CYRILLIC_INIT X_MAC_CYRILLIC,
    "x-user-defined" X_USER_DEFINED_INIT X_USER_DEFINED,
}

/// Every encoding there is.
#[cfg(test)]
pub(crate) fn all() -> &'static [&'static Encoding] {
    ALL
}

/// Labels of the one encoding that browsers know but refuse to make a decoder for.
const REPLACEMENT_LABELS: [&str; 6] = [
    "replacement",
    "csiso2022kr",
    "hz-gb-2312",
    "iso-2022-cn",
    "iso-2022-cn-ext",
    "iso-2022-kr",
];

impl Encoding {
    /// The encoding a label stands for, whatever its case and the blanks around it.
    pub fn for_label(label: &[u8]) -> Option<&'static Self> {
        let label = std::str::from_utf8(label.trim_ascii()).ok()?;
        if REPLACEMENT_LABELS
            .iter()
            .any(|l| l.eq_ignore_ascii_case(label))
        {
            return Some(REPLACEMENT);
        }
        let named = |name: &str| {
            let mut all = ALL.iter().copied();
            all.find(|encoding| encoding.name.eq_ignore_ascii_case(name))
        };
        named(label).or_else(|| named(&decoder::name_of(label)?))
    }

    /// The encoding a byte-order mark stands for, with the mark's length.
    pub fn for_bom(bytes: &[u8]) -> Option<(&'static Self, usize)> {
        match bytes {
            [0xef, 0xbb, 0xbf, ..] => Some((UTF_8, 3)),
            [0xff, 0xfe, ..] => Some((UTF_16LE, 2)),
            [0xfe, 0xff, ..] => Some((UTF_16BE, 2)),
            _ => None,
        }
    }

    /// Its name in the standard.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The text after any byte-order mark, which overrules `self`; the encoding that
    /// was used; whether anything was malformed and became U+FFFD.
    pub fn decode<'a>(&'static self, bytes: &'a [u8]) -> (Cow<'a, str>, &'static Self, bool) {
        let (encoding, n_mark) = Self::for_bom(bytes).unwrap_or((self, 0));
        let rest = bytes.get(n_mark..).unwrap_or_default();
        let (text, had_errors) = encoding.decode_without_bom_handling(rest);
        (text, encoding, had_errors)
    }

    /// The text, and whether anything was malformed and became U+FFFD.
    pub fn decode_without_bom_handling<'a>(&'static self, bytes: &'a [u8]) -> (Cow<'a, str>, bool) {
        if let Some(text) = self.decode_without_bom_handling_and_without_replacement(bytes) {
            return (text, false);
        }
        let text = match self.utf_16_unit() {
            Some(unit) => utf_16(bytes, unit).0.into(),
            None if self == UTF_8 => String::from_utf8_lossy(bytes),
            // What has no decoder becomes a single mark, as the standard wants it.
            None => decoder::decode(self, bytes, false).map_or("\u{fffd}".into(), Cow::Owned),
        };
        (text, true)
    }

    /// The text, unless anything is malformed.
    pub fn decode_without_bom_handling_and_without_replacement<'a>(
        &'static self,
        bytes: &'a [u8],
    ) -> Option<Cow<'a, str>> {
        if let Some(unit) = self.utf_16_unit() {
            let (text, had_errors) = utf_16(bytes, unit);
            return (!had_errors).then_some(Cow::Owned(text));
        }
        if self == UTF_8 || bytes.is_empty() || self.is_plain(bytes) {
            return std::str::from_utf8(bytes).ok().map(Cow::Borrowed);
        }
        if self == REPLACEMENT {
            return None;
        }
        decoder::decode(self, bytes, true).map(Cow::Owned)
    }

    /// Whether these are ASCII, and ASCII in this encoding.
    fn is_plain(&self, bytes: &[u8]) -> bool {
        let switches = |b: &u8| matches!(b, 0x0e | 0x0f | 0x1b);
        bytes.is_ascii()
            && self != REPLACEMENT
            && !(self == ISO_2022_JP && bytes.iter().any(switches))
    }

    fn utf_16_unit(&self) -> Option<fn([u8; 2]) -> u16> {
        if self == UTF_16LE {
            Some(u16::from_le_bytes)
        } else if self == UTF_16BE {
            Some(u16::from_be_bytes)
        } else {
            None
        }
    }
}

/// Decoded text, and whether anything was malformed and became U+FFFD.
fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, bool) {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len());
    let mut had_errors = false;
    let mut ends_in_half_a_pair = false;
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        ends_in_half_a_pair = false;
        text.push(decoded.unwrap_or_else(|error| {
            had_errors = true;
            ends_in_half_a_pair = error.unpaired_surrogate() < 0xdc00;
            char::REPLACEMENT_CHARACTER
        }));
    }
    if !rest.is_empty() {
        had_errors = true;
        // Half a pair and half a unit behind it are one error.
        if !ends_in_half_a_pair {
            text.push(char::REPLACEMENT_CHARACTER);
        }
    }
    (text, had_errors)
}
