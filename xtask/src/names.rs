//! Shortens what a built program and the script around it call functions.
//!
//! Trunk's run of wasm-opt puts functions of alike names beside each other, which
//! compresses better, and must keep the names for that. Afterwards nobody reads them.

use anyhow::{Context as _, Result, ensure};

use crate::sections::{CUSTOM, IMPORT, PREAMBLE, number, put_number, put_sized, sections, sized};

/// How wasm-bindgen's names begin; most end in a hash of sixteen digits.
const BINDGEN: &str = "__wb";

/// The program without its sections called `name`.
pub(crate) fn without_names(program: &[u8]) -> Result<Vec<u8>> {
    let mut kept = program.get(..PREAMBLE).context("cut short")?.to_vec();
    for section in sections(program)? {
        let is_names = section.kind == CUSTOM && sized(section.content)?.0 == b"name";
        if !is_names {
            kept.extend_from_slice(section.whole);
        }
    }
    Ok(kept)
}

/// The program and its script with short names for what the one asks of the other, and
/// the script without indentation and comments on lines of their own.
pub(crate) fn shortened(program: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut short = Vec::new();
    let mut script = without_comments(script);
    let mut out = program.get(..PREAMBLE).context("cut short")?.to_vec();
    for section in sections(program)? {
        if section.kind != IMPORT {
            out.extend_from_slice(section.whole);
            continue;
        }
        let (count, mut rest) = number(section.content)?;
        let mut imports = Vec::new();
        put_number(&mut imports, count);
        for i in 0..count {
            let (module, after) = sized(rest)?;
            let (field, after) = sized(after)?;
            ensure!(after.first() == Some(&0), "something else than a function");
            let (kind, after) = number(&after[1..])?;
            rest = after;
            let field = str::from_utf8(field).context("a name that is no text")?;
            put_sized(&mut imports, module);
            if field.starts_with(BINDGEN) {
                let name = format!("${i}");
                put_sized(&mut imports, name.as_bytes());
                short.push((field.to_owned(), name));
            } else {
                put_sized(&mut imports, field.as_bytes());
            }
            imports.push(0);
            put_number(&mut imports, kind);
        }
        out.push(IMPORT);
        put_sized(&mut out, &imports);
    }
    for (name, short) in &short {
        script = renamed(&script, name, short)
            .with_context(|| format!("{name} is not in the script"))?;
    }
    Ok((out, script))
}

/// `None` where no identifier is `name`.
fn renamed(script: &str, name: &str, short: &str) -> Option<String> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    let mut out = String::with_capacity(script.len());
    let mut rest = script;
    let mut is_found = false;
    while let Some(at) = rest.find(name) {
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        let is_whole = !before.ends_with(belongs) && !after.starts_with(belongs);
        is_found |= is_whole;
        out.push_str(before);
        out.push_str(if is_whole { short } else { name });
        rest = after;
    }
    out.push_str(rest);
    is_found.then_some(out)
}

/// wasm-bindgen puts every comment on lines of its own and no text over several lines.
fn without_comments(script: &str) -> String {
    let mut is_comment = false;
    let mut out = String::with_capacity(script.len());
    for line in script.lines().map(str::trim) {
        is_comment |= line.starts_with("/*");
        if !is_comment && !line.is_empty() && !line.starts_with("//") {
            out.push_str(line);
            out.push('\n');
        }
        is_comment &= !line.ends_with("*/");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"\0asm\x01\0\0\0";
    const TYPES: &[u8] = b"\x01\x04\x01\x60\0\0";

    #[test]
    fn only_the_names_go() {
        let names = b"\0\x08\x04name\x01\0\0";
        let others = b"\0\x81\0\0";
        let program = [HEAD, TYPES, names, others].concat();
        let kept = [HEAD, TYPES, others].concat();
        assert_eq!(without_names(&program).ok(), Some(kept));
        for cut in 0..HEAD.len() {
            assert!(without_names(&program[..cut]).is_err(), "{cut}");
        }
        assert!(without_names(&program[..HEAD.len() + 3]).is_err());
        assert!(without_names(b"\0asm\x01\0\0\0\x01\xff\xff\xff\xff\xff").is_err());
    }

    #[test]
    fn both_sides_take_the_short_name() {
        // Two functions of module "m", called "__wbg_a" and "b", both of type 0.
        let long = b"\x02\x13\x02\x01m\x07__wbg_a\0\0\x01m\x01b\0\0";
        let short = b"\x02\x0e\x02\x01m\x02$0\0\0\x01m\x01b\0\0";
        let script = "/**\n * __wbg_a\n */\n    // what\n\n    __wbg_a: f, // its\n  b: __wbg_a1\n";
        let (program, script) = shortened(&[HEAD, TYPES, long].concat(), script).unwrap();
        assert_eq!(program, [HEAD, TYPES, short].concat());
        assert_eq!(script, "$0: f, // its\nb: __wbg_a1\n");
        assert!(shortened(&[HEAD, TYPES, long].concat(), "b: f\n").is_err());
    }
}
