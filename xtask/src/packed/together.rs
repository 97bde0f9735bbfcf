//! Puts a program together, as `app/unpack.js` does.

use anyhow::{Context as _, Result, bail};

use super::forms::{End, Form, Forms};
use super::{
    CONSTANT, COUNTS, Context, DONE, GET, LOCALS, LONG, MARK, OUTSIDE, POINTERS, SEGMENTS, SET,
    Walk, parameters, signed,
};
use crate::sections::{number, put_number};

pub(super) struct Together<'s> {
    streams: Vec<&'s [u8]>,
    program: Vec<u8>,
    forms: &'s Forms,
    parameters: Vec<usize>,
    context: Context,
    function: Function,
    /// Where the last segment of data ended, in memory.
    address: usize,
    /// The last address that data held.
    pointer: i64,
}

/// What is known of a function before its code.
#[derive(Default)]
struct Function {
    /// Where it begins.
    start: usize,
    /// Of what types it has variables.
    types: Vec<u8>,
    parameters: usize,
}

impl<'s> Together<'s> {
    pub(super) fn new(streams: Vec<&'s [u8]>, forms: &'s Forms) -> Self {
        Self {
            streams,
            program: Vec::new(),
            forms,
            parameters: Vec::new(),
            context: Context::default(),
            function: Function::default(),
            address: 0,
            pointer: 0,
        }
    }

    pub(super) fn program(self) -> Vec<u8> {
        self.program
    }

    fn next(&mut self, stream: usize) -> Result<u8> {
        let (byte, rest) = self.streams[stream].split_first().context("cut short")?;
        self.streams[stream] = rest;
        Ok(*byte)
    }

    fn number_of(&mut self, stream: usize) -> Result<usize> {
        let (value, rest) = number(self.streams[stream])?;
        self.streams[stream] = rest;
        Ok(value)
    }
}

impl<'s> Walk<'s> for Together<'s> {
    fn at(&self) -> usize {
        self.program.len()
    }

    fn context(&mut self) -> &mut Context {
        &mut self.context
    }

    fn byte(&mut self, stream: usize) -> Result<u8> {
        let byte = self.next(stream)?;
        self.program.push(byte);
        Ok(byte)
    }

    fn begin(&mut self, function: usize) -> Result<()> {
        if function == 0 {
            self.parameters = parameters(&self.program)?;
        }
        let parameters = self.parameters.get(function);
        let parameters = *parameters.context("a function without a type")?;
        let groups = self.number_of(LOCALS)?;
        let types = (0..groups).map(|_| self.next(LOCALS));
        self.function = Function {
            types: types.collect::<Result<_>>()?,
            start: self.program.len(),
            parameters,
        };
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let Function {
            start,
            types,
            parameters,
        } = std::mem::take(&mut self.function);
        let code = self.program.split_off(start);
        let mut head = Vec::new();
        put_number(&mut head, types.len());
        let mut others = parameters;
        for (i, kind) in types.iter().enumerate() {
            let mut count = self.number_of(COUNTS)?;
            if i + 1 == types.len() {
                count += self.context.recent.used;
                count = count.checked_sub(others).context("too many variables")?;
            }
            others += count;
            put_number(&mut head, count);
            head.push(*kind);
        }
        put_number(&mut self.program, head.len() + code.len());
        self.program.extend(head);
        self.program.extend(code);
        Ok(())
    }

    fn instruction(&mut self) -> Result<&'s Form> {
        let code = self.next(DONE)?;
        let form = self.forms.of_code(code)?;
        if form.op() == 0x20 {
            self.program.push(form.op());
        } else {
            self.program.extend(&form.bytes);
        }
        Ok(form)
    }

    fn variable(&mut self, form: &Form) -> Result<()> {
        let place = match (form.op(), form.bytes.get(1)) {
            (0x20, Some(place)) => usize::from(*place),
            (0x20, None) => self.number_of(GET)?,
            _ => {
                let variable = self.number_of(SET)?;
                self.context.recent.place_of(variable)
            }
        };
        let variable = self.context.recent.at(place)?;
        put_number(&mut self.program, variable);
        Ok(())
    }

    fn stored(&mut self, stream: usize) -> Result<()> {
        self.context.stored += signed(self.number_of(stream)?)?;
        let offset = usize::try_from(self.context.stored)?;
        put_number(&mut self.program, offset);
        Ok(())
    }

    fn constant(&mut self, form: &Form) -> Result<()> {
        let next = match (form.end, self.streams[DONE]) {
            (End::Behind(op), _) => op,
            (_, [code, ..]) => self.forms.of_code(*code)?.op(),
            _ => bail!("cut short"),
        };
        let stream = CONSTANT + usize::from(next);
        match *self.streams[stream] {
            [first @ 0x83..=0x85, 0, ..] if form.op() == 0x41 => {
                self.streams[stream] = &self.streams[stream][2..];
                let length = usize::from(first - 0x80);
                self.bytes(LONG + length, length)?;
            }
            _ => self.numbers(stream, 1)?,
        }
        if form.end != End::Open {
            self.program.push(next);
        }
        Ok(())
    }

    fn segment(&mut self) -> Result<()> {
        self.address += self.number_of(SEGMENTS)?;
        let length = self.number_of(SEGMENTS)?;
        let end = self.address + length;
        self.program.extend([0, 0x41]);
        // A number with a sign has no more than 63 in its last byte.
        let mut rest = self.address;
        while rest > 0x3f {
            self.program.push(0x80 | (rest & 0x7f) as u8);
            rest >>= 7;
        }
        self.program.extend([rest as u8, 0x0b]);
        put_number(&mut self.program, length);
        while self.address < end {
            let byte = self.byte(OUTSIDE)?;
            let can_be = self.address.is_multiple_of(4) && self.address + 4 <= end;
            let told = match byte {
                MARK if can_be => self.number_of(POINTERS)?,
                _ => 0,
            };
            self.address += 1;
            if let Some(distance) = told.checked_sub(1) {
                self.pointer += signed(distance)?;
                self.program.pop();
                let pointer = u32::try_from(self.pointer)?;
                self.program.extend(pointer.to_le_bytes());
                self.address += 3;
            }
        }
        Ok(())
    }
}
