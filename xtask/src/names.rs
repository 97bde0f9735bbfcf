//! Drops the names of functions from a built program.
//!
//! Trunk's run of wasm-opt puts functions of alike names beside each other, which
//! compresses better, and must keep the names for that.

use anyhow::{Context as _, Result, ensure};

/// `\0asm` and version 1.
const PREAMBLE: usize = 8;
/// The kind of section that engines pass over, names among them.
const CUSTOM: u8 = 0;

/// The program without its sections called `name` (WebAssembly core specification,
/// "Binary format": each section is its kind, its size in LEB128, and its content).
pub(crate) fn without_names(program: &[u8]) -> Result<Vec<u8>> {
    ensure!(program.starts_with(b"\0asm"), "not a WebAssembly program");
    let mut kept = program.get(..PREAMBLE).context("cut short")?.to_vec();
    let mut rest = &program[PREAMBLE..];
    while let Some((kind, after)) = rest.split_first() {
        let (content, after) = sized(after)?;
        let is_names = *kind == CUSTOM && sized(content)?.0 == b"name";
        if !is_names {
            kept.extend_from_slice(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    Ok(kept)
}

/// Splits off as many bytes as the number at the beginning says.
fn sized(bytes: &[u8]) -> Result<(&[u8], &[u8])> {
    let mut size = 0usize;
    // Five groups of seven bits hold every 32-bit number.
    for (i, byte) in bytes.iter().enumerate().take(5) {
        size |= usize::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return bytes[i + 1..].split_at_checked(size).context("cut short");
        }
    }
    anyhow::bail!("no size")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_go() {
        let head = b"\0asm\x01\0\0\0";
        let types = b"\x01\x04\x01\x60\0\0";
        let names = b"\0\x08\x04name\x01\0\0";
        let others = b"\0\x81\0\0";
        let program = [&head[..], types, names, others].concat();
        let kept = [&head[..], types, others].concat();
        assert_eq!(without_names(&program).ok(), Some(kept));
        for cut in 0..head.len() {
            assert!(without_names(&program[..cut]).is_err(), "{cut}");
        }
        assert!(without_names(&program[..head.len() + 3]).is_err());
        assert!(without_names(b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\xff").is_err());
    }
}
