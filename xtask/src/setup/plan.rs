//! How each gap is closed on each kind of machine: commands as data, in the order
//! they are tried.

use std::fmt::Write as _;

use super::facts::Facts;
use super::gap::Gap;
use super::versions;
use super::wasm::Route;
use crate::command::Command;

/// One way to close a gap: commands that must all succeed.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) note: Option<(&'static str, &'static str)>,
    pub(super) commands: Vec<Command>,
}

const DEBIAN_COMPILER: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
const DEBIAN_CLIPPY: [&str; 1] = ["rust-web-clippy"];
const DEBIAN_BROWSER: [&str; 3] = ["chromium", "chromium-driver", "fonts-noto-cjk"];
const DEBIAN_FONTS: [&str; 1] = ["fonts-noto-cjk"];
const DEBIAN_NPM: [&str; 1] = ["npm"];

/// The ways to close `gap` that this machine offers, best first.
pub(super) fn attempts(gap: Gap, facts: &Facts) -> Vec<Attempt> {
    let mut ways = Vec::new();
    match gap {
        Gap::Rustfmt => ways.extend(rustup(facts, ["component", "add", "rustfmt"])),
        Gap::Clippy => ways.extend(rustup(facts, ["component", "add", "clippy"])),
        Gap::WasmLibrary => {
            if facts.forced_route != Some(Route::Debian) {
                ways.extend(rustup(facts, ["component", "add", "rust-src"]));
            }
            if facts.forced_route != Some(Route::Toolchain) {
                ways.extend(apt(facts, &DEBIAN_COMPILER));
            }
        }
        // Without a route yet, either may be the one that opens.
        Gap::WasmClippy => {
            if facts.route != Some(Route::Debian) {
                ways.extend(rustup(facts, ["component", "add", "clippy"]));
            }
            if facts.route != Some(Route::Toolchain) {
                ways.extend(apt(facts, &DEBIAN_CLIPPY));
            }
        }
        Gap::Trunk => ways.push(Attempt {
            note: Some((
                "编译约需六分钟,只此一次",
                "compiles for about six minutes, once",
            )),
            commands: vec![
                Command::new(["cargo", "install", "trunk", "--locked", "--version"])
                    .arg(versions::TRUNK),
            ],
        }),
        // Not `--locked`: the lock file it was published with is older than the
        // crates it names.
        Gap::WasmBindgen => ways.push(Attempt {
            note: Some((
                "编译约需三分钟,只此一次",
                "compiles for about three minutes, once",
            )),
            commands: vec![
                Command::new(["cargo", "install", "wasm-bindgen-cli", "--version"])
                    .arg(facts.wasm_bindgen_wanted.clone()),
            ],
        }),
        Gap::WasmOpt => ways.extend(npm(facts, &binaryen(facts))),
        Gap::AxeCore => ways.extend(npm(facts, &axe_core())),
        Gap::Browser => {
            if !facts.browser_named {
                ways.extend(apt(facts, &DEBIAN_BROWSER));
            }
        }
        Gap::Deny => ways.push(Attempt {
            note: Some((
                "编译约需三分钟,只此一次",
                "compiles for about three minutes, once",
            )),
            commands: vec![
                Command::new(["cargo", "install", "cargo-deny", "--locked", "--version"])
                    .arg(versions::CARGO_DENY),
            ],
        }),
        Gap::CjkFonts => ways.extend(apt(facts, &DEBIAN_FONTS)),
    }
    ways
}

