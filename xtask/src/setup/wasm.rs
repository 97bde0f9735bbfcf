//! Where the WebAssembly standard library comes from, and the environment it needs.

use std::env;
use std::path::Path;

use crate::command::Command;
use crate::tree;

/// The target the app is compiled for.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// A way of compiling for [`TARGET`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The active toolchain has the library: nothing special is needed.
    Toolchain,
    /// Debian's compiler builds the library from the source it ships, for machines
    /// on which rustup cannot download.
    Debian,
}

impl Route {
    /// The route this machine can take now; `DHI_WASM_ROUTE` may forbid the other.
    pub(super) fn look() -> Option<Self> {
        let may_take = |route: Self| forced().is_none_or(|forced| forced == route);
        if may_take(Self::Toolchain) && toolchain_has_library() {
            return Some(Self::Toolchain);
        }
        (may_take(Self::Debian) && debian_has_library()).then_some(Self::Debian)
    }

    /// Adds to `command` what compiling for [`TARGET`] needs on this route.
    pub(crate) fn prepare(self, command: Command) -> Command {
        // A folder of its own: two compilers in one would rebuild each other's work.
        let target = tree::root().join("target").join("wasm");
        let command = command.env("CARGO_TARGET_DIR", target.to_string_lossy());
        match self {
            Self::Toolchain => command,
            Self::Debian => command
                .system_first()
                .without("RUSTUP_TOOLCHAIN")
                .without("RUSTC")
                .without("RUSTDOC")
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
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

fn toolchain_has_library() -> bool {
    Command::new(["rustc", "--print", "target-libdir", "--target", TARGET])
        .output()
        .is_some_and(|folder| has_core(Path::new(&folder)))
}

fn has_core(folder: &Path) -> bool {
    folder.read_dir().is_ok_and(|entries| {
        entries
            .filter_map(Result::ok)
            .any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
    })
}

fn debian_has_library() -> bool {
    let Some(root) = Command::new(["/usr/bin/rustc", "--print", "sysroot"]).output() else {
        return false;
    };
    let library = Path::new(&root).join("lib/rustlib/src/rust/library/std/Cargo.toml");
    library.is_file()
        && Path::new("/usr/bin/cargo").is_file()
        && Path::new("/usr/bin/rust-lld").exists()
}
