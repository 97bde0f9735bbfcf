//! What the program says: findings, summaries, the template.

use crate::args::TemplateOptions;
use crate::{Done, Failure, load};
use dhi_engine::finding::{Finding, Severity, blocks};
use dhi_engine::framework::Language;
use dhi_engine::report::Table;

/// One of two wordings.
pub(crate) fn word(language: Language, zh: &'static str, en: &'static str) -> &'static str {
    match language {
        Language::Chinese => zh,
        Language::English => en,
    }
}

/// Whether any finding blocks; then all are printed.
pub(crate) fn are_blocking(list: &[Finding], language: Language) -> bool {
    if blocks(list) {
        findings(list, language);
    }
    blocks(list)
}

/// Prints every finding on a line of its own, the worst first.
pub(crate) fn findings(findings: &[Finding], language: Language) {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|f| std::cmp::Reverse(f.severity()));
    for finding in sorted {
        let [severity, place, message, hint] = texts(finding, language);
        println!("[{severity}] {place} {message} {hint}");
    }
}

/// One line about a finished run, and the findings worth looking at.
pub(crate) fn summary(line: &str, all: &[Finding], language: Language) {
    let warnings: Vec<Finding> = all
        .iter()
        .filter(|f| f.severity() >= Severity::Warning)
        .cloned()
        .collect();
    findings(&warnings, language);
    println!("{line}");
}

/// Findings as a table to write.
pub(crate) fn findings_table(findings: &[Finding], language: Language) -> Table {
    Table {
        name: "findings".into(),
        header: ["severity", "place", "message", "hint"]
            .map(String::from)
            .into(),
        rows: findings.iter().map(|f| texts(f, language).into()).collect(),
    }
}

fn texts(finding: &Finding, language: Language) -> [String; 4] {
    let severity = match (finding.severity(), language) {
        (Severity::Note, Language::Chinese) => "提示",
        (Severity::Warning, Language::Chinese) => "警告",
        (Severity::Blocking, Language::Chinese) => "阻断",
        (Severity::Note, Language::English) => "note",
        (Severity::Warning, Language::English) => "warning",
        (Severity::Blocking, Language::English) => "blocking",
    };
    let place = &finding.place;
    let cell = place
        .cell_name()
        .or_else(|| place.row.map(|row| row.to_string()));
    let place: Vec<&str> = [
        place.file.as_str(),
        place.sheet.as_str(),
        cell.as_deref().unwrap_or(""),
        place.unit.as_str(),
        place.node.as_str(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .collect();
    [
        severity.to_owned(),
        place.join(" ! "),
        finding.message(language),
        finding.hint(language).to_owned(),
    ]
}

/// `dhi template`.
pub(crate) fn template(options: &TemplateOptions, language: Language) -> Result<Done, Failure> {
    let bytes = load::template(language)?;
    std::fs::write(&options.out, bytes)
        .map_err(|source| load::file_failure(&options.out, source))?;
    println!("{}", options.out.display());
    Ok(Done::Ok)
}
