//! What the codes of instructions stand for. The list is the script's, so that both
//! read the same.

use anyhow::{Context as _, Result, ensure};

const SCRIPT: &str = include_str!("../../../app/unpack.js");

/// What comes after the bytes of a form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// What belongs to the instruction, if anything does.
    Open,
    /// Nothing: the bytes tell all.
    Whole,
    /// A number, and then this instruction.
    Behind(u8),
}

/// What a code stands for.
pub(super) struct Form {
    pub(super) code: u8,
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

impl Form {
    pub(super) fn op(&self) -> u8 {
        self.bytes[0]
    }

    /// The last instruction of the form.
    pub(super) fn last(&self) -> u8 {
        match self.end {
            End::Behind(op) => op,
            _ => self.op(),
        }
    }
}

/// All of them.
pub(super) struct Forms {
    /// By their codes.
    forms: Vec<Option<Form>>,
    /// The codes of each instruction, those first that tell most.
    of_ops: Vec<Vec<usize>>,
}

impl Forms {
    pub(super) fn new() -> Result<Self> {
        let (_, rest) = SCRIPT.split_once("CODES = \"").context("no codes")?;
        let (codes, _) = rest.split_once('"').context("no end of the codes")?;
        let forms = codes.split(' ').enumerate();
        let forms = forms.map(|(code, text)| form(code, text).with_context(|| text.to_owned()));
        let forms = forms.collect::<Result<Vec<_>>>()?;
        let mut known: Vec<_> = forms.iter().flatten().collect();
        known.sort_by_key(|form| (form.bytes.len(), form.end != End::Open));
        let mut of_ops = vec![Vec::new(); 256];
        for form in known.into_iter().rev() {
            of_ops[usize::from(form.op())].push(usize::from(form.code));
        }
        Ok(Self { forms, of_ops })
    }

    pub(super) fn of_op(&self, op: u8) -> impl Iterator<Item = &Form> {
        let codes = self.of_ops[usize::from(op)].iter();
        codes.filter_map(|code| self.forms[*code].as_ref())
    }

    pub(super) fn of_code(&self, code: u8) -> Result<&Form> {
        let form = self.forms.get(usize::from(code)).and_then(Option::as_ref);
        form.with_context(|| format!("code {code:02x} stands for nothing"))
    }
}

/// `None` where no instruction has the code.
fn form(code: usize, text: &str) -> Result<Option<Form>> {
    if text.is_empty() {
        return Ok(None);
    }
    let (bytes, end) = if let Some(bytes) = text.strip_suffix('.') {
        (bytes, End::Whole)
    } else if let Some((bytes, behind)) = text.split_once('+') {
        (bytes, End::Behind(u8::from_str_radix(behind, 16)?))
    } else {
        (text, End::Open)
    };
    let bytes = bytes.as_bytes().chunks(2).map(|digits| {
        let digits = str::from_utf8(digits)?;
        Ok(u8::from_str_radix(digits, 16)?)
    });
    let bytes = bytes.collect::<Result<Vec<_>>>()?;
    ensure!(!bytes.is_empty(), "a code that stands for nothing");
    let code = u8::try_from(code)?;
    Ok(Some(Form { code, bytes, end }))
}
