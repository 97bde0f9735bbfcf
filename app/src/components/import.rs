//! Import: choose files, look at them, correct the mapping, accept or reject as
//! a whole.

use super::written::pick;
use crate::bidi::isolated;
use crate::components::each::each_of;
use crate::i18n::Key;
use crate::state::command::Command;
use crate::state::context::{Context, use_app};
use crate::state::desk::ImportDraft;
use crate::state::reactive::{effect, memo};
use crate::worker::host::PREVIEW_COLUMNS;
use crate::worker::protocol::{Found, Preview, Request};
use dhi_engine::framework::Language;
use dhi_engine::ids::Period;
use dhi_engine::input::{ColumnPlan, Encoding, Field, HEADER_WORDS, SheetPlan, TableKind};
use gloo::file::futures::read_as_bytes;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::FileList;

const KINDS: [(TableKind, &str, Key); 6] = [
    (TableKind::Units, "units", Key::KindUnits),
    (TableKind::Framework, "framework", Key::KindFramework),
    (TableKind::Wide, "wide", Key::KindWide),
    (TableKind::Long, "long", Key::KindLong),
    (TableKind::Survey, "survey", Key::KindSurvey),
    (TableKind::Ignored, "ignored", Key::KindIgnored),
];

/// Reads files and hands them to the worker.
fn take_files(app: Context, list: Option<FileList>, encoding: Option<Encoding>) {
    let Some(list) = list.filter(|l| l.length() > 0) else {
        return;
    };
    let files: Vec<web_sys::File> = (0..list.length()).filter_map(|i| list.get(i)).collect();
    let names: Vec<String> = files.iter().map(web_sys::File::name).collect();
    app.import.set(Some(ImportDraft {
        files: names.clone(),
        is_busy: true,
        ..ImportDraft::default()
    }));
    leptos::task::spawn_local(async move {
        let mut read = Vec::new();
        for (name, file) in names.into_iter().zip(files) {
            match read_as_bytes(&gloo::file::Blob::from(file)).await {
                Ok(bytes) => read.push((name, bytes)),
                Err(_) => app.message.set(Some(Key::WorkerFailed)),
            }
        }
        app.send(Request::Decode {
            files: read,
            encoding,
        });
    });
}

/// Asks the worker to read the tables by the present plans.
fn read_tables(app: Context, period: &str) {
    let plans = app
        .import
        .with_untracked(|d| d.as_ref().map(|d| d.plans.clone()));
    let (Some(plans), Ok(period)) = (plans, Period::new(period)) else {
        return;
    };
    app.import.update(|draft| {
        if let Some(draft) = draft {
            draft.is_busy = true;
        }
    });
    app.send(Request::Read { plans, period });
}

/// The import section.
#[component]
pub fn Import() -> impl IntoView {
    let app = use_app();
    let encoding = RwSignal::new(None::<Encoding>);
    let period = RwSignal::new(app.project.with_untracked(|p| {
        p.as_ref()
            .map_or_else(|| "1".into(), |p| p.content.period.to_string())
    }));
    // Plans decide what is read: whenever they or the period change, read again.
    let plans = memo(move || app.import.with(|d| d.as_ref().map(|d| d.plans.clone())));
    effect(move || {
        let period = period.get();
        if plans.with(|p| p.as_ref().is_some_and(|p| !p.is_empty())) {
            read_tables(app, &period);
        }
    });
    view! {
        <section class="card">
            <DropZone encoding/>
            <Show when=move || app.import.with(Option::is_some)>
                <Draft period/>
            </Show>
        </section>
    }
}

