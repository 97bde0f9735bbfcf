//! Numbers in workbooks, under the name that `calamine` asks for.
//!
//! The published crate does the same as the standard library, faster: in the browser
//! that would be a second parser to send. There the standard library's has to do;
//! everywhere else this is the published crate itself. Both round correctly.

#[cfg(not(target_arch = "wasm32"))]
pub use published::{Error, FastFloat, Result, parse};
#[cfg(target_arch = "wasm32")]
pub use small::{Error, FastFloat, Result, parse};

// Compiled everywhere, so that it is tested where tests run.
#[cfg(any(target_arch = "wasm32", test))]
#[cfg_attr(
    not(target_arch = "wasm32"),
    expect(unreachable_pub, reason = "public in the browser alone")
)]
mod small {
    /// Not a number.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Error;

    /// A number, or that the text is none.
    pub type Result<T> = core::result::Result<T, Error>;

    /// Types of numbers that can be read.
    pub trait FastFloat: core::str::FromStr {}

    impl FastFloat for f64 {}

    /// Reads a whole text as a number.
    pub fn parse<T: FastFloat, S: AsRef<[u8]>>(text: S) -> Result<T> {
        let text = core::str::from_utf8(text.as_ref()).map_err(|_| Error)?;
        text.parse().map_err(|_| Error)
    }

    #[cfg(test)]
    mod tests {
        #[test]
        fn both_read_the_same() {
            for text in [
                "0",
                "-0",
                "1",
                "+2.5",
                "0.1",
                "1e3",
                "1E-7",
                ".5",
                "5.",
                "1e400",
                "1e-400",
                "9007199254740993",
                "2.2250738585072011e-308",
                "0.30000000000000004",
                "inf",
                "-Infinity",
                "nan",
                "",
                " 1",
                "1 ",
                "1,5",
                "0x1",
                "1e",
                "e1",
                "--1",
                ".",
            ] {
                let small = super::parse::<f64, _>(text).ok();
                let published = published::parse::<f64, _>(text).ok();
                let bits = |x: Option<f64>| x.map(|x| if x.is_nan() { 0 } else { x.to_bits() });
                assert_eq!(bits(small), bits(published), "{text}");
            }
        }
    }
}
