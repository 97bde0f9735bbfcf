//! What stands above the ranking: filters, columns, groups, exports.

use super::print::asked;
use crate::components::each::each;
use crate::components::rank_table::{RANGE_ID, heading, n_pillars, range_words};
use crate::components::terms;
use crate::components::written::focus_back;
use crate::i18n::Key;
use crate::number;
use crate::state::command::Command;
use crate::state::context::{Context, use_app};
use crate::state::reactive::memo;
use crate::state::view::{Column, Filter, MOST_COMPARED, RankScope, Shape, View};
use crate::worker::protocol::Request;
use crate::written::html::escaped;
use crate::written::shape;
use leptos::prelude::*;
use std::sync::Arc;

/// Which villages, which rank, and by what they are grouped.
#[component]
pub fn Filters(
    /// The view.
    view: View,
) -> impl IntoView {
    let app = use_app();
    let filter = view.filter;
    let labels = move |by| {
        let register = app.desk().register.get();
        let groups = register.groups(Some(by));
        let labels = groups.map_or(Vec::new(), |(labels, _)| labels.clone());
        labels
            .into_iter()
            .filter(|l| !l.is_empty())
            .collect::<Vec<_>>()
    };
    let bands = move || {
        app.project.with(|p| {
            p.as_ref().map_or_else(Vec::new, |p| {
                let language = app.language.get();
                let names = p.content.spec.band_names(language);
                names.map(str::to_owned).collect()
            })
        })
    };
    let option =
        move |value: String| view! { <option value=value.clone()>{value.clone()}</option> };
    let choose_scope = move |event: leptos::ev::Event| {
        let scope = match event_target_value(&event).as_str() {
            "class" => RankScope::InClass,
            "town" => RankScope::InTown,
            _ => RankScope::Overall,
        };
        view.shape.update(|s| s.scope = scope);
    };
    let scope = move || match view.shape.with(|s| s.scope) {
        RankScope::Overall => "all",
        RankScope::InClass => "class",
        RankScope::InTown => "town",
    };
    let choose_groups = move |event: leptos::ev::Event| {
        view.shape.update(|s| s.group(&event_target_value(&event)));
        view.marks.update(|m| m.folded.clear());
    };
    let groups = move || view.shape.with(Shape::groups_text);
    view! {
        <form class="filters" on:submit=|event| event.prevent_default()>
            <label class="field"><span>{app.say(Key::FilterText)}</span>
                <input type="search" placeholder=app.say(Key::FilterTextHint)
                    prop:value=move || filter.with(|f| f.text.clone())
                    on:input=move |e| filter.update(|f| f.text = event_target_value(&e))/>
            </label>
            <label class="field"><span>{app.say(Key::FilterTown)}</span>
                <select prop:value=move || filter.with(|f| f.town.clone())
                    on:change=move |e| filter.update(|f| f.town = event_target_value(&e))>
                    <option value="">{app.say(Key::FilterAll)}</option>
                    {move || labels(Column::Town).into_iter().map(option).collect_view()}
                </select>
            </label>
            <label class="field"><span>{app.say(Key::FilterClass)}</span>
                <select prop:value=move || filter.with(|f| f.class.clone())
                    on:change=move |e| filter.update(|f| f.class = event_target_value(&e))>
                    <option value="">{app.say(Key::FilterAll)}</option>
                    {move || labels(Column::Class).into_iter().map(option).collect_view()}
                </select>
            </label>
            <label class="field"><span>{app.say(Key::FilterGrade)}</span>
                <select prop:value=move || filter.with(|f| f.grade.clone())
                    on:change=move |e| filter.update(|f| f.grade = event_target_value(&e))>
                    <option value="">{app.say(Key::FilterAll)}</option>
                    {move || bands().into_iter().enumerate().map(|(at, name)| view! {
                        <option value=at.to_string()>{format!("{} {name}", shape(at as u32))}</option>
                    }).collect_view()}
                    <option value="none">{move || format!("○ {}", app.t(Key::NoGrade))}</option>
                </select>
            </label>
            <label class="field"><span>{app.say(Key::RankScope)}</span>
                <select prop:value=scope on:change=choose_scope>
                    <option value="all">{app.say(Key::RankOverall)}</option>
                    <option value="class">{app.say(Key::RankInClass)}</option>
                    <option value="town">{app.say(Key::RankInTown)}</option>
                </select>
            </label>
            <label class="field"><span>{app.say(Key::GroupBy)}</span>
                <select prop:value=groups on:change=choose_groups>
                    <option value="">{app.say(Key::GroupNone)}</option>
                    <option value="t">{app.say(Key::ColTown)}</option>
                    <option value="c">{app.say(Key::ColClass)}</option>
                    <option value="tc">{app.say(Key::GroupNested)}</option>
                </select>
            </label>
            <Range view/>
            {each(move || filter.with(|f| f.ranges.iter().map(|(of, _)| of.letter() as u32).collect()), move |letter| {
                let column = char::from_u32(letter).and_then(Column::of_letter);
                column.map(|column| view! { <RangeChip column view/> }).into_any()
            })}
            <button type="button" class="button" disabled=move || filter.get() == Filter::default()
                on:click=move |_| filter.set(Filter::default())>
                {app.say(Key::FilterClear)}
            </button>
        </form>
    }
}

