//! What tests of the whole share: where the `dhi` program and the repository are.

use std::env;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub fn repository() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The `dhi` program: the one `DHI_BIN` names, or the debug build.
///
/// `cargo xtask test` builds it first; by hand,
/// `cargo build -p dhi-engine --features cli` does.
pub fn dhi() -> PathBuf {
    env::var_os("DHI_BIN").map_or_else(
        || {
            let program = format!("dhi{}", env::consts::EXE_SUFFIX);
            repository().join("target").join("debug").join(program)
        },
        PathBuf::from,
    )
}
