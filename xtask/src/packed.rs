//! A program with like beside like, which compresses a fifth better.
//!
//! Code alternates between what is done and what it is done with: instructions, numbers
//! of variables, distances in memory. Each kind is told well by what came before of the
//! same kind, and badly by its neighbours. So every kind gets a stream of its own, and
//! `app/unpack.js` puts the program together again before the browser compiles it.
//!
//! - Instructions have codes ([`forms`]), frequent ones with a certain number have one of
//!   their own. What compresses tells only eight groups of codes apart when it looks back
//!   at the two before, so the order of the codes matters: those after which alike things
//!   come are in one group (0, 1–15, 16–63, 64–127, and the same from above).
//! - Variables that are read go by how recently they were used, others by their number.
//! - A constant stands in a stream with those before the same instruction; one of three
//!   bytes or more leaves its length there, as a number that no shorter constant has.
//! - What is loaded stands by what came before; what is stored, by how far it is from what
//!   was stored before.
//! - How long a function is and how many variables of its last type it has is not told,
//!   since both follow from the rest.
//! - In data an address is a byte 255, and in a stream how far it is from the one before.
//!
//! A packed program is: its length; a sum that tells whether it came whole; how many bytes
//! stand before the number of its functions; the length of each stream but the first, which
//! is this; the streams. All numbers are LEB128, those with a sign doubled, and one less
//! below zero.

mod apart;
mod forms;
mod together;

use anyhow::{Context as _, Result, bail, ensure};

use crate::sections::{CODE, DATA, FUNCTION, PREAMBLE, TYPE, number, put_number, sections, sized};
use apart::Apart;
use forms::{End, Form, Forms};
use together::Together;

// Most numbers that belong to an instruction have the stream with the instruction's own
// number. These are the others.

/// Reading a variable.
const GET: usize = 0x20;
/// Writing one.
const SET: usize = 0x21;
/// Loads after reading a variable; after writing and reading one; others.
const LOAD: usize = 0x28;
const FLOAT: usize = 0x44;
/// What is outside of code: the other sections, whole.
const OUTSIDE: usize = 0xe0;
/// What is done.
const DONE: usize = 0xe1;
/// Of what types a function has variables.
const LOCALS: usize = 0xe2;
/// How many it has; of the last type, how many more than those that are used.
const COUNTS: usize = 0xe3;
/// With the number of bytes, 3 to 5, added: long constants.
const LONG: usize = 0xe1;
/// How far a segment of data is from the one before, and how long it is.
const SEGMENTS: usize = 0xe7;
/// Addresses in data.
const POINTERS: usize = 0xe8;
/// With the instruction after it added: a constant.
const CONSTANT: usize = 0x100;
const STREAMS: usize = 0x200;

/// In data this stands for an address, or for itself.
const MARK: u8 = 0xff;

/// `program` packed.
pub(crate) fn packed(program: &[u8]) -> Result<Vec<u8>> {
    let mut before = 0;
    let mut data = None;
    for section in sections(program)? {
        match section.kind {
            CODE => before = section.content.as_ptr().addr() - program.as_ptr().addr(),
            DATA => data = Some(section.content),
            _ => {}
        }
    }
    ensure!(before > 0, "a program without code");
    let forms = Forms::new()?;
    let data = data.context("a program without data")?;
    let mut apart = Apart::new(program, data, before, &forms)?;
    walk(&mut apart, before, program.len()).with_context(|| format!("at byte {}", apart.at()))?;
    let streams = apart.streams();
    let mut packed = Vec::new();
    put_number(&mut packed, program.len());
    put_number(&mut packed, sum(program) as usize);
    put_number(&mut packed, before);
    for stream in &streams[1..] {
        put_number(&mut packed, stream.len());
    }
    packed.extend(streams.concat());
    ensure!(
        unpacked(&packed)? == program,
        "a program that changes on the way"
    );
    Ok(packed)
}

