//! Takes a program apart.

use anyhow::{Context as _, Result, bail, ensure};

use super::forms::{End, Form, Forms};
use super::{
    CONSTANT, COUNTS, Context, DONE, GET, LOCALS, LONG, MARK, OUTSIDE, POINTERS, SEGMENTS, SET,
    STREAMS, Walk, parameters, unsigned,
};
use crate::sections::{number, put_number, sized};

pub(super) struct Apart<'p> {
    program: &'p [u8],
    at: usize,
    streams: Vec<Vec<u8>>,
    forms: &'p Forms,
    parameters: Vec<usize>,
    context: Context,
    /// Where the function ends, and how many variables it has, if any of its own.
    ends: (usize, Option<usize>),
    segments: std::vec::IntoIter<Segment<'p>>,
    /// Where the last segment of data ended, in memory.
    address: usize,
    /// The last address that data held.
    pointer: usize,
    /// Numbers in data from this to that are taken as addresses.
    addresses: std::ops::Range<usize>,
}

/// A segment of data: where it lies in memory and what it holds.
struct Segment<'p> {
    address: usize,
    content: &'p [u8],
}

impl<'p> Apart<'p> {
    pub(super) fn new(
        program: &'p [u8],
        data: &'p [u8],
        before: usize,
        forms: &'p Forms,
    ) -> Result<Self> {
        let segments = segments(data)?;
        let first = segments.first().map_or(0, |first| first.address);
        let end = segments.last().map_or(0, |s| s.address + s.content.len());
        Ok(Self {
            program,
            at: 0,
            streams: vec![Vec::new(); STREAMS],
            forms,
            parameters: parameters(&program[..before])?,
            context: Context::default(),
            ends: (0, None),
            segments: segments.into_iter(),
            address: 0,
            pointer: 0,
            addresses: first..end,
        })
    }

    pub(super) fn streams(self) -> Vec<Vec<u8>> {
        self.streams
    }

    fn rest(&self) -> Result<&'p [u8]> {
        self.program.get(self.at..).context("cut short")
    }

    fn number_here(&mut self) -> Result<usize> {
        let (value, after) = number(self.rest()?)?;
        self.at = self.program.len() - after.len();
        Ok(value)
    }

    fn next(&mut self) -> Result<u8> {
        let byte = *self.rest()?.first().context("cut short")?;
        self.at += 1;
        Ok(byte)
    }

    /// Whether the program goes on as the form says.
    fn fits(&self, form: &Form) -> Result<bool> {
        let rest = self.rest()?;
        if form.op() == 0x20 && form.end == End::Whole {
            let (variable, _) = number(&rest[1..])?;
            let place = self.context.recent.place_of(variable);
            return Ok(form.bytes.get(1).map(|p| usize::from(*p)) == Some(place));
        }
        let Some(rest) = rest.strip_prefix(&form.bytes[..]) else {
            return Ok(false);
        };
        Ok(match form.end {
            End::Behind(op) => rest.get(number_length(rest)) == Some(&op),
            End::Open | End::Whole => true,
        })
    }
}

/// How many bytes the number at the beginning has.
fn number_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte > 0x7f).count() + 1
}

/// All segments, which have to lie where a constant says, one behind another.
fn segments(data: &[u8]) -> Result<Vec<Segment<'_>>> {
    let (count, mut rest) = number(data)?;
    let mut segments = Vec::new();
    let mut end = 0;
    for _ in 0..count {
        let after = rest.strip_prefix(&[0, 0x41]);
        let (address, after) = number(after.context("a segment of another kind")?)?;
        let after = after.strip_prefix(&[0x0b]);
        let (content, after) = sized(after.context("an address of another kind")?)?;
        ensure!(address >= end, "segments that do not follow each other");
        end = address + content.len();
        segments.push(Segment { address, content });
        rest = after;
    }
    ensure!(rest.is_empty(), "data behind the segments");
    Ok(segments)
}