/// Between which two numbers of a column villages are shown. Each column keeps its
/// own; what has no number there is not shown.
#[component]
fn Range(view: View) -> impl IntoView {
    let app = use_app();
    let filter = view.filter;
    let column = view.ranged;
    let choose = move |event: leptos::ev::Event| {
        let letter = event_target_value(&event).chars().next();
        column.set(letter.and_then(Column::of_letter).unwrap_or(Column::Score));
    };
    let options = memo(move || {
        let numeric = Column::all(n_pillars(app)).filter(|column| column.is_numeric());
        numeric
            .map(|column| {
                let name = escaped(&heading(app, column));
                let percent = if column.percent() > 1.0 { " %" } else { "" };
                let letter = column.letter().to_string();
                [
                    "<option value=\"",
                    &letter,
                    "\">",
                    &name,
                    percent,
                    "</option>",
                ]
                .concat()
            })
            .collect::<String>()
    });
    let end = move |at: usize| {
        let shown = move || {
            let column = column.get();
            let range = filter.with(|f| f.range(column));
            // What was typed, without the last bits of dividing it.
            let end = range.map(|range| (range[at] * column.percent() * 1e9).round() / 1e9);
            end.filter(|end| end.is_finite())
                .map_or_else(String::new, |end| end.to_string())
        };
        let change = move |event: leptos::ev::Event| {
            let column = column.get_untracked();
            let open = [f64::NEG_INFINITY, f64::INFINITY];
            filter.update(|f| {
                let mut range = f.range(column).unwrap_or(open);
                let typed = number::parse(&event_target_value(&event));
                range[at] = typed.map_or(open[at], |typed| typed / column.percent());
                f.set_range(column, Some(range).filter(|range| *range != open));
            });
        };
        view! {
            <label class="field field--short"><span>{["≥", "≤"][at]}</span>
                <input type="text" inputmode="decimal" id=(at == 0).then_some(RANGE_ID) prop:value=shown on:change=change/>
            </label>
        }
    };
    view! {
        <label class="field"><span>{app.say(Key::FilterRange)}</span>
            <select prop:value=move || column.get().letter().to_string() on:change=choose
                inner_html=options></select>
        </label>
        {end(0)}
        {end(1)}
    }
}

/// A range that narrows the ranking, in words; pressed, it no longer does.
#[component]
fn RangeChip(column: Column, view: View) -> impl IntoView {
    let app = use_app();
    let words = memo(move || {
        let range = view.filter.with(|f| f.range(column));
        range.map_or_else(String::new, |range| range_words(app, column, range))
    });
    view! {
        <button type="button" class="button chip" title=app.say(Key::FilterRemove)
            on:click=move |_| view.filter.update(|f| f.set_range(column, None))>
            {words}" "<span aria-hidden="true">"✕"</span>
            <span class="visually-hidden">{app.say(Key::FilterRemove)}</span>
        </button>
    }
}

