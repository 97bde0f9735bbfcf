//! From file bytes to a dataset, or to findings that say exactly what is wrong
//! where. Three steps, so that a person can look and correct in between:
//! [`decode`] bytes into cells, [`recognise`] what the sheets hold, [`read`]
//! them into a [`crate::frame::Dataset`]. Nothing is half imported
//! (invariant 11).

mod cell;
mod decode;
mod header;
mod read;
mod recognise;
mod spreadsheet;
mod template;
mod typed;
mod workbook;
pub(crate) mod write_xlsx;
mod zip_out;

pub use cell::{MISSING_WORDS, NOT_APPLICABLE_WORDS};
pub(crate) use cell::{code, day};
pub use decode::{Decoded, Encoding, MAX_CELL_CHARS, MAX_FILE_MB, decode};
pub(crate) use header::normalised;
pub use header::{Field, HEADER_WORDS, TableKind};
pub use read::{Import, Summary, read, read_framework};
pub use recognise::{ColumnPlan, SheetPlan, recognise};
pub(crate) use template::headers;
pub use template::{TemplateError, template, template_csv};
pub use typed::{Typed, typed};
pub use workbook::{RawCell, Row, Sheet, Workbook};
pub(crate) use write_xlsx::{CellOut, Look, SheetOut, workbook};

#[cfg(test)]
mod tests;