impl<'p> Walk<'p> for Apart<'p> {
    fn at(&self) -> usize {
        self.at
    }

    fn context(&mut self) -> &mut Context {
        &mut self.context
    }

    fn byte(&mut self, stream: usize) -> Result<u8> {
        let byte = self.next()?;
        self.streams[stream].push(byte);
        Ok(byte)
    }

    fn begin(&mut self, function: usize) -> Result<()> {
        let size = self.number_here()?;
        let end = self.at + size;
        let groups = self.number_here()?;
        put_number(&mut self.streams[LOCALS], groups);
        let parameters = self.parameters.get(function);
        let mut variables = *parameters.context("a function without a type")?;
        for group in 1..=groups {
            let count = self.number_here()?;
            variables += count;
            if group < groups {
                put_number(&mut self.streams[COUNTS], count);
            }
            self.byte(LOCALS)?;
        }
        self.ends = (end, (groups > 0).then_some(variables));
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let (end, variables) = self.ends;
        ensure!(self.at == end, "a function that ends elsewhere");
        if let Some(variables) = variables {
            let more = variables.checked_sub(self.context.recent.used);
            let more = more.context("a variable that is not there")?;
            put_number(&mut self.streams[COUNTS], more);
        }
        Ok(())
    }

    fn instruction(&mut self) -> Result<&'p Form> {
        let op = *self.rest()?.first().context("cut short")?;
        for form in self.forms.of_op(op) {
            if self.fits(form)? {
                self.streams[DONE].push(form.code);
                self.at += if op == 0x20 { 1 } else { form.bytes.len() };
                return Ok(form);
            }
        }
        bail!("instruction {op:02x}, so as it stands, is not known here")
    }

    fn variable(&mut self, form: &Form) -> Result<()> {
        let variable = self.number_here()?;
        let place = self.context.recent.place_of(variable);
        self.context.recent.at(place)?;
        if form.op() != 0x20 {
            put_number(&mut self.streams[SET], variable);
        } else if form.end == End::Open {
            put_number(&mut self.streams[GET], place);
        }
        Ok(())
    }

    fn stored(&mut self, stream: usize) -> Result<()> {
        let offset = i64::try_from(self.number_here()?)?;
        let distance = unsigned(offset - self.context.stored)?;
        put_number(&mut self.streams[stream], distance);
        self.context.stored = offset;
        Ok(())
    }

    fn constant(&mut self, form: &Form) -> Result<()> {
        let rest = self.rest()?;
        let length = number_length(rest);
        let (bytes, after) = rest.split_at_checked(length).context("cut short")?;
        let next = *after.first().context("cut short")?;
        let stream = &mut self.streams[CONSTANT + usize::from(next)];
        match length {
            3..=5 if form.op() == 0x41 => {
                // No shorter constant has a zero after a number as small as this.
                stream.extend([0x80 + length as u8, 0]);
                self.streams[LONG + length].extend(bytes);
            }
            _ => stream.extend(bytes),
        }
        self.at += length + usize::from(form.end != End::Open);
        Ok(())
    }

    fn segment(&mut self) -> Result<()> {
        let Segment { address, content } = self.segments.next().context("no segment")?;
        let end = address + content.len();
        put_number(&mut self.streams[SEGMENTS], address - self.address);
        put_number(&mut self.streams[SEGMENTS], content.len());
        self.address = end;
        let mut rest = content;
        while let Some((byte, after)) = rest.split_first() {
            let is_even = (end - rest.len()).is_multiple_of(4);
            if let (true, Some((word, behind))) = (is_even, rest.split_first_chunk()) {
                let pointer = u32::from_le_bytes(*word) as usize;
                if self.addresses.contains(&pointer) {
                    let distance = unsigned(pointer as i64 - self.pointer as i64)?;
                    self.streams[OUTSIDE].push(MARK);
                    put_number(&mut self.streams[POINTERS], distance + 1);
                    self.pointer = pointer;
                    rest = behind;
                    continue;
                }
                if *byte == MARK {
                    put_number(&mut self.streams[POINTERS], 0);
                }
            }
            self.streams[OUTSIDE].push(*byte);
            rest = after;
        }
        self.at = content.as_ptr().addr() + content.len() - self.program.as_ptr().addr();
        Ok(())
    }
}
