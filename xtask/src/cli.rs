//! The command line: what a newcomer reads first with `cargo xtask --help`.

use clap::{Parser, Subcommand, ValueEnum};

use crate::setup::Purpose;
use crate::test::Step;

/// 履职健康指数的构建工具 · Build tool of the duty-health index.
///
/// 新人只需两条命令 · A newcomer needs two commands:
///
///   cargo xtask serve    构建并在浏览器中打开 · build and open in the browser
///   cargo xtask test     运行全部检查 · run every check
///
/// 两者都会先安装所缺的工具,并说明装什么、为什么;第二次运行时无需再装。
/// Both first install the tools they miss, saying what and why; nothing is
/// installed twice.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", verbatim_doc_comment)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) task: Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    /// 构建应用并在本机打开 · Build the app and serve it on this machine only
    ///
    /// Installs what the build misses, builds the WebAssembly app in release mode
    /// into `dist/`, serves it on 127.0.0.1 and opens the default browser when
    /// there is a screen. Stop with Ctrl-C.
    Serve {
        /// 端口;被占用时取下一个空闲端口 · Port; the next free one when it is taken
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// 不打开浏览器 · Do not open the browser
        #[arg(long)]
        no_open: bool,
    },
    /// 构建并写成一个双击即可打开的文件 · Build, and write one file to double-click
    ///
    /// Builds as `serve` does, shows the sizes and writes the whole app as one HTML
    /// file into `target/single/`. It opens from disk, without server or network.
    Dist,
    /// 运行全部检查,直到真实浏览器 · Run every check, up to a real browser
    ///
    /// Steps, in order: tidy, fmt, clippy, wasm-clippy, unit, deny, build, size,
    /// browser.
    /// All run even when one fails; a summary and the exit code tell the truth.
    ///
    /// Environment: CHROME and CHROMEDRIVER name the programs to use;
    /// DHI_WASM_ROUTE=toolchain|debian forces where the wasm32 library comes from.
    Test {
        /// 只运行这些步骤 · Run only these steps (repeat, or separate by commas)
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<Step>,
        /// 同时更新 README 截图 · Also renew the screenshots under public/screenshots
        #[arg(long)]
        bless: bool,
    },
    /// 测量速度:引擎与浏览器中的应用 · Measure speed: the engine, and the app in a browser
    ///
    /// Builds in release mode, runs the engine's benchmarks and then, in a real
    /// browser with 85 to 487,144 villages: the first ranking after a cold open, a
    /// slider's event to painted rows, rankings per second of a drag, the longest
    /// task, memory, 10,000 replicates. Takes some twenty minutes; asserts nothing.
    Bench {
        /// 只测浏览器 · Only in the browser
        #[arg(long)]
        browser: bool,
    },
    /// 只安装所缺的工具 · Only install the tools that are missing
    Setup {
        /// 只列出将要执行的命令 · Only list the commands that would run
        #[arg(long)]
        dry_run: bool,
        /// 为哪个命令准备 · Which command to prepare for
        #[arg(long = "for", value_enum, default_value_t = PreparedFor::Test)]
        purpose: PreparedFor,
    },
    /// 检查源码树的约定 · Check the conventions of the source tree
    ///
    /// Engine modules import upwards only, files stay within 600 lines and say
    /// what they are for, nothing unfinished is left behind, and every path that
    /// ARCHITECTURE.md and README.md name exists.
    Tidy,
    /// 显示已构建应用的大小 · Show how large the built app is, plain and compressed
    Size,
}

/// The command a set-up prepares for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PreparedFor {
    /// 构建与运行 · Build and serve
    Serve,
    /// 全部检查 · All checks, including the browser
    Test,
}

impl From<PreparedFor> for Purpose {
    fn from(purpose: PreparedFor) -> Self {
        match purpose {
            PreparedFor::Serve => Self::Serve,
            PreparedFor::Test => Self::Test,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn steps_may_be_separated_by_commas() {
        let cli = Cli::parse_from(["cargo xtask", "test", "--only", "fmt,unit"]);
        let Task::Test { only, .. } = cli.task else {
            panic!("parsed as another task");
        };
        assert_eq!(only, [Step::Fmt, Step::Unit]);
    }
}
