//! 排名: all villages, filtered and sorted.

use crate::components::interval::{
    CertaintyBar, interval_of, line_of, range, tier_of, verdict_words,
};
use crate::components::rank_table::{Column, RankScope, RankTable, rank_of};
use crate::i18n::{Key, fixed2, percent0};
use crate::state::context::{Context, use_app};
use crate::worker::protocol::Request;
use crate::written::{shape, withheld};
use dhi_engine::explain::Additivity;
use dhi_engine::frame::Unit;
use dhi_engine::rank::Grade;
use leptos::prelude::*;
use std::sync::Arc;

/// Which villages are shown; empty texts show all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Filter {
    town: String,
    class: String,
    /// Position of a band, or `none` for units without a grade.
    grade: String,
    text: String,
}

impl Filter {
    fn keeps(&self, unit: &Unit, grade: Option<Grade>) -> bool {
        let is = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        let grade_fits = match (self.grade.as_str(), grade) {
            ("", _) => true,
            ("none", grade) => !grade.is_some_and(Grade::is_band),
            (wanted, Some(Grade::Band(at))) => wanted == at.to_string(),
            _ => false,
        };
        let text = self.text.trim();
        let text_fits =
            text.is_empty() || unit.name.contains(text) || unit.code.as_str().contains(text);
        is(&self.town, &unit.town) && is(&self.class, &unit.class) && grade_fits && text_fits
    }
}

/// The page.
#[component]
pub fn Ranking() -> impl IntoView {
    let app = use_app();
    let filter = RwSignal::new(Filter::default());
    let scope = RwSignal::new(RankScope::default());
    let sort = RwSignal::new((Column::Rank, false));
    let rows = Memo::new(move |_| Arc::new(visible_rows(app, &filter.get(), sort.get())));
    let n_units = move || {
        app.project
            .with(|p| p.as_ref().map_or(0, |p| p.content.dataset.units().len()))
    };
    let export = move |_| {
        let language = app.language.get_untracked();
        let preface = app.preface();
        app.send(Request::Export { language, preface });
    };
    view! {
        <div class="page page--full">
            <div class="page__head">
                <h1>{app.say(Key::RankingTitle)}</h1>
                <p class="hint">{app.say(Key::RankingHint)}</p>
                {move || match app.loaded.with(|l| l.additivity) {
                    Additivity::Exact => None,
                    Additivity::SharedOut => Some(Key::SharedOut),
                    Additivity::None => Some(Key::RelativeScore),
                }.map(|key| view! { <p class="notice">{app.t(key)}</p> })}
            </div>
            <Filters filter scope/>
            <CertaintyBar/>
            <div class="toolbar">
                <p role="status" data-testid="count">
                    {move || format!("{} {} {} {} {}", app.t(Key::UnitsShown), rows.with(|r| r.len()),
                        app.t(Key::UnitsOf), n_units(), app.t(Key::UnitsWord))}
                </p>
                <p class="digest" title=move || app.results.with(|r| r.digest.clone())>
                    {move || format!("{} {}", app.t(Key::Digest),
                        app.results.with(|r| r.digest.chars().take(12).collect::<String>()))}
                </p>
                <button type="button" class="button" on:click=export>{app.say(Key::ExportCsv)}</button>
                <button type="button" class="button" on:click=|_| { let _ = window().print(); }>
                    {app.say(Key::Print)}
                </button>
            </div>
            <RankTable rows scope sort/>
            <PrintTable rows/>
        </div>
    }
}

/// Positions of the units that pass the filter, in the order asked for.
fn visible_rows(app: Context, filter: &Filter, (by, is_down): (Column, bool)) -> Vec<u32> {
    app.project.with(|project| {
        let Some(project) = project else {
            return Vec::new();
        };
        let units = project.content.dataset.units().list();
        app.results.with(|results| {
            let keeps = |i: &u32| {
                let grade = results.grades.get(*i as usize).copied();
                units
                    .get(*i as usize)
                    .is_some_and(|u| filter.keeps(u, grade))
            };
            let mut rows: Vec<u32> = results.order.iter().copied().filter(keeps).collect();
            let unit = |i: &u32| &units[*i as usize];
            // Sorting is stable, so equals stay in rank order.
            match by {
                Column::Rank => {}
                Column::Name => rows.sort_by(|a, b| unit(a).code.cmp(&unit(b).code)),
                Column::Town => rows.sort_by(|a, b| unit(a).town.cmp(&unit(b).town)),
                Column::Class => rows.sort_by(|a, b| unit(a).class.cmp(&unit(b).class)),
                Column::Score => {
                    let score = |i: &u32| results.scores[*i as usize];
                    // NaN, no score, sorts last upwards and first downwards.
                    rows.sort_by(|a, b| score(a).total_cmp(&score(b)));
                }
                Column::Tier => {
                    // Without a tier last.
                    let tier = |i: &u32| tier_of(app, Some(*i)).unwrap_or(u32::MAX);
                    rows.sort_by_key(tier);
                }
                Column::Coverage => app.loaded.with(|loaded| {
                    let share = |i: &u32| {
                        let count = loaded.coverage.get(*i as usize);
                        count.and_then(|c| c.share()).unwrap_or(1.0)
                    };
                    rows.sort_by(|a, b| share(a).total_cmp(&share(b)));
                }),
            }
            if is_down {
                rows.reverse();
            }
            rows
        })
    })
}