/// What a person can do where nothing above is possible, in Chinese and English.
pub(super) fn by_hand(gap: Gap, facts: &Facts) -> (String, String) {
    let both =
        |zh: &str, en: &str, command: &str| (format!("{zh}:{command}"), format!("{en}: {command}"));
    match gap {
        Gap::Rustfmt => both("请运行", "Run", "rustup component add rustfmt"),
        Gap::Clippy => both("请运行", "Run", "rustup component add clippy"),
        Gap::WasmLibrary => both(
            "请联网运行 rustup component add rust-src;无法联网下载的 Debian 12 请运行",
            "With a network, run `rustup component add rust-src`; on Debian 12 where \
             rustup cannot download, run",
            &format!(
                "sudo apt-get update && sudo apt-get install {}",
                DEBIAN_COMPILER.join(" ")
            ),
        ),
        Gap::WasmClippy => both(
            "请运行 rustup component add clippy,或在 Debian 上运行",
            "Run `rustup component add clippy`, or on Debian",
            &format!("sudo apt-get install {}", DEBIAN_CLIPPY.join(" ")),
        ),
        Gap::Trunk => both(
            "请运行",
            "Run",
            &format!("cargo install trunk --locked --version {}", versions::TRUNK),
        ),
        Gap::WasmBindgen => both(
            "请安装与 Cargo.lock 同版本的 wasm-bindgen-cli",
            "Install wasm-bindgen-cli in the version Cargo.lock names",
            &format!(
                "cargo install wasm-bindgen-cli --version {}",
                facts.wasm_bindgen_wanted
            ),
        ),
        Gap::WasmOpt => both(
            "将由 Trunk 自行下载 wasm-opt;若不能联网,请先安装 Node.js 再运行",
            "Trunk will download wasm-opt itself; without a network install Node.js and run",
            &format!("npm install --global {}", binaryen(facts)),
        ),
        Gap::Browser => both(
            "请安装主版本相同的 Chromium(或 Chrome)与 chromedriver,必要时用环境变量 CHROME、\
             CHROMEDRIVER 指明路径;Debian/Ubuntu",
            "Install Chromium (or Chrome) and chromedriver of the same major version, and name \
             them in CHROME and CHROMEDRIVER if they are not on the path; macOS: `brew install \
             --cask chromium chromedriver`; Debian",
            &format!("sudo apt-get install {}", DEBIAN_BROWSER.join(" ")),
        ),
        Gap::Deny => both(
            "未能安装 cargo-deny,该检查将跳过;可自行运行",
            "cargo-deny could not be installed, so that check is skipped; try",
            "cargo install cargo-deny --locked",
        ),
        Gap::AxeCore => both(
            "未能安装 axe-core,无障碍检查将跳过;请先安装 Node.js 再运行",
            "axe-core could not be installed, so that test is skipped; install Node.js and run",
            &format!("npm install --global {}", axe_core()),
        ),
        Gap::CjkFonts => both(
            "没有中文字体,截图中的汉字将显示为方框;Debian/Ubuntu",
            "Without Chinese fonts the screenshots show boxes; Debian",
            &format!("sudo apt-get install {}", DEBIAN_FONTS.join(" ")),
        ),
    }
}

/// What a person has to install for each of `gaps`, and why.
pub(super) fn instructions(gaps: &[Gap], facts: &Facts) -> String {
    let mut text = String::new();
    for gap in gaps {
        let (name_zh, name_en) = gap.reason();
        let (zh, en) = by_hand(*gap, facts);
        let _ = write!(text, "\n  • {name_zh}\n    {zh}\n    {name_en}\n    {en}\n");
    }
    text
}

fn rustup<const N: usize>(facts: &Facts, words: [&str; N]) -> Option<Attempt> {
    facts.rustup.then(|| Attempt {
        note: None,
        commands: vec![Command::new(["rustup"]).args(words)],
    })
}

/// Only as root: asking for a password in the middle of a build helps nobody.
fn apt(facts: &Facts, packages: &[&str]) -> Option<Attempt> {
    (facts.root && facts.apt).then(|| {
        let quiet = |command: Command| command.env("DEBIAN_FRONTEND", "noninteractive");
        let install = Command::new(["apt-get", "install", "-y", "--no-install-recommends"]);
        let install = packages
            .iter()
            .fold(install, |command, package| command.arg(*package));
        Attempt {
            note: None,
            commands: vec![quiet(Command::new(["apt-get", "update"])), quiet(install)],
        }
    })
}

/// The package that carries wasm-opt for every system that has Node.js.
fn binaryen(facts: &Facts) -> String {
    format!("binaryen@{}.0.0", facts.wasm_opt_wanted)
}

fn axe_core() -> String {
    format!("axe-core@{}", versions::AXE_CORE)
}

