//! A program with like beside like, which compresses a tenth better.
//!
//! Code alternates between what is done and what it is done with: instructions, numbers
//! of variables, distances in memory. Each kind is told well by what came before of the
//! same kind, and badly by its neighbours. So every kind gets a stream of its own, and
//! `app/unpack.js` puts the program together again before the browser compiles it.
//! Variables are numbered by how recently they were used, and constants of several bytes
//! are told from short ones by their number of bytes above 128.
//!
//! A packed program is: its length; how many bytes stand before the number of its
//! functions; the length of each stream; the streams. All numbers are LEB128.

use anyhow::{Context as _, Result, bail, ensure};

use crate::sections::{CODE, number, put_number, sections};

/// What is outside of code: the other sections, whole.
const OUTSIDE: usize = 0;
/// What is done, and with unusual memory instructions how they are aligned.
const DONE: usize = 1;
/// How long a function is.
const FRAME: usize = 2;
const BLOCK: usize = 3;
const BRANCH: usize = 4;
const CALL: usize = 5;
const FLOAT: usize = 6;
/// Constants of one byte, and how many bytes the others have.
const I32: usize = 7;
const I64: usize = 8;
const LOCAL_GET: usize = 9;
const LOCAL_SET: usize = 10;
const LOCAL_TEE: usize = 11;
const LOAD: usize = 12;
const STORE: usize = 13;
const OTHER: usize = 14;
/// Constants of two bytes; those of three to five have the streams after it.
const I32_TWO: usize = 15;
/// What variables a function has.
const LOCALS: usize = 19;
const BRANCH_IF: usize = 20;
const BRANCH_TABLE: usize = 21;
const STREAMS: usize = 22;

/// The first instruction that reads or writes memory.
const MEMORY: u8 = 0x28;
/// The alignments (as powers of two) that belong to these instructions.
const NATURAL: [u8; 23] = [
    2, 3, 2, 3, 0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 2, 3, 2, 3, 0, 1, 0, 1, 2,
];
/// From here on no instruction has a number; they stand for memory instructions with
/// another alignment than the natural one.
const UNUSUAL: u8 = 0xd3;

/// `program` packed.
pub(crate) fn packed(program: &[u8]) -> Result<Vec<u8>> {
    let mut before = 0;
    for section in sections(program)? {
        let start = section.content.as_ptr().addr() - program.as_ptr().addr();
        if section.kind == CODE {
            before = start;
        }
    }
    ensure!(before > 0, "a program without code");
    let mut apart = Apart {
        program,
        at: 0,
        streams: Default::default(),
        recent: Recent::default(),
    };
    walk(&mut apart, before, program.len()).with_context(|| format!("at byte {}", apart.at))?;
    let mut packed = Vec::new();
    put_number(&mut packed, program.len());
    put_number(&mut packed, before);
    for stream in &apart.streams {
        put_number(&mut packed, stream.len());
    }
    packed.extend(apart.streams.concat());
    ensure!(
        unpacked(&packed)? == program,
        "a program that changes on the way"
    );
    Ok(packed)
}

/// What `app/unpack.js` makes of a packed program.
fn unpacked(packed: &[u8]) -> Result<Vec<u8>> {
    let (length, rest) = number(packed)?;
    let (before, mut rest) = number(rest)?;
    let mut lengths = [0; STREAMS];
    for length in &mut lengths {
        (*length, rest) = number(rest)?;
    }
    let mut streams = [&[][..]; STREAMS];
    for (stream, length) in streams.iter_mut().zip(lengths) {
        (*stream, rest) = rest.split_at_checked(length).context("cut short")?;
    }
    let mut together = Together {
        streams,
        program: Vec::new(),
        recent: Recent::default(),
    };
    walk(&mut together, before, length)?;
    Ok(together.program)
}

/// Takes a program apart or puts it together, which is the same walk over it.
trait Walk {
    /// How many bytes of the program are behind.
    fn at(&self) -> usize;

    /// The next byte, of this stream.
    fn byte(&mut self, stream: usize) -> Result<u8>;

    /// The next instruction; of one that uses memory, with its alignment.
    fn instruction(&mut self) -> Result<u8>;