#[component]
fn DropZone(encoding: RwSignal<Option<Encoding>>) -> impl IntoView {
    let app = use_app();
    let input = NodeRef::<leptos::html::Input>::new();
    let is_over = RwSignal::new(false);
    let on_drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        is_over.set(false);
        let files = event.data_transfer().and_then(|data| data.files());
        take_files(app, files, encoding.get_untracked());
    };
    let on_choose = move |_| {
        if let Some(element) = input.get_untracked() {
            take_files(app, element.files(), encoding.get_untracked());
            element.set_value("");
        }
    };
    let choose = move |_| {
        if let Some(element) = input.get_untracked() {
            element.click();
        }
    };
    let template = move |as_csv: bool| {
        let language = app.language.get_untracked();
        app.send(Request::Template { language, as_csv });
    };
    let set_encoding = move |event: leptos::ev::Event| {
        encoding.set(match event_target_value(&event).as_str() {
            "utf8" => Some(Encoding::Utf8),
            "gb18030" => Some(Encoding::Gb18030),
            _ => None,
        });
    };
    view! {
        <div class="drop" class:drop--over=move || is_over.get()
            on:dragover=move |e| { e.prevent_default(); is_over.set(true); }
            on:dragleave=move |_| is_over.set(false) on:drop=on_drop>
            <p>{app.say(Key::DropHere)}
                <button type="button" class="button button--primary" on:click=choose>
                    {app.say(Key::ChooseFiles)}</button>
            </p>
            <input node_ref=input type="file" multiple class="visually-hidden" tabindex="-1"
                accept=".csv,.txt,.xlsx,.xls,.et" data-testid="import-files"
                aria-label=app.say(Key::ChooseFiles) on:change=on_choose/>
        </div>
        <div class="toolbar">
            <label class="field field--inline"><span>{app.say(Key::EncodingLabel)}</span>
                <select on:change=set_encoding>
                    <option value="auto">{app.say(Key::EncodingAuto)}</option>
                    <option value="utf8">"UTF-8"</option>
                    <option value="gb18030">"GB18030 / GBK"</option>
                </select>
            </label>
            <button type="button" class="button" on:click=move |_| template(false)>
                {app.say(Key::TemplateXlsx)}</button>
            <button type="button" class="button" on:click=move |_| template(true)>
                {app.say(Key::TemplateCsv)}</button>
        </div>
    }
}

#[component]
fn Draft(period: RwSignal<String>) -> impl IntoView {
    let app = use_app();
    let read =
        move |pick: fn(&ImportDraft) -> bool| app.import.with(|d| d.as_ref().is_some_and(pick));
    let found = move |read: fn(&Found) -> u32| {
        app.import.with(|d| {
            let draft = d.as_ref();
            draft.map_or(0, |d| read(&d.decoded) + read(&d.read))
        })
    };
    let blocks = move || found(|f| f.counts[0]) > 0;
    let can_accept = move || read(|d| !d.is_busy && d.dataset.is_some()) && !blocks();
    let tables = move || {
        app.import.with(|d| {
            let Some(d) = d else { return String::new() };
            let language = app.language.get();
            // The table of nothing says so, once.
            let tables = [&d.decoded, &d.read].into_iter();
            let full = tables.filter(|f| f.counts.iter().sum::<u32>() > 0);
            let tables: String = full.map(|f| pick(language, &f.markup)).collect();
            if tables.is_empty() {
                pick(language, &d.read.markup)
            } else {
                tables
            }
        })
    };
    let changes = move || {
        app.import.with(|d| {
            let draft = d.as_ref().filter(|d| d.dataset.is_some());
            draft.map_or_else(String::new, |d| pick(app.language.get(), &d.changes))
        })
    };
    let accept = move |_| {
        let draft = app.import.get_untracked();
        let Some((draft, (dataset, digest))) = draft.and_then(|d| {
            let dataset = d.dataset.clone()?;
            Some((d, dataset))
        }) else {
            return;
        };
        app.dispatch(Command::AcceptImport {
            dataset,
            files: draft.files,
            digest,
        });
        app.import.set(None);
    };
    let n_plans = memo(move || app.import.with(|d| d.as_ref().map_or(0, |d| d.plans.len())));
    view! {
        <div class="draft" data-testid="draft">
            <h2>{move || format!("{}: {}", app.t(Key::Files),
                app.import.with(|d| d.as_ref().map_or_else(String::new, |d| d.files.join(", "))))}</h2>
            <Show when=move || read(|d| d.is_busy)>
                <p class="hint" role="status">{app.say(Key::Reading)}</p>
            </Show>
            <label class="field field--inline"><span>{app.say(Key::ImportPeriod)}</span>
                <input type="text" maxlength="20" prop:value=move || period.get()
                    on:change=move |e| period.set(event_target_value(&e))/>
            </label>
            {each_of(move || n_plans.get(), move |at| view! { <SheetCard at/> }.into_any())}
            <h3>{move || format!("{} · ■ {} ▲ {} ● {}", app.t(Key::Findings),
                found(|f| f.counts[0]), found(|f| f.counts[1]), found(|f| f.counts[2]))}</h3>
            <div inner_html=tables></div>
            <SummaryLine/>
            <div inner_html=changes></div>
            <div class="toolbar">
                <button type="button" class="button button--primary" disabled=move || !can_accept()
                    data-testid="accept" on:click=accept>{app.say(Key::Accept)}</button>
                <button type="button" class="button" on:click=move |_| app.import.set(None)>
                    {app.say(Key::Reject)}</button>
                <Show when=blocks>
                    <p class="notice" role="status">{app.say(Key::AcceptBlocked)}</p>
                </Show>
            </div>
        </div>
    }
}