/// What `app/unpack.js` makes of a packed program.
fn unpacked(packed: &[u8]) -> Result<Vec<u8>> {
    let (length, rest) = number(packed)?;
    let (expected, rest) = number(rest)?;
    let (before, mut rest) = number(rest)?;
    let mut lengths = [0; STREAMS];
    for length in &mut lengths[1..] {
        (*length, rest) = number(rest)?;
    }
    let mut streams = Vec::new();
    for length in lengths {
        let (stream, after) = rest.split_at_checked(length).context("cut short")?;
        streams.push(stream);
        rest = after;
    }
    ensure!(rest.is_empty(), "more than there should be");
    let forms = Forms::new()?;
    let mut together = Together::new(streams, &forms);
    walk(&mut together, before, length)?;
    let program = together.program();
    ensure!(sum(&program) as usize == expected, "a damaged program");
    Ok(program)
}

/// Changes with every byte.
fn sum(program: &[u8]) -> u32 {
    program.chunks(4).fold(0, |sum, bytes| {
        let mut word = [0; 4];
        word[..bytes.len()].copy_from_slice(bytes);
        (sum ^ u32::from_le_bytes(word)).wrapping_mul(0x9e37_79b1)
    })
}

/// Takes a program apart or puts it together, which is the same walk over it.
trait Walk<'f> {
    /// How many bytes of the program are behind.
    fn at(&self) -> usize;

    /// What is known of the function so far.
    fn context(&mut self) -> &mut Context;

    /// The next byte, of this stream.
    fn byte(&mut self, stream: usize) -> Result<u8>;

    /// What stands before the code of function number `function`.
    fn begin(&mut self, function: usize) -> Result<()>;

    /// The function ends here.
    fn end(&mut self) -> Result<()>;

    /// The next instruction, with the numbers that its code tells.
    fn instruction(&mut self) -> Result<&'f Form>;

    /// The variable that an instruction of this form is about.
    fn variable(&mut self, form: &Form) -> Result<()>;

    /// The next distance of something stored.
    fn stored(&mut self, stream: usize) -> Result<()>;

    /// The next constant, and what comes behind it if the form tells that.
    fn constant(&mut self, form: &Form) -> Result<()>;

    /// The next segment of data.
    fn segment(&mut self) -> Result<()>;

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

fn walk<'f>(walk: &mut impl Walk<'f>, before: usize, length: usize) -> Result<()> {
    walk.bytes(OUTSIDE, before)?;
    for function in 0..walk.number(OUTSIDE)? {
        *walk.context() = Context::default();
        walk.begin(function)?;
        let mut depth = 1;
        while depth > 0 {
            match step(walk)? {
                0x02..=0x04 => depth += 1,
                0x0b => depth -= 1,
                _ => {}
            }
        }
        walk.end()?;
    }
    ensure!(
        walk.byte(OUTSIDE)? == DATA,
        "something else than data after code"
    );
    walk.number(OUTSIDE)?;
    for _ in 0..walk.number(OUTSIDE)? {
        walk.segment()?;
    }
    let rest = length.checked_sub(walk.at()).context("too long")?;
    walk.bytes(OUTSIDE, rest)
}