/// Distinct values of an attribute in register order.
fn choices(app: Context, attribute: fn(&Unit) -> &str) -> Vec<String> {
    app.project.with(|p| {
        p.as_ref().map_or_else(Vec::new, |p| {
            let (labels, _) = p.content.dataset.units().groups_by(attribute);
            let labels = labels.into_iter().filter(|l| !l.is_empty());
            labels.map(str::to_owned).collect()
        })
    })
}

#[component]
fn Filters(filter: RwSignal<Filter>, scope: RwSignal<RankScope>) -> impl IntoView {
    let app = use_app();
    let towns = Memo::new(move |_| choices(app, |u| &u.town));
    let classes = Memo::new(move |_| choices(app, |u| &u.class));
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
        scope.set(match event_target_value(&event).as_str() {
            "class" => RankScope::InClass,
            "town" => RankScope::InTown,
            _ => RankScope::Overall,
        });
    };
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
                    {move || towns.get().into_iter().map(option).collect_view()}
                </select>
            </label>
            <label class="field"><span>{app.say(Key::FilterClass)}</span>
                <select prop:value=move || filter.with(|f| f.class.clone())
                    on:change=move |e| filter.update(|f| f.class = event_target_value(&e))>
                    <option value="">{app.say(Key::FilterAll)}</option>
                    {move || classes.get().into_iter().map(option).collect_view()}
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
                <select on:change=choose_scope>
                    <option value="all">{app.say(Key::RankOverall)}</option>
                    <option value="class">{app.say(Key::RankInClass)}</option>
                    <option value="town">{app.say(Key::RankInTown)}</option>
                </select>
            </label>
            <button type="button" class="button" disabled=move || filter.get() == Filter::default()
                on:click=move |_| filter.set(Filter::default())>
                {app.say(Key::FilterClear)}
            </button>
        </form>
    }
}

/// Every row for paper; the screen never shows it. Long registers are printed
/// from the export instead.
#[component]
fn PrintTable(#[prop(into)] rows: Signal<Arc<Vec<u32>>>) -> impl IntoView {
    const MOST: usize = 1000;
    let app = use_app();
    let is_printing = RwSignal::new(false);
    let before = window_event_listener(leptos::ev::beforeprint, move |_| is_printing.set(true));
    let after = window_event_listener(leptos::ev::afterprint, move |_| is_printing.set(false));
    on_cleanup(move || {
        before.remove();
        after.remove();
    });
    let line = move |unit: u32| {
        let about = app.project.with(|p| {
            let u = p
                .as_ref()?
                .content
                .dataset
                .units()
                .list()
                .get(unit as usize)?;
            Some((u.name.clone(), u.town.clone(), u.class.clone()))
        });
        let (name, town, class) = about.unwrap_or_default();
        let (score, grade) = app.results.with(|r| {
            let at = unit as usize;
            (r.scores.get(at).copied(), r.grades.get(at).copied())
        });
        let words = grade.map(|g| {
            let why = withheld(g).map(|key| app.t(key));
            why.map_or_else(|| crate::components::band::words(app, g), str::to_owned)
        });
        let rank = match rank_of(app, RankScope::Overall, unit) {
            0 => "—".to_owned(),
            rank => rank.to_string(),
        };
        // Paper cannot be brought up to date: what is outdated is left out.
        let unit = app.desk().honest.is_present.get().then_some(unit);
        let interval = interval_of(app, unit).map(range);
        let tier = tier_of(app, unit);
        let line = line_of(app, unit).map(|(verdict, chance)| {
            let (sign, word) = verdict_words(verdict);
            [sign, " ", app.t(word), " ", &percent0(chance)].concat()
        });
        view! {
            <tr><td>{rank}</td><td>{interval}</td><td>{tier}</td>
                <td>{name}</td><td>{town}</td><td>{class}</td>
                <td>{score.map(fixed2)}</td><td>{words}</td><td>{line}</td></tr>
        }
    };
    view! {
        <Show when=move || is_printing.get()>
            <table class="print-table">
                <thead><tr>
                    {[Key::ColRank, Key::ColInterval, Key::ColTier, Key::ColName, Key::ColTown, Key::ColClass,
                        Key::ColScore, Key::ColGrade, Key::ColLine]
                        .map(|key| view! { <th>{app.say(key)}</th> })}
                </tr></thead>
                <tbody>{move || rows.get().iter().take(MOST).map(|u| line(*u)).collect_view()}</tbody>
            </table>
        </Show>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dhi_engine::ids::{BodyType, UnitCode};
    use dhi_engine::rank::Withheld;

    #[test]
    fn filters_combine() {
        let unit = Unit {
            code: UnitCode::new("990000100201").unwrap(),
            name: "晴麓湾村".into(),
            town: "甲镇".into(),
            class: "乙类".into(),
            body_type: BodyType::VillageCommittee,
            population: None,
        };
        let filter = |town: &str, grade: &str, text: &str| Filter {
            town: town.into(),
            class: String::new(),
            grade: grade.into(),
            text: text.into(),
        };
        let band = Some(Grade::Band(1));
        let none = Some(Grade::Withheld(Withheld::NoScore));
        assert!(filter("", "", "").keeps(&unit, None));
        assert!(filter("甲镇", "1", "麓").keeps(&unit, band));
        assert!(filter("", "", "100201").keeps(&unit, band));
        assert!(!filter("丙镇", "", "").keeps(&unit, band));
        assert!(!filter("", "0", "").keeps(&unit, band));
        assert!(filter("", "none", "").keeps(&unit, none));
        assert!(!filter("", "none", "").keeps(&unit, band));
    }
}
