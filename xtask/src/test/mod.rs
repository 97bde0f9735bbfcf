//! Every check, one after another: two cores are enough, and two cargo builds at
//! once would only fight over them.

mod browser;
mod driver;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

use crate::command::{self, Command};
use crate::setup::{Facts, Need, Setup};
use crate::{deliver, say, tidy, tree};

/// What the native build of everything is made with: the command line program and
/// the browser tests are behind features, so that the library stays lean.
const ALL_FEATURES: [&str; 2] = ["--features", "dhi-engine/cli,dhi-tests/browser"];
const UNIT_FEATURES: [&str; 2] = ["--features", "dhi-engine/cli"];

/// One check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// 源码树的约定 · Conventions of the source tree
    Tidy,
    /// 格式 · Formatting
    Fmt,
    /// 本机代码质量 · Lints, native
    Clippy,
    /// 网页代码质量 · Lints, WebAssembly
    WasmClippy,
    /// 单元、文档与命令行测试 · Unit, documentation and command line tests
    Unit,
    /// 依赖的许可与来源 · Licences and sources of dependencies
    Deny,
    /// 构建网页应用 · Build the web app
    Build,
    /// 应用大小 · Size of the app against its budget
    Size,
    /// 真实浏览器中的测试 · Tests in a real browser
    Browser,
}

/// How a step ended.
#[derive(Debug)]
enum Ending {
    Passed,
    Skipped(&'static str),
    Failed(anyhow::Error),
}

/// Runs `only` these steps, or all when it is empty.
pub(crate) fn run(only: &[Step], bless: bool) -> Result<()> {
    let chosen = |step: &Step| only.is_empty() || only.contains(step);
    let steps: Vec<Step> = Step::value_variants()
        .iter()
        .copied()
        .filter(chosen)
        .collect();
    let mut needs = Vec::new();
    for need in steps.iter().flat_map(|step| step.needs()) {
        if !needs.contains(need) {
            needs.push(*need);
        }
    }
    let facts = Setup::new(false)?.run(&needs)?;

    let mut endings: Vec<(Step, Ending, Duration)> = Vec::new();
    for step in steps {
        let (zh, en) = step.title();
        say::heading(zh, en);
        let start = Instant::now();
        let build_failed = endings
            .iter()
            .any(|(step, ending, _)| *step == Step::Build && matches!(ending, Ending::Failed(_)));
        let ending = if build_failed {
            Ending::Failed(anyhow::anyhow!("there is no fresh app: the build failed"))
        } else {
            step.run(&facts, bless).unwrap_or_else(Ending::Failed)
        };
        let took = start.elapsed();
        if let Ending::Failed(error) = &ending {
            say::note("未通过", &format!("failed: {error:#}"));
        }
        say::note("用时", &seconds(took));
        endings.push((step, ending, took));
    }
    summarise(&endings)
}

impl Step {
    fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Tidy => ("检查源码树的约定", "Conventions of the source tree"),
            Self::Fmt => ("检查格式", "Formatting"),
            Self::Clippy => ("检查代码质量(本机)", "Lints, native"),
            Self::WasmClippy => ("检查代码质量(网页)", "Lints, WebAssembly"),
            Self::Unit => (
                "单元、文档与命令行测试",
                "Unit, documentation and CLI tests",
            ),
            Self::Deny => (
                "检查依赖的许可与来源",
                "Licences and sources of dependencies",
            ),
            Self::Build => ("发布构建", "Release build of the app"),
            Self::Size => ("应用大小", "Size of the app"),
            Self::Browser => ("真实浏览器中的测试", "Tests in a real browser"),
        }
    }

    fn needs(self) -> &'static [Need] {
        match self {
            Self::Tidy | Self::Unit => &[],
            Self::Deny => &[Need::Deny],
            Self::Fmt => &[Need::Rustfmt],
            Self::Clippy => &[Need::Clippy],
            Self::WasmClippy => &[Need::WasmClippy],
            Self::Build | Self::Size => &[Need::WasmBuild],
            Self::Browser => &[Need::WasmBuild, Need::Browser],
        }
    }

    fn run(self, facts: &Facts, bless: bool) -> Result<Ending> {
        match self {
            Self::Tidy => tidy::run()?,
            Self::Fmt => Command::new(["cargo", "fmt", "--all", "--check"]).run()?,
            Self::Clippy => Command::new(["cargo", "clippy", "--workspace", "--all-targets"])
                .args(ALL_FEATURES)
                .args(["--", "--deny", "warnings"])
                .run()?,
            Self::WasmClippy => {
                let route = facts.route.context("no way to compile for WebAssembly")?;
                deliver::clippy(route).run()?;
            }
            Self::Unit => unit()?,
            Self::Deny => return deny(),
            Self::Build => deliver::build(facts)?,
            Self::Size => {
                build_if_absent(facts)?;
                deliver::size()?;
            }
            Self::Browser => {
                build_if_absent(facts)?;
                browser::run(facts, bless)?;
            }
        }
        Ok(Ending::Passed)
    }
}