    /// The next variable, by how recently it was used.
    fn variable(&mut self, stream: usize) -> Result<()>;

    /// The next constant, by its length.
    fn constant(&mut self) -> Result<()>;

    /// Forgets variables: another function begins.
    fn begin(&mut self);

    fn bytes(&mut self, stream: usize, count: usize) -> Result<()> {
        (0..count).try_for_each(|_| self.byte(stream).map(drop))
    }

    /// The next number, whose value counts only where it fits.
    fn number(&mut self, stream: usize) -> Result<usize> {
        let mut value = 0usize;
        for shift in (0..).step_by(7) {
            let byte = self.byte(stream)?;
            value |= usize::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Ok(value)
    }

    fn numbers(&mut self, stream: usize, count: usize) -> Result<()> {
        (0..count).try_for_each(|_| self.number(stream).map(drop))
    }
}

fn walk(walk: &mut impl Walk, before: usize, length: usize) -> Result<()> {
    walk.bytes(OUTSIDE, before)?;
    for _ in 0..walk.number(OUTSIDE)? {
        let size = walk.number(FRAME)?;
        let end = walk.at() + size;
        walk.begin();
        for _ in 0..walk.number(LOCALS)? {
            walk.numbers(LOCALS, 2)?;
        }
        while walk.at() < end {
            step(walk)?;
        }
        ensure!(walk.at() == end, "a function that ends within a step");
    }
    walk.bytes(OUTSIDE, length - walk.at())
}

/// An instruction and what belongs to it (core specification, "Instructions").
fn step(walk: &mut impl Walk) -> Result<()> {
    match walk.instruction()? {
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Ok(()),
        0x02..=0x04 => walk.numbers(BLOCK, 1),
        0x0c => walk.numbers(BRANCH, 1),
        0x0d => walk.numbers(BRANCH_IF, 1),
        0x0e => {
            let count = walk.number(BRANCH_TABLE)?;
            walk.numbers(BRANCH_TABLE, count + 1)
        }
        0x10 => walk.numbers(CALL, 1),
        0x11 => walk.numbers(CALL, 2),
        0x1c => {
            let count = walk.number(OTHER)?;
            walk.numbers(OTHER, count)
        }
        0x20 => walk.variable(LOCAL_GET),
        0x21 => walk.variable(LOCAL_SET),
        0x22 => walk.variable(LOCAL_TEE),
        0x23..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => walk.numbers(OTHER, 1),
        0x28..=0x35 => walk.numbers(LOAD, 1),
        0x36..=0x3e => walk.numbers(STORE, 1),
        0x41 => walk.constant(),
        0x42 => walk.numbers(I64, 1),
        0x43 => walk.bytes(FLOAT, 4),
        0x44 => walk.bytes(FLOAT, 8),
        0xfc => match walk.number(OTHER)? {
            0..=7 => Ok(()),
            9 | 11 | 13 | 15..=17 => walk.numbers(OTHER, 1),
            8 | 10 | 12 | 14 => walk.numbers(OTHER, 2),
            unknown => bail!("instruction fc {unknown:02x} is not known here"),
        },
        unknown => bail!("instruction {unknown:02x} is not known here"),
    }
}

/// The number for a memory instruction with an alignment below its natural one.
fn unusual() -> impl Iterator<Item = (u8, (u8, u8))> {
    let below = |(op, natural)| (0..natural).map(move |align| (op, align));
    let cases = (MEMORY..).zip(NATURAL).flat_map(below);
    (UNUSUAL..).zip(cases)
}

fn natural(op: u8) -> Option<u8> {
    let i = op.checked_sub(MEMORY)?;
    NATURAL.get(usize::from(i)).copied()
}

/// Variables, the most recently used first; those not used yet in their order.
#[derive(Default)]
struct Recent(Vec<usize>);

impl Recent {
    fn know(&mut self, variable: usize) {
        while self.0.len() <= variable {
            self.0.push(self.0.len());
        }
    }