/// Where everybody's packages lie, or beside cargo where that may not be written to.
fn npm(facts: &Facts, package: &str) -> Vec<Attempt> {
    let install = || Command::new(["npm", "install", "--global", "--no-fund", "--no-audit"]);
    let global = Attempt {
        note: None,
        commands: vec![install().arg(package)],
    };
    let beside_cargo = Attempt {
        note: Some(("改装到 cargo 的目录", "into cargo's own folder instead")),
        commands: vec![
            install()
                .arg("--prefix")
                .arg(facts.cargo_home.to_string_lossy())
                .arg(package),
        ],
    };
    let mut ways = Vec::new();
    if facts.npm {
        ways.extend([global, beside_cargo]);
    } else if let Some(mut with_npm) = apt(facts, &DEBIAN_NPM) {
        with_npm.commands.extend(global.commands);
        ways.push(with_npm);
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::super::gap::{Need, gaps};
    use super::*;

    fn bare() -> Facts {
        Facts {
            wasm_bindgen_wanted: "0.2.130".to_owned(),
            wasm_opt_wanted: "132".to_owned(),
            cargo_home: "/home/u/.cargo".into(),
            ..Facts::default()
        }
    }

    fn commands(gap: Gap, facts: &Facts) -> Vec<String> {
        let ways = attempts(gap, facts);
        ways.iter()
            .flat_map(|way| &way.commands)
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn rustup_is_tried_before_debian_and_debian_only_as_root() {
        let mut facts = Facts {
            rustup: true,
            apt: true,
            ..bare()
        };
        let rustup = "rustup component add rust-src";
        assert_eq!(commands(Gap::WasmLibrary, &facts), [rustup]);
        facts.root = true;
        let all = commands(Gap::WasmLibrary, &facts);
        assert_eq!(all[0], rustup);
        assert!(all[2].ends_with("rustc-web cargo-web rust-web-src rust-web-llvm lld-22"));
        facts.forced_route = Some(Route::Debian);
        assert!(commands(Gap::WasmLibrary, &facts)[0].ends_with("apt-get update"));
    }

    #[test]
    fn a_machine_without_any_route_gets_words_instead_of_commands() {
        let facts = bare();
        for gap in gaps(&facts, &[Need::WasmBuild, Need::Browser]) {
            let (zh, en) = by_hand(gap, &facts);
            assert!(!zh.is_empty() && !en.is_empty());
        }
        assert!(commands(Gap::WasmLibrary, &facts).is_empty());
        assert!(commands(Gap::Browser, &facts).is_empty());
    }

    #[test]
    fn a_debian_root_without_rustup_can_install_everything() {
        let facts = Facts {
            root: true,
            apt: true,
            ..bare()
        };
        for gap in gaps(&facts, &super::super::Purpose::Test.needs()) {
            let by_rustup_only = matches!(gap, Gap::Rustfmt | Gap::Clippy);
            assert_eq!(attempts(gap, &facts).is_empty(), by_rustup_only, "{gap:?}");
        }
    }

    #[test]
    fn wasm_bindgen_follows_the_lock_file_exactly() {
        let mut facts = Facts {
            wasm_bindgen: Some("0.2.129".to_owned()),
            ..bare()
        };
        assert!(Gap::WasmBindgen.is_open(&facts));
        let install = "cargo install wasm-bindgen-cli --version 0.2.130";
        assert_eq!(commands(Gap::WasmBindgen, &facts), [install]);
        facts.wasm_bindgen = Some("0.2.130".to_owned());
        assert!(!Gap::WasmBindgen.is_open(&facts));
    }

    #[test]
    fn npm_that_may_not_write_globally_installs_beside_cargo() {
        let facts = Facts {
            npm: true,
            ..bare()
        };
        let all = commands(Gap::WasmOpt, &facts);
        assert!(all[0].ends_with("binaryen@132.0.0"));
        assert!(all[1].contains("--prefix /home/u/.cargo"));
        let all = commands(Gap::AxeCore, &facts);
        let package = format!("axe-core@{}", versions::AXE_CORE);
        assert!(all.len() == 2 && all.iter().all(|command| command.ends_with(&package)));
    }

    #[test]
    fn a_complete_machine_has_no_gaps() {
        let facts = Facts {
            route: Some(Route::Toolchain),
            wasm_clippy: true,
            rustfmt: true,
            clippy: true,
            trunk: Some("0.22.1".to_owned()),
            wasm_bindgen: Some("0.2.130".to_owned()),
            wasm_opt: Some("132".to_owned()),
            drivable: true,
            cjk_fonts: true,
            axe_core: Some("axe.min.js".into()),
            deny: true,
            ..bare()
        };
        let needs = super::super::Purpose::Test.needs();
        assert_eq!(gaps(&facts, &needs), []);
    }
}