/// An instruction and what belongs to it (core specification, "Instructions").
fn step<'f>(walk: &mut impl Walk<'f>) -> Result<u8> {
    let form = walk.instruction()?;
    let op = form.op();
    let stream = usize::from(op);
    match op {
        0x20..=0x22 => walk.variable(form)?,
        _ if form.end == End::Whole => {
            if let (0x36..=0x3e, Some(offset)) = (op, form.bytes.get(2)) {
                walk.context().stored = i64::from(*offset);
            }
        }
        0x02..=0x04 | 0x0c | 0x0d | 0x10 | 0x23..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => {
            walk.numbers(stream, 1)?;
        }
        0x0e => {
            let count = walk.number(stream)?;
            walk.numbers(stream, count + 1)?;
        }
        0x11 => walk.numbers(stream, 2)?,
        0x1c => {
            let count = walk.number(stream)?;
            walk.numbers(stream, count)?;
        }
        0x28..=0x35 => {
            let after = match walk.context().last {
                0x20 => 0,
                0x22 => 1,
                _ => 2,
            };
            walk.numbers(LOAD + after, 1)?;
        }
        0x36..=0x3e => walk.stored(stream)?,
        0x41 | 0x42 => walk.constant(form)?,
        0x43 => walk.bytes(FLOAT, 4)?,
        0x44 => walk.bytes(FLOAT, 8)?,
        0xfc => match walk.number(stream)? {
            0..=7 => {}
            9 | 11 | 13 | 15..=17 => walk.numbers(stream, 1)?,
            8 | 10 | 12 | 14 => walk.numbers(stream, 2)?,
            unknown => bail!("instruction fc {unknown:02x} is not known here"),
        },
        // The other ones that have a code stand alone.
        _ => {}
    }
    let last = form.last();
    walk.context().last = last;
    Ok(last)
}

/// What is known of a function on the way through it.
#[derive(Default)]
struct Context {
    recent: Recent,
    /// The distance of what was stored last.
    stored: i64,
    /// The last instruction.
    last: u8,
}

/// The most variables a function of ours has; more would be a fault in reading it.
const MOST_VARIABLES: usize = 1 << 16;

/// Variables, the most recently used first; those not used yet in their order.
#[derive(Default)]
struct Recent {
    variables: Vec<usize>,
    /// How many there are if none is after the last one used.
    used: usize,
}

impl Recent {
    fn know(&mut self, variable: usize) -> Result<()> {
        ensure!(variable < MOST_VARIABLES, "too many variables");
        let known = self.variables.len();
        self.variables.extend(known..=variable);
        Ok(())
    }

    /// The place of a variable.
    fn place_of(&self, variable: usize) -> usize {
        let place = self.variables.iter().position(|v| *v == variable);
        place.unwrap_or(variable)
    }

    /// The variable at a place, which then is the first.
    fn at(&mut self, place: usize) -> Result<usize> {
        self.know(place)?;
        self.variables[..=place].rotate_right(1);
        self.used = self.used.max(self.variables[0] + 1);
        Ok(self.variables[0])
    }
}

/// How many parameters each function has, by what stands before the code.
fn parameters(head: &[u8]) -> Result<Vec<usize>> {
    let mut of_types = Vec::new();
    let mut of_functions = Vec::new();
    let mut rest = head.get(PREAMBLE..).context("cut short")?;
    while let Some((kind, after)) = rest.split_first() {
        if *kind == CODE {
            break;
        }
        let (content, after) = sized(after)?;
        rest = after;
        if *kind != TYPE && *kind != FUNCTION {
            continue;
        }
        let (count, mut content) = number(content)?;
        for _ in 0..count {
            if *kind == TYPE {
                let (taken, after) = sized(content.get(1..).context("cut short")?)?;
                of_types.push(taken.len());
                content = sized(after)?.1;
            } else {
                let (of_type, after) = number(content)?;
                of_functions.push(*of_types.get(of_type).context("no such type")?);
                content = after;
            }
        }
    }
    Ok(of_functions)
}

/// A number with a sign as one without.
fn unsigned(value: i64) -> Result<usize> {
    let value = if value < 0 { -2 * value - 1 } else { 2 * value };
    // The script counts in 32 bits.
    let fits = i32::try_from(value).context("a distance that is too far")?;
    Ok(usize::try_from(fits)?)
}

fn signed(value: usize) -> Result<i64> {
    let half = i64::try_from(value >> 1)?;
    Ok(if value & 1 == 1 { -half - 1 } else { half })
}

#[cfg(test)]
mod tests;
