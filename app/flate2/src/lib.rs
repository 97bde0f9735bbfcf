//! The decoder of archives, under the name that `zip` asks for.
//!
//! `zip` chooses zlib-rs, which is the fastest and carries 9 KB of checksum tables for
//! a format that no workbook uses; no compression makes them smaller. In the browser
//! miniz_oxide has to do.

pub use published::*;
