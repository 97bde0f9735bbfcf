//! Where the WebAssembly standard library comes from, and the environment it needs.

use std::env;
use std::path::Path;

use crate::command::Command;
use crate::tree;

/// The target the app is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Cargo adds these to the flags of `.cargo/config.toml`. What is said to people is
/// never `{:?}`, so that can go as well.
const NO_PANIC_TEXTS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zfmt-debug=none";

/// A way of compiling for [`TARGET`]. Either compiler builds the standard library from
/// the source that ships with it, so that it can be built without the texts of panics:
/// a seventeenth of everything the app loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The active toolchain.
    Toolchain,
    /// Debian's compiler, for machines on which rustup cannot download.
    Debian,
}

impl Route {
    /// The route this machine can take now; `DHI_WASM_ROUTE` may forbid the other.
    pub(super) fn look() -> Option<Self> {
        let may_take = |route: Self| forced().is_none_or(|forced| forced == route);
        if may_take(Self::Toolchain) && has_source(&Command::new(["rustc", "--print", "sysroot"])) {
            return Some(Self::Toolchain);
        }
        (may_take(Self::Debian) && debian_has_library()).then_some(Self::Debian)
    }

    /// Adds to `command` what compiling for [`TARGET`] needs on this route.
    pub(crate) fn prepare(self, command: Command) -> Command {
        // A folder of its own: two compilers in one would rebuild each other's work.
        let target = tree::root().join("target").join("wasm");
        let command = command
            .env("CARGO_TARGET_DIR", target.to_string_lossy())
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            // Sorting and printing in few bytes: a fiftieth of everything.
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                NO_PANIC_TEXTS,
            );
        match self {
            Self::Toolchain => command,
            Self::Debian => command
                .system_first()
                .without("RUSTUP_TOOLCHAIN")
                .without("RUSTC")
                .without("RUSTDOC"),
        }
    }

    /// Whether clippy exists for this route.
    pub(super) fn has_clippy(self) -> bool {
        match self {
            Self::Toolchain => Command::new(["cargo", "clippy", "--version"])
                .output()
                .is_some(),
            Self::Debian => Path::new("/usr/bin/clippy-driver").is_file(),
        }
    }
}

/// The route the user insists on.
pub(super) fn forced() -> Option<Route> {
    match env::var("DHI_WASM_ROUTE").ok()?.as_str() {
        "toolchain" => Some(Route::Toolchain),
        "debian" => Some(Route::Debian),
        _ => None,
    }
}

/// Whether the compiler that `sysroot` asks has the standard library's source.
fn has_source(sysroot: &Command) -> bool {
    sysroot.output().is_some_and(|root| {
        let manifest = "lib/rustlib/src/rust/library/std/Cargo.toml";
        Path::new(&root).join(manifest).is_file()
    })
}

fn debian_has_library() -> bool {
    has_source(&Command::new(["/usr/bin/rustc", "--print", "sysroot"]))
        && Path::new("/usr/bin/cargo").is_file()
        && Path::new("/usr/bin/rust-lld").exists()
}