/// Measures the release build: the engine natively, the app in a real browser.
pub(crate) fn bench(only_browser: bool) -> Result<()> {
    let facts = Setup::new(false)?.run(&[Need::WasmBuild, Need::Browser])?;
    deliver::build(&facts)?;
    if !only_browser {
        say::heading("引擎的速度(本机)", "Speed of the engine, native");
        Command::new(["cargo", "bench", "--package", "dhi-engine"]).run()?;
    }
    say::heading("应用的速度(浏览器)", "Speed of the app in a browser");
    browser::measure(&facts)
}

/// For `--only`: a single step works on what an earlier run built.
fn build_if_absent(facts: &Facts) -> Result<()> {
    if tree::dist().join("index.html").is_file() {
        return Ok(());
    }
    deliver::build(facts)
}

/// Tests of all packages; those that start the `dhi` program find it in `DHI_BIN`.
fn unit() -> Result<()> {
    Command::new(["cargo", "build", "--workspace", "--bin", "dhi"])
        .args(UNIT_FEATURES)
        .run()?;
    let program = format!("dhi{}", std::env::consts::EXE_SUFFIX);
    Command::new(["cargo", "test", "--workspace", "--no-fail-fast"])
        .args(UNIT_FEATURES)
        .env(
            "DHI_BIN",
            tree::target().join("debug").join(program).to_string_lossy(),
        )
        .run()
}

/// Without the advisory database, which lives on a server that may be out of reach.
fn deny() -> Result<Ending> {
    if command::find("cargo-deny").is_none() {
        return Ok(Ending::Skipped(
            "cargo-deny is not installed (cargo install cargo-deny --locked)",
        ));
    }
    Command::new([
        "cargo",
        "deny",
        "--all-features",
        "check",
        "licenses",
        "bans",
        "sources",
    ])
    .run()?;
    Ok(Ending::Passed)
}

fn summarise(endings: &[(Step, Ending, Duration)]) -> Result<()> {
    say::heading("总结", "Summary");
    let mut failed = 0;
    for (step, ending, took) in endings {
        let (zh, en) = step.title();
        let (mark, more) = match ending {
            Ending::Passed => ("✓ 通过 passed ", String::new()),
            Ending::Skipped(why) => ("– 跳过 skipped", format!(" — {why}")),
            Ending::Failed(error) => {
                failed += 1;
                ("✗ 失败 FAILED ", format!(" — {error:#}"))
            }
        };
        say::line(&format!(
            "  {mark} {:>8}  {zh} · {en}{more}",
            seconds(*took)
        ));
    }
    if failed > 0 {
        bail!(
            "{failed} 项未通过 · {failed} of {} steps failed",
            endings.len()
        );
    }
    Ok(())
}

fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