    /// The place of a variable, which then is the first.
    fn place(&mut self, variable: usize) -> usize {
        self.know(variable);
        let place = self.0.iter().position(|v| *v == variable);
        let place = place.unwrap_or_default();
        self.0[..=place].rotate_right(1);
        place
    }

    /// The variable at a place, which then is the first.
    fn at(&mut self, place: usize) -> usize {
        self.know(place);
        self.0[..=place].rotate_right(1);
        self.0[0]
    }
}

/// The most variables a function of ours has; more would be a fault in reading it.
const MOST_VARIABLES: usize = 1 << 16;

struct Apart<'p> {
    program: &'p [u8],
    at: usize,
    streams: [Vec<u8>; STREAMS],
    recent: Recent,
}

impl Apart<'_> {
    fn number_here(&mut self) -> Result<usize> {
        let rest = self.program.get(self.at..).context("cut short")?;
        let (value, after) = number(rest)?;
        self.at = self.program.len() - after.len();
        Ok(value)
    }

    fn next(&mut self) -> Result<u8> {
        let byte = *self.program.get(self.at).context("cut short")?;
        self.at += 1;
        Ok(byte)
    }
}

impl Walk for Apart<'_> {
    fn at(&self) -> usize {
        self.at
    }

    fn byte(&mut self, stream: usize) -> Result<u8> {
        let byte = self.next()?;
        self.streams[stream].push(byte);
        Ok(byte)
    }

    fn instruction(&mut self) -> Result<u8> {
        let op = self.next()?;
        let mut code = op;
        if let Some(natural) = natural(op) {
            let align = self.next()?;
            if align != natural {
                let found = unusual().find(|(_, case)| *case == (op, align));
                code = found.context("an alignment that is not known here")?.0;
            }
        }
        self.streams[DONE].push(code);
        Ok(op)
    }

    fn variable(&mut self, stream: usize) -> Result<()> {
        let variable = self.number_here()?;
        ensure!(variable < MOST_VARIABLES, "too many variables");
        let place = self.recent.place(variable);
        put_number(&mut self.streams[stream], place);
        Ok(())
    }

    fn constant(&mut self) -> Result<()> {
        let start = self.at;
        while self.next()? & 0x80 != 0 {}
        let bytes = &self.program[start..self.at];
        match bytes.len() {
            1 => self.streams[I32].extend(bytes),
            n @ 2..=5 => {
                self.streams[I32].push(0x80 + n as u8);
                self.streams[I32_TWO + n - 2].extend(bytes);
            }
            _ => bail!("a constant of too many bytes"),
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.recent = Recent::default();
    }
}

struct Together<'s> {
    streams: [&'s [u8]; STREAMS],
    program: Vec<u8>,
    recent: Recent,
}

impl Together<'_> {
    fn next(&mut self, stream: usize) -> Result<u8> {
        let (byte, rest) = self.streams[stream].split_first().context("cut short")?;
        self.streams[stream] = rest;
        Ok(*byte)
    }
}

