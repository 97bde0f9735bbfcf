//! What is missing between a machine and what is to be done on it.

use super::facts::Facts;
use super::versions;

/// What a task needs of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// `cargo fmt`.
    Rustfmt,
    /// `cargo clippy`.
    Clippy,
    /// Everything to compile and bundle the browser app.
    WasmBuild,
    /// Clippy for the browser app.
    WasmClippy,
    /// `cargo deny`.
    Deny,
    /// A real browser, its driver, glyphs for Chinese, and rules of accessibility.
    Browser,
}

/// One missing thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    Rustfmt,
    Clippy,
    WasmLibrary,
    WasmClippy,
    Trunk,
    WasmBindgen,
    WasmOpt,
    Browser,
    CjkFonts,
    AxeCore,
    Deny,
}

/// The gaps between `facts` and `needs`, in the order they should be closed.
pub(super) fn gaps(facts: &Facts, needs: &[Need]) -> Vec<Gap> {
    let mut open = Vec::new();
    for need in needs {
        let wanted: &[Gap] = match need {
            Need::Rustfmt => &[Gap::Rustfmt],
            Need::Clippy => &[Gap::Clippy],
            Need::WasmBuild => &[Gap::WasmLibrary, Gap::Trunk, Gap::WasmBindgen, Gap::WasmOpt],
            Need::WasmClippy => &[Gap::WasmLibrary, Gap::WasmClippy],
            Need::Deny => &[Gap::Deny],
            Need::Browser => &[Gap::Browser, Gap::CjkFonts, Gap::AxeCore],
        };
        for gap in wanted {
            if gap.is_open(facts) && !open.contains(gap) {
                open.push(*gap);
            }
        }
    }
    open
}

impl Gap {
    /// Whether the machine still lacks it.
    pub(super) fn is_open(self, facts: &Facts) -> bool {
        match self {
            Self::Rustfmt => !facts.rustfmt,
            Self::Clippy => !facts.clippy,
            Self::WasmLibrary => facts.route.is_none(),
            Self::WasmClippy => !facts.wasm_clippy,
            Self::Trunk => !facts
                .trunk
                .as_ref()
                .is_some_and(|found| versions::at_least(found, versions::TRUNK)),
            Self::WasmBindgen => facts.wasm_bindgen.as_ref() != Some(&facts.wasm_bindgen_wanted),
            Self::WasmOpt => facts.wasm_opt.as_ref() != Some(&facts.wasm_opt_wanted),
            Self::Browser => !facts.drivable,
            Self::CjkFonts => !facts.cjk_fonts,
            Self::AxeCore => facts.axe_core.is_none(),
            Self::Deny => !facts.deny,
        }
    }

    /// Whether the work can go on without it.
    pub(super) fn is_optional(self) -> bool {
        // Trunk downloads wasm-opt itself where it may; glyphs only change pictures;
        // what wants axe-core or cargo-deny says when it skips.
        matches!(
            self,
            Self::WasmOpt | Self::CjkFonts | Self::AxeCore | Self::Deny
        )
    }

    /// What it is and why it is wanted, in Chinese and English.
    pub(super) fn reason(self) -> (&'static str, &'static str) {
        match self {
            Self::Rustfmt => ("rustfmt,检查代码格式", "rustfmt, to check the formatting"),
            Self::Clippy => ("clippy,检查代码质量", "clippy, to lint the code"),
            Self::WasmLibrary => (
                "wasm32 标准库,把应用编译为 WebAssembly",
                "the wasm32 standard library, to compile the app to WebAssembly",
            ),
            Self::WasmClippy => (
                "面向 wasm32 的 clippy,检查应用代码",
                "clippy for wasm32, to lint the app",
            ),
            Self::Trunk => ("Trunk,打包网页应用", "Trunk, to bundle the web app"),
            Self::WasmBindgen => (
                "wasm-bindgen,生成 WebAssembly 与网页之间的接口(版本须与 Cargo.lock 一致)",
                "wasm-bindgen, the glue between WebAssembly and the page (same version as \
                 Cargo.lock)",
            ),
            Self::WasmOpt => (
                "wasm-opt,缩小 WebAssembly 文件",
                "wasm-opt, to make the WebAssembly smaller",
            ),
            Self::Browser => (
                "Chromium 与 chromedriver(主版本须一致),在真实浏览器中测试",
                "Chromium and chromedriver (same major version), to test in a real browser",
            ),
            Self::CjkFonts => ("中文字体,用于截图", "Chinese fonts, for the screenshots"),
            Self::AxeCore => (
                "axe-core,在真实浏览器中检查无障碍(仅供测试,不随应用分发)",
                "axe-core, to check accessibility in a real browser (for tests only, never shipped)",
            ),
            Self::Deny => (
                "cargo-deny,检查依赖的许可与来源",
                "cargo-deny, to check the licences and sources of dependencies",
            ),
        }
    }
}
