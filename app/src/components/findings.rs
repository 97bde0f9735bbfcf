//! Findings as a table, in the user's language.

use crate::i18n::Key;
use crate::state::context::{Context, use_app};
use dhi_engine::finding::{Finding, Severity};
use leptos::prelude::*;

/// Rows shown; the rest is counted.
const SHOWN: usize = 200;

fn severity_words(app: Context, severity: Severity) -> (&'static str, &'static str, &'static str) {
    match severity {
        Severity::Blocking => (
            "■",
            "severity severity--blocking",
            app.t(Key::SeverityBlocking),
        ),
        Severity::Warning => (
            "▲",
            "severity severity--warning",
            app.t(Key::SeverityWarning),
        ),
        Severity::Note => ("●", "severity severity--note", app.t(Key::SeverityNote)),
    }
}

/// Where a finding is, as people say it: file, sheet and cell, or unit and node.
pub fn place_words(app: Context, finding: &Finding) -> String {
    let place = &finding.place;
    let cell = place
        .cell_name()
        .or_else(|| place.row.map(|row| row.to_string()));
    let (unit, node) = app.project.with(|p| {
        let content = p.as_ref().map(|p| &p.content);
        let unit = content.and_then(|c| {
            let code = dhi_engine::ids::UnitCode::new(&place.unit).ok()?;
            let at = c.dataset.units().find(&code)?;
            Some(c.dataset.units().list().get(at.at())?.name.clone())
        });
        let node = content.and_then(|c| {
            let framework = c.framework();
            let at = framework.find(&place.node)?;
            let name = framework.node(at).name.get(app.language.get());
            Some(name.to_owned())
        });
        (
            unit.unwrap_or_else(|| place.unit.clone()),
            node.unwrap_or_else(|| place.node.clone()),
        )
    });
    let parts = [
        place.file.clone(),
        place.sheet.clone(),
        cell.unwrap_or_default(),
        unit,
        node,
    ];
    let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
    parts.join(" · ")
}

/// The table, worst first.
#[component]
pub fn FindingsTable(
    /// The findings, in any order.
    #[prop(into)]
    findings: Signal<Vec<Finding>>,
) -> impl IntoView {
    let app = use_app();
    let sorted = Memo::new(move |_| {
        let mut list = findings.get();
        list.sort_by_key(|f| std::cmp::Reverse(f.severity()));
        list
    });
    let row = move |finding: &Finding| {
        let language = app.language.get();
        let (shape, class, words) = severity_words(app, finding.severity());
        view! {
            <tr>
                <td><span class=class><span aria-hidden="true">{shape}</span>" "{words}</span></td>
                <td>{place_words(app, finding)}</td>
                <td>{finding.message(language)}</td>
                <td>{finding.hint(language)}</td>
            </tr>
        }
    };
    let rest = move || sorted.with(|s| s.len().saturating_sub(SHOWN));
    view! {
        <Show when=move || !sorted.with(|s| s.is_empty())
            fallback=move || view! { <p class="empty">{app.say(Key::FindingsNone)}</p> }>
            <div class="scroll scroll--tall" tabindex="0" role="region" aria-label=app.say(Key::Findings)>
                <table class="table table--text" data-testid="findings">
                    <thead><tr>
                        {[Key::SeverityLabel, Key::Place, Key::Message, Key::Hint]
                            .map(|key| view! { <th scope="col">{app.say(key)}</th> })}
                    </tr></thead>
                    <tbody>{move || sorted.with(|s| s.iter().take(SHOWN).map(row).collect_view())}</tbody>
                </table>
            </div>
            <Show when=move || rest() != 0>
                <p class="hint">{move || format!("{} {}", app.t(Key::MoreFindings), rest())}</p>
            </Show>
        </Show>
    }
}
