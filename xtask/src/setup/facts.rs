//! The machine as it is: everything the set-up decides from, gathered in one place.

use std::env;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::versions;
use super::wasm::{self, Route};
use crate::command::{self, Command};
use crate::tree;

/// What was found on this machine, and the versions the project pins.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent yes-or-no facts, not states"
)]
pub(crate) struct Facts {
    pub(crate) root: bool,
    pub(crate) apt: bool,
    pub(crate) rustup: bool,
    pub(crate) npm: bool,
    pub(crate) forced_route: Option<Route>,
    pub(crate) route: Option<Route>,
    pub(crate) wasm_clippy: bool,
    pub(crate) rustfmt: bool,
    pub(crate) clippy: bool,
    pub(crate) trunk: Option<String>,
    pub(crate) wasm_bindgen: Option<String>,
    pub(crate) wasm_bindgen_wanted: String,
    pub(crate) wasm_opt: Option<String>,
    pub(crate) wasm_opt_wanted: String,
    pub(crate) chrome: Option<PathBuf>,
    pub(crate) chromedriver: Option<PathBuf>,
    /// The user named the browser or its driver: nothing may be installed instead.
    pub(crate) browser_named: bool,
    /// Chromium and its driver are of the same major version.
    pub(crate) drivable: bool,
    pub(crate) cjk_fonts: bool,
    /// The script of axe-core in the pinned version.
    pub(crate) axe_core: Option<PathBuf>,
    pub(crate) deny: bool,
    pub(crate) cargo_home: PathBuf,
}

impl Facts {
    /// Looks, without changing anything. Takes about a second.
    pub(super) fn look() -> Result<Self> {
        let route = Route::look();
        let chrome = chrome();
        let chromedriver = chromedriver();
        let bin = command::cargo_bin().unwrap_or_default();
        let cargo_home = bin.parent().map(Path::to_path_buf).unwrap_or_default();
        Ok(Self {
            root: Command::new(["id", "-u"]).output().as_deref() == Some("0"),
            apt: command::find("apt-get").is_some(),
            rustup: command::find("rustup").is_some(),
            npm: command::find("npm").is_some(),
            forced_route: wasm::forced(),
            route,
            wasm_clippy: route.is_some_and(Route::has_clippy),
            rustfmt: Command::new(["cargo", "fmt", "--version"])
                .output()
                .is_some(),
            clippy: Command::new(["cargo", "clippy", "--version"])
                .output()
                .is_some(),
            trunk: version(&Command::new(["trunk", "--version"])),
            wasm_bindgen: version(&Command::new(["wasm-bindgen", "--version"])),
            wasm_bindgen_wanted: tree::locked_version("wasm-bindgen")?,
            wasm_opt: wasm_opt(),
            wasm_opt_wanted: tree::wasm_opt_version()?,
            drivable: same_major(chrome.as_deref(), chromedriver.as_deref()),
            browser_named: ["CHROME", "CHROMEDRIVER"]
                .iter()
                .any(|n| env::var_os(n).is_some()),
            chrome,
            chromedriver,
            cjk_fonts: cjk_fonts(),
            deny: command::find("cargo-deny").is_some(),
            axe_core: axe_core(&cargo_home),
            cargo_home,
        })
    }

    /// Whether every program Trunk calls is here in the pinned version, so that it
    /// need not download any.
    pub(crate) fn trunk_may_stay_offline(&self) -> bool {
        self.wasm_bindgen.as_ref() == Some(&self.wasm_bindgen_wanted)
            && self.wasm_opt.as_ref() == Some(&self.wasm_opt_wanted)
    }
}

fn version(command: &Command) -> Option<String> {
    versions::in_text(&command.output()?)
}

/// `wasm-opt version 132 (version_132)`: a bare number, unlike the others.
fn wasm_opt() -> Option<String> {
    let text = Command::new(["wasm-opt", "--version"]).output()?;
    text.split_whitespace().nth(2).map(str::to_owned)
}

fn chrome() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROME") {
        return command::find(&named.to_string_lossy());
    }
    let on_path = [
        "chromium",
        "chromium-browser",
        "google-chrome",
        "google-chrome-stable",
    ];
    let bundles = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ];
    on_path.into_iter().chain(bundles).find_map(command::find)
}

fn chromedriver() -> Option<PathBuf> {
    match env::var_os("CHROMEDRIVER") {
        Some(named) => command::find(&named.to_string_lossy()),
        None => command::find("chromedriver"),
    }
}

/// Unknown counts as equal: the driver itself complains clearly when it is not.
fn same_major(chrome: Option<&Path>, driver: Option<&Path>) -> bool {
    let major = |program: Option<&Path>| {
        let program = program?.to_string_lossy().into_owned();
        versions::major(&Command::new([&program, "--version"]).output()?)
    };
    match (major(chrome), major(driver)) {
        (Some(chrome), Some(driver)) => chrome == driver,
        _ => chrome.is_some() && driver.is_some(),
    }
}

/// Among npm's global packages, or where `plan` puts them otherwise.
fn axe_core(cargo_home: &Path) -> Option<PathBuf> {
    let global = Command::new(["npm", "root", "--global"]).output();
    let beside_cargo = ["lib/node_modules", "node_modules"].map(|f| cargo_home.join(f));
    let folders = global.into_iter().map(PathBuf::from).chain(beside_cargo);
    let mut scripts = folders.map(|folder| folder.join("axe-core/axe.min.js"));
    scripts.find(|script| {
        let wanted = format!("/*! axe v{}\n", versions::AXE_CORE);
        let mut start = vec![0; wanted.len()];
        let read = File::open(script).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && start == wanted.as_bytes()
    })
}

/// Only fontconfig can be asked; systems without it come with Chinese fonts.
fn cjk_fonts() -> bool {
    match command::find("fc-list") {
        Some(_) => Command::new(["fc-list", ":lang=zh-cn", "family"])
            .output()
            .is_some_and(|families| !families.is_empty()),
        None => !cfg!(target_os = "linux"),
    }
}
