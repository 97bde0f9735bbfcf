//! Set-up, build, test.
fn main() {}
