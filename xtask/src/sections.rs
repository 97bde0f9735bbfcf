//! The sections of a WebAssembly program (core specification, "Binary format").

use anyhow::{Context as _, Result, ensure};

/// `\0asm` and version 1.
pub(crate) const PREAMBLE: usize = 8;
/// The kind of section that engines pass over, names among them.
pub(crate) const CUSTOM: u8 = 0;
/// The kind of section that says what types functions have.
pub(crate) const TYPE: u8 = 1;
/// The kind of section that says what a program asks of its surroundings.
pub(crate) const IMPORT: u8 = 2;
/// The kind of section that says of which type each function is.
pub(crate) const FUNCTION: u8 = 3;
/// The kind of section that holds the functions.
pub(crate) const CODE: u8 = 10;
/// The kind of section that holds what is in memory from the beginning.
pub(crate) const DATA: u8 = 11;

/// A section: its kind, its content, and all of it as it lies in the program.
pub(crate) struct Section<'p> {
    pub(crate) kind: u8,
    pub(crate) content: &'p [u8],
    pub(crate) whole: &'p [u8],
}

/// The sections of `program` in their order.
pub(crate) fn sections(program: &[u8]) -> Result<Vec<Section<'_>>> {
    ensure!(program.starts_with(b"\0asm"), "not a WebAssembly program");
    let mut rest = program.get(PREAMBLE..).context("cut short")?;
    let mut sections = Vec::new();
    while let Some((kind, after)) = rest.split_first() {
        let (content, after) = sized(after)?;
        sections.push(Section {
            kind: *kind,
            content,
            whole: &rest[..rest.len() - after.len()],
        });
        rest = after;
    }
    Ok(sections)
}

/// Splits off as many bytes as the number at the beginning says.
pub(crate) fn sized(bytes: &[u8]) -> Result<(&[u8], &[u8])> {
    let (size, rest) = number(bytes)?;
    rest.split_at_checked(size).context("cut short")
}

/// The number (LEB128) at the beginning, and what follows.
pub(crate) fn number(bytes: &[u8]) -> Result<(usize, &[u8])> {
    let mut number = 0usize;
    // Five groups of seven bits hold every 32-bit number.
    for (i, byte) in bytes.iter().enumerate().take(5) {
        number |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Ok((number, &bytes[i + 1..]));
        }
    }
    anyhow::bail!("no number")
}

/// Appends `bytes` after their number.
pub(crate) fn put_sized(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len());
    out.extend_from_slice(bytes);
}

/// Appends a number as LEB128.
pub(crate) fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number > 0x7f {
        out.push(0x80 | (number & 0x7f) as u8);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_it_was_put() {
        for n in [0, 1, 127, 128, 624_485, 0xffff_ffff] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, n);
            assert_eq!(number(&bytes).ok(), Some((n, &[][..])));
        }
        // The specification's own example.
        let mut bytes = Vec::new();
        put_number(&mut bytes, 624_485);
        assert_eq!(bytes, [0xe5, 0x8e, 0x26]);
    }
}
