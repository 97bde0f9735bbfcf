//! What is said about case files, in both languages.

use super::verify::Difference;
use super::{Change, Section};
use crate::framework::Language;
use std::collections::BTreeSet;

impl Section {
    /// Its name for people.
    pub fn name(self, language: Language) -> &'static str {
        let (zh, en) = match self {
            Self::Versions => ("程序版本", "program version"),
            Self::Scheme => ("指标体系", "scheme"),
            Self::Data => ("数据", "data"),
            Self::Spec => ("计算方案", "specification"),
            Self::Run => ("期次与随机种子", "period and seeds"),
            Self::Sources => ("来源文件", "source files"),
            Self::Decisions => ("决定", "decisions"),
            Self::Log => ("日志", "log"),
            Self::Records => ("整改记录", "records of rectification"),
            Self::Process => ("办理规定与限制", "procedure"),
            Self::Results => ("结果", "results"),
            Self::Seals => ("各节封印", "seals of the sections"),
            Self::Seal => ("总封印", "seal of the file"),
        };
        pick(language, zh, en)
    }
}

fn pick<T>(language: Language, zh: T, en: T) -> T {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

impl Difference {
    /// What is wrong, in words that name the place.
    pub fn message(&self, language: Language) -> String {
        let name = |section: &Section| section.name(language);
        let (zh, en) = match self {
            Self::NotACase => (
                "不是案卷文件,或首行被改动".into(),
                "this is not a case file, or its first line was changed".into(),
            ),
            Self::Version(found) => (
                format!("案卷格式为 {found},本程序不认识"),
                format!("the case has format {found}, which this program does not know"),
            ),
            Self::Truncated(at) => (
                format!("文件不完整:在“{}”一节中断", name(at)),
                format!("the file is cut off within its {}", name(at)),
            ),
            Self::Malformed(at) => (
                format!("“{}”一节的格式被破坏", name(at)),
                format!("the form of the {} is broken", name(at)),
            ),
            Self::Altered(at) => (
                format!("“{}”一节与封存时不同", name(at)),
                format!("the {} is not what was sealed", name(at)),
            ),
            Self::Seal(Section::Seal) => (
                "总封印与文件内容不符:封印被改动".into(),
                "the seal of the file does not fit its contents: the seal was changed".into(),
            ),
            Self::Seal(at) => (
                format!("“{}”一节的封印被改动,内容未变", name(at)),
                format!(
                    "the seal of the {} was changed, its contents were not",
                    name(at)
                ),
            ),
            Self::Unreadable { section, message } => (
                format!("“{}”一节无法读取:{message}", name(section)),
                format!("the {} cannot be read: {message}", name(section)),
            ),
            Self::LogOrder { place, seq } => (
                format!("日志顺序被改动:第 {place} 条的编号是 {seq}"),
                format!("the log was reordered: entry {place} carries number {seq}"),
            ),
            Self::LogHash { place } => (
                format!("日志第 {place} 条与哈希链不符"),
                format!("entry {place} of the log does not fit the chain of hashes"),
            ),
            Self::Records(why) => (
                format!("整改记录：{}", why.message(Language::Chinese)),
                format!(
                    "records of rectification: {}",
                    why.message(Language::English)
                ),
            ),
            Self::Decision(at) => (
                format!("第 {at} 项决定没有内容或理由,或所涉单位不在名册"),
                format!(
                    "decision {at} has no choice or reason, or is about a unit that is not in the register"
                ),
            ),
            Self::NotComputable(message) => (
                format!("无法由案卷内容重新计算:{message}"),
                format!("the contents cannot be computed again: {message}"),
            ),
            Self::Result {
                table,
                row,
                column,
                sealed,
                recomputed,
            } => (
                format!(
                    "结果不符:{table} › {row} › {column},案卷为“{sealed}”,重算为“{recomputed}”"
                ),
                format!(
                    "a result differs: {table} › {row} › {column} is `{sealed}` in the file and `{recomputed}` when recomputed"
                ),
            ),
        };
        pick(language, zh, en)
    }
}

/// One difference between two files on a line.
pub fn change_text(change: &Change, language: Language) -> String {
    let none = pick(language, "(无)", "(none)");
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| none.to_owned());
    let section = change.section.name(language);
    let (before, after) = (shown(&change.before), shown(&change.after));
    format!("[{section}] {}: {before} → {after}", change.place)
}

/// What the differences amount to: which inputs changed, and whether results did.
pub fn explanation(changes: &[Change], language: Language) -> &'static str {
    let sections: BTreeSet<Section> = changes.iter().map(|c| c.section).collect();
    let has = |list: &[Section]| list.iter().any(|s| sections.contains(s));
    let inputs = [
        Section::Scheme,
        Section::Data,
        Section::Spec,
        Section::Run,
        Section::Process,
    ];
    let has_other_results = has(&[Section::Results]);
    // Records reach results where the process is sealed with them.
    let is_by_input = has(&inputs) || (has_other_results && has(&[Section::Records]));
    let (zh, en) = match (is_by_input, has_other_results) {
        _ if changes.is_empty() => ("两份案卷内容相同。", "Both case files hold the same."),
        (true, true) => (
            "结果不同,来由是上列指标体系、数据、方案、期次与种子、整改记录或办理规定与限制的改动。",
            "Results differ because scheme, data, specification, period and seeds, records or procedure do, as listed.",
        ),
        (true, false) => (
            "输入有改动,结果一致。",
            "Inputs differ, results are the same bits.",
        ),
        // Both files were recomputed by one program, so this cannot be.
        (false, true) => (
            "输入相同而结果不同。",
            "Results differ although the inputs are the same.",
        ),
        (false, false) => (
            "输入与结果相同,只有版本、来源、决定、日志或整改记录不同。",
            "Inputs and results are the same; only versions, sources, decisions, log or records differ.",
        ),
    };
    pick(language, zh, en)
}
