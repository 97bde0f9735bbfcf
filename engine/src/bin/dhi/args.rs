//! The command line, worded for people.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use dhi_engine::calendar::Day;
use dhi_engine::framework::Language;
use dhi_engine::signoff::{ROLES, Role};
use std::path::PathBuf;

/// 履职健康指数 · Duty-Health Index: from tables to a ranked, explained index.
///
/// Tables are CSV (UTF-8 or GB18030), XLSX or XLS. Results are for the
/// organisation's reference (供组织研究参考); they decide nothing.
#[derive(Parser)]
#[command(name = "dhi", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Language of messages and grades.
    #[arg(long, value_enum, default_value = "zh", global = true)]
    lang: Lang,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum Lang {
    Zh,
    En,
}

impl Args {
    pub(crate) fn language(&self) -> Language {
        match self.lang {
            Lang::Zh => Language::Chinese,
            Lang::En => Language::English,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// 计算得分、名次与等级 · Compute scores, ranks and grades
    ///
    /// Writes scores.csv, findings.csv and run.json to the output folder; with
    /// --stages every intermediate frame and ledger as well (for those who hold the
    /// counts of the survey: exact values stand in them). Numbers are the
    /// shortest decimals that read back as the same bits (at most 17 digits). With
    /// --ledger or --process the grade that counts under caps stands beside the one
    /// by the score, also in grades.csv.
    Score(ScoreOptions),
    /// 只检查数据,不计算 · Check the tables without computing anything
    ///
    /// Prints every finding with file, sheet, row and column. Exit code 1 when
    /// one of them blocks.
    Check(DataOptions),
    /// 比较两个方案,并逐个剔除指标 · Compare two specifications, and leave out each part
    ///
    /// Writes leave_one_out.csv: for every indicator, sub-pillar and pillar, how
    /// the ranking without it agrees with the whole one. With --other also
    /// similarity.csv (Kendall, Spearman, weighted Spearman, WS, both digests) and
    /// shifts.csv (score, rank and grade of every unit under both). With --ledger or
    /// --process the grade that counts under caps stands beside the one by the score, and
    /// changes of band are counted by it.
    Compare(CompareOptions),
    /// 稳健性:名次区间、分档、敏感性 · Robustness: rank intervals, tiers, sensitivity
    ///
    /// Draws the uncertain inputs again and again and writes rank_intervals.csv,
    /// acceptability.csv, bands.csv, beats.csv, tiers.csv, central_weights.csv,
    /// sensitivity.csv and findings.csv; tables of pairs up to 2000 units. Files get
    /// their names when all are complete, robust.json last. The same seed gives the
    /// same bytes, whatever the number of jobs.
    Robust(RobustOptions),
    /// 权重的精确答案与提升表 · Exact answers about weights, and lift tables
    ///
    /// Writes stability.csv (how far each weight may move), flips.csv (the
    /// smallest change that turns an order round or crosses the line),
    /// dominance.csv, rank_range.csv, triangle.csv and triangle.json (three
    /// children), lift.csv (what each village would have to change itself) and,
    /// where they are asked for, breakpoints.csv and cheapest.csv. Nothing is
    /// sampled; every answer says whether it is exact or lies between certified
    /// bounds. Needs arithmetic means from the node up to the composite. Over 1,000
    /// villages, pairs and the triangle are left out, and so is lift.csv but for
    /// the villages named.
    Weights(WeightsOptions),
    /// 各期趋势与得分变化的来由 · Trends over the periods, and what a change is due to
    ///
    /// Writes trends.csv: for every unit and node the score of each period, slope
    /// per year with its standard error, and compound growth. With --from and --to
    /// also changes.csv: every unit's change of score divided between its own data,
    /// other units' data, framework, treatment, method and weights (Shapley
    /// value); the parts sum to the change exactly.
    Trend(TrendOptions),
    /// 整改台账:事项、到期、待裁定、指标 · Rectification: items, what is due, indicators
    ///
    /// Puts packets of several offices together, in any order, and writes items.csv,
    /// due.csv, notices.csv (what people must settle) and indicators.csv (on-time
    /// closure, return, relapse, public rating, coverage of groups, checklist; a rating
    /// near an end of its scale as a bound, `score` takes the exact one). With
    /// --process also gates.csv, and checklist.csv, plan.csv, plan_faults.csv and
    /// suggestions.csv where the files speak of them. Times and thresholds that no
    /// file decides are defaults to be confirmed. --items sets up the items of a table.
    Ledger(LedgerCommand),
    /// 申诉更正前后对照 · What a correction after an appeal changes
    ///
    /// Computes the data before and the corrected data with one specification and writes
    /// appeal_cells.csv (every cell that was corrected, and why), appeal_villages.csv (of
    /// every affected village score, ranks, grade and nomination line before and after),
    /// appeal_findings.csv and appeal.json. With --ledger or --process the grade that
    /// counts under caps stands beside the one by the score. Exit code 1, and nothing is
    /// written, when a corrected cell has no reason, or register or framework differ.
    Appeal(AppealOptions),
    /// 整改数据包:签名、核验 · Packets of 整改销号: sign, verify
    ///
    /// A signature is a file of its own, of the same kind as for case files, made with
    /// the same keys. `--signatures` and `--trust` of other commands take only packets
    /// with one.
    #[command(subcommand)]
    Packet(PacketCommand),
    /// 案卷:封存、核验、比对、签名 · Case files: pack, verify, compare, sign
    ///
    /// A case file holds data, scheme, specification, seeds, results, decisions, log,
    /// records of 整改销号 and what is decided beside them, sealed by SHA-256 and SM3.
    /// Exit code 1 when something is not as sealed.
    #[command(subcommand)]
    Case(CaseCommand),
    /// 生成填报模板 · Write an import template
    ///
    /// One workbook with the register, the framework (filled with the default
    /// scheme), the value table and the rules for filling them in.
    Template(TemplateOptions),
}

#[derive(Clone, ClapArgs)]
pub(crate) struct DataOptions {
    /// Framework table (指标体系); the default scheme when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) framework: Option<PathBuf>,
    /// Register, values and survey counts (名册, 指标数据, 群众评议), in one workbook or several files.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) data: Vec<PathBuf>,
    /// Period of tables without a period column, and the period to compute;
    /// the latest when left out.
    #[arg(long)]
    pub(crate) period: Option<String>,
    /// Specification (JSON): survey questions and shares, normalisation, means, coverage floors, ties, bands.
    #[arg(long, value_name = "FILE")]
    pub(crate) spec: Option<PathBuf>,
}

/// A role by its id.
fn role(id: &str) -> Result<Role, String> {
    let found = ROLES.into_iter().find(|role| role.id() == id);
    let ids = || ROLES.map(Role::id).join(", ");
    found.ok_or_else(|| format!("there are: {}", ids()))
}

/// An author of packets, and the file with a key that signs for it.
fn trusted(text: &str) -> Result<(String, PathBuf), String> {
    let problem = "it has the form AUTHOR=FILE, such as inspection/一组=team.pub";
    let (author, file) = text.split_once('=').ok_or(problem)?;
    let (id, _) = author.split_once('/').ok_or(problem)?;
    role(id)?;
    Ok((author.to_owned(), file.into()))
}

#[derive(ClapArgs)]
pub(crate) struct LedgerOptions {
    /// Packets (整改数据包) or project files with records of 整改销号, and with the files
    /// of the office beside them, which then count like those of --process. Values that
    /// are missing follow from them; supplied ones that differ are kept and reported.
    #[arg(long, value_name = "FILE", num_args = 1.., requires_all = ["from", "to", "today"])]
    pub(crate) ledger: Vec<PathBuf>,
    /// Signatures over the packets (`dhi packet sign`), in any order.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "trust")]
    pub(crate) signatures: Vec<PathBuf>,
    /// Public keys (PEM) that are trusted, each for the author of packets it signs for, such
    /// as `inspection/一组=team.pub` or `discipline/=discipline.pub`. Packets of others,
    /// packets without a valid signature by such a key, and project files are then
    /// refused with the reason.
    #[arg(long, value_name = "AUTHOR=FILE", num_args = 1.., requires = "ledger", value_parser = trusted)]
    pub(crate) trust: Vec<(String, PathBuf)>,
    /// What the office decides and keeps beside them (JSON, one file or several):
    /// times of the procedure, holidays, restrictions, checklist and checks, plan of
    /// visits, 巡察建议书.
    #[arg(long, value_name = "FILE", num_args = 1.., requires_all = ["from", "to", "today"])]
    pub(crate) process: Vec<PathBuf>,
    /// A ledger of items (整改台账; CSV, XLSX or XLS, a row an item, with its town): the
    /// inspection office sets them up, and assigns those whose rows say so, after the
    /// records of --ledger and by the same checks. Nothing is signed by that, so it does
    /// not go with --trust.
    #[arg(long, value_name = "FILE", num_args = 1.., requires_all = ["from", "to", "today", "hand"], conflicts_with = "trust")]
    pub(crate) items: Vec<PathBuf>,
    /// Code of the officer who sets up what --items says; no personal names.
    #[arg(long, value_name = "CODE", requires = "items", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub(crate) hand: Option<String>,
    /// Who reads it: causes of holds are shown to `discipline` and `organisation` alone.
    #[arg(long, value_name = "ROLE", default_value = "auditor", value_parser = role)]
    pub(crate) role: Role,
    /// First day of the span that is counted.
    #[arg(long, value_name = "DAY")]
    pub(crate) from: Option<Day>,
    /// Its last day.
    #[arg(long, value_name = "DAY")]
    pub(crate) to: Option<Day>,
    /// The day as of which it is counted.
    #[arg(long, value_name = "DAY")]
    pub(crate) today: Option<Day>,
}

#[derive(ClapArgs)]
pub(crate) struct LedgerCommand {
    #[command(flatten)]
    pub(crate) ledger: LedgerOptions,
    /// Folder to write to; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct ScoreOptions {
    #[command(flatten)]
    pub(crate) data: DataOptions,
    #[command(flatten)]
    pub(crate) ledger: LedgerOptions,
    /// Folder to write to; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Also write every intermediate frame and ledger.
    #[arg(long)]
    pub(crate) stages: bool,
}

#[derive(ClapArgs)]
pub(crate) struct CompareOptions {
    #[command(flatten)]
    pub(crate) data: DataOptions,
    #[command(flatten)]
    pub(crate) ledger: LedgerOptions,
    /// Specification (JSON) to set beside the one of --spec, which is the reference.
    #[arg(long, value_name = "FILE")]
    pub(crate) other: Option<PathBuf>,
    /// Folder to write to; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct RobustOptions {
    #[command(flatten)]
    pub(crate) data: DataOptions,
    /// What is uncertain, and how the result is read (JSON); by default weights
    /// within ± 25 % and the standard errors of survey values. With survey counts,
    /// `"shrink": [{"choice": false}, {"choice": true}]` also asks what drawing
    /// survey values toward their class changes.
    #[arg(long, value_name = "FILE")]
    pub(crate) robust: Option<PathBuf>,
    /// Folder to write to; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Replicates, instead of those of the file.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) replicates: Option<u32>,
    /// Seed, instead of that of the file.
    #[arg(long, value_name = "K")]
    pub(crate) seed: Option<u64>,
    /// Threads; as many as the processor has when left out.
    #[arg(long, value_name = "J", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) jobs: Option<u32>,
}

#[derive(ClapArgs)]
pub(crate) struct WeightsOptions {
    #[command(flatten)]
    pub(crate) data: DataOptions,
    /// Folder to write to; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Node whose children's weights are asked about; the composite when left out.
    #[arg(long, value_name = "NODE")]
    pub(crate) under: Option<String>,
    /// Score that matters, such as the nomination line (提名线).
    #[arg(long, default_value_t = 70.0)]
    pub(crate) line: f64,
    /// Two villages to compare, by code.
    #[arg(long, num_args = 2, value_names = ["CODE", "CODE"])]
    pub(crate) pair: Vec<String>,
    /// Places that count as the top.
    #[arg(long, value_name = "K", default_value_t = 10)]
    pub(crate) top: usize,
    /// Villages for lift.csv, breakpoints.csv and drawn regions; lift.csv is for
    /// all when left out, which repeats the run for every cell.
    #[arg(long, value_name = "CODE", num_args = 1..)]
    pub(crate) unit: Vec<String>,
    /// Which weights may be chosen, and costs (JSON), with ids for A, B and X:
    /// `{"bounds": {"A": [0.2, 0.5]}, "order": [["A", "B"]], "costs": {"X": 1}}`.
    /// The first of an order weighs at least as much as the second; a cost is that
    /// of one unit of the indicator's measure.
    #[arg(long, value_name = "FILE")]
    pub(crate) bounds: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct TrendOptions {
    #[command(flatten)]
    pub(crate) data: DataOptions,
    /// Folder to write to; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Period to divide the change from.
    #[arg(long, value_name = "PERIOD", requires = "to")]
    pub(crate) from: Option<String>,
    /// Period to divide the change to.
    #[arg(long, value_name = "PERIOD", requires = "from")]
    pub(crate) to: Option<String>,
    /// Specification that held in the --from period; --spec when left out.
    #[arg(long, value_name = "FILE", requires = "from")]
    pub(crate) from_spec: Option<PathBuf>,
    /// Framework that held in the --from period; --framework when left out.
    #[arg(long, value_name = "FILE", requires = "from")]
    pub(crate) from_framework: Option<PathBuf>,
    /// Register and values as they were in the --from period; --data when left out.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "from")]
    pub(crate) from_data: Vec<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct AppealOptions {
    /// Data as before the correction.
    #[command(flatten)]
    pub(crate) data: DataOptions,
    #[command(flatten)]
    pub(crate) ledger: LedgerOptions,
    /// Register, values and survey counts as corrected.
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) corrected: Vec<PathBuf>,
    /// What was decided (JSON), with offices and no personal names: `{"village": …,
    /// "reason": …, "decider": …, "decided": "2026-11-20", "cells": [{"indicator": …,
    /// "reason": …}]}`. A cell may name another "village" and "period"; its indicator is
    /// "survey" for survey counts.
    #[arg(long, value_name = "FILE")]
    pub(crate) appeal: PathBuf,
    /// Robustness analysis (JSON) that decides about the nomination line; the default of
    /// `dhi robust` when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) robust: Option<PathBuf>,
    /// Folder to write to; made when it does not exist.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Subcommand)]
pub(crate) enum PacketCommand {
    /// 用自带私钥签名 · Sign a packet with a key of your own
    ///
    /// The packet is checked first, and signed in the name of its author. The key is one
    /// that `dhi case sign` takes: an encrypted PKCS #8 file, Ed25519 or SM2.
    Sign(PacketSignOptions),
    /// 核验数据包及其签名 · Check a packet and a signature over it
    ///
    /// Exit code 1 when either does not hold, or was made for another author.
    Verify(PacketVerifyOptions),
}

#[derive(ClapArgs)]
pub(crate) struct PacketSignOptions {
    /// Packet (整改数据包).
    pub(crate) packet: PathBuf,
    /// Secret key: PKCS #8 in PEM, encrypted.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Day of the signature, such as 2026-07-01.
    #[arg(long, value_name = "DAY")]
    pub(crate) at: String,
    /// Signature file to write; the packet's name with `.sig` after it when left out.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct PacketVerifyOptions {
    /// Packet (整改数据包).
    pub(crate) packet: PathBuf,
    /// Signature file to check.
    #[arg(long, value_name = "FILE")]
    pub(crate) signature: PathBuf,
    /// Public key (PEM) the signature must belong to. Without it it only shows that the
    /// holder of some key signed.
    #[arg(long, value_name = "FILE")]
    pub(crate) public: Option<PathBuf>,
}

#[derive(Subcommand)]
pub(crate) enum CaseCommand {
    /// 计算并封存为一个文件 · Compute everything and seal it in one file
    ///
    /// The same inputs give the same bytes, so two offices can compare digests. The
    /// file holds survey counts as they came in and, with --process, the causes of holds:
    /// it is for those who may see the data and the causes. With --process also the
    /// values that follow from the ledger and the grades under caps are sealed.
    Pack(Box<PackOptions>),
    /// 核验案卷:全部重算 · Check a case file by computing everything again
    ///
    /// Names the first difference: the section, log entry or cell. Exit code 1 when
    /// there is one, or a signature does not hold.
    Verify(VerifyOptions),
    /// 比对两份案卷 · Explain what two case files differ in
    ///
    /// Both are verified first; exit code 1 when one does not hold.
    Diff(DiffOptions),
    /// 用自带私钥签名 · Sign a case file with a key of your own
    ///
    /// The case is verified first. The signature is a file of its own. The key must be
    /// an encrypted PKCS #8 file, Ed25519 or SM2; its passphrase is asked for, or read
    /// from the first line of the input:
    ///
    /// openssl genpkey -algorithm ed25519 -aes256 -out key.pem
    /// openssl pkey -in key.pem -pubout -out public.pem
    #[command(verbatim_doc_comment)]
    Sign(SignOptions),
}

#[derive(ClapArgs)]
pub(crate) struct PackOptions {
    #[command(flatten)]
    pub(crate) data: DataOptions,
    /// File to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// Robustness analysis (JSON, with its seed) whose rank intervals are sealed too.
    #[arg(long, value_name = "FILE")]
    pub(crate) robust: Option<PathBuf>,
    /// Decisions (JSON): `[{"unit": …, "period": …, "choice": …, "reason": …,
    /// "basis": {"digest": …, "score": …, "rank": …, "chance": …}, "at": …}]`.
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,
    /// Log of a project (JSON): `[{"seq": 1, "at": …, "action": …, "hash": …}]`;
    /// its chain must hold.
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ledger: LedgerOptions,
}

#[derive(ClapArgs)]
pub(crate) struct VerifyOptions {
    /// Case file.
    pub(crate) file: PathBuf,
    /// Signature files to check.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) signature: Vec<PathBuf>,
    /// Public key (PEM) the signatures must belong to. Without it they only show that
    /// the holder of some key signed.
    #[arg(long, value_name = "FILE", requires = "signature")]
    pub(crate) key: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct DiffOptions {
    /// The two case files, the earlier first.
    #[arg(num_args = 2, required = true, value_names = ["FILE", "FILE"])]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct SignOptions {
    /// Case file.
    pub(crate) file: PathBuf,
    /// Secret key: PKCS #8 in PEM, encrypted.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
    /// Office or role that signs; no personal names.
    #[arg(long, value_name = "TEXT")]
    pub(crate) signer: String,
    /// Day of the signature, such as 2026-07-01.
    #[arg(long, value_name = "DAY")]
    pub(crate) at: String,
    /// Signature file to write.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

#[derive(ClapArgs)]
pub(crate) struct TemplateOptions {
    /// File to write, .xlsx.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}