/// How many are shown, by which method, and what can be done with them.
#[component]
pub fn Toolbar(
    /// The view.
    view: View,
    /// The villages shown.
    order: Memo<Arc<Vec<u32>>>,
) -> impl IntoView {
    let app = use_app();
    let n_units = move || {
        app.project
            .with(|p| p.as_ref().map_or(0, |p| p.content.dataset.units().len()))
    };
    let export = move |as_xlsx| {
        app.send(Request::Export {
            language: app.language.get_untracked(),
            preface: untrack(|| [app.preface(), asked(app)].concat()),
            columns: view.shape.with_untracked(|s| {
                let columns = s.taken_along().into_iter();
                columns.map(Column::letter).collect()
            }),
            units: order.get_untracked().to_vec(),
            as_xlsx,
        });
    };
    let n_compared = memo(move || view.marks.with(|m| m.compared.len()));
    view! {
        <div class="toolbar">
            <p role="status" data-testid="count">
                {move || format!("{} {} {} {} {}", app.t(Key::UnitsShown), order.with(|r| r.len()),
                    app.t(Key::UnitsOf), n_units(), app.t(Key::UnitsWord))}
            </p>
            <p class="digest" title=move || app.results.with(|r| r.digest.clone())>
                {move || format!("{} {}", app.t(Key::Digest),
                    app.results.with(|r| r.digest.chars().take(12).collect::<String>()))}
            </p>
            <Columns view/>
            <button type="button" class="button" on:click=move |_| export(false)>{app.say(Key::ExportCsv)}</button>
            <button type="button" class="button" on:click=move |_| export(true)>{app.say(Key::ExportXlsx)}</button>
            <button type="button" class="button" on:click=|_| terms::open()>{app.say(Key::Terms)}</button>
            <button type="button" class="button" on:click=|_| { let _ = window().print(); }>
                {app.say(Key::Print)}
            </button>
            <button type="button" class="button" disabled=move || { n_compared.get() < 2 }
                on:click=|_| super::compare::open()>
                {move || format!("{} {}/{MOST_COMPARED}", app.t(Key::CompareOpen), n_compared.get())}
            </button>
        </div>
    }
}

/// The choice of columns.
#[component]
fn Columns(view: View) -> impl IntoView {
    let app = use_app();
    let listed = move || {
        let listed = view.shape.with(|s| s.listed(n_pillars(app)));
        let letters = listed.into_iter().map(|column| column.letter() as u32);
        letters.collect()
    };
    let reset = move |_| show(app, Shape::default());
    view! {
        <details class="columns" on:keydown=close_on_escape>
            <summary class="button">{app.say(Key::Columns)}</summary>
            <fieldset class="columns__list">
                <legend class="visually-hidden">{app.say(Key::Columns)}</legend>
                {each(listed, move |letter| {
                    let column = char::from_u32(letter).and_then(Column::of_letter);
                    column.map(|column| view! { <ColumnChoice column view/> }).into_any()
                })}
                <button type="button" class="button" on:click=reset
                    disabled=move || view.shape.with(Shape::has_default_columns)>
                    {app.say(Key::SpecDefault)}
                </button>
            </fieldset>
        </details>
    }
}

/// Shows the columns of a shape, as a step that can be undone.
fn show(app: Context, shape: Shape) {
    app.dispatch(Command::SetColumns(shape.letters()));
}

/// A column: whether it is shown, and where.
#[component]
fn ColumnChoice(column: Column, view: View) -> impl IntoView {
    let app = use_app();
    let step = move |is_later: bool| {
        let (key, mark) = if is_later {
            (Key::ColumnLater, "→")
        } else {
            (Key::ColumnEarlier, "←")
        };
        let id = ["column-", &column.letter().to_string(), mark].concat();
        let name = id.clone();
        let shift = move |_| {
            let mut shape = view.shape.get_untracked();
            shape.shift(column, is_later);
            show(app, shape);
            // Its place in the list is another, and the focus goes along.
            focus_back(name.clone());
        };
        view! {
            <button type="button" class="button columns__step" id=id on:click=shift
                aria-disabled=move || view.shape.with(|s| !s.can_shift(column, is_later)).to_string()
                aria-label=move || [app.t(key), " ", &heading(app, column)].concat()>{mark}</button>
        }
    };
    let toggle = move |_| {
        let mut shape = view.shape.get_untracked();
        shape.toggle(column, n_pillars(app));
        show(app, shape);
    };
    view! {
        <div class="columns__row">
            <label class="columns__one">
                <input type="checkbox" prop:checked=move || view.shape.with(|s| s.columns.contains(&column))
                    on:change=toggle/>
                {move || heading(app, column)}
            </label>
            {step(false)}{step(true)}
        </div>
    }
}

fn close_on_escape(event: leptos::ev::KeyboardEvent) {
    if event.key() == "Escape" {
        let list = document().query_selector(".columns[open]").ok().flatten();
        if let Some(list) = list {
            let _ = list.remove_attribute("open");
        }
    }
}