#[component]
fn SummaryLine() -> impl IntoView {
    let app = use_app();
    let text = move || {
        app.import.with(|d| {
            let draft = d.as_ref()?;
            draft.dataset.as_ref()?;
            let s = &draft.summary;
            let mut parts = vec![format!(
                "{}: {} {}(+{} / −{}), {} {}",
                app.t(Key::WouldChange),
                s.n_units,
                app.t(Key::UnitsWord),
                s.new_units,
                s.removed_units,
                s.n_indicators,
                app.t(Key::Indicators),
            )];
            for (period, n) in &s.periods {
                let period = isolated(period.as_str());
                parts.push(format!("{period}: {n} {}", app.t(Key::ValuesRead)));
            }
            Some(parts.join(" · "))
        })
    };
    view! { {move || text().map(|t| view! { <p class="notice notice--good" data-testid="summary">{t}</p> })} }
}

/// Changes the plan of one sheet; the effect above then reads again.
fn change_plan(app: Context, at: usize, change: impl FnOnce(&mut SheetPlan)) {
    app.import.update(|draft| {
        if let Some(plan) = draft.as_mut().and_then(|d| d.plans.get_mut(at)) {
            change(plan);
        }
    });
}

#[component]
fn SheetCard(at: usize) -> impl IntoView {
    let app = use_app();
    let plan = memo(move || app.import.with(|d| d.as_ref()?.plans.get(at).cloned()));
    let preview = memo(move || app.import.with(|d| d.as_ref()?.previews.get(at).cloned()));
    let choose_kind = move |event: leptos::ev::Event| {
        let value = event_target_value(&event);
        if let Some((kind, ..)) = KINDS.iter().find(|(_, name, _)| *name == value) {
            change_plan(app, at, |plan| plan.kind = *kind);
        }
    };
    let title = move || {
        preview.with(|p| {
            p.as_ref().map_or_else(String::new, |p| {
                let sheet = if p.sheet.is_empty() {
                    &p.file
                } else {
                    &p.sheet
                };
                format!("{} · {} {}", isolated(sheet), p.n_rows, app.t(Key::Rows))
            })
        })
    };
    let kind = memo(move || plan.with(|p| p.as_ref().map(|p| p.kind)));
    view! {
        <section class="sheet" data-testid="sheet">
            <div class="toolbar">
                <h3>{title}</h3>
                <label class="field field--inline"><span>{app.say(Key::SheetKind)}</span>
                    <select on:change=choose_kind>
                        {KINDS.map(|(k, name, key)| view! {
                            <option value=name selected=move || kind.get() == Some(k)>
                                {app.say(key)}</option>
                        })}
                    </select>
                </label>
            </div>
            <Show when=move || kind.get() != Some(TableKind::Ignored)>
                <div class="scroll" tabindex="0" role="region" aria-label=app.say(Key::Preview)>
                    {move || plan.get().zip(preview.get()).map(|(plan, preview)| {
                        preview_table(app, at, &plan, &preview)
                    })}
                </div>
            </Show>
        </section>
    }
}

fn preview_table(app: Context, at: usize, plan: &SheetPlan, preview: &Preview) -> AnyView {
    let columns: Vec<ColumnPlan> = plan.columns.iter().take(PREVIEW_COLUMNS).cloned().collect();
    let left_out = left_out(app.language.get(), plan.columns.len());

    let rows = preview
        .rows
        .iter()
        .filter(|(n, _)| *n > plan.data_after)
        .take(5);
    let rows: Vec<(u32, Vec<(u32, String)>)> = rows.cloned().collect();
    let head = columns.clone();
    view! {
        <table class="table table--preview">
            <thead><tr>
                <th scope="col">{plan.header_row}</th>
                {head.into_iter().map(|column| view! {
                    <th scope="col">
                        <span class="sheet__header">{isolated(&column.header).into_owned()}</span>
                        {field_choice(app, at, &column)}
                    </th>
                }).collect_view()}
            </tr></thead>
            <tbody>
                {rows.into_iter().map(|(number, cells)| view! {
                    <tr><th scope="row">{number}</th>
                        {columns.iter().map(|column| {
                            let cell = cells.iter().find(|(c, _)| *c == column.column);
                            view! { <td>{cell.map(|(_, text)| text.clone())}</td> }
                        }).collect_view()}
                    </tr>
                }).collect_view()}
            </tbody>
        </table>
        {left_out.map(|words| view! { <p class="hint">{words}</p> })}
    }
    .into_any()
}

