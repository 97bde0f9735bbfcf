//! Findings as a table, the worst first.

use super::Scene;
use super::html::Html;
use crate::bidi::{isolated, spelled};
use crate::i18n::Told;
use crate::worker::protocol::Found;
use dhi_engine::finding::{Finding, Severity};
use dhi_engine::ids::UnitCode;

/// Rows shown; the rest is counted.
const SHOWN: usize = 200;

/// Where a finding is, as people say it: file, sheet and cell, or unit and node.
fn place(scene: &Scene<'_>, finding: &Finding) -> String {
    let place = &finding.place;
    let row = || place.row.map(|row| row.to_string());
    let cell = place.cell_name().or_else(row).unwrap_or_default();
    let unit = UnitCode::new(&place.unit)
        .ok()
        .and_then(|code| scene.units.find(&code));
    let unit = unit.map_or(place.unit.as_str(), |unit| scene.unit(unit.0));
    let node = scene.framework.find(&place.node);
    let node = node.map_or(place.node.as_str(), |node| scene.node(node));
    let parts = [&place.file, &place.sheet, &cell, unit, node];
    let parts = parts.into_iter().filter(|p| !p.is_empty());
    let parts = parts.map(|part| isolated(part));
    parts.collect::<Vec<_>>().join(" · ")
}

/// The table.
pub fn findings(scene: &Scene<'_>, html: &mut Html, findings: &[&Finding]) {
    if findings.is_empty() {
        html.el("p class=\"empty\"", scene.t(Told::FindingsNone));
        return;
    }
    let head = [
        scene.text(Told::SeverityLabel),
        scene.text(Told::Place),
        scene.text(Told::Message),
        scene.text(Told::Hint),
    ];
    html.long_table(
        scene.t(Told::Findings),
        "table class=\"table table--text\" data-testid=\"findings\"",
        &head,
    );
    let worst_first = [Severity::Blocking, Severity::Warning, Severity::Note];
    let of = |severity| findings.iter().filter(move |f| f.severity() == severity);
    for finding in worst_first.into_iter().flat_map(of).take(SHOWN) {
        let (shape, class, words) = match finding.severity() {
            Severity::Blocking => ("■", "severity severity--blocking", Told::SeverityBlocking),
            Severity::Warning => ("▲", "severity severity--warning", Told::SeverityWarning),
            Severity::Note => ("●", "severity severity--note", Told::SeverityNote),
        };
        html.raw("<tr><td>")
            .open_with("span", "class", class)
            .el("span aria-hidden=\"true\"", shape)
            .text(" ")
            .text(scene.t(words))
            .raw("</span></td>")
            .el("td", &place(scene, finding))
            .el("td", &spelled(&finding.message(scene.language)))
            .el("td", finding.hint(scene.language))
            .close("tr");
    }
    html.end_table();
    let rest = findings.len().saturating_sub(SHOWN);
    if rest > 0 {
        let words = [scene.t(Told::MoreFindings), " ", &rest.to_string()].concat();
        html.el("p class=\"hint\"", &words);
    }
}

/// The same in both languages, with what the page decides by.
pub fn found(scene: Scene<'_>, list: &[Finding]) -> Found {
    let all: Vec<&Finding> = list.iter().collect();
    let count = |severity| list.iter().filter(|f| f.severity() == severity).count() as u32;
    Found {
        counts: [Severity::Blocking, Severity::Warning, Severity::Note].map(count),
        markup: super::both(scene, &|scene, html| findings(scene, html, &all)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::html::check;
    use super::*;
    use crate::bidi;
    use crate::worker::protocol::Look;
    use dhi_engine::finding::{Place, Problem};
    use dhi_engine::frame::Units;
    use dhi_engine::framework::Language;
    use dhi_engine::scheme::default_scheme;
    use dhi_engine::spec::Spec;

    /// File, sheet and header turn what follows; the row is 12 all the same.
    #[test]
    fn names_in_findings_turn_nothing_after_them() {
        let (framework, units, spec) = (default_scheme(), Units::default(), Spec::default());
        let scene = Scene {
            framework: &framework,
            units: &units,
            spec: &spec,
            language: Language::Chinese,
            look: Look { width: 600 },
        };
        let header = "列\u{202e}".to_owned();
        let place = Place {
            file: "甲\u{202e}".into(),
            sheet: "表\u{2067}".into(),
            row: Some(12),
            ..Place::default()
        };
        let finding = Finding::new(Problem::UnknownColumn { header }, place);
        for markup in &found(scene, &[finding]).markup {
            check(markup);
            bidi::check(markup);
            let place = "\u{2068}甲\u{202e}\u{2069} · \u{2068}表\u{2067}\u{2069}\u{2069} · 12";
            assert!(
                markup.contains(place) && markup.contains("列\\u202e"),
                "{markup}"
            );
        }
    }
}
