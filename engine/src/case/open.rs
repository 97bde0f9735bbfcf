//! The bytes of a file → its sections, every byte accounted for.

use super::pack::first_line;
use super::verify::Difference;
use super::{Digests, FORMAT, Section};

/// A file taken apart, nothing of it believed yet.
pub(super) struct Opened<'a> {
    /// Contents of the sections, in order.
    pub(super) bodies: Vec<(Section, &'a str)>,
    /// Digests of the sections as written.
    pub(super) seals: &'a str,
    /// Digest of the whole as written.
    pub(super) seal: &'a str,
    /// Everything before the line of the seal.
    pub(super) before_seal: &'a str,
}

impl<'a> Opened<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Difference> {
        let start = first_line();
        if !bytes.starts_with(start.as_bytes()) {
            return Err(not_a_case(bytes, &start));
        }
        let text = std::str::from_utf8(bytes).map_err(|e| not_text(bytes, e.valid_up_to()))?;
        let mut rest = &text[start.len()..];
        let mut bodies = Vec::new();
        for section in Section::CONTENTS {
            if !section.is_optional() || rest.starts_with(&start_of(section)) {
                bodies.push((section, line(&mut rest, section)?));
            }
        }
        let seals = line(&mut rest, Section::Seals)?;
        let before_seal = &text[..text.len() - rest.len()];
        Ok(Self {
            bodies,
            seals,
            seal: last_line(rest)?,
            before_seal,
        })
    }

    /// The contents of a section.
    pub(super) fn body(&self, section: Section) -> &'a str {
        let found = self.bodies.iter().find(|(s, _)| *s == section);
        found.map_or("", |(_, body)| body)
    }
}

/// How the line of a section begins.
fn start_of(section: Section) -> String {
    format!("\"{}\":", section.id())
}

/// Takes the line of a section off the text.
fn line<'a>(rest: &mut &'a str, section: Section) -> Result<&'a str, Difference> {
    let Some((line, after)) = rest.split_once('\n') else {
        // A last line that is there and whole means that nothing was cut off.
        return Err(if rest.ends_with('}') && rest.contains("\"seal\":") {
            Difference::Malformed(section)
        } else {
            Difference::Truncated(section)
        });
    };
    let body = line.strip_prefix(start_of(section).as_str());
    let body = body.and_then(|b| b.strip_suffix(','));
    *rest = after;
    body.ok_or(Difference::Malformed(section))
}

/// The line of the seal, which has one length, and nothing after it.
fn last_line(rest: &str) -> Result<&str, Difference> {
    let section = Section::Seal;
    let length = "\"seal\":}\n".len() + Digests::of(b"").json().len();
    if rest.len() < length {
        return Err(Difference::Truncated(section));
    }
    let body = rest.strip_prefix("\"seal\":");
    let body = body.and_then(|b| b.strip_suffix("}\n"));
    body.ok_or(Difference::Malformed(section))
}

/// A beginning that is not ours: another version, the start of a file cut off, or
/// something else.
fn not_a_case(bytes: &[u8], start: &str) -> Difference {
    if !bytes.is_empty() && start.as_bytes().starts_with(bytes) {
        return Difference::Truncated(Section::Versions);
    }
    let (family, _) = FORMAT.split_once('/').unwrap_or((FORMAT, ""));
    let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let found = std::str::from_utf8(first).ok().and_then(|line| {
        let version = line.strip_prefix("{\"format\":\"")?.strip_suffix("\",")?;
        let (name, number) = version.split_once('/')?;
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        (name == family && is_number).then(|| version.to_owned())
    });
    found.map_or(Difference::NotACase, Difference::Version)
}

/// Which section holds the first byte that is no text.
fn not_text(bytes: &[u8], at: usize) -> Difference {
    let n_lines = bytes[..at].split(|b| *b == b'\n').count() - 1;
    let has = |section: Section| {
        let start = start_of(section);
        let mut lines = bytes.split(|b| *b == b'\n');
        lines.any(|line| line.starts_with(start.as_bytes()))
    };
    let all = Section::CONTENTS.into_iter();
    let all = all.filter(|section| !section.is_optional() || has(*section));
    let mut all = all.chain([Section::Seals, Section::Seal]);
    // The first line is the beginning, which was found whole.
    let section = all.nth(n_lines.saturating_sub(1)).unwrap_or(Section::Seal);
    if std::str::from_utf8(&bytes[at..]).is_err_and(|e| e.error_len().is_none()) {
        Difference::Truncated(section)
    } else {
        Difference::Malformed(section)
    }
}