/// That columns are not shown, where there are more.
fn left_out(language: Language, n_columns: usize) -> Option<String> {
    let left = n_columns.checked_sub(PREVIEW_COLUMNS).filter(|n| *n > 0)?;
    let words = Key::PreviewLeftOut.text(language);
    Some(words.replace("{n}", &left.to_string()))
}

/// What a column can hold, by a name that survives the select.
fn field_choice(app: Context, at: usize, column: &ColumnPlan) -> AnyView {
    let number = column.column;
    let current = column.field.clone();
    let fixed = HEADER_WORDS.iter().map(|(field, words)| {
        let words = match app.language.get() {
            Language::Chinese => words.first(),
            Language::English => words.last(),
        };
        (field.clone(), words.copied().unwrap_or("").to_owned())
    });
    let mut options: Vec<(Field, String)> =
        vec![(Field::Ignored, app.t(Key::FieldIgnored).to_owned())];
    options.extend(fixed);
    // The proposal stays choosable, even where it names an indicator that only
    // this import knows.
    if !options.iter().any(|(f, _)| *f == current) {
        options.push((current.clone(), indicator_label(app, &current)));
    }
    let known: Vec<String> = app.project.with(|p| {
        p.as_ref().map_or_else(Vec::new, |p| {
            let indicators = p.content.framework().indicators();
            indicators.map(|(n, _)| n.id.to_string()).collect()
        })
    });
    for id in known {
        let field = Field::ValueOf(id);
        if field != current {
            let label = indicator_label(app, &field);
            options.push((field, label));
        }
    }
    let fields: Vec<Field> = options.iter().map(|(f, _)| f.clone()).collect();
    let choose = move |event: leptos::ev::Event| {
        let chosen: Option<usize> = event_target_value(&event).parse().ok();
        if let Some(field) = chosen.and_then(|i| fields.get(i).cloned()) {
            change_plan(app, at, |plan| {
                if let Some(c) = plan.columns.iter_mut().find(|c| c.column == number) {
                    c.field = field;
                }
            });
        }
    };
    view! {
        <select class="sheet__field" aria-label=format!("{} {}", app.t(Key::Mapping), column.header)
            on:change=choose>
            {options.into_iter().enumerate().map(|(i, (field, label))| view! {
                <option value=i.to_string() selected=field == current>{label}</option>
            }).collect_view()}
        </select>
    }
    .into_any()
}

fn indicator_label(app: Context, field: &Field) -> String {
    let (id, suffix) = match field {
        Field::ValueOf(id) => (id, ""),
        Field::NumeratorOf(id) => (id, Field::Numerator.header()),
        Field::DenominatorOf(id) => (id, Field::Denominator.header()),
        other => return other.header().to_owned(),
    };
    let name = app.project.with(|p| {
        let framework = p.as_ref()?.content.framework();
        let node = framework.node(framework.find(id)?);
        Some(isolated(node.name.get(app.language.get())).into_owned())
    });
    format!("{} {suffix}", name.unwrap_or_else(|| id.clone()))
        .trim()
        .to_owned()
}

/// Keeps the drop from opening the file in the browser anywhere else.
pub fn refuse_stray_drops() {
    let over = window_event_listener(leptos::ev::dragover, |event| event.prevent_default());
    let drop = window_event_listener(leptos::ev::drop, |event| {
        let in_zone = event
            .target()
            .and_then(|t| t.dyn_into::<web_sys::Element>().ok())
            .and_then(|e| e.closest(".drop").ok().flatten())
            .is_some();
        if !in_zone {
            event.prevent_default();
        }
    });
    on_cleanup(move || {
        over.remove();
        drop.remove();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_not_shown_are_counted() {
        let said = |n_columns| left_out(Language::English, n_columns);
        assert_eq!(said(0), None);
        assert_eq!(said(PREVIEW_COLUMNS), None);
        let words = said(PREVIEW_COLUMNS + 3).unwrap();
        assert!(words.starts_with("3 more columns"), "{words}");
    }
}
