//! Ours against the published crate: the same text from the same bytes.

use super::encoding::{self, Encoding};

/// Both codecs of the same name.
fn pair(ours: &'static Encoding) -> (&'static Encoding, &'static published::Encoding) {
    let theirs = published::Encoding::for_label(ours.name().as_bytes()).unwrap();
    assert_eq!(ours.name(), theirs.name());
    (ours, theirs)
}

fn check((ours, theirs): (&'static Encoding, &'static published::Encoding), bytes: &[u8]) {
    let name = ours.name();
    let (text, had_errors) = theirs.decode_without_bom_handling(bytes);
    let got = ours.decode_without_bom_handling(bytes);
    assert_eq!(got, (text, had_errors), "{name} {bytes:02x?}");
    let strict = theirs.decode_without_bom_handling_and_without_replacement(bytes);
    let got = ours.decode_without_bom_handling_and_without_replacement(bytes);
    assert_eq!(got, strict, "{name} {bytes:02x?}");
    let (text, used, had_errors) = theirs.decode(bytes);
    let (got, got_used, got_errors) = ours.decode(bytes);
    assert_eq!(
        (got, got_used.name(), got_errors),
        (text, used.name(), had_errors),
        "{name} {bytes:02x?}"
    );
}

/// Every sequence of up to `longest` of these bytes.
fn sequences(of: &[u8], longest: usize) -> Vec<Vec<u8>> {
    let mut all = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..longest {
        let until = all.len();
        for at in from..until {
            for byte in of {
                let mut longer = all[at].clone();
                longer.push(*byte);
                all.push(longer);
            }
        }
        from = until;
    }
    all
}

#[test]
fn utf_16_has_the_same_text_and_the_same_errors() {
    // Both halves of pairs, marks, a letter, a Chinese character, in both orders.
    let bytes = [0x00, 0x41, 0x4e, 0xd8, 0xdb, 0xdc, 0xdf, 0xfe, 0xff];
    for sequence in sequences(&bytes, 5) {
        check(pair(encoding::UTF_16LE), &sequence);
        check(pair(encoding::UTF_16BE), &sequence);
    }
    // A pair with half a pair and half a unit behind it.
    check(pair(encoding::UTF_16BE), b"\xd8\x3d\xdc\xa9\xd8\x3d\xdc");
    check(pair(encoding::UTF_16LE), b"\x3d\xd8\xa9\xdc\x3d\xd8\xa9");
}

#[test]
fn utf_8_has_the_same_text_and_the_same_errors() {
    // Starts and middles of sequences of every length, with the limits of each.
    let bytes = [
        0x41, 0x80, 0xbf, 0xc1, 0xc3, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5,
    ];
    for sequence in sequences(&bytes, 4) {
        check(pair(encoding::UTF_8), &sequence);
    }
    check(pair(encoding::UTF_8), "村代码\u{feff}".as_bytes());
}

#[test]
fn what_needs_no_tables_is_the_same_in_every_encoding() {
    for ours in encoding::all() {
        // Text, the bytes that switch Japanese character sets, and marks.
        let bytes = [
            0x00, 0x41, 0x5c, 0x7e, 0x0e, 0x1b, 0x24, 0x28, 0xfe, 0xff, 0xe4,
        ];
        for sequence in sequences(&bytes, 3) {
            check(pair(ours), &sequence);
        }
        check(pair(ours), b"\xef\xbb\xbf\xe6\x9d\x91");
    }
}

#[test]
fn labels_stand_for_the_same_encodings() {
    let labels = [
        "utf8",
        " UTF-8\n",
        "unicode-1-1-utf-8",
        "utf-16",
        "ucs-2",
        "unicodefffe",
        "gb2312",
        "GB_2312-80",
        "x-gbk",
        "chinese",
        "gb18030",
        "big5-hkscs",
        "cn-big5",
        "latin1",
        "ascii",
        "us-ascii",
        "iso-8859-1",
        "iso8859-9",
        "iso-8859-11",
        "dos-874",
        "sjis",
        "ms932",
        "euc-kr",
        "korean",
        "hz-gb-2312",
        "ISO-2022-KR",
        "iso-2022-cn",
        "iso-2022-cn-ext",
        "csiso2022kr",
        "replacement",
        "\tkoi8-ru ",
        "x-mac-ukrainian",
        "mac",
        "logical",
        "visual",
        "hebrew",
        "",
        "utf-7",
        "utf_8",
        "utf-32",
        "\u{b}utf-8",
        "村",
    ];
    for label in labels {
        let theirs = published::Encoding::for_label(label.as_bytes()).map(|e| e.name());
        let ours = Encoding::for_label(label.as_bytes()).map(Encoding::name);
        assert_eq!(ours, theirs, "{label}");
    }
    assert_eq!(Encoding::for_label(b"utf\xff8"), None);
}

#[test]
fn marks_are_known() {
    for bytes in sequences(&[0xef, 0xbb, 0xbf, 0xfe, 0xff], 3) {
        let theirs = published::Encoding::for_bom(&bytes).map(|(e, n)| (e.name(), n));
        let ours = Encoding::for_bom(&bytes).map(|(e, n)| (e.name(), n));
        assert_eq!(ours, theirs, "{bytes:02x?}");
    }
}