impl Walk for Together<'_> {
    fn at(&self) -> usize {
        self.program.len()
    }

    fn byte(&mut self, stream: usize) -> Result<u8> {
        let byte = self.next(stream)?;
        self.program.push(byte);
        Ok(byte)
    }

    fn instruction(&mut self) -> Result<u8> {
        let code = self.next(DONE)?;
        let found = unusual().find(|(unusual, _)| *unusual == code);
        let (op, align) = match found {
            Some((_, (op, align))) => (op, Some(align)),
            None => (code, natural(code)),
        };
        self.program.push(op);
        self.program.extend(align);
        Ok(op)
    }

    fn variable(&mut self, stream: usize) -> Result<()> {
        let (place, rest) = number(self.streams[stream])?;
        ensure!(place < MOST_VARIABLES, "too many variables");
        self.streams[stream] = rest;
        let variable = self.recent.at(place);
        put_number(&mut self.program, variable);
        Ok(())
    }

    fn constant(&mut self) -> Result<()> {
        match self.next(I32)? {
            byte @ ..=0x7f => self.program.push(byte),
            count @ 0x82..=0x85 => {
                let count = usize::from(count & 0x7f);
                self.bytes(I32_TWO + count - 2, count)?;
            }
            _ => bail!("a constant of too many bytes"),
        }
        Ok(())
    }

    fn begin(&mut self) {
        self.recent = Recent::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One function: `local.get 0; i32.load align=4 offset=8; i32.load align=1 offset=8;
    /// i32.add; end`, between a preamble and an empty section after it.
    fn program(code: &[u8]) -> Vec<u8> {
        let mut body = vec![0];
        body.extend(code);
        let mut section = vec![1];
        put_number(&mut section, body.len());
        section.extend(body);
        let mut program = b"\0asm\x01\0\0\0".to_vec();
        program.push(CODE);
        put_number(&mut program, section.len());
        program.extend(section);
        program.extend([11, 1, 0]);
        program
    }

    #[test]
    fn like_stands_beside_like() {
        let code = [
            0x20, 0, 0x28, 2, 8, 0x20, 1, 0x28, 0, 9, 0x6a, 0x41, 0xe5, 0x8e, 0x26, 0x0b,
        ];
        let program = program(&code);
        let packed = packed(&program).unwrap();
        let (length, rest) = number(&packed).unwrap();
        assert_eq!(length, program.len());
        // Ten bytes stand before the number of functions: the preamble, the section's
        // kind and its length.
        assert_eq!(rest[0], 10);
        let lengths = &rest[1..=STREAMS];
        // Outside: ten, the number of functions, three of the section after it. Done:
        // two local.get, two loads (the second by its unusual number), add, const, end.
        // The constant's number of bytes stands for it among the short ones.
        let expected = [
            14, 7, 1, 0, 0, 0, 0, 1, 0, 2, 0, 0, 2, 0, 0, 0, 3, 0, 0, 1, 0, 0,
        ];
        assert_eq!(lengths, expected);
        let done = &rest[1 + STREAMS + 14..][..7];
        assert_eq!(done, [0x20, 0x28, 0x20, UNUSUAL, 0x6a, 0x41, 0x0b]);
        assert_eq!(unpacked(&packed).unwrap(), program);
    }

    #[test]
    fn every_instruction_with_what_belongs_to_it_comes_back() {
        let code = [
            &[
                0x02, 0x40, 0x0c, 0, 0x0b, 0x0e, 2, 0, 1, 0, 0x10, 0x80, 1, 0x11, 1, 0,
            ][..],
            &[
                0x1c, 1, 0x7f, 0x21, 3, 0x22, 4, 0x23, 0, 0x25, 0, 0x37, 3, 16, 0x37, 0, 16,
            ],
            &[
                0x3f, 0, 0x42, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00,
            ],
            &[
                0x43, 1, 2, 3, 4, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0xd0, 0x70, 0xd2, 5,
            ],
            &[0xfc, 0, 0xfc, 10, 0, 0, 0xfc, 11, 0, 0xfc, 15, 0, 0x0b],
        ]
        .concat();
        let program = program(&code);
        assert_eq!(unpacked(&packed(&program).unwrap()).unwrap(), program);
    }

    #[test]
    fn variables_go_by_how_recently_they_were_used() {
        let (mut there, mut back) = (Recent::default(), Recent::default());
        let used = [3, 3, 0, 3, 1, 0];
        // 3 is fourth among 0 to 3; then the order is 3 0 1 2, and 0 is second.
        let places = used.map(|variable| there.place(variable));
        assert_eq!(places, [3, 0, 1, 1, 2, 2]);
        assert_eq!(places.map(|place| back.at(place)), used);
    }

    #[test]
    fn what_is_not_known_stops_the_build() {
        let said = |code: &[u8]| format!("{:#}", packed(&program(code)).unwrap_err());
        assert!(said(&[0xfd, 0, 0x0b]).contains("instruction fd"));
        assert!(said(&[0xfc, 99, 0x0b]).contains("instruction fc 63"));
        assert!(said(&[0x28, 5, 0, 0x0b]).contains("alignment"));
        assert!(packed(b"\0asm\x01\0\0\0").is_err());
        // As many as there are memory instructions with room below.
        assert_eq!(unusual().count(), 32);
    }
}
