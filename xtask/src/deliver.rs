//! From source to a page in a browser: bundle, weigh, serve.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::Command;
use crate::names::{shortened, without_names};
use crate::packed::packed;
use crate::server::{self, Server};
use crate::setup::{Facts, Purpose, Route, Setup, TARGET};
use crate::{offline, say, single, tree};

/// The most the program that starts the app may weigh, brotli-compressed.
const MAIN_BUDGET: usize = 350 * 1024;
/// The most everything that may ever be loaded may weigh, brotli-compressed.
const TOTAL_BUDGET: usize = 900 * 1024;

/// What a packed program's name ends in.
const PACKED: &str = "packed";

/// Sets up, builds, serves, and opens the browser if there is one.
pub(crate) fn serve(port: u16, open: bool) -> Result<()> {
    let facts = Setup::new(false)?.run(&Purpose::Serve.needs())?;
    build(&facts)?;
    let server = Server::start(&tree::dist(), server::bind(port)?)?;
    let url = server.url();
    say::heading(
        "应用已就绪,按 Ctrl-C 结束",
        "The app is ready; stop with Ctrl-C",
    );
    say::line(&format!("\n    {url}\n"));
    if open && has_screen() && open::that_detached(&url).is_err() {
        say::note(
            "请自行打开上面的地址",
            "please open the address above yourself",
        );
    }
    loop {
        // Until Ctrl-C ends the process; the server has threads of its own.
        thread::park();
    }
}

/// Sets up, builds, weighs, and writes the app as one file.
pub(crate) fn dist() -> Result<()> {
    let facts = Setup::new(false)?.run(&Purpose::Serve.needs())?;
    build(&facts)?;
    size()?;
    single::write()?;
    Ok(())
}

/// Builds the app in release mode into `dist/`.
pub(crate) fn build(facts: &Facts) -> Result<()> {
    let route = facts
        .route
        .context("the wasm32 library is missing; run `cargo xtask setup`")?;
    say::heading("构建网页应用", "Building the web app");
    // Separately, because Trunk is then told to stay offline; with every crate
    // already here this needs no network either.
    route
        .prepare(Command::new(["cargo", "fetch", "--target", TARGET]))
        .run()?;
    let mut trunk = Command::new(["trunk", "build", "--release"]);
    if facts.trunk_may_stay_offline() {
        trunk = trunk.arg("--offline");
    }
    // Trunk writes unreadable escape codes into logs otherwise.
    route.prepare(trunk.env("NO_COLOR", "true")).run()?;
    let page = tree::dist().join("index.html");
    ensure!(page.is_file(), "the build left no {}", tree::shown(&page));
    pack_programs(&tree::dist())?;
    offline::write(&tree::dist())
}

/// Drops what only compilers and debuggers read, and packs the programs for their way.
fn pack_programs(dist: &Path) -> Result<()> {
    for path in files_below(dist)? {
        if path.extension().is_none_or(|extension| extension != "wasm") {
            continue;
        }
        let shown = || format!("packing {}", path.display());
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        // As wasm-bindgen names the two.
        let script_path = path.with_file_name([stem.trim_end_matches("_bg"), ".js"].concat());
        let program = fs::read(&path).with_context(shown)?;
        let script = fs::read_to_string(&script_path).with_context(shown)?;
        let (program, script) =
            shortened(&without_names(&program)?, &script).with_context(shown)?;
        let packed = packed(&program).with_context(shown)?;
        fs::write(path.with_added_extension(PACKED), packed).with_context(shown)?;
        fs::write(&script_path, script).with_context(shown)?;
        fs::remove_file(&path).with_context(shown)?;
    }
    Ok(())
}

/// The clippy command for the app as it is compiled for the browser.
pub(crate) fn clippy(route: Route) -> Command {
    let command = Command::new(["cargo", "clippy", "--package", "dhi-app", "--lib", "--bins"])
        .args(["--target", TARGET, "--", "--deny", "warnings"]);
    route.prepare(command)
}

/// Prints the size of everything in `dist/`; fails beyond the budget.
pub(crate) fn size() -> Result<()> {
    let folder = tree::dist();
    ensure!(
        folder.is_dir(),
        "dist/ does not exist yet; `cargo xtask serve` builds it"
    );
    let mut total = (0, 0);
    let mut main = 0;
    say::line(&format!("{:>12} {:>12}  file", "bytes", "brotli"));
    for path in files_below(&folder)? {
        let bytes = fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        let packed = brotli_size(&bytes)?;
        let name = tree::shown(&path);
        say::line(&format!("{:>12} {packed:>12}  {name}", bytes.len()));
        total = (total.0 + bytes.len(), total.1 + packed);
        if name.starts_with("dist/main-") && name.ends_with(PACKED) {
            main = packed;
        }
    }
    say::line(&format!("{:>12} {:>12}  total", total.0, total.1));
    ensure!(main > 0, "no program of the page was weighed");
    if main > MAIN_BUDGET || total.1 > TOTAL_BUDGET {
        bail!(
            "over budget: main {main} of {MAIN_BUDGET}, everything {} of {TOTAL_BUDGET} bytes",
            total.1
        );
    }
    Ok(())
}

/// Pictures for the README are published with the app but never loaded by it.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = tree::all_files(folder)?;
    files.retain(|path| !path.components().any(|c| c.as_os_str() == "screenshots"));
    Ok(files)
}

fn brotli_size(mut bytes: &[u8]) -> Result<usize> {
    let mut packed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut bytes, &mut packed, &parameters).context("compressing")?;
    Ok(packed.len())
}

/// Whether a browser window could appear; on a server without a screen the helper
/// programs would start, fail and print confusing errors.
fn has_screen() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let linux_screen = set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WSL_DISTRO_NAME");
    !set("CI") && (linux_screen || !cfg!(target_os = "linux"))
}
